"""Write the rules of the plan grammar into ``docs/methods/reading-plans.md``.

The tables between ``<!-- rules: … -->`` and ``<!-- end of rules -->`` are made of the rules themselves, so the page
says what the code does. Run it as ``python tools/rules_page.py`` after a change to a rule; a test compares.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from qngai_analysis.plan.sentence import FATES, NAMING  # noqa: E402
from qngai_analysis.plan.verdicts import VERDICTS  # noqa: E402
from qngai_analysis.plan.wording import NUMERALS  # noqa: E402
from qngai_analysis.plan.words import headings  # noqa: E402

PAGE = ROOT / "docs" / "methods" / "reading-plans.md"
SECTIONS = {"": "prose", "head": "legal basis"}
_PART = re.compile(r"(<!-- rules: (?P<name>\w+) -->\n).*?(<!-- end of rules -->)", re.DOTALL)


def page_with_rules(page: str) -> str:
    """Return the page with its tables as the rules are now."""
    return _PART.sub(lambda found: found[1] + "\n".join(TABLES[found["name"]]()) + "\n" + found[3], page)


def _numerals() -> Iterator[str]:
    yield from ("| the numeral is | fate | example |", "|---|---|---|")
    for rule in NUMERALS:
        yield f"| {rule.name} | {FATES[rule.kind]} | {rule.example} |"


def _subjects() -> Iterator[str]:
    yield from ("| where the subject stands | example |", "|---|---|")
    for rule in NAMING:
        yield f"| {rule.name} | {rule.example} |"


def _verdicts() -> Iterator[str]:
    yield from ("| the quantity is | fate | example | in a section of |", "|---|---|---|---|")
    for rule in VERDICTS:
        fate = rule.gives or "as the number before the bracket"
        yield f"| {rule.name} | {fate} | {rule.example} | {SECTIONS.get(rule.under, rule.under)} |"


def _headings(kind: str) -> Callable[[], Iterator[str]]:
    def rows() -> Iterator[str]:
        yield from (f"| {kind} | example |", "|---|---|")
        for rule in headings(kind):
            yield f"| {rule.gives} | {rule.example} |"

    return rows


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "numerals": _numerals,
    "subjects": _subjects,
    "verdicts": _verdicts,
    "columns": _headings("column"),
    "topics": _headings("topic"),
}


if __name__ == "__main__":
    PAGE.write_text(page_with_rules(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
