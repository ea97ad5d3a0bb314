"""What a sector report finds: three sentences, each made from the data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pandas as pd

from qngai_analysis.evidence.observations import CHANNELS
from qngai_analysis.page.blocks import Prose, literal
from qngai_analysis.report import focus
from qngai_analysis.report.sector import (
    NOT_SIGNIFICANT,
    SHARE,
    Sample,
    Sector,
    as_computed,
    by_group,
    label,
    marked,
    printed,
    published_figures,
    share,
    widest,
)
from qngai_analysis.survey.release.treatment import Treatment
from qngai_analysis.words.numbers import count, day, number

PROVINCE = ("QNG", "QNG-2025")  # on the boundary before and after 1 July 2025
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
    rows = sector.targets
    if not len(rows):
        yield sector.say("Các kế hoạch không đặt chỉ tiêu định lượng riêng cho lĩnh vực này.")
        return
    # verdicts that rest on simulated data are never added to the others
    for made, part in rows.groupby(rows["evidence"].eq("simulated"), sort=True):
        tally = part.groupby("verdict", sort=False).size()
        yield sector.say(
            "{n} chỉ tiêu của các kế hoạch{kind}: {words}.",
            n=count(len(part), sector.lang),
            kind=f" ({sector.say('SỐ LIỆU MÔ PHỎNG')})" if made else "",
            words=", ".join(
                sector.say("{n} {word}", n=count(int(n), sector.lang), word=sector.say(str(word)))
                for word, n in tally.items()
            ),
        )


def _spread(sector: Sector) -> Iterator[str]:
    """Say the lowest and the highest group of each survey's headline, and whether they surely differ."""
    for sample in sector.samples:
        for by in sample.by:
            known = by_group(sample, sample.headline, by, sector.lang).dropna(subset=["estimate"])
            known = known[
                known["treatment"] != Treatment.STANDS
            ]  # a test would tell the figure that is not revised
            if len(known) > 1:
                yield _extremes(sector, sample, by, known.sort_values("estimate"))
                break


def _extremes(sector: Sector, sample: Sample, by: str, known: pd.DataFrame) -> str:
    low, high = known.iloc[0], known.iloc[-1]
    return sector.say(
        "{indicator}: thấp nhất ở {low_name} ({low}), cao nhất ở {high_name} ({high}); {sure}{mark}.",
        indicator=literal(label(sample.headline, sector.lang)),
        low_name=literal(low["label"]),
        low=share(low["estimate"], sector.lang),
        high_name=literal(high["label"]),
        high=share(high["estimate"], sector.lang),
        sure=sector.say(
            "chênh lệch có ý nghĩa thống kê"
            if widest(sample, sample.headline, by, known)["p_value"] < NOT_SIGNIFICANT
            else "chênh lệch chưa có ý nghĩa thống kê"
        ),
        mark=marked(sector, sample),
    )


def _change(sector: Sector) -> Iterator[str]:
    for sample in sector.samples:
        before = sector.sample_of(sample, sample.year - 1)
        if before is None or sample.headline.kind != "proportion":
            continue
        if not all(as_computed(each.estimate(each.headline).iloc[0]) for each in (sample, before)):
            continue
        change = sample.survey.difference(sample.headline.name, other=before.survey, overlap=False).iloc[0]
        wording = (
            "{indicator}: tăng {change} điểm phần trăm so với năm {year} ({sure}){mark}."
            if change["estimate"] >= 0
            else "{indicator}: giảm {change} điểm phần trăm so với năm {year} ({sure}){mark}."
        )
        yield sector.say(
            wording,
            indicator=literal(label(sample.headline, sector.lang)),
            change=number(abs(change["estimate"]) * SHARE, 1, lang=sector.lang),
            year=before.year,
            sure=sector.say(
                "có ý nghĩa thống kê" if change["p_value"] < NOT_SIGNIFICANT else "chưa có ý nghĩa thống kê"
            ),
            mark=marked(sector, sample),
        )


def _published(sector: Sector) -> Iterator[str]:
    """Say the newest published figure of the province, beside the one before it of the same series."""
    rows = published_figures(sector)
    mine = rows[rows["territory"].isin(PROVINCE) & rows["value_type"].eq("point") & rows["period"].eq("Y")]
    mine = mine[mine["channel"].ne(CHANNELS[-1]) & mine["confidence"].ne("low")]
    if not len(mine):
        if len(rows):
            yield sector.say(
                "Nguồn của dự án có {n} số liệu đã công bố liên quan đến lĩnh vực, không số nào là số cả năm của tỉnh.",
                n=count(len(rows), sector.lang),
            )
        return
    newest = mine.sort_values(["reference_date", "level"], ascending=[False, True], kind="stable").iloc[0]
    text = _figure(sector, newest)
    alike = mine[
        mine["series"].eq(newest["series"])
        & mine["territory"].eq(newest["territory"])
        & mine["unit"].eq(newest["unit"])
        & mine["reference_date"].lt(newest["reference_date"])
    ]
    if len(alike):
        text += "; " + sector.say("trước đó {figure}", figure=_dated(sector, alike.iloc[0]))
    yield f"{text}."


def _figure(sector: Sector, row: pd.Series) -> str:
    return f"{literal(row['name'])}: {_dated(sector, row)}"


def _dated(sector: Sector, row: pd.Series) -> str:
    said = [day(row["reference_date"], sector.lang)]
    if row["level"] != UNSTATED:
        said.append(sector.say(row["level"]))
    if row["territory"] != PROVINCE[0]:
        said.append(sector.say("tỉnh, địa giới từ 01/7/2025"))
    value = literal(printed({str(name): cell for name, cell in row.items()}, sector.lang))
    return f"{value} ({', '.join(said)}; {literal(row['publisher'])})"


def _lacking(sector: Sector) -> Iterator[str]:
    lacking = sector.targets[sector.targets["value"].isna()] if len(sector.targets) else sector.targets
    if len(lacking):
        owners = sorted({name for names in lacking["owners"] for name in names})
        yield sector.say(
            "{n} chỉ tiêu chưa có số liệu của tỉnh; cơ quan cung cấp: {owners}.",
            n=count(len(lacking), sector.lang),
            owners=literal("; ".join(owners)),
        )
    yield _task_sentence(sector)
    for why in sector.absent:
        yield literal(why)


def _task_sentence(sector: Sector) -> str:
    states = pd.Series([row["state"] for row in sector.tasks], dtype="object").value_counts(sort=False)
    return sector.say(
        "Các kế hoạch giao {n} nhiệm vụ cho lĩnh vực: {states}.",
        n=count(len(sector.tasks), sector.lang),
        states=", ".join(
            sector.say("{n} {word}", n=count(int(n), sector.lang), word=str(word))
            for word, n in states.items()
        )
        or "0",
    )
