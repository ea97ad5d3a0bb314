"""What a reviewer finds out of an edition: every change since it was made."""

import json
from pathlib import Path

import pytest
from survey_workbench import csv_text, deliver, make_project

from qngai_analysis import paths
from qngai_analysis.audit import audit, licences
from qngai_analysis.cli import main
from qngai_analysis.edition.publishing import YEARLY, Made, held, outdated, publish
from qngai_analysis.errors import RenderError
from qngai_analysis.page.document import Document
from qngai_analysis.page.html import to_html


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An edition of one page made of the project's notebook and what it holds."""
    made = Made(
        "y_te_2025",
        paths.notebooks() / "y_te.ipynb",
        {},
        {"y_te_2025.html": to_html(Document("Y tế", "vi", ())).encode()},
        tuple(held()),
    )
    publish(tmp_path / "2025", [made])
    return tmp_path / "2025"


def test_a_project_in_a_folder_called_surveys_rests_on_its_tables_all_the_same(tmp_path, monkeypatch):
    table = tmp_path / "surveys" / "p" / "data" / "raw" / "published" / "figures.csv"
    table.parent.mkdir(parents=True)
    table.touch()
    monkeypatch.setattr(
        "qngai_analysis.edition.publishing.raw", lambda *parts: table.parents[1].joinpath(*parts)
    )

    assert held() == [table]


def wrong(folder: Path) -> list[str]:
    return [str(finding) for finding in audit(folder) if not finding.good]


def test_an_edition_as_it_was_made_is_found_in_order(folder, capsys):
    assert wrong(folder) == []
    assert main(["audit", str(folder)]) == 0
    assert "qngai report" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: (f / "y_te_2025.html").write_text("x"), "changed: 1 (y_te_2025.html)"),
        (lambda f: (f / "y_te_2025.html").unlink(), "lost: 1 (y_te_2025.html)"),
        (lambda f: edit(f, "inputs", "data/raw/project.toml"), "changed: 1 (data/raw/project.toml)"),
        (lambda f: edit(f, "notebook", "sha256"), "changed: 1 (y_te.ipynb)"),
        (lambda f: top(f, made_by="qngai-analysis 0.0.1"), "qngai-analysis 0.0.1"),
        (lambda f: top(f, surveys=[["shops", 2025, "real"]]), "shops.2025.real.json"),
        (lambda f: top(f, surveys=[["shops", 2025, "simulated"]]), "0/1"),
        (lambda f: (f / "records.sav").write_bytes(b"x"), "records.sav"),
    ],
)
def test_each_difference_is_named(folder, change, said, capsys):
    change(folder)

    assert said in "\n".join(wrong(folder))
    assert main(["audit", str(folder)]) == 1


def test_a_page_made_before_the_data_changed_is_named_with_the_command_that_makes_it_again(tmp_path):
    notebook, out = paths.notebooks() / "y_te.ipynb", tmp_path / "2025"
    given = {"year": 2025, "cutoff": "2026-03-31", "lang": "vi", "district": "Huyện Ba Tơ", "plan": None}
    for stem, parameters in (("y_te_2025", {"year": 2025}), ("y_te_huyen_ba_to_2025", given)):
        page = {f"{stem}.html": to_html(Document("Y tế", "vi", ())).encode()}
        publish(out, [Made(stem, notebook, parameters, page, held())])
    assert outdated(out) == {}
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["documents"]["y_te_huyen_ba_to_2025"]["inputs"]["data/raw/project.toml"] = "0" * 64
    (out / "manifest.json").write_text(json.dumps(manifest))

    command = f'qngai render y_te -p "district=Huyện Ba Tơ" --year 2025 --out {tmp_path}'
    assert outdated(out) == {"y_te_huyen_ba_to_2025": command}
    assert any(command in line for line in wrong(out))


