"""What became of a target in a year, as a value: what reports print and editions keep.

:mod:`qngai_analysis.progress.judging` makes outcomes. Statuses, notes and reasons are codes; their words are made where they are printed. :func:`outcomes_frame` gives the table for people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Any, Self

import pandas as pd

from qngai_analysis.evidence.choice import Choice
from qngai_analysis.evidence.observations import Observation, Related
from qngai_analysis.evidence.series import Chain
from qngai_analysis.plan.model import Target
from qngai_analysis.progress.methods import Pace
from qngai_analysis.progress.projection import Projection
from qngai_analysis.progress.verdict import Attainment, Goal, KnownValue, Verdict
from qngai_analysis.words.said import Said


class NoteKind(Enum):
    """What a note to a verdict is about; the value is the sentence it prints."""

    ISSUED_LATER = "mục tiêu ban hành năm {year}, sau năm báo cáo"
    NATIONAL_MEAN = "bình quân cả nước năm {year} là {value} ({id})"  # and that is the threshold
    NO_NATIONAL_MEAN = "chưa có số cả nước năm {year} cùng định nghĩa; so với mức in trong kế hoạch"
    NO_NATIONAL_THRESHOLD = "chưa có số cả nước năm {year} cùng định nghĩa để tính mức phải đạt"
    PAST_DUE = "hạn là cuối năm {due}; số liệu gần hạn nhất là của {date}"
    BARRED = "có số liệu cùng định nghĩa nhưng không được phép quyết định kết luận"
    BEFORE_TARGET_YEAR = "số liệu mới nhất là của năm {year}, trước năm mục tiêu {due}"
    STALE = "số liệu mới nhất là của năm {year}, đã cũ so với năm báo cáo {reported}"
    UNSURE = "số liệu của năm mục tiêu chưa đủ để kết luận ({how})"
    BEFORE_DUE = "đạt tại thời điểm {date}, hạn của mục tiêu là cuối năm {due}"
    LAST_QUARTER = "số liệu ngày {date}, trong quý cuối, được lấy cho cuối năm {due}"
    NO_PACE = "chưa có hai số liệu so sánh được để tính tiến độ"
    CENSUS = "điều tra toàn bộ: hầu hết đơn vị của tổng thể đã trả lời"
    NOT_FINAL = "số {level}"
    ROUNDED = "{how}"  # see ``verdict.rounding_note``
    CONTRADICTED = "nguồn khác cùng thời điểm cho số khác: {others}; không lấy bình quân"
    RANK = "là thứ hạng: chỉ so mức, không tính tiến độ"
    PACE_UNSURE = "tiến độ chưa chắc chắn do sai số mẫu: P(đúng tiến độ) {p}"
    LATE_BASELINE = "số liệu gốc đầu tiên là của năm {first}, kế hoạch bắt đầu từ năm {year}: phần thời gian trước đó không được tính"
    SINCE_REVISED = "số thuộc kỳ công bố đã được rà soát lại ở thời điểm khác"
    METHODS_DISAGREE = "phương pháp khác cho kết quả khác (tuyến tính {linear}; {others})"
    MEAN_GROWTH = "bình quân {n} năm có số liệu: {mean}"
    PART_OF_YEAR = "số liệu đến {date}, chưa hết năm"
    YEARS_MISSING = "mới có số liệu {n} trên {all} năm"
    BOUND = "suy ra từ số {id} của {place}: {share} số dân của địa giới ấy năm {year} ở địa giới của mục tiêu ({source}); phần còn lại nhận mọi mức từ 0 đến 100%"
    MEMBER_SHORT = "ít nhất một nhóm chưa đạt"
    MEMBERS_UNKNOWN = "còn {n} trên {all} nhóm chưa có số liệu"
    MEMBERS_UNSURE = "chưa đủ căn cứ cho mọi nhóm"
    MEMBERS_UNLISTED = "kế hoạch không quy định danh mục ngành, chưa biết đã đủ ngành hay chưa"

    def note(self, **values: object) -> Note:
        """Return the note of this kind, its sentence filled."""
        return Note(self, Said(self.value, **values))


@dataclass(frozen=True, slots=True)
class Note:
    """A note to a verdict: what it is about, for programs, and the sentence, for readers."""

    kind: NoteKind
    said: Said


@dataclass(frozen=True, slots=True)
class PlanHead:
    """The plan a target stands in: its name here, when it was issued, and how it is cited."""

    name: str
    issued: date | None = None
    citation: str = ""  # "Quyết định số 906/QĐ-UBND ngày 11/07/2022"


@dataclass(frozen=True, slots=True)
class Progress:
    """The way from baseline to target: the baseline, each method's number, the headline pace."""

    baseline: Observation | None = None
    linear: float | None = None
    eurostat: float | None = None
    destatis: float | None = None  # infinite: it moves away from the target
    escap: float | None = None
    escap_expected: float | None = None
    logistic: float | None = None
    needed: float | None = None
    pace: Pace | None = None
    p_on_pace: float | None = None  # given the sampling errors of baseline and value


