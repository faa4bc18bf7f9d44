"""The chain of stages: maps are put together, and what fails or is no help leaves the page as it was."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from PIL import Image, ImageFilter

from pdfpipe.imaging.preprocess import Step, needs_of, prepared
from pdfpipe.imaging.stages.raster import Raster, Staged
from pdfpipe.model.geometry import Point, Transform
from pdfpipe.model.image import OcrImage
from pdfpipe.model.mapping import PointMap
from tests.imaging.stages.pages import BOOK, view_of
from tests.support import SCANS

VIEW = OcrImage(Image.new("L", (60, 40), 200), 100, "page.png")


class Enlarge(msgspec.Struct, frozen=True):
    def apply(self, page: Raster) -> Staged:
        pixels = page.pixels.repeat(2, axis=0).repeat(2, axis=1)
        return Staged(Raster(pixels, 2 * page.dpi), "twice", Transform.scaling(0.5, 0.5))


class CutOff(msgspec.Struct, frozen=True):
    """Ten columns at the left."""

    def apply(self, page: Raster) -> Staged:
        return Staged(Raster(page.pixels[:, 10:], page.dpi), "10 columns", Transform(e=10))


class Nothing(msgspec.Struct, frozen=True):
    def apply(self, page: Raster) -> None:
        return None


class Fails(msgspec.Struct, frozen=True):
    error: type[BaseException] = ValueError

    def apply(self, page: Raster) -> None:
        raise self.error("a defect")


def test_stages_run_in_turn_and_one_map_leads_back() -> None:
    done = prepared(VIEW, [Step("crop", CutOff()), Step("scale", Enlarge())], lambda *_: 0.0)
    assert done.image.pixels.size == (100, 80)
    assert done.image.dpi == 200
    assert done.to_view.apply(Point(0, 0)) == Point(10, 0)
    assert done.to_view.apply(Point(100, 80)) == Point(60, 40)
    assert done.done == ("crop", "scale")
    assert done.notes == ("preprocessed: crop (10 columns), scale (twice)",)


def test_without_anything_to_do_the_view_itself_comes_back() -> None:
    for steps in ([], [Step("deskew", Nothing())]):
        done = prepared(VIEW, steps, lambda *_: 2.0)
        assert done.image is VIEW
        assert (done.to_view, done.done, done.notes) == (Transform(), (), ())


@pytest.mark.parametrize("surer", [True, False])
def test_a_stage_on_trial_stays_if_reading_becomes_surer(surer: bool) -> None:
    seen: list[tuple[OcrImage, OcrImage]] = []

    def gain_of(before: OcrImage, after: OcrImage, to_before: PointMap) -> float:
        seen.append((before, after))
        return 1.02 if surer else 1.0

    done = prepared(VIEW, [Step("scale", Enlarge(), least_gain=1.01)], gain_of)
    assert [(b.pixels.size, a.pixels.size) for b, a in seen] == [((60, 40), (120, 80))]
    assert done.done == (("scale",) if surer else ())
    assert (done.image is VIEW) == (not surer)
    if not surer:
        assert done.notes == ("scale undone: reading did not become surer by it",)


def test_what_called_for_a_stage_is_noted_whether_it_stays_or_not() -> None:
    steps = [Step("scale", Enlarge(), 1.01, why="letters 4 pixels high")]
    stayed, undone = (prepared(VIEW, steps, lambda *_, gain=gain: gain).notes for gain in (2.0, 1.0))
    assert stayed == ("preprocessed: scale (twice; letters 4 pixels high)",)
    assert undone == ("scale undone: reading did not become surer by it; letters 4 pixels high",)


def test_a_stage_that_fails_is_left_out() -> None:
    done = prepared(VIEW, [Step("crop", Fails()), Step("scale", Enlarge())], lambda *_: 2.0)
    assert done.done == ("scale",)
    assert "crop failed: ValueError: a defect" in done.notes


def test_a_lack_of_memory_is_not_hidden() -> None:
    with pytest.raises(MemoryError):
        prepared(VIEW, [Step("crop", Fails(MemoryError))], lambda *_: 2.0)


@pytest.mark.parametrize("name", ["letter.tif", "declaration/page-1.tif", "layouts/two-columns.png"])
def test_good_pages_need_nothing(name: str) -> None:
    needs = needs_of(view_of(SCANS / name))
    assert (needs.turns, needs.steps) == ((), ())


def test_what_a_page_needs_is_seen() -> None:
    page = np.asarray(view_of(BOOK).pixels.convert("L")).astype(np.float32) * 0.8 + 30
    chance = np.random.RandomState(5)

    whys: list[str] = []
    found: list[Step] = []

    def names(levels: np.ndarray) -> list[str]:
        image = Image.fromarray(levels.clip(0, 255).astype(np.uint8))
        steps = needs_of(OcrImage(image, 200)).steps
        found[:], whys[:] = steps, [step.why for step in steps]
        return [step.name for step in steps]

    assert names(page) == []
    assert names(page * np.linspace(1, 0.4, page.shape[1])) == ["background"]
    assert names(page + chance.normal(0, 30, page.shape)) == ["denoise"]
    assert whys[0].startswith("grain of ")
    specks = page.copy()
    specks[chance.random_sample(page.shape) < 0.03] = 0
    assert names(specks) == ["denoise"]
    assert whys[0].startswith("specks on ")
    specks[chance.random_sample(page.shape) < 0.08] = 0  # so many that they look like grain too
    assert names(specks) == ["denoise"]
    staged = found[0].stage.apply(Raster(specks.clip(0, 255).astype(np.uint8), 200))
    assert staged is not None
    assert (staged.raster.pixels[:, :60] < 128).mean() < 0.001 < (specks[:, :60] < 128).mean()
    blurred = Image.fromarray(page.astype(np.uint8)).filter(ImageFilter.GaussianBlur(2.5))
    assert names(np.asarray(blurred)) == ["sharpen"]
    assert whys[0].startswith("edges rise by ")
    small = Image.fromarray(page.astype(np.uint8)).reduce(3)
    assert "scale" in names(np.asarray(small))


@pytest.mark.parametrize(("mode", "reduced", "softened"), [("1", 1, True), ("L", 1, False), ("1", 3, False)])
def test_edges_that_specks_left_ragged_are_softened_if_letters_bear_it(
    mode: str, reduced: int, softened: bool
) -> None:
    page = np.asarray(view_of(BOOK).pixels.convert("L"))[::reduced, ::reduced]
    speckled = np.where(page < 128, 0, 255).astype(np.uint8)
    speckled[np.random.RandomState(6).random_sample(page.shape) < 0.03] = 0
    view = OcrImage(Image.fromarray(speckled).convert(mode), 200 / reduced)
    denoise = [step for step in needs_of(view).steps if step.name == "denoise"]
    done = prepared(view, denoise, lambda *_: 2.0)
    assert ("blur" in done.notes[0]) is softened
    assert done.image.pixels.mode == ("L" if softened else mode)
