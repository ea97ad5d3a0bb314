"""What was published of a survey, and what a later publication may add to it.

The project's folder ``releases`` holds a ledger for each survey, year and kind of evidence: every table that
left the office, of every state of the file, with a checksum of the answers behind each row. A table of
a revised file is compared with them, so that the difference of two publications speaks of nobody. The
ledger is no publication: it stays in the office, as the files themselves. See ``docs/methods/editions.md``.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import itertools
import json
import math
import os
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis import kept, paths
from qngai_analysis.errors import QngaiError, RawFileError, RenderError, SurveyError
from qngai_analysis.lock import locked
from qngai_analysis.raw import keyed, keys, replace_file
from qngai_analysis.survey.door import NOTES, noting
from qngai_analysis.survey.estimate.arrays import Floats
from qngai_analysis.survey.release.disclosure import disclosure_standard, round_count
from qngai_analysis.survey.release.treatment import by_words
from qngai_analysis.survey.release.unit_records import SCHEMA

WHOLE = ""
#: What a table is of (an indicator, ``account``), and which one: a grouping (``WHOLE``: none), a test, a model.
Key = tuple[str, str]
ONCE = " = "  #: Between the name of an indicator and the rule it had once.
CROSS = " × "  #: Between two groupings.
WAS = " ~ "  #: Between a grouping and what its groups were called in a table that was told, as JSON.
OTHER_WEIGHTS = " (quyền số: "  #: Begins how a table of other weights than the file's is told apart.
#: A survey, year and kind of evidence.
Of = tuple[str, int, str]
#: The table without numbers that tells by keyed hashes of records whether another file holds the same people.
ANSWERS: Key = ("answers", "records:")


def grouping(what: str) -> str:
    """Return the grouping, or two, of a table, by what the ledger calls it: without weights and method."""
    return what.partition(" (")[0]


def what_of(by: str, method: str) -> str:
    """Return which table of an indicator one is, as the ledger calls it."""
    return by if method == "logit" else f"{by} ({method})"


@dataclass(frozen=True)
class Behind:
    """The answers behind each row of a table: their checksums' sum, how many, their estimate and what it takes to move it."""

    labels: tuple[str, ...]
    checksum: tuple[str, ...]
    n: Floats
    estimate: Floats
    step: Floats
    largest: Floats  # weight of the one that counts most, over the mean

    @cached_property
    def checksums(self) -> dict[str, str]:
        """Row to checksum."""
        return dict(zip(self.labels, self.checksum, strict=True))


@dataclass(frozen=True)
class Published:
    """
    A table as it was published, as the ledger's file holds it: ``item``, ``what``, ``rows``, ``checksums``, of the whole the ``rule``.

    ``checksums`` are those of the answers behind each row; there are none where a table follows another. Of sizes there are
    each row's ``totals``, and of the whole ``units``, a short checksum of each.
    """

    entry: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        key: Key,
        table: pd.DataFrame,
        checksums: Mapping[str, str],
        more: Mapping[str, Any] | None = None,
    ) -> Published:
        """Return a table as published under a key; ``row`` names its rows, ``more`` is what else is kept of it."""
        rows = [
            {
                name: None if cell != cell else cell
                for name, cell in zip(table.columns, row, strict=True)
                if name != "treatment"  # follows from the words beside it
            }
            for row in table.to_numpy(dtype=object).tolist()
        ]
        entry = {"item": key[0], "what": key[1], "rows": rows, "checksums": dict(checksums)}
        return cls({**entry, **(more or {})})

    @property
    def checksums(self) -> Mapping[str, str]:
        """Row to checksum."""
        return self.entry["checksums"]  # type: ignore[no-any-return]

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The rows that are confidential."""
        return frozenset(row["row"] for row in self.entry["rows"] if row["symbol"] == "c")

    def many(self, label: str, now: Behind, *, heads: bool) -> bool:
        """Return whether many answers of a row changed since it was published."""
        rows = {row["row"]: row for row in self.entry["rows"]}
        place = now.labels.index(label) if label in now.labels else None
        return _moved(now, place, rows.get(label), heads=heads) == "many"

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The table."""
        rows: list[Mapping[str, Any]] = self.entry["rows"]
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        return by_words(
            {
                name: cells if name in _TEXTS else np.array(cells, dtype=float)
                for name, cells in columns.items()
            }
        )


