"""The faults a user can mend, as one family.

A message is one line and says where (file, sheet, line, row, column), what was found and
what would be right. The command line prints it without a traceback and leaves with code 2
(1 for faults inside a data file that was asked to be checked). Anything else is our bug and
keeps its traceback.
"""

from __future__ import annotations


class QngaiError(Exception):
    """A fault the user can mend; the parent of all the others."""


class RawFileError(QngaiError):
    """A file under ``data/raw/`` is missing, was edited, or does not fit its sidecar."""


class PlanError(QngaiError):
    """A plan document can't be read: empty, binary, wrongly encoded, a scan without text."""


class SurveyError(QngaiError):
    """A survey file or its design can't carry an estimate."""


class EvidenceError(QngaiError):
    """An observation is incomplete, contradicts itself or lacks a source."""


class ParameterError(QngaiError):
    """A notebook or command was given an unknown parameter or a value of the wrong type."""


class RenderError(QngaiError):
    """A report could not be rendered or published."""
