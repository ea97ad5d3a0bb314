"""The yearly report's text against the data: no number, agency or act that no input holds."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd
import pytest

from qngai_analysis import paths
from qngai_analysis.page.blocks import Prose
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan import read_plan
from qngai_analysis.plan.agencies import named_on, read_agencies
from qngai_analysis.plan.model import Target
from qngai_analysis.progress.tasks import TaskStatus
from qngai_analysis.project import read_project
from qngai_analysis.report import yearly
from qngai_analysis.report.printed import quoted, read_acts
from qngai_analysis.words.said import Said

BLOCKS = (
    yearly.bases, yearly.summary, yearly.steering, yearly.results, yearly.target_table, yearly.other_results,
    yearly.beside, yearly.path, yearly.later_plans, yearly.task_overview, yearly.tasks_by_agency, yearly.task_table,
    yearly.budget, yearly.shortcomings, yearly.gaps, yearly.own_work, yearly.next_year, yearly.proposals,
)  # fmt: skip
YEARS = (2023, 2024, 2025)


@cache
def report(year: int) -> yearly.YearReport:
    return yearly.load(year=year)


@dataclass(frozen=True)
class Told:
    """A sentence or a cell of the report's body; of a cell its table, row (from 1) and column (from 0)."""

    words: str
    kind: str
    table: str = ""
    row: int = 0
    column: int = 0


@cache
def texts(year: int) -> tuple[Told, ...]:
    """Every sentence and cell of the report's body."""
    found: list[Told] = []
    for make in BLOCKS:
        made = make(report(year))  # type: ignore[operator]
        for block in made if isinstance(made, list) else [made]:
            if isinstance(block, Grid):
                grid: Grid = block
                lines = [row for row in grid.rows if not row.section]
                found += [
                    Told(cell.text, "cell", grid.id, place, column)
                    for place, row in enumerate(lines, start=1)
                    for column, cell in enumerate(row.cells)
                ]
                around = [grid.caption, grid.source, *grid.notes, *(row.section for row in grid.rows)]
                found += [Told(text, "sentence") for text in around if text]
            elif isinstance(block, Prose):
                words = block.text.replace("\\", "").replace("**", "")
                found += [Told(line, "sentence") for line in words.splitlines() if line]
            else:
                found += [Told(line, "sentence") for line in block.lines]
    return tuple(found)


# ---------------------------------------------------------------- where a number may come from


def rows(*name: str) -> pd.DataFrame:
    return pd.read_csv(paths.raw(*name), dtype=str, keep_default_na=False)


def printed(value: float) -> str:
    """A number as Vietnamese prints it, independent of the report's own formatting."""
    whole, _, rest = f"{value:,.4f}".rstrip("0").rstrip(".").partition(".")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


def same_level(one: Target, other: Target) -> bool:
    return (one.comparator, one.value, one.period_end) == (other.comparator, other.value, other.period_end)


@cache
def wordings(year: int) -> tuple[str, ...]:
    """Words of others that the report repeats letter for letter, the longest first: their numbers are theirs."""
    this = report(year)
    plans = [read_plan(name) for name in this.followed] + [
        read_plan(name) for name in read_project().judged()
    ]
    said = {quoted(task.text) for plan in plans for task in plan.task_list}
    said |= {quoted(target.text).rstrip(".") for plan in plans for target in plan.listed_targets}
    said |= {
        title
        for plan in plans
        for target in plan.listed_targets
        for title in target.section_path.split(" › ")
    }
    said |= {part.split(" đạt ")[0].split(" tăng ")[0] for part in set(said)}
    figures, acts = rows("published", "figures.csv"), rows("reference", "acts.csv")
    for column in ("note", "withheld", "name", "publisher"):
        said |= {part.rstrip(".") for part in figures[column]}
    said |= {*acts["name_vi"], *(note.split(";")[0] for note in acts["note"])}
    measured = rows("reference", "measurability.csv")
    said |= {text for column in ("ground", "note") for text in measured[column]}
    duties = rows("reference", "duties.csv")
    said |= {*duties["words"], *duties["place"]}
    said |= {*rows("reference", "series.csv")["reason"], *rows("reference", "territories.csv")["name"]}
    said |= set(rows("reference", "indicators.csv")["name_vi"])
    said |= {name for column in ("name", "successor") for name in rows("reference", "agencies.csv")[column]}
    project = read_project()
    said |= {entry.vi for entry in project.result}
    said |= {text for entry in project.known for text in (entry.number, entry.subject, entry.says)}
    cited = [base for name in this.followed for base in read_plan(name).document.legal_bases]
    said |= {base.subject for base in cited} | {read_plan(name).document.subject for name in this.followed}
    forms = {
        form for text in said for form in (text, text[:1].upper() + text[1:], text[:1].lower() + text[1:])
    }
    return tuple(
        sorted((form for form in forms if len(form) > 8 and re.search(r"\d", form)), key=len, reverse=True)
    )


