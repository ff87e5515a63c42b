"""Allocation by itself: the lowest free value, the same one again, and never one that somebody holds."""

from __future__ import annotations

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turnup.allocation import Allocation, Allocator, prefix_length_for
from turnup.errors import DesignError, PoolExhausted

POOL = "vlan/HF-LIB-01"
LINE, OTHER = "LBHF-2026-0042/L1", "LBHF-2026-0007/L1"
LAN = IPv4Network("10.64.0.0/24")


def held(value: str, holder: str = OTHER, key: str = "segment:STAFF", pool: str = POOL) -> Allocation:
    return Allocation(pool, value, holder, key)


def test_the_lowest_free_number_is_given_first():
    allocator = Allocator((held("110"), held("112", key="segment:PUBLIC")))
    numbers = [allocator.take_number(POOL, (110, 199), LINE, f"segment:{name}") for name in "ABC"]
    assert numbers == [111, 113, 114]


def test_both_ends_of_a_span_are_given_out():
    allocator = Allocator(())
    assert [allocator.take_number(POOL, (7, 8), LINE, key) for key in "ab"] == [7, 8]


def test_the_same_use_gets_the_same_value_again():
    allocator = Allocator((held("150", LINE),))
    assert allocator.take_number(POOL, (110, 199), LINE, "segment:STAFF") == 150
    assert allocator.take_number(POOL, (110, 199), LINE, "segment:STAFF") == 150
    assert allocator.given == (held("150", LINE),)


def test_what_one_pool_holds_is_free_in_another():
    allocator = Allocator((held("110"),))
    assert allocator.take_number("vlan/HF-HUB-02", (110, 199), LINE, "segment:STAFF") == 110


def test_numbers_that_are_never_given_are_passed_over():
    allocator = Allocator(())
    assert allocator.take_number(POOL, (1000, 1010), LINE, "a", never=range(1000, 1006)) == 1006


def test_a_certain_value_is_kept():
    allocator = Allocator(())
    assert allocator.claim(POOL, "150", LINE, "segment:STAFF") == "150"
    assert allocator.given == (held("150", LINE),)


def test_a_certain_value_that_somebody_holds_is_refused_by_their_name():
    allocator = Allocator((held("150"),))
    with pytest.raises(DesignError) as refused:
        allocator.claim(POOL, "150", LINE, "segment:STAFF")
    assert str(refused.value) == (
        "pool vlan/HF-LIB-01: expected 150 to be free for segment:STAFF of LBHF-2026-0042/L1; found held by "
        "LBHF-2026-0007/L1 for segment:STAFF. Order another value, or leave it out to get the next free one."
    )
    assert allocator.given == ()


def test_an_exhausted_pool_says_which_who_and_what_to_do():
    allocator = Allocator((held("110"), held("111", key="segment:PUBLIC")))
    with pytest.raises(PoolExhausted) as refused:
        allocator.take_number(POOL, (110, 111), LINE, "segment:STAFF")
    assert str(refused.value) == (
        "pool vlan/HF-LIB-01: expected a free value for segment:STAFF of LBHF-2026-0042/L1; found 2 held and none left."
        " Enlarge the pool in the inventory, or cease what is no longer needed."
    )


def test_a_subnet_larger_than_its_pool_is_an_exhausted_pool():
    with pytest.raises(PoolExhausted, match="pool lan/HF-LIB-01"):
        Allocator(()).take_subnet("lan/HF-LIB-01", LAN, 23, LINE, "segment:STAFF")


def test_subnets_fill_the_gaps_between_those_held():
    pool = "lan/HF-LIB-01"
    taken = (
        held("10.64.0.0/26", pool=pool),
        held("10.64.0.128/27", key="segment:PUBLIC", pool=pool),
    )
    allocator = Allocator(taken)
    given = [
        str(allocator.take_subnet(pool, LAN, length, LINE, f"segment:{length}")) for length in (26, 27, 25, 26)[:2]
    ]
    assert given == ["10.64.0.64/26", "10.64.0.160/27"]
    with pytest.raises(PoolExhausted):
        allocator.take_subnet(pool, LAN, 25, LINE, "segment:25")
    assert str(allocator.take_subnet(pool, LAN, 26, LINE, "segment:LAST")) == "10.64.0.192/26"


OUTGROWN = Allocation("lan/HF-LIB-01", "10.64.0.0/26", LINE, "segment:STAFF")
LARGER = Allocation("lan/HF-LIB-01", "10.64.0.128/25", LINE, "segment:STAFF")


def take(length: int, taken: tuple[Allocation, ...], **states: tuple[Allocation, ...]) -> tuple[str, list[str]]:
    """The subnet that is given, and the former ones that stay beside it."""
    allocator = Allocator(taken, **states)
    given = allocator.take_subnet(OUTGROWN.pool, LAN, length, LINE, OUTGROWN.key)
    assert [each.value for each in allocator.given] == [str(given)]
    return str(given), [str(each) for each in allocator.formers(OUTGROWN.pool, LINE, OUTGROWN.key, given)]


