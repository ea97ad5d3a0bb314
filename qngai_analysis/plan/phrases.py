"""Pieces of printed words: what is cut from the ends of a subject, where its head stands, what it names."""

from __future__ import annotations

import re

from qngai_analysis.plan import lexicon as lex
from qngai_analysis.plan.wording import SHORT_UNITS
from qngai_analysis.plan.words import lower, squeeze

_EDGES = ' ,;:.…-–+"“”/'
_BACK = re.compile(r"^trở (?:lên|xuống)\s*", re.IGNORECASE)
_PER = re.compile(r"/\s*(?:1[0.]*\s+)?[^\W\d_]+(?:\s+[^\W\d_]+){0,2}")
_WORD = re.compile(r"[A-Z]&[A-Z]|[^\W\d_]{2,}|(?<=\s)[ởý](?!\w)|\d[Gg]")
_ABBREVIATED = re.compile(r"[A-ZĐ]{2,}|\d[Gg]")


def before_number(words: str) -> str:
    """Return the words before a quantity without list marks, "phấn đấu" and dangling prepositions."""
    words = words.strip()
    start = lex.FILLER_START.match(lower(words))
    words = _without_end(words[start.end() :] if start else words)
    aims = lex.AIMS.match(lower(words))
    if aims and not lex.HEAD.search(lower(words[: aims.end()])):
        words = words[aims.end() :].removeprefix("để ")
    return lex.ONLY_A_PLACE.sub("", words)


def after_number(words: str) -> str:
    """Return the words after a quantity without "trở lên" and dangling prepositions."""
    return _without_end(_BACK.sub("", words.strip()))


def _without_end(words: str) -> str:
    words = words.strip(_EDGES)
    low = lower(words)
    last = low.rpartition(" ")[2]
    if last.isalpha() and last not in lex.ENDS:
        return words  # most do; to search takes long
    end = lex.FILLER_END.search(low, max(0, len(low) - 60))  # no ending is longer
    return (words[: end.start()] if end else words).strip(_EDGES)


def without_actor(words: str, number_first: bool, aims: bool) -> str:
    """Return the words before a number without who aims and, where the subject follows, without the topic.

    "Về kinh tế số, thành phố phấn đấu chiếm 20% GRDP" speaks of kinh tế số; "Về xã hội số, 80% hộ …" of hộ.
    """
    topic = lex.TOPIC.match(words)
    rest = words[topic.end() :] if topic else words
    if number_first or aims:
        rest = "" if number_first and aims and lex.BODY_AIMS.fullmatch(rest) else lex.ACTOR.sub("", rest)
    return topic["topic"] if topic and not rest and not number_first else rest


def beyond_unit(after: str, unit: str) -> str:
    """Return what a count's words say besides its unit ("doanh nghiệp" after "500" says nothing)."""
    low = lex.MULTIPLE.sub("", lower(after))
    noun, _, base = unit.partition("/")
    short = [word for word, full in SHORT_UNITS.items() if full == noun]
    for word in (noun, *short, "/", "trên", base):
        low = low.removeprefix(word).strip()
        if word == noun and _PER.fullmatch(low):
            return ""  # "2,1 con/phụ nữ"
    return low


def base_of_share(after: str) -> str:
    """Return what a share is a share of: the words right after the number, up to a comma or a verb."""
    cut = lex.END_OF_BASE.search(lower(after))
    words = (after[: cut.start()] if cut else after).strip()
    return "" if len(words) > 120 or lex.NO_BASE.match(lower(words)) else words


def from_head(words: str) -> str:
    """Return a long lead-in from the head of its last clause on ("… để nâng tỷ lệ hoạt động trực tuyến")."""
    low = lower(words)
    first = _head(low)
    if first is None:
        last = words.replace(";", ",").split(",")[-1]
        clause = len(last) < len(words) and len(last.split()) >= 3 and lex.TASK_VERB.match(low)
        return last.strip() if clause else words
    if first <= len("các "):
        return words
    at, best = 0, first
    for piece in low.replace(";", ",").split(","):
        head = _head(piece)
        best = best if head is None else at + head
        at += len(piece) + 1
    begins = low[:best].rstrip().endswith((",", ";")) or lex.TASK_VERB.match(low)
    found = words[best if begins else first :]
    return words if lex.RATE_ALONE.fullmatch(lower(found)) else found


