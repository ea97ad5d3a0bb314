"""Charts of the reports, in one house theme.

Every chart is a `Figure`: the drawing, a caption, alt text written from the data, and the
data as a table. Colours are from the Okabe-Ito palette, only those with a contrast of at least 3:1 on
white; what a colour says is also said by a shape and a word. Labels stand beside what they name.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from qngai_analysis.page.blocks import Figure
from qngai_analysis.page.tables import Column, Table
from qngai_analysis.words.language import Lang, listed, translate
from qngai_analysis.words.numbers import number, printed_decimals, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

BLUE, VERMILION, GREEN, PURPLE, GREY, LIGHT, INK = (
    "#0072B2", "#D55E00", "#007F5F", "#8B4B8B", "#6B6B6B", "#E6E9EC", "#1B1B1B",
)  # fmt: skip
WIDTH = 6.5  # inches: the text width of an A4 page with the margins of Decree 30/2020
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # behind a label that a line may cross
SYMBOL = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": "=", "~": "≈", "between": ""}


@cache  # each registration makes matplotlib look for every font anew
def _register_fonts() -> None:
    from matplotlib import font_manager

    for file in sorted((Path(__file__).parent / "fonts").glob("ReportSans-*.ttf")):
        font_manager.fontManager.addfont(file)


@contextmanager
def theme() -> Iterator[None]:
    """Draw in the house theme; matplotlib's own settings come back afterwards."""
    import matplotlib as mpl  # heavy: only where something is drawn

    _register_fonts()
    settings: Any = {
        "font.family": ["Report Sans", "DejaVu Sans"],
        "font.size": 8.5,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "axes.titlesize": 9,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.grid": True,
        "axes.grid.axis": "x",
        "grid.color": LIGHT,
        "grid.linewidth": 0.8,
        "xtick.color": INK,
        "ytick.color": INK,
        "ytick.left": False,
        "legend.frameon": False,
        "hatch.linewidth": 0.6,
        "figure.constrained_layout.use": True,
        "figure.dpi": 110,
        "svg.hashsalt": "qngai",
    }
    with mpl.rc_context(settings):
        yield


def _axes(height: float, width: float = WIDTH, **options: Any) -> tuple[Canvas, Axes]:
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(width, height), layout="constrained")
    return canvas, canvas.subplots(**options)


def _rows(frame: pd.DataFrame) -> list[Any]:
    return list(frame.itertuples(index=False))


def as_table(frame: pd.DataFrame, caption: str, lang: Lang, decimals: int | None = None) -> Table:
    """Return what a chart draws as a table; whole years are printed without a thousands mark."""
    whole = {name for name in frame.columns if str(frame[name].dtype) == "Int64"}
    columns = [
        Column(name, name, decimals=0)
        if name == "n"
        else Column(
            name,
            name,
            format="plain" if name in whole else "auto",
            decimals=None if name in whole else decimals,
        )
        for name in frame.columns
    ]
    return Table(frame, caption, columns=columns, lang=lang)


def _wrap(text: str, width: int = 46, lines: int = 3) -> str:
    return "\n".join(textwrap.wrap(text, width, max_lines=lines, placeholder=" …"))


def target_words(
    comparator: str, value: float, unit: str, lang: Lang = "vi", high: float | None = None
) -> str:
    """Return a threshold as a short label: ``≥ 20%``, ``> 50%``, ``15–20%``."""
    if comparator == "between" and high is not None and high == high:
        return f"{number(value, lang=lang)}–{number(high, unit=unit, lang=lang)}"
    return f"{SYMBOL.get(comparator, comparator)}\u00a0{number(value, unit=unit, lang=lang)}".strip()


