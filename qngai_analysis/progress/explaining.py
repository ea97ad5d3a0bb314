"""Why a target got its verdict, in plain Vietnamese, with numbers a reviewer can redo by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from qngai_analysis.evidence.choice import Passed
from qngai_analysis.evidence.observations import missing, position, records
from qngai_analysis.numbers import day, number, rounded
from qngai_analysis.progress import methods
from qngai_analysis.progress.assessing import related_figures
from qngai_analysis.progress.judging import Judgement
from qngai_analysis.progress.verdict import ABOUT, EXCEEDED_BY, SURE, Figure, Goal, Verdict, chance, error_at

_DECIMALS = 3  # of numbers in formulas: enough to redo them, short enough to read
_MANY = 4  # figures passed over for one reason are listed one by one up to this many


@dataclass(frozen=True)
class Step:
    """One step of an explanation: a heading and its sentences."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """
    The reasons for one verdict.

    ``str()`` gives plain text; ``steps`` the same in parts, for a page to set.
    """

    target_id: str
    year: int
    verdict: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        parts = [f"{self.target_id}, năm {self.year}: {self.verdict.upper()}"]
        for place, step in enumerate(self.steps, start=1):
            parts.append(f"\n{place}. {step.title}")
            parts += [f"   - {line}" for line in step.lines]
        return "\n".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as plain lists and dictionaries, for JSON."""
        steps = [{"title": step.title, "lines": list(step.lines)} for step in self.steps]
        return {"target_id": self.target_id, "year": self.year, "verdict": self.verdict, "steps": steps}


def _n(value: float | None, unit: str = "") -> str:
    """Return a number of a formula: at most three decimals, no zeros at the end."""
    return number(None if value is None else float(rounded(value, _DECIMALS)), unit=unit)


def explanation(
    judgement: Judgement,
    *,
    observed: pd.DataFrame,
    owners: Sequence[str] = (),
    owners_printed: bool = True,
    revised_by: str | None = None,
) -> Explanation:
    """
    Return the reasons behind a judgement.

    Parameters
    ----------
    judgement : from :func:`qngai_analysis.progress.assessing.judge`
    observed : the observations it was made from (sources of the figures are looked up there)
    owners : agencies that owe the next figure, under their name at the end of the year
    owners_printed : whether the plan names them, or only the catalogue of indicators does
    revised_by : id of the later target that replaced this one, if any
    """
    sources = observed.set_index("id")
    steps = [
        Step("Câu chữ của kế hoạch", tuple(_law(judgement, revised_by))),
        Step("Số liệu được dùng", tuple(_used(judgement))),
        Step("Số liệu không được dùng để kết luận", tuple(_passed(judgement, sources))),
        Step("So với mức của mục tiêu", tuple(_level(judgement))),
        Step("Tiến độ", tuple(_pace(judgement))),
        Step("Từ nay đến hạn", tuple(_ahead(judgement))),
        Step("Kết luận", tuple(_conclusion(judgement))),
        Step("Cơ quan cung cấp số liệu tiếp theo", tuple(_owners(judgement, owners, owners_printed))),
    ]
    return Explanation(
        str(judgement.target["id"]),
        judgement.year,
        judgement.verdict.value,
        tuple(step for step in steps if step.lines),
    )


def _law(judgement: Judgement, revised_by: str | None) -> list[str]:
    target, goal = judgement.target, judgement.goal
    lines = []
    first, last = target.get("line_start"), target.get("line_end")
    where = f", dòng {first}" + (f" đến {last}" if last != first else "") if not missing(first) else ""
    citation = target.get("citation")
    named = citation if isinstance(citation, str) else f"Văn bản {target.get('document', '')}".strip()
    lines.append(f"{named}{where}: “{str(target['text']).rstrip('.')}”.")
    lines.append(f"Hiểu là: {goal.words}, chậm nhất cuối năm {judgement.deadline}. {_test_words(goal)}")
    if revised_by:
        lines.append(f"Mục tiêu này đã được {revised_by} thay từ ngày ban hành kế hoạch sau.")
    lines.append(
        f"Năm báo cáo {judgement.year}; chỉ dùng số liệu công bố đến hết ngày {day(judgement.cutoff)}."
    )
    return lines


