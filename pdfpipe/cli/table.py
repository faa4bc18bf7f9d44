"""Tables of text: columns as wide as they must be, the last one open."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from pdfpipe.cli.console import say

__all__ = ["say_json", "say_table"]


def say_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows of as many cells as the header has."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    for row in (header, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        say("  ".join(cells).rstrip(), sys.stdout)


def say_json(value: Any) -> None:
    """Print a value as JSON for other programs."""
    say(msgspec.json.format(msgspec.json.encode(value), indent=2).decode(), sys.stdout)
