"""Design-based estimates: one call, one table that can be printed.

A :class:`Survey` is a frame with its design. Each method returns a table with one row for every
domain and variable, and the same columns throughout (see ``Survey``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from itertools import chain
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.door import exact, is_closed, refuse_in_reports
from qngai_analysis.survey.estimate import (
    arrays,
    intervals,
    quantiles,
    regression,
    response,
    results,
    statistics,
    tables,
)
from qngai_analysis.survey.estimate import weights as weighting
from qngai_analysis.survey.estimate.arrays import Flags, Floats, column, listed, refuse_if, refuse_unknown
from qngai_analysis.survey.estimate.design import Design
from qngai_analysis.survey.estimate.domains import Reduction, split
from qngai_analysis.survey.estimate.sample import Sample, resolve
from qngai_analysis.survey.estimate.statistics import Deff, Held, hold
from qngai_analysis.survey.estimate.variance import totals
from qngai_analysis.words.said import Said

Names = str | Sequence[str]
#: Columns (crossed) to the totals of their groups.
Margins = Mapping[tuple[str, ...], Mapping[Any, float]]

# the tables of a notebook ask again and again for the same few groupings and columns
_KEPT_GROUPINGS = 8
_KEPT_SUMS = 64_000_000  # bytes


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

    Raises
    ------
    SurveyError
        The design can't carry an estimate (see ``sample.resolve``); nothing is estimated then.

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
      ``reliability.nchs_flag`` says what each asks of the reader.

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

    def __init__(self, frame: pd.DataFrame, design: Design, *, confidence: float = 0.95) -> None:
        wording = "confidence={confidence}; phải nằm giữa 0 và 1, ví dụ 0.95"
        refuse_if(not 0 < confidence < 1, wording, confidence=confidence)
        self._sample = resolve(frame, design)
        self._drawn = self._sample.weight
        self._inside: Flags | None = None
        self._frame = frame.copy(deep=False)
        self.confidence = confidence
        self._reductions: dict[tuple[str, ...], Reduction] = {}
        self._sums: dict[tuple[object, ...], list[Held]] = {}
        self._history: Any = None  # of what was published of it: the gate's (``release.publication``)
        self._file_weights: Survey | None = None  # the survey before it was weighted anew

    def __getstate__(self) -> dict[str, Any]:
        """Leave out sums, which are as large as the answers: they are made anew where they are asked for."""
        return vars(self) | {"_reductions": {}, "_sums": {}}

    def _like(self, **changes: object) -> Survey:
        twin = copy(self)
        found_out: dict[str, Any] = {"_reductions": {}, "_sums": {}, "_history": None, "_file_weights": None}
        vars(twin).update(found_out | changes)
        return twin

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        if is_closed():
            return "<Survey>"
        stages = self._sample.stages
        drawn = f"{stages[0].units} psu in {len(stages[0].size)} strata" if stages else "replicate weights"
        return f"<Survey: {len(self)} rows, {drawn}, weights add up to {self._sample.weight.sum():,.10g}>"

    @property
    def frame(self) -> pd.DataFrame:
        """The columns and answers, for work inside the office: a report that is made refuses them."""
        refuse_in_reports()
        return self._frame

    @property
    def design(self) -> Design:
        """The columns that say how the sample was drawn."""
        return self._sample.design

    @property
    def confined(self) -> bool:
        """Whether estimates are confined to part of the rows (``where``)."""
        return self._inside is not None

    @property
    def weights(self) -> pd.Series:
        """The weights estimates use, calibration included; index as in ``frame``."""
        return pd.Series(self._sample.weight, index=self.frame.index, name=self.design.weights)

    @property
    def drawn_weights(self) -> pd.Series:
        """The weights as the frame holds them."""
        return pd.Series(self._drawn, index=self.frame.index, name=self.design.weights)

    @property
    def reweighted(self) -> tuple[Margins | None, ...]:
        """What the weights were made to add up to, in order; None for totals of numbers."""
        return tuple(self._frame.attrs.get("reweighted", ()))

    def _reweighted(self, sample: Sample, margins: Margins | None) -> Survey:
        frame = self.frame.copy(deep=False)
        frame.attrs = {**self.frame.attrs, "reweighted": (*self.reweighted, margins)}
        return self._like(_sample=sample, _frame=frame, _file_weights=self._file_weights or self)

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
        astray = isinstance(condition, pd.Series) and not condition.index.equals(self.frame.index)
        refuse_if(astray, "where: điều kiện có chỉ mục khác với điều tra; lập từ survey.frame")
        wording = "where: {condition!r} là chữ; hãy cho đúng/sai từng dòng, ví dụ survey.frame['age'] >= 15"
        refuse_if(isinstance(condition, str), wording, condition=condition)
        met, size = pd.Series(condition), len(self)
        refuse_if(len(met) != size, "where: {n} điều kiện cho {rows} dòng", n=len(met), rows=size)
        wording = "where: điều kiện là {dtype}, không phải đúng/sai"
        refuse_if(not pd.api.types.is_bool_dtype(met.dtype), wording, dtype=met.dtype)
        mask = met.to_numpy(dtype=bool, na_value=False)
        return self._like(_inside=mask if self._inside is None else mask & self._inside)

    def assign(self, **columns: Any) -> Survey:
        """Return the survey with added or replaced columns, as ``DataFrame.assign``.

        Raises
        ------
        SurveyError
            A column of the design would be replaced.
        """
        design = self.design
        stages = (design.psu, design.ssu, *design.strata_columns, *design.fpc_columns)
        fixed = {design.weights, design.id, *stages, *design.due.values()}
        if design.replicates is not None:
            fixed |= set(design.replicates.names(self.frame))
        if touched := sorted(fixed & columns.keys() - {None}, key=str):
            wording = "assign: {touched!r} thuộc thiết kế mẫu; muốn đổi thì tạo Survey mới"
            raise SurveyError(wording, touched=touched[0])
        return self._like(_frame=self.frame.assign(**columns))

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
        held = self._held(by, y, "mean")
        parts = [self._share_part(one, deff) if one.binary else self._part(one, deff) for one in held]
        return self._table(by, parts)

    def total(self, y: Names, by: Names | None = None, *, deff: Deff = "wor") -> pd.DataFrame:
        """Return weighted totals of numeric columns, by domain; parameters and errors as ``mean``."""
        held = self._held(by, y, "total")
        return self._table(by, [self._part(item, deff, total=True) for item in held])

    def ratio(self, num: Names, den: str, by: Names | None = None, *, deff: Deff = "wor") -> pd.DataFrame:
        """Return ratios of two totals, by domain; ``variable`` reads ``num/den``.

        A row counts where both are known. Where the denominator's total is 0 there is no estimate.
        Parameters and errors as ``mean``.
        """
        held = (self._held_ratio(by, name, den, "ratio") for name in listed(num))
        return self._table(by, [self._part(item, deff) for item in held])

    def proportion(
        self,
        y: Names,
        by: Names | None = None,
        method: Literal["logit", "xlogit", "korn-graubard", "arcsine", "likelihood", "wald"] = "logit",
        *,
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
        method : {"logit", "xlogit", "korn-graubard", "arcsine", "likelihood", "wald"}
            The interval (``docs/methods/intervals.md``); ``"xlogit"`` differs from ``"logit"`` with
            replicate weights only, where it does not replicate the logit. Where every answer is the same, all but
            ``"wald"`` give the exact binomial interval of n answers.
        deff : {"wor", "wr"}
            As in ``mean``.

        Raises
        ------
        SurveyError
            A column is missing, or numeric with values other than 0 and 1; unknown method.
        """
        refuse_unknown("method", method, intervals.METHODS)
        parts = []
        for item in self._held(by, y, "proportion", labels=True):
            if not item.binary:
                arrays.shares(self.frame, item.name, "proportion")  # says what is wrong
            parts.append(self._share_part(item, deff, method))
        return self._table(by, parts)

    def taken(self, y: str, by: Names | None = None) -> Floats:
        """Return which share of each domain's population answered ``y``, 0-1, domains as in all tables.

        Answers over the number of units that the design's population counts give for the domain. 0 without population
        counts, and where missing answers are no part of the variance (``Design(nonresponse="phase")`` makes them one).

        Raises
        ------
        SurveyError
            A column is missing.
        """
        reduction, item = self._reduction(by), self._numeric(y, "taken")
        n = reduction.rows_by_domain
        if item.known is not None:
            n = arrays.add_up(reduction.domain, item.known[reduction.rows], reduction.count)
        return response.taken(reduction, response.due(self.frame, self.design, y), n)

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
            least q of the population does not exceed), ``"school"``, ``"hf2"``, ``"hf7"``, ``"hf8"``,
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
        asked = [*np.atleast_1d(np.asarray(q))]
        wrong = [each for each in asked if not (isinstance(each, np.floating) and 0 < each < 1)]
        wording = "phân vị: q={what}; phải nằm giữa 0 và 1, trung vị là 0.5"
        refuse_if(wrong or not asked, wording, what=wrong[0] if wrong else q)
        reduction = self._reduction(by)
        refuse_unknown("rule", rule, get_args(quantiles.Rule))
        if interval is not None:
            refuse_unknown("interval", interval, get_args(quantiles.Interval))
        unmade = interval == "replicates" and self._sample.replicate is None
        refuse_if(unmade, "phân vị: interval='replicates' cần thiết kế có trọng số lặp")
        parts = []
        for item in (arrays.numeric(self.frame, name, "quantile") for name in listed(y)):
            doubt = self._doubt(item.known, item.name)
            how = rule, interval, self.confidence, doubt
            parts += [quantiles.quantile_part(reduction, item, share, *how) for share in asked]
        return self._table(by, parts)

    def difference(
        self,
        y: Names,
        by: str,
        *,
        groups: tuple[object, object] | None = None,
        within: Names | None = None,
        statistic: Literal["mean", "total", "ratio"] = "mean",
        den: str | None = None,
    ) -> pd.DataFrame:
        """Return differences between domains with their covariance.

        Parameters
        ----------
        y : str or list of str
            Numeric or true/false columns (text or categories: one row a category).
        by : str
            The column whose groups are compared. Two years are compared by putting their frames together.
        groups : (first, second), optional
            Estimate first minus second. Without it every pair of groups, the later minus the earlier.
        within : str or list of str, optional
            Compare inside each group of these columns.
        statistic : {"mean", "total", "ratio"}
            What is compared; ``"ratio"`` needs ``den``.
        den : str, optional
            Denominator of a ratio.

        Returns
        -------
        DataFrame
            ``within`` columns, ``group`` and ``minus``, the common columns, and at the end ``t`` and ``p_value`` (two-sided). ``n`` counts both sides;
            ``deff`` and ``n_eff`` are missing, the flag is ``ok``, ``review`` (few degrees of
            freedom, or none on one side), ``suppress`` (one answer on a side: there is no error)
            or ``none``.

        Raises
        ------
        SurveyError
            A column or group is missing; arguments contradict each other.

        Notes
        -----
        The degrees of freedom are those of the rows compared whose values are known, minus 1, as in
        R's ``svyttest``.
        """
        apart = statistic not in ("mean", "total", "ratio") or (statistic == "ratio") != (den is not None)
        wording = "chênh lệch: statistic={statistic!r} với den={den!r}; den chỉ đi với 'ratio'"
        refuse_if(apart, wording, statistic=statistic, den=den)
        grouping = [*listed(within), by]
        labels = self._reduction(grouping).domains.labels
        pairs = results.pairs_of(labels, by, groups, listed(within))
        wording = "chênh lệch: cột {by!r} không có {what} để so sánh; cột có {known}"
        what = Said("hai nhóm")
        if groups:
            what = Said("{first!r} và {second!r}", first=groups[0], second=groups[1])
        known = ", ".join(sorted({str(label) for label in labels[by]})) or "-"
        refuse_if(not pairs, wording, by=by, what=what, known=known)
        first, second = (np.array(side) for side in zip(*pairs, strict=True))
        heads = labels[[*listed(within)]].iloc[first].reset_index(drop=True)
        heads["group"], heads["minus"] = labels[by].iloc[first].to_numpy(), labels[by].iloc[second].to_numpy()
        if den is not None:
            held = [self._held_ratio(grouping, name, den, "difference") for name in listed(y)]
        else:
            held = self._held(grouping, y, "difference", labels=statistic == "mean")
        total = statistic == "total"
        found = [results.difference_part(self.confidence, item, pairs, total=total) for item in held]
        return results.table(heads, found, self.frame.attrs)

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
        refuse_unknown("of", of, ("total", "share", "row", "column"))
        reduction = self._reduction([rows, columns])
        margin = {"row": [rows], "column": [columns]}.get(of, [])
        base = Reduction(self._sample, split(self.frame, margin, reduction.domains.code >= 0))
        doubt = self._doubt_of_labels(rows, columns)
        degrees = float(self._reduction(None).degrees[0])
        found = tables.cell_estimates(reduction.domains, base, of, doubt, degrees)
        if of == "total":
            made = results.mean_part(self.confidence, of, found)
        else:
            made = results.share_part(self.confidence, of, found, intervals.logit(found, self.confidence))
        result = self._table([rows, columns], [made])
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
        refuse_unknown("statistic", statistic, tables.STATISTICS)
        doubt = self._doubt_of_labels(rows, columns)
        found = tables.independence(self._sample, self.frame, rows, columns, self._inside, statistic, doubt)
        asked = {"rows": rows, "columns": columns, "method": statistic}
        return exact(pd.DataFrame([asked | found._asdict()]))

    def regress(self, y: str, on: Names) -> pd.DataFrame:
        """Return the coefficients of a logistic regression, one row a term.

        Parameters
        ----------
        y : str
            The answer, true/false or 0/1.
        on : str or list of str
            Columns that explain it. A column of labels gives a term for each label but the first.

        Returns
        -------
        DataFrame
            ``variable`` (the answer), ``term``, ``estimate`` (on the logit scale),
            ``se``, ``ci_low``, ``ci_high``, ``df`` (the design's plus 1 minus the number of terms),
            ``t``, ``p_value`` (two-sided) and ``n``.

        Raises
        ------
        SurveyError
            A column is missing or of the wrong kind; terms depend on each other; a term separates the
            answers completely; the survey has replicate weights.

        Notes
        -----
        Rows with a missing value are left out, their units stay in the design.
        """
        replicated = self._sample.replicate is not None
        refuse_if(replicated, "hồi quy: chưa xử lý trọng số lặp; dùng tầng và đơn vị của thiết kế")
        item = arrays.shares(self.frame, y, "regress")[0]
        wording = "hồi quy: cột {y!r} chứa nhãn; tạo cột đúng/sai cho nhãn cần xét"
        refuse_if(item.level is not None, wording, y=y)
        used = arrays.both_known(self._inside, item.known)
        terms, matrix, complete = regression.predictors(self.frame, listed(on), used)
        wording = "hồi quy: không dòng nào có {y!r} và đủ {known}"
        refuse_if(not complete.any(), wording, y=y, known=", ".join(listed(on)))
        reduction = Reduction(self._sample, split(self.frame, (), complete))
        inside, answers = matrix[reduction.rows], item.values[reduction.rows]
        beta, residual, inverse = regression.fit(inside, answers, reduction.weight)
        held = totals(reduction, [residual * part for part in inside.T])
        covariance = held.covariance(lambda point: (inverse @ point[:, 0], inverse[:, :, None]))[1]
        se = np.sqrt(np.diag(covariance))
        df = np.full(len(beta), reduction.degrees[0] + 1 - len(beta))
        low, high = intervals.student(beta, se, df, self.confidence)
        t = arrays.over(beta, se)
        return exact(pd.DataFrame({
            "variable": y, "term": terms, "estimate": beta, "se": se, "ci_low": low, "ci_high": high, "df": df,
            "t": t, "p_value": intervals.t_p_value(t, df), "n": int(reduction.rows_by_domain[0]),
        }))  # fmt: skip

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
        sample = weighting.poststratified(self._sample, self.frame, listed(by), totals)
        return self._reweighted(sample, {listed(by): dict(totals)})

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
        sample = weighting.raked(self._sample, self.frame, margins, rounds)
        return self._reweighted(sample, {listed(by): dict(totals) for by, totals in margins.items()})

    def calibrate(
        self,
        totals: Mapping[str, float | weighting.Counts],
        *,
        population: float | None = None,
        method: weighting.Method = "linear",
    ) -> Survey:
        """Return the survey with weights that meet known totals and change as little as possible.

        Parameters
        ----------
        totals : mapping
            Numeric column to its population total; column of labels to its groups' totals.
        population : float, optional
            Known number of units in all.
        method : {"linear", "raking"}
            Distance from the old weights: linear (the regression estimator) or raking (weights stay
            above 0).

        Raises
        ------
        SurveyError
            A column or total is missing; totals contradict each other; no weights meet them.

        Notes
        -----
        Deville and Särndal, *JASA* 87 (1992). ``docs/methods/calibration.md``.
        """
        sample = weighting.calibrated(self._sample, self.frame, totals, population, method)
        return self._reweighted(sample, None)

    def weight_spread(self) -> pd.DataFrame:
        """Return how unequal the weights are: one row ``drawn``, and one ``calibrated`` if they were.

        Columns as in ``weights.spread``, and ``factor_min``, ``factor_max``: the range of
        calibrated over drawn weight (1 where nothing changed).
        """
        stages = {"drawn": self._drawn}
        if self._drawn is not self._sample.weight:
            stages["calibrated"] = self._sample.weight
        table = pd.DataFrame({name: weighting.spread(values) for name, values in stages.items()}).T
        factors = pd.DataFrame({name: values / self._drawn for name, values in stages.items()})
        return exact(table.assign(factor_min=factors.min(), factor_max=factors.max()))

    # sums, kept

    def _reduction(self, by: Names | None) -> Reduction:
        refuse_in_reports()
        names = listed(by)
        if names not in self._reductions:
            if len(self._reductions) >= _KEPT_GROUPINGS:
                self._reductions.pop(next(iter(self._reductions)))
            self._reductions[names] = Reduction(self._sample, split(self.frame, names, self._inside))
        return self._reductions[names]

    def _held(self, by: Names | None, y: Names, role: str, *, labels: bool = False) -> list[Held]:
        """Return the sums of columns; with ``labels`` a column of labels is one 0/1 column for each."""
        reduction, found = self._reduction(by), []
        for name in listed(y):
            each = labels and arrays.holds_labels(column(self.frame, name, role))
            key = (listed(by), name, each)
            if key not in self._sums:
                read = arrays.shares(self.frame, name, role) if each else [self._numeric(name, role)]
                self._sums[key] = [hold(reduction, item, self._doubt(item.known, item.name)) for item in read]
            found += self._sums[key]
            while sum(item.totals.bytes for item in chain(*self._sums.values())) > _KEPT_SUMS:
                del self._sums[next(iter(self._sums))]
        return found

    def _numeric(self, name: str, role: str) -> arrays.Variable:
        return arrays.numeric(self.frame, name, role)

    def _held_ratio(self, by: Names | None, num: str, den: str, role: str) -> Held:
        above, below = self._numeric(num, role), self._numeric(den, role)
        known = arrays.both_known(above.known, below.known)
        return hold(self._reduction(by), above, self._doubt(known, num, den), below)

    def _doubt(self, known: Flags | None, *names: str) -> Floats | None:
        """Return what missing answers to some columns weigh, by row."""
        return response.doubt(self._sample, known, response.due(self.frame, self.design, *names))

    def _taken(self, item: Held) -> Floats:
        return response.taken(item.totals.reduction, response.due(self.frame, self.design, item.name), item.n)

    def _doubt_of_labels(self, *names: str) -> Floats | None:
        labelled = [column(self.frame, name, "table").notna().to_numpy() for name in names]
        return self._doubt(np.logical_and.reduce(labelled), *names)

    def _part(self, item: Held, deff: Deff, *, total: bool = False) -> results.Part:
        return results.mean_part(self.confidence, item.name, statistics.estimates(item, deff, total=total))

    def _share_part(self, item: Held, deff: Deff, method: str | None = None) -> results.Part:
        found = statistics.estimates(item, deff)
        ends = None if method is None else intervals.METHODS[method](found, self.confidence)
        return results.share_part(self.confidence, item.name, found, ends, item.level, self._taken(item))

    def _table(self, by: Names | None, parts: Sequence[results.Part]) -> pd.DataFrame:
        return results.table(self._reduction(by).domains.labels, parts, self.frame.attrs)
