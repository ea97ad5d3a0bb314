"""The year played through: asked, answered as offices answer, taken in, looked at, reported."""

from __future__ import annotations

import csv
import shutil
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from office import FIGURES, TASKS, fill, project, row_of

from qngai_analysis import paths
from qngai_analysis.cli import main
from qngai_analysis.collection.forms import COVER
from qngai_analysis.collection.owed import owed
from qngai_analysis.collection.requests import read_register, write_requests
from qngai_analysis.collection.returns import collect
from qngai_analysis.collection.rounds import answer_by
from qngai_analysis.collection.status import control_room
from qngai_analysis.errors import ParameterError, RawFileError
from qngai_analysis.evidence.returned import deliveries, returned_observations, returned_table, settled
from qngai_analysis.page.tables import plain_text
from qngai_analysis.progress.tasks import TaskStatus
from qngai_analysis.progress.yearly import judge_year
from qngai_analysis.report.yearly import gaps, load, sources, target_table
from qngai_analysis.words.said import said

ASKED, DUE, LATER = date(2025, 11, 20), date(2026, 2, 15), date(2026, 2, 20)
DEPARTMENTS = (
    "Sở Y tế",
    "Sở Công Thương",
    "Công an tỉnh",
    "Thống kê tỉnh Quảng Ngãi",
    "Sở Khoa học và Công nghệ",
)
COMMUNES = ("UBND xã Ba Tơ", "UBND xã Ba Tô", "UBND đặc khu Lý Sơn")


@pytest.fixture(scope="module")
def asked(tmp_path_factory) -> Iterator[Path]:
    with project(tmp_path_factory.mktemp("office") / "p") as home:
        found = owed(2025)
        bodies = [found.body(name) for name in (*DEPARTMENTS, *COMMUNES)]
        write_requests(found, on=ASKED, due=DUE, bodies=bodies)
        yield home


@pytest.fixture
def home(asked, tmp_path, monkeypatch) -> Path:
    """A project in which letters and forms went out and nothing came back yet."""
    shutil.copytree(asked, tmp_path / "p")
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path / "p"))
    return tmp_path / "p"


def form_of(home: Path, body: str) -> Path:
    return home / "requests" / "2025" / read_register(2025)[body].form


def every_task(form: Path, status: str = "đang thực hiện") -> dict[str, object]:
    rows = openpyxl.load_workbook(form)[TASKS].iter_rows(min_row=2)
    return {f"E{row[0].row}": status for row in rows if row[0].value}


# ------------------------------------------------------------------ asking


def test_each_body_gets_a_folder_with_letter_and_form(home):
    folder = form_of(home, "Sở Y tế").parent

    assert {path.name for path in folder.iterdir()} == {
        "bieu-so-y-te-2025.xlsx",
        "cong-van-so-y-te.docx",
        "cong-van-so-y-te.pdf",
    }
    assert form_of(home, "UBND xã Ba Tơ").parent != form_of(home, "UBND xã Ba Tô").parent


def test_the_office_asks_itself_for_nothing_and_has_a_form_for_its_own_answers(home):
    own = form_of(home, "Sở Khoa học và Công nghệ").parent

    assert [path.suffix for path in own.iterdir()] == [".xlsx"]


def test_an_index_names_what_was_sent_and_whom_nobody_can_write_to(home):
    book = openpyxl.load_workbook(home / "requests" / "2025" / "danh-muc-gui.xlsx")
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}

    assert {"Sở Y tế", "UBND đặc khu Lý Sơn", "15/02/2026"} <= cells
    assert any("Các hội, hiệp hội: 1 nhiệm vụ, tên gọi chung" in cell for cell in cells)


def test_asking_again_keeps_every_form_that_is_there(home, capsys):
    form = fill(form_of(home, "Sở Y tế"))
    before = form.read_bytes()

    assert main(["request", "--agency", "Sở Y tế", "--on", "2025-12-01"]) == 0
    (said,) = capsys.readouterr().err.splitlines()  # of others nothing
    assert said == "0 biểu mới; 1 đơn vị đã có biểu từ trước, giữ nguyên"
    assert form.read_bytes() == before
    assert read_register(2025)["Sở Y tế"].asked_on == ASKED


