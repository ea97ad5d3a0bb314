"""Two editions of the yearly assessment compared: what changed, and why.

An edition is saved as ``assessment.json`` beside its report. The file holds every row of
:func:`qngai_analysis.progress.assess`, so that a later edition can be compared with it however
the data and the program have moved on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from qngai_analysis.errors import EvidenceError
from qngai_analysis.values import jsonable
from qngai_analysis.words.numbers import day, number

SCHEMA = "qngai-assessment/1"
RULES = "2026-1"  # raised whenever a rule of choice, test or pace changes: verdicts may then differ

#: Why something changed: machine code and the words of the revision log.
REASONS = {
    "new-target": "mục tiêu mới",
    "target-dropped": "mục tiêu không còn",
    "target-revised": "mục tiêu được sửa",
    "new-data": "có số liệu mới",
    "revision": "số liệu cùng thời điểm được rà soát lại",
    "data-withdrawn": "số liệu trước không còn được dùng",
    "new-series": "số liệu theo phương pháp khác",
    "new-rules": "quy tắc đánh giá thay đổi",
    "time-passed": "cùng số liệu, năm báo cáo khác",
    "baseline": "số liệu gốc thay đổi",
}


def edition(table: pd.DataFrame, *, year: int, cutoff: date, real_only: bool = False) -> dict[str, Any]:
    """
    Return an edition as it is saved: a header and one record per target.

    Parameters
    ----------
    table : of :func:`qngai_analysis.progress.assess`
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


def save_edition(content: Mapping[str, Any], file: Path) -> None:
    """Write an edition as JSON (UTF-8, indented, the same bytes for the same content)."""
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")


def read_edition(file: Path) -> dict[str, Any]:
    """
    Read a saved edition.

    Raises
    ------
    EvidenceError
        The file is missing, is not JSON, or has another schema.
    """
    if not file.is_file():
        raise EvidenceError(f"{file}: no such edition; make it with qngai report --year …")
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as fault:
        raise EvidenceError(f"{file}: not JSON ({fault})") from fault
    found = content.get("schema") if isinstance(content, dict) else None
    if found != SCHEMA:
        raise EvidenceError(f"{file}: schema {found!r}; this version reads {SCHEMA!r}")
    return dict(content)


def compare_editions(old: Mapping[str, Any], new: Mapping[str, Any]) -> pd.DataFrame:
    """
    Return the revision log between two editions.

    Parameters
    ----------
    old, new : of :func:`edition` or :func:`read_edition`

    Returns
    -------
    DataFrame, one row per target that changed
        ``target_id, text``; ``changed``: list of ``target, value, verdict, source, method``;
        ``why``: list of keys of :data:`REASONS`; ``words``: the change in a Vietnamese
        sentence; and ``<what>_old, <what>_new`` for goal, value, reference_date, verdict,
        observation, source, method. No row for a target that stayed the same.
    """
    before = {row["target_id"]: row for row in old["targets"]}
    after = {row["target_id"]: row for row in new["targets"]}
    same_rules = old["rules"] == new["rules"]
    rows = []
    for identifier in [*after, *(key for key in before if key not in after)]:
        change = _change(before.get(identifier), after.get(identifier), same_rules)
        if change is not None:
            rows.append(change)
    return pd.DataFrame(rows, columns=_LOG)


_KEPT = ("goal", "value", "reference_date", "verdict", "observation", "source", "method")
_LOG = [
    "target_id",
    "text",
    "changed",
    "why",
    "words",
    *(f"{n}_{age}" for n in _KEPT for age in ("old", "new")),
]


def _change(
    old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, same_rules: bool
) -> dict[str, Any] | None:
    shown = new or old
    assert shown is not None
    if old is None or new is None:
        changed, why = ["target"], ["new-target" if old is None else "target-dropped"]
    else:
        changed = _changed(old, new)
        why = _why(old, new, changed, same_rules)
    if not changed:
        return None
    sides = {f"{n}_old": old.get(n) if old else None for n in _KEPT}
    sides |= {f"{n}_new": new.get(n) if new else None for n in _KEPT}
    return {
        "target_id": shown["target_id"],
        "text": shown["text"],
        "changed": changed,
        "why": why,
        "words": _words(old, new, changed, why),
        **sides,
    }


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    differs = {
        "target": any(old.get(n) != new.get(n) for n in ("comparator", "target", "deadline")),
        "value": old["value"] != new["value"] or old["reference_date"] != new["reference_date"],
        "verdict": old["verdict"] != new["verdict"],
        "source": old["observation"] != new["observation"],
        "method": old["method"] != new["method"] and None not in (old["observation"], new["observation"]),
    }
    return [name for name, different in differs.items() if different]


def _why(old: Mapping[str, Any], new: Mapping[str, Any], changed: list[str], same_rules: bool) -> list[str]:
    why = []
    if "target" in changed:
        why.append("target-revised")
    if "value" in changed or "source" in changed:
        why.append(_why_data(old, new))
    if "method" in changed:
        why.append("new-series")
    if "verdict" not in changed or why:
        return why
    if old["baseline_value"] != new["baseline_value"]:
        why.append("baseline")
    if not same_rules:
        why.append("new-rules")
    if old["year"] != new["year"]:
        why.append("time-passed")
    return why


def _why_data(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if new["observation"] is None:
        return "data-withdrawn"
    if old["reference_date"] == new["reference_date"]:
        return "revision"
    went_back = old["reference_date"] is not None and new["reference_date"] < old["reference_date"]
    return "data-withdrawn" if went_back else "new-data"


def _words(
    old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, changed: list[str], why: list[str]
) -> str:
    parts = []
    if old is not None and new is not None:
        if "target" in changed:
            parts.append(f"mục tiêu từ “{old['goal']}” thành “{new['goal']}”")
        if "value" in changed:
            parts.append(f"số liệu từ {_figure(old)} thành {_figure(new)}")
        if "verdict" in changed:
            parts.append(f"kết luận từ “{old['verdict']}” thành “{new['verdict']}”")
        if changed == ["source"]:
            parts.append(f"nguồn từ {old['source'] or 'không có'} thành {new['source'] or 'không có'}")
    reasons = ", ".join(REASONS[code] for code in why)
    return f"{'; '.join(parts)} ({reasons})" if parts else reasons


def _figure(row: Mapping[str, Any]) -> str:
    if row["value"] is None:
        return "không có"
    return f"{number(row['value'], unit=row['unit'])} ({day(row['reference_date'])})"
