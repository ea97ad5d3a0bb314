"""Run a notebook and write what it shows as a report.

papermill sets the parameters and drives the run, through an engine of ours (``edition.kernel``): cells run in a
fork of a process that has loaded what they need (``edition.worker``), of the interpreter that runs this one, whatever
kernels the user has installed, without the user's own start-up files, and leave the same bytes on every run.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from qngai_analysis import errors, paths
from qngai_analysis.edition.drawings import Drawings, NotDrawnError
from qngai_analysis.edition.process import forked
from qngai_analysis.edition.publishing import Made
from qngai_analysis.errors import QngaiError, RenderError
from qngai_analysis.notebook.parameters import checked, declared, read_notebook
from qngai_analysis.page.document import Document, as_printed, read
from qngai_analysis.page.pdf import has_appendices, to_pdf
from qngai_analysis.page.shown import BLOCKS_ONLY
from qngai_analysis.words.said import Joined, Said

FORMATS = ("html", "pdf", "docx", "xlsx", "ipynb")
INJECTED = "injected-parameters"  # papermill's tag of the cell that sets the values of a run
CELL_SECONDS = 1800.0  # the longest cell of the reports takes seconds; one that hangs must not hold the batch
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class NotebookRun:
    """The work of running one notebook, in a process made for it.

    Parameters
    ----------
    notebook : Path
        A notebook of format 4. It runs in its own folder; the file itself is not touched.
    values : mapping
        Values for declared parameters, checked (see ``notebook.parameters``).
    blocks_only : bool
        Blocks come back as what the writers read, without what JupyterLab would show.
    alone : bool
        Charts that only the writers read are drawn in forks while the cells go on.
    """

    notebook: Path
    values: Mapping[str, Any]
    blocks_only: bool
    alone: bool = False

    @property
    def name(self) -> str:
        """The notebook's, for what is said of a process that died."""
        return self.notebook.name

    def __call__(self, advance: Progress) -> dict[str, Any]:
        """Return the executed notebook as plain JSON; ``advance`` hears of the cells done, of all.

        Raises
        ------
        QngaiError
            A cell failed with an error of this family: it is raised again here, as its one line.
        RenderError
            A cell failed with another error; the message names notebook and cell.
        """
        os.environ[BLOCKS_ONLY] = "1" if self.blocks_only else ""
        drawings = Drawings()
        source = read_notebook(self.notebook)
        content = self.notebook.read_text(encoding="utf-8")
        os.environ["QNGAI_HOME"] = str(paths.project())  # also for a notebook that lies elsewhere
        os.chdir(self.notebook.resolve().parent)
        sys.path.insert(0, "")  # modules that lie beside the notebook, as in JupyterLab
        beside = self.alone and self.blocks_only  # what JupyterLab shows holds each drawing in several forms
        with drawings.taking() if beside else contextlib.nullcontext():
            ran = self._executed(content, advance)
        try:
            return _settled(drawings.into(json.dumps(ran)), source)
        except NotDrawnError as fault:
            shown = [fault.mark in json.dumps(cell.get("outputs")) for cell in ran.cells]
            until = shown.index(True) + 1 if any(shown) else len(shown)  # one that nothing shows: some cell's
            raise self._said(ran.cells[:until], _error(fault.__cause__)) from fault

    def _executed(self, content: str, advance: Progress) -> Any:
        """Run the cells by papermill's own steps; its ``execute_notebook`` writes and reads the notebook twice more."""
        from nbformat import v4
        from papermill.execute import remove_error_markers
        from papermill.parameterize import parameterize_notebook

        from qngai_analysis.edition.papermill_engine import QngaiEngine

        ready = remove_error_markers(v4.upgrade(v4.reads(content)))  # type: ignore[no-untyped-call]
        ready.metadata.papermill = {}
        for cell in ready.cells:
            cell.metadata.setdefault("tags", [])
        if self.values:
            values = dict(self.values)
            ready = parameterize_notebook(ready, values, kernel_name="python3", language="python")
        ran = QngaiEngine.execute_notebook(ready, "python3", progress_bar=False, advance=advance)
        failed = next((n for n, cell in enumerate(ran.cells) if cell.metadata.papermill["exception"]), None)
        if failed is None:
            return ran
        error = next(output for output in ran.cells[failed].outputs if output.output_type == "error")
        if error.ename == "SystemExit" and error.evalue in ("", "0"):
            return ran
        said = self._said(ran.cells[: failed + 1], error)
        said.ran = ran  # who keeps the notebook of a fault finds it here
        raise said from RuntimeError("\n".join(error.traceback))

    def _said(self, cells: Sequence[Any], error: Any) -> QngaiError:
        """Return the last cell's error as one line."""
        text = " ".join(_AT_LINE.sub("", error.evalue).split())
        known = getattr(errors, error.ename, None)
        if isinstance(known, type) and issubclass(known, QngaiError):
            return known(text)
        # the cell that sets values is not in the author's notebook
        place = sum(INJECTED not in cell.metadata.get("tags", ()) for cell in cells)
        where: list[object] = [self.notebook.name, Said("ô {cell}", cell=place)]
        trace = _COLOUR.sub("", "\n".join(error.traceback))
        # innermost last: a fault in a function of this very cell is named where it is, not where it was called
        if lines := re.findall(rf"Cell In\[{cells[-1].execution_count}\], line (\d+)", trace):
            where.append(Said("dòng {line}", line=lines[-1]))
        return RenderError(
            "{where}: {kind}: {message}", where=Joined(where, ", "), kind=error.ename, message=text
        )


def _error(fault: BaseException | None) -> Any:
    """Return an exception as a cell's output tells it."""
    told = "".join(traceback.format_exception(fault))
    return SimpleNamespace(ename=type(fault).__name__, evalue=str(fault), traceback=[told])


