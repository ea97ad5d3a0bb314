"""Notebooks give the same outputs as with stock papermill, nbclient and ipykernel."""

import contextlib
import json
import os
import re
import tempfile
from pathlib import Path

import papermill
import pytest
from nbclient.exceptions import CellTimeoutError
from nbformat.notebooknode import from_dict
from notebook_runs import execute

from qngai_analysis import paths
from qngai_analysis.edition import worker

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
    "programs": [
        "import os, subprocess, sys",
        # what programs print is heard by a thread of Jupyter's kernel: what a cell prints after it may come before it
        "os.system('echo from a program');",
        "print('a', flush=True); subprocess.run(['echo', 'b']);",
        "os.system('echo wrong >&2');",
        "subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True).stdout",
        "os.write(1, b'raw\\n');",
        "!ls /nothere_at_all",
        "out = !echo kept\nout",
        "%%bash\necho in bash; echo and err >&2",
        ("raises-exception", "%%sh\nexit 3"),
    ],
    "large outputs": [
        "for i in range(3000): print(i)",
        "import sys\nfor i in range(50): sys.stdout.write('x'*1000); sys.stderr.write('y'*1000)",
        "'z' * 2_000_000",
        "list(range(5000))",
        "import pandas as pd, numpy as np; pd.DataFrame(np.arange(4000).reshape(200, 20))",
        "print('á' * 100_000)",
    ],
    "progress bars": [
        "import sys, time\nfor i in range(4):\n    sys.stdout.write('\\r%d%%' % (i*25)); sys.stdout.flush()",
        "print('\\b\\b1\\r\\n2\\rdone')",
        "from tqdm import tqdm\nfor i in tqdm(range(3), file=sys.stdout, bar_format='{n}'): pass",
        "from tqdm.notebook import tqdm as nt\nsum(nt([1,2,3], disable=True))",
        "sys.stderr.write('a\\rb'); sys.stderr.flush(); print('c')",
    ],
    "questions nobody answers": [
        ("raises-exception", "x = input('name? ')"),
        ("raises-exception", "raw = __import__('getpass').getpass('p')"),
        ("raises-exception", "import sys; sys.stdin.readline()"),
        ("raises-exception", "get_ipython().kernel.raw_input('?')"),
        "print('on')",
    ],
    "async, further": [
        "import asyncio\nasync def g():\n    for i in range(3):\n        await asyncio.sleep(0.001); yield i",
        "[i async for i in g()]",
        "async with asyncio.timeout(5): await asyncio.sleep(0); print('in')",
        "t = asyncio.create_task(asyncio.sleep(0.01, 'late'))",
        "await t",
        ("raises-exception", "await asyncio.wait_for(asyncio.sleep(9), 0.01)"),
        "await asyncio.to_thread(print, 'thread')",
        "loop = asyncio.get_event_loop(); loop.is_closed()",
        ("raises-exception", "asyncio.run(asyncio.sleep(0))"),
        "import contextvars; v = contextvars.ContextVar('v'); v.set(1); 0",
        "v.get(None)",
        "async def later():\n    await asyncio.sleep(0.05); print('background')\ntk = asyncio.ensure_future(later())",
        "await asyncio.sleep(0.2); print('after')",
    ],
    "display handles": [
        "from IPython.display import display, HTML, clear_output, update_display, DisplayHandle",
        "h = display(HTML('<i>1</i>'), display_id=True); display(2)",
        "h.update(HTML('<b>2</b>'), metadata={'a': 1})",
        "display('x', display_id='same'); display('y', display_id='same')",
        "update_display('z', display_id='same')",
        "update_display('nobody', display_id='none-of-this')",
        "for i in range(3):\n    h.update(i)\nprint('u')",
        "clear_output(); h.update('after clear')",
        "d = DisplayHandle(); d.display('own'); d.update('own2')",
    ],
    "errors": [
        ("raises-exception", "raise ValueError('á\\nhai dòng')"),
        ("raises-exception", "def f(): return g()\ndef g(): return 1/0\nf()"),
        ("raises-exception", "class E(Exception):\n    def __str__(self): raise RuntimeError\nraise E()"),
        ("raises-exception", "raise KeyboardInterrupt"),
        ("raises-exception", "assert False, {'a': 1}"),
        ("raises-exception", "try: 1/0\nexcept Exception as e: raise KeyError('k') from e"),
        ("raises-exception", "raise ExceptionGroup('g', [ValueError(1), KeyError(2)])"),
        ("raises-exception", "%nomagic"),
        ("raises-exception", "%%nocell\nx"),
        ("raises-exception", "import no_such_module_x"),
        ("raises-exception", "raise SystemExit(2)"),
        ("raises-exception", "warnings_are = 1; import warnings; warnings.warn('chú ý')"),
        ("raises-exception", "class R:\n    def _repr_html_(self): raise ValueError('repr')\nR()"),
        "print('alive')",
    ],
    "magics, further": [
        ("raises-exception", "%env A_B=3"),
        ("raises-exception", "%%javascript\nalert(1)"),
        ("raises-exception", "%%html\n<b>x</b>"),
        ("raises-exception", "%%latex\n$a$"),
        ("raises-exception", "%%markdown\n# a"),
        ("raises-exception", "%%svg\n<svg/>"),
        ("raises-exception", "%pwd;"),
        ("raises-exception", "%alias_magic q who"),
        ("raises-exception", "%xmode Plain"),
        ("raises-exception", "1/0"),
        ("raises-exception", "%load_ext autoreload\n%autoreload 0"),
        ("raises-exception", "%reset_selective -f zz"),
        ("raises-exception", "%store"),
        ("raises-exception", "%config InlineBackend.figure_format"),
        ("raises-exception", "%lsmagic;"),
        ("raises-exception", "%macro m 1"),
        ("raises-exception", "%psource len"),
        ("raises-exception", "%pdef print"),
        ("raises-exception", "%%capture\nprint('x')\n1"),
        ("raises-exception", "%sx echo s"),
    ],
    "the shell itself": [
        "x = 5; _dh[-1] == __import__('os').getcwd()",
        "get_ipython().run_cell('print(7); 8').success",
        "get_ipython().ex('y = 3'); y",
        "get_ipython().run_line_magic('who_ls', '')[:0]",
        "get_ipython().user_ns['x']",
        "from IPython import get_ipython as g; type(g()).__name__, g().kernel is not None",
        "get_ipython().events.register('post_run_cell', lambda r: print('post'))",
        "1",
        "get_ipython().execution_count",
        "quit.__class__.__name__",
        "import sys; sys.displayhook.__class__.__name__",
        "sys.stdout.isatty(), sys.stdout.fileno() > 0 if hasattr(sys.stdout,'fileno') else 0",
        "sys.stdout.encoding, sys.stdout.errors, sys.stdout.name",
        "print(sys.stdout.writable(), file=sys.stdout)",
        "sys.stdout.writelines(['a','b']); sys.stdout.flush()",
        "sys.stdout.write('x') ",
        "print('x', end=''); sys.stdout.buffer if hasattr(sys.stdout,'buffer') else 'no buffer'",
        "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as f: print('hid')\nf.getvalue()",
        "import logging, sys; h = logging.StreamHandler(sys.stdout); logging.getLogger('z').addHandler(h); logging.getLogger('z').warning('w')",
        "import builtins; builtins.print is print, __builtins__ is builtins or True",
        "%logstate",
    ],
    "widgets, further": [
        "import ipywidgets as w\nfrom IPython.display import display",
        "o = w.Output()\nwith o:\n    raise_me = 1; print('p'); display({'text/plain':'d'}, raw=True)",
        "o",
        "o.append_stdout('more'); o.append_display_data('dd')",
        "len(o.outputs)",
        "@o.capture(clear_output=True, wait=True)\ndef f(n):\n    print(n)\nfor i in range(3): f(i)",
        "o.outputs",
        "t = w.Tab([w.Text('a'), o]); t",
        ("raises-exception", "with o:\n    1/0"),
        "p = w.IntProgress(max=3); display(p)\nfor i in range(4): p.value = i",
        "w.interactive_output(lambda a: print(a), {'a': w.IntText(2)})",
        "b = w.Button(); b.on_click(lambda b: print('hit')); b.click()",
        "p.close(); w.HTML('<b>h</b>')",
        "from ipywidgets import interact\n@interact(x=3)\ndef q(x): return x",
    ],
    "plots": [
        "import matplotlib.pyplot as plt, matplotlib",
        "matplotlib.get_backend()",
        "fig, ax = plt.subplots(); ax.plot([1,2]); fig",
        "plt.plot([3,1]); print('before'); plt.show(); print('after')",
        "f = plt.figure(); plt.close(f); 'closed'",
        "plt.figure(); plt.plot([1]); plt.figure(); plt.plot([2]);",
        "plt.rcParams['figure.dpi']",
        "fig2, a2 = plt.subplots(); fig2.canvas.draw(); plt.close('all')",
        "plt.ioff(); plt.plot([1]); plt.gcf()",
        "from IPython.display import display; display(plt.gcf(), plt.gcf()); plt.close()",
    ],
    "threads and forks": [
        "import threading, time",
        "def w(): time.sleep(0.05); print('late thread')\nt = threading.Thread(target=w); t.start()",
        "t.join(); print('joined')",
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as p: print(list(p.map(lambda x: x*2, range(3))))",
        "from multiprocessing.pool import ThreadPool\nThreadPool(2).map(str, [1,2])",
        "import multiprocessing as mp\nctx = mp.get_context('fork')\nq = ctx.SimpleQueue(); p = ctx.Process(target=q.put, args=(5,)); p.start(); p.join(); q.get()",
        "def pr(): print('from a fork', flush=True)\np = ctx.Process(target=pr); p.start(); p.join(); p.exitcode",
        "threading.excepthook.__name__; t = threading.Thread(target=lambda: 1/0); t.start(); t.join()",
        "threading.current_thread() is threading.main_thread()",
    ],
}

