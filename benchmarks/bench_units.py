"""What a report of a batch costs: processor seconds and memory of each share of 25, from the first to the last.

Run as ``python benchmarks/bench_units.py [units]`` on a project of the whole country made on the spot: 3,321 communes.
Processor time is what the system says of each fork, so a busy machine gives the same numbers.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import mean


def main() -> None:
    from qngai_analysis import paths
    from qngai_analysis.arrivals import take_plan
    from qngai_analysis.edition import units, worker
    from qngai_analysis.edition.batch import Edition
    from qngai_analysis.starting import new_project

    most = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    plan = next(paths.raw("plans").glob("906*.txt"))
    with tempfile.TemporaryDirectory() as folder:
        new_project(Path(folder) / "vn", country=True)
        os.environ |= worker.QUIET | {"QNGAI_HOME": f"{folder}/vn", "IPYTHONDIR": folder}
        sys.modules.update(worker.ABSENT)
        take_plan(plan, role="main", years="2022-2025")
        worker.INSIDE = True
        batch = units.Batch(Edition(2025, Path(folder) / "out", formats=("html",)), "commune")
        found, _ = units._prepared(batch, lambda *_: None)
        units.adopt(found)
        batch.stage.mkdir(parents=True)
        first = batch.edition.job("don_vi")
        jobs = [replace(first, parameters={**first.parameters, "by": "commune", "unit": stem}, stem=stem, inputs=()) for stem in found.units][:most]  # fmt: skip
        costs, peaks = [], []
        for at in range(0, len(jobs), units.SHARE):
            share = tuple(jobs[at : at + units.SHARE])
            child = os.fork()
            if not child:
                parts = {job.stem: "x" for job in share}
                units._Share(share, parts, batch.stage, batch.failures)(lambda *_: None)
                os._exit(0)
            _, status, used = os.wait4(child, 0)
            assert status == 0
            costs.append((used.ru_utime + used.ru_stime) / len(share))
            peaks.append(used.ru_maxrss // 1024)
        assert not batch.failures.exists()
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{len(jobs)} reports; processor seconds each:")
        print(
            f"  the first 100: {mean(costs[:4]):.4f}, the last 100: {mean(costs[-4:]):.4f}, all: {mean(costs):.4f}"
        )
        print(
            f"  peak of a fork, MB: first {peaks[0]}, last {peaks[-1]}, highest {max(peaks)}; of the warm process {own}"
        )


if __name__ == "__main__":
    main()
