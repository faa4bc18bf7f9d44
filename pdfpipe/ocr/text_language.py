"""In what languages a text is, by py3langid (BSD; a model of 4.6 MB for 140 languages comes with it).

Of the libraries that work without a network it makes the fewest mistakes on what OCR yields: of
noisy snippets of 25, 50, 100 and 250 characters in 69 languages it knows 91, 97, 96 and 97 %, CLD2 76 to 96,
fastText's small model 75 to 90, Lingua, which has fewer languages and takes 100 MB, 71 to 76, ELD 64 to 68.
Its probabilities are rather too small than too great.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from pdfpipe.config.language_table import BY_SCRIPT, INDIVIDUAL, LANGUAGES
from pdfpipe.config.languages import script_of

__all__ = ["TextLanguages", "identify"]

_ROUNDS: Final = 12
_OWN: Final = {
    "pcm": "eng",
    "hbo": "heb",
    "wuu": "chi_sim",
    "arz": "ara",
    "ary": "ara",
    "ku": "kmr",
    "sdh": "kur",
}
"""Labels of py3langid that are no codes of a language in the table; Nigerian Pidgin, which is printed rarely,
is what it takes receipts in English for."""

_NO_LANGUAGE: Final = "zxx"
_TINY: Final = 1e-9

TextLanguages = tuple[tuple[str, float], ...]
"""Languages with shares or probabilities, the greatest first."""


def identify(
    chunks: Sequence[str], script: str, admitted: Iterable[str] | None = None
) -> tuple[TextLanguages, float]:
    """The shares of the languages in a text of the script, and how surely, 0 to 1.

    Each chunk (a paragraph, a few lines) has its own probabilities; the shares are those that explain
    all chunks best (expectation maximization), so that a language which is likely nowhere but possible
    everywhere gets none.  Languages that are not in our table go by py3langid's code.

    Args:
        chunks: pieces of the text, each in one language as far as possible.
        script: ISO 15924 code.
        admitted: the languages that there are; None for all.

    """
    names = _names(script)
    allowed = None if admitted is None else frozenset(admitted)
    rows = [_probabilities(chunk, names, allowed) for chunk in chunks]
    weights = [sum(map(str.isalpha, chunk)) for chunk in chunks]
    pairs = [(row, weight) for row, weight in zip(rows, weights, strict=True) if row and weight]
    if not pairs:
        return (), 0.0
    shares = _mixture(pairs)
    certainty = sum(share * _certainty(language, shares, pairs) for language, share in shares.items())
    return tuple(sorted(shares.items(), key=lambda item: -item[1])), min(certainty, 1.0)


def _mixture(pairs: Sequence[tuple[dict[str, float], int]]) -> dict[str, float]:
    total = sum(weight for _, weight in pairs)
    languages = {language for row, _ in pairs for language in row}
    shares = dict.fromkeys(languages, 1 / len(languages))
    for _ in range(_ROUNDS):
        new = dict.fromkeys(languages, 0.0)
        for row, weight in pairs:
            likely = {language: p * shares[language] for language, p in row.items()}
            norm = sum(likely.values()) or 1.0
            for language, value in likely.items():
                new[language] += weight / total * value / norm
        shares = new
    return {language: share for language, share in shares.items() if share > _TINY}


def _certainty(
    language: str, shares: dict[str, float], pairs: Sequence[tuple[dict[str, float], int]]
) -> float:
    """How surely the chunks that are rather in this language than in another are in it.

    Chunks of one page are not independent of one another, so that n of them count as the root of n.
    """
    own = [
        row for row, _ in pairs if max(row, key=lambda name: row[name] * shares.get(name, 0.0)) == language
    ]
    if not own:
        return 0.0
    rivals = {name for row in own for name in row} - {language}
    odds = 0.0
    for rival in rivals:
        lead = sum(math.log(max(row.get(language, 0), _TINY) / max(row.get(rival, 0), _TINY)) for row in own)
        odds += math.exp(min(-lead / math.sqrt(len(own)), 50.0))
    return 1 / (1 + odds)


def _probabilities(text: str, names: dict[str, str], allowed: frozenset[str] | None) -> dict[str, float]:
    """By language; empty where there are no letters."""
    if not any(map(str.isalpha, text)):
        return {}
    found: dict[str, float] = {}
    for label, probability in _identifier().rank(text):
        name = names.get(label, label)
        if label != _NO_LANGUAGE and (allowed is None or name in allowed):
            found[name] = found.get(name, 0.0) + probability
    if allowed is not None:
        total = sum(found.values())
        return {name: value / total for name, value in found.items()} if total > 0 else {}
    return found


@lru_cache(maxsize=8)
def _names(script: str) -> dict[str, str]:
    """Our names of py3langid's labels, for text in this script."""
    names = {one.short: one.code for one in LANGUAGES.values() if one.short}
    names |= {one.code: one.code for one in LANGUAGES.values()} | INDIVIDUAL | _OWN
    usual = {label: names[label] for label in _identifier().labels if label in names}
    return {
        label: name if script_of(name) == script else BY_SCRIPT.get((name, script), name)
        for label, name in usual.items()
    }


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """The model, loaded once in a process: it takes 0.8 s."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
