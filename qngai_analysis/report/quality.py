"""How good the data are: raw files and their checksums, published figures, contradictions, surveys.

A notebook puts these blocks in order. Nothing here decides a verdict; it shows what verdicts rest on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from qngai_analysis import paths, raw
from qngai_analysis.errors import RawFileError
from qngai_analysis.evidence import read_published
from qngai_analysis.evidence.published import read_breaks, read_relations, read_territories
from qngai_analysis.page import charts
from qngai_analysis.page.blocks import Figure, PageTitle, Prose, SimulatedBanner, literal
from qngai_analysis.page.tables import Column, Table
from qngai_analysis.survey.form.codebook import Codebook, read_codebook, survey_coverage, surveys
from qngai_analysis.words.language import KEPT, Lang, language, translate, unit_words
from qngai_analysis.words.numbers import day, number

Block = Prose | Table | Figure
SHORT = 12  # digits of a checksum that a table shows

LEVELS = ("chính thức", "sơ bộ", "ước tính", "không rõ")
CONFIDENCE = {"high": "cao", "medium": "vừa", "low": "thấp"}
#: What must agree before two figures are about the same thing.
SAME_THING = (
    "series", "territory", "reference_date", "period", "unit", "value_type", "price_basis", "age_from", "scope",
)  # fmt: skip


@dataclass(frozen=True)
class Quality:
    """What the report of data quality is made of."""

    year: int
    real_only: bool
    lang: Lang

    def say(self, text: str, /, **values: object) -> str:
        """Return a message in the report's language."""
        return translate(text, self.lang, **values)

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
            name for name in surveys() if self.status(name) in ("real", "simulated")[: 2 - self.real_only]
        ]

    def status(self, survey: str) -> str:
        """Return whether a survey's file of the year is ``real``, ``simulated`` or ``none``."""
        from qngai_analysis.survey.form.intake import survey_file, survey_years

        if self.year not in survey_years(survey):
            return "none"
        return raw.read_sidecar(survey_file(survey, self.year)).status


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
    return Quality(year, real_only, language(lang))


def title(quality: Quality) -> PageTitle:
    """Return the title of the report."""
    return PageTitle(
        quality.say("Chất lượng số liệu"),
        subtitle=quality.say("Tệp gốc, số liệu đã công bố và điều tra năm {year}", year=quality.year),
    )


def heading(quality: Quality, text: str, level: int = 2) -> Prose:
    """Return a heading in the report's language."""
    return Prose(f"{'#' * level} {quality.say(text)}")


def status(quality: Quality) -> list[SimulatedBanner | Prose]:
    """Return what the reader must know first: simulated files in use, and surveys without a file."""
    simulated = any(quality.status(name) == "simulated" for name in quality.surveyed)
    lacking = "\n".join(
        f"- {literal(_absence(quality, name))}" for name in surveys() if name not in quality.surveyed
    )
    blocks: list[SimulatedBanner | Prose] = [SimulatedBanner(lang=quality.lang)] if simulated else []
    if quality.lang != "vi":
        blocks.append(Prose(quality.say(KEPT)))
    return [*blocks, Prose(lacking)] if lacking else blocks


def _absence(quality: Quality, survey: str) -> str:
    named = _label(read_codebook(survey), quality.lang)
    if quality.status(survey) == "simulated":
        return quality.say(
            "{survey}: tệp năm {year} là số liệu mô phỏng, không dùng khi chỉ lấy số liệu thực.",
            survey=named,
            year=quality.year,
        )
    return quality.say("{survey}: chưa có tệp số liệu năm {year}.", survey=named, year=quality.year)


def _label(entry: Any, lang: Lang) -> str:
    return str(entry.vi if lang == "vi" else entry.en)


# ---------------------------------------------------------------- raw files


