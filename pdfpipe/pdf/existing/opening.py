"""Open a PDF that somebody else made, or say why not."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pikepdf
from pikepdf import Name

from pdfpipe.errors import DocumentError, PageLoadError

__all__ = ["complaints", "open_pdf", "repaired"]

_MOST_COMPLAINTS: Final = 3


@contextmanager
def open_pdf(path: Path, password: str | None) -> Iterator[pikepdf.Pdf]:
    """The file, repaired where it is damaged.

    Raises:
        DocumentError: it cannot be read, needs another password, or is no PDF.

    """
    with ExitStack() as stack:
        try:
            # Not mapped into memory: a file that another program cuts short would end this process.
            stream = stack.enter_context(path.open("rb"))
            is_empty = not stream.read(1)
        except OSError as error:
            raise PageLoadError(error.strerror or str(error)) from error
        if is_empty:
            raise PageLoadError("the file is empty (0 bytes)")
        stream.seek(0)
        with _opened(stream, password) as pdf:
            yield pdf


def _opened(stream: io.BufferedReader, password: str | None) -> pikepdf.Pdf:
    try:
        pdf = pikepdf.open(
            stream, password=password or "", suppress_warnings=True, access_mode=pikepdf.AccessMode.stream
        )
    except pikepdf.PasswordError as error:
        if password:
            raise DocumentError("it is encrypted, and --password is not its password") from error
        raise DocumentError("it is encrypted: --password opens it, with --decrypt") from error
    except pikepdf.PdfError as error:
        raise PageLoadError(f"it is no PDF, or damaged beyond repair: {reason(error)}") from error

    if Name.Size not in pdf.trailer:
        # Of a file that was cut off, qpdf makes up a trailer without it, and would write it so.
        pdf.trailer.Size = 1
    return pdf


def reason(error: Exception | str) -> str:
    """What qpdf says, without the name of the stream that it cannot know."""
    text = str(error).strip()
    for prefix in ("stream <_io.BufferedReader name=", "<_io.BufferedReader name="):
        if text.startswith(prefix):
            text = text.partition(">")[2].lstrip(": ")
    return text or "nobody knows why"


def complaints(pdf: pikepdf.Pdf) -> tuple[str, ...]:
    """What qpdf had to repair so far."""
    return tuple(dict.fromkeys(reason(warning) for warning in pdf.get_warnings()))[:_MOST_COMPLAINTS]


def repaired(path: Path, password: str | None) -> bytes:
    """The file as qpdf repairs it, so that every reader finds the same pages in it.

    Raises:
        DocumentError: as `open_pdf`.

    """
    whole = io.BytesIO()
    with open_pdf(path, password) as pdf:
        pdf.save(whole, fix_metadata_version=False)
    return whole.getvalue()
