"""Two editions of a survey's tables tell no more of few respondents than one does."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from survey_workbench import SHOPS, csv_text, deliver, make_project

from qngai_analysis import paths
from qngai_analysis.edition.kept import survey_tables
from qngai_analysis.edition.publishing import publish
from qngai_analysis.errors import SurveyError
from qngai_analysis.survey import load_survey, published, read_codebook, survey_observations
from qngai_analysis.survey.release.disclosure import protect
from qngai_analysis.survey.release.releases import (
    FILE,
    History,
    Release,
    as_kept,
    closed,
    published_releases,
    read_releases,
    settled,
)
from qngai_analysis.survey.release.suppression import attack, grid
from qngai_analysis.survey.release.treatment import WORDS, Treatment

# district: shops that answered, and how many of them sell online
FIRST = {"522": (140, 40), "524": (125, 40), "525": (130, 90), "533": (150, 75)}
NAMES = {
    "522": "Thành phố Quảng Ngãi",
    "524": "Huyện Bình Sơn",
    "525": "Huyện Trà Bồng",
    "533": "Huyện Mộ Đức",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(paths.REPORTS, raising=False)
    return make_project(tmp_path, monkeypatch, shops=SHOPS)


def receive(surveys: Path, counts: dict[str, tuple[int, int]], *, status: str = "real") -> None:
    """A file of shops, one stratum of 4,000: in each district so many answered, so many sell online."""
    rows = [
        f"{district}-{place},{district},1,plain,4000,10,2020-05-01,100,{1 if place < online else 2},,"
        for district, (answered, online) in counts.items()
        for place in range(answered)
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows), status=status)


def publish_edition(year: int = 2025) -> Path:
    """Publish what an edition keeps of the survey, without the reports around it."""
    folder = paths.reports() / str(year)
    publish(folder, [], survey_tables(folder, year, named=["shops"]))
    return folder


def by_district() -> pd.DataFrame:
    item = read_codebook("shops").indicators["sells_online"]
    return published(load_survey("shops", 2025), item, "district").set_index("district")


def kept_by_district(folder: Path, place: int = -1) -> pd.DataFrame:
    table = read_releases(folder / FILE)[place].tables["sells_online", "district"]
    return table.set_index("district")


def revised(**changes: tuple[int, int]) -> dict[str, tuple[int, int]]:
    return {**FIRST, **{name.lstrip("d"): counts for name, counts in changes.items()}}


# -- the attack ------------------------------------------------------------------------------


def test_the_difference_of_two_editions_does_not_give_one_shop_away(project: Path) -> None:
    """One more shop of Bình Sơn answers: 40 of 125 become 41 of 126, so the newcomer sells online."""
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d524=(126, 41)))
    publish_edition()

    first, second = (kept_by_district(paths.reports() / "2025", place) for place in (0, 1))

    here = NAMES["524"]
    assert second.loc[here, "treatment"] == Treatment.STANDS
    columns = ["estimate", "se", "ci_low", "ci_high", "deff", "n", "n_eff"]
    pd.testing.assert_series_equal(first.loc[here, columns], second.loc[here, columns])
    # nor does the province tell: it stands, too
    whole = read_releases(paths.reports() / "2025" / FILE)[-1].tables["sells_online", ""]
    assert whole["treatment"].tolist() == [Treatment.STANDS]


def test_a_count_that_rounds_alike_gives_nothing_away_either(project: Path) -> None:
    """140 and 141 are both printed as 140, but 40 of 140 and 41 of 141 are different shares."""
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d522=(141, 41)))

    assert by_district().loc[NAMES["522"], "estimate"] == pytest.approx(40 / 140)


def test_a_corrected_answer_gives_nothing_away(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d533=(150, 76)))

    assert by_district().loc[NAMES["533"], ["estimate", "treatment"]].tolist() == [0.5, Treatment.STANDS]


def test_a_revision_of_many_is_shown(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d533=(190, 80)))

    row = by_district().loc[NAMES["533"]]
    assert (row["reason"], row["n"]) == ("", 190)
    assert row["estimate"] == pytest.approx(80 / 190)


def test_an_error_in_many_answers_is_corrected(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d533=(150, 120)))

    assert by_district().loc[NAMES["533"], "estimate"] == pytest.approx(0.8)


def test_a_cell_that_was_hidden_stays_hidden_when_it_grows(project: Path) -> None:
    receive(project, revised(d524=(7, 2)))
    first = publish_edition()
    hidden = kept_by_district(first)["symbol"].eq("c")
    receive(project, revised(d524=(12, 3)))

    table = by_district()

    assert hidden[NAMES["524"]]
    assert table.loc[hidden[hidden].index, "symbol"].eq("c").all()
    assert table.loc[NAMES["524"], ["estimate", "n"]].isna().all()


def test_what_shrinks_below_the_threshold_is_withdrawn(project: Path) -> None:
    receive(project, revised(d524=(14, 5)))
    publish_edition()
    receive(project, revised(d524=(8, 2)))

    row = by_district().loc[NAMES["524"]]
    assert (row["symbol"], row["reason"]) == ("c", "bảo mật")


def test_next_years_edition_is_compared_with_this_years(project: Path) -> None:
    receive(project, FIRST)
    publish_edition(2025)
    receive(project, revised(d524=(126, 41)))

    folder = publish_edition(2026)

    assert kept_by_district(folder).loc[NAMES["524"], "treatment"] == Treatment.STANDS


def test_small_revisions_add_up_until_they_are_many(project: Path) -> None:
    for more in (0, 4, 8, 20):
        receive(project, revised(d533=(150 + more, 75)))
        publish_edition()

    shown = [kept_by_district(paths.reports() / "2025", place).loc[NAMES["533"], "n"] for place in range(4)]
    assert shown == [150, 150, 150, 170]


def test_simulated_and_real_files_are_not_compared(project: Path) -> None:
    """The real file that takes the place of rehearsal data owes nothing to them."""
    receive(project, FIRST, status="simulated")
    publish_edition()
    receive(project, revised(d524=(126, 41)))

    assert by_district().loc[NAMES["524"], "estimate"] == pytest.approx(41 / 126)


def test_a_part_of_the_survey_is_not_compared_with_the_whole(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]

    part = published(survey.where(survey.frame["district"] == NAMES["533"]), item)

    assert (part["n"].item(), part["reason"].item()) == (150, "")


def test_a_verdict_rests_on_the_figure_that_stands_and_says_so(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d533=(150, 76)))

    row = survey_observations("shops", 2025).set_index("territory").loc["QNG"]

    assert row["value"] == pytest.approx(100 * 245 / 545)
    assert row["note"] == WORDS[Treatment.STANDS]


counts = st.tuples(st.integers(0, 60), st.floats(0, 1)).map(lambda pair: (pair[0], round(pair[0] * pair[1])))


def estimated(table: list[tuple[int, int]]) -> pd.DataFrame:
    rows = [
        {"district": str(place), "variable": "y", "estimate": k / n if n else np.nan,
         "se": 0.5 / np.sqrt(n) if n else np.nan, "n": n, "flag": "ok" if n else "none"}
        for place, (n, k) in enumerate(table)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def released(table: pd.DataFrame, *before: str) -> Release:
    return Release("s", 2025, "real", "f", "0", str(len(before)), before, {("y", "district"): table})


def again(found: pd.DataFrame, *earlier: Release) -> pd.DataFrame:
    none, key, past = np.zeros(len(found), bool), ("y", "district"), History(None, earlier)
    first = closed(found, key, by="district", sensitive=none, heads=True, past=past)
    shut = protect(found, by="district", sensitive=first)["symbol"].eq("c").to_numpy()
    return settled(found, key, by="district", sensitive=none, shut=shut, past=past)


@given(
    first=st.lists(counts, min_size=4, max_size=6),
    added=st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), min_size=6, max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_revised_a_difference_speaks_of_ten_or_of_nobody(first, added) -> None:
    second = [(n + more, k + min(yes, more)) for (n, k), (more, yes) in zip(first, added, strict=False)]
    old = again(estimated(first))
    new = again(estimated(second), released(old))

    for place, (before, after) in enumerate(zip(first, second, strict=True)):
        shown = {old.loc[place, "symbol"], new.loc[place, "symbol"]} == {""}
        same = new.loc[place, ["estimate", "se"]].equals(old.loc[place, ["estimate", "se"]])
        if shown and not same and before[0] > 0:
            assert (
                after[0] - before[0] >= 10
                or abs(after[1] / after[0] - before[1] / before[0]) * after[0] >= 10
            )
    # what is not revised can't be worked out of the new edition's other cells and totals
    shut = {
        (place,)
        for place in new.index
        if new.loc[place, "symbol"] == "c" or new.loc[place, "treatment"] == Treatment.STANDS
    }
    whole = grid([n for n, _ in second])
    everything = sum(n > 0 for n, _ in second) <= len(shut)
    for low, high in attack(whole, shut).values() if shut and not everything else ():
        assert high - low >= 10 - 1e-6 or high == 0


# -- what is kept ----------------------------------------------------------------------------


def test_what_is_kept_never_holds_a_hidden_value(project: Path) -> None:
    receive(project, revised(d524=(7, 2)))
    folder = publish_edition()

    content = json.loads((folder / FILE).read_text(encoding="utf-8"))
    rows = [row for release in content["releases"] for table in release["tables"] for row in table["rows"]]
    hidden = [row for row in rows if row["symbol"] == "c"]
    assert len(hidden) >= 2
    for row in hidden:
        assert {name for name, value in row.items() if value is not None} == {
            "district", "variable", "flag", "symbol", "reason",
        }  # fmt: skip
        assert row["flag"] == "suppress"
    # and of what is shown the count is rounded
    assert all(row["n"] % 5 == 0 for row in rows if row["n"] is not None)


def test_a_release_names_the_file_and_what_it_was_compared_with(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d533=(190, 80)))
    folder = publish_edition()

    first, second = read_releases(folder / FILE)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["survey_tables"]

    assert (first.compared_with, second.compared_with) == ((), (first.basis,))
    assert first.sha256 != second.sha256
    assert [release["compared_with"] for release in manifest["releases"]] == [[], [first.basis]]
    assert list(manifest["files"]) == [FILE]


def test_the_same_file_gives_the_same_bytes_however_often_it_is_published(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d524=(126, 41), d525=(133, 90)))
    folder = publish_edition()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    publish_edition()

    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_an_edition_of_real_data_only_keeps_no_simulated_tables(project: Path) -> None:
    receive(project, FIRST, status="simulated")
    folder = publish_edition()
    assert "SỐ LIỆU MÔ PHỎNG" in (folder / FILE).read_text(encoding="utf-8")

    publish(folder, [], survey_tables(folder, 2025, named=["shops"], real_only=True))

    assert not (folder / FILE).exists()
    assert published_releases() == []


def test_other_editions_are_looked_for_where_the_new_one_goes(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d524=(126, 41)))
    monkeypatch.setitem(os.environ, paths.REPORTS, str(tmp_path / "elsewhere"))

    assert by_district().loc[NAMES["524"], "reason"] == ""


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "other/1", "releases": []}'])
def test_a_damaged_file_stops_instead_of_being_passed_over(project: Path, text: str) -> None:
    receive(project, FIRST)
    (publish_edition() / FILE).write_text(text)

    with pytest.raises(SurveyError, match="survey tables of an earlier edition can't be read"):
        by_district()


def test_what_is_written_is_read_back(project: Path) -> None:
    receive(project, revised(d524=(7, 2)))
    folder = publish_edition()

    assert as_kept(read_releases(folder / FILE)) == (folder / FILE).read_bytes()
