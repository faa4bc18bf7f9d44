"""An engine in a distribution of its own, found by its entry point, in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ENGINE = """
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Block, Line, PageText, Word
from pdfpipe.ocr.engine import EngineDescription, EngineSpec
from pdfpipe.ocr.registry import make_engine


class Wrapper:
    def __init__(self, spec):
        self.inner = make_engine(EngineSpec("tesseract", spec.languages))
        self.options = dict(spec.options)

    def recognize(self, image):
        if "wild" in self.options:
            box = BoundingBox(-10, 10, 90, 40)
            words = (Word("wild", box, 96.0), Word("gone", BoundingBox(-9, -9, -1, -1), 0.5))
            return PageText(*image.pixels.size, (Block((Line(words, box),), box),), ("by the plug-in",))
        return self.inner.recognize(image)


class Plugin:
    def describe(self, spec):
        return EngineDescription("wrapper", "wraps another", "1.2", "it is there", ("eng",))

    def check(self, spec):
        pass

    def make(self, spec):
        return Wrapper(spec)


PLUGIN = Plugin()
"""

CONTRACT = """
import pytest
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.testing.engine_contract import EngineContract


class TestWrapper(EngineContract):
    spec = EngineSpec("wrapper", ("eng",))
    heavy = ("tesserocr",)
"""

PLAIN = ["-p", "no:cacheprovider", "-p", "no:asyncio"]
"""An author's pytest need not have our plug-ins for it."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder as pip would leave it, with one good and one broken plug-in."""
    folder = tmp_path / "site"
    (folder / "wrapper_engine-1.2.dist-info").mkdir(parents=True)
    (folder / "wrapper_engine-1.2.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: wrapper-engine\nVersion: 1.2\n"
    )
    (folder / "wrapper_engine-1.2.dist-info" / "entry_points.txt").write_text(
        "[pdfpipe.engines]\nwrapper = wrapper_engine:PLUGIN\nbroken = wrapper_engine.missing:PLUGIN\n"
    )
    (folder / "wrapper_engine.py").write_text(ENGINE)
    return folder


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(site), str(ROOT)]),
        "OMP_THREAD_LIMIT": "1",
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=site.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_the_contract_runs_on_a_plug_in(site: Path) -> None:
    (site.parent / "test_wrapper.py").write_text(CONTRACT)
    done = run(site, "-m", "pytest", "-q", *PLAIN, "-W", "error", "test_wrapper.py")
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "failed" not in done.stdout


def test_the_contract_finds_what_a_plug_in_does_wrong(site: Path) -> None:
    wild = CONTRACT.replace('("eng",)', '("eng",), (("wild", "1"),)')
    (site.parent / "test_wild.py").write_text(wild)
    done = run(site, "-m", "pytest", "-q", *PLAIN, "test_wild.py")
    assert done.returncode == 1
    failed = {
        line.split("::")[2].split(" ")[0].split("[")[0]
        for line in done.stdout.splitlines()
        if "FAILED" in line
    }
    assert "test_the_text_is_in_pixels_of_the_image" in failed
    assert "test_it_reads_what_is_written" in failed
    assert "-10" in done.stdout, "asserts of the contract do not show what they compared"


def test_a_document_is_converted_with_a_plug_in(site: Path) -> None:
    done = run(
        site,
        "-c",
        "import pdfpipe, sys\n"
        "settings = pdfpipe.Settings(engine='wrapper')\n"
        "report = pdfpipe.convert_sync(sys.argv[1], 'out', settings)\n"
        "print(report.exit_code.value, report.words > 100)",
        str(ROOT / "fixtures" / "scans" / "declaration"),
    )
    assert done.stdout.split() == ["0", "True"], done.stderr


def test_what_a_plug_in_does_wrong_is_put_right_and_noted(site: Path) -> None:
    done = run(
        site,
        "-c",
        "import pdfpipe, sys\n"
        "settings = pdfpipe.Settings(engine='wrapper', engine_options=(('wild', '1'),), "
        "preprocessing=pdfpipe.model.preprocessing_settings.PreprocessingSettings(stages=()))\n"
        "report = pdfpipe.convert_sync(sys.argv[1], 'out', settings)\n"
        "page = report.pages[0]\n"
        "print(report.exit_code.value, page.words, page.confidence, *page.notes, sep='|')",
        str(ROOT / "fixtures" / "scans" / "formats" / "png-1bit.png"),
    )
    assert done.returncode == 0, done.stderr
    code, words, confidence, *notes = done.stdout.strip().split("|")
    assert (code, words, float(confidence)) == ("0", "1", 1.0)
    assert notes == [
        "by the plug-in",
        "the engine placed 1 word partly outside the page; cut at its edge",
        "the engine placed 1 word outside the page or gave no area; left out",
        "the engine gave 1 word with a confidence that is not between 0 and 1; set to the nearest",
    ]


def test_a_plug_in_that_cannot_be_imported_names_its_package_and_the_reason(site: Path) -> None:
    done = run(
        site,
        "-c",
        "import pdfpipe.ocr.registry as r, pdfpipe.errors as e\n"
        "print(r.engine_names()[-2:])\n"
        "for use in (r.check_engine, r.describe_engine, r.warm_engine):\n"
        "    try: use(r.EngineSpec('broken', ('eng',)))\n"
        "    except e.MissingDependencyError as error: print(error)",
    )
    assert "'broken', 'wrapper'" in done.stdout
    message = (
        "the OCR engine 'broken' of the package wrapper-engine cannot be imported: "
        "ModuleNotFoundError: No module named 'wrapper_engine.missing'; 'wrapper_engine' is not a package\n"
    )
    assert done.stdout.count(message) == 3, done.stdout + done.stderr
