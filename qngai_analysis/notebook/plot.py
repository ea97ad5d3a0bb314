"""Charts of a notebook: a DataFrame goes in, a figure with caption, alternative text and data comes out.

They are drawn with seaborn in the house theme. Whatever else seaborn draws becomes one by ``qn.figure``.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from qngai_analysis import territory
from qngai_analysis.errors import ParameterError
from qngai_analysis.notebook.known import BOUNDS
from qngai_analysis.notebook.marks import Absent, is_simulated
from qngai_analysis.notebook.show import days_printed, figure
from qngai_analysis.notebook.state import current
from qngai_analysis.page import charts, multiples
from qngai_analysis.page.blocks import Figure
from qngai_analysis.page.theme import BLUE, GREY, OVER_LINES, VERMILION, WIDTH, label, name_rows
from qngai_analysis.survey.form.codebook import Codebook, read_codebook
from qngai_analysis.words.numbers import number
from qngai_analysis.words.said import catalogued, translate


def _axes(height: float) -> Any:
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(WIDTH, height))[1]


#: A value that is only a bound; of a range the lower end is drawn.
_SIGNS = {"lower_bound": "> ", "upper_bound": "< ", "range": "≥ "}
_BAR = "#166c9c"  # BLUE, duller, as large areas want it
_EMPTY = "Chưa đủ số liệu được công bố để vẽ biểu đồ."


def line(data: pd.DataFrame | Absent, caption: str, *, target: Any = None) -> Figure | Absent:
    """Draw a series of ``qn.series``, or any with ``year`` and ``value``: a line for each territory and definition.

    Points of two territories or two definitions are never joined; a value that is only a bound has its sign.
    ``target``: a threshold to be drawn across.

    Raises
    ------
    ParameterError
        Two values of one territory and definition have the same date: they are not one series.
    """
    if isinstance(data, Absent):
        return data
    if not data["value"].notna().any():
        return Absent(current().say(_EMPTY))
    import seaborn as sns

    lang = current().lang
    frame = pd.DataFrame(data).assign(t=data["t"] if "t" in data else data["year"])
    parting = ("territory", "definition", "origin", "name", "label")
    apart = [n for n in parting if n in frame and frame[n].nunique() > 1]
    twice = frame.duplicated(["t", *apart])
    if twice.any():
        raise ParameterError(
            "qn.plot.line: hai giá trị cùng thời điểm {t}; lấy chuỗi bằng qn.series, hoặc thêm cột label để tách đường",
            t=f"{frame.loc[twice, 't'].iloc[0]:g}",
        )
    frame["line"] = [
        "; ".join(str(part) for part in row if part) or current().say("nguồn không ghi định nghĩa")
        for row in frame[apart].to_numpy()
    ]
    axes = _axes(2.7)
    # seaborn makes all ticks of an axis that has no name, to see whether one is wanted
    axes.set(xlabel=" ", ylabel=" ")
    look: dict[str, Any] = {"color": BLUE, "marker": "o"}
    if apart:
        look = {"hue": "line", "style": "line", "markers": True}
    sns.lineplot(frame, x="t", y="value", dashes=False, errorbar=None, ax=axes, **look)
    for row, sign in zip(frame.to_dict("records"), _signs(frame), strict=True):
        words = sign + number(row["value"], _places(frame["value"]), lang=lang)
        label(axes, words, (row["t"], row["value"]), (0, 7), ha="center", va="baseline", **OVER_LINES)
    _mark_target(axes, target, lang)
    years = range(int(frame["t"].min()), int(frame["t"].max() + 1.999))
    # a day in March 2023 stands right of 2022
    below = "" if (frame["t"] % 1 == 0).all() else current().say("cuối năm")
    beside = str(frame["unit"].iloc[0]) if "unit" in frame else ""
    axes.set(xlabel=below, ylabel=beside, ylim=(0, frame["value"].max() * 1.25))
    axes.set_xticks([*years], [str(year) for year in years])
    axes.yaxis.set_major_formatter(lambda value, _: number(value, lang=lang))
    axes.grid(visible=True, axis="y")
    if apart:
        axes.legend(title=None, loc="best", fontsize=7)
    kept = [name for name in ("year", "date", "value", "unit", "bound", *apart) if name in data]
    return figure(axes, caption, data=data[kept])


def _signs(frame: pd.DataFrame) -> list[str]:
    """Return what stands before each value: a sign where it is only a bound."""
    signs = {current().say(BOUNDS[kind]): sign for kind, sign in _SIGNS.items()}
    return [signs.get(bound, "") for bound in frame["bound"]] if "bound" in frame else [""] * len(frame)


def _places(values: pd.Series) -> int:
    return 0 if values.abs().max() >= 1000 or (values % 1 == 0).all() else 1


def _valued(data: pd.DataFrame) -> str:
    return "estimate" if "estimate" in data else "value"


def _mark_target(axes: Any, target: float | None, lang: Any) -> None:
    if target is not None and not isinstance(target, Absent):
        axes.axhline(target, color=VERMILION, linewidth=1.2, linestyle=(0, (4, 2)))
        words = f"{translate('mục tiêu', lang)}: {number(target, lang=lang)}"
        look: dict[str, Any] = {"va": "bottom", "color": VERMILION, "fontsize": 7.5}
        place: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
        axes.annotate(words, (0.01, target), (0, 2), **place, **look)


def bars(data: pd.DataFrame | Absent, caption: str, *, x: str = "", y: str = "label") -> Figure | Absent:
    """
    Draw a value for each row as labelled horizontal bars, in the order given; ``x`` the value, ``y`` the name.

    A value that is only a bound (column ``bound`` of ``qn.series``) has its sign.
    """
    if isinstance(data, Absent):
        return data
    x = x or _valued(data)
    lang = current().lang
    frame = pd.DataFrame(data.dropna(subset=[x])).reset_index(drop=True)
    if not len(frame):
        return Absent(current().say(_EMPTY))
    axes = _axes(0.5 + 0.3 * len(frame))
    axes.barh(frame.index, frame[x], height=0.62, color=_BAR)
    axes.grid(visible=False, axis="y")
    unit = current().unit(frame["unit"].iloc[0]) if "unit" in frame and frame["unit"].nunique() == 1 else ""
    for place, (value, sign) in enumerate(zip(frame[x], _signs(frame), strict=True)):
        words = sign + number(value, _places(frame[x]), unit=unit, lang=lang)
        label(axes, words, (max(value, 0), place), (4, 0), fontsize=7.5)
    name_rows(axes, [days_printed(name) for name in frame[y]], 44, 2)
    axes.set(xticks=[], xlabel="", ylabel="", xlim=(min(0, frame[x].min()), frame[x].max() * 1.18 or 1))
    axes.spines["bottom"].set_visible(False)
    beside = [name for name in ("bound", "unit") if name in data]
    return figure(axes, caption, data=data[[y, x, *beside]].fillna(dict.fromkeys(beside, "")))


def dots(estimates: pd.DataFrame | Absent, caption: str, *, target: Any = None) -> Figure | Absent:
    """Draw a survey's estimates by group as dots with their 95% intervals; what is not published is said in words."""
    if isinstance(estimates, Absent):
        return estimates
    lang = current().lang
    # a group nobody of which was asked is empty, not withheld
    estimates = estimates[~estimates["n"].eq(0).fillna(value=False)]
    if not len(estimates):
        return Absent(current().say(_EMPTY))
    target = None if isinstance(target, Absent) else target
    words = "" if target is None else f"{translate('mục tiêu', lang)}: {number(target, unit='%', lang=lang)}"
    return charts.dot_interval(
        pd.DataFrame(estimates),
        catalogued(caption, lang),
        reference=None if target is None else (target, words),
        unit=str(estimates["unit"].iloc[0]),
        highlight=getattr(current(), "district", None),
        **_options(estimates),
    )


