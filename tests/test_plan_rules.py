"""Each rule of the grammar decides on its own example, and the page on reading plans tells them as they are."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from qngai_analysis.plan import coverage, parse_text
from qngai_analysis.plan import sentence as grammar
from qngai_analysis.plan.columns import COLUMNS, column_role
from qngai_analysis.plan.model import Fate
from qngai_analysis.plan.rules import Rule
from qngai_analysis.plan.sentence import NAMING, Context, Sentence, Sides
from qngai_analysis.plan.structure import TOPICS, topic_of
from qngai_analysis.plan.targets import FATES, read_block
from qngai_analysis.plan.verdicts import VERDICTS, Case
from qngai_analysis.plan.wording import NUMERALS, VIEW, NumeralRule, Spot, scan, tell
from qngai_analysis.plan.words import headings, lower

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
PAGE = ROOT / "docs" / "methods" / "reading-plans.md"

HEAD = "Số: 15/KH-UBND\nĐồng Tháp, ngày 15 tháng 6 năm 2022\nKẾ HOẠCH\nPhát triển kinh tế số\n"
SECTIONS = {
    "goals": "I. MỤC TIÊU\n- ",
    "status": "I. THỰC TRẠNG\n- ",
    "tasks": "I. NHIỆM VỤ\n- ",
    "budget": "I. KINH PHÍ\n- ",
    "aims": "I. MỤC ĐÍCH, YÊU CẦU\n- ",
    "head": "",
    "": "I. Kinh tế số\n",
}


def unmarked(example: str) -> tuple[str, tuple[int, int]]:
    """Return an example without its marks, and the span of the numeral between them."""
    before, numeral, after = re.split("[«»]", example)
    return before + numeral + after, (len(before), len(before) + len(numeral))


def ids(rules: tuple[object, ...]) -> list[str]:
    return [str(getattr(rule, "name", rule))[:70] for rule in rules]


@pytest.mark.parametrize("rule", NUMERALS, ids=ids(NUMERALS))
def test_a_numeral_is_what_the_first_rule_that_applies_says(rule: NumeralRule) -> None:
    words, (start, end) = unmarked(rule.example)
    low = lower(words)
    decided, token = tell(Spot(words, low, start, len(words), low[max(0, start - VIEW) : start]))

    assert decided is rule
    assert (token.kind, token.start, token.end) == (rule.kind, start, end)
    assert (start, end) in [(other.start, other.end) for other in scan(words, low, 0, len(words))]


@pytest.mark.parametrize("rule", VERDICTS, ids=ids(VERDICTS))
def test_a_quantity_is_what_the_first_rule_that_applies_says(rule: Rule[Case, Fate | None]) -> None:
    words, (start, end) = unmarked(rule.example)
    reading = read_block(words, lower(words), 0, len(words), Context(year=2022, topic=rule.under))
    fates = {(a, b): fate for a, b, fate in reading.fates}

    assert reading.rules[start] == rule.name
    assert rule.gives in (fates[start, end], None)
    text = HEAD + SECTIONS[rule.under] + words
    in_plan = coverage(parse_text(text)).set_index("char_start")["fate"]
    assert in_plan[len(text) - len(words) + start] == fates[start, end]


@pytest.mark.parametrize("rule", NAMING, ids=ids(NAMING))
def test_a_subject_stands_where_the_first_rule_that_applies_says(
    rule: Rule[Sides, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    decided: dict[int, Rule[Sides, Any]] = {}

    def first(rules: Sequence[Rule[Sides, Any]], sides: Sides) -> Rule[Sides, Any]:
        found = next(each for each in rules if each.applies(sides))
        decided[sides.quantity.token.start] = found
        return found

    monkeypatch.setattr(grammar, "first", first)
    words, (start, _) = unmarked(rule.example)
    low = lower(words)
    Sentence(words, low, (0, len(words)), list(scan(words, low, 0, len(words))), Context(2025, topic="goals"))

    assert decided[start] is rule


@pytest.mark.parametrize("rule", COLUMNS, ids=[f"{rule.gives}: {rule.example}" for rule in COLUMNS])
def test_a_column_holds_what_the_first_rule_that_applies_says(rule: Rule[str, str]) -> None:
    assert column_role(rule.example) == rule.gives
    assert next(each for each in COLUMNS if each.applies(rule.example.lower())) is rule


@pytest.mark.parametrize("rule", TOPICS, ids=[rule.gives for rule in TOPICS])
def test_a_heading_is_about_the_topic_whose_word_stands_first(rule: Rule[str, str]) -> None:
    assert topic_of(rule.example) == rule.gives


@pytest.mark.parametrize("rule", headings("pillar"), ids=[rule.gives for rule in headings("pillar")])
def test_a_heading_is_of_the_one_pillar_that_it_names(rule: Rule[str, str]) -> None:
    assert [each.gives for each in headings("pillar") if each.applies(rule.example.lower())] == [rule.gives]


def test_every_kind_of_numeral_and_every_verdict_has_a_fate_of_the_list() -> None:
    assert {rule.kind for rule in NUMERALS} | {"name"} == set(FATES)
    assert {rule.gives for rule in VERDICTS} - {None} <= set(Fate)


def test_the_page_on_reading_plans_tells_the_rules_as_they_are() -> None:
    from rules_page import page_with_rules

    page = PAGE.read_text(encoding="utf-8")
    assert page_with_rules(page) == page, "run: python tools/rules_page.py"
