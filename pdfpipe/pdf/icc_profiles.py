"""Two small colour profiles, built here so that the package need not ship any (ICC.1:2010)."""

from __future__ import annotations

import struct
from functools import lru_cache
from itertools import product
from typing import Final

__all__ = ["CMYK_NAME", "SRGB_NAME", "cmyk_profile", "srgb_profile"]

SRGB_NAME: Final = "sRGB IEC61966-2.1"
CMYK_NAME: Final = "Plain CMYK"

_D50: Final = (0.9642, 1.0, 0.8249)
_RED: Final = (0.43607, 0.22249, 0.01392)
_GREEN: Final = (0.38515, 0.71687, 0.09708)
_BLUE: Final = (0.14307, 0.06061, 0.71410)
_D65_TO_D50: Final = (1.04788, 0.02292, -0.05020, 0.02960, 0.99048, -0.01706, -0.00923, 0.01508, 0.75168)
_SRGB_CURVE: Final = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_GRID: Final = 7


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """IEC 61966-2-1 as a version 4 matrix profile, colorants adapted to D50."""
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _fixed(*_SRGB_CURVE)
    return _profile(
        b"mntr",
        b"RGB ",
        b"XYZ ",
        {
            b"desc": _text(SRGB_NAME),
            b"cprt": _text("No copyright"),
            b"wtpt": _xyz(_D50),
            b"chad": b"sf32" + bytes(4) + _fixed(*_D65_TO_D50),
            b"rXYZ": _xyz(_RED),
            b"gXYZ": _xyz(_GREEN),
            b"bXYZ": _xyz(_BLUE),
            b"rTRC": curve,
            b"gTRC": curve,
            b"bTRC": curve,
        },
    )


@lru_cache(maxsize=1)
def cmyk_profile() -> bytes:
    """What DeviceCMYK means where nothing is known of the inks: RGB = (1 - CMY)(1 - K), as a table to Lab.

    PDF/A allows no DeviceCMYK beside an RGB output intent (ISO 19005-2, 6.2.4.3).
    """
    steps = [i / (_GRID - 1) for i in range(_GRID)]
    table = bytearray()
    for c, m, y, k in product(steps, repeat=4):
        table += _lab8((1 - c) * (1 - k), (1 - m) * (1 - k), (1 - y) * (1 - k))
    identity = bytes(range(256))
    lut = (
        b"mft1" + bytes(4) + bytes((4, 3, _GRID, 0)) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
        + identity * 4 + bytes(table) + identity * 3
    )  # fmt: skip
    tags = {b"desc": _text(CMYK_NAME), b"cprt": _text("No copyright"), b"wtpt": _xyz(_D50), b"A2B0": lut}
    return _profile(b"scnr", b"CMYK", b"Lab ", tags)


def _lab8(red: float, green: float, blue: float) -> bytes:
    """An sRGB colour as 8-bit CIE Lab (D50)."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (red, green, blue)]
    xyz = [
        sum(c * v for c, v in zip(column, linear, strict=True))
        for column in zip(_RED, _GREEN, _BLUE, strict=True)
    ]
    f = [_lab_curve(value / white) for value, white in zip(xyz, _D50, strict=True)]
    lightness, a, b = 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])
    return bytes(min(max(round(v), 0), 255) for v in (lightness * 2.55, a + 128, b + 128))


def _lab_curve(t: float) -> float:
    return float(t ** (1 / 3)) if t > (6 / 29) ** 3 else t * (29 / 6) ** 2 / 3 + 4 / 29


def _profile(profile_class: bytes, space: bytes, connection_space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Header, tag table and tags; tags with equal bytes share one place."""
    places: dict[bytes, int] = {}
    body = bytearray()
    start = 128 + 4 + 12 * len(tags)
    table = struct.pack(">I", len(tags))
    for signature, data in tags.items():
        if data not in places:
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", signature, places[data], len(data))
    date = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    header = struct.pack(
        ">I4xI4s4s4s12s4s40x",
        start + len(body), 0x04200000, profile_class, space, connection_space, date, b"acsp",
    )[:68] + _fixed(*_D50)  # fmt: skip
    return header.ljust(128, b"\0") + table + bytes(body)


def _fixed(*values: float) -> bytes:
    """s15Fixed16Number (4.6)."""
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*values)


def _text(text: str) -> bytes:
    """MultiLocalizedUnicodeType with one record (10.13)."""
    encoded = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded
