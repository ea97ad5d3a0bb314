"""An indicator's estimates as they may be published."""

from __future__ import annotations

import itertools
import pickle
import random
from pathlib import Path

import pandas as pd
import pytest
from red_team import between, clear_memory, edition
from survey_workbench import SHOPS, csv_text, deliver, make_project, of_sizes

from qngai_analysis.errors import SurveyError
from qngai_analysis.survey import Treatment, load_survey, protect, published, read_codebook
from qngai_analysis.survey.release.disclosure import made_by_few, round_count

MEAN = """
[[indicator]]
name = "mean_sales"
kind = "mean"
vi = "Doanh thu bình quân"
en = "Mean sales"
numerator = "sales"
universe = 'outcome == "completed"'
unit = "triệu đồng"

[simulate]
"""

# three districts of twelve shops each; in Bình Sơn one shop sells 50 times as much as each other
SIZES = {"522": [100.0] * 12, "524": [5_000.0] + [100.0] * 11, "525": [90.0] * 12}


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    surveys = make_project(tmp_path, monkeypatch, shops=SHOPS.replace("[simulate]\n", MEAN))
    rows = [
        f"{district}-{place},{district},1,plain,40,1,2020-05-01,{size},2,,"
        for district, sizes in SIZES.items()
        for place, size in enumerate(sizes)
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))


def hidden(table: pd.DataFrame) -> dict[str, str]:
    return dict(zip(table["district"].astype(str), table["symbol"], strict=True))


@pytest.mark.usefixtures("shops")
def test_a_mean_that_one_firm_makes_up_is_hidden_with_a_second_one() -> None:
    """Of 6,100 sold in Bình Sơn one shop sold 5,000: the mean there is that shop's own figure."""
    table = published(load_survey("shops", 2025), read_codebook("shops").indicators["mean_sales"], "district")

    symbols = hidden(table)
    assert symbols["Huyện Bình Sơn"] == "c"
    # province minus the others would give it back
    assert list(symbols.values()).count("c") == 2
    assert table.loc[table["symbol"] == "c", ["estimate", "se", "n"]].isna().all(axis=None)


@pytest.mark.usefixtures("shops")
def test_a_survey_can_be_handed_to_another_process_with_all_that_was_published_of_it() -> None:
    """Half of an edition's surveys are estimated in a fork: what could not be handed over would be made twice."""
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]
    before = published(survey, item, "district")

    handed = pickle.loads(pickle.dumps(survey))

    assert handed._history is not None
    pd.testing.assert_frame_equal(published(handed, item, "district"), before)


@pytest.mark.usefixtures("shops")
def test_a_ratio_is_hidden_where_its_numerator_or_denominator_is_made_by_few() -> None:
    table = published(
        load_survey("shops", 2025), read_codebook("shops").indicators["online_share"], "district"
    )

    assert hidden(table)["Huyện Bình Sơn"] == "c"


