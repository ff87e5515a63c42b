"""One module per platform: how it is collected, checked, armed, changed, confirmed, reverted, saved."""

from __future__ import annotations

from tasks.devices.platforms.arista_eos import AristaEos
from tasks.devices.platforms.cisco_ios import CiscoIos
from tasks.devices.platforms.cisco_tp import CiscoTp
from tasks.devices.platforms.files import SharedFile
from tasks.devices.platforms.frr import Frr
from tasks.devices.platforms.juniper_junos import JuniperJunos
from tasks.devices.platforms.ovs import Ovs
from tasks.devices.platforms.protocol import Change, DevicePlatform, Edit, Identity, check_identity, timer_of_others
from turnup.sites import Platform

PLATFORMS: dict[Platform, DevicePlatform] = {
    Platform.CISCO_IOS: CiscoIos(),
    Platform.ARISTA_EOS: AristaEos(),
    Platform.JUNIPER_JUNOS: JuniperJunos(),
    Platform.FRR: Frr(),
    Platform.OVS: Ovs(),
    Platform.FREERADIUS: SharedFile("freeradius"),
    Platform.PROVISIONING: SharedFile("provisioning"),
    Platform.CISCO_TP: CiscoTp(),
    Platform.KAMAILIO: SharedFile("kamailio"),
    Platform.HOSTAPD: SharedFile("hostapd"),
}
"""How each platform is talked to."""

__all__ = ["PLATFORMS", "Change", "DevicePlatform", "Edit", "Identity", "check_identity", "timer_of_others"]
