"""A trunk on a CUBE, read from its text as the gateway reads it: 999 and 112 get out from the PBX and every port."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from turnup.dialplan import NumberRange, emergency_strings, evaluate, outside_rules
from turnup.render import Templates
from turnup.service.intent import DeviceIntent
from turnup.service.lines import ServiceLine
from turnup.services.landline.design import AnalogueDesign, LandlineDesign, PlacedRange
from turnup.services.landline.gateway import gateway_of
from turnup.services.landline.values import LandlineParts
from turnup.sites import Platform, VoiceEdge

TEMPLATES = Templates(Path(__file__).resolve().parents[3] / "templates")
LINE = ServiceLine("RBKC-2026-0012/L1", "RBKC-2026-0012", "KC-MUS-05", "landline", "SIP-TRUNK")
EDGE = VoiceEdge(device="KC-MUS-05-VG1", address="198.51.100.222", sbc="203.0.113.81", analogue_ports=("0/1/0",))
LIFT = AnalogueDesign("LIFT", "+442079460200", "0/1/0")
PREFIXES = st.one_of(st.just(""), st.integers(0, 99).map(str), st.integers(0, 9).map(lambda digit: f"0{digit}"))


def design(
    prefix: str, first: int = 200, last: int = 229, analogue: tuple[AnalogueDesign, ...] = (LIFT,)
) -> LandlineDesign:
    ranges = (PlacedRange(NumberRange(f"+442079460{first}", f"+442079460{last}"), 217000106, "W8 7NX"),)
    pbx = IPv4Address("10.80.160.10")
    return LandlineDesign(LINE, 1000, pbx, 5060, ranges, ranges[0].numbers.first, 30, prefix, (), 90, analogue)


def text_of(trunk: LandlineDesign) -> str:
    value = LandlineParts(gateway=gateway_of(trunk, EDGE))
    return TEMPLATES.render(DeviceIntent(LINE, LINE.site, EDGE.device, Platform.CISCO_IOS, value)).text


@dataclass(frozen=True)
class Gateway:
    """What a gateway does, worked out of its text: how it translates, and to which dial peer it sends a number."""

    sections: dict[str, list[str]]

    @classmethod
    def of(cls, text: str) -> Gateway:
        sections: dict[str, list[str]] = {}
        here: list[str] = []
        for line in text.splitlines():
            if line.startswith(" "):
                here.append(line.strip())
            elif not line.startswith("!"):
                here = sections.setdefault(line, [])
        return cls(sections)

    def value(self, header: str, key: str) -> str:
        return next((line.removeprefix(f"{key} ") for line in self.sections[header] if line.startswith(f"{key} ")), "")

    def translated(self, profile: str, dialled: str) -> str:
        """IOS' own expressions: groups are written with a backslash; the first rule that fits is the only one."""
        rules = self.value(f"voice translation-profile {profile}", "translate called")
        for line in self.sections[f"voice translation-rule {rules}"]:
            match, replacement = re.fullmatch(r"rule \d+ /(.*)/ /(.*)/", line).groups()
            if re.search(re.sub(r"\\([()])", r"\1", match), dialled):
                return re.sub(re.sub(r"\\([()])", r"\1", match), replacement, dialled)
        return dialled

    def peer_for(self, number: str) -> str:
        """The dial peer whose pattern names most of the number's digits (Cisco: "longest match")."""
        fitting = []
        for header in self.sections:
            for pattern in self._patterns(header):
                expression = re.escape(pattern.rstrip("$T")).replace(r"\[1\-9\]", "[1-9]").replace(r"\.", "[0-9]")
                if re.fullmatch(expression + ("[0-9]*" if pattern.endswith("T") else ""), number):
                    fitting.append((len(re.sub(r"\[1-9\]|[.$T]", "", pattern)), header))
        return max(fitting)[1] if fitting else ""

    def _patterns(self, header: str) -> list[str]:
        if not header.startswith("dial-peer "):
            return []
        classes = self.value(header, "destination e164-pattern-map")
        mapped = self.sections[f"voice class e164-pattern-map {classes}"] if classes else []
        own = self.value(header, "destination-pattern")
        return [*(line.removeprefix("e164 ") for line in mapped), *([own] if own else [])]

    def goes_to(self, header: str) -> str:
        """The address or port of a dial peer."""
        group = self.value(header, "session server-group")
        servers = self.sections[f"voice class server-group {group}"] if group else []
        return servers[0].split()[1] if servers else self.value(header, "port")


