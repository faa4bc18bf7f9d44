"""Small files that say they are huge, endless or made of themselves."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping

from PIL import Image

__all__ = ["IMAGES", "PDFS"]

_MEGABYTE = 1 << 20


def _packed(data: bytes, times: int) -> bytes:
    """`data` so many times, deflated twice: one byte for about a million."""
    deflater = zlib.compressobj(1)
    once = b"".join(deflater.compress(data) for _ in range(times)) + deflater.flush()
    return zlib.compress(once, 9)


def png(width: int, height: int, data: bytes, *more: tuple[bytes, bytes]) -> bytes:
    """A PNG of 8-bit gray; `data` is what is deflated in it."""
    header = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    chunks = (header, *more, (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def tiff(directories: list[list[tuple[int, int, int, int]]], data: bytes = b"") -> bytes:
    """A little-endian TIFF of these directories of tag, type, count and value; `data` begins at byte 8."""
    out = bytearray(struct.pack("<2sHI", b"II", 42, 8 + len(data)) + data)
    for i, entries in enumerate(directories):
        end = len(out) + 2 + 12 * len(entries) + 4
        out += struct.pack("<H", len(entries))
        out += b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
        out += struct.pack("<I", end if i < len(directories) - 1 else 0)
    return bytes(out)


def page(
    width: int, height: int, compression: int, at: int, length: int, rows: int | None = None
) -> list[tuple[int, int, int, int]]:
    """The directory of a page of 8-bit gray in one strip."""
    return [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),
        (259, 3, 1, compression),
        (262, 3, 1, 1),
        (273, 4, 1, at),
        (277, 3, 1, 1),
        (278, 4, 1, rows or height),
        (279, 4, 1, length),
    ]


def _tiff_of_overlapping_directories() -> bytes:
    """Each directory lies within the one before and is longer than all of the file but that."""
    out = bytearray(struct.pack("<2sHI", b"II", 42, 8) + bytes(400_000))
    entries = 8_000
    for at in range(8, 3_000, 6):
        struct.pack_into("<H", out, at, entries)
        struct.pack_into("<I", out, at + 2 + 12 * entries, at + 6)
    return bytes(out)


def _gif_of_many_pictures(count: int) -> bytes:
    first = io.BytesIO()
    Image.new("L", (120, 160), 200).save(first, "GIF")
    whole = first.getvalue()
    picture = b"\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    return whole[:-1] + picture * count + b"\x3b"


def _jpeg(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (64, 64), 200).save(out, "JPEG")
    data = bytearray(out.getvalue())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def _jpeg2000(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (64, 64), 200).save(out, "JPEG2000", no_jp2=True)
    data = bytearray(out.getvalue())
    at = data.index(b"\xff\x51") + 6
    data[at : at + 8] = struct.pack(">II", width, height)
    data[at + 16 : at + 24] = struct.pack(">II", width, height)
    return bytes(data)


_STRIP = zlib.compress(bytes(64 * _MEGABYTE), 9)

IMAGES: Mapping[str, tuple[bytes, str]] = {
    "size.png": (png(100_000, 100_000, b""), "100000 x 100000 pixels"),
    "size.tif": (tiff([page(100_000, 100_000, 8, 8, 4)], b"data"), "100000 x 100000 pixels"),
    "size.jpg": (_jpeg(65_000, 65_000), "65000 x 65000 pixels"),
    "size.j2k": (_jpeg2000(100_000, 100_000), "100000 x 100000 pixels"),
    "cut.j2k": (_jpeg2000(4_000, 4_000), "broken data stream"),
    "strip.tif": (tiff([page(1_000, 1_000, 8, 8, len(_STRIP))], _STRIP), "published"),
    "text.png": (
        png(120, 160, zlib.compress(bytes(121 * 160)), (b"zTXt", b"a\0\0" + _STRIP)),
        "too large",
    ),
    "profile.png": (
        png(120, 160, zlib.compress(bytes(121 * 160)), (b"iCCP", b"a\0\0" + _STRIP)),
        "too large",
    ),
    "longer.png": (png(120, 160, _STRIP), "published"),
    "tags.tif": (
        tiff([[*page(100, 100, 1, 8, 100), *((tag, 4, 1, 0) for tag in range(300, 20_300))]]),
        "cannot be decoded",
    ),
    "values.tif": (
        tiff([[*page(100, 100, 1, 8, 100)[:5], (273, 4, 1 << 30, 8), (279, 4, 1 << 30, 8), (278, 4, 1, 1)]]),
        "cannot be decoded",
    ),
    "circle.tif": (struct.pack("<2sHIHHHIII", b"II", 42, 8, 1, 256, 4, 1, 1, 8), "runs in a circle"),
    "overlap.tif": (_tiff_of_overlapping_directories(), "overlaps itself"),
    "pages.tif": (tiff([[(256, 4, 1, 1)]] * 100_001), "more than 100000 pages"),
    "pictures.gif": (_gif_of_many_pictures(200_000), "published"),
}
"""Names, bytes, and what must be told of each: that it is published, or words of the reason why not."""


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(data), data)


def pdf(objects: Mapping[int, bytes]) -> bytes:
    """A PDF of these objects by number; 1 is its catalog."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 %c \n" % (places.get(number, 0), b"nf"[number not in places])
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, table)
    return bytes(out)


