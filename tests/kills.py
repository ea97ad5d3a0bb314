"""Publish a new edition over an old one again and again, killed one touch of the disk later each time.

``python tests/kills.py FOLDER yes|no``: FOLDER/0001 … are projects as the kills left them; ``no`` takes
the exchange of two folders away. tests/test_edition_publishing.py looks at what is there; benchmarks/bench_kills.py at many more.
"""

import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

from qngai_analysis.edition import switch
from qngai_analysis.edition.publishing import Made, publish
from qngai_analysis.survey.release.ledger import ANSWERS, read

SHOPS = ("shops", 2025, "simulated")


def project(folder: Path) -> Path:
    """Make a project, the one of this process; return the folder of an edition in it."""
    (folder / "data" / "raw").mkdir(parents=True)
    return moved(folder)


def moved(folder: Path) -> Path:
    """Make a folder the project of this process; return the folder of an edition in it."""
    os.environ["QNGAI_HOME"] = str(folder)
    return folder / "reports" / "2025"


def released(letter: str) -> list[dict]:
    """What an edition takes from a survey, and of whom."""
    known = {"of": SHOPS, "basis": letter, "seen": read(SHOPS)[1], "kin": []}
    row = {"row": "Tất cả", "n": 50.0, "estimate": 0.5, "symbol": "", "flag": "", "reason": ""}
    table = {"item": "sells_online", "what": "", "rows": [row], "checksums": {"Tất cả": letter}}
    whom = {"item": ANSWERS[0], "what": ANSWERS[1], "rows": [], "checksums": {"0": "0123456789abcdef"}}
    return [{**known, **table}, {**known, **whom}]


def editions(folder: Path, notebook: Path, letter: str) -> None:
    made = {"a.html": letter.encode(), ("a.pdf" if letter == "old" else "c.html"): letter.encode()}
    first = Made("a", notebook, {}, made, released=released(letter))
    publish(folder, [first, Made("b", notebook, {}, {"b.html": b"b"})])


def killed(work, touched: tuple[str, ...], step: int) -> bool:
    """Run ``work`` in a process that dies at its ``step``-th touch of what has ``touched`` in its path; return whether it died."""
    child = os.fork()
    if not child:
        left = count(step, -1)

        def watch(event: str, arguments: tuple) -> None:
            # a folder is emptied by names alone
            if (
                any(one in repr(arguments) for one in touched) or event in ("os.remove", "os.rmdir")
            ) and next(left) <= 1:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        work()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main(base: Path, exchange: bool) -> None:
    if not exchange:
        switch._exchanged = lambda *_: False
    notebook = base / "notebook.ipynb"
    notebook.write_text("{}")
    before = base / "before"
    edition = project(before)
    editions(edition, notebook, "old")
    (edition / "ghi-chu.txt").write_text("mine")
    (edition / "thu-muc").mkdir()
    (edition / "thu-muc" / "so.txt").write_text("mine")
    for step in count(1):
        case = base / f"{step:04}"
        shutil.copytree(before, case)
        edition = moved(case)
        if not killed(lambda: editions(edition, notebook, "new"), (str(case),), step):  # noqa: B023
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] == "yes")
