from __future__ import annotations

import io
import re

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.pdf import glyphless_font
from pdfpipe.pdf.glyphless_font import CharacterCodes, cid_to_gid_map, to_unicode

SURROGATES = range(0xD800, 0xE000)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def parsed(cmap: bytes) -> dict[int, str]:
    """The codes of a ToUnicode map by the grammar of Adobe Technical Note 5411."""
    meanings: dict[int, str] = {}
    for count, block in re.findall(rb"(\d+) beginbfrange\n(.*?)\nendbfrange", cmap, re.DOTALL):
        entries = re.findall(rb"<(....)> <(....)> <((?:....)+)>", block)
        assert len(entries) == int(count) <= 100
        for first, last, start in entries:
            low, high, character = int(first, 16), int(last, 16), bytes.fromhex(start.decode())
            assert low >> 8 == high >> 8, "only the last byte of a code may vary in a range"
            assert character[-1] + high - low <= 0xFF, "only the last byte of a character may vary in a range"
            for code in range(low, high + 1):
                assert code not in meanings
                shifted = character[:-1] + bytes([character[-1] + code - low])
                meanings[code] = shifted.decode("utf-16-be")
    return meanings


def decoded(encoded: bytes, meanings: dict[int, str]) -> str:
    return "".join(meanings[int.from_bytes(encoded[at : at + 2], "big")] for at in range(0, len(encoded), 2))


def test_the_font_file_is_a_font() -> None:
    font = TTFont(io.BytesIO(glyphless_font.truetype()), checkChecksums=2)
    assert font.getGlyphOrder()[0] == ".notdef"
    assert len(font.getGlyphOrder()) == 2
    for glyph in font.getGlyphOrder():
        assert font["hmtx"][glyph][0] == glyphless_font.ADVANCE
    assert font["head"].unitsPerEm == 1000
    assert (font["hhea"].ascent, font["hhea"].descent) == (glyphless_font.ASCENT, glyphless_font.DESCENT)


def test_the_glyph_has_the_extent_of_its_box_and_no_ink() -> None:
    font = TTFont(io.BytesIO(glyphless_font.truetype()))
    coordinates, ends, _ = font["glyf"][font.getGlyphOrder()[1]].getCoordinates(font["glyf"])
    assert sorted(coordinates) == [
        (0, glyphless_font.DESCENT),
        (glyphless_font.ADVANCE, glyphless_font.ASCENT),
    ]
    assert list(ends) == [1]  # two points are a line: nothing to fill


@given(st.lists(texts, max_size=5))
def test_every_code_means_its_character(words: list[str]) -> None:
    codes = CharacterCodes()
    encoded = [codes.encode(word) for word in words]
    meanings = parsed(to_unicode(codes.used))
    assert meanings == codes.used
    assert [decoded(word, meanings) for word in encoded] == words


def test_characters_of_the_first_plane_are_their_own_codes() -> None:
    codes = CharacterCodes()
    assert codes.encode("Añ東\uffee") == "Añ東\uffee".encode("utf-16-be")


def test_the_others_take_surrogates_and_keep_them() -> None:
    codes = CharacterCodes()
    first, again = codes.encode("𝔉🗄"), codes.encode("🗄𝔉")
    assert all(int.from_bytes(first[at : at + 2], "big") in SURROGATES for at in (0, 2))
    assert again == first[2:] + first[:2]


def test_beyond_2048_characters_the_rest_are_replaced() -> None:
    codes = CharacterCodes()
    ideographs = "".join(chr(0x20000 + index) for index in range(2100))
    meanings_after = codes.encode(ideographs)
    meanings = parsed(to_unicode(codes.used))
    assert decoded(meanings_after, meanings) == ideographs[:2048] + "\ufffd" * 52
    assert decoded(codes.encode(ideographs[5] + "a" + ideographs[2099]), parsed(to_unicode(codes.used))) == (
        ideographs[5] + "a\ufffd"
    )


@given(texts)
def test_every_used_code_shows_the_glyph_and_not_notdef(text: str) -> None:
    codes = CharacterCodes()
    codes.encode(text)
    glyphs = cid_to_gid_map(codes.used)
    for code in codes.used:
        assert glyphs[2 * code : 2 * code + 2] == b"\0\1"
