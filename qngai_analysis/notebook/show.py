"""What a notebook shows: tables, figures and findings of DataFrames, each with its origin."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis.errors import ParameterError
from qngai_analysis.notebook.marks import Absent, display_with, evidence_of, is_simulated, leave
from qngai_analysis.notebook.state import current
from qngai_analysis.page.blocks import Block, Figure, Finding, Prose, literal
from qngai_analysis.page.tables import Column, Grid, grid_of
from qngai_analysis.report.base import INTERVAL
from qngai_analysis.report.printed import ROUNDED, SIMULATED
from qngai_analysis.survey.door import refuse_exact
from qngai_analysis.values import is_missing
from qngai_analysis.words.numbers import number
from qngai_analysis.words.said import catalogued, coded

#: What the columns of this room's frames are called where they are printed.
LABELS: Mapping[str, str] = coded("head")
#: Columns that serve others, or programs.
_ASIDE = {"group", "unit", "flag", "se", "deff", "t", "series", "territory_id", "address", "indicator"}
_ASIDE |= {"segment", "base"}
#: What is published of a survey: one decimal.
_ESTIMATED = {"estimate", "ci_low", "ci_high", "se", "deff", "difference", "high", "low", "now", "before"}
#: Columns that are left out where no row has anything in them.
_REMARKS = {"bound", "definition", "reason"}
_TOO_FEW = "Chưa đủ số liệu được công bố để rút ra nhận xét."
_ROWS = 200  # a longer table is for computing, not for reading


class Blocks:
    """Several parts of a report as the value of one cell."""

    def __init__(self, blocks: Iterable[Block | Grid]) -> None:
        self.blocks = list(blocks)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(*self.blocks)  # type: ignore[no-untyped-call]


def table(
    data: pd.DataFrame | Absent,
    caption: str,
    *,
    columns: Mapping[str, str] | Iterable[str] = (),
    decimals: int | None = None,
    notes: Iterable[str] = (),
    source: str = "",
) -> Grid | Absent:
    """Return a DataFrame as a table of the report.

    Parameters
    ----------
    data : DataFrame
        What is printed, an index with a name as the first column.
    caption : what the table says, without a number
    columns : the columns to print, in order, and their heads if they are a mapping; by default all that are for readers
    decimals : of numbers that have no usual way to be printed
    notes, source : lines below the table; the source of a survey's estimates is known
    """
    refuse_exact(data)
    if isinstance(data, Absent) or not len(data):
        return data if isinstance(data, Absent) else Absent(current().say("Không có dòng nào."), said=True)
    heads = columns if isinstance(columns, Mapping) else dict.fromkeys(columns, "")
    made = _shown_table(data, catalogued(caption, current().lang), heads, decimals, notes)
    return replace(made, source=source) if source else made


def _shown_table(
    data: pd.DataFrame, caption: str, heads: Mapping[str, str], decimals: int | None, notes: Iterable[str]
) -> Grid:
    lang, frame = current().lang, _flat(data)
    said = [*notes, *([ROUNDED] if data.attrs.get("rounded") else ())]
    return grid_of(
        _printable(frame),
        caption,
        columns=[
            _column(frame, str(name), heads.get(name, ""), decimals, lead=place == 0)
            for place, name in enumerate(heads or _for_readers(frame))
        ],
        notes=[catalogued(note, lang) for note in said],
        source=str(data.attrs.get("source", "")),
        simulated=is_simulated(data),
        lang=lang,
    )


def _flat(data: pd.DataFrame) -> pd.DataFrame:
    # row numbers, in whatever order a sort left them, say nothing
    counted = data.index.name is None and pd.api.types.is_integer_dtype(data.index)
    frame = data.reset_index(drop=counted)
    return frame.set_axis([str(name) for name in frame.columns], axis="columns")


def _for_readers(frame: pd.DataFrame) -> list[str]:
    """Return the columns that a table prints if none are named."""
    # a published figure is known by its source
    beside = {"territory_id": {"id"}, "date": {"year"}, "label": {"row_label", "column_label"}}
    aside = _ASIDE.union(*(less for name, less in beside.items() if name in frame))
    return [
        name
        for name in map(str, frame.columns)
        if name not in aside
        and not (name in _REMARKS and frame[name].isin(["", None]).all())
        and not (name == "origin" and frame[name].nunique() == 1)
    ]


def _printable(frame: pd.DataFrame) -> pd.DataFrame:
    report = current()
    words: dict[str, Callable[[Any], Any]] = {
        "p_value": lambda p: None if is_missing(p) else report.probability(p),
        "unit": report.unit,
        # nothing to remark is no missing figure, which a table prints as "…"
        **dict.fromkeys(("bound", "reason"), lambda remark: days_printed(remark) or "\u00a0"),
    }
    shown = pd.DataFrame({name: frame[name] for name in frame.columns})
    shown.attrs = dict(frame.attrs)  # where the numbers come from
    for name in shown.columns:
        if name in words or not pd.api.types.is_numeric_dtype(shown[name]):
            shown[name] = [words.get(name, days_printed)(each) for each in shown[name]]
    return shown


_DAY = re.compile(r"\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?\b(?!-)")


def days_printed(words: Any) -> Any:
    """Return words with the days of data in them (2025-06) as the language prints them (6/2025)."""
    if not isinstance(words, str):
        return words
    return _DAY.sub(lambda found: current().day(found[0]), words)


def _column(frame: pd.DataFrame, name: str, head: str, decimals: int | None, *, lead: bool) -> Column:
    report = current()
    words = report.say(LABELS[name]) if name in LABELS and not head else catalogued(head or name, report.lang)
    look: dict[str, Any] = {"head": lead}
    if name in ("ci_low", "ci_high") and not head:
        look["group"] = report.say(INTERVAL)
    plain = ("year", "since", "deadline", "date", "period_start", "period_end")
    if name == "p_value":
        look["align"] = "right"
    elif name in plain or (name.isdigit() and lead):
        look["format"] = "plain"
    elif pd.api.types.is_numeric_dtype(frame[name]):
        usual = 1 if name in _ESTIMATED and "odds" not in frame else _decimals(frame[name])
        look["decimals"] = usual if decimals is None or name == "n" else decimals
    if name in ("value", "estimate") and "unit" in frame.columns:
        look["unit_of"] = "unit"
    if name == "estimate" and "flag" in frame.columns:
        look["flag"] = "flag"
    return Column(name, words, **look)


def _decimals(values: pd.Series) -> int:
    known = values.dropna().astype("float64")
    if not len(known) or (known % 1 == 0).all():
        return 0
    return 2 if known.abs().max() < 10 else 1


def as_shown(data: pd.DataFrame) -> Grid:
    """Return how a bare DataFrame is printed: as a table without caption, its first rows if it is long."""
    cut = current().say("{n} dòng, ở đây {shown} dòng đầu.", n=len(data), shown=_ROWS)
    notes = [cut] if len(data) > _ROWS else []
    made = _shown_table(data.head(_ROWS), current().say("Kết quả tính"), {}, None, notes)
    return made if made.simulated else replace(made, caption="")


@display_with
def _display(data: pd.DataFrame, blocks: Iterable[Block | Grid]) -> None:
    Blocks([*blocks] or [as_shown(data)])._ipython_display_()


def figure(
    drawn: Any, caption: str, *, data: pd.DataFrame | Absent, alt: str = "", source: str = ""
) -> Figure | Absent:
    """Return a drawing of seaborn or matplotlib as a figure of the report.

    Parameters
    ----------
    drawn : an Axes or a Figure of matplotlib, or a grid of seaborn
    caption : what the chart says, without a number
    data : the numbers drawn; they stand below the chart, and say whether it is of simulated data
    alt : what one who can't see the chart must know; by default the caption and each row
    source : the line below; of a survey's estimates it is known
    """
    if isinstance(data, Absent):
        return data
    lang = current().lang
    caption = catalogued(caption, lang)
    numbers = table(data, caption)
    assert isinstance(numbers, Grid)
    for axes in getattr(drawn, "figure", drawn).axes:
        for side in (axes.xaxis, axes.yaxis):  # seaborn writes the column's name
            if (name := side.get_label_text()) in LABELS:
                side.set_label_text(current().say(LABELS[name]))
        if (told := axes.get_legend()) is not None:  # beside the data, not on them
            look: dict[str, Any] = {"ncols": 2, "frameon": False, "fontsize": 7.5}
            names = [text.get_text() for text in told.get_texts()]
            axes.legend(told.legend_handles, names, loc="lower left", bbox_to_anchor=(0, 1), **look)
    return Figure.drawn(
        getattr(drawn, "figure", drawn),
        caption,
        catalogued(alt, lang) if alt else _told(data, caption),
        data=numbers,
        source=". ".join(filter(None, (source or str(data.attrs.get("source", "")), _unpublished(data)))),
        simulated=numbers.simulated,
        lang=lang,
    )


def _unpublished(data: pd.DataFrame) -> str:
    """Return which rows of an estimate are not drawn: seaborn leaves their places blank without a word."""
    names = [name for name in ("name", "label") if name in data]
    if "estimate" not in data or not names or not (blank := data["estimate"].isna()).any():
        return ""
    listed = (": ".join(map(str, row)) for row in data.loc[blank, names].drop_duplicates().to_numpy())
    return current().say("Không công bố (bảo mật hoặc kém tin cậy): {rows}", rows="; ".join(listed))


def _told(data: pd.DataFrame, caption: str) -> str:
    """Return what a chart shows in words: its caption, and its rows."""
    frame, report = _flat(data), current()
    numeric = [
        n for n in frame.columns if pd.api.types.is_numeric_dtype(frame[n]) and n not in ("year", *_ASIDE)
    ]
    name = next((n for n in ("estimate", "value", "odds", *numeric) if n in numeric), "")
    known = frame.dropna(subset=[name]) if name else frame.head(0)
    if not len(known):
        return f"{caption}."
    apart = [
        n for n in ("name", "territory", "definition", "origin") if n in frame and frame[n].nunique() > 1
    ]
    lead = next((n for n in ("label", "date", "year", "name") if n in frame.columns), frame.columns[0])
    words = [
        ", ".join(days_printed(str(row[n])) for n in dict.fromkeys([*apart, lead]) if row[n])
        for row in known.to_dict("records")
    ]
    unit = report.unit(known["unit"].iloc[0]) if "unit" in known and known["unit"].nunique() == 1 else ""
    values = [number(value, _decimals(known[name]), unit=unit, lang=report.lang) for value in known[name]]
    bounds = known["bound"] if "bound" in known else [""] * len(known)
    told = (
        ": ".join([word, f"{bound} {value}".strip()])
        for word, bound, value in zip(words, bounds, values, strict=True)
    )
    return f"{caption}. {'; '.join(told)}."


_PLACE = re.compile(
    r"(?<=[\w,;:(] )(Tỉnh|Thành phố|Thị xã|Thị trấn|Huyện|Xã|Phường|Đặc khu)(?= [A-ZÁÀẢÃẠĂÂĐÊÔƠƯÝ])"
)


class _Words(string.Formatter):
    """Fills a sentence with numbers as the language prints them."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.missing = False

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Absent) or is_missing(value):
            self.missing = True
            return "…"
        if isinstance(value, int | float | np.number) and not isinstance(value, bool):
            if not format_spec:  # a year, a count; thousands are marked by {n:,}
                return str(int(value)) if float(value).is_integer() else number(value, lang=self.lang)
            spoken = format_spec.startswith("~")  # a change said in words, where a sign reads badly aloud
            text = format(abs(value) if spoken else value, format_spec.removeprefix("~"))
            text = text if self.lang == "en" else text.translate(str.maketrans(",.", ".,"))
            way = "giảm {amount}" if value < 0 else "tăng {amount}"
            return current().say(way, amount=text) if spoken else text
        return literal(format(days_printed(value), format_spec))


