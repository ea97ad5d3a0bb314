"""What a design may be, and what it is refused for. Nothing is estimated after a refusal."""

import numpy as np
import pandas as pd
import pytest

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey import Design, Replicates, Survey

# two strata of two villages of two people; codes of villages are used again in the second stratum
FRAME = pd.DataFrame(
    {
        "id": [1, 2, 3, 4, 5, 6, 7, 8],
        "stratum": ["A", "A", "A", "A", "B", "B", "B", "B"],
        "village": [1, 1, 2, 2, 1, 1, 2, 2],
        "villages": [5, 5, 5, 5, 9, 9, 9, 9],
        "weight": [2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 5.0, 5.0],
        "online": [1, 0, 1, 1, 0, 0, 1, 0],
    }
)
PLAN = Design(weights="weight", strata="stratum", psu="village", fpc="villages")


def with_cell(row: int, column: str, value: object) -> pd.DataFrame:
    frame = FRAME.astype({column: object})
    frame.loc[row, column] = value
    return frame.infer_objects()


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("weight", -1.0, "weights: column 'weight' is negative in row 3; a weight is a number above 0"),
        ("weight", 0.0, "weights: column 'weight' is zero in row 3; a weight is a number above 0"),
        ("weight", np.nan, "weights: column 'weight' is missing in row 3; a weight is a number above 0"),
        ("weight", np.inf, "weights: column 'weight' is infinite in row 3; a weight is a number above 0"),
        (
            "weight",
            "3,5",
            "weights: column 'weight' holds '3,5' in row 3; turn it into numbers (decimal point)",
        ),
        ("stratum", None, "strata: column 'stratum' is missing in row 3; every row needs one"),
        ("stratum", "  ", "strata: column 'stratum' is missing in row 3; every row needs one"),
        ("village", None, "psu: column 'village' is missing in row 3; every row needs one"),
        ("villages", None, "fpc: column 'villages' is missing in row 3; every row needs one"),
        (
            "villages",
            6,
            "fpc: column 'villages' varies within a stratum: 5 and 6 (row 3); "
            "it is the stratum's number of units in the population",
        ),
    ],
)
def test_a_bad_cell_is_named_by_column_and_row(column: str, value: object, message: str) -> None:
    with pytest.raises(SurveyError) as refusal:
        Survey(with_cell(3, column, value), PLAN)

    assert str(refusal.value) == message


def test_many_bad_rows_are_counted_and_the_first_named_by_index_label() -> None:
    frame = FRAME.set_index(pd.Index([f"ho {place}" for place in range(8)])).assign(weight=-1.0)

    with pytest.raises(SurveyError, match=r"rows ho 0, ho 1, ho 2, ho 3, ho 4, … \(8 rows\)"):
        Survey(frame, PLAN)


def test_weights_of_text_are_refused_even_if_they_read_as_numbers() -> None:
    with pytest.raises(SurveyError, match=r"column 'weight' holds '2.0' in .*decimal point"):
        Survey(FRAME.assign(weight=FRAME["weight"].astype("str")), PLAN)


def test_true_and_false_are_no_weights() -> None:
    with pytest.raises(SurveyError, match="holds true/false"):
        Survey(FRAME.assign(weight=True), PLAN)


def test_a_population_smaller_than_the_sample_is_refused() -> None:
    with pytest.raises(
        SurveyError, match=r"'villages' is 1 where 2 units were drawn, rows 0, 1, 2, 3; it is"
    ):
        Survey(FRAME.assign(villages=[1, 1, 1, 1, 9, 9, 9, 9]), PLAN)


def test_a_sampling_fraction_in_place_of_a_count_gets_a_hint() -> None:
    with pytest.raises(SurveyError, match=r"a sampling fraction\? give units drawn / fraction"):
        Survey(FRAME.assign(villages=0.4), PLAN)


def test_an_infinite_population_means_no_correction() -> None:
    without = Survey(FRAME, Design(weights="weight", strata="stratum", psu="village")).mean("online")
    infinite = Survey(FRAME.assign(villages=np.inf), PLAN).mean("online")

    pd.testing.assert_frame_equal(infinite, without)


def test_an_id_that_stands_twice_is_refused() -> None:
    frame = FRAME.assign(id=[1, 2, 3, 4, 4, 6, 7, 8])

    with pytest.raises(SurveyError, match="column 'id' has 4 more than once, rows 3, 4; an id is unique"):
        Survey(frame, Design(weights="weight", id="id"))


