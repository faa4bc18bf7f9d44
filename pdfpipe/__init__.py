"""Folders of scans become searchable PDF/A.

    import pdfpipe

    report = pdfpipe.convert_sync("scans", "out", pdfpipe.Settings(languages=("eng", "deu")))

Inside an event loop `await pdfpipe.convert(...)`; for progress, cancelling and going on, `plan` and
`Pipeline`.
"""

from pdfpipe._version import __version__
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
