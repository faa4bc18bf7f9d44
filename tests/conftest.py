"""What every test has: repeatable examples, engines of one thread, compiled modules, a cache of its own."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# With xdist there is one worker a core already, and OpenMP's threads would only fight for them.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

# Else every command that a test starts would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The default is the same examples for the same tests, so that a red suite is red for everyone. For new ones:
# pytest --hypothesis-profile=search
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.register_profile(
    "search", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")

_SPEEDS = "engine-speeds.json"
_numbers = itertools.count()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this session share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(autouse=True)
def cache_folder(
    shared_folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Where the command keeps what it has read: never the user's folder, and never one of another test.

    How fast the engines are is measured once in a session.
    """
    folder = tmp_path_factory.getbasetemp() / f"cache-of-test-{next(_numbers)}"
    shared = shared_folder / _SPEEDS
    if shared.exists():
        folder.mkdir()
        shutil.copy(shared, folder)
    monkeypatch.setenv("PDFPIPE_CACHE_DIR", str(folder))
    yield folder
    if (folder / _SPEEDS).exists() and not shared.exists():
        (folder / _SPEEDS).replace(shared)
    shutil.rmtree(folder, ignore_errors=True)
