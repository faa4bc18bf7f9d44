"""Stacks of scans with separator sheets in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from pdfpipe.batch.sheets.look_job import LookJob
from pdfpipe.errors import WorkerCrashedError
from pdfpipe.model.separator_settings import SeparatorSettings
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_look import SeparatorKind, SheetLook
from pdfpipe.pdf.separator_sheets import SeparatorSheet
from tests.batch.tiny import make_older, scripted
from tests.separators import LETTER, patch_sheet, printed


class Here:
    """In place of `BlockingCalls`: looks in this process, which is sooner than to start others."""

    def __init__(self, task: Callable[[LookJob], SheetLook], *_: object, **__: object) -> None:
        self._task = task

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def each(self, jobs: Iterable[LookJob]) -> Iterator[SheetLook | WorkerCrashedError]:
        return map(self._task, jobs)


def page(number: int) -> Image.Image:
    sheet = Image.new("L", LETTER, 255)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((100, 200, 500, 230 + number), fill=0)
    for line in range(12):
        for letter in range(30):
            draw.rectangle((100 + 20 * letter, 300 + 40 * line, 110 + 20 * letter, 312 + 40 * line), fill=20)
    return sheet


def sheets(stack: str) -> list[Image.Image]:
    """`x` for a page, `T` for a patch code, `-` for an empty sheet, other letters for barcodes."""
    kinds = {"T": patch_sheet(), "-": Image.new("L", LETTER, 250)}
    return [
        page(number)
        if kind == "x"
        else kinds[kind]
        if kind in kinds
        else printed(SeparatorSheet(kind, code=f"PDFPIPE:{kind}"))
        for number, kind in enumerate(stack)
    ]


def write_tiff(path: Path, stack: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *others = sheets(stack)
    first.save(path, dpi=(100, 100), save_all=True, append_images=others, compression="tiff_deflate")
    make_older(path)
    return path


def write_folder(folder: Path, stack: str) -> Path:
    folder.mkdir(parents=True)
    for number, sheet in enumerate(sheets(stack), 1):
        sheet.save(folder / f"{number}.png", dpi=(100, 100))
        make_older(folder / f"{number}.png")
    return folder


def splitting(*kinds: str, keep: bool = False, pattern: str = "", **settings: Any) -> Settings:
    split_on = tuple(map(SeparatorKind, kinds or ("patch-t",)))
    separators = SeparatorSettings(split_on=split_on, keep=keep, barcode_pattern=pattern)
    return scripted(separators=separators, **settings)
