"""The commands batch, audit and licences: a report for each unit, and what others can check."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import click
from click.exceptions import Exit

from qngai_analysis import cli_options as common
from qngai_analysis import paths
from qngai_analysis.cli_options import aside, emit, print_findings, remark
from qngai_analysis.errors import ParameterError
from qngai_analysis.project import read_project, usual_year
from qngai_analysis.usage import PATH, Commands, argument, flag, text

app = Commands()


#: What the units of a batch are.
By = StrEnum("By", ["commune", "agency", "sector", "year", "plan"])


@app.command(
    help="Lập báo cáo riêng cho từng đơn vị (xã, cơ quan, lĩnh vực, năm, kế hoạch) cùng một trang mục lục, trong OUT/NĂM-LOẠI. Đơn vị bị lỗi thì sổ tay và nhật ký được giữ lại, các đơn vị khác vẫn lập; mã thoát 1.",
    epilog="Ví dụ: qngai batch --by commune · qngai batch --by agency --pdf --jobs 4 --resume",
)
@click.option("--by", type=click.Choice(By), required=True, help="Loại đơn vị.")
@common.year
@click.option("--jobs", type=click.IntRange(1), help="Số báo cáo lập cùng lúc; mặc định: số nhân của máy.")
@flag("--resume", help="Làm tiếp lượt bị ngắt: chỉ lập những báo cáo chưa có.")
@flag("--pdf", help="Cả PDF.")
@common.out
@common.base_plan
@text("--cutoff", help="Ngày chốt số liệu; mặc định: 31/3 năm sau, chưa đến thì hôm nay.")
@common.lang
@common.real_only
@text("--scheduler", help="Bộ điều phối Dask, ví dụ tcp://10.0.0.5:8786.")
@click.option(
    "--workers",
    type=click.IntRange(0),
    default=0,
    help="Lập bằng một cụm Dask trên máy này với N tiến trình.",
)
def batch(
    by: By,
    year: int | None,
    jobs: int | None,
    resume: bool,
    pdf: bool,
    out: Path | None,
    plan: str | None,
    cutoff: str,
    lang: str | None,
    real_only: bool,
    scheduler: str,
    workers: int,
) -> None:
    """Make a report for each commune, agency, sector, year or plan, with an index, in OUT/YEAR-KIND."""
    from qngai_analysis.edition.batch import Edition
    from qngai_analysis.edition.units import INDEX, Batch, make_batch, progress_lines

    if scheduler and workers:
        raise ParameterError("--scheduler và --workers: chỉ dùng một")
    at = year or usual_year()
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
        click.echo(work.folder / INDEX)
    if failed:
        raise Exit(1)


@app.command(
    help="Kiểm một kỳ báo cáo: mã của tệp và đầu vào so với manifest, sổ công bố, dấu mô phỏng, phiên bản. Mã thoát 1 nếu có sai lệch.",
    epilog="Ví dụ: qngai audit · qngai audit reports/2025-commune",
)
@argument(
    "folder",
    type=PATH,
    required=False,
    help="Thư mục của kỳ báo cáo, hoặc năm; mặc định: kỳ của năm gần nhất đã kết thúc.",
)
def audit(folder: Path | None) -> None:
    """Hold an edition against its manifest, the project and the ledgers."""
    from qngai_analysis.audit import audit as look

    there = folder is not None and folder.is_dir()
    print_findings(look(folder if folder and there else paths.reports() / str(folder or usual_year())))


@app.command(
    help="Giấy phép của chương trình này và của mọi thư viện đã cài mà nó cần.",
    epilog="Ví dụ: qngai licences · qngai licences --format csv",
)
@common.as_format
def licences(format: common.Format) -> None:
    """Print the licences of this program and of what it needs."""
    from qngai_analysis.audit import licences as listed

    frame = listed()
    emit(frame, format, tuple(frame.columns))
