"""The ``qngai`` command: thin words over the library.

Leaves with 0 when all went well, 1 when a file that was to be checked has faults, 2 when the
user can mend something (one line on standard error says where and what), 130 after Ctrl+C, 143 when the
system ended it. A bug keeps its traceback.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path

import click
from click.exceptions import Exit, NoArgsIsHelpError

from qngai_analysis import cli_batch, cli_collection, cli_project, paths, usage
from qngai_analysis import cli_options as common
from qngai_analysis.cli_options import aside, counted_until, emit, next_step, remark
from qngai_analysis.cutoff import cutoff_day
from qngai_analysis.errors import ParameterError, QngaiError
from qngai_analysis.project import last_year, read_project, usual_year
from qngai_analysis.usage import PATH, Commands, UnreadError, argument, flag, text
from qngai_analysis.words.language import message, spoken
from qngai_analysis.words.said import said


class _StoppedError(BaseException):
    """Somebody pressed Ctrl+C, or the system wants the program to end; holds the signal's number."""


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let Ctrl+C and the wish to end stop the command as a fault would: processes end, nothing half-written stays."""

    def stop(number: int, _: object) -> None:
        raise _StoppedError(number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


AnyFormat = StrEnum("AnyFormat", ["table", "csv", "json", "xlsx"])
parameters = click.option(
    "--parameter",
    "-p",
    multiple=True,
    metavar="NAME=VALUE",
    help="Một tham số của sổ tay; có thể lặp lại.",
)
formats = click.option(
    "--formats",
    default="html,pdf",
    help="Xuất những gì, cách nhau bằng dấu phẩy: html, pdf, docx, xlsx (các bảng), ipynb (sổ tay đã chạy).",
)


any_plan = partial(
    argument,
    shell_complete=usage.plans,
    help="Kế hoạch trong data/raw/plans, theo tên hoặc phần đầu của tên (906), hoặc một tệp (văn bản, Markdown, HTML, DOCX, PDF).",
)


@click.group(
    "qngai",
    cls=Commands,
    context_settings={"show_default": True, "max_content_width": 120},
    help="Từ câu chữ của kế hoạch đến kết luận có kèm sai số, đến báo cáo năm ký được và kiểm tra được.",
    epilog='Bắt đầu: qngai init THƯ_MỤC --province "Gia Lai" · trong một dự án: qngai report',
)
@click.version_option(package_name="qngai-analysis", message="%(package)s %(version)s", help="In phiên bản.")
@click.option(
    "--project",
    type=PATH,
    metavar="DIR",
    help="Thư mục dự án; mặc định: thư mục này hoặc thư mục chứa nó.",
)
@click.option(
    "--show-completion",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=usage.show_completion,
    help="In mã của phím Tab để tự cài.",
)
def app(project: Path | None) -> None:
    """Take the options that stand before a command."""
    common.in_project(project)


@app.command(
    help="Liệt kê chỉ tiêu định lượng của một kế hoạch, mỗi chỉ tiêu kèm dòng trong văn bản.",
    epilog="Ví dụ: qngai targets 906 · qngai targets ke-hoach.docx --all",
)
@any_plan("plan")
@common.as_format
@flag("--all", "every", help="Cả những chỉ tiêu nêu trong lời văn và trong nhiệm vụ.")
def targets(plan: str, format: common.Format, every: bool) -> None:
    """List the quantified targets of a plan, each with its line in the source."""
    import pandas as pd

    from qngai_analysis.plan import read_plan

    found = read_plan(plan)
    frame = pd.concat([found.targets, found.stated], ignore_index=True) if every else found.targets
    emit(
        frame, format, ("id", "subject", "comparator", "value", "unit", "period_end", "section", "line_start")
    )
    if format is common.Format.table and not every and len(found.stated):
        remark("còn {count} chỉ tiêu nêu trong lời văn hoặc nhiệm vụ: thêm --all", count=len(found.stated))
    for warning in found.warnings:
        aside(f"qngai: {found.document.path}: {warning}")


@app.command(
    help="Liệt kê nhiệm vụ của một kế hoạch, kèm cơ quan chủ trì và thời gian.",
    epilog="Ví dụ: qngai tasks 906 · qngai tasks 114 --format csv",
)
@any_plan("plan")
@common.as_format
def tasks(plan: str, format: common.Format) -> None:
    """List the tasks of a plan with lead agencies and period."""
    from qngai_analysis.plan import read_plan

    emit(
        read_plan(plan).tasks,
        format,
        ("part", "section", "number", "text", "agencies", "first_year", "last_year", "line_start"),
    )


@app.command(
    help="Lập kỳ báo cáo của năm: báo cáo theo dõi kế hoạch và báo cáo từng lĩnh vực, HTML và PDF, trong OUT/NĂM. Kỳ báo cáo hiện ra trọn vẹn hoặc không hiện ra; manifest.json ghi mã kiểm tra của mọi đầu vào. Báo cáo có đầu vào không đổi thì không lập lại.",
    epilog="Ví dụ: qngai report --year 2025 · qngai report --no-sectors --formats html,pdf,docx",
)
@common.year
@common.out
@text(
    "--cutoff",
    help="Ngày chốt số liệu (2026-03-31): số công bố sau ngày đó không tính; mặc định: 31/3 năm sau, chưa đến thì hôm nay.",
)
@formats
@common.lang
@common.real_only
@parameters
@click.option("--sectors/--no-sectors", default=True, help="Cả báo cáo của từng lĩnh vực.")
@common.base_plan
@text("--period", help="6m: báo cáo sáu tháng đầu năm.")
@text("--review", help="Năm đầu và năm cuối, ví dụ 2022-2025: báo cáo tổng kết giai đoạn của kế hoạch.")
@flag("--explain", help="Chỉ nói sẽ lập lại những gì và vì sao; không lập gì.")
def report(
    year: int | None,
    out: Path | None,
    cutoff: str,
    formats: str,
    lang: str | None,
    real_only: bool,
    parameter: tuple[str, ...],
    sectors: bool,
    plan: str | None,
    period: str,
    review: str,
    explain: bool,
) -> None:
    """Render the year: the plan's monitoring report and every sector's, HTML and PDF, into OUT/YEAR.

    An edition appears whole or not at all. `manifest.json` in it lists the checksums of all that went in.
    A report whose inputs have not changed is not made again.
    """
    span = period or review
    at = _year(int(review[-4:]) if review[-4:].isdigit() else year, plan, cutoff)
    from qngai_analysis.edition.batch import Edition, plan_year, render_year

    given = _pairs(parameter)
    until = counted_until(cutoff or given.get("cutoff", ""), at, span)
    edition = Edition(
        at, out or paths.reports(), until, lang or read_project().language, real_only, _split(formats), given, plan, span,
    )  # fmt: skip
    if explain:
        reports: dict[tuple[str, ...] | None, list[str]] = {}  # what a file changes it changes in most
        for stem, changed in plan_year(edition, with_sectors=sectors):
            reports.setdefault(None if changed is None else tuple(changed), []).append(stem)
        for parts, stems in reports.items():
            values = {"report": ", ".join(stems), "parts": ", ".join(parts or ())}
            again = message("{report}: sẽ lập lại, vì đã thay đổi: {parts}", values)
            new, same = message("{report}: sẽ lập mới", values), message("{report}: không đổi", values)
            click.echo(again if parts else new if parts is None else same)
        return
    _write_reports(lambda advance: render_year(edition, with_sectors=sectors, progress=advance))
    _tell_what_stands(real_only)
    from qngai_analysis.edition.publishing import outdated

    for stem, command in outdated(edition.out / edition.name).items():
        wording = "{report} lập từ số liệu cũ hơn kỳ này; lập lại: {command}"
        remark(wording, report=stem, command=command)
    compared = (
        f"; qngai diff {at - 1} {at}" if (edition.out / f"{at - 1}" / "assessment.json").is_file() else ""
    )
    next_step(f"qngai assess --year {at}{compared}")


def _tell_what_stands(real_only: bool) -> None:
    """Tell the office, where it has published of surveys, how many tables stand as they were published before."""
    if not any(paths.releases().glob("*.json")):
        return
    from qngai_analysis.survey.release import ledger  # heavy

    for survey, (stand, of) in ledger.standing(real_only=real_only).items():
        remark(
            "{survey}: {stand} trong {of} bảng được in như đã công bố trước, vì từ đó chỉ ít câu trả lời thay đổi ở một nhóm; xem docs/methods/editions.md",
            survey=survey,
            stand=stand,
            of=of,
        )


@app.command(
    help="Đọc một kế hoạch bất kỳ: phần đầu, chỉ tiêu, nhiệm vụ và số phận của từng con số. JSON và XLSX chứa tất cả; table và csv chứa các chỉ tiêu.",
    epilog="Ví dụ: qngai parse ke-hoach.pdf · qngai parse 906 --out ke-hoach.xlsx",
)
@any_plan("file")
@click.option(
    "--format", type=click.Choice(AnyFormat), help="table, csv, json hoặc xlsx; mặc định: theo tên của --out."
)
@click.option("--out", "-o", type=PATH, help="Tệp cần ghi; xlsx mà không nêu: ghi ở đây, theo tên kế hoạch.")
def parse(file: str, format: AnyFormat | None, out: Path | None) -> None:
    """Read any plan: its head, targets, tasks, and the fate of every number in it.

    JSON and XLSX hold all of it; table and csv the targets, listed and stated.
    """
    from qngai_analysis.plan import export, read_plan
    from qngai_analysis.plan.model import act

    ending = out.suffix[1:] if out is not None else ""
    format = format or AnyFormat(ending if ending in [*AnyFormat] else "table")
    if out is not None and format == "xlsx" != ending:
        wording = "--out {out}: dùng --format xlsx thì đặt tên tệp .xlsx, ví dụ plan.xlsx"
        raise ParameterError(wording, out=out)
    if out is not None and format == "table":
        wording = "--out {out}: bảng in ra màn hình; muốn ghi tệp thì thêm --format csv, json hoặc xlsx"
        raise ParameterError(wording, out=out)
    found = read_plan(file)
    if format == "xlsx" and out is None:
        out = Path(found.document.path).with_suffix(".xlsx")
        if out.exists():
            raise ParameterError("{out}: ở đây đã có tệp này; đặt tên tệp cần ghi bằng --out", out=out)
    if out is not None:
        click.echo(export.write_plan(found, out, format))
    elif format != "table":
        click.echo((export.json_text if format == "json" else export.csv_text)(found), nl=False)
    else:
        columns = ("id", "subject", "comparator", "value", "unit", "period_end", "indicator", "line_start")
        every = export.plan_table(found, "targets")
        name = said(act(found.document.type, found.document.number), spoken()) or found.document.path
        counts = {"name": name, "targets": len(every), "tasks": len(found.tasks)}
        title = message("{name}: {targets} chỉ tiêu, {tasks} nhiệm vụ", counts)
        emit(every, common.Format.table, columns, title=title)
    for reason in (*(message(reason, {}) for reason in found.reasons), *found.warnings):
        aside(f"qngai: {found.document.path}: {reason}")


@app.command(
    help="Nêu từng chỉ tiêu đạt hay không, đúng tiến độ hay chưa kết luận được, và dựa vào đâu.",
    epilog="Ví dụ: qngai assess --year 2025 · qngai assess --format csv",
)
@common.year
@common.real_only
@common.base_plan
@common.as_format
def assess(year: int | None, real_only: bool, plan: str | None, format: common.Format) -> None:
    """Say for each target of the plans whether it is met, on pace, or can't be told, and from what."""
    at = _year(year, plan)
    from qngai_analysis.progress.yearly import covered
    from qngai_analysis.report.printed import EVIDENCE, SIMULATED

    until = cutoff_day(counted_until("", at), at)
    result = covered(at, plan=plan, real_only=real_only, cutoff=until)
    if format is not common.Format.table:  # a file goes further than a screen
        from qngai_analysis.survey.release.side_by_side import enter_by_hand

        enter_by_hand()
    frame, made = result.table, sum(outcome.simulated for outcome in result.outcomes)
    counts = {"mark": SIMULATED, "made": made, "every": len(frame)}
    title = message("{mark}: {made} trên {every} kết luận", counts) if made else None
    if format is common.Format.table:
        known = {code: message(words, {}) for code, words in EVIDENCE.items()} | {"simulated": SIMULATED}
        said_of = frame["evidence"].map(known)
        goals = {outcome.target.id: said(outcome.goal.said, spoken()) for outcome in result.outcomes}
        frame = frame.assign(evidence=said_of, p_met=frame["p_met"].astype(float).round(3))
        frame["goal"] = frame["target_id"].map(goals)
        for name in ("verdict", "pace"):
            frame[name] = frame[name].fillna("").map(lambda words: message(words, {}))
    figure, judged = ("value", "unit", "reference_date"), ("verdict", "pace", "p_met", "evidence")
    emit(frame, format, ("target_id", "text", "goal", "deadline", *figure, *judged), title=title)
    if title:
        remark("qngai: {title} dựa trên điều tra mô phỏng; --real-only để bỏ ra ngoài", title=title)
    for plan in result.unassigned:
        wording = (
            "qngai: {plan}: chưa ai theo dõi kế hoạch này; cho nó một vai trò trong data/raw/project.toml"
        )
        remark(wording, plan=plan)


