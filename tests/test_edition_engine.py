import importlib
import json
import os
import pickle
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from notebook_runs import execute, produce
from pypdf import PdfReader

from qngai_analysis import kept, paths
from qngai_analysis.edition import worker
from qngai_analysis.edition.batch import _in_turn, _survey_files, _turns
from qngai_analysis.edition.engine import Job
from qngai_analysis.edition.process import FORKS, forked
from qngai_analysis.edition.publishing import publish
from qngai_analysis.errors import ParameterError, PlanError, RenderError
from qngai_analysis.page.shown import MIME
from qngai_analysis.plan import read_plan

PARAMETERS = 'year: int = 2024\ncutoff: str = "2025-12-15"\nlang: str = "vi"'
REPORT = """\
import pandas as pd
from matplotlib.figure import Figure as Canvas
from qngai_analysis.page.blocks import AppendixStart, Figure, OfficialHead
from qngai_analysis.page.tables import Column, grid_of
"""
CHART = """\
canvas = Canvas(figsize=(6, 2))
canvas.subplots().bar(frame["name"], frame["value"])
Figure.drawn(canvas, "Khoảng cách", "Một cột", data=frame)
"""


@pytest.fixture
def notebook(tmp_path):
    def write(*cells, parameters=PARAMETERS, name="bao cao {năm}.ipynb"):
        path = tmp_path / "notebooks" / name
        path.parent.mkdir(exist_ok=True)
        first = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": parameters}
        made = [first] if parameters else []
        for source in cells:
            kind = "markdown" if source.startswith("#") else "code"
            made.append({"cell_type": kind, "metadata": {}, "source": source})
        for place, cell in enumerate(made):
            cell["id"] = f"c{place}"
            if cell["cell_type"] == "code":
                cell |= {"outputs": [], "execution_count": None}
        # no kernelspec: whatever is installed under "python3" must not matter
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


def printed(executed) -> str:
    outputs = [o for cell in executed["cells"] for o in cell.get("outputs", ())]
    return "".join(o["text"] for o in outputs if o["output_type"] == "stream")


@pytest.mark.usefixtures("own_processes")
def test_a_report_is_rendered_from_notebook_to_edition(notebook, tmp_path):
    path = notebook(
        REPORT,
        'OfficialHead("UBND tỉnh", "Sở A", "BC-SA", f"Kết quả năm {year}")',
        "# I. Kết quả\n\nXem {ref:t1}.",
        'frame = pd.DataFrame({"name": ["Cáp quang"], "value": [83.25]})\n'
        'grid_of(frame, "Mục tiêu", columns=[Column("name", "Tên"), Column("value", "Số", decimals=1)], id="t1")',
        CHART,
    )
    steps = []
    formats = ("html", "pdf", "docx", "xlsx", "ipynb")
    job = Job(path, {"year": 2025}, formats, stem="bao_cao")
    made = produce(job, progress=lambda done, total: steps.append((done, total)))
    paths = publish(tmp_path / "reports" / "2025", [made])

    names = [f"bao_cao.{f}" for f in formats] + ["manifest.json"]
    assert [p.name for p in paths] == names
    page = BeautifulSoup(paths[0].read_text(encoding="utf-8"), "lxml")
    assert page.title.string == "BÁO CÁO Kết quả năm 2025"
    assert "Xem Bảng 1." in page.text
    assert "83,3" in page.text
    assert len(PdfReader(paths[1]).pages) == 2  # the letter; the chart's numbers
    assert steps[-1] == (7, 7)  # the notebook's six cells and the one that sets the values
    # nothing was written beside the notebook
    assert [p.name for p in path.parent.iterdir()] == [path.name]

    again = publish(tmp_path / "again", [produce(job)])
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in paths]


@pytest.mark.usefixtures("own_processes")
def test_a_notebook_that_lies_elsewhere_works_in_the_project_one_stands_in(notebook, monkeypatch):
    here = paths.project()
    monkeypatch.delenv("QNGAI_HOME", raising=False)
    monkeypatch.chdir(here)

    assert (
        printed(execute(notebook("from qngai_analysis import paths\nprint(paths.project())"))) == f"{here}\n"
    )


