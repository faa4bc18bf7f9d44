"""The whole job in one call, as programs use it."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

import pdfpipe
from pdfpipe.batch.events import Event
from pdfpipe.errors import MissingDependencyError, UsageError
from pdfpipe.model.image_settings import ImageSettings
from pdfpipe.model.metadata_settings import MetadataSettings
from tests.batch.tiny import files_below, scripted, write_page, write_pages
from tests.execution.watching import children
from tests.support import SCANS


def test_a_folder_of_real_scans_becomes_one_searchable_pdf(tmp_path: Path) -> None:
    report = pdfpipe.convert_sync(SCANS / "declaration", tmp_path)
    assert report.exit_code == 0
    pages = PdfReader(tmp_path / "declaration.pdf").pages
    assert len(pages) == 4
    assert "human rights" in pages[0].extract_text()
    assert report.mean_confidence is not None
    assert report.mean_confidence > 0.85


async def test_it_is_awaited_inside_an_event_loop_which_stays_free(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans", "1.png", "2.png")
    turns = 0

    async def tick() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.001)

    ticking = asyncio.create_task(tick())
    settings = scripted(("seconds", "0.3"))
    report = await pdfpipe.convert(tmp_path / "scans", tmp_path / "out", settings)
    ticking.cancel()
    assert [document.output for document in report.published] == [tmp_path / "out" / "scans.pdf"]
    assert turns > 20


@pytest.mark.parametrize("kind", ["str", "bytes path", "Path", "list"])
def test_paths_may_be_given_as_any_kind_of_path(tmp_path: Path, kind: str) -> None:
    page = write_page(tmp_path / "page.png")
    given = {
        "str": str(page),
        "bytes path": os.fsdecode(bytes(page)),
        "Path": page,
        "list": [str(page), page.parent],
    }
    out = tmp_path / "out"
    report = pdfpipe.convert_sync(given[kind], out, scripted())  # type: ignore[arg-type]
    assert files_below(out) == ({"page.pdf", f"{tmp_path.name}.pdf"} if kind == "list" else {"page.pdf"})
    assert report.exit_code == 0


def test_events_are_shown_as_they_come(tmp_path: Path) -> None:
    seen: list[Event] = []
    write_pages(tmp_path / "scans", "1.png", "2.png")
    pdfpipe.convert_sync(tmp_path / "scans", tmp_path / "out", scripted(), on_event=seen.append)
    assert [type(event) for event in seen] == [pdfpipe.PageDone, pdfpipe.PageDone, pdfpipe.DocumentPublished]


def test_an_error_in_a_callback_reaches_the_caller_and_leaves_nothing(tmp_path: Path) -> None:
    before = children()
    write_pages(tmp_path / "scans", "1.png", "2.png")

    def fail(_: Event) -> None:
        raise KeyError("mine")

    settings = scripted(("hang", "2.png"))
    with pytest.raises(KeyError, match="mine"):
        pdfpipe.convert_sync(tmp_path / "scans", tmp_path / "out", settings, on_event=fail)
    assert files_below(tmp_path / "out") == set()
    assert children() == before


def test_the_same_settings_and_date_give_the_same_bytes(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans", "1.png", "2.jpg")
    settings = scripted(created=datetime(2024, 2, 29, 12, tzinfo=UTC))
    for name in ("first", "second"):
        pdfpipe.convert_sync(tmp_path / "scans", tmp_path / name, settings)
    first, second = (tmp_path / name / "scans.pdf" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_the_title_is_the_documents_name_or_as_given(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    pdfpipe.convert_sync(page, tmp_path / "a", scripted())
    pdfpipe.convert_sync(page, tmp_path / "b", scripted(metadata=MetadataSettings(title="Minutes – 1848")))
    titles = [
        info.title for name in "ab" if (info := PdfReader(tmp_path / name / "page.pdf").metadata) is not None
    ]
    assert titles == ["page", "Minutes – 1848"]


@pytest.mark.parametrize(
    "senseless",
    [
        {"jobs": 0},
        {"jobs": -1},
        {"image_dpi": 0.0},
        {"image_dpi": -300.0},
        {"image_dpi": float("nan")},
        {"max_image_mpixels": 0.0},
        {"max_image_mpixels": float("nan")},
        {"languages": ()},
        {"created": datetime(2024, 1, 1)},  # noqa: DTZ001 - that is the point
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused_by_name(senseless: dict[str, object]) -> None:
    (name,) = senseless
    with pytest.raises(pdfpipe.PdfpipeError, match=name) as caught:
        pdfpipe.Settings(**senseless)  # type: ignore[arg-type]
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "senseless",
    [{"jpeg_quality": 0}, {"jpeg_quality": 101}, {"max_dpi": 0.0}, {"max_dpi": float("nan")}],
    ids=str,
)
def test_settings_of_images_that_make_no_sense_are_refused_by_name(senseless: dict[str, Any]) -> None:
    (name,) = senseless
    with pytest.raises(UsageError, match=f"images.{name}"):
        ImageSettings(**senseless)


def test_what_must_be_installed_for_optimizing_is_said_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pdfpipe.batch.plan.find_spec", lambda name: None)
    settings = scripted(images=ImageSettings(optimize_jpeg=True))
    with pytest.raises(MissingDependencyError, match=r"pdfpipe\[mozjpeg\]"):
        pdfpipe.convert_sync(write_page(tmp_path / "page.png"), tmp_path / "out", settings)
    assert not (tmp_path / "out").exists()
