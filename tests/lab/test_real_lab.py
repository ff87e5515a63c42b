"""The real lab by hand: hand-written texts through the on-device agents over SSH, as the push will send them."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import paramiko
import pytest

from lab.real.lab import Lab
from lab.real.namespaces import namespaces
from turnup.change.ovs_transaction import transaction

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(os.geteuid() != 0, reason="the real lab needs root"),
]

PE = "LON-PE-02"
CONVERGENCE_SECONDS = 60


@dataclass(frozen=True)
class Site:
    """What the texts of one site are made of."""

    code: str
    vrf: str
    pe_port: str
    number: int
    subnet: str
    gateway: str
    host: str
    transit: str = "10.65.16"


LIBRARY = Site("WCC-LIB-01", "WCC", "eth1", 1, "10.64.16.0/25", "10.64.16.1", "10.64.16.10")
HUB = Site("WCC-HUB-02", "WCC", "eth2", 2, "10.64.32.0/25", "10.64.32.1", "10.64.32.10", "10.65.32")
# Another buyer, with the addresses of the library once more.
PECKHAM = Site("SWK-LIB-05", "SWK", "eth3", 3, "10.64.16.0/25", "10.64.16.1", "10.64.16.10")
SITES = (LIBRARY, HUB, PECKHAM)


def pe_text(sites: tuple[Site, ...]) -> str:
    """What the provider edge gets for these sites, below its own lines."""
    lines = []
    for vrf in sorted({site.vrf for site in sites}):
        lines += [f"vrf {vrf}", f" netns /run/netns/{vrf}", "exit-vrf"]
    for site in sites:
        lines += [f"interface {site.pe_port} vrf {site.vrf}", f" ip address 198.51.100.{2 * site.number}/31", "exit"]
    for vrf in sorted({site.vrf for site in sites}):
        members = [site for site in sites if site.vrf == vrf]
        lines += [f"router bgp 64496 vrf {vrf}"]
        for site in members:
            lines.append(f" neighbor 198.51.100.{2 * site.number + 1} remote-as {65536 + site.number}")
        lines.append(" address-family ipv4 unicast")
        for site in members:
            peer = f"198.51.100.{2 * site.number + 1}"
            lines += [
                f"  neighbor {peer} prefix-list {site.code}-IN in",
                f"  neighbor {peer} prefix-list {vrf}-OUT out",
                f"  neighbor {peer} maximum-prefix 20",
            ]
        lines += [" exit-address-family", "exit", f"ip prefix-list {vrf}-OUT seq 5 permit 10.64.0.0/16 le 32"]
    for site in sites:
        lines.append(f"ip prefix-list {site.code}-IN seq 5 permit {site.subnet}")
    lines += [f"host vrf {vrf}" for vrf in sorted({site.vrf for site in sites})]
    lines += [f"host vrf {site.vrf} interface {site.pe_port}" for site in sites]
    return "".join(f"{line}\n" for line in lines)


def cpe_text(site: Site, rate_kbit: int = 100_000) -> str:
    """What a CPE gets, below its own lines."""
    pe = f"198.51.100.{2 * site.number}"
    return f"""\
ip route {site.subnet} {site.transit}.0
interface eth0
 ip address 198.51.100.{2 * site.number + 1}/31
exit
interface eth1
 ip address {site.transit}.1/31
exit
router bgp {65536 + site.number}
 neighbor {pe} remote-as 64496
 address-family ipv4 unicast
  network {site.subnet}
  neighbor {pe} prefix-list {site.vrf}-IN in
  neighbor {pe} prefix-list {site.vrf}-OUT out
 exit-address-family