def raw_files(quality: Quality) -> Table:
    """Return every raw file with producer, checksum and whether it is the one that was received."""
    return Table(
        pd.DataFrame([_raw_file(quality, file) for file in _files(quality)]),
        quality.say("Tệp gốc và tổng kiểm SHA-256"),
        columns=[
            Column("file", quality.say("Tệp trong data/raw"), head=True, width=0.24),
            Column("title", quality.say("Nội dung"), width=0.26),
            Column("producer", quality.say("Bên cung cấp"), width=0.18),
            Column("status", quality.say("Loại"), width=0.11),
            Column("sha256", "SHA-256", align="left", width=0.13),
            Column("state", quality.say("Đối chiếu"), width=0.08),
        ],
        notes=[
            quality.say(
                "Tệp chỉ được đọc khi tổng kiểm khớp với tệp mô tả bên cạnh; bảng in {n} chữ số đầu.", n=SHORT
            )
        ],
        id="tep-goc",
        lang=quality.lang,
    )


def _files(quality: Quality) -> list[Path]:
    """Return the raw files; simulated ones only where they may be used."""
    found = sorted(
        file for file in paths.raw().rglob("*") if file.is_file() and file.suffix not in (".toml", ".md")
    )
    return [file for file in found if not (quality.real_only and _simulated(file))]


def _simulated(file: Path) -> bool:
    return raw.sidecar_path(file).is_file() and raw.read_sidecar(file).status == "simulated"


def _raw_file(quality: Quality, file: Path) -> dict[str, object]:
    named = file.relative_to(paths.raw()).as_posix()
    if not raw.sidecar_path(file).is_file():
        return {"file": named, "sha256": raw.sha256(file)[:SHORT], "state": quality.say("thiếu tệp mô tả")}
    sidecar = raw.read_sidecar(file)
    found = raw.sha256(file)
    return {
        "file": named,
        "title": sidecar.title,
        "producer": sidecar.producer,
        "status": quality.say("thực" if sidecar.status == "real" else "SỐ LIỆU MÔ PHỎNG"),
        "sha256": found[:SHORT],
        "state": quality.say("khớp" if found == sidecar.sha256 else "đã bị sửa"),
    }


def raw_faults(quality: Quality) -> Prose:
    """Return in a sentence how many raw files agree with their checksum, and each that does not."""
    files = _files(quality)
    faults = [fault for fault in (_fault(file) for file in files) if fault]
    words = quality.say(
        "{good} trong {n} tệp gốc khớp với tổng kiểm.", good=len(files) - len(faults), n=len(files)
    )
    return Prose("\n\n".join([words, *(f"- {literal(fault)}" for fault in faults)]))


def _fault(file: Path) -> str:
    try:
        raw.verify(file)
    except RawFileError as fault:
        return str(fault).replace(f"{paths.raw()}/", "")  # a report names no folder of a machine
    return ""


# ---------------------------------------------------------------- published figures


def figure_counts(quality: Quality) -> Table:
    """Return how many published figures there are by level, confidence, channel and method."""
    rows = [
        *_counted(quality, quality.say("Mức độ"), "level", {name: name for name in LEVELS}),
        *_counted(quality, quality.say("Độ chắc khi đọc"), "confidence", CONFIDENCE),
        *_counted(quality, quality.say("Kênh"), "channel"),
        *_counted(quality, quality.say("Phương pháp"), "method"),
    ]
    return Table(
        pd.DataFrame(rows),
        quality.say("Số liệu đã công bố theo mức độ, độ chắc, kênh và phương pháp"),
        columns=[
            Column("name", quality.say("Nhóm"), head=True, width=0.5),
            Column("n", quality.say("Số liệu"), decimals=0, width=0.1),
            Column("share", quality.say("Tỷ trọng"), decimals=1, unit="%", width=0.12),
            Column("copies", quality.say("trong đó bản in lại"), decimals=0, width=0.14),
            Column("withheld", quality.say("trong đó không được dùng"), decimals=0, width=0.14),
        ],
        notes=[
            quality.say(
                "Bản in lại cùng nguồn gốc được giữ để đối chiếu và không tính hai lần; số không được dùng có lý do "
                "ghi trong tệp."
            )
        ],
        row_groups="by",
        id="so-cong-bo",
        lang=quality.lang,
    )