def pdf_page(
    content: bytes = b"",
    resources: bytes = b"",
    more: Mapping[int, bytes] | None = None,
    *,
    packed: bool = False,
    box: bytes = b"0 0 200 200",
    kids: bytes = b"3 0 R",
) -> bytes:
    """A PDF of one page, object 3; further objects begin at 5."""
    filters = b"/Filter[/FlateDecode/FlateDecode]" if packed else b""
    return pdf(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, kids.count(b"R")),
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<<%s>>>>" % (box, resources),
            4: _stream(filters, content),
            **(more or {}),
        }
    )


def _image(width: int, height: int) -> dict[int, bytes]:
    entries = (
        b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceRGB"
        b"/Filter[/FlateDecode/FlateDecode]" % (width, height)
    )
    return {5: _stream(entries, _packed(bytes(_MEGABYTE), 100))}


def _packed_objects(megabytes: int) -> bytes:
    """A PDF whose one object stream takes that much memory."""
    head = b"6 0 "
    deflater = zlib.compressobj(1)
    data = deflater.compress(head + b"<</A 1>>")
    data += b"".join(deflater.compress(b" " * _MEGABYTE) for _ in range(megabytes)) + deflater.flush()
    objects = _stream(
        b"/Type/ObjStm/N 1/First %d/Filter[/FlateDecode/FlateDecode]" % len(head), zlib.compress(data, 9)
    )
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>>>",
        5: objects,
    }
    out, rows = bytearray(b"%PDF-1.7\n"), {0: (0, 0, 65535), 4: (0, 0, 0), 6: (2, 5, 0)}
    for number, body in bodies.items():
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows[7] = (1, len(out), 0)
    table = b"".join(struct.pack(">BIH", *rows[number]) for number in range(8))
    body = _stream(b"/Type/XRef/Size 8/W[1 4 2]/Root 1 0 R", table)
    return bytes(out) + b"7 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (body, len(out))


def _deep_pages(depth: int) -> bytes:
    pages = {i: b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (i + 1) for i in range(2, depth)}
    return pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", **pages, depth: b"<</Type/Page/MediaBox[0 0 9 9]>>"})


PDFS: Mapping[str, tuple[bytes, str]] = {
    "loop.pdf": (
        pdf(
            {
                1: b"<</Type/Catalog/Pages 2 0 R>>",
                2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                3: b"<</Type/Pages/Kids[2 0 R]/Count 1/Parent 2 0 R>>",
            }
        ),
        "Loop detected",
    ),
    "deep.pdf": (_deep_pages(20_000), "too deeply nested"),
    "nested.pdf": (pdf_page(more={5: b"[" * 100_000 + b"]" * 100_000}), "published"),
    "packed.pdf": (_packed_objects(600), ""),
    "same-page.pdf": (pdf_page(kids=b"3 0 R " * 100_001), "more than 100000 pages"),
    "form-of-itself.pdf": (
        pdf_page(
            b"/F Do",
            b"/XObject<</F 5 0 R>>",
            {
                5: _stream(
                    b"/Type/XObject/Subtype/Form/BBox[0 0 200 200]/Resources<</XObject<</F 5 0 R>>>>",
                    b"/F Do /F Do",
                )
            },
        ),
        "stage worker",
    ),
    "box.pdf": (pdf_page(b"0 0 90 90 re f", box=b"0 0 1000000000 1000000000"), "published"),
    "image.pdf": (
        pdf_page(b"200 0 0 200 0 0 cm /I Do", b"/XObject<</I 5 0 R>>", _image(100_000, 100_000)),
        "published",
    ),
    "content.pdf": (pdf_page(_packed(b" " * _MEGABYTE, 600), packed=True), "stage worker"),
}
"""As `IMAGES`."""
