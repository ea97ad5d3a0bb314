"""The plan ladder in a report: the same indicator in every plan, and where the plans contradict each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from qngai_analysis import territory
from qngai_analysis.page.blocks import Figure, PageTitle, Prose
from qngai_analysis.page.multiples import thresholds
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan import Plan, coverage, plan_names, read_plan
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.compare import NATIONAL, PlanComparison, compare_plans
from qngai_analysis.plan.model import FATE_WORDS, Fate
from qngai_analysis.progress.yearly import judge_year
from qngai_analysis.project import read_project
from qngai_analysis.report.base import Report, at_right, centred, column, counted, row_head, verdict
from qngai_analysis.report.base import heading as heading
from qngai_analysis.report.printed import EVIDENCE
from qngai_analysis.values import records
from qngai_analysis.words.language import language
from qngai_analysis.words.numbers import threshold
from qngai_analysis.words.said import coded, inside

#: How plans disagree, in the order in which it is said.
FINDINGS: Mapping[str, str] = coded("finding")


@dataclass(frozen=True)
class Ladder(Report):
    """Plans laid side by side for a report."""

    names: tuple[str, ...]

    @property
    def plans(self) -> list[Plan]:
        """The plans, in the order in which they are named."""
        return [read_plan(name) for name in self.names]

    @cached_property
    def comparison(self) -> PlanComparison:
        """The ladder and the findings."""
        return compare_plans(self.names)


def load(*, year: int, plan: str | None = None, real_only: bool = False, lang: str = "vi") -> Ladder:
    """Return all plans of ``data/raw/plans`` side by side: the province's own by date, then those of others.

    Parameters
    ----------
    year : the year in which targets are judged
    plan : the plan that stands first; default the province's oldest
    real_only : leave simulated surveys out when judging

    Raises
    ------
    ParameterError
        The language is unknown.
    PlanError
        There is no such plan.
    """
    first = read_plan(read_project().entry(plan).name).document.key if plan else ""
    home = _home()

    def rank(name: str) -> tuple[bool, bool, str]:
        document = read_plan(name).document
        return document.key != first, document.geography != home, document.date or ""

    return Ladder(language(lang), year, real_only, tuple(sorted(plan_names(), key=rank)))


def _home() -> str:
    here = territory.home()
    return inside(here.bare) if here else ""


def title(ladder: Ladder) -> PageTitle:
    """Return the title of the report."""
    return PageTitle(
        ladder.say("Thang mục tiêu và điểm không thống nhất giữa các kế hoạch"),
        subtitle=ladder.say("Đối chiếu mục tiêu của {n} kế hoạch", n=len(ladder.plans)),
    )


def overview(ladder: Ladder) -> Grid:
    """Return the plans: document, issuer, number of targets and tasks, and targets due by the year."""

    def local(plan: Plan) -> int:
        return sum(target.geography != plan.document.geography for target in plan.listed_targets)

    due = ladder.say("đến hạn đến hết {year}")
    note = ladder.say(
        "Mục tiêu của riêng huyện và mục tiêu chưa khớp với bảng chỉ tiêu của dự án không đưa vào thang."
    )
    columns = [
        row_head("Tên ngắn", lambda plan: plan.document.key, 0.1),
        column("Văn bản", lambda plan: ladder.act(plan.document), 0.17),
        centred("Ngày", lambda plan: ladder.day(plan.document.date or None), 0.11),
        column("Cơ quan ban hành", lambda plan: plan.document.issuer, 0.2),
        counted("Mục tiêu", lambda plan: len(plan.targets), 0.08),
        counted("trong đó của riêng huyện", local, 0.09),
        counted(due, lambda plan: int((plan.targets["period_end"] <= ladder.year).sum()), 0.09, as_is=True),
        counted("chưa khớp danh mục", lambda plan: int(plan.targets["indicator"].isna().sum()), 0.08),
        counted("Nhiệm vụ", lambda plan: len(plan.tasks), 0.08),
    ]
    caption = ladder.say("Các kế hoạch được so sánh")
    return ladder.table(ladder.plans, caption, *columns, notes=[note], id="ke-hoach")


def numerals(ladder: Ladder) -> Grid:
    """Return what became of every numeral of each plan: nothing is passed over in silence."""
    found = {plan.document.key: coverage(plan)["fate"].value_counts() for plan in ladder.plans}
    rows = [
        {"fate": ladder.say(words), **{key: int(counts.get(fate, 0)) for key, counts in found.items()}}
        for fate, words in FATE_WORDS.items()
        if fate is Fate.UNKNOWN or any(fate in counts.index for counts in found.values())
    ]
    return ladder.table(
        rows,
        ladder.say("Mọi con số trong văn bản và cách hiểu"),
        row_head("Được hiểu là", "fate", 0.4),
        *(counted(key, key, 0.6 / len(found), as_is=True) for key in found),
        id="con-so",
    )


# ---------------------------------------------------------------- thresholds on one scale


def rungs(ladder: Ladder) -> pd.DataFrame:
    """Return the thresholds in per cent of indicators that two of the province's plans set, as numbers.

    Columns ``indicator, label, plan, year, value, words``; the national strategy's thresholds for 2025
    and 2030 stand with them.
    """
    catalogue = read_catalogue()
    steps = ladder.comparison.steps
    steps = steps[steps["unit"].eq("%") & steps["geography"].eq(_home()) & steps["year"].notna()]
    shared = steps[steps.groupby("indicator")["plan"].transform("nunique") > 1]
    entries = catalogue.loc[shared["indicator"].unique()].to_dict("index")
    national = [
        (code, NATIONAL, year, float(entry[f"national_{year}"]), entry[f"national_{year}_sign"])
        for code, entry in entries.items()
        for year in (2025, 2030)
        if pd.notna(entry[f"national_{year}"])
    ]
    columns = ["indicator", "plan", "year", "value", "comparator"]
    frame = pd.concat([shared[columns].astype({"year": int}), pd.DataFrame(national, columns=columns)])
    order = list(catalogue.index)
    frame = frame.sort_values(
        "indicator", key=lambda codes: codes.map(order.index), kind="stable", ignore_index=True
    )
    return frame.assign(
        label=frame["indicator"].map(catalogue[f"name_{ladder.lang}"]),
        words=[threshold(row.comparator, row.value, ladder.lang) for row in records(frame)],
    )


def rung_chart(ladder: Ladder) -> Figure | Prose:
    """Return the chart of the same indicator's thresholds over the years, a small chart an indicator."""
    frame = rungs(ladder)
    if not len(frame):
        return Prose(ladder.say("Không có chỉ tiêu nào được hai kế hoạch của tỉnh cùng đặt mức."))
    return thresholds(
        frame, ladder.say("Cùng một chỉ tiêu, mức của từng kế hoạch theo năm"), lang=ladder.lang
    )


