"""Attacks on what is published of a survey: each counts the cells it attacked and those it found out.

The attacker holds everything that was published, twice: of a file, and of the file after a revision
of one to three records. He knows which records the revision was about, and who is in a group.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from survey_workbench import write_sidecar

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey import Survey, load_survey, published, read_codebook
from qngai_analysis.survey.form.codebook import Codebook, Indicator
from qngai_analysis.survey.form.intake import load_frame, response_account
from qngai_analysis.survey.release import ledger
from qngai_analysis.survey.release.door import NOTES
from qngai_analysis.survey.release.publication import against_rest, compared, published_counts

YEAR = 2025
NUMBERS = ("estimate", "se", "ci_low", "ci_high", "df", "cv", "deff", "n", "n_eff", "rest", "p_value")


@dataclass(frozen=True)
class Count:
    """What an attack came to."""

    attacked: int = 0
    recovered: int = 0
    refused: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.attacked + other.attacked, self.recovered + other.recovered, self.refused + other.refused
        )


@contextmanager
def edition() -> Iterator[None]:
    """Publish whatever is asked for inside."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ[NOTES] = folder
        try:
            yield
        finally:
            del os.environ[NOTES]
        ledger.enter(ledger.noted(Path(folder)))


def groupings(book: Codebook) -> list[str]:
    """What a survey's reports and its explorer break down by."""
    asked = [q.name for q in book.questions.values() if q.type == "select_one" and 1 < len(q.choices) <= 8]
    found = [book.design.district, *book.domains, *asked]
    return [name for name in dict.fromkeys(found) if name and name != book.design.outcome]


def tables(
    survey: Survey, book: Codebook, keys: list[tuple[str, str]]
) -> dict[tuple[str, str], pd.DataFrame]:
    """Everything that is published under some indicators and groupings."""
    return {
        (name, by): published(survey, book.indicators[name], by or None).set_index("row") for name, by in keys
    }


def differ(one: object, other: object) -> bool:
    """Whether two published numbers differ, or one is there and the other is not."""
    return not (one == other or (pd.isna(one) and pd.isna(other)))  # type: ignore[call-overload]


