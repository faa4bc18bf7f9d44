"""``pdfpipe separators``: separator sheets to print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from pdfpipe.batch.sheets.dividing import PREFIX
from pdfpipe.batch.sheets.file_names import file_name_of
from pdfpipe.cli.console import say
from pdfpipe.errors import OutputConflictError, UsageError
from pdfpipe.model.names import shown
from pdfpipe.pdf.separator_sheets import MOST_LETTERS, Paper, SeparatorSheet, separator_sheets
from pdfpipe.storage import AtomicFile

__all__ = ["separators"]

_STANDARD_OUTPUT: Final = Path("-")
_MOST_SHEETS: Final = 10_000


@click.command()
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The PDF to write; - for standard output.",
)
@click.option("--patch-t", is_flag=True, help="With the patch code T [on, without --barcode].")
@click.option(
    "--barcode",
    "names",
    multiple=True,
    metavar="NAME",
    help="With a barcode that gives the document this name; may be given again, for more sheets.",
)
@click.option(
    "--paper",
    type=click.Choice([paper.value for paper in Paper]),
    default="a4",
    help="Size of the paper [a4].",
)
@click.option("--count", type=click.IntRange(1, _MOST_SHEETS), default=1, help="Copies of each sheet [1].")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def separators(
    output: Path, patch_t: bool, names: tuple[str, ...], paper: str, count: int, force: bool
) -> None:
    """Write separator sheets as a PDF, to be printed and laid before the first pages of documents.

    pdfpipe convert --split-on patch-t,barcode then makes documents of the stack.
    """
    kinds = [_named(name, patch_t=patch_t) for name in names] or [SeparatorSheet("PATCH T", patch_t=True)]
    sheets = [sheet for sheet in kinds for _ in range(count)]
    if len(sheets) > _MOST_SHEETS:
        raise UsageError(f"{len(sheets)} sheets are more than the {_MOST_SHEETS} that one PDF may have")
    pdf = separator_sheets(sheets, Paper(paper))
    if output == _STANDARD_OUTPUT:
        sys.stdout.buffer.write(pdf)
        sys.stdout.buffer.flush()
        return
    if output.exists() and not force:
        raise OutputConflictError(f"{shown(output)} is there already; --force replaces it")
    file = AtomicFile(output)
    try:
        file.stream.write(pdf)
        file.commit()
    finally:
        file.discard()
    say(f"{len(sheets)} {'sheet' if len(sheets) == 1 else 'sheets'} in {shown(output)}", sys.stdout)


def _named(name: str, *, patch_t: bool) -> SeparatorSheet:
    if len(name) > MOST_LETTERS:
        raise UsageError(f"--barcode: a name of {len(name)} letters is too long: {MOST_LETTERS} are the most")
    file_name = file_name_of(name)
    if not file_name:
        raise UsageError(f"--barcode: {name!r} is no name for a document")
    if file_name != name:
        raise UsageError(f"--barcode: no file can be called {name!r}: '{file_name}' would do")
    return SeparatorSheet(name, patch_t, f"{PREFIX}{name}")
