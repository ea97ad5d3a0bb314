"""A file by communes of the merged province says what the old one's share is: none of its communes lies in both."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from survey_workbench import REPOSITORY, csv_text, deliver, make_project

from qngai_analysis import raw
from qngai_analysis.survey import load_survey, survey_observations
from qngai_analysis.survey.form.codebook import read_codebook

# commune: shops that answered, and how many of them sell online; two of the old province, two of Kon Tum
OLD, OTHER = {"21025": (120, 80), "21028": (120, 60)}, {"23284": (120, 30), "23293": (120, 24)}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    surveys = make_project(tmp_path, monkeypatch)
    rows = [
        f"{commune}-{place},{commune},1,{'plain' if place % 2 else 'hill'},4000,{10 + place % 2},2025-11-01,100,"
        f"{1 if place < online else 2},,"
        for commune, (answered, online) in (OLD | OTHER).items()
        for place in range(answered)
    ]
    found = deliver(surveys / "shops" / "2025.csv", csv_text(*rows))
    with raw.sidecar_path(found).open("a", encoding="utf-8") as sidecar:
        sidecar.write("fieldwork = 2025-11-01\n")
    return found


def test_the_old_provinces_share_is_that_of_its_communes(file: Path) -> None:
    found = survey_observations("shops", 2025, codes={"KTS_SME_NTS": ()}).set_index("territory")
    sample = load_survey("shops", 2025).frame
    old = sample[sample["former_territory"].astype(str).str.startswith("Tỉnh Quảng Ngãi")]
    share = 100 * (old["weight"] * old["sells_online"]).sum() / old["weight"].sum()

    assert set(found.index) == {"QNG-2025", "QNG", "KTM"}
    assert found.loc["QNG", "value"] == pytest.approx(share, abs=1)  # printed in steps
    assert found.loc["KTM", "value"] < found.loc["QNG-2025", "value"] < found.loc["QNG", "value"]
    assert found.loc["QNG", "se"] > 0


def test_a_file_of_the_district_era_has_one_territory() -> None:
    book = REPOSITORY / "data/raw/surveys/households/codebook.toml"

    assert "former_territory" not in read_codebook(book, date(2025, 6, 30)).domains
    assert "former_territory" in read_codebook(book, date(2025, 7, 1)).tables_by
