import pytest

# The contract is a plain module, so that others can import it; its asserts shall tell as much as those of a
# test.
pytest.register_assert_rewrite("tests.contracts.executor")
