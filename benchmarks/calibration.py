"""Is P(target met) calibrated? Measured over simulated truths.

Run ``uv run python benchmarks/calibration.py``; the tables go to docs/methods/uncertainty.md.
Two questions: of the targets that an estimate with a sampling error gives P, is that share really
met; and of the targets that a projection gives P, is that share met in the end.
"""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pandas as pd

from qngai_analysis.progress.projection import project
from qngai_analysis.progress.verdict import Goal, KnownValue, probability

BINS = [0, 0.05, 0.3, 0.7, 0.9, 0.95, 1.0]


def cluster_sample(
    truth: float, clusters: int, size: int, icc: float, rng: np.random.Generator
) -> KnownValue:
    """A sample of clusters: shares drawn beta-binomial, error from the spread between clusters."""
    a = truth * (1 - icc) / icc
    b = (1 - truth) * (1 - icc) / icc
    shares = rng.binomial(size, rng.beta(a, b, clusters)) / size
    se = 100 * shares.std(ddof=1) / np.sqrt(clusters)
    return KnownValue(100 * shares.mean(), se=float(se), df=clusters - 1, n=clusters * size)


def estimates(target: float, clusters: int, runs: int, rng: np.random.Generator) -> pd.DataFrame:
    """Truths spread evenly around the target; P from each one's sample."""
    goal = Goal(">=", target)
    spread = min(12.0, 100 - target - 0.5)
    truths = rng.uniform(target - spread, target + spread, runs)
    rows = []
    for truth in truths:
        figure = cluster_sample(truth / 100, clusters, 12, 0.05, rng)
        rows.append((probability(goal, figure), truth >= target))
    return pd.DataFrame(rows, columns=["p", "met"])


def path(kind: str, years: int, rng: np.random.Generator) -> np.ndarray:
    """A true yearly share, in percent, for ``years`` years."""
    start, drift = rng.uniform(-2.5, 0.5), rng.normal(0.3, 0.25)
    t = np.arange(years)
    if kind == "walk":
        sigma = abs(rng.normal(0, 0.25))
        logit = start + drift * t + np.r_[0, rng.normal(0, sigma, years - 1).cumsum()]
    elif kind == "walk, twice the chance":
        sigma = abs(rng.normal(0, 0.5))
        logit = start + drift * t + np.r_[0, rng.normal(0, sigma, years - 1).cumsum()]
    elif kind == "smooth S-curve":
        logit = start + drift * t
    elif kind == "straight line":
        return np.clip(100 / (1 + np.exp(-start)) + 4 * drift / 0.3 * t, 0.5, 99.5)
    else:  # the take-up slows: a ceiling the model does not know
        ceiling = rng.uniform(55, 95)
        return ceiling / (1 + np.exp(-(start + drift * t)))
    return 100 / (1 + np.exp(-logit))


def projections(kind: str, points: int, ahead: int, runs: int, rng: np.random.Generator) -> pd.DataFrame:
    """Targets spread around what is to come, judged from the first ``points`` years."""
    rows = []
    for _ in range(runs):
        truth = path(kind, points + ahead, rng)
        n = 900
        seen_truth = truth[:points]
        se = np.sqrt(1.5 * seen_truth * (100 - seen_truth) / n)
        seen = np.clip(rng.normal(seen_truth, se), 0, 100)
        frame = pd.DataFrame({"t": 2021.0 + np.arange(points), "value": seen, "se": se})
        due = 2020.0 + points + ahead
        made = project(frame, [due])
        assert made is not None
        # a target somewhere in the predictive distribution: every P occurs
        low, high = made.table.loc[0, ["low", "high"]].to_numpy(dtype=float)
        target = rng.uniform(low, high)
        inside = low <= truth[-1] <= high
        rows.append((made.probability(Goal(">=", target), due), truth[-1] >= target, inside))
    return pd.DataFrame(rows, columns=["p", "met", "inside"])


def table(found: pd.DataFrame) -> str:
    """One line: for each class of P, how many, the mean P, and the share met."""
    cells = []
    for low, high in pairwise(BINS):
        group = found[(found["p"] >= low) & (found["p"] < high + (high == 1))]
        cells.append(f"{100 * group['met'].mean():.0f}% of {len(group)}" if len(group) else "-")
    return " | ".join(cells)


def main(runs: int) -> None:
    rng = np.random.default_rng(906)
    head = " | ".join(f"P {100 * a:.0f}-{100 * b:.0f}%" for a, b in pairwise(BINS))
    print(f"| target, clusters | {head} |")
    for target in (50.0, 80.0, 95.0):
        for clusters in (8, 20, 60):
            print(
                f"| {target:.0f}%, {clusters} | {table(estimates(target, clusters, 8 * runs, rng))} |",
                flush=True,
            )
    print(f"\n| truth; points seen, years ahead | {head} | in the 90% interval |")
    for kind in ("walk", "walk, twice the chance", "smooth S-curve", "straight line", "unknown ceiling"):
        for points, ahead in ((3, 1), (3, 3), (5, 2)):
            found = projections(kind, points, ahead, runs, rng)
            inside = f"{100 * found['inside'].mean():.0f}%"
            print(f"| {kind}; {points}, {ahead} | {table(found)} | {inside} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500)
