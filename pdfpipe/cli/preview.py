"""``pdfpipe preview``: what is done to one page before it is read, and what that is good for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pdfpipe.batch.plan import plan
from pdfpipe.batch.workers import memory_of_a_worker
from pdfpipe.cli.console import say
from pdfpipe.cli.options import configuration, engine_options, language_option, no_config_option
from pdfpipe.cli.pdf_input_options import pdf_input_options
from pdfpipe.cli.preprocessing_options import binarization_option, stages_option
from pdfpipe.cli.table import say_table
from pdfpipe.errors import DocumentError, UsageError
from pdfpipe.execution.blocking import BlockingCalls
from pdfpipe.model.job import PageJob
from pdfpipe.model.names import shown
from pdfpipe.storage import AtomicFile, storage_error

if TYPE_CHECKING:
    from pdfpipe.batch.preview import Preview

__all__ = ["preview"]

_PNG: Final = ".png"


@click.command()
@click.argument("scan", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    default=Path("preview.png"),
    type=click.Path(path_type=Path),
    metavar="FILE.png",
    help="The picture [preview.png].",
)
@click.option("--page", type=click.IntRange(min=1), default=1, metavar="N", help="Page of the file [1].")
@language_option
@click.option(
    "--image-dpi", type=float, metavar="N", help="Resolution of the image, whatever it says itself."
)
@stages_option
@binarization_option
@pdf_input_options
@engine_options
@no_config_option
def preview(scan: Path, output: Path, page: int, **options: Any) -> None:
    """Picture what is done to a page of SCAN before it is read, and what was read before and after.

    There is a panel for each stage, with its time. Nothing is taken from the cache or put into it.
    """
    from pdfpipe.imaging.preview_sheet import is_preview_sheet  # Pillow, which --help does not need

    if output.suffix.lower() != _PNG:
        raise UsageError(f"{shown(output)} does not end in .png: the preview is a PNG file")
    if scan.is_dir():
        raise UsageError(f"{shown(scan)} is a folder: name one of its files")
    if output.is_file() and not is_preview_sheet(output):
        raise UsageError(f"{shown(output)} is there already and is no preview: name another file")
    job = _job(scan, output, page, options)
    with BlockingCalls(
        _run, seconds=job.settings.page_timeout or None, memory=memory_of_a_worker(job.settings)
    ) as call:
        made = call(job)
    _write(output, made.picture)
    _tell(made)
    say(f"{shown(output)} written", sys.stdout)


def _job(scan: Path, output: Path, number: int, options: dict[str, Any]) -> PageJob:
    # The plan is never carried out; below the name of a picture it is in nobody's way.
    planned = plan([scan], output, configuration(options, {"cache.enabled": False}))
    (document,) = planned.documents
    if document.failure is not None:
        raise DocumentError(f"{shown(scan)}: {document.failure.message}")
    if number > len(document.pages):
        pages = f"{len(document.pages)} pages" if len(document.pages) > 1 else "one page"
        raise UsageError(f"--page {number}: {shown(scan)} has {pages}")
    return PageJob(document.pages[number - 1], number, document.settings)


def _run(job: PageJob) -> Preview:
    # In the worker: a scan that kills it does not kill the command.
    from pdfpipe.batch.preview import run_preview

    return run_preview(job)


def _write(output: Path, picture: bytes) -> None:
    file = AtomicFile(output)
    try:
        file.stream.write(picture)
        file.commit()
    except OSError as error:
        raise storage_error(output, error) from error
    finally:
        file.discard()


def _tell(made: Preview) -> None:
    steps = [(step.name, f"{step.seconds:.2f}", step.detail or "-") for step in made.steps]
    say_table(("step", "seconds", "what it did"), steps)
    say(f"\nread as it is: {made.before}", sys.stdout)
    if made.after is not None:
        say(f"read as prepared: {made.after}", sys.stdout)
