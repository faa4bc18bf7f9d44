"""Options that say how text is recognized, and how they and the environment become settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from pdfpipe.config.folders import Configuration
from pdfpipe.config.layers import Layer
from pdfpipe.config.settings import DEFAULT
from pdfpipe.config.values import checked_value
from pdfpipe.errors import UsageError
from pdfpipe.model.engine_settings import Mode, Tessdata
from pdfpipe.ocr.registry import engine_names

__all__ = [
    "RECOGNITION_PARAMETERS",
    "configuration",
    "engine_option",
    "engine_options",
    "language_option",
    "no_config_option",
    "recognition_options",
    "tessdata_dir_option",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FILE: Final = click.Path(path_type=Path, exists=True, dir_okay=False)

_SETTINGS: Final = {
    "languages": ("languages", "-l"),
    "engine": ("engine", "--engine"),
    "engines": ("engines", "--engines"),
    "mode": ("mode", "--mode"),
    "tessdata": ("tesseract.tessdata", "--tessdata"),
    "tessdata_dir": ("tesseract.tessdata_dir", "--tessdata-dir"),
    "psm": ("tesseract.segmentation", "--psm"),
    "user_words": ("tesseract.user_words", "--user-words"),
    "user_patterns": ("tesseract.user_patterns", "--user-patterns"),
    "aspose_license": ("aspose.license", "--aspose-license"),
    "allow_evaluation": ("aspose.allow_evaluation", "--allow-evaluation"),
    "mrc": ("images.mrc", "--mrc"),
    "text_pages": ("pdf_input.text_pages", "--text-pages"),
    "password": ("pdf_input.password", "--password"),
    "decrypt": ("pdf_input.decrypt", "--decrypt"),
    "break_signature": ("pdf_input.break_signature", "--break-signature"),
    "stages": ("preprocessing.stages", "--stages"),
    "page_image": ("preprocessing.page_image", "--page-image"),
    "binarization": ("preprocessing.binarization", "--binarization"),
    "blank": ("sheets.blank", "--blank"),
    "interleave": ("sheets.interleave", "--interleave"),
    "split_on": ("separators.split_on", "--split-on"),
    "barcode_pattern": ("separators.barcode_pattern", "--barcode-pattern"),
    "keep_separators": ("separators.keep", "--keep-separators"),
    "jpeg_quality": ("images.jpeg_quality", "--jpeg-quality"),
    "max_dpi": ("images.max_dpi", "--max-dpi"),
    "optimize_jpeg": ("images.optimize_jpeg", "--optimize-jpeg"),
    "group": ("grouping", "--group"),
    "image_dpi": ("image_dpi", "--image-dpi"),
    "title": ("metadata.title", "--title"),
    "author": ("metadata.author", "--author"),
    "subject": ("metadata.subject", "--subject"),
    "keywords": ("metadata.keywords", "--keywords"),
    "page_labels": ("navigation.page_labels", "--page-labels"),
    "outline": ("navigation.outline", "--outline"),
    "output_type": ("output_type", "--output-type"),
    "sidecar": ("sidecars", "--sidecar"),
    "max_image_mpixels": ("max_image_mpixels", "--max-image-mpixels"),
    "jobs": ("jobs", "--jobs"),
    "page_timeout": ("page_timeout", "--page-timeout"),
    "page_memory": ("faults.page_memory", "--page-memory"),
    "on_page_error": ("faults.on_page_error", "--on-page-error"),
    "on_full_disk": ("faults.on_full_disk", "--on-full-disk"),
    "force": ("force", "--force"),
    "fail_fast": ("fail_fast", "--fail-fast"),
    "thumbnails": ("report.thumbnails", "--report"),
}
"""The setting that each parameter of a command is, and the option that sets it."""

language_option: Final = click.option(
    "-l",
    "--languages",
    metavar="LANGS",
    help="Languages of the text, such as eng, de+en or 'German, English' [eng].",
)
engine_option: Final = click.option(
    "--engine", metavar="NAME", help="OCR engine; pdfpipe engines lists them [auto, where there is a choice]."
)
no_config_option: Final = click.option("--no-config", is_flag=True, help="Read no pdfpipe.toml.")
tessdata_dir_option: Final = click.option(
    "--tessdata-dir",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder with Tesseract's models, searched first [TESSDATA_PREFIX].",
)


def engine_options(command: _Command) -> _Command:
    """Give a command the options of the engines, in the order in which they shall be shown."""
    options = (
        engine_option,
        click.option(
            "--mode",
            type=click.Choice([mode.value for mode in Mode]),
            help="What the engine auto trades for accuracy [balanced].",
        ),
        click.option(
            "--engines", metavar="NAMES", help="Engines that auto may ask, in this order [the language's]."
        ),
        tessdata_dir_option,
        click.option(
            "--tessdata",
            type=click.Choice([kind.value for kind in Tessdata]),
            help="Which of Tesseract's sets of models [the first that is found].",
        ),
        click.option(
            "--psm", type=int, metavar="N", help="Tesseract's page segmentation mode, 1 or 3 to 13 [3]."
        ),
        click.option("--user-words", type=_FILE, help="Words to expect, one a line."),
        click.option("--user-patterns", type=_FILE, help="Patterns to expect, one a line."),
        click.option(
            "--aspose-license", type=_FILE, help="Licence of the engine aspose [PDFPIPE_ASPOSE_LICENSE]."
        ),
        click.option(
            "--allow-evaluation", is_flag=True, help="Let aspose work without a licence, on parts of pages."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def recognition_options(command: _Command) -> _Command:
    """Give a command the options of the engines, and those that say what counts besides."""
    command = no_config_option(command)
    command = click.option("--no-cache", is_flag=True, help="Read pages anew that have been read before.")(
        command
    )
    return engine_options(command)


@click.command()
@engine_options
def _recognizing() -> None:
    pass


RECOGNITION_PARAMETERS: Final = frozenset(one.name for one in _recognizing.params)
"""The parameters that say how text is recognized."""


def configuration(options: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> Configuration:
    """The settings of each folder, from a command's parameters, the environment and the files.

    `defaults` are the command's own, by field of `Settings`.

    Raises:
        UsageError: an option or a variable makes no sense.

    """
    layers = [*_environment(), Layer("command line", dict(_given(options)))]
    if options.get("no_cache"):
        layers.append(Layer("command line", {"cache.enabled": False}))
    return Configuration(
        layers,
        read_files=not options.get("no_config"),
        working_folder=Path.cwd(),
        engines=engine_names(),
        defaults=Layer(DEFAULT, {"cache.folder": _cache_folder(), **(defaults or {})}),
    )


def _given(options: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for parameter, (setting, option) in _SETTINGS.items():
        value = options.get(parameter)
        if value is None or value is False:
            continue
        try:
            yield setting, checked_value(setting, value, Path.cwd(), engine_names())
        except UsageError as error:
            raise UsageError(f"{option}: {error}") from error


def _environment() -> Iterable[Layer]:
    # Tesseract's own variable often names a folder that is gone, which is no reason to stop.
    for variable, setting in (
        ("TESSDATA_PREFIX", "tesseract.tessdata_dir"),
        ("PDFPIPE_ASPOSE_LICENSE", "aspose.license"),
        ("PDFPIPE_CACHE_DIR", "cache.folder"),
    ):
        if value := os.environ.get(variable):
            yield Layer(f"environment variable {variable}", {setting: Path(value).absolute()})
    if password := os.environ.get("PDFPIPE_PASSWORD"):
        yield Layer("environment variable PDFPIPE_PASSWORD", {"pdf_input.password": password})
    if created := _source_date():
        yield Layer("environment variable SOURCE_DATE_EPOCH", {"created": created})


def _source_date() -> datetime | None:
    """The time to write into documents, from SOURCE_DATE_EPOCH (reproducible-builds.org)."""
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH is '{text}', which is no number of seconds since 1970"
        ) from error


def _cache_folder() -> Path:
    import platformdirs  # needed by a run only, not by --help

    return Path(platformdirs.user_cache_dir("pdfpipe", appauthor=False))
