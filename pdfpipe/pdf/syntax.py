"""How values are spelled in a PDF file (ISO 32000-1, 7.3 and 7.9)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from pdfpipe.model.geometry import Transform

__all__ = ["date_string", "escaped", "literal", "matrix", "number", "text_string"]


def number(value: float, digits: int = 4) -> str:
    """A number without an exponent or needless zeros."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return "0" if text in ("-0", "") else text


def matrix(transform: Transform) -> str:
    """The six coefficients as operands of cm or Tm."""
    t = transform
    return " ".join(number(value, 5) for value in (t.a, t.b, t.c, t.d, t.e, t.f))


def escaped(data: bytes) -> bytes:
    """Bytes for the inside of a literal string (7.3.4.2); a bare CR would be read as LF."""
    return data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)").replace(b"\r", b"\\r")


def literal(data: bytes) -> bytes:
    """Bytes as a literal string."""
    return b"(" + escaped(data) + b")"


def text_string(text: str) -> bytes:
    """A text string (7.9.2.2): ASCII where that is enough, else UTF-16 with a byte order mark."""
    if text.isascii() and text.isprintable():
        return literal(text.encode("ascii"))
    return literal(b"\xfe\xff" + text.encode("utf-16-be", "replace"))


def date_string(moment: date) -> bytes:
    """A date (7.9.4), with time and offset from UTC where it is a moment, which knows its time zone."""
    day = f"D:{moment.year:04d}{moment.month:02d}{moment.day:02d}"
    if not isinstance(moment, datetime):
        return literal(day.encode("ascii"))
    offset = moment.utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}'{abs(minutes) % 60:02d}'"
    return literal(f"{day}{moment:%H%M%S}{zone}".encode("ascii"))
