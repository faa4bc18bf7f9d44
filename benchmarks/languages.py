"""Whether ``-l auto`` finds the right languages: on the fixtures, and on real scans with --corpus.

Each page is a document of one page, which is the hardest case: longer documents have three pages looked at.
*Right* are all whose true language is among those chosen; *sure* those with a confidence of 0.8 and more;
*wrong though sure* is what must not be.  Of a page in a language that no installed model reads it is right
that the guess is not sure.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from benchmarks.support.inputs import FIXTURES, corpus_pages
from benchmarks.support.model import Options, Result, SkippedError, Table, Target
from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.job import PageSource
from pdfpipe.model.language import LanguageGuess
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.language_detection import page_evidence
from pdfpipe.ocr.language_guess import combine
from pdfpipe.ocr.tesseract.models import available_models

_TRUE = {"zho": {"chi_sim"}, "deu": {"deu", "frk", "deu_latf", "script/Fraktur"}}
_CORPUS = {"books": "eng", "german": "deu", "receipts": "eng"}


@dataclass(frozen=True)
class _Guessed:
    page: str
    true: str
    guess: LanguageGuess
    readable: bool
    seconds: float

    @property
    def right(self) -> bool:
        """Whether the true language was chosen or, if it cannot be, whether that was noticed."""
        if not self.readable:
            return not self.guess.is_sure
        return bool(_TRUE.get(self.true, {self.true}) & set(self.guess.languages))


def run(options: Options) -> Result:
    notes: list[str] = []
    groups = {
        "fixtures/scans": _guess(_fixtures("scans", options)),
        "fixtures/scripts": _guess(_fixtures("scripts", options)),
    }
    for kind, true in _CORPUS.items():
        try:
            pages = corpus_pages(options, kind, options.pages)
        except SkippedError as reason:
            notes.append(f"{kind}: skipped: {reason}")
            continue
        groups[kind] = _guess((page, true) for page in pages)
    rows, targets = [], []
    for name, guessed in groups.items():
        wrong = [one for one in guessed if not one.right and one.guess.is_sure]
        notes += [f"{one.page}: {'+'.join(one.guess.languages)}, {one.guess.evidence}" for one in wrong]
        rows.append(
            [
                name,
                f"{len(guessed)}",
                f"{fmean(one.right for one in guessed):.1%}",
                f"{fmean(one.guess.is_sure for one in guessed):.1%}",
                f"{len(wrong)}",
                f"{median(one.seconds for one in guessed):.2f}",
            ]
        )
        targets.append(Target(f"{name}: right", fmean(one.right for one in guessed), 0.95, at_least=True))
    headings = ["", "pages", "right", "sure", "wrong though sure", "seconds a page, median"]
    table = Table(f"languages found, with models for {', '.join(sorted(available_models()))}", headings, rows)
    data = {
        name: [
            {
                "page": one.page,
                "true": one.true,
                "chosen": list(one.guess.languages),
                "confidence": one.guess.confidence,
                "evidence": one.guess.evidence,
                "seconds": one.seconds,
            }
            for one in guessed
        ]
        for name, guessed in groups.items()
    }
    return Result([table], targets, notes, data)


def _fixtures(folder: str, options: Options) -> Iterator[tuple[Path, str]]:
    """The pages with text on them and their languages."""
    scans = [path for path in sorted((FIXTURES / folder).rglob("*.*")) if path.is_file()]
    for path in scans[: options.pages]:
        truths = sorted((FIXTURES / "truth" / path.relative_to(FIXTURES).parent).glob(f"{path.name}*.json"))
        truth = json.loads(truths[0].read_text(encoding="utf-8"))
        if truth["words"]:
            yield path, truth["language"]


def _guess(pages: Iterable[tuple[Path, str]]) -> list[_Guessed]:
    models = set(available_models())
    spec = EngineSpec("tesseract", ("auto",))
    found = []
    for path, true in pages:
        page = load_page(PageSource(path), image_dpi=None, max_pixels=250e6)
        view, _ = ocr_view(page, path.name)
        start = time.perf_counter()
        guess = combine([page_evidence(view, spec)], ("eng",))
        seconds = time.perf_counter() - start
        readable = bool(_TRUE.get(true, {true}) & models)
        found.append(_Guessed(path.name, true, guess, readable, seconds))
    return found
