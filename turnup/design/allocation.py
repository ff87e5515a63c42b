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
    """

    def __init__(self, taken: Iterable[Allocation]) -> None:
        self._given: dict[Allocation, None] = {}
        self._pools: dict[str, dict[str, Allocation]] = {}
        self._uses: dict[tuple[str, str, str], Allocation] = {}
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
            raise PoolExhausted(
                f"pool {pool}",
                f"a free value for {key} of {holder}",
                f"{len(held)} held and none left",
                "Enlarge the pool in the inventory, or cease what is no longer needed.",
            )
        return self._give(Allocation(pool, value, holder, key))

    def claim(self, pool: str, value: str, holder: str, key: str) -> str:
        """Take one certain value.

        Raises:
            DesignError: somebody else holds it; names the holder.
        """
        held = self._pools.get(pool, {}).get(value)
        if held is not None and (held.holder, held.key) != (holder, key):
            raise DesignError(
                f"pool {pool}",
                f"{value} to be free for {key} of {holder}",
                f"held by {held.holder} for {held.key}",
                "Order another value, or leave it out to get the next free one.",
            )
        return self._give(Allocation(pool, value, holder, key))

    def take_subnet(self, pool: str, within: IPv4Network, prefix_length: int, holder: str, key: str) -> IPv4Network:
        """Take the first subnet of a length that overlaps no other of the pool.

        Raises:
            PoolExhausted: none is left, or the prefix is too small for one.
            DesignError: the holder has one that has become too small: its hosts are never renumbered unasked.
        """
        before = self._uses.get((pool, holder, key))
        if before is not None and IPv4Network(before.value).prefixlen > prefix_length:
            raise DesignError(
                f"pool {pool}",
                f"a /{prefix_length} for {key} of {holder}",
                f"{before.value}, which it holds already",
                "Order the new hosts as a segment of their own, or cease this one and order it anew.",
            )
        free = (str(subnet) for subnet in self._free_subnets(pool, within, prefix_length))
        return IPv4Network(self.take(pool, free, holder, key))

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
