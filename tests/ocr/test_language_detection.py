from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.engine_settings import TesseractSettings
from pdfpipe.model.image import OcrImage
from pdfpipe.model.job import PageSource
from pdfpipe.model.language import LanguageEvidence, LanguageGuess
from pdfpipe.ocr import language_detection
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.language_detection import page_evidence
from pdfpipe.ocr.language_guess import combine
from pdfpipe.ocr.text_language import identify
from tests.support import SCANS, SCRIPTS, require_model, truth_of

SPEC = EngineSpec("tesseract", ("auto",))
GERMAN = (
    "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen",
    "begabt und sollen einander im Geist der Brüderlichkeit begegnen. Jeder hat Anspruch auf die Rechte",
)
ENGLISH = (
    "All human beings are born free and equal in dignity and rights. They are endowed with reason and",
    "conscience and should act towards one another in a spirit of brotherhood. Everyone is entitled",
)


def evidence_of(scan: Path, spec: EngineSpec = SPEC) -> LanguageEvidence:
    page = load_page(PageSource(scan), image_dpi=None, max_pixels=250e6)
    return page_evidence(ocr_view(page, scan.name)[0], spec)


def guess_of(scan: Path) -> LanguageGuess:
    return combine([evidence_of(scan)], ("eng",))


def only_models(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """As if these and no other models were installed."""

    def available(_: object) -> dict[str, Path]:
        return dict.fromkeys(names, Path())

    monkeypatch.setattr(language_detection, "available_models", available)
    monkeypatch.setattr("pdfpipe.ocr.tesseract.plugin.available_models", available)


def test_english_is_found_and_how_surely() -> None:
    guess = guess_of(SCANS / "formats" / "tiff-g4.tif")
    assert guess.languages == ("eng",)
    assert guess.script == "Latn"
    assert guess.confidence > 0.95
    assert guess.evidence.startswith("English 100%; ")


@pytest.mark.parametrize(
    "name", ["faint.jpg", "noisy.jpg", "skewed.png", "two-columns.png", "rotated-line.png"]
)
def test_bad_scans_do_not_mislead(name: str) -> None:
    guess = guess_of(SCANS / "layouts" / name)
    assert guess.languages == ("eng",)
    assert guess.is_sure


def test_a_page_that_lies_upside_down_is_turned_to_be_read() -> None:
    with Image.open(SCANS / "formats" / "tiff-g4.tif") as scan:
        turned = OcrImage(scan.convert("L").rotate(180), 200)
    guess = combine([page_evidence(turned, SPEC)], ("eng",))
    assert guess.languages == ("eng",)
    assert guess.confidence > 0.95


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("heb-hebrew.png", "heb"),
        ("ara-arabic.png", "ara"),
        ("deu-umlauts.png", "deu"),
        ("hin-devanagari.png", "hin"),
        ("jpn-kanji-kana.tif", "jpn"),
        ("zho-simplified.png", "chi_sim"),
    ],
)
def test_other_languages_are_found_where_they_can_be_read(name: str, model: str) -> None:
    require_model(model)
    guess = guess_of(SCRIPTS / name)
    assert guess.languages == (model,)
    assert guess.is_sure


def test_hebrew_with_english_in_it_is_both() -> None:
    require_model("heb")
    assert guess_of(SCRIPTS / "heb-mixed.png").languages == ("heb", "eng")


def test_a_language_without_a_model_is_named_and_nothing_is_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    only_models(monkeypatch, "eng")
    guess = guess_of(SCRIPTS / "fra-accents.tif")
    assert guess.languages == ("eng",)
    assert guess.confidence < 0.1
    assert "French cannot be read: apt-get install tesseract-ocr-fra" in guess.evidence


def test_a_script_without_a_model_is_named_and_the_default_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    only_models(monkeypatch, "eng")
    guess = guess_of(SCRIPTS / "rus-cyrillic.tif")
    assert (guess.languages, guess.confidence, guess.script) == (("eng",), 0.0, "Cyrl")
    assert "no model is installed: apt-get install tesseract-ocr-rus" in guess.evidence
    assert "English taken by default" in guess.evidence


def test_another_engine_may_read_what_tesseract_has_no_model_for(monkeypatch: pytest.MonkeyPatch) -> None:
    only_models(monkeypatch, "eng")
    monkeypatch.setattr(language_detection, "_languages_of", lambda _: frozenset({"eng", "fra"}))
    guess = combine([evidence_of(SCRIPTS / "fra-accents.tif", EngineSpec("ppocr", ("auto",)))], ("eng",))
    assert guess.languages == ("fra",)
    assert guess.is_sure


