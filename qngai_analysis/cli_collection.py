"""The commands of the road of the data: request, collect, status, add, doctor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from qngai_analysis import cli_options as common
from qngai_analysis.cli_options import here, next_step, print_findings, remark
from qngai_analysis.errors import ParameterError
from qngai_analysis.project import Role, read_project, usual_year
from qngai_analysis.usage import PATH, Commands, argument, flag, text
from qngai_analysis.words.language import message, spoken
from qngai_analysis.words.said import Day as DayOf
from qngai_analysis.words.said import Said, said

if TYPE_CHECKING:
    from qngai_analysis.collection.figures import Added
    from qngai_analysis.collection.owed import Body, Owed
    from qngai_analysis.collection.workbook import FormFault

on_day = text("--on", help="Ngày làm việc (2026-02-20); mặc định hôm nay.")
app = Commands()


def _day(text: str, option: str = "--on") -> date:
    from qngai_analysis.arrivals import as_day

    return as_day(text, option) if text else date.today()


def _print(lines: Iterable[object], *, err: bool = False) -> None:
    for line in lines:
        click.echo(here(" ".join(said(line, spoken()).split())), err=err)


@app.command(
    help="Công văn và biểu mẫu cho từng cơ quan, đơn vị: mỗi nơi một thư mục, biểu đã có không bị ghi đè."
)
@common.year
@click.option("--agency", multiple=True, help="Chỉ cơ quan, đơn vị này; có thể lặp lại.")
@click.option("--out", "-o", type=PATH, help="Thư mục; mặc định requests/NĂM.")
@text("--due", help="Hạn trả lời; mặc định theo reference/round.toml.")
@flag("--remind", help="Công văn đôn đốc các đơn vị quá hạn.")
@common.base_plan
@on_day
def request(
    year: int | None,
    agency: tuple[str, ...],
    out: Path | None,
    due: str,
    remind: bool,
    plan: str | None,
    on: str,
) -> None:
    """Write letters and forms for every body that owes something."""
    from qngai_analysis.collection import requests, rounds
    from qngai_analysis.collection.owed import owed

    year = year or usual_year()
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
    remark("{n} biểu mới; {kept} đơn vị đã có biểu từ trước, giữ nguyên", n=asked, kept=kept)
    if not agency:
        _print(found.silent, err=True)
    if sent.outgrown:
        wording = "{bodies}: biểu lập từ trước thiếu nội dung mới được giao; đổi tên biểu ấy rồi chạy lại lệnh này để có biểu đủ"
        remark(wording, bodies="; ".join(sent.outgrown))
    if sent.asked:
        wording = "sổ theo dõi ghi ngày gửi là {day}; gửi ngày khác thì thêm --on khi lập biểu, hoặc sửa cột asked_on của {file}"
        remark(wording, day=DayOf(day), file=sent.folder / requests.REGISTER)
        _print(rounds.not_counted(year, until), err=True)
        next_step(f"qngai collect {message('TỆP', {})}…; qngai status --year {year}")


def _bodies(found: Owed, names: tuple[str, ...]) -> list[Body] | None:
    return [found.body(name) for name in names] if names else None


def _remind(year: int, day: date, agency: tuple[str, ...], out: Path | None, plan: str | None) -> None:
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
@argument("files", type=PATH, nargs=-1, required=True, help="Biểu mẫu các đơn vị gửi về, hoặc thư mục.")
@common.base_plan
@on_day
def collect(files: tuple[Path, ...], plan: str | None, on: str) -> None:
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
        raise Exit(1)


@app.command(help="Đã có gì, thiếu gì, ai còn nợ từ bao giờ, việc tiếp theo.")
@common.year
@click.option("--page", type=PATH, help="Ghi thêm trang HTML.")
@click.option("--calendar", type=PATH, help="Ghi lịch của năm (.ics).")
@common.base_plan
@on_day
def status(year: int | None, page: Path | None, calendar: Path | None, plan: str | None, on: str) -> None:
    """Print what is in, what is missing, who owes it, what to type next."""
    from qngai_analysis.collection.status import control_room

    year = year or usual_year()
    room = control_room(year, on=_day(on), plan=plan)
    for line in room.lines(spoken()):
        click.echo(here(line))
    if page is not None:
        from qngai_analysis.page.html import to_html

        page.write_text(to_html(room.page(spoken())), encoding="utf-8")
        click.echo(page)
    if calendar is not None:
        from qngai_analysis.collection.rounds import calendar_file

        calendar.write_text(calendar_file(year), encoding="utf-8", newline="")
        click.echo(calendar)


@app.command(help="Kiểm tra máy và dự án: mỗi dòng một việc cần làm.")
def doctor() -> None:
    """Check this machine and project."""
    from qngai_analysis.doctor import examine

    print_findings(examine())


@app.group("add", help="Thêm tệp vào dự án.")
def add() -> None:
    """Add a file to the project."""


@add.command(
    "indicators", help="Thêm vào danh mục chỉ tiêu riêng của kế hoạch: để hỏi, nhận số và đánh giá được."
)
@argument("apart", nargs=-1, required=False, help="Mục tiêu đã có mã chung mà muốn hỏi riêng, ví dụ 906.05.")
def add_indicators(apart: tuple[str, ...]) -> None:
    """Make the targets that the catalogue does not know indicators of the project's own."""
    from qngai_analysis.collection.indicators import add_indicators

    found = add_indicators(apart)
    homes = {code: of.title(spoken()) for of in read_project().sectors.values() for code in of.indicators}
    wording = "{code}: {subject} ({ids}) · {home}"
    for code, targets in found.items():
        home = homes.get(code, Said("chưa thuộc báo cáo lĩnh vực nào; thêm mã vào data/raw/sectors.toml"))
        ids = ", ".join(target.id for target in targets)
        _print([Said(wording, code=code, subject=targets[0].subject, ids=ids, home=home)])
    file = "data/raw/reference/indicators.csv"
    added = Said("đã thêm {n} chỉ tiêu vào {file}", n=len(found), file=file)
    _print([added], err=True)
    if found:
        next_step("qngai request; qngai add figures")


