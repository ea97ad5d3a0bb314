"""How long reading plans takes: the five of the project, 10 MB of text, and text made to be slow.

Run: ``python benchmarks/bench_plan.py``. Prints milliseconds (best of five) and seconds.
"""

from __future__ import annotations

import resource
import time
from pathlib import Path

from qngai_analysis import paths
from qngai_analysis.plan import coverage, parse_text, plan_names, read_plan

MB = 1_000_000
# Pieces that a careless pattern would go over again and again when they are repeated.
FRAGMENTS = (
    "a", "1", "(", ")", "\t", "%", "|\n", "- ", "1.\n", "(1) ", "[1]", "1% ", "đạt ", "trong đó ", "về ", "có tỷ trọng ", "từ 1 đến ",
    "Giao Sở ", "chủ trì: ", "Sở A, ", "phối hợp với ", "phấn đấu ", "trở lên ", "nhóm 20 ", "tăng từ 1% lên ", "năm 2025 ", "(năm 2025) ",
    "TT\t", "Chỉ tiêu 1: ", "C.1. ", "09:09 ", "ngày 1-3 ", "Hà Nội - ", "ỦY BAN NHÂN DÂN ", "Nơi nhận: ", "Ban hành kèm theo Quyết định số ",
)  # fmt: skip


def best(names: list[str], repeats: int = 5) -> float:
    """Return the shortest time, in milliseconds, in which the plans were read."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        for name in names:
            read_plan(name)
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def peak() -> int:
    """Return the most memory the process held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


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
    for lines in (8_000, 80_000):
        items = "".join(
            f"- Tỷ lệ hộ gia đình ở vùng {i} có kết nối Internet băng rộng cáp quang đạt trên {i % 100}% vào năm {2026 + i % 5}.\n"
            for i in range(lines)
        )
        size, start = len(items.encode()) / MB, time.process_time()
        parse_text("Mục tiêu đến năm 2030:\n" + items)
        print(
            f"{size:5.1f} MB, {lines} different targets: {(time.process_time() - start) / size:.1f} s of processor a MB, {peak()} MB"
        )
    slowest = max(
        (seconds("Kế hoạch có mục tiêu đạt được:\n" + each * (120_000 // len(each))), each)
        for each in FRAGMENTS
    )
    print(
        f"{len(FRAGMENTS)} hostile texts of 120.000 letters: slowest {slowest[0]:.1f} s ({slowest[1]!r} repeated)"
    )


if __name__ == "__main__":
    main()
