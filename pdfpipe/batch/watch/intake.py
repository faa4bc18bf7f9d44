"""From files that have settled to documents that can be made."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from pdfpipe.batch.language_choice import with_languages
from pdfpipe.batch.plan import plan_files
from pdfpipe.batch.watch.arrivals import Arrival
from pdfpipe.batch.watch.folders import Folders
from pdfpipe.batch.watch.originals import Original, Originals
from pdfpipe.batch.watch.output_names import OutputNames
from pdfpipe.batch.watch.removal import StoppedError
from pdfpipe.config.file import CONFIG_NAME, DOCUMENT_SUFFIX
from pdfpipe.config.folders import Configuration, document_config
from pdfpipe.errors import PdfpipeError
from pdfpipe.model.job import DocumentJob, Failure, Stage
from pdfpipe.model.names import shown
from pdfpipe.model.settings import Settings
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import check_engine

__all__ = ["Intake", "TakenIn"]


class TakenIn(msgspec.Struct, frozen=True):
    """A document to make, its originals, and the arrival that it is of; those of a stack share its originals.

    `is_made` is set where the PDF is there already, made of these very scans.
    """

    job: DocumentJob
    originals: Originals
    arrival: str
    is_made: bool = False


class Intake:
    """Plans what has arrived."""

    def __init__(self, folders: Folders, names: OutputNames) -> None:
        self._folders = folders
        self._names = names
        self._usable: set[EngineSpec] = set()
        self._is_stopped = False

    def stop(self) -> None:
        """Look at no more scans: `take` ends with StoppedError where it has some to look at."""
        self._is_stopped = True

    def take(
        self, arrival: Arrival, configuration: Configuration
    ) -> tuple[list[TakenIn], tuple[Path, ...]] | None:
        """The documents of an arrival, and the files that are no page images; None if it has changed since.

        What is wrong with a document or its settings is the `failure` of its job.
        """
        files = [Original(self._folders.root / name, stamp) for name, stamp in arrival.files]
        if not all(file.is_unchanged for file in files):
            return None
        scans = [file.path for file in files if not _is_config(file.path)]
        try:
            planned = plan_files(
                self._folders.root, scans, self._folders.output, configuration, on_look=self._go_on
            )
        except PdfpipeError as error:
            whole = self._folders.root / arrival.name
            name = whole.name if arrival.is_folder else whole.stem
            output = self._folders.output / Path(arrival.name).parent / f"{name}.pdf"
            failure = Failure.of(Stage.PLAN, error, whole)
            broken = DocumentJob(name, output, (), Settings(), failure, whole if arrival.is_folder else None)
            return [self._taken(broken, files, arrival)], ()
        own: dict[Path, set[Path]] = {}
        for job in planned.documents:
            paths = {page.path for page in job.pages}
            if job.folder is None:
                paths |= {document_config(path) for path in paths}
            own.setdefault(_whole(job), set()).update(paths)
        taken = [
            self._taken(job, [file for file in files if file.path in own[_whole(job)]], arrival)
            for job in planned.documents
        ]
        return taken, planned.ignored

    def _go_on(self, _done: int, _total: int) -> None:
        if self._is_stopped:
            raise StoppedError

    def _taken(self, job: DocumentJob, files: list[Original], arrival: Arrival) -> TakenIn:
        root = self._folders.root
        whole = job.folder or (job.pages[0].path if job.pages else root / arrival.name)
        name = whole.relative_to(root)
        originals = Originals(
            root,
            name,
            tuple(files),
            is_folder=job.folder is not None,
            folder=(name if job.folder is not None else name.parent) if arrival.is_folder else None,
        )
        if job.failure is None:
            job = self._checked(job)
        # The documents of a stack must not take one another's names.
        owner = f"{name}\0{job.part}" if job.part > 1 else str(name)
        job, is_made = self._names.assign(job, owner)
        return TakenIn(job, originals, arrival.name, is_made)

    def _checked(self, job: DocumentJob) -> DocumentJob:
        """The job, with a failure where it cannot be made as its settings say."""
        inside = self._folders.inside(job.output)
        if inside is not None and not _is_below(inside, self._folders.skipped):
            reason = f"{shown(job.output)} would lie among the scans and be read again: change its 'output'"
            return msgspec.structs.replace(job, failure=Failure(Stage.PLAN, reason))
        try:
            self.check(job.settings)
        except PdfpipeError as error:
            return msgspec.structs.replace(job, failure=Failure.of(Stage.PLAN, error))
        return job

    def check(self, settings: Settings) -> None:
        """Find out whether the engine could be made.

        Raises:
            UsageError, MissingDependencyError, MissingLanguageError: it could not.

        """
        spec = EngineSpec.from_settings(with_languages(settings))
        if spec not in self._usable:
            check_engine(spec)
            self._usable.add(spec)


def _whole(job: DocumentJob) -> Path:
    """The folder or file that the document is of, with others where that is a stack."""
    return job.folder or (job.pages[0].path if job.pages else job.output)


def _is_config(path: Path) -> bool:
    return path.name == CONFIG_NAME or path.name.endswith(DOCUMENT_SUFFIX)


def _is_below(name: str, folders: Iterable[str]) -> bool:
    return any(name == folder or name.startswith(f"{folder}/") for folder in folders)
