"""The yearly round of the data: its days, from ``reference/round.toml``, as a list and as a calendar file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qngai_analysis import paths
from qngai_analysis.cutoff import default_cutoff
from qngai_analysis.errors import ParameterError, RawFileError
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.duties import cited
from qngai_analysis.project import read_project
from qngai_analysis.settings import read_toml
from qngai_analysis.survey.form.cells import date_of
from qngai_analysis.words.said import Day, Either, Said


@dataclass(frozen=True, slots=True)
class RoundStep:
    """A step of the round: what happens from when to when, and who says so."""

    key: str
    words: Either
    begins: date
    ends: date
    source: str


def steps(year: int) -> tuple[RoundStep, ...]:
    """
    Return the steps of a reporting year, earliest first.

    Answers are due by the day of each year by which the year's plan has bodies report, where it sets one.

    Raises
    ------
    RawFileError
        ``round.toml`` is missing or not what it should be; the message names the entry.
    """
    file = paths.reference("round.toml")
    found = []
    for place, entry in enumerate(read_toml(file).get("step", []), start=1):
        try:
            begins, ends = (date(year + entry[key][0], *entry[key][1:]) for key in ("begins", "ends"))
            words = Either(entry["words"], entry.get("english", entry["words"]))
            found.append(RoundStep(entry["key"], words, begins, ends, entry["source"]))
        except (KeyError, TypeError, ValueError, IndexError) as fault:
            wording = "{file}, [[step]] {place}: cần key, words, source, begins và ends dạng [0, 12, 15]"
            raise RawFileError(wording, file=file, place=place) from fault
    if own := _planned(year):
        day, said_in = own
        found = [replace(s, begins=day, ends=day, source=said_in) if s.key == "due" else s for s in found]
    return tuple(sorted(found, key=lambda step: (step.begins, step.ends)))


_BEFORE, _YEARLY = r"trước ngày (\d{1,2})/(\d{1,2})(?![/\d])", "(?:hằng|hàng) năm"
_REPORTS = re.compile(rf"{_BEFORE}\W{{0,3}}{_YEARLY}|{_YEARLY}\W{{0,4}}{_BEFORE}", re.IGNORECASE)


def _planned(year: int) -> tuple[date, str] | None:
    """Return the first day by which the plan of a year has bodies report on it each year, and the sentence that says so."""
    try:
        plan = read_plan(read_project().base(year).name)
    except ParameterError:  # no plan of that year
        return None
    days = []
    for sentence in re.split(r"[.;]\s", " ".join(plan.text.split())):
        found = _REPORTS.search(sentence)
        if found and "báo cáo" in sentence:
            day, month = map(int, filter(None, found.groups()))
            # early in a year one reports on the year before
            if by := date_of(year + (month < 7), month, day):
                days.append((by, f"{cited(plan.document)}: “{sentence.strip()}”"))
    return min(days, default=None)


def step(year: int, key: str) -> RoundStep:
    """Return one step by its key, such as ``due``; RawFileError where the round has none."""
    if found := {step.key: step for step in steps(year)}.get(key):
        return found
    wording = "{raw}: không có bước {key!r}; thêm [[step]] với key = {key!r}"
    raise RawFileError(wording, raw=paths.raw("round.toml"), key=key)


def answer_by(year: int, asked: date) -> date:
    """Return until when a body asked on a day is to answer: the round's day, or, that being over, as long after as reminders run."""
    due, remind = step(year, "due").ends, step(year, "remind")
    return due if asked < due else asked + (remind.ends - remind.begins)


def not_counted(year: int, day: date) -> list[Said]:
    """Return that the report of a year does not count what is dated ``day``, and what to do; nothing up to the cut-off day."""
    if day <= (cutoff := default_cutoff(year)):
        return []
    wording = "báo cáo năm {year} không tính số liệu, trả lời đề ngày sau {cutoff} (ngày chốt số liệu); để tính cả: qngai report --year {year} --cutoff {day}"
    return [Said(wording, year=year, cutoff=Day(cutoff), day=day.isoformat())]


def calendar_file(year: int) -> str:
    """Return the round as an iCalendar file (RFC 5545) that calendars on desk and phone take in."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//qngai-analysis//VI", "CALSCALE:GREGORIAN"]
    for found in steps(year):
        after = found.ends + timedelta(days=1)  # the end of a whole-day event is the day after it
        lines += [
            "BEGIN:VEVENT",
            f"UID:{year}-{found.key}@qngai-analysis",
            f"DTSTAMP:{found.begins:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{found.begins:%Y%m%d}",
            f"DTEND;VALUE=DATE:{after:%Y%m%d}",
            f"SUMMARY:{_escaped(f'{found.words} (năm {year})')}",
            f"DESCRIPTION:{_escaped(found.source)}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


def _folded(line: str) -> str:
    """Fold a line of more than 75 octets, never within a letter."""
    parts, held = [], ""
    for letter in line:
        if len((held + letter).encode()) > 74:
            parts.append(held)
            held = " "
        held += letter
    return "\r\n".join([*parts, held])
