"""How documents are written beside all else: in threads, and where that is asked for with patience."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from pdfpipe.batch.document_task import DocumentTask
from pdfpipe.batch.full_disk import DocumentRoom, FullDisk
from pdfpipe.batch.outbox import Outbox
from pdfpipe.batch.pdf_document_task import PdfDocumentTask
from pdfpipe.batch.tasks import uninterrupted
from pdfpipe.batch.turns import Turns
from pdfpipe.errors import DiskFullError, DocumentError, WorkerCrashedError
from pdfpipe.model.fault_settings import OnFullDisk
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.pdf_page import Grafted
from pdfpipe.model.settings import Settings
from pdfpipe.storage import storage_error

__all__ = ["DocumentInTheMaking", "Writing"]

DocumentInTheMaking = DocumentTask | PdfDocumentTask


class Writing:
    """The writing of one run: on a full disk it fails, or waits for room, as the settings say."""

    def __init__(self, settings: Settings, turns: Turns, outbox: Outbox) -> None:
        """While it waits, `turns` are paused; the outbox is told."""
        waits = settings.faults.on_full_disk is OnFullDisk.PAUSE
        self._disk = FullDisk(turns, outbox.add) if waits else None

    async def begin(self, job: DocumentJob, languages: tuple[str, ...]) -> DocumentInTheMaking:
        """Begin to write a document.

        Raises:
            StorageError, DocumentError: its files cannot be made.

        """
        kind = DocumentTask if job.pages[0].pdf is None else PdfDocumentTask
        room = DocumentRoom(self._disk, job) if self._disk is not None else None
        begun: list[DocumentInTheMaking] = []
        try:
            await self.write(lambda: begun.append(kind(job, languages, room)))
        except asyncio.CancelledError:
            for task in begun:
                task.discard()
            raise
        return begun[0]

    async def write(self, action: Callable[[], object]) -> None:
        """Write a little: at once, or in a thread where it may have to wait for room."""
        if self._disk is None:
            action()
        else:
            await self.write_in_thread(action)

    async def finish(self, task: DocumentInTheMaking, turns: Turns) -> None:
        """Write the end of a document, so that it can be read back.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        await self.write_in_thread(task.finish)
        if isinstance(task, PdfDocumentTask):
            task.grafted(await self._graft(task, turns))

    async def _graft(self, task: PdfDocumentTask, turns: Turns) -> Grafted:
        target = task.file.target
        room = DocumentRoom(self._disk, task.job) if self._disk is not None else None
        try:
            while True:
                try:
                    return await turns.graft(task.graft)
                except OSError as error:
                    failure = storage_error(target, error)
                    if room is None or not isinstance(failure, DiskFullError):
                        raise failure from error
                    await self.write_in_thread(partial(room.wait, target, error))
                except WorkerCrashedError as error:
                    raise DocumentError(f"its pages cannot be put together: {error.args[0]}") from error
        finally:
            if room is not None:
                room.end_wait()

    async def write_in_thread(self, action: Callable[[], object]) -> None:
        """Write what may take a while; when that is cancelled, it is finished, or fails where it waits."""
        await uninterrupted(action, self._disk.give_up if self._disk is not None else None)
