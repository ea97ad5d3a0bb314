"""What a block of a report shows in a notebook.

The writers read a block as plain JSON under a MIME type of its own; people read it as HTML, or as text
on a console. A batch, which nobody looks at, sends the JSON alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

MIME = "application/vnd.qngai.block+json"
BLOCKS_ONLY = "QNGAI_BLOCKS_ONLY"  # set in processes whose outputs only the writers read

_html: list[Callable[[Any], str]] = []


def as_html(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Make ``write`` what turns a block into HTML for a notebook; ``page.html`` has it."""
    _html[:] = [write]
    return write


def bundle(block: Any, words: Callable[[], str]) -> dict[str, Any]:
    """Return the outputs of a cell whose value is ``block``; ``words`` gives what a console shows."""
    if os.environ.get(BLOCKS_ONLY):
        # without a text of ours IPython would add its own, which holds whole charts
        return {MIME: block.payload(), "text/plain": ""}
    return {MIME: block.payload(), "text/html": _html[0](block), "text/plain": words()}
