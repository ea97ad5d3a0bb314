"""The commands of the road of the data: request, collect, status, add, doctor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from qngai_analysis.cli_options import BasePlan, Year, print_findings, remark
from qngai_analysis.errors import ParameterError
from qngai_analysis.project import Role, last_year, read_project
from qngai_analysis.words.language import spoken
from qngai_analysis.words.said import Day as DayOf
from qngai_analysis.words.said import Said, said

if TYPE_CHECKING:
    from qngai_analysis.collection.figures import Added
    from qngai_analysis.collection.owed import Body, Owed
    from qngai_analysis.collection.workbook import FormFault

Day = Annotated[str, Option("--on", help="Ngày làm việc (2026-02-20); mặc định hôm nay.")]
app = typer.Typer()
add = typer.Typer(no_args_is_help=True, help="Thêm tệp vào dự án.")
app.add_typer(add, name="add")


def _day(text: str, option: str = "--on") -> date:
    from qngai_analysis.arrivals import as_day

    return as_day(text, option) if text else date.today()


def _print(lines: Iterable[object], *, err: bool = False) -> None:
    for line in lines:
        typer.echo(" ".join(said(line, spoken()).split()), err=err)


@app.command(
    help="Công văn và biểu mẫu cho từng cơ quan, đơn vị: mỗi nơi một thư mục, biểu đã có không bị ghi đè."
)
def request(
    year: Year = None,
    agency: Annotated[
        list[str] | None, Option("--agency", help="Chỉ cơ quan, đơn vị này; có thể lặp lại.")
    ] = None,
    out: Annotated[Path | None, Option("--out", "-o", help="Thư mục; mặc định requests/NĂM.")] = None,
    due: Annotated[str, Option("--due", help="Hạn trả lời; mặc định theo reference/round.toml.")] = "",
    remind: Annotated[bool, Option("--remind", help="Công văn đôn đốc các đơn vị quá hạn.")] = False,
    plan: BasePlan = None,
    on: Day = "",
) -> None:
    """Write letters and forms for every body that owes something."""
    from qngai_analysis.collection import requests, rounds
    from qngai_analysis.collection.owed import owed

    year = year or last_year()
    day = _day(on)
    if remind:
        _remind(year, day, agency, out, plan)
        return
    found = owed(year, plan=plan)
    until = _day(due, "--due") if due else rounds.answer_by(year, day)
    if until < day:
        raise ParameterError("--due {due}: đã qua vào ngày gửi {day}", due=until, day=day)
    sent = requests.write_requests(found, on=day, due=until, bodies=_bodies(found, agency), out=out)
    _print(sent.folder / line.form for line in sent.asked)
    asked, kept = len(sent.asked), len(sent.kept)
    remark("{n} đơn vị; {kept} đơn vị đã có biểu từ trước, giữ nguyên", n=asked, kept=kept)
    _print(found.silent, err=True)
    if sent.outgrown:
        wording = "{bodies}: biểu lập từ trước thiếu nội dung mới được giao; đổi tên biểu ấy rồi chạy lại lệnh này để có biểu đủ"
        remark(wording, bodies="; ".join(sent.outgrown))
    if sent.asked:
        wording = "sổ theo dõi ghi ngày gửi là {day}; gửi ngày khác thì thêm --on khi lập biểu, hoặc sửa cột asked_on của {file}"
        remark(wording, day=DayOf(day), file=sent.folder / requests.REGISTER)
        _print(rounds.not_counted(year, until), err=True)


def _bodies(found: Owed, names: list[str] | None) -> list[Body] | None:
    return [found.body(name) for name in names] if names else None


def _remind(year: int, day: date, agency: list[str] | None, out: Path | None, plan: str | None) -> None:
    from qngai_analysis.collection import requests, rounds
    from qngai_analysis.collection.status import control_room

    room = control_room(year, on=day, plan=plan)
    named = _bodies(room.owed, agency)
    late = [state for state in room.overdue if named is None or state.body in named]
    _print(requests.write_reminder(room.owed, state.left, on=day, out=out) for state in late)
    remark("{n} công văn đôn đốc", n=len(late))
    _print(rounds.not_counted(year, day) * bool(late), err=True)


@app.command(
    help="Nhận biểu mẫu gửi về: biểu không có lỗi được nhận ngay, mọi lỗi của các biểu khác được nêu từng ô."
)
def collect(
    files: Annotated[list[Path], Argument(help="Biểu mẫu các đơn vị gửi về, hoặc thư mục.")],
    plan: BasePlan = None,
    on: Day = "",
) -> None:
    """Take forms in; all faults of all files at once."""
    from qngai_analysis.collection import returns

    for file in files:
        if not file.exists():
            raise ParameterError("{file}: không có tệp hay thư mục này; kiểm tra lại tên", file=file)
    listed = [path for file in files for path in (sorted(file.rglob("*")) if file.is_dir() else [file])]
    listed = [path for path in listed if not path.is_dir() and not path.name.startswith(("~$", "."))]
    sent = [path for path in listed if path.suffix.lower() == ".xlsx" or path in files]
    passed = "; ".join(path.name for path in listed if path not in sent)
    found = returns.collect(sent, on=_day(on), plan=plan)
    for form in found.forms:
        counts = {"figures": len(form.figures), "tasks": len(form.tasks)}
        wording = "{file}: {body}, {figures} số liệu, {tasks} nhiệm vụ"
        _print([Said(wording, file=form.file, body=form.body, **counts)])
    _print(Said("{file}: đã nhận từ trước", file=path.name) for path in found.known)
    if passed:
        wording = (
            "không phải tệp .xlsx nên không đọc: {files}; lưu lại thành .xlsx, hoặc chép số vào biểu mẫu"
        )
        remark(wording, files=passed)
    _print([*found.remarks, *found.faults], err=True)
    counts = {"files": len({fault.file for fault in found.faults}), "faults": len(found.faults)}
    remark("nhận {n} biểu; {files} tệp có lỗi ({faults} lỗi)", n=len(found.forms), **counts)
    if found.faults:
        raise typer.Exit(1)


@app.command(help="Đã có gì, thiếu gì, ai còn nợ từ bao giờ, việc tiếp theo.")
def status(
    year: Year = None,
    page: Annotated[Path | None, Option("--page", help="Ghi thêm trang HTML.")] = None,
    calendar: Annotated[Path | None, Option("--calendar", help="Ghi lịch của năm (.ics).")] = None,
    plan: BasePlan = None,
    on: Day = "",
) -> None:
    """Print what is in, what is missing, who owes it, what to type next."""
    from qngai_analysis.collection.status import control_room

    year = year or last_year()
    room = control_room(year, on=_day(on), plan=plan)
    for line in room.lines(spoken()):
        typer.echo(line)
    if page is not None:
        from qngai_analysis.page.html import to_html

        page.write_text(to_html(room.page(spoken())), encoding="utf-8")
        typer.echo(page)
    if calendar is not None:
        from qngai_analysis.collection.rounds import calendar_file

        calendar.write_text(calendar_file(year), encoding="utf-8", newline="")
        typer.echo(calendar)


@app.command(help="Kiểm tra máy và dự án: mỗi dòng một việc cần làm.")
def doctor() -> None:
    """Check this machine and project."""
    from qngai_analysis.doctor import examine

    print_findings(examine())


@add.command(
    "indicators", help="Thêm vào danh mục chỉ tiêu riêng của kế hoạch: để hỏi, nhận số và đánh giá được."
)
def add_indicators(
    apart: Annotated[
        list[str] | None, Argument(help="Mục tiêu đã có mã chung mà muốn hỏi riêng, ví dụ 906.05.")
    ] = None,
) -> None:
    """Make the targets that the catalogue does not know indicators of the project's own."""
    from qngai_analysis.collection.indicators import add_indicators

    found = add_indicators(apart or ())
    homes = {code: of.title(spoken()) for of in read_project().sectors.values() for code in of.indicators}
    wording = "{code}: {subject} ({ids}) · {home}"
    for code, targets in found.items():
        home = homes.get(code, Said("chưa thuộc báo cáo lĩnh vực nào; thêm mã vào data/raw/sectors.toml"))
        ids = ", ".join(target.id for target in targets)
        _print([Said(wording, code=code, subject=targets[0].subject, ids=ids, home=home)])
    file = "data/raw/reference/indicators.csv"
    added = Said("đã thêm {n} chỉ tiêu vào {file}", n=len(found), file=file)
    following = Said("tiếp theo: qngai request; qngai add figures")
    _print([added, *[following] * bool(found)], err=True)


