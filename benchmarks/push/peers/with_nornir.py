"""nornir-netmiko, as quick as it gets and as most people write it."""

from __future__ import annotations

import sys
from typing import Any

from benchmarks.push.peers.job import LOGIN, PASSWORD, PUSHED, READ, Places


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
