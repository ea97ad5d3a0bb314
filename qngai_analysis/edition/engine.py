"""Run a notebook and write what it shows as a report.

papermill sets the parameters and drives the run, through an engine of ours: cells run in a fresh Python
process of the interpreter that runs this one (``edition.kernel``), whatever kernels the user has installed,
without the user's own start-up files, and leave the same bytes on every run.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import itertools
import json
import logging
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from qngai_analysis.edition.parameters import checked, declared, read_notebook
from qngai_analysis.edition.publishing import Made, publish
from qngai_analysis.errors import QngaiError, RenderError
from qngai_analysis.page.document import Document, read
from qngai_analysis.page.pdf import uncovered
from qngai_analysis.page.shown import BLOCKS_ONLY
from qngai_analysis.survey.release.ledger import NOTES, noted

FORMATS = ("html", "pdf", "docx", "xlsx", "ipynb")
WRITERS = {"html": "page.html", "pdf": "page.pdf", "docx": "page.word", "xlsx": "page.sheets"}
INJECTED = "injected-parameters"  # papermill's tag of the cell that sets the values of a run
ENGINE = "qngai"
CELL_SECONDS = 1800.0  # the longest cell of the reports takes seconds; one that hangs must not hold the batch
Progress = Callable[[int, int], None]


def execute(
    notebook: Path,
    parameters: Mapping[str, Any] | None = None,
    *,
    progress: Progress | None = None,
    timeout: float | None = None,
    meanwhile: Callable[[], None] | None = None,
    blocks_only: bool = False,
    notes: Path | None = None,
) -> dict[str, Any]:
    """Return the executed notebook as plain JSON; the file itself is not touched.

    Parameters
    ----------
    notebook : Path
        A notebook of format 4. It runs in its own folder.
    parameters : mapping
        Values for declared parameters (see ``edition.parameters``).
    progress : callable
        Called with the number of cells done and the number of cells.
    timeout : float
        Seconds that a cell may take; no limit by default.
    meanwhile : callable
        Called once the process has been started: work that needs no results.
    blocks_only : bool
        Blocks come back as what the writers read, without what JupyterLab would show.
    notes : Path
        A folder in which the run notes what it takes from surveys to be published (``survey.release.ledger``).

    Raises
    ------
    ParameterError
        A parameter is not declared or has the wrong type; nothing was run.
    QngaiError
        A cell failed with an error of this family: it is raised again here, as its one line.
    RenderError
        A cell failed with another error, or the process died; the message names notebook and cell.
    """
    content = read_notebook(notebook)
    values = checked(notebook, parameters or {})
    with (
        tempfile.TemporaryDirectory(prefix="qn-", ignore_cleanup_errors=True) as folder,
        _process(notebook.resolve().parent, Path(folder), blocks_only=blocks_only, notes=notes) as process,
    ):
        # the process loads what cells need while papermill loads here
        import papermill
        from nbformat.notebooknode import from_dict

        _register()
        # papermill does not read Literal annotations and warns of names that ``checked`` has accepted
        logging.getLogger("papermill").setLevel(logging.ERROR)
        try:
            done = papermill.execute_notebook(
                from_dict(content),  # type: ignore[no-untyped-call]
                None,
                parameters=values,
                engine_name=ENGINE,
                kernel_name="python3",
                language="python",
                progress_bar=False,
                fill=lambda cells: _fill(cells, process, notebook, progress, timeout, meanwhile),
            )
        finally:
            process.kill()
    return _settled(done)


@functools.cache
def _register() -> None:
    """Make our engine known to papermill; it gives the cells to ``fill``, which sets their outputs."""
    from papermill.engines import Engine, papermill_engines

    class ProcessEngine(Engine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(
            cls, nb_man: Any, kernel_name: str, *, fill: Callable[[Any], None], **_: Any
        ) -> Any:
            fill(nb_man.nb["cells"])
            return nb_man.nb

    papermill_engines.register(ENGINE, ProcessEngine)


def _fill(
    cells: Sequence[Any],
    process: subprocess.Popen[bytes],
    notebook: Path,
    progress: Progress | None,
    timeout: float | None,
    meanwhile: Callable[[], None] | None,
) -> None:
    """Run the cells and set their outputs; each is heard of as soon as it is done."""
    from nbformat.notebooknode import from_dict

    heard = _heard(process, ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"])
    if meanwhile is not None:
        meanwhile()
    for place, cell in enumerate(cells, start=1):
        if cell["cell_type"] == "code":
            event = _next(heard, notebook, timeout)
            if "fault" in event:
                # the cell that sets values is not in the author's notebook
                own = sum(INJECTED not in other["metadata"].get("tags", ()) for other in cells[:place])
                raise _as_one_line(*event["fault"], where=f"{notebook.name}, cell {own}")
            cell["outputs"], cell["execution_count"] = from_dict(event["outputs"]), event["count"]  # type: ignore[no-untyped-call]
        if progress is not None:
            progress(place, len(cells))
    process.wait()


def _process(home: Path, folder: Path, *, blocks_only: bool, notes: Path | None) -> subprocess.Popen[bytes]:
    """Start ``edition.kernel`` with this interpreter in the notebook's folder."""
    environment = os.environ | {
        # the user's own profile must not change an official report
        "IPYTHONDIR": str(folder),
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # nobody can click here: explorers show their chart and table only
        "QNGAI_STATIC": "1",
        BLOCKS_ONLY: "1" if blocks_only else "",
        **({} if notes is None else {NOTES: str(notes)}),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "qngai_analysis.edition.kernel"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=home,
        env=environment,
    )


