"""What of a survey's estimates several parts of a report print alike: their flags, and their place on the map."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qngai_analysis import territory
from qngai_analysis.survey.form.codebook import Codebook
from qngai_analysis.survey.release.treatment import Treatment


def flag_of(row: Any) -> str:
    """Return the flag of a printed estimate: ``c`` confidential, ``u`` unreliable."""
    if row.symbol == "c":
        return "c"
    if row.treatment == Treatment.CENSUS:  # few, but all there are: not unreliable
        return ""
    return "u" if row.flag in ("review", "complement", "suppress") else ""


def unit_grid(codebook: Codebook) -> pd.DataFrame:
    """Return the place on the tile map of each unit that a survey is published by: ``district, row, column``.

    Communes have ``within``, the district that most of each was of before 1/7/2025.
    """
    places = territory.grid(codebook.units)
    rows = [(unit.name, *places[unit.id]) for unit in codebook.units if unit.id in places]
    frame = pd.DataFrame(rows, columns=["district", "row", "column"])
    if codebook.kind == "xã":
        frame["within"] = [territory.was_of(unit) for unit in codebook.units if unit.id in places]
    frame.attrs["kind"] = codebook.kind
    return frame
