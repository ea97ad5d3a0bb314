"""Work done in processes of its own: one is warmed, and each piece of work runs in a fork of it.

The warm process loads the packages and what all pieces share, once. A fork begins with all of that, changes
nothing of it for the others, and gives its memory back at its end. Where there is no fork (Windows), some processes
are warmed and each does one piece after the other. All of them end with the process that asked, however it ends.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import os
import pickle
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from typing import Any, Literal

from qngai_analysis import kept
from qngai_analysis.errors import QngaiError, RenderError

Advance = Callable[[int, int], None]
#: A piece of work: can be pickled, is told whom to tell of steps done and steps in all, gives what can be pickled.
Work = Callable[[Advance], Any]
FORKS = hasattr(os, "fork")
INSIDE = False  # whether this process was made to do work
MOST = 4  # processes at once, unless more are asked for

# jsonschema asks for the first to check addresses, which notebooks have none of; building its grammar takes 1.6
# seconds. And nobody will attach a debugger.
ABSENT: dict[str, Any] = {"rfc3987_syntax": None, "debugpy": None}
#: What a process that nobody looks at is told by its environment.
QUIET = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    # nobody can click here: explorers show their chart and table only
    "QNGAI_STATIC": "1",
}
_HERE = "import sys; from qngai_analysis.edition import worker; sys.exit(worker.main())"
# what cells and writers are about to need
_STACK = (
    "qngai_analysis.edition.kernel",
    "qngai_analysis.edition.batch",
    "matplotlib.pyplot",
    "qngai_analysis.report.sector",
    "qngai_analysis.report.yearly",
    "qngai_analysis.page.charts",
)
_WARMING = -1  # in the place of a piece of work: what all of them begin with
_DIED = "the Python process that runs the notebook died, most likely for lack of memory"


class LostError(RenderError):
    """The process that did a piece of work died, or was stopped because it took too long."""


@dataclass(frozen=True)
class Event:
    """What is heard of a piece of work: a step (done, of all), its result, or its fault (an exception)."""

    place: int
    kind: Literal["begun", "step", "done", "fault"]
    value: Any = None


def load_stack() -> None:
    """Load what cells and writers need: done once, before the first notebook runs."""
    # texts of small tables: Arrow's take longer to begin with than all the work on them
    importlib.import_module("pandas").set_option("mode.string_storage", "python")
    for name in _STACK:
        importlib.import_module(name)
    importlib.import_module("nbformat.v4").new_output(
        "stream"
    )  # its check of outputs is compiled at the first


def load_seaborn() -> None:
    """Load seaborn without SciPy's statistics, which take longer than all else and serve its curves of density alone."""
    if "scipy.stats" in sys.modules:
        return
    sys.modules.update({"scipy.stats": None})  # type: ignore[dict-item]
    try:
        from seaborn import _statistics
    finally:
        del sys.modules["scipy.stats"]

    def gaussian_kde(*given: Any, **named: Any) -> Any:
        from scipy.stats import gaussian_kde as made

        return made(*given, **named)

    _statistics.gaussian_kde, _statistics._no_scipy = gaussian_kde, False


@contextlib.contextmanager
def early() -> Iterator[None]:
    """Start a process that loads the stack while this one finds out what is to be done; the next ``run`` takes it."""
    with contextlib.ExitStack() as started:
        process = _Process("early")
        started.callback(process.end)
        _EARLY.append(process)
        yield
        _EARLY.clear()


_EARLY: list[_Process] = []


def only(
    work: Work,
    *,
    warm: Callable[[], None] | None = None,
    seconds: float | None = None,
    advance: Advance | None = None,
) -> Any:
    """Do one piece of work in a process of its own and return what it gives, or raise its fault."""
    for event in run([work], warm=warm, seconds=seconds):
        if event.kind == "fault":
            raise event.value
        if event.kind == "done":
            return event.value
        if event.kind == "step" and advance is not None:
            advance(*event.value)
    raise LostError(_DIED)


