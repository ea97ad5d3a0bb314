"""A survey's answers and exact numbers reach neither a report nor a file, whatever they are asked by."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from red_team import edition
from survey_workbench import csv_text, deliver, make_project

import qngai_analysis as qn
from qngai_analysis import paths
from qngai_analysis.errors import RenderError, SurveyError
from qngai_analysis.notebook import marks
from qngai_analysis.survey import door, loading, survey_observations
from qngai_analysis.survey.form import intake
from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.survey.form.intake_reading import read_answers
from qngai_analysis.survey.release import ledger
from qngai_analysis.survey.release.counts import published_weights
from qngai_analysis.survey.release.history import history_of
from qngai_analysis.survey.release.publication import crossed, published

SAVING: dict[str, Callable[[Any], Any]] = {
    "to_csv": lambda table: table.to_csv(),
    "to_html": lambda table: table.to_html(),
    "to_json": lambda table: table.to_json(),
    "to_excel": lambda table: table.to_excel("a.xlsx"),
    "to_parquet": lambda table: table.to_parquet("a.parquet"),
    "to_pickle": lambda table: table.to_pickle("a.pickle"),
    "to_latex": lambda table: table.to_latex(),
    "a column": lambda table: table["estimate"].to_csv(),
    "some rows": lambda table: table[table["estimate"] > 0].to_csv(),
}
#: Ways past the table's own methods.
WRITING: dict[str, Callable[[Any], Any]] = {
    "a Styler": lambda table: table.style.to_html("a.html"),
    "text into a file": lambda table: table.to_string(buf="a.txt"),
    "pd.to_pickle": lambda table: pd.to_pickle(table, "a.pickle"),
    "plain numbers": lambda table: Path("a.txt").write_text(str(table["estimate"].to_list())),
    "a merge of another table": lambda table: pd.merge(pd.DataFrame({"label": []}), table, "outer").to_csv(
        "a.csv"
    ),
    "numpy": lambda table: np.savetxt("a.txt", table["estimate"].to_numpy()),
    "a picture": lambda table: table.plot.bar(x="label", y="estimate").figure.savefig("a.svg"),
    "a database": lambda table: table.to_sql("a", sqlite3.connect("a.db")),
}


@pytest.fixture(autouse=True)
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of 240 shops of two districts, of different sales."""
    surveys = make_project(tmp_path, monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(door, "_asked", [])
    monkeypatch.setattr(ledger, "given", {})
    matplotlib.use("agg")
    online = ("1,50,1", "1,50,2", "2,,")
    rows = [
        f"{n},{522 + 2 * (n % 2)},1,plain,4000,10,2020-05-01,{1000 + n},{online[n % 3]}" for n in range(240)
    ]
    return deliver(surveys / "shops" / "2025.csv", csv_text(*rows))


@pytest.mark.parametrize(
    "given",
    [
        lambda survey: survey.frame,
        lambda survey: survey.weights,
        lambda survey: survey.drawn_weights,
        len,
        lambda survey: survey.where(survey.weights > 0),
        lambda survey: survey.rake({"sales": {}}),  # which sales there are would stand in the error
        history_of,
        lambda _: intake.load_frame("shops", 2025),
        lambda _: intake.load_file("shops", 2025),
        lambda _: intake.response_account("shops", 2025),
        lambda _: intake.check_file(read_codebook("shops"), intake.survey_file("shops", 2025)),
        lambda _: read_answers(read_codebook("shops"), intake.survey_file("shops", 2025)),
        lambda _: loading.load_survey("shops", 2025).frame,
        lambda _: loading.shared_survey("shops", 2025).proportion("sells_online"),
    ],
)
def test_a_report_is_given_no_answers_by_any_function_or_property(given: Callable[[Any], Any]) -> None:
    """Not those of a survey that a notebook holds by right, nor by a name that is imported from its module."""
    loaded: Any = qn.load_survey("shops", 2025)
    with edition():
        with pytest.raises(SurveyError, match="answers and exact estimates don't go into a report"):
            given(loaded.sample.survey)
        assert loaded.proportion("sells_online")["estimate"].notna().all()


def test_in_a_report_a_survey_does_not_say_how_many_answered() -> None:
    survey = loading.load_survey("shops", 2025)
    assert "240 rows" in repr(survey)
    with edition():
        assert repr(survey) == "<Survey>"


@pytest.mark.parametrize("by", ["sales", "shop_id", "weight", "opened", "channels_website", "on_social"])
def test_nothing_is_published_by_what_is_no_district_stratum_domain_or_question_with_choices(by: str) -> None:
    survey, item = loading.load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]
    for attempt in (
        lambda: published(survey, item, by),
        lambda: crossed(survey, item, ("district", by)),
        lambda: published_weights(survey, by),
    ):
        with pytest.raises(SurveyError, match=f"'{by}' names or measures each unit and is no grouping"):
            attempt()


