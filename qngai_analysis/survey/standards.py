"""The thresholds the project publishes by, and the limits of a file: settings with their source.

They stand in ``standards.toml`` beside this module.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

STANDARDS = Path(__file__).with_name("standards.toml")

Thresholds = TypeVar("Thresholds")


@cache
def read_standards() -> dict[str, Any]:
    """Return the settings file as it stands: tables ``reliability``, ``precision``, ``disclosure`` and ``intake``."""
    return tomllib.loads(STANDARDS.read_text(encoding="utf-8"))


def thresholds(kind: type[Thresholds], table: str) -> Thresholds:
    """Return a table of the settings file as the dataclass that names its thresholds."""
    return kind(**read_standards()[table])
