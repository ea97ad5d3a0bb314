"""Where numbers come from, kept while pandas works on them, and what stands in for a survey that is absent.

A ``Frame`` is a DataFrame whose ``attrs["evidence"]`` is ``real`` or ``simulated``, or missing: not known. What is
made of two frames is simulated if one of them is, and real only if both are. Numbers that reach a plain
DataFrame lose their origin; from the first simulated file that a session reads, what has lost it is taken
for simulated. So a mark may stand where it need not, and never is absent where it must stand.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis import kept, paths
from qngai_analysis.errors import RawFileError, RenderError
from qngai_analysis.survey.door import EXACT, Leaving, is_inside, noting, refuse_exact, refuse_unknown
from qngai_analysis.survey.release import ledger
from qngai_analysis.survey.release.side_by_side import enter_by_hand

REAL, SIMULATED, UNKNOWN = "real", "simulated", ""
_EVIDENCE = "evidence"
_displays: list[Callable[[pd.DataFrame, Any], None]] = []  # ``show`` has it
_read: set[str] = set()  # kinds of survey files that this session has read


def note_read(evidence: str) -> None:
    """Remember that numbers of this kind are in the session."""
    _read.add(evidence)


def evidence_of(value: object) -> str | None:
    """Return where a value comes from, ``EXACT`` if it may not leave; None for what is no result: text, Python's own numbers, nothing."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return EXACT if is_inside(value) else str(value.attrs.get(_EVIDENCE, UNKNOWN))
    if isinstance(value, np.ndarray | np.generic | pd.Index | pd.api.extensions.ExtensionArray):
        return UNKNOWN
    if isinstance(value, list | tuple | dict):
        return reduce(_both, map(_told, value.values() if isinstance(value, dict) else value), None)
    return None


def _told(value: object) -> str | None:
    """Return where a value that is put among others comes from: a float may have been computed of anything."""
    return UNKNOWN if isinstance(value, float) else evidence_of(value)


def _both(first: str | None, second: str | None) -> str | None:
    if first is None or second is None:
        return second if first is None else first
    for strongest in (EXACT, SIMULATED):
        if strongest in (first, second):
            return strongest
    return first if first == second else UNKNOWN


def is_simulated(*values: object) -> bool:
    """Return whether what is made of these values must be called simulated."""
    found = reduce(_both, map(_told, values), None)
    return found == SIMULATED or (found == UNKNOWN and SIMULATED in _read)


def leave(*origins: object) -> None:
    """Enter in the ledger what this session was given of surveys, for it saves numbers of these origins (``evidence_of``).

    What a report takes of surveys is entered when the report appears.

    Raises
    ------
    SurveyError, RenderError
        An origin is not known, and may be exact; as ``enter_by_hand``.
    """
    refuse_unknown(*origins)
    if not noting():
        enter_by_hand()


def _watch() -> None:
    """Enter what this session was given of surveys before it writes any file: whatever writes it, those numbers may be in it."""
    if not (_watched or noting()):
        _watched.append(True)
        _listen()


_watched: list[bool] = []  # whether this session's files are


@cache
def _listen() -> None:
    tempfile.gettempdir()  # it tries by writing there, once
    sys.addaudithook(_before_a_file)  # which can't be taken back


def _before_a_file(event: str, given: tuple[Any, ...]) -> None:
    if event not in ("open", "sqlite3.connect") or not (_watched and ledger.given) or noting():
        return
    path, _, flags = given if event == "open" else (given[0], None, os.O_RDWR)
    writes = isinstance(path, str | bytes | os.PathLike) and flags & (os.O_WRONLY | os.O_RDWR)
    if writes and not _is_programs_own(file := Path(os.fsdecode(path)).absolute()):
        try:
            enter_by_hand()
        except (
            RenderError
        ):  # programs keep notes and drafts elsewhere; tables themselves are refused there, too
            if not _is_draft(file):
                raise


