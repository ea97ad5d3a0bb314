"""A survey defined once: what a codebook may say, and that the six codebooks measure the plans."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from survey_workbench import SHOPS, make_project

from qngai_analysis.errors import SurveyError
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.survey.form.codebook import (
    SPECIAL,
    _parse_codebook,
    read_codebook,
    survey_coverage,
)
from qngai_analysis.survey.form.condition import Answer, Answers, Condition, Status
from qngai_analysis.survey.form.held import surveys

PLANS = ("906", "114")


# -- the six surveys and the plans -----------------------------------------------------------


def test_every_target_of_906_and_114_is_said_to_be_measurable_or_not():
    listed = {target for plan in PLANS for target in read_plan(plan).targets["id"]}

    assert set(survey_coverage()["target"]) == listed
    assert len(listed) == 17 + 8


def questions_of(survey, target):
    """The questions of a survey that are marked for a target."""
    questions = read_codebook(survey).questions.values()
    return {question.name for question in questions if target in question.targets}


@pytest.mark.parametrize("plan", PLANS)
def test_every_survey_measurable_target_has_a_question_and_an_indicator_of_its_code(plan):
    targets = read_plan(plan).targets.set_index("id")
    coverage = survey_coverage()
    mine = coverage[coverage["measurable"] & coverage["target"].isin(targets.index)]

    for row in mine.itertuples():
        book = read_codebook(row.survey)
        assert row.indicator in book.indicators, row.target
        assert book.indicators[row.indicator].code == targets.loc[row.target, "indicator"]
        assert row.target in book.indicators[row.indicator].targets
        questions = questions_of(row.survey, row.target)
        assert questions, f"{row.target} has no question"
        # the questions marked for a target are those its indicator rests on
        assert set(book.indicators[row.indicator].numerator.names) <= questions, row.target


def test_every_target_that_is_not_measurable_says_why_and_has_no_question():
    coverage = survey_coverage().set_index("target")
    books = [read_codebook(name) for name in surveys()]
    asked = {target for book in books for item in book.questions.values() for target in item.targets}

    silent = coverage[~coverage["measurable"]]
    assert (silent["why"].str.len() > 20).all()
    assert asked == set(coverage.index[coverage["measurable"]])


@pytest.mark.parametrize("name", surveys())
def test_every_indicator_code_is_of_the_catalogue(name):
    catalogue = set(read_catalogue().index)
    book = read_codebook(name)

    codes = {item.code for item in book.indicators.values()} | {q.indicator for q in book.questions.values()}
    assert codes - {""} <= catalogue


@pytest.mark.parametrize("name", surveys())
def test_labels_are_vietnamese_with_diacritics_and_questions_have_both_languages(name):
    text = read_codebook(name).path.read_text(encoding="utf-8")
    table = read_codebook(name).table()

    assert unicodedata.is_normalized("NFC", text)
    assert (table["vi"].str.len() > 1).all()
    assert (table["en"].str.len() > 1).all()
    assert table["en"].map(str.isascii).all()
    assert any(not str(label).isascii() for label in table["vi"])


# what is close in words but another number: never one indicator
NEAR = [
    ("households", "fibre_covered", "fibre_line"),
    ("households", "smartphone", "phone_owner"),
    ("households", "digital_training", "digital_skills"),
    ("households", "public_services", "public_service_account"),
    ("households", "health_record", "health_record_seen"),
    ("households", "e_identity", "e_identity_level_2"),
    ("enterprises", "e_contract", "e_invoice"),
    ("enterprises", "sme_platform", "sme_platform_tried"),
    ("enterprises", "sme_platform", "sme_platform_regular"),
]


@pytest.mark.parametrize(("survey", "one", "other"), NEAR)
def test_near_definitions_are_kept_apart(survey, one, other):
    indicators = read_codebook(survey).indicators

    assert indicators[one].numerator.text != indicators[other].numerator.text
    assert indicators[one].code != indicators[other].code


def test_an_indicator_of_adults_carries_its_age_bound():
    indicators = read_codebook("households").indicators

    assert indicators["smartphone"].age_from == 18
    assert indicators["account_15"].age_from == 15
    assert indicators["smartphone"].universe.text == "age >= 18"


def test_no_question_is_about_subscriptions_which_operators_count():
    codes = {item.code for name in surveys() for item in read_codebook(name).indicators.values() if item.code}

    assert {"XHS_SMARTPHONE_TB", "XHS_BAOVE_TB", "XHS_TB_BRDD_100"}.isdisjoint(codes)


# -- the data dictionary ---------------------------------------------------------------------


def test_the_data_dictionary_lists_answers_routing_and_targets():
    table = read_codebook("households").table().set_index("question")

    assert (
        table.loc["has_smartphone", "answers"] == "1 = Có; 2 = Không; -8 = Không biết; -9 = Từ chối trả lời"
    )
    assert table.loc["has_smartphone", "asked_if"] == 'mobile_phone == "yes"'
    assert table.loc["has_smartphone", "targets"] == "906.07"
    assert table.loc["has_smartphone", "level"] == "member"
    assert table.loc["fibre_available", "level"] == "unit"


def test_special_answers_have_codes_of_their_own_below_every_valid_number():
    assert {name: choice.code for name, choice in SPECIAL.items()} == {
        "not_applicable": -7,
        "dont_know": -8,
        "refused": -9,
    }


# -- a new survey ----------------------------------------------------------------------------


def test_a_survey_is_added_by_dropping_a_codebook(tmp_path, monkeypatch):
    make_project(tmp_path, monkeypatch)

    book = read_codebook("shops")

    assert surveys() == ["shops"]
    assert list(book.indicators) == ["sells_online", "on_social", "online_share"]
    assert [choice.vi for choice in book.questions["district"].choices][:2] == [
        "Thành phố Quảng Ngãi",
        "Huyện Bình Sơn",
    ]
    assert len(book.questions["district"].choices) == 13


ONLINE = 'name = "online"\nsection = "trade"\ntype = "select_one"'
MISTAKES = [
    ('name = "shops"', 'name = "shop"', r"name = 'shop', its folder is 'shops'"),
    ('population_vi = "Cửa hàng"\n', "", "the key 'population_vi' is missing; needed are name"),
    (ONLINE, ONLINE + "\nlabel = 1", "question 'online': the key 'label' is unknown; known are name"),
    (ONLINE, ONLINE.replace("select_one", "choice"), "type = 'choice'; it is one of select_one"),
    (ONLINE, ONLINE.replace("online", "Bán"), "a name is lower-case letters"),
    (ONLINE, ONLINE.replace('"online"', '"sales"'), "question 'sales': the name stands twice"),
    (ONLINE, ONLINE.replace("trade", "shop"), "no section 'shop'"),
    ('choices = "yes_no"', 'choices = "yesno"', "no list of choices 'yesno'; there are yes_no"),
    ('online == "yes"', 'online == "maybe"', "'online' has no choice 'maybe'; it has yes, no"),
    ('online == "yes"', 'onlin == "yes"', "there is no question 'onlin'"),
    ('online == "yes"', "online = 1", "not a condition"),
    ('online == "yes"', "stratum > 1", "'online_sales': ask_if rests on 'stratum', which the form does not ask"),
    ("online_sales <= sales", "online_sales <= profit", "there is no question 'profit'"),
    ('chosen(channels, "social")', 'chosen(channels, "radio")', "'channels' has no choice 'radio'"),
    ('chosen(channels, "social")', 'chosen(online, "yes")', "'online' is not select_multiple"),
    ('code = 2, name = "no"', 'code = 1, name = "no"', "choices.yes_no: code '1' stands twice"),
    ('code = 2, name = "no"', 'code = -8, name = "no"', "negative codes and this name are kept for special answers"),
    ('weight = "weight"', 'weight = "wt"', "design: there is no question 'wt'"),
    ('completed = "completed"', 'completed = "done"', "completed = 'done' is no choice of 'outcome'"),
    ('denominator = "sales"\n', "", "a ratio, and only a ratio, has a denominator"),
    ("online_sales * 100", "100 * (2 - online)", "numerator calculates with the codes of 'online'"),
    ('denominator = "sales"', 'denominator = "opened"', "denominator calculates with the codes of 'opened'"),
    ('name = "sells_online"', 'name = "online"', "the name is taken by a question"),
    ('kind = "ratio"', 'kind = "share"', "kind = 'share'; it is one of proportion, mean, ratio"),
    ('name = "trade"', 'name = "online"', "no section 'trade'|a question has the same name"),
    ('vi = "Doanh thu"', 'vi = "Mã cửa hàng"', "question 'sales': the label vi is that of 'shop_id' too"),
    ('chosen(channels, "social")', "sales > 101 or sales > 110 or sales >= 120 or sales < 150", "question 'sales': more than 3 thresholds within a doubling from 101: how many units"),
    ("[survey]", "[survey", "line 2: no TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES)
def test_a_mistake_in_a_codebook_is_named_with_its_place(tmp_path, monkeypatch, right, wrong, message):
    assert right in SHOPS
    make_project(tmp_path, monkeypatch, shops=SHOPS.replace(right, wrong))

    with pytest.raises(SurveyError, match=message) as caught:
        read_codebook("shops")

    assert "codebook.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_size_may_be_compared_with_three_numbers_within_a_doubling_by_all_indicators_and_domains_together(
    tmp_path, monkeypatch
):
    """How many units are above each is published: with more each unit's size would follow, whatever anybody answered."""
    three = SHOPS.replace(
        'chosen(channels, "social")', "sales > 101 or sales > 150 or sales > 201 or 202 > sales"
    )
    make_project(tmp_path, monkeypatch, shops=three)
    book = read_codebook("shops")
    assert book.indicators["on_social"].numerator.limits == {("sales", one) for one in (101, 150, 201, 202)}

    fourth = three.replace("universe = 'outcome == \"completed\"'", 'universe = "sales > 199"', 1)
    book.path.write_text(fourth, encoding="utf-8")
    with pytest.raises(SurveyError, match="question 'sales': more than 3 thresholds"):
        read_codebook("shops")


