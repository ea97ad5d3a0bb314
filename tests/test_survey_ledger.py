"""Two publications of a survey tell no more of few respondents than one does, wherever they were put."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from red_team import between, clear_memory, edition
from survey_workbench import SHOPS, csv_text, deliver, make_project

import qngai_analysis as qn
from qngai_analysis import lock, paths
from qngai_analysis.edition.publishing import Made, publish
from qngai_analysis.errors import RenderError, SurveyError
from qngai_analysis.survey import (
    Survey,
    door,
    load_survey,
    published,
    read_codebook,
    response_account,
    survey_observations,
)
from qngai_analysis.survey.release import ledger
from qngai_analysis.survey.release.comparisons import against_rest
from qngai_analysis.survey.release.counts import published_counts, published_weights
from qngai_analysis.survey.release.history import history_of
from qngai_analysis.survey.release.side_by_side import enter_by_hand

# district: shops that answered, and how many of them sell online
FIRST = {"522": (140, 40), "524": (125, 40), "525": (130, 90), "533": (150, 75)}
NAMES = {
    "522": "Thành phố Quảng Ngãi",
    "524": "Huyện Bình Sơn",
    "525": "Huyện Trà Bồng",
    "533": "Huyện Mộ Đức",
}
OF = ("shops", 2025, "real")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return make_project(tmp_path, monkeypatch, shops=SHOPS)


def receive(
    surveys: Path,
    counts: dict[str, tuple[int, int]],
    *,
    status: str = "real",
    file: str = "2025.csv",
    weighs: float = 1,
    sales: int | None = 100,
    later: int = 0,
) -> None:
    """
    A file of shops, two strata that weigh 10 and 11: in each district so many answered, so many sell online.

    Each opened on a day of its own (perhaps ``later``), so that no two answer alike; with other sales they are other
    answers, each has its own with none.
    """
    rows = [
        f"{district}-{place},{district},1,{'plain' if place % 2 else 'hill'},4000,{weighs * (10 + place % 2)},"
        f"{date.fromordinal(630_000 + later + 200 * int(district) + place)},"
        f"{200 * (int(district) - 500) + place if sales is None else sales},{1 if place < online else 2},,"
        for district, (answered, online) in counts.items()
        for place in range(answered)
    ]
    deliver(surveys / "shops" / file, csv_text(*rows), status=status)


def revised(**changes: tuple[int, int]) -> dict[str, tuple[int, int]]:
    return {**FIRST, **{name.lstrip("d"): counts for name, counts in changes.items()}}


def look(
    by: str | None = "district", name: str = "sells_online", of: tuple[str, int] = ("shops", 2025)
) -> pd.DataFrame:
    table = published(load_survey(*of), read_codebook(of[0]).indicators[name], by)
    return table.set_index("row")


def publish_edition() -> pd.DataFrame:
    """Publish the province, the districts and one district beside the rest."""
    with edition():
        look(None)
        table = look()
        rest()
    return table


def rest(place: str = "525") -> pd.Series | None:
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]
    return against_rest(survey, item, "district", NAMES[place])


def same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return one.drop(columns="treatment").equals(other.drop(columns="treatment"))


# -- the attack ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"d524": (126, 41)},  # one more shop of Bình Sơn answers, and sells online
        {"d524": (124, 39)},  # one goes
        {"d533": (150, 76)},  # an answer is corrected
        {"d522": (141, 41)},  # 140 and 141 are both printed as 140
        {"d524": (126, 41), "d533": (153, 75)},
    ],
)
def test_a_revision_by_few_changes_no_number_of_any_table(
    project: Path, change: dict[str, tuple[int, int]]
) -> None:
    receive(project, FIRST)
    districts, beside = publish_edition(), rest()
    whole = look(None)
    receive(project, revised(**change))

    assert same(look(), districts)
    assert same(look(None), whole)
    pd.testing.assert_series_equal(rest(), beside)
    assert look().attrs["stands"]


def test_the_province_is_of_all_forms_where_many_came_late_though_few_of_them_answered_another_question(
    project: Path,
) -> None:
    codebook, of = project / "shops" / "codebook.toml", read_codebook("shops").indicators["sells_online"]
    more = (
        "[[indicator]]\nname = 'there'\nkind = 'proportion'\nvi = 'there'\nen = 'there'\n"
        f"numerator = '{of.numerator.text}'\nuniverse = 'outcome == \"completed\" and district == \"525\"'\n\n"
    )
    text = codebook.read_text("utf-8").replace("[simulate]", more + "[simulate]", 1)
    codebook.write_text(text, encoding="utf-8")
    receive(project, FIRST)
    with edition():
        assert look(None, "there")["estimate"].notna().all()
        look(None)
    receive(project, revised(d522=(160, 50), d525=(131, 91), d533=(170, 85)))

    assert look(None, "there")["n"].iloc[0] == 130
    assert look(None)["n"].iloc[0] == 585


def test_the_office_is_told_how_many_tables_stand(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    assert ledger.standing() == {}
    receive(project, revised(d524=(126, 41)))
    publish_edition()

    ((survey, (stand, of)),) = ledger.standing().items()
    assert survey == "shops 2025"
    assert 0 < stand <= of
    assert ledger.standing(real_only=True) == ledger.standing()  # no rehearsal


def test_a_table_that_was_never_published_is_not_made_of_a_file_revised_by_few(project: Path) -> None:
    """It would hold the answer that the published ones leave out."""
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d524=(126, 41)))

    assert look("stratum")["symbol"].eq("c").all()
    assert rest("533") is None


def test_a_new_name_of_an_indicator_tells_nothing_of_a_revision_by_few(project: Path) -> None:
    receive(project, FIRST)
    with edition():
        look(None)
    codebook = project / "shops" / "codebook.toml"
    codebook.write_text(codebook.read_text("utf-8").replace("sells_online", "online_shops"), encoding="utf-8")
    assert look(None, "online_shops")["estimate"].notna().all()

    receive(project, revised(d533=(150, 76)))

    assert look(None, "online_shops")["estimate"].isna().all()


def test_a_new_name_with_another_base_tells_nothing_of_a_revision_by_few(project: Path) -> None:
    """The indicator leaves a district out; the others' rows hold whom they held, but for one shop of one of them."""
    receive(project, FIRST)
    publish_edition()
    codebook = project / "shops" / "codebook.toml"
    of_the_rest = 'name = "online_shops"', 'universe = \'outcome == "completed" and district != "522"\''
    text = codebook.read_text("utf-8").replace('name = "sells_online"', of_the_rest[0])
    head, tail = text.split(of_the_rest[0])
    tail = tail.replace("universe = 'outcome == \"completed\"'", of_the_rest[1], 1)
    codebook.write_text(head + of_the_rest[0] + tail, encoding="utf-8")
    receive(project, revised(d533=(150, 76)))

    assert look("district", "online_shops")["estimate"].isna().all()


SIZES = {"under 100": "sales < 100", "100 to 199": "sales >= 100 and sales < 200",
         "200 to 299": "sales >= 200 and sales < 300", "300 and more": "sales >= 300"}  # fmt: skip