_TEXTS = ("row", "flag", "symbol", "reason", "variable", "by", "group")


@dataclass(frozen=True)
class PublishedState:
    """What was published of one state of a survey's file; ``basis`` is the checksum of all that decides."""

    basis: str
    tables: dict[Key, Published] = field(default_factory=dict)


@dataclass(frozen=True)
class Past:
    """
    The ledger as one state of a file sees it: what was published of itself (``own``), and of all others, the newest last.

    A file that is put back has later ones among the ``earlier``, too: whoever has both editions compares them. ``seen`` is
    the ledger's checksum; ``others`` what is known of the earlier states: nothing of them is changed, only more is entered.
    """

    of: Of
    basis: str
    own: Mapping[Key, Published]
    earlier: tuple[PublishedState, ...]
    seen: str
    others: list[list[Any]]
    records: Mapping[str, str]
    kin: list[str]  # states of the same people under another name

    def told(self, key: Key) -> list[Published]:
        """Return the tables that earlier states published under a key, the newest last."""
        return [state.tables[key] for state in self.earlier if key in state.tables]

    def hidden(self, key: Key, now: Behind) -> frozenset[str]:
        """Return the rows that earlier tables hid, by the names they have now: what hid them may still have to be hidden."""
        found: set[str] = set()
        for table in self.told(key):
            made_of = (whence(table.checksums, now.checksums) if table.hidden else None) or {}
            found |= table.hidden | {label for label, parts in made_of.items() if parts & table.hidden}
        return frozenset(found)

    @cached_property
    def keys(self) -> list[Key]:
        """Which tables were published with checksums of answers: of indicators by groupings."""
        found = [
            key
            for state in self.earlier
            for key, table in state.tables.items()
            if table.checksums and ":" not in key[0].partition(ONCE)[0] + grouping(key[1])
        ]
        return list(dict.fromkeys(found))

    def moves(self, key: Key, now: Behind, *, heads: bool) -> frozenset[str]:
        """
        Return how a table's rows changed since any publication of it: "many", "few", "hidden", "renamed"; empty if none did.

        "Few" is a change that the published numbers don't prove to be of the threshold or more respondents; "hidden"
        is one in a row that was hidden; "renamed" rows hold the same answers under other labels, put together or divided.
        """
        tables = [table for table in self.told(key) if table.checksums]
        return frozenset().union(*(_changes(now, table, heads=heads) for table in tables))

    def same(self, key: Key, now: Behind) -> bool:
        """Return whether a table that was published under another key is this one, perhaps with other labels."""
        return any(whence(table.checksums, now.checksums) is not None for table in self.told(key))


def whence(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, frozenset[str]] | None:
    """
    Return of which rows those of now are made, where each is some of them, or a part of one; None where that is not so.

    A checksum is the sum of those of the answers, so that of rows together is theirs.
    """
    if _sum(before) != _sum(now):
        return None
    labels = {check: label for label, check in before.items()}
    found = {label: frozenset({labels[check]}) for label, check in now.items() if check in labels}
    left = before.keys() - frozenset().union(*found.values())
    wholes = _sums({label: before[label] for label in left})
    for label in now.keys() - found.keys():
        if (parts := wholes.get(int(now[label], 16))) and parts <= left:
            found[label], left = parts, left - parts
    divided = _sums({label: check for label, check in now.items() if label not in found})
    for label in left:
        parts = divided.get(int(before[label], 16), frozenset())
        found |= dict.fromkeys(parts - found.keys(), frozenset({label}))
    return found if found.keys() == now.keys() else None


def _sum(checks: Mapping[str, str]) -> int:
    return sum(int(check, 16) for check in checks.values()) % 2**64


def _sums(checks: Mapping[str, str], most: int = 5_000) -> dict[int, frozenset[str]]:
    """Return the rows by the checksum they have together: each, pairs and more, as long as these are not too many."""
    sizes = itertools.takewhile(lambda size: math.comb(len(checks), size) <= most, range(1, len(checks) + 1))
    return {
        _sum({label: checks[label] for label in some}): frozenset(some)
        for size in sizes
        for some in itertools.combinations(checks, size)
    }


