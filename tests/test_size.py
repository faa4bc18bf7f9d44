"""No document is much larger than its scans, the text that was added to it included."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from pdfpipe.codecs.select import encode
from pdfpipe.imaging.load import load_page
from pdfpipe.model.image import EncodedImage
from pdfpipe.model.job import PageContent, PageSource
from tests.specimens import pdf_bytes, text_of
from tests.support import HEIF, SCANS, SCRIPTS, truth_of

GROWTH: Final = 1.03
ALLOWANCE: Final = 8192

SINGLE_PAGES: Final = [
    path
    for path in sorted([*SCANS.rglob("*"), *SCRIPTS.iterdir()])
    if path.is_file() and path.name != "minutes.tif"
]
WITHOUT_A_LIKE: Final = {"webp.webp"}
"""Coded with loss in a way that a PDF does not have."""


def page_of(scan: Path, frame: int = 0, number: int | None = None) -> tuple[PageContent, EncodedImage]:
    page = load_page(PageSource(scan, frame), image_dpi=None, max_pixels=1e9)
    encoded, (width, height) = encode(page), page.upright_size
    text = text_of(truth_of(scan, number))
    return PageContent(encoded, page.orientation, width, height, page.upright_resolution, text), encoded


def limit(files: list[Path]) -> float:
    return sum(file.stat().st_size for file in files) * GROWTH + ALLOWANCE


@pytest.mark.parametrize("scan", SINGLE_PAGES, ids=lambda path: path.name)
def test_a_page_by_itself(scan: Path) -> None:
    content, encoded = page_of(scan)
    is_smaller = len(pdf_bytes([content])) <= limit([scan])
    assert is_smaller == (scan.name not in WITHOUT_A_LIKE)
    assert bool(encoded.notes) == (scan.name in WITHOUT_A_LIKE), "what grows is told of, and nothing else"


def test_a_file_of_several_pages() -> None:
    minutes = SCANS / "minutes.tif"
    pages = [page_of(minutes, frame, frame + 1)[0] for frame in range(3)]
    assert len(pdf_bytes(pages)) <= limit([minutes])


@pytest.mark.parametrize("folder", ["declaration", "layouts"])
def test_a_folder_as_one_document(folder: str) -> None:
    files = sorted((SCANS / folder).iterdir())
    assert len(pdf_bytes(page_of(file)[0] for file in files)) <= limit(files)


def test_the_note_says_what_a_page_took_and_takes() -> None:
    pytest.importorskip("pillow_heif")
    _, encoded = page_of(HEIF / "page.heic")
    (note,) = encoded.notes
    assert note.startswith(
        f"{(HEIF / 'page.heic').stat().st_size:,} bytes of HEIF data take {encoded.size:,}"
    )