def receive_sizes(project: Path, groups: dict[str, str], *, name: str = "size", moved: bool = False) -> None:
    """A codebook that groups shops by their sales, and a file: "moved" is one shop of another size."""
    listed = ", ".join(f'{{ vi = "{one}", en = "{one}", when = "{rule}" }}' for one, rule in groups.items())
    domain = f'[[domain]]\nname = "{name}"\nvi = "Cỡ"\nen = "Size"\ngroups = [{listed}]\n\n[simulate]'
    (project / "shops" / "codebook.toml").write_text(SHOPS.replace("[simulate]", domain, 1), encoding="utf-8")
    sales = [50] * 98 + [150] * 143 + [250] * 180 + [350] * 132
    if moved:
        sales[200] = 350
    rows = [
        f"{n},{(522, 524, 525, 533)[n % 4]},1,plain,4000,10,2020-05-01,{size},{1 if n % 3 else 2},,"
        for n, size in enumerate(sales)
    ]
    deliver(project / "shops" / "2025.csv", csv_text(*rows))


@pytest.mark.parametrize(
    ("groups", "name"),
    [
        (dict(zip(("S", "M", "L", "XL"), SIZES.values(), strict=True)), "size"),  # other labels
        ({"small": "sales < 200", "large": "sales >= 200"}, "size"),  # put together
        ({"small": "sales < 200", "large": "sales >= 200"}, "scale"),  # and another name of the grouping
        (SIZES, "scale"),
        (dict(zip(SIZES, reversed(SIZES.values()), strict=True)), "size"),  # labels that changed places
    ],
)
def test_groups_of_other_names_tell_nothing_of_a_shop_that_moved_between_them(
    project: Path, groups: dict[str, str], name: str
) -> None:
    receive_sizes(project, SIZES)
    with edition():
        before = look("size")
    receive_sizes(project, groups, name=name)
    assert look(name)["estimate"].notna().all()
    assert set(look(name).index) == set(groups)

    receive_sizes(project, groups, name=name, moved=True)

    if name == "size" and set(groups) == set(before.index):
        assert same(look(name), before)
    else:
        assert look(name)["estimate"].isna().all()


def test_a_group_that_was_hidden_stays_hidden_by_another_name_and_beside_others(project: Path) -> None:
    sizes = {"tiny": "sales < 40", **SIZES, "under 100": "sales >= 40 and sales < 100"}
    receive_sizes(project, sizes)
    file = project / "shops" / "2025.csv"
    deliver(file, file.read_text("utf-8").replace(",50,1", ",30,1", 7))
    text = file.read_text("utf-8")
    with edition():
        before = look("size")
    first = set(before.index[before["symbol"].eq("c")])
    assert len(first) == 2  # one helps
    helper = (first - {"tiny"}).pop()
    others = [label for label in SIZES if label != helper]
    receive_sizes(project, {"few": sizes["tiny"], "both": f"({sizes[helper]}) or ({sizes[others[0]]})",
                            **{label: sizes[label] for label in others[1:]}})  # fmt: skip
    deliver(file, text)

    after = look("size")

    assert set(after.index[after["symbol"].eq("c")]) >= {"few", "both"}


def test_the_opposite_of_an_indicator_by_another_name_tells_nothing_of_a_revision_by_few(
    project: Path,
) -> None:
    receive(project, FIRST)
    with edition():
        look(None)
    codebook = project / "shops" / "codebook.toml"
    opposite = (
        codebook.read_text("utf-8")
        .replace("sells_online", "offline")
        .replace('numerator = \'online == "yes"', 'numerator = \'online == "no"')
    )
    codebook.write_text(opposite, encoding="utf-8")

    receive(project, revised(d533=(148, 73)))

    assert look(None, "offline")["estimate"].isna().all()


def test_counts_that_were_never_published_wait_while_something_stands(project: Path) -> None:
    receive(project, FIRST)
    with edition():
        look(None)
    assert published_weights(load_survey("shops", 2025), "stratum")["share"].notna().all()
    receive(project, revised(d524=(126, 41)))

    survey = load_survey("shops", 2025)
    assert published_weights(survey, "stratum")["share"].isna().all()
    rows = pd.DataFrame({"question": ["online"], "due": [546]})
    assert published_counts(survey, "account", rows, "question", ["due"])["due"].isna().all()


def test_counts_do_not_tell_that_a_routed_question_was_due_to_nobody_or_to_all(project: Path) -> None:
    receive(project, FIRST)
    rows = pd.DataFrame({"question": ["online_sales", "online"], "due": [0, 545], "not_applicable": [545, 0]})

    found = published_counts(load_survey("shops", 2025), "account", rows, "question", [*rows.columns[1:]])

    assert pd.isna(found.loc[0, "due"])
    assert found.loc[1].to_list() == ["online", 545, 0]


def test_an_indicator_is_not_published_by_what_it_asks_itself(project: Path) -> None:
    """All or nobody says yes in each group: what is known of them narrows what other tables tell."""
    receive(project, FIRST)

    assert look("online")["symbol"].eq("c").all()
    assert look("online", "on_social")["symbol"].ne("c").any()


@pytest.mark.parametrize("numerator", ['online == "yes"', 'online == "no"'])
def test_of_two_limits_of_one_indicator_or_its_opposite_the_few_between_are_not_told(
    project: Path, numerator: str
) -> None:
    """Shops, and shops of some size: seven of Bình Sơn are in one alone, and two shares leave several counts of them."""
    second = f"""[[indicator]]
name = "larger"
kind = "proportion"
unit = "%"
vi = "Lớn hơn"
en = "Larger"
numerator = '{numerator}'
universe = 'outcome == "completed" and sales >= 100'

[simulate]"""
    (project / "shops" / "codebook.toml").write_text(SHOPS.replace("[simulate]", second, 1), encoding="utf-8")
    receive(project, FIRST)
    file = project / "shops" / "2025.csv"
    small = re.sub(r"(?m)^(524-[0-6],.*),100,", r"\1,50,", file.read_text("utf-8"))
    deliver(file, small)

    all_, larger = look().loc[NAMES["524"]], look(name="larger").loc[NAMES["524"]].copy()
    assert all_["symbol"] == larger["symbol"] == ""
    if "no" in numerator:
        larger["estimate"] = 1 - larger["estimate"]
    assert len(between(all_, larger, 125, 118)) > 1


def test_the_same_shops_filed_under_another_year_are_compared(project: Path) -> None:
    more = {"527": (110, 60), "528": (90, 20), "529": (100, 30)}
    receive(project, FIRST | more)
    before = publish_edition()
    receive(project, revised(d524=(121, 44)) | more)
    for one in (project / "shops").glob("2025.*"):
        one.rename(one.with_stem("2024"))

    again = published(
        load_survey("shops", 2024), read_codebook("shops").indicators["sells_online"], "district"
    )

    assert same(again.set_index("row"), before)


def receive_again(surveys: Path, survey: str = "shops", year: int = 2025, **how: Any) -> tuple[str, int]:
    """The shops, a few fewer and others, filed under a name and year; how they are filed otherwise."""
    codebook = surveys / survey / "codebook.toml"
    codebook.parent.mkdir(exist_ok=True)
    codebook.write_text(SHOPS.replace('name = "shops"', f'name = "{survey}"', 1), encoding="utf-8")
    receive(surveys, revised(d524=(121, 44)), file=f"../{survey}/{year}.csv", **how)
    return survey, year


