"""Jupyter's own kernel, client and papermill, in one process and without sockets between them.

A batch has nobody at the other end, and starting the sockets costs more than most reports do. Kernel (ipykernel)
and client (papermill's, of nbclient) are the stock ones, so outputs are theirs: ``display_id``, ``clear_output``,
Output widgets, tags, history, errors. Only the messages between them are handed over directly.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import os
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import ipykernel.debugger  # noqa: F401 - what the kernel would load at its start
from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.compilerop import CachingCompiler
from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NotebookExecutionManager
from traitlets.config import Config

from qngai_analysis.edition import worker

if sys.modules.get("debugpy", worker) is None:  # ``worker`` kept it away from the kernel, not from cells
    del sys.modules["debugpy"]
Message = dict[str, Any]


class _Session(Session):
    """Makes Jupyter's messages and hands them to a function."""

    def __init__(self, heard: Callable[[Message], None]) -> None:
        super().__init__()
        self.heard = heard

    def send(
        self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, *_: Any, **more: Any
    ) -> Any:
        kinds = {name: more.get(name) for name in ("header", "metadata")}
        made = (
            msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content, parent, **kinds)
        )
        buffers = more.get("buffers") or made.get("buffers") or ()
        # through JSON, as over a socket: what is sent no longer changes
        self.heard(
            {**made, "content": self.unpack(self.pack(made["content"])), "buffers": [*map(bytes, buffers)]}
        )
        return made


class _Shell(ZMQInteractiveShell):
    """Takes ``%matplotlib inline`` without an event loop of windows."""

    def enable_gui(self, gui: Any = None) -> None:
        self.active_eventloop = gui


class _Compiler(XCachingCompiler):
    """Names cells by number and content, where ipykernel's names them by process and temporary folder."""

    get_code_name = CachingCompiler.get_code_name


class _Stream(io.TextIOBase):
    """Standard output or error of the cells."""

    encoding = "utf-8"

    def __init__(self, name: str, kernel: Any) -> None:
        self.name, self._kernel = name, kernel

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            content = {"name": self.name, "text": str(text)}
            self._kernel.session.send(None, "stream", content, self._kernel.get_parent())
        return len(text)


class Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, with its kernel in the same process; ``advance`` hears of each cell that is done."""

    def __init__(
        self, manager: NotebookExecutionManager, advance: Callable[[int, int], None], **settings: Any
    ):
        super().__init__(manager, **settings)
        self._advance = advance
        self._parent: Message = {}
        self._later: list[Message] = []

    def execute(self, **_: Any) -> Any:
        """Run all cells, up to the first that fails."""
        self.reset_execution_trackers()
        config = Config({"HistoryManager": {"hist_file": ":memory:"}})
        IPythonKernel.clear_instance()
        _Shell.clear_instance()
        self._kernel: Any = IPythonKernel.instance(
            session=_Session(self._heard),
            compiler_class=_Compiler,
            shell_class=_Shell,
            iopub_socket=object(),
            config=config,
            log=logging.getLogger(__name__),
        )
        # Ctrl+C is heard elsewhere; so any thread may run the cells
        vars(self._kernel)["_cancel_on_sigint"] = contextlib.nullcontext
        self._kernel.shell_channel_thread = SimpleNamespace(parent_thread=None)
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        # what an Output widget holds goes back to the kernel when the cell is done
        channel = SimpleNamespace(send=self._later.append)
        self.kc = SimpleNamespace(session=self._kernel.session, shell_channel=channel)
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Stream("stdout", self._kernel), _Stream("stderr", self._kernel)
        try:
            self.papermill_execute_cells()
        finally:
            sys.stdout, sys.stderr = before
            self._loop.close()
        self.nb.metadata["language_info"] = self._kernel.language_info
        self.set_widgets_metadata()
        return self.nb

    def execute_cell(self, cell: Any, index: int, **_: Any) -> Any:
        """Run one cell."""
        tags = cell.metadata.get("tags", ())
        if cell.cell_type == "code" and cell.source.strip() and self.skip_cells_with_tag not in tags:
            cell.outputs = []
            self._cell, self._index, self.clear_before_next_output = cell, index, False
            kernel = self._kernel
            self._parent = kernel.session.msg("execute_request", {"code": cell.source})
            kernel.set_parent([], self._parent)
            reply = self._loop.run_until_complete(kernel.do_execute(cell.source, False))
            while self._later:
                kernel.comm_manager.comm_msg(None, "", self._later.pop(0) | {"buffers": []})
            cell.execution_count = reply["execution_count"]
            allowed = self.allow_errors or "raises-exception" in tags
            if reply["status"] == "error" and not allowed:
                raise CellExecutionError.from_cell_and_msg(cell, reply)
        self._advance(index + 1, len(self.nb.cells))
        return cell

    def _heard(self, message: Message) -> None:
        # as stock: what a task left by an earlier cell shows is nobody's
        if message["parent_header"].get("msg_id") == self._parent["msg_id"]:
            self.process_message(message, self._cell, self._index)

    def output(self, outs: Any, msg: Any, display_id: Any, cell_index: Any) -> Any:
        """Add an output; what is printed on after what was printed is joined."""
        last = outs[-1] if outs and not self.clear_before_next_output else {}
        name = msg["content"].get("name")
        hooked = self.output_hook_stack[msg["parent_header"].get("msg_id")]
        if msg["msg_type"] == "stream" == last.get("output_type") and last["name"] == name and not hooked:
            last["text"] += msg["content"]["text"]
            return None
        return super().output(outs, msg, display_id, cell_index)


class Cells:
    """The work of running a notebook's cells."""

    def __init__(self, notebook: Any) -> None:
        self.notebook, self.folder = notebook, os.getcwd()  # noqa: PTH109

    def __call__(self, advance: Callable[[int, int], None]) -> Any:
        """Return the notebook as run."""
        os.chdir(self.folder)
        return Client(NotebookExecutionManager(self.notebook, progress_bar=False), advance).execute()
