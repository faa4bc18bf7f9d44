"""The libraries that run networks would report their use over the net, to which nobody has agreed here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["without_telemetry"]

_OPENVINO_REPORTER: Final = "openvino_telemetry"
"""Where this package cannot be imported, OpenVINO takes a stub (openvino/tools/ovc/telemetry_stub.py)."""


@contextmanager
def without_telemetry() -> Iterator[None]:
    """Within, OpenVINO and onnxruntime are imported as libraries that report nothing."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    hides = _OPENVINO_REPORTER not in sys.modules
    if hides:
        sys.modules[_OPENVINO_REPORTER] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if hides:
            del sys.modules[_OPENVINO_REPORTER]
