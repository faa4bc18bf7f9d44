"""Give a fixture to an engine and compare what it read with the truth."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.job import PageSource
from pdfpipe.model.text import PageText, Word
from pdfpipe.ocr.engine import Engine
from tests.support import TrueWord, Truth


def read(engine: Engine, scan: Path) -> PageText:
    """What the engine reads, in pixels of the upright page."""
    page = load_page(PageSource(scan), image_dpi=None, max_pixels=250e6)
    view, to_page = ocr_view(page, scan.name)
    return engine.recognize(view).mapped(to_page, *page.upright_size)


def found_words(text: PageText, truth: Truth) -> list[tuple[Word, TrueWord]]:
    """The words that were read right and in their order, each with its truth."""
    return list(_matches(list(text.words), list(truth.words)))


def _matches(read_words: list[Word], true_words: list[TrueWord]) -> Iterator[tuple[Word, TrueWord]]:
    matcher = SequenceMatcher(
        None, [w.text for w in read_words], [w.text for w in true_words], autojunk=False
    )
    for match in matcher.get_matching_blocks():
        yield from zip(
            read_words[match.a : match.a + match.size],
            true_words[match.b : match.b + match.size],
            strict=True,
        )
