"""List the messages of the reports, and say which lack an English wording.

A message is a Vietnamese wording that is handed to ``translate``, to a method ``say``, or to a function
that passes it on (a heading, an appendix). They are found in the source and in the notebooks by
``ast``. Where the wording is not written in the call but looked up, the constant it is looked up in is
followed; words that come with the data are named in ``VOCABULARIES``.

Run it as ``python tools/messages.py``: it prints what is lacking, orphaned or computed out of sight, and
leaves with 1 if there is any. ``--write`` puts the catalogue in source order, with new messages left empty.
"""

from __future__ import annotations

import argparse
import ast
import csv
import json
import string
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

from qngai_analysis.words.said import COUNTED

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "qngai_analysis"
CATALOGUE = ROOT / PACKAGE / "words" / "locale" / "en.po"

#: Functions that print a message, and which of their arguments it is (of ``refuse`` the first of two).
SPEAKERS = {
    "translate": 0,
    "say": 0,
    "_say": 0,
    "heading": 1,
    "appendix": 2,
    "_word": 1,
    "ExplainedStep": 0,
    "Said": 0,
    "_refusal": 0,
    "refuse_if": 1,
    "refuse_rows": 2,
    "_refuse_any": 1,
    "_refuse": 2,
    "_finding": 2,  # about two plans
    "fault": 1,  # of a row of a workbook
    "refuse": 2,  # of answers: what would be right, and how to mend it
    "Wrong": 0,  # of a cell, likewise
}
TWO = ("refuse", "Wrong")

#: What the program says to its user, in the first argument or (of a command) as its help: said only where it is written there.
TOLD = (
    "QngaiError",
    "RawFileError",
    "PlanError",
    "SurveyError",
    "EvidenceError",
    "ParameterError",
    "RenderError",
    "CellError",
    "error",  # a variable that holds one of these
    "message",
    "remark",
)
HELP = ("help", "epilog")

#: Functions of the reports that print their first argument as the label of a column.
COLUMNS = ("column", "row_head", "centred", "at_right", "counted", "measured")

#: Letters that only Vietnamese has.
VIETNAMESE = "ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"

#: Words that come with the data: the expression that is printed, and the closed lists it is from.
VOCABULARIES = {
    "word": ("progress.verdict:Verdict", "evidence.observations:LEVELS", "progress.tasks:TaskStatus"),
    "str(word)": ("progress.verdict:Verdict",),
    "row[name]": ("progress.verdict:Verdict", "evidence.observations:LEVELS", "progress.methods:Pace"),
    "verdict.value": ("progress.verdict:Verdict",),
    "row.verdict.value": ("progress.verdict:Verdict",),
    "outcome.verdict.value": ("progress.verdict:Verdict",),
    "found.verdict": ("progress.verdict:Verdict",),
    "self.verdict": ("progress.verdict:Verdict",),
    "outcome.pace.value": ("progress.methods:Pace",),
    "column.label": (),  # written in each column, which is read as a speaker
    "column.group": ("report.base:INTERVAL", "report.focus:GAP", "report.yearly.tasks:GROUPS"),
    "step.title": (),  # written in each ExplainedStep, which is read as a speaker
    "row.level": ("evidence.observations:LEVELS",),
    "str(row.level)": ("evidence.observations:LEVELS",),
    "words[value]": ("evidence.observations:LEVELS", "report.quality:CONFIDENCE"),
    "part.verdict.value": ("progress.verdict:Verdict",),
    "chosen.level": ("evidence.observations:LEVELS",),
    "figure.level": ("evidence.observations:LEVELS",),
    "figure.channel": ("evidence.observations:CHANNELS",),
    "chosen.channel": ("evidence.observations:CHANNELS",),
    "methods.classify(linear).value": ("progress.methods:Pace",),
    "symbol.value": ("progress.methods:Weather",),
    "methods.weather(progress.destatis).value": ("progress.methods:Weather",),
    "figure.method": ("evidence.observations:SURVEYED",),
    "self.value": ("progress.outcome:NoteKind",),
    "self.wording": (),  # written in each Said, which is read as a speaker
    "text.wording": (),
    "wrong.wording": (),  # written in each fault of a cell
    "state": ("progress.tasks:REPORTED", "progress.tasks:TaskStatus"),
    "status.value": ("progress.tasks:TaskStatus",),
    "line.status.value": ("progress.tasks:TaskStatus",),
    "state.status.value": ("progress.tasks:TaskStatus",),
    "task.status.value": ("progress.tasks:TaskStatus",),
    "TaskStatus.SILENT.value": ("progress.tasks:TaskStatus",),
    "(status if status.reported else TaskStatus.UNREPORTED).value": ("progress.tasks:TaskStatus",),
    "measure": ("report.unit:MEASURES",),
    "unit.KINDS[batch.by]": ("report.unit:KINDS",),
    "KINDS[report.all.wanted.by]": ("report.unit:KINDS",),
}


