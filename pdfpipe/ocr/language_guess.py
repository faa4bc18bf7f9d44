"""From what the pages of a document tell, the languages to read it in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pdfpipe.config.languages import english_name
from pdfpipe.model.language import LanguageEvidence, LanguageGuess
from pdfpipe.ocr.tesseract.models import ways_to_install

__all__ = ["combine"]

_SUBSTANTIAL: Final = 0.15
"""The share of the text from which a language is one of the document's."""

_AT_MOST: Final = 3

_FULL_PAGE: Final = 200
"""Letters with which a page counts in full, so that one in a terse script counts as much as others."""


def combine(pages: Sequence[LanguageEvidence], default: tuple[str, ...]) -> LanguageGuess:
    """The languages of a document: the most frequent one, and all others of which there is much.

    Where no page tells anything, or no engine reads what they tell, it is `default`, with no confidence.
    """
    telling = [page for page in pages if page.letters and page.readable]
    notes = tuple(dict.fromkeys(note for page in pages for note in page.notes))
    if not telling:
        reason = "; ".join(notes) or "no page tells its language"
        script = next((page.script for page in pages if page.script), None)
        return LanguageGuess(default, 0.0, script, f"{reason}; {_names(default)} taken by default")
    letters = sum(page.letters for page in telling)
    weight = sum(map(_weight, telling))
    shares = _sum(telling, [page.shares for page in telling])
    readable = _sum(telling, [page.readable for page in telling])
    languages = [name for name, share in readable if share >= _SUBSTANTIAL][:_AT_MOST]
    languages = languages or [readable[0][0]]
    certainty = sum(page.certainty * _weight(page) for page in telling) / weight
    known = sum(share for name, share in shares if name in languages)
    # Pages in a script that nothing reads speak against every choice.
    unread = sum(page.script is not None and not page.readable for page in pages)
    known *= len(telling) / (len(telling) + unread)
    parts = [f"{english_name(name)} {share:.0%}" for name, share in shares if share >= _SUBSTANTIAL]
    seen = f"{', '.join(parts)}; {letters} letters on {len(telling)} page{'s' * (len(telling) > 1)}"
    missing = [
        f"{english_name(name)} cannot be read: {ways_to_install(name)}"
        for name, share in shares
        if share >= _SUBSTANTIAL and all(name != other for other, _ in readable)
    ]
    script = max(telling, key=lambda page: page.letters).script
    return LanguageGuess(
        tuple(languages), min(certainty * known, 1.0), script, "; ".join((seen, *missing, *notes))
    )


def _sum(
    pages: Iterable[LanguageEvidence], columns: Iterable[Sequence[tuple[str, float]]]
) -> list[tuple[str, float]]:
    """The shares over all pages, the greatest first."""
    total: dict[str, float] = {}
    weight = 0
    for page, shares in zip(pages, columns, strict=True):
        weight += _weight(page)
        for name, share in shares:
            total[name] = total.get(name, 0.0) + share * _weight(page)
    return sorted(((name, value / weight) for name, value in total.items()), key=lambda pair: -pair[1])


def _weight(page: LanguageEvidence) -> int:
    return min(page.letters, _FULL_PAGE)


def _names(languages: Iterable[str]) -> str:
    return ", ".join(map(english_name, languages))
