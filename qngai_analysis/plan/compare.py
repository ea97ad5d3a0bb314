"""Plans side by side: the ladder of targets per indicator, and where plans disagree.

A disagreement is a finding to print, not an error to mend. Every finding is computed from the plans'
rows and names the lines it rests on. National values (Decision 411/QĐ-TTg) come from the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import pandas as pd

from qngai_analysis.kept import settled
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.document import read_plan
from qngai_analysis.plan.model import Citation, Plan, Target, value_table
from qngai_analysis.words.numbers import SIGNS, in_words, number
from qngai_analysis.words.said import Day, Either, Joined, Num, Said

NATIONAL = "QĐ 411"
FINDING_COLUMNS = ("kind", "indicator", "plans", "places", "text")
Finding = tuple[str, str, list[str], list[str], Said]


@dataclass(frozen=True)
class PlanComparison:
    """Targets of several plans per indicator.

    ``steps``: one row a target, columns as ``Plan.targets`` (``plan`` is the document, ``year`` the end of the period). ``table``: one row an indicator, one column a plan with the
    target as printed, and the national values for 2025 and 2030; an empty cell means that the plan has
    no such target. ``findings``: kind (such as ``changed_value``), indicator ("" for citations), plans, places
    ("906:113-114"), text (Vietnamese). Texts and printed targets are ``Said``: a report says them in its language.
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
    given = tuple(plans)
    names = tuple(plan for plan in given if isinstance(plan, str))
    if names != given:
        return _compare([plan if isinstance(plan, Plan) else read_plan(plan) for plan in given])
    one = _compared(names)  # a caller may change the tables
    return PlanComparison(one.steps.copy(), one.table.copy(), one.findings.copy())


@settled
def _compared(names: tuple[str, ...]) -> PlanComparison:
    return _compare([read_plan(name) for name in names])


