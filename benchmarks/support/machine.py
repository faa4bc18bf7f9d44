"""Where and with what something was measured."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import tesserocr

from benchmarks.support.process import processors

__all__ = ["machine"]

_LIBRARIES = ("pdfpipe", "tesserocr", "pillow", "pypdfium2", "pebble", "reportlab")


def machine(ocrmypdf: str | None) -> dict[str, str]:
    """Processor, memory, load at the start and versions, in the order to print."""
    facts = {
        "processor": f"{_processor()}, {processors()} cores to use",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.1f} GiB",
        "system": platform.platform(),
        "load": f"{os.getloadavg()[0]:.2f} over the last minute, before the first benchmark",
        "Python": platform.python_version(),
    }
    for library in _LIBRARIES:
        try:
            facts[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            facts[library] = "not installed"
    facts["pdfpipe's Tesseract"] = tesserocr.tesseract_version().split("\n")[0].removeprefix("tesseract ")
    if ocrmypdf is not None:
        facts["OCRmyPDF"] = _first_line(ocrmypdf, "--version")
        facts["OCRmyPDF's Tesseract"] = _first_line("tesseract", "--version").removeprefix("tesseract ")
    facts["poppler"] = _first_line("pdftotext", "-v").removeprefix("pdftotext version ")
    facts["command"] = f"python -m benchmarks {' '.join(sys.argv[1:])}".strip()
    return facts


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def _first_line(*command: str) -> str:
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
    except OSError:
        return "not installed"
    return done.stdout.split("\n")[0].strip()
