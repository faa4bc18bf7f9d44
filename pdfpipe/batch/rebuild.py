"""Which text in files goes with which scans, so that PDFs are made again without recognizing anything."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from pdfpipe.batch.double_pages import as_split, as_whole
from pdfpipe.batch.language_choice import FALLBACK, is_auto, with_languages
from pdfpipe.batch.left_out import is_mere_sheet
from pdfpipe.batch.plan import Plan, plan
from pdfpipe.config.folders import Configuration
from pdfpipe.config.languages import parse_language
from pdfpipe.errors import TextFileError, UsageError
from pdfpipe.formats.reading import TextFile, half_of, open_text
from pdfpipe.model.engine_settings import AsposeSettings, PpocrSettings, TesseractSettings
from pdfpipe.model.job import DocumentJob, Failure, PageSource, Stage
from pdfpipe.model.names import shown
from pdfpipe.model.settings import Settings
from pdfpipe.model.sidecar import Sidecar, TextSource

if TYPE_CHECKING:
    from pdfpipe.batch.sheets.looking import OnLook

__all__ = ["TEXT_FORMATS", "plan_rebuild"]

TEXT_FORMATS: Final = (Sidecar.HOCR, Sidecar.ALTO, Sidecar.JSON)
"""The formats that say where words are."""

_SUFFIXES: Final = (".hocr", ".html", ".htm", ".xhtml", ".alto.xml", ".alto", ".xml", ".json")
_PDF: Final = ".pdf"


def plan_rebuild(
    scans: Iterable[Path],
    output: Path,
    settings: Settings | Configuration,
    text: Path | None = None,
    text_format: Sidecar | None = None,
    *,
    on_look: OnLook | None = None,
) -> Plan:
    """Plan documents as `pdfpipe.plan` does, each with the text that is given for its pages.

    `text` is the file with the text of the only document, or a folder; None for that of the outputs.  In a
    folder, the text of a document has the name and place that its PDF has below `output`; or each page has a
    file of its own, with the name and place that its scan has below its folder of `scans`.  Only files of
    `text_format` count, unless that is None.  `on_look` is that of `pdfpipe.plan`.

    Where the languages of a document are ``auto``, those that its text names are taken, and English if it
    names none.  A document whose text is missing, damaged or of another number of pages has a `failure`.

    Raises:
        UsageError: as `pdfpipe.plan`; `text` is not there, or is one file for several documents.
        OutputConflictError, MissingDependencyError: as `pdfpipe.plan`.

    """
    scans = tuple(scans)
    planned = plan(scans, output, settings, on_look=on_look)
    is_name = output.suffix.lower() == _PDF and not output.is_dir()
    folder = output.parent if is_name else output
    given = folder if text is None else text
    if text is not None and not text.exists():
        raise UsageError(f"cannot read {shown(text)}: No such file or directory")
    if given.is_file() and len(planned.documents) > 1:
        raise UsageError(
            f"{shown(given)} cannot be the text of {len(planned.documents)} documents: name a folder"
        )
    finder = _Finder(given, folder, scans, text_format, alone=len(planned.documents) == 1)
    return msgspec.structs.replace(planned, documents=tuple(map(finder.with_text, planned.documents)))


class _Finder:
    """Finds the text of documents in a folder, or takes that of the one file that is given."""

    def __init__(
        self, given: Path, output: Path, scans: Sequence[Path], text_format: Sidecar | None, *, alone: bool
    ) -> None:
        self._given = given
        self._output = output
        self._scans = [scan for scan in scans if scan.is_dir()]
        self._format = text_format
        self._alone = alone

    def with_text(self, job: DocumentJob) -> DocumentJob:
        """The job with the text of its pages, or with a failure."""
        job = msgspec.structs.replace(job, settings=_without_engine(job.settings))
        if job.failure is not None:
            return job
        try:
            pages, languages = self._text_of(job)
        except TextFileError as error:
            return msgspec.structs.replace(job, failure=Failure.of(Stage.TEXT, error))
        settings = job.settings
        if is_auto(settings):
            settings = with_languages(settings, _known(languages) or FALLBACK)
        return msgspec.structs.replace(job, pages=pages, settings=settings)

    def _text_of(self, job: DocumentJob) -> tuple[tuple[PageSource, ...], tuple[str, ...]]:
        """The pages with their text, and the languages that it is said to be in."""
        whole = self._open([self._given]) if self._given.is_file() else self._of_document(job)
        everything = as_whole(job.pages)  # which of them are two pages is what their text was read for
        if whole is not None:
            scans = _written(job, everything, len(whole.pages))
            if len(whole.pages) > len(scans):
                scans = as_split(scans, [half_of(page) for page in whole.pages])
            if len(whole.pages) != len(scans):
                raise TextFileError(
                    f"{shown(whole.path)} has {_pages(len(whole.pages))}, and the scans have {len(scans)}"
                )
            return _with_sheets(everything, _with_texts(scans, whole.pages)), whole.languages
        scans = _written(job, everything)
        found = [self._of_page(page) for page in scans]
        missing = next((number for number, file in enumerate(found, 1) if file is None), None)
        if missing is not None:
            raise TextFileError(self._nothing_for(job, scans[missing - 1], missing, any(found)))
        files = [file for file in found if file is not None]
        for file in files:
            if len(file.pages) != 1:
                raise TextFileError(
                    f"{shown(file.path)} has {len(file.pages)} pages, and is to be that of one"
                )
        languages = next((file.languages for file in files if file.languages), ())
        return _with_sheets(everything, _with_texts(scans, [file.pages[0] for file in files])), languages

    def _of_document(self, job: DocumentJob) -> TextFile | None:
        stems = [_stem_below(job.output, self._output, self._given)]
        if self._alone:
            stems.append(self._given / job.output.stem)
            stems.append(self._given / job.name)
        for stem in dict.fromkeys(stems):
            if (file := self._open(_candidates(stem))) is not None:
                return file
        return None

    def _of_page(self, page: PageSource) -> TextFile | None:
        if page.frame:
            return None
        for stem in self._stems_of_page(page):
            if (file := self._open(_candidates(stem))) is not None:
                return file
        return None

    def _stems_of_page(self, page: PageSource) -> Iterator[Path]:
        """Where the text of a page may be, without the suffix: page-1 and page-1.tif for page-1.tif."""
        root = next((scan for scan in self._scans if page.path.is_relative_to(scan)), page.path.parent)
        beside = self._given / page.path.relative_to(root)
        yield beside.with_suffix("")
        yield beside

    def _open(self, paths: Iterable[Path]) -> TextFile | None:
        """The one of these files that is there and of a format that counts.

        Raises:
            TextFileError: several are, or the only one is damaged.

        """
        found: list[TextFile] = []
        damage: TextFileError | None = None
        for path in paths:
            if not path.is_file():
                continue
            try:
                file = open_text(path)
            except TextFileError as error:
                damage = damage or error
                continue
            if self._format in (None, file.format):
                found.append(file)
        if len(found) > 1:
            names = " and ".join(shown(file.path) for file in found)
            raise TextFileError(f"it has several texts, {names}: say by --text-format which to take")
        if not found and damage is not None:
            raise damage
        return found[0] if found else None

    def _nothing_for(self, job: DocumentJob, page: PageSource, number: int, some: bool) -> str:
        kinds = ", ".join(_SUFFIXES) if self._format is None else f"of format {self._format.value}"
        of_page = next(self._stems_of_page(page))
        if some:
            return f"there is no text for page {number}, {shown(page.path)}: no {shown(of_page)} with {kinds}"
        whole = _stem_below(job.output, self._output, self._given)
        return (
            f"there is no text for it: neither {shown(whole)} with {kinds}, nor a file for each page, such as"
            f" {shown(of_page)}{_SUFFIXES[0]}; --text says where to look"
        )


def _with_texts(pages: Sequence[PageSource], texts: Sequence[TextSource]) -> tuple[PageSource, ...]:
    return tuple(msgspec.structs.replace(page, text=text) for page, text in zip(pages, texts, strict=True))


def _written(
    job: DocumentJob, scans: Sequence[PageSource], number: int | None = None
) -> tuple[PageSource, ...]:
    """The scans that a document has text for: all but separator sheets that are left out.

    Of blank sheets that is not certain: those whose `number` fits the text are taken.
    """
    coded = tuple(page for page in scans if not is_mere_sheet(page.separator, job.settings))
    plain = tuple(page for page in coded if page.separator is None or not page.separator.is_sheet)
    return plain if number == len(plain) and not job.settings.separators.keep else coded


def _with_sheets(scans: Sequence[PageSource], pages: Sequence[PageSource]) -> tuple[PageSource, ...]:
    """The pages, and in their places the scans that are not among them, which are separator sheets."""
    of_scan: dict[tuple[Path, int], list[PageSource]] = {}
    for page in pages:
        of_scan.setdefault((page.path, page.frame), []).append(page)
    for scan in scans:
        of_scan.setdefault((scan.path, scan.frame), [scan])
    order = dict.fromkeys((scan.path, scan.frame) for scan in scans)
    return tuple(page for place in order for page in of_scan[place])


def _candidates(stem: Path) -> list[Path]:
    return [stem.with_name(stem.name + suffix) for suffix in _SUFFIXES]


def _stem_below(output: Path, folder: Path, given: Path) -> Path:
    """Where in `given` a document has its place that `output` has in `folder`, without a suffix."""
    return given / Path(os.path.relpath(output, folder)).with_suffix("")


def _without_engine(settings: Settings) -> Settings:
    """Settings of a document that needs no engine: what concerns engines changes nothing in it."""
    return msgspec.structs.replace(
        settings,
        engine="none",
        engines=(),
        engine_options=(),
        tesseract=TesseractSettings(),
        ppocr=PpocrSettings(),
        aspose=AsposeSettings(),
        profiles=(),
    )


def _known(names: Iterable[str]) -> tuple[str, ...]:
    """The languages among the names that a file gives; other programs may call them anything."""
    known = []
    for name in names:
        try:
            known.append(parse_language(name))
        except UsageError:
            continue
    return tuple(dict.fromkeys(known))


def _pages(number: int) -> str:
    return "1 page" if number == 1 else f"{number} pages"
