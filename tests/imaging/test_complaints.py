"""Damage that a decoder reads over is told of."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.batch.events import PageSummary
from pdfpipe.batch.report import doubts
from pdfpipe.errors import PageLoadError
from pdfpipe.imaging.complaints import complaints_of_decoder
from pdfpipe.imaging.load import load_page
from pdfpipe.model.job import PageSource
from tests.support import SCANS

STRIP_OFFSETS, STRIP_BYTE_COUNTS = 273, 279


def damaged_in_the_middle(name: str, folder: Path) -> Path:
    source = SCANS / "formats" / name
    with Image.open(source) as image:
        tags = image.tag_v2  # type: ignore[attr-defined]
        middle = tags[STRIP_OFFSETS][0] + tags[STRIP_BYTE_COUNTS][0] // 2
    data = bytearray(source.read_bytes())
    data[middle : middle + 4] = b"\xff\x00\xff\x00"
    (folder / name).write_bytes(data)
    return folder / name


def test_a_damaged_group_4_page_is_kept_and_wants_a_look(tmp_path: Path) -> None:
    source = PageSource(damaged_in_the_middle("tiff-g4.tif", tmp_path))
    page = load_page(source, image_dpi=None, max_pixels=1e9)
    assert any("Bad code word" in complaint for complaint in page.complaints)
    summary = PageSummary(1, source, words=10, confidence=0.95, complaints=page.complaints)
    assert doubts(summary)[0].startswith("its file is damaged: Fax4Decode: Bad code word")


def test_the_reason_for_which_a_page_is_refused_is_the_decoder_s_own(tmp_path: Path) -> None:
    with pytest.raises(PageLoadError, match="ZIPDecode: Decoding error"):
        load_page(
            PageSource(damaged_in_the_middle("tiff-deflate-rgb8.tif", tmp_path)),
            image_dpi=None,
            max_pixels=1e9,
        )


@pytest.mark.parametrize("name", sorted(path.name for path in (SCANS / "formats").glob("*.tif")))
def test_there_is_no_complaint_about_a_sound_file(name: str) -> None:
    assert load_page(PageSource(SCANS / "formats" / name), image_dpi=None, max_pixels=1e9).complaints == ()


def test_warnings_about_tags_are_no_complaints() -> None:
    with complaints_of_decoder() as complaints:
        os.write(
            2, b"TIFFReadDirectory: Warning, Unknown field with tag 59932.\nZIPDecode: Decoding error.\n"
        )
    assert complaints == ["ZIPDecode: Decoding error."]
