"""What an agent on a device answers is read, not only that it ended well."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from tasks.devices.platforms.frr import Frr
from turnup.errors import OthersTimer, ReadBackDiffers


@dataclass
class Answering:
    """A session with an agent that ends well, whatever it says."""

    words: str
    states: str = ""
    device: str = "KC-TH-01-CPE1"
    asked: list[str] = field(default_factory=list)

    def run(self, command: str, payload: str = "", *, seconds: float = 0.0) -> tuple[int, str, str]:
        self.asked.append(command)
        tokens = [{"token": "t1a2b-1", "state": state} for state in self.states.split()]
        return 0, json.dumps(tokens) if command.endswith(" status") else self.words, ""


def test_a_confirm_that_says_so_is_one():
    session = Answering("confirmed t1a2b-1\n", "confirmed")
    Frr().confirm(session, "t1a2b-1")
    assert session.asked[0] == "sudo -n /usr/local/sbin/turnup-frr confirm --token t1a2b-1"


@pytest.mark.parametrize("words", ["", "fired t1a2b-1\n", "confirmed t9z9z-9\n"])
def test_a_confirm_that_says_anything_else_is_none(words):
    with pytest.raises(ReadBackDiffers, match="confirmed t1a2b-1"):
        Frr().confirm(Answering(words), "t1a2b-1")


@pytest.mark.parametrize("state", ["armed", "fired"])
def test_a_confirm_after_which_the_timer_still_has_the_token_is_none(state):
    with pytest.raises(ReadBackDiffers, match="still runs"):
        Frr().confirm(Answering("confirmed t1a2b-1\n", state), "t1a2b-1")


@pytest.mark.parametrize(("states", "armed"), [("", False), ("confirmed reverted", False), ("reverted fired", True)])
def test_a_device_that_is_on_its_way_back_is_not_over(states, armed):
    assert Frr().is_armed(Answering("", states), "t1a2b-1") is armed


@pytest.mark.parametrize("state", ["armed", "fired"])
def test_a_change_of_somebody_else_is_named(state):
    with pytest.raises(OthersTimer, match=f"found the change t1a2b-1, {state}"):
        Frr().is_armed(Answering("", state), "t9z9z-9")


def test_somebody_who_armed_after_our_confirm_does_not_make_it_none():
    Frr().confirm(Answering("confirmed t9z9z-9\n", "armed"), "t9z9z-9")
