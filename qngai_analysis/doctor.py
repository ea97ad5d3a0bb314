"""``qngai doctor``: whether this machine and project can do the yearly work, each finding with what to do."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError, QngaiError
from qngai_analysis.kept import libraries
from qngai_analysis.words.language import spoken
from qngai_analysis.words.said import Num, Said, said

LEAST_DISK = 1_000_000_000  # bytes: an edition with all sectors needs a tenth


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: whether it is in order, what was found, and what to do where it is not."""

    what: str
    good: bool
    found: str
    do: str = ""

    def __str__(self) -> str:
        what, found, do = (said(text, spoken()) for text in (self.what, self.found, self.do))
        return f"{'✓' if self.good else '✗'} {what}: {found}" + (f" → {do}" if do and not self.good else "")


def examine() -> Iterator[Check]:
    """Look at Python, packages, fonts, the project, its files and their checksums, and the disk."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("Python", sys.version_info >= (3, 11), version, Said("cài Python 3.11 trở lên"))
    yield Check(Said("Phiên bản"), True, f"qngai-analysis {importlib.metadata.version('qngai-analysis')}")
    lacking = [name for name, version in libraries().items() if not version]
    found = Said("thiếu {names}", names=", ".join(lacking)) if lacking else Said("đủ")
    yield Check(Said("Thư viện"), not lacking, found, "pip install qngai-analysis")
    again = Said("cài lại: pip install --force-reinstall qngai-analysis")
    yield tried(Said("Phông chữ và in PDF"), _prints, again)
    try:
        home = paths.project()
    except QngaiError as fault:
        yield Check(Said("Dự án"), False, str(fault), Said("chuyển vào thư mục dự án, hoặc đặt QNGAI_HOME"))
        return
    yield Check(Said("Dự án"), True, str(home))
    yield tried(Said("Kế hoạch và số nhiệm vụ"), _plans)
    yield from _inputs()
    yield tried(Said("Số liệu để kết luận"), _evidence)
    for folder in (paths.reports(), home / "requests"):
        there = next(path for path in (folder, *folder.parents) if path.exists())
        what, good = Said("Ghi được vào {folder}", folder=folder.name), os.access(there, os.W_OK)
        yield Check(what, good, str(folder), Said("xin quyền ghi thư mục này"))
    free = shutil.disk_usage(home).free
    found, do = Said("còn {free}", free=Num(free / 1e9, 1, "GB")), Said("xóa bớt tệp: cần ít nhất 1 GB")
    yield Check(Said("Dung lượng đĩa"), free > LEAST_DISK, found, do)


def tried(what: Said, work: Callable[[], object], do: str = "") -> Check:
    """Return what a piece of work gives that may fail: its text, or the reason."""
    try:
        found = work()
    except (QngaiError, OSError) as fault:
        return Check(what, False, " ".join(str(fault).split()), do)
    return Check(what, True, found if isinstance(found, str) else Said("đúng"))


def _prints() -> str:
    from qngai_analysis.page.blocks import PageTitle
    from qngai_analysis.page.document import Document
    from qngai_analysis.page.pdf import to_pdf

    made = to_pdf(Document("Thử", "vi", (PageTitle("Tiếng Việt: ằ ẵ ộ ữ"),)))
    return Said("in thử được {size} kB", size=len(made) // 1000)


def _plans() -> str:
    from qngai_analysis.collection.owed import task_plans
    from qngai_analysis.plan import read_plan

    counts = {name: len(read_plan(name).task_list) for name in task_plans()}
    if not counts:
        raise ParameterError("dự án chưa có kế hoạch nào để đánh giá; thêm kế hoạch bằng: qngai add plan TỆP")
    return ", ".join(f"{name} ({n})" for name, n in counts.items())


def _evidence() -> str:
    from qngai_analysis.evidence.published import read_published
    from qngai_analysis.evidence.returned import deliveries, returned_years
    from qngai_analysis.survey.form.held import survey_years, surveys

    figures, forms = len(read_published()), sum(len(deliveries(year)) for year in returned_years())
    files = sum(len(survey_years(name)) for name in surveys())
    if not (figures or forms or files):
        wording = "chưa có số nào: không chỉ tiêu nào có kết luận; thêm bằng: qngai add figures TỆP, qngai request, qngai add survey CUỘC_ĐIỀU_TRA TỆP"
        raise ParameterError(wording)
    found = "{figures} số đã công bố, {forms} đợt biểu mẫu gửi về, {files} tệp điều tra"
    return Said(found, figures=figures, forms=forms, files=files)


def _inputs() -> Iterator[Check]:
    """Compare every raw file with its sidecar, and name what an interrupted change left lying."""
    from qngai_analysis.collection.returns import STAGE
    from qngai_analysis.raw import verify

    good, there = 0, sorted(paths.raw().rglob("*"))
    sidecars = {path.with_suffix("") for path in there if path.suffix == ".toml"}
    for file in (path for path in there if path.suffix not in (".toml", ".new")):
        if file.is_file() and file.with_suffix("") in sidecars:
            try:
                verify(file)
                good += 1
            except QngaiError as fault:
                found = str(fault).split("; ")
                yield Check(str(file.relative_to(paths.raw())), False, found[0], found[-1])
    files, do = Said("{n} tệp", n=good), Said("kiểm tra thư mục data/raw")
    yield Check(Said("Tệp dữ liệu khớp mã kiểm tra"), good > 0, files, do)
    if left := [path.name for path in there if path.suffix == ".new" or path.name.startswith(STAGE)]:
        do = Said("đọc lại dự án (qngai status), rồi xóa")
        yield Check(Said("Tệp ghi dở"), False, ", ".join(left[:3]), do)
