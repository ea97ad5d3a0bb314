"""Raw files and their sidecars: provenance, data dictionary, checksum.

A file ``data/raw/<…>/<name>.<ext>`` is never edited. Beside it stands ``<name>.toml``, which
says where the file comes from, its SHA-256, and for a table what every column holds. A
table is loaded only if the checksum and every column agree with the sidecar.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import math
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qngai_analysis import paths
from qngai_analysis.errors import RawFileError
from qngai_analysis.kept import FileState, settled, state
from qngai_analysis.settings import made, text_of, toml_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class RawColumn:
    """One column of a raw table, as its sidecar promises it.

    ``missing`` says what an empty cell means (``"never"``: a cell
    must not be empty). ``choices`` closes the list of allowed values; ``low`` and ``high`` bound
    a number (inclusive).
    """

    name: str
    meaning: str
    type: Literal["text", "number", "integer", "date", "year", "choice"] = "text"
    unit: str = ""
    missing: str = "never"
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Sidecar:
    """What stands beside a raw file: who made it, its checksum, its columns."""

    path: Path = field(compare=False)
    title: str
    producer: str
    source: str
    sha256: str
    status: Literal["real", "simulated"]
    received: date | None = None
    notes: tuple[str, ...] = ()
    columns: dict[str, RawColumn] = field(default_factory=dict, hash=False)
    extra: dict[str, Any] = field(default_factory=dict, hash=False)  # keys of one kind of file: plan, survey


def sidecar_path(file: Path) -> Path:
    """Return where the sidecar of ``file`` stands."""
    return file.with_suffix(".toml")


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, as 64 hex digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def shown_checksum(file: Path, digest: str) -> str:
    """Return a file's checksum as it may be published: that of a survey's real file, or its sidecar, ``keyed``."""
    of_people = file.parent.parent.name == "surveys" and file.stem.isdigit()
    return keyed(digest)[0] if of_people and read_sidecar(file).status == "real" else digest


def keyed(digest: str, folder: Path | None = None) -> list[str]:
    """
    Return a checksum mixed with a secret: this project's, then those of copies whose ledgers lie beside its own.

    Who has all of a file but one answer would find that one by trying which gives the file's own checksum.
    """
    return [hmac.digest(key, digest.encode(), "sha256").hex() for key in keys(folder)]


def keys(folder: Path | None = None) -> list[bytes]:
    """Return the secrets of this project, and of copies whose ledgers lie beside its own."""
    key = (folder or paths.releases()) / "key.txt"
    if not key.is_file():
        key.parent.mkdir(parents=True, exist_ok=True)
        made_now = key.with_name(f"{os.getpid()}.new")
        made_now.write_text(secrets.token_hex(32), encoding="utf-8")
        try:
            os.link(made_now, key)  # which never replaces the key that another run has made meanwhile
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            made_now.replace(key)
        made_now.unlink(missing_ok=True)
    return [
        one.read_bytes() for one in sorted(key.parent.glob("key*.txt"), key=lambda one: (one != key, one))
    ]


def note_simulated(file: Path, marks: Iterable[str] = ()) -> None:
    """Remember in its folder that a file was made up, with marks of its answers: a copy of it is never taken for a real one."""
    with (file.parent / _SIMULATED).open("a", encoding="utf-8") as stream:
        stream.write(f"{' '.join([sha256(file), *marks])}\n")


def was_simulated(
    file: Path, folder: Path, known: Callable[[Sequence[Sequence[str]]], bool] = lambda _: False
) -> bool:
    """Return whether a file is one that was made up in a folder, whatever it is called now, or is ``known`` by the marks of those."""
    noted, digest = folder / _SIMULATED, sha256(file)
    lines = (
        [line.split() for line in noted.read_text(encoding="utf-8").splitlines()] if noted.is_file() else []
    )
    return any(line[0] == digest for line in lines) or bool(lines and known([line[1:] for line in lines]))


_SIMULATED = ".simulated"


@settled
def read_sidecar(file: Path) -> Sidecar:
    """Read the sidecar of a raw file.

    Raises
    ------
    RawFileError
        The sidecar is missing, is not TOML, lacks a key, or names an unknown column type.
    """
    path = sidecar_path(file)
    if not path.is_file():
        wording = "{file}: chưa có tệp mô tả {name} đi kèm; hãy viết tệp đó (xem data/raw/README.md)"
        raise RawFileError(wording, file=file, name=path.name)
    return _sidecar(path, text_of(path))


@lru_cache(maxsize=128)  # by content: a report asks for the same tables many times
def _sidecar(path: Path, text: str) -> Sidecar:
    content: dict[str, Any] = {"columns": {}, **toml_of(path, text)}
    known = {item.name for item in fields(Sidecar)} - {"path", "extra"}
    head: dict[str, Any] = {key: content.pop(key) for key in known & content.keys()}
    columns = head["columns"] if isinstance(head["columns"], dict) else {"": head["columns"]}
    if isinstance(head.get("sha256"), str):
        head["sha256"] = head["sha256"].lower()  # Windows writes it in capitals
    head["columns"] = {
        name: made(
            RawColumn,
            entry | {"name": name} if isinstance(entry, dict) else entry,
            f"{path}, [columns.{name}]",
        )
        for name, entry in columns.items()
    }
    sidecar: Sidecar = made(Sidecar, head | {"path": path, "extra": content}, str(path))
    return sidecar


_FORMULA = re.compile(r"^['=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?%?")


def guarded(text: str) -> str:
    """Return a text from outside as a CSV cell that no spreadsheet takes for a formula: with ``'`` before it.

    >>> guarded("=HYPERLINK(1)"), guarded("-5,2"), guarded("- Như trên")
    ("'=HYPERLINK(1)", '-5,2', "'- Như trên")
    """
    return f"'{text}" if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """Return what :func:`guarded` was given.

    >>> unguarded(guarded("=1+1")), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text[:1] == "'" and _FORMULA.match(text[1:]) else text


