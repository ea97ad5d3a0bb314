"""Reports made before, kept in the project's ``.qngai-cache`` under a checksum of all that they are made of.

A report is made of the package, Python and the libraries, its notebook and what lies beside it, parameters,
every file below ``data/raw``, and the ledger of what was published of surveys. If one of them changes, the report is
made again; so it is if its entry is gone or damaged. The folder can be removed at any time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from qngai_analysis import kept, paths
from qngai_analysis.edition.engine import Job
from qngai_analysis.edition.publishing import MANIFEST, Made, read_manifest, recorded
from qngai_analysis.errors import RenderError
from qngai_analysis.kept import checksums, digest, program
from qngai_analysis.raw import sha256

#: What a report is made of: name and checksum.
Ingredients = dict[str, str]


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
    entry = kept.stored("reports", digest(made_of))
    if entry is None:
        return None
    head, _, left = entry.partition(b"\n")
    content, files = json.loads(head), dict[str, bytes]()
    for name, size in content.pop("files").items():
        files[name], left = left[:size], left[size:]
    released = [_seen_now(one, made_of) for one in content.pop("released")]
    return Made(notebook=job.notebook, inputs=job.inputs, files=files, released=released, **content)


def _seen_now(note: Mapping[str, Any], made_of: Ingredients) -> dict[str, Any]:
    """Return a note as a report made today would note it: of the ledgers that are at hand, not of those before them."""
    from qngai_analysis.survey.release.ledger import file_of  # takes long to load

    ledgers = f"releases/{file_of(note['of']).stem}."
    return {**note, "seen": "".join(sorted(made_of[name] for name in made_of if name.startswith(ledgers)))}


def _keep(made_of: Ingredients, made: Made) -> None:
    content = {
        "stem": made.stem,
        "parameters": dict(made.parameters),
        "released": list(made.released),
        "files": {name: len(data) for name, data in made.files.items()},
    }
    kept.store("reports", digest(made_of), json.dumps(content).encode(), b"\n", *made.files.values())


def _record(folder: Path) -> tuple[str, str]:
    return "editions", digest(str(folder.resolve()))


def published(folder: Path) -> dict[str, Ingredients]:
    """Return what the reports of an edition were made of, by stem, as far as it is still as it was published."""
    text = kept.stored(*_record(folder))
    if text is None:
        return {}
    content: dict[str, Any] = json.loads(text)
    try:
        listed = recorded(read_manifest(folder)) | {MANIFEST: content["manifest"]}
        same = all(sha256(folder / name) == checksum for name, checksum in listed.items())
    except (OSError, RenderError):
        same = False
    return dict(content["reports"]) if same else {}


def remember(
    folder: Path, made: Iterable[tuple[Ingredients, Made]], before: Mapping[str, Ingredients]
) -> None:
    """Keep the reports of an edition and what they were made of, as far as something can be written."""
    own = _ledgers()  # what was entered now decides that the same files give the same tables again
    reports = dict(before)
    for parts, report in made:
        settled = {name: sum for name, sum in parts.items() if not name.startswith("releases/")} | own
        reports[report.stem] = settled
        if find(settled, report) is None:
            _keep(settled, report)
    content = {"manifest": sha256(folder / MANIFEST), "reports": reports}
    kept.store(*_record(folder), json.dumps(content).encode())
