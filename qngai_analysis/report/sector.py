"""What a sector report says: the sector's targets, survey estimates, published figures, tasks and gaps.

A notebook of a sector puts these blocks in order; ``sectors.toml`` says what each sector covers. With
a survey absent, or simulated while only real data are asked for, the blocks that need it say so and
the report goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qngai_analysis import paths
from qngai_analysis.edition.parameters import cutoff_day
from qngai_analysis.errors import ParameterError, SurveyError
from qngai_analysis.page import charts
from qngai_analysis.page.blocks import Details, Figure, PageTitle, Prose, SimulatedBanner, literal
from qngai_analysis.page.tables import Column, Table
from qngai_analysis.plan import read_plan
from qngai_analysis.progress.yearly import PLANS, YearResult, check_year, judge_year, surveyed
from qngai_analysis.raw import read_table
from qngai_analysis.report.offices import survey_owners
from qngai_analysis.report.reasons import address, english_name, wording
from qngai_analysis.report.reasons import reasons as explained
from qngai_analysis.report.sectors import sector_entry, sectors
from qngai_analysis.survey.estimate.columns import label_codes
from qngai_analysis.survey.estimate.intervals import student
from qngai_analysis.survey.form.codebook import SPECIAL, Codebook, Indicator, read_codebook
from qngai_analysis.survey.release.releases import STANDS
from qngai_analysis.survey.release.reliability import CENSUS
from qngai_analysis.words.language import KEPT, Lang, language, listed, text_day, translate, unit_words
from qngai_analysis.words.numbers import day, number, printed_decimals
from qngai_analysis.words.said import inside

if TYPE_CHECKING:
    from qngai_analysis.survey import Survey

Block = Prose | Table | Figure
SHARE = 100.0  # estimates are shares of 0 to 1, reports print per cent
NOT_SIGNIFICANT = 0.05
TASK_PLANS = (*PLANS, "66")  # the last sets no targets, but tasks that run to 2025


@dataclass(frozen=True)
class Sample:
    """One survey of a sector in one year: the file, its codebook and what is broken down how."""

    name: str
    year: int
    codebook: Codebook
    survey: Survey
    indicators: tuple[Indicator, ...]
    by: tuple[str, ...]
    simulated: bool

    @property
    def headline(self) -> Indicator:
        """The indicator that stands for the survey in charts."""
        return self.indicators[0]

    def estimate(self, indicator: Indicator, by: str | None = None) -> pd.DataFrame:
        """Return an indicator's estimates, protected: what must not be published is emptied."""
        # charts, gaps and tables ask for the same
        if (indicator.name, by) not in self._held:
            self._held[indicator.name, by] = self._estimated(indicator, by)
        return self._held[indicator.name, by].copy()

    @cached_property
    def _held(self) -> dict[tuple[str, str | None], pd.DataFrame]:
        return {}

    def _estimated(self, indicator: Indicator, by: str | None) -> pd.DataFrame:
        from qngai_analysis.survey.release.publication import published

        found = published(self.survey, indicator, by)
        if by is not None and by == self.codebook.design.district:
            return found.rename(columns={by: "district"})
        return found


@dataclass(frozen=True)
class Sector:
    """Everything a sector report is made of, loaded once."""

    name: str
    year: int
    edition: int
    district: str | None
    cutoff: date
    lang: Lang
    real_only: bool
    entry: Mapping[str, Any]
    result: YearResult

    def say(self, text: str, /, **values: object) -> str:
        """Return a message in the report's language."""
        return translate(text, self.lang, **values)

    @property
    def title(self) -> str:
        """The sector's name."""
        return str(self.entry[self.lang])

    @cached_property
    def samples(self) -> list[Sample]:
        """The sector's surveys that have a file of the edition and may be used."""
        return [s for s in (self._sample(block, self.edition) for block in self.entry.get("survey", ())) if s]

    @cached_property
    def absent(self) -> list[str]:
        """Why a survey of the sector can't be used, one sentence each."""
        return [why for why in (self._why_absent(block) for block in self.entry.get("survey", ())) if why]

    def sample_of(self, sample: Sample, year: int) -> Sample | None:
        """Return the same survey's headline of another year, if there is a file that may be used."""
        if (sample.name, year) not in self._others:
            block = {"name": sample.name, "indicators": [sample.headline.name], "by": sample.by}
            self._others[sample.name, year] = sample if year == sample.year else self._sample(block, year)
        return self._others[sample.name, year]

    @cached_property
    def _others(self) -> dict[tuple[str, int], Sample | None]:
        return {}

    @cached_property
    def tasks(self) -> list[dict[str, Any]]:
        """The sector's tasks in all plans: plan, text, agencies, period and state."""
        return [row for plan in TASK_PLANS for row in _tasks_of(self, plan)]

    def _sample(self, block: Mapping[str, Any], year: int) -> Sample | None:
        from qngai_analysis.survey.form.intake import load_file, load_survey, survey_file

        try:
            survey_file(block["name"], year)
        except SurveyError:
            return None
        loaded = load_file(block["name"], year)
        if self.real_only and loaded.evidence == "simulated":
            return None
        codebook = loaded.codebook
        return Sample(
            name=block["name"],
            year=year,
            codebook=codebook,
            survey=load_survey(block["name"], year),
            indicators=tuple(codebook.indicators[name] for name in block["indicators"]),
            by=tuple(block["by"]),
            simulated=loaded.evidence == "simulated",
        )

    def _why_absent(self, block: Mapping[str, Any]) -> str | None:
        if any(sample.name == block["name"] for sample in self.samples):
            return None
        name = survey_name(read_codebook(block["name"]), self.lang)
        from qngai_analysis.survey.form.intake import survey_file

        try:
            survey_file(block["name"], self.edition)
        except SurveyError:
            return self.say("{survey}: chưa có tệp số liệu năm {year}.", survey=name, year=self.edition)
        return self.say(
            "{survey}: tệp năm {year} là số liệu mô phỏng, không dùng khi chỉ lấy số liệu thực.",
            survey=name,
            year=self.edition,
        )

    @cached_property
    def simulated(self) -> bool:
        """Whether anything shown rests on simulated data."""
        judged = len(self.targets) and self.targets["evidence"].eq("simulated").any()
        return bool(judged) or any(sample.simulated for sample in self.samples)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """The targets that the plans set for the province in the sector, with their outcome."""
        return self._rows(lambda table: self._mine(table) & ~_for_a_district(table))

    @cached_property
    def local_targets(self) -> pd.DataFrame:
        """The sector's targets that the plans set for single districts, or for the chosen one."""
        return self._rows(lambda table: self._mine(table) & self._here(table))

    @cached_property
    def common_targets(self) -> pd.DataFrame:
        """The chosen district's targets that belong to no sector's report."""
        if self.district is None:
            return self.result.table.head(0)
        listed = {code for entry in sectors().values() for code in entry["indicators"]}
        return self._rows(lambda table: self._here(table) & ~table["indicator"].isin(listed))

    def _mine(self, table: pd.DataFrame) -> pd.Series[bool]:
        return table["indicator"].isin(self.entry["indicators"])

    def _here(self, table: pd.DataFrame) -> pd.Series[bool]:
        return _for_a_district(table) if self.district is None else table["geography"].eq(self.district)

    def _rows(self, chosen: Callable[[pd.DataFrame], pd.Series[bool]]) -> pd.DataFrame:
        table = self.result.table
        return table[chosen(table)].reset_index(drop=True) if len(table) else table

    def main_target(self, indicator: Indicator) -> pd.Series | None:
        """Return the main plan's target that an indicator of a survey measures, if there is one."""
        table = self.result.table
        if not indicator.code or not len(table):
            return None
        found = table[(table["indicator"] == indicator.code) & (table["plan"] == PLANS[0])]
        return found.iloc[0] if len(found) else None


