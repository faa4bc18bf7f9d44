"""For authors of plug-ins: contracts as test suites. They need pytest, which pdfpipe itself does not."""

import pytest

# Their asserts shall tell as much as those of a test.
pytest.register_assert_rewrite("pdfpipe.testing.engine_contract")
