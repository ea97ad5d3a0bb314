"""Adding published figures: a sheet with a dozen Vietnamese headings, checked, appended to ``figures.csv``."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from textwrap import wrap
from typing import Any
from urllib.parse import urlsplit

from rapidfuzz.fuzz import ratio, token_set_ratio
from rapidfuzz.process import extract

from qngai_analysis import paths, raw, territory
from qngai_analysis.collection import workbook
from qngai_analysis.collection.workbook import CellError, FormFault, FormRow, date_of, number_of, text_of
from qngai_analysis.errors import EvidenceError, ParameterError
from qngai_analysis.evidence.observations import CHANNELS, LEVELS, last_day
from qngai_analysis.evidence.published import read_published, read_relations
from qngai_analysis.guard import reading
from qngai_analysis.page.sheets import put_rows
from qngai_analysis.plan.catalogue import catalogue_rows, find_matcher
from qngai_analysis.progress.yearly import planned_targets
from qngai_analysis.project import read_project
from qngai_analysis.raw import RawColumn, read_rows, read_table, sha256, sidecar_path, table_bytes, unguarded
from qngai_analysis.territory import Unit, without_kind
from qngai_analysis.words.folding import fold
from qngai_analysis.words.said import Day, Said

#: Headings of the sheet, in the order of the template; those that must be filled.
HEADINGS: Mapping[str, str] = {key: heading for key, (heading, _) in workbook.SHEETS["published"].items()}
NEEDED = tuple(key for key, (_, needed) in workbook.SHEETS["published"].items() if needed)
_YEAR_HEAD = re.compile(r"(?:nam )?(20\d\d)")  # folded
_AUTHORITY = re.compile(
    r"(tong cuc|chi cuc|cuc|thong ke|thue|so|bo|ubnd|uy ban nhan dan|chinh phu|van phong)\b"
)  # folded
_BOUND = re.compile(
    r"(?P<more>>|trên|hơn|ít nhất)\s*(?P<low>.+)|(?P<less><|dưới|gần|chưa đến)\s*(?P<high>.+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Added:
    """What was added: the new ids of ``figures.csv``, the last day of publication, and the relations that ``series.csv`` lacked."""

    ids: tuple[str, ...]
    published: date | None
    relations: tuple[str, ...]


def write_template(file: Path) -> None:
    """Write an empty sheet with the headings; EvidenceError if the file exists."""
    from openpyxl import Workbook

    if file.exists():
        raise EvidenceError("{file}: đã có tệp này; ghi ra tên khác", file=file)
    book = Workbook()
    (sheet,) = book.worksheets
    sheet.title = "Số liệu"
    put_rows(sheet, [[*HEADINGS.values()]], [18] * len(HEADINGS))
    book.save(file)


def add_figures(file: Path) -> tuple[Added | None, list[FormFault]]:
    """
    Read a sheet of figures and append them, all or none.

    Instead of a value and its day a row may have a column a year ("2023", "Năm 2024"): each filled cell is a figure.

    Returns
    -------
    (added, faults)
        With a fault nothing is added. A fault of the indicator proposes the codes that are nearest.
    """
    rows: list[dict[str, Any]] = []
    faults: list[FormFault] = []
    for sheet in _sheets(file):
        line, places = workbook.headed(sheet, HEADINGS, 2)
        named = [fold(text_of(cell)) for cell in (sheet.rows[line - 1] if line else ())]
        years = {found[1]: at for at, head in enumerate(named) if (found := _YEAR_HEAD.fullmatch(head))}
        if "indicator" in places and (years or "value" in places):
            for cells, where in workbook.rows_below(sheet, line, places | years, [*HEADINGS, *years]):
                for year in [year for year in years if cells[year] is not None] or [""]:
                    of = {"value": cells[year], "reference_date": year} if year else {}
                    at = {"value": where[year], "reference_date": where[year]} if year else {}
                    given = FormRow(file.name, sheet.name, cells | of, where | at, faults, HEADINGS)
                    rows.append(_read_figure(given))
    if not rows:
        heads = " · ".join(HEADINGS.values())
        none = CellError("không có dòng số liệu nào; hàng đầu ghi: {heads}", heads=heads)
        faults.append(FormFault(file.name, "", "", none))
    return (None, faults) if faults else (_append(rows), [])


def add_figure(*, instead: str = "", **cells: str) -> tuple[Added | None, list[FormFault]]:
    """Add one figure, its cells by the keys of :data:`HEADINGS`; as :func:`add_figures`. ``instead``: the id of a figure that it corrects."""
    faults: list[FormFault] = []
    options = {key: f"--{key.replace('_', '-')}" for key in HEADINGS}
    row = _read_figure(FormRow("qngai add figure", "", cells, options, faults, HEADINGS))
    return (None, faults) if faults else (_append([row], instead), [])


def withdraw(figure: str, why: str) -> None:
    """Let a figure speak for no target any more: it stays as a trace with the reason; ParameterError if there is none of this id."""
    _check_known(figure)
    extend_table(paths.raw("published", "figures.csv"), [], (figure, why))


def _check_known(figure: str) -> None:
    known = {row["id"]: row["withheld"] for row in read_rows(paths.raw("published", "figures.csv"))}
    if known.get(figure):  # the reason that stands is a trace, too
        wording = "{figure}: đã được bỏ ({why})"
        raise ParameterError(wording, figure=figure, why=known[figure])
    if figure not in known:
        near = ", ".join(get_close_matches(figure, known) or [*known][-1:])
        wording = "{figure}: không có số liệu này trong figures.csv; gần nhất: {near}"
        raise ParameterError(wording, figure=figure, near=near)


def _sheets(file: Path) -> list[workbook.FormSheet]:
    if file.suffix.lower() not in (".csv", ".txt", ".tsv"):
        return workbook.read_workbook(file)
    from qngai_analysis.survey.form.files import read_csv_rows

    with reading(file, "CSV", EvidenceError):
        rows, *_ = read_csv_rows(file, str(file))
    return [workbook.FormSheet("", tuple(tuple(cell or None for cell in row) for _, row in rows))]


# ---------------------------------------------------------------- one row


def _read_figure(given: FormRow) -> dict[str, Any]:
    read, fault = given.read, given.fault
    row: dict[str, Any] = {key: read(key, text_of, "") for key in HEADINGS}
    for key in NEEDED:
        if not row[key]:
            fault(key, "để trống; điền ô này")
    row["value"], row["value_type"] = read("value", _value, (None, "point"))
    row["unit"] = row["unit"] or ("%" if "%" in str(given.values.get("value")) else "")
    row["reference_date"] = read("reference_date", _day_come)
    row["publication_date"] = read("publication_date", _day_published)
    definition = row["definition"]
    row["definition"] = workbook.meant("definition", definition)
    if definition and not row["definition"]:
        wording = "“{found}”; ghi “đúng” (đúng định nghĩa của chỉ tiêu) hoặc “gần”"
        fault("definition", wording, found=given.values.get("definition"))
    row["level"] = row["level"] or "không rõ"
    state = urlsplit(row["address"]).netloc.endswith(".gov.vn") or (
        not row["address"] and _AUTHORITY.match(fold(row["publisher"]))
    )
    row["channel"] = row["channel"] or ("cơ quan nhà nước" if state else "báo chí")
    for key, known in {"level": LEVELS, "channel": CHANNELS}.items():
        row[key] = row[key].lower()
        if row[key] not in known:
            fault(key, "“{found}”; ghi {known}", found=row[key], known=", ".join(known))
    if row["indicator"]:
        of = read("indicator", lambda _: _indicator(row["indicator"], row["unit"]), _UNKNOWN)
        row |= {"indicator": of["code"], "name": of["name_vi"], "unit": row["unit"] or of["unit"]}
        share = row["value"] is not None and row["unit"] == of["unit"] == "%" and of["denominator"]
        if share and not 0 <= row["value"] <= 100:
            wording = "{value} nằm ngoài 0 đến 100%; ghi tỷ lệ phần trăm, ví dụ 45,2"
            fault("value", wording, value=text_of(given.values.get("value")))
    if named := row["territory"]:
        row["territory"] = read("territory", lambda _: _territory(named, row["reference_date"]), "")
    if row["address"] and urlsplit(row["address"]).scheme not in ("http", "https"):
        fault("address", "“{found}”; ghi địa chỉ trang, mở đầu bằng https://", found=row["address"])
    return row


def _day_come(cell: Any) -> str | None:
    """Return the date of a cell, none of which lies in time to come: what is foreseen is no figure."""
    found = date_of(cell)
    if found and found > date.today().isoformat():
        raise CellError("ngày {day} chưa đến; ghi ngày của số liệu đã có", day=Day(found))
    return found


def _day_published(cell: Any) -> str | None:
    """Return the day of a publication; of the running month or year the day itself: no cut-off knows one that may yet come."""
    found = _day_come(cell)
    if found and last_day(found) > date.today():
        raise CellError("{day} chưa qua hết; ghi đủ ngày/tháng/năm", day=Day(found))
    return found


def _value(cell: Any) -> tuple[float, str]:
    """Return the number and what it bounds: "trên 32%" is a lower bound."""
    bound = _BOUND.fullmatch(text_of(cell)) if isinstance(cell, str) else None
    found = number_of((bound["low"] or bound["high"]) if bound else cell)
    if found is None:
        raise CellError("để trống; ghi số, ví dụ 45,2 hoặc “trên 32”")
    return found, "point" if not bound else "lower_bound" if bound["low"] else "upper_bound"


_UNKNOWN = dict.fromkeys(("code", "name_vi", "unit", "denominator"), "")


def _indicator(words: str, unit: str) -> Mapping[str, Any]:
    """Return the catalogue's row of an indicator given by its code, by a target of the plans or in words, which then name it."""
    rows, matcher = {row["code"]: row for row in catalogue_rows()}, find_matcher()
    words = next((target.indicator for target, _ in planned_targets() if target.id == words), None) or words
    if words in rows:
        return rows[words]
    named = {fold(row["name_vi"]): code for code, row in rows.items()}
    if code := named.get(fold(words)) or matcher.match(words, unit or "%").code:
        return {**rows[code], "name_vi": words}
    near = [match.code for match in matcher.candidates(words, unit or "%")]
    # where no indicator allows the words, those whose names share most of them
    near += [named[name] for name, *_ in extract(fold(words), [*named], scorer=token_set_ratio)]
    known = "; ".join(f"{code} ({rows[code]['name_vi']})" for code in dict.fromkeys(near[:3]))
    raise CellError("“{found}” không rõ là chỉ tiêu nào; ghi mã; gần nhất: {near}", found=words, near=known)


