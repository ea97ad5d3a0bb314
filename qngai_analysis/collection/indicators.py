"""Targets that the catalogue does not know, made indicators of it: then they can be asked, given and judged."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from qngai_analysis import paths
from qngai_analysis.collection.figures import extend_table
from qngai_analysis.errors import ParameterError
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.catalogue import Matcher, catalogue_rows, plain
from qngai_analysis.plan.duties import cited
from qngai_analysis.plan.model import Target
from qngai_analysis.project import FILE, Role, read_project
from qngai_analysis.raw import replace_file
from qngai_analysis.settings import read_toml
from qngai_analysis.words.folding import fold
from qngai_analysis.words.said import inside

OWN = "RIENG_"  # codes of the project's own indicators begin so
_CHANGES = {"increase": "Mức tăng", "decrease": "Mức giảm", "multiple": "Số lần tăng"}
_SHARES = ("tỷ lệ", "tỉ lệ", "tỷ trọng", "tỉ trọng")
# they say what is measured, need no "Tỷ lệ"
_MEASURES = (*_SHARES, "mức", "chỉ số", "hệ số", "tốc độ", "mật độ", "độ")
_VERBS = ("giảm", "kéo giảm", "cắt giảm", "tăng")


def add_indicators(apart: Collection[str] = ()) -> dict[str, list[Target]]:
    """
    Give each target of the judged plans that the catalogue does not know an indicator of the project's own.

    Targets of the same words and unit share one. It takes only wordings that hold all its words, so that no other
    target is taken for it. Where the words would not find it again (a change, "có thêm"), it is written down beside the plan, under ``[codes]``.
    Each stands in the report of the first sector whose words its name has, or else its agency's.

    Parameters
    ----------
    apart : ids of targets that get one of their own though the catalogue knows one for their words

    Returns
    -------
    dict
        The targets by the code of their new indicator, which are the last rows of
        ``data/raw/reference/indicators.csv``.

    Raises
    ------
    ParameterError
        An id is of no target of these plans.
    """
    entries = read_project().plans(Role.MAIN, Role.LATER)
    plans = {target.id: entry.name for entry in entries for target in read_plan(entry.name).listed_targets}
    for one in apart:
        if one not in plans:
            near = ", ".join(get_close_matches(one, plans)) or ", ".join([*plans][:3])
            raise ParameterError("{target}: không có mục tiêu này; gần nhất: {near}", target=one, near=near)
    catalogue = catalogue_rows()
    own = (row["code"].removeprefix(OWN) for row in catalogue if row["code"].startswith(OWN))
    last = max(map(int, own), default=0)
    targets: dict[tuple[str, str], list[Target]] = {}
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for entry in entries:
        plan = read_plan(entry.name)
        for target in plan.listed_targets:
            if target.indicator is None or target.id in apart:
                key = fold(_words(target)), target.unit
                targets.setdefault(key, []).append(target)
                place = f"{cited(plan.document)}, {target.section}".strip(", ")
                rows.setdefault(key, _row(target, f"{OWN}{last + len(rows) + 1:02d}", place))
    if not rows:
        return {}
    matcher = Matcher([*catalogue, *(dict.fromkeys(catalogue[0], "") | row for row in rows.values())])
    extend_table(paths.raw("reference", "indicators.csv"), rows.values())
    _put_in_sectors(rows.values())
    for key, row in rows.items():
        for target in targets[key]:
            if not _is(matcher, target, row):
                _write_beside(plans[target.id], target, row["code"])
    return {row["code"]: targets[key] for key, row in rows.items()}


def _write_beside(plan: str, target: Target, code: str) -> None:
    """Write a target's code into the sidecar of its plan."""
    sidecar, head = sorted(paths.raw("plans").glob(f"{plan}*.toml"))[0], "[codes]"
    text = sidecar.read_text(encoding="utf-8").rstrip("\n")
    text = text if head in text.splitlines() else f"{text}\n\n{head}"
    line = f'"{target.id}" = "{code}"'
    replace_file(sidecar, text.replace(f"\n{head}", f"\n{head}\n{line}", 1).encode() + b"\n")


def _put_in_sectors(rows: Iterable[Mapping[str, str]]) -> None:
    sectors = read_project().sectors
    if not sectors:
        return
    file = paths.raw(str(read_toml(paths.raw(FILE))["sectors"]))
    text = file.read_text(encoding="utf-8")
    for row in rows:
        said = [f" {fold(row[key])} " for key in ("name_vi", "agency")]
        homes = (n for s in said for n, of in sectors.items() if any(f" {fold(w)} " in s for w in of.words))
        if home := next(homes, ""):
            listed = re.compile(
                rf"(^\[{home}\]$.*?^indicators = \[[^]]*?)(,?\s*\])", re.DOTALL | re.MULTILINE
            )
            text = listed.sub(rf'\1, "{row["code"]}"\2', text, count=1).replace("[, ", "[")
    replace_file(file, text.encode())


def _words(target: Target) -> str:
    return f"{target.subject} {target.base or ''}".strip()


def _is(matcher: Matcher, target: Target, row: dict[str, str]) -> bool:
    return matcher.match(_words(target), target.unit, target.change or "", target.around).code == row["code"]


def _required(words: str) -> str:
    return ";".join(dict.fromkeys(plain(words).split()))


def _row(target: Target, code: str, place: str) -> dict[str, str]:
    name, unit = _words(target), target.unit
    row: dict[str, str] = {"code": code, "reference": place, "require": _required(name)}
    change = "increase" if "thêm" in target.wording.split() else target.change
    if change in _CHANGES:
        said = "Mức" if name.lower().startswith(_VERBS) else _CHANGES[change]
        changed = f"{said} {inside(name)}"
        if unit.startswith("%"):
            row |= {"aliases": name}
            unit = "%/năm"
        else:  # the words of the sentence are those of what changes
            row |= {"require": _required(changed)}
        name = changed
    elif unit == "%" and name[:1].islower() and not f"{name} ".startswith(tuple(f"{m} " for m in _MEASURES)):
        # "100% sản phẩm …": the level stood before what is measured
        row |= {"aliases": name}
        name = f"Tỷ lệ {name}"
    row |= {"name_vi": name[:1].upper() + name[1:], "unit": unit}
    row |= {"name_en": row["name_vi"], "agency": "; ".join(target.agencies) or "theo kế hoạch"}
    if unit == "%" and name.lower().startswith(_SHARES):
        row |= dict.fromkeys(("numerator", "denominator"), "theo lời văn của kế hoạch")
    else:
        row["numerator"] = "theo lời văn của kế hoạch"
    row |= {"frequency": "year", "direction": "down" if target.comparator.startswith("<") else "up"}
    row |= {"sector": target.sector or "general", "pillar": target.pillar or "", "family": code}
    return row | {"definition": "plan-only"}
