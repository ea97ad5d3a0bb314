"""The survey tables that an edition keeps, so that the next one can be compared with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from qngai_analysis.project import read_project
from qngai_analysis.survey.form.codebook import Codebook, read_codebook, surveys
from qngai_analysis.survey.form.intake import load_file, survey_years
from qngai_analysis.survey.loading import load_survey
from qngai_analysis.survey.release.publication import published
from qngai_analysis.survey.release.releases import (
    FILE,
    WHOLE,
    Key,
    Release,
    as_kept,
    basis_of,
    history,
    read_releases,
    with_release,
)


@dataclass(frozen=True)
class Kept:
    """The survey tables of an edition, and what was published of the same surveys before.

    ``made`` are the releases of this edition, ``before`` those that its folder kept.
    """

    made: tuple[Release, ...]
    before: tuple[Release, ...] = ()
    real_only: bool = False

    def upon(self, file: Path) -> Kept:
        """Return them with what ``file`` keeps now: another run may have published since they were made."""
        return replace(self, before=read_releases(file))

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """All releases that the edition keeps, oldest first."""
        releases = tuple(
            release for release in self.before if not (self.real_only and release.evidence == "simulated")
        )
        for release in self.made:
            releases = with_release(releases, release)
        return releases

    def files(self) -> dict[str, bytes]:
        """Return the file that the edition keeps; none where no survey was ever published."""
        return {FILE: as_kept(self.releases)} if self.releases else {}

    def record(self) -> dict[str, Any]:
        """Return what the manifest says: the checksum, and what each release was compared with."""
        return {
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in self.files().items()},
            "releases": [
                {
                    "survey": release.survey,
                    "year": release.year,
                    "evidence": release.evidence,
                    "basis": release.basis,
                    "compared_with": list(release.compared_with),
                }
                for release in self.releases
            ],
        }


def survey_tables(
    folder: Path, year: int, *, named: Sequence[str] | None = None, real_only: bool = False
) -> Kept:
    """
    Return the survey tables that an edition publishes, with those it has published before.

    Parameters
    ----------
    folder : the edition's folder
    year : files of later years are left out
    named : names of surveys; default all
    real_only : leave simulated files out, those published before, too

    Raises
    ------
    RawFileError, SurveyError
        A survey's file can't be read, or the tables kept of an earlier edition.
    """
    made = tuple(
        _release(name, at)
        for name in (surveys() if named is None else named)
        for at in survey_years(name)
        if at <= year and not (real_only and load_file(name, at).evidence == "simulated")
    )
    return Kept(made, read_releases(folder / FILE), real_only)


def _release(name: str, year: int) -> Release:
    survey, codebook = load_survey(name, year), read_codebook(name)
    attrs = survey.frame.attrs
    past = history(attrs)
    before = past.own.compared_with if past.own else tuple(release.basis for release in past.earlier)
    return Release(
        survey=name,
        year=year,
        evidence=attrs["evidence"],
        file=attrs["file"],
        sha256=attrs["sha256"],
        basis=basis_of(attrs),
        compared_with=before,
        tables={
            (indicator, by): published(survey, codebook.indicators[indicator], by or None)
            for indicator, by in dict.fromkeys(_keys(codebook))
        },
    )


def _keys(codebook: Codebook) -> Iterator[Key]:
    """Return the tables that are published of a survey: what verdicts rest on, and what sectors show."""
    district = codebook.design.district
    for item in codebook.indicators.values():
        if item.code:
            yield from _grouped(item.name, [district] if district else [])
    for sector in read_project().sectors.values():
        for block in sector.survey:
            if block.name == codebook.name:
                groups = [district if by == "district" else by for by in block.by]
                for indicator in block.indicators:
                    yield from _grouped(indicator, groups)


def _grouped(indicator: str, groups: Iterable[str]) -> Iterator[Key]:
    yield indicator, WHOLE
    for by in groups:
        yield indicator, by
