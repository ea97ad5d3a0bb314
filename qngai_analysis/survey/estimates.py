"""Design-based estimates: one call, one table that can be printed.

A :class:`Survey` is a frame with its design. Each method returns a table with one row for every
domain and variable, and the same columns throughout (see ``Survey``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey import intervals, quantiles, replicates, tables
from qngai_analysis.survey import weights as weighting
from qngai_analysis.survey.design import Design, Flags, Floats, Sample, column, numbers, resolve, rows
from qngai_analysis.survey.domains import Reduction, split
from qngai_analysis.survey.precision import Precision, precision_flag, precision_standard
from qngai_analysis.survey.reliability import Reliability, nchs_flag
from qngai_analysis.survey.variance import Totals, totals

Names = str | Sequence[str]
Deff = Literal["wor", "wr"]

# the tables of a notebook ask again and again for the same few groupings
_KEPT = 8


@dataclass(frozen=True)
class Indicator:
    """One column to estimate: its values as floats, and which are known (``None``: all).

    ``shift`` is taken out before summing, so that large values with little spread keep their
    digits. ``level`` names the category that the values ask for.
    """

    name: str
    values: Floats
    known: Flags | None
    binary: bool
    level: object = None

    @cached_property
    def shift(self) -> float:
        """A value near the middle of the column; 0 for an indicator of 0 and 1."""
        if self.binary:
            return 0.0
        values = self.values if self.known is None else self.values[self.known]
        return float(values.mean()) if len(values) else 0.0


@dataclass(frozen=True)
class Estimates:
    """What a method found, one entry a domain; intervals and flags follow from it."""

    estimate: Floats
    se: Floats
    deff: Floats
    deff_wr: Floats
    n: Floats


class Survey:
    """A survey file with its design, ready to be estimated from.

    Parameters
    ----------
    frame : DataFrame, one row a respondent (or household, enterprise)
        Holds the design's columns and the answers. It is not changed, and later changes to it do
        not reach the survey.
    design : Design
        Which columns say how the sample was drawn.
    confidence : float
        Level of all intervals, 0.95 by default.
    reliability, precision : settings, optional
        Thresholds of the flags: for proportions, and for everything else. By default the
        project's own (``data/standards.toml``, ``data/precision.toml``).

    Raises
    ------
    SurveyError
        The design can't carry an estimate (see ``design.resolve``); nothing is estimated then.

    Notes
    -----
    Every estimating method returns a DataFrame: the ``by`` columns, then ``variable``, ``estimate``,
    ``se``, ``ci_low``, ``ci_high``, ``df``, ``cv``, ``deff``, ``n``, ``n_eff``, ``flag``.

    - ``se``: standard error by linearisation, or from replicate weights.
    - ``ci_low``, ``ci_high``: Student's t at ``df``, unless the method says otherwise.
    - ``df``: sampling units minus strata that the domain touches; with replicate weights the rank of
      these minus 1. With no degree of freedom the interval is missing.
    - ``cv``: se / |estimate|. ``n``: answers the estimate rests on.
    - ``deff``: variance over that of a simple random sample of n answers drawn without replacement
      (``deff="wr"``: with replacement). Missing where the weights add up to no more than n.
    - ``n_eff``: n over the design effect with replacement; for a proportion the Korn-Graubard
      effective n that its flag judges.
    - ``flag``: ``ok``, ``complement``, ``review``, ``suppress`` or ``none`` (no estimate);
      ``reliability.FLAGS`` says what each asks of the reader.

    Missing answers are left out, the design's degrees of freedom stay. Rows with a missing ``by``
    belong to no domain. A domain without an answer has a row without an estimate. Domains are
    estimated on the whole sample: a domain never changes the design.
    ``docs/methods/estimates.md`` has the formulas.

    Examples
    --------
    >>> frame = pd.DataFrame({"area": [1, 1, 1, 1, 2, 2, 2, 2], "village": [1, 1, 2, 2, 1, 1, 2, 2],
    ...                       "weight": 10.0, "online": [1, 1, 0, 1, 0, 0, 1, 0]})
    >>> survey = Survey(frame, Design(weights="weight", strata="area", psu="village"))
    >>> survey.mean("online")[["variable", "estimate", "se", "df", "n"]]
      variable  estimate        se   df  n
    0   online       0.5  0.176777  2.0  8
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        design: Design,
        *,
        confidence: float = 0.95,
        reliability: Reliability | None = None,
        precision: Precision | None = None,
    ) -> None:
        if not 0 < confidence < 1:
            raise SurveyError(f"confidence={confidence}; it is between 0 and 1, such as 0.95")
        sample = resolve(frame, design)
        self._set(frame.copy(deep=False), sample, None, confidence, reliability, precision)

    def _set(
        self,
        frame: pd.DataFrame,
        sample: Sample,
        inside: Flags | None,
        confidence: float,
        reliability: Reliability | None,
        precision: Precision | None,
        drawn: Floats | None = None,
    ) -> None:
        self.frame = frame
        self.confidence = confidence
        self._sample = sample
        self._inside = inside
        self._reliability = reliability
        self._precision = precision
        self._drawn = sample.weight if drawn is None else drawn
        self._kept: dict[tuple[str, ...], Reduction] = {}

    def _like(
        self, *, frame: pd.DataFrame | None = None, sample: Sample | None = None, inside: Flags | None = None
    ) -> Survey:
        twin = object.__new__(type(self))
        twin._set(
            self.frame if frame is None else frame,
            self._sample if sample is None else sample,
            self._inside if inside is None else inside,
            self.confidence,
            self._reliability,
            self._precision,
            self._drawn,
        )
        return twin

    def _confined(self, inside: Flags) -> Survey:
        self._inside = inside
        return self

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        stages = self._sample.stages
        drawn = f"{stages[0].units} psu in {len(stages[0].size)} strata" if stages else "replicate weights"
        return f"<Survey: {len(self)} rows, {drawn}, weights add up to {self._sample.weight.sum():,.10g}>"

    @property
    def design(self) -> Design:
        """The columns that say how the sample was drawn."""
        return self._sample.design

    @property
    def weights(self) -> pd.Series:
        """The weights estimates use, calibration included; index as in ``frame``."""
        return pd.Series(self._sample.weight, index=self.frame.index, name=self.design.weights)

    # domains and derived columns

    def where(self, condition: pd.Series | Flags) -> Survey:
        """Return the survey with estimates confined to the rows where a condition holds.

        The design stays whole, so standard errors are those of a domain. A missing condition counts
        as not met. Conditions add up.

        Raises
        ------
        SurveyError
            The condition is not true/false or has another length or index than the frame.
        """
        if isinstance(condition, pd.Series) and not condition.index.equals(self.frame.index):
            raise SurveyError(
                "where: the condition has another index than the survey; build it from survey.frame"
            )
        met = pd.Series(condition)
        if len(met) != len(self.frame):
            raise SurveyError(f"where: {len(met)} conditions for {len(self.frame)} rows")
        if not pd.api.types.is_bool_dtype(met.dtype):
            raise SurveyError(f"where: the condition is {met.dtype}, not true/false")
        mask = met.to_numpy(dtype=bool, na_value=False)
        return self._like(inside=mask if self._inside is None else mask & self._inside)

    def assign(self, **columns: Any) -> Survey:
        """Return the survey with added or replaced columns, as ``DataFrame.assign``.

        Raises
        ------
        SurveyError
            A column of the design would be replaced.
        """
        design = self.design
        fixed = {
            design.weights,
            *design.strata_columns,
            design.psu,
            design.ssu,
            *design.fpc_columns,
            design.id,
        }
        if design.replicates is not None:
            fixed |= set(design.replicates.names(self.frame))
        touched = sorted(fixed & columns.keys() - {None}, key=str)
        if touched:
            raise SurveyError(f"assign: {touched[0]!r} belongs to the design; make a new Survey to change it")
        return self._like(frame=self.frame.assign(**columns))

    # estimates

    def mean(self, y: Names, by: Names | None = None, *, deff: Deff = "wor") -> pd.DataFrame:
        """Return weighted means of numeric columns, by domain.

        Parameters
        ----------
        y : str or list of str
            Numeric or true/false columns (then the mean is a share, 0-1, flagged as a proportion).
        by : str or list of str, optional
            Columns whose groups are the domains.
        deff : {"wor", "wr"}
            Compare with a simple random sample without or with replacement.

        Raises
        ------
        SurveyError
            A column is missing, holds text, or is infinite somewhere.
        """
        reduction = self._reduction(by)
        found = [(item, self._mean(reduction, item, deff)) for item in self._numeric(y, "mean")]
        return self._table(reduction, [self._finished(reduction, *pair) for pair in found])

    def total(self, y: Names, by: Names | None = None, *, deff: Deff = "wor") -> pd.DataFrame:
        """Return weighted totals of numeric columns, by domain; parameters and errors as ``mean``."""
        reduction = self._reduction(by)
        found = [(item, self._total(reduction, item, deff)) for item in self._numeric(y, "total")]
        return self._table(reduction, [self._finished(reduction, *pair, share=False) for pair in found])

    def ratio(self, num: Names, den: str, by: Names | None = None, *, deff: Deff = "wor") -> pd.DataFrame:
        """Return ratios of two totals, by domain; ``variable`` reads ``num/den``.

        A row counts where both are known. Where the denominator's total is 0 there is no estimate.
        Parameters and errors as ``mean``.
        """
        reduction = self._reduction(by)
        below = self._numeric(den, "ratio")[0]
        found = []
        for above in self._numeric(num, "ratio"):
            named = Indicator(f"{above.name}/{below.name}", above.values, above.known, False)
            found.append(
                self._finished(reduction, named, self._ratio(reduction, above, below, deff), share=False)
            )
        return self._table(reduction, found)

    def proportion(
        self,
        y: Names,
        by: Names | None = None,
        *,
        method: Literal["logit", "korn-graubard", "arcsine", "likelihood", "wald"] = "logit",
        deff: Deff = "wor",
    ) -> pd.DataFrame:
        """Return the share (0-1) of rows where ``y`` is true, by domain.

        Parameters
        ----------
        y : str or list of str
            True/false or 0/1 columns; a column of text or categories gives one row for each
            category, named in a further column ``level``.
        by : str or list of str, optional
            Columns whose groups are the domains.
        method : {"logit", "korn-graubard", "arcsine", "likelihood", "wald"}
            The interval (``docs/methods/intervals.md``). Where every answer is the same, all but
            ``"wald"`` give the exact binomial interval of n answers.
        deff : {"wor", "wr"}
            As in ``mean``.

        Raises
        ------
        SurveyError
            A column is missing, or numeric with values other than 0 and 1; unknown method.
        """
        if method not in intervals.METHODS:
            raise SurveyError(
                f"proportion: method={method!r}; it is one of {', '.join(map(repr, intervals.METHODS))}"
            )
        reduction = self._reduction(by)
        found = []
        for item in self._shares(y):
            estimates = self._mean(reduction, item, deff)
            share = self._share(reduction, item, estimates)
            found.append(
                self._finished(
                    reduction, item, estimates, interval=intervals.METHODS[method](share, self.confidence)
                )
            )
        return self._table(reduction, found)

    def quantile(
        self,
        y: Names,
        q: float | Sequence[float],
        by: Names | None = None,
        *,
        rule: quantiles.Rule = "math",
        interval: quantiles.Interval | None = None,
    ) -> pd.DataFrame:
        """Return quantiles of numeric columns, by domain; ``q`` stands in a column after ``variable``.

        Parameters
        ----------
        y : str or list of str
            Numeric columns.
        q : float or sequence of float
            Shares between 0 and 1: 0.5 is the median.
        by : str or list of str, optional
            Columns whose groups are the domains.
        rule : str
            How the quantile is read off the distribution: R's ``"math"`` (the smallest value that at
            least q of the population does not exceed), ``"school"``, ``"hf1"`` to ``"hf9"``,
            ``"shahvaish"``, or ``"interpolated"`` (R's old rule).
        interval : {"mean", "logit", "korn-graubard", "arcsine", "replicates"}, optional
            Woodruff's interval, from that of the share below the quantile; or with replicate
            weights (the default there) ± t × se of the replicated quantiles.

        Raises
        ------
        SurveyError
            A column is missing or holds text; ``q`` is outside 0 to 1; unknown rule or interval.

        Notes
        -----
        ``se`` is the interval's width over twice the t quantile. An end of the interval that the
        share's interval puts outside 0 to 1 is missing. ``docs/methods/estimates.md``.
        """
        asked = [float(value) for value in np.atleast_1d(np.asarray(q, dtype=np.float64))]
        wrong = [value for value in asked if not 0 < value < 1]
        if wrong or not asked:
            raise SurveyError(
                f"quantile: q={wrong[0] if wrong else q}; it is between 0 and 1, 0.5 for the median"
            )
        reduction = self._reduction(by)
        quantiles.check(rule, interval, replicated=self._sample.replicate is not None)
        found = []
        for item in self._numeric(y, "quantile"):
            for share in asked:
                values = quantiles.estimate(
                    reduction, item.values, item.known, share, rule, interval, self.confidence
                )
                found.append(self._quantile_rows(reduction, item, share, values))
        return self._table(reduction, found, extra="q")

    def difference(
        self,
        y: Names,
        by: Names | None = None,
        *,
        groups: tuple[object, object] | None = None,
        within: Names | None = None,
        other: Survey | None = None,
        overlap: bool | None = None,
        statistic: Literal["mean", "total", "ratio"] = "mean",
        den: str | None = None,
    ) -> pd.DataFrame:
        """Return differences between domains, or between two surveys, with their covariance.

        Parameters
        ----------
        y : str or list of str
            Numeric or true/false columns (text or categories: one row a category).
        by : str or list of str
            Between domains: the one column whose groups are compared. Between surveys: the domains
            in which they are compared, or nothing.
        groups : (first, second), optional
            Estimate first minus second. Without it every pair of groups, the later minus the earlier.
        within : str or list of str, optional
            Between domains: compare inside each group of these columns.
        other : Survey, optional
            Compare with this survey: this one minus the other.
        overlap : bool
            Needed with ``other``. ``False``: two independent samples. ``True``: both hold
            the same sampling units in part (a panel, or the same villages again), matched by strata
            and unit codes.
        statistic : {"mean", "total", "ratio"}
            What is compared; ``"ratio"`` needs ``den``.
        den : str, optional
            Denominator of a ratio.

        Returns
        -------
        DataFrame
            ``within`` (or ``by``) columns, ``group`` and ``minus`` (between domains), the common
            columns, and at the end ``t`` and ``p_value`` (two-sided). ``n`` counts both sides;
            ``deff`` and ``n_eff`` are missing, the flag is ``ok``, ``review`` (few degrees of
            freedom) or ``none``.

        Raises
        ------
        SurveyError
            A column or group is missing; arguments contradict each other; the two surveys have
            different designs.

        Notes
        -----
        The degrees of freedom are those of the rows compared, minus 1, as in R's ``svyttest``.
        """
        if statistic not in ("mean", "total", "ratio") or (statistic == "ratio") != (den is not None):
            raise SurveyError(
                f"difference: statistic={statistic!r} with den={den!r}; den goes with 'ratio' only"
            )
        if other is not None:
            if groups is not None or within is not None or overlap is None:
                raise SurveyError(
                    "difference: between surveys say overlap=True or False; groups and within are for domains"
                )
            return self._between_surveys(y, by, other, overlap, statistic, den)
        names = [by] if isinstance(by, str) else list(by or ())
        if len(names) != 1 or overlap is not None:
            raise SurveyError(
                "difference: between domains name one column in by (overlap is for two surveys)"
            )
        inner = [within] if isinstance(within, str) else list(within or ())
        return self._between_domains(y, names[0], groups, inner, statistic, den)

    def table(
        self, rows: str, columns: str, *, of: Literal["total", "share", "row", "column"] = "total"
    ) -> pd.DataFrame:
        """Return a two-way table in long form, and the Rao-Scott test of independence.

        Parameters
        ----------
        rows, columns : str
            Columns of labels.
        of : {"total", "share", "row", "column"}
            Estimated numbers; shares of everything; shares within each row or within each column (0-1).

        Returns
        -------
        DataFrame
            One row a cell that occurs: the two columns, then the common ones (``variable`` says what
            the estimate is, ``n`` how many rows a total, or a share's denominator, rests on). The test
            is in ``attrs["test"]``: ``statistic``, ``df1``, ``df2``, ``p_value`` (see ``independence``).

        Raises
        ------
        SurveyError
            A column is missing; ``of`` is unknown.
        """
        if of not in ("total", "share", "row", "column"):
            raise SurveyError(f"table: of={of!r}; it is 'total', 'share', 'row' or 'column'")
        reduction = self._reduction([rows, columns])
        grid = tables.Grid(reduction, of)
        found = grid.estimate()
        estimates = Estimates(found.estimate, found.se, found.deff, found.deff, found.n)
        named = Indicator(of, np.zeros(0), None, of != "total")
        whole = self._reduction(None)
        degrees = np.full(reduction.count, whole.degrees[0])
        if of == "total":
            made = self._finished(reduction, named, estimates, share=False, degrees=degrees)
        else:
            share = intervals.Share(found.estimate, found.se, degrees, found.n, found.n, found.logit_se)
            made = self._finished(
                reduction, named, estimates, degrees=degrees, interval=intervals.logit(share, self.confidence)
            )
        result = self._table(reduction, [made])
        test = self.independence(rows, columns).iloc[0]
        result.attrs["test"] = {name: float(test[name]) for name in ("statistic", "df1", "df2", "p_value")}
        return result

    def independence(
        self, rows: str, columns: str, *, statistic: Literal["F", "Chisq", "Wald", "adjWald"] = "F"
    ) -> pd.DataFrame:
        """Return a test of independence of two columns, as one row.

        Parameters
        ----------
        rows, columns : str
            Columns of labels.
        statistic : {"F", "Chisq", "Wald", "adjWald"}
            Pearson's X² with Rao and Scott's second-order (F) or first-order (Chisq) correction, or a
            Wald test, plain or adjusted for few degrees of freedom.

        Returns
        -------
        DataFrame
            ``rows``, ``columns``, ``method``, ``statistic``, ``df1``, ``df2`` (missing for
            Chisq), ``p_value``. All missing where a column has one value only.

        Raises
        ------
        SurveyError
            A column is missing, or the statistic unknown.

        Notes
        -----
        Rao and Scott, *Annals of Statistics* 12 (1984); agrees with R's ``svychisq``.
        """
        if statistic not in tables.STATISTICS:
            raise SurveyError(
                f"independence: statistic={statistic!r}; it is one of {', '.join(tables.STATISTICS)}"
            )
        found = tables.independence(self._sample, self.frame, rows, columns, self._inside, statistic)
        return pd.DataFrame([{"rows": rows, "columns": columns, "method": statistic, **found}])

    # weights

    def poststratify(self, by: Names, totals: weighting.Counts) -> Survey:
        """Return the survey with weights that add up to known totals of ``by``'s groups.

        Parameters
        ----------
        by : str or list of str
            Columns whose groups (crossed) have known totals.
        totals : mapping or Series
            Group label (tuple of labels for several columns) to total, > 0.

        Raises
        ------
        SurveyError
            A group of the sample has no total or the reverse; a label is missing.
        """
        names = (by,) if isinstance(by, str) else tuple(by)
        return self._like(sample=weighting.poststratified(self._sample, self.frame, names, totals))

    def rake(
        self, margins: Mapping[str | tuple[str, ...], weighting.Counts], *, rounds: int = 1000
    ) -> Survey:
        """Return the survey with weights that add up to several margins at once.

        Parameters
        ----------
        margins : mapping
            Column (or tuple of columns) to its groups' known totals, as in ``poststratify``.
        rounds : int
            Passes over the margins allowed until nothing changes any more.

        Raises
        ------
        SurveyError
            As ``poststratify``; the margins add up to different totals, or are not met.

        Examples
        --------
        ``survey.rake({"sex": {"Nam": 612_000, "Nữ": 633_000}, "area": {"urban": 0.2e6, "rural": 1.045e6}})``
        """
        return self._like(sample=weighting.raked(self._sample, self.frame, margins, rounds))

    def calibrate(
        self,
        totals: Mapping[str, float | weighting.Counts],
        *,
        population: float | None = None,
        method: weighting.Method = "linear",
        bounds: tuple[float, float] | None = None,
    ) -> Survey:
        """Return the survey with weights that meet known totals and change as little as possible.

        Parameters
        ----------
        totals : mapping
            Numeric column to its population total; column of labels to its groups' totals.
        population : float, optional
            Known number of units in all.
        method : {"linear", "raking", "logit"}
            Distance from the old weights: linear (the regression estimator), raking (weights stay
            above 0), logit (weights stay within ``bounds``).
        bounds : (float, float), optional
            Range of new weight / old weight.

        Raises
        ------
        SurveyError
            A column or total is missing; totals contradict each other; no weights meet them.

        Notes
        -----
        Deville and Särndal, *JASA* 87 (1992). ``docs/methods/calibration.md``.
        """
        return self._like(
            sample=weighting.calibrated(self._sample, self.frame, totals, population, method, bounds)
        )

    def weight_spread(self) -> pd.DataFrame:
        """Return how unequal the weights are: one row ``drawn``, and one ``calibrated`` if they were.

        Columns as in ``weights.spread``, and ``factor_min``, ``factor_max``: the range of
        calibrated over drawn weight (1 where nothing changed).
        """
        stages = {"drawn": self._drawn}
        if self._drawn is not self._sample.weight:
            stages["calibrated"] = self._sample.weight
        table = pd.DataFrame({name: weighting.spread(values) for name, values in stages.items()}).T
        factors = {name: values / self._drawn for name, values in stages.items()}
        return table.assign(
            factor_min=[float(factor.min()) for factor in factors.values()],
            factor_max=[float(factor.max()) for factor in factors.values()],
        )

    def with_replicates(
        self, kind: replicates.Kind, *, replicates_count: int = 500, fay: float = 0.3, seed: int | None = None
    ) -> Survey:
        """Return the survey with replicate weights made from its design, for a variance from them.

        Parameters
        ----------
        kind : {"JK1", "JKn", "BRR", "Fay", "bootstrap"}
            Delete-one-unit jackknife without or with strata; balanced half-samples (two units
            in every stratum), plain or Fay's; Rao and Wu's bootstrap of n_h - 1 units.
        replicates_count : int
            How many bootstrap replicates.
        fay : float
            Fay's coefficient.
        seed : int, optional
            Needed for the bootstrap.

        Raises
        ------
        SurveyError
            The design does not fit the kind (see ``replicates.make``).
        """
        made, settings = replicates.make(self._sample, kind, replicates=replicates_count, fay=fay, seed=seed)
        names = [f"replicate_{place + 1}" for place in range(made.shape[1])]
        clash = [name for name in names if name in self.frame.columns]
        if clash:
            raise SurveyError(f"replicates: the survey already has a column {clash[0]!r}; rename it")
        frame = pd.concat([self.frame, pd.DataFrame(made, index=self.frame.index, columns=names)], axis=1)
        design = Design(
            weights=self.design.weights,
            replicates=replicates.Replicates(tuple(names), **settings),  # type: ignore[arg-type]
            id=self.design.id,
        )
        return self._like(frame=frame, sample=Sample(design, self._sample.weight, (), replicate=made))

    # reading columns

    def _numeric(self, y: Names, role: str) -> list[Indicator]:
        return [self._values(name, role) for name in ([y] if isinstance(y, str) else y)]

    def _values(self, name: str, role: str) -> Indicator:
        values = numbers(column(self.frame, name, role), self.frame, role)
        infinite = np.isinf(values)
        if infinite.any():
            raise SurveyError(f"{role}: column {name!r} is infinite in {rows(infinite, self.frame)}")
        missing = np.isnan(values)
        known = ~missing if missing.any() else None
        if known is not None:
            values = np.where(known, values, 0.0)
        return Indicator(name, values, known, bool(((values == 0) | (values == 1)).all()))

    def _shares(self, y: Names) -> list[Indicator]:
        return [item for name in ([y] if isinstance(y, str) else y) for item in self._share_of(name)]

    def _share_of(self, name: str) -> list[Indicator]:
        series = column(self.frame, name, "proportion")
        if _labels(series):
            known = series.notna().to_numpy()
            code, values = pd.factorize(series, sort=True)
            return [
                Indicator(
                    name, (code == place).astype(np.float64), None if known.all() else known, True, level
                )
                for place, level in enumerate(values)
            ]
        item = self._values(name, "proportion")
        if not item.binary:
            wrong = (item.values != 0) & (item.values != 1)
            raise SurveyError(
                f"proportion: column {name!r} holds {item.values[wrong][0]:g} in {rows(wrong, self.frame)}; "
                "it is true/false or 0/1 (turn codes into categories for a share of each)"
            )
        return [item]

    def _reduction(self, by: Names | None) -> Reduction:
        names = (by,) if isinstance(by, str) else tuple(by or ())
        if names not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[names] = Reduction(self._sample, split(self.frame, names, self._inside))
        return self._kept[names]

    # one statistic, all domains

    def _mean(self, reduction: Reduction, item: Indicator, deff: Deff) -> Estimates:
        held = _weighted(reduction, item)
        value, variance = held.totals.variances(_quotient)
        estimate = value + item.shift
        square = _dispersion(held, value)
        n, size = held.n, held.totals.point[1]
        with np.errstate(divide="ignore", invalid="ignore"):
            simple = square / n
            deffs = _deffs(variance, simple, n, size, deff)
        return Estimates(estimate, np.sqrt(variance), *deffs, n)

    def _total(self, reduction: Reduction, item: Indicator, deff: Deff) -> Estimates:
        held = _weighted(reduction, item)
        size = held.totals.point[1]
        plain = held.totals if item.shift == 0 else _weighted(reduction, item, shifted=False).totals
        value, variance = plain.variances(_first)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(held.n > 0, value, np.nan)
            simple = _dispersion(held, held.totals.point[0] / size) * size**2 / held.n
            deffs = _deffs(variance, simple, held.n, size, deff)
        return Estimates(value, np.sqrt(np.where(held.n > 0, variance, np.nan)), *deffs, held.n)

    def _ratio(self, reduction: Reduction, above: Indicator, below: Indicator, deff: Deff) -> Estimates:
        known = _both(above.known, below.known)
        held = _weighted(
            reduction, Indicator("", above.values, known, True), Indicator("", below.values, known, True)
        )
        value, variance = held.totals.variances(_quotient)
        n, bottom = held.n, held.totals.point[1]
        used = reduction.weight if held.used is None else reduction.weight * held.used
        size = np.bincount(reduction.domain, used, reduction.count)
        with np.errstate(divide="ignore", invalid="ignore"):
            away = above.values[reduction.rows] - value[reduction.domain] * below.values[reduction.rows]
            square = np.bincount(reduction.domain, used * away**2, reduction.count) / size * n / (n - 1)
            simple = square / bottom**2 * size**2 / n
            deffs = _deffs(variance, simple, n, size, deff)
        return Estimates(value, np.sqrt(variance), *deffs, n)

    def _share(self, reduction: Reduction, item: Indicator, found: Estimates) -> intervals.Share:
        logit_se = np.full(reduction.count, np.nan)
        if self._sample.replicate is not None:
            variance = _weighted(reduction, item).totals.variances(_logit_of_quotient)[1]
            logit_se = np.sqrt(variance)
        return intervals.Share(
            found.estimate, found.se, reduction.degrees, found.n, reduction.rows_by_domain, logit_se
        )

    # from estimates to rows of the table

    def _finished(
        self,
        reduction: Reduction,
        item: Indicator,
        found: Estimates,
        *,
        share: bool | None = None,
        interval: intervals.Interval | None = None,
        degrees: Floats | None = None,
    ) -> dict[str, Any]:
        df = reduction.degrees if degrees is None else degrees
        ends = (
            intervals.student(found.estimate, found.se, df, self.confidence) if interval is None else interval
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            cv = np.where(found.estimate == 0, np.nan, found.se / np.abs(found.estimate))
            n_eff = np.where(found.se > 0, found.n / found.deff_wr, found.n)
        n_eff = np.where(np.isnan(found.estimate) | ~(df > 0), np.nan, n_eff)
        if item.binary and share is not False:
            basis = intervals.Share(
                found.estimate, found.se, df, found.n, reduction.rows_by_domain, np.full(len(df), np.nan)
            )
            n_eff = intervals.capped_n(basis, self.confidence)
            low, high = intervals.standard_interval(basis, self.confidence)
            flag = nchs_flag(found.estimate, low, high, n_eff, df, n=found.n, standard=self._reliability)
        else:
            flag = precision_flag(found.estimate, cv, n_eff, df, self._precision)
        return {
            "variable": item.name, "level": item.level, "estimate": found.estimate, "se": found.se,
            "ci_low": ends[0], "ci_high": ends[1], "df": df, "cv": cv, "deff": found.deff,
            "n": found.n, "n_eff": n_eff, "flag": flag,
        }  # fmt: skip

    def _quantile_rows(
        self, reduction: Reduction, item: Indicator, share: float, found: quantiles.Found
    ) -> dict[str, Any]:
        with np.errstate(divide="ignore", invalid="ignore"):
            cv = np.where(found.estimate == 0, np.nan, found.se / np.abs(found.estimate))
            deff = np.full(reduction.count, np.nan)
        flag = precision_flag(found.estimate, cv, found.n_eff, found.df, self._precision)
        return {
            "variable": item.name, "q": share, "estimate": found.estimate, "se": found.se,
            "ci_low": found.low, "ci_high": found.high, "df": found.df, "cv": cv, "deff": deff,
            "n": found.n, "n_eff": found.n_eff, "flag": flag,
        }  # fmt: skip

    def _table(
        self, reduction: Reduction, found: Sequence[dict[str, Any]], extra: str | None = None
    ) -> pd.DataFrame:
        """Put the variables' rows together: domain by domain, the variables in the order asked for."""
        labels, count = reduction.domains.labels, reduction.count
        if extra is None and any(item["level"] is not None for item in found):
            extra = "level"
        names = ["variable", *([extra] if extra else []), "estimate", "se", "ci_low", "ci_high",
                 "df", "cv", "deff", "n", "n_eff", "flag"]  # fmt: skip
        result = labels.iloc[np.repeat(np.arange(count), len(found))].reset_index(drop=True)
        for name in names:
            entries = [
                item[name] if isinstance(item[name], np.ndarray) else [item[name]] * count for item in found
            ]
            result[name] = [value for domain in zip(*entries, strict=True) for value in domain]
        result["n"] = result["n"].astype(np.int64)
        result.columns.name = None
        return result

    # differences

    def _between_domains(
        self,
        y: Names,
        by: str,
        groups: tuple[object, object] | None,
        within: list[str],
        statistic: str,
        den: str | None,
    ) -> pd.DataFrame:
        reduction = self._reduction([*within, by])
        labels = reduction.domains.labels
        pairs = _pairs(labels, by, groups, within)
        if not pairs:
            what = f"{groups[0]!r} and {groups[1]!r}" if groups else "two groups"
            raise SurveyError(
                f"difference: column {by!r} has not {what} to compare; "
                f"it has {sorted(map(str, set(labels[by])))}"
            )
        heads = labels[within].iloc[[first for first, _ in pairs]].reset_index(drop=True)
        heads["group"] = labels[by].iloc[[first for first, _ in pairs]].to_numpy()
        heads["minus"] = labels[by].iloc[[second for _, second in pairs]].to_numpy()
        degrees = np.array([self._degrees_of(reduction, pair) for pair in pairs]) - 1
        return self._differences(reduction, self._items(y, statistic), pairs, heads, degrees, statistic, den)

    def _between_surveys(
        self, y: Names, by: Names | None, other: Survey, overlap: bool, statistic: str, den: str | None
    ) -> pd.DataFrame:
        names = [by] if isinstance(by, str) else list(by or ())
        if overlap:
            both = _stacked(self, other)
            reduction = both._reduction([*names, _WAVE])
            pairs = _pairs(reduction.domains.labels, _WAVE, ("this", "other"), names)
            heads = reduction.domains.labels[names].iloc[[first for first, _ in pairs]].reset_index(drop=True)
            _refuse_nothing_common(pairs)
            degrees = np.array([both._degrees_of(reduction, pair) for pair in pairs]) - 1
            return both._differences(
                reduction, both._items(y, statistic), pairs, heads, degrees, statistic, den
            )
        here, there = self._reduction(names), other._reduction(names)
        pairs = _matching(here.domains.labels, there.domains.labels)
        _refuse_nothing_common(pairs)
        first, second = (np.array(side) for side in zip(*pairs, strict=True))
        heads = here.domains.labels.iloc[first].reset_index(drop=True)
        degrees = here.degrees[first] + there.degrees[second] - 1
        theirs = {(item.name, item.level): item for item in other._items(y, statistic)}
        found = []
        for item in self._items(y, statistic):
            if (item.name, item.level) not in theirs:
                continue  # a category only one of the two surveys has
            mine = self._statistic(here, item, statistic, den)
            its = other._statistic(there, theirs[item.name, item.level], statistic, den)
            estimate = mine.estimate[first] - its.estimate[second]
            variance = mine.se[first] ** 2 + its.se[second] ** 2
            found.append(
                self._contrast(item, estimate, variance, mine.n[first] + its.n[second], degrees, den)
            )
        return _contrast_table(found, heads)

    def _statistic(self, reduction: Reduction, item: Indicator, statistic: str, den: str | None) -> Estimates:
        if den is not None:
            return self._ratio(reduction, item, self._values(den, "difference"), "wr")
        return (self._total if statistic == "total" else self._mean)(reduction, item, "wr")

    def _items(self, y: Names, statistic: str) -> list[Indicator]:
        if statistic != "mean":
            return self._numeric(y, "difference")
        names = [y] if isinstance(y, str) else list(y)
        return [
            item
            for name in names
            for item in (
                self._share_of(name)
                if _labels(column(self.frame, name, "difference"))
                else self._numeric(name, "difference")
            )
        ]

    def _differences(
        self,
        reduction: Reduction,
        items: Sequence[Indicator],
        pairs: Sequence[tuple[int, int]],
        heads: pd.DataFrame,
        degrees: Floats,
        statistic: str,
        den: str | None,
    ) -> pd.DataFrame:
        below = None if den is None else self._values(den, "difference")
        first, second = (np.array(side) for side in zip(*pairs, strict=True))
        found = []
        for item in items:
            held, function = _compared(reduction, item, below, statistic)
            estimate, variance = _contrasts(held.totals, function, pairs)
            estimate = np.where((held.n[first] > 0) & (held.n[second] > 0), estimate, np.nan)
            found.append(
                self._contrast(item, estimate, variance, held.n[first] + held.n[second], degrees, den)
            )
        return _contrast_table(found, heads)

    def _contrast(
        self, item: Indicator, estimate: Floats, variance: Floats, n: Floats, degrees: Floats, den: str | None
    ) -> pd.DataFrame:
        se = np.where(np.isnan(estimate), np.nan, np.sqrt(variance))
        low, high = intervals.student(estimate, se, degrees, self.confidence)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(se > 0, estimate / se, np.nan)
            cv = np.where(estimate == 0, np.nan, se / np.abs(estimate))
        few = ~(degrees >= (self._precision or precision_standard()).review_df)
        return pd.DataFrame({
            "variable": item.name if den is None else f"{item.name}/{den}", "level": item.level,
            "estimate": estimate, "se": se, "ci_low": low, "ci_high": high, "df": degrees, "cv": cv,
            "deff": np.nan, "n": n.astype(np.int64), "n_eff": np.nan,
            "flag": np.select([np.isnan(estimate), few], ["none", "review"], default="ok"),
            "t": t, "p_value": intervals.t_p_value(t, degrees),
        })  # fmt: skip

    def _degrees_of(self, reduction: Reduction, members: Sequence[int]) -> float:
        """Return the degrees of freedom of several domains taken together."""
        if self._sample.replicate is not None:
            chosen = np.isin(reduction.domain, list(members))
            settings = self.design.replicates
            assert settings is not None
            return settings.degrees(self._sample.replicate[reduction.rows][chosen])
        cells = reduction.cells[0]
        chosen = np.isin(cells.domain, list(members))
        units = np.unique(cells.unit[chosen])
        return float(len(units) - len(np.unique(cells.stage.group[units])))


_WAVE = "__survey__"


@dataclass(frozen=True)
class _Held:
    """Totals of a column and of what it is divided by, with what the design effect needs."""

    totals: Totals
    reduction: Reduction
    weighted: Floats
    values: Floats
    used: Floats | None
    n: Floats
    binary: bool


def _weighted(
    reduction: Reduction, item: Indicator, below: Indicator | None = None, *, shifted: bool = True
) -> _Held:
    known = item.known
    used = None if known is None else known[reduction.rows].astype(np.float64)
    base = reduction.weight if used is None else reduction.weight * used
    values = item.values[reduction.rows]
    if shifted and item.shift:
        values = values - item.shift
    top = base * values
    bottom = base if below is None else base * below.values[reduction.rows]
    n = reduction.rows_by_domain if used is None else np.bincount(reduction.domain, used, reduction.count)
    return _Held(totals(reduction, [top, bottom], used), reduction, top, values, used, n, item.binary)


def _dispersion(held: _Held, mean: Floats) -> Floats:
    """Return the estimated population variance of a column, by domain."""
    size = held.totals.point[1]
    if held.binary:
        squares = held.totals.point[0]
    else:
        squares = np.bincount(held.reduction.domain, held.weighted * held.values, held.reduction.count)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.maximum(squares / size - mean**2, 0.0) * held.n / (held.n - 1))


