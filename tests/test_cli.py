"""The command line: what the README promises, and what a user's mistakes look like."""

from __future__ import annotations

import ast
import csv
import errno
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from survey_workbench import copy_simulated

from qngai_analysis import __version__, cli, paths
from qngai_analysis.page import terminal
from qngai_analysis.progress import yearly
from qngai_analysis.project import read_project


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_targets_of_906_are_the_17_of_section_ii(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "targets", "906", "--format", "json")
    rows = json.loads(out)

    assert code == 0
    assert [(row["comparator"], row["value"], row["unit"], row["period_end"]) for row in rows] == [
        (">=", 20.0, "%", 2025),
        (">=", 10.0, "%", 2025),
        (">", 10.0, "%", 2025),
        (">", 80.0, "%", 2025),
        (">", 50.0, "%", 2025),
        (">", 2.0, "%", 2025),
        (">=", 80.0, "%", 2025),
        (">=", 80.0, "%", 2025),
        (">", 50.0, "%", 2025),
        (">", 70.0, "%", 2025),
        (">=", 80.0, "%", 2025),
        (">", 70.0, "%", 2025),
        (">", 50.0, "%", 2025),
        (">", 30.0, "%", 2025),
        (">=", 90.0, "%", 2025),
        (">=", 80.0, "%", 2025),
        (">=", 70.0, "%", 2025),
    ]
    assert [row["section"] for row in rows] == ["II.1"] * 6 + ["II.2"] * 11
    assert (rows[0]["subject"], rows[0]["line_start"]) == ("Tỷ trọng kinh tế số", 95)


def test_tasks_of_906_are_the_101_rows_of_its_appendix(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "tasks", "906", "--format", "json")
    rows = json.loads(out)

    assert code == 0
    assert len(rows) == 101
    assert [row["first_year"] for row in rows].count(None) == 1
    survey = next(row for row in rows if row["text"].startswith("Hàng năm thực hiện điều tra"))
    assert (survey["part"], survey["section"], survey["first_year"], survey["last_year"]) == (
        "C",
        "IV",
        2022,
        2025,
    )
    assert survey["agencies"][:2] == ["Sở Kế hoạch và Đầu tư", "Sở Thông tin và Truyền thông"]


def test_csv_has_a_row_a_target(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "targets", "114", "--format", "csv")

    assert code == 0
    assert len(list(csv.DictReader(io.StringIO(out)))) == 8


def test_a_table_to_read_says_how_many_more_are_stated_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "targets", "906")

    assert code == 0
    assert "17 rows" in out
    assert "stated in running text or tasks: add --all" in err


def test_any_file_can_be_parsed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    plan = tmp_path / "ke-hoach.txt"
    plan.write_text(
        "KẾ HOẠCH\nII. MỤC TIÊU\nMục tiêu đến năm 2025:\n- Tỷ lệ hộ gia đình có cáp quang đạt trên 75%.\n",
        encoding="utf-8",
    )
    code, out, _ = run(capsys, "parse", str(plan), "--format", "json")
    found = json.loads(out)

    assert code == 0
    assert {"document", "targets", "tasks", "coverage"} <= found.keys()
    assert [(row["comparator"], row["value"]) for row in found["targets"]] == [(">", 75.0)]


