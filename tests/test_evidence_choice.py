"""Which figure speaks for a target: each rule on figures made for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from qngai_analysis.evidence.choice import Need, choose
from qngai_analysis.evidence.observations import Observation, Related, observations
from qngai_analysis.values import values_of

NEED = Need(territory="QNG", year=2025, deadline=2025, cutoff=date(2026, 3, 31))
GOOD = {
    "value": 60.0,
    "unit": "%",
    "territory": "QNG",
    "reference_date": "2025",
    "indicator": "X",
    "source_title": "nguồn",
    "evidence": "real",
    "level": "ước tính",
    "vintage": "2026-01-05",
    "channel": "báo chí",
}


def figures(**by_id: dict) -> list[Related]:
    """Figures of one indicator, each GOOD but for what its name is given."""
    table = observations(
        pd.DataFrame(
            [
                {**GOOD, "id": identifier} | {k: v for k, v in changes.items() if k != "relation"}
                for identifier, changes in by_id.items()
            ]
        )
    )
    relations = [changes.get("relation", "same") for changes in by_id.values()]
    return [
        Related.of(figure, relation, "same" if relation == "same" else "other", "Vì khác")
        for figure, relation in zip(values_of(table, Observation), relations, strict=True)
    ]


def reasons(choice) -> dict[str, str]:
    return {item.id: item.rule for item in choice.passed}


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("withheld", {"withheld": "trang chất lượng thấp"}),
        ("copy", {"copy_of": "good"}),
        ("later-year", {"reference_date": "2026"}),
        ("cutoff", {"vintage": "2026-04"}),
        ("territory", {"territory": "QNG-2025"}),
        ("territory", {"territory": "VN"}),
        ("scope", {"scope": "một tháng"}),
        ("part-of-year", {"period": "H1", "reference_date": "2025-06"}),
        ("category", {"category": "nông nghiệp"}),
        ("unsure", {"confidence": "low"}),
        ("change", {"value_type": "change"}),
        ("unit", {"unit": "người"}),
        ("proxy", {"relation": "proxy"}),
        ("national", {"relation": "national"}),
        ("context", {"relation": "context"}),
    ],
)
def test_a_figure_is_passed_over_for_a_reason_that_is_named(rule, change):
    # the other figure is older and so speaks only if the rule bars the newer one
    choice = choose(figures(good={"reference_date": "2023"}, other=change), NEED)

    assert choice.chosen.id == "good"
    assert reasons(choice) == {"other": rule}
    assert next(iter(choice.passed)).reason


def test_simulated_figures_are_left_out_only_when_asked():
    found = figures(real={"reference_date": "2023"}, simulated={"evidence": "simulated"})

    assert choose(found, NEED).chosen.id == "simulated"
    real = Need("QNG", 2025, 2025, date(2026, 3, 31), real_only=True)
    assert choose(found, real).chosen.id == "real"


def test_once_a_target_is_past_later_figures_do_not_speak_for_it():
    due_2023 = Need("QNG", 2025, 2023, date(2026, 3, 31))
    choice = choose(figures(then={"reference_date": "2023"}, now={"reference_date": "2025"}), due_2023)

    assert choice.chosen.id == "then"
    assert reasons(choice) == {"now": "after-deadline"}


def test_another_age_bound_bars_a_figure_where_the_target_fixes_one():
    fixed = Need("QNG", 2025, 2025, date(2026, 3, 31), age_from=15)
    choice = choose(figures(adults={"age_from": 18}, fifteen={"age_from": 15}), fixed)

    assert choice.chosen.id == "fifteen"


@pytest.mark.parametrize(
    ("better", "worse", "rule"),
    [
        ({"reference_date": "2025"}, {"reference_date": "2024", "level": "chính thức"}, "older"),
        ({"level": "không rõ"}, {"level": "chính thức", "evidence": "simulated"}, "evidence"),
        ({"reference_date": "2025-10-31"}, {"reference_date": "2025", "evidence": "simulated"}, "evidence"),
        ({"level": "chính thức"}, {"level": "sơ bộ", "channel": "cơ quan nhà nước"}, "level"),
        ({"channel": "cơ quan nhà nước"}, {"channel": "báo chí", "vintage": "2026-02"}, "channel"),
        ({"vintage": "2026-02-01"}, {"vintage": "2026-01-05"}, "vintage"),
        ({"confidence": "high"}, {"confidence": "medium"}, "same-rank"),
    ],
)
def test_latest_year_then_real_then_latest_then_most_final_then_nearest_the_producer_then_newest(
    better, worse, rule
):
    for order in ({"better": better, "worse": worse}, {"worse": worse, "better": better}):
        choice = choose(figures(**order), NEED)

        assert choice.chosen.id == "better"
        assert reasons(choice) == {"worse": rule}


def test_sources_that_contradict_each_other_are_shown_and_not_averaged():
    choice = choose(
        figures(
            one={"value": 50.0, "vintage": "2026-01"},
            two={"value": 60.0},
            same={"value": 50.0, "vintage": "2025-12"},
        ),
        NEED,
    )

    assert choice.chosen.value == 50.0
    assert [figure.id for figure in choice.contradicting] == ["two"]


def test_without_a_figure_that_may_speak_nothing_is_chosen_and_all_is_listed():
    choice = choose(figures(barred={"territory": "QNG-2025"}, proxy={"relation": "proxy"}), NEED)

    assert choice.chosen is None
    assert [figure.id for figure in choice.barred] == ["barred"]
    assert [figure.id for figure in choice.beside] == ["proxy"]
    assert reasons(choice) == {"barred": "territory", "proxy": "proxy"}


def test_reasons_name_territories_and_keep_the_capitals_of_abbreviations():
    found = figures(new={"territory": "QNG-2025"}, wide={"relation": "national", "territory": "VN"})
    because = [replace(figure, relation_reason="VECOM định nghĩa rộng hơn") for figure in found]

    told = {item.id: item.reason for item in choose(because, NEED).passed}

    old, new = "tỉnh Quảng Ngãi (trước 01/7/2025)", "tỉnh Quảng Ngãi (từ 01/7/2025, gồm Kon Tum cũ)"
    assert told == {
        "new": f"khác địa giới ({new}; mục tiêu giao cho {old})",
        "wide": "số cả nước: VECOM định nghĩa rộng hơn",
    }


def test_a_publication_known_only_by_year_may_be_as_late_as_its_end():
    found = figures(vague={"vintage": "2025", "reference_date": "2024"})

    assert choose(found, Need("QNG", 2025, 2025, date(2025, 12, 30))).chosen is None
    assert choose(found, Need("QNG", 2025, 2025, date(2025, 12, 31))).chosen.id == "vague"


def test_a_figure_without_a_publication_date_is_not_cut_off_but_ranks_last():
    choice = choose(figures(undated={"vintage": None, "value": 1.0}, dated={}), NEED)

    assert choice.chosen.id == "dated"
    assert reasons(choice) == {"undated": "vintage"}
    assert choice.passed[0].reason == "không rõ ngày công bố"


@pytest.mark.parametrize(
    ("unit", "asked", "value"),
    [
        ("triệu USD", "tỷ USD", 0.0425),
        ("tỷ đồng", "ngàn tỷ đồng", 0.0425),
        ("giường/vạn dân", "giường bệnh/10.000 dân", 42.5),
        ("triệu đồng/người", "triệu đồng", 42.5),
        ("‰", "%", 4.25),
    ],
)
def test_a_figure_at_another_scale_speaks_in_the_targets_unit(unit: str, asked: str, value: float) -> None:
    choice = choose(figures(one={"value": 42.5, "unit": unit}), replace(NEED, unit=asked))

    assert choice.chosen is not None
    assert (choice.chosen.value, choice.chosen.unit) == (pytest.approx(value), asked)


@pytest.mark.parametrize(
    ("unit", "asked"), [("tỷ đồng", "tỷ USD"), ("điểm", "điểm %"), ("bác sĩ", "bác sĩ/vạn dân"), ("xã", "%")]
)
def test_a_unit_that_says_something_else_bars(unit: str, asked: str) -> None:
    assert choose(figures(one={"unit": unit}), replace(NEED, unit=asked)).chosen is None
