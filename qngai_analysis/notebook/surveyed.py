"""A survey in a notebook: estimates, differences, changes and models, protected as in the reports.

All numbers are on the printed scale: a share is 57.1, its ``unit`` "%".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from qngai_analysis import paths, raw
from qngai_analysis.errors import SurveyError
from qngai_analysis.notebook.marks import Absent, Frame, marked, note_read
from qngai_analysis.notebook.state import current
from qngai_analysis.page.blocks import Prose, literal
from qngai_analysis.project import SurveyBlock
from qngai_analysis.report import sector as sector_report
from qngai_analysis.report.base import SHARE, Report
from qngai_analysis.report.printed import HIDDEN, NOT_SIGNIFICANT, REMARKS
from qngai_analysis.report.sector import NO_ANSWERS, SectorReport, SectorSurvey, group_words, grouping_words
from qngai_analysis.survey.door import refuse_in_reports, through_the_gate
from qngai_analysis.survey.form.codebook import Codebook, Indicator, read_codebook
from qngai_analysis.survey.form.held import survey_years
from qngai_analysis.survey.form.held import surveys as survey_names
from qngai_analysis.survey.release import comparisons
from qngai_analysis.survey.release.counts import published_weights
from qngai_analysis.survey.release.disclosure import round_count
from qngai_analysis.survey.release.gate import SHARE_STEP, ends
from qngai_analysis.survey.release.ledger import CROSS
from qngai_analysis.survey.release.making import Method
from qngai_analysis.survey.release.publication import crossed
from qngai_analysis.values import is_missing, records

_ESTIMATES = ["label", "n", "estimate", "ci_low", "ci_high", "se", "deff", "unit", "flag", "reason", "group"]
_ESTIMATES += ["row_label", "column_label"]
By = str | Sequence[str] | None  # a grouping, two, or none


def surveys() -> Frame:
    """Return the surveys: ``survey, name, years`` (those with a file), ``indicators`` (how many)."""
    report = current()
    rows = [
        (name, report.name(book), ", ".join(map(str, survey_years(name))), len(book.indicators))
        for name in survey_names()
        for book in [read_codebook(name)]
    ]
    return marked(pd.DataFrame(rows, columns=["survey", "name", "years", "indicators"]), "real")


def indicators(survey: str) -> Frame:
    """Return what a survey measures: ``indicator, name, kind`` (proportion, mean, ratio), ``unit``, ``code`` of the catalogue."""
    report = current()
    rows = [
        (item.name, report.name(item), item.kind, report.unit(item.unit), item.code)
        for item in read_codebook(survey).indicators.values()
    ]
    return marked(pd.DataFrame(rows, columns=["indicator", "name", "kind", "unit", "code"]), "real")


def load_survey(
    name: str, year: int | None = None, *, real_only: bool | None = None
) -> LoadedSurvey | Absent:
    """Load a survey's file of a year, to estimate from.

    Parameters
    ----------
    name : a survey, as ``qn.surveys()`` lists them
    year : by default the notebook's, or the newest with a file
    real_only : leave a simulated file out; by default as the notebook does

    Returns
    -------
    LoadedSurvey, or what stands in for it if there is no file to use: it says why, and the notebook goes on.

    Raises
    ------
    SurveyError, RawFileError
        There is no such survey; the file was edited, or can't carry an estimate.
    """
    report = current()
    real = report.real_only if real_only is None else real_only
    if year is None:
        newest = max(survey_years(name), default=report.year)
        year = report.edition if isinstance(report, SectorReport) else newest
    sample = _sample(name, year, real)
    if sample is None:
        return Absent(report.why_absent(name, year), said=True)
    return LoadedSurvey(sample, report, real)


def _sample(name: str, year: int, real_only: bool) -> SectorSurvey | None:
    book = read_codebook(name)
    block = SurveyBlock(name, tuple(book.indicators), book.tables_by)
    sample = sector_report.read_sample(block, year, real_only=real_only)
    if sample is not None:
        note_read("simulated" if sample.simulated else "real")
    return sample


@dataclass(frozen=True, repr=False)
class LoadedSurvey:
    """A survey of one year. ``survey`` is the library's ``qn.Survey``, whose exact numbers nothing prints or saves."""

    sample: SectorSurvey
    report: Report
    real_only: bool

    @property
    def survey(self) -> Any:
        """The survey as the library estimates from it, for work inside the office: a report that is made refuses it."""
        refuse_in_reports()
        return self.sample.survey

    @property
    def groupings(self) -> Frame:
        """What it can be broken down by: ``by`` and ``name``."""
        book = self.sample.codebook
        names = {**book.domains, **questions(book)}
        rows = [(name, self.report.name(entry)) for name, entry in names.items()]
        return marked(pd.DataFrame(rows, columns=["by", "name"]), "real")

    def proportion(self, indicator: str, by: By = None, *, method: Method = "logit") -> Any:
        """Return a share, for the province or by group, with its 95% interval.

        Parameters
        ----------
        by : a grouping, or two: ``["sex", "urban"]``
        method : the interval (``docs/methods/intervals.md``)

        Returns
        -------
        Frame
            ``label`` (the group in words), ``n, estimate, ci_low, ci_high, se, deff, unit, flag`` ("u": use with
            care), ``reason`` (why there is no value), ``group``; of two groupings ``row_label, column_label`` besides,
            to pivot. "Don't know" and "refused" are no groups. What must not be published is missing.
        """
        return self._estimates(self._indicator(indicator, "proportion"), by, method)

    def mean(self, indicator: str, by: By = None) -> Any:
        """Return a mean or a ratio, as ``proportion`` returns a share."""
        return self._estimates(self._indicator(indicator, "mean", "ratio"), by)

    ratio = mean

    def over_years(self, indicator: str, by: By = None, *, method: Method = "logit") -> Any:
        """Return an indicator's estimates in each year up to this one that has a file, with ``year``."""
        item = self._indicator(indicator)
        others = (self._year(year) for year in survey_years(self.sample.name) if year <= self.sample.year)
        parts = [each._estimates(item, by, method).assign(year=each.sample.year) for each in others if each]
        return pd.concat(parts, ignore_index=True)

    def change(self, indicator: str, since: int | Sequence[int] | None = None) -> Any:
        """Return the change of the province's value since an earlier year, by default the last, a row for each.

        ``difference, ci_low, ci_high, p_value, sure, year, since, before, now``. The two samples are taken as
        independent.
        """
        item = self._indicator(indicator)
        since = self.sample.year - 1 if since is None else since
        others = [self._year(year) for year in ([since] if isinstance(since, int) else since)]
        if not any(others):
            why = self.report.say("Chưa có số liệu điều tra của hai năm trở lên để so sánh theo thời gian.")
            return Absent(why, said=True)
        rows = []
        for sample in (other.sample for other in others if other):
            if (test := comparisons.changed(self.sample.survey, sample.survey, item)) is not None:
                before, now = (each.estimate(item)["estimate"].iloc[0] for each in (sample, self.sample))
                years = {"year": self.sample.year, "since": sample.year}
                rows.append({**years, "before": before, "now": now, **test})
        return self._tested(rows, item, ("before", "now")) if rows else Absent("")

    def difference(
        self,
        indicator: str,
        by: str,
        groups: tuple[str, str] | None = None,
        against: str | None = None,
        *,
        every: bool = False,
    ) -> Any:
        """Return differences between groups with their tests.

        Parameters
        ----------
        groups : two groups, the first minus the second
        against : one group that each of the others is compared with; without either the highest is compared
            with the lowest, and p and interval are those of the widest of all pairs (Bonferroni)
        every : each group is compared with the lowest, p and interval likewise

        Returns
        -------
        Frame
            ``high_label, high, low_label, low, difference, ci_low, ci_high, p_value, sure``. Groups that are not
            published are left out.
        """
        item = self._indicator(indicator)
        name = self._by(by)
        table = _answered(self.sample.by_group(item, name, self.report.lang))
        ranked = table.dropna(subset=["estimate"]).sort_values(["estimate", "row"], kind="stable")
        known = {row.label: row for row in records(ranked)}
        too_few = Absent(self.report.say("Không đủ hai nhóm được công bố để so sánh."))
        if len(known) < 2:
            return too_few
        column, labels = self.sample.column(name), list(known)
        named = groups is not None or against is not None
        firsts = [groups[0]] if groups else [label for label in labels if label != against]
        second = groups[1] if groups else str(against) if named else labels[0]
        for lost in {*firsts, second}.difference(labels):
            groups_known = {"by": by, "group": lost, "known": ", ".join(labels)}
            raise SurveyError("{by}: không có nhóm {group} được công bố; đang có: {known}", **groups_known)
        if not named:
            firsts = labels[:0:-1] if every else labels[-1:]
        low, rows = known[second], []
        for high in map(known.__getitem__, firsts):
            test = comparisons.compared(self.sample.survey, item, column, (high.row, low.row))
            if test is not None:
                pair = {"high_label": high.label, "high": high.estimate}
                pair |= {"low_label": low.label, "low": low.estimate}
                # the two were picked after looking at the data: of all pairs (Bonferroni)
                pairs = 1 if named else len(known) * (len(known) - 1) / 2
                rows.append({**pair, **test, **_widened(test, item, pairs)})
        return self._tested(rows, item, ("high", "low")) if rows else too_few

    def _tested(self, rows: list[dict[str, Any]], item: Indicator, values: tuple[str, str]) -> Frame:
        frame = pd.DataFrame(rows).rename(columns={"estimate": "difference"})
        scaled = [*values, "difference", "ci_low", "ci_high"]
        frame[scaled] = (frame[scaled].astype("float64") * sector_report.scale_of(item)).round(6)
        sure = (self.report.say("có ý nghĩa thống kê"), self.report.say("chưa có ý nghĩa thống kê"))
        frame["sure"] = [sure[0] if p < NOT_SIGNIFICANT else sure[1] for p in frame["p_value"]]
        frame["unit"] = self.report.unit(item.unit)
        kept = ["high_label", "high", "low_label", "low", "year", "since", "now", "before", "difference"]
        kept = [name for name in kept if name in frame] + ["ci_low", "ci_high", "p_value", "sure", "unit"]
        return self._marked(frame[kept])

    @through_the_gate
    def regression(self, formula: str) -> Any:
        """Return odds ratios of a share: which gaps stay when the other characteristics are held equal.

        Parameters
        ----------
        formula : ``"online_booking ~ urban + sex"``

        Returns
        -------
        Frame
            ``by, label, odds, ci_low, ci_high, p_value``; the first group of each ``by`` is the base, its ``odds`` is 1.
            A survey-weighted logistic regression: association, not cause. It is absent where a group of the
            model is not published, or the model can't be estimated.
        """
        outcome, _, terms = formula.partition("~")
        item = self._indicator(outcome.strip(), "proportion")
        names = [self._by(name.strip()) for name in terms.split("+") if name.strip()]
        if not names:
            raise SurveyError("regression({formula}): viết 'chỉ tiêu ~ nhóm + nhóm'", formula=repr(formula))
        columns = [self.sample.column(name) for name in names]
        answered = ~self.sample.survey.frame[columns].isin(NO_ANSWERS).any(axis=1)
        try:
            ratios = comparisons.odds(self.sample.survey, item, columns, answered)
        except SurveyError as why:  # a group that answers all alike: the model has nothing to say
            return Absent(self.report.say("Không ước lượng được mô hình: {why}", why=str(why)))
        if ratios is None:
            return Absent(self.report.say("Không công bố mô hình: có nhóm không được công bố."))
        book, lang = self.sample.codebook, self.report.lang
        base = f" ({self.report.say('gốc')})"
        words = [group_words(book, by, group, lang) for by, group in ratios[["by", "group"]].to_numpy()]
        is_base = ratios["odds"].isna()
        made = ratios.rename(columns={"low": "ci_low", "high": "ci_high"}).assign(
            by=[grouping_words(book, by, lang) for by in ratios["by"]],
            label=words + is_base.map({True: base, False: ""}),
            odds=ratios["odds"].mask(is_base, 1.0),
        )
        return self._marked(made[["by", "label", "odds", "ci_low", "ci_high", "p_value"]])

    def small_areas(self, indicator: str, on: Sequence[str] = ("urban_share",)) -> Any:
        """Return model-based estimates by district: what the published ones and the districts' characteristics say together.

        Parameters
        ----------
        on : characteristics of the yearbook: ``urban_share`` (% of people in towns, 2016), ``density`` (people a km²),
            ``enterprises`` (a thousand people, 2015)

        Returns
        -------
        Frame
            ``label, estimate, ci_low, ci_high, direct_weight`` (0-1, how much the district's own sample counts; 0: the
            regression alone, as for districts whose estimate is not published).
        """
        from qngai_analysis.survey.estimate.smallarea import small_areas

        item = self._indicator(indicator, "proportion")
        known = raw.read_table(paths.reference("districts.csv"))
        people = known["population_2016"].astype("float64")
        beside = pd.DataFrame(
            {
                "district": known["name"],
                "urban_share": 100 * known["urban_2016"].astype("float64").fillna(0) / people,
                "density": people / known["area_km2_2016"].astype("float64"),
                "enterprises": 1000 * known["enterprises_2015"].astype("float64") / people,
            }
        ).dropna(subset=list(on))
        direct = self.sample.by_group(item, "district", "vi").rename(columns={"group": "district"})
        usable = direct["estimate"].notna() & (direct["se"] > 0)
        direct.loc[~usable, ["estimate", "se"]] = np.nan
        direct = direct[["district", "estimate", "se"]].merge(beside[["district"]], on="district")
        try:
            found = small_areas(direct, beside, area="district", terms=list(on))
        except SurveyError as why:
            return Absent(self.report.say("Không ước lượng được mô hình: {why}", why=str(why)))
        ends = ["estimate", "ci_low", "ci_high"]
        found[ends] = found[ends].clip(0, 1) * SHARE
        found = found.rename(columns={"district": "label"})[["label", *ends, "direct_weight"]]
        unknown = pd.Series(pd.NA, index=found.index, dtype="object")  # a model has no number of answers
        return self._marked(found.assign(unit="%", n=unknown, flag="", group=found["label"]))

    @through_the_gate
    def raked(self, **totals: Mapping[str, float]) -> LoadedSurvey:
        """Return the survey with weights that meet known totals: ``raked(sex={"Nam": 620000, "Nữ": 627000})``.

        Totals may be shares: the weights add up to what they did. Protected as all else, and a row in which the new
        weights would single out few of one group (``docs/methods/disclosure.md``) is missing.
        """
        whole = float(self.sample.survey.weights.sum())
        margins = {
            self.sample.column(self._by(by)): {
                group: whole * value / sum(groups.values()) for group, value in groups.items()
            }
            for by, groups in totals.items()
        }
        return replace(self, sample=replace(self.sample, survey=self.sample.survey.rake(margins)))

    def weighted(self, by: str) -> Any:
        """Return how the weighted sample divides by a grouping, to be held against known totals: ``label, value, unit``."""
        column = self.sample.column(self._by(by))
        table = published_weights(self.sample.survey, column)
        labels = [group_words(self.sample.codebook, column, row, self.report.lang) for row in table["row"]]
        shares = (SHARE * table["share"]).round(6)
        made = pd.DataFrame({"label": labels, "value": shares, "unit": "%", "group": table["row"]})
        return self._marked(made)

    # ------------------------------------------------------------ behind them

    def _estimates(self, item: Indicator, by: By, method: Method = "logit") -> Frame:
        report = self.report
        if by is None:
            table = self.sample.estimate(item, method=method).assign(group="", label=report.say("Toàn tỉnh"))
        elif isinstance(by, str):
            table = _answered(self.sample.by_group(item, self._by(by), report.lang, method))
        else:
            table = self._crossed(item, by, method)
        made = sector_report.printed(table, item).assign(
            n=table["n"].astype("Int64"),
            unit=report.unit(item.unit),
            reason=[_reason(report, row) for row in records(table)],
        )
        # column by column: what the table remembers of how it was protected does not leave with them
        shown = pd.DataFrame({name: made[name] for name in _ESTIMATES if name in made})
        found = self._marked(shown.reset_index(drop=True))
        found.attrs["rounded"] = item.kind == "proportion" and bool((table["step"] > SHARE_STEP).any())
        return found

    def _crossed(self, item: Indicator, by: Sequence[str], method: Method) -> pd.DataFrame:
        if len(by) != 2 or by[0] == by[1]:
            raise SurveyError("by = {by}: viết một phân tổ, hoặc hai phân tổ khác nhau", by=", ".join(by))
        book, lang = self.sample.codebook, self.report.lang
        first, second = (self.sample.column(self._by(name)) for name in by)
        table = crossed(self.sample.survey, item, (first, second), method=method)
        pairs = [row.split(CROSS) for row in table["row"]]
        rows = [group_words(book, first, row, lang) for row, _ in pairs]
        columns = [group_words(book, second, column, lang) for _, column in pairs]
        labels = [CROSS.join(pair) for pair in zip(rows, columns, strict=True)]
        return table.assign(group=table["row"], label=labels, row_label=rows, column_label=columns)

    def _marked(self, frame: pd.DataFrame) -> Frame:
        made = marked(frame, "simulated" if self.sample.simulated else "real")
        made.attrs["source"] = self.sample.source(self.report)
        made.attrs["survey"] = self.sample.codebook.name  # whose units a map of it is laid out by
        return made

    def _year(self, year: int) -> LoadedSurvey | None:
        if year == self.sample.year:
            return self
        other = _sample(self.sample.name, year, self.real_only)
        return None if other is None else replace(self, sample=other)

    def _indicator(self, name: str, *kinds: str) -> Indicator:
        known = self.sample.codebook.indicators
        error = partial(SurveyError, survey=self.sample.name, name=name)
        if name not in known:
            raise error("{survey}: không có chỉ tiêu {name}; đang có: {known}", known=", ".join(known))
        if kinds and known[name].kind not in kinds:
            way = "proportion" if known[name].kind == "proportion" else "mean"
            raise error("{survey}: {name} tính bằng .{way}", way=way)
        return known[name]

    def _by(self, name: str) -> str:
        book = self.sample.codebook
        known = {**book.domains, **questions(book)}
        if name in ("district", book.design.strata, *known):
            return name
        named = [key for key, entry in known.items() if entry.vi.casefold() == name.casefold()]
        if named:
            return named[0]
        wording = "{survey}: không phân tổ được theo {name}; đang có: {known}"
        raise SurveyError(wording, survey=self.sample.name, name=name, known=", ".join(known))

    @through_the_gate
    def __repr__(self) -> str:
        return self.report.say(
            "{survey}, năm {year}: {n} phiếu{mark}.",
            survey=self.report.name(self.sample.codebook),
            year=self.sample.year,
            n=self.report.count(int(round_count(len(self.sample.survey)))),
            mark=self.sample.mark(self.report),
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return Prose(literal(repr(self)))._repr_mimebundle_()


def questions(book: Codebook) -> dict[str, Any]:
    """Return the questions of a codebook whose choices are groups."""
    return {
        name: question
        for name, question in book.questions.items()
        if question.type == "select_one" and name != book.design.outcome
    }


def _answered(table: pd.DataFrame) -> pd.DataFrame:
    """Leave "don't know" and "refused" out: they are no groups to compare."""
    return table[~table["group"].isin(NO_ANSWERS)]


def _widened(test: pd.Series, item: Indicator, pairs: float) -> dict[str, Any]:
    """Return interval and p of a published difference picked from so many pairs.

    ``p_value`` is multiplied by their number (Bonferroni), at most 1, and ``ci_low`` to ``ci_high`` is as much
    wider: it leaves 0 out exactly where ``p_value`` is below 1 minus the confidence.
    """
    figures = (test["estimate"], test["se"], test["df"])
    return {} if pairs == 1 else ends(*figures, share=item.kind == "proportion", times=pairs)


def _reason(report: Report, row: Any) -> str:
    if row.symbol in HIDDEN:
        return report.say("không công bố: {reason}", reason=report.say(HIDDEN[row.symbol]))
    if is_missing(row.estimate):
        return report.say("không có trả lời")
    return report.say(REMARKS[row.treatment]) if row.treatment in REMARKS else ""