def verdicts(ladder: Ladder) -> Grid:
    """Return how the year's figure stands against every plan that sets the indicator."""
    catalogue, shown = read_catalogue(), set(rungs(ladder)["indicator"])
    judged = [
        outcome
        for outcome in judge_year(ladder.year, real_only=ladder.real_only).outcomes
        if outcome.target.indicator in shown and outcome.target.geography == _home()
    ]
    names, order = catalogue[f"name_{ladder.lang}"], list(catalogue.index)
    return ladder.table(
        sorted(judged, key=lambda outcome: order.index(outcome.target.indicator)),
        ladder.say("Kết quả năm {year} so với mức của từng kế hoạch"),
        row_head("Kế hoạch", lambda o: o.target.document, 0.12, align="center"),
        centred("Mục tiêu", lambda o: ladder.goal_words(o), 0.17),
        column("Năm", "deadline", 0.11, format="plain"),
        at_right("Kết quả", lambda o: ladder.figure_words(o.figure), 0.15),
        verdict(0.25),
        column("Căn cứ", lambda o: ladder.say(EVIDENCE[o.evidence]), 0.2),
        sections=lambda o: names[o.target.indicator],
        id="danh-gia",
    )


# ---------------------------------------------------------------- the two tables that other reports show too


def table(ladder: Ladder) -> Grid:
    """Return every indicator that some plan sets, one column a plan, the national strategy beside them."""
    steps = ladder.comparison.table.reset_index()
    if ladder.lang != "vi":
        steps["name"] = read_catalogue().loc[steps["indicator"], "name_en"].to_list()
    plans = [plan for plan in steps.columns[2:] if steps[plan].ne("").any()]
    national = {plan: ladder.say("QĐ {name}", name=plan[3:]) for plan in plans if plan.startswith(NATIONAL)}
    steps[plans] = steps[plans].map(ladder.said)
    return ladder.table(
        steps.to_dict("records"),
        ladder.say("Mức mục tiêu của từng chỉ tiêu trong các kế hoạch"),
        row_head("Chỉ tiêu", "name", 0.34),
        *(centred(national.get(plan, plan), plan, 0.66 / len(plans), as_is=True) for plan in plans),
        notes=[ladder.say("“…”: kế hoạch không đặt mức. Năm trong ngoặc là năm phải đạt.")],
        id="thang-muc-tieu",
        landscape=True,
    )


def findings(ladder: Ladder) -> Grid | Prose:
    """Return where the plans contradict each other, with the sections each finding rests on."""
    found = ladder.comparison.findings
    if not len(found):
        return Prose(ladder.say("Không thấy điểm nào không thống nhất giữa các kế hoạch."))
    order = list(FINDINGS)
    found = found.sort_values("kind", key=lambda kinds: kinds.map(order.index), kind="stable")
    return ladder.table(
        found,
        ladder.say("Điểm không thống nhất giữa các kế hoạch"),
        row_head("Nội dung", lambda row: ladder.said(row.text), 0.74),
        column("Nơi ghi", lambda row: _sections(ladder, row.places), 0.26),
        sections=lambda row: ladder.say(FINDINGS[row.kind]),
        id="khong-thong-nhat",
    )


def _sections(ladder: Ladder, places: Sequence[str]) -> str:
    """Return places ("906:113-114") as a reader finds them in the signed act: the plan, and the section."""
    named = []
    for place in places:
        key, _, lines = place.partition(":")
        plan = read_plan(key)
        first = int(lines.split("-")[0])
        at = next((target.place for target in plan.listed_targets if target.line_start == first), "")
        named.append(", ".join(filter(None, (ladder.act(plan.document), ladder.said(at)))))
    return "; ".join(dict.fromkeys(named))
