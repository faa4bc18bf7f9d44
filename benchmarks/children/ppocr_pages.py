"""Read many pages of random sizes with ppocr and print memory as JSON: list of scans, pages, runtime."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

from PIL import Image

from benchmarks.support.memory import peak_mib, resident_mib
from pdfpipe.model.engine_settings import InferenceRuntime, PpocrSettings
from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import warm_engine


def main() -> None:
    scans = [Path(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    pages = int(sys.argv[2])
    runtime = PpocrSettings(runtime=InferenceRuntime(sys.argv[3]))
    engine = warm_engine(EngineSpec("ppocr", ("eng",), ppocr=runtime))
    chance = random.Random(1)
    samples = []
    for number in range(1, pages + 1):
        engine.recognize(_piece(chance.choice(scans), chance))
        if number % max(1, pages // 10) == 0:
            samples.append((number, resident_mib(), peak_mib()))
            print(samples[-1], file=sys.stderr)
    print(json.dumps({"samples": samples}))


def _piece(path: Path, chance: random.Random) -> OcrImage:
    with Image.open(path) as scan:
        page = scan.convert(chance.choice(("L", "RGB")))
    width, height = (max(64, round(side * chance.uniform(0.2, 1.0))) for side in page.size)
    left, top = chance.randint(0, page.width - min(width, page.width)), chance.randint(0, page.height // 3)
    piece = page.crop((left, top, min(left + width, page.width), min(top + height, page.height)))
    scale = chance.uniform(0.5, 1.4)
    size = max(32, round(piece.width * scale)), max(32, round(piece.height * scale))
    return OcrImage(piece.resize(size), max(70.0, 300.0 * scale * chance.uniform(0.5, 1.0)))


if __name__ == "__main__":
    main()
