"""A notebook run, and a report made, each in a process of its own, as a batch does it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qngai_analysis.edition import worker
from qngai_analysis.edition.engine import Job, NotebookRun, Progress, ReportWork, check
from qngai_analysis.edition.publishing import Made
from qngai_analysis.notebook.parameters import checked


def execute(
    notebook: Path,
    parameters: Mapping[str, Any] | None = None,
    *,
    blocks_only: bool = False,
    alone: bool = False,
) -> dict[str, Any]:
    """Return an executed notebook as plain JSON."""
    run = NotebookRun(notebook, checked(notebook, parameters or {}), blocks_only, alone)
    done: dict[str, Any] = worker.only(run, warm=worker.load_stack)
    return done


def produce(job: Job, *, progress: Progress | None = None, alone: bool = False) -> Made:
    """Return a report's files in the formats asked for, not yet published."""
    check(job)
    made: Made = worker.only(
        ReportWork(job, alone), warm=worker.load_stack, seconds=job.cell_seconds, advance=progress
    )
    return made
