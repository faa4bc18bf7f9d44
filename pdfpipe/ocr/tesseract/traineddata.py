"""What a model file holds, read from its table of components.

A ``.traineddata`` file begins with the number of its components (int32) and, for each kind of component,
the offset of its data (int64, -1 for none); the data follow in the order of the table, without lengths
(Tesseract's ``ccutil/tessdatamanager.cpp``).  The LSTM component is a serialized network, whose head tells
how many weights it has (``lstm/network.cpp``): models of the set *best* hold them as floats, the others
as bytes.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from pdfpipe.errors import MissingDependencyError
from pdfpipe.model.engine_settings import Tessdata
from pdfpipe.model.names import shown

__all__ = ["ModelFile", "inspect"]

_LEGACY, _LSTM, _VERSION = 3, 17, 23
"""Indices of the components inttemp (the character shapes of Tesseract 3), lstm and version."""

_MAX_COMPONENTS: Final = 1000
_MAX_NAME: Final = 100
_HEAD: Final = "<bbiiii"
"""Of a network, after its type: training, backpropagation, flags, inputs, outputs, weights."""


class ModelFile(msgspec.Struct, frozen=True):
    """What a model file is.

    `kind` is None for a file that the LSTM engine cannot read with: models of Tesseract 3, and the data
    for orientation and script.  `version` is what the file says of its making, mostly with the network's
    layers.
    """

    kind: Tessdata | None
    version: str = ""


def inspect(path: Path) -> ModelFile:
    """Read what a model file holds.

    Models of the set *standard* that have no part for Tesseract 3, as all those of scripts, are like those
    of *fast* and count as such.

    Raises:
        MissingDependencyError: the file cannot be read, is cut off or is no model.

    """
    try:
        with path.open("rb") as stream:
            return _inspect(stream, path.stat().st_size)
    except OSError as error:
        raise MissingDependencyError(
            f"Tesseract's model {shown(path)} cannot be read: {error.strerror}"
        ) from error
    except (struct.error, ValueError) as error:
        raise MissingDependencyError(
            f"Tesseract's model {shown(path)} is damaged ({error}); install or download it again"
        ) from error


def _inspect(stream: BinaryIO, size: int) -> ModelFile:
    offsets = _offsets(stream, size)
    version = b""
    if offset := offsets.get(_VERSION):
        stream.seek(offset)
        version = stream.read(min(_end(offsets, offset, size) - offset, 1000))
    kind = None
    if offset := offsets.get(_LSTM):
        stream.seek(offset)
        bytes_a_weight = (_end(offsets, offset, size) - offset) / _weights(stream)
        if bytes_a_weight < 1:
            raise ValueError("its network is not whole")
        if bytes_a_weight >= 4:
            kind = Tessdata.BEST
        else:
            kind = Tessdata.STANDARD if _LEGACY in offsets else Tessdata.FAST
    return ModelFile(kind, version.decode("ascii", "replace"))


def _offsets(stream: BinaryIO, size: int) -> dict[int, int]:
    """Where each component is that the file has."""
    (count,) = struct.unpack("<i", _read(stream, 4))
    if not 0 < count <= _MAX_COMPONENTS:
        raise ValueError("it does not begin as a model does")
    table = struct.unpack(f"<{count}q", _read(stream, 8 * count))
    offsets = {index: offset for index, offset in enumerate(table) if offset >= 0}
    first = 4 + 8 * count
    if not offsets or min(offsets.values()) != first or list(offsets.values()) != sorted(offsets.values()):
        raise ValueError("its table of contents makes no sense")
    if (last := max(offsets.values())) >= size:
        raise ValueError(f"it is cut off: it has {size} bytes and should have more than {last}")
    return offsets


def _end(offsets: dict[int, int], offset: int, size: int) -> int:
    return min((other for other in offsets.values() if other > offset), default=size)


def _weights(stream: BinaryIO) -> int:
    """The number of weights of the network that begins here."""
    _read(stream, 1)
    (length,) = struct.unpack("<i", _read(stream, 4))
    if not 0 < length <= _MAX_NAME:
        raise ValueError("its network is of no known type")
    _read(stream, length)
    *_, weights = struct.unpack(_HEAD, _read(stream, struct.calcsize(_HEAD)))
    if weights <= 0:
        raise ValueError("its network has no weights")
    return int(weights)


def _read(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise ValueError("it is cut off")
    return data
