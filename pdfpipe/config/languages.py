"""Names of languages: the many that are understood, and what is known of each.

Inside, a language goes by Tesseract's name, which is mostly ISO 639-2/T.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from pdfpipe.config.language_table import BY_SCRIPT, INDIVIDUAL, LANGUAGES, SCRIPTS
from pdfpipe.errors import UsageError

__all__ = [
    "AUTO",
    "bcp47",
    "direction_of",
    "english_name",
    "is_known",
    "nearest_language",
    "parse_language",
    "parse_languages",
    "script_of",
]

AUTO: Final = "auto"
"""Stands for "find out"; it goes with no other language."""

_MODEL_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*(/[A-Za-z][A-Za-z0-9_]*)?")
_TAG: Final = re.compile(
    "(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    "(?:-[a-z0-9]{1,8})*",
    re.IGNORECASE,
)
_LOCALE: Final = re.compile("[a-z]{2,3}(_[A-Z][a-z]{3})?_[A-Z]{2}|[a-z]{2,3}_[A-Z][a-z]{3}")
"""A tag with underscores, as operating systems write it; the case tells it from names of models."""
_TRADITIONAL_REGIONS: Final = frozenset({"TW", "HK", "MO"})
_RIGHT_TO_LEFT: Final = frozenset({"Arab", "Hebr", "Syrc", "Thaa"})
_UNKNOWN_SCRIPT: Final = "Zyyy"
_SCRIPT_PREFIX: Final = "script/"
_SHORT: Final = 3
_LIKENESS: Final = 0.72
_LIKENESS_OF_SHORT: Final = 0.66
"""How alike a name must be to be suggested: of three letters one may be wrong."""


def bcp47(language: str) -> str:
    """The BCP 47 tag for one of Tesseract's names; ``und`` where the language is not known.

    A model of the user's own, such as ``deu_handwritten``, has the tag of the language before ``_``.
    """
    if language in LANGUAGES:
        return LANGUAGES[language].tag
    if is_known(language):
        script = script_of(language)
        return f"und-{script}" if script != _UNKNOWN_SCRIPT else "und"
    base = language.split("_")[0]
    return LANGUAGES[base].tag if base in LANGUAGES else base if re.fullmatch("[a-z]{2,3}", base) else "und"


def english_name(language: str) -> str:
    """What a language is called in English; the name itself where that is not known."""
    if language in LANGUAGES:
        return LANGUAGES[language].name
    if language == AUTO:
        return "found out by itself"
    script = language.removeprefix(_SCRIPT_PREFIX)
    if script != language and script in SCRIPTS:
        words = script.replace("_vert", ", vertical").replace("_", " ")
        return (
            f"any in the script {words.replace('HanS', 'Simplified Han').replace('HanT', 'Traditional Han')}"
        )
    return language


def script_of(language: str) -> str:
    """The ISO 15924 code of the script of a language, such as ``Latn``; ``Zyyy`` where it is not known."""
    if language in LANGUAGES:
        return LANGUAGES[language].script
    if language.startswith(_SCRIPT_PREFIX):
        return SCRIPTS.get(language.removeprefix(_SCRIPT_PREFIX), _UNKNOWN_SCRIPT)
    base = language.split("_")[0]
    return LANGUAGES[base].script if base in LANGUAGES else _UNKNOWN_SCRIPT


def direction_of(language: str) -> str:
    """How a language is written: ``ltr``, ``rtl``, or ``ttb`` for the models of vertical text."""
    if language.endswith("_vert"):
        return "ttb"
    return "rtl" if script_of(language) in _RIGHT_TO_LEFT else "ltr"


def is_known(language: str) -> bool:
    """Whether there is a language of this name, or a script of Tesseract's such as ``script/Latin``."""
    script = language.removeprefix(_SCRIPT_PREFIX)
    return language in LANGUAGES or language == "osd" or (script != language and script in SCRIPTS)


