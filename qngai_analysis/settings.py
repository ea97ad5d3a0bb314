"""TOML files that people write, read into dataclasses: every fault names its place, what was found and what would be right."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from qngai_analysis.errors import QngaiError, RawFileError
from qngai_analysis.kept import settled
from qngai_analysis.values import parse_toml


def read_toml(file: Path) -> Mapping[str, Any]:
    """Return what a TOML file says; RawFileError where it is missing or none, with the line."""
    return toml_of(file, text_of(file))


@settled
def text_of(file: Path, error: type[QngaiError] = RawFileError) -> str:
    """Return the text of a TOML file; ``error`` where it is missing or no UTF-8."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise error("{file}: không có tệp này; tệp này cho biết dự án đo lường những gì", file=file) from None
    except UnicodeDecodeError as fault:
        wording = "{file}, dòng {line}: không phải chữ mã UTF-8; lưu lại tệp dạng UTF-8"
        raise error(wording, file=file, line=fault.object[: fault.start].count(b"\n") + 1) from fault


def toml_of(file: Path, text: str, error: type[QngaiError] = RawFileError) -> Mapping[str, Any]:
    """Return what the text of a TOML file says; ``error`` with the line where it is none."""
    try:
        return parse_toml(text)
    except tomllib.TOMLDecodeError as fault:
        place = re.search(r"line (\d+)", str(fault))
        wording = "{file}, dòng {line}: không phải TOML; mỗi dòng viết khóa = giá trị, chữ trong ngoặc kép"
        raise error(wording, file=file, line=place[1] if place else text.count("\n") + 1) from fault


def entries(kind: type, content: Any, where: str) -> list[Any]:
    """Return a list of TOML tables as values of a dataclass."""
    if not isinstance(content, list):
        wording = "{where}: {content!r}; mỗi mục viết dưới hai ngoặc vuông"
        raise RawFileError(wording, where=where, content=content)
    return [made(kind, entry, f"{where} {place}") for place, entry in enumerate(content, start=1)]


def made(kind: type, content: Any, where: str) -> Any:
    """Return a value of a dataclass from a TOML table."""
    return kind(**checked(kind, content, where))


def checked(
    kind: type,
    content: Any,
    where: str,
    family: type[QngaiError] = RawFileError,
    written: Mapping[Any, Any] | None = None,
) -> dict[str, Any]:
    """
    Return the entries of a TOML table, checked against the fields of a dataclass; an error of the family names what is wrong.

    ``written`` says how a field of a type stands in the file, where it is made of something simpler.
    """
    error = partial(family, where=where)
    known = {item.name: item for item in fields(kind) if item.metadata.get("written", True)}
    if not isinstance(content, Mapping):
        content = {str(content): content}  # a value where a table is to stand: no key of it
    if unknown := [key for key in content if key not in known]:
        wording = "{where}: khóa {unknown!r} lạ; các khóa hợp lệ: {known}"
        raise error(wording, unknown=unknown[0], known=", ".join(known))
    needed = [name for name, item in known.items() if item.default is item.default_factory is MISSING]
    if absent := [name for name in needed if name not in content]:
        wording = "{where}: thiếu khóa {absent!r}; cần có {known}"
        raise error(wording, absent=absent[0], known=", ".join(needed))
    hints = {key: (written or {}).get(hint, hint) for key, hint in _hints(kind).items()}
    return {
        key: _value(hints[key], value, f"{where}, [[{key}]]", partial(error, key=key, value=value))
        for key, value in content.items()
    }


_hints = cache(get_type_hints)
_EXAMPLES = {
    str: '"…"',
    int: "2025",
    date: "2025-03-01",
    tuple[str, ...]: '["…", "…"]',
    tuple[int, ...]: "[2024, 2025]",
    Mapping[str, int]: '{ "…" = 1 }',
}


def _value(hint: Any, value: Any, where: str, error: Callable[..., QngaiError]) -> Any:
    if hint is str and isinstance(value, date):
        return value.isoformat()
    inner, of = get_args(hint), get_origin(hint)
    if of is tuple and is_dataclass(inner[0]) and not isinstance(value, tuple):
        return tuple(entries(cast(type, inner[0]), value, where))
    closed = inner if of is Literal else hint if isinstance(hint, type) and issubclass(hint, StrEnum) else ()
    if closed and value not in [*closed]:
        raise error("{where}, {key} = {value!r}; giá trị hợp lệ: {known}", known=", ".join(closed))
    if isinstance(closed, type):
        return closed(value)
    if hint in _EXAMPLES and not _fits(hint, value):
        raise error("{where}, {key} = {value!r}; hãy viết như {example}", example=_EXAMPLES[hint])
    return tuple(value) if isinstance(value, list) else value


def _fits(hint: Any, value: Any) -> bool:
    if hint in (str, int, date):
        return type(value) is hint
    inner = str if hint == tuple[str, ...] else int
    parts = value.values() if isinstance(value, dict) else value
    return isinstance(value, dict if hint == Mapping[str, int] else list) and all(
        type(part) is inner for part in parts
    )
