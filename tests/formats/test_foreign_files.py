"""Text that other programs have written, or that people have corrected, is read as it is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdfpipe.formats import hocr_reader
from pdfpipe.formats.reading import open_text, read_text
from pdfpipe.model.geometry import BoundingBox, Point, Resolution
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.model.text import Baseline, Direction, PageText
from tests.formats.pages import RESOLUTION

# As Tesseract 5.3.0 wrote it of a page of the Universal Declaration of Human Rights, shortened.
TESSERACT_HOCR = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
    "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title></title>
  <meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
  <meta name='ocr-system' content='tesseract 5.3.0' />
  <meta name='ocr-capabilities' content='ocr_page ocr_carea ocr_par ocr_line ocrx_word ocrp_wconf'/>
 </head>
 <body>
  <div class='ocr_page' id='page_1' title='image "crop.png"; bbox 0 0 740 250; ppageno 0; scan_res 300 300'>
   <div class='ocr_carea' id='block_1_1' title="bbox 17 21 295 60">
    <p class='ocr_par' id='par_1_1' lang='deu' title="bbox 17 21 295 60">
     <span class='ocr_line' id='line_1_1' title="bbox 17 21 295 60; baseline 0 -1; x_size 43.403507; x_descenders 5.4035087; x_ascenders 10">
      <span class='ocrx_word' id='word_1_1' title='bbox 17 21 232 60; x_wconf 96'>Article</span>
      <span class='ocrx_word' id='word_1_2' title='bbox 270 25 295 59; x_wconf 93'>1</span>
     </span>
    </p>
   </div>
   <div class='ocr_carea' id='block_1_3' title="bbox 21 167 740 250">
    <p class='ocr_par' id='par_1_3' lang='deu' title="bbox 21 167 740 250">
     <span class='ocr_line' id='line_1_3' title="bbox 22 167 740 206; baseline 0 -9; x_size 39; x_descenders 9; x_ascenders 7">
      <span class='ocrx_word' id='word_1_9' title='bbox 22 167 183 206; x_wconf 96'>rights.</span>
      <span class='ocrx_word' id='word_1_12' title='bbox 448 167 618 197; x_wconf 93'><strong>endowed</strong></span>
     </span>
    </p>
   </div>
  </div>
 </body>
</html>
"""  # noqa: E501

TESSERACT_ALTO = """<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v3#" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.loc.gov/standards/alto/ns-v3# http://www.loc.gov/alto/v3/alto-3-0.xsd">
	<Description>
		<MeasurementUnit>pixel</MeasurementUnit>
		<sourceImageInformation>
			<fileName>crop.png</fileName>
		</sourceImageInformation>
		<OCRProcessing ID="OCR_0">
			<ocrProcessingStep>
				<processingSoftware>
					<softwareName>tesseract 5.3.0</softwareName>
				</processingSoftware>
			</ocrProcessingStep>
		</OCRProcessing>
	</Description>
	<Layout>
		<Page WIDTH="740" HEIGHT="250" PHYSICAL_IMG_NR="0" ID="page_0">
			<PrintSpace HPOS="0" VPOS="0" WIDTH="740" HEIGHT="250">
				<ComposedBlock ID="cblock_0" HPOS="17" VPOS="21" WIDTH="278" HEIGHT="39">
					<TextBlock ID="block_0" HPOS="17" VPOS="21" WIDTH="278" HEIGHT="39">
						<TextLine ID="line_0" HPOS="17" VPOS="21" WIDTH="278" HEIGHT="39">
							<String ID="string_0" HPOS="17" VPOS="21" WIDTH="215" HEIGHT="39" WC="0.96" CONTENT="Article"/><SP WIDTH="38" VPOS="21" HPOS="232"/>
							<String ID="string_1" HPOS="270" VPOS="25" WIDTH="25" HEIGHT="34" WC="0.93" CONTENT="1"/>
						</TextLine>
					</TextBlock>
				</ComposedBlock>
				<ComposedBlock ID="cblock_2" HPOS="21" VPOS="167" WIDTH="719" HEIGHT="83">
					<TextBlock ID="block_2" HPOS="21" VPOS="167" WIDTH="719" HEIGHT="83">
						<TextLine ID="line_2" HPOS="22" VPOS="167" WIDTH="718" HEIGHT="39">
							<String ID="string_8" HPOS="22" VPOS="167" WIDTH="161" HEIGHT="39" WC="0.96" CONTENT="rights."/><SP WIDTH="37" VPOS="167" HPOS="183"/>
							<String ID="string_11" HPOS="448" VPOS="167" WIDTH="170" HEIGHT="30" WC="0.93" CONTENT="endowed"/><SP WIDTH="28" VPOS="167" HPOS="618"/>
						</TextLine>
					</TextBlock>
				</ComposedBlock>
			</PrintSpace>
		</Page>
	</Layout>
</alto>
"""  # noqa: E501


