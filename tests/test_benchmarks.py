"""The benchmarks that nobody runs every day can be run: what they call has the arguments that they give."""

from __future__ import annotations

import importlib.util
import inspect
import itertools
import random
import typing
from pathlib import Path
from types import ModuleType

import pytest
import red_team
from survey_workbench import REPOSITORY

from qngai_analysis.survey import Survey


@pytest.fixture(scope="module")
def attacks() -> ModuleType:
    """The list of attacks; importing it attacks nothing."""
    place = importlib.util.spec_from_file_location(
        "benchmark_red_team", REPOSITORY / "benchmarks/red_team.py"
    )
    assert place
    assert place.loader
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


def test_each_attack_of_the_benchmark_can_be_called_as_it_is_listed(
    attacks: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(red_team, "completed", lambda *_: [0, 1])
    survey, file = object.__new__(Survey), Path("2025.csv")
    listed = [attacks.of_all(["tourism", "schools"], 1)]
    for book in map(red_team.book, ("tourism", "households")):
        listed += [
            attacks.of_one_file(survey, book, 1),
            attacks.between_two(file, book, [0], "Huyện Ba Tơ", ["district"], "cashless_payment"),
        ]

    ways = list(itertools.chain(*(one.values() for one in listed)))

    assert len(ways) > 30
    kinds = {"survey": Survey, "book": red_team.Codebook, "file": Path, "draw": (random.Random, int)}
    for way in ways:
        given = inspect.signature(way.func).bind(*way.args, **way.keywords).arguments
        wrong = {
            name: value for name, value in given.items() if not isinstance(value, kinds.get(name, object))
        }
        assert not wrong, way.func.__name__
        assert typing.get_type_hints(way.func)["return"] in (red_team.Count, dict[str, red_team.Count])
