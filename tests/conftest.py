"""What every test has: repeatable examples, engines of one thread, compiled modules, a cache of its own."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, settings

from pdfpipe.ocr.auto import speed
from pdfpipe.ocr.engine import EngineSpec

# With xdist there is one worker a core already, and OpenMP's threads would only fight for them.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

# Else every command that a test starts would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The default is the same examples for the same tests, so that a red suite is red for everyone. For new ones:
# pytest --hypothesis-profile=search
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None, max_examples=30)
settings.register_profile(
    "search", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")

_SECONDS = {"tesseract": 0.5, "ppocr": 1.0}
_numbers = itertools.count()


@pytest.fixture(scope="session")
def speeds() -> dict[str, float]:
    """How fast the engines are, as if that had been measured: the same everywhere, and at no cost."""
    return {speed._key(EngineSpec(name, ("eng",))): seconds for name, seconds in _SECONDS.items()}


@pytest.fixture(autouse=True)
def cache_folder(
    speeds: dict[str, float], tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Where the command keeps what it has read: never the user's folder, and never one of another test."""
    folder = tmp_path_factory.getbasetemp() / f"cache-of-test-{next(_numbers)}"
    folder.mkdir()
    (folder / speed._NAME).write_bytes(msgspec.json.encode(speeds))
    monkeypatch.setenv("PDFPIPE_CACHE_DIR", str(folder))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
