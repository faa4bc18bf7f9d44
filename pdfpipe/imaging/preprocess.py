"""The chain of stages that a page goes through before it is read.

NumPy and OpenCV, which the stages work with, are loaded by the first page that is looked at.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import msgspec
from PIL import Image

from pdfpipe.errors import ran_out_of_memory
from pdfpipe.model.geometry import BoundingBox, Resolution, Transform
from pdfpipe.model.image import OcrImage, PageImage
from pdfpipe.model.mapping import PointMap, chained
from pdfpipe.model.preprocessing_settings import ORIENTATION, SPLIT, PreprocessingSettings

if TYPE_CHECKING:
    from pdfpipe.imaging.stages.raster import ImageStage, Raster, Staged

__all__ = [
    "Needs",
    "Prepared",
    "Step",
    "StepTaken",
    "Trial",
    "Watch",
    "changes_some_places",
    "has_ink_outside",
    "is_not_watched",
    "named_steps",
    "needs_of",
    "prepared",
    "processed_page",
    "trial_page",
    "trial_sample",
    "trial_samples",
    "trial_size",
]

_OF_NO_PIXELS: Final = frozenset({ORIENTATION, SPLIT})


class Step(msgspec.Struct, frozen=True):
    """A stage under its name.

    `least_gain` is how many times as many letters must be likely right for it to stay; None where that is not
    tried.  `why` are the figures that call for it, if it does not tell them itself.
    """

    name: str
    stage: ImageStage
    least_gain: float | None = None
    why: str = ""


class Needs(msgspec.Struct, frozen=True):
    """What a page needs before it is read, as far as a glance at it shows.

    `turns` are degrees clockwise by which it may have to be turned to be upright, the likeliest first;
    `other_turns` are possible too.
    """

    turns: tuple[int, ...] = ()
    other_turns: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()


class Prepared(msgspec.Struct, frozen=True, eq=False):
    """The page for the engine, and the map from its pixels to those of the view that it was made of.

    `done` are the stages that changed it; `notes` say what they did, and what was undone or failed.
    """

    image: OcrImage
    to_view: PointMap = Transform()
    done: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Trial = Callable[[OcrImage, OcrImage, PointMap], float]
"""How many times as many letters an engine likely has right on the second image as on the first, to whose
pixels the map leads."""


class StepTaken(msgspec.Struct, frozen=True, eq=False):
    """One step of preparing a page, done or tried, and the seconds that it took, trials included.

    `detail` says in words or figures what was done, or why it was not; empty where there was nothing to do.
    `image` is the page after it, also where that was undone; None where there is none.
    """

    name: str
    seconds: float
    detail: str = ""
    image: OcrImage | None = None


Watch = Callable[[StepTaken], None]
"""Hears of each step when it has been taken."""


def is_not_watched(_: StepTaken) -> None:
    """For those who do not care."""


def needs_of(view: OcrImage, *, may_reduce: bool = True) -> Needs:
    """What measures of a page say that it needs; a few hundredths of a second, more on wavy ground.

    Fine scans are not made smaller unless it `may_reduce` them.
    """
    from pdfpipe.imaging.stages.auto import glance_at

    glance = glance_at(view, may_reduce=may_reduce)
    steps = tuple(Step(*stage, why=glance.reasons.get(stage[0], "")) for stage in glance.stages)
    return Needs(glance.turns, glance.other_turns, steps)


def named_steps(settings: PreprocessingSettings) -> tuple[Step, ...]:
    """The stages that the settings name, in their order."""
    from pdfpipe.imaging.stages.auto import named_stage

    return tuple(
        Step(name, named_stage(name, settings)) for name in settings.stages if name not in _OF_NO_PIXELS
    )


def trial_size(view: OcrImage) -> OcrImage:
    """A page, reduced if it is larger than a trial reading needs."""
    from pdfpipe.imaging.stages.sample import not_too_large

    return not_too_large(view)


def trial_sample(view: OcrImage) -> OcrImage:
    """Some lines of a page, turned level, that stand for it in a trial reading."""
    from pdfpipe.imaging.stages.sample import level_sample

    return level_sample(view)


def trial_page(view: OcrImage) -> OcrImage:
    """A page, turned level, as it is read in a trial that some lines did not decide."""
    from pdfpipe.imaging.stages.sample import level_page

    return level_page(view)


def has_ink_outside(image: OcrImage, box: BoundingBox) -> bool:
    """Whether more than dust lies outside of a box, which is in pixels of the page."""
    from pdfpipe.imaging.stages import edges

    return edges.has_ink_outside(image, box)


def trial_samples(before: OcrImage, after: OcrImage, to_before: PointMap) -> tuple[OcrImage, OcrImage]:
    """The same lines of a page before and after a stage, and the map that leads back."""
    from pdfpipe.imaging.stages.sample import same_lines

    return same_lines(before, after, to_before)


def changes_some_places(before: OcrImage, after: OcrImage) -> bool:
    """Whether a stage has changed some places of a page only, so that these are its samples."""
    from pdfpipe.imaging.stages import sample

    return sample.changes_some_places(before, after)


def prepared(
    view: OcrImage, steps: Iterable[Step], gain_of: Trial, watch: Watch = is_not_watched
) -> Prepared:
    """Run stages one after the other.

    What has nothing to do leaves no trace, what fails or does not help leaves a note.

    `gain_of` is asked about the steps that are on trial.
    """
    steps = tuple(steps)
    if not steps:
        return Prepared(view)
    from pdfpipe.imaging.stages.raster import Raster

    page, image = Raster.of(view), view
    to_view: PointMap = Transform()
    done: dict[str, str] = {}
    notes: list[str] = []
    for step in steps:
        start = time.perf_counter()
        tried = _tried(step, page, image, gain_of)
        detail = f"{tried.detail}; {step.why}" if tried.detail and step.why else tried.detail
        watch(StepTaken(step.name, time.perf_counter() - start, detail, tried.image))
        if tried.staged is not None and tried.image is not None:
            page, image = tried.staged.raster, tried.image
            to_view = chained(tried.staged.to_input, to_view)
            done[step.name] = detail
        elif tried.detail:
            notes.append(f"{step.name} {detail}")
    if done:
        notes.insert(0, f"preprocessed: {', '.join(f'{name} ({detail})' for name, detail in done.items())}")
    return Prepared(image, to_view, tuple(done), tuple(notes))


class _Tried(msgspec.Struct, frozen=True, eq=False):
    """What came of a step: `staged` where it stays, else words on why not, if it had anything to do."""

    detail: str = ""
    image: OcrImage | None = None
    staged: Staged | None = None


def _tried(step: Step, page: Raster, image: OcrImage, gain_of: Trial) -> _Tried:
    try:
        staged = step.stage.apply(page)
    except Exception as error:  # foreign code; the page is read without it
        if ran_out_of_memory(error):
            raise
        return _Tried(f"failed: {type(error).__name__}: {error}")
    if staged is None:
        return _Tried()
    after = staged.raster.as_image(image.label)
    if step.least_gain is not None and gain_of(image, after, staged.to_input) <= step.least_gain:
        return _Tried("undone: reading did not become surer by it", after)
    return _Tried(staged.detail, after, staged)


def processed_page(page: PageImage, image: OcrImage) -> PageImage:
    """A page that shows what the engine saw; black and white if it was so before."""
    pixels = image.pixels
    if page.pixels.mode == "1" and pixels.mode != "1":
        pixels = pixels.convert("L").point([0] * 128 + [255] * 128).convert("1", dither=Image.Dither.NONE)
    return msgspec.structs.replace(
        page,
        pixels=pixels,
        format="processed",
        resolution=Resolution(image.dpi, image.dpi),
        orientation=1,
        original=None,
        tiff_jpeg=None,
        icc_profile=page.icc_profile if pixels.mode == page.pixels.mode else None,
        stored_bytes=0,
        part=None,
    )
