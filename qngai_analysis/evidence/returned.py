"""What bodies sent back on their forms, as the project keeps it: deliveries below ``data/raw/returns``.

A delivery (``data/raw/returns/2025/001``) is what one run of ``qngai collect`` took in: the forms as
received, and the tables ``forms.csv``, ``figures.csv`` and ``tasks.csv`` with their sidecars. It appears
whole and is never changed; of two answers of one body to one question the newer stands. What a person
settled between bodies that differ stands in ``settled.toml`` beside the deliveries.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from qngai_analysis import paths
from qngai_analysis.errors import RawFileError
from qngai_analysis.evidence.observations import COLUMNS
from qngai_analysis.raw import read_table
from qngai_analysis.settings import entries, read_toml
from qngai_analysis.values import records
from qngai_analysis.words.numbers import day

FOLDER, SETTLED = "returns", "settled.toml"


@dataclass(frozen=True, slots=True)
class Settled:
    """
    What a person decided where bodies differ, with the reason.

    Of a figure: the ``body`` whose figure stands for ``indicator`` (and ``territory``, where only
    there). Of a ``task``: the ``status`` that counts, with ``completed_on`` where it is done.
    """

    reason: str
    indicator: str = ""
    territory: str = ""
    body: str = ""
    task: str = ""
    status: str = ""
    completed_on: str = ""


def deliveries(year: int) -> list[Path]:
    """Return the deliveries of a reporting year, first one first."""
    return sorted(path for path in paths.raw(FOLDER, str(year)).glob("[0-9]*") if path.is_dir())


def returned_years() -> list[int]:
    """Return the years for which forms came back."""
    found = (int(path.name) for path in paths.raw(FOLDER).glob("*") if path.name.isdigit())
    return sorted(year for year in found if deliveries(year))


def returned_table(year: int, name: str) -> pd.DataFrame:
    """
    Return the ``forms``, ``figures`` or ``tasks`` of all deliveries of a year, one under the other.

    ``delivery`` (its folder) is added; of figures and tasks also ``stands``: whether it is the body's newest answer.

    Raises
    ------
    RawFileError
        A table is missing or was edited.
    """
    frames = [read_table(folder / f"{name}.csv").assign(delivery=folder.name) for folder in deliveries(year)]
    if not frames:
        return pd.DataFrame()
    table = pd.concat(frames, ignore_index=True)
    key = _KEYS.get(name)
    if key is None or not len(table):
        return table.assign(stands=True) if key else table
    order = table.sort_values(["reported_on", "delivery"], kind="stable")
    newest = order.drop_duplicates(key, keep="last").index
    return table.assign(stands=table.index.isin(newest))


_KEYS = {"figures": ["body", "indicator", "territory"], "tasks": ["body", "task_id"]}


def settled(year: int) -> tuple[Settled, ...]:
    """
    Return what was settled for a year, from ``data/raw/returns/<year>/settled.toml``.

    Raises
    ------
    RawFileError
        The file is no TOML, an entry lacks its reason, or names neither a figure nor a task.
    """
    file = paths.raw(FOLDER, str(year), SETTLED)
    if not file.is_file():
        return ()
    found = entries(Settled, read_toml(file).get("settled", []), f"{file}, [[settled]]")
    for place, one in enumerate(found, start=1):
        if bool(one.indicator and one.body) == bool(one.task and one.status):
            wording = "{file}, [[settled]] {place}: cần indicator với body (số liệu) hoặc task với status (nhiệm vụ)"
            raise RawFileError(wording, file=file, place=place)
    return tuple(found)


def returned_observations(year: int) -> pd.DataFrame:
    """
    Return the figures that bodies sent back for years up to ``year``, as observations.

    Returns
    -------
    DataFrame
        Columns of :data:`qngai_analysis.evidence.observations.COLUMNS`, those that are filled. The source
        is the body's form with its day, which is also the vintage. A figure that was settled against
        is ``withheld`` with the reason; two bodies that differ otherwise both stand.
    """
    frames = [_observed(at) for at in returned_years() if at <= year]
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def _observed(year: int) -> pd.DataFrame:
    table = returned_table(year, "figures")
    if not len(table):
        return table
    decided, place = settled(year), table.groupby("delivery").cumcount() + 1
    table["id"] = [f"B{year}-{int(at)}.{n}" for at, n in zip(table["delivery"], place, strict=True)]
    standing = table[table["stands"] & table["value"].notna()]
    rows = list(records(standing))
    found = standing.rename(columns={"reported_on": "vintage", "body": "publisher"}).assign(
        source_title=[f"Biểu số liệu của {row.body} ngày {day(row.reported_on)}" for row in rows],
        channel="cơ quan nhà nước",
        confidence="high",
        withheld=pd.Series([_withheld(row, decided) for row in rows], standing.index, dtype="object"),
        evidence="real",
    )
    return found[[name for name in COLUMNS if name in found]]


def _withheld(row: Any, decided: tuple[Settled, ...]) -> str | None:
    here = (one for one in decided if one.indicator == row.indicator and one.territory in ("", row.territory))
    said = (f"đã thống nhất dùng số của {one.body}: {one.reason}" for one in here if one.body != row.body)
    return next(said, None)
