"""The outcome of a target: from figures made for each rule to the published ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from plan_tables import SMARTPHONES

from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.observations import Observation, observations
from qngai_analysis.evidence.published import read_published
from qngai_analysis.plan.model import target_of
from qngai_analysis.progress.judging import Knowledge, judge, knowledge
from qngai_analysis.progress.methods import Pace
from qngai_analysis.progress.outcome import NoteKind
from qngai_analysis.progress.verdict import Verdict
from qngai_analysis.progress.yearly import assess
from qngai_analysis.project import Project
from qngai_analysis.values import values_of

TARGET = {
    **SMARTPHONES,
    "id": "906.01",
    "geography": "tỉnh Quảng Ngãi",
}
FIGURE = {
    "indicator": "XHS_SMARTPHONE_DS",
    "series": "điều tra hộ",
    "unit": "%",
    "territory": "QNG",
    "source_title": "Điều tra hộ gia đình",
    "evidence": "simulated",
}


def target(**changes) -> pd.DataFrame:
    return pd.DataFrame([{**TARGET, **changes}])


def figures(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([{**FIGURE, "id": f"F{i}", **row} for i, row in enumerate(rows)])


def real(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(evidence="real", id=[f"R{i}" for i in range(len(table))])


def years(**values: float) -> pd.DataFrame:
    """Yearly figures: y2022=50.0, …"""
    return figures(*({"reference_date": name[1:], "value": value} for name, value in values.items()))


def known_of(observed: pd.DataFrame) -> Knowledge:
    return knowledge(values_of(observations(observed), Observation))


def outcome(observed: pd.DataFrame, *, year: int = 2024, **changes) -> pd.Series:
    return assess(target(**changes), observed, year=year).iloc[0]


@pytest.mark.parametrize(
    ("values", "year", "verdict", "pace"),
    [
        # 2022: 50, target 80 at the end of 2025; one third of the time is gone at the end of 2023
        ({"y2022": 50.0, "y2023": 60.0}, 2023, "đúng tiến độ", "đúng tiến độ"),
        ({"y2022": 50.0, "y2023": 64.0}, 2023, "đúng tiến độ", "nhanh hơn tiến độ"),
        ({"y2022": 50.0, "y2023": 58.0}, 2023, "chậm tiến độ", "chậm tiến độ"),
        ({"y2022": 50.0, "y2023": 54.0}, 2023, "chậm tiến độ", "chậm xa tiến độ"),
        ({"y2022": 50.0, "y2023": 48.0}, 2023, "chậm tiến độ", "đi lùi so với mục tiêu"),
        ({"y2022": 50.0, "y2023": 81.0}, 2023, "đạt", "đã đạt"),
        ({"y2022": 50.0, "y2023": 85.0}, 2023, "vượt", "đã đạt"),
        # the target's own year: met or not
        ({"y2022": 50.0, "y2025": 80.0}, 2025, "đạt", "đã đạt"),
        ({"y2022": 50.0, "y2025": 79.0}, 2025, "chưa đạt", "đúng tiến độ"),
        ({"y2022": 50.0, "y2025": 70.0}, 2025, "chưa đạt", "chậm tiến độ"),
        # years after it: the figure of the target's year still speaks
        ({"y2025": 79.0, "y2026": 85.0}, 2026, "chưa đạt", None),
    ],
)
def test_running_years_are_judged_by_pace_and_the_target_year_by_level(values, year, verdict, pace):
    row = outcome(years(**values), year=year)

    assert row["verdict"] == verdict
    assert (row["pace"] or None) == pace


def test_one_observation_gives_the_distance_and_no_pace():
    row = outcome(years(y2024=65.0))

    assert row["verdict"] == Verdict.UNDECIDED.value
    assert row["distance"] == pytest.approx(15.0)
    assert row["needed_per_year"] == pytest.approx(15.0)
    assert row["pace"] is None
    assert row["methods"] == {"linear": None, "eurostat": None, "destatis": None, "escap": None}


def test_the_baseline_is_the_first_comparable_figure_from_the_start_of_the_plan():
    """The plan runs from 2022: 31/12/2021 is its first day, 2019 is before it."""
    row = outcome(years(y2019=30.0, y2021=48.0, y2022=52.0, y2024=70.0))

    assert (row["baseline_time"], row["baseline_value"]) == (2021.0, 48.0)
    assert row["methods"]["linear"] == pytest.approx((22 / 32) / (3 / 4))


def test_a_zero_baseline_leaves_eurostats_ratio_undefined_and_the_linear_pace_defined():
    row = outcome(years(y2021=0.0, y2023=16.0), year=2023)

    assert row["methods"]["eurostat"] is None
    assert row["methods"]["linear"] == pytest.approx(0.4)
    assert row["pace_code"] == "far_behind"


def test_methods_that_disagree_are_named_in_a_note():
    """5 → 20 at half-time with target 50: linear 0.67, Eurostat 1.28."""
    row = outcome(years(y2021=5.0, y2023=20.0), year=2023, value=50.0)

    assert row["verdict"] == "chậm tiến độ"
    assert "tuyến tính 0,67; Eurostat R = 1,28" in row["note"]


def test_a_target_met_at_the_base_is_judged_by_level_alone():
    held = outcome(years(y2022=82.0, y2023=83.0), year=2023)
    lost = outcome(years(y2022=82.0, y2023=78.0), year=2023)

    assert (held["verdict"], held["methods"]["linear"]) == ("đạt", None)
    assert (lost["verdict"], lost["pace_code"]) == ("chậm tiến độ", "away")


def test_a_goal_that_falls():
    falling = {"comparator": "<=", "value": 4.0}

    assert outcome(years(y2021=10.0, y2023=7.0), year=2023, **falling)["verdict"] == "đúng tiến độ"
    assert outcome(years(y2021=10.0, y2025=3.9), year=2025, **falling)["verdict"] == "đạt"
    assert outcome(years(y2021=10.0, y2025=5.0), year=2025, **falling)["verdict"] == "chưa đạt"


@pytest.mark.parametrize(
    ("values", "year", "note"),
    [
        ({"y2022": 90.0}, 2024, "số liệu mới nhất là của năm 2022, đã cũ so với năm báo cáo 2024"),
        ({"y2024": 90.0}, 2025, "số liệu mới nhất là của năm 2024, trước năm mục tiêu 2025"),
        ({"y2022": 50.0, "y2024": 90.0}, 2026, "số liệu mới nhất là của năm 2024, trước năm mục tiêu 2025"),
    ],
)
def test_a_figure_of_another_year_is_shown_and_does_not_decide(values, year, note):
    row = outcome(years(**values), year=year)

    assert row["verdict"] == Verdict.UNDECIDED.value
    assert row["value"] == 90.0
    assert (row["pace"], row["p_met"]) == (None, None)
    assert note in row["note"]


def test_a_figure_of_the_middle_of_the_target_year_does_not_settle_that_it_was_missed():
    early = figures(
        {"reference_date": "2022", "value": 50.0, "period": "point"},
        {"reference_date": "2025-05", "value": 70.0, "period": "point"},
    )
    late = early.assign(reference_date=["2022", "2025-11"])

    assert outcome(early, year=2025)["verdict"] == "chậm tiến độ"
    assert outcome(late, year=2025)["verdict"] == "chưa đạt"


@pytest.mark.parametrize(
    ("value", "verdict", "sure"),
    [(83.0, "đạt", True), (81.0, "chưa đủ căn cứ kết luận", None), (76.0, "chưa đạt", False)],
)
def test_an_estimate_meets_a_target_only_as_far_as_its_error_allows(value, verdict, sure):
    row = outcome(
        figures({"reference_date": "2025", "value": value, "se": 1.5, "df": 40, "n": 900}), year=2025
    )

    assert row["verdict"] == verdict
    assert (row["p_met"] >= 0.95, row["p_met"] <= 0.05) == (sure is True, sure is False)


def test_how_sure_the_pace_is_follows_from_the_errors_of_both_figures():
    """
    48 → 63 half-way to 80: on pace if y - (1 - 0.95/2) 48 ≥ 0.95/2 × 80, that is 63 - 25.2 - 38 = -0.2 ≥ 0

    error √(1.5² + (0.525 × 1.5)²) = 1.694; R: pt(-0.2 / 1.694, 40)  # 0.4533
    """
    rows = figures({"reference_date": "2021", "value": 48.0}, {"reference_date": "2023", "value": 63.0})
    row = outcome(rows.assign(se=1.5, df=40), year=2023)

    assert row["verdict"] == "chậm tiến độ"
    assert row["p_on_pace"] == pytest.approx(0.4533, abs=1e-4)
    assert "tiến độ chưa chắc chắn do sai số mẫu: P(đúng tiến độ) = 0,453" in row["note"]
    assert outcome(rows, year=2023)["p_on_pace"] is None


def test_a_falling_goal_is_as_sure_as_its_mirror_image():
    falling = figures({"reference_date": "2021", "value": 52.0}, {"reference_date": "2023", "value": 37.0})
    row = outcome(falling.assign(se=1.5, df=40), year=2023, comparator="<=", value=20.0)

    assert row["p_on_pace"] == pytest.approx(0.4533, abs=1e-4)


def test_from_three_comparable_points_the_deadline_and_2030_get_a_probability():
    row = outcome(years(y2022=50.0, y2023=58.0, y2024=65.0))

    assert row["projected_low"] < row["projected"] < row["projected_high"]
    assert 0 < row["p_met_deadline"] < row["p_met_2030"] < 1
    assert outcome(years(y2022=50.0, y2024=65.0))["p_met_deadline"] is None


def test_no_pace_across_a_break():
    """The ministry's figure of 2022 is no baseline for the statistics office's of 2024."""
    observed = figures(
        {"reference_date": "2022", "value": 50.0, "method": "điều tra của Bộ"},
        {"reference_date": "2024", "value": 70.0, "method": "điều tra của cơ quan thống kê"},
    )

    assert outcome(observed)["pace"] is None


def test_a_bound_above_the_target_decides():
    row = outcome(figures({"reference_date": "2025", "value": 85.0, "value_type": "lower_bound"}), year=2025)

    assert row["verdict"] == "vượt"
    assert row["distance"] is None


def test_ranks_are_compared_and_have_no_pace():
    """Better is lower; ranks of 63 are not joined with ranks of 34."""
    ranks = {"unit": "hạng/63", "value": 20.0, "comparator": "<=", "indicator": "CTX_DTI"}
    row = assess(target(**ranks), read_published(), year=2023, cutoff=date(2025, 12, 31)).iloc[0]

    assert (row["value"], row["observation"]) == (21.0, "P027")
    assert row["methods"]["linear"] is None
    assert "thứ hạng" in row["note"]


def test_counts_are_judged_in_their_own_unit():
    counts = figures(
        {"reference_date": "2022", "value": 40.0, "unit": "xã"},
        {"reference_date": "2024", "value": 90.0, "unit": "xã"},
    )
    row = outcome(counts, value=96.0, unit="xã")

    assert row["methods"]["linear"] == pytest.approx((50 / 56) / (2 / 3))
    assert outcome(real(counts))["verdict"] == Verdict.UNDECIDED.value  # a count does not answer a share


GROWTH = {
    "id": "114.04",
    "text": "Năng suất lao động hàng năm tăng tối thiểu 7%",
    "value": 7.0,
    "unit": "%/năm",
    "indicator": "KTS_NSLD",
    "period_start": 2023,
}


@pytest.mark.parametrize(
    ("values", "year", "verdict"),
    [
        ({"y2023": 7.2, "y2024": 7.0, "y2025": 9.0}, 2025, "đạt"),
        ({"y2023": 5.0, "y2024": 12.0, "y2025": 12.0}, 2025, "chưa đạt"),  # the mean is not the target
        ({"y2024": 8.0, "y2025": 9.0}, 2025, "chưa đủ căn cứ kết luận"),  # 2023 is not known
        ({"y2023": 7.2, "y2024": 8.0}, 2024, "đúng tiến độ"),
        ({"y2023": 7.2, "y2024": 6.9}, 2024, "chậm tiến độ"),
    ],
)
def test_growth_a_year_asks_for_every_year(values, year, verdict):
    observed = years(**values).assign(indicator="KTS_NSLD", unit="%/năm")
    row = outcome(observed, year=year, **GROWTH)

    assert row["verdict"] == verdict
    assert "bình quân" in row["note"]


def test_growth_of_nine_months_is_no_year_s():
    of_2026 = GROWTH | {"period_start": 2026, "period_end": 2026}
    observed = figures({"reference_date": "2026-09-30", "value": 6.8}).assign(
        indicator="KTS_NSLD", unit="%/năm"
    )
    row = outcome(observed, year=2026, **of_2026)

    assert row["verdict"] == "chưa đủ căn cứ kết luận"
    assert "số liệu đến 30/9/2026, chưa hết năm" in row["note"]


FAMILY = {
    "id": "906.02",
    "text": "Tỷ trọng kinh tế số trong từng ngành, lĩnh vực đạt tối thiểu 10%",
    "value": 10.0,
    "indicator": "KTS_NGANH",
}


def sectors(**values: float) -> pd.DataFrame:
    return figures(
        *({"category": name, "reference_date": "2025", "value": value} for name, value in values.items())
    ).assign(indicator="KTS_NGANH")


@pytest.mark.parametrize(
    ("values", "verdict", "shown"),
    [
        ({"a": 12.0, "b": 30.0}, "chưa đủ căn cứ kết luận", 12.0),  # are these all industries?
        ({"a": 12.0, "b": 9.9}, "chưa đạt", 9.9),
    ],
)
def test_in_each_industry_fails_if_one_does_and_no_plan_says_which_are_all(values, verdict, shown):
    row = assess(target(**FAMILY), sectors(**values), year=2025).iloc[0]

    assert (row["verdict"], row["value"]) == (verdict, shown)


def test_the_probability_of_a_family_is_that_of_all_its_members():
    observed = sectors(a=11.0, b=11.5).assign(se=[1.0, 1.0], df=[50, 50])
    row = assess(target(**FAMILY), observed, year=2025).iloc[0]
    alone = assess(target(**FAMILY), observed.head(1), year=2025).iloc[0]

    assert row["verdict"] == "chưa đủ căn cứ kết luận"
    assert row["p_met"] < alone["p_met"] < 0.95


NATIONAL_MEAN = {
    "text": "đạt tiêu chí bình quân cả nước về tỷ lệ người sử dụng Internet (76% theo Nghị quyết 01)",
    "indicator": "XHS_NGUOIDUNG_INTERNET",
    "value": 76.0,
    "period_end": 2023,
    "geography": "Huyện Minh Long",
    "relative_to": "bình quân cả nước",
}


def test_the_national_average_is_the_national_figure_of_the_same_year():
    """National 78,59% in June 2023 (P207), the plan's number 76%."""
    district = figures({"reference_date": "2023", "value": 77.0, "territory": "QNG-531"}).assign(
        indicator="XHS_NGUOIDUNG_INTERNET"
    )
    observed = pd.concat([observations(district), read_published()], ignore_index=True)
    row = assess(target(**NATIONAL_MEAN), observed, year=2023).iloc[0]

    assert (row["target"], row["verdict"]) == (78.59, "chưa đạt")
    assert "bình quân cả nước năm 2023 là 78,59% (P207)" in row["note"]


