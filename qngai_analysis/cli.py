"""The ``qngai`` command: thin words over the library.

Leaves with 0 when all went well, 1 when a file that was to be checked has faults, 2 when the
user can mend something (one line on standard error says where and what). A bug keeps its traceback.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from qngai_analysis import cli_collection
from qngai_analysis.errors import ParameterError, QngaiError

if TYPE_CHECKING:
    import pandas as pd

    from qngai_analysis.project import Project


class _UnreadError(Exception):
    """The reader of standard output has gone: `qngai tasks 906 | head`."""


class _Commands(TyperGroup):
    """The commands; a closed pipe leaves them as it is, where typer would leave with 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except BrokenPipeError:
            raise _UnreadError from None


app = typer.Typer(
    name="qngai",
    cls=_Commands,
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
    str,
    typer.Option(
        "--formats",
        help="What to make, separated by commas: html, pdf, docx, xlsx (the tables), ipynb (the notebook as run).",
    ),
]
Language = Annotated[
    str | None, typer.Option("--lang", help="Language of the report: vi or en; default: the project's.")
]
CellLimit = Annotated[
    float, typer.Option(min=0.01, metavar="MINUTES", help="A cell that takes longer stops the run.")
]
RealOnly = Annotated[bool, typer.Option("--real-only", help="Leave simulated surveys out.")]