def read(text: str | bytes, folder: Path, width: int = 740, height: int = 250) -> PageText:
    """The only page of a file with this text."""
    path = folder / "file"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    (page,) = open_text(path).pages
    return read_text(page, width, height, RESOLUTION)


def hocr(body: str, page: str = "bbox 0 0 1000 1000") -> str:
    return f'<html><head></head><body><div class="ocr_page" title="{page}">{body}</div></body></html>'


def word_line(title: str, markup: str) -> str:
    """A line of hOCR with one word in the same place."""
    word = f'<span class="ocrx_word" title="{title}">{markup}</span>'
    return f'<span class="ocr_line" title="{title}">{word}</span>'


def alto(lines: str, page: str = 'WIDTH="1000" HEIGHT="1000"', unit: str = "pixel") -> str:
    return (
        f"<alto><Description><MeasurementUnit>{unit}</MeasurementUnit></Description><Layout>"
        f'<Page ID="p" {page}><PrintSpace><TextBlock ID="b">{lines}</TextBlock></PrintSpace></Page>'
        "</Layout></alto>"
    )


def texts(page: PageText) -> list[str]:
    return [word.text for word in page.words]


def boxes(page: PageText) -> list[tuple[float, ...]]:
    corners = ((word.box.x0, word.box.y0, word.box.x1, word.box.y1) for word in page.words)
    return [tuple(round(value, 6) for value in box) for box in corners]


@pytest.mark.parametrize("sample", [TESSERACT_HOCR, TESSERACT_ALTO], ids=["hOCR", "ALTO"])
def test_what_tesseract_writes(sample: str, tmp_path: Path) -> None:
    page = read(sample, tmp_path)
    assert texts(page) == ["Article", "1", "rights.", "endowed"]
    assert boxes(page) == [(17, 21, 232, 60), (270, 25, 295, 59), (22, 167, 183, 206), (448, 167, 618, 197)]
    assert [word.confidence for word in page.words] == [0.96, 0.93, 0.96, 0.93]
    assert [block.box for block in page.blocks] == [
        BoundingBox(17, 21, 295, 60),
        BoundingBox(21, 167, 740, 250),
    ]
    assert page.notes == ()


def test_baselines_of_tesseract_s_hocr(tmp_path: Path) -> None:
    first, second = read(TESSERACT_HOCR, tmp_path).lines
    assert first.baseline == Baseline(Point(17, 59), Point(295, 59))
    assert second.baseline == Baseline(Point(22, 197), Point(740, 197))


def test_the_language_that_tesseract_writes_at_the_root_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(TESSERACT_HOCR)
    assert open_text(path).languages == ("deu",)


def test_a_baseline_that_is_nowhere_near_its_line_is_not_believed(tmp_path: Path) -> None:
    # Tesseract's own, of a line that runs upwards.
    line = word_line("bbox 108 0 138 292; baseline 292 -292", "up")
    (found,) = read(hocr(line), tmp_path, 1000, 1000).lines
    assert found.baseline is None


