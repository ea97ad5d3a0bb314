"""What tools and offices put into a survey's file besides answers, as patterns made of the lists of ``habits.toml``."""

from __future__ import annotations

from qngai_analysis.values import own_table


def any_of(habit: str) -> str:
    """Return a pattern for any entry of a list.

    >>> any_of("total")[:20]
    '(?:tong|tong cong|to'
    """
    return f"(?:{'|'.join(own_table(__file__, 'habits.toml')[habit])})"
