"""How the yearly report begins and is signed: head, legal bases, opening, and what was planned."""

from __future__ import annotations

from collections import Counter
from datetime import date

from qngai_analysis.page.blocks import (
    AppendixStart,
    LegalBases,
    OfficialHead,
    Prose,
    SignatureBlock,
    SimulatedBanner,
    literal,
)
from qngai_analysis.plan.model import Citation, Document
from qngai_analysis.project import read_project
from qngai_analysis.report.offices import survey_tasks
from qngai_analysis.report.yearly.loading import PILLARS, YearReport, short_title
from qngai_analysis.report.yearly.spans import span_words
from qngai_analysis.words.language import KEPT, listed
from qngai_analysis.words.numbers import long_day


def head(report: YearReport) -> OfficialHead:
    """Return the official head; number and day are left to be filled in on signing."""
    who = report.office
    return OfficialHead(
        parent_body=who.parent_body,
        issuing_body=who.issuing_body,
        symbol=who.symbol,
        place=who.place,
        subject=report.say(
            "Kết quả thực hiện các chỉ tiêu kinh tế số và xã hội số theo {plan} {span}",
            plan=short_title(report.plan),
            span=span_words(report),
        ),
        title=report.say("BÁO CÁO"),
        addressee=who.addressees,
    )


def _full(cited: Document | Citation) -> str:
    """Return a first citation: type, number, date, issuer and subject."""
    parts = [f"{cited.type} số {cited.number}" if cited.number else cited.type]
    if cited.date:
        parts.append(long_day(date.fromisoformat(cited.date)))
    if cited.issuer:
        parts.append(f"của {cited.issuer}")
    return " ".join([*parts, cited.subject]).strip()


def bases(report: YearReport) -> LegalBases:
    """Return the legal bases: what the plan rests on, the plan, and the later plans in force."""
    own = report.plan.document
    cited = {
        base.number: base
        for base in reversed(own.legal_bases)
        if base.subject and base.number != own.number and base.type != "Tờ trình"
    }
    later = [plan.document for plan in report.later.values()]
    documents: list[Document | Citation] = [*reversed(cited.values()), own, *later]
    return LegalBases([report.say("Căn cứ {document}", document=_full(document)) for document in documents])


def opening(report: YearReport) -> Prose:
    """Return the sentence that opens the report, with the day up to which data count."""
    first = report.say(
        "{office} báo cáo kết quả thực hiện các chỉ tiêu kinh tế số và xã hội số {span} như sau. "
        "**Số liệu tính đến ngày {cutoff}.**",
        office=report.office.agency,
        span=span_words(report),
        cutoff=report.text_day(report.cutoff),
    )
    return Prose(first if report.lang == "vi" else f"{first}\n\n{report.say(KEPT)}")


def status(report: YearReport) -> list[SimulatedBanner]:
    """Return the box that says that simulated data are in use, where they are."""
    return [SimulatedBanner(lang=report.lang)] if report.simulated else []


def steering(report: YearReport) -> Prose:
    """Return what was planned: plans in force, numbers of targets and tasks, the duty to measure."""
    years = [year for task in report.tasks for year in (task.first_year, task.last_year) if year is not None]
    entry = read_project().entry(report.main)
    paragraphs = [
        report.say(
            "{plan} đặt ra {targets} chỉ tiêu ({pillars}) và {tasks} nhiệm vụ, giải pháp giai đoạn {first} - {last}.",
            plan=literal(short_title(report.plan)),
            targets=report.count(len(report.plan.listed_targets)),
            pillars=_by_pillar(report),
            tasks=report.count(len(report.tasks)),
            first=min(years, default=entry.first_year),
            last=max(years, default=entry.last_year),
        )
    ]
    if not entry.covers(report.year):
        paragraphs.append(
            report.say(
                "**Sau thời hạn**: kế hoạch kết thúc năm {last}; báo cáo theo dõi các mục tiêu của kế hoạch vì năm {year} "
                "chưa có kế hoạch khác thay thế.",
                last=entry.last_year,
                year=report.year,
            )
        )
    paragraphs += [
        report.say(
            "{plan} còn giao {targets} chỉ tiêu và {tasks} nhiệm vụ.",
            plan=literal(_full(plan.document)),
            targets=report.count(len(plan.listed_targets)),
            tasks=report.count(len(plan.task_list)),
        )
        for plan in report.later.values()
    ]
    return Prose("\n\n".join([*paragraphs, *_unread(report), *_unassigned(report), *_duty(report)]))


def _by_pillar(report: YearReport) -> str:
    seen = Counter(target.pillar for target in report.plan.listed_targets)
    counts = [(seen[key], report.say(name).lower()) for key, name in PILLARS.items()]
    if report.lang == "vi":
        return listed([f"{report.count(n)} chỉ tiêu {name}" for n, name in counts], report.lang)
    return listed([f"{n} on the {name}" for n, name in counts], report.lang)


def _unread(report: YearReport) -> list[str]:
    """Return which plans are known to exist by the cut-off day and have no text here, in a list."""
    known = [
        report.say(
            "{number} ngày {day} của {issuer} ({subject}; giai đoạn {years})",
            number=entry.number,
            day=report.text_day(entry.issued),
            issuer=entry.issuer,
            subject=entry.subject,
            years=" - ".join(map(str, dict.fromkeys(entry.years))),
        )
        for entry in read_project().unread(report.cutoff)
    ]
    text = "Kế hoạch đã biết nhưng dự án **chưa có văn bản**, nên chưa được đọc, chưa được đánh giá: {plans}."
    return [report.say(text, plans=literal("; ".join(known)))] if known else []


def _unassigned(report: YearReport) -> list[str]:
    """Return which plans lie beside the others and are judged by nobody, in a sentence."""
    names = report.result.unassigned
    text = "Văn bản chưa được giao vai trò trong project.toml nên không được đánh giá: {plans}."
    return [report.say(text, plans=literal(", ".join(names)))] if names else []


def _duty(report: YearReport) -> list[str]:
    """Return the task that this report fulfils, where the plan gives it."""
    return [
        report.say(
            "Báo cáo này thực hiện nhiệm vụ đo lường, giám sát hằng năm của kế hoạch (dòng {line} của văn bản): "
            "“{text}”. Cơ quan chủ trì theo kế hoạch: {agencies}.",
            line=task.line_start,
            text=literal(task.text),
            agencies=literal("; ".join(task.agencies)),
        )
        for task in survey_tasks()[:1]
    ]


def signature(report: YearReport) -> SignatureBlock:
    """Return the place for the signature; the name is written on signing."""
    return SignatureBlock(post=report.office.post, recipients=report.office.recipients)


def appendix(report: YearReport, number: str, title: str) -> AppendixStart:
    """Return the start of an appendix with its reference to the report."""
    return AppendixStart(
        number=number,
        title=report.say(title),
        reference=report.say(
            "Kèm theo Báo cáo số       /{symbol} ngày       tháng       năm       của {agency}",
            symbol=report.office.symbol,
            agency=report.office.agency,
        ),
    )
