"""Cisco IOS-XE as a system: what it prints around its configuration, its prompts, its questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lab.simulated.faults import INVALID
from lab.simulated.ios import exec_mode
from lab.simulated.ios.revert import ArchiveTimer
from lab.simulated.ios.shows import VERSION
from lab.simulated.line_by_line import LineByLine
from lab.simulated.moments import clock_words

if TYPE_CHECKING:
    from lab.simulated.device import Device
    from lab.simulated.grammar import Refusal
    from lab.simulated.terminal import Terminal

_NVRAM_BYTES = 33554432
_HOSTNAME_IN_CONFIG_PROMPT = 20
_VLAN = re.compile(r"vlan \d")
_COMMAND = re.compile(r"\s*(?:end|exi?t?|do\s.*)\s*$")
_NO_USERNAME = re.compile(r"\s*no\s+username\s+\S+")
_REMOVE_USER = (
    "This operation will remove all username related configurations with same name.Do you want to continue? [confirm]"
)


class Ios(LineByLine):
    """Cisco IOS-XE."""

    ssh_version = "Cisco-1.25"
    accepted = ""
    saves_at_once = False

    def revert_timer(self, device: Device) -> ArchiveTimer:
        """The timer of `configure terminal revert timer`."""
        return ArchiveTimer(device)

    def configuration_text(self, lines: list[str]) -> str:
        """From `version` to `end`."""
        return "\n".join((f"version {VERSION}", *lines, "end", ""))

    def running_text(self, device: Device) -> str:
        """With size and time of the last change in front."""
        body = "\n".join(_without_vlans(device.configuration_text().split("\n")))
        by = f" by {device.changed_by}" if device.changed_by else ""
        changed = f"!\n! Last configuration change at {clock_words(device.changed_at)}{by}\n!\n"
        size = len(changed) + len(body)
        return f"Building configuration...\n\nCurrent configuration : {size} bytes\n{changed}{body}"

    def startup_text(self, device: Device) -> str:
        """With its size in front."""
        return f"Using {len(device.startup)} out of {_NVRAM_BYTES} bytes\n!\n{device.startup}"

    def log_line(self, _device: Device, message: str) -> str:
        """A message behind a clock that nobody has set."""
        return f"*{datetime.now(UTC):%b %e %H:%M:%S.%f}"[:-3] + f": {message}"

    def restarted(self) -> str:
        """Message after a restart."""
        return "%SYS-5-RESTART: System restarted --"

    def configured_by(self, user: str, place: str) -> str:
        """Message when somebody leaves configuration mode."""
        return f"%SYS-5-CONFIG_I: Configured from console by {user} on {place}"

    def greeting(self, device: Device) -> str:
        """The message of the day."""
        motd = device.running.root.get("banner", "motd")
        return f"{motd.value.removeprefix('^C').removesuffix('^C')}\n" if motd else ""

    def prompt(self, terminal: Terminal) -> str:
        """Follows the hostname at once; in configuration mode the hostname is cut."""
        name = terminal.device.hostname
        if terminal.editor:
            return f"{name[:_HOSTNAME_IN_CONFIG_PROMPT]}({terminal.editor.mode})#"
        return f"{name}{'#' if terminal.privilege == 15 else '>'}"

    def is_command(self, line: str) -> bool:
        """In configuration mode: `end`, `exit` and `do COMMAND`."""
        return _COMMAND.match(line) is not None

    async def run_command(self, terminal: Terminal, line: str) -> None:
        """Run an exec command."""
        await exec_mode.run_command(terminal, line)

    async def may_configure(self, terminal: Terminal, line: str) -> bool:
        """A user is removed once somebody has pressed a key."""
        return not _NO_USERNAME.match(line) or await terminal.ask_key(_REMOVE_USER) in "\nyY"

    def refused(self, refusal: Refusal, _line: str, indent: int) -> str:
        """Its words, or a caret under the word that was not understood."""
        if refusal.words and not refusal.words.endswith("\n"):
            caret = " " * indent + "^\n" if refusal.words == INVALID else ""
            return f"{caret}{refusal.words}\n\n"
        return exec_mode.refused(refusal, indent)


def _without_vlans(lines: Iterable[str]) -> Iterator[str]:
    """A VTP server or client keeps its VLANs in `vlan.dat` and shows none in its configuration."""
    shown = tuple(lines)
    hides = any(line in ("vtp mode server", "vtp mode client") for line in shown)
    inside = False
    for line in shown:
        inside = bool(_VLAN.match(line)) or (inside and line.startswith(" "))
        if not (hides and inside):
            yield line
