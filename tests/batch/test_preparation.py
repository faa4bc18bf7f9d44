"""Pages that were scanned badly: what is read, where it is put, and what the PDF shows."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
import pytest
from PIL import Image, ImageDraw

from pdfpipe.batch.page_task import run_page
from pdfpipe.batch.preparation import second_thought
from pdfpipe.imaging.load import load_page
from pdfpipe.model.geometry import BoundingBox, Transform, orientation_transform, turned_orientation
from pdfpipe.model.image import OcrImage
from pdfpipe.model.job import PageContent, PageJob, PageResult, PageSource
from pdfpipe.model.preprocessing_settings import PageImageKind, PreprocessingSettings
from pdfpipe.model.settings import Grouping, Settings
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.model.text import PageText
from tests.batch.tiny import run_batch, scripted
from tests.imaging.stages.pages import BOOK, Curl, bent, skewed, view_of
from tests.readers import pdfium_render, poppler_text, poppler_words
from tests.support import SCANS, Truth, largest_difference, mean_iou, truth_of

TESSERACT: Final = Settings(engine="tesseract", grouping=Grouping.FILE)
TURNS: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Degrees clockwise, and how Pillow calls them."""


def with_stages(*stages: str, page_image: PageImageKind = PageImageKind.ORIGINAL) -> Settings:
    wanted = PreprocessingSettings(stages=stages, page_image=page_image)
    return msgspec.structs.replace(TESSERACT, preprocessing=wanted)


def run(page: Path, settings: Settings = TESSERACT) -> PageResult:
    return run_page(PageJob(PageSource(page), 1, settings))


def content_of(result: PageResult) -> tuple[PageContent, PageText]:
    assert result.failure is None, result.failure
    assert isinstance(result.content, PageContent)
    assert result.content.text is not None
    return result.content, result.content.text


def boxes_of(text: PageText, truth: Truth) -> tuple[list[BoundingBox], list[BoundingBox]]:
    """The boxes of the words that stand once on the page, as they were read and as they are."""
    read = [word.text for word in text.words]
    true = [word.text for word in truth.words]
    unique = [word for word in truth.words if true.count(word.text) == read.count(word.text) == 1]
    assert len(unique) > 0.5 * len(set(true))
    found = {word.text: word.box for word in text.words}
    return [found[word.text] for word in unique], [word.box for word in unique]


@pytest.mark.parametrize("turn", TURNS)
def test_a_page_on_its_side_or_head_is_put_upright(turn: int, tmp_path: Path) -> None:
    view_of(BOOK).pixels.transpose(TURNS[turn]).save(tmp_path / "page.png", dpi=(200, 200))
    result = run(tmp_path / "page.png")
    content, text = content_of(result)
    truth = truth_of(BOOK)
    assert (content.width, content.height) == (truth.width, truth.height)
    assert mean_iou(*boxes_of(text, truth)) > 0.8
    assert any(note.startswith(f"turned by {360 - turn}° clockwise") for note in result.notes)