@pytest.mark.usefixtures("own_processes")
def test_notebooks_run_by_this_interpreter_in_their_own_folder_without_user_startup(
    notebook, tmp_path, monkeypatch
):
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "a.py").write_text("print('FROM STARTUP')")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    # a user's own "python3" kernel that is broken
    kernel = tmp_path / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text('{"argv": ["/nowhere"], "display_name": "x", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    before = Path.cwd()

    path = notebook("import sys, os\nprint(sys.executable)\nprint(os.getcwd())")
    lines = printed(execute(path)).splitlines()

    assert lines == [sys.executable, str(path.parent)]
    assert Path.cwd() == before


def test_an_unknown_parameter_stops_before_anything_runs(notebook, tmp_path):
    path = notebook(f"open({str(tmp_path / 'ran')!r}, 'w').close()")

    with pytest.raises(ParameterError, match=r"unknown parameter 'yaer'.*did you mean year"):
        produce(Job(path, {"yaer": 2025}))
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "out").exists()


def test_a_fault_the_user_can_mend_comes_out_as_its_own_line(notebook, tmp_path):
    path = notebook(
        "from qngai_analysis.errors import PlanError",
        "raise PlanError('906.txt, line 12: not UTF-8; save it as UTF-8')",
    )

    with pytest.raises(PlanError) as caught:
        produce(Job(path, {}))
    assert str(caught.value) == "906.txt, line 12: not UTF-8; save it as UTF-8"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("values", [{}, {"year": 2025}])
def test_any_other_fault_names_notebook_cell_and_line(notebook, values):
    path = notebook("# Một", "x = 1\n\nx / 0")

    # parameters, Markdown, then the cell; the one that sets values does not count
    with pytest.raises(
        RenderError, match=r"^bao cao \{năm\}\.ipynb, cell 3, line 3: ZeroDivisionError: division by zero$"
    ):
        execute(path, values)


DATA = 'frame = pd.DataFrame({"name": ["Cáp quang"], "value": [83.25]})'
needs_forks = pytest.mark.skipif(not FORKS, reason="charts are drawn beside the cells where there are forks")


@needs_forks
@pytest.mark.parametrize("blocks_only", [True, False])
def test_charts_drawn_beside_the_cells_are_the_same_in_the_same_places(notebook, blocks_only):
    path = notebook(REPORT, DATA, CHART, "print(1)", CHART.replace("83", "84").replace("Một", "Hai"))

    beside, in_turn = (execute(path, blocks_only=blocks_only, alone=alone) for alone in (True, False))

    assert beside == in_turn
    charts = [cell["outputs"][0]["data"][MIME]["svg"] for cell in (beside["cells"][3], beside["cells"][5])]
    assert all(chart.startswith("<svg") and len(chart) > 1000 for chart in charts)


@needs_forks
@pytest.mark.parametrize("charts", ["letter", "appendices", "both"])
def test_a_report_made_alone_with_its_appendices_is_the_same(notebook, charts):
    head = 'display(OfficialHead("UBND", "Sở A", "BC", "Kết quả"))'
    in_letter, in_appendix = (CHART if charts in (part, "both") else "print(1)" for part in PARTS)
    cells = (REPORT, DATA, head, in_letter, 'AppendixStart("I", "Danh mục")', in_appendix)

    beside, in_turn = (produce(Job(notebook(*cells), {}), alone=alone) for alone in (True, False))

    assert beside.files == in_turn.files
    assert len(beside.files) == 3


PARTS = ("letter", "appendices")


@needs_forks
@pytest.mark.parametrize("alone", [True, False])
def test_a_chart_that_cannot_be_drawn_names_its_cell_whoever_draws_it(notebook, alone):
    unreadable = CHART.replace("Figure.drawn", 'canvas.suptitle("$\\\\frac$")\nFigure.drawn')
    path = notebook(REPORT, DATA, CHART, unreadable, "print(1)")

    with pytest.raises(RenderError, match=r"bao cao \{năm\}\.ipynb, cell 5(, line \d)?: ValueError: .*frac"):
        execute(path, blocks_only=True, alone=alone)


@needs_forks
def test_a_chart_that_cannot_be_drawn_ends_the_report_though_nothing_shows_it(notebook):
    unshown = CHART.replace("Figure.drawn", 'canvas.suptitle("$\\\\frac$")\nhidden = Figure.drawn')

    with pytest.raises(RenderError, match=r"cell 5: ValueError: .*frac"):
        execute(notebook(REPORT, DATA, unshown, "print(1)"), blocks_only=True, alone=True)


