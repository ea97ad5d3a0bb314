"""Run the attacks of ``tests/red_team.py`` over all surveys of a project; docs/methods/disclosure.md has the counts.

    QNGAI_HOME=COPY uv run python benchmarks/red_team.py [SEED] [RUNS] [SURVEY ...]

COPY is a copy of the project with simulated surveys of 2025: their files are revised and put back, its reports
and ledgers deleted.
"""

import random
import shutil
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import pandas as pd
import red_team

from qngai_analysis import paths, raw
from qngai_analysis.survey import load_survey, surveys

if paths.project() == Path(__file__).resolve().parent.parent:
    sys.exit("QNGAI_HOME: name a copy of the project; its reports and ledgers are deleted")
SEED, RUNS = (int(one) for one in (*sys.argv[1:3], *("1", "1")[len(sys.argv[1:3]) :]))
total = defaultdict(red_team.Count)


def attack(name: str) -> None:
    """Attack one survey."""
    book, file, draw = red_team.book(name), paths.raw("surveys", name) / "2025.csv", random.Random(SEED)
    kept = {one: one.read_bytes() for one in (file, raw.sidecar_path(file))}

    def back() -> None:
        for one, data in kept.items():
            one.write_bytes(data)
        red_team.forget()

    back()
    keys = [(item, by) for item in book.indicators for by in ("", *red_team.groupings(book))]
    edition = {"", book.design.district, *book.tables_by}
    found = {
        "parts": red_team.parts(book),
        "own": red_team.own_ratios(book),
        "heavy": red_team.heavy_answers(book, keys),
        "together": red_team.together(book),
        **{
            f"windows, {rakes} times new weights": red_team.windows(
                book, [key for key in keys if key[1] in edition], rakes, draw=SEED
            )
            for rakes in (0, 1, 6)
        },
        "crossings": red_team.crossings(book),
        "crossings side by side": red_team.crossings(book, items=3, apart=True),
        **(
            {}
            if book.design.ssu or len(book.design.fpc) > 1
            else {"known": red_team.known_weights(book, keys)}
        ),
        **red_team.exact_counts(book, keys),
    }
    found["weights"] = red_team.weight_shares(book)
    survey = load_survey(name, 2025)
    published = [book.design.district, *survey.frame.attrs["tables_by"]]
    for key, count in found.items():
        total[key] += count
    for records in (1, 2, 3) * RUNS:
        back()
        done, unit = red_team.completed(file, book), pd.read_csv(file, dtype=str)[book.design.identifier[0]]
        rows = list(
            unit.index[unit.isin(unit[draw.sample(done, records)])]
        )  # a household with all its members
        place = draw.choice(sorted(survey.frame[book.design.district].dropna().astype(str).unique()))
        back()
        for key, count in red_team.two_editions(
            file, book, red_team.deletion(rows), rows, place, published
        ).items():
            total[f"two editions: {key}"] += count
        back()
        total["other names"] += red_team.other_names(file, book, rows)
        back()
        for key, count in red_team.beside_reports(file, book, red_team.deletion(rows), rows).items():
            total[f"beside reports: {key}"] += count
        back()
        shutil.rmtree(paths.reports(), ignore_errors=True)
        for key, count in red_team.other_ways(file, book, red_team.deletion(rows), rows).items():
            total[f"other ways: {key}"] += count
    back()


for survey_name in sys.argv[3:] or surveys():
    attack(survey_name)
    print(survey_name, {key: (c.attacked, c.recovered, c.refused) for key, c in total.items()}, flush=True)
