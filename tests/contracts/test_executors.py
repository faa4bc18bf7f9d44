from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pdfpipe.execution.base import Executor
from pdfpipe.execution.inline import InlineExecutor
from pdfpipe.execution.processes import ProcessExecutor
from tests.contracts.executor import ExecutorContract


class TestInlineExecutor(ExecutorContract):
    def make(
        self, task: Callable[[Any], Any], warm_up: Callable[[], None] | None = None
    ) -> Executor[Any, Any]:
        return InlineExecutor(task, warm_up)


@pytest.mark.parametrize("workers", [1, 3], scope="class")
class TestProcessExecutor(ExecutorContract):
    workers: int

    @pytest.fixture(autouse=True)
    def _with_so_many(self, workers: int) -> None:
        self.workers = workers

    def make(
        self, task: Callable[[Any], Any], warm_up: Callable[[], None] | None = None
    ) -> Executor[Any, Any]:
        return ProcessExecutor(task, self.workers, warm_up)
