"""What offices put into a table besides answers: old encodings, a numbered row, headers again, totals, signatures.

What is certain is set aside and said: a converted text, the header once more, the row "A 1 2 3". A row that
looks like a total or a signature is named, once, for somebody to delete: it might be an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import chain

import numpy as np
import pandas as pd

from qngai_analysis.survey.form.faults import Faults, ranges
from qngai_analysis.survey.form.files import Cells, Recognised, Sheet
from qngai_analysis.survey.form.habits import any_of
from qngai_analysis.words import legacy
from qngai_analysis.words.folding import fold
from qngai_analysis.words.said import Said

_TOTAL, _FOOT = re.compile(any_of("total")), re.compile(rf"\b{any_of('foot')}\b")
#: Tells whether a text below a header says that there is nothing in the cell.
SaysNothing = Callable[[str, str], bool]
_NUMBERED = re.compile(r"\(?(?:[A-Za-zĐđ]|(\d{1,3}))\)?(?: ?=.*)?")


def tidied(sheet: Sheet, faults: Faults, recognised: Recognised, says_nothing: SaysNothing) -> Sheet:
    """Return a sheet with answers only; what was done is in the notes, what must be looked at in the faults."""
    sheet = _in_unicode(_in_unicode(sheet, "UTF-8", faults), "", faults)
    sheet = _without_fillers(sheet, says_nothing, faults)
    for note in sheet.notes:
        faults.note(note, sheet.name)
    if not sheet.rows.size and not sheet.ragged:
        return sheet
    headers = _headers_again(sheet, recognised)
    aside = headers | {at + 1 for at in {-1} | headers if _is_numbering(sheet, at + 1)}
    if aside:
        rows = ranges(sorted(int(sheet.rows[at]) for at in aside))
        faults.note(Said("để riêng dòng lặp lại tiêu đề hoặc đánh số cột: {rows}", rows=rows), sheet.name)
    return _without_totals(sheet.without(aside) if aside else sheet, faults)


# -- encodings -----------------------------------------------------------------------------


def _in_unicode(sheet: Sheet, encoding: str, faults: Faults) -> Sheet:
    """Convert columns typed in an old encoding, and headers; by default in the one that most are in."""
    texts = [[cell for cell in _texts(column.cells) if not cell.isascii()] for column in sheet.columns]
    everything = dict.fromkeys([*sheet.header, *chain(*texts)])
    encoding = encoding or legacy.encoding_of(everything)
    if not encoding:
        return sheet
    mended = partial(legacy.mended, encoding=encoding, otherwise=bool(legacy.mended(everything, encoding)))
    heads = mended(sheet.header)
    changed, n, example = [], len(heads), dict(heads)
    for column, words in zip(sheet.columns, texts, strict=True):
        cells = column.cells
        if read := mended(words):
            n += sum(cell in read for cell in cells)
            cells = np.array([read.get(cell, cell) for cell in cells], dtype=object)
        changed.append(replace(column, header=heads.get(column.header, column.header), cells=cells))
        example |= read
    if not example:
        return sheet
    old, new = next(iter(example.items()))
    wording = "{n} ô viết bằng bảng mã {encoding}, đã chuyển sang Unicode: {old} → {new}"
    faults.note(Said(wording, n=n, encoding=encoding, old=old, new=new), sheet.name)
    return replace(sheet, columns=tuple(changed))


def _texts(column: Cells) -> list[str]:
    return [cell for cell in pd.unique(column) if isinstance(cell, str)]


def _without_fillers(sheet: Sheet, says_nothing: SaysNothing, faults: Faults) -> Sheet:
    """Empty the cells that say that there is nothing in them, and say how many."""
    columns, words, told = list(sheet.columns), dict[str, None](), []
    for place, column in enumerate(columns):
        if found := [text for text in _texts(column.cells) if says_nothing(column.header, text)]:
            cells = pd.Series(column.cells, dtype=object)
            empty = cells.isin(found)
            columns[place] = replace(column, cells=cells.mask(empty, None).to_numpy())
            words |= dict.fromkeys(found)
            told.append(f"{column.header} ({int(empty.sum())})")
    if told:
        wording = "ô ghi {words} được tính là trống; số ô theo cột: {columns}"
        faults.note(Said(wording, words=", ".join(words), columns=", ".join(told)[:400]), sheet.name)
    return replace(sheet, columns=tuple(columns)).without_empty() if told else sheet


# -- rows that are no answers --------------------------------------------------------------


def _headers_again(sheet: Sheet, recognised: Recognised) -> set[int]:
    """Rows that hold the header once more, as where files were pasted one below the other, or labels below names."""
    hits: set[int] = set()
    for column in [column for column in sheet.columns if column.header][:4]:
        again = [text for text in _texts(column.cells) if recognised([text])]
        hits |= set(np.flatnonzero(pd.Series(column.cells, dtype=object).isin(again)).tolist())
    rows = {at: _filled(sheet, at) for at in hits}
    return {at for at, cells in rows.items() if recognised(cells) * 2 > recognised(sheet.header)}


def _is_numbering(sheet: Sheet, at: int) -> bool:
    """Whether a row numbers the columns: ``A 1 2 3`` or ``(1) (2) (3)``."""
    cells = _filled(sheet, at) if at < sheet.rows.size else []
    found = [_NUMBERED.fullmatch(cell.removesuffix(".0")) for cell in cells]
    numbers = [int(match[1]) for match in found if match and match[1]]
    counted = [list(range(first, first + len(numbers))) for first in range(3)]
    return len(numbers) >= 3 and all(found) and numbers in counted


def _without_totals(sheet: Sheet, faults: Faults) -> Sheet:
    """Name the rows that look like totals, notes and signatures, all at once, and leave them out of other checks."""
    filled = np.sum([~pd.isna(column.cells) for column in sheet.columns], axis=0, dtype=int)
    few = filled <= max(3, len(sheet.columns) // 4)
    # of a wide table a row of two cells, and words in them, is no form
    bare = 2 if len(sheet.columns) > 5 else 0
    found = _totals(sheet) | {
        int(at) for at in np.flatnonzero((filled > 0) & (filled <= bare)) if _is_worded(_line(sheet, int(at)))
    }
    # below the last full row: from the first total or signature on, whatever has few cells
    last = np.flatnonzero(~few & ~np.isin(np.arange(few.size), list(found))).max(initial=-1)
    below = range(int(last) + 1, sheet.rows.size)
    feet = [at for at in below if at in found or _is_foot(_line(sheet, at), bool(filled[at] <= bare))]
    found |= set(range(feet[0], sheet.rows.size)) if feet else set()
    full = int(sheet.rows[last]) if last >= 0 else 0
    signed = [row for row, cells, text in sheet.ragged if row > full and _is_foot(text, cells <= bare)]
    first = min([*signed, *(int(sheet.rows[at]) for at in feet)], default=np.inf)
    outside = [entry for entry in sheet.ragged if entry[0] in signed or (entry[0] > first and entry[1] <= 3)]
    if not found and not outside:
        return sheet
    rows = {int(sheet.rows[at]): _line(sheet, at) for at in found}
    rows |= {row: text for row, _, text in outside}
    rule = Said("một phiếu trả lời; dòng này trông như dòng tổng, ghi chú hoặc chữ ký")
    mend = Said("xóa dòng này khỏi tệp; nếu là phiếu thật thì ghi đủ mã và các câu trả lời")
    for row in sorted(rows):
        faults.add((sheet.name, row), "", rows[row], rule, mend)
    ragged = tuple(entry for entry in sheet.ragged if entry not in outside)
    return replace(sheet.without(found), ragged=ragged)


def _is_foot(text: str, bare: bool) -> bool:
    words = fold(text)
    return (bare and _is_worded(text)) or bool(_FOOT.search(words) or _TOTAL.fullmatch(words))


def _is_worded(text: str) -> bool:
    return re.search(r"[^\W\d_]{2,}:? ", text) is not None


def _totals(sheet: Sheet) -> set[int]:
    """Rows whose first filled cell is "Tổng cộng" or the like."""
    found, empty = set(), np.ones(sheet.rows.size, dtype=bool)
    for column in sheet.columns[:4]:
        # the letters that the words for a total begin with
        near = (text for text in _texts(column.cells) if len(text) < 60 and text[:1].lower() in "tcbgsamln")
        words = [text for text in near if _TOTAL.fullmatch(fold(text))]
        found |= set(np.flatnonzero(empty & pd.Series(column.cells, dtype=object).isin(words)).tolist())
        empty &= pd.isna(column.cells)
    return found


def _line(sheet: Sheet, at: int) -> str:
    return " ".join(_filled(sheet, at))[:120]


def _filled(sheet: Sheet, at: int) -> list[str]:
    """The cells of a row that hold something, as texts."""
    return [str(column.cells[at]) for column in sheet.columns if column.cells[at] is not None]