def _print_version(asked: bool) -> None:
    if asked:
        from qngai_analysis import __version__

        typer.echo(f"qngai-analysis {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command()
def targets(
    plan: AnyPlan,
    format: AsFormat = Format.TABLE,
    every: Annotated[
        bool, typer.Option("--all", help="Also the targets stated in running text and in tasks.")
    ] = False,
) -> None:
    """List the quantified targets of a plan, each with its line in the source."""
    import pandas as pd

    from qngai_analysis.plan import read_plan

    found = read_plan(plan)
    frame = pd.concat([found.targets, found.stated], ignore_index=True) if every else found.targets
    _emit(
        frame, format, ("id", "subject", "comparator", "value", "unit", "period_end", "section", "line_start")
    )
    if format is Format.TABLE and not every and len(found.stated):
        _remark("còn {count} chỉ tiêu nêu trong lời văn hoặc nhiệm vụ: thêm --all", count=len(found.stated))


@app.command()
def tasks(plan: AnyPlan, format: AsFormat = Format.TABLE) -> None:
    """List the tasks of a plan with lead agencies and period."""
    from qngai_analysis.plan import read_plan

    _emit(
        read_plan(plan).tasks,
        format,
        ("part", "section", "number", "text", "agencies", "first_year", "last_year", "line_start"),
    )


@app.command()
def report(
    year: Year = 2025,
    out: Out = Path("reports"),
    cutoff: Annotated[
        str,
        typer.Option(
            help="Day after which nothing published counts (2026-03-31); default: 31 March of the next year."
        ),
    ] = "",
    formats: Formats = "html,pdf",
    lang: Language = None,
    real_only: RealOnly = False,
    parameter: Parameters = None,
    sectors: Annotated[bool, typer.Option(help="Also every sector's report.")] = True,
    cell_limit: CellLimit = 30,
) -> None:
    """Render the year: the plan's monitoring report and every sector's, HTML and PDF, into OUT/YEAR.

    An edition appears whole or not at all. `manifest.json` in it lists the checksums of all that went in.
    """
    from qngai_analysis.edition.batch import Edition, render_year

    lang = lang or _project().language
    edition = Edition(year, out, cutoff, lang, real_only, _split(formats), _pairs(parameter), 60 * cell_limit)
    with _progress() as advance:
        files = render_year(edition, with_sectors=sectors, progress=advance)
    for file in files:
        typer.echo(file)


@app.command()
def parse(
    file: AnyPlan,
    format: Annotated[
        str | None, typer.Option("--format", help="table, csv, json or xlsx; default: by the name of --out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write; xlsx without it: the plan's name here.")
    ] = None,
) -> None:
    """Read any plan: its head, targets, tasks, and the fate of every number in it.

    JSON and XLSX hold all of it; table and csv the targets, listed and stated.
    """
    from qngai_analysis.plan import export, read_plan
    from qngai_analysis.words.language import message

    if format is None:
        named = out.suffix[1:] if out is not None else ""
        format = named if named in ("csv", "json", "xlsx") else "table"
    if format not in (*Format, "xlsx"):
        raise ParameterError(f"--format {format}: it is table, csv, json or xlsx")
    if format == "xlsx" and out is not None and out.suffix != ".xlsx":
        raise ParameterError(f"--out {out}: with --format xlsx name an .xlsx file, such as plan.xlsx")
    found = read_plan(file)
    if format == "xlsx" and out is None:
        out = Path(found.document.path).with_suffix(".xlsx")
        if out.exists():
            raise ParameterError(
                f"{out}: there is such a file here already; name the file to write with --out"
            )
    if format == "table" and out is not None:
        raise ParameterError(f"--out {out}: a table goes to the screen; name --format csv, json or xlsx")
    if out is not None:
        typer.echo(export.write_plan(found, out, format))
    elif format == "json":
        typer.echo(export.json_text(found), nl=False)
    elif format == "csv":
        typer.echo(export.csv_text(found), nl=False)
    else:
        columns = ("id", "subject", "comparator", "value", "unit", "period_end", "indicator", "line_start")
        every = export.plan_table(found, "targets")
        name = f"{found.document.type} {found.document.number}".strip() or found.document.path
        counts = {"name": name, "targets": len(every), "tasks": len(found.tasks)}
        title = message("{name}: {targets} chỉ tiêu, {tasks} nhiệm vụ", counts)
        _emit(every, Format.TABLE, columns, title=title)
    for reason in (*found.reasons, *found.warnings):
        _say(f"qngai: {found.document.path}: {reason}")


@app.command()
def assess(
    year: Year = 2025,
    real_only: RealOnly = False,
    format: AsFormat = Format.TABLE,
) -> None:
    """Say for each target of the plans whether it is met, on pace, or can't be told, and from what."""
    from qngai_analysis.progress.explaining import SIMULATED
    from qngai_analysis.progress.yearly import covered

    result = covered(year, real_only=real_only)
    frame = result.table
    made = frame["evidence"].eq("simulated")
    title = f"{SIMULATED}: {made.sum()} of {len(frame)} verdicts" if made.any() else None
    _emit(
        frame
        if format is not Format.TABLE
        else frame.assign(evidence=frame["evidence"].mask(made, SIMULATED)),
        format,
        (
            "target_id",
            "text",
            "goal",
            "value",
            "unit",
            "reference_date",
            "verdict",
            "pace",
            "p_met",
            "evidence",
        ),
        title=title,
    )
    if title:
        _remark("qngai: {title} dựa trên điều tra mô phỏng; --real-only để bỏ ra ngoài", title=title)
    for plan in result.unassigned:
        _remark(
            "qngai: {plan}: chưa ai theo dõi kế hoạch này; cho nó một vai trò trong data/raw/project.toml",
            plan=plan,
        )


@app.command()
def explain(
    target_id: Annotated[str, typer.Argument(help="Id of a target, such as 906.01 (see: qngai assess).")],
    year: Year = 2025,
    real_only: RealOnly = False,
) -> None:
    """Show the arithmetic behind a verdict: sentence of the plan, figures used and passed over, each step."""
    from qngai_analysis.progress import explain as reasons
    from qngai_analysis.progress.explaining import SIMULATED

    found = reasons(target_id, year, real_only=real_only)
    typer.echo(str(found))
    if found.simulated:
        _remark(
            "qngai: {mark}: kết luận dựa trên điều tra mô phỏng; --real-only để bỏ ra ngoài", mark=SIMULATED
        )


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="Earlier edition: a year in OUT, or an assessment.json.")],
    new: Annotated[str, typer.Argument(help="Later edition.")],
    out: Out = Path("reports"),
    format: AsFormat = Format.TABLE,
) -> None:
    """Compare two editions: what changed in value, verdict, source and method, and why."""
    from qngai_analysis.progress import compare_editions, read_edition

    changes = compare_editions(read_edition(_edition(old, out)), read_edition(_edition(new, out)))
    _emit(changes, format, ("target_id", "changed", "words"))  # the words end with the reason


