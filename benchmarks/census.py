"""Is a verdict honest where nearly all of a small population answered?

Run: python benchmarks/census.py [--files 200]
First table: every population of N units with every number of "yes", every sample of it, by exact
enumeration (hypergeometric); no random numbers. Second table: 906.16 (colleges) in simulated school files,
each with a population, refusals and open answers of its own. Both go to docs/methods/reliability.md.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from rehearsal_coverage import survey_of
from scipy import stats

from qngai_analysis import raw
from qngai_analysis.progress.verdict import Goal, KnownValue, probability
from qngai_analysis.rehearse.simulate import simulate
from qngai_analysis.survey.estimate.intervals import Estimates, korn_graubard, logit
from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.survey.release.publication import published
from qngai_analysis.survey.release.reliability import reliability_standard

BINS = [0, 0.05, 0.3, 0.7, 0.9, 0.95, 1]
GOAL = Goal(">=", 80)


def outcomes(units: int, answers: int) -> pd.DataFrame:
    """Return every possible sample of every population: chance, interval, its width, P(met), and the truth.

    Populations with 0 to ``units`` "yes" are given the same weight.
    """
    parts = []
    for yes in range(units + 1):
        seen = np.arange(max(0, answers - units + yes), min(answers, yes) + 1)
        p = seen / answers
        se = np.sqrt(p * (1 - p) / (answers - 1) * (1 - answers / units))
        df, n = (np.full(len(p), float(value)) for value in (answers - 1, answers))
        share = Estimates(p, se, df, n, n, np.full(len(p), np.nan))
        low, high = logit(share, 0.95)
        shortest, longest = korn_graubard(share, 0.95)
        figures = [
            KnownValue(100 * a, se=100 * b, df=answers - 1, n=answers) for a, b in zip(p, se, strict=True)
        ]
        parts.append(
            pd.DataFrame(
                {
                    "chance": stats.hypergeom.pmf(seen, units, yes, answers),
                    "true": yes / units,
                    "held": (low - 1e-12 <= yes / units) & (yes / units <= high + 1e-12),
                    "printed": share.sure | (longest - shortest < reliability_standard().max_width),
                    "p_met": [probability(GOAL, figure) for figure in figures],
                    "met": GOAL.holds(100 * yes / units),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def enumerated(units: int, share: float) -> str:
    """Return a row of the first table; coverage and width are of shares of 5 to 95%."""
    answers = round(units * share)
    found = outcomes(units, answers)
    middle = found[found["true"].between(0.05, 0.95)]
    held, printed = (np.average(middle[name], weights=middle["chance"]) for name in ("held", "printed"))
    classes = found.groupby(pd.cut(found["p_met"], BINS, include_lowest=True), observed=False)
    met = classes.apply(lambda part: np.average(part["met"], weights=part["chance"]) if len(part) else np.nan)
    told = " | ".join("" if np.isnan(value) else f"{value:.0%}" for value in (met.iloc[0], met.iloc[-1]))
    return f"| {units} | {answers} | {held:.1%} | {printed:.0%} | {told} |"


def rehearsed(files: int) -> pd.DataFrame:
    """Return for each simulated file what is published of the colleges' share, and the true share."""
    book, rows = read_codebook("schools"), []
    for seed in range(files):
        with tempfile.TemporaryDirectory() as folder:
            file = simulate("schools", 2025, seed=seed, folder=Path(folder))
            row = published(survey_of(book, file), book.indicators["college_complete"]).iloc[0]
            truth = next(
                entry["value"]
                for entry in raw.read_sidecar(file).extra["truth"]
                if (entry["indicator"], entry["district"]) == ("college_complete", "")
            )
        rows.append({**row.to_dict(), "true": truth})
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=200)
    files = parser.parse_args().files
    print("| units | answers | coverage | narrow enough | met where P <= 5% | met where P > 95% |")
    print("|---|---|---|---|---|---|")
    for units in (12, 16, 21, 24, 30):
        for share in (0.5, 2 / 3, 0.75, 0.85, 0.95):
            print(enumerated(units, share))
    found = rehearsed(files)
    shown = found[found["symbol"] == ""]
    held = (shown["ci_low"] <= shown["true"] + 1e-9) & (shown["true"] <= shown["ci_high"] + 1e-9)
    print(f"\n906.16: {len(shown)} of {files} files give a figure; coverage {held.mean():.1%}")
    print("\n| target | P <= 5%: met | 5-95%: met | P > 95%: met |\n|---|---|---|---|")
    for value in (30, 40, 50, 60, 80):
        goal = Goal(">=", value)
        chances = pd.Series(
            [
                probability(goal, KnownValue(100 * row.estimate, se=100 * row.se, df=row.df, n=row.n))
                for row in shown.itertuples()
            ]
        )
        met = pd.Series([goal.holds(100 * true + 1e-9) for true in shown["true"]])
        cells = [
            f"{met[part].sum()} of {part.sum()}"
            for part in (chances <= 0.05, chances.between(0.05, 0.95, inclusive="right"), chances > 0.95)
        ]
        print(f"| {value}% | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