def _counted(
    quality: Quality, by: str, column: str, words: dict[str, str] | None = None
) -> Iterator[dict[str, object]]:
    table = quality.figures
    values = table[column].fillna("")
    order = list(words or values.value_counts(sort=True).index)
    for value in [name for name in order if name] + ([""] if values.eq("").any() else []):
        mine = table[values.eq(value)]
        yield {
            "by": by,
            "name": quality.say((words or {}).get(value, value))
            if words
            else value or quality.say("không ghi"),
            "n": len(mine),
            "share": 100 * len(mine) / len(table),
            "copies": int(mine["copy_of"].notna().sum()),
            "withheld": int(mine["withheld"].notna().sum()),
        }


def figures_by_year(quality: Quality) -> Figure:
    """Return the chart of how many published figures refer to each year."""
    years = quality.originals["year"]
    tally = years.value_counts().sort_index()
    counted = pd.Series(tally.to_numpy(dtype=int), index=[str(year) for year in tally.index])
    if years.isna().any():
        counted[quality.say("không rõ năm")] = int(years.isna().sum())
    return charts.counts(
        counted,
        quality.say("Số liệu đã công bố theo năm mà số liệu nói đến"),
        unit=quality.say("số liệu"),
        source=quality.say("data/raw/published/figures.csv, không kể bản in lại"),
        lang=quality.lang,
    )


def contradictions(quality: Quality) -> Table | Prose:
    """Return the published figures about the same thing that differ, side by side; none is averaged.

    Same: series, territory, date and period, unit, price basis, age bound and part covered. Methods
    may differ; the table shows them.
    """
    table = quality.originals
    differing = table.groupby(list(SAME_THING), dropna=False)["value"].transform("nunique") > 1
    rows = table[differing].sort_values(["series", "territory", "reference_date", "value", "id"])
    if not len(rows):
        return Prose(quality.say("Không có số liệu nào cùng nội dung mà khác trị số."))
    return _side_by_side(
        quality, rows, quality.say("Số liệu cùng nội dung nhưng khác trị số"), rows["name"], id="mau-thuan"
    )


def rival_series(quality: Quality) -> Table | Prose:
    """Return the figures of different series about one indicator, place and year that differ."""
    relations = read_relations()
    relations = relations[relations["relation"].isin(["same", "national"])]
    pairs = relations[["indicator", "series"]].drop_duplicates()
    whole_year = quality.originals[quality.originals["period"].isin(["Y", "point"])]
    table = whole_year.drop(columns="indicator").merge(pairs, on="series")
    keys = ["indicator", "territory", "year", "unit"]
    grouped = table.groupby(keys, dropna=False)
    rival = (grouped["series"].transform("nunique") > 1) & (grouped["value"].transform("nunique") > 1)
    rows = table[rival].sort_values([*keys, "series", "id"])
    if not len(rows):
        return Prose(quality.say("Không có hai chuỗi nào nói khác nhau về cùng một chỉ tiêu."))
    names = _indicator_names(quality.lang)
    heads = [names.get(code, code) for code in rows["indicator"]]
    return _side_by_side(
        quality,
        rows,
        quality.say("Chuỗi khác phương pháp nói khác nhau về cùng một chỉ tiêu"),
        pd.Series(heads, index=rows.index),
        id="chuoi-khac",
    )


def _indicator_names(lang: Lang) -> dict[str, str]:
    from qngai_analysis.plan.catalogue import read_catalogue

    return {str(code): str(name) for code, name in read_catalogue()[f"name_{lang}"].items()}


