"""What came of a batch: `outcome` holds it, `as_json` and `as_html` write it down."""

from pdfpipe.batch.report.doubts import DOUBTFUL_CONFIDENCE, doubtful_regions, doubts, language_line
from pdfpipe.batch.report.outcome import Report, ReportBuilder

__all__ = [
    "DOUBTFUL_CONFIDENCE",
    "Report",
    "ReportBuilder",
    "doubtful_regions",
    "doubts",
    "language_line",
]
