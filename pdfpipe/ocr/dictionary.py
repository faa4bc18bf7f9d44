"""The word lists inside Tesseract's models: whether a word exists in a language, for any engine's reading.

A model file holds a directed acyclic word graph over its own character set.  Both are read here as
Tesseract's dawg.h and unicharset.cpp define them; the file's container is tessdatamanager.h's.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pdfpipe.ocr.tesseract.models import models_there

__all__ = ["Dictionary", "dictionary_of"]

_WORD_GRAPH: Final = 19
_CHARACTER_SET: Final = 21
"""Numbers of the components TESSDATA_LSTM_SYSTEM_DAWG and TESSDATA_LSTM_UNICHARSET."""

_MAGIC: Final = 42
_GRAPH_HEAD: Final = struct.Struct("<hii")
_LAST, _BACKWARD, _WORD_END = 1, 2, 4
_FLAG_BITS: Final = 3
_PUNCTUATION: Final = ".,;:!?\"'()[]{}<>“”‘’„‚«»…*=~_•·-—–/\\|"  # noqa: RUF001


class Dictionary:
    """The words of some languages."""

    def __init__(self, graphs: Iterable[_WordGraph]) -> None:
        self._graphs = tuple(graphs)
        self._known: dict[str, bool] = {}

    def __bool__(self) -> bool:
        return bool(self._graphs)

    def __contains__(self, word: str) -> bool:
        """Whether a word is in it as it stands, or in small letters."""
        known = self._known.get(word)
        if known is None:
            lower = word.lower()
            known = any(graph.has(word) or graph.has(lower) for graph in self._graphs)
            if len(self._known) < 100_000:
                self._known[word] = known
        return known

    def share(self, texts: Iterable[str]) -> float:
        """How much of the letters and digits in these words is in words that exist; 0.5 for none.

        Single letters say nothing, and parts of a word that are joined by hyphens count one by one.
        """
        found = total = 0
        for text in texts:
            for part in text.replace("-", " ").replace("—", " ").replace("/", " ").split():
                word = part.strip(_PUNCTUATION)
                total += len(word)
                if len(word) > 1 and word.isalpha() and word in self:
                    found += len(word)
                elif len(word) == 1 or word.isdigit():
                    total -= len(word)
        return found / total if total and self else 0.5


class _WordGraph:
    def __init__(self, edges: NDArray[np.int64], flag_bit: int, characters: dict[str, int]) -> None:
        self._edges = edges
        self._flag_bit = flag_bit
        self._characters = characters

    def has(self, word: str) -> bool:
        node, edge = 0, None
        for letter in word:
            character = self._characters.get(letter)
            edge = self._edge(node, character) if character is not None else None
            if edge is None:
                return False
            node = edge >> (self._flag_bit + _FLAG_BITS)
            if not node and letter is not word[-1]:
                return False
        return edge is not None and bool(edge >> self._flag_bit & _WORD_END)

    def _edge(self, node: int, character: int) -> int | None:
        """The edge that leaves a node with a character; a node's edges follow one another."""
        mask = (1 << self._flag_bit) - 1
        for position in range(node, len(self._edges)):
            edge = int(self._edges[position])
            flags = edge >> self._flag_bit
            if flags & _BACKWARD:
                return None
            if edge & mask == character:
                return edge
            if flags & _LAST:
                return None
        return None


@lru_cache(maxsize=4)
def dictionary_of(languages: tuple[str, ...], tessdata_dir: Path | None = None) -> Dictionary:
    """The words of all those languages for which there is a model with a word list."""
    graphs = []
    for model in models_there(languages, tessdata_dir):
        try:
            graph = _read(model)
        except (OSError, ValueError, struct.error):
            continue  # no opinion on words is better than no reading
        if graph is not None:
            graphs.append(graph)
    return Dictionary(graphs)


def _read(model: Path) -> _WordGraph | None:
    data = model.read_bytes()
    (count,) = struct.unpack_from("<i", data)
    offsets = struct.unpack_from(f"<{count}q", data, 4)

    def component(number: int) -> bytes:
        start = offsets[number] if number < count else -1
        end = min((offset for offset in offsets if offset > start), default=len(data))
        return data[start:end] if start >= 0 else b""

    graph = component(_WORD_GRAPH)
    if not graph:
        return None
    magic, size, edges = _GRAPH_HEAD.unpack_from(graph)
    if magic != _MAGIC:
        return None
    lines = component(_CHARACTER_SET).decode("utf-8", "replace").split("\n")
    characters = {line.split(" ", 1)[0]: i for i, line in enumerate(lines[1 : int(lines[0]) + 1])}
    return _WordGraph(np.frombuffer(graph, "<i8", edges, _GRAPH_HEAD.size), size.bit_length(), characters)
