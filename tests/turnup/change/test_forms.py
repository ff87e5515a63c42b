"""Each form of each platform, proved by its own example; and what the device adds by itself."""

from __future__ import annotations

import re

import pytest

from lab.simulated.grammar import DeviceKind, Refusal
from tests.turnup.change.bare_devices import IosDevice
from turnup.change.device_change import DeviceChange, owned_afterwards, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.platforms import LANGUAGES, arista_eos_forms, cisco_ios_forms, frr_forms, juniper_junos_forms
from turnup.change.platforms.forms import Form
from turnup.change.tree import load_tree, path_set
from turnup.fragments import Fragment
from turnup.sites import Platform

IOS, EOS, FRR = Platform.CISCO_IOS, Platform.ARISTA_EOS, Platform.FRR
KINDS = {IOS: (DeviceKind.SWITCH, DeviceKind.ROUTER), EOS: (DeviceKind.EOS_SWITCH,)}
FORMS = [
    pytest.param(platform, form, id=f"{platform}: {form.name}")
    for platform, forms in (
        (IOS, cisco_ios_forms),
        (EOS, arista_eos_forms),
        (FRR, frr_forms),
        (Platform.JUNIPER_JUNOS, juniper_junos_forms),
    )
    for form in (*forms.LINE_FORMS, *forms.TEXT_FORMS)
]
WITH_PATTERN = [each for each in FORMS if each.values[1].first_words]


def plan(platform: Platform, running: str, declared: str, owned: str = "") -> DeviceChange:
    before, after = (Fragment("LBHF-2026-0042/L1", "R1", platform, text) for text in (owned, declared))
    fragments, ceased = ((after,), ()) if declared else ((), (after.service_line,))
    return plan_device("S", "R1", platform, running, OwnedConfig((before,) if owned else ()), fragments, ceased)


@pytest.mark.parametrize(("platform", "form"), FORMS)
def test_typed_and_shown_read_the_same(platform, form):
    language = LANGUAGES[platform]
    assert form.typed != form.shown
    assert set(language.normalise(form.typed)) == set(language.normalise(form.shown))


@pytest.mark.parametrize(("platform", "form"), FORMS)
def test_nothing_is_typed_between_typed_and_shown(platform, form):
    for running, declared in ((form.shown, form.typed), (form.typed, form.shown)):
        change = plan(platform, running, declared)
        assert (change.remediation, change.rollback, change.adds, change.removes) == ("", "", (), ())
        delivered = plan(platform, running, declared, owned=declared)
        assert (delivered.remediation, delivered.takeovers, delivered.overruled) == ("", (), ())


@pytest.mark.parametrize(("platform", "form"), WITH_PATTERN)
def test_a_form_is_needed_and_reached_by_its_first_words(platform: Platform, form: Form):
    lines = [line.strip() for text in (form.typed, form.shown) for line in text.splitlines()]
    matched = [line for line in lines if form.pattern.fullmatch(line)]
    assert matched
    assert {line.partition(" ")[0] for line in matched} <= set(form.first_words)


@pytest.mark.parametrize(("platform", "form"), FORMS)
def test_a_form_reads_its_own_reading_again(platform, form):
    language = LANGUAGES[platform]
    read = language.normalise(form.shown)
    text = "".join(f"{' ' * indent}{line}\n" for indent, line in read)
    assert set(language.normalise(text)) == set(read)


@pytest.mark.parametrize(("platform", "form"), [each for each in WITH_PATTERN if each.values[0] in KINDS])
def test_what_the_simulated_device_makes_of_it_reads_the_same_too(platform, form):
    """As far as one of its kinds knows the command."""
    wanted, shown = path_set(load_tree(platform, form.typed)), []
    for kind in KINDS[platform]:
        device = IosDevice.booted(kind, ("GigabitEthernet1/0/1", "Ethernet1"), "vrf definition RBKC\n rd 64496:100\n")
        try:
            for section in re.findall(r"^\S.*(?:\n .*)*", form.typed, re.MULTILINE):
                device.type(section)
        except Refusal:
            continue
        shown.append(path_set(load_tree(platform, device.show())))
    if not shown:
        pytest.skip("the simulated device does not know the command")
    assert any(wanted <= each for each in shown)


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        (FRR, "mpls ldp\n address-family ipv4\n  discovery transport-address 192.0.2.1\n"),
        (IOS, "router rip\n network 10.0.0.0\n"),
        (IOS, "router isis\n address-family ipv6 unicast\n  redistribute static\n"),
    ],
)
def test_a_form_does_not_reach_the_like_words_of_another_section(platform, text):
    assert [line for _, line in LANGUAGES[platform].normalise(text)] == [line.strip() for line in text.splitlines()]


GENERATED = [
    (
        "vrf definition RBKC\n rd 64496:100\nrouter bgp 64496\n address-family ipv4 vrf RBKC\n"
        "  neighbor 192.0.2.9 remote-as 65536\n",
        ("bgp log-neighbor-changes", "neighbor 192.0.2.9 activate"),
    ),
]


@pytest.mark.parametrize(("declared", "generated"), GENERATED)
def test_what_the_device_adds_by_itself_goes_with_its_section(declared, generated):
    device = IosDevice.booted(DeviceKind.ROUTER, (), "")
    original = device.show()
    device.type(plan(IOS, original, declared).remediation)
    assert all(f"{line}\n" in device.show() for line in generated)
    assert not plan(IOS, device.show(), declared, owned=declared).changes_something
    device.type(plan(IOS, device.show(), "", owned=declared).remediation)
    assert device.show() == original


def test_a_port_that_is_up_shows_no_line_for_it():
    declared = "interface GigabitEthernet0/0/0\n description A\n no shutdown\n"
    shown = "interface GigabitEthernet0/0/0\n description A\n"
    change = plan(IOS, shown, declared, owned=declared)
    assert (change.remediation, change.takeovers) == ("", ())


def test_what_was_taken_over_is_told_when_ours_comes_and_not_when_ours_changes():
    port, found = "interface GigabitEthernet1/0/1", "interface GigabitEthernet1/0/1\n description Old till\n"

    def planned(running: str, owned: OwnedConfig, words: str) -> DeviceChange:
        fragment = Fragment("L", "X", Platform.CISCO_IOS, f"{port}\n description {words}\n")
        return plan_device("S", "X", Platform.CISCO_IOS, running, owned, (fragment,))

    first = planned(found, OwnedConfig(), "CCTV")
    assert [each.rule for each in first.findings] == ["takeover"]
    owned = owned_afterwards(first, OwnedConfig())
    second = planned(first.candidate, owned, "CAMERAS")
    assert [each.rule for each in second.findings] == []
    assert [each.former for each in owned_afterwards(second, owned).takeovers] == ["description Old till"]
