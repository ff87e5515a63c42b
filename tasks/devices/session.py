"""Sessions with devices: Netmiko connections that know their device, check its key and say what went wrong."""

from __future__ import annotations

import contextlib
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netmiko import BaseConnection, ConnectHandler
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoBaseException
from paramiko import SSHException

from tasks.credentials import resolve
from turnup.errors import CommandRefused, DeviceError, DeviceHung, LoginRefused, SessionLost, Unreachable, WrongDevice
from turnup.sites import Platform

ANSWER_SECONDS = 30.0
CONNECT_SECONDS = 15.0
_PAUSE_SECONDS = 0.01

_NETMIKO_TYPE = {Platform.CISCO_IOS: "cisco_ios", Platform.FRR: "linux", Platform.OVS: "linux"}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a device's management is reached, and who it has to be.

    Attributes:
        name: its name in the inventory, which it must call itself.
        serial: the serial number that it must have.
        username, password, enable: references to secrets, such as `env:TURNUP_PASSWORD`; enable may be empty.
        host_key: its public key as `TYPE BASE64`; empty: the user's known hosts decide.
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


@dataclass(slots=True)
class Session:
    """One open connection to one device.

    Attributes:
        target: the device.
        connection: the Netmiko connection.
        read_list: patterns of the only commands that may be sent; none: anything may.
    """

    target: Target
    connection: BaseConnection
    read_list: tuple[re.Pattern[str], ...] | None = None

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

    def ask(self, command: str, *, expect: str | None = None, seconds: float = ANSWER_SECONDS) -> str:
        """Send one command at the prompt and return its answer.

        Args:
            command: one line.
            expect: pattern that ends the answer; the prompt unless given.
            seconds: how long the device may take.

        Raises:
            CommandRefused: the session only reads and the command is not on its list.
            DeviceHung: no answer in time.
            SessionLost: the connection ended.
        """
        self._check_allowed(command)
        with self._named_errors(command):
            # Given the prompt, Netmiko need not find it out anew, which costs it half a second a command.
            prompt = rf"{re.escape(self.connection.base_prompt)}\S*[>#]\s*$"
            return str(
                self.connection.send_command(
                    command, expect_string=expect or prompt, read_timeout=seconds, strip_prompt=expect is None
                )
            )

    def send_block(
        self, block: str, end: str, judge: Callable[[str], None], *, seconds: float = ANSWER_SECONDS
    ) -> None:
        """Type many lines at once and read until the device has answered the last.

        Args:
            block: lines to type, each ended by a newline; its last line makes the device print what `end` matches.
            end: pattern that ends the answer.
            judge: looks at what was printed and raises what is wrong with it; asked too when the session ended or the
                device fell silent, for an error among the lines is the better reason.
            seconds: how long the device may take for all of it.

        Raises:
            CommandRefused: the session only reads.
            DeviceHung: no answer in time.
            SessionLost: the connection ended.
        """
        self._check_allowed(block)
        printed = ""
        try:
            with self._named_errors("a block of lines"):
                self.connection.write_channel(block)
                deadline = time.monotonic() + seconds
                while not re.search(end, printed):
                    if time.monotonic() > deadline:
                        raise TimeoutError
                    printed += self._read_some()
        except DeviceError:
            judge(printed)
            raise
        judge(printed)

    def _read_some(self) -> str:
        some = str(self.connection.read_channel())
        if not some:
            time.sleep(_PAUSE_SECONDS)
        return some

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
        with self._named_errors(command):
            stdin, stdout, stderr = client.exec_command(command, timeout=seconds)
            stdin.write(payload)
            stdin.channel.shutdown_write()
            answer, complaint = stdout.read().decode(), stderr.read().decode()
            status = stdout.channel.recv_exit_status()
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


