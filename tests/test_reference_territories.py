"""The units of the country since 1 July 2025, and what they were made of."""

from __future__ import annotations

import pytest

from qngai_analysis import paths
from qngai_analysis.raw import read_table

COMMUNES = read_table(paths.raw("reference", "communes.csv"))
CROSSWALK = read_table(paths.raw("reference", "commune_crosswalk.csv"))
PROVINCES = read_table(paths.raw("reference", "provinces.csv"))
POPULATIONS = read_table(paths.raw("reference", "populations.csv"))
HERE = COMMUNES[COMMUNES["province"].eq("Quảng Ngãi")]


def test_the_country_has_3321_communes_in_34_provinces_each_with_a_code_of_its_own():
    new = PROVINCES[PROVINCES["code_2025"].notna()]

    assert len(COMMUNES) == 3321
    assert COMMUNES["code"].is_unique
    assert COMMUNES["code"].str.fullmatch(r"\d{5}").all()
    assert len(new) == 34
    assert set(zip(COMMUNES["province"], COMMUNES["province_code"], strict=True)) == set(
        zip(new["name"], new["code_2025"], strict=True)
    )
    assert PROVINCES["code"].dropna().is_unique
    assert PROVINCES["code"].notna().sum() == 63


def test_quang_ngai_has_96_communes_as_its_resolution_counts_them():
    assert HERE["kind"].value_counts().to_dict() == {"xã": 86, "phường": 9, "đặc khu": 1}
    assert HERE.set_index("name").loc["Lý Sơn", "kind"] == "đặc khu"


def test_no_commune_of_quang_ngai_lies_in_both_old_provinces():
    old = CROSSWALK[CROSSWALK["code"].isin(HERE["code"])].groupby("code")["old_province"].agg(set)

    assert old.map(len).eq(1).all()
    assert old.map(min).value_counts().to_dict() == {"Quảng Ngãi": 56, "Kon Tum": 40}


def test_every_commune_comes_from_somewhere_and_every_old_one_went_somewhere():
    assert set(CROSSWALK["code"]) == set(COMMUNES["code"])
    assert set(CROSSWALK["old_province"]) <= set(PROVINCES["name"])
    parts = CROSSWALK.dropna(subset=["old_code"]).groupby("old_code")["share"].agg(sorted)
    assert parts.map(lambda shares: shares == ["whole"] or shares.count("larger part") == 1).all()


def test_the_districts_of_the_old_province_are_those_of_the_crosswalk():
    districts = read_table(paths.raw("reference", "districts.csv"))
    old = CROSSWALK[CROSSWALK["old_province"].eq("Quảng Ngãi")]

    assert set(districts["code"]) == set(old["old_district_code"])


@pytest.mark.parametrize(("province", "share"), [("Quảng Ngãi", 0.6823), ("Kon Tum", 0.3177)])
def test_shares_of_the_new_province_rest_on_one_year_and_one_concept(province: str, share: float):
    people = POPULATIONS[
        POPULATIONS["provinces"].eq("63")
        & POPULATIONS["concept"].eq("dân số trung bình")
        & POPULATIONS["year"].eq(2022)
    ].set_index("province")["people"]

    assert set(people.index) == {"Quảng Ngãi", "Kon Tum"}
    assert people[province] / people.sum() == pytest.approx(share, abs=0.00005)


def test_a_population_of_a_new_province_is_never_taken_for_that_of_an_old_one():
    new = POPULATIONS[POPULATIONS["provinces"].eq("34")]

    assert len(new) == 34
    assert new["province"].is_unique
    assert new.set_index("province").loc["Quảng Ngãi", "people"] == 2_161_755
