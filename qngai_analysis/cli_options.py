"""What several commands take, and how they write."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from qngai_analysis import usage
from qngai_analysis.cutoff import cutoff_day, known_by
from qngai_analysis.errors import ParameterError
from qngai_analysis.project import Role, read_project, usual_year
from qngai_analysis.words.language import message
from qngai_analysis.words.said import Day

if TYPE_CHECKING:
    import pandas as pd

    from qngai_analysis.doctor import Check


#: How a table leaves the command.
Format = StrEnum("Format", ["table", "csv", "json"])
as_format = click.option(
    "--format",
    type=click.Choice(Format),
    default=Format.table,
    help="table để đọc, csv hoặc json để chuyển tiếp.",
)
YEARS = click.IntRange(2000, 2100)
year = click.option(
    "--year",
    type=YEARS,
    help="Năm báo cáo; mặc định: năm gần nhất đã kết thúc, sớm nhất là năm đầu của kế hoạch.",
)
out = click.option("--out", type=usage.PATH, help="Thư mục của các kỳ báo cáo; mặc định: reports/ của dự án.")
base_plan = click.option(
    "--plan",
    shell_complete=usage.plans,
    help="Kế hoạch được đánh giá; mặc định: kế hoạch của dự án cho năm đó.",
)
lang = click.option("--lang", help="Ngôn ngữ của báo cáo: vi hoặc en; mặc định: của dự án.")
real_only = usage.flag("--real-only", help="Không dùng điều tra mô phỏng.")


def aside(text: str) -> None:
    """Write a remark to standard error, so that standard output stays a clean table; its commands name the project."""
    click.echo(here(text), err=True)


def remark(wording: str, **values: object) -> None:
    """Write a remark to standard error in the user's language."""
    aside(message(wording, values))


def in_project(folder: Path | None) -> None:
    """
    Work in a project that was named, and name it in the commands that are proposed, too.

    Raises
    ------
    ParameterError
        There is none.
    """
    _named[:] = []
    if folder is not None:
        if not (folder / "data" / "raw").is_dir():
            wording = (
                "--project {folder}: không có dự án ở đó (thiếu thư mục data/raw); kiểm tra lại tên thư mục"
            )
            raise ParameterError(wording, folder=folder)
        os.environ["QNGAI_HOME"] = str(folder.resolve())
        _named[:] = [f"qngai --project {shlex.quote(str(folder))} "]


_named: list[str] = []


def next_step(command: str) -> None:
    """Say on standard error what one does next, as a command line."""
    remark("tiếp theo: {command}", command=command)


def here(text: str) -> str:
    """Return a text whose commands name the project as it was named."""
    named = "".join(_named) or "qngai "
    return re.sub(r"(?<!\S)qngai (?!--project)", lambda _: named, text)


def for_year(year: int) -> str:
    """Return the option that names a year to a proposed command; nothing where that is the default, or no plan is of the year."""
    followed = any(entry.covers(year) for entry in read_project().plans(Role.MAIN, Role.LATER))
    return f" --year {year}" if followed and year != usual_year() else ""


def counted_until(text: str, year: int, period: str = "") -> str:
    """Return the cut-off day to judge or to make a report with, and say so where it is not the usual one because that is to come."""
    today = date.today()
    day = known_by(today, text, year, period)
    if day != text:
        wording = "chưa đến ngày chốt số liệu của năm {year}: chỉ tính số liệu đến hôm nay, {day}"
        remark(wording, year=year, day=Day(today))
    elif text and cutoff_day(text, year) > today:
        remark("ngày chốt số liệu {day} chưa đến: báo cáo lần này là bản tạm thời", day=Day(text))
    return day


def print_findings(findings: Iterable[Check]) -> None:
    """Print what was looked at, a line each; leave with 1 if something is wrong."""
    wrong = 0
    for finding in findings:
        click.echo(here(" ".join(str(finding).split())))
        wrong += not finding.good
    if wrong:
        raise Exit(1)


def emit(frame: pd.DataFrame, format: Format, columns: Sequence[str], *, title: str | None = None) -> None:
    """Write a table to standard output; ``columns`` are those that fit a screen."""
    from qngai_analysis.page import terminal

    if format is Format.table:
        terminal.print_table(frame, columns, title=title)
    else:
        text = terminal.as_json(frame) + "\n" if format is Format.json else terminal.as_csv(frame)
        click.echo(text, nl=False)
