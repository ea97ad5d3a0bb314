"""What is known about the indicators: observations, how they are chosen, where series are cut."""

from qngai_analysis.evidence.choice import Choice, Need, Passed, choose
from qngai_analysis.evidence.observations import observations, position
from qngai_analysis.evidence.published import (
    read_breaks,
    read_districts,
    read_published,
    read_relations,
    read_territories,
    relate,
)
from qngai_analysis.evidence.series import Chain, chain, merged_share

__all__ = [
    "Chain",
    "Choice",
    "Need",
    "Passed",
    "chain",
    "choose",
    "merged_share",
    "observations",
    "position",
    "read_breaks",
    "read_districts",
    "read_published",
    "read_relations",
    "read_territories",
    "relate",
]
