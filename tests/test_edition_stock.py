"""Notebooks give the same outputs as with stock papermill, nbclient and ipykernel."""

import json
import re
from pathlib import Path

import papermill
import pytest
from nbformat.notebooknode import from_dict

from qngai_analysis import paths
from qngai_analysis.edition import worker
from qngai_analysis.edition.engine import execute, load_stack

AWKWARD = {
    "values": ["1 + 1", "_ * 10", "x = 3; x;", "None", "'đ' * 3", "{'a': [1, (2,)]}"],
    "displays": [
        "from IPython.display import display, HTML, Markdown, Image, SVG, JSON, Latex, Javascript, Pretty",
        "display(1, 'hai'); HTML('<b>ba</b>')",
        "display(Markdown('**a**'), metadata={'k': 1}); display({'text/plain': 'x', 'a/b': 'y'}, raw=True)",
        "import base64\nImage(base64.b64decode('iVBORw0KGgo='), format='png')",
        "display(JSON({'a': 1})); Latex('$x$')",
    ],
    "display_id": [
        "from IPython.display import display, update_display",
        "h = display('một', display_id='d'); display('hai', display_id='e')",
        "h.update('ba'); update_display('bốn', display_id='e'); 5",
        "h.display('sáu'); h.update('bảy')",
    ],
    "clear_output": [
        "from IPython.display import clear_output, display",
        "print(1); clear_output(); print(2)",
        "print(1); display(2); clear_output(wait=True); print(3)",
        "print(1); clear_output(wait=True)",
        "for i in range(3):\n    clear_output(wait=True); print(i)",
    ],
    "streams": [
        "print('a'); print('b', end=''); print('c')",
        "import sys; sys.stderr.write('lỗi\\n'); sys.stdout.write('ra\\n')",
        "for i in range(5): print(f'\\r{i}/5', end='')",
        "print('x' * 300_000)",
        "print('\\x1b[31mđỏ\\x1b[0m')",
        "print(1); 2; print(3)",
        "!echo from a shell",
    ],
    "history": [
        "a = 1",
        "In[1], In[-2], len(In)",
        "40 + 2",
        "Out, _, __, _3, _i, _ih[1]",
        "%history -n 1-2",
        "del a; 'a' in dir()",
    ],
    "magics": [
        "%%capture kept\nprint('hidden'); 7",
        "kept.stdout, len(kept.outputs)",
        "%who str",
        "%%writefile written.txt\nnội dung",
        "%precision 2",
        "3.14159",
        "%matplotlib inline",
        "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.title('á')",
        "plt.figure(); plt.plot([2, 1]); plt.show(); 9",
    ],
    "async": [
        "import asyncio\nasync def f(): await asyncio.sleep(0); return 5",
        "await f()",
        "await asyncio.gather(f(), f())",
        "asyncio.get_running_loop().is_running()",
        "task = asyncio.ensure_future(f()); await task",
    ],
    "widgets": [
        "import ipywidgets as w\nfrom IPython.display import display",
        "out = w.Output(); display(out)",
        "with out:\n    print('inside'); display(1)",
        "print('outside')",
        "out.outputs",
        "out.clear_output()",
        "with out:\n    print('again')",
        "@out.capture()\ndef f(): print('captured')\nf()",
        "out.outputs",
        "s = w.IntSlider(value=3); s.observe(lambda c: print(c.new), 'value'); s",
        "s.value = 5",
        "w.interact(lambda x: print(x), x=(0, 3));",
    ],
    "tags": [
        ("raises-exception", "1 / 0"),
        "'goes on'",
        ("skip-execution", "raise SystemExit"),
        ("raises-exception", "print('before'); raise KeyError('đ')"),
        ("raises-exception", "input('?')"),
        ("raises-exception", "import getpass; getpass.getpass()"),
        ("raises-exception", "def :"),
        ("raises-exception", "await asyncio_is_not_here"),
        "print('end')",
    ],
    "an early end": ["print(1)", "import sys; sys.exit(0)", "print('never')"],
    "odds": [
        "",
        "# only a remark",
        "class A:\n    def _repr_html_(self): return '<i>a</i>'\nA()",
        "import pandas as pd; pd.DataFrame({'a': [1, 2]})",
        "get_ipython().set_next_input('x')",
        "get_ipython().display_formatter.format(3)[0]",
        "import threading; t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()",
        "import logging; logging.warning('nhật ký')",
        "__name__, '__file__' in globals()",
        "len?",
    ],
}


