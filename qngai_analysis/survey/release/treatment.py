"""How a row of a published table was treated: a code that programs ask for, and the words a reader sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import numpy.typing as npt
import pandas as pd


class Treatment(StrEnum):
    """What was done to a row of a table before it was published."""

    AS_ESTIMATED = ""
    CONFIDENTIAL = "confidential"  # emptied: it would tell of respondents
    UNRELIABLE = "unreliable"  # emptied but for its count
    CENSUS = "census"  # few answered, but they are (nearly) all there are


#: What stands in a table's column ``reason``.
WORDS = {
    Treatment.AS_ESTIMATED: "",
    Treatment.CONFIDENTIAL: "bảo mật",
    Treatment.UNRELIABLE: "độ tin cậy thấp",
    Treatment.CENSUS: "điều tra toàn bộ",
}
#: What an emptied row shows in place of its figures.
SYMBOLS = {Treatment.CONFIDENTIAL: "c", Treatment.UNRELIABLE: "u"}
_BY_SYMBOL = {"": Treatment.AS_ESTIMATED} | {symbol: how for how, symbol in SYMBOLS.items()}


def treated(table: pd.DataFrame, rows: npt.ArrayLike, how: Treatment) -> pd.DataFrame:
    """Return a table with some rows marked as treated: ``treatment`` the code, ``reason`` its words."""
    marked = pd.Series(rows, index=table.index, dtype=bool)
    return table.assign(
        treatment=table["treatment"].mask(marked, str(how)), reason=table["reason"].mask(marked, WORDS[how])
    )


def by_symbol(symbols: Iterable[str]) -> dict[str, list[str]]:
    """Return the columns that say how rows with such symbols were treated."""
    found = [_BY_SYMBOL[symbol] for symbol in symbols]
    return {"treatment": [str(how) for how in found], "reason": [WORDS[how] for how in found]}


def by_words(columns: Mapping[str, Any]) -> pd.DataFrame:
    """Return a table of columns read from an edition's file, which keeps the words alone, with the codes."""
    codes = {words: str(how) for how, words in WORDS.items()}
    found: dict[str, Any] = {}
    for name, cells in columns.items():
        if name == "reason":  # in the order of a table that is made now: which it is nobody is told
            found["treatment"] = [codes.get(words, "") for words in cells]
        found[name] = cells
    return pd.DataFrame(found)
