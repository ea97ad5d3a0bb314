"""A sample drawn as its design says: the design's columns read once, checked, and kept as arrays.

``resolve`` refuses what can't carry an estimate, and keeps integer codes for strata and sampling
units, so that every later estimate is a sum over codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy  # its parts are loaded where they are used

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate import arrays
from qngai_analysis.survey.estimate.arrays import Codes, Flags, Floats, refuse_if
from qngai_analysis.survey.estimate.design import Design, Replicates
from qngai_analysis.words.said import Said

# R treats a share below this as "the whole population was drawn": no variance is left
NOTHING_LEFT = 1e-7


@dataclass(frozen=True)
class Stage:
    """One stage of sampling, as codes.

    ``unit`` holds each row's unit; ``group`` each unit's stratum (at the second stage: its primary
    unit). Per group: ``size`` units in the sample, ``left`` the share 1 - n/N of the variance that
    a finite population leaves, ``carried`` the sampling fraction of the stage above (1 at
    the first).
    """

    unit: Codes
    group: Codes
    size: Floats
    left: Floats
    carried: Floats

    @property
    def units(self) -> int:
        """How many units the sample has at this stage."""
        return len(self.group)

    @property
    def single(self) -> Flags:
        """Which groups hold one unit though more exist."""
        return np.asarray((self.size == 1) & (self.left > 0) & (self.carried > 0))

    @property
    def scale(self) -> Floats:
        """What a group's sum of squares is multiplied by."""
        spread = np.where(self.size > 1, self.size / np.maximum(self.size - 1, 1), 1.0)
        return self.carried * self.left * spread


@dataclass(frozen=True)
class Adjustment:
    """One adjustment: blocks (U, V) through which it acts on linearised values, in order."""

    blocks: tuple[tuple[Any, Any], ...]
    rounds: int = 1


@dataclass(frozen=True)
class Adjustments:
    """All adjustments of a sample's weights, as x → x - U S V x, and the sums of U by sampling unit.

    Each step is a linear map of low rank, with U and V sparse; so it is kept as matrices and applied to sums,
    never to rows again.
    """

    steps: tuple[Adjustment, ...]
    seeing: Any  # V, auxiliaries × rows
    core: Floats  # S
    by_unit: tuple[Floats, ...]  # per stage, units × auxiliaries

    @classmethod
    def of(cls, steps: Sequence[Adjustment], stages: Sequence[Stage]) -> Adjustments:
        """Put the steps together for a sample."""
        blocks = [block for step in steps for block in step.blocks]
        giving = scipy.sparse.hstack([given for given, _ in blocks], format="csr")
        seeing = scipy.sparse.vstack([seen for _, seen in blocks], format="csr")
        by_unit = tuple((indicator(stage.unit, stage.units).T @ giving).toarray() for stage in stages)
        return cls(tuple(steps), seeing, _core(steps, (seeing @ giving).toarray()), by_unit)

    def taken(self, stage: int, seen: Floats) -> Floats:
        """Return what is taken out of the units' totals of linearised values."""
        return self.by_unit[stage] @ (self.core @ seen)


def _core(steps: Sequence[Adjustment], product: Floats) -> Floats:
    """Return S such that all steps, one after the other, are x → x - U S V x."""
    core = np.zeros_like(product)
    start = 0
    for step in steps:
        spans = []
        for given, _ in step.blocks:
            spans.append(slice(start, start + given.shape[1]))
            start += given.shape[1]
        for _ in range(step.rounds):
            for span in spans:
                change = -product[span] @ core
                change[:, span] += np.eye(span.stop - span.start)
                core[span] += change
    return core


def indicator(code: Codes, count: int, value: Floats | None = None) -> Any:
    """Return a sparse matrix, rows × codes, with each row's value (1) at its code."""
    data = np.ones(len(code)) if value is None else value
    return scipy.sparse.csr_array((data, (np.arange(len(code)), code)), shape=(len(code), count))