def test_routing_speaks_only_of_earlier_questions(tmp_path, monkeypatch):
    later = SHOPS.replace(
        "ask_if = 'outcome == \"completed\"'\nlow = 0\nhigh", "ask_if = 'online == \"yes\"'\nlow = 0\nhigh"
    )
    make_project(tmp_path, monkeypatch, shops=later)

    with pytest.raises(SurveyError, match=r"question 'sales': ask_if: .*there is no question 'online'"):
        read_codebook("shops")


def test_an_indicator_of_a_codebook_that_is_read_again_is_the_same(tmp_path, monkeypatch):
    """What is published of it is held against other indicators of the survey, which know it by what it is."""
    make_project(tmp_path, monkeypatch)
    first = read_codebook("shops").indicators
    _parse_codebook.cache_clear()
    again = read_codebook("shops").indicators

    assert first["sells_online"] is not again["sells_online"]
    assert first == again
    assert first["sells_online"] != first["on_social"]


def test_an_unknown_survey_lists_those_there_are():
    with pytest.raises(SurveyError, match=r"household: no such survey; there are .*households"):
        read_codebook("household")


# -- conditions ------------------------------------------------------------------------------


def told(**answers: list[float | Status]) -> Answers:
    """Answers of a few people; a status stands where there is no answer."""
    found = {}
    for name, cells in answers.items():
        kinds = [cell if isinstance(cell, Status) else Status.ANSWERED for cell in cells]
        values = np.array([np.nan if isinstance(cell, Status) else cell for cell in cells], dtype=float)
        found[name] = Answer(values, np.array(kinds, dtype=np.int8))
    return Answers(len(cells), found)


