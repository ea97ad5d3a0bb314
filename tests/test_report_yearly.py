"""What the yearly report says is computed, and honest where nothing is known."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from survey_workbench import REPOSITORY, copy_simulated

from qngai_analysis.edition.batch import Edition, render_year
from qngai_analysis.errors import ParameterError
from qngai_analysis.page.tables import Table
from qngai_analysis.project import read_project
from qngai_analysis.report import offices, yearly
from qngai_analysis.report.yearly import tasks


@pytest.fixture(scope="module")
def report() -> yearly.YearReport:
    return yearly.load(year=2025)


def column(table: Table, label: str) -> list[str]:
    grid = table.grid()
    place = [item.label for item in grid.columns].index(label)
    return [row.cells[place].text for row in grid.rows if not row.section]


def test_the_target_table_has_the_plans_words_and_every_verdict(report: yearly.YearReport) -> None:
    table = yearly.target_table(report)

    assert column(table, "Chỉ tiêu (theo lời văn kế hoạch)")[0] == "Tỷ trọng kinh tế số đạt 20% GDP."
    assert column(table, "Đánh giá") == [
        "chưa đủ căn cứ kết luận" if number in (1, 15) else "chưa có số liệu" for number in range(1, 18)
    ]
    assert [row.section for row in table.grid().rows if row.section] == ["Kinh tế số", "Xã hội số"]


def test_two_figures_speak_the_ministrys_of_2022_and_the_health_records_of_2020(
    report: yearly.YearReport,
) -> None:
    table = yearly.target_table(report)

    results, days, sources = (column(table, name) for name in ("Kết quả", "Thời điểm", "Nguồn"))
    assert {number: cell for number, cell in enumerate(results, 1) if cell != "…"} == {
        1: "4,21%",
        15: "hơn 32%",
    }
    assert (days[0], sources[0]) == ("2022", "P001")
    assert (days[14], sources[14]) == ("12/2020", "P225")


def test_every_target_names_the_agency_that_owes_its_figure_by_its_present_name(
    report: yearly.YearReport,
) -> None:
    owners = column(yearly.target_table(report), "Cơ quan cung cấp số liệu")

    assert all(owner != "…" for owner in owners)
    assert owners[7] == "Ngân hàng Nhà nước chi nhánh Khu vực 9"
    assert not any("Thông tin và Truyền thông" in owner for owner in owners), "merged on 1 March 2025"


def test_the_counts_in_the_text_are_those_of_the_tables(report: yearly.YearReport) -> None:
    text = yearly.summary(report).text

    assert "Trong 17 chỉ tiêu" in text
    assert "15 chưa có số liệu, 02 chưa đủ căn cứ kết luận" in text
    assert "06 chỉ tiêu kinh tế số và 11 chỉ tiêu xã hội số" in yearly.steering(report).text


def test_a_plan_without_a_role_is_named_among_those_in_force(report: yearly.YearReport) -> None:
    unread = replace(report, result=replace(report.result, unassigned=("777-kh-ubnd-2024",)))

    assert "không được đánh giá: 777-kh-ubnd-2024." in yearly.steering(unread).text.replace("\\", "")
    assert "không được đánh giá" not in yearly.steering(report).text


def test_a_later_plan_repeats_revises_and_adds_and_each_is_counted_apart(report: yearly.YearReport) -> None:
    """Plan 114 restates 114.01, .02, .03, .05, .06, revises .07 (digital signatures), adds .04 and .08."""
    text = yearly.later_plans(report)[1].text  # type: ignore[union-attr]

    assert "nhắc lại 05 và sửa 01 chỉ tiêu" in text
    assert "đặt thêm 02 chỉ tiêu" in text


def test_a_replaced_target_names_the_plan_and_the_target_that_replaced_it(report: yearly.YearReport) -> None:
    table = yearly.target_table(report)
    bullets = yearly.pillar(report, "society").text.replace("\\", "")

    assert [goal.endswith("(*)") for goal in column(table, "Mục tiêu")] == [i == 8 for i in range(17)]
    assert any(
        note.startswith(
            "(*) Chỉ tiêu 9: từ ngày 21/5/2025, Kế hoạch số 114/KH-UBND thay bằng mục tiêu “Tỷ lệ dân số"
        )
        and note.endswith("đạt 50%”.")
        for note in table.grid().notes
    )
    assert "Kế hoạch số 114/KH-UBND đã thay mục tiêu này bằng “đạt 50%”" in bullets
    assert not any("114.07" in block.text for block in yearly.reasons(report))


def test_targets_that_only_a_later_plan_sets_are_asked_for_too(report: yearly.YearReport) -> None:
    assert "Năng suất lao động hàng năm" in column(yearly.gaps(report), "Chỉ tiêu")
    assert "năng suất lao động hàng năm" in yearly.proposals(report).text
    assert "tài khoản định danh điện tử" in yearly.proposals(report).text


def test_a_later_plans_target_that_names_no_measure_is_asked_for_by_all_its_words() -> None:
    """Plan 03 (2023) sets targets such as "100% cơ sở lưu trú … " and "Triển khai trên …"."""
    asked = yearly.proposals(yearly.load(year=2023)).text.replace("\\", "")
    lines = {line.split(" cung cấp")[0][2:]: line.split(" chỉ tiêu: ")[-1] for line in asked.splitlines()[2:]}

    assert len(lines["UBND huyện Trà Bồng"]) > 40
    assert lines["Sở Công Thương"].count("tỷ trọng thương mại điện tử") == 1, "asked once, whoever plans it"


def test_what_is_missing_counts_context_figures_apart_from_none_at_all(report: yearly.YearReport) -> None:
    text = yearly.shortcomings(report).text
    beside = [outcome.related and outcome.related.relation for outcome in report.open_lines]

    assert f"{beside.count('context'):02d} chỉ tiêu chỉ có số bối cảnh" in text
    assert f"{beside.count(None):02d} chỉ tiêu không có cả số liệu tham khảo" in text
    assert "mọi số liệu" not in column(yearly.gaps(report), "Còn thiếu")


def test_only_a_national_figure_of_the_same_definition_is_drawn_as_national(
    report: yearly.YearReport,
) -> None:
    grid = yearly.distance(report).data
    assert grid is not None
    kinds = {row.cells[0].text: row.cells[-1].text for row in grid.rows}

    assert kinds["Tỷ lệ dân số trưởng thành có điện thoại thông minh"] == "cả nước"  # adults, 3/2022
    assert kinds["Tỷ lệ doanh nghiệp sử dụng hợp đồng điện tử"] == "số gần nghĩa"  # e-invoices
    assert kinds["Tỷ lệ dân số trưởng thành có chữ ký số hoặc chữ ký điện tử cá nhân"] == "cả nước"


def test_tasks_are_printed_in_whole_sentences_and_no_task_is_said_in_words(report: yearly.YearReport) -> None:
    text = yearly.next_year(report).text

    assert "không còn nhiệm vụ nào" in text
    assert "…" not in text
    assert tasks.whole_sentences("Một việc. " * 40).endswith("Một việc")
    assert tasks.whole_sentences("dài " * 100) == ("dài " * 100).strip()


def test_the_chart_shows_no_proxy_as_a_value(report: yearly.YearReport) -> None:
    figure = yearly.distance(report)

    assert "1 mục tiêu có số liệu: Tỷ trọng kinh tế số: 4,21% (2022)" in figure.alt


def test_legal_bases_begin_with_the_national_strategy_and_end_with_the_latest_plan(
    report: yearly.YearReport,
) -> None:
    lines = yearly.bases(report).lines

    assert any("411/QĐ-TTg" in line and "ngày 31 tháng 3 năm 2022" in line for line in lines)
    assert lines[-1].startswith("Căn cứ Kế hoạch số 114/KH-UBND ngày 21 tháng 5 năm 2025")
    assert all(line.endswith(";") for line in lines[:-1])


def test_tasks_are_counted_for_each_lead_agency_under_its_present_name(report: yearly.YearReport) -> None:
    table = yearly.tasks_by_agency(report)
    totals = dict(
        zip(column(table, "Cơ quan chủ trì (tên gọi cuối năm 2025)"), column(table, "Tổng số"), strict=True)
    )

    assert totals["Sở Y tế"] == "9"
    assert "Sở Thông tin và Truyền thông" not in totals


def test_unreported_tasks_are_said_to_be_unreported(report: yearly.YearReport) -> None:
    assert "đã báo cáo tình hình 0 trên 101 nhiệm vụ" in yearly.task_report(report).text


def test_who_reports_depends_on_the_day() -> None:
    office = read_project().office

    assert office(date(2024, 12, 20)).issuing_body == "SỞ THÔNG TIN VÀ TRUYỀN THÔNG"
    assert office(date(2025, 3, 1)).issuing_body == "SỞ KHOA HỌC VÀ CÔNG NGHỆ"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"year": 2019}, "year 2019: the earliest plan is Quyết định 906/QĐ-UBND ngày 11/7/2022"),
        ({"year": 2025, "cutoff": "soon"}, "cutoff = 'soon': not a day such as 2026-03-31"),
        ({"year": 2025, "cutoff": "2024-06-30"}, "lies before the reporting year 2025 begins"),
        ({"year": 2025, "lang": "fr"}, "language = 'fr'"),
    ],
)
def test_a_wrong_parameter_is_named(parameters: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        yearly.load(**parameters)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("reports")
    render_year(Edition(2025, out), with_sectors=False)
    return out / "2025"


def test_an_edition_holds_report_tables_and_manifest(edition: Path) -> None:
    assert sorted(file.name for file in edition.iterdir()) == [
        "assessment.csv",
        "assessment.json",
        "bao_cao_nam_2025.html",
        "bao_cao_nam_2025.pdf",
        "manifest.json",
    ]
    manifest = json.loads((edition / "manifest.json").read_text(encoding="utf-8"))
    assert "906-qd-ubnd-2022.txt" in json.dumps(manifest)


def test_the_html_is_vietnamese_whole_in_one_file_and_loads_nothing(edition: Path) -> None:
    html = (edition / "bao_cao_nam_2025.html").read_text(encoding="utf-8")

    assert '<html lang="vi"' in html
    assert "Tỷ trọng kinh tế số đạt 20% GDP." in html
    assert "yearly.load" not in html, "code is hidden"
    for mark in (
        'src="http',
        "src='http",
        "@import",
        'rel="stylesheet"',
        "url(http",
        "<iframe",
        "mathjax",
        "require.js",
    ):
        assert mark not in html.lower()
    assert html.count("<svg") >= 2
    assert ">nan<" not in html
    assert "(nan)" not in html


def test_the_pdf_is_tagged_titled_and_says_what_the_html_says(edition: Path) -> None:
    from pypdf import PdfReader

    reader = PdfReader(edition / "bao_cao_nam_2025.pdf")
    first = reader.pages[0].extract_text()

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in first
    assert "SỞ KHOA HỌC VÀ CÔNG NGHỆ" in first
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith("vi")
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    assert "P001" in "".join(page.extract_text() for page in reader.pages)


def test_addresses_in_the_reasons_are_links(edition: Path) -> None:
    from pypdf import PdfReader

    html = (edition / "bao_cao_nam_2025.html").read_text(encoding="utf-8")
    reasons = html[html.index('id="vi-sao-906-01"') : html.index('id="vi-sao-906-17"')]
    notes = [
        note.get_object()
        for page in PdfReader(edition / "bao_cao_nam_2025.pdf").pages
        for note in page.get("/Annots", ())
    ]

    assert reasons.count('<a href="https://') == reasons.count("https://") / 2, (
        "each once as link, once as text"
    )
    assert reasons.count('<a href="https://') > 10
    assert any("baomoi.net.vn" in note["/A"].get("/URI", "") for note in notes if "/A" in note)


def test_every_appendix_says_with_which_report_and_leaves_its_date_open(edition: Path) -> None:
    from pypdf import PdfReader

    texts = [
        " ".join(page.extract_text().split()) for page in PdfReader(edition / "bao_cao_nam_2025.pdf").pages
    ]
    firsts = [text for text in texts if text.startswith("Phụ lục")]

    assert len(firsts) == 6
    assert min(map(len, texts)) > 3, "no page is empty but for its number"
    for text in firsts:
        assert "(Kèm theo Báo cáo số /BC-SKHCN ngày tháng năm của Sở Khoa học và Công nghệ)" in text
        assert len(text) > 600, "no page holds a title alone"


def test_the_assessment_can_be_compared_with_the_next_years(edition: Path) -> None:
    from qngai_analysis.progress import compare_editions, read_edition

    old = read_edition(edition / "assessment.json")

    assert len(compare_editions(old, old)) == 0


def test_the_survey_is_owed_by_the_bodies_that_906_names_as_they_are_called_on_the_day() -> None:
    assert offices.survey_owners(date(2024, 12, 31))[1][:2] == [
        "Sở Kế hoạch và Đầu tư",
        "Sở Thông tin và Truyền thông",
    ]
    assert offices.survey_owners(date(2025, 12, 31)) == (
        "906",
        ["Sở Tài chính", "Sở Khoa học và Công nghệ", "Các sở, ban, ngành", "UBND các xã, phường, đặc khu"],
    )


MARK = "SỐ LIỆU MÔ PHỎNG"


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[yearly.YearReport]:
    """The report of a copy of the project that holds a small simulated survey of firms."""
    home = tmp_path_factory.mktemp("rehearsal")
    shutil.copytree(REPOSITORY / "data/raw", home / "data/raw")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QNGAI_HOME", str(home))
        copy_simulated(home / "data/raw/surveys", "enterprises", 2025, 0.3)
        yield yearly.load(year=2025)


def test_simulated_figures_count_as_no_figure_of_the_province(
    report: yearly.YearReport, rehearsal: yearly.YearReport
) -> None:
    assert rehearsal.simulated
    first = yearly.pillar(rehearsal, "economy").text.splitlines()[0]

    assert first == yearly.pillar(report, "economy").text.splitlines()[0]
    assert yearly.summary(rehearsal).text.startswith(yearly.summary(report).text)
    assert yearly.shortcomings(rehearsal) == yearly.shortcomings(report)
    assert yearly.proposals(rehearsal) == yearly.proposals(report)
    assert yearly.gaps(rehearsal).grid() == yearly.gaps(report).grid()


def test_every_sentence_and_cell_with_a_simulated_figure_says_so(rehearsal: yearly.YearReport) -> None:
    made_up = [outcome.simulated for outcome in rehearsal.lines]
    bullets = yearly.pillar(rehearsal, "economy").text.splitlines()[2:]
    told = [line for line in bullets if "simulator" in line]

    assert len(told) == sum(made_up) >= 2
    for line in told:
        real, _, rehearsed = line.partition(f"**{MARK}**")
        assert "simulator" not in real
        assert "**chưa có số liệu**" in real
        assert "–" in rehearsed
    cells = column(yearly.target_table(rehearsal), "Kết quả")
    assert ["(mô phỏng)" in cell for cell in cells] == made_up
    names = [block.summary for block in yearly.reasons(rehearsal)]
    assert [MARK in name for name in names] == made_up
    assert f"{MARK} (chấm rỗng" in yearly.distance(rehearsal).alt
    assert "1 mục tiêu có số liệu" in yearly.distance(rehearsal).alt


def test_a_districts_estimate_is_listed_by_its_place_and_never_shown_as_reference(
    rehearsal: yearly.YearReport,
) -> None:
    reasons = "\n".join(block.text for block in yearly.reasons(rehearsal)).replace("\\", "")

    assert "Thành phố Quảng Ngãi, 2025, số liệu mô phỏng" in reasons
    assert not any("QNG-5" in code for line in rehearsal.lines if line.related for code in line.related.all)
    assert "không được dùng, không dùng" not in yearly.pillar(rehearsal, "economy").text
