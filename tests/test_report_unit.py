"""The report that one body gets: the notebook as it is shipped."""

import json
from pathlib import Path

import pytest
from notebook_runs import execute

from qngai_analysis import paths
from qngai_analysis.edition.batch import Edition
from qngai_analysis.edition.units import Batch, _index
from qngai_analysis.errors import ParameterError
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.report import unit as unit_report
from qngai_analysis.report.base import Report
from qngai_analysis.words.language import language


@pytest.mark.parametrize(
    ("by", "unit", "said"),
    [
        ("agency", "Sở Y tế", "Tỷ lệ người dân có hồ sơ sức khỏe điện tử"),
        ("commune", "xã Ba Tơ", "UBND xã Ba Tơ"),
        ("plan", "114", "114/KH-UBND"),
        ("sector", "tourism", "Du lịch"),
        ("year", "2024", "2024"),
    ],
)
def test_each_kind_of_body_has_a_report_from_the_shipped_notebook(by: str, unit: str, said: str) -> None:
    executed = execute(
        paths.notebooks() / "don_vi.ipynb", {"by": by, "unit": unit, "year": 2025, "real_only": True}
    )
    text = json.dumps([cell.get("outputs", []) for cell in executed["cells"]], ensure_ascii=False)

    assert said in text
    assert "MÔ PHỎNG" not in text


def test_a_name_without_marks_is_taken_where_it_can_only_be_one() -> None:
    units = unit_report.load("commune", "", year=2025, real_only=True).all

    assert units.named("xa Binh Minh").name == "UBND xã Bình Minh"
    with pytest.raises(ParameterError, match="UBND xã Ba Tô; UBND xã Ba Tơ"):
        units.named("xa Ba To")


def test_only_targets_whose_year_has_come_count_as_met_or_not() -> None:
    units = unit_report.load("plan", "", year=2023, real_only=True).all.units

    assert units["906"].standing["Chỉ tiêu đến hạn đã đạt"] == (0, 0), "Decision 906 is due in 2025"
    assert len(units["906"].targets) == 17
    assert set(units) == {"906", "03", "66"}, "plan 114 is of 2025"


@pytest.mark.parametrize("rehearsed", [False, True])
def test_counts_of_met_targets_and_comparisons_by_them_are_marked_where_a_simulated_survey_counts(
    rehearsed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Outcome, "simulated", property(lambda outcome: rehearsed and outcome.plan.name == "906")
    )
    mine, beside = (unit_report.load("plan", name, year=2025, real_only=True) for name in ("906", "114"))
    batch = Batch(Edition(2025, Path("reports")), "plan")

    assert ("SỐ LIỆU MÔ PHỎNG" in unit_report.summary(mine).text) is rehearsed
    assert "SỐ LIỆU MÔ PHỎNG" not in unit_report.summary(beside).text, "its own are real"
    assert unit_report.place(mine).simulated is rehearsed
    assert unit_report.place(beside).simulated is rehearsed, "it stands beside one that is not"
    assert _index(Report(language("vi"), 2025, False), batch, mine.all, {}).simulated is rehearsed


def test_a_commune_that_no_plan_binds_is_late_on_nothing_and_told_which_plans() -> None:
    report = unit_report.load("commune", "Phường Kon Tum", year=2025, real_only=True)
    text = unit_report.summary(report).text.replace("\\", "")

    assert "Nhiệm vụ: 0." in text
    assert (
        "66/KH-UBND: không giao nhiệm vụ cho đơn vị này, vì được ban hành cho tỉnh Quảng Ngãi (trước" in text
    )


def test_a_unit_made_of_a_district_without_communes_is_said_by_the_districts_name() -> None:
    report = unit_report.load("commune", "Đặc khu Lý Sơn", year=2025, real_only=True)

    assert "Hợp thành từ 01/7/2025: Huyện Lý Sơn." in unit_report.summary(report).text.replace("\\", "")