@app.command(
    help="Trình bày phép tính sau một kết luận: câu của kế hoạch, số đã dùng và đã bỏ qua, từng bước.",
    epilog="Ví dụ: qngai explain 906.01 · qngai explain 906.15 --year 2024",
)
@argument("target_id", help="Mã chỉ tiêu, ví dụ 906.01 (xem: qngai assess).")
@common.year
@common.real_only
@common.base_plan
def explain(target_id: str, year: int | None, real_only: bool, plan: str | None) -> None:
    """Show the arithmetic behind a verdict: sentence of the plan, figures used and passed over, each step."""
    at = _year(year, plan)
    from qngai_analysis.progress.explaining import SIMULATED
    from qngai_analysis.progress.yearly import explain as reasons

    until = cutoff_day(counted_until("", at), at)
    found = reasons(target_id, at, plan=plan, real_only=real_only, cutoff=until)
    click.echo(said(found, spoken()))
    if found.simulated:
        wording = "qngai: {mark}: kết luận dựa trên điều tra mô phỏng; --real-only để bỏ ra ngoài"
        remark(wording, mark=SIMULATED)


@app.command(
    help="So sánh hai kỳ báo cáo: số liệu, kết luận, nguồn, phương pháp thay đổi ra sao và vì sao.",
    epilog="Ví dụ: qngai diff 2024 2025 · qngai diff cu/assessment.json moi/assessment.json",
)
@argument("old", help="Kỳ trước: một năm trong OUT, hoặc tệp assessment.json.")
@argument("new", help="Kỳ sau, viết như kỳ trước.")
@click.option("--plan", help="Chỉ các chỉ tiêu của kế hoạch này.")
@common.out
@common.as_format
def diff(old: str, new: str, plan: str | None, out: Path | None, format: common.Format) -> None:
    """Compare two editions: what changed in value, verdict, source and method, and why."""
    from qngai_analysis.progress.editions import compare_editions, read_edition

    files = [_edition(named, out or paths.reports()) for named in (old, new)]
    first, last = (int(read_edition(file)["year"]) for file in files)
    if first > last:
        remark("kỳ trước là năm {old}, kỳ sau là năm {new}: có lẽ cần đổi chỗ hai kỳ", old=first, new=last)
    # as the reports of those years
    of_years = [of.name for of in read_project().plan if of.covers(first) or of.covers(last)]
    plans = [read_project().entry(plan).name] if plan else of_years
    before, after = (read_edition(file, plans) for file in files)
    changes = compare_editions(before, after)
    if changes.empty and format is common.Format.table:
        sizes = {"before": len(before["targets"]), "after": len(after["targets"])}
        wording = "{old} ({before} chỉ tiêu) và {new} ({after} chỉ tiêu): mức, kết quả, sai số, đánh giá, tiến độ, nguồn, phương pháp của từng chỉ tiêu không đổi"
        click.echo(message(wording, {"old": old, "new": new, **sizes}))
        return
    emit(changes, format, ("target_id", "text", "words"))  # they say what changed, and end with the reason


