import base64
import hashlib
import re
from datetime import date
from itertools import pairwise

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from matplotlib.figure import Figure as Canvas

from qngai_analysis.page.blocks import (
    AppendixStart,
    Details,
    Figure,
    LegalBases,
    OfficialHead,
    Prose,
    SignatureBlock,
    SimulatedBanner,
)
from qngai_analysis.page.html import linked, to_html
from qngai_analysis.page.layout import layout
from qngai_analysis.page.tables import Column, grid_of
from tests.test_page_document import document

FRAME = pd.DataFrame(
    {
        "name": ["Hộ có cáp quang", "Chữ ký số <b>&"],
        "goal": [80.0, 50.0],
        "value": [83.25, None],
        "verdict": ["đạt", "chưa có số liệu"],
        "group": ["Hạ tầng", "Xã hội"],
    }
)
COLUMNS = [
    Column("name", "Chỉ tiêu", head=True),
    Column("goal", "Mục tiêu", unit="%", group="Năm 2025"),
    Column("value", "Kết quả", decimals=1, unit="%", group="Năm 2025"),
    Column("verdict", "Đánh giá", format="mark"),
]


def figure() -> Figure:
    made = Canvas(figsize=(6, 2.5))
    made.subplots().bar(["a", "b"], [1, 2])
    return Figure.drawn(
        made, "Khoảng cách", 'Hai cột "a" và "b"', data=FRAME[["name", "value"]], simulated=True
    )


REPORT = document(
    OfficialHead("UBND tỉnh", "Sở A", "BC-SA", "Kết quả năm 2025", number=5, date=date(2026, 1, 5)),
    LegalBases(["Căn cứ A", "Căn cứ B"]),
    "# I. Kết quả\n\nXem {ref:t1} và [nguồn](https://example.org/a?b=1&c=2).\n\n## 1. Một",
    grid_of(FRAME, "Mục tiêu", columns=COLUMNS, id="t1", sections="group", source="https://example.org/x."),
    figure(),
    Details("Vì sao?", "Vì thế."),
    SimulatedBanner(),
    "Hết.",
    SignatureBlock("Giám đốc", "Nguyễn Văn A"),
    AppendixStart("I", "Danh mục", "Kèm theo Báo cáo"),
)
PAGE = to_html(REPORT)
SOUP = BeautifulSoup(PAGE, "lxml")


def test_the_page_is_one_file_that_loads_nothing():
    loading = [(tag.name, tag.get("src") or "") for tag in SOUP.find_all(src=True)]

    assert not SOUP.find_all(["script", "link", "iframe", "object", "embed"])
    assert loading
    assert all(address.startswith("data:image/svg+xml;base64,") for _, address in loading)
    assert "@import" not in PAGE
    assert set(re.findall(r"url\(\"(data:[a-z/]+)", PAGE)) == {"data:font/woff"}


def test_the_policy_allows_no_network_and_only_this_style_sheet():
    policy = SOUP.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    digest = base64.b64encode(hashlib.sha256(SOUP.style.string.encode()).digest()).decode()

    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy
    assert not SOUP.find_all(style=True)  # the policy would drop it


def test_the_page_says_its_language_title_and_author():
    assert SOUP.html["lang"] == "vi"
    assert SOUP.title.string == "BÁO CÁO Kết quả năm 2025"
    assert SOUP.find("meta", attrs={"name": "author"})["content"] == "Sở A"
    assert BeautifulSoup(to_html(document("# A\n\nb", lang="en")), "lxml").html["lang"] == "en"


def test_there_is_one_first_heading_and_no_level_is_left_out():
    levels = [int(tag.name[1]) for tag in SOUP.find_all(re.compile(r"h[1-6]"))]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_address_inside_the_page_leads_somewhere():
    ids = [tag["id"] for tag in SOUP.find_all(id=True)]
    targets = {tag["href"][1:] for tag in SOUP.find_all(href=re.compile("^#"))}

    assert len(ids) == len(set(ids))
    assert targets <= set(ids)
    assert "t1" in targets


def test_table_heads_say_what_they_head():
    table = SOUP.find(id="t1")

    assert [(th.text, th["scope"], th.get("colspan")) for th in table.thead.tr.find_all("th")] == [
        ("Chỉ tiêu", "col", None),
        ("Năm 2025", "colgroup", "2"),
        ("Đánh giá", "col", None),
    ]
    assert [th["scope"] for th in table.tbody.find_all("th")] == ["rowgroup", "row"]
    assert len(table.find_all("tbody")) == 2


