"""What an error says: what is wrong, and what to do, once."""

from __future__ import annotations

import pytest

from turnup.errors import TurnupError


@pytest.mark.parametrize(
    ("remedy", "advice"),
    [
        ("Check power, path and address; run the same command again.", "Check power, path and address."),
        ("Free space on the device; then deliver again.", "Free space on the device."),
        ("Run the same command again to find out.", ""),
        ("The device took itself back first; run the same command again.", "The device took itself back first."),
        ("Correct the template or the order; then plan again.", "Correct the template or the order; then plan again."),
        (
            "Find out whether it was replaced; then record its key.",
            "Find out whether it was replaced; then record its key.",
        ),
    ],
)
def test_words_that_go_on_with_an_advice_of_their_own_repeat_none(remedy, advice):
    error = TurnupError("SW1", "an answer", "none in time.", remedy)
    assert (error.happened, error.advice) == ("SW1: expected an answer; found none in time.", advice)
    assert str(error) == f"{error.happened} {remedy}"
