"""Who owes what, and why: classes of blanks, legal grounds, bodies of a day."""

from __future__ import annotations

import hashlib
import re
from datetime import date

import pytest
from office import project

from qngai_analysis import paths
from qngai_analysis.collection import rounds
from qngai_analysis.collection.letters import request_letter
from qngai_analysis.collection.owed import PROPOSED, Blank, Owed, communes_of, owed
from qngai_analysis.collection.status import control_room
from qngai_analysis.errors import ParameterError
from qngai_analysis.raw import replace_table, sha256


@pytest.fixture(scope="module")
def year() -> Owed:
    return owed(2025)


def test_blanks_are_of_three_classes(year):
    by_class = {blank: {f.indicator for f in year.figures if f.blank is blank} for blank in Blank}

    assert by_class[Blank.NO_METHOD] == {"KTS_NGANH", "KTS_TMDT", "KTS_LAODONG"}
    assert {"KTS_GRDP", "XHS_TAIKHOAN15", "XHS_EHR", "XHS_VNEID"} <= by_class[Blank.ADMINISTRATIVE]
    assert {"KTS_HDDT", "KTS_SME_NTS", "XHS_SMARTPHONE_DS", "XHS_KYNANGSO"} <= by_class[Blank.SURVEY]
    assert not by_class[Blank.UNKNOWN]


@pytest.mark.parametrize(
    ("body", "indicator", "words"),
    [
        ("Sở Công Thương", "KTS_TMDT", "kết xuất báo cáo theo Quý trong năm (mục V.8, Quyết định số 03/QĐ-BCĐ ngày 07/6/2023)"),
        ("Sở Y tế", "XHS_EHR", "được giao chủ trì chỉ tiêu (mục II, bảng chỉ tiêu, số 4.h"),
        ("Ngân hàng Nhà nước chi nhánh Khu vực 9", "XHS_TAIKHOAN15", "số 4.đ"),
        ("Công an tỉnh", "XHS_VNEID", "số 4.c"),
        ("Thống kê tỉnh Quảng Ngãi", "KTS_NSLD", PROPOSED),
        ("Sở Giáo dục và Đào tạo", "XHS_GD_PHOTHONG", PROPOSED),
    ],
)  # fmt: skip
def test_a_request_quotes_the_plan_that_gives_the_duty_or_says_that_the_office_proposes_it(
    year, body, indicator, words
):
    assert words in year.body(body).grounds[indicator]


def test_targets_of_other_years_say_theirs_and_a_plan_names_whom_it_asks():
    before = owed(2023)

    assert before.figure_by_code["XHS_TAIKHOAN15"].goals == (
        "906.08: đạt 80% (2025)",
        "03.24: trên 90% (2023)",
    )
    assert before.body("Sở Nội vụ").grounds["CQS_KIEMTRA"] == (
        "được giao chủ trì chỉ tiêu (mục II.2.i, Quyết định số 03/QĐ-BCĐ ngày 07/6/2023)"
    )


def test_what_no_provincial_method_measures_is_asked_of_nobody_unless_a_plan_orders_it(year):
    asked = {code for body in year.bodies for code in body.grounds}

    assert "KTS_TMDT" in asked
    assert not {"KTS_NGANH", "KTS_LAODONG"} & asked


def test_a_group_is_each_of_its_members_and_marks_tell_communes_apart(year):
    communes = [body for body in year.bodies if body.commune]

    assert len(communes) == 56
    assert year.body("UBND xã Ba Tơ") is not year.body("UBND xã Ba Tô")
    assert len({body.folder for body in year.bodies}) == len(year.bodies)
    assert len(communes_of(date(2025, 6, 30))) == 13  # districts, until the last day of June


def test_a_plan_binds_the_communes_made_of_what_lay_where_it_was_issued_for(year):
    assert len(communes_of(date(2025, 12, 31))) == 96
    assert len(year.free) == 40  # those of what was Kon Tum
    assert all(body.unbound == ("906", "114", "66") for body in year.free)
    assert not any(body.unbound for body in year.bodies)
    assert "UBND phường Kon Tum" not in {name for task in year.tasks for name in task.bodies}


