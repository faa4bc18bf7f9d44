"""Files are what their standards want, and other programs can read them."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pdfpipe.formats.spelling import number
from pdfpipe.formats.values import SidecarDocument
from pdfpipe.formats.writing import FORMATS
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.image import DpiSource
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.model.text import Direction, PageText
from tests.formats.pages import line_of, page_of, page_texts, sidecar_page, written

ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"
XHTML = "{http://www.w3.org/1999/xhtml}"
SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).parent / "alto-4-4-text.xsd")))
NUMBER = r"-?\d+(?:\.\d+)?"
TITLES = {
    "ocr_page": r'image "[^"]*"; bbox 0 0 \d+ \d+; ppageno \d+; scan_res N N(; x_source "[^"]*" \d+)?',
    "ocr_carea": r"bbox \d+ \d+ \d+ \d+",
    "ocr_line": r"bbox \d+ \d+ \d+ \d+(; baseline N N)?(; textangle \d+)?(; x_engine \S+)?",
    "ocrx_word": r"bbox \d+ \d+ \d+ \d+; x_wconf N",
}
PARENTS = {"ocr_carea": "ocr_page", "ocr_line": "ocr_carea", "ocrx_word": "ocr_line"}


@given(texts=st.lists(st.none() | page_texts(), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_alto_is_valid_by_the_rules_of_4_4(texts: list[PageText | None]) -> None:
    document = etree.fromstring(written(Sidecar.ALTO, texts).encode())
    assert SCHEMA.validate(document), SCHEMA.error_log


def test_the_schema_used_here_refuses_what_alto_refuses() -> None:
    valid = written(Sidecar.ALTO, [page_of(line_of(("word", (1, 1, 9, 9))))])
    for broken in (
        valid.replace('WC="1"', 'WC="1.01"'),
        valid.replace("</String>", "").replace('ID="block_1_1"', 'ID="page_1"'),
        valid.replace('PHYSICAL_IMG_NR="1"', ""),
        valid.replace("<MeasurementUnit>pixel", "<MeasurementUnit>px"),
        re.sub(r"<String[^>]*>", "", valid),
    ):
        assert not SCHEMA.validate(etree.fromstring(broken.encode()))


@given(texts=st.lists(st.none() | page_texts(), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_hocr_is_xhtml_with_the_elements_and_properties_of_hocr(texts: list[PageText | None]) -> None:
    root = ET.fromstring(written(Sidecar.HOCR, texts))
    parents = {child: parent for parent in root.iter() for child in parent}
    identifiers = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(identifiers) == len(set(identifiers))
    capabilities = metas(root)["ocr-capabilities"].split()
    for element in root.iter():
        kind = element.attrib.get("class")
        if kind is None:
            continue
        assert kind in capabilities
        assert element.tag == XHTML + ("div" if kind in ("ocr_page", "ocr_carea") else "span")
        assert re.fullmatch(TITLES[kind].replace("N", NUMBER), element.attrib["title"])
        parent = parents[element]
        assert parent.tag == f"{XHTML}body" if kind == "ocr_page" else parent.get("class") == PARENTS[kind]
        assert kind == "ocrx_word" or not (element.text or "").strip()
        assert not (element.tail or "").strip()


def metas(root: ET.Element) -> dict[str, str]:
    return {e.attrib["name"]: e.attrib["content"] for e in root.iter(f"{XHTML}meta") if "name" in e.attrib}


def test_hocr_tells_what_the_specification_requires_of_its_head() -> None:
    document = SidecarDocument("minutes & more", ("de", "en"), 12, version="1.2.3")
    form = FORMATS[Sidecar.HOCR]
    root = ET.fromstring(form.head(document) + form.tail(document))
    assert metas(root) == {
        "ocr-system": "pdfpipe 1.2.3",
        "ocr-capabilities": "ocr_page ocr_carea ocr_line ocrx_word ocrp_lang ocrp_dir",
        "ocr-number-of-pages": "12",
        "ocr-langs": "de en",
    }
    assert root.get("lang") == root.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    assert root.findtext(f"{XHTML}head/{XHTML}title") == "minutes & more"


def test_hocr_has_boxes_baselines_angles_confidences_and_directions() -> None:
    line = line_of(
        ("שלום", (300, 100, 500, 140)), ("12", (100, 101, 180, 139)), direction=Direction.RIGHT_TO_LEFT
    )
    number_word = line.words[1]
    mixed = type(line)(
        (line.words[0], type(number_word)("12", number_word.box, 0.5, Direction.LEFT_TO_RIGHT)),
        line.box,
        direction=Direction.RIGHT_TO_LEFT,
    )
    root = ET.fromstring(written(Sidecar.HOCR, [page_of(mixed)]))
    (line_element,) = [e for e in root.iter() if e.get("class") == "ocr_line"]
    words = [e for e in root.iter() if e.get("class") == "ocrx_word"]
    assert line_element.get("dir") == "rtl"
    assert [(w.text, w.get("dir"), w.attrib["title"]) for w in words] == [
        ("שלום", None, "bbox 300 100 500 140; x_wconf 100"),
        ("12", "ltr", "bbox 100 101 180 139; x_wconf 50"),
    ]


@pytest.mark.parametrize("name", ['of "quotes"; bbox 1 1 2 2.png', "it's.png", "<&>.png", "日本.png"])
def test_a_file_name_cannot_pass_for_a_property(name: str) -> None:
    page = sidecar_page(page_of(line_of(("word", (1, 1, 9, 9)))), file=name)
    form, document = FORMATS[Sidecar.HOCR], SidecarDocument("x")
    root = ET.fromstring(form.head(document) + form.page(page, document) + form.tail(document))
    (element,) = [e for e in root.iter() if e.get("class") == "ocr_page"]
    assert re.fullmatch(TITLES["ocr_page"].replace("N", NUMBER), element.attrib["title"])


def test_plain_text_has_a_form_feed_between_pages_and_an_empty_line_between_blocks() -> None:
    first = page_of(
        line_of(("Hyphen-", (1, 1, 9, 9)), ("ated", (20, 1, 40, 9))), line_of(("end", (1, 20, 9, 29)))
    )
    second = page_of(line_of(("last", (1, 1, 9, 9))))
    assert written(Sidecar.TEXT, [first, None, second]) == "Hyphen- ated\n\nend\n\f\flast\n"


def test_chinese_words_have_no_spaces_between_them() -> None:
    page = page_of(line_of(("人人", (1, 1, 9, 9)), ("生而", (10, 1, 19, 9)), ("free", (25, 1, 40, 9))))
    assert written(Sidecar.TEXT, [page]) == "人人生而 free\n"
    root = ET.fromstring(written(Sidecar.ALTO, [page]))
    (line,) = root.iter(f"{ALTO}TextLine")
    assert [element.tag.removeprefix(ALTO) for element in line] == ["String", "String", "SP", "String"]


def test_json_holds_all_that_is_known() -> None:
    page = sidecar_page(page_of(line_of(("word", (1.004, 1, 9.5, 9)))), number=1, file="scan.tif")
    page = type(page)(
        1,
        "scan.tif",
        1000,
        1400,
        Resolution(204, 98.5),
        frame=3,
        dpi_source=DpiSource.ESTIMATED,
        text=page.text,
        notes=("a note",),
        failure=None,
    )
    form, document = FORMATS[Sidecar.JSON], SidecarDocument("minutes", ("en",), 1, "tesseract", "1.2.3")
    told = json.loads(form.head(document) + form.page(page, document) + form.tail(document))
    assert told == {
        "format": "pdfpipe-text",
        "version": 1,
        "software": "pdfpipe 1.2.3",
        "name": "minutes",
        "languages": ["en"],
        "engine": "tesseract",
        "pages": [
            {
                "number": 1,
                "file": "scan.tif",
                "frame": 3,
                "half": None,
                "width": 1000,
                "height": 1400,
                "dpi": [204, 98.5],
                "dpi_from": "estimated",
                "turn": 0,
                "processed": False,
                "confidence": 1.0,
                "engines": {},
                "notes": ["a note"],
                "failure": None,
                "blocks": [
                    {
                        "lines": [
                            {
                                "words": [{"text": "word", "box": [1, 1, 9.5, 9], "confidence": 1.0}],
                                "box": [1, 1, 9.5, 9],
                                "direction": "ltr",
                            }
                        ],
                        "box": [1, 1, 9.5, 9],
                    }
                ],
            }
        ],
    }


def test_json_has_a_page_a_line() -> None:
    lines = written(Sidecar.JSON, [None, None, None]).splitlines()
    assert [json.loads(line.removesuffix(","))["number"] for line in lines[1:4]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("value", "spelled"), [(1.0, "1"), (-0.001, "0"), (1.006, "1.01"), (0.1, "0.1"), (1e6, "1000000")]
)
def test_numbers_have_no_digit_too_many(value: float, spelled: str) -> None:
    assert number(value) == spelled
