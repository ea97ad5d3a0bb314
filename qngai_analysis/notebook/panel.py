"""The controls of an ``Explorer`` in JupyterLab: what is clicked, and what is shown anew.

Only here is ipywidgets loaded. Nothing comes from an address: charts are SVG, and what a click does stands in the page.
"""

from __future__ import annotations

import base64
import html
import json
import re
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets
import pandas as pd

from qngai_analysis.errors import QngaiError
from qngai_analysis.notebook.explore import Explorer
from qngai_analysis.page.blocks import Figure, Prose
from qngai_analysis.page.html import fragment
from qngai_analysis.page.tables import Grid
from qngai_analysis.survey.release.side_by_side import enter_by_hand
from qngai_analysis.words.said import Lang, coded, translate

CONTROLS: Mapping[str, str] = coded("control")
_LONG = ("survey", "indicator")  # their wordings take a line each
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Panel:
    """Controls, chart, table and code of an explorer.

    Attributes
    ----------
    controls : the widgets by name (``survey, indicator, by, and_by, year, method, view``)
    chart, saving, table, code : HTML widgets
    save : the button that offers files
    box : all of it
    """

    def __init__(self, explorer: Explorer) -> None:
        self.explorer, self._say, self._lang = explorer, explorer.report.say, explorer.report.lang
        self.controls = {name: self._control(name) for name in CONTROLS}
        self.chart = ipywidgets.HTML()
        self.table = ipywidgets.HTML()
        self.saving = ipywidgets.HTML()
        self.save = ipywidgets.Button(description=self._say("Lưu…"), layout={"width": "max-content"})
        self.save.on_click(self._offer_files)
        self.code = ipywidgets.HTML()
        self._busy = False
        self._show()
        for name, control in self.controls.items():
            control.observe(partial(self._choose, name), names="value")
        code = ipywidgets.Accordion([self.code], titles=(self._say("Mã Python tạo ra màn hình này"),))
        # as many beside each other as the window has room for, all of one width
        columns = {"grid_template_columns": "repeat(auto-fill, minmax(260px, 1fr))", "grid_gap": "0 14px"}
        chosen = ipywidgets.GridBox([*self.controls.values()], layout=columns)
        self.box = ipywidgets.VBox([chosen, self.chart, self.save, self.saving, self.table, code])

    def view(self) -> dict[str, Any]:
        """Return the widget view that a notebook's output holds."""
        content: dict[str, Any] = self.box._repr_mimebundle_()["application/vnd.jupyter.widget-view+json"]
        return content

    def _control(self, name: str) -> Any:
        options = self.explorer.options()[name]
        return ipywidgets.Dropdown(
            options=options,
            value=getattr(self.explorer.choice, name),
            description=self._say(CONTROLS[name]),
            style={"description_width": "initial"},
            layout={"width": "auto", "grid_area": "auto / 1 / auto / -1" if name in _LONG else "auto"},
        )

    def _choose(self, name: str, change: Mapping[str, Any]) -> None:
        if self._busy or change["new"] is None:
            return
        self.explorer.choose(**{name: change["new"]})
        self._follow()
        self._show()

    def _follow(self) -> None:
        """Let every control offer what fits the choice; that is no choice of the user's."""
        self._busy = True
        try:
            for name, options in self.explorer.options().items():
                control = self.controls[name]
                if tuple(control.options) != tuple(options):
                    control.options = options
                control.value = getattr(self.explorer.choice, name)
        finally:
            self._busy = False

    def _show(self) -> None:
        self.controls["method"].disabled = not self.explorer.interval_matters
        self.controls["year"].disabled = self.controls["view"].value == "years"  # all of them are shown
        try:
            figure, table, source = self.explorer.figure(), self.explorer.table(), self.explorer.code()
            rows = _sortable_table(table, self._lang) if isinstance(table, Grid) else fragment(table)
        except QngaiError as fault:  # a file was edited or taken away meanwhile
            self.chart.value = f'<p role="alert">{html.escape(str(fault))}</p>'
            self.table.value = self.saving.value = self.code.value = ""
            return
        self.chart.value = _drawn(figure, table)
        self.table.value = rows
        self.saving.value = ""
        self.code.value = _copyable(source, self._say("Sao chép"))

    def _offer_files(self, _: object) -> None:
        """Offer what is on screen as files; what may so leave is entered in the ledger of what was published."""
        try:
            enter_by_hand()
            if isinstance(table := self.explorer.table(), Grid):
                self.saving.value = _saving(self.explorer.figure(), table, self._lang)
        except QngaiError as fault:
            self.saving.value = f'<p role="alert">{html.escape(str(fault))}</p>'