@dataclass(frozen=True)
class Message:
    """A message and the place it is printed from: file relative to the project, and line."""

    text: str
    file: str
    line: int


@dataclass(frozen=True)
class Found:
    """Messages in source order, and the calls whose wording could not be found (file, line, expression)."""

    messages: tuple[Message, ...]
    hidden: tuple[str, ...]

    @property
    def texts(self) -> dict[str, list[str]]:
        """The files of each message, by wording, in source order."""
        files: dict[str, list[str]] = {}
        for message in self.messages:
            listed = files.setdefault(message.text, [])
            if message.file not in listed:
                listed.append(message.file)
        return files


def find(root: Path = ROOT) -> Found:
    """Return the messages of the package and the notebooks of a project."""
    messages: list[Message] = []
    hidden: list[str] = []
    for file, source, module in _sources(root):
        reader = _Reader(file, module, ast.parse(source))
        messages += reader.messages
        hidden += reader.hidden
    messages += _authored(root)
    messages += _units(root)
    return Found(tuple(messages), tuple(hidden))


def _sources(root: Path) -> Iterator[tuple[str, str, str]]:
    """Return file, source and module name; a notebook's module name is empty."""
    for file in sorted((root / PACKAGE).rglob("*.py")):
        inside = file.relative_to(root).with_suffix("")
        yield file.relative_to(root).as_posix(), file.read_text(encoding="utf-8"), ".".join(inside.parts)
    for file in sorted((root / "notebooks").glob("*.ipynb")):
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        yield file.relative_to(root).as_posix(), "\n".join(code), ""


def _authored(root: Path) -> Iterator[Message]:
    """Return what the authors of notebooks write: Markdown, captions, findings, names, parameters, in those that begin with ``qn.begin``."""
    from qngai_analysis.notebook.parameters import declared
    from qngai_analysis.words.language import paragraphs

    for file in sorted((root / "notebooks").glob("*.ipynb")):
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        name = file.relative_to(root).as_posix()
        starts = ("qn.begin(", "don_vi.load(")
        if not any(start in "".join(cell["source"]) for cell in cells for start in starts):
            continue
        for place, cell in enumerate(cells, start=1):
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                texts = paragraphs(source)
            else:
                nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
                values = [node.value for node in nodes if isinstance(node.value, str)]
                texts = [text for text in values if _is_vietnamese(text)]
            if "parameters" in cell["metadata"].get("tags", ()):
                texts += [each.help for each in declared({"cells": [cell]}).values()]
            yield from (Message(text, name, place) for text in texts)


#: Tables of raw data whose units are printed.
UNITS = ("data/raw/published/figures.csv",)


def _units(root: Path) -> Iterator[Message]:
    """Return the units of published figures, targets and surveys that are words."""
    from qngai_analysis.plan import read_plan
    from qngai_analysis.project import read_project
    from qngai_analysis.survey.form.codebook import read_codebook
    from qngai_analysis.survey.form.held import surveys

    units: dict[str, list[str]] = {}
    for file in UNITS:
        with (root / file).open(encoding="utf-8", newline="") as stream:
            units[file] = [row["unit"] for row in csv.DictReader(stream)]
    for name in read_project().judged():
        units.setdefault("data/raw/plans", []).extend(read_plan(name).targets["unit"].dropna())
    for name in surveys():
        codebook = read_codebook(name)
        units[f"data/raw/surveys/{name}/codebook.toml"] = [
            *(indicator.unit for indicator in codebook.indicators.values()),
            *(question.unit for question in codebook.questions.values()),
        ]
    for file, words in units.items():
        yield from (Message(unit, file, 0) for unit in dict.fromkeys(words) if not unit.isascii())