def _test_words(goal: Goal) -> str:
    asked = _n(goal.value, unit=goal.unit)
    match goal.test:
        case ">":
            return f"Phải lớn hơn {asked}; đúng bằng {asked} là chưa đạt."
        case ">=":
            return f"Từ {asked} trở lên là đạt."
        case "<":
            return f"Phải nhỏ hơn {asked}; đúng bằng {asked} là chưa đạt."
        case "<=":
            return f"Từ {asked} trở xuống là đạt."
        case "=":
            return f"Phải đúng bằng {asked}."
        case "~":
            return f"Lệch không quá {number(100 * ABOUT)}% so với {asked} là đạt."
        case _:
            return f"Từ {asked} đến {_n(goal.value_high, unit=goal.unit)} là đạt."


def _used(judgement: Judgement) -> list[str]:
    if judgement.members:
        return [f"{name}: {_used(part)[0]}" for name, part in judgement.members]
    chosen = judgement.choice.chosen
    if chosen is None:
        return ["Không có số liệu cùng định nghĩa, cùng địa bàn nào được phép dùng."]
    lines = [_figure_line(chosen)]
    if len(judgement.choice.contradicting):
        others = [_figure_line(row) for _, row in judgement.choice.contradicting.iterrows()]
        lines += [f"Mâu thuẫn, nêu để đối chiếu, không lấy bình quân: {line}" for line in others]
    return [*lines, *_series(judgement)]


def _series(judgement: Judgement) -> list[str]:
    """Return the series the pace is read from, and what was cut off it."""
    series = judgement.chain
    if series is None or judgement.yearly:
        return []
    lines = []
    if len(series.points) > 1:
        shown = [
            f"{_n(row.value, unit=judgement.goal.unit)} ({_moment(row.t)}, {row.id})"
            for row in records(series.points)
        ]
        lines.append(f"Chuỗi so sánh được: {'; '.join(shown)}.")
    reasons: dict[str, list[str]] = {}
    for identifier, reason in series.cut.items():
        reasons.setdefault(reason, []).append(identifier)
    return [*lines, *(f"Không nối vào chuỗi: {', '.join(ids)} ({why})." for why, ids in reasons.items())]


def _value_words(row: pd.Series) -> str:
    value = _n(row["value"], unit=row["unit"])
    match row["value_type"]:
        case "lower_bound":
            return f"hơn {value}"
        case "upper_bound":
            return f"gần {value}"
        case "range":
            return f"{number(row['value'])} đến {_n(row['value_high'], unit=row['unit'])}"
        case _:
            return value


def _figure_line(row: pd.Series) -> str:
    parts = [f"[{row['id']}] {_value_words(row)}", f"thời điểm {day(row['reference_date'])}"]
    if row["level"] != "không rõ":
        parts.append(f"số {row['level']}")
    if not missing(row["se"]):
        freedom = f", {number(row['df'], 0)} bậc tự do" if not missing(row["df"]) else ""
        parts.append(f"sai số chuẩn {number(row['se'], 2)}{freedom}")
    if not missing(row["method"]):
        parts.append(str(row["method"]))
    if row["evidence"] == "simulated":
        parts.append("số liệu mô phỏng")
    published = f", công bố {day(row['vintage'])}" if not missing(row["vintage"]) else ""
    publisher = f", {row['publisher']}" if not missing(row["publisher"]) else ""
    address = f", {row['address']}" if not missing(row["address"]) else ""
    return f"{'; '.join(parts)}. Nguồn: {row['source_title']}{publisher}{published}{address}."


def _passed(judgement: Judgement, sources: pd.DataFrame) -> list[str]:
    reasons: dict[str, list[Passed]] = {}
    choices = [part.choice for _, part in judgement.members] or [judgement.choice]
    joined = set() if judgement.chain is None else set(judgement.chain.points["id"])
    seen = set()
    for item in (item for choice in choices for item in choice.passed):
        if item.id in joined or (judgement.members and item.rule == "category"):
            continue
        if (item.id, item.reason) not in seen:
            seen.add((item.id, item.reason))
            reasons.setdefault(item.reason, []).append(item)
    lines = []
    for reason, items in reasons.items():
        shown = [_passed_words(item, sources) for item in items[:_MANY]]
        more = f" và {len(items) - _MANY} số liệu khác" if len(items) > _MANY else ""
        lines.append(f"{'; '.join(shown)}{more}: {reason}.")
    return lines


def _passed_words(item: Passed, sources: pd.DataFrame) -> str:
    row: Any = sources.loc[item.id]
    when = f", {day(row['reference_date'])}" if not missing(row["reference_date"]) else ""
    name = row["series"] if missing(row["name"]) else row["name"]
    return f"[{item.id}] {name} {_value_words(row)}{when}"


