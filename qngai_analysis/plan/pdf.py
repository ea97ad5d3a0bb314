"""PDF to text: paragraphs as lines, a table row as one line with tabs, rebuilt from where letters and rules stand.

A PDF knows neither paragraphs nor cells: ``pdf_lines`` puts letters together, ``pdf_tables`` what rules enclose, and
``pdf_unruled`` tells cells apart by the white between columns, or leaves the table out.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, pairwise
from math import inf
from pathlib import Path
from statistics import mode

import pypdfium2 as pdfium
from pypdfium2 import raw

from qngai_analysis.errors import PlanError
from qngai_analysis.guard import promised, reading
from qngai_analysis.plan.columns import column_role
from qngai_analysis.plan.pdf_lines import Letter, Line, paragraphs, printed_lines
from qngai_analysis.plan.pdf_tables import NEAR, Rule, Table, ruled_tables
from qngai_analysis.plan.pdf_unruled import unruled_tables

Point = tuple[float, float]

_MOST_LETTERS = 1_500_000  # of a document; the longest plan known has half a million
_MOST_POINTS = 40_000  # of the rules of a page; beyond that it is a drawing
_MOST_SOUGHT = 1_000_000_000  # bytes looked through for the ends of streams that have none: some seconds
_PAGE_NUMBER = re.compile(r"-?\s*\d{1,3}\s*-?")


def pdf_text(path: Path, content: bytes) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Return the text of a PDF, and the pages with a table without rules: guessed from gaps, or left out.

    A paragraph is a line, a table row a line with tabs; page numbers are left out.

    Raises
    ------
    PlanError
        The file is damaged or locked by a password, or its pages are pictures without a text layer.
    """
    parts: list[Line | Table] = []
    guessed: list[int] = []
    unread: list[int] = []
    count = 0
    with _opened(path, content) as document:
        pages = len(document)
        for number in range(pages):
            with reading(path, promised(path, "PDF"), PlanError):
                page = document[number]
                letters, rules = list(_letters(page)), _rules(page)
                width = page.get_width()
                page.close()
            count += len(letters)
            if count > _MOST_LETTERS:
                raise PlanError("{path}: dài hơn mọi văn bản kế hoạch; nêu đúng tệp kế hoạch", path=path)
            last = parts[-1] if parts else None
            before = last if isinstance(last, Table) and not last.ruled else None
            found = _page(width, letters, ruled_tables(*rules), before)
            guessed += [number + 1] * any(isinstance(part, Table) and not part.ruled for part in found)
            unread += [number + 1] * (None in found)
            parts += [part for part in found if part is not None]
    if count < 20 * max(1, pages) and count < 200:
        wording = (
            "{path}: {count} trang không có lớp chữ (bản quét); hãy nhận dạng chữ (OCR) tiếng Việt trước"
        )
        raise PlanError(wording, path=path, count=pages)
    return "\n".join(_text(parts)) + "\n", tuple(guessed), tuple(unread)


def _opened(path: Path, content: bytes) -> pdfium.PdfDocument:
    with reading(path, promised(path, "PDF"), PlanError):
        # pdfium seeks each one's end in all that follows
        endless = content.count(b"stream") - 2 * content.count(b"endstream")
        if endless * len(content) > _MOST_SOUGHT:
            wording = "{path}: tệp PDF bị hỏng ({n} luồng không có kết thúc); xin lại tệp"
            raise PlanError(wording, path=path, n=endless)
        try:
            return pdfium.PdfDocument(content)
        except pdfium.PdfiumError as fault:
            if fault.err_code == raw.FPDF_ERR_PASSWORD:
                raise PlanError("{path}: PDF có mật khẩu; lưu một bản không khóa", path=path) from None
            raise


def _upright(page: pdfium.PdfPage) -> Callable[[float, float], Point]:
    """Return how a point of the page lies for its reader: from the left, from the top."""
    left, bottom, right, top = page.get_mediabox()
    return {
        0: lambda x, y: (x - left, top - y),
        90: lambda x, y: (y - bottom, x - left),
        180: lambda x, y: (right - x, y - bottom),
        270: lambda x, y: (top - y, right - x),
    }[page.get_rotation()]


def _letters(page: pdfium.PdfPage) -> Iterator[Letter]:
    upright, text, box = _upright(page), page.get_textpage(), raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    apart = False
    for i in range(min(text.count_chars(), _MOST_LETTERS)):
        sign = chr(raw.FPDFText_GetUnicode(text, i))
        if sign.isspace() or not raw.FPDFText_GetLooseCharBox(text, i, box):
            apart = True
            continue
        raw.FPDFText_GetCharOrigin(text, i, x, y)
        corners = upright(box.left, box.bottom), upright(box.right, box.top)
        (left, top), (right, bottom) = map(min, *corners), map(max, *corners)
        if sign in "\x02\ufffe":  # a hyphen at the end of a line
            sign = "-"
        elif "\ue000" <= sign <= "\uf8ff":  # of a font of symbols, where lists have their bullets
            sign = "•"
        yield Letter(left, right, upright(x.value, y.value)[1], bottom - top, sign, apart)
        apart = False


