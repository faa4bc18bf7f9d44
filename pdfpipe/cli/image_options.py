"""Options that say how page images may be made smaller than they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

__all__ = ["image_options"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def image_options(command: _Command) -> _Command:
    """Give a command these options, in the order in which they shall be shown."""
    options = (
        click.option(
            "--jpeg-quality",
            type=click.IntRange(1, 100),
            metavar="N",
            help="Make gray and color pages JPEG of this quality, 1 to 100, where that is smaller [no].",
        ),
        click.option(
            "--max-dpi",
            type=float,
            metavar="N",
            help="Reduce images of a higher resolution to this one; text is read from the full image [no].",
        ),
        click.option(
            "--optimize-jpeg", is_flag=True, help="Code JPEG data anew in fewer bytes; no pixel changes."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
