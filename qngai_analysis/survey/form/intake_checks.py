"""The checks on a file's answers: routing, constraints, units and members, ranges, the design."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qngai_analysis.survey.form.cells import date_of
from qngai_analysis.survey.form.codebook import SPECIAL, Question
from qngai_analysis.survey.form.condition import Answer, Answers, Bools, Status
from qngai_analysis.survey.form.intake_reading import Ints, Reading, hashes
from qngai_analysis.words.said import Day, Either, Num, Said


def check(reading: Reading) -> None:
    """Settle the answers by the routing; what is wrong with them goes into the reading's faults."""
    _refile(reading)
    reading.reference, reading.unit = _units(reading)
    if not reading.columns:
        return
    _settle(reading)
    for question in reading.codebook.questions.values():
        _check_constraint(reading, question)
        _check_unanswered(reading, question)
        _check_days(reading, question)
    _check_consistency(reading)
    _check_members(reading)
    _check_ranges(reading)
    _check_duplicates(reading)
    _check_design(reading)


def _units(reading: Reading) -> tuple[Bools, Ints]:
    """The first row of each unit, and the number of each row's unit."""
    roster, size = reading.codebook.roster, reading.size
    texts = reading.columns[roster.parent].texts if roster and roster.parent in reading.columns else None
    if texts is None:
        return np.ones(size, dtype=bool), np.arange(size)
    # a unit that answered nothing may stand without a member: nothing was due from that row
    parents = pd.Series(texts, dtype=object)
    parents[parents.isna()] = [f"row {place}" for place in np.flatnonzero(parents.isna())]
    return ~parents.duplicated().to_numpy(), np.asarray(pd.factorize(parents)[0], dtype=np.int64)


# -- routing -------------------------------------------------------------------------------


def _settle(reading: Reading) -> None:
    """Decide for every cell whether it was due, in the order of the form."""
    size = reading.size
    reading.answers = answers = Answers(size)
    for name, question in reading.codebook.questions.items():
        column = reading.columns[name]
        asked, skipped = np.ones(size, dtype=bool), np.zeros(size, dtype=bool)
        if question.ask_if is not None:
            truth = question.ask_if.test(answers)
            asked, skipped = truth.yes, truth.no
        empty = np.isin(column.status, (Status.MISSING, Status.NOT_APPLICABLE))
        due = np.select([asked, skipped], [Status.MISSING, Status.NOT_APPLICABLE], Status.FILTER_UNKNOWN)
        settled = np.where(empty, due, column.status).astype(np.int8)
        values = np.where(settled == Status.ANSWERED, column.values, np.nan)
        answers[name] = Answer(values, settled, column.chosen, column.texts)
        _check_routing(reading, question, asked, skipped)


def _check_routing(reading: Reading, question: Question, asked: Bools, skipped: Bools) -> None:
    name, before = question.name, reading.columns[question.name].status
    rows = reading.concerned(question) & ~reading.faulty(name)
    given = ~np.isin(before, (Status.MISSING, Status.NOT_APPLICABLE))
    if question.ask_if is not None:
        rule, mend = "ô trống, vì chỉ hỏi khi {condition}", "xóa câu trả lời, hoặc sửa câu hỏi dẫn tới nó"
        reading.refuse(name, rows & skipped & given, rule, mend, condition=question.ask_if.words)
    called_off = rows & asked & (before == Status.NOT_APPLICABLE)
    if not reading.is_needed(name) and called_off.sum() >= _ALL and (called_off == (rows & asked)).all():
        return  # said of all that it was not asked this time
    rule, mend = "một câu trả lời: câu hỏi có áp dụng", "mã {code} chỉ dùng nơi không hỏi"
    reading.refuse(name, called_off, rule, mend, code=SPECIAL["not_applicable"].code)
    if reading.is_needed(name):
        reading.refuse(name, rows & asked & (before == Status.MISSING), "có ở mọi dòng", "điền vào")


_ALL, _SOME = 5, 20  # who leave open what all, or some, were asked