@pytest.mark.parametrize(
    "all_but_two", [[100] * 18 + [75, 90], [20] * 30 + [80, 80]], ids=["the most", "a value between"]
)
def test_a_mean_of_those_who_all_have_the_same_is_hidden(
    all_but_two: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer from 0 to 100: in Bình Sơn all, or all but two, say one thing, which the mean would tell of each."""
    surveys = make_project(tmp_path, monkeypatch, shops=SHOPS.replace("[simulate]\n", MEAN))
    said = {"522": [30 + place for place in range(40)], "525": [20 + place for place in range(40)]}
    said["524"] = all_but_two
    rows = [
        f"{district}-{place},{district},1,plain,400,1,2020-05-01,{size},2,,"
        for district, sizes in said.items()
        for place, size in enumerate(sizes)
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))

    table = published(load_survey("shops", 2025), "mean_sales", "district")

    assert hidden(table)["Huyện Bình Sơn"] == "c"
    assert "" in hidden(table).values()


@pytest.mark.usefixtures("shops")
def test_a_share_of_heads_knows_no_dominance() -> None:
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]

    symbols = protect(survey.proportion("sells_online", by="district"), by="district")["symbol"]
    assert published(survey, item, "district")["symbol"].tolist() == symbols.tolist()


@pytest.mark.usefixtures("shops")
def test_the_whole_survey_is_judged_as_one_cell() -> None:
    row = published(load_survey("shops", 2025), read_codebook("shops").indicators["mean_sales"]).iloc[0]

    # 5,000 and 100 of 8,280: others than the two largest have 3,180
    assert (row["symbol"], row["n"]) == ("", 35)


def deliver_census(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, answered: int, of: int) -> pd.Series:
    """All shops were asked; so many answered, every second sells online: the row for the province."""
    surveys = make_project(tmp_path, monkeypatch)
    rows = [f"{n},522,1,plain,{of},{of / answered},2020-05-01,1,{1 + n % 2},," for n in range(answered)]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))
    return published(load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]).iloc[0]


def test_a_census_of_few_is_called_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = deliver_census(tmp_path, monkeypatch, answered=20, of=21)

    assert row["estimate"] == pytest.approx(0.5)
    assert (row["flag"], row["symbol"], row["reason"]) == ("review", "", "điều tra toàn bộ")
    assert row["treatment"] == Treatment.CENSUS


def test_a_census_of_fewer_than_ten_stays_confidential(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = deliver_census(tmp_path, monkeypatch, answered=8, of=8)

    assert (row["symbol"], row["reason"]) == ("c", "bảo mật")
    assert row["treatment"] == Treatment.CONFIDENTIAL
    assert pd.isna(row["estimate"])


def test_few_of_many_are_no_census(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = deliver_census(tmp_path, monkeypatch, answered=20, of=2_000)

    assert (row["symbol"], row["reason"]) == ("u", "độ tin cậy thấp")


@pytest.fixture
def grouped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve shops sell online, fourteen do not, one does not know, one refuses to say."""
    surveys = make_project(tmp_path, monkeypatch)
    answers = [*["1"] * 12, *["2"] * 14, "-8", "-9"]
    rows = [
        f"s{place},522,1,plain,60,2,2020-05-01,100,{online},{'5' if online == '1' else ''},{'1' if online == '1' else ''}"
        for place, online in enumerate(answers)
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))


@pytest.mark.usefixtures("grouped")
def test_special_answers_are_no_published_groups_and_hide_no_group() -> None:
    table = published(load_survey("shops", 2025), "on_social", "online")

    assert dict(zip(table["online"], table["symbol"] == "c", strict=True)) == {"Có": False, "Không": False}


@pytest.mark.usefixtures("grouped")
def test_an_indicator_may_be_named() -> None:
    survey = load_survey("shops", 2025)

    pd.testing.assert_frame_equal(
        published(survey, "sells_online"),
        published(survey, read_codebook("shops").indicators["sells_online"]),
    )
    with pytest.raises(SurveyError, match="no indicator 'sale_online'; it is one of sells_online"):
        published(survey, "sale_online")


def test_an_indicator_that_nobody_in_the_file_answered_has_no_estimate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    surveys = make_project(tmp_path, monkeypatch)
    deliver(
        surveys / "shops" / "2025.csv",
        csv_text(*[f"{n},522,1,plain,40,1,2020-05-01,1,-8,," for n in range(20)]),
    )
    survey = load_survey("shops", 2025)

    for by in (None, "district"):
        table = published(survey, "sells_online", by)
        assert (table["n"] == 0).all()
        assert table["estimate"].isna().all()


def test_a_row_by_which_few_differ_from_another_indicator_of_the_same_answers_leaves_several_counts_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 120 shops 117 are large: what all and the large ones say, one minus the other, is what three said."""
    large = """
[[indicator]]
name = "large_online"
kind = "proportion"
vi = "Cơ sở lớn bán qua mạng"
en = "Large shops selling online"
numerator = 'online == "yes"'
universe = 'outcome == "completed" and sales >= 100'

