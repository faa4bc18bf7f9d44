"""Confidence against real accuracy, and the weights by which the engine ``auto`` chooses.

    python -m benchmarks.calibration --corpus DIR [--sets books receipts german=frk+deu]
        [--readings DIR] [--write FILE.toml] [--plot FILE.svg]

Every page is read by each engine; the readings are laid over each other as `auto` does it, and each
place is compared with the known text.  Logistic models say how likely a reading is right where an
engine is alone, where both agree, and which is right where they differ.  The figures printed are
those of pages that a model has not seen (one eighth of the pages at a time is left out).
"""

from __future__ import annotations

import argparse
import pickle
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.support.inputs import corpus_pages
from benchmarks.support.logistic import Array, fit_logistic
from benchmarks.support.model import Options, Table
from benchmarks.support.scoring import truth_text
from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.job import PageSource
from pdfpipe.model.text import Line, PageText, Word
from pdfpipe.ocr.auto.alignment import align
from pdfpipe.ocr.auto.judge import features, same_text
from pdfpipe.ocr.dictionary import Dictionary, dictionary_of
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import warm_engine

ENGINES: Final = ("tesseract", "ppocr")
_SETS: Final = ("books=eng", "receipts=eng")
_FOLDS: Final = 8
_SIZE: Final = 360
_MARGIN: Final = 44
"""Of the picture, in pixels."""
_POOR: Final = 0.95
_KEPT: Final = 0.25
_ADDED: Final = 0.75
_WORD = re.compile(r"[^\W_]+")


@dataclass
class Samples:
    """Features and outcomes of one model, with the page that each is from."""

    features: list[list[float]] = field(default_factory=list)
    right: list[float] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)

    def add(self, values: list[float], right: float, page: int) -> None:
        self.features.append(values)
        self.right.append(right)
        self.pages.append(page)

    def fit(self, pages: Iterable[int] | None = None) -> tuple[float, list[float]]:
        x, y = np.array(self.features), np.array(self.right)
        if pages is not None:
            mask = np.isin(self.pages, list(pages))
            x, y = x[mask], y[mask]
        return fit_logistic(x, y)

    def unseen(self, count: int, of: tuple[Array, Sequence[int]] | None = None) -> Array:
        """The probability of each sample by a model fitted to other pages; or of others, by their
        features and pages.
        """
        x, pages = (np.array(self.features), np.array(self.pages)) if of is None else (of[0], np.array(of[1]))
        result = np.zeros(len(x))
        for fold in range(_FOLDS):
            out = pages % _FOLDS == fold
            if not out.any() or out.all():
                continue
            intercept, weights = self.fit(page for page in range(count) if page % _FOLDS != fold)
            result[out] = 1 / (1 + np.exp(-(x[out] @ np.array(weights) + intercept)))
        return result


def main() -> int:
    arguments = _arguments()
    options = Options(scratch=Path(), corpus=arguments.corpus)
    alone = {name: Samples() for name in ENGINES}
    choice, agreement = Samples(), Samples()
    raw: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in ENGINES}
    count = 0
    for entry in arguments.sets:
        kind, _, language = entry.partition("=")
        languages = tuple((language or "eng").split("+"))
        dictionary = dictionary_of(languages)
        for page in corpus_pages(options, kind):
            truth = truth_text(page)
            if truth is None:
                continue
            readings = [_reading(name, languages, page, arguments.readings) for name in ENGINES]
            _collect(readings, Counter(_tokens(truth)), dictionary, count, alone, choice, agreement)
            for name, reading in zip(ENGINES, readings, strict=True):
                for confidence, right in _words_right(reading.words, Counter(_tokens(truth))):
                    raw[name][0].append(confidence)
                    raw[name][1].append(right)
            count += 1
            print(f"{kind} {page.name}", file=sys.stderr)
    _print_reliability(raw, alone, agreement, choice, count)
    if arguments.plot:
        _plot(arguments.plot, {**raw})
    if arguments.write:
        arguments.write.write_text(_toml(alone, choice, agreement, arguments.doubtful), encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", default=_SETS, metavar="SET=LANGUAGES")
    parser.add_argument("--readings", type=Path, help="folder that keeps the readings for the next time")
    parser.add_argument("--write", type=Path, help="the file of weights to write")
    parser.add_argument("--plot", type=Path, help="picture of confidence against accuracy")
    parser.add_argument("--doubtful", type=float, default=0.9)
    return parser.parse_args()


def _reading(name: str, languages: tuple[str, ...], page: Path, cache: Path | None) -> PageText:
    kept = cache / f"{name}-{'+'.join(languages)}-{page.stem}.pickle" if cache else None
    if kept is not None and kept.exists():
        reading: PageText = pickle.loads(kept.read_bytes())
        return reading
    image, _ = ocr_view(load_page(PageSource(page), image_dpi=None, max_pixels=500e6), page.name)
    reading = warm_engine(EngineSpec(name, languages)).recognize(image)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(reading))
    return reading


