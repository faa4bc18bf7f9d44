"""What is to be done, and what came of it: jobs go down the pipeline, results come back."""

from __future__ import annotations

import traceback
from enum import Enum
from pathlib import Path
from typing import Self

import msgspec

from pdfpipe.errors import PdfpipeError
from pdfpipe.model.geometry import BoundingBox, Resolution, Transform
from pdfpipe.model.half import Half
from pdfpipe.model.image import DpiSource, EncodedImage, Overlay, Thumbnail
from pdfpipe.model.language import LanguageEvidence
from pdfpipe.model.pdf_page import PdfPageContent, PdfPageSource
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_look import Separator
from pdfpipe.model.sidecar import TextSource
from pdfpipe.model.text import PageText

__all__ = [
    "DocumentJob",
    "Failure",
    "FileStamp",
    "LevelSheet",
    "PageContent",
    "PageJob",
    "PageResult",
    "PageSource",
    "PageWork",
    "Stage",
]


class Stage(Enum):
    """Where on its way a page or document was."""

    PLAN = "plan"
    LOAD = "load"
    PREPROCESS = "preprocess"
    RECOGNIZE = "recognize"
    TEXT = "text"
    """Reading the text that is given in a file."""
    ENCODE = "encode"
    WORKER = "worker"
    PROVE = "prove"
    PUBLISH = "publish"


class FileStamp(msgspec.Struct, frozen=True):
    """What tells that a file has changed: its size in bytes and its modification time."""

    size: int
    mtime_ns: int


class PageSource(msgspec.Struct, frozen=True):
    """One page of one file: `frame` counts from 0; `stamp` is the file's at planning.

    `text` is where its text is given, if it need not be recognized.  `pdf` is set in PDFs.  `half` is set
    where only that of the image is the page.  `separator` is what made it the first page of its document;
    `notes` are what planning has to say of it.
    """

    path: Path
    frame: int = 0
    stamp: FileStamp | None = None
    text: TextSource | None = None
    pdf: PdfPageSource | None = None
    half: Half | None = None
    separator: Separator | None = None
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where in its file it is, to stand behind the file's name; nothing for the first picture."""
        frame = f" #{self.frame + 1}" if self.frame else ""
        return frame if self.half is None else f"{frame}, {self.half}"


class Failure(msgspec.Struct, frozen=True):
    """Something went wrong with one page or one document; the rest of the batch goes on.

    `page` is the page's number in the document, from 1; `detail` is a traceback or a worker's last words.
    """

    stage: Stage
    message: str
    path: Path | None = None
    page: int | None = None
    detail: str = ""

    @classmethod
    def of(cls, stage: Stage, error: Exception, path: Path | None = None, page: int | None = None) -> Self:
        """What an exception says, with its traceback; errors that are not ours with their class."""
        message = str(error) if isinstance(error, PdfpipeError) else f"{type(error).__name__}: {error}"
        return cls(stage, message, path, page, "".join(traceback.format_exception(error)))

    def __str__(self) -> str:
        where = f"page {self.page}: " if self.page else ""
        return f"{where}{self.message} (at stage {self.stage.value})"


class DocumentJob(msgspec.Struct, frozen=True):
    """One PDF to make: its pages in order, and where it goes.

    `failure` is set where planning already found that it cannot be made.  `folder` is set where it is made
    of all page images in it; `configured_by` are the files pdfpipe.toml that counted.  `stands_for` is the
    digest (`pdfpipe.batch.freshness`) that it would have without the options of ``pdfpipe retry``.
    `part` is its number in the stack that it was found in, from 1, and `share` its part of that stack's pages
    where all are in one file; 0 and 1 where it is a document of its own.  `is_named_by_scan`: its name stood
    on one of its sheets, so that other scans may come to make a document of that name.
    """

    name: str
    output: Path
    pages: tuple[PageSource, ...]
    settings: Settings = Settings()
    failure: Failure | None = None
    folder: Path | None = None
    configured_by: tuple[Path, ...] = ()
    stands_for: str | None = None
    part: int = 0
    share: float = 1.0
    is_named_by_scan: bool = False

    @property
    def bytes_in(self) -> int:
        """Size of all files with its pages, or its share of it."""
        sizes = {page.path: page.stamp.size for page in self.pages if page.stamp is not None}
        return round(self.share * sum(sizes.values()))


class PageWork(Enum):
    """How much of the page task to do."""

    FULL = "full"
    WITHOUT_TEXT = "without text"
    CHECK = "check"
    """Decode only: its document has failed already, and the user shall learn of all its bad pages."""
    DETECT = "detect"
    """Find out in what language it is, and nothing else."""


class PageJob(msgspec.Struct, frozen=True):
    """One page to read; `number` counts from 1 in its document."""

    source: PageSource
    number: int
    settings: Settings
    work: PageWork = PageWork.FULL


class LevelSheet(msgspec.Struct, frozen=True):
    """How a page is shown whose lines slope: on a sheet of `width` by `height` pixels where they are level.

    `to_upright` maps pixels of the sheet to those of the upright page; `text` is in pixels of the sheet.
    """

    width: int
    height: int
    to_upright: Transform
    text: PageText


class PageContent(msgspec.Struct, frozen=True):
    """All that the PDF needs of a page.

    `orientation` turns the stored image upright (EXIF numbers); sizes, resolution and text are the
    upright page's.  `text` is None where the page was not read.  The images may have fewer or more pixels
    than the page: they are stretched over it, or over `image_box`, in pixels of the upright page, where that
    is set; what lies off the page is not seen.  `level` is how the page is to be shown, if not as it lies.
    """

    image: EncodedImage
    orientation: int
    width: int
    height: int
    resolution: Resolution
    text: PageText | None
    overlay: Overlay | None = None
    image_box: BoundingBox | None = None
    level: LevelSheet | None = None

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height, in pixels, of the page as it is shown."""
        return (self.width, self.height) if self.level is None else (self.level.width, self.level.height)

    @property
    def shown_text(self) -> PageText | None:
        """The text in pixels of the page as it is shown."""
        return self.text if self.level is None else self.level.text


class PageResult(msgspec.Struct, frozen=True):
    """What came of a page job.

    `content` is None exactly where the page cannot be published or was only to be checked or asked for its
    language, which `languages` then tells.  `failure` says why there is no content, or, beside a content,
    why it has no text.  `seconds` are by stage, `steps` those of preprocessing by step.  `thumbnail` is for
    the report.  `content_hash` is the digest of the pixels that the engine was to read, in hexadecimal
    digits, empty where there was no engine to ask; `from_cache` tells that no engine had to read them, since
    one had before.  `attempts` is how often it was tried (`pdfpipe.batch.page_attempts`).  `blank` where
    there is nothing on the page.  `dpi_certainty`, 0 to 1, tells how sure a resolution is that was estimated,
    `unread`, 0 to 1, how much of what looks like print lies outside of all words, None if nobody has looked.
    """

    number: int
    source: PageSource
    content: PageContent | PdfPageContent | None = None
    failure: Failure | None = None
    dpi_source: DpiSource = DpiSource.FILE
    notes: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()
    steps: tuple[tuple[str, float], ...] = ()
    languages: LanguageEvidence | None = None
    thumbnail: Thumbnail | None = None
    content_hash: str = ""
    from_cache: bool = False
    attempts: int = 1
    blank: bool = False
    dpi_certainty: float | None = None
    unread: float | None = None