@pytest.mark.parametrize("size", [(800, 600), (3, 3)])
def test_a_blank_page_tells_nothing(size: tuple[int, int]) -> None:
    evidence = page_evidence(OcrImage(Image.new("1", size, 1), 300), SPEC)
    assert evidence.shares == ()
    assert combine([evidence], ("deu", "eng")) == LanguageGuess(
        ("deu", "eng"), 0.0, None, "too little text; German, English taken by default"
    )


def test_among_the_marks_of_a_large_page_no_text_is_looked_for() -> None:
    """Tesseract would be busy for minutes."""
    marks = Image.new("L", (8, 8), 230)
    marks.paste(20, (0, 0, 5, 5))
    tile = np.tile(np.asarray(marks), (400, 400))
    evidence = page_evidence(OcrImage(Image.fromarray(tile), 300), SPEC)
    assert (evidence.script, evidence.letters) == (None, 0)
    assert "minutes" in evidence.notes[0]


def test_only_the_middle_lines_of_a_long_page_are_read() -> None:
    scan = SCANS / "layouts" / "two-columns.png"
    letters = sum(c.isalpha() for c in truth_of(scan).text)
    assert 300 < evidence_of(scan).letters < 0.9 * letters


def test_options_for_the_reading_do_not_disturb_the_finding(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("conscience\n")
    settings = TesseractSettings(segmentation=10, user_words=words)
    evidence = evidence_of(
        SCANS / "formats" / "tiff-g4.tif", EngineSpec("tesseract", ("auto",), tesseract=settings)
    )
    assert evidence.shares[0][0] == "eng"


def test_two_languages_have_the_shares_of_their_text() -> None:
    shares, certainty = identify([*GERMAN, *ENGLISH, *GERMAN], "Latn")
    assert [name for name, share in shares if share > 0.05] == ["deu", "eng"]
    assert dict(shares)["deu"] == pytest.approx(2 / 3, abs=0.05)
    assert certainty > 0.95


def test_only_admitted_languages_have_shares() -> None:
    shares, _ = identify(GERMAN, "Latn", {"eng", "nld"})
    assert {name for name, _ in shares} <= {"eng", "nld"}
    assert sum(share for _, share in shares) == pytest.approx(1)
    assert identify(["12 345 %"], "Latn") == ((), 0.0)
    assert identify([], "Latn") == ((), 0.0)


def test_serbian_goes_by_its_script() -> None:
    cyrillic = ["Сва људска бића рађају се слободна и једнака у достојанству и правима"]
    assert identify(cyrillic, "Cyrl")[0][0][0] == "srp"
    assert identify(cyrillic, "Latn")[0][0][0] == "srp_latn"


def page(letters: int, certainty: float = 1.0, **shares: float) -> LanguageEvidence:
    pairs = tuple(shares.items())
    return LanguageEvidence("Latn", letters, pairs, pairs, certainty)


@pytest.mark.parametrize(
    ("pages", "languages"),
    [
        ([page(500, deu=0.9, eng=0.1)], ("deu",)),
        ([page(500, deu=0.84, eng=0.16)], ("deu", "eng")),
        ([page(500, eng=1), page(500, deu=1), page(500, eng=1)], ("eng", "deu")),
        ([page(2000, eng=1), page(2000, eng=1), page(150, heb=1)], ("eng", "heb")),
        ([page(500, eng=1), page(500, eng=1), page(20, deu=1)], ("eng",)),
        ([page(500, eng=1), LanguageEvidence(), LanguageEvidence()], ("eng",)),
    ],
)
def test_the_languages_of_a_document_are_those_with_a_substantial_share(
    pages: list[LanguageEvidence], languages: tuple[str, ...]
) -> None:
    assert combine(pages, ("fra",)).languages == languages


def test_confidence_is_the_certainty_about_what_was_chosen() -> None:
    assert combine([page(500, 0.5, eng=1.0)], ("eng",)).confidence == pytest.approx(0.5)
    assert combine([page(500, 1.0, eng=0.9, fra=0.1)], ("eng",)).confidence == pytest.approx(0.9)
    assert combine([page(500, 1.0, eng=1.0), page(500, 0.5, eng=1.0)], ("eng",)).confidence == pytest.approx(
        0.75
    )


def test_a_page_in_a_script_that_cannot_be_read_lowers_the_confidence() -> None:
    thai = LanguageEvidence("Thai", notes=("no model for Thai",))
    guess = combine([page(500, eng=1.0), thai], ("eng",))
    assert guess.languages == ("eng",)
    assert guess.confidence == pytest.approx(0.5)
    assert "no model for Thai" in guess.evidence
