"""Arista EOS as a system: what it prints around its configuration, its prompts, its refusals."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lab.simulated.eos import exec_mode
from lab.simulated.eos.sessions import ConfigSessions
from lab.simulated.eos.shows import configuration_header
from lab.simulated.faults import INVALID
from lab.simulated.grammar import INCOMPLETE
from lab.simulated.line_by_line import LineByLine

if TYPE_CHECKING:
    from lab.simulated.device import Device
    from lab.simulated.grammar import Refusal
    from lab.simulated.terminal import Terminal

_COMMAND = re.compile(
    r"\s*(?:do\s.*|end|exi?t?|abort|commit(?:\s.*)?|sho?w?\s.*|write(?:\s.*)?|copy\s.*|terminal\s.*|configure\s.*|reload.*)$"
)
_SESSION_NAME_IN_PROMPT = 6


class Eos(LineByLine):
    """Arista EOS."""

    ssh_version = "OpenSSH_8.7"
    accepted = ""
    saves_at_once = False

    def revert_timer(self, device: Device) -> ConfigSessions:
        """The commit timer, with the sessions that it belongs to."""
        return ConfigSessions(device)

    def configuration_text(self, lines: list[str]) -> str:
        """The lines, and `end`."""
        return "\n".join(("!", *lines, "!", "end", ""))

    def running_text(self, device: Device) -> str:
        """With command, device and image in front."""
        return configuration_header(device, "show running-config") + device.configuration_text()

    def startup_text(self, device: Device) -> str:
        """With command, device and image in front."""
        return configuration_header(device, "show startup-config") + device.startup

    def log_line(self, device: Device, message: str) -> str:
        """A message of an agent."""
        now = datetime.now(UTC)
        return f"{now:%b %e %H:%M:%S} {device.running.hostname} ConfigAgent: {message}"

    def restarted(self) -> str:
        """Message after a restart."""
        return "%SYS-5-SYSTEM_RESTARTED: System restarted"

    def configured_by(self, user: str, place: str) -> str:
        """Message when somebody leaves configuration mode."""
        return f"%SYS-5-CONFIG_I: Configured from console by {user} on {place}"

    def greeting(self, device: Device) -> str:
        """The message of the day."""
        motd = device.running.root.get("banner", "motd")
        return f"{motd.value}\n" if motd else ""

    def prompt(self, terminal: Terminal) -> str:
        """Hostname, and in brackets the first six letters of the session and where one stands in it."""
        name, editor = terminal.device.hostname, terminal.editor
        if editor is None:
            return f"{name}{'#' if terminal.privilege == 15 else '>'}"
        session = exec_mode.session_name(terminal)
        frame = editor.frames[-1]
        below = frame.mode.removeprefix("config").removeprefix("-")
        place = _short(frame.names[0])
        parts = ("config", f"s-{session[:_SESSION_NAME_IN_PROMPT]}" if session else "", below, place if below else "")
        return f"{name}({'-'.join(part for part in parts if part)})#"

    def is_command(self, line: str) -> bool:
        """EOS takes commands in configuration mode too."""
        return _COMMAND.match(line) is not None

    async def run_command(self, terminal: Terminal, line: str) -> None:
        """Run a command, in configuration mode or out of it."""
        await exec_mode.run_command(terminal, line)

    async def may_configure(self, _terminal: Terminal, _line: str) -> bool:
        """EOS asks nothing."""
        return True

    def refused(self, refusal: Refusal, line: str, _indent: int) -> str:
        """Its words, or the word that was not understood, counted from 0."""
        if refusal.words == INCOMPLETE:
            return "% Incomplete command\n"
        if refusal.words.startswith("% Ambiguous command"):
            return "% Ambiguous command\n"
        if refusal.words and refusal.words != INVALID:
            return refusal.words if refusal.words.endswith("\n") else f"{refusal.words}\n"
        token = len(line[: refusal.column].split())
        words = line.split()
        word = words[min(token, len(words) - 1)] if words else ""
        return f"% Invalid input (at token {token}: '{word}')\n"


def _short(name: str) -> str:
    """`Et1` for `Ethernet1`."""
    found = re.fullmatch(r"([A-Z][a-z])[A-Za-z-]*?(\d[\d/]*)", name)
    return f"{found.group(1)}{found.group(2)}" if found else name
