"""Estimates of surveys that are larger than the memory: the file is reduced to totals of its primary units.

A linearised variance of the first stage needs no more than each unit's weighted totals (ultimate clusters). So batches
of rows are reduced to totals, on this machine or on Dask, and totals are added up: the same pair of functions in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.guard import reading
from qngai_analysis.survey.estimate import intervals, results, statistics
from qngai_analysis.survey.estimate.arrays import add_up
from qngai_analysis.survey.estimate.design import Design
from qngai_analysis.survey.estimate.domains import Reduction, split
from qngai_analysis.survey.estimate.sample import resolve
from qngai_analysis.survey.estimate.variance import totals

_ROWS = 262_144  # of a batch
_HELD = 2_000_000  # rows of totals that wait before they are added up
_FORMATS = {".parquet": "Parquet", ".csv": "CSV"}


@dataclass(frozen=True)
class Measure:
    """What is summed: a column's mean, a share of a value (``level``), or a ratio (``over`` another column)."""

    name: str
    column: str
    over: str = ""
    level: str | None = None


@dataclass(frozen=True)
class UnitTotals:
    """
    Weighted totals of the primary units of a survey, by domain: all that its estimates need.

    ``table`` has a row for each stratum, unit and domain that occurs: the keys, ``fpc`` (lowest and highest), and for
    each measure ``n`` answers, their total ``y`` and that of what it is divided by, ``x``.
    """

    design: Design
    measures: tuple[Measure, ...]
    by: tuple[str, ...]
    table: pd.DataFrame

    def estimates(self, *, confidence: float = 0.95) -> pd.DataFrame:
        """
        Return each measure's estimate in each domain.

        Returns
        -------
        DataFrame
            The ``by`` columns, then ``variable, estimate, se, ci_low, ci_high, df, cv, n``, as ``Survey.mean`` and
            ``Survey.ratio`` give them: linearised, first stage only, Student's t. They are exact: nothing
            of them is published before it passed the gate.

        Raises
        ------
        SurveyError
            The design can't carry an estimate (see ``sample.resolve``).
        """
        ends = self.table["fpc_low"], self.table["fpc_high"]
        if (ends[0] != ends[1]).any():
            raise SurveyError("thiết kế: fpc khác nhau trong cùng một tầng; mỗi tầng một số đơn vị")
        design = replace(self.design, ssu=None, id=None)
        stated: dict[str, Any] = {design.weights: 1.0, **dict.fromkeys(design.fpc_columns, ends[0])}
        reduction = Reduction(resolve(self.table.assign(**stated), design), split(self.table, self.by, None))
        parts = []
        for place, measure in enumerate(self.measures):
            n, y, x = (self.table[f"{name}{place}"].to_numpy(dtype=float)[reduction.rows] for name in "nyx")
            value, variance = totals(reduction, [y, x], (n > 0).astype(float)).variances(statistics.quotient)
            answers = add_up(reduction.domain, n, reduction.count)
            se = statistics.standard_error(variance, answers)
            found = intervals.Estimates(value, se, reduction.degrees, answers, answers)
            parts.append(results.table_part(measure.name, found, intervals.wald(found, confidence)))
        return results.table(reduction.domains.labels, parts, {}).drop(columns=["deff", "n_eff", "flag"])


def reduce_survey(
    file: str | Path,
    design: Design,
    measures: Iterable[str | Measure],
    *,
    by: Sequence[str] = (),
    client: Any = None,
) -> UnitTotals:
    """
    Reduce a survey file to the totals of its primary units, batch by batch.

    Parameters
    ----------
    file : a Parquet or CSV file, or a folder of files of one of these formats
    design : weights, strata, psu, fpc and the rule for singletons; second stages and replicates aren't used
    measures : columns of numbers or true/false (their mean or share), or ``Measure``
    by : columns of domains; rows without a value belong to none
    client : of ``distributed``; the row groups and files are then reduced there

    Raises
    ------
    SurveyError
        No such file or column, a damaged file, a weight that is missing, infinite or not above 0, or a design
        that the totals can't carry: without ``psu``, with replicate weights, or with a second stage's fpc.

    Notes
    -----
    At most some batches of 262,144 rows are in memory, whatever the file's size.
    """
    if design.psu is None or design.replicates is not None or len(design.fpc_columns) > 1:
        raise SurveyError("reduce_survey: cần cột psu; không nhận trọng số lặp và fpc của giai đoạn hai")
    wanted = tuple(item if isinstance(item, Measure) else Measure(item, item) for item in measures)
    pieces, settings = list(_pieces(Path(file))), (design, wanted, tuple(by))
    if client is None:
        tables: Iterable[Any] = chain.from_iterable(_reduced(piece, *settings) for piece in pieces)
    else:
        from pyarrow import ipc

        shared = client.scatter(settings, broadcast=True)
        futures = [client.submit(_reduced_piece, piece, shared) for piece in pieces]
        tables = (ipc.open_stream(future.result()).read_all() for future in futures)
    return UnitTotals(*settings, _combined(tables, settings).to_pandas())