def _level(judgement: Judgement) -> list[str]:
    if judgement.members:
        lines = [f"{name}: {part.verdict.value}" for name, part in judgement.members]
        if judgement.finding is not None and judgement.finding.p_met is not None:
            lines.append(f"P(mọi nhóm đạt) {chance(judgement.finding.p_met)} (tích các nhóm, mẫu độc lập)")
        return lines
    figure, finding, goal = judgement.figure, judgement.finding, judgement.goal
    if figure is None or finding is None:
        return []
    if judgement.yearly:
        words = {True: "đạt", False: "chưa đạt", None: "chưa đủ căn cứ"}
        return [f"{at}: {_n(growth, unit=goal.unit)}, {words[met]}" for at, growth, met in judgement.yearly]
    lines = []
    if figure.has_error:
        lines += _test_lines(goal, figure)
    if figure.value_type == "point":
        gap = figure.value - goal.value
        sign = "cao hơn" if gap > 0 else "thấp hơn" if gap < 0 else "bằng"
        amount = f" {_n(abs(gap), unit=_difference_unit(goal))}" if gap else ""
        lines.append(
            f"{_n(figure.value, unit=goal.unit)} {sign} mức {_n(goal.value, unit=goal.unit)}{amount}"
        )
    result = {True: "đạt mức", False: "chưa đạt mức", None: "chưa kết luận được về mức"}[finding.met]
    threshold = (
        f" (đạt khi P ≥ {number(SURE, 2)}, chưa đạt khi P ≤ {number(1 - SURE, 2)})"
        if finding.p_met is not None
        else ""
    )
    return [*lines, f"{finding.how}{threshold}: {result}"]


def _test_lines(goal: Goal, figure: Figure) -> list[str]:
    error = error_at(figure, goal.value, goal.unit)
    if not error:
        return []
    lines = []
    if error != figure.se and 0 < figure.value < 100:
        spread = f"{_n(goal.value)} × {_n(100 - goal.value)}"
        own = f"{_n(figure.value)} × {_n(100 - figure.value)}"
        lines.append(
            f"Sai số nếu đúng bằng mức mục tiêu: {number(figure.se, 3)} × √(({spread}) / ({own}))"
            f" = {number(error, 3)}"
        )
    elif error != figure.se:
        lines.append(
            f"Mẫu {number(figure.n, 0)} không thấy khác biệt; sai số nếu đúng bằng mức mục tiêu: "
            f"√({_n(goal.value)} × {_n(100 - goal.value)} / {number(figure.n, 0)}) = {number(error, 3)}"
        )
    freedom = f"{number(figure.df, 0)} bậc tự do" if figure.df else "phân phối chuẩn"
    t = number((figure.value - goal.value) / error, 2)
    above = f"({_n(figure.value)} − {_n(goal.value)})"
    return [*lines, f"t = {above} / {number(error, 3)} = {t}, {freedom}"]


def _difference_unit(goal: Goal) -> str:
    return "điểm phần trăm" if goal.unit.startswith("%") else goal.unit


def _pace(judgement: Judgement) -> list[str]:
    progress, chosen, goal = judgement.progress, judgement.choice.chosen, judgement.goal
    if chosen is None or judgement.members or judgement.yearly:
        return []
    if progress.baseline is None:
        return ["Chưa có số liệu gốc so sánh được (cùng chuỗi, từ đầu kỳ kế hoạch), nên chỉ nêu khoảng cách."]
    (t0, y0), y = progress.baseline, float(chosen["value"])
    t = _time(judgement)
    due = float(judgement.deadline)
    lines = [f"Số liệu gốc: {_n(y0, unit=goal.unit)} tại {_moment(t0)} ({progress.baseline_source})"]
    if progress.linear is None:
        return [*lines, "Số liệu gốc đã ở mức mục tiêu, không còn quãng đường để tính tiến độ."]
    asked = goal.value
    done, gone = (y - y0) / (asked - y0), (t - t0) / (due - t0)
    lines += [
        f"Quãng đường đã đi: ({_n(y)} − {_n(y0)}) / ({_n(asked)} − {_n(y0)}) = {number(done, 3)}",
        f"Thời gian đã qua: ({_t(t)} − {_t(t0)}) / ({_t(due)} − {_t(t0)}) = {number(gone, 3)}",
        f"Tiến độ tuyến tính: {number(done, 3)} / {number(gone, 3)} = {number(progress.linear, 2)}"
        f"{': ' + methods.classify(progress.linear).words} (đúng tiến độ từ {number(methods.ON_PACE, 2)},"
        f" chậm xa dưới {number(methods.BEHIND, 2)})",
    ]
    if progress.p_on_pace is not None:
        lines.append(f"Do sai số mẫu: P(đúng tiến độ) {chance(progress.p_on_pace)}")
    return [*lines, *_other_methods(judgement, (y0, t0, y, t, asked, due))]


