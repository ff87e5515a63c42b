"""Wireless networks at the gate: what breaks a rule, and which finding says so."""

from __future__ import annotations

import pytest

from turnup.scalars import SiteCode
from turnup.sites import Radio

CALL_OFF, SITE = "WCC-2026-0009", SiteCode("WCC-LIB-06")
PARAMETERS = "lines[1].parameters"
NETWORKS, ACCOUNTS = f"{PARAMETERS}.networks", f"{PARAMETERS}.accounts"


@pytest.fixture
def wcc(example):
    return example(CALL_OFF)


def found(verdict):
    return [(finding.field, finding.rule) for finding in verdict.findings], verdict.order is not None


def wireless(content):
    return content["lines"][1]["parameters"]


def network(content, number=0, **fields):
    wireless(content)["networks"][number].update(fields)


def account(content, number=0, **fields):
    wireless(content)["accounts"][number].update(fields)


UNFIT = {
    "an SSID of 33 bytes": (lambda c: network(c, ssid="a" * 33), f"{NETWORKS}[0].ssid"),
    "an SSID of 17 letters of two bytes": (lambda c: network(c, ssid="é" * 17), f"{NETWORKS}[0].ssid"),
    "no SSID": (lambda c: network(c, ssid=""), f"{NETWORKS}[0].ssid"),
    "an SSID with a quote": (lambda c: network(c, ssid='a" b'), f"{NETWORKS}[0].ssid"),
    "an SSID with a comment": (lambda c: network(c, ssid="a #b"), f"{NETWORKS}[0].ssid"),
    "an SSID with a newline": (lambda c: network(c, ssid="a\nb"), f"{NETWORKS}[0].ssid"),
    "an SSID with a line separator": (lambda c: network(c, ssid="a\u2028b"), f"{NETWORKS}[0].ssid"),
    "a password in clear": (lambda c: account(c, password="hunter22"), f"{ACCOUNTS}[0].password"),
    "a passphrase in clear": (lambda c: network(c, 2, passphrase="hunter22"), f"{NETWORKS}[2].passphrase"),
    "a login without a realm": (lambda c: account(c, login="librarian"), f"{ACCOUNTS}[0].login"),
    "a name that no interface can have": (lambda c: network(c, name="corporate"), f"{NETWORKS}[0].name"),
    "a band of another country": (lambda c: network(c, bands=["60"]), f"{NETWORKS}[0].bands[0]"),
}


@pytest.mark.parametrize(("change", "field"), UNFIT.values(), ids=UNFIT)
def test_what_no_network_can_be_is_refused_in_its_field(gate, wcc, change, field):
    change(wcc)
    findings, passed = found(gate(wcc))
    assert {name for name, _ in findings} == {field}
    assert not passed


BROKEN = {
    "a segment that nobody ordered": (
        lambda c: network(c, segment="ATTIC"),
        f"{NETWORKS}[0].segment",
        "segment-exists",
    ),
    "an account in such a one": (lambda c: account(c, segment="ATTIC"), f"{ACCOUNTS}[0].segment", "segment-exists"),
    "a name twice": (lambda c: network(c, 1, name="corp"), f"{NETWORKS}[1].name", "network-name-unique"),
    "an SSID twice": (lambda c: network(c, 1, ssid="WCC-Staff"), f"{NETWORKS}[1].ssid", "network-ssid-unique"),
    "the realm of another": (
        lambda c: (
            wireless(c).update(realm="nhs.example"),
            [account(c, number, login=f"u{number}@nhs.example") for number in range(4)],
        ),
        f"{PARAMETERS}.realm",
        "realm-of-buyer",
    ),
    "a login of another realm": (
        lambda c: account(c, login="reader@swk.example"),
        f"{ACCOUNTS}[0].login",
        "login-of-realm",
    ),
    "a login twice": (lambda c: account(c, 1, login="librarian@wcc.example"), f"{ACCOUNTS}[1].login", "login-unique"),
    "roaming under a name of its own": (lambda c: network(c, 3, ssid="roam"), f"{NETWORKS}[3].ssid", "federation-name"),
    "guests under the federation's name": (
        lambda c: network(c, 1, ssid="eduroam"),
        f"{NETWORKS}[1].ssid",
        "federation-name",
    ),
    "a passphrase for users who have their own": (
        lambda c: network(c, 0, passphrase="env:TURNUP_SECRET_MAKERS@1"),
        f"{NETWORKS}[0].passphrase",
        "passphrase-of-guests",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule"), BROKEN.values(), ids=BROKEN)
def test_what_does_not_fit_is_named(gate, wcc, change, field, rule):
    change(wcc)
    assert found(gate(wcc)) == ([(field, rule)], False)


def test_networks_that_ask_need_somebody_to_ask(gate, wcc):
    del wireless(wcc)["radius_key"]
    assert found(gate(wcc)) == (
        [(f"{NETWORKS}[{number}].purpose", "asks-whom") for number in (0, 3)],
        False,
    )


def test_more_than_four_networks_on_a_radio_are_a_warning(gate, wcc):
    assert found(gate(wcc)) == ([], True)
    wireless(wcc)["networks"] += [
        {"name": f"extra{number}", "purpose": "guest", "ssid": f"Extra {number}", "segment": "VISITORS", "bands": ["5"]}
        for number in range(2)
    ]
    assert found(gate(wcc)) == ([(NETWORKS, "networks-per-radio")], True)


@pytest.mark.parametrize(("band", "channel", "passes"), [("2.4", 13, True), ("2.4", 14, False), ("5", 64, True),
    ("5", 68, False), ("5", 144, True), ("5", 173, False), ("6", 93, True), ("6", 97, False)])  # fmt: skip
def test_a_radio_sends_where_great_britain_lets_it(gate, wcc, view, band, channel, passes):
    site = view(wcc).sites[SITE]
    (point,) = site.wireless.access_points
    radio = Radio(name="wlan0", band=band, channel=channel)
    there = site.wireless.model_copy(update={"access_points": (point.model_copy(update={"radios": (radio,)}),)})
    verdict = gate(wcc, sites={SITE: site.model_copy(update={"wireless": there})})
    assert found(verdict) == (([], True) if passes else ([("lines[1].site", "channel-gb")], False))


@pytest.mark.parametrize(
    ("missing", "rule"),
    [
        ({"wireless": None}, "wireless-ready"),
        ({"served_by": {}}, "wireless-ready"),
        ({"devices": ()}, "access-point-managed"),
    ],
)
def test_a_site_has_to_be_ready_for_it(gate, wcc, view, missing, rule):
    site = view(wcc).sites[SITE].model_copy(update=missing)
    findings, passed = found(gate(wcc, sites={SITE: site}))
    assert ("lines[1].site", rule) in findings
    assert not passed
