"""What the service lines of an order hold already on the devices of a site: values that a design shall keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from turnup.adopt.facts import DeviceFacts
from turnup.design import Allocation
from turnup.service.lines import service_line_id
from turnup.services.lan import LanParameters, Segment
from turnup.services.wan import WanParameters

if TYPE_CHECKING:
    from turnup.gate import Order, ValidLine
    from turnup.scalars import DeviceName
    from turnup.sites import Site

NOTHING = DeviceFacts()


def held_already(
    order: Order, facts: Mapping[DeviceName, DeviceFacts], taken: tuple[Allocation, ...]
) -> tuple[Allocation, ...]:
    """Find the values that stand on the devices for what is ordered.

    A segment is known by the VLAN that was asked for, or by the name of one; its subnet by the VLAN's gateway, its
    ports by their VLAN. An access link is known by the CPE's address, a site's AS number by its BGP process.

    Args:
        order: whose lines they shall be.
        facts: what devices have; lines of sites without facts are left out.
        taken: what is held, by anybody: it is neither given twice nor taken from others.
    """
    held = {(each.pool, each.value) for each in taken}
    used = {(each.pool, each.holder, each.key) for each in taken}
    found: dict[tuple[str, str], Allocation] = {}
    for each in _all(order, facts):
        free = (each.pool, each.value) not in held and (each.pool, each.holder, each.key) not in used
        if free and (each.pool, each.value) not in found:
            found[each.pool, each.value] = each
    return tuple(found.values())


def _all(order: Order, facts: Mapping[DeviceName, DeviceFacts]) -> Iterator[Allocation]:
    for line in order.lines:
        holder = service_line_id(order.call_off.reference, line.order_line.id)
        if isinstance(line.parameters, LanParameters):
            for segment in line.parameters.segments:
                yield from _segment(line.site, segment, holder, facts)
        elif isinstance(line.parameters, WanParameters):
            yield from _wan(order, line, holder, facts)


def _segment(
    site: Site, segment: Segment, holder: str, facts: Mapping[DeviceName, DeviceFacts]
) -> Iterator[Allocation]:
    key = f"segment:{segment.name}"
    vlan = segment.vlan or _vlan_named(site, segment.name, facts)
    if vlan is None:
        return
    yield Allocation(f"vlan/{site.code}", str(vlan), holder, key)
    gateway = facts.get(site.gateway_switch, NOTHING) if site.gateway_switch is not None else NOTHING
    for number, address in gateway.gateways:
        if number == vlan and site.addresses is not None and address.network.subnet_of(site.addresses.lan):
            yield Allocation(f"lan/{site.code}", str(address.network), holder, key)
    for number, port in enumerate(_ports_in(site, vlan, facts)[: segment.ports], start=1):
        yield Allocation(f"port/{site.code}", port, holder, f"{key}/{number}")


def _vlan_named(site: Site, name: str, facts: Mapping[DeviceName, DeviceFacts]) -> int | None:
    for switch in site.switches:
        for vlan, found in facts.get(switch.device, NOTHING).vlan_names:
            if found.casefold() == name.casefold():
                return vlan
    return None


def _ports_in(site: Site, vlan: int, facts: Mapping[DeviceName, DeviceFacts]) -> tuple[str, ...]:
    """The access ports of a site that are in a VLAN, in the order in which its ports are given out."""
    return tuple(
        f"{switch.device} {port}"
        for switch in site.switches
        for port in switch.access_ports
        if (port, vlan) in facts.get(switch.device, NOTHING).access_ports
    )


def _wan(order: Order, line: ValidLine, holder: str, facts: Mapping[DeviceName, DeviceFacts]) -> Iterator[Allocation]:
    site, owner, provider_asn = line.site, order.framework.reference, order.framework.pools.provider_asn
    if site.access_tail is None or site.handoff is None:
        return
    cpe = facts.get(site.access_tail.cpe, NOTHING)
    for interface, address in cpe.addresses:
        if interface == site.access_tail.cpe_interface and address.network.prefixlen == 31:
            yield Allocation(f"access-link/{owner}", str(address.network), holder, "access")
    for asn in cpe.asns:
        yield Allocation(f"asn/{owner}", str(asn), holder, "site")
    for vrf, words in facts.get(site.access_tail.pe, NOTHING).route_distinguishers:
        asn_words, _, number = words.partition(":")
        if vrf == order.buyer.vrf and asn_words == str(provider_asn) and number.isdecimal():
            yield Allocation(f"rd/{owner}", number, f"buyer/{order.buyer.code}", "vrf")
    switch = facts.get(site.handoff.switch, NOTHING)
    vlan = dict(switch.access_ports).get(site.handoff.switch_interface)
    if vlan is not None:
        yield Allocation(f"vlan/{site.code}", str(vlan), holder, "transit")
        for number_of, address in switch.gateways:
            if number_of == vlan and address.network.prefixlen == 31:
                yield Allocation(f"transit/{site.code}", str(address.network), holder, "transit")
