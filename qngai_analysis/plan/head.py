"""The official head of a plan: what it is, whose, when it was issued, and what it cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from qngai_analysis import raw
from qngai_analysis.plan.lexicon import DEADLINE_LEFT, VISION
from qngai_analysis.plan.model import Citation, LegalDocument
from qngai_analysis.plan.places import find_province
from qngai_analysis.plan.structure import Outline
from qngai_analysis.plan.wording import scan
from qngai_analysis.plan.words import cased, loose, lower, squeeze, words

Span = tuple[float | None, float | None]  # first and last year, None where it is open

COUNTRY = "Việt Nam"
OPENING = 6000  # characters within which number, date and issuer stand
TYPES = tuple(kind.upper() for kind in words("heads_document"))
# how a paragraph of the head begins: legal bases, proposals, recipients
HEAD_WORDS = re.compile(
    r"căn cứ|theo đề nghị|xét đề nghị|kèm theo|ban hành kèm|số\s*:|nơi nhận|điều \d"
    r"|thực hiện (?:quyết định|nghị quyết|kế hoạch|công văn|chỉ thị)"
)


def read_head(outline: Outline, path: Path, sidecar: raw.Sidecar | None) -> LegalDocument:
    """Return the head of a plan; what the sidecar's ``[plan]`` says comes before what is printed."""
    said: dict[str, Any] = dict(sidecar.extra.get("plan", {})) if sidecar else {}
    printed = _printed_head(outline, path)
    head = printed | {key: str(value) for key, value in said.items() if key in printed}
    # a sidecar may name the plan more briefly than its own title: no year is lost by that
    said_by = (head["subject"], printed["subject"], "" if printed["subject"] else _opening_words(outline))
    period = next(filter(None, map(horizon_of, filter(None, said_by))), (None, None))
    start, end = said.get("period_start", period[0]), said.get("period_end", period[1])
    # the document's own number in its head is no citation
    citations = tuple(c for c in _citations(outline) if c.number != printed["number"] or c.type)
    bases = _base_lines(outline)
    return LegalDocument(
        **head,
        period_start=None if start is None else int(start),
        period_end=None if end is None else int(end),
        legal_bases=tuple(c for c in citations if c.line in bases),
        citations=citations,
        path=path.name,
        sha256=sidecar.sha256 if sidecar else "",
        source=sidecar.source if sidecar else "",
        notes=sidecar.notes if sidecar else (),
    )


def plan_year(document: LegalDocument) -> int | None:
    """Return the year in which a plan speaks: an earlier one's figures are results, not targets.

    That is the year of its date, else of the latest document it cites; for a plan of the next year
    ("Chuyển đổi số năm 2026", signed in December 2025) the next one.
    """
    dates = [document.date] if document.date else [c.date for c in document.citations if c.date]
    last = document.period_end
    subject = document.subject.lower()
    yearly = re.search(rf"(?<!đến )(?<!hết )(?<!cuối )năm (?:công tác )?{last}", subject)
    if not dates:
        return document.period_start or (last if yearly else None)
    year = int(max(dates)[:4])
    return last if yearly and last == year + 1 else year


_IN_A_YEAR = re.compile(r"(?<!và )(?<!đến )(?<!hết )(?<!cuối )(?<!tới )(?<!với )(?<!\d )năm $")


@lru_cache(maxsize=4096)
def horizon_of(title: str) -> Span | None:
    """Return the period a heading names; "định hướng đến năm 2030" after another year does not count."""
    if "%" in title:
        title = title.partition(":")[0]
    low = lower(title)
    years = [
        replace(token, value=None, high=token.value) if token.kind == "date" else token
        for token in scan(title, low, 0, len(title))
        if token.kind == "year"
        or (token.kind == "date" and token.value and DEADLINE_LEFT.search(low[: token.start]))
    ]  # "(đến 31/12/2026)"
    plain = [t for t in years if not VISION.search(low[max(0, t.start - 40) : t.start])]
    first = next(iter(plain or years), None)
    for last in plain[1:]:
        if first and first.value is not None and last.value is None and _IN_A_YEAR.search(low[: last.start]):
            first = last  # "Chương trình giảm nghèo giai đoạn 2021 - 2025, năm 2024"
    return None if first is None else (first.value, first.high)


# ------------------------------------------------------------------ number, date, place, issuer

