"""Tables of a PDF: the cells that printed rules enclose, and the words of each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from qngai_analysis.plan.formats import one_cell
from qngai_analysis.plan.pdf_lines import Letter, paragraphs, printed_lines

Rule = tuple[float, float, float]  # where it stands, and from where to where it runs
Field = tuple[int, int]  # row and column
Column = tuple[float, float]  # from where to where it runs

NEAR = 3.0  # points within which two rules are one
_MOST_FIELDS = 100_000  # of a table on a page


@dataclass
class Table:
    """A ruled table: where its columns and rows begin and end, and the letters in it."""

    across: list[float]
    down: list[float]
    begins: dict[Field, Field]  # of each field between neighbouring rules: the field in which its cell begins
    ruled: bool = True
    letters: dict[Field, list[Letter]] = field(default_factory=dict)
    columns: list[Column] = field(default_factory=list)  # of a table without rules
    numbered: bool = False  # whether its first column numbers the rows
    named_in: tuple[str, ...] = ()  # the lines of its head

    def take(self, letter: Letter) -> bool:
        """Put a letter into its cell, if it is in the table."""
        column = bisect_right(self.across, (letter.left + letter.right) / 2) - 1
        row = bisect_right(self.down, letter.base - 0.1 * letter.size) - 1
        # a word too wide for the last column stands out of it
        if letter.left - self.across[-1] < 2 * letter.size:
            column = min(column, len(self.across) - 2)
        inside = 0 <= column < len(self.across) - 1 and 0 <= row < len(self.down) - 1
        if inside:
            self.letters.setdefault(self.begins[row, column], []).append(letter)
        return inside

    @property
    def heads(self) -> int:
        """How many rows are the head: those that a cell of the first row reaches into."""
        return 1 + max(row for (row, _), begin in self.begins.items() if begin[0] == 0)

    def rows(self) -> list[list[str]]:
        """Return the words of the rows; in the head a cell over columns speaks for each of them."""
        lines = {place: list(printed_lines(letters)) for place, letters in self.letters.items()}
        insets = (line.left - self.across[j] for (_, j), found in lines.items() for line in found)
        inset = max(0, min(insets, default=0))
        ends = {begin: column for (_, column), begin in self.begins.items()}  # the last column is met last
        words = {}
        for (i, j), found in lines.items():
            room = self.across[ends[i, j] + 1] - self.across[j] - 2 * inset if self.ruled else 0
            words[i, j] = one_cell(paragraphs((line, line.left + room) for line in found))
        heads = self.heads
        return [
            [
                words.get(begin, "") if (begin := self.begins[i, j])[1] == j or i < heads else ""
                for j in range(len(self.across) - 1)
            ]
            for i in range(len(self.down) - 1)
        ]

    def goes_on(self, before: Table) -> bool:
        """Whether this is the part of a table that a new page begins with."""
        return len(self.across) == len(before.across) and all(
            abs(a - b) <= NEAR for a, b in zip(self.across, before.across, strict=True)
        )


def ruled_tables(standing: list[Rule], lying: list[Rule]) -> Iterator[Table]:
    """Yield the tables that rules make, from the top down; upright rules beside one another are of one table."""
    groups: list[list[Rule]] = []
    reach = 0.0
    for rule in sorted(standing, key=lambda rule: rule[1]):
        if not groups or rule[1] > reach + NEAR:
            groups.append([])
        groups[-1].append(rule)
        reach = max(reach, rule[2])
    for group in groups:
        top, bottom = min(rule[1] for rule in group) - NEAR, max(rule[2] for rule in group) + NEAR
        level = [rule for rule in lying if top <= rule[0] <= bottom]
        if level:
            yield from _ruled_table(group, level)


def _ruled_table(standing: list[Rule], lying: list[Rule]) -> Iterator[Table]:
    """Yield the table of some rules, if it has two columns; a rule under words, that ends at no other, is none of it."""
    sides = [min(rule[1] for rule in lying), max(rule[2] for rule in lying)]
    across = _places([*(rule[0] for rule in standing), *sides])
    lying = [rule for rule in lying if _near(across, rule[1]) and _near(across, rule[2])]
    ends = [min(rule[1] for rule in standing), max(rule[2] for rule in standing)]
    down = _places([*(rule[0] for rule in lying), *ends])
    if len(across) < 3 or len(down) < 2 or len(across) * len(down) > _MOST_FIELDS:
        return
    walls, floors = _by_place(standing, across), _by_place(lying, down)
    begins: dict[Field, Field] = {}
    for i, (upper, lower) in enumerate(pairwise(down)):
        for j, (left, right) in enumerate(pairwise(across)):
            begin = i, j
            if j and not _runs(walls[j], (upper + lower) / 2):
                begin = begins[i, j - 1]
            elif i and not _runs(floors[i], (left + right) / 2):
                begin = begins[i - 1, j]
            begins[i, j] = begin
    yield Table(across, down, begins)


def _places(values: Iterable[float]) -> list[float]:
    """Return where rules stand; those near one another are one."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > NEAR:
            places.append(value)
    return places


def _near(places: list[float], value: float) -> bool:
    at = bisect_right(places, value + NEAR)
    return at > 0 and value - places[at - 1] <= 2 * NEAR


def _by_place(rules: list[Rule], places: list[float]) -> list[list[Rule]]:
    found: list[list[Rule]] = [[] for _ in places]
    for rule in rules:
        found[max(0, bisect_right(places, rule[0]) - 1)].append(rule)
    return found


def _runs(rules: list[Rule], at: float) -> bool:
    return any(start <= at <= end for _, start, end in rules)
