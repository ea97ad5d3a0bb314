"""What one table of a survey hides, another table of it does not tell."""

from __future__ import annotations

import ctypes
import itertools
import json
import os
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from red_team import clear_memory, edition
from survey_workbench import SHOPS, csv_text, deliver, make_project

import qngai_analysis as qn
from qngai_analysis.errors import RenderError, SurveyError
from qngai_analysis.project import read_project
from qngai_analysis.survey import load_survey, published, read_codebook
from qngai_analysis.survey.release import ledger, otherwise
from qngai_analysis.survey.release.crossing import joint, ranges, shut_together, solved
from qngai_analysis.survey.release.disclosure import made_by_few, sizes_found
from qngai_analysis.survey.release.gate import at_step, counts_told, share_steps, told_count
from qngai_analysis.survey.release.history import history_of
from qngai_analysis.survey.release.ledger import CROSS, WAS
from qngai_analysis.survey.release.publication import crossed
from qngai_analysis.survey.release.respondents import labels_of
from qngai_analysis.survey.release.side_by_side import enter_by_hand
from qngai_analysis.survey.release.windows import Told, told_otherwise

# shops that answered, by district and whether in town: Lý Sơn and Trà Bồng have no town
ANSWERED = {
    ("Bình Sơn", "town"): 200, ("Bình Sơn", "country"): 150,
    ("Đức Phổ", "town"): 180,
    ("Lý Sơn", "country"): 6,
    ("Trà Bồng", "country"): 40,
}  # fmt: skip
BY = ("district", "area")


def counts(answered: dict[tuple[str, str], int]) -> pd.DataFrame:
    rows = [(*cell, n) for cell, n in answered.items()]
    return pd.DataFrame(rows, columns=[*BY, "n"])


SHOWN = {by: frozenset({cell[place] for cell in ANSWERED}) for place, by in enumerate(BY)}


def shut(**groups: list[str]) -> dict[str, frozenset[str]]:
    return {by: frozenset(groups.get(by, ())) for by in BY}


def test_a_table_by_area_can_give_a_district_away() -> None:
    """All of the country but Lý Sơn is Trà Bồng, which is published: 46 - 40 = 6."""
    answered = {
        ("Bình Sơn", "town"): 200,
        ("Đức Phổ", "town"): 180,
        ("Lý Sơn", "country"): 6,
        ("Trà Bồng", "country"): 40,
    }
    hidden = shut(district=["Lý Sơn", "Đức Phổ"])

    # by district alone: Lý Sơn and Đức Phổ are 186 together, so 0 to 186
    alone = {"district": hidden["district"]}
    assert ranges(counts(answered), alone, of=shut(district=["Lý Sơn"]))[
        "district", "Lý Sơn"
    ] == pytest.approx((0, 186))
    # with the table by area: country 46, less 40 in Trà Bồng
    assert ranges(counts(answered), hidden, of=shut(district=["Lý Sơn"]))[
        "district", "Lý Sơn"
    ] == pytest.approx((6, 6))


