"""The rules of docs/architecture.md that a program can check, read from the sources."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "pdfpipe"
MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts): ast.parse(file.read_text("utf-8"))
    for file in sorted(PACKAGE.rglob("*.py"))
}
MAX_LINES = 400

BASE = {"errors", "model", "storage"}
MIDDLE = {"config", "formats"}
WORK = {"imaging", "codecs", "ocr", "pdf", "execution"}
MAY_IMPORT = {
    "_version": set(),
    "errors": set(),
    "model": {"errors"},
    "storage": {"errors", "model"},
    **dict.fromkeys(MIDDLE, BASE | {"_version"}),
    **dict.fromkeys(WORK, BASE | MIDDLE | {"_version"}),
    "batch": BASE | MIDDLE | WORK | {"_version"},
    "recognition": BASE | MIDDLE | {"imaging", "ocr", "_version"},
    "testing": BASE | MIDDLE | {"ocr", "_version"},
    "cli": BASE | MIDDLE | WORK | {"_version", "batch"},
    "__main__": {"cli"},
    "__init__": BASE | MIDDLE | {"_version", "batch"},
}
"""What each part may import besides itself; parts of one line are siblings and do not know one another."""

FACADE = {"pdfpipe.ocr.__init__": "recognition"}
"""A package that shows names of a part above it, which it fetches only when a program asks for them."""

HEAVY = {
    "mozjpeg_lossless_optimization": "pdfpipe.codecs.mozjpeg",
    "tesserocr": "pdfpipe.ocr.tesseract.api",
    "openvino": "pdfpipe.ocr.ppocr.network",
    "onnxruntime": "pdfpipe.ocr.ppocr.network",
    "platformdirs": "pdfpipe.cli.options",
    "py3langid": "pdfpipe.ocr.text_language",
    "pillow_heif": "pdfpipe.imaging.load",
    "reportlab": "pdfpipe.pdf.separator_sheets",
    "rich": "pdfpipe.cli.console",
    "zxingcpp": "pdfpipe.imaging.sheets.barcode",
    "jinja2": "pdfpipe.batch.report.as_html",
    "markupsafe": "pdfpipe.batch.report.as_html",
}

PDFIUM = {"pdfpipe.imaging.pdf_page", "pdfpipe.pdf.proof.pdfium"}
"""PDFium renders pages that are given, and reads back those that are written: siblings, one place in each."""

HEAVY_BELOW = {
    "cv2": (
        "pdfpipe.ocr.ppocr.",
        "pdfpipe.ocr.tesseract.crowd",
        "pdfpipe.ocr.unread",
        "pdfpipe.codecs.mrc.",
        "pdfpipe.imaging.stages.",
        "pdfpipe.imaging.sheets.",
    ),
    "numpy": ("pdfpipe.ocr.", "pdfpipe.codecs.mrc.", "pdfpipe.imaging.stages.", "pdfpipe.imaging.sheets."),
    "pikepdf": ("pdfpipe.pdf.",),
}
"""Heavy libraries that several modules of these packages need, and no other may import."""


def part_of(module: str) -> str:
    """`imaging` for pdfpipe.imaging.load."""
    return module.split(".")[1]


def imports(module: str) -> Iterator[tuple[str, ast.stmt]]:
    """The absolute names of all that a module imports, wherever in it, for types only too."""
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: a relative import"
            assert node.module is not None
            if node.module == "pdfpipe":
                yield from ((f"pdfpipe.{alias.name}", node) for alias in node.names)
            else:
                yield node.module, node


def attributes(module: str) -> Iterator[tuple[str, int]]:
    """Every dotted name in use, such as os.environ, with its line."""
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}", node.lineno


def test_there_is_something_to_check() -> None:
    assert {"pdfpipe.errors", "pdfpipe.batch.pipeline", "pdfpipe.cli.main"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_one_way(module: str) -> None:
    part = part_of(module)
    for name, node in imports(module):
        if name.startswith("pdfpipe."):
            if part_of(name) == FACADE.get(module) and node not in at_run_time(module):
                continue
            assert part_of(name) in MAY_IMPORT[part] | {part}, f"{module}:{node.lineno} imports {name}"


@pytest.mark.parametrize("facade", FACADE)
def test_a_facade_loads_what_it_shows_only_when_it_is_asked_for(facade: str) -> None:
    package, part = facade.removesuffix(".__init__"), f"pdfpipe.{FACADE[facade]}"
    code = (
        f"import sys, {package} as p; print(any(name.startswith({part!r}) for name in sys.modules)); "
        "print(all(getattr(p, name) is not None for name in p.__all__))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "True"]


def test_nothing_imports_the_suites_for_authors_of_plug_ins() -> None:
    for module in MODULES:
        assert part_of(module) == "testing" or not any(
            name.startswith("pdfpipe.testing") for name, _ in imports(module)
        )


def test_pytest_is_imported_in_the_suites_for_authors_of_plug_ins_only() -> None:
    importers = {
        module for module in MODULES for name, _ in imports(module) if name.split(".")[0] == "pytest"
    }
    assert {part_of(module) for module in importers} == {"testing"}


def test_aspose_s_package_which_starts_java_when_imported_is_never_imported() -> None:
    for module in MODULES:
        assert not any(name.split(".")[0] in ("aspose", "jpype") for name, _ in imports(module))


def test_storage_knows_of_the_model_only_how_names_are_shown() -> None:
    of_model = {name for name, _ in imports("pdfpipe.storage") if part_of(name + ".x") == "model"}
    assert of_model <= {"pdfpipe.model.names"}


@pytest.mark.parametrize("library", HEAVY)
def test_a_heavy_library_is_imported_in_one_module_only(library: str) -> None:
    importers = {module for module in MODULES for name, _ in imports(module) if name.split(".")[0] == library}
    assert importers == {HEAVY[library]}


def test_pdfium_is_imported_where_pages_are_rendered_and_where_they_are_read_back_only() -> None:
    importers = {
        module for module in MODULES for name, _ in imports(module) if name.split(".")[0] == "pypdfium2"
    }
    assert importers == PDFIUM


@pytest.mark.parametrize("library", HEAVY_BELOW)
def test_a_heavy_library_is_imported_below_its_packages_only(library: str) -> None:
    importers = {module for module in MODULES for name, _ in imports(module) if name.split(".")[0] == library}
    assert importers
    assert all(module.startswith(HEAVY_BELOW[library]) for module in importers)


def test_only_the_decoders_and_codecs_know_pillow() -> None:
    importers = {
        part_of(module) for module in MODULES for name, _ in imports(module) if name.split(".")[0] == "PIL"
    }
    assert importers <= {"imaging", "codecs", "model", "ocr", "recognition", "testing"}
    for module in MODULES:
        if part_of(module) == "model":
            assert not any(
                name.startswith("PIL") for name, node in imports(module) if node in at_run_time(module)
            )


def at_run_time(module: str) -> list[ast.stmt]:
    """The statements of a module that are not for type checkers only."""
    return [
        node
        for node in MODULES[module].body
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    ]


@pytest.mark.parametrize("module", [module for module in MODULES if part_of(module) != "cli"])
def test_only_the_command_reads_arguments_and_environment_prints_and_logs(module: str) -> None:
    forbidden = {
        "sys.argv",
        "os.environ",
        "os.environb",
        "os.getenv",
        "sys.stdout",
        "sys.stderr",
        "logging.basicConfig",
    }
    # The executor hands its own environment on; a worker's standard output is its pipe; a library hears
    # by the environment that it must not report.
    forbidden -= {
        "pdfpipe.execution.processes": {"os.environ"},
        "pdfpipe.execution.worker": {"sys.stdout", "sys.stderr"},
        "pdfpipe.ocr.ppocr.telemetry": {"os.environ"},
    }.get(module, set())
    found = [f"line {line}: {name}" for name, line in attributes(module) if name in forbidden]
    found += [
        f"line {node.lineno}: {node.func.id}"
        for node in ast.walk(MODULES[module])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "input")
    ]
    found += [
        f"line {node.lineno}: {name}" for name, node in imports(module) if name in ("click", "argparse")
    ]
    imported = {
        alias.name
        for name, node in imports(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert not found
    assert not imported & {"environ", "getenv", "argv", "stdout", "stderr"}


@pytest.mark.parametrize("module", MODULES)
def test_modules_stay_short_enough_to_read(module: str) -> None:
    file = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    assert len(file.read_text("utf-8").splitlines()) < MAX_LINES


def test_all_data_files_are_packaged() -> None:
    built = {".py", ".pyc", ".c", ".so"}  # sources, and what setup.py makes of them
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"][
        "package-data"
    ]
    listed = {path for pattern in packaged["pdfpipe"] for path in PACKAGE.glob(pattern)}
    there = {path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in built}
    assert there == listed
