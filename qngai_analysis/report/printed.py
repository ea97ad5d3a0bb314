"""Words that several reports print for the same codes, and how a threshold and a published figure look."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from qngai_analysis import paths, territory
from qngai_analysis.evidence.published import read_territories
from qngai_analysis.plan.model import act
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.project import read_project
from qngai_analysis.raw import read_sidecar, read_table
from qngai_analysis.report.base import SIMULATED, Speaker
from qngai_analysis.survey.release.treatment import Treatment
from qngai_analysis.values import is_missing, records
from qngai_analysis.words.folding import unaccented
from qngai_analysis.words.language import said
from qngai_analysis.words.numbers import number
from qngai_analysis.words.said import inside

NOT_SIGNIFICANT = 0.05
EVIDENCE = {
    "real": "số liệu thực",
    "simulated": SIMULATED,
    "proxy-only": "chỉ có số tham khảo",
    "none": "không có",
}
HIDDEN = {"c": "bảo mật", "u": "kém tin cậy"}
#: Why a share may end in a round figure.
ROUNDED = (
    "Tỷ lệ được làm tròn theo bước rộng hơn hai người (đơn vị) trả lời để bảo mật; sai số và khoảng tin cậy tính từ tỷ lệ "
    "đã làm tròn, gồm cả phần làm tròn."
)
#: What a table's note says of a row that is published for a reason of its own.
REMARKS = {
    Treatment.CENSUS: "điều tra toàn bộ, hầu hết đơn vị của tổng thể đã trả lời",
}


@cache
def _misprints(folder: Path) -> tuple[str, ...]:
    sidecars = [read_sidecar(file) for file in sorted(folder.glob("*.txt"))]
    return tuple(word for sidecar in sidecars for word in sidecar.extra.get("misprints", {}))


def quoted(text: str) -> str:
    """Return words of a plan as a report quotes them: a misprint of the source is followed by [nguyên văn].

    >>> quoted("tài khoản định danh điện tử VNNeID đạt 80%")
    'tài khoản định danh điện tử VNNeID [nguyên văn] đạt 80%'
    """
    for word in _misprints(paths.raw("plans")):
        text = re.sub(rf"\b{re.escape(word)}\b", f"{word} [nguyên văn]", text)
    return text


#: The number of an item or a part, with the blank after it.
_ITEM = re.compile(r"(?:(?:[^\W\d_]+ )?(?:[IVXLC]+|[^\W\d_]|\d+(?:\.\d+)*)[.)] )?")
#: A syllable of Vietnamese; what is none stays in capitals: UBND, OCOP, 4.0, XVIII.
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)


def sentence_case(title: str) -> str:
    """Return a title printed in capitals as a sentence writes it: names and abbreviations keep theirs; any other as it is.

    >>> sentence_case("II. CHUYỂN ĐỔI SỐ TỈNH QUẢNG NGÃI NĂM 2026, CHỈ SỐ PCI"), sentence_case("3.1. Về kinh tế")
    ('II. Chuyển đổi số tỉnh Quảng Ngãi năm 2026, chỉ số PCI', '3.1. Về kinh tế')
    """
    number = _ITEM.match(title)[0]  # type: ignore[index]  # it also matches nothing
    said = title[len(number) :].strip(" :.")
    if not said.isupper():
        return number + said
    text = re.sub(
        r"\w+", lambda word: word[0].lower() if _SYLLABLE.fullmatch(unaccented(word[0])) else word[0], said
    )
    for unit in territory.units().values():
        kind, _, name = unit.bare.partition(" ")
        for known, said in (
            (f"{kind} {name}", f"{kind.lower()} {name}"),
            *([(name, name)] if unit.level == "tỉnh" else []),
        ):
            text = text.replace(known.lower(), said)
    return number + text[:1].upper() + text[1:]


def read_acts() -> dict[str, Any]:
    """Return the acts of ``reference/acts.csv`` by their number; those without one are left out."""
    table = read_table(paths.reference("acts.csv"))
    return {row.number: row for row in records(table.dropna(subset=["number"]))}


def cited(report: Speaker, text: str) -> str:
    """Return an act named by kind and number ("Nghị quyết 202/2025/QH15") as the report's language names it."""
    kind, _, number_of = text.rpartition(" ")
    return said(act(kind, number_of), report.lang)


