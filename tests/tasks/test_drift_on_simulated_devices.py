"""Drift on devices that others configure: found, named, put back by a plan like any other; and never found in vain."""

from __future__ import annotations

import re

import pytest

from benchmarks.delivered import delivered
from benchmarks.drift import Polled, poll_fleet
from lab.simulated import RefuseLogin
from tasks.devices.outcome import Outcome
from tasks.devices.platforms import PLATFORMS
from tasks.devices.session import Session
from tasks.drift import FoundDrift, compare_site, restorations, watch_of
from tasks.drift.report import DriftReport
from tasks.planning import Purpose
from turnup.change.drift import Drift, DriftKind
from turnup.errors import DeviceError, TurnupError
from turnup.sites import Platform

ONE_SITE, THREE_SITES = "LBHF-2026-0042", "RBKC-2026-0007"
FIRST, SECOND = "HF-LIB-01-SW1", "HF-LIB-01-SW2"
EDGE = "LON-PE-01"


def compare(delivery, scope: str = "", *, asks: bool = False) -> DriftReport:
    """Compare site after site, as the flow does."""
    watch = watch_of(delivery.workspace, delivery.ledger, scope)
    report = DriftReport(unread=watch.lost)
    for here in watch.rounds:
        report += compare_site(delivery.workspace, delivery.ledger, here, asks=asks)
    return report


def bring_to_life(delivery, plan) -> None:
    outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} <= {Outcome.CHANGED, Outcome.UNCHANGED}, outcomes


def rows(report: DriftReport) -> list[tuple[str, str, str, str]]:
    return [
        (each.drift.device, str(each.drift.kind), " / ".join(each.drift.path), each.drift.found)
        for each in report.found
    ]


def test_drift_is_found_named_planned_and_put_back(start_fleet, delivery):
    fleet = start_fleet(ONE_SITE, minute_seconds=60)
    bring_to_life(delivery, delivery.plan(ONE_SITE))
    as_delivered = compare(delivery)
    assert str(as_delivered) == f"no drift: 2 devices, {as_delivered.lines} lines as delivered"
    assert as_delivered.lines > 100
    edits = ("no vlan 150", "interface GigabitEthernet1/0/1", "switchport access vlan 666")
    fleet.type_as_another_operator(FIRST, edits, user="nightshift", address="192.0.2.77")
    fleet.type_as_another_operator(SECOND, ("no logging host 203.0.113.250",))

    report = compare(delivery, "HF-LIB-01")
    assert rows(report) == [
        (FIRST, "missing", "vlan 150", ""),
        (FIRST, "changed", "interface GigabitEthernet1/0/1 / switchport access vlan 110", "switchport access vlan 666"),
        (SECOND, "missing", "logging host 203.0.113.250", ""),
    ]
    assert report.found[0].drift.service_lines == (f"{ONE_SITE}/L1",)
    assert report.found[2].drift.service_lines == ("HF-LIB-01/BASELINE",)
    assert re.fullmatch(r"might be: nightshift from 192\.0\.2\.77, \w{3} +\d+ [\d:.]+", report.found[0].who)
    assert report.found[2].who.startswith("might be: console from console, ")
    assert restorations(delivery.ledger, report.found).references == (ONE_SITE,)

    plan = delivery.plan(ONE_SITE, Purpose.RESTORE)
    assert [finding.rule for finding in plan.findings] == ["changed-since"]
    bring_to_life(delivery, plan)
    assert str(compare(delivery)) == str(as_delivered)
    assert not delivery.plan(ONE_SITE).changes_something


def test_what_proves_the_services_is_asked_too_where_that_is_wanted(start_fleet, delivery):
    fleet = start_fleet(ONE_SITE, minute_seconds=60)
    plan = delivery.plan(ONE_SITE)
    bring_to_life(delivery, plan)
    assert compare(delivery).asked == 0
    works = compare(delivery, asks=True)
    assert (works.asked, works.failed) == (len(plan.checks), ())
    assert str(works).endswith(f" lines as delivered; service checks: all {len(plan.checks)} hold")

    fleet.type_as_another_operator(FIRST, ("no vlan 150",))
    (failed,) = (report := compare(delivery, asks=True)).failed
    check = failed.answer.check
    assert (failed.site, check.device, check.service_line) == ("HF-LIB-01", FIRST, f"{ONE_SITE}/L1")
    assert (check.expected, failed.answer.actual) == ("active", "")
    assert str(report).endswith(f"; service checks: 1 of {report.asked} do not hold")
    kept = [each for each in delivery.ledger.checks.of(ONE_SITE, plan.hash, 1) if each.stage == "drift"]
    assert len(kept) == 2 * len(plan.checks)
    assert [(each.device, each.title) for each in kept if not each.passed] == [(FIRST, check.title)]

    # What put the line back has no checks of its own: those of the delivery hold.
    bring_to_life(delivery, delivery.plan(ONE_SITE, Purpose.RESTORE))
    again = compare(delivery, asks=True)
    assert (again.asked, again.found, again.failed) == (len(plan.checks), (), ())
    assert delivery.ledger.audit.verify().events


