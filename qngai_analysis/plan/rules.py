"""A decision as an ordered table: the first rule that applies decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Asked, Answer]):
    """What is decided (``gives``) where the rule ``applies``.

    ``example`` is a sentence for which this rule decides, its number between « and »: it is the rule's test
    and stands in ``docs/methods/reading-plans.md``. ``under`` is the topic of the section it stands in.
    """

    name: str
    gives: Answer
    example: str
    applies: Callable[[Asked], Any]  # anything that is true, for words what was found
    under: str = "goals"


def first(rules: Sequence[Rule[Asked, Answer]], asked: Asked) -> Rule[Asked, Answer]:
    """Return the rule that decides; the last of each table applies to all that is left."""
    return next(rule for rule in rules if rule.applies(asked))