def test_a_workbook_of_a_plan_has_a_sheet_a_part(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from openpyxl import load_workbook

    code, _, _ = run(capsys, "parse", "114", "--format", "xlsx", "--out", str(tmp_path / "114.xlsx"))

    assert code == 0
    sheets = load_workbook(tmp_path / "114.xlsx").sheetnames
    assert sheets == ["Văn bản", "Chỉ tiêu", "Mục tiêu định tính", "Nhiệm vụ", "Các con số"]


def test_a_workbook_without_a_name_takes_the_plans_and_writes_over_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QNGAI_HOME", str(Path(__file__).parents[1]))
    monkeypatch.chdir(tmp_path)

    assert run(capsys, "parse", "114", "--format", "xlsx")[:2] == (0, "114-kh-ubnd-2025.xlsx\n")
    code, _, err = run(capsys, "parse", "114", "--format", "xlsx")
    assert (code, err) == (
        2,
        "qngai: 114-kh-ubnd-2025.xlsx: there is such a file here already; name the file to write with --out\n",
    )


def test_an_empty_table_says_why(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("By 2025 the share of households online reaches 80%.\n", encoding="utf-8")
    code, out, err = run(capsys, "parse", str(plan))

    assert code == 0
    assert "plan.txt: targets: 0, tasks: 0" in out
    assert err == (
        "qngai: plan.txt: the text is not Vietnamese (too few letters with Vietnamese marks): nothing was "
        "read as a target or task\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["targets", "9999"], "9999: no plan of that name in data/raw/plans"),
        (["targets", "missing.txt"], "missing.txt: no such file"),
        (
            ["parse", "114", "--format", "xlsx", "--out", "x.csv"],
            "--out x.csv: with --format xlsx name an .xlsx file",
        ),
        (
            ["parse", "114", "--format", "table", "--out", "x.csv"],
            "--out x.csv: a table goes to the screen; name --format csv",
        ),
        (["parse", "114", "--format", "yaml"], "--format: it is one of table, csv, json, xlsx"),
        (
            ["report", "--year", "2040"],
            "year 2040: Quyết định 906/QĐ-UBND ngày 11/7/2022 (2022-2025) has ended",
        ),
        (["report", "-p", "yaer=2025"], "unknown parameter 'yaer'"),
        (["render", "health", "-p", "districts=x"], "district (text | nothing), edition"),
        (["render", "health", "-p", "districts=x"], "lang (vi | en)"),
        (["report", "-p", "year"], "-p year: write it as name=value"),
        (["report", "-p", "year=soon"], "parameter year = 'soon'; it is declared as whole number"),
        (["report", "--lang", "fr"], "'fr'"),
        (["report", "--cutoff", "31/3/2026"], "cutoff = '31/3/2026': not a day such as 2026-03-31"),
        (["report", "--formats", "doc"], "format 'doc'"),
        (["render", "mining"], "mining: no such notebook; name a file, one of the notebooks: bao_cao_nam"),
        (["explain", "906.99"], "no target '906.99'"),
        (
            ["explain", "906.05", "--year", "2040"],
            "add it with: qngai add plan FILE, or follow the targets past their time: --plan 906",
        ),
        (
            ["assess", "--year", "2040"],
            "add it with: qngai add plan FILE, or follow the targets past their time: --plan 906",
        ),
        (["frobnicate"], "there is no command 'frobnicate'"),
        (["targets"], "PLAN is missing; choose one of: 03"),
    ],
)
def test_a_mistake_is_one_line_on_standard_error_and_code_2(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], message: str
) -> None:
    out = ["--out", str(tmp_path / "out")] if arguments[0] in ("report", "render") else []
    code, _, err = run(capsys, *arguments, *out)

    assert code == 2
    assert err.count("\n") == 1
    assert err.startswith("qngai: ")
    assert message in err
    assert not (tmp_path / "out").exists(), "nothing half-written is left"


def test_an_edited_plan_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shutil import copytree

    from qngai_analysis import paths

    copytree(paths.raw("plans"), tmp_path / "data" / "raw" / "plans")
    copytree(paths.raw("reference"), tmp_path / "data" / "raw" / "reference")
    plan = tmp_path / "data" / "raw" / "plans" / "906-qd-ubnd-2022.txt"
    plan.write_text(plan.read_text(encoding="utf-8").replace("đạt 20% GDP", "đạt 2% GDP"), encoding="utf-8")
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    code, _, err = run(capsys, "targets", "906")

    assert code == 2
    assert "906-qd-ubnd-2022.txt: edited since it was received" in err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")

    assert code == 0
    for command in (
        "report",
        "render",
        "targets",
        "tasks",
        "parse",
        "assess",
        "explain",
        "diff",
        "lab",
        "validate",
    ):
        assert command in out


def test_a_proposed_command_names_a_year_that_has_a_plan_or_none() -> None:
    assert cli.common.for_year(2019) == ""
    assert cli.common.for_year(2024) == " --year 2024"


def test_an_edition_is_audited_by_its_year(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "audit", "2001")

    assert code == 2
    assert f"{paths.reports() / '2001'}: " in err


def test_explain_is_said_in_the_users_language_but_for_what_is_quoted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "explain", "906.05", "--year", "2025", "--real-only")

    assert out.startswith("906.05, year 2025: NO DATA\n")
    headings = re.findall(r"^\d\. (.+)$", out, re.MULTILINE)
    assert len(headings) > 3
    assert all(heading.isascii() for heading in headings)


def test_explain_ends_with_who_owes_the_next_figure(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "explain", "906.08", "--year", "2025", "--real-only")

    assert code == 0
    assert out.startswith("906.08, year 2025: NO DATA")
    assert "Ngân hàng Nhà nước chi nhánh Khu vực 9" in out


def test_a_screen_says_words_of_the_program_in_its_language(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "assess", "--year", "2025", "--real-only")

    assert "no data" in out
    assert "chưa có số liệu" not in out


