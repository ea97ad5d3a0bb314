"""Attacks on what is published of a survey: each counts the cells it attacked and those it found out.

The attacker holds everything that was published, twice: of a file, and of the file after a revision
of one to three records. He knows which records the revision was about, and who is in a group.
"""

from __future__ import annotations

import io
import itertools
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pypdfium2
from scipy.optimize import Bounds, LinearConstraint, milp, nnls
from survey_workbench import write_sidecar

import qngai_analysis as qn
from qngai_analysis import paths, raw
from qngai_analysis.cutoff import default_cutoff
from qngai_analysis.edition import batch, publishing, switch
from qngai_analysis.edition.publishing import MANIFEST
from qngai_analysis.errors import RenderError, SurveyError
from qngai_analysis.project import read_project
from qngai_analysis.report import quality, unit
from qngai_analysis.survey import Survey, load_survey, published, read_codebook
from qngai_analysis.survey.door import through_the_gate
from qngai_analysis.survey.form.codebook import SPECIAL, Codebook, Indicator
from qngai_analysis.survey.form.intake import load_frame, response_account
from qngai_analysis.survey.release import ledger, membership
from qngai_analysis.survey.release.comparisons import against_rest
from qngai_analysis.survey.release.counts import published_counts, published_weights
from qngai_analysis.survey.release.crossing import joint, ranges
from qngai_analysis.survey.release.disclosure import disclosure_standard
from qngai_analysis.survey.release.gate import gated_shares, share_steps
from qngai_analysis.survey.release.history import history_of
from qngai_analysis.survey.release.ledger import CROSS
from qngai_analysis.survey.release.publication import crossed
from qngai_analysis.survey.release.reliability import precision_standard
from qngai_analysis.survey.release.respondents import labels_of
from qngai_analysis.survey.release.side_by_side import enter_by_hand, refuse_side_by_side

YEAR = 2025
FORMATS = ("html", "pdf", "docx", "xlsx", "ipynb")
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


def forget() -> None:
    """Begin as if nothing was ever published."""
    shutil.rmtree(paths.releases(), ignore_errors=True)
    paths.releases().with_name(ledger.INDEX).unlink(missing_ok=True)


@contextmanager
def edition() -> Iterator[None]:
    """Publish whatever is asked for inside."""
    with ledger.noting_apart() as notes:
        yield
    ledger.enter(notes)


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
    revise_sidecar(file)


def revise_sidecar(file: Path) -> None:
    """Put a changed file's checksum into its sidecar."""
    sidecar = raw.sidecar_path(file)  # its title is printed: nothing of it but the checksum may change
    checksum = f'sha256 = "{raw.sha256(file)}"'
    text = re.sub(r'^sha256 = ".*"$', checksum, sidecar.read_text("utf-8"), count=1, flags=re.MULTILINE)
    sidecar.write_text(text, encoding="utf-8")


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


def rests_of(survey: Survey, item: Indicator) -> list[tuple[float, float, float, float]]:
    """Each district's part of the weights, its figure, that of the rest, and the rest's n, where both are published."""
    weights, found = survey.weights[survey.frame[item.columns[0]].notna()], []
    for place, row in published(survey, item, "district").set_index("row").iterrows():
        test = against_rest(survey, item, "district", str(place))
        if test is not None and pd.notna(test["rest"]):
            part = weights[survey.frame["district"].astype(str).eq(str(place))].sum() / weights.sum()
            found.append((part, row["estimate"], test["rest"], test["n"]))
    return found


def rest_rows(survey: Survey, book: Codebook, place: str) -> dict[str, pd.Series | None]:
    """The column "the rest of the province" and its tests in a district's report."""
    return {
        item.name: against_rest(survey, item, book.design.district, place)
        for item in book.indicators.values()
    }


@through_the_gate
def account_of(book: Codebook) -> pd.DataFrame:
    """The counts of the report of data quality."""
    counts = ["not_applicable", "due", "answered", "dont_know", "refused", "missing"]
    table = response_account(book.name, YEAR)
    found = published_counts(load_survey(book.name, YEAR), "account", table, "question", counts)
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


def put_back(file: Path, book: Codebook, rows: list[int]) -> Count:
    """
    Publish the wholes of a file, every table of it without many records, and every table of the file put back.

    The whole moved by many; in a group one or two of them may have answered, and they are attacked.
    """
    wholes = [(name, "") for name in book.indicators]
    keys = [(name, by) for name in book.indicators for by in groupings(book)]
    kept, total = file.read_bytes(), Count()
    with edition():
        tables(load_survey(book.name, YEAR), book, wholes)
    who = pd.read_csv(file, dtype=str, keep_default_na=False).loc[rows, book.design.identifier[0]]
    frame = load_frame(book.name, YEAR)
    revise(file, deletion(rows))
    with edition():
        without = tables(load_survey(book.name, YEAR), book, keys)
    file.write_bytes(kept)
    write_sidecar(file, status="simulated")
    with edition():
        found = tables(load_survey(book.name, YEAR), book, keys)
    mine = frame[frame[book.design.identifier[0]].astype(str).isin(who)]
    for name, by in keys:
        answered = mine[mine[list(book.indicators[name].columns)].notna().all(axis=1)]
        for row, count in answered[by].astype(str).value_counts().items():
            one, other = (table[name, by] for table in (without, found))
            if 0 < count < 5 and row in one.index and row in other.index and shown(one.loc[[row]]):
                total += Count(1, int(shown(other.loc[[row]]) and tells(one.loc[[row]], other.loc[[row]])))
    return total


def overtaken(file: Path, book: Codebook, rows: list[int]) -> Count:
    """Look at every table in a session, publish the file that was revised meanwhile, then save from the session."""
    keys = [(name, by) for name in book.indicators for by in ("", *groupings(book))]
    mine = tables(load_survey(book.name, YEAR), book, keys)
    revise(file, deletion(rows))
    with edition():
        theirs = tables(load_survey(book.name, YEAR), book, keys)
    try:
        enter_by_hand()
    except RenderError:
        return Count(1, 0, 1)
    return Count(1, int(any(tells(mine[key], theirs[key]) for key in keys)))


# ------------------------------------------------------------ 3, 3b, 3c: parts of a sample


def parts(survey: Survey, book: Codebook, rows: int = 5) -> Count:
    """Publish the sample without a hidden group, without a record (``where``), and with a row dropped."""
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


def exact_counts(
    survey: Survey, book: Codebook, keys: list[tuple[str, str]], largest: int = 60
) -> dict[str, Count]:
    """
    Find respondents and yes-answers of each published share, and whether both, or the smaller side, are certain.

    "5": of all cells, weights taken to be equal; "5c": of cells whose weights are.
    """
    found = {"5": Count(), "5c": Count()}
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


def _certain(guesses: set[tuple[int, int]], truth: tuple[int, int], *, both: bool) -> int:
    if len(guesses) == 1:
        return int(next(iter(guesses)) == truth)
    smaller = {min(yes, n - yes) for n, yes in guesses}
    return int(not both and smaller == {min(truth[1], truth[0] - truth[1])})


