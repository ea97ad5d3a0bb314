"""What the yearly report of a plan says, block by block, all of it computed from the inputs.

``load`` reads plans, figures and task status once; each function then gives one block of the
report. The notebook ``bao_cao_nam.ipynb`` only puts them in the order of the official outline.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from qngai_analysis.collection.state import task_state
from qngai_analysis.edition.parameters import cutoff_day
from qngai_analysis.page import charts
from qngai_analysis.page.blocks import (
    AppendixStart,
    Details,
    Figure,
    LegalBases,
    OfficialHead,
    Prose,
    SignatureBlock,
    SimulatedBanner,
    literal,
)
from qngai_analysis.page.tables import Column, Table
from qngai_analysis.plan import Plan, compare_plans, read_plan
from qngai_analysis.plan.document import Citation, Document
from qngai_analysis.progress.assessing import related_figures
from qngai_analysis.progress.tasks import (
    UNREPORTED,
    Status,
    current_agencies,
    task_counts,
)
from qngai_analysis.progress.verdict import Verdict
from qngai_analysis.progress.yearly import PLANS, YearResult, check_year, judge_year
from qngai_analysis.report import ladder
from qngai_analysis.report.offices import office
from qngai_analysis.report.reasons import address, english_name, remarks, wording
from qngai_analysis.report.reasons import reasons as explained
from qngai_analysis.report.sector import goal_words
from qngai_analysis.words.language import KEPT, Lang, language, listed, said, text_day, translate, unit_words
from qngai_analysis.words.numbers import count, day, long_day, number, printed_decimals
from qngai_analysis.words.said import inside

MAIN_PLAN = "906"
PILLARS = {"economy": "Kinh tế số", "society": "Xã hội số"}
LEVELS = {
    "chính thức": "số chính thức",
    "sơ bộ": "số sơ bộ",
    "ước tính": "số ước tính",
    "không rõ": "không rõ mức độ",
}
DECIDED = (Verdict.EXCEEDED, Verdict.MET, Verdict.NOT_MET)
ON_THE_WAY = (Verdict.ON_PACE, Verdict.BEHIND)
OPEN = (Verdict.NO_DATA.code, Verdict.UNDECIDED.code)
SIMULATED = "SỐ LIỆU MÔ PHỎNG"


@dataclass(frozen=True)
class Report:
    """Everything one edition is made of, loaded once."""

    year: int
    cutoff: date
    lang: Lang
    real_only: bool
    plan: Plan
    later: Mapping[str, Plan]  # plans in force beside the main one
    result: YearResult
    real: YearResult  # the same year judged without simulated data: what the province knows
    office: Mapping[str, Any]

    def say(self, text: str, /, **values: object) -> str:
        """Return a message in the report's language."""
        return translate(text, self.lang, **values)

    @cached_property
    def lines(self) -> pd.DataFrame:
        """The main plan's targets with their outcome."""
        return _of(self.result, MAIN_PLAN)

    @cached_property
    def real_lines(self) -> pd.DataFrame:
        """The main plan's targets with the outcome that real data alone give: every count is of these."""
        return _of(self.real, MAIN_PLAN)

    @cached_property
    def open_lines(self) -> pd.DataFrame:
        """The targets that real data do not decide: the main plan's, and what later plans add to them."""
        added = [split_later(self, name).added for name in self.later]
        rows = pd.concat([self.real_lines, *added], ignore_index=True)
        left: pd.DataFrame = rows[rows["verdict_code"].isin(OPEN)].reset_index(drop=True)
        return left

    @cached_property
    def simulated(self) -> bool:
        """Whether any verdict rests on simulated data."""
        return bool(self.result.table["evidence"].eq("simulated").any())

    @cached_property
    def tasks(self) -> pd.DataFrame:
        """The main plan's tasks, with the successors of their lead agencies at the end of the year."""
        tasks = self.plan.tasks
        now = [current_agencies(agencies, self.on) for agencies in tasks["agencies"]]
        return tasks.assign(now=pd.Series(now, index=tasks.index, dtype="object"))

    @cached_property
    def task_state(self) -> pd.DataFrame:
        """Where each task of the main plan stands on the cut-off day, as far as agencies reported."""
        return task_state(MAIN_PLAN, self.year, on=self.cutoff)

    @property
    def on(self) -> date:
        """The day whose agency names the report uses."""
        return date(self.year, 12, 31)


def load(*, year: int, cutoff: str = "", lang: str = "vi", real_only: bool = False) -> Report:
    """Read what the report of ``year`` is made of.

    Parameters
    ----------
    cutoff : str
        Day (``2026-03-31``) after which nothing published counts; empty: 31 March of the next year.

    Raises
    ------
    ParameterError
        The year is before the plan or so late that nothing is planned, the cut-off day is not a date or
        lies before the end of the reporting year.
    """
    plan = read_plan(MAIN_PLAN)
    check_year(year)
    day_of = cutoff_day(cutoff, year)
    plans = _plans_in_force(year)
    result = judge_year(year, plans=plans, cutoff=day_of, real_only=real_only)
    made_up = result.observations["evidence"].eq("simulated").any()
    real = judge_year(year, plans=plans, cutoff=day_of, real_only=True) if made_up else result
    later = {name: read_plan(name) for name in plans if name != MAIN_PLAN}
    return Report(year, day_of, language(lang), real_only, plan, later, result, real, office(day_of))


def _of(result: YearResult, plan: str) -> pd.DataFrame:
    table = result.table
    mine: pd.DataFrame = table[table["plan"] == plan].reset_index(drop=True)
    return mine


def _plans_in_force(year: int) -> tuple[str, ...]:
    """Return the plans whose targets are measured in ``year``, the main one first."""
    return tuple(
        name
        for name in PLANS
        if name == MAIN_PLAN or (_issued(name) <= date(year, 12, 31) and _due(name) >= year)
    )


