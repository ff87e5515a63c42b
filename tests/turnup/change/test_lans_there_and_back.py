"""Whatever LAN is ordered, changed to whatever other and ended: the switch takes every line, has what was declared, and
is as it was found in the end.

Orders are generated, and go through design and templates as any order does; IOS-XE and EOS are the simulated devices'
own grammars, which refuse what comes in the wrong order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.simulated import factory_config
from lab.simulated.editor import hardware_of
from lab.simulated.grammar import DeviceKind
from tests.turnup.change.bare_devices import IosDevice
from tests.turnup.design.test_lan_power_and_filters import PROVIDER, order_with
from turnup.change.device_change import owned_afterwards, plan_device
from turnup.change.ownership import OwnedConfig
from turnup.change.tree import load_tree, path_set
from turnup.design import make_design
from turnup.findings import errors_of
from turnup.fragments import Fragment
from turnup.plan import Estate, intents_for
from turnup.render import Templates
from turnup.sites import Platform

IOS, EOS = Platform.CISCO_IOS, Platform.ARISTA_EOS
KINDS = {IOS: DeviceKind.SWITCH, EOS: DeviceKind.EOS_SWITCH}
TEMPLATES = Templates(Path(__file__).resolve().parents[3] / "templates")
NAMES = ("STAFF", "GUEST", "PHONES")
RESIDUE = "switchport trunk allowed vlan none"
"""Stays on a port whose first list was ours: what would clear it opens every VLAN, and is never typed."""


@st.composite
def lans(draw) -> tuple:
    """What is ordered, as pairs: hashable, so that each text is made once."""
    segments = []
    for name in NAMES:
        others = [each for each in NAMES if each != name]
        segments.append(
            (
                ("name", name),
                ("hosts", draw(st.sampled_from((5, 40)))),
                ("ports", draw(st.integers(0, 2))),
                ("voice", draw(st.sampled_from((None, *others)))),
                ("authenticated", draw(st.booleans())),
                ("poe_watts", draw(st.sampled_from((0, 15, 30)))),
                ("marking", draw(st.sampled_from(("trust", "best-effort", "business", "video", "voice")))),
                ("arp_inspection", draw(st.booleans())),
                ("reaches", tuple(draw(st.sets(st.sampled_from(others))))),
            )
        )
    opens = draw(st.booleans())
    return (
        ("segments", tuple(segments)),
        ("when_radius_is_silent", "open" if opens else "closed"),
        ("critical_segment", draw(st.sampled_from((None, *NAMES))) if opens else None),
        ("broadcast_percent", draw(st.sampled_from((1, 5, 100)))),
        ("multicast_percent", draw(st.sampled_from((10, 100)))),
        ("dhcp_rate", draw(st.sampled_from((15, 50)))),
        ("arp_rate", draw(st.sampled_from((15, 30)))),
        ("root_priority", draw(st.sampled_from((0, 8192, 32768)))),
        ("native_vlan", draw(st.sampled_from((None, 998, 999)))),
    )


@cache
def text_of(lan: tuple, platform: Platform) -> str:
    """What the LAN declares of the gateway switch, with the names of its ports as the platform has them."""
    content = dict(lan)
    segments = [dict(each) for each in content.pop("segments")]
    order = order_with(*segments, watts=(370, 370), **content)
    site = order.lines[0].site
    intents = intents_for(make_design(order, ()), Estate({site.code: site}, PROVIDER))
    intent = next(each for each in intents if each.device == "KC-TH-01-SW1" and each.line.service == "lan")
    text = TEMPLATES.render(replace(intent, platform=platform)).text
    if platform is EOS:
        text = re.sub(r"\bGigabitEthernet1/0/(\d+)", r"Ethernet\1", text)
        text = re.sub(r"\bTenGigabitEthernet1/1/(\d+)", lambda found: f"Ethernet{24 + int(found[1])}", text)
    return text


@dataclass
class Switch:
    """A switch as it is found, and what is ours there."""

    platform: Platform
    device: IosDevice
    owned: OwnedConfig = field(default_factory=OwnedConfig)

    @staticmethod
    def found(platform: Platform) -> Switch:
        config = factory_config(KINDS[platform], "SW1").replace("service password-encryption\n", "")
        return Switch(platform, IosDevice.booted(KINDS[platform], tuple(hardware_of(config)), config))

    def become(self, text: str) -> None:
        """Plan a revision and type it; none: the LAN ends."""
        fragment = Fragment("RBKC-2026-0007/L1", "SW1", self.platform, text)
        change = plan_device(
            "KC-TH-01",
            "SW1",
            self.platform,
            self.device.show(),
            self.owned,
            (fragment,) if text else (),
            () if text else (fragment.service_line,),
        )
        assert errors_of(change.findings) == ()
        before = self.device.copy()
        self.device.type(change.remediation)
        assert path_set(load_tree(self.platform, self.device.show())) == path_set(
            load_tree(self.platform, change.candidate)
        )
        before.type(change.remediation)
        before.type(change.rollback)
        self.owned = owned_afterwards(change, self.owned)


@pytest.mark.parametrize("platform", [IOS, EOS])
@settings(max_examples=max(25, settings.default.max_examples // 4), deadline=None)
@given(first=lans(), second=lans())
def test_any_lan_becomes_any_other_and_ends(platform, first, second):
    switch = Switch.found(platform)
    found = switch.device.show()
    for lan in (first, second):
        switch.become(text_of(lan, platform))
        again = switch.device.show()
        switch.become(text_of(lan, platform))
        assert switch.device.show() == again, "planning twice changes nothing"
    switch.become("")
    left = [line for line in switch.device.show().splitlines() if line.strip() != RESIDUE]
    assert sorted(left) == sorted(found.splitlines())
