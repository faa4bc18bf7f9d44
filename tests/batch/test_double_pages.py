"""Scans of open books: two pages of a document each, of one image."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import msgspec
import pikepdf
import pytest
from PIL import Image
from pypdf import PdfReader

from pdfpipe.batch.double_pages import as_split, in_reading_order, split
from pdfpipe.batch.freshness import digest
from pdfpipe.batch.rebuild import plan_rebuild
from pdfpipe.batch.report import Report, ReportBuilder
from pdfpipe.batch.report.as_html import html_report
from pdfpipe.model.half import Half
from pdfpipe.model.image_settings import ImageSettings
from pdfpipe.model.job import DocumentJob, PageSource
from pdfpipe.model.navigation_settings import NavigationSettings
from pdfpipe.model.preprocessing_settings import PageImageKind, PreprocessingSettings
from pdfpipe.model.settings import Settings
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.model.verification import Verdict
from pdfpipe.pdf.proof.verification import verify_document
from tests.batch.tiny import documents, events_of, scripted
from tests.open_books import DPI, halves, open_book, truths
from tests.pdf.test_halves import images_in
from tests.readers import pdfium_text, poppler_text, poppler_words, pypdf_text

SMALL = (200, 140)
PLAIN = PreprocessingSettings(stages=())
READABLE = (Sidecar.HOCR, Sidecar.ALTO, Sidecar.JSON)


def run(jobs: tuple[DocumentJob, ...]) -> Report:
    report = ReportBuilder(jobs)
    for event in asyncio.run(events_of(jobs, jobs[0].settings)):
        report.add(event)
    return report.build(1.0)


def in_halves(scans: Path, out: Path, settings: Settings, size: tuple[int, int]) -> tuple[DocumentJob, ...]:
    """The documents of a plan with each scan cut in the middle."""
    return tuple(
        msgspec.structs.replace(
            job, pages=tuple(page for scan in job.pages for page in split(scan, halves(*size)))
        )
        for job in documents(scans, out, settings)
    )


def write_scans(folder: Path, count: int) -> Path:
    """Small scans whose left half is darker than the right one."""
    folder.mkdir()
    for number in range(1, count + 1):
        scan = Image.new("L", (200, 140), 200)
        scan.paste(100 + number, (0, 0, 100, 140))
        scan.save(folder / f"scan-{number}.png", dpi=(100, 100))
    return folder


def sizes(pdf: Path) -> list[tuple[int, int]]:
    """Of pages, in points."""
    return [(round(page.mediabox.width), round(page.mediabox.height)) for page in PdfReader(pdf).pages]


def test_words_of_a_half_are_read_from_it_alone_and_lie_on_it(tmp_path: Path) -> None:
    book = open_book()
    book.save(tmp_path / "book.jpg", quality=60, dpi=(DPI, DPI))
    settings = Settings(engine="tesseract", jobs=1, preprocessing=PreprocessingSettings(stages=()))
    report = run(in_halves(tmp_path / "book.jpg", tmp_path / "out", settings, book.size))
    (document,) = report.published
    assert document.notes == ()
    pdf = document.output
    for number, truth in enumerate(truths()):
        words = poppler_words(pdf)[number]
        found = {word.text: word.box for word in words}
        placed = [
            found[true.text].iou(
                msgspec.structs.replace(
                    true.box,
                    **{edge: getattr(true.box, edge) * 72 / DPI for edge in ("x0", "y0", "x1", "y1")},
                )
            )
            for true in truth.words
            if true.text in found and sum(other.text == true.text for other in truth.words) == 1
        ]
        assert len(placed) > 40
        assert sum(placed) / len(placed) > 0.7
        for reader in (poppler_text, pdfium_text, pypdf_text):
            read = set(reader(pdf)[number].split())
            assert len(read & set(truth.text.split())) > 0.9 * len(set(truth.text.split())), reader
    assert images_in(pdf) == [(tmp_path / "book.jpg").read_bytes()]
    assert verify_document(pdf).verdict is Verdict.AS_WRITTEN
    assert sizes(pdf) == [(round(book.width / 2 * 72 / DPI), round(book.height * 72 / DPI))] * 2


def test_everything_tells_which_half_it_is_about(tmp_path: Path) -> None:
    settings = scripted(
        sidecars=READABLE, navigation=NavigationSettings(page_labels="files"), preprocessing=PLAIN
    )
    report = run(in_halves(write_scans(tmp_path / "scans", 2), tmp_path / "out", settings, SMALL))
    (document,) = report.published
    assert [str(page.source.half) for page in document.pages] == ["left half", "right half"] * 2
    assert [page.pixels for page in document.pages] == [(100, 140)] * 4
    told = json.loads(report.to_json())["documents"][0]["pages"]
    assert [page["half"] for page in told] == ["left", "right"] * 2
    page = b"".join(html_report(report, tmp_path)).decode()
    assert page.count(", left half") == page.count(", right half") == 2
    with pikepdf.open(document.output) as pdf:
        assert [page.label for page in pdf.pages] == ["1-left", "1-right", "2-left", "2-right"]
    assert len(images_in(document.output)) == 2
    text = json.loads((tmp_path / "out" / "scans.json").read_bytes())
    assert text["pages"][1]["half"] == {"side": "right", "box": [100, 0, 200, 140]}
    assert (text["pages"][1]["width"], text["pages"][1]["height"]) == (100, 140)


@pytest.mark.parametrize("kind", READABLE)
def test_a_rebuild_knows_the_halves_by_the_text(kind: Sidecar, tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 2)
    settings = scripted(sidecars=(kind,), preprocessing=PLAIN)
    run(in_halves(scans, tmp_path / "out", settings, SMALL))
    plain = Settings(languages=("auto",), jobs=1)
    planned = plan_rebuild([scans], tmp_path / "again", plain, tmp_path / "out")
    report = run(planned.documents)
    assert len(report.published) == 1
    assert poppler_text(tmp_path / "again" / "scans.pdf") == poppler_text(tmp_path / "out" / "scans.pdf")
    assert images_in(tmp_path / "again" / "scans.pdf") == images_in(tmp_path / "out" / "scans.pdf")


def test_what_was_processed_or_made_in_layers_is_the_half_alone(tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 1)
    processed = PreprocessingSettings(stages=("binarization",), page_image=PageImageKind.PROCESSED)
    for settings, name in (
        (scripted(preprocessing=processed), "processed"),
        (scripted(preprocessing=PLAIN, images=ImageSettings(mrc=True)), "mrc"),
    ):
        run(in_halves(scans, tmp_path / name, settings, SMALL))
        pdf = tmp_path / name / "scans.pdf"
        assert sizes(pdf) == [(72, 101), (72, 101)]
        assert verify_document(pdf).verdict is Verdict.AS_WRITTEN


def test_a_document_of_other_halves_is_another(tmp_path: Path) -> None:
    scans = write_scans(tmp_path / "scans", 1)
    whole = documents(scans, tmp_path / "out", scripted())[0]
    cut, wider = (in_halves(scans, tmp_path / "out", scripted(), size)[0] for size in (SMALL, (180, 140)))
    assert len({digest(whole), digest(cut), digest(wider)}) == 3


@pytest.mark.parametrize(
    ("languages", "first"),
    [
        ("eng", "left"),
        ("ara", "right"),
        ("heb", "right"),
        ("jpn_vert", "right"),
        ("jpn", "left"),
        ("auto", "left"),
    ],
)
def test_the_page_that_is_read_first_comes_first(languages: str, first: str) -> None:
    ordered = in_reading_order(halves(*SMALL), (languages,))
    assert ordered[0].side.value == first
    assert {half.side for half in ordered} == {half.side for half in halves(*SMALL)}


def test_halves_of_scans_are_paired_as_they_were(tmp_path: Path) -> None:
    left, right = halves(*SMALL)
    scans = [PageSource(tmp_path / name) for name in "abc"]

    def sides(halves: list[Half | None]) -> list[tuple[str, str]]:
        return [(page.path.name, str(page.half)) for page in as_split(scans, halves)]

    whole = [("a", "None"), ("b", "None"), ("c", "None")]
    assert sides([left, right, None, right, left]) == [
        ("a", "left half"),
        ("a", "right half"),
        ("b", "None"),
        ("c", "right half"),
        ("c", "left half"),
    ]
    assert sides([left, right, left, right]) == whole
    assert sides([None] * 4) == whole
