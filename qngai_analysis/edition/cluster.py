"""Reports of a batch on a Dask cluster: one on this machine, or that of a scheduler.

What all reports share is scattered once: the units as they were read, and the project's own files but for the answers
of surveys. A worker needs this package and nothing else; one that is lost has its reports made by another.
"""

from __future__ import annotations

import atexit
import gc
import io
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from qngai_analysis import kept, paths
from qngai_analysis.edition import process, worker
from qngai_analysis.edition.engine import Job
from qngai_analysis.errors import ParameterError, RenderError
from qngai_analysis.guard import apart

TRIES = 3  # how often a share of the reports is begun again before its fault counts
PATIENCE = 10  # seconds until the scheduler has answered, and has a worker
#: What is sent to every worker once: the program's checksum, the project's files, what it does first, how it makes a report.
Shared = tuple[str, bytes, Callable[[], None], Callable[[Job], Any]]


def on_cluster(
    make: Callable[[Job], Any],
    shares: Sequence[tuple[Job, ...]],
    warm: Callable[[], None],
    scheduler: str,
    workers: int,
) -> Iterator[tuple[str, Any]]:
    """
    Give what ``make`` gives of each report, by the stem of its file; a worker does ``warm`` first, once.

    Reports that took their worker with them, however often they were tried, are not given.

    Raises
    ------
    ParameterError
        Dask is not installed, or no scheduler with a worker is at the address.
    RenderError
        The scheduler was lost, or a worker has another version of the program.
    """
    try:
        from distributed import CancelledError, Client, LocalCluster, as_completed
        from distributed.scheduler import KilledWorker
    except ImportError:
        raise ParameterError("cần Dask: pip install 'qngai-analysis[cluster]'") from None
    for name in ("distributed", "distributed.client"):  # what they say is said here, in a line
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with ExitStack() as started:
        if not scheduler:
            folder = started.enter_context(
                tempfile.TemporaryDirectory(prefix="qn-", ignore_cleanup_errors=True)
            )
            with _deaf():
                own = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0", local_directory=folder, silence_logs=logging.CRITICAL)  # fmt: skip
            scheduler = started.enter_context(own).scheduler_address
        try:
            client = started.enter_context(Client(scheduler, timeout=PATIENCE))
            client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, ValueError) as fault:
            raise ParameterError("--scheduler {address}: không kết nối được ({fault})", address=scheduler, fault=fault) from fault  # fmt: skip
        content = (_program(), _packed(shares[0][0].notebook), warm, make)
        [shared] = client.scatter([content], broadcast=True, hash=False)
        lost = Counter[str]()
        of: dict[Any, Sequence[Job]] = {}

        def asked(jobs: Sequence[Job]) -> Any:
            future = client.submit(_made, shared, jobs, retries=TRIES, pure=False)
            of[future.key] = jobs
            return future

        coming = as_completed([asked(jobs) for jobs in shares])
        for future in coming:
            try:
                yield from future.result()
            except (CancelledError, KilledWorker, OSError):
                # it was lost with its process, or with all that had what is shared
                if client.status != "running":
                    raise RenderError("{address}: mất kết nối với bộ điều phối Dask; chạy lại với --resume", address=scheduler) from None  # fmt: skip
                if shared.status != "finished":
                    [shared] = client.scatter([content], broadcast=True, hash=False)
                jobs = of[future.key]
                lost.update(job.stem for job in jobs)
                coming.update([asked((job,)) for job in jobs if lost[job.stem] < TRIES])
            future.release()  # its pages have been taken


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes and threads that are started meanwhile never hear Ctrl+C: the one that asked ends them."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _program() -> str:
    return kept.program()["qngai-analysis"]


def _packed(notebook: Path) -> bytes:
    """Return the project's files as a zip: no answers of surveys, the one notebook."""
    stream = io.BytesIO()
    home = paths.project()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for file in sorted(path for path in paths.raw().rglob("*") if path.is_file()):
            answers = "surveys" in file.parts and file.suffix != ".toml"
            if not answers and "returns" not in file.parts:
                packed.write(file, file.relative_to(home).as_posix())
        packed.write(notebook, f"notebooks/{notebook.name}")
    return stream.getvalue()


_alone = threading.Lock()  # a notebook has its process for itself, however many threads the worker has


def _made(shared: Shared, jobs: Sequence[Job]) -> list[tuple[str, Any]]:
    """Make reports in a worker of the cluster."""
    program, files, warm, make = shared
    if program != _program():
        raise RenderError("{worker}: bản qngai-analysis ở đó khác bản ở đây; cài cùng một bản", worker=socket.gethostname())  # fmt: skip
    with _alone:
        notebooks = _home(files, warm) / "notebooks"
        ready = [replace(job, notebook=notebooks / job.notebook.name) for job in jobs]
        return apart(lambda: [(job.stem, make(job)) for job in ready], bounded=False)  # gives its memory back


@lru_cache(maxsize=1)
def _home(files: bytes, warm: Callable[[], None]) -> Path:
    """Return the project's folder in this process, with the stack loaded and the units adopted, once for a batch."""
    home = Path(tempfile.mkdtemp(prefix="qn-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(files)) as packed:
        packed.extractall(home)
    worker.INSIDE = True
    os.environ |= process.QUIET | {"IPYTHONDIR": str(home), "QNGAI_HOME": str(home)}
    warm()
    gc.collect()
    gc.freeze()  # collecting would copy what the forks share
    return home
