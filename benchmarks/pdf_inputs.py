"""Every file of ``DIR/pdfs``, awkward PDFs and images, by pdfpipe and by OCRmyPDF: what comes of each.

Both as they are when nothing is said, with Tesseract and one worker; OCRmyPDF also with ``--skip-text``,
which is what pdfpipe does by itself.  Of what was made: the words that PDFium finds, whether the streams
of all images are byte for byte those of the input, and the size by that of the input.  Of what was not: why.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from benchmarks.support.model import Options, Result, SkippedError, Table
from benchmarks.support.process import convert_command, environment

_SUFFIXES = frozenset({".pdf", ".png", ".jpg", ".tif"})
_PATIENCE, _PAGE_PATIENCE = 300, 60
_MOST_CHARACTERS = 90


def run(options: Options) -> Result:
    if options.corpus is None or not (options.corpus / "pdfs").is_dir():
        raise SkippedError("it needs --corpus DIR with a folder DIR/pdfs")
    files = sorted(path for path in (options.corpus / "pdfs").iterdir() if path.suffix.lower() in _SUFFIXES)
    rows, data = [], {}
    for path in files:
        outcomes = [_by_pdfpipe(path, options.scratch)]
        if options.ocrmypdf:
            program = [options.ocrmypdf, "-j", "1", "-q"]
            outcomes += [
                _by_ocrmypdf(path, [*program, *extra], options.scratch) for extra in ([], ["--skip-text"])
            ]
        rows.append([path.name, *(_told(outcome) for outcome in outcomes)])
        data[path.name] = outcomes
    headings = ["file", "pdfpipe"]
    if options.ocrmypdf:
        headings += ["OCRmyPDF", "OCRmyPDF --skip-text"]
    title = "words found in the output, images of the input byte for byte, size by that of the input, seconds"
    return Result([Table(title, headings, rows)], data=data)


def _by_pdfpipe(path: Path, scratch: Path) -> dict[str, Any]:
    output, report = scratch / "pdfpipe.pdf", scratch / "report.json"
    output.unlink(missing_ok=True)
    command = [*convert_command(), str(path), "-o", str(output)]
    command += ["--engine", "tesseract", "-j", "1", "-q", "--no-config", "--report", str(report)]
    command += ["--page-timeout", str(_PAGE_PATIENCE)]
    outcome = _run(command, path, output)
    (document,) = json.loads(report.read_bytes())["documents"]
    outcome["kind"] = document.get("kind")
    notes = [
        *document.get("notes", ()),
        *(note for page in document.get("pages", ()) for note in page["notes"]),
    ]
    outcome["notes"] = list(dict.fromkeys(notes))
    if document["state"] == "failed":
        outcome["reason"] = document["failures"][0]["message"]
    return outcome


def _by_ocrmypdf(path: Path, command: list[str], scratch: Path) -> dict[str, Any]:
    output = scratch / "ocrmypdf.pdf"
    output.unlink(missing_ok=True)
    return _run([*command, str(path), str(output)], path, output)


def _run(command: list[str], path: Path, output: Path) -> dict[str, Any]:
    start = time.perf_counter()
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment(), timeout=_PATIENCE, check=False
    )
    outcome: dict[str, Any] = {"seconds": time.perf_counter() - start, "exit_code": done.returncode}
    if not output.exists():
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return {**outcome, "reason": lines[-1] if lines else ""}
    with pypdfium2.PdfDocument(output) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    outcome["pages"] = len(texts)
    outcome["words"] = sum(len(text.split()) for text in texts)
    outcome["size"] = output.stat().st_size / path.stat().st_size
    outcome["images_kept"] = _images_kept(path, output)
    return outcome


def _images_kept(path: Path, output: Path) -> bool | None:
    """Whether every image stream of a PDF is in the output as it was; None for other files."""
    if path.suffix.lower() != ".pdf":
        return None
    return not _images(path) - _images(output)


def _images(path: Path) -> Counter[bytes]:
    with pikepdf.open(path) as pdf:
        return Counter(
            obj.read_raw_bytes()
            for obj in pdf.objects
            if isinstance(obj, pikepdf.Stream) and obj.get("/Subtype") == "/Image"
        )


def _told(outcome: dict[str, Any]) -> str:
    if "reason" in outcome:
        reason = outcome["reason"].replace("|", "/")
        return f"refused ({outcome['exit_code']}): {reason[:_MOST_CHARACTERS]}"
    parts = [f"{outcome['words']} words"]
    if outcome["images_kept"] is not None:
        parts.append("images kept" if outcome["images_kept"] else "images changed")
    parts.append(f"{outcome['size']:.2f}x")
    parts.append(f"{outcome['seconds']:.1f} s")
    if outcome.get("kind"):
        parts.append(str(outcome["kind"]))
    return ", ".join(parts)
