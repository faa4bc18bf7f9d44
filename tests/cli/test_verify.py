"""``pdfpipe verify``: what it says, and its exit code."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pikepdf
import pytest

from tests.batch.tiny import run_batch, scripted, write_pages
from tests.cli.command import environment, pdfpipe
from tests.pdf.proof import sabotage
from tests.support import require_tool

NO_VERAPDF = "there is no veraPDF; install it (https://verapdf.org), or name its program in VERAPDF"
VERAPDF = """#!{python}
# veraPDF's engine, with the report of its command line.
import sys
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
sys.path.insert(0, {root!r})
from tests.readers import pdfa_violations

assert sys.argv[1:5] == ["--format", "xml", "--maxfailuresdisplayed", "1"]
print("<report><jobs>")
for path, broken in pdfa_violations([Path(name) for name in sys.argv[5:]]).items():
    print(f"<job><item><name>{{escape(str(path))}}</name></item>")
    print(f'<validationReport isCompliant="{{str(not broken).lower()}}"><details>')
    for rule, _, why in (line.partition(" ") for line in broken):
        clause, _, test = rule.partition("-")
        print(f"<rule clause={{quoteattr(clause)}} testNumber={{quoteattr(test)}} status='failed'>")
        print(f"<description>{{escape(why)}}</description></rule>")
    print("</details></validationReport></job>")
print("</jobs></report>")
"""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with two documents of two pages."""
    for name in ("a", "deep/b"):
        write_pages(tmp_path / "scans" / name, "1.png", "2.png")
    run_batch(tmp_path / "scans", tmp_path / "out", scripted())
    return tmp_path / "out"


def without_verapdf() -> dict[str, str]:
    return environment(PATH="")


def test_a_folder_of_good_documents_is_all_right(out: Path) -> None:
    done = pdfpipe("verify", out, env=without_verapdf())
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().splitlines() == [
        f"ok      {out}/a.pdf  as written, 2 pages, PDF/A-2u not checked",
        f"ok      {out}/deep/b.pdf  as written, 2 pages, PDF/A-2u not checked",
        "2 as written",
        f"PDF/A was not checked: {NO_VERAPDF}",
    ]


def test_what_is_wrong_is_said_with_the_page_and_the_others_are_verified(out: Path) -> None:
    sabotage.edit_content(out / "a.pdf", 2, sabotage.without_word("word1"))
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out / "other.pdf")
    (out / "text.pdf").write_text("no PDF")
    done = pdfpipe("verify", "-q", out, env=without_verapdf())
    assert done.returncode == 4
    assert done.stdout.decode().splitlines() == [
        f"FAILED  {out}/a.pdf  changed, 2 pages, PDF/A-2u not checked",
        "        page 2: its text is not as it was written",
        f"FAILED  {out}/other.pdf  not made by pdfpipe, 1 page",
        f"FAILED  {out}/text.pdf  unreadable",
        "        it cannot be read: unable to find trailer dictionary while recovering damaged file",
    ]
    assert done.stderr == b""


def test_json_has_it_all(out: Path) -> None:
    sabotage.edit_content(out / "a.pdf", 2, sabotage.without_word("word1"))
    done = pdfpipe("verify", "--json", out / "a.pdf", out / "deep", env=without_verapdf())
    assert done.returncode == 4
    changed, good = json.loads(done.stdout)
    assert changed["faults"] == [{"page": 2, "message": "its text is not as it was written"}]
    assert (changed["ok"], changed["verdict"], changed["pages"]) == (False, "changed", 2)
    assert (good["ok"], good["verdict"], good["faults"]) == (True, "as written", [])
    assert (good["pdfa"]["claimed"], good["pdfa"]["valid"]) == ("2u", None)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [([], "Missing argument"), (["missing.pdf"], "cannot read missing.pdf"), (["empty"], "no PDFs in empty")],
    ids=["nothing", "no such file", "an empty folder"],
)
def test_arguments_that_make_no_sense(arguments: list[str], told: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = pdfpipe("verify", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr.decode()


def test_verapdf_is_asked_whether_documents_are_the_pdf_a_they_claim(out: Path, tmp_path: Path) -> None:
    require_tool("java")

    def without_output_intent(document: pikepdf.Pdf) -> None:
        del document.Root.OutputIntents

    sabotage.spoil(out / "a.pdf", without_output_intent)
    program = tmp_path / "verapdf"
    root = str(Path(__file__).parents[2])
    program.write_text(VERAPDF.format(python=sys.executable, root=root), encoding="utf-8")
    program.chmod(0o755)
    done = pdfpipe("verify", out, env=environment(VERAPDF=str(program)))
    lines = done.stdout.decode().splitlines()
    assert lines[0] == f"FAILED  {out}/a.pdf  as written, 2 pages, PDF/A-2u NOT VALID"
    assert lines[1].startswith("        PDF/A 6.2.4.3-")
    assert lines[-2:] == [f"ok      {out}/deep/b.pdf  as written, 2 pages, PDF/A-2u valid", "2 as written"]
    assert done.returncode == 4


@pytest.mark.parametrize("program", ["true", "false", "missing"])
def test_a_program_that_is_no_verapdf_is_said_to_be_none(program: str, out: Path) -> None:
    done = pdfpipe("verify", out, env=environment(VERAPDF=shutil.which(program) or f"/{program}"))
    assert done.returncode == 3
    assert f"{program} " in done.stderr.decode()
    assert b"Traceback" not in done.stderr
