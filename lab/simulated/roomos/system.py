"""RoomOS as a system: no prompt, no modes, no timer; what is set is in force and kept at once.

Source: Cisco RoomOS 11 API reference guide, "API fundamentals" (`** end`, `OK`, `ERROR`, `| resultId=`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lab.simulated.editor import Editor
from lab.simulated.hangup import Hangup
from lab.simulated.line_by_line import LineByLine
from lab.simulated.roomos.settings import SETTINGS

if TYPE_CHECKING:
    from lab.simulated.device import Device
    from lab.simulated.grammar import Refusal
    from lab.simulated.terminal import Terminal

_SETS = re.compile(r"\s*xconfiguration\s+[^:|]+:\s*\S", re.IGNORECASE)
_TAGGED = re.compile(r'(.*?)\s*\|\s*resultId="([^"]*)"\s*', re.IGNORECASE)
_SOFTWARE = "ce11.14.2.3.7fcde3d3d8c"


class NoTimer:
    """Nothing takes a codec back."""

    is_pending = False
    open_sessions: tuple[str, ...] = ()

    def arm(self, _minutes: int, _user: str) -> str:
        """There is nothing to arm."""
        return ""

    def touch(self) -> None:
        """Nothing counts."""

    def fire(self) -> None:
        """Nothing fires."""

    def forget(self) -> None:
        """Nothing is remembered."""


class RoomOs(LineByLine):
    """Cisco RoomOS 11."""

    ssh_version = "OpenSSH_8.8"
    accepted = "** end\n\nOK\n"
    saves_at_once = True

    def revert_timer(self, _device: Device) -> NoTimer:
        """It has none."""
        return NoTimer()

    def configuration_text(self, lines: list[str]) -> str:
        """One setting a line."""
        return "".join(f"{line}\n" for line in lines)

    def running_text(self, device: Device) -> str:
        """Every setting, those that nobody ever set with what they are by default."""
        settings = (line.removeprefix("xConfiguration ").partition(": ") for line in device.running.lines())
        values = {path: SETTINGS[path].shown(value) for path, _, value in settings}
        values["SystemUnit Name"] = f'"{device.hostname}"'
        return "".join(f"*c xConfiguration {path}: {value}\n" for path, value in values.items())

    def startup_text(self, device: Device) -> str:
        """The same: nothing is kept apart."""
        return self.running_text(device)

    def log_line(self, _device: Device, message: str) -> str:
        """A message with its time."""
        return f"{datetime.now(UTC):%b %e %H:%M:%S} {message}"

    def restarted(self) -> str:
        """Message after a restart."""
        return "SystemUnit: booted"

    def configured_by(self, user: str, place: str) -> str:
        """Message when somebody has set something."""
        return f"AuditLogging: {user} from {place}"

    def greeting(self, device: Device) -> str:
        """What a login sees."""
        return f"Welcome to {device.hostname}\nCisco Codec Release RoomOS 11.14.2.3\n*r Login successful\n\nOK\n"

    def prompt(self, terminal: Terminal) -> str:
        """There is none, and every session is where settings are taken."""
        if terminal.editor is None:
            terminal.editor = Editor(terminal.device.running)
        return ""

    def is_command(self, line: str) -> bool:
        """All that sets nothing."""
        return _SETS.match(line) is None

    async def run_command(self, terminal: Terminal, line: str) -> None:
        """Answer a question."""
        tagged = _TAGGED.fullmatch(line.strip())
        words = (tagged.group(1) if tagged else line.strip()).lower().split()
        tag = f'** resultId: "{tagged.group(2)}"\n' if tagged else ""
        device = terminal.device
        if words in (["bye"], ["exit"]):
            raise Hangup
        if words[:1] == ["xconfiguration"]:
            answer = _under(self.running_text(device), words[1:])
        elif words[:1] == ["xstatus"]:
            answer = _under(_system_unit(device) + _registration(device), words[1:])
        else:
            terminal.say("Command not recognized.\n")
            return
        terminal.say(f"{answer}{tag}** end\n\nOK\n" if answer else _error("No match on address expression", tag))

    async def may_configure(self, _terminal: Terminal, _line: str) -> bool:
        """It asks nothing."""
        return True

    def refused(self, refusal: Refusal, _line: str, _indent: int) -> str:
        """The reason, and `ERROR`."""
        return _error(refusal.words or "Invalid or missing parameters", "")


def _error(reason: str, tag: str) -> str:
    return f'*c Configuration (status=Error):\n*c Reason: "{reason}"\n{tag}** end\n\nERROR\n'


def _under(text: str, words: list[str]) -> str:
    """The lines below a path; `//` stands for all."""
    wanted = " ".join(word for word in words if word != "//")
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if re.match(rf"\*[cs] (xConfiguration )?{re.escape(wanted)}", line, re.I))


def _registration(device: Device) -> str:
    """Registered once it is told where, as whom, and that it shall use SIP at all."""
    settings = dict(line.removeprefix("xConfiguration ").split(": ", 1) for line in device.running.lines())
    told = settings["NetworkServices SIP Mode"] == "On" and settings["Provisioning Mode"] == "Off"
    able = told and settings["SIP Proxy 1 Address"] != '""' and settings["SIP URI"] != '""'
    status = "Registered" if able else "Inactive"
    return f"*s SIP Registration 1 Status: {status}\n*s SIP Registration 1 URI: {settings['SIP URI']}\n"


def _system_unit(device: Device) -> str:
    shown = {
        "Hardware Module SerialNumber": f'"{device.serial}"',
        "ProductId": f'"{device.spec.model}"',
        "Software Name": '"s53200"',
        "Software Version": f'"{_SOFTWARE}"',
        "State NumberOfActiveCalls": "0",
        "Uptime": str(int((datetime.now(UTC) - device.booted_at).total_seconds())),
    }
    return "".join(f"*s SystemUnit {name}: {value}\n" for name, value in shown.items())
