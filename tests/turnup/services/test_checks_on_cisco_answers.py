"""Service checks against answers in the forms that IOS-XE prints, of several releases, good and bad ones."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tasks.devices.platforms.protocol import SHOW
from turnup.scalars import SsidText
from turnup.service.checks import ServiceCheck, judged
from turnup.service.intent import DeviceIntent
from turnup.service.lines import ServiceLine
from turnup.services.landline.gateway_checks import gateway_checks
from turnup.services.landline.values import AnaloguePort, LandlineGateway, Outgoing
from turnup.services.wireless.controller_checks import controller_checks
from turnup.services.wireless.values import (
    WirelessController,
    WirelessMember,
    WirelessNetwork,
    WirelessParts,
    WirelessServer,
)
from turnup.sites import Platform

LINE = ServiceLine("RBKC-2026-0012/L1", "RBKC-2026-0012", "KC-MUS-05", "landline", "SIP-TRUNK")
TRUNK = LandlineGateway(
    number=90,
    name=LINE.id,
    sbc=IPv4Address("203.0.113.89"),
    pbx=IPv4Address("10.80.160.10"),
    pbx_port=5060,
    channels=10,
    patterns=("+44207946020.$",),
    translations=(),
    outgoing=(Outgoing(9010, "999$", "emergency calls 999", is_emergency=True), Outgoing(9012, "+[1-9]T", "out")),
    analogue=(AnaloguePort(9050, "LIFT", "+442079460228", "0/1/0"),),
)
PREFIX = "RBKC-KC-MUS-05"
NETWORK = WirelessNetwork(
    profile=f"{PREFIX}-corp",
    number=17,
    ssid="RBKC Staff (2)",
    ssid_word="",
    vlan=110,
    segment="STAFF",
    is_enterprise=True,
    wpa2=True,
    wpa3=True,
    passphrase="",
    is_owe=False,
    isolates=False,
    bands=("5",),
)
SITE = WirelessController(
    prefix=PREFIX,
    group=f"{PREFIX}-RADIUS",
    country="GB",
    vlans=((("STAFF"), 110),),
    networks=(NETWORK,),
    servers=(WirelessServer("LON-AAA-01", IPv4Address("203.0.113.61"), "<secret:env:X@1>"),),
    members=(WirelessMember("KC-MUS-05-AP1", "0000.5e00.5301"),),
)
INTENT = DeviceIntent(LINE, LINE.site, "LON-WLC-01", Platform.CISCO_IOS, WirelessParts(controller=SITE))
CHECKS = {
    check.title: check for check in (*gateway_checks(LINE, "KC-MUS-05-VG1", TRUNK), *controller_checks(INTENT, SITE))
}

PEERS = r"""dial-peer hunt 0
             AD                                    PRE PASS SESS-SER-GRP\  OUT
TAG    TYPE  MIN  OPER PREFIX    DEST-PATTERN      FER THRU SESS-TARGET    STAT PORT    KEEPALIVE    VRF
9001   voip  up   up                                0  syst                                             NA
19003  voip  up   down           9003               0  syst
9003   voip  up   {}             map:9001           0  syst SESS-SVR-GRP: 9002                       NA
9050   pots  up   {}             +442079460228$     0                      up   0/1/0
"""
PORTS = """\
                                           IN       OUT
PORT            CH   SIG-TYPE   ADMIN OPER STATUS   STATUS   EC
=============== == ============ ===== ==== ======== ======== ==
0/1/0           --   fxs-ls     {} {} on-hook  idle     y
50/0/1          1      efxs     up    up   on-hook  idle     y
"""
OPTIONS = """\
Voice class sip-options-keepalive: 9001          AdminStat: Up
 Transport: udp                  Sip Profiles: 0

  Peer Tag      Server Group    OOD SessID      OOD Stat        IfIndex
  --------      ------------    ----------      --------        -------
  9012          9001                            {0}            106

  Server Group: 9001             OOD Stat: {0}
   OOD SessID   OOD Stat
   ----------   --------
   1            {0}
"""
DIALPLAN = """Macro Exp.: 999

