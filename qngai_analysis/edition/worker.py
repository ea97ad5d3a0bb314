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
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NoReturn

from qngai_analysis import kept, paths
from qngai_analysis.edition.process import FORKS, QUIET, Started, forked, stop, taken
from qngai_analysis.errors import QngaiError, RenderError

Advance = Callable[[int, int], None]
#: A piece of work: can be pickled, is told whom to tell of steps done and steps in all, gives what can be pickled.
Work = Callable[[Advance], Any]
INSIDE = False  # whether this process was made to do work
MOST = 4  # processes at once, unless more are asked for

# What is not there while the stack is loaded: jsonschema asks for the first three to check addresses and durations,
# which notebooks have none of; building a grammar takes 1.6 seconds. Nobody will attach a debugger, or has notebooks in Hadoop.
ABSENT: dict[str, Any] = dict.fromkeys(
    ("rfc3987_syntax", "rfc3986_validator", "isoduration", "debugpy", "pyarrow.fs")
)
# what is loaded when it is first used: papermill asks for two to read notebooks from far, estimates for one, TeX for one,
# and who draws in a style that is not the house's reads the styles of Matplotlib
LATER = ("requests", "yaml", "scipy.special", "fontTools.agl", "matplotlib.style")
# functions that pandas names when it is loaded, and calls for columns of Arrow's types alone
FUNCTIONS_LATER = ("pyarrow.compute",)
# what judging a year needs, and cells and writers besides
_CORE = (
    "pandas",
    "qngai_analysis.edition.batch",
    "qngai_analysis.collection.state",
)
_STACK = (
    "qngai_analysis.edition.kernel",
    "qngai_analysis.edition.batch",
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


def load_core() -> None:
    """Load what judging a year needs."""
    with sparing():
        for name in _CORE:
            importlib.import_module(name)
    # texts of small tables: Arrow's take longer to begin with than all the work on them
    importlib.import_module("pandas").set_option("mode.string_storage", "python")


def load_stack() -> None:
    """Load what cells and writers need: done once, before the first notebook runs."""
    load_core()
    with sparing():
        _load_charts()
        for name in _STACK:
            importlib.import_module(name)
    importlib.import_module("nbformat.v4").new_output(
        "stream"
    )  # its check of outputs is compiled at the first


@contextlib.contextmanager
def sparing() -> Iterator[None]:
    """Load in it without what takes long and no report needs."""
    functions = {name: _FunctionsLater(name) for name in FUNCTIONS_LATER}
    wanted = ABSENT | {name: _Later(name) for name in LATER} | functions
    stands = {name: stand for name, stand in wanted.items() if name not in sys.modules}
    sys.modules.update(stands)
    try:
        yield
    finally:
        for name, stand in stands.items():
            if sys.modules.get(name, stands) is stand:
                del sys.modules[name]


class _Later(ModuleType):
    """A module that is loaded when something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


class _FunctionsLater(_Later):
    """A module of functions: what is named while others load is a function that asks for it when it is called."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is not self or name.startswith("__"):
            return super().__getattr__(name)
        asked = super().__getattr__  # it is loaded by then
        return lambda *given, **named: asked(name)(*given, **named)


def _load_charts() -> None:
    """Load Matplotlib without the lists of properties for its help, which take as long as all else of it."""
    fonts: Any = importlib.import_module("fontTools")
    fonts.agl = _Later("fontTools.agl")
    from matplotlib import artist

    listed, said = artist.Artist._update_set_signature_and_docstring, artist.kwdoc  # type: ignore[attr-defined]

    def unlisted(kind: Any) -> None:
        kind.set._autogenerated_signature = True

    artist.Artist._update_set_signature_and_docstring = classmethod(unlisted)  # type: ignore[attr-defined]
    artist.kwdoc = lambda artist: ""
    try:
        importlib.import_module("matplotlib.pyplot")
    finally:
        artist.Artist._update_set_signature_and_docstring, artist.kwdoc = listed, said  # type: ignore[attr-defined]


def load_seaborn() -> None:
    """Load seaborn without what of SciPy takes longer than all else: it serves its curves of density and clusters alone."""
    if "scipy.stats" in sys.modules:
        return
    stands: dict[str, Any] = {
        name: None for name in ("scipy.stats", "scipy.cluster") if name not in sys.modules
    }
    sys.modules.update(stands)
    try:
        from seaborn import _statistics, matrix
    finally:
        for name in stands:
            del sys.modules[name]

    def gaussian_kde(*given: Any, **named: Any) -> Any:
        from scipy.stats import gaussian_kde as made

        return made(*given, **named)

    _statistics.gaussian_kde, _statistics._no_scipy = gaussian_kde, False
    matrix.hierarchy, matrix._no_scipy = _Later("scipy.cluster.hierarchy"), False


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
    then: Callable[[], None] | None = None,
    seconds: float | None = None,
    forks: bool = FORKS,
) -> Iterator[Event]:
    """
    Do pieces of work side by side and give what is heard of them; ended early, all processes end.

    Parameters
    ----------
    workers : how many at once; by default as many as there are processors, at most ``MOST``
    warm : what the warm process does before it forks, can be pickled
    then : what it does besides while the first piece, which needs none of it, runs
    seconds : how long a piece may take from one step to the next
    forks : whether each piece runs in a fork

    Raises
    ------
    Exception
        A bug in ``warm`` or ``then``, with its traceback.
    LostError
        A process died before it began any piece: another would, too.
    """
    at_once = min(workers or min(os.cpu_count() or 1, MOST), len(works))
    heard: queue.Queue[tuple[Started, Event | None]] = queue.Queue()
    with (
        contextlib.ExitStack() as started,
        tempfile.TemporaryDirectory(prefix="qn-", ignore_cleanup_errors=True) as folder,
    ):
        _sweep(Path(folder))

        def start(places: Sequence[int]) -> Started:
            own = {place: works[place] for place in places}
            process = taken()
            started.callback(stop, process)
            # what the command line says is in the environment since it was started
            _ask(
                process,
                (own, at_once, warm, then, seconds, forks, folder, dict(os.environ)),
                heard,
            )
            return process

        shares = [range(len(works))] if forks else [range(n, len(works), at_once) for n in range(at_once)]
        left = {start(share): {*share} for share in shares if share}
        begun: set[int] = set()
        warmed: set[Started] = set()
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
                yield replace(event, value=_with_name(works[event.place], event.value))
            elif lost := left.pop(process):  # it died: what it had begun is lost, the rest is done by another
                if process not in warmed:
                    raise LostError(_DIED)
                for place in sorted(lost & begun):
                    yield Event(place, "fault", _with_name(works[place], LostError(_DIED)))
                    lost.discard(place)
                if lost:
                    left[start(sorted(lost))] = lost


