"""The benchmarks, all or those named.

    python -m benchmarks [NAME...] [--corpus DIR] [--ocrmypdf PROGRAM] [--runs N] [--pages N] [--json FILE]

Tables go to standard output, progress to standard error.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.support.machine import machine
from benchmarks.support.model import Options, Result, SkippedError

NAMES = (
    "throughput",
    "startup",
    "memory",
    "journal",
    "rerun",
    "page_memory",
    "writer",
    "sidecars",
    "proof",
    "accuracy",
    "readers",
    "engines",
    "ppocr_memory",
    "ppocr_runtimes",
    "executor",
    "languages",
    "headings",
    "report",
    "mrc",
    "pdf_inputs",
    "size",
    "cache",
    "preprocessing",
    "orientation",
    "separators",
    "open_books",
    "faults",
    "watch",
)


def main() -> int:
    arguments = _arguments()
    facts = machine(arguments.ocrmypdf)
    print("\n".join(f"{name:22}{value}" for name, value in facts.items()), flush=True)
    record: dict[str, Any] = {"machine": facts, "benchmarks": {}}
    failed = False
    for name in arguments.names or NAMES:
        print(f"\n## {name}\n", flush=True)
        start = time.monotonic()
        try:
            result = _run(name, arguments)
        except SkippedError as reason:
            print(f"skipped: {reason}", flush=True)
            record["benchmarks"][name] = {"skipped": str(reason)}
            continue
        except Exception as error:  # noqa: BLE001 - the other benchmarks go on
            traceback.print_exc()
            print(f"failed: {type(error).__name__}: {error}", flush=True)
            record["benchmarks"][name] = {"failed": f"{type(error).__name__}: {error}"}
            failed = True
            continue
        seconds = time.monotonic() - start
        print(f"{result}\n\n(measured in {seconds:.0f} s)", flush=True)
        record["benchmarks"][name] = {
            "seconds": round(seconds, 1),
            **dataclasses.asdict(result),
            "targets": [{**dataclasses.asdict(target), "met": target.met} for target in result.targets],
        }
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what pdfpipe reaches.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones, of: {', '.join(NAMES)} [all]")
    parser.add_argument("--corpus", type=_folder, metavar="DIR", help="real scans: DIR/books, DIR/receipts")
    parser.add_argument("--ocrmypdf", metavar="PROGRAM", help="compare with this OCRmyPDF")
    parser.add_argument(
        "--runs", type=_positive, metavar="N", help="runs of each [each benchmark's own number]"
    )
    parser.add_argument("--pages", type=_positive, metavar="N", help="pages [each benchmark's own number]")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures as JSON too")
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in NAMES:
            parser.error(f"there is no benchmark {name!r}; there are {', '.join(NAMES)}")
    return arguments


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _folder(text: str) -> Path:
    if not (path := Path(text)).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path.resolve()


def _run(name: str, arguments: argparse.Namespace) -> Result:
    run: Callable[[Options], Result] = import_module(f"benchmarks.{name}").run
    with tempfile.TemporaryDirectory(prefix=f"pdfpipe-{name}-") as scratch:
        return run(
            Options(
                scratch=Path(scratch),
                corpus=arguments.corpus,
                ocrmypdf=arguments.ocrmypdf,
                runs=arguments.runs,
                pages=arguments.pages,
            )
        )


if __name__ == "__main__":
    sys.exit(main())
