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
    position = 0
    for match in ADDRESS.finditer(text):
        if match.start() > position:
            yield text[position : match.start()], False
        yield match[0], True
        position = match.end()
    if position < len(text):
        yield text[position:], False
