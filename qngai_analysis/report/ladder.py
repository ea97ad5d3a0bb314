"""The plan ladder in a report: the same indicator in every plan, and where the plans contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from qngai_analysis.page import charts
from qngai_analysis.page.blocks import Figure, PageTitle, Prose
from qngai_analysis.page.multiples import thresholds
from qngai_analysis.page.tables import Column, Table
from qngai_analysis.plan import Plan, coverage, plan_names, read_plan
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.compare import KINDS, PlanComparison, compare_plans
from qngai_analysis.plan.model import FATE_WORDS
from qngai_analysis.progress.yearly import PLANS, judge_year
from qngai_analysis.report.sector import EVIDENCE, goal_words
from qngai_analysis.words.language import Lang, language, translate
from qngai_analysis.words.numbers import day

NATIONAL = "QĐ 411"


@dataclass(frozen=True)
class Ladder:
    """Plans laid side by side for a report."""

    year: int
    real_only: bool
    lang: Lang
    plans: tuple[Plan, ...]

    def say(self, text: str, /, **values: object) -> str:
        """Return a message in the report's language."""
        return translate(text, self.lang, **values)

    @cached_property
    def comparison(self) -> PlanComparison:
        """The ladder and the findings."""
        return compare_plans(self.plans)


def load(
    *, year: int, real_only: bool = False, lang: str = "vi", plans: Sequence[str] | None = None
) -> Ladder:
    """Return plans laid side by side.

    Parameters
    ----------
    year : the year in which targets are judged
    real_only : leave simulated surveys out when judging
    plans : names as ``read_plan`` takes them; by default all in ``data/raw/plans``, the province's own
        by date, then those of other provinces

    Raises
    ------
    ParameterError
        The language is unknown.
    PlanError
        There is no such plan.
    """
    read = [read_plan(name) for name in (plan_names() if plans is None else plans)]
    home = read_plan(PLANS[0]).document.geography
    read.sort(key=lambda plan: (plan.document.geography != home, plan.document.date or ""))
    return Ladder(year, real_only, language(lang), tuple(read))


def title(ladder: Ladder) -> PageTitle:
    """Return the title of the report."""
    return PageTitle(
        ladder.say("Thang mục tiêu và điểm không thống nhất giữa các kế hoạch"),
        subtitle=ladder.say("{n} kế hoạch đặt cạnh nhau", n=len(ladder.plans)),
    )


def heading(ladder: Ladder, text: str, level: int = 2) -> Prose:
    """Return a heading in the report's language."""
    return Prose(f"{'#' * level} {ladder.say(text)}")


def overview(ladder: Ladder) -> Table:
    """Return the plans: document, issuer, number of targets and tasks, and targets due by the year."""
    rows = []
    for plan in ladder.plans:
        document = plan.document
        whole = plan.targets[plan.targets["geography"].eq(document.geography)]
        rows.append(
            {
                "key": document.key,
                "document": f"{document.type} {document.number}".strip(),
                "date": day(document.date, ladder.lang) if document.date else None,
                "issuer": document.issuer,
                "targets": len(plan.targets),
                "districts": len(plan.targets) - len(whole),
                "due": int((plan.targets["period_end"] <= ladder.year).sum()),
                "unmatched": int(plan.targets["indicator"].isna().sum()),
                "tasks": len(plan.tasks),
            }
        )
    say = ladder.say
    return Table(
        pd.DataFrame(rows),
        say("Các kế hoạch được so sánh"),
        columns=[
            Column("key", say("Tên ngắn"), head=True, width=0.1),
            Column("document", say("Văn bản"), width=0.17),
            Column("date", say("Ngày"), align="center", width=0.11),
            Column("issuer", say("Cơ quan ban hành"), width=0.2),
            Column("targets", say("Mục tiêu"), decimals=0, width=0.08),
            Column("districts", say("trong đó của riêng huyện"), decimals=0, width=0.09),
            Column("due", say("đến hạn đến hết {year}", year=ladder.year), decimals=0, width=0.09),
            Column("unmatched", say("chưa khớp danh mục"), decimals=0, width=0.08),
            Column("tasks", say("Nhiệm vụ"), decimals=0, width=0.08),
        ],
        notes=[say("Mục tiêu của riêng huyện và mục tiêu chưa khớp danh mục chỉ tiêu không đưa vào thang.")],
        id="ke-hoach",
        lang=ladder.lang,
    )


