"""What wireless networks have to fit: access points and channels of the site, its segments, names once, a realm."""

from __future__ import annotations

from collections.abc import Iterator

from turnup.buyers import Buyer
from turnup.findings import Severity, did_you_mean
from turnup.positions import FieldPath
from turnup.scalars import SiteCode
from turnup.service.checked import CheckedLine
from turnup.service.view import Report, View, site_file
from turnup.services.lan import NAME as LAN
from turnup.services.lan import asked_segments
from turnup.services.wireless.design import CONTROLLER
from turnup.services.wireless.parameters import Network, Purpose, WirelessParameters
from turnup.sites import Band, Site

NAME = "wireless"
LONGEST_PROFILE = 32
"""Characters of the name of a WLAN profile (Catalyst 9800 Command Reference 17.9, `wlan`)."""
ADVISED = 4
"""Networks a radio: each costs air time for its beacons, at the lowest rate."""
FEDERATIONS = ("eduroam", "govroam")
"""What networks of a federation are called everywhere (Jisc, technical specifications of eduroam(UK) and govroam)."""
CHANNELS = {
    Band.LOW: frozenset(range(1, 14)),
    Band.MIDDLE: frozenset((*range(36, 65, 4), *range(100, 145, 4), *range(149, 166, 4))),
    Band.HIGH: frozenset(range(1, 94, 4)),
}
"""Centre channels of 20 MHz that may be used in Great Britain (Ofcom IR 2030, UK Interface Requirements)."""


def check_wireless(view: View, lines: tuple[CheckedLine, ...], report: Report) -> None:
    """Check the wireless networks of all lines together."""
    ordered: dict[SiteCode, set[str]] = {}
    for lan in lines:
        if lan.orders(LAN):
            ordered.setdefault(lan.order_line.site, set()).update(segment.name for segment in asked_segments(lan))
    unjudged = view.delivered_sites | {line.order_line.site for line in lines if line.product is None}
    names: set[tuple[SiteCode, str]] = set()
    logins: set[str] = set()
    for line in (line for line in lines if line.orders(NAME)):
        if line.site is not None:
            _check_site(line, line.site, view.buyer, report)
        if not isinstance(line.parameters, WirelessParameters):
            continue
        if line.order_line.site not in unjudged:
            _check_segments(line, line.parameters, ordered.get(line.order_line.site, set()), report)
        _check_names(line, line.parameters, names, report)
        _check_who(line, line.parameters, view.buyer, report)
        _check_accounts(line, line.parameters, logins, report)


def _check_site(line: CheckedLine, site: Site, buyer: Buyer | None, report: Report) -> None:
    place: FieldPath = ("lines", line.index, "site")
    if site.wireless is None:
        remedy = f"Describe wireless in {site_file(site)}."
        report.add(place, "wireless-ready", "access points at the site", "no wireless", remedy)
        return
    asked = line.parameters
    enterprise = isinstance(asked, WirelessParameters) and any(map(_asks, asked.networks))
    if enterprise and NAME not in site.served_by:
        remedy = f"Describe served_by.wireless in {site_file(site)}."
        report.add(place, "wireless-ready", "RADIUS servers for the site", "no served_by.wireless", remedy)
    for point in site.wireless.access_points:
        own = site.device(point.name) is not None
        if own and (not point.radios or (enterprise and point.address is None)):
            remedy = f"Complete {point.name} in {site_file(site)}."
            report.add(place, "access-point-described", "radios, and an address that asks RADIUS", point.name, remedy)
        if not own and (point.mac is None or CONTROLLER not in site.served_by):
            expected = f"a device of the site, or a MAC address and served_by.{CONTROLLER}"
            report.add(place, "access-point-managed", expected, point.name, f"Complete it in {site_file(site)}.")
        for radio in point.radios:
            if radio.channel not in CHANNELS[radio.band]:
                expected = f"a channel of {radio.band} GHz that may be used in Great Britain"
                found = f"{radio.channel} on {radio.name} of {point.name}"
                report.add(place, "channel-gb", expected, found, f"Correct it in {site_file(site)}.")
    if isinstance(asked, WirelessParameters):
        _check_radios(line, asked, site, buyer, report)


