"""The demo: the real commands, with a key and a ledger of its own, on simulated devices or on those of the lab."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import yaml

from flows.console import FAILED, OK, err, out
from flows.server import free_port, prefect_server, running, wait_for_server
from flows.settings import CHECKOUT
from tasks.approvals.ssh_keygen import generate_key
from tasks.inventory.estate import Estate
from tasks.inventory.hosts import Endpoint, read_entries
from turnup.errors import TurnupError
from turnup.sites import DeviceRole, Platform, Site

EXECUTOR = "field-engineer@supplier.example"
_READY_SECONDS = 30.0
MARK = "demo-of"
"""A file that says that a folder is a demo's, and of what: such a one may be made anew."""


def run_demo(home: Path, call_off: str, endpoints: Path | None = None) -> int:
    """Run the demo in a folder of its own, which is made anew.

    Args:
        home: where its inventory copy, keys, devices, ledger and Prefect database are.
        call_off: reference of an example call-off; without endpoints, one whose devices are all cisco_ios.
        endpoints: where devices are reached that run already, as `NAME: {hostname, port, host_key}`; their
            credentials are in the environment. None: simulated ones are started.

    Returns:
        0 when every command did what it should.
    """
    sites = _sites(Estate(CHECKOUT / "inventory"), call_off)
    if endpoints is None:
        _check_simulated(call_off, sites)
    else:
        _check_reached(endpoints, sites)
    _fresh(home)
    shutil.copytree(CHECKOUT / "inventory", home / "inventory")
    key = _demo_key(home, str(Estate(CHECKOUT / "inventory").call_off(call_off).call_off.buyer))
    environment = {
        **os.environ,
        "TURNUP_INVENTORY": str(home / "inventory"),
        "TURNUP_LEDGER": str(home / "ledger.db"),
        "TURNUP_ENDPOINTS": str(endpoints or home / "endpoints.yaml"),
        "TURNUP_EXECUTOR": EXECUTOR,
    }
    (home / MARK).write_text(f"{call_off}\n")
    if endpoints is None:
        environment |= {"TURNUP_USERNAME": "turnup", "TURNUP_PASSWORD": secrets.token_urlsafe(18)}
        _write_fleet(home, sites)
    began = time.monotonic()
    port = free_port()
    devices = _devices(home, environment) if endpoints is None else nullcontext()
    with devices, prefect_server(home / "prefect", port) as found:
        here = {**environment, "PREFECT_API_URL": found["PREFECT_API_URL"], "PREFECT_HOME": found["PREFECT_HOME"]}
        code = _story(home, call_off, key, here, port)
    out.print(f"\nThe demo took {time.monotonic() - began:.0f} s.")
    if code == OK:
        _what_next(home, call_off, simulated=endpoints is None)
    return code


def _fresh(home: Path) -> None:
    """Begin anew, but remove nothing that is not a demo's folder."""
    if home.exists() and any(home.iterdir()) and not (home / MARK).is_file():
        raise TurnupError(
            str(home), "an empty folder, or one of an earlier demo", "other files", "Give another --home."
        )
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)


def _sites(estate: Estate, call_off: str) -> tuple[Site, ...]:
    ordered = {line.site: estate.site(line.site) for line in estate.call_off(call_off).call_off.lines}
    provider = {code for site in ordered.values() for code in site.provider_sites}
    return (*ordered.values(), *(estate.site(code) for code in sorted(provider)))


def _check_simulated(call_off: str, sites: tuple[Site, ...]) -> None:
    others = [device.name for site in sites for device in site.devices if device.platform is not Platform.CISCO_IOS]
    if others:
        remedy = "Deliver it to the real lab: make lab."
        raise TurnupError(call_off, "a call-off for cisco_ios devices only", ", ".join(others), remedy)


def _check_reached(endpoints: Path, sites: tuple[Site, ...]) -> None:
    reached = read_entries(endpoints, Endpoint)[0]
    missing = [device.name for site in sites for device in site.devices if device.name not in reached]
    if missing:
        remedy = "Bring the lab up, or name a call-off whose devices are in it."
        raise TurnupError(str(endpoints), "an endpoint for each device of the call-off", ", ".join(missing), remedy)


def _demo_key(home: Path, buyer: str) -> Path:
    """Make a key and let the demo's copy of the inventory say that the buyer's second signatory has it."""
    key = home / "keys" / "signatory"
    key.parent.mkdir(mode=0o700)
    public = generate_key(key)
    path = home / "inventory" / "buyers" / f"{buyer}.yaml"
    content = yaml.safe_load(path.read_text())
    content["signatories"][1]["public_key"] = public
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    return key


