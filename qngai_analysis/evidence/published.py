"""The published figures, and the tables that say what they may be used for.

``data/raw/published/figures.csv`` holds the figures, ``data/raw/reference/`` the rest:
``series.csv`` (which series speaks for which indicator, and how) and ``breaks.csv`` (where a
series must be cut).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from qngai_analysis import paths
from qngai_analysis.errors import RawFileError
from qngai_analysis.evidence.observations import COLUMNS, Observation, Related, observations
from qngai_analysis.evidence.series import Break
from qngai_analysis.kept import settled
from qngai_analysis.raw import read_sidecar, read_table
from qngai_analysis.values import values_of


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
def published_figures() -> tuple[Observation, ...]:
    """Return the published figures as values, in the order of the file."""
    return tuple(values_of(read_published(), Observation))


@settled
def _observed(file: Path) -> pd.DataFrame:
    printed = read_table(file)
    same = {rule.series: rule.indicator for rule in read_relations() if rule.relation == "same"}
    frame = printed.rename(columns={"publication_date": "vintage"}).assign(
        indicator=printed["series"].map(same), evidence=read_sidecar(file).status
    )
    return observations(frame[[name for name in COLUMNS if name in frame.columns]])


@dataclass(frozen=True, slots=True)
class Relation:
    """
    For which indicator a series speaks, and how.

    ``relation`` is ``same`` (may decide a verdict), ``proxy``, ``context`` or ``national``; ``definition`` is
    ``same`` or ``other``; ``method`` narrows it to figures of that method (missing: all).
    """

    indicator: str
    series: str
    relation: str
    definition: str
    reason: str
    method: str | None = None


def read_relations(file: Path | None = None) -> list[Relation]:
    """Return which series speaks for which indicator; RawFileError where the table says it twice."""
    rules = values_of(read_table(file or paths.reference("series.csv")), Relation)
    count = Counter((rule.indicator, rule.series, rule.method) for rule in rules)
    if rules and (twice := count.most_common(1)[0])[1] > 1:
        wording = "series.csv: {indicator} và {series} lặp lại; chỉ giữ một dòng"
        raise RawFileError(wording, indicator=twice[0][0], series=twice[0][1])
    return rules


def read_breaks() -> list[Break]:
    """Return the breaks of series that the project's table knows."""
    return values_of(read_table(paths.reference("breaks.csv")), Break)


def relate(
    figures: Iterable[Observation], indicator: str, relations: Iterable[Relation]
) -> tuple[Related, ...]:
    """Return the observations that have something to do with an indicator; one that names it itself (a survey estimate) is ``same``."""
    rules = {(rule.series, rule.method): rule for rule in relations if rule.indicator == indicator}
    found = []
    for figure in figures:
        own = _OWN if figure.indicator == indicator else None
        # a rule for one method goes before the rule for the whole series
        rule = rules.get((figure.series, figure.method)) or rules.get((figure.series, None)) or own
        if rule:
            found.append(Related.of(figure, rule.relation, rule.definition, rule.reason))
    return tuple(found)


_OWN = Relation("", "", "same", "same", "cùng định nghĩa với chỉ tiêu")