_NUMBER = re.compile(
    r"(?m)(?:(?:^|[;\t|*])[ \t*#|]*Số\s*:?|(?<!\w)Số\s*:)\s*(?P<number>\d+\s*/?\s?[\w&/.-]*[A-ZĐ][\w&-]*)"
)
_PLACE_DATE = re.compile(
    cased(
        r"""(?<![\w/-])(?P<place>(?:TP\.?\s*|[Tt]hành\ phố\s+|[Tt]ỉnh\s+)?
            [UPPER][\w.]*+(?:[ \t]*-[ \t]*|[ \t]+)?(?:[UPPER]\w*+(?:[ \t]*-[ \t]*|[ \t]+)?){0,5}),\s*
        ngày\s*(?P<d>\d{1,2})\s*tháng\s*(?P<m>\d{1,2})\s*năm\s*(?P<y>\d{4})"""
    ),
    re.VERBOSE,
)
_ENCLOSED = re.compile(
    r"""\((?:Ban\ hành\ k|K)èm\ theo\s+(?:Quyết\ định|Nghị\ quyết|Công\ văn)\s+số\s*(?P<number>\d+\S*[A-ZĐ]\S*)\s*,?\s*
    ngày\s+(?P<d>\d{1,2})(?:\s+tháng\s+|/)(?P<m>\d{1,2})(?:\s+năm\s+|/)(?P<y>\d{4})""",
    re.VERBOSE,
)
# the tail of a number says whose document it is: 411/QĐ-TTg, 71/NQ-CP, 57-NQ/TW, 1130/QĐ-BKHCN
_NATIONAL = re.compile(r"(?:-TTg|-CP|/TW|QH\d+|-B(?!CĐ)[A-ZĐ]{2,6})$")
_NATIONAL_HEAD = re.compile(
    r"(?m)^[\W_]*(?:QUỐC HỘI|CHÍNH PHỦ|THỦ TƯỚNG CHÍNH PHỦ|BỘ (?!CHỈ HUY|TƯ LỆNH)[A-ZĐ]|ỦY BAN QUỐC GIA|BAN CHẤP HÀNH TRUNG ƯƠNG)"
)
_NATIONAL_ISSUERS = {"-TTg": "THỦ TƯỚNG CHÍNH PHỦ", "-CP": "CHÍNH PHỦ"}


def _printed_head(outline: Outline, path: Path) -> dict[str, str]:
    opening = outline.masked[:OPENING]
    number, enclosed = _own_number(outline)
    placed = _PLACE_DATE.search(opening)
    issued = placed or enclosed
    kind, subject = _title(outline)
    issuer = _issuer(opening)
    national = _NATIONAL.search(number)
    return {
        "key": _document_key(path, number),
        "type": kind,
        "number": number,
        "date": _iso(issued) if issued else "",
        "place": squeeze(placed["place"]) if placed else "",
        "issuer": issuer or (_NATIONAL_ISSUERS.get(national.group(), "") if national else ""),
        "subject": subject,
        "geography": COUNTRY
        if national or _NATIONAL_HEAD.search(opening[:600])
        else find_province(outline.masked[:60_000], placed["place"] if placed else ""),
    }


def _own_number(outline: Outline) -> tuple[str, re.Match[str] | None]:
    """Return the document's number, and where only a bracket says it ("Kèm theo Quyết định số …"), that."""
    opening = outline.masked[:OPENING]
    number = _NUMBER.search(opening)
    enclosed = None if number else _ENCLOSED.search(opening)
    found = number or enclosed
    return re.sub(r"\s+", "", found["number"]) if found else "", enclosed


def _iso(found: re.Match[str]) -> str:
    """Return the date of the groups d, m and y; "" where there is none, or none such."""
    if not found["d"]:
        return ""
    day, month, year = (int(found[part]) for part in "dmy")
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def _document_key(path: Path, number: str) -> str:
    if path.suffix and (of_number := re.match(r"\d+", number)):
        return of_number.group()  # as ``qngai add plan`` calls it, whatever the file is called
    found = re.match(r"\d+(?=\D)|[^\W\d_]+(?:-[^\W\d_]+)*(?=-\d)", path.stem)
    return found.group() if found else path.stem or re.sub(r"\D.*", "", number)