def test_kraken_s_and_ocropy_s_lines_without_words_are_divided_at_blanks(tmp_path: Path) -> None:
    page = read(
        hocr('<span class="ocr_line" title="bbox 0 10 110 30">ab cdef gh</span>'), tmp_path, 1000, 1000
    )
    assert texts(page) == ["ab", "cdef", "gh"]
    assert boxes(page) == [(0, 10, 22, 30), (33, 10, 77, 30), (88, 10, 110, 30)]
    assert page.notes == ("3 words have no confidence in the file and counted as right",)


def test_right_to_left_words_are_shared_out_from_the_right(tmp_path: Path) -> None:
    page = read(hocr('<span class="ocr_line" title="bbox 0 10 70 30">אבג דהו</span>'), tmp_path, 1000, 1000)
    assert boxes(page) == [(40, 10, 70, 30), (0, 10, 30, 30)]
    (line,) = page.lines
    assert (line.direction, line.words[0].direction) == (Direction.RIGHT_TO_LEFT, Direction.RIGHT_TO_LEFT)


def test_the_direction_of_a_paragraph_is_that_of_its_words(tmp_path: Path) -> None:
    body = (
        '<p class="ocr_par" dir="rtl" title="bbox 0 0 900 900">'
        '<span class="ocr_line" title="bbox 0 0 300 20">'
        '<span class="ocrx_word" title="bbox 0 0 9 9">12</span>'
        '<span class="ocrx_word" title="bbox 20 0 29 9" dir="ltr">ab</span></span></p>'
    )
    (line,) = read(hocr(body), tmp_path, 1000, 1000).lines
    assert [line.direction, *(word.direction for word in line.words)] == [
        Direction.RIGHT_TO_LEFT,
        Direction.RIGHT_TO_LEFT,
        Direction.LEFT_TO_RIGHT,
    ]


def test_confidences_of_characters_count_where_there_is_none_of_the_word(tmp_path: Path) -> None:
    body = word_line("bbox 0 0 90 9; x_confs 90 80", "ab")
    (word,) = read(hocr(body), tmp_path, 1000, 1000).words
    assert word.confidence == pytest.approx(0.85)


def test_characters_with_elements_of_their_own_are_one_word(tmp_path: Path) -> None:
    body = word_line(
        "bbox 0 0 90 9; x_wconf 9",
        '\n <span class="ocrx_cinfo" title="x_bboxes 0 0 4 9; x_conf 9">a</span>'
        '\n <span class="ocrx_cinfo" title="x_bboxes 5 0 9 9; x_conf 9">b</span>\n',
    )
    assert texts(read(hocr(body), tmp_path, 1000, 1000)) == ["ab"]


def test_readings_that_were_not_chosen_are_left_aside(tmp_path: Path) -> None:
    alternatives = (
        '<span class="alternatives"><ins class="alt">hello</ins><del class="alt">hallo</del></span>'
    )
    body = word_line("bbox 0 0 90 9", alternatives)
    assert texts(read(hocr(body), tmp_path, 1000, 1000)) == ["hello"]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("&amp;&lt;&#x5d0;&eacute;&shy;", "&<אé\u00ad"),
        ("a<b>b</b>c", "abc"),
        ("caf\u00e9", "café"),
        ("&unknown;", "&unknown;"),
    ],
)
def test_html_is_understood(markup: str, expected: str, tmp_path: Path) -> None:
    assert texts(read(hocr(word_line("bbox 0 0 90 9", markup)), tmp_path, 1000, 1000)) == [expected]


