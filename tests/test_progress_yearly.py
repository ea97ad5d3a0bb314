"""The province's plans judged from the published figures alone."""

from __future__ import annotations

import pickle
from datetime import date

import pandas as pd
import pytest
from survey_workbench import copy_simulated, make_whole_project

from qngai_analysis.errors import EvidenceError, ParameterError, RawFileError
from qngai_analysis.progress.editions import edition
from qngai_analysis.progress.yearly import assess_year, explain, judge_year, planned_targets

YEARS = {year: judge_year(year, real_only=True) for year in (2023, 2024, 2025)}

# the target lines of the coverage study: plan, indicator, what was found for the province (its line
# on open data asks for a first publication, no number, and is no quantified target; two lines hold two)
# same: a figure of the definition; proxy, national: only such; none: context or nothing
LINES = [
    ("906", "KTS_GRDP", "same"),
    ("906", "KTS_NGANH", "national"),
    ("906", "KTS_TMDT", "national"),
    ("906", "KTS_HDDT", "national"),
    ("906", "KTS_SME_NTS", "none"),
    ("906", "KTS_LAODONG", "none"),
    ("906", "XHS_SMARTPHONE_DS", "national"),
    ("906", "XHS_TAIKHOAN15", "national"),
    ("906", "XHS_CKS", "national"),
    ("906", "XHS_KYNANGSO", "proxy"),
    ("906", "XHS_CAPQUANG_PHU", "proxy"),
    ("906", "XHS_BAOVE", "none"),
    ("906", "XHS_DVCTT_SUDUNG", "proxy"),
    ("906", "XHS_TUVAN_YTE", "none"),
    ("906", "XHS_EHR", "same"),
    ("906", "XHS_GD_DAIHOC", "none"),
    ("906", "XHS_GD_PHOTHONG", "none"),
    ("114", "KTS_NSLD", "national"),
    ("114", "XHS_VNEID", "proxy"),
    ("03", "KTS_GRDP", "same"),
    ("03", "KTS_TMDT", "national"),
    ("03", "KTS_SME_DUNGTHU", "none"),
    ("03", "KTS_SME_THUONGXUYEN", "none"),
    ("03", "XHS_SMARTPHONE_TB", "national"),
    ("03", "XHS_CAPQUANG_CO", "proxy"),
    ("03", "XHS_VNEID", "proxy"),
    ("03", "XHS_CKS", "national"),
    ("03", "XHS_TAIKHOAN15", "national"),
    ("03", "XHS_DVC_TAIKHOAN", "none"),
    ("03", "XHS_TUVAN_YTE", "none"),
    ("03", "XHS_EHR", "same"),
    ("03", "CQS_TOANTRINH", "proxy"),
    ("03", "CQS_TICHHOP", "proxy"),
    ("03", "CQS_TTTT_GIAODICH", "proxy"),
    ("03", "CQS_HS_TUXA", "barred"),
    ("03", "CQS_SOHOA_KQ", "proxy"),
    ("03", "ATTT_CAPDO", "proxy"),
]

# the one figure of the province of each definition: (value, id)
SPEAKS = {"KTS_GRDP": (4.21, "P001"), "XHS_EHR": (32.0, "P225")}


def line(year: int, plan: str, indicator: str) -> pd.Series:
    table = YEARS[year].table
    mine = table[(table["plan"] == plan) & (table["indicator"] == indicator)]
    assert len(mine), f"{plan} has no target {indicator}"
    return mine.iloc[0]


@pytest.mark.parametrize("year", [2023, 2024, 2025])
@pytest.mark.parametrize(("plan", "indicator", "found"), LINES)
def test_each_line_has_an_outcome_and_no_proxy_decides(year, plan, indicator, found):
    row = line(year, plan, indicator)

    if found == "same":
        assert (row["verdict"], row["evidence"]) == ("chưa đủ căn cứ kết luận", "real")
        assert (row["value"], row["observation"]) == SPEAKS[indicator]
    elif found == "barred" and year == 2025:
        assert (row["verdict"], row["evidence"]) == ("chưa đủ căn cứ kết luận", "proxy-only")
        assert row["related_relation"] == "barred"
    else:
        assert row["verdict"] == "chưa có số liệu"
        assert pd.isna(row["value"])


