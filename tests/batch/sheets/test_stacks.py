"""Stacks of scans become documents: planned, made, made again."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

import pdfpipe
from pdfpipe.batch.plan import plan
from pdfpipe.batch.rebuild import plan_rebuild
from pdfpipe.batch.report import Report, ReportBuilder
from pdfpipe.batch.sheets import looking
from pdfpipe.batch.sheets.look_job import LookJob
from pdfpipe.errors import ExitCode, OutputConflictError, WorkerCrashedError
from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_look import SheetLook
from pdfpipe.model.sidecar import Sidecar
from tests.batch.sheets.stack import Here, page, sheets, splitting, write_folder, write_tiff
from tests.batch.tiny import events_of, files_below, make_older, run_batch, scripted
from tests.readers import pdfium_images
from tests.separators import patch_sheet


@pytest.fixture
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "BlockingCalls", Here)


def planned(scans: Path, out: Path, settings: Settings) -> tuple[DocumentJob, ...]:
    return plan([scans], out, settings).documents


def made(jobs: Iterable[DocumentJob]) -> dict[str, list[int]]:
    """The frames of each document, by the name of its file."""
    return {job.output.name: [page.frame for page in job.pages] for job in jobs}


def pages_of(report: Report) -> dict[str, int]:
    return {document.output.name: len(document.written) for document in report.published}


def test_a_stack_becomes_documents_and_the_sheets_between_are_listed(tmp_path: Path) -> None:
    report = run_batch(write_tiff(tmp_path / "stack.tif", "xTxxTx"), tmp_path / "out", splitting())
    assert pages_of(report) == {"stack-001.pdf": 1, "stack-002.pdf": 2, "stack-003.pdf": 1}
    assert [(d.output.name, p.number, p.source.frame) for d, p in report.separators] == [
        ("stack-002.pdf", 1, 1),
        ("stack-003.pdf", 1, 4),
    ]
    assert not report.dropped
    assert report.exit_code == ExitCode.OK
    for name, place, frame in (("stack-001.pdf", 0, 0), ("stack-002.pdf", 1, 3), ("stack-003.pdf", 0, 5)):
        shown = pdfium_images(tmp_path / "out" / name)[place]
        assert shown.convert("L").tobytes() == page(frame).tobytes()
    told = json.loads(report.to_json())
    assert told["totals"]["separators_dropped"] == 2
    first = told["documents"][1]["pages"][0]
    assert (first["separator"], first["dropped"], first["place"]) == ("patch-t", True, None)
    assert first["needs_a_look"] == []


@pytest.mark.usefixtures("_here")
def test_they_are_kept_where_that_is_asked_for_later_too(tmp_path: Path) -> None:
    scans = write_tiff(tmp_path / "stack.tif", "xTxT")
    assert pages_of(run_batch(scans, tmp_path / "out", splitting())) == {
        "stack-001.pdf": 1,
        "stack-002.pdf": 1,
    }
    report = run_batch(scans, tmp_path / "out", splitting(keep=True))
    assert pages_of(report) == {"stack-002.pdf": 3}
    assert [skipped.document.output.name for skipped in report.skipped] == ["stack-001.pdf"]
    assert not report.separators


@pytest.mark.usefixtures("_here")
def test_a_folder_is_a_stack_as_well_and_without_separators_one_document(tmp_path: Path) -> None:
    write_folder(tmp_path / "scans" / "plain", "xx")
    write_folder(tmp_path / "scans" / "stack", "xTx")
    jobs = planned(tmp_path / "scans", tmp_path / "out", splitting())
    assert [job.output.relative_to(tmp_path / "out").as_posix() for job in jobs] == [
        "plain.pdf",
        "stack-001.pdf",
        "stack-002.pdf",
    ]
    assert [[page.path.name for page in job.pages] for job in jobs] == [
        ["1.png", "2.png"],
        ["1.png"],
        ["2.png", "3.png"],
    ]


@pytest.mark.usefixtures("_here")
def test_barcodes_name_documents_and_no_name_is_given_twice(tmp_path: Path) -> None:
    write_tiff(tmp_path / "scans" / "a.tif", "AxBxAx")
    write_tiff(tmp_path / "scans" / "b.tif", "axTx")
    jobs = planned(tmp_path / "scans", tmp_path / "out", splitting("barcode", "patch-t"))
    assert made(jobs) == {
        "A.pdf": [0, 1],
        "B.pdf": [2, 3],
        "A-2.pdf": [4, 5],
        "a-3.pdf": [0, 1],
        "b-002.pdf": [2, 3],
    }


@pytest.mark.usefixtures("_here")
def test_a_sheet_that_is_used_again_replaces_no_document(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first, second = (write_tiff(tmp_path / name, "Ax") for name in ("monday.tif", "friday.tif"))
    run_batch(first, out, splitting("barcode"))
    written = (out / "A.pdf").read_bytes()
    run_batch(second, out, splitting("barcode"))
    assert files_below(out) == {"A-2.pdf", "A.pdf"}
    assert (out / "A.pdf").read_bytes() == written
    # The same scans with other settings are the same documents.
    again = run_batch(first, out, splitting("barcode", languages=("deu",)))
    assert pages_of(again) == {"A.pdf": 1}
    assert files_below(out) == {"A-2.pdf", "A.pdf"}


@pytest.mark.usefixtures("_here")
def test_names_of_files_come_before_those_in_barcodes_and_are_never_changed(tmp_path: Path) -> None:
    write_tiff(tmp_path / "scans" / "a.tif", "BxBx")
    write_tiff(tmp_path / "scans" / "b.tif", "xx")
    jobs = planned(tmp_path / "scans", tmp_path / "out", splitting("barcode"))
    assert made(jobs) == {"B-2.pdf": [0, 1], "B-3.pdf": [2, 3], "b.pdf": [0, 1]}
    write_folder(tmp_path / "scans" / "b", "xx")
    with pytest.raises(OutputConflictError):
        planned(tmp_path / "scans", tmp_path / "out", splitting("barcode"))


@pytest.mark.usefixtures("_here")
def test_a_blank_sheet_divides_and_is_left_out_if_nothing_is_read_on_it_either(tmp_path: Path) -> None:
    scans = write_tiff(tmp_path / "stack.tif", "x-x")
    for words, written in (("0", 1), ("3", 2)):
        settings = splitting("blank", force=True)
        settings = msgspec.structs.replace(settings, engine_options=(("words", words),))
        report = run_batch(scans, tmp_path / "out", settings)
        assert pages_of(report) == {"stack-001.pdf": 1, "stack-002.pdf": written}
    assert "stays in the document" in " ".join(report.published[1].pages[0].notes)


@pytest.mark.usefixtures("_here")
def test_a_stack_of_nothing_but_separators_is_not_lost_without_a_word(tmp_path: Path) -> None:
    report = run_batch(write_tiff(tmp_path / "stack.tif", "TT"), tmp_path / "out", splitting())
    assert files_below(tmp_path / "out") == set()
    assert "--keep-separators" in report.failed[0].failures[0].message


@pytest.mark.usefixtures("_here")
def test_a_page_with_more_than_a_code_on_it_is_never_left_out(tmp_path: Path) -> None:
    labelled = page(1)
    labelled.paste(patch_sheet().crop((0, 0, 850, 180)))
    labelled.save(tmp_path / "s.tif", dpi=(100, 100), save_all=True, append_images=[page(2), labelled])
    jobs = planned(tmp_path / "s.tif", tmp_path / "out", splitting())
    assert made(jobs) == {"s-001.pdf": [0, 1], "s-002.pdf": [2]}
    assert not any(one.separator.is_sheet for job in jobs for one in job.pages if one.separator is not None)


@pytest.mark.usefixtures("_here")
def test_a_finished_stack_is_up_to_date_and_nothing_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = write_tiff(tmp_path / "stack.tif", "xTx")
    settings = splitting(cache=CacheSettings(folder=tmp_path / "cache"))
    assert len(run_batch(scans, tmp_path / "out", settings).published) == 2

    def no_workers(*_: object, **__: object) -> None:
        raise AssertionError("a scan is looked at again")

    monkeypatch.setattr(looking, "BlockingCalls", no_workers)
    assert len(run_batch(scans, tmp_path / "out", settings).skipped) == 2
    make_older(scans, 5)
    with pytest.raises(AssertionError):
        planned(scans, tmp_path / "out", settings)


def test_documents_that_need_not_be_divided_are_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "BlockingCalls", None)
    write_folder(tmp_path / "scans", "xTx")
    assert len(planned(tmp_path / "scans", tmp_path / "out", scripted())) == 1
    assert len(planned(tmp_path / "scans" / "2.png", tmp_path / "out", splitting())) == 1


@pytest.mark.usefixtures("_here")
def test_dividing_changes_nothing_about_documents_without_separators(tmp_path: Path) -> None:
    scans = write_tiff(tmp_path / "stack.tif", "xx")
    assert len(run_batch(scans, tmp_path / "out", scripted()).published) == 1
    assert len(run_batch(scans, tmp_path / "out", splitting()).skipped) == 1


class Dying(Here):
    """The process dies under the second look."""

    def each(self, jobs: Iterable[LookJob]) -> Iterator[SheetLook | WorkerCrashedError]:
        for number, job in enumerate(jobs):
            yield WorkerCrashedError("it was ended by SIGTEST") if number == 1 else self._task(job)


def test_a_scan_under_which_a_process_dies_stays_in_its_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "BlockingCalls", Dying)
    jobs = planned(write_tiff(tmp_path / "stack.tif", "xTxTx"), tmp_path / "out", splitting())
    assert made(jobs) == {"stack-001.pdf": [0, 1, 2], "stack-002.pdf": [3, 4]}
    assert "SIGTEST" in jobs[0].pages[1].notes[0]


@pytest.mark.usefixtures("_here")
def test_a_scan_that_cannot_be_read_fails_its_document_alone(tmp_path: Path) -> None:
    scans = write_folder(tmp_path / "stack", "xTxTx")
    (scans / "3.png").write_bytes((scans / "3.png").read_bytes()[:300])
    report = run_batch(scans, tmp_path / "out", splitting())
    assert pages_of(report) == {"stack-001.pdf": 1, "stack-003.pdf": 1}
    (failed,) = report.failed
    assert failed.failures[0].page == 2
    assert "could not be found out" in failed.document.pages[1].notes[0]


def test_a_pdf_is_not_divided_and_says_what_to_do(tmp_path: Path) -> None:
    first, *others = sheets("xTx")
    first.save(tmp_path / "s.pdf", save_all=True, append_images=others, resolution=100)
    (job,) = planned(tmp_path / "s.pdf", tmp_path / "out", splitting())
    assert job.failure is not None
    assert "pdfimages" in job.failure.message


@pytest.mark.usefixtures("_here")
def test_documents_of_one_file_share_its_bytes(tmp_path: Path) -> None:
    scans = write_tiff(tmp_path / "stack.tif", "xTxx")
    jobs = planned(scans, tmp_path / "out", splitting())
    assert abs(sum(job.bytes_in for job in jobs) - scans.stat().st_size) <= 1


def test_who_waits_hears_how_far_it_is_and_may_end_it(tmp_path: Path) -> None:
    scans = write_tiff(tmp_path / "stack.tif", "xTx")
    heard: list[tuple[int, int]] = []
    plan([scans], tmp_path / "out", splitting(), on_look=lambda done, total: heard.append((done, total)))
    assert heard == [(1, 3), (2, 3), (3, 3)]

    def enough(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan([scans], tmp_path / "out", splitting(), on_look=enough)


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(("stack", "kind", "words"), [("xTx", "patch-t", "3"), ("x-x", "blank", "0")])
def test_pdfs_are_made_again_from_text_without_the_sheets(
    tmp_path: Path, stack: str, kind: str, words: str
) -> None:
    scans, out = write_tiff(tmp_path / "stack.tif", stack), tmp_path / "out"
    settings = splitting(kind, sidecars=(Sidecar.JSON,))
    settings = msgspec.structs.replace(settings, engine_options=(("words", words),))
    before = pages_of(run_batch(scans, out, settings))
    rebuilt = plan_rebuild([scans], tmp_path / "again", splitting(kind), text=out)
    report = ReportBuilder(rebuilt.documents)
    for event in asyncio.run(events_of(rebuilt.documents, rebuilt.documents[0].settings)):
        report.add(event)
    assert pages_of(report.build(1.0)) == before


def test_in_a_program_a_stack_is_divided_while_others_go_on(tmp_path: Path) -> None:
    scans = write_tiff(tmp_path / "stack.tif", "xTx")

    async def convert() -> int:
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0.005)
                turns += 1

        task = asyncio.create_task(others())
        report = await pdfpipe.convert(scans, tmp_path / "out", splitting())
        task.cancel()
        assert len(report.published) == 2
        return turns

    assert asyncio.run(convert()) > 20


def test_a_program_that_gives_up_waits_for_no_more_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = write_tiff(tmp_path / "stack.tif", "xTxTxTx")
    looked: list[LookJob] = []

    def slow(job: LookJob) -> SheetLook:
        looked.append(job)
        time.sleep(0.1)
        return SheetLook()

    monkeypatch.setattr(looking, "BlockingCalls", Here)
    monkeypatch.setattr(looking, "_run_look", slow)

    async def convert() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.15):
                await pdfpipe.convert(scans, tmp_path / "out", splitting())

    asyncio.run(convert())
    assert 1 <= len(looked) <= 3
    assert not (tmp_path / "out").exists()
