"""How good the data are: raw files and their checksums, published figures, contradictions, surveys.

A notebook puts these blocks in order. Nothing here decides a verdict; it shows what verdicts rest on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from qngai_analysis import paths, raw, territory
from qngai_analysis.errors import RawFileError
from qngai_analysis.evidence.observations import LEVELS
from qngai_analysis.evidence.published import read_breaks, read_published, read_relations
from qngai_analysis.page.blocks import PageTitle, Prose, SimulatedBanner, literal
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan.catalogue import read_catalogue
from qngai_analysis.report.base import Report, at_right, centred, column, counted, measured, row_head, source
from qngai_analysis.report.base import heading as heading
from qngai_analysis.report.printed import SIMULATED
from qngai_analysis.survey.door import through_the_gate
from qngai_analysis.survey.form import intake
from qngai_analysis.survey.form.codebook import Codebook, Question, read_codebook, survey_coverage
from qngai_analysis.survey.form.held import survey_years, surveys
from qngai_analysis.survey.release.disclosure import disclosure_standard
from qngai_analysis.values import is_missing
from qngai_analysis.words.language import language
from qngai_analysis.words.said import catalogued

STATUS = {"real": "thực", "simulated": SIMULATED}
SHORT = 12  # digits of a checksum that a table shows
CONFIDENCE = {"high": "cao", "medium": "vừa", "low": "thấp"}
#: What must agree before two figures are about the same thing.
SAME_THING = (
    "series", "territory", "reference_date", "period", "unit", "value_type", "price_basis", "age_from", "scope",
)  # fmt: skip


@dataclass(frozen=True)
class Quality(Report):
    """What the report of data quality is made of."""

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The published figures."""
        return read_published()

    @cached_property
    def originals(self) -> pd.DataFrame:
        """The published figures without copies of a figure from the same origin."""
        return self.figures[self.figures["copy_of"].isna()]

    @cached_property
    def surveyed(self) -> list[str]:
        """The surveys with a usable file of the year."""
        return [
            name for name in surveys() if intake.has_usable_file(name, self.year, real_only=self.real_only)
        ]

    def status(self, survey: str) -> str:
        """Return whether a survey's file of the year is ``real``, ``simulated`` or ``none``."""
        if self.year not in survey_years(survey):
            return "none"
        return raw.read_sidecar(intake.survey_file(survey, self.year)).status


def load(*, year: int, real_only: bool = False, lang: str = "vi") -> Quality:
    """Return what the report of data quality is made of.

    Parameters
    ----------
    year : year of the survey files
    real_only : leave simulated survey files out

    Raises
    ------
    ParameterError
        The language is unknown.
    """
    return Quality(language(lang), year, real_only)


def title(quality: Quality) -> PageTitle:
    """Return the title of the report."""
    return PageTitle(
        quality.say("Chất lượng số liệu"),
        subtitle=quality.say("Tệp gốc, số liệu đã công bố và điều tra năm {year}"),
    )


def status(quality: Quality) -> list[SimulatedBanner | Prose]:
    """Return what the reader must know first: simulated files in use, and surveys without a file."""
    unused = (name for name in surveys() if name not in quality.surveyed)
    absent = [quality.why_absent(name, quality.year) for name in unused]
    simulated = any(quality.status(name) == "simulated" for name in quality.surveyed)
    return quality.notices(simulated=simulated, absent=absent)


# ---------------------------------------------------------------- raw files


def raw_files(quality: Quality) -> Grid:
    """Return every raw file with producer, checksum and whether it is the one that was received."""
    text = "Tệp chỉ được đọc khi tổng kiểm khớp với tệp mô tả bên cạnh; bảng in {n} chữ số đầu."
    return quality.table(
        [(file, sidecar, raw.sha256(file)) for file, sidecar in _files(quality).items()],
        quality.say("Tệp gốc và tổng kiểm SHA-256"),
        row_head("Tệp trong data/raw", lambda row: row[0].relative_to(paths.raw()).as_posix(), 0.24),
        column("Nội dung", lambda row: row[1] and row[1].title, 0.26),
        column("Bên cung cấp", lambda row: row[1] and row[1].producer, 0.18),
        column("Loại", lambda row: row[1] and quality.say(STATUS[row[1].status]), 0.11),
        column("SHA-256", lambda row: row[1] and raw.shown_checksum(row[0], row[2])[:SHORT], 0.13),
        column("Đối chiếu", lambda row: _state(quality, *row[1:]), 0.08),
        notes=[quality.say(text, n=SHORT)],
        id="tep-goc",
    )


