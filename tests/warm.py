"""One process that has loaded what notebooks need, for all tests that run one.

``edition.worker`` starts a Python of its own for each edition, which loads the packages for two seconds. Here that Python is a fork
of one that has loaded them already and done nothing else: what it is told, does and answers is the same.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

from qngai_analysis import paths
from qngai_analysis.edition import worker
from qngai_analysis.edition.process import QUIET

FIRST = "import sys; sys.path.append(sys.argv[1]); import warm; warm.serve(int(sys.argv[2]))"
#: What notebooks and writers load when they are first used.
LATER = ("papermill", "seaborn", "scipy.stats", "docx", "openpyxl", "typst", "qngai_analysis.page.word", "qngai_analysis.page.sheets",
         "qngai_analysis.edition.papermill_engine", "qngai_analysis.survey.loading")  # fmt: skip


class Forked:
    """The process that ``subprocess.Popen`` would start, as ``edition.process`` sees it."""

    def __init__(self, warm: socket.socket, environment: Mapping[str, str]) -> None:
        asked, self.stdin = (os.fdopen(end, mode) for end, mode in zip(os.pipe(), ("rb", "wb"), strict=True))
        self.stdout, told = (os.fdopen(end, mode) for end, mode in zip(os.pipe(), ("rb", "wb"), strict=True))
        with asked, told:
            request = pickle.dumps((dict(environment), os.getcwd()))  # noqa: PTH109
            socket.send_fds(warm, [request], [asked.fileno(), told.fileno(), 2])
        self.pid = int(warm.recv(16))

    def wait(self) -> None:
        """Wait until nothing holds its answers open: it has ended."""
        with suppress(OSError, ValueError):
            while self.stdout.read(1 << 16):
                pass


@contextmanager
def kept() -> Iterator[SimpleNamespace]:
    """Give what stands for ``subprocess`` in ``edition.process``; the warm process starts when it is first needed."""
    started: list[tuple[subprocess.Popen[bytes], socket.socket]] = []

    def forked(_: Any, *, env: Mapping[str, str], **__: Any) -> Forked:
        if not started:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with theirs:
                command = [sys.executable, "-P", "-c", FIRST, os.path.dirname(__file__), str(theirs.fileno())]  # noqa: PTH120
                quiet = os.environ | QUIET
                started.append((subprocess.Popen(command, env=quiet, pass_fds=[theirs.fileno()]), ours))
        return Forked(started[0][1], env)

    yield SimpleNamespace(Popen=forked, PIPE=subprocess.PIPE)
    for process, ours in started:
        ours.close()
        process.wait()


def serve(descriptor: int) -> None:
    """Load what notebooks need; then fork for each that asks, until nobody is left to ask."""
    sys.modules.update({name: None for name in worker.ABSENT if name != "pyarrow.fs"})
    worker.load_stack()
    for name in LATER:
        __import__(name)
    read_this_project()
    with socket.socket(fileno=descriptor) as asking:
        while True:
            request, descriptors, *_ = socket.recv_fds(asking, 1 << 18, 3)
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            if not request:
                return
            child = os.fork()
            if not child:
                _become(asking, request, descriptors)
            for one in descriptors:
                os.close(one)


def read_this_project() -> None:
    """Read plans and tables: what is read of a file is read of every other with the same bytes, as tests' projects have them."""
    from qngai_analysis.plan.duties import read_duties
    from qngai_analysis.progress.yearly import judge_year

    os.environ["QNGAI_HOME"] = str(paths.PACKAGE.parent)
    judge_year(2025, real_only=True)
    read_duties()


def _become(asking: socket.socket, request: bytes, descriptors: list[int]) -> None:
    os.setsid()
    environment, folder = pickle.loads(request)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, one in enumerate(descriptors):
        os.dup2(one, number)
        os.close(one)
    asking.send(str(os.getpid()).encode())
    asking.close()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code = 1
    try:
        code = worker.main()
    finally:
        os._exit(code)
