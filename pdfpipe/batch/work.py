"""What workers do: they read pages, and read back what was written of them."""

from __future__ import annotations

from pdfpipe.batch.page_task import run_page
from pdfpipe.batch.proof_task import prove_pages
from pdfpipe.execution.base import Executor
from pdfpipe.model.job import PageJob, PageResult
from pdfpipe.model.proof import ProofJob, ProofResult

__all__ = ["Job", "Outcome", "WorkExecutor", "run_job"]

Job = PageJob | ProofJob
Outcome = PageResult | ProofResult
WorkExecutor = Executor[Job, Outcome]


def run_job(job: Job) -> Outcome:
    """Do one job; see `run_page` and `prove_pages`."""
    return prove_pages(job) if isinstance(job, ProofJob) else run_page(job)