@needs_forks
def test_a_process_that_draws_and_dies_ends_the_report(notebook):
    dying = "import os\nfrom qngai_analysis.page import blocks\nblocks.svg = lambda drawing: os._exit(1)\n"

    with pytest.raises(RenderError, match=r"cell 4.*: MemoryError: .*died"):
        execute(notebook(REPORT, DATA, dying + CHART), blocks_only=True, alone=True)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["def f():\n    x = 1\n    return x / 0", "x = 2\nf()"], "cell 3, line 2: ZeroDivisionError"),
        (["x = {}\n\nx['a']"], "cell 2, line 3: KeyError: 'a'$"),
        (
            ["import pandas as pd, qngai_analysis\n\npd.DataFrame({'b': [1]})['a']"],
            "line 3: KeyError: no a; there is: b$",
        ),
        (["x = 1\ny = ("], "cell 2, line 2: SyntaxError: incomplete input$"),
        (["x = 1\n%nomagic"], "cell 2: UsageError: Line magic function `%nomagic` not found"),
        (["raise SystemExit('stop')"], "cell 2: SystemExit: stop$"),
    ],
)
def test_the_line_is_that_of_the_failing_cell_where_there_is_one(notebook, cells, said):
    with pytest.raises(RenderError, match=said):
        execute(notebook(*cells))


@pytest.mark.usefixtures("own_processes")
def test_a_process_that_dies_is_reported(notebook):
    with pytest.raises(RenderError, match="the Python process that runs the notebook died"):
        execute(notebook("import os\nos._exit(1)"))


@pytest.mark.usefixtures("own_processes")
def test_a_bug_in_what_all_reports_begin_with_ends_the_run_with_its_traceback():
    with pytest.raises(ValueError, match="'no number'") as caught:
        list(worker.run([print] * 3, warm=partial(int, "no number")))

    assert "Traceback (most recent call last)" in caught.value.__notes__[0]


def test_a_request_larger_than_a_pipe_holds_arrives_whole():
    done = list(worker.run([partial(pow, 2, mod=None)], warm=partial(len, b"x" * 1_000_000)))

    assert [event.kind for event in done] == ["begun", "fault"], "no piece of work, but it began"


@pytest.mark.parametrize("forks", [True, False] if FORKS else [False])
def test_what_the_first_piece_needs_not_is_there_for_the_others(forks):
    works = [partial(loaded_in, wanted="wave") for _ in range(3)]

    done = [event.value for event in worker.run(works, workers=1, then=partial(importlib.import_module, "wave"), forks=forks) if event.kind == "done"]  # fmt: skip

    assert done == [not forks, True, True]


def count_to(last, advance) -> None:
    for step in range(last):
        advance(step, step % 3 == 0)


def test_each_step_of_a_piece_of_work_is_heard_of_however_fast_they_follow():
    heard = [event.value for event in worker.run([partial(count_to, 200)]) if event.kind == "step"]

    assert heard == [(step, step % 3 == 0) for step in range(200)]


def loaded_in(advance, wanted) -> bool:
    return wanted in sys.modules


def sleep_long(advance) -> None:
    time.sleep(600)


@pytest.mark.skipif(not worker.FORKS, reason="the system has no forks")
def test_forks_end_when_what_they_tell_is_heard_by_nobody_whoever_holds_their_input(tmp_path):
    held, input_ = os.pipe()  # stays open: it does not say that the one who asked has died
    heard, telling = os.pipe()
    os.close(heard)
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; from qngai_analysis.edition import worker; worker.main()"],
        stdin=held, stdout=telling, stderr=subprocess.PIPE, start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    os.close(telling)
    with os.fdopen(input_, "wb") as asking:
        pickle.dump(({0: sleep_long}, 1, None, None, None, True, str(tmp_path), {}), asking)
        asking.flush()
        said = process.communicate(timeout=120)[1]  # it ends when none that was started holds it open
    os.close(held)

    assert (process.returncode, said) == (-9, b"")


@pytest.mark.skipif(not worker.FORKS, reason="the system has no forks")
@pytest.mark.parametrize("dies", [False, True])
def test_what_a_fork_works_out_is_known_here_and_if_it_dies_is_worked_out_here(monkeypatch, dies):
    monkeypatch.setattr(kept, "_SETTLED", True)
    monkeypatch.setattr(kept, "_DONE", {})
    here = os.getpid()

    def made_by(_: int) -> int:
        if dies and os.getpid() != here:
            os._exit(1)
        return os.getpid()

    known = kept.settled(made_by)
    worker.beside(partial(known, 1))()

    assert (known(1) == here) is dies
    assert known(2) == here