def test_the_national_average_is_said_once_where_its_number_stands_in_brackets():
    """Plan 03: "đạt tiêu chí bình quân cả nước về … (trên 87%)"."""
    words = NATIONAL_MEAN | {"comparator": ">", "wording": "đạt bình quân cả nước trên"}
    district = figures({"reference_date": "2023", "value": 77.0, "territory": "QNG-531"}).assign(
        indicator="XHS_NGUOIDUNG_INTERNET"
    )
    observed = pd.concat([observations(district), read_published()], ignore_index=True)

    assert assess(target(**words), observed, year=2023).iloc[0]["goal"] == "đạt trên bình quân cả nước 78,59%"


@pytest.mark.parametrize(
    ("words", "comparator", "value", "verdict"),
    [
        ("đạt 80% mức bình quân cả nước", ">=", 45.0, "vượt"),  # asked: 80% of 50% = 40%
        ("đạt 80% mức bình quân cả nước", ">=", 39.0, "chưa đạt"),
        ("thấp hơn bình quân cả nước", "<", 45.0, "vượt"),
        ("thấp hơn bình quân cả nước", "<", 55.0, "chưa đạt"),
        ("cao hơn bình quân cả nước", ">", 50.0, "chưa đạt"),
    ],
)
def test_a_part_of_the_national_mean_and_every_comparator_are_kept(words, comparator, value, verdict):
    observed = figures(
        {"reference_date": "2025", "value": value},
        {
            "reference_date": "2025",
            "value": 50.0,
            "series": "smartphone_vn",
            "territory": "VN",
            "indicator": None,
        },
    )
    asked = {
        "indicator": "XHS_SMARTPHONE_TB",
        "text": words,
        "comparator": comparator,
        "wording": words.split(" ")[0],
    }
    observed.loc[0, "indicator"] = "XHS_SMARTPHONE_TB"
    related = None if "80%" in words else "bình quân cả nước"

    row = outcome(observed, year=2025, relative_to=related, **asked)

    assert row["verdict"] == verdict


