"""Folders of scans become searchable PDF/A.

    import pdfpipe

    report = pdfpipe.convert_sync("scans", "out", pdfpipe.Settings(languages=("eng", "deu")))

Inside an event loop `await pdfpipe.convert(...)`; for progress, cancelling and going on, `plan` and
`Pipeline`.
"""

from typing import TYPE_CHECKING, Any

from pdfpipe._version import __version__

if TYPE_CHECKING:
    from pdfpipe.batch.convert import convert, convert_sync
    from pdfpipe.batch.events import DocumentFailed, DocumentPublished, DocumentSkipped, PageDone
    from pdfpipe.batch.pipeline import Pipeline
    from pdfpipe.batch.plan import Plan, plan
    from pdfpipe.batch.report import Report
    from pdfpipe.errors import PdfpipeError
    from pdfpipe.model.job import DocumentJob
    from pdfpipe.model.settings import Grouping, Settings

__all__ = [
    "DocumentFailed",
    "DocumentJob",
    "DocumentPublished",
    "DocumentSkipped",
    "Grouping",
    "PageDone",
    "PdfpipeError",
    "Pipeline",
    "Plan",
    "Report",
    "Settings",
    "__version__",
    "convert",
    "convert_sync",
    "plan",
]

_HOMES = {
    "DocumentFailed": "pdfpipe.batch.events",
    "DocumentJob": "pdfpipe.model.job",
    "DocumentPublished": "pdfpipe.batch.events",
    "DocumentSkipped": "pdfpipe.batch.events",
    "Grouping": "pdfpipe.model.settings",
    "PageDone": "pdfpipe.batch.events",
    "PdfpipeError": "pdfpipe.errors",
    "Pipeline": "pdfpipe.batch.pipeline",
    "Plan": "pdfpipe.batch.plan",
    "Report": "pdfpipe.batch.report",
    "Settings": "pdfpipe.model.settings",
    "convert": "pdfpipe.batch.convert",
    "convert_sync": "pdfpipe.batch.convert",
    "plan": "pdfpipe.batch.plan",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562).

    A worker process, of which there may be many, thus starts without the orchestrator.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
