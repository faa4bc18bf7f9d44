"""What the language profiles say, and how users override them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

import pdfpipe
from pdfpipe.config.file import read_profile
from pdfpipe.config.folders import Configuration
from pdfpipe.config.profiles import shipped_profiles
from pdfpipe.config.settings import with_profile
from pdfpipe.model.engine_settings import Tessdata, TesseractSettings
from pdfpipe.model.settings import Settings
from tests.batch.tiny import write_page


def settings(folder: Path, toml: str, **given: object) -> Settings:
    (folder / "pdfpipe.toml").write_text(toml)
    return Configuration(Settings(engine="auto", **given)).of_folder(folder).settings  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "engines"),
    [
        ("deu", ("tesseract", "ppocr")),
        ("eng", ("tesseract", "ppocr")),
        ("frk", ("tesseract", "ppocr")),
        ("deu_latf", ("tesseract", "ppocr")),
        ("chi_sim", ("ppocr",)),
        ("chi_tra_vert", ("ppocr",)),
        ("jpn", ("ppocr",)),
        *((language, ("tesseract",)) for language in ("ara", "heb", "hin", "tha", "kor", "rus", "ell")),
        ("office", ("tesseract",)),
    ],
)
def test_auto_asks_the_engines_that_read_the_language(language: str, engines: tuple[str, ...]) -> None:
    assert with_profile(Settings(languages=(language,), engine="auto")).engines == engines


def test_the_profile_of_the_first_language_counts() -> None:
    assert with_profile(Settings(languages=("ara", "eng"), engine="auto")).engines == ("tesseract",)


def test_what_the_caller_says_counts_more_than_the_profile() -> None:
    given = Settings(engine="auto", engines=("aspose",))
    assert with_profile(given) == given


def test_another_engine_than_auto_is_not_told_of_engines() -> None:
    assert with_profile(Settings(engine="tesseract")).engines == ()


def test_a_plan_has_the_profile_filled_in(tmp_path: Path) -> None:
    write_page(tmp_path / "scans" / "1.png")
    given = Settings(languages=("jpn",), engine="auto")
    (job,) = pdfpipe.plan([tmp_path / "scans"], tmp_path / "out", given).documents
    assert job.settings.engines == ("ppocr",)


def test_every_profile_that_comes_with_pdfpipe_can_be_read() -> None:
    folder = Path(pdfpipe.__file__).parent / "config" / "profiles"
    assert "default" in shipped_profiles()
    for name in shipped_profiles():
        assert read_profile(folder / f"{name}.toml")


def test_a_profile_of_the_user_s_lies_over_the_one_of_its_language(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("Amtsgericht\n")
    toml = """
        [profiles.de]
        engines = ["tesseract"]
        dictionary = "words.txt"
        tesseract = { tessdata = "best", segmentation = 6 }
        [profiles.default.tesseract]
        segmentation = 4
        """
    expected = TesseractSettings(tessdata=Tessdata.BEST, segmentation=6, user_words=tmp_path / "words.txt")
    german = settings(tmp_path, toml, languages=("deu",))
    assert (german.engines, german.tesseract) == (("tesseract",), expected)
    english = settings(tmp_path, toml)
    assert (english.engines, english.tesseract) == (
        ("tesseract", "ppocr"),
        TesseractSettings(segmentation=4),
    )


def test_a_profile_for_a_script_counts_for_its_languages(tmp_path: Path) -> None:
    toml = '[profiles.Arab.tesseract]\ntessdata = "best"\n'
    for language in ("ara", "fas", "urd"):
        assert settings(tmp_path, toml, languages=(language,)).tesseract.tessdata is Tessdata.BEST
    assert settings(tmp_path, toml, languages=("heb",)).tesseract.tessdata is None


def test_languages_that_are_still_to_be_found_leave_the_profile_open(tmp_path: Path) -> None:
    """Who finds them calls `with_profile`, and the user's own profiles count then too."""
    toml = """
        [profiles.jpn.tesseract]
        segmentation = 5
        [profiles.default.tesseract]
        segmentation = 4
        """
    unknown = settings(tmp_path, toml, languages=("auto",), image_dpi=300)
    assert (unknown.engines, unknown.tesseract) == ((), TesseractSettings())
    hash(unknown)  # engines are kept by what they are made of
    for language, engines, segmentation in (
        ("jpn", ("ppocr",), 5),
        ("ara", ("tesseract",), 4),
    ):
        found = with_profile(msgspec.structs.replace(unknown, languages=(language,)))
        assert (found.engines, found.tesseract.segmentation) == (engines, segmentation)
        assert (found.engine, found.image_dpi, found.profiles) == ("auto", 300, ())
