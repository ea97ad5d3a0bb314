"""A mistyped command is answered in the user's language, with what may stand in its place."""

import pytest

from qngai_analysis import usage
from qngai_analysis.cli import main


def said(capsys, monkeypatch, language: str, *arguments: str) -> str:
    monkeypatch.setenv("QNGAI_LANG", language)
    code = main(arguments)
    assert code == 2
    return capsys.readouterr().err.strip()


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("tsks",), "không có lệnh 'tsks'; có tasks"),
        (("tasks",), "thiếu plan; chọn một trong: 03-qd-bcd-2023, 114-kh-ubnd-2025"),
        (("validate",), "thiếu survey; chọn một trong: enterprises, farms, health_facilities, households"),
        (("render",), "thiếu notebook; chọn một trong: bao_cao_nam, bat_dau"),
        (("explain",), "thiếu target_id: Mã chỉ tiêu"),
        (("tasks", "906", "--fromat", "csv"), "không có tùy chọn --fromat; có --format"),
        (("audit", "--year", "2025"), "không có tùy chọn --year; lệnh này không có tùy chọn nào"),
        (("report", "--year"), "tùy chọn --year cần một giá trị"),
        (("report", "--year", "năm nay"), "--year: phải là số từ 2000 đến 2100"),
        (("report", "--year", "1999"), "--year: phải là số từ 2000 đến 2100"),
        (("assess", "--format", "doc"), "--format: phải là một trong table, csv, json"),
        (("report", "Ba", "Tơ"), "thừa đối số Ba Tơ"),
    ],
)
def test_a_mistyped_command_says_in_vietnamese_what_may_stand_there(arguments, answer, capsys, monkeypatch):
    assert answer in said(capsys, monkeypatch, "vi", *arguments)


def test_the_same_in_english(capsys, monkeypatch):
    assert "there is no command 'tsks'; there are tasks" in said(capsys, monkeypatch, "en", "tsks")


def test_a_command_without_options_says_that_it_has_none(capsys, monkeypatch):
    answer = said(capsys, monkeypatch, "en", "doctor", "--yaer", "3")
    assert answer.endswith("there is no option --yaer; this command has none")


def test_the_help_that_the_library_writes_is_vietnamese_too(capsys, monkeypatch):
    monkeypatch.setenv("QNGAI_LANG", "vi")
    assert main(["assess", "--help"]) == 0
    assert "In trợ giúp này." in capsys.readouterr().out


def test_the_tab_key_offers_plans_surveys_and_notebooks():
    assert usage.plans("90") == ["906-qd-ubnd-2022"]
    assert usage.surveys("far") == ["farms"]
    assert "du_lich" in usage.notebooks("du")


def test_where_there_is_no_project_the_tab_key_offers_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))

    assert usage.notebooks("du") == []
