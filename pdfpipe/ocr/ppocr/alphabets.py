"""The languages that PP-OCR's model can read, and the letters that each needs beyond a to z.

All languages share one list of 18,709 characters; telling it the language keeps an English page from
being read with ì for i and ø for o.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

__all__ = ["LANGUAGES", "character_weights"]

_LATIN: Final = {
    "afr": "áéèêëíîïóôúû",
    "aze": "çəğıöşü",
    "bos": "čćđšž",
    "bre": "âêñôùû",
    "cat": "àçèéíïòóúü·",
    "ces": "áčďéěíňóřšťúůýž",
    "dan": "åæøé",
    "deu": "äöüß",
    "eng": "éèêçàâëïöüñæœ£",
    "epo": "ĉĝĥĵŝŭ",
    "est": "äõöüšž",
    "eus": "ñç",
    "fao": "áæðíóøúý",
    "fil": "ñáéíóú",
    "fin": "äåöšž",
    "fra": "àâæçéèêëîïôœùûüÿ",
    "gla": "àèìòù",
    "gle": "áéíóú",
    "glg": "áéíñóú",
    "hrv": "čćđšž",
    "hun": "áéíóöőúüű",
    "ind": "é",
    "isl": "áæðéíóöþúý",
    "ita": "àèéìíîòóùú",
    "jav": "éè",
    "kmr": "çêîşû",
    "lat": "æœ",
    "lav": "āčēģīķļņšūž",
    "lit": "ąčęėįšųūž",
    "ltz": "äéëöü",
    "mlt": "ċġħż",
    "mri": "āēīōū",
    "msa": "é",
    "nld": "áéèëïíóöúü",
    "nor": "åæøéèêóòâô",
    "oci": "àáçèéíïòóú",
    "pol": "ąćęłńóśźż",
    "por": "àáâãçéêíóôõúü",
    "que": "ñ",
    "ron": "ăâîșțşţ",
    "slk": "áäčďéíĺľňóôŕšťúýž",
    "slv": "čšž",
    "spa": "áéíñóúü¿ºª",
    "sqi": "çë",
    "srp_latn": "čćđšž",
    "swa": "",
    "swe": "åäöé",
    "tur": "çğıiöşüâîû",
}
_EAST_ASIAN: Final = frozenset({"chi_sim", "chi_sim_vert", "chi_tra", "chi_tra_vert", "jpn", "jpn_vert"})
_BLACKLETTER: Final = {"frk": "deu", "deu_latf": "deu", "deu_frak": "deu", "script/Fraktur": "deu"}
"""Fraktur is read too, less well than by a model of its own: only as a second opinion."""

LANGUAGES: Final = frozenset({*_LATIN, *_EAST_ASIAN, *_BLACKLETTER, "script/Latin"})

_FOREIGN_LETTER: Final = 0.1
"""What the probability of a Latin letter that the languages do not have is multiplied by."""

_TYPOGRAPHY: Final = "“”‘’„‚«»‹›–—…•·°§©®™€£¥¢±×÷½¼¾²³¹†‡№"


def character_weights(characters: Sequence[str], languages: Iterable[str]) -> list[float]:
    """For each character of the model, how far to believe it in a text in these languages, 0 to 1."""
    names = [_BLACKLETTER.get(language, language) for language in languages]
    asian = any(name in _EAST_ASIAN for name in names)
    any_latin = any(name not in _LATIN and name not in _EAST_ASIAN for name in names)
    letters = set("".join(_LATIN.get(name, "") for name in names))
    letters |= {letter.upper() for letter in letters}
    return [_weight(c, letters, asian=asian, any_latin=any_latin) for c in characters]


def _weight(character: str, letters: set[str], *, asian: bool, any_latin: bool) -> float:
    if len(character) != 1 or character.isascii() or character in letters or character in _TYPOGRAPHY:
        return 1.0
    if character.isalpha() and "LATIN" in unicodedata.name(character, ""):
        return 1.0 if any_latin else _FOREIGN_LETTER
    return 1.0 if asian else 0.0
