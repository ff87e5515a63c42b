"""The router's agent on a kernel: from any shaper to any other, what others put there, virtual routers of a port."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.tasks.devices.on_device_agents import load_agent

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

PORT = "eth0"
SHAPERS = (
    "",
    "class 1 priority percent 20|class 1 dscp ef|class 2 percent 30|class 2 dscp af41|class 2 dscp af42",
    "class 1 priority percent 33|class 1 dscp ef|class 2 percent 67|class 2 dscp cs1|class 2 dscp af13",
    "",
    "class 1 percent 1|class 1 dscp cs7",
)
RATES = (1_000, 1_234_000)


@pytest.fixture(scope="module")
def shaper() -> ModuleType:
    load_agent("frr")
    return sys.modules["turnup_frr_shaper"]


@pytest.fixture
def inside() -> Iterator[list[str]]:
    """The words that run a program in a namespace with one cable."""
    name = f"turnup-queues-{secrets.token_hex(3)}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    words = ["ip", "netns", "exec", name]
    try:
        subprocess.run([*words, *f"ip link add {PORT} type veth peer name eth1".split()], check=True)
        subprocess.run([*words, *f"ip link set {PORT} up".split()], check=True)
        yield words
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)


def made(shaper: ModuleType, rate: int, classes: str) -> object:
    lines = [f"host shaper {PORT} {words}" for words in (f"rate-kbit {rate}", *filter(None, classes.split("|")))]
    found = shaper.shapers_of(lines)[PORT]
    assert sorted(found.lines(PORT)) == sorted(lines)
    return found


def test_the_kernel_says_of_each_shaper_what_was_asked_for(shaper: ModuleType, inside: list[str]) -> None:
    former = None
    for rate in RATES:
        for classes in SHAPERS:
            wanted = made(shaper, rate, classes)
            shaper.shape(inside, PORT, wanted, former)
            assert shaper.live_shapers(inside) == {PORT: wanted}
            assert shaper.strange_child(inside, PORT, wanted) == ""
            former = wanted


@pytest.mark.parametrize("classes", SHAPERS[:2], ids=["one queue", "classes"])
def test_what_others_put_below_a_shaper_is_seen_and_left_alone(
    shaper: ModuleType, inside: list[str], classes: str
) -> None:
    shaper.shape(inside, PORT, made(shaper, 20_000, classes), None)
    shown = subprocess.run([*inside, "tc", "qdisc", "show"], check=True, capture_output=True, text=True).stdout
    root = re.search(r"^qdisc tbf (\S+) dev eth0 root", shown, re.MULTILINE)[1]
    theirs = (
        "tc filter add dev eth0 parent 8b00: protocol ip prio 9 u32 match ip protocol 1 0xff flowid 8b00:11"
        if classes
        else f"tc qdisc add dev eth0 parent {root}1 handle 7: htb"
    )
    subprocess.run([*inside, *theirs.split()], check=True)
    (found,) = shaper.live_shapers(inside).values()
    assert found.lines(PORT) == [f"host shaper {PORT} rate-kbit 20000"]
    assert shaper.strange_child(inside, PORT, found) == "htb"


@pytest.mark.parametrize("classes", SHAPERS[:2], ids=["one queue", "classes"])
def test_classes_that_were_made_by_half_are_taken_back(shaper: ModuleType, inside: list[str], classes: str) -> None:
    """Whatever ends the change between two lines of tc: what stands there afterwards is not what was there before."""
    before = made(shaper, 20_000, classes)
    shaper.shape(inside, PORT, made(shaper, 20_000, SHAPERS[2]), None)
    words = ["tc", "filter", "del", "dev", PORT, "parent", "8b00:"]
    subprocess.run([*inside, *words], check=True)
    found = shaper.live_shapers(inside)[PORT]
    assert found.lines(PORT) == [f"host shaper {PORT} rate-kbit 20000"]
    assert found != before
    shaper.shape(inside, PORT, before, found)
    assert shaper.live_shapers(inside) == {PORT: before}


@pytest.mark.usefixtures("shaper")
def test_a_port_answers_for_its_own_addresses_only_until_its_last_virtual_router_has_gone(inside: list[str]) -> None:
    gateway = sys.modules["turnup_frr_gateway"]

    def answers() -> str:
        words = [*inside, "sysctl", "-n", f"net.ipv4.conf.{PORT}.arp_ignore"]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()

    for group in (1, 2):
        gateway.make_gateway(inside, PORT, group, f"10.65.64.{group}")
    assert gateway.live_gateways(inside) == {(PORT, 1): "10.65.64.1", (PORT, 2): "10.65.64.2"}
    gateway.remove_gateway(inside, PORT, 1)
    assert (gateway.live_gateways(inside), answers()) == ({(PORT, 2): "10.65.64.2"}, "1")
    gateway.remove_gateway(inside, PORT, 2)
    assert (gateway.live_gateways(inside), answers()) == ({}, "0")
