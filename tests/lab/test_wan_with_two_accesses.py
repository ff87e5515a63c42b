"""A site with two CPEs on real daemons: as ordered at first, then without its access, then without its first CPE."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Interface
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab.real.lab import Lab
from lab.real.topology import Topology, load_topology
from tasks.devices.outcome import Outcome
from tasks.planning import Purpose
from tasks.site_delivery import SiteDelivery
from turnup.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CHECKOUT = Path(__file__).parents[2]
HALL, HUB, CORE, PE = "WCC-TH-07", "WCC-HUB-02", "LON-CORE-02", "LON-PE-02"
FIRST, SECOND = f"{HALL}-CPE1", f"{HALL}-CPE2"
CALL_OFF = "WCC-2026-0006"
RATE_MBPS = 20
CIRCUIT = (("198.51.100.0", FIRST, "eth0"), ("198.51.100.1", PE, "eth4"))
"""The first circuit: of each end the other one's address, the device and its port."""
AS_PLANNED = {Outcome.CHANGED, Outcome.UNCHANGED}
NOBODY = "02:00:00:00:00:99"
MOST_MISSED = 150
"""Pings, five a second: a third of what BGP alone would need to find out that nobody is there (hold time 180 s)."""
SECONDS = 60
"""How long anything may take on a busy machine; what is awaited comes within a few seconds on a quiet one."""


def order(**parameters) -> dict:
    """A call-off of LAN and WAN at two sites, the hall with two accesses."""
    content = yaml.safe_load((CHECKOUT / "inventory/call-offs/WCC-2026-0003.yaml").read_text())
    lan, wan = (each for each in content["lines"] if each["site"] == HUB)
    asked = {"rate_mbps": RATE_MBPS, "dual_access": True, "internet_breakout": True, **parameters}
    hall = [
        lan | {"id": "L1", "site": HALL},
        wan
        | {
            "id": "L2",
            "site": HALL,
            "product": "WAN-ETH-100",
            "parameters": asked,
            "one_off_gbp": "3000.00",
            "monthly_gbp": "300.00",
        },
    ]
    return {**content, "reference": CALL_OFF, "lines": [copy.deepcopy(each) for each in (*hall, lan, wan)]}


@pytest.fixture(scope="module")
def topology() -> Topology:
    """The part of the lab that the call-off is about."""
    whole = load_topology()
    kept = {device.name for device in whole.devices if device.name.startswith((HALL, HUB, PE))}
    return Topology(
        devices=tuple(device for device in whole.devices if device.name in kept),
        cables=tuple(ends for ends in whole.cables if {end.node for end in ends} <= kept),
        hosts=tuple((name, port) for name, port in whole.hosts if port.node in kept),
    )


