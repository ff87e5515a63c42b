"""What a LAN says of its own segments and links: every name has to be one of them."""

from __future__ import annotations

from collections.abc import Iterator

from turnup.findings import did_you_mean
from turnup.positions import FieldPath
from turnup.service.view import Report, site_file
from turnup.services.lan.parameters import POE_MILLIWATTS, LanParameters, RadiusSilence
from turnup.sites import Site


def check_references(index: int, lan: LanParameters, site: Site, report: Report) -> None:
    """Check the names and numbers that one LAN gives of its segments, links and power."""
    place: FieldPath = ("lines", index, "parameters")
    names = tuple(segment.name for segment in lan.segments)
    for where, name in _named(lan):
        if name not in names:
            report.add((*place, *where), "segment-exists", "a segment of this LAN", name, did_you_mean(name, names))
    _check_themselves(place, lan, report)
    _check_trunks(place, lan, site, names, report)
    _check_native(place, lan, site, report)
    _check_power(place, lan, site, report)


def _named(lan: LanParameters) -> Iterator[tuple[FieldPath, str]]:
    for number, segment in enumerate(lan.segments):
        if segment.voice is not None:
            yield ("segments", number, "voice"), segment.voice
        for other, name in enumerate(segment.reaches):
            yield ("segments", number, "reaches", other), name
    if lan.critical_segment is not None:
        yield ("critical_segment",), lan.critical_segment


def _check_themselves(place: FieldPath, lan: LanParameters, report: Report) -> None:
    for number, segment in enumerate(lan.segments):
        where = (*place, "segments", number)
        if segment.voice == segment.name:
            remedy = "Order a segment of its own for telephones."
            report.add((*where, "voice"), "voice-apart", "another segment than the ports' own", segment.name, remedy)
        if segment.name in segment.reaches:
            remedy = "Leave it out: hosts of one segment reach each other."
            report.add((*where, "reaches"), "reaches-others", "other segments", segment.name, remedy)
    if lan.critical_segment is not None and lan.when_radius_is_silent is RadiusSilence.CLOSED:
        report.add(
            (*place, "critical_segment"),
            "critical-needs-open",
            "when_radius_is_silent: open with it",
            "closed",
            "Order both, or leave the critical segment out: then nobody is let in meanwhile.",
        )


def _check_trunks(place: FieldPath, lan: LanParameters, site: Site, names: tuple[str, ...], report: Report) -> None:
    links = {
        (switch.device, port)
        for switch in site.switches
        for port in (*switch.downlinks, *((switch.uplink,) if switch.uplink is not None else ()))
    }
    for number, trunk in enumerate(lan.trunks):
        where = (*place, "trunks", number)
        if (trunk.switch, trunk.port) not in links:
            expected, found = f"a link between switches of {site.code}", f"{trunk.switch} {trunk.port}"
            report.add((*where, "port"), "trunk-exists", expected, found, f"Name one that {site_file(site)} lists.")
        for each, name in enumerate(trunk.segments):
            if name not in names:
                expected, remedy = "a segment that is defined in this LAN", did_you_mean(name, names)
                report.add((*where, "segments", each), "trunk-within-defined", expected, name, remedy)


def _check_native(place: FieldPath, lan: LanParameters, site: Site, report: Report) -> None:
    native = lan.native_vlan
    if native is None or site.addresses is None:
        return
    (first, last), (low, high) = site.addresses.vlans, site.addresses.transit_vlans
    asked = {segment.vlan for segment in lan.segments}
    if native in asked or first <= native <= last or low <= native <= high:
        expected = f"a VLAN outside {first}-{last} and {low}-{high}, and of no segment"
        remedy = "Order another one: nobody may be in the VLAN of untagged frames."
        report.add((*place, "native_vlan"), "native-vlan-apart", expected, str(native), remedy)


def _check_power(place: FieldPath, lan: LanParameters, site: Site, report: Report) -> None:
    """The sum first, for its finding comes with all the others; the design counts each switch."""
    asked = sum(segment.ports * POE_MILLIWATTS[segment.poe_watts] for segment in lan.segments)
    budget = 1000 * sum(switch.poe_watts or 0 for switch in site.switches)
    if asked > budget:
        expected = f"at most {budget / 1000:g} W, which the switches of {site.code} give"
        remedy = f"Order less power or fewer ports, or have bigger power supplies fitted: {site_file(site)}."
        report.add((*place, "segments"), "poe-budget", expected, f"{asked / 1000:g} W", remedy)
