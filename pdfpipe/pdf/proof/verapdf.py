"""Validity as PDF/A by veraPDF, a program that is not part of pdfpipe (https://verapdf.org)."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pdfpipe.errors import MissingDependencyError
from pdfpipe.model.verification import PdfaCheck

__all__ = ["check_pdfa"]

_FILES_A_START: Final = 100
"""It takes a second to start, and command lines have an end."""


def check_pdfa(program: str, claims: Sequence[tuple[Path, str]]) -> list[PdfaCheck]:
    """What veraPDF says of files and the kind of PDF/A, such as 2u, that each says it is.

    Raises:
        MissingDependencyError: there is no such program, or it is none that validates.

    """
    checks: list[PdfaCheck] = []
    for at in range(0, len(claims), _FILES_A_START):
        some = claims[at : at + _FILES_A_START]
        jobs = _jobs(program, [path for path, _ in some])
        if len(jobs) != len(some):
            raise MissingDependencyError(f"{program} reported {len(jobs)} of {len(some)} files")
        checks += (_check(claim, job) for (_, claim), job in zip(some, jobs, strict=True))
    return checks


def _jobs(program: str, paths: Sequence[Path]) -> list[ET.Element]:
    """What veraPDF reports of each file, in their order; the profile is the one that the file claims."""
    # Absolute, so that no name is taken for an option.
    command = [program, "--format", "xml", "--maxfailuresdisplayed", "1", *(str(p.absolute()) for p in paths)]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return list(ET.fromstring(done.stdout).iter("job"))  # noqa: S314 - our own program wrote it
    except OSError as error:
        raise MissingDependencyError(f"{program} cannot be run: {error.strerror or error}") from error
    except ET.ParseError as error:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = words[-1] if words else "it printed no report"
        raise MissingDependencyError(f"{program} does not work as veraPDF: {reason}") from error


def _check(claim: str, job: ET.Element) -> PdfaCheck:
    report = job.find("validationReport")
    if report is None:
        problem = job.findtext("taskException/exceptionMessage") or "veraPDF gives no reason"
        return PdfaCheck(claim, valid=False, reasons=(" ".join(problem.split()),))
    broken = tuple(
        f"{rule.get('clause')}-{rule.get('testNumber')}: {' '.join(rule.findtext('description', '').split())}"
        for rule in report.iter("rule")
        if rule.get("status") == "failed"
    )
    return PdfaCheck(claim, report.get("isCompliant") == "true", broken)
