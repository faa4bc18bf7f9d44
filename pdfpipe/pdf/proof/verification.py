"""Whether a document is still as it was published, by the digests of its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pikepdf

from pdfpipe.errors import DocumentError
from pdfpipe.model.proof import Fault
from pdfpipe.model.verification import PdfaCheck, Verdict, Verification
from pdfpipe.pdf.digests import DIGEST_BYTES, read_digests
from pdfpipe.pdf.proof.reader import DocumentReader

__all__ = ["verify_document"]

_CLAIM: Final = r"pdfaid:{}(?:>|\s*=\s*[\"'])\s*([0-9A-Za-z]+)"


def verify_document(path: Path) -> Verification:
    """Read a PDF back; all that is wrong with it is in the result.

    PDF/A is not checked here, only claimed (`pdfpipe.pdf.proof.verapdf`).
    """
    try:
        reader = DocumentReader(path)
    except DocumentError as error:
        return Verification(path, Verdict.UNREADABLE, faults=(Fault(str(error)),))
    with reader:
        faults = [Fault(f"its structure is damaged: {complaint}") for complaint in reader.complaints]
        try:
            written = read_digests(reader.catalog)
        except pikepdf.PdfError:
            written = ()
            faults.append(Fault("the digests with which it was published are damaged"))
        if reader.pages_in_pdfium != len(reader):
            faults.append(Fault(f"qpdf counts {len(reader)} pages and PDFium {reader.pages_in_pdfium}"))
        found = []
        for number in range(1, len(reader) + 1):
            page = reader.read(number - 1)
            found.append(page.digest)
            # What the digest of the page tells of was so when it was published.
            if written is None or written[number - 1 : number] != (found[-1],):
                faults += (Fault(wrong, number) for wrong in (*page.wrong, *page.undecodable))
        if written:
            faults += _changes(written, found)
        verdict = Verdict.FOREIGN if written is None else Verdict.CHANGED if faults else Verdict.AS_WRITTEN
        claim = _pdfa_claim(reader.catalog)
        pdfa = None if claim is None else PdfaCheck(claim)
        return Verification(path, verdict, len(found), tuple(faults), pdfa)


def _changes(written: Sequence[bytes], found: Sequence[bytes]) -> Iterator[Fault]:
    """How the pages differ from those that were written."""
    if len(written) != len(found):
        yield Fault(f"it has {_pages(len(found))}, {len(written)} were written")
        there, known = set(found), set(written)
        for number, digest in enumerate(written, 1):
            if digest not in there:
                yield Fault(f"what was written as page {number} is on no page")
        for number, digest in enumerate(found, 1):
            if digest not in known:
                yield Fault("it is none of the pages that were written", number)
        return
    half = DIGEST_BYTES // 2
    places = {digest: number for number, digest in enumerate(written, 1)}
    for number, (before, now) in enumerate(zip(written, found, strict=True), 1):
        if before == now:
            continue
        if now in places:
            yield Fault(f"it was written as page {places[now]}", number)
            continue
        if before[:half] != now[:half]:
            yield Fault("its text is not as it was written", number)
        if before[half:] != now[half:]:
            yield Fault("its image is not as it was written", number)


def _pages(count: int) -> str:
    return f"{count} page" if count == 1 else f"{count} pages"


def _pdfa_claim(catalog: Any) -> str | None:
    """The kind of PDF/A that the document says it is (ISO 19005-2, 6.6.4), such as 2u."""
    metadata = catalog.get("/Metadata")
    try:
        text = metadata.read_bytes().decode("utf-8", "replace")
    except (pikepdf.PdfError, AttributeError):  # it is damaged, no stream, or not there
        return None
    part, conformance = (re.search(_CLAIM.format(key), text) for key in ("part", "conformance"))
    return None if part is None else part[1] + (conformance[1].lower() if conformance else "")