def _year(year: int | None, plan: str | None, cutoff: str = "") -> int:
    """Return the year that is meant, known to have a plan: asked before anything heavy is loaded."""
    if year is None and cutoff:
        year = last_year(cutoff_day(cutoff, last_year()))
    at = year or usual_year()
    read_project().base(at, plan)
    return at


def _edition(named: str, out: Path) -> Path:
    there = (out / named).is_dir() or Path(named).exists()
    if not there and any(named in (entry.name, entry.key) for entry in read_project().plan):
        wording = "{named}: là kế hoạch, không phải kỳ báo cáo; so các kế hoạch: qngai render thang_muc_tieu"
        raise ParameterError(wording, named=named)
    return out / named / "assessment.json" if (out / named).is_dir() or named.isdigit() else Path(named)


any_survey = argument(
    "survey", shell_complete=usage.surveys, help="Tên điều tra trong data/raw/surveys, ví dụ households."
)


@app.command(
    help="Ghi phiếu hỏi của một điều tra dạng XLSForm cho ODK hoặc KoboToolbox.",
    epilog="Ví dụ: qngai questionnaire households · qngai questionnaire tourism --out phieu.xlsx",
)
@any_survey
@click.option("--out", "-o", type=PATH, help="Tệp .xlsx; mặc định: TÊN.xlsx.")
def questionnaire(survey: str, out: Path | None) -> None:
    """Write a survey's questionnaire as an XLSForm for ODK or KoboToolbox."""
    from qngai_analysis.survey.form.codebook import read_codebook
    from qngai_analysis.survey.form.questionnaire import write_xlsform

    click.echo(write_xlsform(read_codebook(survey), out or Path(f"{survey}.xlsx")))
    next_step(f"qngai validate {survey} KET-QUA.xlsx")


