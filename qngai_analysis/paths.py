"""Where the project's folders are.

The project folder is the one that holds ``data/raw``. It is looked for in this order: the
environment variable ``QNGAI_HOME``; the current folder and its parents. So a notebook opened from
``notebooks/`` and the command line run from anywhere below the project see the same files, and
nothing is written into a project that nobody named: that of the checkout a program was installed from is no other's.

What was published of surveys stands in its folder ``releases``, wherever the reports themselves were put.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from qngai_analysis.errors import RawFileError

PACKAGE = Path(__file__).resolve().parent


def project() -> Path:
    """Return the project folder (the one that holds ``data/raw``).

    Raises
    ------
    RawFileError
        ``QNGAI_HOME`` names a folder without ``data/raw``, or no such folder was found.
    """
    named = os.environ.get("QNGAI_HOME")
    if named:
        return _project_named(named, "" if os.path.isabs(named) else os.getcwd())  # noqa: PTH109, PTH117 - asked for very often
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "data" / "raw").is_dir() and (folder / "notebooks").is_dir():
            return folder
    wording = '{here}: không có dự án ở đây; sang thư mục dự án, ghi --project THƯ_MỤC (trong Python: os.environ["QNGAI_HOME"] = "THƯ_MỤC"), hoặc lập dự án mới: qngai init THƯ_MỤC --province "Gia Lai"'
    raise RawFileError(wording, here=here)


@lru_cache(maxsize=16)
def _project_named(named: str, _here: str) -> Path:
    home = Path(named)
    if not (home / "data" / "raw").is_dir():
        wording = "QNGAI_HOME={named}: trong đó không có thư mục data/raw; hãy trỏ tới thư mục dự án"
        raise RawFileError(wording, named=named)
    return home.resolve()


def raw(*parts: str) -> Path:
    """Return a path below ``data/raw`` (which need not exist)."""
    return _below(project(), *parts)


@lru_cache(maxsize=4096)
def _below(home: Path, *parts: str) -> Path:
    # making a path takes long, for one that is asked for very often
    return home.joinpath("data", "raw", *parts)


def reference(name: str) -> Path:
    """Return the path of a reference table: catalogue of indicators, agencies, provinces …

    It is the project's own in ``data/raw/reference``; where there is no project, or it has no such
    table, the one that travels with the package. So plans can be read anywhere.
    """
    try:
        own = raw("reference", name)
    except RawFileError:
        own = None
    if own is not None and own.is_file():
        return own
    return start("reference", name)


def start(room: str, *parts: str) -> Path:
    """Return a path below what a new project is made of: in the wheel, or this checkout's own files."""
    if (PACKAGE / "start").is_dir():
        return PACKAGE.joinpath("start", room, *parts)
    return PACKAGE.parent.joinpath(*(() if room == "notebooks" else ("data", "raw")), room, *parts)


def reports() -> Path:
    """Return the folder of published editions, one folder a year in it (it need not exist)."""
    return project() / "reports"


def releases() -> Path:
    """Return the folder of the ledgers of what was published of surveys (it need not exist)."""
    return project() / "releases"


def notebooks() -> Path:
    """Return the folder of the notebooks."""
    return project() / "notebooks"
