"""Separator sheets and blank pages: what is overlooked, what is taken for one, and what a look costs.

Printed sheets are damaged as scans are (`benchmarks.support.degrade`) and looked at, as are empty sheets with
dust and with the print of the other side; none may be overlooked.  All pages of the corpus are looked at too;
none is a separator or blank.  *CPU time* is that of one thread, decoding not counted but told beside it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any, Final

import cv2
import numpy as np
import pypdfium2
from numpy.random import RandomState
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.support.degrade import KINDS, degraded
from benchmarks.support.inputs import corpus_pages
from benchmarks.support.model import Options, Result, SkippedError, Table, Target
from pdfpipe.batch.sheets.dividing import PREFIX
from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.sheets.look import look_at_sheet
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.image import DpiSource, PageImage
from pdfpipe.model.job import PageSource
from pdfpipe.model.sheet_look import Sought
from pdfpipe.pdf.separator_sheets import Paper, SeparatorSheet, separator_sheets

_DPI: Final = 300
_LOOKS: Final = {
    "patch code T": (Sought.PATCH_T,),
    "barcodes of sheets": (Sought.SHEET_CODES,),
    "any barcode": (Sought.BARCODES,),
    "blank": (Sought.INK,),
}
_SHEETS: Final = {
    "patch T": SeparatorSheet("PATCH T", patch_t=True),
    "barcode": SeparatorSheet("INV-2024-0017", code=f"{PREFIX}INV-2024-0017"),
    "both": SeparatorSheet("INV-2024-0017", patch_t=True, code=f"{PREFIX}INV-2024-0017"),
    "long name": SeparatorSheet("Müller", code=f"{PREFIX}Rechnung Nr. 2024-0017 an Müller & Söhne, Köln"),
}
_NOT_OF_SHEETS: Final = ("turned", "skew", "negative", "light print")
"""Damage that no blank sheet has when it is scanned, or that all are given as it is."""

_PLACES: Final = (
    (-10.0, 0),
    (-4.0, 90),
    (0.0, 180),
    (7.0, 270),
    (10.0, 180),
    (4.0, 0),
    (0.0, 90),
    (-7.0, 270),
)
"""How sheets lie: slope and turn in degrees."""
_MOST_SECONDS: Final = 0.02


def run(options: Options) -> Result:
    tables, targets, data = _corpus(options)
    missed = _sheets()
    blanks = _blanks(options)
    rows = [[kind, *(f"{missed[kind, name]} of {len(_PLACES)}" for name in _SHEETS)] for kind in _damages()]
    tables.append(
        Table(
            "Printed sheets that are overlooked, in all orientations and at slopes up to 10°",
            ["damage", *_SHEETS],
            rows,
        )
    )
    tables.append(
        Table(
            "Empty sheets taken for written ones; dust is 150 specks of 0.2 to 0.6 mm",
            ["sheets", "overlooked"],
            [[kind, f"{wrong} of {count}"] for kind, (wrong, count) in blanks.items()],
        )
    )
    targets.append(Target("separator sheets overlooked", sum(missed.values()), 0))
    targets.append(Target("empty sheets overlooked", sum(wrong for wrong, _ in blanks.values()), 0))
    data["missed"] = {f"{kind}, {name}": number for (kind, name), number in missed.items()}
    data["blanks"] = blanks
    return Result(tables, targets, data=data)


def _corpus(options: Options) -> tuple[list[Table], list[Target], dict[str, Any]]:
    """What is found on ordinary pages, and how long it takes."""
    rows, targets = [], []
    data: dict[str, Any] = {}
    false = 0
    for kind in ("books", "receipts", "german"):
        try:
            pages = corpus_pages(options, kind, options.pages)
        except SkippedError:
            if kind == "books":
                raise
            continue
        seconds: dict[str, list[float]] = {name: [] for name in ("decoding", *_LOOKS)}
        found: Counter[str] = Counter()
        for path in pages:
            page = _timed(seconds["decoding"], partial(_load, path))
            for name, sought in _LOOKS.items():
                look = _timed(seconds[name], partial(look_at_sheet, page, sought))
                is_own = any(text.startswith(PREFIX) for text in look.barcodes)
                false += look.patch_t + is_own + look.blank
                found[name] += look.patch_t or look.blank or bool(look.barcodes)
        means = {name: fmean(taken) for name, taken in seconds.items()}
        data[kind] = {"seconds": seconds, "found": dict(found)}
        rows.append([f"{kind} ({len(pages)})", *(f"{1000 * means[name]:.0f} ms" for name in seconds)])
        rows.append(["  found", "", *(str(found[name]) for name in _LOOKS)])
        if kind == "books":
            targets += [
                Target(f"a look for {name} at a book page", means[name], _MOST_SECONDS, unit=" s")
                for name in ("patch code T", "barcodes of sheets")
            ]
    targets.append(Target("ordinary pages taken for separators or blank", false, 0))
    headings = ["pages", "decoding", *_LOOKS]
    return (
        [Table("Looks at the corpus, mean CPU time a page, and pages on which it is found", headings, rows)],
        targets,
        data,
    )


def _load(path: Path) -> PageImage:
    return load_page(PageSource(path), image_dpi=None, max_pixels=1e9)


def _timed(seconds: list[float], action: Callable[[], Any]) -> Any:
    start = time.thread_time()
    result = action()
    seconds.append(time.thread_time() - start)
    return result


def _damages() -> list[str]:
    return [
        "none",
        *(kind for kind in KINDS if not kind.startswith(_NOT_OF_SHEETS)),
        "black and white, dusty",
    ]


def _sheets() -> Counter[tuple[str, str]]:
    """How many sheets are overlooked, or not taken for mere sheets, by damage and kind of sheet."""
    missed: Counter[tuple[str, str]] = Counter()
    with pypdfium2.PdfDocument(separator_sheets(list(_SHEETS.values()), Paper.A4)) as pdf:
        for (name, sheet), shown in zip(_SHEETS.items(), pdf, strict=True):
            clean = shown.render(scale=_DPI / 72, grayscale=True).to_pil().convert("L")
            for kind in _damages():
                for page in _scanned(kind, clean, name):
                    look = look_at_sheet(_page(page), (Sought.PATCH_T, Sought.SHEET_CODES))
                    right = look.bare and look.patch_t == sheet.patch_t
                    right &= look.barcodes == ((sheet.code,) if sheet.code else ())
                    missed[kind, name] += not right
    return missed


def _scanned(kind: str, clean: Image.Image, name: str) -> Iterator[Image.Image]:
    for slope, turn in _PLACES:
        page = clean.rotate(slope, Image.Resampling.BICUBIC, fillcolor=255).rotate(turn, expand=True)
        if kind == "black and white, dusty":
            dusty = _dusty(page, RandomState(turn))
            yield dusty.point(lambda value: 255 * (value > 127)).convert("1")
        elif kind == "none":
            yield page
        else:
            yield degraded(kind, page, f"{name} {slope} {turn}")


def _dusty(page: Image.Image, chance: RandomState) -> Image.Image:
    page = page.copy()
    draw = ImageDraw.Draw(page)
    for _ in range(200):
        x, y, size = chance.uniform(0, page.width), chance.uniform(0, page.height), chance.uniform(0.5, 4)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=int(255 * chance.randint(2)))
    return page


def _blanks(options: Options) -> dict[str, tuple[int, int]]:
    """How many empty sheets are not seen to be empty, of how many, by what is on them."""
    books = corpus_pages(options, "books", 8)
    found: dict[str, tuple[int, int]] = {}
    for kind in ("clean", "dusty", "print shows through", "skewed", "dusty, black and white", "all of it"):
        wrong = 0
        for number, book in enumerate(books):
            look = look_at_sheet(_page(_empty(kind, book, RandomState(number))), (Sought.INK,))
            wrong += not look.blank
        found[kind] = wrong, len(books)
    return found


def _empty(kind: str, book: Path, chance: RandomState) -> Image.Image:
    """A sheet, A4 at 300 dpi, on the other side of which is a page of a book."""
    levels = 240 + chance.normal(0, 3, (3508, 2480)).astype(np.float32)
    everything = kind == "all of it"
    if everything or kind == "print shows through":
        other = Image.open(book).convert("L").resize((2480, 3508)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        levels *= 0.85 + 0.15 * np.asarray(other.filter(ImageFilter.GaussianBlur(4)), np.float32) / 255
    page = Image.fromarray(levels.round().clip(0, 255).astype(np.uint8))
    if everything or kind.startswith("dusty"):
        draw = ImageDraw.Draw(page)
        for _ in range(150):
            x, y, size = chance.uniform(0, 2480), chance.uniform(0, 3508), chance.uniform(1, 3.5)
            draw.ellipse((x - size, y - size, x + size, y + size), fill=40)
    if everything or kind == "skewed":
        page = page.rotate(chance.uniform(-5, 5), Image.Resampling.BICUBIC, fillcolor=15)
    if kind.endswith("black and white"):
        return page.point(lambda value: 255 * (value > 127)).convert("1")
    return page


def _page(pixels: Image.Image) -> PageImage:
    cv2.setNumThreads(1)
    dpi = pixels.info.get("dpi", (_DPI, _DPI))[0]
    return PageImage(pixels, "PNG", Resolution(dpi, dpi), DpiSource.FILE)
