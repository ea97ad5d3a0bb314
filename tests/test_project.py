"""The project file: which plans are judged, for which territory, how it is printed."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from qngai_analysis import paths
from qngai_analysis.cli import main
from qngai_analysis.errors import ParameterError, RawFileError
from qngai_analysis.plan import read_plan
from qngai_analysis.progress.yearly import judge_year
from qngai_analysis.project import Role, read_project

HEAD = 'territory = "QNG"\n'
MAIN = '[[plan]]\nname = "906"\nrole = "main"\nyears = [2022, 2025]\n'


def project(folder: Path, text: str):
    file = folder / "project.toml"
    file.write_text(text, encoding="utf-8")
    return read_project(file)


def test_this_project_judges_906_and_the_later_plans_of_their_years():
    ours = read_project()

    assert ours.main_plan().name == "906"
    assert ours.judged() == ("906", "114", "03")
    assert [ours.judged(year) for year in (2023, 2024, 2025)] == [("906", "03"), ("906",), ("906", "114")]
    assert [ours.judged(year, ended=True)[1:] for year in (2023, 2024, 2025)] == [
        ("03",),
        ("03",),
        ("114", "03"),
    ], "a plan that had not begun is nowhere counted"
    assert [entry.name for entry in ours.plans(Role.TASKS, Role.PEER)] == ["66", "ca-mau-411"]
    assert ours.unassigned() == ()


@pytest.mark.parametrize("entry", read_project().plans(Role.MAIN, Role.LATER), ids=lambda entry: entry.name)
def test_the_years_of_a_judged_plan_are_those_of_its_document(entry):
    plan = read_plan(entry.name)

    assert entry.first_year == int(plan.document.date[:4])
    assert entry.last_year == max(target.period_end or 0 for target in plan.listed_targets)


def test_estimates_are_printed_with_one_decimal_unless_the_project_says_otherwise():
    assert read_project().decimals_of("KTS_GRDP") == 2
    assert read_project().decimals_of("XHS_CKS") == read_project().decimals_of(None) == 1


def test_the_office_is_the_one_in_force_on_the_day():
    ours = read_project()

    assert ours.office(date(2025, 2, 28)).symbol == "BC-STTTT"
    assert ours.office(date(2025, 3, 1)).symbol == "BC-SKHCN"
    assert ours.office(date(2020, 1, 1)).symbol == "BC-STTTT"  # the first known stands for the time before


def test_an_unknown_sector_is_refused_with_those_there_are():
    with pytest.raises(
        ParameterError, match=r"sector 'helth'; it is one of agriculture \(nong_nghiep\), health \(y_te\)"
    ):
        read_project().sector("helth")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("territory = ", "project.toml, line 1: no TOML; write key = value"),
        (MAIN, "the key 'territory' is missing; needed are territory"),
        (HEAD + "colour = 1\n" + MAIN, "the key 'colour' is unknown; known are territory, plan"),
        ("territory = 51\n" + MAIN, "project.toml, territory = 51; write it like ."),
        (HEAD + 'language = "fr"\n' + MAIN, "language = 'fr'; it is one of vi, en"),
        (HEAD + MAIN + MAIN.replace("906", "114"), "906 and 114 with role 'main' in the same years"),
        (HEAD + MAIN + MAIN.replace("main", "later"), r"\[\[plan\]\] 1 \(906\): the plan stands twice"),
        (HEAD + MAIN.replace("main", "chính"), r"\[\[plan\]\] 1, role = 'chính'; it is one of main, later"),
        (HEAD + MAIN.replace("2022, 2025", "2025, 2022"), r"years = \[2025, 2022\]; write \[first, last\]"),
        (HEAD + MAIN.replace("2022, 2025", '"2022"'), "years = .*; write it like .2024"),
        (HEAD + "[plan]\nname = 1\n", "write each entry under double brackets"),
        (HEAD + MAIN + "[decimals]\nKTS_GRDP = 1.5\n", "decimals = .*; write it like ."),
        (HEAD + 'sectors = "none.toml"\n' + MAIN, "none.toml: no such file"),
    ],
)
def test_a_fault_is_named_with_its_place_and_what_is_right(tmp_path: Path, text: str, message: str):
    with pytest.raises(RawFileError, match=message) as fault:
        project(tmp_path, text)
    assert "\n" not in str(fault.value)


def test_outside_every_project_none_is_taken_also_not_the_one_the_program_was_installed_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv("QNGAI_HOME", raising=False)
    monkeypatch.setenv("QNGAI_LANG", "vi")
    monkeypatch.chdir(tmp_path)

    assert main(["status"]) == 2
    assert capsys.readouterr().err.startswith(
        f"qngai: {tmp_path}: không có dự án ở đây; sang thư mục dự án, ghi --project"
    )
    (tmp_path / "plan.txt").write_text(
        "KẾ HOẠCH\nNăm 2026\n\nII. MỤC TIÊU\n1. Tỷ trọng kinh tế số đạt 12%.\n", "utf-8"
    )
    assert [target.indicator for target in read_plan("plan.txt").listed_targets] == ["KTS_GRDP"]


def test_a_plan_without_a_role_is_named_and_not_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(paths.raw(), tmp_path / "data" / "raw")
    (tmp_path / "data" / "raw" / "plans" / "777-kh-ubnd-2024.txt").write_text("Đến năm 2025 đạt 85%.")
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))

    result = judge_year(2025, real_only=True)

    assert result.unassigned == ("777-kh-ubnd-2024",)
    assert {outcome.plan.name for outcome in result.outcomes} == {"906", "114", "03"}


def test_a_target_is_judged_once_as_long_as_no_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(paths.raw(), tmp_path / "data" / "raw")
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    file = tmp_path / "data" / "raw" / "project.toml"

    first = judge_year(2025, plans=["114"], real_only=True)
    again = judge_year(2025, plans=["114"], real_only=True)
    file.write_text(
        file.read_text(encoding="utf-8").replace("KTS_GRDP = 2", "KTS_GRDP = 3"), encoding="utf-8"
    )
    changed = judge_year(2025, plans=["114"], real_only=True)

    assert all(one.choice is other.choice for one, other in zip(first.outcomes, again.outcomes, strict=True))
    assert not any(
        one.choice is other.choice for one, other in zip(first.outcomes, changed.outcomes, strict=True)
    )
    assert {result.outcomes[0].decimals for result in (first, again)} == {2}
    assert changed.outcomes[0].decimals == 3