def _issued(name: str) -> date:
    printed = read_plan(name).document.date
    return date.fromisoformat(printed) if printed else date.min


def _due(name: str) -> int:
    return int(read_plan(name).targets["period_end"].max())


# ---------------------------------------------------------------- opening


def head(report: Report) -> OfficialHead:
    """Return the official head; number and day are left to be filled in on signing."""
    who = report.office
    return OfficialHead(
        parent_body=who["parent_body"],
        issuing_body=who["issuing_body"],
        symbol=who["symbol"],
        place=who["place"],
        subject=report.say(
            "Kết quả thực hiện các chỉ tiêu kinh tế số và xã hội số theo {plan} năm {year}",
            plan=_short(report.plan),
            year=report.year,
        ),
        title=report.say("BÁO CÁO"),
        addressee=tuple(who["addressees"]),
    )


def _short(plan: Plan) -> str:
    document = plan.document
    return f"{document.type} số {document.number}" if document.number else str(document.type)


def _full(cited: Document | Citation) -> str:
    """Return a first citation: type, number, date, issuer and subject."""
    parts = [f"{cited.type} số {cited.number}" if cited.number else cited.type]
    if cited.date:
        parts.append(long_day(date.fromisoformat(cited.date)))
    if cited.issuer:
        parts.append(f"của {cited.issuer}")
    return " ".join([*parts, cited.subject]).strip()


def bases(report: Report) -> LegalBases:
    """Return the legal bases: what the plan rests on, the plan, and the later plans in force."""
    own = report.plan.document
    cited = {
        base.number: base
        for base in reversed(own.legal_bases)
        if base.subject and base.number != own.number and base.type != "Tờ trình"
    }
    documents: list[Document | Citation] = [
        *reversed(cited.values()),
        own,
        *(plan.document for plan in report.later.values()),
    ]
    return LegalBases([report.say("Căn cứ {document}", document=_full(document)) for document in documents])


def heading(report: Report, level: int, text: str) -> Prose:
    """Return a heading of the official outline."""
    return Prose(f"{'#' * level} {report.say(text)}")


def opening(report: Report) -> Prose:
    """Return the sentence that opens the report, with the day up to which data count."""
    kept = "" if report.lang == "vi" else "\n\n" + report.say(KEPT)
    return Prose(
        report.say(
            "{office} báo cáo kết quả thực hiện các chỉ tiêu kinh tế số và xã hội số năm {year} như sau. "
            "**Số liệu tính đến ngày {cutoff}.**",
            office=report.office["agency"],
            year=report.year,
            cutoff=text_day(report.cutoff, report.lang),
        )
        + kept
    )


def steering(report: Report) -> Prose:
    """Return what was planned: plans in force, numbers of targets and tasks, the duty to measure."""
    targets, tasks = report.plan.targets, report.plan.tasks
    by_pillar = listed(
        [
            f"{count(int((targets['pillar'] == key).sum()))} chỉ tiêu {name.lower()}"
            if report.lang == "vi"
            else f"{(targets['pillar'] == key).sum()} on the {name.lower()}"
            for key, name in ((key, report.say(name)) for key, name in PILLARS.items())
        ],
        report.lang,
    )
    paragraphs = [
        report.say(
            "{plan} đặt ra {targets} chỉ tiêu ({pillars}) và {tasks} nhiệm vụ, giải pháp giai đoạn {first} - {last}.",
            plan=literal(_short(report.plan)),
            targets=count(len(targets), report.lang),
            pillars=by_pillar,
            tasks=count(len(tasks), report.lang),
            first=int(tasks["first_year"].min()),
            last=int(tasks["last_year"].max()),
        )
    ]
    paragraphs += [
        report.say(
            "{plan} còn giao {targets} chỉ tiêu và {tasks} nhiệm vụ.",
            plan=literal(_full(plan.document)),
            targets=count(len(plan.targets), report.lang),
            tasks=count(len(plan.tasks), report.lang),
        )
        for plan in report.later.values()
    ]
    duty = report.plan.tasks[
        report.plan.tasks["text"].str.contains("Hàng năm thực hiện điều tra", regex=False)
    ]
    if len(duty):
        row = duty.iloc[0]
        paragraphs.append(
            report.say(
                "Báo cáo này thực hiện nhiệm vụ đo lường, giám sát hằng năm của kế hoạch (dòng {line} của văn bản): "
                "“{text}”. Cơ quan chủ trì theo kế hoạch: {agencies}.",
                line=row["line_start"],
                text=literal(row["text"]),
                agencies=literal("; ".join(row["agencies"])),
            )
        )
    return Prose("\n\n".join(paragraphs))


# ---------------------------------------------------------------- targets


def status(report: Report) -> list[SimulatedBanner]:
    """Return the box that says that simulated data are in use, where they are."""
    return [SimulatedBanner(lang=report.lang)] if report.simulated else []


def _tally(report: Report, rows: pd.DataFrame) -> str:
    seen = rows["verdict_code"].value_counts()
    return ", ".join(
        report.say(
            "{n} {word}", n=count(int(seen[verdict.code]), report.lang), word=report.say(verdict.value)
        )
        for verdict in Verdict
        if verdict.code in seen
    )