def test_a_part_of_a_national_mean_that_is_not_known_decides_nothing():
    observed = figures({"reference_date": "2025", "value": 90.0})

    assert outcome(observed, year=2025, text="đạt 80% mức bình quân cả nước")["verdict_code"] == "undecided"


def test_after_its_last_year_a_target_is_on_pace_no_more():
    """June 2025 says nothing of the end of 2025, and in 2027 nobody is on the way to 2025."""
    row = outcome(years(**{"y2024": 70.0, "y2025-06": 76.0}), year=2027)

    assert (row["verdict_code"], row["needed_per_year"]) == ("undecided", None)


def test_one_day_written_two_ways_is_one_day():
    row = outcome(years(**{"y2022": 50.0, "y2024": 70.0, "y2024-12-31": 60.0}), year=2024)

    assert "nguồn khác cùng thời điểm" in row["note"]


@pytest.mark.parametrize(("start", "now", "needed"), [(75.0, 65.0, -5.0), (30.0, 36.0, 4.0)])
def test_a_range_is_approached_from_the_side_where_one_stands(start, now, needed):
    # the share of services in the economy: the catalogue says of none of its ways that it is the better one
    services = {"indicator": "KT_CC_DV", "comparator": "between", "value": 40.0, "value_high": 60.0}
    row = outcome(years(y2022=start, y2024=now).assign(indicator="KT_CC_DV"), **services)

    assert (row["needed_per_year"], row["methods"]["linear"]) == (
        pytest.approx(needed),
        pytest.approx(1.0, abs=0.11),
    )


