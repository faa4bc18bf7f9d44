"""What workers do: they read pages, put PDFs together, and read back what was written."""

from __future__ import annotations

from pdfpipe.batch.graft_task import GraftJob, run_graft
from pdfpipe.batch.page_task import run_page
from pdfpipe.batch.proof_task import prove_pages
from pdfpipe.execution.base import Executor
from pdfpipe.model.job import PageJob, PageResult
from pdfpipe.model.pdf_page import Grafted
from pdfpipe.model.proof import ProofJob, ProofResult

__all__ = ["Job", "Outcome", "WorkExecutor", "run_job"]

Job = PageJob | ProofJob | GraftJob
Outcome = PageResult | ProofResult | Grafted
WorkExecutor = Executor[Job, Outcome]


def run_job(job: Job) -> Outcome:
    """Do one job; see `run_page`, `prove_pages` and `run_graft`."""
    match job:
        case ProofJob():
            return prove_pages(job)
        case GraftJob():
            return run_graft(job)
        case _:
            return run_page(job)
