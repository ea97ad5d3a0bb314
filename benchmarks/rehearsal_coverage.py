"""How often the 95% intervals of rehearsal surveys hold the true value, over many simulated files.

Run: python benchmarks/rehearsal_coverage.py [SURVEY ...] [--files 200] [--by-district]
Each file has a population, a sample and a non-response of its own (another seed); its sidecar holds
the truth. Prints one row a survey: intervals, coverage of shares between 5 and 95%, seconds a file.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from qngai_analysis import raw
from qngai_analysis.rehearse.simulate import simulate
from qngai_analysis.survey.estimate.estimates import Survey
from qngai_analysis.survey.form.codebook import Codebook, read_codebook
from qngai_analysis.survey.form.held import surveys
from qngai_analysis.survey.form.intake import check_file
from qngai_analysis.survey.form.intake_results import analysis_frame, due
from qngai_analysis.survey.loading import as_survey


def survey_of(book: Codebook, file: Path) -> Survey:
    checked = check_file(book, file)
    assert not checked.reading.faults.found, checked.reading.faults.table().head()
    return as_survey(book, analysis_frame(checked), due(checked))


def held(book: Codebook, file: Path, *, by_district: bool) -> list[bool]:
    """Return for each share of 5 to 95% (by district: of ten answers or more) whether its interval holds it."""
    survey, district = survey_of(book, file), book.design.district
    true = {
        (row["indicator"], row["district"]): row["value"] for row in raw.read_sidecar(file).extra["truth"]
    }
    names = [item.name for item in book.indicators.values() if item.kind == "proportion"]
    table = survey.proportion(names, by=district if by_district else None)
    place = table[district].astype(str) if by_district else [""] * len(table)
    truth = [true.get(cell, 0.0) for cell in zip(table["variable"], place, strict=True)]
    return [
        bool(row.ci_low <= value <= row.ci_high)
        for value, row in zip(truth, table.itertuples(), strict=True)
        if 0.05 <= value <= 0.95 and (row.n >= 10 or not by_district)
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("survey", nargs="*", default=surveys())
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--by-district", action="store_true")
    asked = parser.parse_args()
    print(
        "| survey | files | intervals | coverage of 95% intervals | seconds a file |\n|---|---|---|---|---|"
    )
    for name in asked.survey:
        book, results, start = read_codebook(name), [], time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(asked.files):
                file = simulate(name, 2025, seed=seed, folder=Path(folder))
                results += held(book, file, by_district=asked.by_district)
        seconds = (time.perf_counter() - start) / asked.files
        share = sum(results) / len(results)
        print(f"| {name} | {asked.files} | {len(results)} | {share:.1%} | {seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main()
