"""An edition: a folder of report files and the manifest that says what they were made of."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from qngai_analysis.cutoff import default_cutoff
from qngai_analysis.edition import switch
from qngai_analysis.errors import RawFileError, RenderError
from qngai_analysis.kept import state
from qngai_analysis.lock import locked
from qngai_analysis.paths import notebooks, project, raw, releases, reports
from qngai_analysis.project import read_project
from qngai_analysis.raw import sha256, shown_checksum
from qngai_analysis.survey.release.unit_records import Marks, assert_no_unit_records
from qngai_analysis.words.language import message

MANIFEST = "manifest.json"
YEARLY = "bao_cao_nam"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """The files of one report, made but not yet published."""

    stem: str
    notebook: Path
    parameters: Mapping[str, Any]
    files: Mapping[str, bytes]
    inputs: Sequence[Path] = field(default=())
    released: Sequence[Mapping[str, Any]] = field(default=())  # what it takes from surveys, for the ledger

    def record(self, shown: Callable[[Path], tuple[str, str]] | None = None) -> dict[str, Any]:
        """Return what the manifest says of the report; nothing in it depends on the clock. ``shown``: as ``shown_input``."""
        return {
            "notebook": {"name": self.notebook.name, "sha256": sha256(self.notebook)},
            "parameters": dict(sorted(self.parameters.items())),
            "inputs": dict(map(shown or shown_input, sorted(self.inputs))),
            "files": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(self.files.items())},
        }


def shown_input(file: Path) -> tuple[str, str]:
    """Return a raw file's path inside the project (six surveys have a ``codebook.toml`` each), and the checksum that is shown."""
    try:
        name = file.resolve().relative_to(project().resolve()).as_posix()
    except (ValueError, RawFileError):
        name = file.name  # a file from elsewhere; a machine's folders are nobody's business
    return name, shown_checksum(file, state(file).sha256)


def publish(folder: Path, made: Sequence[Made], marks: Marks | None = None) -> list[Path]:
    """Put the files of one or more reports into a folder, all or nothing.

    The whole folder is made anew beside its place (``edition.switch``), with what it holds of other reports and of
    the user's, and takes the old one's place in one step. Files of an earlier edition of the same reports that
    are no longer made are left out, which a line says. A file that somebody changed since it was made, or that is none of
    this program's, is never replaced: it is kept beside the new one under another name, and a line says so.
    Runs that publish beside each other do so one after the other. What the reports publish of surveys is entered
    in the project's ledger first. ``marks``: what records of units look like, which is found out where it is not given.

    Returns
    -------
    list of Path
        The published files in the order given, the manifest last.

    Raises
    ------
    RenderError
        The folder cannot be made or written (it is a file, there is no permission or no space, a
        name is too long, a file is open elsewhere), another run does not let go of it, two reports
        make a file of the same name, a folder bears a report's name, the manifest of the edition that is there
        is damaged, or what is published of a survey can't be entered in its ledger.
    """
    files: dict[str, bytes | Path] = {**_merged(made)}
    released = [report.released for report in made]
    with _writable(folder, files) as place:
        before = _earlier(place)
        shown = cache(shown_input)  # reports rest on the same files
        documents = before["documents"] | {report.stem: report.record(shown) for report in made}
        head = _head(before, released)
        content = {"made_by": head["made_by"], "documents": dict(sorted(documents.items())), **head}
        files[MANIFEST] = _as_json(content)
        same = all(
            (place / name).is_file() and (place / name).read_bytes() == data for name, data in files.items()
        )
        if same and recorded(before).keys() <= recorded(content).keys():
            _entered(place, released)
        else:
            _exchange(place, files, before, content, released, marks)
    return [folder / name for name in files]


def held() -> list[Path]:
    """Return the raw files that a report rests on as they are now; survey files are named by their sidecars alone."""
    files = [file for file in raw().rglob("*.*") if file.is_file() and file.name[0] != "."]
    tables = [f for f in files if f.suffix in (".txt", ".csv") and raw("surveys") not in f.parents]
    sidecars = [file for file in raw("surveys").rglob("*.toml") if file.stem.isdigit()]
    return sorted([*tables, *sidecars, *raw().glob("*.toml")])  # and what the project says of itself


def arrived(inputs: Iterable[str]) -> list[str]:
    """Return the raw files that the project holds now and ``inputs`` of a manifest do not name: they came since."""
    home = project()
    return sorted({file.relative_to(home).as_posix() for file in held()} - {*inputs})


