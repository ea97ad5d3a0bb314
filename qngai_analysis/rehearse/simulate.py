"""Rehearsal data: a seeded simulator that answers a codebook's questions on the real frame.

There is no public microdata. The simulator builds the whole population of a survey (districts and
their urban and rural population are real), answers every question for every unit as the codebook's
``[simulate]`` entries say, takes the sample the codebook's design describes, and writes the file with a
sidecar that says ``status = "simulated"`` and holds the true values. See ``docs/methods/simulated-data.md``.
"""

from __future__ import annotations

from pathlib import Path

from qngai_analysis import paths, raw
from qngai_analysis.errors import SurveyError
from qngai_analysis.rehearse.population import VERSION, Population
from qngai_analysis.rehearse.sampling import sampled_file
from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.survey.form.intake import field_day, marks_of
from qngai_analysis.survey.release import ledger

SEED = 906


def simulate(
    survey: str, year: int, *, seed: int = SEED, folder: Path | None = None, scale: float = 1.0
) -> Path:
    """
    Write a simulated file ``<year>.csv`` of a survey with its sidecar, and return the file's path.

    Parameters
    ----------
    survey : name of a survey with a codebook
    year : one of the years the codebook has shares for
    seed : the same seed gives the same bytes
    folder : where to write; by default ``data/raw/surveys/<survey>``
    scale : sample size relative to the codebook's (0.1 makes a small sample for a quick look)

    Raises
    ------
    SurveyError
        The codebook has no ``[simulate]`` entries or none for the year, or a file that is not
        simulated stands in the way (it is never overwritten).
    """
    codebook = read_codebook(survey)
    years = list(codebook.simulation.get("years", ()))
    if year not in years and not (years and year > max(years)):  # a later year takes the shares of the last
        known = ", ".join(map(str, years)) or "-"
        wording = "{path}: [simulate] có tỷ lệ cho {known}, không có cho {year}"
        raise SurveyError(wording, path=codebook.path, known=known, year=year)
    if not 0 < scale <= 1:
        raise SurveyError("scale={scale}: phải lớn hơn 0 và tối đa 1", scale=scale)
    target = (folder or paths.raw("surveys", survey)) / f"{year}.csv"
    _refuse_real(target)
    population = Population(codebook, year, seed)
    content = sampled_file(population, scale).to_csv(index=False, lineterminator="\n").encode()
    target.parent.mkdir(parents=True, exist_ok=True)
    raw.replace_table(target, content, _sidecar(population, content))
    if folder is None:  # people made up anew: nothing was published of them
        ledger.forget((survey, year, "simulated"))
        raw.note_simulated(target, marks_of(survey, target, field_day(target, year)))
    return target


def _refuse_real(target: Path) -> None:
    for file in sorted(target.parent.glob(f"{target.stem}.*")):
        if file.suffix == ".toml":
            continue
        sidecar = raw.sidecar_path(file)
        if not sidecar.is_file() or raw.read_sidecar(file).status != "simulated":
            raise SurveyError(
                "{file}: không phải số liệu mô phỏng; trình mô phỏng không ghi đè hay ghi bên cạnh", file=file
            )


def _sidecar(population: Population, content: bytes) -> str:
    codebook, year, seed = population.codebook, population.year, population.seed
    said = raw.sidecar_text(
        content,
        (),
        title=f"{codebook.vi}, {year} (số liệu mô phỏng)",
        producer="qngai-analysis, simulator",
        source=f"simulated from codebook.toml and the districts' reference table, seed {seed}",
        status="simulated",
        notes=["Not real: put the real file and its sidecar in this place; no code changes."],
        truth=population.truth(),
        generator={
            "version": VERSION,
            "codebook_version": codebook.simulation.get("version", 1),
            "seed": seed,
            "year": year,
            "codebook_sha256": raw.sha256(codebook.path),
        },
    )
    return f"# SỐ LIỆU MÔ PHỎNG: made up by a program to rehearse with; not one number is an observation.\n{said}"