def load(
    sector: str,
    *,
    year: int,
    edition: int | None = None,
    district: str | None = None,
    cutoff: str = "",
    real_only: bool = False,
    lang: str = "vi",
) -> Sector:
    """Read what a sector's report is made of.

    Parameters
    ----------
    sector : one of ``sectors()``
    year : the reporting year
    edition : year of the survey files; None: the reporting year
    district : name of a district to single out, or None for the province
    cutoff : day (``2026-03-31``) after which nothing published counts; empty: 31 March of the next year
    real_only : leave simulated surveys out

    Raises
    ------
    ParameterError
        There is no such sector or district, the plan does not cover the year, or the cut-off day is not a date.
    """
    entry = sector_entry(sector)
    if district is not None and district not in set(districts()["name"]):
        raise ParameterError(f"district = {district!r}; it is one of {', '.join(districts()['name'])}")
    check_year(year)
    day_of = cutoff_day(cutoff, year)
    names = [block["name"] for block in entry.get("survey", ())]
    observed = surveyed(edition or year, real_only=real_only, surveys=names)
    result = judge_year(
        year, observed=observed, cutoff=day_of, real_only=real_only, only=_belongs_to(entry, district)
    )
    return Sector(sector, year, edition or year, district, day_of, language(lang), real_only, entry, result)


def _for_a_district(table: pd.DataFrame) -> pd.Series[bool]:
    return table["geography"].isin(set(districts()["name"]))


def _belongs_to(entry: Mapping[str, Any], district: str | None) -> Callable[[pd.DataFrame], pd.Series[bool]]:
    """Return what picks a sector's targets, and all those set for one district."""
    codes = _indicators(entry)
    return lambda targets: targets["indicator"].isin(codes) | targets["geography"].isin([district])


def _indicators(entry: Mapping[str, Any]) -> set[str]:
    """Return the sector's codes of the catalogue, and those that its surveys' charts have a target for."""
    asked = {
        read_codebook(block["name"]).indicators[name].code
        for block in entry.get("survey", ())
        for name in block["indicators"]
    }
    return {*entry["indicators"], *asked} - {""}


@cache
def districts() -> pd.DataFrame:
    """Return the 13 districts with their place on the tile grid: ``id, name, row, column``."""
    names = read_table(paths.raw("reference", "districts.csv"))[["id", "name"]]
    tiles = read_table(paths.raw("reference", "tiles.csv")).rename(columns={"district": "id"})
    return names.merge(tiles, on="id")


def goal_words(row: Mapping[str, Any] | pd.Series, lang: Lang) -> str:
    """Return what a target asks for: in Vietnamese in the plan's words, in English by sign and number."""
    if lang == "vi":
        return str(row["goal"])
    if row["comparator"] == "between":  # the table holds one end only; the words hold both
        return str(row["goal"])
    return charts.target_words(
        str(row["comparator"]), float(row["target"]), unit_words(row["unit"], lang), lang
    )


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as dictionaries."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def survey_name(codebook: Codebook, lang: Lang) -> str:
    """Return a survey's name in the language of the report."""
    return codebook.vi if lang == "vi" else codebook.en


def label(indicator: Indicator, lang: Lang) -> str:
    """Return an indicator's name in the language of the report."""
    return indicator.vi if lang == "vi" else indicator.en


# ---------------------------------------------------------------- opening