def _check_unanswered(reading: Reading, question: Question) -> None:
    """A question that was due to all and that nobody has answered was lost, not left open; of one that was due to some it is said."""
    name = question.name
    if name not in reading.sources or reading.is_needed(name) or reading.columns[name].faults:
        return
    rows = reading.completed & reading.concerned(question)
    status, before = reading.answers[name].status[rows], reading.columns[name].status[rows]
    due = ~np.isin(status, (Status.NOT_APPLICABLE, Status.FILTER_UNKNOWN))
    n = int(due.sum())
    if n < (_ALL if due.all() else _SOME) or (before[due] != Status.MISSING).any():
        return
    matched = reading.sources[name].matched
    header = matched.header_of(name)
    if due.all():
        rule = Said("câu trả lời của {n} phiếu được hỏi câu này, mà cột trống", n=n)
        mend = "khôi phục cột này từ tệp gốc; nếu đợt này không hỏi thì ghi {code} ở mọi phiếu"
        code = SPECIAL["not_applicable"].code
        reading.faults.add(matched.sheet.where(), header, "", rule, Said(mend, code=code))
    else:
        wording = "cột {column}: {n} phiếu được hỏi câu này, không phiếu nào có câu trả lời: xem lại tệp gốc"
        reading.faults.note(Said(wording, column=header, n=n))


def _check_constraint(reading: Reading, question: Question) -> None:
    constraint, answers = question.constraint, reading.answers
    if constraint is None:
        return
    sure = np.logical_and.reduce([answers[name].status == Status.ANSWERED for name in constraint.names])
    broken = sure & constraint.test(answers).no & reading.concerned(question)
    mend = "{why}" if question.constraint_vi else "sửa một trong các ô"
    told = {"condition": constraint.words, "why": question.constraint_vi}
    reading.refuse(question.name, broken, "{condition}", mend, **told)


_EVER = date(1900, 1, 1), date(2100, 12, 31)


def _check_days(reading: Reading, question: Question) -> None:
    """An answer was given in the survey's year or in the months after it, before the file was received."""
    if question.type != "date" or question.name not in reading.sources:
        return
    values, (first, last) = reading.answers[question.name].values, reading.period
    days = [date.fromordinal(_EPOCH + int(value)) if value == value else None for value in values]
    usual = Counter(day.year for day in days if day).most_common(1)
    year = first.year if first else usual[0][0] if usual else date.min.year
    book = reading.codebook
    if question.section != book.questions[book.design.identifier[0]].section:
        first, last = _EVER  # a day that is told, not that of the answer
    elif first is None:
        first = date(max(year - 1, 1), 1, 1)
    meant = [date_of(year, day.month, day.day) if day else None for day in days]
    wrong, near = (
        np.array([day is not None and (first <= day <= last) is inside for day in each], dtype=bool)
        for each, inside in ((days, False), (meant, True))
    )
    rows, rule = wrong & reading.concerned(question), "một ngày từ {first} đến {last}, trong đợt thu thập"
    told = {"first": Day(first), "last": Day(last)}
    right = np.array([day and Day(day) for day in meant], dtype=object)
    reading.refuse(question.name, rows & near, rule, "có phải là {right}? sửa năm", right=right, **told)
    reading.refuse(question.name, rows & ~near, rule, "sửa ngày theo phiếu", **told)


_EPOCH = date(1970, 1, 1).toordinal()


# -- units and members ---------------------------------------------------------------------


_FAR = 3  # answers of its unit in which a row differs before it may be another's


def _refile(reading: Reading) -> None:
    """A row that holds all that another unit's rows say of their unit is one fault, of its number; it is checked with those."""
    roster = reading.codebook.roster
    if roster is None or roster.parent not in reading.sources or reading.in_two_sheets:
        return
    reference, unit = _units(reading)
    parts = {name: hashes(reading.columns[name]) for name in _of_units(reading) if name != roster.parent}
    first = np.flatnonzero(reference)[unit]
    unlike = np.sum([part != part[first] for part in parts.values()], axis=0, dtype=int)
    if unlike.max(initial=0) < _FAR:
        return
    said = pd.DataFrame(parts).groupby([*parts], sort=False).ngroup()
    doubted = np.isin(unit, unit[unlike >= _FAR])
    homes = pd.Series(unit)[~doubted].groupby(said).agg(["min", "nunique"])
    home = said.map(homes["min"][homes["nunique"] == 1]).fillna(-1).to_numpy(dtype=int)
    lost = doubted & (home >= 0)
    column = reading.columns[roster.parent]
    assert column.texts is not None
    right = np.where(lost, column.texts[np.flatnonzero(reference)[home]], column.texts)
    rule = "{right}: các câu trả lời chung của đơn vị ở dòng này là của {right}, không phải của {own}"
    reading.refuse(roster.parent, lost, rule, "sửa mã ở dòng này", right=right, own=column.texts)
    column.texts = right


def _of_units(reading: Reading) -> list[str]:
    """The questions of a unit, not of its members, that the file has."""
    return [
        name
        for name, question in reading.codebook.questions.items()
        if not question.repeat and name in reading.sources
    ]


