"""The parameters a notebook declares: read without running it, checked before running it.

A notebook's first code cell, tagged ``parameters``, holds assignments of constants; what has no annotation takes
its type from the value, and None takes a text:

    year: int = 2025                        # reporting year
    district: str | None = None             # one district's name, or all
    lang: Literal["vi", "en"] = "vi"        # language of the report

An unknown name and a value of another type are refused before anything runs.
"""

from __future__ import annotations

import ast
import difflib
import io
import json
import re
import tokenize
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from qngai_analysis.errors import ParameterError, RenderError
from qngai_analysis.words.said import Joined, Said

_YES_OR_NO = {
    **dict.fromkeys(("true", "yes", "1", "có"), True),
    **dict.fromkeys(("false", "no", "0", "không"), False),
}


class _Kind(NamedTuple):
    """A type of parameters: of Python, in words, and what a text of the command line stands for."""

    type: type
    words: Said
    read: Callable[[str], Any]  # ValueError or KeyError where it is none


_KINDS = {
    "int": _Kind(int, Said("số nguyên"), int),
    "float": _Kind(float, Said("số"), float),
    "str": _Kind(str, Said("chữ"), str),
    "bool": _Kind(bool, Said("có hoặc không"), lambda text: _YES_OR_NO[text.lower()]),
    "list": _Kind(
        list,
        Said("danh sách cách nhau bằng dấu phẩy"),
        lambda text: [part.strip() for part in text.split(",") if part.strip()],
    ),
}


@dataclass(frozen=True)
class Parameter:
    """One declared parameter.

    ``types`` are the names of the types it takes; ``choices`` closes the list of its values (empty:
    open); ``optional`` says that None is allowed; ``help`` is the comment behind it.
    """

    name: str
    annotation: str
    types: tuple[str, ...]
    choices: tuple[Any, ...]
    optional: bool
    default: Any
    help: str = ""

    @property
    def words(self) -> Joined:
        """What the parameter takes, in words for a message."""
        kinds = list(map(str, self.choices)) or [_KINDS[name].words for name in self.types]
        return Joined((*kinds, *[Said("để trống")] * self.optional), " | ")

    def checked(self, value: Any) -> Any:
        """Return ``value`` as the notebook takes it; a date becomes its ISO text.

        Raises
        ------
        ParameterError
            The value has another type than declared, or is not one of the choices.
        """
        if isinstance(value, date):
            value = value.isoformat()[:10]
        if value is None and self.optional:
            return None
        error = partial(ParameterError, name=self.name)
        if self.choices:
            if value in self.choices and not isinstance(value, bool):
                return value
            known = ", ".join(map(repr, self.choices))
            raise error("tham số {name} = {value!r}; giá trị hợp lệ: {known}", value=value, known=known)
        if "float" in self.types and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        for name in self.types:
            # True is an int to Python, but nobody means year=True
            if isinstance(value, _KINDS[name].type) and (name == "bool" or not isinstance(value, bool)):
                return value
        wording = "tham số {name} = {value!r} ({kind}); tham số này khai báo là {words}"
        raise error(wording, value=value, kind=type(value).__name__, words=self.words)

    def from_text(self, text: str) -> Any:
        """Return the value that a text typed on the command line stands for.

        Raises
        ------
        ParameterError
            The text cannot be read as the declared type.
        """
        stripped = text.strip()
        if self.optional and stripped.lower() in ("", "none", "null"):
            return None
        if self.choices:
            return self.checked(next((c for c in self.choices if str(c) == stripped), stripped))
        for name in self.types:
            with suppress(ValueError, KeyError):
                return _KINDS[name].read(stripped)
        wording = "tham số {name} = {text!r}; tham số này khai báo là {words}"
        raise ParameterError(wording, name=self.name, text=text, words=self.words)