def title(sector: Sector) -> PageTitle:
    """Return the title of the report."""
    subtitle = sector.say("Báo cáo chuyên đề năm {year}", year=sector.year)
    return PageTitle(
        sector.title,
        subtitle=f"{subtitle} – {sector.district}" if sector.district else subtitle,
        line=sector.say("Số liệu tính đến ngày {cutoff}", cutoff=text_day(sector.cutoff, sector.lang)),
    )


def heading(sector: Sector, text: str, level: int = 2) -> Prose:
    """Return a heading in the report's language."""
    return Prose(f"{'#' * level} {sector.say(text)}")


def status(sector: Sector) -> list[SimulatedBanner | Prose]:
    """Return what the reader must know first: simulated data in use, surveys that are missing."""
    blocks: list[SimulatedBanner | Prose] = [SimulatedBanner(lang=sector.lang)] if sector.simulated else []
    if sector.lang != "vi":
        blocks.append(Prose(sector.say(KEPT)))
    if sector.absent:
        blocks.append(Prose("\n".join(f"- {literal(why)}" for why in sector.absent)))
    return blocks


def marked(sector: Sector, sample: Sample) -> str:
    """Return what a sentence about simulated data ends with."""
    return f" – {sector.say('SỐ LIỆU MÔ PHỎNG')}" if sample.simulated else ""


def p_words(p: float, lang: Lang) -> str:
    r"""Return the probability value of a test as printed; a very small one is never 0.

    >>> p_words(0.0301, "vi"), p_words(0.00004, "vi")
    ('0,030', '<\xa00,001')
    """
    return number(p, 3, lang=lang) if p >= 0.0005 else f"<\u00a0{number(0.001, lang=lang)}"


def share(value: float, lang: Lang) -> str:
    """Return a share of 0 to 1 as printed per cent."""
    return number(value * SHARE, 1, unit="%", lang=lang)


# ---------------------------------------------------------------- targets


def target_table(sector: Sector) -> list[Table | Prose]:
    """Return the sector's targets in all plans with their verdicts; those set for districts in a table of their own."""
    if not len(sector.targets):
        blocks: list[Table | Prose] = [_no_targets(sector)]
    else:
        caption = sector.say(
            "Chỉ tiêu của lĩnh vực trong các kế hoạch và kết quả năm {year}", year=sector.year
        )
        blocks = [_target_table(sector, sector.targets, caption, "chi-tieu")]
    if len(sector.local_targets):
        caption = (
            sector.say("Chỉ tiêu các kế hoạch giao riêng cho huyện, thị xã, thành phố")
            if sector.district is None
            else sector.say("Chỉ tiêu các kế hoạch giao riêng cho {district}", district=sector.district)
        )
        blocks.append(_target_table(sector, sector.local_targets, caption, "chi-tieu-huyen"))
    if len(sector.common_targets):
        caption = sector.say(
            "Chỉ tiêu các kế hoạch giao riêng cho {district}, không thuộc riêng lĩnh vực nào",
            district=sector.district,
        )
        blocks.append(_target_table(sector, sector.common_targets, caption, "chi-tieu-chung-huyen"))
    return blocks


def _target_table(sector: Sector, rows: pd.DataFrame, caption: str, id: str) -> Table:
    local = _for_a_district(rows).all()
    frame = pd.DataFrame(
        {
            "plan": rows["plan"],
            "place": rows["geography"],
            "text": [wording(row, sector.lang) for row in records(rows)],
            "goal": [goal_words(row, sector.lang) for row in records(rows)],
            "due": rows["deadline"],
            "value": rows["value"],
            "unit": [unit_words(unit, sector.lang) for unit in rows["unit"]],
            "date": [
                day(printed, sector.lang) if isinstance(printed, str) else ""
                for printed in rows["reference_date"]
            ],
            "verdict": [sector.say(word) for word in rows["verdict"]],
            "why": [address(target) for target in rows["target_id"]],
            "evidence": [sector.say(EVIDENCE[word]) for word in rows["evidence"]],
        }
    )
    place = [Column("place", sector.say("Địa bàn"), width=0.12)] if local else []
    return Table(
        frame,
        caption,
        columns=[
            Column("plan", sector.say("Kế hoạch"), align="center", width=0.07),
            *place,
            Column("text", sector.say("Chỉ tiêu (theo lời văn kế hoạch)"), head=True, width=0.3),
            Column("goal", sector.say("Mục tiêu"), align="center", width=0.11),
            Column("due", sector.say("Năm"), format="plain", width=0.06),
            Column("value", sector.say("Kết quả"), align="right", unit_key="unit", decimals=1, width=0.09),
            Column("date", sector.say("Thời điểm"), align="center", width=0.08),
            Column("verdict", sector.say("Đánh giá"), format="mark", href="why", width=0.14),
            Column("evidence", sector.say("Căn cứ"), width=0.13),
        ],
        id=id,
        simulated=bool(rows["evidence"].eq("simulated").any()),
        lang=sector.lang,
    )


def _no_targets(sector: Sector) -> Prose:
    return Prose(sector.say("Các kế hoạch không đặt chỉ tiêu định lượng riêng cho lĩnh vực này."))


def reasons(sector: Sector) -> list[Details] | list[Prose]:
    """Return the explanation behind each verdict of the sector, in the order of the table."""
    rows = [*records(sector.targets), *records(sector.local_targets), *records(sector.common_targets)]
    if not rows:
        return [_no_targets(sector)]
    return explained(sector.result, rows, lambda row: _short(row, sector.lang), sector.lang)


def _short(row: Mapping[str, Any], lang: Lang) -> str:
    text = english_name(row["indicator"]) if lang != "vi" else ""
    place = f"{row['geography']}: " if row["geography"] in set(districts()["name"]) else ""
    return f"{row['plan']}: {place}{text or str(row['text']).rstrip('.')}"


