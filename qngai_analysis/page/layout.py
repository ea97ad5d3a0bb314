"""The settings of the page and the few words that the writers add, from ``layout.toml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qngai_analysis.values import own_table

HERE = Path(__file__).parent


def layout() -> dict[str, Any]:
    """Return all settings of ``layout.toml``."""
    return own_table(__file__, "layout.toml")


def word(key: str, lang: str) -> str:
    """Return a word that a writer adds ("Bảng", "Nguồn", …) in a language."""
    return str(layout()["words"][lang][key])


def text_width_mm(*, landscape: bool = False) -> float:
    """Return how wide the text of a page is."""
    page = layout()["page"]
    return float(page["height_mm" if landscape else "width_mm"] - page["left_mm"] - page["right_mm"])