@app.command(
    help="Kiểm tra tệp điều tra theo sổ mã; nêu mọi lỗi cùng lúc. Mã thoát 1 nếu có lỗi.",
    epilog="Ví dụ: qngai validate households ho.xlsx · qngai validate tourism du-lich.csv --faults loi.csv",
)
@any_survey
@argument("file", type=PATH, help="Tệp gửi về (csv, xlsx, parquet, sav, dta).")
@click.option("--faults", type=PATH, help="Ghi thêm các lỗi vào tệp CSV hoặc XLSX này.")
@common.as_format
def validate(survey: str, file: Path, faults: Path | None, format: common.Format) -> None:
    """Check a survey file against its codebook; all faults at once. Leaves with 1 if there are any."""
    from qngai_analysis.survey.form.faults import fault_lines
    from qngai_analysis.survey.form.intake import validate_file, write_faults

    found = validate_file(survey, file)
    for note in found.attrs["notes"]:
        aside(f"{file.name}: {note}")
    if faults is not None:
        write_faults(found, faults)
    if not len(found):
        remark("{file}: không có lỗi", file=file)
        if not file.resolve().is_relative_to(paths.raw("surveys").resolve()):
            next_step(f"qngai add survey {survey} {file}")
        return
    if format is common.Format.table:
        click.echo("\n".join(fault_lines(found)))
    else:
        emit(found, format, tuple(found.columns))
    raise Exit(1)


