"""What options, the environment and pdfpipe.toml come to, and how the command tells of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.batch.tiny import files_below, write_page, write_pages
from tests.cli.command import environment, pdfpipe


def shown(*arguments: str | Path, cwd: Path, env: dict[str, str] | None = None) -> dict[str, Any]:
    """The settings as `pdfpipe config show --json` gives them: value and origin by key."""
    done = pdfpipe("config", "show", "--json", *arguments, cwd=cwd, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    settings = json.loads(done.stdout)["settings"]
    return {key: (entry["value"], entry["origin"]) for key, entry in settings.items()}


def test_each_setting_is_shown_with_its_origin(tmp_path: Path) -> None:
    german = tmp_path / "scans" / "german"
    page = write_page(german / "1.png")
    (tmp_path / "pdfpipe.toml").write_text('engine = "tesseract"\nmetadata.title = "Archive"\n')
    (german / "pdfpipe.toml").write_text(
        'languages = "de"\noutput = "x"\n[profiles.deu.tesseract]\nsegmentation = 6'
    )
    env = environment(TESSDATA_PREFIX="/gone", PDFPIPE_ASPOSE_LICENSE="/lic")
    for path in (german, page):
        found = shown(path, cwd=tmp_path, env=env)
        assert found["languages"] == (["deu"], f"{german}/pdfpipe.toml")
        assert found["engine"] == ("tesseract", f"{tmp_path}/pdfpipe.toml")
        assert found["metadata.title"] == ("Archive", f"{tmp_path}/pdfpipe.toml")
        assert found["output"] == ("x", f"{german}/pdfpipe.toml")
        assert found["tesseract.segmentation"] == (6, f"{german}/pdfpipe.toml [profiles.deu]")
        assert found["tesseract.tessdata_dir"] == ("/gone", "environment variable TESSDATA_PREFIX")
        assert found["aspose.license"] == ("/lic", "environment variable PDFPIPE_ASPOSE_LICENSE")
        assert found["mode"] == ("balanced", "default")
    found = shown("-l", "French", cwd=german)
    assert found["languages"] == (["fra"], "command line")
    assert found["tesseract.segmentation"] == (None, "default")


def test_the_table_has_a_line_for_each_setting(tmp_path: Path) -> None:
    (tmp_path / "pdfpipe.toml").write_text('languages = "deu+eng"\n')
    done = pdfpipe("config", "show", cwd=tmp_path)
    lines = [line.split(maxsplit=2) for line in done.stdout.decode().splitlines()]
    assert lines[0] == ["setting", "value", "from"]
    assert ["languages", "deu+eng", f"{tmp_path}/pdfpipe.toml"] in lines
    assert ["group", "folder", "default"] in lines


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = pdfpipe("config", "show", "missing", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"cannot read missing" in done.stderr


def convert(*arguments: str | Path, cwd: Path, env: dict[str, str] | None = None) -> bytes:
    """The digest of the settings in a PDF made in this folder."""
    done = pdfpipe("convert", "scans", "-o", "out", *arguments, cwd=cwd, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_options_and_file_come_to_the_same(tmp_path: Path) -> None:
    """What the file says is up to date where the options say the same, and not where they do not."""
    write_page(tmp_path / "scans" / "1.png")
    for name in ("words.txt", "patterns.txt"):
        (tmp_path / name).write_text("word\n")
    (tmp_path / "pdfpipe.toml").write_text(
        """
        languages = "English"
        engine = "tesseract"
        mode = "fast"
        metadata.title = "T"
        image_dpi = 200
        [tesseract]
        segmentation = 6
        user_words = "words.txt"
        """
    )
    assert b"1 published" in convert(cwd=tmp_path)
    assert b"1 up to date" in convert(cwd=tmp_path)
    options = [
        *("-l", "en", "--engine", "tesseract", "--mode", "fast", "--title", "T", "--image-dpi", "200"),
        *("--psm", "6", "--user-words", "words.txt"),
    ]
    assert b"1 up to date" in convert(*options, "--no-config", cwd=tmp_path)
    assert b"1 up to date" in convert(*options, cwd=tmp_path)
    options[-3] = "4"
    assert b"1 published" in convert(*options, cwd=tmp_path)
    assert b"1 published" in convert("--no-config", cwd=tmp_path)


@pytest.mark.parametrize(
    ("option", "key", "value"),
    [
        (("-l", "de,en"), "languages", "deu+eng"),
        (("--engine", "tesseract"), "engine", "tesseract"),
    ],
)
def test_options_count_more_than_files(tmp_path: Path, option: tuple[str, ...], key: str, value: str) -> None:
    (tmp_path / "pdfpipe.toml").write_text('languages = "fra"\nengine = "aspose"')
    found, origin = shown(*option, cwd=tmp_path)[key]
    assert ("+".join(found) if isinstance(found, list) else found, origin) == (value, "command line")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--engine", "teseract"], "--engine: there is no OCR engine 'teseract'; did you mean 'tesseract'?"),
        (["--engine", "scripted"], "--engine: there is no OCR engine 'scripted'"),
        (["--engines", "tesseract,auto"], "--engines: 'auto'"),
        (["--page-labels", "9-1"], "--page-labels: '9-1' is no range: 9 does not lead to 1"),
        (["--author", " "], "--author: it is empty"),
        (["--mode", "slow"], "'fast', 'balanced', 'best'"),
        (["--psm", "2"], "--psm: 2 is no page segmentation mode"),
        (["--psm", "x"], "--psm"),
        (["--tessdata", "good"], "'fast', 'standard', 'best'"),
        (["--user-words", "gone"], "gone"),
        (["-l", "Ancint Greek"], "-l: 'Ancint Greek' is no language; did you mean 'Ancient Greek'?"),
        (["-l", "auto+deu"], "auto goes with no other language"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_options_that_make_no_sense_stop_the_run(tmp_path: Path, arguments: list[str], told: str) -> None:
    page = write_page(tmp_path / "page.png")
    for more in ((), ("--dry-run",)):
        done = pdfpipe("convert", page, "-o", "out", *arguments, *more, cwd=tmp_path)
        assert done.returncode == 2
        assert told in done.stderr.decode()
    assert files_below(tmp_path) == {"page.png"}


def test_a_broken_file_deep_in_the_scans_stops_the_run_before_anything_is_done(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans" / "a", "1.png")
    write_pages(tmp_path / "scans" / "b", "1.png")
    (tmp_path / "scans" / "b" / "pdfpipe.toml").write_text('\nlanguage = "deu"\n')
    done = pdfpipe("convert", "scans", "-o", "out", "--report", "report.json", cwd=tmp_path)
    assert done.returncode == 2
    told = done.stderr.decode()
    assert f"{tmp_path}/scans/b/pdfpipe.toml, line 2: there is no key 'language'" in told
    assert "did you mean 'languages'?" in told
    assert not (tmp_path / "out").exists()
    assert pdfpipe("convert", "scans", "-o", "out", "--no-config", cwd=tmp_path).returncode == 0


def test_one_run_reads_folders_in_their_own_languages(tmp_path: Path) -> None:
    for name in ("german", "english"):
        write_page(tmp_path / "scans" / name / "1.png")
    (tmp_path / "scans" / "german" / "pdfpipe.toml").write_text('languages = "German, English"')
    done = pdfpipe("convert", "scans", "-o", "out", "--report", "report.json", "-v", cwd=tmp_path)
    assert b"passed over" not in done.stderr
    documents = json.loads((tmp_path / "report.json").read_text())["documents"]
    assert {document["name"]: document["languages"] for document in documents} == {
        "german": ["deu", "eng"],
        "english": ["eng"],
    }


def test_sidecars_are_shown_by_their_names_and_an_empty_list_switches_them_off(tmp_path: Path) -> None:
    toml = tmp_path / "pdfpipe.toml"
    toml.write_text('sidecar = ["txt", "alto"]')
    assert shown(cwd=tmp_path)["sidecar"] == (["txt", "alto"], f"{toml}")
    assert b"txt+alto" in pdfpipe("config", "show", cwd=tmp_path).stdout
    below = tmp_path / "sub" / "pdfpipe.toml"
    below.parent.mkdir()
    below.write_text("sidecar = []")
    assert shown("sub", cwd=tmp_path)["sidecar"] == ([], f"{below}")
