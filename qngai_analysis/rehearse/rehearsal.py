"""A project to rehearse in: the raw files and notebooks in a folder of their own, with simulated surveys.

Nothing is written into ``data/raw`` of the project itself.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from qngai_analysis import paths
from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.survey.form.held import FORMATS


def rehearse(surveys: Sequence[str], year: int, *, real_only: bool = False) -> Path:
    """
    Copy the project into a temporary folder, simulate surveys there, and work in it from now on.

    ``QNGAI_HOME`` names the folder until Python ends; then it is removed. Survey files of the
    project are not copied.

    Parameters
    ----------
    surveys : names of surveys
    year : year to simulate; a year before the first that a codebook has shares for is left without a file
    real_only : simulate nothing

    Returns
    -------
    Path
        The folder.
    """
    from qngai_analysis.rehearse.simulate import simulate

    project = paths.project()
    home = Path(tempfile.mkdtemp(prefix="qngai-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    shutil.copytree(project / "data" / "raw", home / "data" / "raw", ignore=_answers)
    shutil.copytree(project / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".*"))
    os.environ["QNGAI_HOME"] = str(home)
    for name in () if real_only else surveys:
        if year >= min(read_codebook(name).simulation.get("years", ()), default=year + 1):
            simulate(name, year)
    return home


def _answers(folder: str, names: list[str]) -> set[str]:
    """Return the survey files in a folder: records of people stay where they are."""
    if Path(folder).parent.name != "surveys":
        return set()
    years = {Path(name).stem for name in names if Path(name).suffix in FORMATS}
    return {name for name in names if Path(name).stem in years}
