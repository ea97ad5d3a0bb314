"""The sectors that have a report of their own: what each covers stands in ``sectors.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from qngai_analysis.errors import ParameterError


@cache
def sectors() -> dict[str, dict[str, Any]]:
    """Return the sectors of ``sectors.toml`` by name."""
    return tomllib.loads((Path(__file__).parent / "sectors.toml").read_text(encoding="utf-8"))


def sector_entry(name: str) -> Mapping[str, Any]:
    """Return what a sector's report covers.

    Raises
    ------
    ParameterError
        There is no such sector; the message lists those there are.
    """
    if name not in sectors():
        raise ParameterError(f"sector {name!r}; it is one of {', '.join(sectors())}")
    return sectors()[name]
