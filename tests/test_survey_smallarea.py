"""Small-area estimates: a mix of direct estimate and regression, always marked as a model's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.smallarea import small_areas

X = [0.168, 0.808, 0.385, 0.328, 0.602, 0.604, 0.125, 0.295, 0.578, 0.631, 0.512, 0.505, 0.534]
DIRECT = pd.DataFrame(
    {
        "district": range(13),
        "estimate": [
            0.4483, 0.7126, 0.4330, 0.3519, 0.5708, 0.6733, 0.3888, 0.4156, 0.4767, 0.5627, 0.4559, 0.4792, 0.4027,
        ],
        "se": [
            0.0590, 0.0808, 0.0781, 0.0278, 0.0693, 0.0828, 0.0396, 0.0360, 0.0211, 0.0290, 0.0265, 0.0366, 0.0754,
        ],
    }
)  # fmt: skip
KNOWN = pd.DataFrame({"district": range(13), "urban": X})


def fitted(direct: pd.DataFrame = DIRECT, known: pd.DataFrame = KNOWN) -> pd.DataFrame:
    return small_areas(direct, known, area="district", terms=["urban"])


def test_the_model_agrees_with_metafor() -> None:
    """
    Reference: R 4.2.2, metafor 3.8-1

    m <- rma(yi=y, vi=se^2, mods=~x, method="REML", control=list(threshold=1e-14)); blup(m)
    """
    table = fitted()

    assert table.attrs["between_variance"] == pytest.approx(0.00139053891495163, rel=1e-9)
    assert table.attrs["coefficients"] == pytest.approx([0.298293062726611, 0.374899742015579], rel=1e-9)
    assert table["estimate"][:3].tolist() == pytest.approx(
        [0.386116409638, 0.620770808390, 0.440841762818], rel=1e-10
    )


def test_the_mean_squared_error_is_metafors_and_twice_the_part_for_the_estimated_variance() -> None:
    """blup(m)$se is the root of g1 + g2; Prasad and Rao add 2 g3."""
    table = fitted()
    variance = DIRECT["se"] ** 2
    between = 0.00139053891495163
    g3 = variance**2 / (between + variance) ** 3 * 2 / (1 / (between + variance) ** 2).sum()

    assert (table["mse"] - 2 * g3)[:3].to_numpy() ** 0.5 == pytest.approx(
        [0.038381126481, 0.045205226839, 0.036442710798], rel=1e-9
    )


def test_every_row_says_that_it_is_a_models_and_keeps_the_direct_estimate() -> None:
    table = fitted()

    assert (table["source"] == "model").all()
    assert table["direct"].tolist() == DIRECT["estimate"].tolist()
    mixed = table["direct_weight"] * table["direct"] + (1 - table["direct_weight"]) * table["synthetic"]
    assert table["estimate"].to_numpy() == pytest.approx(mixed.to_numpy())


def test_precise_areas_keep_their_own_estimate_and_vague_ones_lean_on_the_model() -> None:
    table = fitted()

    assert table["direct_weight"].corr(DIRECT["se"], method="spearman") == pytest.approx(-1)


def test_an_area_without_a_sample_is_predicted_from_the_regression_with_a_larger_error() -> None:
    table = fitted(DIRECT.iloc[:-1])
    left_out = table.iloc[-1]

    assert (left_out["direct_weight"], left_out["estimate"]) == (0, left_out["synthetic"])
    assert np.isnan(left_out["direct"])
    assert left_out["rmse"] > table["rmse"][:-1].median()


def test_areas_that_lie_on_the_line_leave_nothing_to_their_own_estimates() -> None:
    direct = DIRECT.assign(estimate=0.3 + 0.4 * KNOWN["urban"])

    table = fitted(direct)

    assert table.attrs["between_variance"] == 0
    assert (table["direct_weight"] == 0).all()
    assert (table["mse"] > 0).all()


@pytest.mark.parametrize(
    ("direct", "known", "message"),
    [
        (DIRECT.assign(se=0.0), KNOWN, "standard error is not above 0 for 0, 1, 2"),
        (DIRECT, KNOWN.iloc[1:], "no characteristics for 0"),
        (pd.concat([DIRECT, DIRECT]), KNOWN, "direct has 0 more than once"),
        (DIRECT, KNOWN.assign(urban=np.nan), "a characteristic is missing for 0"),
        (DIRECT, KNOWN.assign(urban=1.0), "the terms depend on each other"),
        (DIRECT.iloc[:3], KNOWN, "3 areas with a direct estimate for 1 terms"),
        (DIRECT, KNOWN.drop(columns="urban"), "no column 'urban'"),
    ],
)
def test_what_can_not_carry_a_model_is_refused(
    direct: pd.DataFrame, known: pd.DataFrame, message: str
) -> None:
    with pytest.raises(SurveyError, match=message):
        fitted(direct, known)
