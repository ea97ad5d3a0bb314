"""Why an indicator has no figure in the province, and how a blank can be filled: ``measurability.csv``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from qngai_analysis import paths
from qngai_analysis.raw import read_table
from qngai_analysis.values import values_of
from qngai_analysis.words.said import Said


class Blank(StrEnum):
    """Why an indicator has no figure, and what would fill it."""

    NO_METHOD = "no_provincial_method"
    ADMINISTRATIVE = "administrative"
    SURVEY = "survey"
    UNKNOWN = "unknown"
    GIVEN = "given"  # no blank of the data: the figure is there, and decides nothing yet

    @property
    def words(self) -> Said:
        """The class as reports and forms print it."""
        return _BLANK[self]


_BLANK = {
    Blank.NO_METHOD: Said("không có phương pháp đo cấp tỉnh"),
    Blank.ADMINISTRATIVE: Said("số liệu hành chính, chưa thu thập"),
    Blank.SURVEY: Said("phải điều tra"),
    Blank.UNKNOWN: Said("chưa xếp loại"),
    Blank.GIVEN: Said("đã có số liệu của năm, chưa đủ căn cứ kết luận"),
}


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
