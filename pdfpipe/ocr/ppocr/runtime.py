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
    """The runtimes, the faster one on this processor first (benchmarks/ppocr_runtimes.py measures them).

    OpenVINO keeps about twice as much memory.  Which is faster with AVX2 at most remains to be measured.
    """
    if "avx512f" in _processor_flags():
        return InferenceRuntime.OPENVINO, InferenceRuntime.ONNXRUNTIME
    return InferenceRuntime.ONNXRUNTIME, InferenceRuntime.OPENVINO


def has_fast_bfloat16() -> bool:
    """Whether bfloat16 is faster than float32, as far as Linux tells of the processor.

    On Intel's it is by AMX only: with AVX-512 alone it takes them half as long again.  AMD's
    take six tenths of the time with it.
    """
    flags = _processor_flags()
    return "amx_bf16" in flags or {"AuthenticAMD", "avx512_bf16"} <= flags


@lru_cache(maxsize=1)
def _processor_flags() -> frozenset[str]:
    """What Linux tells of the processor, its maker's name too; nothing elsewhere."""
    if platform.system() != "Linux":
        return frozenset()
    try:
        return frozenset(Path("/proc/cpuinfo").read_text("ascii", "replace").split())
    except OSError:
        return frozenset()