def distance_to_target(
    rows: pd.DataFrame,
    caption: str,
    *,
    lang: Lang = "vi",
    source: str = "",
    id: str = "",
    simulated: bool = False,
) -> Figure:
    """Draw each target's threshold and the figures known about it, on one scale of per cent.

    Parameters
    ----------
    rows : DataFrame, one row a target
        ``label``, ``comparator``, ``target`` (per cent), ``value`` (per cent; missing: no figure with
        the target's own definition), ``year`` of the value, ``low`` and ``high`` (95% interval,
        missing for a figure without error), ``other`` (per cent: a proxy or the national figure, drawn
        hollow), ``other_kind`` (``national``: the country's figure of the same definition; ``proxy``: any
        figure near in meaning), ``simulated`` (whether the value is; drawn
        hollow, named in the legend; may be left out where none is).
    caption : str
        What the chart shows, without a number.
    """
    if "simulated" not in rows:
        rows = rows.assign(simulated=False)
    with theme():
        canvas, axes = _axes(0.9 + 0.43 * len(rows))
        for place, row in enumerate(_rows(rows)):
            _bullet(axes, place, row, lang)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(0, 100)
        axes.set_yticks(range(len(rows)), [_wrap(label, 44) for label in rows["label"]])
        axes.set_xticks(range(0, 101, 20), [f"{tick}%" for tick in range(0, 101, 20)])
        axes.tick_params(axis="y", labelsize=7.5)
        _legend(axes, rows, lang)
    known = rows[rows["value"].notna() & ~rows["simulated"]]
    made_up = rows[rows["value"].notna() & rows["simulated"]]
    alt = translate(
        "Biểu đồ ngang {n} mục tiêu trên thang phần trăm: vạch đứng là mức mục tiêu, thanh và chấm đặc là "
        "số liệu đúng định nghĩa của tỉnh. {known} mục tiêu có số liệu: {values}. "
        "Các mục tiêu còn lại chưa có số liệu.",
        lang,
        n=len(rows),
        known=len(known),
        values=_told(known, lang),
    )
    if len(made_up):
        alt += " " + translate(
            "SỐ LIỆU MÔ PHỎNG (chấm rỗng, không phải số liệu của tỉnh) của {n} mục tiêu: {values}.",
            lang,
            n=len(made_up),
            values=_told(made_up, lang),
        )
    return Figure(
        canvas,
        caption=caption,
        alt=alt,
        data=as_table(_bullet_data(rows, lang), caption, lang),
        source=source,
        id=id,
        simulated=simulated,
        lang=lang,
    )


def _told(rows: pd.DataFrame, lang: Lang) -> str:
    """Return targets with figure, year and threshold, in a sentence; 0 for none."""
    told = [
        f"{row.label}: {number(row.value, printed_decimals(row.value), unit='%', lang=lang)} ({int(row.year)}), "
        f"{target_words(row.comparator, row.target, '%', lang)}"
        for row in _rows(rows)
    ]
    return listed(told, lang) or "0"


