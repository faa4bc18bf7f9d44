"""The page labels and bookmarks of a document, from its settings and the names of its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from pdfpipe.batch.headings import headings
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.names import shown
from pdfpipe.model.navigation_settings import BY_FILES, Outline
from pdfpipe.model.page_labels import LabelRange, labels_of_names, parse_page_labels
from pdfpipe.model.text import PageText
from pdfpipe.pdf.navigation import Bookmark

__all__ = ["Navigation"]


class Navigation:
    """What readers find their way by through the document of a job.

    The pages of a document that is a single file have no names of their own: what goes by names of files
    does nothing there.
    """

    def __init__(self, job: DocumentJob) -> None:
        self._job = job
        self._settings = job.settings.navigation
        self._pages: list[int] = []
        self._next = 0

    @cached_property
    def _frames(self) -> Counter[Path]:
        """How many pictures each file has."""
        return Counter(path for path, _ in {(page.path, page.frame) for page in self._job.pages})

    def next_bookmarks(self, text: PageText | None) -> tuple[Bookmark, ...]:
        """The entries of the outline for the next page of the document, which has this text."""
        index, self._next = self._next, self._next + 1
        before = self._job.pages[self._pages[-1]].path if self._pages else None
        self._pages.append(index)
        page = self._job.pages[index]
        if self._settings.outline is Outline.HEADINGS and text is not None:
            return tuple(Bookmark(heading.title, heading.top) for heading in headings(text))
        if self._settings.outline is not Outline.FILES or len(self._frames) == 1:
            return ()
        return (Bookmark(shown(page.path.stem)),) if page.path != before else ()

    def leave_out(self) -> None:
        """The next page of the job is not in the document."""
        self._next += 1

    def labels(self) -> Iterator[LabelRange]:
        """What the pages are called, if not by their numbers."""
        given = self._settings.page_labels
        if given is None or (given == BY_FILES and len(self._frames) == 1):
            return iter(())
        if given == BY_FILES:
            return labels_of_names([self._name(index) for index in self._pages])
        return parse_page_labels(given).ranges(len(self._pages))

    @property
    def note(self) -> str | None:
        """What is to be told of the labels."""
        given = self._settings.page_labels
        labelled = parse_page_labels(given).pages if given not in (None, BY_FILES) else None
        pages = len(self._pages)
        if labelled is None or labelled >= pages:
            return None
        return f"page labels {given} are for {labelled} of its {pages} pages; the others have their numbers"

    def _name(self, index: int) -> str:
        page = self._job.pages[index]
        frame = f"-{page.frame + 1}" if self._frames[page.path] > 1 else ""
        side = f"-{page.half.side.value}" if page.half is not None else ""
        return f"{shown(page.path.stem)}{frame}{side}"
