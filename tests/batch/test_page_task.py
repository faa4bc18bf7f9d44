"""One page: whatever goes wrong with it is a value, never an exception."""

from __future__ import annotations

import pickle
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from pdfpipe.batch.events import PageSummary
from pdfpipe.batch.page_task import run_page
from pdfpipe.model.geometry import BoundingBox, Resolution
from pdfpipe.model.image import DpiSource, OcrImage
from pdfpipe.model.image_settings import ImageSettings
from pdfpipe.model.job import PageContent, PageJob, PageResult, PageSource, PageWork, Stage
from pdfpipe.model.report_settings import ReportSettings
from pdfpipe.model.settings import Settings
from pdfpipe.model.text import Block, Line, PageText, Word
from tests.batch.tiny import run_batch, scripted, write_page
from tests.codecs.mrc.pages import BLUE, RED, WHITE, sheet
from tests.specimens import noise
from tests.support import SCANS


def run(page: Path, settings: Settings, work: PageWork = PageWork.FULL) -> PageResult:
    return run_page(PageJob(PageSource(page), 7, settings, work))


def test_a_page_is_loaded_read_and_encoded(tmp_path: Path) -> None:
    result = run(write_page(tmp_path / "page.png"), scripted(("words", "12")))
    assert result.failure is None
    assert result.content is not None
    assert (result.content.width, result.content.height) == (120, 160)
    assert result.content.text is not None
    assert [word.text for word in result.content.text.words] == [f"word{n}" for n in range(12)]
    assert [stage for stage, _ in result.seconds] == ["load", "preprocess", "recognize", "encode"]


def test_a_page_is_known_by_its_pixels_whatever_file_they_come_in(tmp_path: Path) -> None:
    one, same, other = (
        run(write_page(tmp_path / name, shade), scripted(("raise", "same.tif")))
        for name, shade in (("one.png", 200), ("same.tif", 200), ("other.png", 201))
    )
    assert len(one.content_hash) == 40
    assert same.failure is not None
    assert same.content_hash == one.content_hash
    assert other.content_hash != one.content_hash
    assert PageSummary.of(one).content_hash == one.content_hash
    assert run(tmp_path / "one.png", scripted(), PageWork.WITHOUT_TEXT).content_hash == ""


@pytest.mark.parametrize("mrc", [False, True])
def test_a_colour_page_is_split_into_layers_where_that_is_asked_for(mrc: bool, tmp_path: Path) -> None:
    page = sheet([RED, BLUE], WHITE)
    page.image.save(tmp_path / "page.jpg", quality=95, dpi=(200, 200))
    result = run(tmp_path / "page.jpg", scripted(("words", "12"), images=ImageSettings(mrc=mrc)))
    assert isinstance(result.content, PageContent)
    assert (result.content.overlay is not None) == mrc
    assert any(note.startswith("MRC: ") for note in result.notes) == mrc
    assert (result.content.image.data == (tmp_path / "page.jpg").read_bytes()) != mrc
    assert pickle.loads(pickle.dumps(result)) == result


@pytest.mark.parametrize("inks", [[BLUE], [RED, BLUE]], ids=["one colour", "several colours"])
def test_a_document_of_layers_passes_its_proof(inks: list[tuple[int, int, int]], tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    sheet(inks, WHITE, height=40).image.save(tmp_path / "scans" / "page.jpg", quality=95, dpi=(200, 200))
    report = run_batch(tmp_path / "scans", tmp_path / "out", scripted(images=ImageSettings(mrc=True)))
    assert [str(failure) for document in report.failed for failure in document.failures] == []
    assert len(report.published) == 1
    assert any(note.startswith("MRC: ") for note in report.pages[0].notes)


def test_a_black_and_white_page_is_never_split(tmp_path: Path) -> None:
    Image.new("1", (120, 160), 1).save(tmp_path / "page.tif", dpi=(300, 300))
    plain, mrc = (run(tmp_path / "page.tif", scripted(images=ImageSettings(mrc=on))) for on in (False, True))
    assert plain.content == mrc.content
    assert plain.notes == mrc.notes


def test_a_reduced_page_keeps_its_size_and_the_text_of_its_full_image(tmp_path: Path) -> None:
    page = tmp_path / "page.png"
    noise("RGB", 300, 400).save(page, dpi=(300, 300))
    full = run(page, scripted(("words", "12"))).content
    result = run(page, scripted(("words", "12"), images=ImageSettings(max_dpi=100)))
    small = result.content
    assert full is not None
    assert small is not None
    assert small.image is not None
    assert (small.image.width, small.image.height) == (100, 133)
    assert msgspec.structs.replace(small, image=full.image) == full
    assert "300 dpi reduced to 100" in result.notes


def test_results_go_through_a_pickle_unchanged(tmp_path: Path) -> None:
    for settings in (scripted(), scripted(("raise", "page.png"))):
        result = run(write_page(tmp_path / "page.png"), settings)
        assert pickle.loads(pickle.dumps(result)) == result


def test_a_page_that_is_no_image_has_no_content_and_a_reason(tmp_path: Path) -> None:
    (tmp_path / "page.png").write_text("not an image")
    result = run(tmp_path / "page.png", scripted())
    assert result.content is None
    assert result.failure is not None
    assert (result.failure.stage, result.failure.path, result.failure.page) == (
        Stage.LOAD,
        tmp_path / "page.png",
        7,
    )
    assert "Traceback" in result.failure.detail


def test_a_page_whose_file_has_gone_says_so(tmp_path: Path) -> None:
    result = run(tmp_path / "gone.png", scripted())
    assert result.failure is not None
    assert "not there any more" in result.failure.message


def test_a_page_that_the_engine_fails_on_keeps_its_image(tmp_path: Path) -> None:
    result = run(write_page(tmp_path / "page.png"), scripted(("raise", "page.png")))
    assert result.content is not None
    assert result.content.text is None
    assert result.failure is not None
    assert (result.failure.stage, result.failure.message) == (Stage.RECOGNIZE, "scripted failure")


def test_an_engine_may_raise_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def recognize(*_: object) -> None:
        raise ZeroDivisionError("a defect of the engine")

    monkeypatch.setattr("pdfpipe.ocr.scripted.ScriptedEngine.recognize", recognize)
    result = run(write_page(tmp_path / "page.png"), scripted())
    assert result.content is not None
    assert result.failure is not None
    assert result.failure.message == "ZeroDivisionError: a defect of the engine"


def test_an_engine_that_takes_the_page_for_one_of_another_size_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pdfpipe.ocr.scripted.ScriptedEngine.recognize", lambda *_: PageText(60, 80))
    result = run(write_page(tmp_path / "page.png"), scripted())
    assert result.content is not None
    assert result.content.text is None
    assert result.failure is not None
    assert "another size" in result.failure.message


@pytest.mark.parametrize("dpi", [(300, 300), (200, 100)])
def test_what_the_engine_notes_and_what_had_to_be_put_right_is_in_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dpi: tuple[int, int]
) -> None:
    """Also where the text is mapped to a page whose pixels are not square."""

    def recognize(_: object, image: OcrImage) -> PageText:
        box = BoundingBox(-10, 10, 50, 20)
        blocks = (Block((Line((Word("word", box, 0.9),), box),), box),)
        return PageText(*image.pixels.size, blocks, ("from the engine",))

    monkeypatch.setattr("pdfpipe.ocr.scripted.ScriptedEngine.recognize", recognize)
    Image.new("L", (120, 160), 200).save(tmp_path / "page.png", dpi=dpi)
    result = run(tmp_path / "page.png", scripted())
    assert result.content is not None
    assert result.content.text is not None
    assert result.content.text.notes == ("from the engine",)
    assert result.notes == (
        "from the engine",
        "the engine placed 1 word partly outside the page; cut at its edge",
    )


