"""A command as the journal keeps it comes to the same values again, without secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdfpipe.cli.convert import convert
from pdfpipe.cli.journal import arguments
from pdfpipe.cli.rebuild import rebuild


@pytest.mark.parametrize(
    "given",
    [
        "scans -o out",
        "a b -o out -l deu+eng -j 3 --fail-fast --force --mrc",
        "scans -o out --report r.html --report r.json --log-json - --page-timeout 1.5 --psm 6",
        "scans -o out --group file --mode best --output-type pdf --sidecar txt,hocr -q",
        "-o out --title=-x --keywords a,b --page-labels i-iv,1- -- -scans",
        "scans -o out --keep-going --no-config --decrypt --max-image-mpixels 9",
    ],
)
def test_the_arguments_come_to_the_same(given: str) -> None:
    values = convert.make_context("convert", given.split()).params
    again = arguments(convert, values)
    assert convert.make_context("convert", list(again)).params == values
    assert arguments(convert, convert.make_context("convert", again).params) == arguments(convert, values)


def test_those_of_rebuild_too() -> None:
    values = rebuild.make_context("rebuild", "scans --text t -o out --text-format alto".split()).params
    assert rebuild.make_context("rebuild", arguments(rebuild, values)).params == values


def test_a_password_is_never_kept(tmp_path: Path) -> None:
    values = convert.make_context("convert", "scans -o out --password hunter2 --decrypt".split()).params
    assert arguments(convert, values) == ["--output=out", "--decrypt", "--", "scans"]
