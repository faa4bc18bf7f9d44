"""Find out in what languages a page is, and from several pages in what languages a document is.

Tesseract's classifier tells the script.  The lines in the middle of the page are then read with a model
of that script, the text tells the language, and they are read once more with that language's own model,
whose text tells for good.  Where the classifier is not sure, or a script has several models (Chinese,
Japanese, Fraktur), all are tried, and the one that is surest of its words is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from statistics import fmean
from typing import Final

import msgspec

from pdfpipe.config.languages import english_name, script_of
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage
from pdfpipe.model.language import LanguageEvidence
from pdfpipe.model.text import Line, PageText
from pdfpipe.ocr.cache.fingerprint import fingerprint, versions
from pdfpipe.ocr.cache.pixels import with_digest
from pdfpipe.ocr.cache.results import opened, page_key
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import describe_engine, warm_engine
from pdfpipe.ocr.tesseract.catalogue import ALL_MODELS, OSD
from pdfpipe.ocr.tesseract.models import available_models, find_osd, ways_to_install
from pdfpipe.ocr.text_language import identify

__all__ = ["page_evidence"]

_SCRIPTS: Final = {
    "Arabic": ("Arab",),
    "Armenian": ("Armn",),
    "Bengali": ("Beng",),
    "Canadian_Aboriginal": ("Cans",),
    "Cherokee": ("Cher",),
    "Cyrillic": ("Cyrl",),
    "Devanagari": ("Deva",),
    "Ethiopic": ("Ethi",),
    "Fraktur": ("Latf", "Latn"),
    "Georgian": ("Geor",),
    "Greek": ("Grek",),
    "Gujarati": ("Gujr",),
    "Gurmukhi": ("Guru",),
    "Han": ("Hans", "Hant", "Jpan"),
    "Hangul": ("Kore",),
    "Hebrew": ("Hebr",),
    "Hiragana": ("Jpan",),
    "Japanese": ("Jpan", "Hans", "Hant"),
    "Kannada": ("Knda",),
    "Katakana": ("Jpan",),
    "Khmer": ("Khmr",),
    "Korean": ("Kore",),
    "Lao": ("Laoo",),
    "Latin": ("Latn",),
    "Malayalam": ("Mlym",),
    "Myanmar": ("Mymr",),
    "Oriya": ("Orya",),
    "Sinhala": ("Sinh",),
    "Syriac": ("Syrc",),
    "Tamil": ("Taml",),
    "Telugu": ("Telu",),
    "Thaana": ("Thaa",),
    "Thai": ("Thai",),
    "Tibetan": ("Tibt",),
}
"""What is tried for each of the classifier's scripts, as ISO 15924 codes."""

_FIRST: Final = ("eng", "rus", "ara", "hin", "heb", "ell", "jpn", "chi_sim", "chi_tra", "kor", "frk")
"""The models that the first reading of their scripts is done with, if they are there."""

_FRAKTUR: Final = ("frk", "deu_latf", "script/Fraktur")
"""Models of Fraktur, the best first: of three pages frk reads 86 % of the words, script/Fraktur 81 %,
deu 65 %."""

_SURE_OF_SCRIPT: Final = 2.2
"""The classifier's confidence from which its script needs no check: Latin receipts were taken for Cyrillic at
up to 1.9, while Hebrew, Greek and Cyrillic pages have 2.4 and more."""

_SURE_OF_ORIENTATION: Final = 6.0
_READABLE_AT_ALL: Final = 0.5
"""Mean confidence below which a reading says nothing about the script."""

_WELL_READ: Final = 0.75
"""Mean confidence from which a trial reading counts in full."""

_LINES: Final = 24
_CHUNK: Final = 60
"""Letters that are enough to tell a language by."""

_ENOUGH: Final = 100
"""Letters on a page from which the number of letters is no reason for doubt."""

_LEAST: Final = 12
"""Fewer letters on a page say nothing."""

_FOREIGN: Final = 0.15
"""The share of Latin letters from which a text in another script is partly English."""


class _Trial(msgspec.Struct, frozen=True):
    """A reading with the models of one script."""

    script: str
    languages: tuple[str, ...]
    text: PageText
    confidence: float
    letters: int


def page_evidence(image: OcrImage, spec: EngineSpec) -> LanguageEvidence:
    """What a page tells about its language; if the spec has a cache, each page is asked once only.

    Args:
        image: the page.
        spec: the engine that shall read it; its own languages do not count.

    Raises:
        PdfpipeError: Tesseract, which finds the language whatever engine is to read, cannot be used.

    """
    cache = opened(spec.cache)
    if cache is None:
        return _found_out(image, spec)
    image = with_digest(image)
    key = page_key(_fingerprint(spec), image)
    kept = cache.get(key, LanguageEvidence)
    if kept is None:
        kept = _found_out(image, spec)
        cache.put(key, kept)
    return kept


