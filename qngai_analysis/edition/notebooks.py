"""Notebooks as files: how a new one is made, and what every one must be.

Notebooks are committed without outputs, with their kernelspec, keys sorted and one source line a
line, so that a change reads as a change.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qngai_analysis.errors import RenderError
from qngai_analysis.project import read_project

TEMPLATE = Path(__file__).with_name("sector.ipynb")  # every sector's notebook, but for its name and title


def sector_notebook(name: str) -> dict[str, Any]:
    """Return a new notebook of a sector as plain JSON.

    Raises
    ------
    ParameterError
        The project has no such sector.
    """
    title = json.dumps(read_project().sector(name).vi, ensure_ascii=False)[1:-1]
    text = TEMPLATE.read_text(encoding="utf-8").replace("{sector}", name).replace("{title}", title)
    content: dict[str, Any] = json.loads(text)
    return content


def write_notebook(content: dict[str, Any], file: Path) -> None:
    """Write a notebook the way it is committed; an existing file is never overwritten.

    Raises
    ------
    RenderError
        The file exists, or can't be written.
    """
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    except FileExistsError:
        raise RenderError("{file}: đã có sẵn; đặt tên khác, hoặc xóa tệp cũ trước", file=file) from None
    except OSError as fault:
        wording = "{file}: không ghi được ({strerror})"
        raise RenderError(wording, file=file, strerror=fault.strerror) from fault
