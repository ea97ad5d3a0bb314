"""Two editions compared: what changed and why."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from plan_tables import SMARTPHONES

from qngai_analysis.edition import batch
from qngai_analysis.errors import EvidenceError
from qngai_analysis.progress.editions import compare_editions, edition, edition_text, read_edition
from qngai_analysis.progress.yearly import assess

TARGET = {
    **SMARTPHONES,
    "id": "906.07",
    "geography": "",
}
FIGURE = {
    "id": "F1",
    "indicator": "XHS_SMARTPHONE_DS",
    "value": 50.0,
    "unit": "%",
    "territory": "QNG",
    "reference_date": "2022",
    "source_title": "Điều tra 2022",
    "evidence": "real",
    "vintage": "2023-01",
    "method": "điều tra",
}
BASE = FIGURE
LATER = {**FIGURE, "id": "F2", "value": 62.0, "reference_date": "2023", "source_title": "Điều tra 2023"}


def made(*figures: dict, year: int = 2023, **target) -> dict:
    table = assess(pd.DataFrame([{**TARGET, **target}]), pd.DataFrame(list(figures)), year=year)
    return edition(table, year=year, cutoff=date(year + 1, 3, 31))


def log(old: dict, new: dict) -> pd.Series:
    changes = compare_editions(old, new)
    assert len(changes) == 1
    return changes.iloc[0]


def test_editions_that_say_the_same_have_an_empty_log():
    changes = compare_editions(made(BASE), made(BASE))

    assert changes.empty
    assert {"target_id", "changed", "why", "words"} <= set(changes.columns)


@pytest.mark.parametrize(
    ("old", "new", "changed", "why"),
    [
        (made(BASE), made(BASE, LATER), ["value", "verdict", "pace", "source"], ["new-data", "baseline"]),
        (
            made(BASE, LATER),
            made(BASE, {**LATER, "id": "F3", "value": 64.0, "vintage": "2024-02"}),
            ["value", "source"],
            ["revision"],
        ),
        (
            made(LATER),
            made({**LATER, "id": "F3", "method": "hành chính"}),
            ["source", "method"],
            ["revision", "new-series"],
        ),
        (made(BASE, LATER), made(BASE, LATER, value=60.0), ["target", "verdict", "pace"], ["target-revised"]),
        (
            made(BASE, LATER),
            made(BASE),
            ["value", "verdict", "pace", "source"],
            ["data-withdrawn", "baseline"],
        ),
        (made(LATER), made({**LATER, "withheld": "sai"}), ["value", "verdict", "source"], ["data-withdrawn"]),
        (made(BASE, LATER), made(BASE, LATER, year=2025), ["verdict", "pace"], ["time-passed"]),
        (
            made(BASE, LATER),
            made({**BASE, "value": 56.0}, LATER),
            ["verdict", "pace"],
            ["baseline"],
        ),
        (made(BASE), made({**BASE, "evidence": "simulated"}), ["evidence"], ["evidence"]),
        (made({**BASE, "level": "sơ bộ"}), made({**BASE, "level": "chính thức"}), ["level"], ["made-final"]),
        (made(BASE), made({**BASE, "value_type": "lower_bound"}), ["value"], ["revision"]),
        (made(BASE), made(BASE, period_end=2027), ["target"], ["target-revised"]),
    ],
)
def test_each_change_has_its_reason(old, new, changed, why):
    row = log(old, new)

    assert row["changed"] == changed
    assert row["why"] == why


def test_new_and_dropped_targets_are_logged():
    empty = made(BASE) | {"targets": []}

    assert log(empty, made(BASE))["why"] == ["new-target"]
    assert log(made(BASE), empty)["why"] == ["target-dropped"]


def test_of_a_target_that_came_or_went_its_goal_figure_and_verdict_are_said():
    empty = made(BASE) | {"targets": []}

    words = "; số liệu 50% (2022); kết luận “chưa đủ căn cứ kết luận”"
    assert log(empty, made(BASE))["words"].endswith(words)
    assert log(made(BASE), empty)["words"].endswith(words)


def test_what_an_edition_made_again_says_otherwise_is_told_and_the_one_before_is_kept(tmp_path, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr(batch._log, "warning", told.append)
    file = tmp_path / "assessment.json"
    before, after = (edition_text(made(*figures)).encode() for figures in ((BASE,), (BASE, LATER)))
    batch.keep_replaced(file, after)  # the first of its year replaces none
    file.write_bytes(before)
    batch.keep_replaced(file, before)
    assert (told, [*tmp_path.iterdir()]) == ([], [file])

    batch.keep_replaced(file, after)
    assert (tmp_path / "assessment.giu-lai.json").read_bytes() == before
    (line,) = told
    assert "906.07: " in line
    assert "assessment.giu-lai.json" in line


def test_a_change_of_rules_is_a_reason_of_its_own():
    old = made(BASE, LATER)
    new = json.loads(json.dumps(old)) | {"rules": "2030-1"}
    new["targets"][0]["verdict"] = "chậm tiến độ"

    assert log(old, new)["why"] == ["new-rules"]


def test_the_log_says_it_in_a_sentence():
    row = log(made(BASE), made(BASE, LATER))

    assert row["words"] == (
        "số liệu từ 50% (2022) thành 62% (2023); "
        "kết luận từ “chưa đủ căn cứ kết luận” thành “đúng tiến độ” (có số liệu mới, số liệu gốc thay đổi)"
    )


def test_an_edition_is_read_back_as_it_was_saved(tmp_path: Path):
    content = made(BASE, LATER)
    (tmp_path / "assessment.json").write_text(edition_text(content), encoding="utf-8")
    again = read_edition(tmp_path / "assessment.json")

    assert compare_editions(content, again).empty
    assert again["targets"][0]["methods"]["linear"] == pytest.approx(12 / 30 * 3)
    (tmp_path / "twice.json").write_text(edition_text(again), encoding="utf-8")
    assert (tmp_path / "twice.json").read_bytes() == (tmp_path / "assessment.json").read_bytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such edition"),
        ("{", "not JSON"),
        ('{"schema": "qngai-assessment/9"}', "schema 'qngai-assessment/9'; this version reads"),
        ("[]", "schema None"),
    ],
)
def test_a_file_that_is_no_edition_is_refused(tmp_path: Path, content, message):
    file = tmp_path / "assessment.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")

    with pytest.raises(EvidenceError, match=message):
        read_edition(file)


def test_a_simulated_figure_and_its_verdict_are_called_so_in_what_changed():
    old, new = made(BASE), made(BASE, LATER)
    for row in new["targets"]:
        row["evidence"] = "simulated"

    (words,) = compare_editions(old, new)["words"]

    assert "2023, mô phỏng)" in str(words).replace("simulated", "mô phỏng")


def test_a_change_that_no_word_tells_of_is_told_by_its_reason_alone():
    """Another baseline changes the reckoning, though both editions say no pace: not “từ không có thành không có”."""
    old = made(BASE)
    row = old["targets"][0] | {"pace": "", "pace_code": ""}
    again = {**old, "targets": [row]}
    other = {**old, "targets": [row | {"baseline_value": 10.0}]}

    change = log(again, other)

    assert change["changed"] == ["pace"]
    assert str(change["words"]) == "số liệu gốc thay đổi"