def run(
    works: Sequence[Work],
    *,
    workers: int | None = None,
    warm: Callable[[], None] | None = None,
    meanwhile: Callable[[], None] | None = None,
    seconds: float | None = None,
    forks: bool = FORKS,
) -> Iterator[Event]:
    """
    Do pieces of work side by side and give what is heard of them; ended early, all processes end.

    Parameters
    ----------
    workers : how many at once; by default as many as there are processors, at most ``MOST``
    warm : what the warm process does before it forks, can be pickled
    meanwhile : what it does for the others while the first piece runs
    seconds : how long a piece may take from one step to the next
    forks : whether each piece runs in a fork

    Raises
    ------
    Exception
        A bug in ``warm``, with its traceback.
    LostError
        A process died before it began any piece: another would, too.
    """
    at_once = min(workers or min(os.cpu_count() or 1, MOST), len(works))
    heard: queue.Queue[tuple[_Process, Event | None]] = queue.Queue()
    with (
        contextlib.ExitStack() as started,
        tempfile.TemporaryDirectory(prefix="qn-", ignore_cleanup_errors=True) as folder,
    ):
        _sweep(Path(folder))

        def start(places: Sequence[int]) -> _Process:
            own = {place: works[place] for place in places}
            process = _EARLY.pop() if _EARLY else _Process()
            started.callback(process.end)
            process.ask((own, at_once, warm, meanwhile, seconds, forks, folder), heard)
            return process

        shares = [range(len(works))] if forks else [range(n, len(works), at_once) for n in range(at_once)]
        left = {start(share): {*share} for share in shares if share}
        begun: set[int] = set()
        warmed: set[_Process] = set()
        while any(left.values()):
            try:
                process, event = heard.get(timeout=1)  # Windows hears Ctrl+C only in between
            except queue.Empty:
                continue
            if event is not None and event.place == _WARMING:
                raise event.value
            if event is not None:
                warmed.add(process)
                if event.kind == "begun":
                    begun.add(event.place)
                elif event.kind != "step":
                    left[process].discard(event.place)
                    begun.discard(event.place)
                yield replace(event, value=_named(works[event.place], event.value))
            elif lost := left.pop(process):  # it died: what it had begun is lost, the rest is done by another
                if process not in warmed:
                    raise LostError(_DIED)
                for place in sorted(lost & begun):
                    yield Event(place, "fault", _named(works[place], LostError(_DIED)))
                    lost.discard(place)
                if lost:
                    left[start(sorted(lost))] = lost


def _named(work: Work, value: Any) -> Any:
    """Return what was heard of a piece of work; that its process was lost is said with the work's name."""
    name = getattr(work, "name", "")
    return LostError(f"{name}: {value}") if name and isinstance(value, LostError) else value


def _sweep(own: Path) -> None:
    """Remove the temporary folders of processes that were killed."""
    (own / str(os.getpid())).touch()
    for folder in own.parent.glob("qn-*"):
        with contextlib.suppress(OSError, ValueError, StopIteration):
            number = int(next(file.name for file in folder.iterdir() if file.name.isdigit()))
            if sys.platform != "win32" and folder.stat().st_uid == os.getuid():
                try:
                    os.kill(number, 0)
                except ProcessLookupError:
                    shutil.rmtree(folder, ignore_errors=True)


class _Process:
    """A warm process, as the one that asks sees it."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            # not the current folder first: a user's json.py there is none of ours
            [sys.executable, "-P", "-c", _HERE, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | QUIET | {"PYTHONHASHSEED": "0"},
            start_new_session=FORKS,  # Ctrl+C comes to the one that asked, who ends the others
        )

    def ask(self, request: Any, heard: queue.Queue[tuple[_Process, Event | None]]) -> None:
        """Say what it is to do, and who hears of it."""
        threading.Thread(target=self._listen, args=(heard,), daemon=True).start()
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            pickle.dump(request, self._process.stdin)
            self._process.stdin.flush()

    def _listen(self, heard: queue.Queue[tuple[_Process, Event | None]]) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(EOFError, pickle.UnpicklingError, OSError, ValueError):
            while True:
                place, kind, value = pickle.load(self._process.stdout)
                heard.put((self, Event(place, kind, pickle.loads(value))))
        heard.put((self, None))

    def end(self) -> None:
        """End it and all that it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if FORKS:
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                stream and stream.close()


# ---------------------------------------------------------------- in the process that was started


def main() -> int:
    """Do the work that standard input names; what is heard of it goes out on standard output."""
    global INSIDE
    INSIDE = True
    sys.modules.update(ABSENT)
    kept.settle()
    channel, asking = os.fdopen(os.dup(1), "wb"), os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)  # what programs print past Python
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # nobody answers what cells and their programs ask
    gc.disable()  # what is loaded stays
    if "early" in sys.argv:
        load_stack()
    try:
        works, at_once, warm, meanwhile, seconds, forks, folder = pickle.load(asking)
    except EOFError:  # there is nothing to do
        return 0
    os.environ["IPYTHONDIR"] = folder  # the user's own profile must not change an official report
    threading.Thread(target=_end_with_the_one_that_asked, args=(asking,), daemon=True).start()
    sending = threading.Lock()

    def send(place: int, kind: str, value: bytes = pickle.dumps(None)) -> None:
        with sending:
            pickle.dump((place, kind, value), channel)
            channel.flush()

    try:
        for prepare in filter(None, (warm, None if forks else meanwhile)):
            with contextlib.suppress(QngaiError):  # it will come again where it belongs
                prepare()
        if forks:
            _in_forks(works, at_once, meanwhile, seconds, send)
        else:
            _one_by_one(works, seconds, send)
    except BaseException as fault:
        send(_WARMING, "fault", _bug(fault))
        return 1
    return 0