def _other_methods(judgement: Judgement, way: tuple[float, float, float, float, float, float]) -> list[str]:
    progress = judgement.progress
    y0, t0, y, t, asked, due = way
    lines = []
    if progress.eurostat is None:
        lines.append("Eurostat: không xác định (số liệu gốc bằng 0 hoặc đổi dấu, hoặc không cần tăng)")
    else:
        actual, required = methods.yearly_growth(y0, y, t - t0), methods.yearly_growth(y0, asked, due - t0)
        assert actual is not None
        assert required is not None
        lines.append(
            f"Eurostat: tăng bình quân {number(100 * actual, 2)}%/năm trên"
            f" {number(100 * required, 2)}%/năm cần có = {number(progress.eurostat, 2)}"
        )
    if progress.escap is not None:
        lines.append(
            f"ESCAP: {number(progress.escap, 2)} trên 10, kỳ vọng {number(progress.escap_expected, 2)}"
        )
    if progress.destatis is not None:
        symbol = methods.weather(progress.destatis)
        amount = (
            ""
            if symbol is methods.Weather.STORM
            else f", hụt {number(100 * progress.destatis, 1)}% quãng còn lại"
        )
        lines.append(f"Destatis: {symbol.words}{amount}")
    if progress.logistic is not None:
        lines.append(f"Theo đường cong chữ S: {number(progress.logistic, 2)}")
    return lines


def _time(judgement: Judgement) -> float:
    assert judgement.choice.chosen is not None
    return position(judgement.choice.chosen["reference_date"])


def _t(t: float) -> str:
    # a year is a name here, not an amount: no thousands dot
    return f"{t:.0f}" if t == int(t) else f"{t:.2f}".replace(".", ",")


def _moment(t: float) -> str:
    return f"cuối năm {t:.0f}" if t == int(t) else _t(t)


def _ahead(judgement: Judgement) -> list[str]:
    lines = []
    needed = judgement.progress.needed
    if needed is not None and judgement.choice.chosen is not None:
        unit = _difference_unit(judgement.goal)
        value, asked = judgement.choice.chosen["value"], judgement.goal.value
        due = judgement.deadline
        lines.append(
            f"Cần ({_n(asked)} − {_n(value)}) / ({due} − {_t(_time(judgement))}) = "
            f"{number(needed, 2, unit=unit)} mỗi năm để đạt vào cuối năm {due}"
        )
    if judgement.projection is None:
        return lines
    for row in records(judgement.projection.table):
        sure = judgement.projection.probability(judgement.goal, float(row.t))
        lines.append(
            f"Nếu xu hướng giữ nguyên ({judgement.projection.points} điểm số liệu), {_moment(row.t)}: "
            f"{number(row.middle, 1, unit=judgement.goal.unit)}, khoảng 90% từ {number(row.low, 1)} đến "
            f"{number(row.high, 1, unit=judgement.goal.unit)}; P(đạt) {chance(sure)}"
        )
    return lines


def _conclusion(judgement: Judgement) -> list[str]:
    lines = [f"{judgement.verdict.value.capitalize()}."]
    if judgement.verdict is Verdict.EXCEEDED:
        lines.append(f"Vượt: qua mức mục tiêu ít nhất {number(100 * EXCEEDED_BY)}% giá trị mục tiêu.")
    lines += [note[0].upper() + note[1:] + "." for note in judgement.notes]
    beside = related_figures(judgement.choice)
    if judgement.verdict is Verdict.NO_DATA and len(beside):
        first = beside.iloc[0]
        lines.append(f"Số liệu gần nhất chỉ để tham khảo: {_figure_line(first)}")
    return lines


def _owners(judgement: Judgement, owners: Sequence[str], printed: bool) -> list[str]:
    if not owners:
        return ["Kế hoạch không ghi cơ quan chủ trì cho mục tiêu này."]
    named = f"{', '.join(owners)} (tên gọi tại {day(date(judgement.year, 12, 31))})."
    if printed:
        return [named]
    return [f"Kế hoạch không ghi cơ quan chủ trì; theo danh mục chỉ tiêu: {named}"]