@pytest.mark.parametrize("weighs", [1, 1.0000001, 1.02])
@pytest.mark.parametrize(("survey", "year"), [("stores", 2025), ("shops", 2024), ("stores", 2024)])
def test_the_same_answers_under_another_name_or_with_other_weights_tell_nothing_of_a_revision_by_few(
    project: Path, survey: str, year: int, weighs: float
) -> None:
    receive(project, FIRST)
    before = publish_edition()

    of = receive_again(project, survey, year, weighs=weighs)

    assert same(look(of=of), before)


REMARK = """[[question]]
name = "remark"
section = "trade"
type = "integer"
vi = "Ghi chú"
en = "Remark"
ask_if = 'outcome == "completed"'
low = 0

[[indicator]]"""


@pytest.mark.parametrize("change", ["a question that nobody has answered", "days written otherwise"])
def test_the_same_answers_under_another_name_are_known_though_the_form_or_the_days_are_not_the_same(
    project: Path, change: str
) -> None:
    receive(project, FIRST, sales=None)
    before = publish_edition()

    of = receive_again(project, "stores", sales=None)
    if change == "days written otherwise":
        receive(project, revised(d524=(121, 44)), file="../stores/2025.csv", sales=None, later=1)
    else:
        book = project / "stores" / "codebook.toml"
        book.write_text(book.read_text("utf-8").replace("[[indicator]]", REMARK, 1), encoding="utf-8")
        file = book.with_name("2025.csv")
        head, *rows = file.read_text("utf-8").splitlines()
        deliver(file, "\n".join([f"{head},remark", *(f"{row},-7" for row in rows)]) + "\n")

    assert same(look(of=of), before)


def test_real_answers_that_a_rehearsal_told_first_are_compared_with_it(project: Path) -> None:
    receive(project, FIRST, status="simulated")
    before = publish_edition()

    receive_again(project)

    assert same(look(), before)


def test_real_answers_are_not_published_as_simulated_ones(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    of = receive_again(project, "rehearsal", status="simulated")

    with pytest.raises(SurveyError, match=r"rehearsal 2025: these answers were published as real .*status"):
        look(of=of)


def test_a_part_of_those_who_answered_is_not_published_as_another_survey(project: Path) -> None:
    """The difference from the whole would speak of who is not in the part."""
    receive(project, FIRST)
    publish_edition()
    receive_again(project, "coast")
    receive(project, {"522": (139, 40)}, file="../coast/2025.csv")

    with pytest.raises(SurveyError, match=r"coast 2025: the same answers .* shops 2025, of more or fewer"):
        look(of=("coast", 2025))


def test_the_same_shops_a_year_later_are_not_those_answers(project: Path) -> None:
    """A panel: the shops are the same, what they sell is not."""
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d533=(150, 76)), file="2024.csv", sales=110)

    assert not look(of=("shops", 2024)).attrs["stands"]


def test_the_same_answers_under_two_names_are_not_published_at_once(project: Path) -> None:
    receive(project, FIRST)
    of = receive_again(project, "stores")
    with ledger.noting_apart() as notes:
        first = look()
        look(of=of)

    with pytest.raises(RenderError, match=r"stores\.2025\.real\.json: another run published"):
        ledger.enter(notes)
    with edition():
        assert same(look(of=of), first)


def test_others_shops_of_another_year_are_not_compared(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    others = {"522": (141, 41), "524": (125, 42), "525": (129, 90), "533": (150, 75)}
    receive(project, others, file="2024.csv", sales=110)

    whole = published(load_survey("shops", 2024), read_codebook("shops").indicators["sells_online"])

    assert not whole.attrs["stands"]


def test_without_the_ledger_the_same_revision_would_tell(project: Path) -> None:
    receive(project, FIRST)
    before = look()
    receive(project, revised(d524=(150, 65)))

    assert not same(look(), before)


def test_a_revision_of_many_is_shown(project: Path) -> None:
    receive(project, FIRST)
    before = publish_edition()
    receive(project, revised(d533=(190, 80)))
    after = look()

    assert after.loc[NAMES["533"], "n"] == 190
    others = [name for name in after.index if name != NAMES["533"]]
    assert after.loc[others, ["estimate", "n"]].equals(before.loc[others, ["estimate", "n"]])


def test_an_error_in_many_answers_is_corrected(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d533=(150, 120)))

    assert look().loc[NAMES["533"], "estimate"] == pytest.approx(0.8, abs=0.01)


def test_a_table_stands_as_a_whole_if_few_changed_in_one_of_its_rows(project: Path) -> None:
    """The province moves by 41 shops; were Mộ Đức shown to move by 40, the one of Bình Sơn would be known."""
    receive(project, FIRST)
    before = publish_edition()
    receive(project, revised(d533=(190, 80), d524=(126, 41)))

    assert same(look(), before)
    assert look(None)["n"].item() == 585


def test_tables_of_all_indicators_stand_where_few_answers_of_one_changed(project: Path) -> None:
    """
    Forty shops of Mộ Đức go, and one of Bình Sơn, who did not say how she sells.

    Were that indicator shown to move, and the other to stand, it would be known that she did not say.
    """
    receive(project, FIRST)
    file = project / "shops" / "2025.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    one = next(line for line in lines if line.startswith("524-0,"))
    lines[lines.index(one)] = one = f"{one.rstrip(',')},5,-9"
    deliver(file, "\n".join(lines) + "\n")
    with edition():
        before = {name: look(name=name) for name in ("sells_online", "on_social")}
    gone = [f"533-{place}," for place in range(55, 95)]  # half of them sell online, as before
    deliver(
        file, "\n".join(line for line in lines if line != one and not line.startswith(tuple(gone))) + "\n"
    )

    assert all(same(look(name=name), table) for name, table in before.items())


