import json
from datetime import date

import pytest

from qngai_analysis.errors import ParameterError, RenderError
from qngai_analysis.notebook.parameters import checked, declared, from_texts

CELL = """\
from typing import Literal
year: int = 2025  # reporting year
cutoff: str = "2025-12-15"  # figures known by this day
district: str | None = None
real_only: bool = False
share: float = 0.5
lang: Literal["vi", "en"] = "vi"
sectors: list[str] = []
"""


@pytest.fixture
def notebook(tmp_path):
    def write(source=CELL):
        path = tmp_path / "bao_cao.ipynb"
        cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source, "outputs": []}
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}))
        return path

    return write


def test_names_types_defaults_and_comments_are_read_without_running(notebook):
    found = declared(notebook())

    assert [(p.name, p.annotation, p.default) for p in found.values()] == [
        ("year", "int", 2025),
        ("cutoff", "str", "2025-12-15"),
        ("district", "str | None", None),
        ("real_only", "bool", False),
        ("share", "float", 0.5),
        ("lang", "Literal['vi', 'en']", "vi"),
        ("sectors", "list[str]", []),
    ]
    assert found["year"].help == "reporting year"


@pytest.mark.parametrize(
    ("name", "given", "taken"),
    [
        ("year", 2024, 2024),
        ("cutoff", date(2025, 6, 30), "2025-06-30"),
        ("district", None, None),
        ("district", "Ba Tơ", "Ba Tơ"),
        ("share", 1, 1.0),
        ("lang", "en", "en"),
        ("sectors", ["y tế"], ["y tế"]),
    ],
)
def test_values_of_the_declared_type_are_taken(notebook, name, given, taken):
    assert checked(notebook(), {name: given}) == {name: taken}


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("year", "2025", r"parameter year = '2025' \(str\); it is declared as whole number"),
        ("year", True, r"parameter year = True \(bool\)"),
        ("year", 2025.0, r"parameter year = 2025.0 \(float\)"),
        ("year", None, "declared as whole number"),
        ("real_only", 1, "declared as true or false"),
        ("lang", "fr", "it is one of 'vi', 'en'"),
        ("district", 5, "declared as text | nothing"),
    ],
)
def test_another_type_is_refused(notebook, name, given, message):
    with pytest.raises(ParameterError, match=message):
        checked(notebook(), {name: given})


def test_an_unknown_name_is_refused_and_the_closest_is_named(notebook):
    with pytest.raises(ParameterError) as caught:
        checked(notebook(), {"yaer": 2025})

    assert str(caught.value).startswith(
        "bao_cao.ipynb: unknown parameter 'yaer'; it declares year (whole number), cutoff"
    )
    assert str(caught.value).endswith("did you mean year?")


def test_texts_of_the_command_line_become_values(notebook):
    texts = {
        "year": "2024",
        "district": "none",
        "real_only": "yes",
        "share": "0.25",
        "lang": "en",
        "sectors": "y tế, du lịch",
        "cutoff": "2025-06-30",
    }

    assert from_texts(notebook(), texts) == {
        "year": 2024,
        "district": None,
        "real_only": True,
        "share": 0.25,
        "lang": "en",
        "sectors": ["y tế", "du lịch"],
        "cutoff": "2025-06-30",
    }


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("year", "20x5", "parameter year = '20x5'; it is declared as whole number"),
        ("real_only", "maybe", "declared as true or false"),
        ("lang", "de", "one of 'vi', 'en'"),
        ("yaer", "2025", "unknown parameter 'yaer'"),
    ],
)
def test_texts_that_cannot_be_read_are_refused(notebook, name, text, message):
    with pytest.raises(ParameterError, match=message):
        from_texts(notebook(), {name: text})


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "year += 1",
            "parameters cell, line 1: a parameter is written 'name = value' or 'name: type = value'",
        ),
        ("year: int = 2000 + 25", "line 1: the default is computed; write a constant"),
        ("\nwhen: date = None", "line 2: date is not a parameter's type; use int, float, str"),
        ("year: int = ", "line 1: invalid syntax"),
    ],
)
def test_a_parameters_cell_that_says_too_little_is_refused(notebook, source, message):
    with pytest.raises(RenderError, match=message):
        declared(notebook(source))


def test_what_is_no_notebook_is_refused(tmp_path):
    with pytest.raises(RenderError, match="no such notebook"):
        declared(tmp_path / "a.ipynb")
    (tmp_path / "a.ipynb").write_text("{")
    with pytest.raises(RenderError, match="not a notebook"):
        declared(tmp_path / "a.ipynb")
    (tmp_path / "a.ipynb").write_text('{"nbformat": 3, "worksheets": []}')
    with pytest.raises(RenderError, match="not a notebook of format 4"):
        declared(tmp_path / "a.ipynb")


def test_a_parameter_without_annotation_takes_its_type_from_the_value(notebook):
    known = declared(notebook("year = 2025\nreal_only = False\nplace = None  # xã\nyears = [2024]"))

    assert {name: (p.types, p.optional) for name, p in known.items()} == {
        "year": (("int",), False),
        "real_only": (("bool",), False),
        "place": (("str",), True),
        "years": (("list",), False),
    }
