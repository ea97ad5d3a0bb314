"""No damaged file ends in a traceback, whatever reads it (docs/reliability.md: 400 each; plans have tests of their own)."""

import pytest
from mutations import READERS, trial

TRIES = {"form": 25, "survey xlsx": 100}  # they take long; of the others 200


@pytest.mark.parametrize("reader", [name for name in READERS if not name.startswith("plan ")])
@pytest.mark.filterwarnings("ignore")
def test_mutants_are_read_or_refused_in_one_line(reader):
    tries = TRIES.get(reader, 200)
    found = trial(reader, tries, seed=7)

    assert found.tracebacks == []
    assert found.read + found.refused == tries