@pytest.mark.parametrize(("plan", "indicator", "found"), LINES)
def test_by_2025_what_was_found_stands_beside_the_target(plan, indicator, found):
    row = line(2025, plan, indicator)
    evidence = {"same": "real", "none": "none"}.get(found, "proxy-only")

    assert row["evidence"] == evidence
    if found in ("proxy", "national"):
        assert row["related_relation"] == found
        assert row["related_source"]


def test_a_figure_from_before_the_plan_known_only_as_more_than_leaves_the_question_open():
    row = line(2025, "906", "XHS_EHR")  # over 32% of people had a health record in December 2020

    assert (row["value_type"], row["reference_date"]) == ("lower_bound", "2020-12")
    assert (row["target"], row["verdict"]) == (90.0, "chưa đủ căn cứ kết luận")


def test_figures_of_kon_tum_never_speak_for_the_province():
    rows = YEARS[2025].table.dropna(subset=["observation"])

    assert set(rows["territory"]) <= {"QNG"}


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_for_most_targets_there_is_no_figure(year):
    verdicts = YEARS[year].table["verdict"]

    assert len(verdicts) == 17 + 8 + len(planned_targets(["03"]))
    assert verdicts.eq("chưa có số liệu").mean() > 0.9
    assert set(verdicts) == {"chưa có số liệu", "chưa đủ căn cứ kết luận"}


def test_the_columns_agreed_for_machines_are_there():
    columns = {
        "plan", "target_id", "indicator", "value", "unit", "reference_date",
        "verdict", "pace", "p_met", "evidence", "source", "methods",
    }  # fmt: skip

    table = YEARS[2025].table
    assert columns <= set(table.columns)
    assert table["target_id"].is_unique
    assert set(table["methods"].iloc[0]) == {"linear", "eurostat", "destatis", "escap"}


def test_a_survey_decides_what_published_figures_leave_open_and_says_it_is_simulated():
    survey = pd.DataFrame(
        {
            "id": ["HH2021", "HH2024"],
            "series": "điều tra hộ",
            "indicator": "XHS_SMARTPHONE_DS",
            "value": [61.0, 78.0],
            "se": 1.2,
            "df": 60,
            "unit": "%",
            "territory": "QNG",
            "reference_date": ["2021", "2024"],
            "source_title": "Điều tra hộ gia đình (mô phỏng)",
            "evidence": "simulated",
        }
    )
    row = assess_year(2024, plans=["906"], observed=survey).set_index("indicator").loc["XHS_SMARTPHONE_DS"]
    real = assess_year(2024, plans=["906"], observed=survey, real_only=True).set_index("indicator")

    assert (row["verdict"], row["evidence"]) == ("đúng tiến độ", "simulated")
    assert real.loc["XHS_SMARTPHONE_DS", "verdict"] == "chưa có số liệu"


def test_the_signature_target_of_906_is_revised_by_the_plan_of_may_2025():
    """906: trên 50%; plan 114 of 21/5/2025: 50%."""
    assert line(2025, "906", "XHS_CKS")["revised_by"] == line(2025, "114", "XHS_CKS")["target_id"]
    assert line(2024, "906", "XHS_CKS")["in_force"]
    assert not line(2025, "906", "XHS_CKS")["in_force"]
    assert line(2025, "906", "KTS_GRDP")["revised_by"] is None


def test_who_owes_the_next_figure_goes_by_the_name_of_the_year():
    assert line(2024, "906", "KTS_SME_NTS")["owners"] == ["Sở Thông tin và Truyền thông"]
    assert line(2025, "906", "KTS_SME_NTS")["owners"] == ["Sở Khoa học và Công nghệ"]
    assert not line(2025, "906", "KTS_SME_NTS")["owners_printed"]
    assert line(2025, "03", "KTS_TMDT")["owners"] == ["Sở Công Thương"]
    assert line(2025, "03", "KTS_TMDT")["owners_printed"]


def test_districts_are_compared_with_the_national_figure_of_the_year():
    """Minh Long, 2023: national internet users 78,59% (June 2023); the plan prints 76%."""
    assert line(2025, "03", "XHS_NGUOIDUNG_INTERNET")["target"] == 78.59


def test_explain_quotes_the_decision_and_its_section():
    text = str(explain("906.01", 2025, real_only=True))

    assert text.startswith("906.01, năm 2025: CHƯA ĐỦ CĂN CỨ KẾT LUẬN")
    assert "Quyết định số 906/QĐ-UBND ngày 11/7/2022, mục II.1: “Tỷ trọng kinh tế số đạt 20% GDP”." in text
    assert "theo đề xuất phân công của cơ quan lập báo cáo: Thống kê tỉnh Quảng Ngãi" in text
    assert "4,21%, thấp hơn mức 20% là 15,79 điểm phần trăm" in text.replace("\u00a0", " ")