#: A number as an official text prints it: thousands with points, decimals with a comma.
NUMBER = re.compile(r"(?<![\w/,.])\d+(?:\.\d{3})*(?:,\d+)?(?![\w/])")
DAY = re.compile(
    r"(?<![\w/])(?:\d{1,2}/)?\d{1,2}/\d{4}(?![\w/])|\d{1,2} tháng \d{1,2} năm \d{4}|(?<=năm )\d{4}"
)
ACT = re.compile(r"\d+/(?:\d{4}/)?[A-ZĐ][\w&-]*")
CODE = re.compile(r"P\d{3}|\(?(?:906|114|03|66)\.\d{2}\)?")
RANK = re.compile(r"\d+/(?:63|34)(?!\d)")
AMOUNT = re.compile(r"\d[\d.]*(?:,\d+)?(?=%| ?(?:điểm|người|tổ|doanh nghiệp|sản phẩm|thuê bao)\b)")


@cache
def days(year: int) -> set[tuple[int, ...]]:
    """Days, months and years that the report may name: of figures, acts, plans, agencies, its own calendar."""
    this = report(year)
    named = [*rows("published", "figures.csv")["reference_date"], *rows("reference", "acts.csv")["date"]]
    named += [this.cutoff.isoformat(), *rows("reference", "agencies.csv")["since"]]
    named += [
        f"{at}-12-15" for at in (year, year + 1)
    ]  # bodies report before this day: plan 114, section V.3
    named += [
        *rows("reference", "territories.csv")["valid_from"],
        *(entry.issued.isoformat() for entry in read_project().known),
    ]
    found = {
        tuple(int(part) for part in day.split("-")) for day in named if re.fullmatch(r"\d{4}(-\d\d)*", day)
    }
    years = {
        at for name in (*this.followed, *read_project().judged()) for at in read_project().entry(name).years
    }
    years |= {at for task in this.tasks for at in (task.first_year, task.last_year) if at}
    return found | {(at,) for at in years | {year - 1, year, year + 1, 2021, 2030}}  # the strategy's span


@cache
def amounts(year: int) -> set[str]:
    """What carries a unit: published figures, thresholds of plans, levels of the national strategy."""
    figures, catalogue = rows("published", "figures.csv"), rows("reference", "indicators.csv")
    values = {float(value) for column in ("value", "value_high") for value in figures[column] if value}
    values |= {
        target.value
        for name in (*read_project().judged(), report(year).main)
        for target in read_plan(name).listed_targets
    }
    values |= {
        float(value) for column in ("national_2025", "national_2030") for value in catalogue[column] if value
    }
    return {printed(value) for value in values}


