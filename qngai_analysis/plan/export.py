"""A plan's tables as files: CSV for programs, a workbook for offices."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from qngai_analysis import raw
from qngai_analysis.errors import PlanError
from qngai_analysis.page.layout import layout
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.plan.model import Fate, Plan, Target, coverage, value_table
from qngai_analysis.values import jsonable

if TYPE_CHECKING:
    from openpyxl import Workbook

#: The tables of a plan, with the names of their sheets.
TABLES: dict[str, str] = layout()["workbook"]["sheets"]
_WIDE: dict[str, float] = layout()["workbook"]["widths"]
#: The columns of a workbook as offices call them; files for programs keep the names of the fields.
HEADINGS: dict[str, str] = layout()["workbook"]["heads"]


def plan_table(plan: Plan, name: str = "targets") -> pd.DataFrame:
    """Return one table of a plan with plain cells: lists joined by "; ".

    ``name`` is one of ``TABLES``; ``targets`` holds the listed and the stated ones (column ``listed``).
    """
    if name == "coverage":
        return coverage(plan)
    if name == "targets":
        frame = value_table(plan.listed_targets + plan.stated_targets, Target)
    else:
        frame = plan.tasks if name == "tasks" else plan.qualitative
    lists = [column for column in ("agencies", "cooperating", "stages", "nearest") if column in frame.columns]
    return frame.assign(**{column: [_joined(cell) for cell in frame[column]] for column in lists})


def _joined(cell: list[Any]) -> str:
    return "; ".join(_stage(part) if isinstance(part, dict) else str(part) for part in cell)


def _stage(stage: dict[str, Any]) -> str:
    years = f"{stage['first_year'] or ''}-{stage['last_year'] or ''}".strip("-")
    return f"{years}: {stage['text']}"


def csv_text(plan: Plan) -> str:
    """Return the targets of a plan as CSV (comma, header, ``\\n``, missing cells empty)."""
    return raw.csv_text(plan_table(plan))


def json_text(plan: Plan) -> str:
    """Return everything that was read of a plan as JSON, Vietnamese letters as they are."""
    content = {
        "document": jsonable(plan.document),
        "targets": jsonable(plan.listed_targets + plan.stated_targets),
        "qualitative": jsonable(plan.goals),
        "tasks": jsonable(plan.task_list),
        "coverage": jsonable(coverage(plan)),
        "reasons": list(plan.reasons),
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def write_plan(plan: Plan, path: Path, format: str) -> Path:
    """Write a plan as ``csv`` (its targets), ``json`` (all) or ``xlsx`` (all); return the path.

    The file appears whole or not at all.

    Raises
    ------
    PlanError
        The file can't be written (no such folder, no permission, open in another program).
    """
    part = path.with_name(f".{path.name}.part")
    try:
        if format == "xlsx":
            _workbook(plan).save(part)
        else:
            text = csv_text(plan) if format == "csv" else json_text(plan)
            part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as fault:
        part.unlink(missing_ok=True)
        wording = "{path}: không ghi được ({what}); chọn tệp trong thư mục được phép ghi"
        raise PlanError(wording, path=path, what=fault.strerror or fault) from None
    return path


def _workbook(plan: Plan) -> Workbook:
    """Return a workbook: a cover, then one sheet a table."""
    from openpyxl import Workbook

    book = Workbook()
    _cover(book.active, plan)
    names = read_catalogue()["name_vi"]
    for table, title in TABLES.items():
        frame = plan_table(plan, table)
        if "fate" in frame.columns:
            frame = frame.assign(fate=[Fate(fate).words for fate in frame["fate"]])
        if table == "targets":
            aimed = plan.listed_targets + plan.stated_targets
            near = ([f"{code} ({names[code]})" for code in target.nearest] for target in aimed)
            frame = frame.assign(nearest=["; ".join(codes) for codes in near])
        _sheet(book.create_sheet(title), frame)
    return book


def _cover(sheet: Any, plan: Plan) -> None:
    from qngai_analysis.page.sheets import put

    document = plan.document
    sheet.title = "Văn bản"
    found = Counter(numeral.fate for numeral in plan.numerals).most_common()
    rows: list[tuple[str, Any]] = [
        ("Văn bản", document.type),
        ("Số, ký hiệu", document.number),
        ("Ngày ban hành", document.date),
        ("Cơ quan ban hành", document.issuer),
        ("Trích yếu", document.subject),
        ("Địa bàn", document.geography),
        ("Tệp", document.path),
        ("SHA-256", document.sha256),
        ("Số chỉ tiêu liệt kê", len(plan.listed_targets)),
        ("Số chỉ tiêu nêu trong nội dung, nhiệm vụ", len(plan.stated_targets)),
        ("Số mục tiêu định tính", len(plan.goals)),
        ("Số nhiệm vụ", len(plan.task_list)),
        *((f"Con số: {fate.words}", count) for fate, count in found),
        *(("Ghi chú", note) for note in (*document.notes, *plan.reasons, *plan.warnings)),
    ]
    for line, (label, value) in enumerate(rows, start=1):
        put(sheet, line, 1, label, bold=True)
        put(sheet, line, 2, value)
    sheet.column_dimensions["A"].width = 42
    sheet.column_dimensions["B"].width = 90


def _sheet(sheet: Any, frame: pd.DataFrame) -> None:
    from qngai_analysis.page.sheets import put_rows

    heads = [HEADINGS.get(str(column), str(column)) for column in frame.columns]
    rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False)
    put_rows(sheet, [heads, *rows], [_WIDE.get(str(column), 14) for column in frame.columns])
    sheet.auto_filter.ref = sheet.dimensions
