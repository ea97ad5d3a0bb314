"""Write the table of faults in docs/reliability.md from what was tried: fault, cases, outcome.

``python tools/reliability.py RESULTS…`` reads the report of a test run (``pytest --junitxml=tests.xml``) and what
``tests/mutations.py`` printed, and puts their counts between the marks in the document. Nothing there is written by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- written by tools/reliability.py -->", "<!-- end -->"
#: What goes wrong, and the names of the tests that make it so: file and words of the name.
FAULTS = {
    "killed at each touch of the disk while an edition is published": ("test_edition_publishing", "killed_at_any_step"),
    "a step of publishing fails": ("test_edition_publishing", "when_any_step_fails"),
    "a damaged manifest": ("test_edition_publishing", "damaged_manifest"),
    "an edition changed after it was made": ("test_audit", "each_difference"),
    "a batch killed, then resumed": ("test_edition_units", "killed_and_resumed"),
    "a process of a batch dies": ("test_edition_units", "process_that_dies"),
    "a worker of a Dask cluster is killed": ("test_edition_units", "one_of_which_is_killed"),
    "a unit's notebook fails": ("test_edition_units", "fails_leaves_notebook"),
    "a cached report is damaged": ("test_edition_cache", "damaged"),
    "a damaged survey file": ("test_survey_damaged_files", ""),
    "a form broken, endless or edited": ("test_collection_forms", "broken_or_endless"),
    "mutants of every kind of file (a few of each)": ("test_guard_mutations", ""),
    "attacks on hidden cells of surveys": ("test_survey_red_team", ""),
    "a revised survey beside what was published": ("test_survey_ledger", ""),
}  # fmt: skip
_MUTANTS = re.compile(
    r"^(?P<reader>[\w .]+): (?P<n>\d+) mutants, (?P<read>\d+) read, (?P<refused>\d+) refused, (?P<tracebacks>\d+) tracebacks, "
    r"longest (?P<longest>[\d.]+) s, peak (?P<peak>\d+) MB$",
    re.MULTILINE,
)


def from_tests(file: Path) -> list[str]:
    """Return a row for each fault that the tests of a run made: how many cases, how many held."""
    cases = [
        (str(case.get("classname")), str(case.get("name")), case.find("failure") is None and case.find("error") is None)
        for case in ElementTree.parse(file).iter("testcase")
        if case.find("skipped") is None
    ]  # fmt: skip
    rows = []
    for fault, (home, words) in FAULTS.items():
        held = [good for place, name, good in cases if place.endswith(home) and words in name]
        if held:
            outcome = "all held" if all(held) else f"{held.count(False)} FAILED"
            rows.append(f"| {fault} | {len(held)} | {outcome} |")
    return rows


def from_mutations(file: Path) -> list[str]:
    """Return a row for each reader whose mutants were tried."""
    return [
        f"| mutants of: {found['reader']} | {found['n']} | {found['read']} read, {found['refused']} refused in one line, "
        f"{found['tracebacks']} tracebacks; longest {found['longest']} s |"
        for found in _MUTANTS.finditer(file.read_text(encoding="utf-8"))
    ]


def main() -> int:
    """Put the rows into the document."""
    rows = [
        row
        for name in sys.argv[1:]
        for row in (from_tests if name.endswith(".xml") else from_mutations)(Path(name))
    ]
    if not rows:
        print("nothing found in", *sys.argv[1:])
        return 1
    text = DOCUMENT.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[-1]
    table = "\n".join(["| fault | cases | outcome |", "|---|---|---|", *rows])
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
