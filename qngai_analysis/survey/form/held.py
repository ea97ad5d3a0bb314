"""Which surveys a project has, and of which years; light, so that who finds none loads nothing of surveys."""

from __future__ import annotations

from pathlib import Path

from qngai_analysis import paths
from qngai_analysis.errors import SurveyError

FORMATS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".sav", ".dta", ".zip")


def surveys() -> list[str]:
    """Return the names of the surveys that have a codebook, sorted."""
    return sorted(file.parent.name for file in paths.raw("surveys").glob("*/codebook.toml"))


def codebook_file(survey: str | Path) -> Path:
    """Return the path of a survey's codebook, which may be given; SurveyError where there is none names those there are."""
    path = survey if isinstance(survey, Path) else paths.raw("surveys", survey, "codebook.toml")
    if not path.is_file():
        wording = "{survey}: không có điều tra này; hiện có {what}"
        raise SurveyError(wording, survey=survey, what=", ".join(surveys()) or "none")
    return path


def survey_years(survey: str) -> list[int]:
    """Return the years a survey has a file of, ascending; a codebook that is still being written is not read."""
    folder = codebook_file(survey).parent
    return sorted({int(one.stem) for one in folder.iterdir() if one.suffix in FORMATS and one.stem.isdigit()})
