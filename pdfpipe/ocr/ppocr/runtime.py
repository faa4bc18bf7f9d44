"""Which library runs the networks, and how exactly; none is imported to find out."""

from __future__ import annotations

import platform
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from pdfpipe.errors import MissingDependencyError
from pdfpipe.model.engine_settings import InferenceRuntime

__all__ = ["has_fast_bfloat16", "resolve_runtime"]


def resolve_runtime(wanted: InferenceRuntime) -> InferenceRuntime:
    """The runtime to use.

    Raises:
        MissingDependencyError: it is not installed, or for AUTO none is.

    """
    choice = _by_speed() if wanted is InferenceRuntime.AUTO else (wanted,)
    for runtime in choice:
        if find_spec(runtime.value) is not None:
            return runtime
    names = " or ".join(runtime.value for runtime in choice)
    raise MissingDependencyError(f"the engine ppocr needs {names}: pip install {choice[0].value}")


def _by_speed() -> tuple[InferenceRuntime, ...]:
    """The runtimes, the faster one on this processor first (benchmarks/engines.py measures both).

    In float32 OpenVINO takes more memory, and with AVX2 took twice onnxruntime's time while it bound both
    workers to one processor; that remains to be measured again.
    """
    if has_fast_bfloat16():
        return InferenceRuntime.OPENVINO, InferenceRuntime.ONNXRUNTIME
    return InferenceRuntime.ONNXRUNTIME, InferenceRuntime.OPENVINO


@lru_cache(maxsize=1)
def has_fast_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 in hardware; elsewhere that format is emulated, slowly."""
    if platform.system() != "Linux":
        return False
    try:
        flags = Path("/proc/cpuinfo").read_text("ascii", "replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
