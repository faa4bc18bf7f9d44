"""Whether a page that was read back has every word that OCR found, in order and in its place.

The order is that of the page's operators.  Lines follow one another as OCR found them; within a line
words stand in reading order or in that of their places along the line, which differ where
right-to-left words are written as they are seen.  PDFium, which orders and joins text by its own
lights, must find the same characters on the page.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import are_joined
from pdfpipe.pdf.proof.content import Piece
from pdfpipe.pdf.proof.expectation import ExpectedLine, ExpectedPage, ExpectedWord
from pdfpipe.pdf.proof.reader import ReadPage

__all__ = ["compare", "is_in_its_place"]

_MIN_OVERLAP: Final = 0.5
_MIN_EXTENT: Final = 0.6
"""Points: what is thinner counts as that wide, for no text is set in less than half a point."""
_MIN_SHARE: Final = 0.2
"""Of a line's height: what is shorter along the line counts as that long, since spaces take of it, and specks
that were read as a word are mostly space."""

_HYPHENS: Final = "-\u00ad\u2010\u2e17\u00ac\ufffe\x02"
"""How the hyphen of a word that goes on in the next line may be read, written and copied: U+00AD is the soft
hyphen, PDFium gives U+0002 or U+FFFE."""

_RECENT: Final = 5
"""Pieces of text: among so many PDFium looks for one that was printed twice (CPDF_TextPage)."""
_MAX_COVER: Final = 0.1
"""Of a word's length."""

_DIRECTION_MARKS: Final = ("\u200e", "\u200f")
_RIGHT_TO_LEFT: Final = ("R", "AL")
_LEFT_TO_RIGHT: Final = ("L", "EN", "AN")

_LIGATURES: Final = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
"""Latin ligatures may be written as the letters that they stand for."""


def compare(read: ReadPage, expected: ExpectedPage) -> Iterator[str]:
    """What is wrong with a page, nothing if it is as expected; of its words only the first."""
    if not expected.alone and not expected.lines:
        return
    if read.wrong:
        yield from read.wrong
        return
    if expected.alone:
        yield from read.undecodable
    missing = Counter(expected.images) - Counter(read.images)
    if missing:
        yield "its image is not the one that was encoded"
    wrong = _wrong_text(read, expected)
    if not wrong and (lost := _lost_characters(read.copied, expected)):
        wrong = f"PDFium does not find {lost}"
    if wrong:
        yield wrong


def _wrong_text(read: ReadPage, expected: ExpectedPage) -> str:
    pieces = _with_letters(piece for piece in read.pieces if piece.invisible)
    seen = (
        msgspec.structs.replace(line, words=tuple(word for word in line.words if _letters(word.text)))
        for line in expected.lines
    )
    lines = [line for line in seen if line.words]
    start = 0 if expected.alone or not lines else _beginning(pieces, lines[0])
    at, number = start, 1
    for line in lines:
        tried = []
        for words in _orders(line, pieces[at] if at < len(pieces) else None):
            tried.append(_match_line(words, pieces, at, number, turned=_has_turned(line)))
            if not tried[-1].wrong:
                break
        else:
            return max(tried, key=lambda match: match.at).wrong
        at = tried[-1].at
        number += len(line.words)
    if expected.alone and at < len(pieces):
        return f"{pieces[at].text!r} stands after all words, where nothing was found"
    return ""


