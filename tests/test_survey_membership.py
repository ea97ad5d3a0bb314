"""A group that differs by few respondents from one that is told, or that few decide by what they answered, is not published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from red_team import clear_memory, edition
from survey_workbench import HEADER, SHOPS, csv_text, deliver, make_project, of_sizes

from qngai_analysis.errors import RenderError
from qngai_analysis.survey import load_survey, published, read_codebook
from qngai_analysis.survey.form.intake import survey_file
from qngai_analysis.survey.release.history import history_of
from qngai_analysis.survey.release.membership import differ
from qngai_analysis.survey.release.publication import crossed
from qngai_analysis.survey.release.side_by_side import enter_by_hand

Sold = dict[tuple[str, int, int], int]
# shops by district, kind (of the frame: 1 stall, 2 house), sells online (1 yes, 2 no)
SOLD: Sold = {("522", 1, 1): 30, ("522", 1, 2): 22, ("522", 2, 1): 18, ("522", 2, 2): 25,
              ("524", 1, 1): 41, ("524", 1, 2): 33, ("524", 2, 1): 27, ("524", 2, 2): 16}  # fmt: skip
KIND = """
[[question]]
name = "kind"
section = "identification"
type = "select_one"
choices = "kinds"
source = "frame"
vi = "Loại"
en = "Kind"
special = []

[[indicator]]"""
KINDS = """
kinds = [
  { code = 1, name = "stall", vi = "Sạp", en = "Stall" },
  { code = 2, name = "house", vi = "Nhà", en = "House" },
]
yes_no"""


def survey_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch, sold: Sold, universe: str = "", **domains: str
) -> None:
    """Lay out a survey of shops with domains of one group, A, each by its rule."""
    added = "".join(
        f"[[domain]]\nname = '{name}'\nvi = '{name}'\nen = '{name}'\ngroups = [{{ vi = 'A', en = 'A', when = '''{rule}''' }}]\n\n"
        for name, rule in domains.items()
    )
    text = SHOPS.replace("yes_no", KINDS.strip(), 1).replace("[[indicator]]", KIND.strip(), 1)
    text = text.replace("[[indicator]]", f"{added}[[indicator]]", 1)
    if universe:
        text = text.replace("universe = 'outcome == \"completed\"'", f"universe = '''{universe}'''", 2)
    rows = [
        f"{district}-{kind}-{online}-{place},{district},1,all,900,{10 + place % 2},2020-05-01,100,{online},{50 + place % 7 if online == 1 else ''},{place % 2 + 1 if online == 1 else ''},{kind}"
        for (district, kind, online), answered in sold.items()
        for place in range(answered)
    ]
    surveys = make_project(folder, monkeypatch, shops=text)
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows, header=f"{HEADER},kind"))


def mark(by: str | None = None, item: str = "on_social") -> str:
    """Return the mark of a domain's group A, or of the province."""
    table = published(load_survey("shops", 2025), read_codebook("shops").indicators[item], by)
    return str(table.set_index("row")["symbol"].get("A" if by else "", "c"))


