"""Run one peer, as `python -m benchmarks.push.peers NAME` with the devices' places on standard input."""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peer:
    """Where a peer is.

    Attributes:
        module: in which its function, called as the peer is, stands.
        imports: what it imports before the clock starts.
    """

    module: str
    imports: tuple[str, ...] = ()


_NORNIR = Peer("with_nornir", ("nornir_netmiko.tasks", "nornir.core"))
PEERS = {
    "raw": Peer("with_asyncssh", ("asyncssh",)),
    "scrapli": Peer("with_asyncssh", ("scrapli.driver.core", "asyncssh")),
    "lean": Peer("with_netmiko", ("netmiko.cisco", "hier_config")),
    "lean_blind": Peer("with_netmiko", ("netmiko.cisco",)),
    "nornir_fast": _NORNIR,
    "nornir_usual": _NORNIR,
    "napalm": Peer("with_napalm", ("napalm.ios",)),
    "ansible": Peer("with_ansible"),
}
"""By the name that the benchmark calls them."""


def main(name: str) -> None:
    """Run one peer and print what it took."""
    os.sched_setaffinity(0, {0})
    peer = PEERS[name]
    for module in peer.imports:
        importlib.import_module(module)
    push = getattr(importlib.import_module(f"benchmarks.push.peers.{peer.module}"), name)
    places = json.loads(sys.stdin.read())
    began, worked = time.perf_counter(), sum(os.times()[:4])
    push(places)
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu_seconds": sum(os.times()[:4]) - worked}))


if __name__ == "__main__":
    main(sys.argv[1])
