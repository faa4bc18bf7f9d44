"""Put a given PDF and what was read of it together, as one plain function that runs in any process.

That is where all of a PDF is taken apart that somebody else has made, so it is no work for the process on
which all other documents depend.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from pdfpipe.errors import DocumentError, PdfpipeError, ran_out_of_memory
from pdfpipe.model.pdf_input_settings import PdfInputSettings
from pdfpipe.model.pdf_page import Grafted, GraftRequest, PageEdit
from pdfpipe.pdf.marker import Marker

__all__ = ["GraftJob", "run_graft"]


class GraftJob(msgspec.Struct, frozen=True):
    """What `pdfpipe.pdf.existing.graft.graft` is told; `layers` is a file to read, `output` one to fill."""

    source: Path
    settings: PdfInputSettings
    pages: tuple[PageEdit, ...]
    layers: Path
    output: Path
    request: GraftRequest
    marker: Marker

    @property
    def patience(self) -> int:
        """See `pdfpipe.execution.base.Executor.run`."""
        return max(1, len(self.pages))


def run_graft(job: GraftJob) -> Grafted:
    """Write the PDF.

    Raises:
        DocumentError: it cannot be changed as it must be.
        OSError: it cannot be written.

    """
    from pdfpipe.pdf.existing.graft import graft  # qpdf, which documents made of images do not need

    try:
        with job.layers.open("rb") as layers, job.output.open("r+b", buffering=1 << 18) as stream:
            stream.truncate(0)
            return graft(job.source, job.settings, job.pages, layers, stream, job.request, job.marker)
    except (OSError, PdfpipeError):
        raise
    except Exception as error:  # qpdf is foreign code, and what it raises fails this document alone
        if ran_out_of_memory(error):
            raise
        raise DocumentError(f"it cannot be changed: {type(error).__name__}: {error}") from error