def _heard(process: subprocess.Popen[bytes], sources: Sequence[str]) -> queue.Queue[bytes]:
    """Send the cells and return what comes back, a line a cell; an empty line when the process ends."""
    lines: queue.Queue[bytes] = queue.Queue()
    assert process.stdin is not None
    assert process.stdout is not None
    stream = process.stdout

    def listen() -> None:
        for line in stream:
            lines.put(line)
        lines.put(b"")

    threading.Thread(target=listen, daemon=True).start()
    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:  # it died: the empty line says so
        pipe.write(json.dumps(sources).encode())
    return lines


def _next(heard: queue.Queue[bytes], notebook: Path, timeout: float | None) -> dict[str, Any]:
    try:
        line = heard.get(timeout=timeout)
    except queue.Empty:
        raise RenderError(f"{notebook.name}: a cell took more than {timeout:g} seconds") from None
    if not line:
        raise RenderError(
            f"{notebook.name}: the Python process that runs the notebook died, most likely for lack of memory"
        )
    event: dict[str, Any] = json.loads(line)
    return event


def _as_one_line(kind: str, text: str, *, where: str) -> QngaiError:
    family = {cls.__name__: cls for cls in _family(QngaiError)}
    message = " ".join(text.split())
    return family[kind](message) if kind in family else RenderError(f"{where}: {kind}: {message}")


def _family(cls: type[QngaiError]) -> Iterator[type[QngaiError]]:
    yield cls
    for child in cls.__subclasses__():
        yield from _family(child)


_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")


