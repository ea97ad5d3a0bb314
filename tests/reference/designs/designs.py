"""Make the designs that R estimates in ``designs.R`` (deterministic).

usage: python designs.py FOLDER
writes data.csv (all designs below each other, column ``design``) and designs.csv (their settings)
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

# name: strata, psu, ssu, fpc columns; R's lonely rule; R's domain option; adjustment
DESIGNS = """
name            strata  psu  ssu  fpc    lonely     domain adjust
srs             -       -    -    -      fail       0      -
srs_fpc         -       -    -    N1     fail       0      -
strat           h       -    -    -      fail       0      -
strat_fpc       h       -    -    N1     fail       0      -
strat_census    h       -    -    N1     fail       0      -
cluster         -       c    -    -      fail       0      -
cluster_fpc     -       c    -    N1     fail       0      -
nested          h       c    -    -      fail       0      -
nested_fpc      h       c    -    N1     fail       0      -
nested_inf      h       c    -    N1     fail       0      -
two_stage       h       c    u    N1,N2  fail       0      -
two_stage_nostr -       c    u    N1,N2  fail       0      -
two_stage_full  h       c    u    N1,N2  fail       0      -
two_stage_skip  h       c    u    N1,N2  remove     0      -
two_stage_cent  h       c    u    N1,N2  adjust     0      -
lonely_skip     h       c    -    -      remove     0      -
lonely_cert     h       c    -    -      certainty  0      -
lonely_center   h       c    -    -      adjust     0      -
lonely_average  h       c    -    -      average    0      -
lonely_fpc_cent h       c    -    N1     adjust     0      -
lonely_fpc_aver h       c    -    N1     average    0      -
domain_center   h       c    -    -      adjust     1      -
domain_average  h       c    -    -      average    1      -
post            h       c    -    -      fail       0      post
post_srs        -       -    -    N1     fail       0      post
post_two_stage  h       c    u    N1,N2  fail       0      post
post_lonely     h       c    -    -      adjust     0      post
post_dom_center h       c    -    -      adjust     1      post
rake            h       c    -    -      fail       0      rake
rake_two_stage  h       c    u    N1,N2  fail       0      rake
greg            h       c    -    N1     fail       0      greg
calrake         h       c    -    -      fail       0      calrake
callogit        -       c    -    -      fail       0      callogit
post_rake       h       c    -    -      fail       0      post,rake
greg_post       h       c    -    -      fail       0      greg,post
jk1             -       c    -    -      fail       0      JK1
jk1_fpc         -       c    -    N1     fail       0      JK1
jkn             h       c    -    -      fail       0      JKn
jkn_fpc         h       c    -    N1     fail       0      JKn
brr             h       c    -    -      fail       0      BRR
fay             h       c    -    -      fail       0      Fay
boot            h       c    -    -      fail       0      subbootstrap
jkn_post        h       c    -    -      fail       0      JKn,post
jkn_rake        h       c    -    -      fail       0      JKn,rake
brr_greg        h       c    -    -      fail       0      BRR,greg
"""


def settings() -> pd.DataFrame:
    rows = [line.split() for line in DESIGNS.strip().splitlines()]
    return pd.DataFrame(rows[1:], columns=rows[0])


def sample(name: str, seed: int) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    strata = 7 if name not in ("brr", "fay", "brr_greg") else 9
    parts = []
    for h in range(strata):
        units = int(draw.integers(2, 7))
        if name in ("brr", "fay", "brr_greg"):
            units = 2
        if ("lonely" in name or name in ("two_stage_skip", "two_stage_cent")) and h in (2, 5):
            units = 1
        population = units + int(draw.integers(1, 30))
        if name == "strat_census" and h in (1, 4):
            population = -1  # every row of the stratum was drawn
        if name == "two_stage_full" and h == 3:
            population = units
        for c in range(units):
            people = int(draw.integers(3, 13))
            if name in ("two_stage_skip", "two_stage_cent") and (h, c) == (1, 0):
                people = 1
            inside = people + int(draw.integers(0, 20)) * (draw.random() > 0.15)
            effect = draw.normal()
            parts.append(
                pd.DataFrame(
                    {
                        "h": h + 1,
                        "c": c + 1,  # the same codes in every stratum
                        "u": np.arange(1, people + 1),
                        "N1": float(population),
                        "N2": float(inside),
                        "w": np.round(draw.uniform(5, 80) * draw.uniform(0.4, 1.8, people), 3),
                        "effect": effect,
                    }
                )
            )
    frame = pd.concat(parts, ignore_index=True)
    n = len(frame)
    if name.startswith(("srs", "strat", "post_srs")):
        group = frame.h if name.startswith("strat") else pd.Series(0, index=frame.index)
        size = group.map(group.value_counts())
        frame["N1"] = np.where(
            frame.N1 < 0, size, size + frame.N1.groupby(group).transform("first").abs() * 3
        )
    elif name in ("cluster", "cluster_fpc", "two_stage_nostr", "jk1", "jk1_fpc", "callogit"):
        frame["c"] = frame.h * 100 + frame.c
        frame["N1"] = 90.0
    if name == "nested_inf":
        frame["N1"] = np.where(frame.h % 3 == 0, np.inf, frame.N1)
    index = np.clip(frame.effect, -2, 2) * 0.6
    chance = 1 / (1 + np.exp(-index))
    frame["num"] = np.round(np.exp(3 + 0.5 * index + draw.normal(0, 0.7, n)), 3)
    frame["big"] = 2e6 + np.round(index * 3 + draw.normal(0, 1, n), 3)
    frame["neg"] = np.round(draw.normal(-3, 2, n) + index, 3)
    frame["yes"] = (draw.random(n) < chance).astype(int)
    frame["rare"] = (draw.random(n) < 0.04).astype(int)
    frame["part"] = np.where(draw.random(n) < 0.12, np.nan, (draw.random(n) < chance).astype(float))
    frame["gaps"] = np.where(draw.random(n) < 0.15, np.nan, frame.num + draw.normal(0, 3, n).round(3))
    frame["sex"] = draw.choice(["F", "M"], n, p=[0.45, 0.55])
    frame["age"] = draw.choice(["15-34", "35-59", "60+"], n, p=[0.3, 0.5, 0.2])
    # domains: some strata only; one with a single unit; one whose answers are all missing or all 0
    zone = np.where(frame.h <= 2, "1", np.where(frame.h <= 5, "2", "10"))
    first = (frame.h == 4) & (frame.c == frame.c[frame.h == 4].min())
    frame["zone"] = np.where(first & (draw.random(n) < 0.7), "03", zone)
    frame.loc[(frame.zone == "1") & (frame.sex == "F"), "part"] = np.nan
    frame.loc[frame.zone == "03", "gaps"] = np.nan
    frame.loc[(frame.zone == "10") & (frame.sex == "M"), "rare"] = 0
    frame.loc[(frame.zone == "2") & (frame.sex == "F"), "yes"] = 1
    return frame.drop(columns="effect").iloc[draw.permutation(n)].reset_index(drop=True).assign(design=name)


def main(folder: Path) -> None:
    table = settings()
    table.to_csv(folder / "designs.csv", index=False)
    frames = [sample(name, 1000 + place) for place, name in enumerate(table.name)]
    pd.concat(frames).to_csv(folder / "data.csv", index=False, na_rep="")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
