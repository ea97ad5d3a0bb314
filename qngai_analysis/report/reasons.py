"""The explanation behind each verdict, and the addresses by which a table leads to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qngai_analysis.page.blocks import Details, literal
from qngai_analysis.progress.explaining import ExplainedStep, Explanation
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.yearly import YearResult
from qngai_analysis.report.base import Speaker
from qngai_analysis.report.printed import quoted
from qngai_analysis.words.addresses import pieces
from qngai_analysis.words.said import Lang, said, translate


def address(target_id: str) -> str:
    """Return the address of a target's explanation, for the cell of a table.

    >>> address("906.07")
    '#vi-sao-906-07'
    """
    return f"#{_anchor(target_id)}"


def _anchor(target_id: str) -> str:
    return f"vi-sao-{target_id.replace('.', '-')}"


def reasons(
    report: Speaker, result: YearResult, outcomes: Iterable[Outcome], name: Callable[[Outcome], str]
) -> list[Details]:
    """Return the explanation of each target, in their order, under the name that ``name`` gives."""
    return [
        Details(
            f"{place}. {name(outcome)}: {report.say(outcome.verdict.value)}",
            explained(result.explain(outcome.target.id), report.lang),
            id=_anchor(outcome.target.id),
        )
        for place, outcome in enumerate(outcomes, start=1)
    ]


def explained(explanation: Explanation, lang: Lang) -> str:
    """Return the reasons for a verdict as Markdown."""
    return "\n\n".join(_step(step, lang) for step in explanation.steps)


def _step(step: ExplainedStep, lang: Lang) -> str:
    lines = "\n".join(f"- {_linked(quoted(said(line, lang)))}" for line in step.lines)
    return f"**{literal(translate(step.title, lang))}**\n\n{lines}"


def _linked(text: str) -> str:
    """Return text as Markdown that prints it as it is, its addresses as links."""
    return "".join(f"<{part}>" if is_address else literal(part) for part, is_address in pieces(text))
