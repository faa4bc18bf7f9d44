"""Text of a page that was turned upright says so, and is laid onto the same scan again."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pdfpipe.errors import TextFileError
from pdfpipe.model.sidecar import Sidecar
from tests.formats.pages import line_of, page_of, read, write

READABLE = (Sidecar.HOCR, Sidecar.ALTO, Sidecar.JSON)
PAGE = page_of(line_of(("upright", (100, 200, 300, 240))))


@pytest.mark.parametrize("kind", READABLE)
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_turn_comes_back_and_boxes_are_those_of_the_upright_page(
    kind: Sidecar, turn: int, tmp_path: Path
) -> None:
    text = msgspec.structs.replace(PAGE, turn=turn)
    scan = (text.height, text.width) if turn in (90, 270) else (text.width, text.height)
    (found,) = read(write(tmp_path, kind, [text]), scan)
    assert (found.turn, found.width, found.height) == (turn, text.width, text.height)
    assert [word.box for word in found.words] == [word.box for word in text.words]


@pytest.mark.parametrize("kind", READABLE)
def test_text_of_a_processed_image_is_not_laid_onto_the_scan(kind: Sidecar, tmp_path: Path) -> None:
    path = write(tmp_path, kind, [msgspec.structs.replace(PAGE, processed=True)])
    with pytest.raises(TextFileError, match="--page-image processed"):
        read(path, (PAGE.width, PAGE.height))


def test_a_turn_that_is_none_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, Sidecar.JSON, [msgspec.structs.replace(PAGE, turn=180)])
    path.write_text(path.read_text().replace('"turn":180', '"turn":45'))
    with pytest.raises(TextFileError, match="turned by 45 degrees"):
        read(path, (PAGE.width, PAGE.height))
