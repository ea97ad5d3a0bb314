"""The appendices of the yearly report: reasons, plans side by side, how it was made, and its sources."""

from __future__ import annotations

from qngai_analysis.page.blocks import Details, Prose
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan.compare import compare_plans
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.project import read_project
from qngai_analysis.report import ladder
from qngai_analysis.report.base import at_right, bullets, centred, column, row_head, source
from qngai_analysis.report.printed import SIMULATED
from qngai_analysis.report.yearly.loading import YearReport, once, split_later
from qngai_analysis.report.yearly.results import found_results


def reasons(report: YearReport) -> list[Details]:
    """Return the explanation behind each verdict of the main plan, in the order of the table, and of what later plans add."""

    def name(outcome: Outcome) -> str:
        mark = f"{report.say(SIMULATED)}, " if outcome.simulated else ""
        return f"{mark}{report.subject(outcome.target)}"

    added = [outcome for plan in report.later for outcome in split_later(report, plan)["added"]]
    return report.reasons(report.result, [*once(report.lines), *added], name)


def plan_ladder(report: YearReport) -> list[Grid | Prose]:
    """Return the targets of all plans side by side, and where the plans contradict each other."""
    comparison = compare_plans(dict.fromkeys((report.main, *read_project().judged())))
    return [ladder.findings_table(report, comparison), ladder.ladder_table(report, comparison)]


CONFIDENCE = {"high": "cao", "medium": "trung bình", "low": "thấp"}


def sources(report: YearReport) -> Grid:
    """Return the published figures the report names, with address, date, level and confidence."""
    named = {outcome.figure.id for outcome in report.result.outcomes if outcome.figure}
    named |= {figure.id for outcome in report.real_lines for figure in outcome.choice.near}
    named |= {result.figure.id for result in found_results(report)}
    used = report.result.observations
    used = used[used["id"].isin(named)]
    return report.table(
        used,
        report.say("Nguồn của các số liệu được nêu"),
        column("Mã", "id", 0.05),
        row_head("Số liệu", "name", 0.18),
        at_right("Giá trị (thời điểm)", lambda row: report.dated(row, "\n"), 0.11),
        column("Mức độ", lambda row: report.say(row.level), 0.065),
        column("Lưu ý về số liệu", "note", 0.2),
        source(0.26, lambda row: f"{row.publisher}: {row.source_title}"),
        centred("Công bố", lambda row: report.day(row.vintage), 0.07),
        column("Độ tin cậy", lambda row: report.say(CONFIDENCE[row.confidence]), 0.055),
        id="nguon",
        landscape=True,
    )


METHOD = (
    "Mục tiêu, nhiệm vụ được trích xuất tự động, đối chiếu với nguyên văn; lỗi in của văn bản được giữ và ghi [nguyên văn].",
    "Một số liệu chỉ quyết định kết luận khi đúng định nghĩa, đúng địa giới và đúng đối tượng của chỉ tiêu. Trong các số "
    "đủ điều kiện: số mới nhất, rồi mức độ (chính thức, sơ bộ, ước tính), rồi nguồn nhà nước trước báo chí. Số bị "
    "bỏ qua được liệt kê cùng lý do. Nguồn mâu thuẫn được nêu cả hai, không lấy bình quân.",
    "Kế hoạch không quy định cách tính tỷ trọng kinh tế số. Số của cơ quan thống kê (giá trị tăng thêm) và ước tính của Bộ "
    "TT&TT là hai chuỗi riêng; khi có cả hai cho cùng thời điểm, số của cơ quan thống kê được dùng.",
    "“Đạt trên x” là lớn hơn hẳn x; “đạt x” và “đạt tối thiểu x” là từ x trở lên. Số liệu có sai số chọn mẫu được kiểm "
    "định một phía 95%; không đủ chắc chắn thì ghi “chưa đủ căn cứ kết luận”. Người trưởng thành: từ đủ 18 tuổi (lựa chọn của "
    "báo cáo; kế hoạch không quy định).",
    "Tiến độ tính theo đường thẳng từ số gốc tới mục tiêu; chỉ tính khi có ít nhất hai số liệu so sánh được. Chuỗi số liệu "
    "bị cắt khi đổi địa giới, đổi phương pháp hoặc đổi bộ chỉ số.",
    "Không có số liệu ghi “…”, không ghi 0 hay dấu gạch ngang. Làm tròn theo quy tắc thông thường (từ 5 trở lên làm tròn "
    "lên theo trị tuyệt đối).",
    # by which rule each recommendation follows from a result
    "Quy tắc 1: chỉ tiêu chưa kết luận được, số liệu có trong sổ sách hành chính hoặc chưa xếp loại, thì đề nghị cơ quan giữ dữ liệu cung cấp.",
    "Quy tắc 2: chỉ tiêu chỉ đo được bằng điều tra thì đề nghị phê duyệt phương án và kinh phí điều tra.",
    "Quy tắc 3: chỉ tiêu chưa có phương pháp đo cấp tỉnh thì đề nghị bộ hướng dẫn.",
    "Quy tắc 4: nhiệm vụ hết thời hạn, chưa có báo cáo thì đề nghị cơ quan chủ trì báo cáo.",
    "Quy tắc 5: kế hoạch hết giai đoạn thì đề nghị tổng kết và quyết định mục tiêu tiếp theo.",
)


def method(report: YearReport) -> Prose:
    """Return how the report was made, in the words of ``docs/methods``, and the rules of its recommendations."""
    return bullets(report.say(text) for text in METHOD)
