"""Charts of many on one scale: small multiples over the years, thresholds of plans side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Unpack

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from qngai_analysis.page import theme
from qngai_analysis.page.blocks import Figure
from qngai_analysis.page.theme import Options, Style
from qngai_analysis.words.numbers import number
from qngai_analysis.words.said import Lang, translate

COLUMNS = 4


def over_years(
    estimates: pd.DataFrame, caption: str, *, unit: str = "%", **options: Unpack[Options]
) -> Figure:
    """Draw each group's estimates over the years with their intervals, the other groups pale behind.

    Parameters
    ----------
    estimates : DataFrame, one row a group and year
        ``group, year, estimate, ci_low, ci_high``, on the printed scale. A suppressed or missing estimate breaks the
        line and is said in words at its year, never drawn as zero.
    """
    lang = options.get("lang", "vi")
    groups = list(dict.fromkeys(estimates["group"]))
    with theme.applied():
        grid = _grid(min(COLUMNS, len(groups)), groups, 1.35 if len(groups) > COLUMNS else 1.9)
        for axes, group in _each(grid, groups, letters=30, size=7):
            _panel(axes, estimates, group, unit, lang)
        _share(grid, len(groups), estimates["year"], 0.45, unit, lang)
    data = {
        translate("Nhóm", lang): estimates["group"],
        translate("Năm", lang): estimates["year"].astype(str),
        **theme.estimate_columns(estimates, unit, lang),
    }
    told = _years_told(estimates, caption, groups, unit, lang)
    return theme.finished(grid[0][0], caption, told, pd.DataFrame(data), decimals=1, **options)


def _years_told(
    frame: pd.DataFrame, caption: str, groups: Sequence[str], unit: str, lang: Lang
) -> Iterator[str]:
    yield translate(
        "{caption}. {n} biểu đồ nhỏ cùng thang đo, mỗi nhóm một đường.", lang, caption=caption, n=len(groups)
    )
    known = frame.dropna(subset=["estimate"])
    for group in groups:
        mine = known[known["group"] == group].sort_values("year")
        if len(mine):
            values = ", ".join(
                f"{year}: {number(value, 1, unit=unit, lang=lang)}"
                for year, value in zip(mine["year"], mine["estimate"], strict=True)
            )
            yield f"{group} – {values}."


def _grid(across: int, names: Sequence[str], height: float, *, above: float = 0.0) -> Any:
    """Return small charts in rows, one a name, with ``above`` inches left free for a legend."""
    down = math.ceil(len(names) / across)
    # matplotlib's own layout measures every letter of every small chart: seconds instead of none
    with mpl.rc_context({"figure.constrained_layout.use": False}):
        canvas = Canvas(figsize=(theme.WIDTH, above + (height + 0.42) * down))
    grid = canvas.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    tall = canvas.get_figheight()
    canvas.subplots_adjust(
        left=0.42 / theme.WIDTH, right=1 - 0.12 / theme.WIDTH, wspace=0.08, hspace=0.42 / height,
        top=1 - (above + 0.24) / tall, bottom=0.24 / tall,
    )  # fmt: skip
    return grid


def _each(grid: Any, names: Sequence[str], *, letters: int, size: float) -> Iterator[tuple[Axes, str]]:
    """Yield the small chart of each name, below it."""
    for axes, name in zip(grid.flat, names, strict=False):
        axes.grid(visible=True, axis="y")
        axes.grid(visible=False, axis="x")
        axes.tick_params(labelsize=7)
        axes.set_title(theme.wrap(str(name), letters, 2), fontsize=size)
        yield axes, name


def _share(grid: Any, filled: int, years: pd.Series[int], room: float, unit: str, lang: Lang) -> None:
    """Set what all small charts share: years below each column, one scale, nothing in empty places."""
    charts, shown = list(grid.flat), sorted(set(years))
    charts[0].set_xticks(shown, [str(year) for year in shown])
    if unit == "%":
        charts[0].set_yticks([0, 50, 100], ["0%", "50%", "100%"])
    else:
        charts[0].yaxis.set_major_formatter(lambda value, place: number(value, 0, lang=lang))
    for axes in charts[filled:]:
        axes.axis("off")
    for axes in charts[:filled][-grid.shape[1] :]:
        axes.tick_params(labelbottom=True)  # the last of each column, also above an empty place
    charts[0].set_ylim(bottom=0, top=118 if unit == "%" else None)
    charts[0].set_xlim(shown[0] - room, shown[-1] + room)


def _panel(axes: Axes, frame: pd.DataFrame, group: str, unit: str, lang: Lang) -> None:
    others = frame[frame["group"] != group].groupby("group", sort=False)
    pale = [part[["year", "estimate"]].to_numpy(dtype=float) for _, part in others]
    axes.add_collection(LineCollection(pale, colors=theme.LIGHT, linewidths=1.2, zorder=1))
    mine = frame[frame["group"] == group].sort_values("year")
    axes.plot(mine["year"], mine["estimate"], "-o", color=theme.BLUE, ms=3.6, linewidth=1.5, zorder=3)
    axes.vlines(mine["year"], mine["ci_low"], mine["ci_high"], color=theme.BLUE, linewidth=1.0, zorder=2)
    hidden: Style = {"va": "bottom", "fontsize": 6, "style": "italic", "color": theme.GREY}
    for year in mine.loc[mine["estimate"].isna(), "year"]:
        theme.label(axes, translate("không\ncông bố", lang), (year, 0), (0, 2), ha="center", **hidden)
    known = mine.dropna(subset=["estimate"])
    for place in sorted({0, len(known) - 1} if len(known) else set()):
        row: Any = known.iloc[place]
        words = number(row["estimate"], 1 if unit == "%" else 0, lang=lang)
        style: Style = {"va": "baseline", "fontsize": 6.5, "color": theme.BLUE}
        theme.label(axes, words, (row["year"], row["ci_high"]), (0, 3), ha="center", **style)


#: A marker and a colour a plan, told apart by shape as well; a plan more starts again with open marks.
_COLOURS = (theme.BLUE, theme.VERMILION, theme.GREEN, theme.PURPLE, theme.INK)
_MARKS = tuple(zip("osD^v", _COLOURS, strict=True))
_APART = 0.32  # years between marks of plans that ask the same


def thresholds(rows: pd.DataFrame, caption: str, **options: Unpack[Options]) -> Figure:
    """Draw what plans ask for the same indicator over the years: a small chart an indicator, a mark a plan.

    Parameters
    ----------
    rows : DataFrame, one row a threshold
        ``label`` (the indicator), ``plan``, ``year``, ``value`` in per cent, ``words`` (``≥ 80%``).
    """
    lang = options.get("lang", "vi")
    names, plans = list(dict.fromkeys(rows["label"])), list(dict.fromkeys(rows["plan"]))
    with theme.applied():
        grid = _grid(min(COLUMNS - 1, len(names)), names, 1.35, above=0.4)
        for axes, name in _each(grid, names, letters=37, size=6.5):
            _steps(axes, rows[rows["label"].eq(name)], plans)
        _share(grid, len(names), rows["year"], 0.9, "%", lang)
        marks = [
            Line2D([], [], linestyle="", ms=5, label=plan, **_style(rank)) for rank, plan in enumerate(plans)
        ]
        grid[0][0].figure.legend(handles=marks, loc="upper left", ncols=len(plans), fontsize=7.5)
    told = translate(
        "{caption}. Mỗi chỉ tiêu một biểu đồ nhỏ cùng thang đo, mỗi dấu một kế hoạch.", lang, caption=caption
    )
    words = [
        f"{name}: "
        + ", ".join(f"{row['plan']} {row['words']} ({row['year']})" for row in part.to_dict("records"))
        for name, part in rows.groupby("label", sort=False)
    ]
    data = {
        translate("Chỉ tiêu", lang): rows["label"],
        translate("Kế hoạch", lang): rows["plan"],
        translate("Năm", lang): rows["year"].astype(str),
        translate("Mục tiêu", lang): rows["words"],
    }
    return theme.finished(grid[0][0], caption, [told, "; ".join(words) + "."], pd.DataFrame(data), **options)


def _style(rank: int) -> Style:
    marker, colour = _MARKS[rank % len(_MARKS)]
    return {"marker": marker, "mec": colour, "mfc": colour if rank < len(_MARKS) else "white", "mew": 1.1}


def _steps(axes: Axes, mine: pd.DataFrame, plans: Sequence[str]) -> None:
    """Draw one indicator: marks of plans that ask the same stand side by side, their threshold above."""
    style: Style = {"va": "baseline", "fontsize": 6, "color": theme.INK}
    for _, equal in mine.groupby(["year", "value"], sort=True):
        first: Any = equal.iloc[0]
        for rank, plan in enumerate(equal["plan"]):
            place = first["year"] + _APART * (rank - (len(equal) - 1) / 2)
            axes.plot(place, first["value"], linestyle="", ms=4.5, clip_on=False, **_style(plans.index(plan)))
        words = " / ".join(dict.fromkeys(equal["words"]))
        theme.label(axes, words, (first["year"], first["value"]), (0, 4.5), ha="center", **style)
