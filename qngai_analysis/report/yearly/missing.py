"""What the yearly report cannot conclude: which figures are missing, why, and who is asked for them."""

from __future__ import annotations

from collections import Counter

from qngai_analysis.page.blocks import Prose, literal
from qngai_analysis.page.tables import Table
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.verdict import Verdict
from qngai_analysis.report.base import bullets, centred, column, row_head, verdict
from qngai_analysis.report.yearly.loading import YearReport, numbered, short_title, target_subject
from qngai_analysis.words.language import listed
from qngai_analysis.words.said import inside


def gaps(report: YearReport) -> Table:
    """Return the targets without a deciding figure, those of later plans too: what is missing, who owes it."""
    places = numbered(report.open_lines)
    return report.table(
        report.open_lines,
        report.say("Chỉ tiêu chưa kết luận được và cơ quan phải cung cấp số liệu"),
        [
            centred("TT", lambda o: places[o.target.id], 0.06, format="plain"),
            row_head("Chỉ tiêu", lambda o: target_subject(report, o.target), 0.36),
            verdict(report, 0.18),
            column("Còn thiếu", lambda o: _missing(report, o), 0.2),
            column("Cơ quan cung cấp", "owners", 0.2),
        ],
        sections=lambda o: short_title(report.later.get(o.plan.name, report.plan)),
        id="khoang-trong",
    )


def _missing(report: YearReport, outcome: Outcome) -> str:
    if outcome.figure is not None:
        had = outcome.figure.reference_date[:4]
        return report.say("số liệu năm {year}; mới có năm {had}", year=outcome.deadline, had=had)
    match _nearest(outcome):
        case "context":
            return report.say("số liệu của tỉnh; mới có số bối cảnh")
        case "none":
            return report.say("số liệu của tỉnh; chưa có cả số tham khảo")
        case _:
            return report.say("số liệu của tỉnh đúng định nghĩa")


#: What is known of a target that no figure decides, from most to least: in counts of section IV.
NEAREST = {
    "own": "{n} chỉ tiêu có số liệu của tỉnh nhưng chưa đủ căn cứ kết luận",
    "barred": "{n} chỉ tiêu chỉ có số cùng định nghĩa không được dùng để kết luận",
    "near": "{n} chỉ tiêu chỉ có số gần nghĩa hoặc số cả nước",
    "context": "{n} chỉ tiêu chỉ có số bối cảnh",
    "none": "{n} chỉ tiêu không có cả số liệu tham khảo của tỉnh hoặc cả nước",
}


def _nearest(outcome: Outcome) -> str:
    """Return the nearest that is known of a target: a key of :data:`NEAREST`."""
    if outcome.figure is not None:
        return "own"
    if outcome.verdict is Verdict.UNDECIDED:
        return "barred"
    relation = outcome.related.relation if outcome.related else "none"
    return {"proxy": "near", "national": "near", "context": "context"}.get(relation, "none")


def shortcomings(report: YearReport) -> Prose:
    """Return what the data do not allow, in counts."""
    outcomes = report.open_lines
    if not outcomes:
        return Prose(report.say("Số liệu của tỉnh đủ để kết luận về mọi chỉ tiêu."))
    seen = Counter(map(_nearest, outcomes))
    later = Counter(outcome.plan.name for outcome in outcomes)
    plans = [
        report.say("{n} chỉ tiêu riêng của {plan}", n=report.count(n), plan=literal(short_title(plan)))
        for name, plan in report.later.items()
        if (n := later[name])
    ]
    counted = report.say(
        "{n} chỉ tiêu chưa kết luận được ({table})", n=report.count(len(outcomes)), table="{ref:khoang-trong}"
    )
    if plans:
        counted = report.say("{counted}, kể cả {plans}", counted=counted, plans=listed(plans, report.lang))
    parts = [report.say(text, n=report.count(seen[key])) for key, text in NEAREST.items() if seen[key]]
    return Prose(
        report.say(
            "Hạn chế lớn nhất là thiếu số liệu. Trong {counted}: {parts}. Nguyên nhân trực tiếp: chưa công bố kết quả "
            "điều tra, khảo sát hằng năm của tỉnh theo định nghĩa của kế hoạch.",
            counted=counted,
            parts=", ".join(parts),
        )
    )


def proposals(report: YearReport) -> Prose:
    """Return what each agency is asked for: the figures it owes, those of later plans' own targets too."""
    owed: dict[str, dict[str, None]] = {}  # by agency: what each is asked for once, in order
    for outcome in report.open_lines:
        for agency in outcome.owners or (report.office.agency,):
            owed.setdefault(agency, {})[target_subject(report, outcome.target)] = None
    items = [
        report.say(
            "{agency} cung cấp số liệu năm {year} của {n} chỉ tiêu: {targets}.",
            agency=literal(agency),
            year=report.year,
            n=report.count(len(subjects)),
            targets=literal("; ".join(map(inside, subjects))),
        )
        for agency, subjects in sorted(owed.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    return bullets(
        items, report.say("Đề nghị các cơ quan cung cấp số liệu kèm định nghĩa, phương pháp và sai số:")
    )
