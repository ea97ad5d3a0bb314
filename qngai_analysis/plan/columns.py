"""What the columns of a table hold, and how the numbers of its rows nest."""

from __future__ import annotations

import re

from qngai_analysis.plan.words import ROMAN, any_of, headings, lower, squeeze

COLUMNS = headings("column")


def column_role(head: str) -> str:
    """Return what a column holds, from its heading; "" where it does not say.

    One of number, text, lead, cooperating, period, unit, value, current, derived (from other columns), product,
    money, part (of a year);
    ``roles_of`` adds measure and place or thing, where columns are indicators and rows places or other things.

    >>> [column_role(head) for head in ("TT", "Chỉ tiêu", "Cơ quan chủ trì", "Đến năm 2025")]
    ['number', 'text', 'lead', 'value']
    """
    head = lower(squeeze(head)).strip(" .:*")
    return next((rule.gives for rule in COLUMNS if rule.applies(head)), "")


_MEASURE = re.compile(r"(?:tỷ (?:lệ|trọng)|số|tổng|thu nhập|diện tích|doanh thu|giá trị|chỉ số|xếp hạng)\s")
# "Xét nghiệm sốt rét (lam)": in a unit that plans name nowhere else
_COUNTED = re.compile(r"\w \([^\W\d_]{1,12}\)$")
PLACE_HEAD = re.compile(
    r"(?:tên )?(?:đơn vị|chi nhánh|bệnh viện|địa phương|huyện|xã|phường|thôn|bản|ấp|khóm|buôn|khu phố|khu vực|vùng|địa bàn|cơ quan)(?!\w)"
)
#: The unit that a name prints in brackets: "Hộ dùng nước sạch (%)", "Vườn mẫu (vườn)".
UNIT_IN_NAME = re.compile(
    rf"(?i)\s*\(\s*(?P<unit>%|(?:(?:nghìn|triệu|tỷ|1\.000)\s+)?(?:đồng|usd|ha|tấn|kg|km|m2(?: sàn)?|m3|mbps|kwh|mwh|lần|ngày|giờ|phút|tháng|năm|{any_of('unit')})(?:\s?/\s?[^()]+)?)\s*\)\s*$"
)


#: What a head says of a goal and its year besides what it names: "KH 2026", "Mục tiêu bao phủ BHYT đến năm 2030".
GOAL_OF_YEAR = re.compile(
    r"(?i:^(?:(?:các|chỉ tiêu|mục tiêu|kế hoạch|kh|phấn đấu|dự kiến|giao|số giao)\s+)+)|(?i:(?:(?:đến|hết|cuối|trong|cả|kh|kế hoạch|mục tiêu|chỉ tiêu)\s+)*(?:năm|giai đoạn)?)\s*(?<!/)(?:19|20)\d\d(?:\s*-\s*20\d\d)?"
)


def measures_something(head: str, role: str) -> bool:
    """Whether a heading (in small letters) names an indicator, where rows are places."""
    if role == "value":  # "Hộ phân loại rác KH 2026 (%)"
        head, role = squeeze(GOAL_OF_YEAR.sub(" ", head)), ""
        if not UNIT_IN_NAME.sub("", head):
            return False
    return bool(_MEASURE.match(head) or (not role and (UNIT_IN_NAME.search(head) or _COUNTED.search(head))))


def only_places_and_things(heads: list[str]) -> bool:
    """Whether a head names places, and what each has so many of: "Vùng", "Methadone", "ARV trẻ em"."""
    named = heads[1:] if column_role(heads[0]) == "number" else heads
    silent = not any(map(column_role, named[1:])) and all(named)
    return len(named) > 2 and silent and PLACE_HEAD.fullmatch(lower(named[0])) is not None


_PERIOD_HEAD = re.compile(r"năm(?: học)?|giai đoạn|thời (?:kỳ|gian|điểm)|mốc(?: thời gian)?|niên (?:vụ|khóa)")


def rows_are_years(heads: list[str]) -> bool:
    """Whether each row tells of a year what the other columns name: "Năm", "Số thuê bao", "Kinh tế số"."""
    named = heads[1:] if column_role(heads[0]) == "number" else heads
    others = {column_role(head) for head in named[1:]}
    years = all(named) and _PERIOD_HEAD.fullmatch(lower(named[0])) is not None
    placed = any(PLACE_HEAD.fullmatch(lower(head)) for head in named)
    return years and not placed and others <= {"", "value", "current", "derived", "product", "money"}


