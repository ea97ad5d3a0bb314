"""Time what the gate adds to an edition: the program, and a copy of it whose tables leave as they are estimated, in turn.

    uv run python benchmarks/gate_cost.py [--turns 6]

Each publishes 2023, 2024 and 2025, with simulated surveys of each year, one year after the other; then 2025 is made
again, from where 2024 left each. The copy rounds nothing, hides nothing, refuses nothing and knows no ledger; it lies in
a folder of its own that is removed at the end.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent.parent
YEARS = ["2023", "2024", "2025"]
#: What the gate does in its files, and what the copy does instead.
OPEN = {
    "history.py": ("    past = ledger.past_of(survey.frame.attrs)\n", "    past = None\n"),
    "hiding.py": (
        "        if not by:\n            return self.secret(item, WHOLE)[1]\n",
        "        return frozenset()\n",
    ),
    "making.py": (
        '        table, heads = self.estimates(items, by, method), items[0].kind == "proportion"\n',
        '        table, heads = self.estimates(items, by, method), items[0].kind == "proportion"\n'
        '        as_is = {"step": 0.001 if heads else 0.1, "symbol": "", "treatment": "", "reason": ""}\n'
        '        return table.assign(**as_is).drop(columns="taken")\n',
    ),
    "refusals.py": ('    changed = survey.frame.attrs["content"]', '    return\n    changed = survey.frame.attrs["content"]'),
}  # fmt: skip


def opened(folder: Path) -> Path:
    """Make a copy of the program without the gate in a folder, and return that."""
    package = folder / "qngai_analysis"
    shutil.copytree(HERE / "qngai_analysis", package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (gate, instead) in OPEN.items():
        file = package / "survey" / "release" / name
        text = file.read_text(encoding="utf-8")
        if text.count(gate) != 1:
            raise SystemExit(f"{file}: the gate is not where this benchmark looks for it")
        file.write_text(text.replace(gate, instead), encoding="utf-8")
    return folder


def run(code: Path, home: Path, *command: str) -> tuple[float, float]:
    """Run a command of a program in a project; return seconds on the clock and of processor."""
    environment = os.environ | {"PYTHONPATH": str(code), "QNGAI_HOME": str(home)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    asked = [sys.executable, "-P", "-m", "qngai_analysis", *command]
    done = subprocess.run(asked, env=environment, cwd=home, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2_000:])
    clock, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=6)
    turns = parser.parse_args().turns
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs, took = (
            {"gate": HERE, "open": opened(folder / "open" / "project")},
            dict[str, list[tuple[float, float]]](),
        )
        for which, code in programs.items():
            home = folder / which / "project"
            for part in ("data", "notebooks"):
                shutil.copytree(HERE / part, home / part, dirs_exist_ok=True)
            for year in YEARS:
                run(code, home, "simulate", "all", year)
                if year != YEARS[-1]:
                    run(code, home, "report", "--year", year)
        for _ in range(turns):
            for which, code in programs.items():
                shutil.rmtree(folder / "turn", ignore_errors=True)
                shutil.copytree(folder / which / "project", folder / "turn")
                took.setdefault(which, []).append(run(code, folder / "turn", "report", "--year", YEARS[-1]))
                print(which, *(f"{seconds:.2f}" for seconds in took[which][-1]), flush=True)
    for n, what in enumerate(("clock", "processor")):
        for how in (statistics.mean, statistics.median, min):
            gate, without = (how([one[n] for one in took[which]]) for which in programs)
            print(
                f"{what}, {how.__name__}: {gate:.2f} and {without:.2f} s: {100 * (gate - without) / gate:.1f}%"
            )


if __name__ == "__main__":
    main()
