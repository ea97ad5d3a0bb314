"""Plans side by side: the ladder of targets per indicator, and where plans disagree.

A disagreement is a finding to print, not an error to mend. Every finding is computed from the plans'
rows and names the lines it rests on. National values (Decision 411/QĐ-TTg) come from the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields
from itertools import combinations

import pandas as pd

from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.document import read_plan
from qngai_analysis.plan.model import Citation, Plan, Target
from qngai_analysis.words.numbers import number

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
NATIONAL = "QĐ 411"
FINDING_COLUMNS = ("kind", "indicator", "plans", "places", "text")
Finding = tuple[str, str, list[str], list[str], str]


@dataclass(frozen=True)
class PlanComparison:
    """Targets of several plans per indicator.

    ``steps``: one row a target (indicator, plan, year, comparator, wording, value, value_high, unit,
    base, subject, geography, id, lines). ``table``: one row an indicator, one column a plan with the
    target as printed, and the national values for 2025 and 2030; an empty cell means that the plan has
    no such target. ``findings``: kind (a key of ``KINDS``), indicator ("" for citations), plans, places
    ("906:113-114"), text (Vietnamese).
    """

    steps: pd.DataFrame
    table: pd.DataFrame
    findings: pd.DataFrame


def compare_plans(plans: Iterable[Plan | str]) -> PlanComparison:
    """Lay the targets of plans side by side and report where they disagree.

    Targets for a plan's own territory are compared, those it gives to districts are not. Plans of
    different provinces share the table; findings are made within one province, against the national
    values, and among the citations.

    Parameters
    ----------
    plans : plans, or names as ``read_plan`` takes them

    Raises
    ------
    PlanError
        A name is no plan (see ``read_plan``).
    """
    read = [plan if isinstance(plan, Plan) else read_plan(plan) for plan in plans]
    catalogue = _indicators()
    steps = [step for plan in read for step in _steps(plan, catalogue)]
    findings = [
        *_pairs(steps),
        *_families(steps, catalogue),
        *_missing(steps, read, catalogue),
        *_national(steps, catalogue),
        *_citations(read),
    ]
    frame = pd.DataFrame(findings, columns=list(FINDING_COLUMNS))
    return PlanComparison(
        steps=_step_frame(steps),
        table=_table(steps, read, catalogue),
        findings=frame.astype({"kind": "str", "indicator": "str", "text": "str"}),
    )


def _amount(value: float, unit: str) -> str:
    return number(value) + (unit if unit.startswith("%") else f" {unit}" if unit else "")


# ------------------------------------------------------------------ what is compared


@dataclass(frozen=True)
class _Indicator:
    """What comparing needs of a catalogue entry."""

    name: str
    unit: str
    family: str
    base: str  # what the national share is a share of, where plans differ
    national: dict[int, tuple[str, float]]  # year: comparator, value

    def printed(self, year: int) -> str:
        """The national value as Decision 411 prints it, "" for none."""
        if year not in self.national:
            return ""
        sign, value = self.national[year]
        return ("trên " if sign == ">" else "") + _amount(value, self.unit)


def _indicators() -> dict[str, _Indicator]:
    found = {}
    for row in read_catalogue().reset_index().to_dict("records"):
        national = {
            year: (str(row[f"national_{year}_sign"]), float(row[f"national_{year}"]))
            for year in (2025, 2030)
            if pd.notna(row[f"national_{year}"])
        }
        base = "" if pd.isna(row["national_base"]) else str(row["national_base"])
        entry = _Indicator(str(row["name_vi"]), str(row["unit"]), str(row["family"]), base, national)
        found[str(row["code"])] = entry
    return found


@dataclass(frozen=True)
class _Step:
    """One target of one plan, for comparing."""

    indicator: str
    plan: str
    year: int | None
    comparator: str
    wording: str
    value: float
    value_high: float | None
    unit: str
    base: str  # GDP or GRDP
    subject: str
    geography: str
    id: str
    line_start: int
    line_end: int

    @property
    def place(self) -> str:
        """Where the target stands, as a reviewer looks it up."""
        last = f"-{self.line_end}" if self.line_end != self.line_start else ""
        return f"{self.plan}:{self.line_start}{last}"

    @property
    def name(self) -> str:
        """The subject, to begin a sentence with."""
        return self.subject[:1].upper() + self.subject[1:]

    @property
    def printed(self) -> str:
        """The target in the plan's words: "đạt trên 50% (2025)"."""
        span = f" đến {number(self.value_high)}" if self.value_high is not None else ""
        amount = f"{number(self.value)}{span}" + _amount(0, self.unit)[1:]
        return f"{self.wording} {amount}".strip() + (f" ({self.year})" if self.year else "")


