"""Waves: every site once, the smallest alone first, the same order whoever asks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tasks.inventory.estate import Estate
from turnup.framework import Rules
from turnup.plan import FailureBudget
from turnup.plan.waves import arrange_tiers, arrange_waves, pairs_among
from turnup.sites import ROLE_ORDER, Device, DeviceRole, Platform

FILES = Estate(Path(__file__).resolve().parents[3] / "inventory")
sites = st.dictionaries(st.from_regex(r"[A-Z]{2}-[A-Z]{3}-[0-9]{2}", fullmatch=True), st.integers(1, 60), max_size=40)


@given(sites)
def test_waves_partition_the_sites(counts):
    waves = arrange_waves(counts)
    assert sorted(site for wave in waves for site in wave.sites) == sorted(counts)
    assert all(wave.sites for wave in waves)
    assert [wave.number for wave in waves] == list(range(1, len(waves) + 1))


sizes = st.lists(st.integers(1, 9), max_size=4).map(lambda more: (1, *sorted(more)))


@given(sites, st.sets(st.integers(0, 39), max_size=20), sizes)
def test_waves_grow_as_the_framework_says_and_sites_where_all_ends_are_never_with_others(counts, numbers, sizes):
    ending = {site for number, site in enumerate(sorted(counts)) if number in numbers}
    waves = arrange_waves(counts, ending, sizes)
    assert sorted(site for wave in waves for site in wave.sites) == sorted(counts)
    for index, wave in enumerate(waves):
        limit = sizes[min(index, len(sizes) - 1)]
        assert len(wave.sites) <= limit
        kinds = {site in ending for site in wave.sites}
        assert len(kinds) == 1
        is_last_of_its_kind = all((site in ending) not in kinds for later in waves[index + 1 :] for site in later.sites)
        assert len(wave.sites) == limit or is_last_of_its_kind
    kinds = [wave.sites[0] in ending for wave in waves]
    assert kinds == sorted(kinds)


@pytest.mark.parametrize(
    ("count", "percent", "changes", "devices"), [(0, 5, 400, 0), (5, 100, 400, 5), (5, 1, 400, 4), (9, 2.5, 10, 0)]
)
def test_of_count_and_share_the_smaller_one_is_the_failure_budget(count, percent, changes, devices):
    budget = FailureBudget(count, percent, changes)
    assert budget.devices == devices
    assert str(budget).startswith(f"{devices} device")
    assert f"the smaller of {count} and {percent:g} % of {changes} device changes" in str(budget)


@pytest.mark.parametrize("sizes", [[], [2, 5], [1, 5, 3], [0, 1]])
def test_a_framework_whose_waves_shrink_or_have_no_canary_is_refused(sizes):
    rules = FILES.framework("LDN-NET-2026").rules
    with pytest.raises(ValidationError):
        Rules.model_validate({**rules.model_dump(), "wave_sites": sizes})


@given(sites.filter(bool))
def test_the_canary_is_one_site_and_no_other_is_smaller(counts):
    (canary,) = arrange_waves(counts)[0].sites
    assert counts[canary] == min(counts.values())
    assert canary == min(site for site in counts if counts[site] == counts[canary])


@given(sites, st.randoms(use_true_random=False))
def test_the_order_of_the_inventory_does_not_matter(counts, random):
    shuffled = list(counts.items())
    random.shuffle(shuffled)
    assert arrange_waves(dict(shuffled)) == arrange_waves(counts)


def test_no_sites_are_no_waves():
    assert arrange_waves({}) == ()


def test_one_site_is_one_wave():
    assert [wave.sites for wave in arrange_waves({"HF-LIB-01": 3})] == [("HF-LIB-01",)]


def test_what_others_depend_on_comes_first_in_a_site_and_the_order_is_data():
    devices = [
        Device(name=name, platform=Platform.CISCO_IOS, role=role, serial="FCW2600T001")
        for name, role in (
            ("A-SW2", DeviceRole.SWITCH),
            ("A-SW1", DeviceRole.SWITCH),
            ("A-CPE1", DeviceRole.CPE),
            ("Z-PE-01", DeviceRole.PE),
        )
    ]
    assert arrange_tiers(devices) == (("Z-PE-01",), ("A-CPE1",), ("A-SW1", "A-SW2"))
    switches_first = (DeviceRole.SWITCH, *(role for role in reversed(ROLE_ORDER) if role is not DeviceRole.SWITCH))
    assert arrange_tiers(devices, switches_first) == (("A-SW1", "A-SW2"), ("A-CPE1",), ("Z-PE-01",))


def test_a_site_may_have_an_order_of_its_own(rbkc):
    site = rbkc.estate.sites["KC-TH-01"].model_copy(
        update={"device_order": tuple(map(DeviceRole, ("switch", "cpe", "pe")))}
    )
    plan = rbkc.with_site(site).plan()
    first = {each.site: each.tiers[0] for each in plan.tiers}
    assert first["KC-TH-01"] == ("KC-TH-01-SW1", "KC-TH-01-SW2")
    assert first["KC-LIB-02"] == ("LON-PE-01",)
    assert plan.hash != rbkc.plan().hash
    with pytest.raises(ValidationError, match="each role once"):
        type(site).model_validate({**site.model_dump(), "device_order": ["pe", "pe"]})


def test_the_plan_pushes_in_the_order_of_its_waves(rbkc):
    plan = rbkc.plan()
    assert [wave.sites for wave in plan.waves] == [("KC-HUB-03",), ("KC-LIB-02", "KC-TH-01")]
    sites_in_order = list(dict.fromkeys(change.site for change in plan.changes))
    assert sites_in_order == [site for wave in plan.waves for site in wave.sites]
    assert [change.device for change in plan.changes_at("KC-TH-01")] == [
        "LON-PE-01",
        "KC-TH-01-CPE1",
        "KC-TH-01-SW1",
        "KC-TH-01-SW2",
    ]


def test_each_change_of_a_provider_edge_starts_where_the_one_before_ended(rbkc):
    first, second, third = (change for change in rbkc.plan().changes if change.device == "LON-PE-01")
    assert second.running == first.candidate
    assert third.running == second.candidate
    assert "vrf definition RBKC\n rd" in first.remediation
    assert "vrf definition RBKC\n rd" not in second.remediation


names = st.lists(st.sampled_from(range(40)), unique=True, min_size=1, max_size=20)


def a_device(number: int, peer: int | None = None) -> Device:
    role = list(DeviceRole)[number // 2 % 3]
    named = None if peer is None else f"DEVICE-{peer:02}"
    return Device(
        name=f"DEVICE-{number:02}", platform=Platform.CISCO_IOS, role=role, serial="FCW2600T001", redundant_with=named
    )


@given(names, st.booleans(), st.booleans(), st.randoms(use_true_random=False))
def test_tiers_hold_every_device_once_in_the_order_of_roles_and_never_both_of_a_pair(numbers, paired, ends, random):
    devices = [a_device(number, number ^ 1 if paired else None) for number in numbers]
    roles = {device.name: device.role for device in devices}
    tiers = arrange_tiers(devices, ends=ends)
    assert sorted(name for tier in tiers for name in tier) == sorted(roles)
    assert all(len({roles[name] for name in tier}) == 1 for tier in tiers)
    order = [ROLE_ORDER.index(roles[tier[0]]) for tier in tiers]
    assert order == sorted(order, reverse=ends)
    assert len(tiers) == len(set(order)) + (len({roles[name] for pair in pairs_among(devices) for name in pair}))
    for pair in pairs_among(devices):
        assert not any(set(pair) <= set(tier) for tier in tiers)
    random.shuffle(devices)
    assert arrange_tiers(devices, ends=ends) == tiers


def test_without_tiers_a_plan_of_an_earlier_version_goes_one_by_one_and_keeps_its_hash(rbkc):
    plan = rbkc.plan()
    earlier = replace(plan, tiers=(), pairs=())
    assert not {"tiers", "pairs"} & set(earlier.content())
    assert plan.content()["tiers"]
    assert [len(tier) for tier in earlier.tiers_at("KC-TH-01")] == [1, 1, 1, 1]
    assert [[each.device for each in tier] for tier in plan.tiers_at("KC-TH-01")] == [
        ["LON-PE-01"],
        ["KC-TH-01-CPE1"],
        ["KC-TH-01-SW1", "KC-TH-01-SW2"],
    ]
