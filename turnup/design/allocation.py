"""Allocation: deterministic, lowest free value first, what was given before is given again.

A pool is named `kind/owner`, such as `vlan/HF-LIB-01` or `asn/LDN-NET-2026`. The ledger holds what was taken, unique
by (pool, value); this module only decides, from a snapshot of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Allocator:
    """Gives out values for one design; knows what is taken and remembers what it gave.

    Attributes:
        taken: what the ledger says is held, by anybody.
        given: what this design uses, old and new, in the order of asking.
    """

    taken: tuple[Allocation, ...]
    given: list[Allocation] = field(default_factory=list)

    def _held(self, pool: str) -> dict[str, Allocation]:
        everything = (*self.taken, *self.given)
        return {each.value: each for each in everything if each.pool == pool}

    def _again(self, pool: str, holder: str, key: str) -> Allocation | None:
        everything = (*self.taken, *self.given)
        return next((e for e in everything if (e.pool, e.holder, e.key) == (pool, holder, key)), None)

    def _give(self, pool: str, value: str, holder: str, key: str) -> str:
        allocation = Allocation(pool, value, holder, key)
        if allocation not in self.given:
            self.given.append(allocation)
        return value

    def take(
        self,
        pool: str,
        values: Iterable[str],
        holder: str,
        key: str,
        *,
        clashes: Callable[[str, str], bool] = lambda one, other: one == other,
    ) -> str:
        """Take the first value that nobody holds; the same holder and key get the same value again.

        Args:
            pool: `kind/owner`.
            values: all values of the pool, in the order in which they are given out.
            holder: who takes it.
            key: what for.
            clashes: whether two values cannot both be held; equality unless said otherwise.

        Raises:
            PoolExhausted: nothing is left.
        """
        before = self._again(pool, holder, key)
        if before is not None:
            return self._give(pool, before.value, holder, key)
        held = tuple(self._held(pool))
        for value in values:
            if not any(clashes(value, other) for other in held):
                return self._give(pool, value, holder, key)
        raise PoolExhausted(
            f"pool {pool}",
            f"a free value for {key} of {holder}",
            f"{len(held)} held and none left",
            "Enlarge the pool in the inventory, or cease what is no longer needed.",
        )

    def claim(self, pool: str, value: str, holder: str, key: str) -> str:
        """Take one certain value.

        Raises:
            DesignError: somebody else holds it; names the holder.
        """
        held = self._held(pool).get(value)
        if held is not None and (held.holder, held.key) != (holder, key):
            raise DesignError(
                f"pool {pool}",
                f"{value} to be free for {key} of {holder}",
                f"held by {held.holder} for {held.key}",
                "Order another value, or leave it out to get the next free one.",
            )
        return self._give(pool, value, holder, key)

    def take_subnet(self, pool: str, within: IPv4Network, prefix_length: int, holder: str, key: str) -> IPv4Network:
        """Take the first subnet of a length that overlaps no other of the pool.

        Raises:
            PoolExhausted: none is left, or the prefix is too small for one.
        """
        candidates: Iterable[str] = ()
        if prefix_length >= within.prefixlen:
            candidates = (str(subnet) for subnet in within.subnets(new_prefix=prefix_length))
        return IPv4Network(self.take(pool, candidates, holder, key, clashes=_overlap))

    def take_number(self, pool: str, span: tuple[int, int], holder: str, key: str) -> int:
        """Take the lowest free number of a span, both ends inside.

        Raises:
            PoolExhausted: none is left.
        """
        return int(self.take(pool, (str(n) for n in range(span[0], span[1] + 1)), holder, key))


def _overlap(one: str, other: str) -> bool:
    return IPv4Network(one).overlaps(IPv4Network(other))


def prefix_length_for(hosts: int) -> int:
    """Length of the smallest IPv4 prefix that holds the hosts, their gateway, network and broadcast address."""
    return 32 - (hosts + 2).bit_length()
