"""The published figures, and the tables that say what they may be used for.

``data/raw/published/figures.csv`` holds the figures, ``data/raw/reference/`` the rest:
``series.csv`` (which series speaks for which indicator, and how) and ``breaks.csv`` (where a
series must be cut).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from qngai_analysis import paths
from qngai_analysis.errors import RawFileError
from qngai_analysis.evidence.observations import COLUMNS, Related, observations, related_of
from qngai_analysis.kept import settled
from qngai_analysis.raw import read_sidecar, read_table
from qngai_analysis.values import known, records


def read_published(file: Path | None = None) -> pd.DataFrame:
    """
    Return the published figures as observations.

    Returns
    -------
    DataFrame
        The columns of :data:`qngai_analysis.evidence.observations.COLUMNS`. ``vintage`` is the
        publication date. ``indicator`` is the catalogue code the series measures by the same
        definition, missing where there is none: :func:`relate` gives the other relations.
        ``se`` and ``df`` are missing: the sources print no error.

    Raises
    ------
    RawFileError
        A file is missing or edited, or a cell is not what its sidecar says.
    """
    return _observed(file or paths.raw("published", "figures.csv")).copy(deep=False)


@settled
def _observed(file: Path) -> pd.DataFrame:
    printed = read_table(file)
    relations = read_relations()
    same = dict(relations.loc[relations["relation"].eq("same"), ["series", "indicator"]].to_numpy())
    frame = printed.rename(columns={"publication_date": "vintage"}).assign(
        indicator=printed["series"].map(same), evidence=read_sidecar(file).status
    )
    return observations(frame[[name for name in COLUMNS if name in frame.columns]])


def read_relations(file: Path | None = None) -> pd.DataFrame:
    """
    Return which series speaks for which indicator, and how.

    Columns ``indicator, series, method, relation, definition, reason``. ``relation`` is
    ``same`` (may decide a verdict), ``proxy``, ``context`` or ``national``; ``definition`` is
    ``same`` or ``other``; ``method`` narrows the row to figures of that method (missing: all).
    """
    table = read_table(file or paths.reference("series.csv"))
    twice = table.duplicated(["indicator", "series", "method"])
    if twice.any():
        row = table[twice].iloc[0]
        raise RawFileError("series.csv: {row[indicator]} và {row[series]} lặp lại; chỉ giữ một dòng", row=row)
    return table


def read_breaks() -> pd.DataFrame:
    """Return the breaks of series: ``id, kind, series, date, before, after, reason, source``."""
    return read_table(paths.reference("breaks.csv"))


def relate(table: pd.DataFrame, indicator: str, relations: pd.DataFrame) -> tuple[Related, ...]:
    """
    Return the observations that have something to do with an indicator, in the table's order.

    Parameters
    ----------
    table : observations
    indicator : catalogue code
    relations : the table of :func:`read_relations`

    Returns
    -------
    tuple of Related
        An observation that names the indicator itself (a survey estimate) is ``same``.
    """
    mine = relations[relations["indicator"].eq(indicator)]
    rules = {
        (rule.series, known(rule.method)): (rule.relation, rule.definition, rule.reason)
        for rule in records(mine)
    }
    near = table[table["series"].isin(set(mine["series"])) | table["indicator"].eq(indicator)]
    found = []
    for row in records(near):
        # a rule for one method goes before the rule for the whole series
        rule = rules.get((row.series, row.method)) or rules.get((row.series, None))
        if rule or row.indicator == indicator:
            found.append(related_of(row, *(rule or _OWN)))
    return tuple(found)


_OWN = ("same", "same", "cùng định nghĩa với chỉ tiêu")