def test_a_turned_page_shows_its_own_bytes_upright(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    turned = view_of(BOOK).pixels.convert("L").transpose(Image.Transpose.ROTATE_180)
    turned.save(scans / "page.jpg", dpi=(200, 200), quality=90)
    report = run_batch(scans, tmp_path / "out", TESSERACT)
    assert not report.failed
    pdf = tmp_path / "out" / "page.pdf"
    assert (scans / "page.jpg").read_bytes() in pdf.read_bytes()
    assert "dignity" in poppler_text(pdf)[0]
    shown = pdfium_render(pdf, 200).resize((200, 300)).convert("L")
    assert largest_difference(shown, view_of(BOOK).pixels.convert("L").resize((200, 300))) < 60


def test_a_page_of_which_nothing_was_read_is_tried_again_if_it_looks_turned(tmp_path: Path) -> None:
    with Image.open(BOOK) as scan:
        scan.transpose(TURNS[90]).save(tmp_path / "page.tif", dpi=(300, 300))
    pages = [
        load_page(PageSource(path), image_dpi=None, max_pixels=1e9) for path in (tmp_path / "page.tif", BOOK)
    ]
    nothing = [PageText(*page.upright_size) for page in pages]
    lying, upright = (
        second_thought(page, text, TESSERACT, "page") for page, text in zip(pages, nothing, strict=True)
    )
    assert lying is not None
    assert lying.turn == 270
    assert upright is None


@pytest.mark.parametrize("name", ["letter.tif", "layouts/two-columns.png", "layouts/rotated-line.png"])
def test_an_upright_page_is_never_turned_and_reads_as_without_stages(name: str) -> None:
    result, without = run(SCANS / name), run(SCANS / name, with_stages())
    assert result.content == without.content
    assert not any("turned" in note or "preprocessed" in note for note in result.notes)


@pytest.mark.parametrize(
    ("page_image", "is_reduced"), [(PageImageKind.ORIGINAL, True), (PageImageKind.PROCESSED, False)]
)
def test_a_fine_scan_is_read_at_half_its_size_and_shown_in_its_own(
    page_image: PageImageKind, *, is_reduced: bool, tmp_path: Path
) -> None:
    page = view_of(BOOK).pixels
    fine = page.resize((2 * page.width, 2 * page.height))
    fine.save(tmp_path / "page.png", dpi=(600, 600))
    result = run(tmp_path / "page.png", with_stages("auto", page_image=page_image))
    content, text = content_of(result)
    assert (content.image.width, content.image.height) == (content.width, content.height) == fine.size
    assert any("scale (0.5 times" in note for note in result.notes) is is_reduced
    found, true = boxes_of(text, truth_of(BOOK))
    assert mean_iou(found, [Transform.scaling(2, 2).apply_box(box) for box in true]) > 0.8


@pytest.mark.parametrize("degrees", [-8.0, 2.5])
def test_words_of_a_skewed_page_are_where_they_are_on_the_scan(degrees: float, tmp_path: Path) -> None:
    page, to_level = skewed(view_of(BOOK), degrees)
    page.pixels.save(tmp_path / "page.png", dpi=(200, 200))
    result = run(tmp_path / "page.png")
    content, text = content_of(result)
    assert (content.width, content.height) == page.pixels.size
    assert (content.image.width, content.image.height) == page.pixels.size
    truth = truth_of(BOOK)
    found, true = boxes_of(text, truth)
    on_scan = [to_level.inverse().apply_box(box) for box in true]
    assert mean_iou(found, on_scan) > 0.8
    assert any(note.startswith("preprocessed: deskew (") for note in result.notes)
    # What it cost is told too.
    assert [name for name, _ in result.steps] == ["measures", "deskew"]
    seconds = dict(result.seconds)
    assert list(seconds) == ["load", "preprocess", "recognize", "encode"]
    assert 0 < sum(time for _, time in result.steps) <= seconds["preprocess"]


def test_a_page_that_slopes_much_is_shown_level_by_its_own_bytes(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    page, _ = skewed(view_of(BOOK), 8)
    page.pixels.convert("L").save(scans / "page.jpg", dpi=(200, 200), quality=90)
    settings = msgspec.structs.replace(TESSERACT, sidecars=(Sidecar.JSON,))
    report = run_batch(scans, tmp_path / "out", settings)
    assert not report.failed
    (summary,) = report.pages
    assert any(note.startswith("shown level") for note in summary.notes)
    assert summary.pixels == page.pixels.size
    pdf = tmp_path / "out" / "page.pdf"
    assert (scans / "page.jpg").read_bytes() in pdf.read_bytes()
    # Lines are level: each word stands where the scan, turned back about its middle, has it.
    (words,) = poppler_words(pdf)
    shown = pdfium_render(pdf, 200)
    assert abs(shown.width - page.pixels.width) + abs(shown.height - page.pixels.height) <= 2
    to_shown = Transform(
        e=(shown.width - truth_of(BOOK).width) / 2, f=(shown.height - truth_of(BOOK).height) / 2
    )
    true = {word.text: to_shown.apply_box(word.box) for word in truth_of(BOOK).words}
    names = [word.text for word in words]
    found = {word.text: Transform.scaling(200 / 72, 200 / 72).apply_box(word.box) for word in words}
    common = [name for name in true if names.count(name) == 1]
    assert len(common) > 60
    assert mean_iou([found[name] for name in common], [true[name] for name in common]) > 0.7
    # Readers find the text in order, and the image is where its text is.
    text = " ".join(poppler_text(pdf)[0].split())
    assert "recognition of the inherent dignity and of the equal and" in text
    box = true["inherent"]
    ink = shown.convert("L").crop((round(box.x0), round(box.y0), round(box.x1), round(box.y1)))
    assert sum(ink.histogram()[:128]) > 0.08 * ink.width * ink.height
    # Its sidecar is for the scan as it lies.
    sidecar = msgspec.json.decode((tmp_path / "out" / "page.json").read_bytes())
    assert (sidecar["pages"][0]["width"], sidecar["pages"][0]["height"]) == page.pixels.size


def test_words_of_a_bent_page_are_where_they_are_on_the_scan(tmp_path: Path) -> None:
    curl = Curl()
    page = bent(curl)
    page.pixels.save(tmp_path / "page.png", dpi=(200, 200))
    result = run(tmp_path / "page.png")
    content, text = content_of(result)
    assert (content.width, content.height) == page.pixels.size
    assert any("dewarp (" in note for note in result.notes if note.startswith("preprocessed: "))
    found, true = boxes_of(text, truth_of(BOOK))
    assert mean_iou(found, [curl.on_bent(box, *page.pixels.size) for box in true]) > 0.75


def test_a_page_with_ink_in_its_corners_is_shown_on_a_larger_sheet(tmp_path: Path) -> None:
    page, _ = skewed(view_of(BOOK), 3)
    full = page.pixels.convert("L")
    ImageDraw.Draw(full).rectangle((0, 0, 60, 60), fill=0)
    full.save(tmp_path / "page.png", dpi=(200, 200))
    content, _ = content_of(run(tmp_path / "page.png"))
    assert content.level is not None
    assert content.level.width > full.width
    assert content.level.height > full.height


def test_the_processed_page_is_shown_where_that_is_asked_for(tmp_path: Path) -> None:
    page, _ = skewed(view_of(BOOK), 5)
    page.pixels.save(tmp_path / "page.png", dpi=(200, 200))
    content, text = content_of(
        run(tmp_path / "page.png", with_stages("deskew", page_image=PageImageKind.PROCESSED))
    )
    assert (content.image.width, content.image.height) == (content.width, content.height)
    assert content.width > page.pixels.width
    # Lines are level: all words of one stand at about the same height.
    long = max(text.lines, key=lambda line: len(line.words))
    assert max(word.box.y1 for word in long.words) - min(word.box.y1 for word in long.words) < 20


def test_a_processed_page_that_needed_nothing_is_the_original() -> None:
    shown = run(BOOK, with_stages("deskew", "crop", page_image=PageImageKind.PROCESSED))
    assert shown.content == run(BOOK, with_stages()).content


def test_a_page_is_read_as_it_is_if_it_cannot_be_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def needs_of(_: OcrImage, **_how: bool) -> None:
        raise ValueError("a defect")

    monkeypatch.setattr("pdfpipe.batch.preparation.needs_of", needs_of)
    Image.new("L", (120, 160), 200).save(tmp_path / "page.png", dpi=(300, 300))
    result = run(tmp_path / "page.png", scripted())
    assert result.content is not None
    assert result.content.text is not None
    assert any("could not be preprocessed: ValueError: a defect" in note for note in result.notes)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("turn", TURNS)
def test_orientations_of_files_and_turns_are_put_together(orientation: int, turn: int) -> None:
    whole = orientation_transform(turned_orientation(orientation, turn), 0, 0)
    more = {90: Transform(0, 1, -1, 0), 180: Transform(-1, 0, 0, -1), 270: Transform(0, -1, 1, 0)}[turn]
    assert whole == orientation_transform(orientation, 0, 0).then(more)
