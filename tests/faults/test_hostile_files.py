"""Files that were made to do harm: each is told of or read, within limits, and the batch goes on."""

from __future__ import annotations

import resource
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

import pdfpipe
from pdfpipe.batch.report import Report
from pdfpipe.model.fault_settings import FaultSettings
from pdfpipe.model.settings import Grouping
from tests.batch.tiny import files_below, scripted, write_page
from tests.execution.watching import children
from tests.faults.hostile_files import IMAGES, PDFS

SECONDS, MEGABYTES = 5, 500


def convert(folder: Path, files: Mapping[str, tuple[bytes, str]]) -> Report:
    """All of the files, and a good one after them, in real workers with tight limits."""
    for number, (name, (data, _)) in enumerate(files.items()):
        (folder / "scans" / f"{number:02}").mkdir(parents=True)
        (folder / "scans" / f"{number:02}" / name).write_bytes(data)
    write_page(folder / "scans" / "99" / "good.png")
    settings = scripted(
        grouping=Grouping.FILE,
        max_image_mpixels=20.0,
        page_timeout=SECONDS,
        faults=FaultSettings(page_memory=MEGABYTES),
    )
    return pdfpipe.convert_sync(folder / "scans", folder / "out", settings)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts memory by RLIMIT_DATA")
@pytest.mark.parametrize("files", [IMAGES, PDFS], ids=["images", "PDFs"])
def test_each_is_read_or_told_of_and_the_others_are_published(
    tmp_path: Path, files: Mapping[str, tuple[bytes, str]]
) -> None:
    before = children()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = convert(tmp_path, files)
    told = {event.document.pages[0].path.name: "published" for event in report.published}
    told |= {event.document.pages[0].path.name: str(event.failures[0]) for event in report.failed}
    assert told.pop("good.png") == "published"
    assert set(told) == set(files)
    assert {name: told[name] for name, (_, words) in files.items() if words not in told[name]} == {}
    assert not any("Traceback" in words for words in told.values())
    assert all(name.endswith(".pdf") for name in files_below(tmp_path / "out") if ".pdfpipe/" not in name)
    assert len(list((tmp_path / "out").rglob("*.pdf"))) == len(report.published)
    assert children() == before
    # Whatever they ask for, they do not get it from this process, which plans and writes.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 400_000


def test_a_page_of_100_megapixels_is_read(tmp_path: Path) -> None:
    Image.new("L", (10_000, 10_000), 255).save(tmp_path / "large.png", dpi=(1200, 1200))
    report = pdfpipe.convert_sync(tmp_path / "large.png", tmp_path / "out", scripted())
    assert report.exit_code == 0
    assert [page.pixels for page in report.pages] == [(10_000, 10_000)]
