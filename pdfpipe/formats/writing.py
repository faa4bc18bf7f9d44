"""The formats by their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from pdfpipe.formats import alto, hocr, page_json, plain_text
from pdfpipe.formats.values import SidecarDocument, SidecarPage
from pdfpipe.model.sidecar import Sidecar

__all__ = ["FORMATS", "SidecarFormat"]


class SidecarFormat(Protocol):
    """What a module that writes a format has; its strings, one after the other, are a file in UTF-8."""

    def head(self, document: SidecarDocument, /) -> str:
        """All that comes before the first page."""
        ...

    def page(self, page: SidecarPage, document: SidecarDocument, /) -> str:
        """One page; pages come in order, numbered from 1."""
        ...

    def tail(self, document: SidecarDocument, /) -> str:
        """All that comes after the last page."""
        ...


FORMATS: Final[Mapping[Sidecar, SidecarFormat]] = {
    Sidecar.TEXT: plain_text,
    Sidecar.HOCR: hocr,
    Sidecar.ALTO: alto,
    Sidecar.JSON: page_json,
}