def test_what_came_after_an_edition_is_named_and_its_pages_are_older_than_the_data(tmp_path, monkeypatch):
    home = make_project(tmp_path, monkeypatch).parents[2]
    paths.notebooks().joinpath("y_te.ipynb").write_text("{}")
    page = {"y_te_2025.html": to_html(Document("Y tế", "vi", ())).encode()}
    publish(tmp_path / "2025", [Made("y_te_2025", paths.notebooks() / "y_te.ipynb", {}, page, held())])
    assert wrong(tmp_path / "2025") == []

    delivery = home / "data/raw/returns/2025/001"
    (delivery / "received").mkdir(parents=True)
    (delivery / "received" / "so-y-te-1.xlsx").write_bytes(b"x")
    for name in ("forms", "figures", "tasks"):
        (delivery / f"{name}.csv").write_text("form\n")
    deliver(home / "data/raw/surveys/shops/2025.csv", csv_text())

    inputs, pages = wrong(tmp_path / "2025")
    assert "2 (data/raw/surveys/shops/2025.toml, so-y-te-1.xlsx)" in inputs
    assert "1 (y_te_2025)" in pages


def test_what_one_command_makes_is_made_again_by_that_command(tmp_path):
    out, books = tmp_path / "2025", (YEARLY, "y_te", "bat_dau")
    given = {"year": 2025, "lang": "vi", "cutoff": "2026-03-31"}
    made = [
        Made(name, paths.notebooks() / f"{name}.ipynb", given, {f"{name}.html": b"<html></html>"})
        for name in books
    ]
    publish(out, made)

    report, by_itself = "qngai report --year 2025", "qngai render bat_dau --year 2025"
    commands = [*[f"{report} --out {tmp_path}"] * 2, f"{by_itself} --out {tmp_path}"]
    assert outdated(out) == dict(zip((YEARLY, "y_te", "bat_dau"), commands, strict=True))


def test_a_batch_is_older_than_the_data_as_a_whole(folder):
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    entry = content["documents"]["y_te_2025"]
    whole = {name: entry.pop(name) for name in ("notebook", "inputs", "parameters")}
    whole["parameters"] = {"by": "commune", "year": 2025}
    (folder / "manifest.json").write_text(json.dumps(content | whole), encoding="utf-8")
    assert outdated(folder) == {}

    whole["inputs"].pop("data/raw/project.toml")
    top(folder, **whole)
    assert outdated(folder) == {folder.name: f"qngai batch --by commune --year 2025 --out {folder.parent}"}


def test_a_survey_file_that_was_edited_is_found_though_the_manifest_names_its_sidecar_alone(
    tmp_path, monkeypatch
):
    file = deliver(make_project(tmp_path, monkeypatch) / "shops" / "2025.csv", csv_text())
    page = {"y_te_2025.html": to_html(Document("Y tế", "vi", ())).encode()}
    notebook = paths.notebooks() / "y_te.ipynb"
    notebook.write_text("{}")
    publish(tmp_path / "2025", [Made("y_te_2025", notebook, {}, page, held())])
    assert wrong(tmp_path / "2025") == []
    file.write_text(csv_text().replace("200", "201"), encoding="utf-8")

    assert "changed: 1 (data/raw/surveys/shops/2025.csv)" in wrong(tmp_path / "2025")[0]


def test_bodies_of_a_batch_may_have_no_survey_and_what_shows_one_says_that_it_is_simulated(folder):
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for entry in content["documents"].values():
        del entry["notebook"]
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    top(folder, surveys=[["shops", 2025, "simulated"]])
    assert not [one for one in wrong(folder) if "0/1" in one]

    page = folder / "y_te_2025.html"
    page.write_text(page.read_text(encoding="utf-8") + '<span class="sim">', encoding="utf-8")
    assert [one for one in wrong(folder) if "0/1" in one]


def edit(folder: Path, part: str, key: str) -> None:
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    content["documents"]["y_te_2025"][part][key] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")


def top(folder: Path, **values: object) -> None:
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(content | values), encoding="utf-8")


def test_no_edition_and_a_damaged_one_are_one_line(tmp_path, folder):
    with pytest.raises(RenderError, match=r"manifest\.json"):
        wrong(tmp_path)
    (folder / "manifest.json").write_text("[", encoding="utf-8")
    with pytest.raises(RenderError, match=r"manifest\.json"):
        wrong(folder)


def test_licences_are_those_of_what_is_installed(capsys):
    listed = licences()

    assert {"pandas", "papermill", "typst", "ipykernel"} <= set(listed["name"].str.lower())
    assert not listed["licence"].isin(["", "?"]).any()
    assert not listed["licence"].str.contains("AGPL|Commercial", regex=True).any()
    assert main(["licences", "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("name,version,licence,home\n")
