"""Which pages are not published, though nothing went wrong with them, and which documents for their sake."""

from __future__ import annotations

from collections.abc import Sequence

from pdfpipe.batch.events import PageSummary
from pdfpipe.model.job import DocumentJob, Failure, PageContent, PageResult, Stage
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_look import Separator, SeparatorKind
from pdfpipe.model.sheet_settings import BlankPages

__all__ = ["is_left_out", "is_mere_sheet", "lacks_pages", "may_lack_pages", "reason_to_hold"]


def is_left_out(result: PageResult, settings: Settings) -> bool:
    """Whether a page is not to be in the document; pages of a PDF always are."""
    separator = result.source.separator
    if is_mere_sheet(separator, settings):
        return True
    if not result.blank or not isinstance(result.content, PageContent):
        return False
    return settings.sheets.blank is BlankPages.DROP or (
        separator is not None and separator.is_sheet and not settings.separators.keep
    )


def is_mere_sheet(separator: Separator | None, settings: Settings) -> bool:
    """Whether a page is a separator sheet that is left out, whatever else would be found out about it.

    A blank one is left out only if nothing is found when it is read, either.
    """
    if separator is None or not separator.is_sheet or settings.separators.keep:
        return False
    return separator.kind is not SeparatorKind.BLANK


def may_lack_pages(job: DocumentJob) -> bool:
    """Whether some of the job's pages, separator sheets with a code aside, may be lacking in the document."""
    separators = job.settings.separators
    is_divided = SeparatorKind.BLANK in separators.split_on and not separators.keep
    return job.settings.sheets.blank is BlankPages.DROP or is_divided


def lacks_pages(pages: Sequence[PageSummary]) -> bool:
    """Whether pages were left out for being blank."""
    return any(page.dropped and page.blank for page in pages)


def reason_to_hold(pages: Sequence[PageSummary], settings: Settings) -> Failure | None:
    """Why a document is not published because of its blank pages."""
    blank = [page for page in pages if page.blank and not page.dropped]
    if blank and settings.sheets.blank is BlankPages.HOLD:
        which = ", ".join(str(page.number) for page in blank[:20]) + (", …" if len(blank) > 20 else "")
        what = f"page {which} is blank" if len(blank) == 1 else f"pages {which} are blank"
        return Failure(
            Stage.PUBLISH,
            f"{what}, so the document is held back; --blank keep publishes it as it is, --blank drop without",
        )
    if pages and all(page.dropped for page in pages):
        return Failure(
            Stage.PUBLISH,
            "all its pages are separator sheets, so nothing is left of it; --keep-separators publishes them"
            if all(page.source.separator is not None for page in pages)
            else "all its pages are blank, so nothing is left of it; --blank keep publishes them",
        )
    return None
