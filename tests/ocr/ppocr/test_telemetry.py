"""Nothing that pdfpipe uses reports to anybody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pdfpipe.model.engine_settings import InferenceRuntime

LOAD = """
import sys
from pdfpipe.model.engine_settings import InferenceRuntime
from pdfpipe.ocr.ppocr.models import find_models
from pdfpipe.ocr.ppocr.network import load_network
load_network(find_models().detection, InferenceRuntime(sys.argv[1]))
print("openvino_telemetry" in sys.modules)
"""


@pytest.mark.parametrize("runtime", [InferenceRuntime.OPENVINO, InferenceRuntime.ONNXRUNTIME])
def test_no_library_reports_its_use(runtime: InferenceRuntime, tmp_path: Path) -> None:
    # Both keep the number by which they report; OpenVINO reports nothing where it finds itself in CI.
    places = dict.fromkeys(("HOME", "TMPDIR", "XDG_CACHE_HOME"), str(tmp_path))
    inherited = {name: value for name, value in os.environ.items() if name not in ("CI", "TF_BUILD")}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, runtime.value],
        env={**inherited, **places},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False"]
    assert list(tmp_path.rglob("*")) == []
