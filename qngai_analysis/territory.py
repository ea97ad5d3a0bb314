"""Where and when: provinces, districts and communes with the days they existed.

``reference/territories.csv`` names the project's territory, what it was before and lies in, and its old districts;
communes come from ``reference/communes.csv``. A unit is asked for by a day: a file of the district era
and one of the commune era live side by side, and nowhere is it said how many units there are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError
from qngai_analysis.kept import of_tables, settled
from qngai_analysis.project import project_here
from qngai_analysis.raw import read_rows
from qngai_analysis.values import grouped


@dataclass(frozen=True, slots=True)
class Unit:
    """A country, province, district or commune; ``parent`` and ``successor`` are ids, "" where there is none."""

    id: str
    name: str
    level: str
    parent: str = ""
    code: str = ""
    valid_from: date = date.min
    valid_to: date = date.max
    successor: str = ""

    @property
    def bare(self) -> str:
        """The name without the remark on its days: "Tỉnh Quảng Ngãi"."""
        return self.name.split(" (")[0]

    def existed(self, on: date) -> bool:
        """Return whether the unit was there on a day."""
        return self.valid_from <= on <= self.valid_to


@of_tables("territories.csv", "communes.csv")
def units() -> Mapping[str, Unit]:
    """Return every unit that the project's tables know, by id; a commune's id is its code."""
    found = {row["id"]: _unit(row) for row in read_rows(paths.reference("territories.csv"))}
    today = [unit for unit in found.values() if unit.level == "tỉnh" and unit.valid_to == date.max]
    tops = {unit.code: unit.id for unit in today}
    for row in read_rows(paths.reference("communes.csv")):
        if (top := tops.get(row["province_code"])) and (code := row["code"]) not in found:
            more = {"id": code, "name": unit_name(row), "level": "xã", "parent": top, "successor": ""}
            found[code] = _unit({**row, **more})
    return found


def _unit(row: Mapping[str, str]) -> Unit:
    return Unit(
        row["id"], row["name"], row["level"], row["parent"], row["code"],
        date.fromisoformat(row["valid_from"] or str(date.min)), date.fromisoformat(row["valid_to"] or str(date.max)),
        row["successor"],
    )  # fmt: skip


def unit_name(row: Mapping[str, str]) -> str:
    """Return the name of a row of communes.csv or provinces.csv with its kind: "Xã Ba Tơ", "Thành phố Huế"."""
    return f"{row['kind'][:1].upper()}{row['kind'][1:]} {row['name']}"


@settled
def home(on: date | None = None) -> Unit | None:
    """Return the project's territory, on a day the one that stood in its place; None outside of a project."""
    known, name = units(), project_here().territory
    if not name:
        return None
    if name not in known:
        wording = "project.toml, territory = {name!r}: không có trong reference/territories.csv"
        raise ParameterError(wording, name=name)
    unit = known[name]
    while on and unit.successor and unit.valid_to < on:
        unit = known[unit.successor]
    return unit


@of_tables("territories.csv", "project.toml")
def province_name() -> str:
    """Return the name without its kind of the province the project lies in; outside of one of the tables' own."""
    known, unit = units(), home()
    while unit and unit.level != "tỉnh":
        unit = known.get(unit.parent)
    unit = unit or next((each for each in known.values() if each.level == "tỉnh"), None)
    return without_kind(unit.bare) if unit else ""


def parts(on: date) -> tuple[Unit, ...]:
    """Return the units that make up the project's territory on a day, in the tables' order."""
    whole = home(on)
    return tuple(unit for unit in units().values() if whole and unit.parent == whole.id and unit.existed(on))


@settled
def named(name: str, on: date | None = None) -> Unit | None:
    """
    Return the unit of a name: the one that was there on a day, or of several the oldest.

    >>> named("tỉnh Quảng Ngãi", date(2025, 12, 31)).id, named("Tỉnh Quảng Ngãi").id
    ('QNG-2025', 'QNG')
    """
    wanted = name.casefold()
    found = [unit for unit in units().values() if unit.bare.casefold() == wanted]
    there = [unit for unit in found if on is None or unit.existed(on)]
    return min(there, key=lambda unit: unit.valid_from, default=None)


