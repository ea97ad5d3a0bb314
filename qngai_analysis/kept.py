"""Results kept by all that they were made of, in the process or as JSON in the project's ``.qngai-cache``.

A result is taken again only where the program, the libraries, its settings and every file behind it are the same
to the byte, and its entry is whole; otherwise it is made again. Nothing that is read back is run. The folder can be
removed at any time.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib.metadata
import itertools
import json
import os
import pickle
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from qngai_analysis import paths
from qngai_analysis.errors import RawFileError

#: Environment variable that names another folder than the project's ``.qngai-cache``.
CACHE = "QNGAI_CACHE"
P = ParamSpec("P")
T = TypeVar("T")
_FEW = 16  # results of a function in a process
_MOST, _MOST_BYTES = 200, 60_000_000  # of the entries of a kind; the longest unused go first


def folder() -> Path:
    """Return the folder of what is kept (it need not exist)."""
    named = os.environ.get(CACHE)
    return Path(named) if named else paths.project() / ".qngai-cache"


def digest(value: Any) -> str:
    """Return the SHA-256 of a value that JSON can say."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class FileState:
    """A file as it is now: what is read of it is read of every file of that name with the same bytes."""

    name: str
    sha256: str
    file: Path = field(compare=False)


_SETTLED = False


def settle() -> None:
    """Take the project's files as they are now: for a process that makes reports, all of one state of them."""
    global _SETTLED
    _SETTLED = True


def settled(read: Callable[P, T]) -> Callable[P, T]:
    """Let a function of the project's files, whose result nobody changes, work once in a settled process."""
    known = done_by(read)

    @functools.wraps(read)
    def again(*given: P.args, **named: P.kwargs) -> T:
        if not _SETTLED:
            return read(*given, **named)
        key = (given, *named.items())
        try:
            return cast("T", known[key])
        except KeyError:
            return cast("T", known.setdefault(key, read(*given, **named)))

    return again


def done_by(make: Callable[..., Any]) -> dict[Any, Any]:
    """Return what a function has given in this process, by what it was given; it has to be filled by the caller."""
    return _DONE.setdefault(f"{make.__module__}.{make.__qualname__}", {})


_DONE: dict[str, dict[Any, Any]] = {}
_STAY: set[str] = set()  # what takes no longer to make than to hand over, or can't be


def handed() -> bytes:
    """Return all that is known in this settled process, for another one of the same state of the files."""
    return pickle.dumps({name: done for name, done in _DONE.items() if name not in _STAY})


def take(known: bytes) -> None:
    """Know what another process handed over."""
    for name, results in pickle.loads(known).items():
        _DONE.setdefault(name, {}).update(results)


@settled
def state(file: Path) -> FileState:
    """Return a file as it is; its bytes are read once as long as it looks the same, a missing one has none."""
    try:
        stamp = file.stat()
    except FileNotFoundError:
        return FileState(file.name, "", file)
    return _state(file, stamp.st_mtime_ns, stamp.st_size)


@functools.lru_cache(maxsize=4096)
def _state(file: Path, _changed: int, _size: int) -> FileState:
    with file.open("rb") as stream:
        return FileState(file.name, hashlib.file_digest(stream, "sha256").hexdigest(), file)


def of_tables(*names: str, stays: bool = False) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """
    Let a function of reference tables, whose result nobody changes, work once for what it is given and for tables as they are.

    ``stays``: its results are not ``handed`` to another process.
    """

    def decorate(read: Callable[P, T]) -> Callable[P, T]:
        of: Callable[..., T] = read
        remembered = functools.lru_cache(maxsize=8192)(lambda _, given: of(*given))

        @functools.wraps(read)
        def again(*given: P.args, **_: P.kwargs) -> T:
            return remembered(tables(names), given)

        if stays:
            _STAY.add(f"{read.__module__}.{read.__qualname__}")
        return settled(again)

    return decorate


@settled
def tables(names: tuple[str, ...]) -> tuple[FileState, ...]:
    """Return reference tables as they are now; "project.toml" is the project's, where there is one."""
    found = [state(paths.reference(name)) for name in names if name != "project.toml"]
    with contextlib.suppress(RawFileError):
        found += [state(paths.raw(name)) for name in names if name == "project.toml"]
    return tuple(found)