def _compare(read: list[Plan]) -> PlanComparison:
    catalogue = _indicators()
    steps = [step for plan in read for step in _steps(plan, catalogue)]
    findings = [
        *_pairs(steps),
        *_families(steps, catalogue),
        *_missing(steps, read, catalogue),
        *_national(steps, catalogue),
        *_citations(read),
    ]
    frame = pd.DataFrame(findings, columns=list(FINDING_COLUMNS), dtype="object")
    return PlanComparison(
        steps=value_table(steps, Target).rename(columns={"document": "plan", "period_end": "year"}),
        table=_ladder_table(steps, read, catalogue),
        findings=frame.astype({"kind": "str", "indicator": "str"}),
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
        words = ("trên " if sign == ">" else "") + _amount(value, self.unit)
        return _told([Either(words, Joined((SIGNS[sign], Num(value, unit=self.unit)), " "))])


Catalogue = dict[str | None, _Indicator]  # by code


def _indicators() -> Catalogue:
    found: Catalogue = {}
    for row in read_catalogue().reset_index().to_dict("records"):
        years = [year for year in (2025, 2030) if pd.notna(row[f"national_{year}"])]
        signs = {year: str(row[f"national_{year}_sign"]) for year in years}
        national = {year: (sign, float(row[f"national_{year}"])) for year, sign in signs.items()}
        base = "" if pd.isna(row["national_base"]) else str(row["national_base"])
        entry = _Indicator(str(row["name_vi"]), str(row["unit"]), str(row["family"]), base, national)
        found[str(row["code"])] = entry
    return found


def _steps(plan: Plan, catalogue: Catalogue) -> list[Target]:
    own = (target for target in plan.listed_targets if target.geography == plan.document.geography)
    return [target for target in own if target.indicator in catalogue]


def _place(step: Target) -> str:
    """Where a target stands, as a reviewer looks it up."""
    last = f"-{step.line_end}" if step.line_end != step.line_start else ""
    return f"{step.document}:{step.line_start}{last}"


def _name(step: Target) -> Either:
    own = step.subject[:1].upper() + step.subject[1:]  # begins a sentence
    return Either(own, read_catalogue()["name_en"].get(step.indicator, own))


def _printed(step: Target) -> Either:
    """The target in the plan's words: "đạt trên 50% (2025)"; in English by sign and number."""
    span = f" đến {number(step.value_high)}" if step.value_high is not None else ""
    amount = f"{number(step.value)}{span}" + _amount(0, step.unit)[1:]
    due = f" ({step.period_end})" if step.period_end else ""
    low, high = Num(step.value, unit=step.unit), Num(step.value_high, unit=step.unit)
    signed = Joined((Num(step.value), high), "–") if span else Joined((SIGNS[step.comparator], low), " ")
    return Either(in_words(step.wording, amount) + due, Joined((signed, due), ""))


def _told(parts: list[Either]) -> str:
    """Parts as one text that is said in either language."""
    return Said("{how}", how=Joined(parts)) if parts else ""


def _base(step: Target) -> str:
    """GDP or GRDP, "" where the target names neither."""
    found = re.search(r"GR?DP", f"{step.base or ''} {step.subject}", re.IGNORECASE)
    return found.group().upper() if found else ""


def _ladder_table(steps: list[Target], plans: list[Plan], catalogue: Catalogue) -> pd.DataFrame:
    codes = [code for code in catalogue if any(step.indicator == code for step in steps)]
    columns = {"name": [catalogue[code].name for code in codes]}
    for plan in plans:
        own = [step for step in steps if step.document == plan.document.key]
        columns[plan.document.key] = [
            _told([_printed(step) for step in own if step.indicator == code]) for code in codes
        ]
    for year in (2025, 2030):
        columns[f"{NATIONAL} ({year})"] = [catalogue[code].printed(year) for code in codes]
    return pd.DataFrame(columns, index=pd.Index(codes, name="indicator"), dtype="object")


# ------------------------------------------------------------------ findings about targets


def _finding(kind: str, steps: tuple[Target, ...], wording: str, **told: object) -> Finding:
    """A finding about one target or two, of which the wording may name plan and level: ``{a}`` “{x}”, ``{b}`` “{y}”."""
    plans = list(dict.fromkeys(step.document for step in steps))
    levels = {place: _printed(step) for place, step in zip("xy", steps, strict=False)}
    named = {place: step.document for place, step in zip("ab", steps, strict=False)}
    text = Said(wording, **{"name": _name(steps[0]), **named, **levels, **told})
    return kind, steps[0].indicator or "", plans, [_place(step) for step in steps], text


def _neighbours(steps: list[Target]) -> Iterator[tuple[Target, Target]]:
    """Return every two targets of different plans of one territory."""
    pairs = combinations(steps, 2)
    return ((a, b) for a, b in pairs if a.document != b.document and a.geography == b.geography)


def _pairs(steps: list[Target]) -> Iterator[Finding]:
    """Compare every two targets of one indicator."""
    for a, b in _neighbours(steps):
        if a.indicator != b.indicator:
            continue
        if {_base(a), _base(b)} == {"GDP", "GRDP"}:
            wording = "{name}: kế hoạch {a} tính trên {base}, kế hoạch {b} tính trên {other}."
            yield _finding("changed_base", (a, b), wording, base=_base(a), other=_base(b))
        one_year = a.period_end is not None and a.period_end == b.period_end
        if one_year and (a.value, a.comparator) != (b.value, b.comparator):
            kind = "changed_value" if a.value != b.value else "changed_comparator"
            yield _finding(kind, (a, b), "{name}: kế hoạch {a} ghi “{x}”, kế hoạch {b} ghi “{y}”.")
        yield from _stricter(a, b)


def _stricter(a: Target, b: Target) -> Iterator[Finding]:
    if a.period_end is None or b.period_end is None or a.period_end == b.period_end:
        return
    early, late = (a, b) if a.period_end < b.period_end else (b, a)
    if _asks_more(early, late):
        same = "{name}: kế hoạch {a} “{x}” cao hơn kế hoạch {b} “{y}”."
        other = "{name}: kế hoạch {a} “{x}” cao hơn kế hoạch {b} “{y}”. Hai chỉ tiêu định nghĩa khác nhau."
        wording = same if early.indicator == late.indicator else other
        yield _finding("stricter_earlier", (early, late), wording)


def _asks_more(a: Target, b: Target) -> bool:
    """Whether ``a`` asks for more than ``b``: both lower bounds in one unit, or both upper ones."""
    for sense, signs in ((1, (">", ">=")), (-1, ("<", "<="))):
        if a.unit == b.unit and {a.comparator, b.comparator} <= set(signs):
            return (sense * a.value, a.comparator == signs[0]) > (sense * b.value, b.comparator == signs[0])
    return False


def _families(steps: list[Target], catalogue: Catalogue) -> Iterator[Finding]:
    """Targets that look alike and count other people or other things."""
    held = {(step.document, step.indicator) for step in steps}
    for a, b in _neighbours(steps):
        one, other = catalogue[a.indicator], catalogue[b.indicator]
        if a.indicator == b.indicator or one.family != other.family or one.unit != other.unit:
            continue
        if (a.document, b.indicator) in held or (b.document, a.indicator) in held:
            continue
        wording = "{a}: {name} ({x}); {b}: {other} ({y}). Không so sánh trực tiếp được."
        yield _finding("changed_population", (a, b), wording, other=_name(b))
        yield from _stricter(a, b)


def _missing(steps: list[Target], plans: list[Plan], catalogue: Catalogue) -> Iterator[Finding]:
    """Indicators with a target in one plan of a territory, and none in another that aims at the same year."""
    for plan in plans:
        key = plan.document.key
        own = [step for step in steps if step.document == key]
        years = {step.period_end for step in own}
        held = {step.indicator for step in own}
        for other in steps:
            if other.document == key or other.geography != plan.document.geography:
                continue
            if other.period_end in years and other.indicator not in held:
                wording = "{name}: có trong kế hoạch {a} (“{x}”), không có trong kế hoạch {key}."
                name = Either(catalogue[other.indicator].name, _name(other).en)
                yield _finding("missing", (other,), wording, key=key, name=name)


def _national(steps: list[Target], catalogue: Catalogue) -> Iterator[Finding]:
    """Targets that ask for less than Decision 411 does for the same year, or keep its base."""
    for step in steps:
        indicator = catalogue[step.indicator]
        if step.period_end is None or step.period_end not in indicator.national:
            continue
        sign, value = indicator.national[step.period_end]
        weaker = step.value < value or (step.value == value and (sign, step.comparator) == (">", ">="))
        if weaker and step.comparator in (">", ">="):
            kind = "below_national" if step.value < value else "changed_comparator"
            wording, asked = (
                "{name}: kế hoạch {a} ghi “{x}”, QĐ 411 ghi “{asked}”.",
                indicator.printed(step.period_end),
            )
            yield _finding(kind, (step,), wording, asked=asked)
        if _base(step) and _base(step) == indicator.base:
            wording = "{name}: kế hoạch {a} giữ mẫu số {base} của mục tiêu quốc gia."
            yield _finding("changed_base", (step,), wording, base=_base(step))


# ------------------------------------------------------------------ findings about citations

_CENTRAL = re.compile(r"[-/](?:TTg|CP|TW|QH\d*|UBTVQH\d*|UBQG\w*|B[A-ZĐ]{2,})$")


Use = tuple[str, Citation]  # a plan, and one place where it cites a dated document


def _citations(plans: list[Plan]) -> Iterator[Finding]:
    numbers: dict[tuple[str, str], dict[str, list[Use]]] = {}
    symbols: dict[tuple[str, str, str], dict[str, list[Use]]] = {}
    for plan in plans:
        for cited in plan.document.citations:
            if not cited.date:
                continue
            use = plan.document.key, cited
            # bodies of a province number their own documents
            scope = "" if _CENTRAL.search(cited.number) else plan.document.geography
            numbers.setdefault((scope, cited.number), {}).setdefault(cited.date, []).append(use)
            count, _, symbol = cited.number.partition("/")
            kind, _, body = symbol.partition("-")
            if body:
                symbols.setdefault((count, kind, cited.date), {}).setdefault(body, []).append(use)
    yield from _wrong_dates(numbers)
    yield from _wrong_symbols(symbols)


def _miscited(kind: str, uses: list[Use], text: Said) -> Finding:
    plans = list(dict.fromkeys(plan for plan, _ in uses))
    return kind, "", plans, [f"{plan}:{cited.line}" for plan, cited in uses], text


def _wrong_dates(numbers: dict[tuple[str, str], dict[str, list[Use]]]) -> Iterator[Finding]:
    """One document, two dates: the date that fewer plans print (then fewer citations) is the odd one.

    Numbers begin anew each year, so two dates belong to one document only if they share the year, or
    the day and month (then the year is misprinted).
    """
    for (_, cited), dates in numbers.items():
        usual = max(dates, key=lambda at: (len({plan for plan, _ in dates[at]}), len(dates[at])))
        for at, odd in dates.items():
            if at != usual and (at[:4] == usual[:4] or at[5:] == usual[5:]):
                plans = ", ".join(dict.fromkeys(plan for plan, _ in odd))
                wording = "{cited} được ghi ngày {day} trong {plans}; nơi khác ghi ngày {usual}."
                days = {"day": Day(at), "usual": Day(usual)}
                yield _miscited("wrong_citation", odd, Said(wording, cited=cited, plans=plans, **days))


def _wrong_symbols(symbols: dict[tuple[str, str, str], dict[str, list[Use]]]) -> Iterator[Finding]:
    """One number, one day, one kind of document, several symbols: misprints of one."""
    for (count, kind, at), bodies in symbols.items():
        if len(bodies) > 1:
            printed = ", ".join(f"{count}/{kind}-{body}" for body in bodies)
            wording = "Văn bản ngày {day} được ghi bằng {n} ký hiệu: {printed}."
            text = Said(wording, day=Day(at), n=len(bodies), printed=printed)
            yield _miscited("misprinted_symbol", [use for group in bodies.values() for use in group], text)
