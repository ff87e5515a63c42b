"""The settings of a room codec: what each takes, and what it is until somebody sets it.

Source: Cisco RoomOS 11 API reference guide, "xConfiguration commands". Each line: path, what it takes, default. What it
takes is `N..M`, words parted by `/`, or `"N"` for a text of at most N characters; `*` behind it: shown as stars.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SETTINGS = """
Audio DefaultVolume | 0..100 | 50
Conference AutoAnswer Mode | Off/On | Off
Conference DefaultCall Protocol | Auto/H320/H323/Sip/Spark | Auto
Conference DefaultCall Rate | 64..6000 | 6000
Conference Encryption Mode | Off/On/BestEffort | BestEffort
Conference MaxReceiveCallRate | 64..6000 | 6000
FacilityService Service 1 CallType | Video/Audio | Video
FacilityService Service 1 Name | "1024" | "Live Support"
FacilityService Service 1 Number | "1024" | ""
FacilityService Service 1 Type | Catering/Concierge/Emergency/Helpdesk/Security/Transportation/Other | Helpdesk
Network 1 DNS Domain Name | "64" | ""
Network 1 DNS Server 1 Address | "64" | ""
Network 1 IPv4 Address | "64" | ""
Network 1 IPv4 Assignment | Static/DHCP | DHCP
Network 1 QoS Diffserv Audio | 0..63 | 0
Network 1 QoS Diffserv Data | 0..63 | 0
Network 1 QoS Diffserv NTP | 0..63 | 0
Network 1 QoS Diffserv Signalling | 0..63 | 0
Network 1 QoS Diffserv Video | 0..63 | 0
Network 1 QoS Mode | Off/Diffserv | Diffserv
Network 1 VLAN Voice Mode | Auto/Manual/Off | Auto
Network 1 VLAN Voice VlanId | 1..4094 | 1
NetworkServices HTTP Mode | Off/HTTP+HTTPS/HTTPS | HTTPS
NetworkServices NTP Mode | Auto/Manual/Off | Auto
NetworkServices NTP Server 1 Address | "255" | "0.tandberg.pool.ntp.org"
NetworkServices NTP Server 2 Address | "255" | "1.tandberg.pool.ntp.org"
NetworkServices NTP Server 3 Address | "255" | "2.tandberg.pool.ntp.org"
NetworkServices SIP Mode | Off/On | Off
NetworkServices SSH Mode | Off/On | On
Provisioning Mode | Off/Auto/CUCM/Edge/Webex/TMS/VCS | Auto
SIP ANAT | Off/On | Off
SIP Authentication Password | "128"* | ""
SIP Authentication UserName | "128" | ""
SIP DefaultTransport | TCP/UDP/Tls/Auto | Auto
SIP DisplayName | "550" | ""
SIP ListenPort | Auto/Off/On | Auto
SIP Proxy 1 Address | "255" | ""
SIP Proxy 2 Address | "255" | ""
SIP TlsVerify | Off/On | On
SIP Type | Standard/Cisco | Standard
SIP URI | "255" | ""
SystemUnit Name | "50" | ""
Time TimeFormat | 24H/12H | 24H
Time Zone | "64" | "Etc/UTC"
"""

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Attributes:
        takes: words that it takes; none: a number or a text.
        numbers: least and greatest number; none: no number.
        longest: characters of its text; 0: no text.
        default: what it is until somebody sets it, as it is shown.
        is_secret: a text of it is shown as stars.
    """

    takes: tuple[str, ...]
    numbers: tuple[int, int] | None
    longest: int
    default: str
    is_secret: bool

    def read(self, value: str) -> str | None:
        """A value as it is kept; none when the setting does not take it."""
        if self.longest:
            quoted = _QUOTED.fullmatch(value)
            text = quoted.group(1) if quoted else value
            fits = len(text) <= self.longest and (quoted is not None or " " not in text)
            return f'"{text}"' if fits else None
        if self.numbers is not None:
            fits = value.isdigit() and self.numbers[0] <= int(value) <= self.numbers[1]
            return str(int(value)) if fits else None
        return next((word for word in self.takes if word.lower() == value.lower()), None)

    def shown(self, value: str) -> str:
        """A value as the device prints it."""
        return '"***"' if self.is_secret and value != '""' else value


def _setting(takes: str, default: str) -> Setting:
    text, numbers = re.fullmatch(r'"(\d+)"(\*?)', takes), re.fullmatch(r"(\d+)\.\.(\d+)", takes)
    span = (int(numbers.group(1)), int(numbers.group(2))) if numbers else None
    words = () if text or numbers else tuple(takes.split("/"))
    return Setting(words, span, int(text.group(1)) if text else 0, default, bool(text and text.group(2)))


SETTINGS = {
    path: _setting(takes, default)
    for path, takes, default in ((each.strip() for each in line.split("|")) for line in _SETTINGS.strip().splitlines())
}
"""By path, in the order in which the device lists them."""


def path_of(typed: str) -> str | None:
    """The path that was typed, in the device's own capitals; none when there is no such setting."""
    wanted = typed.lower().split()
    return next((path for path in SETTINGS if path.lower().split() == wanted), None)
