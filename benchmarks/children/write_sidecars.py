"""Write a sidecar of pages of 300 words, find its pages again, and read some of them.

python -m benchmarks.children.write_sidecars txt|hocr|alto|json PAGES FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.children.write_pages import DPI, HEIGHT, WIDTH, page_text
from benchmarks.support.memory import peak_mib
from pdfpipe.batch.sidecar_files import SidecarFiles
from pdfpipe.formats.reading import open_text, read_text
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.image import ColorSpace, EncodedImage, ImageFilter
from pdfpipe.model.job import DocumentJob, PageContent, PageResult, PageSource
from pdfpipe.model.settings import Settings
from pdfpipe.model.sidecar import Sidecar

_VARIANTS, _MOST_READ = 20, 200


def main() -> None:
    kind, pages, folder = Sidecar(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    image = EncodedImage(b"", 1, 1, ImageFilter.FLATE, ColorSpace.GRAY, 8)
    source = PageSource(Path("page.png"))
    contents = [
        PageContent(image, 1, WIDTH, HEIGHT, Resolution(DPI, DPI), page_text(seed))
        for seed in range(_VARIANTS)
    ]
    job = DocumentJob("pages", folder / "pages.pdf", (source,) * pages, Settings(sidecars=(kind,)))
    start = time.process_time()
    files = SidecarFiles(job, ("eng",))
    for number in range(pages):
        files.add(PageResult(number + 1, source, contents[number % _VARIANTS]))
    files.finish()
    for file in files.files:
        file.commit()
    written = time.process_time()
    peak = peak_mib()
    figures = {"write": written - start, "peak_mib": peak, "bytes": kind.beside(job.output).stat().st_size}
    if kind is not Sidecar.TEXT:
        found = open_text(kind.beside(job.output)).pages
        opened = time.process_time()
        if len(found) != pages:
            raise RuntimeError(f"{kind.value}: {len(found)} pages")
        for page in found[:_MOST_READ]:
            if len(list(read_text(page, WIDTH, HEIGHT, Resolution(DPI, DPI)).words)) != 300:
                raise RuntimeError(f"{kind.value}: words are missing")
        figures |= {
            "find": opened - written,
            "read": (time.process_time() - opened) / min(pages, _MOST_READ),
            "peak_reading_mib": peak_mib(),
        }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