def _bullet(axes: Axes, place: int, row: Any, lang: Lang) -> None:
    axes.barh(place, 100, height=0.5, color=LIGHT, zorder=1)
    axes.plot([row.target] * 2, [place - 0.36, place + 0.36], color=INK, linewidth=2.2, zorder=4)
    left = row.target > 80
    axes.annotate(
        target_words(row.comparator, row.target, "%", lang),
        (row.target, place),
        xytext=(-5 if left else 5, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        fontsize=7.5,
        color=INK,
        zorder=5,
    )
    if row.other == row.other and row.other is not None:
        marker = "D" if row.other_kind == "proxy" else "s"
        axes.plot(
            row.other, place, marker, mfc="white", mec=VERMILION, mew=1.3, ms=5.5, zorder=5, clip_on=False
        )
    if row.value == row.value and row.value is not None:
        if not row.simulated:
            axes.barh(place, row.value, height=0.22, color=BLUE, zorder=2)
        inner = "white" if row.simulated else BLUE
        axes.plot(row.value, place, "o", color=BLUE, mfc=inner, ms=5.5, zorder=6, clip_on=False)
        if row.low == row.low and row.low is not None:
            axes.plot([row.low, row.high], [place] * 2, color=INK, linewidth=1.2, zorder=5)
        axes.annotate(
            number(row.value, printed_decimals(row.value), unit="%", lang=lang),
            (row.value, place),
            xytext=(0, 7.5),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=7,
            color=BLUE,
            zorder=6,
        )
    else:
        low = row.target < 50  # the words go where the threshold's label is not
        axes.annotate(
            translate("chưa có số liệu", lang),
            (100 if low else 0, place),
            xytext=(-4 if low else 4, 0),
            textcoords="offset points",
            ha="right" if low else "left",
            va="center",
            fontsize=7,
            style="italic",
            color="#4A4A4A",
            zorder=3,
        )


def _legend(axes: Axes, rows: pd.DataFrame, lang: Lang) -> None:
    from matplotlib.lines import Line2D

    entries = [
        Line2D(
            [],
            [],
            color=INK,
            linewidth=2.2,
            linestyle="",
            marker="|",
            ms=11,
            mew=2.2,
            label=translate("mức mục tiêu", lang),
        )
    ]
    for simulated, name in ((False, "số liệu của tỉnh"), (True, "SỐ LIỆU MÔ PHỎNG")):
        if (rows["value"].notna() & (rows["simulated"] == simulated)).any():
            style: dict[str, Any] = {"linestyle": "", "mfc": "white"} if simulated else {}
            entries.append(
                Line2D([], [], color=BLUE, marker="o", ms=5.5, label=translate(name, lang), **style)
            )
    for kind, marker, words in (
        ("proxy", "D", "số gần nghĩa, của tỉnh hoặc cả nước (không dùng để kết luận)"),
        ("national", "s", "cả nước (không dùng để kết luận)"),
    ):
        if (rows["other_kind"] == kind).any():
            entries.append(
                Line2D(
                    [],
                    [],
                    linestyle="",
                    marker=marker,
                    mfc="white",
                    mec=VERMILION,
                    mew=1.3,
                    ms=5.5,
                    label=translate(words, lang),
                )
            )
    axes.legend(handles=entries, loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=2, fontsize=7.5)


def _as_printed(value: float) -> float:
    decimals = printed_decimals(value)
    return value if decimals is None else float(rounded(value, decimals))


def _bullet_data(rows: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    apart = {}
    if rows["simulated"].any():
        apart[translate("SỐ LIỆU MÔ PHỎNG (%)", lang)] = [
            _as_printed(value) for value in rows["value"].where(rows["simulated"])
        ]
    return pd.DataFrame(
        {
            translate("Chỉ tiêu", lang): rows["label"],
            translate("Mục tiêu", lang): [
                target_words(row.comparator, row.target, "%", lang) for row in _rows(rows)
            ],
            translate("Số liệu của tỉnh (%)", lang): [
                _as_printed(value) for value in rows["value"].mask(rows["simulated"])
            ],
            **apart,
            translate("Năm", lang): rows["year"].astype("Int64"),
            translate("Số tham khảo (%)", lang): [_as_printed(value) for value in rows["other"]],
            translate("Loại số tham khảo", lang): [
                translate({"proxy": "số gần nghĩa", "national": "cả nước"}[kind], lang) if kind else ""
                for kind in rows["other_kind"].fillna("")
            ],
        }
    )


def dot_interval(
    estimates: pd.DataFrame,
    label: str,
    caption: str,
    *,
    lang: Lang = "vi",
    reference: tuple[float, str] | None = None,
    source: str = "",
    id: str = "",
    simulated: bool = False,
    scale: float = 100.0,
    unit: str = "%",
    highlight: str | None = None,
) -> Figure:
    """Draw estimates by domain as dots with their 95% intervals.

    Parameters
    ----------
    estimates : DataFrame, one row a domain
        The column named by ``label``, and ``estimate, ci_low, ci_high, n, flag`` as the estimators give
        them. A suppressed estimate is missing and is drawn as words, never as a zero.
    reference : (value, words), optional
        A line across, on the printed scale: a target or the province's own value.
    scale : float
        What an estimate is multiplied by to be printed (100: shares as per cent).
    highlight : str, optional
        The domain the report is about; its name is set in bold.
    """
    with theme():
        canvas, axes = _axes(0.7 + 0.27 * len(estimates))
        for place, row in enumerate(estimates.to_dict("records")):
            if pd.isna(row["estimate"]):
                axes.annotate(
                    translate("không công bố", lang),
                    (0, place),
                    xytext=(4, 0),
                    va="center",
                    textcoords="offset points",
                    fontsize=7,
                    style="italic",
                    color="#4A4A4A",
                )
                continue
            low, mid, high = (row[name] * scale for name in ("ci_low", "estimate", "ci_high"))
            axes.plot([low, high], [place] * 2, color=BLUE, linewidth=1.6, solid_capstyle="butt")
            axes.plot(
                mid,
                place,
                "o",
                ms=5,
                mfc=BLUE if row.get("flag") in ("", "ok") else "white",
                mec=BLUE,
                mew=1.3,
            )
            axes.annotate(
                number(mid, 1, unit=unit, lang=lang),
                (high, place),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontsize=7.5,
                bbox=CLEAR,
                zorder=4,
            )
        axes.set_ylim(len(estimates) - 0.4, -0.6)
        axes.set_yticks(range(len(estimates)), [_wrap(str(name), 34, 2) for name in estimates[label]])
        for tick, name in zip(axes.get_yticklabels(), estimates[label], strict=True):
            tick.set_fontweight("bold" if name == highlight else "normal")
        axes.set_xlim(left=0)
        if unit == "%":
            axes.set_xlim(0, 108)
            axes.set_xticks(range(0, 101, 20), [f"{tick}%" for tick in range(0, 101, 20)])
        if reference:
            axes.axvline(reference[0], color=VERMILION, linewidth=1.3, linestyle=(0, (4, 2)))
            axes.annotate(
                reference[1],
                (reference[0], -0.55),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=7.5,
                color=VERMILION,
                annotation_clip=False,
            )
    known = estimates.dropna(subset=["estimate"]).sort_values("estimate")
    alt = translate("{caption}. Chấm là ước lượng, đoạn thẳng là khoảng tin cậy 95%.", lang, caption=caption)
    if len(known) > 1:
        first, last = known.iloc[0], known.iloc[-1]
        alt += " " + translate(
            "Thấp nhất: {low_name} {low}; cao nhất: {high_name} {high}.",
            lang,
            low_name=first[label],
            low=number(first["estimate"] * scale, 1, unit=unit, lang=lang),
            high_name=last[label],
            high=number(last["estimate"] * scale, 1, unit=unit, lang=lang),
        )
    data = pd.DataFrame(
        {
            translate("Nhóm", lang): estimates[label],
            translate("Ước lượng", lang) + f" ({unit})": estimates["estimate"] * scale,
            translate("Cận dưới 95%", lang): estimates["ci_low"] * scale,
            translate("Cận trên 95%", lang): estimates["ci_high"] * scale,
            "n": estimates["n"].astype("Int64"),
        }
    )
    return Figure(
        canvas,
        caption=caption,
        alt=alt,
        data=as_table(data, caption, lang, 1),
        source=source,
        id=id,
        simulated=simulated,
        lang=lang,
    )


def task_gantt(
    tasks: pd.DataFrame, caption: str, *, year: int, lang: Lang = "vi", source: str = "", id: str = ""
) -> Figure:
    """Draw how many tasks run in each period, a bar from first to last year for each group.

    ``tasks`` has ``group`` (what a row is about, such as the appendix section), ``first_year`` and
    ``last_year`` (missing: no period printed). One bar a group and period, labelled with its count.
    """
    counted = (
        tasks.groupby(["group", "first_year", "last_year"], dropna=False, sort=False)
        .size()
        .rename("n")
        .reset_index()
    )
    groups = list(dict.fromkeys(counted["group"]))
    with theme():
        canvas, axes = _axes(0.8 + 0.3 * len(counted))
        place, ticks, names = 0, [], []
        for group in groups:
            rows = counted[counted["group"] == group]
            ticks.append(place + (len(rows) - 1) / 2)
            names.append(_wrap(str(group), 40, 2))
            for row in _rows(rows):
                _task_bar(axes, place, row, lang)
                place += 1
        axes.set_ylim(place - 0.4, -0.6)
        axes.set_yticks(ticks, names)
        axes.tick_params(axis="y", labelsize=7.5)
        first, last = int(tasks["first_year"].min()), int(tasks["last_year"].max())
        axes.set_xlim(first, last + 1)
        axes.set_xticks([y + 0.5 for y in range(first, last + 1)], [str(y) for y in range(first, last + 1)])
        if first <= year <= last:
            axes.axvspan(year, year + 1, color=LIGHT, zorder=0)
    alt = translate(
        "{caption}. {n} nhiệm vụ trong {groups} nhóm; năm báo cáo {year} được tô nền.",
        lang,
        caption=caption,
        n=len(tasks),
        groups=len(groups),
        year=year,
    )
    data = counted.rename(
        columns={
            "group": translate("Nhóm nhiệm vụ", lang),
            "first_year": translate("Năm đầu", lang),
            "last_year": translate("Năm cuối", lang),
            "n": translate("Số nhiệm vụ", lang),
        }
    )
    return Figure(
        canvas, caption=caption, alt=alt, data=as_table(data, caption, lang), source=source, id=id, lang=lang
    )


def _task_bar(axes: Axes, place: int, row: Any, lang: Lang) -> None:
    if pd.isna(row.first_year):
        axes.annotate(
            f"{row.n} ({translate('không ghi thời gian', lang)})",
            (0, place),
            va="center",
            xycoords=axes.get_yaxis_transform(),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=7.5,
            style="italic",
        )
        return
    axes.barh(place, row.last_year + 1 - row.first_year, left=row.first_year, height=0.6, color=BLUE)
    axes.annotate(
        str(row.n),
        (row.first_year, place),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        fontsize=7.5,
        color="white",
        fontweight="bold",
    )


def counts(
    rows: pd.Series[int], caption: str, *, lang: Lang = "vi", unit: str = "", source: str = "", id: str = ""
) -> Figure:
    """Draw counts by name as labelled horizontal bars, in the order given."""
    with theme():
        canvas, axes = _axes(0.5 + 0.27 * len(rows))
        axes.barh(range(len(rows)), rows.to_numpy(), height=0.62, color=BLUE)
        for place, value in enumerate(rows):
            axes.annotate(str(value), (value, place), xytext=(4, 0), textcoords="offset points", va="center")
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_yticks(range(len(rows)), [_wrap(str(name), 44, 2) for name in rows.index])
        axes.set_xticks([])
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
    alt = f"{caption}: " + listed([f"{name} {value} {unit}".strip() for name, value in rows.items()], lang)
    data = rows.rename_axis(translate("Nhóm", lang)).rename(translate("Số lượng", lang)).reset_index()
    return Figure(
        canvas, caption=caption, alt=alt, data=as_table(data, caption, lang), source=source, id=id, lang=lang
    )


def trajectory(
    points: pd.DataFrame,
    caption: str,
    *,
    target: tuple[float, int, str] | None,
    breaks: Sequence[tuple[float, str]] = (),
    lang: Lang = "vi",
    source: str = "",
    id: str = "",
    unit: str = "%",
    simulated: bool = False,
    decimals: int | None = None,
) -> Figure:
    """Draw a series towards its target with the straight path that would meet it.

    Parameters
    ----------
    points : DataFrame
        ``year, value`` and ``segment`` (points on two sides of a break are never joined), ``low`` and
        ``high`` where the value carries an error.
    target : (value, year, words), or None
        The threshold, the year it falls due and its words; None where no plan sets one.
    decimals : int, optional
        Decimals of the labels; by default those the values have.
    breaks : sequence of (year, reason)
        Where the series was cut and why; drawn as a dashed line with the reason.
    """
    with theme():
        canvas, axes = _axes(2.7)
        axes.grid(visible=True, axis="y")
        for _, part in points.groupby("segment", sort=False):
            axes.plot(part["year"], part["value"], "-o", color=BLUE, ms=5, linewidth=1.6)
        with_error = (
            points.dropna(subset=["low", "high"]) if {"low", "high"} <= set(points.columns) else points[:0]
        )
        for row in _rows(with_error):
            axes.plot([row.year] * 2, [row.low, row.high], color=BLUE, linewidth=1.1)
        for row in _rows(points):
            above = row.value >= _on_path(points.iloc[0], target, row.year)
            axes.annotate(
                number(row.value, decimals, unit=unit, lang=lang),
                (row.year, _end(row, above)),
                # on the side of the line where the path to the target is not
                xytext=(0, 8 if above else -9),
                textcoords="offset points",
                ha="center",
                va="bottom" if above else "top",
                fontsize=7.5,
                color=BLUE,
                bbox=CLEAR,
                zorder=4,
            )
        start = points.iloc[0]
        if target is not None:
            _path(axes, points, target)
        for year, reason in breaks:
            axes.axvline(year, color=INK, linewidth=0.9, linestyle=(0, (1, 2)))
            axes.annotate(
                _wrap(reason, 24),
                (year, 0),
                xycoords=("data", "axes fraction"),
                xytext=(-3, 4),
                textcoords="offset points",
                ha="right",
                va="bottom",
                fontsize=7,
            )
        last = max(int(points["year"].max()), target[1] if target else 0)
        years = range(int(points["year"].min()), last + 1)
        axes.set_xticks(list(years), [str(year) for year in years])
        axes.margins(x=0.06, y=0.22)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(
            lambda value, place: number(value, unit="%" * (unit == "%"), lang=lang)
        )
    alt = translate(
        "{caption}. Từ {first} năm {first_year} đến {last} năm {last_year}.",
        lang,
        caption=caption,
        first=number(start["value"], decimals, unit=unit, lang=lang),
        first_year=int(start["year"]),
        last=number(points.iloc[-1]["value"], decimals, unit=unit, lang=lang),
        last_year=int(points.iloc[-1]["year"]),
    )
    if target is not None:
        alt += " " + translate("Mục tiêu {words} năm {due}.", lang, words=target[2], due=target[1])
    names = {
        "year": translate("Năm", lang),
        "value": translate("Giá trị", lang) + f" ({unit})",
        "low": translate("Cận dưới 95%", lang),
        "high": translate("Cận trên 95%", lang),
    }
    data = points.astype({"year": "Int64"}).rename(columns=names)
    return Figure(
        canvas,
        caption=caption,
        alt=alt,
        data=as_table(data.drop(columns="segment"), caption, lang, decimals),
        source=source,
        id=id,
        simulated=simulated,
        lang=lang,
    )


def _on_path(start: Any, target: tuple[float, int, str] | None, year: float) -> float:
    """Return where the straight path to the target stands in a year; as low as can be without a target."""
    if target is None or target[1] <= start["year"]:
        return float("-inf")
    gone = (year - start["year"]) / (target[1] - start["year"])
    return float(start["value"] + gone * (target[0] - start["value"]))


def _end(row: Any, above: bool) -> float:
    """Return where a point's label begins: at the end of its interval, or at the point."""
    end = getattr(row, "high" if above else "low", row.value)
    return float(row.value if pd.isna(end) else end)


def _path(axes: Axes, points: pd.DataFrame, target: tuple[float, int, str]) -> None:
    """Draw the straight path from the first point to the target, its words on the side the series is not."""
    goal, due, words = target
    start, above = points.iloc[0], goal >= points.iloc[-1]["value"]
    axes.plot([start["year"], due], [start["value"], goal], color=GREY, linewidth=1.1, linestyle=(0, (3, 2)))
    axes.plot(due, goal, "D", color=VERMILION, ms=6)
    axes.annotate(
        words,
        (due, goal),
        xytext=(0, 6 if above else -6),
        textcoords="offset points",
        ha="center",
        va="bottom" if above else "top",
        fontsize=7.5,
        color=VERMILION,
        bbox=CLEAR,
        zorder=4,
    )


def tile_map(
    values: pd.DataFrame,
    grid: pd.DataFrame,
    caption: str,
    *,
    lang: Lang = "vi",
    unit: str = "%",
    source: str = "",
    id: str = "",
    simulated: bool = False,
    highlight: str | None = None,
) -> Figure:
    """Draw the districts as tiles on a hand-laid grid, coloured by value.

    Parameters
    ----------
    values : DataFrame
        ``district`` and ``value`` on the printed scale; ``reason`` says in words why a value is missing
        (no data, suppressed). Missing tiles are hatched and carry the words.
    grid : DataFrame
        ``district, row, column``: where each tile lies.
    highlight : str, optional
        The district the report is about; its tile has a thick edge.
    """
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    merged = grid.merge(values, on="district", how="left")
    low, high = merged["value"].min(), merged["value"].max()
    with theme():
        canvas, axes = _axes(3.6, 5.6)
        shades = colormaps["Blues"]
        for row in _rows(merged):
            missing = pd.isna(row.value)
            share = 0.5 if missing or high == low else (row.value - low) / (high - low)
            colour = "white" if missing else shades(0.12 + 0.75 * share)
            axes.add_patch(
                Rectangle(
                    (row.column, row.row),
                    0.96,
                    0.96,
                    facecolor=colour,
                    edgecolor=INK if row.district == highlight else GREY,
                    hatch="////" if missing else None,
                    linewidth=2.4 if row.district == highlight else 0.8,
                    zorder=2 if row.district == highlight else 1,
                )
            )
            ink = "white" if not missing and share > 0.55 else INK
            name = _wrap(
                row.district.removeprefix("Huyện ").removeprefix("Thành phố ").removeprefix("Thị xã "), 12
            )
            words = (
                (row.reason if isinstance(row.reason, str) else translate("chưa có số liệu", lang))
                if missing
                else number(row.value, 1, unit=unit, lang=lang)
            )
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1.2} if missing else None
            axes.annotate(
                name,
                (row.column + 0.48, row.row + 0.36),
                ha="center",
                va="center",
                fontsize=7.5,
                color=ink,
                bbox=box,
            )
            axes.annotate(
                words,
                (row.column + 0.48, row.row + 0.7),
                ha="center",
                va="center",
                color=ink,
                bbox=box,
                fontsize=6.5 if missing else 8.5,
                fontweight="normal" if missing else "bold",
            )
        axes.set_xlim(merged["column"].min() - 0.1, merged["column"].max() + 1.1)
        axes.set_ylim(merged["row"].max() + 1.1, merged["row"].min() - 0.1)
        axes.set_aspect("equal")
        axes.axis("off")
    known = merged.dropna(subset=["value"]).sort_values("value")
    alt = translate(
        "{caption}. Sơ đồ ô vuông {n} huyện, thị xã, thành phố; màu đậm hơn là giá trị cao hơn.",
        lang,
        caption=caption,
        n=len(grid),
    )
    if len(known):
        alt += " " + translate(
            "Thấp nhất: {low_name} {low}; cao nhất: {high_name} {high}.",
            lang,
            low_name=known.iloc[0]["district"],
            low=number(known.iloc[0]["value"], 1, unit=unit, lang=lang),
            high_name=known.iloc[-1]["district"],
            high=number(known.iloc[-1]["value"], 1, unit=unit, lang=lang),
        )
    data = merged[["district", "value"]].rename(
        columns={
            "district": translate("Huyện, thị xã, thành phố", lang),
            "value": translate("Giá trị", lang) + f" ({unit})",
        }
    )
    return Figure(
        canvas,
        caption=caption,
        alt=alt,
        data=as_table(data, caption, lang, 1),
        source=source,
        id=id,
        simulated=simulated,
        lang=lang,
    )


def heat_table(
    estimates: pd.DataFrame,
    caption: str,
    *,
    lang: Lang = "vi",
    source: str = "",
    id: str = "",
    simulated: bool = False,
) -> Figure:
    """Draw several indicators by group as a table of shaded cells.

    Parameters
    ----------
    estimates : DataFrame
        Groups as index, indicators as columns, per cent. A suppressed or missing value is missing
        and is drawn as a hatched cell with "…".
    """
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    width = max(9, 100 // estimates.shape[1])  # letters that fit above a cell
    shades = colormaps["Blues"]
    with theme():
        canvas, axes = _axes(1.7 + 0.27 * len(estimates))
        for row, values in enumerate(estimates.to_numpy(dtype="float64")):
            for column, value in enumerate(values):
                missing = pd.isna(value)
                cell = Rectangle(
                    (column, row),
                    1,
                    1,
                    facecolor="white" if missing else shades(value / 100),
                    edgecolor=GREY if missing else "white",
                    hatch="////" if missing else None,
                    linewidth=0.8,
                )
                axes.add_patch(cell)
                axes.annotate(
                    number(None if missing else value, 1, lang=lang),
                    (column + 0.5, row + 0.5),
                    ha="center",
                    va="center",
                    fontsize=7.5,
                    color="white" if value > 55 else INK,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0} if missing else None,
                )
        axes.set_xlim(0, estimates.shape[1])
        axes.set_ylim(len(estimates), 0)
        axes.set_yticks([place + 0.5 for place in range(len(estimates))], list(estimates.index))
        axes.set_xticks(
            [place + 0.5 for place in range(estimates.shape[1])],
            [_wrap(str(name).removeprefix("Tỷ lệ "), width, 8) for name in estimates.columns],
            rotation=0,
            fontsize=6.5,
        )
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.grid(visible=False)
        for spine in axes.spines.values():
            spine.set_visible(False)
    alt = translate(
        "{caption}. Bảng ô tô màu: {rows} nhóm, {columns} chỉ tiêu, tính bằng phần trăm; màu đậm hơn là cao hơn.",
        lang,
        caption=caption,
        rows=len(estimates),
        columns=estimates.shape[1],
    )
    data = estimates.rename_axis(translate("Nhóm", lang)).reset_index()
    return Figure(
        canvas,
        caption=caption,
        alt=alt,
        data=as_table(data, caption, lang, 1),
        source=source,
        id=id,
        simulated=simulated,
        lang=lang,
    )
