"""Read one page as it is and as it would be prepared, and picture the way between, as one plain function."""

from __future__ import annotations

import time

import msgspec

from pdfpipe.batch.language_choice import FALLBACK, is_auto, with_languages
from pdfpipe.batch.preparation import prepare, second_thought
from pdfpipe.batch.recognition import recognized
from pdfpipe.errors import PageLoadError
from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.imaging.preprocess import StepTaken
from pdfpipe.imaging.preview_sheet import Excerpt, Panel, preview_sheet
from pdfpipe.model.image import DpiSource, OcrImage, PageImage
from pdfpipe.model.job import PageJob
from pdfpipe.model.names import shown
from pdfpipe.model.settings import Settings
from pdfpipe.model.text import PageText
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.language_detection import page_evidence
from pdfpipe.ocr.language_guess import combine
from pdfpipe.ocr.registry import warm_engine

__all__ = ["Preview", "ReadingSummary", "StepSummary", "run_preview"]


class StepSummary(msgspec.Struct, frozen=True):
    """A step of preparation, as `pdfpipe.imaging.preprocess.StepTaken` has it."""

    name: str
    seconds: float
    detail: str


class ReadingSummary(msgspec.Struct, frozen=True):
    """What an engine read: how many words, how surely (0 to 1, None without words), in how many seconds."""

    words: int
    confidence: float | None
    seconds: float

    def __str__(self) -> str:
        sure = "nothing" if self.confidence is None else f"{self.words} words, {self.confidence:.1%} sure"
        return f"{sure}, {self.seconds:.2f} s"


class Preview(msgspec.Struct, frozen=True):
    """The steps of one page, what was read without and with them, and a picture of it all, a PNG file.

    `after` is None where the page is read as it is.
    """

    picture: bytes
    steps: tuple[StepSummary, ...]
    before: ReadingSummary
    after: ReadingSummary | None


def run_preview(job: PageJob) -> Preview:
    """Prepare and read a page; nothing is written.

    Raises:
        PageLoadError: it cannot be decoded.
        PdfpipeError: there is no engine to read it with.

    """
    from pdfpipe.imaging.stages import auto  # noqa: F401 - loading OpenCV is no part of any step's time

    label, keep_image = shown(job.source.path.name), job.source.pdf is not None
    start = time.perf_counter()
    try:
        page = _page_of(job)
    except PageLoadError as error:
        raise PageLoadError(f"{shown(job.source.path)}, page {job.number}: {error}") from error
    loaded = time.perf_counter() - start
    view, _ = ocr_view(page, label)
    settings = _with_languages_of(view, job.settings)
    warm_engine(EngineSpec.from_settings(settings))

    text, before = _read(view, settings)
    taken: list[StepTaken] = []
    ready = prepare(page, settings, label, keep_image=keep_image, watch=taken.append)
    better, after = text, before
    if ready.engines or ready.image.pixels is not view.pixels:
        better, after = _read(ready.image, settings, ready.engines)
    if not ready.turn:
        other = second_thought(page, better, settings, label, keep_image=keep_image, watch=taken.append)
        if other is not None:
            ready = other
            better, after = _read(ready.image, settings, ready.engines)
    is_prepared = after is not before
    measured = sum(step.seconds for step in taken if not step.detail)
    facts = f"{_facts(page)}, loaded in {loaded:.2f} s, measured in {measured:.2f} s"
    panels = [
        Panel("as it is", (facts, f"read: {before}"), view.pixels, text),
        *(_panel(step) for step in taken if step.detail),
    ]
    excerpts = [Excerpt(f"Read as it is: {before}", text)]
    if is_prepared:
        panels.append(Panel("as it is read", (f"read: {after}",), ready.image.pixels, better))
        excerpts.append(Excerpt(f"Read as prepared: {after}", better))
    heading = f"{label}, page {job.number}, read by {settings.engine} in {'+'.join(settings.languages)}"
    return Preview(
        preview_sheet(heading, panels, excerpts),
        tuple(StepSummary(step.name, step.seconds, step.detail) for step in taken),
        before,
        after if is_prepared else None,
    )


def _page_of(job: PageJob) -> PageImage:
    settings = job.settings
    if job.source.pdf is None:
        return load_page(
            job.source, image_dpi=settings.image_dpi, max_pixels=settings.max_image_mpixels * 1e6
        )
    from pdfpipe.batch.pdf_page_task import rendered_page  # PDFium, which scans do not need

    return rendered_page(job)


def _with_languages_of(view: OcrImage, settings: Settings) -> Settings:
    if not is_auto(settings):
        return settings
    evidence = page_evidence(view, EngineSpec.from_settings(settings))
    return with_languages(settings, combine([evidence], FALLBACK).languages)


def _read(
    view: OcrImage, settings: Settings, engines: tuple[str, ...] = ()
) -> tuple[PageText, ReadingSummary]:
    start = time.perf_counter()
    text = recognized(EngineSpec.from_settings(settings), view, engines).text
    seconds = time.perf_counter() - start
    return text, ReadingSummary(sum(1 for _ in text.words), text.mean_confidence, seconds)


def _facts(page: PageImage) -> str:
    width, height = page.upright_size
    about = " (estimated)" if page.dpi_source is DpiSource.ESTIMATED else ""
    dpi = f"{page.upright_resolution.x:.0f} dpi{about}"
    return f"{page.format}, {width} x {height} pixels, {dpi}"


def _panel(step: StepTaken) -> Panel:
    title = f"{step.name}, {step.seconds:.2f} s"
    return Panel(title, (step.detail,), step.image.pixels if step.image is not None else None)
