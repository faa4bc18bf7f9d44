"""What is done to one page of a PDF: see whether it needs text, read it if so, and say what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from pdfpipe.batch.page_reading import PageReading
from pdfpipe.codecs.select import encode
from pdfpipe.errors import PageLoadError
from pdfpipe.imaging.pdf_page import PageSurvey, PdfPage
from pdfpipe.imaging.turning import turned
from pdfpipe.model.image import PageImage
from pdfpipe.model.job import Failure, FileStamp, PageJob, PageResult, PageWork, Stage
from pdfpipe.model.pdf_input_settings import TextPages
from pdfpipe.model.pdf_page import PageChange, PdfPageContent
from pdfpipe.model.sheet_settings import BlankPages

__all__ = ["rendered_page", "run_pdf_page"]

_SCANNED: Final = 0.5
"""Of a page that images cover: then it is a scan."""
_FEW_WORDS: Final = 30

_NEVER_DROPPED: Final = "it is kept all the same: what else is in a PDF may depend on its pages"

Recognize = Callable[[PageImage, PageJob], PageReading]
Detect = Callable[[PageImage, PageJob], PageResult]
Lap = Callable[[Stage], None]


def run_pdf_page(job: PageJob, recognize: Recognize, detect: Detect, lap: Lap) -> PageResult:
    """Render and read one page, unless it has text that is to stay.

    `recognize` and `detect` are those of the page task.  A page that the engine fails on, or whose images
    cannot be decoded, stays as it is and is flagged.

    Raises:
        PageLoadError: the page cannot be rendered, or has text and must not.
        DocumentError, OSError: its file cannot be opened any more.

    """
    source, settings = job.source.pdf, job.settings
    assert source is not None  # noqa: S101 - the caller has looked
    max_pixels = settings.max_image_mpixels * 1e6
    file, password = _file(job)
    with PdfPage(file, job.source.frame, password=password, user_unit=source.user_unit) as page:
        survey = page.survey()
        change, notes = _change(survey, settings.pdf_input.text_pages)
        if change is PageChange.NONE and job.work is not PageWork.DETECT:
            lap(Stage.LOAD)
            size, resolution = page.size(survey, max_pixels)
            content = PdfPageContent(change, *size, resolution, kept_words=survey.words)
            is_blank = not survey.objects
            if is_blank and settings.sheets.blank is BlankPages.DROP:
                notes += (_NEVER_DROPPED,)
            return PageResult(
                job.number, job.source, content, notes=notes, complaints=source.complaints, blank=is_blank
            )
        image = page.render(
            survey,
            image_dpi=settings.image_dpi,
            max_pixels=max_pixels,
            hide_text=change is PageChange.REPLACE_TEXT,
        )
        lost = page.lost_images(image.pixels)
    lap(Stage.LOAD)
    complaints = (*source.complaints, *image.complaints)
    if job.work is PageWork.DETECT:
        return detect(image, job)
    if job.work is PageWork.CHECK:
        return PageResult(
            job.number, job.source, dpi_source=image.dpi_source, notes=image.notes, complaints=complaints
        )

    reading = PageReading(failure=_lost(job, lost)) if lost else recognize(image, job)
    if change is PageChange.REPLACE_TEXT and survey.visible_text:
        reading = _as_it_lies(reading, image)
    lap(Stage.RECOGNIZE)
    notes = (*image.notes, *notes, *reading.notes)
    if reading.blank and settings.sheets.blank is BlankPages.DROP:
        notes += (_NEVER_DROPPED,)
    has_words = reading.text is not None and any(reading.text.words)
    turn = reading.turn if has_words else 0
    upright = turned(image, turn)
    size, resolution = upright.upright_size, upright.upright_resolution
    placement = page.placement(*size, resolution, turn)
    content = PdfPageContent(change, *size, resolution, placement, reading.text, turn=turn)
    if not has_words:
        content, left = _left_alone(content, survey)
        notes += left
    elif change is PageChange.REPLACE_PAGE:
        encoded = encode(image, job.settings.images)
        content, notes = msgspec.structs.replace(content, image=encoded), (*notes, *encoded.notes)
        lap(Stage.ENCODE)
    return PageResult(
        job.number,
        job.source,
        content,
        reading.failure,
        image.dpi_source,
        notes,
        complaints,
        content_hash=reading.content_hash,
        from_cache=reading.from_cache,
        blank=reading.blank,
        unread=reading.unread,
    )


def rendered_page(job: PageJob) -> PageImage:
    """What an engine would see of a page if it were read, whatever text it has.

    Raises:
        PageLoadError: the page cannot be rendered.
        DocumentError, OSError: its file cannot be opened any more.

    """
    source, settings = job.source.pdf, job.settings
    assert source is not None  # noqa: S101 - the caller has looked
    file, password = _file(job)
    with PdfPage(file, job.source.frame, password=password, user_unit=source.user_unit) as page:
        return page.render(
            page.survey(),
            image_dpi=settings.image_dpi,
            max_pixels=settings.max_image_mpixels * 1e6,
            hide_text=settings.pdf_input.text_pages is TextPages.REDO,
        )


def _lost(job: PageJob, images: int) -> Failure:
    """Why there is nothing to read on a page that has images."""
    what = "its image cannot be decoded" if images == 1 else f"its {images} images cannot be decoded"
    return Failure(Stage.LOAD, f"{what}, so that nothing is seen on it", job.source.path, job.number)


def _as_it_lies(reading: PageReading, image: PageImage) -> PageReading:
    """The reading with its text where it is on the page as that lies.

    A scan that lies on its side under visible text, such as a stamp by a program, is shown as it was: the
    text would lie on its side else.
    """
    if not reading.turn or reading.text is None:
        return reading
    width, height = image.pixels.size
    to_upright = turned(image, reading.turn).upright
    text = reading.text.mapped(to_upright.inverse(), width, height)
    note = "it is not shown turned, as it has visible text, which would lie then"
    return msgspec.structs.replace(
        reading, text=msgspec.structs.replace(text, turn=0), turn=0, notes=(*reading.notes, note)
    )


def _file(job: PageJob) -> tuple[Path | bytes, str | None]:
    """What to open, and the password for it: of a damaged file what can be repaired of it."""
    path, password = job.source.path, job.settings.pdf_input.password
    if job.source.pdf is None or not job.source.pdf.damaged:
        return path, password
    return _repaired(path, job.source.stamp, password), None


@lru_cache(maxsize=1)
def _repaired(path: Path, _stamp: FileStamp | None, password: str | None) -> bytes:
    """The last file that had to be repaired: its next page will be asked for soon."""
    from pdfpipe.pdf.existing.opening import repaired  # qpdf, which sound files do not need here

    return repaired(path, password)


def _change(survey: PageSurvey, text_pages: TextPages) -> tuple[PageChange, tuple[str, ...]]:
    """What to do to a page, and notes on it.

    Raises:
        PageLoadError: it has text and must not.

    """
    if not survey.objects:
        return PageChange.NONE, ("there is nothing on the page",)
    has_text = survey.words > 0
    match text_pages:
        case TextPages.FORCE:
            return PageChange.REPLACE_PAGE, ()
        case TextPages.FAIL if has_text:
            raise PageLoadError("it has text already; --text-pages keep, redo or force allows that")
        case TextPages.REDO if survey.visible_text and not survey.images:
            return PageChange.NONE, ("it has visible text and no image to read: kept as it is",)
        case TextPages.REDO if has_text or survey.invisible_text:
            return PageChange.REPLACE_TEXT, ()
        case TextPages.KEEP if has_text:
            return PageChange.NONE, (_why_kept(survey),)
        case _:
            return PageChange.ADD_TEXT, ()


def _why_kept(survey: PageSurvey) -> str:
    """A note; stamps and page numbers that a program has put on a scan are not what it says."""
    scanned = sum(image.share for image in survey.images) >= _SCANNED
    if survey.visible_text and not survey.invisible_text and scanned and survey.words <= _FEW_WORDS:
        return (
            f"it is a scan with {survey.words} words of visible text: kept as it is; --text-pages redo reads "
            "the scan and keeps them"
        )
    return "it has text already: kept as it is"


def _left_alone(content: PdfPageContent, survey: PageSurvey) -> tuple[PdfPageContent, tuple[str, ...]]:
    """A page on which nothing was read stays as it is, with the text that it has."""
    notes = ("nothing was read on it: the text that it has is kept",) if survey.words else ()
    change = PageChange.NONE
    return msgspec.structs.replace(content, change=change, text=None, kept_words=survey.words), notes
