"""What must hold for any target sentence, and for any text at all."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from functools import cache
from itertools import permutations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qngai_analysis.plan import coverage, parse_text, plan_names, read_plan
from qngai_analysis.plan.export import json_text
from qngai_analysis.plan.model import Fate, Plan
from qngai_analysis.plan.targets import read_sentence
from qngai_analysis.words.folding import unaccented
from tests.plan_corpus import corpus

SUBJECTS = (
    "Tỷ lệ hộ gia đình có kết nối Internet",
    "Tỷ trọng thương mại điện tử trong tổng mức bán lẻ",
    "Tỷ lệ dân số từ 15 tuổi trở lên có tài khoản giao dịch thanh toán",
    "Tỷ lệ dịch vụ công trực tuyến mức độ 4",
    "Mức độ hài lòng của người dân, doanh nghiệp",
)
WORDINGS = {
    "đạt": ">=", "đạt tối thiểu": ">=", "tối thiểu": ">=", "ít nhất": ">=", "không dưới": ">=", "đạt trên": ">", "trên": ">", "vượt": ">",
    "dưới": "<", "không quá": "<=", "tối đa": "<=", "khoảng": "~", "xấp xỉ": "~", "bằng": "=", "≥": ">=", "<": "<",
}  # fmt: skip
PEOPLE = ("cơ quan nhà nước", "doanh nghiệp nhỏ và vừa", "hộ gia đình ở nông thôn", "cán bộ, công chức")
DOINGS = ("sử dụng nền tảng số", "được tập huấn kỹ năng số", "có chữ ký số")

percents = st.one_of(st.integers(1, 100).map(float), st.integers(1, 999).map(lambda tenths: tenths / 10))
years = st.integers(2023, 2045)


def printed(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def parse(sentence: str) -> Plan:
    return parse_text(f"Số: 1/KH-UBND\nĐà Nẵng, ngày 01 tháng 6 năm 2022\nI. MỤC TIÊU\n- {sentence}\n")


def read(sentence: str) -> list[list[object]]:
    names = ("comparator", "value", "value_high", "unit", "period_end", "subject")
    return [[getattr(target, name) for name in names] for target in parse(sentence).listed_targets]


@given(
    subject=st.sampled_from(SUBJECTS), wording=st.sampled_from(sorted(WORDINGS)), value=percents, year=years
)
def test_a_subject_first_target_comes_back_as_written(
    subject: str, wording: str, value: float, year: int
) -> None:
    for sentence in (
        f"{subject} {wording} {printed(value)}% vào năm {year}.",
        f"Đến năm {year}, {subject[0].lower()}{subject[1:]} {wording} {printed(value)}%;",
        f"Phấn đấu đến hết năm {year}: {subject} {wording} {printed(value)} %",
    ):
        (found,) = read(sentence)
        assert found[:5] == [WORDINGS[wording], value, None, "%", year]
        assert str(found[5]).lower() == subject.lower()


@given(people=st.sampled_from(PEOPLE), doing=st.sampled_from(DOINGS), wording=st.sampled_from(["", "trên ", "tối thiểu ", "ít nhất "]), value=percents, year=years)  # fmt: skip
def test_a_number_first_target_comes_back_as_written(
    people: str, doing: str, wording: str, value: float, year: int
) -> None:
    sign = {"": ">=", "trên ": ">"}.get(wording, ">=")
    for sentence in (
        f"{wording}{printed(value)}% {people} {doing}.",
        f"Phấn đấu {wording}{printed(value)}% {people} {doing};",
        f"Đến năm {year}, {wording}{printed(value)}% {people} {doing}",
    ):
        (found,) = read(sentence)
        assert found[:4] == [sign, value, None, "%"]
        assert found[5] == f"{people} {doing}"


@given(subject=st.sampled_from(SUBJECTS), low=st.integers(1, 49), high=st.integers(50, 100), year=years)
def test_a_range_comes_back_with_both_ends(subject: str, low: int, high: int, year: int) -> None:
    for amount in (
        f"{low}-{high}%",
        f"{low}% - {high}%",
        f"từ {low} đến {high}%",
        f"từ {low}% đến {high}%",
        f"{low} – {high}%",
    ):
        assert read(f"{subject} đạt {amount} vào năm {year}.") == [
            ["between", float(low), float(high), "%", year, subject]
        ]


@given(
    subject=st.sampled_from(SUBJECTS),
    values=st.lists(percents, min_size=2, max_size=2),
    first=st.integers(2023, 2029),
)
def test_two_horizons_give_two_targets_of_one_subject(subject: str, values: list[float], first: int) -> None:
    a, b = printed(values[0]), printed(values[1])
    for sentence in (
        f"{subject} đạt {a}% năm {first} và {b}% năm 2030.",
        f"{subject} đạt {a}% vào năm {first}, {b}% vào năm 2030.",
        f"{subject}: năm {first} đạt {a}%, năm 2030 đạt {b}%.",
        f"Đến năm {first}, {subject} đạt {a}% (đến năm 2030 đạt {b}%).",
    ):
        found = read(sentence)
        assert [row[1] for row in found] == values
        assert [row[4] for row in found] == [first, 2030]
        assert {row[5] for row in found} == {subject}


@given(
    people=st.lists(st.sampled_from(PEOPLE), min_size=2, max_size=4, unique=True),
    doing=st.sampled_from(DOINGS),
    data=st.data(),
)
def test_several_targets_share_what_is_done(people: list[str], doing: str, data: st.DataObject) -> None:
    values = [data.draw(st.integers(1, 100)) for _ in people]
    parts = [f"{value}% {who}" for value, who in zip(values, people, strict=True)]
    found = read("; ".join(parts[:-1]) + f" và {parts[-1]} {doing}.")

    assert [row[1] for row in found] == [float(value) for value in values]
    assert [row[5] for row in found] == [f"{who} {doing}" for who in people]


@given(count=st.integers(2, 3_000_000), grouped=st.booleans())
def test_a_count_comes_back_with_its_dots_read_as_thousands(count: int, grouped: bool) -> None:
    number = f"{count:,}".replace(",", ".") if grouped else str(count)
    (found,) = read(f"Phát triển tối thiểu {number} doanh nghiệp công nghệ số.")

    assert found == [">=", float(count), None, "doanh nghiệp", None, "doanh nghiệp công nghệ số"]


@given(number=st.integers(1, 9999), year=st.integers(2000, 2024), percent=st.integers(1, 100))
def test_a_citation_beside_a_target_never_becomes_one(number: int, year: int, percent: int) -> None:
    for cited in (
        f"Quyết định số {number}/QĐ-TTg ngày 31/3/{year}",
        f"Nghị quyết {number}-NQ/TW",
        f"Nghị định số {number}/{year}/NĐ-CP",
    ):
        (found,) = read(f"Theo {cited} của Trung ương, tỷ lệ hộ gia đình có Internet đạt {percent}%.")
        assert found[1] == float(percent)


# ------------------------------------------------------------------ any text

PIECES = (
    "đạt", "trên", "tối thiểu", "từ", "đến", "năm", "2025", "2030", "80%", "8,5%", "1.254.184", "hộ", "doanh nghiệp", "Tỷ lệ", "Sở Y tế", "và",
    ";", ",", ".", ":", "(", ")", "|", "\n", "\n|\n", "\t", "- ", "+ ", "I.", "1.", "a)", "MỤC TIÊU", "TT", "Chỉ tiêu", "Nhiệm vụ", "Chủ trì",
    "Thời gian", "Cơ quan chủ trì:", "số", "411/QĐ-TTg", "ngày 31/3/2022", "quý IV/2025", "4G", "**", "# ", "%", "≥", "giảm", "tăng", "lần", "0",
    "tuổi", "trở lên", "hiện nay", "trong đó", "cấp xã", "<b>", "\\", "\u00a0", "\ufeff", "é", "９", "½", "…", "“", "”", "nhóm 10 tỉnh dẫn đầu",
)  # fmt: skip
plan_like = st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join)
anything = st.text(max_size=300)


def check(plan: Plan) -> None:
    """What holds for every plan: JSON, known fates, every digit in one numeral, rows that point at their text."""
    assert "NaN" not in json_text(plan)
    found = coverage(plan)
    assert set(found["fate"]) <= set(Fate)
    taken = [
        i
        for start, end in zip(found["char_start"], found["char_end"], strict=True)
        for i in range(start, end)
    ]
    assert len(taken) == len(set(taken))
    assert {i for i, c in enumerate(plan.text) if c in "0123456789"} <= set(taken)
    rows = plan.listed_targets + plan.stated_targets
    assert (found["fate"] == "target").sum() == len(rows)
    for row in rows:
        assert 0 <= row.char_start < row.char_end <= len(plan.text)
        assert 1 <= row.line_start <= row.line_end <= plan.text.count("\n") + 1
        assert row.comparator in {">=", ">", "=", "<=", "<", "~", "between"}
        assert re.search(r"\d", plan.text[row.char_start : row.char_end])
        words = re.findall(r"[^\W\d_]{2,}|\d[Gg]", row.subject)  # "phủ 4G" names something
        assert len(words) >= 2 or re.fullmatch(r"[A-ZĐ]{2,}|\dG", row.subject)


@settings(max_examples=400)
@given(text=st.one_of(plan_like, anything))
@example("TT\n|\nNhiệm vụ\n|\nThời gian\n|\n1.\n|\n|\n")
@example("Tỷ lệ hộ ăđê đạt 80%" + "(" * 50)
@example("ă 1" + "0" * 400 + " hộ đạt")
@example("Mục tiêu:\n- ă: 80%")
def test_any_text_can_be_read_and_every_digit_has_one_fate(text: str) -> None:
    check(parse_text(text))


@given(text=st.text(alphabet=st.characters(exclude_categories=["Nd", "No", "Nl", "Cs"]), max_size=200))
def test_text_without_digits_has_no_target(text: str) -> None:
    plan = parse_text("Tỷ lệ hộ gia đình được phủ mạng đạt trên mức tối thiểu. " + text)

    assert plan.listed_targets == plan.stated_targets == ()
    assert plan.numerals == ()


@given(numbers=st.lists(st.integers(0, 10**6), max_size=40))
def test_numbers_without_words_give_no_target(numbers: list[int]) -> None:
    plan = parse_text("Được phủ sóng ở đây.\n" + " ".join(f"{number}%" for number in numbers))

    assert plan.listed_targets == plan.stated_targets == ()


def wrapped(text: str, width: int) -> str:
    """Break paragraphs into lines as a mail program or a law portal does; table lines stay."""
    lines = []
    for line in text.split("\n"):
        long = len(line) > width and "|" not in line and "\t" not in line
        lines += (
            textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) if long else [line]
        )
    return "\n".join(lines)


LAYOUTS = {
    "letters and marks apart": lambda text: unicodedata.normalize("NFD", text),
    "no-break spaces": lambda text: text.replace("% ", "%\u00a0").replace("đạt ", "đạt\u00a0"),
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "lines of 80": lambda text: wrapped(text, 80),
    "lines of 110": lambda text: wrapped(text, 110),
    "plus signs for dashes": lambda text: re.sub(r"(?m)^(\s*)- ", r"\1+ ", text),
    "long dashes": lambda text: re.sub(r"(?m)^(\s*)- ", r"\1– ", text),
    "round bullets": lambda text: re.sub(r"(?m)^(\s*)- ", r"\1• ", text),
    "indented": lambda text: re.sub(r"(?m)^", "    ", text),
    "a space before %": lambda text: re.sub(r"(\d)%", r"\1 %", text),
    "Word's own bullets": lambda text: re.sub(r"(?m)^(\s*)- ", "\\1\uf0b7 ", text),
    "bullets of the letter o": lambda text: re.sub(r"(?m)^(\s*)- (?=[A-ZĐ\d])", r"\1o ", text),
    "item numbers of two digits": lambda text: re.sub(r"(?m)^([1-9])\. ", r"0\1. ", text),
}  # fmt: skip
PASSAGES = {text.name: text for text in corpus("seen") if text.kind == "passage"}
LOOSE_ENDS = {
    "the other spelling": lambda text: (
        re.sub("óa(?!\\w)", "oá", text).replace("Tỷ lệ", "Tỉ lệ").replace("tỷ lệ", "tỉ lệ")
    ),
    "no mark ends a line": lambda text: re.sub(r"(?m)[.;]$", "", text),
    "strokes behind item numbers": lambda text: re.sub(r"(?m)^(\w)[.)] ", r"\1/ ", text),
    "an empty line between all": lambda text: text.replace("\n", "\n\n"),
}


@pytest.mark.parametrize("number", ["5 ", "5% ", "1.5.", "2/", "12,5 ha, "])
def test_hundreds_of_numbers_in_a_row_are_no_targets_and_each_has_a_fate(number: str) -> None:
    table = f"TT\tChỉ tiêu\tNăm 2026\n1\tTỷ lệ hộ\t{number * 400}\n2\tSố hộ\t7\n"
    plan = parse_text(f"KẾ HOẠCH\nII. MỤC TIÊU NĂM 2026\n- Tỷ lệ hộ đạt {number * 400}\n\n{table}")

    assert {target.subject for target in plan.listed_targets} <= {"Số hộ", "Tỷ lệ hộ"}
    assert len(plan.listed_targets) < 100
    check(plan)


@cache
def as_it_stands(name: str) -> Plan:
    return parse_text(read_plan(name).text, name)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", plan_names())
def test_layout_changes_nothing_in_what_a_plan_asks_for(name: str, layout: str) -> None:
    columns = ["subject", "comparator", "value", "unit", "period_end", "indicator"]
    plain = as_it_stands(name)
    changed = parse_text(LAYOUTS[layout](plain.text), name)

    for table in ("targets", "stated"):
        assert getattr(changed, table)[columns].equals(getattr(plain, table)[columns])
    assert len(changed.tasks) == len(plain.tasks)


@pytest.mark.parametrize("layout", LAYOUTS | LOOSE_ENDS)
@pytest.mark.parametrize("name", PASSAGES)
def test_layout_changes_nothing_in_a_passage(name: str, layout: str) -> None:
    text = PASSAGES[name].text
    if layout in ("lines of 80", "an empty line between all") and "wrap" in name:
        return  # it is in broken lines already
    plain, changed = (parse_text(each) for each in (text, (LAYOUTS | LOOSE_ENDS)[layout](text)))
    read = [
        [(t.comparator, t.value, t.value_high, t.unit, t.period_end) for t in plan.listed_targets + plan.stated_targets]
        for plan in (plain, changed)
    ]  # fmt: skip

    assert read[0] == read[1]


SAME_WORDS = "I. MỤC TIÊU\n- Tỷ trọng kinh tế số cả nước phấn đấu đạt 20% GDP.\n\nTỷ lệ hộ có Internet của cả nước đạt 90%.\n"
PROSE = (
    "Tỷ trọng kinh tế số cả nước phấn đấu đạt 20% GDP. Tỷ lệ hộ có Internet của cả nước đạt 90% năm 2025.\n"
)
BESIDE_EACH_OTHER = {
    "national": "THỦ TƯỚNG CHÍNH PHỦ\nSố: 411/QĐ-TTg\nHà Nội, ngày 31 tháng 3 năm 2022\nQUYẾT ĐỊNH\nPhê duyệt Chiến lược\n",
    "provincial": "ỦY BAN NHÂN DÂN\nTỈNH LÀO CAI\nSố: 906/QĐ-UBND\nLào Cai, ngày 5 tháng 8 năm 2022\nQUYẾT ĐỊNH\nPhê duyệt Kế hoạch\n",
    "later": "ỦY BAN NHÂN DÂN\nTỈNH LÀO CAI\nSố: 1/QĐ-UBND\nLào Cai, ngày 5 tháng 8 năm 2027\nQUYẾT ĐỊNH\nPhê duyệt Kế hoạch\n",
}  # fmt: skip


@pytest.mark.parametrize("words", [SAME_WORDS, PROSE], ids=["goals", "prose"])
@pytest.mark.parametrize("order", list(permutations(BESIDE_EACH_OTHER)), ids="-".join)
def test_a_text_reads_alike_whatever_was_read_before(order: tuple[str, ...], words: str) -> None:
    texts = {name: head + words for name, head in BESIDE_EACH_OTHER.items()}
    read_sentence.cache_clear()
    together = {name: json_text(parse_text(texts[name])) for name in order}
    for name in order:
        read_sentence.cache_clear()
        assert together[name] == json_text(parse_text(texts[name])), name


def test_what_the_country_aims_at_is_a_target_of_the_country_alone() -> None:
    read = {name: len(parse_text(head + PROSE).targets) for name, head in BESIDE_EACH_OTHER.items()}

    assert read == {"national": 2, "provincial": 0, "later": 0}


@given(st.text())
def test_a_text_without_accents_is_its_letters_without_their_combining_marks(text: str) -> None:
    plain = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")

    assert unaccented(text) == "".join(letter for letter in plain if not unicodedata.combining(letter))
