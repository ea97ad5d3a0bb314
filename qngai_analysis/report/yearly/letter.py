"""How the yearly report begins and is signed: head, legal bases, opening, and what was planned."""

from __future__ import annotations

from collections import Counter
from datetime import date

from qngai_analysis.page import blocks
from qngai_analysis.page.blocks import Prose, literal
from qngai_analysis.plan import Plan
from qngai_analysis.plan.agencies import canonical
from qngai_analysis.plan.model import Citation, LegalDocument
from qngai_analysis.project import read_project
from qngai_analysis.report.base import bullets
from qngai_analysis.report.printed import quoted, read_acts, sentence_case
from qngai_analysis.report.yearly.loading import PILLARS, YearReport
from qngai_analysis.words.folding import body_name
from qngai_analysis.words.language import KEPT
from qngai_analysis.words.numbers import long_day
from qngai_analysis.words.said import about


def head(report: YearReport) -> blocks.OfficialHead:
    """Return the official head; number and day are left to be filled in on signing."""
    who = report.office
    bodies = [who.parent_body, who.issuing_body]
    addressees = list(who.addressees)
    about = _targets(report, unbroken(report.act(report.plan.document)))
    if report.lang != "vi":
        bodies = [report.agency(canonical(who.parent_body)).upper(), report.agency(who.agency).upper()]
        addressees = [report.agency(canonical(name)) for name in addressees]
    return blocks.OfficialHead(
        parent_body=bodies[0],
        issuing_body=bodies[1],
        symbol=who.symbol,
        place=who.place,
        # no line ends inside the name of an act
        subject=report.say("Kết quả thực hiện {span} {targets}", targets=about),
        title=report.say("BÁO CÁO"),
        addressee=addressees,
    )


def _targets(report: YearReport, plan: str) -> str:
    """Return what the report is on, as a part of a sentence."""
    if report.pillared:
        return report.say("các chỉ tiêu kinh tế số và xã hội số theo {plan}", plan=plan)
    return report.say("các chỉ tiêu của {plan}", plan=plan)


def unbroken(text: str) -> str:
    """Return a text whose blanks and hyphens end no line."""
    return text.replace(" ", "\u00a0").replace("-", "\u2011").replace("/", "/\u2060")


def _full(report: YearReport, cited: LegalDocument | Citation) -> str:
    """Return a first citation: type, number, date, issuer and subject; in English number, date and name."""
    at = date.fromisoformat(cited.date) if cited.date else None
    known = read_acts().get(cited.number)
    if report.lang != "vi" and at:
        name = (known and known["name_en"]) or f"“{sentence_case(cited.subject)}”"
        return report.say("{act}, {day}: {name}", act=report.act(cited), day=report.text_day(at), name=name)
    parts = [f"{cited.type} số {cited.number}" if cited.number else cited.type]
    if at:
        parts.append(long_day(at))
    if cited.issuer:
        parts.append(f"của {body_name(cited.issuer)}")
    return " ".join([*parts, about(sentence_case(cited.subject))]).strip()


def bases(report: YearReport) -> blocks.LegalBases:
    """Return the legal bases: what the plan rests on, the plan, and the later plans in force."""
    own = report.plan.document
    cited = {
        base.number: base
        for base in reversed(own.legal_bases)
        if base.subject and base.number != own.number and base.type != "Tờ trình"
    }
    later = [plan.document for plan in report.later.values()]
    documents: list[LegalDocument | Citation] = [*reversed(cited.values()), own, *later]
    return blocks.LegalBases(
        [report.say("Căn cứ {document}", document=_full(report, document)) for document in documents]
    )


def opening(report: YearReport) -> Prose:
    """Return the sentence that opens the report, with the day up to which data count."""
    text = "{office} báo cáo kết quả thực hiện {span} {targets} như sau. **Số liệu tính đến ngày {cutoff}.**"
    first = report.say(text, targets=_targets(report, report.cite(report.plan)))
    return Prose(first if report.lang == "vi" else f"{first}\n\n{report.say(KEPT)}")


def status(report: YearReport) -> list[blocks.SimulatedBanner]:
    """Return the box that says that simulated data are in use, where they are."""
    return [blocks.SimulatedBanner(lang=report.lang)] if report.simulated else []


def steering(report: YearReport) -> list[Prose]:
    """Return what was planned: plans in force, numbers of targets and tasks, other acts, the duty to measure."""
    entry = read_project().entry(report.main)
    text = "{plan} đặt ra {targets} chỉ tiêu{pillars} và {tasks} nhiệm vụ, giải pháp {span}."
    if not report.plan.task_list:
        text = "{plan} đặt ra {targets} chỉ tiêu{pillars} {span}."
    size = {**_size(report, report.plan), "span": report.years(entry.first_year, entry.last_year)}
    sentences = [report.say(text, **size, pillars=_by_pillar(report))]
    if not entry.covers(report.year):
        text = "**Sau thời hạn**: kế hoạch kết thúc năm {last}; báo cáo theo dõi các mục tiêu của kế hoạch vì năm {year} chưa có kế hoạch khác thay thế."
        sentences.append(report.say(text, last=entry.last_year))
    text = "{plan} đặt ra {targets} chỉ tiêu và {tasks} nhiệm vụ."
    sentences += [report.say(text, **_size(report, plan)) for plan in report.later.values()]
    text = "{plan} có {tasks} nhiệm vụ còn thực hiện trong năm."
    for name, plan in report.followed.items():
        if name not in (report.main, *report.later):
            tasks = [task for task in report.tasks if task.document == plan.document.key]
            sentences.append(report.say(text, plan=report.cite(plan), tasks=report.count(tasks)))
    paragraphs = [" ".join(sentences), *_unread(report), *_unassigned(report), *_duty(report)]
    return [Prose("\n\n".join(paragraphs)), *report.written("steering")]