def test_a_day_until_which_answers_are_asked_for_is_not_past(home, capsys):
    assert main(["request", "--on", "2026-01-10", "--due", "2026-01-09"]) == 2
    assert "--due 2026-01-09: đã qua vào ngày gửi 2026-01-10" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("2026-02-15", "15/2/2026", "so-theo-doi.csv, dòng 2: không đọc được"), ("due", "han", "dòng 2")],
)
def test_a_register_that_was_edited_is_named_with_its_line(home, old, new, said):
    register = home / "requests" / "2025" / "so-theo-doi.csv"
    register.write_text(register.read_text("utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(RawFileError, match=said):
        read_register(2025)


def test_a_form_of_a_day_to_come_is_not_taken_in(home):
    form = form_of(home, "Sở Y tế")
    taken = collect([fill(form, tasks=every_task(form))], on=date(2026, 2, 9))

    assert not taken.forms
    assert [str(fault) for fault in taken.faults] == [
        "bieu-so-y-te-2025.xlsx, trang “Trang bìa”, ô B8: ngày báo cáo 10/02/2026 chưa đến; kiểm tra lại ngày"
    ]


def test_a_form_of_a_year_that_no_plan_is_followed_in_is_named_with_its_cell_and_keeps_no_other_out(home):
    good, wrong = form_of(home, "Sở Y tế"), form_of(home, "Sở Công Thương")
    book = openpyxl.load_workbook(fill(wrong, tasks=every_task(wrong)))
    book[COVER]["B4"] = 2015
    book.save(wrong)
    taken = collect([wrong, fill(good, tasks=every_task(good))], on=date(2026, 2, 10))

    assert [form.file for form in taken.forms] == [good.name]
    (fault,) = map(str, taken.faults)
    assert fault.startswith(f"{wrong.name}, trang “Trang bìa”, ô B4: năm 2015: ")
    assert "2022–2025" in fault


def test_a_plan_that_was_named_and_is_not_there_is_no_fault_of_a_form(home):
    with pytest.raises(ParameterError, match="kế hoạch khong-co"):
        collect([form_of(home, "Sở Y tế")], on=ASKED, plan="khong-co")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('key = "due"', 'key = "han"', "không có bước 'due'"),
        ("begins = [", "begins = [2025, ", r"\[\[step\]\] 1: cần key, words, source, begins và ends"),
    ],
)
def test_a_round_without_a_step_or_with_a_wrong_one_is_named(home, old, new, said):
    file = home / "data" / "raw" / "reference" / "round.toml"
    file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(RawFileError, match=said):
        answer_by(2025, ASKED)


def test_an_unknown_body_is_one_line(home, capsys):
    assert main(["request", "--agency", "UBND xã Ba Tu"]) == 2
    assert "gần nhất: UBND xã Ba T" in capsys.readouterr().err


# ------------------------------------------------------------------ the year


