"""A year's reports by stock tools, by another checkout and by ``qngai report``, in turn: seconds on the clock and of processor.

``python benchmarks/bench_edition.py [--runs 1] [--base FOLDER] [--commands] [--simulated]``. All of ours begin with
nothing kept, but for *again*: a second run with nothing changed. *Stock API*: papermill and nbconvert's HTML in one
Python process, one notebook after the other, no PDF. *Stock commands* (with ``--commands``): their command lines for
each notebook, and Chromium's PDF of each page (what Chromium's own processes use is counted only in part). ``--base``
names another checkout of this project, whose ``qngai report`` runs in the same turn. ``--simulated`` adds editions
with three simulated years of every survey. The cells' own time is what papermill notes in the run of the stock API.
"""

from __future__ import annotations

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

from qngai_analysis import paths
from qngai_analysis.project import read_project

NAMES = ["bao_cao_nam", *(sector.notebook for sector in read_project().sectors.values())]
YEARS = ["2023", "2024", "2025"]
API = """
import sys, papermill, nbformat, nbconvert, logging
logging.disable()
out, *notebooks = sys.argv[1:]
took = 0
for path in notebooks:
    ran = papermill.execute_notebook(path, None, kernel_name='python3', progress_bar=False, cwd=path.rsplit('/', 1)[0])
    took += sum(cell.metadata.papermill.duration or 0 for cell in ran.cells if cell.cell_type == 'code')
    open(f"{out}/{path.rsplit('/', 1)[1]}.html", 'w').write(nbconvert.HTMLExporter().from_notebook_node(ran)[0])
open(f"{out}/took", 'w').write(str(took))
"""
Took = tuple[float, float]


def timed(*commands: list[str], code: Path, home: Path | None = None) -> Took:
    """Run commands one after the other with the package of a checkout; return seconds on the clock and of processor."""
    searched = [str(code)]
    if not (code / "qngai_analysis" / "edition").is_dir():  # it knows nothing of the engine that is installed
        searched.append(os.environ["NO_ENGINE"])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(searched), "QNGAI_HOME": str(home or code)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package lies there compiled
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for command in commands:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=home or code)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    clock, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def qngai(code: Path) -> list[str]:
    """Return the command of a checkout, by the libraries that lie in it if any; fd6e4a8 has no program of its own yet."""
    own = (code / "qngai_analysis" / "__main__.py").is_file()
    python = next((str(one) for one in code.glob(".venv/*/python*") if one.stem == "python"), sys.executable)
    return [python, "-P", "-m", "qngai_analysis" if own else "qngai_analysis.cli"]


def edition(code: Path, out: Path, *more: str, home: Path | None = None, kept: str = "") -> Took:
    os.environ["QNGAI_CACHE"] = f"{out}/{kept or code.name + ''.join(more)}.cache"
    return timed(
        [*qngai(code), "report", "--out", f"{out}/{kept or code.name + ''.join(more)}", *more],
        code=code,
        home=home,
    )


def simulated(code: Path, folder: Path) -> Path:
    """Make a project with three simulated years of every survey."""
    home = folder / code.name
    for name in ("data", "notebooks"):
        shutil.copytree(code / name, home / name)
    timed(*([*qngai(code), "simulate", "all", year] for year in YEARS), code=code, home=home)
    return home


def without_engine(folder: Path) -> Path:
    """Make what hides the entry point of the installed package from papermill."""
    hidden = folder / "hidden" / "qngai_analysis-0.dist-info"
    hidden.mkdir(parents=True)
    (hidden / "METADATA").write_text("Metadata-Version: 2.1\nName: qngai-analysis\nVersion: 0\n")
    (hidden / "entry_points.txt").write_text("")
    return hidden.parent


def stock_commands(notebooks: list[Path], out: Path) -> list[list[str]]:
    browser = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])))
    commands = []
    for path in notebooks:
        ran, page = out / path.name, out / f"{path.stem}.html"
        pdf = [f"--print-to-pdf={page.with_suffix('.pdf')}", page.as_uri()]
        commands += [
            [
                sys.executable,
                "-m",
                "papermill",
                "-k",
                "python3",
                "--cwd",
                str(path.parent),
                str(path),
                str(ran),
            ],
            [sys.executable, "-m", "nbconvert", "--to", "html", str(ran)],
            [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={out}/chromium", *pdf],
        ]
    return commands


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--base", type=Path)
    parser.add_argument("--commands", action="store_true")
    parser.add_argument("--simulated", action="store_true")
    asked = parser.parse_args()
    ours = paths.project()
    codes = {"this": ours, **({"base": asked.base.resolve()} if asked.base else {})}
    notebooks = [paths.notebooks() / f"{name}.ipynb" for name in NAMES]
    found: dict[str, list[Took]] = {}
    cells: list[float] = []

    def note(name: str, took: Took) -> None:
        found.setdefault(name, []).append(took)
        print(f"  {name}: clock {took[0]:.1f}, processor {took[1]:.1f}", file=sys.stderr, flush=True)

    for _ in range(asked.runs):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            os.environ["NO_ENGINE"] = str(without_engine(out))
            for name, code in codes.items():
                note(f"{name}: eleven reports", edition(code, out, kept=name))
                if name == "this":
                    note("this: again, nothing changed", edition(code, out, kept=name))
                note(
                    f"{name}: the yearly report alone",
                    edition(code, out, "--no-sectors", kept=f"{name}-yearly"),
                )
            note(
                "stock API, no PDF",
                timed([sys.executable, "-P", "-c", API, folder, *map(str, notebooks)], code=ours),
            )
            cells.append(float((out / "took").read_text()))
            if asked.commands:
                note("stock commands", timed(*stock_commands(notebooks, out), code=ours))
            if asked.simulated:
                for name, code in codes.items():
                    home = simulated(code, out / name / "simulated")
                    note(f"{name}: simulated", edition(code, out, home=home, kept=f"{name}-simulated"))

    def middle(name: str) -> Took:
        clock, processor = zip(*found[name], strict=True)
        return statistics.median(clock), statistics.median(processor)

    print(f"{'':32}{'clock':>10}{'processor':>12}")
    for name in found:
        print("{:32}{:10.2f}{:12.2f}".format(name, *middle(name)))
    for name, compared, least in (
        ("stock commands", "this: eleven reports", 15),
        ("stock API, no PDF", "this: eleven reports", 6),
        ("base: eleven reports", "this: eleven reports", 3.5),
        ("base: the yearly report alone", "this: the yearly report alone", 3),
        ("base: simulated", "this: simulated", 5),
    ):
        if name in found:
            clock, processor = (
                statistics.median(
                    other[n] / own[n] for other, own in zip(found[name], found[compared], strict=True)
                )
                for n in (0, 1)
            )
            print(f"{name} / {compared}: clock {clock:.2f}, processor {processor:.2f} (wanted: {least})")
    bound = statistics.median(cells) / (os.cpu_count() or 1)
    clock = middle("this: eleven reports")[0]
    print(
        f"cells' own time (stock) / processors: {bound:.2f}; this / that: {clock / bound:.2f} (wanted: at most 1.5)"
    )
    print(f"again: {middle('this: again, nothing changed')[0]:.2f} (wanted: below 2)")


if __name__ == "__main__":
    main()
