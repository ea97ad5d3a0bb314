"""What tools and offices put into a survey's file besides answers, as patterns made of the lists of ``habits.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path

_LISTS = tomllib.loads(Path(__file__).with_name("habits.toml").read_text(encoding="utf-8"))


def any_of(habit: str) -> str:
    """Return a pattern for any entry of a list.

    >>> any_of("total")[:20]
    '(?:tong|tong cong|to'
    """
    return f"(?:{'|'.join(_LISTS[habit])})"