def test_a_missing_column_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(SurveyError, match=r"no column 'wieght'; it has weight"):
        Survey(FRAME, Design(weights="wieght"))
    with pytest.raises(SurveyError, match=r"mean: the survey has no column 'onlin'; it has online"):
        Survey(FRAME, PLAN).mean("onlin")
    with pytest.raises(SurveyError, match=r"by: the survey has no column 'huyện'; it has id, stratum"):
        Survey(FRAME, PLAN).mean("online", by="huyện")


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(SurveyError, match="the survey has no rows"):
        Survey(FRAME.iloc[:0], PLAN)


def test_a_table_that_is_not_a_frame_is_refused() -> None:
    with pytest.raises(SurveyError, match="the survey is a list; give a pandas DataFrame"):
        Survey([1, 2], PLAN)  # type: ignore[arg-type]


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(SurveyError, match="two columns named 'weight'"):
        Survey(pd.concat([FRAME, FRAME[["weight"]]], axis=1), PLAN)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"singleton": "centre"}, "singleton='centre'; it is one of 'error', 'skip', 'center'"),
        ({"ssu": "id"}, "ssu='id' without psu"),
        ({"fpc": ("villages", "people")}, "has a second stage, but ssu is not given"),
        ({"fpc": ("a", "b", "c")}, "fpc names 3 columns; two stages are handled"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        Design(weights="weight", **settings)  # type: ignore[arg-type]


# single units

LONELY = FRAME[(FRAME["stratum"] == "A") | (FRAME["village"] == 2)]


def test_a_stratum_with_one_unit_stops_everything_and_is_named() -> None:
    with pytest.raises(SurveyError, match=r"stratum B has only one psu .*singleton='skip', 'certainty'"):
        Survey(LONELY, PLAN)


def test_a_stratum_taken_whole_may_have_one_unit() -> None:
    frame = LONELY.assign(villages=[5, 5, 5, 5, 1, 1])

    assert Survey(frame, PLAN).mean("online")["se"][0] > 0


def test_the_rules_for_single_units_differ_as_they_say() -> None:
    def variance(rule: str) -> float:
        design = Design(weights="weight", strata="stratum", psu="village", singleton=rule)  # type: ignore[arg-type]
        return float(Survey(LONELY, design).total("online")["se"][0] ** 2)

    # stratum A: unit totals 2 and 6, so 2 * (2² + 2²) = 16; stratum B: one unit with total 5
    assert variance("skip") == pytest.approx(16)
    assert variance("certainty") == pytest.approx(16)
    assert variance("center") == pytest.approx(16 + 5**2)
    assert variance("average") == pytest.approx(16 * 2)


def test_one_unit_in_all_is_never_enough() -> None:
    one = FRAME.iloc[:2]
    for rule in ("error", "skip", "center", "certainty", "average"):
        with pytest.raises(SurveyError, match="the sample has one primary sampling unit"):
            Survey(one, Design(weights="weight", psu="village", singleton=rule))  # type: ignore[arg-type]


def test_a_single_second_stage_unit_is_named_by_its_primary_unit() -> None:
    frame = FRAME.drop(index=1).assign(people=9)

    with pytest.raises(SurveyError, match="psu A/1 has only one ssu"):
        Survey(
            frame,
            Design(weights="weight", strata="stratum", psu="village", ssu="id", fpc=("villages", "people")),
        )


# what counts as the same unit


def test_codes_of_units_are_nested_in_strata() -> None:
    again = Survey(FRAME, PLAN).mean("online")
    unique = Survey(FRAME.assign(village=FRAME["village"] + 10 * (FRAME["stratum"] == "B")), PLAN).mean(
        "online"
    )

    pd.testing.assert_frame_equal(again, unique)
    assert again["df"][0] == 2


@pytest.mark.parametrize("kind", ["category", "Int64", "float", "str", "object"])
def test_the_type_of_codes_does_not_matter(kind: str) -> None:
    expected = Survey(FRAME, PLAN).mean("online")
    codes = FRAME["stratum"].map({"A": 7, "B": 3}).astype(kind)

    pd.testing.assert_frame_equal(Survey(FRAME.assign(stratum=codes), PLAN).mean("online"), expected)


def test_strata_may_be_several_columns_that_cross() -> None:
    frame = FRAME.assign(half=FRAME["stratum"], whole="x")
    crossed = Design(weights="weight", strata=["whole", "half"], psu="village", fpc="villages")

    pd.testing.assert_frame_equal(Survey(frame, crossed).mean("online"), Survey(FRAME, PLAN).mean("online"))


def test_the_order_of_rows_does_not_matter() -> None:
    shuffled = FRAME.iloc[[5, 2, 7, 0, 3, 6, 1, 4]]

    pd.testing.assert_frame_equal(Survey(shuffled, PLAN).mean("online"), Survey(FRAME, PLAN).mean("online"))


def test_a_second_stage_without_its_population_counts_as_drawn_with_replacement() -> None:
    two = Design(weights="weight", strata="stratum", psu="village", ssu="id", fpc="villages")
    infinite = Design(weights="weight", strata="stratum", psu="village", ssu="id", fpc=("villages", "people"))

    pd.testing.assert_frame_equal(
        Survey(FRAME, two).mean("online"), Survey(FRAME.assign(people=np.inf), infinite).mean("online")
    )


def test_later_changes_to_the_frame_do_not_reach_the_survey() -> None:
    frame = FRAME.copy()
    survey = Survey(frame, PLAN)
    before = survey.mean("online")["estimate"][0]
    frame["online"] = 1
    frame.loc[0, "weight"] = 100.0

    assert survey.mean("online")["estimate"][0] == before


# replicate weights

HALVES = FRAME.assign(r1=[4.0, 4, 0, 0, 8, 8, 0, 0], r2=[0.0, 0, 6, 6, 8, 8, 0, 0])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"columns": ["r1", "r2"], "kind": "brr"}, "kind='brr'; it is one of 'BRR', 'Fay', 'JK1'"),
        ({"columns": ["r1", "r2"], "kind": "Fay"}, "kind='Fay' with fay=None; it is from 0 to below 1"),
        ({"columns": ["r1", "r2"], "kind": "JKn"}, "kind='JKn' without rscales"),
        ({"columns": ["r1", "r2"], "kind": "other"}, "kind='other' without scale"),
        ({"columns": ["r1", "r2"], "kind": "JKn", "rscales": [0.5, -1]}, "rscales holds a negative"),
    ],
)
def test_replicates_need_the_settings_of_their_kind(settings: dict[str, object], message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        Replicates(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("replicates", "message"),
    [
        (Replicates(["r1", "r9"], kind="BRR"), "no column 'r9'; it has r2, r1"),
        (Replicates("q", kind="BRR"), "'q' gives 0 columns of replicate weights"),
        (Replicates("r", kind="JKn", rscales=[0.5, 0.5, 0.5]), "3 rscales for 2 columns"),
    ],
)
def test_replicate_columns_that_do_not_fit_are_refused(replicates: Replicates, message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        Survey(HALVES, Design(weights="weight", replicates=replicates))


def test_a_missing_replicate_weight_is_named() -> None:
    frame = HALVES.assign(r2=[0.0, 0, 6, np.nan, 8, 8, 0, 0])

    with pytest.raises(SurveyError, match="column 'r2' is missing or infinite in row 3"):
        Survey(frame, Design(weights="weight", replicates=Replicates("r", kind="BRR")))


def test_replicate_columns_named_by_their_stem_are_taken_in_order_of_number() -> None:
    frame = FRAME.assign(**{f"r{place}": 1.0 for place in (10, 2, 1)})

    assert Replicates("r", kind="BRR").names(frame) == ["r1", "r2", "r10"]


@pytest.mark.parametrize("columns", [["r1", "r2"], "r", {"columns": "r", "kind": "BRR"}])
def test_replicates_without_their_kind_are_refused(columns: object) -> None:
    with pytest.raises(
        SurveyError, match=r"does not say how they were made; give Replicates\(columns, kind="
    ):
        Design(weights="weight", replicates=columns)  # type: ignore[arg-type]


def test_factors_are_multiplied_by_the_weight_if_not_combined() -> None:
    factors = HALVES.assign(r1=HALVES["r1"] / HALVES["weight"], r2=HALVES["r2"] / HALVES["weight"])
    combined = Survey(HALVES, Design(weights="weight", replicates=Replicates("r", kind="BRR")))
    separate = Survey(
        factors, Design(weights="weight", replicates=Replicates("r", kind="BRR", combined=False))
    )

    pd.testing.assert_frame_equal(combined.mean("online"), separate.mean("online"))
