"""Random orders on real devices that others configure too: theirs stays, ours is there while it is ordered, then gone.

After each step every device is read by vtysh, ovs-vsctl, ip and tc, and must have what others put there and what
the service lines in force declare, and nothing else. TURNUP_LAB_SEEDS=7,8,9 runs other sequences than CI's,
TURNUP_LAB_ROUNDS=3 longer ones.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from lab.real.lab import Lab
from lab.real.topology import Topology, load_topology
from tasks.adopting import find_adoptions, record_adoption
from tasks.devices.outcome import Outcome
from tasks.ledger import Ledger
from tasks.planning import Purpose
from tasks.settlement import settle_lines
from tasks.site_delivery import SiteDelivery
from turnup.errors import InputRefused
from turnup.plan import Plan

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

SEEDS = [int(seed) for seed in os.environ.get("TURNUP_LAB_SEEDS", "1,2").split(",")]
ROUNDS = int(os.environ.get("TURNUP_LAB_ROUNDS", "1"))
WCC, SWK, PE = "WCC-2026-0003", "SWK-2026-0001", "LON-PE-02"
LIBRARY, HUB, PECKHAM = "WCC-LIB-01", "WCC-HUB-02", "SWK-LIB-05"
CONVERGENCE_SECONDS = 90

EDITS = yaml.safe_load((Path(__file__).resolve().parent / "foreign" / "edits.yaml").read_text())
"""What others do between the orders: on which device, the words, and those that undo it."""

Fact = tuple[str, ...]


@dataclass
class Buyer:
    """A call-off in the hands of its buyer.

    Attributes:
        texts: what each service line in force declares of each device, as it was delivered.
    """

    path: Path
    original: dict = field(default_factory=dict)
    revision: int = 1
    texts: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        return self.path.stem

    @property
    def content(self) -> dict:
        return yaml.safe_load(self.path.read_text())

    @property
    def lines(self) -> list[dict]:
        """The order lines in force."""
        return [line for line in self.content["lines"] if f"{self.reference}/{line['id']}" in self.live]

    @property
    def live(self) -> set[str]:
        return {line for _, line in self.texts}

    def revise(self, lines: list[dict]) -> None:
        """Write the next revision with these lines."""
        self.revision += 1
        self.path.write_text(
            yaml.safe_dump(self.content | {"revision": self.revision, "lines": lines}, sort_keys=False)
        )


@dataclass
class World:
    """The lab, its buyers, and what has to be on each device.

    Attributes:
        theirs: what others have put on each device.
        made: edits of others that stand.
        forgotten: whether the ledger was lost, and with it what ours stood in the place of.
    """

    lab: Lab
    onlooker: object
    delivery: object
    declared_facts: Callable[[str, str], frozenset[Fact]]
    chance: random.Random
    buyers: dict[str, Buyer]
    theirs: dict[str, frozenset[Fact]] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    forgotten: bool = False

    # --- what has to be ---

    def ours(self, device: str) -> frozenset[Fact]:
        texts = [text for buyer in self.buyers.values() for (name, _), text in buyer.texts.items() if name == device]
        return frozenset[Fact]().union(*(self.declared_facts(device, text) for text in texts))

    def check(self, after: str) -> None:
        """Every device has theirs, but for what ours stands in the place of, and ours."""
        with ThreadPoolExecutor(len(self.theirs)) as pool:
            read = dict(zip(self.theirs, pool.map(self.onlooker.facts, self.theirs), strict=True))
        for device, found in read.items():
            ours = self.ours(device)
            wanted = frozenset(fact for fact in self.theirs[device] if not hidden(fact, ours)) | ours
            missing, surplus = sorted(wanted - found), sorted(found - wanted)
            assert (missing, surplus) == ([], []), f"{device} after {after}: missing {missing}, surplus {surplus}"

    # --- orders ---

    def deliver(self, reference: str) -> Plan:
        buyer = self.buyers[reference]
        plan = self.carry_out(reference, self.delivery.plan(reference))
        ended = {line.id for line in plan.ceased}
        buyer.texts = {key: text for key, text in buyer.texts.items() if key[1] not in ended}
        for change in plan.changes:
            for fragment in change.fragments:
                if fragment.text.strip():
                    buyer.texts[change.device, fragment.service_line] = fragment.text
        assert not self.delivery.plan(reference).changes_something, "a delivered device has nothing left to change"
        return plan

    def cease(self, reference: str, lines: tuple[str, ...] = ()) -> None:
        buyer = self.buyers[reference]
        plan = self.carry_out(reference, self.delivery.plan(reference, Purpose.CEASE, lines))
        ended = {line.id for line in plan.ceased}
        buyer.texts = {key: text for key, text in buyer.texts.items() if key[1] not in ended}

    def carry_out(self, reference: str, plan: Plan) -> Plan:
        """Deliver a plan and settle its lines, as the flow does; other buyers notice nothing."""
        ledger, bench = self.delivery.ledger, self.delivery.workspace
        with self.others_notice_nothing(reference):
            outcomes = self.delivery.deliver(plan)
        bad = {place: each.detail for place, each in outcomes.items() if each.outcome not in GOOD}
        assert bad == {}
        attempt = ledger.devices.outcomes(plan.reference, plan.hash)[-1].attempt
        done = SiteDelivery(bench, ledger, plan, (), attempt)
        for site in [site for wave in plan.waves for site in wave.sites]:
            settle_lines(done, site, "e" * 64, 30)
        return plan

    def order_again(self, reference: str) -> None:
        """Order what was ceased once more: with new lines, for the old ones are over."""
        buyer = self.buyers[reference]
        if self.delivery.ledger.lines.lines(reference):
            lines = [line | {"id": f"L{buyer.revision + 1}{line['id'][1:]}"} for line in buyer.original["lines"]]
            buyer.revise(lines)
        self.deliver(reference)

    def modify(self, reference: str) -> str:
        """Deliver the next revision, with something else in it."""
        buyer = self.buyers[reference]
        lines = buyer.lines
        changes = (self._another_rate, self._segments, self._another_vlan, self._left_out)
        words = self.chance.choice(changes)(lines)
        buyer.revise(lines)
        self.deliver(reference)
        return words

    def _of_product(self, lines: list[dict], product: str) -> dict | None:
        found = [line for line in lines if line["product"].startswith(product)]
        return self.chance.choice(found) if found else None

    def _another_rate(self, lines: list[dict]) -> str:
        line = self._of_product(lines, "WAN")
        if line is None:
            return self._segments(lines)
        line["parameters"]["rate_mbps"] = {100: 200, 200: 50, 50: 100}[line["parameters"]["rate_mbps"]]
        return f"another rate of {line['id']}"

    def _segments(self, lines: list[dict]) -> str:
        line = self._of_product(lines, "LAN")
        segments = line["parameters"]["segments"]
        if len(segments) > 1 and self.chance.random() < 0.5:
            return f"{line['id']} without {segments.pop()['name']}"
        name = next(
            name for name in ("CCTV", "GUEST", "IOT", "LIFTS") if name not in {each["name"] for each in segments}
        )
        segments.append({"name": name, "hosts": 20, "ports": 1 if len(segments) < 4 else 0})
        return f"{line['id']} with {name}"

    def _another_vlan(self, lines: list[dict]) -> str:
        line = self._of_product(lines, "LAN")
        segment = self.chance.choice(line["parameters"]["segments"])
        taken = {each.get("vlan") for each in line["parameters"]["segments"]}
        segment["vlan"] = self.chance.choice([vlan for vlan in range(150, 160) if vlan not in taken])
        return f"{line['id']} {segment['name']} in VLAN {segment['vlan']}"

    def _left_out(self, lines: list[dict]) -> str:
        line = self._of_product(lines, "WAN")
        if line is None or len(lines) < 2:
            return self._segments(lines)
        lines.remove(line)
        return f"{line['id']} left out"

    def cease_some(self, reference: str) -> str:
        """Cease the WAN of a site, or all that the site has."""
        lines = self.buyers[reference].lines
        site = self.chance.choice(sorted({line["site"] for line in lines}))
        here = [line for line in lines if line["site"] == site]
        wan = [line for line in here if line["product"].startswith("WAN")]
        chosen = tuple(line["id"] for line in (wan if wan and self.chance.random() < 0.5 else here))
        self.cease(reference, chosen)
        return " ".join(chosen)

    def adopt(self) -> None:
        """Lose the ledger, and take over what stands, without a push; what ours stood in the place of is forgotten."""
        path = Path(self.delivery.workspace.ledger).with_name(f"again-{self.chance.random()}.db")
        self.delivery.workspace = self.delivery.workspace.model_copy(update={"ledger": str(path)})
        self.delivery.ledger = Ledger(str(path))
        for reference in [name for name in self.buyers if self.buyers[name].live]:
            self.buyers[reference].revise(self.buyers[reference].lines)
            found = find_adoptions(self.delivery.workspace, self.delivery.ledger, reference)
            assert [place for place, each in found.places.items() if each.rest.changes_something] == []
            in_full = {line for line in found.lines_in_full() if not line.endswith("BASELINE")}
            assert in_full == self.buyers[reference].live
            record_adoption(self.delivery.ledger, found, self.delivery.workspace.executor)
            assert not self.delivery.plan(reference).changes_something
        for device in self.theirs:
            ours = self.ours(device)
            kept = frozenset(fact for fact in self.theirs[device] if fact[0] == "link" or not hidden(fact, ours))
            self.forgotten |= kept != self.theirs[device]
            # An adopted port keeps its tag when its line ends: without one it would carry every VLAN.
            tags = frozenset(fact for fact in ours if fact[0] == "Port" and fact[1][:3] == "eth" and fact[2] == "tag")
            self.forgotten |= bool(tags)
            self.theirs[device] = kept | tags

    # --- others ---

    def edit(self, name: str, *, undo: bool = False) -> None:
        """Let somebody else change a device, and see what he changed."""
        edit = EDITS[name]
        device, words = edit["device"], edit["back" if undo else "there"]
        before = self.onlooker.facts(device)
        (self.onlooker.configure if edit["by"] == "vtysh" else self.onlooker.type_in)(device, words)
        after = self.onlooker.facts(device)
        assert before != after, f"{name}: nothing happened"
        self.theirs[device] = self.theirs[device] - (before - after) | (after - before)
        (self.made.remove if undo else self.made.append)(name)

    # --- chance ---

    def cards(self) -> list[str]:
        """What a sequence does, in an order by chance; every second sequence loses the ledger once."""
        often = ["modify", "modify", "cease some", "cease", "edit", "edit"]
        cards = (often if self.chance.random() < 0.5 else [*often[1:], "adopt"]) * ROUNDS
        self.chance.shuffle(cards)
        return [*self.chance.sample(["deliver", "deliver", "edit"], 3), *cards]

    def play(self, card: str) -> str:
        """Do one thing for a buyer by chance, and say which; what is not in force is ordered first."""
        idle = [name for name in sorted(self.buyers) if not self.buyers[name].live]
        reference = self.chance.choice(idle if card == "deliver" else sorted(self.buyers))
        if card == "edit":
            name = self.chance.choice(sorted(EDITS))
            self.edit(name, undo=name in self.made)
            return f"somebody else: {name}"
        if card == "adopt":
            self.adopt()
            return "adopted after the ledger was lost"
        if reference in idle:
            self.order_again(reference)
            return f"{reference} delivered"
        if card == "modify":
            return f"{reference}: {self.modify(reference)}"
        if card == "cease some":
            return f"{reference} ceased {self.cease_some(reference)}"
        self.cease(reference)
        return f"{reference} ceased"

    # --- traffic ---

    @contextmanager
    def others_notice_nothing(self, reference: str) -> Iterator[None]:
        paths = [path for other in self.buyers if other != reference for path in self.traffic(other)]
        sessions = {
            vrf: self.sessions(vrf) for vrf in ("ACME", *(other[:3] for other in self.buyers if other != reference))
        }
        pings = [self.start_ping(*path) for path in paths]
        try:
            yield
        finally:
            for ping in pings:
                os.killpg(ping.pid, signal.SIGINT)
            answers = [ping.communicate(timeout=60)[0] for ping in pings]
        assert [each for each in zip(paths, answers, strict=True) if " 0% packet loss" not in each[1]] == []
        assert {vrf: self.sessions(vrf) for vrf in sessions} == sessions, "a BGP session of others began anew"

    def traffic(self, reference: str) -> Iterator[tuple[str, str]]:
        """Where packets of a buyer flow now: from which node, and where `ping` is to send them."""
        buyer = self.buyers[reference]
        for device, line in buyer.texts:
            if device.endswith("CPE1"):
                neighbour = re.search(r"neighbor (\S+) remote-as", buyer.texts[device, line])
                assert neighbour is not None
                yield device, neighbour[1]
        switches = [f"{site}-SW1" for site in (LIBRARY, HUB)]
        if reference == WCC and {f"{site}-CPE1" for site in (LIBRARY, HUB)} <= {device for device, _ in buyer.texts}:
            here, there = (self.gateway(switch) for switch in switches)
            self.await_route(switches[0], here, there)
            yield switches[0], f"-I {here} {there}"

    def gateway(self, switch: str) -> str:
        """The gateway's address of a segment of the site, as delivered."""
        texts = [text for (device, _), text in self.buyers[WCC].texts.items() if device == switch]
        (lan,) = (text for text in texts if "TRANSIT" not in text)
        return re.findall(r"^ address (\S+)/\d+$", lan, re.MULTILINE)[0]

    def await_route(self, node: str, here: str, there: str) -> None:
        """Wait until BGP has brought the far segment."""
        answers = (
            subprocess.run([*self.lab.inside(node), "ping", "-c1", "-W1", "-I", here, there], capture_output=True)
            for _ in range(CONVERGENCE_SECONDS)
        )
        assert any(each.returncode == 0 for each in answers), f"{node}: no way from {here} to {there}"

    def start_ping(self, node: str, address: str) -> subprocess.Popen[str]:
        words = [*self.lab.inside(node), "ping", "-i", "0.1", "-W", "2", "-q", *address.split()]
        return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True)

    def sessions(self, vrf: str) -> list[str]:
        """Every BGP session of a VRF, with how often it came up."""
        shown = self.lab.run(PE, ["vtysh", "-c", f"show bgp vrf {vrf} neighbors"])
        return re.findall(r"^BGP neighbor is (\S+),|Connections established (\d+); dropped (\d+)", shown, re.MULTILINE)


