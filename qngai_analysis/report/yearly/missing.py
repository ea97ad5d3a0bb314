"""What the yearly report cannot conclude: which figures are missing, why, and what follows for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qngai_analysis.evidence.measurability import Blank
from qngai_analysis.page.blocks import Prose, literal
from qngai_analysis.page.tables import Grid
from qngai_analysis.plan.agencies import canonical
from qngai_analysis.progress.outcome import Outcome
from qngai_analysis.report.base import bullets, centred, column, row_head
from qngai_analysis.report.printed import capitalised
from qngai_analysis.report.yearly.loading import BLANKS, YearReport, by_measure, numbered
from qngai_analysis.report.yearly.summary import next_due
from qngai_analysis.report.yearly.tasks import silent
from qngai_analysis.values import grouped
from qngai_analysis.words.said import inside


def gaps(report: YearReport) -> Grid:
    """Return the targets without a deciding figure, those of later plans too, by what would fill the blank."""
    rows = [alike for outcomes in report.blanks.values() for alike in by_measure(outcomes)]
    places = numbered(alike[0] for alike in rows)
    note = report.say(
        "Cơ quan: theo đề xuất phân công của cơ quan lập báo cáo, trừ chỉ tiêu mà kế hoạch ghi cơ quan; văn bản khác đã giao thì nêu ở Phụ lục I. Loại của chỉ tiêu xã hội số là nhận định của báo cáo về nơi giữ dữ liệu."
    )

    def named(alike: list[Outcome]) -> str:
        ids = ", ".join(outcome.target.id for outcome in alike)
        return f"{report.subject(alike[0].target)} ({ids})"

    def owners(alike: list[Outcome]) -> str:
        return report.agencies(dict.fromkeys(name for outcome in alike for name in outcome.owners))

    return report.table(
        rows,
        report.say("Chỉ tiêu chưa kết luận được, lý do và cơ quan giữ dữ liệu hoặc chủ trì điều tra"),
        centred("TT", lambda row: places[row[0].target.id], 0.05, format="plain"),
        row_head("Chỉ tiêu", named, 0.31),
        column("Căn cứ, lưu ý", lambda row: _ground(report, row[0]), 0.64 - report.agency_width),
        column("Cơ quan", owners, report.agency_width),
        sections=lambda row: capitalised(report.say(BLANKS[report.blank(row[0])])),
        notes=[note],
        id="khoang-trong",
    )


def _ground(report: YearReport, outcome: Outcome) -> str:
    if report.blank(outcome) is Blank.GIVEN:
        parts = (report.dated(outcome.figure), report.remarks(outcome))
        return ". ".join(capitalised(text) for text in parts if text)
    known = report.measured(outcome)
    had = outcome.figure and report.say("mới có {figure}", figure=report.dated(outcome.figure))
    proposed = outcome.owners and not outcome.owners_printed
    told = known.ground or (proposed and report.say("cơ quan theo danh mục chỉ tiêu"))
    return ". ".join(capitalised(text) for text in (had, told, known.note) if text)


def shortcomings(report: YearReport) -> list[Prose]:
    """Return what the data do not allow, in counts, and what follows from the change of territory."""
    if not report.open_lines:
        text = report.say("Số liệu của tỉnh đủ để kết luận về mọi chỉ tiêu.")
        return [Prose(text), *report.written("shortcomings")]
    wording = "Hạn chế lớn nhất là thiếu số liệu: {n} chỉ tiêu chưa kết luận được ({table})."
    text = report.say(wording, n=report.count(report.open_lines), table="{ref:khoang-trong}")
    if report.new_borders:
        text += " " + report.say(
            "Từ {day} các nguồn công bố số liệu của tỉnh theo địa giới mới; số liệu đó không quyết định được mục tiêu giao cho địa giới cũ, nên cơ quan giữ dữ liệu cần cung cấp theo cả hai địa giới.",
            day=report.text_day(report.new_borders),
        )
    return [Prose(text), *report.written("shortcomings")]


def proposals(report: YearReport) -> list[Prose]:
    """Return what is proposed to whom, each by a printed rule; the signing office asks nothing of itself."""
    items = [*_asked(report)]
    if late := silent(report):
        text = "Các cơ quan chủ trì báo cáo tình hình {n} nhiệm vụ đã hết thời hạn, chưa có báo cáo (quy tắc 4){when}."
        due = next_due(report)
        items.append(report.say(text, n=report.count(late), when=f"; {due}" if due else ""))
    last = report.plan.document.period_end
    if last and report.year >= last:
        text = (
            "{committee} cho ý kiến về việc tổng kết {plan} và mục tiêu giai đoạn sau năm {year} (quy tắc 5)."
        )
        committee = literal(report.agency(canonical(report.office.addressees[0])))
        items.append(report.say(text, committee=committee, year=last))
    first = report.say("Kiến nghị với cấp trên và cơ quan chủ trì nhiệm vụ:")
    above = [bullets(items, first)] if items else []
    return [*_registers(report), *above, *report.written("proposals")]


def _asked(report: YearReport) -> Iterator[str]:
    """Yield what the addressees are asked for: money for a survey, a method for what has none."""
    committee, *ministries = (literal(report.agency(canonical(name))) for name in report.office.addressees)
    table = "{ref:khoang-trong}"
    if outcomes := report.blanks.get(Blank.SURVEY):
        text = "{committee} phê duyệt phương án và kinh phí điều tra để đo {n} chỉ tiêu phải điều tra nêu tại {table} (quy tắc 2)."
        yield report.say(text, committee=committee, n=report.count(outcomes), table=table)
    if ministries and (outcomes := report.blanks.get(Blank.NO_METHOD)):
        text = "{ministry} hướng dẫn phương pháp đo ở cấp tỉnh của {n} chỉ tiêu: {targets} (quy tắc 3)."
        targets = _subjects(report, outcomes)
        n = report.count(by_measure(outcomes))
        yield report.say(text, ministry=ministries[0], n=n, targets=targets)


def _registers(report: YearReport) -> list[Prose]:
    """Return the request to each body that holds registers; those of the office itself are its own work."""
    owed = _by_holder(report)
    owed.pop(report.office.agency, None)
    if not owed:
        return []
    both = ""
    if since := report.new_borders:
        both = report.say(", theo địa giới trước và sau ngày {day}", day=report.text_day(since))
    items = [
        f"{literal(report.agency(agency))}: {_subjects(report, outcomes)}."
        for agency, outcomes in sorted(owed.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    text = "Mỗi đề nghị theo một quy tắc nêu tại Phụ lục V. Đề nghị các cơ quan giữ dữ liệu cung cấp số liệu năm {year}{both} (quy tắc 1):"
    return [bullets(items, report.say(text, both=both))]


def _by_holder(report: YearReport) -> dict[str, list[Outcome]]:
    kinds = (Blank.ADMINISTRATIVE, Blank.UNKNOWN)
    blanks = (outcome for kind in kinds for outcome in report.blanks.get(kind, []))
    return grouped((agency, outcome) for outcome in blanks for agency in outcome.owners)


def own_work(report: YearReport) -> list[Prose]:
    """Return what the signing office does itself about the blanks."""
    lines = []
    if own := _by_holder(report).get(report.office.agency):
        text = "{office} tổng hợp số liệu của {n} chỉ tiêu do mình quản lý: {targets}."
        lines.append(report.say(text, n=report.count(by_measure(own)), targets=_subjects(report, own)))
    if nobodys := [outcome for outcome in report.blanks.get(Blank.UNKNOWN, []) if not outcome.owners]:
        text = "{office} làm rõ cách tính, cơ quan giữ số liệu của {n} chỉ tiêu chưa xếp loại, chưa có cơ quan theo dõi: {targets}."
        n = report.count(by_measure(nobodys))
        lines.append(report.say(text, n=n, targets=_subjects(report, nobodys)))
    if outcomes := report.blanks.get(Blank.SURVEY):
        text = "{office} xây dựng, trình phương án điều tra để đo {n} chỉ tiêu phải điều tra nêu tại {table}."
        lines.append(report.say(text, n=report.count(outcomes), table="{ref:khoang-trong}"))
    return [bullets(lines)] if lines else []


def _subjects(report: YearReport, outcomes: Iterable[Outcome]) -> str:
    return literal("; ".join(dict.fromkeys(inside(report.subject(o.target)) for o in outcomes)))
