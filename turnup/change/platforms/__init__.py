"""What is particular to the configuration language of a platform, as data: one module each.

A platform says how its text becomes a tree of lines (one element of a set a line), which lines replace each other,
which sections are closed by which word, how a line of the remediation is typed, and what is never typed.
"""

from __future__ import annotations

from turnup.change.platforms.arista_eos import ARISTA_EOS
from turnup.change.platforms.cisco_ios import CISCO_IOS
from turnup.change.platforms.cisco_tp import CISCO_TP
from turnup.change.platforms.freeradius import FREERADIUS
from turnup.change.platforms.frr import FRR
from turnup.change.platforms.hostapd import HOSTAPD
from turnup.change.platforms.juniper_junos import JUNIPER_JUNOS
from turnup.change.platforms.kamailio import KAMAILIO
from turnup.change.platforms.language import Language
from turnup.change.platforms.ovs import OVS
from turnup.change.platforms.provisioning import PROVISIONING
from turnup.sites import Platform

LANGUAGES: dict[Platform, Language] = {
    Platform.CISCO_IOS: CISCO_IOS,
    Platform.ARISTA_EOS: ARISTA_EOS,
    Platform.JUNIPER_JUNOS: JUNIPER_JUNOS,
    Platform.FRR: FRR,
    Platform.OVS: OVS,
    Platform.FREERADIUS: FREERADIUS,
    Platform.PROVISIONING: PROVISIONING,
    Platform.CISCO_TP: CISCO_TP,
    Platform.KAMAILIO: KAMAILIO,
    Platform.HOSTAPD: HOSTAPD,
}
"""The language of each platform."""

__all__ = ["LANGUAGES", "Language"]
