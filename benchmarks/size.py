"""How large documents and images become, beside their inputs and beside OCRmyPDF.

* *document*: 24 book pages, evenly spread over the corpus, as one document; OCRmyPDF with ``-O1``, which
  codes without loss, and has JBIG2 only where the program jbig2 is installed: once as it is, and once with a
  stand-in for that program that has pdfpipe's encoder.
* *1-bit pages*: each book page by both codecs, bytes and milliseconds.
* *images*: all pages of the corpus and the fixtures, each against its own data in its file.  The promise is
  that nothing grows by more than 3 % and 8 KB but what was coded with loss, or better than a PDF can.
* *on request*: pages in gray and color with each option that makes them smaller.

Only the first reads text; the images go through `pdfpipe.codecs.select` as in a page task.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import mean

import pypdf

from benchmarks.support.inputs import FIXTURES, corpus_pages, folder_of, multi_page_tiff
from benchmarks.support.model import Options, Result, SkippedError, Table, Target
from benchmarks.support.process import convert_command, seconds_of
from pdfpipe.codecs import ccitt, jbig2
from pdfpipe.codecs.select import encode
from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.tiff import page_frames
from pdfpipe.model.image import EncodedImage, PageImage
from pdfpipe.model.image_settings import ImageSettings
from pdfpipe.model.job import PageSource

_PAGES = 24
_GROWTH, _GROWTH_BYTES = 1.03, 8192
_KINDS = ("books", "receipts", "german")
_REQUESTS = {
    "--optimize-jpeg": ImageSettings(optimize_jpeg=True),
    "--jpeg-quality 75": ImageSettings(jpeg_quality=75),
    "--jpeg-quality 40": ImageSettings(jpeg_quality=40),
    "--max-dpi 150": ImageSettings(max_dpi=150),
    "--jpeg-quality 40 --max-dpi 150": ImageSettings(jpeg_quality=40, max_dpi=150),
}


def run(options: Options) -> Result:
    books = corpus_pages(options, "books")
    document, targets, notes = _document(options)
    images, over = _images(_sets(options))
    targets.append(Target("images of lossless formats that grow by more than 3 % and 8 KB", over, 0))
    return Result([document, _bilevel(books), images, _requests(options)], targets, notes)


def _document(options: Options) -> tuple[Table, list[Target], list[str]]:
    pages = corpus_pages(options, "books", options.pages or _PAGES)
    folder = folder_of(pages, options.scratch / "book")
    ours = options.scratch / "ours.pdf"
    seconds_of([*convert_command(), folder, "-o", ours, "--engine", "tesseract"])
    sizes = {"scans": sum(page.stat().st_size for page in pages), "pdfpipe": ours.stat().st_size}
    targets = []
    if options.ocrmypdf is not None:
        source, theirs = multi_page_tiff(pages, options.scratch / "book.tif"), options.scratch / "theirs.pdf"
        seconds_of([options.ocrmypdf, "--quiet", "-O1", "-l", "eng", source, theirs])
        sizes["OCRmyPDF -O1"] = theirs.stat().st_size
        targets.append(
            Target("size of OCRmyPDF's document", ours.stat().st_size / theirs.stat().st_size, 0.72)
        )
        if jbig2.is_available():
            path = {"PATH": f"{_stand_in(options.scratch)}{os.pathsep}{os.environ['PATH']}"}
            seconds_of([options.ocrmypdf, "--quiet", "-O1", "-l", "eng", source, theirs], path)
            sizes["OCRmyPDF -O1 with JBIG2"] = theirs.stat().st_size
            targets.append(
                Target("size of OCRmyPDF's with JBIG2", ours.stat().st_size / theirs.stat().st_size, 1.0)
            )
    rows = [
        [name, f"{size:,}", f"{size / len(pages):,.0f}", f"{size / sizes['scans']:.3f}"]
        for name, size in sizes.items()
    ]
    filters = {
        str(image["/Filter"])
        for page in pypdf.PdfReader(ours).pages
        for image in page["/Resources"]["/XObject"].values()  # type: ignore[index]
    }
    table = Table(
        f"{len(pages)} book pages as one document, with their text", ["", "bytes", "a page", "of scans"], rows
    )
    return table, targets, [f"pdfpipe's images are {', '.join(sorted(filters))}"]


def _stand_in(scratch: Path) -> Path:
    """A folder with a program named as jbig2enc's."""
    program = scratch / "programs" / "jbig2"
    program.parent.mkdir()
    python = f'PYTHONPATH="{FIXTURES.parent}" exec "{sys.executable}"'
    program.write_text(f'#!/bin/sh\n{python} -m benchmarks.children.jbig2 "$@"\n')
    program.chmod(0o755)
    return program.parent