def _with_name(work: Work, value: Any) -> Any:
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


def _ask(process: Started, request: Any, heard: queue.Queue[tuple[Started, Event | None]]) -> None:
    """Say what a process is to do, and who hears of it."""
    threading.Thread(target=_listen, args=(process, heard), daemon=True).start()
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        pickle.dump(request, process.stdin)
        process.stdin.flush()


def _listen(process: Started, heard: queue.Queue[tuple[Started, Event | None]]) -> None:
    assert process.stdout is not None
    with contextlib.suppress(EOFError, pickle.UnpicklingError, OSError, ValueError):
        while True:
            place, kind, value = pickle.load(process.stdout)
            heard.put((process, Event(place, kind, pickle.loads(value))))
    heard.put((process, None))


# ---------------------------------------------------------------- in the process that was started


def main() -> int:
    """Do the work that standard input names; what is heard of it goes out on standard output."""
    global INSIDE
    INSIDE = True
    kept.settle()
    channel, asking = os.fdopen(os.dup(1), "wb"), os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)  # what programs print past Python
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # nobody answers what cells and their programs ask
    gc.disable()  # what is loaded stays
    if "early" in sys.argv:
        _read_plans_early()
        load_core()
    try:
        works, at_once, warm, then, seconds, forks, folder, told = pickle.load(asking)
    except EOFError:  # there is nothing to do
        return 0
    os.environ |= told | QUIET
    os.environ["IPYTHONDIR"] = folder  # the user's own profile must not change an official report
    threading.Thread(target=_end_with_the_one_that_asked, args=(asking,), daemon=True).start()
    sending = threading.Lock()

    def send(place: int, kind: str, value: bytes = pickle.dumps(None)) -> None:
        try:
            with sending:
                pickle.dump((place, kind, value), channel)
                channel.flush()
        except OSError:  # nobody listens: the one that asked has died, and is heard of here first
            _end_all()

    def load(what: Callable[[], None] | None) -> None:
        if what:
            with contextlib.suppress(QngaiError):  # it will come again where it belongs
                what()

    try:
        load(warm)
        if forks:
            _in_forks(works, at_once, seconds, send, functools.partial(load, then))
        else:
            load(then)
            _one_by_one(works, seconds, send)
    except BaseException as fault:
        send(_WARMING, "fault", _bug(fault))
        return 1
    return 0


