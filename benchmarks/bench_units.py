"""Reports of all 3,321 communes in one batch: what one costs at the hundredth and at the end, and the memory.

``python benchmarks/bench_units.py [here] [workers] [scheduler] [resumed]``: ``qngai batch --by commune`` on a project of
the whole country made on the spot, on this machine, on a Dask cluster of ``--workers 2``, at ``--scheduler`` with two
workers of which one is killed halfway; and killed itself halfway, then resumed. What each way publishes must be the
same bytes. Processor time is that of all processes together, memory their proportional shares (PSS), read every
second; so both are the same on a busy machine.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from qngai_analysis import paths
from qngai_analysis.raw import sha256

QNGAI = [sys.executable, "-m", "qngai_analysis"]
DASK = [sys.executable, "-m", "dask"]
WAYS = ("here", "workers", "scheduler", "resumed")
ALL = 3_321


def used(processes: Sequence[psutil.Process]) -> tuple[float, float]:
    """Return the processor seconds of processes and of all that they started, and the MB they hold."""
    seconds = memory = 0.0
    for one in {one for top in processes for one in (top, *top.children(recursive=True))}:
        try:
            seconds += sum(one.cpu_times()[:4])
            memory += one.memory_full_info().pss / 1e6
        except psutil.Error:  # it has ended: the one that waited for it has its seconds
            continue
    return seconds, memory


def followed(
    batch: subprocess.Popen[bytes],
    others: Sequence[subprocess.Popen[bytes]],
    stage: Path,
    halfway: Callable[[], None],
) -> None:
    """Follow a batch to its end; say what a report cost early and late."""
    processes = [psutil.Process(one.pid) for one in (batch, *others)]
    seen: list[tuple[int, float, float]] = []
    while batch.poll() is None:
        pages = len(list(stage.glob("*.html"))) if stage.exists() else 0
        seen.append((pages, *used([one for one in processes if one.is_running()])))
        if pages > ALL // 2:
            halfway()
            halfway = _nothing
        time.sleep(1)

    def between(low: int, high: int) -> tuple[float, float]:
        part = [one for one in seen if low <= one[0] <= high] or seen[-1:]
        made = max(1, part[-1][0] - part[0][0])
        return (part[-1][1] - part[0][1]) / made, max(memory for _, _, memory in part)

    for low, high in ((100, 600), (ALL - 600, ALL - 25)):
        seconds, memory = between(low, high)
        print(f"  reports {low}-{high}: {seconds:.4f} s of processor each, at most {memory:.0f} MB")
    print(f"  in all {seen[-1][1]:.0f} s, at most {max(one[2] for one in seen):.0f} MB", flush=True)


def _nothing() -> None:
    pass


def run(way: str, base: Path) -> str:
    """Make the batch in one way and return the checksum of all that it published."""
    out, others = base / way, []
    stage = out / ".2025-commune.dang-lap"
    command = [
        *QNGAI,
        "--project",
        str(base / "vn"),
        "batch",
        "--by",
        "commune",
        "--year",
        "2025",
        "--out",
        str(out),
    ]
    halfway: Callable[[], None] = _nothing
    if way == "workers":
        command += ["--workers", "2"]
    elif way == "scheduler":
        address = base / "scheduler.json"
        named = ["--scheduler-file", str(address), "--no-dashboard"]
        others = [
            subprocess.Popen([*DASK, "scheduler", *named, "--port", "0"], cwd=base, stderr=subprocess.DEVNULL)
        ]
        while not address.exists():
            time.sleep(0.1)
        alone = ["--nthreads", "1", "--no-nanny", "--local-directory", str(base)]
        others += [
            subprocess.Popen([*DASK, "worker", *named, *alone], cwd=base, stderr=subprocess.DEVNULL)
            for _ in "12"
        ]
        command += ["--scheduler", json.loads(address.read_text())["address"]]
        halfway = others[1].kill
    print(way, flush=True)
    batch = subprocess.Popen(command, cwd=base)
    if way == "resumed":
        followed(batch, others, stage, lambda: os.kill(batch.pid, signal.SIGKILL))
        before = (stage / ".journal.jsonl").read_bytes().count(b"stem")
        batch = subprocess.Popen([*command, "--resume"], cwd=base)
        followed(batch, others, stage, _nothing)
        print(f"  {before} were there")
    else:
        followed(batch, others, stage, halfway)
    for one in others:
        one.terminate()
        one.wait()
    assert batch.returncode == 0, batch.returncode
    files = sorted((file.name, sha256(file)) for file in (out / "2025-commune").iterdir())
    made = hashlib.sha256(repr(files).encode()).hexdigest()
    print(f"  {len(files)} files, together {made[:16]}", flush=True)
    return made


def main() -> None:
    plan = next(paths.raw("plans").glob("906*.txt"))
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        subprocess.run([*QNGAI, "init", str(base / "vn"), "--country"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(
            [*QNGAI, "--project", str(base / "vn"), "add", "plan", str(plan), "--years", "2022-2025"],
            check=True,
        )
        found = [run(way, base) for way in sys.argv[1:] or WAYS]
        assert all(one == found[0] for one in found)


if __name__ == "__main__":
    main()
