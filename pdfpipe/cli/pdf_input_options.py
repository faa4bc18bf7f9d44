"""Options that say what is done with PDFs that are given as input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from pdfpipe.model.pdf_input_settings import TextPages

__all__ = ["pdf_input_options"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def pdf_input_options(command: _Command) -> _Command:
    """Give a command the options of PDFs as input, in the order in which they shall be shown."""
    options = (
        click.option(
            "--text-pages",
            type=click.Choice([choice.value for choice in TextPages]),
            help="Pages of PDFs that have text: keep them as they are, redo invisible text, force all pages "
            "into images, or fail [keep].",
        ),
        click.option("--password", metavar="TEXT", help="Password of encrypted PDFs [PDFPIPE_PASSWORD]."),
        click.option("--decrypt", is_flag=True, help="Write encrypted PDFs without encryption."),
        click.option("--break-signature", is_flag=True, help="Change signed PDFs; their signatures go."),
    )
    for option in reversed(options):
        command = option(command)
    return command
