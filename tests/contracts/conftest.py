import pytest

# The contracts are plain modules, so that others can import them; their asserts shall tell as much as those
# of a test.
pytest.register_assert_rewrite("tests.contracts.executor", "tests.contracts.codec")
