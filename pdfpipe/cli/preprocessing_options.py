"""Options that say what is done to page images before they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from pdfpipe.model.preprocessing_settings import Binarization, PageImageKind

__all__ = ["PREPROCESSING_PARAMETERS", "binarization_option", "preprocessing_options", "stages_option"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


stages_option: Final = click.option(
    "--stages",
    metavar="NAMES",
    help="What is done to pages before they are read, such as deskew,denoise; auto for what each page needs, "
    "split,auto to make two pages of scans of open books as well, or none [auto].",
)
binarization_option: Final = click.option(
    "--binarization",
    type=click.Choice([kind.value for kind in Binarization]),
    help="How the stage of this name parts ink from paper [sauvola].",
)


def preprocessing_options(command: _Command) -> _Command:
    """Give a command these options, in the order in which they shall be shown."""
    options = (
        stages_option,
        click.option(
            "--page-image",
            type=click.Choice([kind.value for kind in PageImageKind]),
            help="Show the scan, turned upright and level, or what the stages made of it [original].",
        ),
        binarization_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@preprocessing_options
def _preprocessing() -> None:
    pass


PREPROCESSING_PARAMETERS: Final = frozenset(one.name for one in _preprocessing.params)
"""The parameters of these options."""
