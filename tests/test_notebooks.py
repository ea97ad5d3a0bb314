"""Every notebook is committed clean, runs from top to bottom, and says what its data say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qngai_analysis import paths
from qngai_analysis.edition.engine import execute
from qngai_analysis.edition.notebooks import sector_notebook
from qngai_analysis.edition.parameters import declared
from qngai_analysis.errors import ParameterError
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


@pytest.mark.parametrize("name", SECTORS)
def test_a_sectors_notebook_is_the_template_filled_in(name: str) -> None:
    assert read(paths.notebooks() / f"{SECTORS[name].notebook}.ipynb") == sector_notebook(name)


def test_a_sector_without_survey_files_says_so_and_goes_on() -> None:
    text = shown(execute(paths.notebooks() / "du_lich.ipynb", {"year": 2025}))

    assert "chưa có tệp số liệu năm 2025" in text
    assert "Lượt khách du lịch" in text, "published figures still stand there"
    assert "Sở Văn hóa, Thể thao và Du lịch" in text


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project folder with two years of small simulated surveys."""
    from shutil import copytree

    from qngai_analysis.rehearse.simulate import simulate
    from qngai_analysis.survey.form.codebook import surveys

    home = tmp_path_factory.mktemp("home")
    copytree(
        paths.raw(),
        home / "data" / "raw",
        ignore=lambda folder, names: [n for n in names if n[:4].isdigit() and "surveys" in folder],
    )
    copytree(paths.notebooks(), home / "notebooks")
    for survey in surveys():
        for year in (2024, 2025):
            folder = home / "data" / "raw" / "surveys" / survey
            simulate(survey, year, folder=folder, scale=SMALL.get(survey, 1.0))
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


@pytest.mark.parametrize("name", [name for name, sector in SECTORS.items() if sector.survey])
def test_a_sectors_notebook_concludes_the_weighted_share_that_one_gets_by_hand(
    name: str, ran: Callable[..., dict[str, Any]]
) -> None:
    sector = SECTORS[name]
    first = sector.survey[0]
    blocks = blocks_of(ran(sector.notebook))
    table = next(block for block in blocks if "ước lượng toàn tỉnh" in getattr(block, "caption", ""))
    survey, codebook = load_survey(first.name, 2025), read_codebook(first.name)
    indicator = codebook.indicators[first.indicators[0]]
    weight = survey.frame[codebook.design.weight]
    if indicator.kind == "ratio":
        top, below = (survey.frame[column] for column in indicator.columns)
        known = top.notna() & below.notna()
        by_hand = (weight * top)[known].sum() / (weight * below)[known].sum()
    else:
        answers = survey.frame[indicator.name]
        by_hand = (weight * answers).sum() / weight[answers.notna()].sum()

    estimate = next(cell for cell in table.rows[0].cells if cell.unit == indicator.unit)
    assert estimate.value == pytest.approx(by_hand * (100 if indicator.unit == "%" else 1))
    assert table.simulated is True


#: What the notebooks without a survey of their own conclude, from the raw files alone.
CONCLUDED = {
    "bao_cao_nam": "17 chỉ tiêu",
    "tai_nguyen_moi_truong": "Các kế hoạch không đặt chỉ tiêu định lượng riêng cho lĩnh vực này.",
}


@pytest.mark.parametrize(("name", "fact"), CONCLUDED.items())
def test_the_other_notebooks_conclude_what_the_raw_files_say(
    name: str, fact: str, ran: Callable[..., dict[str, Any]]
) -> None:
    assert fact in shown(ran(name))


#: Notebooks that the tests of their own modules execute.
ELSEWHERE = {
    "bat_dau": "test_report_quality.py",
    "chat_luong_so_lieu": "test_report_quality.py",
    "thang_muc_tieu": "test_report_ladder.py",
}


def test_every_notebook_is_executed_by_a_test() -> None:
    surveyed = {sector.notebook for sector in SECTORS.values() if sector.survey}

    assert {file.stem for file in NOTEBOOKS} == surveyed | CONCLUDED.keys() | ELSEWHERE.keys()
    for name, file in ELSEWHERE.items():
        assert f"{name}.ipynb" in (Path(__file__).parent / file).read_text(encoding="utf-8")


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
    assert values[2] == pytest.approx(shares[0])
    assert values[5:7] == pytest.approx([shares[1], shares[0] - shares[1]])
    assert "Chỉ có ở cấp tỉnh" in text


def test_a_unit_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(ParameterError, match=r"^district = 'Huyện Ba To'; it is one of Huyện Ba Tơ, "):
        execute(paths.notebooks() / "y_te.ipynb", {"district": "Huyện Ba To"})


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
    estimates = [block for block in blocks if "ước lượng toàn tỉnh" in getattr(block, "caption", "")]

    assert [block.kind for block in blocks[:2]] == ["title", "simulated"]
    assert len(estimates) == 1
    assert estimates[0].simulated is True
    figures = [block for block in blocks if block.kind == "figure" and block.simulated]
    assert figures
    assert all("MÔ PHỎNG" in block.source for block in figures if block.source)


def test_real_only_leaves_a_simulated_survey_out(ran: Callable[..., dict[str, Any]]) -> None:
    text = shown(ran("du_lich", real_only=True))

    assert "là số liệu mô phỏng, không dùng khi chỉ lấy số liệu thực" in text
    assert "ước lượng toàn tỉnh" not in text
