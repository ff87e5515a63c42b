"""The Linux under the lab: namespaces, cables between them, and programs run inside."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.real.topology import Port

COMMAND_SECONDS = 60


class LabFailed(Exception):
    """The lab cannot do what it was asked; says which program failed and its words."""


def run(argv: Sequence[str], *, stdin: str = "", seconds: float = COMMAND_SECONDS) -> str:
    """Run a program and return its standard output.

    Raises:
        LabFailed: it fails, with its own words, or takes too long.
    """
    try:
        done = subprocess.run(list(argv), input=stdin, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise LabFailed(f"{' '.join(argv)[:200]}: no end in {seconds:.0f} s") from error
    if done.returncode != 0:
        words = done.stderr.strip() or done.stdout.strip() or f"exit status {done.returncode}"
        raise LabFailed(f"{' '.join(argv)[:200]}: {words}")
    return done.stdout


@dataclass(frozen=True, slots=True)
class Process:
    """A process that we started, told apart from a later one with the same id by its start time.

    Attributes:
        started: in clock ticks since boot, the 22nd field of `/proc/PID/stat` (proc(5)).
    """

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> Process:
        """The process that has this id now."""
        return cls(pid, _start_time(pid))

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        try:
            return _start_time(self.pid) == self.started
        except OSError:
            return False

    def kill(self, seconds: float = 60.0) -> None:
        """Kill it and wait until it is gone."""
        if not self.is_alive:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        deadline = time.monotonic() + seconds
        while self.is_alive and time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.pid, os.WNOHANG)
            time.sleep(0.02)


def _start_time(pid: int) -> int:
    # The second field is a name in brackets that may hold anything; what counts comes after the last bracket.
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[19]) if fields[0] != "Z" else -1


def child_of(pid: int, seconds: float = 60.0) -> int:
    """The first child of a process, as soon as there is one.

    Raises:
        LabFailed: there is none in time.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if found := Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split():
                return int(found[0])
        time.sleep(0.02)
    raise LabFailed(f"process {pid} has no child")


def add_namespaces(names: Iterable[str]) -> None:
    """Make network namespaces, their loopbacks up."""
    for name in names:
        run(["ip", "netns", "add", name])
        run(["ip", "-netns", name, "link", "set", "dev", "lo", "up"])


def remove_namespaces(prefix: str) -> None:
    """Remove every network namespace whose name begins so."""
    for name in namespaces(prefix):
        run(["ip", "netns", "delete", name])


def namespaces(prefix: str) -> tuple[str, ...]:
    """Names of the network namespaces that begin so."""
    listed = (line.split()[0] for line in run(["ip", "netns", "list"]).splitlines() if line)
    return tuple(name for name in listed if name.startswith(prefix))


def lay_cable(prefix: str, one: Port, other: Port) -> None:
    """Join two ports by a veth pair, both ends up.

    Checksums are computed at once: the userspace datapath of Open vSwitch passes on what a port left for later.
    """
    ends = [(f"{prefix}{port.node}", port.interface) for port in (one, other)]
    (left, left_port), (right, right_port) = ends
    far_end = ["peer", "name", right_port, "netns", right]
    run(["ip", "link", "add", left_port, "netns", left, "type", "veth", *far_end])
    for namespace, interface in ends:
        run(["ip", "-netns", namespace, "link", "set", "dev", interface, "up"])
        run([*in_network(namespace), "ethtool", "--offload", interface, "tx", "off"])


def add_open_port(prefix: str, port: Port) -> None:
    """Add a port with nothing plugged in: its cable ends in the same node."""
    namespace = f"{prefix}{port.node}"
    run(
        ["ip", "-netns", namespace, "link", "add", port.interface, "type", "veth", "peer", "name", f"x{port.interface}"]
    )
    run(["ip", "-netns", namespace, "link", "set", "dev", port.interface, "up"])


def in_network(namespace: str) -> list[str]:
    """The words that run a program in a network namespace."""
    return ["nsenter", f"--net=/run/netns/{namespace}"]


def in_device(init_pid: int) -> list[str]:
    """The words that run a program inside a device: its network, files, processes and name."""
    return ["nsenter", "--target", str(init_pid), "--mount", "--uts", "--net", "--pid"]
