"""Batches that have been run before, wholly or in part."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pdfpipe.batch.report import Report
from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.image_settings import ImageSettings
from pdfpipe.model.metadata_settings import MetadataSettings
from pdfpipe.model.preprocessing_settings import PreprocessingSettings
from pdfpipe.model.settings import Settings
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.ocr.registry import warm_engine
from pdfpipe.ocr.scripted import ScriptedEngine
from tests.batch.tiny import run_batch, scripted, write_page, write_pages
from tests.pdf.existing.pdfs import scanned_pdf

AS_IT_IS = PreprocessingSettings(stages=())
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pages that the engine reads."""
    names: list[str] = []
    original = ScriptedEngine.recognize

    def recognize(self: ScriptedEngine, image: Any) -> Any:
        names.append(image.label)
        return original(self, image)

    monkeypatch.setattr(ScriptedEngine, "recognize", recognize)
    return names


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    return write_pages(tmp_path / "scans", "a.png", "b.png", "c.png")


def run(scans: Path, out: Path, settings: Settings) -> Report:
    """A batch in what would be a new process."""
    warm_engine.cache_clear()
    return run_batch(scans, out, settings)


def kept(folder: Path, *options: tuple[str, str], **settings: Any) -> Settings:
    """Settings with a cache, and without the trial readings of preprocessing."""
    cache = CacheSettings(folder=folder)
    return scripted(*options, cache=cache, created=MOMENT, preprocessing=AS_IT_IS, **settings)


def test_a_batch_that_was_read_before_is_not_read_again(scans: Path, tmp_path: Path, read: list[str]) -> None:
    settings = kept(tmp_path / "cache")
    first = run(scans, tmp_path / "first", settings)
    assert sorted(read) == ["a.png", "b.png", "c.png"]
    assert [page.from_cache for page in first.pages] == [False, False, False]
    second = run(scans, tmp_path / "second", settings)
    assert len(read) == 3
    assert [page.from_cache for page in second.pages] == [True, True, True]
    assert [page.content_hash for page in second.pages] == [page.content_hash for page in first.pages]
    assert (first.pages_from_cache, second.pages_from_cache) == (0, 3)
    report = json.loads(second.to_json())
    assert report["totals"]["pages_from_cache"] == 3
    assert [page["from_cache"] for page in report["documents"][0]["pages"]] == [True, True, True]
    told = [one.to_html(tmp_path).decode().count("read before") for one in (first, second)]
    assert told == [0, 3]


def test_the_document_is_the_same_to_the_last_byte(scans: Path, tmp_path: Path) -> None:
    plain = scripted(created=MOMENT, preprocessing=AS_IT_IS)
    made = []
    for name, settings in (("plain", plain), ("cold", kept(tmp_path / "c")), ("warm", kept(tmp_path / "c"))):
        run(scans, tmp_path / name / "out", settings)
        made.append((tmp_path / name / "out" / "scans.pdf").read_bytes())
    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize(
    "changed",
    [
        {"images": ImageSettings(jpeg_quality=50)},
        {"sidecars": (Sidecar.HOCR,)},
        {"metadata": MetadataSettings(title="T")},
        {"jobs": 2},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_what_does_not_concern_the_engine_costs_no_reading(
    changed: dict[str, Any], scans: Path, tmp_path: Path, read: list[str]
) -> None:
    from msgspec.structs import replace

    settings = kept(tmp_path / "cache")
    run(scans, tmp_path / "out", settings)
    report = run(scans, tmp_path / "out", replace(settings, force=True, **changed))
    assert (len(read), report.pages_from_cache) == (3, 3)


def test_what_concerns_the_engine_costs_all_and_a_new_page_costs_itself(
    scans: Path, tmp_path: Path, read: list[str]
) -> None:
    settings = kept(tmp_path / "cache")
    run(scans, tmp_path / "out", settings)
    report = run(scans, tmp_path / "out", kept(tmp_path / "cache", ("words", "5")))
    assert (len(read), report.pages_from_cache) == (6, 0)
    write_page(scans / "d.png", 77)
    report = run(scans, tmp_path / "out", settings)
    assert (read[6:], report.pages_from_cache) == (["d.png"], 3)


def test_the_same_page_in_another_document_is_not_read_again(tmp_path: Path, read: list[str]) -> None:
    write_page(tmp_path / "scans" / "one" / "a.png")
    write_page(tmp_path / "scans" / "two" / "b.tif")
    report = run(tmp_path / "scans", tmp_path / "out", kept(tmp_path / "cache"))
    assert (len(read), report.pages_from_cache) == (1, 1)


def test_pages_of_pdfs_are_kept_too(tmp_path: Path, read: list[str]) -> None:
    source = scanned_pdf(tmp_path / "scan.pdf", 2)
    for expected in (False, True):
        report = run(source, tmp_path / f"out-{expected}", kept(tmp_path / "cache"))
        assert [page.from_cache for page in report.pages] == [expected, True], "both show the same"
        assert all(len(page.content_hash) == 40 for page in report.pages)


def test_a_page_that_fails_is_tried_again_the_next_time(scans: Path, tmp_path: Path) -> None:
    settings = kept(tmp_path / "cache", ("raise", "b.png"))
    for out in ("first", "second"):
        report = run(scans, tmp_path / out, settings)
        assert [page.failure is not None for page in report.pages] == [False, True, False]
    assert [page.from_cache for page in report.pages] == [True, False, True]


def test_a_cache_that_cannot_be_kept_costs_a_note(scans: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    report = run(scans, tmp_path / "out", kept(tmp_path / "file"))
    assert report.exit_code == 0
    noted = [note for page in report.pages for note in page.notes if "cannot be kept" in note]
    assert len(noted) == 1
    assert (tmp_path / "out" / "scans.pdf").exists()


def test_without_a_folder_or_switched_off_nothing_is_kept(
    scans: Path, tmp_path: Path, read: list[str]
) -> None:
    cache = CacheSettings(folder=tmp_path / "cache", enabled=False)
    for settings in (scripted(), scripted(cache=cache)):
        for out in ("first", "second"):
            assert run(scans, tmp_path / out, settings).pages_from_cache == 0
    assert not (tmp_path / "cache").exists()
