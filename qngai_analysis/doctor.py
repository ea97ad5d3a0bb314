"""``qngai doctor``: whether this machine and project can do the yearly work, each finding with what to do."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qngai_analysis import paths
from qngai_analysis.errors import QngaiError
from qngai_analysis.words.numbers import number

LEAST_DISK = 1_000_000_000  # bytes: an edition with all sectors needs a tenth


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is in order, what was found, and what to do where it is not."""

    what: str
    good: bool
    found: str
    do: str = ""

    def __str__(self) -> str:
        mark = "✓" if self.good else "✗"
        return f"{mark} {self.what}: {self.found}" + (f" → {self.do}" if self.do and not self.good else "")


def examine() -> Iterator[Finding]:
    """Look at Python, packages, fonts, the project, its files and their checksums, and the disk."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), version, "cài Python 3.11 trở lên")
    yield Finding("Phiên bản", True, f"qngai-analysis {importlib.metadata.version('qngai-analysis')}")
    yield from _packages()
    yield _tried("Phông chữ và in PDF", _prints, "cài lại: pip install --force-reinstall qngai-analysis")
    try:
        home = paths.project()
    except QngaiError as fault:
        yield Finding("Dự án", False, str(fault), "chuyển vào thư mục dự án, hoặc đặt QNGAI_HOME")
        return
    yield Finding("Dự án", True, str(home))
    yield _tried("Kế hoạch", _plans, "khôi phục văn bản trong data/raw/plans")
    yield from _inputs()
    for folder in (paths.reports(), home / "requests"):
        there = next(path for path in (folder, *folder.parents) if path.exists())
        what, good = f"Ghi được vào {folder.name}", os.access(there, os.W_OK)
        yield Finding(what, good, str(folder), "xin quyền ghi thư mục này")
    free = shutil.disk_usage(home).free
    found, do = f"còn {number(free / 1e9, 1)} GB", "xóa bớt tệp: cần ít nhất 1 GB"
    yield Finding("Dung lượng đĩa", free > LEAST_DISK, found, do)


def _packages() -> Iterator[Finding]:
    lacking = []
    for name in (
        "pandas",
        "numpy",
        "scipy",
        "matplotlib",
        "papermill",
        "nbconvert",
        "typst",
        "docx",
        "openpyxl",
        "jupyterlab",
    ):
        try:
            importlib.import_module(name)
        except ImportError:
            lacking.append(name)
    found = f"thiếu {', '.join(lacking)}" if lacking else "đủ"
    yield Finding("Thư viện", not lacking, found, "pip install qngai-analysis")


def _tried(what: str, work: Callable[[], str], do: str) -> Finding:
    try:
        return Finding(what, True, work())
    except (QngaiError, OSError) as fault:
        return Finding(what, False, " ".join(str(fault).split()), do)


def _prints() -> str:
    from qngai_analysis.page.blocks import PageTitle
    from qngai_analysis.page.document import Document
    from qngai_analysis.page.pdf import to_pdf

    made = to_pdf(Document("Thử", "vi", (PageTitle("Tiếng Việt: ằ ẵ ộ ữ"),)))
    return f"in thử được {len(made) // 1000} kB"


def _plans() -> str:
    from qngai_analysis.collection.owed import task_plans
    from qngai_analysis.plan import read_plan

    return ", ".join(f"{name} ({len(read_plan(name).task_list)} nhiệm vụ)" for name in task_plans())


def _inputs() -> Iterator[Finding]:
    """Compare every raw file with its sidecar, and name what an interrupted change left lying."""
    from qngai_analysis.collection.returns import STAGE
    from qngai_analysis.raw import read_sidecar, verify

    good = 0
    for sidecar in sorted(paths.raw().rglob("*.toml")):
        file = _beside(sidecar)
        if file is None:
            continue
        try:
            if read_sidecar(file).sha256:
                verify(file)
            good += 1
        except QngaiError as fault:
            found = str(fault).split("; ")
            yield Finding(str(file.relative_to(paths.raw())), False, found[0], found[-1])
    yield Finding("Tệp dữ liệu khớp mã kiểm tra", good > 0, f"{good} tệp", "kiểm tra thư mục data/raw")
    left = [
        path for path in paths.raw().rglob("*") if path.name.endswith(".new") or path.name.startswith(STAGE)
    ]
    if left:
        names = ", ".join(path.name for path in left[:3])
        yield Finding("Tệp ghi dở", False, names, "đọc lại dự án (qngai status), rồi xóa")


def _beside(sidecar: Path) -> Path | None:
    """Return the file a sidecar speaks of; None for settings that stand alone."""
    found = [
        path for path in sidecar.parent.glob(f"{sidecar.stem}.*") if path.suffix not in (".toml", ".new")
    ]
    return found[0] if found else None
