"""Netmiko with a set-up that does not wait: with hier_config's differences, and comparing nothing."""

from __future__ import annotations

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.push.peers.job import LOGIN, PASSWORD, PUSHED, READ, SAVE, WORKERS, Places
from benchmarks.push.texts import pushed_fragment


def lean(places: Places) -> None:
    """Netmiko with a set-up that does not wait, two sessions, and hier_config's difference before and after."""
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(_lean_one, places))


def _lean_one(place: dict[str, Any]) -> None:
    from hier_config import Platform, WorkflowRemediation, get_hconfig

    ios = Platform.CISCO_IOS
    with _Lean(place) as session:
        before = _text(session.say("terminal length 0", "show version", READ))
        running, wanted = get_hconfig(ios, before), get_hconfig(ios, before)
        wanted.merge(get_hconfig(ios, pushed_fragment()))
        if not WorkflowRemediation(running, wanted).remediation_config.children:
            raise RuntimeError("nothing to push")
        session.say("configure terminal revert timer 2")
        session.say(*PUSHED, "end")
    with _Lean(place) as session:
        after = get_hconfig(ios, _text(session.say("terminal length 0", "show version", READ)))
        if WorkflowRemediation(after, wanted).remediation_config.children:
            raise RuntimeError("something is missing")
        session.say("configure confirm", "show archive config rollback timer", READ)
        session.say(SAVE)


def lean_blind(places: Places) -> None:
    """The same without hier_config: it compares nothing."""
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(_lean_blind_one, places))


def _lean_blind_one(place: dict[str, Any]) -> None:
    with _Lean(place) as session:
        session.say("terminal length 0", "show version", READ)
        session.say("configure terminal revert timer 2")
        session.say(*PUSHED, "end")
    with _Lean(place) as session:
        session.say("terminal length 0", "show version", READ)
        session.say("configure confirm", "show archive config rollback timer", READ)
        session.say(SAVE)


def _text(answer: str) -> str:
    return answer[answer.index("version 17.9\n") :].partition("\nend")[0]


class _Lean:
    """A Netmiko connection that is opened without waiting and read as data comes."""

    def __init__(self, place: dict[str, Any]) -> None:
        self._place = place

    def __enter__(self) -> _Lean:
        import paramiko
        from netmiko.cisco import CiscoIosSSH

        class Transport(paramiko.Transport):  # type: ignore[misc]
            _preferred_kex = ("curve25519-sha256@libssh.org",)
            _preferred_ciphers = ("aes128-gcm@openssh.com",)

        class Connection(CiscoIosSSH):
            def session_preparation(self) -> None:
                """Nothing."""

            def _try_session_preparation(self, force_data: bool = True) -> None:
                """Nothing."""

            def _connect_params_dict(self) -> dict[str, Any]:
                return {**super()._connect_params_dict(), "transport_factory": Transport}

        sock = socket.create_connection(("127.0.0.1", self._place["port"]))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        login = {"host": "127.0.0.1", "port": self._place["port"], "username": LOGIN, "password": PASSWORD}
        self._connection = Connection(device_type="cisco_ios", sock=sock, **login)
        self._number = 0
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.paramiko_cleanup()

    def say(self, *lines: str) -> str:
        """Type lines and a comment; read up to the comment and the prompt."""
        self._number += 1
        end = re.compile(rf"!end-{self._number}\r\n\S+#$")
        channel: Any = self._connection.remote_conn
        channel.sendall("".join(f"{line}\n" for line in (*lines, f"!end-{self._number}")).encode())
        printed = ""
        while not end.search(printed[-200:]):
            printed += channel.recv(65536).decode()
        return printed.replace("\r", "")
