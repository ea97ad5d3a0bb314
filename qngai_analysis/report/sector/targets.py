"""How a sector report opens, and the sector's targets in all plans with their verdicts and the reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qngai_analysis import territory
from qngai_analysis.page.blocks import Details, PageTitle, Prose, literal
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan import read_plan
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.project import read_project
from qngai_analysis.report.base import Report, address, centred, column, row_head, verdict
from qngai_analysis.report.printed import EVIDENCE
from qngai_analysis.report.sector.loading import SectorReport, for_a_district
from qngai_analysis.words.said import inside


def title(sector: SectorReport) -> PageTitle:
    """Return what stands under the title of the report, which is the notebook's own first heading."""
    subtitle = sector.say("Báo cáo chuyên đề năm {year}")
    home = territory.units()[read_project().territory]
    subtitle = f"{subtitle}, {sector.place_words(inside(home.bare))}"
    office = sector.agency(read_project().office(sector.cutoff).agency)
    return PageTitle(
        "",
        subtitle=f"{subtitle} – {sector.district}" if sector.district else subtitle,
        line=f"{office}. " + sector.say("Số liệu tính đến ngày {cutoff}"),
    )


def plans(sector: SectorReport) -> list[Prose]:
    """Return which plans speak of the sector, each with the number of its targets and tasks; nothing where none does."""
    named = [
        sector.act(read_plan(outcome.plan.name).document)
        for outcome in [*sector.targets, *sector.local_targets]
    ]
    targets = Counter(named)
    tasks = Counter(sector.act(read_plan(name).document) for name, _ in sector.tasks)
    line = "{plan} (chỉ tiêu: {targets}; nhiệm vụ: {tasks})"
    said = [
        sector.say(line, plan=plan, targets=targets[plan], tasks=tasks[plan]) for plan in {**targets, **tasks}
    ]
    words = sector.say("Các kế hoạch có nội dung về lĩnh vực này: {plans}.", plans=", ".join(said))
    return [Prose(literal(words))] if said else []


def target_table(sector: SectorReport) -> list[Grid | Prose]:
    """Return the sector's targets in all plans with their verdicts; those set for districts in a table of their own."""
    own = sector.say("Chỉ tiêu của lĩnh vực trong các kế hoạch và kết quả năm {year}")
    local = sector.say("Chỉ tiêu các kế hoạch giao riêng cho từng địa bàn")
    if sector.district:
        local = sector.say("Chỉ tiêu các kế hoạch giao riêng cho {district}")
    common = sector.say("Chỉ tiêu các kế hoạch giao riêng cho {district}, không thuộc riêng lĩnh vực nào")
    parts = (
        (sector.targets, own, "chi-tieu"),
        (sector.local_targets, local, "chi-tieu-huyen"),
        (sector.common_targets, common, "chi-tieu-chung-huyen"),
    )
    tables = [outcome_table(sector, *part) for part in parts if part[0]]
    return [*([] if sector.targets else [_no_targets(sector)]), *tables]


def outcome_table(report: Report, outcomes: Sequence[Outcome], caption: str, id: str = "") -> Grid:
    """Return targets of several plans with figure, verdict and on what it rests; with their places where those differ."""
    local = all(for_a_district(outcome.target) for outcome in outcomes)
    columns = [
        centred("Kế hoạch", lambda o: o.target.document, 0.07),
        *([column("Địa bàn", lambda o: o.target.geography, 0.12)] if local else []),
        row_head("Chỉ tiêu", lambda o: report.wording(o.target), 0.36),
        centred("Mục tiêu", lambda o: report.goal_words(o), 0.11),
        column("Năm", "deadline", 0.06, format="plain"),
        centred("Kết quả", lambda o: report.dated(o.figure, "\n"), 0.11),
        verdict(0.14, address),
        column("Căn cứ", lambda o: report.say(EVIDENCE[o.evidence]), 0.13),
    ]
    return report.table(
        outcomes, caption, *columns, id=id, simulated=any(outcome.simulated for outcome in outcomes)
    )


def _no_targets(sector: SectorReport) -> Prose:
    return Prose(sector.say("Các kế hoạch không đặt chỉ tiêu định lượng riêng cho lĩnh vực này."))


def reasons(sector: SectorReport) -> list[Details] | list[Prose]:
    """Return the explanation behind each verdict of the sector, in the order of the table."""
    outcomes = [*sector.targets, *sector.local_targets, *sector.common_targets]
    if not outcomes:
        return [_no_targets(sector)]
    return sector.reasons(sector.result, outcomes, lambda outcome: _short(sector, outcome))


def _short(sector: SectorReport, outcome: Outcome) -> str:
    target = outcome.target
    place = f"{target.geography}: " if for_a_district(target) else ""
    return f"{target.document}: {place}{sector.wording(target).rstrip('.')}"