@dataclass(frozen=True, eq=False)
class Outcome:
    """
    What became of one target in one year, with everything that led to the verdict.

    ``goal`` is what is asked (a national mean is filled in); ``tested`` what the figure that speaks says of its value,
    ``finding`` what the test of it gave; ``members`` holds the parts of a family target, whose figures are those of the
    weakest; ``yearly`` the years of a growth target as (year, growth, met). What the other targets and the calendar
    add: ``revised_by`` is the id of a later plan's target for the same, ``in_force`` whether this one stood at the end
    of the year; ``owners`` owe the next figure, under their names at the end of the year.
    """

    target: Target
    plan: PlanHead
    goal: Goal
    decimals: int  # with how many the report prints estimates of the indicator
    long_run: int  # the year beyond the deadline that the series is projected to
    choice: Choice
    verdict: Verdict = Verdict.UNDECIDED
    notes: tuple[Note, ...] = ()
    chain: Chain | None = None
    tested: KnownValue | None = None
    finding: Attainment | None = None
    progress: Progress = field(default_factory=Progress)
    projection: Projection | None = None
    timely: bool = True  # whether the figure is of a year that lets it speak for the year judged
    members: tuple[tuple[str, Outcome], ...] = ()
    yearly: tuple[tuple[int, float, bool | None], ...] = ()
    revised_by: str | None = None
    in_force: bool = True
    owners: tuple[str, ...] = ()

    def noting(self, *notes: Note) -> Self:
        """Return the outcome with further notes."""
        return replace(self, notes=(*self.notes, *notes))

    @property
    def year(self) -> int:
        """The year reported on."""
        return self.choice.need.year

    @property
    def deadline(self) -> int:
        """The last year of the target's period; of a target without one the year reported on."""
        return self.choice.need.deadline

    @property
    def figure(self) -> Related | None:
        """The observation that speaks; missing where none may."""
        return self.choice.chosen

    @property
    def evidence(self) -> str:
        """What the verdict rests on: ``real``, ``simulated``, ``proxy-only`` or ``none``."""
        if any(part.simulated for _, part in self.members):
            return "simulated"
        if self.figure is not None:
            return self.figure.evidence
        near = (one.relation for one in (*self.choice.barred, *self.choice.beside) if one.evidence == "real")
        return "none" if set(near) <= {"context"} else "proxy-only"

    @property
    def p_met(self) -> float | None:
        """The probability that the target is met; missing without a sampling error."""
        return self.finding.p_met if self.finding and self.timely else None

    @property
    def pace(self) -> Pace | None:
        """The headline pace; missing where none can be told."""
        return self.progress.pace

    @property
    def unit(self) -> str:
        """The unit of the figure, or of the target where there is none."""
        return self.goal.unit if self.figure is None else self.figure.unit

    @property
    def distance(self) -> float | None:
        """The target minus the figure; missing where the figure is no single value."""
        if self.figure is None or self.figure.value_type != "point":
            return None
        return self.goal.asked - self.figure.value

    @property
    def owners_printed(self) -> bool:
        """Whether the plan itself names who owes the figure."""
        return bool(self.target.agencies)

    @property
    def simulated(self) -> bool:
        """Whether the verdict rests on a simulated survey."""
        return self.evidence == "simulated"