@add.command(
    "figures", help="Thêm số liệu đã công bố từ một trang tính: kiểm tra, đề xuất mã, ghi vào figures.csv."
)
def add_figures(
    file: Annotated[Path, Argument(help="Trang tính .xlsx hoặc .csv với các cột tiếng Việt.")],
    template: Annotated[bool, Option("--template", help="Ghi trang tính trống để điền.")] = False,
) -> None:
    """Add the figures of a sheet, or write an empty one."""
    from qngai_analysis.collection import figures

    if template:
        figures.write_template(file)
        _print([file])
        return
    _added(*figures.add_figures(file))


@add.command("figure", help="Thêm một số liệu đã công bố.")
def add_figure(
    indicator: Annotated[
        str, Option("--indicator", help="Mã hoặc tên chỉ tiêu, hoặc số của mục tiêu: 906.16.")
    ],
    value: Annotated[str, Option("--value", help="Giá trị: 45,2 hoặc “trên 32”.")],
    reference_date: Annotated[
        str, Option("--reference-date", help="Ngày số liệu: 2025, 12/2025, 31/12/2025.")
    ],
    source_title: Annotated[str, Option("--source-title", help="Tên trang, văn bản.")],
    publisher: Annotated[str, Option("--publisher", help="Cơ quan công bố.")],
    definition: Annotated[str, Option("--definition", help="“đúng” hoặc “gần” định nghĩa.")],
    territory: Annotated[str, Option("--territory", help="Mã hoặc tên địa bàn; mặc định của dự án.")] = "",
    unit: Annotated[str, Option("--unit", help="Đơn vị.")] = "",
    address: Annotated[str, Option("--address", help="Địa chỉ trang.")] = "",
    publication_date: Annotated[str, Option("--publication-date", help="Ngày công bố.")] = "",
    level: Annotated[str, Option("--level", help="chính thức, sơ bộ, ước tính.")] = "",
    channel: Annotated[
        str,
        Option(
            "--channel",
            help="Kênh đọc được số: cơ quan nhà nước, báo chí, trang khác; mặc định theo địa chỉ.",
        ),
    ] = "",
    note: Annotated[str, Option("--note", help="Ghi chú.")] = "",
) -> None:
    """Add one published figure."""
    from qngai_analysis.collection import figures

    cells = dict(locals())
    cells.pop("figures")
    cells["territory"] = territory or read_project().territory
    _added(*figures.add_figure(**cells))


def _added(added: Added | None, faults: list[FormFault]) -> None:
    _print(faults, err=True)
    if added is None:
        raise typer.Exit(1)
    from qngai_analysis.collection.rounds import not_counted

    _print([Said("đã thêm {ids} vào data/raw/published/figures.csv", ids=", ".join(added.ids))])
    year = last_year()
    reported = any(entry.covers(year) for entry in read_project().plans(Role.MAIN))
    if added.published and reported:
        _print(not_counted(year, added.published), err=True)
    _print(Said("series.csv: thêm chuỗi {name}", name=name) for name in added.relations)
