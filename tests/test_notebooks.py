"""Every notebook is committed clean, runs from top to bottom, and says what its data say."""

from __future__ import annotations

import ast
import itertools
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from notebook_runs import execute
from survey_workbench import copy_simulated

import qngai_analysis as qn
from qngai_analysis import paths, territory
from qngai_analysis.edition.notebooks import sector_notebook, write_notebook
from qngai_analysis.errors import ParameterError
from qngai_analysis.notebook.parameters import declared
from qngai_analysis.page.blocks import from_payload
from qngai_analysis.page.tables import MIME
from qngai_analysis.project import read_project
from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.survey.loading import load_survey

NOTEBOOKS = sorted(paths.notebooks().glob("*.ipynb"))
SECTORS = read_project().sectors
SHARED = {"year", "real_only", "lang"}  # the same names everywhere


def read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def shown(executed: dict[str, Any]) -> str:
    """Return all that a notebook shows, as text."""
    return json.dumps([cell.get("outputs", []) for cell in executed["cells"]], ensure_ascii=False)


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_committed_without_outputs_and_with_its_kernel(file: Path) -> None:
    content = read(file)

    assert content["metadata"]["kernelspec"]["name"] == "python3"
    for cell in content["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
    assert (
        file.read_text(encoding="utf-8")
        == json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    )


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_declares_typed_parameters_under_the_shared_names(file: Path) -> None:
    known = declared(file)

    assert set(known) >= SHARED
    assert known["lang"].choices == ("vi", "en")
    assert known["year"].types == ("int",)
    assert all(parameter.help for parameter in known.values())


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_tells_and_the_library_works(file: Path) -> None:
    code = ["".join(cell["source"]) for cell in read(file)["cells"] if cell["cell_type"] == "code"]

    assert not [source for source in code if "def " in source or "lambda" in source]
    assert all(source.count("\n") <= 15 for source in code)


def cells_of(stem: str, kind: str) -> list[str]:
    """Return the sources of a notebook's cells of a kind."""
    content = read(paths.notebooks() / f"{stem}.ipynb")
    return ["".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] == kind]


SECTOR_NOTEBOOKS = [sector.notebook for sector in SECTORS.values()]
ANALYSES = [*SECTOR_NOTEBOOKS, "mau_phan_tich"]