exit
ip prefix-list {site.vrf}-IN seq 5 permit 10.64.0.0/16 le 32
ip prefix-list {site.vrf}-OUT seq 5 permit {site.subnet}
host shaper eth0 rate-kbit {rate_kbit}
"""


def switch_lines(site: Site) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remediation and rollback of a switch: a user VLAN with its gateway, and the transit to the CPE."""
    there = f"""\
vlan 110
 name STAFF
vlan 900
 name TRANSIT
port eth1
 tag 110
port eth8
 tag 900
port vlan110
 internal
 tag 110
 address {site.gateway}/25
port vlan900
 internal
 tag 900
 address {site.transit}.0/31
route 10.64.0.0/16 via {site.transit}.1
"""
    back = f"""\
no route 10.64.0.0/16 via {site.transit}.1
port eth1
 tag 4094
port eth8
 tag 4094
no port vlan900
no port vlan110
no vlan 900
no vlan 110
"""
    return tuple(there.splitlines()), tuple(back.splitlines())


@dataclass
class Login:
    """SSH logins to devices as the push makes them: exec channels, a program on each."""

    lab: Lab

    def ask(self, device: str, words: str, payload: str = "") -> tuple[int, str, str]:
        program = "turnup-ovs" if device.endswith("SW1") else "turnup-frr"
        endpoint = self.lab.endpoints()[device]
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        kind, _, key = endpoint.host_key.partition(" ")
        blob = paramiko.Ed25519Key(data=base64.b64decode(key))
        client.get_host_keys().add(f"[{endpoint.hostname}]:{endpoint.port}", kind, blob)
        password = self.lab.password_file.read_text().strip()
        with client:
            client.connect(endpoint.hostname, endpoint.port, "netops", password, allow_agent=False, look_for_keys=False)
            stdin, stdout, stderr = client.exec_command(f"sudo -n /usr/local/sbin/{program} {words}", timeout=60)
            stdin.write(payload)
            stdin.channel.shutdown_write()
            answer, complaint = stdout.read().decode(), stderr.read().decode()
            return stdout.channel.recv_exit_status(), answer, complaint

    def tell(self, device: str, words: str, payload: str = "") -> str:
        status, answer, complaint = self.ask(device, words, payload)
        assert status == 0, f"{device}: {words}: {complaint}"
        return answer

    def change(self, device: str, token: str, payload: str, inverse: str = "") -> None:
        self.tell(device, "check", payload)
        self.tell(device, f"arm --token {token} --seconds 300", inverse)
        self.tell(device, f"apply --token {token}", payload)
        self.tell(device, f"confirm --token {token}")
        self.tell(device, "save")

    def states(self, device: str) -> dict[str, str]:
        return {entry["token"]: entry["state"] for entry in json.loads(self.tell(device, "status"))}


def wire(lines: tuple[str, ...]) -> str:
    return "".join(f"{line}\n" for line in transaction(lines))


def with_own_lines(login: Login, device: str, text: str) -> str:
    return login.tell(device, "show") + text


@pytest.fixture(scope="module")
def login(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Login]:
    with Lab(tmp_path_factory.mktemp("lab") / "state") as lab:
        for site in SITES:
            lab.address_host(f"{site.code}-h1", f"{site.host}/25", site.gateway)
        yield Login(lab)


@pytest.fixture(scope="module")
def delivered(login: Login) -> Login:
    """All three sites delivered; before it, the two sites of one buyer could not reach each other."""
    assert not login.lab.ping(f"{LIBRARY.code}-h1", HUB.host)
    login.change(PE, "pe", with_own_lines(login, PE, pe_text(SITES)))
    for site in SITES:
        cpe, switch = f"{site.code}-CPE1", f"{site.code}-SW1"
        login.change(cpe, "cpe", with_own_lines(login, cpe, cpe_text(site)))
        there, back = switch_lines(site)
        login.change(switch, "switch", wire(there), wire(back))
    return login


def test_a_staged_device_says_who_it_is_and_shows_that_it_is_bare(login: Login) -> None:
    identity = json.loads(login.tell(f"{HUB.code}-SW1", "identity"))
    assert identity == {
        "hostname": "WCC-HUB-02-SW1",
        "serial": "OVS2619T019",
        "platform": "ovs",
        "version": identity["version"],
    }
    shown = login.tell(f"{HUB.code}-SW1", "show")
    assert "port eth8\n tag 4094\n" in shown
    assert "internal" not in shown