def verdicts(text: str, **answers: list[float | Status]) -> str:
    """ "y", "n" or "?" for each person."""
    questions = read_codebook("households").questions
    truth = Condition(text, questions).test(told(**answers))
    return "".join("y" if yes else "n" if no else "?" for yes, no in zip(truth.yes, truth.no, strict=True))


DONT_KNOW, REFUSED, SKIPPED, MISSING = (
    Status.DONT_KNOW,
    Status.REFUSED,
    Status.NOT_APPLICABLE,
    Status.MISSING,
)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ('mobile_phone == "yes"', "yn??n?"),
        ('mobile_phone != "yes"', "ny??n?"),
        ('mobile_phone in ("yes", "no")', "yy??n?"),
        ('not mobile_phone == "yes"', "ny??y?"),
    ],
)
def test_not_asked_makes_a_comparison_false_and_no_answer_makes_it_unknown(text, verdict):
    assert verdicts(text, mobile_phone=[1, 2, DONT_KNOW, REFUSED, SKIPPED, MISSING]) == verdict


def test_and_or_follow_kleene():
    ages, phones = [20, 20, 10, MISSING], [1, DONT_KNOW, DONT_KNOW, 1]

    assert verdicts('age >= 15 and mobile_phone == "yes"', age=ages, mobile_phone=phones) == "y?n?"
    assert verdicts('age >= 15 or mobile_phone == "yes"', age=ages, mobile_phone=phones) == "yy?y"


