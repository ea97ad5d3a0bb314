"""The thresholds the project publishes by, and the limits of a file: settings with their source.

They stand in ``standards.toml`` beside this module.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from qngai_analysis.errors import SurveyError

STANDARDS = Path(__file__).with_name("standards.toml")

Thresholds = TypeVar("Thresholds")


@cache
def read_standards(path: Path = STANDARDS) -> dict[str, Any]:
    """
    Return the settings file as it stands: tables ``reliability``, ``precision``, ``disclosure`` and ``intake``.

    Raises
    ------
    SurveyError
        The file is missing, is not TOML in UTF-8, or lacks one of the tables.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SurveyError("{path}: không đọc được thiết lập ({fault})", path=path, fault=fault) from fault
    for table in ("reliability", "precision", "disclosure", "intake"):
        if table not in content:
            raise SurveyError("{path}: thiếu bảng [{table}]", path=path, table=table)
    return content


def thresholds(kind: type[Thresholds], table: str, path: Path = STANDARDS) -> Thresholds:
    """
    Return a table of a settings file as the dataclass that names its thresholds.

    Raises
    ------
    SurveyError
        The file can't be read, or a threshold is missing, unknown or not a number.
    """
    try:
        return kind(**read_standards(path)[table])
    except TypeError as fault:
        raise SurveyError(
            "{path}: [{table}] không hợp lệ: {fault}", path=path, table=table, fault=fault
        ) from fault
