"""What a simulated CUBE and a simulated Catalyst 9800 say of what works: from their configuration, and who is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest

from lab.simulated import DeviceKind, Fleet, factory_spec

PASSWORD = "for-tests-only"
CUBE, WLC = "VG1", "WLC1"
VOICE = """
voice class server-group 1
 ipv4 203.0.113.1
voice class e164-pattern-map 1
 e164 +4420794600..$
voice class sip-options-keepalive 1
voice-port 0/1/0
voice-port 0/1/1
 shutdown
dial-peer voice 1 pots
 destination-pattern 2001
 port 0/1/0
dial-peer voice 2 pots
 destination-pattern 2002
 port 0/1/1
dial-peer voice 3 voip
 destination e164-pattern-map 1
 session server-group 1
 voice-class sip options-keepalive profile 1
dial-peer voice 4 voip
 destination-pattern 112$
 session target ipv4:203.0.113.2
dial-peer voice 5 voip
 destination-pattern 1..
 session target ipv4:203.0.113.3
dial-peer voice 6 voip
 destination-pattern 7T
"""
WIRELESS = """
radius server AAA
 address ipv4 203.0.113.61 auth-port 1812 acct-port 1813
wlan STAFF 17 Staff only
 no shutdown
wlan OLD 18 Old
wireless profile policy STAFF
 no shutdown
wireless tag policy HERE
 wlan STAFF policy STAFF
ap 0000.5e00.5301
 policy-tag HERE
ap 0000.5e00.5302
 policy-tag GONE
"""


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    kinds = ((DeviceKind.ROUTER, CUBE), (DeviceKind.CONTROLLER, WLC))
    with Fleet(tuple(factory_spec(kind, name, f"FOC{name}", password=PASSWORD) for kind, name in kinds)) as running:
        running.type_as_another_operator(CUBE, tuple(VOICE.split("\n")[1:-1]))
        running.type_as_another_operator(WLC, tuple(WIRELESS.split("\n")[1:-1]))
        yield running


@pytest.fixture
def said(fleet: Fleet, type_at: Callable) -> Callable[[str, str], list[list[str]]]:
    """The words of each line that a command prints."""

    def ask(name: str, command: str) -> list[list[str]]:
        typed = f"terminal length 0\n{command}\n! end of block\n"
        printed = asyncio.run(type_at(fleet.port(name), typed, until="! end of block\r\n", password=PASSWORD))
        return [line.split() for line in printed.replace("\r\n", "\n").splitlines()]

    return ask


def rows(lines: list[list[str]], *columns: int, first: str = "") -> list[tuple[str, ...]]:
    """Some columns of the lines of a table, told by how their first word begins."""
    found = (words for words in lines if len(words) > max(columns) and words[0].startswith(first))
    return [tuple(words[column] for column in columns) for words in found if words[0][-1].isdigit()]


def test_a_dial_peer_is_up_when_it_leads_somewhere(fleet: Fleet, said: Callable) -> None:
    peers = rows(said(CUBE, "show dial-peer voice summary"), 0, 1, 2, 3)
    states = {("1", "pots"): "up", ("2", "pots"): "down", ("3", "voip"): "up", ("4", "voip"): "up", ("5", "voip"): "up"}
    assert {(tag, kind): oper for tag, kind, _, oper in peers} == states | {("6", "voip"): "down"}
    fleet.type_as_another_operator(CUBE, ("dial-peer voice 4 voip", "shutdown"))
    assert ("4", "voip", "down", "down") in rows(said(CUBE, "sh dial-peer voice summary"), 0, 1, 2, 3)


def test_a_port_is_dormant_until_it_is_shut_or_unplugged(fleet: Fleet, said: Callable) -> None:
    assert rows(said(CUBE, "show voice port summary"), 0, 3, 4) == [("0/1/0", "up", "dorm"), ("0/1/1", "down", "down")]
    fleet.set_link(CUBE, "0/1/0", up=False)
    assert rows(said(CUBE, "show voice port summary"), 0, 3, 4)[0] == ("0/1/0", "up", "down")


@pytest.mark.parametrize(("up", "state", "keepalive"), [(True, "Active", "active"), (False, "Busy", "busyout")])
def test_a_server_answers_options_while_it_is_there(fleet: Fleet, said: Callable, up, state, keepalive) -> None:
    fleet.set_link(CUBE, "203.0.113.1", up=up)
    asked = said(CUBE, "show voice class sip-options-keepalive 1")
    assert ["Server", "Group:", "1", "OOD", "Stat:", state] in asked
    assert ["3", "1", state, "3"] in asked
    assert any(words[:1] == ["3"] and keepalive in words for words in said(CUBE, "show dial-peer voice summary"))


@pytest.mark.parametrize(
    ("number", "peers"), [("112", ["4", "5"]), ("116", ["5"]), ("2002", []), ("7123", []), ("2001", ["1"])]
)
def test_the_most_specific_peer_takes_a_call(said: Callable, number: str, peers: list[str]) -> None:
    printed = said(CUBE, f"show dialplan number {number}")
    assert [words[0].removeprefix("VoiceOverIpPeer") for words in printed if words[:1] and "Peer" in words[0]] == peers
    assert (["No", "match,", "result=-1(NO_MATCH)"] in printed) is (not peers)


def test_a_network_and_its_policy_are_off_until_they_are_told_to_come_on(fleet: Fleet, said: Callable) -> None:
    wlans = said(WLC, "show wlan summary")
    assert [words[4] for words in wlans if words[:2] == ["17", "STAFF"]] == ["UP"]
    assert [words[3] for words in wlans if words[:2] == ["18", "OLD"]] == ["DOWN"]
    assert ["STAFF", "ENABLED"] in said(WLC, "show wireless profile policy summary")
    assert ["STAFF", "STAFF"] in said(WLC, "show wireless tag policy detailed HERE")
    fleet.type_as_another_operator(WLC, ("wireless profile policy STAFF", "shutdown"))
    assert ["STAFF", "DISABLED"] in said(WLC, "show wireless profile policy summary")


def test_access_points_and_servers_come_and_go(fleet: Fleet, said: Callable) -> None:
    tags = {words[1]: words[3::2] for words in said(WLC, "show ap tag summary") if words[:1] and "AP0" in words[0]}
    assert tags == {"0000.5e00.5301": ["HERE", "No"], "0000.5e00.5302": ["GONE", "Yes"]}
    fleet.set_link(WLC, "0000.5e00.5302", up=False)
    assert [words[3] for words in said(WLC, "show ap summary") if "Registered" in words] == ["0000.5e00.5301"]
    assert any(words[:3] == ["State:", "current", "UP,"] for words in said(WLC, "show aaa servers"))
    fleet.set_link(WLC, "203.0.113.61", up=False)
    assert any(words[:3] == ["State:", "current", "DEAD,"] for words in said(WLC, "show aaa servers"))


def test_a_device_knows_only_the_commands_of_its_kind(said: Callable) -> None:
    for name, command in ((WLC, "show dial-peer voice summary"), (CUBE, "show wlan summary")):
        assert any("Invalid input" in " ".join(words) for words in said(name, command))
