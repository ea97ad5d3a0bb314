"""Small multiples: one small chart a group, all on one scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.figure import Figure as Canvas

from qngai_analysis.numbers import number
from qngai_analysis.report.blocks import Figure
from qngai_analysis.report.charts import BLUE, GREY, LIGHT, WIDTH, theme
from qngai_analysis.report.language import Lang, translate
from qngai_analysis.report.tables import Table

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
        canvas = Canvas(figsize=(WIDTH, 0.5 + 1.45 * down if down > 1 else 2.4), layout="constrained")
        grid = canvas.subplots(down, across, sharex=True, sharey=True, squeeze=False)
        for axes, group in zip(grid.flat, groups, strict=False):
            _panel(axes, frame, group, years, lang, unit)
        for axes in list(grid.flat)[len(groups) :]:
            axes.axis("off")
        for axes in list(grid.flat)[: len(groups)][-across:]:
            axes.tick_params(labelbottom=True)  # the last of each column, also above an empty place
        grid[0][0].set_ylim(bottom=0, top=105 if unit == "%" else None)
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
    data = Table(
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
        lang=lang,
    )
    return Figure(canvas, caption=caption, alt=alt, data=data, source=source, simulated=simulated, lang=lang)


def _panel(axes: Axes, frame: pd.DataFrame, group: str, years: list[int], lang: Lang, unit: str) -> None:
    axes.grid(visible=True, axis="y")
    axes.grid(visible=False, axis="x")
    for _, other in frame[frame["group"] != group].groupby("group", sort=False):
        axes.plot(other["year"], other["estimate"], color=LIGHT, linewidth=1.2, zorder=1)
    mine = frame[frame["group"] == group].sort_values("year")
    axes.plot(mine["year"], mine["estimate"], "-o", color=BLUE, ms=3.6, linewidth=1.5, zorder=3)
    axes.vlines(mine["year"], mine["ci_low"], mine["ci_high"], color=BLUE, linewidth=1.0, zorder=2)
    axes.set_title(str(group), fontsize=7.5)
    axes.set_xticks(years, [str(year) for year in years])
    axes.tick_params(labelsize=7)
    if unit == "%":
        axes.set_yticks([0, 50, 100], ["0%", "50%", "100%"])
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
