"""The population of a survey that a simulated file is drawn from: where units live, and their true answers.

The codebook's ``[simulate]`` entries say what it looks like; districts and their size are real.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis import paths, raw, territory
from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.form.codebook import Codebook, Question
from qngai_analysis.survey.form.condition import Answer, Answers, Bools, Condition, Floats, Status

VERSION = 1  # of the generator: raise it when the same seed gives other data

Ints = npt.NDArray[np.int64]
Trait = npt.NDArray[np.float32]
Spec = Mapping[str, Any]


def districts() -> pd.DataFrame:
    """
    Return the units that rehearsal samples are drawn from: ``id, name, code, region`` and their sizes.

    Sizes are those of ``reference/districts.csv`` where the project has it; else the province's people in equal parts,
    in wards as urban and elsewhere as rural.
    """
    units = territory.survey_units(territory.survey_day())
    file = paths.raw("reference", "districts.csv")
    if file.is_file() and {unit.level for unit in units} == {"huyện"}:
        return raw.read_table(file)
    rows = raw.read_rows(paths.reference("populations.csv"))
    people = {row["province"]: int(row["people"]) for row in rows if row["provinces"] == "34"}
    here = territory.home()
    each = people.get(territory.without_kind(here.bare) if here else "", 1_000_000) // max(1, len(units))
    frame = pd.DataFrame(units)[["id", "name", "code"]].assign(region="toàn địa bàn")
    urban = frame["name"].str.startswith("Phường") * each
    return frame.assign(urban_2016=urban, rural_2016=each - urban, enterprises_2015=each // 100)


def settings_of(codebook: Codebook) -> dict[str, Any]:
    """
    Return the codebook's ``[simulate]`` with what may be left out filled in.

    Raises
    ------
    SurveyError
        A part of the frame does not say where its units live or how many are drawn, or names none of the
        sizes that districts have.
    """
    found = codebook.simulation
    where = f"{codebook.path}: [simulate]"
    if not found.get("part"):
        raise SurveyError("{where}: cần ít nhất một mục [[simulate.part]]", where=where)
    table = districts()
    sizes = ["population", *table.select_dtypes("number").columns, "urban", "rural"]
    parts = []
    for number, part in enumerate(found["part"], 1):
        if part.get("frame") not in sizes:
            wording = "{where}, part {number}: frame = {frame!r}; giá trị hợp lệ: {known}"
            told = {"where": where, "number": number, "frame": part.get("frame")}
            raise SurveyError(wording, known=", ".join(sizes), **told)
        if "units" not in part and not {"psus", "psu_units", "take"} <= set(part):
            wording = "{where}, part {number}: chưa nêu cỡ mẫu; viết units, hoặc cả psus, psu_units và take"
            raise SurveyError(wording, where=where, number=number)
        parts.append({"label": "", "strata": [], **part})
    members = {"members": 4} if codebook.roster else {}
    return {"trait": {}, "response": 1.0, **members, **found, "part": parts}


# -- where units live ----------------------------------------------------------------------


def cells_of(part: Spec, index: int) -> pd.DataFrame:
    """
    Return where the units of one part of the frame live: one row a district (and urban or rural).

    Columns: ``part`` (its index), ``district`` (its place in the districts' table), ``urban`` (1, 0; -1 not
    distinguished), ``region``, ``stratum``, ``units`` (how many there are, above 0).
    """
    table = districts()
    sizes = {name: table[f"{name}_2016"].fillna(0.0) for name in ("urban", "rural")}
    sizes["population"] = sizes["urban"] + sizes["rural"]
    kinds = {"urban": 1, "rural": 0} if "urban" in part["strata"] else {part["frame"]: -1}
    columns = {"district": "name", "region": "region"}
    spans = [columns[name] for name in columns if name in part["strata"]]
    found = []
    for kind, urban in kinds.items():
        area = {1: ["thành thị"], 0: ["nông thôn"], -1: []}[urban]
        names = [[*filter(None, [part["label"]]), *map(str, row), *area] for row in table[spans].to_numpy()]
        size = sizes[kind] if kind in sizes else table[kind].fillna(0.0)
        each = {"part": index, "district": range(len(table)), "urban": urban, "size": size}
        found.append(table[["region"]].assign(**each, stratum=list(map(" | ".join, names))))
    cells = pd.concat(found).sort_values("district", kind="stable")
    wanted = cells["size"].to_numpy(dtype=float) * part.get("factor", 1.0) / part.get("per_unit", 1.0)
    cells["units"] = largest_remainder(wanted)
    return _merged(cells[cells["units"] > 0])


def _merged(cells: pd.DataFrame, least: int = 12) -> pd.DataFrame:
    """Join a stratum of fewer than ``least`` units with the one before it: none is left with one."""
    into: dict[str, str] = {}
    before = ""
    totals = cells.groupby("stratum", sort=False)["units"].sum()
    for name, total in totals.items():
        before = into[str(name)] = before if total < least and before else str(name)
    return cells.assign(stratum=cells["stratum"].map(into))


def largest_remainder(wanted: Floats) -> Ints:
    """Return whole numbers that add up to the rounded sum of ``wanted``, each at most one away from it."""
    floor = np.floor(wanted).astype(np.int64)
    missing = round(float(wanted.sum())) - int(floor.sum())
    order = np.argsort(floor - wanted, kind="stable")
    floor[order[:missing]] += 1
    return floor


def _at_least_one(counts: Ints) -> Ints:
    raised = np.maximum(counts, 1)
    raised[np.argmax(raised)] -= raised.sum() - counts.sum()
    return raised


class Population:
    """All units of a survey (and their members), with true answers to every question."""

    def __init__(self, codebook: Codebook, year: int, seed: int) -> None:
        self.codebook, self.year, self.seed = codebook, year, seed
        self.settings = settings_of(codebook)
        self.position = list(self.settings["years"]).index(min(year, max(self.settings["years"])))
        parts = enumerate(self.settings["part"])
        self.cells = pd.concat([cells_of(part, index) for index, part in parts], ignore_index=True)
        self._place_units()
        self._place_members()
        self.told: dict[str, Answer] = {}
        for question in codebook.questions.values():
            self._answer(question)

    def stream(self, *names: object) -> np.random.Generator:
        """Return a stream of its own for every purpose, so that a new question does not move the others."""
        words = [zlib.crc32(str(name).encode()) for name in (self.codebook.name, *names)]
        return np.random.default_rng([self.seed, VERSION, *words])

    def of_part(self, key: str, default: Any) -> npt.NDArray[Any]:
        """Return a setting of each cell's part of the frame."""
        return np.array([self.settings["part"][part].get(key, default) for part in self.cells["part"]])

    def _place_units(self) -> None:
        """Lay out strata, first-stage units and units; all arrays have one entry a unit."""
        rng, trait = self.stream("frame"), self.settings["trait"]
        sizes = []
        for units, size in zip(self.cells["units"].tolist(), self.of_part("psu_units", 0), strict=True):
            counts = np.ones(units, dtype=np.int64)
            if size:
                shares = rng.dirichlet(np.full(max(round(units / size), min(units, 6)), 12.0))
                counts = _at_least_one(largest_remainder(shares * units))
            sizes.append(counts)
        self.psu_size: Ints = np.concatenate(sizes)
        self.psu_cell: Ints = np.repeat(np.arange(len(sizes)), [counts.size for counts in sizes])
        self.unit_psu: Ints = np.repeat(np.arange(self.psu_size.size), self.psu_size)
        self.unit_cell: Ints = self.psu_cell[self.unit_psu]
        self.first_unit: Ints = np.cumsum(self.psu_size) - self.psu_size  # of each first-stage unit
        self.cell_stratum: Ints = np.asarray(pd.factorize(self.cells["stratum"])[0])
        self.strata = int(self.cell_stratum.max()) + 1
        region = np.array([trait.get(name, 0.0) for name in self.cells["region"]])
        urban = trait.get("urban", 0.0) * np.maximum(self.cells["urban"].to_numpy(), 0)
        level = urban + region + self.of_part("trait", 0.0)
        self.unit_trait: Trait = (
            level[self.unit_cell]
            + (trait.get("psu", 0.0) * rng.standard_normal(self.psu_size.size))[self.unit_psu]
            + trait.get("unit", 0.0) * rng.standard_normal(self.unit_psu.size)
        ).astype(np.float32)

    def _place_members(self) -> None:
        units = self.unit_psu.size
        self.unit_of: Ints = np.arange(units)
        self.number: Ints = np.ones(units, dtype=np.int64)
        self.trait = self.unit_trait
        if self.codebook.roster is None:
            return
        rng = self.stream("members")
        sizes = 1 + rng.poisson(self.settings["members"] - 1, size=units).clip(0, 14)
        self.unit_of = np.repeat(np.arange(units), sizes)
        starts = np.cumsum(sizes) - sizes
        self.number = np.arange(self.unit_of.size) - starts[self.unit_of] + 1
        noise = rng.standard_normal(self.unit_of.size)
        spread = self.settings["trait"].get("person", 0.0)
        self.trait = (self.unit_trait[self.unit_of] + spread * noise).astype(np.float32)

    # -- answers, in the order of the form -------------------------------------------------

    def _answer(self, question: Question) -> None:
        size = self.unit_of.size if question.repeat else self.unit_psu.size
        asked, chosen = np.ones(size, dtype=bool), dict[str, Bools]()
        values = self._given(question, size)
        if values is None:
            if question.ask_if is not None:
                asked = self._true(question.ask_if, question.repeat)
            rng = self.stream("answer", self.year, question.name)
            if question.type == "select_multiple":
                values, chosen = np.zeros(size), self._choose(question, asked, rng)
            else:
                values = (self._pick if question.choices else self._draw)(question, asked, rng)
        status = np.where(asked, Status.ANSWERED, Status.NOT_APPLICABLE).astype(np.int8)
        self.told[question.name] = Answer(np.where(asked, values, np.nan), status, chosen)
        if question.name == "age" and "age" in self.settings["trait"]:
            trait = self.settings["trait"]
            years = np.maximum(self.told["age"].values - trait.get("age_from", 0), 0)
            self.trait = (self.trait + trait["age"] * np.nan_to_num(years)).astype(np.float32)

    def _given(self, question: Question, size: int) -> Floats | None:
        """Answers that the frame fixes: district, urban or rural, outcome, what a part sets."""
        design, roster, codes = self.codebook.design, self.codebook.roster, question.codes
        if question.name == design.district:
            every = np.array([choice.code for choice in question.choices], dtype=float)
            return np.asarray(every[self.cells["district"].to_numpy()[self.unit_cell]])
        if question.name == design.urban:
            urban = np.where(self.cells["urban"] != 0, codes["urban"], codes["rural"])
            return urban.astype(float)[self.unit_cell]
        if question.name == design.outcome:
            return np.full(size, float(codes[design.completed]))
        if roster and question.name == roster.key:
            return self.number.astype(float)
        parts = [part.get("set", {}).get(question.name) for part in self.settings["part"]]
        if any(parts):
            return np.array([codes[parts[part]] for part in self.cells["part"]], dtype=float)[self.unit_cell]
        if question.simulate.get("draw") == "members":
            return np.bincount(self.unit_of, minlength=size).astype(float)
        return np.zeros(size) if question.source == "frame" or question.type in ("text", "date") else None

    def _trait(self, question: Question) -> Trait:
        return self.trait if question.repeat else self.unit_trait

    def _score(self, question: Question, rng: np.random.Generator) -> Trait:
        # single precision: over a million people answer dozens of questions
        trait = self._trait(question)
        score = rng.standard_normal(trait.size, dtype=np.float32)
        score *= np.float32(1.6)  # about the spread of a logistic error
        score += np.float32(question.simulate.get("load", 1.0)) * trait
        return score

    def _share(self, entry: Any) -> float:
        return float(entry if isinstance(entry, int | float) else entry[self.position])

    def _shares(self, question: Question) -> dict[str, float]:
        return {name: self._share(entry) for name, entry in question.simulate.get("pick", {}).items()}

    def _pick(self, question: Question, asked: Bools, rng: np.random.Generator) -> Floats:
        """The best scores get the first choice, the next the second, ... : shares hold exactly."""
        able = asked
        if only := question.simulate.get("only_if"):
            able = asked & self._true(Condition(only, self.codebook.questions), question.repeat)
        shares = self._shares(question)
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
        score = self._score(question, rng)[able]
        bounds = np.cumsum(list(shares.values()))
        # one extra group for choices without a share: they stand behind the named ones, evenly
        left = max(1 - bounds[-1], 0.0)
        spread = [bounds[-1] + left * (k + 1) / len(rest) for k in range(len(rest) - 1)]
        codes = np.array([question.codes[name] for name in (*shares, *rest)], dtype=float)
        group = np.zeros(score.size, dtype=np.int8)
        for cut in np.quantile(score, 1 - np.minimum([*bounds, *spread], 1.0)):
            group += score < cut
        values[able] = codes.take(group, mode="clip")
        return values

    def _choose(self, question: Question, asked: Bools, rng: np.random.Generator) -> dict[str, Bools]:
        """Each choice that excludes no other by its share; who has none gets the one that does."""
        shares = self._shares(question)
        chosen = {choice.name: np.zeros(asked.size, dtype=bool) for choice in question.choices}
        for choice in question.choices:
            if not choice.exclusive and asked.any():
                score = self._score(question, rng)
                least = np.quantile(score[asked], 1 - shares.get(choice.name, 0.2))
                chosen[choice.name] = asked & (score > least)
        none = asked & ~np.logical_or.reduce(list(chosen.values()))
        exclusive = [choice.name for choice in question.choices if choice.exclusive]
        fallback = exclusive[0] if exclusive else max(shares, key=lambda name: shares[name])
        return chosen | {fallback: chosen[fallback] | none}

    def _draw(self, question: Question, asked: Bools, rng: np.random.Generator) -> Floats:
        """A number: ages by groups, part of another number, lognormal or uniform."""
        spec, size = question.simulate, asked.size
        kind = spec.get("draw", "uniform")
        if kind == "groups":
            return self._ages(spec, rng)
        shift = spec.get("load", 0.0) * self._trait(question)
        if kind == "fraction":
            mean = self._share(spec["mean"])
            centre = 1 / (1 + np.exp(-(math.log(mean / (1 - mean)) + shift)))
            share = rng.beta(centre * 3, (1 - centre) * 3)
            return np.asarray(np.floor(share * np.nan_to_num(self.told[spec["of"]].values)))
        if kind == "lognormal":
            deviation = spec.get("sigma", 0.5) * (rng.standard_normal(size) + shift)
            value = np.exp(np.log(self._median(spec, size)) + deviation)
        elif kind == "uniform":
            low, high = spec.get("low", question.low or 0), spec.get("high", question.high or 100)
            value = rng.uniform(low, high, size)
        else:
            wording = "{path}: câu hỏi {name!r}: simulate.draw = {kind!r}; giá trị hợp lệ: groups, fraction, lognormal, uniform"
            raise SurveyError(wording, path=self.codebook.path, name=question.name, kind=kind)
        value = np.round(value, spec.get("digits", 0) if question.type == "decimal" else 0)
        return np.asarray(np.clip(value, question.low, question.high))

    def _median(self, spec: Spec, size: int) -> Floats:
        if "by" not in spec:
            return np.full(size, self._share(spec["median"]))
        by = self.codebook.questions[spec["by"]]
        medians = np.ones(size)
        for name, median in spec["median"].items():
            medians[self.told[by.name].values == by.codes[name]] = median
        return medians

    def _ages(self, spec: Spec, rng: np.random.Generator) -> Floats:
        def ages(groups: list[list[float]], size: int) -> Floats:
            lows, highs, shares = np.array(groups).T
            which = rng.choice(len(groups), size=size, p=shares / shares.sum())
            return np.asarray(np.floor(rng.uniform(lows[which], highs[which] + 1)))

        value = ages(spec["groups"], self.unit_of.size)
        if "first" in spec:
            first = self.number == 1
            value[first] = ages(spec["first"], int(first.sum()))
        return value

    def _true(self, condition: Condition, repeat: bool) -> Bools:
        return condition.test(self._answers(condition.names, repeat)).yes

    def _answers(self, names: Iterable[str], repeat: bool) -> Answers:
        """The answers to some questions, one entry a member or one a unit."""
        told, repeated = self.told, self.codebook.questions
        return Answers(
            self.unit_of.size if repeat else self.unit_psu.size,
            {n: told[n].placed(self.unit_of) if repeat > repeated[n].repeat else told[n] for n in names},
        )

    def truth(self) -> list[dict[str, object]]:
        """Return the true values of every indicator, for the province and for each district."""
        rows: list[dict[str, object]] = []
        names = districts()["name"].tolist()
        of_unit = self.cells["district"].to_numpy()[self.unit_cell]
        for indicator in self.codebook.indicators.values():
            conditions = [indicator.numerator, indicator.universe, indicator.denominator]
            used = {name for condition in conditions if condition for name in condition.names}
            repeat = self.codebook.roster is not None and not indicator.per_unit
            above, *below = indicator.values(self._answers(used, repeat))
            inside, where = ~np.isnan(above), of_unit[self.unit_of] if repeat else of_unit
            at = where[inside]
            count = np.bincount(at, minlength=len(names))
            sums = [np.bincount(at, weights=each[inside], minlength=len(names)) for each in (above, *below)]
            columns = (
                [float(each.sum()), *each.tolist()] for each in (*sums, *([] if below else [count]), count)
            )
            rows += [
                {"indicator": indicator.name, "district": name, "value": top / low, "population": int(n)}
                for name, top, low, n in zip(["", *names], *columns, strict=True)
                if low
            ]
        return rows
