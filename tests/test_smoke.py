"""The README's first promise: a folder of scans becomes a searchable PDF."""

from pathlib import Path

from pypdf import PdfReader

import pdfpipe

SCANS = Path(__file__).parent.parent / "fixtures" / "scans"


def test_a_folder_becomes_one_searchable_pdf(tmp_path: Path) -> None:
    report = pdfpipe.convert_sync(SCANS / "declaration", tmp_path)
    assert report.exit_code == 0
    pages = PdfReader(tmp_path / "declaration.pdf").pages
    assert len(pages) == 4
    assert "human rights" in pages[0].extract_text()
