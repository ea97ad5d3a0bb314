"""Tables that were made at the same time: none was held against the others, and together they may tell what each hides.

Within a report, and against what was published before, a table by two groupings, or by one that the survey's own tables
don't have, hides what the others of its indicator would give away (``publication``). Reports of one edition are made
side by side, and so are the sessions of two people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from qngai_analysis.errors import RenderError
from qngai_analysis.lock import locked
from qngai_analysis.survey.form.codebook import read_codebook
from qngai_analysis.survey.release import ledger
from qngai_analysis.survey.release.ledger import Published

Note = Mapping[str, Any]


def refuse_side_by_side(reports: Sequence[Sequence[Note]]) -> None:
    """
    Refuse what some reports take from surveys if their tables together give a small group away that each alone hides.

    Parameters
    ----------
    reports : the notes of each, as ``ledger.noting_apart`` gives them

    Raises
    ------
    RenderError
        Two do; which indicator, and by what.
    """
    taken: dict[Any, list[dict[str, Note]]] = defaultdict(list)
    for notes in reports:
        mine: dict[Any, dict[str, Note]] = defaultdict(dict)
        for note in notes:
            mine[*note["of"], note["basis"], note["item"]][note["what"]] = note
        for key, tables in mine.items():
            taken[key].append(tables)
    for (survey, year, _, _, item), parts in taken.items():
        held = [{one["what"]: one["rows"] for one in part.values() if one.get("held")} for part in parts]
        if any(one and one != other for one in held for other in held if other):
            _hold_together(survey, int(year), item, parts)


def _hold_together(survey: str, year: int, name: str, parts: Sequence[Mapping[str, Note]]) -> None:
    from qngai_analysis.survey.loading import load_survey  # heavy: only here
    from qngai_analysis.survey.release.history import history_of

    loaded, item = load_survey(survey, year), read_codebook(survey).indicators[name]
    # the same table of two reports may hide more in one
    told = [{f"{what} ({n})": Published(one) for what, one in part.items()} for n, part in enumerate(parts)]
    together, history = dict(chain(*(tables.items() for tables in told))), history_of(loaded)
    for n, tables in enumerate(told):
        mine, *others = (
            {what: Published(one) for what, one in part.items()}
            for part in (parts[n], *parts[:n], *parts[n + 1 :])
        )
        theirs = dict(chain(*(one.items() for one in others)))
        both = history.otherwise.told_by_both(item, mine, theirs)
        both |= any(history.hiding.nearly_told(item, what, one, theirs) for what, one in mine.items())
        for what in [what for what, table in tables.items() if table.entry.get("held")]:
            alone, all_ = (history.hiding.given_away(item, what, seen) for seen in (tables, together))
            if both or all_ - alone:
                raise RenderError(
                    "{survey} {year}, {item}: các bảng lập cùng lúc ở nhiều báo cáo hoặc phiên ({tables}) cùng nhau để lộ nhóm nhỏ mà từng bảng giấu; chưa công bố gì. Lập lần lượt từng báo cáo (qngai render), hoặc khởi động lại phiên",
                    survey=survey,
                    year=year,
                    item=item.vi,
                    tables="; ".join(
                        sorted({what for part in parts for what, one in part.items() if one.get("held")})
                    ),
                )


def enter_by_hand() -> None:
    """
    Enter all that this session was given of surveys, of each project: it is about to save a file, which may hold any of it.

    Raises
    ------
    RenderError
        As ``refuse_side_by_side`` and ``ledger.enter``.
    """
    if _entering:  # it writes files itself
        return
    _entering.append(True)
    try:
        _enter_all()
    finally:
        _entering.clear()


_entering: list[bool] = []  # whether this process does


def _enter_all() -> None:
    for folder in {file.parent for file, *_ in ledger.given}:
        mine = {key: entry for key, entry in ledger.given.items() if key[0].parent == folder}
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):  # what is decided here rests on what the ledgers hold now
            _enter_in(folder, mine)
        for key in mine:
            del ledger.given[key]


def _enter_in(folder: Path, mine: Mapping[Any, dict[str, Any]]) -> None:
    notes: list[Note] = []
    told: dict[int, Note] = {}
    looked_at = {(*entry["of"], entry["basis"]) for entry in mine.values()}
    for entry in mine.values():
        states, seen = ledger.read(tuple(entry["of"]), folder)
        others = ledger.others(state for state in states if state.basis != entry["basis"])
        # what this session published itself it knew; what was published, or shown here, of another file it did not
        if others != entry["others"] or sum(one[:-1] == (*entry["of"],) for one in looked_at) > 1:
            raise RenderError(
                "{survey} {year}: phiên này đã xem bảng của một bản khác của tệp điều tra; chưa lưu gì. Khởi động lại phiên (Restart kernel), chạy lại sổ rồi lưu",
                survey=entry["of"][0],
                year=entry["of"][1],
            )
        notes.append({**entry, "seen": seen})
        for state in states if entry["held"] and entry["seen"] != seen else ():
            if state.basis == entry["basis"]:
                of = {"of": entry["of"], "basis": state.basis, "held": True}
                told |= {id(table): {**of, **table.entry} for table in state.tables.values()}
    grouped = [note for note in told.values() if note["what"] and ":" not in note["what"].partition(" (")[0]]
    refuse_side_by_side([notes, grouped])
    ledger.enter(notes, folder=folder)
