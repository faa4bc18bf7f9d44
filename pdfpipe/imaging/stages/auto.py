"""Which stages a page needs, by a glance at it."""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np

from pdfpipe.imaging.stages.background import Background
from pdfpipe.imaging.stages.binarization import Binarization
from pdfpipe.imaging.stages.contrast import Contrast
from pdfpipe.imaging.stages.crop import Crop, dark_border
from pdfpipe.imaging.stages.denoise import Denoise
from pdfpipe.imaging.stages.deskew import Deskew
from pdfpipe.imaging.stages.measures import Look, look_at, overview
from pdfpipe.imaging.stages.raster import ImageStage
from pdfpipe.imaging.stages.scale import Scale
from pdfpipe.model.image import OcrImage
from pdfpipe.model.preprocessing_settings import PreprocessingSettings

__all__ = ["Glance", "glance_at", "named_stage"]

_LEAST_SLOPE: Final = 0.4
"""Degrees: engines read what slopes less as it is."""

_ON_ITS_HEAD: Final = -0.03
"""Uprightness below which a page may lie on its head."""


class Glance(msgspec.Struct, frozen=True):
    """What a page needs before it is read, as far as a reduced copy of it shows.

    Attributes:
        turns: degrees clockwise by which it may have to be turned to be upright, the likeliest first.
        other_turns: those that are possible too.
        stages: names, stages, and whether they are on trial.

    """

    turns: tuple[int, ...] = ()
    other_turns: tuple[int, ...] = ()
    stages: tuple[tuple[str, ImageStage, bool], ...] = ()


def named_stage(name: str, settings: PreprocessingSettings) -> ImageStage:
    """The stage of this name, which measures for itself what it needs."""
    match name:
        case "crop":
            return Crop()
        case "deskew":
            return Deskew()
        case "background":
            return Background()
        case "denoise":
            return Denoise()
        case "contrast":
            return Contrast()
        case "scale":
            return Scale()
        case "binarization":
            return Binarization(settings.binarization)
        case _:
            raise ValueError(f"there is no stage {name!r}")


def glance_at(view: OcrImage) -> Glance:
    """Measure a page, and choose."""
    small = overview(view.pixels)
    stages: list[tuple[str, ImageStage, bool]] = []
    border = dark_border(small.gray)
    if border is not None:
        stages.append(("crop", Crop(), False))
        paper = np.uint8(np.quantile(small.gray[border == 0], 0.8))
        small = msgspec.structs.replace(small, gray=np.where(border, paper, small.gray).astype(np.uint8))
    look = look_at(small)
    if look.skew.is_sure and abs(look.skew.angle) > _LEAST_SLOPE:
        stages.append(("deskew", Deskew(look.skew.angle), False))
    return Glance(*_turns(look), tuple(stages))


def _turns(look: Look) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The turns that are likely, and those that are possible too."""
    if look.sideways.is_sure and look.sideways.contrast > look.skew.contrast:
        return (90, 270), (180,)
    if not look.skew.is_sure:
        return (), (180, 90, 270)
    return ((180,), ()) if look.uprightness < _ON_ITS_HEAD else ((), (180,))
