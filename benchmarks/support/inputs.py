"""The pages that benchmarks work on."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from benchmarks.support.model import Options, SkippedError

__all__ = [
    "FIXTURES",
    "corpus_pages",
    "folder_of",
    "multi_page_tiff",
    "strokes_only",
    "tessdata_like",
    "typeset_page",
]

FIXTURES = Path(__file__).parents[2] / "fixtures"
_SUFFIXES = frozenset({".tif", ".jpg", ".png"})


def corpus_pages(options: Options, kind: str, count: int | None = None) -> list[Path]:
    """Pages of `kind`, all or `count` evenly spread over them in the order of their names.

    Raises:
        SkippedError: there is no corpus, or nothing of this kind in it.

    """
    if options.corpus is None:
        raise SkippedError("needs real scans: --corpus DIR, with pages in DIR/books")
    folder = options.corpus / kind
    pages = sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES) if folder.is_dir() else []
    if not pages:
        raise SkippedError(f"there are no pages in {kind} of the corpus")
    if count is None or count >= len(pages):
        return pages
    return [pages[i * len(pages) // count] for i in range(count)]


def folder_of(pages: Sequence[Path], folder: Path) -> Path:
    """A folder that holds copies of the pages and nothing else."""
    folder.mkdir(parents=True)
    for page in pages:
        shutil.copyfile(page, folder / page.name)
    return folder


def multi_page_tiff(pages: Sequence[Path], target: Path) -> Path:
    """One TIFF of all pages (1-bit ones as G4), for programs that take one file a document."""
    first, *others = [Image.open(page) for page in pages]
    compression = "group4" if first.mode == "1" else "tiff_lzw"
    dpi = first.info.get("dpi", (300, 300))
    first.save(target, save_all=True, append_images=others, compression=compression, dpi=dpi)
    return target


def tessdata_like(model: Path, folder: Path) -> Path:
    """A folder for TESSDATA_PREFIX with `model` and all else that the system's Tesseract has in its own."""
    folder.mkdir()
    listing = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True)
    system = Path((listing.stdout + listing.stderr).split('"')[1])
    for entry in system.iterdir():
        if entry.suffix != ".traineddata" or entry.stem == "osd":
            (folder / entry.name).symlink_to(entry.resolve())
    (folder / model.name).symlink_to(model.resolve())
    return folder


def typeset_page(seed: int, width: int = 1240, height: int = 1754) -> Image.Image:
    """A gray page, A4 at 150 dpi, with dark strokes in 30 lines of 10 words each."""
    chance = random.Random(seed)
    page = Image.new("L", (width, height), 245)
    draw = ImageDraw.Draw(page)
    for line in range(30):
        top = 100 + line * 52
        for word in range(10):
            x = 80 + word * 108
            for _ in range(chance.randint(2, 10)):
                draw.line((x, top + chance.randint(0, 12), x + 4, top + 24), chance.randint(10, 90), 3)
                x += 9
    return page


def strokes_only(page: Image.Image) -> Image.Image:
    """The page in black and white, without the dots by which Pillow else imitates gray."""
    return page.convert("1", dither=Image.Dither.NONE)