GOOD = {Outcome.CHANGED, Outcome.UNCHANGED}


def hidden(fact: Fact, ours: frozenset[Fact]) -> bool:
    """Whether ours stands in the place of somebody else's value."""
    match fact:
        case (table, row, "tag", _):
            return any(each[:3] == (table, row, "tag") and each != fact for each in ours)
        case (header, line) if line.startswith("description "):
            return any(
                each[0] == header and each[1:2] != (line,) and each[-1].startswith("description ") for each in ours
            )
        case ("link", "", port, _):
            return any(each[0] == "link" and each[1] and each[2] == port for each in ours)
    return False


def topology() -> Topology:
    """The buyers' three sites and their provider edge, and nothing else that the lab has."""
    whole = load_topology()
    ours = {device.name for device in whole.devices if device.name.startswith((LIBRARY, HUB, PECKHAM, PE))}
    return Topology(
        tuple(device for device in whole.devices if device.name in ours),
        tuple(cable for cable in whole.cables if {port.node for port in cable} <= ours),
        tuple(host for host in whole.hosts if host[1].node in ours),
    )


@pytest.fixture
def world(tmp_path: Path, workspace, inventory, delivery, strangers, declared_facts, monkeypatch) -> Iterator[World]:
    with Lab(tmp_path / "lab", topology()) as lab:
        shutil.copyfile(lab.endpoints_file, workspace.endpoints)
        monkeypatch.setenv("TURNUP_USERNAME", "netops")
        monkeypatch.setenv("TURNUP_PASSWORD", lab.password_file.read_text().strip())
        buyers = {name: Buyer(inventory / "call-offs" / f"{name}.yaml") for name in (WCC, SWK)}
        for buyer in buyers.values():
            buyer.original = buyer.content
        onlooker = strangers(lab)
        world = World(lab, onlooker, delivery, declared_facts, random.Random(), buyers)
        world.theirs = {device.name: onlooker.facts(device.name) for device in lab.topology.devices}
        yield world