def _settled(notebook: Any) -> dict[str, Any]:
    """Return the notebook without what differs between two runs of the same input."""
    content: dict[str, Any] = json.loads(json.dumps(notebook))
    content["metadata"] = {
        key: value
        for key, value in content["metadata"].items()
        if key in ("kernelspec", "language_info", "title")
    }
    for place, cell in enumerate(content["cells"]):
        cell["id"] = f"cell-{place + 1:03d}"
        cell["metadata"] = {
            key: value for key, value in cell["metadata"].items() if key in ("tags", "alt", "caption")
        }
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
    extra_files : mapping
        Further files to publish with the report: name to bytes, or to a file to copy.
    inputs : sequence of Path
        The raw files that the report was made of; the manifest holds their checksums.
    cell_seconds : float
        How long a cell may take.
    """

    notebook: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    formats: Sequence[str] = ("html", "pdf")
    stem: str = ""
    extra_files: Mapping[str, bytes | Path] = field(default_factory=dict)
    inputs: Sequence[Path] = ()
    cell_seconds: float = CELL_SECONDS


def render(job: Job, out: Path, *, progress: Progress | None = None) -> list[Path]:
    """Run a notebook, write the report in the formats asked for, and publish it in folder ``out``.

    Nothing appears in ``out`` before all of it is made; other files there stay. ``manifest.json``
    beside the report lists files, checksums, parameters and the checksums of the inputs.

    Returns
    -------
    list of Path
        What was published, the manifest last.

    Raises
    ------
    ParameterError, RenderError, QngaiError
        As ``execute``; an unknown format; the folder cannot be written.
    """
    return publish(out, [produce(job, progress=progress)])


def produce(job: Job, *, progress: Progress | None = None) -> Made:
    """Return the files of a report without publishing them; for several reports in one edition.

    Errors are those of ``render``.
    """
    wanted = list(dict.fromkeys(job.formats))
    for name in wanted:
        if name not in FORMATS:
            raise RenderError(f"format {name!r}; a report is made as {', '.join(FORMATS)}")
    values = checked(job.notebook, job.parameters)
    with tempfile.TemporaryDirectory(prefix="qn-", ignore_cleanup_errors=True) as notes:
        executed = execute(
            job.notebook,
            values,
            progress=progress,
            timeout=job.cell_seconds,
            meanwhile=lambda: _load_writers(wanted),
            blocks_only="ipynb" not in wanted,  # people open that one in JupyterLab
            notes=Path(notes),
        )
        released = noted(Path(notes))
    full = {name: p.default for name, p in declared(job.notebook).items()} | values
    stem = job.stem or job.notebook.stem
    document = read_report(executed, full, name=stem)
    files = {f"{stem}.{name}": _written(name, document, executed) for name in wanted}
    for name, content in job.extra_files.items():
        files[name] = content if isinstance(content, bytes) else content.read_bytes()
    page = files.get(f"{stem}.html") or _written("html", document, executed)
    return Made(
        stem=stem,
        notebook=job.notebook,
        parameters=full,
        files=files,
        inputs=tuple(job.inputs),
        released=released,
        not_printed=tuple(uncovered("".join(sorted(set(page.decode()))))) if "pdf" in wanted else (),
    )


def _load_writers(formats: Iterable[str]) -> None:
    """Import what writes the report, on the processor that the cells leave free."""
    for name in (*(WRITERS[name] for name in formats if name in WRITERS), "survey.release.disclosure"):
        importlib.import_module(f"qngai_analysis.{name}")


def produce_all(
    jobs: Sequence[Job], *, workers: int | None = None, progress: Progress | None = None
) -> list[Made]:
    """Return the files of several reports, made side by side, in the order of the jobs.

    ``workers`` notebooks run at once, by default as many as there are processors, at most 4.
    ``progress`` is called with the number of reports done and of all. The parameters of every job
    are checked before the first one runs; at the first failure no further job is begun.

    Raises
    ------
    ParameterError, RenderError, QngaiError
        As ``render``, for the first job that fails.
    """
    for job in jobs:
        checked(job.notebook, job.parameters)
    if not jobs:
        return []
    done = itertools.count(1)

    def one(job: Job) -> Made:
        made = produce(job)
        if progress is not None:
            progress(next(done), len(jobs))
        return made

    with ThreadPoolExecutor(workers or min(len(jobs), os.cpu_count() or 1, 4)) as pool:
        futures = [pool.submit(one, job) for job in jobs]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def read_report(executed: Mapping[str, Any], parameters: Mapping[str, Any], *, name: str = "") -> Document:
    """Return the document of an executed notebook, in the language and with the date of its parameters.

    ``lang`` is the language, ``cutoff`` (an ISO date) or else the end of ``year`` the date in the file.
    """
    metadata = {"title": name, **executed.get("metadata", {})}
    return read(
        {**executed, "metadata": metadata}, lang=str(parameters.get("lang") or "vi"), dated=_date(parameters)
    )


def _date(parameters: Mapping[str, Any]) -> date | None:
    cutoff, year = parameters.get("cutoff"), parameters.get("year")
    with contextlib.suppress(ValueError, TypeError):
        return date.fromisoformat(cutoff)  # type: ignore[arg-type]
    return date(year, 12, 31) if isinstance(year, int) and 1 <= year <= 9999 else None


def _written(name: str, document: Document, executed: Mapping[str, Any]) -> bytes:
    if name == "html":
        from qngai_analysis.page.html import to_html

        return to_html(document).encode()
    if name == "pdf":
        from qngai_analysis.page.pdf import to_pdf

        return to_pdf(document)
    if name == "docx":
        from qngai_analysis.page.word import to_docx

        return to_docx(document)
    if name == "xlsx":
        from qngai_analysis.page.sheets import to_xlsx

        return to_xlsx(document.grids(), title=document.title, lang=document.lang)
    return (json.dumps(executed, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
