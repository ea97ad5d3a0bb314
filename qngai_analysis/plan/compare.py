"""Plans side by side: the ladder of targets per indicator, and where plans disagree.

A disagreement is a finding to print, not an error to mend. Every finding is computed from the plans'
rows and names the lines it rests on. National values (Decision 411/QĐ-TTg) come from the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.document import Citation, Plan, read_plan

KINDS = {
    "stricter_earlier": "Mục tiêu sớm hơn lại cao hơn",
    "changed_comparator": "Khác từ so sánh",
    "changed_value": "Khác giá trị",
    "changed_base": "Khác mẫu số",
    "changed_population": "Khác đối tượng hoặc định nghĩa",
    "missing": "Không có trong một kế hoạch",
    "below_national": "Thấp hơn mục tiêu quốc gia",
    "wrong_citation": "Viện dẫn sai ngày",
    "misprinted_symbol": "Viện dẫn sai ký hiệu",
}
FINDING_COLUMNS = ("kind", "indicator", "plans", "places", "text")
_LADDER_COLUMNS = (
    "indicator", "plan", "year", "comparator", "wording", "value", "value_high", "unit", "base", "subject", "geography", "id",
    "line_start", "line_end",
)  # fmt: skip


@dataclass(frozen=True)
class Ladder:
    """Targets of several plans per indicator.

    ``steps``: one row a target (indicator, plan, year, comparator, wording, value, unit, base, subject,
    geography, id, lines). ``table``: one row an indicator, one column a plan, as printed, and the
    national values for 2025 and 2030; an empty cell means that the plan has no such target.
    ``findings``: kind (a key of ``KINDS``), indicator, plans, places ("906:113-114"), text (Vietnamese).
    """

    steps: pd.DataFrame
    table: pd.DataFrame
    findings: pd.DataFrame


@dataclass(frozen=True)
class _Step:
    """One target of one plan, for comparing."""

    indicator: str
    family: str
    plan: str
    year: int | None
    comparator: str
    wording: str
    value: float
    high: float | None
    unit: str
    base: str
    subject: str
    geography: str
    id: str
    first: int
    last: int

    @property
    def place(self) -> str:
        return f"{self.plan}:{self.first}" + (f"-{self.last}" if self.last != self.first else "")

    @property
    def printed(self) -> str:
        """The target as a reader writes it: "trên 50% (2025)"."""
        words = {
            ">=": "tối thiểu",
            ">": "trên",
            "<=": "không quá",
            "<": "dưới",
            "~": "khoảng",
            "=": "bằng",
            "between": "từ",
        }
        span = f" đến {vietnamese(self.high)}" if self.high is not None else ""
        unit = self.unit if self.unit.startswith("%") else f" {self.unit}" if self.unit else ""
        year = f" ({self.year})" if self.year else ""
        return f"{self.wording or words[self.comparator]} {vietnamese(self.value)}{span}{unit}{year}"


def vietnamese(value: float) -> str:
    """Return a number as Vietnamese text prints it.

    >>> vietnamese(8.5), vietnamese(1254184.0), vietnamese(20.0)
    ('8,5', '1.254.184', '20')
    """
    whole, _, decimals = f"{value:,.6f}".partition(".")
    decimals = decimals.rstrip("0")
    return whole.replace(",", ".") + (f",{decimals}" if decimals else "")


def compare_plans(plans: Iterable[Plan | str]) -> Ladder:
    """Lay the targets of plans side by side and report where they disagree.

    Targets of a plan's own territory are compared (district targets are not). Plans of different
    provinces share the table; findings are made within one territory, against the national values,
    and among the citations of all plans.

    Parameters
    ----------
    plans : plans, or names as ``read_plan`` takes them

    Raises
    ------
    PlanError
        A name is no plan (see ``read_plan``).
    """
    read = [plan if isinstance(plan, Plan) else read_plan(plan) for plan in plans]
    catalogue = read_catalogue()
    steps = [step for plan in read for step in _steps(plan, catalogue)]
    findings = [
        *_pairs(steps, read),
        *_families(steps, catalogue),
        *_missing(steps, read, catalogue),
        *_national(steps, catalogue),
        *_citations(read),
    ]
    return Ladder(
        steps=_step_frame(steps),
        table=_table(steps, read, catalogue),
        findings=pd.DataFrame(findings, columns=list(FINDING_COLUMNS)).astype(
            {"kind": "str", "indicator": "str", "text": "str"}
        ),
    )


# ------------------------------------------------------------------ steps


def _steps(plan: Plan, catalogue: pd.DataFrame) -> Iterator[_Step]:
    for row in plan.rows["targets"]:
        code = row["indicator"]
        if not code or row["geography"] != plan.document.geography:
            continue
        yield _Step(
            indicator=code, family=str(catalogue.at[code, "family"]), plan=plan.document.key,
            year=None if row["period_end"] is None else int(row["period_end"]), comparator=row["comparator"],
            wording=row["wording"], value=row["value"], high=row["value_high"], unit=row["unit"], base=_base(row),
            subject=row["subject"], geography=row["geography"], id=row["id"], first=row["line_start"], last=row["line_end"],
        )  # fmt: skip


def _base(row: dict[str, Any]) -> str:
    found = re.search(r"GR?DP", f"{row['base'] or ''} {row['subject']}", re.IGNORECASE)
    return found.group().upper() if found else ""


def _step_frame(steps: list[_Step]) -> pd.DataFrame:
    rows = [
        (
            s.indicator, s.plan, s.year, s.comparator, s.wording, s.value, s.high, s.unit, s.base, s.subject, s.geography, s.id,
            s.first, s.last,
        )
        for s in steps
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(_LADDER_COLUMNS))
    return frame.astype(
        {
            "year": "Int64",
            "value": "float64",
            "value_high": "float64",
            "line_start": "Int64",
            "line_end": "Int64",
        }
    )


def _table(steps: list[_Step], plans: list[Plan], catalogue: pd.DataFrame) -> pd.DataFrame:
    codes = [code for code in catalogue.index if any(step.indicator == code for step in steps)]
    columns: dict[str, list[str]] = {"name": [str(catalogue.at[code, "name_vi"]) for code in codes]}
    for plan in plans:
        columns[plan.document.key] = [
            "; ".join(
                step.printed for step in steps if step.indicator == code and step.plan == plan.document.key
            )
            for code in codes
        ]
    for year in (2025, 2030):
        columns[f"QĐ 411 ({year})"] = [_national_printed(catalogue, code, year) for code in codes]
    return pd.DataFrame(columns, index=pd.Index(codes, name="indicator"))


def _national_printed(catalogue: pd.DataFrame, code: str, year: int) -> str:
    value = catalogue.at[code, f"national_{year}"]
    if pd.isna(value):
        return ""
    sign = {">=": "tối thiểu", ">": "trên"}[str(catalogue.at[code, f"national_{year}_sign"])]
    unit = str(catalogue.at[code, "unit"])
    return f"{sign} {vietnamese(float(value))}{unit if unit.startswith('%') else ' ' + unit}"


# ------------------------------------------------------------------ findings


def _finding(
    kind: str, indicator: str, steps: Iterable[_Step], text: str
) -> tuple[str, str, list[str], list[str], str]:
    steps = list(steps)
    return kind, indicator, list(dict.fromkeys(s.plan for s in steps)), [s.place for s in steps], text


def _asks_more(a: _Step, b: _Step) -> bool:
    """Whether ``a`` asks for more than ``b`` (both lower bounds in one unit)."""
    if a.unit != b.unit or not {a.comparator, b.comparator} <= {">", ">="}:
        return False
    return a.value > b.value or (a.value == b.value and a.comparator == ">" and b.comparator == ">=")


def _pairs(steps: list[_Step], plans: list[Plan]) -> Iterator[tuple[str, str, list[str], list[str], str]]:
    """Compare every two targets of one indicator and one territory."""
    for a, b in combinations(steps, 2):
        if a.plan == b.plan or a.indicator != b.indicator or a.geography != b.geography:
            continue
        if a.base and b.base and a.base != b.base:
            yield _finding(
                "changed_base",
                a.indicator,
                (a, b),
                f"{a.subject}: kế hoạch {a.plan} tính trên {a.base}, kế hoạch {b.plan} tính trên {b.base}.",
            )
        if a.year is not None and a.year == b.year:
            if a.value != b.value:
                yield _finding(
                    "changed_value",
                    a.indicator,
                    (a, b),
                    f"{a.subject}: {a.plan} {a.printed}, {b.plan} {b.printed}.",
                )
            elif a.comparator != b.comparator:
                yield _finding(
                    "changed_comparator", a.indicator, (a, b),
                    f"{a.subject}: kế hoạch {a.plan} ghi “{a.printed}”, kế hoạch {b.plan} ghi “{b.printed}”.",
                )  # fmt: skip
        yield from _stricter(a, b)


def _stricter(a: _Step, b: _Step) -> Iterator[tuple[str, str, list[str], list[str], str]]:
    if a.year is None or b.year is None or a.year == b.year:
        return
    early, late = (a, b) if a.year < b.year else (b, a)
    if _asks_more(early, late):
        same = "" if early.indicator == late.indicator else " (hai định nghĩa khác nhau)"
        yield _finding(
            "stricter_earlier", early.indicator, (early, late),
            f"{early.subject}: {early.plan} {early.printed} cao hơn {late.plan} {late.printed}{same}.",
        )  # fmt: skip


def _families(
    steps: list[_Step], catalogue: pd.DataFrame
) -> Iterator[tuple[str, str, list[str], list[str], str]]:
    """Targets that look alike and count other people or other things."""
    for a, b in combinations(steps, 2):
        if (
            a.plan == b.plan
            or a.family != b.family
            or a.indicator == b.indicator
            or a.geography != b.geography
        ):
            continue
        if (
            _has(steps, a.plan, b.indicator)
            or _has(steps, b.plan, a.indicator)
            or not _related(a, b, catalogue)
        ):
            continue
        yield _finding(
            "changed_population", a.indicator, (a, b),
            f"{a.plan}: “{a.subject}” ({a.printed}); {b.plan}: “{b.subject}” ({b.printed}): không so sánh trực tiếp được.",
        )  # fmt: skip
        yield from _stricter(a, b)


def _related(a: _Step, b: _Step, catalogue: pd.DataFrame) -> bool:
    """Of a family, only what measures the same thing of other people is a change: both shares, or both counts."""
    return (
        a.unit.startswith("%") == b.unit.startswith("%")
        and catalogue.at[a.indicator, "unit"] == catalogue.at[b.indicator, "unit"]
    )


def _has(steps: list[_Step], plan: str, indicator: str) -> bool:
    return any(step.plan == plan and step.indicator == indicator for step in steps)


def _missing(
    steps: list[_Step], plans: list[Plan], catalogue: pd.DataFrame
) -> Iterator[tuple[str, str, list[str], list[str], str]]:
    """Indicators with a target for the same year in one plan of a territory and in no other."""
    for plan in plans:
        key = plan.document.key
        years = {step.year for step in steps if step.plan == key}
        for other in steps:
            if other.plan == key or other.geography != plan.document.geography or other.year not in years:
                continue
            if not _has(steps, key, other.indicator):
                yield _finding(
                    "missing", other.indicator, (other,),
                    f"{catalogue.at[other.indicator, 'name_vi']}: có trong {other.plan} ({other.printed}), không có trong {key}.",
                )  # fmt: skip


def _national(
    steps: list[_Step], catalogue: pd.DataFrame
) -> Iterator[tuple[str, str, list[str], list[str], str]]:
    for step in steps:
        if step.year not in (2025, 2030):
            continue
        value = catalogue.at[step.indicator, f"national_{step.year}"]
        if pd.isna(value):
            continue
        sign = str(catalogue.at[step.indicator, f"national_{step.year}_sign"])
        national = _national_printed(catalogue, step.indicator, step.year)
        weaker = step.value < float(value) or (
            step.value == float(value) and sign == ">" and step.comparator == ">="
        )
        if weaker and step.comparator in (">", ">="):
            kind = "below_national" if step.value < float(value) else "changed_comparator"
            yield _finding(
                kind,
                step.indicator,
                (step,),
                f"{step.subject}: {step.plan} {step.printed}; Quyết định 411/QĐ-TTg: {national}.",
            )
        base = str(catalogue.at[step.indicator, "national_base"])
        if step.base and base not in ("", "nan") and step.base == base:
            yield _finding(
                "changed_base", step.indicator, (step,),
                f"{step.subject}: kế hoạch {step.plan} giữ mẫu số {base} của mục tiêu quốc gia; cấp tỉnh tính trên GRDP.",
            )  # fmt: skip


# ------------------------------------------------------------------ citations


def _citations(plans: list[Plan]) -> Iterator[tuple[str, str, list[str], list[str], str]]:
    cited = [
        (plan.document.key, citation)
        for plan in plans
        for citation in plan.document.citations
        if citation.date
    ]
    yield from _wrong_dates(cited)
    yield from _wrong_symbols(cited)


def _wrong_dates(cited: list[tuple[str, Citation]]) -> Iterator[tuple[str, str, list[str], list[str], str]]:
    """One document, two dates: the date that fewer plans print (then fewer citations) is the odd one."""
    numbers: dict[str, dict[str, list[tuple[str, Citation]]]] = {}
    for plan, citation in cited:
        if citation.number.count("/") == 1:
            numbers.setdefault(citation.number, {}).setdefault(citation.date, []).append((plan, citation))
    for number, dates in numbers.items():
        if len(dates) < 2 or not _one_document(dates):
            continue
        usual = max(dates, key=lambda date: (len({plan for plan, _ in dates[date]}), len(dates[date])))
        for date, uses in dates.items():
            if date == usual:
                continue
            plans = list(dict.fromkeys(plan for plan, _ in uses))
            yield (
                "wrong_citation", "", plans, [f"{plan}:{citation.line}" for plan, citation in uses],
                f"{number} được ghi ngày {_day(date)} trong {', '.join(plans)}; các văn bản khác ghi ngày {_day(usual)}.",
            )  # fmt: skip


def _one_document(dates: dict[str, list[tuple[str, Citation]]]) -> bool:
    """Numbers begin anew each year, so one number names several documents; one issuer and day-and-month does not."""
    return len({date[5:] for date in dates}) < len(dates)


def _wrong_symbols(cited: list[tuple[str, Citation]]) -> Iterator[tuple[str, str, list[str], list[str], str]]:
    """One number, one day, one kind of document, several symbols: misprints of one."""
    groups: dict[tuple[str, str, str], dict[str, list[tuple[str, Citation]]]] = {}
    for plan, citation in cited:
        number, _, symbol = citation.number.partition("/")
        kind, _, body = symbol.partition("-")
        if body:
            groups.setdefault((number, kind, citation.date), {}).setdefault(body, []).append((plan, citation))
    for (number, kind, date), bodies in groups.items():
        if len(bodies) < 2:
            continue
        uses = [use for group in bodies.values() for use in group]
        plans = list(dict.fromkeys(plan for plan, _ in uses))
        symbols = ", ".join(f"{number}/{kind}-{body}" for body in bodies)
        yield (
            "misprinted_symbol", "", plans, [f"{plan}:{citation.line}" for plan, citation in uses],
            f"Một văn bản ngày {_day(date)} được ghi bằng {len(bodies)} ký hiệu: {symbols}.",
        )  # fmt: skip


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{int(day):02d}/{int(month)}/{year}"