def test_a_segment_that_outgrew_its_subnet_gets_another_beside_it():
    assert take(27, (OUTGROWN,)) == (OUTGROWN.value, []), "what is large enough is kept"
    assert take(25, (OUTGROWN,)) == (LARGER.value, [OUTGROWN.value])
    planned = (OUTGROWN, LARGER)
    assert take(25, planned, reserved=(LARGER,)) == (LARGER.value, [OUTGROWN.value]), "planned again"
    assert take(27, planned, reserved=(LARGER,)) == (OUTGROWN.value, []), "thought better of it"
    assert take(25, planned) == (LARGER.value, [OUTGROWN.value]), "its delivery was broken off"
    assert take(25, planned, resting=(OUTGROWN,)) == (LARGER.value, []), "delivered: the former one goes"
    assert take(27, planned, resting=(OUTGROWN,)) == (LARGER.value, []), "nobody moves back because there is room"
    assert take(27, (OUTGROWN,), resting=(OUTGROWN,)) == (OUTGROWN.value, []), "ordered again: the same again"
    smaller = Allocation(OUTGROWN.pool, "10.64.0.64/26", LINE, OUTGROWN.key)
    assert take(25, (OUTGROWN, smaller), reserved=(smaller,)) == (LARGER.value, [OUTGROWN.value]), "nobody is in it"


def test_a_segment_that_outgrew_its_pool_is_an_exhausted_pool():
    others = held("10.64.0.128/25", "LBHF-2026-0007/L1", "segment:GUEST", OUTGROWN.pool)
    with pytest.raises(PoolExhausted, match="pool lan/HF-LIB-01"):
        take(25, (OUTGROWN, others))


@given(hosts=st.integers(1, 2000))
def test_the_prefix_is_the_smallest_that_holds_hosts_and_gateway(hosts):
    length = prefix_length_for(hosts)
    usable = 2 ** (32 - length) - 2
    assert usable >= hosts + 1
    assert 2 ** (32 - length - 1) - 2 < hosts + 1


uses = st.tuples(st.sampled_from([LINE, OTHER, "SWK-2026-0001/L2"]), st.sampled_from(["segment:A", "segment:B", "c"]))
asked = st.one_of(
    st.tuples(st.just("number"), uses, st.just(0)),
    st.tuples(st.just("claim"), uses, st.integers(100, 112)),
    st.tuples(st.just("subnet"), uses, st.integers(24, 31)),
)
numbers_held = st.dictionaries(st.integers(98, 112), uses, max_size=8)
subnets_held = st.lists(st.tuples(st.integers(25, 30), uses), max_size=5)


def snapshot(numbers: dict, subnets: list) -> tuple[Allocation, ...]:
    """A ledger's snapshot as it can be: every value once, no two subnets over each other."""
    taken = [Allocation("n/X", str(number), *use) for number, use in numbers.items()]
    start = int(LAN.network_address)
    for length, use in subnets:
        size = 2 ** (32 - length)
        start = -(-start // size) * size
        if start + size <= int(LAN.broadcast_address) + 1:
            taken.append(Allocation("s/X", str(IPv4Network((start, length))), *use))
        start += 2 * size
    return tuple(taken)


def ask(allocator: Allocator, wishes: list) -> list[str]:
    answers = []
    for kind, (holder, key), number in wishes:
        try:
            if kind == "number":
                answers.append(str(allocator.take_number("n/X", (100, 108), holder, key)))
            elif kind == "claim":
                answers.append(allocator.claim("n/X", str(number), holder, key))
            else:
                answers.append(str(allocator.take_subnet("s/X", LAN, number, holder, key)))
        except DesignError as error:
            answers.append(type(error).__name__)
    return answers


@settings(max_examples=400, deadline=None)
@given(numbers=numbers_held, subnets=subnets_held, wishes=st.lists(asked, max_size=25))
def test_whatever_is_asked_no_two_holders_share_a_value(numbers, subnets, wishes):
    taken = snapshot(numbers, subnets)
    allocator = Allocator(taken)
    answers = ask(allocator, wishes)
    everything = set(taken) | set(allocator.given)
    values = [(each.pool, each.value) for each in everything]
    assert len(values) == len(set(values))
    nets = [IPv4Network(each.value) for each in everything if each.pool == "s/X"]
    assert not any(one.overlaps(other) for one, other in combinations(nets, 2))
    assert all(net.subnet_of(LAN) for net in nets)
    assert ask(Allocator(taken), wishes) == answers, "the same questions on the same ledger"


@settings(max_examples=200, deadline=None)
@given(numbers=numbers_held, subnets=subnets_held, wishes=st.lists(asked, max_size=15))
def test_what_was_given_and_stored_is_given_again(numbers, subnets, wishes):
    taken = snapshot(numbers, subnets)
    first = Allocator(taken)
    ask(first, [wish for wish in wishes if wish[0] != "claim"])
    again = Allocator((*taken, *(each for each in first.given if each not in taken)))
    ask(again, [wish for wish in wishes if wish[0] != "claim"])
    assert again.given == first.given
