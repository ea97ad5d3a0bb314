"""A kept result is taken again only of the same, and never from a damaged entry."""

import os
from pathlib import Path

import pytest

from qngai_analysis import kept


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A result that counts how often it was made, of a project with one file."""
    (tmp_path / "data" / "raw").mkdir(parents=True)
    monkeypatch.setenv("QNGAI_HOME", str(tmp_path))
    file = tmp_path / "data" / "raw" / "a.csv"
    file.write_text("1")
    times = []

    def ask(settings: object = 1) -> object:
        return kept.kept(
            "numbers", settings, [file], lambda: times.append(1) or [file.read_text(), None, 0.1]
        )

    ask.file, ask.times = file, times
    return ask


def test_the_same_is_made_once_and_comes_back_as_it_was(made):
    assert [made(), made()] == [["1", None, 0.1]] * 2
    assert len(made.times) == 1


def test_other_settings_files_or_programs_are_something_else(made, monkeypatch):
    made()
    made(2)
    made.file.write_text("22")
    assert made() == ["22", None, 0.1]
    monkeypatch.setattr(kept, "program", lambda: {"Python": "another"})
    made()

    assert len(made.times) == 4


@pytest.mark.parametrize("damage", [b"", b"\xff", b"x" * 200, b"[" * 50_000], ids=range(4))
def test_a_damaged_entry_is_made_again(made, damage):
    made()
    entry = next(Path(os.environ[kept.CACHE]).glob("numbers/*.json"))
    entry.write_bytes(damage)

    assert made() == ["1", None, 0.1]
    assert len(made.times) == 2


def test_an_entry_with_one_letter_changed_is_made_again(made):
    made()
    entry = next(Path(os.environ[kept.CACHE]).glob("numbers/*.json"))
    entry.write_text(entry.read_text().replace('"1"', '"9"'))

    assert made() == ["1", None, 0.1]


def test_where_nothing_can_be_written_it_is_made_each_time(made, monkeypatch, tmp_path):
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv(kept.CACHE, str(tmp_path / "taken"))

    assert [made(), made()] == [["1", None, 0.1]] * 2
    assert len(made.times) == 2


@pytest.mark.parametrize(("bound", "most"), [("_MOST", 2), ("_MOST_BYTES", 330)], ids=["many", "large"])
def test_of_entries_that_are_many_or_large_the_longest_unused_go(made, monkeypatch, bound, most):
    monkeypatch.setattr(kept, bound, most)
    for number, settings in enumerate((1, 2, 3)):
        made(settings)
        for entry in kept.folder().glob("numbers/*.json"):
            if entry.stat().st_mtime > 9:
                os.utime(entry, (number, number))
    made(3)
    made(2)

    assert len(made.times) == 3
