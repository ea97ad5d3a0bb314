"""Loading a survey file: matched to its codebook, every fault named at once, nothing dropped in silence.

What tablets and offices send is read as it comes: codes, names or labels, select-multiple in one column
or several, group prefixes, metadata, members in a sheet of their own. See
``docs/tutorials/nap-tep-dieu-tra.md``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path

import pandas as pd

from qngai_analysis import raw, territory
from qngai_analysis.errors import SurveyError
from qngai_analysis.kept import settled
from qngai_analysis.survey.door import refuse_in_reports
from qngai_analysis.survey.form import intake_results as results
from qngai_analysis.survey.form.codebook import Codebook, read_codebook
from qngai_analysis.survey.form.faults import fault_lines
from qngai_analysis.survey.form.faults import write_faults as write_faults
from qngai_analysis.survey.form.held import FORMATS, survey_years
from qngai_analysis.survey.form.intake_checks import check
from qngai_analysis.survey.form.intake_reading import Reading, read_answers, sample_list
from qngai_analysis.words.said import Num, Said


@dataclass(frozen=True, eq=False)
class SurveyFile:
    """
    A survey file that has passed every check.

    Attributes
    ----------
    frame : one row a respondent of a completed unit, ready to estimate from (see ``load_frame``)
    account : what became of every question (see ``response_account``)
    outcomes : what became of every unit of the sample: ``outcome, vi, units, share`` (0-1)
    due : where an answer was due, one true/false column for each column of ``frame`` that was not
        due in every row; rows as in ``frame``
    evidence : ``"real"`` or ``"simulated"``
    notes : what was done with the file without asking (columns set aside, sheets read together, texts
        converted, values that the file declares missing)
    """

    codebook: Codebook
    path: Path
    frame: pd.DataFrame
    due: pd.DataFrame
    account: pd.DataFrame
    outcomes: pd.DataFrame
    evidence: str
    notes: tuple[Said, ...] = ()


def survey_file(survey: str, year: int) -> Path:
    """
    Return the path of a survey's file of a year, ``data/raw/surveys/<survey>/<year>.<format>``.

    Raises
    ------
    SurveyError
        No such survey, no file of the year, or several.
    """
    folder = read_codebook(survey).path.parent
    found = [folder / f"{year}{ending}" for ending in FORMATS if (folder / f"{year}{ending}").is_file()]
    if not found:
        there = sorted({file.stem for file in folder.iterdir() if file.suffix in FORMATS})
        wording = "{folder}: chưa có tệp của {year} (hiện có {what}); đặt {year}.csv và tệp mô tả {year}.toml vào đó, hoặc tạo số liệu tập dượt bằng 'qngai simulate {survey} {year}'"
        raise SurveyError(wording, folder=folder, year=year, what=", ".join(there) or "none", survey=survey)
    if len(found) > 1:
        wording, names = "{folder}: {names} cùng là của {year}; chỉ giữ một", [file.name for file in found]
        raise SurveyError(wording, folder=folder, names=" and ".join(names), year=year)
    return found[0]


def field_day(path: Path, year: int) -> date:
    """Return the day whose units a survey file names: ``fieldwork`` in its sidecar, else the first of its year."""
    said = raw.read_sidecar(path).extra.get("fieldwork")
    return territory.survey_day(said if isinstance(said, date) else date(year, 1, 1))


def has_usable_file(survey: str, year: int, *, real_only: bool) -> bool:
    """Return whether a survey has a file of a year that may be used: with ``real_only`` one that is not simulated."""
    there = year in survey_years(survey)
    return there and not (real_only and raw.read_sidecar(survey_file(survey, year)).status == "simulated")


def load_file(survey: str, year: int, *, real_only: bool = False) -> SurveyFile:
    """
    Load a survey's file of a year with everything that is known about it.

    Raises
    ------
    RawFileError
        The sidecar is missing, or the file was edited since it was received.
    SurveyError
        The file is missing, can't be read or has faults (all counted, the first one named); or it is
        simulated and ``real_only`` was asked for; or a notebook that is being made into a report asks.
    """
    refuse_in_reports()
    path = survey_file(survey, year)
    sidecar = raw.verify(path)
    if real_only and sidecar.status == "simulated":
        raise SurveyError("{path}: là số liệu mô phỏng, trong khi chỉ yêu cầu số liệu thật", path=path)
    listed = sample_list(path)
    beside = raw.verify(listed).sha256 if listed.is_file() else ""
    codebook = raw.sha256(read_codebook(survey).path)
    return _load_verified(survey, path, sidecar, year, (beside, codebook))


@settled
@lru_cache(maxsize=24)  # four years of six surveys
def _load_verified(
    survey: str, path: Path, sidecar: raw.Sidecar, year: int, others: tuple[str, str]
) -> SurveyFile:
    # keyed by checksums: a notebook that asks for tables ten times reads the file once
    codebook = read_codebook(survey, field_day(path, year))
    reading = check_file(codebook, path, year)
    if reading.faults.found:
        faults = reading.faults.table()
        cells, first = Num(int(faults["count"].sum())), fault_lines(faults[:1])[0]
        wording = "{file}: {cells} lỗi vì {n} nguyên nhân; đầu tiên: {first}; xem tất cả bằng 'qngai validate {survey} {name}'"
        told = {"file": path, "name": path.name, "survey": survey}
        raise SurveyError(wording, cells=cells, n=len(faults), first=first, **told)
    frame, due = results.analysis_frame(reading), results.due(reading)
    if sidecar.status == "real" and raw.was_simulated(path, path.parent, partial(results.is_marked, reading)):
        wording = (
            '{file}: câu trả lời trong tệp do qngai simulate tạo ra; ghi status = "simulated" trong {name}'
        )
        raise SurveyError(wording, file=path, name=sidecar.path.name)
    frame.attrs = {
        "survey": survey,
        "year": year,
        "evidence": sidecar.status,
        "file": path.name,
        "sha256": sidecar.sha256,
        "content": results.content_of(frame, due, reading),
        "codebook_sha256": others[1],
        "tables_by": codebook.tables_by,
    }
    return SurveyFile(
        codebook=codebook,
        path=path,
        frame=frame,
        due=due,
        account=results.account(reading),
        outcomes=results.outcomes(reading),
        evidence=sidecar.status,
        notes=tuple(reading.faults.notes),
    )


def load_frame(survey: str, year: int, *, real_only: bool = False) -> pd.DataFrame:
    """
    Load a survey's file of a year as a DataFrame to estimate from.

    Returns
    -------
    DataFrame
        One row a respondent of a completed unit. Identifiers, stratum and PSU are text; weight and
        population counts numbers. A select-one question is a categorical of Vietnamese labels with
        "Không biết" and "Từ chối trả lời" as categories of their own; a number is float, missing
        where there is none for any reason; a select-multiple is one column a choice
        (``<question>_<choice>``: 1, 0, missing). Then the codebook's domains (categorical) and
        indicators (1/0 or number; missing outside the universe or where unknown; a ratio has two
        columns). An indicator of the household stands on the household's first row only.
        ``attrs`` holds ``survey, year, evidence`` ("real" or "simulated"), ``file, sha256, content``
        (checksums of the columns), ``codebook_sha256, tables_by`` (see ``Codebook``).

    Raises
    ------
    RawFileError, SurveyError
        As for ``load_file``.
    """
    return load_file(survey, year, real_only=real_only).frame.copy()


def response_account(survey: str, year: int) -> pd.DataFrame:
    """
    Return what became of every question in a survey's file.

    Returns
    -------
    DataFrame
        One row a question of the form: ``question, vi, level, rows`` (persons or units that
        completed), ``not_applicable`` (routed past it), ``filter_unknown`` (the routing question
        has no usable answer), ``due, answered, dont_know`` ("không biết"), ``refused, missing``
        (counts, unweighted), ``nonresponse`` ((dont_know + refused + missing) / due, 0-1; missing if
        it was due to nobody). ``rows`` = ``not_applicable + filter_unknown + due`` and ``due`` =
        ``answered + dont_know + refused + missing``: nothing is lost.

    Raises
    ------
    RawFileError, SurveyError
        As for ``load_file``.
    """
    return load_file(survey, year).account.copy()


def response_outcomes(survey: str, year: int) -> pd.DataFrame:
    """
    Return what became of every unit of the sample: ``outcome, vi, units, share`` (0-1, unweighted).

    Raises
    ------
    RawFileError, SurveyError
        As for ``load_file``.
    """
    return load_file(survey, year).outcomes.copy()


def validate_file(survey: str, path: Path) -> pd.DataFrame:
    """
    Check a file against a survey's codebook and return its faults, all at once.

    Parameters
    ----------
    survey : name of a survey with a codebook
    path : the file; it needs no sidecar

    Returns
    -------
    DataFrame
        One row a cause: ``file, sheet`` (empty if the file has one table), ``row`` (the first, as seen in
        the file; missing if the fault is of a whole column), ``column`` (as in the file's header),
        ``value`` (as text; up to three), ``rule`` (what it should be), ``mend`` (what to do, for the first),
        ``count`` (how many cells) and ``rows`` (which). No row: no fault. ``attrs["notes"]`` lists what was done
        without asking. Words are in the user's language (``words.language.spoken``).

    Raises
    ------
    SurveyError
        No such survey; or the file as a whole can't be read (missing, empty, too large, unknown
        format or encoding).
    """
    # a file before it has a year may be of any time
    return faults_by_day(survey, path, [territory.survey_day(), date.today()])[0]


def faults_by_day(
    survey: str, path: Path, days: Sequence[date], year: int | None = None
) -> tuple[pd.DataFrame, date]:
    """Return a file's faults by the units of the one of these days that fit it best (the first of them), and that day."""
    books = {book.units: (book, day) for day in reversed(days) for book in [read_codebook(survey, day)]}
    found: list[tuple[pd.DataFrame, date]] = []
    for book, day in sorted(books.values(), key=lambda each: days.index(each[1])):
        found.append((check_file(book, path, year).faults.table(), day))
        if found[-1][0].empty:  # no other day fits it better
            break
    return min(found, key=lambda each: len(each[0]))


