"""The names that programs may rely on. A change here is a change for every user."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import pdfpipe
import pdfpipe.ocr

PUBLIC = [
    "DocumentFailed",
    "DocumentJob",
    "DocumentPublished",
    "DocumentSkipped",
    "Grouping",
    "PageDone",
    "PdfpipeError",
    "Pipeline",
    "Plan",
    "Report",
    "Settings",
    "__version__",
    "convert",
    "convert_sync",
    "plan",
]

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(pdfpipe.__path__, "pdfpipe.")
    if module.name != "pdfpipe.__main__"
)


def test_the_public_names_are_these_and_no_more_than_fifteen() -> None:
    assert pdfpipe.__all__ == PUBLIC
    assert len(PUBLIC) <= 15


def test_dir_shows_the_public_names() -> None:
    assert set(PUBLIC) <= set(dir(pdfpipe))


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(pdfpipe, name)
    if name != "__version__":
        assert inspect.getdoc(value)
        for member, attribute in vars(value).items() if inspect.isclass(value) else ():
            if not member.startswith("_") and (
                inspect.isfunction(attribute) or isinstance(attribute, property)
            ):
                assert inspect.getdoc(attribute), f"{name}.{member} has no docstring"


OCR_NAMES = ["Image", "Language", "OcrEngine", "OcrException", "OcrResult", "async_ocr", "batch_ocr"]


def test_the_names_of_ocr_are_these() -> None:
    assert pdfpipe.ocr.__all__ == OCR_NAMES
    assert set(OCR_NAMES) <= set(dir(pdfpipe.ocr))


@pytest.mark.parametrize("name", OCR_NAMES)
def test_every_name_of_ocr_is_there_and_says_what_it_is(name: str) -> None:
    value = getattr(pdfpipe.ocr, name)
    assert inspect.getdoc(value)
    for member, attribute in vars(value).items() if inspect.isclass(value) else ():
        if not member.startswith("_") and (inspect.isfunction(attribute) or isinstance(attribute, property)):
            assert inspect.getdoc(attribute), f"{name}.{member} has no docstring"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Pipelines'"):
        pdfpipe.Pipelines  # noqa: B018


@pytest.mark.parametrize("module", MODULES)
def test_every_module_says_what_it_exports_truly(module: str) -> None:
    loaded = importlib.import_module(module)
    assert loaded.__doc__
    for name in getattr(loaded, "__all__", ()):
        assert hasattr(loaded, name), f"{module}.__all__ names {name}, which is not there"


@pytest.mark.parametrize(
    "form", ["import pdfpipe", "import pdfpipe; pdfpipe.Settings(); pdfpipe.Pipeline(); pdfpipe.plan"]
)
def test_importing_it_loads_no_decoder_no_engine_and_no_terminal(form: str) -> None:
    code = f"{form}; import sys; print(*sorted({{'PIL', 'tesserocr', 'rich', 'click'}} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == []
