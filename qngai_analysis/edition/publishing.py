"""An edition: a folder of report files and the manifest that says what they were made of."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qngai_analysis.edition.lock import locked
from qngai_analysis.errors import RawFileError, RenderError
from qngai_analysis.paths import project, releases, reports
from qngai_analysis.raw import sha256
from qngai_analysis.survey.release.ledger import enter, populations
from qngai_analysis.survey.release.unit_records import assert_no_unit_records

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Made:
    """The files of one report, made but not yet published."""

    stem: str
    notebook: Path
    parameters: Mapping[str, Any]
    files: Mapping[str, bytes]
    inputs: Sequence[Path] = field(default=())
    released: Sequence[Mapping[str, Any]] = field(default=())  # what it takes from surveys, for the ledger
    not_printed: Sequence[str] = field(default=())  # characters that the PDF's font lacks

    def record(self) -> dict[str, Any]:
        """Return what the manifest says of the report; nothing in it depends on the clock."""
        lacking = {"not_printed_in_pdf": list(self.not_printed)} if self.not_printed else {}
        return {
            "notebook": {"name": self.notebook.name, "sha256": sha256(self.notebook)},
            "parameters": dict(sorted(self.parameters.items())),
            "inputs": {_named(path): sha256(path) for path in sorted(self.inputs)},
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(self.files.items())},
            **lacking,
        }


def _named(path: Path) -> str:
    """Return a raw file's path inside the project: six surveys have a ``codebook.toml`` each."""
    try:
        return path.resolve().relative_to(project().resolve()).as_posix()
    except (ValueError, RawFileError):
        return path.name  # a file from elsewhere; a machine's folders are nobody's business


def publish(folder: Path, made: Sequence[Made]) -> list[Path]:
    """Put the files of one or more reports into a folder, all or nothing.

    Files are written beside their place first and then moved; files of an earlier edition of the
    same reports that are no longer made are taken away; if a step fails, all of the earlier
    edition is put back. Other files in the folder are not touched. Runs that publish in one folder
    do so one after the other. What the reports publish of surveys is entered in the project's ledger first.

    Returns
    -------
    list of Path
        The published files in the order given, the manifest last.

    Raises
    ------
    RenderError
        The folder cannot be made or written (it is a file, there is no permission or no space, a
        name is too long, a file is open elsewhere), another run does not let go of it, or two reports
        make a file of the same name, or what is published of a survey can't be entered in its ledger.
    """
    files = _merged(made)
    before = _missing_parents(folder)
    try:
        if folder.exists() and not folder.is_dir():
            raise RenderError(f"{folder}: a file, not a folder; name a folder for the report")
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            manifest, gone = _manifest(folder, made)
            files[MANIFEST] = manifest
            _replace(folder, files, gone, [note for report in made for note in report.released])
    except OSError as fault:
        _remove_empty(before)
        reason = fault.strerror or type(fault).__name__
        raise RenderError(
            f"{folder}: the report cannot be written there ({reason}); nothing was changed"
        ) from fault
    except RenderError:
        _remove_empty(before)
        raise
    return [folder / name for name in files]


def check_writable(folder: Path) -> None:
    """Find out before the long work whether an edition can be published in ``folder``; leaves no trace.

    Raises
    ------
    RenderError
        The folder is a file, or it can't be made or written.
    """
    before = _missing_parents(folder)
    try:
        if folder.exists() and not folder.is_dir():
            raise RenderError(f"{folder}: a file, not a folder; name a folder for the report")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".qngai-", dir=folder):
            pass
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        raise RenderError(f"{folder}: the report cannot be written there ({reason})") from fault
    finally:
        _remove_empty(before)


def _merged(made: Iterable[Made]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for report in made:
        for name, data in report.files.items():
            if name == MANIFEST or Path(name).name != name:
                raise RenderError(f"{name!r} cannot be the name of a report's file")
            if name in files:
                raise RenderError(f"two reports of the edition make a file {name!r}")
            files[name] = data
    return files


def _missing_parents(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.parents) if not os.path.exists(path)]  # noqa: PTH110 - False, not an error, for a name too long


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        if os.path.isdir(folder) and not any(folder.iterdir()):  # noqa: PTH112 - as above
            folder.rmdir()


def _manifest(folder: Path, made: Sequence[Made]) -> tuple[bytes, list[str]]:
    """Return the new manifest, and the files of the earlier edition that are no longer made."""
    path = folder / MANIFEST
    documents: dict[str, Any] = {}
    surveys: list[list[Any]] = []
    if path.is_file():
        try:
            before = json.loads(path.read_text(encoding="utf-8"))
            documents = before["documents"]
            surveys = before.get("surveys", [])
        except (ValueError, KeyError, TypeError):
            raise RenderError(
                f"{path}: not a manifest of this program; move it away or name another folder"
            ) from None
    gone: list[str] = []
    for report in made:
        earlier = documents.get(report.stem, {}).get("files", {})
        gone += [name for name in earlier if name not in report.files and Path(name).name == name]
        documents[report.stem] = report.record()
    released = populations(note for report in made for note in report.released)
    surveys = [*surveys, *(one for one in released if one not in surveys)]
    made_still = {name for entry in documents.values() for name in entry["files"]}
    content = {
        "made_by": f"qngai-analysis {importlib.metadata.version('qngai-analysis')}",
        "documents": dict(sorted(documents.items())),
        **({"surveys": sorted(surveys)} if surveys else {}),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n"
    return text.encode(), [name for name in gone if name not in made_still]


def _replace(
    folder: Path, files: Mapping[str, bytes], gone: Iterable[str], released: Sequence[Mapping[str, Any]]
) -> None:
    stage = Path(tempfile.mkdtemp(prefix=".qngai-", dir=folder))
    try:
        new, old = stage / "new", stage / "old"
        new.mkdir()
        old.mkdir()
        for name, data in files.items():
            (new / name).write_bytes(data)
        assert_no_unit_records(new)
        _entered(folder, released)
        _swap(folder, new, old, list(files), [name for name in gone if (folder / name).is_file()])
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _entered(folder: Path, released: Sequence[Mapping[str, Any]]) -> None:
    """Enter what is published of surveys in the project's ledgers."""
    if released:
        releases().mkdir(parents=True, exist_ok=True)
        with locked(releases()):
            enter(released, _published_of(folder))


def _published_of(folder: Path) -> list[Any]:
    """Return the surveys that editions here, and in the project's own folder, were published of."""
    with contextlib.suppress(RawFileError):
        return [one for parent in {folder.parent, reports()} for one in _named_in(parent)]
    return []


def _named_in(folder: Path) -> Iterator[Any]:
    for file in sorted(folder.glob(f"*/{MANIFEST}")):
        with contextlib.suppress(ValueError, AttributeError):  # another program's: it says nothing of surveys
            yield from json.loads(file.read_text(encoding="utf-8")).get("surveys", [])


def _swap(folder: Path, new: Path, old: Path, names: Iterable[str], gone: Iterable[str]) -> None:
    aside: list[str] = []
    placed: list[str] = []
    try:
        for name in [*names, *gone]:
            if (folder / name).exists():
                (folder / name).rename(old / name)
                aside.append(name)
        for name in names:
            (new / name).rename(folder / name)
            placed.append(name)
    except BaseException:
        for name in placed:
            (folder / name).unlink(missing_ok=True)
        for name in aside:
            (old / name).rename(folder / name)
        raise