def _end_with_the_one_that_asked(asking: Any) -> None:
    os.read(asking.fileno(), 1)  # not through the buffer, whose lock would outlive this thread
    if FORKS:
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _in_forks(
    works: dict[int, Work],
    at_once: int,
    meanwhile: Callable[[], None] | None,
    seconds: float | None,
    send: Callable[..., None],
) -> None:
    waiting = list(works.items())[::-1]
    running: dict[Connection, tuple[int, int, float]] = {}
    while waiting or running:
        while waiting and len(running) < at_once:
            place, work = waiting.pop()
            reading, writing = Pipe(duplex=False)
            gc.freeze()  # collecting would copy what the forks share
            child = os.fork()
            if not child:
                gc.enable()
                gc.set_threshold(50_000, 20, 20)  # it will soon end
                reading.close()
                _do(work, functools.partial(_send, writing))
                atexit._run_exitfuncs()  # what notebooks leave to be done at the end
                os._exit(0)
            writing.close()
            running[reading] = (place, child, time.monotonic())
            send(place, "begun")
            if meanwhile is not None and waiting:
                with contextlib.suppress(QngaiError):
                    meanwhile()
                running[reading] = (place, child, time.monotonic())
                meanwhile = None
        oldest = min(since for _, _, since in running.values())
        left = None if seconds is None else max(0.0, oldest + seconds - time.monotonic())
        for reading in wait([*running], left):  # type: ignore[assignment]
            place, child, _ = running[reading]
            try:
                kind, _, value = reading.recv_bytes().partition(b" ")
                send(place, kind.decode(), value)
                running[reading] = (place, child, time.monotonic())
                ended = kind != b"step"
            except EOFError:
                send(place, "fault", pickle.dumps(LostError(_DIED)))
                ended = True
            if ended:
                _forget(running, reading)
        for reading, (place, child, since) in list(running.items()):
            if seconds is not None and time.monotonic() >= since + seconds:
                os.kill(child, signal.SIGKILL)
                send(place, "fault", pickle.dumps(_too_long(seconds)))
                _forget(running, reading)


def _send(writing: Connection, kind: str, value: bytes) -> None:
    writing.send_bytes(kind.encode() + b" " + value)


def _forget(running: dict[Connection, tuple[int, int, float]], reading: Connection) -> None:
    _, child, _ = running.pop(reading)
    os.waitpid(child, 0)
    reading.close()


def _one_by_one(works: dict[int, Work], seconds: float | None, send: Callable[..., None]) -> None:
    gc.enable()
    home = os.getcwd()  # noqa: PTH109
    now = [-1, time.monotonic()]

    def watch() -> None:
        while True:
            time.sleep(0.1)
            if seconds is not None and now[0] >= 0 and time.monotonic() >= now[1] + seconds:
                send(now[0], "fault", pickle.dumps(_too_long(seconds)))
                os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    for place, work in works.items():
        now[:] = place, time.monotonic()
        send(place, "begun")

        def tell(kind: str, value: bytes, place: int = place) -> None:
            now[1] = time.monotonic()
            send(place, kind, value)

        _do(work, tell)
        now[0] = -1
        os.chdir(home)


def _do(work: Work, tell: Callable[[str, bytes], None]) -> None:
    try:
        done = work(lambda *steps: tell("step", pickle.dumps(steps)))
        tell("done", pickle.dumps(done))
    except QngaiError as fault:
        tell("fault", pickle.dumps(fault))
    except BaseException as fault:
        tell("fault", _bug(fault))


def _bug(fault: BaseException) -> bytes:
    """Return a bug with its traceback, which pickling would lose."""
    told = "".join(traceback.format_exception(fault))
    try:
        fault.add_note(told)
        return pickle.dumps(fault)
    except (TypeError, AttributeError, pickle.PicklingError):
        return pickle.dumps(RuntimeError(told))


def _too_long(seconds: float) -> LostError:
    return LostError(f"a cell took more than {seconds:g} seconds")