_ISSUER = re.compile(
    cased(
        r"""(?P<issuer>
            (?:CHỦ\ TỊCH\s+)?(?:ỦY|UỶ)\ BAN\ NHÂN\ DÂN\s+(?:TỈNH|THÀNH\ PHỐ|HUYỆN|QUẬN|THỊ\ XÃ|XÃ|PHƯỜNG)\s+[UPPER -]+?
          | TRƯỞNG\ BAN\ CHỈ\ ĐẠO[UPPER ,-]+?
          | HỘI\ ĐỒNG\ NHÂN\ DÂN\s+(?:TỈNH|THÀNH\ PHỐ)\s+[UPPER -]+?
          | (?:TỈNH|THÀNH)\ (?:ỦY|UỶ)\s+[UPPER -]+?
          | UBND\ TỈNH\s+[UPPER -]+?
        )\s*(?=\n|\||-{3}|CỘNG|$|\*|\t|;|\s{2}|\s+Số\b)"""
    ),
    re.VERBOSE,
)
# a department signs under the name of the committee it belongs to
_DEPARTMENT = re.compile(
    cased(
        r"UBND (?:TỈNH|THÀNH PHỐ)[^\n]*\n[ \t*|]*(?P<issuer>(?:SỞ|BAN QUẢN LÝ) [UPPER ,-]+?)[ \t*|]*(?=\n|\t)"
    )
)
# two columns of a letterhead that a reader ran together
_ISSUER_APART = re.compile(
    cased(
        r"""(?P<body>(?:ỦY|UỶ)\ BAN\ NHÂN\ DÂN|HỘI\ ĐỒNG\ NHÂN\ DÂN)[^\S\n]*[;|\t ][^;]{0,90}?
        (?P<place>(?:TỈNH|THÀNH\ PHỐ)\ [UPPER][UPPER -]*?)(?=[;|\t\n]|\s{2})"""
    ),
    re.VERBOSE,
)


def _issuer(opening: str) -> str:
    department = _DEPARTMENT.search(opening[:600])
    if department:
        return squeeze(department["issuer"])
    found = [hit["issuer"] for hit in _ISSUER.finditer(opening)]
    if not found:
        apart = _ISSUER_APART.search(opening)
        return squeeze(f"{apart['body']} {apart['place']}") if apart else ""
    return squeeze(next((name for name in found if name.startswith(("CHỦ TỊCH", "TRƯỞNG"))), found[0]))


# ------------------------------------------------------------------ type and subject

_LETTER = re.compile(r"(?m)(?:^|[\t|])[ \t]*V/v:?\s+(?P<subject>[^\n\t|]{8,300})")
_PLAIN_TITLE = re.compile(
    rf"(?P<type>{'|'.join(kind.capitalize() for kind in TYPES if kind != 'CÔNG VĂN')})"
    r"\s+(?:số\s+\S+\s+)?(?P<subject>[^\W\d_].{9,299})$"
)
_PRINTED_TYPES = {kind: re.compile(loose(kind.lower())) for kind in TYPES}  # "KẾ HOACH"
# below the title the body that resolves: "HỘI ĐỒNG NHÂN DÂN TỈNH …, KHOÁ XVIII, KỲ HỌP THỨ 35"
_RESOLVES = re.compile(
    r"(?<!CỦA)(?<!VÀ)\n[ \t*|]*(?:HỘI ĐỒNG NHÂN DÂN|(?:ỦY|UỶ) BAN|CHỦ TỊCH|THỦ TƯỚNG|BỘ TRƯỞNG|TRƯỞNG BAN|GIÁM ĐỐC|BAN CHẤP HÀNH)\b"
)
_PLAN_WORDS = re.compile(r"phương hướng|kế hoạch|chương trình|đề án|nghị quyết|chiến lược|quyết định")


def _title(outline: Outline) -> tuple[str, str]:
    """Return the type of the document and what it is about.

    The plan itself counts, not the decision that issues it: the last "KẾ HOẠCH" near the top with a
    title, else the first type word.
    """
    candidates = list(_capital_titles(outline))
    if not candidates:
        letter = _LETTER.search(outline.masked[:3000])
        return ("Công văn", squeeze(letter["subject"])) if letter else _plain_title(outline)
    subjects = [subject for kind, subject in candidates if subject and kind != "Quyết định"]
    subjects += [subject for _, subject in candidates if subject]
    return candidates[0][0], subjects[0] if subjects else ""