def test_the_login_may_run_one_program_as_root_and_no_other(login: Login) -> None:
    status, answer, complaint = login.ask(PE, "show >/dev/null; sudo -n id")
    assert (status, answer, "sudo: a password is required" in complaint) == (1, "", True)


def test_an_unconfirmed_change_reverts_itself_without_any_session(login: Login) -> None:
    switch = f"{HUB.code}-SW1"
    before = login.tell(switch, "show")
    there, back = switch_lines(HUB)
    login.tell(switch, "arm --token dead-man --seconds 10", wire(back))
    login.tell(switch, "apply --token dead-man", wire(there))
    during = login.tell(switch, "show")
    assert "port vlan110\n internal\n tag 110\n address 10.64.32.1/25\n" in during
    assert "route 10.64.0.0/16 via 10.65.32.1\n" in during
    deadline = time.monotonic() + 120
    while login.states(switch)["dead-man"] != "reverted" and time.monotonic() < deadline:
        time.sleep(0.2)
    assert login.tell(switch, "show") == before
    status, _, complaint = login.ask(switch, "confirm --token dead-man")
    assert (status, "reverted" in complaint) == (1, True)


def test_a_router_that_nobody_confirms_goes_back_to_the_very_text_of_before(login: Login) -> None:
    before = login.tell(PE, "show")
    login.tell(PE, "arm --token pe-dead-man --seconds 15")
    login.tell(PE, "apply --token pe-dead-man", before + pe_text(SITES))
    assert "router bgp 64496 vrf WCC" in login.tell(PE, "show")
    deadline = time.monotonic() + 120
    while login.states(PE)["pe-dead-man"] != "reverted" and time.monotonic() < deadline:
        time.sleep(0.2)
    assert login.tell(PE, "show") == before


def test_confirm_and_revert_cannot_both_win(login: Login) -> None:
    """Confirm and timer at the same instant, many times: one of them has the token, and the device agrees."""
    cpe = f"{PECKHAM.code}-CPE1"
    candidate = login.tell(cpe, "show") + "host shaper eth0 rate-kbit 5000\n"
    before = login.tell(cpe, "show")
    for attempt in range(4):
        login.tell(cpe, f"arm --token race-{attempt} --seconds 1")
        login.ask(cpe, f"apply --token race-{attempt}", candidate)
        status, _, complaint = login.ask(cpe, f"confirm --token race-{attempt}")
        login.ask(cpe, f"revert --token race-{attempt}")
        state = login.states(cpe)[f"race-{attempt}"]
        assert (status, state) in ((0, "confirmed"), (1, "reverted")), complaint
        assert login.tell(cpe, "show") == (candidate if state == "confirmed" else before)
        if state == "confirmed":
            login.change(cpe, f"undo-{attempt}", before)


def test_only_one_change_is_armed_at_a_time(login: Login) -> None:
    cpe = f"{HUB.code}-CPE1"
    login.tell(cpe, "arm --token first --seconds 60")
    status, _, complaint = login.ask(cpe, "arm --token second --seconds 60")
    assert (status, complaint) == (1, "turnup-frr: first is armed already; confirm or revert it first\n")
    assert login.ask(cpe, "apply --token second", "")[0] == 1
    login.tell(cpe, "revert --token first")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("interface eth0\n no such command\nexit\n", "command"),
        ("ip route 10.0.0.0/8 999.1.1.1\n", "neither an address nor an interface"),
        ("interface eth77\n description X\nexit\n", "does not exist"),
        ("host shaper eth77 rate-kbit 100\n", "does not exist"),
        ("host vrf A; reboot\n", "not a host line"),
    ],
)
def test_the_router_agent_refuses_what_frr_would_not_do(login: Login, line: str, complaint: str) -> None:
    cpe = f"{HUB.code}-CPE1"
    before = login.tell(cpe, "show")
    status, _, words = login.ask(cpe, "check", before + line)
    assert status == 1
    assert complaint in words.lower() or complaint in words
    assert login.tell(cpe, "show") == before