def outdated(folder: Path) -> dict[str, str]:
    """Return the reports of an edition whose inputs or notebook are others by now, each with the command that makes it again."""

    @cache
    def digest(file: Path) -> str:
        return shown_checksum(file, state(file).sha256) if file.is_file() else ""

    content = read_manifest(folder)
    entries = {stem: entry for stem, entry in content["documents"].items() if "notebook" in entry}
    whole = [entry for entry in entries.values() if _stem(entry) == YEARLY]
    sectors = {sector.notebook for sector in read_project().sectors.values()}
    if "notebook" in content:  # a batch, which is made as one
        entries = {folder.name: content}
    here, found = set(arrived(())), dict[str, str]()
    for stem, entry in entries.items():
        inputs = entry.get("inputs", {})
        of = {project() / name: known for name, known in inputs.items()}
        of[notebooks() / entry["notebook"]["name"]] = entry["notebook"]["sha256"]
        if any(digest(file) != known for file, known in of.items()) or here - inputs.keys():
            given = {name: value for name, value in entry["parameters"].items() if value}
            made_with = [one["parameters"] for one in whole if given.items() <= one["parameters"].items()]
            if _stem(entry) == YEARLY or (_stem(entry) in sectors and made_with):
                command, given = "report", {**given, **dict(*made_with[:1])}
            else:
                command = "batch" if entry is content else f"render {_stem(entry)}"
            found[stem] = _command(command, given, folder)
    return found


def _stem(entry: Mapping[str, Any]) -> str:
    return Path(entry["notebook"]["name"]).stem


def _command(command: str, given: Mapping[str, Any], folder: Path) -> str:
    """Return the command that makes a report, with what its parameters are beyond the defaults."""
    words = [f"qngai {command}"]
    usual: dict[str, str] = {"lang": read_project().language}
    own = {"year", "plan", "lang"} | (set() if command.startswith("render") else {"by", "cutoff", "period"})
    if at := given.get("year"):
        usual_day = default_cutoff(at)
        # one to come: it was made on the day that it says, and made again it counts until that day
        usual["cutoff"] = given.get("cutoff", "") if usual_day > date.today() else usual_day.isoformat()
    for name, value in given.items():
        if value and value != usual.get(name):
            option = "--review" if name == "period" and "-" in value else f"--{name.replace('_', '-')}"
            plain = f"{option} {value}" if name in own else f'-p "{name}={value}"'
            words.append(option if name == "real_only" else plain)
    elsewhere = folder.resolve().parent != reports().resolve()
    return " ".join([*words, *[f"--out {folder.parent}"] * elsewhere])


def check_writable(folder: Path, names: Iterable[str] = ()) -> None:
    """Find out before the long work whether files can be published in ``folder``; leaves no trace.

    What a run that was killed left there is put right.

    Raises
    ------
    RenderError
        As for ``publish``.
    """
    with _writable(folder, names) as place:
        _earlier(place)


def appear(
    folder: Path,
    files: Mapping[str, Path],
    content: Mapping[str, Any],
    released: Sequence[Sequence[Mapping[str, Any]]],
) -> None:
    """Put a batch's files, which lie beside the folder, into it with their manifest, as ``publish`` does.

    They are linked, not read: a batch may be larger than the memory. ``content`` is the manifest without what stands
    in every one. Errors are those of ``publish``.
    """
    with _writable(folder, files) as place:
        before = _earlier(place)
        whole = _head(before, released) | dict(content)
        _exchange(place, {**files, MANIFEST: _as_json(whole)}, before, whole, released)


