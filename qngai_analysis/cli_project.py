"""The commands that make a project and add files to it: init, add plan, add survey."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qngai_analysis.errors import ParameterError


def mount(app: typer.Typer, add: typer.Typer) -> None:
    """Add the commands to the command line, and to its group ``add``."""
    app.command()(init)
    add.command("plan")(add_plan)
    add.command("survey")(add_survey)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục mới / the new folder.")],
    province: Annotated[
        str, typer.Option(help="Một trong 34 tỉnh, thành phố / one of the 34 provinces.")
    ] = "",
    commune: Annotated[
        str, typer.Option(help="Một xã, phường, đặc khu: tên hoặc mã / a commune by name or code.")
    ] = "",
) -> None:
    """Lập một dự án mới cho một tỉnh hoặc một xã / make a project of a province or a commune.

    Ví dụ / example: `qngai init gia-lai --province "Gia Lai"`
    """
    from qngai_analysis.starting import new_project

    if not province and not commune:
        raise ParameterError('ghi --province "Gia Lai" hoặc --commune "Xã Ba Tơ"')
    name, units = new_project(folder, province, commune)
    typer.echo(f"{folder}: {name}" + (f", {units} xã, phường, đặc khu" if units else ""))
    for step in (
        f"cd {folder}",
        "data/raw/office.toml: ai báo cáo, gửi cho ai / who reports to whom",
        "qngai add plan KE-HOACH.docx",
        "qngai add survey households KET-QUA.xlsx",
        "qngai report; qngai lab",
    ):
        typer.echo(f"  {step}")


def add_plan(
    file: Annotated[
        Path, typer.Argument(help="Văn bản kế hoạch (text, Markdown, HTML, DOCX, PDF) / the document.")
    ],
    role: Annotated[
        str,
        typer.Option(
            help="main, later, tasks hoặc/or peer; mặc định theo nội dung / default: by what it says."
        ),
    ] = "",
    years: Annotated[str, typer.Option(help="Năm đầu-năm cuối / first and last year, 2026-2030.")] = "",
    number: Annotated[
        str, typer.Option(help="Số, nếu văn bản không ghi / number, where it prints none.")
    ] = "",
    date: Annotated[
        str, typer.Option(help="Ngày ký 2025-12-31, nếu không ghi / day of signing, likewise.")
    ] = "",
    issuer: Annotated[str, typer.Option(help="Cơ quan ban hành, nếu không ghi / issuer, likewise.")] = "",
    source: Annotated[str, typer.Option(help="Nơi lấy văn bản / where it was taken from.")] = "",
) -> None:
    """Thêm một kế hoạch vào dự án / add a plan: it is read, shown, copied byte for byte and given a role."""
    from qngai_analysis.arrivals import take_plan

    said = {"number": number, "date": date, "issuer": issuer}
    done = take_plan(file, role=role, years=years, source=source, said={k: v for k, v in said.items() if v})
    for label, value in done.shown.items():
        typer.echo(f"{label}: {value}")
    for remark in done.remarks:
        typer.echo(f"qngai: {remark}", err=True)
    typer.echo(done.file)


def add_survey(
    survey: Annotated[str, typer.Argument(help="Tên cuộc điều tra / a survey of data/raw/surveys.")],
    file: Annotated[
        Path, typer.Argument(help="Tệp số liệu (csv, xlsx, parquet, sav, dta) / the file that came back.")
    ],
    year: Annotated[
        int | None, typer.Option("--year", min=2000, max=2100, help="Năm; mặc định năm đã kết thúc / year.")
    ] = None,
    producer: Annotated[str, typer.Option(help="Đơn vị thực hiện / who did it.")] = "",
    source: Annotated[str, typer.Option(help="Ghi chú nguồn / where it comes from.")] = "",
) -> None:
    """Thêm tệp của một cuộc điều tra / add a survey's file: checked, copied byte for byte, with its sidecar."""
    from qngai_analysis.arrivals import take_survey

    done, faults = take_survey(survey, file, year=year, producer=producer, source=source)
    if done is None:
        typer.echo(
            f"qngai: {file}: {faults} lỗi, chưa nhận / faults, not taken: qngai validate {survey} {file}",
            err=True,
        )
        raise typer.Exit(1)
    typer.echo(done)
