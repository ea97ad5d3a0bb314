"""The corpus of plans keeps its promises, and its scorer counts as the README of the corpus says."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from tests.plan_corpus import (
    FOLDER,
    SCALES,
    Expected,
    Found,
    Reader,
    Text,
    corpus,
    measure,
    same_measure,
    same_subject,
    score,
)

POVERTY = Expected("hộ nghèo", "<=", 2.1, "%", 2030, inferred=True)
ROADS = Expected("đường", ">=", 42, "km", 2026)


def reading(*found: Found) -> Reader:
    return lambda _: found


def plan(*targets: Expected, kind: str = "plan") -> Text:
    return Text("made up", kind, "", targets)


# -- the scorer ------------------------------------------------------------------------------------------


def test_everything_right_scores_one() -> None:
    result = score([plan(POVERTY)], reading(("Tỷ lệ hộ nghèo đa chiều", "<=", 2.1, "%", 2030)))

    assert (result.recall, result.precision, result.horizon, result.comparator) == (1, 1, 1, 1)


def test_a_missing_target_costs_recall_alone() -> None:
    result = score([plan(POVERTY, ROADS)], reading(("hộ nghèo", "<=", 2.1, "%", 2030)))

    assert (result.recall, result.precision) == (0.5, 1)
    assert result.missing == [("made up", ROADS)]


@pytest.mark.parametrize(
    "found",
    [
        ("hộ nghèo", "<=", 2.2, "%", 2030),
        ("hộ nghèo", "<=", 2.1, "hộ", 2030),
        ("hộ khá", "<=", 2.1, "%", 2030),
    ],
    ids=["value", "unit", "subject"],
)
def test_another_value_unit_or_subject_is_a_miss_and_an_addition(found: Found) -> None:
    result = score([plan(POVERTY)], reading(found))

    assert (result.recall, result.precision) == (0, 0)
    assert result.additions == [("made up", found)]


def test_year_and_comparator_are_counted_among_the_targets_found() -> None:
    result = score([plan(POVERTY)], reading(("hộ nghèo", ">=", 2.1, "%", 2026)))

    assert (result.recall, result.horizon, result.comparator) == (1, 0, 0)


def test_a_year_where_the_text_has_none_is_a_wrong_year() -> None:
    undated = Expected("hộ nghèo", "<=", 2.1, "%")

    assert score([plan(undated)], reading(("hộ nghèo", "<=", 2.1, "%", 2020))).horizon == 0
    assert score([plan(undated)], reading(("hộ nghèo", "<=", 2.1, "%", None))).horizon == 1


def test_a_doubtful_target_counts_on_neither_side() -> None:
    doubtful = plan(Expected("đường", ">=", 42, "km", 2026, doubtful=True))

    for result in (
        score([doubtful], reading()),
        score([doubtful], reading(("đường xã", ">=", 42, "km", 2026))),
    ):
        assert (result.wanted, result.right, result.added) == (0, 0, 0)


def test_a_target_given_twice_is_an_addition() -> None:
    twice = ("hộ nghèo", "<=", 2.1, "%", 2030)

    assert score([plan(POVERTY)], reading(twice, twice)).precision == 0.5


def test_a_target_in_a_text_of_results_is_counted_as_a_false_one() -> None:
    result = score([plan(kind="report"), plan(ROADS)], reading(("đường", ">=", 42, "km", 2026)))

    assert (result.false_in_reports.total(), result.report_texts) == (1, 1)
    assert result.precision == 0.5


def test_equal_values_are_paired_so_that_most_agree() -> None:
    """The first found fits both expected ones, the second only the broader one."""
    narrow = Expected("cán bộ xã", ">=", 100, "%", 2028)
    broad = Expected("cán bộ", ">=", 100, "%", 2026)
    found = reading(("cán bộ xã", ">=", 100, "%", 2028), ("cán bộ tỉnh", ">=", 100, "%", 2026))

    result = score([plan(broad, narrow)], found)

    assert (result.recall, result.horizon) == (1, 1)


def test_a_range_is_its_lower_end_at_least_or_between() -> None:
    growth = Expected("tăng trưởng", ">=", 10, "%/năm", 2030, value_high=10.5)

    for comparator in (">=", "between"):
        assert score([plan(growth)], reading(("tăng trưởng", comparator, 10, "%", 2030))).comparator == 1


@pytest.mark.parametrize(
    ("value", "unit", "same"),
    [
        (6_000_000, "lượt khách", True),
        (6, "triệu lượt", True),
        (6, "lượt", False),
        (6_000_000, "người", False),
    ],
)
def test_counts_are_compared_multiplied_out(value: float, unit: str, same: bool) -> None:
    assert (
        same_measure(Expected("khách", ">=", 6_000_000, "lượt"), ("khách", ">=", value, unit, None)) is same
    )


def test_money_agrees_in_whatever_size_it_is_given() -> None:
    assert measure(3150, "triệu đồng") == measure(3.15, "tỷ đồng")
    assert measure(1.2, "tỷ USD") != measure(1.2, "tỷ đồng")


def test_a_short_key_word_must_be_there_in_full() -> None:
    assert same_subject("hộ nghèo", "Tỷ lệ hộ nghèo")
    assert not same_subject("hộ nghèo", "Tỷ lệ hộ khá")
    assert same_subject("thôn nông thôn mới kiểu mẫu", "số thôn đạt nông thôn mới")
    assert same_subject("", "bất kỳ")


# -- the corpus ------------------------------------------------------------------------------------------

TEXTS = {part: corpus(part) for part in ("seen", "held")}
NAMES = [(part, text.name) for part, texts in TEXTS.items() for text in texts]


def text_named(part: str, name: str) -> Text:
    return next(text for text in TEXTS[part] if text.name == name)


def test_the_parts_share_nothing_and_no_less_is_read_than_is_kept_aside() -> None:
    seen, held = ({text.name for text in TEXTS[part]} for part in ("seen", "held"))

    assert not seen & held
    assert len(seen) >= len(held)
    assert len(seen | held) == len(NAMES)


def test_every_file_is_nfc() -> None:
    for file in FOLDER.rglob("*.t*"):
        content = file.read_text(encoding="utf-8")
        assert content == unicodedata.normalize("NFC", content), file


@pytest.mark.parametrize(("part", "name"), NAMES)
def test_what_is_expected_is_printed_in_the_text(part: str, name: str) -> None:
    text = text_named(part, name)
    lower = text.text.casefold()
    joined = (
        f"{lower}\n{re.sub(r'(?<=[0-9,]) (?=[0-9,])', '', lower)}"  # also as no scanner sets digits apart
    )

    for word in text.spoken:
        assert word in lower
    for target in text.targets:
        assert same_subject(target.subject, text.text), target
        assert not target.inferred or target.comparator == "<=", target
        if not target.doubtful or not text.spoken:
            for value in filter(None, (target.value, target.value_high)):
                assert printed(value, joined), target


def printed(value: float, text: str) -> bool:
    """Whether the number is in the text, as it is or before "nghìn", "triệu" …"""
    for scale in (1.0, *SCALES.values()):
        small = abs(value) / scale
        whole, _, part = f"{small:.10f}".rstrip("0").partition(".")
        groups = re.escape(f"{int(whole):,}").replace(",", r"[. ]?")
        if re.search(rf"(?<![\d.,])0?{groups}{',' + part if part else '(,0+)?'}(?![\d]|[.,]\d)", text):
            return True
    return False


def test_the_folder_is_where_it_says() -> None:
    assert sorted(path.name for path in Path(FOLDER).iterdir()) == ["README.md", "held", "seen"]