def _check_radios(
    line: CheckedLine, asked: WirelessParameters, site: Site, buyer: Buyer | None, report: Report
) -> None:
    place: FieldPath = ("lines", line.index, "parameters", "networks")
    for band in Band:
        on_air = sum(not each.bands or band in each.bands for each in asked.networks)
        if on_air > ADVISED:
            remedy = "Order fewer, or let RADIUS put users of one network into several segments."
            expected = f"at most {ADVISED} networks a radio, for each takes air time from all"
            report.add(place, "networks-per-radio", expected, f"{on_air} on {band} GHz", remedy, Severity.WARNING)
    if CONTROLLER in site.served_by:
        for number, network in enumerate(asked.networks):
            if buyer is not None and len(profile := f"{buyer.vrf}-{site.code}-{network.name}") > LONGEST_PROFILE:
                expected = f"a profile name of at most {LONGEST_PROFILE} characters on the controller"
                report.add((*place, number, "name"), "profile-name", expected, profile, "Order a shorter name.")
            if not network.ssid.isascii():
                where = (*place, number, "ssid")
                report.add(where, "ssid-ascii", "ASCII letters, for a controller", network.ssid, "Order another name.")


def _check_segments(line: CheckedLine, asked: WirelessParameters, known: set[str], report: Report) -> None:
    place: FieldPath = ("lines", line.index, "parameters")
    wanted = [
        *(((*place, "networks", number, "segment"), each.segment) for number, each in enumerate(asked.networks)),
        *(((*place, "accounts", number, "segment"), each.segment) for number, each in enumerate(asked.accounts)),
    ]
    for where, segment in wanted:
        if segment is not None and segment not in known:
            expected = f"a LAN segment of {line.order_line.site}, ordered or delivered"
            remedy = did_you_mean(segment, known) if known else "Order the LAN with it."
            report.add(where, "segment-exists", expected, segment, remedy)


def _check_names(line: CheckedLine, asked: WirelessParameters, seen: set[tuple[SiteCode, str]], report: Report) -> None:
    for number, network in enumerate(asked.networks):
        for field, value in (("name", network.name), ("ssid", network.ssid)):
            key = (line.order_line.site, f"{field} {value}")
            if key in seen:
                where: FieldPath = ("lines", line.index, "parameters", "networks", number, field)
                expected = f"each {field} once at {line.order_line.site}"
                report.add(where, f"network-{field}-unique", expected, f"{value} again", "Rename one.")
            seen.add(key)


def _check_who(line: CheckedLine, asked: WirelessParameters, buyer: Buyer | None, report: Report) -> None:
    """Networks with 802.1X need a realm and a key; a realm is one of the buyer's; guests need neither."""
    place: FieldPath = ("lines", line.index, "parameters")
    for where, rule, expected, found, remedy in _unfit(asked):
        report.add((*place, *where), rule, expected, found, remedy)
    if asked.realm is not None and buyer is not None and asked.realm not in buyer.realms:
        remedy = f"Order one of its own, or add it to realms in inventory/buyers/{buyer.code}.yaml."
        report.add((*place, "realm"), "realm-of-buyer", f"a realm of {buyer.code}", asked.realm, remedy)


def _unfit(asked: WirelessParameters) -> Iterator[tuple[FieldPath, str, str, str, str]]:
    for number, each in enumerate(asked.networks):
        where: FieldPath = ("networks", number)
        if _asks(each) and (asked.realm is None or asked.radius_key is None):
            remedy = "Order a realm and a radius_key with it."
            yield (*where, "purpose"), "asks-whom", "a realm and a radius_key", f"{each.purpose} without", remedy
        if _asks(each) and each.passphrase is not None:
            remedy = "Take the passphrase out: users have their own."
            yield (*where, "passphrase"), "passphrase-of-guests", "none, for each user is asked", "one", remedy
        if each.purpose is Purpose.ROAMING and each.ssid not in FEDERATIONS:
            remedy = "Stations look for the federation's own name."
            yield (*where, "ssid"), "federation-name", " or ".join(FEDERATIONS), each.ssid, remedy
        if each.purpose is not Purpose.ROAMING and each.ssid.lower() in FEDERATIONS:
            remedy = "Order it for roaming, or give it another name."
            yield (*where, "ssid"), "federation-name", "a name of the buyer's own", each.ssid, remedy


def _check_accounts(line: CheckedLine, asked: WirelessParameters, seen: set[str], report: Report) -> None:
    for number, account in enumerate(asked.accounts):
        where: FieldPath = ("lines", line.index, "parameters", "accounts", number, "login")
        realm = account.login.partition("@")[2]
        if realm != asked.realm:
            expected = f"a login of the realm {asked.realm or 'that was ordered'}"
            report.add(where, "login-of-realm", expected, account.login, "Correct the login.")
        if account.login in seen:
            report.add(where, "login-unique", "each login once", f"{account.login} again", "Take one out.")
        seen.add(account.login)


def _asks(network: Network) -> bool:
    return network.purpose is not Purpose.GUEST
