"""Two editions of the yearly assessment compared: what changed, and why.

An edition is saved as ``assessment.json`` beside its report. The file holds every row of
:func:`qngai_analysis.progress.yearly.assess`, so that a later edition can be compared with it however
the data and the program have moved on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from qngai_analysis.errors import EvidenceError
from qngai_analysis.evidence.observations import BOUNDS
from qngai_analysis.values import jsonable
from qngai_analysis.words.numbers import printed_decimals
from qngai_analysis.words.said import Day, Joined, Num, Said, coded

SCHEMA = "qngai-assessment/1"
RULES = "2026-2"  # raised whenever a rule of choice, test or pace changes: verdicts may then differ

#: Why something changed: machine code and the words of the revision log.
REASONS: Mapping[str, str] = coded("reason")


def edition(table: pd.DataFrame, *, year: int, cutoff: date, real_only: bool = False) -> dict[str, Any]:
    """
    Return an edition as it is saved: a header and one record per target.

    Parameters
    ----------
    table : of :func:`qngai_analysis.progress.yearly.assess`
    year, cutoff, real_only : what the table was made with
    """
    return {
        "schema": SCHEMA,
        "year": year,
        "cutoff": cutoff.isoformat(),
        "real_only": real_only,
        "package": version("qngai-analysis"),
        "rules": RULES,
        "targets": jsonable(table),
    }


def edition_text(content: Mapping[str, Any]) -> str:
    """Return an edition as its file holds it: indented JSON, the same for the same content."""
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def read_edition(file: Path, plans: Collection[str] = ()) -> dict[str, Any]:
    """
    Read a saved edition; with names of ``plans`` only their targets.

    Raises
    ------
    EvidenceError
        The file is missing, is not JSON, or has another schema.
    """
    if not file.is_file():
        if re.fullmatch(r"20\d\d", file.parent.name):
            wording = "{file}: chưa có kỳ báo cáo này; tạo bằng qngai report --year {year}"
            raise EvidenceError(wording, file=file, year=file.parent.name)
        wording = "{file}: không có tệp này; ghi năm của một kỳ đã lập, hoặc tệp assessment.json của kỳ ấy"
        raise EvidenceError(wording, file=file)
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as fault:
        raise EvidenceError("{file}: không phải JSON ({fault})", file=file, fault=fault) from fault
    found = content.get("schema") if isinstance(content, dict) else None
    if found != SCHEMA:
        wording = "{file}: cấu trúc {found!r}; phiên bản này đọc {SCHEMA!r}"
        raise EvidenceError(wording, file=file, found=found, SCHEMA=SCHEMA)
    rows, needed = content.get("targets"), set(_NEEDED.split())
    known = isinstance(rows, list) and all(isinstance(row, dict) and row.keys() >= needed for row in rows)
    if not known or not {"year", "rules"} <= content.keys():
        raise EvidenceError("{file}: kỳ báo cáo bị hỏng; lấy lại tệp, hoặc lập lại kỳ ấy", file=file)
    return {**content, "targets": [row for row in rows or () if not plans or row["plan"] in plans]}


_NEEDED = "target_id text observation reference_date value unit source goal deadline plan baseline_value"


def compare_editions(old: Mapping[str, Any], new: Mapping[str, Any]) -> pd.DataFrame:
    """
    Return the revision log between two editions.

    Parameters
    ----------
    old, new : of :func:`edition` or :func:`read_edition`

    Returns
    -------
    DataFrame, one row per target that changed
        ``target_id, text``; ``changed``: list of ``target, in_force, value, level, error, evidence, verdict, pace,
        source, method``;
        ``why``: list of keys of :data:`REASONS`; ``words``: the change in a Vietnamese
        sentence; and ``<what>_old, <what>_new`` for goal, value, reference_date, verdict,
        observation, source, method. No row for a target that stayed the same.
    """
    before = {row["target_id"]: row for row in old["targets"]}
    after = {row["target_id"]: row for row in new["targets"]}
    same_rules = old["rules"] == new["rules"]
    rows = []
    for identifier in dict.fromkeys([*after, *before]):
        was, now = before.get(identifier, {}), after.get(identifier, {})
        if was and now:
            changed = _changed(was, now)
            why = _why(was, now, changed, same_rules)
        else:
            changed, why = ["target"], ["new-target" if now else "target-dropped"]
        sides = [(now or was)["text"], changed, why, _words(was, now, changed, why)]
        sides += [row.get(name) for name in _KEPT for row in (was, now)]
        rows += [[identifier, *sides]] if changed else []
    ages = [f"{name}_{age}" for name in _KEPT for age in ("old", "new")]
    table = pd.DataFrame(rows, columns=["target_id", "text", "changed", "why", "words", *ages])
    # a column of strings would forget the wording behind the words, which other languages need
    return table.assign(words=pd.Series([row[4] for row in rows], dtype=object))


_KEPT = ("goal", "value", "reference_date", "verdict", "observation", "source", "method")


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    def differ(*names: str) -> bool:
        # what an older edition did not keep is not known to differ
        return any(name in old and old[name] != new.get(name) for name in names)

    both = None not in (old["observation"], new["observation"])
    differs = {
        "target": differ("comparator", "target", "deadline"),
        "in_force": differ("in_force"),
        "value": differ("value", "value_high", "value_type", "reference_date")
        or (both and differ("unit", "territory")),
        "level": both and differ("level"),
        "error": both and differ("se", "df"),
        "evidence": both and differ("evidence"),
        "verdict": differ("verdict"),
        "pace": differ("pace_code", "baseline_value", "baseline_time"),
        "source": differ("observation", "source"),
        "method": both and differ("method"),
    }
    return [name for name, different in differs.items() if different]


#: What is the reason of a change by itself.
_OWN_REASON = {
    "target": "target-revised",
    "in_force": "superseded",
    "level": "made-final",
    "error": "error",
    "evidence": "evidence",
    "method": "new-series",
}


def _why(old: Mapping[str, Any], new: Mapping[str, Any], changed: list[str], same_rules: bool) -> list[str]:
    why = [_why_data(old, new)] if "value" in changed or "source" in changed else []
    why += [reason for what, reason in _OWN_REASON.items() if what in changed]
    if old["baseline_value"] != new["baseline_value"]:
        why.append("baseline")
    if "verdict" in changed or "pace" in changed:
        why += [] if same_rules else ["new-rules"]
        if not why and old.get("related") != new.get("related"):
            why.append("other-figures")
        why += ["time-passed"] if old["year"] != new["year"] and not why else []
    return why or (["unknown"] if changed else [])


def _why_data(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if new["observation"] is None:
        return "data-withdrawn"
    if old["reference_date"] == new["reference_date"]:
        return "revision"
    went_back = old["reference_date"] is not None and new["reference_date"] < old["reference_date"]
    return "data-withdrawn" if went_back else "new-data"


def _words(
    old: Mapping[str, Any], new: Mapping[str, Any], changed: list[str], why: list[str]
) -> Said | Joined:
    """Return what changed, in a sentence, and why, in brackets."""
    told = {what for what in _TOLD if what in changed} if old and new else set()
    # another figure is of another source; the verdict says the pace
    told -= {"source"} if "value" in told else set()
    told -= {"pace"} if "verdict" in told else set()
    sides = [(text, tell(old), tell(new)) for what, (text, tell) in _TOLD.items() if what in told]
    # what differs only in what no word tells of (a baseline, more digits) is told by its reason
    parts = [Said(text.wording, old=was, new=now) for text, was, now in sides if str(was) != str(now)]
    reasons = Joined([Said(REASONS[code]) for code in why], ", ")
    if not old or not new:  # all there is to say of it
        one = old or new
        told_of = {"why": reasons, "goal": _goal(one), "value": _figure_words(one), "verdict": _verdict(one)}
        return Said("{why}: {goal}; số liệu {value}; kết luận {verdict}", **told_of)
    return Said("{what} ({why})", what=Joined(parts), why=reasons) if parts else reasons


def _figure_words(row: Mapping[str, Any]) -> object:
    if row["value"] is None:
        return Said("không có")
    kind, high = row.get("value_type", ""), row.get("value_high")
    value = Num(row["value"], printed_decimals(row["value"]), "" if high is not None else row["unit"])
    ends = (value, Num(high, printed_decimals(high), row["unit"]))
    shown: object = value if high is None else Joined(ends, "–")
    if kind in BOUNDS:
        shown = Said(BOUNDS[kind], value=value)
    if row.get("evidence") == "simulated":
        return Said("{value} ({date}, mô phỏng)", value=shown, date=Day(row["reference_date"]))
    return Said("{value} ({date})", value=shown, date=Day(row["reference_date"]))


def _goal(row: Mapping[str, Any]) -> object:
    return Said("“{goal}”, năm {year}", goal=row["goal"], year=row["deadline"])


def _quoted(name: str) -> Callable[[Mapping[str, Any]], object]:
    return lambda row: Said("“{word}”", word=Said(row[name])) if row.get(name) else Said("không có")


def _verdict(row: Mapping[str, Any]) -> object:
    word = _quoted("verdict")(row)
    return Said("{verdict} (mô phỏng)", verdict=word) if row.get("evidence") == "simulated" else word


#: How each kind of change is said, and how what was or is of a row of either edition.
_TOLD: dict[str, tuple[Said, Callable[[Mapping[str, Any]], object]]] = {
    "target": (Said("mục tiêu từ {old} thành {new}"), _goal),
    "value": (Said("số liệu từ {old} thành {new}"), _figure_words),
    "level": (Said("mức độ của số liệu từ {old} thành {new}"), _quoted("level")),
    "verdict": (Said("kết luận từ {old} thành {new}"), _verdict),
    "pace": (Said("tiến độ từ {old} thành {new}"), _quoted("pace")),
    "source": (Said("nguồn từ {old} thành {new}"), lambda row: row["source"] or Said("không có")),
}