@pytest.mark.parametrize(
    ("indicator", "now", "verdict"),
    [
        ("XHS_SMARTPHONE_DS", 60.1, "vượt"),  # should rise
        ("XHS_SMARTPHONE_DS", 40.0, "đạt"),
        ("XHS_SMARTPHONE_DS", 39.9, "chưa đạt"),
        ("NGHEO_TYLE", 39.9, "vượt"),  # should fall
        ("NGHEO_TYLE", 60.0, "đạt"),
        ("NGHEO_TYLE", 60.1, "chưa đạt"),
        ("KT_CC_DV", 60.1, "chưa đạt"),
    ],
)
def test_beyond_the_better_end_of_a_range_a_target_is_exceeded(indicator: str, now: float, verdict: str):
    asked = {"indicator": indicator, "comparator": "between", "value": 40.0, "value_high": 60.0}
    row = outcome(years(y2025=now).assign(indicator=indicator), year=2025, **asked)

    assert (row["verdict"], row["goal"]) == (verdict, "đạt 40% đến 60%")


def test_a_baseline_that_comes_late_is_said():
    late = outcome(years(**{"y2024-06": 60.0, "y2024-12": 66.7}), year=2024)

    assert "số liệu gốc đầu tiên là của năm 2024" in late["note"]
    assert "số liệu gốc đầu tiên" not in (outcome(years(y2022=50.0, y2024=70.0))["note"] or "")


