"""Make a page ready for the engine: upright, prepared by the stages that it needs, and the way back."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import msgspec

from pdfpipe.batch.orientation import Turn, find_turn, turn_after_reading, turn_before_reading
from pdfpipe.batch.stage_trial import StageTrial
from pdfpipe.batch.trial_reading import TrialReader, TrialResult, runs_along
from pdfpipe.config.settings import with_profile
from pdfpipe.errors import ran_out_of_memory
from pdfpipe.imaging.levelling import level_sheet
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.imaging.preprocess import (
    Needs,
    Step,
    StepTaken,
    Watch,
    has_ink_outside,
    is_not_watched,
    named_steps,
    needs_of,
    prepared,
    processed_page,
)
from pdfpipe.imaging.turning import turned, turned_view
from pdfpipe.model.geometry import BoundingBox, Transform
from pdfpipe.model.image import OcrImage, PageImage
from pdfpipe.model.job import LevelSheet
from pdfpipe.model.mapping import PointMap, chained
from pdfpipe.model.preprocessing_settings import ORIENTATION, PageImageKind, PreprocessingSettings
from pdfpipe.model.settings import Settings
from pdfpipe.model.text import PageText
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.sanitize import sanitized

__all__ = ["PreparedPage", "prepare", "second_thought"]

_SHOWN_LEVEL: Final = 1.5
"""Degrees: in text that slopes more, words have no place that is near enough to theirs and yet in a line that
poppler can follow (docs/text-layer.md)."""

_DOUBTED: Final = 0.55
"""Mean confidence below which the page may well lie on its side or its head, whatever it looked like.  Above,
another reading of all of it cannot be so much surer that it proves a turn."""

_Proof = Callable[[OcrImage, TrialReader, tuple[int, ...]], Turn]
"""How a turn is found out of those that are suspected."""


class PreparedPage(msgspec.Struct, frozen=True, eq=False):
    """A page and what the engine sees of it.

    `page` is what the PDF shows: the scan, turned upright by `turn` degrees clockwise where it was not, or
    the image that was `processed`.  `to_page` maps pixels of `image` to those of the upright page.  `notes`
    tell what was done.  `engines` are those of ``auto`` that had better read it; empty for all of them.
    """

    page: PageImage
    image: OcrImage
    to_page: PointMap = Transform()
    turn: int = 0
    processed: bool = False
    notes: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()

    def placed(self, text: PageText) -> PageText:
        """What the engine read, in pixels of the upright page; what would lie off it is cut at its edge."""
        if self.to_page != Transform():
            text, _ = sanitized(text.mapped(self.to_page, *self.page.upright_size))
        if not self.turn and not self.processed:
            return text
        return msgspec.structs.replace(text, turn=self.turn, processed=self.processed)

    def level(self, text: PageText) -> LevelSheet | None:
        """How to show the page level, with what the engine read; None where its lines slope too little.

        The page keeps its size, unless more than empty corners would be cut off.
        Of an image that was processed they are level already.  Half of a scan stays: turned, it would show
        some of the other half.
        """
        page, to_page = self.page, self.to_page
        if not isinstance(to_page, Transform) or page.image_box is not None or not page.resolution.is_square:
            return None
        slope = math.degrees(math.atan2(to_page.b, to_page.a))
        if abs(slope) <= _SHOWN_LEVEL:
            return None
        width, height = page.upright_size
        to_upright, size = level_sheet(slope, width, height)
        beside, above = (size[0] - width) / 2, (size[1] - height) / 2
        middle = BoundingBox(beside, above, beside + width, above + height)
        if not has_ink_outside(self.image, to_upright.then(to_page.inverse()).apply_box(middle)):
            to_upright, size = Transform(e=beside, f=above).then(to_upright), (width, height)
        on_sheet, _ = sanitized(text.mapped(to_page.then(to_upright.inverse()), *size))
        return LevelSheet(*size, to_upright, on_sheet)


def prepare(
    page: PageImage,
    settings: Settings,
    label: str,
    *,
    keep_image: bool = False,
    watch: Watch = is_not_watched,
) -> PreparedPage:
    """Do what the settings say, or what the page needs where they leave that open.

    With `keep_image` the page is not shown as processed, whatever the settings say.  A page that cannot be
    prepared is read as it is, and its notes say why.  `watch` hears of measures and orientation too.
    """
    wanted = _wanted(settings, keep_image=keep_image)
    view, to_page = ocr_view(page, label)
    if not wanted.stages:
        return PreparedPage(page, view, to_page)
    try:
        suspected: tuple[int, ...] = ()
        proof: _Proof = find_turn
        if wanted.is_auto:
            needs = _measured(view, wanted, watch)
            suspected, steps = needs.turns, needs.steps
            proof = turn_before_reading
        else:
            steps = named_steps(wanted)
            if ORIENTATION in wanted.stages:
                needs = _measured(view, wanted, watch)
                suspected = needs.turns or needs.other_turns
        turn = _proved(view, settings, suspected, proof, watch)
        if turn.degrees:
            return _turned(page, turn, wanted, settings, label, watch)
        return _through_steps(page, view, to_page, steps, wanted, settings, watch)
    except Exception as error:  # foreign code; the page can still be read as it is
        if ran_out_of_memory(error):
            raise
        note = f"read as it is, as it could not be preprocessed: {type(error).__name__}: {error}"
        return PreparedPage(page, view, to_page, notes=(note,))


def second_thought(
    page: PageImage,
    text: PageText,
    settings: Settings,
    label: str,
    *,
    keep_image: bool = False,
    watch: Watch = is_not_watched,
) -> PreparedPage | None:
    """Another way to read a page of which little was read with confidence; None if there is no reason for it.

    What gave no sign of it may lie on its head all the same, such as capitals and digits; and some engines
    read lines that run upwards as well as others, and others none of them.  Where looking at it
    fails, the first reading stands.
    """
    wanted = _wanted(settings, keep_image=keep_image)
    confidence = text.mean_confidence
    if not wanted.is_auto:
        return None
    on_a_side = not runs_along(text) and not _reader(settings).may_be_vertical
    if not on_a_side and confidence is not None and confidence >= _DOUBTED:
        return None
    try:
        view, _ = ocr_view(page, label)
        needs = _measured(view, wanted, watch)
        if on_a_side:
            turn = _proved(view, settings, (90, 270), find_turn, watch)
        elif confidence is None:
            turn = _proved(view, settings, needs.turns, find_turn, watch)
        else:
            possible = (*needs.turns, *needs.other_turns)
            proof = partial(turn_after_reading, as_it_lies=TrialResult.of(text))
            turn = _proved(view, settings, possible, proof, watch)
        return _turned(page, turn, wanted, settings, label, watch) if turn.degrees else None
    except Exception as error:  # foreign code
        if ran_out_of_memory(error):
            raise
        return None


def _measured(view: OcrImage, wanted: PreprocessingSettings, watch: Watch) -> Needs:
    start = time.perf_counter()
    needs = needs_of(view, may_reduce=wanted.page_image is not PageImageKind.PROCESSED)
    watch(StepTaken("measures", time.perf_counter() - start))
    return needs


def _proved(
    view: OcrImage, settings: Settings, suspected: tuple[int, ...], proof: _Proof, watch: Watch
) -> Turn:
    if not suspected:
        return Turn()
    start = time.perf_counter()
    turn = proof(view, _reader(settings), suspected)
    seconds = time.perf_counter() - start
    if turn.degrees:
        image = turned_view(view, turn.degrees)
        watch(StepTaken(ORIENTATION, seconds, f"{turn.degrees}° clockwise: {turn.evidence}", image))
    else:
        watch(StepTaken(ORIENTATION, seconds, "stays: no other way is read clearly better"))
    return turn


def _wanted(settings: Settings, *, keep_image: bool) -> PreprocessingSettings:
    wanted = with_profile(settings).preprocessing
    if keep_image:
        return msgspec.structs.replace(wanted, page_image=PageImageKind.ORIGINAL)
    return wanted


def _turned(
    page: PageImage,
    turn: Turn,
    wanted: PreprocessingSettings,
    settings: Settings,
    label: str,
    watch: Watch,
) -> PreparedPage:
    """The page put upright, and prepared."""
    upright = turned(page, turn.degrees)
    view, to_page = ocr_view(upright, label)
    steps = _measured(view, wanted, watch).steps if wanted.is_auto else named_steps(wanted)
    ready = _through_steps(upright, view, to_page, steps, wanted, settings, watch)
    note = f"turned by {turn.degrees}° clockwise: {turn.evidence}"
    return msgspec.structs.replace(ready, turn=turn.degrees, notes=(note, *ready.notes))


def _through_steps(
    page: PageImage,
    view: OcrImage,
    to_page: Transform,
    steps: Sequence[Step],
    wanted: PreprocessingSettings,
    settings: Settings,
    watch: Watch,
) -> PreparedPage:
    trial = StageTrial(_reader(settings))
    ready = prepared(view, steps, trial.gain, watch)
    chosen = trial.without_fastest(ready.image)
    notes = (*ready.notes, chosen.why) if chosen.why else ready.notes
    if wanted.page_image is PageImageKind.PROCESSED and ready.done:
        shown = processed_page(page, ready.image)
        return PreparedPage(shown, ready.image, processed=True, notes=notes, engines=chosen.engines)
    back = chained(ready.to_view, to_page)
    return PreparedPage(page, ready.image, back, notes=notes, engines=chosen.engines)


def _reader(settings: Settings) -> TrialReader:
    return TrialReader(EngineSpec.from_settings(settings))
