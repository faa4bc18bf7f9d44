"""All options of a run, merged once (`pdfpipe.config.settings`) and passed on as one frozen object."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any, Final

import msgspec

from pdfpipe.errors import UsageError
from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.engine_settings import AsposeSettings, Mode, PpocrSettings, TesseractSettings
from pdfpipe.model.fault_settings import FaultSettings
from pdfpipe.model.image_settings import ImageSettings
from pdfpipe.model.metadata_settings import MetadataSettings
from pdfpipe.model.navigation_settings import NavigationSettings
from pdfpipe.model.output_type import OutputType
from pdfpipe.model.pdf_input_settings import PdfInputSettings
from pdfpipe.model.preprocessing_settings import PreprocessingSettings
from pdfpipe.model.report_settings import ReportSettings
from pdfpipe.model.separator_settings import SeparatorSettings
from pdfpipe.model.sheet_settings import SheetSettings
from pdfpipe.model.sidecar import Sidecar

__all__ = ["Grouping", "Settings"]

_MAX_DPI: Final = 9600


class Grouping(Enum):
    """What becomes one document."""

    FOLDER = "folder"
    FILE = "file"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a run; the defaults are what most people want.

    A value that makes no sense raises UsageError.

    Attributes:
        languages: Tesseract's names of the languages to expect, most frequent first.
        engine: name of the OCR engine; ``auto`` for the profile's engines with a second opinion.
        engines: the engines that ``auto`` may ask, in order; empty for the language profile's.
        mode: what ``auto`` trades for accuracy.
        tesseract, ppocr, aspose: what each of these engines alone understands.
        pdf_input: what is done with PDFs that are given as input.
        preprocessing: what is done to page images before they are read.
        sheets: how sheets of paper become pages.
        separators: at which sheets a stack of scans is divided into documents.
        images: how page images may be made smaller than they are.
        profiles: what the user's own language profiles say, as language or script, setting and value;
            only where the languages are to be found out, for then it is not known yet which of them count.
        engine_options: what an engine of another package understands, as key and value.
        report: what the report needs of the run.
        faults: what is done when pages, memory or the disk fail.
        cache: what is remembered from run to run, such as what engines have read; by default nothing.
        grouping: one document a folder of page images, or one a file.
        jobs: worker processes; None for one a processor that this process may use.
        page_timeout: seconds after which a page is given up and its worker process ended; 0 for no limit.
        image_dpi: resolution to use instead of what the files say.
        max_image_mpixels: pages with more million pixels are refused, not decoded.
        output_type: what kind of PDF to write.
        force: convert even if the output is up to date or was not made by pdfpipe.
        fail_fast: stop at the first document that fails.
        sidecars: formats in which the text is written beside the PDF too.
        metadata: what the documents say about themselves.
        navigation: page labels and outline.
        created: moment to write documents at, so to speak; None for the time of writing.

    """

    languages: tuple[str, ...] = ("eng",)
    engine: str = "auto"
    engines: tuple[str, ...] = ()
    mode: Mode = Mode.BALANCED
    tesseract: TesseractSettings = TesseractSettings()
    ppocr: PpocrSettings = PpocrSettings()
    aspose: AsposeSettings = AsposeSettings()
    pdf_input: PdfInputSettings = PdfInputSettings()
    preprocessing: PreprocessingSettings = PreprocessingSettings()
    sheets: SheetSettings = SheetSettings()
    separators: SeparatorSettings = SeparatorSettings()
    images: ImageSettings = ImageSettings()
    profiles: tuple[tuple[str, str, Any], ...] = ()
    engine_options: tuple[tuple[str, str], ...] = ()
    report: ReportSettings = ReportSettings()
    faults: FaultSettings = FaultSettings()
    cache: CacheSettings = CacheSettings()
    grouping: Grouping = Grouping.FOLDER
    jobs: int | None = None
    page_timeout: float = 300.0
    image_dpi: float | None = None
    max_image_mpixels: float = 250.0
    output_type: OutputType = OutputType.PDFA
    force: bool = False
    fail_fast: bool = False
    sidecars: tuple[Sidecar, ...] = ()
    metadata: MetadataSettings = MetadataSettings()
    navigation: NavigationSettings = NavigationSettings()
    created: datetime | None = None

    def __post_init__(self) -> None:
        if isinstance(self.languages, str) or not self.languages:
            raise UsageError('languages: a tuple of names is needed, such as ("eng", "deu")')
        if not isinstance(self.grouping, Grouping):
            raise UsageError(f"grouping: {self.grouping!r} is no Grouping")
        if not isinstance(self.output_type, OutputType):
            raise UsageError(f"output_type: {self.output_type!r} is no OutputType")
        if not isinstance(self.sidecars, tuple) or not all(isinstance(s, Sidecar) for s in self.sidecars):
            raise UsageError("sidecars: a tuple of Sidecar is needed, such as (Sidecar.HOCR,)")
        if self.jobs is not None and self.jobs < 1:
            raise UsageError("jobs: at least one worker process is needed")
        if not self.page_timeout >= 0:
            raise UsageError("page_timeout: seconds are needed, or 0 for no limit")
        if self.image_dpi is not None and not 1 <= self.image_dpi <= _MAX_DPI:
            raise UsageError(f"image_dpi: {self.image_dpi:g} is not between 1 and {_MAX_DPI}")
        if not self.max_image_mpixels > 0:
            raise UsageError("max_image_mpixels: the limit must be more than 0")
        if self.created is not None and self.created.utcoffset() is None:
            raise UsageError("created: it has no time zone")
