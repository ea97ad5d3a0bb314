"""Settings of all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# No test depends on speed. On a build machine the same examples are tried each time; elsewhere new ones are sought.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
