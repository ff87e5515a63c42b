"""What an agent on a device answers is read, not only that it ended well."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tasks.devices.platforms.frr import Frr
from turnup.errors import ReadBackDiffers


@dataclass
class Answering:
    """A session with an agent that ends well, whatever it says."""

    words: str
    device: str = "KC-TH-01-CPE1"
    asked: list[str] = field(default_factory=list)

    def run(self, command: str, payload: str = "", *, seconds: float = 0.0) -> tuple[int, str, str]:
        self.asked.append(command)
        return 0, self.words, ""


def test_a_confirm_that_says_so_is_one():
    session = Answering("confirmed t1a2b-1\n")
    Frr().confirm(session, "t1a2b-1")
    assert session.asked == ["sudo -n /usr/local/sbin/turnup-frr confirm --token t1a2b-1"]


@pytest.mark.parametrize("words", ["", "fired t1a2b-1\n", "confirmed t9z9z-9\n"])
def test_a_confirm_that_says_anything_else_is_none(words):
    with pytest.raises(ReadBackDiffers, match="confirmed t1a2b-1"):
        Frr().confirm(Answering(words), "t1a2b-1")
