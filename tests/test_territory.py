"""Provinces, districts and communes by day: nowhere is it said how many there are."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

from qngai_analysis import raw, territory
from qngai_analysis.survey.form.cells import Choices
from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.words.said import said as said_in

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def test_the_territory_and_its_parts_are_those_of_the_day() -> None:
    assert [territory.home(day).id for day in (BEFORE, AFTER)] == ["QNG", "QNG-2025"]
    assert [len(territory.parts(day)) for day in (BEFORE, AFTER)] == [13, 96]
    assert {unit.level for unit in territory.parts(AFTER)} == {"xã"}


@pytest.mark.parametrize(("day", "found"), [(BEFORE, "QNG"), (AFTER, "QNG-2025"), (None, "QNG")])
def test_a_name_means_the_unit_that_bore_it_on_the_day(day: date | None, found: str) -> None:
    assert territory.named("tỉnh Quảng Ngãi", day).id == found


def test_a_unit_lies_in_all_that_lie_above_it() -> None:
    assert "21484" in territory.below("QNG-2025")
    assert "21484" in territory.below("VN")
    assert "21484" not in territory.below("QNG")


def test_a_map_of_communes_gives_each_a_square_and_keeps_neighbours_near() -> None:
    communes = territory.parts(AFTER)
    squares = territory.grid(communes)
    lies = {row["code"]: (float(row["latitude"]), float(row["longitude"])) for row in raw.read_rows(
        territory.paths.reference("communes.csv"))}  # fmt: skip

    assert set(squares) == {unit.id for unit in communes}
    assert len(set(squares.values())) == 96
    pairs = [
        (abs(lies[a][0] - lies[b][0]) + abs(lies[a][1] - lies[b][1]), max(abs(squares[a][0] - squares[b][0]), abs(squares[a][1] - squares[b][1])))
        for a, b in combinations(squares, 2)
    ]  # fmt: skip
    nearest = sorted(pairs)[:96]
    assert sum(steps <= 2 for _, steps in nearest) >= 0.9 * len(nearest)
    north = max(squares, key=lambda code: lies[code][0])
    south = min(squares, key=lambda code: lies[code][0])
    assert squares[north][0] < squares[south][0]


def test_the_districts_keep_the_map_that_was_laid_by_hand() -> None:
    assert territory.grid(territory.parts(BEFORE))["QNG-522"] == (1, 3)


def test_a_survey_asks_for_the_units_of_its_day() -> None:
    old, new = (read_codebook("households", day).questions["district"] for day in (BEFORE, AFTER))

    assert (len(old.choices), old.vi) == (13, "Huyện, thị xã, thành phố")
    assert (len(new.choices), new.vi) == (96, "Xã, phường, đặc khu")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("Thị trấn Ba Tơ", "since 1 July 2025 it is Xã Ba Tơ"),
        ("Huyện Mộ Đức", "Huyện Mộ Đức ended on 01/7/2025"),
        ("Xã Ba Tợ", "'Xã Ba Tơ'"),
    ],
)
def test_a_unit_that_is_none_of_the_day_is_told_what_became_of_it(cell: str, said: str) -> None:
    choices = Choices(read_codebook("households", AFTER).questions["district"])

    assert said in said_in(choices.wrong(cell).mend, "en")
