"""The year of everybody: all departments and 56 communes are asked, answer as offices do, and are reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from office import COVER, FIGURES, TASKS, project
from openpyxl.worksheet.worksheet import Worksheet

from qngai_analysis.cli import main
from qngai_analysis.collection.owed import Body, FigureOwed, Owed, owed
from qngai_analysis.collection.requests import read_register, request_folder
from qngai_analysis.collection.returns import collect
from qngai_analysis.collection.status import control_room
from qngai_analysis.evidence.returned import returned_table
from qngai_analysis.page.tables import Grid, plain_text
from qngai_analysis.progress.tasks import TaskStatus
from qngai_analysis.progress.yearly import judge_year
from qngai_analysis.report.yearly import YearReport, gaps, load, sources, target_table, task_list, task_table

ASKED, DUE, LATER = "2026-01-10", date(2026, 2, 15), date(2026, 2, 20)
SILENT = {"Sở Xây dựng", "UBND xã Ba Tô", "UBND đặc khu Lý Sơn"}
LATE, CORRECTED, NOTHING = "UBND xã Ba Tơ", "Sở Y tế", "Sở Giáo dục và Đào tạo"
TWO = ("XHS_VNEID", "Công an tỉnh", "Thống kê tỉnh Quảng Ngãi")  # a figure on which two bodies differ
DONE_IN = 41  # communes that report every one of their tasks done
DONE, UNDER_WAY, NOT_BEGUN = "hoàn thành", "đang thực hiện", "chưa thực hiện"
SPELLED = {  # as offices write them
    DONE: ("hoàn thành", "Đã hoàn thành", "  HOÀN THÀNH"),
    UNDER_WAY: ("đang thực hiện", "Đang triển khai", "đang thực hiện trong hạn"),
    NOT_BEGUN: ("chưa thực hiện", "Chưa triển khai", "chưa bắt đầu"),
}


@dataclass
class Year:
    """What was asked, what was answered by whom, and what was remarked."""

    home: Path
    owed: Owed
    values: dict[str, float] = field(
        default_factory=dict
    )  # indicator: what its bodies say of the old province
    told: dict[tuple[str, str], str] = field(default_factory=dict)  # (task, body): status
    remarks: str = ""

    def form(self, body: str) -> Path:
        return request_folder(2025) / read_register(2025)[body].form


def share(figure: FigureOwed, found: Owed) -> float:
    """Return the figure of an indicator that every body asked for it gives: 31, 32, 33 …"""
    return 31.0 + [item.indicator for item in found.figures].index(figure.indicator)


def status_of(body: Body, place: int, communes: list[str]) -> str:
    if body.commune:
        return DONE if communes.index(body.name) < DONE_IN else (UNDER_WAY, NOT_BEGUN)[place % 2]
    return (DONE, UNDER_WAY, NOT_BEGUN)[place % 3]


def fill_figures(sheet: Worksheet, body: Body, found: Owed, how: int) -> None:
    asked = {figure.indicator: figure for figure in body.figures}
    for row in sheet.iter_rows(min_row=2):
        figure = asked.get(str(row[0].value))
        if figure is None:
            continue
        at, old = row[0].row, "trước" in str(row[3].value)
        if body.name == NOTHING:
            sheet[f"K{at}"] = "Chưa thống kê\nđược"
            continue
        value = share(figure, found)
        people = 1_250_000 if old else 1_820_500
        if figure.share and how % 2:
            sheet[f"E{at}"] = f"{people * value / 100:,.0f}".replace(",", ".")  # 387.500
            sheet[f"F{at}"] = f"{people:,}".replace(",", " ")
        else:
            sheet[f"G{at}"] = [value, f"{value:.1f}".replace(".", ","), f"{value:.0f} %"][how % 3]
        sheet[f"H{at}"] = [datetime(2025, 12, 31), 46022, "31/12/2025", "2025"][how % 4]
        sheet[f"I{at}"] = "Chính thức"
    if body.name == TWO[2]:  # tells what it was not asked for
        place = found.territories[0].name
        sheet.append([TWO[0], None, "%", place, None, None, 99.0, "31/12/2025", "sơ bộ"])


def fill_tasks(sheet: Worksheet, body: Body, how: int, communes: list[str]) -> dict[tuple[str, str], str]:
    told = {}
    for place, row in enumerate(sheet.iter_rows(min_row=2)):
        if row[0].value:
            status = told[str(row[0].value), body.name] = status_of(body, place, communes)
            sheet[f"E{row[0].row}"] = SPELLED[status][how % 3]
            if status == DONE:
                sheet[f"F{row[0].row}"] = ["30/6/2025", datetime(2025, 6, 30), "6/2025"][how % 3]
            sheet[f"G{row[0].row}"] = 'Kết quả "tốt"\ndòng hai \\'
    return told


def answer(year: Year, body: Body, how: int, communes: list[str]) -> None:
    """Fill a body's form as an office would: blank rows, merged notes, a plan's row left as it is."""
    form = year.form(body.name)
    book = openpyxl.load_workbook(form)
    book[COVER]["B6"], book[COVER]["B8"] = "Nguyễn Văn A", datetime(2026, 2, 10)
    if body.figures:
        fill_figures(book[FIGURES], body, year.owed, how)
    if body.tasks:
        sheet = book[TASKS]
        year.told |= fill_tasks(sheet, body, how, communes)
        end = sheet.max_row + 3
        sheet.cell(end, 1).value = "Ghi chú: số liệu do phòng chuyên môn tổng hợp"
        sheet.merge_cells(start_row=end, start_column=1, end_row=end, end_column=5)
        if how % 4 == 0:
            sheet.insert_rows(3, 2)
    book.save(form)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    with project(tmp_path_factory.mktemp("everyone") / "p") as home:
        year = Year(home, owed(2025))
        assert main(["request", "--year", "2025", "--on", ASKED]) == 0
        communes = [body.name for body in year.owed.bodies if body.commune and body.name not in SILENT]
        bodies = [body for body in year.owed.bodies if body.name not in SILENT]
        for how, body in enumerate(bodies):
            answer(year, body, how, communes)
        in_time = [year.form(body.name) for body in bodies if body.name != LATE]
        first = collect(in_time, on=date(2026, 2, 12))
        assert not first.faults, first.faults[:3]
        late = collect([year.form(LATE)], on=date(2026, 2, 18))
        book = openpyxl.load_workbook(year.form(CORRECTED))  # the health department mends one figure
        book[COVER]["B8"] = "17/02/2026"
        row = next(row[0].row for row in book[FIGURES].iter_rows(min_row=2) if row[0].value == "XHS_EHR")
        book[FIGURES][f"E{row}"], book[FIGURES][f"F{row}"], book[FIGURES][f"G{row}"] = (
            "562.500",
            1_250_000,
            None,
        )
        book.save(year.form(CORRECTED))
        again = collect([year.form(CORRECTED), year.form(LATE)], on=date(2026, 2, 18))
        year.remarks = "\n".join([*first.remarks, *again.remarks])
        assert not late.faults + again.faults
        assert [form.body for form in again.forms] == [CORRECTED]
        yield year


@pytest.fixture(scope="module")
def report(year: Year) -> YearReport:
    return load(year=2025)


def test_all_departments_and_56_communes_are_asked(year: Year) -> None:
    assert sum(body.commune for body in year.owed.bodies) == 56
    assert set(read_register(2025)) == {body.name for body in year.owed.bodies}


def test_every_figure_stands_in_its_cell_with_its_source(year: Year) -> None:
    table = judge_year(2025).table.set_index("target_id")
    given = returned_table(2025, "figures")
    bodies = {body.name: body for body in year.owed.bodies}
    checked = 0
    for figure in year.owed.figures:
        asked = [
            body for body in bodies.values() if figure in body.figures and body.name not in {*SILENT, NOTHING}
        ]
        row = table.loc[figure.goals[0].split(":")[0]]
        if not asked:
            assert row["verdict"] == "chưa có số liệu", figure.indicator
            continue
        if figure.indicator == "XHS_EHR":
            assert (row["value"], row["source"]) == (45.0, "Biểu số liệu của Sở Y tế ngày 17/02/2026")
        elif figure.indicator != TWO[0]:
            assert row["value"] == share(figure, year.owed), figure.indicator
            days = {CORRECTED: "17/02/2026"}
            assert row["source"] in {
                f"Biểu số liệu của {body.name} ngày {days.get(body.name, '10/02/2026')}" for body in asked
            }
        assert set(given[given["indicator"].eq(figure.indicator)]["body"]) >= {body.name for body in asked}
        assert row["level"] == "chính thức"
        checked += 1
    assert checked > 8


def test_two_bodies_that_differ_both_stand_and_a_corrected_form_replaces_the_earlier(year: Year) -> None:
    figures = returned_table(2025, "figures")
    standing = figures[figures["stands"]].set_index(["indicator", "territory", "body"])["value"].sort_index()

    assert "Sở Y tế: biểu ngày 17/02/2026 thay" in year.remarks
    assert standing[TWO[0], "QNG"][[TWO[1], TWO[2]]].tolist() == [
        share(year.owed.figure_by_code[TWO[0]], year.owed),
        99.0,
    ]
    assert f"báo khác nhau ({TWO[1]}: " in year.remarks
    assert standing["XHS_EHR", "QNG", "Sở Y tế"] == 45.0
    assert len(figures[figures["body"].eq(CORRECTED) & figures["indicator"].eq("XHS_EHR")]) == 4


def test_each_task_counts_its_bodies_and_is_done_by_the_printed_rule(year: Year, report: YearReport) -> None:
    for task in year.owed.tasks:
        words = Counter(year.told[task.id, body] for body in task.bodies if (task.id, body) in year.told)
        state = report.task_states[task.id]
        tally = state.tally
        assert (tally.asked, tally.reported, tally.done) == (
            len(task.bodies) or tally.asked, words.total(), words[DONE],
        ), task.id  # fmt: skip
        if not words:
            assert not state.status.reported
        elif words[DONE] == len(task.bodies):
            assert state.status is TaskStatus.DONE
        elif words[NOT_BEGUN] == words.total():
            assert state.status is TaskStatus.NOT_BEGUN
        else:
            assert state.status in (TaskStatus.ON_TIME, TaskStatus.OVERDUE)


def test_the_report_prints_figures_sources_counts_and_the_rule(year: Year, report: YearReport) -> None:
    listed = "\n".join(plain_text(table) for table in task_list(report))
    (state,) = [part for part in task_table(report) if isinstance(part, Grid)]
    printed = plain_text(target_table(report))

    assert f"54/56 xã đã báo cáo, {DONE_IN} hoàn thành" in listed
    assert "được tính là hoàn thành khi tất cả các đơn vị được giao đã báo cáo hoàn thành" in "\n".join(
        state.notes
    )
    assert "45%" in printed
    assert "Biểu số liệu của Sở Y tế ngày 17/02/2026" in plain_text(sources(report))
    missing = plain_text(gaps(report))
    assert "hồ sơ sức khỏe điện tử" not in missing
    assert "trung học phổ thông" in missing or "phổ thông" in missing  # its office has no figure


def test_who_is_silent_is_overdue_and_asked_again_and_nobody_else(year: Year) -> None:
    room = control_room(2025, on=LATER)
    states = {state.body.name: state for state in room.bodies}

    assert {state.body.name for state in room.overdue} == SILENT
    assert states[LATE].late
    assert not states["UBND xã Ba Vì"].late
    assert all(states[name].left.tasks == states[name].body.tasks for name in SILENT)
    assert "cấp xã 54/56" in "\n".join(room.lines())
    assert main(["request", "--year", "2025", "--remind", "--on", "2026-02-20"]) == 0
    assert {line.body for line in read_register(2025).values() if line.reminded_on} == SILENT
