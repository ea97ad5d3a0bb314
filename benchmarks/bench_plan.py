"""How long reading plans takes: the five of the project, and 10 MB of text.

Run: ``python benchmarks/bench_plan.py``. Prints milliseconds (best of five) and seconds.
"""

from __future__ import annotations

import time
from pathlib import Path

from qngai_analysis import paths
from qngai_analysis.plan import coverage, parse_text, plan_names, read_plan

MB = 1_000_000


def best(names: list[str], repeats: int = 5) -> float:
    """Return the shortest time, in milliseconds, in which the plans were read."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        for name in names:
            read_plan(name)
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def seconds(text: str) -> float:
    start = time.perf_counter()
    parse_text(text)
    return time.perf_counter() - start


def main() -> None:
    names = plan_names()
    start = time.perf_counter()
    read_plan(names[0])
    print(
        f"first plan, tables of agencies and indicators included: {1000 * (time.perf_counter() - start):7.0f} ms"
    )
    for name in names:
        print(f"{name:24} {best([name]):7.0f} ms")
    print(f"{'all five':24} {best(names):7.0f} ms")
    start = time.perf_counter()
    frames = [(plan.targets, plan.tasks, coverage(plan)) for plan in map(read_plan, names)]
    print(
        f"{'with all their tables':24} {1000 * (time.perf_counter() - start):7.0f} ms ({len(frames)} plans)"
    )
    text = Path(paths.raw("plans", "906-qd-ubnd-2022.txt")).read_text(encoding="utf-8")
    for share in (1, 5, 10):
        copies = text * (share * MB // len(text.encode()))
        print(f"{share:3} MB of plan text {seconds(copies):13.1f} s")
    items = "".join(
        f"- Tỷ lệ hộ ở vùng {i} có kết nối Internet đạt trên {i % 100}%.\n" for i in range(15_000)
    )
    print(f"{len(items.encode()) / MB:5.1f} MB, 15.000 different targets {seconds(items):6.1f} s")


if __name__ == "__main__":
    main()
