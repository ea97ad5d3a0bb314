"""How often the 95% intervals of rehearsal surveys hold the true value, over many simulated files.

Run: python benchmarks/rehearsal_coverage.py [SURVEY ...] [--files 200]
Each file has a population, a sample and a non-response of its own (another seed); its sidecar holds
the truth. Prints one row a survey: intervals, coverage of shares between 5 and 95%, seconds a file.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from qngai_analysis import raw
from qngai_analysis.survey.codebook import Codebook, read_codebook, surveys
from qngai_analysis.survey.estimates import Survey
from qngai_analysis.survey.intake import _Intake, as_survey
from qngai_analysis.survey.simulate import simulate


def survey_of(book: Codebook, file: Path) -> Survey:
    intake = _Intake(book, file)
    intake.run()
    assert not intake.faults, intake.fault_table().head()
    return as_survey(book, intake.frame(), intake.due())


def held(book: Codebook, file: Path) -> list[bool]:
    survey = survey_of(book, file)
    true = {
        row["indicator"]: row["value"] for row in raw.read_sidecar(file).extra["truth"] if not row["district"]
    }
    names = [item.name for item in book.indicators.values() if item.kind == "proportion"]
    table = survey.proportion(names).set_index("variable")
    return [
        bool(row.ci_low <= true[name] <= row.ci_high)
        for name, row in zip(table.index, table.itertuples(), strict=True)
        if 0.05 <= true[name] <= 0.95
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("survey", nargs="*", default=surveys())
    parser.add_argument("--files", type=int, default=200)
    asked = parser.parse_args()
    print(
        "| survey | files | intervals | coverage of 95% intervals | seconds a file |\n|---|---|---|---|---|"
    )
    for name in asked.survey:
        book, results, start = read_codebook(name), [], time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(asked.files):
                results += held(book, simulate(name, 2025, seed=seed, folder=Path(folder)))
        seconds = (time.perf_counter() - start) / asked.files
        share = sum(results) / len(results)
        print(f"| {name} | {asked.files} | {len(results)} | {share:.1%} | {seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main()
