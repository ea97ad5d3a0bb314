"""Web addresses inside a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: A web address; what closes the sentence or the bracket around it is no part of it.
ADDRESS = re.compile(r"https?://[^\s<>\"')\]]*[^\s<>\"')\].,;:]")


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield a text piece by piece, each with whether it is a web address.

    >>> list(pieces("xem https://nso.gov.vn."))
    [('xem ', False), ('https://nso.gov.vn', True), ('.', False)]
    """
    parts = re.split(f"({ADDRESS.pattern})", text)  # text, address, text, …
    yield from ((part, at % 2 == 1) for at, part in enumerate(parts) if part)