def _deffs(variance: Floats, simple: Floats, n: Floats, size: Floats, deff: Deff) -> tuple[Floats, Floats]:
    """Return the design effect asked for, and the one with replacement."""
    if deff not in ("wor", "wr"):
        raise SurveyError(f"deff={deff!r}; it is 'wor' or 'wr' (without or with replacement)")
    usable = np.isfinite(simple) & (simple > 0)
    replaced = np.where(usable, variance / np.where(usable, simple, 1.0), np.nan)
    if deff == "wr":
        return replaced, replaced
    left = np.where(size > n, (size - n) / size, np.nan)
    return replaced / left, replaced


def _quotient(point: Floats) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        bottom = np.where(point[1] != 0, point[1], np.nan)
        value = point[0] / bottom
        return value, np.stack([1 / bottom, -value / bottom])


def _first(point: Floats) -> tuple[Floats, Floats]:
    return point[0], np.stack([np.ones_like(point[0]), np.zeros_like(point[0])])


def _logit_of_quotient(point: Floats) -> tuple[Floats, Floats]:
    value, gradient = _quotient(point)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.where((value > 0) & (value < 1), value / (1 - value), np.nan)
        return np.log(odds), gradient / (value * (1 - value))


def _both(first: Flags | None, second: Flags | None) -> Flags | None:
    if first is None or second is None:
        return second if first is None else first
    return first & second


