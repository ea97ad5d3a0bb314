"""The corpus of tests/reference/plans_corpus, and how a reader of plans scores on it.

A reader is any callable that takes a text and gives (subject, comparator, value, unit, year) for each target it
finds; nothing of the package is used here. From the command line, a reader is named MODULE:FUNCTION:

    python tests/plan_corpus.py seen MODULE:FUNCTION
    python tests/plan_corpus.py held MODULE:FUNCTION

`seen` lists every miss and every addition; `held` prints the counts alone, so that measuring is not reading.
"""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "reference" / "plans_corpus"

Found = tuple[str, str, float, str, int | None]
Reader = Callable[[str], Iterable[Found]]

SCALES = {"trăm": 1e2, "nghìn": 1e3, "ngàn": 1e3, "vạn": 1e4, "triệu": 1e6, "tỷ": 1e9, "tỉ": 1e9}


@dataclass(frozen=True)
class Expected:
    """One target that a person found; the README of the corpus says what each field means."""

    subject: str
    comparator: str
    value: float
    unit: str
    year: int | None = None
    value_high: float | None = None
    inferred: bool = False
    doubtful: bool = False
    comparator_also: tuple[str, ...] = ()
    year_also: tuple[int, ...] = ()

    @property
    def comparators(self) -> set[str]:
        """Every comparator that counts as right; a range is its lower end, at least, or "between"."""
        ranged = ("between",) if self.value_high is not None else ()
        return {self.comparator, *self.comparator_also, *ranged}


@dataclass(frozen=True)
class Text:
    """A sentence, a short block or a whole document, with what a person found in it."""

    name: str
    kind: str
    text: str
    targets: tuple[Expected, ...]
    spoken: tuple[str, ...] = ()


@dataclass
class Score:
    """Counts over some texts; shares of nothing are 1."""

    wanted: int = 0
    right: int = 0
    added: int = 0
    right_year: int = 0
    right_comparator: int = 0
    report_texts: int = 0
    false_in_reports: Counter[str] = field(default_factory=Counter)
    missing: list[tuple[str, Expected]] = field(default_factory=list)
    additions: list[tuple[str, Found]] = field(default_factory=list)
    other_year: list[tuple[str, Expected, Found]] = field(default_factory=list)
    other_comparator: list[tuple[str, Expected, Found]] = field(default_factory=list)
    other_subject: list[tuple[str, Expected, Found]] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of the targets a person found that the reader found, value, unit and subject."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def precision(self) -> float:
        """Share of the targets the reader gave that a person found too; doubtful ones count on neither side."""
        return self.right / (self.right + self.added) if self.right + self.added else 1.0

    @property
    def horizon(self) -> float:
        """Share of the targets found whose year is right, also where the text names none."""
        return self.right_year / self.right if self.right else 1.0

    @property
    def comparator(self) -> float:
        """Share of the targets found whose comparator is right."""
        return self.right_comparator / self.right if self.right else 1.0

    def summary(self) -> str:
        """Say the counts on four lines."""
        return "\n".join(
            [
                f"recall     {self.right}/{self.wanted} = {self.recall:.3f}",
                f"precision  {self.right}/{self.right + self.added} = {self.precision:.3f}",
                f"horizon    {self.right_year}/{self.right} = {self.horizon:.3f}",
                f"comparator {self.right_comparator}/{self.right} = {self.comparator:.3f}",
                f"reports    {self.false_in_reports.total()} false targets in "
                f"{len(self.false_in_reports)} of {self.report_texts} texts of results",
            ]
        )


def corpus(part: str) -> list[Text]:
    """Sentences and documents of one half of the corpus, "seen" or "held"."""
    with (FOLDER / part / "sentences.toml").open("rb") as file:
        sentences = tomllib.load(file)["sentence"]
    texts = [_text(entry["name"], entry, entry["text"]) for entry in sentences]
    for sidecar in sorted((FOLDER / part).glob("*.toml")):
        if sidecar.name == "sentences.toml":
            continue
        with sidecar.open("rb") as file:
            entry = tomllib.load(file)
        texts.append(_text(sidecar.stem, entry, sidecar.with_suffix(".txt").read_text(encoding="utf-8")))
    return texts


def _text(name: str, entry: dict[str, object], text: str) -> Text:
    targets = entry["targets"]
    spoken = entry.get("spoken", [])
    assert isinstance(targets, list)
    assert isinstance(spoken, list)
    return Text(name, str(entry["kind"]), text, tuple(_expected(row) for row in targets), tuple(spoken))


def _expected(row: dict[str, object]) -> Expected:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return Expected(**{**row, **lists})  # type: ignore[arg-type]


@lru_cache(maxsize=4096)  # a text's are asked for each of its targets
def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w%‰]+", unicodedata.normalize("NFC", text).casefold()))


def measure(value: float, unit: str) -> tuple[float, list[str]]:
    """Value and unit with "nghìn", "triệu" … multiplied out and what follows "/" left away.

    >>> measure(420, "nghìn tỷ đồng")
    (420000000000000.0, ['đồng'])
    >>> measure(12.5, "%/năm")
    (12.5, ['%'])
    """
    words = [*_words(unit.split("/")[0].replace("phần trăm", "%"))]
    while words and words[0] in SCALES:
        value *= SCALES[words.pop(0)]
    return float(value), words