def _head(low: str) -> int | None:
    """Return where the first head noun stands that is no base of a share ("… trong tổng mức bán lẻ").

    Nor what something has: "từng ngành có tỷ trọng kinh tế số …" speaks of the trades.
    """
    held = 0  # where the words of a head that was passed over begin; a comma ends them
    for head in lex.HEAD.finditer(low):
        before = low[: head.start()]
        if lex.OF.search(before) or lex.HAS.search(before):
            held = head.start()
        elif not held or lex.SEPARATOR.search(low, held, head.start()):
            return head.start()
    return None


def ranked_thing(before: str, after: str) -> str:
    """Return what is ranked: the words before, or "… dẫn đầu về X" where those only name the province."""
    if before.endswith("danh sách"):
        return f"{before} {after}"  # "vào danh sách 10 điểm đến hàng đầu"
    about = lex.ABOUT_WHAT.search(after)
    named = lex.HEAD.match(lower(before)) or (lex.HEAD.search(lower(before)) and about is None)
    if named or "chỉ số" in lower(before):
        return before
    if about:
        return squeeze(f"{before}: {about['what']}") if before else about["what"]
    return before or after


def up_to(pattern: re.Pattern[str], first: str) -> str | None:
    """Return the words before the first match of a pattern, None where there are none."""
    found = pattern.search(lower(first))
    return first[: found.start()] if found and found.start() else None


def with_whom(first: str, subject: str) -> str:
    """Return "có chữ ký số" with whom an earlier subject spoke of: "Tỷ lệ dân số trưởng thành có tài khoản"."""
    if subject.startswith("thường xuyên "):
        return squeeze(f"{first} {subject}")  # "… được cấp chữ ký số, trong đó 60% thường xuyên sử dụng"
    if not subject.startswith(("có ", "được ", "đạt ", "dùng ", "sử dụng ")):
        return subject
    who = up_to(lex.PREDICATE, first) or (first if lex.WHOLE.match(lower(first)) else None)
    return subject if who is None else squeeze(f"{who} {subject}")


def of_whom(before: str, subject: str, number_first: bool, led: bool) -> str:
    """Return a subject with those it is told of: "đối với hồ sơ mới, 100% được số hóa", "đối với xã, tỷ lệ … đạt 80%"."""
    found = lex.CONCERNING.match(before)
    if found is None or bool(before_number(found["rest"])) == number_first:
        return subject
    what, rest = found["what"].strip(), subject
    if lower(subject).startswith("đối với "):
        rest = subject[len("đối với ") :].removeprefix(what).strip(" ,")
    if not rest or (number_first and lex.PREDICATE.match(lower(rest))):
        return squeeze(f"{what} {rest}") if rest else subject
    return subject if led or "đối với" in lower(rest) else f"{rest} đối với {what}"


def with_head(first: str, subject: str) -> str:
    """Return a short subject ("cấp huyện", "ở Kon Tum") with the head that an earlier one printed for it."""
    head = up_to(lex.LEVEL_OF, first) if lex.LEVEL_OF.match(lower(subject)) else None
    if head is not None:
        return squeeze(f"{head} {subject}")
    borrows = lex.AT.match(lower(subject)) and not lex.AT.match(lower(first))
    return at_place(first, subject) if borrows else subject


def at_place(subject: str, where: str) -> str:
    """Return a subject at a place, instead of the one that an earlier number named for it."""
    placed = lex.AT.search(lower(subject)) if lex.AT.match(lower(where)) else None
    return squeeze(f"{subject[: placed.start()] if placed else subject} {where}")


def is_tail(words: str) -> bool:
    """Whether the words after a number name no subject: "theo …", "của GRDP"."""
    return lex.TAIL_START.match(lower(words)) is not None


def is_bound(run: str) -> bool:
    """Whether a run compares: "ít nhất", "dưới"."""
    return any(words.search(run) for _, words in lex.COMPARATORS)


def names_something(subject: str, *, alone: bool = False) -> bool:
    """Two words; ``alone``, where a verb follows it, also one abbreviation: "KTS chiếm 20%", "5G phủ 60%"."""
    subject = trimmed_subject(subject)
    return len(_WORD.findall(subject)) >= 2 or (alone and _ABBREVIATED.fullmatch(subject) is not None)


def trimmed_subject(subject: str) -> str:
    """Return a subject without "triệu" before it."""
    return lex.MULTIPLE.sub("", subject).strip(" ,;:.-–")


def printed_wording(run: str) -> str:
    """Return the comparator as printed, without the words that only lead to it."""
    run = run.strip(" ,:")
    rest = lex.WORDING_START.sub("", run).strip(" ,:")
    return rest or ("" if run in lex.NO_WORDING else run)