def test_an_encoder_may_raise_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def encode(_: object) -> None:
        raise ValueError("a defect of the encoder")

    monkeypatch.setattr("pdfpipe.batch.page_task.encode", encode)
    result = run(write_page(tmp_path / "page.png"), scripted())
    assert result.content is None
    assert result.failure is not None
    assert result.failure.stage is Stage.ENCODE


def test_pages_that_need_a_look_are_pictured_where_the_report_asks_for_it(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    asked = ReportSettings(thumbnails=True)
    blank, fine = ("words", "0"), ("words", "3")
    pictured = run(page, scripted(blank, report=asked)).thumbnail
    assert pictured is not None
    assert (pictured.width, pictured.height) == (120, 160)
    assert run(page, scripted(("raise", "page.png"), report=asked)).thumbnail is not None
    assert run(page, scripted(report=asked), PageWork.WITHOUT_TEXT).thumbnail is not None
    assert run(page, scripted(fine, report=asked)).thumbnail is None
    assert run(page, scripted(blank)).thumbnail is None


def test_a_picture_that_cannot_be_made_costs_a_note_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def thumbnail(_: object) -> None:
        raise OSError("no encoder")

    monkeypatch.setattr("pdfpipe.batch.page_task.thumbnail", thumbnail)
    settings = scripted(("words", "0"), report=ReportSettings(thumbnails=True))
    result = run(write_page(tmp_path / "page.png"), settings)
    assert result.content is not None
    assert result.thumbnail is None
    assert "there is no picture of it in the report: OSError: no encoder" in result.notes


def test_without_text_the_engine_is_left_alone(tmp_path: Path) -> None:
    result = run(write_page(tmp_path / "page.png"), scripted(("raise", "page.png")), PageWork.WITHOUT_TEXT)
    assert result.failure is None
    assert result.content is not None
    assert result.content.text is None


def test_a_check_decodes_and_does_no_more(tmp_path: Path) -> None:
    settings = scripted(("raise", "page.png"))
    good = run(write_page(tmp_path / "page.png"), settings, PageWork.CHECK)
    assert (good.content, good.failure) == (None, None)
    (tmp_path / "bad.png").write_bytes((tmp_path / "page.png").read_bytes()[:60])
    assert run(tmp_path / "bad.png", settings, PageWork.CHECK).failure is not None


def test_a_page_with_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    result = run(write_page(tmp_path / "page.png"), scripted(max_image_mpixels=0.01))
    assert result.content is None
    assert result.failure is not None
    assert "--max-image-mpixels" in result.failure.message


def test_a_page_of_unknown_resolution_has_the_size_that_its_letters_speak_for() -> None:
    # Its sides are those of A4 at 100 dpi as well.
    result = run(SCANS / "formats" / "jpeg-nodpi.jpg", Settings(engine="tesseract"))
    assert result.content is not None
    assert result.content.resolution == Resolution(200, 200)
    assert result.dpi_source is DpiSource.ESTIMATED
    assert result.dpi_certainty is not None
    assert result.dpi_certainty > 0.7
    assert any(note.startswith("resolution estimated: 200 dpi, ") and "A6" in note for note in result.notes)
