"""A secret of a service from its reference to the device and back: typed there, and written down nowhere."""

from __future__ import annotations

import logging

import pytest
import yaml

from tasks.adopting import find_adoptions, record_adoption
from tasks.devices.outcome import Outcome
from tasks.ledger import Ledger
from tasks.offline import offline_plan
from tasks.planning import Purpose
from tasks.requests import PlanRequest
from tasks.saved import standing_now, write_saved
from tests.flows.test_no_secret_is_left_behind import leaks, shapes
from turnup.change.drift import DriftKind, drift_of
from turnup.errors import InputRefused
from turnup.redact import redact
from turnup.sites import Platform

CALL_OFF = "RBKC-2026-0007"
LINE = f"{CALL_OFF}/L2"
CPE, PE = "KC-TH-01-CPE1", "LON-PE-01"
ONE, TWO, WRONG = "the-first-bgp-secret-8K", "the-second-bgp-secret-3M", "typed-by-somebody-at-night"
FOREIGN = "community-of-another-team"


@pytest.fixture
def order_with(inventory, tmp_path):
    """Write a revision of the call-off whose WAN at KC-TH-01 has a BGP password of a version; none without."""
    folder = tmp_path / "vault" / "secrets"
    folder.mkdir(parents=True)
    (folder / "KC-TH-01.bgp.1").write_text(f"{ONE}\n")
    (folder / "KC-TH-01.bgp.2").write_text(f"{TWO}\n")
    path = inventory / "call-offs" / f"{CALL_OFF}.yaml"

    def write(revision: int, version: str) -> None:
        content = yaml.safe_load(path.read_text())
        content["revision"] = revision
        content["lines"] = [line for line in content["lines"] if line["id"] in ("L1", "L2")]
        parameters = content["lines"][1]["parameters"]
        parameters.pop("bgp_password", None)
        if version:
            parameters["bgp_password"] = f"file:{folder}/KC-TH-01.bgp.{{version}}@{version}"
        path.write_text(yaml.safe_dump(content, sort_keys=False))

    return write


@pytest.fixture
def secret_folder(tmp_path):
    return tmp_path / "vault" / "secrets"


def deliver(delivery, plan, pushed: int | None = None) -> None:
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} <= {Outcome.CHANGED, Outcome.UNCHANGED}, outcomes
    if pushed is not None:
        assert sum(each.outcome is Outcome.CHANGED for each in outcomes.values()) == pushed


def type_in(fleet, device: str, *commands: str) -> None:
    fleet.type_as_another_operator(device, commands)


def passwords(fleet, device: str) -> list[str]:
    return [
        line.strip()
        for line in fleet.running_config(device).splitlines()
        if " password 7 " in line and "neighbor" in line
    ]


def test_a_secret_is_delivered_rotated_changed_by_hand_and_ceased(
    start_fleet, delivery, order_with, tmp_path, caplog, capsys
):
    caplog.set_level(logging.DEBUG)
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    for device in (CPE, PE):
        type_in(fleet, device, f"snmp-server community {FOREIGN} RO")
    found = {name: fleet.running_config(name) for name in (CPE, PE)}
    order_with(1, "1")
    first = delivery.plan(CALL_OFF)
    assert "password <secret:file:" in first.as_json().decode()
    assert FOREIGN not in first.as_json().decode(), "those of others are left out too"
    deliver(delivery, first, pushed=len(first.changes))
    (at_cpe,), (at_pe,) = passwords(fleet, CPE), passwords(fleet, PE)
    assert at_cpe.split()[-1] != ONE
    again = delivery.plan(CALL_OFF)
    assert not again.changes_something
    assert {each.remediation for each in again.changes} == {""}

    order_with(2, "2")
    rotated = delivery.plan(CALL_OFF)
    assert {path[-1].split("@")[-1] for each in rotated.changes for path in each.adds} == {"2>"}
    assert {each.device: len(each.adds) for each in rotated.changes if each.changes_something} == {CPE: 1, PE: 1}
    assert all("gets another password" in why.why for each in rotated.changes for why in each.interruptions)
    deliver(delivery, rotated, pushed=2)
    assert passwords(fleet, CPE) != [at_cpe]
    assert passwords(fleet, PE) != [at_pe]
    assert not delivery.plan(CALL_OFF).changes_something

    family = next(
        line for line in fleet.running_config(CPE).splitlines() if line.startswith(" address-family ipv4 vrf")
    )
    process = next(line for line in fleet.running_config(CPE).splitlines() if line.startswith("router bgp"))
    neighbor = passwords(fleet, CPE)[0].split()[1]
    type_in(fleet, CPE, process, family, f"  neighbor {neighbor} password {WRONG}")
    put_back = delivery.plan(CALL_OFF)
    (changed,) = [each for each in put_back.changes if each.changes_something]
    assert (changed.device, [each.rule for each in changed.findings if each.rule == "changed-since"]) == (
        CPE,
        ["changed-since"],
    )
    (drift,) = drift_of(Platform.CISCO_IOS, CPE, delivery.ledger.ownership.on(CPE), changed.running)
    assert drift.kind is DriftKind.CHANGED
    deliver(delivery, put_back, pushed=1)
    assert not delivery.plan(CALL_OFF).changes_something

    deliver(delivery, delivery.plan(CALL_OFF, Purpose.CEASE))
    assert (passwords(fleet, CPE), passwords(fleet, PE)) == ([], [])
    assert sorted(_lines(fleet.running_config(PE))) == sorted(_lines(found[PE]))
    said = "".join((caplog.text, *capsys.readouterr()))
    kept = tmp_path / "ledger"
    for secret in (ONE, TWO, WRONG, FOREIGN):
        assert not [shape for shape in shapes(secret) if shape in said.encode()]
        assert leaks(secret, (kept,)) == []
    assert delivery.ledger.audit.verify().events > 0


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() != "!" and not line.startswith(("! ", "Current conf"))]


