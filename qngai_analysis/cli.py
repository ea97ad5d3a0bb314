"""The ``qngai`` command: thin words over the library.

Leaves with 0 when all went well, 1 when a file that was to be checked has faults, 2 when the
user can mend something (one line on standard error says where and what). A bug keeps its traceback.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from qngai_analysis.errors import QngaiError

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    name="qngai",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="From the sentence of a provincial plan to a verdict that carries its error, "
    "to a yearly report that can be signed and checked.",
    epilog="Start with: qngai report --year 2025",
)


class Format(StrEnum):
    """How a table leaves the command."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


AnyPlan = Annotated[
    str,
    typer.Argument(
        help="A plan in data/raw/plans by name or its beginning (906), or a file (text, Markdown, "
        "HTML, DOCX, PDF)."
    ),
]
AsFormat = Annotated[Format, typer.Option("--format", help="table to read, csv or json to hand on.")]
Year = Annotated[int, typer.Option("--year", min=2000, max=2100, help="Reporting year.")]
Out = Annotated[Path, typer.Option("--out", help="Folder that receives the edition.")]
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter", "-p", metavar="NAME=VALUE", help="A parameter of the notebook; may be repeated."
    ),
]
Formats = Annotated[
    str, typer.Option("--formats", help="What to make, separated by commas: html, pdf, docx.")
]
RealOnly = Annotated[bool, typer.Option("--real-only", help="Leave simulated surveys out.")]


@app.command()
def targets(
    plan: AnyPlan,
    format: AsFormat = Format.TABLE,
    every: Annotated[
        bool, typer.Option("--all", help="Also the targets stated in running text and in tasks.")
    ] = False,
) -> None:
    """List the quantified targets of a plan, each with its line in the source."""
    from qngai_analysis.plan import read_plan

    found = read_plan(plan)
    frame = found.all_targets if every else found.targets
    _emit(
        frame, format, ("id", "subject", "comparator", "value", "unit", "period_end", "section", "line_start")
    )
    if format is Format.TABLE and not every and len(found.stated):
        _say(f"{len(found.stated)} more stated in running text or tasks: add --all")


@app.command()
def tasks(plan: AnyPlan, format: AsFormat = Format.TABLE) -> None:
    """List the tasks of a plan with lead agencies and period."""
    from qngai_analysis.plan import read_plan

    _emit(
        read_plan(plan).tasks,
        format,
        ("part", "section", "number", "text", "agencies", "first_year", "last_year", "line_start"),
    )


def _emit(frame: pd.DataFrame, format: Format, columns: Sequence[str], *, title: str | None = None) -> None:
    """Write a table to standard output; ``columns`` are those that fit a screen."""
    if format is Format.JSON:
        typer.echo(json.dumps(_records(frame), ensure_ascii=False, indent=2))
        return
    if format is Format.CSV:
        flat = frame.map(lambda cell: "; ".join(map(str, cell)) if isinstance(cell, list) else cell)
        typer.echo(flat.to_csv(index=False, lineterminator="\n"), nl=False)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=title)
    shown = [name for name in columns if name in frame.columns]
    for name in shown:
        table.add_column(name, justify="right" if frame[name].dtype.kind in "fi" else "left", overflow="fold")
    for row in _records(frame[shown]):
        table.add_row(*(_cell(value) for value in row.values()))
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(table)
    console.print(f"{len(frame)} rows")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as plain values that JSON can hold; a missing cell is None."""
    return [
        {name: _plain(value) for name, value in zip(frame.columns, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    if value is None or value != value or type(value).__name__ in ("NAType", "NaTType"):
        return None
    return value


def _say(text: str) -> None:
    """Write a remark to standard error, so that standard output stays a clean table."""
    typer.echo(text, err=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):  # Windows consoles default to a code page without Vietnamese
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    command = typer.main.get_command(app)
    try:
        code = command.main(
            args=None if arguments is None else list(arguments), prog_name="qngai", standalone_mode=False
        )
        return int(code or 0)
    except QngaiError as fault:
        _say(f"qngai: {' '.join(str(fault).split())}")
    except TyperException as fault:
        if message := fault.format_message():
            _say(f"qngai: {message} (qngai --help shows what there is)")
    except BrokenPipeError:  # `qngai tasks 906 | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, typer.Abort):
        _say("qngai: stopped; nothing half-written was left")
    return 2


if __name__ == "__main__":
    sys.exit(main())