@lru_cache(maxsize=4)
def _fingerprint(spec: EngineSpec) -> str:
    """What the evidence depends on besides the page; of the models, which are many, any may be tried."""
    folder = spec.tesseract.tessdata_dir
    models = {**available_models(folder), OSD: find_osd(folder)}
    readable = None if spec.name == "tesseract" else sorted(_languages_of(spec))
    return fingerprint(
        "languages",
        versions(("tesserocr", "pillow", "py3langid")),
        [(name, (status := path.stat()).st_size, status.st_mtime_ns) for name, path in models.items()],
        readable,
    )


def _found_out(image: OcrImage, spec: EngineSpec) -> LanguageEvidence:
    from pdfpipe.ocr.tesseract.crowd import marks_on
    from pdfpipe.ocr.tesseract.osd import detect_orientation_and_script, find_text_lines

    if marks := marks_on(image.pixels):
        return LanguageEvidence(notes=(f"it would take minutes to look for text among {marks:,} marks",))
    folder = spec.tesseract.tessdata_dir
    models = frozenset(available_models(folder))
    readable = models if spec.name == "tesseract" else _languages_of(spec) or models
    osd = detect_orientation_and_script(image, folder)
    if osd is not None and osd.orientation and osd.orientation_confidence >= _SURE_OF_ORIENTATION:
        image = OcrImage(image.pixels.rotate(osd.orientation, expand=True), image.dpi, image.label)
    image = _middle(image, find_text_lines(image, folder))
    named = _SCRIPTS.get(osd.script, ("Latn",)) if osd is not None else ("Latn",)
    sure = osd is None or osd.script_confidence >= _SURE_OF_SCRIPT
    trials = [
        trial
        for script in dict.fromkeys((*named, *(() if sure else ("Latn",))))
        if (trial := _first_reading(image, script, spec, models)) is not None
    ]
    best = max(trials, key=lambda trial: trial.confidence, default=None)
    unread = [script for script in named if all(trial.script != script for trial in trials)]
    if len(unread) == len(named) and (sure or best is None or best.confidence < _READABLE_AT_ALL):
        return LanguageEvidence(script=named[0], notes=(_no_model(named[0]),))
    if best is None or best.letters < _LEAST:
        return LanguageEvidence(letters=best.letters if best else 0, notes=("too little text",))
    evidence = _evidence(image, best, spec, models, readable)
    if named[0] == "Latf" and named[0] in unread:
        return msgspec.structs.replace(evidence, notes=(_no_model(named[0]),))
    return evidence


@lru_cache(maxsize=4)
def _languages_of(spec: EngineSpec) -> frozenset[str]:
    return frozenset(describe_engine(spec).languages)


def _evidence(
    image: OcrImage, trial: _Trial, spec: EngineSpec, models: frozenset[str], readable: frozenset[str]
) -> LanguageEvidence:
    """Read once more with the model of the language that the first reading shows, and judge by that."""
    script = trial.script
    text_script = "Latn" if script == "Latf" else script
    shares, _ = identify(_chunks(trial.text), text_script)
    own = shares[0][0] if shares else ""
    if script != "Latf" and own in models and script_of(own) == script:
        wanted = (own, "eng") if script != "Latn" and "eng" in models else (own,)
        if wanted != trial.languages:
            again = _read(image, script, wanted, spec)
            trial = again if again.letters >= trial.letters // 2 else trial
    foreign = _latin_share(trial.text) if text_script != "Latn" else 0.0
    chunks = _chunks(trial.text, text_script)
    shares, certainty = identify(chunks, text_script)
    if not shares:
        # py3langid knows nothing of the script; the first of its languages that can be read will do.
        shares, certainty = _by_script_alone(script, readable)
    admitted = {name for name in readable if script_of(name) == text_script}
    chosen, _ = identify(chunks, text_script, admitted)
    chosen = chosen or tuple(pair for pair in shares if pair[0] in readable)
    if script == "Latf":
        shares, chosen = _in_fraktur(shares, trial), _in_fraktur(chosen, trial)
    if foreign >= _FOREIGN and "eng" in readable:
        shares, chosen = _with_english(shares, foreign), _with_english(chosen, foreign)
    quality = min(trial.confidence / _WELL_READ, 1.0) * min(trial.letters / _ENOUGH, 1.0)
    return LanguageEvidence(script, trial.letters, shares, chosen, certainty * quality)


