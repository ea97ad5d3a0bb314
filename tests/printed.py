"""What a reader of a PDF reads: the text of its pages, as PDFium finds it."""

from __future__ import annotations

import unicodedata
from contextlib import closing

from pypdfium2 import PdfDocument


def pages(data: bytes) -> list[str]:
    """Return the text of each page, its letters and marks joined."""
    with closing(PdfDocument(data)) as document:
        texts = [page.get_textpage().get_text_bounded() for page in document]
    # a hyphen that ends a line comes as U+0002
    return [unicodedata.normalize("NFC", text.replace("\x02", "-\n").replace("\r\n", "\n")) for text in texts]
