"""Files that come into a project: plans and survey files, copied byte for byte with a sidecar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from qngai_analysis import paths, raw, territory
from qngai_analysis.errors import ParameterError, PlanError, RawFileError
from qngai_analysis.project import UNCONFIRMED, Project, Role, plan_files, read_project, usual_year
from qngai_analysis.words.folding import body_name, fold
from qngai_analysis.words.language import message, spoken
from qngai_analysis.words.numbers import day
from qngai_analysis.words.said import coded, translate

if TYPE_CHECKING:
    from qngai_analysis.plan import Plan


def take_plan(
    file: Path, *, role: str = "", years: str = "", source: str = "", said: Mapping[str, str]
) -> tuple[Path, Mapping[str, str], Sequence[str]]:
    """
    Add a plan to the project: read it, copy it, write its sidecar, give it a role in ``project.toml``.

    Returned are its file, what was read of it, and what a person should look at.

    Parameters
    ----------
    role : one of :class:`Role`; default by what was read: ``peer`` for another place, ``tasks`` without targets,
        ``main`` where its years have no main plan, else ``later``
    years : "2026-2030" or "2026", where the document names none or others are meant
    source : where the document was taken from
    said : ``number``, ``date`` (ISO), ``issuer`` where the document prints none

    Raises
    ------
    PlanError, ParameterError
        The file is no plan, names no years, is in the project already, or is a second main plan of a year.
        Nothing was changed then.
    """
    from qngai_analysis.plan import read_plan

    if said.get("date"):
        as_day(said["date"])
    project, plan = read_project(), read_plan(file.resolve())
    printed = {name: getattr(plan.document, name) for name in ("type", "number", "date", "issuer")}
    head = {name: said.get(name) or text for name, text in printed.items()}
    head["issuer"] = body_name(head["issuer"])
    head |= {"geography": plan.document.geography, "subject": plan.document.subject}
    first, last = _years(file, years, plan, head["date"])
    chosen = _role(role, project, plan, (first, last))
    name, key = _name_and_key(head, first)
    _check_new(project, file, name, chosen, (first, last))
    copy = paths.raw("plans", name + file.suffix.lower())
    title = f"{head['type'] or 'Văn bản'} {head['number']}".strip()
    title += f" ngày {day(head['date'])}" if head["date"] else ""
    raw.write_raw(
        copy, file.read_bytes(), title=f"{title}: {head['subject']}".rstrip(": "), producer=head["issuer"] or "không rõ",
        source=source or file.name, received=date.today(),
        plan={field: value for field, value in ({"key": key} | head).items() if value},
    )  # fmt: skip
    entry = raw.toml_lines({"name": name, "role": chosen, "years": [first, last]})
    listed = paths.raw("project.toml")
    lines = [listed.read_text(encoding="utf-8").rstrip(), "", "[[plan]]", *entry, ""]
    raw.replace_file(listed, "\n".join(lines).encode())
    told = {
        "Loại văn bản": head["type"],
        "Số": head["number"],
        "Ngày": head["date"] and day(head["date"], spoken()),
        "Cơ quan ban hành": head["issuer"],
        "Địa bàn": head["geography"],
        "Nội dung": head["subject"],
        "Năm": f"{first}" if first == last else f"{first}-{last}",
        "Mục tiêu, nhiệm vụ": f"{len(plan.listed_targets)}, {len(plan.task_list)}",
        "Vai trò": translate(_ROLES[chosen], spoken(), role=chosen),
        "Tên": name,
    }
    remarks = [message(wording, {}) for field, wording in _ABSENT.items() if not head[field]]
    remarks += [message(reason, {}) for reason in plan.reasons]
    if not years and (plan.document.period_end or last) < last:
        wording = "kế hoạch năm {first} có mục tiêu đến năm {last}: được theo dõi đến năm {last}; chỉ theo dõi năm {first} thì ghi --years {first}"
        remarks.append(message(wording, {"first": first, "last": last}))
    if any(fold(office.source) == fold(UNCONFIRMED) for office in project.offices):
        wording = "data/raw/office.toml còn theo mẫu chung: sửa cơ quan báo cáo, nơi nhận cho đúng địa phương, và dòng source"
        remarks.append(message(wording, {}))
    return copy, {translate(label, spoken()): value or "…" for label, value in told.items()}, remarks


_ROLES: Mapping[str, str] = coded("role")
_ABSENT: Mapping[str, str] = coded("absent")


def as_day(text: str, option: str = "--date") -> date:
    """Return the day that an option names; ParameterError where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        wording = "{option} {text}: không phải là ngày; ghi năm-tháng-ngày, ví dụ 2025-12-31"
        raise ParameterError(wording, option=option, text=text) from None


