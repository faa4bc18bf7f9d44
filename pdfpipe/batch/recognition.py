"""What engines read of a page that is ready for them, and how much of it they do not."""

from __future__ import annotations

import msgspec

from pdfpipe.batch.unread import unread_share_of
from pdfpipe.errors import RecognitionError, ran_out_of_memory
from pdfpipe.model.engine_settings import Mode
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import PageText
from pdfpipe.model.unread import MUCH_UNREAD
from pdfpipe.ocr.auto.plugin import engines_in_order
from pdfpipe.ocr.cache.engine import read_page
from pdfpipe.ocr.drop_caps import with_drop_caps_joined
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import warm_engine
from pdfpipe.ocr.sanitize import sanitized

__all__ = ["EngineReading", "recognized"]


class EngineReading(msgspec.Struct, frozen=True):
    """A text in pixels of the image that was read.

    `unread` is how much of what looks like print lies outside of the words, 0 to 1; None where that is not
    told.
    """

    text: PageText
    unread: float | None = None
    from_cache: bool = False
    notes: tuple[str, ...] = ()


def recognized(spec: EngineSpec, view: OcrImage, engines: tuple[str, ...] = ()) -> EngineReading:
    """Read a page; of ``auto`` by these of its engines first, if any are named.

    All of them are asked about the whole of a page of which much was not read.

    Raises:
        RecognitionError: the engine failed; other errors are of foreign code.

    """
    first, told = _read(spec, view, engines)
    if first.unread is None or first.unread <= MUCH_UNREAD or (thorough := _all_engines(spec)) is None:
        return _with_notes(first, *first.notes, *told)
    note = f"{first.unread:.0%} of what looks like print was not read"
    try:
        more, told_too = _read(thorough, view)
    except Exception as error:  # noqa: BLE001 - foreign code; there is a text already
        return _with_notes(first, *first.notes, *told, f"{note}, and another engine failed: {error}")
    more = msgspec.structs.replace(more, from_cache=first.from_cache and more.from_cache)
    return _with_notes(
        more, *told, f"{note} at first, so all engines were asked anew", *more.notes, *told_too
    )


def _with_notes(reading: EngineReading, *notes: str) -> EngineReading:
    return msgspec.structs.replace(reading, notes=notes)


def _read(
    spec: EngineSpec, view: OcrImage, engines: tuple[str, ...] = ()
) -> tuple[EngineReading, tuple[str, ...]]:
    """A reading with notes on its text, and what there is to tell besides, whatever becomes of it."""
    read, from_cache, told = _asked(spec, view, engines)
    if (read.width, read.height) != view.pixels.size:
        raise RecognitionError("the engine took the page for one of another size")
    text, notes = sanitized(read)
    text = with_drop_caps_joined(text)
    return EngineReading(text, unread_share_of(view, text), from_cache, notes), told


def _asked(
    spec: EngineSpec, view: OcrImage, engines: tuple[str, ...]
) -> tuple[PageText, bool, tuple[str, ...]]:
    if engines:
        try:
            return read_page(warm_engine(msgspec.structs.replace(spec, engines=engines)), view)
        except Exception as error:  # foreign code; there are others
            if ran_out_of_memory(error):
                raise
            text, from_cache, told = read_page(warm_engine(spec), view)
            return text, from_cache, (*told, f"read by all engines, as {', '.join(engines)} failed: {error}")
    return read_page(warm_engine(spec), view)


def _all_engines(spec: EngineSpec) -> EngineSpec | None:
    """The same, with all engines of ``auto`` asked about the whole page; None if there is no other to ask."""
    if spec.name != "auto" or spec.mode is not Mode.BALANCED or len(engines_in_order(spec)) < 2:
        return None
    return msgspec.structs.replace(spec, mode=Mode.BEST)
