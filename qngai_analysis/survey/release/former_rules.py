"""Indicators by rules that the codebook had once, of which something was told."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.arrays import Floats
from qngai_analysis.survey.form.codebook import Indicator
from qngai_analysis.survey.form.condition import Condition
from qngai_analysis.survey.form.intake import check_file, load_file, survey_file
from qngai_analysis.survey.form.intake_results import analysis_frame
from qngai_analysis.survey.release.ledger import ONCE, WHOLE, Past, PublishedState

_TEXTS = ("numerator", "denominator", "universe")
_PLAIN = ("kind", "unknown", "per_unit")


def rule_of(item: Indicator) -> dict[str, Any]:
    """Return all that decides what an indicator says of whom, as the ledger holds it."""
    texts = {name: getattr(item, name) for name in _TEXTS}
    return {name: getattr(item, name) for name in _PLAIN} | {
        name: text.text for name, text in texts.items() if text is not None
    }


def by_their_rules(past: Past, now: Mapping[str, Mapping[str, Any]]) -> Past:
    """
    Return the ledger with what was told by another rule than that of ``now`` under a name of its own: name, ``ONCE`` and rule.

    A figure never stands beneath a definition that is not its own.
    """

    def apart(state: PublishedState) -> PublishedState:
        names = {
            name: name + ONCE + json.dumps(rule, sort_keys=True)
            for (name, what), table in state.tables.items()
            if what == WHOLE and (rule := table.entry.get("rule")) and rule != now.get(name, rule)
        }
        tables = {(names.get(name, name), what): table for (name, what), table in state.tables.items()}
        return replace(state, tables=tables)

    return replace(past, earlier=tuple(map(apart, past.earlier)))


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