def test_every_target_can_be_explained():
    for year, result in YEARS.items():
        for target_id in result.table["target_id"]:
            assert str(result.explain(target_id)).startswith(f"{target_id}, năm {year}: ")


def test_an_unknown_target_is_refused_with_what_ids_look_like():
    with pytest.raises(EvidenceError, match=r"no target '906\.99'; ids look like 906\.01, 906\.02"):
        YEARS[2025].explain("906.99")


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (2021, "the earliest plan is Quyết định 906/QĐ-UBND ngày 11/7/2022"),
        (2026, "has ended"),
        (2040, "has ended"),
    ],
)
def test_a_year_of_no_plan_is_refused_with_the_way_on(year: int, said: str):
    for ask in (lambda: explain("906.05", year, real_only=True), lambda: assess_year(year, real_only=True)):
        with pytest.raises(ParameterError, match=f"year {year}: .*{said}.*qngai add plan FILE"):
            ask()


def test_an_ended_plan_that_is_named_is_followed_past_its_time():
    late = assess_year(2026, plan="906", real_only=True).set_index("target_id")

    assert late.loc["906.01", "verdict"] == "chưa đủ căn cứ kết luận"
    assert set(late["deadline"].loc["906.01":"906.17"]) == {2025}


def test_a_judged_year_can_be_handed_to_another_process_whole():
    result = YEARS[2025]
    handed = pickle.loads(pickle.dumps(result))

    pd.testing.assert_frame_equal(handed.table, result.table)
    assert str(handed.explain("906.01")) == str(result.explain("906.01"))
    assert [note.said.wording for outcome in handed.outcomes for note in outcome.notes] == [
        note.said.wording for outcome in result.outcomes for note in outcome.notes
    ]


def test_a_table_that_is_changed_changes_no_later_one():
    table = assess_year(2025, real_only=True)
    table["verdict"] = "đạt"

    assert not assess_year(2025, real_only=True)["verdict"].eq("đạt").any()


def test_a_year_goes_to_an_edition_and_stays_the_same_when_made_again():
    again = judge_year(2025, real_only=True)

    one, two = (
        edition(result.table, year=2025, cutoff=date(2026, 3, 31), real_only=True)
        for result in (YEARS[2025], again)
    )
    assert one == two


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(65.0, "chưa đạt"), (78.0, "chưa đủ căn cứ kết luận"), (95.0, "đạt")],
)
def test_a_census_of_colleges_decides_906_16_and_is_called_one(value, verdict):
    """20 of 24 colleges answered: the error that is left is 4 points."""
    figure = {
        "id": "schools.2025", "series": "XHS_GD_DAIHOC", "indicator": "XHS_GD_DAIHOC", "name": "cơ sở hoàn thiện",
        "value": value, "unit": "%", "territory": "QNG", "year": 2025, "reference_date": "2025", "period": "Y",
        "level": "chính thức", "method": "điều tra mẫu", "se": 4.0, "df": 19, "n": 20, "vintage": "2026-01-20",
        "source_title": "Khảo sát cơ sở giáo dục và đào tạo", "publisher": "Sở Giáo dục và Đào tạo",
        "evidence": "real", "mark": "census",
    }  # fmt: skip
    table = judge_year(2025, observed=pd.DataFrame([figure]), plans=("906",)).table
    row = table.set_index("target_id").loc["906.16"]

    assert row["verdict"] == verdict
    assert "điều tra toàn bộ: hầu hết đơn vị của tổng thể đã trả lời" in row["note"]


def test_an_edited_survey_file_is_refused_before_any_survey_is_read(tmp_path, monkeypatch):
    surveys = make_whole_project(tmp_path, monkeypatch)
    read = copy_simulated(surveys, "enterprises", 2025, 0.3), copy_simulated(surveys, "tourism", 2025, 0.1)
    read[1].write_bytes(read[1].read_bytes() + b"\n")
    monkeypatch.setattr("qngai_analysis.survey.form.intake.check_file", lambda *_: pytest.fail("was read"))

    with pytest.raises(RawFileError, match=r"tourism/2025\.csv: edited since it was received"):
        judge_year(2025)
