"""What a statistician may write in a notebook, and that the origin of numbers follows them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from survey_workbench import copy_simulated

import qngai_analysis as qn
from qngai_analysis import paths
from qngai_analysis.errors import EvidenceError, ParameterError, SurveyError
from qngai_analysis.evidence.observations import SURVEYED, observations
from qngai_analysis.notebook import jupyter, marks, state
from qngai_analysis.notebook.known import _standing
from qngai_analysis.notebook.marks import Absent, Frame, is_simulated, marked
from qngai_analysis.notebook.state import sector_now
from qngai_analysis.page.blocks import Finding, Prose
from qngai_analysis.progress.verdict import Goal, KnownValue
from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.survey.loading import load_survey


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two years of simulated farms and no other survey file."""
    folder = tmp_path_factory.mktemp("home")
    raw = folder / "data" / "raw"
    shutil.copytree(
        paths.PACKAGE.parent / "data" / "raw", raw, ignore=shutil.ignore_patterns("20[0-9][0-9].*")
    )
    (folder / "notebooks").mkdir()
    for year in (2024, 2025):
        copy_simulated(raw / "surveys", "farms", year)
    return folder


@pytest.fixture(autouse=True)
def _fresh(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is a notebook of its own, in the project with simulated farms."""
    monkeypatch.setenv("QNGAI_HOME", str(home))
    monkeypatch.setattr(marks, "_read", set())
    monkeypatch.setattr(state, "_now", [])


REAL = marked(pd.DataFrame({"year": [2024, 2025], "value": [1.0, 2.0]}), "real")
MADE = marked(pd.DataFrame({"year": [2024, 2025], "share": [30.0, 40.0]}), "simulated")


# ---------------------------------------------------------------- origin


@pytest.mark.parametrize(
    "made",
    [
        MADE.query("share > 30"),
        MADE.set_index("year").T,
        MADE.melt(id_vars="year"),
        MADE.pivot_table(index="year", values="share"),
        MADE.groupby("year")["share"].mean(),
        MADE.describe(),
        MADE.assign(twice=MADE["share"] * 2),
        MADE.iloc[0],
        pd.concat([REAL, MADE]),
        pd.concat([REAL, MADE], axis=1),
        REAL.merge(MADE, on="year"),
        REAL.set_index("year").join(MADE.set_index("year")),
        REAL.assign(share=MADE["share"]),
        REAL["value"] - MADE["share"],
        MADE["share"] / REAL["value"],
        REAL[MADE["share"] > 30],
        REAL.loc[MADE["share"] > 30, "value"],
        REAL["value"] > MADE["share"],
        REAL["value"].isin(MADE["share"]),
    ],
)
def test_what_pandas_makes_of_simulated_numbers_is_simulated(made: pd.DataFrame) -> None:
    assert made.attrs["evidence"] == "simulated"


@pytest.mark.parametrize(
    "made",
    [
        REAL.query("year > 2024"),
        REAL["value"] * 100,
        REAL.reset_index(),
        pd.concat([REAL, REAL]),
        REAL[REAL["year"].isin([2024]) & (REAL["year"] > 2000)],
        REAL.loc[[True, False], ["year", "value"]],
        REAL.assign(unit="%"),
    ],
)
def test_what_pandas_makes_of_real_numbers_alone_is_real(made: pd.DataFrame) -> None:
    assert made.attrs["evidence"] == "real"


def test_numbers_that_lost_their_origin_are_taken_for_simulated_once_simulated_data_were_read() -> None:
    plain = pd.DataFrame({"share": MADE["share"].to_numpy()})
    number = np.float64(MADE["share"].mean())

    assert not is_simulated(plain, number)
    qn.load_survey("farms", 2025)
    assert is_simulated(plain)
    assert is_simulated(number)
    assert is_simulated(REAL.assign(share=number))
    assert not is_simulated(REAL), "a frame known to be real stays real"


def test_a_column_set_into_a_real_frame_brings_its_origin() -> None:
    mixed = REAL.copy()
    mixed["share"] = MADE["share"]

    assert is_simulated(mixed)


def _loc(frame: pd.DataFrame) -> None:
    frame.loc[0, "value"] = MADE["share"].iloc[0]


def _whole_column(frame: pd.DataFrame) -> None:
    frame.loc[:, "value"] = MADE["share"]


def _iat(frame: pd.DataFrame) -> None:
    frame.iat[0, 1] = float(MADE["share"].iloc[0])


def _in_place(frame: pd.DataFrame) -> None:
    frame["value"] += MADE["share"]


def _update(frame: pd.DataFrame) -> None:
    frame.update(MADE.rename(columns={"share": "value"}))


def _looked_up(frame: pd.DataFrame) -> None:
    frame["value"] = frame["year"].map(MADE.set_index("year")["share"].to_dict())


def _where(frame: pd.DataFrame) -> None:
    frame["value"] = frame["value"].where(frame["value"] > 1, MADE["share"])


def _function(frame: pd.DataFrame) -> None:
    frame["value"] = frame["year"].apply(lambda year: MADE.set_index("year")["share"][year])


@pytest.mark.parametrize(
    "change", [_loc, _whole_column, _iat, _in_place, _update, _looked_up, _where, _function]
)
def test_what_is_set_into_a_real_frame_brings_its_origin(
    change: Callable[[pd.DataFrame], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "_read", {"simulated"})
    frame = REAL.copy()
    change(frame)

    assert is_simulated(frame)
    assert not is_simulated(REAL)


def test_a_text_or_count_set_into_a_real_frame_leaves_it_real(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "_read", {"simulated"})
    frame = REAL.copy()
    frame.loc[0, "note"] = "tạm tính"
    frame.loc[1, "year"] = 2026
    frame = frame.set_index(["year", "note"]).rename(columns={"value": "share"}).fillna(0)

    assert not is_simulated(frame)


def test_table_figure_workbook_and_finding_of_simulated_numbers_say_so(tmp_path: Path) -> None:
    import matplotlib.pyplot as plt

    axes = plt.subplots()[1]
    axes.plot(MADE["year"], MADE["share"])
    file = tmp_path / "bang.xlsx"
    qn.to_xlsx(MADE, str(file), "Tỷ lệ")
    words = [
        cell.value for sheet in openpyxl.load_workbook(file) for row in sheet.iter_rows() for cell in row
    ]

    assert qn.table(MADE, "Tỷ lệ").simulated
    assert qn.figure(axes, "Tỷ lệ", data=MADE).simulated
    assert qn.finding("Tỷ lệ {share}.", MADE.iloc[1]).text == "Tỷ lệ 40. (SỐ LIỆU MÔ PHỎNG)"
    assert any("MÔ PHỎNG" in str(word) for word in words)
    assert not qn.table(REAL, "Giá trị").simulated


# ---------------------------------------------------------------- published figures


def test_a_workbook_saved_while_a_report_is_made_is_entered_with_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = qn.load_survey("farms", 2025).proportion("farm_platform")
    monkeypatch.setenv("QNGAI_RELEASING", str(tmp_path))

    qn.to_xlsx(table, tmp_path / "bang.xlsx")

    assert (tmp_path / "bang.xlsx").is_file()
    assert not list(paths.releases().glob("farms.*"))


def test_a_series_has_one_row_a_day_territory_and_definition() -> None:
    growth = qn.series("grdp_tang", period="all")

    assert not growth.duplicated(["date", "territory_id", "definition"]).any()
    assert set(qn.series("grdp_tang")["year"]) == {2021, 2022, 2023, 2024, 2025}
    assert list(qn.series("grdp_tang").query("year == 2022")["value"]) == [8.08], "not the half-year's 6.34"


def test_an_indicator_of_the_catalogue_leads_to_its_series_and_copies_are_left_out() -> None:
    assert list(qn.series("KTS_GRDP").query("territory_id == 'QNG'")["value"]) == [4.21]
    with pytest.raises(
        EvidenceError, match="no series du_lich_lượt of the same definition; near it: du_lich_luot"
    ):
        qn.series("du_lich_lượt")


def test_a_line_through_two_values_of_one_day_is_refused() -> None:
    mixed = pd.DataFrame({"year": [2024, 2024], "value": [1.0, 2.0]})

    with pytest.raises(ParameterError, match="two values at 2024"):
        qn.plot.line(mixed, "Lẫn lộn")


def test_a_line_becomes_a_figure_with_words_and_numbers() -> None:
    figure = qn.plot.line(qn.series("du_lich_luot_lyson"), "Lượt khách đến Lý Sơn")

    told = "2016: 165.000 lượt; 2017: 200.000 lượt; 2018: 230.000 lượt; 2019: 265.000 lượt"
    assert figure.alt.replace("\u00a0", " ") == f"Lượt khách đến Lý Sơn. {told}."
    assert len(figure.data.rows) == 4


def test_each_point_of_a_chart_is_told_with_all_that_tells_it_apart() -> None:
    rows = pd.DataFrame({"year": [2020, 2021] * 2, "value": range(4), "territory": [*"aabb"]})

    assert qn.plot.line(rows, "Chuỗi").alt == "Chuỗi. a, 2020: 0; a, 2021: 1; b, 2020: 2; b, 2021: 3."


def test_a_bar_of_what_is_only_a_bound_has_its_sign_and_the_table_its_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(
        "qngai_analysis.notebook.plot.label", lambda _, words, *at, **look: drawn.append(words)
    )
    data = pd.DataFrame({"label": ["a", "b", "c"], "value": [32.0, 98.0, 50.0], "unit": "%"})
    figure = qn.plot.bars(data.assign(bound=["trên", "dưới", ""]), "Tỷ lệ")

    assert drawn == ["> 32%", "< 98%", "50%"]
    assert [row.cells[-1].text for row in figure.data.rows[:2]] == ["trên", "dưới"]


def test_a_quotient_of_a_bound_is_a_bound_to_the_other_side() -> None:
    above = pd.DataFrame(
        {"territory": "x", "year": [1, 2, 3, 4], "value": 6.0, "bound": ["", "", "trên", "dưới"]}
    )
    below = above.assign(value=2.0, bound=["", "trên", "trên", "trên"])

    found = qn.per(above, below)

    assert list(found["value"]) == [3, 3, 3, 3]
    assert list(found["bound"]) == ["", "dưới", "khoảng", "dưới"]


@pytest.mark.parametrize("name", ["tourism", "du_lich"])
def test_both_names_of_a_sector_are_taken_everywhere(name: str) -> None:
    qn.begin(name, year=2025)

    assert len(qn.tasks()) == len(qn.tasks("tourism")) == len(qn.tasks("du_lich"))
    assert list(qn.targets("y_te")["id"]) == list(qn.targets("health")["id"])
    assert set(qn.targets("health")["sector"]) == {"health"}
    assert qn.target("XHS_EHR") == 90


def test_a_key_point_beside_a_target_is_about_the_figure_that_decides_it() -> None:
    qn.begin("y_te", year=2025)
    report, row = sector_now(), qn.standing("XHS_EHR")
    decided = next(each for each in report.targets if each.target.id == "906.15")
    assert decided.figure is not None
    assert decided.tested is not None

    assert (row["id"], row["shown"]) == (decided.figure.id, "trên 32%")
    assert row["standing"].replace("\u00a0", " ") == "cách mục tiêu (đạt 90%) nhiều nhất 58 điểm phần trăm"

    returned = replace(decided.figure, id="R1", value=91.3, value_type="point")
    judged = replace(decided, choice=replace(decided.choice, pool=(returned,)), tested=KnownValue(91.3))
    report.__dict__["targets"] = [judged]
    try:
        row = qn.standing("XHS_EHR")
    finally:
        del report.__dict__["targets"]

    assert (row["id"], row["shown"]) == ("R1", "91,3%")
    assert row["standing"].replace("\u00a0", " ") == "đã đạt mục tiêu (đạt 90%), vượt 1,3 điểm phần trăm"


def levels_of_health() -> Any:
    """The first chart of the health report, as its notebook draws it."""
    cells = json.loads((paths.PACKAGE.parent / "notebooks" / "y_te.ipynb").read_text("utf-8"))["cells"]
    (source,) = ("".join(cell["source"]) for cell in cells if "qn.plot.bars(duong" in "".join(cell["source"]))
    drawn: dict[str, Any] = {"qn": qn}
    exec(source.replace("qn.plot.bars(duong", "hinh = qn.plot.bars(duong"), drawn)
    return drawn["hinh"]


def test_the_chart_of_levels_shows_what_decides_the_target_and_says_who_gave_it() -> None:
    qn.begin("y_te", year=2025)
    report = sector_now()
    figure = {"indicator": "XHS_EHR", "unit": "%", "territory": "QNG", "reference_date": "2025-12-31"}
    given = [
        {"id": "B1", "value": 68.0, "source_title": "Biểu số liệu của Sở Y tế", "evidence": "real"},
        {"id": "S1", "value": 71.0, "source_title": "Khảo sát", "evidence": "real", "method": SURVEYED},
        {"id": "S2", "value": 75.0, "source_title": "Khảo sát", "evidence": "simulated", "method": SURVEYED},
    ]

    def shown(*more: dict[str, Any]) -> Any:
        known = [report.result.observations]
        known += [observations(pd.DataFrame([figure | row])) for row in more]
        state.settle(replace(report, result=replace(report.result, observations=pd.concat(known))))
        return levels_of_health()

    real, rehearsed = shown(*given[:2]), shown(*given)

    rows = [(row.cells[0].text, row.cells[1].text.replace("\u00a0", " ")) for row in real.data.rows]
    assert ("Cơ quan báo cáo: tỉnh, địa giới cũ, 31/12/2025", "68%") in rows
    assert ("Điều tra: tỉnh, địa giới cũ, 31/12/2025", "71%") in rows
    assert any(name.startswith("Đã công bố: ") for name, _ in rows)
    assert "Cơ quan báo cáo: tỉnh, địa giới cũ, 31/12/2025: 68" in real.alt
    assert "12/2020: trên 32" in real.alt
    assert (real.simulated, rehearsed.simulated) == (False, True)
    assert "SỐ LIỆU MÔ PHỎNG: tỉnh, địa giới cũ, 31/12/2025: 75" in rehearsed.alt
    assert list(qn.series("ehr_tl")["origin"]) == ["Đã công bố"], (
        "a series by its name is what was published of it"
    )
    assert qn.standing("XHS_EHR")["origin"] != "SỐ LIỆU MÔ PHỎNG"


@pytest.mark.parametrize(
    ("goal", "known", "words"),
    [
        (Goal(">=", 90), KnownValue(90), "đã đạt mục tiêu (đạt 90%)"),
        (Goal(">", 90), KnownValue(90), "chưa đạt mục tiêu (đạt trên 90%)"),
        (Goal(">=", 90), KnownValue(89), "chưa đạt mục tiêu (đạt 90%), còn cách 1 điểm phần trăm"),
        (Goal("<=", 5), KnownValue(3), "đã đạt mục tiêu (không quá 5%), vượt 2 điểm phần trăm"),
        (Goal("<=", 5), KnownValue(8), "chưa đạt mục tiêu (không quá 5%), còn cách 3 điểm phần trăm"),
        (
            Goal("<=", 5),
            KnownValue(8, "upper_bound"),
            "cách mục tiêu (không quá 5%) nhiều nhất 3 điểm phần trăm",
        ),
        (Goal(">=", 90), KnownValue(95, "upper_bound"), "chưa đủ căn cứ so với mục tiêu (đạt 90%)"),
        (Goal(">=", 90), KnownValue(95, "lower_bound"), "đã đạt mục tiêu (đạt 90%)"),
    ],
)
def test_a_distance_never_is_negative_and_a_target_reached_is_said_to_be(
    goal: Goal, known: KnownValue, words: str
) -> None:
    qn.begin("y_te", year=2025)

    assert _standing(sector_now(), goal, known).replace("\u00a0", " ") == words


def test_an_explanation_is_text_when_printed_and_a_page_in_a_notebook() -> None:
    found = qn.explain("906.01", 2025)

    assert str(found).startswith("906.01, năm 2025: ")
    assert "<strong>Nội dung mục tiêu theo kế hoạch</strong>" in found._repr_mimebundle_()["text/html"]


# ---------------------------------------------------------------- surveys


def test_a_share_is_the_weighted_share_in_per_cent_and_says_what_is_hidden() -> None:
    survey = load_survey("farms", 2025)
    weight, answers = survey.frame["weight"], survey.frame["traced"]
    by_hand = 100 * (weight * answers).sum() / weight[answers.notna()].sum()
    loaded = qn.load_survey("farms", 2025)
    by_district = loaded.proportion("traced", by="district")

    assert loaded.proportion("traced")["estimate"].iloc[0] == round(by_hand, 1), (
        "published numbers have one decimal"
    )
    assert isinstance(by_district, Frame)
    assert set(by_district.loc[by_district["estimate"].isna(), "reason"]) <= {
        "không công bố: bảo mật",
        "không công bố: kém tin cậy",
    }
    assert "Không biết" not in set(loaded.proportion("traced", by="main_activity")["label"])


def test_a_difference_is_that_of_the_groups_published() -> None:
    loaded = qn.load_survey("farms", 2025)
    table = loaded.proportion("farm_platform", by="unit_type").set_index("label")["estimate"]
    row = loaded.difference("farm_platform", by="unit_type").iloc[0]

    assert row["difference"] == pytest.approx(table.max() - table.min())
    assert (row["ci_low"] > 0) == (row["sure"] == "có ý nghĩa thống kê")


def test_odds_ratios_name_their_base_and_leave_no_answer_out() -> None:
    loaded = qn.load_survey("farms", 2025)
    model = loaded.regression("online_seller ~ unit_type")

    assert model["odds"].iloc[0] == 1
    assert model["label"].iloc[0] == f"{read_codebook('farms').questions['unit_type'].choices[0].vi} (gốc)"
    assert "Không biết" not in "".join(model["label"])


def test_an_unknown_indicator_or_grouping_is_answered_with_what_there_is() -> None:
    loaded = qn.load_survey("farms", 2025)

    with pytest.raises(SurveyError, match="farms: no indicator nope; there are traced, "):
        loaded.proportion("nope")
    with pytest.raises(SurveyError, match="farms: mùa is no grouping; there are "):
        loaded.proportion("traced", by="mùa")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda: qn.load, "no load; there is: load_survey"),
        (lambda: qn.plot.bar, "no bar; there is: bars"),
        (lambda: REAL["Giá trị"], "no Giá trị; there is: year (Year), value (Value)"),
        (lambda: REAL[["year", "estimate"]], "no estimate; there is: year (Year), value (Value)"),
        (lambda: REAL.query("estimate > 1"), "no estimate; there is: year (Year), value (Value)"),
        (lambda: REAL.dropna(subset=["estimate"]), "no estimate; there is: year (Year), value (Value)"),
        (lambda: REAL.loc[:, "estimate"], "no estimate; there is: year (Year), value (Value)"),
        (lambda: qn.highest(REAL), "no estimate; there is: year (Year), value (Value)"),
        (lambda: {"year": 2025}["estimate"], None),
    ],
)
def test_a_name_that_there_is_not_is_answered_with_what_there_is(
    asked: Callable[[], object], said: str | None
) -> None:
    with pytest.raises((AttributeError, KeyError, NameError)) as fault:
        asked()

    found = jupyter._misnamed(fault.value, fault.value.__traceback__)

    assert (None if found is None else str(found)) == said


def test_a_finding_is_made_of_one_row() -> None:
    with pytest.raises(ParameterError, match=r"qn\.highest"):
        qn.finding("{value:.1f}", REAL)


@pytest.mark.parametrize("extreme", [qn.highest, qn.lowest])
def test_one_published_group_is_neither_the_highest_nor_the_lowest(extreme: Callable[..., Any]) -> None:
    groups = pd.DataFrame({"label": ["Nam", "Nữ"], "group": ["Nam", "Nữ"], "estimate": [None, 40.0]})
    whole = pd.DataFrame({"label": ["Toàn tỉnh"], "group": [""], "estimate": [40.0]})
    sentence = "Ở nhóm {label}: {estimate:.0f}%."

    said = qn.finding(sentence, extreme(marked(groups, "real")), key=True)

    assert isinstance(said, Prose)
    assert "Chỉ một nhóm có số được công bố (Nữ)" in said.text.replace("\\", "")
    assert isinstance(qn.finding(sentence, extreme(marked(groups.fillna(50), "real"))), Finding)
    assert isinstance(qn.finding(sentence, extreme(marked(whole, "real"))), Finding)


def test_a_map_of_what_is_no_district_is_refused() -> None:
    farms = qn.load_survey("farms", 2025)

    with pytest.raises(ParameterError, match='by="district"'):
        qn.plot.map(farms.proportion("farm_platform", by="unit_type"), "x")


def test_without_a_file_a_notebook_goes_on() -> None:
    survey = qn.load_survey("tourism", 2025)
    shares = survey.proportion("online_booking", by="establishment_kind")
    row = shares[shares["estimate"] > 50].iloc[0]

    assert repr(row["estimate"]) == row["estimate"].why
    assert isinstance(row["estimate"] / 2 + np.float64(1), Absent)
    assert isinstance(pd.Series([1.0]) / row["estimate"], Absent), "from either side"
    assert (list(pd.Series([1.0]) == row["estimate"]), list(pd.Series([1.0]) != row["estimate"])) == (
        [False],
        [True],
    )
    assert "chưa có tệp số liệu năm 2025" in qn.plot.dots(shares, "Đặt qua mạng").why
    assert qn.finding("{estimate} phần trăm.", row) is None


@pytest.mark.parametrize(
    ("lang", "change", "said"),
    [
        ("vi", 1.84, "tỷ lệ tăng 1,8 điểm phần trăm."),
        ("vi", -2.0, "tỷ lệ giảm 2,0 điểm phần trăm."),
        ("en", -2.0, "tỷ lệ fell by 2.0 điểm phần trăm."),
    ],
)
def test_a_change_is_said_in_words_not_with_a_sign(lang: str, change: float, said: str) -> None:
    qn.begin("nong_nghiep", year=2025, lang=lang)

    assert qn.finding("tỷ lệ {d:~.1f} điểm phần trăm.", d=change).text == said


def test_a_group_that_is_not_published_is_named_below_a_chart_that_leaves_its_place_blank() -> None:
    import matplotlib.pyplot as plt

    groups = pd.DataFrame({"name": "Học", "label": ["Nam", "Nữ"], "estimate": [None, 40.0]})

    blank = qn.figure(plt.subplots()[1], "Tỷ lệ", data=marked(groups, "real"))
    whole = qn.figure(plt.subplots()[1], "Tỷ lệ", data=marked(groups.tail(1), "real"))

    assert blank.source == "Không công bố (bảo mật hoặc kém tin cậy): Học: Nam"
    assert whole.source == ""


def test_over_so_many_does_not_read_as_an_upper_bound() -> None:
    table = qn.table(pd.DataFrame({"bound": ["trên"], "value": [500]}), "Số sản phẩm")

    assert [column.label for column in table.columns] == ["Chỉ biết", "Giá trị"]  # Cận: trên would


def test_a_finding_whose_number_is_not_published_says_so() -> None:
    assert (
        qn.finding("Là {a:.1f}.", a=float("nan")).text == "Chưa đủ số liệu được công bố để rút ra nhận xét."
    )
    assert qn.finding("Năm {y}: {n:,.0f}.", y=2024, n=1234567.0).text == "Năm 2024: 1.234.567."


@pytest.mark.parametrize(("years", "said"), [([2024, 2022], "Từ 2022 đến 2024."), ([2022], None), ([], None)])
def test_a_change_is_found_only_between_two_moments(years: list[int], said: str | None) -> None:
    first, last = qn.first_and_last(pd.DataFrame({"year": years}))
    found = qn.finding("Từ {y} đến {z}.", y=first["year"], z=last["year"])

    alone = (
        "Chưa có hai số so sánh được với nhau."
        if years
        else "Chưa đủ số liệu được công bố để rút ra nhận xét."
    )
    assert found.text.replace("\\", "") == (said or alone)


@pytest.mark.parametrize("apart", ["series", "territory", "definition"])
def test_in_time_only_like_is_compared(apart: str) -> None:
    rows = pd.DataFrame({"year": [2020, 2022, 2024], "value": [1.0, 2.0, 3.0], apart: ["a", "b", "b"]})

    assert [row["year"] for row in qn.first_and_last(rows, "year")] == [2022, 2024]
    assert isinstance(qn.first_and_last(rows[1:].replace("b", "c").head(1), "year")[0], Absent)
    assert [row["value"] for row in qn.first_and_last(rows, "value")] == [1, 3]


def test_the_kind_of_a_place_has_its_capital_at_the_head_of_a_sentence_alone() -> None:
    row = {"label": "Huyện Ba Tơ"}

    assert qn.finding("Thấp nhất là {label}.", row).text == "Thấp nhất là huyện Ba Tơ."
    assert qn.finding("{label} thấp nhất.", row).text == "Huyện Ba Tơ thấp nhất."
    assert qn.finding("Chỉ tiêu: {label}.", {"label": "Xã hội số"}).text == "Chỉ tiêu: Xã hội số."


def test_what_is_only_a_bound_is_never_said_as_if_it_were_exact() -> None:
    row = {"value": 53.0, "bound": "trên"}

    assert qn.finding("Chiếm {value:.0f}%.", row).text == "Chiếm trên 53%."
    assert qn.finding("Chiếm {value:.0f}%.", row | {"bound": ""}).text == "Chiếm 53%."
    assert qn.finding("Có {bound} {value:.0f}%.", row).text == "Có trên 53%."


def test_an_assessed_year_knows_where_its_figures_come_from_so_that_saving_it_is_noticed() -> None:
    judged = qn.assess_year(2025, real_only=True)

    assert isinstance(judged, Frame)
    assert judged.attrs["evidence"] == "real"
