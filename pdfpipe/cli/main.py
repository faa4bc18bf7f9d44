"""The command ``pdfpipe``: its subcommands, and how errors become messages and exit codes."""

from __future__ import annotations

import asyncio
import io
import logging
import signal
import sys
import traceback
import warnings

import click

from pdfpipe._version import __version__
from pdfpipe.cli.cache import cache
from pdfpipe.cli.completion import completion
from pdfpipe.cli.config import config
from pdfpipe.cli.convert import convert
from pdfpipe.cli.engines import engines, languages
from pdfpipe.cli.preview import preview
from pdfpipe.cli.rebuild import rebuild
from pdfpipe.cli.retry import retry
from pdfpipe.cli.separators import separators
from pdfpipe.cli.status import status
from pdfpipe.cli.verify import verify
from pdfpipe.cli.watch import watch
from pdfpipe.errors import ExitCode, PdfpipeError

__all__ = ["cli", "run"]

EPILOG = """\b
Exit codes:
  0  all well
  1  a defect of pdfpipe itself
  2  the arguments make no sense
  3  a language model or a package is missing
  4  some documents were not made
  5  all documents were made, but some pages could not be read
  6  the output cannot be written
  130  interrupted"""


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pdfpipe")
def cli() -> None:
    """Turn folders of scans into searchable PDF/A."""


for command in (
    convert,
    watch,
    rebuild,
    status,
    retry,
    verify,
    preview,
    separators,
    engines,
    languages,
    cache,
    config,
    completion,
):
    cli.add_command(command)


def run() -> None:
    """Run the command and leave with its exit code; no traceback without --debug."""
    debug = "--debug" in sys.argv
    if not debug:  # what libraries have to say is for those who look for a defect
        logging.getLogger().addHandler(logging.NullHandler())
        warnings.simplefilter("ignore")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as cleanly as on Ctrl-C
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names may have letters the terminal has not
    try:
        code = cli.main(prog_name="pdfpipe", standalone_mode=False)
    except click.exceptions.Exit as leave:
        code = leave.exit_code
    except click.ClickException as error:
        error.show()
        code = ExitCode.USAGE
    except PdfpipeError as error:
        _explain(f"pdfpipe: {error}", debug=debug)
        code = error.exit_code
    except (KeyboardInterrupt, asyncio.CancelledError, click.Abort):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _explain(
            "pdfpipe: interrupted; what was published is whole, run the same command again to go on",
            debug=False,
        )
        code = ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: a user sees a sentence, not a traceback
        _explain(
            f"pdfpipe: a defect of pdfpipe: {type(error).__name__}: {error} (--debug shows where)",
            debug=debug,
        )
        code = ExitCode.INTERNAL
    sys.exit(int(code or 0))


def _explain(message: str, *, debug: bool) -> None:
    if debug:
        traceback.print_exc()
    click.echo(message, err=True)
