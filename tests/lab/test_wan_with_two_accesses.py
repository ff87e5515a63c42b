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
from concurrent.futures import ThreadPoolExecutor
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
from tests.lab.load import Arrived, Ends, Stream, round_trip_ms
from turnup.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

CHECKOUT = Path(__file__).parents[2]
HALL, HUB, CORE, PE = "WCC-TH-07", "WCC-HUB-02", "LON-CORE-02", "LON-PE-02"
FIRST, SECOND = f"{HALL}-CPE1", f"{HALL}-CPE2"
CALL_OFF = "WCC-2026-0006"
RATE_MBPS = 10
ASN = 64505
"""The buyer's own: both sites have it."""
VOICE = {"name": "VOICE", "dscp": ["ef"], "percent": 20, "priority": True}
VIDEO = {"name": "VIDEO", "dscp": ["af41", "af42"], "percent": 30}
EXPEDITED = 46 << 2
"""Type of service of a voice packet (RFC 3246)."""
CIRCUIT = (("198.51.100.0", FIRST, "eth0"), ("198.51.100.1", PE, "eth4"))
"""The first circuit: of each end the other one's address, the device and its port."""
AS_PLANNED = {Outcome.CHANGED, Outcome.UNCHANGED}
NOBODY = "02:00:00:00:00:99"
MOST_MISSED = 150
"""Pings, five a second: a third of what BGP alone would need to find out that nobody is there (hold time 180 s)."""
MOST_MEASUREMENTS = 6
SECONDS = 60
"""How long anything may take on a busy machine; what is awaited comes within a few seconds on a quiet one."""


def order(**parameters) -> dict:
    """A call-off of LAN and WAN at two sites, the hall with two accesses."""
    content = yaml.safe_load((CHECKOUT / "inventory/call-offs/WCC-2026-0003.yaml").read_text())
    lan, wan = (each for each in content["lines"] if each["site"] == HUB)
    asked = {"rate_mbps": RATE_MBPS, "dual_access": True, "internet_breakout": True, "asn": ASN}
    asked |= {"classes": [VOICE, VIDEO], **parameters}
    wan["parameters"]["asn"] = ASN
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


