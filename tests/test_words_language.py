"""The English reports: every message has an English wording that fits, and none is left over."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from qngai_analysis.errors import ParameterError
from qngai_analysis.words import language as languages
from qngai_analysis.words.language import language, listed
from qngai_analysis.words.numbers import number
from qngai_analysis.words.said import COUNTED, translate, unit_words

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import messages  # noqa: E402


@pytest.fixture(scope="module")
def found():
    return messages.find()


@pytest.fixture(scope="module")
def english():
    return messages.english()


def project(tmp_path: Path, source: str, cells: str = "") -> messages.Found:
    """Return the messages of a project of one module and one notebook."""
    (tmp_path / "qngai_analysis").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "qngai_analysis" / "report.py").write_text(source, encoding="utf-8")
    reader = messages._Reader("report.py", "", ast.parse(source))
    inside = messages._Reader("book.ipynb", "", ast.parse(cells))
    return messages.Found((*reader.messages, *inside.messages), (*reader.hidden, *inside.hidden))


# ---------------------------------------------------------------- the catalogue


def test_every_message_has_english_that_fits_and_no_english_is_left_over(found, english):
    assert messages.faults(found, english) == []


def test_the_messages_are_those_the_reports_are_known_to_print(found):
    texts = found.texts

    assert len(texts) > 200
    assert "{survey}, năm {year}: {n} phiếu{mark}." in texts  # of a method say
    assert "## Khách đã vượt mức trước dịch chưa?" in texts  # of a Markdown cell
    assert "mức mục tiêu" in texts  # of translate
    assert "VII. Đề xuất, kiến nghị" in texts  # a heading in a notebook
    assert "Căn cứ của từng kết luận" in texts  # an appendix in a notebook
    assert "chỉ có số tham khảo" in texts  # looked up in a constant
    assert "tỉnh, địa giới cũ" in texts  # looked up in a dictionary of the function
    assert "chậm xa tiến độ" in texts  # a word that comes with the data
    assert "triệu đồng/người" in texts  # a unit of a published figure


def test_no_fault_is_worded_where_the_catalogue_cannot_see_it():
    """An f-string would be said in one language only."""
    computed = [
        f"{file.name}:{node.lineno}"
        for file in sorted((ROOT / "qngai_analysis").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in (*messages.TOLD, "Wrong", "Said")
        and any(isinstance(value, ast.JoinedStr) for value in node.args)
    ]

    assert computed == []


def test_one_is_counted_in_the_singular_and_any_other_number_in_the_plural(english):
    def said(n: int) -> str:
        return translate("{n} nhiệm vụ còn thực hiện sau năm {year}", "en", n=n, year=2025)

    assert said(1) == "1 task goes on after 2025"
    assert said(0).startswith("0 tasks go on")
    assert number(1, unit=unit_words("doanh nghiệp", "en"), lang="en") == "1\u00a0enterprise"
    ones = {
        text: COUNTED.sub(lambda place: place[2], text).replace("{n}", "<1>") for text in english.values()
    }
    assert [text for text, one in ones.items() if re.search(r"(?<![oO]f )(?<!/)<1> [a-z]+s\b", one)] == []


def test_english_verdicts_are_those_that_carry_a_shape(english):
    marks = tomllib.loads((ROOT / "qngai_analysis/page/layout.toml").read_text(encoding="utf-8"))["marks"]

    assert {word: english[word] for word in marks} == {word: mark["en"] for word, mark in marks.items()}


def test_english_wordings_hold_no_vietnamese_but_names_and_words_of_the_plan(english):
    kept = (
        "đồng",
        "Quảng Ngãi",
        "“Đạt trên x”",
        "“đạt x”",
        "“đạt tối thiểu x”",
        "[nguyên văn]",
        "QĐ",
        "SỐ LIỆU MÔ PHỎNG",
        "Khảo sát cửa hàng",
        "“đúng”",  # what the form itself takes
        "“gần”",
        "“trên 32”",
        "“chính thức” (official), “sơ bộ” (preliminary), “ước tính” (estimate)",
    )
    strange = []
    for wording in english.values():
        rest = wording
        for words in kept:
            rest = rest.replace(words, "")
        strange += [wording] if any(letter in messages.VIETNAMESE for letter in rest.lower()) else []

    assert strange == []


#: Vietnamese words in the code that are looked for or compared, or belong to the official head.
NOT_PRINTED = {
    "base.py": {
        "Quyết định", "Kế hoạch", "Nghị quyết", "Công văn", "Chỉ thị", "Luật", "(?:đạt |tăng )?trên ", "(?:đạt |tăng )?tối thiểu |đạt ", "/năm",
        "tốc độ", "tốc độ tăng ", "mức giảm ", " tăng ", "tỷ ", "năng suất ", "tốc độ ", "mức ", "số ", "Tỷ lệ ",
    },
    "blocks.py": {"Quảng Ngãi", "BÁO CÁO", "Như trên", "Lưu: VT"},
    "charts.py": {"Huyện ", "Thành phố ", "Thị xã ", "Tỷ lệ "},  # cut off names to make them short
    "ladder.py": {"QĐ 411", "Điều"},  # the short name of a decision, and how an article begins
    "language.py": {"và"},
    "parameters.py": {"có", "không"},
    # parts of a document's citation, and the words by which a sentence of a plan is cut
    "letter.py": {" số ", "của ", "Tờ trình", " chỉ tiêu ", "Chủ tịch ", "Như trên", "Lưu: VT"},
    "figures.py": {"khảo sát, đo lường"},  # looked for in tasks
    # the official mark of a misprint of the source, and the words of thresholds
    "printed.py": {" [nguyên văn]"},
    "results.py": {"Quyết định", "Kế hoạch", "Nghị quyết", "QĐ ", "QĐ 411"},
    # headings of the office's own file, and what is said of a wrong one
    "loading.py": {
        "Lãnh đạo, chỉ đạo", "Kinh phí", "Hạn chế, nguyên nhân", "Nhiệm vụ năm tới", "Kiến nghị", " số ",
        ": không có đề mục ", ": văn bản đứng trước đề mục đầu tiên; đề mục là ", "; đề mục là ",
    },
}  # fmt: skip


def test_vietnamese_in_the_reports_code_is_a_message_or_never_printed(found):
    missed = [
        (file, text) for file, text in messages.unspoken(found) if text not in NOT_PRINTED.get(file, ())
    ]

    assert missed == []


# ---------------------------------------------------------------- what the check catches


def test_a_message_without_english_is_named_with_its_file(tmp_path):
    found = project(tmp_path, 'translate("Bảng", lang)\n')

    assert messages.faults(found, {}) == ["no English: 'Bảng' (report.py)"]


def test_an_empty_english_wording_is_none(tmp_path):
    found = project(tmp_path, 'translate("Bảng", lang)\n')

    assert messages.faults(found, {"Bảng": ""}) == ["no English: 'Bảng' (report.py)"]


def test_an_english_wording_nobody_prints_is_named(tmp_path):
    found = project(tmp_path, 'translate("Bảng", lang)\n')

    assert messages.faults(found, {"Bảng": "Table", "Hình": "Figure"}) == ["no such message any more: 'Hình'"]


def test_places_that_differ_between_the_languages_are_named(tmp_path):
    found = project(tmp_path, 'report.say("{n} chỉ tiêu năm {year}", n=1, year=2)\n')

    assert messages.faults(found, {"{n} chỉ tiêu năm {year}": "{n} targets in {years}"}) == [
        "'{n} chỉ tiêu năm {year}': places ['n', 'year'] are ['n', 'years'] in English"
    ]


def test_the_catalogue_is_written_in_source_order_with_the_files_and_what_is_known(tmp_path):
    found = project(tmp_path, 'translate("Hình", lang)\ntranslate("Bảng", lang)\n', 'report.say("Hình")')

    assert messages.written(found, {"Bảng": "Table", "Cũ": "Old"}).split("\n\n")[1:] == [
        '#: report.py book.ipynb\nmsgid "Hình"\nmsgstr ""',
        '#: report.py\nmsgid "Bảng"\nmsgstr "Table"\n',
    ]


def test_a_wording_computed_in_the_call_is_named(tmp_path):
    found = project(tmp_path, 'report.say(f"số {level}")\n')

    assert found.hidden == ("report.py:1: f'số {level}'",)
    assert messages.faults(found, {}) == [
        "wording not found, name it in VOCABULARIES: report.py:1: f'số {level}'"
    ]


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('translate("có" if sure else "chưa", lang)', ["có", "chưa"]),
        ('translate({"a": "cao", "b": "thấp"}[key], lang)', ["cao", "thấp"]),
        ('words = {"a": "cao", "b": "thấp"}\nself.say(words[key])', ["cao", "thấp"]),
        ('for kind, words in (("a", "cao"), ("b", "thấp")):\n    translate(words, lang)', ["cao", "thấp"]),
        ('sector.heading(this, "I. Mở đầu")', ["I. Mở đầu"]),
        ('yearly.heading(report, 2, "I. Mở đầu")', ["I. Mở đầu"]),
        ('yearly.appendix(report, "II", "Phương pháp")', ["Phương pháp"]),
        ('text.translate(table); _say("no message")', []),
    ],
)
def test_where_a_message_is_read_from(tmp_path, source, texts):
    found = project(tmp_path, "", cells=source)

    assert (list(found.texts), found.hidden) == (texts, ())


# ---------------------------------------------------------------- the words


def test_a_message_is_printed_in_the_language_asked_for():
    assert translate(
        "{plan} còn giao {targets} chỉ tiêu và {tasks} nhiệm vụ.", plan="X", targets=1, tasks=2
    ) == ("X còn giao 1 chỉ tiêu và 2 nhiệm vụ.")
    assert translate("chưa có số liệu", "en") == "no data"


def test_a_message_without_english_is_our_fault_and_not_printed_half_translated():
    with pytest.raises(KeyError, match="chưa từng có"):
        translate("chưa từng có", "en")


def test_a_unit_that_a_new_data_file_brings_stays_as_it_is():
    assert unit_words("tấn", "en") == "tấn"
    assert unit_words("người", "en") == "people"
    assert unit_words("người") == "người"
    assert unit_words(float("nan"), "en") == ""


def test_lists_end_in_the_word_of_the_language():
    assert listed(["a", "", "b", "c"], "en") == "a, b and c"
    assert listed(["a", "b"]) == "a và b"
    assert listed([], "en") == ""


def test_reports_are_written_in_two_languages():
    assert [language(code) for code in languages.LANGUAGES] == ["vi", "en"]
    with pytest.raises(ParameterError, match="language = 'fr': reports are written in 'vi' or 'en'"):
        language("fr")
