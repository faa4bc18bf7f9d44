"""``pdfpipe verify``: whether documents are still as they were published."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from pdfpipe.cli.console import say
from pdfpipe.cli.table import say_json
from pdfpipe.errors import ExitCode, UsageError
from pdfpipe.model.names import shown
from pdfpipe.model.verification import PdfaCheck, Verdict, Verification

__all__ = ["verify"]

_PDF: Final = ".pdf"
_NO_VERAPDF: Final = "there is no veraPDF; install it (https://verapdf.org), or name its program in VERAPDF"
_MOST_FAULTS: Final = 20
"""Printed of one document; --json has all."""


@click.command()
@click.argument("pdfs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Worker processes [one a processor].")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print only what is wrong.")
def verify(pdfs: tuple[Path, ...], jobs: int | None, as_json: bool, quiet: bool) -> int:
    """Verify PDFS, files and folders of them, that pdfpipe has made.

    Each is read back: its pages must have the text and images with which it was published, and the
    images must decode. Whether it is valid PDF/A is asked of veraPDF, where that is installed.
    """
    paths = list(_files(pdfs))
    verified = _with_pdfa(asyncio.run(_verify(paths, jobs or os.cpu_count() or 1)))
    if as_json:
        say_json([_as_json(one) for one in verified])
    else:
        for one in verified:
            if not (quiet and one.is_well):
                _print(one)
        if not quiet:
            _print_total(verified)
    return ExitCode.OK if all(one.is_well for one in verified) else ExitCode.DOCUMENTS_FAILED


def _files(pdfs: Sequence[Path]) -> Iterator[Path]:
    """The files, and all PDFs in the folders and below them.

    Raises:
        UsageError: there is no such file, or no PDF in a folder.

    """
    for path in pdfs:
        if not path.exists():
            raise UsageError(f"cannot read {shown(path)}: No such file or directory")
        if not path.is_dir():
            yield path
            continue
        found = sorted(
            Path(folder, name)
            for folder, _, names in os.walk(path)
            for name in names
            if name.lower().endswith(_PDF) and not name.startswith(".")
        )
        if not found:
            raise UsageError(f"there are no PDFs in {shown(path)}")
        yield from found


async def _verify(paths: Sequence[Path], workers: int) -> list[Verification]:
    # Not above: the readers are large, and --help does not need them.
    from pdfpipe.batch.verification import verify as verify_all

    async with aclosing(verify_all(paths, workers)) as verified:
        return [one async for one in verified]


def _with_pdfa(verified: Sequence[Verification]) -> list[Verification]:
    """The verifications with what veraPDF says of those that say they are PDF/A."""
    claims = [(one.path, one.pdfa.claimed) for one in verified if one.pdfa is not None]
    program = os.environ.get("VERAPDF") or shutil.which("verapdf")
    if not claims:
        return list(verified)
    if program is None:
        checks = [PdfaCheck(claim, reasons=(_NO_VERAPDF,)) for _, claim in claims]
    else:
        from pdfpipe.pdf.proof.verapdf import check_pdfa

        checks = check_pdfa(program, claims)
    found = iter(checks)
    return [one if one.pdfa is None else msgspec.structs.replace(one, pdfa=next(found)) for one in verified]


def _print(one: Verification) -> None:
    pages = "" if one.pages is None else f", {one.pages} page{'s' if one.pages != 1 else ''}"
    claim = "" if one.pdfa is None else f", PDF/A-{one.pdfa.claimed} {_validity(one.pdfa)}"
    label = "ok" if one.is_well else "FAILED"
    say(f"{label:<8}{shown(one.path)}  {one.verdict.value}{pages}{claim}", sys.stdout)
    for fault in one.faults[:_MOST_FAULTS]:
        where = f"page {fault.page}: " if fault.page is not None else ""
        say(f"        {where}{fault.message}", sys.stdout)
    if len(one.faults) > _MOST_FAULTS:
        say(f"        ... and {len(one.faults) - _MOST_FAULTS} more (--json lists all)", sys.stdout)
    if one.pdfa is not None and one.pdfa.valid is False:
        for reason in one.pdfa.reasons:
            say(f"        PDF/A {reason}", sys.stdout)


def _print_total(verified: Sequence[Verification]) -> None:
    counts = {verdict: sum(one.verdict is verdict for one in verified) for verdict in Verdict}
    say(", ".join(f"{count} {verdict.value}" for verdict, count in counts.items() if count), sys.stdout)
    if any(one.pdfa is not None and one.pdfa.valid is None for one in verified):
        say(f"PDF/A was not checked: {_NO_VERAPDF}", sys.stdout)


def _validity(check: PdfaCheck) -> str:
    return {True: "valid", False: "NOT VALID", None: "not checked"}[check.valid]


def _as_json(one: Verification) -> dict[str, Any]:
    return {
        "file": shown(one.path),
        "ok": one.is_well,
        "verdict": one.verdict.value,
        "pages": one.pages,
        "faults": [{"page": fault.page, "message": fault.message} for fault in one.faults],
        "pdfa": one.pdfa
        and {"claimed": one.pdfa.claimed, "valid": one.pdfa.valid, "reasons": list(one.pdfa.reasons)},
    }