@dataclass(frozen=True)
class Sample:
    """A frame's design, resolved: weights and stages as arrays, one entry a row.

    ``replicate`` (rows × replicates) holds the replicate weights where the design names them,
    ``calibration`` the adjustments made after the design was read.
    """

    design: Design
    weight: Floats
    stages: tuple[Stage, ...]
    replicate: Floats | None = None
    calibration: Adjustments | None = None

    def __len__(self) -> int:
        return len(self.weight)

    @property
    def replication(self) -> Replicates:
        """How the replicate weights were made; only for a sample that has them."""
        assert self.design.replicates is not None
        return self.design.replicates


def resolve(frame: pd.DataFrame, design: Design) -> Sample:
    """Read a frame's design columns and return the sample as arrays.

    Raises
    ------
    SurveyError
        The frame is empty; a column is missing; a weight is text, missing, infinite, zero or
        negative; a stratum, unit or population count is missing; a population count varies in its
        stratum or is smaller than the sample; an id stands twice; a stratum holds one unit
        and no rule says what to do. The message names rows by their index label.
    """
    foreign, kind = not isinstance(frame, pd.DataFrame), type(frame).__name__
    refuse_if(foreign, "điều tra là {kind}; hãy cho một DataFrame của pandas", kind=kind)
    for twice in frame.columns[frame.columns.duplicated()]:
        raise SurveyError("điều tra có hai cột tên {twice!r}; đổi tên một cột", twice=twice)
    refuse_if(not len(frame), "điều tra không có dòng nào; tệp rỗng thì không ước lượng được")
    if design.id is not None:
        _refuse_duplicates(frame, design.id)
    weight = _weights(frame, design.weights)
    if design.replicates is not None:
        return Sample(design, weight, (), replicate=design.replicates.read(frame, weight))
    return Sample(design, weight, _stages(frame, design))


def _refuse_duplicates(frame: pd.DataFrame, name: str) -> None:
    ids = arrays.column(frame, name, "design, id")
    arrays.refuse_rows(ids.isna().to_numpy(), frame, "mã: cột {name!r} trống tại {rows}", name=name)
    wording = "mã: cột {name!r} có {found} nhiều hơn một lần, {rows}; mã phải là duy nhất"
    arrays.refuse_rows(ids.duplicated(keep=False).to_numpy(), frame, wording, cells=ids, name=name)


_LEVELS = {"stratum": Said("tầng"), "psu": Said("đơn vị cấp một"), "ssu": Said("đơn vị cấp hai")}


def _weights(frame: pd.DataFrame, name: str) -> Floats:
    series = arrays.column(frame, name, "design, weights")
    wording = "trọng số: cột {name!r} chứa đúng/sai; trọng số là số lớn hơn 0"
    refuse_if(pd.api.types.is_bool_dtype(series.dtype), wording, name=name)
    weight = arrays.numbers(series, frame, "weights")
    for wrong, what in (
        (np.isnan(weight), Said("thiếu")),
        (np.isinf(weight), Said("là vô hạn")),
        (weight < 0, Said("là số âm")),
        (weight == 0, Said("bằng 0")),
        (weight > arrays.TOO_LARGE, Said("quá lớn để cộng lại")),
    ):
        wording = "trọng số: cột {name!r} {what} tại {rows}; trọng số là số lớn hơn 0"
        arrays.refuse_rows(wrong, frame, wording, name=name, what=what)
    return weight


def _stages(frame: pd.DataFrame, design: Design) -> tuple[Stage, ...]:
    stratum, strata = arrays.crossed(frame, design.strata_columns, "strata", complete=True)
    unit, group = _units(frame, design.psu, "psu", stratum, strata)
    size = arrays.add_up(group, None, strata)
    population = _population(frame, design, 0, stratum, size, "stratum")
    left, fraction = _finite(size, population)
    first = Stage(unit, group, size, left, np.ones(strata))
    _refuse_singletons(frame, design, first, "stratum", design.strata_columns)
    if design.ssu is None or population is None:
        return (first,)
    below, parent = _units(frame, design.ssu, "ssu", unit, first.units)
    inside = arrays.add_up(parent, None, first.units)
    counts = _population(frame, design, 1, unit, inside, "psu")
    second = Stage(below, parent, inside, _finite(inside, counts)[0], fraction[group])
    if design.psu is not None:
        _refuse_singletons(frame, design, second, "psu", (*design.strata_columns, design.psu))
    return (first, second)


