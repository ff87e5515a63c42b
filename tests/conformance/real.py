"""The lab's devices as the table sees them: each as it was when the plan was made, and faults made inside it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from lab.real.lab import Lab
from lab.real.namespaces import in_network, run
from lab.real.topology import Topology, load_topology
from tasks.workspace import Workspace
from tests.conformance.scene import Scene, Stage, set_in
from tests.conformance.simulated import stage_of
from tests.conftest import CHECKOUT, EXECUTOR

SBIN, WHOLE = "/usr/local/sbin", "/usr/local/sbin/whole"
DISK = ("etc", "home", "usr/local/sbin", "var/lib/openvswitch", "var/lib/provisioning", "var/lib/turnup")
"""What of a device's disk is put back before each scene."""

HOOK = f"""\
#!/bin/bash
export PATH={SBIN}:/usr/sbin:/usr/bin:/sbin:/bin
agent={WHOLE}/$(basename "$0") words=("$@") token=${{3:-}}
whole() {{ "$agent" "${{words[@]}}"; }}
drop() {{ kill -9 $(pgrep -x sshd); sleep 0.2; exit 1; }}
# What is given to the device, with its length as it is then.
give() {{ "$agent" "${{words[0]}}" --token "$token"; }}
case "$1" in
%s
esac
exec "$agent" "$@"
"""
"""Stands in the place of an agent; lines of cases say what happens to which verb."""

FORGET = """
for each in eth0 eth1; do ip address flush dev $each; tc qdisc del dev $each root; done
for each in $(ip -oneline link show | grep -o ' vlan[0-9]*'); do ip link del $each; done
"""
"""The kernel under a device is the lab's, and outlives its power."""

AT_ONCE = "sed -i 's/reject_delay = 1/reject_delay = 0/' /etc/freeradius/3.0/radiusd.conf 2>/dev/null || true"
"""A server's rejects wait a second, and one that is asked again and again would mostly wait."""

Secrets = tuple[tuple[str, str], ...]
"""Names of the environment, and what they hold."""

OTHERS_EDITS = {
    "turnup-freeradius": ["new", "user 001010000000099", [], ["check Auth-Type := Accept"]],
    "turnup-kamailio": ["new", "numbers +44207946098", [], ["customer 1600", "postcode SE1 7EH", "uprn 1"]],
    "turnup-hostapd": ["new", "bss wlan1-others of wlan1", [], ['ssid2="Theirs"']],
    "turnup-provisioning": ["new", "file 00005e0053f8.cfg", [], ["account.1.label = Theirs"]],
}
"""A record as an agent takes it; it is not made before it is applied."""

STARTUP_LINES = "sed -e 's/^frr .*//' /etc/frr/frr.conf; cat /var/lib/turnup/host-lines 2>/dev/null || true"
"""What FRR would start from, in the agent's text."""


