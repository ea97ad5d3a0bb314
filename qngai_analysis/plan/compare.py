"""Plans side by side: the same indicator in each, and where they contradict one another.

A contradiction between plans is a finding to print, not an error to mend. Findings are computed from
the plans' own targets and citations; each names the lines it rests on. See
``docs/methods/comparing-plans.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.document import Plan, read_plan

#: Kinds of findings and their words in a report.
KINDS = {
    "stricter-earlier": "mục tiêu sớm hơn lại cao hơn",
    "comparator": "khác từ so sánh",
    "base": "khác mẫu số",
    "population": "khác đối tượng",
    "missing": "kế hoạch sau không nhắc lại",
    "citation": "viện dẫn sai ngày",
}
NATIONAL = "QĐ 411"
_STRICT = {">": 1, "<": 1}


@dataclass(frozen=True)
class Comparison:
    """Plans laid side by side.

    ``ladder`` has one row an indicator that at least one plan sets: ``indicator, name, unit``, one
    column a plan (the threshold in words with its year, empty where the plan has none) and the
    national strategy's thresholds ``QĐ 411 (2025)`` and ``QĐ 411 (2030)``. ``findings`` has ``kind`` (a key of
    ``KINDS``), ``indicator``, ``text`` (Vietnamese), ``plans`` and ``lines`` (``906:110`` …).
    """

    ladder: pd.DataFrame
    findings: pd.DataFrame


def compare_plans(plans: Sequence[str | Plan]) -> Comparison:
    """Lay the targets of several plans side by side and report where they contradict one another.

    Parameters
    ----------
    plans : names, as ``read_plan`` takes them, or plans; in the order of the columns
        Only targets for the whole territory of a plan are compared, not those of its districts.

    Returns
    -------
    Comparison
        A plan of another province stands in the ladder, but no finding is made between provinces
        except for citations.
    """
    read = [plan if isinstance(plan, Plan) else read_plan(plan) for plan in plans]
    targets = pd.concat([_whole(plan) for plan in read], ignore_index=True)
    targets = targets[targets["indicator"].notna()]
    findings = [*_between_plans(read, targets), *_citations(read)]
    columns = ["kind", "indicator", "text", "plans", "lines"]
    return Comparison(_ladder(read, targets), pd.DataFrame(findings, columns=columns))


def _whole(plan: Plan) -> pd.DataFrame:
    own = plan.targets[plan.targets["geography"].eq(plan.document.geography)]
    return own.assign(plan=plan.document.key, province=plan.document.geography, issued=plan.document.date)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _goal(row: dict[str, Any]) -> str:
    unit = str(row["unit"])
    base = f" {row['base']}" if isinstance(row["base"], str) else ""
    amount = f"{_number(row['value'])}{unit if unit.startswith('%') else f' {unit}'}"
    return f"{row['wording']} {amount}{base}".strip()


def _line(row: dict[str, Any]) -> str:
    return f"{row['plan']}:{row['line_start']}"


def _ladder(plans: Sequence[Plan], targets: pd.DataFrame) -> pd.DataFrame:
    catalogue = read_catalogue()
    rows = []
    for code in [code for code in catalogue.index if code in set(targets["indicator"])]:
        entry = catalogue.loc[code]
        mine = _records(targets[targets["indicator"].eq(code)])
        cells = {
            plan.document.key: "; ".join(
                f"{_goal(row)} ({int(row['period_end'])})" if pd.notna(row["period_end"]) else _goal(row)
                for row in mine
                if row["plan"] == plan.document.key
            )
            for plan in plans
        }
        national = {f"{NATIONAL} ({year})": _national(entry, year) for year in (2025, 2030)}
        rows.append({"indicator": code, "name": entry["name_vi"], "unit": entry["unit"], **cells, **national})
    return pd.DataFrame(rows)


def _national(entry: pd.Series, year: int) -> str:
    value = entry[f"national_{year}"]
    if pd.isna(value):
        return ""
    sign = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "="}[str(entry[f"national_{year}_sign"])]
    return f"{sign} {_number(float(value))}{entry['unit'] if str(entry['unit']).startswith('%') else ''}"


def _between_plans(plans: Sequence[Plan], targets: pd.DataFrame) -> Iterator[dict[str, Any]]:
    families = read_catalogue()["family"]
    for first, second in combinations(sorted(plans, key=lambda plan: plan.document.date), 2):
        if first.document.geography != second.document.geography:
            continue
        mine = _records(targets[targets["plan"].eq(first.document.key)])
        other = _records(targets[targets["plan"].eq(second.document.key)])
        for left in mine:
            same = [right for right in other if right["indicator"] == left["indicator"]]
            for right in same:
                yield from _same_indicator(left, right)
            if not same:
                yield from _same_family(left, other, families)
        yield from _missing(first, second, mine, other)


def _finding(kind: str, text: str, *rows: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": kind,
        "indicator": rows[0]["indicator"],
        "text": text,
        "plans": ", ".join(dict.fromkeys(str(row["plan"]) for row in rows)),
        "lines": ", ".join(_line(row) for row in rows),
    }


def _strictness(row: dict[str, Any]) -> tuple[float, int]:
    """Return how much a threshold asks for: its height (turned round where less is better), then strictness."""
    sign = -1.0 if row["comparator"] in ("<", "<=") else 1.0
    return sign * float(row["value"]), _STRICT.get(row["comparator"], 0)


def _same_indicator(left: dict[str, Any], right: dict[str, Any]) -> Iterator[dict[str, Any]]:
    subject = left["subject"]
    if pd.notna(left["period_end"]) and pd.notna(right["period_end"]) and left["unit"] == right["unit"]:
        early, late = sorted((left, right), key=lambda row: int(row["period_end"]))
        years = int(early["period_end"]), int(late["period_end"])
        if years[0] < years[1] and _strictness(early) > _strictness(late):
            yield _finding(
                "stricter-earlier",
                f"{subject}: kế hoạch {early['plan']} đòi {_goal(early)} vào năm {years[0]}, cao hơn mức "
                f"{_goal(late)} mà kế hoạch {late['plan']} đặt cho năm {years[1]}.",
                early,
                late,
            )
        if (
            years[0] == years[1]
            and left["value"] == right["value"]
            and left["comparator"] != right["comparator"]
        ):
            yield _finding(
                "comparator",
                f"{subject}: cùng mức {_number(left['value'])}{left['unit']} năm {years[0]}, kế hoạch {left['plan']} ghi "
                f"“{left['wording']}”, kế hoạch {right['plan']} ghi “{right['wording']}”.",
                left,
                right,
            )
    if isinstance(left["base"], str) and isinstance(right["base"], str) and left["base"] != right["base"]:
        yield _finding(
            "base",
            f"{subject}: kế hoạch {left['plan']} tính trên {left['base']}, kế hoạch {right['plan']} trên "
            f"{right['base']}.",
            left,
            right,
        )


def _same_family(
    left: dict[str, Any], other: Iterable[dict[str, Any]], families: pd.Series
) -> Iterator[dict[str, Any]]:
    family = families[left["indicator"]]
    for right in other:
        if families[right["indicator"]] == family and left["unit"] == right["unit"]:
            yield _finding(
                "population",
                f"Hai chỉ tiêu gần tên nhưng khác nội dung, không nối với nhau: “{left['subject']}” ({_goal(left)}, kế hoạch "
                f"{left['plan']}) và “{right['subject']}” ({_goal(right)}, kế hoạch {right['plan']}).",
                left,
                right,
            )


def _missing(
    first: Plan, second: Plan, mine: list[dict[str, Any]], other: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Say which targets a later plan for the same year leaves out, where it repeats others of them."""
    years = {int(row["period_end"]) for row in other if pd.notna(row["period_end"])}
    codes = {row["indicator"] for row in other}
    left_out = [
        row
        for row in mine
        if pd.notna(row["period_end"]) and int(row["period_end"]) in years and row["indicator"] not in codes
    ]
    if left_out and len(left_out) < len(mine):
        names = "; ".join(str(row["subject"]) for row in left_out)
        yield {
            "kind": "missing",
            "indicator": "",
            "text": f"Kế hoạch {second.document.key} không nhắc lại {len(left_out)} trên {len(mine)} chỉ tiêu của kế hoạch "
            f"{first.document.key}: {names}.",
            "plans": f"{first.document.key}, {second.document.key}",
            "lines": ", ".join(_line(row) for row in left_out),
        }