def _changes(now: Behind, before: Published, *, heads: bool) -> set[str]:
    """Return how rows changed: "many", "few", "hidden" or "renamed"; nothing if none did."""
    places = {label: place for place, label in enumerate(now.labels)}
    rows = {row["row"]: row for row in before.entry["rows"]}
    checks = now.checksums
    old = {label: check for label, check in before.checksums.items() if checks.get(label) != check}
    new = {label: check for label, check in checks.items() if before.checksums.get(label) != check}
    if old and new and before.checksums.keys() != checks.keys():
        return {"few" if whence(old, new) is None else "renamed"}
    pairs = [(label, label) for label in {**old, **new}]
    if len(old) > 1 and _sum(old) == _sum(
        new
    ):  # divided in another way: the labels themselves may have changed places
        pairs = list(itertools.product(old, new))
    return {
        "hidden" if label in before.hidden else _moved(now, places.get(other), rows.get(label), heads=heads)
        for label, other in pairs
    } - {""}


def _moved(now: Behind, place: int | None, was: Mapping[str, Any] | None, *, heads: bool) -> str:
    """Return how a row changed that is not as it was: "many", "few", or "" if nobody was or is in it."""
    rule = disclosure_standard()
    n = 0.0 if place is None else float(now.n[place])
    n_before = 0.0 if was is None else float(was["n"])
    many = abs(float(round_count(n, rule.rounding_base)) - n_before) >= rule.threshold + rule.rounding_base
    if heads and not many and place is not None and was is not None and n_before:
        told = np.nan if was["estimate"] is None else was["estimate"]  # unreliable
        step = max(now.step[place], was.get("step") or 0.0)  # at 0 and 100% it may be wider
        moved = abs(now.estimate[place] - told) - 1.5 * step
        many = bool(moved * n >= rule.threshold * now.largest[place])
    return "many" if many else ("few" if n or n_before else "")


def past_of(attrs: Mapping[Any, Any]) -> Past | None:
    """
    Return the ledger as the state of a survey's file sees it; None for a frame that is not of ``load_survey``.

    Raises
    ------
    SurveyError
        The ledger can't be read.
    """
    if not {"survey", "year", "evidence", "content", "codebook_sha256"} <= attrs.keys():
        return None
    of = (str(attrs["survey"]), int(attrs["year"]), str(attrs["evidence"]))
    parts = (attrs["content"].checksum, attrs["codebook_sha256"], repr(disclosure_standard()))
    basis = _checksum("\n".join(map(str, parts)).encode())
    states, seen = read(of)
    own = next((state for state in states if state.basis == basis), None)
    earlier = tuple(state for state in states if state is not own)
    records = attrs["content"].records
    kin = _elsewhere(of, records)
    known = [state.basis for state in kin]
    return Past(of, basis, own.tables if own else {}, (*kin, *earlier), seen, others(earlier), records, known)


def _elsewhere(of: Of, records: Mapping[str, str]) -> tuple[PublishedState, ...]:
    """
    Return what was published of the same people under another survey's name, year or kind of evidence.

    Raises
    ------
    SurveyError
        As ``_alike``.
    """
    try:
        folder = paths.releases()
    except RawFileError:  # no project here
        return ()
    stamps = [one.stat().st_mtime_ns for one in (folder, folder.with_name(INDEX)) if one.exists()]
    return _states_elsewhere(of, tuple(records.items()), folder, tuple(stamps)) if stamps else ()


@lru_cache(maxsize=64)  # asked for with each table
def _states_elsewhere(
    of: Of, records: tuple[tuple[str, str], ...], folder: Path, _stamps: tuple[int, ...]
) -> tuple[PublishedState, ...]:
    def made() -> list[tuple[Of, str]]:
        return _alike(of, dict(records), folder, _told(folder))

    # all reports of an edition ask for the same, each in a process of its own
    files = sorted(one for one in (*folder.glob("*"), folder.with_name(INDEX)) if one.is_file())
    alike = kept.kept("elsewhere", [of, records], files, made)
    return tuple(
        state
        for other, basis in alike
        for state in read((other[0], other[1], other[2]))[0]
        if state.basis == basis
    )


