"""Runs that publish in one folder do so one after the other, and a run that died holds nobody up."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from qngai_analysis.edition import publishing as edition
from qngai_analysis.edition.publishing import Made, publish
from qngai_analysis.errors import RenderError
from qngai_analysis.lock import NAME, locked

HOLDER = """
import sys
from pathlib import Path
from qngai_analysis.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the folder until it is ended."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_lock_leaves_no_trace(tmp_path):
    with locked(tmp_path):
        assert (tmp_path / NAME).is_file()

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_another_run_holds_is_refused_in_one_line_that_names_it(tmp_path, holder):
    with (
        pytest.raises(
            RenderError, match=rf"another run \(process {holder.pid}, since .*\) is publishing there"
        ),
        locked(tmp_path, patience=0),
    ):
        pass


def test_a_run_waits_for_the_other_to_let_go(tmp_path, holder):
    with ThreadPoolExecutor(1) as pool:
        ending = pool.submit(holder.communicate)
        with locked(tmp_path, patience=60):
            assert ending.result()


def test_a_run_that_was_killed_holds_nobody_up(tmp_path, holder):
    holder.kill()
    holder.wait()

    with locked(tmp_path, patience=10):
        pass


def test_editions_published_at_once_are_each_whole(tmp_path, monkeypatch):
    notebook = tmp_path / "nb.ipynb"
    notebook.write_text("{}")
    names = [f"page{place}.html" for place in range(8)]
    inside = []
    exchange = edition._exchange

    def watched(*arguments):
        inside.append(1)
        assert len(inside) == 1, "two runs are replacing files at the same time"
        exchange(*arguments)
        inside.pop()

    def run(letter):
        files = dict.fromkeys(names, letter.encode() * 1000)
        publish(tmp_path / "2025", [Made("bao_cao", notebook, {"run": letter}, files)])

    monkeypatch.setattr(edition, "_exchange", watched)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(run, "abcdef"))

    assert len({(tmp_path / "2025" / name).read_bytes() for name in names}) == 1
    assert {path.name for path in (tmp_path / "2025").iterdir()} == {*names, "manifest.json"}
