"""What is known about the indicators: observations, how they are chosen, where series are cut."""

from qngai_analysis.evidence.choice import Need, choose
from qngai_analysis.evidence.observations import observations, position
from qngai_analysis.evidence.published import read_breaks, read_published, read_relations, relate
from qngai_analysis.evidence.series import chain

__all__ = [
    "Need",
    "chain",
    "choose",
    "observations",
    "position",
    "read_breaks",
    "read_published",
    "read_relations",
    "relate",
]
