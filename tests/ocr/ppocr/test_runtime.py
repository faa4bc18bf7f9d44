"""Which library runs PP-OCR's networks."""

from __future__ import annotations

import pytest

from pdfpipe.errors import MissingDependencyError
from pdfpipe.model.engine_settings import InferenceRuntime
from pdfpipe.ocr.ppocr import runtime


@pytest.mark.parametrize(
    ("flags", "faster", "slower"),
    [
        ("avx2", InferenceRuntime.ONNXRUNTIME, InferenceRuntime.OPENVINO),
        ("avx2 avx512f", InferenceRuntime.OPENVINO, InferenceRuntime.ONNXRUNTIME),
    ],
)
def test_the_faster_runtime_is_taken_and_the_other_where_it_is_missing(
    flags: str, faster: InferenceRuntime, slower: InferenceRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = {"openvino", "onnxruntime"}
    monkeypatch.setattr(runtime, "_processor_flags", lambda: frozenset(flags.split()))
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


@pytest.mark.parametrize(
    ("flags", "is_fast"),
    [
        ("GenuineIntel avx512f avx512_bf16 amx_bf16", True),
        ("GenuineIntel avx512f avx512_bf16", False),  # AMX is often hidden from virtual machines
        ("AuthenticAMD avx512f avx512_bf16", True),
        ("AuthenticAMD avx512f", False),
        ("", False),
    ],
)
def test_bfloat16_is_used_where_it_is_faster(
    flags: str, is_fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "_processor_flags", lambda: frozenset(flags.split()))
    assert runtime.has_fast_bfloat16() is is_fast
