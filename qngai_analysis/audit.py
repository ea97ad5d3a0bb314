"""``qngai audit``: what a reviewer can find out of an edition by its own files; ``qngai licences``: what this program is made of."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from qngai_analysis import paths
from qngai_analysis.doctor import Check, tried
from qngai_analysis.edition.publishing import MANIFEST, arrived, outdated, read_manifest, recorded
from qngai_analysis.errors import RenderError
from qngai_analysis.raw import read_sidecar, sha256, shown_checksum
from qngai_analysis.survey.form.held import FORMATS
from qngai_analysis.survey.release.ledger import file_of
from qngai_analysis.survey.release.ledger import read as read_ledger
from qngai_analysis.survey.release.unit_records import assert_no_unit_records
from qngai_analysis.words.said import Said

_STRIP = 'class="strip"'  # what every page that rests on simulated data begins with
_SIMULATED = 'class="sim"'  # what a table or chart of such data bears
_SHOWN = 5


def audit(folder: Path) -> Iterator[Check]:
    """
    Hold an edition's files against its manifest, and the manifest against the project.

    Yields
    ------
    Check
        Checksums of what was made and of what it was made of, the ledgers of its surveys, marks of simulated data,
        records of people, the program's version; last what a reviewer can do besides.

    Raises
    ------
    RenderError
        There is no edition, its manifest is damaged, or it is another project's.
    """
    if not (folder / MANIFEST).is_file():
        wording = "{folder}: không có kỳ báo cáo nào ở đây (thiếu {name})"
        raise RenderError(wording, folder=folder, name=MANIFEST)
    content = read_manifest(folder)
    listed = recorded(content)
    inputs, books = _made_of(content)
    again = Said("số liệu đã đổi: lập lại, rồi so hai kỳ bằng qngai diff")
    made_of = _compared(Said("Đầu vào"), paths.project(), inputs, again, _edited(inputs))
    if new := _received(arrived(inputs)):
        found = Said("{found}; mới, chưa vào kỳ này: {new}", found=made_of.found, new=_names(new))
        made_of = replace(made_of, good=False, found=found)
    _refuse_another_project(folder, made_of)
    yield _compared(Said("Tệp đã lập"), folder, listed, Said("lập lại kỳ báo cáo này"))
    extra = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name not in {*listed, MANIFEST})  # fmt: skip
    yield Check(Said("Tệp ngoài manifest"), True, _names(extra) or Said("không có"))
    yield made_of
    yield _compared(Said("Sổ tay"), paths.notebooks(), books, Said("sổ tay đã đổi: lập lại"))
    old = outdated(folder)
    commands = "; ".join([*dict.fromkeys(old.values())][:_SHOWN])
    yield Check(Said("Trang cũ hơn số liệu"), not old, _names([*old]) or Said("không có"), Said("lập lại: {again}", again=commands))  # fmt: skip
    yield from _surveys(folder, content, listed)
    yield tried(Said("Không có bản ghi của từng người"), lambda: assert_no_unit_records(folder))
    made, here = str(content.get("made_by", "")), f"qngai-analysis {importlib.metadata.version('qngai-analysis')}"  # fmt: skip
    same = Said("dùng đúng phiên bản này để lập lại được đúng từng byte")
    yield Check(Said("Phiên bản"), made == here, made, same)
    yield Check(Said("Kiểm lại"), True, Said("cùng đầu vào, qngai report lập lại đúng từng byte; so mã trong {name}: sha256sum TỆP; căn cứ của một kết luận: qngai explain MÃ", name=MANIFEST))  # fmt: skip


def _refuse_another_project(folder: Path, made_of: Check) -> None:
    homes = (home for home in folder.resolve().parents if (home / "data" / "raw").is_dir())
    home = next(homes, paths.project())
    if not made_of.good and home != paths.project():
        wording = "{folder}: kỳ này của dự án khác; ghi: qngai --project {home} audit {folder}"
        raise RenderError(wording, folder=folder, home=home)


def _edited(inputs: Mapping[str, str]) -> list[str]:
    """Return the survey files that are not those of their sidecars, by which alone a manifest names them."""
    sidecars = [paths.project() / name for name in inputs if fnmatch(name, "*/surveys/*/*.toml")]
    there = [file for file in sidecars if file.is_file() and file.stem.isdigit()]
    files = [file.with_suffix(ending) for file in there for ending in FORMATS]
    return [
        file.relative_to(paths.project()).as_posix()
        for file in files
        if file.is_file() and sha256(file) != read_sidecar(file).sha256
    ]


def _compared(
    what: Said, folder: Path, digests: Mapping[str, str], do: Said, edited: Sequence[str] = ()
) -> Check:
    """Compare the files of a folder with their checksums; ``edited``: others that are not what they were."""
    there = {name: folder / name for name in digests if (folder / name).is_file()}
    lost = [name for name in digests if name not in there]
    changed = [name for name, file in there.items() if shown_checksum(file, sha256(file)) != digests[name]]
    changed += edited
    values = {"n": len(digests), "lost": _names(lost) or 0, "changed": _names(changed) or 0}
    found = Said("{n} tệp; mất: {lost}; đã đổi: {changed}", **values)
    return Check(what, not lost and not changed, found, do)


def _received(names: Iterable[str]) -> list[str]:
    """Return new files as who took them in knows them: of a delivery, the forms that came."""
    of = ((name, (paths.project() / name).with_name("received")) for name in names)
    forms = ([file.name for file in sorted(folder.glob("*"))] or [name] for name, folder in of)
    return [*dict.fromkeys(chain.from_iterable(forms))]


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(sorted(names)[:_SHOWN])
    return f"{len(names)} ({shown}{', …' if len(names) > _SHOWN else ''})" if names else ""


def _made_of(content: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the checksums of inputs and notebooks: each document's, and what a batch says of all."""
    inputs: dict[str, str] = {}
    books: dict[str, str] = {}
    for entry in (content, *content["documents"].values()):
        inputs |= entry.get("inputs", {})
        if "notebook" in entry:
            books[str(entry["notebook"]["name"])] = str(entry["notebook"]["sha256"])
    return inputs, books


