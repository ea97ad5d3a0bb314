"""A year's reports by the stock tools and by ``qngai report``, in turn, in processor seconds and on the clock.

``python benchmarks/bench_edition.py [--runs 3] [--other FOLDER]``. *Stock API*: papermill and nbconvert's HTML in one
Python process, one notebook after the other, no PDF. *Stock commands*: the same by their command lines (each with
``--commands``). ``--other`` names another checkout of this project, whose ``qngai report`` is run in the same turn. *Again* is a second
run with nothing changed.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from qngai_analysis import paths
from qngai_analysis.project import read_project

NAMES = ["bao_cao_nam", *(sector.notebook for sector in read_project().sectors.values())]
API = """
import sys, papermill, nbformat, nbconvert, logging
logging.disable()
out, *notebooks = sys.argv[1:]
for path in notebooks:
    ran = papermill.execute_notebook(path, None, kernel_name='python3', progress_bar=False, cwd=path.rsplit('/', 1)[0])
    open(f"{out}/{path.rsplit('/', 1)[1]}.html", 'w').write(nbconvert.HTMLExporter().from_notebook_node(ran)[0])
"""


def timed(*commands: list[str], home: Path | None = None) -> tuple[float, float]:
    """Run commands one after the other and return their processor seconds and seconds on the clock."""
    environment = dict(os.environ)
    if home is not None:
        environment |= {"PYTHONPATH": str(home), "QNGAI_HOME": str(home)}
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for command in commands:
        subprocess.run(
            command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - begun


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--other", type=Path)
    parser.add_argument("--commands", action="store_true")
    asked = parser.parse_args()
    notebooks = [str(paths.notebooks() / f"{name}.ipynb") for name in NAMES]
    found: dict[str, list[tuple[float, float]]] = {}
    for _ in range(asked.runs):
        with tempfile.TemporaryDirectory() as out:
            os.environ["QNGAI_CACHE"] = f"{out}/cache"
            report = [sys.executable, "-m", "qngai_analysis.cli", "report", "--out", f"{out}/reports"]
            turns = {"qngai report": timed(report), "again": timed(report)}
            if asked.other:
                turns["other"] = timed([*report[:-1], f"{out}/other"], home=asked.other)
            turns["stock API, no PDF"] = timed([sys.executable, "-c", API, out, *notebooks])
            if asked.commands:
                each = [
                    [
                        sys.executable,
                        "-m",
                        "papermill",
                        "--cwd",
                        str(paths.notebooks()),
                        path,
                        f"{out}/{Path(path).name}",
                    ]
                    for path in notebooks
                ]
                pages = [
                    [sys.executable, "-m", "nbconvert", "--to", kind, f"{out}/{Path(path).name}"]
                    for path in notebooks
                    for kind in ("html", "webpdf")
                ]
                turns["stock commands"] = timed(*each, *pages)
            for name, seconds in turns.items():
                found.setdefault(name, []).append(seconds)
    for name, turns_of in found.items():
        processor, clock = (statistics.median(column) for column in zip(*turns_of, strict=True))
        ratios = [other[0] / own[0] for other, own in zip(turns_of, found["qngai report"], strict=True)]
        print(
            f"{name:20} processor {processor:7.2f}  clock {clock:7.2f}  processor, times ours: {statistics.median(ratios):.2f}"
        )


if __name__ == "__main__":
    main()
