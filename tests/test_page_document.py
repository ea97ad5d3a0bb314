import json
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure as Canvas

from qngai_analysis.errors import RenderError
from qngai_analysis.page import blocks
from qngai_analysis.page.blocks import (
    AppendixStart,
    Details,
    Figure,
    LegalBases,
    OfficialHead,
    PageTitle,
    Prose,
    SignatureBlock,
    SimulatedBanner,
    literal,
)
from qngai_analysis.page.document import (
    Document,
    Heading,
    Listing,
    Paragraph,
    Span,
    Unfolded,
    Verbatim,
    as_printed,
    flat,
    prose,
    read,
)
from qngai_analysis.page.tables import Grid, grid_of

FRAME = pd.DataFrame({"Huyện": ["Ba Tơ", "Lý Sơn"], "Tỷ lệ": [45.5, 61.25]})


def canvas() -> Canvas:
    made = Canvas(figsize=(6, 2.5))
    made.subplots().bar(FRAME["Huyện"], FRAME["Tỷ lệ"])
    return made


def notebook(*shown, **metadata):
    """An executed notebook: a string is a Markdown cell, the rest is the output of a code cell."""
    cells = []
    for item in shown:
        if isinstance(item, str):
            cells.append({"cell_type": "markdown", "metadata": {}, "source": item})
            continue
        data = item if isinstance(item, dict) else item._repr_mimebundle_()
        output = {"output_type": "execute_result", "data": json.loads(json.dumps(data)), "metadata": {}}
        cells.append({"cell_type": "code", "metadata": {}, "source": "", "outputs": [output]})
    return {"cells": cells, "metadata": metadata}


def document(*shown, **options) -> Document:
    return read(notebook(*shown), **options)


def of(made: Document, kind):
    return [node for node in made.nodes if isinstance(node, kind)]


def test_tables_and_figures_are_numbered_in_order_each_for_itself():
    made = document(
        grid_of(FRAME, "Một"), Figure.drawn(canvas(), "Hai", "Hai cột", data=FRAME), grid_of(FRAME, "Ba")
    )

    assert [node.label for node in made.nodes] == ["Bảng 1", "Hình 1", "Bảng 2"]


def test_a_cross_reference_becomes_the_number_also_before_its_table_and_inside_lists():
    made = document("# A\n\nXem {ref:huyen_1}.\n\n- như {ref:huyen_1}", grid_of(FRAME, "Một", id="huyen_1"))

    paragraph, listing = made.nodes[0], made.nodes[1]
    assert flat(paragraph.spans) == "Xem Bảng 1."
    assert flat(listing.items[0][0].spans) == "như Bảng 1"


def test_a_reference_to_nothing_names_what_there_is():
    with pytest.raises(RenderError, match=r"\{ref:bang\}: no table or figure has this id; known are t1"):
        document("Xem {ref:bang}", grid_of(FRAME, "Một", id="t1"))


def test_an_id_stands_once():
    with pytest.raises(RenderError, match="Bảng 2: the id 't1' is already that of Bảng 1"):
        document(grid_of(FRAME, "Một", id="t1"), grid_of(FRAME, "Hai", id="t1"))


def test_the_title_is_the_heads_else_the_only_first_level_heading():
    head = OfficialHead("UBND tỉnh", "Sở A", "BC-SA", "Kết quả năm 2025")

    assert document(head, "# I. Một").title == "BÁO CÁO Kết quả năm 2025"
    titled = document("# Du lịch\n\n## Mục tiêu\n\nx")
    assert titled.title == "Du lịch"
    assert [flat(node.spans) for node in of(titled, Heading)] == ["Mục tiêu"]
    assert document(PageTitle("Y tế"), "# I\n\n# II").title == "Y tế"


def test_a_heading_with_nothing_below_it_is_left_out():
    made = document(PageTitle("T"), "## A\n\na\n\n## Trống\n\n## B\n\n### C\n\nc\n\n## Cuối")

    assert [flat(node.spans) for node in of(made, Heading)] == ["A", "B", "C"]


def test_heading_levels_have_no_gaps():
    made = document(PageTitle("T"), "## A\n\n#### B\n\nb\n\n#### C\n\nc\n\n## D\n\n### E\n\ne")

    assert [node.level for node in of(made, Heading)] == [1, 2, 2, 1, 2]


def test_headings_inside_an_appendix_lie_below_its_own():
    made = document(PageTitle("T"), "# I\n\nHai.", AppendixStart("I", "Danh mục"), "# 1\n\nMột.")

    assert [node.level for node in of(made, Heading)] == [1, 2]