def read_notebook(notebook: Path) -> dict[str, Any]:
    """Return a notebook file as plain JSON.

    Raises
    ------
    RenderError
        The file is missing or is not a notebook of format 4.
    """
    if not notebook.is_file():
        raise RenderError("{notebook}: không có sổ tay này", notebook=notebook)
    try:
        content = json.loads(notebook.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as fault:
        wording = "{notebook}: không phải sổ tay ({fault})"
        raise RenderError(wording, notebook=notebook, fault=fault) from fault
    if not isinstance(content, dict) or content.get("nbformat") != 4 or "cells" not in content:
        wording = "{notebook}: không phải sổ tay định dạng 4; mở bằng JupyterLab rồi lưu lại"
        raise RenderError(wording, notebook=notebook)
    return content


def declared(notebook: Path | Mapping[str, Any]) -> dict[str, Parameter]:
    """Return the parameters that a notebook declares, by name; none if it has no such cell.

    Raises
    ------
    RenderError
        The parameters cell holds something else than annotated constants, or cannot be read.
    """
    content = read_notebook(notebook) if isinstance(notebook, Path) else notebook
    where = notebook.name if isinstance(notebook, Path) else Said("sổ tính")
    for cell in content["cells"]:
        if cell["cell_type"] == "code" and "parameters" in cell.get("metadata", {}).get("tags", ()):
            source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
            return dict(_declared(source, where))
    return {}


@lru_cache(maxsize=64)  # it is asked for several times of each notebook
def _declared(source: str, where: str) -> dict[str, Parameter]:
    try:
        statements = ast.parse(source).body
    except (SyntaxError, MemoryError, RecursionError, ValueError) as fault:
        line, why = getattr(fault, "lineno", 1), getattr(fault, "msg", type(fault).__name__)
        wording = "{where}, ô tham số, dòng {lineno}: {msg}"
        raise RenderError(wording, where=where, lineno=line, msg=why) from fault
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {t.start[0]: t.string.lstrip("# ").strip() for t in tokens if t.type == tokenize.COMMENT}
    found: dict[str, Parameter] = {}
    for statement in statements:
        line = f"{where}, parameters cell, line {statement.lineno}"
        annotation: ast.expr | None = None
        match statement:
            case ast.Import() | ast.ImportFrom():
                continue
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
                pass
            case _:
                raise RenderError("{line}: tham số viết dạng 'tên: kiểu = giá trị'", line=line)
        found[name] = _parameter(name, annotation, value, comments.get(statement.lineno, ""), line)
    return found


def _parameter(name: str, annotation: ast.expr | None, value: ast.expr, comment: str, line: str) -> Parameter:
    try:
        default = ast.literal_eval(value)
    except ValueError:
        raise RenderError("{line}: giá trị mặc định là biểu thức; hãy viết hằng số", line=line) from None
    match annotation:
        case None:
            kind = type(default).__name__
            written = kind if kind in _KINDS else "str | None"
        case ast.Constant(value=str() as written):
            pass
        case _:
            written = ast.unparse(annotation)
    types: list[str] = []
    choices: list[Any] = []
    plain = _OPTIONAL.sub(r"\1 | None", written.replace("typing.", ""))
    for part in _OR.split(plain):
        kind = part.partition("[")[0]
        if kind == "Literal" != part:
            choices += ast.literal_eval(part.removeprefix(kind))
        elif kind in _KINDS:
            types.append(kind)
        elif part != "None":
            wording = "{line}: {unparse} không phải kiểu của tham số; dùng int, float, str (kể cả ngày, dạng 2025-12-15), bool, list, Literal[…], có thể kèm '| None'"
            raise RenderError(wording, line=line, unparse=written)
    optional = "None" in _OR.split(plain)
    return Parameter(name, written, tuple(types), tuple(choices), optional, default, comment)


_OPTIONAL = re.compile(r"\bOptional\[(.*)\]")
_OR = re.compile(r" *\| *(?![^\[]*\])")  # not inside of brackets


def checked(notebook: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameter values as the notebook takes them.

    Raises
    ------
    ParameterError
        A name is not declared (the message names those that are, and the closest), or a value is
        not of the declared type.
    """
    return _taken(notebook, values, Parameter.checked)


def from_texts(notebook: Path, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the values that ``name=text`` pairs of the command line stand for.

    Raises
    ------
    ParameterError
        As ``checked``.
    """
    return _taken(notebook, texts, Parameter.from_text)


def _taken(notebook: Path, given: Mapping[str, Any], take: Callable[[Parameter, Any], Any]) -> dict[str, Any]:
    known = declared(notebook)
    if unknown := [name for name in given if name not in known]:
        close = difflib.get_close_matches(unknown[0], known, n=1)
        hint = Said("; phải chăng là {close}?", close=close[0]) if close else ""
        listed = Joined([Said("{name} ({words})", name=p.name, words=p.words) for p in known.values()], ", ")
        wording = "{notebook}: không có tham số {name!r}; có {known}{hint}"
        raise ParameterError(wording, notebook=notebook.name, name=unknown[0], known=listed, hint=hint)
    return {name: take(known[name], value) for name, value in given.items()}
