"""How long each sector's notebook takes, first cell to last, and the whole command with HTML and PDF.

    python benchmarks/bench_notebooks.py [SECTOR ...]

Real figures only, and with three years of simulated surveys at their full size, made in a temporary
project. Prints a table in Markdown: seconds on the clock, and seconds of processor of the command and
the process that runs its cells together, which other work on the machine disturbs less.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from qngai_analysis import paths
from qngai_analysis.edition.engine import execute
from qngai_analysis.project import read_project
from qngai_analysis.rehearse.simulate import simulate
from qngai_analysis.survey.form.codebook import surveys

YEARS = (2023, 2024, 2025)


def project(home: Path) -> None:
    """Make a project with every survey simulated."""
    shutil.copytree(paths.raw(), home / "data" / "raw", ignore=shutil.ignore_patterns("20[0-9][0-9].*"))
    shutil.copytree(paths.notebooks(), home / "notebooks", ignore=shutil.ignore_patterns(".*"))
    for survey in surveys():
        for year in YEARS:
            simulate(survey, year, folder=home / "data" / "raw" / "surveys" / survey)


def cells(sector: str, real_only: bool) -> float:
    """Return the seconds from the first cell to the last, the start of Python among them."""
    notebook = paths.notebooks() / f"{read_project().sector(sector).notebook}.ipynb"
    start = time.perf_counter()
    execute(notebook, {"real_only": real_only})
    return time.perf_counter() - start


def command(sector: str, real_only: bool, out: Path) -> tuple[float, float]:
    """Return the seconds that ``qngai render`` takes: on the clock, and of processor."""
    flags = ["--real-only"] if real_only else []
    before = os.times()
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "qngai_analysis.cli", "render", sector, "--out", str(out), *flags],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    clock = time.perf_counter() - start
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return clock, used


def main(chosen: list[str]) -> None:
    """Measure every sector twice and print the quicker run."""
    print(
        "| sector | cells, real | command, real | processor, real | cells, simulated | command | processor |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory(prefix="qngai-bench-") as folder:
        home = Path(folder)
        project(home)
        os.environ["QNGAI_HOME"] = str(home)
        for sector in chosen or list(read_project().sectors):
            row = []
            for real_only in (True, False):
                row.append(min(cells(sector, real_only) for _ in range(2)))
                runs = [command(sector, real_only, home / "out") for _ in range(2)]
                row += [min(clock for clock, _ in runs), min(used for _, used in runs)]
            print(f"| {sector} | {' | '.join(f'{seconds:.1f}' for seconds in row)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
