"""What is done to page images before they are read; a part of `pdfpipe.model.settings.Settings`."""

from __future__ import annotations

from difflib import get_close_matches
from enum import Enum
from typing import Final

import msgspec

from pdfpipe.errors import UsageError

__all__ = [
    "AUTO_STAGES",
    "ORIENTATION",
    "SPLIT",
    "STAGES",
    "Binarization",
    "PageImageKind",
    "PreprocessingSettings",
]

AUTO_STAGES: Final = "auto"
"""Measures of each page decide which stages it needs."""

ORIENTATION: Final = "orientation"
"""Turns pages before all other stages of theirs (`pdfpipe.imaging.turning`)."""

SPLIT: Final = "split"
"""Cuts scans of open books in two before all else; no part of ``auto``."""

STAGES: Final = (
    SPLIT,
    ORIENTATION,
    "invert",
    "crop",
    "deskew",
    "dewarp",
    "background",
    "denoise",
    "sharpen",
    "contrast",
    "scale",
    "binarization",
)
"""The stages that there are, in the order in which they make most sense."""


class PageImageKind(Enum):
    """What the PDF shows of a page."""

    ORIGINAL = "original"
    """The scan, turned upright and level where it was not."""
    PROCESSED = "processed"
    """What the engine saw."""


class Binarization(Enum):
    """How the stage of this name parts ink from paper."""

    OTSU = "otsu"
    SAUVOLA = "sauvola"
    ADAPTIVE = "adaptive"


class PreprocessingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to page images before they are read.

    Attributes:
        stages: those to run, in this order; ``auto`` for what each page needs, with no other than ``split``;
            nothing for none.
        page_image: what the PDF shows.
        binarization: how the stage of this name works.

    """

    stages: tuple[str, ...] = (AUTO_STAGES,)
    page_image: PageImageKind = PageImageKind.ORIGINAL
    binarization: Binarization = Binarization.SAUVOLA

    def __post_init__(self) -> None:
        if isinstance(self.stages, str):
            raise UsageError('preprocessing.stages: a tuple of names is needed, such as ("deskew",)')
        for name in self.stages:
            if name not in (AUTO_STAGES, *STAGES):
                close = get_close_matches(name.casefold(), STAGES, 1)
                hint = f"did you mean '{close[0]}'?" if close else f"there are: {', '.join(STAGES)}"
                raise UsageError(f"preprocessing.stages: there is no stage '{name}'; {hint}")
        if AUTO_STAGES in self.stages and self._of_pages != (AUTO_STAGES,):
            raise UsageError(
                "preprocessing.stages: auto chooses the stages itself and goes with no other than split"
            )
        if len(set(self.stages)) < len(self.stages):
            raise UsageError("preprocessing.stages: a stage is named twice")

    @property
    def is_auto(self) -> bool:
        """Whether measures of each page decide."""
        return self._of_pages == (AUTO_STAGES,)

    @property
    def splits(self) -> bool:
        """Whether scans of open books are two pages each."""
        return SPLIT in self.stages

    @property
    def _of_pages(self) -> tuple[str, ...]:
        return tuple(name for name in self.stages if name != SPLIT)
