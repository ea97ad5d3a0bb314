"""What a sector report says: the sector's targets, survey estimates, published figures, tasks and gaps.

A notebook of a sector puts these blocks in order; ``sectors.toml`` says what each sector covers. With
a survey absent, or simulated while only real data are asked for, the blocks that need it say so and
the report goes on.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError, SurveyError
from qngai_analysis.numbers import count, day, number, printed_decimals
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.agencies import successor
from qngai_analysis.progress.yearly import PLANS, YearResult, judge_year, surveyed
from qngai_analysis.raw import read_table
from qngai_analysis.report import charts
from qngai_analysis.report.blocks import Figure, PageTitle, Prose, SimulatedBanner, literal
from qngai_analysis.report.language import KEPT, Lang, language, listed, text_day, translate, unit_words
from qngai_analysis.report.tables import Column, Table
from qngai_analysis.survey.codebook import SPECIAL, Codebook, Indicator, read_codebook
from qngai_analysis.survey.releases import STANDS
from qngai_analysis.survey.reliability import CENSUS

if TYPE_CHECKING:
    from qngai_analysis.survey import Survey

Block = Prose | Table | Figure
SHARE = 100.0  # estimates are shares of 0 to 1, reports print per cent
NOT_SIGNIFICANT = 0.05


@cache
def sectors() -> dict[str, dict[str, Any]]:
    """Return the sectors of ``sectors.toml`` by name."""
    return tomllib.loads((Path(__file__).parent / "sectors.toml").read_text(encoding="utf-8"))


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
        from qngai_analysis.survey.publication import published

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

    def _sample(self, block: Mapping[str, Any], year: int) -> Sample | None:
        from qngai_analysis.survey.intake import load_file, load_survey, survey_file

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
        name = _named(read_codebook(block["name"]), self.lang)
        from qngai_analysis.survey.intake import survey_file

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
        return any(sample.simulated for sample in self.samples)

    @cached_property
    def targets(self) -> pd.DataFrame:
        """The targets of all plans that belong to the sector, with their outcome."""
        table = self.result.table
        mine: pd.DataFrame = table[table["indicator"].isin(self.entry["indicators"])]
        return mine.reset_index(drop=True)


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
        There is no such sector or district, or the cut-off day is not a date.
    """
    if sector not in sectors():
        raise ParameterError(f"sector = {sector!r}; it is one of {', '.join(sectors())}")
    if district is not None and district not in set(districts()["name"]):
        raise ParameterError(f"district = {district!r}; it is one of {', '.join(districts()['name'])}")
    from qngai_analysis.report.yearly import cutoff_day

    day_of = cutoff_day(cutoff, year)
    names = [block["name"] for block in sectors()[sector].get("survey", ())]
    observed = surveyed(edition or year, real_only=real_only, surveys=names)
    result = judge_year(year, plans=PLANS, observed=observed, cutoff=day_of, real_only=real_only)
    return Sector(
        sector, year, edition or year, district, day_of, language(lang), real_only, sectors()[sector], result
    )


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


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _named(codebook: Codebook, lang: Lang) -> str:
    return codebook.vi if lang == "vi" else codebook.en


def _label(indicator: Indicator, lang: Lang) -> str:
    return indicator.vi if lang == "vi" else indicator.en


# ---------------------------------------------------------------- opening


