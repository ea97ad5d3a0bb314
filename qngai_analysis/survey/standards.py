"""The thresholds the project publishes by, and the limits of a file: settings with their source.

They stand in ``standards.toml`` beside this module.
"""

from __future__ import annotations

from typing import Any, TypeVar

from qngai_analysis.values import own_table

Thresholds = TypeVar("Thresholds")


def read_standards() -> dict[str, Any]:
    """Return the settings file as it stands: tables ``reliability``, ``precision``, ``disclosure`` and ``intake``."""
    return own_table(__file__, "standards.toml")


def thresholds(kind: type[Thresholds], table: str) -> Thresholds:
    """Return a table of the settings file as the dataclass that names its thresholds."""
    return kind(**read_standards()[table])
