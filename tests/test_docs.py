"""The documentation says what there is, and what it shows works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

import pdfpipe
from pdfpipe.cli.main import EPILOG, cli
from pdfpipe.errors import ExitCode

ROOT = Path(__file__).parent.parent
CLI = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
PYTHON = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands(group: click.Group = cli, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """All commands, those of groups too, by their words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_heading(name: str) -> None:
    assert f"## pdfpipe {name}\n" in CLI


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_every_command_is_documented_in_its_section(name: str) -> None:
    section = CLI.split(f"## pdfpipe {name}\n")[-1].split("\n## ")[0]
    options = [p for p in COMMANDS[name].params if isinstance(p, click.Option)]
    missing = [
        flag
        for option in options
        for flag in (*option.opts, *option.secondary_opts)
        if f"`{flag}" not in section
    ]
    assert missing == []


def test_the_documents_name_every_exit_code_with_its_number() -> None:
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", CLI, re.MULTILINE)}
    in_help = {int(code) for code in re.findall(r"^\s+(\d+)  ", EPILOG, re.MULTILINE)}
    assert documented == in_help == {int(code) for code in ExitCode}


def test_every_setting_and_every_public_name_is_documented() -> None:
    fields = {field.name for field in msgspec.structs.fields(pdfpipe.Settings)}
    names = fields | set(pdfpipe.__all__) - {"__version__"}
    assert {name for name in names if f"{name}" not in PYTHON} == set()


@pytest.mark.parametrize(
    "document", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda p: p.name
)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("example", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_the_readme_s_programs_run(example: str, tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    scans.symlink_to(ROOT / "fixtures" / "scans" / "declaration")
    program = example.replace('languages=("deu", "eng")', 'languages=("eng",)')
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert (tmp_path / "out" / "scans.pdf").exists()
