"""The plan ladder in a report: who asks what, in numbers that are the plans' own."""

from __future__ import annotations

import json
import re

import pytest
from notebook_runs import execute

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError
from qngai_analysis.page.blocks import Figure
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan import coverage, read_plan
from qngai_analysis.plan.model import FATE_WORDS, Fate
from qngai_analysis.report import ladder


@pytest.fixture(scope="module")
def this() -> ladder.Ladder:
    return ladder.load(year=2025)


def cells(block: object) -> list[list[str]]:
    assert isinstance(block, Grid)
    return [[cell.text for cell in row.cells] for row in block.rows if row.cells]


def test_the_provinces_plans_come_by_date_and_those_of_others_behind(this: ladder.Ladder) -> None:
    assert [plan.document.key for plan in this.plans] == ["66", "906", "03", "114", "ca-mau"]


def test_the_overview_counts_targets_districts_and_tasks_of_each_plan(this: ladder.Ladder) -> None:
    rows = {row[0]: row[4:] for row in cells(ladder.overview(this))}

    # targets, of a district alone, due by 2025, not matched, tasks
    assert rows["906"] == ["17", "0", "17", "0", "101"]
    assert rows["114"] == ["8", "0", "8", "0", "24"]
    assert rows["66"] == ["0", "0", "0", "0", "44"]
    assert rows["ca-mau"][-1] == "0"


def test_a_target_due_later_than_the_year_is_not_counted_as_due() -> None:
    rows = {row[0]: row[6] for row in cells(ladder.overview(ladder.load(year=2024)))}

    assert rows["906"] == "0"
    assert int(rows["03"]) > 0  # of 2023


def test_every_numeral_of_a_plan_is_in_the_table_of_fates(this: ladder.Ladder) -> None:
    rows = cells(ladder.numerals(this))
    place = 1 + [plan.document.key for plan in this.plans].index("114")

    assert sum(int(row[place].replace(".", "")) for row in rows) == len(coverage(read_plan("114")))
    assert set(FATE_WORDS) == set(Fate)


def test_rungs_hold_the_thresholds_as_printed_with_the_national_ones(this: ladder.Ladder) -> None:
    table = ladder.rungs(this)
    accounts = table[table["indicator"].eq("XHS_TAIKHOAN15")]

    assert sorted(accounts[["plan", "year", "words"]].itertuples(index=False, name=None)) == [
        ("03", 2023, ">\u00a090%"),  # stricter than what falls due two years later
        ("114", 2025, "≥\u00a080%"),
        ("906", 2025, "≥\u00a080%"),
        ("QĐ 411", 2025, "≥\u00a080%"),
        ("QĐ 411", 2030, "≥\u00a095%"),
    ]


def test_an_indicator_that_one_plan_of_the_province_sets_is_no_ladder(this: ladder.Ladder) -> None:
    # 906 alone; Cà Mau's plan has it too, but is another province's
    assert "KTS_HDDT" not in set(ladder.rungs(this)["indicator"])
    assert "KTS_HDDT" in this.comparison.table.index


def test_the_chart_says_in_words_what_it_draws(this: ladder.Ladder) -> None:
    figure = ladder.rung_chart(this)

    assert isinstance(figure, Figure)
    assert "03 >\u00a090% (2023)" in figure.alt
    assert isinstance(figure.data, Grid)
    assert len(figure.data.rows) == len(ladder.rungs(this))


def test_plans_without_a_shared_indicator_have_no_chart_but_words() -> None:
    alone = ladder.Ladder("vi", 2025, False, ("66",))

    assert "Không có chỉ tiêu nào" in ladder.rung_chart(alone).text  # type: ignore[union-attr]


def test_a_plan_that_sets_nothing_has_no_column(this: ladder.Ladder) -> None:
    heads = [column.label for column in ladder.table(this).columns]

    assert heads == ["Chỉ tiêu", "906", "03", "114", "ca-mau", "QĐ 411 (2025)", "QĐ 411 (2030)"]


def test_findings_name_the_sections_they_rest_on(this: ladder.Ladder) -> None:
    found = ladder.findings(this)
    assert isinstance(found, Grid)
    rows = cells(found)

    assert [
        row
        for row in rows
        if "tài khoản giao dịch thanh toán" in row[0] and row[1].startswith("Quyết định số 03/QĐ-BCĐ, mục II")
    ]
    assert all("/" in row[1] for row in rows), "each names an act; none a line of a file"


def test_in_english_findings_and_levels_are_said_in_english() -> None:
    english = ladder.load(year=2025, real_only=True, lang="en")
    found = [row[0] for row in cells(ladder.findings(english))]
    levels = {row[0]: row[1:] for row in cells(ladder.table(english))}

    assert (
        "People aged 15+ with a transaction account: plan 03 asks for more (> 90% (2023)) than plan 906 (≥ 80% (2025))."
        in found
    )
    assert not [text for text in found if re.search("kế hoạch|đạt|trên|ghi", text)]
    assert levels["Number of digital-technology enterprises"][3] == "≥ 10\u00a0enterprises (2025)"
    assert levels["Annual growth of labour productivity"][2] == "≥ 7%/year (2025)"


def test_verdicts_stand_beside_each_plans_threshold(this: ladder.Ladder) -> None:
    rows = cells(ladder.verdicts(this))
    share = [row for row in rows if row[3] == "4,21%"]  # the only published share of the digital economy

    assert {row[0] for row in share} == {"906", "114", "03"}
    assert all(row[4] for row in rows)


def test_a_plan_that_is_not_there_is_refused() -> None:
    with pytest.raises(ParameterError, match="the project has 906"):
        ladder.load(year=2025, plan="907")


def test_the_notebook_says_that_accounts_were_asked_for_earlier_and_higher() -> None:
    executed = execute(paths.notebooks() / "thang_muc_tieu.ipynb", {"year": 2025, "real_only": True})
    text = json.dumps([cell.get("outputs", []) for cell in executed["cells"]], ensure_ascii=False)

    assert "Tỷ trọng thương mại điện tử trong tổng mức bán lẻ" in text
    assert "kế hoạch 03 “trên 90% (2023)” cao hơn kế hoạch 906 “đạt 80% (2025)”" in text
    assert "Mọi con số trong văn bản và cách hiểu" in text
