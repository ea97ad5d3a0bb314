"""Plans by name, path or text: found, checked against their sidecar, read once."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from qngai_analysis import paths, raw
from qngai_analysis.errors import PlanError, RawFileError
from qngai_analysis.kept import FileState, settled, tables
from qngai_analysis.plan.model import Plan
from qngai_analysis.plan.reading import normalise, read_text
from qngai_analysis.project import plan_files

# what is read of a plan depends on these
_TABLES = ("indicators.csv", "agencies.csv", "provinces.csv", "territories.csv", "project.toml")


@settled
def read_plan(source: str | Path) -> Plan:
    """Read a plan by name or path.

    A name is the stem of a file in ``data/raw/plans``, the key in its sidecar or the beginning of just one stem ("906"). Those
    files are checked against their sidecar; any other file is read as it stands. A file that did not
    change is read once a process.

    Raises
    ------
    PlanError
        No such plan, several plans begin so, or the file can't be read (see ``reading``).
    RawFileError
        A file in ``data/raw/plans`` was edited, or lacks its sidecar.
    """
    path = _find(source)
    sidecar = raw.verify(path) if _is_raw(path) else None
    text = FileState(path.name, raw.sha256(path), path)
    return _read_once(text, sidecar, tables(_TABLES))


@lru_cache(maxsize=64)
def _read_once(plan: FileState, sidecar: raw.Sidecar | None, _tables: tuple[FileState, ...]) -> Plan:
    # the grammar takes long to load; who only names a plan needs none
    from qngai_analysis.plan.assembly import assemble

    text, guessed, unread = read_text(plan.file)
    return replace(assemble(text, plan.file, sidecar), guessed_pages=guessed, unread_pages=unread)


def parse_text(text: str, key: str = "text") -> Plan:
    """Read a plan from a string, for example a sentence.

    >>> plan = parse_text("Phấn đấu đến năm 2025, trên 95% hồ sơ được xử lý trực tuyến.")
    >>> plan.targets[["comparator", "value", "period_end"]].values.tolist()
    [['>', 95.0, 2025]]
    """
    from qngai_analysis.plan.assembly import assemble

    return assemble(normalise(text), Path(key), None)


def plan_names() -> list[str]:
    """Return the names of the plans in ``data/raw/plans``, sorted."""
    return sorted(path.stem for path in plan_files())


def _find(source: str | Path) -> Path:
    path = Path(source)
    if path.is_file():
        return path
    name = str(source)
    if isinstance(source, Path) or path.suffix or len(path.parts) > 1:
        wording = "{source}: không có tệp này; nêu tệp kế hoạch (.txt, .md, .html, .docx hoặc .pdf)"
        raise PlanError(wording, source=source)
    try:
        files = plan_files()
    except RawFileError:
        wording = "{name}: không có tệp này, và ở đây cũng không có dự án với data/raw/plans"
        raise PlanError(wording, name=name) from None
    found = [file for file in files if file.stem == name]
    found = found or [file for file in files if _sidecar_key(file) == name]
    found = found or [file for file in files if file.stem.startswith(name)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(file.stem for file in found or files)
    if not found:
        wording = "{name}: không có kế hoạch tên này trong data/raw/plans; hiện có {known}"
        raise PlanError(wording, name=name, known=known)
    wording = "{name}: có {count} kế hoạch bắt đầu như vậy ({known}); viết tên dài hơn"
    raise PlanError(wording, name=name, count=len(found), known=known)


def _sidecar_key(file: Path) -> str:
    """Return the key in a plan's sidecar, the beginning of its targets' ids; "" where there is none."""
    if not raw.sidecar_path(file).is_file():
        return ""
    return str(raw.read_sidecar(file).extra.get("plan", {}).get("key", ""))


def _is_raw(path: Path) -> bool:
    try:
        return path.resolve().parent == paths.raw("plans").resolve()
    except RawFileError:
        return False