EVIDENCE = {
    "real": "số liệu thực",
    "simulated": "SỐ LIỆU MÔ PHỎNG",
    "proxy-only": "chỉ có số tham khảo",
    "none": "không có",
}


# ---------------------------------------------------------------- survey estimates


def by_group(sample: Sample, indicator: Indicator, by: str, lang: Lang) -> pd.DataFrame:
    """Return an indicator's protected estimates by a grouping; ``group`` its values, ``label`` their words."""
    name = sample.codebook.design.district if by == "district" else by
    table = sample.estimate(indicator, name)
    column = "district" if by == "district" else name
    found = table.rename(columns={column: "group"}).assign(group=lambda t: t["group"].astype(str))
    return found.assign(label=[group_words(sample, name, group, lang) for group in found["group"]])


def group_words(sample: Sample, by: str, group: str, lang: Lang) -> str:
    """Return the words of a grouping's value in the language of the report."""
    return group if lang == "vi" else english_groups(sample.codebook, by).get(group, group)


def english_groups(codebook: Codebook, by: str) -> dict[str, str]:
    """Return the English words of a grouping's values by their Vietnamese ones."""
    if by in codebook.domains:
        return {vi: en for vi, en, _ in codebook.domains[by].groups}
    choices = (*codebook.questions[by].choices, *SPECIAL.values()) if by in codebook.questions else ()
    return {choice.vi: choice.en for choice in choices}


def province_table(sector: Sector) -> list[Block]:
    """Return each survey's indicators for the whole province, with intervals."""
    if not sector.samples:
        return [_nothing(sector)]
    return [_province(sector, sample) for sample in sector.samples]


def _nothing(sector: Sector) -> Prose:
    why = " ".join(sector.absent) or sector.say("Lĩnh vực này chưa có cuộc điều tra nào được thiết kế.")
    return Prose(literal(why))


def _province(sector: Sector, sample: Sample) -> Table:
    rows = []
    remarks = []
    for indicator in sample.indicators:
        row = sample.estimate(indicator).iloc[0]
        scale = SHARE if indicator.unit == "%" else 1.0
        hidden = row["flag"] == "suppress"
        if row["reason"] in REMARKS:
            remark = sector.say(REMARKS[row["reason"]])
            remarks.append(f"{label(indicator, sector.lang)}: {remark}")
        rows.append(
            {
                "name": label(indicator, sector.lang),
                "n": row["n"],
                "value": None if hidden else row["estimate"] * scale,
                "low": None if hidden else row["ci_low"] * scale,
                "high": None if hidden else row["ci_high"] * scale,
                "deff": None if hidden else row["deff"],
                "unit": unit_words(indicator.unit, sector.lang),
                "flag": flag_of(row),
            }
        )
    return Table(
        pd.DataFrame(rows),
        sector.say(
            "{survey} năm {year}: ước lượng toàn tỉnh",
            survey=survey_name(sample.codebook, sector.lang),
            year=sample.year,
        ),
        columns=[
            Column("name", sector.say("Chỉ tiêu"), head=True, width=0.44),
            Column("n", "n", decimals=0, width=0.09),
            Column("value", sector.say("Ước lượng"), decimals=1, unit_key="unit", flag="flag", width=0.15),
            Column("low", sector.say("Từ"), decimals=1, group=sector.say("Khoảng tin cậy 95%"), width=0.1),
            Column("high", sector.say("Đến"), decimals=1, group=sector.say("Khoảng tin cậy 95%"), width=0.1),
            Column("deff", sector.say("Hiệu ứng thiết kế"), decimals=2, width=0.12),
        ],
        notes=[
            sector.say("n: số người (đơn vị) trả lời. Ngưỡng tin cậy là lựa chọn của dự án (docs/methods)."),
            *remarks,
        ],
        simulated=sample.simulated,
        lang=sector.lang,
    )


def flag_of(row: Mapping[str, Any] | pd.Series) -> str:
    """Return the flag of a printed estimate: ``c`` confidential, ``u`` unreliable."""
    if row["symbol"] == "c":
        return "c"
    if row["reason"] == CENSUS:  # few, but all there are: not unreliable
        return ""
    return {"review": "u", "complement": "u", "suppress": "u"}.get(str(row["flag"]), "")


def breakdowns(sector: Sector) -> list[Block]:
    """Return the headline indicator of each survey by each of its groupings: a chart each."""
    blocks: list[Block] = []
    for sample in sector.samples:
        for by in sample.by:
            blocks.append(breakdown(sector, sample, sample.headline, by))
    return blocks


def estimates(sector: Sector) -> list[Table | Prose]:
    """Return every indicator of each survey by every grouping, with intervals."""
    tables: list[Table | Prose] = [_estimates(sector, sample) for sample in sector.samples]
    return tables or [Prose(sector.say("Chưa có số liệu điều tra."))]


def _estimates(sector: Sector, sample: Sample) -> Table:
    parts = [
        _estimate_rows(sector, sample, indicator, by) for indicator in sample.indicators for by in sample.by
    ]
    interval = sector.say("Khoảng tin cậy 95%")
    return Table(
        pd.concat(parts, ignore_index=True),
        sector.say(
            "{survey} năm {year}: ước lượng theo nhóm",
            survey=survey_name(sample.codebook, sector.lang),
            year=sample.year,
        ),
        columns=[
            Column("by", sector.say("Theo"), width=0.2),
            Column("group", sector.say("Nhóm"), head=True, width=0.34),
            Column("n", "n", decimals=0, width=0.1),
            Column("value", sector.say("Ước lượng"), decimals=1, unit_key="unit", flag="flag", width=0.14),
            Column("low", sector.say("Từ"), decimals=1, group=interval, width=0.11),
            Column("high", sector.say("Đến"), decimals=1, group=interval, width=0.11),
        ],
        row_groups="name",
        simulated=sample.simulated,
        source=source_of(sector, sample),
        lang=sector.lang,
    )


