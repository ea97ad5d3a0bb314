"""Rehearsal data: reproducible, on the real frame, with known true values, and never taken for real."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd
import pytest
from survey_workbench import REAL, copy_simulated, csv_text, deliver, make_whole_project, simulated

from qngai_analysis import raw
from qngai_analysis.errors import SurveyError
from qngai_analysis.evidence.observations import observations
from qngai_analysis.rehearse.population import districts
from qngai_analysis.rehearse.simulate import simulate
from qngai_analysis.survey.as_evidence import survey_observations
from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.survey.form.intake import (
    load_file,
    load_frame,
    response_outcomes,
    validate_file,
)
from qngai_analysis.survey.loading import load_survey
from qngai_analysis.survey.release.disclosure import round_count


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_whole_project(tmp_path, monkeypatch)


def records(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# -- the file --------------------------------------------------------------------------------


@pytest.mark.parametrize("survey", REAL)
def test_a_simulated_file_passes_every_check_of_its_codebook(survey):
    assert validate_file(survey, simulated(survey, 2025, 1.0)).empty


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(folder, tmp_path):
    first = simulate("tourism", 2025, seed=1, folder=tmp_path / "a").read_bytes()
    again = simulate("tourism", 2025, seed=1, folder=tmp_path / "b").read_bytes()
    other = simulate("tourism", 2025, seed=2, folder=tmp_path / "c").read_bytes()

    assert first == again
    assert first != other


def test_the_sidecar_says_simulated_and_how_it_was_made(folder):
    file = copy_simulated(folder, "tourism", 2025)

    sidecar = raw.verify(file)

    assert sidecar.status == "simulated"
    assert "số liệu mô phỏng" in sidecar.title
    assert sidecar.extra["generator"]["seed"] == 906
    assert sidecar.extra["generator"]["version"] == 1
    assert sidecar.extra["generator"]["codebook_sha256"] == raw.sha256(
        Path("data/raw/surveys/tourism/codebook.toml")
    )


@pytest.mark.parametrize(
    ("survey", "units"),
    [("households", 2600), ("enterprises", 1000), ("farms", 1230), ("health_facilities", 216),
     ("schools", 599), ("tourism", 315)],
)  # fmt: skip
def test_samples_have_a_realistic_size(survey, units):
    file = simulated(survey, 2025, 1.0)
    identifier = read_codebook(survey).design.identifier[0]

    found = len({row[identifier] for row in records(file)})

    assert found == pytest.approx(units, rel=0.06)


def test_weights_add_up_to_the_population_of_the_frame():
    rows = records(simulated("households", 2025, 1.0))
    table = districts()
    people = float(table["urban_2016"].fillna(0).sum() + table["rural_2016"].sum())

    estimated = sum(float(row["weight"]) for row in rows if row["weight"])

    assert estimated == pytest.approx(people, rel=0.03)


def test_strata_are_districts_by_urban_and_rural_and_none_has_a_single_psu():
    rows = records(simulated("households", 2025, 1.0))
    psus: dict[str, set[str]] = {}
    for row in rows:
        psus.setdefault(row["stratum"], set()).add(row["psu"])

    urban = districts()["urban_2016"].notna().sum()
    assert len(psus) == 13 + urban
    assert min(len(one) for one in psus.values()) >= 4


def test_weights_are_unequal():
    weights = pd.Series(
        [float(row["weight"]) for row in records(simulated("households", 2025, 1.0)) if row["weight"]]
    )

    assert weights.std() / weights.mean() > 0.2


def test_people_in_one_village_are_alike():
    # the design effect of a clustered sample: more than that of unequal weights alone
    rows = pd.DataFrame(records(simulated("households", 2025, 1.0)))
    online = rows[rows["internet_use"].isin(["1", "2", "3", "4"])].assign(
        yes=lambda frame: (frame["internet_use"] == "1").astype(float)
    )
    share = online["yes"].mean()
    by_psu = online.groupby("psu")["yes"].agg(["mean", "size"])
    chance = (share * (1 - share) / by_psu["size"]).mean()

    assert by_psu["mean"].var() > 1.5 * chance


def test_half_of_the_villages_are_visited_again_the_year_after():
    this = {row["psu"] for row in records(simulated("households", 2025, 1.0))}
    last = {row["psu"] for row in records(simulated("households", 2024, 1.0))}

    assert 0.35 < len(this & last) / len(this) < 0.75


def test_some_refuse_some_do_not_know_and_some_leave_gaps(folder):
    copy_simulated(folder, "tourism", 2025)

    outcomes = response_outcomes("tourism", 2025).set_index("outcome")["units"]
    account = load_file("tourism", 2025).account

    assert outcomes["completed"] > 0.75 * outcomes.sum()
    assert (outcomes > 0).all()
    assert account[["dont_know", "refused", "missing"]].sum().gt(0).all()


# -- the truth -------------------------------------------------------------------------------


def truth(file: Path) -> pd.DataFrame:
    """Return the true values that the sidecar of a simulated file holds."""
    return pd.DataFrame(raw.read_sidecar(file).extra["truth"])


@pytest.mark.parametrize("survey", ["households", "enterprises", "farms", "tourism"])
def test_estimates_come_as_near_the_truth_as_their_errors_say(folder, survey):
    copy_simulated(folder, survey, 2025)
    estimated = load_survey(survey, 2025)
    true = truth(folder / survey / "2025.csv")
    deviations = []
    for item in read_codebook(survey).indicators.values():
        if item.kind != "proportion":
            continue
        for district, table in (
            ("", estimated.proportion(item.name)),
            (None, estimated.proportion(item.name, "district")),
        ):
            for row in table.to_dict("records"):
                place = district if district is not None else row["district"]
                value = true[(true["indicator"] == item.name) & (true["district"] == place)]["value"]
                if row["n"] >= 30 and row["se"] > 0 and 0.05 < row["estimate"] < 0.95 and len(value):
                    deviations.append((row["estimate"] - value.iloc[0]) / row["se"])

    # not independent, so a wide gate: standardised deviations of spread about one, centred about zero
    spread = math.sqrt(sum(z * z for z in deviations) / len(deviations))
    assert len(deviations) >= 10
    assert 0.6 < spread < 1.45
    assert abs(sum(deviations) / len(deviations)) < 0.9
    assert sum(abs(z) <= 2 for z in deviations) / len(deviations) > 0.85


def test_the_true_share_is_the_one_the_codebook_asks_for():
    # households/codebook.toml: fibre_available yes = [0.80, 0.84, 0.87] in 2023, 2024, 2025
    file = simulated("households", 2025, 1.0)

    true = truth(file).set_index(["indicator", "district"])["value"]

    assert true["fibre_covered", ""] == pytest.approx(0.87, abs=1e-4)
    assert true["fibre_line", ""] < true["fibre_covered", ""]


def test_what_people_have_grows_over_the_years():
    values = []
    for year in (2024, 2025):
        file = simulated("households", year, 1.0)
        true = truth(file).set_index(["indicator", "district"])["value"]
        values.append(true["smartphone", ""])

    assert values[0] < values[1]


def test_districts_differ_and_towns_are_ahead():
    file = simulated("households", 2025, 1.0)
    true = truth(file).set_index(["indicator", "district"])["value"]

    assert true["smartphone", "Thành phố Quảng Ngãi"] > true["smartphone", "Huyện Sơn Tây"] + 0.05


# -- simulated and real ----------------------------------------------------------------------


def test_simulated_data_never_overwrite_real_ones(folder):
    deliver(folder / "shops" / "2025.csv", csv_text())

    with pytest.raises(SurveyError, match="not simulated data; the simulator does not write over it"):
        simulate("shops", 2025)

    assert (folder / "shops" / "2025.csv").read_text() == csv_text()


def test_nor_do_they_stand_beside_a_real_file_of_another_format(folder):
    deliver(folder / "shops" / "2025.xlsx", b"a workbook")

    with pytest.raises(SurveyError, match=r"2025\.xlsx: not simulated data"):
        simulate("shops", 2025)


def test_a_real_file_takes_the_place_of_a_simulated_one_without_code(folder):
    simulate("shops", 2025)
    before = load_frame("shops", 2025)
    deliver(folder / "shops" / "2025.csv", csv_text())
    after = load_frame("shops", 2025)

    assert before.attrs["evidence"] == "simulated"
    assert after.attrs["evidence"] == "real"
    assert before.columns.tolist() == after.columns.tolist()
    assert len(after) == 3


def test_real_only_leaves_simulated_estimates_out(folder):
    copy_simulated(folder, "tourism", 2025)

    with pytest.raises(SurveyError, match="simulated data, and only real data were asked for"):
        load_survey("tourism", 2025, real_only=True)


def test_a_year_without_shares_is_refused(folder):
    with pytest.raises(SurveyError, match="has shares for 2024, 2025, not for 2020"):
        simulate("shops", 2020)


def test_a_broken_simulation_leaves_no_half_written_file(folder, monkeypatch):
    monkeypatch.setattr("qngai_analysis.rehearse.simulate._sidecar", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        simulate("shops", 2025)

    assert [file.name for file in (folder / "shops").iterdir()] == ["codebook.toml"]


# -- observations ----------------------------------------------------------------------------


def test_estimates_become_observations_with_their_errors_and_their_mark(folder):
    copy_simulated(folder, "enterprises", 2025)
    estimate = load_survey("enterprises", 2025).proportion("e_contract").iloc[0]

    table = observations(survey_observations("enterprises", 2025)).set_index("id")

    row = table.loc["enterprises.2025.e_contract.QNG"]
    assert (row["indicator"], row["unit"], row["territory"], row["year"]) == ("KTS_HDDT", "%", "QNG", 2025)
    # a verdict rests on what is published: the share of 800 in steps of 0.4 points, its error rounded up
    assert row["value"] == pytest.approx(0.4 * round(250 * estimate["estimate"]))
    assert 100 * estimate["se"] <= row["se"] <= 105 * estimate["se"] + 0.11
    assert (row["df"], row["n"]) == (estimate["df"], round_count(estimate["n"]))
    assert (row["method"], row["evidence"]) == ("điều tra mẫu", "simulated")


def test_observations_are_of_catalogue_indicators_only_and_carry_the_age_bound(folder):
    copy_simulated(folder, "households", 2025)

    table = survey_observations("households", 2025)

    ages = table.drop_duplicates("indicator").set_index("indicator")["age_from"]
    assert ages["XHS_SMARTPHONE_DS"] == 18
    assert ages["XHS_TAIKHOAN15"] == 15
    assert not any("smartphone_15" in one for one in table["id"])  # no code: no observation


def test_unreliable_districts_and_few_respondents_give_no_observation(folder):
    copy_simulated(folder, "enterprises", 2025)

    table = survey_observations("enterprises", 2025)

    districts_told = set(table.loc[table["indicator"] == "KTS_HDDT", "territory"])
    left_out = {place for code, place, _ in table.attrs["withheld"] if code == "KTS_HDDT"}
    assert "QNG-536" in left_out  # Lý Sơn: a dozen enterprises
    assert not districts_told & left_out
    assert {reason for *_, reason in table.attrs["withheld"]} <= {
        "bảo mật",
        "độ tin cậy thấp",
        "không có người trả lời",
    }


def test_what_districts_do_not_tell_is_not_told_by_the_province_either(folder):
    """Province minus the districts that are told leaves two districts or more, never one of few answers."""
    copy_simulated(folder, "schools", 2025)

    withheld = pd.DataFrame(
        survey_observations("schools", 2025).attrs["withheld"], columns=["code", "place", "reason"]
    )

    hidden = withheld[withheld["reason"] == "bảo mật"].groupby("code")["place"].nunique()
    assert len(hidden) > 0
    assert (hidden > 1).all()


def test_the_census_of_colleges_gives_target_906_16_a_figure(folder):
    """Some twenty colleges: too few for a sample's rule, but nearly all there are."""
    copy_simulated(folder, "schools", 2025)

    row = (
        survey_observations("schools", 2025).set_index(["indicator", "territory"]).loc["XHS_GD_DAIHOC", "QNG"]
    )

    assert (row["n"], row["confidence"], row["note"]) == (20, "medium", "điều tra toàn bộ")


def test_real_only_gives_no_observation_of_simulated_data(folder):
    copy_simulated(folder, "enterprises", 2025)

    assert survey_observations("enterprises", 2025, real_only=True).empty
    assert observations(survey_observations("enterprises", 2025, real_only=True)).empty
