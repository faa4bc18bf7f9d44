"""Everything that is done to one page, as one plain function that runs in any process."""

from __future__ import annotations

from functools import partial
from typing import Final

import msgspec

from pdfpipe.batch.blank_pages import with_blankness
from pdfpipe.batch.events import PageSummary
from pdfpipe.batch.language_choice import with_languages
from pdfpipe.batch.left_out import is_mere_sheet
from pdfpipe.batch.page_clock import PageClock
from pdfpipe.batch.page_reading import PageReading
from pdfpipe.batch.preparation import PreparedPage, prepare, second_thought
from pdfpipe.batch.proof_task import load_readers_meanwhile
from pdfpipe.batch.recognition import recognized
from pdfpipe.batch.report.doubts import doubts
from pdfpipe.batch.resolution import with_settled_dpi, without_dpi_notes
from pdfpipe.codecs.select import encode
from pdfpipe.errors import (
    MissingDependencyError,
    PageLoadError,
    TextFileError,
    ran_out_of_memory,
)
from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.imaging.thumbnail import thumbnail
from pdfpipe.imaging.turning import turned
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import EncodedImage, Overlay, PageImage
from pdfpipe.model.job import Failure, PageContent, PageJob, PageResult, PageWork, Stage
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_look import SeparatorKind
from pdfpipe.model.text import PageText
from pdfpipe.ocr.cache.pixels import with_digest
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.language_detection import page_evidence
from pdfpipe.ocr.registry import warm_engine

__all__ = ["run_page", "warm_up"]

_NOT_BLANK: Final = "there may be something on it all the same, so it stays in the document"


def warm_up(settings: Settings) -> None:
    """Load the engine before the first page comes.

    Raises:
        PdfpipeError: the engine cannot be made at all.

    """
    warm_engine(EngineSpec.from_settings(with_languages(settings)))


def run_page(job: PageJob) -> PageResult:
    """Load, read and encode one page; whatever goes wrong with it is in the result.

    A page that cannot be decoded or encoded, or whose given text cannot be used, has no content.  One that
    the engine fails on has its image and no text.  A mere separator sheet is not even loaded.

    Raises:
        Exception: there is not enough memory (`ran_out_of_memory`), which another process may have.

    """
    separator = job.source.separator
    if is_mere_sheet(separator, job.settings):
        return PageResult(job.number, job.source, notes=job.source.notes)
    result = _run_page(job)
    if not job.source.notes:
        return result
    notes = job.source.notes
    if separator is not None and separator.kind is SeparatorKind.BLANK and not result.blank:
        notes += (_NOT_BLANK,)
    return msgspec.structs.replace(result, notes=(*notes, *result.notes))


def _run_page(job: PageJob) -> PageResult:
    clock = PageClock()
    if job.source.pdf is not None:
        return _run_pdf_page(job, clock)
    try:
        page = load_page(
            job.source, image_dpi=job.settings.image_dpi, max_pixels=job.settings.max_image_mpixels * 1e6
        )
    except (PageLoadError, MissingDependencyError) as error:
        return PageResult(job.number, job.source, failure=_failure(job, Stage.LOAD, error))
    clock.lap(Stage.LOAD)
    if job.work is PageWork.CHECK:
        return PageResult(
            job.number, job.source, dpi_source=page.dpi_source, notes=page.notes, complaints=page.complaints
        )
    if job.work is PageWork.DETECT:
        return _detect(page, job)

    try:
        reading = _text(page, job, clock)
    except TextFileError as error:
        return PageResult(job.number, job.source, failure=_failure(job, Stage.TEXT, error))
    settled = with_settled_dpi(reading.page or page, reading.text)
    page = settled.page
    clock.lap(Stage.RECOGNIZE if job.source.text is None else Stage.TEXT)

    try:
        image, overlay, image_box, encoding = _encode(page, reading.text, job)
    except Exception as error:  # noqa: BLE001 - encoders are foreign code; the batch goes on
        failed = PageResult(
            job.number,
            job.source,
            failure=_failure(job, Stage.ENCODE, error),
            content_hash=reading.content_hash,
            from_cache=reading.from_cache,
        )
        return _pictured(failed, page, job)
    clock.lap(Stage.ENCODE)
    width, height = page.upright_size
    result = PageResult(
        job.number,
        job.source,
        PageContent(
            image,
            page.orientation,
            width,
            height,
            page.upright_resolution,
            reading.text,
            overlay,
            image_box,
            reading.level,
        ),
        reading.failure,
        page.dpi_source,
        (*page.notes, *settled.notes, *reading.notes, *image.notes, *encoding),
        page.complaints,
        clock.seconds,
        clock.steps,
        content_hash=reading.content_hash,
        from_cache=reading.from_cache,
        blank=reading.blank,
        dpi_certainty=settled.dpi_certainty,
        unread=reading.unread,
    )
    return _pictured(result, page, job)


