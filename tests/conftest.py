"""Settings of all tests, and which of them take long."""

from __future__ import annotations

import contextlib
import gc
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import warm
from hypothesis import settings

from qngai_analysis.edition import process, worker
from qngai_analysis.words import language

# Compiled files are kept: else each process that a test starts compiles the package, and each run the tests.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# As where notebooks run: the grammar of addresses, which nobody checks here, takes seconds to build.
sys.modules.update({name: None for name in worker.ABSENT if name != "pyarrow.fs"})
# The tests quote messages in English: one fixed language, whatever the machine's. `tests/test_words_language.py` holds the Vietnamese.
os.environ["QNGAI_LANG"] = "en"
assert language.spoken() == "en"

# Python looks for circles of objects after every 700 that are made: of what tests make, it takes a twelfth of their time.
gc.set_threshold(50_000, 20, 20)

# No test depends on speed. On a build machine the same examples are tried each time; elsewhere new ones are sought.
settings.register_profile("here", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# They run notebooks and commands, make editions, or simulate and estimate whole surveys; `make test-fast` leaves them out.
SLOW = {
    "test_cli",
    "test_collection_everyone",
    "test_collection_year",
    "test_edition_cache",
    "test_edition_engine",
    "test_edition_publishing",
    "test_edition_units",
    "test_notebook_api",
    "test_edition_stock",
    "test_new_project",
    "test_notebooks",
    "test_guard_mutations",
    "test_package",
    "test_plan_properties",
    "test_progress_yearly",
    "test_notebook_explore",
    "test_report_focus",
    "test_page_word",
    "test_report_ladder",
    "test_report_office",
    "test_report_quality",
    "test_report_sector",
    "test_report_truth",
    "test_report_unit",
    "test_report_yearly",
    "test_survey_crossing",
    "test_survey_disclosure",
    "test_survey_intake",
    "test_survey_publication",
    "test_survey_reference",
    "test_survey_ledger",
    "test_survey_red_team",
    "test_survey_replicates",
    "test_survey_simulate",
    "test_tutorials",
    "test_words_language",
}


@pytest.fixture(autouse=True)
def _no_report_of_an_earlier_test(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, kept = (tmp_path_factory.getbasetemp() / name for name in (os.urandom(8).hex(), "kept"))
    cache.mkdir()
    with contextlib.suppress(OSError):  # where links may be made: what surveys estimate is kept by content
        (cache / "survey_observations").symlink_to(kept / "survey_observations")
    monkeypatch.setenv("QNGAI_CACHE", str(cache))
    if ledger := sys.modules.get("qngai_analysis.survey.release.ledger"):
        monkeypatch.setattr(ledger, "given", {})  # each test is a session of its own
    if marks := sys.modules.get("qngai_analysis.notebook.marks"):
        monkeypatch.setattr(marks, "_watched", [])


@pytest.fixture(scope="session", autouse=True)
def _notebooks_run_in_forks_of_one_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with warm.kept() as processes, pytest.MonkeyPatch.context() as patch:
        kept = tmp_path_factory.getbasetemp() / "kept"  # of what tests share
        (kept / "survey_observations").mkdir(parents=True)
        patch.setenv("QNGAI_CACHE", str(kept))
        if sys.platform == "linux":
            patch.setattr(process, "subprocess", processes)
        yield


@pytest.fixture
def own_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests whose subject is the processes themselves: a Python of its own for each run."""
    monkeypatch.setattr(process, "subprocess", subprocess)


#: Tests of tables of surveys hold texts as the processes that make reports do (``edition.worker``); all others as a session does, in Arrow.
AS_REPORTS = {
    "test_survey_crossing",
    "test_survey_disclosure",
    "test_survey_gate",
    "test_survey_ledger",
    "test_survey_membership",
    "test_survey_publication",
    "test_survey_red_team",
    "test_survey_reference",
    "test_survey_replicates",
    "test_survey_response",
}


@pytest.fixture(scope="module", autouse=True)
def _texts_as_in_reports(request: pytest.FixtureRequest) -> Iterator[None]:
    import pandas as pd

    storage = "python" if request.path.stem in AS_REPORTS else pd.get_option("mode.string_storage")
    with pd.option_context("mode.string_storage", storage):
        yield


PLAN = """ỦY BAN NHÂN DÂN
TỈNH GIA LAI
Số: 45/KH-UBND
Gia Lai, ngày 15 tháng 01 năm 2022

KẾ HOẠCH
Phát triển kinh tế số tỉnh Gia Lai giai đoạn 2022 - 2025

II. MỤC TIÊU
- Tỷ trọng kinh tế số đạt 30% GRDP.
"""


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of one target, which is soon judged: to be copied."""
    from office import begun

    home = tmp_path_factory.mktemp("small") / "gia-lai"
    with begun(home, PLAN):
        return home


@pytest.fixture(scope="session")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The yearly report of 2025 as it is published, for all tests that read it."""
    from qngai_analysis.edition.batch import Edition, render_year

    out = tmp_path_factory.mktemp("reports")
    render_year(Edition(2025, out, formats=("html", "pdf", "docx")), with_sectors=False)
    return out / "2025"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the files above unread where none of their tests is asked for."""
    return True if collection_path.stem in SLOW and config.option.markexpr == "not slow" else None


def pytest_collection_finish() -> None:
    """Leave what is loaded by now out of what is searched for circles: it stays."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Mark the tests of the files above."""
    for item in items:
        if item.path.stem in SLOW:
            item.add_marker("slow")


#: Tests of what offices read quote it in Vietnamese.
VIETNAMESE = {
    "test_collection_figures",
    "test_collection_forms",
    "test_collection_owed",
    "test_collection_everyone",
    "test_collection_year",
}


@pytest.fixture(autouse=True)
def spoken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program speak the language that the tests of a file quote."""
    if request.path.stem in VIETNAMESE:
        monkeypatch.setenv("QNGAI_LANG", "vi")
