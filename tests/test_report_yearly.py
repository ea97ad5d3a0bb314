"""What the yearly report says is computed, and honest where nothing is known."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from printed import pages
from survey_workbench import REPOSITORY, copy_simulated

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError, RawFileError
from qngai_analysis.page.blocks import Prose
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan import read_plan
from qngai_analysis.progress.editions import edition as edition_of
from qngai_analysis.progress.editions import edition_text
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.progress.yearly import covered
from qngai_analysis.project import read_project
from qngai_analysis.report import yearly
from qngai_analysis.report.base import Report, counted
from qngai_analysis.report.yearly import tasks


@pytest.fixture(scope="module")
def report() -> yearly.YearReport:
    return yearly.load(year=2025)


def column(table: Grid, label: str) -> list[str]:
    grid = table
    place = [item.label for item in grid.columns].index(label)
    return [row.cells[place].text for row in grid.rows if not row.section]


def test_the_target_table_has_the_plans_words_and_every_verdict(report: yearly.YearReport) -> None:
    table = yearly.target_table(report)

    assert column(table, "Chỉ tiêu")[0] == "Tỷ trọng kinh tế số đạt 20% GDP."
    assert column(table, "Đánh giá") == [
        "chưa đủ căn cứ kết luận" if number in (1, 15) else "chưa có số liệu" for number in range(1, 18)
    ]
    assert [row.section for row in table.rows if row.section] == ["Kinh tế số", "Xã hội số"]


def test_two_figures_speak_the_ministrys_of_2022_and_the_health_records_of_2020(
    report: yearly.YearReport,
) -> None:
    table = yearly.target_table(report)

    results, sources = (column(table, name) for name in ("Kết quả", "Nguồn"))
    assert {number: cell for number, cell in enumerate(results, 1) if cell != "…"} == {
        1: "4,21%\n(2022)",
        15: "hơn 32%\n(12/2020)",
    }
    assert (sources[0], sources[14]) == ("P001", "P225")


def test_every_target_names_the_agency_that_owes_its_figure_by_its_present_name(
    report: yearly.YearReport,
) -> None:
    owners = column(yearly.target_table(report), "Cơ quan")

    assert all(owner != "…" for owner in owners)
    assert owners[7] == "Ngân hàng Nhà nước chi nhánh Khu vực 9"
    assert not any("Thông tin và Truyền thông" in owner for owner in owners), "merged on 1 March 2025"


def told(blocks: object) -> str:
    """Return the prose of one block or of several, as it is printed."""
    listed = blocks if isinstance(blocks, list) else [blocks]
    return "\n".join(block.text for block in listed if isinstance(block, Prose)).replace("\\", "")


def test_the_first_page_answers_in_counts_that_are_those_of_the_tables(report: yearly.YearReport) -> None:
    text = told(yearly.summary(report))

    questions = ("Kế hoạch có đạt không?", "Thiếu gì, ai phải cung cấp?", "Năm tới làm gì?")
    assert all(f"**{question}** " in text for question in questions)
    assert "trong 17 chỉ tiêu của Quyết định số 906/QĐ-UBND" in text
    assert "15 chỉ tiêu chưa có số liệu; 02 chỉ tiêu chưa đủ căn cứ để kết luận" in text
    assert "Trong 19 chỉ tiêu chưa kết luận được" in text
    rows = yearly.gaps(report).rows
    assert len([row for row in rows if not row.section]) == len(report.open_lines) == 19
    assert "trước ngày 15/12/2026 (Kế hoạch số 114/KH-UBND, mục V.3)" in text
    assert "06 chỉ tiêu kinh tế số và 11 chỉ tiêu xã hội số" in told(yearly.steering(report))


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Giảm tỷ lệ thôn, buôn chưa có sóng di động 4G xuống dưới 1%.", "Tỷ lệ thôn, buôn chưa có sóng di động 4G"),
        ("Tỷ lệ thất thoát nước sạch không quá 11%.", "Tỷ lệ thất thoát nước sạch"),
        ("Tỷ lệ thanh toán trực tuyến trên Cổng Dịch vụ công quốc gia đạt 60%.",
         "Tỷ lệ thanh toán trực tuyến trên Cổng Dịch vụ công quốc gia"),
        ("Trên 65% dân số trưởng thành có điện thoại thông minh.", "Tỷ lệ dân số trưởng thành có điện thoại thông minh"),
        ("Năng suất lao động tăng tối thiểu 7%.", "Tốc độ tăng năng suất lao động"),
        ("Số vụ tai nạn giao thông giảm 10%.", "Mức giảm số vụ tai nạn giao thông"),
        ("100% cơ sở khám bệnh triển khai bệnh án điện tử.", "100% cơ sở khám bệnh triển khai bệnh án điện tử"),
        ("Tối thiểu 1.500 doanh nghiệp công nghệ số.", "Tối thiểu 1.500 doanh nghiệp công nghệ số"),
    ],
)  # fmt: skip
def test_a_target_is_named_by_what_it_measures_without_the_level_where_the_plan_says_so(
    sentence: str, name: str, report: yearly.YearReport, tmp_path: Path
) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(f"KẾ HOẠCH\nNăm 2026\n\nII. MỤC TIÊU\n1. Mục tiêu đến năm 2026\na) {sentence}\n", "utf-8")
    (target,) = read_plan(file).listed_targets

    assert report.subject(target) == name


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"base": "GRDP của tỉnh"}, "Value added of the digital economy as a share of GRDP"),
        ({"base": "GDP"}, "Value added of the digital economy as a share of GDP"),
        ({"indicator": None}, "“Tỷ trọng kinh tế số”"),
    ],
)
def test_english_names_a_target_in_english_or_quotes_the_plan(
    change: dict[str, str | None], name: str, report: yearly.YearReport
) -> None:
    target = replace(report.plan.listed_targets[0], **change)  # type: ignore[arg-type]

    assert replace(report, lang="en").subject(target) == name


def test_english_cites_an_act_without_an_english_name_in_english_and_quotes_its_subject(
    report: yearly.YearReport,
) -> None:
    act = replace(report.plan.document, number="1/QĐ-UBND", subject="Phát triển kinh tế số")
    of_it = replace(report, lang="en", plan=replace(report.plan, document=act))

    assert "Decision No. 1/QĐ-UBND of 11 July 2022: “Phát triển kinh tế số”" in yearly.bases(of_it).items[-2]


def test_a_name_and_its_value_are_told_apart_also_where_the_name_holds_a_number(
    report: yearly.YearReport,
) -> None:
    text = told(yearly.summary(report))

    assert "Tỷ trọng kinh tế số: 4,21% (2022, " in text
    assert ". Tỷ lệ người dân có hồ sơ sức khỏe điện tử: hơn 32% (12/2020; mục tiêu: đạt 90%)." in text
    assert "xếp hạng chỉ số chuyển đổi số cấp tỉnh (DTI): 21/63 (2023" in text


def test_a_row_is_named_by_the_plan_as_its_figure_is_not_by_another_definition(
    report: yearly.YearReport,
) -> None:
    (path,), (others,) = yearly.path(report), yearly.beside(report)
    assert isinstance(path, Grid)
    assert isinstance(others, Grid)

    assert column(path, "Chỉ tiêu")[0] == "Tỷ trọng kinh tế số", "4,21% is an estimate of no value added"
    assert "…" not in column(others, "Định nghĩa"), "where there is no figure, that is said"


def test_each_line_of_the_reasons_ends_as_a_sentence(report: yearly.YearReport) -> None:
    lines = [
        line for block in yearly.reasons(report) for line in block.text.splitlines() if line.startswith("- ")
    ]

    assert [line for line in lines if not line.endswith((".", ":"))] == []


def test_results_are_told_of_the_end_of_the_year_or_of_the_cut_off_day_where_that_comes_sooner(
    report: yearly.YearReport,
) -> None:
    early = yearly.load(year=2025, cutoff="2025-11-28")

    for of, until in ((report, "hết năm 2025"), (early, "ngày 28/11/2025")):
        assert f"Đến {until}, trong 17 chỉ tiêu" in told(yearly.summary(of))
        assert yearly.target_table(of).caption.endswith(f" đến {until}")


def test_the_plan_runs_as_long_as_it_says_whichever_years_its_tasks_name(report: yearly.YearReport) -> None:
    short = [replace(task, first_year=2023, last_year=2023) for task in report.plan.task_list]
    other = replace(report, plan=replace(report.plan, task_list=tuple(short)))

    assert told(yearly.steering(other)) == told(yearly.steering(report))
    assert "nhiệm vụ, giải pháp giai đoạn 2022 - 2025" in told(yearly.steering(report))


def test_an_unverified_result_says_so_wherever_it_stands(report: yearly.YearReport) -> None:
    assert "92,61% (8/2025, tỉnh, địa giới từ 01/7/2025, chưa kiểm chứng)" in told(yearly.summary(report))
    table = yearly.other_results(report)[1]
    assert isinstance(table, Grid)
    firms = [row for row in table.rows if row.cells and "Doanh nghiệp công nghệ số" in row.cells[0].text]
    assert "lớn bất thường" in firms[0].cells[3].text


def test_the_signing_office_asks_nothing_of_itself(report: yearly.YearReport) -> None:
    asked = told(yearly.proposals(report))

    assert "Sở Khoa học và Công nghệ" not in asked
    assert "Sở Khoa học và Công nghệ xây dựng, trình phương án điều tra" in told(yearly.own_work(report))
    assert all(f"(quy tắc {rule})" in asked for rule in (1, 2, 3, 4, 5))


def test_what_the_office_writes_is_printed_in_its_section_under_its_mark(
    report: yearly.YearReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(REPOSITORY / "data/raw", tmp_path / "data/raw")
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    file = tmp_path / "data/raw/office/2025.md"
    file.write_text("# Kinh phí\n\nĐã bố trí 3 tỷ đồng.\n", encoding="utf-8")

    assert told(yearly.budget(report)).endswith(
        "*Phần do Sở Khoa học và Công nghệ viết, không tính từ số liệu:*\n\nĐã bố trí 3 tỷ đồng."
    )
    assert "3 tỷ" not in told(yearly.steering(report))
    file.write_text("# Tài chính\n\nx", encoding="utf-8")
    with pytest.raises(RawFileError, match="there is no heading 'Tài chính'; headings are Lãnh đạo, chỉ đạo"):
        yearly.budget(report)


def test_what_changed_since_the_edition_before_is_a_section_and_named_on_the_first_page(
    report: yearly.YearReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "reports", lambda: tmp_path)
    assert yearly.changes(report) == []
    assert "chưa có báo cáo kỳ trước" in told(yearly.summary(report))
    (tmp_path / "2024").mkdir()
    old = edition_of(report.real.table, year=2024, cutoff=date(2025, 3, 31), real_only=True)
    changed = [row | {"value": 4.0} if row["target_id"] == "906.01" else row for row in old["targets"]]
    (tmp_path / "2024" / "assessment.json").write_text(
        edition_text({**old, "targets": changed}), encoding="utf-8"
    )

    heading, table = yearly.changes(report)

    assert isinstance(table, Grid)
    assert "Thay đổi so với kỳ trước" in told(heading)
    assert column(table, "Thay đổi (lý do)") == [
        "số liệu từ 4% (2022) thành 4,21% (2022) (số liệu cùng thời điểm được rà soát lại)"
    ]
    first = told(yearly.summary(report))
    assert "so với báo cáo năm 2024, khác ở 01 chỉ tiêu" in first
    assert "01 số liệu mới hoặc được rà soát" in first


def test_what_an_edition_before_only_rehearsed_is_no_change_of_the_province(
    report: yearly.YearReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "reports", lambda: tmp_path)
    (tmp_path / "2024").mkdir()
    old = edition_of(report.real.table, year=2024, cutoff=date(2025, 3, 31))
    made_up = {"value": 37.6, "evidence": "simulated", "observation": "S1", "verdict": "chưa đạt"}
    other = {"906.04": {"target": 70.0, "goal": "đạt trên 70%"}, "906.05": {}}
    rows = [
        row | made_up | other[row["target_id"]] if row["target_id"] in other else row
        for row in old["targets"]
    ]
    (tmp_path / "2024" / "assessment.json").write_text(
        edition_text({**old, "targets": rows}), encoding="utf-8"
    )

    _, table = yearly.changes(report)

    assert isinstance(table, Grid)
    assert column(table, "Thay đổi (lý do)") == [
        "mục tiêu từ “đạt trên 70%”, năm 2025 thành “đạt trên 80%”, năm 2025 (mức phải đạt khác trước)"
    ]
    assert "số liệu mới" not in told(yearly.summary(report))


def test_a_verdict_that_another_plan_gives_on_the_year_is_quoted(report: yearly.YearReport) -> None:
    text = told(yearly.steering(report))

    assert (
        "Kế hoạch số 121/KH-UBND tự đánh giá: “Trong năm 2025, tỉnh Quảng Ngãi đã hoàn thành tốt các mục tiêu"
        in text
    )
    assert "năm 2024”" not in text, "plan 223 speaks of another year"


def test_a_body_that_a_plan_ordered_to_give_a_figure_is_named_with_the_order(
    report: yearly.YearReport,
) -> None:
    grounds = "\n".join(block.text for block in yearly.reasons(report)).replace("\\", "")

    assert (
        "Sở Công Thương chủ trì việc tính toán, đo lường tỷ trọng thương mại điện tử trong tổng mức bán lẻ"
        in grounds
    )
    assert "(mục II, bảng chỉ tiêu, số 4.h, Quyết định số 03/QĐ-BCĐ ngày 07/6/2023)" in grounds


def test_a_plan_without_a_role_is_named_among_those_in_force(report: yearly.YearReport) -> None:
    unread = replace(report, result=replace(report.result, unassigned=("777-kh-ubnd-2024",)))

    assert "không được đánh giá: 777-kh-ubnd-2024." in told(yearly.steering(unread))
    assert "không được đánh giá" not in told(yearly.steering(report))


def test_a_later_plan_repeats_revises_and_adds_and_each_is_counted_apart(report: yearly.YearReport) -> None:
    """Plan 114 restates 114.01, .02, .03, .05, .06, revises .07 (digital signatures), adds .04 and .08."""
    text = yearly.later_plans(report)[1].text  # type: ignore[union-attr]

    assert "nhắc lại 05 chỉ tiêu, đặt mức khác cho 01" in text
    assert "và đặt thêm 02 chỉ tiêu" in text


def test_a_target_with_another_level_in_a_later_plan_names_it_and_claims_no_amendment(
    report: yearly.YearReport,
) -> None:
    table = yearly.target_table(report)

    assert [goal.endswith("(*)") for goal in column(table, "Mục tiêu")] == [i == 8 for i in range(17)]
    assert any(
        note.startswith("(*) Chỉ tiêu 9: Kế hoạch số 114/KH-UBND ngày 21/5/2025 đặt mức khác, “Tỷ lệ dân số")
        and note.endswith("đạt 50%”; văn bản này không sửa đổi Quyết định số 906/QĐ-UBND.")
        for note in table.notes
    )
    assert not any("114.07" in block.text for block in yearly.reasons(report))


def test_targets_that_only_a_later_plan_sets_are_asked_for_too_by_what_they_ask(
    report: yearly.YearReport,
) -> None:
    assert "Tốc độ tăng năng suất lao động hàng năm (114.04)" in column(yearly.gaps(report), "Chỉ tiêu")
    asked = told(yearly.proposals(report))
    assert "tốc độ tăng năng suất lao động hàng năm" in asked
    assert "tài khoản định danh điện tử VNNeID [nguyên văn]" in asked


def test_every_blank_has_its_class(report: yearly.YearReport) -> None:
    classes = [row.section for row in yearly.gaps(report).rows if row.section]

    assert classes == [
        "Chưa có phương pháp đo cấp tỉnh",
        "Số liệu hành chính chưa thu thập được",
        "Phải điều tra",
    ]
    assert {kind.value: len(outcomes) for kind, outcomes in report.blanks.items()} == {
        "no_provincial_method": 3,
        "administrative": 9,
        "survey": 7,
    }


def test_the_chart_draws_no_figure_of_another_definition(report: yearly.YearReport) -> None:
    grid = yearly.distance(report).data
    assert grid is not None
    values = {row.cells[0].text: (row.cells[2].text, row.cells[4].text) for row in grid.rows}

    assert values["Tỷ lệ doanh nghiệp sử dụng hợp đồng điện tử"] == ("…", "phải điều tra")
    assert values["Tỷ lệ người dân có hồ sơ sức khỏe điện tử"] == ("…", "hơn 32% (12/2020)")
    assert values["Tỷ trọng kinh tế số"] == ("4,21", "…")


def test_tasks_are_printed_in_whole_sentences_and_no_task_is_said_in_words(report: yearly.YearReport) -> None:
    text = told(yearly.next_year(report))

    assert "không còn nhiệm vụ nào" in text
    assert "…" not in text
    assert tasks.whole_sentences("Một việc. " * 40).endswith("Một việc")
    assert tasks.whole_sentences("dài " * 100) == ("dài " * 100).strip()


def test_half_a_year_looks_to_the_second_half_not_to_the_next_year() -> None:
    half = yearly.load(year=2025, period="6m")
    text = told([yearly.next_heading(half), *yearly.next_year(half), yearly.summary(half)])

    assert "6 tháng cuối năm 2025" in text
    assert "năm tới" not in text.casefold()
    going_on = tasks.going_on_tasks(half)
    assert {task.id for task in going_on} & {task.id for task in half.tasks if task.last_year == 2025}
    assert not {task.id for task in going_on} & {
        name for name, state in half.task_states.items() if state.overdue
    }


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
    [table] = yearly.tasks_by_agency(report)
    totals = dict(
        zip(column(table, "Cơ quan chủ trì (tên gọi cuối năm 2025)"), column(table, "Tổng số"), strict=True)
    )

    assert totals["Sở Y tế"] == "10", "nine of Decision 906, one of Plan 66"
    assert totals["Công an tỉnh"] == "10", "network security went from information to the police"
    assert "Sở Thông tin và Truyền thông" not in totals


def test_tasks_of_every_plan_are_followed_and_silence_is_not_failure(report: yearly.YearReport) -> None:
    text = told(yearly.task_overview(report))
    table = yearly.task_table(report)[0]
    assert isinstance(table, Grid)

    assert "101 (Quyết định số 906/QĐ-UBND), 24 (Kế hoạch số 114/KH-UBND)" in text
    assert "chưa cơ quan nào báo cáo tình hình nhiệm vụ" in text
    assert "không suy đoán" in text
    for row in (row for row in table.rows if not row.section):
        total, *parts = (int(cell.text) for cell in row.cells[1:])
        assert total == sum(parts)
    listed = [list_.id for list_ in yearly.task_list(report)]
    assert listed == ["nhiem-vu", "nhiem-vu-114", "nhiem-vu-66"]


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


def test_an_edition_holds_report_tables_and_manifest(edition: Path) -> None:
    assert sorted(file.name for file in edition.iterdir()) == [
        "assessment.csv",
        "assessment.json",
        "bao_cao_nam_2025.docx",
        "bao_cao_nam_2025.html",
        "bao_cao_nam_2025.pdf",
        "bao_cao_nam_2025_phu_luc.pdf",
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

    file = edition / "bao_cao_nam_2025.pdf"
    reader, texts = PdfReader(file), pages(file.read_bytes())
    first = texts[0]

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in first
    assert "SỞ KHOA HỌC VÀ CÔNG NGHỆ" in first
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith("vi")
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    assert "P001" in "".join(texts)
    assert len(reader.pages) <= 15, "the body of a report that a director reads"
    assert not any(re.search(r"Phụ lục I\s*\n", text) for text in texts)


def test_addresses_in_the_reasons_are_links(edition: Path) -> None:
    from pypdf import PdfReader

    html = (edition / "bao_cao_nam_2025.html").read_text(encoding="utf-8")
    reasons = html[html.index('id="vi-sao-906-01"') : html.index('id="vi-sao-906-17"')]
    notes = [
        note.get_object()
        for page in PdfReader(edition / "bao_cao_nam_2025_phu_luc.pdf").pages
        for note in page.get("/Annots", ())
    ]

    assert reasons.count('<a href="https://') == reasons.count("https://") / 2, (
        "each once as link, once as text"
    )
    assert reasons.count('<a href="https://') > 5
    assert any("baomoi.net.vn" in note["/A"].get("/URI", "") for note in notes if "/A" in note)


def test_every_appendix_says_with_which_report_and_leaves_its_date_open(edition: Path) -> None:
    texts = [
        " ".join(text.split()) for text in pages((edition / "bao_cao_nam_2025_phu_luc.pdf").read_bytes())
    ]
    firsts = [text for text in texts if text.startswith("Phụ lục")]

    assert len(firsts) == 6
    assert min(map(len, texts)) > 3, "no page is empty but for its number"
    for text in firsts:
        assert "(Kèm theo Báo cáo số /BC-SKHCN ngày tháng năm của Sở Khoa học và Công nghệ)" in text
        assert len(text) > 600, "no page holds a title alone"


def test_the_assessment_can_be_compared_with_the_next_years(edition: Path) -> None:
    from qngai_analysis.progress.editions import compare_editions, read_edition

    old = read_edition(edition / "assessment.json")

    assert len(compare_editions(old, old)) == 0


def test_the_survey_is_owed_by_the_bodies_that_906_names_as_they_are_called_on_the_day() -> None:
    assert Report("vi", 2024, real_only=False).survey_owners[1][:2] == [
        "Sở Kế hoạch và Đầu tư",
        "Sở Thông tin và Truyền thông",
    ]
    assert Report("vi", 2025, real_only=False).survey_owners == (
        "906",
        # measuring the digital economy went from planning and finance to science and technology
        ["Sở Khoa học và Công nghệ", "Các sở, ban, ngành", "UBND các xã, phường, đặc khu"],
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
    assert told(yearly.summary(rehearsal)) == told(yearly.summary(report))
    assert told(yearly.results(rehearsal)).startswith(told(yearly.results(report)))
    assert yearly.shortcomings(rehearsal) == yearly.shortcomings(report)
    assert yearly.proposals(rehearsal) == yearly.proposals(report)
    assert yearly.gaps(rehearsal) == yearly.gaps(report)


def test_every_sentence_and_cell_with_a_simulated_figure_says_so(rehearsal: yearly.YearReport) -> None:
    made_up = [outcome.simulated for outcome in rehearsal.lines]

    assert sum(made_up) >= 2
    assert MARK not in told(yearly.pillars(rehearsal)), "what real data say"
    cells = column(yearly.target_table(rehearsal), "Kết quả")
    assert ["mô phỏng)" in cell for cell in cells] == made_up
    names = [block.summary for block in yearly.reasons(rehearsal)][: len(made_up)]
    assert [MARK in name for name in names] == made_up
    assert f"{MARK} (chấm rỗng" in yearly.distance(rehearsal).alt
    assert "1 mục tiêu có số liệu" in yearly.distance(rehearsal).alt


def test_reasons_that_name_a_simulated_figure_are_marked_on_their_pages_whatever_the_verdict_rests_on(
    rehearsal: yearly.YearReport,
) -> None:
    result = covered(2025)  # the plan of 2023, too
    every = result.outcomes
    blocks = rehearsal.reasons(result, every, lambda outcome: outcome.target.id)
    passed_over = [
        block.simulated
        for block, outcome in zip(blocks, every, strict=True)
        if "số liệu mô phỏng" in block.text and not outcome.simulated
    ]

    assert passed_over
    assert all(passed_over)
    assert all(block.simulated for block, outcome in zip(blocks, every, strict=True) if outcome.simulated)


def test_the_heading_of_a_reason_tells_the_verdict_that_its_steps_lead_to(
    rehearsal: yearly.YearReport,
) -> None:
    def headings(outcomes: list[Outcome]) -> list[str]:
        blocks = rehearsal.reasons(rehearsal.result, outcomes, lambda outcome: outcome.target.id)
        return [block.summary for block in blocks]

    assert headings(rehearsal.real_lines) == headings(rehearsal.lines)


def test_a_districts_estimate_is_listed_by_its_place_and_never_shown_as_reference(
    rehearsal: yearly.YearReport,
) -> None:
    reasons = "\n".join(block.text for block in yearly.reasons(rehearsal)).replace("\\", "")

    assert "Thành phố Quảng Ngãi, 2025, số liệu mô phỏng" in reasons
    assert not any("QNG-5" in figure.id for line in rehearsal.lines for figure in line.choice.near)
    assert "không được dùng, không dùng" not in told(yearly.pillars(rehearsal))


def test_the_head_of_a_column_begins_with_a_capital_whatever_word_it_is() -> None:
    table = Report("vi", 2025, real_only=True).table(
        [], "Nhiệm vụ", counted("chưa có báo cáo", "a"), counted("dti", "b", as_is=True)
    )

    assert [column.label for column in table.columns] == ["Chưa có báo cáo", "dti"]