[simulate]
"""
    surveys = make_project(tmp_path, monkeypatch, shops=SHOPS.replace("[simulate]\n", large))
    rows = [
        f"{place}-{n},{place},1,plain,400,4,2020-05-01,{50 if n < small else 100},{1 + n % 2},,"
        for place, small in (("522", 3), ("524", 0), ("525", 12))
        for n in range(120)
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))
    survey = load_survey("shops", 2025)

    all_, large_ones = (
        published(survey, name, "district").set_index("row").loc["Thành phố Quảng Ngãi"]
        for name in ("sells_online", "large_online")
    )
    assert all_["symbol"] == large_ones["symbol"] == ""
    assert between(all_, large_ones, 120, 117) == {0, 1, 2, 3}


def left_of_few(
    frame: pd.DataFrame,
    known: dict[str, pd.Series[bool]],
    tables: dict[tuple[str, str | None], pd.DataFrame],
) -> list[str]:
    """Pairs of printed rows of which one holds the other and few, or few that make up what is left (all weigh alike)."""
    rows = [
        (f"{name} {by} {row}", {*frame.index[known[name] & (frame[by].astype(str).eq(row) if by else True)]})
        for (name, by), table in tables.items()
        for row in table.loc[table["estimate"].notna(), "row"]
    ]
    found = []
    for (one, inner), (other, outer) in itertools.permutations(rows, 2):
        left = frame.loc[sorted(outer - inner), "sales"]
        if inner < outer and (len(left) < 10 or made_by_few(left, divides=False)):
            found.append(f"{other} without {one}")
    return found


# four districts of 40 shops in town and country; large ones are 2, 12 (of which one is most), 13 (two strata) and none
LARGE = {"522": [9_000.0] * 2, "524": [90_000.0, *[2_000.0] * 11], "525": [3_000.0] * 13, "533": []}
PAIRS = {
    "a mean": (of_sizes("all", "sales >= 0"), of_sizes("less", "sales < 1000")),
    "in another unit": (of_sizes("all", "sales >= 0"), of_sizes("less", "sales < 1000", "sales / 1000 + 7")),
    "a ratio": (
        of_sizes("all", "sales >= 0", denominator="shop_count"),
        of_sizes("less", "sales < 1000", denominator="shop_count"),
    ),
    "a mean and a ratio": (
        of_sizes("all", "sales >= 0"),
        of_sizes("less", "sales < 1000", denominator="shop_count"),
    ),
}


@pytest.mark.parametrize(
    "codebooks",
    [["all less"], ["less all"], ["all", "less all"], ["all", "less"]],
    ids=["after", "before", "later, before", "later, alone"],
)
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_of_two_universes_of_one_size_what_few_make_up_between_them_is_not_told(
    pair: tuple[str, str], codebooks: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known by the values, whichever stands first in the codebook, and whichever was told first."""
    surveys = make_project(tmp_path, monkeypatch, shops=SHOPS)
    rows = [
        f"{district}-{n},{district},1,{'town' if n % 2 else 'plain'},400,4,2020-05-01,{size},2,,"
        for district, large in LARGE.items()
        for n, size in enumerate([*large, *[float(300 + n) for n in range(40 - len(large))]])
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))
    tables: dict[tuple[str, str | None], pd.DataFrame] = {}
    known: dict[str, pd.Series[bool]] = {}
    for names in codebooks:
        texts = dict(zip(("all", "less"), pair, strict=True))
        more = "".join(texts[name] for name in names.split())
        (surveys / "shops" / "codebook.toml").write_text(SHOPS.replace("[simulate]", more + "[simulate]", 1))
        clear_memory()
        survey = load_survey("shops", 2025)
        with edition():
            tables |= {
                (name, by): published(survey, name, by)
                for name in names.split()
                for by in (None, "district", "stratum")
            }
        known |= {
            name: survey.frame.filter(regex=f"^{name}(_numerator)?$").iloc[:, 0].notna()
            for name in names.split()
        }

    assert left_of_few(survey.frame, known, tables) == []
    assert tables["all", "district"]["estimate"].notna().any()


