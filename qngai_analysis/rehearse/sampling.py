"""From a population to a survey file: the sample of a year, who answers, and what they report."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from qngai_analysis.rehearse.population import Ints, Population, districts
from qngai_analysis.survey.form.codebook import SPECIAL, Question
from qngai_analysis.survey.form.condition import Answers, Bools, Floats, Status

#: How a report differs from the truth, in the order in which chance decides.
LOST = (("missing", Status.MISSING), ("dont_know", Status.DONT_KNOW), ("refused", Status.REFUSED))
_CODES = {kind: str(SPECIAL[name].code) for name, kind in LOST if name in SPECIAL}


def sampled_file(population: Population, scale: float) -> pd.DataFrame:
    """Draw the sample of the year and return the file's columns as text."""
    psus, psu_total, psu_taken = _sample_psus(population, scale)
    rng = population.stream("units", population.year)
    unit_psu = population.unit_psu
    order = np.argsort(rng.random(unit_psu.size))
    # rank of each unit within its PSU in random order; the first `take` are in the sample
    rank = np.empty(unit_psu.size, dtype=np.int64)
    by_psu = order[np.argsort(unit_psu[order], kind="stable")]
    rank[by_psu] = np.arange(by_psu.size) - np.repeat(population.first_unit, population.psu_size)
    take = population.of_part("take", 1)[population.unit_cell]
    units = np.flatnonzero(np.isin(unit_psu, psus) & (rank < take))
    responds = _respond(population, units, rng)
    weight = _weights(population, units, responds, psu_total, psu_taken)
    place = np.full(unit_psu.size, -1)
    place[units] = np.arange(units.size)
    place = place[population.unit_of]
    # every member of a household that answered; one line for one that did not
    rows = np.flatnonzero((place >= 0) & (responds[place] | (population.number == 1)))
    at = place[rows]
    texts = _frame_texts(population, units[at], psu_total, weight[at], responds[at])
    columns = _reported(population, rows, responds[at], rng) | texts
    return pd.DataFrame(columns, dtype=object)