@dataclass
class Real:
    """A device of the lab, seen from inside it.

    Attributes:
        device: the one that faults are shown on.
        agent: its agent's name.
        kept: a copy of its disk as it was when the plan was made.
    """

    lab: Lab
    device: str
    agent: str
    kept: Path

    @property
    def _disk(self) -> Path:
        return self.lab.state / "devices" / self.device

    def keep(self) -> None:
        """Remember its disk."""
        self.lab.run(self.device, ["mkdir", WHOLE])
        self.bash(f"cp {SBIN}/turnup* {WHOLE}; {AT_ONCE}")
        for folder in DISK:
            (self.kept / folder).mkdir(parents=True)
            put_back(self._disk / folder, self.kept / folder)

    def begin(self) -> None:
        """Cut its power, put its disk back, forget what the kernel had, and boot."""
        network = in_network(f"{self.lab.halt(self.device).prefix}{self.device}")
        run([*network, "bash", "-c", f"({FORGET}) 2>/dev/null || true"])
        for folder in DISK:
            put_back(self.kept / folder, self._disk / folder)
        self.lab.restart(self.device)

    def heal(self, device: str) -> None:
        """Take every fault that lies on its disk away; what is configured stays."""
        self.bash("umount -l /etc/frr 2>/dev/null || true")
        for folder in ("etc/ssh", "etc/turnup", "usr/local/sbin"):
            put_back(self.kept / folder, self._disk / folder)
        self.bash(f"hostname {device}")

    def bash(self, script: str, stdin: str = "") -> str:
        """Run a script as root inside the device."""
        return self.lab.run(self.device, ["bash", "-euo", "pipefail", "-c", script], stdin=stdin)

    def hook(self, cases: str) -> None:
        """Let something else happen to verbs of the agent."""
        self.bash(f"cat >{SBIN}/.new; chmod 755 {SBIN}/.new; mv {SBIN}/.new {SBIN}/{self.agent}", HOOK % cases)

    def running(self, device: str) -> str:
        return self.bash(f"{WHOLE}/{self.agent} show")

    def startup(self, device: str) -> str:
        """Databases and files are on the disk as they run; FRR is read as it would start."""
        return self.bash(STARTUP_LINES) if self.agent == "turnup-frr" else self.running(device)

    def states(self) -> dict[str, str]:
        """Each token that was ever armed, and where it stands."""
        return {each["token"]: each["state"] for each in json.loads(self.bash(f"{WHOLE}/{self.agent} status"))}

    def is_armed(self, device: str) -> bool:
        return bool({"armed", "fired"} & set(self.states().values()))

    @property
    def other_lines(self) -> frozenset[str]:
        return frozenset({"exit", "exit-vrf", "exit-address-family", "!", ""})

    def received(self, device: str) -> tuple[str, ...]:
        """Agents are given whole texts."""
        return ()

    def taken_back(self, device: str) -> int:
        return list(self.states().values()).count("reverted")

    def arm_as_another(self, token: str) -> None:
        """Begin a change of somebody else's, who never confirms."""
        payload = json.dumps(OTHERS_EDITS[self.agent]) if self.agent in OTHERS_EDITS else ""
        self.bash(f"{WHOLE}/{self.agent} arm --token {token} --seconds 600", payload)

    def fire(self, slowly: int) -> None:
        """Let a timer take its token now, and the device back some seconds later."""
        token = next(token for token, state in self.states().items() if state == "armed")
        lock = "flock /var/lib/turnup/.lock"
        self.bash(
            f"setsid {lock} sleep {slowly} >/dev/null 2>&1 & sleep 0.2\n"
            f"setsid {WHOLE}/{self.agent} revert --token {token} >/dev/null 2>&1 &\n"
            f"until [ -e /var/lib/turnup/fired/{token} ]; do sleep 0.05; done"
        )

    def end_timer(self, device: str) -> None:
        for token, state in self.states().items():
            if state == "armed":
                self.bash(f"{WHOLE}/{self.agent} revert --token {token}")


def put_back(kept: Path, folder: Path) -> None:
    """Make a folder what another is, owners and modes included."""
    run(["find", str(folder), "-mindepth", "1", "-delete"])
    run(["cp", "-a", f"{kept}/.", str(folder)])


def topology_of(*names: str) -> Topology:
    """A part of the lab, with the cables inside it."""
    whole = load_topology()
    devices = tuple(each for each in whole.devices if each.name in names)
    cables = tuple(cable for cable in whole.cables if {port.node for port in cable} <= set(names))
    return Topology(devices, cables, ())


def nothing_secret(_inventory: Path) -> Secrets:
    """An order that refers to no secret."""
    return ()


def real_stage(
    device: str,
    call_off: str,
    names: tuple[str, ...],
    seconds: int,
    secrets: Callable[[Path], Secrets] = nothing_secret,
) -> Callable[[Path], AbstractContextManager[Stage]]:
    """How a row's part of the lab comes up, with the plan of a call-off.

    Args:
        seconds: how long a device waits for the confirm; real ones take their time.
        secrets: puts what the order refers to beside a copy of the inventory, or gives names of the environment.
    """

    @contextmanager
    def start(folder: Path) -> Iterator[Stage]:
        shutil.copytree(CHECKOUT / "inventory", folder / "inventory")
        with Lab(folder / "lab", topology_of(*names)) as lab:
            password = lab.password_file.read_text().strip()
            environment = (
                ("TURNUP_USERNAME", "netops"),
                ("TURNUP_PASSWORD", password),
                *secrets(folder / "inventory"),
            )
            workspace = Workspace(
                inventory=folder / "inventory",
                templates=CHECKOUT / "templates",
                ledger=str(folder / "first" / "ledger.db"),
                endpoints=str(lab.endpoints_file),
                executor=EXECUTOR,
            )
            platform = next(each.platform for each in lab.topology.devices if each.name == device)
            real = Real(lab, device, f"turnup-{platform}", folder / "kept")
            real.keep()
            with set_in(environment):
                stage = stage_of(workspace, call_off, real)
            yield replace(stage, environment=environment, revert_seconds=seconds)

    return start


def real_of(scene: Scene) -> Real:
    assert isinstance(scene.devices, Real)
    return scene.devices
