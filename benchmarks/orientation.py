"""Whether pages that lie on a side or their head are put upright, and no upright page is ever turned.

Every page of the corpus, as it is and turned by three quarters.  A page counts if it has twenty words or
more.  Books and receipts are read as English, the rest as German; all by the default engine and by Tesseract
alone.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Final

from PIL import Image

from benchmarks.support.inputs import corpus_pages
from benchmarks.support.model import Options, Result, SkippedError, Table, Target
from benchmarks.support.process import convert_command, processors, seconds_of
from benchmarks.support.scoring import truth_text, words_of

_GROUPS: Final = {"books": "eng", "receipts": "eng", "german": "deu"}
_ENGINES: Final = {"default": (), "tesseract": ("--engine", "tesseract")}
_ENOUGH: Final = 20
_TURNS: Final = {
    0: None,
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Degrees clockwise, and what Pillow calls them."""
_NOTE: Final = re.compile(r"turned by (\d+)°")


def run(options: Options) -> Result:
    rows: list[list[str]] = []
    wrong: list[str] = []
    failures: Counter[tuple[str, bool]] = Counter()
    for group, language in _GROUPS.items():
        try:
            pages = corpus_pages(options, group, options.pages)
        except SkippedError:
            if options.corpus is None:
                raise
            continue
        scans = options.scratch / group
        for turn in _TURNS:
            _write(turn, pages, scans / str(turn))
        long = {page.stem for page in pages if words_of(truth_text(page) or "").total() >= _ENOUGH}
        for engine in _ENGINES:
            turned = _turned(scans, options.scratch / f"{group}-{engine}", engine, language)
            right: Counter[int] = Counter()
            for (turn, name), found in sorted(turned.items()):
                if turn and name not in long:
                    continue
                if (turn + found) % 360 == 0:
                    right[turn] += 1
                else:
                    failures[engine, bool(turn)] += 1
                    wrong.append(f"{engine}, {group}, {name}, lying at {turn}°: turned by {found}°")
            cells = (f"{right[turn]} of {len(long) if turn else len(pages)}" for turn in _TURNS)
            rows.append([f"{group}, {engine}", *cells])
    headings = ["", "upright pages left so", *(f"put right at {turn}°" for turn in _TURNS if turn)]
    targets = [
        Target(f"{engine}: {what}", failures[engine, lies], 0)
        for engine in _ENGINES
        for lies, what in (
            (False, "upright pages turned"),
            (True, "turned pages of 20 words or more not put right"),
        )
    ]
    return Result([Table("pages of the corpus", headings, rows)], targets, wrong, {})


def _write(turn: int, pages: list[Path], folder: Path) -> None:
    folder.mkdir(parents=True)
    for page in pages:
        with Image.open(page) as image:
            image.load()
            known = {"dpi": image.info["dpi"]} if "dpi" in image.info else {}
            method = _TURNS[turn]
            lying = image if method is None else image.transpose(method)
        if lying.mode == "1":
            lying.save(folder / f"{page.stem}.tif", compression="group4", **known)
        else:
            lying.save(folder / f"{page.stem}.png", compress_level=1, **known)


def _turned(scans: Path, output: Path, engine: str, language: str) -> dict[tuple[int, str], int]:
    """By how many degrees clockwise each page was turned, by those by which it lay and its name."""
    report = output.with_suffix(".json")
    command: list[str | Path] = [*convert_command(), scans, "-o", output, "--group", "file", "-l", language]
    command += [*_ENGINES[engine], "--no-config", "--quiet", "-j", str(processors())]
    seconds_of([*command, "--report", report])
    turned = {}
    for document in json.loads(report.read_bytes())["documents"]:
        target = Path(document["output"])
        (page,) = document["pages"]
        found = next(filter(None, map(_NOTE.match, page["notes"])), None)
        turned[int(target.parent.name), target.stem] = int(found[1]) if found is not None else 0
    return turned