def finding(
    sentence: str,
    row: Mapping[str, Any] | pd.Series | Absent | None = None,
    /,
    *,
    of: object = None,
    key: bool = False,
    **values: Any,
) -> Finding | Prose | None:
    """Return a sentence filled with numbers of the data: what the chart or table above it shows.

    Parameters
    ----------
    sentence : str
        With places such as ``{estimate:.1f}`` or ``{label}``; numbers are printed in the notebook's language.
        ``{difference:~.1f}`` says a change in words: tăng 1,8; giảm 1,8.
    row : a row of a DataFrame whose columns fill the places
    of : the DataFrame that the numbers in ``values`` were computed from, so that their origin is known
    key : this is one of the key points at the beginning of the report
    values : what fills the places otherwise

    Returns
    -------
    Finding, or None of an absent survey; where a number is not published, words that say so
    """
    if isinstance(row, pd.DataFrame):
        raise ParameterError(
            "qn.finding: cần một dòng của bảng: qn.highest(bảng), qn.lowest(bảng) hoặc bảng.iloc[0]"
        )
    report = current()
    given = [row, of, *values.values()]
    absent = [value for value in given if isinstance(value, Absent)]
    refuse_exact(*given)
    if absent:
        return None if absent[0].said else Prose(literal(absent[0].why or report.say(_TOO_FEW)))
    filler = _Words(report.lang)
    filled = {**(dict(row) if row is not None else {}), **values}
    wording = catalogued(sentence, report.lang)
    if (
        "bound" in filled and "{bound}" not in wording
    ):  # what is only a bound is nowhere said as if it were exact
        wording = wording.replace("{value", "{bound} {value")
    try:
        text = filler.vformat(wording, (), filled)
        text = re.sub(" {2,}", " ", text)  # an exact figure has no word before it
        if report.lang == "vi":  # the kind of a place has its capital at the head of a sentence alone
            text = _PLACE.sub(lambda kind: kind[0].lower(), text)
    except KeyError as fault:
        known = ", ".join(map(str, filled)) or "…"
        raise ParameterError(
            "qn.finding: không có giá trị cho {name}; đang có: {known}", name=fault.args[0], known=known
        ) from None
    if filler.missing:
        return Prose(report.say(_TOO_FEW))
    origin = [value for value in (row, of) if value is not None] or list(values.values())
    made = is_simulated(*origin)
    return Finding(
        f"{text} ({report.say(SIMULATED)})" if made else text, key=key, simulated=made, lang=report.lang
    )


