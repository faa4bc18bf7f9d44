"""Options that say what is done about sheets that carry no text of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from pdfpipe.model.sheet_settings import BlankPages

__all__ = ["sheet_options"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def sheet_options(command: _Command) -> _Command:
    """Give a command these options, in the order in which they shall be shown."""
    options = (
        click.option(
            "--blank",
            type=click.Choice([choice.value for choice in BlankPages]),
            help="Keep blank pages, drop them from documents, or hold back documents that have some [keep].",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
