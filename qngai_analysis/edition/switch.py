"""A folder made anew beside its place, which then takes the old one's place in one step.

At every moment, a power cut included, the folder is the old one or the new one. Where the system can exchange two
folders (Linux, macOS) that is one step. Elsewhere the old one moves aside first, as ``.qngai-NAME.old``: cut
there, the folder is absent until any later run brings the old one back (``settle``).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qngai_analysis.raw import sha256

_MARK = ".qngai-"
# while it is filled a folder is called _MAKING: nothing in it is anybody's only copy; then _WHOLE, and after the
# exchange the old folder bears that name, in which the user may have saved something at the last moment
_MAKING, _WHOLE = "making", "whole"


#: Gives the names and checksums of the program's own files in a folder; all others are the user's.
Listed = Callable[[Path], Mapping[str, str]]


@contextmanager
def anew(place: Path, listed: Listed) -> Iterator[Path]:
    """Give an empty folder to be filled; at the end of the block it is synced to the disk and takes the place.

    After a fault it is removed, and the place is as it was.
    """
    stage = Path(tempfile.mkdtemp(prefix=f"{_MARK}{place.name}-", dir=place.parent))
    try:
        new = stage / _MAKING
        new.mkdir()
        yield new
        with ThreadPoolExecutor() as pool:  # the disk writes together what is asked for together
            list(pool.map(_sync, [new, *new.rglob("*")]))
        whole = new.rename(stage / _WHOLE)
        _sync(stage)
        _take(whole, place)
        _sync(place.parent)
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise
    with contextlib.suppress(OSError):  # the new folder is there; a later run tidies up
        _clear(stage, place, listed)


def carry(place: Path, new: Path, *, without: Collection[str]) -> None:
    """Bring what ``place`` holds, but for some names, into the folder that will take its place; nothing is copied
    where the file system has links.
    """
    if place.is_dir():
        shutil.copytree(
            place,
            new,
            symlinks=True,
            copy_function=link,
            ignore=lambda folder, names: [
                name
                for name in names
                if Path(folder) == place and (name in without or name.startswith(_MARK))
            ],
            dirs_exist_ok=True,
        )


def keep(file: Path, folder: Path) -> str:
    """Link a file into a folder under its own name or the next free one, which is returned."""
    for number in range(1_000):
        name = f"{file.stem}.giu-lai{f'-{number}' * (number > 1)}{file.suffix}" if number else file.name
        if not (folder / name).exists():
            link(file, folder / name)
            return name
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder / file.name))


def settle(place: Path, listed: Listed) -> None:
    """Put right what a run that was killed left: bring back a folder moved aside, sweep away what was not used."""
    old = _aside(place)
    if old.is_dir():
        if place.exists():
            _clear(old, place, listed)
        else:
            old.rename(place)
    for stage in place.parent.glob(f"{_MARK}{glob.escape(place.name)}-*"):
        _clear(stage, place, listed)


def _take(whole: Path, place: Path) -> None:
    if not place.exists():
        whole.rename(place)
    elif not _exchanged(whole, place):
        old = place.rename(_aside(place))
        try:
            whole.rename(place)
        except BaseException:
            old.rename(place)
            raise
        old.rename(whole)


def _aside(place: Path) -> Path:
    return place.with_name(f"{_MARK}{place.name}.old")  # not deeper: its survey tables are looked for there


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; return whether the system could."""
    system: Any = ctypes.CDLL(None, use_errno=True) if sys.platform != "win32" else None
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(system, "renameat2"):  # Linux; -100 is the current folder, 2 means to exchange
        failed = system.renameat2(-100, names[0], -100, names[1], 2)
    elif hasattr(system, "renamex_np"):  # macOS
        failed = system.renamex_np(*names, 2)
    else:
        return False
    if failed and ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
    return not failed


def _clear(stage: Path, place: Path, listed: Listed) -> None:
    """Remove a stage; a file that was saved in the old folder while the new one was made moves into the new one."""
    old = stage if stage == _aside(place) else stage / _WHOLE
    if old.is_dir() and place.is_dir():
        known = listed(old)
        here = [file for file in place.rglob("*") if file.is_file()]
        for file in (file for file in old.rglob("*") if file.is_file()):
            digest = sha256(file)
            if (
                known.get(file.name) != digest
                and not any(file.samefile(other) for other in here)
                and digest not in {sha256(other) for other in here}
            ):
                keep(file, place)
        # from here on nothing in it is needed: cut while it is being removed, its rest is no longer looked at
        if old == stage:
            stage = old.rename(place.with_name(f"{_MARK}{place.name}-{_MAKING}"))
        else:
            old.rename(stage / _MAKING)
    shutil.rmtree(stage, ignore_errors=True)


def link(source: Path | str, target: Path | str) -> Path | str:
    """Let a file stand in a second place; as a copy where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _sync(path: Path) -> None:
    if path.is_symlink() or (sys.platform == "win32" and path.is_dir()):
        return
    number = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
