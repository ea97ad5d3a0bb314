"""Cells, rows and JSON: what is missing, a table's rows as tuples, values as dataclasses in a table."""

from __future__ import annotations

import math
import re
import tomllib
from collections import namedtuple
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pandas as pd

Key = TypeVar("Key")
Value = TypeVar("Value")


def is_missing(value: object) -> bool:
    """Return whether a cell holds nothing: None, NaN, NaT or pandas' NA.

    >>> is_missing(float("nan")), is_missing(""), is_missing([])
    (True, False, False)
    """
    if value is None or isinstance(value, str | bytes | list | tuple | dict):
        return value is None
    if type(value).__name__ in ("NAType", "NaTType"):
        return True
    try:
        return math.isnan(value)  # type: ignore[arg-type]
    except TypeError:
        return False


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows as named tuples, whose cells are checked where they are used."""
    row = _row(*map(str, frame.columns))
    cells = frame.to_numpy(dtype=object).tolist()  # much faster than itertuples, or column by column
    return (row(index, *line) for index, line in zip(frame.index, cells, strict=True))


@lru_cache(maxsize=256)
def _row(*columns: str) -> type[Any]:
    return namedtuple("row", ["Index", *columns])


def grouped(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, list[Value]]:
    """Return the second of each pair by its first, in their order."""
    found: dict[Key, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def values_of(frame: pd.DataFrame, kind: type[Value]) -> list[Value]:
    """Return the rows as values of a dataclass whose fields are columns; of an empty cell the field's default, else None."""
    import pandas as pd

    known: tuple[Any, ...] = fields(kind)  # type: ignore[arg-type]
    cells = frame[[item.name for item in known]].to_numpy(dtype=object, copy=True)
    empty = pd.isna(cells)
    for place, item in enumerate(known):
        cells[empty[:, place], place] = None if item.default is MISSING else item.default
    return [kind(*row) for row in cells.tolist()]


def jsonable(value: Any) -> Any:
    """Return a value that JSON knows: missing becomes null, dates ISO, dataclasses and rows objects.

    Infinite numbers have no place in JSON and are an error of the caller.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: jsonable(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(item) for item in value]
    if is_missing(value):
        return None
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "to_dict"):
        return jsonable(value.to_dict("records") if hasattr(value, "columns") else value.to_dict())
    return value.item() if hasattr(value, "item") else value


_MOST = 2_000_000  # characters; the longest file of a project has some ten thousand
_DEEP = re.compile(
    r"""(?:[\[{][^\[\]{}]*){100}  # lists and tables in each other, or a key of as many names
    | (?<![\w-]) (?: (?:[\w-]++|"[^"\n]*+"|'[^'\n]*+') [ \t]*+ \. [ \t]*+ ){100}""",
    re.VERBOSE,
)


@lru_cache(maxsize=256)
def parse_toml(text: str) -> dict[str, Any]:
    """Return the content of a TOML text; TOMLDecodeError also where it is longer or deeper than anything a person writes."""
    if len(text) > _MOST or _DEEP.search(text):
        raise tomllib.TOMLDecodeError("longer or nested deeper than such a file can be")
    return tomllib.loads(text)


@cache
def own_table(module: str, name: str) -> dict[str, Any]:
    """Return what the TOML file of a name says that stands beside a module of the package (its ``__file__``)."""
    return tomllib.loads(Path(module).with_name(name).read_text(encoding="utf-8"))
