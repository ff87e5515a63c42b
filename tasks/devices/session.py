"""Sessions with devices: Netmiko connections that know their device and say what went wrong."""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from netmiko import BaseConnection
from netmiko.exceptions import NetmikoBaseException
from paramiko import SSHException

from tasks.devices.command_lines import COMMAND_LINES, CommandLine
from tasks.devices.connection import decoded
from tasks.devices.ending import ANY_PROMPT, AT_ANY_PROMPT, AT_PROMPT, Ending, with_newlines, without_prompt
from tasks.devices.messages import is_message, mended, mended_at_first, without_last_messages
from tasks.devices.pacing import first_lost, is_slow, lines_at_once, slow_down
from tasks.devices.transcript import Transcript
from turnup.errors import CharactersLost, CommandRefused, DeviceError, DeviceHung, SessionLost
from turnup.findings import counted
from turnup.redact import REDACTED
from turnup.sites import Platform

ANSWER_SECONDS = 30.0
QUIET_SECONDS = 3.0
"""A device that shows a prompt and says nothing for so long has read all that reached it."""

_TAIL = 600
"""How much of an answer is looked at for its end: no line with a prompt and a comment is longer."""


_TYPED_AT = re.compile(r"^(\S+?)([>#])\s?([!#]turnup-[0-9a-f]+)", re.MULTILINE)
"""A marker, the name at whose prompt it was typed, and the sign of that prompt."""

_ASKED_OR_DONE = re.compile(r"(?s)enable.*?\n.*(?:[Pp]assword: ?|[>#]\s*)$")
_TAKEN_OR_NOT = re.compile(r"(?:[Pp]assword: ?|[>#]\s*)$")
"""What a device prints to `enable`, and to the secret that it asks for."""

_UNFINISHED = r"[>#][^\n]*$"
"""A prompt with nothing, or with a line that lost its end, behind it."""

_BARE_PROMPT = re.compile(r"(?:\S+[>#])?\s*$")
"""A prompt behind which a message came, or nothing."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a device's management is reached, and who it has to be.

    Attributes:
        name: its name in the inventory, which it must call itself.
        serial: the serial number that it must have.
        username, password, enable: references to secrets, such as `env:TURNUP_PASSWORD`; enable may be empty.
        host_key: its public key as `TYPE BASE64`; empty: the user's known hosts decide.
        key: reference of the key from which fingerprints of its secrets are made; empty: one of this process.
    """

    name: str
    hostname: str
    port: int
    platform: Platform
    serial: str
    username: str
    password: str
    enable: str = ""
    host_key: str = ""
    key: str = ""