def _territory(words: str, when: str | None) -> str:
    """Return the id of a territory given by id or name; a name that outlived a merger goes by the day, unless it says its days."""
    dated = {fold(unit.name): unit.id for unit in territory.units().values() if unit.name != unit.bare}
    if words in territory.units() or fold(words) in dated:
        return dated.get(fold(words), words)
    if fold(words) in ("ca nuoc", "viet nam"):
        return "VN"
    on, named = last_day(when) if when else date.max, _units_named(words)
    there = [unit for unit in named if unit.existed(on)]
    if without_kind(words) == words:  # "Quảng Ngãi" is the province, not its city
        there = [unit for unit in there if unit.level == "tỉnh"] or there
    if len(there) == 1:
        return there[0].id
    if there:
        listed = ", ".join(f"{unit.id} ({unit.name})" for unit in there)
        raise CellError("“{found}” là nhiều đơn vị; ghi một trong các mã: {known}", found=words, known=listed)
    became = ", ".join(territory.became(words))
    since = territory.ended(named[0]) if named else "01/7/2025" if became else ""
    instead = became or Said("đơn vị của ngày số liệu")
    days = {"found": words, "since": since, "instead": instead}
    if since and (not named or named[0].valid_to < on):
        raise CellError("“{found}” từ {since} không còn; ghi {instead}", **days)
    if named:
        raise CellError("“{found}” ngày ấy chưa có; ghi {instead}", **days)
    wording = "“{found}” không có trong danh sách địa bàn; ghi {near}, VN hoặc mã ở reference/territories.csv"
    near = ", ".join([*_near_names(words), read_project().territory])
    raise CellError(wording, found=words, near=near)


