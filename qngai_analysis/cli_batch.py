"""The commands batch, audit and licences: a report for each unit, and what others can check."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from qngai_analysis import cli_options as common
from qngai_analysis import paths
from qngai_analysis.cli_options import aside, emit, print_findings, remark
from qngai_analysis.errors import ParameterError
from qngai_analysis.project import last_year, read_project

app = typer.Typer()


#: What the units of a batch are.
By = StrEnum("By", ["commune", "agency", "sector", "year", "plan"])


@app.command(
    help="Lập báo cáo riêng cho từng đơn vị (xã, cơ quan, lĩnh vực, năm, kế hoạch) cùng một trang mục lục, trong OUT/NĂM-LOẠI. Đơn vị bị lỗi thì sổ tay và nhật ký được giữ lại, các đơn vị khác vẫn lập; mã thoát 1.",
    epilog="Ví dụ: qngai batch --by commune · qngai batch --by agency --pdf --jobs 4 --resume",
)
def batch(
    by: Annotated[By, Option("--by", help="Loại đơn vị.")],
    year: common.Year = None,
    jobs: Annotated[
        int | None, Option("--jobs", min=1, help="Số báo cáo lập cùng lúc; mặc định: số nhân của máy.")
    ] = None,
    resume: Annotated[
        bool, Option("--resume", help="Làm tiếp lượt bị ngắt: chỉ lập những báo cáo chưa có.")
    ] = False,
    pdf: Annotated[bool, Option("--pdf", help="Cả PDF.")] = False,
    out: common.Out = None,
    plan: common.BasePlan = None,
    cutoff: Annotated[
        str, Option(help="Ngày chốt số liệu; mặc định: 31/3 năm sau, chưa đến thì hôm nay.")
    ] = "",
    lang: common.Language = None,
    real_only: common.RealOnly = False,
    scheduler: Annotated[
        str, Option("--scheduler", help="Bộ điều phối Dask, ví dụ tcp://10.0.0.5:8786.")
    ] = "",
    workers: Annotated[
        int, Option("--workers", min=0, help="Lập bằng một cụm Dask trên máy này với N tiến trình.")
    ] = 0,
) -> None:
    """Make a report for each commune, agency, sector, year or plan, with an index, in OUT/YEAR-KIND."""
    from qngai_analysis.edition.batch import Edition
    from qngai_analysis.edition.units import INDEX, Batch, make_batch, progress_lines

    if scheduler and workers:
        raise ParameterError("--scheduler và --workers: chỉ dùng một")
    at = year or last_year()
    formats = ("html", "pdf") if pdf else ("html",)
    until = common.counted_until(cutoff, at)
    folder = (out or paths.reports()).absolute()  # each report is made in a process with a folder of its own
    edition = Edition(at, folder, until, lang or read_project().language, real_only, formats, plan=plan)
    work = Batch(edition, by.value, jobs, resume, scheduler, workers)
    made = make_batch(work, progress_lines(aside))
    failed = [one for one in made if one.fault]
    for one in failed:
        aside(f"qngai: {work.failures / one.stem}.log: {one.fault}")
    values = {"made": len(made) - len(failed), "all": len(made), "failed": len(failed)}
    remark("qngai: {made}/{all} báo cáo đã lập, {failed} lỗi", **values)
    if len(failed) < len(made):
        typer.echo(work.folder / INDEX)
    if failed:
        raise typer.Exit(1)


@app.command(
    help="Kiểm một kỳ báo cáo: mã của tệp và đầu vào so với manifest, sổ công bố, dấu mô phỏng, phiên bản. Mã thoát 1 nếu có sai lệch.",
    epilog="Ví dụ: qngai audit · qngai audit reports/2025-commune",
)
def audit(
    folder: Annotated[
        Path | None, Argument(help="Thư mục của kỳ báo cáo; mặc định: kỳ của năm gần nhất đã kết thúc.")
    ] = None,
) -> None:
    """Hold an edition against its manifest, the project and the ledgers."""
    from qngai_analysis.audit import audit as look

    print_findings(look(folder or paths.reports() / str(last_year())))


@app.command(
    help="Giấy phép của chương trình này và của mọi thư viện đã cài mà nó cần.",
    epilog="Ví dụ: qngai licences · qngai licences --format csv",
)
def licences(format: common.AsFormat = common.Format.table) -> None:
    """Print the licences of this program and of what it needs."""
    from qngai_analysis.audit import licences as listed

    frame = listed()
    emit(frame, format, tuple(frame.columns))
