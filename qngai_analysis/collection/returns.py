"""Taking forms in: all faults of all files at once, and what is whole kept as one delivery."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from qngai_analysis import paths
from qngai_analysis.collection.answers import ReturnedForm, read_form
from qngai_analysis.collection.owed import Owed
from qngai_analysis.collection.owed import owed as owed_for
from qngai_analysis.collection.workbook import Fault
from qngai_analysis.evidence.observations import last_day
from qngai_analysis.evidence.returned import FOLDER, deliveries, returned_table, settled
from qngai_analysis.progress.tasks import REPORTED
from qngai_analysis.raw import Column, sidecar_text, table_bytes
from qngai_analysis.values import records
from qngai_analysis.words.numbers import day, number

_Cells = dict[str, Any]
STAGE = ".nhan-"  # a delivery on its way; one that is left lying was cut
_NONE = "nothing written"
FORM_COLUMNS = (
    Column("form", "first twelve digits of the SHA-256 of the form as received (folder received)"),
    Column("body", "who answers"),
    Column("file", "name of the file that came"),
    Column("filled_by", "who filled it", missing=_NONE),
    Column("contact", "telephone, address", missing=_NONE),
    Column("reported_on", "day of the report, as the body wrote it", type="date"),
    Column("received_on", "day it was taken in", type="date"),
    Column(
        "replaces",
        "the body's form before this one, where it answered before",
        missing="the body's first form",
    ),
)
FIGURE_COLUMNS = (
    Column("form", "form it stands in (forms.csv)"),
    Column("body", "who answers"),
    Column("indicator", "indicator of the catalogue"),
    Column("name", "its name"),
    Column("unit", "unit of value"),
    Column("territory", "territory it covers (territories.csv)"),
    Column("numerator", "numerator of a share", type="number", missing="not given"),
    Column("denominator", "denominator of a share", type="number", missing="not given"),
    Column("value", "the figure; a share is computed from its parts where they are given", type="number", missing="none, see absent"),
    Column("reference_date", "day or period it refers to", type="date", missing="no figure"),
    Column("level", "how final it is", type="choice", choices=("chính thức", "sơ bộ", "ước tính", "không rõ")),
    Column("method", "register or method, in the body's words", missing=_NONE),
    Column("absent", "why there is no figure, in the body's words", missing="there is one"),
    Column("note", "the body's note", missing=_NONE),
    Column("cell", "sheet and cell of the form"),
    Column("reported_on", "day of the report", type="date"),
)  # fmt: skip
TASK_COLUMNS = (
    Column("form", "form it stands in (forms.csv)"),
    Column("body", "who answers"),
    Column("task_id", "id of the task in its plan"),
    Column("status", "what the body reports", type="choice", choices=REPORTED),
    Column("completed_on", "day of completion, as precise as given", type="date", missing="not completed"),
    Column("result", "result, product, proof", missing=_NONE),
    Column("difficulty", "difficulty, proposal", missing=_NONE),
    Column("cell", "sheet and cell of the form"),
    Column("reported_on", "day of the report", type="date"),
)


@dataclass(frozen=True, slots=True)
class Collected:
    """What one run took in: forms, faults of the others, and what a person should look at."""

    forms: tuple[ReturnedForm, ...]
    faults: tuple[Fault, ...]
    known: tuple[Path, ...]  # files taken in before, byte for byte
    folders: tuple[Path, ...]
    remarks: tuple[str, ...]


def collect(files: Sequence[Path], *, on: date, plan: str | None = None) -> Collected:
    """
    Read forms back and keep those without a fault as a new delivery of their year.

    Parameters
    ----------
    files : workbooks that bodies sent back
    on : the day they are taken in
    plan : the plan that the forms were asked for, see :func:`qngai_analysis.collection.owed.owed`

    Notes
    -----
    A form with a fault keeps no other form out, and a body that contradicts another keeps none out either.
    A file that was taken in before is passed over, so that a whole folder may be named again.
    """
    owed_in = cache(lambda year: owed_for(year, plan=plan))
    forms: list[ReturnedForm] = []
    faults: list[Fault] = []
    for file in dict.fromkeys(files):
        form, wrong = read_form(file, owed_in)
        faults += wrong
        forms += [form] if form else []
    new: list[ReturnedForm] = []
    known: list[Path] = []
    folders: list[Path] = []
    remarks = [remark for form in forms for remark in form.remarks]
    for year in sorted({form.year for form in forms}):
        before = returned_table(year, "forms")
        taken = set(before["form"]) if len(before) else set()
        fresh: list[ReturnedForm] = []
        for form in (form for form in forms if form.year == year):
            if form.form in taken:
                known.append(form.file)
            else:
                fresh.append(form)
            taken.add(form.form)
        if fresh:
            last = {row.body: row.form for row in records(before)} if len(before) else {}
            folders.append(_keep(year, fresh, last, owed_in(year), on))
            remarks += _replaced(fresh, last)
            new += fresh
        remarks += differences(year, owed_in(year), {form.body for form in fresh})
    return Collected(tuple(new), tuple(faults), tuple(known), tuple(folders), tuple(remarks))


def _keep(year: int, forms: Sequence[ReturnedForm], last: dict[str, str], owed: Owed, on: date) -> Path:
    """Write a delivery beside the others and move it into place as a whole."""
    home = paths.raw(FOLDER, str(year))
    home.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=STAGE, dir=home))
    try:
        (stage / "received").mkdir()
        for form in forms:
            name = f"{owed.body(form.body).folder}-{form.form}.xlsx"
            (stage / "received" / name).write_bytes(form.file.read_bytes())
        before, heads = dict(last), []
        for form in forms:
            taken = {"file": form.file.name, "received_on": on.isoformat(), "replaces": before.get(form.body)}
            heads.append(asdict(form) | taken)
            before[form.body] = form.form
        figures, tasks = _rows(forms, owed)
        producer = "; ".join(dict.fromkeys(form.body for form in forms))
        for name, columns, rows in (
            ("forms", FORM_COLUMNS, heads),
            ("figures", FIGURE_COLUMNS, figures),
            ("tasks", TASK_COLUMNS, tasks),
        ):
            filled = [{key: None if value == "" else value for key, value in row.items()} for row in rows]
            content = table_bytes(filled, columns)
            (stage / f"{name}.csv").write_bytes(content)
            sidecar = sidecar_text(
                content, columns, title=f"Biểu mẫu các cơ quan gửi về, năm {year}: {name}", producer=producer,
                source="forms of qngai request, read back and checked by qngai collect", received=on,
            )  # fmt: skip
            (stage / f"{name}.toml").write_text(sidecar, encoding="utf-8")
        stage.chmod(0o755)
        place = 1 + max((int(path.name) for path in deliveries(year)), default=0)
        while (home / f"{place:03d}").exists():  # another run was quicker
            place += 1
        return stage.rename(home / f"{place:03d}")
    except BaseException:
        import shutil

        shutil.rmtree(stage, ignore_errors=True)
        raise


def _rows(forms: Iterable[ReturnedForm], owed: Owed) -> tuple[list[_Cells], list[_Cells]]:
    """Return the rows of the tables of figures and of tasks."""
    figures, tasks = [], []
    for form in forms:
        said = {"form": form.form, "body": form.body, "reported_on": form.reported_on}
        tasks += [asdict(task) | said for task in form.tasks]
        for figure in form.figures:
            figures.append(asdict(figure) | said | {"name": owed.figure_by_code[figure.indicator].name})
    return figures, tasks


def _replaced(fresh: Sequence[ReturnedForm], last: dict[str, str]) -> list[str]:
    return [
        f"{form.body}: biểu ngày {day(form.reported_on)} thay các câu trả lời trước của cùng nội dung"
        for form in fresh
        if form.body in last
    ]


def differences(year: int, owed: Owed, bodies: Iterable[str] | None = None) -> list[str]:
    """
    Return where bodies differ on one figure or task and nothing was settled, one line each.

    ``bodies`` narrows it to what these bodies answered. Both answers stand; the line says how to settle.
    """
    named = None if bodies is None else set(bodies)
    decided = settled(year)
    said: list[str] = []
    figures = returned_table(year, "figures")
    if len(figures):
        standing = figures[figures["stands"] & figures["value"].notna()]
        when = standing["reference_date"].map(last_day)  # "2025" and 31/12/2025 are one day
        for (code, place, _), rows in standing.groupby(["indicator", "territory", when]):
            settled_here = any(item.indicator == code and item.territory in ("", place) for item in decided)
            if (
                rows["value"].round(2).nunique() < 2
                or settled_here
                or (named and not named & set(rows["body"]))
            ):
                continue
            each = "; ".join(f"{row.body}: {number(row.value, unit=row.unit)}" for row in records(rows))
            said.append(
                f"{owed.figure_by_code[str(code)].name} ({place}): các cơ quan báo khác nhau ({each}). Đã nhận tất cả; thống nhất bằng "
                f"[[settled]] trong {FOLDER}/{year}/settled.toml"
            )
    tasks = returned_table(year, "tasks")
    if len(tasks):
        for code, rows in tasks[tasks["stands"]].groupby("task_id"):
            words = rows["status"].value_counts()
            if (
                len(words) < 2
                or any(item.task == code for item in decided)
                or (named and not named & set(rows["body"]))
            ):
                continue
            each = ", ".join(f"{amount} {word}" for word, amount in words.items())
            task = owed.task_by_id.get(str(code))
            asked = len(task.bodies) if task else len(rows)
            said.append(f"Nhiệm vụ {code!s}: {len(rows)}/{asked} đơn vị đã báo cáo ({each}). Đã nhận tất cả")
    return said
