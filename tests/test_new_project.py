"""A project of another province, from the empty folder to the report; and this one after its plan has ended."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from office import begun
from printed import pages

from qngai_analysis import paths, raw
from qngai_analysis.cli import main
from qngai_analysis.cutoff import known_by
from qngai_analysis.errors import SurveyError
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.project import Role, last_year, read_project
from qngai_analysis.survey.form.intake import load_file

PLAN = """ỦY BAN NHÂN DÂN
TỈNH GIA LAI
Số: 45/KH-UBND
Gia Lai, ngày 15 tháng 01 năm 2026

KẾ HOẠCH
Phát triển kinh tế số và xã hội số tỉnh Gia Lai giai đoạn 2026 - 2030

II. MỤC TIÊU
Mục tiêu đến năm 2030:
1. Phát triển kinh tế số
- Tỷ trọng kinh tế số đạt 30% GRDP.
- Tỷ lệ doanh nghiệp nhỏ và vừa sử dụng nền tảng số đạt trên 70%.
2. Phát triển xã hội số
- Tỷ lệ dân số trưởng thành có điện thoại thông minh đạt trên 95%.
"""
#: What may stand in no report of another province.
FOREIGN = re.compile(r"Quảng Ngãi|\b906\b|[Hh]uyện\b|thị xã")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command as a person would; what it sets in the environment ends with the test."""
    monkeypatch.setenv("QNGAI_HOME", "")
    monkeypatch.delenv("QNGAI_HOME")

    def command(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        done = capsys.readouterr()
        return code, done.out, done.err

    return command


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "ke-hoach.txt"
    file.write_text(PLAN, encoding="utf-8")
    return file


@pytest.fixture
def gia_lai(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "gia-lai"
    assert run("init", folder, "--province", "gia lai")[0] == 0
    monkeypatch.setenv("QNGAI_HOME", str(folder))
    return folder


def add_plan(run: Run, file: Path, text: str) -> None:
    """Give the project a plan of this text."""
    file.write_text(text, encoding="utf-8")
    assert run("add", "plan", file)[0] == 0


def words(file: Path) -> str:
    """Return what a reader of an HTML, PDF or DOCX file reads."""
    if file.suffix == ".pdf":
        return "\n".join(pages(file.read_bytes()))
    if file.suffix == ".docx":
        with zipfile.ZipFile(file) as parts:
            return re.sub(r"<[^>]+>", " ", parts.read("word/document.xml").decode())
    text = re.sub(
        r"<(style|script)\b.*?</\1>|data:[^\"']+", " ", file.read_text(encoding="utf-8"), flags=re.S
    )
    return re.sub(r"<[^>]+>", " ", text)


def figure(**cells: object) -> None:
    """Add a published figure to the project."""
    file = paths.raw("published", "figures.csv")
    columns = list(raw.read_sidecar(file).columns.values())
    usual = {
        "id": "P001", "name": "Tỷ trọng kinh tế số trong GRDP", "series": "kts_grdp", "unit": "%", "value_type": "point",
        "period": "Y", "level": "chính thức", "source_title": "Thông cáo", "publisher": "Thống kê tỉnh",
        "channel": "cơ quan nhà nước", "confidence": "high", "publication_date": "2026-12-01",
    }  # fmt: skip
    content = raw.table_bytes([usual | cells], columns)
    text = raw.sidecar_text(content, columns, title="Số liệu", producer="thử", source="test", status="real")
    raw.replace_table(file, content, text)


SECTORS = [sector.notebook for sector in read_project().sectors.values()]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another province's project with a plan and nothing else, and all its reports of a year."""
    folder = tmp_path_factory.mktemp("bare") / "gia-lai"
    with begun(folder, PLAN):
        assert main(["report", "--year", "2026", "--formats", "html"]) == 0
    return folder


def test_another_province_goes_from_the_empty_folder_to_its_report(
    bare: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qngai_analysis.rehearse.simulate import simulate

    gia_lai = tmp_path / "gia-lai"
    shutil.copytree(bare, gia_lai)
    monkeypatch.setenv("QNGAI_HOME", str(gia_lai))
    figure(value=12.5, territory="gia-lai", year=2026, reference_date="2026")
    returned = simulate("farms", 2025, folder=tmp_path, scale=0.2)
    assert run("add", "survey", "farms", returned)[:2] == (0, f"{gia_lai}/data/raw/surveys/farms/2025.csv\n")

    formats = ("--formats", "html,pdf,docx")
    code, out, err = run("report", "--year", "2026", "--no-sectors", *formats)
    sector, more, wrong = run("render", "agriculture", "--year", "2026", "-p", "edition=2025", *formats)

    assert (code, sector) == (0, 0), err + wrong
    files = [Path(line) for line in (out + more).split("\n") if line.endswith((".html", ".pdf", ".docx"))]
    assert len(files) == 7, "and the appendices as a file of their own"
    assert {file.parent for file in files} == {gia_lai / "reports" / "2026"}, (
        "the project's own, from anywhere"
    )
    for file in files:
        text = words(file)
        assert "Gia Lai" in text
        assert not FOREIGN.findall(text), f"{file.name}: {FOREIGN.findall(text)}"
    assert "12,5%" in words(files[0])


@pytest.mark.parametrize(
    ("today", "given", "counted"),
    [
        (date(2026, 11, 28), "", "2026-11-28"),  # the usual day is to come: as of today
        (date(2027, 3, 31), "", ""),  # the usual one
        (date(2028, 1, 1), "", ""),
        (date(2026, 11, 28), "2026-06-30", "2026-06-30"),
        (date(2026, 11, 28), "2027-03-31", "2027-03-31"),
        (date(2025, 12, 31), "", ""),  # the year has not begun
    ],
)
def test_a_report_before_its_usual_cut_off_day_counts_up_to_today(
    today: date, given: str, counted: str
) -> None:
    assert known_by(today, given, 2026) == counted


def test_a_report_of_the_running_year_says_of_which_day_it_is(
    bare: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Autumn(date):
        @classmethod
        def today(cls) -> date:  # type: ignore[override]
            return date(2026, 11, 28)

    shutil.copytree(bare, tmp_path / "gia-lai")
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path / "gia-lai"))
    monkeypatch.setattr("qngai_analysis.cli_options.date", Autumn)

    code, _, err = run("report", "--year", "2026", "--no-sectors", "--formats", "html")

    edition = tmp_path / "gia-lai" / "reports" / "2026"
    manifest = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    assert code == 0
    assert "only what is known today, 28 November 2026, counts" in err
    assert "Số liệu tính đến ngày 28/11/2026" in words(edition / "bao_cao_nam_2026.html")
    assert manifest["documents"]["bao_cao_nam_2026"]["parameters"]["cutoff"] == "2026-11-28"
    code, out, err = run("explain", "45.01", "--year", "2026")
    assert code == 0
    assert "only figures published up to 28 November 2026 are used" in out
    assert "only what is known today, 28 November 2026, counts" in err
    assert "only what is known today, 28 November 2026, counts" in run("assess", "--year", "2026")[2]


@pytest.mark.parametrize("notebook", SECTORS)
def test_every_sector_of_another_province_is_its_own(notebook: str, bare: Path) -> None:
    """Nothing is published of it, its plan sets none of the levels: each chapter says so and the report is whole."""
    text = words(bare / "reports" / "2026" / f"{notebook}_2026.html")

    assert "Gia Lai" in text
    assert not FOREIGN.findall(text)


def test_a_survey_of_another_province_is_rehearsed_without_a_fault(gia_lai: Path, run: Run) -> None:
    run("new-survey", "cua_hang")
    run("simulate", "cua_hang", "2026")

    file = gia_lai / "data/raw/surveys/cua_hang/2026.csv"
    assert run("validate", "cua_hang", file)[0] == 0


def _saved_by_a_spreadsheet(rows: pd.DataFrame, folder: Path) -> Path:
    rows.to_excel(folder / "2025.xlsx", index=False)
    return folder / "2025.xlsx"


def _saved(rows: pd.DataFrame, folder: Path, end: str = "\n") -> Path:
    rows.to_csv(folder / "2025.csv", index=False, lineterminator=end)
    return folder / "2025.csv"


@pytest.mark.parametrize(
    "save",
    [
        _saved_by_a_spreadsheet,
        lambda rows, folder: _saved(rows, folder, "\r\n"),
        lambda rows, folder: _saved(rows.iloc[::-1], folder),
        lambda rows, folder: _saved(rows.iloc[len(rows) // 5 :], folder),
        lambda rows, folder: _saved(rows.assign(sales=rows["sales"].where(rows.index % 20 == 0)), folder),
        lambda rows, folder: _saved(
            rows.assign(sales=rows["sales"].where(rows.index % 20 == 0))
            .iloc[::-1]
            .iloc[: len(rows) * 2 // 3],
            folder,
        ),
    ],
    ids=[
        "as a workbook",
        "with other line ends",
        "in another order",
        "in part",
        "with a column emptied",
        "with a column emptied and two thirds of the rows in another order",
    ],
)
def test_simulated_answers_stay_simulated_however_their_file_is_saved_again(
    gia_lai: Path, run: Run, tmp_path: Path, save: Callable[[pd.DataFrame, Path], Path]
) -> None:
    run("new-survey", "cua_hang")
    run("simulate", "cua_hang", "2025")
    made_up = gia_lai / "data/raw/surveys/cua_hang/2025.csv"
    again = save(pd.read_csv(made_up), tmp_path)
    made_up.unlink()

    assert run("add", "survey", "cua_hang", again)[0] == 0
    assert raw.read_sidecar(made_up.with_suffix(again.suffix)).status == "simulated"


@pytest.mark.parametrize(
    "answer",
    [lambda rows: rows.sample(frac=1, random_state=1), lambda rows: rows.mode().iloc[[0] * len(rows)]],
    ids=["as the others do", "what most do"],
)
def test_real_answers_of_the_respondents_that_a_rehearsal_named_are_real_however_alike_they_are(
    gia_lai: Path, run: Run, tmp_path: Path, answer: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    run("new-survey", "cua_hang")
    run("simulate", "cua_hang", "2025")
    made_up = gia_lai / "data/raw/surveys/cua_hang/2025.csv"
    heard = pd.read_csv(made_up, dtype="str")
    asked = ["sells_online", "sales"]
    done = heard["outcome"] == "1"
    heard.loc[done, asked] = answer(heard.loc[done, asked]).to_numpy()
    made_up.unlink()

    assert run("add", "survey", "cua_hang", _saved(heard, tmp_path))[0] == 0
    assert raw.read_sidecar(made_up).status == "real"


def test_answers_of_other_people_to_a_rehearsed_survey_are_real(
    gia_lai: Path, run: Run, tmp_path: Path
) -> None:
    from qngai_analysis.rehearse.simulate import simulate

    run("new-survey", "cua_hang")
    run("simulate", "cua_hang", "2025")
    (gia_lai / "data/raw/surveys/cua_hang/2025.csv").unlink()

    others = simulate("cua_hang", 2025, seed=1, folder=tmp_path)

    assert run("add", "survey", "cua_hang", others)[0] == 0
    assert raw.read_sidecar(gia_lai / "data/raw/surveys/cua_hang/2025.csv").status == "real"


def test_simulated_answers_laid_by_hand_under_a_sidecar_that_calls_them_real_are_refused(
    gia_lai: Path, run: Run
) -> None:
    run("new-survey", "cua_hang")
    run("simulate", "cua_hang", "2025")
    made_up = gia_lai / "data/raw/surveys/cua_hang/2025.csv"
    content = made_up.with_name("2024.csv")
    made_up.rename(content)
    raw.write_raw(content, content.read_bytes().replace(b"\n", b"\r\n"), title="x", producer="y", source="z")

    with pytest.raises(
        SurveyError, match=r"made by qngai simulate; write status = .simulated. in 2024\.toml"
    ):
        load_file("cua_hang", 2024)


def test_the_steps_that_are_proposed_name_the_project_and_a_year_that_has_a_plan(
    gia_lai: Path, plan: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qngai_analysis.project.last_year", lambda: 2025)
    monkeypatch.setattr("qngai_analysis.cli_project.last_year", lambda: 2025)

    here = f"qngai --project {gia_lai}"
    assert run("--project", gia_lai, "add", "plan", plan)[2].endswith(
        f"next: {here} targets 45-kh-ubnd-2026; {here} report\n"
    ), "no plan is of 2025: the year that is meant is its first"
    assert f"  {here} report --year 2026 " in run("--project", gia_lai, "status", "--year", "2026")[1]
    assert "no target '45.99'" in run("explain", "45.99")[2], "what is wrong is the target, not the year"
    assert run("simulate", "farms", "2027")[2] == "next: qngai lab; qngai report --year 2027\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--project", "khong-co", "status"], "--project khong-co: no project there"),
        (["collect", "nhann"], "nhann: no such file or folder"),
        (["add", "indicators", "45.2"], "45.2: no such target; the nearest: 45."),
    ],
)
def test_a_project_or_target_that_is_none_is_one_line(
    gia_lai: Path, plan: Path, run: Run, arguments: list[str], said: str
) -> None:
    assert run("add", "plan", plan)[0] == 0

    code, _, err = run(*arguments)

    assert (code, err.count("\n")) == (2, 1)
    assert said in err


def test_the_edition_of_another_project_is_not_held_against_this_one(
    bare: Path, gia_lai: Path, run: Run
) -> None:
    code, out, err = run("audit", bare / "reports" / "2026")

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"another project's edition; write: qngai --project {bare} audit" in err


def test_a_new_project_names_its_province_and_its_135_communes(gia_lai: Path, run: Run) -> None:
    from qngai_analysis import territory

    office = read_project().office(date(2026, 3, 1))

    assert (office.parent_body, office.place) == ("UBND TỈNH GIA LAI", "Gia Lai")
    assert len(territory.parts(date(2026, 1, 1))) == 135
    assert territory.home(date(2026, 1, 1)).bare == "Tỉnh Gia Lai"
    assert sorted(file.suffix for file in (gia_lai / "notebooks").iterdir())[0] == ".ipynb"


@pytest.mark.parametrize("province", ["Gia Lai", "Đà Nẵng", "Cao Bằng"])  # merged, a city, never merged
def test_what_is_asked_of_offices_of_another_province_quotes_nothing_of_this_one(
    province: str, tmp_path: Path, plan: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letter, form, calendar and codebooks: proposed by the office, not ordered by plans of somebody else."""
    kind = "Thành phố" if province == "Đà Nẵng" else "Tỉnh"
    words_of_plan = PLAN.replace("TỈNH GIA LAI", f"{kind} {province}".upper()).replace(
        "tỉnh Gia Lai", f"{kind.lower()} {province}"
    )
    health = "- Tỷ lệ người dân có hồ sơ sức khỏe điện tử đạt trên 95%.\n"
    plan.write_text(words_of_plan.replace("Gia Lai", province) + health, encoding="utf-8")
    assert run("init", tmp_path / "p", "--province", province)[0] == 0
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path / "p"))
    assert run("add", "plan", plan)[0] == 0
    cells = ["--indicator=KTS_GRDP", "--value=12,5", "--reference-date=2026", "--source-title=Tin"]
    assert run("add", "figure", *cells, "--publisher=TK", "--definition=đúng")[0] == 0
    assert run("request", "--year", "2026", "--on", "2027-01-05")[0] == 0
    assert (
        run("status", "--year", "2026", "--calendar", tmp_path / "p" / "requests" / "2026" / "c.ics")[0] == 0
    )

    sent = [
        file for file in (tmp_path / "p" / "requests").rglob("*") if file.suffix in (".docx", ".pdf", ".ics")
    ]
    assert {file.suffix for file in sent} == {".docx", ".pdf", ".ics"}
    for file in [*sent, *(tmp_path / "p" / "data" / "raw" / "surveys").rglob("codebook.toml")]:
        assert not FOREIGN.findall(words(file)), file.name
    assert "theo đề xuất phân công của cơ quan lập báo cáo" in "".join(
        words(file) for file in sent if file.suffix == ".docx"
    )


def test_a_commune_has_a_project_of_its_own(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = run("init", tmp_path / "xa", "--commune", "Xã Ba Tơ")
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path / "xa"))

    assert (code, out.split("\n")[0]) == (0, f"{tmp_path / 'xa'}: Xã Ba Tơ")
    assert read_project().territory == "21484"
    assert read_project().offices[0].issuing_body == "UBND XÃ BA TƠ"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--province", "Gia Lay"], 'no such province; the nearest: Gia Lai'),
        (["--province", "Kon Tum"], 'since 1 July 2025 part of Quảng Ngãi; write --province "Quảng Ngãi"'),
        (["--commune", "Thị trấn Ba Tơ"], "since 1 July 2025 Xã Ba Tơ (21484, Quảng Ngãi)"),
        (["--commune", "Xã Bình Minh"], "5 units of this name, write the code: 10126 (Xã Bình Minh, Hà Nội)"),
        (["--commune", "Xã Nào Đó"], "no such commune; the nearest: "),
        ([], '--country'),
    ],
)  # fmt: skip
def test_a_place_that_is_none_is_one_line(tmp_path: Path, run: Run, arguments: list[str], said: str) -> None:
    code, _, err = run("init", tmp_path / "x", *arguments)

    assert (code, err.count("\n")) == (2, 1)
    assert said in err
    assert not (tmp_path / "x").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, run: Run) -> None:
    (tmp_path / "note.txt").write_text("mine")

    assert "not empty; name another folder" in run("init", tmp_path, "--province", "Huế")[2]
    assert [file.name for file in tmp_path.iterdir()] == ["note.txt"]


def test_a_plan_is_read_shown_copied_byte_for_byte_and_given_a_role(
    gia_lai: Path, plan: Path, run: Run
) -> None:
    code, out, _ = run("add", "plan", plan)
    copy = gia_lai / "data" / "raw" / "plans" / "45-kh-ubnd-2026.txt"
    (entry,) = read_project().plan

    assert code == 0
    for shown in (
        "45/KH-UBND",
        "15 January 2026",
        "tỉnh Gia Lai",
        "2026-2030",
        "Targets, tasks: 3, 0",
        "Role: main",
    ):
        assert shown in out
    assert copy.read_bytes() == plan.read_bytes()
    assert raw.verify(copy).extra["plan"]["key"] == "45"
    assert (entry.name, entry.role, entry.years) == ("45-kh-ubnd-2026", Role.MAIN, (2026, 2030))
    assert read_project().entry("45") == read_project().entry("45-kh-ubnd-2026") == entry


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (PLAN, [], "in the project already: 45-kh-ubnd-2026.txt"),
        (PLAN.replace("45/", "46/"), ["--role", "main"], "is the main plan of 2026-2030; write --role later"),
        (re.sub(r"20\d\d", "", PLAN), [], "the document names no years; write --years 2026-2030"),
        (PLAN.replace("45/", "46/"), ["--years", "2030-2026"], "the first year is after the last"),
        (PLAN.replace("45/", "46/"), ["--years", "2026-30"], "--years 2026-30: write first-last"),
        (PLAN.replace("45/", "46/"), ["--date", "31/12/2025"], "--date 31/12/2025: no date"),
        (
            PLAN.replace("45/", "46/"),
            ["--role", "chính"],
            "--role chính: it is one of main, later, tasks, peer",
        ),
    ],
)
def test_a_plan_that_cannot_be_added_is_one_line_and_changes_nothing(
    gia_lai: Path, plan: Path, run: Run, tmp_path: Path, text: str, options: list[str], said: str
) -> None:
    run("add", "plan", plan)
    before = {file: file.read_bytes() for file in gia_lai.rglob("*") if file.is_file()}
    (tmp_path / "hai.txt").write_text(text, encoding="utf-8")

    code, _, err = run("add", "plan", tmp_path / "hai.txt", *options)

    assert (code, err.count("\n")) == (2, 1)
    assert said in err
    assert {file: file.read_bytes() for file in gia_lai.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize(
    ("name", "options", "code", "said"),
    [
        (
            "nam.csv",
            [],
            2,
            "2025.csv: the year 2025 has a file",
        ),  # of the last year that ended, which has one
        ("2024.pdf", [], 2, "2024.pdf: the format .pdf is not taken"),
        ("2024.csv", [], 1, "faults, not taken; see each: qngai validate farms "),
        ("2024.csv", ["--fieldwork", "10/2024"], 2, "--fieldwork 10/2024: no date"),
        ("2024.csv", ["--year", "2099"], 2, "2024.csv: the year 2099 has not begun"),
    ],
)
def test_a_survey_that_cannot_be_added_is_one_line_and_changes_nothing(
    gia_lai: Path, run: Run, tmp_path: Path, name: str, options: list[str], code: int, said: str
) -> None:
    there = gia_lai / "data" / "raw" / "surveys" / "farms" / f"{last_year()}.csv"
    there.write_text("x\n", encoding="utf-8")
    (tmp_path / name).write_text("don_vi\n1\n", encoding="utf-8")

    found, _, err = run("add", "survey", "farms", tmp_path / name, *options)

    assert (found, err.count("\n")) == (code, 1)
    assert said.replace("2025", str(last_year())) in err
    assert [file.name for file in there.parent.iterdir() if file.suffix == ".csv"] == [there.name]


def test_the_role_of_a_plan_is_told_by_what_it_says(
    gia_lai: Path, plan: Path, run: Run, tmp_path: Path
) -> None:
    second, peer = tmp_path / "sau.txt", tmp_path / "khac.txt"
    second.write_text(PLAN.replace("45/", "46/"), encoding="utf-8")
    peer.write_text(
        PLAN.replace("45/", "47/").replace("GIA LAI", "ĐẮK LẮK").replace("Gia Lai", "Đắk Lắk"),
        encoding="utf-8",
    )
    for file in (plan, second, peer):
        assert run("add", "plan", file)[0] == 0

    assert [entry.role for entry in read_project().plan] == [Role.MAIN, Role.LATER, Role.PEER]
    assert [read_plan(entry.key) for entry in read_project().plan] == [
        read_plan(e.name) for e in read_project().plan
    ]
    assert (
        "a plan of another place, for comparison only" in run("assess", "--plan", "47", "--year", "2026")[2]
    )


def test_a_resolution_of_december_is_of_the_year_its_title_names_and_its_title_ends_above_who_resolves(
    gia_lai: Path, tmp_path: Path, run: Run
) -> None:
    add_plan(
        run,
        tmp_path / "62.txt",
        "HỘI ĐỒNG NHÂN DÂN TỈNH GIA LAI\nSố: 62/NQ-HĐND\nGia Lai, ngày 12 tháng 12 năm 2025\nNGHỊ QUYẾT\n"
        "VỀ KẾ HOẠCH PHÁT TRIỂN KINH TẾ - XÃ HỘI NĂM 2026\nHỘI ĐỒNG NHÂN DÂN TỈNH GIA LAI\nKHOÁ XII, KỲ HỌP THỨ 35\n"
        "QUYẾT NGHỊ:\n1. Các chỉ tiêu chủ yếu\n- Tỷ lệ che phủ rừng: 58%.\n",
    )
    entry = read_project().plan[0]
    assert (entry.first_year, entry.last_year) == (2026, 2026)
    assert read_plan(entry.name).document.subject == "VỀ KẾ HOẠCH PHÁT TRIỂN KINH TẾ - XÃ HỘI NĂM 2026"


def test_a_plan_of_a_year_with_targets_for_a_later_one_is_followed_until_then_and_says_so(
    gia_lai: Path, tmp_path: Path, run: Run
) -> None:
    text = (
        "ỦY BAN NHÂN DÂN TỈNH GIA LAI\nSố: 63/KH-UBND\nGia Lai, ngày 12 tháng 01 năm 2026\nKẾ HOẠCH\n"
        "Chuyển đổi số năm 2026, định hướng đến năm 2030\nI. MỤC TIÊU\n- Tỷ lệ hồ sơ trực tuyến đạt 90%.\n"
        "- Đến năm 2030, kinh tế số chiếm 30% GRDP.\n"
    )
    (tmp_path / "63.txt").write_text(text, encoding="utf-8")
    _, out, err = run("add", "plan", tmp_path / "63.txt")

    assert "2026-2030" in out
    assert "it is followed until 2030; write --years 2026 to follow 2026 alone" in err
    assert read_project().plan[0].years == (2026, 2030)


def test_targets_of_one_sentence_are_told_apart_and_stand_under_the_nearest_title(
    gia_lai: Path, tmp_path: Path, run: Run
) -> None:
    from qngai_analysis.collection.owed import owed
    from qngai_analysis.report import yearly

    add_plan(
        run,
        tmp_path / "62.txt",
        "HỘI ĐỒNG NHÂN DÂN TỈNH GIA LAI\nSố: 62/NQ-HĐND\nGia Lai, ngày 12 tháng 12 năm 2025\nNGHỊ QUYẾT\n"
        "VỀ KẾ HOẠCH PHÁT TRIỂN KINH TẾ - XÃ HỘI TỈNH GIA LAI NĂM 2026\nQUYẾT NGHỊ:\n3. Các chỉ tiêu chủ yếu\n3.1. Về kinh tế\n"
        "(1) GRDP bình quân đầu người: 84 - 85 triệu đồng.\n(2) Thu ngân sách: 29.000 tỷ đồng, tăng 10%.\n"
        "3.2. VỀ XÃ HỘI\n(3) Tỷ lệ trường đạt chuẩn quốc gia: 78% (mầm non >= 75%, tiểu học 85%).\n",
    )
    report = yearly.load(year=2026)

    grid = yearly.target_table(report)
    assert [row.section or [cell.text for cell in row.cells[1:3]] for row in grid.rows] == [
        "3.1. Về kinh tế",
        ["GRDP bình quân đầu người: 84 - 85 triệu đồng.", "từ 84 đến 85\u00a0triệu đồng"],
        ["Thu ngân sách", "đạt 29.000\u00a0tỷ đồng"],
        ["Thu ngân sách", "tăng 10%"],
        "3.2. Về xã hội",
        ["Tỷ lệ trường đạt chuẩn quốc gia", "đạt 78%"],
        ["Tỷ lệ trường đạt chuẩn quốc gia mầm non", "≥ 75%"],
        ["Tỷ lệ trường đạt chuẩn quốc gia tiểu học", "đạt 85%"],
    ]
    assert "về kế hoạch phát triển kinh tế - xã hội tỉnh Gia Lai năm 2026" in str(yearly.bases(report))
    # whom nobody assigned a figure of the catalogue is asked of those who hold it
    assert [outcome.owners for outcome in report.lines[:2]] == [("Thống kê tỉnh Gia Lai",), ("Sở Tài chính",)]
    assert {body.name for body in owed(2026).bodies} >= {"Sở Tài chính", "Sở Giáo dục và Đào tạo"}
    # what the catalogue does not have is asked of nobody, and that is said
    assert owed(2026).uncoded == (report.lines[2].target.id,)
    assert "62.03" in run("request", "--year", "2026")[2]
    english = yearly.target_table(yearly.load(year=2026, lang="en"))
    assert english.rows[3].cells[2].text == "a rise of ≥ 10%"


def test_levels_of_several_years_say_theirs_a_target_set_twice_is_one_and_bodies_are_asked_for_the_unclassified(
    gia_lai: Path, tmp_path: Path, run: Run
) -> None:
    from qngai_analysis.report import yearly

    add_plan(
        run,
        tmp_path / "38.txt",
        "HỘI ĐỒNG NHÂN DÂN TỈNH GIA LAI\nSố: 38/NQ-HĐND\nGia Lai, ngày 12 tháng 3 năm 2026\nNGHỊ QUYẾT\n"
        "VỀ CHUYỂN ĐỔI SỐ TỈNH GIA LAI GIAI ĐOẠN 2026 - 2030\nQUYẾT NGHỊ:\n1. Mục tiêu\n"
        "- Tỷ lệ người dân có hồ sơ sức khỏe điện tử đạt 85% năm 2026.\n"
        "- Tỷ lệ người dân có hồ sơ sức khỏe điện tử đạt 95% năm 2030.\n"
        "- Đến năm 2030, tỷ lệ người dân có hồ sơ sức khỏe điện tử đạt tối thiểu 95%.\n"
        "- Trên 90% hồ sơ công việc tại cấp xã được xử lý trên môi trường mạng năm 2026.\n",
    )
    report = yearly.load(year=2026)

    assert [report.goal_words(outcome) for outcome in report.counted_lines] == [
        "đạt 85% (2026)", "đạt 95% (2030)", "trên 90%",
    ]  # fmt: skip
    assert "(01 chỉ tiêu ghi hai lần, tính một lần): 03 chỉ tiêu" in str(yearly.summary(report))
    rows = [row.cells[1].text for row in yearly.gaps(report).rows if row.cells]
    assert rows == [
        "Tỷ lệ người dân có hồ sơ sức khỏe điện tử (38.01, 38.02)",
        "Tỷ lệ hồ sơ công việc tại cấp xã được xử lý trên môi trường mạng (38.04)",
    ]
    assert "Văn phòng UBND tỉnh: tỷ lệ hồ sơ công việc tại cấp xã" in str(yearly.proposals(report))
    assert "không có số liệu tham khảo" in str(yearly.reference_table(report)).lower()


def test_a_code_that_a_sentence_read_again_would_not_lead_to_is_written_beside_the_plan(
    gia_lai: Path, tmp_path: Path, run: Run
) -> None:
    more = "- Có thêm 50 doanh nghiệp công nghệ số.\n- Tăng gấp 2 lần doanh thu du lịch trực tuyến.\n"
    add_plan(run, tmp_path / "45.txt", PLAN + more)
    before = [target.indicator for target in read_plan("45-kh-ubnd-2026").listed_targets]

    code, *_ = run("add", "indicators")

    assert (code, before[3:]) == (0, [None, None])
    assert "[codes]\n" in paths.raw("plans", "45-kh-ubnd-2026.toml").read_text(encoding="utf-8")
    found = [target.indicator for target in read_plan("45-kh-ubnd-2026").listed_targets]
    assert found == [*before[:3], "RIENG_01", "RIENG_02"]
    named = read_catalogue()["name_vi"]
    assert named["RIENG_01"] == "Mức tăng doanh nghiệp công nghệ số", "it is not how many there are"
    assert named["RIENG_02"] == "Số lần tăng doanh thu du lịch trực tuyến"
    assert run("add", "indicators")[1] == "", "once is enough"


def test_a_target_that_the_catalogue_lacks_becomes_an_indicator_that_is_asked_given_and_judged(
    gia_lai: Path, tmp_path: Path, run: Run
) -> None:
    from qngai_analysis.collection.owed import owed
    from qngai_analysis.progress.yearly import assess_year

    own = "Số điểm du lịch có mã QR giới thiệu"
    text = PLAN + f"- {own} đạt 40 điểm.\n- Thu ngân sách tăng 10%.\n"
    text += "- Tỷ lệ điểm du lịch có mã QR đạt 90%.\n- Giảm tỷ lệ thôn, buôn chưa có sóng di động xuống dưới 1%.\n"
    add_plan(run, tmp_path / "45.txt", text + "- Giảm tiêu hao điện ít nhất 5%.\n")
    before = [target.indicator for target in read_plan("45-kh-ubnd-2026").listed_targets]

    code, out, _ = run("add", "indicators")

    assert (code, out.split("\n")[0]) == (0, f"RIENG_01: {own} (45.04) · Tourism, culture and sport")
    found = [target.indicator for target in read_plan("45-kh-ubnd-2026").listed_targets]
    assert before[:3] == found[:3], "what the catalogue knew stays"
    assert found[3:] == [f"RIENG_{i:02d}" for i in range(1, 6)], "targets of other words are others"
    named = read_catalogue()["name_vi"]
    assert named["RIENG_04"] == "Tỷ lệ thôn, buôn chưa có sóng di động", (
        "what says what it measures needs no word for it"
    )
    assert named["RIENG_05"].lower().count("giảm") == 1
    assert owed(2026).figure_by_code["RIENG_01"].name == own
    assert read_project().sector("tourism").indicators[-2:] == ("RIENG_01", "RIENG_03"), "by its words"
    given = ("--indicator", own.lower(), "--unit", "điểm", "--value", "42", "--reference-date", "2026")
    rest = ("--source-title", "Báo cáo ngành", "--publisher", "Sở Du lịch", "--definition", "đúng")
    assert run("add", "figure", *given, *rest)[0] == 0
    told = assess_year(2026).set_index("target_id")
    assert told.loc["45.04", "value"] == 42.0
    assert run("add", "indicators")[1] == "", "once is enough"
    assert run("explain", "45.04", "--year", "2026")[0] == 0

    file = paths.raw("reference", "indicators.csv")  # a copy of before the program knew who a share is of
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))
    at, older = rows[0].index("share_of"), io.StringIO()
    csv.writer(older, lineterminator="\n").writerows([*row[:at], *row[at + 1 :]] for row in rows)
    told_of = re.sub(r"(?m)^share_of = .*\n", "", raw.sidecar_path(file).read_text(encoding="utf-8"))
    digest = hashlib.sha256(older.getvalue().encode()).hexdigest()
    raw.replace_table(
        file, older.getvalue().encode(), re.sub('sha256 = "\\w+"', f'sha256 = "{digest}"', told_of)
    )
    assert assess_year(2026).set_index("target_id").loc["45.04", "value"] == 42.0
    assert set(read_catalogue()["share_of"].dropna()) == {"people"}, "what it lacks is the program's"


def test_a_first_figure_of_a_sector_stands_in_its_chapter_and_the_others_are_still_absent(
    gia_lai: Path, plan: Path, run: Run
) -> None:
    import qngai_analysis as qn

    assert run("add", "plan", plan)[0] == 0
    given = (
        "--indicator",
        "Tổng lượt khách du lịch",
        "--unit",
        "lượt",
        "--value",
        "9000",
        "--reference-date",
        "2026",
    )
    rest = ("--source-title", "Báo cáo", "--publisher", "Sở Du lịch", "--definition", "đúng")
    assert run("add", "figure", *given, *rest)[0] == 0

    assert list(qn.series("du_lich_luot")["value"]) == [9000.0]
    code, out, wrong = run("render", "du_lich", "--year", "2026", "--formats", "html")
    assert code == 0, wrong
    text = words(Path(out.split("\n")[0]))
    assert "Lượt khách du lịch, theo địa giới" in text
    assert "Chưa đủ số liệu được công bố để vẽ biểu đồ" in text, "receipts by visits"


def test_a_project_without_a_plan_says_how_to_add_one(gia_lai: Path, run: Run) -> None:
    assert run("report")[::2] == (
        2,
        "qngai: the project has no plan to judge; add one with: qngai add plan FILE\n",
    )


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """A copy of this project."""
    here = Path(__file__).parents[1]
    for part in ("data/raw", "notebooks"):
        shutil.copytree(here / part, tmp_path / "ours" / part)
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path / "ours"))
    return tmp_path / "ours"


def test_this_project_makes_the_edition_of_2026_with_a_plan_of_the_merged_province(
    ours: Path, plan: Path, run: Run, tmp_path: Path
) -> None:
    mine = tmp_path / "moi.txt"
    mine.write_text(PLAN.replace("GIA LAI", "QUẢNG NGÃI").replace("Gia Lai", "Quảng Ngãi"), encoding="utf-8")
    assert run("add", "plan", mine)[0] == 0
    file = paths.raw("published", "figures.csv")
    columns = list(raw.read_sidecar(file).columns.values())
    rows = raw.read_table(file).astype(object).where(lambda table: table.notna(), None).to_dict("records")
    new = rows[0] | {"id": "P999", "value": 15.0, "territory": "QNG-2025", "year": 2026, "reference_date": "2026",
                     "series": "kts_grdp", "publication_date": "2026-10-01", "copy_of": None, "withheld": None,
                     "level": "chính thức", "method": None, "unit": "%", "value_type": "point", "period": "Y"}  # fmt: skip
    content = raw.table_bytes([*rows, new], columns)
    text = raw.sidecar_text(content, columns, title="Số liệu", producer="thử", source="test", status="real")
    raw.replace_table(file, content, text)

    code, out, err = run("report", "--year", "2026", "--no-sectors", "--formats", "html")

    assert code == 0, err
    text = words(Path(out.split("\n")[0]))
    assert "Kế hoạch số 45/KH-UBND đặt ra 03 chỉ tiêu" in text
    assert "15%" in text
    row = next(
        line
        for line in run("assess", "--year", "2026", "--format", "csv")[1].split("\n")
        if ",45.01," in line
    )
    assert ",QNG-2025," in row, "a figure of the old province decides nothing of the merged one"


def test_a_year_after_the_plan_is_followed_when_the_plan_is_named(ours: Path, run: Run) -> None:
    code, out, err = run("report", "--year", "2026", "--plan", "906", "--no-sectors", "--formats", "html")

    assert code == 0, err
    assert "Sau thời hạn : kế hoạch kết thúc năm 2025" in re.sub(r"\s+", " ", words(Path(out.split("\n")[0])))


def test_plans_known_without_a_text_are_named_until_somebody_adds_it(
    ours: Path, run: Run, tmp_path: Path
) -> None:
    plan = tmp_path / "121.txt"
    plan.write_text(
        PLAN.replace("45/", "121/").replace("GIA LAI", "QUẢNG NGÃI").replace("Gia Lai", "Quảng Ngãi"),
        encoding="utf-8",
    )
    before = [entry.number for entry in read_project().unread(date(2026, 3, 31))]
    assert run("add", "plan", plan)[0] == 0

    assert before == ["3549/KH-UBND", "38/KH-UBND", "223/KH-UBND", "121/KH-UBND"]
    assert [entry.number for entry in read_project().unread(date(2026, 3, 31))] == before[:3]
    assert "121/KH-UBND" not in [entry.number for entry in read_project().unread(date(2025, 6, 30))]


def test_the_doctor_says_that_a_new_project_has_neither_plan_nor_figures(run: Run, tmp_path: Path) -> None:
    assert run("init", tmp_path / "p", "--province", "gia lai")[0] == 0

    code, told, _ = run("--project", tmp_path / "p", "doctor")

    wrong = [line.partition(": ")[2] for line in told.splitlines() if line.startswith("✗")]
    assert code == 1
    assert [
        bool(re.search(words, line))
        for words, line in zip(["qngai .*add plan", "qngai .*add figures"], wrong, strict=True)
    ] == [True, True]
