"""The parameters of a notebook as a form above it, in JupyterLab.

The parameters cell stays the source: the form is made of the cell that was run, writes what is chosen back into
it, and runs the notebook anew from a fresh kernel. It needs the page's own application object, which ``qngai lab``
opens; where nobody can click there is no form.
"""

from __future__ import annotations

import html
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qngai_analysis.errors import RenderError
from qngai_analysis.notebook.parameters import Parameter, declared
from qngai_analysis.notebook.state import STATIC
from qngai_analysis.report.base import Report
from qngai_analysis.report.sector import units_of_year
from qngai_analysis.words.said import catalogued

#: Writes the fields into the cell tagged ``parameters``, then runs everything in a fresh kernel.
_SCRIPT = Path(__file__).with_name("form.js")


def show(report: Report) -> None:
    """Display the form in a running JupyterLab; nothing anywhere else."""
    shell: Any = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if os.environ.get(STATIC) or getattr(shell, "kernel", None) is None:
        return
    if parameters := _ran(shell.user_ns.get("In", [])):
        from IPython.display import display

        # its text is that of an object without one: no report prints it
        data = {"text/html": form(report, parameters), "text/plain": "<IPython.core.display.HTML object>"}
        display(data, raw=True)  # type: ignore[no-untyped-call]


def _ran(sources: list[str]) -> list[Parameter]:
    """Return what the last cell that only sets constants, the year among them, declares."""
    for source in reversed(sources):
        cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
        try:
            found = declared({"cells": [cell]})
        except RenderError:
            continue
        if "year" in found:
            return list(found.values())
    return []


def form(report: Report, parameters: list[Parameter]) -> str:
    """Return the form: a field for each parameter under the comment that explains it, and a button that runs."""
    without = report.say("Biểu mẫu cần JupyterLab mở bằng `qngai lab`; hoặc sửa ô tham số rồi chạy lại.")
    words = {"WITHOUT": without, "RUNNING": report.say("Đang chạy lại…")}
    script = _SCRIPT.read_text(encoding="utf-8").rstrip()
    for name, text in words.items():
        script = script.replace(name, json.dumps(text, ensure_ascii=False))
    fields = "".join(_field(report, each) for each in parameters)
    return (
        f'<form onsubmit="{html.escape(script)}" style="display:flex;flex-wrap:wrap;gap:6px 16px;align-items:end">'
        f'{fields}<button type="submit" class="jupyter-button mod-primary">{html.escape(report.say("Chạy lại"))}</button>'
        f"<output></output></form>"
    )


def _field(report: Report, parameter: Parameter) -> str:
    name, value, kind = parameter.name, parameter.default, _kind(parameter)
    shown = "" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    given: dict[str, Any] = {"name": name, "data-kind": kind, "value": shown}
    given |= {"data-optional": "1"} if parameter.optional else {}
    if parameter.choices:
        control = f"<select {_attributes(given)}>{_options(parameter.choices, value)}</select>"
    else:
        units = _options(units_of_year(report.year)) if name == "district" else ""
        given |= {
            "bool": {"type": "checkbox"},
            "number": {"type": "number", "step": "any", "style": "width:6em"},
        }.get(kind, {})
        given |= {"checked": "checked"} if kind == "bool" and value else {"list": "qn-units"} if units else {}
        control = f"<input {_attributes(given)}>" + (
            f'<datalist id="qn-units">{units}</datalist>' if units else ""
        )
    label = html.escape(catalogued(parameter.help or name, report.lang))
    return f'<label style="display:flex;flex-direction:column;max-width:22em"><small>{label}</small>{control}</label>'


def _options(choices: Iterable[object], chosen: object = None) -> str:
    return "".join(
        f"<option{' selected' * (each == chosen)}>{html.escape(str(each))}</option>" for each in choices
    )


def _kind(parameter: Parameter) -> str:
    kinds = {"bool": "bool", "list": "list", "int": "number", "float": "number"}
    return next((kinds[name] for name in parameter.types if name in kinds), "text")


def _attributes(given: dict[str, Any]) -> str:
    return " ".join(f'{name}="{html.escape(str(value))}"' for name, value in given.items())
