"""How long the writers take, and how much memory, for a report with one long table.

    python benchmarks/bench_render.py [ROWS]

Prints one line a step: seconds, size of the result, peak memory of the process so far.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import pandas as pd

from qngai_analysis.page.document import read
from qngai_analysis.page.html import to_html
from qngai_analysis.page.pdf import to_pdf
from qngai_analysis.page.sheets import to_xlsx
from qngai_analysis.page.tables import Column, Grid, grid_of
from qngai_analysis.page.word import to_docx


def table(rows: int) -> Grid:
    """Return a table of six columns: number, long text, two values, verdict, agency."""
    frame = pd.DataFrame(
        {
            "place": range(1, rows + 1),
            "name": ["Tỷ lệ dân số từ 15 tuổi trở lên có tài khoản"] * rows,
            "value": [12.345] * rows,
            "goal": [1234.5] * rows,
            "verdict": ["đạt"] * rows,
            "agency": ["Sở Khoa học và Công nghệ"] * rows,
        }
    )
    columns = [
        Column("place", "TT"),
        Column("name", "Chỉ tiêu"),
        Column("value", "Kết quả", decimals=1, unit="%"),
        Column("goal", "Mục tiêu", decimals=1),
        Column("verdict", "Đánh giá", format="mark"),
        Column("agency", "Cơ quan chủ trì"),
    ]
    return grid_of(frame, "Bảng dài", columns=columns)


def peak() -> str:
    """Return the peak memory of this process, where the system tells."""
    try:
        import resource
    except ImportError:  # Windows
        return "?"
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"


def timed(name: str, step: Callable[[], Any]) -> Any:
    """Run a step, print its time, and return its result."""
    start = time.perf_counter()
    result = step()
    size = f"{len(result) / 1e6:.2f} MB" if isinstance(result, bytes | str) else ""
    print(f"{name:10} {time.perf_counter() - start:6.2f} s  {size:>9}  peak {peak()}")
    return result


def main(rows: int) -> None:
    """Measure every step once."""
    shown = timed("table", lambda: json.loads(json.dumps(table(rows)._repr_mimebundle_())))
    output = {"output_type": "execute_result", "data": shown, "metadata": {}}
    cells = [{"cell_type": "code", "metadata": {}, "source": "", "outputs": [output]}]
    document = timed("read", lambda: read({"cells": cells, "metadata": {}}))
    timed("html", lambda: to_html(document))
    timed("pdf", lambda: to_pdf(document))
    timed("xlsx", lambda: to_xlsx(document.grids()))
    timed("docx", lambda: to_docx(document))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
