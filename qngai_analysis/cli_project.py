"""The commands that make a project and add files to it: init, add plan, add survey."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from qngai_analysis import raw
from qngai_analysis.cli_collection import add
from qngai_analysis.cli_options import Year, aside, for_year, next_step, remark
from qngai_analysis.errors import ParameterError
from qngai_analysis.project import Role, last_year, read_project
from qngai_analysis.words.language import message

app = typer.Typer()


@app.command(help="Lập một dự án mới cho một tỉnh hoặc một xã.")
def init(
    folder: Annotated[Path, Argument(metavar="DIR", help="Thư mục mới.")],
    province: Annotated[str, Option(help="Một trong 34 tỉnh, thành phố.")] = "",
    commune: Annotated[str, Option(help="Một xã, phường, đặc khu: tên hoặc mã.")] = "",
    country: Annotated[bool, Option("--country", help="Cả nước: 34 tỉnh, 3.321 xã.")] = False,
) -> None:
    """Make a project of a province, a commune or the country."""
    from qngai_analysis.starting import new_project

    if not province and not commune and not country:
        raise ParameterError('ghi --province "Gia Lai", --commune "Xã Ba Tơ" hoặc --country')
    name, units = new_project(folder, province, commune, country=country)
    below = message(", {units} xã, phường, đặc khu", {"units": units}) if units else ""
    typer.echo(f"{folder}: {name}{below}")
    # from where one stands: where ``uv run`` is typed before it, that finds the program in no other folder
    here = f"qngai --project {shlex.quote(str(folder))}"
    for step in (
        message("data/raw/office.toml: ai báo cáo, gửi cho ai", {}),
        f"{here} add plan KE-HOACH.docx",
        f"{here} add survey households KET-QUA.xlsx",
        f"{here} report --year {message('NĂM', {})}",
        f"{here} lab",
    ):
        typer.echo(f"  {step}")


@add.command("plan", help="Thêm một kế hoạch vào dự án: đọc, cho xem, chép nguyên văn, giao vai trò.")
def add_plan(
    file: Annotated[Path, Argument(help="Văn bản kế hoạch (text, Markdown, HTML, DOCX, PDF).")],
    role: Annotated[str, Option(help="main, later, tasks hoặc peer; mặc định theo nội dung.")] = "",
    years: Annotated[str, Option(help="Năm đầu-năm cuối, ví dụ 2026-2030.")] = "",
    number: Annotated[str, Option(help="Số, nếu văn bản không ghi.")] = "",
    date: Annotated[str, Option(help="Ngày ký 2025-12-31, nếu văn bản không ghi.")] = "",
    issuer: Annotated[str, Option(help="Cơ quan ban hành, nếu văn bản không ghi.")] = "",
    source: Annotated[str, Option(help="Nơi lấy văn bản.")] = "",
) -> None:
    """Add a plan: it is read, shown, copied byte for byte and given a role."""
    from qngai_analysis.arrivals import take_plan

    said = {"number": number, "date": date, "issuer": issuer}
    added, shown, remarks = take_plan(file, role=role, years=years, source=source, said=said)
    for label, value in shown.items():
        typer.echo(f"{label}: {value}")
    for line in remarks:
        aside(f"qngai: {line}")
    typer.echo(added)
    entry = read_project().entry(added.stem)
    year = min(max(last_year(), entry.first_year), entry.last_year)
    at = for_year(year) if entry.role is Role.MAIN else ""
    next_step(f"qngai targets {added.stem}; qngai report{at}")


@add.command("survey", help="Thêm tệp của một cuộc điều tra: kiểm tra, chép nguyên văn, kèm tệp mô tả.")
def add_survey(
    survey: Annotated[str, Argument(help="Tên cuộc điều tra.")],
    file: Annotated[Path, Argument(help="Tệp số liệu (csv, xlsx, parquet, sav, dta).")],
    year: Year = None,
    fieldwork: Annotated[
        str, Option(help="Một ngày thu thập (2025-10-15); mặc định: ngày mà đơn vị trong tệp còn hoạt động.")
    ] = "",
    producer: Annotated[str, Option(help="Đơn vị thực hiện.")] = "",
    source: Annotated[str, Option(help="Ghi chú nguồn.")] = "",
) -> None:
    """Add a survey's file: checked, copied byte for byte, with its sidecar."""
    from qngai_analysis.arrivals import take_survey

    done, faults = take_survey(survey, file, year=year, fieldwork=fieldwork, producer=producer, source=source)
    if done is None:
        wording = "qngai: {file}: {faults} lỗi, chưa nhận; xem từng lỗi: qngai validate {survey} {file}"
        remark(wording, file=file, faults=faults, survey=survey)
        raise typer.Exit(1)
    typer.echo(done)
    if raw.read_sidecar(done).status == "simulated":
        remark("qngai: {file}: do qngai simulate tạo ra, nên ghi là số liệu mô phỏng", file=file)
    next_step(f"qngai report{for_year(int(done.stem))}; qngai lab")