def _units_named(words: str) -> list[Unit]:
    """Return the units of a name, of whatever day, by the strictest way in which any is spelled so."""
    spellings = [(unit, _spellings(unit.bare)) for unit in territory.units().values()]
    found = ([unit for unit, each in spellings if each[n] == way] for n, way in enumerate(_spellings(words)))
    named = next(filter(None, found), [])
    if territory.became(words) and not any(fold(unit.bare) == fold(words) for unit in named):
        return []  # the township of Ba Tơ is neither the district nor the commune of that name
    return named


def _near_names(words: str) -> list[str]:
    """Return the names of units that one most likely meant, what they became first."""
    known = territory.units()
    spelled = {fold(unit.bare): unit.bare for unit in known.values()}
    near = [spelled[name] for name, *_ in _closest(words, spelled, 2, 75)]
    rows = read_rows(paths.reference("commune_crosswalk.csv"))
    old = {fold(without_kind(row["old_name"])): row["old_name"] for row in rows if row["code"] in known}
    for name, *_ in _closest(without_kind(words), old, 1, 85):  # what it most likely became
        near = list(dict.fromkeys([*territory.became(old[name]), *near]))
    return near


def _closest(words: str, folded: Iterable[str], most: int, least: float) -> list[Any]:
    return list(extract(fold(words), list(folded), scorer=ratio, limit=most, score_cutoff=least))


def _spellings(name: str) -> tuple[str, ...]:
    """Return the ways a name may be meant, the strictest first: marks tell Ba Tơ and Ba Tô apart."""
    bare = without_kind(name)
    return name.casefold(), bare.casefold(), fold(name), fold(bare)


