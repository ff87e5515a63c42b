"""One terminal session: characters in, lines handled in order, characters out."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import asyncssh

from lab.simulated.device import Device
from lab.simulated.faults import LoseCharacters
from lab.simulated.grammar import Refusal, next_words
from lab.simulated.hangup import Hangup
from lab.simulated.lines import run_line

_MORE = " --More-- "


class Terminal(asyncssh.SSHServerSession[str]):
    """A session on a device, from its first prompt to its end.

    Args:
        device: the device.
        user: who logged in.
    """

    def __init__(self, device: Device, user: str) -> None:
        self.device = device
        self.user = user
        self.privilege = 1 if device.spec.enable_password else 15
        self.editor: Any = None
        self.page_lines = 24
        self._channel: Any = None
        self._command: str | None = None
        self._typed = ""
        self._arrived = asyncio.Event()
        self._out: list[str] = []
        self._ended = False
        self._running: asyncio.Task[None] | None = None
        self._after_return = False

    # What asyncssh calls.

    def connection_made(self, chan: Any) -> None:
        """Remember the channel."""
        self._channel = chan

    def pty_requested(self, *_: object) -> bool:
        """A terminal is always granted."""
        return True

    def shell_requested(self) -> bool:
        """A shell is always granted."""
        return True

    def exec_requested(self, command: str) -> bool:
        """One command instead of a shell."""
        self._command = command
        return True

    def session_started(self) -> None:
        """Begin to talk."""
        self.device.sessions.append(self)
        self._running = asyncio.get_running_loop().create_task(self._run())

    def data_received(self, data: str, _datatype: object) -> None:
        """Take what was typed."""
        lossy = self.device.fault(LoseCharacters)
        self._typed = (self._typed + data)[: lossy.room] if lossy else self._typed + data
        self._arrived.set()

    def eof_received(self) -> bool:
        """Nobody types any more: finish what was typed, then end."""
        self._ended = True
        self._arrived.set()
        return True

    def connection_lost(self, _exc: Exception | None) -> None:
        """The client is gone."""
        self._ended = True
        self._arrived.set()
        if self in self.device.sessions:
            self.device.sessions.remove(self)
        if self._running:
            self._running.cancel()
        self.device.system.session_ended(self)

    def drop(self) -> None:
        """End the session at once, as a line that fails does."""
        self.flush()
        self._ended = True
        self.device.system.session_ended(self)
        if self._channel is not None:
            self._channel.get_connection().abort()
        if self._running:
            self._running.cancel()

    # Talking.

    @property
    def prompt(self) -> str:
        """The prompt of the mode that the session is in."""
        return self.device.system.prompt(self)

    def say(self, text: str) -> None:
        """Print; goes out when the session waits for input."""
        self._out.append(text.replace("\n", "\r\n"))

    def flush(self) -> None:
        """Send what was printed."""
        if self._out and self._channel is not None and not self._ended:
            with contextlib.suppress(OSError, BrokenPipeError):
                self._channel.write("".join(self._out))
        self._out.clear()

    async def _run(self) -> None:
        try:
            if self._command is not None:
                self.page_lines = 0
                await run_line(self, self._command)
            else:
                await self._talk()
        except (Hangup, EOFError):
            pass
        finally:
            self.flush()
            self.device.system.session_ended(self)
            if self in self.device.sessions:
                self.device.sessions.remove(self)
            with contextlib.suppress(OSError):
                self._channel.exit(0)

    async def _talk(self) -> None:
        self.say(self.device.system.greeting(self.device))
        while True:
            collecting = self.editor is not None and self.editor.collecting
            self.say("" if collecting else self.prompt)
            await run_line(self, await self._read_line())

    async def read_character(self) -> str:
        """Wait for one character.

        Raises:
            EOFError: nobody types any more.
        """
        while not self._typed:
            self.flush()
            if self._ended:
                raise EOFError
            self._arrived.clear()
            await self._arrived.wait()
        character, self._typed = self._typed[0], self._typed[1:]
        if character == "\n" and self._after_return:
            self._after_return = False
            return await self.read_character()
        self._after_return = character == "\r"
        return "\n" if character == "\r" else character

    async def _read_line(self, *, echo: bool = True) -> str:
        line = ""
        while True:
            line += self._take_plain_text(echo=echo)
            character = await self.read_character()
            if character == "\n":
                self.say("\n")
                return line
            if character in "\b\x7f":
                self.say("\b \b" if line and echo else "")
                line = line[:-1]
            elif character == "\x15":
                self.say("\b \b" * len(line))
                line = ""
            elif character == "\x1a":
                self.say("^Z\n")
                return "end" if self.editor else ""
            elif character == "\x03":
                self.say("^C\n" if not self.editor else "\n")
                return "end" if self.editor else ""
            elif character == "\x04" and self.editor and self.editor.collecting and not line:
                self.say("^D")
                return character
            elif character == "?" and echo and not (self.editor and self.editor.collecting):
                self._help(line)
            elif character.isprintable() or character == "\t":
                line += character
                self.say(character if echo else "")

    def _take_plain_text(self, *, echo: bool) -> str:
        """Take what was typed up to the next character that means something, all at once."""
        size = 0
        while size < len(self._typed) and self._typed[size].isprintable() and self._typed[size] != "?":
            size += 1
        text, self._typed = self._typed[:size], self._typed[size:]
        self._after_return = self._after_return and not text
        self.say(text if echo else "")
        return text

    def _help(self, line: str) -> None:
        try:
            frames = getattr(self.editor, "frames", None)
            words = next_words(frames[-1].mode, self.device.spec.kind, line) if frames else ()
        except Refusal:
            words = ("% Unrecognized command",)
        listed = "".join(f"  {word}\n" for word in words) or "  <cr>\n"
        self.say(f"?\n{listed}\n{self.prompt}{line}")

    async def ask(self, question: str, *, echo: bool = True) -> str:
        """Ask something and wait for a line."""
        self.say(question)
        return await self._read_line(echo=echo)

    async def ask_key(self, question: str) -> str:
        """Ask something and wait for one key."""
        self.say(question)
        key = await self.read_character()
        self.say("\n")
        return key

    async def page(self, text: str) -> None:
        """Print a long answer, a screen at a time unless the terminal's length is 0."""
        lines = text.split("\n")
        room = self.page_lines - 1
        while self.page_lines and len(lines) - 1 > room:
            self.say("\n".join(lines[:room]) + "\n" + _MORE)
            lines = lines[room:]
            key = await self.read_character()
            self.say("\b" * len(_MORE) + " " * len(_MORE) + "\b" * len(_MORE))
            if key in "qQ\x03":
                return
            room = 1 if key == "\n" else self.page_lines - 1
        self.say("\n".join(lines))
