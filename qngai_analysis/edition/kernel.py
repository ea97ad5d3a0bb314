"""Jupyter's own kernel, client and papermill, in one process and without sockets between them.

A batch has nobody at the other end, and starting the sockets costs more than most reports do. Kernel (ipykernel)
and client (papermill's, of nbclient) are the stock ones, so outputs are theirs: ``display_id``, ``clear_output``,
Output widgets, tags, history, errors. Only the messages between them are handed over directly.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import contextvars
import io
import logging
import os
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import ipykernel.debugger  # noqa: F401 - what the kernel would load at its start
from ipykernel import zmqshell
from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from jupyter_client.session import Session
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NotebookExecutionManager
from traitlets.config import Config

from qngai_analysis.notebook import jupyter

Message = dict[str, Any]


class _Session(Session):
    """Makes Jupyter's messages and hands them to a function."""

    heard: Callable[[Message], None]

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


class ZMQInteractiveShell(zmqshell.ZMQInteractiveShell):  # programs ask for its name
    """Takes ``%matplotlib inline`` without an event loop of windows."""

    def enable_gui(self, gui: Any = None) -> None:
        """Only remember which."""
        self.active_eventloop = gui


class _Compiler(XCachingCompiler):
    """Names cells by content, where ipykernel's names them by process and temporary folder, too."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        return f"ipykernel/{zlib.crc32(raw_code.encode())}.py"


class _Stream(io.TextIOBase):
    """Standard output or error of the cells, and of the programs that they start."""

    encoding = "UTF-8"

    def __init__(self, name: str, number: int, kernel: Any) -> None:
        self.name, self._number, self._kernel, self._process = name, number, kernel, os.getpid()
        # what is written past Python goes into a file, and from there to where Python's own text goes
        self._file = tempfile.TemporaryFile(buffering=0) if hasattr(os, "pread") else None  # noqa: SIM115
        self._read, self._decoder = 0, codecs.getincrementaldecoder("utf-8")("replace")
        if self._file is not None:
            self._before = os.dup(number)
            os.dup2(self._file.fileno(), number)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def write(self, text: str) -> int:
        if os.getpid() != self._process and self._file is not None:  # a fork of the cell's
            os.write(self._number, text.encode())
        elif text:
            self._send(str(text))
        return len(text)

    def _send(self, text: str) -> None:
        content = {"name": self.name, "text": text}
        self._kernel.session.send(None, "stream", content, self._kernel.get_parent())

    def drain(self) -> None:
        """Send what was written past Python."""
        size = os.fstat(self._number).st_size if self._file is not None else 0
        if self._file is not None and size != self._read:
            data = os.pread(self._file.fileno(), max(size - self._read, 0), self._read)
            self._read = size
            if text := self._decoder.decode(data):
                self._send(text)

    def end(self) -> None:
        """Give the descriptor back."""
        if self._file is not None:
            os.dup2(self._before, self._number)
            os.close(self._before)
            self._file.close()


def begin() -> None:
    """Make the kernel of the next notebook: of every fork's that follows."""
    _begun[:] = [_kernel()]


_begun: list[Any] = []


def _unheard() -> logging.Logger:
    """Return a logger below no other: what a notebook lets the root's write into its cells would tell of itself without end."""
    log = logging.Logger("kernel")
    log.addHandler(logging.NullHandler())
    return log


def _kernel() -> Any:
    IPythonKernel.clear_instance()
    ZMQInteractiveShell.clear_instance()
    kernel: Any = IPythonKernel.instance(
        session=_Session(),
        compiler_class=_Compiler,
        shell_class=ZMQInteractiveShell,
        iopub_socket=object(),
        config=Config({"HistoryManager": {"hist_file": ":memory:"}}),
        log=_unheard(),
    )
    kernel.shell.extension_manager.load_extension("storemagic")
    return kernel


_TELLING = 0.1  # seconds


class Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, with its kernel in the same process; ``advance`` hears of the cells that are done."""

    def __init__(
        self, manager: NotebookExecutionManager, advance: Callable[[int, int], None], **settings: Any
    ):
        super().__init__(manager, log=_unheard(), **settings)
        self._advance, self._told = advance, 0.0
        self._parent: Message = {}
        self._later: list[Message] = []
        self._streams: list[_Stream] = []

    def execute(self, **_: Any) -> Any:
        """Run all cells, up to the first that fails."""
        self.reset_execution_trackers()
        self._kernel = _begun.pop() if _begun else _kernel()
        self._kernel.session.heard = self._heard
        if any("qngai_analysis" in cell.source for cell in self.nb.cells):
            jupyter.prepare()  # what its import does: this process imported it before there was a shell
        if pandas := sys.modules.get("pandas"):  # what it takes itself where it is first loaded in a kernel
            pandas.set_option("display.max_columns", 20)
        # Ctrl+C is heard elsewhere; so any thread may run the cells
        vars(self._kernel)["_cancel_on_sigint"] = contextlib.nullcontext
        self._kernel.shell_channel_thread = SimpleNamespace(parent_thread=None)
        self._loop, self._context = asyncio.new_event_loop(), contextvars.copy_context()
        asyncio.set_event_loop(self._loop)
        # what an Output widget holds goes back to the kernel when the cell is done
        channel = SimpleNamespace(send=self._later.append)
        self.kc = SimpleNamespace(session=self._kernel.session, shell_channel=channel)
        before = sys.stdout, sys.stderr
        self._streams = [_Stream("stdout", 1, self._kernel), _Stream("stderr", 2, self._kernel)]
        sys.stdout, sys.stderr = self._streams
        try:
            self.papermill_execute_cells()
        finally:
            sys.stdout, sys.stderr = before
            for stream in self._streams:
                stream.end()
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
            self._context.run(kernel.set_parent, [], self._parent)
            # one context: what a cell sets in it the next one sees
            run = self._loop.create_task(kernel.do_execute(cell.source, False), context=self._context)
            reply = self._loop.run_until_complete(run)
            self._context.run(self._drain)
            while self._later:
                self._context.run(
                    kernel.comm_manager.comm_msg, None, "", self._later.pop(0) | {"buffers": []}
                )
            cell.execution_count = reply["execution_count"]
            allowed = self.allow_errors or "raises-exception" in tags
            if reply["status"] == "error" and not allowed:
                # a magic's is only printed
                if all(output.output_type != "error" for output in cell.outputs):
                    told = {name: reply[name] for name in ("ename", "evalue", "traceback")}
                    cell.outputs.append(new_output("error", **told))  # type: ignore[no-untyped-call]
                raise CellExecutionError.from_cell_and_msg(cell, reply)
        # most cells take milliseconds: each that is told of wakes the processes that hear of it
        if (now := time.monotonic()) >= self._told + _TELLING or index + 1 == len(self.nb.cells):
            self._told = now
            self._advance(index + 1, len(self.nb.cells))
        return cell

    def _drain(self) -> None:
        for stream in self._streams:
            stream.drain()

    def _heard(self, message: Message) -> None:
        self._drain()  # what was written before it
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


class CellRun:
    """The work of running a notebook's cells."""

    def __init__(self, notebook: Any) -> None:
        self.notebook, self.folder = notebook, os.getcwd()  # noqa: PTH109

    def __call__(self, advance: Callable[[int, int], None]) -> Any:
        """Return the notebook as run."""
        os.chdir(self.folder)
        return Client(NotebookExecutionManager(self.notebook, progress_bar=False), advance).execute()
