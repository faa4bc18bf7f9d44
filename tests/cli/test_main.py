"""The command itself: its help, version and completion."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from pdfpipe._version import __version__
from pdfpipe.cli.main import cli
from pdfpipe.errors import ExitCode
from tests.cli.command import environment, pdfpipe


def leaves(group: click.Group = cli, above: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """All commands that do something, those of groups too, by their words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, (*above, name))
        else:
            yield " ".join((*above, name)), command


COMMANDS = sorted(cli.commands)
LEAVES = dict(leaves())


def test_the_version_is_the_packages() -> None:
    done = pdfpipe("--version")
    assert (done.returncode, done.stdout.decode()) == (0, f"pdfpipe, version {__version__}\n")


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_every_command_and_exit_code(flag: str) -> None:
    done = pdfpipe(flag)
    assert done.returncode == 0
    told = done.stdout.decode()
    assert set(COMMANDS) <= set(told.split())
    assert {str(int(code)) for code in ExitCode} <= set(told.split())


@pytest.mark.parametrize("command", LEAVES)
def test_help_of_a_command_names_every_option_and_says_what_it_does(command: str) -> None:
    done = pdfpipe(*command.split(), "--help")
    told = done.stdout.decode()
    assert done.returncode == 0
    for parameter in LEAVES[command].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.name} has no help"
            for name in (*parameter.opts, *parameter.secondary_opts):
                assert name in told
    assert "-h, --help" in told


def test_without_a_command_the_help_is_shown() -> None:
    done = pdfpipe()
    assert b"convert" in done.stdout + done.stderr
    assert done.returncode in (0, 2)


def test_an_unknown_command_is_a_usage_error() -> None:
    done = pdfpipe("konvert")
    assert done.returncode == 2
    assert b"konvert" in done.stderr


def test_the_installed_command_and_the_module_are_the_same() -> None:
    command = shutil.which("pdfpipe", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("pdfpipe is not installed in this environment: pip install -e .")
    done = subprocess.run(
        [command, "--version"], capture_output=True, check=True, env=environment(), timeout=60
    )
    assert done.stdout == pdfpipe("--version").stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_of_a_shell_is_one_that_the_shell_takes(shell: str, tmp_path: Path) -> None:
    done = pdfpipe("completion", shell)
    assert done.returncode == 0, done.stderr
    assert b"_PDFPIPE_COMPLETE" in done.stdout
    program = shutil.which(shell)
    if program is not None:
        script = tmp_path / "script"
        script.write_bytes(done.stdout)
        subprocess.run([program, "-n", script], check=True, timeout=60)


def test_bash_completes_commands_and_options() -> None:
    for words, expected in (
        ("pdfpipe con", {"convert", "config"}),
        ("pdfpipe convert --dry", {"--dry-run"}),
    ):
        env = environment(
            _PDFPIPE_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(len(words.split()) - 1)
        )
        told = pdfpipe(env=env).stdout.decode()
        assert {line.split(",")[1] for line in told.splitlines()} == expected


def test_help_needs_neither_decoders_nor_engines_nor_rich() -> None:
    code = (
        "import sys; from pdfpipe.cli.main import cli; cli(['convert', '--help'], standalone_mode=False);"
        "print(*sorted({'PIL', 'tesserocr', 'rich', 'numpy'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=dict(os.environ), timeout=60
    )
    assert done.stderr.decode().split() == []
