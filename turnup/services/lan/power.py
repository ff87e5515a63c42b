"""The power of a switch: no port is promised what its power supplies do not give.

What each powered port was promised is held in a pool of its switch, `poe/SWITCH`, as `INTERFACE MILLIWATTS`, so that
the LANs of all call-offs at a site count together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from turnup.errors import DesignError
from turnup.services.lan.parameters import POE_MILLIWATTS

if TYPE_CHECKING:
    from turnup.allocation import Allocation
    from turnup.scalars import DeviceName
    from turnup.service.contract import Designing
    from turnup.service.lines import PortRef
    from turnup.services.lan.parameters import LanParameters, Segment
    from turnup.sites import SwitchPorts


def powering(work: Designing[LanParameters], segment: Segment) -> frozenset[DeviceName]:
    """Find the switches that can power one more port of a segment; all of them for a port without power.

    Raises:
        DesignError: none can; says what each has and has promised.
    """
    wanted = POE_MILLIWATTS[segment.poe_watts]
    fitting = frozenset(
        switch.device
        for switch in work.site.switches
        if not wanted or _promised(work, switch.device) + wanted <= _budget(switch)
    )
    if not fitting:
        raise _too_little(work, segment, work.site.switches)
    return fitting


def reserve_power(work: Designing[LanParameters], segment: Segment, port: PortRef, key: str) -> None:
    """Hold what a port was promised.

    Raises:
        DesignError: the port was taken before it gave power, and its switch has none left.
    """
    wanted = POE_MILLIWATTS[segment.poe_watts]
    if not wanted:
        return
    [switch] = (each for each in work.site.switches if each.device == port.device)
    if _promised(work, port.device) + wanted > _budget(switch):
        raise _too_little(work, segment, (switch,))
    work.allocator.claim(f"poe/{port.device}", f"{port.interface} {wanted}", work.line.id, key)


def _budget(switch: SwitchPorts) -> int:
    return 1000 * (switch.poe_watts or 0)


def _promised(work: Designing[LanParameters], device: DeviceName) -> int:
    """What a switch has promised to other ports, in milliwatts: of this order as designed now, of others as held."""
    pool = f"poe/{device}"
    given = (each for each in work.allocator.given if each.pool == pool)
    held = (each for each in work.allocator.held(pool) if each.holder not in work.lines)
    return sum(_milliwatts(each) for each in {*given, *held} if not work.allocator.rests(each))


def _milliwatts(promise: Allocation) -> int:
    return int(promise.value.rpartition(" ")[2])


def _too_little(work: Designing[LanParameters], segment: Segment, switches: tuple[SwitchPorts, ...]) -> DesignError:
    left = ", ".join(
        f"{each.device} {(_budget(each) - _promised(work, each.device)) / 1000:g} of {each.poe_watts or 0} W"
        for each in switches
    )
    return DesignError(
        f"{work.line.id}: segment {segment.name}: [poe-budget]",
        f"{POE_MILLIWATTS[segment.poe_watts] / 1000:g} W for each of its ports",
        f"left: {left}",
        "Order less power or fewer ports, or have bigger power supplies fitted and enter them at the site.",
    )