def csv_text(frame: pd.DataFrame) -> str:
    """Return a table as CSV for other programs: no cell of it is a formula, see :func:`guarded`."""
    plain = frame.map(lambda cell: guarded(cell) if isinstance(cell, str) else cell)
    return str(plain.to_csv(index=False, lineterminator="\n"))


def toml_text(value: object) -> str:
    r"""Return a value as TOML: text with every quote, backslash and control character escaped, lists, numbers.

    >>> print(toml_text('a "b"'), toml_text(["x", 1, True]))
    "a \"b\"" ["x", 1, true]
    """
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml_text(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        mark = ",\n " if value and isinstance(value[0], Mapping) else ", "
        return "[" + mark.join(map(toml_text, value)) + "]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    # a JSON text is a TOML text, but for the one control character that JSON leaves as it is
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_lines(values: Mapping[str, object]) -> list[str]:
    """Return the lines of a TOML table; what is None is left out."""
    return [f"{key} = {toml_text(value)}" for key, value in values.items() if value is not None]


def table_bytes(rows: Iterable[Mapping[str, object]], columns: Iterable[RawColumn]) -> bytes:
    """Return rows as a CSV table in the order of the columns; what is missing is empty, formulas are guarded."""
    named = list(columns)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.name for column in named])
    for row in rows:
        writer.writerow([_csv_cell(row.get(column.name)) for column in named])
    return stream.getvalue().encode()


