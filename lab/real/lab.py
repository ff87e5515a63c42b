"""The real lab as a whole: bring it up, look inside, take it down."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

import yaml

from lab.real import namespaces as net
from lab.real.access_points import PORTS
from lab.real.files import LOGIN, stage
from lab.real.gateway import LOOPBACK
from lab.real.running import Running
from lab.real.topology import Device, Port, Topology, load_topology

CHECKOUT = Path(__file__).parents[2]
STATE = CHECKOUT / ".turnup" / "lab"
INIT = Path(__file__).with_name("images") / "init"
SWITCH_PORTS = tuple(f"eth{number}" for number in range(1, 9))
BOOT_SECONDS = 120.0
CLEARING_SECONDS = 60.0
SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a device's SSH is reached, and the key it shows."""

    hostname: str
    port: int
    host_key: str


class Lab:
    """The lab; as a context manager it is up inside the block and gone after it.

    Args:
        state: folder for everything the lab writes; two labs need two folders.
        topology: what to build.
        say: told about progress, one line at a time.
    """

    def __init__(self, state: Path = STATE, topology: Topology | None = None, say: Say = lambda _line: None) -> None:
        self.state = state.resolve()
        self.topology = topology or load_topology()
        self.say = say

    def __enter__(self) -> Lab:
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()

    @property
    def endpoints_file(self) -> Path:
        """`NAME: {hostname, port, host_key}` of each device, while the lab is up."""
        return self.state / "endpoints.yaml"

    @property
    def password_file(self) -> Path:
        """The password of the login, readable by its owner only."""
        return self.state / "password"

    @property
    def key_file(self) -> Path:
        """The SSH key that may log in as well."""
        return self.state / "key"

    @property
    def _running_file(self) -> Path:
        return self.state / "running.json"

    # --- up and down ---

    def up(self) -> None:
        """Bring the lab up; nothing to do when it is.

        Raises:
            LabFailed: names the program or device that does not come up; what was started is taken down.
        """
        running = Running.read(self._running_file)
        if running is not None and running.is_whole:
            self.say("the lab is up already")
            return
        self.down()
        if os.geteuid() != 0:
            raise net.LabFailed("the real lab needs root: namespaces and mounts are made")
        try:
            self._build()
        except BaseException:
            self.down()
            raise

    def _build(self) -> None:
        began = time.monotonic()
        self.state.mkdir(parents=True, exist_ok=True)
        running = Running(f"lab{secrets.token_hex(3)}-", {})
        running.write(self._running_file)
        password_hash = self._write_credentials()
        self.say(f"cabling {len(self.topology.nodes)} namespaces")
        self._cable(running.prefix)
        host_keys = {device.name: self._stage(device, password_hash) for device in self.topology.devices}
        self.say(f"starting {len(self.topology.devices)} devices")
        starting = {device.name: self._start(running.prefix, device) for device in self.topology.devices}
        devices = {name: net.Process.of(net.child_of(starter.pid)) for name, starter in starting.items()}
        running = Running(running.prefix, devices)
        running.write(self._running_file)
        self._await_ready(starting)
        gateway, ports = self._start_gateway(tuple(host_keys))
        endpoints = {name: Endpoint(LOOPBACK, ports[name], key) for name, key in host_keys.items()}
        Running(running.prefix, devices, gateway).write(self._running_file)
        listed = {name: asdict(endpoint) for name, endpoint in endpoints.items()}
        self.endpoints_file.write_text(yaml.safe_dump(listed, sort_keys=False), encoding="utf-8")
        self.say(f"up in {time.monotonic() - began:.1f} s; log in as {LOGIN}, password in {self.password_file}")

    def _write_credentials(self) -> str:
        password = secrets.token_urlsafe(18)
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(f"{password}\n", encoding="utf-8")
        net.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", str(self.key_file)])
        return net.run(["openssl", "passwd", "-6", "-stdin"], stdin=password).strip()

    def _cable(self, prefix: str) -> None:
        net.add_namespaces(f"{prefix}{node}" for node in self.topology.nodes)
        for one, other in self.topology.links:
            net.lay_cable(prefix, one, other)
        cabled = {port for link in self.topology.links for port in link}
        for device in self.topology.devices:
            there = SWITCH_PORTS if device.platform == "ovs" else PORTS if device.ports == "wired" else ()
            for port in (Port(device.name, interface) for interface in there):
                if port not in cabled:
                    net.add_open_port(prefix, port)
            for interface, address in device.addresses.items():
                if Port(device.name, interface) in cabled:
                    where = ["ip", "-netns", f"{prefix}{device.name}"]
                    net.run([*where, "address", "add", address, "dev", interface])

    def _folder(self, device: str) -> Path:
        return self.state / "devices" / device

    def _stage(self, device: Device, password_hash: str) -> str:
        public_key = self.key_file.with_suffix(".pub").read_text(encoding="utf-8").strip()
        return stage(device, self._folder(device.name), password_hash, public_key)

    def _start(self, prefix: str, device: Device) -> subprocess.Popen[bytes]:
        """Start a device in its network, with its own files, processes and name."""
        folder = self._folder(device.name)
        (folder / "run" / "ready").unlink(missing_ok=True)
        alone = ["unshare", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--propagation", "private"]
        boot = [str(INIT), str(folder), device.name, device.platform]
        with (folder / "console").open("ab") as console:
            return subprocess.Popen(
                [*net.in_network(f"{prefix}{device.name}"), *alone, *boot],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
                cwd="/",
            )

    def _await_ready(self, starting: Mapping[str, subprocess.Popen[bytes]]) -> None:
        deadline = time.monotonic() + BOOT_SECONDS
        for name, starter in starting.items():
            while not (self._folder(name) / "run" / "ready").exists():
                if starter.poll() is not None or time.monotonic() > deadline:
                    console = (self._folder(name) / "console").read_text(encoding="utf-8", errors="replace")
                    raise net.LabFailed(f"{name} does not come up: {console.strip()[-600:]}")
                time.sleep(0.02)
            self.say(f"  {name}")

    def _start_gateway(self, devices: Sequence[str]) -> tuple[net.Process, Mapping[str, int]]:
        """Start the gateway; gives the port of each device."""
        with (self.state / "gateway.log").open("ab") as log:
            gateway = subprocess.Popen(
                [sys.executable, "-m", "lab.real.gateway", str(self._running_file)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
                cwd=CHECKOUT,
            )
        if gateway.stdin is None or gateway.stdout is None:
            raise net.LabFailed("the gateway has no pipes")
        with gateway.stdin as plan, gateway.stdout as answer:
            plan.writelines(f"{name}\n" for name in devices)
            plan.close()
            ports = [answer.readline().strip() for _ in devices]
            if answer.readline() != "ready\n":
                raise net.LabFailed(f"the gateway does not listen: see {self.state / 'gateway.log'}")
        return net.Process.of(gateway.pid), dict(zip(devices, map(int, ports), strict=True))

    def down(self) -> None:
        """Take down what was started, and only that; nothing to do when nothing was."""
        running = Running.read(self._running_file)
        if running is None:
            return
        self.say("taking the lab down")
        for process in (running.gateway, *running.devices.values()):
            if process is not None:
                process.kill()
        net.remove_namespaces(running.prefix)
        shutil.rmtree(self.state)

    def restart(self, device: str) -> None:
        """Cut a device's power and boot it again: its processes and memory are gone, its disk stays."""
        running = self.halt(device)
        known = next(each for each in self.topology.devices if each.name == device)
        for volatile in ("run", "tmp"):
            net.run(["find", str(self._folder(device) / volatile), "-mindepth", "1", "-delete"])
        (self._folder(device) / "run" / "sshd").mkdir(mode=0o755)
        self._lay_cables_again(running.prefix, device)
        starter = self._start(running.prefix, known)
        devices = {**running.devices, device: net.Process.of(net.child_of(starter.pid))}
        Running(running.prefix, devices, running.gateway).write(self._running_file)
        self._await_ready({device: starter})

    def halt(self, device: str) -> Running:
        """Cut a device's power; `restart` boots it."""
        running = Running.read(self._running_file)
        if running is None:
            raise net.LabFailed("the lab is not up")
        running.devices[device].kill()
        return running

    def _lay_cables_again(self, prefix: str, device: str) -> None:
        """A port that was in a VRF went with the VRF's namespace, and its cable with it."""
        for one, other in self.topology.links:
            if device not in (one.node, other.node):
                continue
            here = one if one.node == device else other
            links = net.run(["ip", "-netns", f"{prefix}{device}", "-brief", "link", "show"])
            if not any(line.startswith(f"{here.interface}@") for line in links.splitlines()):
                self._lay_cable_once_free(prefix, one, other)

    @staticmethod
    def _lay_cable_once_free(prefix: str, one: Port, other: Port) -> None:
        """The kernel takes its time to clear a namespace away, and the far end of the old cable goes with it."""
        deadline = time.monotonic() + CLEARING_SECONDS
        while True:
            try:
                net.lay_cable(prefix, one, other)
            except net.LabFailed as error:
                if "File exists" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    # --- inside ---

    def _up(self) -> Running:
        running = Running.read(self._running_file)
        if running is None or not running.is_whole:
            raise net.LabFailed("the lab is not up")
        return running

    @property
    def is_up(self) -> bool:
        """Whether every device and the gateway run."""
        running = Running.read(self._running_file)
        return running is not None and running.is_whole

    def endpoints(self) -> dict[str, Endpoint]:
        """Where each device is reached."""
        listed = yaml.safe_load(self.endpoints_file.read_text(encoding="utf-8"))
        return {name: Endpoint(**fields) for name, fields in listed.items()}

    def inside(self, node: str) -> list[str]:
        """The words that run a program as root inside a device or host.

        Raises:
            LabFailed: the lab is not up, or there is no such node.
        """
        running = self._up()
        if node not in self.topology.nodes:
            raise net.LabFailed(f"there is no {node}; there are {', '.join(self.topology.nodes)}")
        process = running.devices.get(node)
        enter = net.in_device(process.pid) if process else net.in_network(f"{running.prefix}{node}")
        return [*enter, "env", f"PATH={SYSTEM_PATH}"]

    def run(self, node: str, argv: Sequence[str], *, stdin: str = "", seconds: float = 60.0) -> str:
        """Run a program inside a device or host as root, and return its output.

        Raises:
            LabFailed: the lab is not up, there is no such node, or the program fails.
        """
        return net.run([*self.inside(node), *argv], stdin=stdin, seconds=seconds)

    def address_host(self, host: str, address: str, gateway: str) -> None:
        """Give a host its only address (`ADDRESS/PREFIX`) and its default gateway."""
        self.run(host, ["ip", "address", "flush", "dev", "eth0"])
        self.run(host, ["ip", "address", "add", address, "dev", "eth0"])
        self.run(host, ["ip", "route", "replace", "default", "via", gateway])

    def ping(self, from_host: str, to_address: str, *, attempts: int = 1) -> bool:
        """Whether an address answers a host; each attempt waits one second."""
        for _ in range(attempts):
            try:
                self.run(from_host, ["ping", "-c", "1", "-W", "1", to_address])
            except net.LabFailed:
                continue
            return True
        return False
