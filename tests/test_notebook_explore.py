"""Exploring: what is offered, what is on screen, the code that makes it, and what a report keeps of it."""

from __future__ import annotations

import base64
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from notebook_runs import execute
from survey_workbench import copy_simulated

import qngai_analysis as qn
from qngai_analysis import paths
from qngai_analysis.errors import ParameterError, SurveyError
from qngai_analysis.notebook import state
from qngai_analysis.notebook.explore import MIME, WIDGET, Explorer, Offer, _offered
from qngai_analysis.page.blocks import Figure, Prose
from qngai_analysis.page.document import read
from qngai_analysis.page.html import to_html
from qngai_analysis.page.tables import Grid
from qngai_analysis.project import SurveyBlock
from qngai_analysis.survey import load_survey

PROJECT = paths.PACKAGE.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with simulated surveys: tourism 2024 and 2025, enterprises 2025."""
    folder = tmp_path_factory.mktemp("home")
    for part in ("plans", "published", "reference"):
        shutil.copytree(PROJECT / "data" / "raw" / part, folder / "data" / "raw" / part)
    for file in (PROJECT / "data" / "raw").glob("*.toml"):
        shutil.copy(file, folder / "data" / "raw")
    for name in ("tourism", "enterprises", "schools", "households"):
        target = folder / "data" / "raw" / "surveys" / name
        target.mkdir(parents=True)
        shutil.copy(PROJECT / "data" / "raw" / "surveys" / name / "codebook.toml", target)
    (folder / "notebooks").mkdir()
    for name, year, scale in (("tourism", 2024, 0.5), ("tourism", 2025, 1.0), ("enterprises", 2025, 0.5)):
        copy_simulated(folder / "data" / "raw" / "surveys", name, year, scale)
    return folder


@pytest.fixture(autouse=True)
def _in_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QNGAI_HOME", str(home))
    monkeypatch.delenv("QNGAI_STATIC", raising=False)
    monkeypatch.setattr(state, "_now", [])  # each test is a notebook of its own


def run(code: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(code, names)
    return names


SCREENS = [
    ("tourism", {"indicator": "online_booking", "by": "establishment_kind"}),
    ("tourism", {"indicator": "online_booking", "by": "province"}),
    ("tourism", {"indicator": "online_booking", "by": "district", "view": "map"}),
    ("tourism", {"indicator": "online_booking", "by": "establishment_kind", "view": "years"}),
    ("tourism", {"indicator": "online_booking", "by": "district", "method": "korn-graubard"}),
    ("enterprises", {"indicator": "digital_staff_share", "by": "size_class"}),
    ("enterprises", {"indicator": "e_invoice", "by": ["size_class", "sector"]}),
]


@pytest.mark.parametrize(("survey", "choice"), SCREENS)
def test_the_code_shown_makes_the_numbers_and_the_chart_on_screen(
    survey: str, choice: dict[str, str]
) -> None:
    explorer = qn.explore(survey, 2025, **choice)  # type: ignore[arg-type]

    made = run(explorer.code())

    pd.testing.assert_frame_equal(made["table"], explorer.frame())  # type: ignore[arg-type]
    assert len(explorer.code().splitlines()) <= 5
    figure = explorer.figure()
    assert isinstance(figure, Figure)
    assert (made["chart"].caption, made["chart"].alt) == (figure.caption, figure.alt)  # type: ignore[attr-defined]


def test_estimates_are_those_of_the_survey_and_the_interval_asked_for() -> None:
    expected = load_survey("tourism", 2025).proportion("cashless", method="korn-graubard").iloc[0]

    row = (
        qn.explore("tourism", 2025, indicator="cashless", by="province", method="korn-graubard")
        .frame()
        .iloc[0]
    )

    # as it is published: the share to one per cent or less, the interval outwards
    assert row["estimate"] == pytest.approx(100 * expected["estimate"], abs=0.51)
    assert 100 * expected["ci_low"] - 2 <= row["ci_low"] <= 100 * expected["ci_low"]
    assert 100 * expected["ci_high"] <= row["ci_high"] <= 100 * expected["ci_high"] + 2


def test_small_cells_are_emptied_and_said_in_words() -> None:
    explorer = qn.explore("tourism", 2025, indicator="cashless", by="maturity_level")
    counts = load_survey("tourism", 2025).proportion("cashless", by="maturity_level")
    small = counts.loc[(counts["n"] > 0) & (counts["n"] < 10), "maturity_level"].astype(str)
    printed = explorer.frame().set_index("label")
    small = small[small.isin(printed.index)]  # one who refused is in no group
    assert len(small)  # the sample has such a group

    assert printed.loc[small, ["estimate", "ci_low", "ci_high", "se", "n"]].isna().all().all()
    assert set(printed.loc[small, "reason"]) == {"không công bố: bảo mật"}


def test_a_group_that_was_not_asked_is_empty_in_the_table_and_not_called_withheld_in_the_chart() -> None:
    # large firms are outside the universe of the small and medium ones' indicator
    explorer = qn.explore("enterprises", 2025, indicator="sme_platform", by="size_class")
    figure = explorer.figure()
    assert isinstance(figure, Figure)
    assert isinstance(figure.data, Grid)

    notes = explorer.frame().set_index("label")["reason"]

    assert notes["Lớn"] == "không có trả lời"
    assert "Lớn" not in [row.cells[0].text for row in figure.data.rows]


def test_simulated_data_are_called_so_in_chart_table_and_source() -> None:
    explorer = qn.explore("tourism", 2025)
    figure, table = explorer.blocks()

    assert figure.simulated
    assert table.simulated
    assert "SỐ LIỆU MÔ PHỎNG" in figure.source


def test_what_no_longer_fits_a_change_falls_back() -> None:
    explorer = qn.explore("tourism", 2024, indicator="online_booking", by="establishment_kind")

    explorer.choose(view="map")
    assert explorer.choice.by == "district"  # the map brings the districts
    explorer.choose(by="establishment_kind")
    assert explorer.choice.view == "dots"  # and goes with them
    explorer.choose(survey="enterprises")
    assert (explorer.choice.year, explorer.choice.indicator) == (2025, "e_contract")


def households() -> Offer:
    return _offered(SurveyBlock("households", (), ()), (2025,))


def test_a_household_indicator_is_not_broken_down_by_what_each_member_answers() -> None:
    offer = households()

    household, person = offer.groupings("fibre_covered"), offer.groupings("smartphone")

    assert household[:3] == ["province", "district", "urban"]
    assert not {"sex", "age_group", "education"} & set(household)
    assert {"sex", "age_group", "education"} <= set(person)


def test_an_indicator_is_not_broken_down_by_the_question_it_is_made_of() -> None:
    offer = households()

    assert "home_internet" not in offer.groupings("household_internet")
    assert "home_internet" in offer.groupings("household_computer")


def test_a_grouping_that_is_not_offered_is_refused_and_the_choice_stays() -> None:
    explorer = qn.explore("tourism", 2025, by="district")

    with pytest.raises(ParameterError, match="by = 'sex'; it is one of province, district"):
        explorer.choose(by="sex")

    assert explorer.choice.by == "district"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"indicator": "telepathy"}, "indicator = 'telepathy'; it is one of tourism_platform"),
        ({"method": "guess"}, "method = 'guess'; it is one of logit, korn-graubard"),
        ({"view": "pie"}, "view = 'pie'; it is one of dots, map, years, table"),
        ({"by": "establishment_kind", "view": "map"}, "by = 'establishment_kind'; it is one of district"),
        ({"by": ["establishment_kind", "establishment_kind"]}, "and_by = 'establishment_kind'"),
    ],
)
def test_an_unknown_choice_is_refused_with_what_there_is(wrong: dict[str, str], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        qn.explore("tourism", 2025, **wrong)  # type: ignore[arg-type]


def test_an_unknown_survey_is_refused() -> None:
    with pytest.raises(SurveyError):
        qn.explore("rumours", 2025)


def test_a_missing_file_is_named_with_how_to_make_one_and_the_notebook_goes_on() -> None:
    explorer = qn.explore("schools", 2025)

    [words] = explorer.blocks()

    assert isinstance(words, Prose)
    assert "qngai simulate schools 2025" in explorer.missing


def test_a_missing_year_is_named_with_the_years_there_are() -> None:
    explorer = qn.explore("tourism", 2023)

    assert "chưa có tệp số liệu năm 2023" in explorer.missing
    assert explorer.missing.endswith("Đã có năm: 2024, 2025.")
    assert explorer.code().startswith("# Khảo sát")
    with pytest.raises(ParameterError, match="chưa có tệp số liệu năm 2023"):
        explorer.frame()


def test_a_sector_of_an_earlier_year_shows_no_later_one() -> None:
    qn.begin("du_lich", year=2024)

    assert qn.explore().options()["year"] == [("2024", 2024)]


def test_simulated_files_are_left_out_where_only_real_data_are_asked_for() -> None:
    explorer = qn.explore("tourism", 2025, real_only=True)

    assert "mô phỏng" in explorer.missing
    assert explorer.choice is None


def test_a_sector_offers_its_surveys_and_opens_with_what_its_report_does_not_chart() -> None:
    qn.begin("tourism", year=2025)

    explorer = qn.explore()

    assert list(explorer.offers) == ["tourism"]
    assert (explorer.choice.indicator, explorer.choice.by) == ("online_booking", "establishment_kind")
    assert qn.explore("du_lich", real_only=True).choice is None


# ---------------------------------------------------------------- widgets


def test_moving_a_control_changes_chart_table_and_code() -> None:
    explorer = qn.explore("tourism", 2025, indicator="online_booking", by="district")
    panel = explorer.panel
    before = (panel.chart.value, panel.table.value, panel.code.value)

    panel.controls["by"].value = "establishment_kind"

    assert explorer.choice.by == "establishment_kind"
    assert all(
        new != old
        for new, old in zip((panel.chart.value, panel.table.value, panel.code.value), before, strict=True)
    )
    assert "by=&quot;establishment_kind&quot;" in panel.code.value


def test_controls_follow_each_other_without_a_second_redraw() -> None:
    explorer = qn.explore("tourism", 2025)
    panel = explorer.panel
    panel.controls["view"].value = "map"
    panel.controls["survey"].value = "enterprises"

    assert panel.controls["view"].value == "map"
    assert panel.controls["indicator"].value == "e_contract"
    assert dict(panel.controls["year"].options) == {"2025": 2025}


def test_only_proportions_have_a_choice_of_intervals() -> None:
    panel = qn.explore("enterprises", 2025, indicator="e_invoice").panel
    assert not panel.controls["method"].disabled

    panel.controls["indicator"].value = "digital_staff_share"

    assert panel.controls["method"].disabled


def test_the_panel_loads_nothing_from_an_address() -> None:
    panel = qn.explore("tourism", 2025).panel

    assert "http" not in panel.table.value
    assert "<script" not in panel.table.value


# ---------------------------------------------------------------- in a rendered report


def shown(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    bundles: list[dict[str, object]] = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: bundles.append(bundle))
    explorer._ipython_display_()
    return bundles


def test_the_widget_carries_the_reports_own_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = shown(qn.explore("tourism", 2025), monkeypatch)

    assert {MIME, WIDGET, "text/html"} <= first.keys()
    assert second.keys() == {MIME}  # JupyterLab shows the table inside the widget

    cells = [
        {
            "cell_type": "code",
            "source": "",
            "metadata": {},
            "outputs": [
                {"output_type": "display_data", "data": json.loads(json.dumps(bundle)), "metadata": {}}
                for bundle in (first, second)
            ],
        }
    ]
    figure, table = read({"cells": cells}, title="x").nodes
    assert figure.data is None
    assert table.id


def notebook(folder: Path, *lines: str) -> Path:
    file = folder / "explored.ipynb"
    cell = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": []}
    content = {
        "cells": [{**cell, "source": "\n".join(lines)}],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    file.write_text(json.dumps(content))
    return file


def test_a_rendered_notebook_shows_chart_and_table_the_same_bytes_twice(tmp_path: Path) -> None:
    file = notebook(
        tmp_path,
        "import qngai_analysis as qn",
        'qn.explore("tourism", 2025, indicator="cashless", by="province")',
    )

    first, second = execute(file), execute(file)

    assert first == second
    text = json.dumps(first)
    assert WIDGET not in text
    assert len(text) < 120_000  # no script of the interactive table
    page = to_html(read(first))
    assert page.count("<figure") == 2
    assert "SỐ LIỆU MÔ PHỎNG" in page


def test_chart_and_table_can_be_saved_with_their_mark() -> None:
    panel = qn.explore("tourism", 2025, indicator="online_booking", by="province").panel
    assert panel.saving.value == ""
    panel.save.click()
    page = panel.saving.value
    held = dict(re.findall('download="[^"]+[.]([a-z]+)" href="data:[^,]+,([^"]+)"', page))

    assert set(held) == {"svg", "png", "csv", "xlsx"}
    assert base64.b64decode(held["png"]).startswith(b"\x89PNG")
    assert "Ước lượng" in base64.b64decode(held["csv"]).decode("utf-8-sig")
    assert "MÔ PHỎNG" in base64.b64decode(held["csv"]).decode("utf-8-sig")


def test_groups_and_years_are_compared_with_their_tests() -> None:
    explorer = qn.explore("tourism", 2025, indicator="online_booking", by="establishment_kind")
    shares = explorer.frame().dropna(subset=["estimate"])

    explorer.choose(view="groups")
    groups = explorer.frame()
    explorer.choose(view="change")
    years = explorer.frame()

    assert explorer.figure() is None
    assert len(groups) == max(len(shares) - 1, 0), "each published group above the lowest one"
    assert list(years["since"]) == [2024]
    assert years["difference"].between(years["ci_low"], years["ci_high"]).all()
    assert explorer.table().simulated
    assert "survey.change(" in explorer.code()
