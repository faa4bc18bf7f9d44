"""Files with a document's text that lie beside its PDF, and the places where such text is read from."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import msgspec

__all__ = ["Sidecar", "TextSource"]


class Sidecar(Enum):
    """A format in which the text of a document is written beside its PDF."""

    TEXT = "txt"
    """Plain text, a form feed between pages."""
    HOCR = "hocr"
    ALTO = "alto"
    JSON = "json"

    @property
    def suffix(self) -> str:
        """What its file has in place of ``.pdf``."""
        return ".alto.xml" if self is Sidecar.ALTO else f".{self.value}"

    def beside(self, pdf: Path) -> Path:
        """The sidecar of a PDF."""
        return pdf.with_name(pdf.stem + self.suffix)


class TextSource(msgspec.Struct, frozen=True):
    """One page in a file of text: where its part of the file begins and ends, in bytes.

    Attributes:
        path: the file.
        format: of which kind it is; plain text is none, for it does not say where words are.
        start, stop: the page's part of the file.
        encoding: of the characters, a name that Python knows.
        unit: what lengths are measured in: ``pixel``, ``mm10`` or ``inch1200`` (ALTO 4.4, MeasurementUnit).
        size, mtime_ns: the file's, by which it is told that it has been changed since.

    """

    path: Path
    format: Sidecar
    start: int
    stop: int
    encoding: str = "utf-8"
    unit: str = "pixel"
    size: int = 0
    mtime_ns: int = 0
