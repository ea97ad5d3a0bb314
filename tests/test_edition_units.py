"""A batch gives every unit its report; a fault or a cut costs what it touched, and nothing else."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import copytree, ignore_patterns

import numpy as np
import pytest
from notebook_runs import produce
from survey_workbench import copy_simulated

from qngai_analysis import paths
from qngai_analysis.cli import main
from qngai_analysis.cutoff import cutoff_day
from qngai_analysis.edition import cluster, worker
from qngai_analysis.edition.batch import Edition
from qngai_analysis.edition.units import INDEX, Batch, _journal, _keep, make_batch
from qngai_analysis.errors import RenderError

CODE = """import os, time
from qngai_analysis.report import unit as don_vi
report = don_vi.load(by, unit, year=year)
open(os.environ["RAN"], "a").write(unit + "\\n")
while "HOLDS" in os.environ and open(os.environ["RAN"]).read().split().index(unit) >= 5:
    time.sleep(0.05)
if unit == os.environ.get("KILLS") and not os.path.exists(os.environ["RAN"] + ".killed"):
    open(os.environ["RAN"] + ".killed", "w").close()
    os.kill(os.getppid() if "WORKER" in os.environ else os.getpid(), 9)
assert unit != os.environ.get("FAILS"), "it is this one"
don_vi.summary(report)"""
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "code", "id": name, "metadata": {"tags": tags}, "outputs": [], "execution_count": None, "source": source}
        for name, tags, source in [("a", ["parameters"], "by: str = ''\nunit: str = ''\nyear: int = 2025"), ("b", [], CODE)]
    ],
}  # fmt: skip


@pytest.fixture
def batch(tmp_path, monkeypatch) -> Batch:
    """A project whose unit reports say that they ran."""
    copytree(paths.raw(), tmp_path / "data" / "raw", ignore=ignore_patterns("20[0-9][0-9].*"))
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "don_vi.ipynb").write_text(json.dumps(NOTEBOOK), encoding="utf-8")
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    monkeypatch.setenv("RAN", str(tmp_path / "ran"))
    return Batch(Edition(2025, tmp_path / "reports", formats=("html",)), "sector", jobs=2)


def ran(batch: Batch) -> list[str]:
    return (batch.edition.out.parent / "ran").read_text().split()


def files(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_every_unit_has_a_page_and_the_index_leads_to_each(batch):
    made = make_batch(batch)

    index = (batch.folder / INDEX).read_text(encoding="utf-8")
    manifest = json.loads((batch.folder / "manifest.json").read_text(encoding="utf-8"))
    assert len(made) == 10
    for one in made:
        assert f'href="{one.stem}.html"' in index
        assert manifest["documents"][one.stem]["files"] == one.files
    assert files(batch.folder).keys() == {*(f"{one.stem}.html" for one in made), INDEX, "manifest.json"}
    assert not batch.stage.exists()


def test_what_a_units_own_notebook_takes_of_surveys_is_kept_to_be_entered_with_the_batch(tmp_path):
    note = {"of": ["tourism", 2025, "real"], "item": "platform", "what": "district"}

    _keep(tmp_path, tmp_path, "du_lich", "made of", ({"du_lich.html": b"page"}, "", [note]))

    assert _journal(tmp_path, {"du_lich": "made of"})["du_lich"].released == [note]


def test_a_report_of_a_batch_is_the_report_made_alone(batch):
    batch = replace(batch, by="plan")
    made = make_batch(batch)

    for one in made:
        alone = replace(
            batch.edition.job("don_vi"), parameters={"by": "plan", "unit": one.stem, "year": 2025}
        )
        page = produce(replace(alone, stem=one.stem)).files[f"{one.stem}.html"]
        assert page == (batch.folder / f"{one.stem}.html").read_bytes()


def test_a_unit_that_fails_leaves_notebook_and_log_and_the_others_go_on(batch, monkeypatch, capsys):
    monkeypatch.setenv("FAILS", "y_te")
    out = batch.edition.out

    assert main(["batch", "--by", "sector", "--year", "2025", "--out", str(out)]) == 1

    assert not (batch.folder / "y_te.html").exists()
    assert (batch.folder / "giao_duc.html").exists()
    assert "it is this one" in (batch.failures / "y_te.log").read_text(encoding="utf-8")
    cells = json.loads((batch.failures / "y_te.ipynb").read_text(encoding="utf-8"))["cells"]
    assert cells[-1]["outputs"][-1]["ename"] == "AssertionError"
    assert "1 failed" in capsys.readouterr().err
    assert "không lập được" in (batch.folder / INDEX).read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_killed_and_resumed_a_batch_is_the_same_and_nothing_is_made_twice(batch, monkeypatch):
    whole = make_batch(replace(batch, edition=replace(batch.edition, out=batch.edition.out.parent / "whole")))
    (batch.edition.out.parent / "ran").unlink()
    command = [sys.executable, "-m", "qngai_analysis", "batch", "--by", "sector", "--year", "2025"]
    process = subprocess.Popen(
        [*command, "--out", str(batch.edition.out), "--jobs", "2"],
        env=os.environ | {"HOLDS": "after five"},
        stderr=subprocess.PIPE,
    )
    journal = batch.stage / ".journal.jsonl"
    while process.poll() is None and not (journal.is_file() and journal.read_bytes().count(b"stem") > 4):
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()  # it ends when those that were started have ended, too
    assert not batch.folder.exists()
    there = [json.loads(line)["stem"] for line in journal.read_bytes().splitlines() if line]
    with journal.open("ab") as stream:
        stream.write(b'\n{"stem": "cut')
    first = there[0]
    (batch.stage / f"{first}.html").write_bytes(b"damaged")
    before = len(ran(batch))

    made = make_batch(replace(batch, resume=True))

    again = ran(batch)[before:]
    assert sorted(again) == sorted({one.stem for one in made} - set(there) | {first})
    assert [one.files for one in made] == [one.files for one in whole]
    same = files(batch.edition.out.parent / "whole" / batch.folder.name)
    assert files(batch.folder) == same


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_process_that_dies_costs_a_second_try_and_no_report(batch, monkeypatch):
    batch = replace(batch, by="plan")
    whole = make_batch(batch)
    monkeypatch.setenv("KILLS", whole[1].stem)

    made = make_batch(batch)

    assert Path(os.environ["RAN"] + ".killed").exists()
    assert made == whole


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_two_workers_of_a_dask_cluster_one_of_which_is_killed_give_the_same_bytes(batch, monkeypatch):
    pytest.importorskip("distributed")
    batch = replace(batch, by="plan")
    made = make_batch(batch)
    local = files(batch.folder)
    monkeypatch.setenv("KILLS", made[1].stem)
    monkeypatch.setenv("WORKER", "itself")

    make_batch(replace(batch, workers=2))

    assert Path(os.environ["RAN"] + ".killed").exists()
    assert files(batch.folder) == local


def test_a_worker_begins_each_batch_anew_and_makes_none_for_another_program(batch, monkeypatch):
    monkeypatch.setattr(worker, "INSIDE", False)
    monkeypatch.setattr(worker, "QUIET", {})
    monkeypatch.setenv("IPYTHONDIR", "")
    job = batch.edition.job("don_vi")
    files, begun = cluster._packed(job.notebook), []

    def made(program: str, batch: str) -> list[tuple[str, bool]]:
        shared = (program, files, partial(begun.append, batch), lambda job: job.notebook.is_file())
        return cluster._made(shared, [job])

    assert made(cluster._program(), "plans") == made(cluster._program(), "sectors") == [(job.stem, True)]
    assert begun == ["plans", "sectors"]
    with pytest.raises(RenderError, match="is another than here"):
        made("another", "plans")


def test_a_scheduler_that_nobody_runs_is_one_line(batch, capsys):
    pytest.importorskip("distributed")
    out = str(batch.edition.out)

    assert main(["batch", "--by", "plan", "--year", "2025", "--out", out, "--scheduler", "nonsense"]) == 2

    assert capsys.readouterr().err.count("\n") == 1


def test_a_districts_report_holds_what_the_gate_gives_of_it_and_the_ledger_what_all_of_them_hold(batch):
    from qngai_analysis.report import unit
    from qngai_analysis.survey.form.codebook import read_codebook
    from qngai_analysis.survey.loading import load_survey
    from qngai_analysis.survey.release.publication import published

    copytree(paths.PACKAGE.parent / "notebooks", paths.notebooks(), dirs_exist_ok=True)
    copy_simulated(paths.raw() / "surveys", "tourism", 2024, 0.5)
    batch = replace(batch, by="commune", edition=replace(batch.edition, year=2024))
    make_batch(batch)

    survey = load_survey("tourism", 2024)
    units = unit.prepare(unit.UnitsWanted("commune", 2024, None, cutoff_day("", 2024), real_only=False))
    hidden = 0
    for line in units.surveys:
        name = next(
            n
            for n, one in read_codebook("tourism").indicators.items()
            if one.vi == line.estimates[""]["name"]
        )
        for row in published(survey, name, "district").to_dict("records"):
            mine = line.estimates[row["district"].casefold()]["estimate"]
            assert (
                np.isnan(mine)
                if np.isnan(row["estimate"])
                else mine in (row["estimate"], pytest.approx(100 * row["estimate"]))
            )
            hidden += np.isnan(mine)
    assert hidden
    assert (paths.releases() / "tourism.2024.simulated.json").is_file()
    manifest = json.loads((batch.folder / "manifest.json").read_text(encoding="utf-8"))
    assert [one[:3] for one in manifest["surveys"]] == [["tourism", 2024, "simulated"]]
    for page in batch.folder.glob("*.html"):
        assert page.name == INDEX or "SỐ LIỆU MÔ PHỎNG" in page.read_text(encoding="utf-8")


def test_an_unknown_unit_is_named_with_the_nearest(capsys):
    from qngai_analysis.errors import ParameterError
    from qngai_analysis.report import unit

    with pytest.raises(ParameterError, match="906"):
        unit.load("plan", "907", year=2025)