def _edition(named: str, out: Path) -> Path:
    return out / named / "assessment.json" if named.isdigit() else Path(named)


def _project() -> Project:
    from qngai_analysis.project import read_project

    return read_project()


AnySurvey = Annotated[str, typer.Argument(help="Name of a survey in data/raw/surveys, such as households.")]


@app.command()
def questionnaire(
    survey: AnySurvey,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The .xlsx file; default: SURVEY.xlsx.")
    ] = None,
) -> None:
    """Write a survey's questionnaire as an XLSForm for ODK or KoboToolbox."""
    from qngai_analysis.survey.form.codebook import read_codebook
    from qngai_analysis.survey.form.questionnaire import write_xlsform

    typer.echo(write_xlsform(read_codebook(survey), out or Path(f"{survey}.xlsx")))


@app.command()
def validate(
    survey: AnySurvey,
    file: Annotated[Path, typer.Argument(help="The file that came back (csv, xlsx, parquet, sav, dta).")],
    faults: Annotated[
        Path | None, typer.Option("--faults", help="Also write the faults to this CSV or XLSX.")
    ] = None,
    format: AsFormat = Format.TABLE,
) -> None:
    """Check a survey file against its codebook; all faults at once. Leaves with 1 if there are any."""
    from qngai_analysis.survey.form.faults import fault_lines
    from qngai_analysis.survey.form.intake import validate_file, write_faults

    found = validate_file(survey, file)
    for note in found.attrs["notes"]:
        _say(f"{file.name}: {note}")
    if faults is not None:
        write_faults(found, faults)
    if not len(found):
        _remark("{file}: không có lỗi", file=file)
        return
    if format is Format.TABLE:
        typer.echo("\n".join(fault_lines(found)))
    else:
        _emit(found, format, tuple(found.columns))
    raise typer.Exit(1)


@app.command()
def simulate(
    survey: Annotated[str, typer.Argument(help="Name of a survey, or 'all'.")],
    year: Annotated[int, typer.Argument(min=2000, max=2100, help="Year of the file.")] = 2025,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same file.")] = None,
) -> None:
    """Make a simulated file to rehearse with; whatever uses it says SỐ LIỆU MÔ PHỎNG."""
    from qngai_analysis.rehearse.simulate import SEED
    from qngai_analysis.rehearse.simulate import simulate as make
    from qngai_analysis.survey.form.codebook import surveys

    for name in surveys() if survey == "all" else [survey]:
        typer.echo(make(name, year, seed=SEED if seed is None else seed))


@app.command("new-survey")
def new_survey(
    name: Annotated[str, typer.Argument(help="Folder of the survey: small letters, digits and _.")],
    title: Annotated[str, typer.Option(help="What the survey is called.")] = "Khảo sát mới",
) -> None:
    """Write the codebook of a new survey, complete and small, to be changed by hand."""
    from qngai_analysis.survey.form.codebook import new_codebook

    typer.echo(new_codebook(name, title))


@app.command("new-notebook")
def new_notebook(
    sector: Annotated[str, typer.Argument(help="A sector of the project, such as health.")],
    file: Annotated[
        Path | None, typer.Option("--file", help="Where; default: notebooks/SECTOR.ipynb.")
    ] = None,
) -> None:
    """Make a new notebook of a sector, ready to run and to render."""
    from qngai_analysis import paths
    from qngai_analysis.edition.notebooks import sector_notebook, write_notebook

    target = file or paths.notebooks() / f"{sector}.ipynb"
    write_notebook(sector_notebook(sector), target)
    typer.echo(target)


