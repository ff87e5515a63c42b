"""A process that delivers for years remembers the attempts that go on, and forgets those that ended long ago."""

from __future__ import annotations

from tasks import turns
from tasks.turns import KEPT, turns_of


def test_an_attempt_that_goes_on_keeps_its_turns_and_old_ones_are_forgotten():
    going_on = turns_of("a.db", "f" * 64, 1)
    for number in range(2 * KEPT):
        turns_of("a.db", f"{number:064d}", 1)
        assert turns_of("a.db", "f" * 64, 1) is going_on
    assert len(turns._turns) == KEPT
    assert ("a.db", f"{0:064d}", 1) not in turns._turns