@add.command(
    "figures", help="Thêm số liệu đã công bố từ một trang tính: kiểm tra, đề xuất mã, ghi vào figures.csv."
)
@argument("file", type=PATH, help="Trang tính .xlsx hoặc .csv với các cột tiếng Việt.")
@flag("--template", help="Ghi trang tính trống để điền.")
def add_figures(file: Path, template: bool) -> None:
    """Add the figures of a sheet, or write an empty one."""
    from qngai_analysis.collection import figures

    if template:
        figures.write_template(file)
        _print([file])
        return
    _added(*figures.add_figures(file))


@add.command("figure", help="Thêm một số liệu đã công bố.")
@click.option("--indicator", required=True, help="Mã hoặc tên chỉ tiêu, hoặc số của mục tiêu: 906.16.")
@click.option("--value", required=True, help="Giá trị: 45,2 hoặc “trên 32”.")
@click.option("--reference-date", required=True, help="Ngày số liệu: 2025, 12/2025, 31/12/2025.")
@click.option("--source-title", required=True, help="Tên trang, văn bản.")
@click.option("--publisher", required=True, help="Cơ quan công bố.")
@click.option("--definition", required=True, help="“đúng” hoặc “gần” định nghĩa.")
@text("--territory", help="Mã hoặc tên địa bàn; mặc định của dự án.")
@text("--unit", help="Đơn vị.")
@text("--address", help="Địa chỉ trang.")
@text("--publication-date", help="Ngày công bố.")
@text("--level", help="chính thức, sơ bộ, ước tính.")
@text("--channel", help="Kênh đọc được số: cơ quan nhà nước, báo chí, trang khác; mặc định theo địa chỉ.")
@text("--note", help="Ghi chú.")
@text("--instead", metavar="ID", help="Số liệu được đính chính, ví dụ P230: giữ làm dấu vết, không dùng nữa.")
def add_figure(territory: str, **cells: str) -> None:
    """Add one published figure."""
    from qngai_analysis.collection import figures

    _added(*figures.add_figure(territory=territory or read_project().territory, **cells), wrong=2)


@app.command(
    help="Không dùng một số liệu đã công bố nữa: số liệu ở lại figures.csv làm dấu vết, kèm lý do.",
    epilog='Ví dụ: qngai withdraw P230 --why "ghi nhầm năm"',
)
@argument("figure", help="Mã của số liệu trong figures.csv, ví dụ P230.")
@click.option("--why", required=True, help="Lý do.")
def withdraw(figure: str, why: str) -> None:
    """Let a published figure speak no more."""
    from qngai_analysis.collection import figures

    figures.withdraw(figure, why)
    _print([Said("{figure}: không dùng nữa ({why})", figure=figure, why=why)])


def _added(added: Added | None, faults: list[FormFault], wrong: int = 1) -> None:
    _print(faults, err=True)
    if added is None:
        raise Exit(wrong)
    from qngai_analysis.collection.rounds import not_counted

    _print([Said("đã thêm {ids} vào data/raw/published/figures.csv", ids=", ".join(added.ids))])
    year = usual_year()
    reported = any(entry.covers(year) for entry in read_project().plans(Role.MAIN))
    if added.published and reported:
        _print(not_counted(year, added.published), err=True)
    _print(Said("series.csv: thêm chuỗi {name}", name=name) for name in added.relations)