def _capital_titles(outline: Outline) -> Iterator[tuple[str, str]]:
    """Yield type and subject of each line that begins with a type in capitals."""
    for i, block in enumerate(outline.blocks[:80]):
        words = outline.words(block)
        small = lower(words)
        kind = next((kind for kind, printed in _PRINTED_TYPES.items() if printed.match(small)), "")
        if not kind or not words[: len(kind)].isupper():
            continue
        subject = _RESOLVES.split(outline.masked[block.body : block.end])[0]
        subject = squeeze(subject)[len(kind) :].strip(" :*")
        if not subject and i + 1 < len(outline.blocks):
            below = outline.blocks[i + 1]
            subject = squeeze(_RESOLVES.split(outline.masked[below.body : below.end])[0])
            legal = HEAD_WORDS.match(subject.lower().lstrip("( ")) and not subject.isupper()
            if subject.startswith("Thực hiện") and subject[-1] not in ";:,.":
                legal = None  # "Thực hiện Nghị quyết số 09-NQ/TU về phát triển du lịch năm 2026" is a title
            if legal or subject.startswith(("TRƯỞNG", "CHỦ TỊCH", "ỦY BAN", "Điều")):
                subject = ""
        yield kind.capitalize(), subject


def _plain_title(outline: Outline) -> tuple[str, str]:
    """Return type and subject from a title in plain letters: "# Kế hoạch phát triển kinh tế số năm 2025"."""
    for block in outline.blocks[:5]:
        words = outline.words(block)
        found = _PLAIN_TITLE.match(words)
        if found and "%" not in words and not words.endswith((".", ";", ",")):
            return found["type"], found["subject"].rstrip(" :")
    return "", ""


def _opening_words(outline: Outline) -> str:
    """Return the first words that speak of a plan, where no title does (a news text)."""
    spans = ((block.body, min(block.end, block.body + 400)) for block in outline.blocks[:4])
    openings = (squeeze(outline.masked[start:end]) for start, end in spans)
    return next((words for words in openings if _PLAN_WORDS.search(words.lower()) and "%" not in words), "")


# ------------------------------------------------------------------ citations

_CITED = re.compile(r"(?<!\d)\d{1,6}[a-z]?(?:/\d{4})?(?:/|-)[A-ZĐỌČ][\w&]*(?:[-/&.][A-ZĐỌČ][\w&]*)*")
_CITED_TYPE = re.compile(
    r"(?P<type>Quyết định|Nghị quyết|Nghị định|Kế hoạch|Thông tư|Chỉ thị|Công văn|Tờ trình|Kết luận|Luật|Chương trình|Đề án|Văn bản)?"
    r"\s*(?:s[ốôo]\s*:?\s*)?$"
)
_CITED_TAIL = re.compile(
    cased(
        r"""(?:\s*,?\s*ngày\s*(?P<d>\d{1,2})\s*(?:/|\ tháng\ )\s*(?P<m>\d{1,2})\s*(?:/|\ năm\ )\s*(?P<y>\d{4}))?
        (?:\s*của\s+(?P<issuer>[UPPER][^;,.():]{2,60}?)
           (?=\s+(?:về|phê|ban|sửa|quy|v/v|Về|Ban|Phê|thực|triển|tại|theo|công\ bố)|[;,.():]|$))?
        (?:\s+(?P<subject>(?:về|phê\ duyệt|ban\ hành|Ban\ hành|sửa\ đổi|quy\ định|công\ bố|phê\ chuẩn)[^;.]{5,300}))?"""
    ),
    re.VERBOSE,
)
_BASES = ("căn cứ", "thực hiện quyết", "thực hiện nghị", "thực hiện kế", "(kèm theo")


def _base_lines(outline: Outline) -> set[int]:
    lines: set[int] = set()
    for block in outline.blocks[:60]:
        if outline.masked[block.body : block.body + 30].lstrip().lower().startswith(_BASES):
            first = outline.line(block.start)
            lines.update(range(first, outline.line(block.end) + 1))
    return lines


def _citations(outline: Outline) -> Iterator[Citation]:
    flat = outline.masked.replace("\n", " ")
    for found in _CITED.finditer(flat):
        kind = _CITED_TYPE.search(flat, max(0, found.start() - 40), found.start())
        tail = _CITED_TAIL.match(flat, found.end(), found.end() + 500)
        assert kind is not None  # both patterns also match nothing
        assert tail is not None
        yield Citation(
            type=squeeze(kind["type"] or ""),
            number=found.group(),
            date=_iso(tail),
            issuer=squeeze(tail["issuer"] or ""),
            # some texts forget the stop before the proposer's line
            subject=squeeze(re.split(r"\sTheo\s+đề\s+nghị\s", tail["subject"] or "")[0]),
            line=outline.line(found.start()),
        )
