"""A plan says the same as text, as a web page, as a Word file and as a PDF."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst

from qngai_analysis.plan import read_plan
from tests.plan_documents import FOLDER, FORMATS, as_docx, as_typst

SOURCES = sorted(file.stem for file in FOLDER.glob("*.md"))
LANDSCAPE = {"merged_tasks", "ward_party", "wide_goals"}
#: How many targets and tasks each document has, counted by eye in its source.
COUNTED = {
    "commune_year": (11, 3),  # 4 in prose and items, 7 rows of which 2025 is a result
    "communes_measures": (16, 0),  # 4 in items, 4 communes of 3 measures
    "merged_tasks": (5, 6),
    "province_five_years": (60, 0),  # 30 rows, 2028 and 2030
    "department_digital": (11, 2),  # what 2025 planned and did is no target of a plan for 2026
    "unnumbered": (5, 3),
    "ward_party": (24, 3),
    "wide_goals": (12, 2),  # 4 rows of three years each; two duties
}


def said(file: Path) -> tuple[list[object], list[object], list[str]]:
    """Return what is read of a file; whether the lines of a cell are told apart is left to each format."""
    plan = read_plan(file)
    targets = [
        (t.subject, t.comparator, t.value, t.value_high, t.unit, t.period_start, t.period_end, t.indicator, t.agencies, t.geography.lower(), t.listed)
        for t in plan.listed_targets + plan.stated_targets
    ]  # fmt: skip
    tasks = [
        (t.number, t.text.replace(";", ""), t.heading, t.agencies, t.cooperating, t.first_year, t.last_year, t.deadline, t.recurrence)
        for t in plan.task_list
    ]  # fmt: skip
    return targets, tasks, [goal.text for goal in plan.goals]


def compiled(markup: str) -> bytes:
    return typst.compile(markup.encode(), format="pdf")


def source(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def made(folder: Path, name: str, kind: str) -> Path:
    if kind == "docx":
        return as_docx(source(name), folder / "plan.docx", name in LANDSCAPE)
    file = folder / f"plan.{kind}"
    file.write_bytes(FORMATS[kind](source(name)))
    return file


@pytest.mark.parametrize("name", SOURCES)
def test_the_text_holds_what_was_counted_in_it(tmp_path: Path, name: str) -> None:
    targets, tasks, _ = said(made(tmp_path, name, "txt"))

    assert (len(targets), len(tasks)) == COUNTED[name]


@pytest.mark.parametrize("kind", ["html", "docx", "pdf"])
@pytest.mark.parametrize("name", SOURCES)
def test_every_format_says_what_the_text_says(tmp_path: Path, name: str, kind: str) -> None:
    assert said(made(tmp_path, name, kind)) == said(made(tmp_path, name, "txt"))


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.pdf")), ids=lambda file: file.stem)
def test_a_pdf_of_libreoffice_ruled_or_not_says_what_the_text_says(tmp_path: Path, file: Path) -> None:
    assert said(file) == said(made(tmp_path, file.name.partition(".")[0], "txt"))


@pytest.mark.parametrize("placed", ["left + top", "left + horizon", "center + horizon"])
@pytest.mark.parametrize("name", SOURCES)
def test_a_table_without_rules_is_read_as_it_is_or_its_page_is_named(
    tmp_path: Path, name: str, placed: str
) -> None:
    file = tmp_path / "plan.pdf"
    file.write_bytes(as_typst(source(name), name in LANDSCAPE, f"none, align: {placed}"))
    found, expected = said(file)[0], said(made(tmp_path, name, "txt"))[0]
    numbers = {target[1:7] for target in expected}  # type: ignore[index]

    assert not [target for target in found if target[1:7] not in numbers]  # type: ignore[index]
    assert len(found) == len(expected) or read_plan(file).unread_pages


def test_a_row_that_leaves_its_columns_is_left_out_with_its_table(tmp_path: Path) -> None:
    rows = [
        "TT|Chỉ tiêu|Đơn vị|Năm 2025|Năm 2026",
        "1|Tỷ lệ hộ có điện|%|96|98",
        "2|Tỷ lệ hộ có nước sạch|%|70|75",
    ]
    shifted = "3|Tỷ lệ hộ có nhà tiêu hợp vệ sinh ở các xã||%|60 65"
    cells = ", ".join(f"[{cell}]" for row in [*rows, shifted] for cell in row.split("|"))
    file = tmp_path / "plan.pdf"
    file.write_bytes(
        compiled(
            f"II. CHỈ TIÊU NĂM 2026\n\n#table(columns: (1cm, 6cm, 2cm, 2cm, 2cm), stroke: none, {cells})"
        )
    )

    plan = read_plan(file)

    assert len(plan.targets) == 0
    assert plan.unread_pages == (1,)
    assert any("cannot be told apart" in warning for warning in plan.warnings)


def test_a_landscape_pdf_says_what_an_upright_one_says(tmp_path: Path) -> None:
    upright, landscape = tmp_path / "upright.pdf", tmp_path / "landscape.pdf"
    upright.write_bytes(as_typst(source("wide_goals")))
    landscape.write_bytes(as_typst(source("wide_goals"), landscape=True))

    assert said(landscape) == said(upright)


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.pdf")), ids=lambda file: file.stem)
def test_a_table_without_rules_is_said_to_be_guessed(file: Path) -> None:
    guessed = read_plan(file).guessed_pages

    assert bool(guessed) == ("unruled" in file.name)
    assert bool(guessed) == any("without rules" in warning for warning in read_plan(file).warnings)
