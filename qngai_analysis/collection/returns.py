"""Taking forms in: all faults of all files at once, and what is whole kept as one delivery."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from qngai_analysis import paths
from qngai_analysis.collection.answers import ReturnedForm, read_form
from qngai_analysis.collection.owed import Owed
from qngai_analysis.collection.owed import owed as owed_for
from qngai_analysis.collection.rounds import not_counted
from qngai_analysis.collection.workbook import FormFault
from qngai_analysis.evidence.observations import last_day
from qngai_analysis.evidence.returned import FOLDER, SETTLED, deliveries, returned_table, settled
from qngai_analysis.project import read_project
from qngai_analysis.raw import RawColumn, table_bytes, write_raw
from qngai_analysis.values import own_table, records
from qngai_analysis.words.numbers import printed_decimals
from qngai_analysis.words.said import Day, Joined, Num, Said

_TABLES = own_table(__file__, "deliveries.toml")
STAGE = ".nhan-"  # a delivery on its way; one that is left lying was cut


@dataclass(frozen=True, slots=True)
class Collected:
    """What one run took in: forms, faults of the others, and what a person should look at."""

    forms: tuple[ReturnedForm, ...]
    faults: tuple[FormFault, ...]
    known: tuple[Path, ...]  # files taken in before, byte for byte
    remarks: tuple[Said, ...]


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
    plan = plan and read_project().entry(plan).name
    owed_in = cache(lambda year: owed_for(year, plan=plan))
    read = [read_form(file, owed_in, on) for file in dict.fromkeys(files)]
    faults = [fault for _, wrong in read for fault in wrong]
    forms = [form for form, _ in read if form is not None]
    new: list[ReturnedForm] = []
    known: list[Path] = []
    remarks = [remark for form in forms for remark in form.remarks]
    for year in sorted({form.year for form in forms}):
        before = list(records(returned_table(year, "forms")))
        taken, last = {row.form for row in before}, {row.body: row.form for row in before}
        given = answered_before(year)
        mine = [form for form in forms if form.year == year]
        first = {form.form: form for form in reversed(mine) if form.form not in taken}
        fresh = [form for form in mine if first.get(form.form) is form]
        known += [form.path for form in mine if form not in fresh]
        if fresh:
            _keep(year, fresh, last, owed_in(year), on)
            wording = "{body}: biểu ngày {day} thay các câu trả lời trước của cùng nội dung"
            again = [form for form in fresh if given & _answered(form.figures, form.tasks)]
            remarks += [Said(wording, body=form.body, day=Day(form.reported_on)) for form in again]
            remarks += not_counted(year, date.fromisoformat(max(form.reported_on for form in fresh)))
            new += fresh
        remarks += differences(year, owed_in(year), {form.body for form in fresh})
    return Collected(tuple(new), tuple(faults), tuple(known), tuple(remarks))


def answered_before(year: int) -> set[tuple[str, str, str]]:
    """Return what was answered for a year, as one form answers it: body, indicator or task, and territory of a figure."""
    return _answered(*(records(returned_table(year, name)) for name in ("figures", "tasks")))


def _answered(figures: Iterable[Any], tasks: Iterable[Any]) -> set[tuple[str, str, str]]:
    of_figures = {(row.body, row.indicator, row.territory) for row in figures}
    return of_figures | {(row.body, row.task_id, "") for row in tasks}


def _keep(year: int, forms: Sequence[ReturnedForm], last: dict[str, str], owed: Owed, on: date) -> None:
    """Write a delivery beside the others and move it into place as a whole."""
    home = paths.raw(FOLDER, str(year))
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=STAGE, dir=home) as named:
        stage = Path(named)
        (stage / "received").mkdir()
        for form in forms:
            name = f"{owed.body(form.body).folder}-{form.form}.xlsx"
            (stage / "received" / name).write_bytes(form.path.read_bytes())
        before, heads = dict(last), []
        for form in forms:
            heads.append(replace(form, received_on=on.isoformat(), replaces=before.get(form.body, "")))
            before[form.body] = form.form
        producer = "; ".join(dict.fromkeys(form.body for form in forms))
        for name, rows in (
            ("forms", heads),
            ("figures", [figure for form in forms for figure in form.figures]),
            ("tasks", [task for form in forms for task in form.tasks]),
        ):
            columns = [RawColumn(key, **said) for key, said in _TABLES[name].items()]
            cells = ({column.name: getattr(row, column.name) for column in columns} for row in rows)
            write_raw(
                stage / f"{name}.csv", table_bytes(cells, columns), columns,
                title=f"Biểu mẫu các cơ quan gửi về, năm {year}: {name}", producer=producer,
                source="forms of qngai request, read back and checked by qngai collect", received=on,
            )  # fmt: skip
        stage.chmod(0o755)
        place = 1 + max((int(path.name) for path in deliveries(year)), default=0)
        while (home / f"{place:03d}").exists():  # another run was quicker
            place += 1
        stage.rename(home / f"{place:03d}")


def differences(year: int, owed: Owed, bodies: Collection[str] = ()) -> list[Said]:
    """
    Return where bodies differ on one figure or task and nothing was settled, one line each.

    ``bodies`` narrows it to what these bodies answered. Both answers stand; the line says how to settle.
    """
    if not deliveries(year):
        return []
    decided = settled(year)
    said: list[Said] = []
    figures, tasks = (returned_table(year, name).query("stands") for name in ("figures", "tasks"))
    figures = figures[figures["value"].notna()]
    when = figures["reference_date"].map(last_day)  # "2025" and 31/12/2025 are one day
    file = f"data/raw/{FOLDER}/{year}/{SETTLED}"
    names = {place.id: place.name for place in owed.territories}
    for (code, place, _), rows in figures.groupby(["indicator", "territory", when]):
        settled_here = any(item.indicator == code and item.territory in ("", place) for item in decided)
        if not settled_here and _differ(rows, rows["value"].round(2), bodies):
            values = [(row, Num(row.value, printed_decimals(row.value), row.unit)) for row in records(rows)]
            each = [Joined([row.body, value], ": ") for row, value in values]
            figure = "{name} ({place}): các cơ quan báo khác nhau ({each}). Đã nhận mọi câu trả lời; thống nhất bằng [[settled]] trong {file}"
            name = owed.figure_by_code[str(code)].name
            where = names.get(str(place), place)
            said.append(Said(figure, name=name, place=where, each=Joined(each), file=file))
    for code, rows in tasks.groupby("task_id"):
        if not any(item.task == code for item in decided) and _differ(rows, rows["status"], bodies):
            task = owed.task_by_id.get(str(code))
            words = ", ".join(f"{n} {word}" for word, n in rows["status"].value_counts().items())
            reported = "Nhiệm vụ {task}: {n}/{asked} đơn vị đã báo cáo ({each})"
            counts = {"n": len(rows), "asked": len(task.bodies) if task else len(rows)}
            said.append(Said(reported, task=code, each=words, **counts))
    return said


def _differ(rows: pd.DataFrame, answers: pd.Series, bodies: Collection[str]) -> bool:
    return answers.nunique() > 1 and bool(not bodies or rows["body"].isin(bodies).any())
