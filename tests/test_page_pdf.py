import io
import re
import unicodedata
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure as Canvas
from printed import pages
from pypdf import PdfReader

from qngai_analysis.page.blocks import (
    AppendixStart,
    Details,
    Figure,
    LegalBases,
    OfficialHead,
    Prose,
    SignatureBlock,
    SimulatedBanner,
    literal,
)
from qngai_analysis.page.layout import layout
from qngai_analysis.page.pdf import FONTS, covered, picture, to_pdf
from qngai_analysis.page.tables import Column, grid_of
from tests.test_page_document import document

TARGETS = pd.DataFrame(
    {
        "name": [f"Chỉ tiêu số {n}" for n in range(1, 121)],
        "value": [float(n) for n in range(1, 121)],
        "verdict": ["đạt", "chưa đạt", "vượt", "chưa có số liệu"] * 30,
    }
)
COLUMNS = [
    Column("name", "Tên chỉ tiêu"),
    Column("value", "Kết quả", decimals=1, unit="%"),
    Column("verdict", "Đánh giá", format="mark"),
]


def figure(**options) -> Figure:
    made = Canvas(figsize=(6, 2.5))
    made.subplots().bar(["a", "b"], [1, 2])
    return Figure.drawn(made, "Khoảng cách", "Hai cột", data=TARGETS[["name", "value"]].head(2), **options)


def report(*blocks):
    return document(OfficialHead("UBND tỉnh", "Sở A", "BC-SA", "Kết quả", date=date(2026, 1, 5)), *blocks)


