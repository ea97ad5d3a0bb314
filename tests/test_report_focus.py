"""What a sector's report says of one district, and of gaps between groups."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from scipy import stats
from survey_workbench import copy_simulated

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError
from qngai_analysis.notebook.surveyed import load_survey
from qngai_analysis.report import focus, sector
from qngai_analysis.report.sector import scale_of, target_table
from qngai_analysis.survey.release.comparisons import compared

PROJECT = paths.PACKAGE.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two years of simulated farms and no other survey file."""
    folder = tmp_path_factory.mktemp("home")
    shutil.copytree(
        PROJECT / "data" / "raw", folder / "data" / "raw", ignore=shutil.ignore_patterns("20[0-9][0-9].*")
    )
    (folder / "notebooks").mkdir()
    for year in (2024, 2025):
        copy_simulated(folder / "data" / "raw" / "surveys", "farms", year)
    return folder


@pytest.fixture(autouse=True)
def _in_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QNGAI_HOME", str(home))


def test_a_gap_between_groups_picked_by_their_values_has_its_p_multiplied_by_the_pairs() -> None:
    sample = sector.load("agriculture", year=2025).samples[0]
    table = sample.by_group(sample.indicators[0], "main_activity", "vi").dropna(subset=["estimate"])
    known = table.sort_values("estimate")
    alone = sample.survey.difference(
        sample.indicators[0].name,
        by="main_activity",
        groups=(known.iloc[-1]["group"], known.iloc[0]["group"]),
    ).iloc[0]
    ends = (known["row"].iloc[-1], known["row"].iloc[0])
    test = compared(sample.survey, sample.indicators[0], "main_activity", ends)
    found = load_survey("farms", 2025).difference(sample.indicators[0].name, by="main_activity").iloc[0]

    pairs = len(known) * (len(known) - 1) / 2
    assert pairs > 1
    assert test is not None
    # of the published figures, with the design's error rounded up
    assert test["estimate"] == pytest.approx(known["estimate"].iloc[-1] - known["estimate"].iloc[0])
    assert alone["se"] <= test["se"] <= alone["se"] + 0.03
    p = 2 * stats.t.sf(abs(test["estimate"]) / test["se"], test["df"])
    assert found["p_value"] == pytest.approx(min(1.0, p * pairs), abs=0.0006)
    # by hand: the t quantile at 1 - 0.05 / pairs
    reach = stats.t.ppf(1 - 0.05 / pairs / 2, test["df"]) * test["se"]
    scale = scale_of(sample.indicators[0])
    assert found["ci_low"] == pytest.approx(scale * (test["estimate"] - reach), abs=0.0006 * scale)
    assert found["ci_high"] == pytest.approx(scale * (test["estimate"] + reach), abs=0.0006 * scale)


def test_a_district_against_the_rest_says_from_how_many_answers() -> None:
    loaded = sector.load("agriculture", year=2025, district="Huyện Bình Sơn")
    table = focus.compared(loaded)[0]
    counts = [row.cells[1].value for row in table.rows if row.cells[2].value is not None]  # type: ignore[union-attr]

    assert counts
    assert all(n > 0 for n in counts)
    assert all(n % 5 == 0 for n in counts), "counts of respondents are multiples of 5"
    assert {"n", "p"} < {column.label for column in table.columns}, "N is the population, n who answered"  # type: ignore[union-attr]


def test_where_the_rest_may_not_be_told_the_district_has_its_figures_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A table by districts that stands since before a correction is printed; what is told of the rest would be new."""
    loaded = sector.load("agriculture", year=2025, district="Huyện Bình Sơn")
    before = focus.compared(loaded)[0]
    monkeypatch.setattr(focus, "against_rest", lambda *_: None)

    table, said = focus.compared(loaded)[:2]

    def own(grid: Any) -> list[Any]:
        return [[cell.text for cell in row.cells[:5]] for row in grid.rows]

    assert own(table) == own(before)
    assert all(cell.value is None for row in table.rows for cell in row.cells[5:])  # type: ignore[union-attr]
    assert "chưa được công bố" in said.text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "year", "meant"),
    [
        ("huyện ba tơ", 2025, "Huyện Ba Tơ"),
        ("XÃ BA TƠ", 2025, "Xã Ba Tơ"),
        ("ba tơ", 2024, "Huyện Ba Tơ"),
    ],
)
def test_a_district_is_known_in_any_case_and_without_its_kind_where_one_fits(
    typed: str, year: int, meant: str
) -> None:
    assert sector.load("y_te", year=year, district=typed, real_only=True).district == meant


def test_a_district_without_its_kind_is_refused_where_a_district_and_a_commune_fit() -> None:
    both = r'several units .*: -p "district=Huyện Ba Tơ", -p "district=Xã Ba Tơ"$'
    with pytest.raises(ParameterError, match=both):
        sector.load("y_te", year=2025, district="Ba Tơ", real_only=True)


def test_without_a_district_nothing_is_said_of_one() -> None:
    province = sector.load("agriculture", year=2025)

    assert focus.opening(province) == focus.compared(province) == focus.published(province) == []


def test_a_district_is_said_to_have_no_targets_surveys_or_figures_of_its_own_where_it_has_none() -> None:
    text = focus.opening(sector.load("education", year=2025, district="Huyện Bình Sơn"))[0].text
    plain = text.replace("\\", "")

    assert "Huyện Bình Sơn: 0 của lĩnh vực này, 2 không thuộc riêng lĩnh vực nào." in plain
    assert "Số liệu đã công bố về riêng Huyện Bình Sơn: 0." in plain
    assert "Chỉ có ở cấp tỉnh" in plain


def test_a_district_shows_its_targets_of_the_sector_and_of_no_sector_but_none_of_another() -> None:
    """03.40 sets a share of telehealth users for Ba Tơ; administration (Bình Sơn) has no sector report."""
    commerce, health, plain = (
        sector.load(name, year=2025, district=district, real_only=True)
        for name, district in (
            ("ecommerce", "Huyện Ba Tơ"),
            ("health", "Huyện Ba Tơ"),
            ("ecommerce", "Huyện Bình Sơn"),
        )
    )

    assert not len(commerce.local_targets) + len(commerce.common_targets)
    assert [outcome.target.id for outcome in health.local_targets] == ["03.40"]
    assert not len(health.common_targets)
    assert [outcome.target.id for outcome in plain.common_targets] == ["03.34", "03.35"]
    captions = [table.caption for table in target_table(plain)]  # type: ignore[union-attr]
    assert (
        captions[-1] == "Chỉ tiêu các kế hoạch giao riêng cho Huyện Bình Sơn, không thuộc riêng lĩnh vực nào"
    )


def test_published_figures_of_a_district_are_those_of_its_communes_too() -> None:
    table = focus.published(sector.load("labour", year=2025, district="Huyện Tư Nghĩa"))[0]
    names = [row.cells[0].text for row in table.rows]  # type: ignore[union-attr]

    assert len(names) == 3
    assert any("xã Nghĩa Điền" in name for name in names)