def test_without_a_national_figure_of_that_year_the_printed_number_stands():
    district = figures({"reference_date": "2023", "value": 77.0, "territory": "QNG-531"}).assign(
        indicator="XHS_NGUOIDUNG_INTERNET"
    )
    row = assess(target(**NATIONAL_MEAN), district, year=2023).iloc[0]

    assert (row["target"], row["verdict"]) == (76.0, "đạt")
    assert "chưa có số cả nước năm 2023" in row["note"]


def test_a_districts_target_is_not_answered_by_the_province():
    province = figures({"reference_date": "2023", "value": 77.0}).assign(indicator="XHS_NGUOIDUNG_INTERNET")

    assert assess(target(**NATIONAL_MEAN), province, year=2023).iloc[0]["observation"] is None


@pytest.mark.parametrize(
    ("year", "in_force"),
    [(2024, {"906.09": True, "114.07": True}), (2025, {"906.09": False, "114.07": True})],
)
def test_a_later_plan_revises_a_target_from_its_date(year, in_force):
    """906 asks for more than 50%, the plan of 21/5/2025 for 50%."""
    both = pd.concat(
        [
            target(id="906.09", comparator=">", value=50.0, plan="906", issued=date(2022, 7, 13)),
            target(id="114.07", comparator=">=", value=50.0, plan="114", issued=date(2025, 5, 21)),
        ],
        ignore_index=True,
    )
    table = assess(both, years(y2025=50.0), year=year).set_index("target_id")

    assert table["in_force"].to_dict() == in_force
    assert table["revised_by"].to_dict() == {"906.09": "114.07", "114.07": None}
    if year == 2025:
        assert table["verdict"].to_dict() == {"906.09": "chưa đạt", "114.07": "đạt"}


