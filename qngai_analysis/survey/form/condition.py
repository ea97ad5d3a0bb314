"""The small language of codebooks: routing, constraints and indicators in one notation.

A condition such as ``age >= 15 and internet == "last_3_months"`` names questions and, in quotes,
choices. It is read once, to what is tested on answers and written as XPath for the questionnaire, and
searched for the questions it rests on.

Grammar: ``and``, ``or``, ``not``, parentheses; ``== != < <= > >=``; ``question in ("a", "b")``;
``chosen(question, "a")`` for a select-multiple question; ``+ - * /`` on numeric questions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from qngai_analysis.errors import SurveyError
from qngai_analysis.words.said import Either, Said, coded

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


@dataclass
class Answer:
    """A question's answers in arrays, one entry a row: values, statuses, the choices of select-multiple, texts.

    ``values`` holds choice codes and numbers; it is NaN wherever the status is not ANSWERED.
    """

    values: Floats
    status: npt.NDArray[np.int8]
    chosen: Mapping[str, Bools] = field(default_factory=dict)
    texts: npt.NDArray[np.object_] | None = None

    def placed(self, place: npt.NDArray[np.integer]) -> Self:
        """Return the answers laid out on other rows; a row whose place is -1 is empty."""
        return replace(
            self,
            values=np.append(self.values, np.nan)[place],
            status=np.append(self.status, np.int8(Status.MISSING))[place],
            chosen={name: np.append(hit, False)[place] for name, hit in self.chosen.items()},
            texts=None if self.texts is None else np.append(self.texts, np.array(None))[place],
        )


class Answers(dict[str, Answer]):
    """Answers to questions by their names; ``size`` is how many rows they have."""

    def __init__(self, size: int, of: Mapping[str, Answer] | None = None) -> None:
        super().__init__(of or {})
        self.size = size


@dataclass(frozen=True)
class Truth:
    """A three-valued answer: where the condition surely holds, where it surely does not."""

    yes: Bools
    no: Bools

    def __invert__(self) -> Truth:
        return Truth(self.no, self.yes)


@dataclass(frozen=True)
class _Part:
    """A part of a condition: a truth or numbers when tested on answers, and its XPath."""

    value: Callable[[Answers], Any]
    xpath: str
    joined: bool = False  # by "and" or "or": within another it stands in parentheses


@dataclass(frozen=True)
class Named:
    """What an entry of a codebook defines: an English ``name``, and a label in each language."""

    name: str
    vi: str
    en: str


@dataclass(frozen=True)
class AnswerChoice(Named):
    """One answer, with a whole-number ``code`` for data files."""

    code: int
    exclusive: bool = False  # in a select-multiple: excludes every other choice


@dataclass(frozen=True)
class Item(Named):
    """What a condition must know of a question; ``special`` names the special answers it allows."""

    type: Literal["select_one", "select_multiple", "integer", "decimal", "date", "text"]
    choices: tuple[AnswerChoice, ...] = ()
    special: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether its answer is a number."""
        return self.type in ("integer", "decimal")

    @cached_property
    def codes(self) -> Mapping[str, int]:
        """Code of each choice by its name, special answers not among them."""
        return {choice.name: choice.code for choice in self.choices}


_WORD = re.compile(r'"\w+"|\w+|[=!<>]=')
_COMPARE = {
    ast.Eq: (np.equal, "="),
    ast.NotEq: (np.not_equal, "!="),
    ast.Lt: (np.less, "<"),
    ast.LtE: (np.less_equal, "<="),
    ast.Gt: (np.greater, ">"),
    ast.GtE: (np.greater_equal, ">="),
}
_ARITHMETIC = {
    ast.Add: (np.add, "+"),
    ast.Sub: (np.subtract, "-"),
    ast.Mult: (np.multiply, "*"),
    ast.Div: (np.divide, "div"),
}