def _surveys(folder: Path, content: Mapping[str, Any], listed: Mapping[str, str]) -> Iterator[Check]:
    """Look for the ledger of each survey that the edition was published of, and for the marks of simulated ones."""
    surveys = [(str(of[0]), int(of[1]), str(of[2])) for of in content.get("surveys", [])]
    for of in surveys:
        file = file_of(of)
        named = Said("Sổ công bố {survey} {year}", survey=of[0], year=of[1])
        if not file.is_file():
            yield Check(named, False, Said("mất {file}", file=file.name), Said("khôi phục từ bản sao"))
            continue
        yield tried(named, partial(read_ledger, of))
    pages = [folder / name for name in listed if name.endswith(".html") and (folder / name).is_file()]
    texts = [page.read_text(encoding="utf-8", errors="replace") for page in pages]
    marked = [text for text in texts if _STRIP in text]
    bare = any(_SIMULATED in text and _STRIP not in text for text in texts)
    # a report shows its surveys; of a batch's bodies some have none
    shows = any("notebook" in entry for entry in content["documents"].values())
    simulated = shows and any(of[2] == "simulated" for of in surveys)
    found = Said("{marked}/{pages} trang ghi SỐ LIỆU MÔ PHỎNG", marked=len(marked), pages=len(pages))  # fmt: skip
    yield Check(Said("Số liệu mô phỏng"), not bare and (bool(marked) or not simulated or not pages), found, Said("trang dùng số liệu mô phỏng phải ghi rõ; lập lại"))  # fmt: skip


def licences() -> pd.DataFrame:
    """Return name, version, licence and home of this package and of all installed packages it needs, from their metadata."""
    from packaging.requirements import Requirement

    todo = ["qngai-analysis"]
    known: dict[str, dict[str, str]] = {}
    while todo:
        name = todo.pop().lower().replace("_", "-")
        if name in known:
            continue
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # of an extra, or another system
        data: Any = found.metadata
        known[name] = {
            "name": data["Name"],
            "version": found.version,
            "licence": _licence(data),
            "home": data.get("Home-page") or next((url.split(", ", 1)[-1] for url in data.get_all("Project-URL") or ()), ""),
        }  # fmt: skip
        for line in found.requires or ():
            need = Requirement(line)
            if need.marker is None or any(
                need.marker.evaluate({"extra": extra}) for extra in ("", "cluster")
            ):
                todo.append(need.name)
    return pd.DataFrame([known[name] for name in sorted(known)])


def _licence(data: Any) -> str:
    classifiers = [line.rpartition(":: ")[2] for line in data.get_all("Classifier") or () if line.startswith("License ::")]  # fmt: skip
    written = (data.get("License") or "").strip().split("\n")[0]
    short = written if len(written) < 60 else ""
    return str(data.get("License-Expression") or "; ".join(classifiers) or short or "?")