def _estimate_rows(sector: Sector, sample: Sample, indicator: Indicator, by: str) -> pd.DataFrame:
    table = by_group(sample, indicator, by, sector.lang)
    scale = SHARE if indicator.unit == "%" else 1.0
    hidden = table["estimate"].isna()
    return pd.DataFrame(
        {
            "name": label(indicator, sector.lang),
            "by": sector.say("Huyện") if by == "district" else _title(_grouping(sample, by, sector.lang)),
            "group": table["label"],
            "n": table["n"].astype("float64").mask(hidden),
            "value": table["estimate"] * scale,
            "low": table["ci_low"] * scale,
            "high": table["ci_high"] * scale,
            "unit": unit_words(indicator.unit, sector.lang),
            "flag": [flag_of(row) for _, row in table.iterrows()],
        }
    )


def breakdown(sector: Sector, sample: Sample, indicator: Indicator, by: str) -> Figure:
    """Return the chart of one indicator by one grouping; suppressed groups are said in words."""
    table = by_group(sample, indicator, by, sector.lang)
    if by == "district":
        table = table.sort_values("estimate", ascending=False, na_position="last")
    reference = None
    goal = sector.main_target(indicator)
    if goal is not None:
        reference = (float(goal["target"]), f"{sector.say('mục tiêu')}: {goal_words(goal, sector.lang)}")
    return charts.dot_interval(
        table,
        "label",
        sector.say(
            "{indicator} theo {by}, năm {year}",
            indicator=label(indicator, sector.lang),
            by=_grouping(sample, by, sector.lang),
            year=sample.year,
        ),
        lang=sector.lang,
        reference=reference,
        simulated=sample.simulated,
        source=source_of(sector, sample),
        highlight=sector.district,
    )


def _grouping(sample: Sample, by: str, lang: Lang) -> str:
    if by == "district":
        return translate("huyện, thị xã, thành phố", lang)
    entry: Any = sample.codebook.domains.get(by) or sample.codebook.questions[by]
    words = str(entry.vi if lang == "vi" else entry.en)
    return inside(words)


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]


def source_of(sector: Sector, sample: Sample) -> str:
    """Return the source line of what is made of a survey."""
    text = f"{survey_name(sample.codebook, sector.lang)}, {sample.year}"
    return f"{text} – {sector.say('SỐ LIỆU MÔ PHỎNG')}" if sample.simulated else text


def overview(sector: Sector) -> list[Block]:
    """Return all shares of each survey by district in one chart of shaded cells."""
    blocks: list[Block] = []
    for sample in sector.samples:
        shares = [indicator for indicator in sample.indicators if indicator.kind == "proportion"]
        if "district" not in sample.by or len(shares) < 2:
            continue
        columns = {
            label(indicator, sector.lang): by_group(sample, indicator, "district", sector.lang).set_index(
                "group"
            )["estimate"]
            * SHARE
            for indicator in shares
        }
        blocks.append(
            charts.heat_table(
                pd.DataFrame(columns),
                sector.say(
                    "{survey}: các chỉ tiêu theo huyện, năm {year} (%)",
                    survey=survey_name(sample.codebook, sector.lang),
                    year=sample.year,
                ),
                lang=sector.lang,
                source=source_of(sector, sample),
                simulated=sample.simulated,
            )
        )
    return blocks


def district_maps(sector: Sector) -> list[Block]:
    """Return a tile map of each survey's headline indicator by district."""
    blocks: list[Block] = []
    for sample in sector.samples:
        if "district" not in sample.by:
            continue
        table = by_group(sample, sample.headline, "district", sector.lang)
        values = pd.DataFrame(
            {
                "district": table["group"],
                "value": table["estimate"] * SHARE,
                "reason": [sector.say(HIDDEN[s]) if s in HIDDEN else None for s in table["symbol"]],
            }
        )
        grid = districts().rename(columns={"name": "district"})[["district", "row", "column"]]
        blocks.append(
            charts.tile_map(
                values,
                grid,
                sector.say(
                    "{indicator} theo huyện, năm {year}",
                    indicator=label(sample.headline, sector.lang),
                    year=sample.year,
                ),
                lang=sector.lang,
                source=source_of(sector, sample),
                simulated=sample.simulated,
                highlight=sector.district,
            )
        )
    return blocks


HIDDEN = {"c": "bảo mật", "u": "kém tin cậy"}
#: What a table's note says of a row that is published for a reason of its own.
REMARKS = {
    CENSUS: "điều tra toàn bộ, hầu hết đơn vị của tổng thể đã trả lời",
    STANDS: "giữ số đã công bố vì số rà soát chỉ khác ở quá ít đơn vị",
}


def left_behind(sector: Sector) -> list[Block]:
    """Return the gaps between groups with their tests: who is left behind, and how sure that is."""
    blocks: list[Block] = []
    for sample in sector.samples:
        shares = [indicator for indicator in sample.indicators if indicator.kind == "proportion"]
        rows = [
            row for indicator in shares for by in sample.by for row in _gaps(sector, sample, indicator, by)
        ]
        if rows:
            blocks.append(_gap_table(sector, sample, pd.DataFrame(rows)))
    return blocks or [Prose(sector.say("Chưa có số liệu điều tra để so sánh các nhóm."))]