@settled
def written_for(place: str, issued: date | None = None) -> str:
    """
    Return the id of the territory that a target is written for, by the name its plan gives; "" where none is known.

    That is the unit of the name on the day the plan was issued: a plan of 2022 is for the
    province as it was, whatever year is judged, one of 2026 for the merged one. A target that names
    no place is for the project's territory; one of a place that the project's tables do not know for that name,
    and no figure of the project speaks for it. Outside of a project the oldest unit of the name is meant, if any.
    """
    here = home()
    if here and (not place or (issued is None and here.bare.casefold() == place.casefold())):
        return here.id
    unit = named(place, issued)
    return unit.id if unit else place if here else ""


def concerns_home(place: str) -> bool:
    """Return whether what is written for a place ("": none) is so for the project's territory, what it was or lies directly in."""
    unit, here = named(place), home()
    if unit is None or here is None:
        return not place
    same = {here.id, here.successor} & {unit.id, unit.successor} - {""}
    return bool(same) or here.id == unit.parent or here.bare == unit.bare


@of_tables("territories.csv", "communes.csv")
def below(place: str) -> frozenset[str]:
    """Return the ids of the units that lie within one, at any depth."""
    known, found, new = units(), frozenset[str](), frozenset({place})
    while new:
        new = frozenset(unit.id for unit in known.values() if unit.parent in new) - found
        found |= new
    return found


def name_of(place: str) -> str:
    """Return the name of a unit, with the remark on its days; its id where the tables do not know it."""
    unit = units().get(place)
    return unit.name if unit else place


def ended(unit: Unit) -> str:
    """Return the first day without a unit that is no more, as a text says it; "" for one that is."""
    if unit.valid_to == date.max:
        return ""
    day = unit.valid_to + timedelta(days=1)
    return f"{day.day:02d}/{day.month}/{day.year}" if day.month > 2 else f"{day:%d/%m/%Y}"


#: What units of a level are called: together in a sentence, one of them, at the head of a column, in English.
TOGETHER = {"huyện": "huyện, thị xã, thành phố", "xã": "xã, phường, đặc khu", "tỉnh": "tỉnh"}
ONE = {"huyện": "huyện", "xã": "xã", "tỉnh": "tỉnh"}
HEAD = {"huyện": "Huyện", "xã": "Xã, phường", "tỉnh": "Tỉnh"}
ENGLISH = {"huyện": "District", "xã": "Commune", "tỉnh": "Province"}
_KIND = re.compile(
    r"^(tỉnh|thành phố|thị xã|thị trấn|huyện|xã|phường|đặc khu|tp|tx|h|x|p)[. ]+", re.IGNORECASE
)


def without_kind(name: str) -> str:
    """Return a unit's name without its kind: "Ba Tơ" of "Huyện Ba Tơ"."""
    return _KIND.sub("", name)


def survey_day(on: date | None = None) -> date:
    """
    Return the day whose units a survey is drawn from and published by: by default today's.

    Where the project's territory has ended, its last day; never a day before its first.
    """
    here = home()
    if here is None:
        return on or date.today()
    return max(on or min(date.today(), here.valid_to), here.valid_from)


def survey_units(on: date) -> tuple[Unit, ...]:
    """Return the units that a survey is published by: the territory's parts on a day, itself where it has none."""
    here = home(on)
    return parts(on) or ((here,) if here else ())


def grid(of: Sequence[Unit]) -> dict[str, tuple[int, int]]:
    """
    Return the place (row, column) of each unit on a map of equal squares, by id.

    Laid by hand where ``reference/tiles.csv`` of the project has them all; else each commune goes to a free square
    such that the squared distances from its place to its square add up to the least (an assignment, Kuhn-Munkres as
    SciPy solves it), so that neighbours stay near. Units without a place have no square.
    """
    file = paths.raw("reference", "tiles.csv")
    rows = read_rows(file) if file.is_file() else ()
    by_hand = {row["district"]: (int(row["row"]), int(row["column"])) for row in rows}
    if {unit.id for unit in of} <= by_hand.keys():
        return {unit.id: by_hand[unit.id] for unit in of}
    lies = {
        row["code"]: (float(row["latitude"]), float(row["longitude"]))
        for row in read_rows(paths.reference("communes.csv"))
    }
    return _assigned(tuple((unit.id, *lies[unit.id]) for unit in of if unit.id in lies))


