"""The contract of engines is shipped, so that authors of plug-ins have it too."""

from pdfpipe.testing.engine_contract import EngineContract, page_with_text

__all__ = ["EngineContract", "page_with_text"]
