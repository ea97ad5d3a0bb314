"""Why an indicator has no figure, and who could give one."""

from __future__ import annotations

import qngai_analysis as qn
from qngai_analysis import paths
from qngai_analysis.plan.agencies import read_agencies
from qngai_analysis.raw import read_table

CLASSES = read_table(paths.raw("reference", "measurability.csv")).set_index("indicator")


def test_every_target_of_the_plan_and_its_later_plan_has_one_class():
    targets = {
        code
        for plan in ("906-qd-ubnd-2022", "114-kh-ubnd-2025")
        for code in qn.read_plan(plan).targets["indicator"]
    }

    assert CLASSES.index.is_unique
    assert set(CLASSES.index) == targets


def test_three_targets_have_no_measure_for_provinces():
    without = CLASSES[CLASSES["class"].eq("no_provincial_method")]

    assert set(without.index) == {"KTS_NGANH", "KTS_TMDT", "KTS_LAODONG"}
    assert without["checked"].eq("yes").all()


def test_whoever_holds_data_is_an_agency_and_every_class_has_one():
    owners = read_table(paths.raw("reference", "owners.csv"))

    assert set(owners["agency"]) <= read_agencies().keys()
    assert set(CLASSES.index) <= set(owners["indicator"])


def test_a_class_checked_at_a_source_names_its_page():
    checked = CLASSES[CLASSES["checked"].ne("no")]

    assert checked["address"].notna().all()
    assert CLASSES.loc[CLASSES["checked"].eq("no"), "address"].isna().all()