def _write_fleet(home: Path, sites: tuple[Site, ...]) -> None:
    devices = []
    for device in (device for site in sites for device in site.devices):
        startup = CHECKOUT / "lab" / "startup" / f"{device.name}.cfg"
        entry = {
            "name": device.name,
            "kind": "switch" if device.role is DeviceRole.SWITCH else "router",
            "serial": device.serial,
            "username": "env:TURNUP_USERNAME",
            "password": "env:TURNUP_PASSWORD",
        }
        devices.append({**entry, "startup_file": str(startup)} if startup.is_file() else entry)
    (home / "fleet.yaml").write_text(yaml.safe_dump({"devices": devices}, sort_keys=False))


@contextmanager
def _devices(home: Path, environment: dict[str, str]) -> Iterator[None]:
    ready, log = home / "endpoints.yaml", home / "devices.log"
    command = (sys.executable, "-m", "lab.simulated", str(home / "fleet.yaml"), "--ready", str(ready))
    with running((*command, "--state", str(home / "devices")), environment, log) as process:
        deadline = time.monotonic() + _READY_SECONDS
        while not ready.is_file():
            if process.poll() is not None or time.monotonic() > deadline:
                raise TurnupError("simulated devices", "devices that listen", "none", f"Read {log}.")
            time.sleep(0.05)
        yield


def _story(home: Path, call_off: str, key: Path, environment: dict[str, str], port: int) -> int:
    reached = read_entries(Path(environment["TURNUP_ENDPOINTS"]), Endpoint)[0]
    out.print(f"{len(reached)} devices listen on loopback.")
    if _say("The gate: every rule of the framework.", environment, "validate", call_off) != OK:
        return FAILED
    out.print("\nWaiting for the Prefect server of the demo ...", style="dim")
    wait_for_server(port, home / "prefect" / "server.log")
    again = "The same delivery again: nothing to change."
    for title, words in (
        ("What will change on each device, before anything does.", ("plan", call_off)),
        ("The buyer's signatory signs order and plan, byte for byte.", ("approve", call_off, "--key", str(key))),
        ("Canary first, then the rest; each device is one transaction.", ("deliver", call_off)),
        ("The buyer signs the certificate.", ("accept", call_off, "--key", str(key))),
        ("The delivery clock.", ("status", call_off)),
        (again, ("deliver", call_off)),
        ("What was done can be checked.", ("audit", "verify")),
    ):
        code = _say(title, environment, *words)
        if code != OK:
            err.print(f"That should have ended with 0, not {code}.", style="bold red")
            return FAILED
    return OK


def _say(title: str, environment: dict[str, str], *words: str) -> int:
    """Show a command and run it as the user would."""
    out.print(f"\n[bold]{title}[/bold]")
    out.print(f"[bold cyan]$ turnup {' '.join(words)}[/bold cyan]")
    sys.stdout.flush()
    return subprocess.run(
        (sys.executable, "-m", "flows.cli", *words), env=environment, cwd=CHECKOUT, check=False
    ).returncode


def _what_next(home: Path, call_off: str, *, simulated: bool) -> None:
    turnup = CHECKOUT / ".venv" / "bin" / "turnup"
    out.print("\n[bold]What to type next[/bold]")
    out.print(
        f"  {turnup} up --home {home / 'prefect'}    the runs of the demo in the Prefect UI, http://127.0.0.1:4200"
    )
    out.print(f"  TURNUP_LEDGER={home / 'ledger.db'} {turnup} status {call_off}    the clock again")
    out.print(f"  {turnup} dry-run LBHF-2026-0042 --offline    what a call-off would do, without devices")
    out.print(f"  {turnup} validate inventory/call-offs/invalid/*.yaml    what the gate says to bad orders")
    if simulated:
        out.print(f"  less {home / 'devices'}/*/running-config    what the devices have now")
        out.print("  sudo make lab    the same on real FRR and Open vSwitch")
    else:
        out.print('  sudo .venv/bin/python -m lab.real exec LON-PE-02 vtysh -c "show bgp vrf all summary"')
        out.print("  sudo .venv/bin/python -m lab.real exec WCC-LIB-01-SW1 ovs-vsctl show")
        out.print("  sudo make lab-down    take the lab down")
