"""``pdfpipe convert``: folders of scans become searchable PDFs."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pdfpipe.batch.depfile import agree_with_make
from pdfpipe.batch.disk_space import check_space
from pdfpipe.batch.pipeline import Pipeline
from pdfpipe.batch.plan import Plan, plan
from pdfpipe.batch.progress import ProgressTracker
from pdfpipe.batch.report import Report, ReportBuilder
from pdfpipe.cli.console import Console, Verbosity
from pdfpipe.cli.depfile import write_depfile
from pdfpipe.cli.fault_options import fault_options
from pdfpipe.cli.image_options import image_options
from pdfpipe.cli.journal import journal_of_run
from pdfpipe.cli.json_log import JsonLog, json_log
from pdfpipe.cli.options import configuration, language_option, recognition_options
from pdfpipe.cli.pdf_input_options import pdf_input_options
from pdfpipe.cli.preprocessing_options import preprocessing_options
from pdfpipe.cli.report_files import ReportFiles, is_html, report_files
from pdfpipe.cli.sheet_options import sheet_options
from pdfpipe.cli.stopping import stop_on_signals
from pdfpipe.errors import ExitCode, UsageError, exit_code_of
from pdfpipe.model.names import shown
from pdfpipe.model.navigation_settings import Outline
from pdfpipe.model.output_type import OutputType
from pdfpipe.model.settings import Grouping

if TYPE_CHECKING:
    from pdfpipe.batch.journal import Journal

__all__ = ["carry_out", "convert"]

_STANDARD_STREAM: Final = Path("-")
_CLOCK_GRAIN_NS: Final = 20_000_000
"""File systems tell times that are up to a tick of the kernel, 10 ms, too early."""
_ANY_PATH: Final = click.Path(path_type=Path)


@click.command()
@click.argument("scans", nargs=-1, required=True, type=_ANY_PATH)
@click.option(
    "-o",
    "--output",
    required=True,
    type=_ANY_PATH,
    help="Folder for the PDFs; FILE.pdf or - for one document.",
)
@language_option
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Worker processes [one a processor].")
@fault_options
@click.option(
    "--group",
    type=click.Choice([grouping.value for grouping in Grouping]),
    help="Make one document of each folder or of each file [folder].",
)
@click.option(
    "--image-dpi", type=float, metavar="N", help="Resolution of the images, whatever they say themselves."
)
@click.option(
    "--mrc", is_flag=True, help="Make gray and colour pages small: sharp text over a coarser background."
)
@click.option(
    "--output-type",
    type=click.Choice([kind.value for kind in OutputType]),
    help="PDF/A, which is PDF/A-2u, another level of it, plain PDF, or PDF/A where that can be [pdfa].",
)
@click.option(
    "--sidecar",
    metavar="FORMATS",
    help="Write the text beside each PDF too: some of txt,hocr,alto,json [none].",
)
@click.option("--title", metavar="TEXT", help="Title of the documents [the name of each].")
@click.option("--author", metavar="TEXT", help="Author of the documents.")
@click.option("--subject", metavar="TEXT", help="What the documents are about.")
@click.option("--keywords", metavar="WORDS", help="Keywords of the documents, with commas between them.")
@click.option(
    "--page-labels", metavar="LABELS", help="What pages are called: files, or ranges such as i-iv,1-."
)
@click.option(
    "--outline",
    type=click.Choice([outline.value for outline in Outline]),
    help="What the outline (bookmarks) is made of [none].",
)
@click.option(
    "--force", is_flag=True, help="Convert what is up to date, and replace files of other programs."
)
@click.option(
    "--keep-going/--fail-fast", default=True, help="After a document fails, go on [default] or stop."
)
@click.option("--dry-run", is_flag=True, help="Print the plan and do nothing.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=_ANY_PATH,
    metavar="FILE",
    help="Write what came of each page, to FILE.html for people or as JSON; may be given twice.",
)
@click.option(
    "--log-json",
    type=_ANY_PATH,
    metavar="FILE",
    help="Append a line of JSON for each event; - for standard output.",
)
@click.option(
    "--depfile",
    type=_ANY_PATH,
    metavar="FILE.d",
    help="Write what each document is made from, for make.",
)
@click.option(
    "--max-image-mpixels",
    type=float,
    metavar="N",
    help="Refuse images of more million pixels than this [250].",
)
@pdf_input_options
@preprocessing_options
@sheet_options
@image_options
@recognition_options
@click.option("--no-journal", is_flag=True, help="Keep no journal in OUTPUT, for pdfpipe status and retry.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Print each page, and the files passed over.")
@click.option("--debug", is_flag=True, help="Print tracebacks and what worker processes said last.")
def convert(scans: tuple[Path, ...], output: Path, **options: Any) -> int:
    """Convert SCANS, files and folders of page images and PDFs, into searchable PDF/A below OUTPUT.

    Each folder that directly holds page images becomes one document named after it, in natural
    order of the file names; a PDF or a multi-page TIFF is a document of its own. Use - for standard
    input or output. What is up to date is skipped.
    """
    return carry_out(scans, output, options, plan)


def carry_out(
    scans: tuple[Path, ...],
    output: Path,
    options: dict[str, Any],
    planner: Callable[..., Plan],
    defaults: Mapping[str, Any] | None = None,
    retries: int | None = None,
) -> int:
    """Plan documents, make them and tell of them; returns the exit code.

    `planner` takes what `plan` takes.  `options` are those of ``convert``, `defaults` settings that count
    less than all others.  `retries` is the run of the journal of which some documents are made again.
    """
    settings = configuration(
        {
            **options,
            "fail_fast": not options["keep_going"],
            "thumbnails": any(is_html(path) for path in options["reports"]),
        },
        defaults,
    )
    verbosity = Verbosity.from_flags(
        quiet=options["quiet"], verbose=options["verbose"], debug=options["debug"]
    )
    log_file: Path | None = options["log_json"]
    if output == log_file == _STANDARD_STREAM:
        raise UsageError("a PDF and a log do not both fit into standard output: give --log-json a file")
    depfile: Path | None = options["depfile"]
    if depfile is not None and _STANDARD_STREAM in (output, *scans):
        raise UsageError("--depfile goes with files, not with standard input or output")
    started_ns = time.time_ns() - _CLOCK_GRAIN_NS
    with _scans(scans) as inputs, _output(output) as target:
        is_stdout_taken = _STANDARD_STREAM in (output, log_file)
        console = Console(verbosity, sys.stderr if is_stdout_taken else sys.stdout)
        planned = planner(inputs, target, settings, on_look=console.looking)
        if output == _STANDARD_STREAM and len(planned.documents) > 1:
            raise UsageError(
                f"{len(planned.documents)} documents do not fit into standard output: name a folder"
            )
        _refuse_sidecar_conflicts(planned, output, options["reports"])
        console.ignored(planned.ignored)
        if options["dry_run"]:
            console.plan(planned)
            return ExitCode.OK
        console.warn(check_space(planned.documents))
        if depfile is not None:
            write_depfile(depfile, planned.documents)
        with (
            report_files(options["reports"]) as files,
            json_log(log_file) as log,
            journal_of_run(target, options, retries, lambda warning: console.warn([warning])) as journal,
        ):
            if journal is not None:
                journal.plan(planned.documents)
            report = asyncio.run(_run(planned, console, files, log, journal))
        if depfile is not None:
            made = [event.document for event in report.published]
            for document in (*made, *(event.document for event in report.skipped)):
                agree_with_make(document, started_ns)
        if output == _STANDARD_STREAM and report.published:
            _copy_to_standard_output(target)
    console.summary(report)
    return report.exit_code


def _refuse_sidecar_conflicts(planned: Plan, output: Path, reports: Iterable[Path]) -> None:
    absolute = {report.absolute(): report for report in reports}
    for document in planned.documents:
        for sidecar in document.settings.sidecars:
            if output == _STANDARD_STREAM:
                raise UsageError(f"standard output has no room for the {sidecar.value} beside the PDF")
            report = absolute.get(sidecar.beside(document.output).absolute())
            if report is not None:
                raise UsageError(f"{shown(report)} cannot be both the report and a sidecar: name another")


async def _run(
    planned: Plan, console: Console, reports: ReportFiles, log: JsonLog, journal: Journal | None
) -> Report:
    """Run the pipeline; the reports are written even if the run ends early."""
    # What concerns the whole run is alike in all; the workers load the engine of the first.
    settings = planned.documents[0].settings
    stop_on_signals()
    pipeline = Pipeline(settings, journal=journal)
    builder = ReportBuilder(planned.documents, reports.folder)
    tracker = ProgressTracker(planned.documents)
    log.started(tracker.now)
    ended_by: ExitCode | None = None
    cause: BaseException | None = None
    try:
        with console.progress(tracker) as progress:
            async with aclosing(pipeline.run(planned.documents)) as events:
                async for event in events:
                    builder.add(event)
                    tracker.add(event)
                    progress.show(event)
                    log.event(event, tracker.now)
    except BaseException as error:
        cause, ended_by = error, exit_code_of(error)
        raise
    finally:
        report = builder.build(tracker.now.seconds, ended_by)
        log.ended(report, cause)
        reports.write(report)
    if journal is not None:
        journal.end(report.exit_code)
    return report


@contextmanager
def _scans(scans: tuple[Path, ...]) -> Iterator[list[Path]]:
    """The inputs, standard input as a temporary file."""
    if _STANDARD_STREAM not in scans:
        yield list(scans)
        return
    if len(scans) > 1:
        raise UsageError("- for standard input goes with no other input")
    with tempfile.TemporaryDirectory(prefix="pdfpipe-") as folder:
        copy = Path(folder, "stdin")
        with copy.open("wb") as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream)
        yield [copy]


@contextmanager
def _output(output: Path) -> Iterator[Path]:
    """Where the documents go, standard output as a temporary file."""
    if output != _STANDARD_STREAM:
        yield output
        return
    if sys.stdout.isatty():
        raise UsageError("a PDF is not written to a terminal: redirect standard output")
    with tempfile.TemporaryDirectory(prefix="pdfpipe-") as folder:
        yield Path(folder, "stdout.pdf")


def _copy_to_standard_output(path: Path) -> None:
    with path.open("rb") as stream:
        shutil.copyfileobj(stream, sys.stdout.buffer)
    sys.stdout.buffer.flush()