VoiceOverIpPeer{}
        peer type = voice, system default peer = FALSE, information type = voice,
        Matched: 999   Digits: 3
VoiceOverIpPeer9010
        peer type = voice, system default peer = FALSE, information type = voice,
"""
WLANS = """
Number of WLANs: 2

ID   Profile Name                     SSID                             Status Security
----------------------------------------------------------------------------------------
7    RBKC-KC-MUS-05-corp              RBKC Staff (2)                   UP     [WPA2][802.1x][AES]
17   RBKC-KC-MUS-05-corp              RBKC Staff (2)                   {}     [WPA2 + WPA3][802.1x][AES]
"""
POLICIES = """
Policy Profile Name               Description                             Status
-----------------------------------------------------------------------------------------
RBKC-KC-MUS-05-corporate          of others                               DISABLED
RBKC-KC-MUS-05-corp               {}
"""
TAG = """
Policy Tag Name : RBKC-KC-MUS-05
Description     :

Number of WLAN-POLICY maps: 1
WLAN Profile Name                 Policy Name
------------------------------------------------------------------------
RBKC-KC-MUS-05-corp               {}
"""
BEFORE_17_9_4 = """Number of APs: 1

AP Name         Slots    AP Model    Ethernet MAC    Radio MAC       Location          Country     IP Address     State
-----------------------------------------------------------------------------------------------------------------------
porter          3        C9130AXI-E  0000.5E00.5301  2c57.41ff.b979  default location  GB          192.0.2.40     {}
"""
LATER = """Number of APs: 1

CC = Country Code
RD = Regulatory Domain

AP Name         Slots AP Model      Ethernet MAC   Radio MAC      CC   RD   IP Address        State        Location
-----------------------------------------------------------------------------------------------------------------------
porter          3     C9130AXI-E    0000.5e00.5301 00a2.eefd.9f20 GB   -E   {}   Registered   default location
"""
TAGS = """Number of APs: 1

AP Name    AP Mac           Site Tag Name        Policy Tag Name        RF Tag Name       Misconfigured    Tag Source
---------------------------------------------------------------------------------------------------------------------
porter     0000.5e00.5301   {}                   {}                     RBKC-KC-MUS-05    No               Static
"""
SERVERS = """\
RADIUS: id 1, priority 1, host 203.0.113.61, auth-port 1812, acct-port 1813, hostname WCC-LIB-LON-AAA-01
     State: current UP, duration 4294967s, previous duration 0s
     Dead: total time 0s, count 0
RADIUS: id 9, priority 2, host 203.0.113.61, auth-port 1812, acct-port 1813, hostname RBKC-KC-MUS-05-LON-AAA-01
     State: current {}, duration 294173s, previous duration 0s
     Dead: total time 0s, count 0
