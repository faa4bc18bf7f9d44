"""Fuzz the batch: mutated scans and PDFs, through the real command, many a run.

    python -m tests.faults.fuzz_inputs [--inputs N] [--seed N] [--seconds S] [--keep FOLDER]

Whole files in each format are damaged as disks, networks and programs damage them: cut short, bits turned,
fields set to extremes, parts removed, doubled, exchanged or put in from another file, knowing where the parts
of each format begin (chunks of PNG, markers of JPEG, boxes of JPEG 2000, fields of TIFF, objects of PDF, …).
Some of them are whole enough to be read; each is a document of its own.

What must hold, else the exit code is 1 and the input is kept in FOLDER: the command ends by itself, with an
exit code of its own and no traceback; each input either has a PDF, in which qpdf finds no fault that was not
in the input and as many pages as the report says, or a failure with a reason; and nothing else is beside the
PDFs.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from PIL import Image

ROOT: Final = Path(__file__).parents[2]
SCANS: Final = ROOT / "fixtures" / "scans"
BATCH: Final = 100
PATIENCE: Final = 300.0
"""Seconds for a batch. A page may take `PAGE_TIMEOUT` of them, twice."""
PAGE_TIMEOUT: Final = 20
MEMORY_MB: Final = 1000
_EXTREMES: Final = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_COMMAND: Final = (
    "from pdfpipe.ocr import registry; registry._HIDDEN = frozenset(); "
    "from pdfpipe.cli.main import run; run()"
)
"""The real one, to which the engine that reads nothing is known."""

_EXIT_CODES: Final = frozenset({0, 4, 5})

Mutation = Callable[[random.Random, bytes, list[int], bytes], bytes]


# What is damaged


def whole_files() -> list[tuple[str, bytes]]:
    """Small files of every kind, as suffix and content."""
    found = [(path.suffix, path.read_bytes()) for path in sorted((SCANS / "formats").iterdir())]
    found = [(suffix, data) for suffix, data in found if len(data) < 200_000]
    for mode in ("1", "L", "P", "RGB"):
        image = _picture().convert(mode)
        for suffix, options in _FORMS.get(mode, {}).items():
            for option in options:
                found.append((suffix, _saved(image, suffix, option)))
    found += [(".pdf", data) for data in _pdfs()]
    return found


_FORMS: Final[dict[str, dict[str, list[dict[str, Any]]]]] = {
    "1": {
        ".tif": [{"compression": name} for name in ("group4", "group3", "tiff_lzw", "raw", "packbits")],
        ".png": [{}],
    },
    "L": {
        ".tif": [{"compression": name} for name in ("tiff_lzw", "tiff_adobe_deflate", "jpeg")],
        ".jpg": [{}, {"progressive": True}],
        ".jp2": [{}, {"irreversible": True}],
        ".bmp": [{}],
        ".webp": [{"lossless": True}],
    },
    "P": {".gif": [{}], ".png": [{}], ".bmp": [{}]},
    "RGB": {
        ".tif": [{"compression": "jpeg"}, {"save_all": True, "append_images": 2}],
        ".jpg": [{}, {"restart_marker_blocks": 4}],
        ".jp2": [{}],
        ".webp": [{}],
        ".png": [{}],
    },
}


def _picture() -> Image.Image:
    picture = Image.effect_noise((90, 120), 40).convert("RGB")
    picture.paste(Image.linear_gradient("L").resize((60, 60)), (10, 20))
    return picture


def _saved(image: Image.Image, suffix: str, options: dict[str, Any]) -> bytes:
    options = dict(options)
    if pages := options.pop("append_images", 0):
        options["append_images"] = [image.rotate(90 * number) for number in range(1, pages + 1)]
    stream = io.BytesIO()
    name = {".tif": "TIFF", ".jpg": "JPEG", ".jp2": "JPEG2000"}.get(suffix, suffix[1:].upper())
    image.save(stream, name, dpi=(300, 300), **options)
    return stream.getvalue()


def _pdfs() -> Iterator[bytes]:
    """PDFs of scans: of Pillow, as qpdf writes them with object streams, and with text and an outline."""
    stream = io.BytesIO()
    pages = [_picture().convert("L"), _picture(), _picture().convert("1")]
    pages[0].save(stream, "PDF", resolution=300, save_all=True, append_images=pages[1:], title="A title")
    yield stream.getvalue()
    with tempfile.TemporaryDirectory() as folder:
        plain, packed = Path(folder, "plain.pdf"), Path(folder, "packed.pdf")
        plain.write_bytes(stream.getvalue())
        for options in (["--object-streams=generate", "--compress-streams=y"], ["--qdf"], ["--linearize"]):
            subprocess.run(["qpdf", *options, plain, packed], check=True)
            yield packed.read_bytes()


# How it is damaged


def parts(suffix: str, data: bytes) -> list[int]:
    """Where the parts of a file begin, as its format divides it; few, if it is damaged already."""
    finder = _PARTS.get(suffix)
    places = list(finder(data)) if finder is not None else []
    return sorted({place for place in places if 0 < place < len(data)}) or [min(16, len(data) - 1)]


def _png_chunks(data: bytes) -> Iterator[int]:
    place = 8
    while place + 8 <= len(data):
        yield place
        place += 12 + struct.unpack_from(">I", data, place)[0]


def _jpeg_markers(data: bytes) -> Iterator[int]:
    return (found.start() for found in re.finditer(rb"\xff[\xc0-\xfe]", data))


def _boxes(data: bytes) -> Iterator[int]:
    """Boxes of JPEG 2000, and the markers in its code stream."""
    for found in re.finditer(rb"jP  |ftyp|jp2h|ihdr|colr|jp2c|pclr|cmap|res |uuid", data):
        yield found.start() - 4
    yield from (found.start() for found in re.finditer(rb"\xff[\x4f\x51-\x64\x90-\x93\xd9]", data))


def _tiff_fields(data: bytes) -> Iterator[int]:
    order = "<" if data[:2] == b"II" else ">"
    place, seen = struct.unpack_from(f"{order}I", data, 4)[0], set[int]()
    while place and place not in seen and place + 2 <= len(data):
        seen.add(place)
        yield place
        count = struct.unpack_from(f"{order}H", data, place)[0]
        for number in range(count):
            yield place + 2 + 12 * number
        end = place + 2 + 12 * count
        if end + 4 > len(data):
            return
        yield end
        place = struct.unpack_from(f"{order}I", data, end)[0]


def _riff_chunks(data: bytes) -> Iterator[int]:
    place = 12
    while place + 8 <= len(data):
        yield place
        size = struct.unpack_from("<I", data, place + 4)[0]
        place += 8 + size + size % 2


def _pdf_tokens(data: bytes) -> Iterator[int]:
    pattern = rb"\d+ \d+ obj|<<|>>|/[A-Za-z]+|endstream|stream|endobj|xref|trailer|startxref|\d+ \d+ R"
    return (found.start() for found in re.finditer(pattern, data))


_PARTS: Final[dict[str, Callable[[bytes], Iterator[int]]]] = {
    ".png": _png_chunks,
    ".jpg": _jpeg_markers,
    ".jp2": _boxes,
    ".tif": _tiff_fields,
    ".webp": _riff_chunks,
    ".pdf": _pdf_tokens,
    ".gif": lambda data: (found.start() for found in re.finditer(rb"[\x21\x2c\x3b]", data)),
    ".bmp": lambda _: iter(range(2, 54, 4)),
}


def cut_short(chance: random.Random, data: bytes, places: list[int], _: bytes) -> bytes:
    at = chance.choice((chance.randrange(len(data)), chance.choice(places), len(data) - chance.randint(1, 9)))
    return data[: max(0, at)]


def turn_bits(chance: random.Random, data: bytes, places: list[int], _: bytes) -> bytes:
    changed = bytearray(data)
    for _turn in range(chance.choice((1, 1, 2, 8, 64))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def set_field(chance: random.Random, data: bytes, places: list[int], _: bytes) -> bytes:
    """A number in the head of a part becomes another, or an extreme."""
    size, order = chance.choice((1, 2, 4)), chance.choice(("little", "big"))
    at = chance.choice(places) + chance.randrange(24)
    value = chance.choice((*_EXTREMES, chance.randrange(1 << 8 * size))) % (1 << 8 * size)
    return data[:at] + value.to_bytes(size, order) + data[at + size :]  # type: ignore[arg-type]


def remove_part(chance: random.Random, data: bytes, places: list[int], _: bytes) -> bytes:
    first, last = _two(chance, places, len(data))
    return data[:first] + data[last:]


def double_part(chance: random.Random, data: bytes, places: list[int], _: bytes) -> bytes:
    first, last = _two(chance, places, len(data))
    return data[:last] + data[first:last] * chance.choice((1, 1, 3, 50)) + data[last:]


def exchange_parts(chance: random.Random, data: bytes, places: list[int], _: bytes) -> bytes:
    bounds = sorted(chance.choices([*places, len(data)], k=4))
    a, b, c, d = bounds
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def splice(chance: random.Random, data: bytes, places: list[int], other: bytes) -> bytes:
    """It goes on as another file, from the beginning of a part."""
    return data[: chance.choice(places)] + other[chance.randrange(len(other)) :]


def blank(chance: random.Random, data: bytes, places: list[int], _: bytes) -> bytes:
    """As a bad disk gives it back: a block of nothing, or of noise."""
    at, size = chance.randrange(len(data)), chance.choice((16, 512, 4096))
    block = bytes(size) if chance.random() < 0.6 else chance.randbytes(size)
    return (data[:at] + block + data[at + size :])[: len(data)]


def change_number(chance: random.Random, data: bytes, places: list[int], _: bytes) -> bytes:
    """A number that is written in digits, as in PDF, becomes another."""
    numbers = list(re.finditer(rb"(?<![\w.])-?\d+(?:\.\d+)?", data))
    if not numbers:
        return turn_bits(chance, data, places, b"")
    found = chance.choice(numbers)
    value = chance.choice(
        (b"0", b"-1", b"1", b"2", b"3", b"4", b"7", b"99999999", b"2147483648", b"1e9", b"null")
    )
    return data[: found.start()] + value + data[found.end() :]


def change_name(chance: random.Random, data: bytes, places: list[int], _: bytes) -> bytes:
    """A name or a reference of a PDF becomes another that is in it."""
    pattern = chance.choice((rb"/[A-Za-z0-9]+", rb"\d+ \d+ R"))
    found = list(re.finditer(pattern, data))
    if len(found) < 2:
        return set_field(chance, data, places, b"")
    old, new = chance.sample(found, 2)
    return data[: old.start()] + new[0] + data[old.end() :]


MUTATIONS: Final[tuple[Mutation, ...]] = (
    cut_short,
    turn_bits,
    set_field,
    remove_part,
    double_part,
    exchange_parts,
    splice,
    blank,
)
OF_PDF: Final[tuple[Mutation, ...]] = (*MUTATIONS, change_number, change_name, change_number, change_name)


def _two(chance: random.Random, places: list[int], end: int) -> tuple[int, int]:
    first = chance.randrange(len(places))
    last = min(first + chance.choice((1, 1, 2, 5)), len(places))
    return places[first], places[last] if last < len(places) else end


def mutated(seed: int) -> Iterator[tuple[str, bytes]]:
    """Damaged files without end, as suffix and content; the same for the same seed."""
    chance, files = random.Random(seed), whole_files()
    kinds = sorted({suffix for suffix, _ in files})
    while True:
        suffix = chance.choice((*kinds, ".pdf", ".tif"))
        data = chance.choice([content for kind, content in files if kind == suffix])
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            if len(data) < 32:
                break
            mutation = chance.choice(OF_PDF if suffix == ".pdf" else MUTATIONS)
            other = chance.choice(files)[1]
            try:
                data = mutation(chance, data, parts(suffix, data), other)[:2_000_000]
            except struct.error:  # the damage before has led outside the file
                data = turn_bits(chance, data, [], b"")
        yield suffix, data


# What must hold


class Run:
    """One batch of the real command."""

    def __init__(self, scans: Path, folder: Path, jobs: int) -> None:
        self.scans, self.out, self.report = scans, folder / "out", folder / "report.json"
        self.jobs = jobs
        self.found: list[tuple[str, str]] = []
        """What did not hold, as the name of an input, or nothing, and the fault."""

    def check(self) -> Counter[str]:
        """Convert; how many documents were published and failed, and for what kind of reason."""
        code, said = self._convert()
        if code is None:
            self.found.append(("", f"it did not end within {PATIENCE:.0f} s"))
            return Counter()
        if code not in _EXIT_CODES or b"Traceback" in said:
            self.found.append(("", f"exit code {code}: {said[-2000:].decode(errors='replace')}"))
            return Counter()
        counts = Counter[str]()
        expected = set[str]()
        documents = {document["name"]: document for document in self._documents()}
        for scan in sorted(self.scans.iterdir()):
            document = documents.get(scan.stem)
            if document is None:
                self.found.append((scan.name, "the report does not have it"))
            elif document["state"] == "failed":
                counts["failed"] += 1
                if (
                    not all(failure["message"] for failure in document["failures"])
                    or not document["failures"]
                ):
                    self.found.append((scan.name, "it failed without a reason"))
                if any("orker" in failure["message"] for failure in document["failures"]):
                    counts["failed, worker ended"] += 1
                if (self.out / f"{scan.stem}.pdf").exists():
                    self.found.append((scan.name, "it failed, and is there"))
            else:
                counts["published"] += 1
                expected.add(f"{scan.stem}.pdf")
                if fault := self._fault(self.out / f"{scan.stem}.pdf", document, scan):
                    self.found.append((scan.name, fault))
        there = {
            os.path.relpath(Path(base, name), self.out)
            for base, _, names in os.walk(self.out)
            for name in names
        }
        if stray := there - expected - {".pdfpipe/journal.sqlite3", ".pdfpipe/lock"}:
            self.found.append(("", f"files that belong to nothing: {sorted(stray)}"))
        return counts

    def _convert(self) -> tuple[int | None, bytes]:
        command: list[str | Path] = [
            sys.executable,
            "-c",
            _COMMAND,
            "convert",
            self.scans,
            "-o",
            self.out,
            "--group",
            "file",
        ]
        command += ["--engine", "none", "--no-cache", "--no-config", "--report", self.report, "-q"]
        command += ["--jobs", str(self.jobs), "--image-dpi", "300", "--max-image-mpixels", "50"]
        command += ["--page-timeout", str(PAGE_TIMEOUT), "--page-memory", str(MEMORY_MB)]
        command += ["--break-signature", "--output-type", "auto"]
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            start_new_session=True,
        ) as process:
            try:
                _, said = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return None, b""
            return process.returncode, said

    def _documents(self) -> list[dict[str, Any]]:
        report: dict[str, Any] = json.loads(self.report.read_bytes())
        found: list[dict[str, Any]] = report["documents"]
        return found

    def _fault(self, pdf: Path, document: dict[str, Any], given: Path) -> str | None:
        if not pdf.exists():
            return "it was published, and is not there"
        checked = _qpdf_check(pdf)
        # What viewers pass over in a PDF that was given may be passed on, but no new fault may come to it.
        if checked.returncode and not (given.suffix == ".pdf" and _qpdf_check(given).returncode):
            return f"qpdf: {(checked.stdout + checked.stderr)[-500:].decode(errors='replace')}"
        counted = subprocess.run(["qpdf", "--show-npages", pdf], capture_output=True, text=True, check=True)
        if int(counted.stdout) != len(document["pages"]):
            return f"{counted.stdout.strip()} pages, and the report has {len(document['pages'])}"
        return None


def _qpdf_check(pdf: Path) -> subprocess.CompletedProcess[bytes]:
    """0 for no fault, 3 for what qpdf warns of, 2 for errors."""
    return subprocess.run(["qpdf", "--check", pdf], capture_output=True, check=False)


def main() -> int:
    options = _arguments()
    inputs, counts, started, failed = mutated(options.seed), Counter[str](), time.monotonic(), False
    slowest = 0.0
    while counts["inputs"] < options.inputs and time.monotonic() - started < options.seconds:
        with tempfile.TemporaryDirectory() as name:
            scans = Path(name, "scans")
            scans.mkdir()
            for number in range(counts["inputs"], min(counts["inputs"] + BATCH, options.inputs)):
                suffix, data = next(inputs)
                (scans / f"{number:05}{suffix}").write_bytes(data)
                counts["inputs"] += 1
                counts[f"of {suffix}"] += 1
            run = Run(scans, Path(name), options.jobs)
            begun = time.monotonic()
            counts.update(run.check())
            slowest = max(slowest, time.monotonic() - begun)
            failed = failed or bool(run.found)
            for file, fault in run.found:
                sys.stdout.write(f"FAULT {file or 'in the batch'}: {fault}\n")
                _keep(scans / file if file else scans, options.keep)
        sys.stdout.write(f"{time.monotonic() - started:.0f} s, {dict(sorted(counts.items()))}\n")
        sys.stdout.flush()
    sys.stdout.write(f"the slowest batch of {BATCH} took {slowest:.0f} s\n")
    return int(failed)


def _keep(what: Path, folder: Path | None) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    if what.is_dir():
        shutil.copytree(
            what, folder / f"batch-{min(path.stem for path in what.iterdir())}", dirs_exist_ok=True
        )
    else:
        shutil.copy(what, folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Fuzz the batch with damaged scans and PDFs.")
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3600.0, help="begin no batch after so long")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where inputs go that show a fault")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
