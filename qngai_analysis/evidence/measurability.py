"""Why an indicator has no figure in the province, and how a blank can be filled: ``measurability.csv``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from qngai_analysis import paths
from qngai_analysis.raw import read_table
from qngai_analysis.values import values_of
from qngai_analysis.words.said import Said


class Blank(StrEnum):
    """Why an indicator has no figure, and what would fill it; ``words`` are those of reports and forms."""

    words: str

    def __new__(cls, value: str, words: str = "") -> Blank:
        """Make a class of its code and its words."""
        blank = str.__new__(cls, value)
        blank._value_, blank.words = value, words
        return blank

    NO_METHOD = "no_provincial_method", Said("không có phương pháp đo cấp tỉnh")
    ADMINISTRATIVE = "administrative", Said("số liệu hành chính, chưa thu thập")
    SURVEY = "survey", Said("phải điều tra")
    UNKNOWN = "unknown", Said("chưa xếp loại")
    # no blank of the data: the figure is there, and decides nothing yet
    GIVEN = "given", Said("đã có số liệu của năm, chưa đủ căn cứ kết luận")


@dataclass(frozen=True, slots=True)
class Measurability:
    """What is known of measuring an indicator: class of a blank, ground and note in Vietnamese."""

    blank: Blank
    ground: str = ""
    note: str = ""


def read_measurability() -> dict[str, Measurability]:
    """Return by indicator how it can be measured in the province; see the sidecar for how sure each class is."""
    table = read_table(paths.reference("measurability.csv")).rename(columns={"class": "blank"})
    found = zip(table["indicator"], values_of(table, Measurability), strict=True)
    return {code: replace(known, blank=Blank(known.blank)) for code, known in found}