def _labels(series: pd.Series) -> bool:
    """Tell whether a column holds labels: text or categories (an object column: any text in it)."""
    if isinstance(series.dtype, pd.CategoricalDtype) or pd.api.types.is_string_dtype(series.dtype):
        return series.dtype != object or any(isinstance(cell, str) for cell in series)
    return False


def _pairs(
    labels: pd.DataFrame, by: str, groups: tuple[object, object] | None, within: list[str]
) -> list[tuple[int, int]]:
    """Return the domains to compare, as places in ``labels``: first minus second."""
    places = (
        [list(part) for part in labels.groupby(within, observed=True, sort=False).indices.values()]
        if within
        else [list(range(len(labels)))]
    )
    pairs = []
    for part in places:
        named = {labels[by].iloc[place]: place for place in part}
        if groups is None:
            pairs += [(later, earlier) for earlier, later in combinations(part, 2)]
        elif groups[0] in named and groups[1] in named:
            pairs.append((named[groups[0]], named[groups[1]]))
    return pairs


Function = Callable[[Floats], tuple[Floats, Floats]]


def _compared(
    reduction: Reduction, item: Indicator, below: Indicator | None, statistic: str
) -> tuple[_Held, Function]:
    if below is not None:
        known = _both(item.known, below.known)
        top, bottom = (Indicator("", part.values, known, True) for part in (item, below))
        return _weighted(reduction, top, bottom), _quotient
    if statistic == "total":
        return _weighted(reduction, item, shifted=False), _first
    return _weighted(reduction, item), _quotient


