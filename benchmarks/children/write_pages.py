"""Write pages of 300 words and an image each into one PDF, and nothing else.

    python -m benchmarks.children.write_pages pdfpipe|reportlab jpeg|g4 PAGES OUTPUT.pdf

Words and images are made before the clock starts; JPEGs are read from files, one a page, whose names
differ.  It is checked that none was left out because another page has the same.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import string
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.support.inputs import strokes_only, typeset_page
from benchmarks.support.memory import peak_mib
from pdfpipe.codecs import ccitt, jpeg
from pdfpipe.model.geometry import BoundingBox, Point, Resolution
from pdfpipe.model.image import EncodedImage
from pdfpipe.model.job import PageContent
from pdfpipe.model.text import Baseline, Block, Line, PageText, Word
from pdfpipe.pdf.metadata import DocumentMetadata
from pdfpipe.pdf.writer import PdfWriter

WIDTH, HEIGHT, DPI = 1240, 1754, 150
_VARIANTS = 20


def page_text(seed: int) -> PageText:
    """30 lines of 10 words of random letters."""
    chance = random.Random(seed)
    lines = []
    for row in range(30):
        y0 = 100.0 + row * 52
        words = tuple(
            Word(
                "".join(chance.choices(string.ascii_lowercase, k=chance.randint(2, 10))),
                BoundingBox(80.0 + i * 108, y0, 80.0 + i * 108 + chance.randint(20, 95), y0 + 28),
                0.95,
            )
            for i in range(10)
        )
        box = words[0].box.union(words[-1].box)
        lines.append(Line(words, box, Baseline(Point(box.x0, y0 + 24), Point(box.x1, y0 + 24))))
    return PageText(WIDTH, HEIGHT, (Block(tuple(lines), lines[0].box.union(lines[-1].box)),))


def jpeg_files(pages: int, folder: Path) -> list[Path]:
    """A JPEG for each page, under a name of its own."""
    folder.mkdir()
    for number in range(pages):
        path = folder / f"page-{number}.jpg"
        if number < _VARIANTS:
            typeset_page(number).save(path, quality=60, dpi=(DPI, DPI))
        else:
            os.link(folder / f"page-{number % _VARIANTS}.jpg", path)
    return [folder / f"page-{number}.jpg" for number in range(pages)]


def encoded(path: Path) -> EncodedImage:
    image = jpeg.pass_through(path.read_bytes())
    assert image is not None
    return image


def write_with_pdfpipe(files: list[Path], pages: int, output: Path) -> float:
    texts = [page_text(seed) for seed in range(_VARIANTS)]
    g4 = [ccitt.encode(strokes_only(typeset_page(seed))) for seed in range(_VARIANTS)]
    metadata = DocumentMetadata("Pages", "en", "benchmark", datetime.now(UTC))
    start = time.perf_counter()
    with output.open("wb") as stream:
        writer = PdfWriter(stream, metadata)
        for number in range(pages):
            image = encoded(files[number]) if files else g4[number % _VARIANTS]
            text = texts[number % _VARIANTS]
            writer.add_page(PageContent(image, 1, WIDTH, HEIGHT, Resolution(DPI, DPI), text))
        writer.finish()
    return time.perf_counter() - start


def write_with_reportlab(files: list[Path], pages: int, output: Path) -> float:
    """By file names: so reportlab copies a JPEG undecoded and stores it for each name."""
    config: Any = import_module("reportlab.rl_config")
    config.useA85 = 0
    canvas_module: Any = import_module("reportlab.pdfgen.canvas")
    texts = [page_text(seed) for seed in range(_VARIANTS)]
    scale = 72 / DPI
    start = time.perf_counter()
    canvas = canvas_module.Canvas(str(output), pagesize=(WIDTH * scale, HEIGHT * scale), pageCompression=1)
    for number in range(pages):
        canvas.drawImage(str(files[number]), 0, 0, WIDTH * scale, HEIGHT * scale)
        layer = canvas.beginText()
        layer.setTextRenderMode(3)
        for word in texts[number % _VARIANTS].words:
            size = word.box.height * scale
            layer.setFont("Helvetica", size)
            natural = canvas.stringWidth(word.text, "Helvetica", size)
            layer.setHorizScale(100 * word.box.width * scale / natural)
            layer.setTextOrigin(word.box.x0 * scale, (HEIGHT - word.box.y1) * scale + 0.2 * size)
            layer.textOut(word.text)
        canvas.drawText(layer)
        canvas.showPage()
    canvas.save()
    return time.perf_counter() - start


def main() -> None:
    name, kind, pages, output = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    writers: dict[str, Callable[[list[Path], int, Path], float]] = {
        "pdfpipe": write_with_pdfpipe,
        "reportlab": write_with_reportlab,
    }
    files = jpeg_files(pages, output.parent / "jpeg") if kind == "jpeg" else []
    seconds = writers[name](files, pages, output)
    size, images = output.stat().st_size, sum(file.stat().st_size for file in files)
    if size < images:
        raise RuntimeError(f"{name} wrote {size} bytes for {images} bytes of JPEG: it left some out")
    if files:
        shutil.rmtree(files[0].parent)
    print(json.dumps({"seconds": seconds, "peak_mib": peak_mib(), "bytes_out": size}))


if __name__ == "__main__":
    main()
