"""``pdfpipe cache``, and what the command keeps."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import environment, pdfpipe
from tests.support import SCANS

PAGE = SCANS / "formats" / "png-1bit.png"


def convert(out: Path, *options: str, env: dict[str, str] | None = None) -> tuple[str, dict[str, Any]]:
    """What is printed, and the page in the report."""
    report = out.with_suffix(".json")
    fixed = ("--engine", "tesseract", "--report", str(report))
    done = pdfpipe("convert", PAGE, "-o", out, *fixed, *options, env=env)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode(), json.loads(report.read_bytes())["documents"][0]["pages"][0]


def info(*, env: dict[str, str] | None = None) -> dict[str, Any]:
    done = pdfpipe("cache", "info", "--json", env=env)
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_page_is_read_once_for_all_runs(tmp_path: Path, cache_folder: Path) -> None:
    at = environment(SOURCE_DATE_EPOCH="1000000000")
    told, page = convert(tmp_path / "cold.pdf", env=at)
    assert page["from_cache"] is False
    assert "read before" not in told
    told, page = convert(tmp_path / "warm.pdf", env=at)
    assert page["from_cache"] is True
    assert "read before           1 page" in told
    told, page = convert(tmp_path / "anew.pdf", "--no-cache", env=at)
    assert page["from_cache"] is False
    pdfs = [(tmp_path / f"{name}.pdf").read_bytes() for name in ("cold", "warm", "anew")]
    assert [pdf == pdfs[0] for pdf in pdfs[1:]] == [True, True]
    assert (cache_folder / "ocr").is_dir()


def test_without_the_cache_nothing_is_kept(tmp_path: Path, cache_folder: Path) -> None:
    convert(tmp_path / "out.pdf", "--no-cache")
    assert not (cache_folder / "ocr").exists()


@pytest.fixture
def filled(cache_folder: Path) -> Path:
    """A cache with three files of 1,000 bytes, the first of them used ten days ago."""
    for number in range(3):
        file = cache_folder / "ocr" / "ab" / f"ab{number:038x}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(1000))
        moment = time.time() - (10 - 4 * number) * 86400
        os.utime(file, (moment, moment))
    return cache_folder


def test_info_tells_where_it_is_and_how_full(filled: Path) -> None:
    found = info()
    assert found.pop("oldest_use") is not None
    assert found == {
        "folder": str(filled / "ocr"),
        "enabled": True,
        "entries": 3,
        "bytes": 3000,
        "max_bytes": 1_000_000_000,
    }
    told = pdfpipe("cache", "info").stdout.decode()
    assert str(filled / "ocr") in told
    assert "3.0 KB of at most 1.0 GB" in told


def test_info_of_none_is_that_it_is_empty(cache_folder: Path) -> None:
    assert (info()["entries"], info()["oldest_use"]) == (0, None)
    assert pdfpipe("cache", "info").returncode == 0
    assert not (cache_folder / "ocr").exists()


@pytest.mark.parametrize(
    ("options", "left"), [(("--days", "7"), 2), (("--max-mb", "0.001"), 1), ((), 3), (("--days", "30"), 3)]
)
def test_prune_removes_the_oldest(options: tuple[str, ...], left: int, filled: Path) -> None:
    done = pdfpipe("cache", "prune", *options)
    assert done.returncode == 0, done.stderr.decode()
    assert info()["entries"] == left
    files = "1 file" if left == 2 else f"{3 - left} files"
    assert done.stdout.decode().startswith(f"removed {files}, {3 - left}.0 KB;") or left == 3


def test_clear_removes_what_was_read_and_how_fast_engines_are_and_nothing_else(filled: Path) -> None:
    (filled / "engine-speeds.json").write_text("{}")
    (filled / "mine.txt").touch()
    done = pdfpipe("cache", "clear")
    assert done.stdout.decode() == "removed 3 files, 3.0 KB\n"
    assert [path.name for path in filled.iterdir()] == ["mine.txt"]


def test_a_pdfpipe_toml_may_switch_it_off_and_bound_it(tmp_path: Path) -> None:
    (tmp_path / "pdfpipe.toml").write_text("[cache]\nmax_mb = 50\nenabled = false\n")
    env = environment(PYTHONPATH=str(SCANS.parents[1]))
    found = json.loads(pdfpipe("cache", "info", "--json", cwd=tmp_path, env=env).stdout)
    assert (found["max_bytes"], found["enabled"]) == (50_000_000, False)
    assert "no: cache.enabled is false" in pdfpipe("cache", "info", cwd=tmp_path, env=env).stdout.decode()


def test_a_bound_that_is_too_small_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "pdfpipe.toml").write_text("[cache]\nmax_mb = 1\n")
    done = pdfpipe("cache", "info", cwd=tmp_path, env=environment(PYTHONPATH=str(SCANS.parents[1])))
    assert done.returncode == 2
    assert "pdfpipe.toml, line 2" in done.stderr.decode()
    assert "less than 16" in done.stderr.decode()


def test_a_cache_that_cannot_be_listed_says_why(tmp_path: Path) -> None:
    (tmp_path / "ocr").mkdir()
    (tmp_path / "ocr" / "00").touch()
    done = pdfpipe("cache", "clear", env=environment(PDFPIPE_CACHE_DIR=str(tmp_path)))
    assert done.returncode == 6
    assert "Not a directory" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