def test_an_indicator_whose_universe_became_smaller_does_not_tell_what_few_make_up_of_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger knows by which rule the mean was told: 21 shops are in it no more, and one of them sells nearly all that these sell."""
    surveys = make_project(tmp_path, monkeypatch, shops=SHOPS)
    sizes = {district: [50_000 + n for n in range(60)] for district in ("522", "524", "525", "533")}
    sizes["524"] += [90_000, *[200] * 20]
    rows = [
        f"{district}-{n},{district},1,plain,400,4,2020-05-01,{size},2,,"
        for district, shops in sizes.items()
        for n, size in enumerate(shops)
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))
    tables = []
    for universe in ("sales >= 0", "sales > 1000 and sales < 80000"):
        text = SHOPS.replace("[simulate]", of_sizes("size", universe) + "[simulate]", 1)
        (surveys / "shops" / "codebook.toml").write_text(text, encoding="utf-8")
        clear_memory()
        with edition():
            tables.append(published(load_survey("shops", 2025), "size", "district").set_index("row"))

    before, after = (table["estimate"].dropna() for table in tables)
    assert "Huyện Bình Sơn" in before.index
    assert "Huyện Bình Sơn" not in after.index


def shops_of(
    sizes: dict[str, list[float]], codebook: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, pd.DataFrame]:
    """Return tables by district of the indicators of a codebook, of shops with these sales."""
    surveys = make_project(tmp_path, monkeypatch, shops=SHOPS)
    rows = [
        f"{district}-{n},{district},1,plain,400,4,2020-05-01,{size},2,,"
        for district, each in sizes.items()
        for n, size in enumerate(each)
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))
    text = SHOPS.replace("[simulate]", codebook + "[simulate]", 1)
    (surveys / "shops" / "codebook.toml").write_text(text, encoding="utf-8")
    clear_memory()
    survey = load_survey("shops", 2025)
    with edition():
        return {
            name: published(survey, name, "district").set_index("district")
            for name in ("size", "share")
            if f"name = '{name}'" in codebook
        }


def test_the_design_effect_of_a_ratio_does_not_tell_how_uneven_what_it_is_divided_by_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = {
        district: [round(100 * 1.07**n, 1) for n in range(45)] for district in ("522", "524", "525", "533")
    }
    codebook = of_sizes("size", "sales >= 0") + of_sizes("share", "sales >= 0", "shop_count", "sales")
    tables = shops_of(sizes, codebook, tmp_path, monkeypatch)

    shown = tables["share"]["estimate"].notna()
    assert shown.any()
    assert tables["share"]["deff"][shown].tolist() == tables["size"]["deff"][shown].tolist()


def test_a_mean_is_not_told_where_half_have_one_value_and_few_make_up_what_the_others_differ_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 45 shops 27 sell 300; in 522 two of the others sell 5,000, in 524 all others something else."""
    alike = [300.0] * 27
    sizes = {
        "522": [*alike, 5_000.0, 4_000.0, *[300.0 + n for n in range(1, 17)]],
        "524": [*alike, *[400.0 + 97 * n for n in range(18)]],
        "525": [*alike, *[350.0 + 83 * n for n in range(18)]],
        "533": [*alike, *[370.0 + 89 * n for n in range(18)]],
    }
    table = shops_of(sizes, of_sizes("size", "sales >= 0"), tmp_path, monkeypatch)["size"]

    hidden = table.index[table["symbol"].eq("c")].tolist()
    assert hidden == ["Thành phố Quảng Ngãi", "Huyện Mộ Đức"], "522, and one that would give it away"


def test_the_effective_n_of_a_mean_follows_from_its_printed_design_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the exact one, which weights alone make, the exact n followed."""
    sizes = {
        district: [300.0 + 17 * n + place for n in range(45 + place)]
        for place, district in enumerate(["522", "524", "525"])
    }
    table = shops_of(sizes, of_sizes("size", "sales >= 0"), tmp_path, monkeypatch)["size"]
    told = table[table["symbol"] == ""]

    assert len(told) > 0
    exact = pd.Series(
        {district: len(each) for district, each in zip(told.index, sizes.values(), strict=True)}
    )
    assert told["n_eff"].tolist() == round_count(exact / told["deff"], 5).tolist()


def test_a_mean_of_those_who_gave_an_answer_is_not_told_where_few_gave_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sales are known to many: of those who sell online they tell which few of 522 don't, and that all of 525 do."""
    surveys = make_project(tmp_path, monkeypatch, shops=SHOPS)
    offline = {"522": 4, "524": 20, "525": 0, "533": 15}
    rows = [
        f"{district}-{n},{district},1,plain,400,4,2020-05-01,{300 + 17 * n},{2 if n < few else 1},,"
        for district, few in offline.items()
        for n in range(45)
    ]
    deliver(surveys / "shops" / "2025.csv", csv_text(*rows))
    text = SHOPS.replace("[simulate]", of_sizes("size", 'online == "yes"') + "[simulate]", 1)
    (surveys / "shops" / "codebook.toml").write_text(text, encoding="utf-8")
    clear_memory()
    with edition():
        table = published(load_survey("shops", 2025), "size", "district").set_index("district")

    assert [*table.index[table["estimate"].notna()]] == ["Huyện Bình Sơn", "Huyện Mộ Đức"], "524 and 533"


