"""How large the error of a mean or ratio is at least if one unit has so much: what a printed error tells of a size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats
from qngai_analysis.survey.estimate.sample import Stage

_RIDGE = 1e-5  # of a variance: where a whole stratum is in a row, all of it may differ alike at no cost
_TURNS = 40  # after half of them who has come to have nothing keeps it: no less than the least variance is found then


@dataclass(frozen=True)
class Spread:
    """
    The variance of a table's rows, as a tree: units, their clusters, strata, at last the rows.

    ``costs``: by level, of the square of what is summed in a node; ``within``: which node of the next level each is in.
    """

    costs: tuple[Floats, ...]
    within: tuple[Codes, ...]

    @classmethod
    def of(cls, stages: Sequence[Stage], row: Codes, inside: Codes, silent: Floats) -> Spread:
        """Return the variance of the rows that units are in: of those ``inside``, with what missing answers add for each (``silent``)."""
        keys, each = list[Codes](), list[Floats]()
        for stage in stages:
            unit = stage.unit[inside]
            group = stage.group[unit]
            # what a stratum, or a unit of the stage before, takes off where what is in it differs alike
            alike = -(stage.scale / stage.size)[group]
            if each:
                each[-1] = each[-1] + alike
            else:
                keys, each = [group], [alike]
            keys.append(unit)
            each.append(stage.scale[group])
        spread = stages[0].scale[keys[0]]
        least = _RIDGE * np.maximum(spread, _RIDGE * spread.max(initial=1.0))  # of those drawn for sure, too
        costs, within = [least + silent], list[Codes]()
        at = np.arange(len(row))  # a unit of each node
        for key, cost in zip(reversed(keys), reversed(each), strict=True):
            both = row[at] * (key.max(initial=0) + 1) + key[at]
            _, first, node = np.unique(both, return_index=True, return_inverse=True)
            at = at[first]
            within.append(node)
            costs.append(cost[at])
        return cls(tuple(costs), (*within, row[at]))

    def variance(self, values: Floats) -> Floats:
        """Return the variance of each row where units differ from it by ``values``."""
        total = np.zeros(len(values))
        for cost, up in zip(self.costs, self.within, strict=True):
            total, values = _sums(up, total + cost * values**2), _sums(up, values)
        return total

    def alone(self) -> Floats:
        """Return what each unit would add to the variance where it alone differs, by one."""
        cost = np.zeros(1 + self.within[-1].max(initial=0))
        for each, up in zip(reversed(self.costs), reversed(self.within), strict=True):
            cost = cost[up] + each
        return cost

    def least(self, values: Floats, held: Flags, low: Floats) -> Floats:
        """Return the least variance where some (``held``) differ by ``values``, none by less than ``low``, and all of a row add up to 0."""
        fixed = held
        for nth in range(_TURNS):
            # what each node gives for what it is asked for, and what it has of those that are fixed
            gives, has = np.where(fixed, 0.0, 1 / self.costs[0]), np.where(fixed, values, 0.0)
            known = list[tuple[Floats, Floats]]()
            for up, cost in zip(self.within, (*self.costs[1:], np.zeros(1)), strict=True):
                known.append((_sums(up, gives), _sums(up, has)))
                gives, has = (one / (1 + cost * known[-1][0]) for one in known[-1])
            asked = -has / np.maximum(gives, 1e-290)
            for up, cost, (gives, has) in zip(
                self.within[:0:-1], self.costs[:0:-1], known[-2::-1], strict=True
            ):
                asked = asked[up] - cost * (gives * asked[up] + has) / (1 + cost * gives)
            found = asked[self.within[0]] / self.costs[0]
            lowest = ~held & ((found < low) | (fixed & (nth > _TURNS // 2)))
            values = np.where(held, values, np.where(lowest, low, found))
            if (fixed == (held | lowest)).all():
                break
            fixed = held | lowest
        off, apart = values, np.abs(values)
        for up in self.within:
            off, apart = _sums(up, off), _sums(up, apart)
        # even if all others had nothing it would be too much
        return np.where(off > 1e-6 * apart, np.inf, self.variance(values))


def _sums(up: Codes, values: Floats) -> Floats:
    return np.asarray(np.bincount(up, values), dtype=np.float64)
