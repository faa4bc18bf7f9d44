"""A streaming PDF writer: each page goes to the file when it is added and is then forgotten.

What stays in memory is a few bytes for each object's place and the set of characters in use.
Dictionaries are gathered in object streams and the cross-reference is a stream (ISO 32000-1, 7.5.7
and 7.5.8).
"""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections.abc import Iterable
from typing import BinaryIO, Final

from pdfpipe.errors import ConformanceError
from pdfpipe.model.geometry import POINTS_PER_INCH, Resolution, Transform
from pdfpipe.model.image import ColorSpace, EncodedImage, Overlay
from pdfpipe.model.job import PageContent
from pdfpipe.model.output_type import OutputType, PdfaLevel
from pdfpipe.model.page_labels import LabelRange
from pdfpipe.model.text import PageText
from pdfpipe.pdf import glyphless_font
from pdfpipe.pdf.digests import blank
from pdfpipe.pdf.icc_profiles import SRGB_NAME, cmyk_profile, srgb_profile
from pdfpipe.pdf.marker import Marker, marker_dictionary
from pdfpipe.pdf.metadata import DocumentMetadata, info_dictionary, xmp_packet
from pdfpipe.pdf.navigation import Bookmark, OutlineWriter, write_page_labels
from pdfpipe.pdf.page_image import IMAGE_RESOURCE, OVERLAY_RESOURCE, image_entries, paint_images
from pdfpipe.pdf.page_tree import KIDS, write_page_tree
from pdfpipe.pdf.pdfa import page_unit, size_obstacle
from pdfpipe.pdf.syntax import date_string, literal, matrix, number, text_string
from pdfpipe.pdf.text_layer import FONT_RESOURCE, text_layer

__all__ = ["PdfWriter"]

_OBJECTS_A_STREAM: Final = 200

_END_OF_STREAM: Final = b"\nendstream\nendobj\n"

_FREE, _PLAIN, _PACKED = 0, 1, 2


