"""The journal of a command's run, and the command as the journal keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from pdfpipe.batch.journal import Journal

__all__ = ["arguments", "journal_of_run"]

_SECRETS: Final = frozenset({"password"})
"""Parameters that are never kept."""


def journal_of_run(
    output: Path, options: Mapping[str, Any], retries: int | None, tell: Callable[[str], object]
) -> AbstractContextManager[Journal | None]:
    """The journal of what is made for `output`, by the command that is being carried out.

    `retries` is the run of which some documents are made again.

    Raises:
        BatchRunningError, NewerJournalError, StorageError: as `pdfpipe.batch.journal.kept_journal`.

    """
    if options["no_journal"]:
        return nullcontext()
    from pdfpipe.batch.journal import RunCommand, kept_journal  # SQLite, which --help does not need

    context = click.get_current_context()
    command, given = context.command, tuple(arguments(context.command, context.params))
    others = [path.absolute() for path in (*options["reports"], options["depfile"]) if path is not None]
    run = RunCommand(command.name or "", given, Path.cwd(), tuple(others), retries)
    return kept_journal(output, run, tell)


def arguments(command: click.Command, values: Mapping[str, Any]) -> list[str]:
    """Arguments by which the command gets these values again, but for secrets; defaults are left out."""
    options: list[str] = []
    positional: list[str] = []
    for parameter in command.params:
        name = parameter.name or ""
        value = values.get(name)
        if isinstance(parameter, click.Argument):
            positional += [str(one) for one in (value if isinstance(value, tuple) else (value,))]
        elif (
            isinstance(parameter, click.Option) and name not in _SECRETS and not _is_default(parameter, value)
        ):
            options += _spelled(parameter, value)
    return [*options, "--", *positional]


def _is_default(option: click.Option, value: Any) -> bool:
    if option.is_flag:
        return bool(value) is (option.default is True)
    return value is None or value == ()


def _spelled(option: click.Option, value: Any) -> Iterator[str]:
    long = max(option.opts, key=len)
    if option.is_flag:
        yield long if value else max(option.secondary_opts, key=len)
        return
    for one in value if option.multiple else (value,):
        yield f"{long}={one}"