@needs_forks
@pytest.mark.parametrize("same", [True, False])
def test_plans_read_while_the_stack_loads_are_known_if_it_is_the_same_project(monkeypatch, tmp_path, same):
    monkeypatch.setattr(kept, "_SETTLED", True)
    known = kept.done_by(read_plan)
    known.clear()
    worker._read_plans_early()
    if not same:
        monkeypatch.setattr(paths, "project", lambda: tmp_path)
    worker.take_plans()

    assert any("906" in str(given) for given in known) == same


def survey_files(home, sizes):
    for name, size in sizes.items():
        file = home / "data/raw/surveys" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as stream:
            stream.truncate(size)


def names(files):
    return [f"{file.parent.name}/{file.name}" for file in files]


def test_survey_files_up_to_a_year_stand_with_the_large_ones_at_the_ends_and_one_too_long_to_be_handed_over_apart(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    survey_files(tmp_path, {"farms/2025.csv": 900_000, "schools/2025.csv": 500_000, "farms/2024.csv": 800_000, "schools/2024.xlsx": 400_000,
                            "hotels/2025.csv": 6_000_000, "schools/2026.csv": 1, "schools/2025.toml": 1, "schools/2025.sample.csv": 1})  # fmt: skip

    long, files = _survey_files(2025)

    assert names(long) == ["hotels/2025.csv"]
    assert names(files) == ["farms/2025.csv", "schools/2025.csv", "schools/2024.xlsx", "farms/2024.csv"]


def test_each_survey_file_is_taken_once_whoever_asks(tmp_path):
    files = [tmp_path / name for name in "abcde"]
    with _turns(len(files)) as turns:
        one, other = _in_turn(files, turns), _in_turn(files[::-1], turns)

        assert [next(one).name, next(other).name, next(other).name, next(one).name] == ["a", "e", "d", "b"]
        assert [file.name for file in one] == ["c"]
        assert list(other) == []


@pytest.mark.skipif(not worker.FORKS, reason="the system has no forks")
def test_each_survey_file_is_taken_by_one_of_two_processes(tmp_path):
    files = [tmp_path / str(n) for n in range(1_000)]
    with _turns(len(files)) as turns:
        theirs = forked(lambda: [file.name for file in _in_turn(files[::-1], turns)])
        mine = [file.name for file in _in_turn(files, turns)]

        assert sorted(mine + theirs()) == sorted(file.name for file in files)


@pytest.mark.usefixtures("own_processes")
def test_a_process_that_dies_before_it_begins_anything_ends_the_run():
    with pytest.raises(worker.LostError, match="died"):
        list(worker.run([print] * 3, warm=partial(os._exit, 1)))


def test_a_cell_that_takes_too_long_is_stopped(notebook):
    with pytest.raises(RenderError, match="a cell took more than 1 seconds"):
        produce(Job(notebook("import time\ntime.sleep(60)"), cell_seconds=1))


def test_a_notebook_to_be_opened_in_jupyterlab_shows_its_tables_and_the_writers_get_them_without(notebook):
    source = 'from qngai_analysis.page.blocks import Prose\nProse("**đạt**")'
    to_read = outputs(execute(notebook(source)))[-1]["data"]
    to_write = outputs(execute(notebook(source), blocks_only=True))[-1]["data"]

    assert "<strong>đạt</strong>" in to_read["text/html"]
    assert to_write == {MIME: to_read[MIME], "text/plain": ""}
    as_run = produce(Job(notebook(source), formats=["ipynb"])).files.popitem()[1].decode()
    assert "<strong>đạt</strong>" in as_run


def test_the_executed_notebook_holds_nothing_of_this_run(notebook):
    path = notebook("object()", "print(year)")
    executed = execute(path, {"year": 2025})

    text = json.dumps(executed)
    assert "papermill" not in text
    assert "<object at 0x…>" in json.loads(text)["cells"][2]["outputs"][0]["data"]["text/plain"]
    assert printed(executed) == "2025\n"
    assert [cell["id"] for cell in executed["cells"]] == [f"cell-{n:03d}" for n in range(1, 5)]


def test_a_format_nobody_knows_is_refused_at_once(notebook):
    with pytest.raises(RenderError, match="format 'doc'; a report is made as html, pdf, docx, xlsx, ipynb"):
        produce(Job(notebook("# A"), formats=["doc"]))


def test_language_and_date_come_from_the_parameters(notebook, tmp_path):
    path = notebook("# A\n\nb")
    made = produce(Job(path, {"lang": "en", "cutoff": "2025-06-30"}, stem="a"))

    assert b'<html lang="en">' in made.files["a.html"]
    (tmp_path / "a.pdf").write_bytes(made.files["a.pdf"])
    assert PdfReader(tmp_path / "a.pdf").metadata.creation_date.date().isoformat() == "2025-06-30"


def outputs(executed, place: int = -1) -> list[dict]:
    return executed["cells"][place]["outputs"]


def test_a_plain_matplotlib_chart_is_shown_at_the_end_of_its_cell(notebook):
    shown = outputs(execute(notebook("import matplotlib.pyplot as plt\nplt.plot([1, 2]);")))

    assert [output["output_type"] for output in shown] == ["display_data"]
    assert set(shown[0]["data"]) == {"text/plain", "image/png"}


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("1 + 1", [("execute_result", "2")]),
        ("1 + 1;", []),
        ("x = 1", []),
        (
            "from IPython.display import display\ndisplay(1, 2)",
            [("display_data", "1"), ("display_data", "2")],
        ),
        ("import asyncio\nawait asyncio.sleep(0, 3)", [("execute_result", "3")]),
    ],
)
def test_what_a_cell_shows(notebook, source, shown):
    found = outputs(execute(notebook(source)))

    assert [(output["output_type"], output["data"]["text/plain"]) for output in found] == shown