def _pictured(result: PageResult, page: PageImage, job: PageJob) -> PageResult:
    """The result with a small picture of the page, if it needs a look and the report shows pictures."""
    if not job.settings.report.thumbnails or not doubts(PageSummary.of(result)):
        return result
    try:
        return msgspec.structs.replace(result, thumbnail=thumbnail(page))
    except Exception as error:  # the picture is foreign code's, and the page does without it
        if ran_out_of_memory(error):
            raise
        note = f"there is no picture of it in the report: {type(error).__name__}: {error}"
        return msgspec.structs.replace(result, notes=(*result.notes, note))


def _text(page: PageImage, job: PageJob, clock: PageClock) -> PageReading:
    """The text of the page, or why there is none.

    Raises:
        TextFileError: it is given, and cannot be used.

    """
    if job.work is PageWork.WITHOUT_TEXT:
        return PageReading()
    if job.source.text is not None:
        from pdfpipe.formats.reading import read_text  # and its parsers, for rebuilding only

        text = read_text(job.source.text, *page.upright_size, page.upright_resolution)
        notes = tuple(note for note in without_dpi_notes(text.notes) if note not in page.notes)
        reading = PageReading(text, notes, page=turned(page, text.turn), turn=text.turn)
        return with_blankness(reading, page, is_given=True)
    return _recognize(page, job, clock)


def _run_pdf_page(job: PageJob, clock: PageClock) -> PageResult:
    from pdfpipe.batch.pdf_page_task import run_pdf_page  # PDFium, which scans do not need

    try:
        result = run_pdf_page(job, partial(_text, clock=clock), _detect, clock.lap)
    except PageLoadError as error:
        return PageResult(job.number, job.source, failure=_failure(job, Stage.LOAD, error))
    except TextFileError as error:
        return PageResult(job.number, job.source, failure=_failure(job, Stage.TEXT, error))
    except Exception as error:  # noqa: BLE001 - PDFium, qpdf and encoders are foreign code; the batch goes on
        return PageResult(job.number, job.source, failure=_failure(job, Stage.ENCODE, error))
    return msgspec.structs.replace(result, seconds=clock.seconds, steps=clock.steps)


def _recognize(page: PageImage, job: PageJob, clock: PageClock) -> PageReading:
    """What the engine reads, as `_text` does."""
    label, keep_image = job.source.path.name, job.source.pdf is not None
    ready = prepare(page, job.settings, label, keep_image=keep_image, watch=clock.step)
    clock.lap(Stage.PREPROCESS)
    reading = with_blankness(_read(ready, job), ready.page)
    if ready.turn or reading.text is None or reading.blank:
        return reading
    clock.lap(Stage.RECOGNIZE)
    other = second_thought(page, reading.text, job.settings, label, keep_image=keep_image, watch=clock.step)
    clock.lap(Stage.PREPROCESS)
    return _read(other, job) if other is not None else reading


def _read(ready: PreparedPage, job: PageJob) -> PageReading:
    """What the engine reads of a page that is prepared for it."""
    view = with_digest(ready.image)
    reading = PageReading(content_hash=view.digest, page=ready.page, turn=ready.turn)
    load_readers_meanwhile()
    try:
        read = recognized(EngineSpec.from_settings(job.settings), view, ready.engines)
    except Exception as error:  # noqa: BLE001 - engines are foreign code; the page is kept without its text
        return msgspec.structs.replace(
            reading, failure=_failure(job, Stage.RECOGNIZE, error), notes=ready.notes
        )
    level = ready.level(read.text) if job.source.pdf is None else None
    text = ready.placed(read.text)
    notes = (*ready.notes, *text.notes, *read.notes)
    if level is not None:
        notes += ("shown level: the image is turned as it is painted, its data are as they were",)
    return msgspec.structs.replace(
        reading, text=text, notes=notes, from_cache=read.from_cache, level=level, unread=read.unread
    )


def _encode(
    page: PageImage, text: PageText | None, job: PageJob
) -> tuple[EncodedImage, Overlay | None, BoundingBox | None, tuple[str, ...]]:
    """The image, what lies over it, where on the page it lies, and notes on how that came about."""
    image = encode(page, job.settings.images)
    if not job.settings.images.mrc or page.pixels.mode == "1":
        return image, None, page.image_box, ()
    from pdfpipe.codecs.mrc.encoder import in_layers  # OpenCV is loaded where it is asked for only

    # The layers of a page depend on its words, so halves of a scan do not have them in common.
    mixed = in_layers(page if page.part is None else page.cut_out(), text, image)
    image_box = page.image_box if mixed.image is image else None
    return mixed.image, mixed.overlay, image_box, (mixed.note,)


def _detect(page: PageImage, job: PageJob) -> PageResult:
    """In what language the page is, or why that could not be found out."""
    view, _ = ocr_view(page, job.source.path.name)
    try:
        languages = page_evidence(view, EngineSpec.from_settings(job.settings))
    except Exception as error:  # noqa: BLE001 - engines are foreign code; there is a default
        return PageResult(job.number, job.source, failure=_failure(job, Stage.RECOGNIZE, error))
    return PageResult(job.number, job.source, languages=languages)


def _failure(job: PageJob, stage: Stage, error: Exception) -> Failure:
    if ran_out_of_memory(error):
        raise error
    return Failure.of(stage, error, job.source.path, job.number)