def test_the_year(home, tmp_path, capsys):
    # health: text numbers with dots and commas, an Excel date, a merged note, tasks
    health = form_of(home, "Sở Y tế")
    old, new = row_of(health, FIGURES, "XHS_EHR"), row_of(health, FIGURES, "XHS_EHR", 2)
    fill(
        health,
        figures={
            f"E{old}": "850.000", f"F{old}": "1.250.000", f"H{old}": datetime(2025, 12, 31), f"I{old}": "Chính thức",
            f"E{new}": 1_300_000, f"F{new}": "1.862.000", f"H{new}": 46022,
            "A40": "Ghi chú: theo cơ sở dữ liệu của ngành",
        },
        tasks=every_task(health),
    )  # fmt: skip
    # two bodies that contradict each other on one figure: e-identity by the police, and by the office itself
    police = form_of(home, "Công an tỉnh")
    row = row_of(police, FIGURES, "XHS_VNEID")
    fill(police, figures={f"G{row}": "81,5%", f"H{row}": "31/12/2025"}, tasks=every_task(police))
    # communes that differ, one of them late
    first, second = (form_of(home, name) for name in COMMUNES[:2])
    shared = row_of(first, TASKS, "906.n014")
    fill(first, tasks={**every_task(first), f"E{shared}": "hoàn thành", f"F{shared}": "30/6/2025"})
    fill(second, tasks=every_task(second), day="18/02/2026")
    # trade: a fault, so nothing of it is taken
    trade = form_of(home, "Sở Công Thương")
    wrong = row_of(trade, FIGURES, "KTS_TMDT")
    fill(trade, figures={f"G{wrong}": 812, f"H{wrong}": "2025"})

    assert main(["collect", str(health), str(police), str(first), str(trade), "--on", "2026-02-12"]) == 1
    told = capsys.readouterr().err
    assert f"{trade.name}, trang “Số liệu”, ô G{wrong}: 812 nằm ngoài 0 đến 100%; ghi tỷ lệ phần trăm" in told
    assert "nhận 3 biểu; 1 tệp có lỗi (1 lỗi)" in told
    assert (
        main(["collect", str(second), str(health), "--on", "2026-02-19"]) == 0
    )  # late; and one taken before
    assert f"{health.name}: đã nhận từ trước" in capsys.readouterr().out

    # a corrected form of the police replaces the earlier one and is logged
    fill(police, figures={f"G{row}": "83,2"}, day="16/02/2026")
    assert main(["collect", str(police), "--on", "2026-02-19"]) == 0
    assert "Công an tỉnh: biểu ngày 16/02/2026 thay" in capsys.readouterr().err
    forms = returned_table(2025, "forms")
    assert forms[forms["body"].eq("Công an tỉnh")]["replaces"].notna().tolist() == [False, True]

    # the figures stand in their cells with their source
    result = judge_year(2025)
    table = result.table.set_index("target_id")
    assert table.loc["906.15", "value"] == 68.0
    assert table.loc["906.15", "source"] == "Biểu số liệu của Sở Y tế ngày 10/02/2026"
    assert table.loc["906.15", "level"] == "chính thức"
    assert table.loc["114.08", ["value", "verdict"]].tolist() == [83.2, "đạt"]
    assert table.loc["906.03", "verdict"] == "chưa có số liệu"

    report = load(year=2025)
    rows = {
        row.cells[1].text: [cell.text for cell in row.cells] for row in target_table(report).rows if row.cells
    }
    (health_row,) = [cells for name, cells in rows.items() if "hồ sơ sức khỏe điện tử" in name]
    assert any(cell.startswith("68") for cell in health_row)
    assert "Biểu số liệu của Sở Y tế ngày 10/02/2026" in plain_text(sources(report))
    missing = plain_text(gaps(report))
    assert "Tỷ trọng thương mại điện tử" in missing
    assert "hồ sơ sức khỏe điện tử" not in missing
    state = report.task_states["906.n014"]
    assert said(state.tally.said) == "2/57 đơn vị đã báo cáo, 1 hoàn thành"
    assert state.status is TaskStatus.OVERDUE

    # the room says what is missing and from whom
    room = control_room(2025, on=LATER)
    states = {state.body.name: state for state in room.bodies}
    assert {figure.indicator for figure in states["Sở Y tế"].left.figures} == {"XHS_TUVAN_YTE"}
    assert states["UBND xã Ba Tô"].late
    assert not states["UBND xã Ba Tơ"].late
    assert [state.body.name for state in room.overdue] == [
        "Sở Công Thương",
        "Thống kê tỉnh Quảng Ngãi",
        "Công an tỉnh",
        "Sở Y tế",
        "UBND đặc khu Lý Sơn",
    ]
    assert any("906.n014: 2/57 đơn vị đã báo cáo (1 " in line for line in room.differences)
    text = "\n".join(room.lines())
    assert "2 đã có số của năm 2025" in text
    assert "cấp xã 2/56" in text
    assert "qngai request --year 2025 --remind" in text

    # those who owe are reminded of just that
    assert main(["request", "--remind", "--on", "2026-02-20"]) == 0
    assert read_register(2025)["Sở Công Thương"].reminded_on == LATER
    assert (trade.parent / "nhac-2026-02-20-so-cong-thuong.pdf").is_file()


def test_two_bodies_that_differ_both_stand_until_somebody_settles(home):
    found = owed(2025)
    police, statistics = form_of(home, "Công an tỉnh"), form_of(home, "Thống kê tỉnh Quảng Ngãi")
    row = row_of(police, FIGURES, "XHS_VNEID")
    fill(police, figures={f"G{row}": 81.5, f"H{row}": "2025"})
    place = row_of(statistics, FIGURES, "KTS_GRDP")
    other = {
        f"A{place}": "XHS_VNEID",
        f"G{place}": 77.0,
        f"H{place}": "2025",
    }  # a row of the office's own making
    fill(statistics, figures=other)
    taken = collect([police, statistics], on=LATER)

    assert not taken.faults
    assert any(
        "báo khác nhau (Công an tỉnh: 81,5%; Thống kê tỉnh Quảng Ngãi: 77%)" in line for line in taken.remarks
    )
    assert set(returned_observations(2025)["value"]) == {81.5, 77.0}

    file = paths.raw("returns", "2025", "settled.toml")
    file.write_text(
        '[[settled]]\nindicator = "XHS_VNEID"\nbody = "Công an tỉnh"\nreason = "đối soát ngày 20/02/2026"\n',
        encoding="utf-8",
    )
    rows = returned_observations(2025).set_index("publisher")
    assert (
        rows.loc["Thống kê tỉnh Quảng Ngãi", "withheld"]
        == "đã thống nhất dùng số của Công an tỉnh: đối soát ngày 20/02/2026"
    )
    assert judge_year(2025).table.set_index("target_id").loc["114.08", "value"] == 81.5
    assert not control_room(2025, on=LATER).differences
    assert found.year == 2025


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('[[settled]]\nindicator = "X"\nbody = "Y"\n', "cần có reason"),
        ('[[settled]]\nindicator = "X"\nreason = "z"\n', "cần indicator với body"),
        ('[[settled]]\nbodies = "Y"\n', "khóa 'bodies' lạ"),
        ("settled = [", "không phải TOML"),
    ],
)
def test_a_wrong_settlement_is_one_line_with_its_place(home, entry, said):
    file = paths.raw("returns", "2025", "settled.toml")
    file.parent.mkdir(parents=True)
    file.write_text(entry, encoding="utf-8")
    with pytest.raises(RawFileError, match=r"settled\.toml") as fault:
        settled(2025)
    assert said in str(fault.value)


