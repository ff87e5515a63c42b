"""How a neutral device is talked to: over SSH, at a prompt; and how it takes files.

It echoes and prompts as IOS does, and answers what arrives together after one delay, as a device at the other end of a
long line does.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Iterator
from typing import Any

import asyncssh

from benchmarks.push.device import LOGIN, PASSWORD, Device, Editor
from benchmarks.push.exec_mode import run
from benchmarks.push.flash import Sink


class Terminal(asyncssh.SSHServerSession[bytes]):
    """One session on a device."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.editor: Editor | None = None
        self.paging = True
        self._typed = ""
        self._channel: Any = None
        self._sink: Sink | None = None

    def connection_made(self, chan: Any) -> None:
        """Remember the channel."""
        self._channel = chan

    def pty_requested(self, *_: object) -> bool:
        """A terminal is granted."""
        return True

    def shell_requested(self) -> bool:
        """A shell is granted."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Files are taken from `scp -t`; nothing else is run."""
        words = shlex.split(command)
        if words[:1] == ["scp"] and "-t" in words:
            self._sink = Sink(lambda content: self.device.flash.keep(words[-1], content))
        return self._sink is not None

    def session_started(self) -> None:
        """Show the first prompt."""
        self._later(lambda: f"\r\n{self._prompt}" if self._sink is None else Sink.GO_ON.decode())

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
        if (sink := self._sink) is not None:
            self._later(lambda: sink.take(data).decode())
            return
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
        if self._sink is not None:
            self._later(lambda: self._channel.exit(0) or "")
        return self._sink is not None

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
                self.device.arm()
            self.editor = Editor(self.device.running)
            return "Enter configuration commands, one per line.  End with CNTL/Z.\n"
        return self._page(run(self.device, command))

    def _page(self, text: str) -> str:
        """What a contestant gets that does not turn paging off: the first screen, and no more."""
        return "".join(text.splitlines(keepends=True)[:23]) + " --More-- " if self.paging else text


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
