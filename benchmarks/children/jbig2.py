"""A stand-in for jbig2enc as OCRmyPDF calls it: pdfpipe's encoder, one image, as a PDF wants it.

    python -m benchmarks.children.jbig2 --version
    python -m benchmarks.children.jbig2 --pdf -t THRESHOLD IMAGE > IMAGE.jbig2

jbig2enc codes without loss in the same way, each pixel by itself with ten around it (T.88, 6.2), unless it is
asked for symbols.
"""

from __future__ import annotations

import sys

from PIL import Image

from pdfpipe.codecs import jbig2


def main() -> None:
    if sys.argv[1:] == ["--version"]:
        print("jbig2enc 0.30")
        return
    with Image.open(sys.argv[-1]) as image:
        sys.stdout.buffer.write(jbig2.encode(image.convert("1")).data)


if __name__ == "__main__":
    main()