def test_what_is_printed_is_joined_and_kept_apart_by_stream_in_order(notebook):
    found = outputs(execute(notebook("import sys\nprint(1)\nprint(2)\nprint(3, file=sys.stderr)\nprint(4)")))

    assert [(output["name"], output["text"]) for output in found] == [
        ("stdout", "1\n2\n"),
        ("stderr", "3\n"),
        ("stdout", "4\n"),
    ]


def test_columns_of_arrows_types_work_though_their_functions_are_loaded_when_they_are_called(notebook):
    source = """import sys
import pandas as pd
print("pyarrow.compute" in sys.modules)
print((pd.Series([1, None, 4], dtype="int64[pyarrow]") + 1).tolist(), pd.Series(["ô"], dtype="string[pyarrow]").str.upper()[0])
import pyarrow as pa, pyarrow.compute as pc
print(pc.sum(pa.array([1, 2])), "pyarrow.compute" in sys.modules)"""

    assert printed(execute(notebook(source))) == "False\n[2, <NA>, 5] Ô\n3 True\n"


def test_output_cleared_is_gone(notebook):
    path = notebook("from IPython.display import clear_output\nprint(1)\nclear_output()\nprint(2)")

    assert printed(execute(path)) == "2\n"


def test_what_programs_print_past_python_is_the_cells_and_does_not_disturb_the_run(notebook):
    path = notebook("import os\nos.write(1, b'{noise}\\n')\nos.system('echo noise')\nprint('kept')")

    assert printed(execute(path)) == "{noise}\nnoise\nkept\n"


def test_a_notebook_that_logs_everything_into_its_cells_logs_nothing_of_how_it_is_run(notebook):
    path = notebook(
        "import logging, sys\nlogging.basicConfig(level=logging.DEBUG, stream=sys.stdout, force=True)\nlogging.debug('mine')"
    )

    assert printed(execute(path)) == "DEBUG:root:mine\n"


def test_a_cell_that_asks_for_input_is_refused_since_nobody_is_there(notebook):
    with pytest.raises(RenderError, match="cell 2, line 1: StdinNotImplementedError"):
        execute(notebook("input('?')"))


def test_cells_share_their_names_and_what_is_left_for_the_end_is_done(notebook, tmp_path):
    left = tmp_path / "left"
    path = notebook(
        "import atexit, pathlib\nx = 2",
        f"atexit.register(pathlib.Path({str(left)!r}).touch)\nprint(x)",
    )

    assert printed(execute(path)) == "2\n"
    assert left.exists()
