"""Notebooks as files: how a new one is made, and what every one must be.

Notebooks are committed without outputs, with their kernelspec, keys sorted and one source line a
line, so that a change reads as a change.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qngai_analysis.errors import RenderError
from qngai_analysis.project import read_project

PARAMETERS = """from typing import Literal

year: int = 2025  # reporting year
district: str | None = None  # the district the report is about, such as "Huyện Ba Tơ"; None: the province
edition: int | None = None  # year of the survey files; None: the reporting year
cutoff: str = ""  # day after which nothing published counts, such as 2026-03-31; empty: 31 March of the next year
real_only: bool = False  # leave simulated rehearsal surveys out
lang: Literal["vi", "en"] = "vi"  # language of the report"""

_BODY = (
    (
        "from IPython.display import display\n\nimport qngai_analysis as qn\nfrom qngai_analysis.report import findings, focus, sector\n\n"
        "this = sector.load(\n"
        '    "{sector}", year=year, district=district, edition=edition, cutoff=cutoff, real_only=real_only, lang=lang\n'
        ")\nsector.title(this)"
    ),
    "display(*sector.status(this))",
    "display(*focus.opening(this))",
    'sector.heading(this, "I. Ba điểm chính")',
    "findings.three(this)",
    'sector.heading(this, "II. Chỉ tiêu trong các kế hoạch và kết quả")',
    "display(*sector.target_table(this))",
    'sector.heading(this, "III. Kết quả điều tra")',
    "display(*sector.province_table(this))",
    "display(*focus.compared(this))",
    "display(*sector.breakdowns(this))",
    "display(*sector.district_maps(this))",
    "display(*sector.overview(this))",
    "qn.explore(this)",
    'sector.heading(this, "IV. Thay đổi qua các năm")',
    "display(*sector.over_years(this))",
    "display(*focus.over_years(this))",
    'sector.heading(this, "V. Ai đang bị bỏ lại phía sau")',
    "display(*sector.left_behind(this))",
    "display(*sector.equal_footing(this))",
    'sector.heading(this, "VI. Số liệu đã công bố")',
    "sector.published(this)",
    "display(*focus.published(this))",
    'sector.heading(this, "VII. Nhiệm vụ và cơ quan chủ trì")',
    "sector.tasks(this)",
    'sector.heading(this, "VIII. Số liệu còn thiếu")',
    "sector.missing(this)",
    'sector.heading(this, "IX. Căn cứ của từng kết luận")',
    "display(*sector.reasons(this))",
    'sector.heading(this, "X. Ước lượng theo nhóm")',
    "display(*sector.estimates(this))",
)


def sector_notebook(name: str) -> dict[str, Any]:
    """Return a new notebook of a sector as plain JSON.

    Raises
    ------
    ParameterError
        The project has no such sector.
    """
    sector = read_project().sector(name)
    cells = [_code(PARAMETERS, 1, ["parameters"])]
    # not str.format: the code has braces of its own
    cells += [_code(text.replace("{sector}", name), place) for place, text in enumerate(_BODY, start=2)]
    return {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "title": sector.vi,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _code(source: str, place: int, tags: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": f"cell-{place:03d}",
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def write_notebook(content: dict[str, Any], file: Path) -> None:
    """Write a notebook the way it is committed; an existing file is never overwritten.

    Raises
    ------
    RenderError
        The file exists, or can't be written.
    """
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    except FileExistsError:
        raise RenderError(f"{file}: exists already; name another file, or remove it first") from None
    except OSError as fault:
        raise RenderError(f"{file}: can't be written ({fault.strerror})") from fault
