"""How documents are written beside all else: in threads, and where that is asked for with patience."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pdfpipe.batch.document_task import DocumentTask
from pdfpipe.batch.full_disk import DocumentRoom, FullDisk
from pdfpipe.batch.outbox import Outbox
from pdfpipe.batch.pdf_document_task import PdfDocumentTask
from pdfpipe.batch.tasks import uninterrupted
from pdfpipe.batch.turns import Turns
from pdfpipe.model.fault_settings import OnFullDisk
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.settings import Settings

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

    async def write_in_thread(self, action: Callable[[], object]) -> None:
        """Write what may take a while; when that is cancelled, it is finished, or fails where it waits."""
        await uninterrupted(action, self._disk.give_up if self._disk is not None else None)
