"""Whether a document has been made already, and whether what is there may be replaced."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from pdfpipe.batch.sidecar_files import file_digest
from pdfpipe.model.job import DocumentJob, FileStamp, PageSource
from pdfpipe.model.settings import Settings
from pdfpipe.model.sidecar import TextSource
from pdfpipe.pdf.marker import read_marker
from pdfpipe.storage import left_behind

__all__ = [
    "Recorded",
    "Standing",
    "digest",
    "inputs_changed",
    "known_sidecars",
    "obstacle",
    "scans_digest",
    "standing",
]

_FORMAT_VERSION: Final = 2
"""Raised when what older versions wrote is to be made anew."""


class Standing(Enum):
    """How the output of a document stands before the work."""

    MISSING = "missing"
    UP_TO_DATE = "up to date"
    OUTDATED = "outdated"
    FOREIGN = "foreign"
    """There is a file, or one in the place of a sidecar, and pdfpipe did not make it."""


class Recorded(msgspec.Struct, frozen=True):
    """What a journal knows of a document that stands: as what it was made, and by what its file is told.

    `stands_for` is the digest that it would have without the options of ``pdfpipe retry``, by which it was
    made better than the batch it belongs to.
    """

    digest: str
    size: int
    mtime_ns: int
    stands_for: str | None = None

    def matches(self, status: os.stat_result) -> bool:
        """Whether the file is still the one that is known."""
        return (status.st_size, status.st_mtime_ns) == (self.size, self.mtime_ns)


def digest(job: DocumentJob) -> str:
    """What tells documents apart that are made with other settings or from other pages.

    Inputs count by name, frame, size and time of modification, so that scans which change places are
    noticed too; lists of words and patterns by size and time.
    """
    before, after, lists = _of_settings(job.settings)
    parts = (
        before,
        msgspec.json.encode([_size_and_time(path) for path in lists]),
        after,
        msgspec.json.encode(
            [
                (
                    os.fsencode(page.path.name).hex(),
                    page.frame,
                    page.stamp and (page.stamp.size, page.stamp.mtime_ns),
                    page.text and _text_parts(page.text),
                    page.pdf is not None and job.settings.output_type.is_order,
                    *(() if page.half is None else (page.half,)),
                    *_separator_parts(page, job.settings),
                )
                for page in job.pages
            ]
        ),
    )
    return hashlib.sha256(b"[%b,%b,%b,%b]" % parts).hexdigest()[:32]


def scans_digest(job: DocumentJob) -> str:
    """What tells documents apart that are made of other scans, however they are made."""
    scans = [
        (os.fsencode(page.path.name).hex(), page.frame, page.stamp and (page.stamp.size, page.stamp.mtime_ns))
        for page in job.pages
    ]
    return hashlib.sha256(msgspec.json.encode(scans)).hexdigest()[:32]


@lru_cache(maxsize=64)
def _of_settings(settings: Settings) -> tuple[bytes, bytes, tuple[Path | None, ...]]:
    """What counts of the settings, before and after what counts of lists, and these."""
    lists = [value for _, _, value in settings.profiles if isinstance(value, Path)]
    before = (
        _FORMAT_VERSION,
        settings.engine,
        settings.engine_options,
        settings.engines,
        settings.mode,
        [str(value) for value in (settings.tesseract, settings.ppocr, settings.aspose, *settings.profiles)],
    )
    after = (
        settings.languages,
        settings.image_dpi,
        str(settings.preprocessing),
        str(settings.sheets),
        str(settings.images),
        sorted(sidecar.value for sidecar in settings.sidecars),
        str(settings.output_type.level),
        settings.output_type.may_be_plain,
        str(settings.metadata),
        str(settings.navigation),
        str(settings.pdf_input.text_pages),
        settings.created.isoformat() if settings.created else None,
    )
    return (
        msgspec.json.encode(before)[1:-1],
        msgspec.json.encode(after)[1:-1],
        (*lists, settings.tesseract.user_words, settings.tesseract.user_patterns),
    )


def _size_and_time(path: Path | None) -> tuple[int, int] | None:
    try:
        status = path.stat() if path is not None else None
    except OSError:  # the engine will say that it is gone
        return None
    return (status.st_size, status.st_mtime_ns) if status is not None else None


Known = frozenset[tuple[str, str]]
"""Formats of sidecars, and digests of files that pdfpipe wrote."""


def standing(job: DocumentJob, known: Known = frozenset(), recorded: Recorded | None = None) -> Standing:
    """How the output stands; `known` are sidecars of ours beside those that the PDF tells of.

    With what is `recorded` of the output, it need not be opened as long as it is the one that is known.

    Raises:
        OSError: there is an output that cannot be read.

    """
    try:
        output = job.output.stat()
    except (FileNotFoundError, NotADirectoryError):
        return Standing.FOREIGN if _foreign_sidecar(job, known) is not None else Standing.MISSING
    if stat.S_ISDIR(output.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(job.output))
    made_as = _made_as(job.output, output, recorded)
    if not made_as:
        return Standing.FOREIGN
    stamps = [page.stamp for page in job.pages]
    newest = max((stamp.mtime_ns for stamp in stamps if stamp is not None), default=0)
    newest = max([newest, *(page.text.mtime_ns for page in job.pages if page.text is not None)])
    is_whole = all(sidecar.beside(job.output).is_file() for sidecar in job.settings.sidecars)
    if is_whole and digest(job) in made_as and None not in stamps and output.st_mtime_ns > newest:
        return Standing.UP_TO_DATE
    return Standing.FOREIGN if _foreign_sidecar(job, known) is not None else Standing.OUTDATED


def _made_as(path: Path, status: os.stat_result, recorded: Recorded | None) -> tuple[str | None, ...]:
    """The digests that an output answers to; none if it is not ours."""
    if recorded is not None and recorded.matches(status):
        return recorded.digest, recorded.stands_for
    marker = read_marker(path) if stat.S_ISREG(status.st_mode) else None
    return (marker.digest,) if marker is not None else ()


def obstacle(job: DocumentJob, known: Known = frozenset()) -> Path:
    """The file that is in the way of a document whose standing is FOREIGN."""
    return _foreign_sidecar(job, known) or job.output


def known_sidecars(job: DocumentJob) -> Known:
    """The sidecars that were written with the PDF that is there, or by a process that was killed.

    That had made sidecars appear, and has left the PDF for them under its hidden name.
    """
    known: set[tuple[str, str]] = set()
    for pdf in (job.output, left_behind(job.output)) if job.settings.sidecars else ():
        if pdf.is_file() and (marker := read_marker(pdf)) is not None:
            known.update(marker.sidecars)
    return frozenset(known)


def _foreign_sidecar(job: DocumentJob, known: Known) -> Path | None:
    """A file in the place of a sidecar that is not as it was written: it may have been corrected by hand."""
    known |= known_sidecars(job)
    for sidecar in job.settings.sidecars:
        path = sidecar.beside(job.output)
        if path.exists() and not (path.is_file() and (sidecar.value, file_digest(path)) in known):
            return path
    return None


def _separator_parts(page: PageSource, settings: Settings) -> tuple[object, ...]:
    """Whether a separator sheet is left out; nothing for other pages, which dividing does not change."""
    separator = page.separator
    return (
        ()
        if separator is None
        else ("left out" if separator.is_sheet and not settings.separators.keep else "kept",)
    )


def _text_parts(text: TextSource) -> tuple[object, ...]:
    name = os.fsencode(text.path.name).hex()
    return name, text.format.value, text.start, text.stop, text.size, text.mtime_ns


def inputs_changed(job: DocumentJob) -> bool:
    """Whether a page's file is not the one that was planned any more."""
    stamps = {page.path: page.stamp for page in job.pages if page.stamp is not None}
    stamps |= {
        page.text.path: FileStamp(page.text.size, page.text.mtime_ns)
        for page in job.pages
        if page.text is not None
    }
    for path, stamp in stamps.items():
        try:
            now = path.stat()
        except OSError:
            return True
        if (now.st_size, now.st_mtime_ns) != (stamp.size, stamp.mtime_ns):
            return True
    return False
