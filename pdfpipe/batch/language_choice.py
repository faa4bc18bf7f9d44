"""Which pages of a document to ask for its language, and the guess that follows from them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import msgspec

from pdfpipe.config.languages import AUTO
from pdfpipe.config.settings import with_profile
from pdfpipe.errors import PdfpipeError
from pdfpipe.model.job import DocumentJob, PageJob, PageResult, PageWork
from pdfpipe.model.language import LanguageEvidence, LanguageGuess
from pdfpipe.model.settings import Settings
from pdfpipe.ocr.language_guess import combine

__all__ = ["FALLBACK", "detect", "is_auto", "with_languages"]

FALLBACK: Final = Settings().languages
"""What documents are read in that do not tell."""

_ENOUGH: Final = 40
"""Letters on the pages asked first, with which no others are asked."""

RunPage = Callable[[PageJob], Awaitable[PageResult]]


def is_auto(settings: Settings) -> bool:
    """Whether the languages are still to be found."""
    return settings.languages == (AUTO,)


def with_languages(settings: Settings, languages: tuple[str, ...] = FALLBACK) -> Settings:
    """The settings with languages that an engine can be made for, where they have only ``auto``."""
    if not is_auto(settings):
        return settings
    return with_profile(msgspec.structs.replace(settings, languages=languages))


async def detect(job: DocumentJob, run: RunPage) -> LanguageGuess:
    """Find the languages of a document from its first, middle and last page, or others if these are blank.

    A page that fails, or kills its worker, tells nothing; it never takes the document down.
    """
    import asyncio  # which the workers, who need the rest of this module, can do without

    asked: list[LanguageEvidence] = []
    separators = (page.separator for page in job.pages)
    telling = [i for i, separator in enumerate(separators) if separator is None or not separator.is_sheet]
    for samples in _samples(len(telling)) if telling else ():
        found = await asyncio.gather(*(_ask(job, telling[sample], run) for sample in samples))
        asked += found
        if sum(page.letters for page in asked if page.readable) >= _ENOUGH or any(
            page.script and not page.readable for page in asked
        ):
            break
    return combine(asked, FALLBACK)


def _samples(pages: int) -> Sequence[Sequence[int]]:
    """Indices of the pages to ask first, and of those to ask if these tell nothing."""
    first = sorted({0, pages // 2, pages - 1})
    second = sorted({min(1, pages - 1), pages // 4, 3 * pages // 4} - set(first))
    return (first, second) if second else (first,)


async def _ask(job: DocumentJob, index: int, run: RunPage) -> LanguageEvidence:
    page = PageJob(job.pages[index], index + 1, job.settings, PageWork.DETECT)
    try:
        result = await run(page)
    except Exception as error:  # noqa: BLE001 - whatever it is, the document can be read in the default
        message = error.args[0] if isinstance(error, PdfpipeError) and error.args else repr(error)
        return LanguageEvidence(notes=(f"page {page.number}: {message}",))
    if result.languages is None:
        reason = result.failure.message if result.failure is not None else "nothing was found out"
        return LanguageEvidence(notes=(f"page {page.number}: {reason}",))
    return result.languages