@app.command(
    help="Tạo tệp mô phỏng để tập dượt; mọi thứ dùng tệp này đều ghi SỐ LIỆU MÔ PHỎNG.",
    epilog="Ví dụ: qngai simulate tourism 2025 · qngai simulate all 2025",
)
@argument("survey", shell_complete=usage.surveys, help="Tên điều tra, hoặc 'all' cho tất cả.")
@argument("year", type=common.YEARS, required=False, help="Năm của tệp; mặc định: năm gần nhất đã kết thúc.")
def simulate(survey: str, year: int | None) -> None:
    """Make a simulated file to rehearse with; whatever uses it says SỐ LIỆU MÔ PHỎNG."""
    from qngai_analysis.rehearse.simulate import simulate as make
    from qngai_analysis.survey.form.held import surveys

    for name in surveys() if survey == "all" else [survey]:
        click.echo(make(name, year or usual_year()))
    next_step(f"qngai lab; qngai report{common.for_year(year or usual_year())}")


@app.command(
    "new-survey",
    help="Ghi sổ mã của một điều tra mới, nhỏ mà đầy đủ, để sửa tiếp bằng tay.",
    epilog='Ví dụ: qngai new-survey cua_hang · qngai new-survey cua_hang --title "Khảo sát cửa hàng"',
)
@argument("name", help="Thư mục của điều tra: chữ thường không dấu, chữ số và dấu _.")
@click.option("--title", default="Khảo sát mới", help="Tên gọi của cuộc điều tra.")
def new_survey(name: str, title: str) -> None:
    """Write the codebook of a new survey, complete and small, to be changed by hand."""
    from qngai_analysis.survey.form.codebook import new_codebook

    click.echo(new_codebook(name, title))
    next_step(f"qngai questionnaire {name}; qngai validate {name} KET-QUA.xlsx")