@pytest.mark.parametrize("stem", ANALYSES)
def test_an_analysis_needs_pandas_seaborn_and_the_public_api_only(stem: str) -> None:
    trees = [ast.parse(source) for source in cells_of(stem, "code")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    named = {
        alias.name.partition(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names
    }
    taken = {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    names = {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "qn"
    }

    assert named <= {"pandas", "seaborn", "matplotlib", "qngai_analysis"}
    assert taken <= {"typing"}
    assert names <= set(qn.__all__)


@pytest.mark.parametrize("stem", ANALYSES)
def test_an_analysis_is_text_first_and_its_cells_are_short(stem: str) -> None:
    code, text = cells_of(stem, "code"), cells_of(stem, "markdown")

    assert len(text) >= len(code)
    assert all(sum(map(bool, source.splitlines())) <= 8 for source in code)
    for place, source in enumerate(code):
        if re.search(r"^qn[.](plot|figure|table)", source, re.MULTILINE):
            assert "qn.finding(" in code[place + 1], f"{source}: what does it show?"


@pytest.mark.parametrize("stem", SECTOR_NOTEBOOKS)
def test_the_text_of_a_sector_names_no_plan_no_place_and_no_level(stem: str) -> None:
    """The same notebook is every province's: what differs comes from the project, through its code cells."""
    text = "\n".join([*cells_of(stem, "markdown"), *cells_of(stem, "code")])
    named = re.compile(
        r"Quảng Ngãi|Lý Sơn|Kon Tum|Tư Nghĩa|\b(906|114)\b|[Hh]uyện|thị xã|QNG|[Tt]ỉnh (cũ|mới)"
    )

    assert not [match[0] for match in named.finditer(text)]
    assert not re.findall(r"\d+ ?%|\b20\d\d\b", "\n".join(cells_of(stem, "markdown"))), "numbers are computed"


@pytest.mark.parametrize("stem", SECTOR_NOTEBOOKS)
def test_a_sector_asks_questions_that_no_other_asks(stem: str) -> None:
    asked = {
        name: set(re.findall("^## .*[?]$", "\n".join(cells_of(name, "markdown")), re.MULTILINE))
        for name in SECTOR_NOTEBOOKS
    }
    others = set().union(*(questions for name, questions in asked.items() if name != stem))

    assert len(asked[stem] - others) >= 4


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations(SECTOR_NOTEBOOKS, 2)])
def test_two_sectors_share_at_most_half_of_their_code(one: str, other: str) -> None:
    first, second = cells_of(one, "code"), cells_of(other, "code")

    assert len(set(first) & set(second)) <= min(len(first), len(second)) / 2


def test_a_new_notebook_runs_as_it_is_made(tmp_path: Path) -> None:
    write_notebook(sector_notebook("du_lich"), tmp_path / "rieng.ipynb")
    text = shown(execute(tmp_path / "rieng.ipynb", {"year": 2025, "real_only": True}))

    assert "Tốc độ tăng GRDP cả năm" in text
    assert "Nhiệm vụ của lĩnh vực và cơ quan chủ trì" in text


def test_a_sector_without_survey_files_says_so_and_goes_on() -> None:
    text = shown(execute(paths.notebooks() / "du_lich.ipynb", {"year": 2025}))

    assert "chưa có tệp số liệu năm 2025" in text
    assert "Lượt khách du lịch" in text, "published figures still stand there"
    assert "Sở Văn hóa, Thể thao và Du lịch" in text


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project folder with two years of small simulated surveys."""
    from shutil import copytree

    from qngai_analysis.survey.form.held import surveys

    home = tmp_path_factory.mktemp("home")
    copytree(
        paths.raw(),
        home / "data" / "raw",
        ignore=lambda folder, names: [n for n in names if n[:4].isdigit() and "surveys" in folder],
    )
    copytree(paths.notebooks(), home / "notebooks")
    for survey in surveys():
        for year in (2024, 2025):
            copy_simulated(home / "data" / "raw" / "surveys", survey, year, SMALL.get(survey, 1.0))
    return home


#: Samples that are large at their real size; the others are small as they are.
SMALL = {"households": 0.3, "enterprises": 0.5, "farms": 0.5}


@pytest.fixture
def ran(rehearsal: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Return what runs a notebook of the rehearsal in 2025; the same run is made once for all tests."""
    monkeypatch.setenv("QNGAI_HOME", str(rehearsal))

    def run(name: str, **parameters: object) -> dict[str, Any]:
        key = (name, *sorted(parameters.items()))
        if key not in _RUNS:
            _RUNS[key] = execute(rehearsal / "notebooks" / f"{name}.ipynb", {"year": 2025, **parameters})
        return _RUNS[key]

    return run


_RUNS: dict[tuple[object, ...], dict[str, Any]] = {}


def blocks_of(executed: dict[str, Any]) -> list[Any]:
    """Return the blocks that a notebook shows, as the writers read them."""
    return [
        from_payload(data[MIME])
        for cell in executed["cells"]
        for output in cell.get("outputs", ())
        if MIME in (data := output.get("data", {}))
    ]


def findings_of(executed: dict[str, Any]) -> list[str]:
    """Return what a notebook finds, as printed."""
    return [block.text.replace("\\", "") for block in blocks_of(executed) if block.kind == "finding"]


#: What the notebooks find in the published figures, recomputed by hand from data/raw/published/figures.csv.
FOUND = {
    "du_lich": "Năm 2024 có trên 1.400.000 lượt khách, năm 2019 có trên 1.140.000 (tỉnh, địa giới cũ); không tính tỷ lệ khi có số chỉ là cận.",
    "thuong_mai_dien_tu": "Nếu giống cả nước, năm 2024 thương mại điện tử của tỉnh vào khoảng 6.970 tỷ đồng.",
    "nong_nghiep": "Số sản phẩm OCOP từ 204 (10/2024) thành 213 (2024): tỉnh, địa giới cũ.",
    "y_te": "Số sổ sức khỏe trên VNeID bằng 46% số hồ sơ đã tạo.",
    "giao_duc": "Cứ 100 người học thì nhiều nhất 70 người đã được chứng nhận kỹ năng số.",
    "lao_dong": "So với mức cả nước đã đạt năm 2022, mục tiêu cao hơn 2,2 điểm phần trăm mỗi năm.",
    "cong_nghiep": "Công nghiệp, xây dựng mang 48% phần đóng góp của kinh tế số.",
    "logistics": "Từ 2022 đến 2024 tổng mức bán lẻ tăng 20%, chưa trừ trượt giá.",
    "tai_nguyen_moi_truong": "Một đơn vị cấp xã rộng bình quân 154,5 km² (tỉnh, địa giới từ 01/7/2025), gấp 5,1 lần 30,3 km² (tỉnh, địa giới cũ).",
    "nen_mong": "Cùng bộ chỉ số, hạng DTI đổi từ 26 (2022) thành 21 (2023).",
    "mau_phan_tich": "Từ 2020 đến 2025 tỷ trọng đổi +1,36 điểm phần trăm.",
}


@pytest.mark.parametrize(("name", "sentence"), FOUND.items())
def test_with_real_figures_only_a_notebook_finds_what_is_published(
    name: str, sentence: str, ran: Callable[..., dict[str, Any]]
) -> None:
    executed = ran(name, real_only=True)

    assert sentence in findings_of(executed)
    assert "MÔ PHỎNG" not in "".join(findings_of(executed))


@pytest.mark.parametrize("name", [sector.notebook for sector in SECTORS.values() if sector.survey])
def test_with_simulated_surveys_a_notebook_finds_more_and_says_so(
    name: str, ran: Callable[..., dict[str, Any]]
) -> None:
    real, all_of_it = findings_of(ran(name, real_only=True)), findings_of(ran(name))
    more = [text for text in all_of_it if text not in real]

    assert set(real) <= set(all_of_it), "what is published does not change"
    assert len(more) >= 2
    assert all(text.endswith("(SỐ LIỆU MÔ PHỎNG)") for text in more)


#: Notebooks that the tests of their own modules execute.
ELSEWHERE = {
    "bao_cao_nam": "test_report_yearly.py",
    "bat_dau": "test_report_quality.py",
    "chat_luong_so_lieu": "test_report_quality.py",
    "don_vi": "test_report_unit.py",
    "thang_muc_tieu": "test_report_ladder.py",
}


def test_every_notebook_is_executed_by_a_test() -> None:
    assert {file.stem for file in NOTEBOOKS} == FOUND.keys() | ELSEWHERE.keys()
    for name, file in ELSEWHERE.items():
        assert name in (Path(__file__).parent / file).read_text(encoding="utf-8")


def test_a_districts_report_holds_its_own_targets_and_tests_it_against_the_rest(
    ran: Callable[..., dict[str, Any]],
) -> None:
    executed = ran("y_te", district="Huyện Ba Tơ")
    blocks, text = blocks_of(executed), shown(executed)
    own = next(
        block for block in blocks if getattr(block, "caption", "").endswith("giao riêng cho Huyện Ba Tơ")
    )
    tested = next(
        block for block in blocks if "so với phần còn lại của tỉnh" in getattr(block, "caption", "")
    )
    here = load_survey("households", 2025)
    inside = here.frame[read_codebook("households").design.district].astype(str).eq("Huyện Ba Tơ")
    answers, weight = here.frame["health_record"], here.frame["weight"]
    shares = [
        100 * (weight * answers)[part].sum() / weight[part & answers.notna()].sum()
        for part in (inside, ~inside)
    ]

    assert [row.cells[1].text for row in own.rows] == ["Huyện Ba Tơ"]
    values = [cell.value for cell in tested.rows[0].cells]
    assert abs(values[1] - (inside & answers.notna()).sum()) < 5, "n is rounded to a multiple of 5"
    # published in steps of more than two answers, the difference from the published shares
    step = 200 / values[1] + 0.05
    assert values[2] == pytest.approx(shares[0], abs=step)
    assert values[5:7] == pytest.approx([shares[1], shares[0] - shares[1]], abs=step)
    assert "Chỉ có ở cấp tỉnh" in text
    points = next(block for block in blocks if block.kind == "key-points")
    assert points.title == "Những điểm chính của toàn tỉnh, không riêng Huyện Ba Tơ"


@pytest.mark.parametrize(
    ("typed", "nearest"), [("Huyện Ba To", "Huyện Ba Tơ"), ("son tinh", "Huyện Sơn Tịnh"), ("x", "")]
)
def test_a_unit_that_is_none_is_refused_with_the_nearest_first_then_all_districts(
    typed: str, nearest: str
) -> None:
    with pytest.raises(
        ParameterError,
        match=rf"^district = '{typed}': there is none of that name; it must be one of {nearest}",
    ) as refused:
        execute(paths.notebooks() / "y_te.ipynb", {"district": typed, "year": 2025})

    districts = {unit.name for unit in territory.parts(date(2025, 1, 1))}
    assert len(districts) == 13
    assert districts <= set(str(refused.value).split(" one of ")[1].split(", "))


@pytest.mark.parametrize("year", [2021, 2026])
def test_a_year_the_plan_does_not_cover_is_refused(year: int) -> None:
    with pytest.raises(ParameterError, match=rf"year {year}: .*qngai add plan FILE"):
        execute(paths.notebooks() / "y_te.ipynb", {"year": year})


def test_each_verdict_leads_to_its_reasons(ran: Callable[..., dict[str, Any]]) -> None:
    # without the surveys, whose tables take most of the time and lead nowhere
    blocks = blocks_of(ran("nen_mong", lang="en", real_only=True))
    places = [f"#{block.id}" for block in blocks if block.kind == "details"]
    led_to = [
        cell.href
        for block in blocks
        if block.kind == "table" and block.id.startswith("chi-tieu")
        for row in block.rows
        for cell in row.cells
        if cell.mark
    ]

    assert led_to == places
    assert len(places) > 20
    first = next(block for block in blocks if block.kind == "details")
    assert "Read as: ≥ 20%" in first.text.replace("\\", "").replace("\u00a0", " ")


def test_a_sector_with_a_simulated_survey_says_simulated_wherever_it_shows(
    ran: Callable[..., dict[str, Any]],
) -> None:
    blocks = blocks_of(ran("du_lich"))
    own = [block for block in blocks if block.kind in ("figure", "table", "finding")]

    assert [block.kind for block in blocks[:2]] == ["title", "simulated"]
    assert [block.simulated for block in own[:8]] == [False] * 8, (
        "four questions on published figures come first"
    )
    figures = [block for block in own if block.kind == "figure" and block.simulated]
    assert len(figures) >= 3
    assert all("MÔ PHỎNG" in block.source for block in figures if block.source)


def test_real_only_leaves_a_simulated_survey_out(ran: Callable[..., dict[str, Any]]) -> None:
    text = shown(ran("du_lich", real_only=True))

    assert "là số liệu mô phỏng, không dùng khi chỉ lấy số liệu thực" in text