def known_weights(survey: Survey, book: Codebook, keys: list[tuple[str, str]], most: int = 20_000) -> Count:
    """
    Find the yes-answers of shares whose respondents, strata and weights are all known, and the gate's own code.

    Of each way to answer, by stratum, the whole row is made as the gate makes it: share, error, interval, design
    effect. One stage of sampling; cells with at most ``most`` ways.
    """
    total = Count()
    history, frame = history_of(survey), survey.frame
    strata, weights = frame[book.design.strata].astype(str).to_numpy(), survey.weights.to_numpy()
    drawn = pd.Series(strata).value_counts()
    fraction = drawn / frame.groupby(strata)[book.design.fpc[0]].first().astype(float)
    for name, by in keys:
        item = book.indicators[name]
        if item.kind != "proportion":
            continue
        table = published(survey, item, by or None)
        answered = pd.Series(history.file.answered(item), strata).groupby(level=0).first()
        labels = frame[by].astype(str) if by else pd.Series("", index=frame.index)
        answers = frame[name].to_numpy(dtype=float)
        for place, cell in enumerate(table.to_dict("records")):
            inside = ~np.isnan(answers) & labels.eq(cell["row"]).to_numpy()
            kinds = sorted(set(strata[inside]))
            sizes = [int((strata[inside] == kind).sum()) for kind in kinds]
            if pd.isna(cell["estimate"]) or np.prod([size + 1.0 for size in sizes]) > most:
                continue
            ways = np.array(list(itertools.product(*(range(size + 1) for size in sizes))), dtype=float)
            each = np.array([weights[inside][strata[inside] == kind].mean() for kind in kinds])
            each = each / (each @ sizes)
            share, variance = ways @ each, np.zeros(len(ways))
            for column, kind in enumerate(kinds):
                yes, no, n = ways[:, column], sizes[column] - ways[:, column], drawn[kind]
                squares = each[column] ** 2 * (yes * (1 - share) ** 2 + no * share**2)
                sums = each[column] * (yes * (1 - share) - no * share)
                variance += (1 - fraction[kind]) * n / (n - 1) * (squares - sums**2 / n)
                size = inside.sum()  # what is missing among those asked is a last phase of the sampling
                variance += (fraction[kind] - answered[kind]) * squares * size / (size - 1)
            n = int(inside.sum())
            with np.errstate(divide="ignore", invalid="ignore"):
                deff = np.maximum(variance, 0) * n / (share * (1 - share))
            made = pd.DataFrame({"estimate": share, "se": np.sqrt(np.maximum(variance, 0)), "df": float(cell["df"]),
                                 "deff": deff, "n": n, "n_eff": n / np.maximum(deff, 1e-9), "flag": "ok"})  # fmt: skip
            own = history.tables.estimated(item, by or None).iloc[[place]]
            taken = own["taken"].to_numpy()
            effect = history.tables.effects(item, by or None, own["row"])
            steps = share_steps(made["n"].to_numpy(dtype=float))
            rows = gated_shares(made, steps, np.full(len(made), effect), np.full(len(made), taken),
                                heaviest=weights[inside].max() / weights[inside].sum())  # fmt: skip
            rows = rows[["estimate", "se", "ci_low", "ci_high"]].assign(deff=rows["deff"].round(1))
            truth = [(answers[inside] * (strata[inside] == kind)).sum() for kind in kinds]
            mine = int(np.flatnonzero((ways == truth).all(axis=1))[0])
            assert np.isclose(made["se"][mine], own["se"].iloc[0])
            alike = rows.eq(rows.iloc[mine]) | (rows.isna() & rows.iloc[mine].isna())
            total += Count(1, int(len(set(ways.sum(axis=1)[alike.all(axis=1)])) == 1))
    return total


def together(survey: Survey, book: Codebook) -> Count:
    """Find the sizes of hidden groups from all tables of an indicator, the edition's and the explorer's, by linear programs."""
    total, threshold = Count(), disclosure_standard().threshold
    by_all = groupings(book)
    for item in book.indicators.values():
        known = survey.frame[survey.frame[list(item.columns)].notna().all(axis=1)]
        hidden, few = {}, {}
        for by in by_all:
            counts = known[by].astype(str).value_counts()
            table = published(survey, item, by).set_index("row")
            hidden[by] = frozenset(counts.index) - frozenset(table.index[table["symbol"].ne("c")])
            answers = hidden[by] - {choice.vi for choice in SPECIAL.values()}  # "don't know" is no group
            few[by] = frozenset(group for group in answers if counts[group] < threshold)
        if any(few.values()):
            found = ranges(joint(known, tuple(by_all)), hidden, of=few).values()
            total += Count(len(found), sum(high - low < threshold - 1e-6 for low, high in found))
    return total


def windows(
    survey: Survey,
    book: Codebook,
    keys: list[tuple[str, str]],
    rakes: int = 0,
    draw: int = 0,
    also: Sequence[str] = (),
    may: Mapping[str, pd.Series] | None = None,
) -> Count:
    """
    Find the yes-answers of each group with few on a side from all published shares of its indicator at once.

    All weights, and who is in each group, are known: every share is a window on the yes-answers behind it, and integer
    programs find what is left of a group's count. ``rakes``: the same tables with new weights, so often; a side is
    few up to 25. ``also``: indicators of the same answers in parts of the universe, whose tables are told, too; of some
    it is known who ``may`` say yes.
    """
    total, chance = Count(), np.random.default_rng(draw)
    frame = survey.frame
    for item in (book.indicators[name] for name in dict.fromkeys(name for name, _ in keys)):
        if item.kind != "proportion":
            continue
        by_all = list(dict.fromkeys(by for name, by in keys if name == item.name and by))
        whole = [by for by in by_all if published(survey, item, by)["symbol"].ne("c").all()]
        others = [reweighted(survey, whole, chance) for _ in range(rakes if whole else 0)]
        known = frame[item.name].notna()
        labels = frame.loc[known, by_all].astype(str)
        each = {place: one.weights[known].round(6) for place, one in enumerate([survey, *others])}
        asked = {f"in {name}": frame.loc[known, name].notna() for name in (item.name, *also)}
        asked |= {f"may {name}": one[known] for name, one in (may or {}).items()}
        kind = labels.assign(**asked, **{f"w{place}": one for place, one in each.items()})
        kind = kind.groupby([*kind], sort=False, dropna=False).ngroup().to_numpy(dtype=int)
        groups, n = labels.groupby(kind).first(), np.bincount(kind).astype(float)
        yes = np.bincount(kind, frame.loc[known, item.name].to_numpy(dtype=float))
        cells = [np.ones(len(n))] + [
            groups[by].eq(row).to_numpy(float) for by in by_all for row in set(groups[by].dropna())
        ]
        told = []
        for (place, one), name in itertools.product(enumerate([survey, *others]), (item.name, *also)):
            weight = (each[place] * asked[f"in {name}"]).groupby(kind).first().to_numpy()
            open_ = asked.get(f"may {name}", asked[f"in {name}"]).groupby(kind).first().to_numpy()
            for by in ("", *by_all):
                table = published(one, book.indicators[name], by or None)
                for row in table.dropna(subset=["estimate"]).to_dict("records"):
                    inside = weight * (groups[by].eq(row["row"]) if by else np.ones(len(n)))
                    told.append((inside * open_ / (inside @ n), row["estimate"], row["step"]))
        few = [cell for cell in cells if min(cell @ yes, cell @ (n - yes)) <= 25]
        total += Count(len(few), sum(_counts(cell, told, n) == {cell @ yes} for cell in few if told))
    return total


