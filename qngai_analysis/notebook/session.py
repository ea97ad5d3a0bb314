"""What a notebook is about: sector, year, place, language; said once at its beginning."""

from __future__ import annotations

import pandas as pd

from qngai_analysis.cutoff import cutoff_day
from qngai_analysis.notebook import form, plot
from qngai_analysis.notebook.marks import Absent
from qngai_analysis.notebook.show import Blocks
from qngai_analysis.notebook.state import sector_now, settle
from qngai_analysis.notebook.surveyed import LoadedSurvey
from qngai_analysis.page.blocks import Block, KeyPoints, PageTitle, Prose
from qngai_analysis.report import focus
from qngai_analysis.report import sector as sector_report
from qngai_analysis.report.base import Report
from qngai_analysis.words.language import language


def begin(
    sector: str | None = None,
    *,
    year: int,
    plan: str | None = None,
    district: str | None = None,
    edition: int | None = None,
    cutoff: str = "",
    real_only: bool = False,
    lang: str = "vi",
) -> Blocks:
    """Say what the notebook is about; all that follows keeps to it.

    Parameters
    ----------
    sector : a sector's code (``tourism``) or notebook (``du_lich``); None: none, as in a notebook of one's own
    year : the reporting year
    plan : the plan whose targets come first; None: the project's of that year
    district : a district to single out; None: the province
    edition : year of the survey files; None: the reporting year
    cutoff : day after which nothing published counts; empty: 31 March of the next year
    real_only : leave simulated surveys out
    lang : ``vi`` or ``en``

    Returns
    -------
    Blocks
        The title with year and cut-off day, what the reader must know first, and the key points: the
        findings that the notebook calls ``key=True``. JupyterLab shows the parameters above it as a form.

    Raises
    ------
    ParameterError
        There is no such sector or district, no plan covers the year, or the cut-off day is not a date.
    """
    from qngai_analysis.page.theme import adopt

    adopt()
    this: Report
    blocks: list[Block]
    if sector is None:
        this = Report(language(lang), year, real_only)
        day = this.text_day(cutoff_day(cutoff, year))
        blocks = [PageTitle("", line=this.say("Số liệu tính đến ngày {cutoff}", cutoff=day))]
    else:
        this = sector_report.load(
            sector,
            year=year,
            plan=plan,
            edition=edition,
            district=district,
            cutoff=cutoff,
            real_only=real_only,
            lang=lang,
        )
        known = this.notices(simulated=this.simulated, absent=this.absent)
        blocks = [sector_report.title(this), *known, *sector_report.plans(this), *focus.opening(this)]
    settle(this)
    form.show(this)
    # what a notebook finds is found of the whole
    of_all = "Những điểm chính của toàn tỉnh, không riêng {district}"
    points = this.say(of_all, district=district) if district else this.say("Những điểm chính")
    return Blocks([*blocks, KeyPoints(points)])


def district() -> Blocks:
    """Show the notebook's district beside the rest of the province; nothing where the notebook is about the province."""
    this, blocks = sector_now(), []
    for sample in this.samples if this.district else []:
        if "district" in sample.by:
            survey, name = LoadedSurvey(sample, this, this.real_only), sample.indicators[0].name
            mine = survey.over_years(name, by="district").query("group == @this.district")
            named = {"indicator": this.name(sample.indicators[0]), "district": this.district}
            caption = this.say("{indicator} qua các năm: {district} và toàn tỉnh", **named)
            drawn = plot.years(pd.concat([mine, survey.over_years(name)]), caption)
            blocks += [] if isinstance(drawn, Absent) else [drawn]
    head = [Prose(f"## {this.district}")] if this.district else []
    return Blocks([*head, *focus.compared(this), *blocks])
