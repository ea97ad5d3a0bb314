"""The official letters: asking a body for what it owes, and reminding it, as DOCX and PDF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from qngai_analysis.collection.owed import Body, FigureOwed, Owed, TaskOwed
from qngai_analysis.cutoff import default_cutoff
from qngai_analysis.page.blocks import OfficialHead, Prose, SignatureBlock, literal
from qngai_analysis.page.document import Document, composed
from qngai_analysis.plan.duties import Duty
from qngai_analysis.project import Office, read_project
from qngai_analysis.values import grouped, own_table
from qngai_analysis.words.numbers import count, day

_PASSAGES = own_table(__file__, "letters.toml")
_FEW = 3  # sections of a plan that are named one by one


def _passage(key: str, **values: object) -> str:
    """Return a passage of ``letters.toml`` with its places filled."""
    return str(_PASSAGES[key]).strip().format(**values)


def request_letter(owed: Owed, body: Body, *, due: date, form: str) -> Document:
    """Return the letter that asks a body for its figures and tasks; number and day are left open."""
    who = read_project().office(default_cutoff(owed.year))
    told = {"owed": owed, "body": body, "who": who}
    start = _passage("by_plan", plan=literal(owed.rests_on), **told)
    if ground := next((duty for duty in owed.duties if duty.what == "survey"), None):
        start = _passage("by_duty", ground=ground, issuer=literal(ground.issuer), **told)
    wanted = _wanted(body, asked=True)
    parts = [_passage("opening", start=start, wanted=wanted, form=literal(form), **told)]
    if body.figures:
        head, lines = "1. " * bool(body.tasks), _listed(_figure_line(body, each) for each in body.figures)
        parts.append(_passage("figures", head=head, lines=lines))
    if body.tasks:
        head, lines = "2. " * bool(body.figures), _listed(_task_lines(body.tasks, owed.duties))
        parts.append(_passage("tasks", head=head, lines=lines))
    places = [literal(place.name[:1].lower() + place.name[1:]) for place in owed.territories]
    if body.figures and len(places) > 1:
        parts.append(_passage("territories", places=places))
    parts.append(_passage("closing", due=day(due), **told))
    return _letter(owed, who, body, _matter(body), parts)


def reminder_letter(owed: Owed, body: Body, *, asked: date, due: date, on: date) -> Document:
    """Return the letter that reminds a body of what has not come back by a day: the figures and tasks it holds."""
    cutoff = default_cutoff(owed.year)
    who, matter = read_project().office(cutoff), _matter(body)
    tasks = (line.split(" (")[0] for line in _task_lines(body.tasks, owed.duties))
    listed = _listed(map(literal, (*(figure.asked for figure in body.figures), *tasks)))
    absent = " và ".join(["chưa có số liệu"] * bool(body.figures) + ["chưa có báo cáo"] * bool(body.tasks))
    why = "; chỉ tiêu không có số liệu đề nghị ghi rõ lý do" if body.figures else ""
    told = {"owed": owed, "body": body, "who": who, "symbol": _symbol(who), "matter": matter}
    days = {"asked": day(asked), "due": day(due), "on": day(on), "cutoff": day(cutoff)}
    parts = [
        _passage("overdue", wanted=_wanted(body), lines=listed, **told, **days),
        _passage("reminded", why=why, absent=absent, **told, **days),
    ]
    return _letter(owed, who, body, f"đôn đốc {matter}", parts)


def _figure_line(body: Body, figure: FigureOwed) -> str:
    beside = _PASSAGES["beside"].get(figure.blank, "")
    other = _passage("named", name=literal(figure.named_otherwise)) if figure.named_otherwise else ""
    return f"{literal(figure.asked)}{' ' * bool(other)}{other}: {literal(body.grounds[figure.indicator])}{beside}"


def _task_lines(tasks: Sequence[TaskOwed], duties: Sequence[Duty]) -> list[str]:
    """Return a line for each plan: how many of its tasks, and what makes the body report."""
    listed = {task.plan_name: task.plan_cited for task in tasks}
    places = grouped((task.plan_name, task.place) for task in tasks)
    lines = []
    for name, cited in listed.items():
        mine = [*dict.fromkeys(filter(None, places[name]))]
        at = f"mục {', '.join(mine)} " if 0 < len(mine) <= _FEW else ""
        ground = next((duty for duty in duties if duty.what == "tasks" and duty.plan == name), None)
        why = f" ({literal(f'{ground.place}: {ground.words}')})" if ground else ""
        lines.append(f"{count(len(places[name]))} nhiệm vụ được giao tại {at}{cited}{why}")
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
