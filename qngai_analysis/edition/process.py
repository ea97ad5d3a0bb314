"""The process that does the work, as the one that asks sees it; it can load while the one that asks still does."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

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
_GOING: list[int] = []  # forks that have said all
Made = TypeVar("Made")


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

    def gone() -> None:
        process.wait()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                stream and stream.close()

    threading.Thread(target=gone, daemon=True).start()  # its memory is a while in going


def forked(make: Callable[[], Made]) -> Callable[[], Made]:
    """Let a fork of this process make something beside it; return what waits for it, gives it, and raises what making it raised.

    A fork that was made since may wait, too. Without forks it is made when it is asked for. A fork that died, or what can't be pickled, is a ``MemoryError``.
    """
    if not FORKS:
        return make
    from multiprocessing.connection import Pipe  # not while a program starts

    reading, writing = Pipe(duplex=False)
    child = os.fork()
    if not child:
        reading.close()
        try:
            said: tuple[Any, BaseException | None] = make(), None
        except BaseException as fault:
            said = None, fault
        with contextlib.suppress(BaseException):  # what can't be pickled, or nobody reads
            writing.send_bytes(pickle.dumps(said))
        os._exit(0)
    writing.close()

    def take() -> Made:
        with reading:
            try:
                made, fault = pickle.loads(reading.recv_bytes())
            except EOFError:
                fault = MemoryError("the process that was to make it died")
        _GOING.append(child)
        for gone in [*_GOING]:  # a large one's memory is a while in going
            with contextlib.suppress(ChildProcessError):  # it is another fork that waits
                if not os.waitpid(gone, os.WNOHANG)[0]:
                    continue
            _GOING.remove(gone)
        if fault is not None:
            raise fault
        return made  # type: ignore[no-any-return]

    return take