@pytest.mark.parametrize(
    ("there", "away", "line"),
    [
        ("tc qdisc add dev eth2 root handle 7: htb", "tc qdisc del dev eth2 root", "host shaper eth2 rate-kbit 9000"),
        ("tc qdisc add dev eth2 root handle 7: htb", "tc qdisc del dev eth2 root", "host vrf A interface eth2"),
        ("ip address add 192.0.2.9/24 dev eth2", "ip address del 192.0.2.9/24 dev eth2", "host vrf A interface eth2"),
    ],
)
def test_a_router_keeps_what_only_its_kernel_knows(login: Login, there: str, away: str, line: str) -> None:
    before = login.tell(PE, "show")
    login.lab.run(PE, there.split())
    status, _, words = login.ask(PE, "check", f"{before}host vrf A\n{line}\n")
    login.lab.run(PE, away.split())
    assert (status, "eth2: somebody else" in words) == (1, True), words
    assert login.ask(PE, "check", f"{before}host vrf A\n{line}\n")[0] == 0


def test_a_port_that_its_owner_tagged_is_a_port_like_any_other(login: Login) -> None:
    """FRR's agent makes no subinterface; whatever has its name, its owner made it."""
    login.lab.run(PE, ["ip", "link", "add", "eth9.219", "type", "veth", "peer", "name", "far"])
    before = login.tell(PE, "show")
    text = """\
vrf A
 netns /run/netns/A
exit-vrf
interface eth9.219 vrf A
 ip address 198.51.100.218/31
exit
host vrf A
host vrf A interface eth9.219
host shaper eth9.219 rate-kbit 9000
"""
    login.tell(PE, "arm --token tagged --seconds 300")
    login.tell(PE, "apply --token tagged", before + text)
    during = login.tell(PE, "show").splitlines()
    login.tell(PE, "revert --token tagged")
    assert set(text.splitlines()) - {"exit", "exit-vrf"} <= set(during)
    assert login.tell(PE, "show") == before
    login.lab.run(PE, ["ip", "link", "del", "eth9.219"])


def test_a_switch_keeps_somebody_elses_route_to_the_same_prefix(login: Login) -> None:
    switch = f"{HUB.code}-SW1"
    ours = wire(("route 10.64.0.0/16 via 10.65.32.1",))
    login.lab.run(switch, ["ip", "route", "add", "10.64.0.0/16", "dev", "lo"])
    status, _, words = login.ask(switch, "check", ours)
    login.lab.run(switch, ["ip", "route", "del", "10.64.0.0/16", "dev", "lo"])
    assert (status, "route 10.64.0.0/16: somebody else's" in words) == (1, True), words
    assert login.ask(switch, "check", ours)[0] == 0


def test_a_switch_transaction_is_all_or_nothing(login: Login) -> None:
    switch = f"{HUB.code}-SW1"
    before = login.tell(switch, "show")
    broken = wire(("vlan 120", " name PUBLIC", "port eth1", " tag 120")) + '["del-port", "br0", "nosuch"]\n'
    assert login.ask(switch, "check", broken)[0] == 1
    login.tell(switch, "arm --token broken --seconds 60", "")
    status, _, complaint = login.ask(switch, "apply --token broken", broken)
    assert status == 1
    assert "nosuch" in complaint
    assert login.tell(switch, "show") == before
    login.tell(switch, "revert --token broken")
    assert login.tell(switch, "show") == before


def test_the_switch_agent_sends_no_sub_command_that_is_not_on_its_list(login: Login) -> None:
    status, _, complaint = login.ask(f"{HUB.code}-SW1", "check", '["emer-reset"]\n')
    assert (status, "never sent" in complaint) == (1, True)


