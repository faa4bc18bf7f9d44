"""Stacks that arrive in a watched folder: their originals go when all their documents stand."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader

from pdfpipe.batch.events import DocumentFailed, DocumentPublished, DocumentSkipped
from pdfpipe.batch.sheets import looking
from pdfpipe.model.watch_settings import Done
from tests.batch.sheets.stack import Here, splitting, write_folder, write_tiff
from tests.batch.tiny import files_below
from tests.batch.watch.test_watcher import once


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "BlockingCalls", Here)


async def test_the_documents_of_a_stack_are_made_and_it_is_moved_once(root: Path, out: Path) -> None:
    write_tiff(root / "scan.tif", "xTxTx")
    write_folder(root / "folder", "xTx")
    watched = await once(root, out, splitting())
    assert watched.of(DocumentFailed) == []
    assert files_below(out) == {f"scan-00{n}.pdf" for n in (1, 2, 3)} | {f"folder-00{n}.pdf" for n in (1, 2)}
    assert files_below(root) == {"done/scan.tif", *(f"done/folder/{n}.png" for n in (1, 2, 3))}


async def test_if_one_document_fails_the_stack_goes_to_the_failed_and_back_only_that_is_made(
    root: Path, out: Path
) -> None:
    folder = write_folder(root / "stack", "xTxTx")
    good = (folder / "3.png").read_bytes()
    (folder / "3.png").write_bytes(good[:200])
    watched = await once(root, out, splitting())
    assert watched.of(DocumentFailed) == ["stack-002.pdf"]
    assert files_below(out) == {"stack-001.pdf", "stack-003.pdf"}
    failed = root / "failed" / "stack"
    assert {path.name for path in failed.iterdir()} == {f"{n}.png" for n in range(1, 6)}
    assert "3.png" in (root / "failed" / "stack.reason.txt").read_text()
    (failed / "3.png").write_bytes(good)
    failed.rename(root / "stack")
    watched = await once(root, out, splitting())
    assert watched.of(DocumentPublished) == ["stack-002.pdf"]
    assert sorted(watched.of(DocumentSkipped)) == ["stack-001.pdf", "stack-003.pdf"]
    assert (root / "done" / "stack" / "3.png").exists()


async def test_a_stack_of_the_same_name_replaces_no_document_of_an_earlier_one(root: Path, out: Path) -> None:
    write_tiff(root / "scan.tif", "AxAx")
    await once(root, out, splitting("barcode"))
    write_tiff(root / "scan.tif", "AxxAxx")
    await once(root, out, splitting("barcode"))
    pages = {path.name: len(PdfReader(path).pages) for path in out.glob("*.pdf")}
    assert sorted(pages.values()) == [1, 1, 2, 2]
    assert {"A.pdf", "A-2.pdf"} < set(pages)


async def test_documents_of_one_stack_never_share_a_name(root: Path, out: Path) -> None:
    out.mkdir()
    (out / "A.pdf").write_bytes(b"%PDF-1.4 of somebody else")
    write_tiff(root / "scan.tif", "AxAx")
    watched = await once(root, out, splitting("barcode"))
    assert len(set(watched.of(DocumentPublished))) == 2
    assert (out / "A.pdf").read_bytes() == b"%PDF-1.4 of somebody else"


@pytest.mark.parametrize(("stack", "kind", "is_deleted"), [("xTx", "patch-t", True), ("x-x", "blank", False)])
async def test_what_a_person_may_want_back_is_not_deleted(
    root: Path, out: Path, stack: str, kind: str, is_deleted: bool
) -> None:
    write_tiff(root / "scan.tif", stack)
    settings = msgspec.structs.replace(splitting(kind), engine_options=(("words", "0"),))
    await once(root, out, settings, done=Done.DELETE)
    assert files_below(out) == {"scan-001.pdf", "scan-002.pdf"}
    assert (root / "scan.tif").exists() != is_deleted
