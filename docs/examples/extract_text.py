"""Print the text of scans: one file by itself, several at a time.

python extract_text.py scan.tif
python extract_text.py --language GERMAN page-1.png page-2.png
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence

import pdfpipe.ocr as ocr


async def async_ocr(image_path: str, language: ocr.Language = ocr.Language.ENGLISH) -> str:
    """The text of one scan, or nothing if it cannot be read, in which case the reason is printed."""
    ocr_engine = ocr.OcrEngine()
    ocr_engine.language = language
    # Reading begins here, in a thread; a scan of more than 6000 pixels is scaled down for it.
    ocr_future = ocr_engine.process_async(ocr.Image.load(image_path, max_side=6000))
    # Here a program could do something else in the meantime.
    await asyncio.sleep(0)
    try:
        ocr_result = await ocr_future
    except ocr.OcrException as exc:
        print(f"OCR failed: {exc}")
        return ""
    return ocr_result.text


async def batch_ocr(image_paths: Sequence[str], language: ocr.Language = ocr.Language.ENGLISH) -> list[str]:
    """The texts of many scans, in their order; as many are read at a time as there are processors."""
    return await asyncio.gather(*(async_ocr(path, language) for path in image_paths))


def main() -> None:
    """Read what the command line names."""
    parser = argparse.ArgumentParser(description="Print the text of scans.")
    parser.add_argument("--language", default="ENGLISH", choices=list(ocr.Language.__members__))
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    language = ocr.Language[arguments.language]
    if len(arguments.files) == 1:
        recognized_text = asyncio.run(async_ocr(arguments.files[0], language))
        print("=== OCR RESULT ===")
        print(recognized_text)
        return
    results = asyncio.run(batch_ocr(arguments.files, language))
    for file, text in zip(arguments.files, results, strict=True):
        print(f"--- Result for {file} ---")
        print(text)


if __name__ == "__main__":
    main()