def _is_programs_own(file: Path) -> bool:
    """Whether a file is what programs keep for themselves; in the project nothing is but caches, whatever the folders above it are called."""
    with contextlib.suppress(RawFileError):
        if file.is_relative_to(home := paths.project()):
            return not _CACHES.isdisjoint(file.relative_to(home).parts)
    places = [Path.home() / name for name in _PROGRAMS]
    places += [Path(os.environ[name]).absolute() for name in _NAMED if os.environ.get(name)]
    device = Path("/dev") in file.parents and file.parent.name != "shm"  # that one is a disk in memory
    return device or not _CACHES.isdisjoint(file.parts) or not {*places}.isdisjoint(file.parents)


def _is_draft(file: Path) -> bool:
    """Whether a file lies among those for a while, and in no folder that somebody works in."""
    worked_in = [Path.cwd()]
    with contextlib.suppress(RawFileError):
        worked_in.append(paths.project())
    return file.is_relative_to(tempfile.gettempdir()) and not {*worked_in}.intersection(file.parents)


_CACHES = {".qngai-cache", "__pycache__"}
#: Folders in the user's own where programs keep things, and what of the environment names others.
_PROGRAMS = (".ipython", ".cache", ".config", ".matplotlib")
_NAMED = (kept.CACHE, "IPYTHONDIR", "MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")


class _Origin(Leaving):
    """What a frame and its columns share: their origin follows them."""

    _constructor: Any  # what pandas makes of them is of their kind
    _constructor_expanddim: Any
    _constructor_sliced: Any

    def _leave(self) -> None:
        refuse_exact(self)
        leave(evidence_of(self))

    def __finalize__(self, other: Any, method: str | None = None, **settings: Any) -> Any:
        made: Any = super().__finalize__(other, method=method, **settings)  # type: ignore[misc]
        if hasattr(other, "input_objs"):
            given = [each.attrs for each in other.input_objs]
            sources = dict.fromkeys(str(attrs["source"]) for attrs in given if attrs.get("source"))
            said = {"source": "; ".join(sources), "rounded": any(attrs.get("rounded") for attrs in given)}
            made.attrs = {**made.attrs, **(said if sources else {})}
            _set(made, reduce(_both, map(evidence_of, other.input_objs), None))
        return made

    def __getitem__(self, key: Any) -> Any:
        return _with(super().__getitem__(key), self, key)  # type: ignore[misc]

    def __setitem__(self, key: Any, value: Any) -> None:
        value = float("nan") if isinstance(value, Absent) else value  # a column of what is absent is empty
        super().__setitem__(key, value)  # type: ignore[misc]
        self._changed(value)

    def _changed(self, value: object) -> None:
        _set(self, _both(evidence_of(self), _told(value)))
        self.__dict__.pop("_blocks", None)  # what was to be printed is no longer what it holds


def _set(made: Any, evidence: str | None) -> None:
    attrs = {name: value for name, value in made.attrs.items() if name != _EVIDENCE}
    made.attrs = attrs | ({EXACT if evidence == EXACT else _EVIDENCE: evidence} if evidence else {})


def _with(made: Any, *of: object) -> Any:
    if isinstance(made, _Origin):
        _set(made, reduce(_both, map(evidence_of, of), None))
    return made


def _following(name: str) -> Callable[..., Any]:
    """Return a method of pandas whose result is of all that it is given, too."""

    def method(self: Any, *given: Any, **named: Any) -> Any:
        made = getattr(super(_Origin, self), name)(*given, **named)
        # a function may use any number, an operator none but those it is given
        taken = [
            np.empty(0) if callable(value) and not name.startswith("_") else value
            for value in (*given, *named.values())
        ]
        if made is None:  # it worked in place
            for value in taken:
                self._changed(value)
        return _with(made, self, *taken)

    return method


_TAKING = (
    "where mask fillna combine combine_first update map replace clip set_axis set_index reindex rename apply agg aggregate "
    "transform dot add sub mul div truediv floordiv mod pow radd rsub rmul rdiv rtruediv rfloordiv rmod rpow divide "
    "multiply subtract isin between eq ne lt le gt ge _arith_method _inplace_method _cmp_method _logical_method"
)
for _name in _TAKING.split():
    setattr(_Origin, _name, _following(_name))


