"""Make docs/preview.png: the preview of a fixture that has been through a lot.

python -m benchmarks.children.preview_picture docs/preview.png
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image

from benchmarks.support.degrade import degraded
from benchmarks.support.inputs import FIXTURES
from benchmarks.support.process import pdfpipe_command, seconds_of

_PAGE = FIXTURES / "scans" / "declaration" / "page-1.tif"
_DAMAGE = ("skew of 3°", "dark borders", "speckle", "turned by 180°")


def main(target: Path) -> None:
    with Image.open(_PAGE) as page:
        dpi = page.info["dpi"]
        scan: Image.Image = page.convert("1")
    for kind in _DAMAGE:
        scan = degraded(kind, scan, _PAGE.name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "declaration.png")
        scan.save(path, dpi=dpi)
        options = ("--no-config", "-l", "eng", "--engine", "tesseract")
        seconds_of([*pdfpipe_command(), "preview", path, "-o", target.absolute(), *options])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
