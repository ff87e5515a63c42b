"""Brownfield: the example call-offs' fragments planned onto configurations in the manner of real ones.

`orders.yaml` beside a configuration names golden cases whose intents suit it, and which of their words differ there.
Every order must leave every foreign line alone, after each command and not only at the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from lab.simulated.configuration import Configuration
from lab.simulated.editor import Editor, boot, hardware_of
from lab.simulated.grammar import DeviceKind
from lab.simulated.junos.configuration import read_configuration
from tests.turnup.change.bare_devices import JunosDevice
from turnup.change.application import apply_change, inverse
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.tree import load_tree, path_set
from turnup.design import ServiceLine
from turnup.findings import errors_of
from turnup.render import Templates
from turnup.service.intent import DeviceIntent
from turnup.services.registry import services
from turnup.sites import Platform

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parent / "golden"
TEMPLATES = Templates(HERE.parent.parent / "templates")


@dataclass(frozen=True)
class Order:
    """A golden case on a configuration: its intent in words that suit the device, and what it replaces by design."""

    folder: Path
    golden: str
    words: tuple[tuple[str, str], ...]
    replaces: frozenset[str]

    @property
    def running(self) -> str:
        return (self.folder / "running.txt").read_bytes().decode()

    @property
    def platform(self) -> Platform:
        return Platform(self.folder.parent.name)

    def intent(self) -> dict:
        """The golden intent with this device's words: all replaced at once, whole words only."""
        text = (GOLDEN / self.golden / "intent.yaml").read_text()
        new = dict(self.words)
        any_of = "|".join(re.escape(word) for word in sorted(new, key=len, reverse=True)) or "(?!)"
        return yaml.safe_load(re.sub(rf"(?<![\w./])(?:{any_of})(?![\w./])", lambda found: new[found.group()], text))


def orders() -> list[Order]:
    return [
        Order(
            path.parent,
            each["golden"],
            tuple(each.get("replace", {}).items()),
            frozenset(each.get("replaces", ())),
        )
        for path in sorted(HERE.glob("*/*/orders.yaml"))
        for each in yaml.safe_load(path.read_text())
    ]


def name_of(order: Order) -> str:
    return f"{order.folder.relative_to(HERE)}<{order.golden}"


def planned(order: Order) -> DeviceChange:
    intent = order.intent()
    service = order.golden.split("/")[0]
    line = ServiceLine(intent["line"], "", intent["site"], service, "")
    value = TypeAdapter(services()[service].value).validate_python(intent["value"])
    fragment = TEMPLATES.render(DeviceIntent(line, intent["site"], intent["device"], order.platform, value))
    return plan_device(
        site=intent["site"],
        device=intent["device"],
        platform=order.platform,
        running_text=order.running,
        owned=OwnedConfig(),
        fragments=(fragment,),
    )


UNKNOWN_TO_THE_LAB = re.compile(
    r"event-handler |interface (?!\w*Ethernet\d|Vlan|Loopback|Port-[cC]hannel|Tunnel|Management|Vxlan)"
)
"""What the simulated device does not have; it would take their lines for those of the one before."""

ORDERS = orders()
CEASED = [order for order in ORDERS if not order.golden.startswith("baseline")]
"""A baseline ends only with the recovery of its device."""
TYPED = [order for order in ORDERS if order.platform in (Platform.CISCO_IOS, Platform.ARISTA_EOS)]
LOADED = [order for order in ORDERS if order.platform is Platform.FRR]


@pytest.mark.parametrize("order", ORDERS, ids=name_of)
def test_an_order_removes_no_foreign_line_but_those_that_it_replaces_by_design(order):
    change = planned(order)
    assert change.adds
    assert errors_of(change.findings) == ()
    before, after = (
        path_set(load_tree(order.platform, order.running)),
        path_set(load_tree(order.platform, change.candidate)),
    )
    gone = {" / ".join(path).replace("\n", "\\n") for path in before - after if path[-1] != "shutdown"}
    assert gone == order.replaces
    assert after - before == set(change.adds)


@pytest.mark.parametrize("order", CEASED, ids=name_of)
def test_ceasing_the_order_gives_the_configuration_back(order):
    change = planned(order)
    owned = owned_afterwards(change, OwnedConfig())
    lines = tuple(fragment.service_line for fragment in owned.fragments)
    ceased = plan_device(change.site, change.device, order.platform, change.candidate, owned, (), lines)
    before, after = (
        path_set(load_tree(order.platform, order.running)),
        path_set(load_tree(order.platform, ceased.candidate)),
    )
    assert before - after == set()
    assert {path for path in after - before if not is_bare_port(path)} == set()


def is_bare_port(path: tuple[str, ...]) -> bool:
    """The header of a port stays, for the port does; FRR shows none that has no lines."""
    return len(path) == 1 and path[0].startswith("interface eth")


@pytest.mark.parametrize("order", TYPED, ids=name_of)
def test_after_each_command_every_foreign_line_is_there(order):
    """Typed into the simulated device, which keeps what it knows of the configuration and has IOS' side effects."""
    change = planned(order)
    device = booted(order)
    there = paths(order, device)
    kept = there - {path for path in there if path[-1] == "shutdown" or is_replaced(order, path)}
    assert len(kept) > 100
    editor = Editor(device)
    for command in change.remediation.splitlines():
        if not editor.collecting and command.strip() == "exit":
            assert editor.leave(), "one exit too many"
        else:
            editor.take(command)
        if not editor.collecting:
            assert kept - paths(order, device) == set(), command
    assert paths(order, device) >= {path for path in change.adds if not path[-1].startswith("no ")}


def booted(order: Order) -> Configuration:
    known = "!\n".join(block for block in re.split(r"(?m)^!\n", order.running) if not UNKNOWN_TO_THE_LAB.match(block))
    return boot(DeviceKind(order.intent()["kind"]), hardware_of(known), known)


def paths(order: Order, device: Configuration) -> frozenset[tuple[str, ...]]:
    return path_set(load_tree(order.platform, "\n".join(device.lines())))


def is_replaced(order: Order, path: tuple[str, ...]) -> bool:
    return " / ".join(path).replace("\n", "\\n") in order.replaces


COMMITTED = [order for order in ORDERS if order.platform is Platform.JUNIPER_JUNOS]


@pytest.mark.parametrize("order", COMMITTED, ids=name_of)
def test_after_the_commit_every_foreign_line_is_there_and_the_way_back_is_the_running_one(order):
    """Loaded into the simulated device, which knows every statement and checks what is referred to."""
    change = planned(order)
    device = JunosDevice(read_configuration(order.running))
    before = path_set(load_tree(order.platform, order.running))
    assert path_set(load_tree(order.platform, device.show())) == before
    device.type(change.remediation)
    after = path_set(load_tree(order.platform, device.show()))
    replaced = {path for path in before if is_replaced(order, path)}
    assert after == (before - replaced) | {path for path in change.adds if not path[-1].startswith("no ")}
    device.type(change.rollback)
    assert path_set(load_tree(order.platform, device.show())) == before


@pytest.mark.parametrize("order", LOADED, ids=name_of)
def test_the_text_that_frr_gets_holds_every_foreign_line_and_the_way_back_is_the_running_one(order):
    change = planned(order)
    there = apply_change(change, order.running)
    before = path_set(load_tree(order.platform, order.running))
    assert path_set(load_tree(order.platform, there)) == before | set(change.adds)
    assert path_set(load_tree(order.platform, apply_change(inverse(change), there))) == before