def _steps(plan: Plan, catalogue: dict[str, _Indicator]) -> Iterator[_Step]:
    for target in plan.listed_targets:
        code = target.indicator
        if code not in catalogue or target.geography != plan.document.geography:
            continue
        yield _Step(
            indicator=code,
            plan=plan.document.key,
            year=target.period_end,
            base=_base(target),
            **{name: getattr(target, name) for name in _COPIED},
        )


_COPIED = (
    "comparator",
    "wording",
    "value",
    "value_high",
    "unit",
    "subject",
    "geography",
    "id",
    "line_start",
    "line_end",
)


def _base(target: Target) -> str:
    found = re.search(r"GR?DP", f"{target.base or ''} {target.subject}", re.IGNORECASE)
    return found.group().upper() if found else ""


def _step_frame(steps: list[_Step]) -> pd.DataFrame:
    frame = pd.DataFrame([astuple(step) for step in steps], columns=[field.name for field in fields(_Step)])
    whole = dict.fromkeys(("year", "line_start", "line_end"), "Int64")
    return frame.astype({**whole, "value": "float64", "value_high": "float64"})


def _table(steps: list[_Step], plans: list[Plan], catalogue: dict[str, _Indicator]) -> pd.DataFrame:
    codes = [code for code in catalogue if any(step.indicator == code for step in steps)]
    columns = {"name": [catalogue[code].name for code in codes]}
    for plan in plans:
        own = [step for step in steps if step.plan == plan.document.key]
        columns[plan.document.key] = [
            "; ".join(s.printed for s in own if s.indicator == code) for code in codes
        ]
    for year in (2025, 2030):
        columns[f"{NATIONAL} ({year})"] = [catalogue[code].printed(year) for code in codes]
    return pd.DataFrame(columns, index=pd.Index(codes, name="indicator"))


# ------------------------------------------------------------------ findings about targets


def _finding(kind: str, indicator: str, steps: tuple[_Step, ...], text: str) -> Finding:
    return kind, indicator, list(dict.fromkeys(s.plan for s in steps)), [s.place for s in steps], text


def _neighbours(steps: list[_Step]) -> Iterator[tuple[_Step, _Step]]:
    """Yield every two targets of different plans of one territory."""
    for a, b in combinations(steps, 2):
        if a.plan != b.plan and a.geography == b.geography:
            yield a, b


def _pairs(steps: list[_Step]) -> Iterator[Finding]:
    """Compare every two targets of one indicator."""
    for a, b in _neighbours(steps):
        if a.indicator != b.indicator:
            continue
        if a.base and b.base and a.base != b.base:
            text = f"{a.name}: kế hoạch {a.plan} tính trên {a.base}, kế hoạch {b.plan} tính trên {b.base}."
            yield _finding("changed_base", a.indicator, (a, b), text)
        if a.year == b.year and a.year is not None and (a.value, a.comparator) != (b.value, b.comparator):
            kind = "changed_value" if a.value != b.value else "changed_comparator"
            text = f"{a.name}: kế hoạch {a.plan} ghi “{a.printed}”, kế hoạch {b.plan} ghi “{b.printed}”."
            yield _finding(kind, a.indicator, (a, b), text)
        yield from _stricter(a, b)


def _stricter(a: _Step, b: _Step) -> Iterator[Finding]:
    if a.year is None or b.year is None or a.year == b.year:
        return
    early, late = (a, b) if a.year < b.year else (b, a)
    if _asks_more(early, late):
        remark = "" if early.indicator == late.indicator else " Hai chỉ tiêu định nghĩa khác nhau."
        text = f"{early.name}: kế hoạch {early.plan} “{early.printed}” cao hơn kế hoạch {late.plan} “{late.printed}”."
        yield _finding("stricter_earlier", early.indicator, (early, late), text + remark)


def _asks_more(a: _Step, b: _Step) -> bool:
    """Whether ``a`` asks for more than ``b``: both lower bounds in one unit, or both upper ones."""
    if a.unit != b.unit:
        return False
    if {a.comparator, b.comparator} <= {">", ">="}:
        return a.value > b.value or (a.value == b.value and (a.comparator, b.comparator) == (">", ">="))
    if {a.comparator, b.comparator} <= {"<", "<="}:
        return a.value < b.value or (a.value == b.value and (a.comparator, b.comparator) == ("<", "<="))
    return False


def _families(steps: list[_Step], catalogue: dict[str, _Indicator]) -> Iterator[Finding]:
    """Targets that look alike and count other people or other things."""
    held = {(step.plan, step.indicator) for step in steps}
    for a, b in _neighbours(steps):
        one, other = catalogue[a.indicator], catalogue[b.indicator]
        if a.indicator == b.indicator or one.family != other.family or one.unit != other.unit:
            continue
        if (a.plan, b.indicator) in held or (b.plan, a.indicator) in held:
            continue
        text = f"{a.plan}: {a.name} ({a.printed}); {b.plan}: {b.name} ({b.printed}). Không so sánh trực tiếp được."
        yield _finding("changed_population", a.indicator, (a, b), text)
        yield from _stricter(a, b)