def summary(report: Report) -> Prose:
    """Return how many targets got which verdict; what simulated data would give is counted apart."""
    made_up = report.lines["evidence"].eq("simulated")
    real = report.real_lines
    known = int(real["value"].notna().sum())
    text = report.say(
        "Trong {n} chỉ tiêu của {plan}, tính đến hết năm {year}: {tally}. Có {known} chỉ tiêu có ít nhất một số liệu "
        "đúng định nghĩa của tỉnh; {missing} chỉ tiêu chưa có. Số liệu gần nghĩa và số liệu cả nước được nêu để tham "
        "khảo, không dùng để kết luận ({table}, {chart}).",
        n=count(len(report.lines), report.lang),
        plan=literal(_short(report.plan)),
        year=report.year,
        tally=_tally(report, real),
        known=count(known, report.lang),
        missing=count(len(real) - known, report.lang),
        table="{ref:muc-tieu}",
        chart="{ref:khoang-cach}",
    )
    if made_up.any():
        text += " " + report.say(
            "**SỐ LIỆU MÔ PHỎNG**, tính riêng: {n} chỉ tiêu, trong đó {tally}.",
            n=count(int(made_up.sum()), report.lang),
            tally=_tally(report, report.lines[made_up]),
        )
    return Prose(text)


def target_table(report: Report, plan: str = MAIN_PLAN) -> Table:
    """Return the table of a plan's targets: words, threshold, value, date, verdict, agency, source."""
    rows = _of(report.result, plan)
    frame = pd.DataFrame(
        {
            "tt": range(1, len(rows) + 1),
            "text": [wording(row, report.lang) for row in _records(rows)],
            "unit": [unit_words(unit, report.lang) for unit in rows["unit"]],
            "goal": [
                goal_words(row, report.lang) + (" (*)" if _revision(report, row) else "")
                for row in _records(rows)
            ],
            "value": [_value_marked(report, row) for row in _records(rows)],
            "date": [_moment(row["reference_date"], report.lang) for row in _records(rows)],
            "verdict": [report.say(word) for word in rows["verdict"]],
            "why": [address(target) for target in rows["target_id"]],
            "agency": [_owner(report, row) for row in _records(rows)],
            "source": [row["observation"] if _known(row["observation"]) else "" for row in _records(rows)],
            "pillar": [report.say(PILLARS[key]) if key in PILLARS else None for key in rows["pillar"]],
        }
    )
    document = report.plan if plan == MAIN_PLAN else report.later[plan]
    return Table(
        frame,
        report.say(
            "Kết quả thực hiện các chỉ tiêu của {plan} đến hết năm {year}",
            plan=_short(document),
            year=report.year,
        ),
        columns=[
            Column("tt", report.say("TT"), align="center", format="plain", width=0.045),
            Column("text", report.say("Chỉ tiêu (theo lời văn kế hoạch)"), head=True, width=0.265),
            Column("unit", report.say("Đơn vị"), align="center", width=0.06),
            Column("goal", report.say("Mục tiêu"), align="center", width=0.1),
            Column("value", report.say("Kết quả"), align="center", width=0.09),
            Column("date", report.say("Thời điểm"), align="center", width=0.085),
            Column("verdict", report.say("Đánh giá"), format="mark", href="why", width=0.135),
            Column("agency", report.say("Cơ quan cung cấp số liệu"), width=0.14),
            Column("source", report.say("Nguồn"), align="center", width=0.08),
        ],
        row_groups="pillar",
        notes=[
            report.say(
                "“…”: chưa có số liệu đúng định nghĩa, của đúng địa giới kế hoạch. Nguồn: mã số liệu ở Phụ lục V."
            ),
            report.say(
                "Địa giới của mục tiêu là tỉnh Quảng Ngãi trước ngày 01/7/2025; số liệu của tỉnh mới "
                "(gồm Kon Tum) không thay thế được."
            ),
            *_revision_notes(report, rows),
        ],
        source=f"{_short(document)}; {{ref:nguon}}.",
        id="muc-tieu" if plan == MAIN_PLAN else f"muc-tieu-{plan}",
        simulated=bool(rows["evidence"].eq("simulated").any()),
        lang=report.lang,
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and value != value) and value is not pd.NA


def _value(row: Mapping[str, Any], lang: Lang) -> str:
    if not _known(row["value"]):
        return ""
    text = number(row["value"], printed_decimals(row["value"]), unit=unit_words(row["unit"], lang), lang=lang)
    bounds = {"lower_bound": "hơn {value}", "upper_bound": "gần {value}"}
    kind = str(row["value_type"])
    return translate(bounds[kind], lang, value=text) if kind in bounds else text


def _value_marked(report: Report, row: Mapping[str, Any]) -> str:
    """Return a target's figure as a cell shows it: a simulated one says so."""
    value = _value(row, report.lang)
    return f"{value}\n({report.say('mô phỏng')})" if row["evidence"] == "simulated" else value