"""
NETWORK_ON, POLICY_ON = f"WLAN {PREFIX}-corp is on", f"policy {PREFIX}-corp is on"
BOUND, RADIUS = f"tag {PREFIX} binds {PREFIX}-corp to its policy", "RADIUS server LON-AAA-01 is not dead"
JOINED = "access point KC-MUS-05-AP1 has joined"
SITE_TAG, POLICY_TAG = (f"access point KC-MUS-05-AP1 has the {kind} tag" for kind in ("site", "policy"))

CASES = [
    ("dial peer 9003 is up", PEERS, ("up", "up"), "up"),
    ("dial peer 9003 is up", PEERS, ("down", "up"), "down"),
    ("dial peer 9050 is up", PEERS, ("up", "down"), "down"),
    ("dial peer 9012 is up", PEERS, ("up", "up"), ""),
    ("port 0/1/0 of LIFT is up", PORTS, ("up   ", "dorm"), "up"),
    ("port 0/1/0 of LIFT is up", PORTS, ("up   ", "up  "), "up"),
    ("port 0/1/0 of LIFT is up", PORTS, ("down ", "down"), "down"),
    ("SBC 203.0.113.89 answers OPTIONS", OPTIONS, ("Active",), "Active"),
    ("SBC 203.0.113.89 answers OPTIONS", OPTIONS, ("Busy",), "Busy"),
    ("999 takes the dial peer for it", DIALPLAN, ("9010",), "9010"),
    ("999 takes the dial peer for it", DIALPLAN, ("7",), "7"),
    ("999 takes the dial peer for it", "Macro Exp.: 999\nNo match, result=-1(NO_MATCH)\n", (), ""),
    (NETWORK_ON, WLANS, ("UP  ",), "UP"),
    (NETWORK_ON, WLANS, ("DOWN",), "DOWN"),
    (POLICY_ON, POLICIES, ("                                        ENABLED",), "ENABLED"),
    (POLICY_ON, POLICIES, ("some words DISABLED",), "DISABLED"),
    (BOUND, TAG, (f"{PREFIX}-corp",), f"{PREFIX}-corp"),
    (BOUND, TAG, ("default-policy-profile",), "default-policy-profile"),
    (RADIUS, SERVERS, ("UP",), "UP"),
    (RADIUS, SERVERS, ("DEAD",), "DEAD"),
    (JOINED, BEFORE_17_9_4, ("Registered",), "Registered"),
    (JOINED, BEFORE_17_9_4, ("Downloading",), "Downloading"),
    (JOINED, LATER, ("192.0.2.40",), "Registered"),
    (JOINED, LATER, ("2001:db8::40",), "Registered"),
    (JOINED, "Number of APs: 0\n", (), ""),
    (SITE_TAG, TAGS, (PREFIX, PREFIX), PREFIX),
    (SITE_TAG, TAGS, ("default-site-tag", PREFIX), "default-site-tag"),
    (POLICY_TAG, TAGS, (PREFIX, PREFIX), PREFIX),
    (POLICY_TAG, TAGS, (PREFIX, "default-policy-tag"), "default-policy-tag"),
]


@pytest.mark.parametrize(("title", "answer", "words", "actual"), CASES)
def test_what_a_device_prints_is_read(title: str, answer: str, words: tuple[str, ...], actual: str) -> None:
    check = CHECKS[title]
    found = judged(check, answer.format(*words) if words else answer)
    assert found.actual == actual
    assert found.passed is (actual == check.expected)


def test_every_check_was_shown_an_answer_that_passes_and_one_that_does_not() -> None:
    """But for the peers, which are all asked alike."""

    def is_shown(check: ServiceCheck) -> bool:
        verdicts = {actual == check.expected for title, _, _, actual in CASES if title == check.title}
        return verdicts == {True, False} or check.title.startswith("dial peer")

    assert [check.title for check in CHECKS.values() if not is_shown(check)] == []


@pytest.mark.parametrize("title", ["SBC 203.0.113.89 answers OPTIONS", JOINED, SITE_TAG, POLICY_TAG])
def test_what_stands_on_other_devices_is_asked_when_the_site_is_there(title: str) -> None:
    assert CHECKS[title].moment == "site"
    assert CHECKS[title].within_seconds > 0


def is_ssid(text: str) -> bool:
    try:
        return bool(TypeAdapter(SsidText).validate_python(text))
    except ValidationError:
        return False


SSIDS = st.text(st.sampled_from("Aa9 .,:;()/&'+_@=-"), min_size=1, max_size=32).filter(is_ssid)


@given(SSIDS, st.sampled_from(["UP", "DOWN"]))
def test_a_network_is_found_whatever_it_is_called(ssid: str, state: str) -> None:
    """The name of a network is text of an order, and part of the pattern."""
    (check, *_) = controller_checks(INTENT, replace(SITE, networks=(replace(NETWORK, ssid=ssid),)))
    row = "{:<5}{:<33}{:<33}{:<7}[WPA2][802.1x][AES]\n"
    others = row.format(16, "OTHER", ssid, "UP") + row.format(170, NETWORK.profile, ssid, "UP")
    assert judged(check, others + row.format(17, NETWORK.profile, ssid, state)).actual == state
    assert judged(check, others + row.format(17, NETWORK.profile, f"{ssid}x", state)).actual == ""


def test_a_session_that_only_reads_may_send_every_question() -> None:
    for check in CHECKS.values():
        assert SHOW.fullmatch(check.ask), check.ask
        assert re.compile(check.shows).groups == 1