def _contrasts(held: Totals, function: Function, pairs: Sequence[tuple[int, int]]) -> tuple[Floats, Floats]:
    """Return the differences of pairs of domains and their variances."""
    first, second = (np.array(side) for side in zip(*pairs, strict=True))

    def contrast(point: Floats) -> tuple[Floats, Floats]:
        value, gradient = function(point)
        both = np.zeros((len(pairs), *gradient.shape))
        for place, (plus, minus) in enumerate(pairs):
            both[place, :, plus] = gradient[:, plus]
            both[place, :, minus] = -gradient[:, minus]
        return value[first] - value[second], both

    value, covariance = held.covariance(contrast)
    return value, np.diag(covariance)


def _contrast_table(found: Sequence[pd.DataFrame], heads: pd.DataFrame) -> pd.DataFrame:
    """Put the variables' differences together, pair by pair."""
    table = pd.concat([pd.concat([heads, part], axis=1) for part in found])
    table = table.sort_index(kind="stable").reset_index(drop=True)
    return table.drop(columns="level") if table["level"].isna().all() else table


def _refuse_nothing_common(pairs: Sequence[tuple[int, int]]) -> None:
    if not pairs:
        raise SurveyError("difference: the two surveys have no domain in common")


def _matching(here: pd.DataFrame, there: pd.DataFrame) -> list[tuple[int, int]]:
    """Return the places of the labels that both tables have."""
    known = {key: place for place, key in enumerate(there.itertuples(index=False, name=None))}
    keys = enumerate(here.itertuples(index=False, name=None))
    return [(place, known[key]) for place, key in keys if key in known]


