"""What the letters of a page make: words, the pieces of a line that wide gaps set apart, lines, paragraphs.

A PDF knows no paragraphs: a line goes on in the next where the next word would not have fitted any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from qngai_analysis.plan.structure import begins_item

RIVER = 1.5  # points that stay white between two columns
_GAP = 5.5  # points between two cells, more than any space


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter where it stands, in points from the left and from the top of the page."""

    left: float
    right: float
    base: float  # of its line, from the top of the page downwards, as all heights here
    size: float
    sign: str
    apart: bool  # whether a space comes before it


@dataclass(frozen=True, slots=True)
class Word:
    """Letters without a space between them."""

    letters: tuple[Letter, ...]
    left: float
    right: float
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a line between two wide gaps: where there are columns, mostly a cell."""

    parts: tuple[Word, ...]
    words: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line."""

    words: str
    left: float
    right: float
    base: float
    page: float  # its width
    size: float
    pieces: tuple[Piece, ...]
    first: float  # width of its first word and a space, and some more: setters differ

    @property
    def parts(self) -> list[Word]:
        """Its words one by one."""
        return [word for piece in self.pieces for word in piece.parts]


def printed_lines(letters: Iterable[Letter], page: float = 0) -> Iterator[Line]:
    """Yield the printed lines of some letters from the top down."""
    line: list[Letter] = []
    for letter in sorted(letters, key=lambda letter: letter.base):
        if line and letter.base - line[-1].base > 0.4 * letter.size:
            yield _line(line, page)
            line = []
        line.append(letter)
    if line:
        yield _line(line, page)


def _line(letters: list[Letter], page: float) -> Line:
    letters = sorted(letters, key=lambda letter: letter.left)
    size = letters[0].size
    spelled, gaps = [[letters[0]]], []
    for before, letter in pairwise(letters):
        gap = letter.left - before.right
        if letter.sign == before.sign and letter.left - before.left < 0.1 * letter.size:
            continue  # printed twice, to look bold
        if letter.apart or gap > 0.25 * size:
            spelled.append([])
            gaps.append(gap)
        spelled[-1].append(letter)
    words = [Word(tuple(w), w[0].left, w[-1].right, "".join(a.sign for a in w)) for w in spelled]
    drawn = len(gaps) > 5 and max(gaps) - min(gaps) < RIVER  # to fill the line
    pieces = [[words[0]]]
    for gap, word in zip(gaps, words[1:], strict=True):
        if gap > max(_GAP, 0.5 * size) and not drawn:
            pieces.append([])
        pieces[-1].append(word)
    lead = words[1] if words[0].text == "-" and len(words) > 1 else words[0]  # "- Xã" stays together
    return Line(
        " ".join(word.text for word in words),
        letters[0].left,
        max(letter.right for letter in letters),
        letters[0].base,
        page,
        max(letter.size for letter in letters),
        tuple(Piece(tuple(p), " ".join(w.text for w in p), p[0].left, p[-1].right) for p in pieces),
        2 * 0.25 * size + lead.right - letters[0].left,
    )


def paragraphs(lines: Iterable[tuple[Line, float]], most: float = inf) -> Iterator[str]:
    """Yield the paragraphs of lines, each with its edge; lines further apart than ``most`` are of two."""
    words = ""
    last: Line | None = None
    last_edge = 0.0
    for line, edge in lines:
        if last is not None and line.base - last.base <= most and _goes_on(words, last, line, last_edge):
            words += f" {line.words}"
        else:
            if words:
                yield words
            words = line.words
        last, last_edge = line, edge
    if words:
        yield words


def _goes_on(words: str, last: Line, line: Line, edge: float) -> bool:
    """Whether a paragraph that so far says ``words`` goes on: the next word had no place before the edge."""
    if begins_item(line.words):
        # "giai đoạn 2021⏎- 2025", "Phòng Văn hóa⏎- Xã hội"
        listed = line.words[0] != "-" or words[0] == "-" or words.endswith((":", ";", ".", ","))
        return not listed and last.right + line.first > edge
    return line.words[0].islower() or last.right + line.first > edge