class _Setting:
    """Where ``frame.loc[...] = value`` is written: what is set brings its origin."""

    obj: Any

    def __getitem__(self, key: Any) -> Any:
        made = super().__getitem__(key)  # type: ignore[misc]
        return _with(made, self.obj, *(key if isinstance(key, tuple) else (key,)))

    def __setitem__(self, key: Any, value: Any) -> None:
        before = evidence_of(self.obj)
        super().__setitem__(key, value)  # type: ignore[misc]
        _set(self.obj, before)  # pandas itself sets arrays
        self.obj._changed(value)


@cache
def _setting(kind: type) -> type:
    return type(kind.__name__, (_Setting, kind), {})


def _indexer(name: str) -> property:
    def indexer(self: Any) -> Any:
        made = getattr(super(_Origin, self), name)
        return _setting(made.__class__)(made.name, made.obj)

    return property(indexer)


for _name in ("loc", "iloc", "at", "iat"):
    setattr(_Origin, _name, _indexer(_name))


class FrameColumn(_Origin, pd.Series):
    """A column, or a row, of a ``Frame``."""

    def _ipython_display_(self) -> None:
        _displays[0](self.to_frame(), ())


class Frame(_Origin, pd.DataFrame):
    """A DataFrame that knows whether its numbers are real."""

    def insert(self, loc: int, column: Any, value: Any, *settings: Any, **named: Any) -> None:
        """Insert a column, as pandas does."""
        super().insert(loc, column, value, *settings, **named)
        self._changed(value)

    def reset_index(self, *settings: Any, **named: Any) -> Any:
        """Turn the index into columns, as pandas does; labels have no origin of their own."""
        made = super().reset_index(*settings, **named)
        if isinstance(made, Frame):
            _set(made, evidence_of(self))
        return made

    def _ipython_display_(self) -> None:
        _displays[0](self, self.__dict__.get("_blocks", ()))


FrameColumn._constructor = Frame._constructor_sliced = FrameColumn
FrameColumn._constructor_expanddim = Frame._constructor = Frame


def display_with(display: Callable[[pd.DataFrame, Any], None]) -> Callable[[pd.DataFrame, Any], None]:
    """Make ``display`` what shows a frame in a notebook; it is given the frame and its prepared blocks."""
    _displays[:] = [display]
    return display


def marked(frame: pd.DataFrame, evidence: str, blocks: Any = ()) -> Frame:
    """Return a table of known origin; ``blocks`` are what a notebook shows of it as long as it is unchanged."""
    _watch()
    made = Frame(frame)
    _set(made, evidence)
    if blocks:
        object.__setattr__(made, "_blocks", list(blocks))
    return made


class Absent:
    """What a survey without a usable file gives: whatever is asked of it is absent, too.

    A notebook goes on: table and chart of it say ``why``, a finding of it is not made.
    """

    __array_ufunc__ = None  # numpy's numbers leave the arithmetic to it
    __pandas_priority__ = 10_000  # and so do pandas' tables

    def __init__(self, why: str, *, said: bool = False) -> None:
        self.why = why
        self.said = said  # a whole file or series is missing, which the chart or table of it says

    def __repr__(self) -> str:
        return self.why

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # display and copy protocols ask for these
            raise AttributeError(name)
        return self

    def __call__(self, *_: object, **__: object) -> Absent:  # noqa: D102 - as the class says
        return self

    def __getitem__(self, _: object) -> Absent:
        return self

    def _with(self, _: object = None) -> Absent:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _with
    __lt__ = __gt__ = __le__ = __ge__ = __neg__ = __abs__ = __and__ = __or__ = __pow__ = __rpow__ = _with

    # pandas leaves comparing to it: no value of a table is absent
    def __eq__(self, other: object) -> Any:
        return other.isin(()) if isinstance(other, pd.DataFrame | pd.Series) else self is other

    def __ne__(self, other: object) -> Any:
        return ~(self == other) if isinstance(other, pd.DataFrame | pd.Series) else self is not other

    __hash__ = object.__hash__

    def __setitem__(self, _: object, value: object) -> None:
        """Set a column: of what is absent there is none."""

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __format__(self, _: str) -> str:
        return "…"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        from qngai_analysis.page.blocks import Prose, literal

        return Prose(literal(self.why))._repr_mimebundle_() if self.why else {"text/plain": ""}