def test_a_device_that_gives_no_answers_is_compared_all_the_same(start_fleet, delivery, monkeypatch):
    fleet = start_fleet(ONE_SITE, minute_seconds=60)
    plan = delivery.plan(ONE_SITE)
    bring_to_life(delivery, plan)
    fleet.type_as_another_operator(FIRST, ("no vlan 150",))

    def refuse(_platform: object, session: Session, _questions: object) -> tuple[str, ...]:
        raise DeviceError(session.device, "answers", "% Busy", "Ask again.")

    monkeypatch.setattr(type(PLATFORMS[Platform.CISCO_IOS]), "answers", refuse)
    report = compare(delivery, asks=True)
    assert report.unread == ()
    assert {each.drift.device for each in report.found} == {FIRST}
    assert len(report.failed) == report.asked == len(plan.checks)
    assert {each.answer.actual for each in report.failed} == {"no answer: % Busy"}


def test_a_device_is_compared_once_whatever_stands_on_it_and_only_in_scope(start_fleet, delivery):
    fleet = start_fleet(THREE_SITES, minute_seconds=60)
    bring_to_life(delivery, delivery.plan(THREE_SITES))
    everything = watch_of(delivery.workspace, delivery.ledger, "")
    assert [(here.site, here.devices) for here in everything.rounds][-1] == ("LON-CORE-01", (EDGE,))
    assert sorted(device for here in everything.rounds for device in here.devices) == sorted(fleet.names)
    for scope in ("RBKC", THREE_SITES):
        assert watch_of(delivery.workspace, delivery.ledger, scope) == everything
    assert watch_of(delivery.workspace, delivery.ledger, "LON-CORE-01").rounds == everything.rounds[-1:]
    assert watch_of(delivery.workspace, delivery.ledger, "LBHF").rounds == ()

    fleet.type_as_another_operator(EDGE, ("no ip prefix-list RBKC-KC-HUB-03-IN",))
    found = compare(delivery, "KC-HUB-03").found
    assert {each.drift.service_lines for each in found} == {(f"{THREE_SITES}/L6",)}
    assert compare(delivery, "KC-LIB-02").found == ()
    with pytest.raises(TurnupError, match="Did you mean 'KC-HUB-03'"):
        watch_of(delivery.workspace, delivery.ledger, "KC-HUB-O3")


def test_what_cannot_be_read_hides_nothing_of_what_can(start_fleet, delivery, inventory):
    fleet = start_fleet(ONE_SITE, minute_seconds=60)
    bring_to_life(delivery, delivery.plan(ONE_SITE))
    fleet.type_as_another_operator(FIRST, ("no vlan 110", "vlan 777", "name STAFF"))
    fleet.inject(SECOND, RefuseLogin())
    report = compare(delivery)
    assert rows(report) == [(FIRST, "missing", "vlan 110", "")]
    assert [(each.device, "login refused" in each.reason) for each in report.unread] == [(SECOND, True)]

    (here,) = watch_of(delivery.workspace, delivery.ledger, "").rounds
    hosts = inventory / "sites" / "HF-LIB-01" / "hosts.yaml"
    content = hosts.read_text()
    hosts.write_text(content[: content.index(f"{SECOND}:")])
    report = compare_site(delivery.workspace, delivery.ledger, here)
    assert len(report.found) == 1
    assert [(each.device, "a device of the inventory" in each.reason) for each in report.unread] == [(SECOND, True)]
    hosts.write_text("nonsense")
    nothing_read = compare(delivery)
    assert {each.device for each in nothing_read.unread} == {FIRST, SECOND}
    assert str(nothing_read) == "0 devices compared: 2 devices not read"


def test_what_no_plan_puts_back_is_said(start_fleet, delivery):
    fleet = start_fleet(ONE_SITE, minute_seconds=60)
    bring_to_life(delivery, delivery.plan(ONE_SITE))
    bring_to_life(delivery, delivery.plan(ONE_SITE, Purpose.CEASE))
    fleet.type_as_another_operator(SECOND, ("no logging host 203.0.113.250",))
    report = compare(delivery)
    assert rows(report) == [(SECOND, "missing", "logging host 203.0.113.250", "")]
    left = restorations(delivery.ledger, report.found)
    assert (left.references, len(left.not_covered)) == ((), 1)
    assert "no call-off is live at HF-LIB-01" in left.not_covered[0]


def test_a_second_one_is_not_ours_to_take_away(ledger):
    second = Drift(
        FIRST, (f"{ONE_SITE}/L1",), ("vlan 110", "name STAFF"), DriftKind.DUPLICATED, "vlan 777 / name STAFF"
    )
    left = restorations(ledger, (FoundDrift("HF-LIB-01", second, ""),))
    assert left.references == ()
    assert left.not_covered == (f"{FIRST}: vlan 777 / name STAFF is not ours to take away: remove it by hand.",)


def test_ten_delivered_devices_polled_through_reboots_never_drift(tmp_path):
    """The full figure, 50 devices polled 100 times, is in `benchmarks/drift.py`."""
    with delivered(tmp_path, (THREE_SITES, ONE_SITE)) as estate:
        assert poll_fleet(estate, polls=20, reboots=3) == (Polled(20, ()),) * 10
        estate.fleet.type_as_another_operator(FIRST, ("no vlan 150",))
        assert [len(each.drifts) for each in poll_fleet(estate, polls=1, reboots=0) if each.drifts] == [1]