def _tokens(text: str) -> list[str]:
    return _WORD.findall(
        unicodedata.normalize("NFKC", text.replace("\N{LATIN SMALL LETTER LONG S}", "s")).lower()
    )


def _tokens_of(words: Sequence[Word]) -> list[str]:
    return _tokens(" ".join(word.text for word in words))


def _collect(
    readings: Sequence[PageText],
    truth: Counter[str],
    dictionary: Dictionary,
    page: int,
    alone: dict[str, Samples],
    choice: Samples,
    agreement: Samples,
) -> None:
    first, second = readings
    means = [reading.mean_confidence or 0.0 for reading in readings]
    aligned, rest = align(list(first.lines), list(second.lines))
    left = truth.copy()
    differing: list[tuple[Sequence[Word], Line | None, Sequence[Word], Line | None]] = []
    for cell in (cell for line in aligned for cell in line.cells):
        if cell.first and cell.second and same_text(cell.first, cell.second):
            tokens = _tokens_of(cell.first)
            right = float(all(left[token] > 0 for token in tokens))
            left.subtract(tokens)
            if tokens and not _broken(cell.first):
                a = features(cell.first, cell.first_line, means[0], dictionary)
                b = features(cell.second, cell.second_line, means[1], dictionary)
                agreement.add([*a, *b], right, page)
                alone["tesseract"].add(a, right, page)
                alone["ppocr"].add(b, right, page)
        else:
            differing.append((cell.first, cell.first_line, cell.second, cell.second_line))
    differing += [((), None, (word,), line) for line in rest for word in line.words]
    for words, line, others, other_line in differing:
        sides = [_score(words, left), _score(others, left)]
        left.subtract(_tokens_of(words if sides[0] >= sides[1] else others))
        a = features(words, line, means[0], dictionary) if words else []
        b = features(others, other_line, means[1], dictionary) if others else []
        if words and _tokens_of(words) and not _broken(words):
            alone["tesseract"].add(a, float(sides[0] >= len(_tokens_of(words))), page)
        if others and _tokens_of(others) and not _broken(others):
            alone["ppocr"].add(b, float(sides[1] >= len(_tokens_of(others))), page)
        if words and others and sides[0] != sides[1]:
            choice.add([*a, *b], float(sides[1] > sides[0]), page)


def _broken(words: Sequence[Word]) -> bool:
    """Whether this may be half a word, which the known text does not have."""
    return words[-1].text.endswith(("-", "\N{HYPHEN}", "¬", "=", "⸗"))


def _score(words: Sequence[Word], left: Counter[str]) -> float:
    """Right tokens less half of the wrong ones."""
    tokens = _tokens_of(words)
    right = sum(left[token] > 0 for token in tokens)
    return right - 0.5 * (len(tokens) - right)


def _words_right(words: Iterable[Word], truth: Counter[str]) -> Iterable[tuple[float, float]]:
    left = truth.copy()
    for word in words:
        tokens = _tokens_of([word])
        if tokens and not _broken([word]):
            yield word.confidence, float(all(left[token] > 0 for token in tokens))
            left.subtract(tokens)


def calibration_error(confidences: Sequence[float], right: Sequence[float]) -> float:
    """Mean of |confidence - accuracy| over ten bins, weighted by their words."""
    c, r = np.array(confidences), np.array(right)
    bins = np.minimum((c * 10).astype(int), 9)
    return float(
        sum(abs(c[bins == i].mean() - r[bins == i].mean()) * (bins == i).sum() for i in set(bins)) / len(c)
    )