def _citations(plans: Sequence[Plan]) -> Iterator[dict[str, Any]]:
    """Say where a document is cited under another date than its own, or than most citations give."""
    cited = pd.DataFrame(
        [
            {"number": item.number, "date": item.date, "plan": plan.document.key, "line": item.line}
            for plan in plans
            for item in plan.document.citations
            if item.number and item.date
        ],
        columns=["number", "date", "plan", "line"],
    )
    own = {plan.document.number: plan.document.date for plan in plans if plan.document.date}
    for number, rows in cited.groupby("number", sort=True):
        known = own.get(str(number)) or _usual(rows)
        wrong = rows[rows["date"].ne(known)] if known else rows[:0]
        for plan, part in wrong.groupby("plan", sort=False):
            dates = ", ".join(_day(text) for text in dict.fromkeys(part["date"]))
            yield {
                "kind": "citation",
                "indicator": "",
                "text": f"Kế hoạch {plan} viện dẫn {number} ngày {dates}; nơi khác ghi ngày {_day(known)}.",
                "plans": str(plan),
                "lines": ", ".join(f"{plan}:{line}" for line in part["line"]),
            }


def _usual(rows: pd.DataFrame) -> str:
    """Return the date that most plans give a document; empty where they are evenly split."""
    votes = rows.drop_duplicates(["plan", "date"])["date"].value_counts()
    if len(votes) < 2 or votes.iloc[0] == votes.iloc[1]:
        return ""
    return str(votes.index[0])


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{int(day)}/{int(month)}/{year}"
