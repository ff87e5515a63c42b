"""Messages printed while a prompt waits: they neither hide the end of an answer nor become part of it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import pytest

from tasks.devices import session as sessions
from tasks.devices.session import Session, Target
from turnup.sites import Platform

PROMPT = "HF-LIB-01-SW1#"
RUNNING = "hostname HF-LIB-01-SW1\r\ninterface Vlan110\r\nend\r\n"
LOG = "*Nov 25 21:00:00.123: %SYS-5-CONFIG_I: Configured from console by colleague on vty1 (192.0.2.50)\r\n"
ANSWERS = {
    "show running-config": RUNNING,
    "show logging | include CONFIG_I": LOG,
    "configure terminal revert timer 2": "Enter configuration commands, one per line.  End with CNTL/Z.\r\n",
}


@dataclass
class Console:
    """A device that answers in small pieces and prints a message after every prompt, which it does not repeat."""

    message: str
    base_prompt: str = PROMPT[:-1]
    username: str = "turnup"
    pieces: deque[str] = field(default_factory=deque)

    def write_channel(self, typed: str) -> None:
        for line in typed.splitlines():
            prompt = "HF-LIB-01-SW1(config)#" if "revert" in line else PROMPT
            printed = f"{line}\r\n{ANSWERS.get(line, '')}{prompt}{self.message}"
            self.pieces += (printed[at : at + 3] for at in range(0, len(printed), 3))

    def read_channel(self) -> str:
        return self.pieces.popleft() if self.pieces else ""


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(sessions, "ANSWER_SECONDS", 0.5)


@pytest.fixture(
    params=[
        "",
        "\r\n*Nov 25 21:00:00.123: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan110, changed state to up\r\n",
        "\r\n000123: Nov 25 21:00:00.123: %SYS-5-CONFIG_I: Configured from console by turnup on vty0 (192.0.2.9)\r\r\n",
        "\r\n%LINK-3-UPDOWN: Interface Vlan110, changed state to up\r\n\r\n%LINK-3-UPDOWN: Interface Vlan111, up\r\n",
    ],
    ids=["none", "with its time", "numbered", "two"],
)
def session(request):
    target = Target("HF-LIB-01-SW1", "192.0.2.1", 22, Platform.CISCO_IOS, "FCW2603T003", "env:U", "env:P")
    return Session(target, Console(request.param))


def test_an_answer_is_the_same_with_messages_behind_the_prompts(session: Session):
    session.ask_ahead("show running-config", "show version", "show running-config")
    whole = RUNNING.replace("\r", "")
    assert session.ask("show running-config") == whole
    assert session.ask("show version") == ""
    assert session.ask("show running-config") == whole
    assert session.ask("show running-config") == whole


def test_the_log_keeps_its_messages(session: Session):
    assert session.ask("show logging | include CONFIG_I") == LOG.replace("\r", "")


def test_the_answer_to_arming_ends_with_its_prompt(session: Session):
    answer = session.ask("configure terminal revert timer 2", expect=r"[>#]\s*$")
    assert answer.rstrip().endswith("(config)#")


MESSAGE = "%SYS-5-CONFIG_I: Configured from console by colleague on vty1 (192.0.2.50)"


@pytest.mark.parametrize("at", range(1, len("show session-config")))
def test_the_echo_of_a_command_that_its_answer_names_too_is_put_together(at):
    """EOS heads a configuration with the command that shows it; a message broke the one that was typed."""
    command, answer = "show session-config", "! Command: show session-config\nhostname HF-LIB-01-SW1\nend"
    broken = f"{command[:at]}\n{MESSAGE}\n{command[at:]}"
    assert sessions._without_echo(command, f"{broken}\n{answer}") == answer
    assert sessions._without_echo(command, f"{command}\n{answer}") == answer
