"""The yearly batch: every report of a year made first, then published together or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qngai_analysis import paths
from qngai_analysis.report.edition import Made, publish
from qngai_analysis.report.engine import produce
from qngai_analysis.report.parameters import declared, from_texts

YEARLY = "bao_cao_nam"
Progress = Callable[[str, int, int], None]


def render_year(
    *,
    year: int,
    cutoff: str,
    lang: str,
    real_only: bool,
    out: Path,
    formats: Sequence[str] = ("html", "pdf"),
    parameters: Mapping[str, str] | None = None,
    sectors: Iterable[str] = (),
    progress: Progress | None = None,
) -> list[Path]:
    """Make the yearly report (and the sector reports named) and publish them in ``out/<year>``.

    Parameters
    ----------
    cutoff : str
        ISO day after which nothing published counts.
    parameters : mapping
        Further parameters of the notebook as typed on the command line.
    progress : callable
        Called with the report's name, cells done and cells in all.

    Returns
    -------
    list of Path
        What was published, the manifest last.

    Raises
    ------
    QngaiError
        Anything the user can mend; nothing was published then.
    """
    settings: dict[str, Any] = {"year": year, "cutoff": cutoff, "real_only": real_only, "lang": lang}
    yearly = _make(YEARLY, settings, parameters, formats, progress, extra=_tables(settings))
    made = [yearly]
    return publish(out / str(year), made)


def _make(
    name: str,
    settings: Mapping[str, Any],
    typed: Mapping[str, str] | None,
    formats: Sequence[str],
    progress: Progress | None,
    extra: Mapping[str, bytes] | None = None,
) -> Made:
    notebook = paths.notebooks() / f"{name}.ipynb"
    known = declared(notebook)
    values = {key: value for key, value in settings.items() if key in known} | from_texts(
        notebook, typed or {}
    )
    return produce(
        notebook,
        values,
        formats,
        stem=f"{name}_{settings['year']}",
        extra_files=extra,
        inputs=_inputs(),
        progress=None if progress is None else lambda done, total: progress(name, done, total),
    )


def _tables(settings: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the assessment as files: JSON for the next edition's revision log, CSV for a spreadsheet."""
    from datetime import date

    from qngai_analysis.progress import edition, judge_year

    cutoff = date.fromisoformat(settings["cutoff"])
    result = judge_year(settings["year"], cutoff=cutoff, real_only=settings["real_only"])
    content = edition(result.table, year=settings["year"], cutoff=cutoff, real_only=settings["real_only"])
    flat = result.table.drop(columns="methods").assign(
        owners=["; ".join(names) for names in result.table["owners"]],
        **{
            f"method_{name}": [row[name] for row in result.table["methods"]]
            for name in ("linear", "eurostat")
        },
    )
    text = flat.to_csv(index=False, lineterminator="\n")
    return {
        "assessment.json": (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode(),
        "assessment.csv": ("\ufeff" + text).encode(),  # the mark makes Excel read Vietnamese letters
    }


def _inputs() -> list[Path]:
    """Return the raw files a report rests on; survey files are named by their sidecars alone."""
    found = [file for file in paths.raw().rglob("*") if file.suffix in (".txt", ".csv") and file.is_file()]
    return sorted(file for file in found if "surveys" not in file.parts)