def parse_languages(text: str) -> tuple[str, ...]:
    """The languages of a list such as ``eng+deu`` or ``German, English``, each once; see `parse_language`.

    Raises:
        UsageError: the list is empty, a part is no name of a language, or ``auto`` is not alone.

    """
    names = [name.strip() for name in re.split("[+,]", text)]
    if not all(names):
        raise UsageError(f"'{text}' is no list of languages; write for example: eng or eng+deu")
    if AUTO in (folded := [name.casefold() for name in names]):
        if len(folded) > 1:
            raise UsageError(f"'{text}' is no list of languages: {AUTO} goes with no other language")
        return (AUTO,)
    return tuple(dict.fromkeys(parse_language(name) for name in names))


def parse_language(name: str) -> str:
    """Tesseract's name of one language.

    `name` may be Tesseract's own, a code of ISO 639-1, -2 or -3, a BCP 47 tag or the English name.
    What is none of them and can be the name of a model passes as it is.

    Raises:
        UsageError: it can be no name of a language; the message has the nearest that is.

    """
    if is_known(name):
        return name
    if (known := _names().get(_folded(name))) is not None:
        return known
    tag = _TAG.fullmatch(name.replace("_", "-") if _LOCALE.fullmatch(name) else name)
    base = _names().get(_folded(tag["language"])) if tag is not None else None
    if tag is not None and base is not None:
        return _in_script(name, base, (tag["script"] or "").title(), (tag["region"] or "").upper())
    if _MODEL_NAME.fullmatch(name):
        return name
    nearest = nearest_language(name)
    hint = f"did you mean '{nearest}'?" if nearest else "pdfpipe languages lists them"
    raise UsageError(f"'{name}' is no language; {hint}")


def nearest_language(name: str) -> str | None:
    """The name of a language that is most like `name`, as a user may write it; None if none is alike."""
    spoken, sought = _spellings(), _folded(name)
    if sought in spoken:
        return spoken[sought]
    swapped = [known for known in spoken if sorted(known) == sorted(sought)]
    short = len(sought) <= _SHORT
    close = swapped or get_close_matches(sought, spoken, 1, _LIKENESS_OF_SHORT if short else _LIKENESS)
    return spoken[close[0]] if close else None


def _in_script(name: str, base: str, script: str, region: str) -> str:
    """The language of a tag with a script or a region that tells more than the language alone."""
    if not script and base == "chi_sim" and region in _TRADITIONAL_REGIONS:
        return "chi_tra"
    if not script or script == script_of(base):
        return base
    if (base, script) in BY_SCRIPT:
        return BY_SCRIPT[base, script]
    if script == "Latf" and script_of(base) == "Latn":
        return f"{_SCRIPT_PREFIX}Fraktur"
    if script in ("Hira", "Kana", "Hrkt") and base == "jpn":
        return base
    raise UsageError(
        f"'{name}' is no language that an engine reads: {english_name(base)} is read in the script "
        f"{script_of(base)} ('{base}'), not in {script}"
    )


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """All names without case, the codes last, so that they win."""
    languages = LANGUAGES.values()
    found = {_folded(name): one.code for one in languages for name in (one.name, *one.others)}
    found |= {_folded(f"{_SCRIPT_PREFIX}{script}"): f"{_SCRIPT_PREFIX}{script}" for script in SCRIPTS}
    found |= {one.bibliographic: one.code for one in languages if one.bibliographic}
    found |= {one.short: one.code for one in languages if one.short}
    found |= INDIVIDUAL
    return found | {one.code: one.code for one in languages}


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    """What to suggest, by what it is compared as; two letters are too few to compare."""
    names = [name for one in LANGUAGES.values() for name in (*one.others, one.name)]
    names += [f"{_SCRIPT_PREFIX}{script}" for script in SCRIPTS]
    names += [one.bibliographic for one in LANGUAGES.values() if one.bibliographic]
    return {_folded(name): name for name in (*names, *LANGUAGES)}


def _folded(name: str) -> str:
    """A name as names are compared: without case, brackets and commas."""
    return " ".join(re.sub("[(),]", " ", name).casefold().split())
