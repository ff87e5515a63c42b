"""Whatever is ordered, changed to whatever other and ended, in any order: each device takes it, has what was declared,
can go back, and is in the end what it was before the first order.

Orders go through the gate, the design and the templates as any order does: those of the golden cases, and others by
chance. Several services of a buyer stand on one SBC and one RADIUS server, and other buyers' records beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.devices import masking
from tests.lifecycle import devices
from tests.lifecycle.any_order import ANY_ORDER, Order
from tests.lifecycle.devices import Device, Journey
from tests.lifecycle.scenes import Scene, scenes
from turnup.allocation import Allocation
from turnup.errors import DesignError


@dataclass(frozen=True)
class Place:
    """A device, and the scenes whose lines stand on it."""

    device: str
    found: Callable[[Path], Device]
    scenes: tuple[str, ...]


NTP = "ntp server 192.0.2.10{}\n"


def typed(case: str, kind: str, others: str) -> Callable[[Path], Device]:
    return lambda _folder: devices.golden(case, kind, others)


PLACES = {
    "an SBC": Place(
        "LON-SBC-01", lambda _: devices.sbc(), ("landline/depot", "landline/museum", "uc/library", "video/library")
    ),
    "a RADIUS server": Place("LON-AAA-01", devices.radius, ("mobile/depot", "wireless/library")),
    "an access point": Place("WCC-LIB-06-AP1", devices.access_point, ("wireless/library",)),
    "a provisioning server": Place("LON-PRV-01", lambda _: devices.telephones(), ("uc/library",)),
    "a voice gateway": Place(
        "KC-MUS-05-VG1",
        typed("landline/cisco_ios", "router", "voice service voip\n ip address trusted list\n  ipv4 192.0.2.19{}\n"),
        ("landline/museum",),
    ),
    "a controller": Place(
        "LON-WLC-01",
        typed("wireless/cisco_ios", "controller", "wireless tag rf OTHERS-{}\n"),
        ("wireless/controlled",),
    ),
    "a room codec": Place(
        "WCC-LIB-08-CX1",
        typed("video/cisco_tp", "room_codec", "xConfiguration Audio DefaultVolume: 6{}\n"),
        ("video/library",),
    ),
    "an IOS switch": Place("HF-LIB-01-SW1", typed("cctv/cisco_ios", "switch", NTP), ("cctv/ios",)),
    "an EOS switch": Place("HF-LIB-01-SW1", typed("cctv/arista_eos", "eos_switch", NTP), ("cctv/eos",)),
    "a Junos switch": Place(
        "HF-LIB-01-SW1", typed("cctv/juniper_junos", "junos_switch", f"set system {NTP}"), ("cctv/junos",)
    ),
    "an Open vSwitch": Place("WCC-LIB-01-SW1", lambda _: devices.open_vswitch(), ("cctv/ovs",)),
}
CEASE: Order = {}
OTHERS = "somebody else"
Step = tuple[str, Order | int]
"""A scene and what is ordered there, or somebody else with a number."""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


@pytest.fixture(scope="module", autouse=True)
def every_reference_resolves() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(masking, "secret_of", devices.secret_of)
        yield


def scene_of(name: str) -> Scene:
    service, _, scene = name.partition("/")
    return scenes(service)[scene]


@dataclass
class Orders:
    """What is in force on one device, order after order; the values of what has ended are free again."""

    place: Place
    journey: Journey
    held: dict[str, tuple[Allocation, ...]] = field(default_factory=dict)

    def order(self, scene: str, parameters: Order) -> None:
        """Change a line to an order, or end it; what cannot be had while others hold it is not carried out."""
        line = scene_of(scene).line.id
        if parameters == CEASE:
            self.held.pop(scene, None)
            self.journey.order(line, "")
            return
        taken = tuple(dict.fromkeys(each for held in self.held.values() for each in held))
        try:
            ordered = scene_of(scene).ordered(parameters, taken)
        except DesignError:
            return
        self.held[scene] = ordered.allocations
        self.journey.order(line, ordered.text_on(self.place.device))


def steps_on(place: Place) -> st.SearchStrategy[list[Step]]:
    def one_on(scene: str) -> st.SearchStrategy[Step]:
        if scene == OTHERS:
            return st.tuples(st.just(scene), st.integers(1, 8))
        known = [CEASE, *map(dict, scene_of(scene).orders.values())]
        return st.tuples(st.just(scene), st.sampled_from(known) | ANY_ORDER[scene]())

    return st.lists(st.sampled_from((OTHERS, *place.scenes, *place.scenes)).flatmap(one_on), min_size=2, max_size=6)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@settings(
    max_examples=max(12, settings.default.max_examples // 8),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_orders_between_what_others_do_leave_what_others_would_have_alone(place, folder, data):
    device, shadow = place.found(folder), place.found(folder)
    orders, edits = Orders(place, Journey(device, place.device)), set()
    for who, what in data.draw(steps_on(place)):
        if who != OTHERS:
            orders.order(who, what)
        elif what not in edits:
            edits.add(what)
            device.edit(what)
            shadow.edit(what)
    for scene in tuple(orders.held):
        orders.order(scene, CEASE)
    assert device.state() == shadow.state()


GOLDEN_ORDERS = [
    (place, scene, first, second)
    for place in PLACES.values()
    for scene in place.scenes
    for first in scene_of(scene).orders
    for second in scene_of(scene).orders
    if first != second
]


@pytest.mark.parametrize(
    ("place", "scene", "first", "second"),
    GOLDEN_ORDERS,
    ids=[f"{place.device}-{scene}-{first}-{second}" for place, scene, first, second in GOLDEN_ORDERS],
)
def test_each_golden_order_becomes_each_other_one_and_ends(place, scene, first, second, folder):
    device = place.found(folder)
    before = device.state()
    orders = Orders(place, Journey(device, place.device))
    for name in (first, second):
        orders.order(scene, dict(scene_of(scene).orders[name]))
        assert scene in orders.held
    orders.order(scene, CEASE)
    assert device.state() == before
