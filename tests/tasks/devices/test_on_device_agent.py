"""The protocol of the on-device agents, with a device that is one text file: tokens, timer, races, restart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tasks.devices.on_device_agents import load_agent
from turnup.change.ovs_transaction import transaction

ON_DEVICE = Path(__file__).parents[3] / "tasks" / "devices" / "on_device"

DEVICE = """
import sys, time
from pathlib import Path
sys.path.insert(0, "{on_device}")
from turnup_agent import Refused, main
RUNNING = Path("{running}")
class TextFile:
    name = "text"
    def version(self): return "1"
    def show(self): return RUNNING.read_text()
    def check(self, payload):
        if "wrong" in payload: raise Refused("wrong line")
    def snapshot(self, payload): return self.show()
    def apply(self, payload, token):
        time.sleep({apply_seconds}); RUNNING.write_text(payload)
        if "wrong" in payload: raise Refused("does not take: wrong")
    def restore(self, snapshot, token): RUNNING.write_text(snapshot)
    def prove(self, snapshot):
        if RUNNING.read_text() == "kept": raise Refused("the old data answers")
    def save(self): return "saved"
    def diff(self, payload): return ""
    def boot(self, interrupted):
        for snapshot in interrupted.values(): RUNNING.write_text(snapshot)
sys.exit(main(TextFile()))
"""


@dataclass
class TextDevice:
    folder: Path

    @property
    def running(self) -> str:
        return (self.folder / "running").read_text()

    def start(self, *words: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        environment = {**os.environ, "TURNUP_AGENT_STATE": str(self.folder / "state")}
        argv = [sys.executable, str(self.folder / "agent"), *words]
        return subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment)

    def ask(self, *words: str, payload: str = "") -> tuple[int, str, str]:
        process = self.start(*words)
        answer, complaint = process.communicate(payload, timeout=30)
        return process.returncode, answer, complaint

    def tell(self, *words: str, payload: str = "") -> str:
        status, answer, complaint = self.ask(*words, payload=payload)
        assert status == 0, complaint
        return answer

    def state(self, token: str) -> str:
        return {each["token"]: each["state"] for each in json.loads(self.tell("status"))}[token]

    def wait_for(self, token: str, state: str) -> None:
        deadline = time.monotonic() + 15
        while self.state(token) != state:
            assert time.monotonic() < deadline, f"{token} is {self.state(token)}"
            time.sleep(0.05)


def make(folder: Path, apply_seconds: float = 0) -> TextDevice:
    (folder / "running").write_text("before")
    text = DEVICE.format(on_device=ON_DEVICE, running=folder / "running", apply_seconds=apply_seconds)
    (folder / "agent").write_text(text)
    return TextDevice(folder)


@pytest.fixture
def device(tmp_path: Path) -> TextDevice:
    return make(tmp_path)


def arm(device: TextDevice, token: str = "t1", seconds: float = 60) -> None:
    assert device.tell("arm", "--token", token, "--seconds", str(seconds)) == f"armed {token}\n"


def test_a_confirmed_change_stays(device: TextDevice) -> None:
    arm(device, seconds=2)
    device.tell("apply", "--token", "t1", payload="after")
    assert device.tell("confirm", "--token", "t1") == "confirmed t1\n"
    time.sleep(2.5)
    assert (device.running, device.state("t1")) == ("after", "confirmed")


def test_a_change_that_nobody_confirms_is_taken_back(device: TextDevice) -> None:
    arm(device, seconds=1)
    device.tell("apply", "--token", "t1", payload="after")
    device.wait_for("t1", "reverted")
    assert device.running == "before"
    status, _, complaint = device.ask("confirm", "--token", "t1")
    assert (status, complaint) == (1, "agent: t1 is reverted, not armed; nothing was confirmed\n")


@pytest.mark.parametrize("verb", ["check", "apply"])
def test_a_payload_that_was_cut_off_is_refused(device: TextDevice, verb: str) -> None:
    arm(device)
    token = () if verb == "check" else ("--token", "t1")
    status, _, complaint = device.ask(verb, *token, "--size", "5", payload="aft")
    assert (status, complaint) == (1, "agent: 3 of 5 bytes arrived; nothing was done\n")
    assert device.running == "before"
    device.tell(verb, *token, "--size", "6", payload="afteré"[:4] + "é")


def test_revert_does_now_what_the_timer_would_do(device: TextDevice) -> None:
    arm(device)
    device.tell("apply", "--token", "t1", payload="after")
    assert device.tell("revert", "--token", "t1") == "reverted t1\n"
    assert (device.running, device.state("t1")) == ("before", "reverted")
    assert device.tell("revert", "--token", "t1") == "t1 had fired; the device is reverted\n"


def test_of_many_confirms_and_reverts_at_once_exactly_one_wins(device: TextDevice) -> None:
    for attempt in range(5):
        token = f"race-{attempt}"
        (device.folder / "running").write_text("before")
        arm(device, token)
        device.tell("apply", "--token", token, payload="after")
        rivals = [device.start(verb, "--token", token) for verb in ("confirm", "revert") * 3]
        answers = [rival.communicate(timeout=30)[0] for rival in rivals]
        assert sum(answer in (f"confirmed {token}\n", f"reverted {token}\n") for answer in answers) == 1
        state = device.state(token)
        assert device.running == {"confirmed": "after", "reverted": "before"}[state]


def test_a_timer_that_fires_during_a_slow_apply_still_has_the_last_word(tmp_path: Path) -> None:
    device = make(tmp_path, apply_seconds=2)
    arm(device, seconds=1)
    device.ask("apply", "--token", "t1", payload="after")
    device.wait_for("t1", "reverted")
    assert device.running == "before"


def test_nothing_is_applied_that_is_not_armed(device: TextDevice) -> None:
    status, _, complaint = device.ask("apply", "--token", "t1", payload="after")
    assert (status, complaint) == (1, "agent: t1 is unknown, not armed; nothing was applied\n")
    assert device.running == "before"


def test_a_second_change_waits_until_the_first_is_over(device: TextDevice) -> None:
    arm(device)
    status, _, complaint = device.ask("arm", "--token", "t2", "--seconds", "60")
    assert (status, complaint) == (1, "agent: t1 is armed already; confirm or revert it first\n")


def test_a_revert_takes_up_what_a_killed_timer_left(device: TextDevice) -> None:
    arm(device)
    device.tell("apply", "--token", "t1", payload="after")
    (device.folder / "state" / "armed" / "t1").rename(device.folder / "state" / "fired" / "t1")
    assert device.tell("revert", "--token", "t1") == "t1 had fired; the device is reverted\n"
    assert (device.running, device.state("t1")) == ("before", "reverted")


def test_nothing_is_armed_on_a_device_that_is_not_back(device: TextDevice) -> None:
    arm(device)
    device.tell("apply", "--token", "t1", payload="after")
    (device.folder / "state" / "armed" / "t1").rename(device.folder / "state" / "fired" / "t1")
    status, _, complaint = device.ask("arm", "--token", "t2", "--seconds", "60")
    assert (status, complaint) == (1, "agent: t1 is not taken back yet; revert it first\n")


def test_a_token_is_used_once(device: TextDevice) -> None:
    arm(device)
    device.tell("confirm", "--token", "t1")
    status, _, complaint = device.ask("arm", "--token", "t1", "--seconds", "60")
    assert (status, complaint) == (1, "agent: token t1 was used before (confirmed); take a new one\n")


@pytest.mark.parametrize("token", ["../x", "a/b", "", "a b", "x" * 65])
def test_a_token_cannot_name_a_path(device: TextDevice, token: str) -> None:
    assert device.ask("arm", "--token", token, "--seconds", "60")[0] == 1
    assert device.ask("apply", "--token", token, payload="after")[0] == 1
    assert device.ask("confirm", "--token", token)[0] == 1
    assert device.running == "before"


def test_after_a_restart_what_was_armed_is_taken_back(device: TextDevice) -> None:
    arm(device)
    device.tell("apply", "--token", "t1", payload="after")
    assert device.tell("boot") == "reverted t1\n"
    assert (device.running, device.state("t1")) == ("before", "reverted")
    assert device.tell("boot") == "nothing was armed\n"


def test_what_fails_is_one_line_on_standard_error(device: TextDevice) -> None:
    assert device.ask("check", payload="wrong") == (1, "", "agent: wrong line\n")
    (device.folder / "running").unlink()
    status, _, complaint = device.ask("show")
    assert (status, complaint.count("\n"), "FileNotFoundError" in complaint) == (1, 1, True)


def test_the_router_agent_types_a_neighbours_as_before_the_rest_of_it() -> None:
    """bgpd refuses a description of a neighbour whose AS it does not know yet; a candidate has no order."""
    candidate = """\
