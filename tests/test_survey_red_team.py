"""Nobody's answer can be worked out of what is published: the attacks of ``red_team`` find out none."""

from __future__ import annotations

import json
import random
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import red_team
from scipy.optimize import nnls
from survey_workbench import REPOSITORY, copy_simulated, make_whole_project

from qngai_analysis import paths
from qngai_analysis.edition.batch import Edition, render_year
from qngai_analysis.rehearse.simulate import simulate
from qngai_analysis.survey import load_survey, published, survey_observations
from qngai_analysis.survey.estimate.sample import Stage
from qngai_analysis.survey.form.codebook import Codebook
from qngai_analysis.survey.release import membership, otherwise, respondents, same_answers
from qngai_analysis.survey.release.disclosure import round_count
from qngai_analysis.survey.release.errors import Spread
from qngai_analysis.survey.release.gate import share_steps
from qngai_analysis.survey.release.ledger import ANSWERS
from qngai_analysis.survey.release.membership import Membership
from qngai_analysis.survey.release.publication import crossed
from qngai_analysis.survey.release.respondents import Respondents
from qngai_analysis.survey.release.same_answers import Kin


@pytest.fixture
def tourism(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return copy_simulated(make_whole_project(tmp_path, monkeypatch), "tourism", 2025)


def simulated(name: str, seed: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay out a project with the survey of 2025 as chance has it."""
    surveys = make_whole_project(folder, monkeypatch)
    simulate(name, 2025, seed=seed, folder=surveys / name)


def add_to(book: Codebook, indicators: str) -> None:
    """Add indicators to a codebook."""
    text = book.path.read_text("utf-8")
    book.path.write_text(text.replace("[simulate]", indicators + "[simulate]", 1), encoding="utf-8")
    red_team.clear_memory()


@pytest.mark.parametrize(("records", "corrected"), [(1, ""), (3, ""), (2, "cashless_payment")])
def test_two_editions_tell_no_answer_of_the_records_between_them(
    tourism: Path, records: int, corrected: str
) -> None:
    book = red_team.book("tourism")
    draw = random.Random(records)
    rows = draw.sample(red_team.completed(tourism, book), records)
    place = draw.choice(["Huyện Sơn Hà", "Thành phố Quảng Ngãi", "Huyện Ba Tơ"])
    change = red_team.correction(rows, corrected) if corrected else red_team.deletion(rows)

    found = red_team.two_editions(tourism, book, change, rows, place, ["district", "establishment_kind"])

    assert {name: count.recovered for name, count in found.items()} == dict.fromkeys(found, 0)
    assert found["tables"].attacked > 0


def test_the_attack_finds_answers_where_nothing_is_remembered(tourism: Path) -> None:
    """What the tests above can't find is there to be found."""
    book = red_team.book("tourism")
    rows = red_team.completed(tourism, book)[:3]
    keys = [(name, "") for name in book.indicators]
    with red_team.edition():
        before = red_team.tables(load_survey("tourism", 2025), book, keys)
    red_team.forget()
    red_team.revise(tourism, red_team.deletion(rows))
    after = red_team.tables(load_survey("tourism", 2025), book, keys)

    assert any(red_team.tells(before[key], after[key]) for key in keys)


def test_a_file_that_is_put_back_is_compared_with_what_was_published_between(tourism: Path) -> None:
    book = red_team.book("tourism")
    done = red_team.completed(tourism, book)

    found = red_team.put_back(tourism, book, random.Random(11).sample(done, len(done) // 6))

    assert found.attacked > 0
    assert found.recovered == 0


def test_a_session_saves_nothing_that_an_edition_of_a_revised_file_has_overtaken(tourism: Path) -> None:
    book = red_team.book("tourism")

    found = red_team.overtaken(tourism, book, red_team.completed(tourism, book)[3:4])

    assert found == red_team.Count(attacked=1, recovered=0, refused=1)


def test_no_checksum_that_is_published_tells_an_answer_by_trying(tourism: Path) -> None:
    book = red_team.book("tourism")

    found = red_team.checksums(tourism, book, red_team.completed(tourism, book)[:2], "cashless_payment")

    assert (found.attacked, found.recovered) == (2, 0)


def test_a_crossing_by_a_question_that_only_some_are_asked_tells_no_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restaurant, which is not asked how it notifies of guests, is nobody who may have said so: 4 cells of 0 to 6 before."""
    simulated("tourism", 440117, tmp_path, monkeypatch)

    found = red_team.crossings(load_survey("tourism", 2025), red_team.book("tourism"))

    assert found.attacked > 0
    assert found.recovered == 0


def test_parts_of_a_sample_counts_weights_and_firms_are_not_found(tourism: Path) -> None:
    book = red_team.book("tourism")
    by_all = ("", *red_team.groupings(book))
    keys = [(name, by) for name in book.indicators for by in ("", "district", "establishment_kind")]
    mine = load_survey("tourism", 2025), book

    counts = {
        "parts": red_team.parts(*mine, rows=2),
        "weights": red_team.weight_shares(*mine),
        "own": red_team.own_ratios(*mine),
        "heavy": red_team.heavy_answers(*mine, [(name, by) for name in book.indicators for by in by_all]),
        "known": red_team.known_weights(*mine, keys),
        "windows": red_team.windows(*mine, [key for key in keys if key[0] in ("cashless", "lodging_vneid")]),
        "together": red_team.together(*mine),
        "crossings": red_team.crossings(*mine, items=1),
        "side by side": red_team.crossings(*mine, items=1, apart=True),
        **red_team.exact_counts(*mine, keys),
    }

    assert {name: count.recovered for name, count in counts.items()} == dict.fromkeys(counts, 0)
    assert counts["parts"].attacked == counts["parts"].refused > 0
    assert counts["side by side"].refused > 0


@pytest.mark.parametrize("rakes", [0, 1])
def test_no_count_of_few_is_found_from_all_shares_of_an_indicator_with_integer_programs(
    rakes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sample in which rounding to the nearest, with the file's weights or new ones, leaves 14 of 19 hospitals alone possible."""
    simulated("health_facilities", 1017, tmp_path, monkeypatch)
    book = red_team.book("health_facilities")
    keys = [(name, by) for name in book.indicators for by in ("", "facility_kind", "district")]

    assert red_team.windows(load_survey(book.name, 2025), book, keys, rakes, draw=1017).recovered == 0
    with monkeypatch.context() as patch:
        patch.setattr(otherwise, "told_otherwise", lambda *_: {})
        assert red_team.windows(load_survey(book.name, 2025), book, keys, rakes, draw=1017).recovered > 0


def with_indicators(book: Codebook, of: str, universes: list[str], numerator: str = "") -> list[str]:
    """Add indicators of the answers of one, each in a part of its universe, to a codebook; their names."""
    item, names = book.indicators[of], [f"part_{place}" for place, _ in enumerate(universes)]
    assert item.universe
    more = "".join(
        f"[[indicator]]\nname = '{name}'\nkind = 'proportion'\nvi = '{name}'\nen = '{name}'\n"
        f"numerator = '''{numerator or item.numerator.text}'''\nuniverse = '''({item.universe.text}) and {part}'''\n\n"
        for name, part in zip(names, universes, strict=True)
    )
    add_to(book, more)
    return names


def test_no_count_of_few_is_found_from_indicators_of_the_same_answers_in_many_universes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A district and each kind of school but one left out once: an honest set of indicators, and as many windows on one answer."""
    simulated("schools", 40_417, tmp_path, monkeypatch)
    book, of = red_team.book("schools"), "e_transcripts"
    groups = [(by, one.name) for by in ("district", "school_level") for one in book.questions[by].choices]
    also = with_indicators(book, of, [f'{by} != "{group}"' for by, group in [groups[12], *groups[-3:]]])
    book, keys = red_team.book("schools"), [(of, by) for by in ("district", "school_level")]

    found = red_team.windows(load_survey(book.name, 2025), book, keys, also=also)
    assert found.attacked > 0
    assert found.recovered == 0
    red_team.clear_memory()
    with monkeypatch.context() as patch:
        patch.setattr(same_answers, "same_answers", lambda *_: [])  # each for itself
        assert red_team.windows(load_survey(book.name, 2025), book, keys, also=also).recovered > 0


def test_no_count_of_few_is_found_from_indicators_whose_numerator_says_of_whom_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Of all schools those that are in some districts and say yes": an honest set, and as many windows on one answer."""
    simulated("schools", 8123, tmp_path, monkeypatch)
    book, of = red_team.book("schools"), "e_transcripts"
    item, chance = book.indicators[of], np.random.default_rng(8123)
    choices = book.questions["district"].choices
    sizes = chance.integers(1, len(choices) - 1, 6)
    some = [
        {one.name: one.vi for one in chance.choice(np.array(choices), size, replace=False)} for size in sizes
    ]
    names = [f"part_{place}" for place, _ in enumerate(some)]
    more = "".join(
        f"[[indicator]]\nname = '{name}'\nkind = 'proportion'\nvi = '{name}'\nen = '{name}'\n"
        f"numerator = '({item.numerator.text}) and district in ({', '.join(map(json.dumps, ones))},)'\n"
        f"universe = '{item.universe.text if item.universe else ''}'\n\n"
        for name, ones in zip(names, some, strict=True)
    )
    add_to(book, more)
    book, keys = red_team.book("schools"), [(of, by) for by in ("district", "school_level")]
    districts = load_survey("schools", 2025).frame["district"].astype(str)
    may = {name: districts.isin(ones.values()) for name, ones in zip(names, some, strict=True)}

    found = red_team.windows(load_survey(book.name, 2025), book, keys, also=names, may=may)
    assert found.attacked > 0
    assert found.recovered == 0
    red_team.clear_memory()
    with monkeypatch.context() as patch:
        patch.setattr(Membership, "says", lambda *_: None)  # as if nobody's yes or no was known
        assert red_team.windows(load_survey(book.name, 2025), book, keys, also=names, may=may).recovered > 0


def test_no_count_of_few_is_found_from_indicators_that_combine_two_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Has both", "has one of the two", beside the two themselves: an ordinary codebook."""
    simulated("health_facilities", 8123, tmp_path, monkeypatch)
    book = red_team.book("health_facilities")
    one, other = (book.indicators[name] for name in ("offers_telehealth", "cashless"))
    more = "".join(
        f"[[indicator]]\nname = '{word}_both'\nkind = 'proportion'\nvi = '{word}'\nen = '{word}'\n"
        f"numerator = '({one.numerator.text}) {word} ({other.numerator.text})'\n"
        f"universe = '{one.universe.text if one.universe else ''}'\n\n"
        for word in ("and", "or")
    )
    add_to(book, more)
    asked = red_team.book("health_facilities"), one.name, other.name
    told = {"and_both": (1, 0, 0, 0), "or_both": (1, 1, 1, 0)}, ("district", "facility_kind")

    found = red_team.patterns(*asked, *told)
    assert found.attacked > 0
    assert found.recovered == 0
    red_team.clear_memory()
    with monkeypatch.context() as patch:
        patch.setattr(Kin, "together", lambda self, item: [self.same_answers(item)])  # each for itself
        assert red_team.patterns(*asked, *told).recovered > 0


def test_no_count_of_few_is_found_from_how_many_answer_a_question_that_follows_a_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In half of the districts all pay without cash: 18 of 18, told as 20, would be all of them."""
    simulated("schools", 61_011, tmp_path, monkeypatch)
    book, file = red_team.book("schools"), paths.raw("surveys", "schools", "2025.csv")
    item, draw = book.indicators["cashless"], np.random.default_rng(7)
    (asked,) = item.numerator.names
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    all_do = frame["district"].isin([one for one in sorted(set(frame["district"])) if draw.random() < 0.5])
    yes = next(str(one.code) for one in book.questions[asked].choices if one.name in item.numerator.text)
    frame.loc[all_do & frame[asked].isin(["1", "2", "3"]), asked] = yes
    frame.to_csv(file, index=False)
    red_team.revise_sidecar(file)
    (follows,) = with_indicators(book, "e_transcripts", [item.numerator.text])
    pairs = {item.name: follows}

    found = red_team.follow_ups(red_team.book("schools"), pairs)
    assert found.attacked > 0
    assert found.recovered == 0
    red_team.clear_memory()
    with monkeypatch.context() as patch:
        patch.setattr(membership, "told_count", lambda n, *_: round_count(n))
        assert red_team.follow_ups(red_team.book("schools"), pairs).recovered > 0


@pytest.mark.parametrize("opposite", [False, True])
def test_a_row_that_says_otherwise_is_told_by_no_indicator_of_the_same_respondents(
    opposite: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """14 of 19 hospitals are told as 62.5%, and the indicator of hospitals alone, or of its opposite, says the same."""
    simulated("health_facilities", 1017, tmp_path, monkeypatch)
    book, of = red_team.book("health_facilities"), "offers_telehealth"
    numerator = f"not ({book.indicators[of].numerator.text})" if opposite else ""
    (twin,) = with_indicators(book, of, ['facility_kind == "hospital"'], numerator)
    survey = load_survey("health_facilities", 2025)

    rows = red_team.published(survey, of, "facility_kind").set_index("row")
    (told,) = red_team.published(survey, twin)["estimate"]

    row = rows.loc["Bệnh viện, trung tâm y tế", "estimate"]
    inside = survey.frame[survey.frame[twin].notna()]
    exact = (inside[of] * inside["weight"]).sum() / inside["weight"].sum()
    assert abs(row - exact) > 0.0625  # not the nearest step
    assert told == (1 - row if opposite else row)


@pytest.mark.parametrize("name", ["enterprises", "health_facilities", "farms"])
def test_no_error_of_a_mean_or_ratio_bounds_a_unit_closer_than_p_percent(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where it would, the row has its figure and no error: 3 to 6 of ten rows of turnover, without that.

    A farm that has 30% of what its district sells is known by what its village has at least.
    """
    simulated(name, 77_001, tmp_path, monkeypatch)
    if name == "farms":
        add_to(
            red_team.book(name),
            "[[indicator]]\nname = 'sold'\nkind = 'mean'\nvi = 'sold'\nen = 'sold'\nnumerator = 'sales_value'\n"
            "universe = 'outcome == \"completed\"'\n\n",
        )
        red_team.plant(paths.raw("surveys", name, "2025.csv"), red_team.book(name), "sales_value", 0.3, 7)

    found = red_team.errors_of_sizes(red_team.book(name))
    assert found.attacked > 0
    assert found.recovered == 0
    red_team.clear_memory()
    if name != "health_facilities":
        with monkeypatch.context() as patch:
            patch.setattr(Respondents, "error_tells", lambda *given: np.zeros(len(given[-1]), dtype=bool))
            assert red_team.errors_of_sizes(red_team.book(name)).recovered > 0


@pytest.mark.parametrize(("many", "members", "moves"), [(3, 6, False), (9, 2, False), (20, 2, True)])
def test_what_few_households_have_who_come_late_moves_no_mean_however_many_their_members_are(
    many: int, members: int, moves: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is of a household knows what it has: of three the second largest would have the largest within p%."""
    file = copy_simulated(make_whole_project(tmp_path, monkeypatch), "households", 2025, 0.1)
    book, item = red_team.book("households"), red_team.book("households").indicators["online_spending_mean"]
    kept = file.read_bytes()

    found = red_team.late_households(file, book, item, many, members, seed=5)
    assert found == red_team.Count(1, 0)
    stands = published(load_survey("households", 2025), item).attrs["stands"]
    assert stands != moves
    if many == 3:
        file.write_bytes(kept)
        red_team.revise_sidecar(file)
        with monkeypatch.context() as patch:
            members_alone = property(lambda file: np.arange(len(file.survey.frame)))
            patch.setattr(Respondents, "units", members_alone)
            assert red_team.late_households(file, book, item, many, members, seed=5).recovered == 1


def test_the_least_error_of_a_row_is_that_of_least_squares_with_sizes_not_below_nought() -> None:
    """Clusters of several, a stratum that is drawn whole, and one whose missing answers alone add to the error."""
    draw, n = np.random.default_rng(5), 60
    ssu = np.arange(n)
    psu = draw.integers(0, 20, n)
    _, psu = np.unique(psu, return_inverse=True)
    stratum = np.arange(psu.max() + 1) % 4
    units, farms = np.bincount(stratum) + 1.0, np.bincount(psu) + 2.0
    stages = (
        Stage(psu, stratum, units, np.array([0.0, 0.4, 0.7, 0.9]), np.ones(4)),
        Stage(ssu, psu, farms, draw.uniform(0.2, 0.9, len(farms)), np.repeat(0.3, len(farms))),
    )
    row, silent = np.arange(n) % 2, draw.uniform(0, 0.02, n)
    low, held = -draw.uniform(0.5, 1.5, n) / n, np.isin(np.arange(n), [3, 8])
    values = np.where(held, 0.4, 0.0)

    found = Spread.of(stages, row, np.arange(n), silent).least(values, held, low)

    costs = np.diag(silent)
    for stage in stages:
        group = stage.group[stage.unit]
        same, alike = (one[:, None] == one for one in (stage.unit, group))
        costs += stage.scale[group][:, None] * (same - alike / stage.size[group])
    for place in (0, 1):
        inside = np.flatnonzero(row == place)
        squares, ways = np.linalg.eigh(costs[np.ix_(inside, inside)])
        root = np.vstack([np.sqrt(np.maximum(squares, 0))[:, None] * ways.T, np.full(len(inside), 1e4)])
        free = ~held[inside]
        told = root @ np.where(free, low[inside], values[inside])
        have, _ = nnls(root[:, free], -told)
        assert found[place] == pytest.approx(np.square(told + root[:, free] @ have)[:-1].sum(), rel=1e-3)


@pytest.mark.parametrize(
    ("values", "step"),
    [
        ([0] * 30 + [100] * 60 + [5, 35, 40, 85, 90], 100),
        ([0, 1, 2, 3, 4, 5] * 20, 1),
        ([0] * 60 + [1] * 30 + [2, 3] * 10, 1),
    ],
)
def test_a_number_of_few_values_is_printed_in_steps_of_what_one_mostly_differs_by(
    values: list[float], step: float
) -> None:
    """Per cent of one's own bookings, which nearly all put at 0 or 100: steps of five would count those that say 100."""
    assert respondents._unit(np.array(values, dtype=float)) == step


@pytest.mark.parametrize(
    ("values", "apart"),
    [
        ([0] * 4 + [100] * 25, 100),
        ([0] * 30 + [100] * 60 + [5, 35, 40, 85, 90], 100),
        ([0] * 90 + [100] * 3, 100),
        ([0] * 90 + [3, 700], 0),  # of two who have something each size would be told
        ([20] * 15 + [50, 50, 80, 80], 30),
        ([0] * 30 + [50] * 20 + [100] * 60 + [5, 35, 40, 85, 90], 50),
        ([0] * 90 + [3, 3, 700], 0),
        ([0] * 280 + [1] * 19 + [2] * 4 + [3] * 3, 0),  # digital staff of small firms
        (list(range(1, 60)), 0),
        ([7] * 20, 0),
    ],
)
def test_a_group_that_has_two_or_three_values_where_others_have_many_makes_them_the_step_of_the_number(
    values: list[float], apart: float
) -> None:
    """Private clinics put at 0 or 100 what hospitals put between: printed to one decimal theirs would be counted."""
    assert respondents._few_apart(np.array(values, dtype=float)) == apart


@pytest.mark.parametrize("somewhere", [False, True], ids=["of a kind", "of a kind in some districts"])
@pytest.mark.parametrize("tens", [False, True], ids=["of a hundred", "of ten"])
def test_all_rows_are_printed_in_steps_of_two_answers_where_a_kind_has_two_values_and_others_have_many(
    tens: bool, somewhere: bool, tourism: Path
) -> None:
    """Whoever guesses so much of a kind is left with two counts of it, as of a share."""
    draw, book = np.random.default_rng(7), red_team.book("tourism")
    kind, *others = (pd.read_csv(tourism, dtype=str)[by] for by in book.tables_by)
    rare = kind.eq(kind.value_counts().index[1])
    if somewhere:
        other = others[0]
        rare = kind.eq(kind.value_counts().index[0]) & other.eq(
            other[kind.eq(kind.value_counts().index[0])].value_counts().index[0]
        )

    def values(n: int) -> np.ndarray:
        others = 10 * draw.integers(0, 11, n) if tens else draw.integers(1, 100, n)
        return np.where(rare, 100 * draw.binomial(1, 0.8, n), others)

    mean = "kind = 'mean'\nuniverse = 'outcome == \"completed\"'"
    with red_team.with_number(tourism, book, values, 100, [mean]) as book:
        told = published(load_survey("tourism", 2025), book.indicators["met_0"], book.tables_by[0])
    shown = told[told["estimate"].notna()]
    assert len(shown) > 1
    assert (shown["step"] > 2 * 100 * 100 / (shown["n"] + 2.5)).all()


@pytest.mark.parametrize(("others", "is_told"), [(0, False), (1, False), (9, True)])
def test_a_row_printed_in_the_step_next_to_what_most_in_it_say_is_hidden(
    others: int, is_told: bool, tourism: Path
) -> None:
    """Of two kinds that say 20 or 80 no mean is below 20: 19.2 would be that all say 20."""
    draw, book = np.random.default_rng(7), red_team.book("tourism")
    kind = pd.read_csv(tourism, dtype=str)[book.tables_by[0]]
    one, other = (kind.eq(name) for name in kind.value_counts().index[1:3])

    def values(n: int) -> np.ndarray:
        of_one = np.where(draw.random(n) < 0.5, 20, 80)
        of_other = np.where(other.cumsum() <= others, 80, 20)
        return np.select([one, other], [of_one, of_other], draw.integers(1, 100, n))

    mean = "kind = 'mean'\nuniverse = 'outcome == \"completed\"'"
    with red_team.with_number(tourism, book, values, 100, [mean]) as book:
        survey, item = load_survey("tourism", 2025), book.indicators["met_0"]
        told = published(survey, item, book.tables_by[0]).set_index("row")
        of_other = survey.frame.groupby(book.tables_by[0], observed=True)["met_0"].median().eq(2000).idxmax()
    shown = told["estimate"].notna()
    assert shown.any()
    assert shown[of_other] == is_told


@pytest.mark.parametrize("crossing", [False, True], ids=["by it", "crossed by it"])
def test_a_row_of_two_values_by_a_grouping_that_is_none_of_the_surveys_own_is_hidden(
    crossing: bool, tourism: Path
) -> None:
    """The survey's own tables are printed in steps that nobody chose for a table which comes after them."""
    draw, book = np.random.default_rng(7), red_team.book("tourism")
    said = load_survey("tourism", 2025).frame.set_index(book.design.identifier[0])["platform_use"]
    says = pd.read_csv(tourism, dtype=str)[book.design.identifier[0]].map(said.astype(str))
    rare = says.isin(rows := [*said.value_counts().index[:1]])

    def values(n: int) -> np.ndarray:
        return np.where(rare, 100 * draw.binomial(1, 0.8, n), draw.integers(1, 100, n))

    mean = "kind = 'mean'\nuniverse = 'outcome == \"completed\"'"
    with red_team.with_number(tourism, book, values, 100, [mean]) as book:
        survey, item, kind = load_survey("tourism", 2025), book.indicators["met_0"], book.tables_by[0]
        if crossing:
            told = crossed(survey, item, ("platform_use", kind))
        else:
            told = published(survey, item, "platform_use")
    of_two = told["row"].str.split(" × ").str[0].isin(rows)
    assert (told[of_two & (told["n"] > 0)]["symbol"] == "c").all()
    assert not crossing or told["estimate"].notna().any()


def test_the_rest_of_the_province_is_what_the_printed_whole_and_district_leave_of_a_mean_of_few_values(
    tourism: Path,
) -> None:
    """Rounded for itself it would be a window more on the district's answers, which nobody holds against the others."""
    draw, book = np.random.default_rng(7), red_team.book("tourism")
    mean = "kind = 'mean'\nuniverse = 'outcome == \"completed\"'"
    with red_team.with_number(tourism, book, lambda n: draw.binomial(3, 0.8, n), 3, [mean]) as book:
        survey, item = load_survey("tourism", 2025), book.indicators["met_0"]
        whole, rests = published(survey, item).iloc[0]["estimate"], red_team.rests_of(survey, item)
    assert rests
    for part, mine, rest, n in rests:
        left, step = (whole - part * mine) / (1 - part), 300 * float(share_steps(np.array(3 * n)))
        assert abs(rest - np.clip(left, 0, 300)) <= step / 2 + 0.051


def test_a_size_with_a_small_thing_more_is_the_same_size() -> None:
    """Turnover of all, and turnover with staff of all but the large: what is between is the large ones' turnover."""
    draw = np.random.default_rng(5)
    turnover, staff = np.exp(draw.normal(6, 2, 400)), draw.integers(1, 200, 400).astype(float)

    assert same_answers.same_sizes(turnover, 3 * turnover + staff)
    assert same_answers.same_sizes(
        turnover, turnover + np.where(turnover == turnover.max(), 20 * turnover, 0)
    )
    assert not same_answers.same_sizes(turnover, staff)
    assert not same_answers.same_sizes(turnover, turnover * draw.uniform(0, 1, 400))


def test_a_size_is_others_so_many_times_each_if_that_is_so_in_most_units() -> None:
    """Costs, wages and taxes in other units are turnover; what some earn besides does not matter, chance in few units does not count."""
    draw = np.random.default_rng(5)
    costs, wages, taxes = np.exp(draw.normal(6, 2, (3, 400)))
    parts, turnover = np.column_stack([costs, wages, taxes]), costs + 1.1 * wages + 1000 * taxes

    assert same_answers.adding_up(turnover, parts) == pytest.approx([1, 1.1, 1000])
    besides = turnover * np.where(np.arange(400) % 3, draw.uniform(1, 1.03, 400), 5)
    assert same_answers.adding_up(besides, parts) == pytest.approx([1, 1.1, 1000], rel=0.1)
    assert same_answers.adding_up(turnover, parts[:, :2]) is None
    assert same_answers.adding_up(turnover[:12], parts[:12]) is None


def beside_all(name: str, numerator: str, universe: str) -> str:
    """The mean of the number that is asked, of all; and a mean of a part of them."""
    return f"""kind = 'mean'
universe = 'outcome == "completed"'

[[indicator]]
name = '{name}'
vi = '{name}'
en = '{name}'
kind = 'mean'
numerator = '{numerator}'
universe = 'outcome == "completed" and {universe}'"""


def test_two_sizes_that_are_one_in_a_row_alone_do_not_tell_together_what_few_of_it_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turnover of all but the large, and total income of all, in a sector that has no other income: between them are the large."""
    file = copy_simulated(make_whole_project(tmp_path, monkeypatch), "enterprises", 2025)
    draw, answers = (
        np.random.default_rng(5),
        pd.read_csv(file).assign(turnover=lambda one: one["turnover"].clip(0)),
    )
    others = answers["sector"].isin(answers["sector"].value_counts().index[:3])
    income = (answers["turnover"] * np.where(others, draw.uniform(1.6, 5, len(answers)), 1)).round()
    turnover = beside_all("sold", "turnover", 'size_class != "large"')
    with red_team.with_number(
        file, red_team.book("enterprises"), lambda _: income.to_numpy(), 10**9, [turnover]
    ) as book:
        survey, (every, small) = (
            load_survey("enterprises", 2025),
            (book.indicators[one] for one in ("met_0", "sold")),
        )
        assert not same_answers.same_sizes(
            *(survey.frame[one.name].to_numpy(float) for one in (every, small))
        )
        shown = [
            set(published(survey, one, "sector").dropna(subset="estimate")["row"]) for one in (every, small)
        ]
    left = survey.frame[survey.frame["met_0"].notna() & survey.frame["sold"].isna()].groupby(
        "sector", observed=False
    )
    few = {str(row) for row, n in left.size().items() if 0 < n < 10}
    assert few & shown[0]
    assert not few & shown[0] & shown[1]


def test_what_few_who_are_not_asked_leave_of_sizes_that_add_up_is_not_told_though_some_answers_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turnover of all, and both of its parts of all but the large and medium: those who refused one are no crowd to hide in."""
    file = copy_simulated(make_whole_project(tmp_path, monkeypatch), "enterprises", 2025)
    draw, sold = np.random.default_rng(5), pd.read_csv(file)["turnover"].clip(0)
    home = (sold * draw.uniform(0.2, 0.8, len(sold))).round()
    home, abroad = (
        one.where(draw.random(len(sold)) > 0.02, -9).fillna(-9).astype(int) for one in (home, sold - home)
    )
    part = 'kind = \'mean\'\nuniverse = \'outcome == "completed" and size_class not in ("medium", "large")\''
    every = "[[indicator]]\nname = 'sold'\nvi = 'sold'\nen = 'sold'\nkind = 'mean'\nnumerator = 'turnover'\nuniverse = 'outcome == \"completed\"'"
    asked = file, red_team.book("enterprises")
    with (
        red_team.with_number(*asked, lambda _: home.to_numpy(), 10**9, [part], "home"),
        red_team.with_number(
            *asked, lambda _: abroad.to_numpy(), 10**9, [f"{part}\n\n{every}"], "abroad"
        ) as book,
    ):
        survey, names = load_survey("enterprises", 2025), ("home_0", "abroad_0", "sold")
        told = {
            by: [
                {*published(survey, book.indicators[one], by).dropna(subset="estimate")["row"]}
                for one in names
            ]
            for by in ("district", "sector")
        }
        left = survey.frame[survey.frame["sold"].gt(0) & survey.frame["size_class"].isin(["Vừa", "Lớn"])]
        few = {by: {str(row) for row, n in left[by].value_counts().items() if 0 < n < 10} for by in told}
    assert any(few[by] & told[by][2] for by in told)
    assert not any(few[by] & set.intersection(*told[by]) for by in told)


def test_what_a_ratio_is_divided_by_is_a_size_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records connected of all, and their share of those made, are the records made of all: without the hospitals' own, these."""
    file = copy_simulated(make_whole_project(tmp_path, monkeypatch), "health_facilities", 2025)
    connected = pd.read_csv(file)["records_connected"].clip(lower=0).to_numpy()
    made = beside_all("made", "records_made", 'facility_kind != "hospital"')
    with red_team.with_number(
        file, red_team.book("health_facilities"), lambda _: connected, 10**9, [made]
    ) as book:
        survey, district = load_survey("health_facilities", 2025), book.design.district
        names = ("records_connected_share", "met_0", "made")
        shown = [
            {*published(survey, book.indicators[name], district).dropna(subset="estimate")["row"]}
            for name in names
        ]
        left = survey.frame[
            survey.frame["records_connected_share_denominator"].notna() & survey.frame["made"].isna()
        ]
    few = {str(row) for row, n in left.groupby(district, observed=False).size().items() if 0 < n < 10}
    assert few & shown[2]
    assert not few & set.intersection(*shown)


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([0, 3, 11], (0, 20)),
        ([0, 1, 8], (0, 10)),
        ([1, 5], (0, 5)),
        ([36, 38, 47], (35, 55)),
        ([0, 1], (0, 1)),
    ],
)
def test_a_mean_of_few_values_lies_between_ends_that_are_not_the_size_of_one(
    values: list[float], ends: tuple[float, float]
) -> None:
    """All printed means together tell the grid they stand on."""
    assert respondents._outwards(np.array(values, dtype=float), 1.0) == ends


@pytest.mark.parametrize(("most", "odd"), [(1, 0), (5, 0), (1, 30)])
def test_no_count_of_few_is_found_of_a_number_of_few_values_that_is_told_as_a_ratio(
    most: int, odd: int, tourism: Path
) -> None:
    """Criteria met, of five; a share by another name; and one unit that has far more makes no size of it."""
    found = red_team.few_values(tourism, red_team.book("tourism"), most, seed=7, odd=odd)

    assert found.attacked > 0
    assert found.recovered == 0


@pytest.mark.parametrize(("most", "seed"), [(1, 7), (5, 1)])
def test_no_sum_of_few_is_found_from_means_of_a_number_of_few_values_in_many_universes(
    most: int, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each district is left out once: an honest set of means, and as many windows on one answer."""
    simulated("health_facilities", 2719, tmp_path, monkeypatch)
    file, book = paths.raw("surveys", "health_facilities", "2025.csv"), red_team.book("health_facilities")

    found = red_team.means_of_parts(file, book, most, seed)

    assert found.attacked > 0
    assert found.recovered == 0
    with monkeypatch.context() as patch:
        patch.setattr(Kin, "levels", lambda *_: None)
        red_team.forget()
        assert red_team.means_of_parts(file, book, most, seed).recovered > 0


# ------------------------------------------------------------ every file of an edition

_LONG = re.compile(r"(?<![\w.,/-])-?\d+[.,]\d{4,}(?![\w.,])")


def numbers(value: object) -> list[float]:
    """The number behind every cell of a notebook's tables and charts."""
    if isinstance(value, dict):
        inside = [one for item in value.values() for one in numbers(item)]
        return [*inside, value["value"]] if isinstance(value.get("value"), float) else inside
    return [one for item in value for one in numbers(item)] if isinstance(value, list) else []


def test_no_file_of_an_edition_holds_a_number_of_a_survey_more_precise_than_it_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sector's report about a district, in all formats, and the report of data quality."""
    from notebook_runs import produce

    from qngai_analysis.edition.batch import Edition, render_named
    from qngai_analysis.edition.engine import Job

    home = tmp_path / "project"
    shutil.copytree(REPOSITORY / "data", home / "data")
    shutil.copytree(REPOSITORY / "notebooks", home / "notebooks")
    monkeypatch.setenv("QNGAI_HOME", str(home))
    copy_simulated(home / "data/raw/surveys", "tourism", 2025)
    every = ("html", "pdf", "docx", "xlsx", "ipynb")
    district = {"district": "Huyện Sơn Hà"}

    def render() -> dict[str, bytes]:
        """The province in English, a district in Vietnamese."""
        for lang, about, formats in (("en", {}, ("html", "pdf", "xlsx")), ("vi", district, every)):
            render_named(
                "tourism", Edition(2025, home / "reports", lang=lang, formats=formats, parameters=about)
            )
        return {file.name: file.read_bytes() for file in (home / "reports" / "2025").iterdir()}

    first = render()
    made = produce(Job(home / "notebooks" / "chat_luong_so_lieu.ipynb", {"year": 2025}, ("ipynb",)))

    folder = home / "reports" / "2025"
    report = json.loads((folder / "du_lich_huyen_son_ha_2025.ipynb").read_text(encoding="utf-8"))
    quality = json.loads(made.files["chat_luong_so_lieu.ipynb"])
    assert {note["item"] for note in made.released} == {
        "counts: account",
        "counts: outcomes",
        ANSWERS[0],  # of whom it is, without a number
    }
    found = numbers(report["cells"])
    assert len(found) > 50
    assert [one for one in found if abs(one * 10 - round(one * 10)) > 1e-6] == []
    page = (folder / "du_lich_huyen_son_ha_2025.html").read_text(encoding="utf-8")
    assert "– Huyện Sơn Hà</title>" in page
    assert "rộng hơn hai người (đơn vị) trả lời" in page  # why shares are round
    assert "rounded to steps of more than two respondents" in first["du_lich_2025_en.html"].decode()
    for name, data in first.items():
        long = map(red_team.number, _LONG.findall(red_team.text_of(name, data)))
        assert [one for one in long if abs(one) > 1 and abs(one - round(one, 3)) > 1e-9] == [], name
    for drawing in re.findall(r"<svg.*?</svg>", json.dumps(report, ensure_ascii=False), flags=re.DOTALL):
        assert not [one for one in _LONG.findall(drawing) if abs(float(one)) > 1]
    account = [
        row
        for cell in quality["cells"]
        for output in cell.get("outputs", ())
        for block in output.get("data", {}).values()
        if isinstance(block, dict) and "trả lời từng câu hỏi" in block.get("caption", "")
        for row in block["rows"]
    ]
    counts = [
        cell["value"] for row in account for cell in row[1:7] if isinstance(cell, dict) and "value" in cell
    ]
    assert len(counts) > 20
    assert [one for one in counts if one % 5 or 0 < one < 10] == []
    published_of = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["surveys"]
    assert [entry[:3] for entry in published_of] == [["tourism", 2025, "simulated"]]

    # two records go out, and whoever holds both editions sees nothing of it in any file
    file = home / "data/raw/surveys/tourism/2025.csv"
    rows = red_team.completed(file, red_team.book("tourism"))[5:7]
    red_team.revise(file, red_team.deletion(rows))
    second = render()
    assert {name for name in {*first, *second} if first.get(name) != second.get(name)} == {"manifest.json"}


def test_what_the_yearly_report_alone_takes_from_surveys_is_in_the_ledger_though_the_year_was_judged_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(REPOSITORY / "data", tmp_path / "data")
    shutil.copytree(REPOSITORY / "notebooks", tmp_path / "notebooks")
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    copy_simulated(tmp_path / "data/raw/surveys", "schools", 2025)

    render_year(Edition(2025, tmp_path / "out", formats=("html",)), with_sectors=False)

    entered = json.loads((paths.releases() / "schools.2025.simulated.json").read_text(encoding="utf-8"))
    observed = survey_observations("schools", 2025)
    names = {one.code: one.name for one in red_team.book("schools").indicators.values()}
    assert len(observed) > observed["indicator"].nunique()  # districts, too
    taken = {(names[code], by) for code in observed["indicator"] for by in ("", "district")}
    assert taken <= {(table["item"], table["what"]) for table in entered["states"][0]["tables"]}


def test_the_ledger_of_an_edition_names_what_its_reports_took(tourism: Path) -> None:
    with red_team.edition():
        red_team.rest_rows(load_survey("tourism", 2025), red_team.book("tourism"), "Huyện Sơn Hà")

    kept = json.loads((paths.releases() / "tourism.2025.simulated.json").read_text(encoding="utf-8"))
    whats = {table["what"] for table in kept["states"][0]["tables"]}
    assert {"", "district", "district: Huyện Sơn Hà – rest"} <= whats
    assert pd.notna(
        [
            row["rest"]
            for table in kept["states"][0]["tables"]
            if "rest" in table["what"]
            for row in table["rows"]
        ]
    ).all()
