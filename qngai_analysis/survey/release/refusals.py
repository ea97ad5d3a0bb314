"""What is not the sample that a survey's file holds, and so is not published: what differs from it would tell of the rest."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey.estimate.design import Design
from qngai_analysis.survey.estimate.estimates import Survey
from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.survey.form.intake_results import DUE
from qngai_analysis.survey.release.respondents import Respondents


def refuse_others(survey: Survey, columns: Sequence[str], by: str | None) -> None:
    """Refuse a sample that is not the one that was received: what differs from it would tell of the rest."""
    if survey.confined:
        raise SurveyError(
            "một phần của mẫu thì không công bố được: chênh lệch với toàn mẫu sẽ nói về những người bị bỏ ra; thêm miền vào sổ mã và công bố theo miền đó"
        )
    if None in survey.reweighted:
        raise SurveyError(
            "trọng số chỉnh theo tổng của một số đo không công bố được; cân theo các nhóm: survey.rake({{cột: {{nhóm: tổng}}}})"
        )
    if "content" not in survey.frame.attrs:
        return
    if by is not None and by not in survey.frame.columns:
        raise SurveyError("by: điều tra không có cột {unknown!r}", unknown=by)
    refuse_changed(survey, [*columns, *filter(None, [by])])
    if by is not None and not isinstance(survey.frame[by].dtype, pd.CategoricalDtype):
        design = read_codebook(survey.frame.attrs["survey"]).design
        if by not in (design.district, design.strata):
            raise SurveyError(
                "by: {by!r} là mã hoặc số đo của từng đơn vị, không phải phân tổ; công bố theo huyện, tầng, miền hoặc câu hỏi chọn một của sổ mã",
                by=by,
            )


def refuse_changed(survey: Survey, columns: Sequence[str]) -> None:
    """Refuse columns whose rows or answers are not those of the file."""
    changed = survey.frame.attrs["content"].differing(survey.frame, columns)
    if changed:
        raise SurveyError(
            "cột {changed!r}: dòng hoặc giá trị không còn là của tệp điều tra, và phần khác với tệp không được công bố bên cạnh tệp; hãy sửa tệp, hoặc thêm miền hay chỉ tiêu vào sổ mã",
            changed=changed[0],
        )


def refuse_other_design(survey: Survey) -> None:
    """Refuse a sample that is weighted, or was drawn, in another way than its file says."""
    design, stated = survey.design, read_codebook(survey.frame.attrs["survey"]).design
    if design.weights != stated.weight:
        raise SurveyError(
            "cột trọng số {name!r} không phải của sổ mã; nạp điều tra bằng load_survey", name=design.weights
        )
    due = survey.frame.attrs["content"].due
    if design != Design(**stated.drawn, due={name.removeprefix(DUE): name for name in due}):
        raise SurveyError(
            "tầng, đơn vị mẫu hoặc số đơn vị tổng thể không phải của sổ mã; nạp điều tra bằng load_survey"
        )
    columns = [design.weights, *design.strata_columns, design.psu, design.ssu, *design.fpc_columns, *due]
    refuse_changed(survey, [name for name in columns if name])


def refuse_weights_by_answers(file: Respondents) -> None:
    """Refuse new weights that were made by what respondents said, or by what is not in the file: whatever is told with them tells that, too."""
    survey, book, margins = file.survey, file.book, sorted(file.margins())
    if book is None or "content" not in survey.frame.attrs:
        return
    refuse_changed(survey, margins)
    told = {book.design.district, book.design.outcome, *survey.design.strata_columns}
    told |= {name for name, question in book.questions.items() if question.source == "frame"}
    asked = {name for item in file.indicators for name in item.numerator.names} - told
    told |= {name for name in file.own if asked.isdisjoint(file.with_leading(file.made_of(name)))}
    told |= {name for name in book.domains if file.made_of(name) <= told}
    by_answers = [name for name in margins if name not in told]
    if by_answers or not (None in survey.reweighted or _is_made_by(survey, margins)):
        wording = "{name}: trọng số cân theo câu trả lời thì không công bố được, vì mọi bảng đều nói lại câu trả lời ấy; cân theo đơn vị hành chính, tầng hoặc phân tổ chính của điều tra ({known})"
        known = ", ".join(name for name in file.own if name in told and name)
        raise SurveyError(wording, name=", ".join(by_answers or margins), known=known)


def _is_made_by(survey: Survey, margins: Sequence[str]) -> bool:
    """Return whether new weights are so many times the file's in each cell by their margins: else these held something else when they were made."""
    times = survey.weights / survey.drawn_weights
    cells = times.groupby(
        [survey.frame[name] for name in margins] or (lambda _: 0), observed=True, dropna=False
    )
    return bool((cells.max() <= cells.min() * (1 + 1e-6)).all())  # however small they are
