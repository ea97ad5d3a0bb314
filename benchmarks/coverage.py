"""How often 95% intervals of a proportion cover the truth, over repeated samples.

usage: python benchmarks/coverage.py [--samples 1000] [--seed 906]

A population of villages (clusters) with unequal sizes in eight strata is drawn once for each share;
then samples of villages are drawn with replacement in every stratum, and households within them.
Each sample goes through Survey.proportion as a user's file would. Prints a table in
Markdown (docs/methods/intervals.md holds a run).
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from qngai_analysis.survey import Design, Survey

SHARES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
UNITS = (24, 40, 80)  # sampled villages in all
METHODS = ("logit", "korn-graubard", "arcsine", "likelihood", "wald")
STRATA = 8
VILLAGES = 300  # in each stratum
TAKEN = 15  # households drawn in a village


def population(share: float, draw: np.random.Generator) -> pd.DataFrame:
    """Villages with their number of households and of those online; the overall share is as asked."""
    stratum = np.repeat(np.arange(STRATA), VILLAGES)
    size = draw.integers(60, 180, len(stratum))
    level = np.linspace(-0.5, 0.5, STRATA)[stratum] + draw.normal(0, 0.5, len(stratum))
    low, high = -8.0, 8.0
    for _ in range(60):  # the constant that gives the share
        middle = (low + high) / 2
        chance = 1 / (1 + np.exp(-(middle + level)))
        low, high = (middle, high) if (chance * size).sum() / size.sum() < share else (low, middle)
    online = draw.binomial(size, chance)
    return pd.DataFrame({"stratum": stratum, "size": size, "online": online})


def sample(villages: pd.DataFrame, units: int, draw: np.random.Generator) -> pd.DataFrame:
    """Draw villages with replacement in each stratum, then households without."""
    each = units // STRATA
    chosen = (draw.integers(0, VILLAGES, (STRATA, each)) + VILLAGES * np.arange(STRATA)[:, None]).ravel()
    size, online = villages["size"].to_numpy()[chosen], villages["online"].to_numpy()[chosen]
    yes = draw.hypergeometric(online, size - online, TAKEN)
    answers = (np.arange(TAKEN)[None, :] < yes[:, None]).ravel()
    return pd.DataFrame(
        {
            "stratum": np.repeat(np.repeat(np.arange(STRATA), each), TAKEN),
            "village": np.repeat(np.arange(len(chosen)), TAKEN),  # a village drawn twice counts twice
            "weight": np.repeat(VILLAGES / each * size / TAKEN, TAKEN),
            "online": answers,
        }
    )


def covered(share: float, units: int, samples: int, seed: int) -> tuple[dict[str, float], dict[str, float]]:
    """Return each method's share of intervals that hold the truth, and their mean width."""
    draw = np.random.default_rng([seed, units, round(share * 100)])
    villages = population(share, draw)
    truth = villages["online"].sum() / villages["size"].sum()
    hits, width = dict.fromkeys(METHODS, 0), dict.fromkeys(METHODS, 0.0)
    design = Design(weights="weight", strata="stratum", psu="village")
    for _ in range(samples):
        survey = Survey(sample(villages, units, draw), design)
        for method in METHODS:
            row = survey.proportion("online", method=method).iloc[0]
            hits[method] += bool(row["ci_low"] <= truth <= row["ci_high"])
            width[method] += row["ci_high"] - row["ci_low"]
    return (
        {method: hits[method] / samples for method in METHODS},
        {method: width[method] / samples for method in METHODS},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=906)
    settings = parser.parse_args()
    started = time.perf_counter()
    print(f"| villages | df | share | {' | '.join(METHODS)} | width of logit |")
    print("|---|---|---|" + "---|" * (len(METHODS) + 1))
    for units in UNITS:
        for share in SHARES:
            hits, width = covered(share, units, settings.samples, settings.seed)
            rates = " | ".join(f"{hits[method]:.1%}" for method in METHODS)
            print(
                f"| {units} | {units - STRATA} | {share:.0%} | {rates} | {width['logit']:.3f} |", flush=True
            )
    print(f"\n{settings.samples} samples each, seed {settings.seed}, {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
