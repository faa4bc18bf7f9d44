"""What is written into a sidecar, and what is read out of a file of text before it is fitted to a page."""

from __future__ import annotations

import msgspec

from pdfpipe._version import __version__
from pdfpipe.model.geometry import BoundingBox, Resolution
from pdfpipe.model.half import Half
from pdfpipe.model.image import DpiSource
from pdfpipe.model.text import Baseline, Direction, PageText

__all__ = ["GivenBlock", "GivenLine", "GivenPage", "GivenWord", "SidecarDocument", "SidecarPage"]


class SidecarDocument(msgspec.Struct, frozen=True):
    """A document, as the head of its sidecars tells of it.

    Attributes:
        name: of the document, which is also its title.
        languages: BCP 47 tags, the most frequent first.
        pages: how many it has; None where that is not known yet.
        engine: name of the OCR engine.
        version: of pdfpipe.

    """

    name: str
    languages: tuple[str, ...] = ()
    pages: int | None = 0
    engine: str = ""
    version: str = __version__


class SidecarPage(msgspec.Struct, frozen=True):
    """A page; sizes and text are in pixels of the upright page.

    Attributes:
        number: in the document, from 1.
        file, frame: the image's name without its folder, and which of the pictures in it, from 0.
        width, height: in pixels.
        resolution, dpi_source: as the PDF has it, and where it comes from.
        text: None where the page was not read.
        notes: what is not as one would expect.
        failure: why it was not read.
        half: what of the scan the page is, where it is not all of it.

    """

    number: int
    file: str
    width: int
    height: int
    resolution: Resolution
    frame: int = 0
    dpi_source: DpiSource = DpiSource.FILE
    text: PageText | None = None
    notes: tuple[str, ...] = ()
    failure: str | None = None
    half: Half | None = None


class GivenWord(msgspec.Struct, frozen=True):
    """A word as a file gives it; None is what it does not say."""

    text: str
    box: BoundingBox | None = None
    confidence: float | None = None
    direction: Direction | None = None


class GivenLine(msgspec.Struct, frozen=True):
    """A line as a file gives it."""

    words: tuple[GivenWord, ...]
    box: BoundingBox | None = None
    baseline: Baseline | None = None
    direction: Direction | None = None
    engine: str | None = None


class GivenBlock(msgspec.Struct, frozen=True):
    """A block as a file gives it."""

    lines: tuple[GivenLine, ...]
    box: BoundingBox | None = None


class GivenPage(msgspec.Struct, frozen=True):
    """A page as a file gives it; all lengths in `unit`, as in `pdfpipe.model.sidecar.TextSource`.

    `turn` and `processed` are as in `pdfpipe.model.text.PageText`, `half` is as in `SidecarPage`.
    """

    blocks: tuple[GivenBlock, ...] = ()
    width: float | None = None
    height: float | None = None
    unit: str = "pixel"
    notes: tuple[str, ...] = ()
    turn: int = 0
    processed: bool = False
    half: Half | None = None
