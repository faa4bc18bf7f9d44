"""Where the time of a page goes."""

from __future__ import annotations

import time

from pdfpipe.imaging.preprocess import StepTaken
from pdfpipe.model.job import Stage

__all__ = ["PageClock"]


class PageClock:
    """Counts the seconds of a page by stage, and those of preprocessing by step too."""

    def __init__(self) -> None:
        self._last = time.perf_counter()
        self._stages: dict[str, float] = {}
        self._steps: dict[str, float] = {}

    def lap(self, stage: Stage) -> None:
        """What happened since the last lap was this stage."""
        now = time.perf_counter()
        self._stages[stage.value] = self._stages.get(stage.value, 0.0) + now - self._last
        self._last = now

    def step(self, taken: StepTaken) -> None:
        """Hear of a step; what is taken twice counts together."""
        self._steps[taken.name] = self._steps.get(taken.name, 0.0) + taken.seconds

    @property
    def seconds(self) -> tuple[tuple[str, float], ...]:
        """By stage, in their order."""
        return _rounded(self._stages)

    @property
    def steps(self) -> tuple[tuple[str, float], ...]:
        """By step of preprocessing, in the order in which they were first taken."""
        return _rounded(self._steps)


def _rounded(seconds: dict[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple((name, round(value, 4)) for name, value in seconds.items())