class _Reader(ast.NodeVisitor):
    """Reads one file; ``scopes`` are the functions around the place that is read, the nearest last."""

    def __init__(self, file: str, module: str, tree: ast.Module) -> None:
        self.file, self.module = file, module
        self.scopes: list[ast.AST] = [tree]
        self.messages: list[Message] = []
        self.hidden: list[str] = []
        self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.scopes.append(node)
        self.generic_visit(node)
        self.scopes.pop()

    def visit_Call(self, node: ast.Call) -> None:
        self.messages += [Message(text, self.file, node.lineno) for text in self._told(node)]
        label = self._labelled(node)
        for spoken in [label] if label is not None else _spoken(node):
            if self._passes_on(spoken):
                continue
            texts = self._texts(spoken)
            if texts is None:
                self.hidden.append(f"{self.file}:{node.lineno}: {ast.unparse(spoken)}")
            self.messages += [Message(text, self.file, node.lineno) for text in texts or () if text]
        self.generic_visit(node)

    def _told(self, node: ast.Call) -> Iterator[str]:
        """Return what a fault, a remark or the help of a command says, written there or in the lines above."""
        given = node.args[:1] if getattr(node.func, "id", "") in TOLD else []
        given += [keyword.value for keyword in node.keywords if keyword.arg in HELP]
        for item in given:
            for text in [item, *(self._assignments(item.id) if isinstance(item, ast.Name) else ())]:
                if (
                    isinstance(text, ast.Constant)
                    and isinstance(text.value, str)
                    and _is_vietnamese(text.value)
                ):
                    yield text.value

    def _labelled(self, node: ast.Call) -> ast.expr | None:
        """Return the label of a report's column, unless it is printed as it is."""
        name = getattr(node.func, "id", "")
        as_is = any(keyword.arg == "as_is" for keyword in node.keywords)
        inside = self.file.startswith((f"{PACKAGE}/report/", f"{PACKAGE}/notebook/"))
        return node.args[0] if name in COLUMNS and inside and not as_is and node.args else None

    def _passes_on(self, spoken: ast.expr) -> bool:
        """Return whether the wording is an argument of a speaker: its own callers are read instead."""
        function = self.scopes[-1]
        if not isinstance(function, ast.FunctionDef) or not isinstance(spoken, ast.Name):
            return False
        arguments = [*function.args.posonlyargs, *function.args.args]
        return function.name in (*SPEAKERS, *COLUMNS, "__init__") and spoken.id in {
            argument.arg for argument in arguments
        }

    def _texts(self, node: ast.expr) -> list[str] | None:
        """Return every wording that an expression may have; None where that can't be said."""
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.IfExp(body=first, orelse=second):
                both = [self._texts(first), self._texts(second)]
                return None if None in both else [text for texts in both for text in texts or ()]
            case ast.Subscript(value=ast.Dict(values=values)):
                return self._all(values)
            case ast.Subscript(value=ast.Name(id=name)):
                return self._members(name) or _vocabulary(node)
            case ast.Name(id=name):
                return self._bound(name) or _vocabulary(node)
            case _:
                return _vocabulary(node)

    def _all(self, nodes: Iterable[ast.expr]) -> list[str] | None:
        found = [self._texts(node) for node in nodes]
        return None if None in found else [text for texts in found for text in texts or ()]

    def _members(self, name: str) -> list[str] | None:
        """Return the values of a dictionary by its name."""
        value = self._assigned(name)
        if isinstance(value, ast.Dict):
            return self._all(value.values)
        return self._constant(name)

    def _bound(self, name: str) -> list[str] | None:
        """Return what a plain name may stand for: assigned, taken from what is looped over, or a constant."""
        if values := self._assignments(name):
            return self._all(values)
        for node in chain.from_iterable(self._inside()):
            if isinstance(node, ast.For | ast.comprehension):
                place = _place(node.target, name)
                if place is not None and (texts := self._looped(node.iter, place)):
                    return texts
        return self._constant(name)

    def _assigned(self, name: str) -> ast.expr | None:
        return next(iter(self._assignments(name)), None)

    def _assignments(self, name: str) -> list[ast.expr]:
        """Return what the nearest function that assigns a name assigns to it."""
        for nodes in self._inside():
            found = [
                value
                for node in nodes
                if isinstance(node, ast.Assign)
                for target in node.targets
                for target, value in _pairs(target, node.value)
                if isinstance(target, ast.Name) and target.id == name
            ]
            if found:
                return found
        return []

    def _inside(self) -> Iterator[Iterator[ast.AST]]:
        """Return the nodes of each function around the place that is read, the nearest first."""
        for scope in reversed(self.scopes):
            if isinstance(scope, ast.FunctionDef) or not self.module:
                yield ast.walk(scope)

    def _looped(self, items: ast.expr, place: int) -> list[str] | None:
        match items:
            case ast.Name(id=name):
                value = self._assigned(name)
                return self._constant(name) if value is None else self._looped(value, place)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="items")) if place == 0:
                return self._keys(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="items" | "values")):
                return self._members(name)
            case ast.Call(func=ast.Name(id=name)):
                return self._made_by(name)
            case ast.Tuple(elts=rows) | ast.List(elts=rows):
                return self._all(row.elts[place] if isinstance(row, ast.Tuple) else row for row in rows)
            case _:
                return None

    def _keys(self, name: str) -> list[str] | None:
        """Return the keys that are put into a dictionary of a function."""
        keys: list[ast.expr | None] = []
        for node in chain.from_iterable(self._inside()):
            match node:
                case ast.Assign(targets=[ast.Name(id=found)], value=ast.Dict(keys=put)):
                    keys += put if found == name else []
                case ast.AnnAssign(target=ast.Name(id=found), value=ast.Dict(keys=put)):
                    keys += put if found == name else []
                case ast.AugAssign(target=ast.Name(id=found), value=ast.Dict(keys=put)):
                    keys += put if found == name else []
                case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=found), slice=key)]):
                    keys += [key] if found == name else []
        texts = [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
        return texts or None

    def _made_by(self, name: str) -> list[str] | None:
        """Return the Vietnamese texts of a function whose results are said."""
        function = next((f for f in ast.walk(self.scopes[0]) if getattr(f, "name", "") == name), None)
        texts = (
            [node.value for node in ast.walk(function) if isinstance(node, ast.Constant)] if function else []
        )
        return [text for text in texts if isinstance(text, str) and _is_vietnamese(text)] or None

    def _constant(self, name: str) -> list[str] | None:
        """Return the words of a constant of the module, imported ones too."""
        value = getattr(import_module(self.module), name, None) if self.module else None
        return list(_words(value)) if value is not None else None


def _is_vietnamese(text: str) -> bool:
    return any(letter in VIETNAMESE for letter in text.lower())


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Return what is assigned to what: ``rule, mend = "…", "…"`` are two."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def _spoken(node: ast.Call) -> list[ast.expr]:
    """Return the wordings of a call."""
    name, method = (
        (node.func.attr, True)
        if isinstance(node.func, ast.Attribute)
        else (getattr(node.func, "id", ""), False)
    )
    # str.translate takes a table, and the command line's own _say prints on the console
    if name not in SPEAKERS or (name == "translate" and method) or (name == "_say" and not method):
        return []
    arguments = [item for item in node.args if not _is_level(item)]
    if len(arguments) <= SPEAKERS[name] or (
        name == "ExplainedStep" and not isinstance(arguments[0], ast.Constant)
    ):
        return []
    return arguments[SPEAKERS[name] :][: 1 + (name in TWO)]


def _is_level(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant) and isinstance(argument.value, int)


def _place(target: ast.expr, name: str) -> int | None:
    """Return at which place of a loop's target a name stands; 0 for the target itself."""
    if isinstance(target, ast.Name):
        return 0 if target.id == name else None
    if not isinstance(target, ast.Tuple):
        return None
    names = [item.id if isinstance(item, ast.Name) else "" for item in target.elts]
    return names.index(name) if name in names else None


def _vocabulary(node: ast.expr) -> list[str] | None:
    lists = VOCABULARIES.get(ast.unparse(node))
    return None if lists is None else [text for named in lists for text in _vocabulary_words(named)]


@cache
def _vocabulary_words(named: str) -> tuple[str, ...]:
    module, _, name = named.partition(":")
    return tuple(_words(getattr(import_module(f"{PACKAGE}.{module}"), name)))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, type) and issubclass(value, Enum):
        yield from (str(item.value) for item in value)
    elif isinstance(value, Mapping):
        yield from (text for text in value.values() if isinstance(text, str))
    elif isinstance(value, tuple | list):
        yield from (text for text in value if isinstance(text, str))