@pytest.mark.parametrize("seed", SEEDS)
def test_random_orders_leave_what_others_have_and_end_where_they_began(world: World, seed: int) -> None:
    before = {device: world.onlooker.printed(device) for device in world.theirs}
    world.chance.seed(seed)
    for number, card in enumerate(world.cards(), start=1):
        began = time.monotonic()
        words = f"seed {seed}, step {number}: {world.play(card)}"
        print(f"{words} ({time.monotonic() - began:.0f} s)", flush=True)  # noqa: T201 - shown when it fails: how it came about
        world.check(words)
    for reference in [name for name in world.buyers if world.buyers[name].live]:
        world.cease(reference)
        world.check(f"seed {seed}: {reference} ceased at last")
    for name in tuple(world.made):
        world.edit(name, undo=True)
    if not world.forgotten:
        assert {device: world.onlooker.printed(device) for device in before} == before


def test_what_others_put_into_our_bgp_process_and_vrf_is_not_taken_with_them(world: World) -> None:
    world.deliver(SWK)
    cpe = f"{PECKHAM}-CPE1"
    process = next(fact[0] for fact in world.ours(cpe) if fact[0].startswith("router bgp "))
    world.onlooker.configure(cpe, f"{process}\n neighbor 203.0.113.77 remote-as 64511")
    world.theirs[cpe] |= {(process,), (process, "neighbor 203.0.113.77 remote-as 64511")}
    world.onlooker.configure(PE, "router bgp 64496 vrf SWK\n neighbor 203.0.113.78 remote-as 64511")
    with pytest.raises(InputRefused, match=r"vrf SWK: \[still-in-use\].*router bgp 64496 vrf SWK"):
        world.cease(SWK)
    world.onlooker.configure(PE, "router bgp 64496 vrf SWK\n no neighbor 203.0.113.78 remote-as 64511")
    world.cease(SWK)
    world.check("cease SWK")
