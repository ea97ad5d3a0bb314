"""The entry point through which papermill finds the engine; what runs the cells is loaded when they run.

papermill loads every engine that is installed while it is itself being loaded, so this module must not load the kernel,
which loads papermill.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from papermill.engines import Engine, NotebookExecutionManager


class QngaiEngine(Engine):  # type: ignore[misc]
    """The engine ``qngai`` of papermill: ``papermill --engine qngai notebook.ipynb executed.ipynb``."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        execution_timeout: float | None = None,
        advance: Callable[[int, int], None] = lambda done, cells: None,
        **_: Any,
    ) -> None:
        """Run the cells: here in a process made for one notebook, else in one that is made for it."""
        from qngai_analysis.edition import worker
        from qngai_analysis.edition.kernel import CellRun, Client

        if worker.INSIDE:
            Client(nb_man, advance).execute()
            return
        done = worker.only(CellRun(nb_man.nb), seconds=execution_timeout)
        nb_man.nb.cells, nb_man.nb.metadata = done.cells, nb_man.nb.metadata | done.metadata