@contextmanager
def _writable(folder: Path, names: Iterable[str]) -> Iterator[Path]:
    """Hold the folder's true place, put right; a folder made for nothing goes again."""
    # False, not an error, for a name too long
    made = [path for path in (folder.parent, *folder.parent.parents) if not os.path.exists(path)]  # noqa: PTH110
    try:
        place = folder.resolve()
        if place.exists() and not place.is_dir():
            wording = "{folder}: là tệp, không phải thư mục; hãy nêu một thư mục để chứa báo cáo"
            raise RenderError(wording, folder=folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        with locked(place.parent):
            switch.settle(place, _listed)
            for name in names:
                if (place / name).is_dir():
                    wording = (
                        "{amount}: là thư mục mang tên báo cáo; chuyển nó đi nơi khác, chưa có gì thay đổi"
                    )
                    raise RenderError(wording, amount=place / name)
            yield place
    except OSError as fault:
        reason = fault.strerror or type(fault).__name__
        wording = "{folder}: không ghi được báo cáo vào đây ({reason}); chưa có gì thay đổi"
        raise RenderError(wording, folder=folder, reason=reason) from fault
    finally:
        for parent in made:
            if os.path.isdir(parent) and not any(parent.iterdir()):  # noqa: PTH112
                parent.rmdir()


def _exchange(
    place: Path,
    files: Mapping[str, bytes | Path],
    before: Mapping[str, Any],
    content: Mapping[str, Any],
    released: Sequence[Sequence[Mapping[str, Any]]],
    marks: Marks | None = None,
) -> None:
    """Make the folder anew, of files or their bytes, and put it in the old one's place."""
    old, now = recorded(before), recorded(content)
    gone = old.keys() - now.keys()
    ours = {*files, *gone}
    with switch.anew(place, _listed) as new:
        for name, data in files.items():
            if isinstance(data, Path):
                switch.link(data, new / name)
            else:
                (new / name).write_bytes(data)
        assert_no_unit_records(new, marks)
        _entered(place, released)
        switch.carry(place, new, without=ours)
        for name in sorted(ours - {MANIFEST}):
            file = place / name
            if file.is_file() and sha256(file) not in (old.get(name), now.get(name)):
                kept = switch.keep(file, new)
                wording = (
                    "qngai: {file}: đã bị sửa sau khi lập, hoặc không do qngai lập; giữ lại thành {kept}"
                )
                _log.warning(message(wording, {"file": file, "kept": kept}))
        if left_out := [name for name in sorted(gone) if not (new / name).exists()]:
            wording = "qngai: {n} tệp của lần trước không còn, vì lần này không lập: {names}; cần thì ghi thêm định dạng vào --formats"
            named = ", ".join([*left_out[:3], *["…"] * (len(left_out) > 3)])
            _log.warning(message(wording, {"n": len(left_out), "names": named}))


def _listed(folder: Path) -> dict[str, str]:
    """Return the checksums of what this program put into an edition's folder."""
    if not (folder / MANIFEST).is_file():
        return {}
    return {**recorded(read_manifest(folder)), MANIFEST: sha256(folder / MANIFEST)}


def _merged(made: Iterable[Made]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for report in made:
        for name, data in report.files.items():
            if name == MANIFEST or Path(name).name != name or not _FILE_NAME.fullmatch(name):
                raise RenderError("{name!r} không dùng làm tên tệp báo cáo được", name=name)
            if name in files:
                raise RenderError("hai báo cáo của kỳ này cùng ghi tệp {name!r}", name=name)
            files[name] = data
    return files


# what Windows takes, too: no device, no stream, no hidden file of ours
_FILE_NAME = re.compile(
    r"""(?!\.qngai|(con|prn|aux|nul|com\d|lpt\d)(\.|$))[^<>:"/\\|?*\x00-\x1f]*[^<>:"/\\|?*\x00-\x1f. ]""",
    re.IGNORECASE,
)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return an edition's manifest; one without documents where the folder has none.

    Raises
    ------
    RenderError
        It is not a manifest of this program, or was damaged.
    """
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        for entry in content["documents"].values():
            _names(entry["files"])
        assert isinstance(content.get("surveys", []), list)
    except FileNotFoundError:
        return {"documents": {}}
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError, RecursionError):
        wording = (
            "{path}: không phải manifest của chương trình này; chuyển tệp đi nơi khác hoặc chọn thư mục khác"
        )
        raise RenderError(wording, path=path) from None
    return dict(content)


def _names(files: Mapping[str, str]) -> None:
    assert all(isinstance(digest, str) and Path(name).name == name for name, digest in files.items())


def _earlier(place: Path) -> dict[str, Any]:
    """Return the manifest of the edition that is there, without files that somebody took away."""
    content = read_manifest(place)
    for entry in content["documents"].values():
        entry["files"] = {name: digest for name, digest in entry["files"].items() if (place / name).is_file()}
    content["documents"] = {stem: entry for stem, entry in content["documents"].items() if entry["files"]}
    return content


def recorded(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the checksums of all files that a manifest lists, itself not among them."""
    listed: dict[str, str] = {}
    for entry in content["documents"].values():
        listed |= entry["files"]
    return listed


def _head(before: Mapping[str, Any], released: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Return what stands in every manifest: the program, and the surveys of which anything is published here."""
    surveys = list(before.get("surveys", ()))
    if notes := list(chain(*released)):
        from qngai_analysis.survey.release.ledger import populations  # takes long to load

        surveys += [one for one in populations(notes) if one not in surveys]
    made_by = f"qngai-analysis {importlib.metadata.version('qngai-analysis')}"
    return {"made_by": made_by, **({"surveys": sorted(surveys)} if surveys else {})}


def _entered(place: Path, released: Sequence[Sequence[Mapping[str, Any]]]) -> None:
    """Enter what reports publish of surveys in the project's ledgers."""
    if notes := list(chain(*released)):
        from qngai_analysis.survey.release.ledger import enter  # takes long to load
        from qngai_analysis.survey.release.side_by_side import refuse_side_by_side

        refuse_side_by_side(released)
        releases().mkdir(parents=True, exist_ok=True)
        with locked(releases()):
            enter(notes, _published_of(place))


def _published_of(place: Path) -> list[Any]:
    """Return the surveys that editions here, and in the project's own folder, were published of."""
    with contextlib.suppress(RawFileError):
        return [one for parent in {place.parent, reports()} for one in _named_in(parent)]
    return []


def _named_in(folder: Path) -> Iterator[Any]:
    for file in sorted(folder.glob(f"*/{MANIFEST}")):
        with contextlib.suppress(ValueError, AttributeError):  # another program's: it says nothing of surveys
            yield from json.loads(file.read_text(encoding="utf-8")).get("surveys", [])


def _as_json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n").encode()
