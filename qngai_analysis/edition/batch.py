"""The yearly batch: every report of a year made first, then published together or not at all."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import json
import logging
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from qngai_analysis import paths
from qngai_analysis.cutoff import cutoff_day, span_cutoff
from qngai_analysis.edition import cache, switch, worker
from qngai_analysis.edition.engine import CELL_SECONDS, Job, Progress, ReportWork, check
from qngai_analysis.edition.process import FORKS
from qngai_analysis.edition.publishing import MANIFEST, YEARLY, check_writable, held, publish, shown_input
from qngai_analysis.errors import EvidenceError, ParameterError, QngaiError
from qngai_analysis.notebook.parameters import declared, from_texts
from qngai_analysis.project import Role, read_project
from qngai_analysis.survey.form.held import FORMATS
from qngai_analysis.survey.release.unit_records import Marks, marks_of
from qngai_analysis.values import records
from qngai_analysis.words.folding import fold
from qngai_analysis.words.language import message, spoken
from qngai_analysis.words.said import said

if TYPE_CHECKING:
    import pandas as pd

_log = logging.getLogger(__name__)
# what a kernel, a chart and the writers load when they are first asked
_LATER = (
    "IPython.core.application",
    "IPython.core.completerlib",
    "IPython.core.crashhandler",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "matplotlib.backends.backend_agg",
    "matplotlib_inline.config",
    "pandas.core.reshape.reshape",
    "qngai_analysis.survey.release.ledger",
    "sqlite3",
    "typst",
)
# what the writers of other formats load
_WRITERS = {"docx": "qngai_analysis.page.word", "xlsx": "qngai_analysis.page.sheets"}
TABLES = ("assessment.json", "assessment.csv")
_LONG = 5_000_000  # bytes of a survey's file that are too many to be handed over
_SHOWN = 5  # changes that are told of an edition made again
_TABLES, _MARKS = -1, -2  # in the place of a report: what is made beside them


@dataclass(frozen=True)
class Edition:
    """What all reports of an edition have in common.

    ``plan`` names another base plan than the project's of the year; ``period`` is "6m" for the first half year,
    "2022-2025" for a review, empty for the year: it names the edition.
    ``cutoff`` is the day after which nothing published counts (ISO; empty: the default of the year).
    ``parameters`` are further parameters of the yearly notebook as typed on the command line.
    """

    year: int
    out: Path
    cutoff: str = ""
    lang: str = "vi"
    real_only: bool = False
    formats: Sequence[str] = ("html", "pdf")
    parameters: Mapping[str, str] = field(default_factory=dict)
    plan: str | None = None
    period: str = ""

    @property
    def name(self) -> str:
        """The edition's name: its folder, and the end of its files' names."""
        return self.period if "-" in self.period else "-".join(filter(None, [str(self.year), self.period]))

    @property
    def day(self) -> date:
        """The day after which nothing published counts."""
        return cutoff_day(self.cutoff or span_cutoff(self.period, self.year), self.year)

    @property
    def folder(self) -> Path:
        """Where it is published."""
        return self.out / self.name

    def job(self, name: str | Path) -> Job:
        """Return the work of rendering one notebook of the edition."""
        notebook = name if isinstance(name, Path) else paths.notebooks() / f"{name}.ipynb"
        shared = ("year", "cutoff", "real_only", "lang", "plan", "period")
        common = {key: getattr(self, key) for key in shared} | {"cutoff": self.day.isoformat()}
        values = {key: common[key] for key in shared if key in declared(notebook)}
        values |= from_texts(notebook, self.parameters)
        if values.get("year", self.year) != self.year:
            wording = "-p year={year}: dùng --year, vì năm còn nằm trong tên tệp"
            raise ParameterError(wording, year=values["year"])
        # the two languages of a report stand side by side, and those of districts beside the province's
        lang, district = values.get("lang", "vi"), fold(values.get("district") or "").replace(" ", "_")
        stem = "_".join(filter(None, (notebook.stem, district, self.name, "" if lang == "vi" else lang)))
        return Job(notebook, values, self.formats, stem, held())


def render_year(
    edition: Edition, *, with_sectors: bool = True, progress: Progress | None = None
) -> list[Path]:
    """Make the yearly report, and every sector's, and publish them in ``out/<year>``.

    ``progress`` is called with the steps done and the steps in all: reports, or cells of a single one.

    Returns
    -------
    list of Path
        What was published, the manifest last.

    Raises
    ------
    QngaiError
        Anything the user can mend; nothing was published then.
    """
    return _publish(edition, _jobs(edition, with_sectors), progress, tables=True)


def render(
    notebook: str | Path,
    out: str | Path = "reports",
    *,
    year: int = 2025,
    formats: Sequence[str] = ("html", "pdf"),
    lang: str = "vi",
    real_only: bool = False,
    progress: Progress | None = None,
    **parameters: object,
) -> list[Path]:
    """Make the report of a notebook, a sector's or one's own, and publish it in ``out/<year>``.

    Parameters
    ----------
    notebook : a file, the name of one in the project's folder of notebooks (``du_lich``), or a sector (``tourism``)
    out : the folder of editions
    formats : of ``html, pdf, docx, xlsx, ipynb``
    year, lang, real_only, parameters : parameters of the notebook; of the first three those it declares

    Returns and errors are those of ``render_year``; ParameterError also for a notebook that is not there.
    """
    texts = {name: str(value) for name, value in parameters.items()}
    edition = Edition(year, Path(out), "", lang, real_only, tuple(formats), texts)
    return render_named(str(notebook), edition, progress=progress)


def render_named(named: str, edition: Edition, *, progress: Progress | None = None) -> list[Path]:
    """Make the report of a sector, or of the notebook that a path or a name leads to; see ``render``."""
    sectors = read_project().sectors
    if named in sectors or named in {sector.notebook for sector in sectors.values()}:
        return _publish(edition, [edition.job(read_project().sector(named).notebook)], progress)
    file = Path(named)
    places = [file, paths.notebooks() / file.name, paths.notebooks() / f"{named}.ipynb"]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise ParameterError(
            "{named}: không có sổ này; ghi tên tệp, một trong các sổ: {notebooks}, hoặc một lĩnh vực: {sectors}",
            named=named,
            notebooks=", ".join(sorted(file.stem for file in paths.notebooks().glob("*.ipynb"))),
            sectors=", ".join(sectors),
        )
    return _publish(edition, [edition.job(found.absolute())], progress)


def plan_year(edition: Edition, *, with_sectors: bool = True) -> list[tuple[str, list[str] | None]]:
    """Return what ``render_year`` would do: each report, and what changed since it was made.

    An empty list: it stays as it is, or was made of the same before; None: it was never made here.
    """
    folder, jobs = edition.folder, _jobs(edition, with_sectors)
    common, before = cache.shared(), cache.published(folder)
    told: list[tuple[str, list[str] | None]] = []
    for job in jobs:
        parts = cache.ingredients(job, common)
        if cache.find(parts, job):
            told.append((job.stem, []))
        else:
            told.append((job.stem, cache.changed(parts, before[job.stem]) if job.stem in before else None))
    return told


def _jobs(edition: Edition, with_sectors: bool) -> list[Job]:
    plain = replace(edition, parameters={})
    sectors = read_project().sectors.values() if with_sectors else ()
    return [edition.job(YEARLY), *(plain.job(sector.notebook) for sector in sectors)]


def _publish(
    edition: Edition,
    jobs: Sequence[Job],
    progress: Progress | None,
    *,
    tables: bool = False,
) -> list[Path]:
    """Make reports, what they are published with, and publish all of it; what was made before is taken as it is."""
    folder = edition.folder
    for job in jobs:
        check(job)
    named = [name for job in jobs for name in job.names()] + [*TABLES] * tables
    check_writable(folder, named)
    common, before = cache.shared(), cache.published(folder)
    parts = [cache.ingredients(job, common) for job in jobs]
    if all(before.get(job.stem) == made_of for job, made_of in zip(jobs, parts, strict=True)):
        return [folder / name for name in (*named, MANIFEST) if (folder / name).is_file()]
    done: dict[int, Any] = {place: cache.find(made_of, jobs[place]) for place, made_of in enumerate(parts)}
    works: dict[int, worker.Work] = {
        # a notebook of one's own may ask for the drawing that it made
        place: ReportWork(job, alone=FORKS and tables and len(jobs) == 1)
        for place, job in enumerate(jobs)
        if done[place] is None
    }
    if works:
        works[_MARKS] = _marks
    if tables and 0 in works:
        works[_TABLES] = partial(_tables, edition)
    _work(edition, jobs, works, done, progress)
    if _TABLES in done:
        done[0] = replace(done[0], files={**done[0].files, **done[_TABLES]})
    made = [done[place] for place in range(len(jobs))]
    if tables:
        keep_replaced(folder / TABLES[0], made[0].files[TABLES[0]])
    files = publish(folder, made, done.get(_MARKS))
    cache.remember(folder, zip(parts, made, strict=True), before)
    return files


def keep_replaced(file: Path, new: bytes) -> None:
    """Keep the assessment that an edition made again replaces, where it said anything else of a target, and say what: it may have been sent."""
    if not file.is_file() or file.read_bytes() == new:
        return
    from qngai_analysis.progress.editions import compare_editions, read_edition

    try:
        changes = compare_editions(read_edition(file), json.loads(new))
    except EvidenceError:  # none, or not as this program made it: publishing sees to that
        return
    if len(changes):
        each = [f"{row.target_id}: {said(row.words, spoken())}" for row in records(changes)]
        each[_SHOWN:] = ["…"] * (len(each) > _SHOWN)
        wording = "qngai: kỳ này lập lại khác bản trước ở {n} chỉ tiêu; bản trước giữ ở {kept}, đã gửi đi thì nêu đính chính: {changes}"
        told = {"n": len(changes), "kept": file.with_name(switch.keep(file, file.parent))}
        _log.warning(message(wording, {**told, "changes": " · ".join(each)}))


def _work(
    edition: Edition,
    jobs: Sequence[Job],
    works: Mapping[int, worker.Work],
    done: dict[int, Any],
    progress: Progress | None,
) -> None:
    """Do what is to be done and add what it gives to ``done``."""
    # the yearly report first, which needs the least; then the longest notebooks, and the tables last
    sizes = {place: job.notebook.stat().st_size for place, job in enumerate(jobs)}
    places = sorted(works, key=lambda place: (place != 0, -sizes.get(place, 0)))
    sectors, surveys = len(jobs) > 1, any(_survey_files(edition.year))
    # while the yearly report is made, which needs none of it; or while another process reads surveys
    loading = partial(_load_for_sectors, edition.formats) if sectors else None
    later = 0 in works and not surveys
    if surveys:
        threading.Thread(target=_ready_to_publish, args=(jobs[0].inputs,), daemon=True).start()
    for event in worker.run(
        [works[place] for place in places],
        warm=partial(_load, edition, None if later else loading, sectors=sectors),
        then=loading if later else None,
        seconds=CELL_SECONDS,
    ):
        place = places[event.place]
        if event.kind == "fault":
            raise event.value
        if event.kind == "done":
            done[place] = event.value
        if progress is not None and sectors:
            progress(sum(done.get(n) is not None for n in range(len(jobs))), len(jobs))
        elif progress is not None and event.kind == "step" and place == 0:
            progress(*event.value)


def _ready_to_publish(inputs: Sequence[Path]) -> None:
    """Load what entering what is published of surveys needs, and read their sidecars, while others work."""
    importlib.import_module("qngai_analysis.survey.release.side_by_side")
    with contextlib.suppress(QngaiError, OSError):  # it will come again where it belongs
        for file in inputs:
            shown_input(file)


def _load(edition: Edition, more: Callable[[], None] | None, *, sectors: bool) -> None:
    """Load what every report needs, and what is made at a first drawing and page; ``more``; what all share."""
    worker.load_core()
    long, files = _survey_files(edition.year)
    turns = _turns(len(files))
    surveys, share = bool(long or files), partial(_share, edition, sectors=sectors)
    take = worker.beside(partial(share, _in_turn(files[::-1], turns), judge=not surveys))
    from qngai_analysis.page.blocks import Prose, svg
    from qngai_analysis.page.document import composed
    from qngai_analysis.page.html import to_html
    from qngai_analysis.page.pdf import covered
    from qngai_analysis.page.theme import drawing
    from qngai_analysis.plan.agencies import canonical
    from qngai_analysis.report.printed import quoted
    from qngai_analysis.territory import units
    from qngai_analysis.words.numbers import number

    worker.load_stack()
    number(0.5, 1)
    for name in _LATER:
        importlib.import_module(name)
    with drawing(1) as axes:
        axes.set_title("0")
        axes.barh(["0"], [1])
    canvas: Any = axes.figure
    svg(canvas)
    to_html(composed([Prose("- **0**\n\n1. [0](https://0.vn)")]))
    covered("0")
    if more:
        more()
    if FORKS:
        from qngai_analysis.edition import kernel

        kernel.begin()
    _estimate(edition, itertools.chain(long, _in_turn(files, turns)), sectors=sectors)
    take()
    with contextlib.suppress(QngaiError):  # it will come again where it belongs
        canonical(quoted("0"))
        units()
    turns.close()
    if surveys:
        share(files)


def _survey_files(year: int) -> tuple[list[Path], list[Path]]:
    """Return the survey files up to a year, those too long to be handed over and the others: the newest first, the large ones at the ends."""
    sizes = {
        file: file.stat().st_size
        for file in paths.raw("surveys").glob("*/*")
        if file.suffix in FORMATS and file.stem.isdigit() and int(file.stem) <= year
    }
    newest = max((int(file.stem) for file in sizes), default=year)

    def order(file: Path) -> tuple[int, int, Path]:
        at, size = int(file.stem), sizes[file]
        return -at, -size if at == newest else size, file

    files = sorted(sizes, key=order)
    return [file for file in files if sizes[file] > _LONG], [file for file in files if sizes[file] <= _LONG]


def _turns(count: int) -> IO[bytes]:
    """Return a file from which as many bytes can be read as there are turns, by this process and its forks together."""
    turns = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - whoever asks closes it
    turns.write(bytes(count))
    turns.seek(0)
    return turns


def _in_turn(files: Sequence[Path], turns: IO[bytes]) -> Iterator[Path]:
    """
    Give some files, as long as there are turns.

    Two processes, one of which has the files in the other order, so share them out: each is taken once. This one takes the
    newest, of which most is asked later.
    """
    for file in files:
        if not turns.read(1):
            return
        yield file


def _estimate(edition: Edition, files: Iterable[Path], *, sectors: bool) -> None:
    """Make the observations of survey files, and with them the estimates that reports of sectors ask for."""
    for file in files:
        from qngai_analysis.survey.as_evidence import note_observations
        from qngai_analysis.survey.form.intake import has_usable_file
        from qngai_analysis.survey.loading import shared_survey

        name, year = file.parent.name, int(file.stem)
        note_observations(name, year, real_only=edition.real_only)
        if sectors and has_usable_file(name, year, real_only=edition.real_only):
            shared_survey(name, year)  # observations may have been kept


def _share(edition: Edition, files: Iterable[Path], *, sectors: bool, judge: bool = True) -> None:
    """Load, estimate and judge once what the reports of an edition have in common."""
    from qngai_analysis.collection.state import states_of
    from qngai_analysis.plan import read_plan
    from qngai_analysis.plan.compare import compare_plans
    from qngai_analysis.plan.duties import read_duties
    from qngai_analysis.progress.yearly import judge_year, planned_targets

    _estimate(edition, files, sectors=sectors)
    worker.take_plans()
    project = read_project()
    for ended in (False, True):
        plans = project.judged(edition.year, edition.plan, ended=ended)
        if judge:
            judge_year(edition.year, plans=plans, cutoff=edition.day, real_only=edition.real_only)
        else:
            planned_targets(plans)
    for entry in project.plans(Role.PEER):
        read_plan(entry.name)
    read_duties()
    compare_plans(project.judged())
    for name in dict.fromkeys([*plans, *(entry.name for entry in project.plans(Role.TASKS))]):
        states_of(name, edition.year, edition.day)


def _load_for_sectors(formats: Sequence[str]) -> None:
    """Load what every sector's report needs and the yearly does not, or can do without until it is written."""
    for name in {*formats} & {*_WRITERS}:
        importlib.import_module(_WRITERS[name])
    with worker.sparing():
        from qngai_analysis.notebook import explore, known, plot, session, surveyed  # noqa: F401

        worker.load_seaborn()
    _read_codebooks()


