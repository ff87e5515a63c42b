"""The estate: the example reads like the real thing, is read lazily, and what is wrong in it is found."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from ipaddress import ip_network
from itertools import combinations
from pathlib import Path

import pytest

from tasks.approvals.ssh_keygen import generate_key
from tasks.inventory.estate import Estate
from turnup.framework import BuyerClass

CHECKOUT = Path(__file__).resolve().parents[3]
EXAMPLE = Estate(CHECKOUT / "inventory")
LONDON = "E12000007"
BOROUGHS = """City of London,Barking and Dagenham,Barnet,Bexley,Brent,Bromley,Camden,Croydon,Ealing,Enfield,Greenwich,
Hackney,Hammersmith and Fulham,Haringey,Harrow,Havering,Hillingdon,Hounslow,Islington,Kensington and Chelsea,
Kingston upon Thames,Lambeth,Lewisham,Merton,Newham,Redbridge,Richmond upon Thames,Southwark,Sutton,Tower Hamlets,
Waltham Forest,Wandsworth,Westminster""".replace("\n", "").split(",")


def test_all_33_boroughs_are_eligible_by_their_gss_codes():
    listed = EXAMPLE.eligible_buyers("LDN-NET-2026")
    boroughs = {
        each.identifier: each.name
        for each in listed
        if each.buyer_class is BuyerClass.BOROUGH and each.region == LONDON
    }
    assert boroughs == {f"E090000{number:02}": name for number, name in enumerate(BOROUGHS, start=1)}
    assert {each.buyer_class for each in listed} == set(BuyerClass)
    assert len({each.code for each in listed}) == len(listed)


def test_the_framework_is_the_one_of_the_contract():
    framework = EXAMPLE.framework("LDN-NET-2026")
    assert framework.ceiling_gbp == 200_000_000
    assert sum(lot.ceiling_gbp for lot in framework.lots) <= framework.ceiling_gbp
    leads = {product.service: product.lead_time_working_days for product in reversed(framework.products)}
    assert leads.items() >= {"lan": 15, "wan": 65, "mobile": 5, "landline": 20}.items()
    assert EXAMPLE.framework("LDN-NET-2027") is None
    assert EXAMPLE.eligible_buyers("LDN-NET-2027") == ()


def test_every_site_and_buyer_of_the_example_is_read_and_fits_together():
    sites = [EXAMPLE.site(code) for code in EXAMPLE.site_codes()]
    buyers = {path.stem: EXAMPLE.buyer(path.stem) for path in (CHECKOUT / "inventory" / "buyers").glob("*.yaml")}
    ours = [site for site in sites if site.buyer is not None]
    assert len(ours) >= 8
    names = [device.name for site in sites for device in site.devices]
    serials = [device.serial for site in sites for device in site.devices]
    assert len(set(names)) == len(names)
    assert len(set(serials)) == len(serials)
    assert len({site.uprn for site in sites}) == len(sites)
    with_devices = [site for site in ours if site.devices]
    for site in with_devices:
        assert site.addresses.lan.subnet_of(buyers[site.buyer].aggregate)
        assert any(site.addresses.lan.subnet_of(ip_network(private)) for private in ("10.0.0.0/8", "172.16.0.0/12"))
    for one, other in combinations(with_devices, 2):
        assert one.buyer != other.buyer or not one.addresses.lan.overlaps(other.addresses.lan)


def test_every_private_apn_is_its_buyers_and_apart_from_its_sites():
    buyers = [EXAMPLE.buyer(path.stem) for path in (CHECKOUT / "inventory" / "buyers").glob("*.yaml")]
    private = {buyer.code: buyer.private_apn for buyer in buyers if buyer.private_apn is not None}
    assert len({each.apn for each in private.values()}) == len(private) > 0
    for site in map(EXAMPLE.site, EXAMPLE.site_codes()):
        if (serving := site.served_by.get("mobile")) is not None:
            core = EXAMPLE.site(serving.site)
            assert (core.buyer, site.buyer in private) == (None, True)
            assert {core.device(name).role for name in serving.devices} == {"radius"}
        if site.addresses is not None and site.buyer in private:
            assert not private[site.buyer].addresses.overlaps(site.addresses.lan)
            assert not private[site.buyer].addresses.overlaps(site.addresses.transit)


def test_every_access_tail_ends_on_a_port_of_its_own_on_a_provider_edge():
    tails = [site.access_tail for site in map(EXAMPLE.site, EXAMPLE.site_codes()) if site.access_tail is not None]
    ends = [(tail.pe, tail.pe_interface) for tail in tails]
    assert len(set(ends)) == len(ends)
    for tail in tails:
        edge = EXAMPLE.site(tail.pe_site)
        assert edge.buyer is None
        assert edge.device(tail.pe).role == "pe"


def test_no_example_holds_an_address_that_is_somebody_elses():
    for path in (CHECKOUT / "inventory" / "sites").glob("*/hosts.yaml"):
        for line in path.read_text().splitlines():
            if "hostname:" in line:
                assert ip_network(line.split()[-1]).subnet_of(ip_network("203.0.113.0/24"))


# Lazy reading


def opened_by(code: str) -> list[str]:
    """Run some code in a fresh Python; the files below the estate that it opened."""
    script = f"""
