"""The design of SIMs: each has an address of the buyer's private APN, the same for as long as it is ordered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from turnup.errors import DesignError
from turnup.service.lines import ServiceLine

if TYPE_CHECKING:
    from turnup.allocation import Allocator
    from turnup.service.contract import Designing
    from turnup.services.mobile.parameters import MobileParameters, Sim


@dataclass(frozen=True, slots=True)
class SimDesign:
    """A SIM with its address.

    Attributes:
        msisdn: its number with +.
    """

    imsi: str
    msisdn: str
    address: IPv4Address
    barred: bool


@dataclass(frozen=True, slots=True)
class MobileDesign:
    """SIMs in the buyer's private APN."""

    line: ServiceLine
    apn: str
    sims: tuple[SimDesign, ...]


def design_mobile(work: Designing[MobileParameters]) -> MobileDesign:
    """Give every SIM of a line its address.

    A SIM is one line's only, whoever ordered it; what a SIM had rests in quarantine when it is gone.

    Raises:
        PoolExhausted: the APN has no address left.
        DesignError: somebody else holds a SIM, its number or the APN, or the buyer has no APN.
    """
    order, allocator = work.order, work.allocator
    private = order.buyer.private_apn
    if private is None:
        where, remedy = f"inventory/buyers/{order.buyer.code}.yaml", "Add `private_apn` with apn and addresses."
        raise DesignError(where, "a private APN", "none", remedy)
    owner = order.framework.reference
    apn = allocator.claim(f"apn/{owner}", private.apn, f"buyer/{order.buyer.code}", "apn")
    pool = f"sim/{order.buyer.code}"
    # One walk over the pool for all of them: what it has passed is held.
    free = (str(address) for address in private.addresses.hosts())
    sims = tuple(_sim(sim, work.line, allocator, owner, pool, free) for sim in work.parameters.sims)
    return MobileDesign(work.line, apn, sims)


def _sim(sim: Sim, line: ServiceLine, allocator: Allocator, owner: str, pool: str, free: Iterator[str]) -> SimDesign:
    key = f"sim:{sim.imsi}"
    allocator.claim(f"imsi/{owner}", sim.imsi, line.id, key)
    # A card that was misread, a number that goes on with another card: they move between the SIMs of a line.
    allocator.claim(f"iccid/{owner}", sim.iccid, line.id, key, moves=True)
    allocator.claim(f"msisdn/{owner}", sim.msisdn, line.id, key, moves=True)
    address = IPv4Address(allocator.take(pool, free, line.id, key))
    return SimDesign(sim.imsi, sim.msisdn, address, sim.barred)