def test_a_buyers_sites_reach_each_other_and_never_another_buyer(delivered: Login) -> None:
    lab = delivered.lab
    assert lab.ping(f"{LIBRARY.code}-h1", HUB.host, attempts=CONVERGENCE_SECONDS)
    assert lab.ping(f"{HUB.code}-h1", LIBRARY.host)
    # Peckham has the library's addresses: it reaches its own gateway, and not the hub.
    assert lab.ping(f"{PECKHAM.code}-h1", PECKHAM.gateway)
    assert not lab.ping(f"{PECKHAM.code}-h1", HUB.host, attempts=2)
    assert not lab.ping(f"{HUB.code}-h1", "198.51.100.6", attempts=2)


def test_what_was_sent_is_what_is_read_back(delivered: Login) -> None:
    for site in SITES:
        cpe = f"{site.code}-CPE1"
        shown = delivered.tell(cpe, "show")
        assert [line for line in cpe_text(site).splitlines() if line not in shown.splitlines()] == []
        assert delivered.tell(cpe, "diff", shown) == ""
    shown = delivered.tell(PE, "show")
    assert [line for line in pe_text(SITES).splitlines() if line not in shown.splitlines()] == []
    assert delivered.tell(PE, "diff", shown) == ""


def test_the_ordered_rate_is_what_the_cpe_lets_through(delivered: Login) -> None:
    lab = delivered.lab
    assert lab.ping(f"{LIBRARY.code}-h1", HUB.host, attempts=CONVERGENCE_SECONDS)
    server = subprocess.Popen(
        [*lab.inside(f"{HUB.code}-h1"), "iperf3", "--server", "--one-off"], stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + CONVERGENCE_SECONDS
        while ":5201" not in lab.run(f"{HUB.code}-h1", ["ss", "-Hltn"]):
            assert time.monotonic() < deadline, "iperf3 does not listen"
            time.sleep(0.1)
        answer = lab.run(f"{LIBRARY.code}-h1", ["iperf3", "--json", "--time", "4", "--client", HUB.host])
    finally:
        server.kill()
        server.wait()
    mbps = json.loads(answer)["end"]["sum_received"]["bits_per_second"] / 1e6
    assert 50 < mbps <= 105


def test_a_saved_change_survives_a_power_cut_and_an_armed_one_does_not(delivered: Login) -> None:
    switch, cpe = f"{LIBRARY.code}-SW1", f"{LIBRARY.code}-CPE1"
    for device in (switch, cpe, PE):
        before = delivered.tell(device, "show")
        if device == switch:
            delivered.tell(device, "arm --token cut --seconds 600", wire(("port eth2", " tag 4094")))
            delivered.tell(device, "apply --token cut", wire(("port eth2", " tag 110")))
        else:
            delivered.tell(device, "arm --token cut --seconds 600")
            delivered.tell(device, "apply --token cut", before + "ip prefix-list CUT seq 5 permit 192.0.2.0/24\n")
        assert delivered.tell(device, "show") != before
        delivered.lab.restart(device)
        assert delivered.tell(device, "show") == before
        assert delivered.states(device)["cut"] == "reverted"
    assert delivered.lab.ping(f"{LIBRARY.code}-h1", HUB.host, attempts=2 * CONVERGENCE_SECONDS)


def test_down_leaves_no_process_and_no_namespace(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with Lab(state) as lab:
        lab.up()  # a second time: nothing to do
        prefix = json.loads((state / "running.json").read_text())["prefix"]
        assert len(namespaces(prefix)) == len(lab.topology.nodes)
        assert _processes_of(state)
    assert namespaces(prefix) == ()
    assert _processes_of(state) == []
    assert not state.exists()


def _processes_of(state: Path) -> list[str]:
    """Processes whose command line or mounts name the lab's folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text = (process / "mountinfo").read_text() + (process / "cmdline").read_text()
        except OSError:
            continue
        if str(state) in text:
            found.append(process.name)
    return found
