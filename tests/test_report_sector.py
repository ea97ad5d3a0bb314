"""What a sector report may say of groups that its tables hide."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from survey_workbench import SHOPS, csv_text, deliver, make_project

import qngai_analysis as qn
from qngai_analysis.evidence.published import read_relations
from qngai_analysis.notebook import state
from qngai_analysis.notebook.marks import Absent
from qngai_analysis.notebook.surveyed import LoadedSurvey
from qngai_analysis.project import read_project
from qngai_analysis.report import sector
from qngai_analysis.report.base import Report
from qngai_analysis.report.sector import SectorSurvey, printed
from qngai_analysis.survey import load_survey, read_codebook


def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **answered: int) -> SectorSurvey:
    """A sector with one survey, of as many shops in town and country as are said."""
    surveys = make_project(tmp_path, monkeypatch, shops=SHOPS)
    rows = [
        f"{area}-{place},{district},1,{area},4000,10,2020-05-01,100,{1 + place % 3 % 2},,"
        for area, shops in answered.items()
        for place in range(shops)
        for district in [("522", "524")[place % 2]]
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))
    codebook = read_codebook("shops")
    return SectorSurvey(
        name="shops",
        year=2025,
        codebook=codebook,
        survey=load_survey("shops", 2025),
        indicators=(codebook.indicators["sells_online"],),
        by=("stratum",),
        simulated=False,
    )


@pytest.mark.parametrize(
    ("country", "told"),
    [(120, True), (7, False)],  # seven shops: their odds ratio would be their share
)
def test_odds_are_printed_only_of_groupings_whose_groups_are_all_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, country: int, told: bool
) -> None:
    sample = shops(tmp_path, monkeypatch, town=150, country=country)
    model = LoadedSurvey(sample, Report("vi", 2025, False), False).regression("sells_online ~ stratum")

    assert isinstance(model, Absent) is not told
    assert told or model.why == "Không công bố mô hình: có nhóm không được công bố."


def test_a_ratio_that_is_per_cent_itself_is_printed_as_it_is() -> None:
    known = read_codebook("enterprises").indicators
    table = pd.DataFrame({name: [16.5] for name in ("estimate", "ci_low", "ci_high", "se")})
    table = table.assign(symbol="", treatment="", flag="")

    assert (known["digital_staff_share"].unit, known["maturity_3"].unit) == ("%", "%")
    assert printed(table, known["digital_staff_share"])["estimate"].item() == 16.5
    assert printed(table.assign(estimate=0.165), known["maturity_3"])["estimate"].item() == 16.5


def test_a_sector_carries_the_target_of_every_industry_and_names_who_its_own_plan_asks_for_a_survey(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(state, "_now", [])
    qn.begin("agriculture", year=2025, real_only=True)
    farms = state.sector_now()

    assert {"906.02", "114.02"} <= {outcome.target.id for outcome in farms.targets}
    missing = qn.blanks()
    survey = missing[missing["text"].str.startswith("Khảo sát")].iloc[0]
    assert (survey["plan"], survey["owners"]) == ("114", "Sở Nông nghiệp và Môi trường")
    told = " ".join(qn.tasks()["text"])
    assert "VNID [nguyên văn]" in told


def test_a_long_period_has_a_wider_column_so_that_no_row_leaves_a_page_blank() -> None:
    from qngai_analysis.notebook.known import _task_table

    def width(period: str) -> float:
        rows = pd.DataFrame([["Quyết định 906", "Dạy học", "Sở Y tế", period, "chưa có báo cáo"]])
        rows.columns = pd.Index(["plan", "text", "agencies", "period", "state"])
        return _task_table(sector.load("y_te", year=2025, real_only=True), rows).columns[2].share

    assert width("2025: 80% trường thí điểm; 50% trường dạy chính thức; 2030: tất cả") > width("2022 - 2025")


def test_every_series_that_decides_a_sectors_target_stands_among_its_published_figures() -> None:
    decides = {rule.indicator: rule.series for rule in read_relations() if rule.relation == "same"}

    for name, scope in read_project().sectors.items():
        left_out = {decides[code] for code in scope.indicators if code in decides} - {*scope.series}
        assert not left_out, name
