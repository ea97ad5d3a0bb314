"""Time and memory of survey estimates, and R's survey package on the same file where it is installed.

usage: python benchmarks/bench_estimates.py [--rows 1000000] [--folder DIR] [--without-r]

Two measurements:

- 13 districts × 10 indicators on a million rows: design, means, and logit intervals. Each program runs
  in a process of its own, reads the same CSV (not timed), and reports seconds and peak memory.
- the tables of a sector notebook on 10,000 rows: raked weights, 30 indicators by five groupings,
  quantiles, differences, a two-way table.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

INDICATORS = [f"y{place:02d}" for place in range(1, 11)]
SHARES = (0.004, 0.02, 0.08, 0.2, 0.35, 0.5, 0.65, 0.85, 0.97, 0.996)
HOUSEHOLDS = 20  # in each sampled area

OURS = """
import json, resource, sys, time
import pandas as pd
names = [f"y{place:02d}" for place in range(1, 11)]
frame = pd.read_csv(sys.argv[1])
from qngai_analysis.survey import Design, Survey
import qngai_analysis.survey.estimate.estimates, scipy.sparse
before = time.perf_counter()
survey = Survey(frame, Design(weights="weight", strata="stratum", psu="area"))
designed = time.perf_counter()
means = survey.mean(names, by="district")
averaged = time.perf_counter()
shares = survey.proportion(names, by="district", method="logit")
done = time.perf_counter()
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(json.dumps({"design": designed - before, "means": averaged - designed, "logit": done - averaged,
                  "peak": int(peak) / 1024, "check": [means["se"].sum(), shares["ci_low"].sum()]}))
"""

R = r"""
suppressMessages(library(survey))
x <- read.csv(commandArgs(TRUE)[1]); names <- sprintf("y%02d", 1:10); now <- function() proc.time()[["elapsed"]]
t0 <- now(); d <- svydesign(id=~area, strata=~stratum, weights=~weight, data=x); t1 <- now()
m <- svyby(reformulate(names), ~district, d, svymean); t2 <- now()
low <- 0
for (g in unique(x$district)) { s <- subset(d, district == g); df <- degf(s)
  for (v in names) low <- low + confint(svyciprop(reformulate(v), s, method="logit", df=df))[1] }
t3 <- now()
peak <- as.numeric(gsub("[^0-9]", "", grep("VmHWM", readLines("/proc/self/status"), value=TRUE))) / 1024
cat(sprintf('{"design": %f, "means": %f, "logit": %f, "peak": %f, "check": [%.10f, %.10f]}\n',
    t1-t0, t2-t1, t3-t2, peak, sum(SE(m)), low))
"""


def households(rows: int, seed: int = 906) -> pd.DataFrame:
    """A frame of households in areas, areas in 13 districts by urban and rural."""
    draw = np.random.default_rng(seed)
    areas = rows // HOUSEHOLDS
    district = np.sort(draw.choice(13, areas, p=np.linspace(2, 0.4, 13) / np.linspace(2, 0.4, 13).sum()))
    urban = draw.random(areas) < 0.4
    order = np.lexsort((urban, district))
    district, urban = district[order], urban[order]
    level = draw.normal(0, 0.5, areas) + 0.3 * urban
    table = pd.DataFrame(
        {
            "district": np.array([f"Huyện {place + 1:02d}" for place in range(13)])[district],
            "stratum": [
                f"{place:02d}{'U' if town else 'R'}" for place, town in zip(district, urban, strict=True)
            ],
            "area": np.arange(areas),
            "weight": draw.uniform(20, 150, areas).round(3),
        }
    )
    frame = table.loc[np.repeat(np.arange(areas), HOUSEHOLDS)].reset_index(drop=True)
    rise = np.repeat(level, HOUSEHOLDS)
    for name, share in zip(INDICATORS, SHARES, strict=True):
        chance = 1 / (1 + np.exp(-(np.log(share / (1 - share)) + rise)))
        frame[name] = (draw.random(len(frame)) < chance).astype(np.int64)
    return frame


def run(command: list[str]) -> dict[str, object]:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def line(name: str, found: dict[str, object]) -> float:
    total = sum(float(found[part]) for part in ("design", "means", "logit"))  # type: ignore[arg-type]
    print(
        f"{name:28s} design {found['design']:.3f} s, means {found['means']:.3f} s, logit {found['logit']:.3f} s, "
        f"together {total:.3f} s, peak {found['peak']:.0f} MB"
    )
    return total


def large(rows: int, folder: Path, *, with_r: bool) -> None:
    file = folder / f"households_{rows}.csv"
    if not file.exists():
        households(rows).to_csv(file, index=False)
    print(f"13 districts × 10 indicators, {rows:,} rows")
    found = min(
        (run([sys.executable, "-c", OURS, str(file)]) for _ in range(3)), key=lambda one: one["means"]
    )  # type: ignore[arg-type, return-value]
    ours = line("this package (best of 3)", found)
    if not with_r or shutil.which("Rscript") is None:
        print("R is not installed or not asked for: no comparison")
        return
    script = folder / "bench.R"
    script.write_text(R, encoding="utf-8")
    theirs = run(["Rscript", str(script), str(file)])
    seconds = line("R survey", theirs)
    print(
        f"{seconds / ours:.0f} times as fast as R, {float(found['peak']) / float(theirs['peak']):.0%} of its peak memory"
    )  # type: ignore[arg-type]
    agree = np.allclose(found["check"], theirs["check"], rtol=1e-7)  # type: ignore[arg-type]
    print(f"sums of standard errors and of lower ends agree: {agree}")


def notebook(rows: int = 10_000) -> None:
    from qngai_analysis.survey import Design, Survey

    frame = households(rows)
    draw = np.random.default_rng(1)
    frame["sex"] = draw.choice(["Nam", "Nữ"], len(frame))
    frame["age"] = draw.choice(["15-24", "25-34", "35-44", "45-59", "60+"], len(frame))
    frame["setting"] = frame["stratum"].str[-1]
    frame["income"] = draw.lognormal(8, 0.7, len(frame)).round(1)
    asked = {f"q{place:02d}": draw.random(len(frame)) < place / 31 for place in range(1, 31)}
    frame = pd.concat([frame, pd.DataFrame(asked)], axis=1)
    names = list(asked)
    before = time.perf_counter()
    survey = Survey(frame, Design(weights="weight", strata="stratum", psu="area"))
    made = {name: survey.weights.groupby(frame[name]).sum() * 1.02 for name in ("sex", "age", "district")}
    survey = survey.rake(made)
    for by in (None, "district", "sex", "age", "setting", ["district", "sex"]):
        survey.proportion(names, by=by)
    survey.mean("income", by="district")
    survey.quantile("income", [0.25, 0.5, 0.75], by="district")
    survey.difference(names, by="sex")
    survey.difference(names[:5], by="sex", within="district")
    survey.table("age", "sex", of="row")
    seconds = time.perf_counter() - before
    print(f"tables of a sector notebook, {rows:,} rows, 30 indicators, raked weights: {seconds:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--without-r", action="store_true")
    settings = parser.parse_args()
    notebook()
    if settings.folder:
        settings.folder.mkdir(parents=True, exist_ok=True)
        large(settings.rows, settings.folder, with_r=not settings.without_r)
        return
    with tempfile.TemporaryDirectory() as folder:
        large(settings.rows, Path(folder), with_r=not settings.without_r)


if __name__ == "__main__":
    main()