@dataclass(frozen=True)
class Condition:
    """
    A parsed condition over the ``questions`` of one codebook; a number of them if it is ``numeric``.

    ``where`` says of a message where the text stands. Conditions of the same text are the same: an indicator of a
    codebook that is read again is the same one.

    Raises
    ------
    SurveyError
        The text is not of the grammar, names an unknown question or an unknown choice, or
        compares what can't be compared; the message quotes the text.

    Examples
    --------
    >>> adult = Condition("age >= 18", {"age": Item("age", "Tuổi", "Age", "integer")})
    >>> adult.names, adult.xpath()
    (('age',), '${age} >= 18')
    >>> told = Answer(np.array([17.0, 18.0, 40.0]), np.zeros(3, dtype=np.int8))
    >>> truth = adult.test(Answers(3, {"age": told}))
    >>> truth.yes.tolist()
    [False, True, True]
    """

    text: str
    questions: Mapping[str, Item] = field(repr=False, compare=False)
    _: KW_ONLY
    where: str = field(default="", repr=False, compare=False)
    numeric: bool = field(default=False, repr=False)

    def __post_init__(self) -> None:
        if unknown := [name for name in self.names if name not in self.questions]:
            known = ", ".join(self.questions) or "-"
            wording = "không có câu hỏi {name!r} đứng trước; có {known}"
            raise self._refusal(wording, name=unknown[0], known=known)
        _ = self._part  # what is wrong with it is said at once

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The questions that it names, each once."""
        return _names(self._tree)

    @cached_property
    def limits(self) -> frozenset[tuple[str, float]]:
        """The numbers that it compares questions with, each beside the question."""
        found = set()
        for node in ast.walk(self._tree):
            match node:
                case ast.Compare(left=one, comparators=[other]):
                    for asked, number in ((one, other), (other, one)):
                        if isinstance(asked, ast.Name) and isinstance(number, ast.Constant):
                            found.add((asked.id, number.value))
        return frozenset((name, float(value)) for name, value in found if isinstance(value, int | float))

    @cached_property
    def _tree(self) -> ast.expr:
        try:
            return ast.parse(self.text.strip(), mode="eval").body
        except SyntaxError:
            raise self._refusal("không phải một điều kiện: ngoặc, dấu nháy hoặc phép toán chưa đủ") from None

    @cached_property
    def _part(self) -> _Part:
        return self._number(self._tree) if self.numeric else self._read(self._tree)

    def __getstate__(self) -> dict[str, Any]:
        # functions stay in their process: another one reads the text again
        return {name: value for name, value in vars(self).items() if name not in ("_tree", "_part")}

    def _refusal(self, wording: str, **values: object) -> SurveyError:
        where, what = f"{self.where}: " if self.where else "", Said(wording, **values)
        return SurveyError("{_where}{text!r}: {what}", _where=where, text=self.text, what=what)

    def test(self, answers: Answers) -> Truth:
        """
        Return where the condition surely holds and where it surely does not.

        An answer of "không biết", a refusal or an empty cell makes a comparison unknown; a question
        that was not asked makes it false. ``and``, ``or`` and ``not`` follow Kleene's logic.
        """
        truth: Truth = self._part.value(answers)
        return truth

    def number(self, answers: Answers) -> Floats:
        """Return the value of a ``numeric`` text; NaN where a question has no answer."""
        return np.asarray(self._part.value(answers))

    @property
    def words(self) -> Either:
        """The condition as who fills the questionnaire knows it: questions and choices by their labels."""
        return Either(self._told(0), self._told(1))

    def _told(self, lang: int) -> str:
        items = [self.questions[name] for name in self.names]
        named: list[tuple[str, Named]] = [(item.name, item) for item in items]
        named += [(f'"{choice.name}"', choice) for item in items for choice in item.choices]
        words = {name: f"“{(of.vi, of.en)[lang]}”" for name, of in named}
        words |= {sign: each[lang] for sign, each in coded("sign").items()}
        return _WORD.sub(lambda word: words.get(word[0], word[0]), self.text.replace("'", '"'))

    def xpath(self, *, here: str = "") -> str:
        """Return the condition in the XPath of XLSForm; the question ``here`` is written ``.``."""
        return self._part.xpath.replace(_reference(here), ".")

    def _read(self, node: ast.expr) -> _Part:
        match node:
            case ast.BoolOp(op=operator, values=values):
                return self._joined([self._read(part) for part in values], isinstance(operator, ast.And))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._read(operand)
                return _Part(lambda answers: ~inner.value(answers), f"not({inner.xpath})")
            case ast.Call():
                return self._chosen(node)
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn() as operator], comparators=[right]):
                return self._among(left, right, outside=isinstance(operator, ast.NotIn))
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._compared(left, operator, right)
            case ast.Compare():
                raise self._refusal("mỗi lần chỉ so sánh hai vế (a < b and b < c)")
            case ast.Constant(value=bool(sure)):
                return _Part(
                    lambda answers: Truth(np.full(answers.size, sure), np.full(answers.size, not sure)),
                    f"{str(sure).lower()}()",
                )
        raise self._refusal("{part!r} không đúng cũng không sai", part=ast.unparse(node))

    @staticmethod
    def _joined(parts: list[_Part], every: bool) -> _Part:
        hold, fail = (np.logical_and, np.logical_or) if every else (np.logical_or, np.logical_and)

        def value(answers: Answers) -> Truth:
            found = [part.value(answers) for part in parts]
            return Truth(hold.reduce([one.yes for one in found]), fail.reduce([one.no for one in found]))

        written = [f"({part.xpath})" if part.joined else part.xpath for part in parts]
        return _Part(value, (" and " if every else " or ").join(written), joined=True)

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> _Part:
        names = tuple(dict.fromkeys((*_names(left), *_names(right))))
        compare, sign = _COMPARE[type(operator)]
        label = isinstance(right, ast.Constant) and isinstance(right.value, str)
        first, second = self._number(left), self._label(left, right) if label else self._number(right)

        def value(answers: Answers) -> Truth:
            with np.errstate(invalid="ignore"):
                return _where_known(answers, names, compare(first.value(answers), second.value(answers)))

        tests = [f"{first.xpath} {sign} {second.xpath}"]
        if label and sign == "!=":
            tests.insert(0, self._answered(left))
        elif not label and sign not in (">", ">="):
            # special answers of numeric questions are negative codes: they must not pass as numbers
            tests[:0] = [f"{_reference(name)} >= 0" for name in names if self.questions[name].special]
        test = " and ".join(tests)
        return _Part(value, f"({test})" if len(tests) > 1 else test)

    def _among(self, left: ast.expr, right: ast.expr, *, outside: bool) -> _Part:
        if not isinstance(right, ast.Tuple | ast.List):
            raise self._refusal('sau "in" là một danh sách như ("a", "b")')
        name, labels = self._question(left).name, [self._label(left, item) for item in right.elts]

        def value(answers: Answers) -> Truth:
            found = np.isin(answers[name].values, [label.value(answers) for label in labels])
            return _where_known(answers, [name], ~found if outside else found)

        tests = " or ".join(f"{_reference(name)} = {label.xpath}" for label in labels)
        return _Part(value, f"({self._answered(left)} and not({tests}))" if outside else f"({tests})")

    def _number(self, node: ast.expr) -> _Part:
        match node:
            case ast.Name(id=name):
                return _Part(lambda answers: answers[name].values, _reference(name))
            case ast.Constant(value=int() | float() as number):
                return _Part(lambda answers: np.full(answers.size, float(number)), f"{number:g}")
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._number(operand)
                return _Part(lambda answers: -inner.value(answers), f"-{inner.xpath}")
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _ARITHMETIC:
                function, word = _ARITHMETIC[type(operator)]
                first, second = self._number(left), self._number(right)

                def value(answers: Answers) -> Any:
                    with np.errstate(divide="ignore", invalid="ignore"):
                        return function(first.value(answers), second.value(answers))

                return _Part(value, f"({first.xpath} {word} {second.xpath})")
        raise self._refusal("{part!r} không phải là số", part=ast.unparse(node))

    # -- parts of the tree -------------------------------------------------------------

    def _question(self, node: ast.expr) -> Item:
        if not isinstance(node, ast.Name):
            raise self._refusal("{part!r} không phải là câu hỏi", part=ast.unparse(node))
        return self.questions[node.id]

    def _label(self, left: ast.expr, node: ast.expr) -> _Part:
        """A choice that the question on the left is compared with."""
        question = self._question(left)
        if question.type != "select_one" or not isinstance(node, ast.Constant):
            raise self._refusal("{name!r} không có lựa chọn để so sánh", name=question.name)
        code = self._code(question, node)
        return _Part(lambda _: code, f"'{node.value!s}'")

    def _answered(self, node: ast.expr) -> str:
        # neither an empty question nor a "don't know" may count as "different from"
        question = self._question(node)
        return " and ".join(f"{_reference(question.name)} != '{name}'" for name in ("", *question.special))

    def _code(self, question: Item, node: ast.Constant) -> int:
        if node.value not in question.codes:
            wording = "{name!r} không có lựa chọn {choice!r}; có {known}"
            known = ", ".join(question.codes)
            raise self._refusal(wording, name=question.name, choice=node.value, known=known)
        return question.codes[str(node.value)]

    def _chosen(self, node: ast.Call) -> _Part:
        match node:
            case ast.Call(func=ast.Name(id="chosen"), args=[asked, ast.Constant() as written]):
                question, choice = self._question(asked), str(written.value)
            case _:
                wording = '{part!r}: chỉ gọi được chosen(câu_hỏi, "lựa_chọn")'
                raise self._refusal(wording, part=ast.unparse(node))
        name = question.name
        if question.type != "select_multiple":
            raise self._refusal("{name!r} không phải kiểu select_multiple", name=name)
        self._code(question, written)
        return _Part(
            lambda answers: _where_known(answers, [name], answers[name].chosen[choice]),
            f"selected({_reference(name)}, '{choice}')",
        )


def _names(tree: ast.expr) -> tuple[str, ...]:
    """The questions that a part of a condition names, each once."""
    named = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id != "chosen")
    return tuple(dict.fromkeys(named))


def _where_known(answers: Answers, names: Sequence[str], found: Bools) -> Truth:
    statuses = np.array([answers[name].status for name in names])
    answered = (statuses == Status.ANSWERED).all(axis=0)
    return Truth(answered & found, (answered & ~found) | (statuses == Status.NOT_APPLICABLE).any(axis=0))


def _reference(name: str) -> str:
    return f"${{{name}}}"
