"""Netmiko's connections without their waits: they go on when the device has answered, and not some time later.

What is left out costs Netmiko half a second a device: a pause before the session is prepared, a search for the prompt,
a pause after each read, and TCP's own wait for more to send. What is added costs little: the key exchange that Python
computes quickest is asked for first, and the device's key is held against the recorded one without a file.
"""

from __future__ import annotations

import codecs
import contextlib
import socket
import threading
from typing import Any

import paramiko
from netmiko import BaseConnection, log
from netmiko.arista import AristaSSH
from netmiko.channel import SSHChannel
from netmiko.cisco import CiscoIosSSH, CiscoTpTcCeSSH
from netmiko.exceptions import NetmikoTimeoutException
from netmiko.juniper import JuniperSSH
from netmiko.linux import LinuxSSH
from paramiko.hostkeys import HostKeyEntry

from turnup.sites import Platform

PATIENCE_SECONDS = 0.5
"""How long one read waits for data before it says that there is none."""

_LARGEST_READ = 65_536
_KEY_EXCHANGES = ("curve25519-sha256@libssh.org", "ecdh-sha2-nistp256")
"""Computed in C in a millisecond; Diffie-Hellman over large primes takes Python 20 to 80 milliseconds."""
_GOING_ON = bytes(range(0x80, 0xC0))
"""Bytes with which no character begins."""

_LATIN = "latin-1-where-it-is-no-utf-8"
"""How bytes are read that are no UTF-8: devices keep a description in the bytes in which somebody typed it."""

_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
"""Authenticate in C what others authenticate packet by packet in Python."""


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    """Read a byte that is no UTF-8 as the character that it is in Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error(_LATIN, _as_latin_1)


def decoded(received: bytes) -> str:
    """Read what a program printed; no byte of it is dropped."""
    return received.decode(errors=_LATIN)


_speak_latin: set[tuple[str, int]] = set()
"""Where devices are that were seen to speak Latin-1."""


def _preferring(first: tuple[str, ...], offered: tuple[str, ...]) -> tuple[str, ...]:
    """The same choice in another order: nothing is offered that was not, and nothing is left out."""
    return (*(each for each in first if each in offered), *(each for each in offered if each not in first))


class _InTime(threading.Event):
    """What Paramiko waits for without a limit: whether a shell or a program was started, and how it ended.

    Args:
        seconds: how long whoever names no time waits; a wire that fell silent never answers.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def wait(self, timeout: float | None = None) -> bool:
        """Wait as any event does.

        Raises:
            TimeoutError: no time was named, and nothing came.
        """
        if timeout is not None:
            return super().wait(timeout)
        if not super().wait(self._seconds):
            raise TimeoutError(f"no answer in {self._seconds:g} s")
        return True


class QuickTransport(paramiko.Transport):  # type: ignore[misc]  # Paramiko has no types
    """A transport that prefers what is cheap to compute, sleeps while nothing comes, and ends at once."""

    _preferred_kex = _preferring(_KEY_EXCHANGES, paramiko.Transport._preferred_kex)  # noqa: SLF001  # Paramiko's way to say so
    _preferred_ciphers = _preferring(_CIPHERS, paramiko.Transport._preferred_ciphers)  # noqa: SLF001
    _active_check_timeout = 2.0  # a tenth of a second, ten times a second, in each of hundreds of threads

    def open_channel(self, *args: Any, **options: Any) -> paramiko.Channel:
        """Open a channel on which nothing is waited for without a limit."""
        channel = super().open_channel(*args, **options)
        channel.event, channel.status_event = _InTime(self.channel_timeout), _InTime(self.channel_timeout)
        return channel

    def stop_thread(self) -> None:
        """End the thread that reads: it wakes up because the socket ends, not because its wait is over."""
        self.active = False
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)  # Paramiko closes it below, and that wakes nobody up
        super().stop_thread()


def _is_utf_8(received: bytes) -> bool:
    """Whether bytes are UTF-8, but for a character that goes on in the next packet or began in the one before."""
    try:
        received.lstrip(_GOING_ON).decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


class WaitingChannel(SSHChannel):
    """Reads as soon as something arrives; a character that arrives in two packets stays one.

    A device that showed Latin-1 is answered in Latin-1: what is put back there are the bytes that were there. That is
    remembered as long as the process, for what was replaced is no longer shown when it is put back.

    Args:
        conn: Paramiko's channel.
        encoding: of what is typed and read.
        place: of the device: address and port.
    """

    def __init__(self, conn: paramiko.Channel, encoding: str, place: tuple[str, int] = ("", 0)) -> None:
        super().__init__(conn, encoding)
        self._decoder = codecs.getincrementaldecoder(encoding)(_LATIN)
        self._place = place

    def write_channel(self, out_data: str) -> None:
        """Type something."""
        if not out_data.isascii() and self._place in _speak_latin and self.remote_conn is not None:
            with contextlib.suppress(UnicodeEncodeError):
                self.remote_conn.sendall(out_data.encode("latin-1"))
                return
        super().write_channel(out_data)

    def read_buffer(self) -> str:
        """Wait for data; empty when there is none for a while.

        Raises:
            EOFError: the session ended.
        """
        channel: Any = self.remote_conn
        if channel is None:
            raise EOFError
        usual = channel.gettimeout()
        channel.settimeout(PATIENCE_SECONDS)
        try:
            received = channel.recv(_LARGEST_READ)
        except TimeoutError:
            return ""
        finally:
            channel.settimeout(usual)
        if not received:
            raise EOFError
        printed = self._decoder.decode(received)
        if not printed.isascii() and not _is_utf_8(received):
            _speak_latin.add(self._place)
        return printed

    def read_channel(self) -> str:
        """Wait for data and take all that is there."""
        printed = self.read_buffer()
        while printed and self.remote_conn is not None and self.remote_conn.recv_ready():
            printed += self.read_buffer()
        return printed