@cache
def counts(year: int) -> set[int]:
    """The sizes of the sets that the report counts, each found here from plans, outcomes and reports."""
    this = report(year)
    plans = [read_plan(name) for name in this.followed]
    sizes = [len(plan.listed_targets) for plan in plans] + [len(plan.task_list) for plan in plans]
    sizes += Counter(target.pillar for target in read_plan(this.main).listed_targets).values()
    for name in (this.main, *this.later):
        outcomes = [outcome for outcome in this.real.outcomes if outcome.plan.name == name]
        sizes += Counter(outcome.verdict for outcome in outcomes).values()
        for pillar in ("economy", "society"):
            mine = [outcome for outcome in outcomes if outcome.target.pillar == pillar]
            known = [outcome for outcome in mine if outcome.figure]
            blank = Counter(this.measured(outcome).blank for outcome in mine if not outcome.figure)
            sizes += [len(mine), len(known), len(mine) - len(known), *blank.values()]
        sizes += [sum(o.figure is not None for o in outcomes), sum(o.figure is None for o in outcomes)]
    sizes += Counter(this.measured(outcome).blank for outcome in this.open_lines).values()
    sizes += Counter(
        name
        for o in this.open_lines
        if this.measured(o).blank in ("administrative", "unknown")
        for name in o.owners
    ).values()
    listed = [t for name in reversed((this.main, *this.later)) for t in read_plan(name).listed_targets]
    ours = {t.indicator: t for t in listed if t.indicator and t.geography == this.plan.document.geography}
    peers = {t.indicator: t for t in read_plan("ca-mau-411").listed_targets}
    sizes.append(sum(same_level(t, peers[code]) for code, t in ours.items() if code in peers))
    shown = {row.section for block in yearly.beside(this) for row in block.rows if row.section}
    sizes.append(len(ours) - len(shown - {entry.vi for entry in read_project().result}))
    sizes += [
        len(this.open_lines),
        *Counter(task.goal for task in this.tasks).values(),
        *Counter(task.document for task in this.tasks).values(),
    ]
    statuses = [state.status for state in this.task_states.values()]
    sizes += [statuses.count(TaskStatus.SILENT), sum(status.reported for status in statuses)]
    on = [
        task
        for task in this.tasks
        if (task.last_year or 9999) > year and (task.last_year or task.recurrence or task.first_year)
    ]
    sizes += [len(on), *Counter(task.document for task in on).values()]
    for name in this.later:
        sizes += map(len, this.split_later(name).values())
    return {*sizes, 0}


def stray(year: int, text: str, known: set[int]) -> list[str]:
    """Return the numbers of a text that come from nowhere."""
    text = text.replace("\xa0", " ").replace("/100 dân", "")
    for words in wordings(year):
        text = text.replace(words, " ")
    text = ACT.sub(" ", RANK.sub(" ", text) if any(rank in text for rank in ranks()) else text)
    text = re.sub(r"\{ref:[\w-]+\}|QĐ (?:906|03|411)|KH (?:114|66)|\(\d{4}\)(?=$)", " ", CODE.sub(" ", text))
    text = re.sub(r"(?:mục|Phụ lục) [IVXC\d.]+|quy tắc [1-5]|Chỉ tiêu \d+(?=:)|766", " ", text)
    wrong = []
    for found in DAY.finditer(text):
        parts = tuple(int(part) for part in reversed(re.findall(r"\d+", found[0])))
        wrong += [] if any(day[: len(parts)] == parts for day in days(year)) else [found[0]]
    text = DAY.sub(" ", text)
    wrong += [found[0] for found in AMOUNT.finditer(text) if found[0] not in amounts(year)]
    for found in NUMBER.finditer(AMOUNT.sub(" ", text)):
        at = int(found[0].replace(".", "")) if "," not in found[0] else -1
        if at not in known and (at,) not in days(year):
            wrong.append(found[0])
    return wrong


@cache
def ranks() -> frozenset[str]:
    figures = rows("published", "figures.csv")
    return frozenset(
        f"{float(row.value):.0f}/{row.unit[5:]}" for row in figures.itertuples() if row.value_type == "rank"
    )


@pytest.mark.parametrize("year", YEARS)
def test_every_number_in_a_sentence_is_an_inputs_or_a_count_made_anew(year: int) -> None:
    """Verbatim words of plans, sources and acts keep their numbers; every other one has its kind, and a place it is from."""
    told = [block for block in texts(year) if block.kind == "sentence"]

    assert len(told) > 10
    wrong = {text.words[:160]: found for text in told if (found := stray(year, text.words, counts(year)))}
    assert not wrong


