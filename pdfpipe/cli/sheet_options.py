"""Options that say how sheets of paper become pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from pdfpipe.model.sheet_settings import BlankPages, Interleave

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
        click.option(
            "--interleave",
            type=click.Choice([order.value for order in Interleave]),
            is_flag=False,
            flag_value=Interleave.REVERSED.value,
            help="Pages are all fronts, then all backs: reversed, as they come of a stack that is turned "
            "over, or in the same order; --interleave alone is reversed [none].",
        ),
        click.option(
            "--split-on",
            metavar="KINDS",
            help="Begin a new document at these separator sheets: some of patch-t,barcode,blank [none].",
        ),
        click.option(
            "--barcode-pattern",
            metavar="REGEX",
            help="Barcodes that divide besides those of pdfpipe's own sheets; its first group names the "
            "document.",
        ),
        click.option(
            "--keep-separators", is_flag=True, help="Keep separator sheets as first pages of their documents."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