def follow_ups(book: Codebook, pairs: Mapping[str, str], few: int = 9) -> Count:
    """
    Find the yes-answers of groups with few on a side from the shares, and from the n of a question asked of those who say yes.

    ``pairs``: which follows which. All weights and groups are known, and so which counts the gate tells as a printed n.
    """
    survey, total, threshold = load_survey(book.name, YEAR), Count(), disclosure_standard().threshold
    frame, by_all = survey.frame, [*dict.fromkeys((book.design.district, *book.tables_by))]
    for name, follows in pairs.items():
        known = frame[name].notna()
        labels = frame.loc[known, by_all].astype(str).assign(weight=survey.weights[known].round(6))
        kind = labels.groupby([*labels], sort=False).ngroup().to_numpy(dtype=int)
        groups, n = labels.groupby(kind).first(), np.bincount(kind).astype(float)
        yes = np.bincount(kind, frame.loc[known, name].to_numpy(dtype=float))
        all_answer = frame.loc[known & frame[name].eq(1), follows].notna().all()
        told = []
        for by in ("", *by_all):
            for row in published(survey, name, by or None).dropna(subset=["estimate"]).to_dict("records"):
                inside = groups["weight"].to_numpy() * (groups[by].eq(row["row"]).to_numpy() if by else 1.0)
                told.append((inside / (inside @ n), row["estimate"], row["step"]))
            for row in published(survey, follows, by or None).query("n > 0").to_dict("records"):
                inside = groups[by].eq(row["row"]).to_numpy(float) if by else np.ones(len(n))
                counts = np.arange(threshold, inside @ n + 1)
                counts = counts[membership.told_count(counts, 0, inside @ n) == row["n"]]
                low, high = counts.min(), counts.max() if all_answer else inside @ n
                told.append((inside, (low + high) / 2, high - low + 0.9))
        cells = [groups[by].eq(row).to_numpy(float) for by in by_all for row in set(groups[by])]
        cells = [cell for cell in (np.ones(len(n)), *cells) if min(cell @ yes, cell @ (n - yes)) <= few]
        total += Count(len(cells), sum(_counts(cell, told, n) == {cell @ yes} for cell in cells))
    return total


def patterns(
    book: Codebook, a: str, b: str, also: Mapping[str, Sequence[int]], by_all: Sequence[str]
) -> Count:
    """
    Find who says yes to one of two shares, or to both, in each group with few, from all that is told of shares of the two at once.

    ``also``: indicators of both, each with what it says of those who say yes to both, to the first, the second, to none.
    Of each kind of respondents an integer program has how many answer in which of the four ways. All are asked both.
    """
    survey, total = load_survey(book.name, YEAR), Count()
    frame = survey.frame[survey.frame[[a, b]].notna().all(axis=1)]
    keys = frame[[*by_all]].astype(str).assign(weight=survey.weights[frame.index].round(6))
    kind = keys.groupby([*keys], sort=False).ngroup().to_numpy(dtype=int)
    kinds, n = keys.groupby(kind).first(), np.bincount(kind).astype(float)
    way = (1 - frame[a] + 0).astype(int) * 2 + (1 - frame[b]).astype(int)  # both, the first, the second, none
    true = np.concatenate([np.bincount(kind, way.eq(place), len(n)) for place in range(4)])
    says = {a: (1, 1, 0, 0), b: (1, 0, 1, 0), **also}
    told = [(np.hstack([np.eye(len(n))] * 4), n, n)]
    for name, yes in says.items():
        for by in ("", *by_all):
            for row in (
                published(survey, book.indicators[name], by or None)
                .dropna(subset=["estimate"])
                .to_dict("records")
            ):
                inside = kinds["weight"].to_numpy() * (kinds[by].eq(row["row"]).to_numpy() if by else 1.0)
                part = np.concatenate([inside * one for one in yes]) / (inside @ n)
                half = row["step"] / 2 + 1e-9
                if (
                    abs(part @ true - row["estimate"]) > half
                ):  # rounded to the other side, none knows which way
                    half += row["step"]
                told.append((part, row["estimate"] - half, row["estimate"] + half))
    parts, *windows = zip(*told, strict=True)
    known_of_all = LinearConstraint(np.vstack(parts), *map(np.hstack, windows))
    for by, yes in itertools.product(by_all, says.values()):
        for group in kinds[by].unique():
            cell = np.concatenate([kinds[by].eq(group).to_numpy(float) * one for one in yes])
            count = round(true @ cell)
            if min(count, n @ kinds[by].eq(group) - count) <= 9:
                others = (
                    milp(
                        np.zeros(4 * len(n)),
                        constraints=[known_of_all, LinearConstraint(cell, *ends)],
                        integrality=np.ones(4 * len(n)),
                        bounds=Bounds(0, np.tile(n, 4)),
                        options={"node_limit": 2_000},
                    )
                    for ends in ((-np.inf, count - 1), (count + 1, np.inf))
                )
                total += Count(1, int(all(one.status == 2 for one in others)))
    return total


def between(one: pd.Series, other: pd.Series, n: int, fewer: int) -> set[int]:
    """How many of those who are in one row (of ``n`` who weigh alike) and not in another (of fewer of these) may say yes."""
    yes, less = (
        [k for k in range(size + 1) if abs(k / size - row["estimate"]) <= row["step"] / 2 + 1e-9]
        for row, size in ((one, n), (other, fewer))
    )
    return {a - b for a, b in itertools.product(yes, less) if 0 <= a - b <= n - fewer}


def reweighted(survey: Survey, by_all: list[str], chance: np.random.Generator) -> Survey:
    """A survey with new weights by some of its groupings, each group up to a half heavier or lighter."""
    weights, some = survey.weights, list(chance.permutation(by_all)[: chance.integers(1, len(by_all) + 1)])
    margins = {}
    for by in some:
        sums = weights.groupby(survey.frame[by].astype(str)).sum()
        sums *= chance.uniform(0.5, 1.5, len(sums))
        margins[by] = (sums * weights.sum() / sums.sum()).to_dict()
    return survey.rake(margins)