def _refuse_unlike(
    reading: Reading, name: str, of: Ints, code: npt.NDArray[Any], rows: Bools, group: object
) -> None:
    """Refuse the rows of a group that say something else of it than most of the group's do (of as many, than the first)."""
    table = pd.DataFrame({"of": of, "code": code, "row": np.arange(of.size)})[rows]
    said = table.groupby(["of", "code"], sort=False)["row"].agg(["size", "first"]).reset_index()
    most = said.sort_values("size", ascending=False, kind="stable").drop_duplicates("of").set_index("of")
    if len(most) == len(said):
        return
    unlike = np.zeros(of.size, dtype=bool)
    unlike[table.index] = table["code"] != table["of"].map(most["code"])
    told = most.reindex(of).fillna(0).astype(int)
    counts = name in reading.codebook.design.fpc
    first = told["first"].to_numpy()
    mend = "mỗi nhóm một số đơn vị tổng thể: sửa các dòng khác nhau" if counts else "sửa các dòng khác nhau"
    rule = "như nhau ở mọi dòng của một {group}; {n} dòng khác (dòng {row}…) ghi {right}"
    like = {"row": reading.lines(name, first), "right": reading.cells(name, first)}
    reading.refuse(name, unlike, rule, mend, group=group, n=told["size"].to_numpy(), **like)


def _check_consistency(reading: Reading) -> None:
    """In a flat file a household's answers stand on every member's row: they must agree."""
    roster = reading.codebook.roster
    if roster is None or reading.in_two_sheets:
        return
    for name in _of_units(reading):
        code, right = hashes(reading.columns[name]), ~reading.faulty(name)
        _refuse_unlike(reading, name, reading.unit, code, right, roster.parent)


def _check_members(reading: Reading) -> None:
    """A unit has as many members in the file as it says it has."""
    roster, answers, unit = reading.codebook.roster, reading.answers, reading.unit
    if roster is None or not roster.count or roster.parent not in reading.sources:
        return
    present = answers[roster.key].status == Status.ANSWERED
    members = np.bincount(unit[present], minlength=int(unit.max(initial=-1)) + 1)[unit]
    stated, numbers = answers[roster.count].values, answers[roster.key].values
    twice = pd.DataFrame({"unit": unit, "number": numbers})[present].duplicated()  # a fault of its own
    whole = ~np.isin(unit, unit[twice.index[twice]])
    differs = reading.reference & whole & ~np.isnan(stated) & (stated != members)
    mend = "thiếu hoặc thừa một thành viên: bổ sung dòng hoặc sửa số"
    reading.refuse(roster.count, differs, "số dòng mà {group} có", mend, group=roster.parent)


# -- ranges, identifiers, design -----------------------------------------------------------


# no unit of a sample stands for more than this many
_HEAVIEST = 1e9


_RANGES = {  # by whether there is a lowest and a highest
    (True, True): "một số từ {low} đến {high}",
    (True, False): "một số từ {low}",
    (False, True): "một số đến {high}",
}


def _check_ranges(reading: Reading) -> None:
    weight = reading.codebook.design.weight
    for name, question in reading.codebook.questions.items():
        low, high = question.low, question.high
        if name == weight and high is None:
            high = _HEAVIEST
        if question.numeric and (low is not None or high is not None):
            values, positive = reading.answers[name].values, "một số lớn hơn 0, không quá {high}"
            outside = (False if low is None else values < low) | (False if high is None else values > high)
            outside = outside & reading.concerned(question)
            wording = positive if name == weight else _RANGES[low is not None, high is not None]
            reading.refuse(name, outside, wording, "sửa lại", low=Num(low), high=Num(high))


def _check_duplicates(reading: Reading) -> None:
    names = reading.codebook.design.identifier
    keys = pd.DataFrame({name: reading.identifier(name) for name in names})
    # a row without an identifier is a fault of its own
    twice = keys.duplicated().to_numpy() & (reading.answers[names[0]].status == Status.ANSWERED)
    if twice.any():
        titles = [reading.codebook.questions[name] for name in names]
        key = Either(" và ".join(f"“{of.vi}”" for of in titles), " and ".join(f"“{of.en}”" for of in titles))
        same = keys.groupby([*names], sort=False, dropna=False).ngroup().to_numpy()
        first, differing = (
            np.unique(same, return_index=True)[1][same],
            np.full(reading.size, "", dtype=object),
        )
        for name, source in reading.sources.items():
            code = hashes(reading.columns[name])
            differing[code != code[first]] += f", {source.matched.header_of(name)}"
        told = {"row": reading.lines(names[0], first), "columns": np.char.lstrip(differing.astype(str), ", ")}
        what, mend = "một dòng cho mỗi {key}", "giống hệt dòng {row}: xóa một trong hai"
        reading.refuse(names[0], twice & (differing == ""), what, mend, key=key, **told)
        mend = "cùng mã với dòng {row} mà khác ở {columns}: giữ dòng đúng, hoặc sửa mã"
        reading.refuse(names[0], twice & (differing != ""), what, mend, key=key, **told)
    for name in names:
        shortened = np.array([bool(_SHORTENED.fullmatch(str(key))) for key in keys[name]], dtype=bool)
        mend = "Excel đã rút gọn mã số: định dạng cột là Văn bản (Text) rồi nhập lại mã đầy đủ"
        reading.refuse(name, shortened, "mã đầy đủ, không phải dạng 4.3E+09", mend)


_SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")


def _check_design(reading: Reading) -> None:
    """Population counts: the same within a stratum (PSU), never below the units in the file."""
    design = reading.codebook.design
    first = design.strata, "", design.psu or design.identifier[0]
    for column, stage in zip(design.fpc, (first, (design.psu, design.strata, design.ssu)), strict=False):
        _check_population(reading, column, *stage)
    _check_weights(reading)


def _check_population(reading: Reading, column: str, group: str, above: str, unit: str) -> None:
    """Check a stage's population counts: ``column`` says how many of ``unit`` there are in a ``group`` of one ``above``."""
    completed = reading.completed
    frame = pd.DataFrame({"unit": reading.identifier(unit), "count": reading.answers[column].values})
    within = {f"group {name}": reading.columns[name].texts for name in (group, above) if name}
    frame["of"] = frame.assign(**within).groupby([*within]).ngroup() if within else 0
    usable = frame[completed & (frame["of"] >= 0)].dropna()
    present = frame["of"].map(usable.groupby("of")["unit"].nunique())
    rows = completed & reading.reference & (frame["count"].notna() & (frame["of"] >= 0)).to_numpy()
    of = group or Either("tệp", "file")
    _refuse_unlike(reading, column, frame["of"].to_numpy(), frame["count"].to_numpy(), rows, of)
    fewer = rows & (frame["count"] < present).to_numpy()
    mend = "tổng thể không thể ít đơn vị hơn mẫu: sửa lại số này"
    reading.refuse(column, fewer, "ít nhất bằng số {unit} trong tệp", mend, unit=unit)


_FEW = 3  # units whose weights together tell little
_LIGHT = 10  # of fewer, weights that were adjusted may exceed the number of units that there are


def _check_weights(reading: Reading) -> None:
    """No unit stands for more than there are where it was drawn, and those of a stratum stand for about as many as there are."""
    design, answers = reading.codebook.design, reading.answers
    if not design.fpc or design.weight not in reading.sources:
        return
    weights, rows = answers[design.weight].values, reading.completed & reading.reference
    there, *inner = (answers[column].values for column in design.fpc)
    most = there * np.prod([np.nan_to_num(each).max(initial=1) for each in inner])
    heavy = rows & (weights > np.maximum(most, _LIGHT)) & (weights <= _HEAVIEST)
    rule = "nhiều nhất {most}: số đơn vị trong danh sách mẫu"
    mend = "sửa quyền số; các dòng khác thường là {usual}"
    usual = Num(float(np.median(np.nan_to_num(weights[rows])))) if rows.any() else ""
    shown = np.array([Num(each) for each in most], dtype=object)
    reading.refuse(design.weight, heavy, rule, mend, most=shown, usual=usual)
    if inner or heavy.any():
        return  # of more stages the sample alone does not tell how many there are
    texts = reading.columns[design.strata].texts if design.strata else None
    strata = np.full(reading.size, "") if texts is None else texts
    table = pd.DataFrame({"of": strata, "weight": weights, "count": there})[rows].dropna()
    for stratum, units in table.groupby("of", sort=False):
        total, count = units["weight"].sum(), units["count"].iloc[0]
        if len(units) >= _FEW and not count / 2 <= total <= count * 2:
            row = reading.lines(design.weight, np.array([units["weight"].idxmax()]))[0]
            wording = "{column}: quyền số của {stratum!r} cộng lại là {total}, danh sách mẫu có {count} đơn vị; nặng nhất {heaviest} ở dòng {row}: kiểm tra quyền số"
            told = {
                "total": Num(round(total, 1)),
                "count": Num(count),
                "heaviest": Num(units["weight"].max()),
            }
            reading.faults.note(Said(wording, column=design.weight, stratum=stratum, row=row, **told))