import json, sys
opened = []
sys.addaudithook(lambda event, words: opened.append(str(words[0])) if event == "open" else None)
from pathlib import Path
from tasks.inventory.estate import Estate
{code}
print(json.dumps(opened))
"""
    answer = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


@pytest.fixture(scope="module")
def large_root(tmp_path_factory):
    """An estate of 4,000 sites; all but one cannot be read."""
    root = tmp_path_factory.mktemp("large")
    for name in ("groups.yaml", "defaults.yaml"):
        shutil.copy(CHECKOUT / "inventory" / name, root)
    shutil.copytree(CHECKOUT / "inventory" / "sites" / "HF-LIB-01", root / "sites" / "HF-LIB-01")
    for number in range(3999):
        folder = root / "sites" / f"S-{number}"
        folder.mkdir()
        (folder / "site.yaml").write_text("[poison")
        (folder / "hosts.yaml").write_text("[poison")
    return root


def test_a_run_for_one_site_of_4000_opens_the_files_of_that_site_only(large_root):
    opened = opened_by(f"estate = Estate(Path({str(large_root)!r})); estate.site('HF-LIB-01'); estate.site_codes()")
    mine = [Path(name) for name in opened if name.startswith(str(large_root))]
    assert sorted(path.name for path in mine) == ["hosts.yaml", "site.yaml"]
    assert {path.parent.name for path in mine} == {"HF-LIB-01"}


def test_so_does_nornir(large_root):
    code = f"""
from tasks.inventory.nornir_plugin import TurnupInventory
inventory = TurnupInventory({str(large_root)!r}, ["HF-LIB-01"]).load()
assert sorted(inventory.hosts) == ["HF-LIB-01-SW1", "HF-LIB-01-SW2"], inventory.hosts
"""
    mine = sorted(Path(name).name for name in opened_by(code) if name.startswith(str(large_root)))
    assert mine == ["defaults.yaml", "groups.yaml", "hosts.yaml"]


def test_the_cost_of_a_site_does_not_grow_with_the_estate(large_root):
    """Counted in system calls that Python reports, not in seconds: a busy machine must not fail it."""
    script = """
