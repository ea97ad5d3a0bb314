"""The boundary to the libraries that read files: what they throw at a damaged file becomes one line.

A file that was cut off, or is not what its name says, makes each library fail in its own way (``BadZipFile``,
``zlib.error``, ``IndexError`` …). Inside ``reading`` all of these are the user's matter, not ours; so only
calls of such libraries stand in it, never the project's own work on what they gave.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import re
import signal
import sys
import threading
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from qngai_analysis.errors import QngaiError
from qngai_analysis.words.said import Num

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BEGIN, _LOCKED = b"\x09\x08\x10\x00\x00\x06\x05\x00", b"\x2f\x00"  # records of an old workbook


#: What work apart may take: seconds, and bytes of memory beyond what the process had.
SECONDS, MEMORY = 60, 1_000_000_000
Given = TypeVar("Given")


def apart(work: Callable[[], Given], *, bounded: bool = True) -> Given:
    """
    Return what work gives, done in a fork: a library in C that hangs over a file, or takes all memory, ends alone.

    Where there are no forks (Windows) it is done here, without a limit.

    Raises
    ------
    TimeoutError
        It is ``bounded`` and took more than ``SECONDS``.
    OSError
        Its process died, most likely for lack of memory.
    """
    if sys.platform == "win32":
        return work()
    reading_end, writing_end = multiprocessing.Pipe(duplex=False)
    with warnings.catch_warnings():  # of threads that the fork won't have
        warnings.simplefilter("ignore", DeprecationWarning)
        parent, child = os.getpid(), os.fork()
    if not child:
        with suppress(BaseException):
            threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
            if bounded:
                _limit_memory()
            try:
                said = pickle.dumps((work(), None))
            except BaseException as fault:
                said = pickle.dumps((None, fault))
            writing_end.send_bytes(said)
        os._exit(0)
    writing_end.close()
    try:
        if not reading_end.poll(SECONDS if bounded else None):
            raise TimeoutError(f"not read after {SECONDS} seconds")
        done: Given
        done, failed = pickle.loads(reading_end.recv_bytes())
    except EOFError:
        raise OSError("the process that read it died, most likely for lack of memory") from None
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        reading_end.close()
    if failed is not None:
        raise failed
    return done


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _limit_memory() -> None:
    import resource

    import psutil

    most = psutil.Process().memory_info().vms + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


@contextmanager
def reading(file: Path | str, kind: str, error: type[QngaiError]) -> Iterator[None]:
    """
    Turn whatever a library throws while it reads a file into one line of the user's errors.

    Parameters
    ----------
    file : what the message names
    kind : what the file should be, such as ``"XLSX"``
    error : the error of the reader's family

    Raises
    ------
    QngaiError
        ``error``, with file and cause; errors of the family pass as they are.
    """
    try:
        yield
    except QngaiError:
        raise
    except MemoryError as fault:
        raise error("{file}: tệp quá lớn cho bộ nhớ của máy; chia nhỏ tệp", file=file) from fault
    except Exception as fault:
        # what the library says is English, and of its own parts
        wording = "{file}: không phải tệp {kind}, hoặc tệp bị hỏng hay tải về chưa hết; xin lại tệp, hoặc mở bằng phần mềm đã tạo ra và lưu lại"
        raise error(wording, file=file, kind=kind) from fault


def promised(file: Path, kind: str) -> str:
    """Return the kind of file that a name promises, as messages say it; ``kind`` where it promises none."""
    return file.suffix[1:].upper() or kind


def unpacked_size(file: Path, kind: str, error: type[QngaiError], *, most: int) -> int:
    """
    Return how many bytes are in a packed file (zip, xlsx, docx), read from its directory alone.

    Raises
    ------
    QngaiError
        The file is no zip, is locked with a password, or holds more than ``most`` bytes or 10,000 files.
    """
    with reading(file, kind, error), zipfile.ZipFile(file) as packed:
        entries = packed.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise error("{file}: tệp nén có mật khẩu; giải nén rồi dùng các tệp bên trong", file=file)
    size = sum(entry.file_size for entry in entries)
    if size > most or len(entries) > 10_000:
        raise too_large(error, file, size, most)
    if kind == "XLSX":
        _refuse_endless(file, error, most)
    return size


CELL_XML = 25  # bytes of a cell in a workbook: `<c r="A1"><v>1</v></c>`
_MOST_ROWS, _MOST_SETTINGS = 1_048_576, 1_000_000  # the first is Excel's own
_CONTENT = re.compile(r"(?:worksheets/[^/]*|sharedStrings)\.xml$")
_SETTINGS = re.compile(r"(?:styles|workbook|theme\d*|\[Content_Types\])\.xml$|\.rels$")
_ELEMENT = re.compile(rb"<(?![/?!vtf]|is\b)")  # but for what stands in a cell


def _refuse_endless(file: Path, error: type[QngaiError], most: int) -> None:
    """Refuse a workbook of too many cells, counted before any is made: packed they take next to no room."""
    cells = settings = 0
    with reading(file, "XLSX", error), zipfile.ZipFile(file) as packed:
        for entry in packed.infolist():
            content, rows = _CONTENT.search(entry.filename), 0
            if not content and not _SETTINGS.search(entry.filename):
                continue
            with packed.open(entry) as stream:
                while block := stream.read(1_000_000):
                    found = len(_ELEMENT.findall(block))
                    # what spans many cells, or is a text of its own, takes longer
                    found += 20 * block.count(b"<merge") + 3 * block.count(b"<si>")
                    cells, settings = cells + found * bool(content), settings + found * (not content)
                    settings += 1000 * block.count(b"<sheet ") * (not content)
                    rows += block.count(b"<row")
                    endless = len(block) == 1_000_000 and not (b"<" in block and b">" in block)
                    if cells > most // CELL_XML or settings > _MOST_SETTINGS or rows > _MOST_ROWS or endless:
                        raise endless_workbook(error, file, most)


def endless_workbook(error: type[QngaiError], file: Path | str, most: int) -> QngaiError:
    """Return what is said of a workbook with more cells than can be read."""
    wording = "{file}: sổ tính có hơn {most} ô, hơn 1.048.576 dòng một trang, hoặc quá nhiều định dạng; xóa phần thừa hoặc chia nhỏ tệp"
    return error(wording, file=file, most=Num(most // CELL_XML))


def too_large(error: type[QngaiError], file: Path | str, size: int, most: int) -> QngaiError:
    """Return what is said of a file over the limit, before it is read."""
    wording = "{file}: {size} byte, giới hạn là {most}; chưa đọc gì (chia nhỏ tệp, hoặc nâng max_bytes ở mục [intake])"
    return error(wording, file=file, size=Num(size), most=Num(most))


def refuse_old_office(file: Path, error: type[QngaiError]) -> None:
    """
    Refuse a workbook in Microsoft's old container, where Word and Excel put files with a password, too.

    Raises
    ------
    QngaiError
        It is one: locked with a password, or of before 2007; or it is a web page, as some systems export.
    """
    with file.open("rb") as stream:
        start = stream.read(8)
        if start.lstrip(b"\xef\xbb\xbf \r\n")[:1] == b"<":
            wording = "{file}: trang web (HTML) mang tên Excel; mở bằng Excel và lưu thành .xlsx"
            raise error(wording, file=file)
        if start != _OLE:
            return
        content = stream.read(20_000_000)
    begin = content.find(_BEGIN)
    locked = begin >= 0 and content[begin + 20 : begin + 22] == _LOCKED
    if locked or "EncryptedPackage".encode("utf-16-le") in content:
        wording = (
            "{file}: tệp có mật khẩu; mở bằng Excel, bỏ mật khẩu (File > Info > Protect Workbook) rồi lưu lại"
        )
        raise error(wording, file=file)
    raise error("{file}: sổ Excel đời cũ (.xls); mở bằng Excel và lưu thành .xlsx", file=file)