def stack(parts: Mapping[str, pd.DataFrame | Absent]) -> Any:
    """Return several DataFrames below one another, ``name`` saying which a row is of; those that are absent left out.

    Absent where all are.
    """
    refuse_exact(*parts.values())
    lang = current().lang
    there = {name: part for name, part in parts.items() if not isinstance(part, Absent)}
    if not there:
        return next(iter(parts.values()))
    named = [part.assign(name=catalogued(name, lang)) for name, part in there.items()]
    return pd.concat(named, ignore_index=True)


def highest(data: pd.DataFrame | Absent, column: str = "estimate") -> Any:
    """Return the row with the highest published value; absent where none is published, or that of one group only."""
    return _extreme(data, column, ascending=False)


def lowest(data: pd.DataFrame | Absent, column: str = "estimate") -> Any:
    """Return the row with the lowest published value; absent where none is published, or that of one group only."""
    return _extreme(data, column, ascending=True)


def first_and_last(data: pd.DataFrame | Absent, moment: str = "year") -> tuple[Any, Any]:
    """Return the rows of the first and the last moment, or of the lowest and highest value; both absent where there are not two to compare.

    In time only like is compared: the rows of the last one's series, territory and definition.
    """
    last = highest(data, moment)
    if isinstance(last, Absent):
        return last, last
    for name in ("series", "territory", "definition") if moment in ("year", "date", "t") else ():
        if name in data:
            data = data[data[name] == last[name]]
    first = lowest(data, moment)
    if first[moment] < last[moment]:
        return first, last
    alone = Absent(current().say("Chưa có hai số so sánh được với nhau."))
    return alone, alone


