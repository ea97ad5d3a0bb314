"""The commands that make a project and add files to it: init, add plan, add survey."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
from click.exceptions import Exit

from qngai_analysis import cli_options as common
from qngai_analysis import raw
from qngai_analysis.cli_collection import add
from qngai_analysis.cli_options import aside, for_year, next_step, remark
from qngai_analysis.errors import ParameterError
from qngai_analysis.project import Role, last_year, read_project
from qngai_analysis.usage import PATH, Commands, argument, flag, text
from qngai_analysis.words.language import message

app = Commands()


@app.command(help="Lập một dự án mới cho một tỉnh hoặc một xã.")
@argument("folder", type=PATH, metavar="DIR", help="Thư mục mới.")
@text("--province", help="Một trong 34 tỉnh, thành phố.")
@text("--commune", help="Một xã, phường, đặc khu: tên hoặc mã.")
@flag("--country", help="Cả nước: 34 tỉnh, 3.321 xã.")
def init(folder: Path, province: str, commune: str, country: bool) -> None:
    """Make a project of a province, a commune or the country."""
    from qngai_analysis.starting import new_project

    if not province and not commune and not country:
        raise ParameterError('ghi --province "Gia Lai", --commune "Xã Ba Tơ" hoặc --country')
    name, units = new_project(folder, province, commune, country=country)
    below = message(", {units} xã, phường, đặc khu", {"units": units}) if units else ""
    click.echo(f"{folder}: {name}{below}")
    # from where one stands: where ``uv run`` is typed before it, that finds the program in no other folder
    here = f"qngai --project {shlex.quote(str(folder))}"
    for step in (
        message("data/raw/office.toml: ai báo cáo, gửi cho ai", {}),
        f"{here} add plan KE-HOACH.docx",
        f"{here} add survey households KET-QUA.xlsx",
        f"{here} report --year {message('NĂM', {})}",
        f"{here} lab",
    ):
        click.echo(f"  {step}")


@add.command("plan", help="Thêm một kế hoạch vào dự án: đọc, cho xem, chép nguyên văn, giao vai trò.")
@argument("file", type=PATH, help="Văn bản kế hoạch (text, Markdown, HTML, DOCX, PDF).")
@text("--role", help="main, later, tasks hoặc peer; mặc định theo nội dung.")
@text("--years", help="Năm đầu-năm cuối, ví dụ 2026-2030.")
@text("--number", help="Số, nếu văn bản không ghi.")
@text("--date", help="Ngày ký 2025-12-31, nếu văn bản không ghi.")
@text("--issuer", help="Cơ quan ban hành, nếu văn bản không ghi.")
@text("--source", help="Nơi lấy văn bản.")
def add_plan(file: Path, role: str, years: str, number: str, date: str, issuer: str, source: str) -> None:
    """Add a plan: it is read, shown, copied byte for byte and given a role."""
    from qngai_analysis.arrivals import take_plan

    said = {"number": number, "date": date, "issuer": issuer}
    added, shown, remarks = take_plan(file, role=role, years=years, source=source, said=said)
    for label, value in shown.items():
        click.echo(f"{label}: {value}")
    for line in remarks:
        aside(f"qngai: {line}")
    click.echo(added)
    entry = read_project().entry(added.stem)
    year = min(max(last_year(), entry.first_year), entry.last_year)
    at = for_year(year) if entry.role is Role.MAIN else ""
    next_step(f"qngai targets {added.stem}; qngai report{at}")


@add.command("survey", help="Thêm tệp của một cuộc điều tra: kiểm tra, chép nguyên văn, kèm tệp mô tả.")
@argument("survey", help="Tên cuộc điều tra.")
@argument("file", type=PATH, help="Tệp số liệu (csv, xlsx, parquet, sav, dta).")
@common.year
@text("--fieldwork", help="Một ngày thu thập (2025-10-15); mặc định: ngày mà đơn vị trong tệp còn hoạt động.")
@text("--producer", help="Đơn vị thực hiện.")
@text("--source", help="Ghi chú nguồn.")
def add_survey(survey: str, file: Path, year: int | None, fieldwork: str, producer: str, source: str) -> None:
    """Add a survey's file: checked, copied byte for byte, with its sidecar."""
    from qngai_analysis.arrivals import take_survey

    done, faults = take_survey(survey, file, year=year, fieldwork=fieldwork, producer=producer, source=source)
    if done is None:
        wording = "qngai: {file}: {faults} lỗi, chưa nhận; xem từng lỗi: qngai validate {survey} {file}"
        remark(wording, file=file, faults=faults, survey=survey)
        raise Exit(1)
    click.echo(done)
    if raw.read_sidecar(done).status == "simulated":
        remark("qngai: {file}: do qngai simulate tạo ra, nên ghi là số liệu mô phỏng", file=file)
    next_step(f"qngai report{for_year(int(done.stem))}; qngai lab")