def tells(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    """Whether a table changed at all: the sign of any change gives the answer."""
    columns = [name for name in NUMBERS if name in before.columns and name in after.columns]
    if set(before.index) != set(after.index):
        return True
    after = after.loc[before.index]
    return any(differ(a, b) for name in columns for a, b in zip(before[name], after[name], strict=True))


def revise(file: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Change a survey's file as an office would that found a mistake in it."""
    frame = change(pd.read_csv(file, dtype=str, keep_default_na=False))
    frame.to_csv(file, index=False, lineterminator="\n")
    write_sidecar(file, status="simulated")


def deletion(rows: list[int]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Records go out of the file."""
    return lambda frame: frame.drop(index=rows)


def correction(rows: list[int], column: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """An answer of some records turns from yes to no or back."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[rows, column] = (
            frame.loc[rows, column].map({"1": "2", "2": "1"}).fillna(frame.loc[rows, column])
        )
        return frame

    return change


def completed(file: Path, book: Codebook) -> list[int]:
    """The rows of a file that were interviewed."""
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    outcome = book.questions[book.design.outcome]
    code = next(str(choice.code) for choice in outcome.choices if choice.name == book.design.completed)
    return [int(row) for row in frame.index[frame[book.design.outcome] == code]]


def answers_of(book: Codebook, frame: pd.DataFrame, identifiers: list[str]) -> dict[str, int]:
    """How many of some records answer each indicator."""
    mine = frame[frame[book.design.identifier[0]].isin(identifiers)]
    return {
        item.name: int(mine[list(item.columns)].notna().all(axis=1).sum())
        for item in book.indicators.values()
    }


def rest_rows(survey: Survey, book: Codebook, place: str) -> dict[str, pd.Series | None]:
    """The column "the rest of the province" and its tests in a district's report."""
    return {
        item.name: against_rest(survey, item, book.design.district, place)
        for item in book.indicators.values()
    }


def account_of(book: Codebook) -> pd.DataFrame:
    """The counts of the report of data quality."""
    counts = ["not_applicable", "due", "answered", "dont_know", "refused", "missing"]
    table = response_account(book.name, YEAR)
    found = published_counts(load_frame(book.name, YEAR), "account", table, "question", counts)
    return found.set_index("question")


# ------------------------------------------------------------ 1, 1b, 2, 4: two editions


def two_editions(
    file: Path,
    book: Codebook,
    change: Callable[[pd.DataFrame], pd.DataFrame],
    rows: list[int],
    place: str,
    kept: list[str],
) -> dict[str, Count]:
    """
    Publish a file, revise it, publish again; read the change of every number.

    ``place``: a district whose report both editions have; ``kept``: the groupings of the editions' tables, all
    others are looked at in the explorer and recorded nowhere.
    """
    district = book.design.district
    items = list(book.indicators.values())
    inside = [(item.name, by) for item in items for by in ("", *kept)]
    outside = [(item.name, by) for item in items for by in groupings(book) if by not in kept]

    def look() -> tuple[
        dict[tuple[str, str], pd.DataFrame],
        dict[str, pd.Series | None],
        pd.DataFrame,
        dict[tuple[str, str], pd.DataFrame],
    ]:
        survey = load_survey(book.name, YEAR)
        with edition():
            found = tables(survey, book, inside)
            rest = rest_rows(survey, book, place) if district else {}
            counts = account_of(book)
        return found, rest, counts, tables(load_survey(book.name, YEAR), book, outside)

    before = pd.read_csv(file, dtype=str, keep_default_na=False)
    who = list(before.loc[rows, book.design.identifier[0]])
    known = answers_of(book, load_frame(book.name, YEAR), who)
    first = look()
    revise(file, change)
    second = look()
    moved = {
        name: any(tells(first[0][key], second[0][key]) for key in inside if key[0] == name) for name in known
    }
    rest = {name: differing_rows(first[1].get(name), second[1].get(name)) for name in known}
    seen = {
        name: any(
            tells(first[3][key], second[3][key]) and shown(first[3][key]) and shown(second[3][key])
            for key in outside
            if key[0] == name
        )
        for name in known
    }
    total = sum(known.values())
    return {
        "tables": Count(total, sum(known[name] for name in known if moved[name])),
        "rest": Count(total, sum(known[name] for name in known if rest[name])),
        "explorer": Count(total, sum(known[name] for name in known if seen[name])),
        "quality": Count(len(who), len(who) if tells_counts(first[2], second[2]) else 0),
    }


def shown(table: pd.DataFrame) -> bool:
    """Whether any row of a table is published."""
    return bool(table["estimate"].notna().any())


def differing_rows(one: pd.Series | None, other: pd.Series | None) -> bool:
    """Whether a comparison changed between two editions, or came or went."""
    if one is None or other is None:
        return one is not other
    return any(
        differ(one[name], other[name]) for name in ("estimate", "se", "rest", "p_value", "ci_low", "n")
    )


def tells_counts(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    """Whether any published count of answers changed."""
    return any(
        differ(a, b) for name in before.columns for a, b in zip(before[name], after[name], strict=True)
    )


# ------------------------------------------------------------ 3, 3b, 3c: parts of a sample


def parts(book: Codebook, rows: int = 5) -> Count:
    """Publish the sample without a hidden group, without a record (``where``), and with a row dropped."""
    survey = load_survey(book.name, YEAR)
    total = Count()
    for item in book.indicators.values():
        for by in groupings(book)[:4]:
            table = published(survey, item, by).set_index("row")
            for group in table.index[table["symbol"].eq("c")]:
                without = survey.frame[by].astype(str).ne(group)
                total += _refused(lambda item=item, without=without: published(survey.where(without), item))
        for row in range(rows):
            others = pd.Series(np.arange(len(survey.frame)) != row, index=survey.frame.index)
            total += _refused(lambda item=item, others=others: published(survey.where(others), item))
            frame = survey.frame.drop(index=survey.frame.index[row])
            total += _refused(lambda item=item, frame=frame: published(Survey(frame, survey.design), item))
    return total


def _refused(attempt: Callable[[], pd.DataFrame]) -> Count:
    try:
        table = attempt()
    except SurveyError:
        return Count(1, 0, 1)
    return Count(1, int(table["estimate"].notna().any()))


# ------------------------------------------------------------ 5, 5b, 5c: exact counts from shares


def exact_counts(book: Codebook, keys: list[tuple[str, str]], largest: int = 60) -> dict[str, Count]:
    """
    Find respondents and yes-answers of each published share, and whether both, or the smaller side, are certain.

    "5": of all cells, weights taken to be equal; "5c": of cells whose weights are; "5b": two weights, both known.
    """
    survey = load_survey(book.name, YEAR)
    found = {"5": Count(), "5b": Count(), "5c": Count()}
    for name, by in keys:
        item = book.indicators[name]
        if item.kind != "proportion":
            continue
        table = published(survey, item, by or None).set_index("row")
        labels = survey.frame[by].astype(str) if by else pd.Series("", index=survey.frame.index)
        for row, cell in table[table["estimate"].notna()].iterrows():
            inside = survey.frame[item.name].notna() & labels.eq(str(row))
            values = survey.frame.loc[inside, item.name].to_numpy(dtype=float)
            weights = survey.weights[inside].to_numpy()
            truth = (len(values), int(values.sum()))
            kinds = np.unique(weights.round(6))
            guess = _guesses(cell, len(values))
            found["5"] += Count(1, _certain(guess, truth, both=True))
            if len(kinds) == 1 and len(values) <= largest:
                found["5c"] += Count(1, _certain(guess, truth, both=False))
            if len(kinds) == 2 and len(values) <= 45:
                found["5b"] += Count(1, _certain(_two_weights(cell, kinds, len(values)), truth, both=True))
    return found


def _fits(shares: np.ndarray, cell: pd.Series) -> np.ndarray:
    return np.abs(shares - cell["estimate"]) <= cell["step"] / 2 + 1e-9


def _guesses(cell: pd.Series, n: int) -> set[tuple[int, int]]:
    low = int(cell["n"]) - 2
    return {
        (size, yes)
        for size in range(max(low, 1), low + 5)
        for yes in np.flatnonzero(_fits(np.arange(size + 1) / size, cell)).tolist()
    }


def _two_weights(cell: pd.Series, weights: np.ndarray, n: int) -> set[tuple[int, int]]:
    low, found = int(cell["n"]) - 2, set()
    for size in range(max(low, 2), low + 5):
        for first in range(1, size):
            a, b = np.meshgrid(np.arange(first + 1), np.arange(size - first + 1), indexing="ij")
            total = weights[0] * first + weights[1] * (size - first)
            fits = _fits((weights[0] * a + weights[1] * b) / total, cell)
            found |= {(size, int(yes)) for yes in (a + b)[fits]}
            if len(found) > 1:
                return found
    return found


def _certain(guesses: set[tuple[int, int]], truth: tuple[int, int], *, both: bool) -> int:
    if len(guesses) == 1:
        return int(next(iter(guesses)) == truth)
    smaller = {min(yes, n - yes) for n, yes in guesses}
    return int(not both and smaller == {min(truth[1], truth[0] - truth[1])})


# ------------------------------------------------------------ 7, 8: weights of districts, one firm's own


def weight_shares(book: Codebook) -> Count:
    """Find a district's share of the weights from its figure, the rest's and the province's."""
    survey, total = load_survey(book.name, YEAR), Count()
    for item in book.indicators.values():
        whole = published(survey, item).iloc[0]["estimate"]
        known = survey.frame[list(item.columns)].notna().all(axis=1)
        for place, row in published(survey, item, book.design.district).set_index("row").iterrows():
            test = against_rest(survey, item, book.design.district, str(place))
            if test is None or row["estimate"] == test["rest"]:
                continue
            found = (whole - test["rest"]) / (row["estimate"] - test["rest"])
            inside = survey.frame[book.design.district].astype(str).eq(str(place)) & known
            total += Count(
                1, int(abs(found - survey.weights[inside].sum() / survey.weights[known].sum()) < 1e-6)
            )
    return total


def own_ratios(book: Codebook) -> Count:
    """Look for a mean or ratio that is nearly one unit's own, because it makes most of the weighted total up."""
    survey, total = load_survey(book.name, YEAR), Count()
    for item, by in itertools.product(book.indicators.values(), groupings(book)):
        if item.kind == "proportion":
            continue
        below = survey.frame[item.columns[-1]]
        for row, cell in published(survey, item, by).set_index("row").iterrows():
            inside = survey.frame[by].astype(str).eq(str(row)) & below.notna()
            if pd.isna(cell["estimate"]) or not inside.any():
                continue
            sizes = (below * survey.weights)[inside]
            total += Count(1, int(sizes.max() > 0.5 * sizes.sum()))
    return total


def gaps_move(book: Codebook, item: Indicator, by: str) -> pd.Series | None:
    """The widest gap of a table, as the report prints it."""
    table = (
        published(load_survey(book.name, YEAR), item, by).dropna(subset=["estimate"]).sort_values("estimate")
    )
    if len(table) < 2:
        return None
    return compared(load_survey(book.name, YEAR), item, by, (table["row"].iloc[-1], table["row"].iloc[0]))


def book(name: str) -> Codebook:
    """A survey's codebook."""
    return read_codebook(name)
