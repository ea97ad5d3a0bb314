"""The process that does the work, as the one that asks sees it; it can load while the one that asks still does."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

Started = subprocess.Popen[bytes]
FORKS = hasattr(os, "fork")
#: What a process that nobody looks at is told by its environment.
QUIET = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    # nobody can click here: explorers show their chart and table only
    "QNGAI_STATIC": "1",
    "PYTHONHASHSEED": "0",
}
_HERE = "import sys; from qngai_analysis.edition import worker; sys.exit(worker.main())"
_EARLY: list[Started] = []


@contextlib.contextmanager
def early() -> Iterator[None]:
    """Start a process that loads the stack while this one finds out what is to be done; the next ``taken`` is it."""
    process = _started("early")
    _EARLY.append(process)
    try:
        yield
    finally:
        _EARLY.clear()
        stop(process)


def taken() -> Started:
    """Return the process that was started early, or a new one."""
    return _EARLY.pop() if _EARLY else _started()


def _started(*arguments: str) -> Started:
    return subprocess.Popen(
        # not the current folder first: a user's json.py there is none of ours
        [sys.executable, "-P", "-c", _HERE, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | QUIET,
        start_new_session=FORKS,  # Ctrl+C comes to the one that asked, who ends the others
    )


def stop(process: Started) -> None:
    """End a process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if FORKS:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            stream and stream.close()