def _alike(
    of: Of, records: Mapping[str, str], folder: Path, told: Mapping[str, Summary]
) -> list[tuple[Of, str]]:
    """
    Return which states of other ledgers hold the same people: over half of what each tells are the same answers.

    Raises
    ------
    SurveyError
        Real answers are filed as simulated, or a file is a part of another, or holds another: the difference of the two
        would speak of those who are in one alone.
    """
    found: list[tuple[Of, str]] = []
    for name, states in told.items():
        named = _NAME.match(name)
        other = (named[1], int(named[2]), named[3]) if named else of
        both = {"survey": of[0], "year": of[1], "other": other[0], "other_year": other[1]}
        same: list[str] = []
        for basis, _, theirs in states if other != of else ():
            part, whole = sorted(_shares(records, theirs, folder))
            if max(part, whole) > 0.5 and (other[2], of[2]) == ("real", "simulated"):
                raise SurveyError(
                    "{survey} {year}: những câu trả lời này đã được công bố là số liệu thật ({other} {other_year}), tệp mô tả ghi là mô phỏng; sửa status",
                    **both,
                )
            if part > 0.5:
                same.append(basis)
            elif whole > 0.75 and other[2] == of[2]:
                raise SurveyError(
                    "{survey} {year}: cùng những câu trả lời đã công bố là {other} {other_year}, nhiều hoặc ít người hơn; công bố dưới tên và năm đó, một phần thì theo một miền trong sổ mã",
                    **both,
                )
        # of a state that was entered before there were hashes nothing is known: it is of whom the others are
        found += [(other, basis) for basis, _, theirs in states if same and (basis in same or not theirs)]
    return found


_NAME = re.compile(r"(.+)\.(\d{4})\.(real|simulated)\.")
_FEWEST = 20  # records to compare


def _shares(records: Mapping[str, str], theirs: Mapping[str, str], folder: Path) -> tuple[float, float]:
    """Return which part of a file's records is in a ledger's state, and which part of the state's is in the file."""
    found = [(0.0, 0.0)]
    for (bits, hashes), (bits_there, there) in itertools.product(records.items(), theirs.items()):
        (bits, *kind), (bits_there, *other) = bits.split(), bits_there.split()
        if kind != other:
            continue
        most = max(int(bits), int(bits_there))
        seen = _split(there)
        size = len(seen) / 2 ** (most - int(bits_there))  # as many of theirs begin with so many bits of 0
        mine = _beginning(hashes, most, folder) if size >= _FEWEST else [frozenset[str]()]
        if min(len(mine[0]), size) >= _FEWEST:
            same = max(len(seen & some) for some in mine)
            found.append((same / len(mine[0]), same / size))
    return max(found, key=min)


@lru_cache(maxsize=1_024)
def _split(hashes: str) -> frozenset[str]:
    return frozenset(hashes.split())


@lru_cache(maxsize=64)
def _keyed(hashes: str, folder: Path) -> list[list[str]]:
    """Return hashes of records as ledgers hold them: by this project's secret, and those of copies."""
    plain = hashes.split()
    return [[hmac.digest(key, one.encode(), "sha256").hex()[:8] for one in plain] for key in keys(folder)]


@lru_cache(maxsize=1_024)  # each ledger is looked through for them
def _beginning(hashes: str, bits: int, folder: Path) -> list[frozenset[str]]:
    """Return as ``_keyed`` those hashes that begin with so many bits of 0."""
    some = [one <= f"{2 ** (32 - bits) - 1:08x}" for one in hashes.split()]
    return [frozenset(itertools.compress(each, some)) for each in _keyed(hashes, folder)]


def file_of(of: Of, folder: Path | None = None) -> Path:
    """Return where the ledger of a survey, year and kind of evidence stands (by default in this project)."""
    return (folder or paths.releases()) / f"{of[0]}.{of[1]}.{of[2]}.json"


