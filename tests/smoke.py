"""What the package does by itself, in an empty folder: no project, no tests, no notebooks.

``python smoke.py`` leaves with an error if any of it fails. The test of the wheel and ``make test-lowest`` run it.
"""

from __future__ import annotations

import importlib
import pkgutil
from datetime import date
from pathlib import Path

import pandas as pd

import qngai_analysis as qn
from qngai_analysis import paths
from qngai_analysis.errors import RawFileError
from qngai_analysis.evidence.observations import observations
from qngai_analysis.plan import parse_text
from qngai_analysis.plan.agencies import successor
from qngai_analysis.plan.export import write_plan

PLAN = """KẾ HOẠCH
Phát triển kinh tế số và xã hội số tỉnh Quảng Ngãi đến năm 2025
Số: 1/KH-UBND
Quảng Ngãi, ngày 10 tháng 01 năm 2023
I. MỤC TIÊU
1. Tỷ lệ dân số trưởng thành có điện thoại thông minh đạt 80%.
2. Tỷ lệ doanh nghiệp sử dụng hợp đồng điện tử đạt trên 80%.
II. NHIỆM VỤ
1. Mở lớp kỹ năng số cho người dân.
Cơ quan chủ trì: Sở TT&TT. Thời gian thực hiện: Năm 2024.
"""
OBSERVED = {
    "id": "x",
    "indicator": "XHS_SMARTPHONE_DS",
    "value": 91.0,
    "unit": "%",
    "territory": "QNG",
    "reference_date": "2025",
    "source_title": "made up for this test",
    "evidence": "real",
}
ANSWERS = {
    "stratum": ["rural"] * 3 + ["urban"] * 3,
    "psu": [1, 1, 2, 1, 2, 3],
    "weight": [100.0, 120, 200, 50, 70, 60],
    "online": [1.0, 0, 0, 1, 1, None],
}


def every_module_can_be_imported() -> None:
    """No module needs a library, or a version of one, that the package does not ask for."""
    for module in pkgutil.walk_packages(qn.__path__, "qngai_analysis."):
        importlib.import_module(module.name)


def a_project_of_a_province_is_made() -> None:
    """Everything a project begins with is in the wheel."""
    from qngai_analysis.starting import new_project

    assert new_project(Path("gia-lai"), "Gia Lai") == ("Tỉnh Gia Lai", 135)
    assert Path("gia-lai/notebooks/bao_cao_nam.ipynb").is_file()
    assert Path("gia-lai/data/raw/surveys/households/codebook.toml").is_file()


def no_project_is_in_reach() -> None:
    """Else the rest would prove nothing."""
    try:
        home = paths.project()
    except RawFileError:
        return
    raise AssertionError(f"{home} is a project")


def a_plan_is_read_with_its_indicators_and_agencies() -> None:
    """The catalogue and the tables of agencies and provinces travel with the package."""
    file = Path("ke-hoach.txt")
    file.write_text(PLAN, encoding="utf-8")
    plan = qn.read_plan(file)
    assert plan.targets["indicator"].tolist() == ["XHS_SMARTPHONE_DS", "KTS_HDDT"], plan.targets
    assert plan.document.geography == "tỉnh Quảng Ngãi", plan.document
    assert plan.task_list[0].agencies == ("Sở Thông tin và Truyền thông",), plan.task_list
    assert successor(plan.task_list[0].agencies[0], date(2025, 6, 1)) == "Sở Khoa học và Công nghệ"
    assert parse_text("Trên 50% dân số trưởng thành có chữ ký số.").targets["indicator"][0] == "XHS_CKS"
    assert write_plan(plan, Path("ke-hoach.xlsx"), "xlsx").stat().st_size > 5000


def targets_are_judged_by_observations_of_ones_own() -> None:
    """``assess`` needs no file of a project."""
    judged = qn.assess(
        qn.read_plan(Path("ke-hoach.txt")).targets, observations(pd.DataFrame([OBSERVED])), year=2025
    )
    assert judged["value"].iloc[0] == OBSERVED["value"], judged
    assert judged["verdict"].iloc[1] == "chưa có số liệu", judged


def a_survey_is_estimated() -> None:
    """The figures agree with R (see ``test_survey_estimates.py``)."""
    design = qn.Design(weights="weight", strata="stratum", psu="psu")
    row = qn.Survey(pd.DataFrame(ANSWERS), design).mean("online").iloc[0]
    assert abs(row["estimate"] - 0.407407407407) < 1e-9, row
    assert abs(row["se"] - 0.183382990036) < 1e-9, row


if __name__ == "__main__":
    no_project_is_in_reach()
    every_module_can_be_imported()
    a_plan_is_read_with_its_indicators_and_agencies()
    targets_are_judged_by_observations_of_ones_own()
    a_survey_is_estimated()
    a_project_of_a_province_is_made()
    print("well", qn.__version__)
