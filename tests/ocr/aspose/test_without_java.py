"""What can be said of Aspose without starting Java, and what is made of what it reads."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.config.languages import is_known
from pdfpipe.errors import LicenseError, MissingDependencyError, MissingLanguageError
from pdfpipe.model.engine_settings import AsposeSettings
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.ocr.aspose import java, languages
from pdfpipe.ocr.aspose.engine import RawLine, page_text
from pdfpipe.ocr.aspose.languages import aspose_language, available_languages, other_languages
from pdfpipe.ocr.aspose.licence import CUT, check_licence, use_licence
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import check_engine, describe_engine, engine_names

PAGE = Image.new("L", (600, 400), 255)
TRIAL = "\n ************* Trial Licenses ************* \n"


class JavaError(Exception):
    pass


class Licence:
    """As com.aspose.ocr.License."""

    def __init__(self, valid: bool = False, good: bool = True, broken: bool = False) -> None:
        self.valid, self.good, self.broken = valid, good, broken

    def setLicense(self, _: str) -> None:  # noqa: N802
        if self.broken:
            raise JavaError("Content is not allowed in prolog.")
        self.valid = self.good

    def isValid(self) -> bool:  # noqa: N802
        return self.valid


def test_without_a_licence_both_ways_out_are_told() -> None:
    for attempt in (lambda s: check_licence(s), lambda s: use_licence(s, Licence(), JavaError)):
        with pytest.raises(LicenseError, match=r"--aspose-license FILE.*--allow-evaluation") as caught:
            attempt(AsposeSettings())
        assert caught.value.exit_code == 3


def test_a_licence_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LicenseError, match=r"gone\.lic: there is no such file"):
        check_licence(AsposeSettings(license=tmp_path / "gone.lic", allow_evaluation=True))


@pytest.mark.parametrize(
    ("licence", "said"),
    [(Licence(broken=True), "not a valid licence.*prolog"), (Licence(good=False), "expired")],
)
def test_a_bad_licence_is_refused_even_where_evaluation_is_allowed(
    tmp_path: Path, licence: Licence, said: str
) -> None:
    file = tmp_path / "bad.lic"
    file.touch()
    with pytest.raises(LicenseError, match=f"bad.lic: .*{said}"):
        use_licence(AsposeSettings(license=file, allow_evaluation=True), licence, JavaError)


def test_whether_pages_are_cut_is_asked_of_java(tmp_path: Path) -> None:
    file = tmp_path / "good.lic"
    file.touch()
    assert use_licence(AsposeSettings(license=file), Licence(), JavaError)
    assert not use_licence(AsposeSettings(allow_evaluation=True), Licence(), JavaError)


@pytest.mark.parametrize(
    ("names", "theirs"),
    [
        (["eng"], "Eng"),
        (["deu"], "Deu"),
        (["deu", "fra"], "ExtLatin"),
        (["eng", "eng"], "Eng"),
        (["sqi"], "Aln"),
    ],
)
def test_languages_have_other_names_there(names: list[str], theirs: str) -> None:
    assert aspose_language(names, None) == theirs


def test_every_language_is_one_that_pdfpipe_knows(tmp_path: Path) -> None:
    for name in (*available_languages(tmp_path), *dict(other_languages(tmp_path))):
        assert is_known(name), name


def test_a_language_that_it_cannot_read_is_named() -> None:
    with pytest.raises(MissingLanguageError, match="cannot read 'ell'"):
        aspose_language(["eng", "ell"], None)


def test_a_language_whose_file_is_missing_becomes_available_with_it(tmp_path: Path) -> None:
    resource = dict(other_languages(tmp_path))["rus"]
    with pytest.raises(
        MissingLanguageError, match=f"{resource}: fetch it from {languages.SOURCE_OF_RESOURCES}"
    ):
        aspose_language(["rus"], tmp_path)
    (tmp_path / resource).touch()
    assert aspose_language(["rus"], tmp_path) == "Rus"
    assert "rus" in available_languages(tmp_path)
    assert "rus" not in dict(other_languages(tmp_path))


def test_languages_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    for resource in dict(other_languages(tmp_path)).values():
        (tmp_path / resource).touch()
    assert aspose_language(["eng", "chi_sim"], tmp_path) == "Chinese"
    for names in (["eng", "rus"], ["jpn", "kor"]):
        with pytest.raises(MissingLanguageError, match=f"cannot read {'.'.join(names)} at once"):
            aspose_language(names, tmp_path)


def raw(text: str, *box: float) -> RawLine:
    return RawLine(text, BoundingBox(*box) if box else None)


def test_lines_are_divided_into_words_and_joined_to_blocks() -> None:
    lines = [
        raw("left one\n", 10, 10, 200, 30),
        raw("right one\n", 300, 12, 500, 32),
        raw("left two\n", 10, 40, 200, 60),
        raw("right two\n", 300, 42, 500, 62),
        raw("far below", 10, 300, 200, 320),
    ]
    text = page_text(PAGE, lines, licensed=True)
    assert text.text == "left one\nleft two\n\nright one\nright two\n\nfar below"
    assert text.notes == ()
    assert text.mean_confidence is not None
    assert text.mean_confidence > 0.8


def test_a_cut_page_says_so_and_is_sure_of_nothing() -> None:
    text = page_text(PAGE, [raw("All human\n", 10, 10, 200, 30), raw("are bor")], licensed=False)
    assert text.text == "All human"
    assert text.notes == (CUT,)
    assert text.mean_confidence == 0


def test_what_it_says_of_its_licence_is_no_text() -> None:
    lines = [raw(f"All human{TRIAL}", 10, 10, 200, 30), raw(TRIAL, 10, 40, 200, 60)]
    assert page_text(PAGE, lines, licensed=False).text == "All human"
    assert page_text(PAGE, [raw("* a note", 10, 10, 200, 30)], licensed=True).text == "* a note"


def test_lines_that_are_nowhere_are_left_out_and_counted() -> None:
    lines = [
        raw("lost"),
        raw("", 10, 10, 200, 30),
        raw("off", 700, 10, 900, 30),
        raw("here", 500, 390, 700, 420),
    ]
    text = page_text(PAGE, lines, licensed=True, warnings=["the sky is falling"])
    assert [word.text for word in text.words] == ["here"]
    assert text.notes == (
        "Aspose warns: the sky is falling",
        "Aspose did not say where 2 lines are; they were left out",
    )
    box = next(text.words).box
    assert (box.x1, box.y1) <= (600, 400)


def test_it_is_listed_and_described_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "find_spec", lambda _: None)
    assert "aspose" in engine_names()
    description = describe_engine(EngineSpec("aspose", ("eng",)))
    assert (description.version, description.languages) == (None, ())
    assert "pip install 'pdfpipe[aspose]'" in description.how_to_install


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'pdfpipe\[aspose\]'"):
        check_engine(EngineSpec("aspose", ("eng",)))


def test_a_missing_bridge_to_java_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(java, "package_folder", lambda: tmp_path)
    monkeypatch.setitem(sys.modules, "jpype", None)
    with pytest.raises(MissingDependencyError, match=r"JPype1: pip install 'pdfpipe\[aspose\]'"):
        check_engine(EngineSpec("aspose", ("eng",)))
