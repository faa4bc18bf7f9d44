"""What every test has: repeatable random examples, engines of one thread, modules compiled once."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# With xdist there is one worker a core already, and OpenMP's threads would only fight for them.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

# Else every command that a test starts would compile the package anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The default is the same examples for the same tests, so that a red suite is red for everyone. For new ones:
# pytest --hypothesis-profile=search
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.register_profile(
    "search", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")
