"""FakeNOS devices until standard input ends; runs under the Python of FakeNOS's own environment.

Reads one line of JSON: `password`, and `hosts` with `name`, `port`, `kind`. A kind is a platform of FakeNOS, or
`flatterer`: it knows who it is, what it runs, and says yes to everything.
"""

from __future__ import annotations

import json
import sys

from fakenos import FakeNOS
from fakenos.core.nos import Nos


def flatterer(host: dict[str, str]) -> Nos:
    """A device that takes every line without a word and keeps none."""
    version = f"{host['name']} uptime is 1 day\nProcessor board ID {host['serial']}"
    answers = {
        "_default_": {"output": "", "help": ""},
        "show version": {"output": version, "help": ""},
        "show running-config": {"output": host["running"], "help": ""},
        "show archive config rollback timer": {"output": "%No Rollback Confirmed Change pending", "help": ""},
        "configure terminal revert timer 1": {"output": "", "help": "", "new_prompt": "{base_prompt}(config)#"},
        "end": {"output": "", "help": "", "new_prompt": "{base_prompt}#"},
        "write memory": {"output": "[OK]", "help": ""},
    }
    return Nos(name=f"flatterer-{host['name']}", commands=answers, initial_prompt="{base_prompt}#")


def main() -> None:
    """Serve."""
    asked = json.loads(sys.stdin.readline())
    made = {host["name"]: flatterer(host) for host in asked["hosts"] if host["kind"] == "flatterer"}
    default = {
        "username": "turnup",
        "password": asked["password"],
        "port": 1,
        "server": {"plugin": "ParamikoSshServer", "configuration": {"address": "127.0.0.1", "timeout": 1}},
        "shell": {"plugin": "CMDShell", "configuration": {}},
        "nos": {"plugin": "cisco_ios", "configuration": {}},
    }
    hosts = {
        host["name"]: {"port": host["port"]}
        | ({"nos": {"plugin": made[host["name"]].name}} if host["name"] in made else {"platform": host["kind"]})
        for host in asked["hosts"]
    }
    net = FakeNOS(inventory={"default": default, "hosts": hosts}, plugins=list(made.values()))
    net.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    net.stop()


if __name__ == "__main__":
    main()