def marks_of(survey: str, path: Path, day: date) -> list[str]:
    """Return marks of a file's answers, by which it is known that was saved again or edited."""
    # tells no answer: no door before it
    return results.marks_of(_checked(read_codebook(survey, day), path))


def was_simulated(survey: str, path: Path, day: date) -> bool:
    """Return whether a file's answers are those of a file that was made up in this project."""
    codebook = read_codebook(survey, day)
    return raw.was_simulated(path, codebook.path.parent, partial(results.is_marked, _checked(codebook, path)))


def check_file(codebook: Codebook, path: Path, year: int | None = None) -> Reading:
    """
    Return a file's answers after every check; whatever is wrong stands in the reading's faults.

    ``year``: of the survey, by default the file's name; without one, most of the answers say it.

    Raises
    ------
    SurveyError
        The file as a whole can't be read; or a notebook that is being made into a report asks.
    """
    refuse_in_reports()
    return _checked(codebook, path, year)


def _checked(codebook: Codebook, path: Path, year: int | None = None) -> Reading:
    reading = read_answers(codebook, path)
    reading.period = _field_work(path, year)
    check(reading)
    return reading


def _field_work(path: Path, year: int | None) -> tuple[date | None, date]:
    """The days between which a file was answered: from the first of its year, or of the field work, until it was received."""
    year = year or (int(path.stem) if re.fullmatch(r"20\d\d", path.stem) else None)
    first, last = date(year, 1, 1) if year else None, date.today()
    if raw.sidecar_path(path).is_file():
        sidecar = raw.read_sidecar(path)
        if sidecar.status == "simulated":  # perhaps of a year to come
            return first, date.max
        said = sidecar.extra.get("fieldwork")
        first = min(first, said) if first and isinstance(said, date) else first
        last = sidecar.received or last
    return first, last
