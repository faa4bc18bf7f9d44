"""The report as one HTML file, which needs no other: first what a person should look at.

Names of files and what was read are hostile input: the template escapes all it is given, links are made
here only, and the policy in the page's head (CSP level 2) lets no script or style run but our own.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from pdfpipe._version import __version__
from pdfpipe.batch.report.html_views import Need, document_views
from pdfpipe.batch.report.wording import count, duration, size
from pdfpipe.errors import ExitCode
from pdfpipe.model.names import shown

if TYPE_CHECKING:
    from pdfpipe.batch.report.outcome import Report

__all__ = ["html_report", "is_html_report"]

_BEGINNING: Final = b'<!doctype html>\n<html lang="en" class="pdfpipe-report">'
_ENDED: Final = {
    ExitCode.INTERRUPTED: "The run was interrupted; the same command goes on where it stopped.",
    ExitCode.STORAGE: "The run ended early, because the output could not be written.",
}


def html_report(report: Report, folder: Path) -> Iterator[bytes]:
    """Pieces that together are an HTML file in `folder`, UTF-8: one document at a time is in memory.

    Links to documents and scans are relative to `folder`.
    """
    from jinja2 import Environment, StrictUndefined  # no other run needs it
    from markupsafe import Markup

    sources = files("pdfpipe.batch.report")
    style, script = (sources.joinpath(f"report.{kind}").read_text("utf-8") for kind in ("css", "js"))
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "size": size,
        "duration": duration,
        "count": count,
        "shown": shown,
        "legible": _legible,
        "data_uri": _data_uri,
        "link": _Links(folder),
        "trusted": Markup,
    }
    template = environment.from_string(sources.joinpath("report.html.jinja").read_text("utf-8"))
    stream = template.stream(
        report=report,
        version=__version__,
        ended=_ENDED.get(report.ended_by, "The run ended early.") if report.ended_by is not None else "",
        documents=document_views(report),
        totals=_totals(report),
        Need=Need,
        style=style,
        script=script,
        style_hash=_csp_hash(style),
        script_hash=_csp_hash(script),
    )
    stream.enable_buffering(64)
    return (piece.encode("utf-8") for piece in stream)


def is_html_report(path: Path) -> bool:
    """Whether a file is what `html_report` gave, or empty, and may be replaced by the next report."""
    with path.open("rb") as stream:
        head = stream.read(len(_BEGINNING))
    return head in (b"", _BEGINNING)


def _totals(report: Report) -> list[tuple[str, str]]:
    states = Counter(
        published=len(report.published),
        failed=len(report.failed),
        unfinished=len(report.unfinished),
        skipped=len(report.skipped),
    )
    labels = {"failed": "failed", "unfinished": "not finished", "skipped": "up to date"}
    rows = [("published", count(states["published"], "document"))]
    rows += [(label, count(states[state], "document")) for state, label in labels.items() if states[state]]
    if report.published:
        rows += [("read", count(report.page_count, "page")), ("found", count(report.words, "word"))]
        if report.mean_confidence is not None:
            rows.append(("mean confidence", f"{report.mean_confidence:.1%}"))
        if report.dropped:
            rows.append(("blank, left out", count(len(report.dropped), "page")))
        if report.separators:
            rows.append(("separators, left out", count(len(report.separators), "sheet")))
        rows.append(("to look at", count(len(report.doubtful), "page")))
        rows.append(("in → out", f"{size(report.bytes_in)} → {size(report.bytes_out)}"))
    rows.append(("time", duration(report.seconds)))
    if report.pages_per_second is not None:
        rows.append(("speed", f"{report.pages_per_second:.2f} pages/s"))
    return rows


class _Links:
    """Addresses of files, relative to a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.path.abspath(folder)  # noqa: PTH100 - a link counts where it stands

    def __call__(self, path: Path, page: int | None = None) -> str:
        """The address of a file, of one page if it is a PDF (RFC 8118, 3).

        It begins with a dot and has its colons encoded, so that no name is taken for a scheme such as
        ``javascript:`` (RFC 3986, 4.2).
        """
        relative = os.path.relpath(os.path.abspath(path), self._folder)  # noqa: PTH100
        return f"./{quote(os.fsencode(relative))}{f'#page={page}' if page else ''}"


def _legible(text: str) -> str:
    """Text of any origin, without control characters and those that turn the text around them."""
    harmless = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").expandtabs()
    return "\n".join(shown(line) for line in harmless.split("\n"))


def _data_uri(data: bytes) -> str:
    return f"data:image/webp;base64,{base64.b64encode(data).decode('ascii')}"


def _csp_hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"
