"""The catalogue of indicators, and the way from a plan's wording to a code.

Facts (names, other wordings, words that must and must not occur) are rows of
``data/raw/reference/indicators.csv``; the matcher is described in ``docs/methods/matching-indicators.md``.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extractOne

from qngai_analysis import paths, raw
from qngai_analysis.kept import of_tables
from qngai_analysis.plan.words import lower, whole, words
from qngai_analysis.words.folding import fold

if TYPE_CHECKING:
    import pandas as pd

SURE = 0.70  # below this a wording stays unmatched
NEAR = 0.50  # from here on an indicator is named as near
APART = 0.05  # two indicators nearer to one another than this are not told apart

# Abbreviations and twins, in folded spelling; one wording for one thing before words are compared.
_PAIRS = tuple(pair.split(" = ") for pair in words("same_thing"))
_SAME = tuple((re.compile(rf"(?<![a-z0-9])(?:{old})(?![a-z0-9])"), new) for new, old in _PAIRS)
# most wordings hold none
_ANY_SAME = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(old for _, old in _PAIRS)})(?![a-z0-9])")
# Words that every wording may hold and that tell nothing apart.
_EMPTY = frozenset(words("tell_nothing"))
# Words that make a quantity another one than an indicator that does not say them.
_NEW, _OLD_NEW, _PART = whole("new_ones"), whole("no_new_ones"), whole("of_a_part", "left_out")
_SUMMED, _YEARLY = whole("of_several_years"), whole("of_each_year")


@dataclass(frozen=True, slots=True)
class Match:
    """A code and how sure the match is (0 to 1).

    ``code`` is "" where nothing is near enough, or two codes are equally near; then ``nearest`` names them.
    """

    code: str
    score: float
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    code: str
    unit: str
    wordings: tuple[frozenset[str], ...]
    require: tuple[tuple[str, ...], ...]
    exclude: tuple[str, ...]
    said: str  # all its words
    flows: bool  # it counts what a year brings, not what there is


def read_catalogue() -> pd.DataFrame:
    """Return the indicators, indexed by ``code``; columns and units as in ``indicators.toml``.

    Raises
    ------
    RawFileError
        The file is missing, was edited, or a cell is not what its sidecar promises.
    """
    return _catalogue().copy(deep=False)


@of_tables("indicators.csv")
def _catalogue() -> pd.DataFrame:
    columns = raw.read_sidecar(paths.start("reference", "indicators.csv")).columns
    return raw.as_table(catalogue_rows(), columns).set_index("code")


@of_tables("indicators.csv")
def catalogue_rows() -> tuple[Mapping[str, Any], ...]:
    """Return the rows of the catalogue; a project's copy may be older than the program, from whose it takes what it does not say."""
    file, ours = paths.reference("indicators.csv"), paths.start("reference", "indicators.csv")
    own, known = ({row["code"]: row for row in raw.read_cells(each)} for each in (file, ours))
    return tuple(
        {
            name: value
            if (value := own.get(code, {}).get(name, "")) != ""
            else known.get(code, {}).get(name, "")
            for name in raw.read_sidecar(ours).columns
        }
        for code in dict.fromkeys([*own, *known])
    )


def plain(wording: str) -> str:
    """Return words folded, with one spelling for abbreviations and twins.

    >>> plain("Tỷ lệ DNNVV sử dụng họp đồng điện tử")
    'ty le doanh nghiep nho va vua su dung hop dong dien tu'
    """
    wording = fold(wording)
    if _ANY_SAME.search(wording):
        for old, new in _SAME:
            wording = old.sub(new, wording)
    return wording


