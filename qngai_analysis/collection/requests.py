"""Sending: a folder of letter and form for each body that owes something, and the register of what was asked."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from qngai_analysis import paths, raw
from qngai_analysis.collection.forms import write_form
from qngai_analysis.collection.letters import reminder_letter, request_letter
from qngai_analysis.collection.owed import Body, Owed
from qngai_analysis.collection.workbook import read_workbook
from qngai_analysis.errors import RawFileError
from qngai_analysis.page.document import Document
from qngai_analysis.page.pdf import to_pdf
from qngai_analysis.page.sheets import save_xlsx
from qngai_analysis.page.tables import Column, Grid, grid_of
from qngai_analysis.page.word import to_docx
from qngai_analysis.plan.agencies import read_agencies
from qngai_analysis.raw import unguarded
from qngai_analysis.words.numbers import day

INDEX, REGISTER = "danh-muc-gui.xlsx", "so-theo-doi.csv"


@dataclass(frozen=True, slots=True)
class Request:
    """A line of the register: what a body was asked for, when, until when, and when it was reminded."""

    body: str
    asked_on: date
    due: date
    figures: int
    tasks: int
    form: str
    reminded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run wrote: the new lines of the register, and the bodies whose form was there already.

    ``outgrown`` are those of them that owe something by now that their form does not ask for.
    """

    folder: Path
    asked: tuple[Request, ...]
    kept: tuple[str, ...]
    outgrown: tuple[str, ...]


def request_folder(year: int) -> Path:
    """Return where the requests of a year lie, and their register: ``requests/<year>`` of the project."""
    return paths.project() / "requests" / str(year)


def read_register(year: int) -> dict[str, Request]:
    """
    Return what was asked of each body for a year; empty where nothing was.

    Raises
    ------
    RawFileError
        The register was edited into something that can't be read; the message names the line.
    """
    file = request_folder(year) / REGISTER
    if not file.is_file():
        return {}
    found: dict[str, Request] = {}
    for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))):
        try:
            line = Request(**{item.name: _TYPED[item.type](row[item.name]) for item in fields(Request)})
            found[line.body] = line
        except (KeyError, TypeError, ValueError) as fault:
            wording = "{file}, dòng {line}: không đọc được; sửa lại ngày (2026-01-10) và số của dòng này, hoặc xóa tệp để gửi lại"
            raise RawFileError(wording, file=file, line=len(found) + 2) from fault
    return found


_TYPED: Mapping[Any, Callable[[str], Any]] = {
    "str": unguarded,
    "int": int,
    "date": date.fromisoformat,
    "date | None": lambda text: date.fromisoformat(text) if text else None,
}


def _write_register(year: int, lines: Iterable[Request]) -> None:
    file = request_folder(year) / REGISTER
    file.parent.mkdir(parents=True, exist_ok=True)
    columns = [raw.RawColumn(item.name, "") for item in fields(Request)]
    raw.replace_file(file, raw.table_bytes(map(asdict, lines), columns))


def write_requests(
    owed: Owed, *, on: date, due: date, bodies: Sequence[Body] | None = None, out: Path | None = None
) -> Sent:
    """
    Write letter (DOCX, PDF) and form of each body, the index, and the register.

    Parameters
    ----------
    owed : what is owed for the year
    on, due : the day of asking, and until when answers are asked for
    bodies : only these; default all that owe something
    out : the folder; default :func:`request_folder`

    Notes
    -----
    A form that is there is never written over: its body is passed over and named. The office that
    makes the report gets a form for its own tasks and figures, and no letter.
    """
    folder = out or request_folder(owed.year)
    register = read_register(owed.year)
    asked: list[Request] = []
    kept: list[str] = []
    outgrown: list[str] = []
    for body in owed.bodies if bodies is None else bodies:
        wanted = replace(body, figures=tuple(figure for figure in body.figures if not figure.known))
        if not wanted.figures and not wanted.tasks:
            continue
        form = _folder_of(folder, body) / f"bieu-{body.folder}-{owed.year}.xlsx"
        if form.exists():
            kept.append(body.name)
            there = {row[0] for sheet in read_workbook(form) for row in sheet.rows}
            if not there.issuperset([f.indicator for f in wanted.figures] + [t.id for t in wanted.tasks]):
                outgrown.append(body.name)
            continue
        if not body.own:
            letter = request_letter(owed, wanted, due=due, form=form.name)
            _write_letter(letter, form.parent / f"cong-van-{body.folder}")
        write_form(owed, wanted, form)
        figures, tasks = len(wanted.figures), len(wanted.tasks)
        line = Request(body.name, on, due, figures, tasks, form.relative_to(folder).as_posix())
        asked.append(line)
        register[body.name] = line
    if asked:
        _write_register(owed.year, register.values())
        save_xlsx([_index(owed, register.values())], folder / INDEX, title=f"Danh mục gửi, năm {owed.year}")
    return Sent(folder, tuple(asked), tuple(kept), tuple(outgrown))


def _folder_of(folder: Path, body: Body) -> Path:
    group = "tu-dien" if body.own else "xa-phuong" if body.commune else "so-nganh"
    return folder / group / body.folder


def _write_letter(letter: Document, stem: Path) -> None:
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".docx").write_bytes(to_docx(letter))
    stem.with_suffix(".pdf").write_bytes(to_pdf(letter))


def _index(owed: Owed, lines: Iterable[Request]) -> Grid:
    asked, known = list(lines), read_agencies()
    columns = [
        Column(lambda line: str(1 + asked.index(line)), "TT"),
        Column("body", "Cơ quan, đơn vị", head=True),
        Column("figures", "Số chỉ tiêu", decimals=0),
        Column("tasks", "Số nhiệm vụ", decimals=0),
        Column(lambda line: _grounds(owed.body(line.body)), "Cơ sở đề nghị số liệu"),
        Column(lambda line: day(line.asked_on), "Ngày gửi"),
        Column(lambda line: day(line.due), "Hạn trả lời"),
        Column("form", "Biểu mẫu"),
    ]
    notes: list[str] = [*owed.silent]
    unsure = [line.body for line in asked if (one := known.get(line.body)) and one.confidence != "high"]
    notes.append(f"Ngày gửi: ngày lập biểu; gửi ngày khác thì sửa cột asked_on của {REGISTER}")
    notes += [f"Tên gọi chưa được kiểm chứng tại văn bản: {'; '.join(unsure)}"] if unsure else []
    caption = f"Cơ quan, đơn vị được đề nghị cung cấp số liệu, báo cáo nhiệm vụ năm {owed.year}"
    return grid_of(asked, caption, columns, notes=notes)


def _grounds(body: Body) -> str:
    return "; ".join(dict.fromkeys(body.grounds.values())) or "chỉ báo cáo nhiệm vụ"


def write_reminder(owed: Owed, left: Body, *, on: date, out: Path | None = None) -> Path:
    """Write the reminder of what a body is overdue with, note it in the register, and return its DOCX."""
    register = read_register(owed.year)
    line = register[left.name]
    stem = _folder_of(out or request_folder(owed.year), left) / f"nhac-{on:%Y-%m-%d}-{left.folder}"
    letter = reminder_letter(owed, left, asked=line.asked_on, due=line.due, on=on)
    _write_letter(letter, stem)
    register[left.name] = replace(line, reminded_on=on)
    _write_register(owed.year, register.values())
    return stem.with_suffix(".docx")