def test_a_target_said_again_in_the_same_words_is_not_revised():
    both = pd.concat(
        [
            target(plan="906", issued=date(2022, 7, 13)),
            target(id="114.06", plan="114", issued=date(2025, 5, 21)),
        ],
        ignore_index=True,
    )

    assert assess(both, years(y2025=50.0), year=2025)["revised_by"].isna().all()


@pytest.mark.parametrize("year", [2023, 2024, 2025])
@pytest.mark.parametrize(
    ("indicator", "evidence", "beside"),
    [
        ("XHS_DVCTT_SUDUNG", "proxy-only", True),
        ("XHS_SMARTPHONE_DS", "proxy-only", True),
        ("XHS_BAOVE", "none", False),
        ("XHS_TUVAN_YTE", "none", False),
    ],
)
def test_proxies_and_national_figures_stand_beside_a_target_and_decide_nothing(
    year, indicator, evidence, beside
):
    row = assess(target(indicator=indicator, value=0.1), read_published(), year=year).iloc[0]

    assert row["verdict"] == "chưa có số liệu"
    assert row["evidence"] == evidence
    assert row["value"] is None
    assert (row["related_value"] is not None) is beside


def test_the_digital_economy_of_2022_is_shown_and_decides_no_later_year():
    published = read_published()
    of_906 = {"indicator": "KTS_GRDP", "value": 20.0}
    for year in (2023, 2024, 2025):
        row = assess(target(**of_906), published, year=year).iloc[0]
        assert (row["value"], row["reference_date"], row["evidence"]) == (4.21, "2022", "real")
        assert row["verdict"] == "chưa đủ căn cứ kết luận"
        assert row["related_relation"] == "national"


def test_files_of_the_merged_province_do_not_decide_a_target_of_the_old_one():
    row = assess(
        target(indicator="CQS_HS_TUXA", value=50.0, period_start=2025), read_published(), year=2025
    ).iloc[0]

    assert row["verdict"] == "chưa đủ căn cứ kết luận"
    assert (row["value"], row["related_value"], row["related_relation"]) == (None, 74.0, "barred")
    assert row["evidence"] == "proxy-only"


