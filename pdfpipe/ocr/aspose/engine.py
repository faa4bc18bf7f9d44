"""Aspose.OCR in process."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import reduce
from typing import Any, Final

import msgspec
from PIL import Image

from pdfpipe.errors import RecognitionError
from pdfpipe.model.engine_settings import AsposeSettings
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Block, Line, PageText, Word
from pdfpipe.ocr.aspose.java import check_java, java_class, java_error
from pdfpipe.ocr.aspose.languages import aspose_language
from pdfpipe.ocr.aspose.licence import CUT, use_licence
from pdfpipe.ocr.aspose.words import word_boxes

__all__ = ["AsposeEngine", "RawLine", "page_text"]

_MODE: Final = "UNIVERSAL"
"""How areas are found: LEAN joins columns and reads half of a table; the others need further files."""

_CONFIDENCE: Final = 0.9
"""Aspose does not tell how sure it is; this is above what makes a page doubtful, and below Tesseract on
clean print."""

_MAX_ASPECT: Final = 1000
"""It enlarges narrow pages until Java has no memory left."""

_TRIAL: Final = "Trial Licenses"


class RawLine(msgspec.Struct, frozen=True):
    """A line as Aspose gives it; `box` is None where it gives none, which it does where it cuts a page."""

    text: str
    box: BoundingBox | None


class AsposeEngine:
    """Aspose.OCR with its licence set; the first page also loads its networks."""

    def __init__(
        self,
        languages: tuple[str, ...],
        settings: AsposeSettings = AsposeSettings(),  # noqa: B008 - frozen
    ) -> None:
        """Start Java, if this process has none yet, and set the licence, which then counts for all of it.

        Raises:
            MissingDependencyError: Aspose's package or Java is missing.
            MissingLanguageError: it cannot read the languages, or not together.
            LicenseError: there is no licence and no leave to do without, or it is not a good one.

        """
        folder = check_java()
        language = aspose_language(languages, folder)
        self._licensed = use_licence(settings, java_class("com.aspose.ocr.License"), java_error())
        resources = java_class("com.aspose.ocr.Resources")
        resources.AllowAutomaticDownloads(False)
        resources.SetLocalPath(str(folder), False)  # it makes a folder in the current one otherwise
        self._java_error = java_error()
        self._input_class = java_class("com.aspose.ocr.OcrInput")
        self._single_image = java_class("com.aspose.ocr.InputType").SingleImage
        self._stream_class = java_class("java.io.ByteArrayInputStream")
        self._settings = java_class("com.aspose.ocr.RecognitionSettings")()
        self._settings.setLanguage(java_class("com.aspose.ocr.Language").valueOf(language))
        self._settings.setDetectAreasMode(java_class("com.aspose.ocr.DetectAreasMode").valueOf(_MODE))
        self._settings.setThreadsCount(settings.threads)
        self._api = java_class("com.aspose.ocr.AsposeOCR")()

    def recognize(self, image: OcrImage) -> PageText:
        """Read a page; see `pdfpipe.ocr.engine.Engine`.

        In evaluation mode the page carries a note, and all confidences are 0: its text ends where
        Aspose cut it, so that the page needs a look.
        """
        width, height = image.pixels.size
        if max(width, height) > _MAX_ASPECT * min(width, height):
            raise RecognitionError(
                f"Aspose reads no page with one side more than {_MAX_ASPECT} times as long as the other"
            )
        encoded = io.BytesIO()
        image.pixels.save(encoded, "PNG", compress_level=1)
        page = self._input_class(self._single_image)
        try:
            page.add(self._stream_class(encoded.getvalue()))
            results = list(self._api.Recognize(page, self._settings))
            if len(results) != 1:
                raise RecognitionError(f"Aspose made {len(results)} results of one page")
            lines = [_raw(line) for line in results[0].recognitionLinesResult]
            warnings = [str(warning) for warning in results[0].warnings or ()]
        except self._java_error as error:
            raise RecognitionError(f"Aspose failed: {error}") from error
        return page_text(image.pixels, lines, licensed=self._licensed, warnings=warnings)


def _raw(line: Any) -> RawLine:
    """A Java LinesResult; both of its fields may be null."""
    text, box = line.textInLine, line.line
    return RawLine(
        "" if text is None else str(text),
        box
        and BoundingBox(
            float(box.x), float(box.y), float(box.x) + float(box.width), float(box.y) + float(box.height)
        ),
    )


def page_text(
    pixels: Image.Image, lines: Iterable[RawLine], *, licensed: bool, warnings: Iterable[str] = ()
) -> PageText:
    """What Aspose read, divided into words, without what it says of its licence.

    `lines` come in its own order.  A line without a box cannot be placed and is left out.
    """
    page = BoundingBox(0.0, 0.0, float(pixels.width), float(pixels.height))
    confidence = _CONFIDENCE if licensed else 0.0
    found, nowhere = [], 0
    for line in lines:
        text, trial, _ = line.text.partition(_TRIAL)
        texts = (text.rstrip("* \n") if trial else text).split()
        box = line.box and _within(line.box, page)
        if not texts:
            continue
        if box is None:
            nowhere += 1
            continue
        words = tuple(
            Word(text, word_box, confidence)
            for text, word_box in zip(texts, word_boxes(texts, box, pixels), strict=True)
            if word_box.area > 0
        )
        if words:
            found.append(Line(words, reduce(BoundingBox.union, (word.box for word in words))))
    notes = [f"Aspose warns: {warning}" for warning in warnings]
    if not licensed:
        notes.insert(0, CUT)
    elif nowhere:
        notes.append(f"Aspose did not say where {nowhere} lines are; they were left out")
    return PageText(pixels.width, pixels.height, _blocks(found), tuple(notes), partial=not licensed)


def _blocks(lines: Iterable[Line]) -> tuple[Block, ...]:
    """Lines that stand right below one another: Aspose gives those of all columns from top to bottom."""
    blocks: list[list[Line]] = []
    for line in lines:
        for block in reversed(blocks):
            if _is_below(line.box, block[-1].box):
                block.append(line)
                break
        else:
            blocks.append([line])
    return tuple(
        Block(tuple(block), reduce(BoundingBox.union, (line.box for line in block))) for block in blocks
    )


def _is_below(box: BoundingBox, above: BoundingBox) -> bool:
    overlap = min(box.x1, above.x1) - max(box.x0, above.x0)
    gap = box.y0 - above.y1
    return overlap > min(box.width, above.width) / 2 and abs(gap) < max(box.height, above.height)


def _within(box: BoundingBox, page: BoundingBox) -> BoundingBox | None:
    """The part of a box that is on the page; None if there is none."""
    clipped = BoundingBox(
        max(box.x0, page.x0), max(box.y0, page.y0), min(box.x1, page.x1), min(box.y1, page.y1)
    )
    return clipped if clipped.width > 0 and clipped.height > 0 else None