def printed_levels(report: Speaker, text: str) -> str:
    """Return thresholds as plans word them ("đạt trên 8,5% (2023)"); in English by sign and number.

    >>> from qngai_analysis.words.language import language
    >>> printed_levels(Speaker(language("en")), "đạt trên 8,5% (2023); tăng tối thiểu 7%/năm (2025)")
    '> 8.5% (2023); ≥ 7% a year (2025)'
    """
    if report.lang == "vi":
        return text
    signed = re.sub(r"(?:đạt |tăng )?trên ", "> ", text).replace("/năm", " a year")
    signed = re.sub(r"(?:đạt |tăng )?tối thiểu |đạt ", "≥ ", signed)
    parts = re.sub(r"(?<=\d),(?=\d)", ".", signed).split("; ")
    return "; ".join(part if part[:1] in ("", ">", "≥") else f"≥ {part}" for part in parts)


def goal_words(report: Speaker, outcome: Outcome) -> str:
    """Return what a target asks for: in Vietnamese in the plan's words, in English by sign and number."""
    return said(outcome.goal.said, report.lang)


def printed_figure(report: Speaker, row: Any) -> str:
    """Return a published figure as printed, a bound or range as such."""
    if row.value_type == "range":
        return f"{report.number(row.value)}–{report.number(row.value_high, unit=report.unit(row.unit))}"
    sign = {"lower_bound": "> ", "upper_bound": "< "}.get(row.value_type, "")
    return sign + report.figure(row.value, row.unit)


BOUNDS = {"lower_bound": "hơn {value}", "upper_bound": "gần {value}"}


def figure_words(report: Speaker, figure: Any) -> str:
    """Return an observation's value as the report says it, a bound as such; empty where there is none."""
    if figure is None:
        return ""
    text = report.figure(figure.value, figure.unit)
    if figure.value_type == "range":
        return report.say("{low} đến {high}", low=text, high=report.figure(figure.value_high, figure.unit))
    return report.say(BOUNDS[figure.value_type], value=text) if figure.value_type in BOUNDS else text


def dated(report: Speaker, figure: Any, between: str = " ") -> str:
    """Return an observation's value with its date; a simulated one says so; empty where there is none."""
    if figure is None:
        return ""
    simulated = f", {report.say('mô phỏng')}" if figure.evidence == "simulated" else ""
    return f"{figure_words(report, figure)}{between}({date_of(report, figure)}{simulated})"


def date_of(report: Speaker, figure: Any) -> str:
    """Return the date of an observation as a table prints it; empty where there is none."""
    return "" if figure is None else report.day(figure.reference_date)


def probability(report: Speaker, p: float) -> str:
    """Return the probability value of a test as printed; a very small one is never 0."""
    return report.number(p, 3) if p >= 0.0005 else f"<\u00a0{number(0.001, lang=report.lang)}"


def home_and_successor() -> list[str]:
    """Return the ids of the project's territory and of the one that took its place, if one did."""
    home = read_project().territory
    later = read_territories().loc[home, "successor"]
    return [home] if is_missing(later) else [home, str(later)]


def own_territories(report: Speaker) -> list[str]:
    """Return the names of the project's territory and of what took its place, as a sentence names them."""
    codes, names = home_and_successor(), read_territories()["name"]
    if report.lang == "vi":
        return [inside(str(names[code])) for code in codes]
    return [f"the {territory_words(report)[code]}" for code in codes]


def place_words(report: Speaker, name: str) -> str:
    """Return what a plan calls its territory, a province also in English."""
    level, _, proper = name.partition(" ")
    return report.say("tỉnh {name}", name=proper) if level == "tỉnh" else name


def territory_words(report: Speaker) -> dict[str, str]:
    """Return by id what tables call the territory, its successor and the country; districts go by their names."""
    table = read_territories()
    home, *later = home_and_successor()
    words = {str(code): str(name) for code, name in table["name"].items()}
    words[str(table.loc[home, "parent"])] = report.say("cả nước")
    if later:
        since = date.fromisoformat(str(table.loc[later[0], "valid_from"]))
        day = f"{since:%d}/{since.month}/{since.year}" if report.lang == "vi" else report.text_day(since)
        words[home] = report.say("tỉnh, địa giới cũ")
        words[later[0]] = report.say("tỉnh, địa giới từ {day}", day=day)
    return words