#: A kernel takes seconds to start, so that several kinds run in one: history counts cells, and what ends or changes all after it stands last.
TOGETHER = [
    ["history", "values", "displays", "display_id", "clear_output", "streams", "magics", "async", "large outputs", "odds", "errors"],
    ["widgets", "plots", "threads and forks", "an early end"],
    ["tags", "programs", "progress bars", "questions nobody answers", "display handles", "widgets, further", "async, further"],
    ["magics, further", "the shell itself"],
]  # fmt: skip
assert sorted(AWKWARD) == sorted(name for names in TOGETHER for name in names)


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
    """Return the cells as papermill runs them; its kernel's first answer is lost now and then, and it is asked again."""
    for _ in range(5):
        with contextlib.suppress(CellTimeoutError):
            return stock_once(path, values or {})
    raise AssertionError("the stock engine did not answer")


def stock_once(path: Path, values: dict) -> list:
    ran = []
    os.environ.pop("PYTEST_CURRENT_TEST", None)  # where it is set the kernel leaves out what programs print
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
            values,
            "watched",
            kernel_name="python3",
            progress_bar=False,
            cwd=str(path.parent),
            execution_timeout=45,  # no cell takes a second
        )
    except papermill.PapermillExecutionError:  # it takes allowed errors for faults, when all is done
        papermill.execute.remove_error_markers(ran[0])
    return json.loads(json.dumps(ran[0]["cells"]))