def test_what_the_solver_prints_past_python_is_heard_nowhere(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report, or a cell in JupyterLab, that held it would tell that a table needed a program."""
    libc = ctypes.CDLL("ucrtbase") if os.name == "nt" else ctypes.CDLL(None)
    monkeypatch.setattr("scipy.optimize.milp", lambda wanted, **_: libc.printf(b"tmpSolver.run();\n"))
    libc.printf(b"before\n")

    assert solved(np.zeros(1))

    libc.printf(b"after\n")
    libc.fflush(None)
    assert capfd.readouterr().out == "before\nafter\n"


def test_the_smallest_groups_that_help_are_hidden_too() -> None:
    answered = {
        ("Bình Sơn", "town"): 200,
        ("Đức Phổ", "town"): 180,
        ("Lý Sơn", "country"): 6,
        ("Trà Bồng", "country"): 40,
    }

    found = shut_together(counts(answered), SHOWN, first=shut(district=["Lý Sơn"]), width=10)

    # Trà Bồng is of the country, too: Lý Sơn is then anything from 0 to 46
    assert found == shut(district=["Lý Sơn", "Trà Bồng"])


def test_groups_that_give_each_other_no_way_ask_for_no_more() -> None:
    hidden = shut(district=["Lý Sơn", "Trà Bồng"])

    assert shut_together(counts(ANSWERED), SHOWN, first=hidden, width=10) == hidden


def test_a_group_that_nobody_is_in_any_more_asks_for_nothing() -> None:
    hidden = shut(district=["Minh Long"])

    assert shut_together(counts(ANSWERED), SHOWN, first=hidden, width=10) == hidden


def test_how_many_were_not_asked_is_no_secret() -> None:
    """A question to carriers alone: how many they are stands in the table by sector."""
    answers = [("carrier", "high", 6), ("carrier", "low", 20), ("carrier", "middle", 25), ("shop", "", 300)]
    asked = pd.DataFrame(answers, columns=["sector", "level", "n"])
    shown = {"level": frozenset({"high", "low", "middle"})}

    found = shut_together(asked, shown, first={"level": frozenset({"high"})}, width=10)

    assert found == {"level": frozenset({"high", "low"})}


def test_where_nothing_helps_all_groups_are_hidden() -> None:
    answered = {("Bình Sơn", "town"): 3, ("Lý Sơn", "country"): 4}
    hidden = shut(district=["Bình Sơn", "Lý Sơn"], area=["town", "country"])

    assert shut_together(counts(answered), hidden, first=shut(district=["Lý Sơn"]), width=10) == hidden


@given(
    st.lists(
        st.tuples(st.sampled_from("ABCDE"), st.sampled_from("xy"), st.sampled_from("pqr"), st.integers(1, 40)),
        min_size=3, max_size=10, unique_by=lambda row: row[:3],
    )
)  # fmt: skip
@settings(max_examples=25)
def test_whatever_the_tables_no_small_group_is_found_closer_than_ten(rows) -> None:
    table = pd.DataFrame(rows, columns=["one", "two", "three", "n"])
    small = {
        by: frozenset(str(group) for group, n in table.groupby(by)["n"].sum().items() if n < 10)
        for by in ("one", "two", "three")
    }

    shown = {by: frozenset(table[by]) for by in small}

    found = shut_together(table, shown, first=small, width=10)

    everything = all(set(table[by]) <= found[by] for by in found)
    for low, high in ranges(table, found, of=small).values():
        assert high - low >= 10 - 1e-6 or everything


def test_combinations_are_counted_however_many_there_could_be() -> None:
    frame = pd.DataFrame({f"question {n}": list("aabcdefghijkl") for n in range(20)})  # 12**20 could be

    assert joint(frame, tuple(frame))["n"].tolist() == [2] + [1] * 11


def test_rows_without_a_label_are_in_no_group_but_in_the_total() -> None:
    frame = pd.DataFrame({"district": ["A", "A", None], "area": ["x", "y", "x"]})

    assert joint(frame, BY).to_dict("records") == [
        {"district": "", "area": "x", "n": 1},
        {"district": "A", "area": "x", "n": 1},
        {"district": "A", "area": "y", "n": 1},
    ]


# -- in what is published ----------------------------------------------------------------------

BY_SHOPS = ("district", "stratum")
GROUPED = SHOPS.replace("[design]\n", 'tables_by = ["stratum"]\n\n[design]\n', 1)
PLACES = {"522": ("town", 200), "524": ("country", 95), "533": ("town", 60), "536": ("country", 7)}


def deliver_places(surveys: Path) -> None:
    """Every district is of one stratum; in Lý Sơn (536) seven shops answered."""
    rows = [
        f"{district}-{place},{district},1,{stratum},4000,10,2020-05-01,100,{1 + place % 2},,"
        for district, (stratum, answered) in PLACES.items()
        for place in range(answered)
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))


def test_published_tables_of_a_survey_do_not_give_each_other_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_places(make_project(tmp_path, monkeypatch, shops=GROUPED))
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]
    tables = {by: published(survey, item, by) for by in ("district", "stratum")}
    hidden = {
        by: frozenset(table.loc[table["symbol"] == "c", by].astype(str)) for by, table in tables.items()
    }

    found = ranges(joint(survey.frame, ("district", "stratum")), hidden, of=hidden)

    low, high = found["district", "Huyện Lý Sơn"]
    assert high - low >= 10


def test_a_grouping_that_the_codebook_names_later_does_not_give_away_what_an_edition_hid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sơn Tịnh is printed and Lý Sơn is not: both are all of the country, of which a table comes later."""
    surveys = make_project(tmp_path, monkeypatch)
    deliver_places(surveys)
    item = read_codebook("shops").indicators["sells_online"]
    with edition():
        first = published(load_survey("shops", 2025), item, "district")
    (surveys / "shops" / "codebook.toml").write_text(GROUPED, encoding="utf-8")
    clear_memory()
    survey = load_survey("shops", 2025)

    tables = {by: published(survey, item, by) for by in BY_SHOPS}

    assert tables["district"]["n"].equals(first["n"])
    hidden = {by: frozenset(table.loc[table["symbol"] == "c", "row"]) for by, table in tables.items()}
    low, high = ranges(joint(survey.frame, BY_SHOPS), hidden, of=hidden)["district", "Huyện Lý Sơn"]
    assert high - low >= 10


CROSSED = {  # district: shops in town, in the country
    "a small cell": {"522": (60, 50), "524": (40, 4), "533": (70, 30), "536": (35, 26)},
    "a small district": {"522": (60, 50), "524": (40, 44), "533": (70, 30), "536": (5, 3)},
    "a district without a town": {"522": (60, 50), "524": (0, 6), "533": (70, 30), "536": (35, 26)},
    "all small": {"522": (6, 50), "524": (60, 4)},
}


@pytest.mark.parametrize("places", CROSSED.values(), ids=CROSSED)
def test_two_groupings_at_once_tell_no_small_cell(
    places: dict[str, tuple[int, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    surveys = make_project(tmp_path, monkeypatch, shops=GROUPED)
    rows = [
        f"{district}{stratum}{place},{district},1,{stratum},4000,10,2020-05-01,100,{1 + place % 2},,"
        for district, sizes in places.items()
        for stratum, answered in zip(("town", "country"), sizes, strict=True)
        for place in range(answered)
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]

    table = crossed(survey, item, BY_SHOPS)

    tables = {by: published(survey, item, by) for by in BY_SHOPS} | {"cell": table}
    hidden = {by: frozenset(each.loc[each["symbol"] == "c", "row"]) for by, each in tables.items()}
    district, stratum = (survey.frame[by].astype(str) for by in BY_SHOPS)
    counts = joint(survey.frame.assign(cell=district + CROSS + stratum), (*BY_SHOPS, "cell"))
    n = counts.groupby("cell")["n"].sum()
    small = {
        "cell": frozenset(n[n < 10].index),
        **{by: hidden[by] & set(s[s < 10].index) for by in BY_SHOPS for s in [counts.groupby(by)["n"].sum()]},
    }
    assert small["cell"] <= hidden["cell"]
    assert table.loc[table["symbol"] == "c", ["estimate", "n", "se", "ci_low"]].isna().all(axis=None)
    for low, high in ranges(counts, hidden, of=small).values():
        assert high - low >= 10 - 1e-6
    # nothing more precise than a table by one grouping: the shares of the cells in steps of two answers
    told = table[table["symbol"] == ""]
    assert (told["step"] * told["n"] > 2).all()
    assert (told["n"] % 5 == 0).all()


def test_what_a_table_of_sizes_hides_is_not_one_firms_all_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lý Sơn has one large shop; the smallest district that helps sells too little to hide how much that is."""
    shops = {"522": (60, 50), "524": (40, 400), "533": (12, 1), "536": (15, 1)}
    rows = [
        f"{district}-{place},{district},1,town,4000,10,2020-05-01,{1000 if district == '536' and not place else sales},1,{sales * (5 + place % 3) / 10},2"
        for district, (answered, sales) in shops.items()
        for place in range(answered)
    ]
    deliver(make_project(tmp_path, monkeypatch) / "shops" / "2025.csv", csv_text(*rows))
    survey = load_survey("shops", 2025)

    table = published(survey, read_codebook("shops").indicators["online_share"], "district")

    hidden = survey.frame["district"].astype(str).isin(table.loc[table["symbol"] == "c", "row"])
    sales = survey.frame["sales"]
    assert hidden[sales == 1000].all()
    assert not made_by_few(sales[hidden], divides=True)
    assert (table["symbol"] == "").any()


def test_what_all_tables_leave_of_a_cell_that_a_crossing_hides_is_no_firms_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bình Sơn has eight shops in town, one of them large: what its district and the town leave of them is mostly that one."""
    rng = np.random.default_rng(5207)
    sold = {("522", "town"): 40, ("522", "country"): 30, ("524", "town"): 8, ("524", "country"): 35,
            ("533", "town"): 25, ("533", "country"): 20}  # fmt: skip
    large = ("524", "town")
    rows = [
        f"{place}-{stratum}-{one},{place},1,{stratum},4000,10,2020-05-01,{3_000 if (place, stratum) == large and not one else rng.integers(50, 150)},2,,"
        for (place, stratum), size in sold.items()
        for one in range(size)
    ]
    mean = SHOPS.replace('name = "online_share"\nkind = "ratio"', 'name = "sales_mean"\nkind = "mean"')
    mean = mean.replace('numerator = "online_sales * 100"\ndenominator = "sales"', 'numerator = "sales"')
    deliver(make_project(tmp_path, monkeypatch, shops=mean) / "shops" / "2025.csv", csv_text(*rows))
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["sales_mean"]
    district, stratum = (survey.frame[by].astype(str) for by in BY_SHOPS)
    labels = {"district": district, "stratum": stratum, "cell": district + CROSS + stratum}

    tables = {"district": published(survey, item, "district"), "stratum": published(survey, item, "stratum")}
    tables["cell"] = crossed(survey, item, BY_SHOPS)

    sales = survey.frame["sales"].to_numpy(dtype=float)
    inside = {by: [(labels[by] == row).to_numpy() for row in each["row"]] for by, each in tables.items()}
    told = [
        cell
        for by, each in tables.items()
        for cell, mark in zip(inside[by], each["symbol"], strict=True)
        if mark == ""
    ]
    whole = published(survey, item)["symbol"].item() == ""
    told += [np.ones(len(sales), dtype=bool)] if whole else []
    assert told
    for cell in itertools.chain(*inside.values()):
        assert not sizes_found(sales, told, [cell], 0.25).any()


WAY_OF_SELLING = """
[[domain]]
name = "way"
vi = "Cách bán"
en = "Way of selling"
groups = [
  { vi = "Có", en = "Yes", when = 'outcome == "completed" and online == "yes"' },
  { vi = "Không", en = "No", when = 'outcome == "completed" and online == "no"' },
]

[[indicator]]"""


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("by", ["online", "way"])
@pytest.mark.parametrize("offline", [0, 3])
def test_a_cell_in_which_nobody_said_something_looks_as_one_in_which_few_did(
    offline: int, by: str, own: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    All of Lý Sơn's shops sell online, or all but three: the cells of those who don't are there, and empty.

    So they are by a domain of the codebook that is made of the answer, and where the survey's own tables are by it.
    """
    sold = {"522": (60, 50), "524": (40, 44), "533": (70, 30), "536": (40 - offline, offline)}
    rows = [
        f"{district}-{online}-{place},{district},1,town,4000,10,2020-05-01,100,{online},,{2 if online == 1 else ''}"
        for district, sizes in sold.items()
        for online, answered in zip((1, 2), sizes, strict=True)
        for place in range(answered)
    ]
    text = SHOPS.replace("[[indicator]]", WAY_OF_SELLING.strip(), 1)
    text = text.replace("[design]\n", f'tables_by = ["{by}"]\n\n[design]\n', 1) if own else text
    deliver(make_project(tmp_path, monkeypatch, shops=text) / "shops" / "2025.csv", csv_text(*rows))
    item = read_codebook("shops").indicators["on_social"]

    table = crossed(load_survey("shops", 2025), item, ("district", by))

    cells = table[table["row"].str.startswith("Huyện Lý Sơn")]
    assert cells["row"].to_list() == ["Huyện Lý Sơn × Có", "Huyện Lý Sơn × Không"]
    assert cells["symbol"].to_list() == ["c", "c"]
    assert cells.select_dtypes("number").isna().all(axis=None)
    assert table["symbol"].ne("c").any()


def test_a_crossing_has_empty_cells_not_hidden_ones_where_nobody_of_a_district_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That none was drawn there is told by the table by district; hidden cells would ask for helpers."""
    sold = {"522": (60, 50), "524": (40, 44), "533": (70, 30)}
    rows = [
        f"{district}-{online}-{place},{district},1,town,4000,10,2020-05-01,100,{online},,{2 if online == 1 else ''}"
        for district, sizes in sold.items()
        for online, answered in zip((1, 2), sizes, strict=True)
        for place in range(answered)
    ]
    rows += [f"536-{place},536,1,town,4000,10,2020-05-01,,,," for place in range(20)]  # answered nothing
    deliver(make_project(tmp_path, monkeypatch) / "shops" / "2025.csv", csv_text(*rows))
    item = read_codebook("shops").indicators["on_social"]

    table = crossed(load_survey("shops", 2025), item, ("district", "online"))

    assert table["symbol"].ne("c").all()


# stratum, sells online: in a table by stratum, town helps rare; all who don't sell online are of the town
TOLD_BY_TWO = {("town", 2): 20, ("country", 1): 300, ("rare", 1): 6}
TOLD_BY_NONE = {**TOLD_BY_TWO, ("town", 1): 40}


@pytest.mark.parametrize("session_first", [True, False])
@pytest.mark.parametrize("answers", [TOLD_BY_TWO, TOLD_BY_NONE])
def test_two_sessions_do_not_save_tables_that_together_tell_what_one_hides(
    answers: dict[tuple[str, int], int],
    session_first: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [
        f"{stratum}-{online}-{place},522,1,{stratum},4000,10,2020-05-01,100,{online},,{2 if online == 1 else ''}"
        for (stratum, online), answered in answers.items()
        for place in range(answered)
    ]
    deliver(make_project(tmp_path, monkeypatch, shops=SHOPS) / "shops" / "2025.csv", csv_text(*rows))
    item = read_codebook("shops").indicators["on_social"]
    mine, other = ("stratum", "online") if session_first else ("online", "stratum")
    published(load_survey("shops", 2025), item, mine)
    with edition():  # the other session has not seen it, and publishes before this one saves
        published(load_survey("shops", 2025), item, other)
    before = ledger.read(("shops", 2025, "real"))

    if answers is TOLD_BY_TWO:
        with pytest.raises(RenderError, match="together give a small group away") as refused:
            enter_by_hand()
        assert "online; stratum)" in str(refused.value)  # and the districts, which every edition enters
        assert "\n" not in str(refused.value)
        assert ledger.read(("shops", 2025, "real")) == before
    else:
        enter_by_hand()
        assert {"online", "stratum"} <= {
            what for _, what in ledger.read(("shops", 2025, "real"))[0][0].tables
        }


def test_a_grouping_that_the_survey_does_not_have_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project(tmp_path, monkeypatch, shops=GROUPED.replace('["stratum"]', '["sex"]'))

    with pytest.raises(SurveyError, match="tables_by: there is no question or domain 'sex'"):
        read_codebook("shops")


def test_every_grouping_of_a_sector_report_is_one_that_the_survey_checks() -> None:
    for sector in read_project().sectors.values():
        for block in sector.survey:
            codebook = read_codebook(block.name)
            shown = {codebook.design.district if by == "district" else by for by in block.by}
            assert shown <= set(codebook.tables_by), block.name


@pytest.mark.parametrize("seed", [0, 20, 46, 59, 89, 90])
def test_shares_by_two_groupings_at_once_leave_more_than_one_count_of_each_group(seed: int) -> None:
    """All ways to answer are tried of four cells of ten to fourteen, two of them with heavier weights."""
    draw = np.random.default_rng(seed)
    n = draw.integers(10, 15, 4)
    yes, weight = draw.binomial(n, 0.3), np.array([1.0, 1.0, 1.7, 1.7])
    sides = {
        "": np.ones(4, bool),
        "a": np.array([True, True, False, False]),
        "b": np.array([True, False, True, False]),
    }
    cells = {"": {"": sides[""]}, **{by: {"1": sides[by], "0": ~sides[by]} for by in "ab"}}
    cells["a × b"] = {str(place): np.arange(4) == place for place in range(4)}
    ways = np.array(list(itertools.product(*(range(size + 1) for size in n))))

    def told(by: str) -> pd.DataFrame:
        rows = []
        for row, cell in cells[by].items():
            step = share_steps(np.array([float(n @ cell)]))[0]
            rows.append((row, at_step(yes @ (weight * cell) / (n @ (weight * cell)), step).item(), step))
        return pd.DataFrame(rows, columns=["row", "estimate", "step"])

    place, every = np.repeat(np.arange(4), n), np.repeat(weight, n)
    tables = {by: Told(by, told(by), every) for by in cells}
    groups = {
        by: (
            np.array([next(i for i, cell in enumerate(rows.values()) if cell[one]) for one in place]),
            list(rows),
        )
        for by, rows in cells.items()
    }
    says = np.concatenate([np.arange(size) < some for size, some in zip(n, yes, strict=True)]).astype(float)

    otherwise = told_otherwise(
        [tables[by] for by in ("", "a", "b")], {"a × b": tables["a × b"]}, groups, says
    ).get("a × b", {})

    def left(shown: Collection[str]) -> np.ndarray:
        """The ways that fit what some tables say, the new one with its shares rounded otherwise."""
        fits = np.ones(len(ways), bool)
        for by in shown:
            for row, share, step in tables[by].rows.itertuples(index=False):
                said = otherwise.get(row, share) if by == "a × b" else share
                cell = weight * cells[by][row]
                fits &= np.isnan(said) | (abs(ways @ cell / (n @ cell) - said) <= step / 2 + 1e-9)
        return ways[fits]

    before, after = left(("", "a", "b")), left(cells)
    for cell in itertools.chain(*(rows.values() for rows in cells.values())):
        if len(set(before @ cell)) > 1:
            assert len(set(after @ cell)) > 1


def test_two_sessions_that_rake_at_once_do_not_tell_together_what_neither_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each holds its shares against what was told when it asked, and neither has seen the other's."""
    sold = {"522": (130, 40), "524": (100, 4)}
    rows = [
        f"{district}-{online}-{place},{district},1,{'town' if place % 2 else 'country'},4000,{10 + place % 2},2020-05-01,100,{online},,"
        for district, sizes in sold.items()
        for online, answered in zip((1, 2), sizes, strict=True)
        for place in range(answered)
    ]
    deliver(make_project(tmp_path, monkeypatch, shops=SHOPS) / "shops" / "2025.csv", csv_text(*rows))

    def rake(town: float) -> None:
        even = qn.load_survey("shops", 2025).raked(stratum={"town": town, "country": 1 - town})
        even.proportion("sells_online")

    rake(0.5)
    mine = dict(ledger.given)
    ledger.given.clear()
    with edition():
        rake(0.4)
    ledger.given.update(mine)
    asked = []
    monkeypatch.setattr(
        otherwise, "told_otherwise", lambda told, new, *_: asked.append((told, new)) or {"": {}}
    )

    with pytest.raises(RenderError, match="together give a small group away"):
        enter_by_hand()

    weights = {tuple(one.weight.round(6)) for told, new in asked for one in (*told, *new.values())}
    assert len(weights) == 3  # the file's, and those of both sessions, all at once


# district, stratum, area (by sales)
AREAS = {("522", "town", 100): 5, ("524", "town", 50): 12, ("533", "country", 50): 31, ("536", "town", 100): 13,
         ("536", "country", 50): 13}  # fmt: skip
RENAMED = {
    "other names of the groups": ("area", ("near", "far")),
    "another name of the grouping": ("place", ("low", "high")),
    "both": ("place", ("near", "far")),
}


def with_areas(name: str, groups: tuple[str, str], *more: str) -> str:
    """The codebook with a domain by sales, published by it and by more."""
    rules = zip(groups, ("sales < 75", "sales >= 75"), strict=True)
    listed = ", ".join(f'{{ vi = "{one}", en = "{one}", when = "{rule}" }}' for one, rule in rules)
    domain = f'[[domain]]\nname = "{name}"\nvi = "Vùng"\nen = "Area"\ngroups = [{listed}]\n\n[[indicator]]'
    text = SHOPS.replace("[design]\n", f"tables_by = {json.dumps([name, *more])}\n\n[design]\n", 1)
    return text.replace("[[indicator]]", domain, 1)


@pytest.mark.parametrize(("name", "groups"), RENAMED.values(), ids=RENAMED)
def test_a_grouping_that_is_named_later_is_held_against_tables_whose_groups_got_other_names_with_it(
    name: str, groups: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The areas were printed: hiding them by their new names takes nothing back."""
    surveys = make_project(tmp_path, monkeypatch, shops=with_areas("area", ("low", "high")))
    rows = [
        f"{district}-{stratum}-{sales}-{place},{district},1,{stratum},4000,10,2020-05-01,{sales},{1 + place % 2},,"
        for (district, stratum, sales), answered in AREAS.items()
        for place in range(answered)
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))
    with edition():
        first = [published(load_survey("shops", 2025), "sells_online", by) for by in ("district", "area")]
    (surveys / "shops" / "codebook.toml").write_text(with_areas(name, groups, "stratum"), encoding="utf-8")
    clear_memory()
    survey = load_survey("shops", 2025)

    tables = [*first, published(survey, "sells_online", "stratum"), published(survey, "sells_online", name)]

    answered = survey.frame.assign(area=np.where(survey.frame["sales"] < 75, "low", "high"))
    by_all = ("district", "area", "stratum")
    hidden = {
        by: frozenset(table.loc[table["symbol"] == "c", "row"])
        for by, table in zip(by_all, tables, strict=False)
    }
    few = frozenset({"Thành phố Quảng Ngãi"})
    ((low, high),) = ranges(joint(answered, by_all), hidden, of={"district": few}).values()
    assert high - low >= 10
    assert tables[3]["symbol"].ne("c").all()


def test_how_many_are_in_a_universe_that_an_answer_makes_is_a_window_on_that_answer() -> None:
    """13 of 24 say so, printed as 50%: 11 to 13 do. "Of those who do", 15 answered: 13 or more."""
    yes, every = np.arange(24) < 13, np.ones(24)
    groups = {"": (np.zeros(24, dtype=np.intp), [""])}
    share = Told("", {"row": [""], "estimate": [0.5], "step": [0.125]}, every)
    row = {"row": [""], "estimate": [15.0], "step": [5.0]}
    asked = Told("", row, every, known={"": (1.0, 0.0)}, counts=True)

    assert told_otherwise([], {"share": share}, groups, yes.astype(float)) == {}
    assert told_otherwise([asked], {"share": share}, groups, yes.astype(float))["share"]


@pytest.mark.parametrize(("silent", "ends"), [(0, (27.5, 32.5)), (1, (27.5, 40.5))])
def test_of_those_whom_an_answer_lets_in_who_say_nothing_more_the_count_tells_that_no_fewer_gave_it(
    silent: int, ends: tuple[float, float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """30 of 40 shops sell online; "of those, on social networks" counts who said on which channels."""
    of_those = SHOPS.replace(
        "universe = 'outcome == \"completed\"'", "universe = 'online == \"yes\"'"
    ).replace("universe = 'online == \"yes\"'", "universe = 'outcome == \"completed\"'", 1)
    surveys = make_project(tmp_path, monkeypatch, shops=of_those)
    rows = [
        f"A{n},522,1,plain,40,1,2020-05-01,200,{1 if n < 30 else 2},,{'2' if silent <= n < 30 else ''}"
        for n in range(40)
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))
    survey = load_survey("shops", 2025)

    told = history_of(survey).otherwise._counted(read_codebook("shops").indicators["sells_online"])

    whole = next(one for one in told if one.by == "").rows
    middle, width = whole["estimate"][0], whole["step"][0]
    assert (middle - width / 2, middle + width / 2) == ends


@pytest.mark.parametrize(("most", "shown"), [(18, 15.0), (20, 20.0), (13, 10.0), (11, 10.0), (10, None)])
def test_that_all_who_were_asked_gave_the_answer_that_lets_them_in_does_not_follow_from_their_number(
    most: int, shown: float | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 18 shops all sell online: "of those who do" 20 would be all, and 10 of ten are not told, for fewer never are."""
    of_those = SHOPS.replace(
        "universe = 'outcome == \"completed\"'", "universe = 'online == \"yes\"'"
    ).replace("universe = 'online == \"yes\"'", "universe = 'outcome == \"completed\"'", 1)
    surveys = make_project(tmp_path, monkeypatch, shops=of_those)
    rows = [f"A{n},522,1,plain,40,1,2020-05-01,200,1,{50 + n},{1 + n % 2}" for n in range(most)]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))

    (told,) = published(load_survey("shops", 2025), "on_social").to_dict("records")

    assert told["n"] == shown if shown else told["symbol"] == "c"
    assert not shown or told["step"] == share_steps(np.array([shown]))[0] or told["symbol"] == "u"


def test_each_number_that_is_told_leaves_two_counts_to_who_knows_between_which_it_lies() -> None:
    for least, most in itertools.product(range(30), range(10, 60)):
        counts = np.arange(max(least, 10), most + 1)
        told = told_count(counts, least, most)
        low, high = counts_told(told, np.full(len(counts), least), np.full(len(counts), most))

        assert (np.abs(told - counts) <= 3).all()
        assert len(counts) < 2 or (high > low).all()
        for shown in set(told):
            those = counts[told == shown]
            assert (those.min(), those.max()) == (low[told == shown][0], high[told == shown][0])


def test_a_grouping_by_the_names_it_had_has_categories_as_others_have() -> None:
    """Tables of sizes were told by them: whoever else is in such a group is asked for by its categories."""
    frame = pd.DataFrame({"area": pd.Categorical(["low", "high", None, "low"])})

    was = labels_of(frame, f'area{WAS}{{"low": "thấp", "high": "cao"}}')

    assert was.tolist()[:2] == ["thấp", "cao"]
    assert sorted(was.cat.remove_unused_categories().cat.categories) == ["cao", "thấp"]