def _with_letters(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces that are more than marks for readers."""
    kept: list[Piece] = []
    spaced = False
    for piece in pieces:
        spaced |= piece.spaced
        if _letters(piece.text):
            kept.append(piece if piece.spaced == spaced else msgspec.structs.replace(piece, spaced=spaced))
            spaced = False
    return kept


class _Match:
    """How far a line was found: the next piece, or what is wrong there."""

    def __init__(self, at: int, wrong: str = "") -> None:
        self.at = at
        self.wrong = wrong


def _orders(line: ExpectedLine, first: Piece | None) -> Iterator[Sequence[ExpectedWord]]:
    """The orders in which a line's words may stand; the usual one first."""
    if first is not None and len(line.words) > 1:
        x, y = first.along

        def start(word: ExpectedWord) -> float:
            return min(x * word.x0, x * word.x1) + min(y * word.y0, y * word.y1)

        # Of words that begin in one place, to the precision of a box here, either may be the first.
        for words in (line.words, line.words[::-1]):
            yield sorted(words, key=start)
    yield line.words


def _has_turned(line: ExpectedLine) -> bool:
    """Whether words of the line may stand as they are seen."""
    return line.right_to_left or any(_is_right_to_left(word.text) for word in line.words)


def _match_line(
    words: Sequence[ExpectedWord], pieces: Sequence[Piece], at: int, number: int, *, turned: bool
) -> _Match:
    line = _around([word.box for word in words])
    last = ""
    for place, word in enumerate(words, number):
        if at >= len(pieces):
            return _Match(at, f"word {place}, {word.text!r}, is missing")
        first = pieces[at]
        if last and not first.spaced and not are_joined(last, first.text):
            return _Match(at, f"word {place}, {word.text!r}, is not apart from the word before")
        found, box, at = first.text, first.box, at + 1
        while at < len(pieces) and _goes_on(found, pieces[at], word.text):
            found, box, at = found + pieces[at].text, box.union(pieces[at].box), at + 1
        if not _same(found, word.text, turned=turned):
            return _Match(at - 1, f"word {place} should be {word.text!r} and is {found!r}")
        if not is_in_its_place(box, word.box, line, along_x=abs(first.along[0]) >= abs(first.along[1])):
            return _Match(
                at - 1, f"word {place}, {word.text!r}, is at {_shown(box)} and not at {_shown(word.box)}"
            )
        last = found[-1]
    return _Match(at)


def is_in_its_place(found: BoundingBox, word: BoundingBox, line: BoundingBox, *, along_x: bool) -> bool:
    """Whether a box overlaps the one that OCR gave the word (IoU at least 0.5), or its part of the line.

    All words of a line are set in one band, and close to one another, so that readers take them for a line:
    of a dash, a short word between wide spaces or a word of a skewed line, the box is another than the
    engine's.  Then it must lie in its line, and share half its length along the line with the engine's box.
    """
    if found.iou(word) >= _MIN_OVERLAP:
        return True
    if along_x:
        along = (found.x0, found.x1), (word.x0, word.x1)
        across = (found.y0, found.y1), (line.y0, line.y1)
    else:
        along = (found.y0, found.y1), (word.y0, word.y1)
        across = (found.x0, found.x1), (line.x0, line.x1)
    least = max(_MIN_EXTENT, _MIN_SHARE * (line.height if along_x else line.width))
    return _shared(*along, least) >= _MIN_OVERLAP and _shared(*across, _MIN_EXTENT) >= _MIN_OVERLAP


def _shared(a: tuple[float, float], b: tuple[float, float], least: float) -> float:
    """What two intervals share, of the shorter one; both are longer by what that lacks to be so long."""
    shorter = min(a[1] - a[0], b[1] - b[0])
    lack = max(0.0, least - shorter)
    return (min(a[1], b[1]) - max(a[0], b[0]) + lack) / (shorter + lack)


def _goes_on(found: str, piece: Piece, word: str) -> bool:
    """Whether a piece may be more of a word that is written in several."""
    if len(found) >= len(word) or (piece.spaced and not _has_white_space(word)):
        return False
    begun, whole = _letters(found), _letters(word)
    if whole.startswith(begun):
        return len(begun) < len(whole)
    return _is_right_to_left(whole) and not Counter(begun + _letters(piece.text)) - Counter(whole)


def _same(found: str, word: str, *, turned: bool) -> bool:
    """Whether a word was written as it was read, but for marks, ligatures and a last hyphen.

    In a line with right-to-left words, which is `turned`, it may stand as it is seen; so it may where a
    mark of direction says that it does.
    """
    if found == word:
        return True
    turned = turned or any(mark in found for mark in _DIRECTION_MARKS)
    found, word = _letters(found), _letters(word)
    if found[-1:] in _HYPHENS and word[-1:] in _HYPHENS:
        found, word = found[:-1], word[:-1]
    return found == word or (turned and _is_turned(found, word)) or _without_replaced(found, word)


def _letters(text: str) -> str:
    """The text without white space and characters of no look, ligatures as letters."""
    if text.isascii():
        return "".join(text.split())
    return "".join(c for c in text if c in _HYPHENS or not _has_no_look(c)).translate(_LIGATURES)


def _has_no_look(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf", "Cs")


def _has_white_space(text: str) -> bool:
    return any(map(str.isspace, text))


def _is_right_to_left(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text)


def _is_turned(found: str, word: str) -> bool:
    """Whether a word is written as it is seen, from left to right.

    Right-to-left letters run backwards, numbers and Latin letters forwards; where these and punctuation stand
    depends on what is around them.
    """
    if Counter(found) != Counter(word):
        return False
    seen, read = _runs(found), _runs(word)
    backwards, forwards = ([run for run in runs if _is_right_to_left(run)] for runs in (seen, read))
    letters = "".join(seen)
    return backwards in (forwards, forwards[::-1]) and all(run in letters for run in read)


def _runs(text: str) -> list[str]:
    """Each right-to-left letter, and each run of digits or of Latin letters; no punctuation."""
    runs: list[str] = []
    before = ""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in _LEFT_TO_RIGHT and kind == before:
            runs[-1] += character
        elif kind in _LEFT_TO_RIGHT or kind in _RIGHT_TO_LEFT:
            runs.append(character)
        before = kind
    return runs


def _without_replaced(found: str, word: str) -> bool:
    """Whether they differ only where one document has no code left for a rare character."""
    return len(found) == len(word) and all(
        a == b or (a == "\ufffd" and b > "\uffff") for a, b in zip(found, word, strict=True)
    )


def _beginning(pieces: Sequence[Piece], line: ExpectedLine) -> int:
    """Where, among other invisible text, the expected text begins: where most of its first line is found."""
    turned = _has_turned(line)

    def words_found(start: int) -> int:
        orders = _orders(line, pieces[start])
        matches = [_match_line(words, pieces, start, 1, turned=turned) for words in orders]
        return max(match.at - start for match in matches)

    return max(range(len(pieces)), key=words_found, default=0)


def _lost_characters(copied: str, expected: ExpectedPage) -> str:
    """The characters that a reader does not find as often as they were read; nothing if it does.

    A character that stands over the same one PDFium takes for bold print, and gives once.
    """
    given = _characters(copied)
    lost = _characters("".join(_words_apart(expected))) - given
    if lost:
        lost = _characters("".join(_words_apart(expected, in_bands=True))) - given
    if not lost:
        return ""
    shown = ", ".join(repr(character) for character in sorted(lost)[:5])
    return f"{sum(lost.values())} of the characters of its text: {shown}"


def _words_apart(expected: ExpectedPage, *, in_bands: bool = False) -> Iterator[str]:
    """The words that stand over none of those before them; `in_bands`, over none that is the same."""
    before: deque[ExpectedWord] = deque(maxlen=_RECENT)
    seen: deque[ExpectedWord] = deque(maxlen=_RECENT)
    for line in expected.lines:
        for word, in_band in zip(line.words, _in_band(line) if in_bands else line.words, strict=True):
            if not _stands_over(word, before) and not (
                in_bands and _stands_over(in_band, (other for other in seen if other.text == word.text))
            ):
                yield word.text
            before.append(word)
            seen.append(in_band)


def _in_band(line: ExpectedLine) -> tuple[ExpectedWord, ...]:
    """The words, each as high as their line: all words of a line are set in one band."""
    if not line.words:
        return ()
    x0, x1 = min(word.x0 for word in line.words), max(word.x1 for word in line.words)
    y0, y1 = min(word.y0 for word in line.words), max(word.y1 for word in line.words)
    if x1 - x0 >= y1 - y0:
        return tuple(msgspec.structs.replace(word, y0=y0, y1=y1) for word in line.words)
    return tuple(msgspec.structs.replace(word, x0=x0, x1=x1) for word in line.words)


def _stands_over(word: ExpectedWord, before: Iterable[ExpectedWord]) -> bool:
    """Whether a word lies on one of those before it."""
    return any(
        min(word.x1, other.x1) - max(word.x0, other.x0)
        > _MAX_COVER * min(word.x1 - word.x0, other.x1 - other.x0)
        and min(word.y1, other.y1) > max(word.y0, other.y0)
        for other in before
    )


def _characters(text: str) -> Counter[str]:
    """Letters and the like, however composed; readers do as they like with white space and hyphens.

    So they do with brackets, which some mirror in right-to-left lines.
    """
    counts = Counter(_letters(text if text.isascii() else unicodedata.normalize("NFKC", text)))
    return Counter({c: n for c, n in counts.items() if c not in _HYPHENS and not unicodedata.mirrored(c)})


def _around(boxes: Sequence[BoundingBox]) -> BoundingBox:
    around = boxes[0]
    for box in boxes[1:]:
        around = around.union(box)
    return around


def _shown(box: BoundingBox) -> str:
    return f"({box.x0:.1f}, {box.y0:.1f}, {box.x1:.1f}, {box.y1:.1f})"