RANDOM = [
    # a cell's file, which Jupyter puts in a temporary folder of the process
    (re.compile(rf"({re.escape(tempfile.gettempdir())}/)?(ipykernel(_\d+)?/)?\d+\.py"), "cell"),
    (re.compile(r"Thread-\d+"), "Thread"),
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


@pytest.mark.parametrize("names", TOGETHER, ids=range(4))
@pytest.mark.filterwarnings("ignore")
def test_awkward_cells_give_what_they_give_with_the_stock_engine(tmp_path, names):
    folders = tmp_path / "ours", tmp_path / "stock"
    for folder in folders:
        folder.mkdir()
    cells = [cell for name in names for cell in AWKWARD[name]]
    ours, other = (notebook(folder, cells) for folder in folders)

    mine, theirs = settled(execute(ours)["cells"]), settled(stock(other))
    if (
        mine != theirs
    ):  # what programs print last may come too late for stock's kernel, which hears it in a thread
        theirs = settled(stock(notebook(folders[1], cells)))
    assert mine == theirs


@pytest.mark.filterwarnings("ignore")
def test_a_notebook_of_ours_gives_what_it_gives_with_the_stock_engine():
    path = paths.notebooks() / "tai_nguyen_moi_truong.ipynb"

    assert settled(execute(path)["cells"]) == settled(stock(path))


def test_where_there_is_no_fork_processes_are_used_again_and_outputs_are_the_same(tmp_path):
    from qngai_analysis.edition.engine import NotebookRun

    works = []
    for place, name in enumerate(["values", "tags", "programs", "streams"]):
        (tmp_path / str(place)).mkdir()
        works.append(NotebookRun(notebook(tmp_path / str(place), AWKWARD[name]), {}, False))
    done = {
        event.place: event.value
        for event in worker.run(works, workers=1, warm=worker.load_stack, forks=False)
        if event.kind == "done"
    }

    assert {place: settled(run["cells"]) for place, run in done.items()} == {
        place: settled(execute(work.notebook)["cells"]) for place, work in enumerate(works)
    }
