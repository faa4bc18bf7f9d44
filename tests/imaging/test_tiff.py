from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pdfpipe.errors import PageLoadError
from pdfpipe.imaging.tiff import page_frames
from tests.imaging.tiffs import (
    MASK,
    NEW_SUBFILE_TYPE,
    PAGE_OF_MANY,
    SHORT,
    THUMBNAIL,
    Order,
    Tags,
    first_directory,
    tiff,
)
from tests.support import SCANS

every_kind = pytest.mark.parametrize(
    ("order", "big"),
    [("<", False), (">", False), ("<", True), (">", True)],
    ids=["II", "MM", "II-big", "MM-big"],
)


def frames_of(folder: Path, data: bytes) -> tuple[int, ...]:
    file = folder / "scan.tif"
    file.write_bytes(data)
    return page_frames(file)


# Pillow 13 does not know BigTIFF with the most significant byte first.
@pytest.mark.parametrize(("order", "big"), [("<", False), (">", False), ("<", True)])
def test_the_files_of_these_tests_are_tiff_files(tmp_path: Path, order: Order, big: bool) -> None:
    file = tmp_path / "scan.tif"
    file.write_bytes(tiff([{}, THUMBNAIL, {}], order, big=big))
    with Image.open(file) as image:
        assert image.size == (1, 1)
        assert getattr(image, "n_frames", 0) == 3


@every_kind
def test_pages_are_counted_in_both_byte_orders_and_both_sizes(
    tmp_path: Path, order: Order, big: bool
) -> None:
    assert frames_of(tmp_path, tiff([{}, {}, PAGE_OF_MANY], order, big=big)) == (0, 1, 2)


@every_kind
@pytest.mark.parametrize("extra", [THUMBNAIL, MASK], ids=["thumbnail", "mask"])
def test_thumbnails_and_masks_are_no_pages(tmp_path: Path, order: Order, big: bool, extra: Tags) -> None:
    assert frames_of(tmp_path, tiff([extra, {}, extra, {}, extra], order, big=big)) == (1, 3)


@every_kind
def test_a_thumbnail_whose_tag_is_a_short_is_a_thumbnail_too(tmp_path: Path, order: Order, big: bool) -> None:
    # TIFF 6.0 asks readers to take any integer type that fits (section 2, "types").
    short: Tags = {NEW_SUBFILE_TYPE: (SHORT, 1)}
    assert frames_of(tmp_path, tiff([{}, short], order, big=big)) == (0,)


def test_frames_have_the_numbers_that_pillow_gives_them(tmp_path: Path) -> None:
    file = tmp_path / "scan.tif"
    widths = [10, 20, 30]
    images = [Image.new("L", (width, 5)) for width in widths]
    images[0].save(file, save_all=True, append_images=images[1:])
    with Image.open(file) as image:
        for frame, width in zip(page_frames(file), widths, strict=True):
            image.seek(frame)
            assert image.width == width


def test_the_pages_of_the_fixtures_are_found() -> None:
    assert page_frames(SCANS / "minutes.tif") == (0, 1, 2)
    assert page_frames(SCANS / "letter.tif") == (0,)


@every_kind
def test_a_chain_that_runs_in_a_circle_is_an_error(tmp_path: Path, order: Order, big: bool) -> None:
    data = tiff([{}, {}], order, big=big, last=first_directory(order, big=big))
    with pytest.raises(PageLoadError, match="runs in a circle after page 2"):
        frames_of(tmp_path, data)


@every_kind
def test_a_chain_that_leads_out_of_the_file_is_an_error(tmp_path: Path, order: Order, big: bool) -> None:
    with pytest.raises(PageLoadError, match="breaks off after page 1"):
        frames_of(tmp_path, tiff([{}], order, big=big, last=1_000_000))


@pytest.mark.parametrize("offset", [2**63 - 1, 2**63, 2**64 - 1])
def test_a_chain_that_leads_further_than_any_file_reaches_is_an_error(tmp_path: Path, offset: int) -> None:
    with pytest.raises(PageLoadError, match="breaks off after page 1"):
        frames_of(tmp_path, tiff([{}], big=True, last=offset))


@every_kind
def test_wherever_a_file_is_cut_no_page_is_lost_in_silence(tmp_path: Path, order: Order, big: bool) -> None:
    whole = tiff([{}, {}], order, big=big)
    for size in range(len(whole)):
        with pytest.raises(PageLoadError):
            frames_of(tmp_path, whole[:size])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is empty"),
        (b"%PDF-1.7\nnot a scan", "it is not a TIFF file"),
        (b"II", "it is not a TIFF file"),
        (b"II*\0\0\0\0\0", "it holds no page"),
        (b"II+\0\x08\0\0\0", "it is cut short"),
        (tiff([THUMBNAIL, MASK]), "it holds no page"),
    ],
    ids=["empty", "pdf", "two bytes", "no directory", "half a header", "only thumbnails"],
)
def test_the_message_says_what_is_wrong(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(PageLoadError, match=message):
        frames_of(tmp_path, data)


def test_a_directory_that_claims_more_entries_than_the_file_has_bytes_is_an_error(tmp_path: Path) -> None:
    data = bytearray(tiff([{}], big=True))
    struct.pack_into("<Q", data, first_directory(big=True), 2**60)
    with pytest.raises(PageLoadError, match="damaged or cut short"):
        frames_of(tmp_path, bytes(data))


def walk(folder: Path, data: bytes) -> None:
    """Either pages or the documented error."""
    file = folder / "random.tif"
    file.write_bytes(data)
    try:
        frames = page_frames(file)
    except PageLoadError:
        return
    assert frames == tuple(sorted(set(frames)))


heads = st.sampled_from([b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0"])


@given(heads, st.binary(max_size=300))
def test_random_bytes_are_pages_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, tail: bytes
) -> None:
    walk(tmp_path_factory.getbasetemp(), head + tail)


@given(st.booleans(), st.data())
def test_mutated_files_are_pages_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, big: bool, choices: st.DataObject
) -> None:
    data = bytearray(tiff([{}, THUMBNAIL, {}], big=big))
    for _ in range(choices.draw(st.integers(1, 8))):
        data[choices.draw(st.integers(0, len(data) - 1))] = choices.draw(st.integers(0, 255))
    walk(tmp_path_factory.getbasetemp(), bytes(data))
