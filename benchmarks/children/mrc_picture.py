"""Draw docs/mrc.png, a fixture as it was scanned and in layers."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from benchmarks.support.inputs import FIXTURES
from benchmarks.support.process import convert_command, seconds_of

_SCAN = FIXTURES / "scans" / "formats" / "jpeg-rgb.jpg"
_CROP = (60, 60, 400, 250)
_ZOOM = 2
_GAP, _CAPTION = 12, 30


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder, "page.pdf")
        seconds_of([*convert_command(), _SCAN, "-o", pdf, "--mrc", "--no-config", "-q"])
        size = pdf.stat().st_size
        with Image.open(_SCAN) as scan:
            before = scan.convert("RGB")
        pixels = ("-scale-to-x", str(_ZOOM * before.width), "-scale-to-y", str(_ZOOM * before.height))
        subprocess.run(
            ["pdftoppm", "-q", "-singlefile", "-png", *pixels, pdf, pdf.with_suffix("")], check=True
        )
        with Image.open(pdf.with_suffix(".png")) as shown:
            after = shown.convert("RGB")
    before = before.resize(after.size, Image.Resampling.BICUBIC)
    crop = tuple(_ZOOM * side for side in _CROP)
    parts = [
        (before.crop(crop), f"JPEG, {_SCAN.stat().st_size / 1000:.0f} KB"),  # type: ignore[arg-type]
        (after.crop(crop), f"PDF with --mrc, {size / 1000:.0f} KB"),  # type: ignore[arg-type]
    ]
    width, height = parts[0][0].size
    picture = Image.new("RGB", (2 * width + _GAP, height + _CAPTION), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(20)
    for i, (part, caption) in enumerate(parts):
        picture.paste(part, (i * (width + _GAP), 0))
        draw.text((i * (width + _GAP), height + 2), caption, "black", font)
    picture.quantize(64).save(sys.argv[1], optimize=True)


if __name__ == "__main__":
    main()
