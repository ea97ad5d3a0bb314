"""Rehearsal data: a seeded simulator that answers a codebook's questions on the real frame.

There is no public microdata. The simulator builds the whole population of a survey (districts and
their urban and rural population are real), answers every question for every unit as the codebook's
``[simulate]`` entries say, takes the sample the codebook's design describes, and writes the file with a
sidecar that says ``status = "simulated"`` and holds the true values. See ``docs/methods/simulated-data.md``.
"""

from __future__ import annotations

import csv
import math
import tempfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis import paths, raw
from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.form.codebook import Codebook, Question, districts, read_codebook
from qngai_analysis.survey.form.condition import Answers, Bools, Condition, Floats, Status

VERSION = 1  # of the generator: raise it when the same seed gives other data
SEED = 906

Ints = npt.NDArray[np.int64]


def simulate(
    survey: str, year: int, *, seed: int = SEED, folder: Path | None = None, scale: float = 1.0
) -> Path:
    """
    Write a simulated file ``<year>.csv`` of a survey with its sidecar, and return the file's path.

    Parameters
    ----------
    survey : name of a survey with a codebook
    year : one of the years the codebook has shares for
    seed : the same seed gives the same bytes
    folder : where to write; by default ``data/raw/surveys/<survey>``
    scale : sample size relative to the codebook's (0.1 makes a small sample for a quick look)

    Raises
    ------
    SurveyError
        The codebook has no ``[simulate]`` entries or none for the year, or a file that is not
        simulated stands in the way (it is never overwritten).
    """
    codebook = read_codebook(survey)
    years = list(codebook.simulation.get("years", ()))
    if year not in years:
        known = ", ".join(map(str, years)) or "no year"
        raise SurveyError(f"{codebook.path}: [simulate] has shares for {known}, not for {year}")
    if not 0 < scale <= 1:
        raise SurveyError(f"scale={scale}: it is above 0 and at most 1")
    target = (folder or paths.raw("surveys", survey)) / f"{year}.csv"
    _refuse_real(target)
    population = _Population(codebook, year, years.index(year), seed)
    population.answer()
    frame = population.sample(scale)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        file = Path(work) / target.name
        _write_csv(file, frame)
        sidecar = raw.sidecar_path(file)
        sidecar.write_text(_sidecar(codebook, year, seed, raw.sha256(file), population), encoding="utf-8")
        file.replace(target)
        sidecar.replace(raw.sidecar_path(target))
    return target


def truth(survey: str, year: int, *, folder: Path | None = None) -> pd.DataFrame:
    """
    Return the true values of a simulated file, as its sidecar holds them.

    Columns: ``indicator``, ``district`` (empty: the province), ``value`` (a share 0-1, or the
    indicator's unit) and ``population`` (units in the universe).

    Raises
    ------
    SurveyError
        The file is not simulated: nobody knows its true values.
    """
    file = (folder or paths.raw("surveys", survey)) / f"{year}.csv"
    sidecar = raw.read_sidecar(file)
    if "truth" not in sidecar.extra:
        raise SurveyError(f"{file}: no true values; only simulated files have them")
    return pd.DataFrame(sidecar.extra["truth"])


def _refuse_real(target: Path) -> None:
    for file in sorted(target.parent.glob(f"{target.stem}.*")):
        if file.suffix == ".toml":
            continue
        sidecar = raw.sidecar_path(file)
        if not sidecar.is_file() or raw.read_sidecar(file).status != "simulated":
            raise SurveyError(
                f"{file}: not simulated data; the simulator does not write over it or beside it"
            )


# -- the population ------------------------------------------------------------------------


@dataclass
class _Cells:
    """Where units live: one entry a district (and urban or rural) of one part of the frame."""

    part: int
    district: int
    urban: int  # 1 urban, 0 rural, -1 not distinguished
    region: str
    units: int
    stratum: str


