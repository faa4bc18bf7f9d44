"""Which documents a run makes, of which pages, and where they go.  Nothing is written."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import msgspec

from pdfpipe.batch.duplex import interleaved, reason_not_to_interleave
from pdfpipe.batch.inspecting import PdfInspector
from pdfpipe.batch.scan_folders import RealPaths, ScanFolder, in_natural_order, scan_folders
from pdfpipe.batch.sheets.stacks import divided
from pdfpipe.config.file import CONFIG_NAME
from pdfpipe.config.folders import Configuration, document_config
from pdfpipe.config.settings import Merged
from pdfpipe.errors import (
    DocumentError,
    MissingDependencyError,
    OutputConflictError,
    UsageError,
)
from pdfpipe.imaging.formats import HEIF_SUFFIXES, is_image_file, is_pdf, is_tiff
from pdfpipe.imaging.tiff import frames_of
from pdfpipe.model.job import DocumentJob, Failure, FileStamp, PageSource, Stage
from pdfpipe.model.names import shown
from pdfpipe.model.settings import Grouping, Settings
from pdfpipe.model.sheet_settings import Interleave
from pdfpipe.pdf.marker import read_marker

if TYPE_CHECKING:
    from pdfpipe.batch.sheets.looking import OnLook

__all__ = ["Plan", "plan", "plan_files"]

_PDF: Final = ".pdf"


class Plan(msgspec.Struct, frozen=True):
    """The documents to make, and the files found beside them that are not page images."""

    documents: tuple[DocumentJob, ...]
    ignored: tuple[Path, ...] = ()

    @property
    def pages(self) -> int:
        """Pages of all documents."""
        return sum(len(document.pages) for document in self.documents)


class _File(msgspec.Struct, frozen=True):
    """A page image file, its pages, and why they cannot be known."""

    path: Path
    pages: tuple[PageSource, ...]
    failure: Failure | None = None
    is_pdf: bool = False


def plan(
    scans: Iterable[Path],
    output: Path,
    settings: Settings | Configuration,
    *,
    on_look: OnLook | None = None,
) -> Plan:
    """Find the page images among `scans` and group them into documents below `output`.

    `scans` are files and folders, folders are searched in depth.  Each folder that directly holds
    page images is a document named after it; a PDF, a multi-page TIFF, and with `Grouping.FILE` every
    file, is a document of its own.  The tree of folders is mirrored below `output`.  If there is but one
    document, `output` may be its name, ending in ``.pdf``.

    `settings` are those of all documents; no file is read then.  A `Configuration` has others for each
    folder, and may say where below `output` the documents of a folder go.

    A file that cannot be read or whose pages cannot be counted gives a document with a `failure`.

    Where the settings say at which separator sheets to divide, scans are looked at by worker processes, which
    may take a while; `on_look` is told how far that is, and ends it by raising an error.

    Raises:
        UsageError: a path is not there, there is nothing to convert, or a pdfpipe.toml makes no sense.
        OutputConflictError: two inputs would write the same output.
        MissingDependencyError: a format needs a package that is not installed.

    """
    configuration = Configuration(settings, read_files=False) if isinstance(settings, Settings) else settings
    documents: list[DocumentJob] = []
    ignored: list[Path] = []
    with PdfInspector() as inspector:
        for scan in scans:
            try:
                mode = scan.stat().st_mode
            except OSError as error:
                raise UsageError(f"cannot read {shown(scan)}: {error.strerror}") from error
            if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
                raise UsageError(f"{shown(scan)} is neither a file nor a folder; - reads from standard input")
            if stat.S_ISDIR(mode):
                walk = scan_folders(scan)
                documents += _folder_documents(scan, output, configuration, ignored, walk, inspector)
            else:
                documents.append(_file_document(scan, output, configuration, inspector))
    documents = divided(_without_earlier_outputs(documents, ignored), on_look)
    if not documents:
        found = f"; {len(ignored)} other files are there, but no page images" if ignored else ""
        raise UsageError(f"there is nothing to convert{found}")
    if output.suffix.lower() == _PDF and not output.is_dir():
        if len(documents) > 1:
            raise UsageError(
                f"{len(documents)} documents do not fit into one file {shown(output)}: name a folder"
            )
        documents = [msgspec.structs.replace(documents[0], output=output)]
    _refuse_conflicts(documents)
    _refuse_overwriting_inputs(documents)
    _require_decoders(documents)
    _require_optimizer(documents)
    return Plan(tuple(documents), tuple(ignored))


def plan_files(
    root: Path,
    files: Iterable[Path],
    output: Path,
    configuration: Configuration,
    *,
    on_look: OnLook | None = None,
) -> Plan:
    """As `plan` of the folder `root`, of `files` alone, which are below it and need no other with them.

    Files directly in `root` are documents of their own.  Two documents may have the same output.

    Raises:
        UsageError: a pdfpipe.toml makes no sense.

    """
    documents: list[DocumentJob] = []
    ignored: list[Path] = []
    names: dict[Path, list[str]] = {}
    for file in files:
        names.setdefault(file.parent, []).append(file.name)
    with PdfInspector() as inspector:
        documents += [
            _file_document(root / name, output, configuration, inspector)
            for name in in_natural_order(names.pop(root, []))
            if name != CONFIG_NAME and _is_page_image(root / name, ignored)
        ]
        walk = [
            ScanFolder(
                folder, folder.relative_to(root), [(name, False) for name in in_natural_order(names[folder])]
            )
            for folder in sorted(names)
        ]
        documents += _folder_documents(root, output, configuration, ignored, walk, inspector)
    return Plan(tuple(divided(documents, on_look)), tuple(ignored))


def _file_document(
    file: Path, output: Path, configuration: Configuration, inspector: PdfInspector
) -> DocumentJob:
    """The document of a file that is given by itself."""
    merged = configuration.of_file(file)
    target = _Target.of(merged, output, Path(), file.parent)
    return _document(file.stem, target.file(file.stem), [_file(file, merged.settings, inspector)], merged)


def _folder_documents(
    root: Path,
    output: Path,
    configuration: Configuration,
    ignored: list[Path],
    walk: Iterable[ScanFolder],
    inspector: PdfInspector,
) -> Iterator[DocumentJob]:
    # A link counts by its own name, so it is not resolved.
    absolute = Path(os.path.abspath(root))  # noqa: PTH100
    root_name = absolute.name or "scans"
    for folder, inside, files, error in walk:
        merged = configuration.of_folder(absolute / inside, absolute)
        settings = merged.settings
        target = _Target.of(merged, output, inside, folder)
        whole = target.folder(inside.name or root_name)
        if error is not None:
            failure = Failure(Stage.PLAN, f"the folder cannot be read: {error.strerror}", folder)
            yield DocumentJob(folder.name, whole, (), settings, failure, folder, merged.files)
            continue
        own: list[_File] = []
        shared: list[_File] = []
        others: list[Path] = []
        for name, is_file in files:
            path = folder / name
            if name != CONFIG_NAME and _is_page_image(path, others, is_file=is_file):
                file = _file(path, settings, inspector)
                alone = settings.grouping is Grouping.FILE or len(file.pages) > 1 or file.is_pdf
                (own if alone else shared).append(file)
        found = [_document(inside.name or root_name, whole, shared, merged, folder)] if shared else []
        for file in own:
            stem, alone_merged = (
                file.path.stem,
                configuration.of_file(absolute / inside / file.path.name, absolute),
            )
            found.append(_document(stem, target.file(stem), [file], alone_merged))
        configs = {document_config(file.path) for file in own}
        ignored += [path for path in others if path not in configs]
        yield from target.named(found)


class _Target(msgspec.Struct, frozen=True):
    """Where the documents of one scanned folder go.

    `base` stands for the folder that `inside` is relative to; `name` is the path of its only document,
    if that has been given one, and `origin` who gave it.
    """

    base: Path
    inside: Path
    name: Path | None = None
    origin: str = ""

    @classmethod
    def of(cls, merged: Merged, output: Path, inside: Path, folder: Path) -> Self:
        """Of a folder, which is `inside` the scanned one, below the run's output."""
        target = cls(output, inside)
        for layer in merged.outputs:
            assert layer.output is not None  # noqa: S101 - for mypy
            below = Path(os.path.relpath(folder, layer.folder))
            if layer.output.suffix.lower() == _PDF:
                if below == Path():
                    return cls(target.base, target.inside, output / layer.output, layer.origin)
                continue
            # A layer from above the scanned folder moves all of that folder's documents alike.
            is_scanned = len(below.parts) <= len(inside.parts) and ".." not in below.parts
            target = cls(output / layer.output, below if is_scanned else inside)
        return target

    def folder(self, name: str) -> Path:
        """The document of all page images of the folder, which is called `name`."""
        return self.base.joinpath(self.inside.parent, f"{_name(name)}{_PDF}")

    def file(self, name: str) -> Path:
        """The document of one file of the folder, which is called `name` but for its suffix."""
        return self.base.joinpath(self.inside, f"{_name(name)}{_PDF}")

    def named(self, found: list[DocumentJob]) -> list[DocumentJob]:
        """The documents found in the folder, the only one under the name that was given."""
        if self.name is None or not found:
            return found
        if len(found) > 1:
            raise UsageError(
                f"{self.origin}: output: {len(found)} documents do not fit into one file "
                f"{shown(self.name)}: name a folder"
            )
        return [msgspec.structs.replace(found[0], output=self.name)]


