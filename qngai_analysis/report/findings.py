"""What a sector report finds: three sentences, each made from the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pandas as pd

from qngai_analysis.evidence.observations import CHANNELS
from qngai_analysis.page.blocks import Prose, literal
from qngai_analysis.project import read_project
from qngai_analysis.report import focus
from qngai_analysis.report.base import SHARE, SIMULATED
from qngai_analysis.report.printed import NOT_SIGNIFICANT, home_and_successor, printed_figure, territory_words
from qngai_analysis.report.sector.figures import published_figures
from qngai_analysis.report.sector.gaps import share, widest
from qngai_analysis.report.sector.loading import Sample, Sector, by_group, marked
from qngai_analysis.survey.release.publication import changed
from qngai_analysis.values import records

UNSTATED = "không rõ"  # the level of a figure whose source does not say it


def three(sector: Sector) -> Prose:
    """
    Return the three findings: the outcome of the targets, then what surveys show, then published figures and gaps.

    What needs a survey that is absent is left out, and the next finding takes its place.
    """
    found = [*islice(_all(sector), 3)]
    return Prose("\n".join(f"{place}. {text}" for place, text in enumerate(found, start=1)))


def _all(sector: Sector) -> Iterator[str]:
    surveyed = [focus.sentences(sector), _spread(sector), _change(sector)]
    first = [next(kind, None) for kind in surveyed]
    yield from _outcome(sector)
    yield from (text for text in first if text)
    yield from _published(sector)
    yield from _lacking(sector)


def _outcome(sector: Sector) -> Iterator[str]:
    if not sector.targets:
        yield sector.say("Các kế hoạch không đặt chỉ tiêu định lượng riêng cho lĩnh vực này.")
    # verdicts that rest on simulated data are never added to the others
    for made in (False, True):
        part = [outcome for outcome in sector.targets if outcome.simulated == made]
        if part:
            yield sector.say(
                "{n} chỉ tiêu của các kế hoạch{kind}: {words}.",
                n=sector.count(len(part)),
                kind=f" ({sector.say(SIMULATED)})" if made else "",
                words=_tally(sector, (outcome.verdict.value for outcome in part)),
            )


def _tally(sector: Sector, words: Iterable[str]) -> str:
    return ", ".join(
        sector.say("{n} {word}", n=sector.count(n), word=sector.say(word))
        for word, n in Counter(words).items()
    )


def _spread(sector: Sector) -> Iterator[str]:
    """Say the lowest and the highest group of each survey's headline, and whether they surely differ."""
    for sample in sector.samples:
        for by in sample.by:
            known = by_group(sample, sample.headline, by, sector.lang).dropna(subset=["estimate"])
            if len(known) > 1:
                yield from _extremes(
                    sector, sample, by, known.sort_values(["estimate", "row"], kind="stable")
                )
                break


def _extremes(sector: Sector, sample: Sample, by: str, known: pd.DataFrame) -> Iterator[str]:
    low, high = known.iloc[0], known.iloc[-1]
    test = widest(sample, sample.headline, by, known)
    if test is None:
        return
    yield sector.say(
        "{indicator}: thấp nhất ở {low_name} ({low}), cao nhất ở {high_name} ({high}); {sure}{mark}.",
        indicator=literal(sector.name(sample.headline)),
        low_name=literal(low["label"]),
        low=share(sector, low["estimate"]),
        high_name=literal(high["label"]),
        high=share(sector, high["estimate"]),
        sure=focus.sure_words(sector, test["p_value"]),
        mark=marked(sector, sample),
    )


def _change(sector: Sector) -> Iterator[str]:
    for sample in sector.samples:
        before = sector.sample_of(sample, sample.year - 1)
        if before is None or sample.headline.kind != "proportion":
            continue
        change = changed(sample.survey, before.survey, sample.headline)
        if change is None:
            continue
        wording = (
            "{indicator}: tăng {change} điểm phần trăm so với năm {year} ({sure}){mark}."
            if change["estimate"] >= 0
            else "{indicator}: giảm {change} điểm phần trăm so với năm {year} ({sure}){mark}."
        )
        sure = change["p_value"] < NOT_SIGNIFICANT
        yield sector.say(
            wording,
            indicator=literal(sector.name(sample.headline)),
            change=sector.number(abs(change["estimate"]) * SHARE, 1),
            year=before.year,
            sure=sector.say("có ý nghĩa thống kê" if sure else "chưa có ý nghĩa thống kê"),
            mark=marked(sector, sample),
        )


def _published(sector: Sector) -> Iterator[str]:
    """Say the newest published figure of the province, beside the one before it of the same series."""
    rows = published_figures(sector)
    mine = rows[
        rows["territory"].isin(home_and_successor()) & rows["value_type"].eq("point") & rows["period"].eq("Y")
    ]
    mine = mine[mine["channel"].ne(CHANNELS[-1]) & mine["confidence"].ne("low")]
    if not len(mine):
        if len(rows):
            yield sector.say(
                "Nguồn của dự án có {n} số liệu đã công bố liên quan đến lĩnh vực, không số nào là số cả năm của tỉnh.",
                n=sector.count(len(rows)),
            )
        return
    newest, *others = records(
        mine.sort_values(["reference_date", "level"], ascending=[False, True], kind="stable")
    )
    text = f"{literal(newest.name)}: {_dated(sector, newest)}"
    same = (newest.series, newest.territory, newest.unit)
    earlier = [row for row in others if row.reference_date < newest.reference_date]
    alike = [row for row in earlier if (row.series, row.territory, row.unit) == same]
    if alike:
        text += "; " + sector.say("trước đó {figure}", figure=_dated(sector, alike[0]))
    yield f"{text}."


def _dated(sector: Sector, row: Any) -> str:
    said = [sector.day(row.reference_date)]
    if row.level != UNSTATED:
        said.append(sector.say(row.level))
    if row.territory != read_project().territory:
        said.append(territory_words(sector)[row.territory])
    return f"{literal(printed_figure(sector, row))} ({', '.join(said)}; {literal(row.publisher)})"


def _lacking(sector: Sector) -> Iterator[str]:
    lacking = [outcome for outcome in sector.targets if outcome.figure is None]
    if lacking:
        owners = sorted({name for outcome in lacking for name in outcome.owners})
        yield sector.say(
            "{n} chỉ tiêu chưa có số liệu của tỉnh; cơ quan cung cấp: {owners}.",
            n=sector.count(len(lacking)),
            owners=literal("; ".join(owners)),
        )
    yield sector.say(
        "Các kế hoạch giao {n} nhiệm vụ cho lĩnh vực: {states}.",
        n=sector.count(len(sector.tasks)),
        states=_states(sector) or "0",
    )
    yield from map(literal, sector.absent)


def _states(sector: Sector) -> str:
    return ", ".join(
        sector.say("{n} {word}", n=sector.count(n), word=state)
        for state, n in Counter(row["state"] for row in sector.tasks).items()
    )