def wait_for(holds: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not in {seconds} s"
        time.sleep(0.5)


@dataclass(frozen=True)
class Site:
    """The hall with what reaches it.

    Attributes:
        hall: address of its host.
        hub: address of the host at the other site.
    """

    lab: Lab
    workspace: Any
    delivery: Any
    hall: str
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


def gateways(lab: Lab) -> list[tuple[str, int]]:
    """What each of the two CPEs is to the site, and with which priority."""
    shown = [told(lab, device, "show vrrp") for device in (FIRST, SECOND)]
    return [(each[0]["v4"]["status"], each[0]["v4"]["effectivePriority"]) if each else ("", 0) for each in shown]


def leaves_by(site: Site, device: str) -> bool:
    """Whether a packet of the site goes to a CPE first: the one at which its second hop ends says so."""
    address = {FIRST: "10.65.64.2", SECOND: "10.65.64.3"}[device]
    words = ["ping", "-n", "-c", "1", "-W", "1", "-t", "2", site.hub]
    answer = subprocess.run([*site.lab.inside(f"{HALL}-h1"), *words], capture_output=True, text=True, check=False)
    return f"From {address} " in answer.stdout


def from_provider(lab: Lab, device: str, edge: str) -> dict[str, str]:
    """The prefixes that a CPE has from the provider edge, each with the AS numbers on its way."""
    routes = told(lab, device, f"{in_vrf('')} neighbors {edge} routes").get("routes", {})
    return {prefix: ways[0]["path"] for prefix, ways in routes.items()}


def segments_of(site: Site, code: str) -> list[str]:
    """The subnets of a site, as the plan has them."""
    third = {HALL: 64, HUB: 32}[code]
    return [f"10.64.{third}.0/26", f"10.64.{third}.128/25"]


@pytest.fixture
def delivered(lab: Lab, workspace, delivery) -> Site:
    """The hall and the hub, delivered; pings go between their hosts."""
    ordered(workspace)
    plan = delivery.plan(CALL_OFF)
    site = Site(lab, workspace, delivery, plug_in(lab, plan, HALL), plug_in(lab, plan, HUB))
    site.deliver()
    assert lab.ping(f"{HALL}-h1", site.hub, attempts=SECONDS)
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
    sites_of_one_as_number_hear_of_each_other_and_not_of_themselves(delivered)
    what_is_elsewhere_is_reached_from_the_site(delivered)
    the_rate_is_the_ordered_one(delivered)
    voice_is_kept_when_data_fills_the_rate(delivered)
    the_first_cpe_is_the_gateway(delivered)
    watched()
    the_second_access_takes_over(delivered)
    assert watched() < MOST_MISSED
    the_second_cpe_takes_over(delivered)
    assert watched() < MOST_MISSED
    the_provider_is_told_by(delivered, "med", classes=[VOICE | {"percent": 10}])
    assert queues(delivered) == {"rate-kbit 10000", "class 1 priority percent 10", "class 1 dscp ef"}
    nobody_follows_the_access_any_more(delivered)
    the_provider_is_told_by(delivered, "as-path-prepend", classes=[])
    assert queues(delivered) == {"rate-kbit 10000"}
    the_first_cpe_is_the_gateway(delivered)
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


def sites_of_one_as_number_hear_of_each_other_and_not_of_themselves(site: Site) -> None:
    """The edge takes the buyer's number out of a way, and sends nothing of a site back over its other access."""
    hall, hub = segments_of(site, HALL), segments_of(site, HUB)
    overridden = "64496 64496"
    for device, edge in ((FIRST, "198.51.100.0"), (SECOND, "198.51.100.2")):
        wait_for(lambda d=device, e=edge: from_provider(site.lab, d, e) == dict.fromkeys(hub, overridden), device)
    wait_for(
        lambda: from_provider(site.lab, f"{HUB}-CPE1", "198.51.100.4") == dict.fromkeys(hall, overridden), "the hub"
    )


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
    for ends in between(site):
        measured = once(ends.tcp_mbps, lambda mbps: mbps > 0.6 * RATE_MBPS)
        assert max(measured) <= 1.05 * RATE_MBPS, ends


def between(site: Site) -> tuple[Ends, Ends]:
    """From the hall to the hub, and the other way round."""
    hall, hub = f"{HALL}-h1", f"{HUB}-h1"
    return Ends(site.lab, hall, hub, site.hub), Ends(site.lab, hub, hall, site.hall)


def voice_is_kept_when_data_fills_the_rate(site: Site) -> None:
    """At both ends: what has priority arrives and is quick, a class has its share, and nobody has all of it.

    A busy machine loses packets in its switches too, and sends voice in heaps: so the queues are asked as well.
    """
    data, voice, video = (Stream(part * RATE_MBPS, dscp) for part, dscp in ((1.5, ""), (0.1, "ef"), (0.4, "af41")))
    for ends in between(site):
        once(lambda ends=ends: ends.send(data, voice, video), a_class_has_its_share)
    for _, device, port in CIRCUIT:
        lost = dropped(site, device, port)
        assert lost["11"] < lost["1f"] / 20
    too_much = Stream(2 * RATE_MBPS, "ef")
    for ends in between(site):
        measured = once(lambda ends=ends: ends.send(data, too_much), priority_leaves_room)
        assert max(voice.mbps for _, voice in measured) < 0.23 * RATE_MBPS, "its share, and never more"
    once(lambda: slower_and_quicker(site, data), lambda waited: waited[0] > 20 + waited[1])


def a_class_has_its_share(arrived: tuple[Arrived, ...]) -> bool:
    data, voice, video = arrived
    fills = data.lost_percent > 25 and data.mbps > 0.3 * RATE_MBPS
    return fills and max(2 * voice.lost_percent, 2 * video.lost_percent) < data.lost_percent


def priority_leaves_room(arrived: tuple[Arrived, ...]) -> bool:
    data, voice = arrived
    return voice.mbps > 0.1 * RATE_MBPS and data.mbps > 0.65 * RATE_MBPS


def dropped(site: Site, device: str, port: str) -> dict[str, int]:
    """Packets that each class of a shaper did not take, by the class's number."""
    inside = ["ip", "netns", "exec", "WCC"] if device == PE else []
    shown = json.loads(site.lab.run(device, [*inside, "tc", "-s", "-json", "qdisc", "show", "dev", port]))
    return {each["parent"].rpartition(":")[2]: each["drops"] for each in shown if each["kind"] == "bfifo"}


def slower_and_quicker(site: Site, data: Stream) -> tuple[float, float]:
    """How long an ordinary packet and one with priority take to the hub and back while data fill the way there."""
    there, _ = between(site)
    with ThreadPoolExecutor() as pool:
        sending = pool.submit(there.send, data, seconds=6)
        time.sleep(1)
        trips = [pool.submit(round_trip_ms, site.lab, there.here, site.hub, tos) for tos in (0, EXPEDITED)]
        waited = tuple(trip.result() for trip in trips)
        sending.result()
    return waited


def once(measure: Callable[[], Any], holds: Callable[[Any], bool]) -> list[Any]:
    """Measure until it holds once; gives all that was measured."""
    seen = [measure()]
    while not holds(seen[-1]):
        assert len(seen) < MOST_MEASUREMENTS, seen
        seen.append(measure())
    return seen


def queues(site: Site) -> set[str]:
    """The lines of the shaper at both ends of the first access, without the port; both have the same."""
    one, other = (
        set(re.findall(rf"^host shaper {port} (.*)$", site.lab.run(device, ["turnup-frr", "show"]), re.MULTILINE))
        for _, device, port in CIRCUIT
    )
    assert one == other
    return one


def nobody_follows_the_access_any_more(site: Site) -> None:
    """The process that does is gone: the next delivery finds that out, and starts it again."""
    state = json.loads(site.lab.run(FIRST, ["cat", "/run/turnup-frr-watch/state"]))
    site.lab.run(FIRST, ["kill", str(state["pid"])])
    track = "host vrrp eth1 group 1 track"
    wait_for(lambda: track not in site.lab.run(FIRST, ["turnup-frr", "show"]), "the line to be gone")
    (change,) = (each for each in site.delivery.plan(CALL_OFF).changes if each.device == FIRST)
    assert track in change.remediation


def the_first_cpe_is_the_gateway(site: Site) -> None:
    """It has been there again for as long as it has to be."""
    wait_for(lambda: gateways(site.lab) == [("Master", 110), ("Backup", 90)], "the first CPE as gateway", 3 * SECONDS)
    assert leaves_by(site, FIRST)


def the_second_access_takes_over(site: Site) -> None:
    """Nothing passes the first circuit any more, and no port goes down: only BFD can tell."""
    for peer, device, port, inside in ((*CIRCUIT[0], ()), (*CIRCUIT[1], ("ip", "netns", "exec", "WCC"))):
        entry = [peer, "lladdr", NOBODY, "dev", port, "nud", "permanent"]
        site.lab.run(device, [*inside, "ip", "neigh", "replace", *entry])
    is_reached_over(site, "198.51.100.3")
    wait_for(lambda: gateways(site.lab) == [("Backup", 80), ("Master", 90)], "the second CPE as gateway")
    assert leaves_by(site, SECOND)
    assert not site.delivery.plan(CALL_OFF).changes_something, "a priority that follows the access is no drift"
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
            wait_for(lambda: gateways(site.lab)[1] == ("Master", 90), "the second CPE as gateway")
            is_reached_over(site, "198.51.100.3")
    site.lab.restart(FIRST)
    wait_for(lambda: set(bgp(site.lab, PE, "WCC").values()) == {"Established"}, "three sessions again")
    is_reached_over(site, "198.51.100.1")
    assert not site.delivery.plan(CALL_OFF).changes_something


def the_provider_is_told_by(site: Site, steering: str, **parameters) -> None:
    ordered(site.workspace, steering=steering, **parameters)
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
