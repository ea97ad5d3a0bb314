"""Count what is left to read of each survey: cells published, hidden and standing after a revision.

    QNGAI_HOME=COPY uv run python benchmarks/published_cells.py [YEAR]

COPY is a copy of the project with simulated surveys of the year; the files are revised and put back.
docs/methods/disclosure.md has the counts.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import numpy as np
import pandas as pd
import red_team

from qngai_analysis import paths, raw
from qngai_analysis.survey import load_survey, published, surveys

YEAR = int(sys.argv[1]) if len(sys.argv) > 1 else 2025


def tables(survey, book, by):
    """Every indicator's table by a grouping, below one another."""
    found = [published(survey, item, by).assign(item=item.name) for item in book.indicators.values()]
    return pd.concat(found, ignore_index=True)


def counted(survey, book):
    """Cells of the province, by the first groupings and by district: with a figure, confidential, unreliable."""
    groups = {
        "province": [None],
        "first": [by for by in survey.frame.attrs["tables_by"] if by != book.design.district],
        "district": [book.design.district],
    }
    for name, bys in groups.items():
        table = pd.concat([tables(survey, book, by) for by in bys if by or name == "province"])
        symbols = table["symbol"].value_counts()
        known = table[table["symbol"].eq("") & table["estimate"].notna()]
        share = known[known["estimate"].between(0, 1) & known["step"].lt(1)]
        added = np.median(1 - np.sqrt(1 - (share["step"] / share["se"]) ** 2 / 12)) if len(share) else np.nan
        yield (
            name,
            len(table),
            len(known),
            int(symbols.get("c", 0)),
            int(symbols.get("u", 0)),
            round(float(added), 3),
        )


def frozen(name, book, file, change):
    """Tables that stand as published after a revision."""
    kept = {one: one.read_bytes() for one in (file, raw.sidecar_path(file))}
    red_team.forget()
    bys = ["", book.design.district, *load_survey(name, YEAR).frame.attrs["tables_by"]]
    keys = [(item, by) for item in book.indicators for by in bys]
    with red_team.edition():
        red_team.tables(load_survey(name, YEAR), book, keys)
    red_team.revise(file, change)
    again = red_team.tables(load_survey(name, YEAR), book, keys)
    for one, data in kept.items():
        one.write_bytes(data)
    red_team.forget()
    return f"{sum(bool(table.attrs['stands']) for table in again.values())} of {len(again)}"


for name in surveys():
    book, file = red_team.book(name), paths.raw("surveys", name) / f"{YEAR}.csv"
    for row in counted(load_survey(name, YEAR), book):
        print(
            name,
            "{}: {} cells, {} published, {} [c], {} [u]; rounding adds {} to the error".format(*row),
            flush=True,
        )
    if "--frozen" in sys.argv:
        done = red_team.completed(file, book)
        unit = pd.read_csv(file, dtype=str)[
            book.design.identifier[0]
        ]  # a household goes with all its members
        silent = [row for row in unit.index if row not in done][:1]
        one, silent = (list(unit.index[unit.isin(unit[rows])]) for rows in (done[3:4], silent))
        print("  stand after one record is deleted:", frozen(name, book, file, red_team.deletion(one)))
        print(
            "  after one without an interview:",
            frozen(name, book, file, red_team.deletion(silent)),
            flush=True,
        )
