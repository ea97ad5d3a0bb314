"""Charts that forks draw while the cells go on: for a report that is made alone, which leaves a processor idle."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
from collections.abc import Iterator
from multiprocessing.connection import Connection, Pipe
from typing import Any

from qngai_analysis.page import blocks


class NotDrawnError(Exception):
    """A chart could not be drawn: ``mark`` stands where it would, the cause is what drawing raised."""

    def __init__(self, mark: str) -> None:
        super().__init__(mark)
        self.mark = mark


class Drawings:
    """The charts that are being drawn; in a report stands the mark of each until all are put in."""

    def __init__(self) -> None:
        self._begun: dict[str, tuple[int, Connection]] = {}

    @contextlib.contextmanager
    def taking(self) -> Iterator[None]:
        """Take every chart that is made in it."""
        blocks.drawn_by.append(self._begin)
        try:
            yield
        finally:
            blocks.drawn_by.remove(self._begin)

    def _begin(self, drawing: Any) -> str:
        reading, writing = Pipe(duplex=False)
        child = os.fork()
        if not child:
            reading.close()
            try:
                said: Any = blocks.svg(drawing)
            except BaseException as fault:
                said = fault
            with contextlib.suppress(BaseException):  # what can't be pickled, or nobody reads
                writing.send_bytes(pickle.dumps(said))
            os._exit(0)
        writing.close()
        blocks.close(drawing)
        mark = f"<svg {len(self._begun)} of {os.getpid()}/>"
        self._begun[mark] = child, reading
        return mark

    def into(self, text: str) -> str:
        """Return a report as JSON text with its charts in the place of their marks; NotDrawnError where one failed."""
        for mark, (child, reading) in self._begun.items():
            with reading:
                try:
                    said = pickle.loads(reading.recv_bytes())
                except EOFError:
                    said = MemoryError("the process that drew the chart died")
            os.waitpid(child, 0)
            if not isinstance(said, str):
                raise NotDrawnError(mark) from said
            text = text.replace(json.dumps(mark), json.dumps(said))
        return text