@app.command(
    "new-notebook",
    help="Tạo sổ tay mới cho một lĩnh vực, chạy và kết xuất được ngay.",
    epilog="Ví dụ: qngai new-notebook du_lich · qngai new-notebook y_te --file notebooks/y_te_rieng.ipynb",
)
@argument("sector", help="Một lĩnh vực của dự án, ví dụ y_te.")
@click.option(
    "--file",
    type=PATH,
    help="Ghi vào đâu; mặc định: tên của lĩnh vực trong notebooks, ví dụ y_te.ipynb.",
)
def new_notebook(sector: str, file: Path | None) -> None:
    """Make a new notebook of a sector, ready to run and to render."""
    from qngai_analysis.edition.notebooks import sector_notebook, write_notebook

    target = file or paths.notebooks() / f"{read_project().sector(sector).notebook}.ipynb"
    write_notebook(sector_notebook(sector), target)
    click.echo(target)
    next_step(f"qngai lab; qngai render {target}")


@app.command(
    help="Lập báo cáo của một lĩnh vực, hoặc của một sổ tay bất kỳ, trong OUT/NĂM.",
    epilog="Ví dụ: qngai render du_lich · qngai render y_te --year 2024 --out reports/tap-duot",
)
@argument(
    "notebook",
    shell_complete=usage.notebooks,
    help="Một lĩnh vực (du_lich, tourism), hoặc sổ tay riêng: tên hoặc tệp.",
)
@common.year
@formats
@parameters
@common.out
@common.lang
@common.real_only
@common.base_plan
def render(
    notebook: str,
    year: int | None,
    formats: str,
    parameter: tuple[str, ...],
    out: Path | None,
    lang: str | None,
    real_only: bool,
    plan: str | None,
) -> None:
    """Render the report of one sector, or of any notebook, into OUT/YEAR."""
    at = _year(year, plan)
    from qngai_analysis.edition.batch import Edition, render_named

    given = _pairs(parameter)
    until = counted_until(given.get("cutoff", ""), at)
    edition = Edition(
        at, out or paths.reports(), until, lang or read_project().language, real_only, _split(formats), given, plan,
    )  # fmt: skip
    _write_reports(lambda advance: render_named(notebook, edition, progress=advance))


@app.command(
    help="Mở JupyterLab trên các sổ tay, bằng chính Python của lệnh này.",
    epilog="Ví dụ: qngai lab · qngai lab notebooks",
)
@argument("folder", type=PATH, required=False, help="Thư mục cần mở; mặc định: các sổ tay của dự án.")
@click.option("--port", type=int, help="Cổng của máy chủ; mặc định: một cổng trống.")
@click.option("--browser/--no-browser", default=True, help="Mở cửa sổ trình duyệt.")
def lab(folder: Path | None, port: int | None, browser: bool) -> None:
    """Open JupyterLab on the notebooks, with the Python that this command runs in."""
    from qngai_analysis.edition.lab import run

    raise Exit(run(folder or paths.notebooks(), port=port, browser=browser))


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _pairs(texts: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for given in texts:
        name, found, value = given.partition("=")
        if not found or not name.strip():
            raise ParameterError("-p {text}: viết dạng tên=giá trị, ví dụ -p year=2025", text=given)
        pairs[name.strip()] = value
    return pairs


def _write_reports(make: Callable[[Callable[[int, int], None]], Sequence[Path]]) -> None:
    """Print the files that are made, with a bar on a terminal meanwhile and nothing elsewhere (logs stay clean)."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(message("đang lập báo cáo", {}), total=None)
            files = make(lambda done, total: bar.update(task, completed=done, total=total))
    else:
        files = make(lambda done, total: None)
    for file in files:
        click.echo(file)


for part in (cli_collection, cli_project, cli_batch):
    app.commands |= part.app.commands


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):  # Windows consoles default to a code page without Vietnamese
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        with _stoppable():
            return app.main(arguments, prog_name="qngai", standalone_mode=False) or 0
    except QngaiError as fault:
        aside(f"qngai: {' '.join(str(fault).split())}")
    except NoArgsIsHelpError as fault:
        click.echo(fault.format_message())
    except click.ClickException as fault:
        aside(f"qngai: {usage.fault_of(fault)}")
    except UnreadError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as fault:
        if fault.errno != errno.ENOSPC:
            raise
        remark("qngai: không ghi được: ổ đĩa đã đầy")
    except _StoppedError as fault:
        remark("qngai: đã dừng; không để lại gì viết dở")
        return 128 + int(fault.args[0])
    return 2
