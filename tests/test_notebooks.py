"""Every notebook is committed clean, runs from top to bottom, and says what its data say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from qngai_analysis import paths
from qngai_analysis.report.engine import execute
from qngai_analysis.report.notebooks import sector_notebook
from qngai_analysis.report.parameters import declared
from qngai_analysis.report.sectors import sectors

NOTEBOOKS = sorted(paths.notebooks().glob("*.ipynb"))
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


@pytest.mark.parametrize("name", sectors())
def test_a_sectors_notebook_is_the_template_filled_in(name: str) -> None:
    assert (
        read(paths.notebooks() / f"{sectors()[name]['notebook']}.ipynb")["cells"][1:2]
        == sector_notebook(name)["cells"][1:2]
    )


def test_a_sector_without_survey_files_says_so_and_goes_on() -> None:
    text = shown(execute(paths.notebooks() / "du_lich.ipynb", {"year": 2025}))

    assert "chưa có tệp số liệu năm 2025" in text
    assert "Lượt khách du lịch" in text, "published figures still stand there"
    assert "Sở Văn hóa, Thể thao và Du lịch" in text


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project folder with two years of small simulated surveys."""
    from shutil import copytree

    from qngai_analysis.survey.simulate import simulate

    home = tmp_path_factory.mktemp("home")
    copytree(
        paths.raw(),
        home / "data" / "raw",
        ignore=lambda folder, names: [n for n in names if n[:4].isdigit() and "surveys" in folder],
    )
    copytree(paths.notebooks(), home / "notebooks")
    for survey in ("tourism", "schools"):
        for year in (2024, 2025):
            simulate(survey, year, folder=home / "data" / "raw" / "surveys" / survey)
    return home


def test_a_sector_with_a_simulated_survey_says_simulated_wherever_it_shows(
    rehearsal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QNGAI_HOME", str(rehearsal))
    executed = execute(rehearsal / "notebooks" / "du_lich.ipynb", {"year": 2025, "real_only": False})
    blocks = [
        data["application/vnd.qngai.block+json"]
        for cell in executed["cells"]
        for output in cell.get("outputs", ())
        if "application/vnd.qngai.block+json" in (data := output.get("data", {}))
    ]
    estimates = [block for block in blocks if "ước lượng toàn tỉnh" in block.get("caption", "")]

    assert [block["kind"] for block in blocks[:2]] == ["title", "simulated"]
    assert len(estimates) == 1
    assert estimates[0]["simulated"] is True
    figures = [block for block in blocks if block["kind"] == "figure" and block["simulated"]]
    assert figures
    assert all("MÔ PHỎNG" in block["source"] for block in figures if block["source"])


def test_real_only_leaves_a_simulated_survey_out(rehearsal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QNGAI_HOME", str(rehearsal))
    text = shown(execute(rehearsal / "notebooks" / "du_lich.ipynb", {"year": 2025, "real_only": True}))

    assert "là số liệu mô phỏng, không dùng khi chỉ lấy số liệu thực" in text
    assert "ước lượng toàn tỉnh" not in text
