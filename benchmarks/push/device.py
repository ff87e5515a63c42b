"""A neutral device: as much of IOS as every contestant needs, and quick enough that it is never what is measured.

It keeps what is typed, line by line under its sections; echoes and prompts as IOS does; answers what arrives together
after one delay, as a device at the other end of a long line does; and reverts unless it is confirmed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import asyncssh

from benchmarks.push.texts import name_of, running_of, serial_of

LOGIN, PASSWORD = "turnup", "benchmark-only"

_Tree = dict[str, "_Tree"]
_SECTION = re.compile(r"(interface|vlan|line|router|ip access-list|archive|class-map|policy-map|vrf definition) ?\S*")
_ERROR = "% Invalid input detected at '^' marker.\n"


class Device:
    """What a device runs and has saved, and the timer that takes it back.

    Args:
        number: number of the device.
        answer_seconds, login_seconds: how long answers and logins take.
    """

    def __init__(self, number: int, answer_seconds: float, login_seconds: float) -> None:
        self.name, self.serial = name_of(number), serial_of(number)
        self.answer_seconds, self.login_seconds = answer_seconds, login_seconds
        self.running: _Tree = {}
        self._load(running_of(self.name))
        self.startup = self.text()
        self.before: str | None = None

    def text(self) -> str:
        """The running configuration as it is printed."""
        return "\n".join((*_printed(self.running, ""), "end", ""))

    def arm(self) -> None:
        """Remember what to go back to."""
        self.before = self.text()

    def revert(self) -> None:
        """Go back."""
        self.running.clear()
        self._load(self.before or "")
        self.before = None

    def _load(self, text: str) -> None:
        configuration = Editor(self.running)
        for line in text.splitlines()[:-1]:
            if not line.startswith(" "):
                configuration.section = self.running
            configuration.take(line)


def _printed(tree: _Tree, above: str) -> list[str]:
    lines = []
    for line, below in tree.items():
        lines.append(above + line)
        lines += _printed(below, f"{above} ")
        if not above and _SECTION.match(line):
            lines.append("!")
    return lines


class Editor:
    """Configuration mode: where lines go."""

    def __init__(self, root: _Tree) -> None:
        self.root, self.section = root, root

    @property
    def mode(self) -> str:
        """What stands in brackets in the prompt."""
        return "config" if self.section is self.root else "config-sub"

    def take(self, typed: str) -> None:
        """Take one line."""
        line = typed.strip()
        if not line or line.startswith("!"):
            return
        if line == "exit":
            self.section = self.root
        elif _SECTION.match(line) and not typed.startswith(" "):
            self.section = self.root.setdefault(line, {})
        else:
            place = self.section if typed.startswith(" ") or self.section is not self.root else self.root
            if line.startswith("no "):
                place.pop(line[3:], None)
            else:
                place.setdefault(line, {})


class Terminal(asyncssh.SSHServerSession[bytes]):
    """One session on a device."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.editor: Editor | None = None
        self.paging = True
        self._typed = ""
        self._channel: Any = None

    def connection_made(self, chan: Any) -> None:
        """Remember the channel."""
        self._channel = chan

    def pty_requested(self, *_: object) -> bool:
        """A terminal is granted."""
        return True

    def shell_requested(self) -> bool:
        """A shell is granted."""
        return True

    def session_started(self) -> None:
        """Show the first prompt."""
        self._later(lambda: f"\r\n{self._prompt}")

    @property
    def _prompt(self) -> str:
        name = self.device.name
        return f"{name[:20]}({self.editor.mode})#" if self.editor else f"{name}#"

    def _later(self, answer: Any) -> None:
        """Answer after the device's delay; in order, for the delay is always the same."""
        asyncio.get_running_loop().call_later(self.device.answer_seconds, lambda: self._say(answer()))

    def _say(self, text: str) -> None:
        if not self._channel.is_closing():
            self._channel.write(text.encode())

    def data_received(self, data: bytes, _datatype: object) -> None:
        """Echo what arrives, and answer each line that is complete."""
        typed = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").decode()
        self._later(lambda: "".join(self._take(typed)))

    def _take(self, typed: str) -> Iterator[str]:
        *ends, rest = typed.split("\n")
        for end in ends:
            yield f"{end}\r\n"
            line, self._typed = self._typed + end, ""
            yield self._answer(line)
        self._typed += rest
        yield rest

    def eof_received(self) -> bool:
        """Hang up when the other side does."""
        return False

    def _answer(self, line: str) -> str:
        answer = self._configure(line) if self.editor else self._run(line.strip())
        return f"{answer}{self._prompt}".replace("\n", "\r\n")

    def _configure(self, line: str) -> str:
        words = line.strip()
        if words == "end" or (words == "exit" and self.editor and self.editor.mode == "config"):
            self.editor = None
        elif self.editor:
            self.editor.take(line)
        return ""

    def _run(self, command: str) -> str:
        device = self.device
        if not command or command.startswith("!"):
            return ""
        if command in ("exit", "logout", "quit"):
            asyncio.get_running_loop().call_later(0.01, self._channel.close)
            return ""
        if command.startswith("terminal "):
            self.paging = self.paging and not command.startswith("terminal length")
            return ""
        if command.startswith("configure terminal"):
            if "revert" in command:
                device.arm()
            self.editor = Editor(device.running)
            return "Enter configuration commands, one per line.  End with CNTL/Z.\n"
        if command == "configure confirm":
            device.before = None
            return ""
        if command == "configure revert now":
            device.revert()
            return ""
        if command in ("write memory", "write mem", "copy running-config startup-config"):
            device.startup = device.text()
            return "Building configuration...\n[OK]\n"
        if command.startswith("show "):
            return self._page(self._show(command.partition("|")[0].split()[1:]))
        return _ERROR

    def _show(self, words: list[str]) -> str:
        device = self.device
        match [word[:3] for word in words]:
            case ["ver"]:
                return _VERSION.format(device.name, device.serial)
            case ["run", *_]:
                text = device.text()
                return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n!\n{text}\n"
            case ["arc", "con", "rol", "tim"]:
                pending = f"Time configured(or reconfigured): 10:00\nUser: {LOGIN}\n"
                return pending if device.before is not None else "%No Rollback Confirmed Change pending\n"
            case ["pri"]:
                return "Current privilege level is 15\n"
        return _ERROR

    def _page(self, text: str) -> str:
        """What a contestant gets that does not turn paging off: the first screen, and no more."""
        return "".join(text.splitlines(keepends=True)[:23]) + " --More-- " if self.paging else text


