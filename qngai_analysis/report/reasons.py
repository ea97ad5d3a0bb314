"""The explanation behind each verdict, and the addresses by which a table leads to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qngai_analysis.page.blocks import Details, literal
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.model import Target
from qngai_analysis.progress.explaining import Explanation, Step
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.yearly import YearResult
from qngai_analysis.report.base import Speaker
from qngai_analysis.words.addresses import pieces
from qngai_analysis.words.language import Lang, said, translate


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


def _step(step: Step, lang: Lang) -> str:
    lines = "\n".join(f"- {_linked(said(line, lang))}" for line in step.lines)
    return f"**{literal(translate(step.title, lang))}**\n\n{lines}"


def _linked(text: str) -> str:
    """Return text as Markdown that prints it as it is, its addresses as links."""
    return "".join(f"<{part}>" if is_address else literal(part) for part, is_address in pieces(text))


def remarks(outcome: Outcome, lang: Lang) -> str:
    """Return the remarks on a target's verdict, separated by semicolons; empty if there are none."""
    return "; ".join(said(note.said, lang) for note in outcome.notes)


def english_name(indicator: str | None) -> str:
    """Return the English name of an indicator of the catalogue; empty for one it does not have."""
    names = read_catalogue()["name_en"]
    return str(names.get(indicator or "", ""))


def wording(target: Target, lang: Lang) -> str:
    """Return a target in the plan's words; in English below the name of its indicator."""
    name = "" if lang == "vi" else english_name(target.indicator)
    return f"{name}\n{target.text}" if name else target.text
