"""The peers: each pushes the same lines to the same devices in its own way, and says what it took.

Run by the benchmark in a virtual environment of its own, as `python -m benchmarks.push.peers NAME`, with the devices'
places on standard input. Each connects, reads the running configuration, pushes 60 lines, saves, reads back and
disconnects; `lean` does what Turnup's protocol asks of a device: two sessions, armed, confirmed, re-diffed.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.push.device import LOGIN, PASSWORD
from benchmarks.push.texts import pushed_fragment

WORKERS = 200
READ, SAVE = "show running-config", "write memory"
PUSHED = pushed_fragment().splitlines()
Places = list[dict[str, Any]]


def raw(places: Places) -> None:
    """Asyncssh without anything: a block, and the marker that ends it."""
    import asyncssh

    async def one(place: dict[str, Any]) -> None:
        where = {"username": LOGIN, "password": PASSWORD, "known_hosts": None}
        async with (
            asyncssh.connect("127.0.0.1", place["port"], encryption_algs=["aes128-gcm@openssh.com"], **where) as it,
            it.create_process(term_type="vt100") as session,
        ):
            for number, lines in enumerate(_exchanges()):
                session.stdin.write("".join(f"{line}\n" for line in (*lines, f"!end-{number}")))
                await session.stdout.readuntil(re.compile(rf"!end-{number}\r\n\S+#"))

    async def all_of_them() -> None:
        await asyncio.gather(*(one(place) for place in places))

    asyncio.run(all_of_them())


def _exchanges() -> tuple[tuple[str, ...], ...]:
    block = ("configure terminal", *PUSHED, "end")
    return ("terminal length 0", READ), block, (SAVE, READ)


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


def nornir_fast(places: Places) -> None:
    """nornir-netmiko with `fast_cli` and 100 workers."""
    _nornir(places, 100, fast_cli=True)


def nornir_usual(places: Places) -> None:
    """nornir-netmiko as most people write it: 20 workers."""
    _nornir(places, 20, fast_cli=False)


def _nornir(places: Places, workers: int, *, fast_cli: bool) -> None:
    from nornir.core import Nornir
    from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
    from nornir.core.plugins.connections import ConnectionPluginRegister
    from nornir.core.state import GlobalState
    from nornir.core.task import Result, Task
    from nornir.plugins.runners import ThreadedRunner
    from nornir_netmiko.connections import Netmiko
    from nornir_netmiko.tasks import netmiko_save_config, netmiko_send_command, netmiko_send_config

    ConnectionPluginRegister.register("netmiko", Netmiko)
    extras = {"netmiko": ConnectionOptions(extras={"fast_cli": fast_cli})}
    login: dict[str, Any] = {"username": LOGIN, "password": PASSWORD, "platform": "cisco_ios"}
    hosts = Hosts()
    for each in places:
        hosts[each["name"]] = Host(each["name"], "127.0.0.1", port=each["port"], connection_options=extras, **login)

    def job(task: Task) -> Result:
        task.run(netmiko_send_command, command_string=READ)
        task.run(netmiko_send_config, config_commands=PUSHED)
        task.run(netmiko_save_config)
        task.run(netmiko_send_command, command_string=READ)
        task.host.close_connections()
        return Result(host=task.host)

    runner, inventory = ThreadedRunner(num_workers=workers), Inventory(hosts, Groups(), Defaults())
    answers = Nornir(inventory=inventory, runner=runner, data=GlobalState()).run(task=job)
    for name, answer in answers.failed_hosts.items():
        print(name, answer[-1].exception, file=sys.stderr)


def scrapli(places: Places) -> None:
    """Scrapli over asyncssh, all at once."""
    from scrapli.driver.core import AsyncIOSXEDriver  # type: ignore[import-not-found]

    login = {"auth_username": LOGIN, "auth_password": PASSWORD, "auth_strict_key": False, "transport": "asyncssh"}

    async def one(place: dict[str, Any]) -> None:
        async with AsyncIOSXEDriver(host="127.0.0.1", port=place["port"], **login) as session:
            await session.send_command(READ)
            await session.send_configs(PUSHED)
            await session.send_command(SAVE)
            await session.send_command(READ)

    async def all_of_them() -> None:
        await asyncio.gather(*(one(place) for place in places))

    asyncio.run(all_of_them())


PEERS: dict[str, Callable[[Places], None]] = {
    "raw": raw,
    "lean": lean,
    "lean_blind": lean_blind,
    "nornir_fast": nornir_fast,
    "nornir_usual": nornir_usual,
    "scrapli": scrapli,
}
"""By the name that the benchmark calls them."""

IMPORTS = {
    "raw": ("asyncssh",),
    "lean": ("netmiko.cisco", "hier_config"),
    "lean_blind": ("netmiko.cisco",),
    "nornir_fast": ("nornir_netmiko.tasks", "nornir.core"),
    "nornir_usual": ("nornir_netmiko.tasks", "nornir.core"),
    "scrapli": ("scrapli.driver.core", "asyncssh"),
}
"""What each imports before the clock starts."""


def main(name: str) -> None:
    """Run one peer and print what it took."""
    import importlib

    os.sched_setaffinity(0, {0})
    for module in IMPORTS[name]:
        importlib.import_module(module)
    places = json.loads(sys.stdin.read())
    began, worked = time.perf_counter(), sum(os.times()[:4])
    PEERS[name](places)
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu_seconds": sum(os.times()[:4]) - worked}))


if __name__ == "__main__":
    main(sys.argv[1])
