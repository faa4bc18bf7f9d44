"""Which pages are not published, though nothing went wrong with them, and which documents for their sake."""

from __future__ import annotations

from collections.abc import Sequence

from pdfpipe.batch.events import PageSummary
from pdfpipe.model.job import DocumentJob, Failure, PageContent, PageResult, Stage
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_settings import BlankPages

__all__ = ["is_left_out", "may_lack_pages", "reason_to_hold"]


def is_left_out(result: PageResult, settings: Settings) -> bool:
    """Whether a page is not to be in the document; pages of a PDF always are."""
    return (
        result.blank and settings.sheets.blank is BlankPages.DROP and isinstance(result.content, PageContent)
    )


def may_lack_pages(job: DocumentJob) -> bool:
    """Whether some of the job's pages may be lacking in the document that was made."""
    return job.settings.sheets.blank is BlankPages.DROP


def reason_to_hold(pages: Sequence[PageSummary], settings: Settings) -> Failure | None:
    """Why a document is not published because of its blank pages."""
    blank = [page for page in pages if page.blank]
    if blank and settings.sheets.blank is BlankPages.HOLD:
        which = ", ".join(str(page.number) for page in blank[:20]) + (", …" if len(blank) > 20 else "")
        what = f"page {which} is blank" if len(blank) == 1 else f"pages {which} are blank"
        return Failure(
            Stage.PUBLISH,
            f"{what}, so the document is held back; --blank keep publishes it as it is, --blank drop without",
        )
    if pages and all(page.dropped for page in pages):
        return Failure(
            Stage.PUBLISH, "all its pages are blank, so nothing is left of it; --blank keep publishes them"
        )
    return None
