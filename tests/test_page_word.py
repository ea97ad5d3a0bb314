"""The yearly report as a Word file: what its structure promises, and its pages as LibreOffice lays them out."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from printed import pages

from qngai_analysis.page.layout import layout


@pytest.fixture(scope="module")
def file(edition: Path) -> docx.document.Document:
    return docx.Document(str(edition / "bao_cao_nam_2025.docx"))


def words_on_pages(data: bytes) -> list[int]:
    return [len(text.split()) for text in pages(data)]


def test_pages_have_the_size_and_margins_of_the_layout(file: docx.document.Document) -> None:
    page = layout()["page"]
    for section in file.sections:
        upright = section.orientation == WD_ORIENT.PORTRAIT
        size = (page["width_mm"], page["height_mm"])
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (
            size if upright else size[::-1]
        )
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        wanted = [page[f"{side}_mm"] for side in ("top", "bottom", "left", "right")]
        assert [round(margin.mm) for margin in margins] == wanted


def test_headings_are_the_sections_of_the_report_in_order(file: docx.document.Document) -> None:
    headings = [p.text.split("\n")[0] for p in file.paragraphs if p.style.name.startswith("Heading")]

    sections = [text.split(".")[0] for text in headings if re.match(r"[IVX]+\. ", text)]
    assert sections == ["I", "II", "III", "IV", "V", "VI", "VII"]
    assert [text for text in headings if text.startswith("Phụ lục")] == [
        f"Phụ lục {n}" for n in ("I", "II", "III", "IV", "V", "VI")
    ]
    assert len(headings) == len(set(headings)) or headings.count("Tóm tắt") == 1


def test_every_link_inside_leads_to_a_bookmark_and_every_other_to_an_address(
    file: docx.document.Document,
) -> None:
    links = file.element.findall(f".//{qn('w:hyperlink')}")
    anchors = [link.get(qn("w:anchor")) for link in links if link.get(qn("w:anchor"))]
    marks = [mark.get(qn("w:name")) for mark in file.element.findall(f".//{qn('w:bookmarkStart')}")]
    outside = {file.part.rels[link.get(qn("r:id"))].target_ref for link in links if link.get(qn("r:id"))}

    assert len(marks) == len(set(marks))
    assert set(anchors) <= set(marks)
    assert {"muc_tieu", "khoang_trong", "vi_sao_906_01"} <= set(anchors), (
        "tables named in the text, and reasons"
    )
    assert outside
    assert all(address.startswith("http") for address in outside)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_shows_no_page_blank_or_with_a_title_alone_and_about_as_many_as_the_pdf(
    edition: Path, tmp_path: Path
) -> None:
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(edition / "bao_cao_nam_2025.docx")],
        check=True,
        capture_output=True,
    )
    shown = words_on_pages((tmp_path / "bao_cao_nam_2025.pdf").read_bytes())
    letter = words_on_pages((edition / "bao_cao_nam_2025.pdf").read_bytes())
    printed = letter + words_on_pages((edition / "bao_cao_nam_2025_phu_luc.pdf").read_bytes())

    assert min(shown[:-1]) >= 40, [place for place, words in enumerate(shown, 1) if words < 40]
    assert abs(len(shown) - len(printed)) <= 0.1 * len(printed)
    # page beside page: as many words in the body, a tenth more or less
    assert abs(sum(shown[: len(letter)]) - sum(letter)) <= 0.1 * sum(letter)


def test_the_body_has_at_most_15_pages_and_none_is_nearly_empty(edition: Path) -> None:
    letter = words_on_pages((edition / "bao_cao_nam_2025.pdf").read_bytes())
    appendices = words_on_pages((edition / "bao_cao_nam_2025_phu_luc.pdf").read_bytes())

    assert len(letter) <= 15
    assert min(letter) >= 100
    assert min(appendices) >= 40
