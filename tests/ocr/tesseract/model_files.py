"""Model files that are made as Tesseract's are, but hold nothing it could read with."""

from __future__ import annotations

import struct
from pathlib import Path

_COMPONENTS = 24
_LEGACY, _LSTM, _VERSION = 3, 17, 23


def network(weights: int, bytes_a_weight: int) -> bytes:
    head = b"\0" + struct.pack("<i", 6) + b"Series" + struct.pack("<bbiiii", 0, 0, 192, 36, 111, weights)
    return head + bytes(weights * bytes_a_weight)


def write_model(path: Path, *, bytes_a_weight: int | None = 1, legacy: bool = False) -> Path:
    """A model: best has 4 bytes a weight, fast 1, standard 1 and a part for Tesseract 3."""
    parts: dict[int, bytes] = {0: b"config"}
    if legacy:
        parts[_LEGACY] = b"shapes" * 20
    if bytes_a_weight is not None:
        parts[_LSTM] = network(500, bytes_a_weight)
    parts[_VERSION] = b"4.00.00alpha:eng:synth20170629"
    table, data, first = [], b"", 4 + 8 * _COMPONENTS
    for index in range(_COMPONENTS):
        table.append(first + len(data) if index in parts else -1)
        data += parts.get(index, b"")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack(f"<i{_COMPONENTS}q", _COMPONENTS, *table) + data)
    return path