def title(sector: Sector) -> PageTitle:
    """Return the title of the report."""
    return PageTitle(
        sector.title,
        subtitle=sector.say("Báo cáo chuyên đề năm {year}", year=sector.year),
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


def findings(sector: Sector) -> Prose:
    """Return three findings in sentences, each computed: outcome of targets, spread, gaps in the data."""
    found = [*_outcome(sector), *_spread(sector), *_change(sector), *_lacking(sector)]
    return Prose("\n".join(f"{place}. {text}" for place, text in enumerate(found[:3], start=1)))


def _outcome(sector: Sector) -> Iterator[str]:
    rows = sector.targets
    if not len(rows):
        yield sector.say("Các kế hoạch không đặt chỉ tiêu định lượng riêng cho lĩnh vực này.")
        return
    # verdicts that rest on simulated data are never added to the others
    for made, part in rows.groupby(rows["evidence"].eq("simulated"), sort=True):
        tally = part.groupby("verdict", sort=False).size()
        yield sector.say(
            "{n} chỉ tiêu của các kế hoạch{kind}: {words}.",
            n=count(len(part), sector.lang),
            kind=f" ({sector.say('SỐ LIỆU MÔ PHỎNG')})" if made else "",
            words=", ".join(
                sector.say("{n} {word}", n=count(int(n), sector.lang), word=sector.say(str(word)))
                for word, n in tally.items()
            ),
        )


def _spread(sector: Sector) -> Iterator[str]:
    for sample in sector.samples:
        by = _first_domain(sample)
        table = _by(sample, sample.headline, by, sector.lang)
        known = table.dropna(subset=["estimate"]).sort_values("estimate")
        if len(known) < 2:
            continue
        low, high = known.iloc[0], known.iloc[-1]
        yield sector.say(
            "{indicator}: thấp nhất ở {low_name} ({low}), cao nhất ở {high_name} ({high}){mark}.",
            indicator=literal(_label(sample.headline, sector.lang)),
            low_name=literal(low["label"]),
            low=_share(low["estimate"], sector.lang),
            high_name=literal(high["label"]),
            high=_share(high["estimate"], sector.lang),
            mark=_mark(sector, sample),
        )


def _change(sector: Sector) -> Iterator[str]:
    for sample in sector.samples:
        before = sector._sample(
            {"name": sample.name, "indicators": [sample.headline.name], "by": sample.by}, sample.year - 1
        )
        if before is None or sample.headline.kind != "proportion":
            continue
        if not all(_as_computed(each.estimate(each.headline).iloc[0]) for each in (sample, before)):
            continue
        change = sample.survey.difference(sample.headline.name, other=before.survey, overlap=False).iloc[0]
        sure = change["p_value"] < NOT_SIGNIFICANT
        yield sector.say(
            "{indicator}: thay đổi {change} điểm phần trăm so với năm {year} ({sure}){mark}.",
            indicator=literal(_label(sample.headline, sector.lang)),
            change=number(change["estimate"] * SHARE, 1, lang=sector.lang),
            year=before.year,
            sure=sector.say("có ý nghĩa thống kê" if sure else "chưa có ý nghĩa thống kê"),
            mark=_mark(sector, sample),
        )


def _as_computed(row: pd.Series) -> bool:
    """Whether a published row is what the file gives: neither hidden nor left as it was published before."""
    return bool(row["symbol"] != "c" and row["reason"] != STANDS)


def _lacking(sector: Sector) -> Iterator[str]:
    lacking = sector.targets[sector.targets["value"].isna()] if len(sector.targets) else sector.targets
    if len(lacking):
        owners = sorted({name for names in lacking["owners"] for name in names})
        yield sector.say(
            "{n} chỉ tiêu chưa có số liệu của tỉnh; cơ quan cung cấp: {owners}.",
            n=count(len(lacking), sector.lang),
            owners=literal("; ".join(owners)),
        )
    yield sector.say(
        "Các kế hoạch giao {n} nhiệm vụ cho lĩnh vực.", n=count(len(task_rows(sector)), sector.lang)
    )
    published = published_figures(sector)
    yield sector.say(
        "Có {n} số liệu đã công bố liên quan đến lĩnh vực trong nguồn của dự án.",
        n=count(len(published), sector.lang),
    )
    for why in sector.absent:
        yield literal(why)


def _mark(sector: Sector, sample: Sample) -> str:
    return f" – {sector.say('SỐ LIỆU MÔ PHỎNG')}" if sample.simulated else ""


def _share(value: float, lang: Lang) -> str:
    return number(value * SHARE, 1, unit="%", lang=lang)


# ---------------------------------------------------------------- targets


def target_table(sector: Sector) -> Table | Prose:
    """Return the sector's targets in all plans with their verdicts."""
    rows = sector.targets
    if not len(rows):
        return Prose(sector.say("Các kế hoạch không đặt chỉ tiêu định lượng riêng cho lĩnh vực này."))
    frame = pd.DataFrame(
        {
            "plan": rows["plan"],
            "text": rows["text"],
            "goal": [goal_words(row, sector.lang) for row in _records(rows)],
            "due": rows["deadline"],
            "value": rows["value"],
            "unit": [unit_words(unit, sector.lang) for unit in rows["unit"]],
            "date": [
                day(printed, sector.lang) if isinstance(printed, str) else ""
                for printed in rows["reference_date"]
            ],
            "verdict": [sector.say(word) for word in rows["verdict"]],
            "evidence": [sector.say(EVIDENCE[word]) for word in rows["evidence"]],
        }
    )
    return Table(
        frame,
        sector.say("Chỉ tiêu của lĩnh vực trong các kế hoạch và kết quả năm {year}", year=sector.year),
        columns=[
            Column("plan", sector.say("Kế hoạch"), align="center", width=0.07),
            Column("text", sector.say("Chỉ tiêu (theo lời văn kế hoạch)"), head=True, width=0.3),
            Column("goal", sector.say("Mục tiêu"), align="center", width=0.11),
            Column("due", sector.say("Năm"), format="plain", width=0.06),
            Column("value", sector.say("Kết quả"), unit_key="unit", decimals=1, width=0.09),
            Column("date", sector.say("Thời điểm"), align="center", width=0.08),
            Column("verdict", sector.say("Đánh giá"), format="mark", width=0.14),
            Column("evidence", sector.say("Căn cứ"), width=0.15),
        ],
        id="chi-tieu",
        simulated=bool(rows["evidence"].eq("simulated").any()),
        lang=sector.lang,
    )


EVIDENCE = {
    "real": "số liệu thực",
    "simulated": "SỐ LIỆU MÔ PHỎNG",
    "proxy-only": "chỉ có số tham khảo",
    "none": "không có",
}


# ---------------------------------------------------------------- survey estimates


def _first_domain(sample: Sample) -> str:
    return sample.by[0]


def _by(sample: Sample, indicator: Indicator, by: str, lang: Lang) -> pd.DataFrame:
    """Return an indicator's protected estimates by a grouping; ``group`` its values, ``label`` their words."""
    name = sample.codebook.design.district if by == "district" else by
    table = sample.estimate(indicator, name)
    column = "district" if by == "district" else name
    found = table.rename(columns={column: "group"}).assign(group=lambda t: t["group"].astype(str))
    return found.assign(label=[_group_words(sample, name, group, lang) for group in found["group"]])


def _group_words(sample: Sample, by: str, group: str, lang: Lang) -> str:
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
            remarks.append(f"{_label(indicator, sector.lang)}: {remark}")
        rows.append(
            {
                "name": _label(indicator, sector.lang),
                "n": row["n"],
                "value": None if hidden else row["estimate"] * scale,
                "low": None if hidden else row["ci_low"] * scale,
                "high": None if hidden else row["ci_high"] * scale,
                "deff": None if hidden else row["deff"],
                "unit": unit_words(indicator.unit, sector.lang),
                "flag": _flag(row),
            }
        )
    return Table(
        pd.DataFrame(rows),
        sector.say(
            "{survey} năm {year}: ước lượng toàn tỉnh",
            survey=_named(sample.codebook, sector.lang),
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


def _flag(row: Mapping[str, Any] | pd.Series) -> str:
    if row["symbol"] == "c":
        return "c"
    if row["reason"] == CENSUS:  # few, but all there are: not unreliable
        return ""
    return {"review": "u", "complement": "u", "suppress": "u"}.get(str(row["flag"]), "")


def focus(sector: Sector) -> list[Block]:
    """Return the chosen district beside the province, indicator by indicator; nothing without a district."""
    if sector.district is None:
        return []
    blocks: list[Block] = [
        _focus(sector, sample) for sample in sector.samples if sample.codebook.design.district
    ]
    return blocks or [_nothing(sector)]


def _focus(sector: Sector, sample: Sample) -> Table:
    rows = []
    for indicator in sample.indicators:
        scale = SHARE if indicator.unit == "%" else 1.0
        whole = sample.estimate(indicator).iloc[0]
        table = _by(sample, indicator, "district", sector.lang)
        here = table[table["group"] == sector.district]
        row = here.iloc[0] if len(here) else None
        known = row is not None and pd.notna(row["estimate"])
        rows.append(
            {
                "name": _label(indicator, sector.lang),
                "value": row["estimate"] * scale if row is not None and known else None,
                "low": row["ci_low"] * scale if row is not None and known else None,
                "high": row["ci_high"] * scale if row is not None and known else None,
                "province": whole["estimate"] * scale,
                "unit": unit_words(indicator.unit, sector.lang),
                "flag": _flag(row) if row is not None else "",
            }
        )
    interval = sector.say("Khoảng tin cậy 95%")
    return Table(
        pd.DataFrame(rows),
        sector.say(
            "{district} so với toàn tỉnh: {survey}, năm {year}",
            district=sector.district,
            survey=_named(sample.codebook, sector.lang),
            year=sample.year,
        ),
        columns=[
            Column("name", sector.say("Chỉ tiêu"), head=True, width=0.46),
            Column("value", str(sector.district), decimals=1, unit_key="unit", flag="flag", width=0.16),
            Column("low", sector.say("Từ"), decimals=1, group=interval, width=0.1),
            Column("high", sector.say("Đến"), decimals=1, group=interval, width=0.1),
            Column("province", sector.say("Toàn tỉnh"), decimals=1, unit_key="unit", width=0.18),
        ],
        simulated=sample.simulated,
        source=_source(sector, sample),
        lang=sector.lang,
    )


def breakdowns(sector: Sector) -> list[Block]:
    """Return the headline indicator of each survey by each of its groupings: a chart each."""
    blocks: list[Block] = []
    for sample in sector.samples:
        for by in sample.by:
            blocks.append(breakdown(sector, sample, sample.headline, by))
    return blocks or [_nothing(sector)]


def breakdown(sector: Sector, sample: Sample, indicator: Indicator, by: str) -> Figure:
    """Return the chart of one indicator by one grouping; suppressed groups are said in words."""
    table = _by(sample, indicator, by, sector.lang)
    if by == "district":
        table = table.sort_values("estimate", ascending=False, na_position="last")
    reference = None
    goals = sector.result.table
    goal = (
        goals[(goals["indicator"] == indicator.code) & (goals["plan"] == "906")]
        if indicator.code
        else goals[:0]
    )
    if len(goal):
        first = goal.iloc[0]
        reference = (float(first["target"]), f"{sector.say('mục tiêu')}: {goal_words(first, sector.lang)}")
    return charts.dot_interval(
        table,
        "label",
        sector.say(
            "{indicator} theo {by}, năm {year}",
            indicator=_label(indicator, sector.lang),
            by=_grouping(sample, by, sector.lang),
            year=sample.year,
        ),
        lang=sector.lang,
        reference=reference,
        simulated=sample.simulated,
        source=_source(sector, sample),
    )


def _grouping(sample: Sample, by: str, lang: Lang) -> str:
    if by == "district":
        return translate("huyện, thị xã, thành phố", lang)
    entry: Any = sample.codebook.domains.get(by) or sample.codebook.questions[by]
    words = str(entry.vi if lang == "vi" else entry.en)
    return words[:1].lower() + words[1:]


def _source(sector: Sector, sample: Sample) -> str:
    text = f"{_named(sample.codebook, sector.lang)}, {sample.year}"
    return f"{text} – {sector.say('SỐ LIỆU MÔ PHỎNG')}" if sample.simulated else text


def overview(sector: Sector) -> list[Block]:
    """Return all shares of each survey by district in one chart of shaded cells."""
    blocks: list[Block] = []
    for sample in sector.samples:
        shares = [indicator for indicator in sample.indicators if indicator.kind == "proportion"]
        if "district" not in sample.by or len(shares) < 2:
            continue
        columns = {
            _label(indicator, sector.lang): _by(sample, indicator, "district", sector.lang).set_index(
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
                    survey=_named(sample.codebook, sector.lang),
                    year=sample.year,
                ),
                lang=sector.lang,
                source=_source(sector, sample),
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
        table = _by(sample, sample.headline, "district", sector.lang)
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
                    indicator=_label(sample.headline, sector.lang),
                    year=sample.year,
                ),
                lang=sector.lang,
                source=_source(sector, sample),
                simulated=sample.simulated,
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
        if sample.headline.kind != "proportion":
            continue
        rows = []
        for by in sample.by:
            if by == "district":
                continue
            rows += _gaps(sector, sample, by)
        if rows:
            blocks.append(_gap_table(sector, sample, pd.DataFrame(rows)))
    return blocks or [_nothing(sector)]


def _gaps(sector: Sector, sample: Sample, by: str) -> list[dict[str, Any]]:
    """Return the widest gap of a grouping: its lowest group against its highest, among those published."""
    table = _by(sample, sample.headline, by, sector.lang).dropna(subset=["estimate"]).sort_values("estimate")
    table = table[table["reason"] != STANDS]  # the test would tell the figure that is not revised
    if len(table) < 2:
        return []
    low, high = table.iloc[0], table.iloc[-1]
    test = sample.survey.difference(sample.headline.name, by=by, groups=(high["group"], low["group"])).iloc[0]
    return [
        {
            "by": _grouping(sample, by, sector.lang),
            "low": f"{low['label']}: {_share(low['estimate'], sector.lang)}",
            "high": f"{high['label']}: {_share(high['estimate'], sector.lang)}",
            "gap": test["estimate"] * SHARE,
            "from": test["ci_low"] * SHARE,
            "to": test["ci_high"] * SHARE,
            "p": test["p_value"],
            "sure": sector.say("có" if test["p_value"] < NOT_SIGNIFICANT else "chưa"),
        }
    ]


def _gap_table(sector: Sector, sample: Sample, rows: pd.DataFrame) -> Table:
    return Table(
        rows,
        sector.say("Chênh lệch giữa các nhóm: {indicator}", indicator=_label(sample.headline, sector.lang)),
        columns=[
            Column("by", sector.say("Theo"), head=True, width=0.15),
            Column("low", sector.say("Nhóm thấp nhất"), width=0.22),
            Column("high", sector.say("Nhóm cao nhất"), width=0.22),
            Column("gap", sector.say("Chênh lệch (điểm %)"), decimals=1, width=0.12),
            Column("from", sector.say("Từ"), decimals=1, group=sector.say("Khoảng tin cậy 95%"), width=0.08),
            Column("to", sector.say("Đến"), decimals=1, group=sector.say("Khoảng tin cậy 95%"), width=0.08),
            Column("p", "p", decimals=3, width=0.07),
            Column("sure", sector.say("Có ý nghĩa"), width=0.06),
        ],
        notes=[
            sector.say(
                "Kiểm định t theo thiết kế mẫu cho nhóm thấp nhất so với nhóm cao nhất; hai nhóm được chọn sau khi "
                "nhìn số liệu nên p nhỏ hơn thực tế, chỉ để gợi ý."
            )
        ],
        simulated=sample.simulated,
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
            fitted = sample.survey.regress(sample.headline.name, on)
        except (
            SurveyError
        ) as why:  # a group that answers all alike: the model has nothing to say, and says so
            blocks.append(Prose(literal(sector.say("Không ước lượng được mô hình: {why}", why=str(why)))))
            continue
        blocks.append(_odds(sector, sample, on, fitted[fitted["term"] != "(Intercept)"]))
    return blocks


def _all_told(sector: Sector, sample: Sample, by: str) -> bool:
    """Whether every group of the headline's table is published as the file gives it."""
    table = _by(sample, sample.headline, by, sector.lang)
    return all(_as_computed(row) for _, row in table.iterrows())


def _odds(sector: Sector, sample: Sample, on: Sequence[str], fitted: pd.DataFrame) -> Table:
    parts = fitted["term"].str.extract(r"^(?P<by>[^\[]+)(?:\[(?P<group>.*)\])?$")
    rows = pd.DataFrame(
        {
            "by": [_grouping(sample, by, sector.lang) for by in parts["by"]],
            "group": [
                _group_words(sample, by, group, sector.lang)
                for by, group in zip(parts["by"], parts["group"].fillna(""), strict=True)
            ],
            "odds": np.exp(fitted["estimate"]).to_list(),
            "low": np.exp(fitted["ci_low"]).to_list(),
            "high": np.exp(fitted["ci_high"]).to_list(),
            "p": fitted["p_value"].to_list(),
        }
    )
    interval = sector.say("Khoảng tin cậy 95%")
    return Table(
        rows,
        sector.say(
            "Tỷ số chênh khi các đặc điểm khác như nhau: {indicator}",
            indicator=_label(sample.headline, sector.lang),
        ),
        columns=[
            Column("group", sector.say("Nhóm (so với nhóm đầu)"), head=True, width=0.4),
            Column("odds", sector.say("Tỷ số chênh"), decimals=2, width=0.18),
            Column("low", sector.say("Từ"), decimals=2, group=interval, width=0.14),
            Column("high", sector.say("Đến"), decimals=2, group=interval, width=0.14),
            Column("p", "p", decimals=3, width=0.14),
        ],
        row_groups="by",
        notes=[
            sector.say(
                "Hồi quy logistic có trọng số theo thiết kế mẫu trên {on}; trên 1 là cao hơn nhóm đầu. "
                "Liên hệ, không phải nguyên nhân.",
                on=listed([_grouping(sample, by, sector.lang) for by in on], sector.lang),
            )
        ],
        simulated=sample.simulated,
        lang=sector.lang,
    )


def over_years(sector: Sector) -> list[Block]:
    """Return each headline indicator over the years that have a file."""
    from qngai_analysis.survey.intake import survey_years

    blocks: list[Block] = []
    for sample in sector.samples:
        points = []
        for year in survey_years(sample.name):
            other = sector._sample(
                {"name": sample.name, "indicators": [sample.headline.name], "by": sample.by}, year
            )
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
    goals = sector.result.table
    goal = goals[(goals["indicator"] == sample.headline.code) & (goals["plan"] == "906")]
    target = (
        (float(goal.iloc[0]["target"]), int(goal.iloc[0]["deadline"]), goal_words(goal.iloc[0], sector.lang))
        if sample.headline.code and len(goal)
        else None
    )
    return charts.trajectory(
        frame,
        sector.say("{indicator} qua các năm", indicator=_label(sample.headline, sector.lang)),
        target=target,
        lang=sector.lang,
        source=_source(sector, sample),
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
            "value": [_printed(row, sector.lang) for row in _records(rows)],
            "date": [
                day(value, sector.lang) if isinstance(value, str) else "" for value in rows["reference_date"]
            ],
            "place": [sector.say(places[p]) if p in places else names.get(p, p) for p in rows["territory"]],
            "level": [sector.say(word) for word in rows["level"]],
            "source": [f"{row['publisher']} [{row['id']}]" for row in _records(rows)],
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


def _printed(row: Mapping[str, Any], lang: Lang) -> str:
    unit = unit_words(row["unit"], lang)
    text = number(row["value"], printed_decimals(row["value"]), unit=unit, lang=lang)
    if row["value_type"] == "range":
        return f"{number(row['value'], lang=lang)}–{number(row['value_high'], unit=unit, lang=lang)}"
    return {"lower_bound": "> ", "upper_bound": "< "}.get(row["value_type"], "") + text


def tasks(sector: Sector) -> Table | Prose:
    """Return the sector's tasks in the plans, with lead agencies under their names at the year's end."""
    rows = task_rows(sector)
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


def task_rows(sector: Sector) -> list[dict[str, Any]]:
    """Return the sector's tasks in all plans: plan, text, agencies, period and state."""
    return [row for plan in PLANS for row in _tasks_of(sector, plan)]


def _tasks_of(sector: Sector, name: str) -> Iterator[dict[str, Any]]:
    from qngai_analysis.progress.tasks import read_task_reports, task_status

    plan = read_plan(name)
    file = paths.raw("tasks", f"{sector.year}.csv")
    reports = read_task_reports(file) if file.is_file() and name == "906" else None
    state = task_status(plan.tasks, reports, on=sector.cutoff).set_index("id")["status"]
    on = date(sector.year, 12, 31)
    for row in _records(plan.tasks):
        if not _belongs(sector, name, row):
            continue
        yield {
            "plan": f"{plan.document.type} {plan.document.number}",
            "text": row["text"],
            "agencies": "; ".join(dict.fromkeys(successor(agency, on) for agency in row["agencies"])),
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
    """Return the sector's targets without a figure and the agencies that owe it."""
    rows = sector.targets[sector.targets["value"].isna()] if len(sector.targets) else sector.targets
    if not len(rows):
        return Prose(sector.say("Mọi chỉ tiêu của lĩnh vực đều có số liệu, hoặc lĩnh vực không có chỉ tiêu."))
    frame = pd.DataFrame(
        {
            "text": rows["text"],
            "plan": rows["plan"],
            "related": [
                f"{row['related_name']}: {number(row['related_value'], printed_decimals(row['related_value']), unit=unit_words(row['related_unit'], sector.lang), lang=sector.lang)}"
                if isinstance(row["related_name"], str)
                else ""
                for row in _records(rows)
            ],
            "owners": ["; ".join(names) for names in rows["owners"]],
        }
    )
    return Table(
        frame,
        sector.say("Số liệu còn thiếu và cơ quan phải cung cấp"),
        columns=[
            Column("text", sector.say("Chỉ tiêu"), head=True, width=0.4),
            Column("plan", sector.say("Kế hoạch"), align="center", width=0.1),
            Column("related", sector.say("Số tham khảo gần nhất, không dùng để kết luận"), width=0.28),
            Column("owners", sector.say("Cơ quan cung cấp"), width=0.22),
        ],
        lang=sector.lang,
    )
