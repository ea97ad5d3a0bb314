"""The faults a user can mend, as one family.

A message is one line and says where (file, sheet, line, row, column), what was found and
what would be right. The command line prints it without a traceback and leaves with code 2
(1 for faults inside a data file that was asked to be checked). Anything else is our bug and
keeps its traceback.

A message is a Vietnamese wording with ``{name}`` places and what fills them, as in a report; the same
catalogue gives its English. It is said when it is printed: in Vietnamese here, in the language of
``QNGAI_LANG`` once ``words.language`` is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

Speaker = Callable[[str, Mapping[str, object]], str]


def _vietnamese(wording: str, values: Mapping[str, object]) -> str:
    return wording.format(**values) if values else wording


_speakers: list[Speaker] = [_vietnamese]


def speak_with(speaker: Speaker) -> None:
    """Say the messages with ``speaker`` from now on; it is given a wording and what fills it."""
    _speakers[:] = [speaker]


class QngaiError(Exception):
    """A fault the user can mend; the parent of all the others.

    >>> str(QngaiError("{file}: thiếu cột {column}", file="ho.csv", column="weight"))
    'ho.csv: thiếu cột weight'
    """

    ran: Any = None  # the notebook in which it came up, as far as it ran

    def __init__(self, wording: str = "", /, **values: object) -> None:
        super().__init__(wording)
        self.wording, self.values = wording, values

    def __str__(self) -> str:
        return _speakers[0](self.wording, self.values)

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), self.wording, **self.values), ()


class RawFileError(QngaiError):
    """A file under ``data/raw/`` is missing, was edited, or does not fit its sidecar."""


class PlanError(QngaiError):
    """A plan document can't be read: empty, binary, wrongly encoded, a scan without text."""


class SurveyError(QngaiError):
    """A survey file or its design can't carry an estimate."""


class EvidenceError(QngaiError):
    """An observation is incomplete, contradicts itself or lacks a source."""


class ParameterError(QngaiError):
    """A notebook or command was given an unknown parameter or a value of the wrong type."""


class RenderError(QngaiError):
    """A report could not be rendered or published."""
