"""A look at one scan, as a plain function that runs in any process."""

from __future__ import annotations

import os

import msgspec

from pdfpipe.batch.sheets.look_job import LookJob
from pdfpipe.errors import MissingDependencyError, PageLoadError, ran_out_of_memory
from pdfpipe.imaging.double_page import DoublePage
from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.sheets.look import look_at_sheet
from pdfpipe.model.image import PageImage
from pdfpipe.model.job import PageSource
from pdfpipe.model.sheet_look import SheetLook, Sought
from pdfpipe.ocr.cache.results import opened

__all__ = ["run_look"]


def run_look(job: LookJob) -> SheetLook:
    """Look at a scan, and remember what was seen; what goes wrong with it is in the result.

    Raises:
        Exception: there is not enough memory (`ran_out_of_memory`).

    """
    try:
        page = load_page(job.source, image_dpi=job.image_dpi, max_pixels=job.max_pixels)
        look = look_at_sheet(page, job.sought)
        if Sought.BINDING in job.sought and (found := _double_page(page, job)) is not None:
            look = msgspec.structs.replace(look, halves=(found.left, found.right), binding=found.evidence)
    except (PageLoadError, MissingDependencyError) as error:
        return SheetLook(failure=str(error))
    except Exception as error:  # foreign code; the scan is still a page
        if ran_out_of_memory(error):
            raise
        return SheetLook(failure=f"{type(error).__name__}: {error}")
    if job.key and (cache := opened(job.cache)) is not None and _is_unchanged(job.source):
        cache.put(job.key, look)
    return look


def _double_page(page: PageImage, job: LookJob) -> DoublePage | None:
    from pdfpipe.batch.sheets.binding import find_double_page  # and engines, which other looks do not need

    return find_double_page(page, job.reader)


def _is_unchanged(source: PageSource) -> bool:
    """Whether what was looked at is what was planned."""
    try:
        status = os.stat(source.path)  # noqa: PTH116 - as the plan does
    except OSError:
        return False
    stamp = source.stamp
    return stamp is not None and (stamp.size, stamp.mtime_ns) == (status.st_size, status.st_mtime_ns)