def read(of: Of, folder: Path | None = None) -> tuple[tuple[PublishedState, ...], str]:
    """
    Return the published states of a survey's file, oldest first, and the ledger's checksum.

    Raises
    ------
    SurveyError
        The ledger is not one of this program, or was damaged.
    """
    try:
        file = file_of(of, folder)
    except RawFileError:  # no project here: a frame of one's own
        return (), ""
    # where two copies of a project published apart, the other's ledger lies beside: households.2025.real.laptop.json
    files = sorted(file.parent.glob(f"{file.stem}.*json"), key=lambda one: (one == file, one))
    copies = list(map(_read, files))
    states = itertools.chain(*(states for states, _ in copies))
    return tuple(states), "".join(sorted(seen for _, seen in copies))


def _read(file: Path) -> tuple[tuple[PublishedState, ...], str]:
    return _read_states(file, file.stat().st_mtime_ns, file.stat().st_size)


@lru_cache(maxsize=64)
def _read_states(file: Path, _changed: int, _size: int) -> tuple[tuple[PublishedState, ...], str]:
    try:
        data = file.read_bytes()
        content = json.loads(data)
        if content["schema"] != SCHEMA or not _is_sealed(content, data):
            raise KeyError("sha256")
        tables = [
            {(one["item"], one["what"]): Published(one) for one in entry["tables"]}
            for entry in content["states"]
        ]
        bases = [entry["basis"] for entry in content["states"]]
        return tuple(map(PublishedState, bases, tables)), _checksum(data)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as fault:
        raise _unreadable(file, fault) from fault


def _unreadable(file: Path, fault: Exception) -> SurveyError:
    return SurveyError(
        "{file}: không đọc được sổ ghi những gì đã công bố ({fault!r}), nên không so sánh được; khôi phục tệp từ bản sao",
        file=file,
        fault=fault,
    )


@contextlib.contextmanager
def noting_apart() -> Iterator[list[dict[str, Any]]]:
    """Note what the block publishes, as a report that is being made does, in a list: for ``note_again``, or to be entered."""
    notes: list[dict[str, Any]] = []
    outside, home = {NOTES: noting()}, _home()
    with tempfile.TemporaryDirectory(prefix="qn-", ignore_cleanup_errors=True) as folder:
        os.environ[NOTES] = folder
        try:
            yield notes
            if noting() != folder:
                raise RenderError(
                    "sổ tay đã đổi biến môi trường {name}, nên không biết báo cáo công bố gì; bỏ dòng đó đi",
                    name=NOTES,
                )
            notes += _lines(folder, home)
        finally:
            os.environ.pop(NOTES, None)
            os.environ |= {name: value for name, value in outside.items() if value}


def _home() -> str:
    """Return the folder of the project's ledgers, as notes name it; "" outside of a project."""
    with contextlib.suppress(QngaiError):
        return str(paths.releases())
    return ""


def _lines(folder: str, home: str) -> list[dict[str, Any]]:
    """
    Return what was noted in a folder, once each: tables are asked for many times.

    But for people who were made up in another project than that of the ledgers ``home``: a notebook that rehearses begins one.
    """
    file, found = Path(folder) / _NOTED, list[dict[str, Any]]()
    for line in dict.fromkeys(file.read_text(encoding="utf-8").splitlines() if file.is_file() else ()):
        whose, _, told = line.partition("\t")
        one = json.loads(told)
        if json.loads(whose) == home or one["of"][2] == "real":
            found.append(one)
    return found


_NOTED = "released.jsonl"
#: What this process was given outside a report, to be entered when it saves anything.
given: dict[tuple[Any, ...], dict[str, Any]] = {}


def note_again(notes: Iterable[str]) -> None:
    """Note what was noted apart (``as_text``): for the report that is being made, or for what this session may save."""
    folder = noting()
    if folder is None:
        for one in map(json.loads, notes):
            given[file_of(one["of"]), one["basis"], (one["item"], one["what"])] = one
        return
    home = json.dumps(_home())
    with open(f"{folder}/{_NOTED}", "ab") as stream:  # noqa: PTH123 - for each table
        stream.write("".join(f"{home}\t{one}\n" for one in notes).encode())


