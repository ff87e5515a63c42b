"""Planning in processes: the same results in the same order, only a few items ahead, errors as they are."""

from __future__ import annotations

import pytest

from tasks.parallel import AHEAD, WORTH_IT, in_processes, map_on_all_cores
from turnup.errors import FragmentConflict
from turnup.fragments import Fragment
from turnup.plan import Chain, DeviceReading, plan_chain
from turnup.plan.live import Wanted
from turnup.scalars import Place
from turnup.sites import Device, DeviceRole, Platform

IOS = Platform.CISCO_IOS


def chain_of(number: int, *texts: str) -> Chain:
    device = Device(name=f"SW{number}", platform=IOS, role=DeviceRole.SWITCH, serial="FCW2600T001")
    fragments = tuple(Fragment(f"LBHF-2026-0042/L{n}", device.name, IOS, text) for n, text in enumerate(texts))
    reading = DeviceReading(f"hostname SW{number}\nvlan 99\n name MGMT\n")
    return Chain(device, ((Place("HF-LIB-01", device.name), Wanted(fragments)),), reading)


def test_processes_give_what_one_process_gives_in_the_same_order():
    chains = [chain_of(number, f"vlan {100 + number}\n name STAFF\n") for number in range(WORTH_IT + 6)]
    alone = [plan_chain(chain) for chain in chains]
    assert list(map_on_all_cores(plan_chain, chains)) == alone
    assert list(map_on_all_cores(plan_chain, chains[:3])) == alone[:3]


def test_only_a_few_items_are_made_before_they_are_needed():
    made = []

    def items():
        for number in range(500):
            made.append(number)
            yield number

    results = in_processes(abs, items(), 2)
    assert next(results) == 0
    assert len(made) <= 2 * AHEAD + 1
    assert list(results) == list(range(1, 500))


def test_an_error_of_a_process_is_the_error_that_is_raised():
    chains = [chain_of(1, "vlan 110\n name A\n", "vlan 110\n name B\n")]
    with pytest.raises(FragmentConflict) as refused:
        list(in_processes(plan_chain, chains, 2))
    assert "LBHF-2026-0042/L0" in refused.value.expected
    assert refused.value.remedy