def test_html_that_is_no_xml_is_read(tmp_path: Path) -> None:
    page = read(
        "<!DOCTYPE html>\n<HTML><HEAD><META charset=iso-8859-1></HEAD><BODY>\n"
        "<DIV CLASS=ocr_page TITLE='bbox 0 0 1000 1000'><P CLASS=ocr_par>"
        "<SPAN CLASS=ocr_line TITLE='bbox 0 0 90 9'>caf\u00e9<BR></SPAN>"
        "<P CLASS=ocr_par><SPAN CLASS=ocr_line TITLE='bbox 0 20 90 29'>second</SPAN></DIV>".encode("latin-1"),
        tmp_path,
        1000,
        1000,
    )
    assert texts(page) == ["café", "second"]
    assert len(page.blocks) == 2


def test_text_that_a_person_has_typed_beside_the_words_is_kept_in_its_place(tmp_path: Path) -> None:
    body = (
        '<span class="ocr_line" title="bbox 0 0 300 20">'
        '<span class="ocrx_word" title="bbox 0 0 100 20; x_wconf 9">one</span>'
        ' and a <span class="ocrx_word" title="bbox 200 0 300 20; x_wconf 9">half of it</span></span>'
    )
    page = read(hocr(body), tmp_path, 1000, 1000)
    assert texts(page) == ["one", "and", "a", "half", "of", "it"]
    lefts = [box[0] for box in boxes(page)]
    assert lefts == sorted(lefts)
    assert all(0 <= box[0] < box[2] <= 300 for box in boxes(page))


def test_words_are_kept_where_a_person_has_typed_what_looks_like_a_tag(tmp_path: Path) -> None:
    typed, following = (
        f'<span class="ocrx_word" title="bbox {x} 0 {x + 90} 40">{text}</span>'
        for x, text in ((0, "a<b"), (100, "next"))
    )
    line = f'<span class="ocr_line" title="bbox 0 0 300 40">{typed} {following}</span> '
    last = word_line("bbox 0 100 90 140", "last")
    assert texts(read(hocr(line + last), tmp_path, 1000, 1000)) == ["a", "next", "last"]


def test_text_outside_of_lines_is_kept(tmp_path: Path) -> None:
    body = (
        '<div class="ocr_carea" title="bbox 0 100 90 200">heading'
        '<span class="ocr_line" title="bbox 0 120 90 140">line</span> rest</div>'
    )
    assert texts(read(hocr(body), tmp_path, 1000, 1000)) == ["heading", "line", "rest"]


def test_a_page_ends_where_its_element_does_and_comments_hold_none(tmp_path: Path) -> None:
    path = tmp_path / "book.hocr"
    pages = "".join(
        '<div class="ocr_page" title="bbox 0 0 100 100">'
        f'<span class="ocr_line" title="bbox 0 0 9 9">p{n}</span></div>'
        f"<div>not on the page</div><!-- <div class='ocr_page'> -->"
        for n in range(3)
    )
    path.write_text(f"<html><body>{pages}</body></html>")
    found = [read_text(page, 100, 100, RESOLUTION) for page in open_text(path).pages]
    assert [texts(page) for page in found] == [["p0"], ["p1"], ["p2"]]


def test_pages_are_found_however_the_file_is_divided_for_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hocr_reader, "_OVERLAP", 100)
    path = tmp_path / "book.hocr"
    path.write_text(
        "<html><body>"
        + "".join(
            f'<div lang="en" class="x ocr_page"><span class="ocr_line" title="bbox 0 0 9 9">p{n}</span></div>'
            '<!-- <div class="ocr_page"> -->'
            for n in range(5)
        )
    )
    for part in range(1, 200):
        monkeypatch.setattr(hocr_reader, "_PART", part)
        found = [read_text(page, 100, 100, RESOLUTION) for page in open_text(path).pages]
        assert [texts(page) for page in found] == [[f"p{n}"] for n in range(5)]