def words(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", unicodedata.normalize("NFC", text))


def test_the_file_is_tagged_in_vietnamese_with_a_title_and_both_standards():
    reader = PdfReader(io.BytesIO(to_pdf(report("# I. Một\n\nHai."))))
    root = reader.trailer["/Root"]
    described = root["/Metadata"].get_data().decode()

    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata.title == "BÁO CÁO Kết quả"
    assert re.search(r"pdfuaid:part[>=\"]+1", described)
    assert re.search(r"pdfaid:part[>=\"]+2", described)
    assert re.search(r"pdfaid:conformance[>=\"]+A", described)


def test_the_page_is_a4_upright_and_the_font_comes_from_the_package():
    reader = PdfReader(io.BytesIO(to_pdf(report("# I\n\n**Hai** *ba*"))))
    box = reader.pages[0].mediabox
    fonts = {
        font["/BaseFont"]
        for font in (f.get_object() for f in reader.pages[0]["/Resources"]["/Font"].values())
    }

    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    assert {name.split("+")[1] for name in fonts} == {
        "ReportSerif-Regular",
        "ReportSerif-Bold",
        "ReportSerif-Italic",
    }


def test_the_layout_is_inside_what_the_decree_allows():
    page, text = layout()["page"], layout()["text"]

    assert 20 <= page["top_mm"] <= 25
    assert 20 <= page["bottom_mm"] <= 25
    assert 30 <= page["left_mm"] <= 35
    assert 15 <= page["right_mm"] <= 20
    assert 13 <= page["number_pt"] <= 14
    assert 13 <= text["size_pt"] <= 14
    assert text["first_line_cm"] in (1.0, 1.27)
    assert text["gap_pt"] >= 6


def test_text_lies_inside_the_margins():
    data = to_pdf(report("# I\n\n" + "Nội dung rất dài. " * 200, grid_of(TARGETS, "A", columns=COLUMNS)))
    page = layout()["page"]
    left, right = page["left_mm"] / 25.4 * 72, (210 - page["right_mm"]) / 25.4 * 72
    starts = []

    def note(text, place, letters, *_):
        if text.strip():
            starts.append(letters[4] * place[0] + letters[5] * place[2] + place[4])

    PdfReader(io.BytesIO(data)).pages[1].extract_text(visitor_text=note)

    assert starts
    assert min(starts) >= left - 0.5
    assert max(starts) <= right


def test_a_long_table_repeats_its_head_and_the_first_page_has_no_number():
    texts = pages(to_pdf(report(grid_of(TARGETS, "Mục tiêu", columns=COLUMNS))))

    assert len(texts) >= 3
    assert all("Tên chỉ tiêu" in text for text in texts)
    assert not texts[0].lstrip().startswith("1")
    assert [text.split()[0] for text in texts[1:]] == [str(n) for n in range(2, len(texts) + 1)]
    assert sum(text.count("Chỉ tiêu số") for text in texts) == 120


@pytest.mark.parametrize("lines", [0, 14, 18, 22, 26, 30, 34])
@pytest.mark.parametrize("rows", [5, 9, 44])
def test_no_row_stands_alone_at_the_end_of_a_page_or_on_the_next(lines: int, rows: int):
    rest = grid_of(TARGETS.head(rows), "Mục tiêu", columns=COLUMNS)
    texts = pages(to_pdf(report("# I\n\n" + "Một dòng.\n\n" * lines, rest)))

    counts = [text.count("Chỉ tiêu số") for text in texts]
    assert sum(counts) == rows
    assert 1 not in counts, counts


WORDY = {
    "in one line": TARGETS,
    "names of two lines": TARGETS.assign(name=TARGETS["name"] + ", " + "tỷ lệ hộ gia đình " * 4),
    "values beside long words": TARGETS.assign(
        name=TARGETS["name"] + " https://quangngai.gov.vn/bao-cao" * 2
    ),
}


@pytest.mark.parametrize("lines", [16, 20, 24, 28, 32])
@pytest.mark.parametrize("wording", WORDY)
@pytest.mark.parametrize("rows", [2, 4, 12])
def test_a_table_begins_where_there_is_room_for_two_rows_and_a_short_one_for_all(lines, rows, wording):
    table = grid_of(WORDY[wording].head(rows), "Mục tiêu", columns=COLUMNS)
    texts = pages(to_pdf(report("# I\n\n" + "Một dòng.\n\n" * lines, table)))

    counts = [text.count("Chỉ tiêu số") for text in texts if "Chỉ tiêu số" in text]
    assert sum(counts) == rows
    assert counts[0] >= min(rows, 2)
    assert len(counts) == 1 or rows > 4


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("letters", [60, 110, 160, 260, 600])
def test_no_row_of_a_short_table_in_the_widest_letters_is_cut_off(letters, landscape):
    wide = TARGETS.head(4).assign(name=[f"{'MW ' * (letters // 3)}số{n}" for n in range(4)])
    columns = [Column("name", "Tên", width=0.25), *COLUMNS[1:]]
    table = grid_of(wide, "Mục tiêu", columns=columns, landscape=landscape)

    data = to_pdf(report(table))

    seen, low = set(), layout()["page"]["bottom_mm"] / 25.4 * 72 - 15

    def note(text, place, letters, *_):
        height = letters[5] * place[3] + place[5]
        seen.update(re.findall(r"số\d", text) if height > low else ())

    for page in PdfReader(io.BytesIO(data)).pages:
        page.extract_text(visitor_text=note)
    assert seen == {f"số{n}" for n in range(4)}


def test_a_section_line_is_followed_by_a_row_on_its_page():
    parts = TARGETS.head(40).assign(part=["A"] * 37 + ["PHẦN B"] * 3)
    for lines in range(0, 34, 3):
        table = grid_of(parts, "Mục tiêu", columns=COLUMNS, sections="part")
        texts = pages(to_pdf(report("# I\n\n" + "Một dòng.\n\n" * lines, table)))
        text = next(text for text in texts if "PHẦN B" in text)
        assert "Chỉ tiêu số" in text.split("PHẦN B")[1], lines


@pytest.mark.parametrize("lines", range(8, 29, 4))
def test_drawings_are_printed_in_the_order_of_their_numbers_however_full_the_page(lines):
    made = Canvas(figsize=(6, 6))
    made.subplots().bar(["a", "b"], [1, 2])
    tall = Figure.drawn(made, "Cao", "Hai cột", data=TARGETS[["name", "value"]].head(2))
    texts = pages(to_pdf(report("# I\n\n" + "Một dòng.\n\n" * lines, tall, "Giữa hai hình.", figure())))

    assert re.findall(r"Hình \d\.", "".join(texts))[:2] == ["Hình 1.", "Hình 2."]


def test_a_tall_drawing_leaves_no_page_half_empty():
    made = Canvas(figsize=(6, 6))
    made.subplots().bar(["a", "b"], [1, 2])
    tall = Figure.drawn(made, "Khoảng cách", "Hai cột", data=TARGETS[["name", "value"]].head(2))
    texts = pages(to_pdf(report("# I\n\n" + "Một dòng.\n\n" * 18, tall, "Sau hình. " * 200)))

    assert "Sau hình" in texts[0]
    assert "Hình 1. Khoảng cách" in texts[1]


def test_the_last_lines_of_a_list_stay_with_the_signature():
    for lines in range(24, 36):
        listed = "- Một việc.\n" * lines
        texts = pages(to_pdf(report("# I\n\n" + listed, SignatureBlock("Giám đốc"))))
        assert "Một việc" in texts[-1], lines
        assert texts[-1].count("Một việc./.") == 1


def test_each_appendix_numbers_its_own_pages():
    texts = pages(
        to_pdf(
            report(
                "# I\n\nMột",
                AppendixStart("I", "Danh mục", "Kèm theo Báo cáo"),
                grid_of(TARGETS, "Mục tiêu", columns=COLUMNS),
                AppendixStart("II", "Phương pháp"),
                "Hai",
            )
        )
    )

    firsts = [text.split()[0] for text in texts]
    assert firsts[1] == "Phụ"  # the first page of an appendix carries no number
    assert firsts[2:4] == ["2", "3"]
    assert texts[-1].split()[:5] == ["Phụ", "lục", "II", "PHƯƠNG", "PHÁP"]


def test_a_wide_table_gets_a_page_turned_sideways():
    reader = PdfReader(
        io.BytesIO(
            to_pdf(
                report("# I", grid_of(TARGETS.head(3), "A", columns=COLUMNS, landscape=True), "# II\n\nHai.")
            )
        )
    )

    assert [round(float(page.mediabox.width)) for page in reader.pages] == [595, 842, 595]


def test_an_appendix_of_a_wide_table_begins_on_the_tables_page():
    wide = grid_of(TARGETS.head(3), "A", columns=COLUMNS, landscape=True)
    data = to_pdf(report("# I", AppendixStart("I", "Danh mục", "Kèm theo Báo cáo"), wide, "# II\n\nHai."))
    reader = PdfReader(io.BytesIO(data))

    assert [round(float(page.mediabox.width)) for page in reader.pages] == [595, 842, 595]
    assert "Kèm theo Báo cáo" in pages(data)[1]
    assert "Chỉ tiêu số 1" in pages(data)[1]


def test_the_appendix_of_figure_data_belongs_to_the_same_report_as_the_others():
    texts = pages(to_pdf(report("# I", figure(), AppendixStart("I", "Danh mục", "Kèm theo Báo cáo"), "Một")))

    assert texts[-1].split()[:3] == ["Phụ", "lục", "II"]
    assert "(Kèm theo Báo cáo)" in texts[-1]


ADDRESS = "https://thoibaotaichinhvietnam.vn/kinh-te-so-la-dong-luc-tang-truong-quan-trong-trong-nam-2025-190019.html"


def test_a_copied_address_is_the_address_and_leads_there():
    reader = PdfReader(io.BytesIO(to_pdf(report("# I", f"Nguồn: <{ADDRESS}>."))))
    text = "".join(page.extract_text() for page in reader.pages)
    links = {note.get_object()["/A"]["/URI"] for page in reader.pages for note in page.get("/Annots", ())}

    assert ADDRESS in text.replace("\n", "")
    assert "\u200b" not in text
    assert links == {ADDRESS}


def test_a_long_code_breaks_inside_its_cell_and_is_copied_as_it_is():
    rows = TARGETS.head(2).assign(code="households.2025.smartphone_of_adults.QNG")
    narrow = [*(replace(column, width=0.3) for column in COLUMNS), Column("code", "Mã", width=0.1)]

    text = "".join(pages(to_pdf(report("# I", grid_of(rows, "A", columns=narrow)))))

    assert "households.2025.smartphone_of_adults.QNG" not in text
    assert "households.2025.smartphone_of_adults.QNG" in text.replace("\n", "")


def test_the_name_of_a_group_of_rows_never_ends_a_page():
    rows = TARGETS.head(8).assign(group="Nhóm một")
    table = grid_of(rows, "Mục tiêu", columns=COLUMNS, sections="group")
    for lines in range(18, 30):
        first = pages(to_pdf(document("x\n\n" * lines, table)))[0]
        assert ("Nhóm một" in first) == ("Chỉ tiêu số 1" in first), lines


@pytest.mark.parametrize("line", ["Các nhiệm vụ gồm:", "**Kết luận**"])
def test_a_line_that_leads_to_a_list_does_not_end_its_page(line):
    for lines in range(28, 48):
        texts = pages(to_pdf(document("x\n\n" * lines + f"{line}\n\n- một")))
        if len(texts) == 2 and "một" in texts[1]:
            assert line.strip("*") in texts[1]
            return
    raise AssertionError("no page was filled to its end")


def test_headings_are_bookmarks():
    reader = PdfReader(
        io.BytesIO(to_pdf(report("# I. Một\n\n## 1. Hai\n\nx", AppendixStart("I", "Danh mục"))))
    )
    first, below, appendix = reader.outline

    assert first.title == "I. Một"
    assert below[0].title == "1. Hai"
    assert appendix.title.split() == ["Phụ", "lục", "I", "DANH", "MỤC"]


def test_a_figure_has_alternative_text_and_its_numbers_in_the_last_appendix():
    data = to_pdf(report("# I", figure(), AppendixStart("I", "Danh mục")))
    texts = pages(data)
    alternatives = [
        thing["/Alt"]
        for thing in (o.get_object() for o in all_objects(data))
        if isinstance(thing, dict) and thing.get("/S") == "/Figure"
    ]

    assert "Hai cột" in alternatives
    assert "Hình 1. Khoảng cách" in texts[0]
    assert texts[-1].startswith("Phụ lục II")
    assert "Số liệu của Hình 1. Khoảng cách" in texts[-1]


def all_objects(data: bytes):
    reader = PdfReader(io.BytesIO(data))
    for number in range(1, reader.trailer["/Size"]):
        found = reader.get_object(number)
        if found is not None:
            yield found


def test_only_pages_with_simulated_content_say_so_in_their_head():
    texts = pages(
        to_pdf(
            document(
                Prose("# I\n\nMột"),
                AppendixStart("I", "A"),
                grid_of(TARGETS, "B", columns=COLUMNS, simulated=True),
                AppendixStart("II", "C"),
                "Hết",
            )
        )
    )
    said = ["SỐ LIỆU MÔ PHỎNG" in text.split("Tên chỉ tiêu")[0] for text in texts]

    assert said[0] is False
    assert all(said[1:-1])
    assert said[-1] is False


def test_every_page_of_the_reasons_for_a_simulated_figure_says_so_in_its_head():
    steps = "\n\n".join(f"Bước {n}" for n in range(120))
    texts = pages(to_pdf(document("Một", AppendixStart("I", "A"), Details("Vì sao", steps, simulated=True))))

    assert len(texts) > 3
    assert ["SỐ LIỆU MÔ PHỎNG" in text.split("Bước")[0] for text in texts] == [
        False,
        *[True] * (len(texts) - 1),
    ]


def test_everything_official_is_printed():
    data = to_pdf(
        document(
            OfficialHead(
                "UBND tỉnh Quảng Ngãi",
                "Sở Khoa học và Công nghệ",
                "BC-SKHCN",
                "Kết quả năm 2025",
                number=5,
                date=date(2026, 1, 5),
                addressee="Ủy ban nhân dân tỉnh",
            ),
            LegalBases(["Căn cứ A", "Căn cứ B"]),
            Details("Vì sao chưa đạt?", "Vì thế."),
            SimulatedBanner(),
            "Kính báo cáo.",
            SignatureBlock("Phó Giám đốc", "Nguyễn Văn A", "KT. Giám đốc", ["Như trên", "Lưu: VT"]),
        )
    )
    text = words(" ".join(pages(data)))

    for line in (
        "UBND TỈNH QUẢNG NGÃI",
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "Số: 05/BC-SKHCN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Quảng Ngãi, ngày 05 tháng 01 năm 2026",
        "BÁO CÁO",
        "Kính gửi: Ủy ban nhân dân tỉnh",
        "Căn cứ A;",
        "Căn cứ B.",
        "Vì sao chưa đạt?",
        "SỐ LIỆU MÔ PHỎNG",
        "Kính báo cáo./.",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "Nơi nhận:",
        "- Lưu: VT.",
    ):
        assert words(line) in text


HOSTILE = "#set page() $x$ @ref *b* _i_ `c` <l> [c] \\ // /* */ ~ -- --- \"q\" 'q' #{1} \\u{41} = + - /"


def test_signs_that_typst_reads_as_markup_print_as_they_stand():
    frame = pd.DataFrame({HOSTILE: [HOSTILE]})
    data = to_pdf(
        document(
            OfficialHead(HOSTILE, HOSTILE, HOSTILE, HOSTILE, place=HOSTILE, addressee=HOSTILE),
            literal(HOSTILE),
            grid_of(frame, HOSTILE, notes=[HOSTILE], source=HOSTILE),
            Details(HOSTILE, literal(HOSTILE)),
            SignatureBlock(HOSTILE, HOSTILE, HOSTILE, [HOSTILE]),
            AppendixStart(HOSTILE, HOSTILE, HOSTILE),
        )
    )

    # parent, body, number, place, subject, addressee, paragraph; caption, head, cell, note, source;
    # details twice; name, post, authority, recipient; appendix number, title, reference
    found = words(" ".join(pages(data))).lower()
    assert found.count(words(HOSTILE).lower().rstrip("-/")) >= 20


@settings(max_examples=25)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
        lambda text: "{ref:" not in text  # in a caption it names another table, which must be there
    )
)
def test_any_text_at_all_makes_a_file(text):
    frame = pd.DataFrame({"Tên": [text]})

    assert to_pdf(document(literal(text), grid_of(frame, "A" + text))).startswith(b"%PDF")