def _files(quality: Quality) -> dict[Path, raw.Sidecar | None]:
    """Return the raw files with what is written beside each; simulated ones only where they may be used."""
    found = sorted(file for file in paths.raw().rglob("*") if file.is_file() and file.name[0] != ".")
    read = {
        file: raw.read_sidecar(file) if raw.sidecar_path(file).is_file() else None
        for file in found
        if file.suffix not in (".toml", ".md")
    }
    unwanted = "simulated" if quality.real_only else ""
    return {file: sidecar for file, sidecar in read.items() if not sidecar or sidecar.status != unwanted}


def _state(quality: Quality, sidecar: raw.Sidecar | None, checksum: str) -> str:
    if sidecar is None:
        return quality.say("thiếu tệp mô tả")
    return quality.say("khớp" if checksum == sidecar.sha256 else "đã bị sửa")


def raw_faults(quality: Quality) -> Prose:
    """Return in a sentence how many raw files agree with their checksum, and each that does not."""
    files, faults = _files(quality), []
    for file in files:
        try:
            raw.verify(file)
        except RawFileError as fault:  # a report names no folder of a machine, no checksum of records
            words = re.sub(r"\b([0-9a-f]{2})[0-9a-f]{62}\b", r"\1…", str(fault))
            faults.append(f"- {literal(words.replace(f'{paths.raw()}/', ''))}")
    good, text = len(files) - len(faults), "{good} trong {n} tệp gốc khớp với tổng kiểm."
    return Prose("\n\n".join([quality.say(text, good=good, n=len(files)), *faults]))


# ---------------------------------------------------------------- published figures


def figure_counts(quality: Quality) -> Grid:
    """Return how many published figures there are by level, confidence, channel and method."""
    rows = [
        *_counted(quality, quality.say("Mức độ"), "level", {level: level for level in LEVELS}),
        *_counted(quality, quality.say("Độ chắc khi đọc"), "confidence", CONFIDENCE),
        *_counted(quality, quality.say("Kênh"), "channel"),
        *_counted(quality, quality.say("Phương pháp"), "method"),
    ]
    note = quality.say(
        "Bản in lại cùng nguồn gốc được giữ để đối chiếu và không tính hai lần; số không được dùng có lý do ghi trong tệp."
    )
    return quality.table(
        rows,
        quality.say("Số liệu đã công bố theo mức độ, độ chắc, kênh và phương pháp"),
        row_head("Nhóm", "name", 0.5),
        counted("Số liệu", "n", 0.1),
        measured("Tỷ trọng", "share", 0.12, unit="%"),
        counted("trong đó bản in lại", "copies", 0.14),
        counted("trong đó không được dùng", "withheld", 0.14),
        sections="by",
        notes=[note],
        id="so-cong-bo",
    )


def _counted(
    quality: Quality, by: str, name: str, words: Mapping[str, str] | None = None
) -> Iterator[dict[str, object]]:
    """Count figures by what a column holds: in the order of ``words``, or the most frequent first; unsaid last."""
    values = quality.figures[name].fillna("")
    order = [value for value in words or values.value_counts().index if value]
    for value in [*order, ""] if values.eq("").any() else order:
        mine = quality.figures[values.eq(value)]
        unsaid = quality.say("không ghi") if words is None else ""
        yield {
            "by": by,
            "name": quality.say(words[value])
            if words and value
            else catalogued(value, quality.lang) or unsaid,
            "n": len(mine),
            "share": 100 * len(mine) / len(values),
            "copies": int(mine["copy_of"].notna().sum()),
            "withheld": int(mine["withheld"].notna().sum()),
        }


