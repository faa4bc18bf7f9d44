from __future__ import annotations

import pytest

from pdfpipe.model.engine_settings import AsposeSettings
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.testing.engine_contract import EngineContract
from tests.support import require_aspose


class TestAspose(EngineContract):
    spec = EngineSpec("aspose", ("eng",), aspose=AsposeSettings(allow_evaluation=True))
    heavy = ("aspose",)

    @pytest.fixture(autouse=True, scope="class")
    @staticmethod
    def _if_it_is_there() -> None:
        require_aspose()
