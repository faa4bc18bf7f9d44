"""Which library runs PP-OCR's networks."""

from __future__ import annotations

import pytest

from pdfpipe.errors import MissingDependencyError
from pdfpipe.model.engine_settings import InferenceRuntime
from pdfpipe.ocr.ppocr import runtime


@pytest.mark.parametrize(
    ("fast_bfloat16", "faster", "slower"),
    [
        (False, InferenceRuntime.ONNXRUNTIME, InferenceRuntime.OPENVINO),
        (True, InferenceRuntime.OPENVINO, InferenceRuntime.ONNXRUNTIME),
    ],
)
def test_the_faster_runtime_is_taken_and_the_other_where_it_is_missing(
    fast_bfloat16: bool, faster: InferenceRuntime, slower: InferenceRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = {"openvino", "onnxruntime"}
    monkeypatch.setattr(runtime, "has_fast_bfloat16", lambda: fast_bfloat16)
    monkeypatch.setattr(runtime, "find_spec", lambda name: name if name in installed else None)
    assert runtime.resolve_runtime(InferenceRuntime.AUTO) is faster
    installed.remove(faster.value)
    assert runtime.resolve_runtime(InferenceRuntime.AUTO) is slower
    installed.clear()
    with pytest.raises(MissingDependencyError, match=f"pip install {faster.value}"):
        runtime.resolve_runtime(InferenceRuntime.AUTO)


def test_the_one_that_is_asked_for_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "find_spec", lambda _name: None)
    with pytest.raises(MissingDependencyError, match="needs openvino: pip install openvino"):
        runtime.resolve_runtime(InferenceRuntime.OPENVINO)
