"""Run the attacks of ``tests/red_team.py`` over all surveys of a project; docs/methods/disclosure.md has the counts.

    QNGAI_HOME=COPY uv run python benchmarks/red_team.py [SEED] [RUNS] [SURVEY ...]

COPY is a copy of the project with simulated surveys of 2025: their files are revised and put back, its reports
and ledgers deleted.
"""

import random
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import red_team

from qngai_analysis import paths, raw
from qngai_analysis.errors import SurveyError
from qngai_analysis.survey import Survey, load_survey, surveys
from qngai_analysis.survey.form.codebook import Codebook

Attacks = Mapping[str, Callable[[], red_team.Count | Mapping[str, red_team.Count]]]


def of_one_file(survey: Survey, book: Codebook, seed: int) -> Attacks:
    """What is tried on what is published of one file."""
    keys = [(item, by) for item in book.indicators for by in ("", *red_team.groupings(book))]
    edition = {"", book.design.district, *book.tables_by}
    printed = [key for key in keys if key[1] in edition]
    simple = not book.design.ssu and len(book.design.fpc) <= 1
    return {
        "parts": partial(red_team.parts, survey, book),
        "own": partial(red_team.own_ratios, survey, book),
        "heavy": partial(red_team.heavy_answers, survey, book, keys),
        "together": partial(red_team.together, survey, book),
        **{
            f"windows, {rakes} times new weights": partial(
                red_team.windows, survey, book, printed, rakes, draw=seed
            )
            for rakes in (0, 1, 6)
        },
        "crossings": partial(red_team.crossings, survey, book),
        "crossings side by side": partial(red_team.crossings, survey, book, items=3, apart=True),
        **({"known": partial(red_team.known_weights, survey, book, keys)} if simple else {}),
        "exact": partial(red_team.exact_counts, survey, book, keys),
        "weights": partial(red_team.weight_shares, survey, book),
    }


def between_two(
    file: Path, book: Codebook, rows: list[int], place: str, printed: list[str], column: str
) -> Attacks:
    """What is tried on what is published of a file before and after some records of it were deleted, corrected, added."""
    found: dict[str, Callable[[], red_team.Count | Mapping[str, red_team.Count]]] = {}
    for kind, change in red_team.changes(book, rows, column).items():
        found |= {
            f"{kind}, two editions": partial(red_team.two_editions, file, book, change, rows, place, printed),
            f"{kind}, beside reports": partial(red_team.beside_reports, file, book, change, rows),
            f"{kind}, other ways": partial(red_team.other_ways, file, book, change, rows),
        }
    found["other names"] = partial(red_team.other_names, file, book, rows)
    found["digits"] = partial(red_team.digits, file, book, red_team.completed(file, book)[:12], column)
    return found


def of_all(names: Sequence[str], seed: int) -> Attacks:
    """What is tried on all that an office publishes of a year, records of every survey revised between two editions."""
    return {"all of a year": partial(red_team.whole_editions, names, random.Random(seed))}


def tried(attacks: Attacks, names: Sequence[str], total: dict[str, red_team.Count]) -> None:
    """Try attacks, each on the surveys as they were, of which nothing was published."""
    files = [paths.raw("surveys", name) / f"{red_team.YEAR}.csv" for name in names]
    kept = {one: one.read_bytes() for file in files for one in (file, raw.sidecar_path(file))}
    for key, attack in attacks.items():
        red_team.forget()
        red_team.clear_memory()
        shutil.rmtree(paths.reports(), ignore_errors=True)
        found: red_team.Count | Mapping[str, red_team.Count] = {}
        try:
            found = attack()
        except SurveyError as refused:  # a record is added where all there are were asked, say
            print(key, refused, file=sys.stderr)
        for part, count in ({"": found} if isinstance(found, red_team.Count) else found).items():
            total[": ".join(filter(None, (key, part)))] += count
        for one, data in kept.items():
            one.write_bytes(data)
    red_team.forget()
    red_team.clear_memory()


def main() -> None:
    """Attack the surveys that are named, or all, one by one; then all of a year."""
    if paths.project() == Path(__file__).resolve().parent.parent:
        sys.exit("QNGAI_HOME: name a copy of the project; its reports and ledgers are deleted")
    seed, runs = (int(one) for one in (*sys.argv[1:3], *("1", "1")[len(sys.argv[1:3]) :]))
    total: dict[str, red_team.Count] = defaultdict(red_team.Count)

    def say(name: str) -> None:
        print(name, {key: (c.attacked, c.recovered, c.refused) for key, c in total.items()}, flush=True)

    names = sys.argv[3:] or surveys()
    for name in names:
        book, file, draw = red_team.book(name), paths.raw("surveys", name) / "2025.csv", random.Random(seed)
        survey = load_survey(name, red_team.YEAR)
        tried(of_one_file(survey, book, seed), [name], total)
        printed = [book.design.district, *survey.frame.attrs["tables_by"]]
        places = sorted(survey.frame[book.design.district].dropna().astype(str).unique())
        for records in (1, 2, 3) * runs:
            rows, column = red_team.drawn(file, book, draw, records)
            tried(between_two(file, book, rows, draw.choice(places), printed, column), [name], total)
        say(name)
    tried(of_all(names, seed), names, total)
    say("all")


if __name__ == "__main__":
    main()
