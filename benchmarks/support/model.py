"""What a benchmark is given and what it returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Options", "Result", "SkippedError", "Table", "Target"]


class SkippedError(Exception):
    """The benchmark cannot run here; the message says what it needs."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """`runs` and `pages` are None for each benchmark's own number; `scratch` is an empty folder."""

    scratch: Path
    corpus: Path | None = None
    ocrmypdf: str | None = None
    runs: int | None = None
    pages: int | None = None


@dataclass(frozen=True)
class Table:
    """Rows under headings; cells are text already."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        """As a Markdown table with columns in line."""
        widths = [
            max(3, *(len(row[i]) for row in (self.headings, *self.rows))) for i in range(len(self.headings))
        ]
        lines = [_line(row, widths) for row in (self.headings, ["-" * width for width in widths], *self.rows)]
        return "\n".join([f"{self.title}\n", *lines])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


@dataclass(frozen=True)
class Target:
    """A figure and what it should be: at most `limit`, or at least it."""

    name: str
    value: float
    limit: float
    at_least: bool = False
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether the figure is on the right side of the limit."""
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        side = ">=" if self.at_least else "<="
        return (
            f"{'met   ' if self.met else 'MISSED'}  {self.name}: {self.value:.4g}{self.unit} "
            f"(target {side} {self.limit:g}{self.unit})"
        )


@dataclass(frozen=True)
class Result:
    """`data` holds the single measurements behind the tables, for JSON."""

    tables: Sequence[Table]
    targets: Sequence[Target] = ()
    notes: Sequence[str] = ()
    data: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [str(table) for table in self.tables]
        parts += ["\n".join(str(target) for target in self.targets)] if self.targets else []
        parts += ["\n".join(f"- {note}" for note in self.notes)] if self.notes else []
        return "\n\n".join(parts)