def _gaps(sector: Sector, sample: Sample, indicator: Indicator, by: str) -> list[dict[str, Any]]:
    """Return the widest gap of a grouping: its lowest group against its highest, among those published."""
    known = by_group(sample, indicator, by, sector.lang).dropna(subset=["estimate"]).sort_values("estimate")
    known = known[known["reason"] != STANDS]  # the test would tell the figure that is not revised
    if len(known) < 2 or known["estimate"].iloc[0] == known["estimate"].iloc[-1]:
        return []
    low, high = known.iloc[0], known.iloc[-1]
    test = widest(sample, indicator, by, known)
    return [
        {
            "name": label(indicator, sector.lang),
            "by": sector.say("Huyện") if by == "district" else _title(_grouping(sample, by, sector.lang)),
            "low": f"{low['label']}: {share(low['estimate'], sector.lang)}",
            "high": f"{high['label']}: {share(high['estimate'], sector.lang)}",
            "gap": test["estimate"] * SHARE,
            "from": test["ci_low"] * SHARE,
            "to": test["ci_high"] * SHARE,
            "p": p_words(test["p_value"], sector.lang),
            "sure": sector.say("có" if test["p_value"] < NOT_SIGNIFICANT else "chưa"),
        }
    ]


def widest(sample: Sample, indicator: Indicator, by: str, known: pd.DataFrame) -> pd.Series:
    """Return the difference between the last and the first group of ``known``, with its test.

    The two were picked after looking at the data, so ``p_value`` is multiplied by the number of
    pairs they were picked from (Bonferroni), at most 1, and ``ci_low`` to ``ci_high`` is as much
    wider: it leaves 0 out exactly where ``p_value`` is below 1 minus the confidence.
    """
    column = sample.codebook.design.district if by == "district" else by
    groups = (known.iloc[-1]["group"], known.iloc[0]["group"])
    test = difference(sample.survey, indicator, column, groups).copy()
    pairs = len(known) * (len(known) - 1) / 2
    test["p_value"] = min(1.0, test["p_value"] * pairs)
    confidence = 1 - (1 - sample.survey.confidence) / pairs
    ends = student(np.array([test["estimate"]]), np.array([test["se"]]), np.array([test["df"]]), confidence)
    test["ci_low"], test["ci_high"] = (end[0] for end in ends)
    return test


def difference(survey: Survey, indicator: Indicator, by: str, groups: tuple[object, object]) -> pd.Series:
    """Return the difference between two groups in an indicator of whatever kind, with its test."""
    column, settings = indicator.name, {}
    if indicator.kind == "ratio":
        column, below = indicator.columns
        settings = {"statistic": "ratio", "den": below}
    found: pd.Series = survey.difference(column, by=by, groups=groups, **settings).iloc[0]
    return found


def _gap_table(sector: Sector, sample: Sample, rows: pd.DataFrame) -> Table:
    interval = sector.say("Khoảng tin cậy 95%")
    return Table(
        rows,
        sector.say(
            "Chênh lệch giữa các nhóm: {survey}, năm {year}",
            survey=survey_name(sample.codebook, sector.lang),
            year=sample.year,
        ),
        columns=[
            Column("by", sector.say("Theo"), head=True, width=0.13),
            Column("low", sector.say("Nhóm thấp nhất"), width=0.21),
            Column("high", sector.say("Nhóm cao nhất"), width=0.21),
            Column("gap", sector.say("Chênh lệch (điểm %)"), decimals=1, width=0.12),
            Column("from", sector.say("Từ"), decimals=1, group=interval, width=0.08),
            Column("to", sector.say("Đến"), decimals=1, group=interval, width=0.08),
            Column("p", "p", align="right", width=0.09),
            Column("sure", sector.say("Có ý nghĩa"), width=0.08),
        ],
        row_groups="name",
        notes=[
            sector.say(
                "Kiểm định t theo thiết kế mẫu cho nhóm thấp nhất so với nhóm cao nhất; hai nhóm được chọn sau khi "
                "nhìn số liệu nên p đã nhân với số cặp nhóm và khoảng tin cậy đã nới rộng tương ứng (Bonferroni)."
            )
        ],
        simulated=sample.simulated,
        source=source_of(sector, sample),
        lang=sector.lang,
    )


def equal_footing(sector: Sector) -> list[Block]:
    """Return odds ratios of each headline share: which gaps stay when the other characteristics are held equal.

    A survey-weighted logistic regression on the groupings other than the district; only where a
    survey has at least two of them, or the gap tests above say the same. A grouping in which a group
    is confidential is left out.
    """
    blocks: list[Block] = []
    for sample in sector.samples:
        # the odds of a group that is hidden, or not revised, would tell its share
        on = [by for by in sample.by if by != "district" and _all_told(sector, sample, by)]
        if sample.headline.kind != "proportion" or len(on) < 2:
            continue
        try:
            fitted = _answered(sample, on).regress(sample.headline.name, on)
        except (
            SurveyError
        ) as why:  # a group that answers all alike: the model has nothing to say, and says so
            blocks.append(Prose(literal(sector.say("Không ước lượng được mô hình: {why}", why=str(why)))))
            continue
        blocks.append(_odds(sector, sample, on, _with_bases(sample, on, fitted)))
    return blocks


def _answered(sample: Sample, on: Sequence[str]) -> Survey:
    """Return the survey of those whose group is known: "không biết" is no group to compare with."""
    return sample.survey.where(_known(sample, on))


def _known(sample: Sample, on: Sequence[str]) -> pd.Series[bool]:
    unknown = {choice.vi for choice in SPECIAL.values()}
    known: pd.Series[bool] = ~pd.concat([sample.survey.frame[by].isin(unknown) for by in on], axis=1).any(
        axis=1
    )
    return known