class Matcher:
    """Finds the indicator that a printed wording names."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.entries = [_entry(row) for row in rows]
        self._entries = {entry.code: entry for entry in self.entries}
        self.traits = {str(row["code"]): (str(row["pillar"]), str(row["sector"])) for row in rows}
        self._falling = {str(row["code"]) for row in rows if row.get("direction") == "down"}
        said = {token for entry in self.entries for wording in entry.wordings for token in wording}
        phrases = [phrase for entry in self.entries for phrase in (*entry.exclude, *sum(entry.require, ()))]
        self.vocabulary = sorted(said.union(*map(str.split, phrases)))
        self.known = set(self.vocabulary)
        self.weights = _weights(self.entries)
        # one column a wording, those of an entry side by side; one row a word, its weight where a wording holds it
        wordings = [wording for entry in self.entries for wording in entry.wordings]
        self._rows = {token: i for i, token in enumerate(self.weights)}
        self._held = np.zeros((len(self._rows), len(wordings)))
        for place, wording in enumerate(wordings):
            for token in wording:
                self._held[self._rows[token], place] = self.weights[token]
        self._whole = np.array([sum(self.weights[token] for token in wording) for wording in wordings])
        self._starts = np.cumsum([0, *(len(entry.wordings) for entry in self.entries[:-1])])
        self._mend = lru_cache(maxsize=20_000)(self._mended)
        self._near = lru_cache(maxsize=20_000)(self._nearest)

    def match(self, subject: str, unit: str = "%", change: str = "", around: str = "") -> Match:
        """Return the indicator of a subject, measured in ``unit``; growth only fits growth.

        A subject of another population or definition stays unmatched, however near its words are; ``around``
        are words beside it that may make it one ("có thêm", "giai đoạn 2021 - 2025").
        """
        found = self.candidates(subject, unit, change, most=2, least=NEAR)
        if not found:
            return Match("", 0.0)
        sure = found[0].score >= SURE and (len(found) == 1 or found[0].score - found[1].score >= APART)
        if sure and self._is_another(found[0].code, lower(subject), lower(f"{around} {subject}"), unit):
            return Match("", found[0].score, (found[0].code,))
        return found[0] if sure else Match("", found[0].score, tuple(near.code for near in found))

    def _is_another(self, code: str, subject: str, told: str, unit: str) -> bool:
        """Whether words tell a part of what an indicator counts, the new ones of a stock, several years of a year's flow."""
        entry = self._entries[code]
        parts = _PART.findall(subject)
        if not entry.flows and not unit.startswith("%"):
            parts += _NEW.findall(_OLD_NEW.sub(" ", told))
        if entry.flows and not unit.startswith("%") and not _YEARLY.search(told):
            parts += _SUMMED.findall(told)
        return any(f" {plain(part)} " not in entry.said for part in parts)

    def falls(self, code: str) -> bool:
        """Return whether the catalogue says that less of an indicator is better."""
        return code in self._falling

    def candidates(
        self, subject: str, unit: str = "%", change: str = "", most: int = 10, least: float = 0.0
    ) -> list[Match]:
        """Return the nearest indicators the words allow, best first; at most ``most``, none below ``least``."""
        words = [self._mend(token) for token in plain(subject).split()]
        line = " ".join(words)
        per_head, grows = _PER_HEAD.search(line) is not None, _GROWS.match(line) is not None
        # a word that no indicator knows tells nothing but that it is there
        line = " ".join(word if word in self.known else "?" for word in words)
        unknown = len({word for word in words if word not in self.known} - _EMPTY)
        return list(self._near(line, unknown, unit, change, per_head, grows, least)[:most])

    def _nearest(
        self, line: str, unknown: int, unit: str, change: str, per_head: bool, grows: bool, least: float
    ) -> tuple[Match, ...]:
        tokens = frozenset(line.split()) - _EMPTY - {"?"}
        held = self._held[[self._rows[token] for token in tokens if token in self._rows]]
        common = held.sum(axis=0)
        said = sum(self.weights.get(token, 1.5) for token in tokens) + 1.5 * unknown
        # how much of a wording is said, less for what is said besides (Tversky index)
        scores = common / (common + 0.25 * (said - common) + 0.75 * (self._whole - common) + 1e-9)
        # it takes more than a word which many say
        telling = np.logical_or.reduceat((held > 1.0).any(axis=0), self._starts)
        best = np.maximum.reduceat(scores, self._starts) * telling
        near = np.flatnonzero(telling & (best >= least))
        padded = f" {line} "
        scored = sorted((-round(float(best[i]), 3), self.entries[i].code, self.entries[i]) for i in near)
        allowed = (found for found in scored if _allowed(found[2], padded))
        fits = partial(_fits, unit=unit, change=change, per_head=per_head, grows=grows)
        return tuple(Match(code, -score) for score, code, entry in allowed if fits(entry.unit))

    def _mended(self, token: str) -> str:
        """Return the word a misread one stands for: one letter off, and no word of its own here."""
        if token in self.known or len(token) < 4 or not token.isalpha():
            return token
        best = extractOne(token, self.vocabulary, scorer=Levenshtein.distance, score_cutoff=1)
        return best[0] if best and len(best[0]) >= 4 else token


