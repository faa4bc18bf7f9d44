"""Title, producer and dates: alike in both places where a PDF keeps them, and what was given."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import DocumentInformation, PdfReader

from pdfpipe.pdf.metadata import DocumentMetadata
from tests.readers import pypdf_catalog, qpdf_complaints
from tests.specimens import METADATA, WHITE_PIXEL, image_page, write_pdf

NAMES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
TITLES = [
    "Minutes of 1948",
    "Grundbuch Köln, Band Ⅻ",
    "東京都庁 会議録",
    "ארכיון המדינה",
    "Sparse emoji 🗄 and 𝔉raktur",
    "<title> & \"quotes\" 'n' ]]> <!-- -->",
    "(un)balanced ) parentheses ( and \\ backslash",
    "þÿ is no byte order mark",
    " spaces around ",
]


def written(folder: Path, metadata: DocumentMetadata) -> Path:
    return write_pdf(folder / "document.pdf", [image_page(WHITE_PIXEL)], metadata)


def info_of(pdf: Path) -> DocumentInformation:
    info = PdfReader(pdf).metadata
    assert info is not None
    return info


def xmp_of(pdf: Path) -> ET.Element:
    return ET.fromstring(pypdf_catalog(pdf)["/Metadata"].get_data())


def value(xmp: ET.Element, path: str) -> str:
    found = xmp.find(f".//{path}", NAMES)
    assert found is not None
    return found.text or ""


@pytest.mark.parametrize("title", TITLES)
def test_the_title_is_the_same_in_both_places(title: str, tmp_path: Path) -> None:
    pdf = written(tmp_path, msgspec.structs.replace(METADATA, title=title))
    assert info_of(pdf).title == title
    assert value(xmp_of(pdf), "dc:title/rdf:Alt/rdf:li") == title
    assert qpdf_complaints(pdf) == ""


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


@settings(max_examples=50)
@given(texts, texts, texts, st.lists(texts.filter(str.strip), max_size=4))
def test_all_is_the_same_in_both_places_as_pypdf_reads_them(
    tmp_path_factory: pytest.TempPathFactory, title: str, author: str, subject: str, keywords: list[str]
) -> None:
    metadata = msgspec.structs.replace(
        METADATA, title=title, author=author, subject=subject, keywords=tuple(keywords)
    )
    pdf = written(tmp_path_factory.getbasetemp(), metadata)
    info, xmp = info_of(pdf), PdfReader(pdf).xmp_metadata
    assert xmp is not None
    assert (info.title or "") == (xmp.dc_title or {}).get("x-default", "") == storable(title)
    assert info.author == next(iter(xmp.dc_creator or ()), None)
    assert (info.author or "") == storable(author)
    assert info.subject == (xmp.dc_description or {}).get("x-default")
    assert (info.subject or "") == storable(subject)
    assert info.keywords == xmp.pdf_keywords
    assert list(xmp.dc_subject or ()) == [storable(keyword) for keyword in keywords]


def storable(text: str) -> str:
    """XML 1.0 has no U+FFFE and U+FFFF."""
    return text.translate({0xFFFE: None, 0xFFFF: None})


@pytest.mark.parametrize(
    ("keywords", "together"),
    [(("deed",), "deed"), (("deed", "Köln"), "deed, Köln"), (("Ford, Henry", "cars"), "Ford, Henry; cars")],
)
def test_keywords_stand_together_and_apart(keywords: tuple[str, ...], together: str, tmp_path: Path) -> None:
    pdf = written(tmp_path, msgspec.structs.replace(METADATA, keywords=keywords))
    xmp = xmp_of(pdf)
    assert info_of(pdf).keywords == together == value(xmp, "pdf:Keywords")
    found = xmp.findall(".//dc:subject/rdf:Bag/rdf:li", NAMES)
    assert [item.text for item in found] == list(keywords)


def test_what_is_not_given_is_not_there(tmp_path: Path) -> None:
    pdf = written(tmp_path, METADATA)
    assert not {"/Author", "/Subject", "/Keywords"} & info_of(pdf).keys()
    xmp = xmp_of(pdf)
    for name in ("dc:creator", "dc:description", "dc:subject", "pdf:Keywords"):
        assert xmp.find(f".//{name}", NAMES) is None


def test_an_old_day_of_creation_is_a_day_in_both_places(tmp_path: Path) -> None:
    pdf = written(tmp_path, msgspec.structs.replace(METADATA, dated=date(812, 3, 9)))
    assert str(info_of(pdf)["/CreationDate"]) == "D:08120309"
    xmp = xmp_of(pdf)
    assert value(xmp, "xmp:CreateDate") == "0812-03-09"
    assert info_of(pdf).modification_date == METADATA.created
    assert datetime.fromisoformat(value(xmp, "xmp:ModifyDate")) == METADATA.created


def test_producer_language_and_conformance_are_there(tmp_path: Path) -> None:
    pdf = written(tmp_path, msgspec.structs.replace(METADATA, language="zh-Hans"))
    xmp = xmp_of(pdf)
    assert info_of(pdf).producer == METADATA.producer == value(xmp, "pdf:Producer")
    assert info_of(pdf).creator == METADATA.producer == value(xmp, "xmp:CreatorTool")
    assert pypdf_catalog(pdf)["/Lang"] == "zh-Hans" == value(xmp, "dc:language/rdf:Bag/rdf:li")
    assert (value(xmp, "pdfaid:part"), value(xmp, "pdfaid:conformance")) == ("2", "U")


@pytest.mark.parametrize(
    "zone", [UTC, timezone(timedelta(hours=13)), timezone(-timedelta(hours=3, minutes=30))], ids=str
)
def test_dates_are_the_same_moment_in_both_places(zone: timezone, tmp_path: Path) -> None:
    moment = datetime(2026, 7, 14, 23, 59, 59, 400_000, tzinfo=zone)
    pdf = written(tmp_path, msgspec.structs.replace(METADATA, created=moment))
    expected = moment.replace(microsecond=0)
    assert info_of(pdf).creation_date == info_of(pdf).modification_date == expected
    xmp = xmp_of(pdf)
    for name in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
        assert datetime.fromisoformat(value(xmp, name)) == expected


def test_viewers_are_asked_to_show_the_title_instead_of_the_file_name(tmp_path: Path) -> None:
    catalog = pypdf_catalog(written(tmp_path, METADATA))
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"].value is True
