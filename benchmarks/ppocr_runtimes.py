"""Seconds and word F1 of ppocr by each runtime and precision, on one processor.

pdfpipe chooses by what it knows of the processor (`pdfpipe.ocr.ppocr.runtime`); this says whether that is
the fastest here.  Each figure is the least of some runs, in which all take turns.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from statistics import fmean

from benchmarks.support.inputs import corpus_pages
from benchmarks.support.model import Options, Result, SkippedError, Table, Target
from benchmarks.support.process import child
from benchmarks.support.scoring import truth_text, word_f1
from pdfpipe.model.engine_settings import InferenceRuntime
from pdfpipe.ocr.ppocr.runtime import has_fast_bfloat16, resolve_runtime

_GROUPS = ("books", "receipts")
_PAGES = 6
_RUNS = 3
_MOST_SLOWER = 1.05

_Way = tuple[str, str]
"""A runtime, and a precision."""
_NONE_SUCH: _Way = ("onnxruntime", "bf16")


def run(options: Options) -> Result:
    installed = [runtime for runtime in ("openvino", "onnxruntime") if find_spec(runtime) is not None]
    if not installed:
        raise SkippedError("needs openvino or onnxruntime")
    ways = [(name, bits) for name in installed for bits in ("f32", "bf16") if (name, bits) != _NONE_SUCH]
    chosen = _chosen()
    rows: dict[_Way, list[str]] = {way: [] for way in ways}
    seconds: dict[_Way, float] = dict.fromkeys(ways, 0.0)
    for group in _GROUPS:
        scans = [page for page in corpus_pages(options, group, options.pages or _PAGES) if truth_text(page)]
        if not scans:
            raise SkippedError(f"needs the known text of some of {group}")
        listed = Path(options.scratch, f"{group}.txt")
        listed.write_text("\n".join(map(str, scans)), encoding="utf-8")
        runs = [
            {way: child("ppocr_runtime", listed, *way) for way in ways} for _ in range(options.runs or _RUNS)
        ]
        for way in ways:
            least = min(figures[way]["seconds"] for figures in runs)
            texts = runs[0][way]["texts"]
            f1 = fmean(word_f1(text, truth_text(scan) or "") for text, scan in zip(texts, scans, strict=True))
            seconds[way] += least
            rows[way] += [f"{least:.2f}", f"{f1:.4f}"]
    headings = [heading for group in _GROUPS for heading in (f"{group}: s/page", "word F1")]
    table = Table(
        "ppocr",
        ["", *headings],
        [[f"{', '.join(way)}{' (chosen)' * (way == chosen)}", *cells] for way, cells in rows.items()],
    )
    slower = seconds[chosen] / min(seconds.values())
    return Result([table], [Target("time of what is chosen, of the fastest", slower, _MOST_SLOWER)])


def _chosen() -> _Way:
    runtime = resolve_runtime(InferenceRuntime.AUTO)
    is_half = runtime is InferenceRuntime.OPENVINO and has_fast_bfloat16()
    return runtime.value, "bf16" if is_half else "f32"