def _years(file: Path, years: str, plan: Plan, issued: str) -> tuple[int, int]:
    """Return first and last year: as said; as the document's period; as its targets and tasks are due."""
    from qngai_analysis.plan.head import plan_year

    if years:
        if not (found := re.fullmatch(r"(\d{4})(?:\s*[-–]\s*(\d{4}))?", years.strip())):
            raise ParameterError("--years {years}: ghi năm đầu-năm cuối, ví dụ 2026-2030", years=years)
        first, last = int(found[1]), int(found[2] or found[1])
        if first > last:
            raise ParameterError("--years {years}: năm đầu sau năm cuối", years=years)
        return first, last
    document = plan.document
    due = [target.period_end for target in plan.listed_targets if target.period_end]
    due = due or [task.last_year for task in plan.task_list if task.last_year]
    last_of = document.period_end or max(due, default=None)
    # "Kế hoạch … năm 2026", signed in December 2025, is of 2026
    first_of = document.period_start or plan_year(replace(document, date=issued)) or min(due, default=None)
    if last_of is None or first_of is None:
        raise PlanError("{file}: văn bản không nêu năm nào; ghi --years 2026-2030", file=file)
    if first_of == last_of:
        last_of = max(
            last_of, *due
        )  # "năm 2026, định hướng đến năm 2030": what is due in 2030 has a plan until then
    return min(first_of, last_of), last_of


def _role(role: str, project: Project, plan: Plan, years: tuple[int, int]) -> Role:
    if role:
        if role not in [*Role]:
            raise ParameterError("--role {role}: là một trong {roles}", role=role, roles=", ".join(Role))
        return Role(role)
    if not territory.concerns_home(plan.document.geography):
        return Role.PEER
    if not plan.listed_targets:
        return Role.TASKS
    return Role.LATER if any(entry.covers(*years) for entry in project.plans(Role.MAIN)) else Role.MAIN


def _name_and_key(head: Mapping[str, str], first: int) -> tuple[str, str]:
    """Return the file's name and the key that begins the ids of its targets: "121-kh-ubnd-2025" and "121"."""
    year = head["date"][:4] or str(first)
    place = head["geography"].removeprefix("tỉnh ").removeprefix("thành phố ")
    words = head["number"] or place or head["type"] or "ke hoach"
    stem = re.sub(r"[^a-z0-9]+", "-", fold(words)).strip("-")
    name = stem if stem.endswith(year) else f"{stem}-{year}"
    key = head["number"].split("/")[0].split("-")[0] if head["number"] else stem
    used = {str(raw.read_sidecar(file).extra.get("plan", {}).get("key", "")) for file in plan_files()}
    return name, name if key in used else key


def _check_new(project: Project, file: Path, name: str, role: Role, years: tuple[int, int]) -> None:
    digest = raw.sha256(file)
    for known in plan_files():
        if raw.sha256(known) == digest or known.stem == name:
            raise RawFileError("{file}: đã có trong dự án: {known}", file=file, known=known.name)
    for entry in project.plans(Role.MAIN):
        if role is Role.MAIN and entry.covers(*years):
            wording = "--role main: {plan.title} đã là kế hoạch chính {plan.first_year}-{plan.last_year}; ghi --role later, hoặc --years"
            raise ParameterError(wording, plan=entry)


def take_survey(
    survey: str, file: Path, *, year: int | None, fieldwork: str, producer: str, source: str
) -> tuple[Path | None, int]:
    """
    Add a survey's file of a year to the project, if it has no faults.

    Returns
    -------
    (Path or None, int)
        Where it lies now, None if it has faults; and their number.

    Raises
    ------
    SurveyError, ParameterError
        No such survey, the file can't be read as a whole, or the year has one already or has not begun.
    """
    from qngai_analysis.survey.form.codebook import read_codebook
    from qngai_analysis.survey.form.held import FORMATS
    from qngai_analysis.survey.form.intake import faults_by_day, was_simulated

    named = re.search(r"(?<!\d)20\d\d(?!\d)", file.stem)
    year = year or (int(named[0]) if named else usual_year())
    if date(year, 1, 1) > date.today():
        raise ParameterError(
            "{file}: năm {year} chưa bắt đầu; ghi --year là năm thu thập", file=file, year=year
        )
    book = read_codebook(survey)
    folder = book.path.parent
    there = [path for path in folder.glob(f"{year}.*") if path.suffix in FORMATS]
    if there:
        wording = "{file}: năm {year} đã có tệp; ghi --year nếu tệp mới của năm khác, hoặc xóa tệp ấy cùng {sidecar}"
        raise ParameterError(wording, file=there[0], year=year, sidecar=raw.sidecar_path(there[0]).name)
    if file.suffix.lower() not in FORMATS:
        known = {"ending": file.suffix or "?", "formats": ", ".join(FORMATS)}
        raise ParameterError("{file}: định dạng {ending} không nhận được; nhận {formats}", file=file, **known)
    # of the year's first and last day the first whose units fit: districts, or the communes after them
    days = [as_day(fieldwork, "--fieldwork")] if fieldwork else [date(year, 1, 1), date(year, 12, 31)]
    faults, day = faults_by_day(survey, file, days, year)
    if len(faults):
        return None, len(faults)
    content, copy = file.read_bytes(), folder / f"{year}{file.suffix.lower()}"
    raw.write_raw(
        copy, content, title=f"{book.vi}, {year}", producer=producer or read_project().office(date(year, 12, 31)).agency,
        source=source or file.name, received=date.today(),
        fieldwork=None if day == date(year, 1, 1) else day,
        status="simulated" if was_simulated(survey, file, day) else "real",
    )  # fmt: skip
    return copy, 0