def test_what_stands_already_is_adopted_if_it_is_the_secret_of_the_reference(
    start_fleet, delivery, order_with, workspace, tmp_path, secret_folder
):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    order_with(1, "1")
    deliver(delivery, delivery.plan(CALL_OFF))
    before = fleet.running_config(CPE)
    newcomer = Ledger(str(tmp_path / "newcomer" / "ledger.db"))
    found = find_adoptions(workspace, newcomer, CALL_OFF)
    assert LINE in found.lines_in_full()
    record_adoption(newcomer, found, "engineer@supplier.example")
    later = type(delivery)(workspace, newcomer, delivery.key)
    assert not later.plan(CALL_OFF).changes_something
    saved = tmp_path / "saved"
    plan = later.plan(CALL_OFF)
    write_saved(saved, {each.device: each.running for each in plan.changes}, standing_now(newcomer, (CPE, PE)))
    assert not leaks(ONE, (saved,))
    assert offline_plan(workspace, PlanRequest(call_off=CALL_OFF), saved).reference == CALL_OFF

    (secret_folder / "KC-TH-01.bgp.1").write_text(f"{WRONG}\n")
    stranger = Ledger(str(tmp_path / "stranger" / "ledger.db"))
    other = find_adoptions(workspace, stranger, CALL_OFF)
    assert LINE not in other.lines_in_full()
    assert "secret-of-others" in [each.rule for adoption in other.places.values() for each in adoption.rest.findings]
    assert fleet.running_config(CPE).splitlines()[3:] == before.splitlines()[3:], "nothing was pushed"
    newcomer.close()
    stranger.close()


def test_the_password_of_somebody_else_refuses_the_plan(start_fleet, delivery, order_with):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    order_with(1, "")
    deliver(delivery, delivery.plan(CALL_OFF))
    lines = fleet.running_config(CPE).splitlines()
    family = next(line for line in lines if line.startswith(" address-family ipv4 vrf"))
    process = next(line for line in lines if line.startswith("router bgp"))
    neighbor = next(line.split()[1] for line in lines if line.strip().startswith("neighbor"))
    type_in(fleet, CPE, process, family, f"  neighbor {neighbor} password {WRONG}")
    assert not delivery.plan(CALL_OFF).changes_something, "not ours, and not in our way"
    order_with(2, "1")
    with pytest.raises(InputRefused) as refused:
        delivery.plan(CALL_OFF)
    assert [each.rule for each in refused.value.findings] == ["secret-of-others"]
    assert WRONG not in str(refused.value)


@pytest.mark.parametrize("content", ["", "short\n", "with a space in it\n", "has-a-question-mark?\n"])
def test_a_secret_that_is_none_stops_the_push_before_anything_is_written(
    start_fleet, delivery, order_with, secret_folder, content
):
    fleet = start_fleet(CALL_OFF, minute_seconds=60)
    order_with(1, "1")
    plan = delivery.plan(CALL_OFF)
    (secret_folder / "KC-TH-01.bgp.1").write_text(content)
    outcomes = {device: each for (_, device), each in delivery.deliver(plan).items()}
    assert outcomes[PE].outcome is Outcome.FAILED
    assert "KC-TH-01.bgp.1" in outcomes[PE].detail
    assert content.strip() not in outcomes[PE].detail or not content
    assert not passwords(fleet, PE)
    assert "vrf definition RBKC" not in fleet.running_config(PE)


def test_people_see_the_reference_and_no_secret():
    line = "neighbor 198.51.100.4 password <secret:file:secrets/KC-TH-01.bgp@2>"
    assert redact(line) == line
    assert redact(f"neighbor 198.51.100.4 password {ONE}") == "neighbor 198.51.100.4 password <redacted>"