@pytest.mark.parametrize("year", YEARS)
def test_every_number_in_a_cell_is_an_inputs_or_counted_in_its_own_row(year: int) -> None:
    told = [block for block in texts(year) if block.kind == "cell" and not block.table.startswith("nhiem-vu")]

    assert len(told) > 100
    wrong = {
        (text.table, text.words[:160]): found
        for text in told
        if (found := stray(year, text.words, {text.row} if text.column == 0 else set()))
    }
    assert not wrong


@pytest.mark.parametrize("year", YEARS)
def test_tasks_are_counted_by_agency_and_by_part_as_the_plans_print_them(year: int) -> None:
    this = report(year)
    led = Counter(agency for task in this.tasks for agency in this.lead_agencies(task))
    grid = yearly.tasks_by_agency(this)[0]
    place = [column.label for column in grid.columns].index("Tổng số")
    shown = {row.cells[0].text: int(row.cells[place].text) for row in grid.rows}
    assert shown == dict(led)

    parts = Counter((task.document, task.part) for task in this.tasks)
    table = next(block for block in yearly.task_table(this) if isinstance(block, Grid))
    assert sorted(int(row.cells[1].text) for row in table.rows if not row.section) == sorted(parts.values())


def test_a_number_from_nowhere_is_found() -> None:
    known = counts(2025)

    assert (
        stray(2025, "Trong 17 chỉ tiêu, 15 chỉ tiêu chưa có số liệu; 4,21% (2022), ngày 31/3/2026", known)
        == []
    )
    for text, wrong in (
        ("Trong 57 chỉ tiêu", "57"),
        ("chiếm 4,22% GRDP", "4,22"),
        ("đến ngày 30/3/2026", "30/3/2026"),
        ("năm 1999", "1999"),
        ("1.708 tổ", "1.708"),
    ):
        assert stray(2025, text, known) == [wrong]


@pytest.mark.parametrize("year", YEARS)
def test_every_agency_that_owes_something_exists_at_the_end_of_the_year(year: int) -> None:
    on, known = date(year, 12, 31), read_agencies()
    this = report(year)
    named = {name for task in this.tasks for name in this.lead_agencies(task)}
    named |= {name for outcome in this.open_lines for name in outcome.owners}

    for name in named:
        ended = "(kết thúc hoạt động từ" in name
        district = name.startswith(("UBND huyện", "UBND thị xã", "UBND thành phố"))
        assert ended or district or name in known, name
        assert ended or named_on(name, on) == name, f"{name} had another name at the end of {year}"


@pytest.mark.parametrize("year", YEARS)
def test_every_act_cited_is_in_the_table_of_acts_and_has_its_date_where_one_is_printed(year: int) -> None:
    acts = read_acts()
    cited = re.compile(
        r"(?P<number>\d+/(?:\d{4}/)?(?:QĐ|KH|NQ|CT|TT|NĐ)-[A-ZĐ]+\w*|\d+/\d{4}/QH\d+)"
        r"(?:,? ngày (?P<day>\d+)(?: tháng |/)(?P<month>\d+)(?: năm |/)(?P<year>\d{4}))?"
    )
    own = [
        text.words for text in texts(year) if "“" not in text.words
    ]  # a plan's own words may cite as they like
    found = [match for text in own for match in cited.finditer(text)]

    assert {match["number"] for match in found} >= {"906/QĐ-UBND"}
    for match in found:
        if match.string[match.end("number") :].startswith(" [nguyên văn]"):
            continue
        assert match["number"] in acts, match[0]
        if match["year"]:
            day = f"{match['year']}-{int(match['month']):02d}-{int(match['day']):02d}"
            assert day == acts[match["number"]]["date"], match[0]


def test_the_report_cites_sections_and_never_lines_of_a_file() -> None:
    everything = " ".join(text.words for text in texts(2025)) + " ".join(
        block.text for block in yearly.reasons(report(2025))
    )

    assert not re.search(r"\bdòng \d", everything)
    assert "tháng 7 năm 2022" in everything
    assert isinstance(report(2025).result.explain("906.01").steps[0].lines[0], Said)
    assert "từ nay đến hạn" not in everything.casefold()
    assert "lẽ ra phải thay đổi bình quân (20 − 4,21) / (2025 − 2022)" in everything.replace("\\", "")
