"""What a part of a survey's publication found out is remembered: it is asked for with each table."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from qngai_analysis.survey.form.codebook import Indicator

Given = ParamSpec("Given")
Found = TypeVar("Found")
Of = TypeVar("Of")


def once(method: Callable[Concatenate[Of, Given], Found]) -> Callable[Concatenate[Of, Given], Found]:
    """Remember what a method gave for the same indicators and groupings."""

    def key(given: Any) -> Any:
        if isinstance(given, Indicator):
            return given.name
        return tuple(map(key, given)) if isinstance(given, tuple) else given

    @wraps(method)
    def remembered(self: Of, *given: Given.args, **named: Given.kwargs) -> Found:
        kept = vars(self).setdefault("_kept", {})
        asked = (method.__name__, key(given), *named.items())
        if asked not in kept:
            kept[asked] = method(self, *given, **named)
        found: Found = kept[asked]
        return found

    return remembered  # type: ignore[return-value]
