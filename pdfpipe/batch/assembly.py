"""A document under way: its pages are written as they come, in order; then it is proved and published."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

import msgspec

from pdfpipe.batch.events import DocumentPublished, PageSummary
from pdfpipe.batch.freshness import inputs_changed
from pdfpipe.batch.left_out import is_left_out, reason_to_hold
from pdfpipe.batch.obstacles import in_the_way
from pdfpipe.batch.outbox import Outbox
from pdfpipe.batch.packed_pages import PackedPages, PagePacker
from pdfpipe.batch.proving import prove
from pdfpipe.batch.turns import Turns
from pdfpipe.batch.writing import DocumentInTheMaking, Writing
from pdfpipe.errors import DocumentError, StorageError
from pdfpipe.model.fault_settings import OnPageError
from pdfpipe.model.job import DocumentJob, Failure, PageResult, Stage
from pdfpipe.model.language import LanguageGuess

__all__ = ["Assembler", "Assembly"]

_HELD_BACK: Final = (
    "so the document is held back; --on-page-error image publishes it with the images of such pages"
)


class Assembly:
    """A document under way: its pages as they were sent out, in order, and whether it has failed."""

    def __init__(self, job: DocumentJob, task: DocumentInTheMaking, language: LanguageGuess | None) -> None:
        self.job = job
        self.task = task
        self.language = language
        self.pages: asyncio.Queue[asyncio.Task[PageResult] | None] = asyncio.Queue()
        self.failures: list[Failure] = []
        self.summaries = PagePacker()


class Assembler:
    """Puts the documents of one run together."""

    def __init__(self, writing: Writing, turns: Turns, outbox: Outbox) -> None:
        """Documents are read back in `turns`; those that are published are told of in the `outbox`."""
        self._writing = writing
        self._turns = turns
        self._outbox = outbox

    async def begin(
        self, job: DocumentJob, languages: tuple[str, ...], language: LanguageGuess | None
    ) -> Assembly:
        """Begin to write a document in these languages; `language` is how they were found out.

        Raises:
            StorageError, DocumentError: its files cannot be made.

        """
        return Assembly(job, await self._writing.begin(job, languages), language)

    async def add(self, assembly: Assembly, result: PageResult) -> PageSummary:
        """Write the next page, unless the document has failed or the page is left out; what came of it.

        Raises:
            StorageError: it cannot be written.

        """
        summary = PageSummary.of(result, assembly.job.pages[result.number - 1])
        if is_left_out(result, assembly.job.settings):
            summary = msgspec.structs.replace(summary, dropped=True)
            assembly.summaries.append(summary)
            assembly.task.leave_out(result)
            return summary
        place = assembly.task.file.pages + 1 if result.content is not None else None
        summary = msgspec.structs.replace(summary, place=place)
        assembly.summaries.append(summary)
        if result.content is None:
            if result.failure is not None:
                assembly.failures.append(result.failure)
        elif result.failure is not None and assembly.job.settings.faults.on_page_error is OnPageError.HOLD:
            assembly.failures.append(result.failure)
        elif not assembly.failures:
            try:
                await self._writing.write(partial(assembly.task.add, result))
            except StorageError:
                raise
            except Exception as error:  # noqa: BLE001 - a page that cannot be written fails its document alone
                assembly.failures.append(Failure.of(Stage.PUBLISH, error, result.source.path, result.number))
        return summary

    async def finish(self, assembly: Assembly) -> bool:
        """Prove and publish the document when all its pages are there; False where it has failed.

        Raises:
            StorageError: it cannot be written.

        """
        job, pages = assembly.job, assembly.summaries.packed()
        if not assembly.failures and inputs_changed(job):
            reason = "its scans were changed while they were read; run the same command again"
            assembly.failures.append(Failure(Stage.PUBLISH, reason))
        held = [page.number for page in pages if page.failure is not None and page.pixels]
        if held and job.settings.faults.on_page_error is OnPageError.HOLD:
            assembly.failures.append(Failure(Stage.PUBLISH, _HELD_BACK))
        if not assembly.failures and (failure := reason_to_hold(pages, job.settings)) is not None:
            assembly.failures.append(failure)
        digests = b"" if assembly.failures else await self._prove(assembly)
        if not assembly.failures and (failure := in_the_way(job, assembly.task.known)) is not None:
            assembly.failures.append(failure)
        if not assembly.failures:
            try:
                await self._publish(assembly, pages, digests)
            except DocumentError as error:
                assembly.failures.append(Failure.of(Stage.PUBLISH, error, job.output))
        return not assembly.failures

    async def _publish(self, assembly: Assembly, pages: PackedPages, digests: bytes) -> None:
        """Publish the document and tell of it, even where the run is cancelled in between."""
        job, task = assembly.job, assembly.task
        published: list[DocumentPublished] = []

        def publish() -> None:
            size = task.publish(digests)
            published.append(
                DocumentPublished(job, pages, job.bytes_in, size, assembly.language, task.level, task.notes)
            )

        try:
            await self._writing.write_in_thread(publish)
            await self._outbox.put(published[0])
        except asyncio.CancelledError:
            for event in published:
                self._outbox.add(event)
            raise

    async def _prove(self, assembly: Assembly) -> bytes:
        """Read the document back; the digests of its pages, or nothing if it fails the proof."""
        try:
            await self._writing.finish(assembly.task, self._turns)
        except DocumentError as error:
            assembly.failures.append(Failure.of(Stage.PUBLISH, error, assembly.job.output))
            return b""
        digests, failures = await prove(assembly.task.file, self._turns)
        assembly.failures += failures
        return digests