def _rules(page: pdfium.PdfPage) -> tuple[list[Rule], list[Rule]]:
    """Return the upright and the level rules of a page; edges of thin boxes are rules as well."""
    upright, points = _upright(page), 0
    standing: list[Rule] = []
    lying: list[Rule] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for path in page.get_objects([raw.FPDF_PAGEOBJ_PATH]):
        matrix = path.get_matrix()
        corners: list[Point] = []
        for i in range(raw.FPDFPath_CountSegments(path)):
            segment = raw.FPDFPath_GetPathSegment(path, i)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            corner = upright(*matrix.on_point(x.value, y.value))
            if corners and raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
                _note(corners[-1], corner, standing, lying)
            corners.append(corner)
            if raw.FPDFPathSegment_GetClose(segment):
                _note(corner, corners[0], standing, lying)
            points += 1
            if points > _MOST_POINTS:
                return [], []
    return standing, lying


def _note(a: Point, b: Point, standing: list[Rule], lying: list[Rule]) -> None:
    (x, y), (x2, y2) = sorted((a, b))
    if x2 - x < 1 and abs(y2 - y) > NEAR:
        standing.append(((x + x2) / 2, min(y, y2), max(y, y2)))
    elif abs(y2 - y) < 1 and x2 - x > NEAR:
        lying.append(((y + y2) / 2, x, x2))


def _page(
    width: float, letters: list[Letter], tables: Iterable[Table], before: Table | None
) -> list[Line | Table | None]:
    """Return what stands on a page from the top down, without the page number; None for a table that cannot be read."""
    ruled = sorted(tables, key=lambda table: table.down[0])
    free = [letter for letter in letters if not any(table.take(letter) for table in ruled)]
    lines = list(printed_lines(free, width))
    numbered = lines and _PAGE_NUMBER.fullmatch(lines[-1].words)
    if numbered and (not ruled or lines[-1].base > ruled[-1].down[0]):
        del lines[-1]
    numbered = lines and _PAGE_NUMBER.fullmatch(lines[0].words)
    if numbered and (not ruled or lines[0].base < ruled[0].down[0]):
        del lines[0]
    parts: list[Line | Table | None] = []
    for table in ruled:
        above = [line for line in lines if line.base < table.down[0]]
        lines = lines[len(above) :]
        parts += [*unruled_tables(above, None if parts else before), table]
    return [*parts, *unruled_tables(lines, None if parts else before)]


def _text(parts: list[Line | Table]) -> Iterator[str]:
    """Yield the lines of the text: paragraphs and rows that go on from page to page are one."""
    lines = [part for part in parts if isinstance(part, Line)]
    ends: dict[float, float] = {}  # of pages of one width: where their lines end
    for line in lines:
        ends[line.page] = max(ends.get(line.page, 0.8 * line.page), line.right)
    steps = [round(b.base - a.base) for a, b in pairwise(lines) if b.base > a.base]
    most = 1.3 * mode(steps) if steps else inf
    begun: Table | None = None  # it has the head of what follows, also behind a line at the edge of a page
    for _, group in groupby(parts, type):
        run = list(group)
        tables = [part for part in run if isinstance(part, Table)]
        if tables:
            headed = sum(map(bool, map(column_role, tables[0].rows()[0]))) > 1
            again = begun if begun is not None and tables[0].goes_on(begun) and not headed else None
            yield from ["", *map("\t".join, _all_rows(tables, again)), ""]
            begun = again or tables[0]
            begun = next((b for a, b in [*pairwise(tables)][::-1] if not b.goes_on(a)), begun)
        else:
            found = [part for part in run if isinstance(part, Line)]
            yield from paragraphs(((line, ends[line.page]) for line in found), most)


def _all_rows(tables: list[Table], begun: Table | None) -> Iterator[list[str]]:
    """Yield the rows of tables that follow one another; a page repeats the head, and may break a row."""
    head = begun.rows()[: begun.heads] if begun else []
    yield from head
    last: list[str] = []
    for at, table in enumerate(tables):
        rows = table.rows()
        goes_on = table.goes_on(tables[at - 1]) if at else begun is not None
        if not goes_on and not (at and head and rows[:1] == head[:1]):
            if at:
                yield last
                yield []
            head, last = rows[: table.heads], []
        else:
            while rows and rows[0] in head:
                del rows[0]
            if rows and last and not rows[0][0] and any(rows[0]) and last[0]:
                last = [f"{a} {b}".strip() for a, b in zip(last, rows.pop(0), strict=True)]
        for row in rows:
            if last:
                yield last
            last = row
    yield last