class _Population:
    """All units of a survey (and their members), with true answers to every question."""

    def __init__(self, codebook: Codebook, year: int, position: int, seed: int) -> None:
        self.codebook = codebook
        self.year = year
        self.position = position
        self.seed = seed
        self.settings = codebook.simulation
        self.districts = districts()
        self.cells = self._cells()
        self._place_units()
        self._members()
        self.values: dict[str, Floats] = {}
        self.status: dict[str, npt.NDArray[np.int8]] = {}
        self.chosen: dict[str, dict[str, Bools]] = {}

    def _stream(self, *names: object) -> np.random.Generator:
        # a stream of its own for every purpose, so that a new question does not move the others
        words = [zlib.crc32(str(name).encode()) for name in (self.codebook.name, *names)]
        return np.random.default_rng([self.seed, VERSION, *words])

    # frame

    def _cells(self) -> list[_Cells]:
        cells: list[_Cells] = []
        for index, part in enumerate(self.settings["part"]):
            cells.extend(_merged(self._part_cells(index, part)))
        return cells

    def _part_cells(self, index: int, part: Mapping[str, Any]) -> list[_Cells]:
        split = "urban" in part["strata"]
        rows = []
        for number, row in enumerate(self.districts.to_dict("records")):
            kinds = (("urban", 1), ("rural", 0)) if split else ((part["frame"], -1),)
            for kind, urban in kinds:
                rows.append((number, row, urban, _frame_size(row, kind)))
        wanted = np.array([size for *_, size in rows]) * part.get("factor", 1.0) / part.get("per_unit", 1.0)
        counts = _largest_remainder(wanted)
        return [
            _Cells(
                part=index,
                district=number,
                urban=urban,
                region=str(row["region"]),
                units=int(count),
                stratum=_stratum_name(part, row, urban),
            )
            for (number, row, urban, _), count in zip(rows, counts, strict=True)
            if count
        ]

    def _place_units(self) -> None:
        """Lay out strata, first-stage units and units; all arrays have one entry a unit."""
        rng = self._stream("frame")
        cell_of, psu_of = [], []
        psu_cell: list[int] = []
        for number, cell in enumerate(self.cells):
            size = self.settings["part"][cell.part].get("psu_units", 0)
            psus = max(round(cell.units / size), min(cell.units, 6)) if size else cell.units
            shares = rng.dirichlet(np.full(psus, 12.0)) if size else None
            counts = (
                np.ones(psus, dtype=np.int64)
                if shares is None
                else _at_least(_largest_remainder(shares * cell.units), 1)
            )
            first = len(psu_cell)
            psu_cell.extend([number] * psus)
            psu_of.append(np.repeat(np.arange(first, first + psus), counts))
            cell_of.append(np.full(int(counts.sum()), number))
        self.unit_cell: Ints = np.concatenate(cell_of)
        self.unit_psu: Ints = np.concatenate(psu_of)
        self.psu_cell: Ints = np.asarray(psu_cell)
        self.psu_size: Ints = np.bincount(self.unit_psu, minlength=len(psu_cell))
        names = list(dict.fromkeys(cell.stratum for cell in self.cells))
        self.strata = names
        self.cell_stratum: Ints = np.array([names.index(cell.stratum) for cell in self.cells])
        trait = self.settings["trait"]
        level = np.array([self._cell_trait(cell, trait) for cell in self.cells])
        self.unit_trait: npt.NDArray[np.float32] = (
            level[self.unit_cell]
            + (trait.get("psu", 0.0) * rng.standard_normal(len(psu_cell)))[self.unit_psu]
            + trait.get("unit", 0.0) * rng.standard_normal(self.unit_psu.size)
        ).astype(np.float32)

    def _cell_trait(self, cell: _Cells, trait: Mapping[str, float]) -> float:
        urban = trait.get("urban", 0.0) * max(cell.urban, 0)
        part = self.settings["part"][cell.part].get("trait", 0.0)
        return float(urban + trait.get(cell.region, 0.0) + part)

    def _members(self) -> None:
        units = self.unit_psu.size
        if self.codebook.roster is None:
            self.unit_of: Ints = np.arange(units)
            self.number: Ints = np.ones(units, dtype=np.int64)
            self.trait = self.unit_trait
            return
        rng = self._stream("members")
        sizes = 1 + rng.poisson(self.settings["members"] - 1, size=units).clip(0, 14)
        self.unit_of = np.repeat(np.arange(units), sizes)
        starts = np.cumsum(sizes) - sizes
        self.number = np.arange(self.unit_of.size) - starts[self.unit_of] + 1
        noise = rng.standard_normal(self.unit_of.size)
        spread = self.settings["trait"].get("person", 0.0)
        self.trait = (self.unit_trait[self.unit_of] + spread * noise).astype(np.float32)

    # answers

    def answer(self) -> None:
        """Answer every question for the whole population, in the order of the form."""
        for question in self.codebook.questions.values():
            self._answer(question)

    def _answer(self, question: Question) -> None:
        size = self.unit_of.size if question.repeat else self.unit_psu.size
        given = self._given(question, size)
        if given is not None:
            self._store(question, given, np.ones(size, dtype=bool))
            return
        if question.type == "text" or question.type == "date":
            self._store(question, np.zeros(size), np.ones(size, dtype=bool))
            return
        asked = self._true(question.ask_if, question.repeat, size)
        rng = self._stream("answer", self.year, question.name)
        spec = question.simulate
        if question.type == "select_multiple":
            self._answer_multiple(question, spec, asked, rng)
        elif question.type == "select_one":
            self._store(question, self._pick(question, spec, asked, rng), asked)
        else:
            self._store(question, self._draw(question, spec, asked, rng), asked)
        if question.name == "age":
            self._age_effect()

    def _given(self, question: Question, size: int) -> Floats | None:
        """Answers that the frame fixes: district, urban or rural, outcome, what a part sets."""
        design = self.codebook.design
        if question.name == design.district:
            codes = np.array([choice.code for choice in question.choices], dtype=float)
            return np.asarray(codes[np.array([cell.district for cell in self.cells])][self.unit_cell])
        if question.name == design.urban:
            urban = np.array([question.codes["urban" if cell.urban else "rural"] for cell in self.cells])
            return urban.astype(float)[self.unit_cell]
        if question.name == design.outcome:
            return np.full(size, float(question.codes[design.completed]))
        if self.codebook.roster and question.name == self.codebook.roster.key:
            return self.number.astype(float)
        parts = [part.get("set", {}).get(question.name) for part in self.settings["part"]]
        if any(parts):
            codes = np.array([question.codes[parts[cell.part]] for cell in self.cells], dtype=float)
            return codes[self.unit_cell]
        if question.simulate.get("draw") == "members":
            return np.bincount(self.unit_of, minlength=size).astype(float)
        if question.source == "frame":
            return np.zeros(size)
        return None

    def _store(self, question: Question, values: Floats, asked: Bools) -> None:
        self.values[question.name] = np.where(asked, values, np.nan)
        self.status[question.name] = np.where(asked, Status.ANSWERED, Status.NOT_APPLICABLE).astype(np.int8)

    def _trait(self, repeat: bool) -> npt.NDArray[np.float32]:
        return self.trait if repeat else self.unit_trait

    def _age_effect(self) -> None:
        trait = self.settings["trait"]
        if "age" not in trait:
            return
        years = np.maximum(self.values["age"] - trait.get("age_from", 0), 0)
        self.trait = (self.trait + trait["age"] * np.nan_to_num(years)).astype(np.float32)

    def _score(self, repeat: bool, load: float, rng: np.random.Generator) -> npt.NDArray[np.float32]:
        # single precision: over a million people answer dozens of questions
        trait = self._trait(repeat)
        score = rng.standard_normal(trait.size, dtype=np.float32)
        score *= np.float32(1.6)  # about the spread of a logistic error
        score += np.float32(load) * trait
        return score

    def _share(self, entry: float | Sequence[float]) -> float:
        return float(entry if isinstance(entry, int | float) else entry[self.position])

    def _pick(
        self, question: Question, spec: Mapping[str, Any], asked: Bools, rng: np.random.Generator
    ) -> Floats:
        """The best scores get the first choice, the next the second, ... : shares hold exactly."""
        able = asked & self._true(self._text(spec, "only_if"), question.repeat, asked.size)
        shares = {name: self._share(entry) for name, entry in spec.get("pick", {}).items()}
        rest = [name for name in question.codes if name not in shares]
        if not rest:  # every choice is named: the last one takes what the others leave
            rest = [list(shares)[-1]]
            del shares[rest[0]]
        if not shares:
            shares = {name: 1 / len(rest) for name in rest[:-1]}
            rest = rest[-1:]
        values = np.full(asked.size, float(question.codes[rest[-1]]))
        if not able.any():
            return values
        score = self._score(question.repeat, spec.get("load", 1.0), rng)[able]
        bounds = np.cumsum(list(shares.values()))
        # one extra group for choices without a share: they stand behind the named ones, evenly
        left = max(1 - bounds[-1], 0.0)
        spread = [bounds[-1] + left * (k + 1) / len(rest) for k in range(len(rest) - 1)]
        names = [*shares, *rest]
        cuts = np.quantile(score, 1 - np.minimum([*bounds, *spread], 1.0))
        group = np.zeros(score.size, dtype=np.int64)
        for cut in cuts:
            group += score < cut
        codes = np.array([question.codes[name] for name in names], dtype=float)
        values[able] = codes[np.minimum(group, len(names) - 1)]
        return values

    def _text(self, spec: Mapping[str, Any], key: str) -> Condition | None:
        return Condition(spec[key], self.codebook.questions) if key in spec else None

    def _answer_multiple(
        self, question: Question, spec: Mapping[str, Any], asked: Bools, rng: np.random.Generator
    ) -> None:
        load = spec.get("load", 1.0)
        shares = {name: self._share(entry) for name, entry in spec.get("pick", {}).items()}
        chosen: dict[str, Bools] = {}
        for choice in question.choices:
            hit = np.zeros(asked.size, dtype=bool)
            if not choice.exclusive and asked.any():
                score = self._score(question.repeat, load, rng)
                hit = asked & (score > np.quantile(score[asked], 1 - shares.get(choice.name, 0.2)))
            chosen[choice.name] = hit
        none = asked & ~np.logical_or.reduce(list(chosen.values()))
        exclusive = [choice.name for choice in question.choices if choice.exclusive]
        fallback = exclusive[0] if exclusive else max(shares, key=lambda name: shares[name])
        chosen[fallback] = chosen[fallback] | none
        self.chosen[question.name] = chosen
        self._store(question, np.zeros(asked.size), asked)

    def _draw(
        self, question: Question, spec: Mapping[str, Any], asked: Bools, rng: np.random.Generator
    ) -> Floats:
        kind = spec.get("draw", "uniform")
        size = asked.size
        if kind == "groups":
            return self._draw_groups(spec, rng)
        if kind == "fraction":
            mean = self._share(spec["mean"])
            shift = spec.get("load", 0.0) * self._trait(question.repeat)
            centre = 1 / (1 + np.exp(-(math.log(mean / (1 - mean)) + shift)))
            share = rng.beta(centre * 3, (1 - centre) * 3)
            return np.asarray(np.floor(share * np.nan_to_num(self.values[spec["of"]])))
        if kind == "lognormal":
            trait = spec.get("load", 0.0) * self._trait(question.repeat)
            deviation = spec.get("sigma", 0.5) * (rng.standard_normal(size) + trait)
            value = np.exp(np.log(self._median(question, spec, size)) + deviation)
        elif kind == "uniform":
            value = rng.uniform(
                spec.get("low", question.low or 0), spec.get("high", question.high or 100), size
            )
        else:
            raise SurveyError(
                f"{self.codebook.path}: question {question.name!r}: simulate.draw = {kind!r}; "
                "it is groups, fraction, lognormal or uniform"
            )
        value = np.round(value, spec.get("digits", 0) if question.type == "decimal" else 0)
        return np.asarray(np.clip(value, question.low, question.high))

    def _median(self, question: Question, spec: Mapping[str, Any], size: int) -> Floats:
        if "by" not in spec:
            return np.full(size, self._share(spec["median"]))
        by = self.codebook.questions[spec["by"]]
        medians = np.ones(size)
        for name, median in spec["median"].items():
            medians[self.values[by.name] == by.codes[name]] = median
        return medians

    def _draw_groups(self, spec: Mapping[str, Any], rng: np.random.Generator) -> Floats:
        def ages(groups: list[list[float]], size: int) -> Floats:
            lows, highs, shares = np.array(groups).T
            which = rng.choice(len(groups), size=size, p=shares / shares.sum())
            return np.asarray(np.floor(rng.uniform(lows[which], highs[which] + 1)))

        value = ages(spec["groups"], self.unit_of.size)
        if "first" in spec:
            first = self.number == 1
            value[first] = ages(spec["first"], int(first.sum()))
        return value

    def _true(self, condition: Condition | None, repeat: bool, size: int) -> Bools:
        if condition is None:
            return np.ones(size, dtype=bool)
        return condition.test(self._answers(condition.names, repeat)).yes

    def _answers(self, names: Iterable[str], repeat: bool) -> Answers:
        values, status, chosen = {}, {}, {}
        for name in names:
            widen = repeat and not self.codebook.questions[name].repeat
            values[name] = self.values[name][self.unit_of] if widen else self.values[name]
            status[name] = self.status[name][self.unit_of] if widen else self.status[name]
            if name in self.chosen:
                columns = self.chosen[name]
                chosen[name] = {k: v[self.unit_of] if widen else v for k, v in columns.items()}
        size = self.unit_of.size if repeat else self.unit_psu.size
        return Answers(size, values, status, chosen)

    def truth(self) -> list[dict[str, object]]:
        """True values of every indicator, for the province and for each district."""
        rows: list[dict[str, object]] = []
        names = self.districts["name"].tolist()
        of_unit = np.array([cell.district for cell in self.cells])[self.unit_cell]
        of_member = of_unit[self.unit_of]
        for indicator in self.codebook.indicators.values():
            conditions = [indicator.numerator, indicator.universe, indicator.denominator]
            used = {name for condition in conditions if condition for name in condition.names}
            repeat = self.codebook.roster is not None and not indicator.per_unit
            values = indicator.values(self._answers(used, repeat))
            where = of_member if repeat else of_unit
            inside = ~np.isnan(values[0])
            top = np.bincount(where[inside], weights=values[0][inside], minlength=len(names))
            count = np.bincount(where[inside], minlength=len(names))
            low = (
                np.bincount(where[inside], weights=values[1][inside], minlength=len(names))
                if indicator.kind == "ratio"
                else count.astype(float)
            )
            for district, above, below, size in [
                ("", top.sum(), low.sum(), count.sum()),
                *zip(names, top, low, count, strict=True),
            ]:
                if below:
                    rows.append(
                        {
                            "indicator": indicator.name,
                            "district": district,
                            "value": float(above / below),
                            "population": int(size),
                        }
                    )
        return rows

    # sample

    def sample(self, scale: float) -> pd.DataFrame:
        """Draw the sample of the year and return the file's columns as text."""
        psus, psu_total, psu_taken = self._sample_psus(scale)
        rng = self._stream("units", self.year)
        order = np.argsort(rng.random(self.unit_psu.size))
        take = np.array([self.settings["part"][cell.part].get("take", 1) for cell in self.cells])
        take = take[self.psu_cell]
        # rank of each unit within its PSU in random order; the first `take` are in the sample
        rank = np.empty(self.unit_psu.size, dtype=np.int64)
        by_psu = order[np.argsort(self.unit_psu[order], kind="stable")]
        starts = np.cumsum(self.psu_size) - self.psu_size
        rank[by_psu] = np.arange(by_psu.size) - np.repeat(starts, self.psu_size)
        in_sample = np.isin(self.unit_psu, psus) & (rank < take[self.unit_psu])
        units = np.flatnonzero(in_sample)
        responds = self._respond(units, rng)
        weight = self._weights(units, responds, psu_total, psu_taken)
        return self._file(units, responds, weight, psu_total, rng)

    def _sample_psus(self, scale: float) -> tuple[Ints, Ints, Ints]:
        """
        First-stage units of the year, with each one's stratum size and stratum sample size.

        Every unit has a permanent place in its stratum's random order, and the sample moves on by half
        its size a year: half of it is in the next year's sample too.
        """
        stratum = self.cell_stratum[self.psu_cell]
        total = np.bincount(stratum, minlength=len(self.strata))
        wanted = np.zeros(len(self.strata), dtype=np.int64)
        for index, part in enumerate(self.settings["part"]):
            mine = np.unique(self.cell_stratum[[cell.part == index for cell in self.cells]])
            size = part["psus"] if "psus" in part else part["units"]
            wanted[mine] = _allocate(total[mine], max(round(size * scale), 3 * mine.size))
        places = np.argsort(self._stream("permanent").random(stratum.size))
        picked = []
        for number in range(len(self.strata)):
            members = places[stratum[places] == number]
            start = self.position * (int(wanted[number]) // 2)
            picked.append(members[(start + np.arange(wanted[number])) % members.size])
        return np.concatenate(picked), total[stratum], wanted[stratum]

    def _respond(self, units: Ints, rng: np.random.Generator) -> Bools:
        """Each unit answers by chance; where fewer than two would, the first two of a group do."""
        responds = rng.random(units.size) < self.settings["response"]
        group = self._weighting_group(units)
        frame = pd.DataFrame({"group": group, "responds": responds})
        frame["answered"] = frame.groupby("group")["responds"].transform("sum")
        frame["place"] = frame.groupby("group").cumcount()
        return np.asarray(frame["responds"] | ((frame["answered"] < 2) & (frame["place"] < 2)))

    def _weighting_group(self, units: Ints) -> Ints:
        # the first-stage unit where it holds several units, else the stratum
        psu = self.unit_psu[units]
        stratum = self.cell_stratum[self.psu_cell[psu]]
        several = np.array(["psus" in self.settings["part"][cell.part] for cell in self.cells])
        return np.where(several[self.psu_cell[psu]], psu + len(self.strata), stratum)

    def _weights(self, units: Ints, responds: Bools, total: Ints, taken: Ints) -> Floats:
        psu = self.unit_psu[units]
        group = self._weighting_group(units)
        answered = pd.Series(responds).groupby(group).transform("sum").to_numpy(dtype=float)
        two_stage = group >= len(self.strata)
        first = np.where(two_stage, total[psu] / taken[psu], total[psu])
        second = np.where(two_stage, self.psu_size[psu], 1)
        return np.asarray(first * second / np.maximum(answered, 1))

    def _file(
        self, units: Ints, responds: Bools, weight: Floats, psu_total: Ints, rng: np.random.Generator
    ) -> pd.DataFrame:
        position = np.full(self.unit_psu.size, -1)
        position[units] = np.arange(units.size)
        place = position[self.unit_of]
        # every member of a household that answered; one line for one that did not
        rows = np.flatnonzero((place >= 0) & (responds[place] | (self.number == 1)))
        at = place[rows]
        reported = _Reported(self, rows, responds[at], rng)
        psu = self.unit_psu[units][at]
        texts = self._frame_texts(units[at], psu, psu_total, weight[at], responds[at])
        columns: dict[str, Any] = {}
        for question in self.codebook.questions.values():
            columns[question.name] = (
                texts[question.name] if question.name in texts else reported.column(question)
            )
        return pd.DataFrame(columns, dtype=object)

    def _frame_texts(
        self, units: Ints, psu: Ints, psu_total: Ints, weight: Floats, responds: Bools
    ) -> dict[str, list[str]]:
        design = self.codebook.design
        questions = self.codebook.questions
        codes = self.districts["code"].tolist()
        cells = [self.cells[number] for number in self.unit_cell[units]]
        first = np.searchsorted(self.psu_cell, np.arange(len(self.cells)))
        starts = np.cumsum(self.psu_size) - self.psu_size
        psu_names, unit_names = [], []
        for unit, one, cell in zip(units, psu, cells, strict=True):
            number = int(one - first[self.psu_cell[one]] + 1)
            area = {1: "T", 0: "N", -1: "P" + str(cell.part + 1)}[cell.urban]
            psu_names.append(f"{codes[cell.district]}-{area}{number:04d}")
            inside = int(unit - starts[one] + 1)
            unit_names.append(f"{psu_names[-1]}-{inside:03d}" if self.psu_size[one] > 1 else psu_names[-1])
        outcome = questions[design.outcome]
        failures = [code for name, code in outcome.codes.items() if name != design.completed]
        texts = {
            design.identifier[0]: unit_names,
            design.strata: [cell.stratum for cell in cells],
            design.fpc[0]: [str(count) for count in psu_total[psu]],
            design.weight: [f"{w:.6f}" if r else "" for w, r in zip(weight, responds, strict=True)],
            design.outcome: [
                str(outcome.codes[design.completed] if answered else failures[int(unit) % len(failures)])
                for unit, answered in zip(units, responds, strict=True)
            ],
        }
        if design.psu:
            texts[design.psu] = psu_names
        if len(design.fpc) > 1:
            texts[design.fpc[1]] = [str(count) for count in self.psu_size[psu]]
        return texts


class _Reported:
    """What respondents report of the truth: "không biết", refusals and gaps, and routing after them."""

    def __init__(
        self, population: _Population, rows: Ints, responds: Bools, rng: np.random.Generator
    ) -> None:
        self.population = population
        self.rows = rows
        self.units = population.unit_of[rows]
        self.responds = responds
        self.values: dict[str, Floats] = {}
        self.status: dict[str, npt.NDArray[np.int8]] = {}
        self.chosen: dict[str, dict[str, Bools]] = {}
        design = population.codebook.design
        for question in population.codebook.questions.values():
            self._report(question, rng)
            if question.name == design.outcome:
                # not answered: no choice of the outcome that opens the questionnaire
                self.values[question.name] = np.where(responds, self.values[question.name], -1.0)

    def _report(self, question: Question, rng: np.random.Generator) -> None:
        population = self.population
        at = self.rows if question.repeat else self.units
        self.values[question.name] = population.values[question.name][at]
        if question.name in population.chosen:
            self.chosen[question.name] = {
                name: hit[at] for name, hit in population.chosen[question.name].items()
            }
        size = self.rows.size
        asked = np.ones(size, dtype=bool)
        if question.ask_if is not None:
            asked = question.ask_if.test(Answers(size, self.values, self.status, self.chosen)).yes
        status = np.where(asked, Status.ANSWERED, Status.NOT_APPLICABLE)
        chance = self._chance(question, rng)
        edge = 0.0
        for name, kind in (
            ("missing", Status.MISSING),
            ("dont_know", Status.DONT_KNOW),
            ("refused", Status.REFUSED),
        ):
            share = self._rate(question, name)
            status[asked & (chance >= edge) & (chance < edge + share)] = kind
            edge += share
        self.status[question.name] = status.astype(np.int8)

    def _chance(self, question: Question, rng: np.random.Generator) -> Floats:
        """One random number a unit for a unit's question, so that all its rows agree."""
        if question.repeat:
            return rng.random(self.rows.size)
        places, inverse = np.unique(self.units, return_inverse=True)
        return rng.random(places.size)[inverse]

    def _rate(self, question: Question, kind: str) -> float:
        if question.required or question.source != "form" or question.type in ("text", "date"):
            return 0.0
        if kind != "missing" and kind not in question.special:
            return 0.0
        return float(question.simulate.get(kind, self.population.settings.get(kind, 0.0)))

    def column(self, question: Question) -> list[str]:
        """The question's cells as text: codes, numbers, several codes with spaces, or empty."""
        status, values = self.status[question.name], self.values[question.name]
        answered = status == Status.ANSWERED
        if question.type == "date":
            start = date(self.population.year, 10, 1)
            days = [int(unit) * 7919 % 45 for unit in self.units]
            return [
                (start + timedelta(days=day)).isoformat() if good else ""
                for day, good in zip(days, answered, strict=True)
            ]
        if question.type == "select_multiple":
            texts = self._several(question)
        elif question.type == "decimal":
            texts = [f"{value:g}" for value in values]
        else:
            texts = [f"{value:.0f}" for value in values]
        special = {Status.DONT_KNOW: "-8", Status.REFUSED: "-9"}
        return [
            text if good else special.get(Status(kind), "")
            for text, good, kind in zip(texts, answered, status, strict=True)
        ]

    def _several(self, question: Question) -> list[str]:
        hits = self.chosen[question.name]
        codes = [str(choice.code) for choice in question.choices]
        table = np.array([hits[choice.name] for choice in question.choices]).T
        return [" ".join(code for code, hit in zip(codes, row, strict=True) if hit) for row in table]


# -- small pieces --------------------------------------------------------------------------


def _frame_size(row: Mapping[Any, Any], kind: str) -> float:
    urban, rural = (_zero(row[f"{name}_2016"]) for name in ("urban", "rural"))
    return {"population": urban + rural, "urban": urban, "rural": rural}.get(kind) or (
        0.0 if kind in ("population", "urban", "rural") else _zero(row[kind])
    )


def _zero(value: Any) -> float:
    return 0.0 if pd.isna(value) else float(value)


def _stratum_name(part: Mapping[str, Any], row: Mapping[Any, Any], urban: int) -> str:
    words = [part["label"]] if part["label"] else []
    if "district" in part["strata"]:
        words.append(str(row["name"]))
    if "region" in part["strata"]:
        words.append(str(row["region"]))
    if urban >= 0:
        words.append("thành thị" if urban else "nông thôn")
    return " | ".join(words)


def _merged(cells: list[_Cells], least: int = 12) -> list[_Cells]:
    """Join a stratum of fewer than ``least`` units with the one before it: none is left with one."""
    totals: dict[str, int] = {}
    for cell in cells:
        totals[cell.stratum] = totals.get(cell.stratum, 0) + cell.units
    names = list(totals)
    into: dict[str, str] = {}
    for position, name in enumerate(names):
        small = totals[name] < least and len(names) > 1
        into[name] = into[names[position - 1]] if small and position else name
    for cell in cells:
        cell.stratum = into[cell.stratum]
    return cells


def _largest_remainder(wanted: Floats) -> Ints:
    """Whole numbers that add up to the rounded sum of ``wanted``, each at most one away from it."""
    floor = np.floor(wanted).astype(np.int64)
    missing = round(float(wanted.sum())) - int(floor.sum())
    order = np.argsort(floor - wanted, kind="stable")
    floor[order[:missing]] += 1
    return floor


def _at_least(counts: Ints, least: int) -> Ints:
    lacking = counts < least
    short = int((least - counts[lacking]).sum())
    counts = np.where(lacking, least, counts)
    counts[np.argmax(counts)] -= short
    return counts


def _allocate(totals: Ints, size: int) -> Ints:
    """Square-root allocation, at least 4 a stratum and never more than the stratum holds."""
    wanted = np.minimum(totals, 4)
    while (short := min(size, int(totals.sum())) - int(wanted.sum())) > 0:
        room = totals - wanted
        share = np.sqrt(totals) * (room > 0)
        extra = np.minimum(np.floor(short * share / share.sum()).astype(np.int64), room)
        if not extra.any():
            extra[np.argmax(np.where(room > 0, share, -1))] = 1
        wanted = wanted + extra
    return np.asarray(wanted)


def _write_csv(file: Path, frame: pd.DataFrame) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows(frame.itertuples(index=False, name=None))


def _sidecar(codebook: Codebook, year: int, seed: int, sha256: str, population: _Population) -> str:
    lines = [
        "# SỐ LIỆU MÔ PHỎNG: made up by a program to rehearse with; not one number is an observation.",
        f'title = "{codebook.vi}, {year} (số liệu mô phỏng)"',
        'producer = "qngai-analysis, simulator"',
        f'source = "simulated from codebook.toml and the districts\' reference table, seed {seed}"',
        f'sha256 = "{sha256}"',
        'status = "simulated"',
        'notes = ["Not real: put the real file and its sidecar in this place; no code changes."]',
        "",
        "[generator]",
        f"version = {VERSION}",
        f"codebook_version = {codebook.simulation.get('version', 1)}",
        f"seed = {seed}",
        f"year = {year}",
        f'codebook_sha256 = "{raw.sha256(codebook.path)}"',
    ]
    for row in population.truth():
        lines += [
            "",
            "[[truth]]",
            f'indicator = "{row["indicator"]}"',
            f'district = "{row["district"]}"',
            f"value = {row['value']!r}",
            f"population = {row['population']}",
        ]
    return "\n".join(lines) + "\n"
