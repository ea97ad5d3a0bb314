"""From a checked survey file to a survey to estimate from."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from qngai_analysis.kept import settled
from qngai_analysis.survey.door import through_the_gate
from qngai_analysis.survey.estimate.design import Design
from qngai_analysis.survey.estimate.estimates import Survey
from qngai_analysis.survey.form.codebook import Codebook
from qngai_analysis.survey.form.intake import SurveyFile, load_file
from qngai_analysis.survey.form.intake_results import DUE


@through_the_gate
def load_survey(survey: str, year: int, *, real_only: bool = False) -> Survey:
    """
    Load a survey's file of a year as a ``Survey``: the frame of ``load_frame`` with its design.

    Missing answers count as a last phase of sampling (``Design(nonresponse="phase")``): a census
    whose schools left a question open is not sure of the share. For that the frame has a true/false
    column ``due:<column>`` beside each column that was not due in every row.

    The ``Survey`` carries ``evidence`` ("real" or "simulated"); a number made of simulated data is
    printed with "SỐ LIỆU MÔ PHỎNG".

    Raises
    ------
    RawFileError, SurveyError
        As for ``load_file``; or the design can't carry an estimate.
    """
    loaded = load_file(survey, year, real_only=real_only)
    return as_survey(loaded.codebook, loaded.frame, loaded.due)


@through_the_gate
def shared_survey(survey: str, year: int) -> Survey:
    """Return ``load_survey``, made once in a process for the same file: reports ask for the same estimates."""
    return _shared(load_file(survey, year))


@settled
@lru_cache(maxsize=24)
def _shared(loaded: SurveyFile) -> Survey:
    return as_survey(loaded.codebook, loaded.frame, loaded.due)


def as_survey(codebook: Codebook, frame: pd.DataFrame, due: pd.DataFrame) -> Survey:
    """
    Return a survey's frame with the design its codebook states.

    Parameters
    ----------
    codebook : the survey's codebook
    frame, due : as in ``SurveyFile``

    Raises
    ------
    SurveyError
        The design can't carry an estimate.
    """
    asked = {name: DUE + name for name in due.columns}
    design = Design(**codebook.design.drawn, due=asked)
    whole = pd.concat([frame, due.rename(columns=asked)], axis=1)
    whole.attrs = dict(frame.attrs)
    return Survey(whole, design)
