"""Read scans with ppocr, by one runtime with one precision, and print its seconds and texts as JSON.

Arguments: list of scans, runtime, bf16 or f32.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from unittest.mock import patch

from PIL import Image

from pdfpipe.model.engine_settings import InferenceRuntime, PpocrSettings
from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import warm_engine


def main() -> None:
    scans = [Path(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    runtime = PpocrSettings(runtime=InferenceRuntime(sys.argv[2]))
    pages = [_page(scan) for scan in scans]
    with patch("pdfpipe.ocr.ppocr.network.has_fast_bfloat16", return_value=sys.argv[3] == "bf16"):
        engine = warm_engine(EngineSpec("ppocr", ("eng",), ppocr=runtime))
        engine.recognize(pages[0])
    start = time.perf_counter()
    texts = [engine.recognize(page) for page in pages]
    seconds = time.perf_counter() - start
    words = [" ".join(word.text for word in text.words) for text in texts]
    print(json.dumps({"seconds": seconds / len(pages), "texts": words}))


def _page(path: Path) -> OcrImage:
    with Image.open(path) as scan:
        dpi = float(scan.info.get("dpi", (300.0, 300.0))[0])
        return OcrImage(scan.convert("RGB" if scan.mode == "RGB" else "L"), dpi)


if __name__ == "__main__":
    main()
