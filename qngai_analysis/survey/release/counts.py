"""Published counts of a survey's file: answers by question, and how the weighted sample divides."""

from __future__ import annotations

import hashlib
from itertools import combinations

import numpy as np
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.door import through_the_gate
from qngai_analysis.survey.estimate.estimates import Survey
from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.survey.release import ledger
from qngai_analysis.survey.release.crossing import joint, ranges
from qngai_analysis.survey.release.disclosure import disclosure_standard, emptied, protect
from qngai_analysis.survey.release.gate import at_step, gated_counts, share_steps
from qngai_analysis.survey.release.history import history_of
from qngai_analysis.survey.release.ledger import WHOLE, Published
from qngai_analysis.survey.release.refusals import refuse_others
from qngai_analysis.survey.release.respondents import NO_GROUPS


@through_the_gate
def published_weights(survey: Survey, by: str) -> pd.DataFrame:
    """
    Return how the weighted sample divides by a grouping, as it may be published.

    Columns: ``row``, ``n``, ``share`` (0-1, in steps of ``gate.share_steps``), missing where fewer respondents than
    the threshold are in a group (of new weights: in a cell of it by their margins), or a hidden one would follow.
    Compared with what was published as counts are.

    Raises
    ------
    SurveyError
        ``by`` is what respondents said: its shares, of many new weights, would leave one count of who said so.
    """
    refuse_others(survey, [], by)
    weights, labels, history = survey.weights, survey.frame[by], history_of(survey)
    if history.file.asked(by):
        wording = "{by}: chỉ đối chiếu quyền số theo đơn vị hành chính, tầng và các phân tổ chính của điều tra ({known}), không theo câu trả lời"
        raise SurveyError(wording, by=by, known=", ".join(filter(None, history.file.own)))
    rows = labels[~labels.isin(NO_GROUPS)].astype(str)
    sums = weights.groupby(rows, sort=True).agg(["size", "sum"])
    table = pd.DataFrame({"row": sums.index, "n": sums["size"].to_numpy(), "share": sums["sum"].to_numpy()})
    table["share"] /= table["share"].sum()
    step = float(share_steps(np.array([float(len(weights))]))[0])
    margins = sorted(history.file.margins() - {by})
    cells = survey.frame.loc[rows.index, margins].astype(str).assign(row=rows)
    shut = table["row"].isin(_singled_out(joint(cells, (*margins, "row"))))
    made = emptied(table.assign(share=at_step(table["share"], step)), ["row"], shut.to_numpy())
    made = made[["row", "n", "share"]]
    what = f"weights: {by}{history.file.weighted}"
    return _released_counts(survey, what, table, made, ["n"])


def _singled_out(counts: pd.DataFrame) -> set[str]:
    """
    Return the rows in which new weights single few out, and those that would give their cells by the margins away.

    With enough weights each row that is shown tells its cells. So do those by some of the margins alone, which hide less.

    Parameters
    ----------
    counts : respondents (``n``) by the margins of the weights and by ``row``
    """
    margins = list(counts.columns[:-2])
    width = disclosure_standard().threshold
    n = counts.groupby("row")[["n"]].sum().reset_index().sort_values("n", kind="stable")
    rows: dict[tuple[str, ...], set[str]] = {(): {*n.loc[protect(n, by="row")["symbol"].eq("c"), "row"]}}
    hidden = {"row": frozenset(rows[()])}
    for some in [one for size in range(1, len(margins) + 1) for one in combinations(margins, size)]:
        rows[some] = set().union(*(rows[one] for one in rows if set(one) <= set(some)))
        for name, by in (("total", some), ("cell", (*some, "row"))):
            counts[key := f"{name} {some}"] = counts[[*by]].agg("\n".join, axis=1)
            each = counts.groupby(key)["n"].transform("sum")
            hidden[key] = frozenset(counts.loc[each < width, key])
        few = hidden[key]
        rows[some].update(counts["row"][counts[key].isin(few)])
        for helpers in [[], *n.loc[~n["row"].isin(rows[some]), ["row"]].to_numpy().tolist()]:
            rows[some].update(helpers)
            hidden[key] = frozenset(counts.loc[counts["row"].isin(rows[some]), key])
            if len(rows[some]) == len(n):
                break
            found = ranges(counts, hidden, of={key: few}).values()
            if all(high - low >= width - 1e-6 for low, high in found):
                break
    return rows[tuple(margins)]


@through_the_gate
def published_counts(
    survey: Survey, what: str, table: pd.DataFrame, key: str, counts: list[str]
) -> pd.DataFrame:
    """
    Return a table of counts of a survey's file as it may be published.

    Parameters
    ----------
    survey : a loaded survey
    what : what is counted: ``account`` (of questions), ``outcomes`` (of the sample)
    key : the column that names the rows
    counts : the columns of counts; all others are left out

    Returns
    -------
    DataFrame
        ``key`` and the counts, rounded and emptied as ``gate.gated_counts`` says. The table of a file that was
        revised by too few is the one published before: a count that moves by one tells what one record answers.
    """
    rows = table[[key, *counts]].rename(columns={key: "row"})
    made = gated_counts(rows, counts)
    # that a question was due to nobody, or to all, is everybody's answer to the one that routes to it
    book = read_codebook(survey.frame.attrs["survey"])
    lead = {
        name: {*one.ask_if.names} - {book.design.outcome}
        for name, one in book.questions.items()
        if one.ask_if
    }
    routed = rows["row"].isin([name for name, questions in lead.items() if questions and key == "question"])
    for name in {"due", "not_applicable", "answered"}.intersection(counts):
        made[name] = made[name].mask(routed & rows[name].eq(0))
    found = _released_counts(survey, f"counts: {what}", rows, made, counts)
    return found.rename(columns={"row": key})


def _released_counts(
    survey: Survey, what: str, exact: pd.DataFrame, made: pd.DataFrame, counts: list[str]
) -> pd.DataFrame:
    past = ledger.past_of(survey.frame.attrs)
    if past is None:
        return made
    where = (what, WHOLE)
    found = past.own.get(where)
    if found is None:
        checks = {
            row["row"]: hashlib.sha256(repr(row).encode()).hexdigest()[:32]
            for row in exact.to_dict("records")
        }
        found = Published.of(where, made.assign(symbol="", reason=""), checks)
        tables = past.told(where)
        if any(not _many_counts(one, found, counts) for one in tables):
            found = tables[-1]
        elif not tables and history_of(survey).earlier.holds_back(what):
            return made.assign(**dict.fromkeys(made.columns.drop("row"), np.nan))
    ledger.note(past, found)
    # a row of another name than before has no number
    return found.rows[list(made.columns)].set_index("row").reindex(made["row"]).reset_index()


def _many_counts(before: Published, now: Published, counts: list[str]) -> bool:
    """Whether every count that may have changed since a publication changed by the threshold or more."""
    rule = disclosure_standard()
    if set(before.checksums) != set(now.checksums):
        return False
    was, new = (one.rows.set_index("row")[counts].astype(float) for one in (before, now))
    changed = [row for row in now.checksums if now.checksums[row] != before.checksums[row]]
    moved = (new.loc[changed] - was.loc[changed]).abs()
    return bool((moved.ge(rule.threshold + rule.rounding_base)).all(axis=None))
