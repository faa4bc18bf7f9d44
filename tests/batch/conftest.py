"""What most tests of batches begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.batch.tiny import make_older, write_pages


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A folder of two pages that were there a while ago, so that what is made of them is newer."""
    folder = write_pages(tmp_path / "scans", "1.png", "2.png")
    for page in folder.iterdir():
        make_older(page)
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where documents go; not there yet."""
    return tmp_path / "out"