class PdfWriter:
    """Write one document to a binary stream, which need not be seekable.

    Call `add_page` for each page in order, then `finish`.  Errors of the stream pass through.  After that,
    `digests_at` is where in the stream there is room for the digests of the pages (`pdfpipe.pdf.proof`).
    """

    def __init__(
        self, stream: BinaryIO, metadata: DocumentMetadata, output_type: OutputType = OutputType.PDFA
    ) -> None:
        self._stream = stream
        self._metadata = metadata
        self._output_type = output_type
        self._level = output_type.level
        self._obstacle: str | None = None
        self._position = 0
        self._hash = hashlib.sha256()
        self._kinds = array("B", [_FREE])
        self._places = array("Q", [0])
        self._indexes = array("H", [0xFFFF])
        self._packed: list[tuple[int, bytes]] = []
        self._pages = array("Q")
        self._leaves = array("Q")
        self._codes = glyphless_font.CharacterCodes()
        self._profiles: dict[bytes, int] = {}
        self._shared: tuple[bytes, int] | None = None
        self._outline = OutlineWriter(self._allocate, self._pack)
        self._catalog = self._allocate()
        self._font = self._allocate()
        self.digests_at = 0
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    @property
    def level(self) -> PdfaLevel | None:
        """The kind of PDF/A that the document is, as far as it is written; None for a plain PDF."""
        return self._level

    @property
    def obstacle(self) -> str | None:
        """Why the document is no PDF/A, though that was preferred."""
        return self._obstacle

    def add_page(self, page: PageContent, bookmarks: Iterable[Bookmark] = ()) -> None:
        """Write one page: its image over the whole page, its text over the image, unseen.

        The outline gets an entry for each of the `bookmarks`.

        Raises:
            ConformanceError: with it the document would not be the PDF/A that it must be.

        """
        resolution = page.resolution
        pixels, shown = page.shown_size, page.shown_text
        width, height = (
            pixels[0] * POINTS_PER_INCH / resolution.x,
            pixels[1] * POINTS_PER_INCH / resolution.y,
        )
        unit = page_unit(width, height)
        if self._level is not None and (obstacle := size_obstacle(width, height)) is not None:
            self._give_up_pdfa(obstacle)
        image = self._add_image(page.image) if page.image_box is None else self._add_shared(page.image)
        images = f"/{IMAGE_RESOURCE} {image} 0 R"
        if page.overlay is not None:
            images += f" /{OVERLAY_RESOURCE} {self._add_overlay(page.overlay)} 0 R"
        content = paint_images(page)
        text = text_layer(shown, resolution, self._codes) if shown is not None else b""
        if unit != 1:
            content = f"{matrix(Transform.scaling(1 / unit, 1 / unit))} cm\n".encode("ascii") + content
        contents = self._add_stream("", content + text)
        if len(self._pages) % KIDS == 0:
            self._leaves.append(self._allocate())
        fonts = f" /Font << /{FONT_RESOURCE} {self._font} 0 R >>" if text else ""
        user_unit = f" /UserUnit {number(unit, 6)}" if unit != 1 else ""
        self._pages.append(
            self._pack(
                f"<< /Type /Page /Parent {self._leaves[-1]} 0 R"
                f" /MediaBox [0 0 {number(width / unit)} {number(height / unit)}]{user_unit}"
                f" /Resources << /XObject << {images} >>{fonts} >>"
                f" /Contents {contents} 0 R >>".encode("ascii")
            )
        )
        for bookmark in bookmarks:
            top = height - bookmark.top * POINTS_PER_INCH / resolution.y
            self._outline.add(bookmark.title, self._pages[-1], top / unit)

    def add_text(self, text: PageText, resolution: Resolution) -> None:
        """Write a page of unseen text and nothing else, to be laid over a page of another document."""
        contents = self._add_stream("", text_layer(text, resolution, self._codes))
        if len(self._pages) % KIDS == 0:
            self._leaves.append(self._allocate())
        width, height = (
            text.width * POINTS_PER_INCH / resolution.x,
            text.height * POINTS_PER_INCH / resolution.y,
        )
        self._pages.append(
            self._pack(
                f"<< /Type /Page /Parent {self._leaves[-1]} 0 R"
                f" /MediaBox [0 0 {number(width)} {number(height)}]"
                f" /Resources << /Font << /{FONT_RESOURCE} {self._font} 0 R >> >>"
                f" /Contents {contents} 0 R >>".encode("ascii")
            )
        )

    def finish(self, labels: Iterable[LabelRange] = (), sidecars: tuple[tuple[str, str], ...] = ()) -> None:
        """Write everything that serves the whole document, page labels too; the stream is left open.

        `sidecars` are noted in the marker (`pdfpipe.pdf.marker`).
        """
        pages = write_page_tree(self._pages, self._leaves, self._allocate, self._pack)
        codes = self._codes.used
        if codes:
            self._add_font(codes)
        metadata = self._add_stream(
            "/Type /Metadata /Subtype /XML", xmp_packet(self._metadata, self._level), deflate=False
        )
        intents = f" /OutputIntents [{self._add_output_intent()} 0 R]" if self._level is not None else ""
        parts = {
            "Outlines": self._outline.finish(),
            "PageLabels": write_page_labels(labels, self._pack),
        }
        navigation = "".join(f" /{key} {part} 0 R" for key, part in parts.items() if part is not None)
        info = self._pack(info_dictionary(self._metadata))
        marker = self._allocate()
        direction = " /Direction /R2L" if self._metadata.right_to_left else ""
        self._pack(
            f"<< /Type /Catalog /Pages {pages} 0 R /Metadata {metadata} 0 R{intents}{navigation}"
            f" /PieceInfo {marker} 0 R /ViewerPreferences << /DisplayDocTitle true{direction} >>".encode(
                "ascii"
            )
            + b" /Lang "
            + text_string(self._metadata.language)
            + b" >>",
            self._catalog,
        )
        self._flush_packed()
        date = date_string(self._metadata.created)
        digests = self._add_digests()
        noted = Marker(self._metadata.settings_digest, sidecars, self._metadata.scans_digest)
        self._add_object(marker_dictionary(noted, date, digests), marker)
        self._add_cross_reference(info)

    def _add_digests(self) -> int:
        """Room for the digests of the pages; returns its number and notes its place."""
        data = blank(len(self._pages))
        number_of_object = self._add_raw_stream(b"", data)
        self.digests_at = self._position - len(_END_OF_STREAM) - len(data)
        return number_of_object

    def _give_up_pdfa(self, obstacle: str) -> None:
        if not self._output_type.may_be_plain:
            raise ConformanceError(
                f"it cannot be {self._level}: {obstacle}; --output-type auto writes a plain PDF then"
            )
        self._obstacle = f"it cannot be {self._level}: page {len(self._pages) + 1}: {obstacle}"
        self._level = None

    def _add_output_intent(self) -> int:
        """What RGB and grey without a profile mean (ISO 19005-2, 6.2.3)."""
        return self._pack(
            f"<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier ({SRGB_NAME})"
            f" /Info ({SRGB_NAME}) /DestOutputProfile {self._add_profile(srgb_profile(), 3)} 0 R >>".encode(
                "ascii"
            )
        )

    def _add_font(self, codes: dict[int, str]) -> None:
        font = glyphless_font
        to_unicode = self._add_stream("", font.to_unicode(codes))
        cid_to_gid = self._add_stream("", font.cid_to_gid_map(codes))
        program = font.truetype()
        font_file = self._add_stream(f"/Length1 {len(program)}", program)
        descriptor = self._pack(
            f"<< /Type /FontDescriptor /FontName /{font.FONT_NAME} /Flags 4"
            f" /FontBBox [0 {font.DESCENT} {font.ADVANCE} {font.ASCENT}] /ItalicAngle 0 /Ascent {font.ASCENT}"
            f" /Descent {font.DESCENT} /CapHeight {font.ASCENT} /StemV 80"
            f" /FontFile2 {font_file} 0 R >>".encode("ascii")
        )
        descendant = self._pack(
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{font.FONT_NAME}"
            f" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            f" /FontDescriptor {descriptor} 0 R /DW {font.ADVANCE} /CIDToGIDMap {cid_to_gid} 0 R >>".encode(
                "ascii"
            )
        )
        self._pack(
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{font.FONT_NAME} /Encoding /Identity-H"
            f" /DescendantFonts [{descendant} 0 R] /ToUnicode {to_unicode} 0 R >>".encode("ascii"),
            self._font,
        )

    def _add_image(self, image: EncodedImage, mask: int | None = None) -> int:
        """An image; with the number of a stencil, its explicit mask (ISO 32000-1, 8.9.6.3)."""
        dictionary = image_entries(image) + b"/ColorSpace" + self._color_space(image)
        if mask is not None:
            dictionary += f" /Mask {mask} 0 R".encode("ascii")
        return self._add_raw_stream(dictionary, image.data)

    def _add_shared(self, image: EncodedImage) -> int:
        """An image of which several pages in a row show parts: it is written once."""
        looks = hashlib.sha256(image_entries(image) + image.palette + (image.icc_profile or b""))
        looks.update(image.data)
        digest = looks.digest()
        if self._shared is None or self._shared[0] != digest:
            self._shared = digest, self._add_image(image)
        return self._shared[1]

    def _add_overlay(self, overlay: Overlay) -> int:
        """The stencil (ISO 32000-1, 8.9.6.2), or the image of colours that has it for its mask."""
        stencil = self._add_raw_stream(image_entries(overlay.mask) + b"/ImageMask true", overlay.mask.data)
        if isinstance(overlay.paint, EncodedImage):
            return self._add_image(overlay.paint, stencil)
        return stencil

    def _color_space(self, image: EncodedImage) -> bytes:
        profile = image.icc_profile
        if profile is None and image.color_space is ColorSpace.CMYK:
            profile = cmyk_profile()
        base = image.profile_space
        name = f"/{base.value}".encode("ascii")
        if profile is not None:
            name = f"[/ICCBased {self._add_profile(profile, base.components)} 0 R]".encode("ascii")
        if image.color_space is not ColorSpace.INDEXED:
            return name
        return (
            b"[/Indexed "
            + name
            + f" {len(image.palette) // base.components - 1} ".encode("ascii")
            + literal(image.palette)
            + b"]"
        )

    def _add_profile(self, profile: bytes, components: int) -> int:
        """The profile's object; a profile that many pages share is written once."""
        key = hashlib.sha256(profile).digest()
        if key not in self._profiles:
            self._profiles[key] = self._add_stream(f"/N {components}", profile)
        return self._profiles[key]

    def _allocate(self) -> int:
        self._kinds.append(_FREE)
        self._places.append(0)
        self._indexes.append(0)
        return len(self._kinds) - 1

    def _pack(self, body: bytes, number_of_object: int | None = None) -> int:
        """Put an object that is no stream into the next object stream; returns its number."""
        number_of_object = number_of_object or self._allocate()
        self._packed.append((number_of_object, body))
        if len(self._packed) == _OBJECTS_A_STREAM:
            self._flush_packed()
        return number_of_object

    def _flush_packed(self) -> None:
        if not self._packed:
            return
        packed, self._packed = self._packed, []
        container = self._allocate()
        offsets, bodies, position = [], [], 0
        for index, (number_of_object, body) in enumerate(packed):
            self._kinds[number_of_object] = _PACKED
            self._places[number_of_object] = container
            self._indexes[number_of_object] = index
            offsets.append(f"{number_of_object} {position}")
            bodies.append(body)
            position += len(body) + 1
        head = " ".join(offsets).encode("ascii") + b"\n"
        self._add_stream(
            f"/Type /ObjStm /N {len(packed)} /First {len(head)}",
            head + b"\n".join(bodies),
            number_of_object=container,
        )

    def _add_stream(
        self, entries: str, data: bytes, *, deflate: bool = True, number_of_object: int | None = None
    ) -> int:
        dictionary = entries.encode("ascii")
        if deflate:
            dictionary += b"/Filter/FlateDecode"
            data = zlib.compress(data, 9)
        return self._add_raw_stream(dictionary, data, number_of_object)

    def _add_raw_stream(self, dictionary: bytes, data: bytes, number_of_object: int | None = None) -> int:
        number_of_object = self._begin(number_of_object)
        self._write(b"<<" + dictionary + f"/Length {len(data)}>>\nstream\n".encode("ascii"))
        self._write(data)
        self._write(_END_OF_STREAM)
        return number_of_object

    def _add_object(self, body: bytes, number_of_object: int) -> None:
        self._begin(number_of_object)
        self._write(body + b"\nendobj\n")

    def _begin(self, number_of_object: int | None) -> int:
        number_of_object = number_of_object or self._allocate()
        self._kinds[number_of_object] = _PLAIN
        self._places[number_of_object] = self._position
        self._write(f"{number_of_object} 0 obj\n".encode("ascii"))
        return number_of_object

    def _add_cross_reference(self, info: int) -> None:
        stream_number = self._allocate()
        start = self._position
        self._kinds[stream_number], self._places[stream_number] = _PLAIN, start
        width = max(1, (start.bit_length() + 7) // 8)
        rows = b"".join(
            kind.to_bytes(1, "big") + place.to_bytes(width, "big") + index.to_bytes(2, "big")
            for kind, place, index in zip(self._kinds, self._places, self._indexes, strict=True)
        )
        data = zlib.compress(_up_predicted(rows, width + 3), 9)
        identifier = self._hash.hexdigest()[:32]
        dictionary = (
            f"/Type /XRef /Size {len(self._kinds)} /W [1 {width} 2]"
            f" /Root {self._catalog} 0 R /Info {info} 0 R /ID [<{identifier}> <{identifier}>]"
            f" /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns {width + 3} >>"
        )
        self._add_raw_stream(dictionary.encode("ascii"), data, stream_number)
        self._write(f"startxref\n{start}\n%%EOF\n".encode("ascii"))

    def _write(self, data: bytes) -> None:
        self._stream.write(data)
        self._hash.update(data)
        self._position += len(data)


def _up_predicted(rows: bytes, columns: int) -> bytes:
    """PNG predictor Up (ISO/IEC 15948, 9.2) over rows of equal length."""
    above = bytes(columns)
    predicted = bytearray()
    for start in range(0, len(rows), columns):
        row = rows[start : start + columns]
        predicted.append(2)
        predicted += bytes((value - up) & 0xFF for value, up in zip(row, above, strict=True))
        above = row
    return bytes(predicted)
