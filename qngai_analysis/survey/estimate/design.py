"""How a sample was drawn: the columns that say so, checked, and turned into arrays.

A design names columns; nothing is looked up before a frame is at hand. ``resolve`` then reads
the frame once, refuses what can't carry an estimate, and keeps integer codes for strata and
sampling units, so that every later estimate is a sum over codes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis.errors import SurveyError

if TYPE_CHECKING:
    from qngai_analysis.survey.estimate.replicates import Replicates
    from qngai_analysis.survey.estimate.weights import Calibration

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

Singleton = Literal["error", "skip", "center", "certainty", "average"]
Nonresponse = Literal["ignore", "phase"]

# R treats a share below this as "the whole population was drawn": no variance is left
NOTHING_LEFT = 1e-7


@dataclass(frozen=True)
class Design:
    """How the sample was drawn, in column names.

    Parameters
    ----------
    weights : str
        Column of weights: people (households, enterprises) that a row stands for, > 0.
    strata : str or sequence of str, optional
        Column(s) of the strata. Without it the sample is one stratum.
    psu : str, optional
        Column of the primary sampling units. Codes are nested in strata: the same code in two
        strata is two units. Without it every row is its own unit.
    ssu : str, optional
        Column of the second-stage units, nested in the primary ones. It counts only with ``fpc``.
    fpc : str or (str, str), optional
        Column(s) of population counts: primary units in the stratum, then second-stage units in the
        primary unit. ``inf`` means drawn with replacement. With ``ssu`` and one column, the second
        stage counts as drawn with replacement.
    singleton : {"error", "skip", "certainty", "center", "average"}
        What to do with a stratum that has one sampled unit although more exist. ``"error"``: stop
        and name it. ``"skip"`` and ``"certainty"``: it adds nothing to the variance (left out; or
        declared self-representing). ``"center"``: its total is compared with zero, as R's
        ``adjust``. ``"average"``: it adds the mean variance of the other strata.
    replicates : Replicates, optional
        Columns of replicate weights. Variance then comes from them, and strata, units and fpc
        are not used.
    id : str, optional
        Column that identifies a row; a value that stands twice is refused.
    center_domain_singletons : bool
        Apply ``"center"`` or ``"average"`` also to a stratum of which a domain holds one unit
        (R's ``survey.adjust.domain.lonely``).
    nonresponse : {"ignore", "phase"}
        What missing answers add to the variance. ``"ignore"``: nothing, as in R. ``"phase"``: with
        ``fpc``, answering counts as a last phase of sampling, by chance within a stratum
        (``docs/methods/missing-answers.md``). Without ``fpc`` the two are the same.
    due : mapping of str to str
        For ``"phase"``: a column of answers to the true/false column that says in which rows an
        answer was due. A column that is not named was due in every row.

    Raises
    ------
    SurveyError
        A setting contradicts another or is not one of those listed.

    Notes
    -----
    ``docs/methods/singleton-strata.md`` compares the rules.
    """

    weights: str
    strata: str | Sequence[str] | None = None
    psu: str | None = None
    ssu: str | None = None
    fpc: str | Sequence[str] | None = None
    singleton: Singleton = "error"
    replicates: Replicates | None = None
    id: str | None = None
    center_domain_singletons: bool = False
    nonresponse: Nonresponse = "ignore"
    due: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.weights, str):
            kind = type(self.weights).__name__
            raise SurveyError(f"design: weights is a {kind}; give the name of the weights' column")
        if self.singleton not in get_args(Singleton):
            choices = ", ".join(repr(rule) for rule in get_args(Singleton))
            raise SurveyError(f"design: singleton={self.singleton!r}; it is one of {choices}")
        if self.nonresponse not in get_args(Nonresponse):
            choices = " or ".join(repr(rule) for rule in get_args(Nonresponse))
            raise SurveyError(f"design: nonresponse={self.nonresponse!r}; it is {choices}")
        if self.ssu is not None and self.psu is None:
            raise SurveyError(f"design: ssu={self.ssu!r} without psu; name the primary units' column")
        if self.replicates is not None and not hasattr(self.replicates, "read"):
            raise SurveyError(
                f"design: replicates={self.replicates!r} does not say how they were made; give "
                "Replicates(columns, kind='BRR', 'Fay', 'JK1', 'JK2', 'JKn', 'bootstrap', 'SDR' or 'other')"
            )
        if len(self.fpc_columns) > 2:
            raise SurveyError(f"design: fpc names {len(self.fpc_columns)} columns; two stages are handled")
        if len(self.fpc_columns) == 2 and self.ssu is None:
            raise SurveyError(f"design: fpc={self.fpc!r} has a second stage, but ssu is not given")

    @property
    def strata_columns(self) -> tuple[str, ...]:
        """The strata's columns (none, one, or several that cross)."""
        return listed(self.strata)

    @property
    def fpc_columns(self) -> tuple[str, ...]:
        """The columns of population counts, first stage first."""
        return listed(self.fpc)


def listed(names: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return column names as a tuple, whether none, one or several were given."""
    if names is None:
        return ()
    return tuple(names) if isinstance(names, Iterable) and not isinstance(names, str) else (names,)


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
class Sample:
    """A frame's design, resolved: weights and stages as arrays, one entry a row.

    ``replicate`` (rows × replicates) holds the replicate weights where the design names them,
    ``calibration`` the adjustments made after the design was read.
    """

    design: Design
    weight: Floats
    stages: tuple[Stage, ...]
    replicate: Floats | None = None
    calibration: Calibration | None = None

    def __len__(self) -> int:
        return len(self.weight)


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
    if not isinstance(frame, pd.DataFrame):
        raise SurveyError(f"the survey is a {type(frame).__name__}; give a pandas DataFrame")
    if frame.columns.has_duplicates:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise SurveyError(f"the survey has two columns named {twice!r}; rename one")
    if len(frame) == 0:
        raise SurveyError("the survey has no rows; nothing can be estimated from an empty file")
    if design.id is not None:
        _refuse_duplicates(frame, design.id)
    weight = _weights(frame, design.weights)
    if design.replicates is not None:
        return Sample(design, weight, (), replicate=design.replicates.read(frame, weight))
    return Sample(design, weight, _stages(frame, design))


def column(frame: pd.DataFrame, name: str, role: str) -> pd.Series:
    """Return a column; where it is missing, say which names come close.

    Raises
    ------
    SurveyError
        The frame has no such column.
    """
    if name in frame.columns:
        return frame[name]
    near = difflib.get_close_matches(str(name), [str(known) for known in frame.columns], n=3, cutoff=0.5)
    hint = f"; near it: {', '.join(near)}" if near else f"; it has {_some(list(frame.columns))}"
    raise SurveyError(f"{role}: the survey has no column {name!r}{hint}")


def rows(wrong: Flags, frame: pd.DataFrame, shown: int = 5) -> str:
    """Name the rows a fault is in, by index label: ``row 4`` or ``rows 4, 9, … (27 rows)``."""
    places = np.flatnonzero(wrong)
    labels = [str(label) for label in frame.index[places[:shown]]]
    if len(places) == 1:
        return f"row {labels[0]}"
    if len(places) <= shown:
        return f"rows {', '.join(labels)}"
    return f"rows {', '.join(labels)}, … ({len(places)} rows)"


def shown(cell: object) -> str:
    """Write a cell as it reads in the file, text in quotes (not as numpy writes it)."""
    return repr(cell.item() if isinstance(cell, np.generic) else cell)


def numbers(series: pd.Series, frame: pd.DataFrame, role: str) -> Floats:
    """Return a column as floats, missing as NaN.

    Raises
    ------
    SurveyError
        The column holds text, dates or categories instead of numbers.
    """
    dtype = series.dtype
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_numeric_dtype(dtype):
        if pd.api.types.is_complex_dtype(dtype):
            raise SurveyError(f"{role}: column {series.name!r} holds complex numbers; give real ones")
        return np.asarray(series.to_numpy(dtype=np.float64, na_value=np.nan))
    if pd.api.types.is_object_dtype(dtype):
        return _numbers_among_objects(series, frame, role)
    known = series.notna().to_numpy()
    if not known.any():
        return np.full(len(series), np.nan)
    first = series[known].iloc[0]
    raise SurveyError(
        f"{role}: column {series.name!r} holds {_kind(series)} such as {str(first)!r} "
        f"({rows(known, frame)}); turn it into numbers (decimal point)"
    )


def _numbers_among_objects(series: pd.Series, frame: pd.DataFrame, role: str) -> Floats:
    missing = series.isna().to_numpy()
    wrong = np.fromiter(
        (
            not absent and (isinstance(cell, str | bytes) or not _is_number(cell))
            for cell, absent in zip(series, missing, strict=True)
        ),
        dtype=bool,
        count=len(series),
    )
    if wrong.any():
        first = series[wrong].iloc[0]
        raise SurveyError(
            f"{role}: column {series.name!r} holds {shown(first)} in {rows(wrong, frame)}; "
            "turn it into numbers (decimal point)"
        )
    return np.array([np.nan if absent else float(cell) for cell, absent in zip(series, missing, strict=True)])


def _is_number(cell: Any) -> bool:
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return True


def _kind(series: pd.Series) -> str:
    if isinstance(series.dtype, pd.CategoricalDtype):
        return "categories"
    return "dates" if pd.api.types.is_datetime64_any_dtype(series.dtype) else "text"


def codes(series: pd.Series, *, sort: bool = False) -> tuple[Codes, int]:
    """Return integer codes of a column's values and how many values there are; -1 is missing.

    With ``sort`` the codes follow the values' order (a categorical's own order; values that can't
    be compared follow their first appearance).

    Raises
    ------
    SurveyError
        A cell holds a list or the like.
    """
    if isinstance(series.dtype, pd.CategoricalDtype):
        return series.cat.codes.to_numpy().astype(np.intp), len(series.cat.categories)
    try:
        found, values = pd.factorize(series, sort=sort)
    except TypeError:  # 1 and "a" have no order
        try:
            found, values = pd.factorize(series, sort=False)
        except TypeError:
            kind = type(series.dropna().iloc[0]).__name__
            raise SurveyError(
                f"column {series.name!r} holds a {kind} in a cell; give text or numbers"
            ) from None
    return found.astype(np.intp, copy=False), len(values)


def cross(first: Codes, second: Codes, width: int) -> tuple[Codes, int, Codes]:
    """Number the pairs of two codes that occur, in the pairs' order.

    Returns each row's number, how many pairs occur, and the pairs as ``first * width + second``.
    A pair with a missing member has number -1.
    """
    pair = first * width + second
    absent = (first < 0) | (second < 0)
    size = (int(first.max(initial=-1)) + 1) * width
    if absent.any():
        pair = np.where(absent, -1, pair)
    if size <= max(4 * len(pair), 1_000_000):
        occurs = np.zeros(size + 1, dtype=bool)  # the last place takes the -1
        occurs[pair] = True
        occurs[size] = False
        met = np.flatnonzero(occurs)
        number = np.full(size + 1, -1, dtype=np.intp)
        number[met] = np.arange(len(met))
        return number[pair], len(met), met
    met, number = np.unique(pair, return_inverse=True)
    if absent.any():
        met, number = met[1:], number - 1
    return number.astype(np.intp, copy=False), len(met), met.astype(np.intp, copy=False)


def add_up(code: Codes, values: npt.ArrayLike | None, count: int) -> Floats:
    """Return the sum of values (``None``: the number of entries) for each of ``count`` codes."""
    return np.asarray(np.bincount(code, values, count), dtype=np.float64)


def _refuse_duplicates(frame: pd.DataFrame, name: str) -> None:
    ids = column(frame, name, "design, id")
    if ids.isna().any():
        raise SurveyError(f"id: column {name!r} is empty in {rows(ids.isna().to_numpy(), frame)}")
    twice = ids.duplicated(keep=False).to_numpy()
    if twice.any():
        first = ids[twice].iloc[0]
        raise SurveyError(
            f"id: column {name!r} has {shown(first)} more than once, {rows(twice, frame)}; an id is unique"
        )


def _weights(frame: pd.DataFrame, name: str) -> Floats:
    series = column(frame, name, "design, weights")
    if pd.api.types.is_bool_dtype(series.dtype):
        raise SurveyError(f"weights: column {name!r} holds true/false; a weight is a number above 0")
    weight = numbers(series, frame, "weights")
    for wrong, what in (
        (np.isnan(weight), "is missing"),
        (np.isinf(weight), "is infinite"),
        (weight < 0, "is negative"),
        (weight == 0, "is zero"),
    ):
        if wrong.any():
            raise SurveyError(
                f"weights: column {name!r} {what} in {rows(wrong, frame)}; a weight is a number above 0"
            )
    return weight


def _stages(frame: pd.DataFrame, design: Design) -> tuple[Stage, ...]:
    stratum, strata = _strata(frame, design)
    unit, group = _units(frame, design.psu, "psu", stratum, strata)
    size = add_up(group, None, strata)
    population = _population(frame, design, 0, stratum, size, "stratum")
    left, fraction = _finite(size, population)
    first = Stage(unit, group, size, left, np.ones(strata))
    _refuse_singletons(frame, design, first, "stratum", design.strata_columns)
    if design.ssu is None or population is None:
        return (first,)
    below, parent = _units(frame, design.ssu, "ssu", unit, first.units)
    inside = add_up(parent, None, first.units)
    counts = _population(frame, design, 1, unit, inside, "psu")
    second = Stage(below, parent, inside, _finite(inside, counts)[0], fraction[group])
    if design.psu is not None:
        _refuse_singletons(frame, design, second, "psu", (*design.strata_columns, design.psu))
    return (first, second)


def _strata(frame: pd.DataFrame, design: Design) -> tuple[Codes, int]:
    stratum, strata = np.zeros(len(frame), np.intp), 1
    for name in design.strata_columns:
        found, count = _labels(frame, name, "strata")
        stratum, strata, _ = cross(stratum, found, count)
    return stratum, strata


def _labels(frame: pd.DataFrame, name: str, role: str) -> tuple[Codes, int]:
    series = column(frame, name, f"design, {role}")
    found, count = codes(series)
    absent = found < 0
    if pd.api.types.is_object_dtype(series.dtype) or pd.api.types.is_string_dtype(series.dtype):
        blank = {
            code for code, row in enumerate(first_rows(found, count)) if not str(series.iloc[row]).strip()
        }
        if blank:
            absent = absent | np.isin(found, list(blank))
    if absent.any():
        raise SurveyError(f"{role}: column {name!r} is missing in {rows(absent, frame)}; every row needs one")
    return found, count


def first_rows(found: Codes, count: int) -> Codes:
    """Return the first row of each code."""
    first = np.zeros(count, np.intp)
    places = np.flatnonzero(found >= 0)[::-1]
    first[found[places]] = places  # the first row overwrites the later ones
    return first


def _units(
    frame: pd.DataFrame, name: str | None, role: str, group: Codes, groups: int
) -> tuple[Codes, Codes]:
    if name is None:
        return np.arange(len(frame)), group
    found, count = _labels(frame, name, role)
    unit, _, pairs = cross(group, found, count)
    return unit, pairs // count


def _population(
    frame: pd.DataFrame, design: Design, stage: int, group: Codes, size: Floats, what: str
) -> Floats | None:
    if len(design.fpc_columns) <= stage:
        # after a finite first stage, an unnamed second stage was drawn with replacement
        return np.full(len(size), np.inf) if stage else None
    name = design.fpc_columns[stage]
    counts = numbers(column(frame, name, "design, fpc"), frame, "fpc")
    if np.isnan(counts).any():
        raise SurveyError(
            f"fpc: column {name!r} is missing in {rows(np.isnan(counts), frame)}; every row needs one"
        )
    population = counts[first_rows(group, len(size))]
    varies = counts != population[group]
    if varies.any():
        row = int(np.flatnonzero(varies)[0])
        raise SurveyError(
            f"fpc: column {name!r} varies within a {what}: {population[group[row]]:g} and {counts[row]:g} "
            f"({rows(varies, frame)}); it is the {what}'s number of units in the population"
        )
    small = (population < size)[group]
    if small.any():
        row = int(np.flatnonzero(small)[0])
        found, drawn = counts[row], size[group[row]]
        hint = " (a sampling fraction? give units drawn / fraction)" if 0 < found < 1 else ""
        raise SurveyError(
            f"fpc: column {name!r} is {found:g} where {drawn:g} units were drawn, {rows(small, frame)}; "
            f"it is the {what}'s number of units in the population, at least as many as in the sample{hint}"
        )
    return population


def _finite(size: Floats, population: Floats | None) -> tuple[Floats, Floats]:
    """Return 1 - n/N and n/N of each group."""
    if population is None:
        return np.ones(len(size)), np.zeros(len(size))
    infinite = np.isinf(population)
    safe = np.where(infinite, 1.0, population)
    fraction = np.where(infinite, 0.0, size / safe)
    left = np.where(infinite, 1.0, (safe - size) / safe)
    return np.where(left < NOTHING_LEFT, 0.0, left), fraction


def _refuse_singletons(
    frame: pd.DataFrame, design: Design, stage: Stage, what: str, named_by: tuple[str, ...]
) -> None:
    lonely = np.flatnonzero(stage.single)
    if not len(lonely):
        return
    if what == "stratum" and stage.units == 1:
        raise SurveyError("the sample has one primary sampling unit; no variance can be estimated from it")
    if what == "psu" and design.singleton == "average":
        raise SurveyError("singleton='average' works on strata; a psu holds one ssu, so choose another rule")
    if design.singleton != "error":
        return
    first = first_rows(stage.group[stage.unit], len(stage.size))
    names = [
        "/".join(str(frame[name].iloc[first[group]]) for name in named_by) or "the whole sample"
        for group in lonely[:5]
    ]
    more = f", … ({len(lonely)} of them)" if len(lonely) > 5 else ""
    unit = "ssu" if what == "psu" else "psu"
    lead = f"{what} {names[0]} has" if len(lonely) == 1 else f"{what} {', '.join(names)}{more} have"
    raise SurveyError(
        f"{lead} a single {unit}, which leaves the variance unknown; merge it with a neighbour or choose "
        "Design(singleton='skip', 'certainty', 'center' or 'average')"
    )


def _some(names: list[object], shown: int = 8) -> str:
    text = ", ".join(str(name) for name in names[:shown])
    return text + (", …" if len(names) > shown else "")