def numerals(ladder: Ladder) -> Table:
    """Return what became of every numeral of each plan: nothing is passed over in silence."""
    counted = {plan.document.key: coverage(plan)["fate"].value_counts() for plan in ladder.plans}
    rows = [
        {"fate": ladder.say(words), **{key: int(found.get(fate, 0)) for key, found in counted.items()}}
        for fate, words in FATE_WORDS.items()
        if fate == "not understood" or any(fate in found.index for found in counted.values())
    ]
    return Table(
        pd.DataFrame(rows),
        ladder.say("Mọi con số trong văn bản và cách hiểu"),
        columns=[
            Column("fate", ladder.say("Được hiểu là"), head=True, width=0.4),
            *(Column(key, key, decimals=0, width=0.6 / len(counted)) for key in counted),
        ],
        id="con-so",
        lang=ladder.lang,
    )


def table(ladder: Ladder) -> Table:
    """Return the ladder; see ``ladder_table``."""
    return ladder_table(ladder.comparison, lang=ladder.lang)


def findings(ladder: Ladder) -> Table | Prose:
    """Return the contradictions; see ``findings_table``."""
    if not len(ladder.comparison.findings):
        return Prose(ladder.say("Không thấy điểm nào không thống nhất giữa các kế hoạch."))
    return findings_table(ladder.comparison, lang=ladder.lang)


# ---------------------------------------------------------------- thresholds on one scale


def rungs(ladder: Ladder) -> pd.DataFrame:
    """Return the thresholds in per cent of indicators that two of the province's plans set, as numbers.

    Columns ``indicator, label, plan, year, value, words``; the national strategy's thresholds for 2025
    and 2030 stand with them.
    """
    catalogue = read_catalogue()
    home = read_plan(PLANS[0]).document.geography
    steps = ladder.comparison.steps
    steps = steps[steps["unit"].eq("%") & steps["geography"].eq(home) & steps["year"].notna()]
    shared = steps[steps.groupby("indicator")["plan"].transform("nunique") > 1]
    own = [
        (row["indicator"], row["plan"], int(row["year"]), row["value"], row["comparator"])
        for row in shared.to_dict("records")
    ]
    national = [
        (
            code,
            NATIONAL,
            year,
            float(catalogue.loc[code, f"national_{year}"]),
            catalogue.loc[code, f"national_{year}_sign"],
        )
        for code in dict.fromkeys(shared["indicator"])
        for year in (2025, 2030)
        if pd.notna(catalogue.loc[code, f"national_{year}"])
    ]
    frame = pd.DataFrame([*own, *national], columns=["indicator", "plan", "year", "value", "comparator"])
    place = {code: rank for rank, code in enumerate(catalogue.index)}
    frame = frame.sort_values(
        "indicator", key=lambda codes: codes.map(place), kind="stable", ignore_index=True
    )
    return frame.assign(
        label=frame["indicator"].map(catalogue[f"name_{ladder.lang}"]),
        words=[
            charts.target_words(sign, value, "%", ladder.lang)
            for sign, value in zip(frame["comparator"], frame["value"], strict=True)
        ],
    )


def rung_chart(ladder: Ladder) -> Figure | Prose:
    """Return the chart of the same indicator's thresholds over the years, a small chart an indicator."""
    frame = rungs(ladder)
    if not len(frame):
        return Prose(ladder.say("Không có chỉ tiêu nào được hai kế hoạch của tỉnh cùng đặt mức."))
    return thresholds(
        frame, ladder.say("Cùng một chỉ tiêu, mức của từng kế hoạch theo năm"), lang=ladder.lang
    )


