"""Which indicators of a survey are the same answers, or sizes, of other respondents: known by the values, not by name or wording.

"Smartphone, from 18 years", "from 15 years" and "no smartphone" are one answer; turnover and turnover in millions are one
size. What is told of one is told of the other, too. See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.arrays import Floats
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.form.condition import Condition
from qngai_analysis.survey.form.intake import check_file, load_file, survey_file
from qngai_analysis.survey.form.intake_results import analysis_frame

_ENOUGH = 10  # respondents of both in whom they may agree by chance


@dataclass(frozen=True)
class SameAnswers:
    """Shares of the same answers: by name whether one is the opposite of the first; what each row of the file says to that (missing: to none)."""

    opposite: Mapping[str, bool]
    said: Floats


def same_answers(shares: Mapping[str, tuple[Floats, frozenset[str]]]) -> list[SameAnswers]:
    """
    Return sets of shares that agree, or differ, wherever both are known.

    ``shares``: by name 0 and 1 (missing outside the universe), and the questions asked. Where all say the same, shares of
    different questions agree by chance.
    """
    found: list[SameAnswers] = []
    asked: list[frozenset[str]] = []
    for name, (values, questions) in shares.items():
        for place, alike in enumerate(found):
            both = ~np.isnan(values) & ~np.isnan(alike.said)
            equal = (values == alike.said)[both]
            by_chance = np.ptp(values[both]) == 0 and not questions & asked[place] if both.any() else True
            if both.sum() >= _ENOUGH and not by_chance and (equal.all() or not equal.any()):
                opposite = not equal.any()
                mine = 1 - values if opposite else values
                said = np.where(np.isnan(alike.said), mine, alike.said)
                found[place] = SameAnswers({**alike.opposite, name: opposite}, said)
                asked[place] |= questions
                break
        else:
            found.append(SameAnswers({name: False}, values))
            asked.append(questions)
    return found


def same_sizes(one: Floats, other: Floats) -> bool:
    """Return whether each of two sizes follows from the other (a line) wherever both are known."""
    both = ~np.isnan(one) & ~np.isnan(other)
    if both.sum() < _ENOUGH:
        return False
    x, y = (values[both] - values[both].mean() for values in (one, other))
    same = np.isclose((x @ y) ** 2, (x @ x) * (y @ y), rtol=1e-9, atol=0)
    return bool(same and x.any() and y.any())


_TEXTS = ("numerator", "denominator", "universe")
_PLAIN = ("kind", "unknown", "per_unit")


def rule_of(item: Indicator) -> dict[str, Any]:
    """Return all that decides what an indicator says of whom, as the ledger holds it."""
    texts = {name: getattr(item, name) for name in _TEXTS}
    return {name: getattr(item, name) for name in _PLAIN} | {
        name: text.text for name, text in texts.items() if text is not None
    }


@lru_cache(maxsize=16)
def by_rules(
    survey: str, year: int, state: tuple[str, str], rules: tuple[tuple[str, str], ...]
) -> dict[str, tuple[Indicator, Floats]]:
    """
    Return indicators that the codebook had once, by their names, with what each row of a survey's file has in their columns.

    ``state``: checksums of the file and the codebook; ``rules``: names, and JSON of ``rule_of``. One that asks what the
    codebook no longer has is left out.
    """
    codebook = load_file(survey, year).codebook
    items: dict[str, Indicator] = {}
    for name, rule in rules:
        made: dict[str, Any] = json.loads(rule)
        with contextlib.suppress(SurveyError):
            for part in made.keys() & {*_TEXTS}:
                numeric = part == "denominator" or (part == "numerator" and made["kind"] != "proportion")
                made[part] = Condition(made[part], codebook.questions, numeric=numeric)
            items[name] = Indicator(name=name, vi="", en="", **made)
    if not items:
        return {}
    frame = analysis_frame(check_file(replace(codebook, indicators=items), survey_file(survey, year)))
    return {name: (item, frame[list(item.columns)].to_numpy(dtype=float)) for name, item in items.items()}
