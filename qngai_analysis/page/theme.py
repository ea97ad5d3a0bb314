"""The house theme of the charts: colours, the frame a chart is drawn in, and what ends every chart.

Colours are from the Okabe-Ito palette, only those with a contrast of at least 3:1 on white; what a
colour says is also said by a shape and a word. Labels stand beside what they name.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import pandas as pd

from qngai_analysis.page.blocks import Figure
from qngai_analysis.page.layout import HERE
from qngai_analysis.page.tables import Column, grid_of
from qngai_analysis.words.said import Lang, translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

BLUE, VERMILION, GREEN, PURPLE, GREY, LIGHT, INK = (
    "#0072B2", "#D55E00", "#007F5F", "#8B4B8B", "#6B6B6B", "#E6E9EC", "#1B1B1B",
)  # fmt: skip
WIDTH = 6.5  # inches: the text width of an A4 page with the margins of Decree 30/2020
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # behind a label that a line may cross
Style = dict[str, Any]  # matplotlib's own keywords
OVER_LINES: Style = {"fontsize": 7.5, "bbox": CLEAR, "zorder": 4}
IN_PLACE_OF_A_VALUE: Style = {"fontsize": 7, "style": "italic", "color": "#4A4A4A"}


class Options(TypedDict, total=False):
    """What every chart takes by keyword.

    ``lang``: language of its words (``vi``). ``source``: the line below it. ``id``: its name for cross
    references. ``simulated``: the numbers are simulated, which caption and page then say.
    """

    lang: Lang
    source: str
    id: str
    simulated: bool


@cache  # each registration of a font makes matplotlib look for every font anew
def _settings() -> Any:
    import matplotlib as mpl
    from matplotlib import font_manager

    for file in sorted((HERE / "fonts").glob("ReportSans-*.ttf")):
        font_manager.fontManager.addfont(file)
    return mpl.rc_params_from_file(HERE / "house.mplstyle", use_default_template=False)


@contextmanager
def applied() -> Iterator[None]:
    """Draw in the house theme; matplotlib's own settings come back afterwards."""
    import matplotlib as mpl  # heavy: only where something is drawn

    with mpl.rc_context(_settings()):
        yield


def adopt() -> None:
    """Let all that is drawn from here on, by seaborn or matplotlib, be in the house theme."""
    import matplotlib as mpl
    from cycler import cycler

    colours = cycler(color=[BLUE, VERMILION, GREEN, PURPLE, GREY])
    mpl.rcParams.update(_settings() | {"axes.prop_cycle": colours, "figure.figsize": (WIDTH, 2.7)})


@contextmanager
def drawing(height: float, width: float = WIDTH) -> Iterator[Axes]:
    """Draw one chart of so many inches in the house theme."""
    from matplotlib.figure import Figure as Canvas

    with applied():
        yield Canvas(figsize=(width, height), layout="constrained").subplots()


def finished(
    drawn: Canvas | Axes,
    caption: str,
    told: Iterable[str],
    data: pd.DataFrame,
    *,
    decimals: int | None = None,
    **options: Unpack[Options],
) -> Figure:
    """Return a drawn chart with its caption, the sentences that tell it, and its data as a table."""

    def column(name: str) -> Column:
        if name == "n":
            return Column(name, name, decimals=0)
        if str(data[name].dtype) == "Int64":  # whole years, without a thousands mark
            return Column(name, name, format="plain")
        return Column(name, name, decimals=decimals)

    canvas: Any = drawn.figure
    table = grid_of(data, caption, columns=[*map(column, data.columns)], lang=options.get("lang", "vi"))
    return Figure.drawn(canvas, caption, " ".join(told), data=table, **options)


def estimate_columns(estimates: pd.DataFrame, unit: str, lang: Lang) -> dict[str, pd.Series[Any]]:
    """Return the columns of a chart's table that hold estimates with their 95% intervals."""
    return {
        f"{translate('Ước lượng', lang)} ({unit})": estimates["estimate"],
        translate("Cận dưới 95%", lang): estimates["ci_low"],
        translate("Cận trên 95%", lang): estimates["ci_high"],
    }


def rows_of(frame: pd.DataFrame) -> list[Any]:
    """Return the rows of a table to be drawn one after the other."""
    return list(frame.itertuples(index=False))


def wrap(text: str, width: int = 46, lines: int = 3) -> str:
    """Return a name in at most so many lines of so many letters."""
    return "\n".join(textwrap.wrap(text, width, max_lines=lines, placeholder=" …"))


def label(
    axes: Axes, text: str, at: tuple[Any, float], shift: tuple[float, float] | None = None, **style: Any
) -> None:
    """Write at a point of the chart, ``shift`` points (1/72 inch) to the right of it and above."""
    moved: Style = {"xytext": shift, "textcoords": "offset points"} if shift else {}
    axes.annotate(text, at, **moved, **{"va": "center", **style})


def name_rows(axes: Axes, names: Iterable[object], width: int = 44, lines: int = 3) -> None:
    """Name the rows of a chart from above, one beside each whole number of the vertical axis."""
    shown = [wrap(str(name), width, lines) for name in names]
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.set_yticks(range(len(shown)), shown)


def mark_per_cents(axes: Axes) -> None:
    """Mark every 20% on the horizontal axis."""
    axes.set_xticks(range(0, 101, 20), [f"{tick}%" for tick in range(0, 101, 20)])