def _size(report: YearReport, plan: Plan) -> dict[str, str]:
    """Return a plan with the numbers of its targets and tasks, for a sentence."""
    targets, tasks = report.count(plan.listed_targets), report.count(plan.task_list)
    return {"plan": report.cite(plan), "targets": targets, "tasks": tasks}


def _unread(report: YearReport) -> list[str]:
    """Return which plans are known to exist by the cut-off day and have no text here, and what they say of the year."""
    acts = read_acts()
    known, judged = [], []
    for entry in read_project().unread(report.cutoff):
        day = report.text_day(entry.issued)
        if report.lang == "vi" or entry.number not in acts:
            text = "{number} ngày {day} của {issuer} ({subject})"
            known.append(
                report.say(text, number=entry.number, day=day, issuer=entry.issuer, subject=entry.subject)
            )
        else:
            known.append(f"{entry.number}, {day} ({acts[entry.number]['name_en']})")
        if entry.about == report.year:
            text = "Kế hoạch số {number} tự đánh giá: “{words}”; báo cáo này chưa có số liệu để đối chiếu nhận định đó với từng chỉ tiêu."
            judged.append(report.say(text, number=literal(entry.number), words=literal(entry.says)))
    text = "Các kế hoạch khác liên quan mà báo cáo **chưa có toàn văn** nên chưa đánh giá: {plans}."
    return [" ".join([report.say(text, plans=literal("; ".join(known))), *judged])] if known else []


def _by_pillar(report: YearReport) -> str:
    if not report.pillared:
        return ""
    seen = Counter(target.pillar for target in report.plan.listed_targets)
    counts = [(seen[key], report.say(name).lower()) for key, name in PILLARS.items()]
    vi = report.lang == "vi"
    parts = [f"{report.count(n)} chỉ tiêu {name}" if vi else f"{n} on the {name}" for n, name in counts]
    return f" ({report.listed(parts)})"


def _unassigned(report: YearReport) -> list[str]:
    """Return which plans lie beside the others and are judged by nobody, in a sentence."""
    names = report.result.unassigned
    text = "Văn bản chưa được giao vai trò trong project.toml nên không được đánh giá: {plans}."
    return [report.say(text, plans=literal(", ".join(names)))] if names else []


def _duty(report: YearReport) -> list[str]:
    """Return the task that this report fulfils, where the plan gives it."""
    text = (
        "Báo cáo này thực hiện nhiệm vụ đo lường, giám sát hằng năm (Phụ lục {plan}, mục {place}): “{text}”."
    )
    return [
        report.say(text, place=".".join(filter(None, place)), text=literal(quoted(task.text)))
        for task in report.survey_tasks[:1]
        for place in [(task.part, task.section, task.number)]
    ]


def budget(report: YearReport) -> list[Prose]:
    """Return the plan's tasks on its money, and what the office reports of it: no published figure says it."""
    tasks = [task for task in report.plan.task_list if "kinh phí" in task.heading]
    parts = []
    if tasks:
        first = "Nhiệm vụ về kinh phí theo {plan} (Phụ lục, mục {place}):"
        lines = (
            f"{literal(quoted(task.text))} ({literal(report.agencies(report.lead_agencies(task)))})"
            for task in tasks
        )
        parts.append(bullets(lines, report.say(first, place=f"{tasks[0].part}.{tasks[0].section}")))
    own = report.written("budget")
    if not own:
        parts.append(Prose(report.say("Báo cáo chưa có số liệu về kinh phí đã bố trí, đã thực hiện.")))
    return [*parts, *own]


def signature(report: YearReport) -> blocks.SignatureBlock:
    """Return the place for the signature; the name is written on signing."""
    recipients = report.office.recipients
    if report.lang != "vi":
        fixed = {"Như trên": "As above", "Lưu: VT": "Filed"}
        recipients = tuple(fixed.get(name) or report.agency(canonical(name)) for name in recipients)
    return blocks.SignatureBlock(
        post=report.say("GIÁM ĐỐC") if report.office.post == "GIÁM ĐỐC" else report.office.post,
        recipients=recipients,
    )


def appendix(report: YearReport, number: str, title: str) -> blocks.AppendixStart:
    """Return the start of an appendix with its reference to the report."""
    text = "Kèm theo Báo cáo số       /{symbol} ngày       tháng       năm       của {agency}"
    agency = report.agency(report.office.agency)
    reference = report.say(text, symbol=report.office.symbol, agency=agency)
    return blocks.AppendixStart(number, report.say(title), reference)
