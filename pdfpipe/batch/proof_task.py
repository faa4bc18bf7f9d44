"""Read some pages of a written document back, as one plain function that runs in any process."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from threading import Thread

from pdfpipe.errors import DocumentError
from pdfpipe.model.proof import Fault, ProofJob, ProofResult

__all__ = ["load_readers_meanwhile", "prove_pages"]


@lru_cache(maxsize=1)
def load_readers_meanwhile() -> None:
    """Load the readers, once, while the process is about to wait for an engine that is not Python's."""
    Thread(target=_load_readers, daemon=True).start()


def _load_readers() -> None:
    with suppress(Exception):  # who needs them will hear of it
        import pdfpipe.pdf.proof.comparison
        import pdfpipe.pdf.proof.reader  # noqa: F401


def prove_pages(job: ProofJob) -> ProofResult:
    """Whether these pages are as expected; whatever is wrong with them is in the result."""
    # Not before there is something to prove: the readers are large.
    from pdfpipe.pdf.proof.comparison import compare
    from pdfpipe.pdf.proof.expectation import unpack
    from pdfpipe.pdf.proof.reader import DocumentReader

    try:
        reader = DocumentReader(job.pdf)
    except DocumentError as error:
        return ProofResult((Fault(str(error)),), b"")
    faults: list[Fault] = []
    digests = bytearray()
    with reader:
        faults += (Fault(complaint) for complaint in reader.complaints)
        for pages in {len(reader), reader.pages_in_pdfium} - {job.pages}:
            faults.append(Fault(f"it has {pages} pages and should have {job.pages}"))
        for number, expected in enumerate(job.expected, job.first):
            if number > len(reader):
                break
            page = reader.read(number - 1)
            faults += (Fault(wrong, number) for wrong in compare(page, unpack(expected)))
            digests += page.digest
    return ProofResult(tuple(faults), bytes(digests))