def _name(stem: str) -> str:
    return stem or "scan"


def _is_page_image(path: Path, ignored: list[Path], *, is_file: bool = False) -> bool:
    try:
        if (is_file or path.is_file() or not path.exists()) and is_image_file(path):
            return True
    except PermissionError:
        return True  # loading it will say why it cannot be read
    except OSError:
        pass  # it has no suffix and leads nowhere
    ignored.append(path)
    return False


def _file(path: Path, settings: Settings, inspector: PdfInspector) -> _File:
    is_a_pdf = False
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            stamp = FileStamp(status.st_size, status.st_mtime_ns)
            head = stream.read(8)
            frames = frames_of(stream) if is_tiff(head) and not is_pdf(path, head) else (0,)
        if is_a_pdf := is_pdf(path, head):
            pages = enumerate(inspector.pages(path, settings))
            found = tuple(PageSource(path, index, stamp, pdf=page) for index, page in pages)
            return _File(path, found, is_pdf=True)
    except (OSError, DocumentError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        failure = Failure(Stage.PLAN, f"{reason}", path)
        return _File(path, (PageSource(path),), failure, is_a_pdf)
    return _File(path, tuple(PageSource(path, frame, stamp) for frame in frames))


def _document(
    name: str, output: Path, files: list[_File], merged: Merged, folder: Path | None = None
) -> DocumentJob:
    pages = tuple(page for file in files for page in file.pages)
    number, failure = 1, None
    for file in files:
        if file.failure is not None:
            page = None if file.is_pdf else number  # a PDF fails as a whole
            failure = msgspec.structs.replace(file.failure, page=page)
            break
        number += len(file.pages)
    order = merged.settings.sheets.interleave
    if failure is None and order is not Interleave.NONE:
        if (reason := reason_not_to_interleave(pages)) is not None:
            failure = Failure(Stage.PLAN, reason)
        else:
            pages = interleaved(pages, order)
    return DocumentJob(name, output, pages, merged.settings, failure, folder, merged.files)


def _refuse_conflicts(documents: list[DocumentJob]) -> None:
    outputs = Counter(os.path.normcase(document.output) for document in documents)
    for output, count in outputs.items():
        if count > 1:
            inputs = [_origin(d) for d in documents if os.path.normcase(d.output) == output]
            raise OutputConflictError(
                f"{count} inputs would write {shown(output)}: {', '.join(inputs)}; "
                "rename one, convert them into different folders, or group by folder"
            )


def _without_earlier_outputs(documents: list[DocumentJob], ignored: list[Path]) -> list[DocumentJob]:
    """Without PDFs that pdfpipe wrote among the scans: what it would write again is no scan."""
    candidates = {
        document.pages[0].path
        for document in documents
        if document.pages and document.pages[0].path.suffix.lower() == _PDF
    }
    if not candidates:
        return documents
    real = RealPaths()
    outputs = {real.of(document.output) for document in documents}
    own = {path for path in candidates if real.of(path) in outputs and _is_ours(path)}
    kept = [document for document in documents if not document.pages or document.pages[0].path not in own]
    if not kept:
        return documents  # somebody means them
    ignored += [path for path in dict.fromkeys(d.pages[0].path for d in documents if d.pages) if path in own]
    return kept


def _is_ours(path: Path) -> bool:
    try:
        return read_marker(path) is not None
    except OSError:
        return False


def _refuse_overwriting_inputs(documents: list[DocumentJob]) -> None:
    real = RealPaths()
    inputs = {real.of(path) for path in {page.path for document in documents for page in document.pages}}
    for document in documents:
        if real.of(document.output) in inputs:
            raise OutputConflictError(
                f"{shown(document.output)} is an input and would be overwritten: name another folder for the "
                "output, or another file"
            )


def _require_optimizer(documents: list[DocumentJob]) -> None:
    wanted = any(document.settings.images.optimize_jpeg for document in documents)
    if wanted and find_spec("mozjpeg_lossless_optimization") is None:
        raise MissingDependencyError(
            "optimizing JPEG data needs the extra 'mozjpeg': pip install 'pdfpipe[mozjpeg]'"
        )


def _require_decoders(documents: list[DocumentJob]) -> None:
    if find_spec("pillow_heif") is not None:
        return
    for document in documents:
        for page in document.pages:
            if page.path.suffix.lower() in HEIF_SUFFIXES:
                raise MissingDependencyError(
                    f"{shown(page.path)} needs the extra 'heif': pip install 'pdfpipe[heif]'"
                )


def _origin(document: DocumentJob) -> str:
    if not document.pages:
        return shown(document.name)
    first = document.pages[0].path
    files = {page.path for page in document.pages}
    return shown(first if len(files) == 1 else first.parent)