def test_numbers_are_compared_and_calculated_with():
    assert verdicts("age >= 15 and age <= 24", age=[14, 15, 24, 25, DONT_KNOW]) == "nyyn?"
    assert verdicts("age * 2 > household_size + 30", age=[20, 10], household_size=[4, 4]) == "yn"


@pytest.mark.parametrize(
    ("text", "xpath"),
    [
        ("age >= 15", "${age} >= 15"),
        ("age >= 15 and (age < 60 or age == 70)", "${age} >= 15 and (${age} < 60 or ${age} = 70)"),
        ('mobile_phone == "yes"', "${mobile_phone} = 'yes'"),
        ('internet_use in ("never", "longer_ago")', "(${internet_use} = 'never' or ${internet_use} = 'longer_ago')"),
        ('not mobile_phone == "yes"', "not(${mobile_phone} = 'yes')"),
        ('chosen(skills_used, "install")', "selected(${skills_used}, 'install')"),
        # "don't know" is not "different from yes"
        (
            'mobile_phone != "yes"',
            "(${mobile_phone} != '' and ${mobile_phone} != 'dont_know' and ${mobile_phone} != 'refused'"
            " and ${mobile_phone} != 'yes')",
        ),
        # -8 is not a small number
        ("online_spending < 100", "(${online_spending} >= 0 and ${online_spending} < 100)"),
    ],
)  # fmt: skip
def test_a_condition_is_written_as_xpath(text, xpath):
    assert Condition(text, read_codebook("households").questions).xpath() == xpath


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("__import__('os')", "there is no question '__import__'"),
        ("age", "'age' is neither true nor false"),
        ("15 <= age <= 24", "compare two things at a time"),
        ('age == "yes"', "'age' has no choices to compare with"),
        ('age in "yes"', "stands a list"),
        ("chosen(age, 'yes')", "'age' is not select_multiple"),
        ("[age]", "neither true nor false"),
    ],
)
def test_what_is_not_of_the_language_is_refused(text, message):
    with pytest.raises(SurveyError, match=message):
        Condition(text, read_codebook("households").questions)


def test_groups_for_tables_are_ordered_and_leave_out_who_fits_none():
    groups = read_codebook("households").domains["age_group"].labels(told(age=[14, 15, 40, 80, MISSING]))

    assert groups.astype("str").tolist()[1:4] == ["15–24 tuổi", "40–59 tuổi", "60 tuổi trở lên"]
    assert groups.isna().tolist() == [True, False, False, False, True]
    assert isinstance(groups.dtype, pd.CategoricalDtype)
    assert groups.cat.ordered


def test_the_repository_has_a_codebook_for_each_survey_of_the_plan():
    assert {"households", "enterprises", "farms", "health_facilities", "schools", "tourism"} <= set(surveys())
    assert all(Path(read_codebook(name).path).name == "codebook.toml" for name in surveys())