def test_the_text_before_a_signature_ends_officially():
    for end in ("Kính báo cáo.", "Kính báo cáo", "Kính báo cáo./."):
        made = document(end, SignatureBlock("Giám đốc", "A"))
        assert flat(made.nodes[0].spans) == "Kính báo cáo./."


def test_punctuation_of_legal_bases_and_recipients():
    assert LegalBases(["Căn cứ A;", "Căn cứ B", "Căn cứ C;"]).lines == (
        "Căn cứ A;",
        "Căn cứ B;",
        "Căn cứ C.",
    )
    assert SignatureBlock("GĐ", "A", recipients=["Như trên", "- Lưu: VT"]).lines == (
        "- Như trên;",
        "- Lưu: VT.",
    )


def test_the_number_of_a_letter_takes_a_leading_zero_or_is_left_open():
    head = OfficialHead("A", "B", "BC-SKHCN", "C", number=5)

    assert head.printed_number == "05/BC-SKHCN"
    assert OfficialHead("A", "B", "BC-SKHCN", "C").printed_number == "      /BC-SKHCN"


@pytest.mark.parametrize(
    "block",
    [
        Prose("**x**"),
        OfficialHead("A", "B", "C", "D", number=3, date=date(2026, 1, 5), addressee=["E", "F"]),
        LegalBases(["A", "B"]),
        SignatureBlock("A", "B", "C", ["D"]),
        AppendixStart("I", "A", "B"),
        Details("A", "B"),
        SimulatedBanner(),
        PageTitle("A", "B", "C"),
        Figure.drawn(canvas(), "A", "B", data=FRAME, source="C", id="d", simulated=True),
    ],
    ids=lambda block: block.kind,
)
def test_a_block_survives_the_notebook_file(block):
    payload = json.loads(json.dumps(block.payload()))
    again = blocks.from_payload(payload)

    assert json.loads(json.dumps(again.payload())) == payload


def test_a_block_of_another_version_is_refused():
    with pytest.raises(RenderError, match="kind 'hologram' is not known here"):
        blocks.from_payload({"kind": "hologram"})


def test_the_same_drawing_is_the_same_svg_without_a_date():
    first, second = (Figure.drawn(canvas(), "A", "B", data=FRAME).svg for _ in range(2))

    assert first == second
    assert "<metadata>" not in first
    assert "<text" not in first  # letters are outlines: the same look on every machine


@pytest.mark.parametrize(("caption", "alt"), [("", "x"), ("x", " ")])
def test_a_figure_needs_a_caption_and_alternative_text(caption, alt):
    with pytest.raises(RenderError, match=r"without a caption|no alternative text"):
        Figure.drawn(canvas(), caption, alt, data=FRAME)


def test_what_a_cell_prints_is_kept_and_what_it_warns_is_not():
    cells = notebook("x")
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "xin chào\n"},
        {"output_type": "stream", "name": "stderr", "text": "FutureWarning"},
        {"output_type": "display_data", "data": {"text/plain": "<Figure size 640x480 with 1 Axes>"}},
        {
            "output_type": "display_data",
            "data": {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "w"},
        },
    ]
    cells["cells"].append({"cell_type": "code", "metadata": {}, "source": "", "outputs": outputs})

    assert of(read(cells), Verbatim) == [Verbatim("xin chào")]


def test_a_cell_tagged_remove_cell_is_left_out():
    cells = notebook("giữ", "bỏ")
    cells["cells"][1]["metadata"]["tags"] = ["remove-cell"]

    assert [flat(node.spans) for node in read(cells).nodes] == ["giữ"]


def test_a_picture_without_alternative_text_is_refused():
    with pytest.raises(RenderError, match="cell 2: a picture without caption and alternative text"):
        document("# A", {"image/svg+xml": "<svg/>"})
    with pytest.raises(RenderError, match="cell 1: a picture without caption and alternative text"):
        document({"image/png": "iVBO", "text/plain": "<Figure size 640x480 with 1 Axes>"})


def test_an_empty_notebook_makes_no_report():
    with pytest.raises(RenderError, match="shows nothing"):
        read({"cells": [], "metadata": {}})


def test_simulated_content_is_noticed_wherever_it_stands():
    assert not document(grid_of(FRAME, "A")).simulated
    assert document(grid_of(FRAME, "A", simulated=True)).simulated
    assert document("x", SimulatedBanner()).simulated


