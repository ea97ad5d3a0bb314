"""What a sector report may say of groups that its tables hide."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from survey_workbench import SHOPS, csv_text, deliver, make_project

from qngai_analysis.report import sector as reports
from qngai_analysis.report.sector import gaps
from qngai_analysis.survey import load_survey, read_codebook


def shops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **answered: int
) -> tuple[SimpleNamespace, reports.Sample]:
    """A sector with one survey, of as many shops in town and country as are said."""
    surveys = make_project(tmp_path, monkeypatch, shops=SHOPS)
    rows = [
        f"{area}-{place},{district},1,{area},4000,10,2020-05-01,100,{1 + place % 3 % 2},,"
        for area, shops in answered.items()
        for place in range(shops)
        for district in [("522", "524")[place % 2]]
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))
    codebook = read_codebook("shops")
    sample = reports.Sample(
        name="shops",
        year=2025,
        codebook=codebook,
        survey=load_survey("shops", 2025),
        indicators=(codebook.indicators["sells_online"],),
        by=("stratum",),
        simulated=False,
    )
    return SimpleNamespace(lang="vi"), sample


@pytest.mark.parametrize(
    ("country", "told"),
    [(120, True), (7, False)],  # seven shops: their odds ratio would be their share
)
def test_odds_are_printed_only_of_groupings_whose_groups_are_all_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, country: int, told: bool
) -> None:
    _, sample = shops(tmp_path, monkeypatch, town=150, country=country)

    assert gaps._all_told(sample, "stratum") is told
