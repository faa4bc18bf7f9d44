"""The depfile, as the real make reads it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pdfpipe.batch.depfile import agree_with_make, depfile, is_depfile
from pdfpipe.config.folders import Configuration
from pdfpipe.errors import UsageError
from pdfpipe.model.engine_settings import TesseractSettings
from pdfpipe.model.job import DocumentJob, PageSource
from pdfpipe.model.settings import Settings
from pdfpipe.model.sidecar import Sidecar
from tests.batch.tiny import documents, write_page, write_pages
from tests.support import require_tool

UP_TO_DATE, OUTDATED = 0, 1
OLD, NEW, NEWER = 100, 200, 300

NAMES = [
    *(
        " ",
        "$",
        "#",
        "%",
        ":",
        "\\",
        "*",
        "?",
        "[",
        "]",
        "[1]",
        "~",
        "=",
        ";",
        "|",
        "&",
        "!",
        "(",
        ")",
        "{",
        "}",
    ),
    *(
        ",",
        '"',
        "'",
        "`",
        "<",
        ">",
        "^",
        "@",
        "+",
        "-",
        ".",
        "é",
        "$(x)",
        "$$",
        "==",
        ":=",
        "::",
        "&:",
        "%%",
        "  ",
    ),
    *(
        "\\#",
        "\\ ",
        "\\:",
        "\\%",
        "\\=",
        "\\$",
        "\\|",
        "\\;",
        "\\\\",
        "\\\\ ",
        "\\\\;",
        "a\\",
        "(1) ",
    ),
]


def at(path: Path, seconds: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_bytes(b"")
    os.utime(path, (seconds, seconds))
    return path


def job(output: Path | str, *pages: Path | str) -> DocumentJob:
    return DocumentJob("name", Path(output), tuple(PageSource(Path(page)) for page in pages))


def asked(folder: Path) -> int:
    """Whether make takes all.pdf for up to date; 2 if it does not understand."""
    done = subprocess.run(
        [require_tool("make"), "-q", "--warn-undefined-variables", "all.pdf"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "warning" not in done.stderr
    return done.returncode


def makefile(folder: Path, *jobs: DocumentJob) -> None:
    """A makefile with a document all.pdf, newest of all, that is made from all jobs' documents."""
    at(folder / "all.pdf", NEWER + 1)
    everything = job("all.pdf", *(one.output for one in jobs))
    (folder / "all.d").write_bytes(depfile([*jobs, everything], folder))
    (folder / "Makefile").write_text("%.pdf:\n\t@false\ninclude all.d\n")


@pytest.mark.parametrize("name", NAMES)
def test_make_knows_names_with(name: str, tmp_path: Path) -> None:
    """... at their start, in their middle and at their end, as a target's and as a prerequisite's."""
    for spelled in (f"{name}ab", f"a{name}b", f"ab{name}"):
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        try:
            page = at(folder / "scans" / f"{spelled}.tif", OLD)
            bare = at(folder / f"{spelled}.tif", OLD)
        except OSError as error:
            pytest.skip(f"this file system cannot have such a name: {error.strerror}")
        at(folder / "out" / f"{spelled}.pdf", NEW)
        pages = (page.relative_to(folder), bare.relative_to(folder))
        makefile(folder, job(f"out/{spelled}.pdf", *pages), job(f"{spelled}.pdf", *pages))
        at(folder / f"{spelled}.pdf", NEW)
        assert asked(folder) == UP_TO_DATE, spelled
        for one in (page, bare):
            at(one, NEWER)
            assert asked(folder) == OUTDATED, f"{spelled} was touched"
            at(one, OLD)
            one.unlink()
            assert asked(folder) == OUTDATED, f"{spelled} was deleted"
            at(one, OLD)
        assert asked(folder) == UP_TO_DATE, spelled


@pytest.mark.parametrize(("name", "other"), [("a*b", "axb"), ("a?b", "axb"), ("a[1]b", "a1b"), ("[a]", "a")])
def test_names_that_look_like_patterns_mean_themselves_only(name: str, other: str, tmp_path: Path) -> None:
    page = at(tmp_path / "in" / name, OLD)
    decoy = at(tmp_path / "in" / other, NEWER)
    at(tmp_path / "out" / f"{name}.pdf", NEW)
    makefile(tmp_path, job(f"out/{name}.pdf", f"in/{name}"))
    assert asked(tmp_path) == UP_TO_DATE
    at(decoy, OLD)
    at(page, NEWER)
    assert asked(tmp_path) == OUTDATED