def contradictions(quality: Quality) -> Grid | Prose:
    """Return the published figures about the same thing that differ, side by side; none is averaged.

    Same: series, territory, date and period, unit, price basis, age bound and part covered. Methods
    may differ; the table shows them.
    """
    table = quality.originals
    differing = table.groupby(list(SAME_THING), dropna=False)["value"].transform("nunique") > 1
    rows = table[differing].sort_values(["series", "territory", "reference_date", "value", "id"])
    if not len(rows):
        return Prose(quality.say("Không có số liệu nào cùng nội dung mà khác trị số."))
    caption = quality.say("Số liệu cùng nội dung nhưng khác trị số")
    return _side_by_side(quality, rows, caption, lambda row: row.name, id="mau-thuan")


def rival_series(quality: Quality) -> Grid | Prose:
    """Return the figures of different series about one indicator, place and year that differ."""
    rules = (rule for rule in read_relations() if rule.relation in ("same", "national"))
    named = dict.fromkeys((rule.indicator, rule.series) for rule in rules)
    pairs = pd.DataFrame([*named], columns=["indicator", "series"])
    whole_year = quality.originals[quality.originals["period"].isin(["Y", "point"])]
    table = whole_year.drop(columns="indicator").merge(pairs, on="series")
    keys = ["indicator", "territory", "year", "unit"]
    grouped = table.groupby(keys, dropna=False)
    rival = (grouped["series"].transform("nunique") > 1) & (grouped["value"].transform("nunique") > 1)
    rows = table[rival].sort_values([*keys, "series", "id"])
    if not len(rows):
        return Prose(quality.say("Không có hai chuỗi nào nói khác nhau về cùng một chỉ tiêu."))
    names = {str(code): str(name) for code, name in read_catalogue()[f"name_{quality.lang}"].items()}
    caption = quality.say("Chuỗi khác phương pháp nói khác nhau về cùng một chỉ tiêu")
    return _side_by_side(
        quality, rows, caption, lambda row: names.get(row.indicator, row.indicator), id="chuoi-khac"
    )


def _side_by_side(
    quality: Quality, rows: pd.DataFrame, caption: str, about: Callable[[Any], str], *, id: str
) -> Grid:
    def group(row: Any) -> str:
        return f"{about(row)} – {territory.name_of(row.territory)}, {quality.day(row.reference_date) or '?'}"

    def method(row: Any) -> str:
        return quality.say("không ghi") if is_missing(row.method) else str(row.method)

    return quality.table(
        rows,
        caption,
        row_head("Số liệu", "name", 0.24),
        at_right("Giá trị", lambda row: quality.number(row.value, unit=quality.unit(row.unit)), 0.13),
        column("Phương pháp", method, 0.2),
        column("Mức độ", lambda row: quality.say(row.level), 0.09),
        centred("Công bố", lambda row: quality.day(row.vintage), 0.1),
        source(0.24),
        sections=group,
        notes=[quality.say("Nêu cả hai bên để đối chiếu, không lấy bình quân.")],
        id=id,
    )


def breaks(quality: Quality) -> Grid:
    """Return where series are cut, and why."""

    def change(row: Any) -> str:
        named = territory.name_of if row.attribute == "territory" else str
        return " → ".join(named(side) for side in (row.before, row.after) if side)

    return quality.table(
        read_breaks(),
        quality.say("Chỗ đứt của các chuỗi số liệu"),
        row_head("Loại", "kind", 0.13),
        centred("Từ ngày", lambda row: quality.day(row.date), 0.11),
        column("Thay đổi", change, 0.26),
        column("Lý do", "reason", 0.32),
        column("Nguồn", "source", 0.18),
        notes=[quality.say("Không vẽ và không tính xu thế qua một chỗ đứt.")],
        id="cho-dut",
    )


# ---------------------------------------------------------------- surveys


FILES = {"real": "số liệu thực", "simulated": SIMULATED, "none": "chưa có"}


