"""The plan ladder in a report: the same indicator in every plan, and where the plans contradict each other."""

from __future__ import annotations

from qngai_analysis.plan.compare import KINDS, Comparison
from qngai_analysis.report.language import Lang, translate
from qngai_analysis.report.tables import Column, Table


def ladder_table(comparison: Comparison, *, lang: Lang = "vi") -> Table:
    """Return every indicator that some plan sets, one column a plan, the national strategy beside them."""
    ladder = comparison.ladder
    plans = list(ladder.columns[3:])
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


def findings_table(comparison: Comparison, *, lang: Lang = "vi") -> Table:
    """Return where the plans contradict each other, with the lines each finding rests on."""
    found = comparison.findings.assign(
        words=[translate(KINDS[kind], lang) for kind in comparison.findings["kind"]]
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
        notes=[translate("Dòng văn bản: kế hoạch và số dòng trong tệp nguyên văn.", lang)],
        id="khong-thong-nhat",
        lang=lang,
    )