def verdicts(ladder: Ladder) -> Table:
    """Return how the year's figure stands against every plan that sets the indicator."""
    judged = judge_year(ladder.year, real_only=ladder.real_only).table
    home = read_plan(PLANS[0]).document.geography
    judged = judged[judged["indicator"].isin(rungs(ladder)["indicator"]) & judged["geography"].eq(home)]
    order = {code: place for place, code in enumerate(read_catalogue().index)}
    judged = judged.sort_values("indicator", key=lambda codes: codes.map(order), kind="stable")
    names = read_catalogue()[f"name_{ladder.lang}"]
    say = ladder.say
    frame = pd.DataFrame(
        {
            "name": judged["indicator"].map(names),
            "plan": judged["plan"],
            "goal": [goal_words(row, ladder.lang) for _, row in judged.iterrows()],
            "due": judged["deadline"],
            "value": judged["value"],
            "unit": judged["unit"],
            "decimals": judged["decimals"],
            "verdict": [say(word) for word in judged["verdict"]],
            "evidence": [say(EVIDENCE[word]) for word in judged["evidence"]],
        }
    )
    return Table(
        frame,
        say("Kết quả năm {year} so với mức của từng kế hoạch", year=ladder.year),
        columns=[
            Column("plan", say("Kế hoạch"), head=True, align="center", width=0.12),
            Column("goal", say("Mục tiêu"), align="center", width=0.17),
            Column("due", say("Năm"), format="plain", width=0.11),
            Column("value", say("Kết quả"), decimals="decimals", unit_key="unit", align="right", width=0.15),
            Column("verdict", say("Đánh giá"), format="mark", width=0.25),
            Column("evidence", say("Căn cứ"), width=0.2),
        ],
        row_groups="name",
        simulated=bool(judged["evidence"].eq("simulated").any()),
        id="danh-gia",
        lang=ladder.lang,
    )


# ---------------------------------------------------------------- the two tables that other reports show too


def ladder_table(comparison: PlanComparison, *, lang: Lang = "vi") -> Table:
    """Return every indicator that some plan sets, one column a plan, the national strategy beside them."""
    ladder = comparison.table.reset_index()
    if lang != "vi":
        ladder = ladder.assign(name=read_catalogue().loc[ladder["indicator"], "name_en"].to_list())
    plans = [plan for plan in ladder.columns[2:] if ladder[plan].ne("").any()]
    width = 0.66 / len(plans)
    return Table(
        ladder,
        translate("Mức mục tiêu của từng chỉ tiêu trong các kế hoạch", lang),
        columns=[
            Column("name", translate("Chỉ tiêu", lang), head=True, width=0.34),
            *(Column(plan, plan, align="center", width=width) for plan in plans),
        ],
        notes=[translate("“…”: kế hoạch không đặt mức. Năm trong ngoặc là năm phải đạt.", lang)],
        id="thang-muc-tieu",
        landscape=True,
        lang=lang,
    )


def findings_table(comparison: PlanComparison, *, lang: Lang = "vi") -> Table:
    """Return where the plans contradict each other, with the lines each finding rests on."""
    found = comparison.findings.assign(
        words=[translate(KINDS[kind], lang) for kind in comparison.findings["kind"]],
        lines=[", ".join(places) for places in comparison.findings["places"]],
    )
    order = {kind: place for place, kind in enumerate(KINDS)}
    found = found.sort_values("kind", key=lambda kinds: kinds.map(order), kind="stable")
    return Table(
        found,
        translate("Điểm không thống nhất giữa các kế hoạch", lang),
        columns=[
            Column("text", translate("Nội dung", lang), head=True, width=0.74),
            Column("lines", translate("Dòng văn bản", lang), width=0.26),
        ],
        row_groups="words",
        notes=[
            translate("Dòng văn bản: kế hoạch và số dòng trong tệp nguyên văn.", lang),
            *([] if lang == "vi" else [translate("Nội dung viết bằng tiếng Việt.", lang)]),
        ],
        id="khong-thong-nhat",
        lang=lang,
    )
