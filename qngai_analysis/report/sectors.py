"""The sectors that have a report of their own, as ``project.toml`` names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qngai_analysis.project import read_project
from qngai_analysis.values import jsonable


def sectors() -> dict[str, dict[str, Any]]:
    """Return the project's sectors by name."""
    entries: dict[str, dict[str, Any]] = jsonable(dict(read_project().sectors))
    return {
        name: {key: value for key, value in entry.items() if value or key != "survey"}
        for name, entry in entries.items()
    }


def sector_entry(name: str) -> Mapping[str, Any]:
    """Return what a sector's report covers.

    Raises
    ------
    ParameterError
        There is no such sector; the message lists those there are.
    """
    read_project().sector(name)
    return sectors()[name]