def unspoken(found: Found, root: Path = ROOT) -> list[tuple[str, str]]:
    """Return the Vietnamese texts in the reports' modules that are no message, with their module.

    Docstrings are left out, and the code of notebooks that ``edition.notebooks`` holds.
    """
    texts = found.texts
    lines = []
    rooms = ("report", "page", "edition")
    for file in sorted(file for room in rooms for file in (root / PACKAGE / room).rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        remarks = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        lines += [
            (file.name, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in remarks
            and node.value not in texts
            and _is_vietnamese(node.value)
        ]
    return sorted({line for line in lines if line[0] != "notebooks.py"})


# ---------------------------------------------------------------- the catalogue


def english(file: Path = CATALOGUE) -> dict[str, str]:
    """Return the English wordings by their Vietnamese key; an empty one is not yet written."""
    from babel.messages.pofile import read_po

    with file.open("rb") as stream:
        return {str(entry.id): str(entry.string) for entry in read_po(stream, locale="en") if entry.id}


def places(text: str) -> list[str]:
    """Return the names of the places to be filled in a wording, sorted.

    >>> places("{n} chỉ tiêu của {plan}"), places("{n} target{n||s} of {plan}")
    (['n', 'plan'], ['n', 'plan'])
    """
    told = COUNTED.sub("", text)
    return sorted(name for _, name, _, _ in string.Formatter().parse(told) if name is not None)


def faults(found: Found, wordings: Mapping[str, str]) -> list[str]:
    """Return what is wrong between source and catalogue, a line each; none if all is well."""
    texts = found.texts
    lines = [f"no English: {text!r} ({', '.join(texts[text])})" for text in texts if not wordings.get(text)]
    lines += [f"no such message any more: {text!r}" for text in wordings if text not in texts]
    lines += [
        f"{text!r}: places {places(text)} are {places(wording)} in English"
        for text, wording in wordings.items()
        if wording and text in texts and places(text) != places(wording)
    ]
    return lines + [f"wording not found, name it in VOCABULARIES: {place}" for place in found.hidden]


def written(found: Found, wordings: Mapping[str, str]) -> str:
    """Return the catalogue as text: messages in source order, with the files that use them."""
    head = (
        "# English wording of the reports; the key of a message is its Vietnamese wording.\n"
        "# `python tools/messages.py --write` keeps the order and the file names.\n"
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: en\\n"\n'
    )
    entries = [
        f"\n#: {' '.join(files)}\nmsgid {_quoted(text)}\nmsgstr {_quoted(wordings.get(text, ''))}\n"
        for text, files in found.texts.items()
    ]
    return head + "".join(entries)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> int:
    """Print the faults, or write the catalogue in order."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--write", action="store_true", help="put the catalogue in source order")
    chosen = options.parse_args()
    found, wordings = find(), english()
    if chosen.write:
        CATALOGUE.write_text(written(found, wordings), encoding="utf-8", newline="\n")
        wordings = english()
    lines = faults(found, wordings)
    print("\n".join(lines) or f"{len(found.texts)} messages, all with English wording")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
