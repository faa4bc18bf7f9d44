"""Stages that change shades and leave everything where it is."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps
from PIL.Image import Resampling

from pdfpipe.imaging.stages.auto import glance_at
from pdfpipe.imaging.stages.background import Background
from pdfpipe.imaging.stages.binarization import Binarization
from pdfpipe.imaging.stages.contrast import Contrast
from pdfpipe.imaging.stages.crop import Crop
from pdfpipe.imaging.stages.denoise import Denoise, noise_of
from pdfpipe.imaging.stages.dewarp import Dewarp
from pdfpipe.imaging.stages.invert import Invert
from pdfpipe.imaging.stages.raster import ImageStage, Pixels, Raster
from pdfpipe.imaging.stages.scale import Scale
from pdfpipe.imaging.stages.sharpen import Sharpen, sharpness_of
from pdfpipe.model.geometry import BoundingBox, Transform
from pdfpipe.model.image import OcrImage
from pdfpipe.model.preprocessing_settings import Binarization as Method
from tests.imaging.stages.pages import BOOK, view_of
from tests.support import truth_of


def gray_book() -> Pixels:
    """A page with ink of 40 on paper of 230."""
    levels = np.asarray(view_of(BOOK).pixels.convert("L")).astype(np.float32)
    return (40 + levels / 255 * 190).astype(np.uint8)


def shaded(page: Pixels) -> Pixels:
    """In light that falls off to a third from left to right."""
    light = np.linspace(1.0, 0.33, page.shape[1], dtype=np.float32)
    return (page * light).astype(np.uint8)


def ink_share(pixels: Pixels, box: BoundingBox) -> float:
    part = pixels[round(box.y0) : round(box.y1), round(box.x0) : round(box.x1)]
    return float((part < 128).mean())


def test_paper_becomes_even_and_words_stay_dark() -> None:
    staged = Background().apply(Raster(shaded(gray_book()), 200))
    assert staged is not None
    pixels = staged.raster.pixels
    tiles = [
        np.quantile(part, 0.8) for row in np.array_split(pixels, 6) for part in np.array_split(row, 6, axis=1)
    ]
    assert max(tiles) - min(tiles) < 16
    for word in truth_of(BOOK).words[::7]:
        assert ink_share(pixels, word.box) > 0.05, word.text


def test_white_paper_stays() -> None:
    white = np.where(gray_book() > 200, np.uint8(250), gray_book())
    assert Background().apply(Raster(white, 200)) is None
    assert Background().apply(Raster(np.minimum(white, np.uint8(220)), 200)) is not None


@pytest.mark.parametrize("method", Method)
def test_ink_becomes_black_and_paper_white(method: Method) -> None:
    page = gray_book() if method is Method.OTSU else shaded(gray_book())
    staged = Binarization(method).apply(Raster(page, 200))
    assert staged is not None
    assert set(np.unique(staged.raster.pixels)) == {0, 255}
    assert staged.raster.bilevel
    assert staged.raster.as_image("").pixels.mode == "1"
    true = np.asarray(view_of(BOOK).pixels.convert("L")) < 128
    found = staged.raster.pixels < 128
    assert (true & found).sum() / true.sum() > 0.9
    assert (true & found).sum() / found.sum() > 0.9


def test_the_adaptive_threshold_finds_faint_print_in_uneven_light() -> None:
    faint = shaded(np.asarray(150 + (gray_book().astype(np.int16) - 128) // 4).astype(np.uint8))
    staged = Binarization(Method.ADAPTIVE).apply(Raster(faint, 200))
    assert staged is not None
    true = np.asarray(view_of(BOOK).pixels.convert("L")) < 128
    found = staged.raster.pixels < 128
    assert (true & found).sum() / true.sum() > 0.9
    assert (true & found).sum() / found.sum() > 0.9


def test_faint_print_gets_all_shades() -> None:
    faint = (150 + (gray_book().astype(np.int16) - 128) // 8).astype(np.uint8)
    staged = Contrast().apply(Raster(faint, 200))
    assert staged is not None
    assert staged.raster.pixels.min() == 0
    assert staged.raster.pixels.max() == 255


def faint_book() -> Image.Image:
    """A page with ink of 128 on paper of 166, and a little grain."""
    grain = np.random.RandomState(1).normal(0, 2, gray_book().shape)
    return Image.fromarray((120 + gray_book() / 5 + grain).round().astype(np.uint8))


def stages_for(page: Image.Image) -> list[str]:
    return [name for name, *_ in glance_at(OcrImage(page, 200)).stages]


def test_faint_print_calls_for_contrast_first_and_its_grain_is_as_faint() -> None:
    page = faint_book()
    assert stages_for(page.rotate(3, fillcolor=166)) == ["contrast", "deskew"]
    assert stages_for(page.convert("RGB")) == ["contrast"]
    assert "contrast" not in stages_for(ImageOps.invert(page)), "light print"
    assert not stages_for(Image.fromarray(gray_book()))


def test_light_is_evened_first_where_it_varies_as_much_as_faint_print() -> None:
    light = np.linspace(0.85, 1.0, faint_book().width, dtype=np.float32)
    page = Raster((np.asarray(faint_book()) * light).astype(np.uint8), 200)
    stages = glance_at(page.as_image("")).stages
    assert [name for name, *_ in stages] == ["background", "contrast"]
    for _, stage, _ in stages:
        staged = stage.apply(page)
        assert staged is not None
        page = staged.raster
    for word in truth_of(BOOK).words[::7]:
        assert ink_share(page.pixels, word.box) > 0.05, word.text


@pytest.mark.parametrize("shadow", [0, 35])
@pytest.mark.parametrize("side", [0, 6, 40])
def test_an_empty_page_needs_nothing_for_its_grain_shadow_or_a_speck(side: int, shadow: int) -> None:
    grain = np.random.RandomState(1).normal(0, 5, (2200, 1600))
    page = (np.linspace(240, 240 - shadow, 1600) + grain).round().astype(np.uint8)
    page[100 : 100 + side, 100 : 100 + side] = 20
    assert "contrast" not in stages_for(Image.fromarray(page))
    assert shadow or not stages_for(Image.fromarray(page))


def test_print_that_is_faint_for_being_blurred_is_sharpened_instead() -> None:
    assert stages_for(faint_book().filter(ImageFilter.GaussianBlur(2.5))) == ["sharpen"]


def test_specks_go_and_words_stay() -> None:
    chance = np.random.RandomState(3)
    page = gray_book()
    page[chance.random_sample(page.shape) < 0.01] = 0
    page[chance.random_sample(page.shape) < 0.01] = 255
    staged = Denoise().apply(Raster(page, 200))
    assert staged is not None
    margin = staged.raster.pixels[:, :60]
    assert (margin < 128).mean() < 0.0005 < (page[:, :60] < 128).mean()
    for word in truth_of(BOOK).words[::7]:
        assert ink_share(staged.raster.pixels, word.box) > 0.05, word.text


def test_grain_and_specks_are_measured() -> None:
    chance = np.random.RandomState(4)
    page = gray_book().astype(np.float32)
    for sigma in (0, 5, 20):
        grainy = (page + chance.normal(0, sigma, page.shape)).clip(0, 255).astype(np.uint8)
        assert noise_of(Image.fromarray(grainy)).grain == pytest.approx(sigma, abs=2 + sigma / 4)
    clean = gray_book()
    speckled = clean.copy()
    speckled[chance.random_sample(page.shape) < 0.03] = 0
    assert noise_of(Image.fromarray(clean)).specks < 0.004 < noise_of(Image.fromarray(speckled)).specks


def test_focus_is_measured_and_mended() -> None:
    page = Image.fromarray(gray_book())
    faint = page.point(lambda value: 140 + value // 4)
    assert sharpness_of(page) > 0.3
    assert sharpness_of(faint) > 0.3
    assert sharpness_of(Image.new("L", (500, 500), 200)) == 1.0
    blurred = page.filter(ImageFilter.GaussianBlur(2.5))
    staged = Sharpen().apply(Raster(np.asarray(blurred), 200))
    assert staged is not None
    assert sharpness_of(blurred) < 0.22 < sharpness_of(Image.fromarray(staged.raster.pixels))
    assert Sharpen().apply(Raster(gray_book(), 200)) is None
    unsharp = blurred.filter(ImageFilter.UnsharpMask(3, 150, 0))
    assert difference(staged.raster.pixels, page) < 0.95 * difference(unsharp, page)


def difference(one: Any, other: Any) -> float:
    """In shades, of all pixels."""
    return float(np.abs(np.asarray(one, np.float32) - np.asarray(other, np.float32)).mean())


def test_an_empty_page_with_a_punch_hole_is_not_out_of_focus() -> None:
    page = np.full((2000, 1400), 230, np.uint8)
    cv2.circle(page, (100, 900), 17, 0, cv2.FILLED)
    assert sharpness_of(Image.fromarray(page)) == 1.0


def test_grain_does_not_become_louder_than_print_where_blur_is_undone() -> None:
    chance = np.random.RandomState(6)
    blurred = np.asarray(Image.fromarray(gray_book()).filter(ImageFilter.GaussianBlur(3.0)), np.float32)
    grainy = (blurred + chance.normal(0, 6, blurred.shape)).clip(0, 255).astype(np.uint8)
    staged = Sharpen().apply(Raster(grainy, 200))
    assert staged is not None
    assert staged.raster.pixels[:60].std() < 8  # the margin


@pytest.mark.parametrize("colors", [1, 3])
def test_grain_is_smoothed_and_edges_stay_steep(colors: int) -> None:
    chance = np.random.RandomState(5)
    page = gray_book()
    if colors > 1:
        page = np.repeat(page[:, :, None], colors, axis=2)
    grainy = (page + chance.normal(0, 25, page.shape)).clip(0, 255).astype(np.uint8)
    staged = Denoise().apply(Raster(grainy, 200))
    assert staged is not None
    assert staged.detail == "specks taken off, grain smoothed"
    smooth = Image.fromarray(staged.raster.pixels)
    assert noise_of(smooth).grain < 8
    assert sharpness_of(smooth) > 0.25
    assert grainy[:60].std() > 15
    assert staged.raster.pixels[:60].std() < 8  # the margin


def test_scaled_pages_keep_their_size_in_inches_and_map_back() -> None:
    staged = Scale(2.0).apply(Raster(gray_book(), 200))
    assert staged is not None
    height, width = gray_book().shape
    assert staged.raster.size == (2 * width, 2 * height)
    assert staged.raster.dpi == 400
    assert isinstance(staged.to_input, Transform)
    assert staged.to_input.apply_box(BoundingBox(0, 0, 2 * width, 2 * height)) == BoundingBox(
        0, 0, width, height
    )


def test_small_letters_among_grain_are_left_as_they_are() -> None:
    small = Image.fromarray(gray_book()).reduce(3)
    grain = np.random.RandomState(1).normal(0, 20, (small.height, small.width))
    noisy = (np.asarray(small) * 0.8 + 20 + grain).clip(0, 255).astype(np.uint8)
    stages = {name: stage for name, stage, _ in glance_at(OcrImage(Image.fromarray(noisy), 67.0)).stages}
    assert list(stages) == ["denoise", "scale"]
    assert stages["scale"].apply(Raster(noisy, 67.0)) is None
    assert stages["scale"].apply(Raster(np.asarray(small), 67.0)) is not None


@pytest.mark.parametrize(
    ("times", "share", "denoised"),
    [
        (1, 0.006, "on trial"),
        (1, 0.02, "without a trial"),
        (3, 0.006, "not at all"),  # dots of small letters
        (3, 0.02, "on trial"),
    ],
)
def test_specks_are_taken_off_with_more_care_where_letters_are_as_small(
    times: int, share: float, denoised: str
) -> None:
    page = np.asarray(Image.fromarray(gray_book()).reduce(times)).copy()
    page[np.random.RandomState(1).random_sample(page.shape) < share] = 0
    gains = {name: gain for name, _, gain in glance_at(OcrImage(Image.fromarray(page), 200 / times)).stages}
    how = "not at all" if "denoise" not in gains else "on trial" if gains["denoise"] else "without a trial"
    assert how == denoised


def test_small_letters_are_doubled_without_a_trial() -> None:
    small = Image.fromarray(gray_book()).reduce(3)
    assert glance_at(OcrImage(small, 67.0)).stages == (("scale", Scale(2.0), None),)


def test_a_large_page_is_not_enlarged_beyond_measure() -> None:
    page = Raster(np.full((5000, 7000), 255, np.uint8), 100)
    staged = Scale(3.0).apply(page)
    assert staged is not None
    assert staged.raster.pixels.size <= 41_000_000


@pytest.mark.parametrize(
    ("times", "copies", "height", "dpi", "factor"),
    [
        (2, 1, 1.0, 600.0, 0.5),
        (4, 1, 1.0, 1200.0, 0.25),
        (2, 1, 1.0, 300.0, None),  # large print
        (2, 1, 0.4, 600.0, None),  # a small page
        (1, 2, 1.0, 600.0, None),  # small print
    ],
)
def test_fine_scans_of_large_pages_are_read_at_a_smaller_size(
    times: int, copies: int, height: float, dpi: float, factor: float | None
) -> None:
    book = Image.fromarray(np.tile(gray_book(), (copies, copies)))
    page = book.resize((times * book.width, times * book.height))
    large = OcrImage(page.crop((0, 0, page.width, round(height * page.height))), dpi)
    stages = {name: stage for name, stage, _ in glance_at(large).stages}
    assert stages.get("scale") == (Scale(factor) if factor else None)
    assert "scale" not in [name for name, _, _ in glance_at(large, may_reduce=False).stages]


def test_what_else_a_fine_scan_needs_is_done_at_half_its_size() -> None:
    page = Image.fromarray(gray_book())
    fine = page.resize((4 * page.width, 4 * page.height)).rotate(2, expand=True, fillcolor=255)
    assert [name for name, _, _ in glance_at(OcrImage(fine, 600.0)).stages] == ["scale", "deskew"]
    upside_down = fine.transpose(Image.Transpose.ROTATE_180)
    assert glance_at(OcrImage(upside_down, 600.0)).turns == (180,)


@pytest.mark.parametrize(("noise", "is_scaled"), [(0, True), (20, False)])
def test_grain_is_not_enlarged_unasked(noise: float, is_scaled: bool) -> None:
    grain = np.random.RandomState(1).normal(0, noise, gray_book().shape)
    page = Raster((gray_book() * 0.8 + 20 + grain).clip(0, 255).astype(np.uint8), 200)
    assert (Scale(2.0, grain_too=False).apply(page) is not None) == is_scaled
    assert Scale(2.0).apply(page) is not None


@pytest.mark.parametrize(
    "stage", [Background(), Contrast(), Binarization()], ids=lambda stage: type(stage).__name__
)
def test_black_and_white_needs_no_shades(stage: ImageStage) -> None:
    assert stage.apply(Raster.of(view_of(BOOK))) is None


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
@pytest.mark.parametrize(
    "stage",
    [
        Invert(),
        Crop(),
        Dewarp(),
        Background(),
        Contrast(),
        Denoise(),
        Denoise(blocks=True),
        Sharpen(),
        Binarization(),
        Binarization(Method.OTSU),
        Binarization(Method.ADAPTIVE),
        Scale(1.5),
    ],
    ids=lambda stage: repr(stage),
)
@pytest.mark.parametrize("size", [(1, 1), (3, 2), (1, 400), (400, 1), (37, 53)], ids=str)
def test_pages_of_any_size_and_mode_are_borne(stage: ImageStage, mode: str, size: tuple[int, int]) -> None:
    page = Image.new(mode, size, "white").resize(size, Resampling.NEAREST)
    staged = stage.apply(Raster.of(OcrImage(page, 300)))
    if staged is not None:
        assert min(staged.raster.size) >= 1
        staged.raster.as_image("")