def test_markdown_that_is_understood():
    nodes = prose("# A\n\nb **c** *d* `e`\n\n1. f\n2. g\n   - h\n\n> i\n\n| j | k |\n|---|--:|\n| l | 1 |")

    assert [type(node).__name__ for node in nodes] == ["Heading", "Paragraph", "Listing", "Quote", "Grid"]
    assert isinstance(nodes[2], Listing)
    assert nodes[2].ordered
    assert isinstance(nodes[4], Grid)
    assert nodes[4].columns[1].align == "right"


def test_raw_html_in_prose_is_text():
    assert flat(prose("a <b>c</b>")[0].spans) == "a <b>c</b>"
    assert prose("<script>x</script>") == [Verbatim("<script>x</script>")]


def test_only_web_and_mail_addresses_become_links():
    links = prose("[a](https://example.org) [b](javascript:alert(1)) [c](mailto:x@y.vn)")[0]

    assert isinstance(links, Paragraph)
    assert [span.target for span in links.spans if span.kind == "link"] == [
        "https://example.org",
        "mailto:x@y.vn",
    ]
    assert "b" in flat(links.spans)


def test_details_are_parsed_and_their_references_resolved():
    made = document(grid_of(FRAME, "A", id="t"), Details("Vì sao?", "Xem {ref:t}, **rõ**."))
    (unfolded,) = of(made, Unfolded)

    assert flat(unfolded.nodes[0].spans) == "Xem Bảng 1, rõ."


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp", "Cs"]), min_size=1))
def test_literal_text_comes_out_of_markdown_as_it_went_in(text):
    nodes = prose(f"x{literal(text)}x")

    assert [flat(node.spans) for node in nodes] == [f"x{text}x"]


def test_a_reference_becomes_a_link_to_the_whole_of_the_id_that_it_names():
    spans = prose("{ref:a_b_c} và {ref:d-e}")[0].spans

    assert [span for span in spans if span.kind == "link"] == [
        Span("link", children=(Span("text", "a_b_c"),), target="#a_b_c"),
        Span("link", children=(Span("text", "d-e"),), target="#d-e"),
    ]


def test_the_date_in_the_file_is_the_heads_or_the_one_given():
    head = OfficialHead("A", "B", "C", "D", date=date(2026, 1, 5))

    assert document(head).date == date(2026, 1, 5)
    assert document(head, dated=date(2025, 12, 15)).date == date(2025, 12, 15)


def test_a_title_that_was_a_heading_is_printed_once_by_every_writer():
    cell = {"cell_type": "markdown", "metadata": {}, "source": "# Bắt đầu\n\nMột sổ."}
    document = read({"cells": [cell]})

    assert [type(node) for node in document.nodes] == [Paragraph]
    assert document.opened()[0] == PageTitle("Bắt đầu")
    assert not document.names_itself


def test_a_title_block_is_not_printed_twice():
    document = Document(
        title="Bắt đầu", lang="vi", nodes=(PageTitle("Bắt đầu"), Paragraph((Span("text", "x"),)))
    )

    assert document.opened() == document.nodes


def test_the_published_notebook_keeps_of_its_outputs_what_the_report_prints():
    hidden = {"text/html": "<td>198</td>", "text/plain": "bảng", "application/x": "198"}
    made = notebook(
        Prose("Đạt."),
        hidden,
        {"text/markdown": "lời", "text/plain": "<IPython.core.display.Markdown object>"},
        {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "FloatText(value=198.0)"},
        {"text/plain": "<Figure size 640x480 with 1 Axes>", "text/html": "198"},
    )
    made["cells"][1]["outputs"][0]["metadata"] = {"text/plain": {"v": 198}, "alt": "198"}
    said = {"output_type": "stream", "text": "198\n"}
    more = [
        {**said, "name": "stderr"},
        {"output_type": "error", "ename": "E", "evalue": "198", "traceback": ["198"]},
        {**said, "name": "stdout", "text": "in\n"},
    ]
    made["cells"] += [
        {"cell_type": "code", "metadata": {}, "source": "", "outputs": more},
        {"cell_type": "code", "metadata": {"tags": ["remove-cell"]}, "source": "", "outputs": [said]},
        {"cell_type": "markdown", "metadata": {}, "source": "# Thử"},
    ]

    kept = as_printed(made)

    assert "198" not in json.dumps(kept)
    assert [len(cell.get("outputs", ())) for cell in kept["cells"]] == [1, 1, 1, 0, 0, 1, 0, 0]
    assert kept["cells"][0] == made["cells"][0]  # a block with what JupyterLab shows of it
    assert read(kept) == read(made)


def test_a_notebook_that_shows_nothing_but_its_title_is_a_page_with_a_title():
    assert read(notebook("# Thử")).title == "Thử"