def _bilevel(pages: Sequence[Path]) -> Table:
    images = [load_page(PageSource(page), image_dpi=None, max_pixels=1e9).pixels for page in pages]
    images = [image for image in images if image.mode == "1"]
    codecs: dict[str, Callable[..., EncodedImage]] = {"CCITT G4": ccitt.encode}
    if jbig2.is_available():
        codecs["JBIG2"] = jbig2.encode
    rows, first = [], 0.0
    for name, codec in codecs.items():
        start = time.perf_counter()
        size = mean(codec(image).size for image in images)
        milliseconds = (time.perf_counter() - start) * 1000 / len(images)
        first = first or size
        rows.append([name, f"{size:,.0f}", f"{size / first:.3f}", f"{milliseconds:.1f}"])
    return Table(f"{len(images)} book pages of 1 bit", ["codec", "bytes a page", "of G4", "ms a page"], rows)


def _sets(options: Options) -> dict[str, list[Path]]:
    scans = [path for path in sorted((FIXTURES / "scans").rglob("*")) if path.is_file()]
    sets = {"fixtures": scans}
    for kind in _KINDS:
        try:
            sets[kind] = corpus_pages(options, kind)
        except SkippedError:
            continue
    return sets


def _pages(files: Iterable[Path]) -> Iterable[tuple[Path, PageImage]]:
    for file in files:
        frames = page_frames(file) if file.suffix == ".tif" else (0,)
        for frame in frames:
            yield file, load_page(PageSource(file, frame), image_dpi=None, max_pixels=1e9)


def _images(sets: dict[str, list[Path]]) -> tuple[Table, int]:
    """By set and format; and how many pages of lossless formats broke the promise."""
    sums: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for name, files in sets.items():
        for file, page in _pages(files):
            encoded = encode(page)
            kind = f"{page.format}, {encoded.filter.name}"
            sums.setdefault((name, kind), []).append((page.stored_bytes, encoded.size, file.name))
    rows, broken = [], 0
    for (name, kind), pages in sorted(sums.items()):
        stored, coded = sum(page[0] for page in pages), sum(page[1] for page in pages)
        over = [file for before, after, file in pages if after > before * _GROWTH + _GROWTH_BYTES]
        broken += len(over) if not kind.startswith(("WEBP", "AVIF", "HEIF")) else 0
        rows.append([name, kind, str(len(pages)), f"{stored:,}", f"{coded / stored:.3f}", ", ".join(over)])
    headings = ["set", "format, filter", "pages", "bytes in the files", "in the PDF", "larger"]
    return Table("images of pages, by what they were and what they become", headings, rows), broken


def _requests(options: Options) -> Table:
    pages = [page for kind in ("receipts", "german") for _, page in _pages(_sets(options).get(kind, [])[:12])]
    pages = [page for page in pages if page.pixels.mode != "1"]
    before = sum(encode(page).size for page in pages)
    rows = []
    for name, settings in _REQUESTS.items():
        start = time.perf_counter()
        encoded = [encode(page, settings) for page in pages]
        seconds = (time.perf_counter() - start) / len(pages)
        kept = sum(any("kept" in note for note in image.notes) or not image.notes for image in encoded)
        size = sum(image.size for image in encoded)
        rows.append([name, f"{size / before:.3f}", f"{kept} of {len(pages)}", f"{seconds:.2f}"])
    title = f"{len(pages)} pages in gray and color, {before:,} bytes without loss, with options"
    return Table(title, ["option", "of that", "left as they were", "s a page"], rows)
