"""What importing the package changes in a notebook: faults in one line, DataFrames as tables of the house.

It is asked for by the package's own import and loads nothing else.
"""

from __future__ import annotations

import difflib
import re
import sys
from typing import Any

from qngai_analysis.errors import ParameterError, QngaiError


def prepare() -> None:
    """Let the running IPython, if there is one, show faults and DataFrames as a statistician reads them."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return
    shell.set_custom_exc((QngaiError, KeyError, NameError, AttributeError), _in_one_line)
    for kind in ("DataFrame", "Series"):
        shell.display_formatter.mimebundle_formatter.for_type_by_name("pandas", kind, _frame)


def _in_one_line(
    shell: Any, kind: type[BaseException], fault: BaseException, trace: Any, tb_offset: Any = None
) -> list[str] | None:
    said = fault if isinstance(fault, QngaiError) else _misnamed(fault, trace)
    if said is None:
        shell.showtraceback((kind, fault, trace), running_compiled_code=True)  # it is no matter of names
        return None
    line = " ".join(str(said).split())
    where = []
    if said is not fault:
        cell = trace.tb_next  # within what runs it
        named = shell.compile.format_code_name(cell.tb_frame.f_code.co_filename) or ("Cell",)
        where = [f"{' '.join(named)}, line {cell.tb_lineno}"]
    shell._showtraceback(kind, line, [f"qngai: {line}", *where])
    return [f"qngai: {line}"]


def _misnamed(fault: Any, trace: Any) -> ParameterError | None:
    """Return which columns, or names of this package, there are instead of one that there is not; None of any other fault."""
    home: Any = getattr(fault, "obj", None)
    name: Any = getattr(fault, "name", None)
    called = ""
    while home is None and trace is not None:
        frame = trace.tb_frame
        asked = frame.f_locals.get("self")
        asked = getattr(asked, "obj", asked)  # of ``loc`` and its kind
        home = asked if _is_table(asked) else None
        called = called if home is not None else frame.f_globals.get("__name__", "")
        trace = trace.tb_next
    room, _, module = called.rpartition(".")
    if room.startswith("qngai_analysis") and module not in ("plot", "show"):
        return None  # a bug of ours keeps its traceback
    if _is_table(home):
        from qngai_analysis.notebook.show import LABELS
        from qngai_analysis.words.language import message

        name = (re.findall(r"'([^']*)'", str(fault)) or [fault])[-1]
        known = [
            f"{each} ({message(LABELS[each], {})})" if each in LABELS else str(each) for each in home.columns
        ]
    elif f"{getattr(home, '__module__', None) or getattr(home, '__name__', '')}".startswith("qngai_analysis"):
        public = home.__all__ if hasattr(home, "__all__") else _public(home)
        near = [each for each in public if str(name) in each or each in str(name)]
        known = near or difflib.get_close_matches(str(name), public) or public
    else:
        return None
    return ParameterError("không có {name}; đang có: {known}", name=name, known=", ".join(known))


def _is_table(home: object) -> bool:
    return "pandas" in sys.modules and isinstance(home, sys.modules["pandas"].DataFrame)


def _public(home: Any) -> list[str]:
    module = getattr(home, "__name__", "")  # what a module imports is not its own
    return [
        name
        for name in dir(home)
        if name[0] != "_" and (not module or getattr(getattr(home, name), "__module__", "") == module)
    ]


def _frame(data: Any, *_: object, **__: object) -> Any:
    from qngai_analysis.notebook.show import as_shown

    return as_shown(data if data.ndim == 2 else data.to_frame())._repr_mimebundle_()
