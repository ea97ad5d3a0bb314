"""What every report has: a language, and one way to say words, numbers and tables in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Protocol

import pandas as pd

from qngai_analysis.page.blocks import Prose, SimulatedBanner, literal
from qngai_analysis.page.tables import Column, Table
from qngai_analysis.plan.agencies import read_agencies
from qngai_analysis.plan.model import Citation, Document, act
from qngai_analysis.values import is_missing, records
from qngai_analysis.words.language import KEPT, Lang, said, text_day, translate, unit_words
from qngai_analysis.words.numbers import count, day, number, printed_decimals

SIMULATED = "SỐ LIỆU MÔ PHỎNG"
INTERVAL = "Khoảng tin cậy 95%"
SHARE = 100.0  # estimates are shares of 0 to 1, reports print per cent

#: What a column shows of a row: the name of what the row holds, or a function of the row.
Shown = str | Callable[[Any], object]


class Named(Protocol):
    """What has a name in each language: a survey, an indicator, a question."""

    @property
    def vi(self) -> str: ...  # noqa: D102

    @property
    def en(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Speaker:
    """Whoever prints words, numbers and tables in a language."""

    lang: Lang

    def say(self, text: str, /, **values: object) -> str:
        """Return a message in the report's language."""
        return translate(text, self.lang, **values)

    def name(self, entry: Named) -> str:
        """Return the name of a survey, an indicator or a question in the report's language."""
        return entry.vi if self.lang == "vi" else entry.en

    def count(self, value: int) -> str:
        """Return a count as running text writes it."""
        return count(value, self.lang)

    def agency(self, name: str) -> str:
        """Return an agency's name, in English where the table of agencies has it."""
        known = None if self.lang == "vi" else read_agencies().get(name)
        return known.english if known and known.english else name

    def agencies(self, names: Iterable[str]) -> str:
        """Return names of agencies as a cell or a sentence lists them."""
        return "; ".join(map(self.agency, names))

    def act(self, document: Document | Citation) -> str:
        """Return type and number of an act, as it is cited after the first time."""
        return said(act(document.type, document.number), self.lang)

    def number(self, value: Any, decimals: int | None = None, unit: str = "") -> str:
        """Return a number as printed; ``unit`` in the report's language."""
        return number(value, decimals, unit=unit, lang=self.lang)

    def figure(self, value: Any, unit: object) -> str:
        """Return a figure as published, or with one decimal if it is an estimate; ``unit`` as the data write it."""
        return self.number(value, printed_decimals(value), self.unit(unit))

    def unit(self, unit: object) -> str:
        """Return a unit of the data in the report's language."""
        return unit_words(unit, self.lang)

    def day(self, printed: Any) -> str:
        """Return a date as a table prints it; empty where there is none."""
        return "" if is_missing(printed) else day(printed, self.lang)

    def text_day(self, value: date) -> str:
        """Return a date as running text prints it."""
        return text_day(value, self.lang)

    def table(
        self,
        rows: pd.DataFrame | Iterable[Any],
        caption: str,
        columns: Sequence[Column],
        *,
        sections: Shown = "",
        **settings: Any,
    ) -> Table:
        """Return a table with a line for each of ``rows``.

        Parameters
        ----------
        rows : DataFrame, or objects or dictionaries that hold what the columns show
        sections : where it changes from row to row, a line opens a group of rows
        settings : ``notes, source, id, simulated, landscape`` of a ``Table``
        """
        lines = list(records(rows)) if isinstance(rows, pd.DataFrame) else list(rows)
        cells: dict[str, list[object]] = {}

        def kept(shown: Shown) -> Any:
            key = shown if isinstance(shown, str) else f"column {len(cells)}"
            if key:
                cells[key] = [_shown(line, shown) for line in lines]
            return key

        printed = [
            replace(
                column,
                label=column.label if column.as_is else self.say(column.label),
                group=column.group and self.say(column.group),
                **{what: kept(getattr(column, what)) for what in ("key", "unit_key", "flag", "href")},
            )
            for column in columns
        ]
        settings |= {"row_groups": kept(sections), "lang": self.lang}
        return Table(pd.DataFrame(cells), caption, columns=printed, **settings)


@dataclass(frozen=True)
class Report(Speaker):
    """What every report knows besides: the year it is about, and whether it leaves simulated data out."""

    year: int
    real_only: bool


def _shown(line: Any, shown: Shown) -> object:
    if callable(shown):
        value = shown(line)
    else:
        value = line[shown] if isinstance(line, Mapping) else getattr(line, shown)
    return "; ".join(value) if isinstance(value, list | tuple) else value


def column(label: str, shown: Shown, width: float | None = None, **look: Any) -> Column:
    """Return a column of a report's table; ``label`` and ``group`` are messages, ``look`` the rest of ``Column``.

    ``unit_of``, ``flag`` and ``href`` say what of the row holds them.
    """
    return Column(shown, label, width=width, unit_key=look.pop("unit_of", ""), **look)


row_head = partial(column, head=True)  # the column that names each row
centred = partial(column, align="center")  # short texts: a date, a unit, a threshold
at_right = partial(column, align="right")  # printed figures, each with its unit
counted = partial(column, decimals=0)
measured = partial(column, decimals=1)  # estimates


def estimate(width: float | None = None) -> Column:
    """Return the column of an estimate, ``value`` with ``unit`` and ``flag``."""
    return measured("Ước lượng", "value", width, unit_of="unit", flag="flag")


def interval(width: float, group: str = INTERVAL, ends: tuple[str, str] = ("low", "high")) -> list[Column]:
    """Return the two columns of an interval."""
    return [measured("Từ", ends[0], width, group=group), measured("Đến", ends[1], width, group=group)]


def verdict(report: Speaker, width: float, href: Shown = "") -> Column:
    """Return the column of outcomes' verdicts."""
    return column("Đánh giá", lambda row: report.say(row.verdict.value), width, format="mark", href=href)


def source(width: float, shown: Shown = lambda row: f"{row.publisher} [{row.id}]") -> Column:
    """Return the column that names where a published figure was found, and leads there."""
    return column("Nguồn", shown, width, href="address")


def heading(report: Speaker, text: str, level: int = 2) -> Prose:
    """Return a heading in the report's language."""
    return Prose(f"{'#' * level} {report.say(text)}")


def bullets(lines: Iterable[str], first: str = "") -> Prose:
    """Return a list, with a sentence before it if there is one."""
    items = "\n".join(f"- {line}" for line in lines)
    return Prose(f"{first}\n\n{items}" if first else items)


def notices(report: Speaker, *, simulated: bool, absent: Sequence[str] = ()) -> list[SimulatedBanner | Prose]:
    """Return what the reader must know first: simulated data, what stays Vietnamese, surveys that are missing."""
    blocks: list[SimulatedBanner | Prose] = [SimulatedBanner(lang=report.lang)] if simulated else []
    if report.lang != "vi":
        blocks.append(Prose(report.say(KEPT)))
    return [*blocks, bullets(map(literal, absent))] if absent else blocks


def why_absent(report: Speaker, survey: Named, year: int, *, simulated: bool) -> str:
    """Return why a survey of a year can't be used: its file is simulated, or there is none."""
    text = (
        "{survey}: tệp năm {year} là số liệu mô phỏng, không dùng khi chỉ lấy số liệu thực."
        if simulated
        else "{survey}: chưa có tệp số liệu năm {year}."
    )
    return report.say(text, survey=report.name(survey), year=year)