def checksums(files: Iterable[Path]) -> dict[str, str]:
    """Return the SHA-256 of files by their path in the project."""
    home = paths.project()
    return {
        (file.relative_to(home) if file.is_relative_to(home) else file).as_posix(): state(file).sha256
        for file in files
    }


def libraries() -> dict[str, str]:
    """Return the libraries that the package needs with the version that is installed, "" of one that is not."""
    names = (line for line in importlib.metadata.requires("qngai-analysis") or () if "extra ==" not in line)
    found = dict.fromkeys((re.split(r"[^\w.-]", name)[0] for name in names), "")
    for name in found:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found


@functools.cache
def program() -> dict[str, str]:
    """Return the checksums of the package, and of Python and the libraries."""
    package = sorted(path for path in paths.PACKAGE.rglob("*") if path.is_file() and path.suffix != ".pyc")
    own = [(str(path.relative_to(paths.PACKAGE)), state(path).sha256) for path in package]
    return {"qngai-analysis": digest(own), "Python": digest([sys.version, libraries()])}


def kept(what: str, settings: Any, files: Iterable[Path], make: Callable[[], Any]) -> Any:
    """Return what ``make`` gives: lists, dictionaries, texts and numbers, as it gave them before of the same.

    Parameters
    ----------
    what : the kind of result, the name of its folder
    settings : what it was asked for, as JSON can say it
    files : what it is made of
    """
    of = digest([what, settings, program(), checksums(files)])
    content = stored(what, of)
    if content is None:
        content = json.dumps(make(), ensure_ascii=False).encode()
        store(what, of, content)
    return json.loads(content)


def stored(what: str, of: str) -> bytes | None:
    """Return what was kept under a checksum; None where there is nothing, or it is of something else or damaged."""
    try:
        file = _entry(what, of)
        head, _, content = file.read_bytes().partition(b"\n")
        os.utime(file)
    except (OSError, RawFileError):
        return None
    return content if head == _head(of, content) else None


def store(what: str, of: str, *parts: bytes) -> None:
    """Keep bytes under a checksum; where nothing can be written, or there is no project, nothing is kept."""
    with contextlib.suppress(OSError, RawFileError):
        file = _entry(what, of)
        file.parent.mkdir(parents=True, exist_ok=True)
        stage = file.with_suffix(f".{os.getpid()}")
        stage.write_bytes(b"".join([_head(of, *parts), b"\n", *parts]))
        stage.replace(file)
        entries = sorted(file.parent.glob("*.*"), key=lambda path: path.stat().st_mtime, reverse=True)
        sizes = itertools.accumulate(path.stat().st_size for path in entries)
        for place, (entry, size) in enumerate(zip(entries, sizes, strict=True)):
            if place >= _MOST or size > _MOST_BYTES:
                entry.unlink(missing_ok=True)


def _entry(what: str, of: str) -> Path:
    return folder() / what / f"{of[:32]}.json"


def _head(of: str, *parts: bytes) -> bytes:
    found = hashlib.sha256()
    for part in parts:
        found.update(part)
    return f"{of} {found.hexdigest()}".encode()


def looks() -> tuple[tuple[str, int, int], ...]:
    """Return what the project's raw files and ledgers look like: names, sizes, times of change."""
    home = paths.project()
    files = [*paths.raw().rglob("*"), *paths.releases().glob("*.json")]
    stamps = [(str(file.relative_to(home)), file.stat()) for file in sorted(files) if file.is_file()]
    return tuple((name, stamp.st_size, stamp.st_mtime_ns) for name, stamp in stamps)


def once(make: Callable[P, T]) -> Callable[P, T]:
    """Let a function of the project's files work once in a process for the same settings and files."""
    again, of = settled(make), cast("Callable[..., T]", make)
    few = functools.lru_cache(maxsize=_FEW)(lambda _, given, named: of(*given, **dict(named)))

    @functools.wraps(make)
    def made(*given: P.args, **named: P.kwargs) -> T:
        if _SETTLED:
            return again(*given, **named)
        return few(looks(), given, tuple(sorted(named.items())))

    return made
