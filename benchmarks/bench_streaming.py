"""Estimate from 10 million rows: memory, time beside that of reading, here and on two Dask workers.

Run as ``python benchmarks/bench_streaming.py [rows]``; each way runs in a process of its own, which says its peak.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WAYS = ("read", "reduce", "domains", "dask", "csv")


def write(file: Path, rows: int) -> None:
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv, parquet

    random = np.random.default_rng(1)
    with_csv = csv.CSVWriter
    writer = plain = None
    for start in range(0, rows, 500_000):
        n = min(500_000, rows - start)
        psu = random.integers(0, 5000, n)
        table = pa.table(
            {
                "stratum": psu % 60,
                "psu": psu,
                "population": np.full(n, 4000.0) + psu % 60,
                "weight": random.uniform(1, 30, n),
                "income": random.normal(size=n),
                "size": random.integers(1, 8, n),
                "online": random.random(n) < 0.4,
                "area": random.integers(0, 96, n),
            }
        )
        writer = writer or parquet.ParquetWriter(file, table.schema)
        plain = plain or with_csv(file.with_suffix(".csv"), table.schema)
        writer.write_table(table)
        plain.write_table(table)
    assert writer is not None
    assert plain is not None
    writer.close()
    plain.close()


def one(way: str, file: Path) -> None:
    from pyarrow import dataset

    from qngai_analysis.survey import Design
    from qngai_analysis.survey.estimate.streaming import Measure, reduce_survey

    design = Design("weight", "stratum", "psu", fpc="population")
    measures = ["income", "online", Measure("per head", "income", over="size")]
    start = time.perf_counter()
    if way == "read":
        for batch in dataset.dataset(file).scanner(batch_size=262_144, batch_readahead=2).to_batches():
            batch.nbytes  # noqa: B018
    elif way == "dask":
        from distributed import Client, LocalCluster

        with (
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as two,
            Client(two) as client,
        ):
            start = time.perf_counter()
            print(reduce_survey(file, design, measures, by=["area"], client=client).estimates()["se"].sum())
            peaks = client.run(lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
            print("workers' peaks, MB:", *peaks.values())
    else:
        source = file.with_suffix(".csv") if way == "csv" else file
        by = ["area"] if way == "domains" else []
        print(reduce_survey(source, design, measures, by=by).estimates()["se"].sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    cpu = sum(os.times()[:2])
    print(f"{way}: {time.perf_counter() - start:.1f} s, processor {cpu:.1f} s, peak {peak} MB", flush=True)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "survey.parquet"
        write(file, rows)
        sizes = [path.stat().st_size // 1_000_000 for path in (file, file.with_suffix(".csv"))]
        print(f"{rows:,} rows, {sizes[0]} MB Parquet, {sizes[1]} MB CSV", flush=True)
        for way in WAYS:
            subprocess.run([sys.executable, __file__, way, str(file)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WAYS:
        one(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