def test_tasks_of_four_plans_are_followed_while_they_run(year):
    plans = [task.plan_name for task in year.tasks]

    assert {name: plans.count(name) for name in ("906", "114", "03")} == {"906": 101, "114": 24, "03": 0}
    assert plans.count("66") > 0
    assert {task.plan_name for task in owed(2023).tasks} == {"906", "03", "66"}


def test_groups_without_an_address_are_named(year):
    assert "Các hội, hiệp hội" in year.unaddressed


def test_an_unknown_body_is_named_with_the_nearest(year):
    with pytest.raises(ParameterError, match=r"UBND xã Ba Tu: không phải .* gần nhất: UBND xã Ba T"):
        year.body("UBND xã Ba Tu")


def test_who_is_asked_after_the_rounds_day_has_as_long_as_reminders_run():
    assert rounds.answer_by(2025, date(2025, 11, 20)) == date(2026, 2, 15)
    assert rounds.answer_by(2025, date(2026, 11, 26)) == date(2026, 12, 14)  # 18 days


@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("Định kỳ trước ngày 15/12 hằng năm, các sở, ngành báo cáo kết quả về Sở.", date(2025, 12, 15)),
        ("Định kỳ hàng năm (*trước ngày 10/12*), các xã báo cáo tình hình.", date(2025, 12, 10)),
        ("Trước ngày 20/01 hằng năm báo cáo kết quả của năm trước.", date(2026, 1, 20)),
        ("Trước ngày 15/12 hằng năm tổ chức hội nghị; các sở báo cáo khi có yêu cầu.", date(2026, 2, 15)),
        ("Báo cáo trước ngày 15/12/2025.", date(2026, 2, 15)),
        ("Trước ngày 29/02 hằng năm báo cáo kết quả của năm trước.", date(2026, 2, 15)),
    ],
)
def test_letters_ask_by_the_day_of_each_year_on_which_the_plan_has_bodies_report(tmp_path, sentence, due):
    with project(tmp_path / "p"):
        (file,) = paths.raw("plans").glob("906*.txt")
        content = f"{file.read_text('utf-8')}\n{sentence}\n".encode()
        renewed = (
            file.with_suffix(".toml")
            .read_text("utf-8")
            .replace(sha256(file), hashlib.sha256(content).hexdigest())
        )
        replace_table(file, content, renewed)

        assert rounds.answer_by(2025, date(2025, 11, 20)) == due
        assert rounds.answer_by(2025, due) > due, "who is asked later has time left"
        assert rounds.steps(2024), "2025 has no 29 February, though 2024 has"


def test_a_figure_is_asked_for_in_the_plans_words_and_the_catalogues_name_stands_beside(year):
    named = {figure.indicator: (figure.asked, figure.named_otherwise) for figure in year.figures}

    assert named["XHS_EHR"] == ("Tỷ lệ người dân có hồ sơ sức khỏe điện tử", "")
    asked, other = named["XHS_GD_PHOTHONG"]
    assert asked.startswith("Tỷ lệ các cơ sở giáo dục từ tiểu học")
    assert other.startswith("Tỷ lệ cơ sở giáo dục từ tiểu học")
    assert named["KTS_NSLD"] == ("Tốc độ tăng năng suất lao động hàng năm", ""), (
        "the plan asks for the growth"
    )


def test_a_letter_names_the_sections_of_a_few_tasks_and_counts_many(year):
    def letter(name: str) -> str:
        return repr(request_letter(year, year.body(name), due=date(2025, 12, 15), form="bieu.xlsx"))

    assert "01 nhiệm vụ được giao tại mục B.IV.3 Quyết định số 906/QĐ-UBND" in letter("Bảo hiểm xã hội tỉnh")
    assert "25 nhiệm vụ được giao tại Quyết định số 906/QĐ-UBND" in letter("Sở Y tế")


def test_a_body_is_found_by_the_english_name_that_reports_print(year):
    assert year.body("Department of Health").name == "Sở Y tế"


def test_status_counts_the_bodies_that_letters_go_to(year, tmp_path):
    with project(tmp_path / "p"):
        text = "\n".join(control_room(2025, on=date(2025, 11, 20)).lines())
    (counted,) = re.findall(r"Đơn vị +(\d+):", text)

    assert f"cho {counted} đơn vị chưa được đề nghị" in text, (
        "the office that makes the report writes itself none"
    )
    assert int(counted) == len(year.bodies) - 1
