"""The test double: reads what a script says, and fails as a script says.

It serves tests of the pipeline's faults and benchmarks of everything but recognition.  No command
line option reaches it.
"""

from __future__ import annotations

import os
import signal
import time
from typing import Final

from pdfpipe._version import __version__
from pdfpipe.errors import RecognitionError, UsageError
from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Baseline, Block, Line, PageText, Word
from pdfpipe.ocr.engine import Engine, EngineDescription, EngineSpec

__all__ = ["PLUGIN", "ScriptedEngine"]

_WORDS_A_LINE: Final = 10
_FAULTS: Final = ("raise", "crash", "exit", "hang", "eat")
_MEAL: Final = 100_000_000
_MEALS: Final = 100


class ScriptedEngine:
    """Spreads words evenly over each page, or misbehaves on the pages it is told to.

    Options, each a key and a value of `EngineSpec.options`:
        ``words``: how many words each page has (default 20).
        ``seconds``: how long a page takes (default 0).
        ``log``: a file into which the name of each page is written, in a line of its own, before it is read.
        ``raise``, ``crash``, ``exit``, ``hang``, ``eat``: the name of a page's file on which to raise an
        error, to die by SIGSEGV, to leave the process, to sleep for an hour, or to fill 10 GB of memory.
    """

    def __init__(self, options: tuple[tuple[str, str], ...] = ()) -> None:
        known = dict(options)
        self._words = int(known.pop("words", "20"))
        self._seconds = float(known.pop("seconds", "0"))
        self._log = known.pop("log", None)
        self._faults = {known.pop(kind): kind for kind in _FAULTS if kind in known}
        if known:
            raise UsageError(f"the scripted engine has no option {', '.join(sorted(known))}")

    def recognize(self, image: OcrImage) -> PageText:
        """Do what the script says for this page."""
        if self._log is not None:
            _append(self._log, f"{image.label}\n".encode())
        match self._faults.get(image.label):
            case "raise":
                raise RecognitionError("scripted failure")
            case "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "exit":
                os._exit(7)
            case "hang":
                time.sleep(3600)
            case "eat":
                _eaten = [b"\1" * _MEAL for _ in range(_MEALS)]
        if self._seconds:
            time.sleep(self._seconds)
        width, height = image.pixels.size
        return PageText(width, height, _evenly(self._words, width, height))


def _append(path: str, line: bytes) -> None:
    """Write a line in one piece, whoever else writes, and have it there even if this process is killed."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _evenly(count: int, width: int, height: int) -> tuple[Block, ...]:
    """`count` words "word0", "word1", … in lines of ten over the whole page."""
    if not count:
        return ()
    rows = -(-count // _WORDS_A_LINE)
    step_x, step_y = width / _WORDS_A_LINE, height / rows
    lines = []
    for row in range(rows):
        y0, y1 = (row + 0.2) * step_y, (row + 0.8) * step_y
        words = tuple(
            Word(f"word{i}", BoundingBox((column + 0.1) * step_x, y0, (column + 0.9) * step_x, y1), 0.99)
            for column, i in enumerate(range(row * _WORDS_A_LINE, min(count, (row + 1) * _WORDS_A_LINE)))
        )
        box = words[0].box.union(words[-1].box)
        lines.append(Line(words, box, Baseline(Point(box.x0, box.y1), Point(box.x1, box.y1))))
    return (Block(tuple(lines), lines[0].box.union(lines[-1].box)),)


class _Scripted:
    def describe(self, _spec: EngineSpec) -> EngineDescription:
        return EngineDescription("scripted", "a test double", __version__, "it is always there")

    def check(self, spec: EngineSpec) -> None:
        pass

    def fingerprint(self, spec: EngineSpec) -> str:
        return repr(spec.options)

    def make(self, spec: EngineSpec) -> Engine:
        return ScriptedEngine(spec.options)


PLUGIN: Final = _Scripted()
