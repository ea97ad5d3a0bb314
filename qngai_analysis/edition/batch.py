"""The yearly batch: every report of a year made first, then published together or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qngai_analysis import paths
from qngai_analysis.edition.engine import CELL_SECONDS, Job, Progress, produce, produce_all
from qngai_analysis.edition.parameters import declared, from_texts
from qngai_analysis.edition.publishing import Made, check_writable, publish
from qngai_analysis.errors import ParameterError
from qngai_analysis.progress.cutoff import cutoff_day
from qngai_analysis.project import read_project
from qngai_analysis.raw import csv_text
from qngai_analysis.survey.observations import METHOD
from qngai_analysis.words.folding import fold

if TYPE_CHECKING:
    import pandas as pd

YEARLY = "bao_cao_nam"


@dataclass(frozen=True)
class Edition:
    """What all reports of an edition have in common.

    ``cutoff`` is the day after which nothing published counts (ISO; empty: the default of the year).
    ``parameters`` are further parameters of the yearly notebook as typed on the command line;
    ``cell_seconds`` is how long a cell may take.
    """

    year: int
    out: Path
    cutoff: str = ""
    lang: str = "vi"
    real_only: bool = False
    formats: Sequence[str] = ("html", "pdf")
    parameters: Mapping[str, str] = field(default_factory=dict)
    cell_seconds: float = CELL_SECONDS

    def job(self, name: str, *, extra: Mapping[str, bytes | Path] | None = None) -> Job:
        """Return the work of rendering one notebook of the edition."""
        notebook = paths.notebooks() / f"{name}.ipynb"
        common = {
            "year": self.year,
            "cutoff": cutoff_day(self.cutoff, self.year).isoformat(),
            "real_only": self.real_only,
            "lang": self.lang,
        }
        known = declared(notebook)
        values = {key: value for key, value in common.items() if key in known}
        values |= from_texts(notebook, self.parameters)
        if values.get("year", self.year) != self.year:
            raise ParameterError(f"-p year={values['year']}: say it with --year, which names the files too")
        lang = values.get("lang", "vi")
        return Job(
            notebook,
            values,
            self.formats,
            # the two languages of a report stand side by side, and those of districts beside the province's
            stem="_".join(
                [
                    name,
                    *_place(values.get("district")),
                    str(self.year),
                    *([] if lang == "vi" else [str(lang)]),
                ]
            ),
            extra_files=extra or {},
            inputs=_inputs(),
            cell_seconds=self.cell_seconds,
        )


def render_year(
    edition: Edition, *, with_sectors: bool = True, progress: Progress | None = None
) -> list[Path]:
    """Make the yearly report, and every sector's, and publish them in ``out/<year>``.

    ``progress`` is called with the steps done and the steps in all: reports, or cells of a single one.

    Returns
    -------
    list of Path
        What was published, the manifest last.

    Raises
    ------
    QngaiError
        Anything the user can mend; nothing was published then.
    """
    yearly = edition.job(YEARLY, extra=_tables(edition))
    if not with_sectors:
        return _publish(edition, [yearly], progress)
    plain = replace(edition, parameters={})
    sectors = [plain.job(sector.notebook) for sector in read_project().sectors.values()]
    return _publish(edition, [yearly, *sectors], progress)


def render_sector(sector: str, edition: Edition, *, progress: Progress | None = None) -> list[Path]:
    """Make the report of one sector and publish it in ``out/<year>``, beside what is there.

    Returns and errors are those of ``render_year``; ParameterError also for a sector that
    the project does not have.
    """
    return _publish(edition, [edition.job(read_project().sector(sector).notebook)], progress)


def _publish(edition: Edition, jobs: Sequence[Job], progress: Progress | None) -> list[Path]:
    folder = edition.out / str(edition.year)
    check_writable(folder)
    return publish(folder, _made(jobs, progress))


def _place(district: object) -> list[str]:
    """Return a district's name as part of a file's."""
    return [fold(str(district)).replace(" ", "_")] if district else []


def _made(jobs: Sequence[Job], progress: Progress | None) -> list[Made]:
    if len(jobs) > 1:
        return produce_all(jobs, progress=progress)
    return [produce(jobs[0], progress=progress)]


def _tables(edition: Edition) -> dict[str, bytes | Path]:
    """Return the assessment as files: JSON for the next edition's revision log, CSV for a spreadsheet."""
    from qngai_analysis.progress import edition as as_saved
    from qngai_analysis.progress import judge_year

    cutoff = cutoff_day(edition.cutoff, edition.year)
    result = judge_year(edition.year, cutoff=cutoff, real_only=edition.real_only)
    table = _as_precise_as_published(result.table)
    content = as_saved(table, year=edition.year, cutoff=cutoff, real_only=edition.real_only)
    methods = {
        f"method_{name}": [row[name] for row in table["methods"]]
        for name in ("linear", "eurostat", "destatis", "escap")
    }
    lists = {
        name: ["; ".join(cell) if isinstance(cell, list) else "" for cell in table[name]]
        for name in ("owners", "agencies", "related")
    }
    flat = table.drop(columns="methods").assign(**methods, **lists)
    return {
        "assessment.json": (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode(),
        # the byte order mark makes Excel read Vietnamese letters
        "assessment.csv": ("\ufeff" + csv_text(flat)).encode(),
    }


def _as_precise_as_published(table: pd.DataFrame) -> pd.DataFrame:
    """Return the assessment with no digit of what follows from a survey's estimate that is printed nowhere."""
    import pandas as pd  # heavy: only here

    surveyed = table["method"].eq(METHOD)
    numbers = table.select_dtypes("float").columns
    table = table.copy()
    table.loc[surveyed, numbers] = table.loc[surveyed, numbers].round(3)
    methods = [
        {name: one and round(one, 3) for name, one in found.items()} if of_survey else found
        for found, of_survey in zip(table["methods"], surveyed, strict=True)
    ]
    return table.assign(methods=pd.Series(methods, index=table.index, dtype=object))


def _inputs() -> list[Path]:
    """Return the raw files a report rests on; survey files are named by their sidecars alone."""
    raw = [file for file in paths.raw().rglob("*") if file.is_file()]
    tables = [file for file in raw if file.suffix in (".txt", ".csv") and "surveys" not in file.parts]
    surveys = [
        file for file in raw if file.suffix == ".toml" and file.stem.isdigit() and "surveys" in file.parts
    ]
    return sorted([*tables, *surveys, *paths.raw().glob("*.toml")])  # and what the project says of itself
