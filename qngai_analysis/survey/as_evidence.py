"""A survey's estimates as evidence: published as observations, the rows that verdicts are built on."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from qngai_analysis import kept, paths, raw, territory
from qngai_analysis.evidence.observations import COLUMNS, SURVEYED
from qngai_analysis.survey.door import through_the_gate
from qngai_analysis.survey.form.codebook import FORMER, Indicator
from qngai_analysis.survey.form.intake import SurveyFile, field_day, load_file, survey_file
from qngai_analysis.survey.loading import shared_survey
from qngai_analysis.survey.release import ledger
from qngai_analysis.survey.release.publication import published
from qngai_analysis.survey.release.treatment import Treatment


def survey_observations(
    survey: str, year: int, *, real_only: bool = False, codes: Mapping[str, Collection[str]] | None = None
) -> pd.DataFrame:
    """
    Return a survey's estimates of a year as observations, for the province and each district.

    A file by communes of a merged province also speaks for each province it was made of: the communes of one
    are a domain, and none lies in two.

    Parameters
    ----------
    survey, year : the survey's name and the file's year
    real_only : leave a simulated file out; the table then has no rows
    codes : indicators of the catalogue, each with the districts (ids) that are asked for beside the whole; by
        default all of both

    Returns
    -------
    DataFrame
        One row an indicator of the catalogue and territory: ``id, series, indicator, name, value, se``
        (shares in %, 0-100), ``df, n`` (unweighted respondents, rounded to the base of disclosure
        control), ``unit, territory`` (id: the project's own, or a
        district), ``year, reference_date, period, level,
        method`` ("điều tra mẫu"), ``age_from`` (missing: no bound), ``vintage`` (day received; missing if
        simulated), ``source_title, publisher, confidence, evidence`` ("real" or "simulated"), ``note``.
        Estimates too unreliable to print (flag "suppress") and cells that ``published`` closes (too few
        respondents, few firms that make it up, or a neighbour that would give such a cell away) are
        left out;
        ``attrs["withheld"]`` lists them as (indicator, territory, reason).

    Raises
    ------
    RawFileError, SurveyError
        As for ``load_survey``.
    """
    found = note_observations(survey, year, real_only=real_only, codes=codes)
    frame = table_of(found["rows"])
    if "evidence" in found:
        frame.attrs = {"evidence": found["evidence"], "withheld": [tuple(one) for one in found["withheld"]]}
    return frame


def table_of(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Return what ``note_observations`` gives of some files as one table."""
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"age_from": "Int64", "year": "Int64"})


def note_observations(
    survey: str, year: int, *, real_only: bool = False, codes: Mapping[str, Collection[str]] | None = None
) -> dict[str, Any]:
    """Note for the report that is being made what ``survey_observations`` publishes, which may have been worked out before; return it."""
    if real_only and raw.read_sidecar(survey_file(survey, year)).status == "simulated":
        return {"rows": []}
    asked = codes and {code: sorted(places) for code, places in codes.items()}
    found = _kept(survey, year, json.dumps(asked, sort_keys=True))
    ledger.note_again(found["notes"])
    return found


@kept.settled
def _kept(survey: str, year: int, asked: str) -> dict[str, Any]:
    def made() -> dict[str, Any]:
        with ledger.noting_apart() as notes:
            rows, withheld, evidence = _observed(survey, year, json.loads(asked))
        return {"rows": rows, "withheld": withheld, "evidence": evidence, "notes": ledger.as_text(notes)}

    files = _behind(survey, survey_file(survey, year))
    found: dict[str, Any] = kept.kept("survey_observations", [survey, year, asked], files, made)
    return found


def _behind(survey: str, path: Path) -> list[Path]:
    """Return the files that a survey's observations are made of."""
    own = [
        file for file in path.parent.iterdir() if file.suffix == ".toml" or file.name.startswith(path.stem)
    ]
    shared = [*paths.raw("reference").rglob("*"), *paths.raw().glob("*.toml")]
    ledgers = paths.releases().glob("*.json")  # others may hold the same people
    return sorted(file for file in (*own, *shared, *ledgers) if file.is_file())


@through_the_gate
def _observed(
    survey: str, year: int, codes: Mapping[str, Collection[str]] | None
) -> tuple[list[dict[str, object]], list[tuple[str, str, str]], str]:
    """Return the rows, what is withheld and the kind of evidence."""
    loaded = load_file(survey, year)
    estimated, codebook = shared_survey(survey, year), loaded.codebook
    # the whole is the territory of the day: the merged province's share is not the old one's
    whole = territory.home(field_day(loaded.path, year))
    places = {unit.name: unit.id for unit in (*codebook.units, *territory.made_of(codebook.units))}
    district, former = codebook.design.district, FORMER if FORMER in codebook.domains else ""
    coded = [
        item for item in codebook.indicators.values() if item.code and (codes is None or item.code in codes)
    ]
    by_district = [item for item in coded if codes is None or codes[item.code]]
    rows: list[dict[str, object]] = []
    withheld: list[tuple[str, str, str]] = []
    for item in coded:
        wanted = None if codes is None else codes[item.code]
        for by in (None, *filter(None, (district if item in by_district else "", former))):
            beside = by_district if by == district else coded
            for row in published(estimated, item, by, beside=beside).to_dict("records"):
                place = places[str(row[by])] if by else whole.id if whole else ""
                if wanted is not None and by == district and place not in wanted:
                    continue
                reason = str(row["reason"]) if row["symbol"] else ""
                if row["flag"] == "none":
                    reason = "không có người trả lời"
                if reason:
                    withheld.append((item.code, place, reason))
                else:
                    rows.append(_observation(loaded, item, row, place))
    return rows, withheld, loaded.evidence


def _observation(loaded: SurveyFile, item: Indicator, row: dict[Any, Any], place: str) -> dict[str, object]:
    scale = 100.0 if item.kind == "proportion" else 1.0
    survey, year = loaded.frame.attrs["survey"], loaded.frame.attrs["year"]
    sidecar = raw.read_sidecar(loaded.path)
    return {
        "id": f"{survey}.{year}.{item.name}.{place}",
        "series": item.code,
        "indicator": item.code,
        "name": item.vi,
        "value": round(scale * row["estimate"], 6),
        "se": round(scale * row["se"], 6),
        "df": row["df"],
        "n": float(row["n"]),
        "unit": item.unit,
        "territory": place,
        "year": year,
        "reference_date": str(year),
        "period": "Y",
        "level": "chính thức" if loaded.evidence == "real" else "không rõ",
        "method": SURVEYED,
        "age_from": item.age_from,
        "vintage": sidecar.received.isoformat() if sidecar.received else None,
        "source_title": sidecar.title,
        "publisher": sidecar.producer,
        "confidence": "high" if row["flag"] == "ok" else "medium",
        "evidence": loaded.evidence,
        "mark": row["treatment"] if row["treatment"] == Treatment.CENSUS else None,
        "note": "; ".join(text for text in (item.note, row["reason"]) if text),
    }
