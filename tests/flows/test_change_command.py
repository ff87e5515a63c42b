"""The engine on two texts: only what is ours is changed, and what it would not type it refuses."""

from __future__ import annotations

import json

import pytest

from flows.cli import app
from flows.console import run_command

RUNNING = """\
hostname SW1
vlan 99
 name MGMT
vlan 110
 name STAFF
interface GigabitEthernet1/0/1
 description Door controller
interface TenGigabitEthernet1/1/1
 switchport trunk allowed vlan 99,110
 switchport mode trunk
"""
OURS = "vlan 110\n name STAFF\ninterface TenGigabitEthernet1/1/1\n switchport trunk allowed vlan 110\n"
INTENDED = "vlan 120\n name STAFF\ninterface TenGigabitEthernet1/1/1\n switchport trunk allowed vlan 120\n"

NAMED = f"hostname SW1\n{INTENDED}"


@pytest.fixture
def change(tmp_path, capsys):
    for name, text in (("running", RUNNING), ("ours", OURS), ("intended", INTENDED), ("nothing", ""), ("named", NAMED)):
        (tmp_path / f"{name}.cfg").write_text(text)

    def run(*arguments: str) -> tuple[int, str]:
        words = [str(tmp_path / each) if each.endswith(".cfg") else each for each in arguments]
        code = run_command(app, ["change", *words, "--platform", "cisco_ios", "--json"])
        return code, capsys.readouterr().out

    return run


def test_what_is_ours_is_changed_and_nothing_else(change):
    code, printed = change("running.cfg", "intended.cfg", "--owned", "ours.cfg")
    commands = json.loads(printed)["remediation"]
    assert code == 0
    assert sorted(line.strip() for line in commands if line.strip() != "exit") == [
        "interface TenGigabitEthernet1/1/1",
        "name STAFF",
        "no name STAFF",
        "no vlan 110",
        "switchport trunk allowed vlan add 120",
        "switchport trunk allowed vlan remove 110",
        "vlan 110",
        "vlan 120",
    ]
    assert commands.index(" no name STAFF") < commands.index(" name STAFF"), "two VLANs with one name are refused"


def test_with_nothing_owned_nothing_goes(change):
    code, printed = change("running.cfg", "intended.cfg", "--owned", "nothing.cfg")
    found = json.loads(printed)
    assert code == 1, "the name STAFF is taken, as IOS would say"
    assert "vlan-name-in-use" in found["findings"][0]
    assert not any(line.strip().startswith("no ") for line in found["remediation"])


def test_with_everything_owned_the_rest_goes_but_what_a_switch_is_made_of(change):
    assert change("running.cfg", "intended.cfg") == (1, ""), "a device does not lose its name"
    code, printed = change("running.cfg", "named.cfg")
    commands = [line.strip() for line in json.loads(printed)["remediation"]]
    assert code == 0
    assert {"no description Door controller", "no vlan 99"} <= set(commands)
    assert not any(line.startswith(("no interface Gi", "no interface Ten")) for line in commands)


def test_a_file_that_is_not_there_is_named(change, capsys):
    code, _ = change("running.cfg", "missing.cfg")
    assert code == 1