def as_computed(row: pd.Series) -> bool:
    """Whether a published row is what the file gives: neither hidden nor left as it was published before."""
    return bool(row["symbol"] != "c" and row["reason"] != STANDS)


def _all_told(sector: Sector, sample: Sample, by: str) -> bool:
    """Whether every group of the headline's table is published as the file gives it."""
    table = by_group(sample, sample.headline, by, sector.lang)
    return all(as_computed(row) for _, row in table.iterrows())


def _with_bases(sample: Sample, on: Sequence[str], fitted: pd.DataFrame) -> pd.DataFrame:
    """Return the model's terms as ``by``, ``group``, each grouping led by the group the others are compared with."""
    parts = fitted["term"].str.extract(r"^(?P<by>[^\[]+)\[(?P<group>.*)\]$")
    terms = pd.concat([parts, fitted[["estimate", "ci_low", "ci_high", "p_value"]]], axis=1)
    frame = sample.survey.frame[_known(sample, on)].dropna(subset=[sample.headline.name, *on])
    rows = []
    for by in on:
        mine = terms[terms["by"] == by]
        code, levels = label_codes(frame[by])
        seen = [str(level) for place, level in enumerate(levels) if (code == place).any()]
        assert seen[1:] == mine["group"].to_list()  # the model compares with the first group that is there
        rows += [pd.DataFrame({"by": [by], "group": seen[:1]}), mine]
    return pd.concat(rows, ignore_index=True)


def _odds_cells(sector: Sector, row: Mapping[str, Any]) -> dict[str, str]:
    if pd.isna(row["estimate"]):
        base = sector.say("{one} (gốc)", one=number(1, lang=sector.lang))
        return {"odds": base, **dict.fromkeys(("low", "high", "p"), "–")}
    columns = {"odds": "estimate", "low": "ci_low", "high": "ci_high"}
    cells = {name: number(np.exp(row[column]), 2, lang=sector.lang) for name, column in columns.items()}
    return {**cells, "p": p_words(row["p_value"], sector.lang)}


def _odds(sector: Sector, sample: Sample, on: Sequence[str], terms: pd.DataFrame) -> Table:
    rows = pd.DataFrame(
        [
            {
                "by": _title(_grouping(sample, row["by"], sector.lang)),
                "group": group_words(sample, row["by"], row["group"], sector.lang),
                **_odds_cells(sector, row),
            }
            for row in records(terms)
        ]
    )
    interval = sector.say("Khoảng tin cậy 95%")
    return Table(
        rows,
        sector.say(
            "Tỷ số chênh khi các đặc điểm khác như nhau: {indicator}",
            indicator=label(sample.headline, sector.lang),
        ),
        columns=[
            Column("group", sector.say("Nhóm (so với nhóm gốc)"), head=True, width=0.4),
            Column("odds", sector.say("Tỷ số chênh"), align="right", width=0.18),
            Column("low", sector.say("Từ"), align="right", group=interval, width=0.14),
            Column("high", sector.say("Đến"), align="right", group=interval, width=0.14),
            Column("p", "p", align="right", width=0.14),
        ],
        row_groups="by",
        notes=[
            sector.say(
                "Hồi quy logistic có trọng số theo thiết kế mẫu trên {on}; trên 1 là cao hơn nhóm gốc. "
                "Liên hệ, không phải nguyên nhân.",
                on=listed([_grouping(sample, by, sector.lang) for by in on], sector.lang),
            )
        ],
        simulated=sample.simulated,
        lang=sector.lang,
    )


def over_years(sector: Sector) -> list[Block]:
    """Return each headline indicator over the years that have a file."""
    from qngai_analysis.survey.form.intake import survey_years

    blocks: list[Block] = []
    for sample in sector.samples:
        points = []
        for year in survey_years(sample.name):
            other = sector.sample_of(sample, year)
            if other is None or year > sector.year:
                continue
            row = other.estimate(sample.headline).iloc[0]
            points.append((year, row["estimate"] * SHARE, row["ci_low"] * SHARE, row["ci_high"] * SHARE, 0))
        if len(points) > 1:
            blocks.append(_trajectory(sector, sample, points))
    return blocks or [
        Prose(sector.say("Chưa có số liệu điều tra của hai năm trở lên để so sánh theo thời gian."))
    ]


def _trajectory(sector: Sector, sample: Sample, points: Sequence[tuple[float, ...]]) -> Figure:
    frame = pd.DataFrame(points, columns=["year", "value", "low", "high", "segment"]).astype({"year": int})
    goal = sector.main_target(sample.headline)
    target = (
        None
        if goal is None
        else (float(goal["target"]), int(goal["deadline"]), goal_words(goal, sector.lang))
    )
    return charts.trajectory(
        frame,
        sector.say("{indicator} qua các năm", indicator=label(sample.headline, sector.lang)),
        target=target,
        lang=sector.lang,
        source=source_of(sector, sample),
        simulated=sample.simulated,
        decimals=1,
    )


# ---------------------------------------------------------------- published figures, tasks, gaps


def published_figures(sector: Sector) -> pd.DataFrame:
    """Return the published figures of the sector's series, newest first in each series."""
    table = sector.result.observations
    mine = table[table["series"].isin(sector.entry["series"]) & table["evidence"].eq("real")]
    return mine.sort_values(["series", "reference_date"], ascending=[True, False])


