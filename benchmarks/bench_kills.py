"""Kill publishing at random moments, from an older edition to a newer one, and look at what is there.

``python benchmarks/bench_kills.py [--kills 500]``: each time a process publishes an edition over another and is killed
after a random time; what is left must be the old or the new edition, whole, with its survey tables, and the next run
must leave no trace of the kill. Where folders can't be exchanged an absent folder is counted apart: the next run
brings it back.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from kills import SHOPS, editions, project

from qngai_analysis.edition.publishing import check_writable, recorded
from qngai_analysis.raw import sha256
from qngai_analysis.survey.release.ledger import read


def state(folder: Path) -> str:
    if not folder.is_dir():
        return "absent"
    listed = recorded(json.loads((folder / "manifest.json").read_text()))
    there = {path.name: sha256(path) for path in folder.iterdir() if path.name != "manifest.json"}
    letter = (folder / "a.html").read_text()
    if letter not in [state.basis for state in read(SHOPS)[0]]:
        return "history lost"
    return letter if there == listed else "mixed"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=500)
    kills = parser.parse_args().kills
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as base:
        folder, notebook = project(Path(base)), Path(base, "n.ipynb")
        notebook.write_text("{}")
        editions(folder, notebook, "old")
        begun = time.monotonic()
        editions(folder, notebook, "new")
        took = time.monotonic() - begun
        for place in range(kills):
            letter = ("old", "new")[place % 2]
            child = os.fork()
            if not child:
                editions(folder, notebook, letter)
                os._exit(0)
            time.sleep(random.uniform(0, 1.2 * took))
            os.kill(child, signal.SIGKILL)
            killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
            found["killed" if killed else "came too late"] += 1
            found[state(folder)] += 1
            check_writable(folder)
            found["traces left"] += len(list(folder.parent.iterdir())) > 1
            found[f"after the next look: {state(folder)}"] += 1
    print(dict(found))


if __name__ == "__main__":
    main()
