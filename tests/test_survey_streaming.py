"""A survey reduced to totals of its primary units gives the estimates of the survey in memory."""

import numpy as np
import pandas as pd
import pytest

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey import Design, Survey
from qngai_analysis.survey.estimate import streaming
from qngai_analysis.survey.estimate.streaming import Measure, reduce_survey


def sample(seed: int, *, alone: bool = False) -> pd.DataFrame:
    """Draw rows of 6 strata with 2 to 9 units each, unequal sizes and missing answers."""
    random = np.random.default_rng(seed)
    rows = []
    for stratum in range(6):
        for unit in range(1 if alone and stratum == 3 else random.integers(2, 10)):
            level = random.normal()
            for _ in range(random.integers(1, 30)):
                rows.append((f"tầng {stratum}", unit, 20.0 + stratum, level + random.normal()))
    frame = pd.DataFrame(rows, columns=["stratum", "psu", "population", "income"])
    n = len(frame)
    frame["weight"] = random.uniform(1, 40, n)
    frame["size"] = random.integers(1, 8, n).astype(float)
    frame["online"] = frame["income"] > 0.3
    frame["answer"] = np.where(frame["income"] > 0.5, "có", "không")
    frame["area"] = random.choice(["đô thị", "nông thôn", "hải đảo"], n)
    frame.loc[random.random(n) < 0.1, "income"] = np.nan
    return frame


DESIGNS = {
    "strata, units, fpc": Design("weight", "stratum", "psu", fpc="population"),
    "strata, units": Design("weight", "stratum", "psu"),
    "units alone": Design("weight", psu="psu"),
    "skip": Design("weight", "stratum", "psu", fpc="population", singleton="skip"),
    "certainty": Design("weight", "stratum", "psu", singleton="certainty"),
    "center": Design("weight", "stratum", "psu", fpc="population", singleton="center"),
    "average": Design("weight", "stratum", "psu", singleton="average"),
    "two strata": Design("weight", ["stratum", "area"], "psu", singleton="average"),
}
COLUMNS = ["estimate", "se", "df", "n", "ci_low", "ci_high", "cv"]


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("by", [(), ("area",)], ids=["whole", "by area"])
def test_totals_of_units_give_what_the_survey_in_memory_gives(tmp_path, monkeypatch, name, by, ending):
    monkeypatch.setattr(streaming, "_ROWS", 97)
    design = DESIGNS[name]
    alone = design.singleton != "error"
    frame = sample(sum(map(ord, name)), alone=alone)
    file = tmp_path / f"x.{ending}"
    frame.to_parquet(file, row_group_size=200) if ending == "parquet" else frame.to_csv(file, index=False)
    measures = [
        "income",
        "online",
        Measure("per head", "income", over="size"),
        Measure("có", "answer", level="có"),
    ]

    found = reduce_survey(file, design, measures, by=by).estimates()

    survey = Survey(frame.assign(yes=frame["answer"].eq("có")), design)
    domain = list(by) or None
    for wanted, variable in [
        (survey.mean("income", by=domain), "income"),
        (survey.mean("online", by=domain), "online"),
        (survey.mean("yes", by=domain), "có"),
        (survey.ratio("income", "size", by=domain), "per head"),
    ]:
        mine = found[found["variable"].eq(variable)]
        for column in COLUMNS:
            np.testing.assert_allclose(mine[column].astype(float), wanted[column].astype(float), rtol=1e-11)


def test_one_unit_of_a_stratum_is_refused_unless_the_design_says_what_to_do(tmp_path):
    sample(1, alone=True).to_parquet(tmp_path / "x.parquet")
    reduced = reduce_survey(tmp_path / "x.parquet", DESIGNS["strata, units"], ["income"])

    with pytest.raises(SurveyError, match="tầng 3 has only one psu"):
        reduced.estimates()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.assign(weight=0.0), "weight"),
        (lambda f: f.assign(weight=np.inf), "weight"),
        (lambda f: f.drop(columns="psu"), "psu"),
        (lambda f: f.assign(income="x"), "income"),
        (lambda f: f.iloc[:0], "no row"),
    ],
)
def test_what_cannot_be_summed_is_named(tmp_path, change, said):
    change(sample(2)).to_parquet(tmp_path / "x.parquet")

    with pytest.raises(SurveyError, match=said):
        reduce_survey(tmp_path / "x.parquet", DESIGNS["strata, units"], ["income"])


def test_a_damaged_file_is_one_line(tmp_path):
    file = tmp_path / "x.parquet"
    sample(3).to_parquet(file)
    file.write_bytes(file.read_bytes()[:-200])

    with pytest.raises(SurveyError, match=r"x\.parquet"):
        reduce_survey(file, DESIGNS["strata, units"], ["income"])


@pytest.mark.slow
def test_partitions_on_dask_give_the_same_to_the_twelfth_digit(tmp_path):
    distributed = pytest.importorskip("distributed")
    sample(4).to_parquet(tmp_path / "x.parquet", row_group_size=50)
    design = DESIGNS["strata, units, fpc"]
    here = reduce_survey(tmp_path / "x.parquet", design, ["income", "online"], by=["area"]).estimates()

    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as two,
        distributed.Client(two) as client,
    ):
        there = reduce_survey(
            tmp_path / "x.parquet", design, ["income", "online"], by=["area"], client=client
        )

    pd.testing.assert_frame_equal(there.estimates(), here, rtol=1e-12, atol=0)
