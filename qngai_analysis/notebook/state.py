"""The report that the running notebook is, for all functions of this room."""

from __future__ import annotations

from qngai_analysis.errors import ParameterError
from qngai_analysis.project import read_project
from qngai_analysis.report.base import Report
from qngai_analysis.report.sector import SectorReport
from qngai_analysis.words.language import language

STATIC = "QNGAI_STATIC"  # set where nobody can click: the engine that renders reports
_now: list[Report] = []


def settle(report: Report) -> None:
    """Let the notebook be this report from here on."""
    _now[:] = [report]


def current() -> Report:
    """Return the report that the notebook is; before ``begin``, one in the project's language and newest year."""
    if not _now:
        project = read_project()
        return Report(language(project.language), max(project.main_plan().years), False)
    return _now[0]


def sector_now() -> SectorReport:
    """Return the sector that the notebook is about.

    Raises
    ------
    ParameterError
        It is about none.
    """
    report = current()
    if not isinstance(report, SectorReport):
        raise ParameterError('sổ này chưa nói về lĩnh vực nào; viết qn.begin("du_lich", year=2025) ở ô đầu')
    return report