def same_measure(expected: Expected, found: Found) -> bool:
    """Whether value and unit agree: one unit may say more than the other ("lượt", "lượt khách")."""
    value, unit = measure(expected.value, expected.unit)
    other, said = measure(found[2], found[3])
    shorter = min(len(unit), len(said))
    close = abs(value - other) <= 1e-9 * max(abs(value), abs(other), 1.0)
    # a third written as 33,33
    close = close or (expected.doubtful and abs(value - other) < 0.01)
    return close and unit[:shorter] == said[:shorter]


def same_subject(key: str, subject: str) -> bool:
    """Whether the key word is in the subject: all of one or two words, else two thirds of its words."""
    wanted, said = _words(key), set(_words(subject))
    needed = len(wanted) if len(wanted) < 3 else 2 * len(wanted) / 3
    return sum(word in said for word in wanted) >= needed


def pairs(expected: Sequence[Expected], found: Sequence[Found]) -> dict[int, int]:
    """Which expected target (index) each found one (index) is; as many pairs as can be made.

    Targets that are sure come before doubtful ones; then those whose year and comparator agree as well.
    """

    def distance(row: int, column: int) -> tuple[bool, bool, bool]:
        want, have = expected[row], found[column]
        return (
            want.doubtful,
            have[4] not in (want.year, *want.year_also),
            have[1] not in want.comparators,
        )

    edges = sorted(
        (distance(row, column), row, column)
        for row, want in enumerate(expected)
        for column, have in enumerate(found)
        if same_measure(want, have) and same_subject(want.subject, have[0])
    )
    taken: dict[int, int] = {}  # found -> expected
    for _, row, column in edges:
        if column not in taken and row not in taken.values():
            taken[column] = row
    reach: dict[int, list[int]] = {}
    for _, row, column in edges:
        reach.setdefault(row, []).append(column)

    def place(row: int, tried: set[int]) -> bool:
        for column in reach[row]:
            if column in tried:
                continue
            tried.add(column)
            if column not in taken or place(taken[column], tried):
                taken[column] = row
                return True
        return False

    for row in sorted(reach, key=lambda row: expected[row].doubtful):
        if row not in taken.values():
            place(row, set())
    return taken


def score(texts: Iterable[Text], reader: Reader) -> Score:
    """Read each text and count what the reader has right, misses and adds."""
    total = Score()
    for text in texts:
        found = list(reader(text.text))
        taken = pairs(text.targets, found)
        total.report_texts += text.kind == "report"
        total.wanted += sum(not target.doubtful for target in text.targets)
        for column, row in taken.items():
            want, have = text.targets[row], found[column]
            if want.doubtful:
                continue
            total.right += 1
            if have[4] in (want.year, *want.year_also):
                total.right_year += 1
            else:
                total.other_year.append((text.name, want, have))
            if have[1] in want.comparators:
                total.right_comparator += 1
            else:
                total.other_comparator.append((text.name, want, have))
        missing = [
            target
            for row, target in enumerate(text.targets)
            if row not in taken.values() and not target.doubtful
        ]
        added = [have for column, have in enumerate(found) if column not in taken]
        total.missing += [(text.name, target) for target in missing]
        total.additions += [(text.name, have) for have in added]
        total.added += len(added)
        total.other_subject += [
            (text.name, target, have) for target in missing for have in added if same_measure(target, have)
        ]
        if text.kind == "report" and added:
            total.false_in_reports[text.name] = len(added)
    return total


def main(part: str, name: str) -> None:
    """Print how the reader MODULE:FUNCTION scores on one half."""
    module, function = name.split(":")
    reader: Reader = getattr(importlib.import_module(module), function)
    texts = corpus(part)
    for kind in sorted({text.kind for text in texts}):
        of_kind = score([text for text in texts if text.kind == kind], reader)
        print(
            f"{kind:9} recall {of_kind.right}/{of_kind.wanted} added {of_kind.added} "
            f"horizon {of_kind.right_year}/{of_kind.right} comparator {of_kind.right_comparator}/{of_kind.right}"
        )
    total = score(texts, reader)
    print(total.summary())
    if part == "held":
        return
    lists: tuple[tuple[str, Sequence[tuple[Any, ...]]], ...] = (
        ("missing", total.missing),
        ("added", total.additions),
        ("other year", total.other_year),
        ("other comparator", total.other_comparator),
        ("value right, other subject", total.other_subject),
    )
    for heading, rows in lists:
        print(f"\n{heading}")
        for where, *what in rows:
            print(f"  {where}: {' <- '.join(_line(one) for one in what)}")


def _line(target: Expected | Found) -> str:
    if isinstance(target, Expected):
        subject, comparator, value, unit, year = (
            target.subject,
            target.comparator,
            target.value,
            target.unit,
            target.year,
        )
    else:
        subject, comparator, value, unit, year = target
    return f"{subject} {comparator} {value:.12g} {unit} ({year})"


if __name__ == "__main__":
    main(*sys.argv[1:])
