"""Charts that forks draw while the cells go on: for a report that is made alone, which leaves a processor idle."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from qngai_analysis.edition.process import forked
from qngai_analysis.page import blocks


class NotDrawnError(Exception):
    """A chart could not be drawn: ``mark`` stands where it would, the cause is what drawing raised."""

    def __init__(self, mark: str) -> None:
        super().__init__(mark)
        self.mark = mark


class Drawings:
    """The charts that are being drawn; in a report stands the mark of each until all are put in."""

    def __init__(self) -> None:
        self._begun: dict[str, Callable[[], str]] = {}

    @contextlib.contextmanager
    def taking(self) -> Iterator[None]:
        """Take every chart that is made in it."""
        blocks.drawn_by.append(self._begin)
        try:
            yield
        finally:
            blocks.drawn_by.remove(self._begin)

    def _begin(self, drawing: Any) -> str:
        mark = f"<svg {len(self._begun)} of {os.getpid()}/>"
        self._begun[mark] = forked(partial(blocks.svg, drawing))
        blocks.close(drawing)
        return mark

    def into(self, text: str) -> str:
        """Return a report as JSON text with its charts in the place of their marks; NotDrawnError where one failed."""
        for mark, drawn in self._begun.items():
            try:
                said = drawn()
            except BaseException as fault:
                raise NotDrawnError(mark) from fault
            text = text.replace(json.dumps(mark), json.dumps(said))
        return text
