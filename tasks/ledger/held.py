"""What is held of some pools, so that thousands of wanted values are looked up and not compared with each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from ipaddress import IPv4Network
from itertools import accumulate
from typing import NamedTuple

from turnup.allocation import Allocation
from turnup.errors import DesignError


class _Span(NamedTuple):
    """First and last address of a subnet, and who holds it."""

    first: int
    last: int
    by: Allocation


class Held:
    """Values that are held, by pool.

    Args:
        allocations: as the ledger has them.
    """

    def __init__(self, allocations: Iterable[Allocation]) -> None:
        self._values: dict[tuple[str, str], Allocation] = {}
        spans: dict[str, list[_Span]] = {}
        for each in allocations:
            self._values[each.pool, each.value] = each
            if (ends := _ends(each.value)) is not None:
                spans.setdefault(each.pool, []).append(_Span(*ends, each))
        self._spans = {pool: _Spans(of_pool) for pool, of_pool in spans.items()}

    def has(self, wanted: Allocation) -> bool:
        """Whether a value is held, by whomever."""
        return (wanted.pool, wanted.value) in self._values

    def check_free(self, wanted: Allocation) -> None:
        """Make sure that nobody else holds a value, or a subnet that overlaps it, which no constraint can see.

        Raises:
            DesignError: somebody does; names the holder.
        """
        same = self._values.get((wanted.pool, wanted.value))
        other = same if same is not None and not _same_use(same, wanted) else self._overlapping(wanted)
        if other is not None:
            raise DesignError(
                f"pool {wanted.pool}",
                f"{wanted.value} to be free for {wanted.holder}",
                f"{other.value} taken by {other.holder} meanwhile",
                "Plan again: another value will be given.",
            )

    def _overlapping(self, wanted: Allocation) -> Allocation | None:
        spans, ends = self._spans.get(wanted.pool), _ends(wanted.value)
        if spans is None or ends is None:
            return None
        return next((by for by in spans.overlapping(*ends) if not _same_use(by, wanted)), None)


class _Spans:
    """Subnets in the order of their addresses."""

    def __init__(self, spans: list[_Span]) -> None:
        self._spans = sorted(spans, key=lambda span: (span.first, span.last))
        self._firsts = [span.first for span in self._spans]
        self._reach = list(accumulate((span.last for span in self._spans), max))

    def overlapping(self, first: int, last: int) -> Iterable[Allocation]:
        """Those that have an address in common with a span."""
        at = bisect_right(self._firsts, last) - 1
        while at >= 0 and self._reach[at] >= first:
            if self._spans[at].last >= first:
                yield self._spans[at].by
            at -= 1


def _same_use(one: Allocation, other: Allocation) -> bool:
    return (one.holder, one.key) == (other.holder, other.key)


def _ends(value: str) -> tuple[int, int] | None:
    """First and last address of a value that is an address or a subnet; none: it is another kind of value."""
    if "." not in value:
        return None
    try:
        network = IPv4Network(value)
    except ValueError:
        return None
    return int(network.network_address), int(network.broadcast_address)
