"""The halves of a scan are those of its image as it is stored, however that is turned and stretched."""

from __future__ import annotations

import msgspec
import pytest
from PIL import Image

from pdfpipe.imaging.double_page import double_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.geometry import Resolution, orientation_transform
from pdfpipe.model.half import Side
from pdfpipe.model.image import DpiSource, PageImage
from tests.open_books import open_book
from tests.support import largest_difference

STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright image must be turned to be stored so."""


@pytest.mark.parametrize("orientation", STORED)
def test_they_are_left_and_right_as_a_reader_sees_them(orientation: int) -> None:
    book = open_book(dpi=100)
    turn = STORED[orientation]
    stored = book if turn is None else book.transpose(turn)
    page = PageImage(stored, "TEST", Resolution(100, 100), DpiSource.FILE, orientation)
    found = double_page(page)
    assert found is not None
    assert (found.left.side, found.right.side) == (Side.LEFT, Side.RIGHT)
    upright = orientation_transform(orientation, *stored.size)
    left, right = (upright.apply_box(half.box) for half in (found.left, found.right))
    assert (left.x0, left.y0, left.y1) == (0, 0, book.height)
    assert left.x1 == right.x0
    assert abs(left.x1 - book.width / 2) < 0.02 * book.width
    assert (right.x1, right.y0, right.y1) == (book.width, 0, book.height)
    seen = ocr_view(msgspec.structs.replace(page, part=found.right.box))[0].pixels
    assert largest_difference(seen, book.crop((round(left.x1), 0, *book.size))) == 0


def test_pixels_that_are_not_square_are_counted_as_they_are_stored() -> None:
    fax = open_book(dpi=100).resize((1164, 410))
    found = double_page(PageImage(fax, "TEST", Resolution(100, 50), DpiSource.FILE))
    assert found is not None
    assert found.right.box.y1 == 410
    assert abs(found.right.box.x0 - 582) < 12


def test_a_single_page_is_not_looked_at_twice() -> None:
    assert double_page(PageImage(Image.new("L", (70, 100)), "TEST", Resolution(9, 9), DpiSource.FILE)) is None
