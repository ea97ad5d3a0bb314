"""What a sector's report finds, and what it says of one district."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from scipy import stats

from qngai_analysis import paths
from qngai_analysis.rehearse.simulate import simulate
from qngai_analysis.report import findings, focus, sector
from qngai_analysis.report.sector import by_group, gaps, widest
from qngai_analysis.survey.release import publication

PROJECT = paths.PACKAGE.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two years of simulated farms and no other survey file."""
    folder = tmp_path_factory.mktemp("home")
    shutil.copytree(
        PROJECT / "data" / "raw", folder / "data" / "raw", ignore=shutil.ignore_patterns("20[0-9][0-9].*")
    )
    (folder / "notebooks").mkdir()
    for year in (2024, 2025):
        simulate("farms", year, folder=folder / "data" / "raw" / "surveys" / "farms")
    return folder


@pytest.fixture(autouse=True)
def _in_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QNGAI_HOME", str(home))


def three(name: str, **settings: object) -> list[str]:
    text = findings.three(sector.load(name, year=2025, **settings)).text  # type: ignore[arg-type]
    return [line.split(". ", 1)[1].replace("\\", "").replace("\u00a0", " ") for line in text.splitlines()]


def test_without_a_survey_the_findings_are_targets_published_figures_and_tasks() -> None:
    found = three("industry")

    assert found[0] == "Các kế hoạch không đặt chỉ tiêu định lượng riêng cho lĩnh vực này."
    assert found[1].startswith(
        "Cơ cấu GRDP - công nghiệp, xây dựng: 41,3% (2025, tỉnh, địa giới từ 01/7/2025; "
    )
    assert found[2].endswith("28 nhiệm vụ cho lĩnh vực: 28 chưa có báo cáo.")


def test_a_published_figure_stands_beside_the_one_before_it_of_its_series() -> None:
    found = three("ecommerce", real_only=True)

    assert found[1].startswith(
        "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng: 77.442 tỷ đồng (2024, ước tính;"
    )
    assert "trước đó 64.800 tỷ đồng (2022, ước tính;" in found[1]


def test_with_a_survey_the_findings_say_whether_a_gap_and_a_change_are_sure() -> None:
    found = three("agriculture")

    assert "thấp nhất ở" in found[1]
    assert "có ý nghĩa thống kê" in found[1]
    assert "điểm phần trăm so với năm 2024" in found[2]
    assert all(text.endswith("SỐ LIỆU MÔ PHỎNG.") for text in found[1:])


def test_a_gap_between_groups_picked_by_their_values_has_its_p_multiplied_by_the_pairs() -> None:
    sample = sector.load("agriculture", year=2025).samples[0]
    table = by_group(sample, sample.headline, "main_activity", "vi").dropna(subset=["estimate"])
    known = table.sort_values("estimate")
    alone = sample.survey.difference(
        sample.headline.name,
        by="main_activity",
        groups=(known.iloc[-1]["group"], known.iloc[0]["group"]),
    ).iloc[0]
    found = widest(sample, sample.headline, "main_activity", known)

    pairs = len(known) * (len(known) - 1) / 2
    assert pairs > 1
    assert found is not None
    # of the published figures, with the design's error rounded up
    assert found["estimate"] == pytest.approx(known["estimate"].iloc[-1] - known["estimate"].iloc[0])
    assert alone["se"] <= found["se"] <= alone["se"] + 0.03
    p = 2 * stats.t.sf(abs(found["estimate"]) / found["se"], found["df"])
    assert found["p_value"] == pytest.approx(min(1.0, p * pairs), abs=0.0006)
    # by hand: the t quantile at 1 - 0.05 / pairs
    reach = stats.t.ppf(1 - 0.05 / pairs / 2, found["df"]) * found["se"]
    assert found["ci_low"] == pytest.approx(found["estimate"] - reach, abs=0.0006)
    assert found["ci_high"] == pytest.approx(found["estimate"] + reach, abs=0.0006)


def test_the_interval_of_a_gap_leaves_0_out_exactly_where_the_table_calls_it_significant() -> None:
    rows = [
        row
        for name in ("agriculture",)
        for table in sector.left_behind(sector.load(name, year=2025))
        for row in table.frame.to_dict("records")  # type: ignore[union-attr]
    ]

    assert {row["sure"] for row in rows} == {"có", "chưa"}
    assert all((row["from"] > 0) == (row["sure"] == "có") for row in rows)