def _read_codebooks() -> None:
    from qngai_analysis.survey.form.codebook import read_codebook
    from qngai_analysis.survey.form.held import surveys

    with contextlib.suppress(QngaiError):  # it will come again where it belongs
        for survey in surveys():
            read_codebook(survey)


def _marks(_: worker.Advance) -> Marks:
    """Return what records of units look like, which publishing asks for."""
    return marks_of()


def _tables(edition: Edition, _: worker.Advance) -> dict[str, bytes]:
    """Return the assessment as files: JSON for the next edition's revision log, CSV for a spreadsheet."""
    from qngai_analysis.page.terminal import as_csv
    from qngai_analysis.progress.editions import edition as as_saved
    from qngai_analysis.progress.editions import edition_text
    from qngai_analysis.progress.yearly import judge_year

    cutoff = edition.day
    plans = read_project().judged(edition.year, edition.plan, ended=True)
    result = judge_year(edition.year, plans=plans, cutoff=cutoff, real_only=edition.real_only)
    table = _as_precise_as_published(result.table)
    content = as_saved(table, year=edition.year, cutoff=cutoff, real_only=edition.real_only)
    names = ("linear", "eurostat", "destatis", "escap")
    methods = {f"method_{name}": [row[name] for row in table["methods"]] for name in names}
    flat = table.drop(columns="methods").assign(**methods)
    return {
        TABLES[0]: edition_text(content).encode(),
        # the byte order mark makes Excel read Vietnamese letters
        TABLES[1]: ("\ufeff" + as_csv(flat)).encode(),
    }


def _as_precise_as_published(table: pd.DataFrame) -> pd.DataFrame:
    """Return the assessment with no digit of what follows from a survey's estimate that is printed nowhere."""
    import pandas as pd  # heavy: only here

    from qngai_analysis.evidence.observations import SURVEYED

    surveyed = table["method"].eq(SURVEYED)
    numbers = table.select_dtypes("float").columns
    table = table.copy()
    table.loc[surveyed, numbers] = table.loc[surveyed, numbers].round(3)
    methods = [
        {name: one and round(one, 3) for name, one in found.items()} if of_survey else found
        for found, of_survey in zip(table["methods"], surveyed, strict=True)
    ]
    return table.assign(methods=pd.Series(methods, index=table.index, dtype=object))
