"""What was read on one image."""

from __future__ import annotations

import msgspec

from pdfpipe.model.text import Line, PageText, Word

__all__ = ["OcrResult"]


class OcrResult(msgspec.Struct, frozen=True):
    """The text of one image, whole and in parts; boxes are in pixels of the file's image, held upright.

    `engine` is the name of the engine, `notes` say what is not as one would expect, such as a text that
    was cut or a damaged file that could be read all the same.
    """

    page: PageText
    engine: str
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Plain text: a line a line, an empty line between blocks."""
        return self.page.text

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines in reading order, each with `text`, `box` and `words`."""
        return tuple(self.page.lines)

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in reading order, each with `text`, `box` and `confidence`."""
        return tuple(self.page.words)

    @property
    def confidence(self) -> float | None:
        """How sure the engine is, 0 to 1: the mean over letters; None without words."""
        return self.page.mean_confidence

    @property
    def width(self) -> int:
        """The image's, in pixels."""
        return self.page.width

    @property
    def height(self) -> int:
        """The image's, in pixels."""
        return self.page.height
