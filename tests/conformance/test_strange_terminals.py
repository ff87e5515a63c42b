"""What devices print besides their answers: none of it is an error, none of it is an end."""

from __future__ import annotations

import pytest

from lab.simulated import Chatter
from lab.simulated.terminal import Terminal
from tests.conformance.rows import ROWS, Row
from tests.conformance.scene import scene_of
from tests.conformance.simulated import fleet_of
from tests.conformance.table import CHANGED, FAILED

SIMULATED = [pytest.param(row, id=row.platform) for row in ROWS if row.another]
MESSAGES = {
    "a message with its time": "*Nov 25 10:12:14.532: %LINK-3-UPDOWN: Interface Vlan110, changed state to up",
    "a message without its time": "%LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan110, changed state to up",
    "a number and a message": "000123: %SYS-5-CONFIG_I: Configured from console by colleague on vty1 (192.0.2.50)",
    "a warning before a reload": "\n\n***\n*** --- SHUTDOWN in 0:05:00 ---\n***\n",
    "somebody who sends a message": "\n\n*** Message from tty2 to all lines: ***\n\nGoing to lunch #\n",
    "another charset": "*Nov 25 10:12:14.532: %SYS-6-LOGOUT: Benutzer J\u00fcrgen hat sich abgemeldet",
}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("words", MESSAGES.values(), ids=MESSAGES.keys())
@pytest.mark.parametrize("row", SIMULATED)
def test_what_is_printed_in_mid_answer_is_no_error(stage_for, tmp_path, row: Row, words: str):
    with scene_of(stage_for(row), row.device, tmp_path) as scene:
        fleet_of(scene).inject(
            row.device, Chatter(words, at="vlan 11|^interface|^show (version|running|session)|configure|^write|^end")
        )
        outcome = scene.deliver()
        assert outcome.outcome is CHANGED, outcome.detail
        scene.check(outcome, says="")


ONE_BY_ONE = 2_000
"""Characters of an answer that come by themselves."""

GREETINGS = {
    "a prompt": "Ask HF-LIB-01-SW1# before you type >",
    "a question": "Do you agree? [confirm]",
    "a password about to expire": "Your password will expire in 3 days.",
}


def greeting(platform: str, words: str) -> tuple[str, ...]:
    """What makes a platform greet so."""
    if platform == "juniper_junos":
        return (f'set system login announcement "{words}"',)
    return ("banner motd ^C", words, "^C") if platform == "cisco_ios" else ("banner motd", words, "EOF")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("words", GREETINGS.values(), ids=GREETINGS.keys())
@pytest.mark.parametrize("row", SIMULATED)
def test_whatever_greets_a_login_is_no_prompt(stage_for, tmp_path, row: Row, words: str):
    with scene_of(stage_for(row), row.device, tmp_path) as scene:
        fleet_of(scene).type_as_another_operator(row.device, greeting(row.platform, words))
        outcome = scene.deliver()
        assert outcome.outcome is CHANGED, outcome.detail
        scene.check(outcome, says="")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("row", SIMULATED)
def test_a_terminal_that_pages_whatever_it_is_told_is_never_written_to(stage_for, tmp_path, row: Row, monkeypatch):
    stage = stage_for(row)
    monkeypatch.setattr(Terminal, "page_lines", property(lambda _: 24, lambda _, lines: None), raising=False)
    with scene_of(stage, row.device, tmp_path) as scene:
        outcome = scene.deliver()
        assert outcome.outcome is FAILED, outcome
        assert scene.devices.received(scene.device) == ()
        scene.check(outcome, says="an answer to show (running-config|configuration.*); found none in time")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("row", SIMULATED)
def test_a_terminal_that_prints_character_by_character_is_understood(stage_for, tmp_path, row: Row, monkeypatch):
    def flush(self: Terminal) -> None:
        text = "".join(self._out)
        long = text[: max(0, len(text) - ONE_BY_ONE)]  # of a long answer its end, where the prompt is
        for piece in (long, *text[len(long) :]):
            self._channel.write(piece)
        self._out.clear()

    monkeypatch.setattr(Terminal, "flush", flush)
    with scene_of(stage_for(row), row.device, tmp_path) as scene:
        outcome = scene.deliver()
        assert outcome.outcome is CHANGED, outcome.detail
        scene.check(outcome, says="")
