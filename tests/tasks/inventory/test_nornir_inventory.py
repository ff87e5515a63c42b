"""Nornir's inventory: a few sites, inheritance as Nornir has it, endpoints over it, secrets by reference only."""

from __future__ import annotations

from functools import partial

import pytest

from tasks.devices.collect import target_of
from tasks.inventory import nornir_run
from tasks.inventory.nornir_plugin import TurnupInventory
from tasks.offline import offline_plan
from tasks.order import examine_call_off
from tasks.requests import PlanRequest
from turnup.errors import FileRefused
from turnup.scalars import DeviceName, SiteCode


@pytest.fixture
def load(inventory):
    """Load some sites of the copied estate, with endpoints if given."""

    def loaded(*sites, endpoints=""):
        path = inventory / "endpoints.yaml"
        path.write_text(endpoints)
        return TurnupInventory(str(inventory), list(sites), str(path) if endpoints else "").load()

    return loaded


def test_only_the_hosts_of_the_sites_asked_for_are_there(load):
    assert sorted(load("KC-LIB-02", "LON-CORE-01").hosts) == ["KC-LIB-02-CPE1", "KC-LIB-02-SW1", "LON-PE-01"]


def test_a_host_has_what_its_file_its_group_and_the_defaults_say(load):
    host = load("KC-LIB-02").hosts["KC-LIB-02-SW1"]
    target = target_of(host)
    assert (target.hostname, target.port, target.platform) == ("203.0.113.21", 22, "cisco_ios")
    assert (target.serial, host["role"], host["site"]) == ("FCW2611T011", "switch", "KC-LIB-02")
    assert (target.username, target.password) == ("env:TURNUP_USERNAME", "env:TURNUP_PASSWORD")
    assert (target.enable, target.host_key) == ("", "")


def test_an_endpoint_says_where_a_device_is_reached_and_what_key_it_shows(load):
    endpoints = "KC-LIB-02-SW1: {hostname: 127.0.0.1, port: 2201, host_key: ssh-ed25519 AAAA}\n"
    inventory = load("KC-LIB-02", endpoints=endpoints)
    here, there = (target_of(inventory.hosts[f"KC-LIB-02-{name}"]) for name in ("SW1", "CPE1"))
    assert (here.hostname, here.port, here.host_key) == ("127.0.0.1", 2201, "ssh-ed25519 AAAA")
    assert (there.hostname, there.port, there.host_key) == ("203.0.113.22", 22, "")


def test_credentials_of_a_host_and_of_a_group_go_before_those_of_the_defaults(load, change):
    change("groups.yaml", "cisco_ios: {platform: cisco_ios}", "cisco_ios: {platform: cisco_ios, data: " + REFERENCES)
    change(
        "sites/KC-LIB-02/hosts.yaml",
        "serial: FGL2612T012",
        "serial: FGL2612T012, " + REFERENCES[1:-2].replace("A", "B"),
    )
    hosts = load("KC-LIB-02").hosts
    assert target_of(hosts["KC-LIB-02-SW1"]).password == "env:A_PASSWORD"
    assert target_of(hosts["KC-LIB-02-SW1"]).enable == "file:/run/A"
    assert target_of(hosts["KC-LIB-02-CPE1"]).password == "env:B_PBSSWORD"


REFERENCES = "{credentials: {username: env:A_USER, password: env:A_PASSWORD, enable: file:/run/A}}}"
SECRET = "hunter2-in-clear"

WRONG = {
    "a password of a host": (
        "sites/HF-LIB-01/hosts.yaml",
        "  platform: cisco_ios\n",
        f"  platform: cisco_ios\n  password: {SECRET}\n",
        "secret-by-reference",
    ),
    "a password in its data": (
        "sites/HF-LIB-01/hosts.yaml",
        "data: {",
        f"data: {{password: {SECRET}, ",
        "secret-by-reference",
    ),
    "a password in the defaults": ("defaults.yaml", "env:TURNUP_PASSWORD", SECRET, "secret-by-reference"),
    "a user name in the defaults": ("defaults.yaml", "env:TURNUP_USERNAME", SECRET, "secret-by-reference"),
    "credentials that are a word": (
        "sites/HF-LIB-01/hosts.yaml",
        "data: {",
        f"data: {{credentials: {SECRET}, ",
        "secret-by-reference",
    ),
    "a group that is not there": (
        "sites/HF-LIB-01/hosts.yaml",
        "groups: [cisco_ios]",
        "groups: [cisco_iso]",
        "group-exists",
    ),
    "a group in a group that is not there": (
        "groups.yaml",
        "frr: {platform: frr}",
        "frr: {platform: frr, groups: [linux]}",
        "group-exists",
    ),
    "a misspelt field": ("sites/HF-LIB-01/hosts.yaml", "  groups:", "  gruops:", "extra-forbidden"),
    "a port that is none": ("defaults.yaml", "port: 22", "port: 65536", "less-than-equal"),
    "a host that is a word": (
        "sites/HF-LIB-01/hosts.yaml",
        "HF-LIB-01-SW1:",
        "OTHER: word\nHF-LIB-01-SW1:",
        "model-type",
    ),
    "hosts that are a list": ("sites/HF-LIB-01/hosts.yaml", "HF-LIB-01-SW1:", "[]\n---\nHF-LIB-01-SW1:", "yaml"),
}


