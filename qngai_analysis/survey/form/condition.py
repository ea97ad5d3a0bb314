"""The small language of codebooks: routing, constraints and indicators in one notation.

A condition such as ``age >= 15 and internet == "last_3_months"`` names questions and, in quotes,
choices. It is parsed once and then used three ways: tested on answers, turned into XPath for the
questionnaire, and searched for the questions it rests on.

Grammar: ``and``, ``or``, ``not``, parentheses; ``== != < <= > >=``; ``question in ("a", "b")``;
``chosen(question, "a")`` for a select-multiple question; ``+ - * /`` on numeric questions.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from qngai_analysis.errors import SurveyError
from qngai_analysis.words.said import Said

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


class Status(IntEnum):
    """What stands in a cell. Six kinds, never mixed, each counted apart."""

    ANSWERED = 0
    DONT_KNOW = 1  # "không biết"
    REFUSED = 2  # "từ chối trả lời"
    NOT_APPLICABLE = 3  # the routing did not lead to the question
    FILTER_UNKNOWN = 4  # the question that decides the routing has no usable answer
    MISSING = 5  # the question was due and the cell is empty


@dataclass(frozen=True)
class Answers:
    """Answers in arrays, one entry a row: values, statuses and the choices of select-multiple.

    ``values`` holds choice codes and numbers; it is NaN wherever the status is not ANSWERED.
    """

    size: int
    values: Mapping[str, Floats]
    status: Mapping[str, npt.NDArray[np.int8]]
    chosen: Mapping[str, Mapping[str, Bools]] = field(default_factory=dict)


@dataclass(frozen=True)
class Truth:
    """A three-valued answer: where the condition surely holds, where it surely does not."""

    yes: Bools
    no: Bools


class Asked(Protocol):
    """What a condition must know of a question."""

    @property
    def name(self) -> str:
        """English name."""

    @property
    def type(self) -> str:
        """``select_one``, ``select_multiple``, ``integer``, ``decimal``, ``date`` or ``text``."""

    @property
    def codes(self) -> Mapping[str, int]:
        """Code of each choice by its name."""

    @property
    def special(self) -> tuple[str, ...]:
        """Names of the special answers it allows."""


_COMPARE = {ast.Eq: "=", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_NUMPY = {
    ast.Eq: np.equal,
    ast.NotEq: np.not_equal,
    ast.Lt: np.less,
    ast.LtE: np.less_equal,
    ast.Gt: np.greater,
    ast.GtE: np.greater_equal,
}
_ARITHMETIC = {
    ast.Add: (np.add, "+"),
    ast.Sub: (np.subtract, "-"),
    ast.Mult: (np.multiply, "*"),
    ast.Div: (np.divide, "div"),
}


class Condition:
    """
    A parsed condition over the questions of one codebook.

    Raises
    ------
    SurveyError
        The text is not of the grammar, names an unknown question or an unknown choice, or
        compares what can't be compared; the message quotes the text.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> age = SimpleNamespace(name="age", type="integer", codes={}, special=())
    >>> adult = Condition("age >= 18", {"age": age})
    >>> adult.names, adult.xpath()
    (('age',), '${age} >= 18')
    >>> answered = np.zeros(3, dtype=np.int8)
    >>> truth = adult.test(Answers(3, {"age": np.array([17.0, 18.0, 40.0])}, {"age": answered}))
    >>> truth.yes.tolist()
    [False, True, True]
    """

    def __init__(self, text: str, questions: Mapping[str, Asked], *, where: str = "") -> None:
        self.text = text
        self._questions = questions
        self._where = f"{where}: " if where else ""
        try:
            self._tree = ast.parse(text.strip(), mode="eval").body
        except SyntaxError:
            raise self._refusal("không phải một điều kiện: ngoặc, dấu nháy hoặc phép toán chưa đủ") from None
        self.names = tuple(
            dict.fromkeys(
                node.id for node in ast.walk(self._tree) if isinstance(node, ast.Name) and node.id != "chosen"
            )
        )
        for name in self.names:
            if name not in questions:
                raise self._refusal(
                    "không có câu hỏi {name!r} đứng trước; có {known}",
                    name=name,
                    known=", ".join(questions) or "-",
                )

    def __repr__(self) -> str:
        return f"Condition({self.text!r})"

    def _refusal(self, wording: str, **values: object) -> SurveyError:
        what = Said(wording, **values)
        return SurveyError("{_where}{text!r}: {what}", _where=self._where, text=self.text, what=what)

    # -- tested on answers -------------------------------------------------------------

    def test(self, answers: Answers) -> Truth:
        """
        Return where the condition surely holds and where it surely does not.

        An answer of "không biết", a refusal or an empty cell makes a comparison unknown; a question
        that was not asked makes it false. ``and``, ``or`` and ``not`` follow Kleene's logic.
        """
        return self._test(self._tree, answers)

    def number(self, answers: Answers) -> Floats:
        """Return the value of an arithmetic text; NaN where a question has no answer."""
        return self._number(self._tree, answers)

    def _test(self, node: ast.expr, answers: Answers) -> Truth:
        if isinstance(node, ast.BoolOp):
            parts = [self._test(part, answers) for part in node.values]
            yes, no = [part.yes for part in parts], [part.no for part in parts]
            if isinstance(node.op, ast.And):
                return Truth(np.logical_and.reduce(yes), np.logical_or.reduce(no))
            return Truth(np.logical_or.reduce(yes), np.logical_and.reduce(no))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self._test(node.operand, answers)
            return Truth(inner.no, inner.yes)
        if isinstance(node, ast.Call):
            question, choice = self._chosen(node)
            return _where_known(answers, [question.name], answers.chosen[question.name][choice])
        if isinstance(node, ast.Compare):
            return self._compare(node, answers)
        if isinstance(node, ast.Constant) and isinstance(node.value, bool):
            whole = np.full(answers.size, node.value)
            return Truth(whole, ~whole)
        raise self._refusal("{part!r} không đúng cũng không sai", part=ast.unparse(node))

    def _compare(self, node: ast.Compare, answers: Answers) -> Truth:
        left, operator, right = self._sides(node)
        names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
        if isinstance(operator, ast.In | ast.NotIn):
            codes = [self._code(left, item) for item in self._items(right)]
            found = np.isin(self._number(left, answers), codes)
            return _where_known(answers, names, ~found if isinstance(operator, ast.NotIn) else found)
        compare = _NUMPY[type(operator)]
        if isinstance(right, ast.Constant) and isinstance(right.value, str):
            found = compare(self._number(left, answers), self._code(left, right))
        else:
            with np.errstate(invalid="ignore"):
                found = compare(self._number(left, answers), self._number(right, answers))
        return _where_known(answers, names, found)

    def _number(self, node: ast.expr, answers: Answers) -> Floats:
        if isinstance(node, ast.Name):
            return answers.values[self._questions[node.id].name]
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return np.full(answers.size, float(node.value))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return np.asarray(-self._number(node.operand, answers))
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            function = _ARITHMETIC[type(node.op)][0]
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.asarray(
                    function(self._number(node.left, answers), self._number(node.right, answers))
                )
        raise self._refusal("{part!r} không phải là số", part=ast.unparse(node))

    # -- written as XPath --------------------------------------------------------------

    def xpath(self, *, here: str = "") -> str:
        """Return the condition in the XPath of XLSForm; the question ``here`` is written ``.``."""
        return self._xpath(self._tree, here)

    def _xpath(self, node: ast.expr, here: str) -> str:
        if isinstance(node, ast.BoolOp):
            word = " and " if isinstance(node.op, ast.And) else " or "
            return word.join(self._wrapped(part, here) for part in node.values)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return f"not({self._xpath(node.operand, here)})"
        if isinstance(node, ast.Call):
            question, choice = self._chosen(node)
            return f"selected({_reference(question.name, here)}, '{choice}')"
        if isinstance(node, ast.Compare):
            return self._xpath_compare(node, here)
        if isinstance(node, ast.Constant) and isinstance(node.value, bool):
            return f"{str(node.value).lower()}()"
        raise self._refusal("{part!r} không đúng cũng không sai", part=ast.unparse(node))

    def _wrapped(self, node: ast.expr, here: str) -> str:
        text = self._xpath(node, here)
        return f"({text})" if isinstance(node, ast.BoolOp) else text

    def _xpath_compare(self, node: ast.Compare, here: str) -> str:
        left, operator, right = self._sides(node)
        if isinstance(operator, ast.In | ast.NotIn):
            reference = _reference(self._question(left).name, here)
            tests = [f"{reference} = {_quoted(item)}" for item in self._items(right)]
            if isinstance(operator, ast.In):
                return f"({' or '.join(tests)})"
            return f"({self._xpath_answered(left, here)} and not({' or '.join(tests)}))"
        if isinstance(right, ast.Constant) and isinstance(right.value, str):
            self._code(left, right)
            test = f"{self._xpath_number(left, here)} {_COMPARE[type(operator)]} {_quoted(right)}"
            if isinstance(operator, ast.NotEq):
                return f"({self._xpath_answered(left, here)} and {test})"
            return test
        sides = [self._xpath_number(side, here) for side in (left, right)]
        test = f"{sides[0]} {_COMPARE[type(operator)]} {sides[1]}"
        # special answers of numeric questions are negative codes: they must not pass as numbers
        guards = [
            f"{_reference(name, here)} >= 0"
            for name in dict.fromkeys(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
            if self._questions[name].special and not isinstance(operator, ast.Gt | ast.GtE)
        ]
        return f"({' and '.join([*guards, test])})" if guards else test

    def _xpath_answered(self, node: ast.expr, here: str) -> str:
        # neither an empty question nor a "don't know" may count as "different from"
        question = self._question(node)
        reference = _reference(question.name, here)
        return " and ".join(
            [f"{reference} != ''", *(f"{reference} != '{name}'" for name in question.special)]
        )

    def _xpath_number(self, node: ast.expr, here: str) -> str:
        if isinstance(node, ast.Name):
            return _reference(node.id, here)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return f"{node.value:g}"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return f"-{self._xpath_number(node.operand, here)}"
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            word = _ARITHMETIC[type(node.op)][1]
            return f"({self._xpath_number(node.left, here)} {word} {self._xpath_number(node.right, here)})"
        raise self._refusal("{part!r} không phải là số", part=ast.unparse(node))

    # -- parts of the tree -------------------------------------------------------------

    def _sides(self, node: ast.Compare) -> tuple[ast.expr, ast.cmpop, ast.expr]:
        if len(node.ops) != 1:
            raise self._refusal("mỗi lần chỉ so sánh hai vế (a < b and b < c)")
        return node.left, node.ops[0], node.comparators[0]

    def _items(self, node: ast.expr) -> list[ast.Constant]:
        if not isinstance(node, ast.Tuple | ast.List):
            raise self._refusal('sau "in" là một danh sách như ("a", "b")')
        return [item for item in node.elts if isinstance(item, ast.Constant)]

    def _question(self, node: ast.expr) -> Asked:
        if not isinstance(node, ast.Name):
            raise self._refusal("{part!r} không phải là câu hỏi", part=ast.unparse(node))
        return self._questions[node.id]

    def _code(self, left: ast.expr, right: ast.Constant) -> float:
        question = self._question(left)
        if question.type != "select_one":
            raise self._refusal("{name!r} không có lựa chọn để so sánh", name=question.name)
        return self._choice(question, right)

    def _choice(self, question: Asked, node: ast.Constant) -> int:
        if node.value not in question.codes:
            known = ", ".join(question.codes)
            raise self._refusal(
                "{name!r} không có lựa chọn {choice!r}; có {known}",
                name=question.name,
                choice=node.value,
                known=known,
            )
        return question.codes[str(node.value)]

    def _chosen(self, node: ast.Call) -> tuple[Asked, str]:
        named = isinstance(node.func, ast.Name) and node.func.id == "chosen" and len(node.args) == 2
        if not named or not isinstance(node.args[1], ast.Constant):
            raise self._refusal('{part!r}: chỉ gọi được chosen(câu_hỏi, "lựa_chọn")', part=ast.unparse(node))
        question = self._question(node.args[0])
        if question.type != "select_multiple":
            raise self._refusal("{name!r} không phải kiểu select_multiple", name=question.name)
        self._choice(question, node.args[1])
        return question, str(node.args[1].value)

    def question(self, name: str) -> Asked:
        """Return a question that the condition names."""
        return self._questions[name]

    def check(self) -> None:
        """Raise SurveyError if the text can't be tested (unknown choice, wrong kind of question)."""
        self.xpath()


def _where_known(answers: Answers, names: list[str], found: Bools) -> Truth:
    answered = np.ones(answers.size, dtype=bool)
    not_asked = np.zeros(answers.size, dtype=bool)
    for name in names:
        answered &= answers.status[name] == Status.ANSWERED
        not_asked |= answers.status[name] == Status.NOT_APPLICABLE
    return Truth(answered & found, (answered & ~found) | not_asked)


def _reference(name: str, here: str) -> str:
    return "." if name == here else f"${{{name}}}"


def _quoted(node: ast.Constant) -> str:
    return f"'{node.value!s}'"
