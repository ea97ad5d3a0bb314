"""An indicator's estimates as they may be published: estimated, judged, protected in one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.form.codebook import SPECIAL, Indicator, read_codebook
from qngai_analysis.survey.release.crossing import Groups, joint, shut_together
from qngai_analysis.survey.release.disclosure import disclosure_standard, protect
from qngai_analysis.survey.release.magnitudes import dominated
from qngai_analysis.survey.release.releases import (
    WHOLE,
    History,
    Key,
    closed,
    history,
    published_again,
    settled,
)
from qngai_analysis.survey.release.reliability import reliability_standard
from qngai_analysis.survey.release.treatment import Treatment, treated

if TYPE_CHECKING:
    from qngai_analysis.survey.estimate.arrays import Flags
    from qngai_analysis.survey.estimate.estimates import Survey

Method = Literal["logit", "xlogit", "korn-graubard", "arcsine", "likelihood", "wald"]

# answers, but no groups: who did not know or refused is nobody to publish a share of
_NO_GROUPS = frozenset(choice.vi for choice in SPECIAL.values())


def published(
    survey: Survey,
    item: Indicator | str,
    by: str | None = None,
    *,
    method: Method = "logit",
) -> pd.DataFrame:
    """
    Return an indicator's estimates with all emptied that must not be published.

    Parameters
    ----------
    survey : a loaded survey
    item : an indicator of its codebook, or its name
    by : the column whose groups are the rows; nothing for the whole survey. "Không biết" and "Từ chối trả
        lời" are no groups: they are in the whole, have no row, and hide no other
    method : the interval of a share, as ``Survey.proportion`` takes it

    Returns
    -------
    DataFrame
        As ``protect`` returns it. A mean or ratio of sizes is confidential also where few units make
        up the total of a column it rests on (``dominated``): it would be those units' own figure.
        The survey's other tables of the indicator (``Codebook.tables_by``) don't give a hidden row away
        (``crossing``). Published editions are compared with (``releases.settled``): a row that changed by too few
        keeps the figures published before, ``reason`` "giữ số đã công bố". A share that is printed
        because its population answered nearly whole has the ``reason`` "điều tra toàn bộ" and the
        flag "review".

    Raises
    ------
    SurveyError
        ``by`` is no column of the survey, ``item`` no indicator of its codebook, or an earlier edition's
        tables can't be read.
    """
    item = item if isinstance(item, Indicator) else _named(survey, item)
    past = History(None, ()) if survey.confined else history(survey.frame.attrs)
    table = _estimated(survey, item, by, method)
    found = published_again(table.found, table.key, by=table.by, sensitive=table.sensitive, past=past)
    if found is None:
        shut = _shut(survey, item, table, past)
        found = settled(table.found, table.key, by=table.by, sensitive=table.sensitive, shut=shut, past=past)
    return _called_census(survey, item, found, by) if table.heads else found


def _named(survey: Survey, name: str) -> Indicator:
    """Return the indicator of a name in the codebook of a survey that ``load_survey`` gave."""
    if "survey" not in survey.frame.attrs:
        raise SurveyError(f"published: {name!r} is looked up in a codebook; load the survey with load_survey")
    known = read_codebook(survey.frame.attrs["survey"]).indicators
    if name not in known:
        raise SurveyError(f"published: there is no indicator {name!r}; it is one of {', '.join(known)}")
    return known[name]


@dataclass(frozen=True)
class _Estimated:
    """A table before it is protected."""

    found: pd.DataFrame
    key: Key
    by: str
    sensitive: Flags
    heads: bool

    def first(self, past: History) -> Flags:
        """Rows that must not be told."""
        return closed(self.found, self.key, by=self.by, sensitive=self.sensitive, heads=self.heads, past=past)

    def hidden(self, first: Flags) -> Flags:
        """Rows that must not be told, and those of the same table that would give them away."""
        if not first.any():
            return first
        return protect(self.found, by=self.by, sensitive=first)["symbol"].eq("c").to_numpy()

    def labels(self, rows: Flags) -> frozenset[str]:
        """The groups of some rows."""
        return frozenset(self.found.loc[rows, self.by].astype(str))


def _estimated(survey: Survey, item: Indicator, by: str | None, method: Method = "logit") -> _Estimated:
    heads = item.kind == "proportion"
    found = survey.proportion(item.name, by, method) if heads else _of_sizes(survey, item, by)
    if by and found[by].isin(_NO_GROUPS).any():
        found = found[~found[by].isin(_NO_GROUPS)].reset_index(drop=True)
    sensitive = _made_by_few(survey, item, found, by)
    return _Estimated(found, (item.name, by or WHOLE), by or "variable", sensitive, heads)


def _shut(survey: Survey, item: Indicator, table: _Estimated, past: History) -> Flags:
    """Rows to hide in a table, those among them that only the survey's other tables call for."""
    if table.by not in _groupings(survey):
        return table.hidden(table.first(past))
    kept = _TOGETHER.setdefault(survey, {})
    key = (item.name, tuple(release.basis for release in past.earlier))
    if key not in kept:
        kept[key] = _together(survey, item, past)
    return table.found[table.by].astype(str).isin(kept[key][table.by]).to_numpy()