def test_numbers_stand_right_and_text_is_escaped():
    cells = SOUP.find(id="t1").find_all("tr")[3].find_all(["td", "th"])

    assert [cell.text for cell in cells] == ["Hộ có cáp quang", "80%", "83,3%", "đạt"]
    assert "right" in cells[1]["class"]
    assert SOUP.find("th", string="Chữ ký số <b>&") is not None


def test_on_a_phone_a_row_with_a_verdict_is_a_card_whose_values_name_their_column_and_stays_a_table():
    """Cascading rules make the card; a table without verdicts scrolls under a shade instead."""
    table, plain = SOUP.find(id="t1").table, SOUP.find("figure", class_="chart").table
    rules = PAGE[PAGE.index("@media screen and (max-width: 40rem)") :]

    assert "cards" in table.parent["class"]
    assert [cell["data-head"] for cell in table.find_all("td")[:3]] == [
        "Năm 2025: Mục tiêu",
        "Năm 2025: Kết quả",
        "Đánh giá",
    ]
    assert "content: attr(data-head)" in rules
    assert (table["role"], table.tbody["role"], table.tr["role"], table.td["role"]) == (
        "table",
        "rowgroup",
        "row",
        "cell",
    )
    assert "cards" not in plain.parent["class"]
    assert not plain.find_all(attrs={"data-head": True})


def test_a_table_of_nine_columns_as_wide_as_that_of_the_targets_fits_beside_the_contents_at_1280():
    """864 pixels are left there: 1280 - 2 * 48 of the page, 272 + 48 of the contents."""
    least = {name: float(size) for name, size in re.findall(r"\.(w\d) \{ min-width: ([\d.]+)rem; \}", PAGE)}
    printed = ["w1", "w5", "w2", "w3", "w3", "w3", "w4", "w5", "w3"]  # Bảng 1, owners and source last

    assert sum(least[name] for name in printed) * 16 <= 864


def test_a_mark_is_a_hidden_shape_and_a_word():
    cell = SOUP.find(id="t1").find("span", class_="good")

    assert cell.svg["aria-hidden"] == "true"
    assert cell.text == "đạt"


def test_every_mark_has_its_own_shape_and_enough_contrast():
    for entry in layout()["marks"].values():
        assert entry["shape"] in layout()["shapes"]
        assert contrast(layout()["tones"][entry["tone"]], "#ffffff") >= 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, 1.4.3)."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_formula_agrees_with_the_published_example():
    # WCAG: #767676 on white is 4.54 to 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_a_figure_has_alternative_text_and_its_data():
    chart = SOUP.find("figure", class_="chart")

    assert chart.img["alt"] == 'Hai cột "a" và "b"'
    assert int(chart.img["width"]) > 0
    assert chart.details.summary.text == "Số liệu của Hình 1"
    assert "83,25" in chart.details.table.text


def test_simulated_is_said_in_the_caption_and_above_the_page():
    assert "SỐ LIỆU MÔ PHỎNG" in SOUP.find("figure", class_="chart").figcaption.text
    assert "SỐ LIỆU MÔ PHỎNG" in SOUP.find(class_="strip").text
    assert BeautifulSoup(to_html(document("# A\n\nb")), "lxml").find(class_="strip") is None


def test_the_contents_list_parts_and_appendices():
    links = [a.text for a in SOUP.nav.find_all("a")]

    assert links == ["I. Kết quả", "1. Một", "Phụ lục I. Danh mục"]


def test_plain_web_addresses_in_sources_are_links():
    assert linked("Xem https://example.org/a, b & c") == (
        'Xem <a href="https://example.org/a">https://example.org/a</a>, b &amp; c'
    )


def test_the_same_document_is_the_same_page():
    assert to_html(REPORT) == PAGE


def test_a_page_without_a_head_shows_its_title():
    soup = BeautifulSoup(to_html(document("# Du lịch\n\n## A\n\nb")), "lxml")

    assert [tag.text for tag in soup.find_all(["h1", "h2"])] == ["Du lịch", "A"]


def test_nbconvert_finds_the_exporter():
    import nbformat
    from nbconvert.exporters import get_exporter

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Du lịch\n\nĐạt.")])
    page, resources = get_exporter("qngai-html")().from_notebook_node(notebook)

    assert resources["output_extension"] == ".html"
    assert BeautifulSoup(page, "lxml").h1.text == "Du lịch"


def test_what_stays_vietnamese_in_an_english_page_says_so() -> None:
    page = to_html(document(Prose("The plan says “đạt trên 50%”: more than half."), lang="en"))

    assert 'The plan says <span lang="vi">“đạt trên</span> 50%”: more than half.' in page
    assert '<span lang="vi">' not in to_html(document(Prose("đạt trên 50%"), lang="vi"))