def _sample_psus(population: Population, scale: float) -> tuple[Ints, Ints, Ints]:
    """
    First-stage units of the year, with each one's stratum size and stratum sample size.

    Every unit has a permanent place in its stratum's random order, and the sample moves on by half
    its size a year: half of it is in the next year's sample too.
    """
    stratum = population.cell_stratum[population.psu_cell]
    total = np.bincount(stratum, minlength=population.strata)
    wanted = np.zeros(population.strata, dtype=np.int64)
    for index, part in enumerate(population.settings["part"]):
        mine = np.unique(population.cell_stratum[population.cells["part"] == index])
        size = part["psus"] if "psus" in part else part["units"]
        wanted[mine] = _allocate(total[mine], max(round(size * scale), 3 * mine.size))
    places = np.argsort(population.stream("permanent").random(stratum.size))
    picked = []
    for number, size in enumerate(wanted):
        members = places[stratum[places] == number]
        start = population.position * (int(size) // 2)
        picked.append(members[(start + np.arange(size)) % members.size])
    return np.concatenate(picked), total[stratum], wanted[stratum]


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


def _respond(population: Population, units: Ints, rng: np.random.Generator) -> Bools:
    """Each unit answers by chance; where fewer than two would, the first two of a group do."""
    responds = pd.Series(rng.random(units.size) < population.settings["response"])
    group = responds.groupby(_weighting_group(population, units))
    return np.asarray(responds | ((group.transform("sum") < 2) & (group.cumcount() < 2)))


def _weighting_group(population: Population, units: Ints) -> Ints:
    """The first-stage unit where it holds several units, else the stratum; numbered apart."""
    psu, cell = population.unit_psu[units], population.unit_cell[units]
    several = population.of_part("psus", 0) > 0
    return np.where(several[cell], psu + population.strata, population.cell_stratum[cell])


def _weights(population: Population, units: Ints, responds: Bools, total: Ints, taken: Ints) -> Floats:
    psu, group = population.unit_psu[units], _weighting_group(population, units)
    answered = pd.Series(responds).groupby(group).transform("sum").to_numpy(dtype=float)
    two_stage = group >= population.strata
    first = np.where(two_stage, total[psu] / taken[psu], total[psu])
    second = np.where(two_stage, population.psu_size[psu], 1)
    return np.asarray(first * second / np.maximum(answered, 1))


def _frame_texts(
    population: Population, units: Ints, psu_total: Ints, weight: Floats, responds: Bools
) -> dict[str, list[str]]:
    """The columns that come with the sample list: names, stratum, population counts, weight, outcome."""
    design = population.codebook.design
    psu, cell = population.unit_psu[units], population.unit_cell[units]
    size, inside = population.psu_size[psu], units - population.first_unit[psu] + 1
    number = psu - np.searchsorted(population.psu_cell, cell) + 1
    codes, cells = districts()["code"].tolist(), population.cells.to_dict("records")
    kind = {1: "T", 0: "N"}
    heads = [f"{codes[c['district']]}-{kind.get(c['urban'], 'P' + str(c['part'] + 1))}" for c in cells]
    psu_names = [f"{heads[c]}{n:04d}" for c, n in zip(cell, number, strict=True)]
    outcome = population.codebook.questions[design.outcome].codes
    failures = [code for name, code in outcome.items() if name != design.completed]
    texts = {
        design.identifier[0]: [
            f"{name}-{i:03d}" if s > 1 else name for name, i, s in zip(psu_names, inside, size, strict=True)
        ],
        design.strata: population.cells["stratum"].to_numpy()[cell].tolist(),
        design.fpc[0]: [str(count) for count in psu_total[psu]],
        design.weight: [f"{w:.6f}" if r else "" for w, r in zip(weight, responds, strict=True)],
        design.outcome: [
            str(outcome[design.completed] if answered else failures[int(unit) % len(failures)])
            for unit, answered in zip(units, responds, strict=True)
        ],
    }
    if design.psu:
        texts[design.psu] = psu_names
    if len(design.fpc) > 1:
        texts[design.fpc[1]] = [str(count) for count in size]
    return texts


def _reported(
    population: Population, rows: Ints, responds: Bools, rng: np.random.Generator
) -> dict[str, list[str]]:
    """What respondents report of the truth: "không biết", refusals and gaps, and routing after them, as text."""
    units, size = population.unit_of[rows], rows.size
    places, place = np.unique(units, return_inverse=True)
    told, texts = Answers(size), dict[str, list[str]]()
    for name, question in population.codebook.questions.items():
        true = population.told[name].placed(rows if question.repeat else units)
        asked = np.ones(size, dtype=bool)
        if question.ask_if is not None:
            asked = question.ask_if.test(told).yes
        kinds = np.where(asked, Status.ANSWERED, Status.NOT_APPLICABLE).astype(np.int8)
        # one random number a unit for a unit's question, so that all its rows agree
        chance, edge = rng.random(size) if question.repeat else rng.random(places.size)[place], 0.0
        for kind, lost in LOST:
            share = _rate(population, question, kind)
            kinds[asked & (chance >= edge) & (chance < edge + share)] = lost
            edge += share
        if name == population.codebook.design.outcome:
            # not answered: no choice of the outcome that opens the questionnaire
            true.values[~responds] = -1.0
        told[name] = replace(true, status=kinds)
        if question.type == "date":
            start = date(population.year, 10, 1)
            cells = [(start + timedelta(days=int(unit) * 7919 % 45)).isoformat() for unit in units]
        elif question.type == "select_multiple":
            ticks = np.array([true.chosen[choice.name] for choice in question.choices]).T
            codes = [str(choice.code) for choice in question.choices]
            cells = [" ".join(itertools.compress(codes, row)) for row in ticks]
        else:
            cells = [f"{value:g}" if question.type == "decimal" else f"{value:.0f}" for value in true.values]
        texts[name] = [
            cell if kind == Status.ANSWERED else _CODES.get(kind, "")
            for cell, kind in zip(cells, kinds.tolist(), strict=True)
        ]
    return texts


def _rate(population: Population, question: Question, kind: str) -> float:
    if question.required or question.source != "form" or question.type in ("text", "date"):
        return 0.0
    if kind != "missing" and kind not in question.special:
        return 0.0
    return float(question.simulate.get(kind, population.settings.get(kind, 0.0)))