@settings(max_examples=300, deadline=None)
@given(PREFIXES)
def test_emergency_calls_leave_by_the_provider_however_they_are_dialled(prefix):
    gateway = Gateway.of(text_of(design(prefix)))
    for coming in ("dial-peer voice 9002 voip", "voice-port 0/1/0"):
        profile = gateway.value(coming, "translation-profile incoming")
        for dialled in emergency_strings(prefix):
            number = gateway.translated(profile, dialled)
            peer = gateway.peer_for(number)
            assert (number, gateway.goes_to(peer)) == (dialled[-3:], "203.0.113.81")
            assert not gateway.value(peer, "max-conn"), "no limit refuses an emergency call"
            assert not gateway.value(peer, "voice-class sip options-keepalive"), "nor does an SBC that seems silent"


DIALLED = st.one_of(
    st.from_regex(r"\A0[1-9][0-9]{9}\Z"),
    st.from_regex(r"\A00[1-9][0-9]{7,12}\Z"),
    st.from_regex(r"\A\+[1-9][0-9]{7,12}\Z"),
    st.sampled_from(["101", "111", "116123", "118118"]),
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["", "9", "0", "8", "99"]), DIALLED, st.booleans())
def test_the_gateway_and_the_sbc_make_the_same_number_of_what_is_dialled(prefix, dialled, with_prefix):
    typed = f"{prefix}{dialled}" if with_prefix else dialled
    call = evaluate(outside_rules(prefix), typed)
    gateway = Gateway.of(text_of(design(prefix)))
    number = gateway.translated("TRUNK-90", typed)
    again = evaluate(outside_rules(prefix), number)
    if call is not None and prefix != "0":  # with prefix 0 what follows is told from a national number by luck only
        assert number == call.number
        assert again is not None
        assert again.number == call.number, "the SBC, which gets the gateway's number, makes no other of it"


def test_its_own_numbers_ring_at_the_pbx_and_the_lift_at_its_port():
    gateway = Gateway.of(text_of(design("9")))
    places = {place: gateway.goes_to(gateway.peer_for(f"+442079460{place}")) for place in (199, 200, 201, 229, 230)}
    assert places == {199: "203.0.113.81", 200: "0/1/0", 201: "10.80.160.10", 229: "10.80.160.10", 230: "203.0.113.81"}


def test_nothing_that_a_dial_peer_names_is_missing_and_nothing_is_unused():
    text = text_of(design("9"))
    gateway = Gateway.of(text)
    kinds = {
        "voice class uri": r"incoming uri via (\d+)",
        "voice class codec": r"voice-class codec (\d+)",
        "voice class server-group": r"session server-group (\d+)",
        "voice class e164-pattern-map": r"destination e164-pattern-map (\d+)",
        "voice translation-profile": r"translation-profile incoming (\S+)",
        "voice translation-rule": r"translate called (\d+)",
        "voice-port": r" port (\d+/\d+/\d+)\n",
    }
    for kind, pattern in kinds.items():
        defined = {
            header.removeprefix(f"{kind} ").split()[0] for header in gateway.sections if header.startswith(f"{kind} ")
        }
        assert defined == set(re.findall(pattern, text)), kind


def test_the_last_port_of_a_gateway_has_a_dial_peer_of_its_trunk_and_no_more_fit() -> None:
    ports = tuple(f"0/{card}/{port}" for card in range(2) for port in range(25))
    edge = VoiceEdge(**EDGE.model_dump() | {"analogue_ports": ports})
    trunk = design("", analogue=(AnalogueDesign("LIFT", "+442079460200", ports[-1]),))
    assert [each.peer // 100 for each in gateway_of(trunk, edge).analogue] == [trunk.gateway_number]
    with pytest.raises(ValidationError, match="at most 50 items"):
        VoiceEdge(**EDGE.model_dump() | {"analogue_ports": (*ports, "0/2/0")})