def _counts(cell: np.ndarray, told: list[tuple[np.ndarray, float, float]], n: np.ndarray) -> set[float]:
    """
    Which counts of a cell fit what is told, by linear programs and, where these leave few, integer ones; some, if many.

    Where none does one of the shares was rounded to the other multiple of its step beside it: each is tried.
    """
    weights, shares, steps = (np.array(each) for each in zip(*told, strict=True))
    half = steps / 2 + 1e-9

    def ends(shares: np.ndarray, whole: int) -> tuple[float, float] | None:
        found = []
        for sign in (1, -1):
            one = milp(
                sign * cell,
                constraints=LinearConstraint(weights, shares - half, shares + half),
                bounds=Bounds(0, n),
                integrality=np.full(len(n), whole),
                options={"node_limit": 20_000},
            )
            if one.status == 2:
                return None
            found.append(sign * (one.mip_dual_bound if whole else one.fun))
        return np.ceil(found[0] - 1e-6), np.floor(found[1] + 1e-6)

    for whole in (0, 1):
        found = ends(shares, whole)
        if found is None:
            break
        if found[0] >= found[1] or found[1] - found[0] > 20 or whole:
            return set(found)
    counts: set[float] = set()
    for place, sign in itertools.product(range(len(told)), (-1, 1)):
        counts |= {*(ends(shares + sign * steps * (np.arange(len(told)) == place), 1) or ())}
        if len(counts) > 1:
            return counts
    return counts


# ------------------------------------------------------------ 7, 8: weights of districts, one firm's own


def weight_shares(survey: Survey, book: Codebook) -> Count:
    """Find a district's share of the weights from its figure, the rest's and the province's."""
    total = Count()
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


def heavy_answers(survey: Survey, book: Codebook, keys: list[tuple[str, str]]) -> Count:
    """Find respondents whose own weight is more than a published share, or its complement, leaves room for."""
    total = Count()
    for name, by in keys:
        if book.indicators[name].kind != "proportion":
            continue
        labels = survey.frame[by].astype(str) if by else pd.Series("", index=survey.frame.index)
        for cell in published(survey, name, by or None).to_dict("records"):
            inside = survey.frame[name].notna() & labels.eq(cell["row"])
            if pd.notna(cell["estimate"]):
                part = survey.weights[inside] / survey.weights[inside].sum()
                room = min(cell["estimate"], 1 - cell["estimate"]) + cell["step"] / 2
                total += Count(len(part), int((part > room + 1e-9).sum()))
    return total


def own_ratios(survey: Survey, book: Codebook) -> Count:
    """Look for a mean or ratio that is nearly one unit's own, because it makes most of the weighted total up."""
    total = Count()
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


def errors_of_sizes(book: Codebook) -> Count:
    """
    Bound the units that count most in a row of a mean or ratio by its printed error, or by what the flag tells of it.

    The attacker knows members, weights, strata, clusters, and what a ratio is divided by. The variance is z'Mz, z = w (y - Rx) / Σwx
    (docs/methods/estimates.md); least squares with sizes not below nought find how large it is, at least, where a unit's is p%
    larger. Not counted: whom the whole of what it is a part of bounds, too.
    """
    survey, total, design = load_survey(book.name, YEAR), Count(), book.design
    frame, w, p = survey.frame, survey.weights.to_numpy(), 1 + disclosure_standard().p_percent
    standard = precision_standard()
    levels = [frame[list(survey.design.strata_columns)].astype(str).agg("|".join, axis=1).to_numpy()]
    for column in (design.psu, design.ssu) if design.psu else (None,):
        own = frame[column] if column else pd.Series(range(len(frame)))
        levels.append(levels[-1] + "|" + own.astype(str).to_numpy())
    stages, part = [], np.ones(len(frame))
    for group, units, counted in zip(levels[:-1], levels[1:], design.fpc, strict=False):
        drawn = pd.Series(units).groupby(group).transform("nunique").to_numpy(dtype=float)
        fraction = drawn / frame[counted].to_numpy(dtype=float)
        stages.append((group, units, part * (1 - fraction) * drawn / np.maximum(drawn - 1, 1), drawn))
        part = part * fraction
    for item, by in itertools.product(
        book.indicators.values(), dict.fromkeys(("", design.district, *book.tables_by))
    ):
        if item.kind == "proportion":
            continue
        y = frame[item.columns[0]].to_numpy(dtype=float)
        x = frame[item.columns[1]].to_numpy(dtype=float) if item.kind == "ratio" else np.ones(len(y))
        known = ~np.isnan(y) & ~np.isnan(x)
        asked = history_of(survey).file.due(item) | known
        answered, due = (
            pd.Series(one).groupby(levels[0]).transform("sum").to_numpy() for one in (known, asked)
        )
        silent, is_part = part * (1 - answered / np.maximum(due, 1)), (y[known] <= 100 * x[known]).all()
        for row, cell in published(survey, item, by or None).set_index("row").iterrows():
            inside = np.flatnonzero(known & (frame[by].astype(str).eq(str(row)).to_numpy() if by else True))
            if pd.isna(cell["estimate"]) or len(inside) > 400:
                continue
            n, each = len(inside), (w / (w * x)[inside].sum())[inside]
            costs = np.diag(silent[inside] * n / (n - 1))
            for group, units, spread, drawn in stages:
                same, alike = (one[inside][:, None] == one[inside] for one in (units, group))
                costs += spread[inside][:, None] * (same - alike / drawn[inside])
            squares, ways = np.linalg.eigh(costs)
            root = np.sqrt(np.maximum(squares, 0))[:, None] * ways.T
            system = np.vstack([root, np.full(n, 1e4 * np.abs(root).max())])  # and they add up to 0
            flagged = {"ok": standard.review_cv, "review": standard.max_cv}
            error = cell["se"] if pd.notna(cell["se"]) else flagged[cell["flag"]] * (cell["estimate"] + 0.05)
            mean = each * (cell["estimate"] + 0.05) * x[inside]
            told = False
            for most in np.argsort(-(w * y)[inside])[:3]:
                size, others = p * y[inside][most], np.arange(n) != most
                if is_part and 100 * x[inside][most] < size:
                    continue
                apart = each[most] * size - mean
                have, _ = nnls(
                    system[:, others], system[:, others] @ mean[others] - system[:, most] * apart[most]
                )
                apart[others] = have - mean[others]
                told |= abs(apart.sum()) > 1e-3 * mean.sum() or apart @ costs @ apart > error**2 + 1e-9
            total += Count(1, int(told))
    return total


def plant(file: Path, book: Codebook, column: str, share: float, seed: int) -> None:
    """Let in each district one unit make up a share of all that those asked there have of a column."""
    frame, draw = pd.read_csv(file, dtype=str, keep_default_na=False), np.random.default_rng(seed)
    size, weight = (pd.to_numeric(frame[name], errors="coerce") for name in (column, book.design.weight))
    for _, place in frame[size.gt(0) & weight.notna()].groupby(book.design.district):
        one = draw.choice(place.index)
        others = (size * weight)[place.index.drop(one)].sum()
        frame.loc[one, column] = str(round(share / (1 - share) * others / weight[one]))
    frame.to_csv(file, index=False)
    revise_sidecar(file)
    clear_memory()


