"""A mistyped command is answered in the user's language, with what may stand in its place."""

import pytest
from click.shell_completion import ShellComplete

from qngai_analysis.cli import app, main


def said(capsys, monkeypatch, language: str, *arguments: str) -> str:
    monkeypatch.setenv("QNGAI_LANG", language)
    code = main(arguments)
    assert code == 2
    return capsys.readouterr().err.strip()


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("tsks",), "không có lệnh 'tsks'; có tasks"),
        (("tasks",), "thiếu KẾ_HOẠCH; chọn một trong: 03-qd-bcd-2023, 114-kh-ubnd-2025"),
        (("validate",), "thiếu ĐIỀU_TRA; chọn một trong: enterprises, farms, health_facilities, households"),
        (("render",), "thiếu SỔ_TAY; chọn một trong: bao_cao_nam, bat_dau"),
        (("explain",), "thiếu MÃ_CHỈ_TIÊU: Mã chỉ tiêu"),
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


def test_help_says_in_the_users_language_what_is_taken_its_default_its_bounds_and_what_has_to_be_given(
    capsys, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "120")
    for language, told in {
        "vi": (
            "Cách dùng: qngai simulate [TÙY_CHỌN] ĐIỀU_TRA [NĂM]",
            "Đối số:",
            "[bắt buộc]",
            "In trợ giúp này.",
        ),
        "en": (
            "Usage: qngai simulate [OPTIONS] SURVEY [YEAR]",
            "Arguments:",
            "[required]",
            "Show this message",
        ),
    }.items():
        monkeypatch.setenv("QNGAI_LANG", language)
        assert main(["simulate", "--help"]) == 0
        out = capsys.readouterr().out
        assert all(words in out for words in (*told, "[2000–2100]"))
        assert main(["assess", "--help"]) == 0
        out = capsys.readouterr().out
        assert "--format [table|csv|json]" in out
        assert {"vi": "[mặc định: table]", "en": "[default: table]"}[language] in out


def test_every_option_of_every_command_says_what_it_is():
    commands = {"": app, **app.commands, **app.commands["add"].commands}
    assert not [(name, of.name) for name, one in commands.items() for of in one.params if not of.help]
    assert not [name for name, one in commands.items() if not one.help]


def test_a_command_of_which_nothing_is_said_shows_its_help_and_leaves_with_2(capsys):
    for arguments in ([], ["add"]):
        assert main(arguments) == 2
        out, err = capsys.readouterr()
        assert "Commands:" in out
        assert not err


def test_a_command_that_there_is_not_below_another_is_answered_likewise(capsys, monkeypatch):
    assert said(capsys, monkeypatch, "vi", "add", "figre").endswith(
        "không có lệnh 'figre'; có figure, figures"
    )


def offered(*typed: str) -> list[str]:
    *before, last = typed
    shell = ShellComplete(app, {}, "qngai", "_QNGAI_COMPLETE")
    return [item.value for item in shell.get_completions(before, last)]


def test_the_tab_key_offers_plans_surveys_and_notebooks():
    assert offered("tasks", "90") == ["906-qd-ubnd-2022"]
    assert offered("assess", "--plan", "90") == ["906-qd-ubnd-2022"]
    assert offered("validate", "far") == ["farms"]
    assert "du_lich" in offered("render", "du")


def test_the_tab_key_offers_commands_options_and_what_an_option_may_be():
    assert offered("new-") == ["new-notebook", "new-survey"]
    assert offered("add", "fig") == ["figure", "figures"]
    assert offered("tasks", "906", "--f") == ["--format"]
    assert offered("batch", "--by", "") == ["commune", "agency", "sector", "year", "plan"]


def test_a_shell_is_given_the_code_of_its_tab_key(capsys, monkeypatch):
    monkeypatch.setenv("SHELL", "/usr/bin/fish")
    assert main(["--show-completion"]) == 0
    assert "complete --no-files --command qngai" in capsys.readouterr().out


def test_where_there_is_no_project_the_tab_key_offers_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))

    assert offered("render", "du") == []