def _print_reliability(
    raw: dict[str, tuple[list[float], list[float]]],
    alone: dict[str, Samples],
    agreement: Samples,
    choice: Samples,
    count: int,
) -> None:
    rows = []
    for name in ENGINES:
        c, r = (np.array(values) for values in raw[name])
        bins = np.minimum((c * 10).astype(int), 9)
        rows.append(
            [
                name,
                *(
                    f"{r[bins == i].mean():.2f} ({(bins == i).sum()})" if (bins == i).any() else ""
                    for i in range(10)
                ),
                f"{calibration_error(raw[name][0], raw[name][1]):.4f}",
            ]
        )
        unseen = alone[name].unseen(count)
        rows.append(
            [f"{name}, by model", *[""] * 10, f"{calibration_error(list(unseen), alone[name].right):.4f}"]
        )
    unseen = agreement.unseen(count)
    rows.append(["both agree", *[""] * 10, f"{calibration_error(list(unseen), agreement.right):.4f}"])
    halves = np.split(np.array(agreement.features), len(ENGINES), axis=1)
    single = [
        alone[name].unseen(count, (half, agreement.pages)) for name, half in zip(ENGINES, halves, strict=True)
    ]
    surest = np.maximum.reduce([unseen, *single])
    rows.append(
        [
            "both agree, as sure as either",
            *[""] * 10,
            f"{calibration_error(list(surest), agreement.right):.4f}",
        ]
    )
    print(Table("Accuracy by confidence", ["engine", *(f"{i / 10:.1f}" for i in range(10)), "error"], rows))
    right = np.array(agreement.right)
    losses = (np.mean((probability - right) ** 2) for probability in (unseen, surest))
    print("\nboth agree: Brier score {:.5f}, as sure as either {:.5f}".format(*losses))
    chosen = choice.unseen(count) > 0.5
    right = np.array(choice.right) > 0.5
    print(
        f"\nwhere they differ: {len(right)} places, the second engine is right in {right.mean():.3f}; "
        f"chosen right {np.mean(chosen == right):.3f}"
    )
    # ppocr's own confidence is the logistic function of a line in its raw logit; this is the correction.
    c = np.clip(np.array(raw["ppocr"][0]), 1e-4, 1 - 1e-4)
    intercept, weights = fit_logistic(np.log(c / (1 - c))[:, None], np.array(raw["ppocr"][1]), 0.0)
    print(f"ppocr: logit of a word = {intercept:.3f} + {weights[0]:.3f} x what it is now")


def _plot(path: Path, raw: dict[str, tuple[list[float], list[float]]]) -> None:
    """Accuracy over confidence, one line an engine; on the diagonal both are equal."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}" font-size="11">',
        f'<rect width="{_SIZE}" height="{_SIZE}" fill="white"/>',
        _polyline([(0, 0), (1, 1)], 'stroke="#888" stroke-dasharray="4"'),
    ]
    for i in range(0, 11, 2):
        parts.append(_polyline([(0, i / 10), (1, i / 10)], 'stroke="#ddd"'))
        parts += [_label(0, i / 10, -26, 4, f"{i / 10}"), _label(i / 10, 0, -8, 16, f"{i / 10}")]
    colors = ("#0b63b6", "#c4410e")
    for row, ((name, (confidences, outcomes)), color) in enumerate(zip(raw.items(), colors, strict=True), 1):
        c, r = np.array(confidences), np.array(outcomes)
        bins = np.minimum((c * 10).astype(int), 9)
        points = [(c[bins == i].mean(), r[bins == i].mean()) for i in range(10) if (bins == i).sum() >= 10]
        parts.append(_polyline(points, f'stroke="{color}" stroke-width="2"'))
        parts.append(_label(0, 1, 10, 16 * row, name, f'fill="{color}"'))
    parts += [_label(0.5, 0, -30, 32, "confidence"), _label(0, 1, -34, -12, "share of words that are right")]
    path.write_text("\n".join([*parts, "</svg>"]), encoding="utf-8")


def _at(x: float, y: float) -> tuple[float, float]:
    side = _SIZE - 2 * _MARGIN
    return _MARGIN + x * side, _SIZE - _MARGIN - y * side


def _polyline(points: Sequence[tuple[float, float]], style: str) -> str:
    places = " ".join("{:.1f},{:.1f}".format(*_at(*point)) for point in points)
    return f'<polyline points="{places}" fill="none" {style}/>'


def _label(x: float, y: float, dx: float, dy: float, text: str, style: str = "") -> str:
    left, top = _at(x, y)
    return f'<text x="{left + dx:.1f}" y="{top + dy:.1f}" {style}>{text}</text>'


def _toml(alone: dict[str, Samples], choice: Samples, agreement: Samples, doubtful: float) -> str:
    lines = [
        "# Made by benchmarks/calibration.py; weights are in the order of FEATURES in judge.py.",
        f"doubtful = {doubtful}",
        f"poor = {_POOR}",
        f"kept = {_KEPT}",
        f"added = {_ADDED}",
    ]
    for name in ENGINES:
        lines += ["", f"[alone.{name}]", *_weights(alone[name])]
    for title, samples in (("choice", choice), ("agreement", agreement)):
        lines += ["", f'[pairs."{"+".join(ENGINES)}".{title}]', *_weights(samples)]
    return "\n".join(lines) + "\n"


def _weights(samples: Samples) -> list[str]:
    intercept, weights = samples.fit()
    numbers = ", ".join(f"{weight:.4f}" for weight in weights)
    return [f"intercept = {intercept:.4f}", f"weights = [{numbers}]"]


if __name__ == "__main__":
    sys.exit(main())
