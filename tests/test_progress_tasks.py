"""Where tasks stand: what is reported, by how many of those who lead, and what the plan's period says."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from qngai_analysis.collection.state import states_of
from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.returned import Settled
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.agencies import leads_on
from qngai_analysis.plan.model import Task
from qngai_analysis.progress.tasks import (
    Tally,
    TaskReport,
    TaskState,
    TaskStatus,
    followed_tasks,
    task_states,
)
from qngai_analysis.words.said import said

PRESS = "Sở Thông tin và Truyền thông"
TRADE = "Sở Công Thương"


def task(number: str, agencies: list[str], first: int | None, last: int | None) -> Task:
    blank = {field.name: "" for field in dataclasses.fields(Task)}
    said = {"id": f"906.{number}", "document": "906", "agencies": tuple(agencies), "deadline": None}
    return Task(**{**blank, **said, "first_year": first, "last_year": last})


TASKS = [
    task("A1", [PRESS], 2022, 2023),
    task("A2", [PRESS, TRADE], 2022, 2025),
    task("B1", [TRADE], 2024, 2025),
    task("B2", [TRADE], None, None),
]


def report(number: str, word: str, body: str = TRADE, on: str = "2024-12-10") -> TaskReport:
    return TaskReport(f"906.{number}", body, word, on, "2024-06-30" if word == "hoàn thành" else None)


def states(
    *reports: TaskReport, on: date, asked: Mapping[str, Sequence[str]] = {}, **more: Any
) -> dict[str, TaskState]:
    leads = {task.id: leads_on(task.agencies, on) for task in TASKS} | dict(asked)
    return {state.task.id[4:]: state for state in task_states(TASKS, reports, on=on, asked=leads, **more)}


END_2024 = date(2024, 12, 31)
ALONE = {task.id: [TRADE] for task in TASKS}  # as if one body led each task


@pytest.mark.parametrize(
    ("number", "reported", "on", "status", "overdue"),
    [
        ("A1", "đang thực hiện", date(2023, 12, 31), "chưa có báo cáo", False),  # reported a year later
        ("A1", "đang thực hiện", END_2024, "đang thực hiện quá hạn", True),
        ("A1", "chưa thực hiện", END_2024, "chưa thực hiện", True),
        ("A1", "hoàn thành", END_2024, "hoàn thành", False),
        ("A2", "đang thực hiện", END_2024, "đang thực hiện trong hạn", False),
        ("A2", "đang thực hiện", date(2025, 12, 31), "đang thực hiện trong hạn", False),  # the last day
        ("A2", "đang thực hiện", date(2026, 1, 1), "đang thực hiện quá hạn", True),
        ("B2", "đang thực hiện", date(2030, 1, 1), "đang thực hiện trong hạn", False),  # no period printed
    ],
)
def test_overdue_is_computed_from_the_plans_period(number, reported, on, status, overdue):
    state = states(report(number, reported), on=on, asked=ALONE)[number]

    assert (state.status.value, state.overdue) == (status, overdue)


def test_a_task_nobody_reported_is_not_taken_as_not_begun():
    found = states(on=END_2024)

    assert not any(state.status.reported for state in found.values())
    assert [name for name, state in found.items() if state.overdue] == ["A1"]


def test_a_period_that_ended_without_a_report_says_so_and_not_that_the_task_is_undone():
    found = states(on=END_2024)

    assert {name: state.status.value for name, state in found.items()} == {
        "A1": "hết thời hạn, chưa có báo cáo",
        "A2": "chưa có báo cáo",
        "B1": "chưa có báo cáo",
        "B2": "chưa có báo cáo",
    }


def test_a_done_task_tells_its_day():
    found = states(report("A1", "hoàn thành"), on=END_2024, asked=ALONE)

    assert (found["A1"].completed_on, found["A2"].completed_on) == ("2024-06-30", None)


def test_a_report_on_a_task_the_plan_does_not_have_is_refused_and_one_of_another_plan_passed_over():
    with pytest.raises(EvidenceError, match=r"no task '906\.Z9' in the plan; ids look like 906\.A1"):
        states(report("Z9", "hoàn thành"), on=END_2024)
    other = dataclasses.replace(report("A1", "hoàn thành"), task_id="114.A1")
    assert not states(other, on=END_2024)["A1"].status.reported


COMMUNES = [f"UBND xã {number}" for number in range(96)]


def of_communes(*, done: int, under_way: int, not_begun: int = 0) -> list[TaskReport]:
    words = ["hoàn thành"] * done + ["đang thực hiện"] * under_way + ["chưa thực hiện"] * not_begun
    return [report("A1", word, body) for word, body in zip(words, COMMUNES, strict=False)]


@pytest.mark.parametrize(
    ("done", "under_way", "not_begun", "status"),
    [
        (96, 0, 0, "hoàn thành"),
        (95, 0, 0, "đang thực hiện quá hạn"),  # one silent
        (41, 17, 0, "đang thực hiện quá hạn"),
        (1, 0, 95, "đang thực hiện quá hạn"),
        (0, 0, 58, "chưa thực hiện"),
    ],
)
def test_a_task_of_96_communes_is_done_when_all_of_them_report_it_done(done, under_way, not_begun, status):
    told = of_communes(done=done, under_way=under_way, not_begun=not_begun)
    state = states(*told, on=END_2024, asked={"906.A1": COMMUNES})["A1"]

    assert state.status.value == status
    assert said(state.tally.said) == f"{len(told)}/96 xã đã báo cáo, {done} hoàn thành"


def test_two_bodies_that_differ_both_count_and_stop_nothing():
    state = states(*of_communes(done=1, under_way=1), on=END_2024, asked={"906.A1": COMMUNES[:2]})["A1"]

    assert (state.tally.reported, state.tally.done, state.status) == (2, 1, TaskStatus.OVERDUE)


def test_of_two_reports_of_one_body_the_newer_stands():
    told = report("A1", "hoàn thành", on="2024-12-20"), report("A1", "đang thực hiện")
    state = states(*told, on=END_2024, asked=ALONE)["A1"]

    assert (state.status, state.tally.asked) == (TaskStatus.DONE, 1)


def test_what_a_person_settled_goes_before_the_rule():
    settled = Settled(reason="đã kiểm tra", task="906.A1", status="hoàn thành", completed_on="2024-05-01")
    told, asked = of_communes(done=1, under_way=1), {"906.A1": COMMUNES[:2]}
    state = states(*told, on=END_2024, asked=asked, decided=[settled])["A1"]

    assert (state.status, state.completed_on) == (TaskStatus.DONE, "2024-05-01")


def test_a_body_reports_under_its_old_name_and_counts_once():
    now = report("A1", "hoàn thành", "Sở Khoa học và Công nghệ", "2025-12-01")
    state = states(report("A1", "đang thực hiện", PRESS), now, on=date(2025, 12, 31))["A1"]

    assert (state.tally.asked, state.tally.reported, state.status) == (1, 1, TaskStatus.DONE)


def test_a_tally_prints_no_count_for_one_body():
    assert Tally(1, 1, 1, 0).said is None


def test_a_goal_without_a_number_is_followed_like_a_task() -> None:
    plan = read_plan("03")
    followed = {task.id: task for task in followed_tasks(2023)["03"]}

    assert len(plan.goals) == 8
    assert {goal.id for goal in plan.goals} == {task.id for task in followed.values() if task.goal}
    asked = followed["03.q07"]
    assert (asked.part, asked.section, asked.number) == ("II", "2", "g")
    assert (asked.agencies, asked.deadline) == (("Văn phòng UBND tỉnh",), "2023-12-31")


def test_a_goal_without_a_number_has_a_status() -> None:
    found = {state.task.id: state for state in states_of("03", 2023, date(2024, 1, 15))}

    assert (found["03.q07"].status, found["03.q07"].overdue) == (TaskStatus.SILENT, True)
