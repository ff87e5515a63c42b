"""Secrets: left out of what devices show, known by version and fingerprint, never by their text."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from lab.simulated.grammar import DeviceKind
from tests.turnup.change.bare_devices import IosDevice
from turnup.adopt import adopt_device, explain
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.drift import DriftKind, drift_of
from turnup.change.ownership import OwnedConfig
from turnup.change.platforms import LANGUAGES
from turnup.change.platforms.secrets import hide_secrets
from turnup.change.slots import ANY, given_back, with_fingerprint, with_fingerprints, with_slots
from turnup.change.state import ChangeState, differences, state_of
from turnup.change.tree import load_tree, path_set
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.plan import DeviceReading
from turnup.scalars import Place
from turnup.sites import Platform

IOS, EOS, FRR = Platform.CISCO_IOS, Platform.ARISTA_EOS, Platform.FRR
LINE = "RBKC-2026-0007/L2"
ONE, TWO, THEIRS = "first-of-the-secrets", "second-of-the-secrets", "somebody-elses-secret"
REFERENCE = "file:secrets/KC-TH-01.bgp"


def fingerprint(secret: str) -> str:
    return hashlib.sha256(f"key of the test {secret}".encode()).hexdigest()[:32]


def hidden(platform: Platform, text: str) -> str:
    language = LANGUAGES[platform]
    return hide_secrets(language.secret_places, language.plain_of, text, fingerprint).text


PLACES = [
    pytest.param(platform, place, id=f"{platform}: {place.example}")
    for platform in (IOS, EOS, FRR, Platform.JUNIPER_JUNOS, Platform.KAMAILIO)
    for place in LANGUAGES[platform].secret_places
]


@pytest.mark.parametrize(("platform", "place"), PLACES)
def test_each_place_of_a_secret_is_found_and_nothing_else_of_its_line_goes(platform, place):
    header = f"{place.below[0]}A\n " if place.below else ""
    shown = hidden(platform, f"{header}{place.example}\n")
    assert "SECRET" not in shown
    before, _, after = place.example.partition("SECRET")
    for kind in ("6", "7", "9", "sha512"):
        before = before.removesuffix(f" {kind} ") + (" " if before.endswith(f" {kind} ") else "")
    assert shown.startswith(f"{header}{before}<h")
    assert shown.endswith(f">{after}\n")
    assert hidden(platform, shown) == shown, "what is left out stays so"


@pytest.mark.parametrize(
    "text",
    [
        "key chain A\n key 1\n  send-lifetime local 00:00:00 Jan 1 2026 infinite\n",
        "crypto key generate rsa\n",
        "snmp-server host 192.0.2.1 version 3 priv NOC\n",
        "standby 1 authentication md5 key-chain A\n",
        "aaa authentication login default local\n",
        "service password-encryption\n",
        "line vty 0 4\n login local\n",
    ],
)
def test_what_is_no_secret_stays(text):
    assert "<h" not in hidden(IOS, text).replace("<hashed", "<h") or "version 3" in text
    assert hidden(IOS, text) == text


def test_a_secret_that_is_only_obscured_has_one_fingerprint_in_all_its_forms():
    shown = {
        hidden(IOS, f"router bgp 1\n neighbor 192.0.2.1 password {each}\n")
        for each in (ONE, f"0 {ONE}", "7 " + obscured(ONE, 3), "7 " + obscured(ONE, 11))
    }
    assert len(shown) == 1
    assert shown != {hidden(IOS, f"router bgp 1\n neighbor 192.0.2.1 password {TWO}\n")}
    assert hidden(IOS, f"router bgp 1\n neighbor 192.0.2.1 password {ONE}\n").split()[-1].startswith("<hidden:")
    assert hidden(IOS, "enable secret 9 $9$abc$def\n").split()[-1].startswith("<hashed:")
    assert hidden(IOS, "router bgp 1\n neighbor 192.0.2.1 password 7 ZZ\n").split()[-1].startswith("<hashed:")


def obscured(secret: str, salt: int) -> str:
    """Type 7, written anew."""
    table = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"
    return f"{salt:02}" + "".join(f"{ord(each) ^ ord(table[(salt + n) % 53]):02X}" for n, each in enumerate(secret))


SESSION = {
    IOS: "router bgp 65536\n address-family ipv4 vrf RBKC\n  neighbor 198.51.100.4 remote-as 64496\n",
    FRR: "router bgp 65536\n neighbor 198.51.100.4 remote-as 64496\n",
}
VRF = {IOS: "vrf definition RBKC\n rd 64496:100\n address-family ipv4\n", FRR: ""}
PLATFORMS = pytest.mark.parametrize("platform", [IOS, FRR])


def line_of(platform: Platform, secret: str) -> str:
    return f"{'  ' if platform is IOS else ' '}neighbor 198.51.100.4 password {secret}\n"


def declared(platform: Platform, version: str) -> Fragment:
    slot = line_of(platform, f"<secret:{REFERENCE}@{version}>") if version else ""
    return Fragment(LINE, "R1", platform, f"{VRF[platform]}{SESSION[platform]}{slot}")


def shown(platform: Platform, secret: str) -> str:
    return hidden(platform, f"{VRF[platform]}{SESSION[platform]}{line_of(platform, secret) if secret else ''}")


def planned(platform: Platform, running: str, owned: OwnedConfig, version: str) -> DeviceChange:
    return plan_device("KC-TH-01", "R1", platform, running, owned, (declared(platform, version),))


def delivered(platform: Platform, version: str, secret: str) -> OwnedConfig:
    """What is ours after a device gave back a secret."""
    change = planned(platform, shown(platform, ""), OwnedConfig(), version)
    lines = path_set(load_tree(platform, shown(platform, secret)))
    return owned_afterwards(replace(change, fragments=given_back(change.fragments, lines)), OwnedConfig())


@PLATFORMS
def test_a_delivered_secret_is_known_and_nothing_is_left_to_do(platform):
    owned = delivered(platform, "1", ONE)
    assert f"<secret:{REFERENCE}@1={fingerprint(ONE)}>" in owned.fragments[0].text
    change = planned(platform, shown(platform, ONE), owned, "1")
    assert (change.remediation, change.rollback, change.adds, change.removes) == ("", "", (), ())
    assert (change.takeovers, change.overruled, errors_of(change.findings)) == ((), (), ())
    assert drift_of(platform, "R1", owned, shown(platform, ONE)) == ()
    assert state_of(change, with_slots(shown(platform, ONE), change.slots)) is ChangeState.AFTER
    explained = explain(platform, DeviceReading(shown(platform, ONE), owned))
    assert explained.lines == explained.explained


@PLATFORMS
def test_another_version_replaces_that_line_and_no_other(platform):
    owned = delivered(platform, "1", ONE)
    change = planned(platform, shown(platform, ONE), owned, "2")
    typed = [line.strip() for line in change.remediation.splitlines() if "password" in line]
    assert typed == [f"neighbor 198.51.100.4 password <secret:{REFERENCE}@2>"]
    assert [path[-1] for path in change.adds] == typed
    assert [path[-1] for path in change.removes] == [f"neighbor 198.51.100.4 password <secret:{REFERENCE}@1>"]
    assert (change.takeovers, change.overruled) == ((), ())
    for secret, state in ((ONE, ChangeState.BEFORE), (TWO, ChangeState.AFTER), (THEIRS, ChangeState.NEITHER)):
        known = (*change.slots, *with_fingerprints(change.adds, lambda _slot: fingerprint(TWO)))
        running = with_slots(shown(platform, secret), known)
        assert state_of(change, running) is state
        assert bool(differences(change, running)) == (state is not ChangeState.AFTER)


@PLATFORMS
def test_a_secret_that_somebody_changed_is_a_drift_and_is_put_back(platform):
    owned, running = delivered(platform, "1", ONE), shown(platform, THEIRS)
    (found,) = drift_of(platform, "R1", owned, running)
    assert (found.kind, found.path[-1]) == (DriftKind.CHANGED, f"neighbor 198.51.100.4 password <secret:{REFERENCE}@1>")
    assert found.found == f"neighbor 198.51.100.4 password <hidden:{fingerprint(THEIRS)}>"
    change = planned(platform, running, owned, "1")
    assert [each.path for each in change.overruled] == [found.path]
    assert f"password <secret:{REFERENCE}@1>" in change.remediation
    assert not errors_of(change.findings)


@PLATFORMS
def test_a_secret_that_is_no_longer_wanted_goes_without_being_named(platform):
    owned, running = delivered(platform, "1", ONE), shown(platform, ONE)
    for change in (
        planned(platform, running, owned, ""),
        plan_device("KC-TH-01", "R1", platform, running, owned, (), (LINE,)),
    ):
        assert not errors_of(change.findings)
        assert "secret:" not in change.remediation
        assert fingerprint(ONE) not in change.remediation
    assert "no neighbor 198.51.100.4 password\n" in planned(platform, running, owned, "").remediation


@PLATFORMS
def test_the_secret_of_somebody_else_is_not_taken_over(platform):
    change = planned(platform, shown(platform, THEIRS), OwnedConfig(), "1")
    assert "secret-of-others" in [each.rule for each in errors_of(change.findings)]
    assert "secret-of-others" not in [
        each.rule for each in planned(platform, shown(platform, ""), OwnedConfig(), "1").findings
    ]


@PLATFORMS
def test_a_secret_that_stands_as_declared_is_adopted_without_a_push(platform):
    rendered = declared(platform, "1")
    wanted = replace(rendered, text=with_fingerprint(rendered.text, lambda _slot: fingerprint(ONE)))
    place = Place("KC-TH-01", "R1")
    found = adopt_device(place, platform, DeviceReading(shown(platform, ONE)), (wanted,))
    assert not found.rest.changes_something
    assert f"<secret:{REFERENCE}@1={fingerprint(ONE)}>" in found.fragments[0].text
    other = adopt_device(place, platform, DeviceReading(shown(platform, THEIRS)), (wanted,))
    assert "<secret:" not in other.fragments[0].text
    assert "secret-of-others" in [each.rule for each in errors_of(other.rest.findings)]


def test_a_hash_in_the_place_of_what_was_just_typed_is_the_devices_own_of_it():
    change = planned(IOS, shown(IOS, ""), OwnedConfig(), "1")
    hashed = shown(IOS, "6 AAdevice-key-hides-this")
    assert "<hashed:" in hashed
    typed = tuple(with_fingerprints(change.adds, lambda _slot: ANY))
    assert state_of(change, with_slots(hashed, typed)) is ChangeState.AFTER
    assert state_of(change, hashed) is ChangeState.NEITHER, "somebody else typed it"
    readable = with_slots(shown(IOS, THEIRS), typed)
    assert state_of(change, readable) is ChangeState.NEITHER, "that one can be read, and is another"
    fragments = given_back(change.fragments, path_set(load_tree(IOS, hashed)))
    owned = owned_afterwards(replace(change, fragments=fragments), OwnedConfig())
    assert planned(IOS, hashed, owned, "1").remediation == ""


def test_a_device_takes_the_commands_and_obscures_the_secret_under_a_salt_of_its_own():
    found = f"service password-encryption\n{VRF[IOS]}{SESSION[IOS]}"
    owned = OwnedConfig()
    seen = set()
    for version, secret in (("1", ONE), ("2", TWO), ("2", TWO)):
        device = IosDevice.booted(DeviceKind.ROUTER, (), found)
        change = planned(IOS, hidden(IOS, device.show()), owned, version)
        device.type(change.remediation.replace(f"<secret:{REFERENCE}@{version}>", secret))
        assert secret not in device.show()
        seen.add(device.show())
        lines = path_set(load_tree(IOS, hidden(IOS, device.show())))
        owned = owned_afterwards(replace(change, fragments=given_back(change.fragments, lines)), owned)
        again = planned(IOS, hidden(IOS, device.show()), owned, version)
        assert (again.remediation, drift_of(IOS, "R1", owned, hidden(IOS, device.show()))) == ("", ())
        found = device.show()
        device.type(planned(IOS, hidden(IOS, found), owned, "").remediation)
        assert "password 7" not in device.show()
