"""Charts of the reports: each is drawn, told in words, and given as a table.

Every chart is a `Figure`: the drawing, a caption, alt text written from the data, and the data as a
table; ``theme.Options`` are the keywords that all of them take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

import pandas as pd

from qngai_analysis.page import theme
from qngai_analysis.page.blocks import Figure
from qngai_analysis.page.theme import Options, Style
from qngai_analysis.territory import HEAD, TOGETHER, without_kind
from qngai_analysis.values import is_missing
from qngai_analysis.words.language import listed
from qngai_analysis.words.numbers import number, printed_decimals, rounded, threshold
from qngai_analysis.words.said import Lang, translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# ---------------------------------------------------------------- figures beside their targets


def distance_to_target(rows: pd.DataFrame, caption: str, **options: Unpack[Options]) -> Figure:
    """Draw each target's threshold and the figures known about it, on one scale of per cent.

    Parameters
    ----------
    rows : DataFrame, one row a target
        ``label``, ``comparator``, ``target`` (per cent), ``value`` (per cent; missing: no figure with
        the target's own definition), ``year`` of the value, ``low`` and ``high`` (95% interval,
        missing for a figure without error), ``blank`` (words that stand where there is no point),
        ``simulated`` (whether the value is; drawn hollow, named in the legend).
    caption : str
        What the chart shows, without a number.
    """
    from matplotlib.lines import Line2D

    lang = options.get("lang", "vi")
    names = [theme.wrap(str(name), 120, 2) for name in rows["label"]]
    # in inches: lines of the name, the bar below them, and what parts it from the next name
    rooms = [0.12 * (1 + name.count("\n")) + 0.18 for name in names]
    with theme.drawing(0.6 + sum(rooms)) as axes:
        place = 0.0
        for name, room, row in zip(names, rooms, theme.rows_of(rows), strict=True):
            theme.label(axes, name, (0, place), va="top", fontsize=7)
            place += room
            _bullet(axes, place - 0.1, row, lang)
        axes.set_ylim(place, 0)
        axes.set_xlim(0, 160)  # beyond 100 stands in words what is drawn
        axes.set_yticks([])
        axes.grid(visible=False)
        theme.mark_per_cents(axes)
        axes.spines[["left", "bottom"]].set_visible(False)
        entries = [Line2D([], [], label=translate(words, lang), **style) for words, style in _keys(rows)]
        axes.legend(handles=entries, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, fontsize=7.5)
    return theme.finished(axes, caption, _distances_told(rows, lang), _distances(rows, lang), **options)


_THRESHOLD: Style = {"color": theme.INK, "linewidth": 2.2}


def _bullet(axes: Axes, place: float, row: Any, lang: Lang) -> None:
    axes.barh(place, 100, height=0.11, color=theme.LIGHT, zorder=1)
    axes.vlines(range(20, 100, 20), place - 0.055, place + 0.055, color="white", linewidth=0.8, zorder=1)
    axes.plot([row.target] * 2, [place - 0.06, place + 0.06], zorder=4, **_THRESHOLD)
    theme.label(axes, threshold(row.comparator, row.target, lang), (102, place), fontsize=7.5)
    if is_missing(row.value):
        theme.label(axes, row.blank, (116, place), **theme.IN_PLACE_OF_A_VALUE)
        return
    if not row.simulated:
        axes.barh(place, row.value, height=0.055, color=theme.BLUE, zorder=2)
    inner = "white" if row.simulated else theme.BLUE
    axes.plot(row.value, place, "o", color=theme.BLUE, mfc=inner, ms=4.5, zorder=7, clip_on=False)
    if not is_missing(row.low):
        axes.plot([row.low, row.high], [place] * 2, color=theme.INK, linewidth=1.2, zorder=5)
    words = number(row.value, printed_decimals(row.value), unit="%", lang=lang)
    theme.label(axes, f"{words} ({int(row.year)})", (116, place), fontsize=7.5, color=theme.BLUE)


def _keys(rows: pd.DataFrame) -> Iterator[tuple[str, Style]]:
    """Yield the words and marks of the legend, of what the chart holds."""
    yield "mức mục tiêu", {**_THRESHOLD, "linestyle": "", "marker": "|", "ms": 11, "mew": 2.2}
    known = rows["value"].notna()
    for simulated, words in ((False, "số liệu của tỉnh"), (True, "SỐ LIỆU MÔ PHỎNG")):
        if (known & (rows["simulated"] == simulated)).any():
            style = {"linestyle": "", "mfc": "white"} if simulated else {}
            yield words, {"color": theme.BLUE, "marker": "o", "ms": 5.5, **style}


def _distances_told(rows: pd.DataFrame, lang: Lang) -> Iterator[str]:
    known = rows[rows["value"].notna() & ~rows["simulated"]]
    made_up = rows[rows["value"].notna() & rows["simulated"]]
    yield translate(
        "Biểu đồ ngang {n} mục tiêu trên thang phần trăm: vạch đứng là mức mục tiêu, thanh và chấm đặc là số liệu của tỉnh. {known} mục tiêu có số liệu: {values}. Ở các mục tiêu còn lại là lời: cận đã biết, hoặc loại khoảng trống.",
        lang,
        n=len(rows),
        known=len(known),
        values=_values_told(known, lang),
    )
    if len(made_up):
        yield translate(
            "SỐ LIỆU MÔ PHỎNG (chấm rỗng, không phải số liệu của tỉnh) của {n} mục tiêu: {values}.",
            lang,
            n=len(made_up),
            values=_values_told(made_up, lang),
        )


def _values_told(rows: pd.DataFrame, lang: Lang) -> str:
    """Return targets with figure, year and threshold, in a sentence; 0 for none."""
    told = [
        f"{row.label}: {number(row.value, printed_decimals(row.value), unit='%', lang=lang)} ({int(row.year)}), "
        f"{threshold(row.comparator, row.target, lang)}"
        for row in theme.rows_of(rows)
    ]
    return listed(told, lang) or "0"


def _distances(rows: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    columns: dict[str, Any] = {
        "Chỉ tiêu": rows["label"],
        "Mục tiêu": [threshold(row.comparator, row.target, lang) for row in theme.rows_of(rows)],
        "Số liệu của tỉnh (%)": _as_printed(rows["value"].mask(rows["simulated"])),
    }
    if rows["simulated"].any():
        columns["SỐ LIỆU MÔ PHỎNG (%)"] = _as_printed(rows["value"].where(rows["simulated"]))
    columns |= {"Năm": rows["year"].astype("Int64"), "Ghi chú": rows["blank"].mask(rows["value"].notna(), "")}
    return pd.DataFrame({translate(name, lang): column for name, column in columns.items()})


def _as_printed(values: pd.Series[Any]) -> list[float]:
    places = [(value, printed_decimals(value)) for value in values]
    return [value if decimals is None else float(rounded(value, decimals)) for value, decimals in places]


# ---------------------------------------------------------------- estimates by domain


_NAME = 34  # letters of a row's name on a line


def dot_interval(
    estimates: pd.DataFrame,
    caption: str,
    *,
    reference: tuple[float, str] | None = None,
    unit: str = "%",
    highlight: str | None = None,
    **options: Unpack[Options],
) -> Figure:
    """Draw estimates by domain as dots with their 95% intervals.

    Parameters
    ----------
    estimates : DataFrame, one row a domain
        ``label, estimate, ci_low, ci_high, n, flag``, on the printed scale. A suppressed estimate is missing and
        is drawn as words, never as a zero. Groups of two groupings have ``row_label, column_label``: the first is a
        heading above the rows of the second.
    reference : (value, words), optional
        A line across: a target or the province's own value.
    highlight : str, optional
        The domain the report is about; its name is set in bold.
    """
    lang = options.get("lang", "vi")
    crossed = "row_label" in estimates
    names: list[str] = []
    places: list[int] = []
    above = ""
    for row in estimates.to_dict("records"):
        if crossed and row["row_label"] != above:
            above = row["row_label"]
            names.append(above)
        places.append(len(names))
        names.append(row["column_label" if crossed else "label"])
    height = 0.27 if max(map(len, names)) <= _NAME else 0.34  # of a name of one line or of two
    with theme.drawing(0.7 + height * len(names)) as axes:
        for place, row in zip(places, estimates.to_dict("records"), strict=True):
            _dot(axes, place, row, unit, lang)
        theme.name_rows(axes, names, _NAME, 2)
        for place, tick in enumerate(axes.get_yticklabels()):
            tick.set_fontweight("bold" if place not in places or names[place] == highlight else "normal")
        axes.set_xlim(left=0)
        if unit == "%":
            axes.set_xlim(0, 108)
            theme.mark_per_cents(axes)
        if reference:
            _reference(axes, *reference)
    start = translate(
        "{caption}. Chấm là ước lượng, đoạn thẳng là khoảng tin cậy 95%.", lang, caption=caption
    )
    known = [(row.label, row.estimate) for row in theme.rows_of(estimates.dropna(subset=["estimate"]))]
    told = [start, *(extremes(known, unit, lang) if len(known) > 1 else ())]
    data = {
        translate("Nhóm", lang): estimates["label"],
        **theme.estimate_columns(estimates, unit, lang),
        "n": estimates["n"].astype("Int64"),
    }
    if "reason" in estimates and estimates["estimate"].isna().any():
        data[translate("Ghi chú", lang)] = estimates["reason"].replace(
            "", "\u00a0"
        )  # not "…": none is missing
    return theme.finished(axes, caption, told, pd.DataFrame(data), decimals=1, **options)


def _dot(axes: Axes, place: int, row: Any, unit: str, lang: Lang) -> None:
    if pd.isna(row["estimate"]):
        words = row.get("reason") or translate("không công bố", lang)
        theme.label(axes, words, (0, place), (4, 0), **theme.IN_PLACE_OF_A_VALUE)
        return
    low, mid, high = row["ci_low"], row["estimate"], row["ci_high"]
    axes.plot([low, high], [place] * 2, color=theme.BLUE, linewidth=1.6, solid_capstyle="butt")
    inner = theme.BLUE if row.get("flag") in ("", "ok") else "white"
    axes.plot(mid, place, "o", ms=5, mfc=inner, mec=theme.BLUE, mew=1.3)
    theme.label(axes, number(mid, 1, unit=unit, lang=lang), (high, place), (5, 0), **theme.OVER_LINES)


def _reference(axes: Axes, value: float, words: str) -> None:
    axes.axvline(value, color=theme.VERMILION, linewidth=1.3, linestyle=(0, (4, 2)))
    style: Style = {"ha": "center", "va": "bottom", "fontsize": 7.5, "color": theme.VERMILION}
    theme.label(axes, words, (value, -0.55), (0, 3), annotation_clip=False, **style)


def extremes(known: Sequence[tuple[str, float]], unit: str, lang: Lang) -> Iterator[str]:
    """Yield the sentence that names the lowest and the highest of some values, or the only one, if there are any."""
    if known:
        in_order = sorted(known, key=lambda pair: pair[1])
        low, high = (
            f"{name} {number(value, 1, unit=unit, lang=lang)}" for name, value in (in_order[0], in_order[-1])
        )
        both = translate("Thấp nhất: {low}; cao nhất: {high}.", lang, low=low, high=high)
        yield both if len(known) > 1 else f"{low}."


# ---------------------------------------------------------------- shaded tiles


def tile_map(
    values: pd.DataFrame,
    grid: pd.DataFrame,
    caption: str,
    *,
    unit: str = "%",
    highlight: str | None = None,
    **options: Unpack[Options],
) -> Figure:
    """Draw the districts as tiles on a hand-laid grid, coloured by value.

    Parameters
    ----------
    values : DataFrame
        ``district`` and ``value`` on the printed scale; ``reason`` says in words why a value is missing
        (no data, suppressed). Missing tiles are hatched and carry the words.
    grid : DataFrame
        ``district, row, column``: where each tile lies; ``within`` (optional): what was its larger unit, outlined.
    highlight : str, optional
        The district the report is about; its tile has a thick edge.
    """
    lang = options.get("lang", "vi")
    kind = grid.attrs.get("kind", "huyện")
    merged = grid.merge(values, on="district", how="left")
    low, high = merged["value"].min(), merged["value"].max()
    rows, columns = (int(merged[name].max() - merged[name].min()) + 1 for name in ("row", "column"))
    scale = min(1.0, max(0.62, 8 / columns))  # a hundred tiles: letters that fit them
    with theme.drawing(max(3.6, 5.6 * rows / columns), 5.6) as axes:
        for row in theme.rows_of(merged):
            share = 0.5 if pd.isna(row.value) or high == low else (row.value - low) / (high - low)
            if pd.isna(row.value):
                words = row.reason if isinstance(row.reason, str) else translate("chưa có số liệu", lang)
            else:
                words = number(row.value, 1, unit=unit, lang=lang)
            _tile(axes, row, share, words, scale, chosen=row.district == highlight)
        if "within" in grid:
            _outline(axes, {(row.row, row.column): row.within for row in theme.rows_of(grid)})
        axes.set_xlim(merged["column"].min() - 0.1, merged["column"].max() + 1.1)
        axes.set_ylim(merged["row"].max() + 1.1, merged["row"].min() - 0.1)
        axes.set_aspect("equal")
        axes.axis("off")
    start = translate(
        "{caption}. Sơ đồ ô vuông {n} {units}; màu đậm hơn là giá trị cao hơn.",
        lang,
        caption=caption,
        n=len(grid),
        units=translate(TOGETHER[kind], lang),
    )
    known = [(row.district, row.value) for row in theme.rows_of(merged.dropna(subset=["value"]))]
    told = [start, *extremes(known, unit, lang)]
    if "within" in grid:
        told.insert(1, translate("Nét đậm: huyện, thị xã, thành phố trước 01/7/2025.", lang))
    heads = [translate(HEAD[kind], lang), f"{translate('Giá trị', lang)} ({unit})"]
    data = merged[["district", "value"]].set_axis(heads, axis="columns")
    return theme.finished(axes, caption, told, data, decimals=1, **options)


def _tile(axes: Axes, row: Any, share: float, words: str, scale: float, *, chosen: bool) -> None:
    missing = pd.isna(row.value)
    edge: Style = {"edgecolor": theme.GREY, "linewidth": 0.8, "zorder": 1}
    if chosen:
        edge = {"edgecolor": theme.INK, "linewidth": 2.4, "zorder": 2}
    _shaded(axes, (row.column, row.row), 0.96, None if missing else 0.12 + 0.75 * share, **edge)
    ink = theme.INK if missing or share <= 0.55 else "white"
    style: Style = {"ha": "center", "color": ink, "bbox": _BEHIND | {"pad": 1.2} if missing else None}
    wide, name_at, words_at = (12, 0.36, 0.7) if scale == 1 else (8, 0.32, 0.78)
    name = theme.wrap(without_kind(row.district), wide)
    theme.label(axes, name, (row.column + 0.48, row.row + name_at), fontsize=7.5 * scale, **style)
    size, weight = (6.5, "normal") if missing else (8.5, "bold")
    style |= {"fontsize": size * scale, "fontweight": weight}
    words = theme.wrap(words, 10) if scale < 1 else words
    theme.label(axes, words, (row.column + 0.48, row.row + words_at), **style)


def _outline(axes: Axes, within: Mapping[tuple[int, int], str]) -> None:
    """Draw a thick line wherever two tiles side by side, or a tile and the empty grid, are not of one larger unit."""
    for (row, column), whole in within.items():
        low, left, right = row - 0.02, column - 0.02, column + 0.98
        edges = {
            (row - 1, column): ([left, right], [low, low]),
            (row + 1, column): ([left, right], [low + 1, low + 1]),
            (row, column - 1): ([left, left], [low, low + 1]),
            (row, column + 1): ([right, right], [low, low + 1]),
        }
        for beside, edge in edges.items():
            if within.get(beside) != whole:
                axes.plot(*edge, color=theme.INK, linewidth=1.4, zorder=3)


_BEHIND: Style = {"facecolor": "white", "edgecolor": "none"}  # behind words on hatching


def _shaded(axes: Axes, corner: tuple[float, float], side: float, shade: float | None, **edge: Any) -> None:
    """Draw a square in a shade between 0 and 1; hatched where there is none."""
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    inside: Style = {"facecolor": "white", "hatch": "////"}
    if shade is not None:
        inside = {"facecolor": colormaps["Blues"](shade)}
    axes.add_patch(Rectangle(corner, side, side, **inside, **edge))