@pytest.mark.parametrize(("answered", "many"), [(9, False), (40, True)])
def test_a_change_in_a_hidden_row_lets_no_table_by_groups_move(
    project: Path, answered: int, many: bool
) -> None:
    """The province moves where many answered since."""
    receive(project, revised(d524=(7, 2)))
    before = publish_edition()
    whole = look(None)
    receive(project, revised(d524=(answered, answered // 2)))

    assert before.loc[NAMES["524"], "symbol"] == "c"
    assert same(look(), before)
    assert same(look(None), whole) != many


def test_no_figure_stands_that_many_answers_contradict(project: Path) -> None:
    """Yes and no of Mộ Đức were coded the wrong way round; and one shop of Bình Sơn was corrected, so that no row may move."""
    receive(project, revised(d533=(150, 30)))
    publish_edition()
    receive(project, revised(d533=(150, 120), d524=(125, 41)))

    assert look()["symbol"].eq("c").all()
    assert look(None)["estimate"].iloc[0] == pytest.approx((40 + 41 + 90 + 120) / 545, abs=0.01)


def test_no_figure_stands_beneath_a_definition_that_is_not_its_own(project: Path) -> None:
    receive(project, FIRST)
    first = publish_edition()
    codebook = project / "shops" / "codebook.toml"
    text = codebook.read_text("utf-8")
    rule = read_codebook("shops").indicators["sells_online"].numerator.text
    codebook.write_text(
        text.replace(f"numerator = '{rule}'", f"numerator = 'not ({rule})'", 1), encoding="utf-8"
    )
    assert read_codebook("shops").indicators["sells_online"].numerator.text != rule

    opposite = publish_edition()
    assert opposite["estimate"].round(6).equals((1 - first["estimate"]).round(6))
    receive(project, revised(d533=(150, 76)))  # few: what is said by the rule of now stands
    assert same(look(), opposite)


def test_a_definition_that_is_another_now_tells_nothing_of_a_revision_by_few(project: Path) -> None:
    """Every row of the opposite is another by many: it is compared with what the rule of then says of the file of now."""
    receive(project, FIRST)
    publish_edition()
    codebook = project / "shops" / "codebook.toml"
    rule = read_codebook("shops").indicators["sells_online"].numerator.text
    text = codebook.read_text("utf-8").replace(f"numerator = '{rule}'", f"numerator = 'not ({rule})'", 1)
    codebook.write_text(text, encoding="utf-8")
    receive(project, revised(d533=(150, 76)))

    assert look()["estimate"].isna().all()
    assert look(None)["estimate"].isna().all()


def test_small_revisions_add_up_until_they_are_many(project: Path) -> None:
    shown = []
    for more in (0, 4, 8, 20):
        receive(project, revised(d533=(150 + more, 75)))
        shown.append(publish_edition().loc[NAMES["533"], "n"])

    assert shown == [150, 150, 150, 170]


def test_a_record_that_answered_nothing_freezes_nothing(project: Path) -> None:
    receive(project, FIRST)
    before = publish_edition()
    file = project / "shops" / "2025.csv"
    deliver(file, file.read_text(encoding="utf-8") + "new,524,1,hill,4000,10,2020-05-01,100,,,\n")

    assert same(look(), before)
    assert not look().attrs["stands"]


def test_simulated_and_real_files_are_not_compared(project: Path) -> None:
    """The real file that takes the place of rehearsal data owes nothing to them."""
    receive(project, FIRST, status="simulated")
    publish_edition()
    receive(project, revised(d524=(150, 65)), sales=110)

    assert look().loc[NAMES["524"], "n"] == 150


def test_a_verdict_rests_on_the_figure_that_stands(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    before = survey_observations("shops", 2025)
    receive(project, revised(d533=(150, 76)))

    assert survey_observations("shops", 2025)["value"].tolist() == before["value"].tolist()


# -- what is no publication ------------------------------------------------------------------


def test_a_part_of_the_sample_is_refused(project: Path) -> None:
    receive(project, FIRST)
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]

    with pytest.raises(SurveyError, match="a part of a sample can't be published"):
        published(survey.where(survey.frame["district"] == NAMES["533"]), item)


def test_rows_that_are_not_those_of_the_file_are_refused(project: Path) -> None:
    receive(project, FIRST)
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]

    with pytest.raises(SurveyError, match="not those of the survey's file"):
        published(type(survey)(survey.frame.drop(index=3), survey.design), item)
    with pytest.raises(SurveyError, match="not those of the survey's file"):
        published(survey.assign(mine=np.arange(len(survey.frame)) % 2), item, "mine")


def test_other_weights_than_those_of_the_file_are_refused(project: Path) -> None:
    """A weight of nearly nothing takes a record out without taking it away."""
    receive(project, FIRST)
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]
    frame = survey.frame.copy()
    frame.loc[3, "weight"] = 1e-9

    with pytest.raises(SurveyError, match="not those of the survey's file"):
        published(type(survey)(frame, survey.design), item, "district")
    with pytest.raises(SurveyError, match="is not the codebook's"):
        published(type(survey)(survey.frame, replace(survey.design, weights="sales")), item)


def test_looking_is_no_publication(project: Path) -> None:
    receive(project, FIRST)
    look()

    assert not paths.releases().exists()


def test_what_a_session_saves_is_published(project: Path, tmp_path: Path) -> None:
    """A workbook, or a view of the explorer: nobody need render a report for it to be compared with."""
    receive(project, FIRST)
    kept = look("stratum")
    qn.to_xlsx(qn.load_survey("shops", 2025).proportion("sells_online", by="district"), tmp_path / "a.xlsx")
    receive(project, revised(d524=(126, 41)))

    assert look("stratum")["estimate"].equals(kept["estimate"])  # it was looked at and may be in the file
    assert look()["estimate"].notna().all()
    assert look("online")["symbol"].eq("c").all()


def test_what_a_session_saves_is_decided_and_entered_while_no_other_can_enter(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sessions that rake at once: the second sees what the first entered, or waits."""
    receive(project, FIRST)
    look("stratum")
    held = []
    for name in ("read", "enter"):
        whole = getattr(ledger, name)

        def asked(*given: Any, whole: Any = whole, **named: Any) -> Any:
            held.append(lock._taken(paths.releases() / lock.NAME) is None)
            return whole(*given, **named)

        monkeypatch.setattr(ledger, name, asked)

    enter_by_hand()

    assert len(held) > 1
    assert all(held)


def test_a_session_that_looked_at_two_states_of_a_file_saves_nothing_and_says_what_to_do(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after cleaning in one notebook: neither knows of the other. Programs' drafts elsewhere go on."""
    receive(project, FIRST)
    before: Any = qn.load_survey("shops", 2025)
    before.proportion("sells_online", by="district")
    entering = list(ledger.given.items())
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "given", {})  # another program changes the file
        receive(project, revised(d524=(126, 41)))
    ledger.given.update(entering)
    after: Any = qn.load_survey("shops", 2025)
    table = after.proportion("sells_online", by="district")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "drafts"))
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "a.log").write_text("a", encoding="utf-8")
    for save in (table.to_csv, lambda: (project / "a.txt").write_text("a", encoding="utf-8")):
        with pytest.raises(
            RenderError, match=r"another state of the survey's file; nothing was saved. Restart"
        ):
            save()
    assert not [*paths.releases().glob("shops*.json")]


def test_no_row_stands_beside_the_whole_of_new_weights_that_another_session_would_give_away(
    project: Path,
) -> None:
    receive(project, revised(d524=(7, 2)))
    item = read_codebook("shops").indicators["sells_online"]
    history = history_of(load_survey("shops", 2025).rake({"stratum": {"plain": 0.5, "hill": 0.5}}))

    assert history.hiding.given_away(item, history.file.weighted, {}) == set()