def map(estimates: pd.DataFrame | Absent, caption: str) -> Figure | Absent:
    """Draw estimates by district as a map of tiles; a hatched tile says why it has no value."""
    if isinstance(estimates, Absent):
        return estimates
    units = _unit_grid(read_codebook(estimates.attrs["survey"])) if "survey" in estimates.attrs else None
    if units is None or not set(units["district"]) & set(estimates["group"]):
        raise ParameterError('qn.plot.map: cần ước lượng theo địa bàn của điều tra: by="district"')
    why = estimates["reason"] if "reason" in estimates else [""] * len(estimates)
    reasons = [words.rpartition(": ")[2] or None for words in why]
    values = pd.DataFrame(
        {"district": estimates["group"], "value": estimates[_valued(estimates)], "reason": reasons}
    )
    unit, district = str(estimates["unit"].iloc[0]), getattr(current(), "district", None)
    caption = catalogued(caption, current().lang)
    return charts.tile_map(values, units, caption, unit=unit, highlight=district, **_options(estimates))


def _unit_grid(codebook: Codebook) -> pd.DataFrame:
    """Return the place on the tile map of each unit that a survey is published by: ``district, row, column``.

    Communes have ``within``, the district that most of each was of before 1/7/2025.
    """
    places = territory.grid(codebook.units)
    rows = [(unit.name, *places[unit.id]) for unit in codebook.units if unit.id in places]
    frame = pd.DataFrame(rows, columns=["district", "row", "column"])
    if codebook.kind == "xã":
        frame["within"] = [territory.was_of(unit) for unit in codebook.units if unit.id in places]
    frame.attrs["kind"] = codebook.kind
    return frame


def years(estimates: pd.DataFrame | Absent, caption: str) -> Figure | Absent:
    """Draw estimates over the years with their intervals, a small chart for each group, all on one scale."""
    if isinstance(estimates, Absent):
        return estimates
    lang = current().lang
    if estimates["year"].nunique() < 2:
        return Absent(
            current().say("Chưa có số liệu điều tra của hai năm trở lên để so sánh theo thời gian.")
        )
    frame = pd.DataFrame(estimates).assign(group=estimates["label"])
    unit = str(estimates["unit"].iloc[0])
    return multiples.over_years(frame, catalogued(caption, lang), unit=unit, **_options(estimates))


def odds(model: pd.DataFrame | Absent, caption: str) -> Figure | Absent:
    """Draw the odds ratios of a regression on a logarithmic scale; 1 is the base group."""
    if isinstance(model, Absent):
        return model
    import seaborn as sns
    from matplotlib.ticker import LogLocator

    frame, lang = pd.DataFrame(model).reset_index(drop=True), current().lang
    axes = _axes(0.6 + 0.27 * len(frame))
    axes.hlines(frame.index, frame["ci_low"], frame["ci_high"], color=BLUE, linewidth=1.6)
    sns.scatterplot(x=frame["odds"], y=frame.index, color=BLUE, s=34, ax=axes)
    axes.axvline(1, color=GREY, linewidth=1, linestyle=(0, (3, 2)))
    axes.set(xscale="log", xlabel=catalogued("Tỷ số chênh", lang), ylabel="")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(lambda value, _: number(value, lang=lang))
    axes.xaxis.set_minor_formatter(lambda value, _: "")
    name_rows(axes, frame["label"], 40, 2)
    return figure(axes, caption, data=model)


def _options(data: pd.DataFrame) -> dict[str, Any]:
    source = str(data.attrs.get("source", ""))
    return {"lang": current().lang, "source": source, "simulated": is_simulated(data)}