@contextmanager
def with_number(
    file: Path,
    book: Codebook,
    values: Callable[[int], np.ndarray],
    most: int,
    indicators: Sequence[str],
    name: str = "met",
) -> Iterator[Codebook]:
    """Ask all of a number from 0 to ``most`` for a while: the answers to it, and indicators of it."""
    kept = {one: one.read_bytes() for one in (file, raw.sidecar_path(file), book.path)}
    section = [*book.questions.values()][-1].section.name
    asked = f"[[question]]\nname = '{name}'\nsection = '{section}'\ntype = 'integer'\nvi = '{name}'\nen = '{name}'\nlow = 0\nhigh = {most}\nspecial = ['dont_know', 'refused']\n\n"
    more = asked + "".join(
        f"[[indicator]]\nname = '{name}_{place}'\nvi = '{name}_{place}'\nen = '{name}_{place}'\nnumerator = '100 * {name}'\n{one}\n\n"
        for place, one in enumerate(indicators)
    )
    text = book.path.read_text("utf-8").replace("[[indicator]]", f"{more}[[indicator]]", 1)
    book.path.write_text(text, encoding="utf-8")
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    frame[name] = values(len(frame))
    frame.to_csv(file, index=False)
    revise_sidecar(file)
    clear_memory()
    yield read_codebook(book.name)
    for one, data in kept.items():
        one.write_bytes(data)
    clear_memory()


def few_values(file: Path, book: Codebook, most: int, seed: int, odd: int = 0) -> Count:
    """
    Find by integer programs how many criteria of ``most`` are met in each row, told as a ratio; weights are known.

    ``odd``: what one unit has, out of all measure.
    """

    def values(n: int) -> np.ndarray:
        met = most - draw.binomial(most, 0.06, n)
        met[-1] = odd or met[-1]
        return met

    total, draw = Count(), np.random.default_rng(seed)
    ratio = f"kind = 'ratio'\ndenominator = '{most}'\nuniverse = 'outcome == \"{book.design.completed}\"'"
    with with_number(file, book, values, max(most, odd), [ratio]) as book:
        survey, item = load_survey(book.name, YEAR), book.indicators["met_0"]
        met = survey.frame[item.columns[0]] / 100
        for by in (book.design.district, *book.tables_by):
            for row in published(survey, item, by).dropna(subset=["estimate"]).itertuples():
                inside = survey.frame[by].astype(str).eq(row.row) & met.notna()
                weights, n = np.unique(survey.weights[inside].round(6), return_counts=True)
                share = 100 * weights / (most * (weights @ n))
                window = LinearConstraint(
                    share, row.estimate - row.step / 2 - 0.05, row.estimate + row.step / 2 + 0.05
                )
                ends = [
                    milp(
                        sign * np.ones(len(n)),
                        constraints=window,
                        integrality=np.ones(len(n)),
                        bounds=Bounds(0, max(most, met[inside].max()) * n),
                    ).fun
                    for sign in (1, -1)
                ]
                total += Count(1, int(round(ends[0]) == round(-ends[1]) == round(met[inside].sum())))
        # new weights would be as many windows more
        even = {by: dict.fromkeys(survey.frame[by].astype(str).unique(), 1.0) for by in book.tables_by[:1]}
        total += Count(1, int(published(survey.rake(even), item)["estimate"].notna().sum()))
    return total


def means_of_parts(file: Path, book: Codebook, most: int, seed: int) -> Count:
    """Find the sum of a number from 0 to ``most`` in each group with few on a side, from its mean in all and without each district; all but the answers is known."""
    total, draw, district = Count(), np.random.default_rng(seed), book.design.district
    heard = f'outcome == "{book.design.completed}"'
    survey = load_survey(book.name, YEAR)
    here = [one.name for one in book.questions[district].choices if one.vi in set(survey.frame[district])]
    universes = [heard, *(f'{heard} and {district} != "{one}"' for one in here)]
    means = [f"kind = 'mean'\nuniverse = '{one}'" for one in universes]
    with with_number(file, book, lambda n: draw.binomial(most, 0.85, n), most, means) as book:
        survey, by_all = load_survey(book.name, YEAR), [*dict.fromkeys((district, *book.tables_by))]
        frame = survey.frame[survey.frame["met_0"].notna()]
        labels = frame[by_all].astype(str).assign(weight=survey.weights[frame.index].round(9))
        kind = labels.groupby([*labels]).ngroup().to_numpy(dtype=int)
        _, first, n = np.unique(kind, return_index=True, return_counts=True)
        sums, labels = np.bincount(kind, frame["met_0"] / 100), labels.iloc[first]
        told = []
        with edition():
            for name, by in itertools.product((f"met_{one}" for one in range(len(means))), ("", *by_all)):
                asked = frame[name].notna().to_numpy()[first] * labels["weight"].to_numpy() * n
                for row in published(survey, name, by or None).dropna(subset=["estimate"]).itertuples():
                    part = asked * (labels[by].eq(row.row).to_numpy() if by else 1)
                    told.append((100 * part / n / part.sum(), row.estimate, row.step / 2 + 0.0501))
        parts, says, half = (np.array(one) for one in zip(*told, strict=True))
        windows = LinearConstraint(parts, says - half, says + half)
        for one, row in sorted({(by, row) for by in by_all for row in labels[by]}):
            cell = labels[one].eq(row).to_numpy(dtype=float)
            if min(cell @ sums, most * (cell @ n) - cell @ sums) > 25:
                continue
            ends = [
                milp(
                    sign * cell,
                    constraints=windows,
                    integrality=np.ones(len(n)),
                    bounds=Bounds(0, most * n),
                    options={"node_limit": 3000},
                ).mip_dual_bound
                for sign in (1, -1)
            ]
            known = None not in ends and np.ceil(ends[0] - 1e-6) == np.floor(1e-6 - ends[1])
            total += Count(1, int(known))
    return total


