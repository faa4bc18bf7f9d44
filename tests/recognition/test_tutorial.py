"""Programs as tutorials of asynchronous OCR have them run with only their import line changed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as PilImage

import pdfpipe
from tests.support import SCANS

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "extract_text.py"
FILES = [SCANS / "formats" / "png-grey8.png", SCANS / "layouts" / "table.png"]

SINGLE = """
async def async_ocr(image_path: str) -> str:
    ocr_engine = ocr.OcrEngine()
    ocr_engine.language = ocr.Language.ENGLISH
    ocr_future = ocr_engine.process_async(ocr.Image.load(image_path))
    await asyncio.sleep(0)
    ocr_result = await ocr_future
    return ocr_result.text
"""
MANY = """
async def batch_ocr(image_paths):
    tasks = [async_ocr(p) for p in image_paths]
    return await asyncio.gather(*tasks)
"""
CAREFUL = """
async def careful(image_path):
    ocr_engine = ocr.OcrEngine()
    ocr_engine.language = ocr.Language.SPANISH
    ocr_engine.language = ocr.Language.ENGLISH
    ocr_future = ocr_engine.process_async(ocr.Image.load(image_path))
    try:
        ocr_result = await ocr_future
    except ocr.OcrException as exc:
        print(f"OCR failed: {exc}")
        return ""
    return ocr_result.text
"""


def program(*blocks: str, how: str = "import pdfpipe.ocr as ocr") -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec("\n".join((how, "import asyncio", *blocks)), names)
    return names


@pytest.mark.parametrize("how", ["import pdfpipe.ocr as ocr", "from pdfpipe import ocr"])
def test_the_text_of_one_scan(how: str) -> None:
    text = asyncio.run(program(SINGLE, how=how)["async_ocr"](str(FILES[0])))
    assert text.startswith("Article 19\n")


def test_the_texts_of_many_in_order() -> None:
    texts = asyncio.run(program(SINGLE, MANY)["batch_ocr"]([str(file) for file in FILES]))
    assert ["Article 19" in texts[0], "Office supplies" in texts[1]] == [True, True]


def test_failures_are_caught_where_the_result_is_awaited(capsys: pytest.CaptureFixture[str]) -> None:
    careful = program(CAREFUL)["careful"]
    assert asyncio.run(careful("gone.tif")) == ""
    assert capsys.readouterr().out == "OCR failed: gone.tif: the file is not there any more\n"
    assert "Article 19" in asyncio.run(careful(str(FILES[0])))


def test_a_scan_that_pillow_made_smaller(tmp_path: Path) -> None:
    with PilImage.open(FILES[0]) as image:
        image.thumbnail((1000, 1000))
        image.save(tmp_path / "temp_resized.png")
    text = asyncio.run(program(SINGLE)["async_ocr"](str(tmp_path / "temp_resized.png")))
    assert "Article 19" in text


def run_example(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLE), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_example_reads_one_scan() -> None:
    done = run_example(str(FILES[0]))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("=== OCR RESULT ===\nArticle 19\n")


def test_the_example_reads_several_and_says_what_failed() -> None:
    done = run_example("--language", "ENGLISH", str(FILES[0]), "gone.tif", str(FILES[1]))
    assert (done.returncode, done.stderr) == (0, "")
    failure, first, rest = done.stdout.partition(f"--- Result for {FILES[0]} ---\nArticle 19\n")
    assert failure == "OCR failed: gone.tif: the file is not there any more\n"
    assert first
    assert "--- Result for gone.tif ---\n\n--- Result for " in rest
    assert "Office supplies" in rest


def test_the_programs_in_the_documentation_run(tmp_path: Path) -> None:
    import re

    text = (ROOT / "docs" / "ocr-api.md").read_text("utf-8")
    programs = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert programs
    (tmp_path / "scan.tif").symlink_to(SCANS / "minutes.tif")
    (tmp_path / "a.png").symlink_to(FILES[0])
    (tmp_path / "b.png").symlink_to(FILES[1])
    with contextlib.chdir(tmp_path):
        for source in programs:
            exec(compile(source, "docs/ocr-api.md", "exec"), {"__name__": "__main__"})
    assert pdfpipe.__version__