@pytest.mark.parametrize("online", [1, 2])
@pytest.mark.parametrize(("asked", "shown"), [(1, False), (60, True)])
def test_a_group_that_is_known_but_for_few_who_are_in_it_if_they_said_so_is_hidden_whatever_they_said(
    online: int, asked: int, shown: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many are in it would be five more, or not."""
    few = {("533", 1, online): asked, ("533", 1, 3 - online): 25 if shown else 0}
    rule = 'district == "524" and kind == "stall" or district == "533" and online == "yes"'
    survey_of(tmp_path, monkeypatch, SOLD | few, way=rule)

    assert (mark("way", "on_social") == "") == shown


@pytest.mark.parametrize("online", [1, 2])
def test_a_universe_of_all_of_some_and_of_few_by_what_they_said_has_no_whole(
    online: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = 'outcome == "completed" and (district == "524" or district == "533" and online == "yes")'
    survey_of(tmp_path, monkeypatch, SOLD | {("533", 1, online): 2}, universe=rule)

    assert mark() == "c"
    assert mark(item="online_share") != "c"


def test_a_universe_of_those_who_said_so_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey_of(tmp_path, monkeypatch, SOLD, universe='outcome == "completed" and online == "yes"')

    assert mark() == ""


SELLERS = 'online == "yes"'


def told_by_few(
    folder: Path | None, monkeypatch: pytest.MonkeyPatch, sold: Sold, *indicators: str
) -> list[set[str]]:
    """Return by added indicator the districts of which it would tell who gave an answer (``folder``: None where they are laid out)."""
    if folder:
        survey_of(folder, monkeypatch, sold)
    book = read_codebook("shops")
    text = book.path.read_text("utf-8").replace("[simulate]", "".join(indicators) + "[simulate]", 1)
    book.path.write_text(text, encoding="utf-8")
    clear_memory()
    members = history_of(load_survey("shops", 2025)).hiding.members
    items = [*read_codebook("shops").indicators.values()][-len(indicators) :]
    return [members.nearly_all_let_in(item, "district") for item in items]


@pytest.mark.parametrize("houses", [(27, 3), (3, 27)])
def test_of_those_who_said_so_it_is_not_told_how_many_are_of_a_kind_of_which_all_but_few_did_or_few(
    houses: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kinds are known: the share of houses among those who sell online tells how many of the houses do."""
    sold = SOLD | {("524", 2, 1): houses[0], ("524", 2, 2): houses[1]}

    hidden = told_by_few(
        tmp_path, monkeypatch, sold, of_sizes("houses", SELLERS, 'kind == "house"', kind="proportion")
    )

    assert hidden == [{"Huyện Bình Sơn"}]


def test_what_several_known_sizes_tell_of_one_answer_each_tells_of_twice_thrice_as_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 533 sixteen sell online, sixteen do not."""
    sold = SOLD | {("533", 1, 1): 16, ("533", 1, 2): 16}
    sizes = [of_sizes("first", SELLERS), of_sizes("second", SELLERS, "sales * sales")]

    assert told_by_few(tmp_path, monkeypatch, sold, *sizes) == [set(), {"Huyện Mộ Đức"}]


@pytest.mark.parametrize("place", ["before", "after", "instead"])
def test_a_size_that_comes_later_asks_for_as_many_again_wherever_it_stands_in_the_codebook(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first was told of sixteen who sell online and sixteen who don't; so it stays."""
    sold = SOLD | {("533", 1, 1): 16, ("533", 1, 2): 16}
    first, second = of_sizes("first", SELLERS), of_sizes("second", SELLERS, "sales * sales")
    survey_of(tmp_path, monkeypatch, sold)
    book, text = read_codebook("shops").path, read_codebook("shops").path.read_text("utf-8")
    for added in (first, {"before": second + first, "after": first + second, "instead": second}[place]):
        book.write_text(text.replace("[simulate]", added + "[simulate]", 1), encoding="utf-8")
        clear_memory()
        survey, items = load_survey("shops", 2025), read_codebook("shops").indicators
        members = history_of(survey).hiding.members
        found = {name: members.nearly_all_let_in(items[name], "district") for name in items}
        with edition():
            published(survey, next(iter(one for one in items if one in ("first", "second"))))

    assert found.get("first", set()) == set()
    assert found["second"] == {"Huyện Mộ Đức"}


def test_who_is_let_in_by_a_number_is_told_by_a_known_size_as_by_a_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold = SOLD | {("524", 1, 2): 2, ("524", 2, 2): 1}
    size = of_sizes("size", "online_sales >= 1")

    assert told_by_few(tmp_path, monkeypatch, sold, size) == [{"Huyện Bình Sơn"}]


@pytest.mark.parametrize(("without", "hidden"), [(0, set()), (8, {"Huyện Mộ Đức"})])
def test_of_a_size_that_many_have_none_of_those_who_have_some_are_counted(
    without: int, hidden: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 533 sixteen sell online, sixteen do not: of each as many as said sell nothing."""
    sold = SOLD | {("533", 1, 1): 16, ("533", 1, 2): 16}
    survey_of(tmp_path, monkeypatch, sold)
    file = survey_file("shops", 2025)
    head, *rows = [line.split(",") for line in file.read_text("utf-8").splitlines()]
    for n, row in enumerate(rows):
        nothing = row[1] == "533" and int(row[0].rpartition("-")[2]) < without
        row[head.index("sales")] = "0" if nothing else str(100 + n**2)
        row[head.index("online_sales")] = "" if nothing else row[head.index("online_sales")]
    deliver(file, "\n".join(map(",".join, [head, *rows])) + "\n")

    assert told_by_few(None, monkeypatch, sold, of_sizes("size", SELLERS)) == [hidden]


def test_a_crossing_with_what_nobody_said_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sold = {cell: n for cell, n in SOLD.items() if cell[2] == 1}
    survey_of(tmp_path, monkeypatch, sold, universe='outcome == "completed" and online == "yes"')
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["on_social"]

    assert set(crossed(survey, item, ("district", "online"))["symbol"]) <= {"", "c", "u"}


@pytest.mark.parametrize(("few", "shown"), [(3, False), (14, True)])
def test_a_group_that_differs_by_few_from_a_sum_of_told_ones_is_hidden(
    few: int, shown: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = 'district in ("522", "524") or district == "533" and kind == "stall"'
    sold = SOLD | {("533", 1, 1): few, ("533", 2, 1): 25}
    survey_of(tmp_path, monkeypatch, sold, both=both)

    assert (mark("both") == "") == shown


def test_a_group_that_differs_by_few_from_one_told_before_is_hidden_in_crossings_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stalls = 'kind == "stall" and district != "533"'
    more = f'{stalls} or kind == "house" and district == "533"'
    sold = SOLD | {("533", 1, 1): 20, ("533", 2, 1): 2, ("533", 2, 2): 2}
    survey_of(tmp_path, monkeypatch, sold, stalls=stalls, more=more)

    with edition():
        assert mark("stalls") == ""
        assert mark("more") == "c"
        survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["on_social"]
        assert crossed(survey, item, ("district", "more"))["symbol"].eq("c").all()
    clear_memory()
    assert mark("more") == "c"  # though it is asked for first now


@pytest.mark.parametrize("online", [1, 2])
def test_whether_a_group_of_answers_is_another_but_for_few_is_told_by_no_hiding(
    online: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sells online but for two shops: were it shown where both groups are the same, neither of the two would."""
    rule = 'outcome == "completed" and online == "yes"'
    two = SOLD | {("533", 1, 1): 20, ("533", 1, 2): 20, ("533", 2, online): 2}
    survey_of(
        tmp_path, monkeypatch, two, way=rule, less=f'{rule} and not (district == "533" and kind == "house")'
    )

    assert mark("way", "online_share") != "c"
    assert mark("less", "online_share") == "c"


def test_two_sessions_do_not_save_groups_that_differ_by_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stalls = 'kind == "stall" and district != "533"'
    sold = SOLD | {("533", 1, 1): 20, ("533", 2, 1): 4}
    survey_of(
        tmp_path, monkeypatch, sold, one=stalls, other=f'{stalls} or kind == "house" and district == "533"'
    )
    assert mark("one") == ""
    with edition():  # has not seen it
        assert mark("other") == ""

    with pytest.raises(RenderError, match="together give a small group away"):
        enter_by_hand()


def test_a_group_is_near_the_sum_of_the_groups_that_are_mostly_in_it() -> None:
    codes = np.repeat([0, 1, 2, -1], [20, 30, 15, 5])
    inside = np.concatenate([np.arange(20) < 18, np.arange(30) < 1, np.ones(15), np.zeros(5)]).astype(bool)

    assert differ(inside, codes) == 3
    assert differ(pd.Series(codes).eq(1).to_numpy(), codes) == 0


@pytest.mark.parametrize("answered", [0, 3])
def test_a_row_of_few_of_whom_none_answered_is_hidden_as_one_of_few(
    answered: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Printed as empty it would tell that they refused; and what all leave for it would, so another row is hidden, too."""
    survey_of(tmp_path, monkeypatch, SOLD | {("533", 1, 1): answered, ("534", 1, 1): 40})
    file = tmp_path / "project/data/raw/surveys/shops/2025.csv"
    silent = [f"533-silent-{one},533,1,all,900,10,2020-05-01,100,,,,1" for one in range(6)]
    deliver(file, "\n".join([file.read_text(encoding="utf-8").strip(), *silent]) + "\n")

    table = published(
        load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"], "district"
    )

    hidden = table.loc[table["symbol"].eq("c"), "row"]
    assert "Huyện Bình Sơn" not in set(hidden)  # the largest
    assert len(hidden) == 2


@pytest.mark.parametrize("online", [0, 3])
def test_a_row_of_which_all_gave_an_answer_that_leaves_them_out_is_hidden_as_one_of_few(
    online: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 30 shops of a district none sells online, or three do."""
    rule = 'outcome == "completed" and online == "yes"'
    sold = SOLD | {("533", 1, 2): 30, ("533", 1, 1): online, ("534", 1, 1): 40}
    survey_of(tmp_path, monkeypatch, sold, universe=rule)

    table = published(load_survey("shops", 2025), read_codebook("shops").indicators["on_social"], "district")

    assert len(table) == 4
    assert table["symbol"].eq("c").sum() == 2
