"""Terminals that print in their own way what any other prints: a push understands them, or says what it did not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from lab.simulated import lines as simulated_lines
from lab.simulated import terminal as simulated_terminal
from lab.simulated.terminal import Terminal
from tasks.devices import recovery
from tasks.devices import session as sessions
from tasks.devices.outcome import Outcome
from tasks.devices.pacing import first_lost, is_slow
from tasks.progress import Event, listening
from tasks.requests import Purpose
from tests.conftest import with_eos_switches
from turnup.change.state import ChangeState, state_of

CALL_OFF, SITE, DEVICE = "LBHF-2026-0042", "HF-LIB-01", "HF-LIB-01-SW1"
COLUMNS = 60
MESSAGE = "*Nov 25 10:12:14.532: %LINK-3-UPDOWN: Interface Vlan110, changed state to up"

Patch = pytest.MonkeyPatch


def echoing(monkeypatch: Patch, shown: Callable[[int, str], str]) -> None:
    """Let terminals print what was typed in another way: given the column at which it begins, and the text."""
    plain = Terminal._take_plain_text

    def take(self: Terminal, *, echo: bool) -> str:
        said, text = len(self._out), plain(self, echo=echo)
        if echo and text and len(self._out) > said:
            collecting = self.editor is not None and self.editor.collecting
            self._out[said:] = [shown(0 if collecting else len(self.prompt), text)]
        return text

    monkeypatch.setattr(Terminal, "_take_plain_text", take)


def wrapping(monkeypatch: Patch) -> None:
    def wrapped(column: int, text: str) -> str:
        first = COLUMNS - column % COLUMNS
        rest = (text[at : at + COLUMNS] for at in range(first, len(text), COLUMNS))
        return "\r\n".join((text[:first], *rest))

    echoing(monkeypatch, wrapped)


def scrolling_sideways(monkeypatch: Patch) -> None:
    """As IOS does in a terminal that is too narrow."""

    def scrolled(column: int, text: str) -> str:
        if column + len(text) < COLUMNS:
            return text
        first, tail = text[: COLUMNS - column - 1], text[-(COLUMNS - column - 10) :]
        return f"{first}{chr(8) * len(first)}${tail}"

    echoing(monkeypatch, scrolled)


def breaking_what_is_typed(monkeypatch: Patch) -> None:
    """A message comes in the middle of every third line that is typed."""
    typed = iter(range(1_000_000))

    def broken(_column: int, text: str) -> str:
        half = len(text) // 2
        return f"{text[:half]}\r\n{MESSAGE}\r\n{text[half:]}" if half and next(typed) % 3 == 2 else text

    echoing(monkeypatch, broken)


def breaking_answers(monkeypatch: Patch) -> None:
    """A message comes in the middle of a line of the first two long answers."""
    left, plain = [2], Terminal.page

    async def page(self: Terminal, text: str) -> None:
        at = text.find("interface")
        if left[0] and at >= 0:
            left[0] -= 1
            at += 3 + left[0]  # nowhere twice
            text = f"{text[:at]}\n{MESSAGE}\n{text[at:]}"
        await plain(self, text)

    monkeypatch.setattr(Terminal, "page", page)


def ending_lines_with(ends: str) -> Callable[[Patch], None]:
    def patch(monkeypatch: Patch) -> None:
        def say(self: Terminal, text: str) -> None:
            self._out.append(text.replace("\n", ends))

        monkeypatch.setattr(Terminal, "say", say)

    return patch


def prompting_twice(monkeypatch: Patch) -> None:
    prompt = Terminal.prompt.fget

    async def talk(self: Terminal) -> None:
        self.say(self.device.system.greeting(self.device))
        while True:
            collecting = self.editor is not None and self.editor.collecting
            self.say("" if collecting else f"{prompt(self)}\n{prompt(self)}")
            await simulated_lines.run_line(self, await self._read_line())

    monkeypatch.setattr(Terminal, "_talk", talk)


def prompting_twice_in_two_packets(monkeypatch: Patch) -> None:
    prompt = Terminal.prompt.fget

    async def talk(self: Terminal) -> None:
        self.say(self.device.system.greeting(self.device))
        while True:
            if self.editor is None or not self.editor.collecting:
                self.say(prompt(self))
                self.flush()
                self.say(f"\n{prompt(self)}")
            await simulated_lines.run_line(self, await self._read_line())

    monkeypatch.setattr(Terminal, "_talk", talk)


TERMINALS = {
    "long lines are wrapped": wrapping,
    "long lines are scrolled sideways": scrolling_sideways,
    "messages in the lines that are typed": breaking_what_is_typed,
    "messages in the lines of answers": breaking_answers,
    "carriage returns alone": ending_lines_with("\r"),
    "line feeds alone": ending_lines_with("\n"),
    "carriage returns twice": ending_lines_with("\r\r\n"),
    "the prompt twice": prompting_twice,
    "the prompt twice, in two packets": prompting_twice_in_two_packets,
}


@pytest.fixture(params=["cisco_ios", "arista_eos"])
def platform(request, inventory):
    if request.param == "arista_eos":
        with_eos_switches(inventory, SITE)
    return request.param


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(sessions, "ANSWER_SECONDS", 10.0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("strange", TERMINALS.values(), ids=TERMINALS.keys())
def test_a_strange_terminal_is_understood(platform, start_fleet, delivery, monkeypatch, strange):
    if strange is scrolling_sideways and platform != "cisco_ios":
        pytest.skip("only IOS scrolls")
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    strange(monkeypatch)
    outcome = delivery.deliver(plan)[SITE, DEVICE]
    assert outcome.outcome is Outcome.CHANGED, outcome.detail
    assert outcome.foreign_edits == ()
    assert not is_slow(DEVICE)
    change = next(each for each in plan.changes if each.device == DEVICE)
    assert state_of(change, fleet.running_config(DEVICE)) is ChangeState.AFTER
    assert len(fleet.lines_received(DEVICE)) < 2 * change.command_count, "it was pushed once"


def test_what_a_terminal_shows_in_pieces_is_not_lost_and_what_it_lost_is_found():
    line = "snmp-server host 203.0.113.253 version 3 priv NETOPS"
    prompt = "HF-LIB-01-SW1(config)#"
    wrapped = f"{prompt}{line[:38]}\n{line[38:]}\n{prompt}exit\n"
    for shown in (wrapped, f"{prompt}{line[:20]}{chr(8) * 20}${line[-30:]}\n{prompt}exit\n"):
        assert first_lost(f"{line}\nexit\n", shown, whole=True) == ""
        assert first_lost(f"{line}\nexit\n", shown.replace("priv", "pri"), whole=True) == line
    assert first_lost("vlan 110\nexit\n", f"{prompt}vla\nn 110\n{prompt}exit\n", whole=True) == "", "it is the first"
    assert first_lost("exit\nvlan 110\n", f"{prompt}exit\n{prompt}vla\nn 110\n", whole=True) == "vlan 110"


@pytest.mark.usefixtures("impatient")
def test_latin_1_is_read_whole_and_put_back_in_its_own_bytes(start_fleet, delivery, monkeypatch):
    """Descriptions and banners that somebody typed in Latin-1: no byte is dropped, neither read nor typed."""
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plain = Terminal.session_started

    def started(self: Terminal) -> None:
        self._channel.set_encoding("latin-1", "replace")
        plain(self)

    monkeypatch.setattr(Terminal, "session_started", started)
    port, banner = "interface GigabitEthernet1/0/1", ("banner login ^C", " \u00c9cole du th\u00e9\u00e2tre", "^C")
    fleet.type_as_another_operator(DEVICE, (*banner, port, " description Salle d'\u00e9tude"))
    plan = delivery.plan(CALL_OFF)
    change = next(each for each in plan.changes if each.device == DEVICE)
    assert "description Salle d'\u00e9tude" in change.running
    assert "\u00c9cole du th\u00e9\u00e2tre" in change.running
    outcome = delivery.deliver(plan)[SITE, DEVICE]
    assert outcome.outcome is Outcome.CHANGED, outcome.detail
    back = delivery.plan(CALL_OFF, Purpose.ROLLBACK)
    assert delivery.deliver(back)[SITE, DEVICE].outcome is Outcome.CHANGED
    for text in ("description Salle d'\u00e9tude", "\u00c9cole du th\u00e9\u00e2tre"):
        assert text in fleet.running_config(DEVICE)


def at(stage: str, act: Callable[[], None]) -> Callable[[Event], None]:
    """Do something once, when a stage of the device begins."""
    left = [act]

    def listener(event: Event) -> None:
        if (event.device, event.stage) == (DEVICE, stage) and left:
            left.pop()()

    return listener


def test_an_answer_to_arming_that_comes_too_late_is_no_leave_to_type(platform, start_fleet, delivery, monkeypatch):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    change = next(each for each in plan.changes if each.device == DEVICE)
    run_line = simulated_terminal.run_line

    async def late(terminal: Terminal, line: str) -> None:
        await run_line(terminal, line)
        if line.startswith(("configure terminal revert", "configure session turnup-")) and "abort" not in line:
            await asyncio.sleep(12)

    monkeypatch.setattr(simulated_terminal, "run_line", late)
    monkeypatch.setattr(sessions, "ANSWER_SECONDS", 4.0)
    outcome = delivery.deliver(plan)[SITE, DEVICE]
    assert outcome.outcome is Outcome.ROLLED_BACK, outcome.detail
    assert "none in time" in outcome.detail
    assert fleet.lines_received(DEVICE) == ()
    assert not fleet.revert_is_pending(DEVICE)
    assert state_of(change, fleet.running_config(DEVICE)) is ChangeState.BEFORE


@pytest.mark.usefixtures("impatient")
def test_a_device_that_is_renamed_between_two_answers_is_understood(platform, start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    plan = delivery.plan(CALL_OFF)
    with listening(at("confirm", lambda: fleet.type_as_another_operator(DEVICE, ("hostname ANOTHER-NAME",)))):
        outcome = delivery.deliver(plan)[SITE, DEVICE]
    assert outcome.outcome is Outcome.CHANGED, outcome.detail
    assert not fleet.revert_is_pending(DEVICE)
    assert "hostname ANOTHER-NAME" in fleet.running_config(DEVICE)


@pytest.mark.usefixtures("impatient")
def test_a_device_that_answers_under_another_name_after_the_push_takes_itself_back(start_fleet, delivery):
    fleet = start_fleet(CALL_OFF, minute_seconds=4)
    plan = delivery.plan(CALL_OFF)
    change = next(each for each in plan.changes if each.device == DEVICE)
    with listening(at("verify", lambda: fleet.type_as_another_operator(DEVICE, ("hostname ANOTHER-NAME",)))):
        outcome = delivery.deliver(plan, revert_seconds=60)[SITE, DEVICE]
    assert outcome.outcome is Outcome.ROLLED_BACK, outcome.detail
    assert "ANOTHER-NAME" in outcome.detail
    assert state_of(change, fleet.running_config(DEVICE)) is ChangeState.BEFORE


def test_a_device_that_begins_to_page_in_mid_push_is_never_told_to_be_well(start_fleet, delivery, monkeypatch):
    fleet = start_fleet(CALL_OFF, minute_seconds=4)
    plan = delivery.plan(CALL_OFF)
    change = next(each for each in plan.changes if each.device == DEVICE)
    length = [0]
    monkeypatch.setattr(Terminal, "page_lines", property(lambda _: length[0], lambda *_: None), raising=False)
    monkeypatch.setattr(sessions, "ANSWER_SECONDS", 4.0)
    monkeypatch.setattr(recovery, "PATIENCE_SECONDS", 0.0)
    with listening(at("verify", lambda: length.append(length.pop() + 24))):
        outcome = delivery.deliver(plan, revert_seconds=5)[SITE, DEVICE]
    assert outcome.outcome is Outcome.UNKNOWN, outcome.detail
    assert "turnup deliver" in outcome.detail
    monkeypatch.setattr(sessions, "ANSWER_SECONDS", 30.0)
    length[0] = 0
    again = delivery.deliver(plan)[SITE, DEVICE]
    assert again.outcome is Outcome.CHANGED, again.detail
    assert state_of(change, fleet.running_config(DEVICE)) is ChangeState.AFTER