def test_what_a_session_was_given_in_another_project_is_entered_there(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(project, FIRST)
    look("stratum")
    before = ledger.file_of(OF)
    other = make_project(tmp_path / "other", monkeypatch, shops=SHOPS)
    receive(other, FIRST)

    qn.to_xlsx(qn.load_survey("shops", 2025).proportion("sells_online", by="district"), tmp_path / "a.xlsx")

    assert before != ledger.file_of(OF)
    assert before.is_file()
    assert ledger.file_of(OF).is_file()


def test_exact_numbers_that_lost_their_mark_are_not_saved(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A float, an array or a merge of plain tables has none; what is known to be published is saved all the same."""
    receive(project, FIRST)
    loaded = qn.load_survey("shops", 2025)
    table, kept = loaded.proportion("sells_online", by="district"), tmp_path / "a.xlsx"
    monkeypatch.setattr(door, "_asked", [])
    plain = pd.DataFrame({"label": ["A"], "value": [1.0]})
    qn.to_xlsx(plain, tmp_path / "b.xlsx")
    value = float(loaded.survey.proportion("sells_online")["estimate"].iloc[0])

    lost = plain.assign(value=value)
    for frame in (lost, qn.table(lost, "A"), table.assign(estimate=value)):
        with pytest.raises(SurveyError, match="not known where its numbers come from"):
            qn.to_xlsx(frame, kept)
    assert not kept.exists()
    qn.to_xlsx(table, kept)
    assert kept.exists()


def test_counts_of_the_file_are_neither_saved_nor_given_to_a_report(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(project, FIRST)
    loaded = qn.load_survey("shops", 2025)
    monkeypatch.setattr(door, "_asked", [])
    counts = loaded.survey.frame.groupby("district", observed=True).size().rename("n").reset_index()

    with pytest.raises(SurveyError, match="not known where its numbers come from"):
        qn.to_xlsx(counts, tmp_path / "a.xlsx")
    qn.to_xlsx(qn.table(loaded.proportion("sells_online", by="district"), "A"), tmp_path / "a.xlsx")
    with edition(), pytest.raises(SurveyError, match="exact estimates don't go into a report"):
        response_account("shops", 2025)


def test_the_rest_tells_no_more_than_the_whole_and_the_group(project: Path) -> None:
    """Rounded for itself it would be a second window on the group's answers: two windows may leave one count."""
    receive(project, FIRST)
    survey, whole, mine = load_survey("shops", 2025), look(None).iloc[0], look().loc[NAMES["525"]]
    weights = survey.weights.groupby(survey.frame["district"].astype(str)).sum()
    part = weights[NAMES["525"]] / weights.sum()

    told = rest()

    left = (whole["estimate"] - part * mine["estimate"]) / (1 - part)
    assert told is not None
    assert told["rest"] == pytest.approx(left, abs=0.006 / 2)  # 415 answers: steps of 0.5 points
    assert told["rest"] != pytest.approx((40 + 40 + 75) / 415, abs=1e-4)


def test_exact_estimates_are_neither_printed_nor_saved(project: Path, tmp_path: Path) -> None:
    receive(project, FIRST)
    exact = qn.load_survey("shops", 2025).survey.proportion("sells_online", by="district")

    for attempt in (
        lambda: qn.table(exact, "Tỷ lệ"),
        lambda: qn.table(exact[["district", "estimate"]].assign(value=exact["estimate"] * 100), "Tỷ lệ"),
        lambda: qn.finding("{estimate:.3f}", exact.iloc[0]),
        lambda: qn.plot.bars(exact.rename(columns={"district": "label", "estimate": "value"}), "Tỷ lệ"),
        lambda: qn.to_xlsx(exact, tmp_path / "a.xlsx"),
    ):
        with pytest.raises(SurveyError, match="holds exact estimates of a Survey"):
            attempt()
    assert not (tmp_path / "a.xlsx").exists()


def test_a_report_that_is_being_made_is_given_no_exact_estimates(project: Path) -> None:
    receive(project, FIRST)
    loaded = qn.load_survey("shops", 2025)
    survey = loaded.survey

    with edition():
        for attempt in (
            lambda: loaded.survey,
            lambda: survey.proportion("sells_online"),
            lambda: survey.regress("sells_online", "stratum"),
            lambda: survey.independence("stratum", "district"),
        ):
            with pytest.raises(SurveyError, match="exact estimates don't go into a report"):
                attempt()
        assert loaded.proportion("sells_online")["estimate"].notna().all()


def test_how_the_sample_divides_is_rounded_and_hides_few(project: Path) -> None:
    receive(project, revised(d524=(7, 2)))
    loaded = qn.load_survey("shops", 2025)
    found = loaded.weighted("district").set_index("group")["value"]

    assert pd.isna(found[NAMES["524"]])
    assert found.isna().sum() == 2  # all add up to 100
    assert (found.dropna() % 0.5).abs().max() < 1e-9


def test_a_districts_report_made_after_a_correction_prints_what_the_first_edition_would_have(
    project: Path,
) -> None:
    """The province in March, its districts in April, and one answer corrected in between."""
    receive(project, FIRST)
    expected = look()
    clear_memory()
    with edition():
        look(None)
    receive(project, revised(d524=(126, 41)))

    assert same(look(), expected)
    assert look()["estimate"].notna().any()


def test_weights_are_not_divided_by_an_answer(project: Path) -> None:
    """Many new weights would each give another window on who said so."""
    receive(project, FIRST)
    loaded: Any = qn.load_survey("shops", 2025)
    for survey in (loaded, loaded.raked(stratum={"plain": 0.6, "hill": 0.4})):
        with pytest.raises(SurveyError, match="weights are compared by unit, stratum and the survey's own"):
            survey.weighted("online")


def test_nothing_is_published_with_weights_made_by_an_answer(project: Path) -> None:
    """How a district's weights divide would say how many in it said so."""
    receive(project, FIRST)
    answers = load_survey("shops", 2025).frame["online"]
    raked: Any = qn.load_survey("shops", 2025).raked(online=dict.fromkeys(map(str, answers.unique()), 0.5))
    for told in (lambda: raked.weighted("stratum"), lambda: raked.proportion("sells_online", by="stratum")):
        with pytest.raises(SurveyError, match="weights made by an answer"):
            told()


def as_answered(frame: pd.DataFrame) -> pd.Series:
    """Who sells online, called Bình Sơn, and who doesn't, Trà Bồng."""
    return frame["online"].map({"Có": NAMES["524"], "Không": NAMES["525"]}).astype("category")


@pytest.mark.parametrize(
    ("column", "put_back"),
    [("added", False), ("district", False), ("district", True), ("sells_online", False)],
)
def test_nothing_is_published_with_weights_by_a_column_that_is_not_the_files_or_was_not(
    column: str, put_back: bool, project: Path
) -> None:
    """An answer under a name that a session gives it is the answer."""
    receive(project, FIRST)
    survey, even = load_survey("shops", 2025), {NAMES["524"]: 0.5, NAMES["525"]: 0.5}
    if column == "sells_online":
        raked = survey.rake({column: {1.0: 0.5, 0.0: 0.5}})
    else:
        raked = survey.assign(**{column: as_answered(survey.frame)}).rake({column: even})
    if put_back:
        raked = raked.assign(district=survey.frame["district"])

    for told in (lambda: published_weights(raked, "stratum"), lambda: published(raked, "sells_online")):
        with pytest.raises(SurveyError, match=r"weights made by an answer|not those of the survey's file"):
            told()


def test_weights_made_by_an_answer_are_known_however_small_they_are(project: Path) -> None:
    receive(project, FIRST)
    survey = load_survey("shops", 2025)
    tiny = survey.assign(district=as_answered(survey.frame)).rake(
        {"district": {NAMES["524"]: 2e-12, NAMES["525"]: 1e-12}}
    )

    with pytest.raises(SurveyError, match="weights made by an answer"):
        published_weights(tiny.assign(district=survey.frame["district"]), "stratum")


def test_weights_made_by_an_answer_of_those_who_are_in_no_group_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has no age has no group of ages; while the weights are made he may have been in one."""
    domain = """[[domain]]
name = "kind"
vi = "Loại"
en = "Kind"
groups = [
  { vi = "Một", en = "One", when = 'sales < 4820' },
  { vi = "Hai", en = "Two", when = 'sales >= 4820 and sales < 4900' },
]

[[indicator]]"""
    text = SHOPS.replace("[design]\n", 'tables_by = ["kind"]\n\n[design]\n', 1)
    text = text.replace("[[indicator]]", domain, 1)
    receive(make_project(tmp_path, monkeypatch, shops=text), FIRST, sales=None)
    survey = load_survey("shops", 2025)
    kind = survey.frame["kind"]
    filled = kind.astype(object).where(kind.notna(), as_answered(survey.frame))
    raked = survey.assign(kind=filled).rake({"kind": dict.fromkeys(filled.unique(), 0.25)})

    with pytest.raises(SurveyError, match="weights made by an answer"):
        published_weights(raked.assign(kind=kind), "stratum")


@pytest.mark.parametrize(
    "other",
    [
        {"strata": "sells_online"},
        {"strata": None},
        {"psu": None, "ssu": None},
        {"fpc": None},
        {"due": {}},
        {"nonresponse": "ignore"},
    ],
)
def test_nothing_is_published_of_a_sample_that_was_drawn_or_counts_otherwise_than_the_codebook_says(
    other: dict[str, Any], project: Path
) -> None:
    """An answer that is called a stratum would be taken for what everybody knows."""
    receive(project, FIRST)
    survey = load_survey("shops", 2025)
    design = replace(survey.design, **other)

    with pytest.raises(SurveyError, match="are not the codebook's"):
        published(Survey(survey.frame, design), "sells_online", "district")


@pytest.mark.parametrize(("asked", "told"), [("online", False), ("channels", False), ("sales", True)])
def test_new_weights_by_a_surveys_own_grouping_are_published_if_no_indicator_asks_it(
    asked: str, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How large a shop is may be known; whether it sells online, and so by what, is what the survey is there to say."""
    rules = {"online": 'online == "yes"', "sales": "sales < 150", "channels": 'chosen(channels, "website")'}
    rule = rules[asked]
    domain = f"""[[domain]]
name = "kind"
vi = "Loại"
en = "Kind"
groups = [
  {{ vi = "Một", en = "One", when = '{rule}' }},
  {{ vi = "Khác", en = "Other", when = 'outcome == "completed"' }},
]

[[indicator]]"""
    text = SHOPS.replace("[design]\n", 'tables_by = ["kind"]\n\n[design]\n', 1)
    text = text.replace("numerator = 'chosen(channels, \"social\")'", "numerator = 'online == \"no\"'")
    receive(
        make_project(tmp_path, monkeypatch, shops=text.replace("[[indicator]]", domain, 1)), FIRST, sales=None
    )
    frame = load_survey("shops", 2025).frame
    raked: Any = qn.load_survey("shops", 2025).raked(kind=dict.fromkeys(frame["kind"].unique(), 0.5))

    if told:
        assert raked.weighted("stratum")["value"].notna().all()
        return
    with pytest.raises(SurveyError, match="weights made by an answer"):
        raked.weighted("stratum")


def test_how_the_sample_divides_by_new_weights_hides_rows_with_few_of_one_margin(project: Path) -> None:
    """Weights that count one stratum alone would tell how many of it are in a district: here six."""
    receive(project, revised(d524=(12, 4)))
    loaded: Any = qn.load_survey("shops", 2025)
    plain = loaded.weighted("district").set_index("group")["value"]
    alone = loaded.raked(stratum={"plain": 1, "hill": 1e-4}).weighted("district").set_index("group")["value"]

    assert plain.notna().all()
    assert pd.isna(alone[NAMES["524"]])
    assert alone.isna().sum() == 2  # all add up to 100


@pytest.mark.parametrize(("status", "noted"), [("simulated", False), ("real", True)])
def test_made_up_people_of_a_project_that_a_report_begins_are_none_of_this_projects_ledgers(
    status: str, noted: bool, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tutorial's notebook rehearses; answers of real people are entered wherever the report looked at them."""
    with ledger.noting_apart() as notes:
        elsewhere = make_project(tmp_path / "rehearsal", monkeypatch, shops=SHOPS)
        receive(elsewhere, FIRST, status=status)
        assert look()["estimate"].notna().any()

    assert bool(notes) == noted


def test_new_weights_single_nobody_out(project: Path) -> None:
    """Weights that count the seven of Bình Sơn alone would print their answer as the province's."""
    receive(project, revised(d524=(7, 2)))
    loaded = qn.load_survey("shops", 2025)
    one, others = NAMES["524"], [name for code, name in NAMES.items() if code != "524"]
    raked = loaded.raked(district={one: 0.97} | dict.fromkeys(others, 0.01))

    assert raked.proportion("sells_online")["estimate"].isna().all()
    assert raked.proportion("sells_online", by="stratum")["estimate"].isna().all()
    even = loaded.raked(stratum={"plain": 0.5, "hill": 0.5})
    assert even.proportion("sells_online")["estimate"].notna().all()


def test_new_weights_are_printed_as_coarsely_as_they_count(project: Path) -> None:
    """Weights that make the province of 130 shops of Trà Bồng give no more than their own row does."""
    receive(project, FIRST)
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]
    totals = {name: 1.0 if code == "525" else 1e-6 for code, name in NAMES.items()}

    raked = published(survey.rake({"district": totals}), item).iloc[0]

    assert raked["step"] >= look().loc[NAMES["525"], "step"]


def test_a_table_of_new_weights_alone_is_compared_with_what_a_revised_file_gives(project: Path) -> None:
    """One more answer would show in the file's own figures beside those of new weights that were published without it."""
    receive(project, FIRST)
    item, even = read_codebook("shops").indicators["sells_online"], {"stratum": {"plain": 0.5, "hill": 0.5}}
    reweighted = load_survey("shops", 2025).rake(even)
    with edition():
        before = published(reweighted, item)
    whole = look(None)
    receive(project, revised(d524=(126, 41)))

    assert same(look(None), whole)
    assert look(None).attrs["stands"]
    assert same(published(load_survey("shops", 2025).rake(even), item), before)


def test_a_notebooks_table_of_new_weights_stands_though_a_record_less_makes_their_sum_another(
    project: Path,
) -> None:
    """The totals are shares of what the weights add up to; it is the shares that name the table."""
    receive(project, FIRST)

    def raked() -> pd.DataFrame:
        loaded: Any = qn.load_survey("shops", 2025)
        return pd.DataFrame(loaded.raked(stratum={"plain": 0.5, "hill": 0.5}).proportion("sells_online"))

    with edition():
        before = raked()
    assert before["estimate"].notna().all()
    receive(project, revised(d524=(124, 39)))

    pd.testing.assert_frame_equal(raked(), before)


def test_a_table_that_stands_has_its_columns_in_the_order_of_one_that_is_made_now(project: Path) -> None:
    receive(project, FIRST)
    with edition():
        made = look()
    receive(project, revised(d524=(124, 39)))

    assert list(look().columns) == list(made.columns)


def test_weights_of_a_calibration_to_numbers_are_not_published(project: Path) -> None:
    receive(project, FIRST)
    survey, item = load_survey("shops", 2025), read_codebook("shops").indicators["sells_online"]

    with pytest.raises(SurveyError, match="adjusted to the total of a measure"):
        published(survey.calibrate({"sales": 600_000.0}), item)


# -- sizes -----------------------------------------------------------------------------------

COUNTED = {"522": (140, 40), "524": (125, 40), "525": (130, 90), "533": (150, 75), "536": (6, 3)}
MEAN = 'kind = "mean"\nvi = "Doanh thu"\nen = "Sales"\nnumerator = "sales"'


@pytest.fixture
def sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    ratio = SHOPS[SHOPS.index('kind = "ratio"') : SHOPS.index("universe", SHOPS.index('kind = "ratio"'))]
    return make_project(tmp_path, monkeypatch, shops=SHOPS.replace(ratio, MEAN + "\n"))


def means(by: str | None = "district") -> pd.DataFrame:
    return look(by, "online_share")


def is_told_anew(table: pd.DataFrame, before: pd.DataFrame) -> bool:
    return bool(table["estimate"].notna().any()) and not same(table, before)


@pytest.mark.parametrize(("largest", "moves"), [(300, True), (60_000, False)])
def test_a_mean_moves_for_many_who_come_late_if_few_do_not_make_up_what_they_have(
    sizes: Path, largest: int, moves: bool
) -> None:
    """The totals of both editions leave theirs: of one with nearly all of it the size would be known."""
    receive(sizes, COUNTED, sales=None)
    with edition():
        first, whole, heads = means(), means(None), look()
    receive(sizes, {**COUNTED, "533": (180, 75)}, sales=None)
    file = sizes / "shops" / "2025.csv"
    late = [f"533-{place}," for place in range(150, 180)]
    lines = [
        re.sub(r",\d+,2,,$", f",{largest if line.startswith(late[0]) else 300},2,,", line)
        if line.startswith(tuple(late))
        else line
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    deliver(file, "\n".join(lines) + "\n")

    assert is_told_anew(means(), first) == moves
    assert is_told_anew(means(None), whole) == moves
    assert not same(look(), heads)  # shares tell of no size
    assert is_told_anew(means("stratum"), first) == moves  # was not told before


@pytest.mark.parametrize("gone", [1, 30])
def test_a_mean_moves_for_many_who_come_though_one_goes_and_not_for_many_who_go(
    sizes: Path, gone: int
) -> None:
    """How large those were who went is not known any more."""
    receive(sizes, COUNTED, sales=None)
    with edition():
        whole = means(None)
    came = 40 if gone == 1 else 0
    receive(sizes, {**COUNTED, "533": (150 + came, 75), "522": (140 - gone, 40)}, sales=None)

    assert is_told_anew(means(None), whole) == (gone == 1)


def test_the_ledger_holds_no_total_that_is_hidden_and_none_more_precise_than_four_digits(sizes: Path) -> None:
    receive(sizes, COUNTED, sales=None)
    with edition():
        hidden = means().query("symbol != ''").index

    tables = json.loads(ledger.file_of(OF).read_text(encoding="utf-8"))["states"][0]["tables"]
    totals = next(one for one in tables if (one["item"], one["what"]) == ("online_share", "district"))[
        "totals"
    ]
    assert len(hidden) == 2
    assert set(totals).isdisjoint(hidden)
    assert all(float(f"{one:.4g}") == one for row in totals.values() for one in row)


# -- the ledger ------------------------------------------------------------------------------


def test_the_ledger_holds_nothing_hidden_and_nothing_more_precise_than_what_is_published(
    project: Path,
) -> None:
    receive(project, revised(d524=(7, 2)))
    table = publish_edition()

    content = json.loads(ledger.file_of(OF).read_text(encoding="utf-8"))
    kept = {(one["item"], one["what"]): one["rows"] for state in content["states"] for one in state["tables"]}
    rows = {row["row"]: row for row in kept["sells_online", "district"]}
    for name, row in rows.items():
        shown = table.loc[name]
        assert {key: row[key] for key in ("estimate", "n", "se")} == {
            key: None if pd.isna(shown[key]) else shown[key] for key in ("estimate", "n", "se")
        }
    # every indicator's whole is entered, whatever the edition shows of it: what comes later is compared with that
    assert {item for item, what in kept if what == ""} == set(read_codebook("shops").indicators)


def test_the_same_file_gives_the_same_bytes_however_often_it_is_published(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    receive(project, revised(d524=(126, 41)))
    second = publish_edition()
    kept = ledger.file_of(OF).read_bytes()

    assert same(publish_edition(), second)
    assert ledger.file_of(OF).read_bytes() == kept


def made(notes: tuple[object, ...] = ()) -> Made:
    return Made("r", Path(__file__), {}, {"r.html": b"<p>r"}, released=notes)  # type: ignore[arg-type]


def note_of(project: Path, counts: dict[str, tuple[int, int]] = FIRST) -> tuple[object, ...]:
    receive(project, counts)
    with ledger.noting_apart() as notes:
        look()
    return tuple(notes)


def test_the_ledger_is_the_projects_wherever_the_edition_goes(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "elsewhere" / "2025", [made(note_of(project))])

    assert ledger.file_of(OF).is_file()
    manifest = json.loads((tmp_path / "elsewhere" / "2025" / "manifest.json").read_text(encoding="utf-8"))
    assert [entry[:3] for entry in manifest["surveys"]] == [list(OF)]


def test_nothing_is_published_while_the_ledger_is_missing(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = note_of(project)
    publish(tmp_path / "out" / "2025", [made(notes)])
    ledger.file_of(OF).unlink()

    with pytest.raises(RenderError, match=r"shops\.2025\.real\.json: missing, though an edition"):
        publish(tmp_path / "out" / "2026", [made(notes)])
    assert not (tmp_path / "out" / "2026" / "r.html").exists()


def test_an_older_copy_of_the_ledger_does_not_forget_an_edition(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path / "out" / "2025", [made(note_of(project))])
    older = ledger.file_of(OF).read_bytes()
    again = note_of(project, revised(d533=(190, 80)))
    publish(tmp_path / "out" / "2026", [made(again)])
    ledger.file_of(OF).write_bytes(older)
    third = note_of(project, revised(d533=(190, 81)))

    with pytest.raises(RenderError, match="without what an edition here tells"):
        publish(tmp_path / "out" / "2027", [made(third)])


@pytest.fixture
def index(project: Path) -> Path:
    """The index of a project in which the shops were published twice; no edition is at hand."""
    receive(project, FIRST)
    publish_edition()
    older = ledger.file_of(OF).read_bytes()
    receive(project, revised(d533=(190, 80)))
    publish_edition()
    file = paths.releases().with_name(ledger.INDEX)
    file.with_name("older").write_bytes(older)
    return file


def test_a_ledger_that_is_gone_is_known_by_the_index(project: Path, index: Path) -> None:
    ledger.file_of(OF).unlink()

    with pytest.raises(
        RenderError, match=r"real\.json: missing, or without what published\.txt .* delete its line"
    ):
        publish_edition()
    index.write_text("")  # to begin anew
    publish_edition()


def test_an_older_copy_of_a_ledger_is_known_by_the_index(project: Path, index: Path) -> None:
    ledger.file_of(OF).write_bytes(index.with_name("older").read_bytes())

    with pytest.raises(RenderError, match=r"missing, or without what published\.txt says"):
        publish_edition()


@pytest.mark.parametrize("older", [False, True])
def test_a_folder_of_ledgers_that_is_gone_or_older_is_known_by_the_index_beside_it(
    project: Path, tmp_path: Path, index: Path, older: bool
) -> None:
    """All was published elsewhere: no manifest of an edition tells of it."""
    shutil.copytree(paths.releases(), kept := tmp_path / "kept")
    receive(project, revised(d533=(120, 50)))
    publish_edition()
    shutil.rmtree(paths.releases())
    if older:
        shutil.copytree(kept, paths.releases())

    with pytest.raises(RenderError, match=r"json: missing|key\.txt: missing, .* \(if the whole folder"):
        publish_edition()
    shutil.rmtree(paths.releases())
    index.unlink()  # to begin anew, on purpose
    publish_edition()


@pytest.mark.parametrize("lost", ["shops.2025.real.json", "key.txt"])
def test_nothing_of_another_survey_is_published_while_a_ledger_or_the_key_is_gone(
    project: Path, index: Path, lost: str
) -> None:
    """The same people under another name would not be known again."""
    of = receive_again(project, "stores")
    (paths.releases() / lost).unlink()

    with (
        pytest.raises(RenderError, match=rf"{lost}: missing, or without what published\.txt says"),
        edition(),
    ):
        look(of=of)


def test_people_made_up_anew_need_no_ledger_of_those_before(project: Path) -> None:
    receive(project, FIRST, status="simulated")
    publish_edition()
    (paths.releases() / "shops.2025.simulated.json").unlink()
    with pytest.raises(RenderError, match=r"simulated\.json: missing"):
        publish_edition()

    ledger.forget(("shops", 2025, "simulated"))
    publish_edition()


def test_an_index_that_is_gone_stops_what_would_be_published(project: Path, index: Path) -> None:
    whole = index.read_bytes()
    index.unlink()

    with pytest.raises(
        RenderError, match=r"published\.txt: missing, though the ledgers .* make an empty file"
    ):
        publish_edition()
    index.touch()
    publish_edition()
    assert index.read_bytes() == whole
    index.write_text("{")
    with pytest.raises(SurveyError, match=r"published\.txt: the ledger of what was published can't be read"):
        publish_edition()


def test_a_cut_between_ledger_and_index_neither_blocks_nor_forgets(project: Path, index: Path) -> None:
    before = index.read_bytes()
    receive(project, revised(d533=(120, 50)))
    publish_edition()
    whole = index.read_bytes()
    index.write_bytes(before)

    publish_edition()
    assert index.read_bytes() == whole


def test_a_project_of_before_the_index_goes_on(project: Path, index: Path) -> None:
    without_marks()

    publish_edition()
    assert index.is_file()


def without_marks() -> None:
    """Write the ledger as it was before it held hashes of records."""
    old = {
        one.basis: {key: table for key, table in one.tables.items() if key != ledger.ANSWERS}
        for one in ledger.read(OF)[0]
    }
    ledger._write_ledger(ledger.file_of(OF), OF, old)
    (paths.releases().with_name(ledger.INDEX)).unlink()


def test_beside_an_old_ledger_that_does_not_say_of_whom_it_is_no_other_survey_is_published(
    project: Path, index: Path
) -> None:
    without_marks()
    of = receive_again(project, "stores")

    with (
        pytest.raises(RenderError, match=r"shops\.2025\.real\.json: an old ledger, .* publish that"),
        edition(),
    ):
        look(of=of)
    publish_edition()
    with edition():
        assert look(of=of).attrs["stands"]  # the older state is taken to be of the same people


def test_ledgers_of_two_copies_of_a_project_are_read_beside_each_other(project: Path) -> None:
    """Both published of the same survey; a revision is compared with what either told."""
    receive(project, FIRST)
    publish_edition()
    other = ledger.file_of(OF).rename(ledger.file_of(OF).with_stem("shops.2025.real.laptop"))
    receive(project, revised(d533=(190, 93)))
    second = publish_edition()
    receive(project, revised(d533=(151, 76)))  # many since the second, one since the first

    assert same(look(), second)
    other.write_text("{}")
    with pytest.raises(SurveyError, match="laptop"):
        look()


def test_a_ledger_with_a_table_cut_out_is_not_read(project: Path) -> None:
    receive(project, FIRST)
    publish_edition()
    content = json.loads(ledger.file_of(OF).read_text(encoding="utf-8"))
    content["states"][0]["tables"].pop()
    ledger.file_of(OF).write_text(json.dumps(content))

    with pytest.raises(SurveyError, match="the ledger of what was published can't be read"):
        look()


def sealed_of_old(content: dict) -> str:
    """A ledger as it was written until 28/11/2026: sealed with its states by name."""
    states = json.dumps(content["states"], ensure_ascii=False, sort_keys=True)
    seal = hashlib.sha256(states.encode()).hexdigest()
    return json.dumps({**content, "sha256": seal}, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    "written", [sealed_of_old, lambda content: json.dumps(content, indent=1)], ids=["of old", "written anew"]
)
def test_a_ledger_with_all_its_tables_is_read_however_it_is_written(
    project: Path, written: Callable[[dict], str]
) -> None:
    receive(project, FIRST)
    publish_edition()
    file = ledger.file_of(OF)
    states, _ = ledger.read(OF)
    file.write_text(written(json.loads(file.read_text(encoding="utf-8"))), encoding="utf-8")

    assert ledger.read(OF)[0] == states


def test_people_made_up_anew_begin_a_ledger_anew(project: Path) -> None:
    receive(project, FIRST, status="simulated")
    publish_edition()
    of = ("shops", 2025, "simulated")
    ledger.forget(of)

    assert [state.tables for state in ledger.read(of)[0]] == [{}]


def test_two_reports_made_at_once_of_different_files_are_not_both_published(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = note_of(project)
    receive(project, revised(d524=(126, 41)))
    publish_edition()

    with pytest.raises(RenderError, match="another run published of this survey meanwhile"):
        publish(tmp_path / "out" / "2025", [made(first)])


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "other/1", "states": []}'])
def test_a_damaged_ledger_stops_instead_of_being_passed_over(project: Path, text: str) -> None:
    receive(project, FIRST)
    publish_edition()
    ledger.file_of(OF).write_text(text)

    with pytest.raises(SurveyError, match="the ledger of what was published can't be read"):
        look()
