"""Whether a mean, total, ratio or quantile is precise enough to print.

The thresholds are settings with their source, in ``precision.toml`` beside this module.
Proportions have a rule of their own (:mod:`qngai_analysis.survey.release.reliability`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.arrays import Floats

SETTINGS = Path(__file__).with_name("precision.toml")


@dataclass(frozen=True)
class Precision:
    """The thresholds of the rule; coefficients of variation are shares of the estimate.

    ``min_n_eff``: fewest effective answers. ``max_cv``: largest coefficient of variation.
    ``review_cv`` and ``review_df``: above (below) it a look by hand is asked for.
    """

    min_n_eff: float
    max_cv: float
    review_cv: float
    review_df: float
    source: str = ""


@cache
def precision_standard(path: Path = SETTINGS) -> Precision:
    """Return the thresholds of a settings file (by default the project's own).

    Raises
    ------
    SurveyError
        The file can't be read, or a threshold is missing, unknown or not a number.
    """
    try:
        return Precision(**tomllib.loads(path.read_text(encoding="utf-8"))["precision"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as fault:
        raise SurveyError(
            "{path}: không đọc được thiết lập của bảng [precision] ({fault})", path=path, fault=fault
        ) from fault


def precision_flag(
    estimate: Floats, cv: Floats, n_eff: Floats, df: Floats, standard: Precision | None = None
) -> npt.NDArray[np.str_]:
    """Return one flag for each estimate: ``ok``, ``review``, ``suppress`` or ``none`` (no estimate).

    >>> [str(flag) for flag in precision_flag(*(np.array([v, v]) for v in (5.0, 0.1)), [400, 12], 20)]
    ['ok', 'suppress']
    """
    rule = standard or precision_standard()
    value, spread, effective, degrees = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (estimate, cv, n_eff, df))
    )
    # written as "not enough", so that a missing cv or n_eff counts against the estimate
    suppress = ~(effective >= rule.min_n_eff) | ~(spread <= rule.max_cv)
    review = ~(spread <= rule.review_cv) | ~(degrees >= rule.review_df)
    return np.select([np.isnan(value), suppress, review], ["none", "suppress", "review"], default="ok")