@pytest.mark.parametrize(("name", "old", "new", "rule"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found_and_no_secret_is_repeated(name, old, new, rule, load, change, refusal):
    change(name, old, new)
    findings = refusal(load, "HF-LIB-01")
    assert rule in {finding.rule for finding in findings}
    assert all(finding.file.endswith(name) and finding.line for finding in findings)
    assert SECRET not in repr(findings)


HANDED_DOWN = {
    "defaults": ("defaults.yaml", "env:TURNUP_PASSWORD", SECRET),
    "groups": ("groups.yaml", "{platform: frr}", f"{{platform: frr, data: {{credentials: {SECRET}}}}}"),
}


@pytest.mark.parametrize(("name", "old", "new"), HANDED_DOWN.values(), ids=HANDED_DOWN)
def test_what_is_handed_down_to_hosts_is_refused_offline_as_it_is_online(name, old, new, workspace, change, refusal):
    change(name, old, new)
    online = refusal(TurnupInventory(str(workspace.inventory), ["HF-LIB-01"]).load)
    assert {finding.rule for finding in online} == {"secret-by-reference"}
    assert refusal(examine_call_off, workspace, "LBHF-2026-0042") == online
    assert refusal(offline_plan, workspace, PlanRequest(call_off="LBHF-2026-0042"), None) == online


def test_both_files_that_hand_down_are_judged_at_once(workspace, change, refusal):
    for name, old, new in HANDED_DOWN.values():
        change(name, old, new)
    found = refusal(examine_call_off, workspace, "LBHF-2026-0042")
    assert [finding.file.rpartition("/")[2] for finding in found] == ["defaults.yaml", "groups.yaml"]
    assert SECRET not in repr(found)


@pytest.mark.parametrize("endpoints", ["[]\n", "KC-LIB-02-SW1: 127.0.0.1\n", "KC-LIB-02-SW1: {host: 127.0.0.1}\n"])
def test_a_wrong_endpoints_file_is_refused(endpoints, load, refusal):
    findings = refusal(partial(load, endpoints=endpoints), "KC-LIB-02")
    assert all(finding.file.endswith("endpoints.yaml") and finding.line for finding in findings)


def test_a_missing_endpoints_file_is_refused(inventory, refusal):
    plugin = TurnupInventory(str(inventory), ["KC-LIB-02"], str(inventory / "nowhere.yaml"))
    assert refusal(plugin.load)[0].rule == "file-exists"


def test_the_files_of_a_delivery_are_read_once_and_again_when_one_changes(inventory, workspace, monkeypatch):
    workspace = workspace.model_copy(update={"endpoints": ""})
    reads: list[str] = []
    real = nornir_run.TurnupInventory.load
    monkeypatch.setattr(nornir_run.TurnupInventory, "load", lambda self: reads.append(self.root) or real(self))
    sites = (SiteCode("HF-LIB-01"), SiteCode("KC-TH-01"))
    names = {DeviceName("HF-LIB-01-SW1")}
    first = nornir_run.open_nornir(workspace, sites, names).inventory.hosts["HF-LIB-01-SW1"]
    nornir_run.open_nornir(workspace, sites, {DeviceName("HF-LIB-01-SW2")})
    assert len(reads) == 1
    hosts = inventory / "sites" / "HF-LIB-01" / "hosts.yaml"
    hosts.write_text(hosts.read_text().replace(str(first["serial"]), "FCW0000NEW0"))
    again = nornir_run.open_nornir(workspace, sites, names).inventory.hosts["HF-LIB-01-SW1"]
    assert (len(reads), again["serial"]) == (2, "FCW0000NEW0")
    hosts.unlink()
    with pytest.raises(FileRefused):
        nornir_run.open_nornir(workspace, sites, names)