# ------------------------------------------------------------------ what is kept


def test_line_breaks_quotes_and_backslashes_of_a_cell_do_no_harm(home):
    form = form_of(home, "UBND xã Ba Tơ")
    row = row_of(form, TASKS, "906.n014")
    odd = 'Ban "số"\nhóa \\'
    fill(
        form,
        cover={"B6": odd, "B7": "\\"},
        tasks={f"E{row}": "đang thực hiện", f"G{row}": odd, f"H{row}": "=HYPERLINK(1)"},
    )
    collect([form], on=LATER)
    (folder,) = deliveries(2025)

    assert tomllib.loads((folder / "forms.toml").read_text(encoding="utf-8"))["producer"] == "UBND xã Ba Tơ"
    assert returned_table(2025, "forms")["filled_by"].tolist() == ['Ban "số" hóa \\']
    assert returned_table(2025, "tasks")["difficulty"].tolist() == ["=HYPERLINK(1)"]
    written = csv.reader((folder / "tasks.csv").read_text(encoding="utf-8").splitlines())
    assert not [cell for line in written for cell in line if cell.startswith(("=", "+", "@"))]


def test_a_delivery_appears_whole_or_not_at_all(home, monkeypatch):
    form = form_of(home, "UBND xã Ba Tơ")
    fill(form, tasks=every_task(form))

    def cut(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", cut)
    with pytest.raises(KeyboardInterrupt):
        collect([form], on=LATER)
    monkeypatch.undo()
    monkeypatch.setenv("QNGAI_HOME", str(home))

    assert list(paths.raw("returns", "2025").glob("[0-9]*")) == []
    collect([form], on=LATER)
    assert [path.name for path in deliveries(2025)] == ["001"]
    assert next(path.name for path in paths.raw("returns", "2025", "001", "received").iterdir()).startswith(
        "ubnd-xa-ba-to-"
    )


def test_a_calendar_of_the_round_and_a_page_of_the_room(home, tmp_path, monkeypatch, capsys):
    page, calendar = tmp_path / "room.html", tmp_path / "round.ics"

    assert main(["status", "--on", "2026-02-20", "--page", str(page), "--calendar", str(calendar)]) == 0
    lines = calendar.read_bytes().decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert max(len(line.encode()) for line in lines) <= 75
    assert "DTSTART;VALUE=DATE:20251214" in lines  # before 15 December, as plan 114 orders
    assert "quá hạn, chưa trả lời" in page.read_text(encoding="utf-8")
    monkeypatch.setenv("QNGAI_LANG", "en")
    assert main(["status", "--on", "2026-02-20", "--page", str(page)]) == 0
    assert "Overdue: Sở Công Thương (" in capsys.readouterr().out
    assert "overdue, no answer" in page.read_text(encoding="utf-8")


def test_what_is_dated_after_the_cut_off_day_is_said_not_to_be_counted_where_it_is_asked_for_and_comes_in(
    home, capsys
):
    told = "báo cáo năm 2025 không tính số liệu, trả lời đề ngày sau 31/3/2026 (ngày chốt số liệu); để tính cả: qngai report --year 2025 --cutoff {}"

    def said(*typed: str) -> str:
        assert main([*typed]) == 0
        return "".join(capsys.readouterr())

    assert told.format("2026-04-01") in said("status", "--on", "2026-04-01")
    assert "ngày chốt số liệu" not in said("status", "--on", "2026-03-31")
    assert told.format("2026-04-02") in said(
        "request", "--remind", "--agency", "Sở Y tế", "--on", "2026-04-02"
    )
    form = form_of(home, "Sở Y tế")
    fill(form, tasks=every_task(form), day="05/04/2026")
    assert told.format("2026-04-05") in said("collect", str(form), "--on", "2026-04-06")
    form.unlink()
    assert told.format("2026-04-30") in said(
        "request", "--agency", "Sở Y tế", "--on", "2026-03-01", "--due", "2026-04-30"
    )
