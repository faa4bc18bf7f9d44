"""The real engine, in evaluation mode: nobody can give a licence to the tests."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.batch.page_task import run_page
from pdfpipe.batch.report import DOUBTFUL_CONFIDENCE
from pdfpipe.errors import LicenseError, MissingDependencyError, RecognitionError
from pdfpipe.model.engine_settings import AsposeSettings
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage
from pdfpipe.model.job import PageJob, PageSource
from pdfpipe.model.settings import Settings
from pdfpipe.ocr.aspose import java
from pdfpipe.ocr.aspose.licence import CUT
from pdfpipe.ocr.engine import Engine, EngineSpec
from pdfpipe.ocr.registry import check_engine, describe_engine, warm_engine
from pdfpipe.testing.engine_contract import page_with_text
from tests.support import require_aspose

SETTINGS = Settings(engine="aspose", aspose=AsposeSettings(allow_evaluation=True))
SPEC = EngineSpec.from_settings(SETTINGS)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    require_aspose()
    yield warm_engine(SPEC)
    warm_engine.cache_clear()


def test_it_reads_words_with_their_places_and_says_that_the_page_is_cut(engine: Engine) -> None:
    text = engine.recognize(OcrImage(page_with_text(), 200.0))
    assert [line.text for line in text.lines] == ["All human beings are born free"] * 2
    assert text.notes == (CUT,)
    assert "Trial" not in text.text
    first = next(text.words)
    assert first.text == "All"
    assert first.box.iou(BoundingBox(42, 37, 75, 62)) > 0.8


def test_a_page_it_cannot_take_is_an_error_after_which_it_goes_on(engine: Engine) -> None:
    with pytest.raises(RecognitionError, match="1000 times"):
        engine.recognize(OcrImage(Image.new("1", (40_000, 2), 1), 300.0))
    small = OcrImage(page_with_text().crop((0, 0, 500, 190)), 200.0)
    assert any(engine.recognize(small).words)


def test_what_java_throws_is_an_error_of_the_page(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def Recognize(self, *_: object) -> None:  # noqa: N802
            java.java_class("java.lang.Integer").parseInt("no number")

    monkeypatch.setattr(engine, "_api", Broken())
    with pytest.raises(RecognitionError, match=r"Aspose failed: .*no number"):
        engine.recognize(OcrImage(page_with_text(), 200.0))


def test_a_page_read_without_a_licence_needs_a_look(engine: Engine, tmp_path: Path) -> None:
    page_with_text().crop((0, 0, 500, 190)).save(tmp_path / "page.png", dpi=(200, 200))
    result = run_page(PageJob(PageSource(tmp_path / "page.png"), 1, SETTINGS))
    assert CUT in result.notes
    assert result.content is not None
    assert result.content.text is not None
    assert (result.content.text.mean_confidence or 0.0) < DOUBTFUL_CONFIDENCE


def test_a_file_that_is_no_licence_is_refused(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "bad.lic").write_text("no licence")
    spec = EngineSpec("aspose", ("eng",), aspose=AsposeSettings(license=tmp_path / "bad.lic"))
    with pytest.raises(LicenseError, match=r"bad\.lic: this is not a valid licence"):
        warm_engine(spec)


def test_without_leave_it_is_not_even_made(engine: Engine) -> None:
    for attempt in (check_engine, warm_engine):
        with pytest.raises(LicenseError, match="--allow-evaluation"):
            attempt(EngineSpec("aspose", ("eng",)))


def test_it_is_described_with_its_version_and_leaves_no_folder_behind(engine: Engine) -> None:
    description = describe_engine(SPEC)
    assert description.version
    assert {"eng", "deu", "fra"} <= set(description.languages)
    assert "rus" in dict(description.others)
    assert not Path("aspose_data").exists()


def test_java_that_is_not_there_says_how_to_install_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    jpype = importlib.import_module("jpype")

    def nowhere() -> str:
        raise jpype.JVMNotFoundException("No JVM shared library file (libjvm.so) found.")

    monkeypatch.setattr(jpype, "isJVMStarted", lambda: False)
    monkeypatch.setattr(jpype, "getDefaultJVMPath", nowhere)
    with pytest.raises(MissingDependencyError, match="apt-get install default-jre-headless"):
        check_engine(SPEC)


_WAITING = """
import sys, time
from pdfpipe.model.engine_settings import AsposeSettings
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import check_engine, warm_engine
spec = EngineSpec("aspose", ("eng",), aspose=AsposeSettings(allow_evaluation=True))
check_engine(spec)
import jpype
assert not jpype.isJVMStarted(), "checking must not start Java"
warm_engine(spec)
print("ready", flush=True)
time.sleep(60)
"""


def _heed_ctrl_c() -> None:
    """As in a terminal: what a shell has started in the background does not, nor do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_java_does_not_swallow_signals(number: signal.Signals, tmp_path: Path) -> None:
    require_aspose()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(
        [sys.executable, "-c", _WAITING],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment,
        preexec_fn=_heed_ctrl_c,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        sent = time.monotonic()
        process.send_signal(number)
        _, errors = process.communicate(timeout=100)
    assert time.monotonic() - sent < 10
    if number == signal.SIGINT:
        assert b"KeyboardInterrupt" in errors
    else:
        assert process.returncode == -signal.SIGTERM
    assert not any(tmp_path.iterdir()), "Aspose left something in the current folder"


_IN_A_POOL = """
import asyncio, sys, pdfpipe, pdfpipe.ocr as ocr
from pdfpipe.model.engine_settings import AsposeSettings
aspose = AsposeSettings(allow_evaluation=True)
engine = ocr.OcrEngine(settings=pdfpipe.Settings(engine="aspose", aspose=aspose, jobs=1))
print(asyncio.run(ocr.async_ocr(sys.argv[1], engine=engine)))
"""


def test_java_that_was_started_in_a_thread_ends_with_the_program(tmp_path: Path) -> None:
    """Java waits at its end for the thread that started it, which has ended before."""
    require_aspose()
    page_with_text().crop((0, 0, 500, 190)).save(tmp_path / "page.png", dpi=(200, 200))
    done = subprocess.run(
        [sys.executable, "-c", _IN_A_POOL, str(tmp_path / "page.png")],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stdout.startswith("All human beings are born free\n")
