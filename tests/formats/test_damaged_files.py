"""What cannot be used is refused with a reason, and nothing in a file can do harm."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdfpipe.errors import TextFileError
from pdfpipe.formats.reading import open_text, read_text
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.model.text import PageText
from pdfpipe.ocr.sanitize import sanitized
from tests.formats.pages import RESOLUTION, line_of, page_of, write, written
from tests.formats.test_foreign_files import TESSERACT_ALTO, TESSERACT_HOCR, alto, hocr, word_line

BOMB = '<!DOCTYPE alto [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE alto [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
STRING = '<TextLine><String HPOS="1" VPOS="1" WIDTH="9" HEIGHT="9" CONTENT="{}"/></TextLine>'


def file(folder: Path, content: str | bytes) -> Path:
    path = folder / "text"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "it is empty"),
        ("plain words", "neither hOCR nor ALTO"),
        ("%PDF-1.7", "neither hOCR nor ALTO"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "neither hOCR nor ALTO"),
        ('<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"/>', "PAGE XML"),
        ("<html><body><p>text</p></body></html>", "no hOCR"),
        ("<alto><Layout/></alto>", "has no page"),
        ("<alto><Layout><Page></Layout></alto>", "no well-formed XML: mismatched tag: line 1"),
        (alto(STRING.format("x"), unit="furlong"), "'furlong'"),
        (alto(STRING.format("x")).replace("<alto>", BOMB + "<alto>"), "declares the entity 'a'"),
        (alto(STRING.format("&a;")).replace("<alto>", XXE + "<alto>"), "declares the entity 'a'"),
        (hocr("x").replace("<html>", BOMB.replace("alto", "html") + "<html>"), "declares entities"),
        (alto(STRING.format("&nbsp;")), "undefined entity"),
        ("{}", '"format" is not "pdfpipe-text"'),
        ('{"format": "pdfpipe-text", "version": 2, "pages": []}', "version 2"),
        ('{"format": "pdfpipe-text", "version": 1, "pages": [', "truncated"),
        ('{\n  "pdfpipe": "0.1.0"}', '"format" is not "pdfpipe-text"'),
        (hocr("x").encode("utf-16"), "UTF-16"),
    ],
)
def test_files_that_are_refused(content: str | bytes, told: str, tmp_path: Path) -> None:
    with pytest.raises(TextFileError, match=r".") as error:
        open_text(file(tmp_path, content))
    assert told in str(error.value)
    assert str(tmp_path / "text") in str(error.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TextFileError, match="cannot be read: No such file"):
        open_text(tmp_path / "gone.hocr")


def refusal(content: str | bytes, folder: Path, width: int = 1000, height: int = 1000) -> str:
    (page,) = open_text(file(folder, content)).pages
    with pytest.raises(TextFileError, match=r".") as error:
        read_text(page, width, height, RESOLUTION)
    return str(error.value)


def test_a_page_of_another_shape_is_refused(tmp_path: Path) -> None:
    told = refusal(TESSERACT_HOCR, tmp_path, 250, 740)
    assert "a page of 740 x 250 (in pixel), and the scan of 250 x 740 pixels has another shape" in told


def test_a_word_off_the_page_is_refused_by_its_name(tmp_path: Path) -> None:
    line = word_line("bbox 900 0 1100 9", "far")
    assert "the word 'far' lies off the page: its box is 900 0 1100 9" in refusal(hocr(line), tmp_path)


def test_a_word_a_little_over_the_edge_is_cut_there(tmp_path: Path) -> None:
    line = word_line("bbox 900 -3 1005 9", "near")
    (page,) = open_text(file(tmp_path, hocr(line))).pages
    (word,) = read_text(page, 1000, 1000, RESOLUTION).words
    assert (word.box.x0, word.box.y0, word.box.x1, word.box.y1) == (900, 0, 1000, 9)


def test_a_line_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    assert "the line 'lost words' has no box" in refusal(
        hocr('<span class="ocr_line">lost words</span>'), tmp_path
    )


@pytest.mark.parametrize("number", ["1e999", "9" * 400])
def test_numbers_beyond_all_measure_are_refused(number: str, tmp_path: Path) -> None:
    line = f'<TextLine><String HPOS="{number}" VPOS="1" WIDTH="9" HEIGHT="9" CONTENT="x"/></TextLine>'
    assert "beyond all measure" in refusal(alto(line), tmp_path)


def test_json_says_where_it_is_damaged(tmp_path: Path) -> None:
    text = written(Sidecar.JSON, [page_of(line_of(("word", (1, 1, 9, 9))))]).replace(
        "[1,1,9,9]", '[1,1,9,"9"]'
    )
    assert "$.blocks[0].lines[0].words[0].box[3]" in refusal(text, tmp_path)


@pytest.mark.parametrize("confidence", ["96", "-0.1"])
def test_confidences_of_json_are_shares(confidence: str, tmp_path: Path) -> None:
    text = written(Sidecar.JSON, [page_of(line_of(("word", (1, 1, 9, 9))))])
    text = text.replace('"confidence":1.0}', f'"confidence":{confidence}}}')
    assert "$.blocks[0].lines[0].words[0].confidence" in refusal(text, tmp_path)


@pytest.mark.parametrize("indent", [None, 1])
def test_json_with_the_mark_that_windows_editors_put_before_it_is_read(
    indent: int | None, tmp_path: Path
) -> None:
    text = written(Sidecar.JSON, [page_of(line_of(("wörd", (1, 1, 9, 9)))), None])
    text = text if indent is None else json.dumps(json.loads(text), indent=indent, ensure_ascii=False)
    first, _ = open_text(file(tmp_path, text.encode("utf-8-sig"))).pages
    assert [w.text for w in read_text(first, 1000, 1400, RESOLUTION).words] == ["wörd"]


def test_json_that_another_program_has_indented_is_read(tmp_path: Path) -> None:
    text = written(Sidecar.JSON, [page_of(line_of(("word", (1, 1, 9, 9)))), None])
    first, second = open_text(file(tmp_path, json.dumps(json.loads(text), indent=4))).pages
    assert [w.text for w in read_text(first, 1000, 1400, RESOLUTION).words] == ["word"]
    assert not list(read_text(second, 100, 100, RESOLUTION).words)


def test_a_file_that_has_been_changed_since_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, Sidecar.HOCR, [page_of(line_of(("word", (1, 1, 9, 9))))])
    (page,) = open_text(path).pages
    os.utime(path, ns=(1, 1))
    with pytest.raises(TextFileError, match="was changed while it was read"):
        read_text(page, 1000, 1400, RESOLUTION)


def test_bytes_that_are_not_of_the_encoding_are_refused(tmp_path: Path) -> None:
    content = hocr('<span class="ocr_line" title="bbox 0 0 90 9">caf\u00e9</span>').encode("latin-1")
    assert "it is not in utf-8" in refusal(content, tmp_path)


SAMPLES = (
    TESSERACT_HOCR,
    TESSERACT_ALTO,
    written(Sidecar.JSON, [page_of(line_of(("word", (1, 1, 90, 90))), width=740, height=250)]),
)


@given(
    sample=st.sampled_from(SAMPLES),
    cuts=st.lists(
        st.tuples(
            st.integers(0, 2500), st.integers(0, 40), st.text("<>&;'\"=/! -0123456789.eE[]{}xa", max_size=8)
        ),
        min_size=1,
        max_size=4,
    ),
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_in_a_file_it_gives_a_good_page_or_a_reason(
    sample: str, cuts: list[tuple[int, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = sample
    for start, length, inserted in cuts:
        text = text[:start] + inserted + text[start + length :]
    path = tmp_path_factory.getbasetemp() / "mutated"
    path.write_text(text)
    pages: list[PageText] = []
    reason = ""
    try:
        pages = [read_text(page, 740, 250, RESOLUTION) for page in open_text(path).pages]
    except TextFileError as error:
        reason = str(error)
    assert pages or str(path) in reason
    for page in pages:
        assert sanitized(page) == (page, ())


@pytest.mark.parametrize(
    "body",
    [
        "<" * 50_000,
        "<span " * 10_000,
        "&" * 50_000,
        '<span title="' + "bbox 1 " * 10_000 + '">',
        "<div>" * 5_000,
    ],
    ids=lambda body: body[:6],
)
def test_markup_that_is_made_to_be_slow_comes_to_an_end(body: str, tmp_path: Path) -> None:
    (page,) = open_text(file(tmp_path, hocr(body))).pages
    try:
        text = read_text(page, 1000, 1000, RESOLUTION)
    except TextFileError:
        return
    assert (text.width, text.height) == (1000, 1000)
