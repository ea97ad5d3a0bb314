"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# On a build machine the same examples are tried each time; elsewhere new ones are sought.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")