def _revision(report: Report, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the later target that stood in a target's place at the end of the year, if one did."""
    if row["in_force"]:
        return None
    table = report.result.table
    return _records(table[table["target_id"] == row["revised_by"]])[0]


def _revision_notes(report: Report, rows: pd.DataFrame) -> list[str]:
    """Return a note for each target that a later plan replaced: since when, by which wording."""
    return [
        report.say(
            "(*) Chỉ tiêu {place}: từ ngày {day}, {plan} thay bằng mục tiêu “{text}”.",
            place=place,
            day=text_day(later["issued"], report.lang),
            plan=_short(report.later[later["plan"]]),
            text=str(later["text"]).rstrip("."),
        )
        for place, row in enumerate(_records(rows), start=1)
        if (later := _revision(report, row))
    ]


def _moment(printed: Any, lang: Lang) -> str:
    return day(printed, lang) if _known(printed) else ""


def _owner(report: Report, row: Mapping[str, Any]) -> str:
    return "; ".join(row["owners"])


def distance(report: Report) -> Figure:
    """Return the chart of how far each target's known figure is from its threshold."""
    both = zip(_records(report.lines), _records(report.real_lines), strict=True)
    rows = [(row, real) for row, real in both if str(row["unit"]) == "%"]
    data = pd.DataFrame(
        [
            {
                "label": _label(report, row),
                "comparator": row["comparator"],
                "target": float(row["target"]),
                "value": row["value"] if row["value_type"] == "point" else None,
                "year": int(str(row["reference_date"])[:4]) if _known(row["reference_date"]) else None,
                "simulated": row["evidence"] == "simulated",
                **_interval(row),
                **_other(real),
            }
            for row, real in rows
        ]
    )
    numeric = ["target", "value", "low", "high", "other"]
    data[numeric] = data[numeric].astype("float64")
    return charts.distance_to_target(
        data,
        report.say("Số liệu đã biết và mức mục tiêu của từng chỉ tiêu"),
        lang=report.lang,
        id="khoang-cach",
        simulated=report.simulated,
    )


def _interval(row: Mapping[str, Any]) -> dict[str, float | None]:
    """Return the 95% interval of a survey estimate, Student's t with the design's degrees of freedom."""
    if not _known(row["se"]):
        return {"low": None, "high": None}
    from scipy.stats import t

    reach = float(t.ppf(0.975, row["df"] if _known(row["df"]) else 1e9)) * row["se"]
    return {"low": max(0.0, row["value"] - reach), "high": min(100.0, row["value"] + reach)}


_MEASURED = (
    "Tỷ ",
    "Năng suất ",
    "Tốc độ ",
    "Mức ",
    "Số ",
)  # what a target that names its measure begins with


def _label(report: Report, target: Mapping[str, Any] | pd.Series) -> str:
    """Return a target's subject: in Vietnamese the plan's words before the threshold, in English the indicator's name.

    A target that does not begin with what is measured ("100% cơ sở …", "Triển khai …") is named by all its words.
    """
    if report.lang != "vi" and (name := english_name(target["indicator"])):
        return name
    text = str(target["text"]).lstrip("- ").rstrip(" .;")
    for mark in (" đạt ", " chiếm ", " trên ", " tăng "):
        head, found, _ = text.partition(mark)
        if found and head.startswith(_MEASURED):
            return head
    return text


def _other(row: Mapping[str, Any]) -> dict[str, Any]:
    if row["related_relation"] not in ("proxy", "national") or row["related_unit"] != "%":
        return {"other": None, "other_kind": None}
    same = row["related_relation"] == "national" and row["related_definition"] == "same"
    return {"other": float(row["related_value"]), "other_kind": "national" if same else "proxy"}


def pillar(report: Report, key: str) -> Prose:
    """Return what is known about each target of a pillar, in a list: figure, verdict, what stands beside it."""
    rows = report.lines[report.lines["pillar"] == key]
    real = report.real_lines[report.real_lines["pillar"] == key]
    name = report.say(PILLARS[key])
    known = int(real["value"].notna().sum())
    first = report.say(
        "{name}: {n} chỉ tiêu, {known} chỉ tiêu có số liệu của tỉnh.",
        name=name,
        n=count(len(rows), report.lang),
        known=count(known, report.lang),
    )
    items = [
        _sentence(report, known) + _rehearsed(report, row)
        for row, known in zip(_records(rows), _records(real), strict=True)
    ]
    return Prose("\n".join([first, "", *(f"- {item}" for item in items)]))


def _sentence(report: Report, row: Mapping[str, Any]) -> str:
    """Return what real data say of a target: figure, verdict, remarks, the nearest figure beside it."""
    text = f"**{literal(_label(report, row))}** ({literal(goal_words(row, report.lang))}): "
    text += _outcome(report, report.real, row)
    if later := _revision(report, row):
        text += "; " + report.say(
            "{plan} đã thay mục tiêu này bằng “{goal}”",
            plan=literal(_short(report.later[later["plan"]])),
            goal=literal(goal_words(later, report.lang)),
        )
    return f"{text}. {_beside(report, row)}".rstrip()


def _rehearsed(report: Report, row: Mapping[str, Any]) -> str:
    """Return what a simulated figure would say of a target, under its mark; empty without one."""
    if row["evidence"] != "simulated":
        return ""
    return f" **{report.say(SIMULATED)}**: {_outcome(report, report.result, row)}."


def _outcome(report: Report, result: YearResult, row: Mapping[str, Any]) -> str:
    text = ""
    if _known(row["value"]):
        text += report.say(
            "{value} ({date}, {level}; {publisher}) – **{verdict}**",
            value=literal(_value(row, report.lang)),
            date=_moment(row["reference_date"], report.lang),
            level=report.say(LEVELS[row["level"]]),
            publisher=literal(row["publisher"]),
            verdict=report.say(row["verdict"]),
        )
    else:
        text += f"**{report.say(row['verdict'])}**"
    if _known(row["pace"]):
        text += "; " + report.say("tiến độ: {pace}", pace=report.say(row["pace"]))
    if notes := remarks(result, row["target_id"], report.lang):
        text += f" ({literal(notes)})"
    return text


def _beside(report: Report, row: Mapping[str, Any]) -> str:
    """Return the nearest figure that decides nothing, said to be so."""
    if not _known(row["related_value"]):
        return report.say("Không tìm thấy số liệu gần nghĩa.") if not _known(row["value"]) else ""
    relation = row["related_relation"]
    if relation == "national" and row["related_definition"] != "same":
        relation = "near"
    kind = {
        "proxy": "chỉ tiêu gần nghĩa của tỉnh",
        "national": "số cả nước",
        "near": "số cả nước, gần nghĩa",
        "context": "bối cảnh",
        "barred": "số cùng định nghĩa",
    }[relation]
    return report.say(
        "Tham khảo ({kind}, không dùng để kết luận): {name} {value} ({date}).",
        kind=report.say(kind),
        name=literal(row["related_name"]),
        value=literal(
            _value({name: row[f"related_{name}"] for name in ("value", "value_type", "unit")}, report.lang)
        ),
        date=_moment(row["related_date"], report.lang),
    )


@dataclass(frozen=True)
class LaterTargets:
    """A later plan's targets beside the main plan's: those it repeats, revises and adds."""

    repeated: pd.DataFrame
    revised: pd.DataFrame
    added: pd.DataFrame


def split_later(report: Report, name: str) -> LaterTargets:
    """Return a later plan's targets by what they do to the main plan's of the same indicator, year and place."""
    asked = {_subject(row): _asked(row) for row in _records(report.real_lines) if _known(row["indicator"])}
    rows = _of(report.real, name)
    found = [
        "added"
        if _subject(row) not in asked
        else "repeated"
        if asked[_subject(row)] == _asked(row)
        else "revised"
        for row in _records(rows)
    ]
    kind = pd.Series(found, index=rows.index, dtype="object")
    return LaterTargets(rows[kind == "repeated"], rows[kind == "revised"], rows[kind == "added"])


def _subject(row: Mapping[str, Any]) -> tuple[object, ...]:
    return row["indicator"], row["deadline"], row["geography"]


def _asked(row: Mapping[str, Any]) -> tuple[object, ...]:
    return row["comparator"], row["target"]


def later_plans(report: Report) -> list[Prose | Table]:
    """Return the targets of the later plans in force: a table each, and what they repeat, revise and add."""
    if not report.later:
        return []
    blocks: list[Prose | Table] = [heading(report, 3, "3. Chỉ tiêu của các kế hoạch khác đang có hiệu lực")]
    for name, plan in report.later.items():
        split = split_later(report, name)
        blocks.append(
            Prose(
                report.say(
                    "{plan} nhắc lại {repeated} và sửa {revised} chỉ tiêu của {main} cho cùng năm, đặt thêm {added} "
                    "chỉ tiêu ({table}).",
                    plan=literal(_short(plan)),
                    repeated=count(len(split.repeated), report.lang),
                    revised=count(len(split.revised), report.lang),
                    added=count(len(split.added), report.lang),
                    main=literal(_short(report.plan)),
                    table=f"{{ref:muc-tieu-{name}}}",
                )
            )
        )
        blocks.append(target_table(report, name))
    return blocks


def reference_table(report: Report) -> Table:
    """Return the figures shown beside the targets, each with the reason why it decides nothing."""
    rows = []
    for judgement in report.real.judgements:
        target = judgement.target
        if target["plan"] != MAIN_PLAN:
            continue
        reasons = {item.id: item.reason for item in judgement.choice.passed}
        for row in _records(_newest_of_each(related_figures(judgement.choice, judgement.goal.unit))):
            rows.append(
                {
                    "target": _label(report, target),
                    "name": row["name"],
                    "value": _value({**row, "observation": row["id"]}, report.lang),
                    "date": _moment(row["reference_date"], report.lang),
                    "why": said(reasons[row["id"]], report.lang),
                    "source": f"{row['publisher']} [{row['id']}]",
                    "address": row["address"],
                }
            )
    frame = pd.DataFrame(rows, columns=["target", "name", "value", "date", "why", "source", "address"])
    return Table(
        frame,
        report.say("Số liệu tham khảo bên cạnh các chỉ tiêu, không dùng để kết luận"),
        columns=[
            Column("name", report.say("Số liệu"), head=True, width=0.3),
            Column("value", report.say("Giá trị"), align="right", width=0.13),
            Column("date", report.say("Thời điểm"), align="center", width=0.09),
            Column("why", report.say("Vì sao không dùng để kết luận"), width=0.26),
            Column("source", report.say("Nguồn"), href="address", width=0.22),
        ],
        row_groups="target",
        notes=[] if report.lang == "vi" else [report.say("Lý do viết bằng tiếng Việt.")],
        id="tham-khao",
        landscape=True,
        lang=report.lang,
    )


def _newest_of_each(figures: pd.DataFrame) -> pd.DataFrame:
    return figures.drop_duplicates(["series", "method", "unit"]) if len(figures) else figures


# ---------------------------------------------------------------- tasks


def task_overview(report: Report) -> Prose:
    """Return how many tasks there are, by part and period, and whether their status was reported."""
    tasks = report.tasks
    running = tasks[(tasks["first_year"] <= report.year) & (tasks["last_year"] >= report.year)]
    ended = tasks[tasks["last_year"] < report.year]
    unsaid = int(tasks["last_year"].isna().sum())
    text = report.say(
        "{plan} có {n} nhiệm vụ, giải pháp: {running} nhiệm vụ có thời gian thực hiện gồm năm {year}, {ended} nhiệm vụ "
        "có thời hạn kết thúc trước đó, {unsaid} nhiệm vụ không ghi thời gian ({table}, {chart}).",
        plan=literal(_short(report.plan)),
        n=len(tasks),
        running=count(len(running), report.lang),
        year=report.year,
        ended=count(len(ended), report.lang),
        unsaid=count(unsaid, report.lang),
        table="{ref:nhiem-vu-co-quan}",
        chart="{ref:nhiem-vu-thoi-gian}",
    )
    return Prose(text)


def tasks_by_agency(report: Report) -> Table:
    """Return the number of tasks by lead agency and last year, under the agencies' names at the year's end.

    A task with several lead agencies is counted once for each, so columns add up to more than the tasks.
    """
    long = report.tasks.explode("now").dropna(subset=["now"])
    long = long.assign(last=[str(year) if _known(year) else "?" for year in long["last_year"]])
    table = long.groupby(["now", "last"]).size().unstack(fill_value=0)
    years = sorted(name for name in table.columns if name != "?")
    table = table.assign(total=table.sum(axis=1)).sort_values(["total", "now"], ascending=[False, True])
    frame = table.reset_index()
    columns = [
        Column("now", report.say("Cơ quan chủ trì (tên gọi cuối năm {year})", year=report.year), head=True)
    ]
    columns += [
        Column(year, year, decimals=0, group=report.say("Thời hạn hoàn thành theo kế hoạch"))
        for year in years
    ]
    if "?" in table.columns:
        columns.append(
            Column(
                "?",
                report.say("không ghi"),
                decimals=0,
                group=report.say("Thời hạn hoàn thành theo kế hoạch"),
            )
        )
    columns.append(Column("total", report.say("Tổng số"), decimals=0))
    return Table(
        frame,
        report.say("Số nhiệm vụ theo cơ quan chủ trì và thời hạn"),
        columns=columns,
        notes=[report.say("Nhiệm vụ do nhiều cơ quan cùng chủ trì được tính cho từng cơ quan.")],
        source=_short(report.plan) + ", " + report.say("Phụ lục."),
        id="nhiem-vu-co-quan",
        lang=report.lang,
    )


def task_periods(report: Report) -> Figure:
    """Return the chart of the tasks' periods by section of the plan's appendix."""
    tasks = report.tasks.assign(group=[_part(row) for row in _records(report.tasks)])
    return charts.task_gantt(
        tasks,
        report.say("Số nhiệm vụ theo phần của kế hoạch và thời gian thực hiện"),
        year=report.year,
        lang=report.lang,
        source=_short(report.plan) + ", " + report.say("Phụ lục."),
        id="nhiem-vu-thoi-gian",
    )


def _part(row: Mapping[str, Any]) -> str:
    """Return the part of the appendix a task stands in: letter and title, not in capitals."""
    title = str(row["heading"]).split(" › ")[0]
    return f"{row['part']}. {title.capitalize() if title.isupper() else title}"


def _section(row: Mapping[str, Any]) -> str:
    """Return part and section a task stands in, as the appendix numbers and names them."""
    titles = str(row["heading"]).split(" › ")[1:]
    return f"{row['part']}.{row['subsection'] or row['section']}. {' – '.join(titles)}"


def task_report(report: Report) -> Prose:
    """Return whether agencies reported on their tasks, and how many of the tasks are past their period."""
    status = report.task_state
    unreported = int(status["status"].eq(UNREPORTED).sum())
    past = int(status["overdue"].sum())
    text = report.say(
        "Đến ngày {cutoff}, các cơ quan đã báo cáo tình hình {reported} trên {n} nhiệm vụ ({table}).",
        cutoff=text_day(report.cutoff, report.lang),
        reported=count(len(status) - unreported, report.lang),
        n=len(status),
        table="{ref:nhiem-vu-tinh-hinh}",
    )
    if past:
        text += " " + report.say(
            "{past} nhiệm vụ đã hết thời hạn của kế hoạch mà chưa có báo cáo hoàn thành; báo cáo không suy đoán tình "
            "trạng của nhiệm vụ chưa được báo cáo.",
            past=count(past, report.lang),
        )
    return Prose(text)


def task_table(report: Report) -> Table:
    """Return the number of tasks by reported status and part of the plan."""
    state = report.task_state
    titles = {row["part"]: _part(row) for row in _records(report.tasks)}
    counts = task_counts(state.assign(part=state["part"].map(titles)), by="part")
    words = [str(item.value) for item in Status] + [UNREPORTED]
    columns = [Column("part", report.say("Phần của kế hoạch"), head=True, width=0.3)]
    columns += [Column("total", report.say("Tổng số"), decimals=0)]
    columns += [
        Column(word, report.say(word), decimals=0, group=report.say("Tình hình báo cáo")) for word in words
    ]
    columns += [Column("overdue", report.say("hết hạn, chưa hoàn thành"), decimals=0)]
    return Table(
        counts,
        report.say(
            "Tình hình thực hiện nhiệm vụ đến ngày {cutoff}", cutoff=text_day(report.cutoff, report.lang)
        ),
        columns=columns,
        source=report.say("báo cáo của các cơ quan; thời hạn theo kế hoạch."),
        id="nhiem-vu-tinh-hinh",
        lang=report.lang,
    )


# ---------------------------------------------------------------- gaps, next year, proposals


def gaps(report: Report) -> Table:
    """Return the targets without a deciding figure, those of later plans too: what is missing, who owes it."""
    rows = report.open_lines
    frame = pd.DataFrame(
        {
            "tt": range(1, len(rows) + 1),
            "target": [_label(report, row) for row in _records(rows)],
            "state": [report.say(word) for word in rows["verdict"]],
            "missing": [_missing(report, row) for row in _records(rows)],
            "agency": [_owner(report, row) for row in _records(rows)],
            "plan": [_short(report.later.get(name, report.plan)) for name in rows["plan"]],
        }
    )
    return Table(
        frame,
        report.say("Chỉ tiêu chưa kết luận được và cơ quan phải cung cấp số liệu"),
        columns=[
            Column("tt", report.say("TT"), align="center", format="plain", width=0.06),
            Column("target", report.say("Chỉ tiêu"), head=True, width=0.36),
            Column("state", report.say("Đánh giá"), format="mark", width=0.18),
            Column("missing", report.say("Còn thiếu"), width=0.2),
            Column("agency", report.say("Cơ quan cung cấp"), width=0.2),
        ],
        row_groups="plan",
        id="khoang-trong",
        lang=report.lang,
    )


def _missing(report: Report, row: Mapping[str, Any]) -> str:
    if _known(row["value"]):
        return report.say(
            "số liệu năm {year}; mới có năm {had}", year=row["deadline"], had=str(row["reference_date"])[:4]
        )
    match _nearest(row):
        case "context":
            return report.say("số liệu của tỉnh; mới có số bối cảnh")
        case "none":
            return report.say("số liệu của tỉnh; chưa có cả số tham khảo")
        case _:
            return report.say("số liệu của tỉnh đúng định nghĩa")


#: What is known of a target that no figure decides, from most to least: in counts of section IV.
NEAREST = {
    "own": "{n} chỉ tiêu có số liệu của tỉnh nhưng chưa đủ căn cứ kết luận",
    "barred": "{n} chỉ tiêu chỉ có số cùng định nghĩa không được dùng để kết luận",
    "near": "{n} chỉ tiêu chỉ có số gần nghĩa hoặc số cả nước",
    "context": "{n} chỉ tiêu chỉ có số bối cảnh",
    "none": "{n} chỉ tiêu không có cả số liệu tham khảo của tỉnh hoặc cả nước",
}


def _nearest(row: Mapping[str, Any]) -> str:
    """Return the nearest that is known of a target: a key of :data:`NEAREST`."""
    if _known(row["value"]):
        return "own"
    if row["verdict_code"] == Verdict.UNDECIDED.code:
        return "barred"
    if row["related_relation"] in ("proxy", "national"):
        return "near"
    return "context" if row["related_relation"] == "context" else "none"


def shortcomings(report: Report) -> Prose:
    """Return what the data do not allow, in counts."""
    rows = _records(report.open_lines)
    if not rows:
        return Prose(report.say("Số liệu của tỉnh đủ để kết luận về mọi chỉ tiêu."))
    seen = Counter(map(_nearest, rows))
    later = Counter(row["plan"] for row in rows if row["plan"] != MAIN_PLAN)
    plans = [
        report.say("{n} chỉ tiêu riêng của {plan}", n=count(n, report.lang), plan=literal(_short(plan)))
        for name, plan in report.later.items()
        if (n := later[name])
    ]
    counted = report.say(
        "{n} chỉ tiêu chưa kết luận được ({table})",
        n=count(len(rows), report.lang),
        table="{ref:khoang-trong}",
    )
    if plans:
        counted = report.say("{counted}, kể cả {plans}", counted=counted, plans=listed(plans, report.lang))
    parts = [report.say(text, n=count(seen[key], report.lang)) for key, text in NEAREST.items() if seen[key]]
    return Prose(
        report.say(
            "Hạn chế lớn nhất là thiếu số liệu. Trong {counted}: {parts}. Nguyên nhân trực tiếp: chưa công bố kết quả "
            "điều tra, khảo sát hằng năm của tỉnh theo định nghĩa của kế hoạch.",
            counted=counted,
            parts=", ".join(parts),
        )
    )


def next_year(report: Report) -> Prose:
    """Return the tasks that go on after the reporting year and the measurements that are due again."""
    following = report.year + 1
    going_on = report.tasks[report.tasks["last_year"] >= following]
    message = (
        "Theo {plan}, {n} nhiệm vụ còn thời gian thực hiện sau năm {year}."
        if len(going_on)
        else "Theo {plan}, không còn nhiệm vụ nào có thời gian thực hiện sau năm {year}."
    )
    parts = [
        report.say(
            message,
            plan=literal(_short(report.plan)),
            n=count(len(going_on), report.lang),
            year=report.year,
        )
    ]
    for plan in report.later.values():
        again = plan.tasks[plan.tasks["recurrence"].notna() & plan.tasks["recurrence"].ne("")]
        if len(again):
            parts.append(
                report.say("Nhiệm vụ thường xuyên, định kỳ theo {plan}:", plan=literal(_short(plan)))
                + "\n\n"
                + "\n".join(
                    f"- {literal(_whole_sentences(row['text']))} ({literal(row['period_printed'])}; "
                    f"{literal('; '.join(current_agencies(row['agencies'], report.on)))})"
                    for row in _records(again)
                )
            )
    return Prose("\n\n".join(parts))


_SENTENCE_END = re.compile(r"(?<=\w{2}\.)\s+(?=[^\W\d_])")


def _whole_sentences(text: str, most: int = 300) -> str:
    """Return a task whole, a long one up to its last sentence that ends before ``most``; no sentence is cut."""
    ends = [end.start() for end in _SENTENCE_END.finditer(text) if end.start() <= most]
    return (text[: ends[-1]] if len(text) > most and ends else text).strip().rstrip(".;")


def proposals(report: Report) -> Prose:
    """Return what each agency is asked for: the figures it owes, those of later plans' own targets too."""
    rows = report.open_lines
    owed: dict[str, list[str]] = {}
    for row in _records(rows):
        for agency in row["owners"] or [report.office["agency"]]:
            owed.setdefault(agency, []).append(_label(report, row))
    items = [
        report.say(
            "{agency} cung cấp số liệu năm {year} của {n} chỉ tiêu: {targets}.",
            agency=literal(agency),
            year=report.year,
            n=count(len(labels), report.lang),
            targets=literal("; ".join(map(inside, labels))),
        )
        for agency, labels in sorted(
            ((agency, dict.fromkeys(labels)) for agency, labels in owed.items()),
            key=lambda item: (-len(item[1]), item[0]),
        )
    ]
    first = report.say("Đề nghị các cơ quan cung cấp số liệu kèm định nghĩa, phương pháp và sai số:")
    return Prose("\n".join([first, "", *(f"- {item}" for item in items)]))


def signature(report: Report) -> SignatureBlock:
    """Return the place for the signature; the name is written on signing."""
    return SignatureBlock(post=report.office["post"], recipients=tuple(report.office["recipients"]))


# ---------------------------------------------------------------- appendices


def appendix(report: Report, number: str, title: str) -> AppendixStart:
    """Return the start of an appendix with its reference to the report."""
    return AppendixStart(
        number=number,
        title=report.say(title),
        reference=report.say(
            "Kèm theo Báo cáo số       /{symbol} ngày       tháng       năm       của {agency}",
            symbol=report.office["symbol"],
            agency=report.office["agency"],
        ),
    )


def reasons(report: Report) -> list[Details]:
    """Return the explanation behind each verdict of the main plan, in the order of the table."""

    def name(row: Mapping[str, Any]) -> str:
        mark = f"{report.say(SIMULATED)}, " if row["evidence"] == "simulated" else ""
        return f"{mark}{_label(report, row)}"

    return explained(report.result, _records(report.lines), name, report.lang)


def task_list(report: Report) -> Table:
    """Return every task of the plan with lead agencies as printed, their successors and the period."""
    tasks = report.tasks
    frame = pd.DataFrame(
        {
            "part": [
                f"{part} – {section}" for part, section in zip(tasks["part"], tasks["section"], strict=True)
            ],
            "number": tasks["number"].fillna(""),
            "text": tasks["text"],
            "printed": ["; ".join(names) for names in tasks["agencies"]],
            "now": ["; ".join(names) for names in tasks["now"]],
            "period": tasks["period_printed"].fillna(""),
            "line": tasks["line_start"],
        }
    )
    return Table(
        frame,
        report.say("Nhiệm vụ, giải pháp của {plan} và cơ quan chủ trì", plan=_short(report.plan)),
        columns=[
            Column("number", report.say("Số"), align="center", width=0.05),
            Column("text", report.say("Nhiệm vụ, giải pháp"), head=True, width=0.44),
            Column("printed", report.say("Chủ trì (theo kế hoạch)"), width=0.2),
            Column("now", report.say("Tên gọi cuối năm {year}", year=report.year), width=0.2),
            Column("period", report.say("Thời gian"), align="center", width=0.11),
        ],
        row_groups="part",
        source=_short(report.plan) + ", " + report.say("Phụ lục."),
        id="nhiem-vu",
        landscape=True,
        lang=report.lang,
    )


def plan_ladder(report: Report) -> list[Table]:
    """Return the targets of all plans side by side, and where the plans contradict each other."""
    comparison = compare_plans(PLANS)
    return [
        ladder.findings_table(comparison, lang=report.lang),
        ladder.ladder_table(comparison, lang=report.lang),
    ]


def sources(report: Report) -> Table:
    """Return the published figures the report names, with address, date, level and confidence."""
    named = {row["observation"] for row in _records(report.result.table) if _known(row["observation"])}
    for row in _records(report.real_lines):
        named |= set(row["related"] or [])
    used = report.result.observations
    used = used[used["id"].isin(named)]
    confidence = {"high": "cao", "medium": "trung bình", "low": "thấp"}
    frame = pd.DataFrame(
        {
            "id": used["id"],
            "name": used["name"],
            "value": [_value_marked(report, row) for row in _records(used)],
            "date": [_moment(value, report.lang) for value in used["reference_date"]],
            "level": [report.say(word) for word in used["level"]],
            "source": [f"{row['publisher']}: {row['source_title']}" for row in _records(used)],
            "published": [_moment(value, report.lang) for value in used["vintage"]],
            "confidence": [report.say(confidence[word]) for word in used["confidence"]],
            "address": used["address"],
        }
    )
    return Table(
        frame,
        report.say("Nguồn của các số liệu được nêu"),
        columns=[
            Column("id", report.say("Mã"), width=0.06),
            Column("name", report.say("Số liệu"), head=True, width=0.26),
            Column("value", report.say("Giá trị"), align="right", width=0.12),
            Column("date", report.say("Thời điểm"), align="center", width=0.08),
            Column("level", report.say("Mức độ"), width=0.08),
            Column("source", report.say("Nguồn"), href="address", width=0.26),
            Column("published", report.say("Công bố"), align="center", width=0.08),
            Column("confidence", report.say("Độ tin cậy"), width=0.06),
        ],
        id="nguon",
        landscape=True,
        simulated=bool(used["evidence"].eq("simulated").any()),
        lang=report.lang,
    )


METHOD = (
    "Mục tiêu, nhiệm vụ được đọc bằng máy từ nguyên văn kế hoạch; mỗi dòng giữ số dòng của văn bản để đối chiếu.",
    "Một số liệu chỉ quyết định kết luận khi đúng định nghĩa, đúng địa giới và đúng đối tượng của chỉ tiêu. Trong các số "
    "đủ điều kiện: số mới nhất, rồi mức độ (chính thức, sơ bộ, ước tính), rồi nguồn nhà nước trước báo chí. Số bị "
    "bỏ qua được liệt kê cùng lý do. Nguồn mâu thuẫn được nêu cả hai, không lấy bình quân.",
    "“Đạt trên x” là lớn hơn hẳn x; “đạt x” và “đạt tối thiểu x” là từ x trở lên. Số liệu có sai số chọn mẫu được kiểm "
    "định một phía 95%; không đủ chắc chắn thì ghi “chưa đủ căn cứ kết luận”.",
    "Tiến độ tính theo đường thẳng từ số gốc tới mục tiêu; chỉ tính khi có ít nhất hai số liệu so sánh được. Chuỗi số liệu "
    "bị cắt khi đổi địa giới, đổi phương pháp hoặc đổi bộ chỉ số.",
    "Không có số liệu ghi “…”, không ghi 0 hay dấu gạch ngang. Số liệu được làm tròn xa số không khi chữ số bỏ đi là 5.",
)


def method(report: Report) -> Prose:
    """Return how the report was made, in the words of ``docs/methods``."""
    return Prose("\n".join(f"- {report.say(text)}" for text in METHOD))