VIETNAMESE = [
    unicodedata.normalize("NFC", letter + tone)
    for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
] + ["đ", "Đ"]


def test_there_are_as_many_vietnamese_letters_as_there_should_be():
    # 12 vowels, 6 tones, both cases, and đ
    assert len(set(VIETNAMESE)) == 146
    assert all(len(letter) == 1 for letter in VIETNAMESE)


@pytest.mark.parametrize("file", sorted(FONTS.glob("*.ttf")), ids=lambda file: file.stem)
def test_every_style_has_all_vietnamese_letters_and_the_marks_of_reports(file):
    letters = set(TTFont(file).getBestCmap())
    signs = "…–—“”‘’«»•·≥≤≠±×÷²³°%‰€₫§"
    signs += "●○▲▼■□►◄◊→←↑↓\u2011\ufffd" if "Serif" in file.name else ""

    assert [c for c in VIETNAMESE + list(signs) if ord(c) not in letters] == []


def test_the_list_of_covered_letters_is_that_of_the_fonts():
    common = set.intersection(*(set(TTFont(f).getBestCmap()) for f in FONTS.glob("ReportSerif-*.ttf")))

    assert covered("".join(VIETNAMESE)) == "".join(VIETNAMESE)
    assert covered("đạt 中 đạt 😀") == "đạt \ufffd đạt \ufffd"
    assert all(ord(c) in common for c in "".join(VIETNAMESE))