@pytest.mark.parametrize("name", ["two\nlines", "a\ttab", "page(1)", "\x1b", "100% [a]", "a\\[b", "*%"])
def test_what_make_has_no_spelling_for_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no spelling"):
        depfile([job("out/a.pdf", tmp_path / name)], tmp_path)


def test_names_that_are_no_text_are_kept(tmp_path: Path) -> None:
    assert b"caf\xe9.tif" in depfile([job("a.pdf", "caf\udce9.tif")], tmp_path)


def test_a_document_depends_on_scans_their_folder_settings_and_lists_of_words(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans" / "a (1)", "2.png", "10.png")
    (tmp_path / "scans" / "pdfpipe.toml").write_text("image_dpi = 300\n")
    (tmp_path / "words.txt").write_text("words\n")
    given = Settings(tesseract=TesseractSettings(user_words=tmp_path / "words.txt"))
    jobs = documents(tmp_path / "scans", Path("out"), Configuration(given))
    scans = str(tmp_path / "scans").replace(" ", "\\ ")
    assert depfile(jobs, tmp_path).decode() == (
        f"out/a\\ (1).pdf: \\\n"
        f"  {scans}/a\\ (1)/2.png \\\n"
        f"  {scans}/a\\ (1)/10.png \\\n"
        f"  {scans}/a\\ (1)/ \\\n"
        f"  scans/pdfpipe.toml \\\n"
        f"  words.txt\n"
        f"\n"
        f"{scans}/a\\ (1)/2.png:\n\n"
        f"{scans}/a\\ (1)/10.png:\n\n"
        f"{scans}/a\\ (1)/:\n\n"
        f"scans/pdfpipe.toml:\n\n"
        f"words.txt:\n"
    )


def test_sidecars_are_targets_beside_their_pdf(tmp_path: Path) -> None:
    write_pages(tmp_path / "a", "1.png")
    settings = Settings(sidecars=(Sidecar.TEXT, Sidecar.ALTO))
    rules = depfile(documents(tmp_path / "a", Path("two words"), settings), tmp_path)
    (tmp_path / "a.d").write_bytes(rules)
    assert rules.startswith(b"two\\ words/a.pdf two\\ words/a.txt two\\ words/a.alto.xml: \\\n")
    assert is_depfile(tmp_path / "a.d")


def test_a_document_of_one_file_or_beside_its_scans_does_not_depend_on_the_folder(tmp_path: Path) -> None:
    write_pages(tmp_path / "a", "1.png")
    alone = depfile(documents(tmp_path / "a" / "1.png", Path("out"), Settings()), tmp_path)
    beside = depfile(documents(tmp_path / "a", tmp_path / "a", Settings()), tmp_path)
    assert b"/a/ " not in alone + beside
    assert b"/a/:" not in alone + beside


def test_what_is_a_depfile_is_known_by_its_first_line(tmp_path: Path) -> None:
    file = tmp_path / "a.d"
    for jobs in ([job("a b.pdf", "1.png")], [job("a&.pdf", "1.png")], [job("a.pdf")]):
        file.write_bytes(depfile(jobs, tmp_path))
        assert is_depfile(file)
    for other in ("CC = gcc\n\na.o: a.c\n", "x.o: x.c \\\n  x.h\n", "II*\0\0"):
        file.write_text(other)
        assert not is_depfile(file)


def test_an_up_to_date_document_becomes_newer_than_what_it_depends_on(tmp_path: Path) -> None:
    page, output = write_page(tmp_path / "a" / "1.png"), at(tmp_path / "a.pdf", NEW)
    at(page, OLD)
    at(tmp_path / "a", NEWER)
    made = DocumentJob("a", output, (PageSource(page),), folder=tmp_path / "a")
    agree_with_make(made, started_ns=NEWER * 10**9 + 1)
    assert output.stat().st_mtime == NEWER
    at(tmp_path / "a", OLD)
    agree_with_make(made, started_ns=NEWER * 10**9 + 1)
    assert output.stat().st_mtime == NEWER


def test_a_document_is_looked_at_again_if_something_changed_while_it_was_made(tmp_path: Path) -> None:
    page, output = write_page(tmp_path / "a" / "1.png"), at(tmp_path / "a.pdf", NEWER)
    at(page, OLD)
    at(tmp_path / "a", NEW + 1)
    made = DocumentJob("a", output, (PageSource(page),), folder=tmp_path / "a")
    agree_with_make(made, started_ns=NEW * 10**9)
    assert output.stat().st_mtime < NEW + 1
