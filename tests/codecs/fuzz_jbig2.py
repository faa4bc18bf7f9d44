"""Fuzz the JBIG2 encoder: random and structured images, decoded by PDFium and by poppler.

    python -m tests.codecs.fuzz_jbig2 [--images N] [--seed N] [--sanitize]

With `--sanitize` the encoder is built anew under AddressSanitizer and UndefinedBehaviorSanitizer, which
then end the program at the first fault.  Exit code 1 says that a reader saw another image.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

EXTENSION = "pdfpipe.codecs._jbig2"
SOURCE = Path(__file__).parents[2] / "pdfpipe" / "codecs" / "_jbig2.c"
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer")
WARNINGS = ("-Wall", "-Wextra", "-Werror")
BATCH = 50


def images(seed: int) -> Iterator[Image.Image]:
    """Images of all sizes and kinds, without end."""
    chance = random.Random(seed)
    kinds = (_noise, _sparse, _plain, _stripes, _glyphs, _repeated_rows, _halftone)
    while True:
        for kind in kinds:
            width = chance.choice((chance.randint(1, 20), chance.randint(1, 300)))
            height = chance.choice((1, chance.randint(1, 20), chance.randint(1, 200)))
            yield kind(chance, width, height)


def _noise(chance: random.Random, width: int, height: int) -> Image.Image:
    return Image.frombytes("1", (width, height), chance.randbytes((width + 7) // 8 * height))


def _sparse(chance: random.Random, width: int, height: int) -> Image.Image:
    """White or black with single pixels: long runs in one context, at all places in a byte."""
    ground = chance.randint(0, 1)
    image = Image.new("1", (width, height), ground)
    for _ in range(chance.randint(1, 8)):
        image.putpixel((chance.randrange(width), chance.randrange(height)), 1 - ground)
    return image


def _plain(chance: random.Random, width: int, height: int) -> Image.Image:
    return Image.new("1", (width, height), chance.randint(0, 1))


def _stripes(chance: random.Random, width: int, height: int) -> Image.Image:
    image = Image.new("1", (width, height), 1)
    draw = ImageDraw.Draw(image)
    for x in range(0, width, chance.randint(2, 40)):
        draw.line((x, 0, x + chance.randint(-9, 9), height), 0, chance.randint(1, 5))
    return image


def _glyphs(chance: random.Random, width: int, height: int) -> Image.Image:
    image = Image.new("1", (width, height), 1)
    text = "".join(chance.choices("abcdefghijklmnop QRSTUVW 0123456789 .,;", k=30))
    ImageDraw.Draw(image).text(
        (chance.randint(-5, 5), 0), text, 0, ImageFont.load_default(chance.randint(8, 40))
    )
    return image


def _repeated_rows(chance: random.Random, width: int, height: int) -> Image.Image:
    """Rows that typical prediction leaves out, of the last byte's bits beyond the width too."""
    stride = (width + 7) // 8
    row, data = chance.randbytes(stride), b""
    for _ in range(height):
        if chance.random() < 0.3:
            row = chance.choice((row[:-1] + chance.randbytes(1), chance.randbytes(stride)))
        data += row
    return Image.frombytes("1", (width, height), data)


def _halftone(chance: random.Random, width: int, height: int) -> Image.Image:
    return (
        Image.linear_gradient("L")
        .resize((width, height))
        .point(lambda v: v * chance.uniform(0.7, 1))
        .convert("1")
    )


def differing(batch: list[Image.Image], folder: Path) -> list[str]:
    """Which images are not what a reader sees."""
    from pdfpipe.codecs import jbig2
    from tests.readers import pdfium_images, poppler_images
    from tests.specimens import image_page, write_pdf

    pdf = write_pdf(folder / "images.pdf", [image_page(jbig2.encode(image)) for image in batch])
    found = []
    for reader, read in (("PDFium", pdfium_images(pdf)), ("poppler", poppler_images(pdf, folder))):
        for seen, image in zip(read, batch, strict=True):
            if seen.convert("L").tobytes() != image.convert("L").tobytes():
                found.append(f"{reader}: {image.size} {image.tobytes().hex()[:200]}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Fuzz the JBIG2 encoder.")
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sanitize", action="store_true")
    parser.add_argument("--extension", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.sanitize:
        return _sanitized(options.images, options.seed)
    if options.extension is not None:
        _load(options.extension)
    with tempfile.TemporaryDirectory() as folder:
        source = islice(images(options.seed), options.images)
        while batch := list(islice(source, BATCH)):
            if found := differing(batch, Path(folder)):
                print("\n".join(found))
                return 1
    print(f"{options.images} images were decoded exactly by both readers")
    return 0


def _load(file: Path) -> None:
    """Use this build of the encoder."""
    spec = importlib.util.spec_from_file_location(EXTENSION, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[EXTENSION] = module


def _sanitized(count: int, seed: int) -> int:
    """Run this program again with an encoder built under the sanitizers, which must be loaded first."""
    with tempfile.TemporaryDirectory() as folder:
        extension = Path(folder, "_jbig2.so")
        include = f"-I{sysconfig.get_path('include')}"
        flags = ("-g", "-O1", "-shared", "-fPIC", "-DPy_LIMITED_API=0x030B0000", *WARNINGS, *SANITIZERS)
        subprocess.run(["cc", *flags, include, str(SOURCE), "-o", str(extension)], check=True)
        library = subprocess.run(
            ["cc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
        )
        environment = {
            **os.environ,
            "LD_PRELOAD": library.stdout.strip(),
            "ASAN_OPTIONS": "detect_leaks=0",  # Python itself leaves things behind
            "PYTHONMALLOC": "malloc",
        }
        command = [sys.executable, "-m", "tests.codecs.fuzz_jbig2", "--extension", str(extension)]
        command += ["--images", str(count), "--seed", str(seed)]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
