"""Raw files are read only as their sidecars promise them."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qngai_analysis import paths, raw
from qngai_analysis.errors import RawFileError

SIDECAR = """
title = "Two districts"
producer = "a test"
source = "made here"
sha256 = "{sha256}"
status = "real"

[columns]
district = {{ meaning = "name of the district" }}
region = {{ meaning = "where it lies", type = "choice", choices = ["đồng bằng", "miền núi"] }}
people = {{ meaning = "population", type = "integer", low = 1, missing = "not counted" }}
area = {{ meaning = "area", type = "number", unit = "km2" }}
since = {{ meaning = "valid from", type = "date", missing = "always" }}
"""

TABLE = """district,region,people,area,since
Ba Tơ,miền núi,52000,1137.6,
"Lý Sơn, đảo",đồng bằng,,10.4,1993-01
"""


def deliver(folder: Path, table: str = TABLE, sidecar: str = SIDECAR) -> Path:
    """Write a table and a sidecar that fits its bytes."""
    file = folder / "districts.csv"
    file.write_bytes(table.encode("utf-8"))
    (folder / "districts.toml").write_text(
        sidecar.format(sha256=hashlib.sha256(file.read_bytes()).hexdigest()), encoding="utf-8"
    )
    return file


def test_a_table_comes_back_typed_with_empty_cells_missing(tmp_path: Path) -> None:
    frame = raw.read_table(deliver(tmp_path))

    assert list(frame.columns) == ["district", "region", "people", "area", "since"]
    assert frame["district"].tolist() == ["Ba Tơ", "Lý Sơn, đảo"]
    assert frame["people"].tolist() == [52000, pd.NA]
    assert frame["area"].tolist() == [1137.6, 10.4]
    assert pd.isna(frame["since"][0])
    assert frame["since"][1] == "1993-01"


def test_an_edited_file_is_refused(tmp_path: Path) -> None:
    file = deliver(tmp_path)
    file.write_text(TABLE.replace("52000", "53000"), encoding="utf-8")

    with pytest.raises(RawFileError, match=r"districts\.csv: edited since it was received"):
        raw.read_table(file)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("52000", "52.000", r"line 2, column 'people': '52\.000' is not a number; write it like 12"),
        ("52000", "0", r"line 2, column 'people': 0 is outside 1 to None"),
        ("1137.6", "1137,6", r"line 2: 6 cells, the header has 5"),
        (
            "1137.6",
            '"1137,6"',
            r"line 2, column 'area': '1137,6' is not a number; write it like 12\.5",
        ),
        ("1137.6", "nan", r"line 2, column 'area': 'nan' is not a finite number"),
        ("1137.6", "", r"line 2, column 'area': empty; the sidecar says it never is"),
        ("miền núi", "núi", r"line 2, column 'region': 'núi'; it is one of đồng bằng, miền núi"),
        ("1993-01", "1/1993", r"line 3, column 'since': '1/1993' is not a date such as 2025"),
        ("district,", "huyện,", r"line 1: column 'district' is missing"),
        ("since\n", "since,more\n", r"line 1: column 'more' is not in districts\.toml"),
    ],
)
def test_a_cell_off_the_dictionary_is_named_by_line_and_column(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(RawFileError, match=message):
        raw.read_table(deliver(tmp_path, TABLE.replace(old, new, 1)))


def test_a_checksum_may_be_written_in_capitals_as_windows_does(tmp_path: Path) -> None:
    file = tmp_path / "districts.csv"
    file.write_text("id\n", encoding="utf-8")
    text = (
        f'title = "T"\nproducer = "P"\nsource = "S"\nstatus = "real"\nsha256 = "{raw.sha256(file).upper()}"\n'
    )
    raw.sidecar_path(file).write_text(text, encoding="utf-8")

    assert raw.verify(file).sha256 == raw.sha256(file)


def test_a_copy_of_a_simulated_file_is_known_even_when_the_file_is_gone(tmp_path: Path) -> None:
    file, copy, other = (tmp_path / name for name in ("2025.csv", "received.csv", "other.csv"))
    file.write_text("made up", encoding="utf-8")
    raw.note_simulated(file)
    file.rename(copy)
    other.write_text("heard", encoding="utf-8")

    assert raw.was_simulated(copy, tmp_path)
    assert not raw.was_simulated(other, tmp_path)


def test_a_file_that_is_not_utf8_is_refused_by_line(tmp_path: Path) -> None:
    file = deliver(tmp_path)
    file.write_bytes(TABLE.encode().replace("Tơ".encode(), b"T\xf5"))
    text = SIDECAR.format(sha256=raw.sha256(file))
    (tmp_path / "districts.toml").write_text(text, encoding="utf-8")

    with pytest.raises(RawFileError, match=r"line 2: byte \d+ is not UTF-8"):
        raw.read_table(file)


@pytest.mark.parametrize(
    ("sidecar", "message"),
    [
        (None, r"no sidecar districts\.toml beside it"),
        ("title = ", r"districts\.toml, line 1: no TOML"),
        ('title = "x"\nproducer = "y"', r"the key 'source' is missing"),
        (SIDECAR.replace('"real"', '"made up"'), r"status = 'made up'; it is one of real, simulated"),
        (
            SIDECAR.replace('"number"', '"float"'),
            r"\[columns\.area\], type = 'float'; it is one of text, number",
        ),
        (SIDECAR.replace("unit =", "units ="), r"\[columns\.area\]: the key 'units' is unknown"),
    ],
)
def test_a_wanting_sidecar_is_refused(tmp_path: Path, sidecar: str | None, message: str) -> None:
    file = deliver(tmp_path)
    beside = tmp_path / "districts.toml"
    beside.unlink()
    if sidecar is not None:
        beside.write_text(sidecar.format(sha256="0") if "{" in sidecar else sidecar, encoding="utf-8")

    with pytest.raises(RawFileError, match=message):
        raw.read_table(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RawFileError, match=r"gone\.csv: no such file"):
        raw.read_table(tmp_path / "gone.csv")


@pytest.mark.parametrize(
    "file",
    sorted(file for file in paths.raw().rglob("*.csv") if "surveys" not in file.parts),
    ids=lambda f: f.name,
)
def test_every_table_of_the_project_agrees_with_its_sidecar(file: Path) -> None:
    assert len(raw.read_table(file)) > 0


def test_every_raw_file_of_the_project_has_a_sidecar_that_fits_its_bytes() -> None:
    files = [file for file in paths.raw().rglob("*") if file.suffix in {".txt", ".csv"}]

    assert len([file for file in files if file.parent.name == "plans"]) >= 5
    for file in files:
        raw.verify(file)


def test_home_names_the_project_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    assert paths.raw("plans") == tmp_path / "data" / "raw" / "plans"

    monkeypatch.setenv("QNGAI_HOME", str(tmp_path / "data"))
    with pytest.raises(RawFileError, match="no folder data/raw in it"):
        paths.project()


# ------------------------------------------------------------------ writing


@given(st.text())
def test_any_text_comes_back_from_toml(text):
    text = text.encode("utf-8", "ignore").decode()
    assert tomllib.loads(f"x = {raw.toml_text(text)}")["x"] == text


@given(st.text())
def test_any_text_comes_back_from_a_guarded_cell_and_none_is_a_formula(text):
    cell = raw.guarded(text)

    assert raw.unguarded(cell) == text
    assert not cell.startswith(("=", "@", "\t", "\r"))


def test_a_table_that_was_written_is_read_back(tmp_path):
    columns = (
        raw.RawColumn("name", "a name"),
        raw.RawColumn("value", "a number", type="number", missing="none"),
    )
    content = raw.table_bytes([{"name": '=1+1 "x"', "value": 2.5}, {"name": "-5", "value": None}], columns)
    file = tmp_path / "t.csv"
    file.write_bytes(content)
    file.with_suffix(".toml").write_text(
        raw.sidecar_text(content, columns, title='Bảng "\n\\', producer="x", source="y"), encoding="utf-8"
    )

    table = raw.read_table(file)
    assert table["name"].tolist() == ['=1+1 "x"', "-5"]
    assert raw.read_sidecar(file).title == 'Bảng "\n\\'
    assert raw.csv_text(table) == 'name,value\n"\'=1+1 ""x""",2.5\n-5,\n'


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_the_checksum_of_peoples_answers_is_published_keyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    if not links:
        monkeypatch.setattr("os.link", refuse)
    monkeypatch.setattr(paths, "releases", lambda: tmp_path / "releases")
    folder = tmp_path / "surveys" / "shops"
    folder.mkdir(parents=True)
    real, simulated = folder / "2025.csv", folder / "2024.csv"
    for file, status in ((real, "real"), (simulated, "simulated")):
        file.write_text("id,online\n1,yes\n", encoding="utf-8")
        told = (
            f'title = "T"\nproducer = "P"\nsource = "S"\nstatus = "{status}"\nsha256 = "{raw.sha256(file)}"\n'
        )
        file.with_suffix(".toml").write_text(told, encoding="utf-8")
    digest = raw.sha256(real)

    shown = raw.shown_checksum(real, digest)

    assert shown != digest, "who tries every answer would find it"
    assert shown == raw.shown_checksum(real, digest), "the key stays"
    assert raw.shown_checksum(simulated, digest) == digest
    assert [file.name for file in (tmp_path / "releases").iterdir()] == ["key.txt"]


def test_a_file_whose_replacing_is_cut_is_the_old_one(tmp_path, monkeypatch):
    file = tmp_path / "sectors.toml"
    file.write_text("old = 1\n")

    def cut(number: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", cut)
    with pytest.raises(KeyboardInterrupt):
        raw.replace_file(file, b"new = 2\n")

    assert file.read_text() == "old = 1\n"