def _csv_cell(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return "" if cell is None else guarded(cell) if isinstance(cell, str) else str(cell)


def sidecar_text(content: bytes, columns: Iterable[RawColumn], **head: object) -> str:
    """Return the sidecar of a file with these bytes; ``head`` holds title, producer, source and the like, None is left out."""
    values = {"status": "real", **head, "sha256": hashlib.sha256(content).hexdigest()}
    tables = {key: value for key, value in values.items() if isinstance(value, Mapping)}
    for column in columns:
        said = {item.name: (getattr(column, item.name), item.default) for item in fields(RawColumn)[1:]}
        kept = {key: value for key, (value, usual) in said.items() if value not in (usual, "")}
        tables["columns"] = {**tables.get("columns", {}), column.name: kept}
    lines = toml_lines({key: value for key, value in values.items() if not isinstance(value, Mapping)})
    for name, table in tables.items():
        lines += ["", f"[{name}]", *toml_lines(table)]
    return "\n".join(lines) + "\n"


def write_raw(file: Path, content: bytes, columns: Iterable[RawColumn] = (), **head: object) -> None:
    """Write a new raw file and its sidecar, see :func:`sidecar_text`."""
    file.write_bytes(content)
    sidecar_path(file).write_text(sidecar_text(content, columns, **head), encoding="utf-8")


def replace_file(file: Path, content: bytes) -> None:
    """Replace a file, so that a cut at any moment leaves the old one or the new."""
    _beside(file, content).replace(file)


def _beside(file: Path, content: bytes) -> Path:
    new = file.with_name(file.name + ".new")
    with new.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return new


def replace_table(file: Path, content: bytes, sidecar: str) -> None:
    """
    Replace a table and its sidecar by new ones, so that a cut at any moment leaves a pair that agrees.

    The new sidecar lies beside before the table is replaced: :func:`verify` finishes a change that was cut.
    """
    new_sidecar = _beside(sidecar_path(file), sidecar.encode())
    replace_file(file, content)
    new_sidecar.replace(sidecar_path(file))


def _finished(file: Path, found: str) -> Sidecar | None:
    """Finish a change of table and sidecar that was cut between the two; None where there is none."""
    beside = sidecar_path(file)
    waiting = beside.with_name(beside.name + ".new")
    if not waiting.is_file() or _sidecar(beside, text_of(waiting)).sha256 != found:
        return None
    waiting.replace(beside)
    return read_sidecar(file)


@settled
def verify(file: Path) -> Sidecar:
    """Check that a raw file is the one its sidecar speaks of, and return the sidecar.

    Raises
    ------
    RawFileError
        The file is missing, or its bytes differ from the checksum (it was edited).
    """
    if not file.is_file():
        wording = "{file}: không có tệp này; khôi phục từ bản phát hành (tệp gốc không bao giờ bị xóa)"
        raise RawFileError(wording, file=file)
    sidecar = read_sidecar(file)
    found = sha256(file)
    if found != sidecar.sha256:
        if finished := _finished(file, found):
            return finished
        wording = "{file}: đã bị sửa sau khi nhận (sha256 {found}, {sidecar.path.name} ghi {sidecar.sha256}); khôi phục tệp, hoặc cập nhật tệp mô tả nếu đây là bản mới"
        raise RawFileError(wording, file=file, found=found, sidecar=sidecar)
    return sidecar


def read_table(file: Path) -> pd.DataFrame:
    """Read a raw CSV table whose checksum and cells agree with its sidecar.

    Returns
    -------
    DataFrame
        The sidecar's columns in the sidecar's order. ``text`` and ``choice`` are strings,
        ``number`` is float, ``integer`` and ``year`` are nullable integers, ``date`` is a string
        as precise as the source gives it (``2025``, ``2025-06`` or ``2025-06-30``). An empty
        cell is missing; the sidecar says what that means.

    Raises
    ------
    RawFileError
        The file is missing, edited, not UTF-8, or a header or cell is not what the sidecar
        says; the message names file, line and column.
    """
    return _read_table(file).copy(deep=False)


@settled
def _read_table(file: Path) -> pd.DataFrame:
    sidecar = verify(file)
    table = _checked_table(FileState(file.name, sidecar.sha256, file), sidecar)
    return table.assign(**dict.fromkeys(_lacks(file, sidecar)))


def _lacks(file: Path, sidecar: Sidecar) -> list[str]:
    """Return the columns of the program's table that a project's copy, which may be older than the program, does not have."""
    ours = paths.start("reference", file.name)
    if file.parent.name != ours.parent.name or file == ours or not ours.is_file():
        return []
    return [name for name in read_sidecar(ours).columns if name not in sidecar.columns]


def read_cells(file: Path) -> tuple[dict[str, Any], ...]:
    """Read a raw CSV table as ``read_table`` does, row by row, an empty cell "": who only looks names up waits for no pandas."""
    sidecar = verify(file)
    lacks = dict.fromkeys(_lacks(file, sidecar), "")
    return tuple({**row, **lacks} for row in _checked(FileState(file.name, sidecar.sha256, file), sidecar))


@lru_cache(maxsize=32)  # by content, as sidecars
def _checked(table: FileState, sidecar: Sidecar) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {
            name: "" if (value := _value(table.file, line, sidecar.columns[name], cell)) is None else value
            for name, cell in row.items()
        }
        for line, row in _lines(table.file, sidecar)
    )