def _extreme(data: pd.DataFrame | Absent, column: str, *, ascending: bool) -> Any:
    if isinstance(data, Absent):
        return data
    known = data.dropna(subset=[column]).sort_values(column, ascending=ascending, kind="stable")
    if column == "estimate" and len(known) == 1 and known.iloc[0].get("group"):
        one = "Chỉ một nhóm có số được công bố ({label}): không có nhóm nào để so sánh."
        return Absent(current().say(one, label=known.iloc[0]["label"]))
    return known.iloc[0] if len(known) else Absent("")


def to_xlsx(
    data: pd.DataFrame | Grid | Mapping[str, pd.DataFrame | Grid], file: str | Path, caption: str = ""
) -> None:
    """Write DataFrames or tables to a workbook with captions, units, sources and the simulated mark.

    What a session saves of surveys is published: it is entered in the project's ledger, that of a report with the report.

    Parameters
    ----------
    data : a DataFrame, a table of ``qn.table``, or DataFrames by caption
    file : the workbook; it is replaced
    caption : of a single DataFrame; by default the file's name
    """
    path = Path(file)
    parts = data if isinstance(data, Mapping) else {caption or path.stem: data}
    tables = [part if isinstance(part, Grid) else table(part, name) for name, part in parts.items()]
    leave(*(part.origin if isinstance(part, Grid) else evidence_of(part) for part in parts.values()))
    from qngai_analysis.page.sheets import save_xlsx  # takes long to load

    save_xlsx([each for each in tables if isinstance(each, Grid)], path, title=caption, lang=current().lang)
