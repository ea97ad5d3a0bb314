"""One publisher at a time in a folder.

The operating system holds the lock and lets go of it when the process ends, however it ends; so there
are no stale locks to clear away.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from qngai_analysis.errors import RenderError
from qngai_analysis.words.said import Said

NAME = ".qngai-lock"
PATIENCE = 60.0  # seconds; publishing takes less than one
_FAR = 1 << 30  # the byte that Windows locks: beyond the text, which others may then read


@contextlib.contextmanager
def locked(folder: Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """
    Hold a folder against other processes and threads that publish there.

    Raises
    ------
    RenderError
        Another run still held the folder after ``patience`` seconds; the message names its process.
    """
    until = time.monotonic() + patience
    file = folder / NAME
    while (stream := _taken(file)) is None:
        if time.monotonic() >= until:
            wording = (
                "{folder}: một lượt chạy khác ({owner}) đang xuất bản vào đây; chờ lượt đó xong hoặc dừng nó"
            )
            raise RenderError(wording, folder=folder, owner=_owner(file))
        time.sleep(0.05)
    try:
        yield
    finally:
        _let_go(file, stream)


def _taken(file: Path) -> IO[str] | None:
    """Return the open lock file if nobody else holds it."""
    stream = file.open("a+", encoding="utf-8")
    try:
        if not _lock(stream) or not _still_there(file, stream):
            stream.close()
            return None
    except BaseException:
        stream.close()
        raise
    stream.truncate(0)
    stream.write(f"process {os.getpid()}, since {time.strftime('%H:%M:%S')}")
    stream.flush()
    return stream


def _still_there(file: Path, stream: IO[str]) -> bool:
    """Return whether the lock file was not taken away by its last holder while this run waited."""
    try:
        return os.path.samestat(file.stat(), os.fstat(stream.fileno()))
    except FileNotFoundError:
        return False


def _let_go(file: Path, stream: IO[str]) -> None:
    if sys.platform == "win32":  # an open file can't be removed there
        stream.close()
        with contextlib.suppress(OSError):
            file.unlink()
    else:
        file.unlink(missing_ok=True)
        stream.close()


def _owner(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip() or Said("một tiến trình khác")
    except OSError:
        return Said("một tiến trình khác")


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: IO[str]) -> bool:
        stream.seek(_FAR)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(stream: IO[str]) -> bool:
        try:
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
