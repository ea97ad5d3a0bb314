"""What is wrong with a typed command, and what may stand in its place: names for messages and for the shell's Tab key.

typer says such faults in English only; here each kind has its wording in the catalogue.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from typing import Any

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError, QngaiError
from qngai_analysis.project import plan_files
from qngai_analysis.words.said import Said

Complete = Callable[[str], list[str]]

#: Help that typer writes itself, and its wording in our catalogue.
LIBRARY = {
    "Show this message and exit.": Said("In trợ giúp này."),
    "Install completion for the current shell.": Said(
        "Cài phím Tab gợi ý tên lệnh, kế hoạch, sổ tay cho cửa sổ lệnh này."
    ),
    "Show completion for the current shell, to copy it or customize the installation.": Said(
        "In mã của phím Tab để tự cài."
    ),
}


def _beginning(names: Callable[[], Iterable[str]]) -> Complete:
    def complete(incomplete: str) -> list[str]:
        try:
            return [name for name in names() if name.startswith(incomplete)]
        except QngaiError:  # outside a project there is nothing to propose
            return []

    return complete


def _surveys() -> list[str]:
    from qngai_analysis.survey.form.held import surveys

    return surveys()


plans = _beginning(lambda: [file.stem for file in plan_files()])
surveys = _beginning(_surveys)
notebooks = _beginning(lambda: sorted(file.stem for file in paths.notebooks().glob("*.ipynb")))


def fault_of(fault: Any) -> ParameterError:
    """Return a fault that typer found in the arguments, as one of ours; one without a wording keeps typer's."""
    param = getattr(fault, "param", None)
    match type(fault).__name__:
        case "NoSuchOption":
            known = [
                option for item in fault.ctx.command.params for option in item.opts if option.startswith("-")
            ]
            if not known:
                wording = "không có tùy chọn {option}; lệnh này không có tùy chọn nào"
                return ParameterError(wording, option=fault.option_name)
            near = ", ".join(_near(fault.option_name, known))
            return ParameterError(
                "không có tùy chọn {option}; có {known}", option=fault.option_name, known=near
            )
        case "MissingParameter" | "BadParameter" as kind if param is not None:
            offered = [item.value for item in param.shell_complete(fault.ctx, "")]
            said = {"name": _shown(param), "known": ", ".join(offered), "help": param.help or ""}
            if kind == "MissingParameter":
                if offered:
                    return ParameterError("thiếu {name}; chọn một trong: {known}", **said)
                return ParameterError("thiếu {name}: {help}", **said)
            if offered:
                return ParameterError("{name}: phải là một trong {known}", **said)
            low, high = getattr(param, "min", None), getattr(param, "max", None)
            if low is None:
                return ParameterError("{name}: giá trị không hợp lệ; {help}", **said)
            high = "∞" if high is None else high
            return ParameterError("{name}: phải là số từ {low} đến {high}", low=low, high=high, **said)
        case "BadOptionUsage":
            return ParameterError("tùy chọn {option} cần một giá trị", option=fault.option_name)
        case "UsageError" if extra := re.search(r"extra argument.*\(([^()]*)\)$", fault.format_message()):
            return ParameterError(
                "thừa đối số {extra}; mỗi tên có dấu cách đặt trong dấu nháy kép", extra=extra[1]
            )
    return ParameterError("{fault} (gõ qngai --help để xem các lệnh)", fault=fault.format_message())


def no_such_command(name: str, known: Iterable[str]) -> ParameterError:
    """Return what to say of a command that there is not; it lists the nearest, else all."""
    return ParameterError(
        "không có lệnh {name!r}; có {known}", name=name, known=", ".join(_near(name, list(known)))
    )


def _near(name: str, known: list[str]) -> list[str]:
    return difflib.get_close_matches(name, known, n=2, cutoff=0.5) or known


def _shown(param: Any) -> str:
    return str(param.opts[0] if param.param_type_name == "option" else param.name)
