"""Verify many documents side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from pdfpipe.errors import WorkerCrashedError
from pdfpipe.execution.processes import ProcessExecutor
from pdfpipe.model.proof import Fault
from pdfpipe.model.verification import Verdict, Verification
from pdfpipe.pdf.proof.verification import verify_document

__all__ = ["verify"]


async def verify(paths: Sequence[Path], workers: int) -> AsyncGenerator[Verification, None]:
    """What is wrong with each PDF, in their order; a file that kills its reader takes down nothing else."""
    executor: ProcessExecutor[Path, Verification] = ProcessExecutor(
        verify_document, min(workers, len(paths) or 1)
    )

    async def one(path: Path) -> Verification:
        try:
            return await executor.run(path)
        except WorkerCrashedError as error:
            message = f"it cannot be read: under it, {error.args[0]}"
            return Verification(path, Verdict.UNREADABLE, faults=(Fault(message),))

    async with executor, asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(path)) for path in paths]
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()
