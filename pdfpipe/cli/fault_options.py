"""Options that say what is done when pages, memory or the disk fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from pdfpipe.model.fault_settings import OnFullDisk, OnPageError

__all__ = ["fault_options"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def fault_options(command: _Command) -> _Command:
    """Give a command these options, in the order in which they shall be shown."""
    options = (
        click.option(
            "--page-timeout",
            type=float,
            metavar="SECONDS",
            help="Give up a page that takes longer; 0 for never [300].",
        ),
        click.option(
            "--page-memory",
            type=float,
            metavar="MB",
            help="Memory that a worker process may use; 0 for any [four fifths of what there is].",
        ),
        click.option(
            "--on-page-error",
            type=click.Choice([choice.value for choice in OnPageError]),
            help="Publish a document with an unreadable page as its image, or hold it back [image].",
        ),
        click.option(
            "--on-full-disk",
            type=click.Choice([choice.value for choice in OnFullDisk]),
            help="When the disk is full, stop, or wait for room and go on [stop].",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