router bgp 64496 vrf WCC
 neighbor 198.51.100.1 description ACT-100301
 address-family ipv4 unicast
  neighbor 198.51.100.1 prefix-list WCC-OUT out
 exit-address-family
 neighbor 198.51.100.1 remote-as 65536
exit
ip prefix-list WCC-OUT seq 5 permit 10.64.0.0/16 le 32
"""
    ordered = load_agent("frr")._in_typing_order(candidate.splitlines())
    assert ordered == [
        "router bgp 64496 vrf WCC",
        " neighbor 198.51.100.1 remote-as 65536",
        " neighbor 198.51.100.1 description ACT-100301",
        " address-family ipv4 unicast",
        "  neighbor 198.51.100.1 prefix-list WCC-OUT out",
        " exit-address-family",
        "exit",
        "ip prefix-list WCC-OUT seq 5 permit 10.64.0.0/16 le 32",
    ]


def test_the_router_agent_parts_host_lines_from_frrs() -> None:
    agent = load_agent("frr")
    text = "hostname R1\nhost vrf WCC\nhost vrf WCC interface eth1\nhost shaper eth0 rate-kbit 100000\n"
    frr, host = agent._split(text)
    assert frr == "hostname R1"
    assert "".join(f"{line}\n" for line in [frr, *host.lines()]) == text


@pytest.mark.parametrize(
    "line",
    [
        "host vrf",
        "host vrf a/b",
        "host vrf ..",
        "host vrf WCC interface eth1; reboot",
        "host shaper eth0 rate-kbit 0",
        "host shaper eth0 rate-kbit 1e3",
        "host name",
    ],
)
def test_the_router_agent_takes_no_other_host_line(line: str) -> None:
    agent = load_agent("frr")
    with pytest.raises(agent.Refused, match="not a host line"):
        agent._split(line)


def test_the_switch_agent_takes_every_command_that_the_planner_makes() -> None:
    lines = """\