def survey_overview(quality: Quality) -> Grid:
    """Return the surveys: population, questions, indicators, plan targets measured, and the year's file."""
    covered = survey_coverage()
    plans = dict.fromkeys(target.split(".")[0] for target in covered["target"])
    targets = quality.say("Mục tiêu của {plans} đo được", plans=quality.listed(plans))
    of_survey = covered[covered["measurable"]].groupby("survey").size()
    population = f"population_{quality.lang}"
    return quality.table(
        [read_codebook(name) for name in surveys()],
        quality.say("Các cuộc điều tra và tệp số liệu năm {year}"),
        row_head("Cuộc điều tra", quality.name, 0.27),
        column("Tổng thể", population, 0.27),
        counted("Số câu hỏi", lambda codebook: len(_asked(codebook)), 0.09),
        counted("Số chỉ tiêu", lambda codebook: len(codebook.indicators), 0.09),
        counted(targets, lambda codebook: int(of_survey.get(codebook.name, 0)), 0.14, as_is=True),
        column("Tệp số liệu", lambda c: quality.say(FILES[quality.status(c.name)]), 0.14),
        id="dieu-tra",
    )


def _asked(codebook: Codebook) -> list[Question]:
    return [question for question in codebook.questions.values() if question.source == "form"]


@through_the_gate
def response(quality: Quality) -> list[Grid | Prose]:
    """Return for each survey of the year what became of the sample and of every question."""
    blocks: list[Grid | Prose] = []
    for name in quality.surveyed:
        blocks += [_outcomes(quality, name), _account(quality, name)]
    none = quality.say("Chưa có tệp điều tra nào của năm {year} để đánh giá.")
    return blocks or [Prose(none)]


def _as_published(quality: Quality, survey: str, what: str, table: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return counts of a survey's file as they may be published, with what else the table says of its rows."""
    from qngai_analysis.survey.loading import shared_survey  # estimates take long to load
    from qngai_analysis.survey.release.counts import published_counts

    counts = [name for name in COUNTS if name in table.columns]
    found = published_counts(shared_survey(survey, quality.year), what, table, key, counts)
    return found.merge(table.drop(columns=counts), on=key, how="left")


#: The columns of counts in the accounts of answers and of the sample.
COUNTS = ("units", "not_applicable", "due", "answered", "dont_know", "refused", "missing")


def _outcomes(quality: Quality, survey: str) -> Grid:
    codebook = read_codebook(survey)
    choices = codebook.questions[codebook.design.outcome].choices
    english = {} if quality.lang == "vi" else {choice.name: choice.en for choice in choices}
    caption = quality.say("{survey}, năm {year}: kết quả tiếp cận mẫu", survey=quality.name(codebook))
    rows = _as_published(
        quality, survey, "outcomes", intake.response_outcomes(survey, quality.year), "outcome"
    )
    # an empty count is of one to nine
    whole = rows["units"].fillna(disclosure_standard().rounding_base).sum()
    return quality.table(
        rows,
        caption,
        row_head("Kết quả", lambda row: english.get(row.outcome, row.vi), 0.6),
        counted("Số đơn vị", "units", 0.2),
        measured("Tỷ lệ", lambda row: row.units / whole * 100, 0.2, unit="%"),
        simulated=quality.status(survey) == "simulated",
    )


def _account(quality: Quality, survey: str) -> Grid:
    codebook = read_codebook(survey)
    caption = quality.say("{survey}, năm {year}: trả lời từng câu hỏi", survey=quality.name(codebook))
    note = "Số người (đơn vị) trong mẫu, không gia quyền, làm tròn đến bội số của 5; số dưới 10 không công bố (bảo mật)."
    return quality.table(
        _as_published(quality, survey, "account", intake.response_account(survey, quality.year), "question"),
        caption,
        row_head("Câu hỏi", lambda row: quality.name(codebook.questions[row.question]), 0.42),
        counted("Không thuộc diện hỏi", "not_applicable", 0.08),
        counted("Phải trả lời", "due", 0.08),
        counted("Đã trả lời", "answered", 0.08),
        counted("Không biết", "dont_know", 0.08),
        counted("Từ chối", "refused", 0.08),
        counted("Bỏ trống", "missing", 0.08),
        measured("Không trả lời", _silent, 0.1, unit="%"),
        notes=[quality.say(note)],
        simulated=quality.status(survey) == "simulated",
    )


def _silent(row: Any) -> float | None:
    """Return the per cent of those asked who did not answer, of the published counts; None where either is not published."""
    told = row.due and row.due == row.due and row.answered == row.answered
    return max(0.0, 100 * (1 - row.answered / row.due)) if told else None