def notebook(folder: Path, sources: list) -> Path:
    cells = []
    for place, source in enumerate(sources):
        tag, text = source if isinstance(source, tuple) else ("", source)
        cells.append(
            {
                "cell_type": "code",
                "id": f"c{place}",
                "metadata": {"tags": [tag]} if tag else {},
                "source": text,
                "outputs": [],
                "execution_count": None,
            }
        )
    path = folder / "awkward.ipynb"
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": cells,
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def stock(path: Path, values: dict | None = None) -> list:
    ran = []
    from papermill.engines import NBClientEngine, papermill_engines

    class Watched(NBClientEngine):
        @classmethod
        def execute_managed_notebook(cls, nb_man, kernel_name, **settings):
            ran.append(nb_man.nb)
            super().execute_managed_notebook(nb_man, kernel_name, **settings)

    papermill_engines.register("watched", Watched)
    content = from_dict(json.loads(path.read_text(encoding="utf-8")))
    try:
        papermill.execute_notebook(
            content,
            None,
            values or {},
            "watched",
            kernel_name="python3",
            progress_bar=False,
            cwd=str(path.parent),
        )
    except papermill.PapermillExecutionError:  # it takes allowed errors for faults, when all is done
        papermill.execute.remove_error_markers(ran[0])
    return json.loads(json.dumps(ran[0]["cells"]))


RANDOM = [
    # a cell's file, which Jupyter puts in a temporary folder of the process
    (re.compile(r"\d+\.py|<ipython-input-\d+-[0-9a-f]+>"), "cell"),
    (re.compile(r"0x(…|[0-9a-f]{6,})"), "0x"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "id"),
    (re.compile(r"\\u001b\[[0-9;]*m"), ""),
]


def settled(cells: list) -> list:
    """Outputs without what two stock runs differ in: how printed text is cut up, addresses, ids."""
    found = []
    for cell in cells:
        parts: list = []
        for output in cell.get("outputs", ()):
            since = next((n for n in range(len(parts), 0, -1) if parts[n - 1]["output_type"] != "stream"), 0)
            same = [part for part in parts[since:] if part["name"] == output.get("name")]
            if output["output_type"] == "stream" and same:
                same[0]["text"] += output["text"]
            else:
                parts.append(dict(output))
                if output["output_type"] == "stream":
                    parts[since:] = sorted(parts[since:], key=lambda part: part["name"])
        text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
        for pattern, instead in RANDOM:
            text = pattern.sub(instead, text)
        found.append((cell["source"], cell.get("execution_count"), json.loads(text)))
    return found


@pytest.fixture(autouse=True)
def _as_a_batch(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    monkeypatch.setenv("QNGAI_STATIC", "1")


@pytest.mark.parametrize("name", AWKWARD)
@pytest.mark.filterwarnings("ignore")
def test_awkward_cells_give_what_they_give_with_the_stock_engine(tmp_path, name):
    folders = tmp_path / "ours", tmp_path / "stock"
    for folder in folders:
        folder.mkdir()
    ours, other = (notebook(folder, AWKWARD[name]) for folder in folders)

    assert settled(execute(ours)["cells"]) == settled(stock(other))


@pytest.mark.parametrize("name", ["bao_cao_nam", "tai_nguyen_moi_truong"])
@pytest.mark.filterwarnings("ignore")
def test_our_own_notebooks_give_what_they_give_with_the_stock_engine(name):
    path = paths.notebooks() / f"{name}.ipynb"

    assert settled(execute(path)["cells"]) == settled(stock(path))


def test_where_there_is_no_fork_processes_are_used_again_and_outputs_are_the_same(tmp_path):
    from qngai_analysis.edition.engine import _Run

    works = []
    for place, name in enumerate(["values", "tags", "streams"]):
        (tmp_path / str(place)).mkdir()
        works.append(_Run(notebook(tmp_path / str(place), AWKWARD[name]), {}, False))
    done = {
        event.place: event.value
        for event in worker.run(works, workers=1, warm=load_stack, forks=False)
        if event.kind == "done"
    }

    assert {place: settled(run["cells"]) for place, run in done.items()} == {
        place: settled(execute(work.notebook)["cells"]) for place, work in enumerate(works)
    }
