"""What a share of the merged province says of the old one: by arithmetic, and only where it decides."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from qngai_analysis import territory
from qngai_analysis.evidence.bounds import Weight, weight_of
from qngai_analysis.progress.outcome import NoteKind, Outcome
from qngai_analysis.progress.yearly import judge_year

OLD = territory.units()["QNG"]


def test_the_weights_are_counts_of_one_year_and_one_concept() -> None:
    weight = weight_of(OLD)

    assert weight is not None
    assert (round(weight.share, 4), weight.year) == (0.6823, 2022)
    assert "Niên giám thống kê Kon Tum 2022" in weight.source
    assert weight_of(territory.units()["QNG-2025"]) is None, "nothing took its place"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.6823, 0.9])
@pytest.mark.parametrize(("mine", "rest"), [(0, 0), (0, 100), (30, 80), (95, 40), (100, 0), (100, 100)])
def test_whatever_the_rest_is_the_part_lies_between_its_bounds(
    share: float, mine: float, rest: float
) -> None:
    weight = Weight(share, 2022, "")
    whole = share * mine + (1 - share) * rest

    assert weight.low(whole) <= mine + 1e-9
    assert weight.high(whole) >= mine - 1e-9


def health_records(value: float, **cells: Any) -> Outcome:
    """Judge 906.15 (at least 90% of the people have an electronic health record) with one more figure."""
    row = {
        "id": "M1", "series": "ehr_tl", "indicator": "XHS_EHR", "name": "hồ sơ sức khỏe điện tử", "value": value, "unit": "%",
        "territory": "QNG-2025", "year": 2025, "reference_date": "2025-12-31", "period": "point", "level": "chính thức",
        "publisher": "Sở Y tế", "source_title": "Báo cáo", "confidence": "high", "evidence": "real", "vintage": "2026-01-15",
    } | cells  # fmt: skip
    result = judge_year(
        2025, plans=("906",), observed=pd.DataFrame([row]), only=lambda t: t.indicator == "XHS_EHR"
    )
    return result.outcomes[0]


def test_a_bound_that_lies_above_the_target_decides_and_says_so() -> None:
    outcome = health_records(97.0)
    (why,) = [note for note in outcome.notes if note.kind is NoteKind.BOUND]

    assert outcome.verdict.value == "vượt"
    assert outcome.figure.value_type == "lower_bound"
    assert outcome.figure.value == pytest.approx((97 - 100 * 0.3177) / 0.6823, abs=0.01)
    assert str(why.said).startswith(
        "suy ra từ số M1 của tỉnh Quảng Ngãi (từ 01/7/2025, gồm Kon Tum cũ): 68,23% số dân"
    )


def test_a_bound_below_the_threshold_of_a_whole_decides_that_it_is_missed() -> None:
    assert health_records(50.0).verdict.value == "chưa đạt"


@pytest.mark.parametrize(
    ("value", "cells"),
    [
        (92.0, {}),  # at least 88.3%: more or less than 90%
        (97.0, {"age_from": 18}),  # of other people than the target's
        (97.0, {"series": "hssk_vn", "indicator": None}),  # of another definition
        (97.0, {"territory": "KTM"}),  # of the other part
    ],
)
def test_no_bound_decides_otherwise(value: float, cells: dict[str, Any]) -> None:
    outcome = health_records(value, **cells)

    assert outcome.verdict.value in ("chưa có số liệu", "chưa đủ căn cứ kết luận")
    assert not [note for note in outcome.notes if note.kind is NoteKind.BOUND]
