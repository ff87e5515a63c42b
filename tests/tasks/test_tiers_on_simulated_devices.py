"""Devices that do not depend on each other go at once, under one limit; the others wait, or are left alone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lab.simulated import RejectLine
from tasks.devices.outcome import Outcome
from tasks.order import estate_at
from tasks.preparation import sites_with
from tasks.progress import listening
from tasks.site_delivery import SiteDelivery

ONE_SITE, THREE_SITES = "LBHF-2026-0042", "RBKC-2026-0007"
SITE, FIRST, SECOND = "HF-LIB-01", "HF-LIB-01-SW1", "HF-LIB-01-SW2"


class Watch:
    """What was going on, and how many devices were worked on at once."""

    def __init__(self) -> None:
        self.busy: set[str] = set()
        self.most, self.together, self.order = 0, set(), []
        self._lock = threading.Lock()

    def __call__(self, event) -> None:
        with self._lock:
            if event.outcome:
                self.busy.discard(event.device)
            elif event.device:
                if event.device not in self.busy:
                    self.order.append((event.site, event.device))
                self.busy.add(event.device)
                self.together.add(frozenset(self.busy))
                self.most = max(self.most, len(self.busy))


def deliver_at_once(delivery, plan, workers: int, waves: int = 9):
    """All sites of a wave at once, as the flow does it; the last one in the plan is begun first."""
    bench = delivery.workspace.model_copy(update={"workers": workers})
    attempt = delivery.ledger.plans.next_attempt(plan.reference, plan.hash, bench.executor)
    devices = tuple({change.device for change in plan.changes})
    sites = tuple(site for wave in plan.waves for site in wave.sites)
    each = SiteDelivery(bench, delivery.ledger, plan, sites_with(estate_at(bench, sites), devices), attempt)
    with ThreadPoolExecutor(len(sites)) as pool:
        waves = [list(pool.map(each.deliver, wave.sites[::-1])) for wave in plan.waves[:waves]]
    return {(one.site, one.device): one for wave in waves for outcomes in wave for one in outcomes}


def test_the_switches_of_a_site_go_at_once_and_a_failure_does_not_skip_its_peers(start_fleet, delivery):
    fleet = start_fleet(ONE_SITE, minute_seconds=60)
    plan = delivery.plan(ONE_SITE)
    assert [[each.device for each in tier] for tier in plan.tiers_at(SITE)] == [[FIRST, SECOND]]
    fleet.inject(FIRST, RejectLine("^vlan 110", "% Bad VLAN"))
    watch = Watch()
    with listening(watch):
        outcomes = delivery.deliver(plan)
    assert frozenset({FIRST, SECOND}) in watch.together
    assert outcomes[SITE, FIRST].outcome is Outcome.ROLLED_BACK
    assert outcomes[SITE, SECOND].outcome is Outcome.CHANGED


@pytest.mark.parametrize("workers", [1, 100])
def test_sites_that_share_a_provider_edge_share_one_limit_and_do_not_wait_for_ever(start_fleet, delivery, workers):
    fleet = start_fleet(THREE_SITES, minute_seconds=60)
    plan = delivery.plan(THREE_SITES)
    watch = Watch()
    with listening(watch):
        outcomes = deliver_at_once(delivery, plan, workers)
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}, outcomes
    assert watch.most <= workers
    assert workers < 100 or watch.most >= 2
    edge = [site for site, device in watch.order if device == "LON-PE-01"]
    assert [site for site in edge if site in plan.waves[1].sites] == list(plan.waves[1].sites)
    assert all("vrf definition RBKC" in fleet.startup_config(name) for name in ("LON-PE-01", "KC-TH-01-CPE1"))


def test_a_failure_skips_the_later_tiers(start_fleet, delivery):
    fleet = start_fleet(THREE_SITES, minute_seconds=60)
    plan = delivery.plan(THREE_SITES)
    fleet.inject("KC-HUB-03-CPE1", RejectLine("router bgp"))
    outcomes = deliver_at_once(delivery, plan, 100, waves=1)
    assert {device: str(each.outcome) for (_site, device), each in outcomes.items()} == {
        "LON-PE-01": "changed",
        "KC-HUB-03-CPE1": "rolled_back",
        "KC-HUB-03-SW1": "skipped",
    }
    assert fleet.lines_received("KC-HUB-03-SW1") == ()


def test_the_second_of_a_redundant_pair_begins_after_the_first_was_read_again(one_by_one, start_fleet, delivery):
    fleet = start_fleet(ONE_SITE, minute_seconds=60)
    plan = delivery.plan(ONE_SITE)
    assert plan.pairs == ((FIRST, SECOND),)
    watch = Watch()
    with listening(watch):
        outcomes = delivery.deliver(plan)
    assert {each.outcome for each in outcomes.values()} == {Outcome.CHANGED}
    assert frozenset({FIRST, SECOND}) not in watch.together
    assert fleet.commands_received(FIRST).count("show running-config") > fleet.commands_received(SECOND).count(
        "show running-config"
    )


def test_what_somebody_undoes_at_the_first_of_a_pair_leaves_the_second_alone(one_by_one, start_fleet, delivery):
    fleet = start_fleet(ONE_SITE, minute_seconds=60)
    plan = delivery.plan(ONE_SITE)

    def undo(event) -> None:
        if event.device == FIRST and event.outcome:
            fleet.type_as_another_operator(FIRST, ("no vlan 150",))

    with listening(undo):
        outcomes = delivery.deliver(plan)
    assert outcomes[SITE, FIRST].outcome is Outcome.CHANGED
    assert outcomes[SITE, SECOND].outcome is Outcome.SKIPPED
    assert f"its peer {FIRST} does not show what was pushed" in outcomes[SITE, SECOND].detail
    assert fleet.lines_received(SECOND) == ()