@pytest.mark.parametrize("place", ["QNG", "QNG-522", "VN"])
def test_a_figure_of_another_territory_is_none_of_the_targets_whatever_that_territory(place):
    table = real(years(y2024=70.0)).assign(territory=place)

    assert outcome(table, geography="Huyện Sơn Tây")["verdict"] == "chưa có số liệu"


def test_what_is_published_after_the_cut_off_is_not_known():
    table = years(y2022=50.0, y2024=70.0).assign(vintage=["2023-01", "2025-06-30"])

    early = assess(target(), table, year=2024, cutoff=date(2025, 6, 29)).iloc[0]
    late = assess(target(), table, year=2024, cutoff=date(2025, 6, 30)).iloc[0]

    assert (early["value"], late["value"]) == (50.0, 70.0)
    assert assess(target(), table, year=2024).iloc[0]["value"] == 50.0  # 31 March of the next year


def test_real_only_leaves_simulated_surveys_out():
    row = assess(target(), years(y2024=70.0), year=2024, real_only=True).iloc[0]

    assert (row["verdict"], row["evidence"]) == ("chưa có số liệu", "none")


def test_a_target_the_catalogue_does_not_know_has_no_figure():
    row = outcome(years(y2024=70.0), indicator=None)

    assert row["verdict"] == "chưa có số liệu"


def test_a_target_without_a_year_is_due_every_year():
    row = outcome(years(y2024=79.0), period_end=None)

    assert (row["deadline"], row["verdict"]) == (2024, "chưa đạt")


@pytest.mark.parametrize(
    ("indicator", "note"), [("KTS_GRDP", None), ("KTS_TMDT", "in là 20,0% do làm tròn; giá trị 19,96%")]
)
def test_rounding_is_explained_for_the_decimals_the_report_prints(indicator, note):
    """Shares of GRDP are printed with two decimals, other shares with one."""
    observed = years(y2025=19.96).assign(indicator=indicator, series="s")
    row = outcome(observed, year=2025, indicator=indicator, value=20.0)

    assert row["verdict"] == "chưa đạt"
    assert (note in row["note"]) if note else (row["note"] is None or "làm tròn" not in row["note"])


def test_a_plan_issued_after_the_reporting_year_is_named_as_such():
    row = outcome(years(y2023=50.0, y2024=65.0), issued=date(2025, 5, 21), period_start=2025)

    assert "mục tiêu ban hành năm 2025, sau năm báo cáo" in row["note"]


def test_an_estimate_that_cannot_decide_says_how_near_it_came():
    row = outcome(figures({"reference_date": "2025", "value": 78.6, "se": 0.88, "df": 238}), year=2025)

    assert row["verdict"] == "chưa đủ căn cứ kết luận"
    assert "P(đạt) = 0,052" in row["note"]


def test_a_missing_column_of_targets_is_named():
    with pytest.raises(EvidenceError, match="targets: column 'unit' is missing"):
        assess(target().drop(columns="unit"), years(y2024=1.0), year=2024)


def test_an_outcome_keeps_what_led_to_it():
    judged = judge(target_of(TARGET), known_of(years(y2022=50.0, y2023=60.0)), year=2023)

    assert judged.verdict is Verdict.ON_PACE
    assert judged.progress.pace is Pace.ON_PACE
    assert [point.value for point in judged.chain.points] == [50.0, 60.0]


def test_the_figure_of_one_district_never_stands_beside_a_target_of_the_province():
    observed = pd.concat(
        [
            years(y2025=50.0),
            figures({"reference_date": "2025", "value": 77.0, "territory": "QNG-531"}).assign(
                id="district", evidence="simulated"
            ),
        ]
    )

    row = outcome(observed, year=2025)

    assert row["value"] == 50.0
    assert pd.isna(row["related_value"])