def _missing(steps: list[_Step], plans: list[Plan], catalogue: dict[str, _Indicator]) -> Iterator[Finding]:
    """Indicators with a target in one plan of a territory, and none in another that aims at the same year."""
    for plan in plans:
        key = plan.document.key
        own = [step for step in steps if step.plan == key]
        years = {step.year for step in own}
        held = {step.indicator for step in own}
        for other in steps:
            if other.plan == key or other.geography != plan.document.geography:
                continue
            if other.year in years and other.indicator not in held:
                name = catalogue[other.indicator].name
                text = f"{name}: có trong kế hoạch {other.plan} (“{other.printed}”), không có trong kế hoạch {key}."
                yield _finding("missing", other.indicator, (other,), text)


def _national(steps: list[_Step], catalogue: dict[str, _Indicator]) -> Iterator[Finding]:
    """Targets that ask for less than Decision 411 does for the same year, or keep its base."""
    for step in steps:
        indicator = catalogue[step.indicator]
        if step.year is None or step.year not in indicator.national:
            continue
        sign, value = indicator.national[step.year]
        weaker = step.value < value or (step.value == value and (sign, step.comparator) == (">", ">="))
        if weaker and step.comparator in (">", ">="):
            kind = "below_national" if step.value < value else "changed_comparator"
            text = f"{step.name}: kế hoạch {step.plan} ghi “{step.printed}”, {NATIONAL} ghi “{indicator.printed(step.year)}”."
            yield _finding(kind, step.indicator, (step,), text)
        if step.base and step.base == indicator.base:
            text = f"{step.name}: kế hoạch {step.plan} giữ mẫu số {step.base} của mục tiêu quốc gia."
            yield _finding("changed_base", step.indicator, (step,), text)


# ------------------------------------------------------------------ findings about citations

_CENTRAL = re.compile(r"[-/](?:TTg|CP|TW|QH\d*|UBTVQH\d*|UBQG\w*|B[A-ZĐ]{2,})$")


@dataclass(frozen=True)
class _Use:
    """One place where a plan cites a dated document."""

    plan: str
    scope: str  # the province for its own bodies' documents, "" for central ones
    citation: Citation

    @property
    def place(self) -> str:
        return f"{self.plan}:{self.citation.line}"


def _citations(plans: list[Plan]) -> Iterator[Finding]:
    uses = [
        _Use(plan.document.key, "" if _CENTRAL.search(citation.number) else plan.document.geography, citation)
        for plan in plans
        for citation in plan.document.citations
        if citation.date
    ]
    yield from _wrong_dates(uses)
    yield from _wrong_symbols(uses)


def _wrong_dates(uses: list[_Use]) -> Iterator[Finding]:
    """One document, two dates: the date that fewer plans print (then fewer citations) is the odd one.

    Numbers begin anew each year, so two dates belong to one document only if they share the year, or
    the day and month (then the year is misprinted).
    """
    numbers: dict[tuple[str, str], dict[str, list[_Use]]] = {}
    for use in uses:
        numbers.setdefault((use.scope, use.citation.number), {}).setdefault(use.citation.date, []).append(use)
    for (_, cited), dates in numbers.items():
        usual = max(dates, key=lambda date: (len({use.plan for use in dates[date]}), len(dates[date])))
        for date, odd in dates.items():
            if date == usual or (date[:4] != usual[:4] and date[5:] != usual[5:]):
                continue
            plans = list(dict.fromkeys(use.plan for use in odd))
            text = f"{cited} được ghi ngày {_day(date)} trong {', '.join(plans)}; nơi khác ghi ngày {_day(usual)}."
            yield "wrong_citation", "", plans, [use.place for use in odd], text


def _wrong_symbols(uses: list[_Use]) -> Iterator[Finding]:
    """One number, one day, one kind of document, several symbols: misprints of one."""
    groups: dict[tuple[str, str, str], dict[str, list[_Use]]] = {}
    for use in uses:
        count, _, symbol = use.citation.number.partition("/")
        kind, _, body = symbol.partition("-")
        if body:
            groups.setdefault((count, kind, use.citation.date), {}).setdefault(body, []).append(use)
    for (count, kind, date), bodies in groups.items():
        if len(bodies) < 2:
            continue
        found = [use for group in bodies.values() for use in group]
        symbols = ", ".join(f"{count}/{kind}-{body}" for body in bodies)
        text = f"Văn bản ngày {_day(date)} được ghi bằng {len(bodies)} ký hiệu: {symbols}."
        yield (
            "misprinted_symbol",
            "",
            list(dict.fromkeys(use.plan for use in found)),
            [use.place for use in found],
            text,
        )


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{int(day):02d}/{int(month)}/{year}"