def _side_by_side(
    quality: Quality, rows: pd.DataFrame, caption: str, groups: pd.Series[Any], *, id: str
) -> Table:
    places = read_territories()["name"].to_dict()
    records: Sequence[dict[Any, Any]] = rows.to_dict("records")
    frame = pd.DataFrame(
        {
            "about": [
                f"{group} – {places.get(row['territory'], row['territory'])}, {_when(row, quality.lang)}"
                for group, row in zip(groups, records, strict=True)
            ],
            "name": rows["name"].to_numpy(),
            "value": [
                number(row["value"], unit=unit_words(row["unit"], quality.lang), lang=quality.lang)
                for row in records
            ],
            "method": [_text(row["method"]) or quality.say("không ghi") for row in records],
            "level": [quality.say(row["level"]) for row in records],
            "vintage": [
                day(row["vintage"], quality.lang) if _text(row["vintage"]) else "" for row in records
            ],
            "source": [f"{row['publisher']} [{row['id']}]" for row in records],
            "address": rows["address"].to_numpy(),
        }
    )
    return Table(
        frame,
        caption,
        columns=[
            Column("name", quality.say("Số liệu"), head=True, width=0.24),
            Column("value", quality.say("Giá trị"), align="right", width=0.13),
            Column("method", quality.say("Phương pháp"), width=0.2),
            Column("level", quality.say("Mức độ"), width=0.09),
            Column("vintage", quality.say("Công bố"), align="center", width=0.1),
            Column("source", quality.say("Nguồn"), href="address", width=0.24),
        ],
        notes=[quality.say("Nêu cả hai bên để đối chiếu, không lấy bình quân.")],
        row_groups="about",
        id=id,
        lang=quality.lang,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _when(row: dict[Any, Any], lang: Lang) -> str:
    return day(row["reference_date"], lang) if _text(row["reference_date"]) else "?"


def breaks(quality: Quality) -> Table:
    """Return where series are cut, and why."""
    table = read_breaks()
    frame = table.assign(
        date=[day(value, quality.lang) if _text(value) else "" for value in table["date"]],
        change=[
            " → ".join(filter(None, map(_text, pair)))
            for pair in zip(table["before"], table["after"], strict=True)
        ],
    )
    return Table(
        frame,
        quality.say("Chỗ đứt của các chuỗi số liệu"),
        columns=[
            Column("kind", quality.say("Loại"), head=True, width=0.13),
            Column("date", quality.say("Từ ngày"), align="center", width=0.11),
            Column("change", quality.say("Thay đổi"), width=0.26),
            Column("reason", quality.say("Lý do"), width=0.32),
            Column("source", quality.say("Nguồn"), width=0.18),
        ],
        notes=[quality.say("Không vẽ và không tính xu thế qua một chỗ đứt.")],
        id="cho-dut",
        lang=quality.lang,
    )


# ---------------------------------------------------------------- surveys


def survey_overview(quality: Quality) -> Table:
    """Return the surveys: population, questions, indicators, plan targets measured, and the year's file."""
    words = {"real": "số liệu thực", "simulated": "SỐ LIỆU MÔ PHỎNG", "none": "chưa có"}
    covered = survey_coverage()
    measured = covered[covered["measurable"]].groupby("survey").size()
    rows: list[dict[str, object]] = []
    for name in surveys():
        codebook = read_codebook(name)
        asked = [question for question in codebook.questions.values() if question.source == "form"]
        rows.append(
            {
                "survey": _label(codebook, quality.lang),
                "population": codebook.population_vi if quality.lang == "vi" else codebook.population_en,
                "questions": len(asked),
                "indicators": len(codebook.indicators),
                "targets": int(measured.get(name, 0)),
                "file": quality.say(words[quality.status(name)]),
            }
        )
    return Table(
        pd.DataFrame(rows),
        quality.say("Các cuộc điều tra và tệp số liệu năm {year}", year=quality.year),
        columns=[
            Column("survey", quality.say("Cuộc điều tra"), head=True, width=0.27),
            Column("population", quality.say("Tổng thể"), width=0.27),
            Column("questions", quality.say("Số câu hỏi"), decimals=0, width=0.09),
            Column("indicators", quality.say("Số chỉ tiêu"), decimals=0, width=0.09),
            Column("targets", quality.say("Mục tiêu của 906 và 114 đo được"), decimals=0, width=0.14),
            Column("file", quality.say("Tệp số liệu"), width=0.14),
        ],
        id="dieu-tra",
        lang=quality.lang,
    )


def response(quality: Quality) -> list[Block]:
    """Return for each survey of the year what became of the sample and of every question."""
    blocks: list[Block] = []
    for name in quality.surveyed:
        blocks += [_outcomes(quality, name), _account(quality, name)]
    return blocks or [
        Prose(quality.say("Chưa có tệp điều tra nào của năm {year} để đánh giá.", year=quality.year))
    ]


def _outcomes(quality: Quality, survey: str) -> Table:
    from qngai_analysis.survey.form.intake import response_outcomes

    table = response_outcomes(survey, quality.year)
    codebook = read_codebook(survey)
    english = {choice.name: choice.en for choice in codebook.questions[codebook.design.outcome].choices}
    names = table["vi"] if quality.lang == "vi" else [english.get(o, o) for o in table["outcome"]]
    return Table(
        table.assign(name=names, share=table["share"] * 100),
        quality.say(
            "{survey}, năm {year}: kết quả tiếp cận mẫu",
            survey=_label(codebook, quality.lang),
            year=quality.year,
        ),
        columns=[
            Column("name", quality.say("Kết quả"), head=True, width=0.6),
            Column("units", quality.say("Số đơn vị"), decimals=0, width=0.2),
            Column("share", quality.say("Tỷ lệ"), decimals=1, unit="%", width=0.2),
        ],
        simulated=quality.status(survey) == "simulated",
        lang=quality.lang,
    )


def _account(quality: Quality, survey: str) -> Table:
    from qngai_analysis.survey.form.intake import response_account

    table = response_account(survey, quality.year)
    codebook = read_codebook(survey)
    wording = [_label(codebook.questions[name], quality.lang) for name in table["question"]]
    return Table(
        table.assign(wording=wording, nonresponse=table["nonresponse"] * 100),
        quality.say(
            "{survey}, năm {year}: trả lời từng câu hỏi",
            survey=_label(codebook, quality.lang),
            year=quality.year,
        ),
        columns=[
            Column("wording", quality.say("Câu hỏi"), head=True, width=0.42),
            Column("not_applicable", quality.say("Không thuộc diện hỏi"), decimals=0, width=0.08),
            Column("due", quality.say("Phải trả lời"), decimals=0, width=0.08),
            Column("answered", quality.say("Đã trả lời"), decimals=0, width=0.08),
            Column("dont_know", quality.say("Không biết"), decimals=0, width=0.08),
            Column("refused", quality.say("Từ chối"), decimals=0, width=0.08),
            Column("missing", quality.say("Bỏ trống"), decimals=0, width=0.08),
            Column("nonresponse", quality.say("Không trả lời"), decimals=1, unit="%", width=0.1),
        ],
        notes=[quality.say("Số người (đơn vị) trong mẫu, không gia quyền. Không có gì bị bỏ lặng lẽ.")],
        simulated=quality.status(survey) == "simulated",
        lang=quality.lang,
    )


def questions(quality: Quality) -> list[Table]:
    """Return each survey's questions, as they are asked: wording, answers and plan targets measured."""
    return [_questions(quality, read_codebook(name)) for name in surveys()]


def _questions(quality: Quality, codebook: Codebook) -> Table:
    asked = [question for question in codebook.questions.values() if question.source == "form"]
    frame = pd.DataFrame(
        {
            "section": [_label(question.section, quality.lang) for question in asked],
            "name": [question.name for question in asked],
            "wording": [_label(question, quality.lang) for question in asked],
            "answers": [_answers(quality, question) for question in asked],
            "targets": ["; ".join(question.targets) or "–" for question in asked],
        }
    )
    return Table(
        frame,
        quality.say("Câu hỏi: {survey}", survey=_label(codebook, quality.lang)),
        columns=[
            Column("name", quality.say("Tên trong tệp"), head=True, width=0.18),
            Column("wording", quality.say("Câu hỏi"), width=0.4),
            Column("answers", quality.say("Trả lời"), width=0.27),
            Column("targets", quality.say("Mục tiêu"), width=0.15),
        ],
        row_groups="section",
        id=f"cau-hoi-{codebook.name}",
        lang=quality.lang,
    )


MANY = 8  # answers; a longer list is counted, not printed


def _answers(quality: Quality, question: Any) -> str:
    if question.choices:
        if len(question.choices) > MANY:
            return quality.say("một trong {n} lựa chọn", n=len(question.choices))
        return "; ".join(_label(choice, quality.lang) for choice in question.choices)
    words = {"integer": "số nguyên", "decimal": "số", "date": "ngày", "text": "chữ"}
    unit = f" ({unit_words(question.unit, quality.lang)})" if question.unit else ""
    return quality.say(words[question.type]) + unit
