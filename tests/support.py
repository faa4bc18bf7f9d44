"""Where the fixtures are and what is written on them, and what to do where a program is missing."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import msgspec
import pytest
from PIL import Image, ImageChops

from pdfpipe.codecs import jbig2
from pdfpipe.errors import MissingDependencyError, MissingLanguageError
from pdfpipe.model.geometry import BoundingBox, Resolution
from pdfpipe.ocr.aspose.java import check_java, package_version
from pdfpipe.ocr.tesseract.models import find_models

FIXTURES: Final = Path(__file__).parent.parent / "fixtures"
SCANS: Final = FIXTURES / "scans"
SCRIPTS: Final = FIXTURES / "scripts"
HEIF: Final = FIXTURES / "heif"
TRUTH: Final = FIXTURES / "truth"

_DEBIAN_PACKAGES: Final = {
    "cc": "gcc",
    "javac": "default-jdk-headless",
    "node": "nodejs",
    "pdfimages": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "pdftotext": "poppler-utils",
    "qpdf": "qpdf",
}


def require_tool(program: str) -> str:
    """The program's path. Without it the test is skipped, but in CI, where a skip would hide it, it fails."""
    found = shutil.which(program)
    if found is None:
        _missing(program, _DEBIAN_PACKAGES.get(program, program))
    return found


def require_pdfjs() -> Path:
    """As `require_tool`, for the npm package pdfjs-dist, which make puts into the folder build."""
    package = FIXTURES.parent / "build" / "pdfjs" / "node_modules" / "pdfjs-dist"
    if not package.exists():
        _fail_or_skip("pdf.js is missing: make pdfjs (it needs npm: apt-get install npm)")
    return package


def require_model(language: str) -> None:
    """As `require_tool`, for one of Tesseract's models; PyPI has only a few of them."""
    try:
        find_models((language,))
    except MissingLanguageError:
        _missing(f"Tesseract's model '{language}'", f"tesseract-ocr-{language.replace('_', '-')}")


def require_jbig2() -> None:
    """As `require_tool`, for our own JBIG2 encoder, which is built where there is a C compiler."""
    if not jbig2.is_available():
        _fail_or_skip(
            "the JBIG2 encoder was not built: apt-get install gcc python3-dev, then pip install -e ."
        )


def require_aspose() -> None:
    """As `require_tool`, for Aspose.OCR and Java; Python 3.12 and later cannot have it."""
    if package_version() is None and sys.version_info >= (3, 12):
        pytest.skip("aspose-ocr-python-java needs JPype 1.4.1, which does not work on Python 3.12")
    if package_version() is None:
        _fail_or_skip("Aspose.OCR is missing: pip install 'pdfpipe[aspose]'")
    try:
        check_java()
    except MissingDependencyError:
        _missing("Java", "default-jre-headless")


def _missing(what: str, debian_package: str) -> NoReturn:
    _fail_or_skip(f"{what} is missing: apt-get install {debian_package}")


def _fail_or_skip(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextlib.contextmanager
def without_root() -> Iterator[None]:
    """Be a user whom permissions bind; root may do anything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@dataclass(frozen=True)
class TrueWord:
    text: str
    bbox: tuple[float, float, float, float]
    line: int

    @property
    def box(self) -> BoundingBox:
        return BoundingBox(*map(float, self.bbox))


@dataclass(frozen=True)
class TrueLine:
    angle: float
    direction: str
    block: int


@dataclass(frozen=True)
class Truth:
    """What a page says and where, in pixels of the upright page; see fixtures/README.md."""

    width: int
    height: int
    dpi: tuple[float, float]
    language: str
    lines: tuple[TrueLine, ...]
    words: tuple[TrueWord, ...]

    @property
    def resolution(self) -> Resolution:
        return Resolution(*map(float, self.dpi))

    def words_of(self, line: int) -> list[TrueWord]:
        return [word for word in self.words if word.line == line]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def truth_of(scan: Path, page: int | None = None) -> Truth:
    """The truth about a fixture; `page` counts from 1 in a multi-page file."""
    number = "" if page is None else f".{page}"
    file = TRUTH / scan.relative_to(FIXTURES).with_name(f"{scan.name}{number}.json")
    return msgspec.json.decode(file.read_bytes(), type=Truth)


def mean_iou(found: Sequence[BoundingBox], true: Sequence[BoundingBox]) -> float:
    """How well boxes that correspond one to one agree, on average."""
    return sum(a.iou(b) for a, b in zip(found, true, strict=True)) / len(true)


def largest_difference(a: Image.Image, b: Image.Image) -> int:
    """The largest difference between samples of two images of the same size, of 255."""
    assert a.size == b.size
    histogram = ImageChops.difference(a.convert("RGB"), b.convert("RGB")).histogram()
    return max(value % 256 for value, count in enumerate(histogram) if count)