@lru_cache(maxsize=32)
def _checked_table(table: FileState, sidecar: Sidecar) -> pd.DataFrame:
    return as_table(_checked(table, sidecar), sidecar.columns)


def as_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, RawColumn]) -> pd.DataFrame:
    """Return rows of checked cells as a table whose columns have the types that a sidecar gives them."""
    import pandas as pd

    types = {"number": "float64", "integer": "Int64", "year": "Int64"}
    return pd.DataFrame(
        {
            name: pd.Series(
                [None if row[name] == "" else row[name] for row in rows], dtype=types.get(of.type, "str")
            )
            for name, of in columns.items()
        }
    )


def read_rows(file: Path) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a raw table as texts, quickly: commands that only name a place wait for no frame."""
    return _rows(state(file))


@lru_cache(maxsize=16)
def _rows(table: FileState) -> tuple[Mapping[str, str], ...]:
    return tuple(row for _, row in _lines(table.file, verify(table.file)))


def _lines(file: Path, sidecar: Sidecar) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a CSV file whose columns are its sidecar's, each with the line it ends in."""
    error, content = partial(RawFileError, file=file, name=sidecar.path.name), file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        at, line = fault.start, content[: fault.start].count(b"\n") + 1
        wording = "{file}, dòng {line}: byte {start} không phải UTF-8; lưu lại dạng UTF-8"
        raise error(wording, line=line, start=at) from fault
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    if absent := [name for name in sidecar.columns if name not in header]:
        raise error("{file}, dòng 1: thiếu cột {absent!r} mà tệp mô tả có nêu", absent=absent[0])
    if unknown := [name for name in header if name not in sidecar.columns]:
        raise error("{file}, dòng 1: cột {unknown!r} không có trong {name}", unknown=unknown[0])
    if len(set(header)) != len(header):
        raise error("{file}, dòng 1: một tên cột lặp lại")
    for row in filter(None, reader):
        line = reader.line_num  # of the file: a quoted line break does not shift what a message names
        if len(row) != len(header):
            counts = {"line": line, "count": len(row), "count_2": len(header)}
            raise error("{file}, dòng {line}: {count} ô, hàng đầu có {count_2} ô", **counts)
        yield line, dict(zip(header, row, strict=True))


#: A date as precise as it is known.
DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def _value(file: Path, line: int, column: RawColumn, cell: str) -> object:
    cell = cell.strip()
    error = partial(RawFileError, file=file, line=line, column=column.name, cell=cell)
    if not cell:
        if column.missing == "never":
            wording = "{file}, dòng {line}, cột {column!r}: để trống; tệp mô tả nêu rằng không bao giờ trống"
            raise error(wording)
        return None
    if column.type == "choice" and cell not in column.choices:
        known = ", ".join(column.choices)
        raise error("{file}, dòng {line}, cột {column!r}: {cell!r}; giá trị hợp lệ: {known}", known=known)
    if column.type == "date" and not DATE.fullmatch(cell):
        raise error(
            "{file}, dòng {line}, cột {column!r}: {cell!r} không phải ngày dạng 2025, 2025-06 hoặc 2025-06-30"
        )
    if column.type not in ("number", "integer", "year"):
        return unguarded(cell)
    try:
        value = float(cell) if column.type == "number" else int(cell)
    except ValueError:
        example = "12.5" if column.type == "number" else "12"
        wording = "{file}, dòng {line}, cột {column!r}: {cell!r} không phải số; viết như {example}"
        raise error(wording, example=example) from None
    if not math.isfinite(value):
        raise error("{file}, dòng {line}, cột {column!r}: {cell!r} không phải số hữu hạn")
    low, high = column.low, column.high
    if (low is not None and value < low) or (high is not None and value > high):
        wording = "{file}, dòng {line}, cột {column!r}: {cell} nằm ngoài khoảng {low} đến {high}"
        raise error(wording, low=low, high=high)
    return value
