"""``pdfpipe rebuild``: PDFs from scans and the text in files, without OCR."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from pdfpipe.batch.plan import Plan
from pdfpipe.batch.rebuild import TEXT_FORMATS, plan_rebuild
from pdfpipe.cli.convert import carry_out, convert
from pdfpipe.cli.options import RECOGNITION_PARAMETERS
from pdfpipe.cli.preprocessing_options import PREPROCESSING_PARAMETERS
from pdfpipe.config.languages import AUTO
from pdfpipe.model.sidecar import Sidecar

__all__ = ["REBUILD_DEFAULTS", "rebuild", "rebuild_planner"]

_OWN: Final = (
    click.Option(
        ["--text"],
        type=click.Path(path_type=Path),
        metavar="PATH",
        help="File with the text of the one document, or folder with that of all [OUTPUT].",
    ),
    click.Option(
        ["-l", "--languages"],
        metavar="LANGS",
        help="Languages of the text, such as eng or de+en [those that it names].",
    ),
    click.Option(
        ["--text-format"],
        type=click.Choice([kind.value for kind in TEXT_FORMATS]),
        help="Which text to take where there are several.",
    ),
)

_OTHERS: Final = {*RECOGNITION_PARAMETERS, *PREPROCESSING_PARAMETERS, "languages", "no_cache"}
"""Options of convert that have no meaning here, or another one."""


REBUILD_DEFAULTS: Final = {"languages": (AUTO,)}


def rebuild_planner(text: Path | None, text_format: str | None) -> Callable[..., Plan]:
    """What plans the documents, by the values of ``--text`` and ``--text-format``."""
    kind = Sidecar(text_format) if text_format is not None else None
    return partial(plan_rebuild, text=text, text_format=kind)


@click.command()
def rebuild(
    scans: tuple[Path, ...], output: Path, text: Path | None, text_format: str | None, **options: Any
) -> int:
    """Make searchable PDFs of SCANS again, with text that is given as hOCR, ALTO or pdfpipe's JSON.

    The text may have been corrected by hand, or come from another program; nothing is recognized. It is
    looked for beside the PDFs in OUTPUT, where pdfpipe convert --sidecar writes it, or in PATH.
    """
    return carry_out(scans, output, options, rebuild_planner(text, text_format), REBUILD_DEFAULTS)


rebuild.params = [
    *(one for one in convert.params if isinstance(one, click.Argument)),
    *_OWN,
    *(one for one in convert.params if isinstance(one, click.Option) and one.name not in _OTHERS),
]
"""What concerns neither engines nor text is as it is for convert."""