def test_a_note_that_denies_a_census_makes_none():
    """What marks a figure is its code; the note is for people, whatever words stand in it."""
    sample = figures(
        {"reference_date": "2025", "value": 83.0, "note": "không phải điều tra toàn bộ: mẫu 500 người"}
    )
    known = known_of(sample), known_of(sample.assign(mark="census", note=None))
    drawn, whole = (judge(target_of(TARGET), figure, year=2025) for figure in known)

    assert NoteKind.CENSUS not in [note.kind for note in drawn.notes]
    assert [note.said for note in whole.notes if note.kind is NoteKind.CENSUS] == [
        "điều tra toàn bộ: hầu hết đơn vị của tổng thể đã trả lời"
    ]


def test_a_target_of_each_industry_is_known_by_the_plans_words_and_asks_every_member():
    assert target_of({**TARGET, **FAMILY}).each
    assert not target_of(TARGET).each


def test_a_note_has_a_code_for_programs_and_words_for_readers():
    stale = judge(target_of(TARGET), known_of(years(y2022=90.0)), year=2024)

    assert [note.kind for note in stale.notes] == [NoteKind.STALE]
    assert stale.notes[0].said == "số liệu mới nhất là của năm 2022, đã cũ so với năm báo cáo 2024"


def test_outside_of_a_project_a_target_is_for_the_territory_it_names_and_never_for_another():
    known = replace(known_of(years(y2025=81.0)), project=Project(territory=""))
    ours = judge(target_of(TARGET), known, year=2025)
    other = judge(target_of({**TARGET, "geography": "tỉnh Cà Mau"}), known, year=2025)

    assert ours.verdict is Verdict.MET
    assert (other.tested, [item.rule for item in other.choice.passed]) == (None, ["territory"])


GROWN = {"unit": "%/năm", "value": 7.0, "period_start": 2024}


@pytest.mark.parametrize(
    ("known", "made_up", "asked"),
    [
        (None, {"reference_date": "2025", "value": 90.0}, {"period_end": 2023}),
        (None, {"reference_date": "2025", "value": 90.0, "territory": "QNG-531"}, {}),
        ({"y2025": 81.0}, {"reference_date": "2025", "value": 60.0}, {}),
        ({"y2024": 60.0}, {"reference_date": "2022", "value": 50.0}, {"period_end": 2026}),
        ({"y2025": 8.0}, {"reference_date": "2024", "value": 8.0, "unit": "%/năm"}, GROWN),
    ],
    ids=[
        "after the target's year",
        "of another place",
        "of the same date",
        "as a baseline",
        "as a year's growth",
    ],
)
def test_a_rehearsal_that_does_not_speak_leaves_verdict_ground_and_remarks_as_they_were(
    known, made_up, asked
):
    alone = real(years(**known or {"y2010": 1.0})).assign(unit=asked.get("unit", "%"))
    alone = alone if known else alone.assign(confidence="low", indicator="KTS_GRDP")
    both = pd.concat([alone, figures(made_up)], ignore_index=True)
    told = ["verdict", "pace", "evidence", "note", "baseline_source"]

    before, after = (outcome(observed, year=2025, **asked)[told] for observed in (alone, both))

    assert after.fillna("").to_dict() == before.fillna("").to_dict()


def test_a_rehearsal_never_stands_beside_a_target_in_the_place_of_a_real_figure():
    observed = pd.concat(
        [
            real(figures({"reference_date": "2025", "value": 40.0, "territory": "VN", "confidence": "low"})),
            figures({"reference_date": "2026", "value": 90.0}),
        ]
    )
    row = outcome(observed, year=2026, period_end=2025)

    assert (row["related_value"], row["related_evidence"]) == (40.0, "real")


def test_a_target_of_each_group_rests_on_a_rehearsal_if_the_figure_of_any_group_does():
    groups = figures(
        {"category": "a", "reference_date": "2025", "value": 9.0, "evidence": "real"},
        {"category": "b", "reference_date": "2025", "value": 90.0},
    ).assign(indicator="KTS_NGANH")
    judged = judge(target_of({**TARGET, **FAMILY}), known_of(groups), year=2025)

    assert judged.figure.evidence == "real"
    assert judged.simulated
