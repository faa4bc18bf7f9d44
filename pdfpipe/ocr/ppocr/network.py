"""Run a network on one thread, by OpenVINO or by onnxruntime."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from pdfpipe.errors import MissingDependencyError
from pdfpipe.model.engine_settings import InferenceRuntime
from pdfpipe.model.names import shown
from pdfpipe.ocr.ppocr.runtime import has_fast_bfloat16
from pdfpipe.ocr.ppocr.telemetry import without_telemetry

__all__ = ["Floats", "Network", "load_network"]

Floats = NDArray[np.float32]

_KEPT_SHAPES: Final = 32
"""Shapes for which OpenVINO keeps what it has prepared; without a bound its memory grows with every
new size of page."""


class Network(Protocol):
    """A loaded network.

    `width_step` is what widths of batches should be multiples of.
    """

    metadata: dict[str, str]
    width_step: int

    def run(self, batch: Floats) -> Floats:
        """The first output for the first input."""
        ...


def load_network(path: Path, runtime: InferenceRuntime) -> Network:
    """Load a network with a runtime that is installed, for one thread.

    What takes time and memory is done once in a process, for all threads and languages.

    Raises:
        MissingDependencyError: the file is no network that this runtime can load.

    """
    try:
        if runtime is InferenceRuntime.OPENVINO:
            return _OpenVinoNetwork(path)
        return _OnnxNetwork(path)
    except MissingDependencyError:
        raise
    except Exception as error:
        raise MissingDependencyError(
            f"{runtime.value} cannot load PP-OCR's model {shown(path)}: {error}; "
            "reinstall it: pip install --force-reinstall rapidocr"
        ) from error


class _OpenVinoNetwork:
    width_step = 64  # each width that is not the last one's costs 2 to 5 ms, a new one 20 to 50

    def __init__(self, path: Path) -> None:
        compiled, self.metadata = _compiled(path)
        self._request = compiled.create_infer_request()

    def run(self, batch: Floats) -> Floats:
        output: Floats = self._request.infer([batch], share_inputs=True)[0]
        return output


class _OnnxNetwork:
    width_step = 32

    def __init__(self, path: Path) -> None:
        self._session, self.metadata = _session(path)
        self._input = self._session.get_inputs()[0].name

    def run(self, batch: Floats) -> Floats:
        output: Floats = self._session.run(None, {self._input: batch})[0]
        return output


@lru_cache(maxsize=4)
def _compiled(path: Path) -> tuple[Any, dict[str, str]]:
    """OpenVINO's compiled model, and the properties of the file."""
    with without_telemetry():
        import openvino

    core = openvino.Core()
    model = core.read_model(path)
    options: dict[str, Any] = {
        "INFERENCE_NUM_THREADS": 1,
        "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": False,  # each process would choose the same processor
        "INFERENCE_PRECISION_HINT": "bf16" if has_fast_bfloat16() else "f32",
        "CPU_RUNTIME_CACHE_CAPACITY": _KEPT_SHAPES,
    }
    return core.compile_model(model, "CPU", options), _openvino_metadata(model)


@lru_cache(maxsize=4)
def _session(path: Path) -> tuple[Any, dict[str, str]]:
    """A session of onnxruntime, which any number of threads may use, and the properties of the file."""
    with without_telemetry():
        import onnxruntime

    onnxruntime.disable_telemetry_events()  # it may have been imported by somebody else
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # it would keep the memory of the largest page for good
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return session, dict(session.get_modelmeta().custom_metadata_map)


def _openvino_metadata(model: Any) -> dict[str, str]:
    """The properties of an ONNX file: OpenVINO keeps them below "framework"."""
    if not model.has_rt_info(["framework"]):
        return {}
    return {key: str(value) for key, value in model.get_rt_info(["framework"]).value.items()}
