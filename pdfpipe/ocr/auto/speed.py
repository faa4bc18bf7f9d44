"""How fast each engine is on this machine: measured once, and remembered.

Which engine is the fastest depends on the processor: with matrix instructions for bfloat16, PP-OCR can
be as fast as Tesseract, without them it takes several times as long.
"""

from __future__ import annotations

import fcntl
import hashlib
import platform
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec
from PIL import Image, ImageDraw, ImageFont

from pdfpipe.errors import PdfpipeError, ran_out_of_memory
from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.cache.fingerprint import code_digest
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import describe_engine, make_engine
from pdfpipe.storage import AtomicFile

__all__ = ["by_speed", "forget", "measured_seconds", "sample_page"]

_NAME: Final = "engine-speeds.json"
_LOCK: Final = "engine-speeds.lock"
_CODE: Final = ("ocr/**/*.py",)
_SAMPLE_DPI: Final = 200.0
_SAMPLE_SIZE: Final = (1300, 520)
_SAMPLE_LINES: Final = 9
_SAMPLE: Final = "Searchable text lies under the image of the page, word by word, 1234567890."


def by_speed(specs: Sequence[EngineSpec], cache_dir: Path | None) -> list[EngineSpec]:
    """The engines, the fastest first; those that are unknown are measured, which takes some seconds.

    Without a folder to remember it in, the order stays as it is.
    """
    if cache_dir is None or len(specs) < 2:
        return list(specs)
    seconds = [_seconds(spec, cache_dir) for spec in specs]
    return [specs[i] for i in sorted(range(len(specs)), key=seconds.__getitem__)]


def _seconds(spec: EngineSpec, cache_dir: Path) -> float:
    """As `measured_seconds`; an engine that cannot be loaded or fails comes last."""
    try:
        return measured_seconds(spec, cache_dir)
    except Exception as error:  # engines are foreign code; what is wrong is told when it is to read
        if ran_out_of_memory(error):
            raise
        return float("inf")


def measured_seconds(spec: EngineSpec, cache_dir: Path) -> float:
    """Seconds that an engine takes for the sample page on this machine, from the folder if it is there."""
    key = _key(spec)
    known = _remembered(cache_dir)
    if key in known:
        return known[key]
    with _alone(cache_dir):
        known = _remembered(cache_dir)
        if key not in known:
            known = {**known, key: round(_measure(spec), 4)}
            _remember(cache_dir, known)
    return known[key]


def forget(cache_dir: Path) -> None:
    """Have all engines measured again.

    Raises:
        OSError: the file with the times cannot be removed.

    """
    for name in (_NAME, _LOCK):
        (cache_dir / name).unlink(missing_ok=True)


@contextmanager
def _alone(cache_dir: Path) -> Iterator[None]:
    """Let one process measure while the others, which would slow it down, wait for what it finds."""
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        lock = (cache_dir / _LOCK).open("wb")
    except OSError:
        yield
        return
    with lock:
        with suppress(OSError):  # some network file systems have no locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sample_page() -> OcrImage:
    """A page that takes every engine about a second; the same everywhere."""
    page = Image.new("L", _SAMPLE_SIZE, 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(26)
    for line in range(_SAMPLE_LINES):
        draw.text((40, 30 + 52 * line), _SAMPLE, fill=0, font=font)
    return OcrImage(page, _SAMPLE_DPI, "sample")


def _measure(spec: EngineSpec) -> float:
    """The faster of two readings: the first one may still load."""
    uncached = msgspec.structs.replace(spec, cache=CacheSettings())
    engine, page = make_engine(uncached), sample_page()
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        engine.recognize(page)
        best = min(best, time.perf_counter() - start)
    return best


def _key(spec: EngineSpec) -> str:
    """An engine, its version and settings, pdfpipe's code for it, and the processor."""
    parts = (
        spec.name,
        code_digest(_CODE),
        describe_engine(spec).version,
        spec.tesseract.tessdata,
        spec.ppocr,
        _processor(),
    )
    return f"{spec.name} {hashlib.sha256(str(parts).encode()).hexdigest()[:16]}"


@lru_cache(maxsize=1)
def _processor() -> str:
    """Model and abilities of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    return "".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))


def _remembered(cache_dir: Path) -> dict[str, float]:
    try:
        return msgspec.json.decode((cache_dir / _NAME).read_bytes(), type=dict[str, float])
    except (OSError, msgspec.DecodeError):
        return {}


def _remember(cache_dir: Path, known: dict[str, float]) -> None:
    """Write it down; where that fails it is measured again the next time."""
    try:
        file = AtomicFile(cache_dir / _NAME)
    except PdfpipeError:
        return
    try:
        file.stream.write(msgspec.json.format(msgspec.json.encode(known)))
        file.commit()
    except (OSError, PdfpipeError):
        file.discard()