@app.command()
def render(
    sector: Annotated[
        str, typer.Argument(help="A sector, such as health; any other word is answered with their list.")
    ],
    year: Year = 2025,
    formats: Formats = "html,pdf",
    parameter: Parameters = None,
    out: Out = Path("reports"),
    lang: Language = None,
    real_only: RealOnly = False,
    cell_limit: CellLimit = 30,
) -> None:
    """Render the report of one sector into OUT/YEAR."""
    from qngai_analysis.edition.batch import Edition, render_sector

    lang = lang or _project().language
    edition = Edition(year, out, "", lang, real_only, _split(formats), _pairs(parameter), 60 * cell_limit)
    with _progress() as advance:
        files = render_sector(sector, edition, progress=advance)
    for file in files:
        typer.echo(file)


@app.command()
def lab(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder to open; default: the project's notebooks.")
    ] = None,
) -> None:
    """Open JupyterLab on the notebooks, with the Python that this command runs in."""
    import subprocess

    from qngai_analysis import paths

    where = folder or paths.notebooks()
    # the environment's own kernel first: a user's kernel of the same name may lack the packages
    environment = os.environ | {"JUPYTER_PREFER_ENV_PATH": "1"}
    raise typer.Exit(subprocess.call([sys.executable, "-m", "jupyterlab", str(where)], env=environment))


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _pairs(texts: list[str] | None) -> dict[str, str]:
    pairs = {}
    for text in texts or []:
        name, found, value = text.partition("=")
        if not found or not name.strip():
            raise ParameterError(f"-p {text}: write it as name=value, such as -p year=2025")
        pairs[name.strip()] = value
    return pairs


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal, nothing elsewhere (logs stay clean)."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("rendering", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _emit(frame: pd.DataFrame, format: Format, columns: Sequence[str], *, title: str | None = None) -> None:
    """Write a table to standard output; ``columns`` are those that fit a screen."""
    from qngai_analysis.page import terminal

    if format is Format.TABLE:
        terminal.print_table(frame, columns, title=title)
    else:
        text = terminal.as_json(frame) + "\n" if format is Format.JSON else terminal.as_csv(frame)
        typer.echo(text, nl=False)


cli_collection.mount(app)


def _remark(wording: str, **values: object) -> None:
    """Write a remark to standard error in the user's language."""
    from qngai_analysis.words.language import message

    _say(message(wording, values))


def _say(text: str) -> None:
    """Write a remark to standard error, so that standard output stays a clean table."""
    typer.echo(text, err=True)


def _say_help(command: Any) -> None:
    """Put the help of a command, and of those below it, in the user's language; it is written in Vietnamese."""
    from typer import rich_utils

    from qngai_analysis.words.language import message, spoken

    if spoken() == "vi":
        rich_utils.ARGUMENTS_PANEL_TITLE, rich_utils.OPTIONS_PANEL_TITLE = "Đối số", "Tùy chọn"
        rich_utils.COMMANDS_PANEL_TITLE = "Các lệnh"
        rich_utils.DEFAULT_STRING, rich_utils.REQUIRED_LONG_STRING = "[mặc định: {}]", "[bắt buộc]"
    for item in (command, *command.params):
        for name in ("help", "epilog"):
            if text := getattr(item, name, None):
                setattr(item, name, message(text, {}))
    for below in getattr(command, "commands", {}).values():
        _say_help(below)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):  # Windows consoles default to a code page without Vietnamese
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    command = typer.main.get_command(app)
    _say_help(command)
    try:
        code = command.main(
            args=None if arguments is None else list(arguments), prog_name="qngai", standalone_mode=False
        )
        return int(code or 0)
    except QngaiError as fault:
        _say(f"qngai: {' '.join(str(fault).split())}")
    except TyperException as fault:
        if fault.format_message():
            _remark("qngai: {fault} (gõ qngai --help để xem các lệnh)", fault=fault.format_message())
    except _UnreadError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, typer.Abort):
        _remark("qngai: đã dừng; không để lại gì viết dở")
    return 2


if __name__ == "__main__":
    sys.exit(main())