def _pieces(file: Path) -> Iterator[Any]:
    """Yield the row groups of Parquet files, and CSV files whole: fragments of a dataset, which travel to other machines."""
    from pyarrow import dataset

    files = sorted(one for one in file.iterdir() if one.suffix in _FORMATS) if file.is_dir() else [file]
    for one in files or [file]:
        kind = _FORMATS.get(one.suffix.lower())
        if kind is None or not one.is_file():
            raise SurveyError("{file}: không có tệp CSV hoặc Parquet này", file=one)
        with reading(one, kind, SurveyError):
            whole = list(dataset.dataset(one, format=kind.lower()).get_fragments())
            parts = whole[0].split_by_row_group() if kind == "Parquet" else whole
        yield from parts


def _reduced_piece(piece: Any, settings: tuple[Design, tuple[Measure, ...], tuple[str, ...]]) -> bytes:
    from pyarrow import BufferOutputStream, ipc

    table = _combined(_reduced(piece, *settings), settings)
    stream = BufferOutputStream()
    with ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    return bytes(stream.getvalue())  # a pickle would leave its numbers out of line


def _reduced(piece: Any, design: Design, measures: Sequence[Measure], by: Sequence[str]) -> Iterator[Any]:
    """Reduce the batches of a piece, one after the other."""
    file, keys = piece.path, _keys(design, by)
    asked = [name for measure in measures for name in (measure.column, measure.over) if name]
    columns = list(dict.fromkeys([*keys, design.weights, *design.fpc_columns, *asked]))
    with reading(file, _FORMATS[Path(file).suffix.lower()], SurveyError):
        schema = piece.physical_schema
        if absent := [name for name in columns if name not in schema.names]:
            raise SurveyError("{file}: không có cột {column!r}", file=file, column=absent[0])
        scanned = piece.scanner(schema=schema, columns=columns, batch_size=_ROWS, batch_readahead=2, fragment_readahead=1)  # fmt: skip
        for batch in scanned.to_batches():
            if batch.num_rows:
                yield _reduce(batch, design, measures, keys, file)


def _keys(design: Design, by: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*design.strata_columns, str(design.psu), *by]))


def _reduce(batch: Any, design: Design, measures: Sequence[Measure], keys: Sequence[str], file: str) -> Any:
    """Return the totals of a batch by stratum, unit and domain."""
    import pyarrow as pa
    import pyarrow.compute as pc

    weight = _numbers(batch[design.weights], design.weights, file)
    if weight.null_count or not pc.all(pc.and_(pc.greater(weight, 0), pc.is_finite(weight))).as_py():
        raise SurveyError("{file}: cột {column!r} có trọng số trống, vô hạn hoặc không lớn hơn 0", file=file, column=design.weights)  # fmt: skip
    fpc = pa.array(np.full(batch.num_rows, np.inf))
    for name in design.fpc_columns:
        fpc = _numbers(batch[name], name, file)
    # bytes that are no UTF-8 come as binary: the cast refuses them
    made = {name: pc.cast(batch[name], pa.string()) if pa.types.is_binary(batch[name].type) else batch[name] for name in keys}  # fmt: skip
    made |= {"fpc_low": fpc, "fpc_high": fpc}
    for place, measure in enumerate(measures):
        value = batch[measure.column]
        value = _numbers(pc.equal(pc.cast(value, pa.string()), measure.level) if measure.level is not None else value, measure.column, file)  # fmt: skip
        bottom = _numbers(batch[measure.over], measure.over, file) if measure.over else pa.array(np.ones(batch.num_rows))  # fmt: skip
        there = pc.and_(pc.is_valid(value), pc.is_valid(bottom))
        made[f"n{place}"] = pc.cast(there, pa.int64())
        for name, term in (("y", value), ("x", bottom)):
            made[f"{name}{place}"] = pc.if_else(there, pc.multiply(term, weight), 0.0)
    return _added([pa.table(made)], keys, len(measures))


def _numbers(column: Any, name: str, file: str) -> Any:
    """Return a column as numbers, NaN as missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kinds = pa.types
    if not any(test(column.type) for test in (kinds.is_boolean, kinds.is_integer, kinds.is_floating, kinds.is_decimal, kinds.is_null)):  # fmt: skip
        raise SurveyError("{file}: cột {column!r} là chữ, không phải số", file=file, column=name)
    numbers = pc.cast(
        pc.cast(column, pa.int8()) if pa.types.is_boolean(column.type) else column, pa.float64()
    )
    return pc.if_else(pc.is_nan(numbers), None, numbers)


def _added(tables: Sequence[Any], keys: Sequence[str], measures: int) -> Any:
    import pyarrow as pa

    sums = [(f"{name}{place}", "sum") for place in range(measures) for name in "nyx"]
    kinds = [("fpc_low", "min"), ("fpc_high", "max"), *sums]
    every = pa.concat_tables(tables, promote_options="permissive")
    made = (
        every.group_by(list(keys), use_threads=False).aggregate(kinds).select([*keys, *map("_".join, kinds)])
    )
    return made.rename_columns([*keys, *(name for name, _ in kinds)])


def _combined(tables: Iterable[Any], settings: tuple[Design, tuple[Measure, ...], tuple[str, ...]]) -> Any:
    """Add totals up, whenever ``_HELD`` rows wait."""
    design, measures, by = settings
    keys, held = _keys(design, by), []
    for table in tables:
        held.append(table)
        if sum(one.num_rows for one in held) > _HELD:
            held = [_added(held, keys, len(measures))]
    if not held:
        raise SurveyError("tệp điều tra không có dòng nào")
    return _added(held, keys, len(measures))