def test_the_odds_ratios_name_the_group_that_the_others_are_compared_with() -> None:
    loaded = sector.load("agriculture", year=2025)
    sample = loaded.samples[0]
    on = [by for by in sample.by if by != "district"]
    terms = publication._odds_as_estimated(sample.survey, sample.headline, on, gaps._known(sample, on))
    table = gaps._odds(loaded, sample, on, terms)
    frame = sample.survey.frame
    for _, rows in table.frame.groupby("by", sort=False):
        first = rows.iloc[0]
        assert (first["odds"], first["low"], first["p"]) == ("1 (gốc)", "–", "–")
        assert not rows["odds"].iloc[1:].str.contains("gốc").any()
    bases = [rows["group"].iloc[0] for _, rows in table.frame.groupby("by", sort=False)]
    assert bases == [frame[by].cat.categories[0] for by in on]


def test_a_district_against_the_rest_says_from_how_many_answers() -> None:
    loaded = sector.load("agriculture", year=2025, district="Huyện Bình Sơn")
    table = focus.compared(loaded)[0]
    known = table.frame.dropna(subset=["value"])  # type: ignore[union-attr]

    assert len(known)
    assert (known["n"] > 0).all()
    assert (known["n"] % 5 == 0).all(), "counts of respondents are multiples of 5"


def test_no_answer_is_no_group_of_the_model() -> None:
    sample = sector.load("agriculture", year=2025).samples[0]
    on = [by for by in sample.by if by != "district"]
    known = gaps._known(sample, on)
    fitted = publication._odds_as_estimated(sample.survey, sample.headline, on, known).to_string()

    assert sample.survey.frame[on].isin(["Không biết"]).any(axis=None)
    assert "Không biết" not in fitted
    assert "Từ chối trả lời" not in fitted


def test_a_grouping_with_a_hidden_group_has_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    agriculture = sector.load("agriculture", year=2025)
    assert len(sector.equal_footing(agriculture)) == 1, "few who do not know their group hide no group"
    monkeypatch.setattr(
        gaps,
        "by_group",
        lambda *asked: by_group(*asked).assign(symbol=lambda table: ["c"] + [""] * (len(table) - 1)),
    )

    assert sector.equal_footing(agriculture) == []


def test_without_a_district_nothing_is_said_of_one() -> None:
    province = sector.load("agriculture", year=2025)

    assert focus.opening(province) == focus.compared(province) == focus.published(province) == []
    assert focus.over_years(province) == []


def test_a_district_is_said_to_have_no_targets_surveys_or_figures_of_its_own_where_it_has_none() -> None:
    text = focus.opening(sector.load("education", year=2025, district="Huyện Bình Sơn"))[0].text
    plain = text.replace("\\", "")

    assert "Huyện Bình Sơn: 0 của lĩnh vực này, 2 không thuộc riêng lĩnh vực nào." in plain
    assert "Số liệu đã công bố về riêng Huyện Bình Sơn: 0." in plain
    assert "Chỉ có ở cấp tỉnh" in plain


def test_a_district_shows_its_targets_of_the_sector_and_of_no_sector_but_none_of_another() -> None:
    """03.40 sets a share of telehealth users for Ba Tơ; administration (Bình Sơn) has no sector report."""
    commerce, health, plain = (
        sector.load(name, year=2025, district=district, real_only=True)
        for name, district in (
            ("ecommerce", "Huyện Ba Tơ"),
            ("health", "Huyện Ba Tơ"),
            ("ecommerce", "Huyện Bình Sơn"),
        )
    )

    assert not len(commerce.local_targets) + len(commerce.common_targets)
    assert [outcome.target.id for outcome in health.local_targets] == ["03.40"]
    assert not len(health.common_targets)
    assert [outcome.target.id for outcome in plain.common_targets] == ["03.34", "03.35"]
    captions = [table.caption for table in sector.target_table(plain)]  # type: ignore[union-attr]
    assert (
        captions[-1] == "Chỉ tiêu các kế hoạch giao riêng cho Huyện Bình Sơn, không thuộc riêng lĩnh vực nào"
    )


def test_published_figures_of_a_district_are_those_of_its_communes_too() -> None:
    table = focus.published(sector.load("labour", year=2025, district="Huyện Tư Nghĩa"))[0]
    names = list(table.frame["name"])  # type: ignore[union-attr]

    assert len(names) == 3
    assert any("xã Nghĩa Điền" in name for name in names)
