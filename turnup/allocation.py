"""Allocation: deterministic, lowest free value first, what was given before is given again.

A pool is named `kind/owner`, such as `vlan/HF-LIB-01` or `asn/LDN-NET-2026`. The ledger holds what was taken, unique
by (pool, value); this module only decides, from a snapshot of it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network

from turnup.errors import DesignError, PoolExhausted


@dataclass(frozen=True, slots=True)
class Allocation:
    """One value taken from a pool.

    Attributes:
        pool: `kind/owner`.
        value: in the one spelling of its kind: `110`, `10.64.16.0/25`, `SW1 GigabitEthernet1/0/3`.
        holder: service line (or buyer) that holds it.
        key: what the holder uses it for, such as `segment:STAFF`.
    """

    pool: str
    value: str
    holder: str
    key: str


class Allocator:
    """Gives out values for one design; knows what is taken and remembers what it gave.

    Args:
        taken: what the ledger says is held, by anybody.
        resting: what of it is in quarantine.
        reserved: what of it a plan asked for that was not delivered.
    """

    def __init__(
        self, taken: Iterable[Allocation], resting: Iterable[Allocation] = (), reserved: Iterable[Allocation] = ()
    ) -> None:
        self._given: dict[Allocation, None] = {}
        self._pools: dict[str, dict[str, Allocation]] = {}
        self._uses: dict[tuple[str, str, str], Allocation] = {}
        self._resting, self._reserved = frozenset(resting), frozenset(reserved)
        for each in taken:
            self._note(each)

    @property
    def given(self) -> tuple[Allocation, ...]:
        """What this design uses, old and new, in the order of asking."""
        return tuple(self._given)

    def held(self, pool: str) -> tuple[Allocation, ...]:
        """What is held of a pool, by anybody, this design too."""
        return tuple(self._pools.get(pool, {}).values())

    def take(self, pool: str, values: Iterable[str], holder: str, key: str) -> str:
        """Take the first value that nobody holds; the same holder and key get the same value again.

        Args:
            pool: `kind/owner`.
            values: all values of the pool, in the order in which they are given out.
            holder: who takes it.
            key: what for.

        Raises:
            PoolExhausted: nothing is left.
        """
        before = self._uses.get((pool, holder, key))
        if before is not None:
            return self._give(before)
        held = self._pools.get(pool, {})
        value = next((value for value in values if value not in held), None)
        if value is None:
            raise self._exhausted(pool, holder, key)
        return self._give(Allocation(pool, value, holder, key))

    def _exhausted(self, pool: str, holder: str, key: str) -> PoolExhausted:
        return PoolExhausted(
            f"pool {pool}",
            f"a free value for {key} of {holder}",
            f"{len(self.held(pool))} held and none left",
            "Enlarge the pool in the inventory, or cease what is no longer needed.",
        )

    def claim(self, pool: str, value: str, holder: str, key: str, *, moves: bool = False) -> str:
        """Take one certain value.

        Args:
            pool: `kind/owner`.
            value: which.
            holder: who takes it.
            key: what for.
            moves: the holder may use it for something else than before; the ledger's row stays as it is.

        Raises:
            DesignError: somebody else holds it, or its holder needs it for something else; names both.
        """
        held = self._pools.get(pool, {}).get(value)
        if held is not None and moves and held.holder == holder:
            return self._give(held)
        if held is not None and (held.holder, held.key) != (holder, key):
            raise DesignError(
                f"pool {pool}",
                f"{value} to be free for {key} of {holder}",
                f"held by {held.holder} for {held.key}",
                "Order another value, or leave it out to get the next free one.",
            )
        return self._give(Allocation(pool, value, holder, key))

    def take_subnet(self, pool: str, within: IPv4Network, prefix_length: int, holder: str, key: str) -> IPv4Network:
        """Take the first subnet of a length that overlaps no other of the pool, or keep the one that is held.

        One that has become too small is not given again: another one is taken, and `formers` has the first.

        Raises:
            PoolExhausted: none is left, or the prefix is too small for one.
        """
        fitting = [each for each in self._own(pool, holder, key) if IPv4Network(each.value).prefixlen <= prefix_length]
        if fitting:
            kept = min(fitting, key=lambda each: (each in self._resting, -IPv4Network(each.value).prefixlen))
            return IPv4Network(self._give(kept))
        free = next(self._free_subnets(pool, within, prefix_length), None)
        if free is None:
            raise self._exhausted(pool, holder, key)
        return IPv4Network(self._give(Allocation(pool, str(free), holder, key)))

    def formers(self, pool: str, holder: str, key: str, subnet: IPv4Network) -> tuple[IPv4Network, ...]:
        """The subnets that a holder has in force for the same use, and that have become too small for it."""
        held = (each for each in self._own(pool, holder, key) if each not in self._resting | self._reserved)
        networks = (IPv4Network(each.value) for each in held)
        return tuple(sorted(each for each in networks if each.prefixlen > subnet.prefixlen))

    def rests(self, allocation: Allocation) -> bool:
        """Whether a value is in quarantine, and not given out again by this design."""
        return allocation in self._resting and allocation not in self._given

    def _own(self, pool: str, holder: str, key: str) -> tuple[Allocation, ...]:
        """What a holder has of a pool for one use, in the order of the addresses."""
        return tuple(each for each in self.held(pool) if (each.holder, each.key) == (holder, key))

    def take_number(
        self, pool: str, span: tuple[int, int], holder: str, key: str, *, never: Container[int] = ()
    ) -> int:
        """Take the lowest free number of a span, both ends inside, except those that are never given out.

        Raises:
            PoolExhausted: none is left.
        """
        numbers = (str(number) for number in range(span[0], span[1] + 1) if number not in never)
        return int(self.take(pool, numbers, holder, key))

    def _free_subnets(self, pool: str, within: IPv4Network, prefix_length: int) -> Iterator[IPv4Network]:
        """The first subnet of a length that overlaps nothing held of the pool, if there is one."""
        size, last = 2 ** (32 - prefix_length), int(within.broadcast_address)
        start = int(within.network_address)
        for first, end in sorted(_span(value) for value in self._pools.get(pool, {})):
            if first >= start + size:
                break
            if end >= start:
                start = -(-(end + 1) // size) * size
        if prefix_length >= within.prefixlen and start + size - 1 <= last:
            yield IPv4Network((start, prefix_length))

    def _give(self, allocation: Allocation) -> str:
        self._given[allocation] = None
        self._note(allocation)
        return allocation.value

    def _note(self, allocation: Allocation) -> None:
        self._pools.setdefault(allocation.pool, {})[allocation.value] = allocation
        self._uses.setdefault((allocation.pool, allocation.holder, allocation.key), allocation)


@cache
def _span(subnet: str) -> tuple[int, int]:
    """First and last address of a subnet, as numbers."""
    network = IPv4Network(subnet)
    return int(network.network_address), int(network.broadcast_address)


def prefix_length_for(hosts: int) -> int:
    """Length of the smallest IPv4 prefix that holds the hosts, their gateway, network and broadcast address."""
    return 32 - (hosts + 2).bit_length()
