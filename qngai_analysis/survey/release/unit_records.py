"""Whether a folder holds records of persons, households or enterprises: none may be published.

See ``docs/methods/disclosure.md``.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qngai_analysis import raw
from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.form.held import surveys
from qngai_analysis.words.said import Said

SCHEMA = "qngai-releases/1"  # of a ledger (``ledger``), which is none of a folder's files
#: Formats that hold nothing but data records; none belongs in a report's folder.
_RECORD_FORMATS = {".sav", ".dta", ".parquet", ".rds", ".feather"}

#: Formats that may hold a table among other things.
_TEXT_FORMATS = {".html", ".htm", ".ipynb", ".json", ".jsonl", ".xml", ".svg"}


@dataclass(frozen=True)
class Marks:
    """What unit records look like: identifiers, and the columns of every survey."""

    identifiers: frozenset[str]
    columns: dict[str, frozenset[str]] = field(default_factory=dict)
    checksums: dict[str, str] = field(default_factory=dict)


def assert_no_unit_records(folder: Path, marks: Marks | None = None) -> None:
    """
    Refuse a folder that holds records of persons, households or enterprises.

    Looks at every file below ``folder``: a copy of a survey file (by checksum), a format for
    records (.sav, .dta, .parquet), in CSV, XLSX and zips of them a table with an identifier's
    column, with weights beside PSUs or strata, or with most columns of a survey, and in pages and
    notebooks a table's heading or a JSON key that is an identifier. ``marks``: what :func:`marks_of` gave in
    another process.

    Raises
    ------
    SurveyError
        The first such file, and what gives it away.
    """
    marks = marks or marks_of()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        reason = _records(file, marks)
        if reason:
            raise SurveyError(
                "{file}: {reason}; bản ghi của từng đơn vị không bao giờ vào thư mục báo cáo: bỏ ô in chúng khỏi sổ, hoặc xóa tệp",
                file=file,
                reason=reason,
            )


def marks_of() -> Marks:
    """Return what the unit records of the project's surveys look like."""
    from qngai_analysis.survey.form.codebook import read_codebook  # takes long to load

    identifiers: set[str] = set()
    columns: dict[str, frozenset[str]] = {}
    checksums: dict[str, str] = {}
    for name in surveys():
        book = read_codebook(name)
        identifiers |= {*book.design.identifier, *(one for one in (book.design.psu, book.design.ssu) if one)}
        columns[name] = frozenset(q.name for q in book.questions.values() if q.source == "form")
        for file in book.path.parent.iterdir():
            if file.suffix not in (".toml", ".md") and file.is_file():
                checksums[raw.sha256(file)] = f"{name}/{file.name}"
    return Marks(frozenset(identifiers), columns, checksums)


def _records(file: Path, marks: Marks) -> str:
    copied = marks.checksums.get(raw.sha256(file))
    if copied:
        return Said("bản sao của tệp điều tra {file}", file=copied)
    if file.suffix.lower() in _RECORD_FORMATS:
        return Said("tệp {suffix}, định dạng chỉ để chứa bản ghi", suffix=file.suffix)
    if file.suffix.lower() in _TEXT_FORMATS:
        return _records_in_text(file.read_text(encoding="utf-8", errors="replace"), marks)
    rows = [[cell.strip().casefold() for cell in header] for header in _headers(file)]
    for place, row in enumerate(rows):
        near = rows[max(0, place - 2) : place] + rows[place + 1 : place + 3]
        reason = _record_header(set(row) - _listed(row, near, marks), marks)
        if reason:
            return reason
    return ""


def _records_in_text(text: str, marks: Marks) -> str:
    if f'"{SCHEMA}"' in text:  # from its checksums the answers of small groups can be found by trying
        return Said("sổ ghi những gì đã công bố")
    names = "|".join(map(re.escape, sorted(marks.identifiers)))
    # a heading of a row names a question: in a list of them, not of records
    heading = rf"<th(?![^>]*\brow\b)[^>]*>\s*({names})\s*</th>"
    # each begins with letters, which are found fast: pages are long
    key = rf'"(?<!\w")({names})\\?"\s*:'
    found = re.search(heading, text) or re.search(key, text)
    return Said("bảng có {name!r}, là mã của từng đơn vị", name=found[1]) if found else ""


def _listed(row: list[str], near: list[list[str]], marks: Marks) -> set[str]:
    """Return the names of a row that stand below or above others: a list of questions, no heading."""
    names = marks.identifiers.union(*marks.columns.values())
    beside = [{other[place] for other in near if place < len(other)} for place in range(len(row))]
    return {name for name, others in zip(row, beside, strict=True) if (others & names) - {name}}


def _headers(file: Path) -> Iterator[list[str]]:
    suffix = file.suffix.lower()
    if suffix == ".csv":
        yield from _csv_header(file.read_bytes())
    elif suffix == ".zip":
        with zipfile.ZipFile(file) as packed:
            for name in packed.namelist():
                if name.lower().endswith(".csv"):
                    yield from _csv_header(packed.read(name))
    elif suffix == ".xlsx":
        from openpyxl import load_workbook

        book = load_workbook(file, read_only=True)
        for sheet in book.worksheets:
            for row in sheet.iter_rows(max_row=12, values_only=True):
                yield ["" if cell is None else str(cell) for cell in row]
        book.close()


def _csv_header(content: bytes) -> Iterator[list[str]]:
    text = content[:20_000].decode("utf-8-sig", errors="replace")
    for mark in (",", ";", "\t"):
        yield from itertools.islice(csv.reader(io.StringIO(text), delimiter=mark), 3)


def _record_header(header: set[str], marks: Marks) -> str:
    found = sorted(header & marks.identifiers)
    if found:
        return Said("cột {name!r} là mã của từng đơn vị", name=found[0])
    if "weight" in header and header & {"stratum", "strata", "psu"}:
        return Said("quyền số đứng cạnh tầng, như trong bản ghi của từng đơn vị")
    for name, columns in marks.columns.items():
        shared = header & columns
        if len(shared) >= max(5, 0.5 * len(columns)):
            return Said("{n} cột của điều tra {name!r}", n=len(shared), name=name)
    return ""
