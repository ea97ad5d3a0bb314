"""What a sector report says: the sector's targets, survey estimates, published figures, tasks and gaps.

A notebook of a sector puts these blocks in order; ``sectors.toml`` says what each sector covers. With
a survey absent, or simulated while only real data are asked for, the blocks that need it say so and
the report goes on.
"""

from qngai_analysis.report.base import heading
from qngai_analysis.report.sector.figures import missing, published, tasks
from qngai_analysis.report.sector.gaps import equal_footing, left_behind, widest
from qngai_analysis.report.sector.loading import Sample, Sector, by_group, load
from qngai_analysis.report.sector.survey import (
    breakdown,
    breakdowns,
    district_maps,
    estimates,
    over_years,
    overview,
    province_table,
)
from qngai_analysis.report.sector.targets import reasons, status, target_table, title

__all__ = [
    "Sample", "Sector", "breakdown", "breakdowns", "by_group", "district_maps", "equal_footing",
    "estimates", "heading", "left_behind", "load", "missing", "over_years", "overview", "province_table",
    "published", "reasons", "status", "target_table", "tasks", "title", "widest",
]  # fmt: skip
