"""Where tasks stand: what is reported, by how many of those who lead, and what the plan's period says."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from qngai_analysis.collection.state import task_state
from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.returned import Settled
from qngai_analysis.plan import read_plan
from qngai_analysis.progress import task_counts, task_status
from qngai_analysis.progress.tasks import UNREPORTED, Tally, followed_tasks

PRESS = "Sở Thông tin và Truyền thông"
TRADE = "Sở Công Thương"
TASKS = pd.DataFrame(
    {
        "id": ["906.A1", "906.A2", "906.B1", "906.B2"],
        "document": "906",
        "section": ["A", "A", "B", "B"],
        "number": ["1", "2", "1", "2"],
        "text": ["Xây dựng nền tảng", "Tập huấn", "Sàn thương mại điện tử", "Không ghi thời gian"],
        "agencies": [[PRESS], [PRESS, TRADE], [TRADE], [TRADE]],
        "period_printed": ["2022 - 2023", "2022 - 2025", "2024 - 2025", None],
        "first_year": pd.array([2022, 2022, 2024, None], dtype="Int64"),
        "last_year": pd.array([2023, 2025, 2025, None], dtype="Int64"),
    }
)


def reports(**status: str) -> pd.DataFrame:
    rows = [
        {
            "task_id": f"906.{name}",
            "status": word,
            "completed_on": "2024-06-30" if word == "hoàn thành" else None,
            "result": None,
            "difficulty": None,
            "reported_by": TRADE,
            "reported_on": "2024-12-10",
        }
        for name, word in status.items()
    ]
    return pd.DataFrame(rows)


END_2024 = date(2024, 12, 31)
ALONE = {key: [TRADE] for key in TASKS["id"]}  # as if one body led each task


@pytest.mark.parametrize(
    ("task", "reported", "on", "status", "overdue"),
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
def test_overdue_is_computed_from_the_plans_period(task, reported, on, status, overdue):
    row = (
        task_status(TASKS, reports(**{task: reported}), on=on, asked=ALONE).set_index("id").loc[f"906.{task}"]
    )

    assert (row["status"], row["overdue"]) == (status, overdue)


def test_a_task_nobody_reported_is_not_taken_as_not_begun():
    found = task_status(TASKS, None, on=END_2024).set_index("id")

    assert set(found["status"]) == {"chưa có báo cáo"}
    assert found["overdue"].to_dict() == {"906.A1": True, "906.A2": False, "906.B1": False, "906.B2": False}


def test_done_after_the_deadline_is_done_and_late():
    found = task_status(
        TASKS, reports(A1="hoàn thành", A2="hoàn thành"), on=END_2024, asked={"906.A1": [TRADE]}
    ).set_index("id")

    assert found["late"].to_dict() == {"906.A1": True, "906.A2": False, "906.B1": False, "906.B2": False}


def test_agencies_carry_their_names_of_the_day():
    before = task_status(TASKS, None, on=date(2025, 2, 1))["current_agencies"]
    after = task_status(TASKS, None, on=date(2025, 12, 31))["current_agencies"]

    assert before.iloc[1] == [PRESS, TRADE]
    assert after.iloc[1] == ["Sở Khoa học và Công nghệ", TRADE]


def test_counts_by_section_and_by_agency():
    found = task_status(TASKS, reports(A1="hoàn thành", B1="đang thực hiện"), on=END_2024, asked=ALONE)

    by_section = task_counts(found, by="place").set_index("place")
    assert by_section.loc["A", ["total", "hoàn thành", "chưa có báo cáo"]].tolist() == [2, 1, 1]
    by_agency = task_counts(found, by="agencies").set_index("agencies")
    assert by_agency["total"].to_dict() == {PRESS: 2, TRADE: 3}  # a task of two counts for both
    successors = task_counts(task_status(TASKS, None, on=date(2025, 12, 31)), by="current_agencies")
    assert successors["current_agencies"].tolist() == ["Sở Khoa học và Công nghệ", TRADE]


def test_counts_by_an_unknown_column_are_refused():
    with pytest.raises(EvidenceError, match="no column 'colour'"):
        task_counts(task_status(TASKS, None, on=END_2024), by="colour")


def test_a_report_on_a_task_the_plan_does_not_have_is_refused():
    with pytest.raises(EvidenceError, match=r"no task '906\.Z9' in the plan; ids look like 906\.A1"):
        task_status(TASKS, reports(Z9="hoàn thành"), on=END_2024)


COMMUNES = [f"UBND xã {number}" for number in range(96)]


def of_communes(*, done: int, under_way: int, not_begun: int = 0) -> pd.DataFrame:
    words = ["hoàn thành"] * done + ["đang thực hiện"] * under_way + ["chưa thực hiện"] * not_begun
    frame = pd.concat([reports(A1=word) for word in words], ignore_index=True)
    return frame.assign(reported_by=COMMUNES[: len(words)])


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
    row = task_status(TASKS, told, on=END_2024, asked={"906.A1": COMMUNES}).iloc[0]

    assert row["status"] == status
    assert row["counts"] == f"{len(told)}/96 xã đã báo cáo, {done} hoàn thành"


def test_two_bodies_that_differ_both_count_and_stop_nothing():
    told = of_communes(done=1, under_way=1)
    row = task_status(TASKS, told, on=END_2024, asked={"906.A1": COMMUNES[:2]}).iloc[0]

    assert (row["reported"], row["done"], row["reported_by"]) == (2, 1, "UBND xã 0; UBND xã 1")


def test_of_two_reports_of_one_body_the_newer_stands():
    told = pd.concat(
        [reports(A1="đang thực hiện"), reports(A1="hoàn thành").assign(reported_on="2024-12-20")]
    )
    row = task_status(TASKS, told, on=END_2024, asked=ALONE).iloc[0]

    assert (row["status"], row["asked"]) == ("hoàn thành", 1)


def test_what_a_person_settled_goes_before_the_rule():
    told = of_communes(done=1, under_way=1)
    settled = Settled(reason="đã kiểm tra", task="906.A1", status="hoàn thành", completed_on="2024-05-01")
    row = task_status(TASKS, told, on=END_2024, asked={"906.A1": COMMUNES[:2]}, decided=[settled]).iloc[0]

    assert (row["status"], row["completed_on"]) == ("hoàn thành", "2024-05-01")


def test_a_period_that_ended_without_a_report_says_so_and_not_that_the_task_is_undone():
    said = task_status(TASKS, None, on=END_2024).set_index("id")["said"]

    assert said.to_dict() == {
        "906.A1": "hết thời hạn, chưa có báo cáo",
        "906.A2": "chưa có báo cáo",
        "906.B1": "chưa có báo cáo",
        "906.B2": "chưa có báo cáo",
    }


def test_a_body_reports_under_its_old_name_and_counts_once():
    told = pd.concat(
        [
            reports(A1="đang thực hiện").assign(reported_by=PRESS),
            reports(A1="hoàn thành").assign(reported_by="Sở Khoa học và Công nghệ", reported_on="2025-12-01"),
        ]
    )
    row = task_status(TASKS, told, on=date(2025, 12, 31)).iloc[0]

    assert (row["asked"], row["reported"], row["status"]) == (1, 1, "hoàn thành")


def test_a_tally_prints_no_count_for_one_body():
    assert Tally(1, 1, 1, 0, 0).words == ""


def test_a_goal_without_a_number_is_followed_like_a_task() -> None:
    plan = read_plan("03")
    followed = {task.id: task for task in followed_tasks(2023)["03"]}

    assert len(plan.goals) == 8
    assert {goal.id for goal in plan.goals} <= set(followed)
    asked = followed["03.q07"]
    assert (asked.part, asked.section, asked.number) == ("II", "2", "g")
    assert (asked.agencies, asked.deadline) == (("Văn phòng UBND tỉnh",), "2023-12-31")


def test_a_goal_without_a_number_has_a_status() -> None:
    state = task_state("03", 2023, on=date(2024, 1, 15)).set_index("id").loc["03.q07"]

    assert (state["status"], state["overdue"], state["place"]) == (UNREPORTED, True, "II.2")