@dataclass(slots=True)
class Session:
    """One open connection to one device.

    Attributes:
        target: the device.
        connection: the Netmiko connection.
        read_list: patterns of the only commands that may be sent; none: anything may.
        asked: the commands that were asked so far.
        transcript: records what is said.
        is_privileged: whether the login landed where everything may be read and set.
    """

    target: Target
    connection: BaseConnection
    read_list: tuple[re.Pattern[str], ...] | None = None
    transcript: Transcript = field(default_factory=Transcript)
    asked: set[str] = field(default_factory=set)
    is_privileged: bool = False
    _ahead: deque[tuple[str, str]] = field(default_factory=deque)

    @property
    def device(self) -> str:
        """Name of the device."""
        return self.target.name

    @property
    def login(self) -> str:
        """Name under which the session logged in."""
        return str(self.connection.username)

    def _check_allowed(self, command: str) -> None:
        if self.read_list is None or any(pattern.fullmatch(command) for pattern in self.read_list):
            return
        raise CommandRefused(
            self.device,
            "a command of the platform's read list, on a connection that only reads",
            repr(command),
            "Nothing was sent. Plan and dry run never write; deliver does.",
        )

    def prepare(self, seconds: float) -> None:
        """Wait for the first prompt, turn paging off, and learn how the device prompts.

        Args:
            seconds: how long the first prompt may take.
        """
        with self._named_errors("a login"):
            self._exchange("", Ending(ANY_PROMPT), seconds)
            habits = COMMAND_LINES[self.target.platform]
            marker = _marker(habits)
            typed = "".join(f"{line}\n" for line in (*habits.preparation, marker))
            printed = mended(self._exchange(typed, Ending(AT_ANY_PROMPT, marker), ANSWER_SECONDS), marker)
            name, sign = next((each[:2] for each in _TYPED_AT.findall(printed) if each[2] == marker), ("", ""))
            if not name:
                raise TimeoutError
            self.connection.base_prompt = name[:16]  # what Netmiko keeps of it: longer ones are cut
            self.is_privileged = sign == "#"

    def enable(self, secret: str) -> bool:
        """Become privileged, with the secret if the device asks for one; says whether it let us.

        Raises:
            DeviceHung: no answer in time.
            SessionLost: the connection ended.
        """
        with self._named_errors("enable"):
            printed = self._exchange("enable\n", Ending(_ASKED_OR_DONE), ANSWER_SECONDS)
            if printed.rstrip().endswith(":"):
                typed = f"{secret}\n"
                printed = self._exchange(typed, Ending(_TAKEN_OR_NOT), ANSWER_SECONDS, shown=f"{REDACTED}\n")
        self.is_privileged = printed.rstrip().endswith("#")
        return self.is_privileged

    def ask(self, command: str, *, expect: str | None = None, seconds: float | None = None) -> str:
        """Send one command at the prompt and return its answer; what was asked ahead is only given out.

        Args:
            command: one line.
            expect: pattern that ends the answer, if that is not the prompt of now: nothing else is typed before it.
            seconds: how long the device may take.

        Raises:
            CommandRefused: the session only reads and the command is not on its list.
            DeviceHung: no answer in time.
            SessionLost: the connection ended.
        """
        self._check_allowed(command)
        self.asked.add(command)
        if self._ahead and self._ahead[0][0] == command:
            return self._ahead.popleft()[1]
        self._ahead.clear()
        seconds = ANSWER_SECONDS if seconds is None else seconds
        if expect is None:
            return self._answers((command,), seconds)[0]
        with self._named_errors(command):
            end = Ending(re.compile(rf"(?s).*?{expect}"), command)
            printed = self._exchange(f"{command}\n", end, seconds)
            return _without_echo(command, without_last_messages(printed))

    def ask_ahead(self, *commands: str, seconds: float | None = None) -> None:
        """Send several commands at once and keep their answers until `ask` is called for each, in the same order.

        Anything else that is asked or typed in between drops the answers: they would be older than it looks.

        Args:
            commands: one line each, none of which waits for more to be typed.
            seconds: how long the device may take for all of them.

        Raises:
            CommandRefused: the session only reads and a command is not on its list; nothing is sent.
            DeviceHung: no answer in time.
            SessionLost: the connection ended.
        """
        for command in commands:
            self._check_allowed(command)
        self._ahead.clear()
        if is_slow(self.device):
            return
        try:
            answers = self._answers(commands, ANSWER_SECONDS if seconds is None else seconds)
        except CharactersLost:
            slow_down(self.device)  # and they are asked one by one
        else:
            self._ahead.extend(zip(commands, answers, strict=True))

    def _answers(self, commands: tuple[str, ...], seconds: float) -> tuple[str, ...]:
        """Type commands with a comment of its own after each: an answer ends where the comment stands at a prompt."""
        habits = COMMAND_LINES[self.target.platform]
        markers = tuple(_marker(habits) for _ in commands)
        typed = "".join(f"{command}\n{marker}\n" for command, marker in zip(commands, markers, strict=True))
        prompt = self.connection.base_prompt
        with self._named_errors(commands[0]):
            end = Ending(AT_PROMPT, markers[-1], prompt)
            rest = self._exchange(typed, end, seconds, waiting=rf"\n{re.escape(prompt)}\S*[>#][ ]?\s*$")
        answers = []
        for command, marker in zip(commands, markers, strict=True):
            answer, found, rest = mended(rest, marker).partition(marker)
            if not found:
                # What comes now would be taken for the answer to another command.
                raise self._lost_characters(repr(marker))
            answers.append(_without_echo(command, without_prompt(without_last_messages(answer))))
            rest = rest.partition("\n")[2]
        return tuple(answers)

    def type_line(self, line: str, end: Ending, *, seconds: float | None = None) -> str:
        """Type one line at a device that shows no prompt, and return what it prints, its echo included.

        Args:
            line: what is typed; what stands behind a colon in it is never told.
            end: how the answer ends.
            seconds: how long the device may take.

        Raises:
            CommandRefused: the session only reads and the line is not on its list.
            DeviceHung: no answer in time.
            SessionLost: the connection ended.
        """
        self._check_allowed(line)
        with self._named_errors(line.partition(": ")[0]):
            return self._exchange(f"{line}\n", end, ANSWER_SECONDS if seconds is None else seconds)

    def send_block(
        self, block: str, end: Ending, judge: Callable[[str], None], *, seconds: float | None = None
    ) -> None:
        """Type many lines at once and read until the device has answered the last.

        Args:
            block: lines to type, each ended by a newline; its last line makes the device print what `end` looks for.
            end: how the answer ends.
            judge: looks at what was printed and raises what is wrong with it; asked too when the session ended or the
                device fell silent, for an error among the lines is the better reason.
            seconds: how long the device may take for all of it.

        Raises:
            CommandRefused: the session only reads.
            DeviceHung: no answer in time.
            SessionLost: the connection ended.
        """
        self._check_allowed(block)
        self._ahead.clear()
        printed: list[str] = []
        try:
            with self._named_errors("a block of lines"), self.transcript.exchange(block, printed):
                self.connection.write_channel(block)
                self._read(printed, end, ANSWER_SECONDS if seconds is None else seconds, waiting=_UNFINISHED)
        except DeviceError as error:
            answer = with_newlines("".join(printed))
            self._check_echo(block, answer, whole=isinstance(error, CharactersLost))
            judge(answer)
            raise
        answer = with_newlines("".join(printed))
        self._check_echo(block, answer, whole=True)
        judge(answer)

    def _check_echo(self, block: str, printed: str, *, whole: bool) -> None:
        """Compare what the device printed back with what was typed: the better reason for an error among the lines.

        Raises:
            CharactersLost: it is something else.
        """
        if lost := first_lost(block, printed, whole=whole):
            raise self._lost_characters(repr(lost))

    def _lost_characters(self, expected: str) -> CharactersLost:
        lines = counted(lines_at_once(self.device), "line")
        remedy = f"Less than {lines} at once is typed from now on; run the same command again."
        return CharactersLost(self.device, f"to print back {expected}", "something else: characters were lost", remedy)

    def _exchange(self, typed: str, end: Ending, seconds: float, *, waiting: str = "", shown: str = "") -> str:
        """Type something and read up to its end; newlines are made the same everywhere.

        Args:
            typed: what is typed.
            end: how the answer ends.
            seconds: how long it may take.
            waiting: what a device shows that has read all that reached it.
            shown: what the transcript says was typed, where that is a secret.
        """
        printed: list[str] = []
        with self.transcript.exchange(shown or typed, printed):
            if typed:
                self.connection.write_channel(typed)
            self._read(printed, end, seconds, waiting=waiting)
        return with_newlines("".join(printed))

    def _read(self, printed: list[str], end: Ending, seconds: float, *, waiting: str = "") -> None:
        """Read until what was printed ends as it should; what came until then is in `printed` whatever happens.

        Args:
            printed: takes what comes.
            end: how the answer ends.
            seconds: how long it may take.
            waiting: what a device shows that has read all that reached it; none: it is not looked for.

        Raises:
            TimeoutError: it does not end.
            CharactersLost: the device waits for what it has never received.
        """
        tail = ""
        deadline, heard = time.monotonic() + seconds, time.monotonic()
        while not end.found(tail):
            now = time.monotonic()
            if waiting and now - heard > QUIET_SECONDS and re.search(waiting, without_last_messages(tail)):
                raise self._lost_characters("the end of what was typed")
            if now > deadline:
                raise TimeoutError
            if some := str(self.connection.read_channel()):
                printed.append(some)
                tail, heard = with_newlines((tail + some)[-_TAIL:]), time.monotonic()

    def run(self, command: str, payload: str = "", *, seconds: float = ANSWER_SECONDS) -> tuple[int, str, str]:
        """Run a program on the device over an exec channel of the same connection.

        Args:
            command: the program with its arguments; never holds anything from an order.
            payload: given to its standard input.
            seconds: how long it may take.

        Returns:
            exit status, standard output, standard error.

        Raises:
            CommandRefused: the session only reads and the command is not on its list.
            DeviceHung: no answer in time.
            SessionLost: the connection ended.
        """
        self._check_allowed(command)
        client = self.connection.remote_conn_pre
        if client is None:
            raise SessionLost(self.device, "an open session", "none", "Run the same command again.")
        heard: list[str] = []
        with self._named_errors(command), self.transcript.exchange(f"{command}\n{payload}", heard):
            stdin, stdout, stderr = client.exec_command(command, timeout=seconds)
            stdin.write(payload)
            stdin.channel.shutdown_write()
            answer, complaint = decoded(stdout.read()), decoded(stderr.read())
            if not stdout.channel.status_event.wait(seconds):
                raise TimeoutError
            status = stdout.channel.recv_exit_status()
            heard += (answer, complaint)
            if status < 0:
                raise EOFError
            return status, answer, complaint

    @contextlib.contextmanager
    def _named_errors(self, doing: str) -> Iterator[None]:
        """Turn what the libraries raise into what happened to the device."""
        try:
            yield
        except (EOFError, ConnectionError) as error:
            raise self._lost(doing) from error
        except TimeoutError as error:
            raise self._hung(doing) from error
        except (NetmikoBaseException, SSHException, OSError) as error:
            raise (self._hung(doing) if self._is_alive() else self._lost(doing)) from error

    def _is_alive(self) -> bool:
        client = self.connection.remote_conn_pre
        transport = client.get_transport() if client is not None else None
        channel = self.connection.remote_conn
        return bool(transport is not None and transport.is_active() and not getattr(channel, "closed", True))

    def _lost(self, doing: str) -> SessionLost:
        return SessionLost(
            self.device, f"an answer to {doing}", "the session ended", "Run the same command again to find out."
        )

    def _hung(self, doing: str) -> DeviceHung:
        return DeviceHung(
            self.device, f"an answer to {doing}", "none in time", "Look at the device; run the same command again."
        )


def _marker(habits: CommandLine) -> str:
    """A comment that a device has never seen, and that no other answer can hold."""
    return f"{habits.comment}turnup-{secrets.token_hex(6)}"


def _without_echo(command: str, answer: str) -> str:
    """What the device said to a command, without the command itself, and the prompt and messages before it."""
    echo, _, rest = answer.partition("\n")
    if command not in echo:
        answer = mended_at_first(answer, command)
        echo, _, rest = answer.partition("\n")
    while rest and command not in echo and (_BARE_PROMPT.match(echo) or is_message(echo)):
        echo, _, rest = rest.partition("\n")
    return rest if command in echo else answer
