"""A report is made again when something that it is made of changed, and only then."""

import os
from pathlib import Path
from shutil import copytree

import pytest

from qngai_analysis import kept, paths
from qngai_analysis.edition import batch, cache
from qngai_analysis.edition.batch import Edition, plan_year, render_year
from qngai_analysis.edition.engine import Job
from qngai_analysis.edition.publishing import Made

NOTEBOOK = """{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
 {"cell_type": "code", "id": "a", "metadata": {"tags": ["parameters"]}, "outputs": [], "execution_count": null,
  "source": "year: int = 2025"},
 {"cell_type": "code", "id": "b", "metadata": {}, "outputs": [], "execution_count": null,
  "source": "import os, time\\nprint(year)\\nopen(os.environ['RAN'], 'a').write('x')"}]}"""


@pytest.fixture
def edition(small, tmp_path, monkeypatch) -> Edition:
    """A small project whose yearly report counts how often it ran."""
    copytree(small, tmp_path, dirs_exist_ok=True)
    (tmp_path / "notebooks" / "bao_cao_nam.ipynb").write_text(NOTEBOOK, encoding="utf-8")
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    monkeypatch.setenv("RAN", str(tmp_path / "ran"))
    return Edition(2025, tmp_path / "reports", formats=("html",))


def add(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def ran(edition: Edition) -> int:
    return len((edition.out.parent / "ran").read_text())


def test_with_nothing_changed_nothing_runs_and_no_file_is_touched(edition):
    first = render_year(edition, with_sectors=False)
    before = {path: path.stat() for path in first}
    again = render_year(edition, with_sectors=False)

    assert ran(edition) == 1
    assert again == first
    assert {path: path.stat() for path in again} == before
    assert plan_year(edition, with_sectors=False) == [("bao_cao_nam_2025", [])]


CHANGES = {
    "data/raw/project.toml": lambda home: add(home / "data/raw/project.toml", "\n# x"),
    "bao_cao_nam.ipynb": lambda home: add(home / "notebooks/bao_cao_nam.ipynb", "\n"),
    "notebooks/mine.py": lambda home: (home / "notebooks/mine.py").write_text("x = 1"),
}


def test_what_changed_is_named_and_the_report_is_made_again(edition):
    render_year(edition, with_sectors=False)
    for times, (said, change) in enumerate(CHANGES.items(), start=2):
        change(edition.out.parent)

        assert plan_year(edition, with_sectors=False) == [("bao_cao_nam_2025", [said])]
        render_year(edition, with_sectors=False)
        assert ran(edition) == times


def test_a_report_that_somebody_changed_or_took_away_comes_back_from_the_cache(edition):
    page = render_year(edition, with_sectors=False)[0]
    whole = page.read_bytes()
    page.unlink()
    render_year(edition, with_sectors=False)

    assert (page.read_bytes(), ran(edition)) == (whole, 1)


def test_a_damaged_entry_is_made_again_and_never_published(edition):
    page = render_year(edition, with_sectors=False)[0]
    whole = page.read_bytes()
    entry = next(Path(os.environ[kept.CACHE]).glob("reports/*.json"))
    kept_text = entry.read_bytes()
    for damage in (b"", kept_text[:-1], kept_text + b"x"):
        entry.write_bytes(damage)
        page.unlink()
        render_year(edition, with_sectors=False)
        assert page.read_bytes() == whole
    assert ran(edition) == 4, "each time the report was made anew"


def test_a_damaged_record_is_as_none(edition):
    render_year(edition, with_sectors=False)
    for content in ("", "[]", '{"files": {"../x": ""}}', "[" * 50_000):
        for file in Path(os.environ[kept.CACHE]).rglob("*.json"):
            file.write_text(content)
        assert plan_year(edition, with_sectors=False) == [("bao_cao_nam_2025", None)]

    render_year(edition, with_sectors=False)
    assert ran(edition) == 2


def test_time_limits_and_listed_inputs_do_not_make_another_report(tmp_path):
    notebook = tmp_path / "a.ipynb"
    notebook.write_text(NOTEBOOK)
    one, other = Job(notebook, {"year": 1}), Job(notebook, {"year": 1}, cell_seconds=5, inputs=(notebook,))

    assert cache.ingredients(one, {}) == cache.ingredients(other, {})
    assert cache.ingredients(one, {}) != cache.ingredients(Job(notebook, {"year": 2}), {})


def test_a_report_that_is_taken_again_knows_what_it_was_itself_published_as(edition):
    # it was made before its tables stood in the ledger: published to a second folder, it is not another run's
    notebook = edition.out.parent / "notebooks" / "bao_cao_nam.ipynb"
    note = {"of": ["tourism", 2025, "simulated"], "basis": "b", "item": "x", "what": "", "seen": ""}
    made = Made("a", notebook, {}, {"a.html": b"x"}, (), [note])
    parts = {"releases/tourism.2025.simulated.json": "the ledger's checksum"}

    cache._keep(parts, made)

    found = cache.find(parts, made)
    assert found is not None
    assert [one["seen"] for one in found.released] == ["the ledger's checksum"]


def test_a_notebook_is_rendered_by_its_path_from_where_one_stands(monkeypatch):
    monkeypatch.chdir(paths.project())
    monkeypatch.setattr(batch, "_publish", lambda edition, jobs, progress: [job.notebook for job in jobs])

    found = batch.render_named("notebooks/bat_dau.ipynb", Edition(2025, paths.project() / "reports"))

    assert found == [paths.notebooks() / "bat_dau.ipynb"]  # the process that makes it stands elsewhere
