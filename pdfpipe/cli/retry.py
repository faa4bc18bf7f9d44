"""``pdfpipe retry``: make again what failed, or what was read with little confidence."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec
from click.core import ParameterSource

from pdfpipe.batch.freshness import Standing, digest, standing
from pdfpipe.batch.plan import Plan, plan
from pdfpipe.cli.console import say
from pdfpipe.cli.convert import carry_out, convert
from pdfpipe.cli.options import RECOGNITION_PARAMETERS, configuration
from pdfpipe.cli.rebuild import REBUILD_DEFAULTS, rebuild, rebuild_planner
from pdfpipe.config.folders import Configuration
from pdfpipe.errors import ExitCode, UsageError
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.names import shown

if TYPE_CHECKING:
    from pdfpipe.batch.journal.values import ToRetry

__all__ = ["retry"]

_Planner = Callable[..., Plan]

_ONCE: Final = frozenset(
    {"force", "dry_run", "reports", "log_json", "depfile", "no_journal", "quiet", "verbose", "debug"}
)
"""Parameters that say how one run is carried out and told of: they are not taken from the run before."""

_MADE_BY: Final = {
    "python": "made by a program in Python: run that again",
    "watch": "made by pdfpipe watch: put their originals into the folder that it watches again",
}
"""What is said of documents whose command cannot be carried out again for some of them."""

_KEPT: Final = frozenset({"output", "no_journal"})
"""Parameters of convert that cannot be others."""

_OWN: Final = (
    click.Argument(["output"], type=click.Path(path_type=Path)),
    click.Option(
        ["--failed"],
        is_flag=True,
        help="Documents that failed or were not finished, or have pages that could not be read [default].",
    ),
    click.Option(
        ["--low-confidence"],
        type=click.IntRange(1, 100),
        metavar="N",
        help="Documents with a page read with less confidence than N percent; in mode best.",
    ),
)


@click.command()
def retry(output: Path, failed: bool, low_confidence: int | None, **options: Any) -> int:
    """Make documents in the folder OUTPUT again that came out badly, by the command that made them.

    That command is in the folder's journal, with the folder in which it was given; its options count
    again, except where others are given here. All other documents stay as they are.
    """
    from pdfpipe.batch.journal import open_reader  # SQLite, which --help does not need

    with open_reader(output) as journal:
        groups = journal.to_retry(
            failed=failed or low_confidence is None,
            less_confident_than=low_confidence / 100 if low_confidence is not None else None,
        )
    if not groups:
        say(f"there is nothing to make again in {shown(output)}", sys.stdout)
        return ExitCode.OK
    context = click.get_current_context()
    given = {
        name: _absolute(value)
        for name, value in options.items()
        if name in _ONCE or context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    is_other = bool(RECOGNITION_PARAMETERS.union({"languages"}) & given.keys())
    # By the same options the same would be read.
    defaults = {"mode": "best"} if low_confidence is not None and not is_other else {}
    codes = [_retry(group, output.absolute(), {**defaults, **given}) for group in groups]
    return min((code for code in codes if code), default=ExitCode.OK)


retry.params = [
    *_OWN,
    *(one for one in convert.params if isinstance(one, click.Option) and one.name not in _KEPT),
]
"""All that concerns the documents may be said anew."""


def _retry(group: ToRetry, folder: Path, given: Mapping[str, Any]) -> int:
    """Carry out the command of one run again for some of its documents."""
    run = group.run.command
    if run.name not in ("convert", "rebuild"):
        made = _MADE_BY.get(run.name, f"made by pdfpipe {run.name}")
        raise UsageError(f"{len(group.outputs)} of the documents were {made}")
    if not run.working_folder.is_dir():
        raise UsageError(
            f"the command was given in {shown(run.working_folder)}, which is not there any more: "
            f"pdfpipe {run.name} {' '.join(map(shown, run.arguments))}"
        )
    command = {"convert": convert, "rebuild": rebuild}[run.name]
    with chdir(run.working_folder):
        recorded = command.make_context(run.name, list(run.arguments)).params
        recorded |= {name: given[name] for name in _ONCE & given.keys()}
        scans = recorded.pop("scans")
        if Path("-") in scans:
            raise UsageError("the scan was read from standard input, which is gone")
        planner, defaults = _planner(run.name, recorded)
        before = planner(list(scans), folder, configuration(recorded, defaults))
        stands_for = {job.output: digest(job) for job in before.documents}
        some = partial(_plan_some, planner=planner, group=group, stands_for=stands_for)
        return carry_out(scans, folder, {**recorded, **given}, some, defaults, group.run.id)


def _planner(name: str, options: dict[str, Any]) -> tuple[_Planner, Mapping[str, Any] | None]:
    """What plans the documents of a command, and the settings that it has by default."""
    if name == "rebuild":
        return rebuild_planner(options.pop("text"), options.pop("text_format")), REBUILD_DEFAULTS
    return plan, None


def _plan_some(
    scans: list[Path],
    folder: Path,
    settings: Configuration,
    *,
    planner: _Planner,
    group: ToRetry,
    stands_for: Mapping[Path, str],
    on_look: Callable[[int, int], object],
) -> Plan:
    """Plan only those documents, the poor ones so that they are made even if they are up to date."""
    documents = []
    for job in planner(scans, folder, settings, on_look=on_look).documents:
        place = job.output.relative_to(folder)
        if place in group.outputs:
            job = _again(job) if place in group.poor else job
            same = stands_for.get(job.output) == digest(job)
            documents.append(
                msgspec.structs.replace(job, stands_for=None if same else stands_for.get(job.output))
            )
    if not documents:
        raise UsageError("the scans of the documents that are to be made again are gone")
    return Plan(tuple(documents))


def _again(job: DocumentJob) -> DocumentJob:
    """The document, forced if it is up to date: what another program has put in its place stays, as ever."""
    try:
        is_up_to_date = standing(job) is Standing.UP_TO_DATE
    except OSError:  # the pipeline will say why
        is_up_to_date = False
    settings = msgspec.structs.replace(job.settings, force=job.settings.force or is_up_to_date)
    return msgspec.structs.replace(job, settings=settings)


def _absolute(value: Any) -> Any:
    """A value whose paths mean the same in another working folder; - is no path."""
    if isinstance(value, tuple):
        return tuple(map(_absolute, value))
    if isinstance(value, Path) and value != Path("-"):
        return Path(os.path.abspath(value))  # noqa: PTH100 - links stay as they are
    return value
