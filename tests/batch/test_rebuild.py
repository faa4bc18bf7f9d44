"""PDFs made again from scans and text that is given, without an engine."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.batch.rebuild import plan_rebuild
from pdfpipe.batch.report import Report, ReportBuilder
from pdfpipe.errors import UsageError
from pdfpipe.model.settings import Settings
from pdfpipe.model.sidecar import Sidecar
from tests.batch.tiny import (
    events_of,
    files_below,
    run_batch,
    scripted,
    write_page,
    write_pages,
    write_tiff,
)
from tests.readers import poppler_text, poppler_words, pypdf_catalog

READABLE = (Sidecar.HOCR, Sidecar.ALTO, Sidecar.JSON)
AUTO = Settings(languages=("auto",), jobs=1)


def rebuild(
    scans: Path,
    out: Path,
    text: Path | None = None,
    kind: Sidecar | None = None,
    settings: Settings = AUTO,
) -> Report:
    planned = plan_rebuild([scans], out, settings, text, kind)
    report = ReportBuilder(planned.documents)
    for event in asyncio.run(events_of(planned.documents, settings)):
        report.add(event)
    return report.build(1.0)


def reason(report: Report) -> str:
    (failed,) = report.failed
    return str(failed.failures[0])


def convert(scans: Path, out: Path, *sidecars: Sidecar, languages: tuple[str, ...] = ("eng",)) -> None:
    assert run_batch(scans, out, scripted(sidecars=sidecars, languages=languages)).exit_code == 0


def hocr_page(*words: str, size: tuple[int, int] = (120, 160)) -> str:
    spans = "".join(
        f'<span class="ocrx_word" title="bbox 5 {10 + 30 * n} 90 {30 + 30 * n}; x_wconf 90">{word}</span>'
        for n, word in enumerate(words)
    )
    width, height = size
    return (
        f'<html><body><div class="ocr_page" title="bbox 0 0 {width} {height}">'
        f'<span class="ocr_line" title="bbox 5 10 90 150">{spans}</span></div></body></html>'
    )


@pytest.mark.parametrize("kind", READABLE)
def test_from_unchanged_text_comes_the_same_pdf_but_for_its_date(
    kind: Sidecar, scans: Path, out: Path, tmp_path: Path
) -> None:
    convert(scans, out, kind)
    again = tmp_path / "again"
    (document,) = rebuild(scans, again, out).published
    assert [page.words for page in document.pages] == [3, 3]
    assert poppler_text(again / "scans.pdf") == poppler_text(out / "scans.pdf")
    for page, first in zip(poppler_words(again / "scans.pdf"), poppler_words(out / "scans.pdf"), strict=True):
        for word, original in zip(page, first, strict=True):
            assert word.text == original.text
            # hOCR has whole pixels, and the text layer tenths of a point, of words that are two points wide.
            assert word.box.iou(original.box) > (0.85 if kind is Sidecar.HOCR else 0.999)


def test_a_word_that_was_corrected_by_hand_is_corrected_in_the_pdf_beside_it(scans: Path, out: Path) -> None:
    convert(scans, out, Sidecar.HOCR)
    hocr = out / "scans.hocr"
    hocr.write_text(hocr.read_text().replace(">word1<", ">fixed<"))
    assert len(rebuild(scans, out).published) == 1
    assert [page.split() for page in poppler_text(out / "scans.pdf")] == [["word0", "fixed", "word2"]] * 2
    assert len(rebuild(scans, out).skipped) == 1
    hocr.write_text(hocr.read_text().replace(">word0<", ">again<"))
    assert len(rebuild(scans, out).published) == 1


def test_the_languages_are_those_that_the_text_names(scans: Path, out: Path, tmp_path: Path) -> None:
    convert(scans, out, Sidecar.ALTO, languages=("heb", "eng"))
    rebuild(scans, tmp_path / "again", out)
    catalog = pypdf_catalog(tmp_path / "again" / "scans.pdf")
    assert (catalog["/Lang"], catalog["/ViewerPreferences"]["/Direction"]) == ("he", "/R2L")
    rebuild(scans, tmp_path / "french", out, settings=Settings(languages=("fra",), jobs=1))
    assert pypdf_catalog(tmp_path / "french" / "scans.pdf")["/Lang"] == "fr"


def test_sidecars_can_be_written_of_the_text_that_is_given(scans: Path, out: Path, tmp_path: Path) -> None:
    convert(scans, out, Sidecar.HOCR)
    rebuild(scans, tmp_path / "again", out, settings=Settings(sidecars=(Sidecar.JSON, Sidecar.TEXT), jobs=1))
    assert files_below(tmp_path / "again") == {"scans.pdf", "scans.json", "scans.txt"}
    assert (tmp_path / "again" / "scans.txt").read_text() == "word0 word1 word2\n\fword0 word1 word2\n"


def test_the_text_of_each_page_may_be_in_a_file_of_its_own(tmp_path: Path, out: Path) -> None:
    for place in ("scans/a", "scans/b"):
        write_pages(tmp_path / place, "1.png", "2.tif")
        for name, word in (("1.hocr", "first"), ("2.tif.html", "second")):
            file = tmp_path / "text" / Path(place).name / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(hocr_page(f"{word}-{file.parent.name}"))
    assert len(rebuild(tmp_path / "scans", out, tmp_path / "text").published) == 2
    assert [page.split() for page in poppler_text(out / "b.pdf")] == [["first-b"], ["second-b"]]


def test_the_text_of_each_page_may_lie_beside_its_scan(scans: Path, out: Path) -> None:
    for name in ("1", "2"):
        (scans / f"{name}.xml").write_text(
            '<alto><Layout><Page WIDTH="120" HEIGHT="160"><TextBlock><TextLine>'
            f'<String HPOS="1" VPOS="1" WIDTH="50" HEIGHT="20" CONTENT="page{name}"/>'
            "</TextLine></TextBlock></Page></Layout></alto>"
        )
    assert len(rebuild(scans, out, scans).published) == 1
    assert [page.split() for page in poppler_text(out / "scans.pdf")] == [["page1"], ["page2"]]


@pytest.mark.parametrize("text", [None, "out", "out/minutes.json"])
def test_one_document_under_a_name_of_its_own(text: str | None, tmp_path: Path) -> None:
    scan = write_tiff(tmp_path / "minutes.tif", 2)
    out = tmp_path / "out"
    convert(scan, out / "minutes.pdf", Sidecar.JSON)
    target = out / "minutes.pdf" if text is None else tmp_path / "elsewhere" / "renamed.pdf"
    assert len(rebuild(scan, target, None if text is None else tmp_path / text).published) == 1
    assert [page.split() for page in poppler_text(target)] == [["word0", "word1", "word2"]] * 2


def test_several_texts_are_not_chosen_from_without_being_told_to(
    scans: Path, out: Path, tmp_path: Path
) -> None:
    convert(scans, out, *Sidecar)
    assert "scans.hocr and" in (told := reason(rebuild(scans, tmp_path / "again", out)))
    assert "--text-format" in told
    assert files_below(tmp_path / "again") == set()
    for kind in READABLE:
        assert len(rebuild(scans, tmp_path / kind.value, out, kind).published) == 1


def test_text_of_another_number_of_pages_fails_its_document_alone(tmp_path: Path, out: Path) -> None:
    for name in ("a", "b"):
        write_pages(tmp_path / "scans" / name, "1.png", "2.png")
    convert(tmp_path / "scans", out, Sidecar.HOCR)
    write_page(tmp_path / "scans" / "a" / "3.png")
    report = rebuild(tmp_path / "scans", tmp_path / "again", out)
    assert "a.hocr has 2 pages, and the scans have 3 (at stage text)" in reason(report)
    assert files_below(tmp_path / "again") == {"b.pdf"}
    assert report.exit_code == 4


def test_text_of_another_page_fails_the_document_and_names_the_scan(
    scans: Path, out: Path, tmp_path: Path
) -> None:
    text = tmp_path / "text"
    text.mkdir()
    (text / "1.hocr").write_text(hocr_page("right"))
    (text / "2.hocr").write_text(hocr_page("wrong", size=(160, 120)))
    (failed,) = rebuild(scans, out, text).failed
    (failure,) = failed.failures
    assert (failure.page, failure.path) == (2, scans / "2.png")
    assert "a page of 160 x 120" in failure.message
    assert files_below(out) == set()


def test_missing_text_is_named_with_the_places_that_were_looked_at(
    scans: Path, out: Path, tmp_path: Path
) -> None:
    told = reason(rebuild(scans, out))
    assert f"neither {out / 'scans'} with .hocr" in told
    assert f"{out / '1'}.hocr" in told
    text = tmp_path / "text"
    text.mkdir()
    (text / "1.hocr").write_text(hocr_page("one"))
    assert f"no text for page 2, {scans / '2.png'}" in reason(rebuild(scans, out, text))


def test_a_damaged_file_of_text_fails_its_document(scans: Path, out: Path, tmp_path: Path) -> None:
    convert(scans, out, Sidecar.ALTO)
    path = out / "scans.alto.xml"
    path.write_text(path.read_text()[:-40])
    assert f"{path}: it is no well-formed XML" in reason(rebuild(scans, tmp_path / "again", out))


def test_other_json_beside_the_text_is_passed_over(scans: Path, out: Path, tmp_path: Path) -> None:
    convert(scans, out, Sidecar.HOCR)
    (out / "scans.json").write_text('{"somebody": "else"}')
    assert len(rebuild(scans, tmp_path / "again", out).published) == 1


def test_one_file_cannot_be_the_text_of_two_documents(tmp_path: Path, out: Path) -> None:
    for name in ("a", "b"):
        write_page(tmp_path / "scans" / name / "1.png")
    (tmp_path / "text.hocr").write_text(hocr_page("x"))
    with pytest.raises(UsageError, match="the text of 2 documents"):
        rebuild(tmp_path / "scans", out, tmp_path / "text.hocr")
    with pytest.raises(UsageError, match="No such file"):
        rebuild(tmp_path / "scans", out, tmp_path / "gone")


def test_a_scan_that_is_damaged_is_told_as_ever(scans: Path, out: Path, tmp_path: Path) -> None:
    convert(scans, out, Sidecar.HOCR)
    (scans / "2.png").write_bytes(b"no image")
    (failed,) = rebuild(scans, tmp_path / "again", out).failed
    assert [failure.page for failure in failed.failures] == [2]


def test_words_without_confidences_are_noted(scans: Path, out: Path, tmp_path: Path) -> None:
    convert(scans, out, Sidecar.HOCR)
    hocr = out / "scans.hocr"
    hocr.write_text(hocr.read_text().replace("; x_wconf 99", ""))
    (document,) = rebuild(scans, tmp_path / "again", out).published
    assert document.pages[0].notes == ("3 words have no confidence in the file and counted as right",)


def test_what_the_json_notes_is_not_noted_twice(tmp_path: Path, out: Path) -> None:
    scans = tmp_path / "scans"
    scans.mkdir()
    frames = [Image.new("L", (120, 160), shade) for shade in (50, 200)]
    frames[0].save(scans / "1.gif", save_all=True, append_images=frames[1:])
    convert(scans, out, Sidecar.JSON)
    (document,) = rebuild(scans, tmp_path / "again", out).published
    several, estimated = document.pages[0].notes
    assert several == "it holds several pictures: only the first is a page"
    assert estimated.startswith("resolution estimated: ")


def test_text_that_changes_during_the_run_fails_the_document(scans: Path, out: Path, tmp_path: Path) -> None:
    convert(scans, out, Sidecar.HOCR)
    planned = plan_rebuild([scans], tmp_path / "again", AUTO, out)
    shutil.copy(out / "scans.hocr", tmp_path / "copy")
    (out / "scans.hocr").unlink()
    shutil.copy(tmp_path / "copy", out / "scans.hocr")
    events = asyncio.run(events_of(planned.documents, AUTO))
    assert "changed while it was read" in str(getattr(events[-1], "failures", events))
