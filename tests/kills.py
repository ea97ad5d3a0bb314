"""Publish a new edition over an old one again and again, killed one touch of the disk later each time.

``python tests/kills.py FOLDER yes|no``: FOLDER/0001 … are what the kills left; ``no`` takes the exchange of two
folders away. tests/test_edition_publishing.py looks at what is there; benchmarks/bench_kills.py at many more.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path

from qngai_analysis.edition import switch
from qngai_analysis.edition.kept import Kept
from qngai_analysis.edition.publishing import Made, publish
from qngai_analysis.survey.release.releases import Release


def tables(digest: str) -> Kept:
    release = Release("shops", 2025, "simulated", "2025.csv", digest, digest, (), {})
    return Kept((release,))


def editions(folder: Path, notebook: Path, letter: str) -> None:
    made = {"a.html": letter.encode(), ("a.pdf" if letter == "old" else "c.html"): letter.encode()}
    publish(
        folder, [Made("a", notebook, {}, made), Made("b", notebook, {}, {"b.html": b"b"})], tables(letter)
    )


def killed(work, touched: str, step: int) -> bool:
    """Run ``work`` in a process that dies at its ``step``-th touch of ``touched``; return whether it died."""
    child = os.fork()
    if not child:
        left = count(step, -1)

        def watch(event: str, arguments: tuple) -> None:
            # a folder is emptied by names alone
            if (touched in repr(arguments) or event in ("os.remove", "os.rmdir")) and next(left) <= 1:
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
    for step in count(1):
        case = base / f"{step:04}"
        editions(case / "2025", notebook, "old")
        (case / "2025" / "ghi-chu.txt").write_text("mine")
        (case / "2025" / "thu-muc").mkdir()
        (case / "2025" / "thu-muc" / "so.txt").write_text("mine")
        if not killed(lambda: editions(case / "2025", notebook, "new"), str(case), step):  # noqa: B023
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] == "yes")
