"""Office files whose bytes depend on their content only.

XLSX and DOCX are zip archives; their writers put the hour of writing into every entry and into the
document's properties.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

# openpyxl writes 16 digits of every number, and so of 66.6 what no number said
_DIGITS = re.compile(rb"(?<=<v>)-?\d+\.\d{9,}(?=</v>)")
_CLOCK = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def settled(data: bytes, dated: date) -> bytes:
    """Return an office file with ``dated`` as its only date, its numbers as short as they were given."""
    stamp = f"{dated.isoformat()}T00:00:00Z".encode()
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _CLOCK.sub(rb"\g<1>" + stamp + rb"\g<3>", content)
            elif name.startswith("xl/worksheets/"):
                content = _DIGITS.sub(lambda found: f"{float(found[0]):.12g}".encode(), content)
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
    return stream.getvalue()
