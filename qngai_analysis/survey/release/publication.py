"""A survey's tables as they may be published: estimated, judged, protected, compared with what was published."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.door import through_the_gate
from qngai_analysis.survey.estimate.estimates import Survey
from qngai_analysis.survey.form.codebook import Indicator, read_codebook
from qngai_analysis.survey.release.history import history_of
from qngai_analysis.survey.release.ledger import CROSS, what_of
from qngai_analysis.survey.release.making import Method, withheld
from qngai_analysis.survey.release.refusals import refuse_others
from qngai_analysis.survey.release.respondents import CELL


@through_the_gate
def published(
    survey: Survey,
    item: Indicator | str,
    by: str | None = None,
    *,
    method: Method = "logit",
    beside: Sequence[Indicator] = (),
) -> pd.DataFrame:
    """
    Return an indicator's estimates as they may be published, and nothing more precise.

    Parameters
    ----------
    survey : a loaded survey
    item : an indicator of its codebook, or its name
    by : the column whose groups are the rows; nothing for the whole survey. "Không biết" and "Từ chối trả
        lời" are no groups: they are in the whole, have no row, and hide no other
    method : the interval of a share, as ``Survey.proportion`` takes it
    beside : all indicators whose tables by the same groups are about to be asked for: they are made at once

    Returns
    -------
    DataFrame
        As ``protect`` returns it, with ``row`` (the group as text) and ``step`` (the estimate is printed in its
        multiples), every number rounded as ``gate`` says. A mean or ratio of sizes is confidential also
        where few units make up the total of a column it rests on (``disclosure.made_by_few``). The survey's other tables of
        the indicator (``Codebook.tables_by``) don't give a hidden row away (``crossing``). Where the file was
        revised by too few since a table was published (``ledger``), the table is the one published then; one that
        was not published then is hidden. Nothing in a table says so: that alone would tell whom the revision was
        about; ``attrs["stands"]`` does, which is in no report. A share that is printed because its population answered nearly whole has the ``treatment`` ``CENSUS``.

    Raises
    ------
    SurveyError
        The survey is a part of a sample or its rows are not those of its file; ``by`` is no column of it; the
        ledger can't be read.
    """
    item = item if isinstance(item, Indicator) else _indicator_named(survey, item)
    history = history_of(survey)
    refuse_others(survey, item.columns, by)
    if history.past is not None and all(item.name != one.name for one in history.tables.together[None]):
        _indicator_named(survey, item.name)  # what is wrong with another column would be said with its values
    history.tables.together.setdefault(by, tuple(beside))
    return history.table(item, by, method).copy(deep=False)


def _indicator_named(survey: Survey, name: str) -> Indicator:
    """Return the indicator of a name in the codebook of a survey that ``load_survey`` gave."""
    if "survey" not in survey.frame.attrs:
        raise SurveyError("công bố: {name!r} được tra trong sổ mã; nạp điều tra bằng load_survey", name=name)
    known = read_codebook(survey.frame.attrs["survey"]).indicators
    if name not in known:
        raise SurveyError(
            "công bố: không có chỉ tiêu {name!r}; các chỉ tiêu là {known}", name=name, known=", ".join(known)
        )
    return known[name]


@through_the_gate
def crossed(
    survey: Survey, item: Indicator, by: tuple[str, str], *, method: Method = "logit"
) -> pd.DataFrame:
    """
    Return an indicator's estimates by two groupings at once, as they may be published.

    A table of its own, with the columns of ``published``: rounded, protected and compared with what was published as
    every other; ``row`` is "Nam × Thành thị". Both groupings' own tables are taken as known, so that a cell which a
    total gives away is hidden, as is every cell of a group that its own table hides.
    """
    history, key = history_of(survey), CROSS.join(by)
    for name in by:  # refuses what can't be published
        published(survey, item, name)
    apart = history.tables.crossing(key)
    table = apart.estimated(item, CELL, method)

    what = what_of(key, method)

    def make() -> pd.DataFrame:
        shut = table["row"].isin(history.hiding.closed(item, key)).to_numpy()
        return history.otherwise.held(item, what, partial(apart.rounded, (item,), CELL, method, shut))

    found = history.released((item.name, what), make, history.file.behind(item, key), item, by)
    return withheld(table) if found is None else found
