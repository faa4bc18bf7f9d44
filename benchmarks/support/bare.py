"""Tesseract by itself: the bound that no program around it can beat, and what it reads.

No code of pdfpipe is used but the search for the model, so that both read with the same one.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pdfpipe.ocr.tesseract.models import find_models

__all__ = ["BareEngine", "Box", "model_file"]

Box = tuple[float, float, float, float]


def model_file(language: str = "eng") -> Path:
    """The model that pdfpipe uses when nothing is said to it."""
    return find_models((language,))[language]


class BareEngine:
    """One warm engine with one thread, as in pdfpipe's workers."""

    def __init__(self, model: Path) -> None:
        os.environ["OMP_THREAD_LIMIT"] = "1"  # before libgomp is loaded
        import tesserocr

        tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
        self._levels = tesserocr.RIL
        self._api: Any = tesserocr.PyTessBaseAPI(
            path=f"{model.parent}/", lang=model.stem, psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
        )

    def read(self, path: Path, dpi: float | None = None) -> str:
        """The text of a page, decoded and read; `dpi` None for what the file says, else Tesseract's guess."""
        from PIL import Image

        with Image.open(path) as image:
            declared = image.info.get("dpi", (0,))[0]
            pixels = image if image.mode == "1" else image.convert("L")
            width, height = pixels.size
            if pixels.mode == "1":
                self._api.SetImageBytes(pixels.tobytes(), width, height, 0, (width + 7) // 8)
            else:
                self._api.SetImageBytes(pixels.tobytes(), width, height, 1, width)
        if dpi or declared:
            self._api.SetSourceResolution(round(dpi or declared))
        self._api.Recognize()
        text: str = self._api.GetUTF8Text()
        return text

    def words(self) -> list[tuple[str, Box]]:
        """The words of the page read last with their boxes, in pixels."""
        iterator = self._api.GetIterator()
        found: list[tuple[str, Box]] = []
        while iterator is not None:
            if not iterator.Empty(self._levels.WORD):
                text = iterator.GetUTF8Text(self._levels.WORD).strip()
                box = iterator.BoundingBox(self._levels.WORD)
                if text and box is not None:
                    found.append((text, box))
            if not iterator.Next(self._levels.WORD):
                break
        return found
