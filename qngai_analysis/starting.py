"""A new project: the folders, the project file, the territory and its head of office, forms and notebooks."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from qngai_analysis import paths
from qngai_analysis.errors import ParameterError, RenderError
from qngai_analysis.project import UNCONFIRMED, last_year
from qngai_analysis.raw import read_rows, read_sidecar, table_bytes, toml_lines, toml_text, write_raw
from qngai_analysis.settings import text_of, toml_of
from qngai_analysis.territory import unit_name, without_kind
from qngai_analysis.words.folding import fold
from qngai_analysis.words.said import inside

MERGED = "2025-07-01"  # the day from which the 34 provinces and their communes are (Nghị quyết 202/2025/QH15)
_LAST = "2025-06-30"
#: What the codebooks say of districts, of which there are none any more.
_UNITS = {
    '"Huyện, thị xã, thành phố': '"Xã, phường, đặc khu',
    "× huyện": "× xã",
    "(huyện ×": "(xã ×",
    '"District': '"Commune',
    "by district": "by commune",
}
Row = Mapping[str, str]
_COUNTRY: Row = {"name": "Việt Nam", "kind": "nước", "code_2025": ""}
_NATION = {"id": "VN", "name": "Việt Nam", "level": "quốc gia"}


def new_project(
    folder: Path, province: str = "", commune: str = "", *, country: bool = False
) -> tuple[str, int]:
    """
    Make a project of a province, a commune or the whole country in a folder that is not there or empty.

    Parameters
    ----------
    province : name of one of the 34, with or without its kind
    commune : name ("Xã Ba Tơ") or code of one of its communes; with a code the province is known by it

    Returns
    -------
    (str, int)
        The territory's name, and how many units lie directly below it.

    Raises
    ------
    ParameterError
        No such province or commune (the message has the nearest), or several of that name.
    RenderError
        The folder holds something.
    """
    mine = _commune(commune, province) if commune else None
    top = _COUNTRY if country else _province(mine["province"] if mine else province)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RenderError("{folder}: thư mục đã có nội dung; chọn thư mục khác", folder=folder)
    communes = [
        row for row in _template_rows("communes.csv") if country or row["province_code"] == top["code_2025"]
    ]
    for name in ("plans", "published", "reference", "surveys", "tasks"):
        folder.joinpath("data", "raw", name).mkdir(parents=True, exist_ok=True)
    for name in ("notebooks", "reports"):
        (folder / name).mkdir()
    _write_project(folder / "data" / "raw", top, _head(top, mine), _territories(top, mine))
    for notebook in sorted(paths.start("notebooks").glob("*.ipynb")):
        text = notebook.read_text(encoding="utf-8")
        # a notebook that speaks of one project's own plan is of that project: a first tour does, a report does not
        if not any("read_plan(" in "".join(cell["source"]) for cell in json.loads(text)["cells"]):
            year = re.sub(r"(year: int = )\d{4}", rf"\g<1>{last_year()}", text)
            (folder / "notebooks" / notebook.name).write_text(year, encoding="utf-8", newline="\n")
    name = top["name"] if country else unit_name(mine or top)
    return name, 0 if mine else len(communes)


def _template_rows(name: str) -> Sequence[Row]:
    return read_rows(paths.start("reference", name))


def _province(name: str) -> Row:
    rows = [row for row in _template_rows("provinces.csv") if row["code_2025"]]
    found = {
        fold(spelling): row
        for row in rows
        for spelling in (row["name"], unit_name(row), *row["aliases"].split("|"))
    }
    if fold(name) in found:
        return found[fold(name)]
    for row in _template_rows("provinces.csv"):
        if fold(row["name"]) == fold(name) and (now := row["successor"]):
            wording = '--province "{name}": từ 01/7/2025 thuộc {now}; ghi --province "{now}"'
            raise ParameterError(wording, name=name, now=now)
    near = _near(name, (row["name"] for row in rows))
    raise ParameterError('--province "{name}": không có tỉnh này; gần nhất: {near}', name=name, near=near)


def _commune(name: str, province: str) -> Row:
    rows = _template_rows("communes.csv")
    if province:
        top = _province(province)["code_2025"]
        rows = [row for row in rows if row["province_code"] == top]
    found = [row for row in rows if row["code"] == name or unit_name(row).casefold() == name.casefold()]
    found = found or [row for row in rows if fold(unit_name(row)) == fold(name)]
    found = found or [row for row in rows if fold(row["name"]) == fold(name)]
    if len(found) == 1:
        return found[0]
    error = partial(ParameterError, name=name)
    if found:
        listed = ", ".join(f"{row['code']} ({unit_name(row)}, {row['province']})" for row in found[:8])
        raise error('--commune "{name}": {n} đơn vị cùng tên, ghi mã: {listed}', n=len(found), listed=listed)
    old = [row for row in _template_rows("commune_crosswalk.csv") if fold(row["old_name"]) == fold(name)]
    new = [row for row in rows if row["code"] in {each["code"] for each in old}]
    if new:
        now = ", ".join(f"{unit_name(row)} ({row['code']}, {row['province']})" for row in new)
        raise error('--commune "{name}": từ 01/7/2025 là {now}', now=now)
    near = _near(name, (unit_name(row) for row in rows))
    raise error('--commune "{name}": không có đơn vị này; gần nhất: {near}', near=near)


def _near(name: str, names: Iterator[str]) -> str:
    known = {fold(each): each for each in names}
    close = difflib.get_close_matches(fold(name), known, n=3, cutoff=0)
    return ", ".join(known[each] for each in close)


def _identity(row: Row) -> str:
    return fold(row["name"]).replace(" ", "-")


def _territories(top: Row, mine: Row | None) -> Sequence[Row]:
    """Return the rows of the new project's territories: country, province, what it was made of, the commune."""
    if top is _COUNTRY:
        below = [row for row in _template_rows("provinces.csv") if row["code_2025"]]
        return [_NATION] + [
            {"id": _identity(row), "name": unit_name(row), "level": "tỉnh", "parent": "VN", "code": row["code_2025"]}
            for row in below
        ]  # fmt: skip
    new = _identity(top)
    before = [row for row in _template_rows("provinces.csv") if row["successor"] == top["name"]]
    remark = f" (từ 01/7/2025, gồm {', '.join(row['name'] for row in before)} cũ)" if before else ""
    province = {"level": "tỉnh", "parent": "VN"}
    today = {**province, "id": new, "name": unit_name(top) + remark, "code": top["code_2025"]}
    rows = [_NATION, today | {"valid_from": MERGED if before else ""}]
    for old in [top, *before] if before else []:
        gone = {**province, "id": f"{_identity(old)}-2024", "name": f"{unit_name(old)} (trước 01/7/2025)"}
        rows.append(gone | {"code": old["code"], "valid_to": _LAST, "successor": new})
    if mine:
        row = {"id": mine["code"], "name": unit_name(mine), "level": "xã"}
        rows.append(row | {"parent": new, "code": mine["code"], "valid_from": MERGED})
    return rows


