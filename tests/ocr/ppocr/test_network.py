"""Running PP-OCR's networks."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from pdfpipe.model.engine_settings import InferenceRuntime
from pdfpipe.ocr.ppocr.models import find_models
from pdfpipe.ocr.ppocr.network import load_network


@pytest.mark.skipif(sys.platform != "linux", reason="which processors a thread may use is looked up in Linux")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is only one processor")
@pytest.mark.parametrize("runtime", [InferenceRuntime.OPENVINO, InferenceRuntime.ONNXRUNTIME])
def test_a_network_stays_on_no_processor(runtime: InferenceRuntime) -> None:
    """Each process would choose the same one, and all workers together be as fast as one."""
    free = os.sched_getaffinity(0)
    network = load_network(find_models().detection, runtime)
    batch = np.zeros((1, 3, 320, 320), np.float32)
    done, bound = threading.Event(), set()

    def look() -> None:
        while not done.is_set():
            for thread in Path("/proc/self/task").iterdir():
                try:
                    allowed = os.sched_getaffinity(int(thread.name))
                except ProcessLookupError:  # it has just ended
                    continue
                if allowed != free:
                    bound.add(frozenset(allowed))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for _ in range(5):
            network.run(batch)
    finally:
        done.set()
        watcher.join()
    assert not bound
