"""What each document is made from, in the syntax of make.

GNU make has no one way to spell a name; what is escaped, and how, was found by trying make 4.3, see
tests/batch/test_depfile.py.  Of each prerequisite there is a rule without a recipe as well, as ``gcc -MP``
writes, so that a scan which is deleted makes its document out of date instead of being an error.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from pdfpipe.errors import UsageError
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.names import shown

__all__ = ["agree_with_make", "depfile", "is_depfile"]

_NOT_TO_BE_SPELLED: Final = re.compile(
    r".*[\0-\x1f\x7f].*"
    r"|.+\(.*\)"  # the member of an ar archive, lib(member), however it is escaped
    r"|.*[*?[].*[%\\].*|.*[%\\].*[*?[].*",  # escaped in two ways that depend on whether the file is there
    re.DOTALL,
)

_SPELLINGS: Final = {
    **{character: f"\\{character}" for character in " #:*?["},
    "$": "$$",
    "=": "$(subst x,=,x)",
    ";": "\\\\\\;",
}
_IN_TARGETS: Final = {**_SPELLINGS, "%": "\\%"}
_IN_PREREQUISITES: Final = {**_SPELLINGS, "|": "\\|"}
_AT_THE_START: Final = tuple("=:;~")
_FIRST_LINE: Final = re.compile(rb".*\.pdf ?(?: .*)?:(?: \\)?\n")


def depfile(jobs: Iterable[DocumentJob], working_folder: Path) -> bytes:
    """Rules for all documents: their outputs, and what these depend on.

    Paths are as they were given; those of settings are relative to `working_folder` if they are in it.

    Raises:
        UsageError: a name cannot be spelled in a makefile.

    """
    rules: list[str] = []
    phony: dict[str, None] = {}
    for job in jobs:
        needed = list(_prerequisites(job, working_folder))
        targets = " ".join(_target(path) for path in _made(job))
        lines = [f"{targets}:", *(_spelled(name, _IN_PREREQUISITES) for name in needed)]
        rules.append(" \\\n  ".join(lines) + "\n")
        phony |= dict.fromkeys(_target(name) for name in needed)
    return os.fsencode("\n".join([*rules, *(f"{name}:\n" for name in phony)]))


def is_depfile(path: Path) -> bool:
    """Whether a file is what `depfile` gave, or empty, and may be replaced by the next."""
    with path.open("rb") as stream:
        first = stream.readline(1 << 16)
    return not first or _FIRST_LINE.fullmatch(first) is not None


def agree_with_make(job: DocumentJob, started_ns: int) -> None:
    """Give the files of a document that is up to date the time that tells make the same.

    Folders and files pdfpipe.toml may be newer than a document that they change nothing about: it becomes
    newer than they are.  What has changed since the run began, at `started_ns`, was perhaps not seen: the
    document becomes older, and make has it looked at again.
    """
    newest = max((_mtime_ns(Path(name)) for name in _prerequisites(job, Path())), default=0)
    for path in _made(job):
        with suppress(OSError):  # what matters is that they are there
            own = path.stat().st_mtime_ns
            if newest >= started_ns and own >= newest:
                os.utime(path, ns=(started_ns - 1, started_ns - 1))
            elif own < newest < started_ns:
                os.utime(path, ns=(newest, newest))


def _made(job: DocumentJob) -> tuple[Path, ...]:
    """The document and its sidecars."""
    return (job.output, *(sidecar.beside(job.output) for sidecar in job.settings.sidecars))


def _prerequisites(job: DocumentJob, working_folder: Path) -> Iterator[str]:
    """The scans, given text, the folder if all in it counts, settings and lists of words, each once."""
    names = [os.fspath(page.path) for page in job.pages]
    names += [os.fspath(page.text.path) for page in job.pages if page.text is not None]
    tesseract = job.settings.tesseract
    if job.folder is not None and not _is_in(job.output, job.folder):
        names.append(f"{os.fspath(job.folder)}{os.sep}")
    for path in (*job.configured_by, tesseract.user_words, tesseract.user_patterns):
        if path is not None:
            inside = path.is_relative_to(working_folder)
            names.append(os.fspath(path.relative_to(working_folder) if inside else path))
    return iter(dict.fromkeys(names))


def _is_in(output: Path, folder: Path) -> bool:
    """Whether making the output changes the folder."""
    return os.path.abspath(output.parent) == os.path.abspath(folder)  # noqa: PTH100


def _mtime_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _target(name: str | Path) -> str:
    spelled = _spelled(os.fspath(name), _IN_TARGETS)
    return f"{spelled} " if spelled.endswith("&") else spelled  # &: is another kind of rule


def _spelled(name: str, spellings: dict[str, str]) -> str:
    if _NOT_TO_BE_SPELLED.fullmatch(name):
        raise UsageError(
            f"make has no spelling for the name {shown(name)}: rename it, or leave out --depfile"
        )
    spelled = "./" if name.startswith(_AT_THE_START) else ""
    # Backslashes stand for themselves, but before what is escaped, and at the end.
    for backslashes, character in re.findall(r"(\\*)([^\\]|$)", name):
        escaped = spellings.get(character, character)
        times = 4 if character == ";" else 2 if not character or escaped.startswith("\\") else 1
        spelled += backslashes * times + escaped
    return f"{spelled}$()" if name.endswith(" ") else spelled
