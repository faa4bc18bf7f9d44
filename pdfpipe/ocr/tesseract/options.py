"""What the settings of the engine tesseract mean to Tesseract."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pdfpipe.errors import UsageError
from pdfpipe.model.engine_settings import TesseractSettings
from pdfpipe.ocr.tesseract.models import find_osd
from pdfpipe.ocr.tesseract.traineddata import inspect
from pdfpipe.ocr.tesseract.user_lists import pattern_list, word_list

__all__ = ["DEFAULT_SEGMENTATION", "check_options", "list_variables", "needed_osd"]

DEFAULT_SEGMENTATION: Final = 3
_LAST_SEGMENTATION: Final = 13
_READS_NOTHING: Final = {
    0: "tells only orientation and script",
    2: "finds only where text stands",
}
_WITH_OSD: Final = frozenset({1, 12})


def check_options(settings: TesseractSettings) -> None:
    """Find out whether the settings make sense.

    Raises:
        UsageError: they do not; a file of words or patterns cannot be read.

    """
    mode = settings.segmentation
    if mode in _READS_NOTHING:
        raise UsageError(
            f"segmentation: Tesseract's mode {mode} {_READS_NOTHING[mode]} and reads no text; "
            "choose 1 or 3 to 13"
        )
    if mode is not None and not 1 <= mode <= _LAST_SEGMENTATION:
        raise UsageError(f"segmentation: Tesseract has no mode {mode}; choose 1 or 3 to 13")
    list_variables(settings)


def list_variables(settings: TesseractSettings) -> dict[str, str]:
    """Tesseract's variables for files of words and patterns, and what is in these.

    Raises:
        UsageError: one cannot be read or makes no sense.

    """
    lists = {}
    if settings.user_words is not None:
        lists["user_words_file"] = word_list(settings.user_words)
    if settings.user_patterns is not None:
        lists["user_patterns_file"] = pattern_list(settings.user_patterns)
    return lists


def needed_osd(settings: TesseractSettings) -> Path | None:
    """The data for orientation and script where the segmentation mode needs them.

    Raises:
        MissingLanguageError, MissingDependencyError: they are not there, or damaged.

    """
    if settings.segmentation not in _WITH_OSD:
        return None
    path = find_osd(settings.tessdata_dir)
    inspect(path)
    return path