vlan 110
 name STAFF
no vlan 120
port eth1
 tag 110
 no tag 120
port eth7
 trunk 110
 no trunk 120
port vlan110
 internal
 tag 110
 address 10.64.16.1/25
port vlan130
 no address 10.64.17.1/25
no port vlan120
route 0.0.0.0/0 via 10.65.16.1
no route 10.64.0.0/16 via 10.65.16.1
"""
    wire = transaction(tuple(lines.splitlines()))
    taken = load_agent("ovs")._commands("".join(f"{line}\n" for line in wire))
    assert taken == [json.loads(line) for line in wire]


@pytest.mark.parametrize(
    "line",
    [
        '["emer-reset"]',
        '["del-br", "br0"]',
        '["set", "Open_vSwitch", ".", "other_config:x=1"]',
        '["set", "Port", "eth1", "tag=110", "trunks=1"]',
        '["set", "Bridge", "br0", "external_ids:\\"turnup-applied\\"=\\"x\\""]',
        '["add-port", "br1", "eth1"]',
        '["--", "del-br", "br0"]',
        '{"a": 1}',
        "[1]",
        "not JSON",
    ],
)
def test_the_switch_agent_takes_no_other_command(line: str) -> None:
    agent = load_agent("ovs")
    with pytest.raises(agent.Refused):
        agent._commands(line)


def test_the_switch_agent_takes_away_what_it_gave_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = load_agent("ovs")

    def port(name: str, address: str, *filters: tuple[str, str]) -> object:
        return agent.Port(name, 10, "", (), internal=True, address=address, filters=filters, error="")

    def database(*ports: object) -> object:
        return agent.Database("netdev", {}, {}, ports, "")

    former = database(port("vlan110", "10.64.16.1/25"), port("cctv0", ""))
    filters = (("deny", "10.64.16.0/20"), ("permit", "10.64.16.128/25"))
    now = database(port("vlan110", "10.64.16.129/25", *filters), port("cctv0", ""))
    rules = {("vlan110", "deny", "10.64.16.0/20"), ("vlan110", "permit", "10.64.16.0/25")}
    addresses = {"vlan110": ("10.64.16.1/25", "192.0.2.9/24"), "cctv0": ("172.16.9.1/24",)}
    said: list[list[str]] = []
    monkeypatch.setattr(agent, "_database", lambda: now)
    monkeypatch.setattr(agent, "_live", lambda: agent.Live(addresses, {}, frozenset(rules)))
    monkeypatch.setattr(agent, "run", said.append)
    agent._sync_kernel(former)
    assert said == [
        ["ip", "address", "del", "10.64.16.1/25", "dev", "vlan110"],
        ["ip", "link", "set", "dev", "vlan110", "up"],
        ["ip", "address", "add", "10.64.16.129/25", "dev", "vlan110"],
        rule("add", "10.64.16.128/25"),
        rule("del", "10.64.16.0/25"),
    ]


def rule(verb: str, prefix: str) -> list[str]:
    """The command about a rule that lets what comes in at the gateway go somewhere."""
    words = f"ip rule {verb} pref 20100 iif vlan110 to {prefix} lookup main protocol 201"
    return words.split()


def test_the_switch_agent_reads_its_own_rules_from_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = load_agent("ovs")
    shown = {
        "rule": '[{"priority":0,"src":"all","table":"local"},{"priority":20100,"src":"all","dst":"10.64.16.64",'
        '"dstlen":27,"iif":"vlan110","table":"main","protocol":"201"},{"priority":20200,"src":"all",'
        '"dst":"10.64.16.0","dstlen":20,"iif":"vlan110","action":"prohibit","protocol":"201"},'
        '{"priority":900,"src":"all","dst":"10.64.16.0","dstlen":20,"action":"prohibit","protocol":"boot"}]',
    }
    monkeypatch.setattr(agent, "run", lambda words: shown.get(words[2], "[]"))
    assert agent._live().rules == {("vlan110", "permit", "10.64.16.64/27"), ("vlan110", "deny", "10.64.16.0/20")}


def test_a_change_that_is_not_in_force_is_not_confirmed(device: TextDevice) -> None:
    """What runs may not be what the device shows: a server that kept its old data."""
    arm(device)
    device.tell("apply", "--token", "t1", payload="kept")
    status, _, complaint = device.ask("confirm", "--token", "t1")
    assert (status, complaint) == (1, "agent: the old data answers\n")
    assert device.state("t1") == "armed"
    device.tell("revert", "--token", "t1")