def _stacked(this: Survey, other: Survey) -> Survey:
    """Return two surveys of overlapping samples as one sample, each a domain of it.

    Strata and units are matched by their codes; each keeps its weights and calibration.
    """
    if replace(this.design, id=None) != replace(other.design, id=None):
        raise SurveyError(
            "difference: the two surveys' designs name different columns or rules; "
            "overlapping ones must agree"
        )
    common = [name for name in this.frame.columns if name in other.frame.columns]
    parts = [
        survey.frame[common].assign(**{_WAVE: name}) for survey, name in ((this, "this"), (other, "other"))
    ]
    frame = pd.concat(parts, ignore_index=True)
    sample = resolve(frame, replace(this.design, id=None))
    sample = sample.with_weight(np.concatenate([this._sample.weight, other._sample.weight]))
    if sample.replicate is not None:
        replicate = np.concatenate([survey._sample.replicate for survey in (this, other)])
        sample = replace(sample, replicate=replicate)
    steps = weighting.stacked_steps(this._sample, other._sample)
    if steps:
        sample = replace(sample, calibration=weighting.Calibration.of(steps, sample))
    inside = [np.ones(len(s), bool) if s._inside is None else s._inside for s in (this, other)]
    return this._like(frame=frame, sample=sample)._confined(np.concatenate(inside))