@pytest.mark.parametrize("order", list(itertools.permutations(("home", "abroad", "all"))), ids=" ".join)
@pytest.mark.parametrize(
    ("rate", "told"),
    [(1, "all"), (2, "all"), (1, "some"), (1, "most")],
    ids=["alike", "counted double", "abroad of a part alone", "some say nothing of one"],
)
def test_of_a_size_and_its_two_parts_in_two_universes_what_few_make_up_between_them_is_not_told(
    rate: int, told: str, order: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Sales at home, sales abroad, and all sales of shops in the plain: any two tell nothing, the three those of shops in town, who are few.

    Sales abroad may be told of those alone who may have some; some small shops may not have said one of them.
    """
    surveys = make_project(tmp_path, monkeypatch, shops=SHOPS)
    question = next(part for part in SHOPS.split("[[question]]") if 'name = "sales"' in part).split("[[")[0]
    wide = question.replace("100000", "10000000")
    for place, name in enumerate(("abroad", "total")):
        named = wide.replace("sales", name).replace("Sales", f"Sales {place}")
        question += f"[[question]]{named.replace('Doanh thu', f'Doanh thu {place}')}"
    means = {
        "home": of_sizes("home", "sales >= 0"),
        "abroad": of_sizes("abroad_", "abroad > 0" if told == "some" else "sales >= 0", "abroad"),
        "all": of_sizes("all", "shop_count > 300", "total"),
    }
    first = question.split("[[")[0]
    text = SHOPS.replace(first, question, 1)
    text = text.replace("[simulate]", "".join(means[name] for name in order) + "[simulate]", 1)
    (surveys / "shops" / "codebook.toml").write_text(text, encoding="utf-8")
    draw = random.Random(906)
    rows = []
    for district, large in {"522": 3, "524": 14, "525": 4, "533": 0}.items():
        for n in range(50):
            home, other = (round(min(300 * draw.lognormvariate(0, 0.9), 999)) for _ in "12")
            stratum = "town,200" if n < large else "plain,400"
            other = 0 if told == "some" and n % 3 == 0 else other
            total = home * rate + other
            other = "" if told == "most" and n == 49 else other
            shop = f"{district}-{n},{district},1,{stratum},4,2020-05-01,{home},{other},{total},2,,"
            rows.append(shop)
    header = csv_text().splitlines()[0].replace(",sales,", ",sales,abroad,total,", 1)
    deliver(surveys / "shops" / "2025.csv", "\n".join([header, *rows]) + "\n")
    clear_memory()
    survey = load_survey("shops", 2025)
    with edition():
        tables = {
            name: published(survey, name, "district").set_index("row") for name in ("home", "abroad_", "all")
        }

    shown = [
        row
        for row in tables["all"].index
        if all(pd.notna(one["estimate"].get(row)) for one in tables.values())
    ]
    left = {row: survey.frame.query("district == @row and stratum == 'town'")["total"] for row in shown}
    assert all(one["estimate"].notna().any() for one in tables.values())
    assert shown or rate == 2  # those of some other pair are hidden, too
    assert not [
        row
        for row, sizes in left.items()
        if len(sizes) and (len(sizes) < 10 or made_by_few(sizes, divides=False))
    ]


def test_a_number_of_few_values_that_two_others_add_up_to_is_not_told_by_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Computers, tablets, devices: three windows on two numbers. Computers counted double is computers, and is told."""
    surveys = make_project(tmp_path, monkeypatch, shops=SHOPS)
    question = next(part for part in SHOPS.split("[[question]]") if 'name = "sales"' in part).split("[[")[0]
    few = "[[question]]" + question.replace("100000", "2")
    tablets = (
        few.replace("sales", "tablets").replace("Sales", "Tablets").replace("Doanh thu", "Máy tính bảng")
    )
    means = {"computers": "sales", "double": "2 * sales", "tablets_": "tablets", "devices": "sales + tablets"}
    text = SHOPS.replace("[[question]]" + question, few + tablets, 1)
    text = text.replace(
        "[simulate]",
        "".join(of_sizes(name, "sales >= 0", of) for name, of in means.items()) + "[simulate]",
        1,
    )
    (surveys / "shops" / "codebook.toml").write_text(text, encoding="utf-8")
    draw = random.Random(906)
    rows = [
        f"{district}-{n},{district},1,plain,400,4,2020-05-01,{draw.randint(0, 2)},{draw.randint(0, 2)},2,,"
        for district in ("522", "524", "525", "533")
        for n in range(50)
    ]
    header = csv_text().splitlines()[0].replace(",sales,", ",sales,tablets,", 1)
    deliver(surveys / "shops" / "2025.csv", "\n".join([header, *rows]) + "\n")
    survey = load_survey("shops", 2025)

    with edition():
        told = {name: published(survey, name, "district")["estimate"].notna() for name in means}
        whole = published(survey, "devices")["estimate"]

    assert [name for name, shown in told.items() if shown.any()] == ["computers", "double", "tablets_"]
    assert whole.notna().all()