_NAMES_ROWS = re.compile(r"(?:chỉ|mục) tiêu|nội dung|tiêu chí")
_GOAL_HEAD = re.compile(r"mục tiêu|chỉ tiêu|kế hoạch")
_GROUP_HEAD = re.compile(r"(?:tên )?(?:nhóm|lĩnh vực|trụ cột|phân loại|ngành)(?!\w)")
_MONEY_HEAD = re.compile(r"nguồn|kinh phí|vốn")


def roles_of(header: list[str]) -> list[str]:
    """Return the role of each column; two text columns of which one is the goal give text and value.

    >>> roles_of(["TT", "Chỉ tiêu", "Đơn vị tính", "Mục tiêu"])
    ['number', 'text', 'unit', 'value']
    """
    heads = [lower(squeeze(head)) for head in header]
    roles = _places_beside_unit(header, [column_role(head) for head in heads])
    for corrected in (
        _units_beside_values,
        _goals_that_name_rows,
        _rows_of_years,
        _rows_with_measures,
        _value_beside_unit,
        _budget,
        _named_by_the_first,
        _one_text,
    ):
        roles = corrected(heads, roles)
    return roles


def _units_beside_values(heads: list[str], roles: list[str]) -> list[str]:
    """Beside values, or where another column says who leads, "Đơn vị" is what indicators are counted in; "Kết quả" beside it is the value."""
    led = roles.count("lead") > 1 and "đơn vị" in heads and any("chỉ tiêu" in head for head in heads)
    if "value" not in roles and not led:
        return roles
    # but first, and with no other column of names, it is who is given the values
    names_rows = heads[0] == "đơn vị" and "text" not in roles
    means = ({} if names_rows else {"đơn vị": "unit"}) | ({} if "value" in roles else {"kết quả": "value"})
    # beside results "Tỷ lệ (%)" is a share of the plan
    means |= dict.fromkeys(("tỷ lệ", "tỷ lệ %", "tỷ lệ (%)") if "current" in roles else (), "derived")
    return [means.get(head, role) for head, role in zip(heads, roles, strict=True)]


def _goals_that_name_rows(heads: list[str], roles: list[str]) -> list[str]:
    """ "Chỉ tiêu năm 2024" beside other values names the rows, not their value."""
    at = next((i for i, role in enumerate(roles) if role not in ("number", "unit")), 0)
    nameless = "text" not in roles and roles[at] == "value" and roles.count("value") > 1
    if not nameless or not _NAMES_ROWS.match(heads[at]):
        return roles
    return [*roles[:at], "text", *roles[at + 1 :]]


def _rows_of_years(heads: list[str], roles: list[str]) -> list[str]:
    """A year a row, an indicator a column."""
    if not rows_are_years(heads):
        return roles
    named = [UNIT_IN_NAME.sub("", GOAL_OF_YEAR.sub(" ", head)).strip() for head in heads]
    first = roles[0] == "number"
    return [
        "period" if i == first
        else "measure" if role in ("", "value") and name and not _MONEY_HEAD.match(name)
        else role
        for i, (role, name) in enumerate(zip(roles, named, strict=True))
    ]  # fmt: skip


def _rows_with_measures(heads: list[str], roles: list[str]) -> list[str]:
    """Columns are indicators, and rows places or other things."""
    silent = ("number", "current", "derived")
    columns = zip(heads, roles, strict=True)
    measures = [role not in silent and measures_something(head, role) for head, role in columns]
    at = next((i for i, role in enumerate(roles) if role != "number"), 0)
    units = {i for i, role in enumerate(roles) if role == "unit"} - {at}  # behind the rows' names
    place = next((i for i, head in enumerate(heads) if PLACE_HEAD.match(head) and i not in units), None)
    if not any(measures) and only_places_and_things(heads):
        measures = [i > at for i in range(len(heads))]
    several = sum(measures) > 1 and not measures[at]
    if place is not None and any(measures):
        at, named = place, "place"
    elif several and (not roles[at] or heads[at].startswith(("tên ", "nguồn "))):
        named = "thing"
    elif place is not None and _holds_values(heads[place], roles):
        others = roles[:place] + roles[place + 1 :]
        return roles if "text" in others else [*roles[:place], "place", *roles[place + 1 :]]
    else:
        return roles
    texts = {i for i, role in enumerate(roles) if role == "text" and not measures[i]} - {at}
    if texts or "value" in roles[:at]:
        return roles
    if named == "place":  # what stands beside measures of places is one: "Lúa mùa"
        measures = [measures[i] or (not roles[i] and " " in head) for i, head in enumerate(heads)]
    roles = ["measure" if measure else role for measure, role in zip(measures, roles, strict=True)]
    return [*roles[:at], named, *roles[at + 1 :]]