def _units(
    frame: pd.DataFrame, name: str | None, role: str, group: Codes, groups: int
) -> tuple[Codes, Codes]:
    if name is None:
        return np.arange(len(frame)), group
    found, count = arrays.crossed(frame, (name,), role, complete=True)
    unit, _, pairs = arrays.cross(group, found, count)
    return unit, pairs // count


def _population(
    frame: pd.DataFrame, design: Design, stage: int, group: Codes, size: Floats, what: str
) -> Floats | None:
    if len(design.fpc_columns) <= stage:
        # after a finite first stage, an unnamed second stage was drawn with replacement
        return np.full(len(size), np.inf) if stage else None
    name = design.fpc_columns[stage]
    counts = arrays.numbers(arrays.column(frame, name, "design, fpc"), frame, "fpc")
    wording = "fpc: cột {name!r} trống tại {rows}; dòng nào cũng cần có"
    arrays.refuse_rows(np.isnan(counts), frame, wording, name=name)
    population = counts[arrays.first_rows(group, len(size))]
    first, drawn = population[group], size[group]
    known: dict[str, Any] = {"cells": counts, "name": name, "what": what}
    other = counts != first
    wording = "fpc: cột {name!r} không thống nhất trong một {what}: {population:g} và {found} ({rows}); đây là số đơn vị của {what} trong tổng thể"
    arrays.refuse_rows(other, frame, wording, **known, population=first[np.argmax(other)])
    small = first < drawn
    row = int(np.argmax(small))
    hint = Said(" (tỷ lệ mẫu? hãy ghi số đơn vị đã chọn chia cho tỷ lệ)") if 0 < counts[row] < 1 else ""
    wording = "fpc: cột {name!r} là {found} trong khi đã chọn {drawn:g} đơn vị, {rows}; đây là số đơn vị của {what} trong tổng thể, không ít hơn trong mẫu{hint}"
    arrays.refuse_rows(small, frame, wording, **known, drawn=drawn[row], hint=hint)
    return population


def _finite(size: Floats, population: Floats | None) -> tuple[Floats, Floats]:
    """Return 1 - n/N and n/N of each group."""
    if population is None:
        return np.ones(len(size)), np.zeros(len(size))
    fraction = size / population
    return np.where(1 - fraction < NOTHING_LEFT, 0.0, 1 - fraction), fraction


def _refuse_singletons(
    frame: pd.DataFrame, design: Design, stage: Stage, what: str, named_by: tuple[str, ...]
) -> None:
    lonely = np.flatnonzero(stage.single)
    if not len(lonely):
        return
    alone = what == "stratum" and stage.units == 1
    refuse_if(alone, "mẫu chỉ có một đơn vị mẫu cấp một; không ước lượng được phương sai")
    wording = "singleton='average' áp dụng cho tầng; một đơn vị cấp một chỉ có một đơn vị cấp hai, hãy chọn quy tắc khác"
    refuse_if(what == "psu" and design.singleton == "average", wording)
    first = arrays.first_rows(stage.group[stage.unit], len(stage.size))
    names = ["/".join(str(frame[name].iloc[first[group]]) for name in named_by) for group in lonely[:5]]
    shown = ", ".join(names) + (", …" if len(lonely) > 5 else "")
    levels = {"what": _LEVELS[what], "unit": _LEVELS["ssu" if what == "psu" else "psu"]}
    wording = "{what} {names} chỉ có một {unit} ({n} trường hợp), nên không biết phương sai; ghép với tầng bên cạnh hoặc chọn Design(singleton='skip', 'certainty', 'center' hoặc 'average')"
    refuse_if(design.singleton == "error", wording, names=shown, n=len(lonely), **levels)