@pytest.fixture
def lab(tmp_path: Path, topology: Topology, workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    with Lab(tmp_path / "lab", topology) as lab:
        shutil.copyfile(lab.endpoints_file, workspace.endpoints)
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        yield lab


def ordered(workspace, **parameters) -> None:
    """Order it, or raise the revision of what was ordered."""
    path = workspace.inventory / "call-offs" / f"{CALL_OFF}.yaml"
    revision = yaml.safe_load(path.read_text())["revision"] + 1 if path.exists() else 1
    path.write_text(yaml.safe_dump(order(**parameters) | {"revision": revision}, sort_keys=False))


def gateway(plan: Plan, site: str) -> IPv4Interface:
    """The gateway of the segment that the first access port of a site is in, as planned."""
    text = next(change.candidate for change in plan.changes if change.device == f"{site}-SW1")
    vlan = re.search(r"^port eth1\n tag (\d+)$", text, re.MULTILINE)
    found = re.search(rf"^port vlan{vlan[1]}\n(?: .*\n)*? address (\S+)$", text, re.MULTILINE)
    return IPv4Interface(found[1])


def plug_in(lab: Lab, plan: Plan, site: str) -> str:
    """Give the first host of a site the tenth address of its segment, and say which that is."""
    router = gateway(plan, site)
    address = str(router.network[10])
    lab.address_host(f"{site}-h1", f"{address}/{router.network.prefixlen}", str(router.ip))
    return address


def wait_for(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not in {SECONDS} s"
        time.sleep(0.5)


@dataclass(frozen=True)
class Site:
    """The hall with what reaches it.

    Attributes:
        hub: address of the host at the other site.
    """

    lab: Lab
    workspace: Any
    delivery: Any
    hub: str

    def deliver(self) -> None:
        """Deliver what is ordered now; nothing else is to do then."""
        plan = self.delivery.plan(CALL_OFF)
        outcomes = self.delivery.deliver(plan)
        bad = {place: each for place, each in outcomes.items() if each.outcome not in AS_PLANNED}
        assert bad == {}
        self.verify(plan)
        assert not self.delivery.plan(CALL_OFF).changes_something

    def verify(self, plan: Plan) -> None:
        """The edge has each session and the prefixes that were ordered, by its own words."""
        for site in (HALL, HUB):
            assert SiteDelivery(self.workspace, self.delivery.ledger, plan, (HALL, HUB, CORE), 1).verify(site)


class Watch:
    """A ping without an end."""

    def __init__(self, lab: Lab, address: str) -> None:
        words = ["ping", "-n", "-O", "-i", "0.2", address]
        self._ping = subprocess.Popen(
            [*lab.inside(f"{HALL}-h1"), *words], stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self._missed = self._most = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self._ping.stdout or ():
            if "no answer yet" in line:
                self._missed += 1
            elif " bytes from " in line:
                self._missed = 0
            self._most = max(self._most, self._missed)

    def longest_gap(self) -> int:
        """How many in a row were missed at most since it was asked last."""
        most, self._most = self._most, 0
        return most

    def end(self) -> None:
        self._ping.kill()
        self._ping.wait()
        self._reader.join(timeout=SECONDS)


def told(lab: Lab, device: str, words: str) -> dict | list:
    return json.loads(lab.run(device, ["vtysh", "-c", f"{words} json"]))


def in_vrf(vrf: str) -> str:
    return f"show bgp {f'vrf {vrf} ' if vrf else ''}ipv4 unicast"


def bgp(lab: Lab, device: str, vrf: str = "") -> dict[str, str]:
    """The state of each BGP neighbour of a router."""
    return {peer: each["state"] for peer, each in told(lab, device, f"{in_vrf(vrf)} summary").get("peers", {}).items()}


def best(lab: Lab, device: str, vrf: str = "") -> dict[str, str]:
    """Best BGP routes of a router: prefix to next hop."""
    return {
        prefix: hop["ip"]
        for prefix, ways in told(lab, device, in_vrf(vrf))["routes"].items()
        for way in ways
        if way.get("bestpath")
        for hop in way["nexthops"]
    }


def paths(lab: Lab, prefix: str) -> list[dict]:
    """All ways that the provider edge knows to a prefix of the buyer."""
    return told(lab, PE, f"{in_vrf('WCC')} {prefix}").get("paths", [])


def sent_by(lab: Lab, peer: str) -> list[str]:
    """The prefixes that the provider edge has from a neighbour."""
    return sorted(told(lab, PE, f"{in_vrf('WCC')} neighbors {peer} routes").get("routes", {}))


def vrrp(lab: Lab, device: str) -> str:
    shown = told(lab, device, "show vrrp")
    return shown[0]["v4"]["status"] if shown else ""


def segments_of(site: Site, code: str) -> list[str]:
    """The subnets of a site, as the plan has them."""
    third = {HALL: 64, HUB: 32}[code]
    return [f"10.64.{third}.0/26", f"10.64.{third}.128/25"]


@pytest.fixture
def delivered(lab: Lab, workspace, delivery) -> Site:
    """The hall and the hub, delivered; pings go between their hosts."""
    ordered(workspace)
    plan = delivery.plan(CALL_OFF)
    plug_in(lab, plan, HALL)
    site = Site(lab, workspace, delivery, plug_in(lab, plan, HUB))
    site.deliver()
    assert lab.ping(f"{HALL}-h1", site.hub, attempts=SECONDS)
    wait_for(lambda: (vrrp(lab, FIRST), vrrp(lab, SECOND)) == ("Master", "Backup"), "the first CPE as gateway")
    return site


@pytest.fixture
def watched(delivered: Site) -> Iterator[Callable[[], int]]:
    """Ping all the while, five times a second; says how many answers in a row were missed at most, and starts anew."""
    lost = Watch(delivered.lab, delivered.hub)
    yield lost.longest_gap
    lost.end()


def test_a_site_with_two_accesses_from_its_order_to_its_end(delivered: Site, watched: Callable[[], int]) -> None:
    lab = delivered.lab
    only_what_was_ordered_is_routed(delivered)
    what_is_elsewhere_is_reached_from_the_site(delivered)
    the_rate_is_the_ordered_one(delivered)
    watched()
    the_second_access_takes_over(delivered)
    assert watched() < MOST_MISSED
    the_second_cpe_takes_over(delivered)
    assert watched() < MOST_MISSED
    for steering in ("med", "as-path-prepend"):
        the_provider_is_told_by(delivered, steering)
    one_access_is_enough(delivered)
    everything_ends(delivered)
    assert not lab.ping(f"{HALL}-h1", delivered.hub)


def only_what_was_ordered_is_routed(site: Site) -> None:
    hall, hub = segments_of(site, HALL), segments_of(site, HUB)
    wait_for(lambda: set(bgp(site.lab, PE, "WCC").values()) == {"Established"}, "three sessions")
    wait_for(lambda: sent_by(site.lab, "198.51.100.3") == hall, "the second access")
    assert best(site.lab, PE, "WCC") == {**dict.fromkeys(hall, "198.51.100.1"), **dict.fromkeys(hub, "198.51.100.5")}
    assert best(site.lab, FIRST) == {**dict.fromkeys(hall, "0.0.0.0"), **dict.fromkeys(hub, "198.51.100.0")}
    assert best(site.lab, SECOND) == {**dict.fromkeys(hall, "0.0.0.0"), **dict.fromkeys(hub, "10.65.64.2")}
    wait_for(lambda: told(site.lab, FIRST, "show bfd peer 198.51.100.0")["status"] == "up", "BFD of the CPE")
    wait_for(lambda: told(site.lab, PE, "show bfd vrf WCC peer 198.51.100.1")["status"] == "up", "BFD of the edge")


def what_is_elsewhere_is_reached_from_the_site(site: Site) -> None:
    """The host in the internet knows no way to the site: it answers what comes from the circuit's own address."""
    outside, ours, inside = "203.0.113.225", "203.0.113.226", f"{HALL}-h1"
    site.lab.address_host(f"{HALL}-net", f"{outside}/30", ours)
    assert site.lab.ping(inside, outside, attempts=SECONDS)
    site.lab.run(f"{HALL}-net", ["ip", "route", "del", "default"])
    assert site.lab.ping(inside, outside)
    site.lab.run(f"{HALL}-net", ["ip", "route", "replace", "default", "via", ours])
    hall = str(IPv4Interface(segments_of(site, HALL)[0]).network[10])
    for target in (ours, hall):
        assert not site.lab.ping(f"{HALL}-net", target)
    assert site.lab.ping(inside, outside)


def the_rate_is_the_ordered_one(site: Site) -> None:
    """Both ends shape: what arrives of a transfer is near the ordered rate and not above it, in each direction."""
    for direction in ((), ("--reverse",)):
        server = subprocess.Popen(
            [*site.lab.inside(f"{HUB}-h1"), "iperf3", "--server", "--one-off"], stdout=subprocess.DEVNULL
        )
        try:
            wait_for(lambda: ":5201 " in site.lab.run(f"{HUB}-h1", ["ss", "-ltn"]), "iperf3")
            words = ["iperf3", "--json", "--time", "4", "--client", site.hub, *direction]
            answer = json.loads(site.lab.run(f"{HALL}-h1", words))
        finally:
            server.kill()
            server.wait()
        ratio = answer["end"]["sum_received"]["bits_per_second"] / 1e6 / RATE_MBPS
        assert 0.6 < ratio <= 1.05, direction


def the_second_access_takes_over(site: Site) -> None:
    """Nothing passes the first circuit any more, and no port goes down: only BFD can tell."""
    for peer, device, port, inside in ((*CIRCUIT[0], ()), (*CIRCUIT[1], ("ip", "netns", "exec", "WCC"))):
        entry = [peer, "lladdr", NOBODY, "dev", port, "nud", "permanent"]
        site.lab.run(device, [*inside, "ip", "neigh", "replace", *entry])
    is_reached_over(site, "198.51.100.3")
    for peer, device, port, inside in ((*CIRCUIT[0], ()), (*CIRCUIT[1], ("ip", "netns", "exec", "WCC"))):
        site.lab.run(device, [*inside, "ip", "neigh", "del", peer, "dev", port])
    is_reached_over(site, "198.51.100.1")


def is_reached_over(site: Site, circuit: str) -> None:
    (prefix, *_) = segments_of(site, HALL)
    wait_for(lambda: best(site.lab, PE, "WCC").get(prefix) == circuit, f"the way to the hall over {circuit}")
    assert site.lab.ping(f"{HALL}-h1", site.hub, attempts=SECONDS)


def the_second_cpe_takes_over(site: Site) -> None:
    """The first CPE goes, as its neighbours see it, and boots again as it was saved."""
    for state in ("down", "up"):
        for port in ("eth0", "eth1"):
            site.lab.run(FIRST, ["ip", "link", "set", "dev", port, state])
        if state == "down":
            wait_for(lambda: vrrp(site.lab, SECOND) == "Master", "the second CPE as gateway")
            is_reached_over(site, "198.51.100.3")
    site.lab.restart(FIRST)
    wait_for(lambda: (vrrp(site.lab, FIRST), vrrp(site.lab, SECOND)) == ("Master", "Backup"), "the first one again")
    wait_for(lambda: set(bgp(site.lab, PE, "WCC").values()) == {"Established"}, "three sessions again")
    is_reached_over(site, "198.51.100.1")
    assert not site.delivery.plan(CALL_OFF).changes_something


def the_provider_is_told_by(site: Site, steering: str) -> None:
    ordered(site.workspace, steering=steering)
    site.deliver()
    (prefix, *_) = segments_of(site, HALL)
    wait_for(lambda: len(paths(site.lab, prefix)) == 2, "both ways to the hall")
    wait_for(lambda: best(site.lab, PE, "WCC").get(prefix) == "198.51.100.1", "the first access as the best one")
    wanted = (None, 200, 1) if steering == "med" else (None, 0, 4)
    wait_for(lambda: told_of_the_second(site, prefix) == wanted, f"what {steering} says of the second access")


def told_of_the_second(site: Site, prefix: str) -> tuple[int | None, int | None, int]:
    """Local preference, metric and length of the AS path of the second access, as the provider has them."""
    second = next(path for path in paths(site.lab, prefix) if path["nexthops"][0]["ip"] == "198.51.100.3")
    return second.get("locPrf"), second.get("metric"), len(second["aspath"]["segments"][0]["list"])


def one_access_is_enough(site: Site) -> None:
    ordered(site.workspace, dual_access=False)
    site.deliver()
    wait_for(lambda: set(bgp(site.lab, PE, "WCC")) == {"198.51.100.1", "198.51.100.5"}, "one access fewer")
    assert site.lab.ping(f"{HALL}-h1", site.hub, attempts=SECONDS)
    assert "router bgp" not in site.lab.run(SECOND, ["vtysh", "-c", "show running-config"])
    for device in (FIRST, SECOND):
        assert json.loads(site.lab.run(device, ["ip", "-json", "link", "show", "type", "macvlan"]) or "[]") == []


def everything_ends(site: Site) -> None:
    outcomes = site.delivery.deliver(site.delivery.plan(CALL_OFF, Purpose.CEASE))
    assert {each.outcome for each in outcomes.values()} <= AS_PLANNED
    for device in (PE, FIRST, SECOND):
        text = site.lab.run(device, ["vtysh", "-c", "show running-config"])
        assert not re.findall(r"^(?:router bgp|bfd|route-map|ip prefix-list|vrf ).*", text, re.MULTILINE), device
        assert "tbf" not in site.lab.run(device, ["tc", "qdisc", "show"])
    assert "turnup" not in site.lab.run(FIRST, ["nft", "list", "tables"])
