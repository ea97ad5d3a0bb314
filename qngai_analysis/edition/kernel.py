"""The process that runs a notebook's cells for ``edition.engine``.

It is IPython's shell without Jupyter's sockets: a batch has nobody at the other end, and starting
those costs more than most reports do. One JSON object with the cells' sources comes in on standard
input; one JSON object a cell goes out on standard output as soon as the cell is done: its
``outputs`` as a notebook holds them, and ``fault`` (name and message) if it failed, which ends the run.
"""

from __future__ import annotations

import atexit
import base64
import importlib
import io
import json
import os
import sys
from collections.abc import Mapping
from typing import Any, TextIO

if __name__ == "__main__":
    # what notebooks leave to be done at the end is done before this, which was asked for first; taking the
    # interpreter apart would cost half a second more and change nothing
    atexit.register(os._exit, 0)

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

# what cells are about to need, loaded while papermill loads on the other side
PRELOADED = (
    "pandas",
    "matplotlib.pyplot",
    "qngai_analysis.notebook.session",
    "qngai_analysis.notebook.plot",
    "seaborn",
)
Output = dict[str, Any]
OUTPUTS: list[Output] = []  # of the cell that runs


class _Stream(io.TextIOBase):
    """Standard output or error as an output of the cell; what follows on itself is joined."""

    encoding = "utf-8"

    def __init__(self, name: str) -> None:
        self.name = name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        last = OUTPUTS[-1] if OUTPUTS else {}
        if last.get("output_type") == "stream" and last["name"] == self.name:
            last["text"] += text
        elif text:
            OUTPUTS.append({"output_type": "stream", "name": self.name, "text": text})
        return len(text)


def _shown(kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any] | None) -> Output:
    plain = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in data.items()
    }
    return {"output_type": kind, "data": plain, "metadata": dict(metadata or {})}


class _Publisher(DisplayPublisher):
    """Keeps what a cell displays."""

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **_: Any) -> None:
        OUTPUTS.append(_shown("display_data", data, metadata))

    def clear_output(self, wait: bool = False) -> None:
        OUTPUTS.clear()


class _Hook(DisplayHook):
    """Keeps the value of a cell."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        result = _shown("execute_result", format_dict, md_dict)
        OUTPUTS.append(result | {"execution_count": self.prompt_count})


class Shell(InteractiveShell):
    """A shell that keeps what cells show instead of printing it."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        pass  # the engine says it in one line

    def run(self, source: str) -> dict[str, Any]:
        """Run one cell and return its outputs and its fault, if any."""
        OUTPUTS.clear()
        result: Any = self.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
        fault = result.error_before_exec or result.error_in_exec
        done: dict[str, Any] = {"outputs": list(OUTPUTS), "count": self.execution_count - 1}
        return done | ({"fault": [type(fault).__name__, str(fault)]} if fault else {})


def _channel() -> TextIO:
    """Return standard output for our own use; what C code prints there goes to standard error."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return channel


def main() -> None:
    """Run the cells that standard input names, up to the first that fails."""
    for name in PRELOADED:
        importlib.import_module(name)
    sources = json.loads(sys.stdin.buffer.read())
    channel = _channel()
    shell = Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    sys.stdout, sys.stderr = _Stream("stdout"), _Stream("stderr")
    for source in sources:
        done = shell.run(source)
        channel.write(json.dumps(done, ensure_ascii=False, default=str) + "\n")
        channel.flush()
        if "fault" in done:
            break


if __name__ == "__main__":
    main()