def test_a_range_is_printed_with_both_ends(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text(
        "KẾ HOẠCH\nII. MỤC TIÊU\nMục tiêu đến năm 2025:\n- Tỷ trọng kinh tế số đạt từ 7% đến 8% GRDP.\n",
        encoding="utf-8",
    )
    for command in ("parse", "targets"):
        _, out, _ = run(capsys, command, str(plan))
        assert "7 – 8" in out


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"qngai-analysis {__version__}\n", "")


def test_a_change_is_told_in_words_not_in_codes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from qngai_analysis.progress.editions import edition, edition_text
    from qngai_analysis.progress.yearly import judge_year

    for year in (2024, 2025):
        plans = read_project().judged(year, ended=True)
        result = judge_year(year, plans=plans, real_only=True)
        (tmp_path / str(year)).mkdir()
        content = edition(result.table, year=year, cutoff=result.cutoff, real_only=True)
        (tmp_path / str(year) / "assessment.json").write_text(edition_text(content), encoding="utf-8")
    _, out, _ = run(capsys, "diff", "2024", "2025", "--plan", "03", "--out", str(tmp_path))

    assert "other related figures than before" in out
    assert "time-passed" not in out
    _, out, _ = run(capsys, "diff", "2025", "2025", "--out", str(tmp_path))
    assert out.endswith("source and method of every target are the same\n")
    _, out, _ = run(capsys, "diff", "2024", "2025", "--out", str(tmp_path))
    assert "a later plan sets another level" in out, "words of the program are said in its language"
    assert "03.11" not in out, "a report of 2025 lists no target of a plan that had ended, nor does this"
    _, out, err = run(capsys, "diff", "2025", "2024", "--out", str(tmp_path))
    assert "114.01" in out, "what the later of the two no longer holds is listed"
    assert "the two should change places" in err
    code, _, err = run(capsys, "diff", "906", "114", "--out", str(tmp_path))
    assert (code, "906: a plan, not an edition" in err) == (2, True)


def test_what_would_be_made_again_is_told_without_making_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = run(capsys, "report", "--explain", "--out", str(tmp_path))

    assert (code, [*tmp_path.iterdir()]) == (0, [])
    assert {line.rpartition(": ")[2] for line in out.splitlines()} == {"will be made"}


def test_help_names_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    from qngai_analysis.edition.engine import FORMATS

    _, out, _ = run(capsys, "report", "--help")
    assert all(f"{name}" in out for name in FORMATS)


@pytest.mark.parametrize(
    "arguments",
    [["tasks", "906"], ["tasks", "906", "--format", "csv"]],
    ids=["a table", "text"],
)
def test_a_reader_that_has_seen_enough_is_no_fault(arguments: list[str]) -> None:
    """`qngai tasks 906 | head`."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "qngai_analysis", *arguments], stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture
def rehearsal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder of its own, with one simulated survey."""
    from shutil import copytree, ignore_patterns

    raw = paths.raw()
    copytree(raw, tmp_path / "data" / "raw", ignore=ignore_patterns("20[0-9][0-9].*"))
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    copy_simulated(tmp_path / "data" / "raw" / "surveys", "schools", 2025)
    return tmp_path


@pytest.mark.usefixtures("rehearsal")
def test_verdicts_that_rest_on_a_simulated_survey_are_marked_in_the_table_and_said_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, err = run(capsys, "assess", "--format", "json")
    rows = [row for row in json.loads(out) if row["evidence"] == "simulated"]
    assert rows
    assert err.count("\n") == 1
    assert f"SỐ LIỆU MÔ PHỎNG: {len(rows)} of " in err

    _, out, _ = run(capsys, "assess")
    assert out.count("SỐ LIỆU MÔ PHỎNG") == len(rows) + 1, "once a row, once in the title"

    _, out, err = run(capsys, "explain", rows[0]["target_id"])
    assert out.splitlines()[0].endswith("SỐ LIỆU MÔ PHỎNG")
    assert "SỐ LIỆU MÔ PHỎNG: the verdict rests on a simulated survey" in err

    _, out, err = run(capsys, "assess", "--real-only")
    assert "MÔ PHỎNG" not in out + err