_AT_LINE = re.compile(r" \(\d+\.py, line \d+\)$")  # of a SyntaxError: a file that exists for IPython alone
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")


def _settled(notebook: str, source: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook, given as JSON, without what differs between two runs of the same input."""
    content: dict[str, Any] = json.loads(notebook)
    metadata = content["metadata"] | {"language_info": source["metadata"].get("language_info")}
    content["metadata"] = {
        key: metadata[key] for key in ("kernelspec", "language_info", "title") if metadata.get(key)
    }
    for place, cell in enumerate(content["cells"]):
        cell["id"] = f"cell-{place + 1:03d}"
        cell["metadata"] = {key: value for key, value in cell["metadata"].items() if key == "tags"}
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if isinstance(data.get("text/plain"), str):
                data["text/plain"] = _ADDRESS.sub("0x…", data["text/plain"])
    return content


# ---------------------------------------------------------------- one report


@dataclass(frozen=True)
class Job:
    """One report to be made.

    Parameters
    ----------
    notebook : Path
        The notebook that makes it.
    parameters : mapping
        Values for declared parameters.
    formats : sequence of str
        Of ``html``, ``pdf``, ``docx``, ``xlsx`` (the tables) and ``ipynb`` (the executed notebook).
    stem : str
        The files' name without ending; by default the notebook's.
    inputs : sequence of Path
        The raw files that the report was made of; the manifest holds their checksums.
    cell_seconds : float
        How long a cell may take.
    """

    notebook: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    formats: Sequence[str] = ("html", "pdf")
    stem: str = ""
    inputs: Sequence[Path] = ()
    cell_seconds: float = CELL_SECONDS

    def names(self) -> list[str]:
        """Return the names of the files it makes."""
        stem = self.stem or self.notebook.stem
        appendices = [f"{stem}_phu_luc.pdf"] if "pdf" in self.formats else []  # where the report has any
        return [*(f"{stem}.{name}" for name in self.formats), *appendices]


def check(job: Job) -> None:
    """Refuse a job with an unknown format (RenderError) or parameter (ParameterError); nothing is run."""
    for name in job.formats:
        if name not in FORMATS:
            wording = "định dạng {name!r}; báo cáo chỉ xuất được {known}"
            raise RenderError(wording, name=name, known=", ".join(FORMATS))
    checked(job.notebook, job.parameters)


@dataclass(frozen=True)
class ReportWork:
    """The work of making a report's files, in a process made for it; ``alone``: as ``NotebookRun``'s."""

    job: Job
    alone: bool = False

    @property
    def name(self) -> str:
        """Its notebook's, for what is said of a process that died."""
        return self.job.notebook.name

    def __call__(self, advance: Progress) -> Made:
        """Return the report's files in the formats asked for, to be published; errors are those of ``NotebookRun``."""
        from qngai_analysis.survey.release.ledger import noting_apart  # takes long to load

        job = self.job
        wanted = list(dict.fromkeys(job.formats))
        values = checked(job.notebook, job.parameters)
        # people open the notebook as run in JupyterLab
        blocks_only = "ipynb" not in wanted
        with noting_apart() as released:
            executed = NotebookRun(job.notebook, values, blocks_only, self.alone)(advance)
        full = {name: p.default for name, p in declared(job.notebook).items()} | values
        stem = job.stem or job.notebook.stem
        titled = {**executed, "metadata": {"title": stem, **executed["metadata"]}}
        document = read(titled, lang=str(full.get("lang") or "vi"), dated=_date(full))
        makes: dict[str, Callable[[], bytes]] = {
            f"{stem}.{name}": partial(_written, name, document, executed) for name in wanted
        }
        apart: Callable[[], dict[str, bytes]] = dict
        if "pdf" in wanted and has_appendices(document):  # they are a file of their own
            if self.alone:  # in one process Typst makes one after the other
                apart, makes = forked(partial(_all, makes)), {}
            makes[f"{stem}_phu_luc.pdf"] = partial(to_pdf, document, "appendices")
        return Made(
            stem=stem,
            notebook=job.notebook,
            parameters=full,
            files=_all(makes, apart),
            inputs=tuple(job.inputs),
            released=released,
        )


def _date(parameters: Mapping[str, Any]) -> date | None:
    """Return the date in a report's file: ``cutoff`` of its parameters (an ISO date), or else the end of ``year``."""
    cutoff, year = parameters.get("cutoff"), parameters.get("year")
    with contextlib.suppress(ValueError, TypeError):
        return date.fromisoformat(cutoff)  # type: ignore[arg-type]
    return date(year, 12, 31) if isinstance(year, int) and 1 <= year <= 9999 else None


def _all(
    makes: Mapping[str, Callable[[], bytes]], apart: Callable[[], dict[str, bytes]] = dict
) -> dict[str, bytes]:
    """Return what all of them make, and what ``apart`` gives, at the same time: Typst works beside Python."""
    with ThreadPoolExecutor() as pool:
        others = pool.submit(apart)
        made = dict(zip(makes, pool.map(lambda make: make(), makes.values()), strict=True))
    return others.result() | made


def _written(name: str, document: Document, executed: Mapping[str, Any]) -> bytes:
    if name == "html":
        from qngai_analysis.page.html import to_html

        return to_html(document).encode()
    if name == "pdf":
        return to_pdf(document, "letter" if has_appendices(document) else "")
    if name == "docx":
        from qngai_analysis.page.word import to_docx

        return to_docx(document)
    if name == "xlsx":
        from qngai_analysis.page.sheets import to_xlsx

        return to_xlsx(document.grids(), title=document.title, lang=document.lang)
    return (json.dumps(as_printed(executed), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
