"""Kill ``qngai report`` while it publishes a newer edition over an older one, and look at what is there.

``python benchmarks/bench_kills.py [--kills 500] [--processes 20]``: a project with a simulated survey has an edition,
then the survey's file is revised. ``qngai report --no-sectors`` is killed at every touch of the editions and of the
ledger of what was published, with and without the exchange of two folders; as a process of its own, and in forks,
after random times. Each time the edition must be the old one or the new one, whole, and the ledger must know what it
took of the survey; the next run must give the new edition and leave no trace of the kill. Without the exchange an
absent folder is counted apart: the next run brings it back. What the reports are made of is kept, so that a run is
its publishing and little else.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from kills import killed

from qngai_analysis import kept, paths
from qngai_analysis.cli import main as qngai
from qngai_analysis.edition import cache, switch
from qngai_analysis.raw import sha256

SURVEY, YEAR = "schools", "2025"
REPORT = ["report", "--year", YEAR, "--no-sectors", "--formats", "html,docx"]
OLDER = [*REPORT[:-1], "html,pdf"]
WRITTEN = ["reports", "releases", "published.txt", ".qngai-cache"]


def report(arguments: Sequence[str] = REPORT) -> None:
    if code := qngai(arguments):
        os._exit(code)


def without_exchange() -> None:
    switch._exchanged = lambda *_: False
    report()


def first_report() -> None:
    """Make the report and keep it as what it was made of: a ledger in which it was not yet entered."""

    def remember(_: Path, made: Any, __: object) -> None:
        for parts, one in made:
            cache._keep(parts, one)

    cache.remember = remember
    report()


def forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if not child:
        try:
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    return child


def whole(work: Callable[[], None]) -> None:
    code = os.waitstatus_to_exitcode(os.waitpid(forked(work), 0)[1])
    assert code == 0, code


def load(names: Path) -> None:
    """Load what a report loads."""

    def note() -> None:
        report()
        names.write_text("\n".join(sys.modules))

    whole(note)
    for name in names.read_text().splitlines():
        with contextlib.suppress(Exception):
            importlib.import_module(name)


def tree(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files}


def copy_written(whence: Path, to: Path) -> None:
    for name in WRITTEN:
        shutil.rmtree(to / name, ignore_errors=True)
        if (whence / name).is_dir():
            shutil.copytree(whence / name, to / name)
        else:
            to.mkdir(exist_ok=True)
            shutil.copy(whence / name, to / name)


class Project:
    """A project before and after its newer edition."""

    def __init__(self, base: Path) -> None:
        self.home, self.before = base / "home", base / "before"
        for name in ("data", "notebooks"):
            shutil.copytree(paths.project() / name, self.home / name)
        os.environ["QNGAI_HOME"] = str(self.home)
        os.environ.pop("QNGAI_CACHE", None)
        for arguments in (["simulate", SURVEY, YEAR], OLDER):
            whole(partial(report, arguments))
        self.old = self._published()
        copy_written(self.home, self.before)
        self._revise()
        entries = Path(".qngai-cache", "reports")
        for work in (first_report, report):
            whole(work)
            shutil.copytree(self.home / entries, self.before / entries, dirs_exist_ok=True)
        self.new, self.after = self._published(), self._all()
        assert all(old != new for old, new in zip(self.old, self.new, strict=True))

    def _revise(self) -> None:
        (file,) = (self.home / "data" / "raw" / "surveys" / SURVEY).glob(f"{YEAR}.csv")
        before, lines = sha256(file), file.read_bytes().splitlines(keepends=True)
        file.write_bytes(b"".join(line for n, line in enumerate(lines) if n % 10 != 9))
        sidecar = file.with_suffix(".toml")
        sidecar.write_text(sidecar.read_text().replace(before, sha256(file)))

    def _published(self) -> tuple[dict[str, str], dict[str, str]]:
        ledgers = {
            name: digest for name, digest in tree(self.home / "releases").items() if name.endswith(".json")
        }
        return tree(self.home / "reports" / YEAR), ledgers

    def _all(self) -> tuple[dict[str, str], ...]:
        return tree(self.home / "reports"), tree(self.home / "releases")

    def again(self) -> None:
        """Go back to the older edition."""
        copy_written(self.before, self.home)

    def state(self) -> str:
        edition, ledger = self._published()
        if ledger not in (self.old[1], self.new[1]) or (edition == self.new[0] and ledger != self.new[1]):
            return "history lost"
        names = {"old": self.old[0], "new": self.new[0], "absent": {}}
        return next((name for name, one in names.items() if edition == one), "mixed")

    def look(self, found: Counter[str], how: str) -> None:
        """Count what a kill left, and what the next run makes of it."""
        found["kills"] += 1
        found[f"killed {how}: {self.state()}"] += 1
        whole(report)
        found[f"next run: {self.state()}{', traces left' * (self._all() != self.after)}"] += 1
        if found["kills"] % 50 == 0:
            print(dict(found), file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--processes", type=int, default=20)
    asked = parser.parse_args()
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as base:
        sys.stdout, told = Path(base, "said").open("w"), sys.stdout  # noqa: SIM115
        kept.program()  # once for all forks, as is what they load
        project = Project(Path(base).resolve())
        load(Path(base, "modules"))
        touched = str(project.home / "re"), str(project.home / "pub")  # reports, releases and their index
        for how, work in (("at a step", report), ("at a step without exchange", without_exchange)):
            for step in count(1):
                project.again()
                if not killed(work, touched, step):
                    break
                project.look(found, how)
            print(dict(found), file=told, flush=True)

        def process() -> int:
            own = [sys.executable, "-m", "qngai_analysis", *REPORT]
            return subprocess.Popen(own, stdout=sys.stdout, stderr=sys.stdout).pid

        for how, begin, most in (
            ("process", process, found["kills"] + asked.processes),
            ("at random", lambda: forked(report), asked.kills),
        ):
            project.again()
            begun = time.monotonic()
            os.waitpid(begin(), 0)
            took = time.monotonic() - begun
            while found["kills"] < most:
                project.again()
                child = begin()
                time.sleep(random.uniform(0, 1.1 * took))
                os.kill(child, signal.SIGKILL)
                if os.WIFSIGNALED(os.waitpid(child, 0)[1]):
                    project.look(found, how)
                else:
                    found["came too late"] += 1
            print(dict(found), file=told, flush=True)


if __name__ == "__main__":
    main()
