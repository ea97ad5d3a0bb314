"""The published figures and the tables that say what they may be used for."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from qngai_analysis import paths, territory
from qngai_analysis.errors import RawFileError
from qngai_analysis.evidence.observations import Observation
from qngai_analysis.evidence.published import read_breaks, read_published, read_relations, relate
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.raw import read_table
from qngai_analysis.values import values_of

PUBLISHED = read_published()
FIGURES = values_of(PUBLISHED, Observation)
BY_ID = PUBLISHED.set_index("id")


def test_every_figure_is_real_has_a_source_and_a_known_territory():
    assert len(PUBLISHED) == 229
    assert set(PUBLISHED["evidence"]) == {"real"}
    assert PUBLISHED["source_title"].notna().all()
    assert PUBLISHED["publisher"].notna().all()
    assert set(PUBLISHED["territory"]) <= territory.units().keys()
    assert PUBLISHED.loc[PUBLISHED["address"].isna(), "id"].tolist() == ["P118", "P119"]


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("P001", {"value": 4.21, "unit": "%", "year": 2022, "territory": "QNG", "level": "ước tính"}),
        ("P008", {"value": 13.17, "method": "cơ quan thống kê: giá trị tăng thêm", "territory": "VN"}),
        ("P021", {"value": 18.3, "method": "ước tính của Ủy ban quốc gia về chuyển đổi số"}),
        ("P042", {"value": 64800.0, "unit": "tỷ đồng", "level": "ước tính"}),
        ("P039", {"value": 57600.0, "price_basis": "so sánh 2010"}),
        ("P045", {"value": 121300.0, "price_basis": "hiện hành"}),
        ("P065", {"value": 1254184.0, "level": "sơ bộ", "vintage": "2017"}),
        ("P089", {"value": 74.0, "value_type": "lower_bound", "territory": "QNG-2025"}),
        ("P091", {"value": 98.0, "value_type": "upper_bound"}),
        ("P139", {"value": 2811.0, "level": "chính thức", "reference_date": "2015-12-31"}),
        ("P141", {"value": 66.0, "age_from": 15}),
        ("P198", {"value": 7.8, "value_high": 8.0, "value_type": "range"}),
        (
            "P225",
            {"value": 32.0, "value_type": "lower_bound", "territory": "QNG", "reference_date": "2020-12"},
        ),
        ("P227", {"value": 73.5, "territory": "VN", "level": "ước tính"}),
        ("P228", {"value": 65.0, "numerator": 294.0, "territory": "KTM"}),
        ("P116", {"value": 616000.0, "period": "H1", "reference_date": "2023-06"}),
    ],
)
def test_figures_are_retyped_with_what_changes_their_meaning(identifier, expected):
    assert {name: BY_ID.loc[identifier, name] for name in expected} == expected


def test_a_figure_in_millions_is_multiplied_out_and_keeps_what_was_printed():
    printed = read_table(paths.raw("published", "figures.csv")).set_index("id")

    assert printed.loc["P206", ["value", "unit"]].tolist() == [101_120_000, "thuê bao"]
    assert printed.loc["P206", ["value_printed", "unit_printed"]].tolist() == ["101.12", "triệu thuê bao"]
    assert pd.isna(printed.loc["P001", "value_printed"])


def test_a_whole_year_published_before_its_end_is_an_estimate():
    whole = PUBLISHED[PUBLISHED["period"].eq("Y") & PUBLISHED["vintage"].str.len().ge(7).fillna(False)]
    early = whole[whole["vintage"].str[:7] < whole["year"].astype("str") + "-12"]
    early = early[~early["series"].str.startswith("ebi")]  # the edition's year, not the data's

    assert len(early) > 1
    assert set(early["level"]) == {"ước tính"}


def test_figures_that_must_not_speak_say_why():
    withheld = PUBLISHED[PUBLISHED["withheld"].notna()].set_index("id")["withheld"]

    assert list(withheld.index) == ["P066", "P067", "P072", "P103"]
    assert pd.isna(BY_ID.loc["P066", "reference_date"])


def test_one_figure_printed_three_times_is_one_figure():
    copies = PUBLISHED.dropna(subset=["copy_of"]).set_index("id")["copy_of"]

    assert copies.to_dict() == {"P002": "P001", "P003": "P001", "P119": "P054"}
    for copy, original in copies.items():
        assert BY_ID.loc[copy, "value"] == BY_ID.loc[original, "value"]


@pytest.mark.parametrize(
    ("indicator", "identifier", "relation", "definition"),
    [
        ("CQS_HS_TUXA", "P089", "same", "same"),
        ("XHS_DVCTT_SUDUNG", "P089", "proxy", "other"),  # files are not people
        ("KTS_HDDT", "P142", "national", "other"),  # an e-invoice is not an e-contract
        ("XHS_SMARTPHONE_DS", "P183", "national", "other"),  # subscriptions are not adults
        ("XHS_SMARTPHONE_DS", "P227", "national", "same"),  # adults
        ("XHS_SMARTPHONE_TB", "P183", "national", "same"),
        ("XHS_CAPQUANG_PHU", "P184", "national", "same"),  # covered
        ("XHS_CAPQUANG_PHU", "P188", "national", "other"),  # using
        ("XHS_CAPQUANG_CO", "P188", "national", "same"),
        ("XHS_TAIKHOAN15", "P141", "national", "same"),  # from 15 years
        ("XHS_TAIKHOAN15", "P201", "national", "other"),  # adults
        ("KTS_GRDP", "P020", "national", "same"),  # the ministry's method, as the province's figure
        ("KTS_GRDP", "P008", "national", "other"),  # the statistics office's
        ("KTS_TMDT", "P042", "context", "other"),  # the denominator
        ("XHS_EHR", "P110", "proxy", "other"),  # electronic patient files of hospitals
        ("XHS_EHR", "P225", "same", "same"),  # people with a record
        ("XHS_EHR", "P226", "proxy", "other"),  # records are no share of people
        ("KTS_SME_DUNGTHU", "P228", "context", "same"),  # another province: never speaks for this one
    ],
)
def test_a_series_speaks_for_one_indicator_and_is_a_proxy_for_another(
    indicator, identifier, relation, definition
):
    found = {figure.id: figure for figure in relate(FIGURES, indicator, read_relations())}[identifier]

    assert (found.relation, found.definition) == (relation, definition)


def test_an_observation_that_names_the_indicator_itself_is_of_its_definition():
    survey = [replace(FIGURES[0], id="S1", series="survey", indicator="XHS_TUVAN_YTE")]

    assert [one.relation for one in relate(survey, "XHS_TUVAN_YTE", read_relations())] == ["same"]
    assert not relate(survey, "XHS_BAOVE", read_relations())


def test_relations_and_breaks_name_series_and_indicators_that_exist():
    series = set(PUBLISHED["series"])

    assert {rule.series for rule in read_relations()} <= series
    assert {rule.indicator for rule in read_relations()} <= set(read_catalogue().index)
    for cut in read_breaks():
        assert any(cut.holds_for(name) for name in series)


def test_thirteen_districts_add_up_to_the_yearbooks_province():
    districts = read_table(paths.reference("districts.csv"))
    tay_tra = 19_174  # a district of its own until 2020, not among the 13

    assert len(districts) == 13
    assert districts["population_2016"].sum() + tay_tra == BY_ID.loc["P065", "value"]
    urban = districts["urban_2016"].fillna(0)
    assert (urban + districts["rural_2016"]).equals(districts["population_2016"])


def test_districts_end_with_the_old_province():
    known = territory.units()

    assert {unit.valid_to for unit in known.values() if unit.level == "huyện"} == {date(2025, 6, 30)}
    assert known["QNG"].successor == "QNG-2025"
    assert known["QNG-2025"].valid_from == date(2025, 7, 1)


def test_an_edited_figure_is_refused(tmp_path: Path):
    for suffix in (".csv", ".toml"):
        shutil.copy(paths.raw("published", "figures" + suffix), tmp_path)
    file = tmp_path / "figures.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("4.21", "24.21", 1), encoding="utf-8")

    with pytest.raises(RawFileError, match=r"figures\.csv: edited since it was received"):
        read_published(file)
