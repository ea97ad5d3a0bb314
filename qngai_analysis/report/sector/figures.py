"""What else is known of a sector: published figures, the plans' tasks, and what is missing, owed by whom."""

from __future__ import annotations

import pandas as pd

from qngai_analysis.page.blocks import Prose
from qngai_analysis.page.tables import Table
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.report.base import at_right, centred, column, row_head, source
from qngai_analysis.report.offices import survey_owners
from qngai_analysis.report.printed import printed_figure, quoted, territory_words
from qngai_analysis.report.sector.loading import Sector


def published_figures(sector: Sector) -> pd.DataFrame:
    """Return the published figures of the sector's series, newest first in each series."""
    table = sector.result.observations
    mine = table[table["series"].isin(sector.scope.series) & table["evidence"].eq("real")]
    return mine.sort_values(["series", "reference_date"], ascending=[True, False])


def published(sector: Sector) -> Table | Prose:
    """Return the table of published figures with territory, level, source and address."""
    rows = published_figures(sector)
    if not len(rows):
        return Prose(sector.say("Không có số liệu đã công bố nào về lĩnh vực này trong nguồn của dự án."))
    places = territory_words(sector)
    note = sector.say("Số liệu khác địa giới, khác phương pháp hoặc khác thời kỳ không nối thành một chuỗi.")
    return sector.table(
        rows,
        sector.say("Số liệu đã công bố liên quan đến lĩnh vực"),
        [
            row_head("Số liệu", "name", 0.25),
            at_right("Giá trị", lambda row: printed_figure(sector, row), 0.19),
            centred("Thời điểm", lambda row: sector.day(row.reference_date), 0.1),
            column("Phạm vi", lambda row: places.get(row.territory, row.territory), 0.15),
            column("Mức độ", lambda row: sector.say(row.level), 0.1),
            source(0.21),
        ],
        notes=[note],
    )


def tasks(sector: Sector) -> Table | Prose:
    """Return the sector's tasks in the plans, with lead agencies under their names at the year's end."""
    if not sector.tasks:
        return Prose(sector.say("Các kế hoạch không giao nhiệm vụ riêng cho lĩnh vực này."))
    return sector.table(
        sector.tasks,
        sector.say("Nhiệm vụ của lĩnh vực và cơ quan chủ trì"),
        [
            row_head("Nhiệm vụ, giải pháp", "text", 0.52),
            column(
                sector.say("Chủ trì (tên gọi cuối năm {year})", year=sector.year),
                "agencies",
                0.26,
                as_is=True,
            ),
            centred("Thời gian", "period", 0.12),
            column("Tình hình", "state", 0.1),
        ],
        sections="plan",
    )


def lacking(sector: Sector) -> list[dict[str, str]]:
    """Return what has no figure, and who owes it: ``text, plan, related, owners``, a line each."""
    lines = [
        {
            "text": quoted(outcome.target.text),
            "plan": outcome.plan.name,
            # a figure of one industry tells nothing of another
            "related": "" if outcome.target.indicator in sector.scope.shared else _related(sector, outcome),
            "owners": "; ".join(outcome.owners),
        }
        for outcome in sector.targets
        if outcome.figure is None
    ]
    plan, owners = _survey_ordered(sector)
    return lines + [{"text": why, "plan": plan, "related": "", "owners": owners} for why in sector.absent]


def _survey_ordered(sector: Sector) -> tuple[str, str]:
    """Return the plan that orders the sector's survey, and of whom: its own task, else the survey of all sectors."""
    for task in sector.tasks:
        if "khảo sát, đo lường" in task["text"].casefold():
            return task["name"], task["agencies"]
    plan, owners = survey_owners(sector.on)
    return plan, "; ".join(owners)


def missing(sector: Sector) -> Table | Prose:
    """Return what has no figure, and who owes it: the sector's targets, and its surveys without a file."""
    lines = lacking(sector)
    if not lines:
        return Prose(sector.say("Mọi chỉ tiêu của lĩnh vực đều có số liệu, hoặc lĩnh vực không có chỉ tiêu."))
    return sector.table(
        lines,
        sector.say("Số liệu còn thiếu và cơ quan giữ dữ liệu hoặc chủ trì điều tra"),
        [
            row_head("Chỉ tiêu, khảo sát", "text", 0.4),
            centred("Kế hoạch", "plan", 0.1),
            column("Số tham khảo gần nhất, không dùng để kết luận", "related", 0.28),
            column("Cơ quan cung cấp", "owners", 0.22),
        ],
    )


def _related(sector: Sector, outcome: Outcome) -> str:
    """Return the nearest figure that decides nothing; empty where there is none, or it has no name or another unit."""
    if outcome.related is None or outcome.related.relation == "context":
        return ""
    figure = outcome.related.observation
    near = figure.name and figure.unit == outcome.unit
    return f"{figure.name}: {sector.figure(figure.value, figure.unit)}" if near else ""
