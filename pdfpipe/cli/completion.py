"""``pdfpipe completion SHELL``."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

__all__ = ["completion"]


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes pdfpipe's commands and options in a shell.

    \b
    For bash:  pdfpipe completion bash >> ~/.bashrc
    For zsh:   pdfpipe completion zsh >> ~/.zshrc
    For fish:  pdfpipe completion fish > ~/.config/fish/completions/pdfpipe.fish
    """
    maker = get_completion_class(shell)
    assert maker is not None  # noqa: S101 - the choice above
    click.echo(maker(context.find_root().command, {}, "pdfpipe", "_PDFPIPE_COMPLETE").source())
