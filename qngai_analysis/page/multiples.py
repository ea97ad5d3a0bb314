"""Charts of many on one scale: small multiples over the years, thresholds of plans side by side."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from qngai_analysis.page.blocks import Figure
from qngai_analysis.page.charts import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LIGHT,
    PURPLE,
    VERMILION,
    WIDTH,
    as_table,
    theme,
)
from qngai_analysis.page.tables import Table
from qngai_analysis.words.language import Lang, translate
from qngai_analysis.words.numbers import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 4


def over_years(
    estimates: pd.DataFrame,
    caption: str,
    *,
    lang: Lang = "vi",
    scale: float = 100.0,
    unit: str = "%",
    source: str = "",
    simulated: bool = False,
) -> Figure:
    """Draw each group's estimates over the years with their intervals, the other groups pale behind.

    Parameters
    ----------
    estimates : DataFrame, one row a group and year
        ``group, year, estimate, ci_low, ci_high``. A suppressed or missing estimate breaks the
        line and is said in words at its year, never drawn as zero.
    scale : float
        What an estimate is multiplied by to be printed (100: shares as per cent).
    """
    frame = estimates.assign(**{name: estimates[name] * scale for name in ("estimate", "ci_low", "ci_high")})
    groups = list(dict.fromkeys(frame["group"]))
    across = min(COLUMNS, len(groups))
    down = math.ceil(len(groups) / across)
    years = sorted(set(frame["year"]))
    with theme():
        canvas, grid = _grid(across, down, 1.35 if down > 1 else 1.9)
        for axes, group in zip(grid.flat, groups, strict=False):
            _panel(axes, frame, group, lang, unit)
        _shared(grid, len(groups), years, unit, lang)
        grid[0][0].set_ylim(bottom=0, top=118 if unit == "%" else None)
        grid[0][0].set_xlim(years[0] - 0.45, years[-1] + 0.45)
    known = frame.dropna(subset=["estimate"])
    alt = translate(
        "{caption}. {n} biểu đồ nhỏ cùng thang đo, mỗi nhóm một đường.", lang, caption=caption, n=len(groups)
    )
    for group in groups:
        mine = known[known["group"] == group].sort_values("year")
        if len(mine):
            values = ", ".join(
                f"{year}: {number(v, 1, unit=unit, lang=lang)}"
                for year, v in zip(mine["year"], mine["estimate"], strict=True)
            )
            alt += f" {group} – {values}."
    data = as_table(
        pd.DataFrame(
            {
                translate("Nhóm", lang): frame["group"],
                translate("Năm", lang): frame["year"].astype(str),
                translate("Ước lượng", lang) + f" ({unit})": frame["estimate"],
                translate("Cận dưới 95%", lang): frame["ci_low"],
                translate("Cận trên 95%", lang): frame["ci_high"],
            }
        ),
        caption,
        lang,
        1,
    )
    return Figure(canvas, caption=caption, alt=alt, data=data, source=source, simulated=simulated, lang=lang)


def _grid(across: int, down: int, height: float, *, above: float = 0.0) -> tuple[Canvas, Any]:
    """Return small charts in rows, with ``above`` inches left free for a legend."""
    # matplotlib's own layout measures every letter of every small chart: seconds instead of none
    with mpl.rc_context({"figure.constrained_layout.use": False}):
        canvas = Canvas(figsize=(WIDTH, above + (height + 0.42) * down))
    grid = canvas.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    tall = canvas.get_figheight()
    canvas.subplots_adjust(
        left=0.42 / WIDTH, right=1 - 0.12 / WIDTH, wspace=0.08, hspace=0.42 / height,
        top=1 - (above + 0.24) / tall, bottom=0.24 / tall,
    )  # fmt: skip
    return canvas, grid


def _shared(grid: Any, filled: int, years: Sequence[int], unit: str, lang: Lang) -> None:
    """Set what all small charts share: years below each column, one scale, nothing in empty places."""
    charts = list(grid.flat)
    charts[0].set_xticks(years, [str(year) for year in years])
    if unit == "%":
        charts[0].set_yticks([0, 50, 100], ["0%", "50%", "100%"])
    else:
        charts[0].yaxis.set_major_formatter(lambda value, place: number(value, 0, lang=lang))
    for axes in charts[filled:]:
        axes.axis("off")
    for axes in charts[:filled][-grid.shape[1] :]:
        axes.tick_params(labelbottom=True)  # the last of each column, also above an empty place


def _title(text: str, letters: int, lines: int) -> str:
    return "\n".join(textwrap.wrap(text, letters, max_lines=lines, placeholder=" …"))


def _panel(axes: Axes, frame: pd.DataFrame, group: str, lang: Lang, unit: str) -> None:
    axes.grid(visible=True, axis="y")
    axes.grid(visible=False, axis="x")
    axes.tick_params(labelsize=7)
    others = frame[frame["group"] != group].groupby("group", sort=False)
    pale = [part[["year", "estimate"]].to_numpy(dtype=float) for _, part in others]
    axes.add_collection(LineCollection(pale, colors=LIGHT, linewidths=1.2, zorder=1))
    mine = frame[frame["group"] == group].sort_values("year")
    axes.plot(mine["year"], mine["estimate"], "-o", color=BLUE, ms=3.6, linewidth=1.5, zorder=3)
    axes.vlines(mine["year"], mine["ci_low"], mine["ci_high"], color=BLUE, linewidth=1.0, zorder=2)
    axes.set_title(_title(str(group), 30, 2), fontsize=7)
    for year in mine.loc[mine["estimate"].isna(), "year"]:
        axes.annotate(
            translate("không\ncông bố", lang), (year, 0), xytext=(0, 2), textcoords="offset points",
            ha="center", va="bottom", fontsize=6, style="italic", color=GREY,
        )  # fmt: skip
    known = mine.dropna(subset=["estimate"])
    for place in sorted({0, len(known) - 1} if len(known) else set()):
        row: Any = known.iloc[place]
        axes.annotate(
            number(row["estimate"], 1 if unit == "%" else 0, lang=lang),
            (row["year"], row["ci_high"]), xytext=(0, 3), textcoords="offset points",
            ha="center", fontsize=6.5, color=BLUE,
        )  # fmt: skip


#: A marker and a colour a plan, told apart by shape as well; a plan more starts again with open marks.
_MARKS = (("o", BLUE), ("s", VERMILION), ("D", GREEN), ("^", PURPLE), ("v", INK))
_APART = 0.32  # years between marks of plans that ask the same


def thresholds(rows: pd.DataFrame, caption: str, *, lang: Lang = "vi") -> Figure:
    """Draw what plans ask for the same indicator over the years: a small chart an indicator, a mark a plan.

    Parameters
    ----------
    rows : DataFrame, one row a threshold
        ``label`` (the indicator), ``plan``, ``year``, ``value`` in per cent, ``words`` (``≥ 80%``).
    """
    labels, plans = list(dict.fromkeys(rows["label"])), list(dict.fromkeys(rows["plan"]))
    across = min(COLUMNS - 1, len(labels))
    down = math.ceil(len(labels) / across)
    years = sorted(set(rows["year"]))
    with theme():
        canvas, grid = _grid(across, down, 1.35, above=0.4)
        for axes, label in zip(grid.flat, labels, strict=False):
            _steps(axes, rows[rows["label"].eq(label)], plans)
            axes.set_title(_title(label, 37, 2), fontsize=6.5)
        _shared(grid, len(labels), years, "%", lang)
        grid[0][0].set_ylim(0, 118)
        grid[0][0].set_xlim(years[0] - 0.9, years[-1] + 0.9)
        marks = [
            Line2D([], [], linestyle="", ms=5, label=plan, **_style(rank)) for rank, plan in enumerate(plans)
        ]
        canvas.legend(handles=marks, loc="upper left", ncols=len(plans), fontsize=7.5)
    words = [
        f"{label}: "
        + ", ".join(f"{row['plan']} {row['words']} ({row['year']})" for row in part.to_dict("records"))
        for label, part in rows.groupby("label", sort=False)
    ]
    alt = translate(
        "{caption}. Mỗi chỉ tiêu một biểu đồ nhỏ cùng thang đo, mỗi dấu một kế hoạch.", lang, caption=caption
    )
    data = Table(
        pd.DataFrame(
            {
                translate("Chỉ tiêu", lang): rows["label"],
                translate("Kế hoạch", lang): rows["plan"],
                translate("Năm", lang): rows["year"].astype(str),
                translate("Mục tiêu", lang): rows["words"],
            }
        ),
        caption,
        lang=lang,
    )
    return Figure(canvas, caption=caption, alt=f"{alt} {'; '.join(words)}.", data=data, lang=lang)


def _style(rank: int) -> dict[str, Any]:
    marker, colour = _MARKS[rank % len(_MARKS)]
    return {"marker": marker, "mec": colour, "mfc": colour if rank < len(_MARKS) else "white", "mew": 1.1}


def _steps(axes: Axes, mine: pd.DataFrame, plans: Sequence[str]) -> None:
    """Draw one indicator: marks of plans that ask the same stand side by side, their threshold above."""
    axes.grid(visible=True, axis="y")
    axes.grid(visible=False, axis="x")
    axes.tick_params(labelsize=7)
    for _, equal in mine.groupby(["year", "value"], sort=True):
        first: Any = equal.iloc[0]
        for rank, plan in enumerate(equal["plan"]):
            place = first["year"] + _APART * (rank - (len(equal) - 1) / 2)
            axes.plot(place, first["value"], linestyle="", ms=4.5, clip_on=False, **_style(plans.index(plan)))
        axes.annotate(
            " / ".join(dict.fromkeys(equal["words"])), (first["year"], first["value"]), xytext=(0, 4.5),
            textcoords="offset points", ha="center", fontsize=6, color=INK,
        )  # fmt: skip