def _by_script_alone(script: str, readable: frozenset[str]) -> tuple[tuple[tuple[str, float], ...], float]:
    """The language of a script that is written in hardly any other language."""
    usual = [name for name in ALL_MODELS if script_of(name) == script and "/" not in name]
    found = next((name for name in usual if name in readable), usual[0] if usual else None)
    return (((found, 1.0),), 1.0 / len(usual)) if found else ((), 0.0)


def _in_fraktur(shares: Sequence[tuple[str, float]], trial: _Trial) -> tuple[tuple[str, float], ...]:
    """German goes by the name of the model for Fraktur; in Fraktur there is little else."""
    own = trial.languages[0]
    german = sum(share for name, share in shares if name == "deu")
    return tuple(sorted([(own, german), *(p for p in shares if p[0] != "deu")], key=lambda pair: -pair[1]))


def _with_english(shares: Iterable[tuple[str, float]], part: float) -> tuple[tuple[str, float], ...]:
    total = [*((name, share * (1 - part)) for name, share in shares), ("eng", part)]
    return tuple(sorted(total, key=lambda pair: -pair[1]))


def _first_reading(image: OcrImage, script: str, spec: EngineSpec, models: frozenset[str]) -> _Trial | None:
    """None where there is no model for the script."""
    if script == "Latf":
        found: list[str] = [name for name in _FRAKTUR if name in models]
    else:
        found = [name for name in (*_FIRST, *sorted(models)) if name in models and script_of(name) == script]
    # Models of whole scripts are slow; those of vertical text are for nothing else.
    found = [name for name in found if not name.endswith("_vert")]
    found.sort(key=lambda name: name.startswith("script/") and script != "Latf")
    return _read(image, script, (found[0],), spec) if found else None


def _read(image: OcrImage, script: str, languages: tuple[str, ...], spec: EngineSpec) -> _Trial:
    text = warm_engine(_trial_spec(languages, spec)).recognize(image)
    letters = sum(map(str.isalpha, text.text))
    confidence = text.mean_confidence or 0.0
    return _Trial(script, languages, text, confidence, letters)


def _trial_spec(languages: tuple[str, ...], spec: EngineSpec) -> EngineSpec:
    settings = msgspec.structs.replace(
        spec.tesseract, segmentation=None, user_words=None, user_patterns=None, tessdata=None
    )
    return EngineSpec("tesseract", languages, tesseract=settings)


def _middle(image: OcrImage, lines: Sequence[BoundingBox]) -> OcrImage:
    """The part of the page with its middle lines: to tell the language one need not read them all."""
    if len(lines) <= _LINES * 4 // 3:
        return image
    first = (len(lines) - _LINES) // 2
    middle = sorted(lines, key=lambda box: box.center.y)[first : first + _LINES]
    height = fmean(box.height for box in middle)
    top = max(min(box.y0 for box in middle) - height, 0)
    bottom = min(max(box.y1 for box in middle) + height, image.pixels.height)
    part = image.pixels.crop((0, round(top), image.pixels.width, round(bottom)))
    return OcrImage(part, image.dpi, image.label)


def _chunks(text: PageText, script: str | None = None) -> list[str]:
    """The text in pieces of some lines of a block, long enough to tell a language by.

    Of a text in another script than Latin the words in Latin letters are left out.
    """
    chunks = []
    for block in text.blocks:
        chunk = ""
        for line in block.lines:
            chunk += f"{_words(line, script)} "
            if sum(map(str.isalpha, chunk)) >= _CHUNK:
                chunks.append(chunk)
                chunk = ""
        if chunk.strip():
            # What is left over is too short to be judged alone.
            if chunks and len(chunk) < _CHUNK // 2:
                chunks[-1] += chunk
            else:
                chunks.append(chunk)
    return chunks


def _words(line: Line, script: str | None) -> str:
    if script in (None, "Latn"):
        return line.text
    return " ".join(word.text for word in line.words if not _is_latin(word.text))


def _is_latin(text: str) -> bool:
    return any(c.isalpha() and c < "\u0250" for c in text)


def _latin_share(text: PageText) -> float:
    """The share of the letters that are Latin."""
    letters = [c for c in text.text if c.isalpha()]
    return sum(c < "\u0250" for c in letters) / len(letters) if letters else 0.0


def _no_model(script: str) -> str:
    """What to install for a script."""
    usual = [name for name in (*_FRAKTUR, *_FIRST, *ALL_MODELS) if script_of(name) == script]
    if not usual:
        return f"the script is {script}, which no model of Tesseract reads"
    return (
        f"the script is that of {english_name(usual[0])}, for which no model is installed: "
        f"{ways_to_install(usual[0])}"
    )