# a report asks for an indicator's tables one by one, and each is protected with regard to all
_TOGETHER: WeakKeyDictionary[Survey, dict[tuple[str, tuple[str, ...]], Groups]] = WeakKeyDictionary()


def _together(survey: Survey, item: Indicator, past: History) -> Groups:
    """The groups to hide in each of an indicator's tables."""
    tables = {by: _estimated(survey, item, by) for by in _groupings(survey)}
    first = {by: table.first(past) for by, table in tables.items()}
    hidden = {by: table.labels(table.hidden(first[by])) for by, table in tables.items()}
    if not any(hidden.values()):
        return hidden
    known = survey.frame[list(item.columns)].notna().all(axis=1)
    groups = survey.frame.loc[known, list(_groupings(survey))].astype(object)
    return shut_together(
        joint(groups.where(~groups.isin(_NO_GROUPS)), _groupings(survey)),
        hidden,
        first={by: table.labels(first[by]) for by, table in tables.items()},
        width=disclosure_standard().threshold,
    )


def _groupings(survey: Survey) -> tuple[str, ...]:
    """The groupings that a survey's tables are published by; none for a frame of one's own or a part."""
    return () if survey.confined else tuple(survey.frame.attrs.get("tables_by", ()))


def _of_sizes(survey: Survey, item: Indicator, by: str | None) -> pd.DataFrame:
    if item.kind == "mean":
        return survey.mean(item.name, by)
    numerator, denominator = item.columns
    return survey.ratio(numerator, denominator, by)


def _called_census(survey: Survey, item: Indicator, table: pd.DataFrame, by: str | None) -> pd.DataFrame:
    """Say it in words where a share is printed because its population answered nearly whole."""
    answered = survey.answered(item.name, by)
    taken = (answered if by is None else answered[~answered[by].isin(_NO_GROUPS)])["taken"].to_numpy()
    census = (taken >= reliability_standard().census_share) & table["flag"].eq("review").to_numpy()
    return treated(table, census & table["treatment"].eq("").to_numpy(), Treatment.CENSUS)


def _made_by_few(survey: Survey, item: Indicator, found: pd.DataFrame, by: str | None) -> Flags:
    """Rows of a mean or ratio of sizes that few units make up; heads count alike."""
    if item.kind == "proportion":
        return np.zeros(len(found), dtype=bool)
    few: Flags = np.logical_or.reduce([_dominated(survey, name, found, by) for name in item.columns])
    return few


def _dominated(survey: Survey, name: str, found: pd.DataFrame, by: str | None) -> Flags:
    frame = pd.DataFrame(
        {
            "group": survey.frame[by].astype("object") if by else found["variable"].iloc[0],
            "size": survey.frame[name],
            "weight": survey.weights,
        }
    )
    # a row that counts has all the columns an indicator rests on; a size below zero has no share in a total
    rules = dominated(frame[frame["size"] >= 0], "size", by="group", weight="weight").set_index("group")
    groups = found[by] if by else found["variable"]
    return np.array([bool(rules["sensitive"].get(group, False)) for group in groups], dtype=bool)
