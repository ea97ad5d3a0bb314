"""Which surveys a project has, and of which years; light, so that who finds none loads nothing of surveys."""

from __future__ import annotations

from qngai_analysis import paths

FORMATS = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".sav", ".dta", ".zip")


def surveys() -> list[str]:
    """Return the names of the surveys that have a codebook, sorted."""
    return sorted(file.parent.name for file in paths.raw("surveys").glob("*/codebook.toml"))


def survey_years(survey: str) -> list[int]:
    """Return the years a survey has a file of, ascending; a codebook that is still being written is not read."""
    folder = paths.raw("surveys", survey)
    if not (folder / "codebook.toml").is_file():
        from qngai_analysis.survey.form.codebook import read_codebook

        read_codebook(survey)  # says which surveys there are
    return sorted(
        {int(file.stem) for file in folder.iterdir() if file.suffix in FORMATS and file.stem.isdigit()}
    )
