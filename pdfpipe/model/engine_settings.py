"""What one engine understands and no other; each is a part of `pdfpipe.model.settings.Settings`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import msgspec

from pdfpipe.errors import UsageError

__all__ = ["AsposeSettings", "InferenceRuntime", "Mode", "PpocrSettings", "Tessdata", "TesseractSettings"]


class Mode(Enum):
    """What the engine `auto` trades for accuracy."""

    FAST = "fast"
    """One engine only: the profile's fastest."""
    BALANCED = "balanced"
    """A second opinion on what the first engine is not sure of."""
    BEST = "best"
    """All engines read all lines."""


class Tessdata(Enum):
    """The three sets of models that Tesseract's authors publish."""

    FAST = "fast"
    STANDARD = "standard"
    BEST = "best"


class InferenceRuntime(Enum):
    """What runs PP-OCR's networks."""

    AUTO = "auto"
    """The faster one on this processor, as far as it is installed."""
    OPENVINO = "openvino"
    ONNXRUNTIME = "onnxruntime"


class TesseractSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Options of the engine tesseract.

    Attributes:
        tessdata_dir: folder with models, searched before all others.
        tessdata: which set of models; None for whichever is found first.
        segmentation: page segmentation mode, one of Tesseract's numbers 1 and 3 to 13; None for the
            language profile's.
        user_words: file of words to expect, one a line.
        user_patterns: file of patterns to expect, one a line, in Tesseract's own syntax.

    """

    tessdata_dir: Path | None = None
    tessdata: Tessdata | None = None
    segmentation: int | None = None
    user_words: Path | None = None
    user_patterns: Path | None = None

    def __post_init__(self) -> None:
        for name in ("tessdata_dir", "user_words", "user_patterns"):
            if not isinstance(getattr(self, name), Path | None):
                raise UsageError(f"tesseract.{name}: a Path is needed")


class PpocrSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Options of the engine ppocr.

    Attributes:
        runtime: what runs the networks.

    """

    runtime: InferenceRuntime = InferenceRuntime.AUTO


class AsposeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Options of the engine aspose.

    Attributes:
        license: file of the licence; None for none.
        allow_evaluation: work without a licence, in which case each page is cut at 300 characters.
        threads: threads that the engine may use for one page.

    """

    license: Path | None = None
    allow_evaluation: bool = False
    threads: int = 1

    def __post_init__(self) -> None:
        if not isinstance(self.license, Path | None):
            raise UsageError("aspose.license: a Path is needed")
        if self.threads < 1:
            raise UsageError("aspose.threads: at least one is needed")
