"""What importing the package changes in a notebook: faults in one line, DataFrames as tables of the house.

It is asked for by the package's own import and loads nothing else.
"""

from __future__ import annotations

import sys
from typing import Any

from qngai_analysis.errors import QngaiError


def prepare() -> None:
    """Let the running IPython, if there is one, show faults and DataFrames as a statistician reads them."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return
    shell.set_custom_exc((QngaiError,), _in_one_line)
    for kind in ("DataFrame", "Series"):
        shell.display_formatter.mimebundle_formatter.for_type_by_name("pandas", kind, _frame)


def _in_one_line(
    shell: Any, kind: type[BaseException], fault: BaseException, trace: Any, tb_offset: Any = None
) -> list[str]:
    line = " ".join(str(fault).split())
    shell._showtraceback(kind, line, [f"qngai: {line}"])
    return [f"qngai: {line}"]


def _frame(data: Any, *_: object, **__: object) -> Any:
    from qngai_analysis.notebook.show import as_shown
    from qngai_analysis.page.shown import bundle
    from qngai_analysis.page.tables import plain_text

    grid = as_shown(data if data.ndim == 2 else data.to_frame())
    return bundle(grid, lambda: plain_text(grid))
