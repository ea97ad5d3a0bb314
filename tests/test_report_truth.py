"""The yearly report's text against the data: no number, agency or act that no input holds."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import pytest

from qngai_analysis import paths
from qngai_analysis.page.blocks import Prose
from qngai_analysis.page.tables import Grid, Table
from qngai_analysis.plan.agencies import named_on, read_agencies
from qngai_analysis.report import yearly
from qngai_analysis.report.printed import read_acts
from qngai_analysis.words.said import Said

BLOCKS = (
    yearly.bases, yearly.summary, yearly.steering, yearly.results, yearly.target_table, yearly.other_results,
    yearly.country, yearly.path, yearly.later_plans, yearly.task_overview, yearly.tasks_by_agency, yearly.task_table,
    yearly.budget, yearly.shortcomings, yearly.gaps, yearly.own_work, yearly.next_year, yearly.proposals,
)  # fmt: skip
YEARS = (2023, 2024, 2025)


@cache
def report(year: int) -> yearly.YearReport:
    return yearly.load(year=year)


@cache
def texts(year: int) -> tuple[str, ...]:
    """Every sentence and cell of the report's body."""
    found: list[str] = []
    for make in BLOCKS:
        made = make(report(year))  # type: ignore[operator]
        for block in made if isinstance(made, list) else [made]:
            if isinstance(block, Table):
                grid: Grid = block.grid()
                found += [cell.text for row in grid.rows for cell in row.cells]
                found += [grid.caption, grid.source, *grid.notes, *(row.section for row in grid.rows)]
            elif isinstance(block, Prose):
                found.append(block.text.replace("\\", ""))
            else:
                found += block.lines
    return tuple(found)


@cache
def inputs() -> frozenset[str]:
    """All numbers that were typed in: of raw texts and tables, as they stand, with a decimal comma, and without points."""
    raw = [file for file in paths.raw().rglob("*") if file.suffix in (".txt", ".csv", ".toml")]
    read = " ".join(file.read_text(encoding="utf-8") for file in raw if "surveys" not in file.parts)
    typed = {*re.findall(r"\d+(?:\.\d+)*", read), *re.findall(r"\d+(?:\.\d{3})*,\d+", read)}
    typed |= {part for token in re.findall(r"\d[\d-]*", read) for part in token.split("-")}
    return frozenset(
        form.lstrip("0") or "0"
        for token in typed
        for form in (token, token.replace(".", ","), token.replace(".", ""), token.removesuffix(".0"))
    )


def computed(year: int) -> set[str]:
    """Counts that the report makes itself, recomputed here: sizes of sets, and the days of its calendar."""
    this = report(year)
    sizes = {len(this.lines), len(this.open_lines), len(this.tasks), *map(len, this.blanks.values())}
    verdicts = [outcome.verdict for outcome in (*this.real.outcomes,)]
    sizes |= {verdicts.count(verdict) for verdict in verdicts} | set(range(len(this.tasks) + 1))
    return {str(size) for size in sizes} | {f"{size:02d}" for size in sizes}


@pytest.mark.parametrize("year", YEARS)
def test_every_number_is_found_in_an_input_or_is_a_count(year: int) -> None:
    """Thousands are printed with points, decimals with a comma; years, days and codes stand in the inputs too."""
    known = inputs() | {number.lstrip("0") or "0" for number in computed(year)}
    known |= {str(number) for number in (year - 1, year, year + 1, *report(year).cutoff.timetuple()[:3])}
    for text in texts(year):
        bare = re.sub(r"\(\d+\.\d+\)", "", text)  # the code of a target
        for printed in re.findall(r"(?<![\w/.,-])\d[\d.]*(?:,\d+)?(?![\w/-])", bare):
            number = printed.rstrip(".,").replace(".", "").lstrip("0") or "0"
            assert number in known, f"{printed} in {text[:120]!r}"


@pytest.mark.parametrize("year", YEARS)
def test_every_agency_that_owes_something_exists_at_the_end_of_the_year(year: int) -> None:
    on, known = date(year, 12, 31), read_agencies()
    this = report(year)
    named = {name for task in this.tasks for name in this.lead_agencies(task)}
    named |= {name for outcome in this.open_lines for name in this.holders(outcome)}

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
    own = [text for text in texts(year) if "“" not in text]  # a plan's own words may cite as they like
    found = [match for text in own for match in cited.finditer(text)]

    assert {match["number"] for match in found} >= {"906/QĐ-UBND"}
    for match in found:
        if match.string[match.end("number") :].startswith(" [nguyên văn]"):
            continue
        assert match["number"] in acts, match[0]
        if match["year"]:
            day = f"{match['year']}-{int(match['month']):02d}-{int(match['day']):02d}"
            assert day == acts[match["number"]].date, match[0]


def test_the_report_cites_sections_and_never_lines_of_a_file() -> None:
    everything = " ".join(texts(2025)) + " ".join(block.text for block in yearly.reasons(report(2025)))

    assert not re.search(r"\bdòng \d", everything)
    assert "tháng 7 năm 2022" in everything
    assert isinstance(report(2025).result.explain("906.01").steps[0].lines[0], Said)
    assert "từ nay đến hạn" not in everything.casefold()
    assert "lẽ ra phải thay đổi bình quân (20 − 4,21) / (2025 − 2022)" in everything.replace("\\", "")