def test_all_vietnamese_letters_come_back_out_of_the_pdf_in_every_style():
    line = " ".join(VIETNAMESE)
    text = words(" ".join(pages(to_pdf(document(f"{line}\n\n**{line}**\n\n*{line}*\n\n***{line}***")))))

    assert text.count(words(line)) == 4


def test_decomposed_letters_are_composed():
    assert words("Quảng Ngãi") in words(
        " ".join(pages(to_pdf(document(unicodedata.normalize("NFD", "Tỉnh Quảng Ngãi")))))
    )


def test_the_same_document_is_the_same_file():
    made = report("# I", grid_of(TARGETS.head(5), "A", columns=COLUMNS), figure())

    assert to_pdf(made) == to_pdf(made)


def test_a_row_longer_than_a_page_is_broken_and_not_cut_off():
    frame = pd.DataFrame({"Tên": ["từ " * 4000 + "cuối"]})
    texts = pages(to_pdf(document(grid_of(frame, "A"))))

    assert len(texts) > 1
    assert "cuối" in texts[-1]


@pytest.mark.parametrize(("words", "broken"), [(40, False), (220, True)])
def test_a_row_that_may_be_a_third_of_a_page_is_broken_and_any_other_stays_whole(words: int, broken: bool):
    frame = pd.DataFrame({"a": ["Đầu " + "từ " * words + "cuối"] * 20, "b": "ngắn"})
    texts = pages(to_pdf(document(grid_of(frame, "A"))))

    assert any(text.count("Đầu") != text.count("cuối") for text in texts) is broken


def test_a_drawing_becomes_a_picture_for_word():
    assert picture(figure().svg).startswith(b"\x89PNG")