def test_hyphens_of_alto_belong_to_their_words(tmp_path: Path) -> None:
    page = read(
        alto(
            '<TextLine><String HPOS="0" VPOS="0" WIDTH="90" HEIGHT="20" CONTENT="exam" SUBS_TYPE="HypPart1"'
            ' SUBS_CONTENT="example"/>'
            '<HYP HPOS="90" VPOS="5" WIDTH="10" HEIGHT="5" CONTENT="&#xAD;"/></TextLine>'
            '<TextLine><String HPOS="0" VPOS="30" WIDTH="40" HEIGHT="20" CONTENT="ple" SUBS_TYPE="HypPart2"'
            ' SUBS_CONTENT="example"/></TextLine>'
        ),
        tmp_path,
        1000,
        1000,
    )
    assert texts(page) == ["exam-", "ple"]
    assert boxes(page)[0] == (0, 0, 100, 20)


@pytest.mark.parametrize(
    ("unit", "size", "page", "expected"),
    [
        ("mm10", 254, 'WIDTH="2540" HEIGHT="2540"', 300),
        ("mm10", 254, "", 300),
        ("inch1200", 1200, 'WIDTH="12000" HEIGHT="12000"', 300),
        ("inch1200", 1200, 'WIDTH="0" HEIGHT="0"', 300),
        ("pixel", 150, 'WIDTH="1500" HEIGHT="1500"', 300),
        ("pixel", 300, "", 300),
    ],
)
def test_units_of_alto(unit: str, size: int, page: str, expected: float, tmp_path: Path) -> None:
    place = " ".join(f'{name}="{size}"' for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    line = f'<TextLine><String {place} CONTENT="x"/></TextLine>'
    (box,) = boxes(read(alto(line, page, unit), tmp_path, 3000, 3000))
    assert box == pytest.approx((expected, expected, 2 * expected, 2 * expected))


def test_alto_with_a_prefix_in_another_encoding(tmp_path: Path) -> None:
    text = (
        '<?xml version="1.0" encoding="UTF-16"?><a:alto xmlns:a="http://www.loc.gov/standards/alto/ns-v2#">'
        "<a:Layout><a:Page/>"
        '<a:Page><a:PrintSpace><a:TextBlock language="fr"><a:TextLine>'
        '<a:String HPOS="1" VPOS="1" WIDTH="9" HEIGHT="9" CONTENT="été"/>'
        "</a:TextLine></a:TextBlock></a:PrintSpace></a:Page></a:Layout></a:alto>"
    )
    for encoding in ("utf-16", "utf-8-sig", "iso-8859-15"):
        path = tmp_path / encoding
        name = {"utf-8-sig": "UTF-8"}.get(encoding, encoding)
        path.write_bytes(text.replace("UTF-16", name).encode(encoding))
        found = open_text(path)
        assert (found.format, found.languages, len(found.pages)) == (Sidecar.ALTO, ("fr",), 2)
        assert [texts(read_text(page, 100, 100, RESOLUTION)) for page in found.pages] == [[], ["été"]]


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ("10,50 30,52 90,54", (10, 50, 90, 54)),
        ("10 50 90 54", (10, 50, 90, 54)),
        ("50.5", (0, 50.5, 100, 50.5)),
    ],
)
def test_baselines_of_alto(points: str, expected: tuple[float, ...], tmp_path: Path) -> None:
    line = (
        f'<TextLine HPOS="0" VPOS="20" WIDTH="100" HEIGHT="40" BASELINE="{points}">'
        '<String HPOS="0" VPOS="20" WIDTH="100" HEIGHT="40" CONTENT="x"/></TextLine>'
    )
    (found,) = read(alto(line), tmp_path, 1000, 1000).lines
    assert found.baseline is not None
    start, end = found.baseline.start, found.baseline.end
    assert (start.x, start.y, end.x, end.y) == expected


def test_text_of_a_fax_whose_pixels_were_made_square_is_fitted_to_the_scan(tmp_path: Path) -> None:
    path = tmp_path / "fax.hocr"
    path.write_text(hocr(word_line("bbox 100 200 300 400", "x"), "bbox 0 0 1728 2200"))
    (page,) = open_text(path).pages
    found = read_text(page, 1728, 1100, Resolution(204, 102))
    assert boxes(found) == [(100, 100, 300, 200)]