@contextlib.contextmanager
def open_session(target: Target, read_list: tuple[re.Pattern[str], ...] | None = None) -> Iterator[Session]:
    """Connect to a device, check its key, log in, and close when done.

    Args:
        target: where it is and who it has to be.
        read_list: patterns of the only commands that may be sent; none: anything may.

    Raises:
        CredentialMissing: a reference does not resolve.
        Unreachable: no connection.
        LoginRefused: the device does not accept the credentials.
        WrongDevice: the device shows another key than the one that is recorded.
    """
    connection = _connect(target)
    _end_with_the_session(connection)
    try:
        yield Session(target, connection, read_list)
    finally:
        # A dead connection cannot say goodbye, and has no need to.
        with contextlib.suppress(Exception):
            connection.paramiko_cleanup()


def _connect(target: Target) -> BaseConnection:
    options: dict[str, Any] = {
        "device_type": _NETMIKO_TYPE[target.platform],
        "host": target.hostname,
        "port": target.port,
        "username": resolve(target.username).get_secret_value(),
        "password": resolve(target.password).get_secret_value(),
        "secret": resolve(target.enable).get_secret_value() if target.enable else "",
        "conn_timeout": CONNECT_SECONDS,
        "auth_timeout": CONNECT_SECONDS,
        "banner_timeout": CONNECT_SECONDS,
        "ssh_strict": True,
        "system_host_keys": not target.host_key,
        "allow_agent": False,
        "fast_cli": False,
    }
    with _known_hosts(target) as path:
        if path is not None:
            options |= {"alt_host_keys": True, "alt_key_file": str(path)}
        try:
            connection = ConnectHandler(**options)
            if target.enable and not connection.check_enable_mode():
                connection.enable()
        except NetmikoAuthenticationException as error:
            raise LoginRefused(
                target.name,
                f"{target.hostname}:{target.port} to accept {target.username}",
                "login refused",
                "Check the credentials behind the references of the inventory.",
            ) from _without_secrets(error)
        except (NetmikoBaseException, SSHException, OSError, EOFError, ValueError) as error:
            raise _why_not_connected(target, error) from _without_secrets(error)
    return connection


def _cause(words: str) -> str:
    """The first line that tells a cause: Netmiko puts one that ends in a colon before what Paramiko said."""
    lines = [line.strip().rstrip(".") for line in words.splitlines() if line.strip()]
    return next((line for line in lines if not line.endswith(":")), lines[0] if lines else "")


def _end_with_the_session(connection: BaseConnection) -> None:
    """Let a read say at once that the session ended; Netmiko would wait for the rest of its time."""
    read = connection.read_channel

    def read_or_end() -> str:
        channel: Any = connection.remote_conn
        ended = channel is None or channel.closed or channel.eof_received
        printed = str(read())
        if ended and not printed:
            raise EOFError
        return printed

    connection.read_channel = read_or_end  # type: ignore[method-assign]  # its own reads shall end too


def _why_not_connected(target: Target, error: Exception) -> Unreachable | WrongDevice:
    place = f"{target.hostname}:{target.port}"
    words = str(error)
    if "Host key for server" in words or "not found in known_hosts" in words:
        return WrongDevice(
            target.name,
            f"the host key recorded for {place}",
            "another key, or none recorded",
            "Find out whether the device was replaced; then record its new key.",
        )
    return Unreachable(
        target.name,
        f"an SSH connection to {place}",
        _cause(words) or type(error).__name__,
        "Check power, path and address; run the same command again.",
    )


def _without_secrets(error: Exception) -> Exception:
    """Drop the frames of a library's error: their locals hold the password."""
    return error.with_traceback(None)


@contextlib.contextmanager
def _known_hosts(target: Target) -> Iterator[Path | None]:
    if not target.host_key:
        yield None
        return
    place = target.hostname if target.port == 22 else f"[{target.hostname}]:{target.port}"
    with tempfile.NamedTemporaryFile("w", prefix="turnup-known-hosts-", suffix=".txt") as file:
        file.write(f"{place} {target.host_key}\n")
        file.flush()
        yield Path(file.name)
