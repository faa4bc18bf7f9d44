"""Stacks among the planned documents: those that are to be divided become several documents."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from pdfpipe.batch.double_pages import with_halves
from pdfpipe.batch.freshness import scans_digest
from pdfpipe.batch.sheets.dividing import divide
from pdfpipe.model.job import DocumentJob, Failure, PageSource, Stage
from pdfpipe.model.sheet_look import SeparatorKind, SheetLook, Sought
from pdfpipe.pdf.marker import read_marker

if TYPE_CHECKING:
    from pdfpipe.batch.sheets.looking import OnLook

__all__ = ["divided"]

_PDF: Final = (
    "a PDF is not divided at separator sheets: convert its images (pdfimages -all takes them out), or the "
    "PDF without --split-on"
)


def divided(documents: Iterable[DocumentJob], on_look: OnLook | None = None) -> list[DocumentJob]:
    """The documents, those that are to be divided at separators as the documents that they are.

    A document that is named by a barcode gets a number where another of the plan has its name, or a document
    of other scans stands under it.  A PDF of several pages that would have to be divided has a `failure`.
    Scans of open books are two pages each, where the settings say so.
    """
    documents = [_refused_if_pdf(job) for job in documents]
    looked_at = [job for job in documents if _is_stack(job) or _may_have_double_pages(job)]
    if not looked_at:
        return documents
    from pdfpipe.batch.sheets.looking import looks  # the cache and more, which few plans need

    scans = [(page, _sought(job), job.settings) for job in looked_at for page in job.pages]
    made: list[DocumentJob] = []
    with closing(looks(scans, on_look)) as seen:
        for job in documents:
            if not _is_stack(job):
                has_halves = _may_have_double_pages(job)
                made.append(with_halves(job, islice(seen, len(job.pages))) if has_halves else job)
                continue
            seen_on_it = list(islice(seen, len(job.pages)))
            on_pages = iter(seen_on_it)
            documents_of_it = _documents(job, seen_on_it)
            if job.settings.preprocessing.splits:
                made += (with_halves(one, islice(on_pages, len(one.pages))) for one in documents_of_it)
            else:
                made += documents_of_it
    return _with_free_names(made)


def _may_have_double_pages(job: DocumentJob) -> bool:
    return job.settings.preprocessing.splits and job.failure is None and bool(job.pages) and not _is_pdf(job)


def _is_stack(job: DocumentJob) -> bool:
    if not job.settings.separators.split_on or len(job.pages) < 2 or _is_pdf(job):
        return False
    return job.failure is None or any(page.path == job.failure.path for page in job.pages)


def _is_pdf(job: DocumentJob) -> bool:
    return bool(job.pages) and job.pages[0].pdf is not None


def _refused_if_pdf(job: DocumentJob) -> DocumentJob:
    """The job, with a failure where it would have to be divided and cannot."""
    if job.failure is not None or not _is_pdf(job) or len(job.pages) < 2:
        return job
    if not job.settings.separators.split_on:
        return job
    return msgspec.structs.replace(job, failure=Failure(Stage.PLAN, _PDF, job.pages[0].path))


def _sought(job: DocumentJob) -> tuple[Sought, ...]:
    """What must be looked for to know where a stack is divided, and which scans are two pages."""
    separators = job.settings.separators
    codes = Sought.BARCODES if separators.barcode_pattern else Sought.SHEET_CODES
    sought = {
        SeparatorKind.PATCH_T: Sought.PATCH_T,
        SeparatorKind.BARCODE: codes,
        SeparatorKind.BLANK: Sought.INK,
    }
    kinds = [kind for kind in SeparatorKind if kind in separators.split_on] if _is_stack(job) else []
    binding = (Sought.BINDING,) if job.settings.preprocessing.splits else ()
    return (*(sought[kind] for kind in kinds), *binding)


def _documents(stack: DocumentJob, seen: list[SheetLook]) -> Iterator[DocumentJob]:
    """The documents of a stack; one that is all of it keeps its name, unless a barcode has another."""
    parts = divide(stack.pages, seen, stack.settings.separators)
    is_one_file = len({page.path for page in stack.pages}) == 1
    for number, part in enumerate(parts, 1):
        name = part.name or (f"{stack.name}-{number:03}" if len(parts) > 1 else stack.name)
        stem = part.name or (f"{stack.output.stem}-{number:03}" if len(parts) > 1 else stack.output.stem)
        yield msgspec.structs.replace(
            stack,
            name=name,
            output=stack.output.with_name(f"{stem}.pdf"),
            pages=part.pages,
            failure=_failure_of(stack, part.pages),
            part=number,
            share=len(part.pages) / len(stack.pages) if is_one_file else 1.0,
            is_named_by_scan=bool(part.name),
        )


def _failure_of(stack: DocumentJob, pages: tuple[PageSource, ...]) -> Failure | None:
    """The stack's failure, if it is that of one of these pages."""
    failure = stack.failure
    if failure is None:
        return None
    number = next((number for number, page in enumerate(pages, 1) if page.path == failure.path), None)
    return msgspec.structs.replace(failure, page=number) if number is not None else None


def _with_free_names(documents: Sequence[DocumentJob]) -> list[DocumentJob]:
    """The documents; those that are named by barcodes get numbers where others have their outputs."""
    taken = {_key(document.output) for document in documents if not document.is_named_by_scan}
    free = []
    for document in documents:
        output, number = document.output, 2
        while document.is_named_by_scan and (_key(output) in taken or _is_of_other_scans(output, document)):
            output = document.output.with_name(f"{document.output.stem}-{number}.pdf")
            number += 1
        taken.add(_key(output))
        free.append(msgspec.structs.replace(document, output=output))
    return free


def _is_of_other_scans(output: Path, document: DocumentJob) -> bool:
    """Whether there is a document of ours that is not of these scans: sheets are used again."""
    try:
        marker = read_marker(output)
    except OSError:
        return False
    return marker is not None and marker.scans != scans_digest(document)


def _key(output: Path) -> str:
    """The same for names that some file system takes for one."""
    return os.path.normcase(output).casefold()
