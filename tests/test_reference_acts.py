"""Every act that a plan cites is in the table of acts, with its day."""

from __future__ import annotations

import re

import pytest

from qngai_analysis import paths
from qngai_analysis.raw import read_table

ACTS = read_table(paths.raw("reference", "acts.csv"))
CITED = re.compile(
    r"số:?\s*(?P<number>\d+(?:/\d{4})?\s*[/-][A-ZĐ][\w&-]*(?:/[A-ZĐ]+)?)"
    r"(?:,?\s+ngày\s+(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4}))?"
)
# as printed by mistake -> the act
MISPRINTS = {
    "17/QĐ-UBQGCS": "17/QĐ-UBQGCĐS",
    "17/QĐ-UBQGCDSD": "17/QĐ-UBQGCĐS",
    "17/QĐ-UBQGČĐS": "17/QĐ-UBQGCĐS",
    "17/QĐ-UBND": "17/QĐ-UBQGCĐS",
    "29/NQ-TW": "29-NQ/TW",
}


@pytest.mark.parametrize(
    "plan", ["906-qd-ubnd-2022", "03-qd-bcd-2023", "114-kh-ubnd-2025", "66-kh-ubnd-2020"]
)
def test_every_act_a_plan_cites_with_a_number_is_known_under_the_day_it_prints(plan: str):
    days = dict(zip(ACTS["number"], ACTS["date"], strict=True))
    text = " ".join(paths.raw("plans", f"{plan}.txt").read_text(encoding="utf-8").split())
    cited = [found for found in CITED.finditer(text) if re.search(r"\d[/-]", found["number"])]

    assert len(cited) > 3
    for found in cited:
        number = MISPRINTS.get(found["number"], found["number"]).replace(" ", "")
        assert number in days
        if found["y"]:
            printed = f"{found['y']}-{int(found['m']):02d}-{int(found['d']):02d}"
            slip = plan.startswith("114") and number == "411/QĐ-TTg"  # prints 2023 for 2022
            assert printed.startswith(days[number]) or slip, (number, printed)


def test_an_act_is_dated_and_an_end_never_comes_before_its_beginning():
    both = ACTS.dropna(subset=["in_force_from", "in_force_to"])

    assert not ACTS.duplicated(["number", "issuer"]).any()
    assert (both["in_force_from"] <= both["in_force_to"]).all()
    assert ACTS.loc[ACTS["confidence"].ne("low"), "source"].notna().all()


def test_plans_whose_text_is_kept_are_marked():
    kept = ACTS[ACTS["text_kept"].eq("yes")]

    assert set(kept["number"]) == {"906/QĐ-UBND", "03/QĐ-BCĐ", "114/KH-UBND", "66/KH-UBND"}


def test_every_agency_has_a_name_for_english_texts_and_says_how_sure_it_is():
    agencies = read_table(paths.raw("reference", "agencies.csv"))

    assert agencies["name_en"].notna().all()
    assert agencies["name_en"].is_unique
    assert agencies.set_index("name").loc["Sở Khoa học và Công nghệ", "name_en"] == (
        "Department of Science and Technology"
    )