def test_targets_without_a_pace_are_listed_beside_one_that_has(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = yearly.outcomes_frame

    def mixed(*given: object, **named: object) -> pd.DataFrame:
        frame = made(*given, **named)
        return frame.assign(pace=pd.array(["đúng tiến độ", *[None] * (len(frame) - 1)], dtype="str"))

    monkeypatch.setattr(yearly, "outcomes_frame", mixed)
    code, out, _ = run(capsys, "assess", "--year", "2025", "--real-only")

    assert code == 0
    assert out.count("on pace") == 1


@pytest.mark.parametrize(("said", "language"), [([], "en"), (["--lang", "vi"], "vi")])
def test_a_report_speaks_the_projects_language_unless_another_is_asked_for(
    rehearsal: Path, monkeypatch: pytest.MonkeyPatch, said: list[str], language: str
) -> None:
    file = rehearsal / "data" / "raw" / "project.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"vi"', '"en"'), encoding="utf-8")
    asked = []
    monkeypatch.setattr(
        "qngai_analysis.edition.batch.render_year", lambda edition, **_: asked.append(edition.lang) or []
    )

    assert cli.main(["report", *said]) == 0
    assert asked == [language]


def test_a_plan_without_a_role_is_named_on_standard_error(
    capsys: pytest.CaptureFixture[str], rehearsal: Path
) -> None:
    (rehearsal / "data" / "raw" / "plans" / "777-kh-ubnd-2024.txt").write_text("Đến năm 2025 đạt 85%.")
    code, out, err = run(capsys, "assess", "--real-only")

    assert code == 0
    assert "777" not in out
    assert (
        err == "qngai: 777-kh-ubnd-2024: nobody judges this plan; give it a role in data/raw/project.toml\n"
    )


def test_a_full_disk_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("qngai_analysis.page.terminal.print_table", full)

    assert run(capsys, "targets", "906") == (2, "", "qngai: could not be written: the disk is full\n")


def test_a_survey_file_with_faults_leaves_with_1(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "2025.csv"
    file.write_text("school_id,district\n1,Ba To\n", encoding="utf-8")
    code, out, _ = run(
        capsys, "validate", "schools", str(file), "--faults", str(tmp_path / "faults.csv"), "--format", "csv"
    )

    assert code == 1
    assert "school_level" in out, "a column the codebook asks for is missing and is named"
    assert (
        (tmp_path / "faults.csv")
        .read_text(encoding="utf-8-sig")
        .startswith("File,Sheet,First row,Column,Value,Should be,How to mend it,Cells,Rows")
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)],
    ids=lambda n: str(n),
)
def test_a_report_that_is_stopped_leaves_one_line_and_no_process(
    small: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    shutil.copytree(small, tmp_path, dirs_exist_ok=True)
    cell = "import os, time\nopen('pid.new', 'w').write(str(os.getpid()))\nos.rename('pid.new', 'pid')\ntime.sleep(600)"
    made = {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": cell,
    }
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [made]}
    (tmp_path / "notebooks" / "bao_cao_nam.ipynb").write_text(json.dumps(notebook))
    started = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "qngai_analysis",
            "report",
            "--year",
            "2025",
            "--no-sectors",
            "--out",
            str(tmp_path / "out"),
        ],
        env=os.environ | {"QNGAI_HOME": str(tmp_path)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    file = tmp_path / "notebooks" / "pid"
    while not file.exists():
        assert started.poll() is None
        time.sleep(0.05)
    os.killpg(started.pid, number)
    said = started.communicate()[1].decode()  # it ends when no process that was started holds it open

    assert started.returncode == code
    assert said.count("\n") == (code > 0)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_the_faults_of_a_survey_file_are_one_line_a_cause(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "2025.csv"
    file.write_text("school_id,district,start\n1,Ba Tơn,x\n2,Ba Tơn,x\n", encoding="utf-8")
    code, out, err = run(capsys, "validate", "schools", str(file))

    lines = [line for line in out.splitlines() if "district" in line and "rows 2–3" in line]
    assert len(lines) == 1
    assert "did you mean 'Huyện Ba Tơ'?" in lines[0]
    assert err == "2025.csv: 1 column that the tool added is set aside: start\n"
    assert code == 1


def test_every_column_that_a_command_prints_has_a_vietnamese_head() -> None:
    calls = [
        call
        for call in ast.walk(ast.parse(Path(cli.__file__).read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "emit"
    ]
    printed = {
        name.value
        for call in calls
        for columns in call.args
        if isinstance(columns, ast.Tuple)
        for name in columns.elts
        if isinstance(name, ast.Constant)
    }

    assert {"target_id", "part"} <= printed <= set(terminal.HEADS)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_lab_ends_its_server_when_it_alone_is_asked_to_end(tmp_path, monkeypatch, number, code):
    """A terminal sends Ctrl+C to both; who stops ``qngai lab`` from outside reaches only the command."""
    from qngai_analysis.edition import lab

    server = "import os, signal, time; os.kill(os.getppid(), {}); time.sleep(60)"
    monkeypatch.setattr(lab, "arguments", lambda *_, **__: [sys.executable, "-c", server.format(int(number))])
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert lab.run(tmp_path) == code
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