def _head(top: Row, mine: Row | None) -> Mapping[str, object]:
    """Return who reports, as ``new_office.toml`` proposes: a ministry, a department, or a commune's committee."""
    kind = "country" if top is _COUNTRY else "commune" if mine else "province"
    above, own = unit_name(top), unit_name(mine or top)
    named = {"above": inside(above), "ABOVE": above.upper(), "own": inside(own), "OWN": own.upper()}
    file = Path(__file__).with_name("new_office.toml")
    proposed = toml_of(file, text_of(file).format(**named, name=(mine or top)["name"]))[kind]
    return {**proposed, "source": UNCONFIRMED.capitalize()}


OFFICE = """# Từ ngày valid_from; đơn vị đổi tên thì thêm một mục.
[[office]]
valid_from = 2025-03-01"""


def _write_project(folder: Path, top: Row, head: Mapping[str, object], territories: Sequence[Row]) -> None:
    own = -1 if territories[-1]["level"] == "xã" else 0 if top is _COUNTRY else 1
    territory = territories[own]["id"]
    project = text_of(Path(__file__).with_name("new_project.toml"))
    (folder / "project.toml").write_text(project.format(territory=toml_text(territory)), encoding="utf-8")
    (folder / "office.toml").write_text("\n".join([OFFICE, *toml_lines(head), ""]), encoding="utf-8")
    # the places of tasks in an appendix, and the ids of targets, are those of another project's plans
    sectors = paths.start("sectors.toml").read_text(encoding="utf-8")
    sectors = re.sub(r"^(tasks|series) = \[.*\]$", r"\1 = []", sectors, flags=re.M)
    (folder / "sectors.toml").write_text(re.sub(r"^#.*\n", "", sectors, flags=re.M), encoding="utf-8")
    for book in sorted(paths.start("surveys").glob("*/codebook.toml")):
        text = re.sub(r"^targets = \[.*\]\n", "", book.read_text(encoding="utf-8"), flags=re.M)
        for district, unit in _UNITS.items():
            text = text.replace(district, unit)
        (folder / "surveys" / book.parent.name).mkdir()
        (folder / "surveys" / book.parent.name / "codebook.toml").write_text(text, encoding="utf-8")
    _table_of(folder, "reference", "territories.csv", territories, "Địa bàn của dự án")
    steps = paths.start("reference", "round.toml").read_text(encoding="utf-8")
    proposed = re.sub(r'^source = ".*"$', f"source = {toml_text(UNCONFIRMED)}", steps, flags=re.M)
    (folder / "reference" / "round.toml").write_text(proposed, encoding="utf-8")
    for name in ("agencies.csv", "owners.csv", "measurability.csv"):
        rows = [_of_here(row, top) for row in _template_rows(name) if row.get("kind") != "zone"]
        _table_of(folder, "reference", name, rows)
    _table_of(folder, "published", "figures.csv", [], "Số liệu đã công bố")


def _of_here(row: Row, top: Row) -> dict[str, str]:
    """Return a row of a table that names the offices of one province, for another: the same offices, unconfirmed."""
    home = next(each["name"] for each in _template_rows("territories.csv") if each["level"] == "tỉnh")
    home = without_kind(home.split(" (")[0])
    region = rf"\1 {top.get('state_bank', '')}"
    named = {
        key: re.sub(
            r"(chi nhánh Khu vực|Regional Branch) \d+", region, value.replace(home, top["name"])
        ).strip()
        for key, value in row.items()
    }
    if named != row or row.get("source"):
        named |= {key: UNCONFIRMED for key in ("source", "note") if key in row} | (
            {"confidence": "low"} if "confidence" in row else {}
        )
    return named


def _table_of(folder: Path, room: str, name: str, rows: Sequence[Row], title: str = "") -> None:
    """Write a table with the columns, and unless told with the title, of the package's own of that name."""
    model = read_sidecar(paths.start(room, name))
    columns = list(model.columns.values())
    content = table_bytes([{key: value or None for key, value in row.items()} for row in rows], columns)
    source = "bảng tham chiếu của gói / the package's reference tables"
    head = {"title": title or model.title, "producer": "qngai init", "source": source}
    write_raw(folder / room / name, content, columns, **head)