def published(sector: Sector) -> Table | Prose:
    """Return the table of published figures with territory, level, source and address."""
    rows = published_figures(sector)
    if not len(rows):
        return Prose(sector.say("Không có số liệu đã công bố nào về lĩnh vực này trong nguồn của dự án."))
    places = {"QNG": "tỉnh, địa giới cũ", "QNG-2025": "tỉnh, địa giới từ 01/7/2025", "VN": "cả nước"}
    names = dict(zip(districts()["id"], districts()["name"], strict=True))
    frame = pd.DataFrame(
        {
            "name": rows["name"],
            "value": [printed(row, sector.lang) for row in records(rows)],
            "date": [
                day(value, sector.lang) if isinstance(value, str) else "" for value in rows["reference_date"]
            ],
            "place": [sector.say(places[p]) if p in places else names.get(p, p) for p in rows["territory"]],
            "level": [sector.say(word) for word in rows["level"]],
            "source": [f"{row['publisher']} [{row['id']}]" for row in records(rows)],
            "address": rows["address"],
        }
    )
    return Table(
        frame,
        sector.say("Số liệu đã công bố liên quan đến lĩnh vực"),
        columns=[
            Column("name", sector.say("Số liệu"), head=True, width=0.25),
            Column("value", sector.say("Giá trị"), align="right", width=0.19),
            Column("date", sector.say("Thời điểm"), align="center", width=0.1),
            Column("place", sector.say("Phạm vi"), width=0.15),
            Column("level", sector.say("Mức độ"), width=0.1),
            Column("source", sector.say("Nguồn"), href="address", width=0.21),
        ],
        notes=[
            sector.say("Số liệu khác địa giới, khác phương pháp hoặc khác thời kỳ không nối thành một chuỗi.")
        ],
        lang=sector.lang,
    )


def printed(row: Mapping[str, Any], lang: Lang) -> str:
    """Return a published figure as printed, a bound or range as such."""
    unit = unit_words(row["unit"], lang)
    text = number(row["value"], printed_decimals(row["value"]), unit=unit, lang=lang)
    if row["value_type"] == "range":
        return f"{number(row['value'], lang=lang)}–{number(row['value_high'], unit=unit, lang=lang)}"
    return {"lower_bound": "> ", "upper_bound": "< "}.get(row["value_type"], "") + text


def tasks(sector: Sector) -> Table | Prose:
    """Return the sector's tasks in the plans, with lead agencies under their names at the year's end."""
    rows = sector.tasks
    if not rows:
        return Prose(sector.say("Các kế hoạch không giao nhiệm vụ riêng cho lĩnh vực này."))
    return Table(
        pd.DataFrame(rows),
        sector.say("Nhiệm vụ của lĩnh vực và cơ quan chủ trì"),
        columns=[
            Column("text", sector.say("Nhiệm vụ, giải pháp"), head=True, width=0.52),
            Column("agencies", sector.say("Chủ trì (tên gọi cuối năm {year})", year=sector.year), width=0.26),
            Column("period", sector.say("Thời gian"), align="center", width=0.12),
            Column("state", sector.say("Tình hình"), width=0.1),
        ],
        row_groups="plan",
        lang=sector.lang,
    )


def _tasks_of(sector: Sector, name: str) -> Iterator[dict[str, Any]]:
    from qngai_analysis.collection.state import task_state
    from qngai_analysis.progress.tasks import current_agencies

    plan = read_plan(name)
    state = task_state(name, sector.year, on=sector.cutoff).set_index("id")["status"]
    on = date(sector.year, 12, 31)
    for row in records(plan.tasks):
        if not _belongs(sector, name, row):
            continue
        yield {
            "plan": f"{plan.document.type} {plan.document.number}",
            "text": row["text"],
            "agencies": "; ".join(current_agencies(row["agencies"], on)),
            "period": row["period_printed"] or "",
            "state": sector.say(str(state[row["id"]])),
        }


def _belongs(sector: Sector, plan: str, row: Mapping[str, Any]) -> bool:
    if plan == "906":
        places = {f"{row['part']}.{row['section']}", f"{row['part']}.{row['subsection']}"}
        return bool(places & set(sector.entry["tasks"]))
    text = str(row["text"]).casefold()
    return any(word in text for word in sector.entry["words"])


def missing(sector: Sector) -> Table | Prose:
    """Return what has no figure, and who owes it: the sector's targets, and its surveys without a file."""
    rows = sector.targets[sector.targets["value"].isna()] if len(sector.targets) else sector.targets
    lines = [
        {
            "text": row["text"],
            "plan": row["plan"],
            "related": f"{row['related_name']}: {number(row['related_value'], printed_decimals(row['related_value']), unit=unit_words(row['related_unit'], sector.lang), lang=sector.lang)}"
            if isinstance(row["related_name"], str)
            else "",
            "owners": "; ".join(row["owners"]),
        }
        for row in records(rows)
    ]
    plan, owners = survey_owners(date(sector.year, 12, 31))
    lines += [
        {"text": why, "plan": plan, "related": "", "owners": "; ".join(owners)} for why in sector.absent
    ]
    if not lines:
        return Prose(sector.say("Mọi chỉ tiêu của lĩnh vực đều có số liệu, hoặc lĩnh vực không có chỉ tiêu."))
    frame = pd.DataFrame(lines)
    return Table(
        frame,
        sector.say("Số liệu còn thiếu và cơ quan phải cung cấp"),
        columns=[
            Column("text", sector.say("Chỉ tiêu, khảo sát"), head=True, width=0.4),
            Column("plan", sector.say("Kế hoạch"), align="center", width=0.1),
            Column("related", sector.say("Số tham khảo gần nhất, không dùng để kết luận"), width=0.28),
            Column("owners", sector.say("Cơ quan cung cấp"), width=0.22),
        ],
        lang=sector.lang,
    )
