"""What pdfpipe and OCRmyPDF do when something goes wrong, the same faults for both, in one run.

A PDF of 20 scanned pages is converted by the command of each as a user gives it, with temporary files in a
folder of their own.  Each time from the beginning: the image of a page is damaged; the program and all its
children are killed by SIGKILL midway, and the same command is given again; the disk with the outputs, a small
tmpfs, is full; the process that reads a page is killed; the input is deleted midway.  *Midway* is when half
of the pages have been read: pdfpipe's cache tells, and for OCRmyPDF a script in place of Tesseract, which
runs it and then counts.

Nothing is timed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]
import pypdf
from PIL import Image, ImageDraw, ImageFont

from benchmarks.support.model import Options, Result, SkippedError, Table
from benchmarks.support.process import environment, pdfpipe_command

_PAGES: Final = 20
_PATIENCE: Final = 300.0
_SMALL_DISK: Final = "200k"
_TEXT: Final = "All human beings are born free and equal in dignity and rights."


@dataclass
class _Program:
    """One of the two, in a folder of its own."""

    name: str
    folder: Path
    command: Callable[[Path, Path], list[str]]
    read: Callable[[], int]
    read_by_last_run: Callable[[int], int]
    """Given how many had been read before it."""
    reader: str
    """What the command line of a process has that reads pages."""
    variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.out, self.temporary = self.folder / "out", self.folder / "tmp"
        self.target, self.input = self.out / "book.pdf", self.folder / "book.pdf"

    def begin_anew(self, book: Path) -> None:
        """There is the input, and nothing has been read."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for folder in (self.out, self.temporary):
            folder.mkdir(parents=True)
        shutil.copyfile(book, self.input)

    def start(self, before: str = "") -> subprocess.Popen[bytes]:
        """Give the command, after a line of shell."""
        command = self.command(self.input, self.out)
        return subprocess.Popen(
            ["sh", "-c", f'{before}\nexec "$@"', "sh", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(TMPDIR=str(self.temporary), **self.variables),
            start_new_session=True,
        )

    def wait_for(self, process: subprocess.Popen[bytes], pages: int) -> None:
        """Until so many pages have been read.

        Raises:
            RuntimeError: it is over before.

        """
        deadline = time.monotonic() + _PATIENCE
        while self.read() < pages:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not come to page {pages}")
            time.sleep(0.005)

    def end(self, process: subprocess.Popen[bytes]) -> tuple[int, str]:
        """The exit code, and the last line that was said."""
        said, _ = process.communicate(timeout=_PATIENCE)
        lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
        return process.returncode, lines[-1].strip() if lines else ""

    def stands(self) -> str:
        """What is under the name of the document."""
        if not self.target.exists():
            return "nothing"
        try:
            texts = [page.extract_text() for page in pypdf.PdfReader(self.target).pages]
        except Exception as error:  # noqa: BLE001 - whatever pypdf makes of half a file
            return f"unreadable ({type(error).__name__})"
        return f"{len(texts)} pages, {sum(bool(text.strip()) for text in texts)} with text"

    def left(self) -> str:
        """Files that are neither the document nor the journal."""
        files = [
            path
            for folder in (self.out, self.temporary)
            for path in folder.rglob("*")
            if path.is_file() and path != self.target and ".pdfpipe/" not in str(path.relative_to(folder))
        ]
        return (
            f"{len(files)} files, {sum(path.stat().st_size for path in files):,} bytes" if files else "none"
        )


def run(options: Options) -> Result:
    if options.ocrmypdf is None:
        raise SkippedError("compares with OCRmyPDF: --ocrmypdf PROGRAM")
    book = _book(options.scratch / "book.pdf", options.pages or _PAGES)
    bad = _with_damaged_page(book, options.scratch / "bad.pdf")
    programs = [_pdfpipe(options), _ocrmypdf(options, options.ocrmypdf)]
    rows = []
    for name, fault in _FAULTS.items():
        for program in programs:
            program.begin_anew(bad if fault is _corrupt_page else book)
            rows.append([name, program.name, *fault(program), program.stands(), program.left()])
    headings = ["fault", "program", "exit code", "pages read again", "it says", "what stands", "left behind"]
    return Result([Table(f"A document of {options.pages or _PAGES} pages", headings, rows)])


def _corrupt_page(program: _Program) -> list[str]:
    code, said = program.end(program.start())
    return [str(code), "-", said]


def _killed(program: _Program) -> list[str]:
    process = program.start()
    program.wait_for(process, _PAGES // 2)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    left = program.left()
    before = program.read()
    code, said = program.end(program.start())
    again = before + program.read_by_last_run(before) - _PAGES
    return [f"-9, then {code}", str(again), f"{said} (after the kill were left: {left})"]


def _full_disk(program: _Program) -> list[str]:
    keep = program.folder / "kept"
    script = f"mount -t tmpfs -o size={_SMALL_DISK} none {program.out} || exit 99\n"
    command = program.command(program.input, program.out)
    done = subprocess.run(
        [
            *("unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c"),
            f'{script}"$@"; code=$?; cp -a {program.out} {keep}; exit $code',
            *("sh", *command),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment(TMPDIR=str(program.temporary), **program.variables),
        timeout=_PATIENCE,
        check=False,
    )
    if done.returncode == 99:
        return ["not measured", "-", "no small file system can be mounted here"]
    shutil.copytree(keep, program.out, dirs_exist_ok=True)
    lines = [
        line for line in (done.stdout + done.stderr).decode(errors="replace").splitlines() if line.strip()
    ]
    return [str(done.returncode), "-", lines[-1].strip() if lines else ""]


def _reader_killed(program: _Program) -> list[str]:
    process = program.start()
    program.wait_for(process, _PAGES // 2)
    while process.poll() is None:
        readers = [
            child
            for child in psutil.Process(process.pid).children(recursive=True)
            if program.reader in " ".join(_command_line(child))
        ]
        if readers:
            readers[-1].kill()
            break
    code, said = program.end(process)
    return [str(code), "-", said]


def _input_deleted(program: _Program) -> list[str]:
    process = program.start()
    program.wait_for(process, _PAGES // 2)
    program.input.unlink()
    code, said = program.end(process)
    return [str(code), "-", said]


_FAULTS: Final[dict[str, Callable[[_Program], list[str]]]] = {
    "the image of one page is damaged": _corrupt_page,
    "SIGKILL midway, and again": _killed,
    "the disk is full": _full_disk,
    "the process that reads a page is killed": _reader_killed,
    "the input is deleted midway": _input_deleted,
}


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


# The programs


def _pdfpipe(options: Options) -> _Program:
    folder = options.scratch / "pdfpipe"
    cache = folder / "cache"

    def command(source: Path, out: Path) -> list[str]:
        return [
            *pdfpipe_command(),
            "convert",
            str(source),
            "-o",
            str(out),
            "--engine",
            "tesseract",
            "--no-config",
            "--stages",
            "none",
        ]

    def read() -> int:
        # The engine itself has an entry too.
        return max(0, sum(1 for path in (cache / "ocr").glob("??/*") if path.is_file()) - 1)

    def read_by_last_run(_: int) -> int:
        with closing(sqlite3.connect(folder / "out" / ".pdfpipe" / "journal.sqlite3")) as journal:
            query = "SELECT count(*) FROM pages WHERE NOT from_cache AND run = (SELECT max(id) FROM runs)"
            return int(journal.execute(query).fetchone()[0])

    variables = {"PDFPIPE_CACHE_DIR": str(cache)}
    return _Program("pdfpipe", folder, command, read, read_by_last_run, "execution.worker", variables)


def _ocrmypdf(options: Options, program: str) -> _Program:
    folder, shims = options.scratch / "ocrmypdf", options.scratch / "shims"
    log, tesseract = folder / "log", shutil.which("tesseract")
    shims.mkdir()
    shim = shims / "tesseract"
    # Only calls that read a page count, not those that ask for versions or languages.
    counted = f'case "$*" in *hocr*|*txt*) echo read >> {log};; esac'
    shim.write_text(f'#!/bin/sh\n{tesseract} "$@"\ncode=$?\n{counted}\nexit $code\n')
    shim.chmod(0o755)

    def command(source: Path, out: Path) -> list[str]:
        return [program, "--output-type", "pdf", "--quiet", "-l", "eng", str(source), str(out / source.name)]

    def read() -> int:
        return len(log.read_text().splitlines()) if log.exists() else 0

    variables = {"PATH": f"{shims}{os.pathsep}{os.environ['PATH']}"}
    return _Program("OCRmyPDF", folder, command, read, lambda before: read() - before, "tesseract", variables)


# The document


def _book(path: Path, count: int) -> Path:
    """A PDF of scanned pages of some lines each, as JPEG."""
    font = ImageFont.load_default(40)
    pages = []
    for number in range(1, count + 1):
        page = Image.new("L", (1240, 700), 245)
        draw = ImageDraw.Draw(page)
        for line in range(8):
            draw.text((60, 60 + 70 * line), f"{number}.{line}  {_TEXT}"[:52], 20, font)
        pages.append(page)
    pages[0].save(path, "PDF", resolution=150, save_all=True, append_images=pages[1:])
    return path


def _with_damaged_page(book: Path, path: Path) -> Path:
    """The same with noise in the middle of the thirteenth image."""
    data, at = bytearray(book.read_bytes()), 0
    for _ in range(13):
        at = data.index(b"\xff\xd8\xff", at + 1)
    end = data.index(b"endstream", at)
    data[at : at + (end - at) // 2] = os.urandom((end - at) // 2)
    path.write_bytes(data)
    return path
