"""Which library runs the networks; none is imported to find out."""

from __future__ import annotations

from importlib.util import find_spec

from pdfpipe.errors import MissingDependencyError
from pdfpipe.model.engine_settings import InferenceRuntime

__all__ = ["resolve_runtime"]


def resolve_runtime(wanted: InferenceRuntime) -> InferenceRuntime:
    """The runtime to use.

    Raises:
        MissingDependencyError: it is not installed, or for AUTO none is.

    """
    choice = (
        (InferenceRuntime.OPENVINO, InferenceRuntime.ONNXRUNTIME)
        if wanted is InferenceRuntime.AUTO
        else (wanted,)
    )
    for runtime in choice:
        if find_spec(runtime.value) is not None:
            return runtime
    names = " or ".join(runtime.value for runtime in choice)
    raise MissingDependencyError(f"the engine ppocr needs {names}: pip install {choice[-1].value}")