@lru_cache(maxsize=8)
def _assigned(places: tuple[tuple[str, float, float], ...]) -> dict[str, tuple[int, int]]:
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    if not places:
        return {}
    at = np.array([(-north, east * np.cos(np.radians(north))) for _, north, east in places])
    at -= at.min(axis=0)
    height, width = np.maximum(at.max(axis=0), 1e-9)
    # squares of a grid of the territory's shape, a quarter more of them than units: coasts and corners stay
    side = np.sqrt(height * width / (1.25 * len(places)))
    rows, columns = int(np.ceil(height / side)) + 1, int(np.ceil(width / side)) + 1
    squares = np.array([(row, column) for row in range(rows) for column in range(columns)])
    cost = ((at[:, None, :] / side - squares[None, :, :]) ** 2).sum(axis=2)
    chosen = squares[linear_sum_assignment(cost)[1]]
    chosen -= chosen.min(axis=0)
    return {name: (int(row), int(column)) for (name, _, _), (row, column) in zip(places, chosen, strict=True)}


def lay_in(unit: Unit, place: Unit) -> bool:
    """Return whether a commune or district lies in a province or country, or is made in part of what lay there."""
    old = {row["old_province"] for row in came_from().get(unit.id, ())}
    return unit.id in below(place.id) or without_kind(place.bare) in old


def was_of(commune: Unit) -> str:
    """Return the district that a commune, or most of what it was made of, belonged to; "" where none is known."""
    found = [row["old_district"] for row in came_from().get(commune.code, ())]
    return max(found, key=found.count, default="")


def made_of(merged: Sequence[Unit]) -> dict[Unit, tuple[str, ...]]:
    """
    Return the former territories that some communes were made of: each with the codes of its communes.

    Empty where the territory is what it was, or a commune lies in two of them: sums would give neither.
    """
    tops = {unit.parent for unit in merged if unit.level == "xã"}
    former = {without_kind(unit.bare): unit for unit in units().values() if unit.successor in tops}
    if not former:
        return {}
    found: dict[Unit, tuple[str, ...]] = {}
    for unit in merged:
        names = {row["old_province"] for row in came_from().get(unit.code, ())}
        if len(names) != 1 or not names <= former.keys():
            return {}
        before = former[next(iter(names))]
        found[before] = (*found.get(before, ()), unit.code)
    return found


@of_tables("commune_crosswalk.csv", stays=True)
def came_from() -> Mapping[str, Sequence[Mapping[str, str]]]:
    """Return the communes that went into each one of today, by its code."""
    return grouped((row["code"], row) for row in read_rows(paths.reference("commune_crosswalk.csv")))


def districts_of(commune: str) -> set[str]:
    """Return the districts (until 30/6/2025) that a commune of a name lies in, old or new, with or without its kind."""
    return _districts_by_commune().get(commune.casefold(), set())


@of_tables("commune_crosswalk.csv", "territories.csv", "communes.csv")
def _districts_by_commune() -> Mapping[str, set[str]]:
    found = defaultdict(set)
    for row in read_rows(paths.reference("commune_crosswalk.csv")):
        now = units().get(row["code"])
        for name in (row["old_name"], now.name if now else row["old_name"]):
            for spelt in (name, without_kind(name)):
                found[spelt.casefold()].add(row["old_district"])
    return dict(found)


def became(name: str) -> tuple[str, ...]:
    """
    Return what a commune of before 1/7/2025 became, each with its kind.

    >>> became("Thị trấn Ba Tơ"), became("Xã Không Có")
    (('Xã Ba Tơ',), ())
    """
    inside = {unit.id for unit in units().values() if unit.level == "xã"}
    rows = read_rows(paths.reference("commune_crosswalk.csv"))
    codes = {row["code"] for row in rows if row["old_name"].casefold() == name.casefold()}
    return tuple(units()[code].name for code in sorted(codes & inside))