def beside(work: Callable[[], None]) -> Callable[[], None]:
    """Let a fork work something out (``kept.settled``); return what makes it known here, too, also where the fork has failed."""
    if not FORKS:
        return work

    def known() -> bytes:
        work()
        return kept.handed()

    handed = forked(known)

    def take() -> None:
        with contextlib.suppress(BaseException):  # it will come again where it belongs
            kept.take(handed())
        work()  # all of it where the fork failed; else little, of what is known

    return take


#: What gives the plans that are read early, with the project they are of.
_PLANS: list[Callable[[], tuple[Path, bytes]]] = []


def _read_plans_early() -> None:
    """Begin to read the plans that most commands ask for, which needs no pandas, while that is loaded."""
    if not FORKS:
        return

    def read() -> tuple[Path, bytes]:
        from qngai_analysis.plan import read_plan
        from qngai_analysis.plan.duties import read_duties
        from qngai_analysis.project import Role, last_year, read_project

        os.nice(10)  # what this one loads meanwhile takes longer
        project = read_project()
        others = (entry.name for entry in project.plans(Role.PEER, Role.TASKS))
        for name in (*project.judged(last_year(), ended=True), *others):
            read_plan(name)
        read_duties()
        return paths.project(), kept.handed()

    importlib.import_module("numpy")  # both need it
    _PLANS.append(forked(read))


def take_plans() -> None:
    """Know the plans that were read early, if this is the same project."""
    with contextlib.suppress(BaseException):  # it will come again where it belongs
        project, known = _PLANS.pop()()
        if project == paths.project():
            kept.take(known)


def _end_with_the_one_that_asked(asking: Any) -> None:
    os.read(asking.fileno(), 1)  # not through the buffer, whose lock would outlive this thread
    _end_all()


def _end_all() -> NoReturn:
    if FORKS:
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _in_forks(
    works: dict[int, Work],
    at_once: int,
    seconds: float | None,
    send: Callable[..., None],
    then: Callable[[], None],
) -> None:
    waiting = list(works.items())[::-1]
    running: dict[Connection, tuple[int, int, float]] = {}

    def begin(most: int = at_once) -> None:
        while waiting and len(running) < most:
            place, work = waiting.pop()
            reading, writing = Pipe(duplex=False)
            gc.freeze()  # collecting would copy what the forks share
            child = os.fork()
            if not child:
                gc.enable()
                gc.set_threshold(300_000, 20, 20)  # it will soon end
                reading.close()
                _do(work, functools.partial(_send, writing))
                atexit._run_exitfuncs()  # what notebooks leave to be done at the end
                os._exit(0)
            writing.close()
            running[reading] = (place, child, time.monotonic())
            send(place, "begun")

    def end(reading: Connection, kind: str, value: bytes) -> None:
        place, child, _ = running.pop(reading)
        begin()  # first: until this one is told of and gone, a processor would stand idle
        send(place, kind, value)
        os.waitpid(child, 0)
        reading.close()

    begin(1)
    then()
    begin()
    while running:
        oldest = min(since for _, _, since in running.values())
        left = None if seconds is None else max(0.0, oldest + seconds - time.monotonic())
        heard: list[Any] = wait([*running], left)
        for reading in heard:
            try:
                kind, _, value = reading.recv_bytes().partition(b" ")
            except EOFError:
                end(reading, "fault", pickle.dumps(LostError(_DIED)))
                continue
            if kind != b"step":
                end(reading, kind.decode(), value)
                continue
            place, child, _ = running[reading]
            send(place, "step", value)
            running[reading] = (place, child, time.monotonic())
        for reading, (_, child, since) in list(running.items()):
            if seconds is not None and time.monotonic() >= since + seconds:
                os.kill(child, signal.SIGKILL)
                end(reading, "fault", pickle.dumps(_too_long(seconds)))


def _send(writing: Connection, kind: str, value: bytes) -> None:
    writing.send_bytes(kind.encode() + b" " + value)


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
