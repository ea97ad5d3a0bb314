"""What was published of a survey before, and what a later publication may add to it.

Every edition keeps the tables it published of surveys (``survey_tables.json``): protected tables, in
which nothing hidden stands. A table of a revised file, or of next year's edition, is compared with
them, so that the difference of two editions speaks of nobody. See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis import paths
from qngai_analysis.errors import RawFileError, SurveyError
from qngai_analysis.survey.estimate.arrays import Flags
from qngai_analysis.survey.release.disclosure import closed_by_edition, disclosure_standard, protect
from qngai_analysis.survey.release.treatment import Treatment, by_words, treated
from qngai_analysis.values import jsonable

#: The file of an edition that keeps its survey tables.
FILE = "survey_tables.json"
SCHEMA = "qngai-survey-tables/1"
WHOLE = ""

#: Indicator and grouping column (``WHOLE``: the whole survey) of a table.
Key = tuple[str, str]


@dataclass(frozen=True)
class Release:
    """
    The tables that were published of one state of a survey's file.

    ``basis`` is the checksum of all that decides about them: file, codebook, disclosure thresholds.
    ``compared_with`` names the releases that were published before it.
    """

    survey: str
    year: int
    evidence: str
    file: str
    sha256: str
    basis: str
    compared_with: tuple[str, ...]
    tables: Mapping[Key, pd.DataFrame]

    @property
    def of(self) -> tuple[str, int, str]:
        """What it is a release of. Simulated and real data are never compared with each other."""
        return (self.survey, self.year, self.evidence)


@dataclass(frozen=True)
class History:
    """
    The releases of one survey and year: ``own`` of this very basis (if it was published), and
    ``earlier`` those it is compared with, oldest first.
    """

    own: Release | None
    earlier: tuple[Release, ...]


def history(attrs: Mapping[Any, Any]) -> History:
    """
    Return what was published of the survey that a frame's ``attrs`` name.

    A frame that is not of ``load_survey`` has no history.

    Raises
    ------
    SurveyError
        A kept file can't be read.
    """
    if not {"survey", "year", "evidence", "sha256", "codebook_sha256"} <= attrs.keys():
        return History(None, ())
    basis = basis_of(attrs)
    known = {
        release.basis: release
        for release in published_releases()
        if release.of == (attrs["survey"], attrs["year"], attrs["evidence"])
    }
    own = known.pop(basis, None)
    if own is not None:
        return History(own, tuple(known[name] for name in own.compared_with if name in known))
    return History(None, tuple(sorted(known.values(), key=lambda release: len(release.compared_with))))


def basis_of(attrs: Mapping[Any, Any]) -> str:
    """Return the checksum of all that decides about a survey's protected tables."""
    parts = (str(attrs["sha256"]), str(attrs["codebook_sha256"]), repr(disclosure_standard()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def published_releases() -> list[Release]:
    """
    Return the releases of all editions in the folder of reports.

    Raises
    ------
    SurveyError
        A kept file can't be read.
    """
    try:
        files = sorted(paths.reports().glob(f"*/{FILE}"))
    except RawFileError:  # no project here: a frame of one's own
        return []
    return [release for file in files for release in read_releases(file)]


def read_releases(file: Path) -> tuple[Release, ...]:
    """
    Return the releases that an edition's file keeps, oldest first; none if there is no file.

    Raises
    ------
    SurveyError
        The file is not one of this program, or was damaged.
    """
    if not file.is_file():
        return ()
    stamp = file.stat()
    return _read(file, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=32)
def _read(file: Path, _changed: int, _size: int) -> tuple[Release, ...]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise KeyError(content["schema"])
        return tuple(_release(entry) for entry in content["releases"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise SurveyError(
            f"{file}: the survey tables of an earlier edition can't be read ({fault!r}), so nothing can be "
            "compared with them; bring the file back, or withdraw that edition by moving its folder away"
        ) from fault


def _release(entry: Mapping[str, Any]) -> Release:
    return Release(
        **{name: entry[name] for name in ("survey", "year", "evidence", "file", "sha256", "basis")},
        compared_with=tuple(entry["compared_with"]),
        tables={
            (table["indicator"], table["by"]): by_words(pd.DataFrame(table["rows"]).fillna(np.nan))
            for table in entry["tables"]
        },
    )


def as_kept(releases: Iterable[Release]) -> bytes:
    """Return releases as the file an edition keeps; nothing in it depends on the clock."""
    content = {
        "schema": SCHEMA,
        "releases": [
            {
                **{name: getattr(release, name) for name in ("survey", "year", "evidence")},
                **({"note": "SỐ LIỆU MÔ PHỎNG"} if release.evidence == "simulated" else {}),
                **{name: getattr(release, name) for name in ("file", "sha256", "basis", "compared_with")},
                "tables": [
                    {"indicator": indicator, "by": by, "rows": jsonable(table.drop(columns="treatment"))}
                    for (indicator, by), table in sorted(release.tables.items())
                ],
            }
            for release in releases
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def with_release(kept: Sequence[Release], new: Release) -> tuple[Release, ...]:
    """
    Return an edition's releases with a new one; one of the same basis takes the new one's tables over.

    Tables that the earlier one had and the new one has not stay: they were published.
    """
    same = next((place for place, release in enumerate(kept) if release.basis == new.basis), None)
    if same is None:
        return (*kept, new)
    both = replace(kept[same], tables={**kept[same].tables, **new.tables})
    return (*kept[:same], both, *kept[same + 1 :])


def closed(found: pd.DataFrame, key: Key, *, by: str, sensitive: Flags, heads: bool, past: History) -> Flags:
    """
    Return which rows of a table must not be told: confidential, or closed by an earlier release.

    Parameters
    ----------
    found : estimates, counts exact
    key : the table's indicator and grouping
    by : the column whose groups are the rows
    sensitive : rows that are confidential for a reason of their own
    heads : whether the estimates are shares of heads (``closed_by_edition``)
    past : what was published before
    """
    count = found["n"].to_numpy(dtype=float)
    shut = sensitive | ((count > 0) & (count < disclosure_standard().threshold))
    for table in _before(key, past):
        shut = shut | closed_by_edition(found, table, by=by, heads=heads)
    return np.asarray(shut)


def _before(key: Key, past: History) -> list[pd.DataFrame]:
    return [release.tables[key] for release in past.earlier if key in release.tables]


def published_again(
    found: pd.DataFrame, key: Key, *, by: str, sensitive: Flags, past: History
) -> pd.DataFrame | None:
    """
    Return the table of a release once more; ``None`` if this state of the file was not published yet.

    What was hidden or left standing then is so again, and nothing else: the same file gives the same table.
    """
    if past.own is None or key not in past.own.tables:
        return None
    kept = past.own.tables[key]
    matched = _matched(found, kept, by)
    stood = matched["treatment"].eq(Treatment.STANDS).to_numpy()
    shut = sensitive | stood | matched["symbol"].eq("c").to_numpy()
    return _standing(protect(found, by=by, sensitive=shut, totals_published=False), kept, by, stood)


def settled(
    found: pd.DataFrame, key: Key, *, by: str, sensitive: Flags, shut: Flags, past: History
) -> pd.DataFrame:
    """
    Return a table with its closed rows emptied, or left as they were published before.

    Parameters
    ----------
    found, key, by, sensitive, past : as for ``closed``
    shut : rows that are hidden: those closed, and those that would give them away

    Returns
    -------
    DataFrame
        As ``protect`` returns it. A row in ``shut`` keeps the figures last published, with ``reason`` "giữ
        số đã công bố"; one that was hidden last, or is confidential now, is emptied. So nothing is
        revised by so few that the difference would speak of them.
    """
    result = protect(found, by=by, sensitive=shut, totals_published=False)
    before = _before(key, past)
    if not before:
        return result
    count = found["n"].to_numpy(dtype=float)
    own = sensitive | ((count > 0) & (count < disclosure_standard().threshold))
    shown = _matched(found, before[-1], by)["symbol"].eq("").to_numpy()
    return _standing(result, before[-1], by, shut & ~own & shown)


def _matched(table: pd.DataFrame, kept: pd.DataFrame, by: str) -> pd.DataFrame:
    """The kept rows in the order of a table's; missing where it was not published."""
    return kept.set_index(kept[by].astype(str)).reindex(table[by].astype(str)).reset_index(drop=True)


def _standing(table: pd.DataFrame, kept: pd.DataFrame, by: str, stands: Flags) -> pd.DataFrame:
    """Put the figures published before into the rows that stand."""
    if not stands.any():
        return table
    rows = _matched(table, kept, by)
    result = table.copy()
    places = table.index[stands]
    for name in rows.columns.intersection(table.columns).drop([by, "variable"], errors="ignore"):
        result.loc[places, name] = rows.loc[stands, name].to_numpy()
    return treated(result, stands, Treatment.STANDS)
