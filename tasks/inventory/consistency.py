"""What the files of an estate say to each other: names that are used exist, ranges run upwards, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from turnup.findings import Finding, did_you_mean
from turnup.framework import Framework, Product
from turnup.positions import FieldPath, Positions, dotted
from turnup.services.registry import services
from turnup.sites import Device, DeviceRole, Site, SwitchPorts
from turnup.wording import known_fields


@dataclass(slots=True)
class _Findings:
    positions: Positions
    found: list[Finding] = field(default_factory=list)

    def add(self, path: FieldPath, rule: str, expected: str, found: str, remedy: str) -> None:
        line = self.positions.line_of(path)
        self.found.append(Finding(self.positions.file, line, dotted(path), rule, expected, found, remedy))


def check_catalogue(framework: Framework, positions: Positions) -> tuple[Finding, ...]:
    """Check that products are there once, in lots of the framework, with limits on parameters that exist.

    Args:
        framework: with its products.
        positions: of the catalogue's file.
    """
    findings = _Findings(positions)
    seen: set[str] = set()
    for index, product in enumerate(framework.products):
        place: FieldPath = ("products", index)
        if product.code in seen:
            findings.add((*place, "code"), "unique-code", "each code once", f"{product.code} again", "Rename one.")
        seen.add(product.code)
        if framework.lot(product.lot) is None:
            remedy = did_you_mean(product.lot, (lot.code for lot in framework.lots))
            findings.add((*place, "lot"), "lot-exists", "a lot of the framework", product.lot, remedy)
        _check_limit_paths(product, place, findings)
    return tuple(findings.found)


def _check_limit_paths(product: Product, place: FieldPath, findings: _Findings) -> None:
    """A limit on a misspelt parameter would limit nothing."""
    service = services().get(product.service)
    if service is None:
        remedy = did_you_mean(product.service, services())
        findings.add((*place, "service"), "service-exists", "a service of turnup/services", product.service, remedy)
    model = service.parameters if service is not None else None
    if model is None:
        return
    for path in product.limits:
        *above, last = path.replace("[]", "").split(".")
        known = known_fields(model, tuple(above))
        if last not in known:
            remedy = did_you_mean(last, known)
            findings.add(
                (*place, "limits", path), "parameter-exists", f"a parameter of {product.service}", path, remedy
            )


def check_pairs(devices: tuple[Device, ...], positions: Positions) -> tuple[Finding, ...]:
    """Check that redundant pairs are pairs: two devices of one site and one role, each naming the other.

    Args:
        devices: those of one site.
        positions: of its `hosts.yaml`.
    """
    findings = _Findings(positions)
    known = {device.name: device for device in devices}
    for device in devices:
        name = device.redundant_with
        if name is None:
            continue
        other, path = known.get(name), (device.name, "data", "redundant_with")
        if other is None or other is device:
            remedy = did_you_mean(name, (each for each in known if each != device.name))
            findings.add(path, "pair-exists", "another device of this file", name, remedy)
        elif other.role is not device.role:
            remedy = "Name the device that stands in for it, or correct a role."
            findings.add(path, "pair-role", f"another {device.role}", f"{name}, a {other.role}", remedy)
        elif other.redundant_with != device.name:
            found = f"{other.redundant_with} there" if other.redundant_with else "nothing there"
            remedy = f"Write `redundant_with: {device.name}` at {name} too, or take it out here."
            findings.add(path, "pair-mutual", f"{name} to name {device.name} as its peer", found, remedy)
    return tuple(findings.found)


def check_site_plan(site: Site, positions: Positions) -> tuple[Finding, ...]:
    """Check that what `site.yaml` says of devices agrees with `hosts.yaml` and with itself.

    Args:
        site: with its devices.
        positions: of `site.yaml`.
    """
    findings = _Findings(positions)
    for path, name, role in _named_devices(site):
        device = site.device(name)
        if device is None:
            remedy = did_you_mean(name, (each.name for each in site.devices)) if site.devices else "Add it there."
            findings.add(path, "device-exists", f"a device of {site.code}'s hosts.yaml", name, remedy)
        elif device.role is not role and (role, device.role) != (DeviceRole.SWITCH, DeviceRole.AUTHENTICATOR):
            findings.add(
                path, "device-role", f"a {role}", f"{name}, a {device.role}", "Name another, or correct its role."
            )
    for index, switch in enumerate(site.switches):
        _check_ports(site, switch, ("switches", index), findings)
    if site.switches and site.gateway_switch is None:
        findings.add(("switches",), "one-gateway", "one switch without uplink", "none", "Leave its uplink out.")
    if site.addresses is not None:
        for name in ("vlans", "transit_vlans"):
            first, last = getattr(site.addresses, name)
            if first > last:
                place = ("addresses", name)
                findings.add(place, "range-order", "first, then last", f"{first}, {last}", "Swap the two.")
    return tuple(findings.found)


def _named_devices(site: Site) -> Iterator[tuple[FieldPath, str, DeviceRole]]:
    for index, switch in enumerate(site.switches):
        yield ("switches", index, "device"), switch.device, DeviceRole.SWITCH
    for name, handoff in (("handoff", site.handoff), ("second_handoff", site.second_handoff)):
        if handoff is not None:
            yield (name, "switch"), handoff.switch, DeviceRole.SWITCH
            yield (name, "cpe"), handoff.cpe, DeviceRole.CPE
    for name, end in (
        ("access_tail", site.access_tail),
        ("second_tail", site.second_tail),
        ("internet", site.internet),
    ):
        if end is not None:
            yield (name, "cpe"), end.cpe, DeviceRole.CPE
    if site.voice_edge is not None:
        yield ("voice_edge", "device"), site.voice_edge.device, DeviceRole.SBC


def _check_ports(site: Site, switch: SwitchPorts, place: FieldPath, findings: _Findings) -> None:
    """A port has one use: users, another switch, or the CPE."""
    reserved = {name for name in (switch.uplink, *switch.downlinks) if name is not None}
    for handoff in (site.handoff, site.second_handoff):
        if handoff is not None and handoff.switch == switch.device:
            reserved.add(handoff.switch_interface)
    seen: set[str] = set()
    for number, port in enumerate(switch.access_ports):
        if port in reserved or port in seen:
            remedy = "Take it out of access_ports."
            findings.add((*place, "access_ports", number), "port-used-once", "a port of one use", port, remedy)
        seen.add(port)