# ---------------------------------------------------------------- appending


_CHECKSUM = re.compile(r'^sha256 = "[0-9a-f]*"', re.MULTILINE)
_READERS = {"figures.csv": read_published, "series.csv": read_relations}
_KEY = ("name", "territory", "reference_date", "value", "address")


def _append(rows: Sequence[Mapping[str, Any]], instead: str = "") -> Added:
    file = paths.raw("published", "figures.csv")
    if instead:
        _check_known(instead)
    table = read_table(file)
    live = table.loc[table["withheld"].isna(), list(_KEY)]
    known = set(live.astype(object).fillna("").itertuples(index=False, name=None))
    last = max((int(code[1:]) for code in table["id"] if code[1:].isdigit()), default=0)
    made: list[dict[str, Any]] = []
    relations: dict[str, Mapping[str, Any]] = {}
    for place, row in enumerate(rows, start=1):
        if tuple(row[key] for key in _KEY) in known:
            wording = "{name}: số này, nguồn này đã có trong figures.csv; bỏ dòng này đi"
            raise EvidenceError(wording, name=row["name"])
        series, relation = _series(row)
        if relation:
            relations[series] = relation
        day = row["reference_date"]
        new = {"id": f"P{last + place:03d}", "series": series, "year": day[:4], "confidence": "medium"}
        new["period"] = "point" if len(day) == 10 and day[5:] != "12-31" else "Y"
        made.append({**row, **new})
    if relations:
        extend_table(paths.raw("reference", "series.csv"), relations.values())
    extend_table(file, made, (instead, f"đính chính: thay bằng {made[0]['id']}") if instead else None)
    published = [last_day(row["publication_date"]) for row in made if row["publication_date"]]
    return Added(tuple(row["id"] for row in made), max(published, default=None), tuple(relations))


def _series(row: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return the series of a figure, and the row that series.csv needs where it does not know it."""
    code = row["indicator"]
    mine = [rule for rule in read_relations() if rule.indicator == code and not rule.method]
    new = {"indicator": code, "relation": "same", "definition": "same"}
    if row["definition"] == "same":
        series = next((rule.series for rule in mine if rule.relation == "same"), code.lower())
        new["reason"] = "Cùng định nghĩa với chỉ tiêu, theo người thêm số liệu"
    else:
        words = wrap(fold(row["name"]), 40)[0].split()
        series = "_".join([code.lower(), "gan", *words])
        new |= {"relation": "national" if row["territory"] == "VN" else "proxy", "definition": "other"}
        new["reason"] = row["note"] or "Gần nghĩa, không cùng định nghĩa, theo người thêm số liệu"
    return series, {} if series in {rule.series for rule in mine} else {**new, "series": series}


def extend_table(
    file: Path, rows: Iterable[Mapping[str, Any]], withheld: tuple[str, str] | None = None
) -> None:
    """
    Append rows to a raw table and renew its checksum; the new pair is read once before it counts.

    ``withheld``: the id of a row that is there, and why it must not speak any more.
    """
    if not file.is_file():  # a new project's first row of a table that came with the package
        for each in (file, sidecar_path(file)):
            each.write_bytes(paths.reference(each.name).read_bytes())
    text = file.read_text(encoding="utf-8")
    columns = [RawColumn(name, "") for name in text.splitlines()[0].split(",")]
    added = table_bytes(rows, columns).split(b"\n", 1)[1]
    text = _withheld(text, columns, *withheld) if withheld else text
    content = text.removesuffix("\n").encode() + b"\n" + added
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / file.name
        trial.write_bytes(content)
        before = sidecar_path(file).read_text(encoding="utf-8")
        renewed = _CHECKSUM.sub(f'sha256 = "{sha256(trial)}"', before, count=1)
        sidecar_path(trial).write_text(renewed, encoding="utf-8")
        _READERS.get(file.name, read_table)(trial)
    raw.replace_table(file, content, renewed)


def _withheld(text: str, columns: Sequence[RawColumn], figure: str, why: str) -> str:
    """Return a table in which a row bears why it must not speak; all others as they are, byte for byte."""
    lines, begun = list(io.StringIO(text, newline="")), 0
    reader = csv.reader(lines)
    for cells in reader:
        if cells[:1] == [figure]:
            row = {column.name: unguarded(cell) for column, cell in zip(columns, cells, strict=True)}
            row["withheld"] = why
            lines[begun : reader.line_num] = [table_bytes([row], columns).decode().split("\n", 1)[1]]
            break
        begun = reader.line_num
    return "".join(lines)
