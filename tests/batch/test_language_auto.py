"""Documents whose languages are found out: which pages are asked, and what comes of the answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader

from pdfpipe.batch.events import DocumentFailed, DocumentPublished, DocumentSkipped, Event, PageDone
from pdfpipe.batch.page_task import run_page, warm_up
from pdfpipe.batch.report import ReportBuilder
from pdfpipe.errors import MissingLanguageError, WorkerCrashedError
from pdfpipe.model.engine_settings import TesseractSettings
from pdfpipe.model.job import PageJob, PageResult, PageSource, PageWork
from pdfpipe.model.language import LanguageEvidence
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_look import Separator, SeparatorKind
from pdfpipe.ocr.engine import EngineSpec
from tests.batch.executors import DirectedExecutor
from tests.batch.tiny import documents, events_of, files_below, scripted, write_page, write_pages
from tests.support import SCANS

AUTO = scripted(languages=("auto",))


class AnsweringExecutor(DirectedExecutor):
    """Pages tell the language that stands in the name of their folder; those in `blank` tell nothing."""

    def __init__(self, capacity: int = 2, *, blank: tuple[int, ...] = (), crash: bool = False) -> None:
        super().__init__(capacity)
        self.asked: list[tuple[str, int]] = []
        self.read: list[tuple[str, int, tuple[str, ...]]] = []
        self._blank = blank
        self._crash = crash

    def result(self, job: PageJob) -> PageResult:
        folder = job.source.path.parent.name
        if job.work is not PageWork.DETECT:
            self.read.append((folder, job.number, job.settings.languages))
            return run_page(job)
        self.asked.append((folder, job.number))
        if self._crash:
            raise WorkerCrashedError("the worker process was ended by SIGTEST", "its last words")
        if job.number in self._blank:
            return PageResult(job.number, job.source, languages=LanguageEvidence(notes=("too little text",)))
        shares = ((folder.split("-")[0], 1.0),)
        evidence = LanguageEvidence("Latn", 300, shares, shares, 0.9 if "unsure" not in folder else 0.4)
        return PageResult(job.number, job.source, languages=evidence)


def folder_of(tmp_path: Path, name: str, pages: int) -> Path:
    return write_pages(tmp_path / "scans" / name, *(f"{number:02}.png" for number in range(1, pages + 1)))


async def run(tmp_path: Path, executor: DirectedExecutor, settings: Settings = AUTO) -> list[Event]:
    jobs = documents(tmp_path / "scans", tmp_path / "out", settings)
    return await events_of(jobs, settings, executor)


async def test_pages_are_read_in_the_language_that_three_of_them_tell(tmp_path: Path) -> None:
    folder_of(tmp_path, "deu", 9)
    executor = AnsweringExecutor()
    (published,) = (e for e in await run(tmp_path, executor) if isinstance(e, DocumentPublished))
    assert executor.asked == [("deu", 1), ("deu", 5), ("deu", 9)]
    assert sorted(executor.read) == [("deu", number, ("deu",)) for number in range(1, 10)]
    assert published.language is not None
    assert published.language.languages == ("deu",)
    assert published.language.confidence == pytest.approx(0.9)
    assert str(PdfReader(tmp_path / "out" / "deu.pdf").root_object["/Lang"]) == "de"


async def test_documents_have_languages_of_their_own_and_stay_in_order(tmp_path: Path) -> None:
    for name in ("deu", "eng", "fra", "heb", "pol"):
        folder_of(tmp_path, name, 2)
    executor = AnsweringExecutor()
    events = await run(tmp_path, executor)
    assert {(name, languages) for name, _, languages in executor.read} == {
        (name, (name,)) for name in ("deu", "eng", "fra", "heb", "pol")
    }
    assert [name for name, number, _ in executor.read if number == 1] == ["deu", "eng", "fra", "heb", "pol"]
    assert sum(isinstance(event, DocumentPublished) for event in events) == 5


async def test_later_documents_are_asked_while_earlier_ones_are_read(tmp_path: Path) -> None:
    for name in ("deu", "eng", "fra", "heb"):
        folder_of(tmp_path, name, 2)
    executor = AnsweringExecutor(1)
    jobs = documents(tmp_path / "scans", tmp_path / "out", AUTO)
    order: list[str] = []
    real = executor.result

    def result(job: PageJob) -> PageResult:
        order.append(f"{job.work.value} {job.source.path.parent.name}")
        return real(job)

    executor.result = result  # type: ignore[method-assign]
    await events_of(jobs, AUTO, executor)
    assert order.index("detect eng") < order.index("full deu")
    assert order.index("detect heb") > order.index("full deu")


async def test_other_pages_are_asked_where_the_first_are_blank(tmp_path: Path) -> None:
    folder_of(tmp_path, "deu", 9)
    executor = AnsweringExecutor(blank=(1, 5, 9))
    await run(tmp_path, executor)
    assert [number for _, number in executor.asked] == [1, 5, 9, 2, 3, 7]
    assert executor.read[0][2] == ("deu",)


@pytest.mark.parametrize("executor", [AnsweringExecutor(blank=(1, 2, 3)), AnsweringExecutor(crash=True)])
async def test_where_nothing_is_found_the_default_is_taken_and_said(
    tmp_path: Path, executor: AnsweringExecutor
) -> None:
    folder_of(tmp_path, "deu", 3)
    (published,) = (e for e in await run(tmp_path, executor) if isinstance(e, DocumentPublished))
    assert {languages for _, _, languages in executor.read} == {("eng",)}
    assert published.language is not None
    assert (published.language.languages, published.language.confidence) == (("eng",), 0.0)
    assert "English taken by default" in published.language.evidence
    assert ("SIGTEST" in published.language.evidence) == executor._crash


async def test_pages_that_cannot_be_decoded_fail_the_document_and_not_the_finding(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "deu", 3)
    (folder / "02.png").write_bytes((folder / "02.png").read_bytes()[:60])
    events = await run(tmp_path, DirectedExecutor())
    (failed,) = (e for e in events if isinstance(e, DocumentFailed))
    assert failed.failures[0].page == 2
    assert failed.language is not None
    assert failed.language.confidence == 0


async def test_a_language_that_no_engine_can_be_made_for_gives_way_to_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(spec: EngineSpec) -> None:
        if spec.languages == ("deu",):
            raise MissingLanguageError("no deu here")

    monkeypatch.setattr("pdfpipe.batch.pipeline.check_engine", check)
    folder_of(tmp_path, "deu", 2)
    executor = AnsweringExecutor()
    (published,) = (e for e in await run(tmp_path, executor) if isinstance(e, DocumentPublished))
    assert {languages for _, _, languages in executor.read} == {("eng",)}
    assert published.language is not None
    assert published.language.confidence == 0
    assert "no deu here" in published.language.evidence


async def test_a_second_run_finds_it_up_to_date_without_asking(tmp_path: Path) -> None:
    folder_of(tmp_path, "deu", 3)
    await run(tmp_path, AnsweringExecutor())
    again = AnsweringExecutor()
    events = await run(tmp_path, again)
    assert [type(event) for event in events] == [DocumentSkipped]
    assert again.asked == []
    # With a language named it is another document, even if it is the one that was found.
    named = msgspec.structs.replace(AUTO, languages=("deu",))
    assert not any(isinstance(event, DocumentSkipped) for event in await run(tmp_path, again, named))


async def test_the_report_says_what_was_found_and_which_documents_to_look_at(tmp_path: Path) -> None:
    folder_of(tmp_path, "deu", 1)
    folder_of(tmp_path, "fra-unsure", 1)
    jobs = documents(tmp_path / "scans", tmp_path / "out", AUTO)
    builder = ReportBuilder(jobs)
    for event in await events_of(jobs, AUTO, AnsweringExecutor()):
        builder.add(event)
    report = builder.build(1.0)
    assert [document.output.name for document in report.doubtful_languages] == ["fra-unsure.pdf"]
    data = msgspec.json.decode(report.to_json())
    assert data["totals"]["documents_of_doubtful_language"] == 1
    sure, unsure = data["documents"]
    assert sure["languages"] == ["deu"]
    assert sure["language_found"]["confidence"] == pytest.approx(0.9)
    assert not sure["language_found"]["needs_a_look"]
    assert unsure["language_found"]["needs_a_look"]


async def test_cancelling_leaves_nothing_while_documents_are_asked(tmp_path: Path) -> None:
    folder_of(tmp_path, "deu", 3)
    executor = DirectedExecutor(held=(1,))
    task = asyncio.create_task(run(tmp_path, executor))
    while not executor.begun:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert files_below(tmp_path / "out") == set()
    assert executor.times_entered == executor.times_left == 1


def test_a_real_page_tells_its_language(tmp_path: Path) -> None:
    settings = Settings(languages=("auto",))
    warm_up(settings)
    result = run_page(PageJob(PageSource(SCANS / "formats" / "tiff-g4.tif"), 1, settings, PageWork.DETECT))
    assert result.content is None
    assert result.failure is None
    assert result.languages is not None
    assert result.languages.shares[0][0] == "eng"


def test_a_failure_in_the_finding_is_a_value(tmp_path: Path) -> None:
    (tmp_path / "osd.traineddata").write_bytes(b"broken")
    settings = Settings(languages=("auto",), tesseract=TesseractSettings(tessdata_dir=tmp_path))
    result = run_page(PageJob(PageSource(write_page(tmp_path / "a.png")), 1, settings, PageWork.DETECT))
    assert result.languages is None
    assert result.failure is not None
    assert "osd.traineddata is damaged" in result.failure.message


async def test_real_scans_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "1.tif").hardlink_to(SCANS / "formats" / "tiff-g4.tif")
    settings = Settings(languages=("auto",))
    events = await run(tmp_path, DirectedExecutor(), settings)
    assert any(isinstance(event, PageDone) and event.page.words > 60 for event in events)
    (published,) = (e for e in events if isinstance(e, DocumentPublished))
    assert published.language is not None
    assert published.language.languages == ("eng",)


async def test_separator_sheets_are_not_asked(tmp_path: Path) -> None:
    folder_of(tmp_path, "deu", 5)
    (job,) = documents(tmp_path / "scans", tmp_path / "out", AUTO)
    sheets = {0: Separator(SeparatorKind.PATCH_T), 4: Separator(SeparatorKind.PATCH_T, is_sheet=False)}
    pages = tuple(
        msgspec.structs.replace(page, separator=sheets.get(index)) for index, page in enumerate(job.pages)
    )
    executor = AnsweringExecutor()
    await events_of([msgspec.structs.replace(job, pages=pages)], AUTO, executor)
    assert sorted(number for _, number in executor.asked) == [2, 4, 5]