def _entry(row: Mapping[str, Any]) -> _Entry:
    aliases = [str(row["name_vi"]), *str(row["aliases"]).split("|")]
    wordings = tuple(filter(None, (frozenset(plain(alias).split()) - _EMPTY for alias in aliases)))
    groups = (
        tuple(map(plain, group.split("|"))) for group in str(row["require"]).split(";") if group.strip()
    )
    exclude = tuple(plain(word) for word in str(row["exclude"]).split("|") if word.strip())
    said = " | ".join(map(plain, (*aliases, str(row["require"]))))
    unit, counted = str(row["unit"]), str(row["numerator"]).endswith("trong năm")
    flows = counted or any(money in unit for money in ("đồng", "USD"))
    return _Entry(str(row["code"]), unit, wordings, tuple(groups), exclude, f" {said} ", flows)


def _weights(entries: list[_Entry]) -> dict[str, float]:
    """Return the weight of each word: the fewer indicators say it, the more it tells."""
    counts = Counter(token for entry in entries for token in frozenset().union(*entry.wordings))
    return {token: math.log(1 + len(entries) / count) for token, count in counts.items()}


def _allowed(entry: _Entry, padded: str) -> bool:
    if any(f" {word} " in padded for word in entry.exclude):
        return False
    return all(any(f" {word} " in padded for word in group) for group in entry.require)


# what a heading says that the unit beside it leaves out: "Số bác sĩ trên một vạn dân | bác sĩ", "Tốc độ tăng … | %"
_PER_HEAD = re.compile(r"(?:dau nguoi|(?:1|mot|10.?000) (?:van )?dan)(?!\w)")
_GROWS = re.compile(r"(?:toc do|muc) tang|tang truong(?! tin dung)")


def _fits(catalogued: str, unit: str, change: str, *, per_head: bool, grows: bool) -> bool:
    if unit in ("hạng", "bậc"):
        return "hạng" in catalogued
    change_meant = change in ("increase", "decrease", "multiple") or unit == "%/năm"
    if "%/năm" in catalogued:
        return (grows or change_meant) and unit.startswith("%")
    if change_meant:
        return False
    if unit.startswith("%") or not unit:
        return catalogued.startswith("%") or (not unit and not catalogued.startswith("%"))
    foreign = ("USD" in catalogued.upper()) == ("USD" in unit.upper())
    return foreign and not catalogued.startswith("%") and (per_head or ("/" in catalogued) == ("/" in unit))


@of_tables("indicators.csv", stays=True)
def find_matcher() -> Matcher:
    """Return the matcher of the catalogue in reach (see ``paths.reference``)."""
    return Matcher(catalogue_rows())


def match_subject(subject: str, unit: str = "%", change: str = "") -> Match:
    """Return the catalogue code of a printed subject.

    >>> match_subject("Tỷ lệ doanh nghiệp sử dụng họp đồng điện tử").code
    'KTS_HDDT'
    >>> match_subject("Tỷ lệ thuê bao điện thoại di động sử dụng điện thoại thông minh").code
    'XHS_SMARTPHONE_TB'
    """
    return find_matcher().match(subject, unit, change)