_WHOLE = re.compile(r"(?:tổng(?: số| cộng)?|cộng|chung|toàn \w+(?: \w+)?)$")


def _places_beside_unit(header: list[str], roles: list[str]) -> list[str]:
    """Behind names and units columns that are named by places hold what each of them is given: "Tổng số", "Vạn Hải"."""
    if not {"text", "unit"} <= set(roles):
        return roles
    first = 1 + max(roles.index("text"), roles.index("unit"))
    given = [head for head in header[first:] if not _WHOLE.match(lower(head))]
    named = all(head.removeprefix("TP.").istitle() for head in given)
    if len(given) < 2 or not named or any(roles[first:]):
        return roles
    return [*roles[:first], *["value"] * (len(header) - first)]


def _holds_values(place: str, roles: list[str]) -> bool:
    """Whether rows are places that are given values; one column of them may be a unit beside its value."""
    least = 1 if place != "đơn vị" and PLACE_HEAD.fullmatch(place) else 2
    return roles.count("value") >= least


def _value_beside_unit(heads: list[str], roles: list[str]) -> list[str]:
    """Beside names and units the one column that says nothing else holds the values."""
    silent = [i for i, role in enumerate(roles) if not role]
    told = {"value", "measure", "money", "product"} & set(roles)
    if "text" not in roles or told or len(silent) != 1 or silent[0] < roles.index("text"):
        return roles
    if "unit" not in roles and "đơn vị" not in heads:
        return roles
    return ["unit" if head == "đơn vị" else role or "value" for head, role in zip(heads, roles, strict=True)]


def _budget(heads: list[str], roles: list[str]) -> list[str]:
    """A budget by years holds money."""
    named = {"text", "place", "thing"} & set(roles) or roles[:1] == ["value"]
    if named or not _MONEY_HEAD.search(heads[0]):
        return roles
    return ["money" if role == "value" else role for role in roles]


def _named_by_the_first(heads: list[str], roles: list[str]) -> list[str]:
    """Beside values a first column of words that says nothing else names the rows: "Nhóm hàng", "Cây trồng"."""
    first = next((i for i, role in enumerate(roles) if role not in ("number", "unit")), 0)
    silent = roles[first] in ("", "product")  # "Sản phẩm"
    nameless = not heads[first] and "unit" not in roles
    if {"text", "place", "thing"} & set(roles) or "value" not in roles or not silent or nameless:
        return roles
    return [*roles[:first], "text", *roles[first + 1 :]]


def _one_text(heads: list[str], roles: list[str]) -> list[str]:
    """Of two columns of words the later is the goal, or nothing we read; before it may stand the group of rows."""
    first = roles.index("text") if "text" in roles else len(roles)
    if "text" in roles[first + 1 :] and _GROUP_HEAD.match(heads[first]):
        roles = [*roles[:first], "group", *roles[first + 1 :]]
        first = roles.index("text")
    return [
        ("value" if _GOAL_HEAD.search(head) else "") if role == "text" and i > first else role
        for i, (head, role) in enumerate(zip(heads, roles, strict=True))
    ]


_ROW_NUMBER = re.compile(
    rf"""(?:(?P<capital>[A-Z])|(?P<roman>{ROMAN})|(?P<sub>(?:{ROMAN}|[A-Z])[.\-]?\d{{1,2}})
         |(?P<n>\d{{1,3}}(?:\.\d{{1,2}}){{0,3}})|(?P<letter>[a-zđ]\d?)|(?P<dash>[-+*•]))?\s*[.)\-]?$""",
    re.VERBOSE,
)
ROW_RANKS = {"capital": 1.0, "roman": 2.0, "sub": 3.0, "": 3.5, "n": 4.0, "letter": 6.0, "dash": 7.0}


def row_number_rank(number: str) -> float | None:
    """Return the rank of a row number ("A" above "I" above "V.1" above "1." above "a)"), or None."""
    found = _ROW_NUMBER.match(number.strip())
    if found is None:
        return None
    if found.lastgroup == "capital" and number.strip(" .)") in ("I", "V", "X"):
        return ROW_RANKS["roman"]
    if found.lastgroup == "n":
        return ROW_RANKS["n"] + 0.1 * number.strip(" .)").count(".")
    return ROW_RANKS[found.lastgroup or ""]