def as_text(notes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return notes as text, which many reports hand on as it is."""
    return [json.dumps(one, ensure_ascii=False) for one in notes]


def noted(past: Past) -> dict[Key, Published]:
    """Return what this report, or a session outside of one, has noted of a state of a survey's file."""
    folder = noting()
    here = [one for (file, *_), one in given.items() if file == file_of(past.of)]
    notes = here if folder is None else _lines(folder, _home())
    return {(one["item"], one["what"]): Published(one) for one in notes if one["basis"] == past.basis}


def note_of(past: Past, table: Published, *, held: bool = False) -> dict[str, Any]:
    """Return the note that a table is published; ``held``: against what was told before."""
    known = {"of": past.of, "basis": past.basis, "seen": past.seen, "others": past.others}
    return {**known, "held": held, **table.entry}


def note(past: Past, table: Published, *, held: bool = False) -> None:
    """Note that the report that is being made publishes a table, or a session may."""
    notes = [note_of(past, table, held=held)]
    if (here := (noting(), past.of, past.basis)) not in _of_whom or here[0] is None:
        _of_whom.add(here)
        whom = Published({"item": ANSWERS[0], "what": ANSWERS[1], "rows": [], "checksums": past.records})
        notes.append({**note_of(past, whom), "kin": past.kin})
    note_again(as_text(notes))


_of_whom: set[tuple[Any, ...]] = set()  # reports and states of which it is noted who they are of


def others(states: Iterable[PublishedState]) -> list[list[Any]]:
    """Return what is known of states of a file: nothing in the ledger is changed, only more is entered."""
    return [[state.basis, len(state.tables)] for state in states]


def _is_sealed(content: Mapping[str, Any], data: bytes) -> bool:
    """Return whether a ledger holds what it was sealed with: as it is written, when read and written anew, or as of before 28/11/2026."""
    as_written = data[data.find(_STATES) + len(_STATES) :].rstrip()[:-1]
    return content["sha256"] == _checksum(as_written) or content["sha256"] in (
        _checksum(json.dumps(content["states"], ensure_ascii=False, sort_keys=old).encode())
        for old in (False, True)
    )


_STATES = b'"states": '  # the last of what a ledger holds


def populations(notes: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """Return the surveys, years, kinds of evidence and states (the first digits of their names) that notes are about."""
    found = {(tuple(one["of"]), one["basis"]) for one in notes}
    return sorted([*of, _names(of, basis)[0][:16]] for of, basis in found)


def _names(of: Sequence[Any], basis: str, folder: Path | None = None) -> list[str]:
    """Return what a state is called in manifests: its basis, that of real answers ``raw.keyed``."""
    return [*(keyed(basis, folder) if of[2] == "real" else ()), basis]


def enter(
    notes: Sequence[Mapping[str, Any]], published_of: Sequence[Sequence[Any]] = (), folder: Path | None = None
) -> None:
    """
    Enter what is about to be published in the ledgers; before it is, so that a cut leaves nothing unrecorded.

    The caller holds the folder of the ledgers against other runs.

    Parameters
    ----------
    notes : as ``noting_apart`` gives them
    published_of : the surveys that editions at hand were published of
    folder : of the ledgers, by default this project's

    Raises
    ------
    RenderError
        A ledger is gone, or without what an edition or the index tells of; so is the index; another run published of the
        same people while this one was being made; or the folder can't be written.
    """
    if not notes:
        return
    folder = folder or paths.releases()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        told, first = _told(folder), not (index := folder.with_name(INDEX)).is_file()
        if first and any(answers for states in told.values() for *_, answers in states):
            raise RenderError(
                "{index}: không có, dù các sổ ở đây đã được ghi vào đó; khôi phục từ bản sao. Nếu các sổ đều là bản đủ nhất, tạo một tệp rỗng tên đó",
                index=index,
            )
        keys(folder)
        told.setdefault(_KEY, [(basis, count, {}) for basis, count in _held_in(folder, None).items()])
        mine = {(str(one["of"][0]), int(one["of"][1]), str(one["of"][2])) for one in notes}
        _refuse_lost(folder, mine, published_of)
        _refuse_incomplete(folder, told, mine)
        if first:  # before any ledger that is in it
            _write_index(folder, told)
        for of in sorted(mine):
            _enter(folder, of, [one for one in notes if tuple(one["of"]) == of], told)
        _write_index(folder, told)
    except OSError as fault:
        raise RenderError(
            "{folder}: không ghi được sổ ghi những gì công bố ({strerror}); chưa công bố gì",
            folder=folder,
            strerror=fault.strerror,
        ) from fault


def _refuse_lost(folder: Path, mine: Collection[Of], published_of: Sequence[Sequence[Any]]) -> None:
    """Refuse ledgers that do not hold what editions at hand were published of."""
    for of in mine:
        states, _ = read(of, folder)
        known = {name[:16] for state in states for name in _names(of, state.basis, folder)}
        if any(tuple(of_) == of and name not in known for *of_, name in published_of):
            raise RenderError(
                "{file}: không có, hoặc thiếu lần công bố của một kỳ báo cáo đang có ở đây; khôi phục bản đủ nhất từ bản sao. Muốn bắt đầu sổ mới, chuyển thư mục của các kỳ đó đi nơi khác và xóa dòng của tệp này trong {index} (nếu mất cả thư mục, xóa {index}): những gì chúng cho biết khi đó không được bảo vệ",
                file=file_of(of, folder),
                index=INDEX,
            )


def _refuse_incomplete(folder: Path, told: Mapping[str, Summary], mine: Collection[Of]) -> None:
    """Refuse to go on without what the index tells of any ledger, and with one of which it is not known whose answers it holds."""
    for name, states in told.items():
        named = _NAME.match(name)
        of = (named[1], int(named[2]), named[3]) if named else None
        there = _held_in(folder, of)
        if any(there.get(basis, 0) < count for basis, count, _ in states):
            raise RenderError(
                "{file}: không có, hoặc thiếu những gì {index} ghi là đã công bố; khôi phục bản đủ nhất từ bản sao. Muốn bắt đầu sổ mới, xóa dòng của tệp này trong {index} (nếu mất cả thư mục, xóa {index}): những gì đã công bố khi đó không được bảo vệ",
                file=folder / name,
                index=INDEX,
            )
        if of and of not in mine and any(there.values()) and not any(answers for *_, answers in states):
            raise RenderError(
                "{file}: sổ cũ, chưa ghi dấu của những người đã trả lời, nên không biết họ có ở điều tra này không; công bố lại điều tra của sổ đó trước, hoặc trong cùng kỳ này",
                file=folder / name,
            )


def _held_in(folder: Path, of: Of | None) -> dict[str, int]:
    """Return how many tables of which states the ledgers of a survey hold; where none is named, which key there is."""
    if of is None:
        return {_checksum((folder / _KEY).read_bytes()): 1}
    states = sorted(read(of, folder)[0], key=lambda one: len(one.tables))  # of copies the fullest
    return {one.basis: len(one.tables) for one in states}


def _enter(
    folder: Path,
    of: Of,
    notes: Sequence[Mapping[str, Any]],
    index: dict[str, Summary],
) -> None:
    file = file_of(of, folder)
    states, seen = read(of, folder)
    whose = {repr((one["checksums"], one["kin"])): one for one in notes if one["item"] == ANSWERS[0]}
    meanwhile = (
        {basis for _, basis in _alike(of, one["checksums"], folder, index)}.difference(one["kin"])
        for one in whose.values()
    )
    if any(one["seen"] != seen for one in notes) or any(meanwhile):
        raise RenderError(
            "{file}: trong lúc đó một lượt chạy khác đã công bố số liệu của điều tra này; lập lại báo cáo",
            file=file,
        )
    entries = {state.basis: dict(state.tables) for state in states}
    before = sum(map(len, entries.values()))
    for one in notes:
        kept = ("item", "what", "rows", "checksums", "rule", "totals", "units", "stands")
        entry = {name: one[name] for name in kept if name in one}
        if one["item"] == ANSWERS[0]:
            hidden = {bits: " ".join(_keyed(hashes, folder)[0]) for bits, hashes in one["checksums"].items()}
            entry["checksums"] = hidden
        entries.setdefault(one["basis"], {}).setdefault((one["item"], one["what"]), Published(entry))
    if sum(map(len, entries.values())) > before:
        _write_ledger(file, of, entries)
        index[file.name] = _summary(map(PublishedState, entries.keys(), entries.values()))
    elif file.is_file():  # a run may have been cut before its index
        index[file.name] = _summary(_read(file)[0])


def standing(*, real_only: bool = False) -> dict[str, tuple[int, int]]:
    """Return, by survey and year, how many tables of its newest state stand as they were published before, of how many."""
    found: dict[str, tuple[int, int]] = {}
    for file in sorted(paths.releases().glob("*.json")):
        named, states = _NAME.match(file.name), _read(file)[0]
        tables = [table for key, table in states[-1].tables.items() if key != ANSWERS] if states else []
        if named is None or (real_only and named[3] == "simulated"):
            continue
        if stand := sum(bool(table.entry.get("stands")) for table in tables):
            found[f"{named[1]} {named[2]}"] = stand, len(tables)
    return found


def forget(of: Of) -> None:
    """Begin a ledger anew, of people who were made up anew; which states were published of stays known."""
    file = file_of(of)
    if file.name not in _told(file.parent):
        return
    file.parent.mkdir(exist_ok=True)
    with locked(file.parent):
        told = _told(file.parent)
        told[file.name] = [(basis, 0, {}) for basis, *_ in told[file.name]]
        if file.parent.with_name(INDEX).is_file():  # first: a cut between must not leave it speaking of more
            _write_index(file.parent, told)
        _write_ledger(file, of, {basis: {} for basis, *_ in told[file.name]})


def _write_ledger(file: Path, of: Of, entries: Mapping[str, Mapping[Key, Published]]) -> None:
    states = [
        {"basis": basis, "tables": [tables[key].entry for key in sorted(tables)]}
        for basis, tables in entries.items()
    ]
    told = json.dumps(states, ensure_ascii=False)
    content = {
        "schema": SCHEMA,
        **dict(zip(("survey", "year", "evidence"), of, strict=True)),
        "note": "SỐ LIỆU MÔ PHỎNG" if of[2] == "simulated" else "Nội bộ: không công bố, không gửi đi",
        "sha256": _checksum(told.encode()),
    }
    text = f"{json.dumps(content, ensure_ascii=False)[:-1]}, {_STATES.decode()}{told}}}\n"
    # a power cut must not leave an edition without it
    replace_file(file, text.encode())


# ---------------------------------------------------------------- the index of the ledgers

#: What the ledgers hold, a line each, and the key: one that is gone, or an older copy, is known by it. It stands beside their
#: folder, which may be gone as a whole.
INDEX = "published.txt"
_KEY = "key.txt"
#: Of each state of a ledger: its name, how many tables it has, and keyed hashes of records.
Summary = list[tuple[str, int, Mapping[str, str]]]


def _summary(states: Iterable[PublishedState]) -> Summary:
    answers = {ANSWERS: Published({"checksums": {}})}
    return [
        (state.basis, len(state.tables), {**answers, **state.tables}[ANSWERS].checksums) for state in states
    ]


def _told(folder: Path) -> dict[str, Summary]:
    """
    Return what the ledgers of a folder hold, by their files' names: as the index tells, and of others as they are.

    Raises
    ------
    SurveyError
        The index, or a ledger that is not in it, can't be read.
    """
    file, known = folder.with_name(INDEX), dict[str, Summary]()
    try:
        for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
            one = json.loads(line)
            known[one["file"]] = [
                (str(basis), int(tables), {_sketch(bits): str(some) for bits, some in answers.items()})
                for basis, tables, answers in one["states"]
            ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise _unreadable(file, fault) from fault
    others = [one for one in sorted(folder.glob("*.json")) if _NAME.match(one.name) and one.name not in known]
    return known | {one.name: _summary(_read(one)[0]) for one in others}


def _sketch(bits: str) -> str:
    number, *kind = bits.split()
    return " ".join([str(int(number)), *kind])


def _write_index(folder: Path, told: Mapping[str, Summary]) -> None:
    lines = [json.dumps({"file": name, "states": told[name]}, ensure_ascii=False) for name in sorted(told)]
    text = "".join(f"{line}\n" for line in lines)
    file = folder.with_name(INDEX)
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        replace_file(file, text.encode())


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
