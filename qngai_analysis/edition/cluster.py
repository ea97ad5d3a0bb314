"""Reports of a batch on a Dask cluster: one on this machine, or that of a scheduler.

What all reports share is scattered once: the units as they were read, and the project's own files but for the answers
of surveys. A worker needs this package and nothing else; one that is lost has its reports made by another.
"""

from __future__ import annotations

import gc
import hashlib
import io
import logging
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qngai_analysis import paths
from qngai_analysis.edition import worker
from qngai_analysis.edition.engine import Job
from qngai_analysis.errors import ParameterError

TRIES = 3  # how often a share of the reports is begun again before its fault counts


@contextmanager
def connected(scheduler: str, workers: int) -> Iterator[Any]:
    """
    Give a client of the cluster at an address, or of one made here for as long as it is needed.

    Raises
    ------
    ParameterError
        Dask is not installed, or nobody answers at the address.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ParameterError("cần Dask: pip install 'qngai-analysis[cluster]'") from None
    if scheduler:
        try:
            client = Client(scheduler, timeout=10)
        except (OSError, ValueError) as fault:
            raise ParameterError("--scheduler {address}: không kết nối được ({fault})", address=scheduler, fault=fault) from fault  # fmt: skip
        with client:
            yield client
        return
    with (
        tempfile.TemporaryDirectory(prefix="qn-", ignore_cleanup_errors=True) as folder,
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, local_directory=folder, silence_logs=logging.CRITICAL) as own,
        Client(own) as client,
    ):  # fmt: skip
        yield client


@dataclass(frozen=True)
class _Shared:
    """What is sent to every worker once."""

    warm: Callable[[], None]
    make: Callable[[Job], Any]
    files: bytes
    digest: str


def on_cluster(
    make: Callable[[Job], Any],
    shares: Sequence[tuple[Job, ...]],
    warm: Callable[[], None],
    scheduler: str,
    workers: int,
) -> Iterator[tuple[str, Any]]:
    """Give what ``make`` gives of each report, by the stem of its file; a worker does ``warm`` first, once."""
    with connected(scheduler, workers) as client:
        from distributed import as_completed

        files = _packed(shares[0][0].notebook)
        shared = client.scatter(_Shared(warm, make, files, hashlib.sha256(files).hexdigest()), broadcast=True)
        futures = [client.submit(_made, shared, jobs, retries=TRIES, pure=False) for jobs in shares]
        for future in as_completed(futures):
            yield from future.result()
            future.release()  # its pages have been taken


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


def _made(shared: _Shared, jobs: Sequence[Job]) -> list[tuple[str, Any]]:
    """Make reports in a worker of the cluster."""
    home = _installed(shared.digest, shared)
    done = [(job.stem, shared.make(replace(job, notebook=home / "notebooks" / job.notebook.name))) for job in jobs]  # fmt: skip
    gc.collect()
    return done


_homes: dict[str, tempfile.TemporaryDirectory[str]] = {}


def _installed(digest: str, shared: _Shared) -> Path:
    """Return the project's folder in this process, with the stack loaded and the units adopted, once."""
    if digest not in _homes:
        _homes[digest] = tempfile.TemporaryDirectory(prefix="qn-", ignore_cleanup_errors=True)
        home = Path(_homes[digest].name)
        with zipfile.ZipFile(io.BytesIO(shared.files)) as packed:
            packed.extractall(home)
        worker.INSIDE = True
        os.environ |= worker.QUIET | {"IPYTHONDIR": str(home), "QNGAI_HOME": str(home)}
        shared.warm()
    return Path(_homes[digest].name)
