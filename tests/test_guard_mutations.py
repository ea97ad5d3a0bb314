"""No damaged file ends in a traceback or takes long, whatever reads it (benchmarks and docs/reliability.md: 400 each)."""

import pytest
from mutations import LONG, READERS, trial

TRIES = 12


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.filterwarnings("ignore")
def test_mutants_are_read_or_refused_in_one_line(reader):
    found = trial(reader, TRIES, seed=7)

    assert found.tracebacks == []
    assert found.read + found.refused == TRIES
    assert found.longest < 3 * LONG  # a busy machine is slower
