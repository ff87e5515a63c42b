"""Thousands of wanted values are looked up among those that are held, with the verdict of comparing each with all."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ledger.held import Held
from turnup.allocation import Allocation
from turnup.errors import DesignError

NETWORKS = st.builds(
    lambda low, length: str(IPv4Network((0x0A401000 + (low >> (32 - length) << (32 - length)), length))),
    st.integers(0, 255),
    st.integers(24, 32),
)
VALUES = st.one_of(
    NETWORKS, st.integers(0, 255).map(lambda low: f"10.64.16.{low}"), st.sampled_from(["110", "111", "a"])
)
ALLOCATIONS = st.builds(
    Allocation, st.sampled_from(["p/1", "p/2"]), VALUES, st.sampled_from(["L1", "L2"]), st.sampled_from(["x", "y"])
)


def clash(one: str, other: str) -> bool:
    try:
        return one == other or IPv4Network(one).overlaps(IPv4Network(other))
    except ValueError:
        return False


def is_free(wanted: Allocation, held: Iterable[Allocation]) -> bool:
    """The rule, each compared with all."""
    others = (row for row in held if (row.holder, row.key) != (wanted.holder, wanted.key))
    return not any(row.pool == wanted.pool and clash(wanted.value, row.value) for row in others)


@given(st.lists(ALLOCATIONS, max_size=30, unique_by=lambda each: (each.pool, each.value)), ALLOCATIONS)
def test_a_value_is_free_exactly_when_no_other_use_holds_it_or_overlaps_it(held, wanted):
    here = Held(held)
    assert here.has(wanted) is any((each.pool, each.value) == (wanted.pool, wanted.value) for each in held)
    if is_free(wanted, held):
        here.check_free(wanted)
    else:
        with pytest.raises(DesignError, match=f"{wanted.value} to be free for {wanted.holder}"):
            here.check_free(wanted)


def test_a_small_subnet_far_before_a_large_one_that_covers_it_is_found():
    covering = Allocation("p/1", "10.64.0.0/16", "L1", "x")
    between = [Allocation("p/1", f"10.64.{number}.0/24", "L2", "y") for number in range(1, 200)]
    with pytest.raises(DesignError, match=r"10\.64\.0\.0/16 taken by L1"):
        Held([covering, *between]).check_free(Allocation("p/1", "10.64.250.0/24", "L2", "z"))
