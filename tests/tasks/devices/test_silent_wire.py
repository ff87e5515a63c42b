"""A wire that falls silent: bytes are swallowed, nothing is answered, nobody is told; no wait is without an end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import paramiko
import pytest

import tasks.devices.login as login_module
from tasks.devices.connection import QuickTransport
from tasks.devices.login import open_session
from tasks.devices.session import Target
from tests.conftest import PASSWORD
from turnup.errors import DeviceError, DeviceHung, SessionLost, Unreachable
from turnup.sites import Platform

SECONDS = 0.5
LIMIT_SECONDS = 10.0
KEY = paramiko.ECDSAKey.generate()


class FallsSilent(paramiko.ServerInterface):
    """A device that answers everything up to one moment, and nothing from then on.

    Args:
        moment: at which of its answers.
        over: set when the test is over.
    """

    def __init__(self, moment: str, over: threading.Event) -> None:
        self._moment, self._over = moment, over

    def _answer(self, moment: str, *, answer: int | bool) -> int | bool:
        if moment == self._moment:
            self._over.wait(60)
        return answer

    def check_auth_password(self, username: str, password: str) -> int | bool:
        return self._answer("login", answer=paramiko.AUTH_SUCCESSFUL)

    def check_channel_request(self, kind: str, chanid: int) -> int | bool:
        return self._answer("channel", answer=paramiko.OPEN_SUCCEEDED)

    def check_channel_pty_request(self, *_: object) -> int | bool:
        return self._answer("terminal", answer=True)

    def check_channel_shell_request(self, channel: paramiko.Channel) -> int | bool:
        return self._answer("shell", answer=True)

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> int | bool:
        if self._moment == "status":
            # All that it prints has come, how it ended has not.
            threading.Timer(0.1, channel.shutdown_write).start()
        if self._moment == "input":
            channel.in_buffer.feed = lambda _some: self._over.wait(60)  # nothing is read from the wire any more
        return self._answer("program", answer=True)


@contextmanager
def falls_silent(moment: str) -> Iterator[Target]:
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    kept: list[socket.socket | paramiko.Transport] = []

    def serve() -> None:
        near, _ = listener.accept()
        kept.append(near)
        if moment != "banner":
            transport = paramiko.Transport(near)
            transport.add_server_key(KEY)
            kept.append(transport)
            transport.start_server(threading.Event(), FallsSilent(moment, over))

    thread = threading.Thread(target=serve)
    thread.start()
    # Whoever would wait for ever is told in the end, so that the test goes red and does not hang.
    watchdog = threading.Timer(LIMIT_SECONDS, lambda: kept[0].close())
    watchdog.start()
    key = f"{KEY.get_name()} {KEY.get_base64()}"
    port = listener.getsockname()[1]
    login = ("env:TURNUP_USERNAME", "env:TURNUP_PASSWORD")
    try:
        yield Target("HF-LIB-01-CPE1", "127.0.0.1", port, Platform.FRR, "S1", *login, host_key=key)
    finally:
        watchdog.cancel()
        over.set()
        thread.join()
        for each in (*reversed(kept), listener):
            each.close()


def in_time(target: Target, error: type[DeviceError], doing: Callable[[Target], None]) -> None:
    """Expect an error within the limit, and no thread that still reads."""
    others, began = set(threading.enumerate()), time.monotonic()
    with pytest.raises(error) as raised:
        doing(target)
    assert time.monotonic() - began < LIMIT_SECONDS - 1
    assert PASSWORD not in str(raised.value)
    for each in set(threading.enumerate()) - others:
        if isinstance(each, QuickTransport):
            each.join(1.0)
            assert not each.is_alive(), each


def log_in(target: Target) -> None:
    with open_session(target):
        pass


def run_a_program(target: Target) -> None:
    with open_session(target) as session:
        session.run("true", seconds=SECONDS)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(login_module, "CONNECT_SECONDS", SECONDS)


@pytest.mark.parametrize("moment", ["banner", "login", "channel", "terminal", "shell"])
def test_a_login_on_a_wire_that_falls_silent_ends_in_time(moment):
    with falls_silent(moment) as target:
        in_time(target, Unreachable, log_in)


@pytest.mark.parametrize("moment", ["program", "status"])
def test_a_program_on_a_wire_that_falls_silent_ends_in_time(moment):
    with falls_silent(moment) as target:
        in_time(target, DeviceHung, run_a_program)


def send_a_file(target: Target) -> None:
    with open_session(target) as session:
        session.connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)  # as on a long way
        session.run("cat", "x" * 1_000_000, seconds=SECONDS)


def test_what_does_not_fit_on_a_wire_that_falls_silent_is_given_up_in_time():
    with falls_silent("input") as target:
        in_time(target, SessionLost, send_a_file)