def outcomes_frame(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return outcomes as a table for people, one row each: the columns of ``assess``, owners last."""
    frame = pd.DataFrame([_row(outcome) for outcome in outcomes])
    if len(frame):  # None where nothing replaced a target, whatever the others hold
        frame["revised_by"] = pd.Series([o.revised_by for o in outcomes], dtype="object")
    return frame


def _row(outcome: Outcome) -> dict[str, Any]:
    target = outcome.target
    return {
        "plan": outcome.plan.name,
        "target_id": target.id,
        "text": target.text,
        "indicator": target.indicator,
        "goal": outcome.goal.words,
        "comparator": target.comparator,
        "target": outcome.goal.value,
        "deadline": outcome.deadline,
        "year": outcome.year,
        **{_COLUMNS.get(name, name): getattr(outcome.figure, name, None) for name in _FIGURE.split()},
        "unit": outcome.unit,
        "evidence": outcome.evidence,
        **_verdict_cells(outcome),
        **_related_cells(outcome.choice),
        "passed_over": len(outcome.choice.passed),
        "issued": outcome.plan.issued,
        "note": "; ".join(note.said for note in outcome.notes) or None,
        "geography": target.geography or None,
        "agencies": list(target.agencies),
        "pillar": target.pillar,
        "sector": target.sector,
        "section": target.section,
        "revised_by": outcome.revised_by,
        "in_force": outcome.in_force,
        "owners": list(outcome.owners),
        "owners_printed": outcome.owners_printed,
    }


def _verdict_cells(outcome: Outcome) -> dict[str, Any]:
    progress = outcome.progress
    ways = {name: getattr(progress, name) for name in ("linear", "eurostat", "destatis", "escap")}
    if ways["destatis"] == math.inf:  # not in JSON: moving away from the target is the class "storm"
        ways["destatis"] = None
    return {
        "verdict": outcome.verdict.value,
        "verdict_code": outcome.verdict.code,
        "pace": progress.pace.value if progress.pace else None,
        "pace_code": progress.pace.code if progress.pace else None,
        "p_met": outcome.p_met,
        "p_on_pace": progress.p_on_pace,
        "decimals": outcome.decimals,
        "distance": outcome.distance,
        "needed_per_year": progress.needed,
        "baseline_value": getattr(progress.baseline, "value", None),
        "baseline_time": getattr(progress.baseline, "t", None),
        "baseline_source": getattr(progress.baseline, "id", None),
        "methods": ways,
        "logistic": progress.logistic,
        **_forecast_cells(outcome),
    }


def _forecast_cells(outcome: Outcome) -> dict[str, float | None]:
    """Return the projection at the deadline, and the chance to meet the target then and in the long run."""
    due, far, ahead = outcome.deadline, outcome.long_run, outcome.projection
    at = {each.t: each for each in ahead.at} if ahead else {}
    ends = {f"projected{end}": getattr(at.get(due), name, None) for end, name in _ENDS.items()}
    chances = {year: ahead.probability(outcome.goal, year) for year in (due, far) if ahead and year in at}
    return {**ends, "p_met_deadline": chances.get(due), "p_met_2030": chances.get(far)}


_ENDS = {"": "middle", "_low": "low", "_high": "high"}
_FIGURE = (
    "value value_high value_type unit se df n reference_date level territory "
    "id source_title publisher address vintage method"
)
_NEAREST = "value value_type unit reference_date relation definition evidence source_title name"
#: Columns that have another name than what they hold.
_COLUMNS = {"id": "observation", "source_title": "source"}


def _related_cells(choice: Choice) -> dict[str, Any]:
    near = choice.near
    figure = near[0] if near else None
    names = {**_COLUMNS, "reference_date": "date"}
    cells = {f"related_{names.get(name, name)}": getattr(figure, name, None) for name in _NEAREST.split()}
    if figure and figure.relation == "same":
        cells["related_relation"] = "barred"  # kept from deciding
    why = next((item.reason for item in choice.passed if figure and item.id == figure.id), None)
    return {**cells, "related_why": why, "related": [one.id for one in near] or None}