import sys
from pathlib import Path
from tasks.inventory.estate import Estate
estate = Estate(Path(sys.argv[1]))
events = []
sys.addaudithook(lambda event, words: events.append(event))
estate.site("HF-LIB-01")
print(len(events))
"""
    counts = [
        subprocess.run(
            [sys.executable, "-c", script, str(root)], cwd=CHECKOUT, capture_output=True, text=True, check=True
        ).stdout
        for root in (large_root, CHECKOUT / "inventory")
    ]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("module", ["tasks.inventory.estate", "turnup.gate", "tasks.order"])
def test_validating_imports_nothing_heavy(module):
    script = f"import sys, {module}; print(' '.join(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    heavy = {"nornir", "netmiko", "prefect", "sqlalchemy", "alembic", "asyncssh", "paramiko", "asyncio"}
    if module == "turnup.gate":
        heavy |= {"jinja2", "hier_config", "yaml"}
    assert heavy.isdisjoint(answer.stdout.split())


# What is wrong in an estate

WRONG_SITES = {
    "a misspelt field": ("HF-LIB-01/site.yaml", "uplink:", "uplnk:", "switches[1].uplnk", "extra-forbidden"),
    "a code of another folder": ("HF-LIB-01/site.yaml", "code: HF-LIB-01", "code: HF-LIB-02", "code", "named-alike"),
    "host bits in a prefix": (
        "HF-LIB-01/site.yaml",
        "10.64.16.0/20",
        "10.64.16.1/20",
        "addresses.lan",
        "ip-v4-network",
    ),
    "VLANs the wrong way round": ("HF-LIB-01/site.yaml", "[110, 199]", "[199, 110]", "addresses.vlans", "range-order"),
    "a switch that is not there": (
        "HF-LIB-01/site.yaml",
        "device: HF-LIB-01-SW2",
        "device: HF-LIB-01-SW3",
        "switches[1].device",
        "device-exists",
    ),
    "a port with two uses": (
        "KC-TH-01/site.yaml",
        "GigabitEthernet1/0/22]",
        "GigabitEthernet1/0/23]",
        "switches[0].access_ports[21]",
        "port-used-once",
    ),
    "a switch as CPE": (
        "KC-TH-01/site.yaml",
        "cpe: KC-TH-01-CPE1",
        "cpe: KC-TH-01-SW1",
        "handoff.cpe",
        "device-role",
    ),
    "a switch as voice gateway": (
        "KC-TH-01/site.yaml",
        "handoff:",
        "voice_edge: {device: KC-TH-01-SW1, address: 203.0.113.90, sbc: 203.0.113.89}\nhandoff:",
        "voice_edge.device",
        "device-role",
    ),
    "no gateway switch": (
        "KC-LIB-02/site.yaml",
        "handoff:",
        "    uplink: GigabitEthernet1/0/24\nhandoff:",
        "switches",
        "one-gateway",
    ),
    "an unknown platform": (
        "HF-LIB-01/hosts.yaml",
        "platform: cisco_ios",
        "platform: cisco_xe",
        "HF-LIB-01-SW1.platform",
        "enum",
    ),
    "a misspelt serial": ("HF-LIB-01/hosts.yaml", "serial:", "serail:", "HF-LIB-01-SW1.data.serial", "missing"),
    "a name that is no device name": (
        "HF-LIB-01/hosts.yaml",
        "HF-LIB-01-SW1:",
        "HF_LIB_01:",
        "HF_LIB_01",
        "string-pattern-mismatch",
    ),
    "a host without address": (
        "HF-LIB-01/hosts.yaml",
        "  hostname: 203.0.113.13\n",
        "",
        "HF-LIB-01-SW1.hostname",
        "missing",
    ),
    "a peer that is not there": (
        "HF-LIB-01/hosts.yaml",
        "FCW2603T003",
        "FCW2603T003, redundant_with: HF-LIB-01-SW3",
        "HF-LIB-01-SW1.data.redundant_with",
        "pair-exists",
    ),
    "a device that is its own peer": (
        "HF-LIB-01/hosts.yaml",
        "FCW2603T003",
        "FCW2603T003, redundant_with: HF-LIB-01-SW1",
        "HF-LIB-01-SW1.data.redundant_with",
        "pair-exists",
    ),
    "a peer that does not know of it": (
        "HF-LIB-01/hosts.yaml",
        "FCW2603T003",
        "FCW2603T003, redundant_with: HF-LIB-01-SW2",
        "HF-LIB-01-SW1.data.redundant_with",
        "pair-mutual",
    ),
    "a peer of another role": (
        "KC-TH-01/hosts.yaml",
        "FCW2608T008",
        "FCW2608T008, redundant_with: KC-TH-01-CPE1",
        "KC-TH-01-SW1.data.redundant_with",
        "pair-role",
    ),
}


@pytest.mark.parametrize(("name", "old", "new", "field", "rule"), WRONG_SITES.values(), ids=WRONG_SITES)
def test_what_is_wrong_with_a_site_is_found_in_its_own_file(name, old, new, field, rule, estate, change, refusal):
    change(f"sites/{name}", old, new)
    first = refusal(estate.site, name.split("/")[0])[0]
    assert (first.field, first.rule) == (field, rule)
    assert first.file.endswith(name)
    assert first.line > 0


def test_an_unknown_platform_gets_the_ones_that_there_are(estate, change, refusal):
    change("sites/HF-LIB-01/hosts.yaml", "platform: cisco_ios", "platform: cisco_io")
    assert refusal(estate.site, "HF-LIB-01")[0].remedy == "Did you mean 'cisco_ios'?"


def test_an_unknown_site_gets_the_nearest_one(estate, refusal):
    assert refusal(estate.site, "HF-LIB-10")[0].remedy == "Did you mean 'HF-LIB-01'?"


FRAMEWORK = "frameworks/LDN-NET-2026"
WRONG_FRAMEWORKS = {
    "another reference": ("framework.yaml", "reference: LDN-NET-2026", "reference: LDN-NET-2025", "named-alike"),
    "an unknown class": ("framework.yaml", "[borough, nhs", "[burough, nhs", "enum"),
    "a product in no lot": ("catalogue.yaml", "lot: LOT-1", "lot: LOT-9", "lot-exists"),
    "a product twice": ("catalogue.yaml", "code: LAN-CAMPUS", "code: LAN-SITE", "unique-code"),
    "a limit on nothing": ("catalogue.yaml", "rate_mbps:", "rate_mpbs:", "parameter-exists"),
    "a limit on nothing in a list": ("catalogue.yaml", "segments[].hosts", "segments[].host", "parameter-exists"),
    "an unknown service": ("catalogue.yaml", "service: wan", "service: wna", "service-exists"),
}


@pytest.mark.parametrize(("name", "old", "new", "rule"), WRONG_FRAMEWORKS.values(), ids=WRONG_FRAMEWORKS)
def test_what_is_wrong_with_a_framework_is_found(name, old, new, rule, estate, change, refusal):
    change(f"{FRAMEWORK}/{name}", old, new)
    first = refusal(estate.framework, "LDN-NET-2026")[0]
    assert first.rule == rule
    assert first.file.endswith(name)
    assert first.line > 0


def test_a_buyer_file_named_for_another_buyer_is_refused(estate, change, refusal):
    change("buyers/LBHF.yaml", "code: LBHF", "code: RBKC")
    assert refusal(estate.buyer, "LBHF")[0].rule == "named-alike"


def test_a_call_off_asked_for_by_reference_has_to_bear_it(estate, change, refusal):
    change("call-offs/LBHF-2026-0042.yaml", "reference: LBHF-2026-0042", "reference: LBHF-2026-0043")
    assert refusal(estate.call_off, "LBHF-2026-0042")[0].rule == "named-alike"
    path = estate.root / "call-offs" / "LBHF-2026-0042.yaml"
    assert estate.call_off(str(path)).call_off.reference == "LBHF-2026-0043"


def test_a_public_key_is_one_line_of_one_key(estate, change, refusal, tmp_path):
    key = generate_key(tmp_path / "key")
    change("buyers/LBHF.yaml", "ssh-ed25519 AAAA", f'"{key}\\nroot@evil.example {key}" # ')
    assert refusal(estate.buyer, "LBHF")[0].field == "signatories[0].public_key"
