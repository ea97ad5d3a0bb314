"""The official letters: asking a body for what it owes, and reminding it, as DOCX and PDF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from qngai_analysis.collection.owed import Body, FigureOwed, Owed, TaskOwed
from qngai_analysis.cutoff import default_cutoff
from qngai_analysis.evidence.measurability import Blank
from qngai_analysis.page.blocks import OfficialHead, Prose, SignatureBlock, literal
from qngai_analysis.page.document import Document, composed
from qngai_analysis.plan.duties import Duty
from qngai_analysis.project import Office, read_project
from qngai_analysis.words.numbers import count, day


def request_letter(owed: Owed, body: Body, *, due: date, form: str) -> Document:
    """Return the letter that asks a body for its figures and tasks; number and day are left open."""
    who = read_project().office(default_cutoff(owed.year))
    parts = [_opening(owed, who, body, form)]
    known = " Mỗi số liệu đề nghị ghi rõ thời điểm, mức độ (chính thức, sơ bộ hoặc ước tính) và nguồn."
    if body.figures:
        head, lines = "1. " * bool(body.tasks), _listed(_figure_line(body, each) for each in body.figures)
        parts.append(f"**{head}Số liệu** (trang tính “Số liệu” của biểu mẫu).{known}\n\n{lines}")
    if body.tasks:
        head, lines = "2. " * bool(body.figures), _listed(_task_lines(body.tasks, owed.duties))
        parts.append(
            f"**{head}Tình hình thực hiện nhiệm vụ** (trang tính “Nhiệm vụ” của biểu mẫu):\n\n{lines}"
        )
    if body.figures and len(owed.territories) > 1:
        parts.append(
            f"Mỗi chỉ tiêu đề nghị cung cấp theo hai địa giới: {_place(owed, 0)}, là địa bàn mà các kế "
            f"hoạch giao mục tiêu, và {_place(owed, 1)}. Trường hợp không có số liệu, đề nghị ghi rõ lý do."
        )
    if body.outside and body.tasks:
        parts.append(
            f"Các kế hoạch nêu trên được ban hành cho địa bàn {_place(owed, 0)}; đề nghị {body.name} "
            "báo cáo những nội dung đã triển khai trên địa bàn (nếu có)."
        )
    parts.append(
        f"Đề nghị {body.name} gửi biểu mẫu về {who.agency} trước ngày {day(due)} (tệp Excel theo mẫu và văn bản "
        f"của cơ quan, đơn vị) để tổng hợp. Thông tin chi tiết liên hệ: {'…' * 12}, điện thoại {'…' * 6}."
    )
    return _letter(owed, who, body, _matter(body), parts)


def reminder_letter(owed: Owed, body: Body, *, asked: date, due: date, on: date) -> Document:
    """Return the letter that reminds a body of what has not come back by a day: the figures and tasks it holds."""
    who = read_project().office(default_cutoff(owed.year))
    tasks = (line.split(" (")[0] for line in _task_lines(body.tasks, owed.duties))
    listed = _listed(map(literal, (*(figure.name for figure in body.figures), *tasks)))
    absent = " và ".join(["chưa có số liệu"] * bool(body.figures) + ["chưa có báo cáo"] * bool(body.tasks))
    why = "; chỉ tiêu không có số liệu đề nghị ghi rõ lý do" if body.figures else ""
    parts = [
        f"{who.agency} có Công văn số {'…' * 4}/{_symbol(who)}{'…' * 4} ngày {day(asked)} đề nghị {body.name} "
        f"{_matter(body)} năm {owed.year} trước ngày {day(due)}. Đến ngày {day(on)}, {who.agency} chưa "
        f"nhận được {_wanted(body)}, gồm:\n\n{listed}",
        f"Đề nghị {body.name} hoàn thành biểu mẫu đã gửi và gửi về {who.agency} trong thời gian sớm nhất{why}. Sau ngày "
        f"{day(default_cutoff(owed.year))}, ngày chốt số liệu, báo cáo sẽ ghi là {absent}./.",
    ]
    return _letter(owed, who, body, f"đôn đốc {_matter(body)}", parts)


def _opening(owed: Owed, who: Office, body: Body, form: str) -> str:
    ground = next((duty for duty in owed.duties if duty.what == "survey"), None)
    start = f"Căn cứ {literal(owed.rests_on)}, để lập báo cáo kết quả thực hiện năm {owed.year}"
    if ground is not None:
        start = (
            f"Thực hiện {ground.place} Kế hoạch ban hành kèm theo {ground.cited} của {literal(ground.issuer)} "
            f"({ground.words}), để có căn cứ lập báo cáo kết quả thực hiện năm {owed.year}"
        )
    return f"{start}, {who.agency} đề nghị {body.name} {_wanted(body, asked=True)} theo biểu mẫu gửi kèm (tệp {literal(form)}), cụ thể như sau:"


def _figure_line(body: Body, figure: FigureOwed) -> str:
    return f"{literal(figure.name)}: {literal(body.grounds[figure.indicator])}{_BESIDE.get(figure.blank, '')}"


_BESIDE = {
    Blank.SURVEY: " (chỉ tiêu phải điều tra: cung cấp nếu đã có kết quả điều tra, khảo sát hoặc số liệu quản lý)",
    Blank.NO_METHOD: " (chưa có phương pháp tính thống nhất cấp tỉnh: đề nghị ghi rõ cách tính)",
}


def _task_lines(tasks: Sequence[TaskOwed], duties: Sequence[Duty]) -> list[str]:
    """Return a line for each plan: how many of its tasks, and what makes the body report."""
    listed = {task.plan_name: task.plan_cited for task in tasks}
    numbers = Counter(task.plan_name for task in tasks)
    lines = []
    for name, cited in listed.items():
        ground = next((duty for duty in duties if duty.what == "tasks" and duty.plan == name), None)
        why = f" ({literal(f'{ground.place}: {ground.words}')})" if ground else ""
        lines.append(f"{count(numbers[name])} nhiệm vụ được giao tại {cited}{why}")
    return lines


def _wanted(body: Body, *, asked: bool = False) -> str:
    parts = []
    if body.figures:
        parts.append(f"{'cung cấp ' if asked else ''}số liệu của {count(len(body.figures))} chỉ tiêu")
    if body.tasks:
        parts.append(f"báo cáo tình hình thực hiện {count(len(body.tasks))} nhiệm vụ")
    return " và ".join(parts)


def _matter(body: Body) -> str:
    return ", ".join(["cung cấp số liệu"] * bool(body.figures) + ["báo cáo nhiệm vụ"] * bool(body.tasks))


def _place(owed: Owed, nth: int) -> str:
    name = owed.territories[nth].name
    return literal(name[:1].lower() + name[1:])


def _symbol(who: Office) -> str:
    return f"{who.symbol.removeprefix('BC-')}-"


def _listed(lines: Iterable[str]) -> str:
    return ";\n".join(f"- {line}" for line in lines) + "."


def _letter(owed: Owed, who: Office, body: Body, matter: str, parts: Iterable[str]) -> Document:
    head = OfficialHead(
        parent_body=who.parent_body,
        issuing_body=who.issuing_body,
        symbol=f"{_symbol(who)}      ",  # written by hand
        subject=f"V/v {matter} thực hiện {owed.main_plan} năm {owed.year}",
        place=who.place,
        title="",
        addressee=body.name,
    )
    return composed(
        [head, *map(Prose, parts), SignatureBlock(post=who.post, recipients=("Như trên", "Lưu: VT"))]
    )
