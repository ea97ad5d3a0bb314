"""How good the data are: files checked, contradictions side by side, nothing lost in the accounts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from notebook_runs import execute

from qngai_analysis import paths
from qngai_analysis.evidence.published import read_published
from qngai_analysis.page.blocks import Prose, SimulatedBanner
from qngai_analysis.page.tables import Grid
from qngai_analysis.rehearse import rehearsal
from qngai_analysis.report import quality

PROJECT = paths.PACKAGE.parent


def cells(block: object) -> list[list[str]]:
    assert isinstance(block, Grid)
    return [[cell.text for cell in row.cells] for row in block.rows if row.cells]


def words(block: object) -> str:
    assert isinstance(block, Prose)
    return block.text.replace("\\", "")


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Path:
    """A rehearsal project with a simulated survey of schools for 2025."""
    monkeypatch.setenv("QNGAI_HOME", str(PROJECT))  # put back afterwards
    return rehearsal.rehearse(["schools"], 2025)


# ---------------------------------------------------------------- rehearsing


def test_rehearsing_works_on_a_copy_and_leaves_the_project_as_it_is(home: Path) -> None:
    assert paths.project() == home.resolve()
    assert (home / "data/raw/surveys/schools/2025.csv").is_file()
    assert (home / "notebooks/giao_duc.ipynb").is_file()
    assert home not in (PROJECT, *PROJECT.parents)
    assert PROJECT not in home.parents


def test_survey_files_of_the_project_are_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    survey = tmp_path / "data/raw/surveys/schools"
    survey.mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    shutil.copy(PROJECT / "data/raw/surveys/schools/codebook.toml", survey)
    for name in ("2024.csv", "2024.toml", "2023.sav"):
        (survey / name).write_text("records of people")
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))

    home = rehearsal.rehearse([], 2025)

    assert [file.name for file in (home / "data/raw/surveys/schools").iterdir()] == ["codebook.toml"]


@pytest.mark.parametrize(("year", "real_only"), [(2025, True), (2019, False)])
def test_nothing_is_simulated_where_it_may_not_or_can_not_be(
    year: int, real_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QNGAI_HOME", str(PROJECT))

    home = rehearsal.rehearse(["schools"], year, real_only=real_only)

    assert not list((home / "data/raw/surveys/schools").glob("*.csv"))


# ---------------------------------------------------------------- raw files


def test_a_raw_file_that_was_edited_is_told_from_one_that_agrees(home: Path) -> None:
    good = quality.load(year=2025, real_only=False)
    assert "đã bị sửa" not in str(cells(quality.raw_files(good)))

    file = home / "data/raw/reference/districts.csv"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")

    rows = {row[0]: row[-1] for row in cells(quality.raw_files(good))}
    assert rows["reference/districts.csv"] == "đã bị sửa"
    assert rows["published/figures.csv"] == "khớp"
    said = words(quality.raw_faults(good))
    assert f"{len(rows) - 1} trong {len(rows)} tệp gốc" in said
    assert "reference/districts.csv: edited since it was received" in said
    assert str(home) not in said  # a report names no folder of a machine


def test_a_raw_file_without_a_sidecar_is_listed_as_such(home: Path) -> None:
    (home / "data/raw/reference/loose.csv").write_text("a\n1\n")

    rows = {row[0]: row[-1] for row in cells(quality.raw_files(quality.load(year=2025)))}

    assert rows["reference/loose.csv"] == "thiếu tệp mô tả"


def test_simulated_files_are_listed_as_simulated_or_left_out(home: Path) -> None:
    every = cells(quality.raw_files(quality.load(year=2025, real_only=False)))
    real = cells(quality.raw_files(quality.load(year=2025, real_only=True)))

    assert [row[3] for row in every if row[0] == "surveys/schools/2025.csv"] == ["SỐ LIỆU MÔ PHỎNG"]
    assert not [row for row in real if row[0].startswith("surveys/")]


# ---------------------------------------------------------------- published figures


def test_each_way_of_counting_adds_up_to_all_figures() -> None:
    grid = quality.figure_counts(quality.load(year=2025))
    sums: dict[str, int] = {}
    by = ""
    for row in grid.rows:
        by = row.section or by
        if row.cells:
            sums[by] = sums.get(by, 0) + int(row.cells[1].value or 0)

    assert list(sums) == ["Mức độ", "Độ chắc khi đọc", "Kênh", "Phương pháp"]
    assert set(sums.values()) == {len(read_published())}


def test_contradictions_stand_side_by_side_with_their_sources() -> None:
    rows = cells(quality.contradictions(quality.load(year=2025)))
    rank = [row for row in rows if row[0].startswith("Xếp hạng chỉ số chuyển đổi số")]

    # two newspapers give two ranks for 2021
    assert [(row[1], row[5][-6:]) for row in rank] == [
        ("50\u00a0hạng/63", "[P031]"),
        ("60\u00a0hạng/63", "[P154]"),
    ]


def test_a_copy_of_a_figure_contradicts_nothing() -> None:
    text = str(cells(quality.contradictions(quality.load(year=2025))))
    copies = read_published().dropna(subset=["copy_of"])["id"]

    assert len(copies)
    assert not [name for name in copies if f"[{name}]" in text]


def test_series_of_two_makers_about_one_indicator_are_shown_as_rivals() -> None:
    rows = cells(quality.rival_series(quality.load(year=2025)))
    sources = " ".join(row[5] for row in rows)

    assert "Bộ TT&TT" in sources  # the digital economy's share by the ministry
    assert "Tổng cục Thống kê" in sources  # and by the statistics office


# ---------------------------------------------------------------- surveys


def test_response_accounts_print_no_count_of_few(home: Path) -> None:
    outcomes, account = quality.response(quality.load(year=2025, real_only=False))
    assert isinstance(account, Grid)
    assert [column.label for column in account.columns[2:7]] == [
        "Phải trả lời",
        "Đã trả lời",
        "Không biết",
        "Từ chối",
        "Bỏ trống",
    ]
    cells = [cell.value for row in account.rows for cell in row.cells[2:7]]

    counts = [count for count in cells if count is not None]
    assert len(counts) > 10
    assert all(count % 5 == 0 for count in counts)
    assert all(count == 0 or count >= 10 for count in counts)
    assert outcomes.simulated  # type: ignore[union-attr]
    assert account.simulated


def test_a_hidden_part_of_the_sample_stays_in_what_the_others_are_shares_of(monkeypatch) -> None:
    """Of 200 who answered, 10 who refused and one to nine who did not: 200 of 215, not of 210."""
    told = pd.DataFrame({"outcome": ["a", "b", "c"], "vi": ["a", "b", "c"], "units": [200.0, 10.0, None]})
    monkeypatch.setattr(quality, "_as_published", lambda *given: told)
    monkeypatch.setattr(quality.intake, "response_outcomes", lambda *given: told)
    table = quality._outcomes(quality.load(year=2025, real_only=False), "households")

    assert [row.cells[2].value for row in table.rows][:2] == [93.0, 4.7]


def test_surveys_without_a_usable_file_are_named(home: Path) -> None:
    blocks = quality.status(quality.load(year=2025, real_only=False))
    assert [type(block) for block in blocks] == [SimulatedBanner, Prose]
    assert "hộ gia đình và cá nhân: chưa có tệp số liệu năm 2025" in words(blocks[1])

    real = quality.load(year=2025, real_only=True)
    [absent] = quality.status(real)
    assert "là số liệu mô phỏng, không dùng khi chỉ lấy số liệu thực" in words(absent)
    [nothing] = quality.response(real)
    assert "Chưa có tệp điều tra nào của năm 2025" in words(nothing)


def test_the_overview_says_how_many_targets_a_survey_measures() -> None:
    rows = {row[0]: row[4] for row in cells(quality.survey_overview(quality.load(year=2025)))}

    assert rows["Khảo sát chuyển đổi số tại cơ sở giáo dục và đào tạo"] == "2"  # 906.16 and 906.17


# ---------------------------------------------------------------- the notebooks


def outputs(executed: dict[str, object]) -> str:
    cells = executed["cells"]
    assert isinstance(cells, list)
    return json.dumps([cell.get("outputs", []) for cell in cells], ensure_ascii=False)


def test_the_notebook_of_data_quality_shows_both_ranks_of_2021(home: Path) -> None:
    text = outputs(execute(home / "notebooks/chat_luong_so_lieu.ipynb", {"year": 2025, "real_only": False}))

    assert "tệp gốc khớp với tổng kiểm" in text
    assert "nss.vn (NSS) [P154]" in text
    assert "Thanh Niên [P031]" in text
    assert "Khảo sát chuyển đổi số tại cơ sở giáo dục và đào tạo, năm 2025: trả lời từng câu hỏi" in text


def test_first_steps_go_from_the_plans_words_to_a_report(home: Path) -> None:
    text = outputs(execute(home / "notebooks/bat_dau.ipynb", {"year": 2025}))

    assert "hợp đồng điện tử" in text  # 906.04
    assert "906.01, năm 2025: CHƯA ĐỦ CĂN CỨ KẾT LUẬN" in text
    assert "SỐ LIỆU MÔ PHỎNG" in text
    assert 'qn.load_survey(\\"farms\\", 2025)' in text
    assert "nong_nghiep_2025.html" in text
    assert str(home.parent) not in text  # a temporary folder has another name on every run


def test_first_steps_go_on_where_simulated_data_are_not_wanted(home: Path) -> None:
    text = outputs(execute(home / "notebooks/bat_dau.ipynb", {"year": 2025, "real_only": True}))

    assert "qngai simulate farms 2025" in text
    assert "nong_nghiep_2025.html" in text
    assert "SỐ LIỆU MÔ PHỎNG" not in text


@pytest.mark.parametrize(
    ("due", "answered", "told"), [(200, 150, 25.0), (200, np.nan, None), (np.nan, 150, None), (0, 0, None)]
)
def test_how_many_said_nothing_is_told_only_where_both_counts_are_published(due, answered, told):
    assert quality._silent(SimpleNamespace(due=due, answered=answered)) == told


def test_a_break_of_territory_names_the_provinces_not_their_codes(home: Path) -> None:
    changed = [row[2] for row in cells(quality.breaks(quality.load(year=2025, real_only=False)))]

    assert "Tỉnh Quảng Ngãi (trước 01/7/2025) → Tỉnh Quảng Ngãi (từ 01/7/2025, gồm Kon Tum cũ)" in changed
    assert "hạng/63 → hạng/34" in changed