def test_no_error_about_another_column_says_what_is_in_it() -> None:
    loaded: Any = qn.load_survey("shops", 2025)
    sales = replace(loaded.sample.codebook.indicators["sells_online"], name="sales")
    with pytest.raises(SurveyError, match="there is no indicator 'sales'"):
        published(loaded.sample.survey, sales)
    with pytest.raises(SurveyError, match="shops: sales is no grouping"):
        loaded.raked(sales={"1000": 1.0})


@pytest.mark.parametrize("by", ["district", "stratum", "online"])
def test_districts_strata_and_questions_with_choices_are_groupings(by: str) -> None:
    assert len(published(loading.load_survey("shops", 2025), "sells_online", by))


@pytest.mark.parametrize("save", [*SAVING.values(), *WRITING.values()], ids=[*SAVING, *WRITING])
def test_what_is_saved_of_published_numbers_is_entered_in_the_ledger(save: Callable[[Any], Any]) -> None:
    loaded: Any = qn.load_survey("shops", 2025)
    table = loaded.proportion("sells_online", by="district")
    str(table), table.to_dict()
    assert not [*paths.releases().glob("shops*.json")]

    save(table)
    assert [*paths.releases().glob("shops*.json")]


@pytest.mark.parametrize("save", SAVING.values(), ids=SAVING)
def test_pandas_saves_no_exact_estimates(save: Callable[[Any], Any]) -> None:
    loaded: Any = qn.load_survey("shops", 2025)
    exact = loaded.survey.proportion("sells_online", by="district")
    published_with_them = loaded.proportion("sells_online").assign(estimate=exact["estimate"].max())

    with pytest.raises(SurveyError, match="holds exact estimates of a Survey"):
        save(exact)
    with pytest.raises(SurveyError, match="not known where its numbers come from"):
        save(published_with_them)
    assert not [*Path.cwd().glob("a.*")]


def test_a_notebook_that_hides_that_it_is_a_report_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it takes of surveys afterwards would be in no ledger."""
    monkeypatch.setenv(door.NOTES, "")
    with (
        pytest.raises(RenderError, match="the notebook changed the environment variable QNGAI_RELEASING"),
        edition(),
    ):
        del os.environ[door.NOTES]


def test_a_year_that_is_assessed_in_a_session_and_saved_is_entered_in_the_ledger(tmp_path: Path) -> None:
    """A verdict has a survey's figure."""
    survey_observations("shops", 2025)  # as judging asks
    assert ledger.given
    judged = marks.marked(pd.DataFrame({"value": [57.1]}), "real")  # as qn.assess_year gives

    judged.to_csv(tmp_path / "a.csv")
    assert [*paths.releases().glob("shops*.json")]


@pytest.mark.parametrize("folder", ["dev", ".config", ".cache", ".ipython"])
def test_saving_enters_the_ledger_whatever_the_folder_is_called_that_the_project_lies_in(
    folder: str, shops: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``~/dev`` is where many keep projects."""
    home = shutil.copytree(paths.project(), tmp_path / folder / "project")
    monkeypatch.setenv("QNGAI_HOME", str(home))
    monkeypatch.setenv("HOME", str(tmp_path))
    loaded: Any = qn.load_survey("shops", 2025)
    table = loaded.proportion("sells_online", by="district")

    (home / "a.txt").write_text(table.to_string(), encoding="utf-8")
    assert [*(home / "releases").glob("shops*.json")]


def test_what_programs_keep_for_themselves_enters_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    loaded: Any = qn.load_survey("shops", 2025)
    loaded.proportion("sells_online", by="district")
    for folder in (tmp_path / ".cache" / "matplotlib", paths.project() / "notebooks" / "__pycache__"):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text("fonts", encoding="utf-8")
    assert not [*paths.releases().glob("shops*.json")]


def test_tables_of_ones_own_are_saved_as_ever(tmp_path: Path) -> None:
    pd.DataFrame({"a": [1.5]}).to_csv(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").exists()
