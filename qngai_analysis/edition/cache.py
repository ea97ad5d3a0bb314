"""Reports made before, kept in the project's ``.qngai-cache`` under a checksum of all that they are made of.

A report is made of the package, Python and the libraries, its notebook and what lies beside it, parameters,
every file below ``data/raw``, and the ledger of what was published of surveys. If one of them changes, the report is
made again; so it is if its entry is gone or damaged. The folder can be removed at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from qngai_analysis import kept, paths
from qngai_analysis.edition.engine import Job
from qngai_analysis.edition.publishing import MANIFEST, Made, read_manifest, recorded
from qngai_analysis.errors import RawFileError, RenderError
from qngai_analysis.kept import checksums, digest, program
from qngai_analysis.raw import sha256

#: What a report is made of: name and checksum.
Ingredients = dict[str, str]
#: What reading an entry ends in that is gone, cut short or not ours: then there is none.
_DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, RawFileError)


def shared() -> Ingredients:
    """Return what all reports are made of."""
    raw = (path for path in paths.raw().rglob("*") if path.is_file())
    return program() | checksums(sorted([*raw, *paths.notebooks().glob("*.py")])) | _ledgers()


def _ledgers() -> Ingredients:
    return {f"releases/{path.name}": sha256(path) for path in sorted(paths.releases().glob("*.json"))}


def ingredients(job: Job, common: Ingredients) -> Ingredients:
    """Return what a report is made of."""
    own = asdict(replace(job, notebook=Path(job.notebook.name), inputs=(), cell_seconds=0))
    return common | {job.notebook.name: sha256(job.notebook), "parameters": digest(own)}


def changed(now: Ingredients, before: Mapping[str, str]) -> list[str]:
    """Return the names of what changed, came or went."""
    return sorted(name for name in now.keys() | before.keys() if now.get(name) != before.get(name))


def find(made_of: Ingredients, job: Job | Made) -> Made | None:
    """Return a report that was made of the same before; none if there is none, or it is damaged."""
    entry = _entry(made_of)
    try:
        content = json.loads((entry / "made.json").read_text(encoding="utf-8"))
        files = {name: (entry / name).read_bytes() for name in content["files"] if Path(name).name == name}
        whole = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} == content["files"]
        if not whole or content["of"] != digest(made_of):
            return None
        return Made(
            content["stem"],
            job.notebook,
            content["parameters"],
            files,
            job.inputs,
            [_seen_now(one, made_of) for one in content["released"]],
            content["not_printed"],
        )
    except _DAMAGED:
        return None


def _seen_now(note: Mapping[str, Any], made_of: Ingredients) -> dict[str, Any]:
    """Return a note as a report made today would note it: of the ledgers that are at hand, not of those before them."""
    from qngai_analysis.survey.release.ledger import file_of  # takes long to load

    ledgers = f"releases/{file_of(note['of']).stem}."
    return {**note, "seen": "".join(sorted(made_of[name] for name in made_of if name.startswith(ledgers)))}


def _keep(made_of: Ingredients, made: Made) -> None:
    entry = _entry(made_of)
    content = {
        "of": digest(made_of),
        "stem": made.stem,
        "parameters": dict(made.parameters),
        "released": list(made.released),
        "not_printed": list(made.not_printed),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in made.files.items()},
    }
    entry.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=".qngai-", dir=entry.parent))
    for name, data in made.files.items():
        (stage / name).write_bytes(data)
    (stage / "made.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(entry, ignore_errors=True)
    stage.rename(entry)


def _entry(made_of: Ingredients) -> Path:
    return kept.folder() / "reports" / digest(made_of)[:32]


def _record(folder: Path) -> Path:
    return kept.folder() / "editions" / f"{digest(str(folder.resolve()))[:32]}.json"


def published(folder: Path) -> dict[str, Ingredients]:
    """Return what the reports of an edition were made of, by stem, as far as it is still as it was published."""
    try:
        content = json.loads(_record(folder).read_text(encoding="utf-8"))
        listed = recorded(read_manifest(folder))
        listed[MANIFEST] = content["manifest"]
        if any(sha256(folder / name) != checksum for name, checksum in listed.items()):
            return {}
        return {str(stem): dict(made_of) for stem, made_of in content["reports"].items()}
    except (*_DAMAGED, RenderError):
        return {}


def remember(
    folder: Path, made: Iterable[tuple[Ingredients, Made]], before: Mapping[str, Ingredients]
) -> None:
    """Keep the reports of an edition and what they were made of; let go of reports that no edition has.

    Where nothing can be written nothing is kept.
    """
    own = _ledgers()  # what was entered now decides that the same files give the same tables again
    reports = dict(before)
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        for parts, report in made:
            apart = {name: sum for name, sum in parts.items() if not name.startswith("releases/")}
            settled = apart | own
            reports[report.stem] = settled
            if find(settled, report) is None:
                _keep(settled, report)
        file = _record(folder)
        file.parent.mkdir(parents=True, exist_ok=True)
        stage = file.with_suffix(f".{os.getpid()}")
        content = {"manifest": sha256(folder / MANIFEST), "reports": reports}
        stage.write_text(json.dumps(content), encoding="utf-8")
        stage.replace(file)
        _let_go(file.parent.glob("*.json"))


def _let_go(records: Iterable[Path]) -> None:
    wanted = set()
    for file in records:
        for parts in json.loads(file.read_text(encoding="utf-8"))["reports"].values():
            wanted.add(_entry(parts).name)
    for entry in (kept.folder() / "reports").iterdir():
        if entry.name not in wanted:
            shutil.rmtree(entry, ignore_errors=True)