_VERSION = """\
Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.9.4, RELEASE SOFTWARE (fc5)
ROM: IOS-XE ROMMON
{0} uptime is 1 week, 2 days, 3 hours, 4 minutes
System image file is "flash:packages.conf"
cisco C9200L-24T (ARM64) processor with 620000K/3071K bytes of memory.
Processor board ID {1}
2048K bytes of non-volatile configuration memory.
Configuration register is 0x102
"""


class Server(asyncssh.SSHServer):
    """One connection: checks the password and opens terminals."""

    def __init__(self, device: Device) -> None:
        self._device = device

    def password_auth_supported(self) -> bool:
        """Passwords are the only way in."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Take as long as a device with a distant AAA server does."""
        await asyncio.sleep(self._device.login_seconds)
        return (username, password) == (LOGIN, PASSWORD)

    def session_requested(self) -> Any:
        """Open a terminal."""
        return Terminal(self._device)


async def serve(devices: list[Device], key: asyncssh.SSHKey) -> list[int]:
    """Listen for all devices on ports of their own, all with one host key; gives the ports."""
    ports = []
    for device in devices:
        listener = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda device=device: Server(device),
            server_host_keys=[key],
            encoding=None,
            line_editor=False,
            gss_host=None,
            backlog=16,
            kex_algs=[
                "curve25519-sha256",
                "curve25519-sha256@libssh.org",
                "ecdh-sha2-nistp256",
                "diffie-hellman-group14-sha256",
            ],
            server_version="Cisco-1.25",
        )
        ports.append(listener.get_port())
    return ports
