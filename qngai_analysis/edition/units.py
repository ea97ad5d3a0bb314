"""A report for each unit of a kind: 96 communes, each agency, or each of the country's 3,321 communes.

What all reports share is read once (``report.unit.prepare``). The notebook ``don_vi`` then runs for each unit, some
reports in each fork of a warm process, or on a Dask cluster. A report that is made lies whole in a folder beside the
batch's place, with a line in its journal: a run that was killed goes on from there (``resume``). At the end the batch
appears in one step. A unit whose notebook fails is left out, its notebook and log are kept, and the others go on.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from qngai_analysis import paths
from qngai_analysis.edition import cache, worker
from qngai_analysis.edition.batch import Edition
from qngai_analysis.edition.engine import CELL_SECONDS, Job, ReportWork, check
from qngai_analysis.edition.publishing import appear, check_writable
from qngai_analysis.page.blocks import PageTitle
from qngai_analysis.page.document import composed
from qngai_analysis.page.html import to_html
from qngai_analysis.raw import sha256, shown_checksum
from qngai_analysis.report import unit
from qngai_analysis.report.base import Report as Speaker
from qngai_analysis.report.base import at_right, column, row_head
from qngai_analysis.report.unit import ReportedUnit, Units, UnitsWanted
from qngai_analysis.survey.release.ledger import noting_apart
from qngai_analysis.words.language import language

NOTEBOOK = "don_vi"
INDEX, JOURNAL = "index.html", ".journal.jsonl"
SHARE = 25  # reports a fork makes before it gives its memory back

#: Hears how many reports are made, of how many, how many of these failed, and how many were there before.
Heard = Callable[[int, int, int, int], None]


@dataclass(frozen=True)
class Batch:
    """Reports for all units of a kind (``by``, of ``report.unit.KINDS``), ``jobs`` at once."""

    edition: Edition
    by: str
    jobs: int | None = None
    resume: bool = False
    scheduler: str = ""  # address of a Dask scheduler
    workers: int = 0  # of a Dask cluster on this machine

    @property
    def folder(self) -> Path:
        """Where the batch appears."""
        return self.edition.out / f"{self.edition.name}-{self.by}"

    @property
    def stage(self) -> Path:
        """Where its reports lie until then."""
        return self.edition.out / f".{self.folder.name}.dang-lap"

    @property
    def failures(self) -> Path:
        """Where notebooks and logs of failed reports are kept."""
        return self.edition.out / f"{self.folder.name}.loi"


@dataclass(frozen=True)
class UnitResult:
    """One report: its files with their checksums, or why there is none; ``of`` is the checksum of what it is made of."""

    stem: str
    of: str
    files: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    released: Sequence[Mapping[str, Any]] = ()  # what its own notebook takes from surveys


#: A report's files, its fault, and what it takes from surveys; where there is a fault, the files are the log and the
#: notebook as far as it ran.
Written = tuple[dict[str, bytes], str, Sequence[Mapping[str, Any]]]


def make_batch(batch: Batch, heard: Heard = lambda *_: None) -> list[UnitResult]:
    """
    Make a report for each unit and publish them with an index in ``batch.folder``.

    Returns
    -------
    list of UnitResult
        One for each unit, in the units' order; those with a ``fault`` are left out of the folder.

    Raises
    ------
    QngaiError
        Anything the user can mend before the first report is begun; or the folder can't be written.
    """
    edition = batch.edition
    notebook = paths.notebooks() / f"{NOTEBOOK}.ipynb"
    first = edition.job(notebook if notebook.is_file() else paths.start("notebooks", f"{NOTEBOOK}.ipynb"))
    first = replace(first, parameters={**first.parameters, "by": batch.by}, stem="x")
    check(first)
    check_writable(batch.folder)
    units, released = worker.only(partial(_prepared, batch))
    common = json.dumps(cache.ingredients(first, cache.shared()), sort_keys=True)
    jobs = {stem: replace(first, parameters={**first.parameters, "unit": stem}, stem=stem, inputs=()) for stem in units.units}  # fmt: skip
    parts = {stem: hashlib.sha256(f"{common} {stem}".encode()).hexdigest() for stem in jobs}
    if not batch.resume:
        shutil.rmtree(batch.stage, ignore_errors=True)
    batch.stage.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(batch.failures, ignore_errors=True)
    kept = {stem for stem, made in _journal(batch.stage, parts).items() if not made.fault}
    left = [job for stem, job in jobs.items() if stem not in kept]
    failed = 0
    for number, fault in enumerate(_make(batch, units, left, parts) if left else (), start=len(kept) + 1):
        failed += bool(fault)
        heard(number, len(jobs), failed, len(kept))
    done = _journal(batch.stage, parts)
    made = [done.get(stem) or UnitResult(stem, of, fault=_LOST) for stem, of in parts.items()]
    good = [one for one in made if not one.fault]
    if good:
        _publish(batch, first, units, made, released)
        shutil.rmtree(batch.stage, ignore_errors=True)
    return made


_LOST = "the process died, most likely for lack of memory"


def _prepared(batch: Batch, _: worker.Advance) -> tuple[Units, tuple[dict[str, Any], ...]]:
    """Read the units, with what their reports publish of surveys."""
    edition = batch.edition
    with noting_apart() as notes:
        units = unit.prepare(
            UnitsWanted(batch.by, edition.year, edition.plan, edition.day, edition.real_only)
        )
    return units, tuple(notes)


def adopt(units: Units) -> None:
    """Load the stack and adopt the units: what a warm process does before it forks."""
    worker.load_stack()
    unit.adopt(units)
    settings = vars(units.wanted) | {"cutoff": units.wanted.cutoff.isoformat()}
    report = unit.load(unit="", **settings)
    blocks = (unit.tasks(report), unit.place(report))
    to_html(composed(blocks))


def _share(
    jobs: Sequence[Job], parts: Mapping[str, str], stage: Path, failures: Path, advance: worker.Advance
) -> None:
    """Make some reports, one after the other, each with a kernel of its own."""
    for place, job in enumerate(jobs, start=1):
        made = _keep(stage, failures, job.stem, parts[job.stem], written(job))
        advance(place, bool(made.fault))


def written(job: Job) -> Written:
    """Return the files of a report, or its fault."""
    try:
        made = ReportWork(job)(lambda *_: None)
        return dict(made.files), "", made.released
    except Exception as fault:
        log = "".join(traceback.format_exception(fault))
        ran = json.dumps(getattr(fault, "ran", None), ensure_ascii=False, indent=1)
        files = {f"{job.stem}.log": log.encode(), f"{job.stem}.ipynb": ran.encode()}
        return files, " ".join(str(fault).split()), ()


def _keep(stage: Path, failures: Path, stem: str, of: str, content: Written) -> UnitResult:
    """Put a report's files into the stage, each whole, then its line into the journal."""
    files, fault, released = content
    folder = failures if fault else stage
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    sums = {} if fault else {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    made = UnitResult(stem, of, sums, fault, released)
    line = json.dumps(vars(made), ensure_ascii=False)
    with (stage / JOURNAL).open("ab", buffering=0) as stream:  # in one piece: forks write beside each other
        stream.write(f"\n{line}\n".encode())  # the first line end ends what a kill cut
    return made


def _journal(stage: Path, parts: Mapping[str, str]) -> dict[str, UnitResult]:
    """Return the reports in the stage that were made of the same, and whose files are whole; faults of this run, too."""
    found: dict[str, UnitResult] = {}
    file = stage / JOURNAL
    for line in file.read_bytes().splitlines() if file.is_file() else ():
        try:
            made = UnitResult(**json.loads(line))
        except (ValueError, TypeError):  # cut while it was written
            continue
        sums = {name: sha256(stage / name) for name in made.files if (stage / name).is_file()}
        if parts.get(made.stem) == made.of and sums == made.files:
            found[made.stem] = made
    return found


def _make(batch: Batch, units: Units, left: Sequence[Job], parts: Mapping[str, str]) -> Iterator[object]:
    """Make reports, give of each whether it failed as it is done."""
    size = max(1, min(SHARE, len(left) // (4 * (batch.workers or batch.jobs or os.cpu_count() or 1))))
    shares = [tuple(left[at : at + size]) for at in range(0, len(left), size)]
    warm = partial(adopt, units)
    if batch.scheduler or batch.workers:
        from qngai_analysis.edition.cluster import on_cluster

        for stem, content in on_cluster(written, shares, warm, batch.scheduler, batch.workers):
            yield _keep(batch.stage, batch.failures, stem, parts[stem], content).fault
        return

    def run(shares: Iterable[Sequence[Job]]) -> Iterator[object]:
        works = [partial(_share, jobs, {job.stem: parts[job.stem] for job in jobs}, batch.stage, batch.failures) for jobs in shares]  # fmt: skip
        for event in worker.run(works, workers=batch.jobs, warm=warm, seconds=CELL_SECONDS):
            if event.kind == "step":
                yield event.value[1]

    yield from run(shares)
    # what a share that died left is tried one by one, to tell the one that kills
    there = _journal(batch.stage, parts)
    if again := [(job,) for job in left if job.stem not in there]:
        yield from run(again)


def _publish(
    batch: Batch, first: Job, units: Units, made: Sequence[UnitResult], released: Sequence[dict[str, Any]]
) -> None:
    """Let the batch appear: its reports, the index, and the manifest."""
    good = {one.stem: one for one in made if not one.fault}
    speaker = Speaker(language(batch.edition.lang), batch.edition.year, batch.edition.real_only)
    index = batch.stage / INDEX
    index.write_text(to_html(_index(speaker, batch, units, good)), encoding="utf-8", newline="\n")
    content = {
        "notebook": {"name": first.notebook.name, "sha256": sha256(first.notebook)},
        "parameters": {key: value for key, value in sorted(first.parameters.items()) if key != "unit"},
        "inputs": {
            path.relative_to(paths.project()).as_posix(): shown_checksum(path, sha256(path))
            for path in sorted(first.inputs)
        },
        "failed": sorted(one.stem for one in made if one.fault),
        "documents": {
            "index": {"files": {INDEX: sha256(index)}},
            **{
                stem: {"parameters": {"unit": stem}, "files": one.files} for stem, one in sorted(good.items())
            },
        },
    }
    names = [name for one in good.values() for name in one.files]
    appear(
        batch.folder,
        {name: batch.stage / name for name in [*names, INDEX]},
        content,
        [released, *(one.released for one in good.values())],
    )


def _index(speaker: Speaker, batch: Batch, units: Units, good: Mapping[str, UnitResult]) -> Any:
    def share(measure: str) -> Callable[[ReportedUnit], str]:
        return lambda one: "{}/{}".format(*one.standing[measure])

    measures = [name for name in next(iter(units.units.values())).standing if name in units.shares]
    say = speaker.say
    table = speaker.table(
        list(units.units.values()),
        say("Báo cáo của từng đơn vị"),
        row_head(say("Đơn vị"), lambda one: speaker.agency(one.name), 0.4, href=lambda one: next(iter(good[one.stem].files)) if one.stem in good else "", as_is=True),
            *(at_right(name, share(name), 0.13) for name in measures),
            *[column("Ghi chú", lambda one: "" if one.stem in good else say("không lập được"), 0.12)]
            * (len(good) < len(units.units)),
        simulated=units.simulated,
    )  # fmt: skip
    line = say("Số liệu tính đến ngày {cutoff}", cutoff=speaker.text_day(units.wanted.cutoff))
    title = PageTitle(
        say("Báo cáo theo {kind}, năm {year}", kind=say(unit.KINDS[batch.by]), year=speaker.year), line=line
    )
    return composed([title, table], lang=speaker.lang)


def progress_lines(write: Callable[[str], None], *, every: float = 5.0) -> Heard:
    """Return what tells of a batch in lines that a log keeps: reports, rate, time left; one in ``every`` seconds."""
    from qngai_analysis.words.language import message, spoken
    from qngai_analysis.words.numbers import number

    begun, last = [0.0], [0.0]

    def heard(done: int, all_: int, failed: int, before: int) -> None:
        now = time.monotonic()
        begun[0] = begun[0] or now  # the first: what all share is ready
        if done < all_ and (now - last[0] < every or now - begun[0] < 1):  # the first tell no rate
            return
        last[0] = now
        rate = (done - before - 1) / max(now - begun[0], 1e-3)
        left = time.strftime("%H:%M:%S", time.gmtime((all_ - done) / max(rate, 1e-6)))
        values = {"done": done, "all": all_, "left": left, "failed": failed}
        values |= {"rate": number(rate, 1, lang=spoken())}
        write(message("qngai: {done}/{all} báo cáo, {rate} mỗi giây, còn {left}, lỗi {failed}", values))

    return heard
