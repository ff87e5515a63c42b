"""The plan's hash: the same order on the same devices has the same one; what is not ours has no part in it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from turnup.change.device_change import DeviceChange
from turnup.design import make_design
from turnup.plan import Estate, plan_from_json
from turnup.plan.plan import NOT_HASHED

PE, CPE, SWITCH = "LON-PE-01", "KC-TH-01-CPE1", "KC-TH-01-SW1"
CHECKOUT = Path(__file__).resolve().parents[3]

FOREIGN = {
    "a static route in another table": (
        PE,
        lambda text: text.replace("end\n", "ip route 192.0.2.0 255.255.255.0 Null0\n"),
    ),
    "the description of another port": (PE, lambda text: text.replace("do not touch", "please do not touch")),
    "another buyer's filter": (PE, lambda text: text.replace("10.16.0.0/16 le 24", "10.16.0.0/16 le 28")),
    "the location": (CPE, lambda text: text.replace("key at reception", "key at the guard")),
    "a user": (SWITCH, lambda text: text.replace("username localadmin", "username otheradmin")),
    "a line of the banner": (SWITCH, lambda text: text.replace("Authorised users only", "Keep out")),
    "a comment": (SWITCH, lambda text: f"! Last configuration change at 10:00:00\n{text}"),
    "a port that is not ours": (SWITCH, lambda text: text.replace("ask facilities", "ask the caretaker")),
}
TOUCHED = {
    "the description that is replaced": (CPE, lambda text: text.replace("description Access tail", "description Tail")),
    "a port that is shut": (
        SWITCH,
        lambda text: text.replace("interface GigabitEthernet1/0/1\n", "interface GigabitEthernet1/0/1\n shutdown\n"),
    ),
    "a line of ours that is there already": (
        SWITCH,
        lambda text: text.replace(
            "interface GigabitEthernet1/0/2\n", "interface GigabitEthernet1/0/2\n switchport mode access\n"
        ),
    ),
    "an address on a port of ours": (
        PE,
        lambda text: text.replace(
            "interface GigabitEthernet0/0/3\n no ip address",
            "interface GigabitEthernet0/0/3\n ip address 192.0.2.9 255.255.255.0",
        ),
    ),
}


def test_the_same_order_on_the_same_devices_has_the_same_hash(rbkc):
    once, again = rbkc.plan(), replace(rbkc, design=make_design(rbkc.design.order, ())).plan()
    assert once.hash == again.hash
    assert once.canonical() == again.canonical()
    assert len(once.hash) == 64


@pytest.mark.parametrize("edit", FOREIGN)
def test_the_hash_stays_when_lines_change_that_the_plan_does_not_touch(rbkc, edit):
    before, after = rbkc.plan(), rbkc.with_running(*FOREIGN[edit]).plan()
    assert after.hash == before.hash


@pytest.mark.parametrize("edit", TOUCHED)
def test_the_hash_moves_when_a_touched_line_changes(rbkc, edit):
    assert rbkc.with_running(*TOUCHED[edit]).plan().hash != rbkc.plan().hash


def test_the_hash_does_not_depend_on_the_order_of_hosts(rbkc):
    estate = rbkc.estate
    backwards = Estate(
        {
            code: site.model_copy(update={"devices": tuple(reversed(site.devices))})
            for code, site in reversed(estate.sites.items())
        },
        estate.provider,
    )
    shuffled = replace(rbkc, estate=backwards, readings=dict(reversed(rbkc.readings.items())))
    assert [each.device for each in shuffled.plan().changes] == [each.device for each in rbkc.plan().changes]
    assert shuffled.plan().hash == rbkc.plan().hash


@pytest.mark.parametrize("change", ["a line less", "another revision", "another allocation", "another wave order"])
def test_the_hash_moves_with_what_was_approved(rbkc, change):
    plan = rbkc.plan()
    first = plan.changes[0]
    other = {
        "a line less": {"changes": (replace(first, remediation=first.remediation[:-1]), *plan.changes[1:])},
        "another revision": {"revision": 2},
        "another allocation": {"allocations": plan.allocations[1:]},
        "another wave order": {"waves": tuple(reversed(plan.waves))},
    }[change]
    assert replace(plan, **other).hash != plan.hash


def test_only_texts_that_hold_what_is_not_ours_are_left_out_of_the_hash(rbkc):
    assert {"diff", "running", "candidate"} == NOT_HASHED
    plan = rbkc.plan()
    hashed = set(plan.content()["changes"][0])
    assert hashed == {field.name for field in fields(DeviceChange)} - NOT_HASHED - {"slots"}
    slot = ("router bgp 65536", "neighbor 192.0.2.1 password <secret:file:secrets/a@1=0123abcd>")
    with_secret = replace(plan, changes=(replace(plan.changes[0], slots=(slot,)), *plan.changes[1:]))
    assert "slots" in with_secret.content()["changes"][0], "hashed as soon as there are any"
    assert with_secret.hash != plan.hash


def test_no_running_configuration_is_in_the_canonical_bytes(rbkc):
    plan = rbkc.plan()
    assert b"key at reception" in plan.as_json()
    assert b"key at reception" not in plan.canonical()


@pytest.mark.parametrize("bench", ["rbkc", "wcc"])
def test_a_stored_plan_is_read_back_as_it_was(bench, request):
    plan = request.getfixturevalue(bench).plan()
    again = plan_from_json(plan.as_json())
    assert again == plan
    assert again.hash == plan.hash


PRINT_HASH = """
import runpy, sys
print(runpy.run_path(sys.argv[1])["make_bench"]("RBKC-2026-0007").plan().hash)
"""


def test_the_hash_does_not_depend_on_the_seed_of_pythons_hashes(rbkc):
    conftest = str(Path(__file__).with_name("conftest.py"))
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        ran = subprocess.run(
            [sys.executable, "-c", PRINT_HASH, conftest], capture_output=True, text=True, env=environment, cwd=CHECKOUT
        )
        assert ran.stdout.strip() == rbkc.plan().hash, ran.stderr