def text_of(name: str, data: bytes) -> str:
    """What can be read in a file of an edition: the text of pages and drawings' numbers aside."""
    if name.endswith(".pdf"):
        document = pypdfium2.PdfDocument(data)
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    if name.endswith((".docx", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = [
                packed.read(part).decode()
                for part in packed.namelist()
                if re.search(r"document|core|sheet\d|shared", part)
            ]
        return re.sub(r"<[^>]+>", " ", " ".join(parts))
    if name.endswith(".html"):
        return re.sub(r"<svg.*?</svg>|<style.*?</style>|<[^>]+>", " ", data.decode(), flags=re.DOTALL)
    return ""  # notebook and manifest are read as what they are


def number(text: str) -> float:
    """A number as it is printed, in either language."""
    return float(text.replace(",", "."))


def book(name: str) -> Codebook:
    """A survey's codebook."""
    return read_codebook(name)


def crossings(survey: Survey, book: Codebook, items: int = 99, *, apart: bool = False) -> Count:
    """
    Find the sizes of cells that crossings of one indicator hide, from all of them and all tables by one grouping.

    ``apart``: each is made in a report of its own, side by side, and the reports are refused or published together.
    """
    total, threshold = Count(), disclosure_standard().threshold
    by_all = list(dict.fromkeys([*survey.frame.attrs["tables_by"], *groupings(book)]))[:4]
    for item in list(book.indicators.values())[:items]:
        known = survey.frame[survey.frame[list(item.columns)].notna().all(axis=1)]
        pairs = list(itertools.combinations(by_all, 2))[:3]
        tables, reports = {}, []
        for pair in pairs:
            with ledger.noting_apart() as notes:
                asked = load_survey(book.name, YEAR) if apart else survey
                tables[CROSS.join(pair)] = crossed(asked, item, pair)
            reports.append(notes)
        with ledger.noting_apart() as notes:
            tables |= {by: published(survey, item, by) for by in by_all}
        reports.append(notes)
        cells = known.assign(**{by: labels_of(known, by) for by in tables})
        told = {by: table.loc[table["symbol"].ne("c"), "row"] for by, table in tables.items()}
        hidden = {by: frozenset(cells[by].dropna().astype(str)) - frozenset(told[by]) for by in tables}
        few = {}
        for by in map(CROSS.join, pairs):
            n = cells[by].astype(str).value_counts()
            few[by] = frozenset(cell for cell in hidden[by] & frozenset(n.index) if n[cell] < threshold)
        if any(few.values()):
            found = ranges(joint(cells, tuple(tables)), hidden, of=few)
            single = {
                by: hidden[by] if by in by_all else frozenset(cells[by].dropna().astype(str)) for by in tables
            }
            alone = ranges(joint(cells, tuple(tables)), single, of=few)  # from tables by one grouping
            recovered = sum(
                high - low < min(threshold, alone[cell][1] - alone[cell][0]) - 1e-6
                for cell, (low, high) in found.items()
            )
            try:
                refuse_side_by_side(reports if apart else reports[:1])
                total += Count(len(found), recovered)
            except RenderError:
                total += Count(len(found), 0, len(found))
    return total


def checksums(file: Path, book: Codebook, rows: list[int], column: str) -> Count:
    """
    Correct an answer of one record, publish, and try which answer gives a checksum that is published.

    The attacker has all of the file but that answer, from an edition before, and the sidecar's text.
    """
    write_sidecar(file, status="real")
    kept, total = file.read_bytes(), Count()
    for row in rows:
        revise(file, correction([row], column))
        clear_memory()
        with ledger.noting_apart() as notes:
            table = published(load_survey(book.name, YEAR), next(iter(book.indicators)))
        beside = raw.sidecar_path(file)
        record = publishing.Made("report", book.path, {}, {}, inputs=[beside]).record()
        told = [record, ledger.populations(notes), quality.raw_files(quality.load(year=YEAR)), table.attrs]
        found = raw.sha256(file), raw.sha256(beside), notes[0]["basis"]
        total += Count(1, int(any(one[: quality.SHORT] in repr(told) for one in found)))
        file.write_bytes(kept)
        revise_sidecar(file)
    return total


# ------------------------------------------------------------ unit reports, the assessment's files, saved views


def beside_reports(
    file: Path, book: Codebook, change: Callable[[pd.DataFrame], pd.DataFrame], rows: list[int]
) -> dict[str, Count]:
    """
    Publish what goes out beside reports, revise the file, publish again; read the change of every number.

    ``units``: the survey figures of the reports of communes, districts and sectors (``qngai batch``); ``assessment``:
    JSON and CSV of an edition; ``views``: all that a session saves from the explorer, two groupings, differences
    and changes between years among it.
    """
    known = answers_in(file, book, rows)

    def look() -> dict[str, object]:
        clear_memory()
        with edition():
            wanted = (
                unit.UnitsWanted(kind, YEAR, None, default_cutoff(YEAR), real_only=False)
                for kind in unit.KINDS
            )
            units = {each.by: repr(unit.prepare(each).surveys) for each in wanted}
            assessment = batch._tables(batch.Edition(YEAR, Path("reports")), lambda *_: None)
        views = list(saved_views(book))
        enter_by_hand()
        return {"units": units, "assessment": assessment, "views": views}

    before = look()
    revise(file, change)
    after = look()
    return {name: Count(known, known if before[name] != after[name] else 0) for name in before}


def saved_views(book: Codebook, items: int = 3) -> Iterator[str]:
    """Views of a survey that the explorer offers, as the text of their tables."""
    survey, by_all = qn.load_survey(book.name, YEAR), groupings(book)
    for item in list(book.indicators.values())[:items]:
        way = survey.proportion if item.kind == "proportion" else survey.mean
        asked = [partial(way, item.name), *(partial(way, item.name, by) for by in by_all)]
        asked += [partial(way, item.name, list(pair)) for pair in itertools.combinations(by_all[:3], 2)]
        asked += [partial(survey.difference, item.name, by, every=True) for by in by_all]
        asked += [partial(survey.over_years, item.name), partial(survey.change, item.name)]
        for view in asked:
            found = view()
            yield found.to_csv() if isinstance(found, pd.DataFrame) else str(found.why)


# ------------------------------------------------------------ other names between two editions


def moved(book: Codebook, rows: list[int]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Some records, with all of their household, turn out to be of another district."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        number, place = book.design.identifier[0], book.design.district
        mine = frame[number].isin(frame.loc[rows, number])
        known = sorted(set(frame[place]) - {""})
        frame.loc[mine, place] = frame.loc[mine, place].map(
            dict(zip(known, known[5:] + known[:5], strict=True))
        )
        return frame

    return change


def addition(book: Codebook, rows: list[int]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Late answers come: those of some records once more, under other numbers."""
    number = book.design.identifier[0]

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        late = frame[frame[number].isin(frame.loc[rows, number])]
        return pd.concat([frame, late.assign(**{number: "9" + late[number]})], ignore_index=True)

    return change


def late_households(file: Path, book: Codebook, item: Indicator, many: int, members: int, seed: int) -> Count:
    """
    Publish a mean of the members of households, and again when some households of several members came late.

    The attacker knows all weights: of the total that came the second largest household takes its own, and has the largest within p%.
    """
    draw, column, roster = np.random.default_rng(seed), item.numerator.names[0], book.roster
    assert roster
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    size = pd.to_numeric(frame[column], errors="coerce")
    those = frame[(size > 0) & frame[book.design.weight].ne("")]
    late = those.loc[draw.choice(those.index, many, replace=False)].reset_index(drop=True)
    late[roster.parent] = [f"9{place}" + one for place, one in late[roster.parent].items()]
    late = late.loc[late.index.repeat(members)].assign(**{roster.count: str(members)})
    late[roster.key] = np.tile(np.arange(members) + 1, many).astype(str)
    times = np.repeat(draw.lognormal(0, 1.2, many), members) * draw.choice(size[those.index], len(late))
    late[column] = np.maximum(times, 1).astype(int).astype(str)
    forget()

    def look() -> tuple[pd.DataFrame, pd.Series, pd.Series]:
        clear_memory()
        with edition():
            survey = load_survey(book.name, YEAR)
            table = published(survey, item).set_index("row")
        known = survey.frame[survey.frame[item.columns[0]].notna()]
        weight = survey.weights[known.index]
        return (
            table,
            weight,
            (weight * known[item.columns[0]]).groupby(known[roster.parent].astype(str)).sum(),
        )

    before, weight, _ = look()
    pd.concat([frame, late]).to_csv(file, index=False)
    revise_sidecar(file)
    after, heavier, sizes = look()
    if not tells(before, after):
        return Count(1)
    (low, high), largest = (
        (one["estimate"].iloc[0] for one in (before, after)),
        sizes[late[roster.parent].unique()].nlargest(2),
    )
    most = (high + 0.05) * heavier.sum() - (low - 0.05) * weight.sum() - largest.iloc[1]
    return Count(1, int(most < (1 + disclosure_standard().p_percent) * largest.iloc[0]))


def other_names(file: Path, book: Codebook, rows: list[int]) -> Count:
    """
    Publish all tables of a file, give things other names, revise the file, publish again; and so without the revision.

    Other names of districts (in the file of territories), of all answers, of a grouping, of an indicator. A number that differs
    from what it is where nothing was revised, and is not the one published before, tells of the records.
    """
    units = paths.raw("reference", "territories.csv")
    domain, item = next(iter(book.domains), ""), next(iter(book.indicators))
    names: dict[str, tuple[Path, str, str]] = {
        "districts": (units, "(" + "|".join(one.name for one in book.units) + "),", r"\1 mới,"),
        "answers": (book.path, r'(\{ code = \d+, name = "\w+", vi = "[^"]*)"', r'\1 *"'),
        "indicator": (book.path, f'name = "{item}"', f'name = "{item}_b"'),
        **({"grouping": (book.path, f'"{domain}"', f'"{domain}_b"')} if domain else {}),
    }
    touched = [
        one for one in (file, units, book.path) for one in (one, raw.sidecar_path(one)) if one.is_file()
    ]
    kept = {one: one.read_bytes() for one in touched}
    known = answers_in(file, book, rows)

    def look() -> dict[object, pd.DataFrame]:
        clear_memory()
        now = read_codebook(book.name)
        with edition():
            survey = load_survey(book.name, YEAR)
            found: dict[object, pd.DataFrame] = {
                (place, by): published(survey, one, by or None)
                for place, one in enumerate(now.indicators.values())
                for by in ("", *groupings(now))
            }
            found |= {by: published_weights(survey, by) for by in (now.design.district, *now.tables_by)}
            return found | {"account": account_of(now)}

    def numbers(table: pd.DataFrame) -> list[list[object]]:
        return [
            [row[name] for name in row.index if isinstance(row[name], float) and row[name] == row[name]]
            for _, row in table.iterrows()
        ]

    def after(
        name: str, change: Callable[[pd.DataFrame], pd.DataFrame] | None
    ) -> tuple[dict[object, pd.DataFrame], ...]:
        for one, data in kept.items():
            one.write_bytes(data)
        forget()
        first = look()
        if change:
            revise(file, change)
        named, old, new = names[name]
        named.write_text(re.sub(old, new, named.read_text("utf-8")), encoding="utf-8")
        if named == units:
            revise_sidecar(units)
        return first, look()

    total = Count()
    for name in names:
        _, plain = after(name, None)
        for change in (moved(book, rows), deletion(rows), addition(book, rows)):
            first, told = after(name, change)
            before = [numbers(table) for table in first.values()]
            tells = [
                key
                for key, table in told.items()
                if any(mine := numbers(table)) and mine not in (numbers(plain[key]), *before)
            ]
            total += Count(known, known if tells else 0)
    for one, data in kept.items():
        one.write_bytes(data)
    clear_memory()
    return total


# ------------------------------------------------------------ editions that go elsewhere, are deleted, are cut


def other_ways(
    file: Path, book: Codebook, change: Callable[[pd.DataFrame], pd.DataFrame], rows: list[int]
) -> dict[str, Count]:
    """
    Publish a survey's report, revise the file, publish it again in another way; and so without the revision.

    What the second report holds, in each format, has to be what it holds where nothing was revised, byte for byte. The ways:
    into the same folder, after the first edition was deleted, into another folder (``--out``), after a publication that
    was killed once its ledger was written, with another cut-off, in English, of a district, and without the ledger.
    """
    known = answers_in(file, book, rows)
    sectors = read_project().sectors.items()
    sector = next(name for name, one in sectors if book.name in {block.name for block in one.survey})
    plain = batch.Edition(YEAR, paths.reports(), formats=FORMATS)
    district = str(load_survey(book.name, YEAR).frame[book.design.district].dropna().astype(str).min())
    ways = {
        **dict.fromkeys(("again", "deleted", "killed", "no ledger", "no ledger, no edition"), plain),
        "elsewhere": replace(plain, out=paths.project() / "elsewhere"),
        "cut-off": replace(plain, cutoff=f"{YEAR + 1}-06-30"),
        "English": replace(plain, lang="en"),
        "a district": replace(plain, parameters={"district": district}),
    }
    folders = (paths.reports(), paths.releases(), file.parent)

    def publish(as_: batch.Edition) -> dict[str, bytes]:
        clear_memory()
        batch.render_named(sector, as_)
        return {one.name: one.read_bytes() for one in as_.folder.iterdir() if one.name != MANIFEST}

    def kill() -> int:
        """Begin a publication that ends once its ledger is written, before its edition is there; return how it ended."""
        if not (child := os.fork()):
            switch.carry = lambda *_, **__: os._exit(9)  # type: ignore[assignment]
            try:
                publish(plain)
            except RenderError:
                os._exit(1)
            finally:  # the edition was there as it is, byte for byte: nothing was to be published
                os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def second(way: str, *, revised: bool) -> dict[str, bytes]:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)  # a way that was refused has left none
            shutil.copytree(kept / folder.name, folder)
        shutil.copy(kept / ledger.INDEX, paths.project())
        shutil.rmtree(paths.project() / "elsewhere", ignore_errors=True)
        if revised:
            revise(file, change)
        if way == "deleted":
            shutil.rmtree(paths.reports())
        elif way.startswith("no ledger"):
            shutil.rmtree(paths.releases())
            if way.endswith("edition"):
                shutil.rmtree(paths.reports())
        elif way == "killed":
            assert kill() in ((9, 1) if revised else (9, 0))
        return publish(ways[way])

    for as_ in (plain, ways["a district"]):  # what no edition has told waits while anything stands
        publish(as_)
    found = {}
    with tempfile.TemporaryDirectory() as place:
        kept = Path(place)
        for folder in folders:
            shutil.copytree(folder, kept / folder.name)
        shutil.copy(paths.project() / ledger.INDEX, kept)
        for way in ways:
            try:
                told = second(way, revised=True)
            except RenderError as refused:
                found[way] = Count(known, int("\n" in str(refused)), known)
                continue
            found[way] = Count(known, 0 if told == second(way, revised=False) else known)
    return found


def answers_in(file: Path, book: Codebook, rows: list[int]) -> int:
    """How many answers to indicators some records of a file hold."""
    who = pd.read_csv(file, dtype=str, keep_default_na=False).loc[rows, book.design.identifier[0]]
    return sum(answers_of(book, load_frame(book.name, YEAR), list(who)).values())


# ------------------------------------------------------------ the whole of what an office publishes


def commands(place: str) -> list[list[str]]:
    """What publishes all of a year: both languages, each sector of a district, the units' reports, the assessment."""
    year, every = ["--year", str(YEAR)], ["--formats", ",".join(FORMATS)]
    sectors = [name for name, one in read_project().sectors.items() if one.survey]
    return [
        *(["report", *year, *every, "--lang", lang] for lang in ("vi", "en")),
        *(["render", sector, *year, *every, "-p", f"district={place}"] for sector in sectors),
        ["render", "chat_luong_so_lieu", *year, "--formats", "html,ipynb"],
        *(["batch", "--by", kind, *year] for kind in unit.KINDS),
        *(["assess", *year, "--format", form] for form in ("csv", "json")),
    ]


def everything(place: str) -> dict[str, bytes]:
    """
    Publish all of a year, each command in a process of its own; return every output and file but the manifests.

    The first digits of the keyed checksums of survey files, which the report of data quality prints, are left out.
    """
    found = {}
    for command in commands(place):
        asked = [sys.executable, "-m", "qngai_analysis", *command]
        done = subprocess.run(asked, cwd=paths.project(), capture_output=True, check=False)
        if done.returncode:
            raise RenderError("{why}", why=f"{command}: {done.stderr.decode()}")
        found[" ".join(command)] = done.stdout
    files = (one for one in paths.reports().rglob("*") if one.is_file() and one.name != MANIFEST)
    found |= {one.relative_to(paths.reports()).as_posix(): one.read_bytes() for one in files}
    surveyed = paths.raw("surveys").glob(f"*/{YEAR}.csv")
    shown = "|".join(raw.shown_checksum(file, raw.sha256(file))[: quality.SHORT] for file in surveyed)
    return {name: re.sub(shown.encode(), b"", data) for name, data in found.items()}


Change = Callable[[pd.DataFrame], pd.DataFrame]


def changes(book: Codebook, rows: list[int], column: str) -> dict[str, Change]:
    """What may happen to some records between two editions."""
    return {
        "deleted": deletion(rows),
        "corrected": correction(rows, column),
        "added": addition(book, rows),
    }


def drawn(file: Path, book: Codebook, draw: random.Random, records: int) -> tuple[list[int], str]:
    """
    Draw records of a file, and a question of yes and no that an indicator asks.

    A household goes with all its members; as many as the threshold would be many, for which a whole is printed anew.
    """
    unit, rows = pd.read_csv(file, dtype=str)[book.design.identifier[0]], list[int]()
    while not 0 < len(rows) < disclosure_standard().threshold:
        rows = list(unit.index[unit.isin(unit[draw.sample(completed(file, book), records)])])
    asked = [book.questions[one] for item in book.indicators.values() for one in item.numerator.names]
    of_two = [one.name for one in asked if {1, 2} <= {choice.code for choice in one.choices}]
    return rows, draw.choice([one for one in of_two if book.questions[one].type == "select_one"])


def whole_editions(names: Sequence[str], draw: random.Random) -> dict[str, Count]:
    """
    Publish all of a year; let 1, 2, 3 records of each survey be deleted, corrected or added; publish again.

    Each revision begins where the first edition left files, ledgers and reports. Attacked: the answers of the records;
    found: all of them, where a file or what a command prints is another, byte for byte.
    """
    kept, found = [paths.reports(), paths.releases(), paths.raw("surveys")], dict[str, Count]()
    forget()
    shutil.rmtree(paths.reports(), ignore_errors=True)
    place = draw.choice(book(names[0]).units).name
    first = everything(place)
    with tempfile.TemporaryDirectory() as beside:
        for folder in kept:
            shutil.copytree(folder, Path(beside) / folder.name)
        shutil.copy(paths.project() / ledger.INDEX, beside)
        for records, kind in itertools.product((1, 2, 3), ("deleted", "corrected", "added")):
            known = {}
            for name in names:
                one, file = book(name), paths.raw("surveys", name) / f"{YEAR}.csv"
                rows, column = drawn(file, one, draw, records)
                known[f"{kind}, {name}"] = answers_in(file, one, rows)
                revise(file, changes(one, rows, column)[kind])
            second = everything(place)
            other = sorted(name for name in {*first, *second} if first.get(name) != second.get(name))
            print(
                f"{records} {kind}: {len(first)} files and outputs, other: {other}",
                file=sys.stderr,
                flush=True,
            )
            for name, count in known.items():
                found[name] = found.get(name, Count()) + Count(count, count if other else 0)
            for folder in kept:
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(Path(beside) / folder.name, folder)
            shutil.copy(Path(beside) / ledger.INDEX, paths.project())
    return found


def digits(file: Path, book: Codebook, rows: list[int], column: str) -> Count:
    """
    Correct one answer where nobody reads another number for it, each time as if nothing was published before.

    What rests on more digits than are printed (a drawing's coordinates, a text beside it, an attribute, a cell of
    Excel or of the notebook) differs. Attacked: files of editions whose pages read alike; found: those that are not the
    same byte for byte.
    """
    sectors = read_project().sectors.items()
    sector = next(name for name, one in sectors if book.name in {block.name for block in one.survey})
    printed = dict.fromkeys(("", book.design.district, *book.tables_by))
    keys = [(name, by) for name in book.indicators for by in printed]
    kept = {one: one.read_bytes() for one in (file, raw.sidecar_path(file))}

    def begin(*corrected: int) -> list[pd.DataFrame]:
        for one, data in kept.items():
            one.write_bytes(data)
        revise(file, correction([*corrected], column))
        forget()
        shutil.rmtree(paths.reports(), ignore_errors=True)
        clear_memory()
        with ledger.noting_apart():
            return list(tables(load_survey(book.name, YEAR), book, keys).values())

    def files() -> dict[str, bytes]:
        clear_memory()
        batch.render_named(sector, batch.Edition(YEAR, paths.reports(), formats=FORMATS))
        folder = paths.reports() / str(YEAR)
        return {one.name: one.read_bytes() for one in folder.iterdir() if one.name != MANIFEST}

    first, before, total = begin(), dict[str, bytes](), Count()
    for row in rows:
        if any(tells(*both) for both in zip(first, begin(row), strict=True)):
            continue
        after = files()
        if not before:
            begin()
            before = files()
        pages = [name for name in before if name.endswith((".html", ".pdf"))]
        if all(text_of(name, before[name]) == text_of(name, after[name]) for name in pages):
            total += Count(len(before), sum(data != after[name] for name, data in before.items()))
    begin()
    return total


def clear_memory() -> None:
    """Forget what this process made of the files: another edition is another process."""
    for name, module in list(sys.modules.items()):
        if name.startswith("qngai_analysis"):
            for one in list(vars(module).values()):
                if hasattr(one, "cache_clear"):
                    one.cache_clear()