def _drawn(figure: Figure | Prose | None, table: Grid | Prose) -> str:
    """Return the chart; the printed rows are read where the mouse rests on it."""
    if not isinstance(figure, Figure) or not isinstance(table, Grid):
        return "" if figure is None else fragment(figure)
    rows = table.texts().to_dict("records")
    lines = ["; ".join(f"{head} {text}" for head, text in row.items() if text) for row in rows]
    shown = html.escape("\n".join(lines))
    # the table below shows the numbers
    return f'<div title="{shown}">{fragment(replace(figure, data=None))}</div>'


#: What a click on a head does, and what is typed into the box above a table.
_SORT, _SEARCH = (
    Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("sort.js", "search.js")
)


def _sortable_table(grid: Grid, lang: Lang) -> str:
    """Return the printed table, which a click on a head sorts, numbers by their value, and a box above searches."""
    rows, group, decimal = translate("{count} dòng", lang), *((".", ",") if lang == "vi" else (",", "."))

    def handler(script: str) -> str:
        for name, text in {"LANG": lang, "GROUP": group, "DECIMAL": decimal, "ROWS": rows}.items():
            script = script.replace(name, json.dumps(text, ensure_ascii=False))
        return html.escape(script)

    # one row of heads: a spanner has nothing to sort by
    plain = replace(grid, columns=tuple(replace(one, label=one.name, group="") for one in grid.columns))
    count = rows.format(count=len(grid.rows))
    box = f'{translate("Tìm trong bảng:", lang)} <input type="search" oninput="{handler(_SEARCH)}">'
    heads = fragment(plain).replace('<th scope="col"', '<th tabindex="0" scope="col"')
    keys = "if (event.key === 'Enter' && event.target.tagName === 'TH') event.target.click()"
    return (
        f'<div class="sorting" onclick="{handler(_SORT)}" onkeydown="{keys}">'
        f"<p><output>{count}</output><label>{box}</label></p>{heads}</div>"
    )


def _saving(figure: Figure | Prose | None, grid: Grid, lang: Lang) -> str:
    """Return links that save the chart (SVG, PNG) and the table (CSV, XLSX), each with its caption and mark."""
    from qngai_analysis.page.pdf import picture
    from qngai_analysis.page.sheets import to_xlsx  # takes long to load

    mark = f"{translate('SỐ LIỆU MÔ PHỎNG', lang)}. " if grid.simulated else ""
    above = pd.DataFrame([[mark + grid.caption], [grid.source]]).to_csv(index=False, header=False)
    files = {
        "bang.csv": ("text/csv", (above + grid.texts().to_csv(index=False)).encode("utf-8-sig")),
        "bang.xlsx": (_XLSX, to_xlsx([grid], lang=lang)),
    }
    if isinstance(figure, Figure):
        drawing = _captioned(figure.svg, mark + grid.caption, grid.source)
        drawn = {
            "bieu_do.svg": ("image/svg+xml", drawing.encode()),
            "bieu_do.png": ("image/png", picture(drawing)),
        }
        files = drawn | files
    links = []
    for name, (kind, content) in files.items():
        address = f"data:{kind};base64,{base64.b64encode(content).decode()}"
        ending = name.rpartition(".")[2].upper()
        links.append(f'<a class="jupyter-button" download="{name}" href="{address}">{ending}</a>')
    return f'<div style="display:flex;gap:6px">{"".join(links)}</div>'


def _captioned(svg: str, caption: str, source: str) -> str:
    """Return a drawing with caption (and mark) above it and its source below: saved alone, it says what it is."""
    drawn = svg[svg.index("<svg") :]
    found = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', drawn)
    assert found is not None
    width, height = map(float, found.groups())
    line = '<text x="6" y="{y}" font-family="Report Sans, sans-serif" font-size="{size}" font-weight="{weight}">{text}</text>'
    head = [
        line.format(y=14 + 12 * place, size=10, weight="bold", text=html.escape(text))
        for place, text in enumerate(textwrap.wrap(caption, int(width / 5.5)))
    ]
    top = 8 + 12 * len(head)
    foot = line.format(y=top + height + 10, size=8, weight="normal", text=html.escape(source))
    inner = drawn.replace(found[0], f'y="{top}" width="{width}" height="{height}"', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height + top + 16}pt" '
        f'viewBox="0 0 {width} {height + top + 16}"><rect width="100%" height="100%" fill="white"/>'
        f"{''.join(head)}{inner}{foot}</svg>"
    )


def _copyable(source: str, label: str) -> str:
    """Return code with a button that copies it; where a browser forbids that, it can be selected at a click."""
    script = f"navigator.clipboard.writeText({json.dumps(source)})"
    return (
        f'<button type="button" class="jupyter-button" onclick="{html.escape(script)}">{html.escape(label)}</button>'
        f'<pre style="user-select:all;white-space:pre-wrap;line-height:1.4">{html.escape(source)}</pre>'
    )