class _Quick(BaseConnection):
    """What is left out of Netmiko's set-up, and what is added, on every platform.

    Args:
        host_key: the device's public key as `TYPE BASE64`; empty: the user's known hosts decide.
        options: what Netmiko takes.
    """

    def __init__(self, host_key: str, **options: Any) -> None:
        self._host_key = host_key
        super().__init__(**options)

    def establish_connection(self, width: int = 511, height: int = 1000) -> None:
        """Connect, log in, open a shell."""
        try:
            self.sock = socket.create_connection((self.host, self.port), self.conn_timeout)
        except OSError as error:
            words = f"TCP connection to device failed: {error.strerror or error}"
            raise NetmikoTimeoutException(words) from error
        try:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if unread := getattr(
                socket, "TCP_USER_TIMEOUT", None
            ):  # Linux; else whoever writes waits a quarter of an hour
                self.sock.setsockopt(socket.IPPROTO_TCP, unread, int(2000 * self.conn_timeout))
            super().establish_connection(width, height)
        except BaseException:
            if self.remote_conn_pre is not None:
                self.remote_conn_pre.close()  # and with it the thread that reads
            self.sock.close()
            raise
        if isinstance(self.remote_conn, paramiko.Channel):
            self.channel = WaitingChannel(self.remote_conn, self.encoding, (self.host, self.port))

    def _connect_params_dict(self) -> dict[str, Any]:
        own = {"transport_factory": QuickTransport, "channel_timeout": self.conn_timeout}
        return {**super()._connect_params_dict(), **own}

    def _build_ssh_client(self) -> paramiko.SSHClient:
        client = super()._build_ssh_client()
        place = self.host if self.port == 22 else f"[{self.host}]:{self.port}"
        if self._host_key and (entry := HostKeyEntry.from_line(f"{place} {self._host_key}")):
            client.get_host_keys().add(place, entry.key.get_name(), entry.key)
        return client

    def _try_session_preparation(self, force_data: bool = True) -> None:  # noqa: ARG002  # Netmiko's signature
        self.session_preparation()

    def paramiko_cleanup(self) -> None:
        """Close; Netmiko forgets its filter for secrets only when it says goodbye first."""
        log.removeFilter(self._secrets_filter)
        super().paramiko_cleanup()


class QuickIos(_Quick, CiscoIosSSH):
    """A session with IOS; whoever opens it turns paging off and learns the prompt, in one exchange with more."""

    def session_preparation(self) -> None:
        """Nothing is sent before the device has shown its prompt."""
        self.disable_lf_normalization = True


class QuickEos(_Quick, AristaSSH):
    """A session with Arista EOS, opened as one with IOS."""

    def session_preparation(self) -> None:
        """Nothing is sent before the device has shown its prompt."""
        self.disable_lf_normalization = True
        self.ansi_escape_codes = True


class QuickRoom(_Quick, CiscoTpTcCeSSH):
    """A session with Cisco RoomOS, which has no prompt and no paging."""

    def session_preparation(self) -> None:
        """What it says at first ends before the answer to the first question does."""


class QuickJunos(_Quick, JuniperSSH):
    """A session with Junos, opened as one with IOS."""

    def session_preparation(self) -> None:
        """Nothing is sent before the device has shown its prompt."""
        self.disable_lf_normalization = True
        self.ansi_escape_codes = True


class QuickLinux(_Quick, LinuxSSH):
    """A session with Linux; programs are run beside its shell, which therefore needs no prompt."""

    def session_preparation(self) -> None:
        """Nothing is typed into the shell."""


CONNECTIONS = {
    Platform.CISCO_IOS: QuickIos,
    Platform.ARISTA_EOS: QuickEos,
    Platform.JUNIPER_JUNOS: QuickJunos,
    Platform.FRR: QuickLinux,
    Platform.OVS: QuickLinux,
    Platform.FREERADIUS: QuickLinux,
    Platform.HOSTAPD: QuickLinux,
    Platform.PROVISIONING: QuickLinux,
    Platform.CISCO_TP: QuickRoom,
    Platform.KAMAILIO: QuickLinux,
}
"""How each platform is connected to."""
