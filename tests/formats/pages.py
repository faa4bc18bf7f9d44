"""Pages to write, at random and of one's own, and files of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hypothesis import strategies as st

from pdfpipe.formats.reading import open_text, read_text
from pdfpipe.formats.values import SidecarDocument, SidecarPage
from pdfpipe.formats.writing import FORMATS
from pdfpipe.model.geometry import BoundingBox, Point, Resolution
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.model.text import Baseline, Block, Direction, Line, PageText, Word

RESOLUTION = Resolution(300, 300)
NASTY = tuple(
    "&<>\"'\x00\x08\x1b\x7f\x80\u00ad\u200e\u200f\ud800\udfff\ufeff\ufffd\ufffe\uffff\U0001f600\U0002070e"
)

characters = st.one_of(st.characters(), st.sampled_from(NASTY), st.sampled_from("אبक日ไ"))
word_texts = st.text(characters, min_size=1, max_size=6).filter(lambda text: text.split() == [text])
confidences = st.floats(0, 1)


@st.composite
def boxes(draw: st.DrawFn, page: tuple[int, int]) -> BoundingBox:
    width, height = page
    x0, y0 = draw(st.floats(0, width - 3)), draw(st.floats(0, height - 3))
    return BoundingBox(x0, y0, draw(st.floats(x0 + 2, width)), draw(st.floats(y0 + 2, height)))


@st.composite
def lines(draw: st.DrawFn, page: tuple[int, int]) -> Line:
    direction = draw(st.sampled_from(Direction))
    words = tuple(
        Word(draw(word_texts), draw(boxes(page)), draw(confidences), draw(st.sampled_from(Direction)))
        for _ in range(draw(st.integers(1, 3)))
    )
    box = draw(boxes(page))
    baseline = None
    if direction is not Direction.TOP_TO_BOTTOM and draw(st.booleans()):
        rise = draw(st.floats(-0.3, 0.3)) * box.width
        y = box.y1 - draw(st.floats(0, 1)) * box.height
        baseline = Baseline(Point(box.x0, y), Point(box.x1, y + rise))
    engine = draw(st.sampled_from([None, "tesseract", "tesseract+ppocr"]))
    return Line(words, box, baseline, direction, engine)


@st.composite
def page_texts(draw: st.DrawFn) -> PageText:
    size = draw(st.integers(8, 9000)), draw(st.integers(8, 9000))
    blocks = tuple(
        Block(tuple(draw(lines(size)) for _ in range(draw(st.integers(1, 2)))), draw(boxes(size)))
        for _ in range(draw(st.integers(0, 2)))
    )
    return PageText(*size, blocks)


def sidecar_page(text: PageText | None, number: int = 1, file: str = "page.png") -> SidecarPage:
    width, height = (text.width, text.height) if text is not None else (100, 100)
    return SidecarPage(number, file, width, height, RESOLUTION, text=text)


def written(kind: Sidecar, texts: Iterable[PageText | None], languages: tuple[str, ...] = ("en",)) -> str:
    """A whole file."""
    pages = [sidecar_page(text, number) for number, text in enumerate(texts, 1)]
    document = SidecarDocument("document", languages, len(pages), "tesseract")
    form = FORMATS[kind]
    return "".join((form.head(document), *(form.page(page, document) for page in pages), form.tail(document)))


def write(folder: Path, kind: Sidecar, texts: Iterable[PageText | None]) -> Path:
    path = folder / f"text{kind.suffix}"
    path.write_text(written(kind, texts), encoding="utf-8")
    return path


def read(path: Path, *sizes: tuple[int, int]) -> list[PageText]:
    """The pages of a file for images of these sizes at 300 dpi."""
    pages = open_text(path).pages
    return [read_text(page, *size, RESOLUTION) for page, size in zip(pages, sizes, strict=True)]


def line_of(
    *words: tuple[str, tuple[float, float, float, float]], direction: Direction | None = None
) -> Line:
    """A line of words, surely read, from left to right unless it is said otherwise."""
    way = direction or Direction.LEFT_TO_RIGHT
    made = tuple(Word(text, BoundingBox(*box), 1.0, way) for text, box in words)
    box = made[0].box
    for word in made[1:]:
        box = box.union(word.box)
    return Line(made, box, direction=way)


def page_of(*made: Line, width: int = 1000, height: int = 1400) -> PageText:
    """A page on which each line is a block."""
    return PageText(width, height, tuple(Block((line,), line.box) for line in made))
