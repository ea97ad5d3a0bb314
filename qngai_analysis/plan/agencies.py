"""Agencies: from what a plan prints to one name each, and who does their work now.

The facts (names, spellings, mergers) are rows of ``data/raw/reference/agencies.csv``; this module
knows how lists of agencies are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from qngai_analysis import paths, raw
from qngai_analysis.kept import of_tables
from qngai_analysis.plan.words import any_of, cased
from qngai_analysis.territory import province_name, units
from qngai_analysis.words.folding import fold
from qngai_analysis.words.said import Day, Said

# Words an agency's name begins with; a comma before one of them separates two agencies, a comma
# before anything else ("Sở Văn hóa, Thể thao và Du lịch") belongs to the name.
_AT_HEAD = re.compile(rf"(?:các\s+|những\s+)?{any_of('agency_head')}\b", re.IGNORECASE)
# names that hold the head of another: "Văn phòng HĐND và UBND" is one body
_ONE_BODY = re.compile(any_of("one_body") + r"\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"(?i)(\s*(?:;|,|\.(?=\s|$)|\n|\s(?:và|cùng|cùng với|phối hợp với)\s|/(?=\s*Sở))\s*)")
_POST = re.compile(
    r"(?i)^(?:Phó\s+)?(?:Giám đốc|Cục trưởng|Chi cục trưởng|Thủ trưởng|Trưởng ban|Tổng Giám đốc|Chủ tịch(?=\s+(?:Hội|Liên)))\s+"
)
_CHIEF = re.compile(r"^(?:Phó\s+)?Chánh\s+(?=Văn phòng|Thanh tra)", re.IGNORECASE)
_REMARK = re.compile(r"\s*\([^()]*\)|\s*\.{2,}|\s*…")
_REFERENCE = re.compile(r"^theo\s|^thực hiện theo|^tất cả$", re.IGNORECASE)
_DISTRICT = re.compile(
    cased(r"^(?:UBND\s+|Ủy ban nhân dân\s+)?(?P<kind>thành phố|thị xã|huyện|quận)\s+(?P<name>[UPPER].*)$"),
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Agency:
    """One row of the agency table."""

    name: str
    kind: str
    aliases: tuple[str, ...]
    successor: str
    since: date | None
    moved: tuple[tuple[str, str], ...]  # (function, agency)
    english: str = ""
    confidence: str = "high"  # how sure the name and what became of it are


def _agency(row: Mapping[str, str]) -> Agency:
    since = row["since"]
    moved = (tuple(part.split("=>", 1)) for part in row["moved"].split("|") if "=>" in part)
    return Agency(
        name=row["name"],
        kind=row["kind"],
        aliases=tuple(alias.strip() for alias in row["aliases"].split("|") if alias.strip()),
        successor=row["successor"],
        since=date.fromisoformat(since) if since else None,
        moved=tuple((function.strip(), agency.strip()) for function, agency in moved),
        english=row.get("name_en", ""),
        confidence=row.get("confidence", "high"),
    )


@of_tables("agencies.csv")
def read_agencies() -> dict[str, Agency]:
    """Return the agencies by name."""
    return {row["name"]: _agency(row) for row in raw.read_cells(paths.reference("agencies.csv"))}


#: The files by which an agency is known: a project's province is that of its own bodies.
_FILES = ("agencies.csv", "territories.csv", "project.toml")


@of_tables(*_FILES)
def _spellings(province: str) -> dict[str, str]:
    """Map every folded spelling to the agency's name, in the given province; rows with the home's fit only there."""
    table: dict[str, str] = {}
    home = province_name()
    at_home = fold(province) == fold(home)
    for agency in read_agencies().values():
        for spelling in (agency.name, *agency.aliases):
            if home in agency.name and not at_home and home not in spelling:
                continue  # "Ngân hàng Nhà nước tỉnh" is another branch in another province
            table.setdefault(_key(spelling), agency.name)
    return table


def _key(name: str) -> str:
    """Return what two spellings of a name share: a committee is one, abbreviated or in full."""
    return fold(name).replace("uy ban nhan dan", "ubnd")


@of_tables(*_FILES)
def canonical(name: str, province: str = "") -> str:
    """Return the one name of an agency, or the printed name trimmed where the table lacks it.

    ``province`` is that of the document ("": the project's).

    A post stands for its agency ("Giám đốc Sở Y tế"), a district for its committee.

    >>> canonical("Sở  KH&ĐT"), canonical("Giám đốc Sở Y Tế"), canonical("Huyện Bình Sơn")
    ('Sở Kế hoạch và Đầu tư', 'Sở Y tế', 'UBND huyện Bình Sơn')
    """
    province = province or province_name()
    name = " ".join(_REMARK.sub(" ", name).split()).strip(" .,;:-")
    name = _CHIEF.sub("", _POST.sub("", name))
    known = _spellings(province)
    for spelling in (name, re.sub(r"^(?:các|những)\s+", "", name, flags=re.IGNORECASE)):
        key = _key(spelling)
        if key in known:
            return known[key]
        # "Sở Y tế tỉnh Quảng Ngãi", "Sở Y tế tỉnh"
        for tail in (f" tinh {fold(province)}", f" {fold(province)}", " tinh", " co lien quan", " lien quan"):
            if key.endswith(tail) and key.removesuffix(tail) in known:
                return known[key.removesuffix(tail)]
    district = _DISTRICT.match(name)
    if district:
        return f"UBND {district['kind'].lower()} {district['name']}"
    return name[:1].upper() + name[1:]


@of_tables(*_FILES)
def _split(text: str, province: str) -> tuple[str, ...]:
    text = " ".join(_REMARK.sub(" ", text).split()).strip(" .;,:-")
    if not text or _REFERENCE.match(text):
        return ()
    known = _spellings(province)
    pieces = _SEPARATOR.split(text)  # words, and what stands between them, in turn
    names: list[str] = []
    at = 0
    while at < len(pieces):
        end = _end_of_name(pieces, at, known, province)
        names.append("".join(pieces[at:end]).strip())
        at = end + 1
    return tuple(dict.fromkeys(canonical(name, province) for name in names if name))


def _end_of_name(pieces: list[str], at: int, known: dict[str, str], province: str) -> int:
    """Return where the name ends that begins at ``at``: the longest known one, else up to a head word."""
    one_body = _ONE_BODY.match("".join(pieces[at:]))
    for end in range(min(at + 15, len(pieces)), at, -2):
        if one_body and len("".join(pieces[at:end])) < one_body.end():
            break
        one = ";" not in "".join(pieces[at + 1 : end : 2])
        if one and _key(canonical("".join(pieces[at:end]).strip(), province)) in known:
            return end
    end = at + 1
    while one_body and len("".join(pieces[at:end])) < one_body.end():
        end += 2
    while end < len(pieces):
        mark, words = pieces[end : end + 2]
        if ";" in mark or "." in mark or not words or _AT_HEAD.match(words):
            break
        end += 2
    return end


def split_agencies(text: str, province: str = "") -> list[str]:
    """Return the agencies a printed list names, each by its one name, in order, none twice.

    A reference instead of a name ("Theo nội dung phân công tại Kế hoạch số 74/KH-UBND …") gives an
    empty list. ``province`` ("": the project's) keeps names of the project's own bodies out of other provinces' plans.

    >>> split_agencies("Sở TT&TT; các sở, ban, ngành, UBND các huyện, thị xã, thành phố")
    ['Sở Thông tin và Truyền thông', 'Các sở, ban, ngành', 'UBND các huyện, thị xã, thành phố']
    >>> split_agencies("Sở Văn hóa, Thể thao và Du lịch và Sở Y tế")
    ['Sở Văn hóa, Thể thao và Du lịch', 'Sở Y tế']
    >>> split_agencies("Văn phòng HĐND và UBND phường, Công an phường")
    ['Văn phòng HĐND và UBND phường', 'Công an phường']
    """
    return list(_split(text, province or province_name()))


def successor(name: str, on: date, function: str = "") -> str:
    """Return the agency that does the work of ``name`` on a day, ``name`` itself where nothing changed.

    ``function`` is a word of the work ("giáo dục nghề nghiệp"): parts of a merged agency's work
    went elsewhere, and then that agency comes back.

    >>> successor("Sở Thông tin và Truyền thông", date(2025, 6, 1))
    'Sở Khoa học và Công nghệ'
    >>> successor("Sở Thông tin và Truyền thông", date(2024, 6, 1))
    'Sở Thông tin và Truyền thông'
    >>> successor("Sở Lao động - Thương binh và Xã hội", date(2025, 6, 1), "giáo dục nghề nghiệp")
    'Sở Giáo dục và Đào tạo'
    """
    name = canonical(name)
    seen: set[str] = set()
    while (agency := read_agencies().get(name)) and agency.since and agency.since <= on and name not in seen:
        seen.add(name)
        wanted = fold(function)
        for work, holder in agency.moved:
            if wanted and (wanted in fold(work) or fold(work) in wanted):
                return holder
        if agency.successor == name:
            return name
        name = agency.successor
    return name


def at_work(name: str, heading: str, text: str) -> str:
    """Return the function of an agency that a task is of, where parts of its work went elsewhere; else "".

    The function stands in the task's first clause; or all its words stand in the task or in the heading above it, and
    two of them in the heading (an agency's own name there counts for nothing).

    >>> at_work("Sở Thông tin và Truyền thông", "Đảm bảo an toàn thông tin và an ninh mạng", "")
    'an toàn thông tin mạng'
    """
    agency = read_agencies().get(canonical(name))
    if agency is None or not agency.moved:
        return ""
    first = fold(re.split(r"[,;.:]", text, maxsplit=1)[0])
    above = set(fold(heading.split(" › ")[-1]).replace(fold(agency.name), "").split())
    around = above | set(fold(text).split())
    for work, _ in agency.moved:
        words = set(re.findall(r"\w+", fold(work)))
        if fold(work) in first or (words <= around and len(words & above) > 1):
            return work
    return ""


def leads_on(names: Iterable[str], on: date, heading: str = "", text: str = "") -> list[str]:
    """Return agencies, each once, under the names that their work carries on a day, see :func:`named_on`.

    ``heading`` and ``text`` are those of the task that they lead: they tell a part of the work that went elsewhere.
    """
    return [*_leads_on(tuple(names), on, heading, text)]


@of_tables(*_FILES)
def _leads_on(names: tuple[str, ...], on: date, heading: str, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(named_on(name, on, at_work(name, heading, text)) for name in names))


def named_on(name: str, on: date, work: str = "") -> str:
    """Return the agency that does the work of ``name`` on a day, as a report prints it.

    A district's committee ended with its district (``valid_to`` in ``data/raw/reference/territories.csv``)
    and has no successor one to one: it keeps its name, and the day from which it is no more is said.

    >>> named_on("UBND huyện Ba Tơ", date(2025, 12, 31))
    'UBND huyện Ba Tơ (kết thúc hoạt động từ 01/7/2025)'
    >>> named_on("UBND huyện Ba Tơ", date(2025, 6, 30)), named_on("Sở Thông tin và Truyền thông", date(2025, 6, 1))
    ('UBND huyện Ba Tơ', 'Sở Khoa học và Công nghệ')
    """
    holder = successor(name, on, work)
    ended = _ended().get(fold(holder))
    if ended is None or ended > on:
        return holder
    return Said("{agency} (kết thúc hoạt động từ {day})", agency=holder, day=Day(ended))


@of_tables("territories.csv")
def _ended() -> dict[str, date]:
    """Return the first day without it, for each committee of a district that is no more."""
    districts = (unit for unit in units().values() if unit.level == "huyện" and not unit.successor)
    gone = (unit for unit in districts if unit.valid_to < date.max)
    return {fold(f"UBND {unit.name}"): unit.valid_to + timedelta(days=1) for unit in gone}
