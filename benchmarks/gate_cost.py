"""Time what the gate adds to the tables of an edition: seconds of processor, beside the same estimates without it.

    QNGAI_HOME=COPY uv run python benchmarks/gate_cost.py

COPY is a copy of the project with simulated surveys of 2025. Nothing is entered in its ledgers.
"""

import sys
from itertools import pairwise
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import pandas as pd
import red_team

from qngai_analysis.survey import load_survey, published, surveys

pd.set_option("mode.string_storage", "python")  # as where editions are made
whole = [0.0, 0.0]
for name in surveys():
    book = red_team.book(name)
    plain, gated = load_survey(name, 2025), load_survey(name, 2025)
    asked = [
        (item, by) for item in book.indicators.values() for by in (None, *plain.frame.attrs["tables_by"])
    ]
    spent = [process_time()]
    for item, by in asked:
        if item.kind == "proportion":
            plain.proportion(item.name, by)
        elif item.kind == "mean":
            plain.mean(item.name, by)
        else:
            plain.ratio(*item.columns, by)
    spent.append(process_time())
    for item, by in asked:
        published(gated, item, by)
    spent.append(process_time())
    seconds = [after - before for before, after in pairwise(spent)]
    whole = [total + one for total, one in zip(whole, seconds, strict=True)]
    print(
        f"{name}: {len(asked)} tables, {seconds[0]:.2f} s estimated, {seconds[1]:.2f} s published", flush=True
    )
print(f"all: the gate adds {whole[1] - whole[0]:.2f} s to {whole[0]:.2f} s")
