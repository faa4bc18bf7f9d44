"""What the cache of readings costs, and what it saves.

*A page*: book pages and receipts, each decoded, read by Tesseract and by PP-OCR and kept, in this process:
seconds of reading, of the digest of its pixels, of keeping a text and of having it back; for texts at other
levels of compression the size and the time.  The folder is on the disk of the temporary files, and what is
kept is synchronized with it.

*A batch*: the whole command with ``--force`` on 24 book pages, read by Tesseract, without a cache, with an
empty and with a full one, in turn.
"""

from __future__ import annotations

import hashlib
import shutil
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any, Final

import msgspec

from benchmarks.support.inputs import corpus_pages, folder_of
from benchmarks.support.model import Options, Result, Table, Target
from benchmarks.support.process import interleaved, pdfpipe_command, seconds_of, spread
from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.image import OcrImage
from pdfpipe.model.job import PageSource
from pdfpipe.model.text import PageText
from pdfpipe.ocr.cache.pixels import pixel_digest
from pdfpipe.ocr.cache.results import opened, page_key
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import engine_fingerprint, warm_engine

_PAGES, _RUNS, _BATCH = 6, 3, 24
_KINDS: Final = ("books", "receipts")
_ENGINES: Final = ("tesseract", "ppocr")
_MOST_SHARE: Final = 0.02
_LEAST_SPEED: Final = 5.0
_LEVELS: Final = (1, 6, 9)
_HASHES: Final[dict[str, Callable[[bytes], Any]]] = {
    "BLAKE2b": hashlib.blake2b,
    "SHA-256": hashlib.sha256,
    "SHA-1": hashlib.sha1,
}


def run(options: Options) -> Result:
    rows, texts, images = [], [], []
    shares = []
    for kind in _KINDS:
        pages = [_view(page) for page in corpus_pages(options, kind, options.pages or _PAGES)]
        images += pages
        for name in _ENGINES:
            taken = _engine(name, pages, options.scratch / f"{kind}-{name}")
            texts += taken.pop("texts")
            shares.append((taken["digest"] + taken["keep"]) / taken["read"])
            rows.append(
                [
                    f"{kind}, {name}",
                    f"{1000 * taken['read']:.0f}",
                    *(f"{1000 * taken[part]:.2f}" for part in ("digest", "keep", "keep, wall", "have")),
                    f"{taken['bytes']:,.0f}",
                    f"{shares[-1]:.2%}",
                ]
            )
    tables = [
        Table(
            f"A page, median of {options.pages or _PAGES}, ms of the processor",
            [
                "",
                "read",
                "digest",
                "keep",
                "keep, wall",
                "have again",
                "bytes kept",
                "digest and keep of read",
            ],
            rows,
        ),
        _levels(texts),
        _hashes(images),
    ]
    batch, speed = _batch(options)
    return Result(
        [*tables, batch],
        [
            Target("a miss, of the time of reading, at most", max(shares), _MOST_SHARE),
            Target("speed of a batch that was read before", speed, _LEAST_SPEED, at_least=True),
        ],
    )


def _view(page: Path) -> OcrImage:
    return ocr_view(load_page(PageSource(page), image_dpi=None, max_pixels=2.5e8))[0]


def _engine(name: str, pages: Sequence[OcrImage], folder: Path) -> dict[str, Any]:
    """Mean seconds of each part of a page, the bytes kept, and the texts."""
    spec = EngineSpec(name, ("eng",))
    engine, cache = warm_engine(spec), opened(CacheSettings(folder=folder))
    known_by = engine_fingerprint(spec)
    assert cache is not None
    assert known_by is not None
    engine.recognize(pages[0])  # the first page also loads
    seconds: dict[str, list[float]] = {part: [] for part in ("read", "digest", "keep", "have", "keep, wall")}
    texts = []
    for page in pages:
        with _Timed(seconds["read"]):
            text = engine.recognize(page)
        with _Timed(seconds["digest"]):
            image = msgspec.structs.replace(page, digest=pixel_digest(page.pixels))
        start = time.perf_counter()
        with _Timed(seconds["keep"]):
            cache.put(page_key(known_by, image), text)
        seconds["keep, wall"].append(time.perf_counter() - start)
        with _Timed(seconds["have"]):
            again = cache.get(page_key(known_by, image), PageText)
        if again != text:
            raise RuntimeError("what was kept is not what was read")
        texts.append(text)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return {
        **{part: median(all_) for part, all_ in seconds.items()},
        "bytes": size / len(pages),
        "texts": texts,
    }


class _Timed:
    """Adds the seconds of all threads of this process."""

    def __init__(self, seconds: list[float]) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        self._start = time.process_time()

    def __exit__(self, *_: object) -> None:
        self._seconds.append(time.process_time() - self._start)


def _levels(texts: Sequence[PageText]) -> Table:
    encoded = [msgspec.msgpack.encode(text) for text in texts]
    rows = []
    for level in _LEVELS:
        start = time.process_time()
        packed = [zlib.compress(data, level) for data in encoded]
        middle = time.process_time()
        for data in packed:
            zlib.decompress(data)
        end = time.process_time()
        rows.append(
            [
                str(level),
                f"{fmean(map(len, packed)):,.0f}",
                f"{1000 * (middle - start) / len(texts):.2f}",
                f"{1000 * (end - middle) / len(texts):.2f}",
            ]
        )
    return Table(
        f"Texts by level of zlib; without it {fmean(map(len, encoded)):,.0f} bytes a page",
        ["level", "bytes", "compress, ms", "decompress, ms"],
        rows,
    )


def _hashes(images: Sequence[OcrImage]) -> Table:
    """The pixels alone, as bytes in one piece."""
    pixels = [image.pixels.tobytes() for image in images]
    total = sum(map(len, pixels))
    rows = []
    for name, function in _HASHES.items():
        start = time.process_time()
        for data in pixels:
            function(data).digest()
        rows.append([name, f"{total / (time.process_time() - start) / 1e6:,.0f}"])
    return Table(f"Digests, over {total / 1e6:,.0f} MB of pixels", ["", "MB/s"], rows)


def _batch(options: Options) -> tuple[Table, float]:
    scans = folder_of(corpus_pages(options, "books", _BATCH), options.scratch / "batch")
    output, full, empty = (options.scratch / name for name in ("batch.pdf", "full", "empty"))

    def convert(cache: Path, *more: str) -> float:
        fixed = ("-o", output, "--force", "--no-config", "--engine", "tesseract")
        variables = {"PDFPIPE_CACHE_DIR": str(cache)}
        return seconds_of([*pdfpipe_command(), "convert", scans, *fixed, *more], variables)

    def cold() -> float:
        shutil.rmtree(empty, ignore_errors=True)
        return convert(empty)

    convert(full)
    taken = interleaved(
        {
            "--no-cache": lambda: convert(full, "--no-cache"),
            "empty cache": cold,
            "full cache": lambda: convert(full),
        },
        options.runs or _RUNS,
    )
    speed = median(taken.seconds["--no-cache"]) / median(taken.seconds["full cache"])
    rows = [[name, spread(seconds), spread(taken.others[name], 1)] for name, seconds in taken.seconds.items()]
    title = f"{_BATCH} book pages as one document, read by Tesseract, whole command"
    return Table(title, ["", "seconds", "others' CPU s"], rows), speed
