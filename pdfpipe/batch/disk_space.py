"""Whether the outputs of a plan will fit on the disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from pdfpipe.batch.freshness import Standing, standing
from pdfpipe.batch.report.wording import size
from pdfpipe.errors import DiskFullError
from pdfpipe.model.fault_settings import OnFullDisk
from pdfpipe.model.job import DocumentJob, PageSource
from pdfpipe.model.names import shown
from pdfpipe.model.pdf_input_settings import TextPages

__all__ = ["check_space", "free_bytes"]

_KEPT_SUFFIXES: Final = frozenset(".jpg .jpeg .jpe .jfif .jp2 .jpx .jpf .j2k .jpc".split())
"""Files whose bytes go into the PDF as they are, but for what is not the image."""
_LEAST_OF_KEPT: Final = 0.9
_LEAST_OF_PDF: Final = 0.5
"""qpdf may pack what is not image data tighter, and an old text layer may be left out."""
_LIKELY_IF_REDUCED: Final = 0.3
_TEXT_OF_A_PAGE: Final = 8_000
_SIDECAR_OF_A_PAGE: Final = 25_000


class _Need(msgspec.Struct):
    """Bytes that documents take on one file system: at the very least, and likely."""

    folder: Path
    least: int = 0
    likely: int = 0


def check_space(documents: Iterable[DocumentJob]) -> tuple[str, ...]:
    """Warnings where the documents that are to be made may not fit on the disk.

    Images that pass into the PDF as they are must fit; of others it is taken that they take as much as
    their files.  What is up to date takes nothing, what is made anew only what it grows by.

    Raises:
        DiskFullError: they do not fit, whatever becomes of them, and the run is not to wait for room.

    """
    jobs = [job for job in documents if job.failure is None]
    warnings: list[str] = []
    for need, free in _short(jobs, anew_only=False):
        # Most runs end here: what is up to date is not asked for as long as all would fit.
        del need, free
        break
    else:
        return ()
    waits = any(job.settings.faults.on_full_disk is OnFullDisk.PAUSE for job in jobs)
    for need, free in _short(jobs, anew_only=True):
        if need.least > free and not waits:
            raise DiskFullError(
                f"the documents do not fit into {shown(need.folder)}: they take at least {size(need.least)}, "
                f"and {size(free)} are free"
            )
        warnings.append(
            f"the disk may become full: about {size(need.likely)} are to be written into "
            f"{shown(need.folder)}, and {size(free)} are free"
        )
    return tuple(warnings)


def free_bytes(folder: Path) -> int:
    """What this user may still write there, or where it would be made; a lot if that cannot be told."""
    try:
        usage = shutil.disk_usage(_existing(folder))
    except OSError:
        return 1 << 62
    return usage.free if usage.total else 1 << 62


def _short(jobs: Iterable[DocumentJob], *, anew_only: bool) -> list[tuple[_Need, int]]:
    """The file systems that have less free than is likely needed, with what is free."""
    devices: dict[Path, int | None] = {}
    needs: dict[int | None, _Need] = {}
    for job in jobs:
        folder = job.output.parent
        if folder not in devices:
            devices[folder] = _device(folder)
        if anew_only and _is_up_to_date(job):
            continue
        need = needs.setdefault(devices[folder], _Need(folder))
        least, likely = _bytes_out(job)
        there = _bytes_there(job) if anew_only else 0
        need.least += max(0, least - there)
        need.likely += max(0, likely - there)
    free = ((need, free_bytes(need.folder)) for need in needs.values())
    return [(need, bytes_free) for need, bytes_free in free if need.likely > bytes_free]


def _bytes_out(job: DocumentJob) -> tuple[int, int]:
    """What a document takes, at the very least and likely."""
    settings, images = job.settings, job.settings.images
    is_reduced = images.mrc or images.jpeg_quality is not None or images.max_dpi is not None
    least = likely = 0.0
    for page in {page.path: page for page in job.pages}.values():
        in_file = job.share * page.stamp.size if page.stamp is not None else 0
        likely += in_file * (_LIKELY_IF_REDUCED if is_reduced else 1.0)
        least += in_file * (0.0 if is_reduced else _least_share(page, settings.pdf_input.text_pages))
    a_page = _TEXT_OF_A_PAGE + _SIDECAR_OF_A_PAGE * len(settings.sidecars)
    return int(least), int(likely) + a_page * len(job.pages)


def _least_share(page: PageSource, text_pages: TextPages) -> float:
    if page.pdf is not None:
        return 0.0 if text_pages is TextPages.FORCE else _LEAST_OF_PDF
    return _LEAST_OF_KEPT if page.path.suffix.lower() in _KEPT_SUFFIXES else 0.0


def _is_up_to_date(job: DocumentJob) -> bool:
    try:
        return not job.settings.force and standing(job) is Standing.UP_TO_DATE
    except OSError:
        return False


def _bytes_there(job: DocumentJob) -> int:
    try:
        return job.output.stat().st_size
    except OSError:
        return 0


def _device(folder: Path) -> int | None:
    try:
        return _existing(folder).stat().st_dev
    except OSError:
        return None


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    absolute = Path(os.path.abspath(folder))  # noqa: PTH100 - links stay as they are
    return next((place for place in (absolute, *absolute.parents) if place.exists()), absolute)
